"""Files that are there in full or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from safetensors import SafetensorError

from tsmf_live.frames import UsageError


def replace_file(path: Path, write: Callable[[Path], None]) -> None:
    """Lets `write` make a file beside `path`, then puts it in its place: a full disk leaves the old one.

    Raises:
        UsageError: it cannot be written.
    """
    new = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(new)
        with new.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(new, path)
    except (OSError, RuntimeError, SafetensorError) as error:  # torch reports a full disk as RuntimeError
        new.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or f"is the disk full? {str(error).splitlines()[0][:80]}"
        raise UsageError(f"{path}: cannot be written ({reason}); free some space or choose another --out") from error
