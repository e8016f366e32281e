"""What is still good in damaged frames.csv and bodies.skeleton; read by `check` and `mend`.

Both files have one entry for each frame, in the same order, so that a damaged entry must keep its place.
"""

from __future__ import annotations

import csv
import math
import re
import tempfile
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from tsmf_live.frames import SourceError
from tsmf_live.ntu_text import COUNT_WIDTH, NtuTextReader, UnfinishedText, frame_count_line
from tsmf_live.session import FRAMES_HEADER, FrameRow
from tsmf_live.session_table import csv_line, frame_row

FIRST_LINE = COUNT_WIDTH + 1  # bytes


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


@dataclass
class Bodies:
    """bodies.skeleton: for each frame its bytes in the file, None where it is damaged; `cut`: it ends within a frame.

    `promised` is what the first line says, None if that is damaged.
    """

    places: list[tuple[int, int] | None]
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
    return row if csv_line((*row[:3], int(row.color), row.dropped)) == line + b"\n" else None


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
    places: list[tuple[int, int] | None] = []
    place, cut = FIRST_LINE, False
    reader = NtuTextReader(path)
    try:
        with tqdm(total=size, desc=path.name, unit="B", unit_scale=True, disable=None, leave=False) as progress:
            while place < size:
                ends = _frame_end(reader, place)
                if ends is not None:
                    places.append((place, ends))
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


def _frame_end(reader: NtuTextReader, place: int) -> int | None:
    """Where the frame at a place ends, None if it is damaged or unfinished."""
    try:
        reader.go_to(place, 0)
        text = reader.read_text()
        reader.go_to(place, 0)
        return None if text is None or reader.read() is None else place + len(text)
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
            if re.fullmatch(rb"[0-6]\n", line) and _frame_end(reader, place) is not None:
                return place
            place += len(line)
    return None
