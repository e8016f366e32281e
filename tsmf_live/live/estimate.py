"""The estimate stage: finds the people on the pictures of a source that has no skeletons (a camera, a video).

    capture ==> estimate --frames with bodies--> pose, recorder

An estimate takes longer than a picture lasts. Live, the newest picture goes first and the others are dropped and
counted; they are shown all the same, as the window gets capture's newest picture. A file at full speed loses none.
What was found on a picture of a recording is remembered: a player that comes there again need not wait.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np

from tsmf_live.frames import Body, SensorFrame, StageHealth
from tsmf_live.ring import Ring
from tsmf_live.stage import Meter

REMEMBERED = 20_000  # pictures of a recording, about 11 minutes; 1.2 kB a person


class Estimator(Protocol):
    """See sources.camera.estimator.PoseEstimator."""

    name: str

    def bodies(self, color_bgra: np.ndarray, time_s: float) -> tuple[Body, ...]:
        """Everybody on the next picture."""

    def close(self) -> None:
        """Lets the networks go."""


class EstimateWork:
    """SensorFrames without bodies -> the same with bodies.

    Args:
        pictures: from capture, which hands them over with `take`.
        make: makes the estimator once the source is open; SourceError if that fails.
        load: what it needs of the machine; SourceError if it is not there.
        hand_on: called with each frame; returns at once or waits boundedly.
        closes: to close after the last frame.

    Attributes:
        begun: set once the first picture was looked at, or none will be.
        newest: the picture that came last; None before the first.
        pictures: those that wait.
    """

    def __init__(
        self,
        pictures: Ring[SensorFrame],
        make: Callable[[], Estimator],
        hand_on: Callable[[SensorFrame], None],
        closes: list[Ring],
        load: Callable[[], object],
    ) -> None:
        self._load, self.begun = load, threading.Event()
        self.pictures, self._make, self._hand_on, self._closes = pictures, make, hand_on, closes
        self.newest: SensorFrame | None = None
        self.meter = Meter("estimate")
        self._estimator: Estimator | None = None
        self._found: dict[float, tuple[Body, ...]] = {}  # position in the recording: who was found there
        self._last_index: int | None = None  # as it came, and as it went on
        self._next_index = 0

    def take(self, picture: SensorFrame) -> None:
        """Hands the next picture over; called by capture, on its thread."""
        self.pictures.put(picture)
        if not picture.preroll:
            self.newest = picture

    def health(self) -> StageHealth:
        """How the stage does, its queue included."""
        return self.meter.health(len(self.pictures), self.pictures.dropped)

    def set_up(self) -> None:
        """Loads MediaPipe, which takes a second; SourceError if that fails. The first picture makes the estimator."""
        self._load()

    def step(self) -> bool:
        """Finds the people on one picture."""
        frame = self.pictures.get()
        if frame is None:
            return not self.pictures.ended
        began_s = time.perf_counter()
        bodies = self._bodies(frame)
        self._hand_on(replace(frame, index=self._counted(frame), bodies=bodies))
        self.begun.set()
        if not frame.preroll:
            self.meter.tick((time.perf_counter() - began_s) * 1e3)
        return True

    def tear_down(self) -> None:
        """Lets the estimator go and tells the next stages that nothing more will come."""
        self.begun.set()
        self.pictures.close()
        for ring in self._closes:
            ring.close()
        if self._estimator is not None:
            self._estimator.close()

    def known(self, frame: SensorFrame) -> tuple[Body, ...]:
        """Who was found on this picture of a recording before; nobody, if it was not looked at. Any thread."""
        return self._found.get(frame.position_s, ()) if frame.position_s is not None else ()

    def _bodies(self, frame: SensorFrame) -> tuple[Body, ...]:
        if frame.color_bgra is None or frame.position_s in self._found:
            return self.known(frame)
        if self._estimator is None:
            self._estimator = self._make()
        bodies = self._estimator.bodies(frame.color_bgra, frame.sensor_time_s)
        if frame.position_s is not None and len(self._found) < REMEMBERED:
            self._found[frame.position_s] = bodies
        return bodies

    def _counted(self, frame: SensorFrame) -> int:
        """The frame's index among those that are handed on: a picture that was not asked for leaves no hole.

        It is no loss of a recording: the take holds what there were skeletons for.
        """
        if self._last_index is not None and frame.index != self._last_index:
            self._next_index += 1
        self._last_index = frame.index
        return self._next_index
