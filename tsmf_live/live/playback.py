"""Plays a source: each frame is given when it is due, from wherever in the recording the user wants it.

A frame of the Kinect goes through as it comes. A frame of a recording is read, gets its place on a time line that only
goes forward, waits until it is due at the speed that is wanted, and goes on to capture.

Where a recording is sent to another place, sensor time goes on after a gap, so that every later stage begins anew
without being told. The frames that the model needs before that place (preroll) are read at full speed; then the frame
itself comes. As people do not like to wait so long, that frame is read first of all and shown ahead.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tsmf_live.frames import PoseFrame, SensorFrame, UsageError
from tsmf_live.live.feedback import Feedback
from tsmf_live.live.player import Player
from tsmf_live.ring import WAIT_S, Ring
from tsmf_live.sources.base import EndOfSource, SeekableSource, Source
from tsmf_live.time_line import TimeLine

LOOP_GAP_S = 0.5  # between two rounds of a loop: long enough that no window spans both
JUMP_GAP_S = 1.1  # before what a player was sent to: longer than a lost person keeps the slot
SAME_POSITION_S = 1e-6
STEPPED_OVER = 10  # frames: fewer steps forward are simply read; more are a jump
WENT_BACK_S = 1.0  # a time so much before the last one: the source's clock was set; less: the frame came too late
FALLEN_BEHIND_S = 1.0  # a recording this late (the PC slept) goes on from where it is, instead of rushing through


class FrameRing(Ring["SensorFrame | PoseFrame"]):
    """Frames on their way to the model. Preroll, and the frame that it leads up to, are never dropped."""

    def __init__(self, capacity: int, *, lossless: bool, stopping: threading.Event) -> None:
        super().__init__(capacity, lossless=lossless, stopping=stopping)
        self._after_preroll = False

    def put(self, frame: SensorFrame | PoseFrame) -> None:
        """Hands a frame over; waits for room where it must not be dropped."""
        super().put(frame, wait=frame.preroll or self._after_preroll)
        self._after_preroll = frame.preroll


class Playback:
    """The frames of a source, each when it is due. Used by the capture stage's thread only.

    Args:
        open_source: makes the source; with `loop`, again for each round.
        feedback: gets the player once the source is open, and says how much the model must see before a frame.
        paced: wait for each frame's sensor time (live sources pace themselves); False: as fast as it can be read.
        loop: begin again after the last frame; sensor times and indices go on.
        await_viewer: hold the first frame of a recording that has a player until that is resumed.
        hold_at_end: at the end of a recording that has a player, pause instead of ending.
        start_s: the first frame to be given, seconds from the recording's first; what the model needs before it is
            read as before any place that the user goes to.
        show_ahead: called with the frame that the user went to, before its preroll is read.
        finishing, stopping: end every wait.

    Attributes:
        source: once it is open.
        read_ms: how long the newest frame took to read.
        out_of_order: frames that came twice, or later than their successor; they are left out.
        clock_set: how often the source's clock went back.
    """

    def __init__(
        self,
        open_source: Callable[[], Source],
        feedback: Feedback,
        *,
        paced: bool,
        loop: bool,
        hold_at_end: bool,
        await_viewer: bool = False,
        start_s: float = 0.0,
        show_ahead: Callable[[SensorFrame], None],
        finishing: threading.Event,
        stopping: threading.Event,
    ) -> None:
        self._open_source, self._feedback, self._show_ahead = open_source, feedback, show_ahead
        self._paced, self._loop, self._hold_at_end, self._start_s = paced, loop, hold_at_end, start_s
        self._await_viewer = await_viewer
        self._finishing, self._stopping = finishing, stopping
        self.source: Source | None = None
        self.read_ms = 0.0
        self.out_of_order = self.clock_set = 0
        self._read_s: float | None = None  # the source's own time of the frame read last
        self._player: Player | None = None  # None unless the source can be sent to a place
        self._line = FrameLine()
        self._upcoming: SensorFrame | None = None  # read, and not yet due
        self._given_s: float | None = None  # sensor time of the newest frame that was given
        self._number = 0  # of the upcoming frame within its recording
        self._goal: int | None = None  # the frame that is read up to at full speed
        self._at_end = False  # of a recording, and held there
        self._frames_this_round = 0
        self._due_from: tuple[float, float] | None = None  # host and sensor time from which the next frames are due
        self._pace = (False, 1.0)  # paused, speed: as last obeyed

    def open(self) -> None:
        """Opens the source; SourceError, UsageError or OSError if that fails, or it has no such start."""
        self.source = self._open_source()
        if isinstance(self.source, SeekableSource):
            self._player = Player(self.source.times_s, self.source.info.duration_s, self._loop)
            if self._await_viewer:
                self._player.pause()
            self._feedback.player = self._player
        if self._start_s > 0:
            self._require_start()
            self._player.seek(self._start_s)

    def _require_start(self) -> None:
        info = self.source.info
        if self._player is None:
            raise UsageError(f"--start: expected a recording, {info.name} has no moments to begin at; leave it out")
        if self._start_s > self._player.positions_s[-1]:
            raise UsageError(
                f"--start {self._start_s:g}: expected at most {self._player.positions_s[-1]:.1f} s, that is where the "
                f"last frame of {info.name} is"
            )

    def next(self) -> SensorFrame | None:
        """Does what the user wants; the next frame once it is due, else None within 0.1 s.

        Raises:
            EndOfSource: that was all.
            SourceError: the rest cannot be read.
        """
        try:
            if (self._player is not None and self._obey()) or not self._read():
                return None
        except EndOfSource:
            if not self._end_of_round():
                raise
            return None
        frame = self._upcoming
        if self._due_from is None:
            self._due_from = time.perf_counter(), frame.sensor_time_s
        if self._paced and not self.source.info.live and self._goal is None:
            if not self._wait_for(frame.sensor_time_s):
                return None
            frame = replace(frame, host_time_s=time.perf_counter())
        self._note_given(frame)
        return frame

    def pace_from(self, sensor_time_s: float) -> None:
        """A frame of this time was held up on its way: what follows is due as if it had been given now."""
        if self._due_from is not None:
            self._due_from = time.perf_counter(), sensor_time_s

    @property
    def warnings(self) -> list[str]:
        """The source's, and what was done about frames that were not in order."""
        said = list(self.source.warnings)
        if self.out_of_order:
            said.append(f"{self.out_of_order} frames came twice or too late; they were left out")
        if self.clock_set:
            said.append(f"the source's clock went back {self.clock_set} times; its frames go on after a gap")
        return said

    def close(self) -> None:
        """Closes the source, if it is open."""
        if self.source is not None:
            self.source.close()

    def _read(self) -> bool:
        """Sees to it that there is an upcoming frame; False if a live source has none yet."""
        if self._upcoming is not None:
            return True
        began = time.perf_counter()
        frame = self.source.read()
        if frame is None or not self._is_in_order(frame.sensor_time_s):
            return False
        self.read_ms = (time.perf_counter() - began) * 1e3
        self._frames_this_round += 1
        if self._player is not None:
            preroll = self._goal is not None and self._number < self._goal
            frame = replace(frame, position_s=float(self._player.positions_s[self._number]), preroll=preroll)
        self._upcoming = self._line.placed(frame, whole=self._goal is not None)
        return True

    def _is_in_order(self, source_time_s: float) -> bool:
        """False for a frame to be left out: the stages after this one, and a recording, need times that go on.

        Sources see to that themselves; here it is made sure of for all of them.
        """
        last_s = self._read_s
        if last_s is not None and last_s - WENT_BACK_S < source_time_s <= last_s:
            self.out_of_order += 1
            return False
        if last_s is not None and source_time_s <= last_s:
            self.clock_set += 1
            self._line.leave(JUMP_GAP_S)
        self._read_s = source_time_s
        return True

    def _note_given(self, frame: SensorFrame) -> None:
        self._upcoming = None
        self._given_s = frame.sensor_time_s
        self._line.go_on_after(frame)
        if self._number == self._goal:
            self._goal, self._due_from = None, (time.perf_counter(), frame.sensor_time_s)
        if self._player is not None and not frame.preroll:
            self._player.note_shown(self._number)
        self._number += 1

    def _obey(self) -> bool:
        """Does what the player's user wants; True if no frame is to be handed on now."""
        player = self._player
        goal = player.take_goal(self._goal)
        if goal is not None:
            self._go_to(goal)
        status = player.status()
        pace = status.paused, status.speed
        if pace != self._pace and self._given_s is not None:
            self._due_from = time.perf_counter(), self._given_s
        self._pace = pace
        if self._goal is not None or self._given_s is None:
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
        return loop_s is not None and self._player.positions_s[self._number] > loop_s[1] + SAME_POSITION_S

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
        positions_s = self._player.positions_s
        start = int(np.searchsorted(positions_s, positions_s[goal] - self._feedback.context_s - SAME_POSITION_S))
        self._goal, self._at_end = goal, False
        self._set_out_from(goal)
        self._read()
        self._show_ahead(self._upcoming)
        self._player.note_shown(goal)
        if start < goal:
            self._set_out_from(start)

    def _set_out_from(self, number: int) -> None:
        self.source.seek(number)
        self._number, self._upcoming, self._frames_this_round = number, None, 0
        self._read_s = None
        self._line.leave(JUMP_GAP_S)

    def _end_of_round(self) -> bool:
        """After the recording's last frame: begins again or holds; False: it is over."""
        self._goal = None
        loop_s = self._player.status().loop_s if self._player is not None else None
        if loop_s is not None and loop_s[0] > SAME_POSITION_S and self._frames_this_round:
            self._player.seek(loop_s[0])
            return True
        if loop_s is not None or (self._player is None and self._loop):
            return self._begin_again()
        if self._hold_at_end and self._player is not None and self._given_s is not None:
            self._player.pause()
            self._at_end = True
        return self._at_end

    def _begin_again(self) -> bool:
        if not self._frames_this_round:
            return False
        self.source.close()
        self.source = self._open_source()
        self._line.leave(LOOP_GAP_S)
        self._read_s = None
        self._number = self._frames_this_round = 0
        return True

    def _wait_for(self, sensor_time_s: float) -> bool:
        """Waits until a frame of this time is due; False if told to stop, or anything else, meanwhile."""
        host_s, from_s = self._due_from
        due_s = host_s + (sensor_time_s - from_s) / self._pace[1]
        woken = self._finishing if self._player is None else self._player.changed
        while not (self._stopping.is_set() or self._finishing.is_set()):
            remaining_s = due_s - time.perf_counter()
            if remaining_s <= 0:
                if remaining_s < -FALLEN_BEHIND_S:
                    self._due_from = time.perf_counter(), sensor_time_s
                return True
            if woken.wait(min(remaining_s, WAIT_S)):
                return False
        return False


class FrameLine:
    """Gives frames times and indices that go on wherever in the recording they come from."""

    def __init__(self) -> None:
        self._times = TimeLine()
        self._left = False  # the next frame comes from elsewhere
        self._next_index = self._index_shift = 0

    def leave(self, gap_s: float) -> None:
        """The next frame comes from another place of the recording, and so much later than the one before."""
        self._times.leave(gap_s)
        self._left = True

    def placed(self, frame: SensorFrame, whole: bool) -> SensorFrame:
        """The frame with its time and index on this line.

        Args:
            whole: no frame is missing before it. All preroll gets the index of the frame that it leads up to.
        """
        if self._left or whole:
            self._index_shift = self._next_index - frame.index
        self._left = False
        return replace(
            frame, index=frame.index + self._index_shift, sensor_time_s=self._times.place(frame.sensor_time_s)
        )

    def go_on_after(self, frame: SensorFrame) -> None:
        """The frame has been handed on."""
        self._times.go_on_after(frame.sensor_time_s)
        if not frame.preroll:
            self._next_index = frame.index + 1
