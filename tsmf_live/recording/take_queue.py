"""The bounded queue before the recorder: frames and the orders between them, in the order in which they came.

Live, a frame that finds too many pictures waiting, or that has waited too long itself, gives up its picture and keeps
its bodies: what is still in memory when the process is killed stays under a second. Never silently: `lost` counts
them. Lossless (files at full speed), the writer waits instead.

It sees every frame of its source, so it also keeps the memory of the blur: a person who was lost before a take began,
or in the pause between two, is hidden all the same.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from tsmf_live.frames import RecordingError, SensorFrame
from tsmf_live.recording.folder import TakeSettings
from tsmf_live.recording.privacy import Box, HiddenBoxes, Lost
from tsmf_live.ring import WAIT_S, HandOver

PRESSING = 9  # pictures that wait: from here on other stages give way to the recorder
CHOKING = 15  # from here on they stand still: at LATE_S pictures are given up
PICTURES = 45  # 8.3 MB each: 1.5 s in which the disk may be slow
FRAMES = 1800  # without pictures they are small: a minute
LATE_S = 0.8  # host time in the queue after which only the bodies are written, which takes no time


class Taken(NamedTuple):
    """A frame to record.

    Attributes:
        picture_lost: it had a picture that had to be given up.
        came_s: host time.
        faces: boxes to hide where faces are to be hidden.
        lost: the people among them who are not tracked any more.
    """

    frame: SensorFrame
    picture_lost: bool
    came_s: float
    faces: tuple[Box, ...] = ()
    lost: tuple[Lost, ...] = ()


class Begin(NamedTuple):
    """From here on frames belong to this take; `lost_before`: TakeQueue.lost when it was ordered."""

    take: TakeSettings
    lost_before: int


class End(NamedTuple):
    """The take ends here and is kept."""


class Discard(NamedTuple):
    """The take in `folder` is discarded, be it under way or kept; None: the one under way, or else the last one."""

    folder: Path | None = None


Order = Begin | End | Discard


class TakeQueue(HandOver[Taken | Order]):
    """Frames and orders, in order. Frames that belong to no take are not taken.

    Args:
        lossless: wait for room instead of giving up pictures.
        stopping: ends every wait.
    """

    def __init__(self, *, lossless: bool, stopping: threading.Event) -> None:
        super().__init__()
        self._lossless, self._stopping = lossless, stopping
        self._taking = False
        self._left = False
        self._pictures = 0
        self._lost = 0
        self._hidden = HiddenBoxes()  # the capture thread's

    def put(self, frame: SensorFrame) -> None:
        """Takes every frame of the source, from the capture thread. Preroll is never recorded."""
        faces, lost = self._hidden.see(frame.bodies, frame.sensor_time_s)
        if frame.preroll:
            return
        has_picture = frame.color_bgra is not None
        with self._changed:
            while self._lossless and self._is_full(has_picture) and not self._stopping.is_set():
                self._changed.wait(WAIT_S)
            if not self._taking or self._closed:
                return
            if len(self._items) >= FRAMES:
                self._lost += 1
                return
            give_up = has_picture and self._pictures >= PICTURES
            taken = replace(frame, color_bgra=None) if give_up else frame
            self._lost += give_up
            self._pictures += has_picture and not give_up
            self._add(Taken(taken, give_up, time.perf_counter(), tuple(faces), tuple(lost)))

    def begin(self, take: TakeSettings) -> None:
        """Frames from now on belong to this take.

        Raises:
            RecordingError: a take is under way, or the run is over.
        """
        with self._changed:
            if self._closed:
                raise RecordingError("a take cannot begin: the source has ended; open it again")
            if self._taking:
                raise RecordingError("a take cannot begin: another one is under way; stop it first")
            self._taking = True
            self._add(Begin(take, self._lost))

    def end(self) -> None:
        """Frames from now on belong to no take."""
        with self._changed:
            if self._closed or not self._taking:
                return
            self._taking = False
            self._add(End())

    def discard(self, folder: Path | None) -> bool:
        """Orders a take to be discarded, see Discard; False if the reader has left and obeys no more."""
        with self._changed:
            if not self._left:
                self._add(Discard(folder))
            return not self._left

    def refuse(self) -> None:
        """The take cannot be written on: forgets its frames and takes no more until the next begins; by the reader."""
        with self._changed:
            while self._items and isinstance(self._items[0], Taken):
                self._items.popleft()
            self._taking = any(isinstance(item, Begin) for item in self._items)
            self._pictures = sum(isinstance(item, Taken) and item.frame.color_bgra is not None for item in self._items)
            self._changed.notify_all()

    def get(self, timeout_s: float = WAIT_S) -> Taken | Order | None:
        """The oldest item, or None if none came in time; by the recorder."""
        item = super().get(timeout_s)
        late = not self._lossless and isinstance(item, Taken) and time.perf_counter() - item.came_s > LATE_S
        return self.without_picture(item) if late else item

    def without_picture(self, item: Taken) -> Taken:
        """The item with its picture given up, which is counted."""
        if item.frame.color_bgra is None:
            return item
        with self._changed:
            self._lost += 1
        return item._replace(frame=replace(item.frame, color_bgra=None), picture_lost=True)

    def await_last(self, timeout_s: float) -> None:
        """Where all stages are told to stop: waits for the writer, at its last frame, to close; by the reader.

        Without it a frame that was captured in that moment would be in no take, and in no count.
        """
        with self._changed:
            if self._stopping.is_set():
                self._changed.wait_for(lambda: self._closed, timeout_s)

    def leave(self) -> list[Taken | Order]:
        """What nobody has read; orders are refused from now on. By the reader, at its end."""
        with self._changed:
            self._closed = self._left = True
            items = list(self._items)
            self._items.clear()
            self._pictures = 0
            return items

    @property
    def lost(self) -> int:
        """Frames and pictures given up so far."""
        with self._changed:
            return self._lost

    @property
    def pressure(self) -> int:
        """How much the recorder needs the machine: 0; 1: other stages give way; 2: they stand still."""
        with self._changed:
            return (self._pictures > PRESSING) + (self._pictures > CHOKING)

    def _count_out(self, item: Taken | Order) -> None:
        self._pictures -= isinstance(item, Taken) and item.frame.color_bgra is not None

    def _is_full(self, with_picture: bool) -> bool:
        if not self._taking or self._closed:
            return False
        return (with_picture and self._pictures >= PICTURES) or len(self._items) >= FRAMES
