"""Which picture belongs to which bodies, and one time line for all of them. No sensor, no thread, no clock of its own.

Colour and bodies come from the sensor separately, each with its own time: bodies always at 30 Hz, colour at 30 Hz or,
in dim light, at 15. A picture is complete later than its bodies, on a slow PC by 0.1 s and more. Every body frame is
given on, with the nearest picture if one is near enough; the wait for it follows the measured lag of the pictures.
"""

from __future__ import annotations

import statistics
from collections import deque

from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.sources.kinect.inbox import BodyShot, ColorShot
from tsmf_live.time_line import TimeLine

TICKS_PER_S = 10_000_000  # the SDK's TIMESPAN counts 100 ns
PAIR_LIMIT_S = 0.040  # a picture farther from the bodies in time than this is not theirs
HOLD_S = 0.050  # by the sensor's clock: the nearest picture is taken up to 33 ms after the bodies, then converted
LAG_LIMIT_S = 0.150  # both waits grow by the pictures' lag, at most by this: a later display is unpleasant
LAGS_KEPT = 30  # frames over which the lag is measured: a second
HOLD_HOST_S = 0.150  # by the host's clock, where no newer bodies show that sensor time has passed
NEAR_S = 0.016  # no picture can come nearer than this one: two are never less than 33 ms apart
SILENT_S = 0.5  # after so long without a picture, bodies wait only SILENT_HOLD_S for one
SILENT_HOLD_S = 0.05  # by the host's clock: so that the first picture that comes again finds its bodies
COLORS_KEPT = 6  # 8.3 MB each; 0.2 s at 30 Hz
DIM_LIGHT_S = 0.050  # median time between pictures above this: 15 Hz instead of 30
SLOW_CONVERSION_S = 0.030  # slower conversion makes pictures late: then few pictures do not mean dim light
JUMP_BACK_S = 0.5  # bodies older than the last by less are late and dropped, by more: the clock began again
EPOCH_GAP_S = 1.1  # on our time line, after the clock began again: longer than any state is kept


