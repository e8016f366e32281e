"""What is still good in damaged frames.csv, bodies.skeleton and checksums.csv; read by verify and repair.

All three have one entry for each frame, in the same order. Here only readable entries are told from
unreadable ones; `pairing` finds out which entries belong together and which are as recorded.
"""

from __future__ import annotations

import csv
import re
import tempfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from tqdm import tqdm

from tsmf_live.frames import SourceError
from tsmf_live.recording.checksums import CHECKSUMS_HEADER, LINE_BYTES, checksum_at
from tsmf_live.recording.ntu_text import (
    BODY_COLUMNS,
    COUNT_WIDTH,
    JOINT_COLUMNS,
    LONGEST_LINE,
    NtuTextReader,
    UnfinishedText,
    frame_count_line,
)
from tsmf_live.recording.tables import FRAMES_HEADER, LARGEST_S, FrameRow, csv_line, frame_row, row_line

FIRST_LINE = COUNT_WIDTH + 1  # bytes
ROW_VALUES = len(FRAMES_HEADER)
_BODY_COUNT = re.compile(rb"[ \t]*[0-6](\.0*)?[ \t]*\r?\n?")  # a line of its own, also as imports keep it
_BODY_COUNT_BEHIND = re.compile(rb"[0-6](\.0*)?[ \t]*\r?\n$")  # the end of a line


@dataclass
class Rows:
    """frames.csv: an entry for each line, None where it is no row; `cut`: it ends within a line.

    A row that is one can still be wrong: `pairing` compares it with its checksum, or with its neighbours.
    """

    entries: list[FrameRow | None]
    header_good: bool
    cut: bool


class Place(NamedTuple):
    """A frame in bodies.skeleton: its bytes, and the CRC-32 of its text."""

    begins: int
    ends: int
    crc32: int


@dataclass
class Bodies:
    """bodies.skeleton: the places of the frames in the file, None where there is damage; `cut`: it ends within a frame.

    `promised` is what the first line says, None if that is damaged. `unsure`: the numbers of the entries that can be
    part of the damage beside them: a frame that is followed by one more body than it counts, and a frame of nobody
    (a line "0") just behind damage.
    """

    places: list[Place | None]
    promised: int | None
    cut: bool
    unsure: set[int] = field(default_factory=set)

    @property
    def damaged(self) -> int:
        """Damaged places: how many cannot be read as a frame."""
        return self.places.count(None)

    @property
    def leading(self) -> int:
        """Frames before the first damaged place."""
        return self.places.index(None) if None in self.places else len(self.places)


@dataclass
class Checksums:
    """checksums.csv: for each frame its checksum, None where that is damaged; `cut`: it ends within a line."""

    entries: list[int | None]
    header_good: bool
    cut: bool


def scan_checksums(path: Path) -> Checksums:
    """The lines of checksums.csv; OSError if it cannot be read."""
    content = path.read_bytes()
    count, rest = divmod(len(content) - len(CHECKSUMS_HEADER), LINE_BYTES)
    entries = [checksum_at(content, number) for number in range(count)]
    return Checksums(entries, content.startswith(CHECKSUMS_HEADER), cut=bool(rest))


def scan_rows(path: Path) -> Rows:
    """The lines of frames.csv; OSError if it cannot be read.

    Where the end of a line was damaged, two rows stand in one: the second is as it was, and is found.
    """
    lines = path.read_bytes().split(b"\n")
    cut = bool(lines.pop())
    header_good = lines[:1] == [csv_line(FRAMES_HEADER)[:-1]]
    rows = [_row(line) for line in lines]
    later = _indices_behind(rows)
    entries: list[FrameRow | None] = []
    last = -1
    for number, (line, row) in enumerate(zip(lines, rows, strict=True)):
        joined = _row_behind(line, last, later[number]) if row is None else None
        is_header = number == 0 and row is None
        entries += [row] * (not is_header) + [joined] * (joined is not None)
        newest = joined or row
        last = newest.index if newest is not None else last
    return Rows(entries, header_good, cut)


def _indices_behind(rows: list[FrameRow | None]) -> list[int | None]:
    """For each line the index of the next row, None behind the last."""
    found: list[int | None] = []
    following = None
    for row in reversed(rows):
        found.append(following)
        following = row.index if row is not None else following
    return found[::-1]


def _row(line: bytes) -> FrameRow | None:
    try:
        (values,) = csv.reader([line.decode("ascii")])
        row = frame_row(values)
    except (ValueError, csv.Error):
        return None
    return row if row_line(row) == line + b"\n" and abs(row.sensor_time_s) < LARGEST_S else None


