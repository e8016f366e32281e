"""A disk that is full after so many bytes, or that fails: put under every file that is opened for writing."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class Disk:
    """What is left of a disk, and which error comes then.

    Args:
        free_bytes: that files may still grow by; a write that does not fit is done in part, as disks do.
        error: errno of the writes after that.
    """

    def __init__(self, free_bytes: int, error: int = errno.ENOSPC) -> None:
        self.free_bytes, self.error = free_bytes, error
        self.failed = False

    def take(self, wanted: int) -> int:
        """How much of it may be written."""
        granted = min(wanted, self.free_bytes)
        if wanted and not granted:
            self.failed = True
            raise OSError(self.error, os.strerror(self.error))
        self.free_bytes -= granted
        return granted


class FileOnDisk(io.FileIO):
    """A file whose growth the disk must grant."""

    def __init__(self, path: Path | int, mode: str, disk: Disk) -> None:
        super().__init__(path, mode)
        self._disk = disk

    def write(self, data: bytes) -> int:
        """As much as the disk takes."""
        end = os.fstat(self.fileno()).st_size
        inside = max(0, min(len(data), end - self.tell()))
        return super().write(memoryview(data).cast("B")[: inside + self._disk.take(len(data) - inside)])


@contextmanager
def writes_go_to(disk: Disk, patch: Callable[[object, str, object], None]) -> Iterator[None]:
    """While this lasts, Path.open for writing, and tsmf_live.files, give files on that disk.

    Args:
        patch: setattr, or monkeypatch.setattr.
    """
    real, real_fdopen = Path.open, os.fdopen

    def opened(self: Path, mode: str = "r", *more: object, **options: object):
        if mode in ("wb", "ab"):
            return io.BufferedWriter(FileOnDisk(self, mode[0] + "b", disk))
        return real(self, mode, *more, **options)

    def fdopened(descriptor: int, mode: str = "r", *more: object, **options: object):
        if mode == "w+b":
            return io.BufferedRandom(FileOnDisk(descriptor, mode, disk))
        if mode == "ab":
            return io.BufferedWriter(FileOnDisk(descriptor, mode, disk))
        return real_fdopen(descriptor, mode, *more, **options)

    patch(Path, "open", opened)
    patch(os, "fdopen", fdopened)
    try:
        yield
    finally:
        patch(Path, "open", real)
        patch(os, "fdopen", real_fdopen)
