"""What a session holds, at a glance: read from its small files, without looking through bodies and pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tsmf_live.frames import FRAME_RATE_HZ, SourceError
from tsmf_live.recording.examine import require_session
from tsmf_live.recording.folder import BODIES_FILE, DESCRIPTION_FILE, read_description
from tsmf_live.recording.tables import (
    FRAMES_FILE,
    FrameRow,
    SessionEvent,
    of_kind,
    pictures_lost,
    read_events,
    read_frame_rows,
)

NAMING = (DESCRIPTION_FILE, FRAMES_FILE, BODIES_FILE)  # a folder with one of them is a session, whole or not


@dataclass(frozen=True)
class Overview:
    """A session's small files.

    Attributes:
        description, rows, events: see `recording.folder` and `recording.tables`.
        warnings: what was odd about them.
    """

    folder: Path
    description: dict[str, Any]
    rows: list[FrameRow]
    events: list[SessionEvent]
    warnings: list[str] = field(default_factory=list)

    @property
    def length_s(self) -> float:
        """Sensor seconds from the first frame to the end of the last, as a player counts them."""
        return self.rows[-1].sensor_time_s - self.rows[0].sensor_time_s + 1 / FRAME_RATE_HZ if self.rows else 0.0

    @property
    def frames_lost(self) -> int:
        """Frames that are missing between those there are."""
        return sum(row.dropped for row in self.rows)

    @property
    def pictures(self) -> int:
        """Frames with a picture."""
        return sum(row.color for row in self.rows)

    @property
    def pictures_lost(self) -> int:
        """Pictures that could not be recorded, of frames that could."""
        return len(pictures_lost(self.rows))

    @property
    def annotations(self) -> list[SessionEvent]:
        """What people say is done."""
        return of_kind("annotation", self.events)

    @property
    def predictions(self) -> list[SessionEvent]:
        """What was predicted while it was recorded."""
        return of_kind("prediction", self.events)


def overview(folder: Path) -> Overview:
    """Reads them.

    Raises:
        SourceError: no session, or one of them is damaged.
    """
    require_session(folder)
    description, warnings = read_description(folder), []
    return Overview(folder, description, read_frame_rows(folder, warnings), read_events(folder, warnings), warnings)


def sessions_in(study: Path) -> Iterator[Path]:
    """The sessions in a folder, at any depth, in order of their names; the folder itself if it is one.

    Raises:
        SourceError: the folder cannot be looked into.
    """

    def refuse(error: OSError) -> None:
        raise SourceError(f"{error.filename}: cannot be looked into ({error.strerror}); choose another folder")

    for place, folders, files in os.walk(study, onerror=refuse):
        folders.sort()
        if any(name in files for name in NAMING):
            yield Path(place)