def _row_behind(line: bytes, before: int, after: int | None) -> FrameRow | None:
    """The row at the end of a line that holds more than one; its index lies between those around it, None: no limit.

    Of several ("0X99" ends in 99 and in 9) the one next to the row behind it, or else to the one before.
    """
    values = line.split(b",")
    if len(values) <= ROW_VALUES:
        return None
    first, rest = values[-ROW_VALUES], values[1 - ROW_VALUES :]
    rows = [_row(b",".join([first[begin:], *rest])) for begin in range(len(first))]
    between = [row for row in rows if row is not None and before < row.index and (after is None or row.index < after)]
    if after is None:
        return min(between, key=lambda row: row.index, default=None)
    return max(between, key=lambda row: row.index, default=None)


def scan_bodies(path: Path) -> Bodies:
    """The frames of bodies.skeleton, each read through; OSError if it cannot be read."""
    with path.open("rb") as file:
        first_line = file.read(FIRST_LINE)
    promised = int(first_line) if re.fullmatch(rb" *\d+\n", first_line) and len(first_line) == FIRST_LINE else None
    if promised is not None:
        return _scan_frames(path, promised)
    with tempfile.TemporaryDirectory() as folder:  # the reader wants a first line
        copy = Path(folder, path.name)
        copy.write_bytes(frame_count_line(0) + path.read_bytes()[FIRST_LINE:])
        return _scan_frames(copy, None)


def _scan_frames(path: Path, promised: int | None) -> Bodies:
    size = path.stat().st_size
    found = Bodies([], promised, cut=False)
    place = FIRST_LINE
    reader = NtuTextReader(path)
    try:
        with (
            path.open("rb") as file,
            tqdm(total=size, desc=path.name, unit="B", unit_scale=True, disable=None, leave=False) as progress,
        ):
            while place < size:
                frame = _frame_at(reader, file, place)
                ends = frame.ends if frame is not None else _next_frame(reader, file, place)
                if ends is None and _only_unfinished(reader, place):
                    found.cut = True
                    break
                _note(found, frame, file, place)
                if ends is None:
                    found.cut = True
                    break
                progress.update(ends - place)
                place = ends
    finally:
        reader.close()
    return found


def _note(found: Bodies, frame: Place | None, file: BinaryIO, place: int) -> None:
    """Adds an entry, and what of it and the one before is not sure."""
    behind_damage = bool(found.places) and found.places[-1] is None
    if frame is not None:
        file.seek(place)
        if behind_damage and file.read(frame.ends - place).strip() == b"0":
            found.unsure.add(len(found.places))
    elif found.places and not behind_damage:
        file.seek(place)
        if len(file.readline(LONGEST_LINE).split()) == BODY_COLUMNS:
            found.unsure.add(len(found.places) - 1)
    found.places.append(frame)


def _frame_at(reader: NtuTextReader, file: BinaryIO, place: int) -> Place | None:
    """The frame that begins there, None if it is damaged or unfinished."""
    file.seek(place)
    if not _BODY_COUNT.fullmatch(file.readline(LONGEST_LINE)):
        return None
    try:
        reader.go_to(place, 0)
        text = reader.read_text()
        reader.go_to(place, 0)
        return None if reader.read() is None else Place(place, place + len(text), zlib.crc32(text))
    except SourceError:
        return None


def _only_unfinished(reader: NtuTextReader, place: int) -> bool:
    """Whether nothing is wrong with the frame there but that the file ends within it."""
    try:
        reader.go_to(place, 0)
        reader.read()
    except UnfinishedText:
        return True
    except SourceError:
        return False
    return True


def _next_frame(reader: NtuTextReader, file: BinaryIO, place: int) -> int | None:
    """Where the first good frame behind damage begins: with a count of bodies, which stands alone in its line.

    If the end of the line before it was damaged, it stands behind that line and one byte.
    """
    file.seek(place)
    line_at, line = place, file.readline(LONGEST_LINE)
    while line:
        begins = line_at if _BODY_COUNT.fullmatch(line) else line_at + _joined_at(line)
        if begins > place and _frame_at(reader, file, begins) is not None:
            return begins
        line_at += len(line)
        file.seek(line_at)
        line = file.readline(LONGEST_LINE)
    return None


def _joined_at(line: bytes) -> int:
    """Where a count of bodies begins behind the last line of a frame, and a byte that was its end; 0 if none does."""
    count = _BODY_COUNT_BEHIND.search(line)
    if count is None or count.start() < 2:
        return 0
    values = line[: count.start() - 1].split()
    is_last_line = len(values) == JOINT_COLUMNS and values[-1] in (b"0", b"1", b"2")
    return count.start() if is_last_line or values == [b"0"] else 0
