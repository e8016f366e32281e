"""Text that people and other programs write: class lists, label files, tables, lists of samples.

Read as UTF-8, with or without a byte-order mark, or as what Windows' Notepad calls Unicode (UTF-16 with a mark). Text
in any other encoding is refused: a wrong guess would change letters when the file is written again.
"""

from __future__ import annotations

import codecs
from pathlib import Path
from unicodedata import category

from tsmf_live.frames import SourceError, TsmfError

LARGEST_BYTES = 50_000_000  # a file of labels is small; anything else must not fill the memory
LONGEST_ENTRY = 500  # characters of a line in a list of names
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decoded(data: bytes) -> str:
    """Bytes of a text file as text, without its byte-order mark, lines ended by a line feed alone.

    Raises:
        UnicodeDecodeError: it is neither UTF-8 nor marked as UTF-16.
    """
    text = data.decode("utf-16" if data.startswith(_WIDE) else "utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def not_text(path: Path | str, data: bytes, error: UnicodeDecodeError) -> str:
    """The error for a file in another encoding: the line, the byte, and what to do."""
    line = data.count(b"\n", 0, error.start) + 1
    return (
        f"{path}: line {line}: expected text in UTF-8, got the byte 0x{data[error.start]:02x} (Latin-1 or "
        "another encoding?); save it as UTF-8 (Excel: CSV UTF-8)"
    )


def read_text(path: Path, expected: str, kind: type[TsmfError] = SourceError, where: str = "") -> str:
    """The text of a file that a person may have written.

    Args:
        expected: what it should be, in words.
        kind: of the error.
        where: what the error begins with instead of the path (an option's name and the path, say).

    Raises:
        kind: it cannot be read, is far too large, or is no UTF-8.
    """
    where = where or str(path)
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise kind(f"{where}: expected {expected}, got {path.stat().st_size} bytes; choose another file")
        data = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name that cannot be one
        reason = getattr(error, "strerror", None) or error
        raise kind(f"{where}: cannot be read ({reason}); expected {expected}") from error
    try:
        return decoded(data)
    except UnicodeDecodeError as error:
        raise kind(f"{not_text(where, data, error)}; expected {expected}") from error


def read_list(path: Path, expected: str, kind: type[TsmfError] = SourceError, where: str = "") -> list[str]:
    """The entries of a list, one a line, trimmed; empty lines and those that begin with # are left out.

    Raises:
        kind: as `read_text`; or a line holds control characters or is far too long.
    """
    where = where or str(path)
    entries = []
    for number, line in enumerate(read_text(path, expected, kind, where).split("\n"), 1):
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        if len(entry) > LONGEST_ENTRY or any(category(char) == "Cc" for char in entry.replace("\t", " ")):
            raise kind(f"{where}: line {number}: expected {expected}, got {entry[:40]!r}")
        entries.append(entry)
    return entries
