"""Plays what another source gives into the double, at its own pace: a recorded session, or the simulated actor."""

from __future__ import annotations

import threading
import time

import numpy as np

from tsmf_live.frames import Body
from tsmf_live.sources.base import EndOfSource, Source

from .device import TICKS_PER_S, Device, Person

FRAME_S = 1 / 30
START_TICKS = 5 * TICKS_PER_S  # the sensor's clock when it is plugged in
OVERTAKE_S = 1.0  # a machine that is late gets this long before the next frame replaces the last


def person_of(body: Body) -> Person:
    """The body as the sensor would have sent it."""
    return Person(
        body.tracking_id, body.joints, body.joint_state, body.orientations, body.hand_states, np.array(body.color_xy)
    )


class Player:
    """A thread that sends a source's frames, and after the last one goes on with nobody in view, as a sensor does.

    Attributes:
        sent: (ticks, index) of the frames of the source that were sent.
        error: what ended the thread early.
    """

    def __init__(self, device: Device, source: Source) -> None:
        self.sent: list[tuple[int, int]] = []
        self.error: BaseException | None = None
        self._device, self._source = device, source
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="double's player")

    def __enter__(self) -> Player:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopping.set()
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        try:
            if self._device.wait_until_ready(self._stopping.is_set):
                self._play()
        except BaseException as error:  # the thread's owner looks
            self.error = error
        finally:
            self._source.close()

    def _play(self) -> None:
        device, began_s = self._device, time.perf_counter()
        first_s = last_s = None
        while not self._stopping.is_set():
            try:
                frame = self._source.read()
                first_s = frame.sensor_time_s if first_s is None else first_s
                last_s = frame.sensor_time_s - first_s
                persons = tuple(person_of(body) for body in frame.bodies)
            except EndOfSource:
                frame, persons, last_s = None, (), last_s + FRAME_S
            if self._stopping.wait(max(0.0, began_s + last_s - time.perf_counter())):
                return
            device.idle(OVERTAKE_S)
            ticks = START_TICKS + round(last_s * TICKS_PER_S)
            if frame is not None and frame.color_bgra is not None:
                device.send_color(ticks, np.ascontiguousarray(frame.color_bgra))
            device.send_body(ticks, persons, *([frame.floor_plane] if frame and frame.floor_plane else []))
            if frame is not None:
                self.sent.append((ticks, frame.index))
