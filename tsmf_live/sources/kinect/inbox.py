"""What came from the sensor and has not been taken yet: handed from pykinect2's thread to the capture thread."""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass

import numpy as np

from tsmf_live.frames import Body

E_PENDING = 0x8000000A  # there is no frame, or not any more
BODIES_KEPT, COLORS_KEPT = 64, 4  # 2 s of bodies; 8.3 MB a picture


@dataclass(frozen=True, slots=True)
class ColorShot:
    """A picture: (1080, 1920, 4) uint8 BGRA, the sensor's time in 100 ns, the host's time when it was complete.

    `took_s`: how long its conversion took.
    """

    ticks: int
    picture: np.ndarray
    host_s: float
    took_s: float = 0.0


@dataclass(frozen=True, slots=True)
class BodyShot:
    """Everybody tracked at one time, mapped into the picture."""

    ticks: int
    bodies: tuple[Body, ...]
    floor_plane: tuple[float, float, float, float] | None
    bad_joints: int
    host_s: float


class Inbox:
    """What came and has not been taken yet, and what went wrong; bounded, the oldest gives way. Any thread.

    Attributes:
        counts: bodies, colors (arrived); expired (gone before they were fetched); errors (the library or the sensor
            failed); unmapped (frames whose joints the sensor did not map); unusable (bodies without a known joint);
            unknown (frames with joints at 0,0,0 or not finite); dropped_bodies, dropped_colors (nobody took
            them in time).
        last_error: the newest error in words; never the exception, which would keep a frame alive and the next away.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.last_error = ""
        self._changed = threading.Condition()
        self._announced: int | None = None  # when the picture was taken that will be fetched next,
        self._converting: int | None = None  # and the one that is being converted
        self._bodies: deque[BodyShot] = deque(maxlen=BODIES_KEPT)
        self._colors: deque[ColorShot] = deque(maxlen=COLORS_KEPT)

    def put_body(self, shot: BodyShot) -> None:
        """Bodies arrived."""
        with self._changed:
            self.counts["bodies"] += 1
            self.counts["dropped_bodies"] += len(self._bodies) == BODIES_KEPT
            self._bodies.append(shot)
            self._changed.notify_all()

    def announce_color(self, ticks: int) -> None:
        """There is a picture to fetch."""
        with self._changed:
            self._announced = ticks

    def begin_color(self, ticks: int | None) -> None:
        """A picture is being converted; None: it has failed."""
        with self._changed:
            self._converting = ticks
            if self._announced == ticks:
                self._announced = None

    def put_color(self, shot: ColorShot) -> None:
        """A picture arrived."""
        with self._changed:
            self._converting = None
            self.counts["colors"] += 1
            self.counts["dropped_colors"] += len(self._colors) == COLORS_KEPT
            self._colors.append(shot)
            self._changed.notify_all()

    def put_error(self, error: Exception) -> None:
        """A frame could not be fetched."""
        expired = is_pending(error)
        with self._changed:
            self.counts["expired" if expired else "errors"] += 1
            if not expired:
                self.last_error = f"{type(error).__name__}: {error}"

    def take(self) -> tuple[list[BodyShot], list[ColorShot], list[int]]:
        """Everything that waits, oldest first, and when the pictures were taken that are under way."""
        with self._changed:
            under_way = [ticks for ticks in (self._converting, self._announced) if ticks is not None]
            taken = list(self._bodies), list(self._colors), under_way
            self._bodies.clear()
            self._colors.clear()
            return taken

    @property
    def filled(self) -> bool:
        """Whether something waits."""
        return bool(self._bodies or self._colors)

    def wait(self, limit_s: float) -> None:
        """Returns when something came, or after the limit."""
        with self._changed:
            if not self._bodies and not self._colors:
                self._changed.wait(limit_s)

    def wake(self) -> None:
        """Ends a wait."""
        with self._changed:
            self._changed.notify_all()


def is_pending(error: Exception) -> bool:
    """Whether it only says that there is no frame, or not any more."""
    return getattr(error, "hresult", 0) & 0xFFFFFFFF == E_PENDING
