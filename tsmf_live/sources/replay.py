"""A recorded session, played back with its own times.

Reads the folder that `writer.SessionWriter` made, whole or cut by a crash. frames.csv says which frames there are and
when; bodies.skeleton has a frame for each row; a picture belongs to the row whose time its own time is.
checksums.csv tells whether a frame is what was recorded: the replay ends with an error at one that is not.
"""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

from tsmf_live.frames import FRAME_RATE_HZ, SensorFrame, SourceError
from tsmf_live.recording.checksums import FrameChecksums, NotAsRecorded, require_times
from tsmf_live.recording.folder import BODIES_FILE, read_description
from tsmf_live.recording.ntu_text import FramePlaces, NtuTextReader, TextFrame, UnfinishedText
from tsmf_live.recording.row_pictures import RowPictures
from tsmf_live.recording.tables import FRAMES_FILE, FrameRow, read_frame_rows
from tsmf_live.sources.base import EndOfSource, SourceInfo
from tsmf_live.sources.identities import TOLD_APART, SharedIds

DEMO = "demo"  # the name of the simulated actor as a source
LONGEST_NAME = 100  # of a sensor


class ReplaySource:
    """The frames of a recorded session.

    Indices start at 0 and keep their holes; sensor times are those recorded. What a crash cut off becomes a warning.

    Raises:
        SourceError: no session in the folder, no complete frame in it, or a file of it contradicts itself.
    """

    def __init__(self, folder: Path) -> None:
        self.warnings: list[str] = []
        self._folder = folder
        self._closed = False
        self._error: SourceError | None = None
        description = read_description(folder)
        self._floor_plane = _floor_plane(description.get("floor_plane"))
        self._time_estimated = bool(description.get("time_estimated"))
        self._rows = read_frame_rows(folder, self.warnings)
        require_times(folder, description)
        self._checksums = FrameChecksums(folder, description, self.warnings)
        self._shared_ids = SharedIds()
        self._played = 0
        self.times_s = [row.sensor_time_s for row in self._rows]
        self._text = NtuTextReader(folder / BODIES_FILE)
        self._places = FramePlaces(folder / BODIES_FILE)
        try:
            if not self._rows:
                raise SourceError(f"{folder / FRAMES_FILE}: expected frames, found none; record again")
            self._upcoming: TextFrame | None = self._checked(self._text.read())
            if self._upcoming is None:
                raise SourceError(f"{folder / BODIES_FILE}: expected frames, found none; record again")
        except SourceError:
            self._text.close()
            raise
        self._pictures = RowPictures(folder, self._rows, self.warnings)
        self.info = SourceInfo(
            name=folder.resolve().name,
            kind="session",
            live=False,
            frame_rate_hz=FRAME_RATE_HZ,
            duration_s=self._rows[-1].sensor_time_s - self._rows[0].sensor_time_s + 1 / FRAME_RATE_HZ,
            has_color=self._pictures.has_color,
            time_estimated=self._time_estimated,
            sensor=_sensor(description),
        )

    def read(self) -> SensorFrame:
        """See Source.read."""
        if self._error is not None:
            raise self._error
        if self._closed or self._upcoming is None:
            raise EndOfSource
        row, text_frame = self._rows[self._played], self._upcoming
        color = self._pictures.of(row)
        self._warn_of_broken_joints(row, text_frame)
        bodies = self._shared_ids.apart(text_frame.bodies, row.sensor_time_s)
        if self._shared_ids.shared:
            self._warn(f"{self._folder / BODIES_FILE}: {TOLD_APART}")
        self._played += 1
        self._upcoming = self._next_text_frame()
        return SensorFrame(
            index=row.index - self._rows[0].index,
            sensor_time_s=row.sensor_time_s,
            host_time_s=time.perf_counter(),
            color_bgra=color,
            bodies=bodies,
            floor_plane=self._floor_plane,
            time_estimated=self._time_estimated,
            bad_joints=text_frame.bad_joints,
        )

    def seek(self, number: int) -> None:
        """See SeekableSource.seek."""
        if self._closed:
            raise EndOfSource
        self._error = None
        self._played, offset, lines_before = self._places.before(number)
        self._text.go_to(offset, lines_before)
        self._upcoming = self._next_text_frame()
        while self._played < number and self._upcoming is not None:  # damaged text: read up to where it breaks off
            self._played += 1
            self._upcoming = self._next_text_frame()
        self._pictures.seek(self._rows[number])

    def close(self) -> None:
        """See Source.close."""
        self._closed, self._error = True, None
        self._text.close()
        self._pictures.close()

    def _next_text_frame(self) -> TextFrame | None:
        """The bodies of the next row; None at the end, with a warning if bodies and rows do not end together."""
        try:
            text_frame = self._checked(self._text.read())
        except SourceError as error:
            # what lies behind the stated frame count was being written when the recording broke off
            unwritten = isinstance(error, UnfinishedText) or self._played >= self._text.promised
            if unwritten and not isinstance(error, NotAsRecorded):
                text_frame = None
            else:
                self._error = error
                return None
        row_count = len(self._rows)
        if text_frame is None and self._played < row_count:
            self._warn(
                f"{self._folder / BODIES_FILE}: ends after {self._played} of {row_count} frames; the rest is not played"
            )
        elif text_frame is not None and self._played == row_count:
            self._warn(
                f"{self._folder / FRAMES_FILE}: ends after {row_count} frames; the bodies of later ones have no time "
                "and are not played"
            )
            return None
        return text_frame

    def _checked(self, text_frame: TextFrame | None) -> TextFrame | None:
        """NotAsRecorded for bodies that, with the next row, are not what was recorded; SourceError for another unit."""
        if text_frame is not None and self._played < len(self._rows):
            self._checksums.require(self._played, self._rows[self._played], text_frame.crc32)
        if text_frame is not None and text_frame.bad_joints and not text_frame.bodies:  # nobody could be used: why?
            self._text.sizes.require_metres(self._text.path)
        return text_frame

    def _warn_of_broken_joints(self, row: FrameRow, text_frame: TextFrame) -> None:
        if text_frame.bad_joints:
            self._warn(
                f"{self._folder / BODIES_FILE}: {text_frame.bad_joints} joints of frame "
                f"{row.index - self._rows[0].index} are not finite or at 0,0,0; they count as not tracked, "
                "here and in later frames",
                once="not finite",
            )

    def _warn(self, text: str, once: str | None = None) -> None:
        """Adds a warning, unless it, or one with the words `once`, has been said: a recording can be read again."""
        if not any((once or text) in warning for warning in self.warnings):
            self.warnings.append(text)


def _sensor(description: dict[str, Any]) -> str:
    """What the session was recorded from; earlier versions called the simulated actor a Kinect."""
    if description.get("source") == DEMO:
        return "simulated Kinect v2"
    return str(description.get("sensor") or "unknown")[:LONGEST_NAME]


def _floor_plane(values: object) -> tuple[float, float, float, float] | None:
    """Four finite numbers, or None for anything else."""
    if not isinstance(values, list) or len(values) != 4:
        return None
    if not all(isinstance(value, int | float) and math.isfinite(value) for value in values):
        return None
    return tuple(float(value) for value in values)
