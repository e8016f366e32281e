"""A session as samples of NTU RGB+D, whole or cut at its annotations.

For each sample: SsssCcccPpppRrrrAaaa.skeleton, the text of the session's bodies as it stands; _rgb.avi, a picture for
each frame; and .times.csv, which the data set does not have: the frames' rows of frames.csv, with exact times and which
frames really have a picture.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from tsmf_live.exchange.outcome import Outcome
from tsmf_live.exchange.picture_avi import PictureAvi
from tsmf_live.exchange.session_reading import Session, require_frames
from tsmf_live.files import new_files, refuse_existing
from tsmf_live.frames import SensorFrame, UsageError
from tsmf_live.label_lists import class_number
from tsmf_live.ntu_name import NtuName
from tsmf_live.recording.annotations import frames_of
from tsmf_live.recording.folder import BODIES_FILE, HIGHEST_NUMBER
from tsmf_live.recording.ntu_text import NtuTextReader, frame_count_line
from tsmf_live.recording.tables import FRAMES_HEADER, FrameRow, csv_line, of_kind


class Part(NamedTuple):
    """The frames (end exclusive) that become one sample."""

    name: NtuName
    first: int
    past_last: int


def session_parts(
    session: Session, options: dict[str, int | None], labels: tuple[str, ...], by_annotation: bool
) -> list[Part]:
    """What becomes a sample: the whole session, or each annotation.

    Samples of the same class differ in their replication numbers, which count up from the session's.

    Args:
        options: the numbers that the user gave, by NtuName's fields; None: the take's.

    Raises:
        UsageError: no class number, a number out of range, or nothing is annotated.
    """
    told = [_number(session, options, field) for field in NtuName._fields[:-1]]
    if not by_annotation:
        action = options["action"]
        if action is None:
            action = _class_of(session, str(session.description.get("action") or ""), labels)
        return [Part(_in_range(NtuName(*told, action)), 0, len(session.rows))]
    annotations = of_kind("annotation", session.events)
    if not annotations:
        raise UsageError(f"{session.folder}: --segments: it has no annotations; `annotate` adds them")
    parts, seen = [], Counter()
    for event in annotations:
        number = _class_of(session, event.label, labels)
        name = _in_range(NtuName(*told, number))._replace(replication=told[3] + seen[number])
        parts.append(Part(_in_range(name), *frames_of(session.times_s, event.start_s, event.end_s)))
        seen[number] += 1
    return parts


def export(session: Session, parts: list[Part], out: Path) -> Outcome:
    """Writes the samples into `out`, all of them or none.

    Raises:
        RecordingError: a sample of that name exists, or `out` cannot be written to.
        SourceError: the session is damaged.
    """
    for part in parts:
        refuse_existing(out / f"{part.name}.skeleton")
    has_times = not session.description.get("time_estimated")
    with new_files(out) as unfinished, ExitStack() as files:
        samples = [files.enter_context(_Sample(unfinished, part, has_times)) for part in parts]
        _write(session, samples)
        for sample in samples:
            require_frames(sample.count, session.folder)
            sample.finish()
    repeated = sum(sample.pictures.repeated for sample in samples)
    whole = [part[1:] for part in parts] == [(0, len(session.rows))]
    times_file = ".times.csv" if has_times else None
    not_held = session.timing_not_held([(s.first, s.first + s.count) for s in samples], times_file)
    not_held += session.not_held(events_held=not whole)
    if repeated:
        told = f"; {times_file} tells which" if has_times else ""
        not_held.insert(0, f"that {repeated} frames have no picture (they show the one before{told})")
    written = ", ".join(f"{s.name} ({s.count} frames, {s.pictures.count} pictures)" for s in samples)
    return Outcome(f"{session.folder} -> {out}: {written}", not_held, session.source.warnings)


def _write(session: Session, samples: list[_Sample]) -> None:
    """Plays the session once and gives each sample its frames."""
    text = NtuTextReader(session.folder / BODIES_FILE)
    try:
        for _ in range(session.first):
            text.read_text()
        for number, frame in enumerate(session.frames()):
            lines = text.read_text()
            for sample in samples:
                if sample.first <= number < sample.past_last:
                    sample.add(frame, session.rows[number], lines)
    finally:
        text.close()


class _Sample:
    """The files of one sample, being written; a context that closes them."""

    def __init__(self, folder: Path, part: Part, has_times: bool) -> None:
        self.name, self.first, self.past_last = part
        self.count = 0
        self.pictures = PictureAvi(folder / f"{self.name}_rgb.avi")
        self._has_times = has_times
        self._text = (folder / f"{self.name}.skeleton").open("wb")
        self._text.write(frame_count_line(0))
        self._times = (folder / f"{self.name}.times.csv").open("wb") if has_times else None
        if self._times is not None:
            self._times.write(csv_line(FRAMES_HEADER))

    def add(self, frame: SensorFrame, row: FrameRow, lines: bytes) -> None:
        """The next frame, its row of frames.csv, its text."""
        self._text.write(lines)
        self.pictures.add(frame.color_bgra)
        if self._times is not None:
            self._times.write(csv_line(row._replace(color=int(frame.color_bgra is not None))))
        self.count += 1

    def finish(self) -> None:
        """Ends the files; without a file of times the video ends after its last real picture."""
        self.pictures.finish(fill=self._has_times)
        self._text.seek(0)
        self._text.write(frame_count_line(self.count))

    def __enter__(self) -> _Sample:
        return self

    def __exit__(self, *_: Any) -> None:
        self.pictures.close()
        self._text.close()
        if self._times is not None:
            self._times.close()


def _number(session: Session, options: dict[str, int | None], field: str) -> int:
    """The user's number, else the take's, else 1."""
    number = options[field] if options[field] is not None else session.description.get(field) or 1
    if not isinstance(number, int):
        raise UsageError(f"{session.folder}: its {field} is {number!r}; give --{field} N")
    return number


def _class_of(session: Session, label: str, labels: tuple[str, ...]) -> int:
    if not label:
        raise UsageError(f"{session.folder}: its action is not known; give --action N, or --segments")
    try:
        return class_number(label, labels)
    except UsageError as error:
        raise UsageError(f"{session.folder}: {error}") from error


def _in_range(name: NtuName) -> NtuName:
    for field, number in zip(name._fields, name, strict=True):
        if not 1 <= number <= HIGHEST_NUMBER:
            raise UsageError(f"--{field}: expected a number from 1 to {HIGHEST_NUMBER}, got {number}")
    return name
