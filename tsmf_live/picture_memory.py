"""Memory of pictures that is used again when nobody shows them any more.

Fresh memory costs 2 ms a picture, which the system clears first. Given back to the C library, blocks of 8 MB lie on its
heaps, where small things take their places: a recording that was played then took 3 to 4 GB.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
import weakref

import numpy as np

from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH

MOST_SPARE = 12  # kept for later
M_MMAP_THRESHOLD, LARGE_BYTES = -3, 8_000_000  # of glibc's mallopt; a picture has 8.3 MB


def give_back_large_blocks() -> None:
    """For the whole process: what a library takes for a picture goes back to the system as soon as it is free. By
    itself glibc keeps it on its heaps: it raises its own threshold with the first large block that is freed.
    """
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)


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
