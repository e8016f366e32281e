"""Writing files: whole or not at all, never through a link, and private: nearly all that is written shows people.

Everything is written beside its target and moved into place when it is complete and on the disk. A crash, a kill or a
full disk leaves the old file, or none. New files are made exclusively: what somebody else put in their place (a link
that points outside the folder, say) is removed, never followed.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import BinaryIO

from tsmf_live.frames import RecordingError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

UNFINISHED = ".unfinished-"  # begins the names of such folders; only a killed process leaves one
OURS = "tsmf_live"  # the file in them by which ours are told from another program's
NEW = ".new"  # ends the names of files that are being written; only a killed process leaves one
FORBIDDEN = frozenset('<>:"/\\|?*')  # in the names of Windows' files
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d) *", re.IGNORECASE)  # devices, with any ending
LONGEST_NAME = 200  # characters; file systems take 255 bytes
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700  # recordings show people: their owner alone reads them
HELD_WINERRORS = (5, 32, 33)  # access denied, sharing violation, lock violation: a scanner or an editor has the file
HELD_WAITS_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)  # scanners let go of a file within a second


def create(path: Path) -> BinaryIO:
    """A new file that its owner alone may read, open for reading and writing; never an existing one, nor a link.

    Raises:
        FileExistsError: something of this name is there, even a broken link.
        OSError: the folder cannot be written to.
    """
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, PRIVATE_FILE), "w+b")


@contextmanager
def append(path: Path) -> Iterator[BinaryIO]:
    """An existing file, open for writing at its end; what was written is on the disk when the block ends.

    Raises:
        OSError: there is none, it is a link, or it cannot be written to.
    """
    refuse_link(path)
    flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "ab") as file:
        yield file
        sync(file)


def make_folders(folder: Path) -> None:
    """Makes a folder and those above it that are missing, their owner's alone; OSError if it cannot."""
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        with suppress(FileExistsError):  # another process has made it meanwhile
            missing.mkdir(PRIVATE_FOLDER)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def refuse_link(path: Path) -> None:
    """OSError (ELOOP) if a file is a link: whoever made the link would choose the file that is written."""
    if path.is_symlink():
        raise OSError(errno.ELOOP, "is a link, which is not followed", str(path))


def refuse_links(folder: Path) -> None:
    """RecordingError if a session's folder holds a link: nothing outside it is changed, or left showing a face."""
    try:
        link = next((path for path in sorted(folder.iterdir()) if path.is_symlink()), None)
        target = os.readlink(link) if link is not None else ""
    except OSError as error:
        raise RecordingError(f"{folder}: cannot be looked into ({error.strerror}); check its rights") from error
    if link is not None:
        raise RecordingError(
            f"{link}: is a link (to {target}), nothing was changed: links in a session's folder are not followed; put "
            "the file itself in its place, or remove the link"
        )


def replace(new: Path, path: Path, *, patient: bool = True) -> None:
    """Puts `new` in the place of `path` in one step; waits about 1.6 s for a program that holds `path` (Windows).

    Args:
        patient: False: tries once.

    Raises:
        OSError: it cannot; both files are as they were.
    """
    _patiently(lambda: os.replace(new, path), patient)
    sync_folder(path.parent)


def remove(path: Path) -> None:
    """Deletes a file, if it is there; waits about 1.6 s for a program that holds it. A link goes, not its target.

    Raises:
        OSError: it cannot be deleted.
    """
    _patiently(lambda: path.unlink(missing_ok=True))


def is_held(error: OSError) -> bool:
    """Whether another program, which may let go of it soon, keeps a file from being replaced or deleted (Windows)."""
    return getattr(error, "winerror", None) in HELD_WINERRORS


def _patiently(act: Callable[[], None], patient: bool = True) -> None:
    """Does what a scanner or an editor that has the file open may prevent for a moment."""
    for wait_s in (*(HELD_WAITS_S if patient else ()), None):
        try:
            return act()
        except OSError as error:
            if wait_s is None or not is_held(error):
                raise
            time.sleep(wait_s)


@contextmanager
def whole_file(path: Path, *, patient: bool = True) -> Iterator[BinaryIO]:
    """An open file whose content becomes that of `path` when the block ends without an error; else nothing changes.

    Args:
        patient: see replace.

    Raises:
        OSError: it cannot be written; the old file is as it was.
    """
    with _beside(path) as (file, new):
        yield file
        sync(file)
        file.close()
        replace(new, path, patient=patient)


@contextmanager
def whole_path(path: Path) -> Iterator[Path]:
    """`whole_file` for libraries that open files by name: the name of an empty new file beside `path`.

    Raises:
        OSError: it cannot be written; the old file is as it was.
    """
    with _beside(path) as (file, new):
        file.close()
        yield new
        _sync_path(new)
        replace(new, path)


@contextmanager
def new_files(folder: Path) -> Iterator[Path]:
    """A folder to write files into, which then move into `folder` (made if needed), subfolders as they are.

    What killed processes left in `folder` goes.

    Raises:
        RecordingError: one of the files exists already, or `folder` cannot be written to. Nothing has changed then.
    """
    try:
        make_folders(folder)
        with _scratch(folder) as unfinished:
            yield unfinished
            _make_private(unfinished)
            files = sorted(path.relative_to(unfinished) for path in unfinished.rglob("*") if path.is_file())
            for name in files:
                refuse_existing(folder / name)
                _sync_path(unfinished / name)
            for name in files:
                make_folders((folder / name).parent)
                _patiently(partial(os.rename, unfinished / name, folder / name))
    except OSError as error:
        raise _unwritable(folder, error) from error


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder to write into, which then becomes `folder`, which must be new or empty.

    What killed processes left beside it goes.

    Raises:
        RecordingError: it holds files, or cannot be written to. Nothing has changed then.
    """
    try:
        refuse_filled(folder)
        make_folders(folder.parent)
        with _scratch(folder.parent) as unfinished:
            yield unfinished
            _make_private(unfinished)
            if folder.is_dir():
                folder.rmdir()  # Windows cannot rename over it
            _patiently(partial(os.rename, unfinished, folder))
    except OSError as error:
        raise _unwritable(folder, error) from error


def refuse_filled(folder: Path) -> None:
    """RecordingError unless a folder is new or empty."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise RecordingError(f"{folder}: expected a new or empty folder; choose another one")


def refuse_existing(path: Path) -> None:
    """RecordingError if there is such a file, folder or link."""
    if path.exists() or path.is_symlink():
        raise RecordingError(f"{path}: exists already; choose another folder or name, or move it away")


def sync(file: BinaryIO) -> None:
    """Brings what was written to the disk."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Makes new names in a folder safe against a power cut, where the system allows it (Windows does it by itself)."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with suppress(OSError):  # some network file systems refuse; the files themselves are synced
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def beside(folder: Path, name: str) -> Path | None:
    """The file of this name in a folder, in any case of its letters (X_rgb.avi, X_RGB.AVI); None without one."""
    exact = folder / name
    if exact.is_file():
        return exact
    try:
        found = _names_in(str(folder), folder.stat().st_mtime_ns).get(name.lower())
    except OSError:
        return None
    return folder / found if found is not None and (folder / found).is_file() else None


@lru_cache(maxsize=8)  # a data set has 56,880 files in a folder, and the video of each is looked for
def _names_in(folder: str, _changed_ns: int) -> dict[str, str]:
    """The names in a folder by their lower-case form; of several the first."""
    return {name.lower(): name for name in sorted(os.listdir(folder), reverse=True)}


def files_below(root: Path, endings: tuple[str, ...]) -> list[Path]:
    """The files in a folder and all below it whose names end in one of these, in any case of the letters, sorted."""
    return sorted(path for path in root.rglob("*") if path.name.lower().endswith(endings) and path.is_file())


def file_name(text: str) -> str:
    """A text (a label, a setting, a sample's name) as a name that every system accepts for a file or folder.

    Characters that Windows forbids, and controls, become "-"; names it keeps for itself (con, nul) and those that are
    all dots get a "_"; blanks and dots at the end go. Two texts may become one name.
    """
    name = "".join("-" if char in FORBIDDEN or ord(char) < 32 else char for char in text)
    stem, dot, ending = name[:LONGEST_NAME].rstrip(" .").partition(".")
    return f"{stem}_{dot}{ending}" if not stem + ending or RESERVED.fullmatch(stem) else stem + dot + ending


@contextmanager
def _beside(path: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file beside `path`, open, and its name; closed and gone afterwards unless it was moved into place."""
    new = path.with_name(path.name + NEW)
    new.unlink(missing_ok=True)  # of a killed process, or a link: only the name goes, never what it points to
    file = create(new)
    try:
        yield file, new
    except BaseException:
        file.close()
        new.unlink(missing_ok=True)
        raise


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A new folder within a hidden one of `folder`, gone afterwards with whatever is still in it.

    What killed processes left of such folders goes before.
    """
    for left in folder.glob(f"{UNFINISHED}*"):
        _remove_if_left_behind(left)
    scratch = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
    try:
        with _marked(scratch):
            files = scratch / "files"
            files.mkdir(PRIVATE_FOLDER)
            yield files
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def _marked(scratch: Path) -> Iterator[None]:
    """Marks a folder as ours, and as that of a process which runs: the system ends the second mark with the process."""
    if fcntl is None:
        with create(scratch / OURS):  # Windows renames no folder in which a file is open
            yield
        return
    descriptor = os.open(scratch, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # some network file systems know no locks; there nothing is removed, either
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        create(scratch / OURS).close()  # after the lock: what is marked is locked
        yield
    finally:
        os.close(descriptor)


def _remove_if_left_behind(scratch: Path) -> None:
    """Deletes such a folder of a killed process; never one of a process that runs, or of another program."""
    with suppress(OSError):  # it is locked, or somebody else's: it does no harm
        if scratch.is_symlink() or not (scratch / OURS).is_file():
            return
        if fcntl is None:
            aside = scratch.with_name(f"{scratch.name}-left")
            os.rename(scratch, aside)  # refused while a file in it is open
            shutil.rmtree(aside, ignore_errors=True)
            return
        descriptor = os.open(scratch, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(scratch, ignore_errors=True)
        finally:
            os.close(descriptor)


def _make_private(folder: Path) -> None:
    """Makes all that was written into a folder its owner's alone, whichever library wrote it."""
    if os.name == "posix":
        for path in (folder, *folder.rglob("*")):
            if not path.is_symlink():
                path.chmod(PRIVATE_FOLDER if path.is_dir() else PRIVATE_FILE)


def _sync_path(path: Path) -> None:
    with path.open("rb+") as file:
        sync(file)


def _unwritable(folder: Path, error: OSError) -> RecordingError:
    what = f"{error.strerror or error}"
    return RecordingError(f"{folder}: cannot be written ({what}); nothing was changed; check free space and rights")
