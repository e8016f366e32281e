"""The capture stage: takes each frame from the playback of a source and hands it on.

Owns the source: it is made, read and closed on this stage's thread. What paces a recording is in `playback`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tsmf_live.frames import SensorFrame, SourceError
from tsmf_live.live.playback import Playback
from tsmf_live.memory import GivingBack
from tsmf_live.ring import Ring
from tsmf_live.sources.base import EndOfSource, Source, SourceInfo, WatchedSource
from tsmf_live.stage import Meter

DIM_LIGHT = "dim light: the sensor gives 15 pictures a second (bodies go on at 30); put on a light if you can"


class CaptureWork:
    """Source -> SensorFrames.

    Args:
        playback: gives each frame when it is due.
        hand_on: called with each frame; returns at once or waits boundedly.
        closes: rings to close after the last frame.
        duration_s: stop after so many sensor seconds.
        finishing: when set, the stage ends as if the source had ended.
    """

    def __init__(
        self,
        playback: Playback,
        hand_on: Callable[[SensorFrame], None],
        closes: list[Ring],
        *,
        duration_s: float | None,
        finishing: threading.Event,
    ) -> None:
        self._playback, self._hand_on, self._closes = playback, hand_on, closes
        self._duration_s, self._finishing = duration_s, finishing
        self.meter = Meter("capture")
        self._giving_back = GivingBack()
        self._asked: tuple[Source | None, bool] = (None, False)  # the source, and whether it is a WatchedSource
        self.info: SourceInfo | None = None  # known once the source is open
        self.error: SourceError | None = None  # the source failed after it had begun; frames before it stay valid
        self.failed_s = 0.0  # when it did, host time
        self.warnings: list[str] = []
        self.first_s: float | None = None  # sensor time of the first and the newest frame
        self.last_s: float | None = None
        self.rate_hz = 0.0  # frames a second of this machine's time, from the first to the newest
        self._host_start_s = 0.0

    def set_up(self) -> None:
        """Opens the source; SourceError or UsageError if that fails."""
        try:
            self._playback.open()
        except OSError as error:
            raise SourceError(f"the source cannot be opened: {error}; check its name and its permissions") from error
        self.info = self._playback.source.info

    def step(self) -> bool:
        """Hands a frame on, if one is due."""
        if self._finishing.is_set():
            return False
        try:
            frame = self._playback.next()
        except EndOfSource:
            return False
        except SourceError as error:
            self.error, self.failed_s = error, time.perf_counter()
            return False
        finally:
            self.warnings = self._playback.warnings
        if frame is None:
            return True
        if self.first_s is None and not frame.preroll:
            self.first_s, self._host_start_s = frame.sensor_time_s, time.perf_counter()
        if self.first_s is not None:
            if self._duration_s is not None and frame.sensor_time_s - self.first_s >= self._duration_s:
                return False
            self.last_s = frame.sensor_time_s
        self._hand_on(frame)
        self._giving_back.now_and_then()
        if not frame.preroll:
            self.meter.tick(self._playback.read_ms)
            self.rate_hz = (self.meter.count - 1) / max(time.perf_counter() - self._host_start_s, 1e-9)
        return True

    def tear_down(self) -> None:
        """Closes the source and tells the next stages that nothing more will come."""
        for ring in self._closes:
            ring.close()
        self._playback.close()

    def sensor_words(self) -> str | None:
        """A message about the sensor for the user; None while all is well. Any thread."""
        source = self._playback.source
        if source is not self._asked[0]:  # looking a protocol up takes as long as a view's other parts together
            self._asked = source, isinstance(source, WatchedSource)
        if not self._asked[1]:
            return None
        status = source.status()
        if status.message is not None:
            return status.message
        return DIM_LIGHT if status.dim_light else None
