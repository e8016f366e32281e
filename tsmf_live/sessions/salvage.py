"""What is still good in damaged frames.csv, bodies.skeleton and checksums.csv; read by `check` and `mend`.

All three have one entry for each frame, in the same order, so that a damaged entry must keep its place.
"""

from __future__ import annotations

import csv
import math
import re
import tempfile
import zlib
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from tqdm import tqdm

from tsmf_live.frames import SourceError
from tsmf_live.ntu_text import COUNT_WIDTH, NtuTextReader, UnfinishedText, frame_count_line
from tsmf_live.session import FRAMES_HEADER, FrameRow
from tsmf_live.session_checksums import CHECKSUMS_HEADER, LINE_BYTES, checksum_at, frame_checksum
from tsmf_live.session_table import csv_line, frame_row, row_line

FIRST_LINE = COUNT_WIDTH + 1  # bytes
LONGEST_SHIFT = 100  # frames by which entries after a damaged place are moved to see whether they fit their checksums


@dataclass
class Rows:
    """frames.csv: an entry for each frame, None where its row is damaged; `cut`: it ends within a line."""

    entries: list[FrameRow | None]
    header_good: bool
    cut: bool

    @property
    def damaged(self) -> int:
        """Rows that are none."""
        return self.entries.count(None)


class Place(NamedTuple):
    """A frame in bodies.skeleton: its bytes, and the CRC-32 of its text."""

    begins: int
    ends: int
    crc32: int


@dataclass
class Bodies:
    """bodies.skeleton: for each frame its place in the file, None where it is damaged; `cut`: it ends within a frame.

    `promised` is what the first line says, None if that is damaged.
    """

    places: list[Place | None]
    promised: int | None
    cut: bool

    @property
    def damaged(self) -> int:
        """Frames that are none."""
        return self.places.count(None)

    @property
    def leading(self) -> int:
        """Frames before the first damaged one."""
        return self.places.index(None) if None in self.places else len(self.places)


@dataclass
class Checksums:
    """checksums.csv: for each frame its checksum, None where that is damaged; `cut`: it ends within a line."""

    entries: list[int | None]
    header_good: bool
    cut: bool


@dataclass
class Pairs:
    """The frames whose row and bodies are both good, and the numbers of those that their checksums contradict."""

    kept: list[tuple[FrameRow, Place]]
    contradicting: list[int]


def pair(rows: Rows, bodies: Bodies, checksums: Checksums | None) -> Pairs:
    """Brings rows and bodies of the same frame together; nothing that contradicts its checksum is kept.

    How many frames a damaged place stands for, the checksums tell, or else the other file.
    """
    entries, places = list(rows.entries), list(bodies.places)
    expected = checksums.entries if checksums is not None else []

    def fits(number: int, row: FrameRow | None, place: Place | None) -> bool:
        known = number < len(expected) and row is not None and place is not None
        return known and frame_checksum(place.crc32, row) == expected[number]

    _move(places, len(expected), lambda number, place: number < len(entries) and fits(number, entries[number], place))
    _move(entries, len(expected), lambda number, row: number < len(places) and fits(number, row, places[number]))
    if not (rows.cut or bodies.cut):
        _stretch(places, len(entries)) if None in places else _stretch(entries, len(places))
    found = Pairs([], [])
    for number, (row, place) in enumerate(zip(entries, places, strict=False)):
        if row is None or place is None:
            continue
        if number < len(expected) and expected[number] is not None and not fits(number, row, place):
            found.contradicting.append(number)
        else:
            found.kept.append((row, place))
    return found


def _move(entries: list, count: int, fits: Callable[[int, Any], bool]) -> None:
    """Lets each damaged place (one None or more) stand for as many frames as it takes for the next entry to fit."""
    most = min(abs(count - len(entries)) + 1, LONGEST_SHIFT) if count else 0
    number = 0
    while most and number < len(entries):
        if entries[number] is not None:
            number += 1
            continue
        past = next((k for k in range(number, len(entries)) if entries[k] is not None), None)
        if past is None:
            return
        now = past - number
        lengths = sorted(range(max(0, now - most), now + most + 1), key=lambda length: abs(length - now))
        length = next((length for length in lengths if fits(number + length, entries[past])), now)
        entries[number:past] = [None] * length
        number += length + 1


def _stretch(entries: list, count: int) -> None:
    """Makes a list with damaged entries (None) as long as the other, at its first damaged place."""
    if None not in entries:
        return
    at = entries.index(None)
    while len(entries) < count:
        entries.insert(at, None)
    while len(entries) > count and None in entries[at:]:
        entries.remove(None)


