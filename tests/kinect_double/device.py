"""A scripted Kinect v2 behind pykinect2's COM interfaces: it sends what a test tells it to, and fails on demand.

Like the sensor, a reader holds its newest frame only: a frame that was not fetched before the next came is lost.
"""

from __future__ import annotations

import ctypes
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from tsmf_live.camera import project_to_color
from tsmf_live.frames import MAX_BODIES

from .com import E_FAIL, Server
from .objects import Reader, Sensor
from .windows import Kernel, Windows

TICKS_PER_S = 10_000_000  # TIMESPAN, 100 ns


@dataclass(frozen=True)
class Person:
    """One tracked body as the sensor would report it; joints may hold anything.

    Attributes:
        joints: (25, 3) float32; states: (25,) int; orientations: (25, 4) float32; hands: left, right.
        color_xy: (25, 2) what the mapper answers for these joints (NaN: -inf); None: a fixed camera's projection.
    """

    tracking_id: int
    joints: np.ndarray
    states: np.ndarray
    orientations: np.ndarray
    hands: tuple[int, int] = (0, 0)
    color_xy: np.ndarray | None = None


@dataclass(frozen=True)
class ColorShot:
    """One picture that the sensor took."""

    ticks: int
    picture: np.ndarray  # (1080, 1920, 4) uint8
    interval_ticks: int


@dataclass(frozen=True)
class BodyShot:
    """The bodies of one moment."""

    ticks: int
    persons: tuple[Person, ...]
    floor: tuple[float, float, float, float]


class Device:
    """The sensor, its driver and its cable.

    Attributes:
        available: what IsAvailable says; None: whether it is plugged in and open.
        broken: method name -> how many of its next calls fail with E_FAIL; "expired color", "expired body": how many
            of the next frames are gone when they are fetched (E_PENDING), "pending map": how often the mapper says so.
        color_conversion_s: how long the conversion of a picture takes, 1 to 40 ms on PCs.
        during: called inside each picture's and body frame's copy; a test blocks the library's thread with it.
        counts: what happened: opened, closed, maps, and for color and body: ready (somebody looks), sent (to somebody),
            fetched.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.windows: Windows | None = None
        self.server: Server | None = None  # known once pykinect2 is imported
        self.changed = threading.Condition()
        self.plugged, self.available = True, None
        self.broken: Counter[str] = Counter()
        self.color_conversion_s = 0.0
        self.during = lambda: None
        self._converting = threading.Event()  # never set: a wait for it is the conversion
        self.counts: Counter[str] = Counter()
        self.readers: list[Reader] = []
        self.open_sensors = 0
        self._mapped: dict[bytes, tuple[float, float]] = {}

    @property
    def declarations(self) -> ModuleType:
        return self.server.declarations

    def get_default_sensor(self, place: object) -> int:
        """Kinect20.dll's one function."""
        if self.breaks("GetDefaultKinectSensor"):
            return E_FAIL
        sensor = Sensor(self.server, self)
        sensor.add_reference()
        ctypes.c_void_p.from_address(ctypes.addressof(place._obj)).value = sensor.address
        return 0

    def send_color(self, ticks: int, picture: np.ndarray, interval_ticks: int = 333_333) -> None:
        """A picture arrives (unless unplugged)."""
        self._send("color", ColorShot(ticks, picture, interval_ticks))

    def send_body(
        self, ticks: int, persons: tuple[Person, ...] = (), floor: tuple[float, float, float, float] = (0, 1, 0, 0.9)
    ) -> None:
        """The bodies of a moment arrive (unless unplugged)."""
        for person in persons:
            self._remember_mapping(person)
        self._send("body", BodyShot(ticks, persons, floor))

    def wait_for(self, name: str, count: int, limit_s: float = 5.0) -> None:
        """Waits until something was counted so often; AssertionError after the limit."""
        with self.changed:
            came = self.changed.wait_for(lambda: self.counts[name] >= count, limit_s)
        assert came, f"{name}: expected {count}, got {self.counts[name]} within {limit_s:g} s"

    def convert(self) -> None:
        """Takes as long as the conversion of a picture."""
        if self.color_conversion_s:
            self._converting.wait(self.color_conversion_s)

    def idle(self, limit_s: float, streams: tuple[str, ...] = ("color", "body")) -> bool:
        """Waits until all that was sent has been fetched; False after the limit."""
        counts = self.counts
        with self.changed:
            return self.changed.wait_for(
                lambda: all(counts[f"{stream} fetched"] >= counts[f"{stream} sent"] for stream in streams),
                limit_s,
            )

    def wait_until_ready(self, give_up: Callable[[], bool]) -> bool:
        """Waits until a program looks for bodies; False if `give_up` says so first."""
        with self.changed:
            while not self.counts["body ready"] and not give_up():
                self.changed.wait(0.05)
            return self.counts["body ready"] > 0

    def count(self, name: str) -> None:
        """Something happened."""
        with self.changed:
            self.counts[name] += 1
            self.changed.notify_all()

    def breaks(self, name: str) -> bool:
        """Whether a call shall fail now; each failure is used up."""
        if self.broken[name] <= 0:
            return False
        self.broken[name] -= 1
        return True

    def map_points(self, positions: np.ndarray) -> np.ndarray:
        """Where camera-space points (N, 3) are in the picture, (N, 2); -inf where the SDK cannot say."""
        mapped = project_to_color(positions)
        known = self._mapped
        for row, position in enumerate(positions) if known else ():
            if (place := known.get(position.tobytes())) is not None:
                mapped[row] = place
        mapped[~np.isfinite(mapped).all(axis=1)] = -np.inf
        return mapped

    def _remember_mapping(self, person: Person) -> None:
        if person.color_xy is None:
            return
        if len(self._mapped) > 25 * MAX_BODIES * 100:
            self._mapped = {}
        joints = np.ascontiguousarray(person.joints, np.float32)
        self._mapped.update((joints[j].tobytes(), tuple(person.color_xy[j])) for j in range(len(joints)))

    def _send(self, stream: str, shot: ColorShot | BodyShot) -> None:
        listening = [reader for reader in self.readers if reader.stream == stream] if self.plugged else []
        if listening:
            self.count(f"{stream} sent")
        for reader in listening:
            reader.take(shot)
