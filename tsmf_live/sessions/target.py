"""Where exports and imports write: whole or not at all.

Everything is written into a new folder beside its target and moved into place when it is complete and on the disk. What
exists is never overwritten.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tsmf_live.frames import RecordingError

UNFINISHED = ".unfinished-"  # begins the names of such folders; only a killed process leaves one


@contextmanager
def new_files(folder: Path) -> Iterator[Path]:
    """A folder to write files into, which then move into `folder` (made if needed), subfolders as they are.

    Raises:
        RecordingError: one of the files exists already, or `folder` cannot be written to. Nothing has changed then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _scratch(folder) as unfinished:
            yield unfinished
            files = sorted(path.relative_to(unfinished) for path in unfinished.rglob("*") if path.is_file())
            for name in files:
                refuse_existing(folder / name)
                _sync(unfinished / name)
            for name in files:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (unfinished / name).rename(folder / name)
    except OSError as error:
        raise _unwritable(folder, error) from error


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder to write into, which then becomes `folder`, which must be new or empty.

    Raises:
        RecordingError: it holds files, or cannot be written to. Nothing has changed then.
    """
    try:
        if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
            raise RecordingError(f"{folder}: expected a new or empty folder; choose another one")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _scratch(folder.parent) as scratch:
            unfinished = scratch / folder.name
            unfinished.mkdir()
            yield unfinished
            if folder.is_dir():
                folder.rmdir()  # Windows cannot rename over it
            unfinished.rename(folder)
    except OSError as error:
        raise _unwritable(folder, error) from error


def refuse_existing(path: Path) -> None:
    """RecordingError if there is such a file or folder."""
    if path.exists():
        raise RecordingError(f"{path}: exists already; choose another folder or name, or move it away")


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A new folder within `folder`, gone afterwards with whatever is still in it."""
    scratch = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _unwritable(folder: Path, error: OSError) -> RecordingError:
    what = f"{error.strerror or error}"
    return RecordingError(f"{folder}: cannot be written ({what}); nothing was changed; check free space and rights")
