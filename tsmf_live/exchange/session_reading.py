"""What all exports share: a session is played frame by frame, and what other formats cannot hold is put into words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from tsmf_live.command import counted
from tsmf_live.frames import FRAME_RATE_HZ, SensorFrame, SourceError, UsageError
from tsmf_live.recording.annotations import Segment, clipped, frames_of
from tsmf_live.recording.folder import read_description
from tsmf_live.recording.tables import FrameRow, SessionEvent, of_kind, read_events, read_frame_rows
from tsmf_live.sources.base import EndOfSource, SeekableSource
from tsmf_live.sources.replay import ReplaySource

#: Entries of session.json that say how it is stored, not what was recorded.
_STORAGE = (
    "format", "format_version", "codec", "frame_rate_hz", "floor_plane", "time_estimated", "versions", "ended", "lost",
    "crc32", "bytes",
)  # fmt: skip
SAME_TIME_S = 0.001
NOT_IN_A_BODY = "tracking ids, joint states, colour coordinates, orientations, hand states, exact and host times"


class Session:
    """A recorded session, or a span of it, opened for an export; its owner closes it.

    Attributes:
        folder, description: see `recording.folder`.
        rows, events, times_s: those of the span; events that reach out of it are cut.
        first: the number of its first frame within the session.
        source: its frames; a recording that broke off gives those that are whole, with a warning.

    Args:
        span_s: from when until when, in seconds from the session's first frame; None: all of it.

    Raises:
        SourceError: no session, or a damaged one.
        UsageError: the span holds no frame.
    """

    def __init__(self, folder: Path, span_s: Sequence[float] | None = None) -> None:
        self.folder = folder
        self.description: dict[str, Any] = read_description(folder)
        self.rows: list[FrameRow] = read_frame_rows(folder, [])
        self.events: list[SessionEvent] = read_events(folder)
        self.first, past_last = 0, len(self.rows)
        if span_s is not None and self.rows:
            start_s, end_s = (self.rows[0].sensor_time_s + time_s for time_s in span_s)
            times_s = np.array([row.sensor_time_s for row in self.rows])
            self.first, past_last = frames_of(times_s, start_s, end_s)
            if past_last <= self.first:
                raise UsageError(f"{folder}: --span {span_s[0]:g} {span_s[1]:g}: expected a time within the session")
            self.events = clipped(self.events, start_s, end_s)
        self._to_its_end = past_last == len(self.rows)
        self.rows = self.rows[self.first : past_last]
        self.times_s = [row.sensor_time_s for row in self.rows]
        self.source = ReplaySource(folder)

    def close(self) -> None:
        """May be called twice."""
        self.source.close()

    def frames(self) -> Iterator[SensorFrame]:
        """All frames of the span, see `frames`."""
        if self.first:
            self.source.seek(self.first)
        return frames(self.source, self.folder.name, None if self._to_its_end else len(self.rows))

    def cut(self, parts: Iterable[Segment]) -> list[Segment]:
        """What of the session's segments lies in the span; frames count from its beginning."""
        spans = [(max(p.start_frame - self.first, 0), min(p.end_frame - self.first, len(self.rows)), p) for p in parts]
        return [part._replace(start_frame=a, end_frame=b) for a, b, part in spans if b > a]

    def not_held(self, events_held: bool) -> list[str]:
        """What nearly no other format has a place for, in words; times and losses are in `timing_not_held`."""
        words = []
        if self.description.get("floor_plane") is not None:
            words.append("the floor plane")
        predictions = of_kind("prediction", self.events)
        annotations = of_kind("annotation", self.events)
        if annotations and not events_held:
            words.append(counted(len(annotations), "annotation"))
        of_persons = sum(event.person is not None for event in annotations)
        if of_persons and events_held:
            words.append(f"which person {of_persons} of the annotations speak of")
        if predictions:
            words.append(counted(len(predictions), "predicted event"))
        told = sorted(key for key, value in self.description.items() if key not in _STORAGE and value not in (None, ""))
        return [*words, f"what session.json says ({', '.join(told)})"]

    def timing_not_held(self, spans: Iterable[tuple[int, int]], times_file: str | None = None) -> list[str]:
        """What is lost where frame i counts as i/30 s, in words.

        Args:
            spans: the frames (end exclusive) that become a sample.
            times_file: where the export keeps the true times all the same; then only losses are told.
        """
        lost = pictures = 0
        wrong_s = 0.0
        for first, past_last in spans:
            for number in range(first, past_last):
                row = self.rows[number]
                hole = row.index - self.rows[number - 1].index - 1 if number else 0
                lost += hole if number > first else 0
                pictures += row.dropped > hole and not row.color
                taken_as_s = self.rows[first].sensor_time_s + (number - first) / FRAME_RATE_HZ
                wrong_s = max(wrong_s, abs(row.sensor_time_s - taken_as_s))
        words = []
        if lost:
            remedy = f"; {times_file} has the true times" if times_file else ""
            words.append(
                f"that {lost} frames were lost while recording (taken as 30 a second, those after them lie early: a "
                f"time is up to {wrong_s:.3f} s wrong{remedy})"
            )
        elif wrong_s >= SAME_TIME_S and not times_file:
            words.append(
                f"that frames are not exactly 30 a second (taken as such, a time is up to {wrong_s:.3f} s wrong)"
            )
        if pictures:
            words.append(f"that {pictures} pictures were lost while recording")
        return words


def frames(source: SeekableSource, name: str, most: int | None = None) -> Iterator[SensorFrame]:
    """The frames of a recording from where it stands, with a progress bar.

    Args:
        most: how many of them; None: all, and whatever is wrong with its end is told.

    Raises:
        SourceError: the rest cannot be read.
    """
    total = len(source.times_s) if most is None else most
    with tqdm(total=total, desc=name, unit="frame", disable=None, leave=False) as bar:
        for _ in count() if most is None else range(most):
            try:
                frame = source.read()
            except EndOfSource:
                return
            yield frame
            bar.update()


def require_frames(count: int, folder: Path) -> None:
    """SourceError if a session gave no frame for what is exported."""
    if count == 0:
        raise SourceError(
            f"{folder}: no whole frame in the part to be exported; `verify` tells what is wrong with the session"
        )
