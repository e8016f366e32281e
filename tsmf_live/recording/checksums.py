"""The checksums of a recorded session, CRC-32: of each frame (checksums.csv), of whole files (session.json).

checksums.csv has, after its header, a line of eight hexadecimal digits for each frame: of its text in bodies.skeleton
followed by its row in frames.csv. All lines are equally long, so that line n belongs to frame n whatever happened to
the others. `writer`, `mend`, `strip` and imports write it; `sources.replay` and `examine` compare, so that no wrong
joint or time is played. A session without it (of an earlier version) is not checked frame by frame.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tsmf_live.frames import SourceError
from tsmf_live.recording.folder import BODIES_FILE, CHECKSUMS_FILE
from tsmf_live.recording.ntu_text import COUNT_WIDTH
from tsmf_live.recording.tables import FRAMES_FILE, FrameRow, row_line

CHECKSUMS_HEADER = b"crc32\n"
LINE_BYTES = 9
_LINE = re.compile(rb"[0-9a-f]{8}\n")


def frame_checksum(text_crc32: int, row: FrameRow) -> int:
    """Of a frame whose text has this CRC-32."""
    return zlib.crc32(row_line(row), text_crc32)


def checksum_line(value: int) -> bytes:
    """A line of checksums.csv."""
    return b"%08x\n" % value


def checksum_at(content: bytes, number: int) -> int | None:
    """The checksum of a frame in the content of checksums.csv; None if the file ends before it, or it is damaged."""
    begins = len(CHECKSUMS_HEADER) + LINE_BYTES * number
    line = content[begins : begins + LINE_BYTES]
    return int(line, 16) if _LINE.fullmatch(line) else None


def checksums_text(rows: Iterable[FrameRow], texts: Iterable[bytes]) -> bytes:
    """The content of checksums.csv for these frames."""
    pairs = zip(rows, texts, strict=True)
    return CHECKSUMS_HEADER + b"".join(checksum_line(frame_checksum(zlib.crc32(text), row)) for row, text in pairs)


class NotAsRecorded(SourceError):
    """A frame that does not fit its checksum."""


class FrameChecksums:
    """Tells whether a frame is as it was recorded; nothing is read until then but checksums.csv.

    A frame whose line is missing or damaged counts as right, with a warning: the file is there to find damage, not to
    stop a replay when it is the one that is damaged. For the same reason a contradiction counts only if frames.csv
    or bodies.skeleton is not known to be as it was when the recording was ended.

    Args:
        description: of session.json.
        warnings: gets a line for the first frame that cannot be checked.
    """

    def __init__(self, folder: Path, description: dict[str, Any], warnings: list[str]) -> None:
        self._folder, self._description, self._warnings = folder, description, warnings
        self._path = folder / CHECKSUMS_FILE
        self._in_use = self._path.exists() or is_promised(description)
        try:
            self._content = self._path.read_bytes() if self._in_use else b""
        except OSError as error:
            self._set_aside(f"cannot be read ({error.strerror}); no frame is checked")

    def require(self, number: int, row: FrameRow, text_crc32: int) -> None:
        """NotAsRecorded if frame `number` (the first is 0) is not what was recorded."""
        if not self._in_use:
            return
        expected = checksum_at(self._content, number)
        if expected is None:
            self._warn(f"has no checksum for frame {number}, and maybe others; they are not checked")
        elif expected != frame_checksum(text_crc32, row):
            suspects = suspect_files(self._folder, self._description)
            if suspects != [CHECKSUMS_FILE]:
                raise NotAsRecorded(
                    f"{self._folder / suspects[0]}: frame {number} is not what was recorded"
                    f"{f', or its row in {suspects[1]}' if suspects[1:] else ''} ({CHECKSUMS_FILE} contradicts); "
                    "python -m tsmf_live.sessions repair leaves it out"
                )
            self._set_aside(f"is damaged at frame {number}; the other files are as recorded, no frame is checked")

    def _set_aside(self, why: str) -> None:
        self._in_use = False
        self._warn(why)

    def _warn(self, text: str) -> None:
        if not any(warning.startswith(f"{self._path}: ") for warning in self._warnings):
            self._warnings.append(f"{self._path}: {text}")


def suspect_files(folder: Path, description: dict[str, Any]) -> list[str]:
    """The files that can be wrong where a frame contradicts its checksum; reads them whole."""
    unsure = [name for name in (BODIES_FILE, FRAMES_FILE) if not is_as_ended(folder, description, name)]
    return unsure or [CHECKSUMS_FILE]


def is_promised(description: dict[str, Any]) -> bool:
    """Whether the session was ended with a checksums.csv."""
    sizes = description.get("bytes")
    return isinstance(sizes, dict) and CHECKSUMS_FILE in sizes


def checksum(folder: Path, name: str) -> str:
    """CRC-32 of bodies.skeleton (without its first line, which is rewritten) or frames.csv; OSError if unreadable."""
    value = 0
    with (folder / name).open("rb") as file:
        if name.startswith(BODIES_FILE):
            file.readline(2 * COUNT_WIDTH)
        while block := file.read(1 << 20):
            value = zlib.crc32(block, value)
    return f"{value:08x}"


def file_sums(folder: Path, suffix: str = "") -> dict[str, dict[str, Any]]:
    """What session.json says of the files of a session that is ended; OSError if one cannot be read.

    Args:
        suffix: of the files' names, where they are not yet in their place.
    """
    checked = (BODIES_FILE, FRAMES_FILE)
    return {
        "crc32": {name: checksum(folder, name + suffix) for name in checked},
        "bytes": {name: (folder / (name + suffix)).stat().st_size for name in (*checked, CHECKSUMS_FILE)},
    }


def was_changed(folder: Path, description: dict[str, Any], name: str) -> bool:
    """Whether a file was changed since its session ended; one that was cut, or of a session that broke off, was not."""
    return _state(folder, description, name) == "changed"


def require_times(folder: Path, description: dict[str, Any]) -> None:
    """SourceError if frames.csv was changed since the session ended."""
    if was_changed(folder, description, FRAMES_FILE):
        raise SourceError(
            f"{folder / FRAMES_FILE}: changed since it was recorded, its times cannot be trusted; "
            "python -m tsmf_live.sessions repair mends it"
        )


def is_as_ended(folder: Path, description: dict[str, Any], name: str) -> bool:
    """Whether a file is surely as it was when its session ended; not so for a session that broke off."""
    return _state(folder, description, name) == "as ended"


def _state(folder: Path, description: dict[str, Any], name: str) -> str | None:
    """ "changed", "as ended", or None where there is nothing to compare with, or the file was cut."""
    checksums, sizes = description.get("crc32"), description.get("bytes")
    if not isinstance(checksums, dict) or not isinstance(sizes, dict) or name not in checksums:
        return None
    try:
        if (folder / name).stat().st_size < sizes.get(name, 0):
            return None
        return "changed" if checksum(folder, name) != checksums[name] else "as ended"
    except (OSError, TypeError):
        return None  # whoever opens it will say so
