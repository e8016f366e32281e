"""What lies in a session's folder beside the session: originals that were kept, and what a killed process left.

Each may show a face that `blur` hid, or a person whom `strip` took out: `info` and `verify` name them, `blur` and
`strip` name or remove them. A copy is told by its name: color.original.mkv, color.mkv.part, bodies.skeleton.mended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tsmf_live.frames import SourceError
from tsmf_live.recording.folder import COLOR_FILE, DESCRIPTION_FILE

DECIDED = f"{DESCRIPTION_FILE}.decided"  # a repair was killed after it had decided on what to put in place
MATROSKA = b"\x1a\x45\xdf\xa3"  # begins a video, whatever it is called
SHOWS = {".mkv", ".avi", ".mp4", ".mov", ".webm", ".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"}


def copies(folder: Path, names: Iterable[str]) -> list[Path]:
    """The files that once were, or were to become, one of these files of a session; OSError if it cannot be read."""
    stems = {name: name.partition(".")[0] + "." for name in names}
    found = [
        path
        for path in folder.iterdir()
        if path.name not in stems and any(path.name.startswith(stem) for stem in stems.values())
    ]
    return sorted(path for path in found if path.is_symlink() or path.is_file())


def other_pictures(folder: Path) -> list[Path]:
    """Further files in the folder that show pictures, or may: exports, saved pictures. Nobody removes them but you."""
    ours = {folder / COLOR_FILE, *copies(folder, [COLOR_FILE])}
    files = (path for path in folder.iterdir() if path not in ours and path.is_file())
    return sorted(path for path in files if path.suffix.lower() in SHOWS or _begins_as_video(path))


def names_elsewhere(folder: Path, paths: Iterable[Path]) -> int:
    """How many names (hard links) these files of a folder have in other folders; OSError if it cannot be read."""
    here = Counter(_inode(path) for path in folder.iterdir() if path.is_file())
    links = {_inode(path): path.stat().st_nlink for path in paths if path.is_file()}
    return sum(max(0, count - here[inode]) for inode, count in links.items())


def said(folder: Path) -> list[str]:
    """What shows faces or persons beside the session itself, a line each; empty if nothing."""
    names = [path.name for path in copies(folder, [COLOR_FILE])]
    lines = []
    if names:
        lines.append(f"pictures are also in {', '.join(names)}: as recorded, or what a killed process left")
    if others := [path.name for path in other_pictures(folder)]:
        lines.append(f"may show people, too: {', '.join(others)}")
    return lines


def what_is_left(folder: Path, done: str, kept: Iterable[str], elsewhere: int, whom: tuple[str, str]) -> str:
    """What `blur` or `strip` has done, and where those whom it hid can still be seen.

    Args:
        kept: names of files in the folder that show them.
        elsewhere: how many names of these files are in other folders.
        whom: who is hidden, in the words of the warning and of the hint: ("THE FACES", "faces").
    """
    who, them = whom
    words = [done]
    if names := ", ".join(kept):
        words.append(f"{who} ARE STILL IN {names} (--remove-original deletes them)")
    if elsewhere:
        words.append(f"{who} ARE STILL IN {elsewhere} other files: names of the old video outside this folder")
    return "; ".join([*words, *(f"may show {them}, too: {path.name}" for path in other_pictures(folder))])


def refuse_half_repaired(folder: Path) -> None:
    """SourceError if a repair was killed so late that the next one must end it."""
    if (folder / DECIDED).exists():
        raise SourceError(f"{folder}: a repair was broken off; first run python -m tsmf_live.sessions repair {folder}")


def _begins_as_video(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MATROSKA)) == MATROSKA


def _inode(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino
