"""The simulated actor in a process of its own, as a sensor's driver is: painting it costs the live program nothing.

    this process:  DemoProcess.read <---frames without pictures (pipe)--- DemoSource  :the other
                            ^----------pictures (shared memory)-------------^
                            `---"paint the next picture here" (pipe)--->----'

Nothing is copied: a frame's picture is a place in the shared memory, which is painted anew when the last reference to
the picture is gone. The other process works some frames ahead, at a lower priority. It ends when this one closes it,
and by itself when this one is gone.
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
AHEAD = 4  # pictures that are painted before they are asked for
NICENESS = 5  # it works ahead, so it can take the time that the live program leaves
LASTING = 16  # places whose memory is taken at once and kept; those beyond are used after a stall only
PICTURE_SHAPE = (COLOR_HEIGHT, COLOR_WIDTH, 4)
PICTURE_BYTES = COLOR_HEIGHT * COLOR_WIDTH * 4
NO_PLACE_S = 0.01  # wait when all places hold pictures that are still in use


class _Picture:
    """Owns one place of the shared memory for as long as any array shows it."""

    def __init__(self, memory: mmap.mmap, place: int) -> None:
        self._memory = memory
        here = np.frombuffer(memory, np.uint8, PICTURE_BYTES, place * PICTURE_BYTES)
        self.__array_interface__ = {**here.__array_interface__, "shape": PICTURE_SHAPE}


class DemoProcess:
    """The frames of DemoSource, bit for bit; see sources.base.Source."""

    def __init__(self, spec: str = "demo") -> None:
        """Raises UsageError if the spec asks for what cannot be, SourceError if no process can be started."""
        self.spec = DemoSpec.parse(spec)
        self.info = INFO
        self.warnings: list[str] = []
        self._memory, name, inherited = _new_memory(PLACES * PICTURE_BYTES)
        # a byte of each page: so the memory in use does not creep up with the stalls
        np.frombuffer(self._memory, np.uint8, LASTING * PICTURE_BYTES)[:: mmap.PAGESIZE] = 0
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
            raise SourceError(f"demo: its process cannot be started: {error}; close other programs") from error
        finally:
            for descriptor in inherited:
                os.close(descriptor)

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
            frame, place = pickle.load(self._process.stdout)  # our own process: nothing foreign comes this way
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            code = self._process.wait()
            raise SourceError(f"demo: the simulated actor's process ended (code {code}); start it again") from error
        self._ordered -= 1
        picture = _Picture(self._memory, place)
        weakref.finalize(picture, self._release, place)
        return replace(frame, color_bgra=np.asarray(picture))

    def _release(self, place: int) -> None:
        if place >= LASTING and hasattr(mmap, "MADV_REMOVE"):
            self._memory.madvise(mmap.MADV_REMOVE, place * PICTURE_BYTES, PICTURE_BYTES)
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
        if self._closed:
            return
        self._closed = True
        self._process.kill()  # it holds nothing that could be lost
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what was not flushed has no reader any more
                pipe.close()


def _new_memory(size: int) -> tuple[mmap.mmap, str, tuple[int, ...]]:
    """Memory for two processes, the name by which the other one finds it, and the file descriptors it must inherit."""
    if sys.platform == "win32":
        name = f"tsmf_live-demo-{os.getpid()}-{os.urandom(8).hex()}"
        return mmap.mmap(-1, size, tagname=name), name, ()
    descriptor = os.memfd_create("tsmf_live-demo")
    os.ftruncate(descriptor, size)
    return mmap.mmap(descriptor, size), str(descriptor), (descriptor,)


def _open_memory(name: str, size: int) -> mmap.mmap:
    return mmap.mmap(-1, size, tagname=name) if sys.platform == "win32" else mmap.mmap(int(name), size)


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
    memory = np.frombuffer(_open_memory(memory_name, PLACES * PICTURE_BYTES), np.uint8)
    pictures = memory.reshape(PLACES, *PICTURE_SHAPE)
    source = DemoSource(spec)
    while ordered := sys.stdin.buffer.read(1):
        frame = source.read(into=pictures[ordered[0]])
        pickle.dump((replace(frame, color_bgra=None), ordered[0]), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    try:
        play(*sys.argv[1:])
    except BrokenPipeError:  # the program is gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains while it ends
