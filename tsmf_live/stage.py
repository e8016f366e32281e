"""The one place that creates threads: a stage runs one piece of work on a thread of its own until told to stop.

    made --start--> set_up --> step, step, ... --> tear_down --> done
                       any error: kept in `error` for the owner, `stopping` is set, tear_down still runs

A stage that is not vital (the recorder) stops the others only if it cannot begin.

A stage runs once. Everything the work owns is made and freed on the stage's own thread, as COM and CUDA contexts need.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from tsmf_live.frames import StageHealth


def thread_clock() -> Callable[[], float]:
    """Seconds by which what one thread computes is timed: its CPU time, which other programs do not lengthen.

    Windows' CPU time advances in steps of 16 ms, whatever resolution Python says: there it is the time itself.
    """
    return time.perf_counter if sys.platform == "win32" else time.thread_time


class Work(Protocol):
    """What a stage does. All three run on the stage's thread; `step` returns within about 0.1 s.

    `set_up` may fail; then `step` is never called. `step` returns False when the work is complete. `tear_down` runs
    exactly once, after success and failure alike, also when `set_up` failed halfway.
    """

    def set_up(self) -> None:
        """Prepares the work, on the stage's thread."""

    def step(self) -> bool:
        """Does one piece within 0.1 s; False when there is no more."""

    def tear_down(self) -> None:
        """Lets go of what `set_up` took; always called."""


class Stage:
    """A thread with a beginning, an end and an owner.

    Attributes:
        error: the first, and `failed_s`: when it came (host time).
        cpu_s: CPU time of its thread up to the end of its newest step.

    Args:
        name: of the stage and its thread.
        work: see Work.
        stopping: shared by all stages of a pipeline; set by the owner, or by a stage that fails.
        vital: an error of its steps sets `stopping`.
    """

    def __init__(self, name: str, work: Work, stopping: threading.Event, vital: bool = True) -> None:
        self.name, self._vital = name, vital
        self.error: BaseException | None = None
        self.failed_s = self.cpu_s = 0.0
        self._since: tuple[str, float] | None = None  # what the work does now, and since when (host time)
        self._work = work
        self._stopping = stopping
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._started = False

    def start(self) -> None:
        """Starts the thread; once."""
        self._started = True
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def wait(self, timeout_s: float) -> bool:
        """Waits for the thread's end; True if it has ended (or was never started)."""
        if self._started:
            self._thread.join(timeout_s)
        return not self.alive

    def doing(self) -> tuple[str, float]:
        """What the work does now ("set_up", "step", "tear_down"; "" for nothing), and since when (host time)."""
        return self._since or ("", time.perf_counter())  # one read: the stage's thread writes it

    def _run(self) -> None:
        begun = False
        try:
            self._since = "set_up", time.perf_counter()
            self._work.set_up()
            begun = True
            while not self._stopping.is_set():
                self._since = "step", time.perf_counter()
                more = self._work.step()
                self.cpu_s = time.thread_time()
                if not more:
                    break
        except BaseException as error:  # kept for the owner: a thread must not die silently
            self._keep(error, stops_others=self._vital or not begun)
        try:
            self._since = "tear_down", time.perf_counter()
            self._work.tear_down()
        except BaseException as error:
            self._keep(error, stops_others=self._vital)
        self._since = None

    def _keep(self, error: BaseException, stops_others: bool) -> None:
        if self.error is None:
            self.error, self.failed_s = error, time.perf_counter()
        if stops_others:
            self._stopping.set()


class Meter:
    """Counts what a stage does and how long it takes; written by one thread, read by any."""

    WINDOW_S = 2.0

    def __init__(self, name: str) -> None:
        self.name = name
        self.count = 0
        self._lock = threading.Lock()
        self._ticks: deque[tuple[float, float]] = deque(maxlen=256)  # (host time, duration in ms)

    def tick(self, duration_ms: float) -> None:
        """One frame took this long."""
        now = time.perf_counter()
        with self._lock:
            self.count += 1
            self._ticks.append((now, duration_ms))
            while now - self._ticks[0][0] > self.WINDOW_S:  # a display asks many times a second
                self._ticks.popleft()

    def health(self, queue: int = 0, dropped: int = 0) -> StageHealth:
        """The last two seconds in figures."""
        now = time.perf_counter()
        with self._lock:
            recent = [ms for at, ms in self._ticks if now - at <= self.WINDOW_S]
            count = self.count
        if not recent:
            return StageHealth(self.name, count, queue=queue, dropped=dropped)
        p95 = sorted(recent)[min(len(recent) - 1, int(0.95 * len(recent)))]
        return StageHealth(self.name, count, len(recent) / self.WINDOW_S, recent[-1], p95, queue, dropped)
