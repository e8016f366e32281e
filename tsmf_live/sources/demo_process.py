"""The simulated actor in its own process, like a sensor's driver: painting takes no time from the live program.

    this process:  DemoProcess.read <---frames without pictures (pipe)--- DemoSource  :the other
                            ^----------pictures (shared memory)-------------^
                            `---"paint the next picture here" (pipe)--->----'

Nothing is copied: a frame's picture is a place in the shared memory, which is painted anew when the last reference to
the picture is gone. On Windows the memory comes in banks, which are made when their first place is needed: there, room
is reserved for all of a bank at once, whether it is used or not. The other process works some frames ahead, at a lower
priority. It ends when this one closes it, and by itself when this one is gone.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import pickle
import subprocess
import sys
import time
import weakref
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, SensorFrame, SourceError
from tsmf_live.sources.base import EndOfSource
from tsmf_live.sources.demo import INFO, DemoSource, DemoSpec

PLACES = 96  # more pictures than all queues together hold; a place that is never used takes no memory
BANK_PLACES = 8 if sys.platform == "win32" else PLACES  # pictures in a bank of the shared memory
AHEAD = 4  # pictures that are painted before they are asked for
NICENESS = 5  # it works ahead, so it can take the time that the live program leaves
LASTING = 16  # places whose memory is taken at once and kept; those beyond are used after a stall only
PICTURE_SHAPE = (COLOR_HEIGHT, COLOR_WIDTH, 4)
PICTURE_BYTES = COLOR_HEIGHT * COLOR_WIDTH * 4
BANK_BYTES = BANK_PLACES * PICTURE_BYTES
NO_PLACE_S = 0.01  # wait when all places hold pictures that are still in use


class _Memory:
    """The shared memory: a place for each picture, in banks that are opened when they are first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._banks: dict[int, mmap.mmap] = {}

    @classmethod
    def new(cls) -> tuple[_Memory, str, tuple[int, ...]]:
        """New memory, the name by which the other process finds it, and file descriptors for it to inherit."""
        if sys.platform == "win32":
            name = f"tsmf_live-demo-{os.getpid()}-{os.urandom(8).hex()}"
            return cls(name), name, ()
        descriptor = os.memfd_create("tsmf_live-demo")
        os.ftruncate(descriptor, PLACES * PICTURE_BYTES)
        return cls(str(descriptor)), str(descriptor), (descriptor,)

    def picture(self, place: int) -> np.ndarray:
        """The picture (1080, 1920, 4) at a place; it keeps the bank open."""
        return np.frombuffer(self._bank(place), np.uint8, PICTURE_BYTES, self._start(place)).reshape(PICTURE_SHAPE)

    def forget(self, place: int) -> None:
        """Gives a place's memory back to the system, where that can be done; the bank stays."""
        bank = self._banks.get(place // BANK_PLACES)
        if bank is not None and hasattr(mmap, "MADV_REMOVE"):
            bank.madvise(mmap.MADV_REMOVE, self._start(place), PICTURE_BYTES)

    def close(self) -> None:
        """No bank can be opened any more; those in which a picture is in use stay open until it is gone."""
        if sys.platform != "win32":
            os.close(int(self._name))
        self._banks.clear()

    def _bank(self, place: int) -> mmap.mmap:
        number = place // BANK_PLACES
        if number not in self._banks:
            if sys.platform == "win32":
                bank = mmap.mmap(-1, BANK_BYTES, tagname=f"{self._name}-{number}")
            else:
                bank = mmap.mmap(int(self._name), BANK_BYTES, offset=number * BANK_BYTES)
            self._banks[number] = bank
        return self._banks[number]

    @staticmethod
    def _start(place: int) -> int:
        return place % BANK_PLACES * PICTURE_BYTES


class _Picture:
    """Owns one place of the shared memory for as long as any array shows it."""

    def __init__(self, here: np.ndarray) -> None:
        self._here = here
        self.__array_interface__ = here.__array_interface__


class DemoProcess:
    """The frames of DemoSource, bit for bit; see sources.base.Source."""

    def __init__(self, spec: str = "demo") -> None:
        """Raises UsageError if the spec asks for what cannot be, SourceError if no process can be started."""
        self.spec = DemoSpec.parse(spec)
        self.info = INFO
        self.warnings: list[str] = []
        self._memory, name, inherited = _Memory.new()
        for place in range(LASTING):  # touches each page now, so that the memory in use does not grow later
            self._memory.picture(place).reshape(-1)[:: mmap.PAGESIZE] = 0
        self._free = list(reversed(range(PLACES)))  # the one used last comes first: few are ever touched
        self._ordered = 0  # pictures that are being painted, or wait to be read
        self._closed = False
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tsmf_live.sources.demo_process", spec, name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=Path(__file__).parents[2],
                pass_fds=inherited,
                **_aside(),
            )
        except OSError as error:
            self._memory.close()
            raise SourceError(f"demo: its process cannot be started: {error}; close other programs") from error

    def read(self) -> SensorFrame | None:
        """The next frame; None while all places are in use.

        Raises:
            EndOfSource: it was closed.
            SourceError: the other process is gone.
        """
        if self._closed:
            raise EndOfSource
        try:
            self._order()
            if not self._ordered:
                time.sleep(NO_PLACE_S)
                return None
            frame, place = pickle.load(self._process.stdout)  # safe to unpickle: it comes from our own process
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            code = self._process.wait()
            raise SourceError(f"demo: the simulated actor's process ended (code {code}); start it again") from error
        self._ordered -= 1
        picture = _Picture(self._memory.picture(place))
        weakref.finalize(picture, self._release, place)
        return replace(frame, color_bgra=np.asarray(picture))

    def _release(self, place: int) -> None:
        if place >= LASTING:
            self._memory.forget(place)
        self._free.append(place)

    def _order(self) -> None:
        places = []
        while self._ordered + len(places) < AHEAD + 1 and self._free:
            places.append(self._free.pop())
        if places:
            self._process.stdin.write(bytes(places))
            self._process.stdin.flush()
            self._ordered += len(places)

    def close(self) -> None:
        """Ends the other process and frees the shared memory; may be called twice."""
        if self._closed:
            return
        self._closed = True
        self._process.kill()  # it holds nothing that could be lost
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what was not flushed has no reader any more
                pipe.close()
        self._memory.close()


def _aside() -> dict[str, object]:
    """Out of reach of Ctrl-C, which in a terminal goes to all that run there; on Windows also at a lower priority."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    return {"start_new_session": True}


def play(spec: str, memory_name: str) -> None:
    """The other process: paints where it is told to, until nobody tells it any more."""
    cv2.setNumThreads(1)
    if sys.platform != "win32":
        os.nice(NICENESS)
    memory = _Memory(memory_name)
    source = DemoSource(spec)
    while ordered := sys.stdin.buffer.read(1):
        frame = source.read(into=memory.picture(ordered[0]))
        pickle.dump((replace(frame, color_bgra=None), ordered[0]), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    try:
        play(*sys.argv[1:])
    except BrokenPipeError:  # the program is gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains while it ends
