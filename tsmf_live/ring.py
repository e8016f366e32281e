"""The bounded hand-over between two stages.

Live, a full ring drops its oldest item and counts it: a slow reader never slows the writer. Lossless (files at full
speed), the writer waits instead. Items come out in the order they went in.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")
WAIT_S = 0.1  # longest wait before the stopping event is looked at again


class HandOver(Generic[T]):
    """Items between one writer and one reader, in order. Subclasses decide how many may wait."""

    def __init__(self) -> None:
        self._items: deque[T] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def get(self, timeout_s: float = WAIT_S) -> T | None:
        """The oldest item, or None if none came in time."""
        with self._changed:
            if not self._items and not self._closed:
                self._changed.wait(timeout_s)
            if not self._items:
                return None
            item = self._items.popleft()
            self._count_out(item)
            self._changed.notify_all()
            return item

    def close(self) -> None:
        """The writer will add nothing more, or the reader take nothing more; items that wait can still be read."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def ended(self) -> bool:
        """Closed and read to the end."""
        with self._changed:
            return self._closed and not self._items

    def __len__(self) -> int:
        with self._changed:
            return len(self._items)

    def _add(self, item: T) -> None:
        """Called within the lock for an item that is added."""
        self._items.append(item)
        self._changed.notify_all()

    def _count_out(self, item: T) -> None:
        """Called within the lock for an item that is read."""


class Ring(HandOver[T]):
    """A bounded queue.

    Args:
        capacity: most items that wait.
        lossless: wait for room instead of dropping the oldest.
        stopping: ends every wait.
    """

    def __init__(self, capacity: int, *, lossless: bool, stopping: threading.Event) -> None:
        if capacity < 1:
            raise ValueError(f"capacity: expected at least 1, got {capacity}")
        super().__init__()
        self._capacity, self._lossless, self._stopping = capacity, lossless, stopping
        self._dropped = 0

    def put(self, item: T, wait: bool = False) -> None:
        """Hands an item over. Lossless: waits for room, drops and counts when stopping. A closed ring takes nothing.

        Args:
            wait: treat this item as a lossless ring does.
        """
        with self._changed:
            while (self._lossless or wait) and len(self._items) >= self._capacity and not self._closed:
                if self._stopping.is_set():
                    self._dropped += 1
                    return
                self._changed.wait(WAIT_S)
            if self._closed:
                return
            if len(self._items) >= self._capacity:
                self._items.popleft()
                self._dropped += 1
            self._add(item)

    @property
    def dropped(self) -> int:
        """Items lost so far."""
        with self._changed:
            return self._dropped
