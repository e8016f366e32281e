"""Annotations in files of other programs: CSV tables, PKU-MMD labels, ELAN.

CSV: columns start_s,end_s,label and, if there, person and kind; sensor seconds, as in a session's events.csv.
PKU-MMD: class,start,end,confidence a line; frames from 1, the end included; confidence 1 or 2.
ELAN: an .eaf document, a tier for each person and one for the scene; milliseconds from the session's first frame.

`import_annotations` and `export_annotations` choose the format by the file's ending.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tsmf_live.command import counted
from tsmf_live.exchange.outcome import Outcome
from tsmf_live.files import new_files, refuse_existing
from tsmf_live.frames import SourceError, UsageError
from tsmf_live.label_lists import class_name, class_number, read_labels
from tsmf_live.recording.annotations import Annotations, clipped, frames_of, seconds_of
from tsmf_live.recording.folder import COLOR_FILE
from tsmf_live.recording.tables import EVENTS_HEADER, SessionEvent, csv_line, text_of
from tsmf_live.sources.pku_labels import PKU_CONFIDENCE, PkuLabel, read_pku_labels
from tsmf_live.text_files import read_text

NEEDED = ("start_s", "end_s", "label")


def import_annotations(path: Path, annotations: Annotations, zero_s: float, labels: str) -> Outcome:
    """Adds all annotations of a CSV table or of PKU-MMD labels, or none, and saves; none is added twice.

    They may overlap each other, as those of data sets do.

    Args:
        zero_s: sensor time from which the table's times count.
        labels: the label list that names PKU-MMD's classes, see class_names.read_labels.

    Raises:
        UsageError: a file of another kind, no such label list, or an annotation that the session cannot have.
        SourceError: the file is damaged, or its labels lie outside the session.
        RecordingError: the session cannot be written.
    """
    if _kind(path, (".csv", ".txt")) == ".csv":
        events = [_moved(event, zero_s) for event in read_csv(path)]
    else:
        names = read_labels(labels)
        events = [annotation_of(label, annotations.times_s, names, path) for label in read_pku_labels(path)]
    added = annotations.add_new(events)
    annotations.save()
    known = len(events) - len(added)
    there = f" ({known} were there already)" if known else ""
    count = len(annotations.segments)
    return Outcome(f"{path} -> {annotations.folder}: {counted(len(added), 'annotation')}{there}, now {count}")


def export_annotations(
    annotations: Annotations, path: Path, zero_s: float, labels: str, span_s: Sequence[float] | None = None
) -> Outcome:
    """Writes all annotations of a session into a new CSV table, PKU-MMD labels or an ELAN document.

    Args:
        zero_s: sensor time from which the table's times count.
        labels: the label list that numbers PKU-MMD's classes, see class_names.read_labels.
        span_s: what lies in it alone, in seconds from the first frame; None: all of them.

    Raises:
        UsageError: a file of another kind, no such label list, a label that it does not have, or no pympi-ling.
        RecordingError: the file exists or cannot be written.
    """
    kind = _kind(path, (".csv", ".txt", ".eaf"))
    refuse_existing(path)
    events, not_held = annotations.segments, []
    if span_s is not None:
        events = clipped(events, *(annotations.span_s[0] + time_s for time_s in span_s))
    with new_files(path.parent) as unfinished:
        target = unfinished / path.name
        if kind == ".csv":
            target.write_bytes(csv_text([_moved(event, -zero_s) for event in events]))
        elif kind == ".txt":
            target.write_bytes(pku_text(events, annotations.times_s, read_labels(labels)))
            persons = sum(event.person is not None for event in events)
            not_held = [f"which person {persons} of them speak of"] if persons else []
        else:
            video = annotations.folder / COLOR_FILE
            write_eaf(target, events, annotations.span_s[0], video if video.is_file() else None)
    return Outcome(f"{annotations.folder} -> {path}: {counted(len(events), 'annotation')}", not_held)


def _kind(path: Path, kinds: tuple[str, ...]) -> str:
    if path.suffix.lower() not in kinds:
        got = path.suffix or "no ending"
        raise UsageError(f"{path}: expected a file name that ends in {', '.join(kinds)}, got {got}")
    return path.suffix.lower()


def _moved(event: SessionEvent, by_s: float) -> SessionEvent:
    return event._replace(start_s=event.start_s + by_s, end_s=event.end_s + by_s)


def read_csv(path: Path) -> list[SessionEvent]:
    """The annotations of a CSV table; rows of kind "prediction" are passed over.

    Raises:
        SourceError: cannot be read, columns are missing, or a row holds something else.
    """
    text = read_text(path, "a table of annotations")
    table = csv.DictReader(io.StringIO(text))
    try:
        columns = table.fieldnames or []
        if not set(NEEDED) <= set(columns):
            raise SourceError(
                f"{path}: line 1: expected columns {','.join(NEEDED)} and perhaps person, separated by commas, "
                f"got {','.join(columns)[:80]!r}"
            )
        rows = [(table.line_num, row) for row in table]
    except csv.Error as error:
        raise SourceError(f"{path}: line {table.line_num}: expected a row of values ({error})") from error
    return [_event(path, line, row) for line, row in rows if row.get("kind") != "prediction"]


def _event(path: Path, line: int, row: dict[str, str | None]) -> SessionEvent:
    try:
        person = int(row["person"]) if row.get("person") else None
        start_s, end_s, label = float(row["start_s"] or ""), float(row["end_s"] or ""), text_of(row["label"] or "")
    except (ValueError, TypeError):
        got = ",".join(str(value) for value in row.values())[:80]
        raise SourceError(f"{path}: line {line}: expected two times, a label and a person, got {got!r}") from None
    return SessionEvent(start_s, end_s, label, 1.0, person, "annotation")


def csv_text(events: list[SessionEvent]) -> bytes:
    """Annotations as CSV, in the columns of events.csv."""
    return b"".join(map(csv_line, [EVENTS_HEADER, *events]))


def annotation_of(label: PkuLabel, times_s: np.ndarray, names: tuple[str, ...], label_file: Path) -> SessionEvent:
    """A label as an annotation of the scene; one that ends after the last frame is cut there.

    Raises:
        SourceError: it begins after the last frame.
    """
    count = len(times_s)
    if label.first > count:
        raise SourceError(
            f"{label_file}: expected labels within the {count} frames of the recording, got one from {label.first} to "
            f"{label.last}; does it belong to this recording?"
        )
    start_s, end_s = seconds_of(times_s, label.first - 1, min(label.last, count))
    confidence = min(label.confidence / PKU_CONFIDENCE, 1.0)
    return SessionEvent(start_s, end_s, class_name(label.number, names), confidence, None, "annotation")


def pku_text(events: list[SessionEvent], times_s: np.ndarray, names: tuple[str, ...]) -> bytes:
    """Annotations as PKU-MMD labels; those that hold no frame are left out.

    Args:
        times_s: of the session's frames.
        names: the label list that numbers the classes.

    Raises:
        UsageError: a label is not in the list.
    """
    lines = []
    for event in events:
        first, past_last = frames_of(times_s, event.start_s, event.end_s)
        if past_last > first:
            confidence = max(1, round(event.confidence * PKU_CONFIDENCE))
            lines.append(f"{class_number(event.label, names)},{first + 1},{past_last},{confidence}\n")
    return "".join(lines).encode()


def write_eaf(path: Path, events: list[SessionEvent], first_s: float, video: Path | None) -> None:
    """Annotations as an ELAN document.

    Args:
        path: does not exist.
        first_s: sensor time of the session's first frame.
        video: the colour video that ELAN shall play, or None.

    Raises:
        UsageError: pympi-ling is not installed.
    """
    try:
        from pympi import Eaf
    except ImportError as error:
        raise UsageError(".eaf files need one more library: pip install pympi-ling") from error
    document = Eaf(author="tsmf_live")
    document.remove_tier("default")
    if video is not None:
        document.add_linked_file(video.resolve().as_uri(), f"./{video.name}", mimetype="video/*")
    for event in events:
        tier = "scene" if event.person is None else f"person {event.person}"
        if tier not in document.get_tier_names():
            document.add_tier(tier)
        start_ms, end_ms = (max(0, round((time_s - first_s) * 1000)) for time_s in (event.start_s, event.end_s))
        document.add_annotation(tier, start_ms, end_ms, event.label)
    document.to_file(str(path))
