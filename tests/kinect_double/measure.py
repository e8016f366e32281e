"""Figures of KinectSource on the double: pairing, growth, time."""

from __future__ import annotations

import functools
import gc
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tsmf_live.frames import SensorFrame
from tsmf_live.sources.kinect.source import KinectSource

from . import kinect_double
from .device import TICKS_PER_S, Device, Person

FRAME_S = 1 / 30
BASE_TICKS = 100 * TICKS_PER_S
OF_A_FRAME = ("Frame", "TrackedBody", "Arrival", "Reference", "Settings")  # objects that live while it is handled
COLOR_LATE_S = 0.006  # the pictures of this script are taken so much after the bodies; not a fact about the sensor


def person(seed: int, tracking_id: int = 2**56 + 6) -> Person:
    """A person-like cloud of joints 3 m away."""
    rng = np.random.default_rng(seed)
    joints = rng.normal((0.2, 0, 3), 0.3, (25, 3)).astype(np.float32)
    return Person(tracking_id, joints, rng.integers(0, 3, 25), rng.uniform(-1, 1, (25, 4)).astype(np.float32), (2, 3))


class Pictures:
    """1080p pictures that carry their own time in their first two pixels; a few buffers, used in turn."""

    def __init__(self) -> None:
        self._buffers = deque(_buffers())

    def taken_at(self, ticks: int) -> np.ndarray:
        """The next picture, stamped."""
        self._buffers.rotate()
        self._buffers[0].reshape(-1)[:8].view("<i8")[0] = ticks
        return self._buffers[0]


@functools.cache
def _buffers() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (1080, 1920, 4), np.uint8) for _ in range(4)]


def ticks_of(picture: np.ndarray) -> int:
    """The stamp."""
    return int(picture.reshape(-1)[:8].view("<i8")[0])


@dataclass(frozen=True)
class Pair:
    """One frame that came out: when its bodies and its picture were taken, by the sensor's clock."""

    body_s: float
    color_s: float | None
    intact: bool  # joints and id are those sent


def color_times_s(count: int, halved_from: int) -> list[float]:
    """When pictures are taken during `count` bodies: at 30 Hz, at 15 Hz from body `halved_from` on."""
    return [i * FRAME_S + COLOR_LATE_S for i in range(count) if i < halved_from or (i - halved_from) % 2 == 0]


