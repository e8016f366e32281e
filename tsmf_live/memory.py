"""Memory that is free goes back to the system.

By itself glibc keeps it for later, on a heap for each thread. Freed pictures of 8 MB lie there among small things that
take their places: a recording that was played took 3 to 4 GB.
"""

from __future__ import annotations

import ctypes
import sys
import time

GIVEN_BACK_EVERY_S = 5.0


class GivingBack:
    """What glibc holds free goes back now and then; to give each large block back at once (mallopt) costs 3 ms of a
    core a picture, as its memory is cleared again.
    """

    def __init__(self) -> None:
        self._due_s = 0.0
        self._trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None

    def now_and_then(self) -> None:
        """To be called often."""
        now_s = time.perf_counter()
        if self._trim is not None and now_s >= self._due_s:
            self._due_s = now_s + GIVEN_BACK_EVERY_S
            self._trim(0)
