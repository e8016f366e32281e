"""Files of a training run: complete or not there at all; a disk error becomes one line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from safetensors import SafetensorError

from tsmf_live.files import make_folders, whole_path
from tsmf_live.frames import UsageError


def replace_file(path: Path, write: Callable[[Path], None]) -> None:
    """Lets `write` make a file beside `path`, then puts it in its place: a full disk leaves the old one.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        make_folders(path.parent)
        with whole_path(path) as new:
            write(new)
    except (OSError, RuntimeError, SafetensorError) as error:  # torch reports a full disk as RuntimeError
        reason = getattr(error, "strerror", None) or f"is the disk full? {str(error).splitlines()[0][:80]}"
        raise UsageError(f"{path}: cannot be written ({reason}); free some space or choose another --out") from error
