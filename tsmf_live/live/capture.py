"""The capture stage: reads a source at the pace of its sensor times and hands the frames on.

Owns the source: it is made, read and closed on this stage's thread. A recording can be sent to another place by a
`Player`: sensor time then goes on after a gap, so that every later stage begins anew without being told, the frames
that the model needs before that place are read at full speed and marked as preroll, and then its own frame follows.
Reading them takes longer than a person likes to wait, so the frame itself is read first and handed to the display.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tsmf_live.frames import SensorFrame, SourceError
from tsmf_live.live.playback import Player
from tsmf_live.ring import WAIT_S, Ring
from tsmf_live.sources.base import EndOfSource, SeekableSource, Source, SourceInfo, WatchedSource
from tsmf_live.stage import Meter

LOOP_GAP_S = 0.5  # between two rounds of a loop: long enough that no window spans both
JUMP_GAP_S = 1.1  # before what a player was sent to: longer than a lost person keeps the slot
SAME_POSITION_S = 1e-6
DIM_LIGHT = "dim light: the sensor gives 15 pictures a second (bodies go on at 30); put on a light if you can"
STEPPED_OVER = 10  # frames: so few steps forward are read on, more are a jump


class CaptureWork:
    """Source -> SensorFrames.

    Args:
        open_source: makes the source.
        hand_on: called with each frame; all of them return at once or wait boundedly.
        show_ahead: called with the frame that a player was sent to, before its preroll is read.
        closes: rings to close after the last frame.
        paced: wait for each frame's sensor time (live sources pace themselves); False: as fast as it can be read.
        duration_s: stop after so many sensor seconds.
        loop: begin again after the last frame; sensor times and indices go on.
        preroll_s: says how much the model must have seen before a frame.
        hold_at_end: at the end of a recording that has a player, pause instead of ending.
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
        show_ahead: Callable[[SensorFrame], None] = lambda frame: None,
        preroll_s: Callable[[], float] = lambda: 0.0,
        hold_at_end: bool = False,
    ) -> None:
        self._open_source, self._hand_on, self._show_ahead, self._closes = open_source, hand_on, show_ahead, closes
        self._paced, self._duration_s, self._loop = paced, duration_s, loop
        self._preroll_s, self._hold_at_end = preroll_s, hold_at_end
        self._finishing, self._stopping = finishing, stopping
        self.meter = Meter("capture")
        self.info: SourceInfo | None = None  # known once the source is open
        self.player: Player | None = None  # likewise; None unless the source can be sent to a place
        self.error: SourceError | None = None  # the source failed after it had begun; frames before it stay valid
        self.warnings: list[str] = []
        self.first_s: float | None = None  # sensor time of the first and the newest frame
        self.last_s: float | None = None
        self.rate_hz = 0.0  # frames a second of this machine's time, from the first to the newest
        self._source: Source | None = None
        self._line = TimeLine()
        self._upcoming: SensorFrame | None = None  # read, and not yet due
        self._read_ms = 0.0
        self._number = 0  # of the upcoming frame within its recording
        self._goal: int | None = None  # the frame that is read up to at full speed
        self._at_end = False  # of a recording, and held there
        self._frames_this_round = 0
        self._host_start_s = 0.0
        self._due_from = (0.0, 0.0)  # host time and sensor time of one moment, from which the next frames are due
        self._pace = (False, 1.0)  # paused, speed: as last obeyed

    def set_up(self) -> None:
        """Opens the source; SourceError or UsageError if that fails."""
        try:
            self._source = self._open_source()
        except OSError as error:
            raise SourceError(f"the source cannot be opened: {error}; check its name and its permissions") from error
        self.info = self._source.info
        if isinstance(self._source, SeekableSource):
            self.player = Player(self._source.times_s, self.info.duration_s, self._loop)

    def step(self) -> bool:
        """Does what the player's user wants, reads a frame, and hands it on when it is due."""
        if self._finishing.is_set():
            return False
        try:
            if (self.player is not None and self._obey()) or not self._read():
                return True
        except EndOfSource:
            return self._end_of_round()
        except SourceError as error:
            self.error = error
            return False
        finally:
            self.warnings = list(self._source.warnings)
        frame = self._upcoming
        if self.first_s is None:
            self.first_s, self._host_start_s = frame.sensor_time_s, time.perf_counter()
            self._due_from = self._host_start_s, self.first_s
        if self._duration_s is not None and frame.sensor_time_s - self.first_s >= self._duration_s:
            return False
        if self._paced and not self.info.live and self._goal is None:
            if not self._wait_for(frame.sensor_time_s):
                return not self._finishing.is_set()
            frame = replace(frame, host_time_s=time.perf_counter())
        self._deliver(frame)
        return True

    def tear_down(self) -> None:
        """Closes the source and tells the next stages that nothing more will come."""
        for ring in self._closes:
            ring.close()
        if self._source is not None:
            self._source.close()

    def sensor_words(self) -> str | None:
        """What the user should know of the sensor now, in words; None while all is well. Any thread."""
        if not isinstance(self._source, WatchedSource):
            return None
        status = self._source.status()
        if status.message is not None:
            return status.message
        return DIM_LIGHT if status.dim_light else None

    def _read(self) -> bool:
        """Sees to it that there is an upcoming frame; False if a live source has none yet."""
        if self._upcoming is not None:
            return True
        began = time.perf_counter()
        frame = self._source.read()
        if frame is None:
            return False
        self._read_ms = (time.perf_counter() - began) * 1e3
        self._frames_this_round += 1
        if self.player is not None:
            preroll = self._goal is not None and self._number < self._goal
            frame = replace(frame, position_s=float(self.player.positions_s[self._number]), preroll=preroll)
        self._upcoming = self._line.placed(frame, whole=self._goal is not None)
        return True

    def _deliver(self, frame: SensorFrame) -> None:
        self._upcoming = None
        self.last_s = frame.sensor_time_s
        self._line.go_on_after(frame)
        if self._number == self._goal:
            self._goal, self._due_from = None, (time.perf_counter(), frame.sensor_time_s)
        if self.player is not None and not frame.preroll:
            self.player.note_shown(self._number)
        self._number += 1
        self._hand_on(frame)
        if not frame.preroll:
            self.meter.tick(self._read_ms)
            self.rate_hz = (self.meter.count - 1) / max(time.perf_counter() - self._host_start_s, 1e-9)

    def _obey(self) -> bool:
        """Does what the player's user wants; True if no frame is to be handed on now."""
        player = self.player
        goal = player.take_goal(self._goal)
        if goal is not None:
            self._go_to(goal)
        status = player.status()
        pace = status.paused, status.speed
        if pace != self._pace and self.last_s is not None:
            self._due_from = time.perf_counter(), self.last_s
        self._pace = pace
        if self._goal is not None or self.last_s is None:
            return False
        if status.paused:
            player.changed.wait(WAIT_S)
            return True
        if self._at_end:
            self._go_to(0)
        elif self._number < len(player.positions_s) and self._is_past(status.loop_s):
            self._go_to(player.frame_at(status.loop_s[0]))
        return False

    def _is_past(self, loop_s: tuple[float, float] | None) -> bool:
        return loop_s is not None and self.player.positions_s[self._number] > loop_s[1] + SAME_POSITION_S

    def _go_to(self, goal: int) -> None:
        """Makes `goal` the frame to be handed on next, after what the model needs before it.

        Raises:
            SourceError, EndOfSource: it cannot be read.
        """
        from_here = self._number if self._goal is None else self._goal
        if 0 <= goal - from_here < STEPPED_OVER and not self._at_end:
            self._goal = goal
            if self._upcoming is not None:
                self._upcoming = replace(self._upcoming, preroll=self._number < goal)
            return
        positions_s = self.player.positions_s
        start = int(np.searchsorted(positions_s, positions_s[goal] - self._preroll_s() - SAME_POSITION_S))
        self._goal, self._at_end = goal, False
        self._set_out_from(goal)
        self._read()
        self._show_ahead(self._upcoming)
        self.player.note_shown(goal)
        if start < goal:
            self._set_out_from(start)

    def _set_out_from(self, number: int) -> None:
        self._source.seek(number)
        self._number, self._upcoming, self._frames_this_round = number, None, 0
        self._line.leave(JUMP_GAP_S)

    def _end_of_round(self) -> bool:
        """After the recording's last frame: begins again, holds, or ends (False)."""
        self._goal = None
        loop_s = self.player.status().loop_s if self.player is not None else None
        if loop_s is not None and loop_s[0] > SAME_POSITION_S and self._frames_this_round:
            self.player.seek(loop_s[0])
            return True
        if loop_s is not None or (self.player is None and self._loop):
            return self._begin_again()
        if self._hold_at_end and self.player is not None and self.last_s is not None:
            self.player.pause()
            self._at_end = True
        return self._at_end

    def _begin_again(self) -> bool:
        if not self._frames_this_round:
            return False
        self._source.close()
        self._source = self._open_source()
        self._line.leave(LOOP_GAP_S)
        self._number = self._frames_this_round = 0
        return True

    def _wait_for(self, sensor_time_s: float) -> bool:
        """Waits until a frame of this time is due; False if told to stop, or anything else, meanwhile."""
        host_s, from_s = self._due_from
        due_s = host_s + (sensor_time_s - from_s) / self._pace[1]
        woken = self._finishing if self.player is None else self.player.changed
        while not (self._stopping.is_set() or self._finishing.is_set()):
            remaining_s = due_s - time.perf_counter()
            if remaining_s <= 0:
                return True
            if woken.wait(min(remaining_s, WAIT_S)):
                return False
        return False


class TimeLine:
    """Gives frames times and indices that go on wherever in the recording they come from."""

    def __init__(self) -> None:
        self._gap_s: float | None = None  # to be left before the next frame
        self._last_s: float | None = None
        self._next_index = 0
        self._offset_s, self._offset_index = 0.0, 0

    def leave(self, gap_s: float) -> None:
        """The next frame comes from another place of the recording, and so much later than the one before."""
        self._gap_s = gap_s

    def placed(self, frame: SensorFrame, whole: bool) -> SensorFrame:
        """The frame with its time and index on this line.

        Args:
            whole: no frame is missing before it. All preroll bears the index of the frame that it leads up to.
        """
        if self._gap_s is not None and self._last_s is not None:
            self._offset_s = self._last_s + self._gap_s - frame.sensor_time_s
        if self._gap_s is not None or whole:
            self._offset_index = self._next_index - frame.index
        self._gap_s = None
        time_s = frame.sensor_time_s + self._offset_s
        return replace(frame, index=frame.index + self._offset_index, sensor_time_s=time_s)

    def go_on_after(self, frame: SensorFrame) -> None:
        """The frame has been handed on."""
        self._last_s = frame.sensor_time_s
        if not frame.preroll:
            self._next_index = frame.index + 1