def scan_checksums(path: Path) -> Checksums:
    """The lines of checksums.csv; OSError if it cannot be read."""
    content = path.read_bytes()
    count, rest = divmod(len(content) - len(CHECKSUMS_HEADER), LINE_BYTES)
    entries = [checksum_at(content, number) for number in range(count)]
    return Checksums(entries, content.startswith(CHECKSUMS_HEADER), cut=bool(rest))


def scan_rows(path: Path) -> Rows:
    """The rows of frames.csv; OSError if it cannot be read."""
    lines = path.read_bytes().split(b"\n")
    cut = bool(lines.pop())
    header_good = bool(lines) and lines[0] + b"\n" == csv_line(FRAMES_HEADER)
    first = 1 if lines and (header_good or _row(lines[0]) is None) else 0
    rows = [_row(line) for line in lines[first:]]
    in_order = _longest_increasing(rows)
    entries: list[FrameRow | None] = []
    damaged = 0
    last: FrameRow | None = None
    for row, is_good in zip(rows, in_order, strict=True):
        if not is_good:
            damaged += 1
            continue
        # a broken line can stand for several rows or for none: the indices tell how many
        missing = row.index - (last.index + 1 if last is not None else 0) - row.dropped
        entries += [None] * (max(missing, 0) if damaged and last is not None else damaged)
        entries.append(row)
        last, damaged = row, 0
    return Rows(entries + [None] * damaged, header_good, cut)


def _row(line: bytes) -> FrameRow | None:
    try:
        (values,) = csv.reader([line.decode("ascii")])
        row = frame_row(values)
    except (ValueError, csv.Error):
        return None
    if not math.isfinite(row.sensor_time_s) or row.dropped < 0:
        return None
    return row if row_line(row) == line + b"\n" else None


def _longest_increasing(rows: list[FrameRow | None]) -> list[bool]:
    """Which rows to keep so that index and sensor time increase, as many as possible."""
    ends: list[tuple[float, int]] = []  # (last time of the best chain of each length, its row)
    before: dict[int, int | None] = {}
    for number, row in enumerate(rows):
        if row is None:
            continue
        length = bisect_left(ends, (row.sensor_time_s, -1))
        before[number] = ends[length - 1][1] if length else None
        ends[length : length + 1] = [(row.sensor_time_s, number)]
    keep = [False] * len(rows)
    number, index = (ends[-1][1] if ends else None), float("inf")
    while number is not None:
        keep[number] = rows[number].index < index
        index = min(index, rows[number].index)
        number = before[number]
    return keep


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
    places: list[Place | None] = []
    place, cut = FIRST_LINE, False
    reader = NtuTextReader(path)
    try:
        with tqdm(total=size, desc=path.name, unit="B", unit_scale=True, disable=None, leave=False) as progress:
            while place < size:
                frame = _frame_at(reader, place)
                if frame is not None:
                    places.append(frame)
                    ends = frame.ends
                else:
                    count_was_wrong = places and places[-1] is not None and not _is_count(path, place)
                    ends = _next_frame(reader, path, place)
                    if ends is None:
                        cut = True
                        if _only_unfinished(reader, place):
                            break
                    if count_was_wrong and ends is not None:
                        places[-1] = None  # it ended too early: its own count of bodies is damaged
                    else:
                        places.append(None)
                    if ends is None:
                        break
                progress.update(ends - place)
                place = ends
    finally:
        reader.close()
    return Bodies(places, promised, cut)


def _frame_at(reader: NtuTextReader, place: int) -> Place | None:
    """The frame that begins there, None if it is damaged or unfinished."""
    try:
        reader.go_to(place, 0)
        text = reader.read_text()
        reader.go_to(place, 0)
        return None if text is None or reader.read() is None else Place(place, place + len(text), zlib.crc32(text))
    except SourceError:
        return None


def _only_unfinished(reader: NtuTextReader, place: int) -> bool:
    try:
        reader.go_to(place, 0)
        reader.read()
    except UnfinishedText:
        return True
    except SourceError:
        return False
    return True


def _is_count(path: Path, place: int) -> bool:
    with path.open("rb") as file:
        file.seek(place)
        return re.fullmatch(rb"[0-6]\n", file.readline(100)) is not None


def _next_frame(reader: NtuTextReader, path: Path, place: int) -> int | None:
    """Where the first good frame after a damaged one begins: only counts of bodies stand alone in a line."""
    with path.open("rb") as file:
        file.seek(place)
        place += len(file.readline())
        while line := file.readline():
            if re.fullmatch(rb"[0-6]\n", line) and _frame_at(reader, place) is not None:
                return place
            place += len(line)
    return None