def pairing(spec: str = "kinect", count: int = 120) -> list[Pair]:
    """Plays bodies at 30 fps in real time while colour falls from 30 to 15 fps half way; what came out."""
    pictures, sent = Pictures(), [person(i) for i in range(count)]
    shots = sorted([(t, "color", 0) for t in color_times_s(count, count // 2)] + [
        (i * FRAME_S, "body", i) for i in range(count)
    ])  # fmt: skip
    pairs: list[Pair] = []
    with kinect_double() as device:
        source = KinectSource(spec)

        def play() -> None:
            began_s = time.perf_counter()
            for at_s, stream, i in shots:
                waiting.wait(max(0.0, began_s + at_s - time.perf_counter()))
                # a machine that is late must not make the sensor overtake itself: it holds one frame only
                device.wait_for(f"{stream} fetched", device.counts[f"{stream} sent"])
                ticks = BASE_TICKS + round(at_s * TICKS_PER_S)
                if stream == "color":
                    device.send_color(ticks, pictures.taken_at(ticks))
                else:
                    device.send_body(ticks, (sent[i],))

        waiting = threading.Event()
        thread = threading.Thread(target=play, name="double's script")
        thread.start()
        until_s = time.perf_counter() + count * FRAME_S + 5
        while len(pairs) < count and time.perf_counter() < until_s:
            if (frame := source.read()) is not None:
                pairs.append(_pair(frame, sent))
        thread.join()
        source.close()
        assert not device.server.bugs, device.server.bugs
    return pairs


def _pair(frame: SensorFrame, sent: list[Person]) -> Pair:
    body_s = frame.sensor_time_s - BASE_TICKS / TICKS_PER_S
    expected = sent[round(body_s / FRAME_S)]
    (body,) = frame.bodies
    intact = body.tracking_id == expected.tracking_id and body.joints.tobytes() == expected.joints.tobytes()
    color_s = None if frame.color_bgra is None else (ticks_of(frame.color_bgra) - BASE_TICKS) / TICKS_PER_S
    return Pair(body_s, color_s, intact)


@dataclass(frozen=True)
class SlowColor:
    """What came out: bodies, those of them with the picture of their own moment, the longest time between two."""

    bodies: int
    paired: int
    longest_gap_s: float
    openings: int
    errors: int
    lag_ms: float | None
    warnings: tuple[str, ...]


def slow_color(
    spec: str = "kinect", count: int = 150, conversion_s: float = 0.0, late_s: float = 0.0, limit_s: float = 2.0
) -> SlowColor:
    """Bodies and pictures at 30 fps in real time, the pictures slow to convert or late to come.

    Pictures are sent whether or not anybody fetches them, as by the sensor. The next bodies wait a moment for the last
    to be fetched: that this machine is busy must not look like a fault.
    """
    pictures, times_s = Pictures(), []
    paired = 0
    with kinect_double() as device:
        device.color_conversion_s = conversion_s
        source = KinectSource(spec)

        def play(stream: str, after_s: float) -> None:
            for i in range(count):
                waiting.wait(max(0.0, began_s + i * FRAME_S + after_s - time.perf_counter()))
                ticks = BASE_TICKS + round(i * FRAME_S * TICKS_PER_S)
                if stream == "color":
                    device.send_color(ticks, pictures.taken_at(ticks))
                else:
                    device.idle(limit_s, ("body",))
                    device.send_body(ticks, (person(1),))

        waiting, began_s = threading.Event(), time.perf_counter()
        threads = [threading.Thread(target=play, args=its) for its in (("color", late_s), ("body", 0.0))]
        for thread in threads:
            thread.start()
        until_s = began_s + count * FRAME_S + 3
        while len(times_s) < count and time.perf_counter() < until_s:
            if (frame := source.read()) is not None:
                times_s.append(time.perf_counter())
                taken_s = round(frame.sensor_time_s * TICKS_PER_S)
                paired += frame.color_bgra is not None and abs(ticks_of(frame.color_bgra) - taken_s) < 10
        for thread in threads:
            thread.join()
        status = source.status()
        source.close()
        assert not device.server.bugs, device.server.bugs
    return SlowColor(
        len(times_s), paired, max(np.diff(times_s), default=0.0), status.counts["openings"], status.counts["errors"],
        status.color_lag_ms, tuple(source.warnings),
    )  # fmt: skip


def bodies_during_a_conversion(device: Device, source: KinectSource, count: int = 5) -> list[int]:
    """The indices of the frames that come out while one picture is being converted, of `count` that are sent."""
    converting, done = threading.Event(), threading.Event()
    device.convert = lambda: (converting.set(), done.wait(30))
    device.send_color(BASE_TICKS, Pictures().taken_at(BASE_TICKS))
    try:
        until_s = time.perf_counter() + 5
        while not converting.is_set() and time.perf_counter() < until_s:
            source.read()
        assert converting.is_set()
        came = []
        for i in range(count):
            device.send_body(BASE_TICKS + round(i * FRAME_S * TICKS_PER_S), (person(1),))
            came += [frame.index for _ in range(3) if len(came) <= i and (frame := source.read()) is not None]
        return came
    finally:
        done.set()
        del device.convert


@dataclass(frozen=True)
class Growth:
    """What is there after a tenth of the frames and at the end: COM objects, resident memory in MB."""

    frames: int
    objects: tuple[int, int]
    resident_mb: tuple[float, float]
    left_open: int
    left_objects: int


def growth(spec: str = "kinect", count: int = 3000, persons: int = 6) -> Growth:
    """Sends frames as fast as they are taken and looks at what accumulates."""
    pictures, sent = Pictures(), tuple(person(i, 2**60 + i) for i in range(persons))
    objects, resident = [], []
    with kinect_double() as device:
        source = KinectSource(spec)
        for i in range(count):
            _through(device, source, i, pictures, sent)
            if i in (count // 10, count - 1):
                objects.append(settled_objects(device).total())
                resident.append(resident_mb())
        source.close()
        gc.collect()
        left = sum(device.server.alive().values())
        assert not device.server.bugs, device.server.bugs
        return Growth(count, tuple(objects), tuple(resident), device.open_sensors, left)


def _through(device: Device, source: KinectSource, i: int, pictures: Pictures, sent: tuple[Person, ...]) -> SensorFrame:
    """One picture and one body frame, from the sensor to the source's reader."""
    ticks = BASE_TICKS + round(i * FRAME_S * TICKS_PER_S)
    device.send_color(ticks, pictures.taken_at(ticks))
    device.send_body(ticks, sent)
    for _ in range(50):
        if (frame := source.read()) is not None:
            return frame
    raise AssertionError(f"frame {i} did not come within 5 s")


def settled_objects(device: Device) -> Counter[str]:
    """COM objects that somebody holds while no frame is being handled; waits for that, 2 s at most."""
    until_s = time.perf_counter() + 2
    alive = device.server.alive()
    while any(name.endswith(OF_A_FRAME) for name in alive) and time.perf_counter() < until_s:
        threading.Event().wait(0.005)
        alive = device.server.alive()
    return alive


def resident_mb() -> float:
    """Memory of this process that is in RAM."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


@dataclass(frozen=True)
class Load:
    """Share of one core at 30 fps, 1080p; the double's sending included."""

    seconds: float
    frames: int
    core_share: float


def load(spec: str = "kinect", seconds: float = 10.0, persons: int = 2) -> Load:
    """Real time, colour and bodies at 30 fps."""
    pictures, sent = Pictures(), tuple(person(i, 2**60 + i) for i in range(persons))
    with kinect_double() as device:
        source = KinectSource(spec)
        waiting, frames = threading.Event(), 0

        def play() -> None:
            for i in range(int(seconds / FRAME_S)):
                waiting.wait(max(0.0, began_s + i * FRAME_S - time.perf_counter()))
                ticks = BASE_TICKS + round(i * FRAME_S * TICKS_PER_S)
                device.wait_for("body fetched", i)  # a machine that is late must not make the sensor overtake itself
                device.send_color(ticks, pictures.taken_at(ticks))
                device.send_body(ticks, sent)

        thread = threading.Thread(target=play, name="double's script")
        cpu_s, began_s = time.process_time(), time.perf_counter()
        thread.start()
        while thread.is_alive():
            frames += source.read() is not None
        share = (time.process_time() - cpu_s) / (time.perf_counter() - began_s)
        thread.join()
        source.close()
    return Load(seconds, frames, share)
