"""Plays what another source gives into the double, at its own pace: a recorded session, or the simulated actor."""

from __future__ import annotations

import threading
import time
from collections import deque

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

    Args:
        color_late_s: pictures come so much later than the bodies of their moment.

    Attributes:
        sent: (ticks, index) of the frames of the source that were sent.
        error: what ended the thread early.
    """

    def __init__(self, device: Device, source: Source, color_late_s: float = 0.0) -> None:
        self.sent: list[tuple[int, int]] = []
        self.error: BaseException | None = None
        self._device, self._source = device, source
        self._color_late_s = color_late_s
        self._late: deque[tuple[int, np.ndarray]] = deque()  # taken, and not sent yet
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
            if not device.color_conversion_s:  # else the sensor is to overtake itself
                device.idle(OVERTAKE_S)
            ticks = START_TICKS + round(last_s * TICKS_PER_S)
            if frame is not None and frame.color_bgra is not None:
                self._late.append((ticks, np.ascontiguousarray(frame.color_bgra)))
            while self._late and ticks - self._late[0][0] >= self._color_late_s * TICKS_PER_S:
                device.send_color(*self._late.popleft())
            device.send_body(ticks, persons, *([frame.floor_plane] if frame and frame.floor_plane else []))
            if frame is not None:
                self.sent.append((ticks, frame.index))
