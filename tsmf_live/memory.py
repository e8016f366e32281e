"""Large blocks that are free go back to the system at once."""

from __future__ import annotations

import contextlib
import ctypes
import sys

M_MMAP_THRESHOLD, LARGE_BYTES = -3, 4 << 20  # of glibc's mallopt; a picture has 8 MB


def give_back_large_blocks() -> None:
    """For the whole process. By itself glibc keeps freed pictures on its heaps, where small things that lie between
    them hold gigabytes: it raises its own threshold with the first large block that is freed.
    """
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
