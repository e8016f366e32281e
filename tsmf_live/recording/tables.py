"""The tables of a recorded session, frames.csv and events.csv: their rows, read and written. See `writer`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tsmf_live.frames import SourceError
from tsmf_live.text_files import not_text

FRAMES_FILE, EVENTS_FILE = "frames.csv", "events.csv"
FRAMES_HEADER = ("index", "sensor_time_s", "host_time_s", "color", "dropped")
EVENTS_HEADER = ("start_s", "end_s", "label", "confidence", "person", "kind")
LARGEST_COUNT, LARGEST_S = 2**53, 1e12  # whatever is larger is damage, and overflows what counts with it
SHOWN_CHARACTERS = 120  # of a bad row
EVENT_KINDS = ("prediction", "annotation")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?(e[+-]?\d+)?", re.ASCII)


class FrameRow(NamedTuple):
    """A row of frames.csv.

    `dropped` counts what is missing here: whole frames before this one (holes in `index`), and one more if this frame
    had a picture that disk or encoder could not take (`color` is then False).
    """

    index: int
    sensor_time_s: float
    host_time_s: float
    color: bool
    dropped: int


class SessionEvent(NamedTuple):
    """A row of events.csv; `person` is a slot, None for the scene; `kind` is "prediction" or "annotation"."""

    start_s: float
    end_s: float
    label: str
    confidence: float
    person: int | None
    kind: str


def of_kind(kind: str, events: Iterable[SessionEvent]) -> list[SessionEvent]:
    """The events of that kind, by start and end."""
    return sorted((event for event in events if event.kind == kind), key=lambda event: (event.start_s, event.end_s))


def frame_row(values: list[str]) -> FrameRow:
    """A row of frames.csv from its values; ValueError if they are not those of a row."""
    index, sensor_time_s, host_time_s, color, dropped = values
    row = FrameRow(int(index), float(sensor_time_s), float(host_time_s), bool(int(color)), int(dropped))
    if not (0 <= row.index < LARGEST_COUNT and 0 <= row.dropped < LARGEST_COUNT):
        raise ValueError("a count that cannot be")
    return row


def pictures_lost(rows: Iterable[FrameRow]) -> list[FrameRow]:
    """The rows whose frame had a picture that was lost: `dropped` counts more than the frames that are missing."""
    lost, before = [], None
    for row in rows:
        missing = row.index - before - 1 if before is not None else 0
        if not row.color and row.dropped > missing:
            lost.append(row)
        before = row.index
    return lost


def read_frame_rows(folder: Path, warnings: list[str], name: str = FRAMES_FILE) -> list[FrameRow]:
    """The rows of frames.csv, or of a file of another name in its format.

    A last one that was cut is left out, with a line in `warnings`.

    Raises:
        SourceError: missing, a bad row, or times that do not increase.
    """
    path = folder / name
    rows: list[FrameRow] = []
    for number, values in _csv_rows(path, FRAMES_HEADER, warnings):
        try:
            row = frame_row(values)
        except ValueError as error:
            raise _bad_row(path, number, FRAMES_HEADER, values) from error
        if not abs(row.sensor_time_s) < LARGEST_S:  # true for NaN, too
            raise SourceError(f"{path}: line {number}: expected a time, got {row.sensor_time_s}")
        if rows and (row.index <= rows[-1].index or row.sensor_time_s <= rows[-1].sensor_time_s):
            raise SourceError(
                f"{path}: line {number}: expected index and sensor time to increase, got {row.index} at "
                f"{row.sensor_time_s} s after {rows[-1].index} at {rows[-1].sensor_time_s} s"
            )
        rows.append(row)
    return rows


def read_events(folder: Path, warnings: list[str] | None = None) -> list[SessionEvent]:
    """The rows of events.csv, in the order in which they were added; none if there is no such file.

    Args:
        warnings: gets a line if the last row was cut.

    Raises:
        SourceError: a bad row.
    """
    path = folder / EVENTS_FILE
    events: list[SessionEvent] = []
    if not path.exists():
        return events
    for number, values in _csv_rows(path, EVENTS_HEADER, warnings if warnings is not None else []):
        try:
            event = event_row(values)
        except ValueError as error:
            raise _bad_row(path, number, EVENTS_HEADER, values) from error
        if event.kind not in EVENT_KINDS:
            kinds = " or ".join(EVENT_KINDS)
            raise SourceError(f"{path}: line {number}: expected kind {kinds}, got {event.kind[:40]!r}")
        events.append(event)
    return events


def event_row(values: list[str]) -> SessionEvent:
    """A row of events.csv from its values, its kind not checked; ValueError if they are not those of a row."""
    start_s, end_s, label, confidence, person, kind = values
    event = SessionEvent(
        float(start_s), float(end_s), text_of(label), float(confidence), int(person) if person else None, kind
    )
    if not all(abs(value) < LARGEST_S for value in (event.start_s, event.end_s, event.confidence)):  # NaN is not
        raise ValueError("no time, or no confidence")
    if event.person is not None and not 0 <= event.person < LARGEST_COUNT:
        raise ValueError("no person")
    return event


def _bad_row(path: Path, number: int, header: tuple[str, ...], values: list[str]) -> SourceError:
    return SourceError(f"{path}: line {number}: expected {','.join(header)}, got {str(values)[:SHOWN_CHARACTERS]}")


def csv_line(values: Iterable[Any]) -> bytes:
    """One row; floats as repr, so that they come back bit for bit; texts as `cell_of` has them."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cell_of(v) if isinstance(v, str) else v for v in values)
    return text.getvalue().encode()


def cell_of(text: str) -> str:
    """A text as a cell of a CSV file: a spreadsheet would calculate one that begins with = + - @, and so run it.

    An apostrophe stands before those; `text_of` takes it away again, so that every text comes back as it was. Numbers
    stay numbers.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def text_of(cell: str) -> str:
    """The text of `cell_of`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def row_line(row: FrameRow) -> bytes:
    """A row of frames.csv as it is written; without the csv module, because a replay needs one for each frame."""
    index, sensor_time_s, host_time_s, color, dropped = row
    return f"{index},{sensor_time_s!r},{host_time_s!r},{int(color)},{dropped}\n".encode()


def _csv_rows(path: Path, header: tuple[str, ...], warnings: list[str]) -> Iterator[tuple[int, list[str]]]:
    """(line number, values) of each row after the header; a last line without its end is left out."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: cannot be opened ({error.strerror}); restore it") from error
    complete = data[: data.rfind(b"\n") + 1]  # the last line may have been cut within a letter
    if len(complete) < len(data):
        warnings.append(f"{path}: ends in the middle of a line; that line is left out")
    yield from _rows_of(path, complete, header)


def _rows_of(path: Path, data: bytes, header: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """As `_csv_rows`, of whole lines. Letters matter in a table with labels: its bytes must be UTF-8."""
    try:
        text = data.decode("utf-8-sig", "strict" if "label" in header else "replace")
    except UnicodeDecodeError as error:
        raise SourceError(not_text(path, data, error)) from error
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        if tuple(next(reader, ())) != header:
            raise SourceError(f"{path}: line 1: expected {','.join(header)}; is it part of a recorded session?")
        for values in reader:
            yield reader.line_num, values
    except csv.Error as error:
        raise SourceError(f"{path}: line {reader.line_num}: expected a row of values ({error})") from error