class Pairing:
    """Bodies in, bodies with their picture out, in order.

    Args:
        offset_s: added to the colour's time; the sensor's own constant offset, if it is known.

    Attributes:
        color_intervals_s: between the newest pictures.
        offsets_s: of the newest pairs, picture minus bodies.
        paired, unpaired: bodies given on with and without a picture.
        conversions_s: how long the newest pictures took to convert.
        under_way: when the pictures were taken that are being fetched or converted, in the sensor's ticks.
    """

    def __init__(self, offset_s: float = 0.0) -> None:
        self._offset_ticks = round(offset_s * TICKS_PER_S)
        self._bodies: deque[BodyShot] = deque()
        self._colors: deque[ColorShot] = deque(maxlen=COLORS_KEPT)
        self._silent_since_s: float | None = None  # host time of the newest picture, or of the first bodies
        self.color_intervals_s: deque[float] = deque(maxlen=15)
        self.offsets_s: deque[float] = deque(maxlen=300)
        self.conversions_s: deque[float] = deque(maxlen=15)
        self.under_way: list[int] = []
        self.paired = self.unpaired = 0
        # of the newest: host time when it was complete minus the sensor's time, which has an offset of its own
        self._color_delays_s: deque[float] = deque(maxlen=LAGS_KEPT)
        self._body_delays_s: deque[float] = deque(maxlen=LAGS_KEPT)
        self._last_body_ticks = 0

    def add_color(self, shot: ColorShot) -> None:
        """A picture came."""
        if self._colors:
            interval_s = (shot.ticks - self._colors[-1].ticks) / TICKS_PER_S
            if interval_s <= 0:  # the clock began again: the pictures before belong to no bodies to come
                self._colors.clear()
                self._color_delays_s.clear()
            else:
                self.color_intervals_s.append(interval_s)
        self._colors.append(shot)
        self._color_delays_s.append(shot.host_s - shot.ticks / TICKS_PER_S)
        self.conversions_s.append(shot.took_s)
        self._silent_since_s = shot.host_s

    def add_body(self, shot: BodyShot) -> None:
        """Bodies came."""
        if (shot.ticks - self._last_body_ticks) / TICKS_PER_S < -JUMP_BACK_S:
            self._body_delays_s.clear()
        self._last_body_ticks = shot.ticks
        self._body_delays_s.append(shot.host_s - shot.ticks / TICKS_PER_S)
        self._bodies.append(shot)
        if self._silent_since_s is None:
            self._silent_since_s = shot.host_s

    def next(self, now_s: float) -> tuple[BodyShot, ColorShot | None] | None:
        """The oldest bodies, once their picture is decided; None while it is not. `now_s`: host time."""
        if not self._bodies or not self._decided(self._bodies[0], now_s):
            return None
        body = self._bodies.popleft()
        color = self._nearest(body)
        if color is None:
            self.unpaired += 1
            return body, None
        self.paired += 1
        self.offsets_s.append(self._distance_s(color.ticks, body))
        return body, color

    def clear(self) -> None:
        """Forgets everything that waits: the sensor was opened again."""
        self._bodies.clear()
        self._colors.clear()
        self.color_intervals_s.clear()
        self._color_delays_s.clear()
        self._body_delays_s.clear()
        self._silent_since_s = None

    @property
    def color_rate_hz(self) -> float | None:
        """Of the newest pictures by the sensor's clock; None before there are four."""
        if len(self.color_intervals_s) < 3:
            return None
        return 1 / statistics.median(self.color_intervals_s)

    @property
    def dim_light(self) -> bool:
        """Whether the sensor has halved the colour rate to expose longer."""
        rate_hz = self.color_rate_hz
        return rate_hz is not None and 1 / rate_hz > DIM_LIGHT_S and self.conversion_s < SLOW_CONVERSION_S

    @property
    def conversion_s(self) -> float:
        """How long a picture takes to convert (median of the newest); 0 before there is one."""
        taken_s = self.conversions_s.copy()
        return statistics.median(taken_s) if taken_s else 0.0

    @property
    def slow_conversion(self) -> bool:
        """Whether the conversion of pictures, and not the light, makes them few."""
        return len(self.conversions_s) == self.conversions_s.maxlen and self.conversion_s > SLOW_CONVERSION_S

    @property
    def too_late(self) -> bool:
        """Whether pictures come so late that their bodies do not wait for them."""
        return len(self._color_delays_s) == LAGS_KEPT and (self.lag_s or 0.0) > LAG_LIMIT_S + HOLD_S

    @property
    def lag_s(self) -> float | None:
        """How much later a picture is complete than bodies of the same moment (median); None before there are both."""
        colors_s, bodies_s = self._color_delays_s.copy(), self._body_delays_s.copy()
        return statistics.median(colors_s) - statistics.median(bodies_s) if colors_s and bodies_s else None

    @property
    def _allowance_s(self) -> float:
        """What the latest of the newest pictures needs. It is waited for only where a picture is missing."""
        if not self._color_delays_s or not self._body_delays_s:
            return 0.0
        lag_s = max(self._color_delays_s) - statistics.median(self._body_delays_s)
        return min(max(lag_s, 0.0), LAG_LIMIT_S)

    def _decided(self, body: BodyShot, now_s: float) -> bool:
        """Whether no better picture for these bodies can be expected."""
        # one that is far ahead is of the clock before it began again
        if self._colors and -NEAR_S <= self._distance_s(self._colors[-1].ticks, body) < JUMP_BACK_S:
            return True
        waited_s, longer_s = now_s - body.host_s, self._allowance_s
        if waited_s < HOLD_HOST_S + LAG_LIMIT_S and self._is_coming(body):
            return False
        if now_s - self._silent_since_s > SILENT_S and waited_s >= SILENT_HOLD_S:
            return True
        # newer bodies show the sensor's time, on which a slow machine has no influence
        newer_s = (self._bodies[-1].ticks - body.ticks) / TICKS_PER_S
        return newer_s >= HOLD_S + longer_s or waited_s >= HOLD_HOST_S + longer_s

    def _nearest(self, body: BodyShot) -> ColorShot | None:
        """The picture that is nearest in time, None if that is not near enough."""
        color = min(self._colors, key=lambda color: abs(self._distance_s(color.ticks, body)), default=None)
        return color if color and abs(self._distance_s(color.ticks, body)) <= PAIR_LIMIT_S else None

    def _is_coming(self, body: BodyShot) -> bool:
        """Whether a picture that is under way is nearer to the bodies than all that are there."""
        nearest, limit_s = self._nearest(body), PAIR_LIMIT_S
        if nearest is not None:
            limit_s = abs(self._distance_s(nearest.ticks, body))
        return any(abs(self._distance_s(ticks, body)) < limit_s for ticks in self.under_way)

    def _distance_s(self, color_ticks: int, body: BodyShot) -> float:
        return (color_ticks + self._offset_ticks - body.ticks) / TICKS_PER_S


class SensorLine:
    """The sensor's times as one line that only goes forward, and frame numbers with holes where frames were lost.

    Within an epoch the times are the sensor's own, in seconds (plus a constant). A new epoch begins when the sensor's
    clock jumps back or the sensor was opened again; it continues at least EPOCH_GAP_S after the last frame, so that
    windows are reset and nobody is taken for somebody seen before.

    Attributes:
        epochs: how many there were.
        late: frames that came after a newer one, or twice, and were dropped.
        missed: frames that the sensor did not deliver, by the holes in its times.
    """

    def __init__(self) -> None:
        self.epochs, self.late, self.missed = 0, 0, 0
        self._line = TimeLine()
        self._begins_epoch = True
        self._last_ticks, self._last_index, self._last_host_s = 0, -1, 0.0

    def begin_epoch(self) -> None:
        """The next frame's time has nothing to do with the last one's."""
        self._begins_epoch = True

    def place(self, ticks: int, host_s: float) -> tuple[int, float] | None:
        """Index and sensor time of the next frame; None for one that is late and must be dropped."""
        step_s = (ticks - self._last_ticks) / TICKS_PER_S
        if not self._begins_epoch and -JUMP_BACK_S < step_s <= 0:
            self.late += 1
            return None
        if self._begins_epoch or step_s <= 0:
            self.epochs += 1
            self._begins_epoch = False
            self._line.leave(max(EPOCH_GAP_S, host_s - self._last_host_s))
            lost = 0
        else:
            lost = max(0, round(step_s * FRAME_RATE_HZ) - 1)
            self.missed += lost
        index, time_s = self._last_index + 1 + lost, self._line.place(ticks / TICKS_PER_S)
        self._line.go_on_after(time_s)
        self._last_ticks, self._last_index, self._last_host_s = ticks, index, host_s
        return index, time_s
