"""What every import does: frames of another format become a session, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tsmf_live.frames import SensorFrame
from tsmf_live.recording.tables import SessionEvent
from tsmf_live.recording.writer import SessionWriter

PRESET, CRF = "veryfast", 17  # there is time for a finer picture than live


@dataclass(frozen=True)
class Contents:
    """What a session is made of: (frame, whether its picture was lost when it was recorded), and what is said of it."""

    frames: Iterable[tuple[SensorFrame, bool]]
    source_name: str
    has_color: bool
    details: dict[str, Any]
    events: list[SessionEvent] = field(default_factory=list)


def write_session(folder: Path, contents: Contents, codec: str) -> int:
    """Writes a session into an empty folder; the number of its frames.

    Raises:
        RecordingError: it cannot be written.
        SourceError: its frames cannot be read.
    """
    count = 0
    writer = SessionWriter(
        folder,
        source_name=contents.source_name,
        codec=codec,
        preset=PRESET,
        crf=CRF,
        has_color=contents.has_color,
        details=contents.details,
    )
    try:
        for frame, picture_lost in contents.frames:
            writer.write(frame, picture_lost)
            count += 1
        for event in contents.events:
            writer.add_event(*event)
    finally:
        writer.close()
    return count
