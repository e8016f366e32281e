"""What `repair` replaced and keeps: color.damaged.mkv, and after another repair color.damaged-2.mkv.

Nothing of the program reads these files but the commands that delete them.
"""

from __future__ import annotations

import filecmp
import os
import re
import shutil
from pathlib import Path

from tsmf_live.files import NEW, create, remove, replace, sync
from tsmf_live.frames import RecordingError
from tsmf_live.recording.folder import FILES


def kept_files(folder: Path, *names: str) -> list[Path]:
    """What repairs of a session have kept, of all or some of its files; OSError if the folder cannot be read."""
    parts = [Path(name) for name in names or FILES]
    patterns = [re.escape(part.stem) + r"\.damaged(-\d+)?" + re.escape(part.suffix) for part in parts]
    return sorted(path for path in folder.iterdir() if any(re.fullmatch(each, path.name) for each in patterns))


def keep(folder: Path, name: str) -> None:
    """Gives a file that is about to be replaced a second name, unless its content is kept already; OSError if it fails.

    On a file system without links it is copied.
    """
    path = folder / name
    kept = kept_files(folder, name)
    filecmp.clear_cache()  # it goes by times, and files can change faster than those
    if not path.is_file() or any(filecmp.cmp(path, other, shallow=False) for other in kept):
        return
    number = 1
    while (new := path.with_name(f"{path.stem}.damaged{f'-{number}' if number > 1 else ''}{path.suffix}")) in kept:
        number += 1
    try:
        os.link(path, new, follow_symlinks=False)
    except OSError:
        unfinished = new.with_name(new.name + NEW)
        remove(unfinished)
        with path.open("rb") as source, create(unfinished) as target:
            shutil.copyfileobj(source, target)
            sync(target)
        replace(unfinished, new)


def remove_kept(folder: Path) -> list[Path]:
    """Deletes what repairs of a session have kept; which files they were.

    Raises:
        RecordingError: one cannot be deleted.
    """
    try:
        kept = kept_files(folder)
        for path in kept:
            remove(path)
    except OSError as error:
        raise RecordingError(f"{error.filename}: cannot be deleted ({error.strerror}); delete it yourself") from error
    return kept
