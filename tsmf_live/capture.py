"""The capture stage: reads a source at the pace of its sensor times and hands the frames on.

Owns the source: it is made, read and closed on this stage's thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from tsmf_live.frames import SensorFrame, SourceError
from tsmf_live.ring import WAIT_S, Ring
from tsmf_live.sources.base import EndOfSource, Source, SourceInfo
from tsmf_live.stage import Meter

LOOP_GAP_S = 0.5  # between two rounds of a loop: long enough that no window spans both


class CaptureWork:
    """Source -> SensorFrames.

    Args:
        open_source: makes the source.
        hand_on: called with each frame; all of them return at once or wait boundedly.
        closes: rings to close after the last frame.
        paced: wait for each frame's sensor time (live sources pace themselves); False: as fast as it can be read.
        duration_s: stop after so many sensor seconds.
        loop: begin again after the last frame; sensor times and indices go on.
        finishing: when set, the stage ends as if the source had ended.
        stopping: ends every wait.
    """

    def __init__(
        self,
        open_source: Callable[[], Source],
        hand_on: Callable[[SensorFrame], None],
        closes: list[Ring],
        *,
        paced: bool,
        duration_s: float | None,
        loop: bool,
        finishing: threading.Event,
        stopping: threading.Event,
    ) -> None:
        self._open_source, self._hand_on, self._closes = open_source, hand_on, closes
        self._paced, self._duration_s, self._loop = paced, duration_s, loop
        self._finishing, self._stopping = finishing, stopping
        self.meter = Meter("capture")
        self.info: SourceInfo | None = None  # known once the source is open
        self.error: SourceError | None = None  # the source failed after it had begun; frames before it stay valid
        self.warnings: list[str] = []
        self.first_s: float | None = None  # sensor time of the first and the newest frame
        self.last_s: float | None = None
        self.rate_hz = 0.0  # frames a second of this machine's time, from the first to the newest
        self._source: Source | None = None
        self._offset_s, self._offset_index, self._last_index = 0.0, 0, -1
        self._host_start_s = 0.0
        self._frames_this_round = 0

    def set_up(self) -> None:
        """Opens the source; SourceError or UsageError if that fails."""
        try:
            self._source = self._open_source()
        except OSError as error:
            raise SourceError(f"the source cannot be opened: {error}; check its name and its permissions") from error
        self.info = self._source.info

    def step(self) -> bool:
        """Reads one frame and hands it on."""
        if self._finishing.is_set():
            return False
        began = time.perf_counter()
        try:
            frame = self._source.read()
        except EndOfSource:
            return self._begin_again()
        except SourceError as error:
            self.error = error
            return False
        finally:
            self.warnings = list(self._source.warnings)
        if frame is None:
            return True
        read_ms = (time.perf_counter() - began) * 1e3
        frame = self._on_one_time_line(frame)
        if self._duration_s is not None and frame.sensor_time_s - self.first_s >= self._duration_s:
            return False
        if self._paced and not self.info.live:
            if not self._wait_for(frame.sensor_time_s):
                return False
            frame = replace(frame, host_time_s=time.perf_counter())
        self.last_s, self._last_index = frame.sensor_time_s, frame.index
        self._hand_on(frame)
        self.meter.tick(read_ms)
        self.rate_hz = (self.meter.count - 1) / max(time.perf_counter() - self._host_start_s, 1e-9)
        return True

    def tear_down(self) -> None:
        """Closes the source and tells the next stages that nothing more will come."""
        for ring in self._closes:
            ring.close()
        if self._source is not None:
            self._source.close()

    def _on_one_time_line(self, frame: SensorFrame) -> SensorFrame:
        """The frame with times and indices that go on across rounds of a loop; notes the first frame's time."""
        self._frames_this_round += 1
        if self._offset_index:
            index, time_s = frame.index + self._offset_index, frame.sensor_time_s + self._offset_s
            frame = replace(frame, index=index, sensor_time_s=time_s)
        if self.first_s is None:
            self.first_s, self._host_start_s = frame.sensor_time_s, time.perf_counter()
        return frame

    def _begin_again(self) -> bool:
        if not self._loop or not self._frames_this_round:
            return False
        self._source.close()
        self._source = self._open_source()
        self._offset_s = self.last_s + LOOP_GAP_S - self.first_s
        self._offset_index = self._last_index + 1
        self._frames_this_round = 0
        return True

    def _wait_for(self, sensor_time_s: float) -> bool:
        """Waits until a frame of this time is due; False if told to stop meanwhile."""
        due_s = self._host_start_s + sensor_time_s - self.first_s
        while not (self._stopping.is_set() or self._finishing.is_set()):
            remaining_s = due_s - time.perf_counter()
            if remaining_s <= 0:
                return True
            self._finishing.wait(min(remaining_s, WAIT_S))
        return False
