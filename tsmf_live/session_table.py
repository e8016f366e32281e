"""The tables of a recorded session, frames.csv and events.csv: their rows, read and written. See `session`."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tsmf_live.frames import SourceError

FRAMES_FILE, EVENTS_FILE = "frames.csv", "events.csv"
FRAMES_HEADER = ("index", "sensor_time_s", "host_time_s", "color", "dropped")
EVENTS_HEADER = ("start_s", "end_s", "label", "confidence", "person", "kind")
EVENT_KINDS = ("prediction", "annotation")


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
    """A row of frames.csv from its values; ValueError if they are none."""
    index, sensor_time_s, host_time_s, color, dropped = values
    return FrameRow(int(index), float(sensor_time_s), float(host_time_s), bool(int(color)), int(dropped))


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
            raise SourceError(f"{path}: line {number}: expected {','.join(FRAMES_HEADER)}, got {values}") from error
        if not math.isfinite(row.sensor_time_s):
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
            start_s, end_s, label, confidence, person, kind = values
            slot = int(person) if person else None
            event = SessionEvent(float(start_s), float(end_s), label, float(confidence), slot, kind)
        except ValueError as error:
            raise SourceError(f"{path}: line {number}: expected {','.join(EVENTS_HEADER)}, got {values}") from error
        if kind not in EVENT_KINDS:
            raise SourceError(f"{path}: line {number}: expected kind {' or '.join(EVENT_KINDS)}, got {kind!r}")
        events.append(event)
    return events


def csv_line(values: Iterable[Any]) -> bytes:
    """One row; floats as repr, so that they come back bit for bit."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue().encode()


def row_line(row: FrameRow) -> bytes:
    """A row of frames.csv as it is written; without csv's ado, as a replay asks for one with each frame."""
    index, sensor_time_s, host_time_s, color, dropped = row
    return f"{index},{sensor_time_s!r},{host_time_s!r},{int(color)},{dropped}\n".encode()


def _csv_rows(path: Path, header: tuple[str, ...], warnings: list[str]) -> Iterator[tuple[int, list[str]]]:
    """(line number, values) of each row after the header; a last line without its end is left out."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise SourceError(f"{path}: cannot be opened ({error.strerror}); restore it") from error
    complete, _, cut = text.rpartition("\n")
    if cut:
        warnings.append(f"{path}: ends in the middle of a line; that line is left out")
    reader = csv.reader(complete.splitlines(keepends=True))
    try:
        if tuple(next(reader, ())) != header:
            raise SourceError(f"{path}: line 1: expected {','.join(header)}; is it part of a recorded session?")
        for values in reader:
            yield reader.line_num, values
    except csv.Error as error:
        raise SourceError(f"{path}: line {reader.line_num}: expected a row of values ({error})") from error
