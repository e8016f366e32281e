"""Fixtures for tests on the double: a plugged-in sensor that must be left clean, and a source read in step with it."""

from __future__ import annotations

import _thread
import gc
import threading
import time
from collections.abc import Iterator

import pytest

from tsmf_live.frames import SensorFrame
from tsmf_live.sources.kinect.source import KinectSource
from tsmf_live.sources.kinect.state import Patience

from . import kinect_double, measure
from .device import TICKS_PER_S, Device, Person

HASTE = Patience().times(0.25)  # for tests that wait for trouble; a pause of a busy machine must not look like one
LIMIT_S = 10.0


@pytest.fixture
def device() -> Iterator[Device]:
    """A plugged-in Kinect; afterwards no thread, no open sensor, no COM object and no handle of it is left."""
    threads = _thread._count()
    with kinect_double() as made:
        yield made
        if made.server.alive():
            gc.collect()
        assert not made.server.bugs
        assert made.open_sensors == 0
        assert not made.server.alive()
        assert made.kernel.open_handles == 0
        until_s = time.perf_counter() + 2
        while _thread._count() > threads and time.perf_counter() < until_s:
            threading.Event().wait(0.01)
        assert _thread._count() <= threads


@pytest.fixture
def stage(device: Device) -> Iterator[Stage]:
    """Opens sources and closes them."""
    made = Stage(device)
    yield made
    made.close()


class Stage:
    """The sensor and a source on it, in step: a frame is sent and read before the next."""

    def __init__(self, device: Device) -> None:
        self.device, self.source = device, None
        self.sent = 0
        self.pictures = measure.Pictures()
        self.offset_s = 0.0

    def open(self, spec: str = "kinect", patience: Patience | None = None) -> KinectSource:
        self.source = KinectSource(spec, patience)
        return self.source

    def close(self) -> None:
        if self.source is not None:
            self.source.close()
            self.source.close()

    @property
    def counts(self) -> dict[str, int]:
        return self.source.status().counts

    def send(self, *persons: Person, color: bool = True, body: bool = True) -> int:
        """Sends the next frame; its time in ticks."""
        ticks = measure.BASE_TICKS + round((self.sent / 30 + self.offset_s) * TICKS_PER_S)
        self.sent += 1
        if color:
            self.device.send_color(ticks, self.pictures.taken_at(ticks))
        if body:
            self.device.send_body(ticks, persons)
        return ticks

    def read(self, limit_s: float = LIMIT_S) -> SensorFrame | None:
        """The next frame, None if none came."""
        until_s = time.perf_counter() + limit_s
        while time.perf_counter() < until_s:
            began_s = time.perf_counter()
            frame = self.source.read()
            assert time.perf_counter() - began_s < LIMIT_S
            if frame is not None:
                return frame
        return None

    def exchange(self, *persons: Person, color: bool = True) -> SensorFrame:
        """Sends a frame and reads it."""
        ticks = self.send(*persons, color=color)
        frame = self.read()
        assert frame is not None
        if frame.color_bgra is not None:
            assert abs(measure.ticks_of(frame.color_bgra) - ticks) <= 0.04 * TICKS_PER_S
        return frame

    def read_until(self, state: str) -> None:
        """Reads (nothing comes) until the source is in a state."""
        until_s = time.perf_counter() + LIMIT_S
        while self.source.status().state != state:
            assert self.source.read() is None
            assert time.perf_counter() < until_s, self.source.status()

    def recover(self) -> SensorFrame:
        """Sends frames as a sensor does, whether read or not, until one comes out."""
        until_s = time.perf_counter() + LIMIT_S
        while time.perf_counter() < until_s:
            self.send(measure.person(1))
            if (frame := self.read(0.15)) is not None:
                return frame
        raise AssertionError(f"no frame came again: {self.source.status()}")
