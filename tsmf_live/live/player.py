"""The controls of a recording that is played: pause, step, seek, speed, loop.

The window calls them; `playback` obeys before each frame. A Player only holds what is wanted and what is shown,
it reads no frame itself.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from tsmf_live.frames import PlayerStatus

SLOWEST, FASTEST = 0.1, 4.0


class Player:
    """What is wanted of the recording that is played. Every method may be called on any thread and returns at once.

    Positions are seconds from the recording's first frame. A position outside the recording means its nearest end.

    Args:
        times_s: sensor time of each frame of the recording, increasing.
        duration_s: from its first frame to the end of its last.
        loop: begin with the whole recording as the span that is repeated.
    """

    def __init__(self, times_s: Sequence[float], duration_s: float, loop: bool = False) -> None:
        self.positions_s = np.asarray(times_s, np.float64) - times_s[0]
        self.duration_s = duration_s
        self.changed = threading.Event()  # something else is wanted; playback clears it when it looks
        self._lock = threading.Lock()
        self._paused = False
        self._speed = 1.0
        self._loop_s = (0.0, duration_s) if loop else None
        self._shown = 0  # number of the frame that is shown, from 0
        self._goal: int | None = None  # the frame to go to; None: where it is
        self._steps = 0

    def pause(self) -> None:
        """Holds the frame that is shown."""
        with self._lock:
            self._paused = True
        self.changed.set()

    def resume(self) -> None:
        """Plays on; after the last frame, from the beginning."""
        with self._lock:
            self._paused = False
        self.changed.set()

    def step(self, frames: int) -> None:
        """Pauses, `frames` further on (back if negative); steps that come faster than frames add up."""
        with self._lock:
            self._paused = True
            self._steps += frames
        self.changed.set()

    def seek(self, position_s: float) -> None:
        """Goes to the frame nearest to a position."""
        with self._lock:
            self._goal, self._steps = self.frame_at(position_s), 0
        self.changed.set()

    def set_speed(self, factor: float) -> None:
        """Plays `factor` times as fast as it was recorded, 0.1 to 4."""
        with self._lock:
            self._speed = min(max(factor, SLOWEST), FASTEST)
        self.changed.set()

    def set_loop(self, span_s: tuple[float, float] | None) -> None:
        """Repeats the span between two positions, both frames included; None: plays to the end."""
        if span_s is not None:
            first, last = sorted(min(max(position_s, 0.0), self.duration_s) for position_s in span_s)
            span_s = (first, last)
        with self._lock:
            self._loop_s = span_s
        self.changed.set()

    @property
    def paused(self) -> bool:
        """Whether the frame that is shown is held."""
        with self._lock:
            return self._paused

    def status(self) -> PlayerStatus:
        """Where the recording is."""
        with self._lock:
            position_s = float(self.positions_s[self._shown])
            at_end = self._paused and self._shown == len(self.positions_s) - 1
            return PlayerStatus(position_s, self.duration_s, self._paused, self._speed, self._loop_s, at_end)

    def frame_at(self, position_s: float) -> int:
        """The number of the frame nearest to a position."""
        after = int(np.searchsorted(self.positions_s, position_s))
        before, after = max(after - 1, 0), min(after, len(self.positions_s) - 1)
        nearer_after = self.positions_s[after] - position_s < position_s - self.positions_s[before]
        return after if nearer_after else before

    def take_goal(self, under_way: int | None) -> int | None:
        """The number of the frame to go to, given once; None if nothing new is wanted. For playback.

        Args:
            under_way: the frame that it is already going to, from which steps count; None: the one that is shown.
        """
        with self._lock:
            self.changed.clear()
            if self._goal is None and not self._steps:
                return None
            start = next(number for number in (self._goal, under_way, self._shown) if number is not None)
            goal = min(max(start + self._steps, 0), len(self.positions_s) - 1)
            is_there = self._goal is None and goal == start  # no step leads beyond the first and the last frame
            self._goal, self._steps = None, 0
            return None if is_there else goal

    def note_shown(self, number: int) -> None:
        """Playback has given this frame."""
        with self._lock:
            self._shown = number
