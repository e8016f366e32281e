"""Slow work that the window asks for, done on a stage of its own: loading weights, opening another source."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from tsmf_live.stage import Stage

T = TypeVar("T")


class Errand(Generic[T]):
    """One piece of work on a thread of its own, fetched by polling. Made and polled on the GUI thread.

    Args:
        work: what to do; runs on the errand's thread.
        done: called by `poll` on the GUI thread with what came of it.
        failed: called by `poll` on the GUI thread with the error instead.
    """

    def __init__(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._work, self._done, self._failed = work, done, failed
        self._result: list[T] = []
        self._stage = Stage("errand", self, threading.Event())
        self._stage.start()

    def set_up(self) -> None:
        """Nothing to prepare."""

    def step(self) -> bool:
        """Does the work, once."""
        self._result.append(self._work())
        return False

    def tear_down(self) -> None:
        """Nothing to free."""

    def poll(self) -> bool:
        """True, once the work is done and has been told."""
        if self._stage.alive:
            return False
        if self._stage.error is not None:
            self._failed(self._stage.error)
        else:
            self._done(self._result[0])
        return True

    def wait(self, timeout_s: float) -> bool:
        """Waits for the work's end without telling it; True if it has ended."""
        return self._stage.wait(timeout_s)
