"""How the sensor is doing, and when to open it again. No sensor, no thread, no clock of its own.

    STARTING --bodies--> RUNNING --none for 1 s--> STALLED --says it is not there--> DISCONNECTED
       |                   ^  ^                       |                                |      |
       | none at all       |  +---- bodies -----------+--------------------------------+      | there again, but
       v                   |                          v  there, but silent                    | silent for 5 s
    the source fails       +------- bodies ------ RECOVERING: close, wait 0, 1, 2, 5, 10, 10 ... s, open <+

The sensor sends a body frame 30 times a second, also with nobody in view. What it says of its availability decides only
what is said and how long is waited, never whether a frame counts: Kinect Studio plays to sensors that are not there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

STARTING, RUNNING, STALLED = "starting", "running", "stalled"
DISCONNECTED, RECOVERING = "disconnected", "recovering"


@dataclass(frozen=True)
class Patience:
    """How long what is waited for, in seconds.

    Attributes:
        start_s: for the first bodies after opening, when the sensor is not at the cable and says that it is not there.
        slow_start_s: the same, when either says that it is there.
        stall_s: between two body frames.
        answer_s: for bodies after the sensor was opened again or says that it is back.
        absence_s: a sensor that is away is opened again after this, in case it cannot say that it is back.
        back_off_s: before each new opening; the last one repeats.
        steady_s: running so long makes the next trouble count as the first.
    """

    start_s: float = 6.0
    slow_start_s: float = 15.0
    stall_s: float = 1.0
    answer_s: float = 5.0
    absence_s: float = 15.0
    back_off_s: tuple[float, ...] = (0.0, 1.0, 2.0, 5.0, 10.0)
    steady_s: float = 10.0

    def times(self, factor: float) -> Patience:
        """Everything longer or shorter by a factor."""
        scaled = {name: getattr(self, name) * factor for name in vars(self) if name != "back_off_s"}
        return Patience(**scaled, back_off_s=tuple(delay_s * factor for delay_s in self.back_off_s))


@dataclass(frozen=True, slots=True)
class KinectStatus:
    """A snapshot for a display.

    Attributes:
        state: one of the five above; message: the same in words, with what to do, or None while all is well.
        available: what the sensor says of itself, None if unknown.
        color_rate_hz: by the sensor's clock, None before there is a picture; dim_light: 15 Hz instead of 30.
        color_offset_ms: median of picture minus bodies over the newest pairs, None before there is one.
        color_lag_ms: how much later a picture is complete than bodies of the same moment, None before there are both;
            color_conversion_ms: of it, the conversion.
        counts: bodies, colors, paired, unpaired, missed, late, expired, errors, unmapped, unusable, unknown,
            dropped_bodies, dropped_colors, stalls, disconnects, openings, failed_openings, epochs.
        last_error: the newest error of the library, or "".
    """

    state: str
    message: str | None
    available: bool | None
    color_rate_hz: float | None
    dim_light: bool
    color_offset_ms: float | None
    counts: dict[str, int] = field(default_factory=dict)
    last_error: str = ""
    color_lag_ms: float | None = None
    color_conversion_ms: float = 0.0


class Watch:
    """Decides what to do from what came when; the owner does it.

    `look` is called several times a second and says "open", "close", "give up" or None. Made with the sensor open.

    Args:
        now_s: host time, right after opening.
        patience: see Patience.
        plugged_in: whether the system sees the sensor at a cable.

    Attributes:
        state: see the module.
        available: as it was last said; None: nobody had to ask since bodies came.
        stalls, disconnects, openings, failed_openings: how often.
    """

    def __init__(self, now_s: float, patience: Patience | None = None, plugged_in: bool = False) -> None:
        self.patience, self._there = patience or Patience(), plugged_in
        self.state, self.available = STARTING, None
        self.stalls = self.disconnects = self.failed_openings = 0
        self.openings = 1
        self._began_s = self._since_s = self._running_since_s = now_s
        self._last_body_s: float | None = None
        self._attempts = 0
        self._open_at_s: float | None = None  # None: it is open

    def body_came(self, now_s: float) -> None:
        """Bodies arrived: whatever was, it works."""
        if self.state != RUNNING:
            self._change(RUNNING, now_s)
            self._running_since_s, self.available = now_s, None
        elif now_s - self._running_since_s > self.patience.steady_s:
            self._attempts = 0
        self._last_body_s = now_s

    def opened(self, now_s: float) -> None:
        """The sensor was opened; bodies may come."""
        self.openings += 1
        self._open_at_s, self._since_s = None, now_s

    def opening_failed(self, now_s: float) -> None:
        """The sensor could not be opened."""
        self.failed_openings += 1
        self._recover(now_s)

    def look(self, now_s: float, ask_available: Callable[[], bool | None], ended: bool) -> str | None:
        """What to do now.

        Args:
            now_s: host time.
            ask_available: asks the sensor; called only when something is not as it should be.
            ended: pykinect2's thread is gone, nothing will come from this opening.
        """
        if self.state == STARTING and self._too_late(now_s):
            return "give up"
        if self._open_at_s is not None:
            return "open" if now_s >= self._open_at_s else None
        if ended:
            return self._recover(now_s)
        if self.state == RUNNING:
            if now_s - self._last_body_s > self.patience.stall_s:
                self.stalls += 1
                self._change(STALLED, now_s)
            return None
        before, self.available = self.available, ask_available()
        if self.state == STARTING and self.available:
            self._there = True
        if self.state in (STALLED, RECOVERING) and self.available is False:
            self.disconnects += self.state == STALLED
            self._change(DISCONNECTED, now_s)
        elif self.state == DISCONNECTED and self.available and not before:
            self._since_s = now_s
        return self._recover(now_s) if self._waited_enough(now_s) else None

    def _waited_enough(self, now_s: float) -> bool:
        waited_s = now_s - self._since_s
        if self.state == DISCONNECTED:
            return waited_s > (self.patience.answer_s if self.available else self.patience.absence_s)
        return self.state == STALLED or (self.state == RECOVERING and waited_s > self.patience.answer_s)

    def _too_late(self, now_s: float) -> bool:
        limit_s = self.patience.slow_start_s if self._there else self.patience.start_s
        return now_s - self._began_s > limit_s

    def _recover(self, now_s: float) -> str | None:
        """Begins the next attempt."""
        delays_s = self.patience.back_off_s
        self._open_at_s = now_s + delays_s[min(self._attempts, len(delays_s) - 1)]
        self._attempts += 1
        if self.state != STARTING:
            self._change(RECOVERING, now_s)
        return "close"

    def _change(self, state: str, now_s: float) -> None:
        self.state, self._since_s = state, now_s
