"""What every export does with a session: plays it frame by frame, and says what of it no other format holds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm

from tsmf_live.frames import SensorFrame, SourceError
from tsmf_live.session import FrameRow, SessionEvent, read_description, read_events, read_frame_rows
from tsmf_live.sources.base import EndOfSource, SeekableSource
from tsmf_live.sources.replay import ReplaySource

#: Entries of session.json that say how it is stored, not what was recorded.
_STORAGE = ("format", "format_version", "codec", "frame_rate_hz", "floor_plane", "time_estimated", "versions", "ended")


class Session:
    """A recorded session, opened for an export; its owner closes it.

    Attributes:
        folder, description, rows, events: see `session`.
        source: its frames; a recording that broke off gives those that are whole, with a warning.

    Raises:
        SourceError: no session, or a damaged one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.description: dict[str, Any] = read_description(folder)
        self.rows: list[FrameRow] = read_frame_rows(folder, [])
        self.events: list[SessionEvent] = read_events(folder)
        self.source = ReplaySource(folder)

    def close(self) -> None:
        """May be called twice."""
        self.source.close()

    def not_held(self, events_held: bool) -> list[str]:
        """What nearly every other format has no place for, in words."""
        lost = sum(row.dropped for row in self.rows)
        words = [f"that {lost} frames or pictures were lost while recording"] if lost else []
        if self.description.get("floor_plane") is not None:
            words.append("the floor plane")
        predictions = [event for event in self.events if event.kind == "prediction"]
        annotations = [event for event in self.events if event.kind == "annotation"]
        if annotations and not events_held:
            words.append(f"{len(annotations)} annotations")
        of_persons = sum(event.person is not None for event in annotations)
        if of_persons and events_held:
            words.append(f"which person {of_persons} of the annotations speak of")
        if predictions:
            words.append(f"{len(predictions)} predicted events")
        told = sorted(key for key, value in self.description.items() if key not in _STORAGE and value not in (None, ""))
        return [*words, f"what session.json says ({', '.join(told)})"]


def frames(source: SeekableSource, name: str) -> Iterator[SensorFrame]:
    """All frames of a recording, with a progress bar.

    Raises:
        SourceError: the rest cannot be read.
    """
    with tqdm(total=len(source.times_s), desc=name, unit="frame", disable=None, leave=False) as bar:
        while True:
            try:
                frame = source.read()
            except EndOfSource:
                return
            yield frame
            bar.update()


def report(written: str, not_held: list[str], warnings: list[str]) -> None:
    """Tells what an export wrote and what was left behind; warnings go to stderr."""
    for warning in warnings:
        print(warning, file=sys.stderr)
    print(written)
    if not_held:
        print(f"  not held: {'; '.join(not_held)}")


def require_frames(count: int, folder: Path) -> None:
    """SourceError if a session gave no frame for what is exported."""
    if count == 0:
        raise SourceError(
            f"{folder}: no whole frame in the part to be exported; `verify` tells what is wrong with the session"
        )
