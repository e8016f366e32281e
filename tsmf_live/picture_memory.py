"""Memory of pictures: a source's is used again when nobody shows it any more, and what is free is given back.

Fresh memory costs 2 ms a picture, which the system clears first. Given back to the C library, blocks of 8 MB lie on its
heaps, where small things take their places: a recording that was played took 3 to 4 GB.
"""

from __future__ import annotations

import ctypes
import sys
import time
import weakref

import numpy as np

from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH

MOST_SPARE = 12  # kept for later
GIVEN_BACK_EVERY_S = 5.0


class GivingBack:
    """What glibc holds free goes back to the system now and then; it keeps it for later, on a heap for each thread.

    To give each large block back at once (mallopt) costs 3 ms of a core a picture: its memory is cleared again.
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


class Held:
    """Stands for a picture's memory for as long as any array shows it."""

    def __init__(self, here: np.ndarray) -> None:
        self._here = here
        self.__array_interface__ = here.__array_interface__


class PictureMemory:
    """Where a source puts its pictures. `new` is called by one thread; arrays may end in any."""

    def __init__(self) -> None:
        self._spare: list[np.ndarray] = []

    def new(self) -> np.ndarray:
        """Memory of a picture, (1080, 1920, 4) uint8, not cleared. It comes back when no array shows it any more."""
        here = self._spare.pop() if self._spare else np.empty((COLOR_HEIGHT, COLOR_WIDTH, 4), np.uint8)
        held = Held(here)
        weakref.finalize(held, self._take_back, here).atexit = False
        return np.asarray(held)

    def _take_back(self, here: np.ndarray) -> None:
        if len(self._spare) < MOST_SPARE:
            self._spare.append(here)
