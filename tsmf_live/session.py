"""The files of a recorded session, written and read.

`SessionWriter` takes SensorFrames from the recorder; `sources.replay` reads them back. A session is a folder that
people can open without us:

    color.mkv        the pictures, see `color_file`; absent if nothing had colour
    bodies.skeleton  NTU RGB+D text, see `ntu_text`; its frame count is what had surely reached the disk
    frames.csv       index,sensor_time_s,host_time_s,color,dropped: a row for each frame of bodies.skeleton;
                     color 1: color.mkv has its picture; dropped: frames lost before it
    events.csv       start_s,end_s,label,confidence,person,kind; kind is prediction or annotation
    session.json     what was recorded, when, with what

A row of frames.csv is written after its bodies and its picture: a frame without a row does not count.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import platform
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import av
import numpy as np

from tsmf_live.color_file import CODECS, ColorFile
from tsmf_live.frames import FRAME_RATE_HZ, RecordingError, SensorFrame, SourceError, UsageError
from tsmf_live.ntu_text import frame_count_line, frame_lines

FORMAT, FORMAT_VERSION = "tsmf_live session", 1
COLOR_FILE, BODIES_FILE, FRAMES_FILE = "color.mkv", "bodies.skeleton", "frames.csv"
EVENTS_FILE, DESCRIPTION_FILE = "events.csv", "session.json"
FRAMES_HEADER = ("index", "sensor_time_s", "host_time_s", "color", "dropped")
EVENTS_HEADER = ("start_s", "end_s", "label", "confidence", "person", "kind")
EVENT_KINDS = ("prediction", "annotation")
FLUSH_EVERY_S = 0.89  # sensor time; with the frames until the next flush, under the promised second at 15 Hz


class FrameRow(NamedTuple):
    """A row of frames.csv."""

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


class SessionWriter:
    """Writes one session; each second all of it is safe on the disk.

    Used by one thread. Any error leaves the session playable up to the last flush; `close` must follow.

    Args:
        folder: new or empty.
        source_name: SourceInfo.name.
        codec: "h264", or "ffv1" for lossless pictures.
        preset, crf: x264's compromise between time and file size, and its quality, 0 (best) to 51.
        has_color: False keeps the pictures out.
        details: further entries of session.json (checkpoint, subject, consent note, ...).

    Raises:
        UsageError: no such codec.
        RecordingError: the folder is not empty, or cannot be written to.
    """

    def __init__(
        self,
        folder: Path,
        *,
        source_name: str,
        codec: str = "h264",
        preset: str = "veryfast",
        crf: int = 21,
        has_color: bool = True,
        details: dict[str, Any] | None = None,
    ) -> None:
        if codec not in CODECS:
            raise UsageError(f"codec: expected one of {', '.join(CODECS)}, got {codec!r}")
        self.folder = folder
        self._codec, self._preset, self._crf, self._has_color = codec, preset, crf, has_color
        self._description = _description(source_name, codec if has_color else None) | (details or {})
        self._color: ColorFile | None = None
        self._texts: list[BinaryIO] = []
        self._count = 0
        self._last: SensorFrame | None = None
        self._flushed_at_s = -math.inf
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise RecordingError(f"{folder}: expected a new or empty folder, it holds files; choose another one")
            self._bodies = self._open(BODIES_FILE, frame_count_line(0))
            self._frames = self._open(FRAMES_FILE, _csv_line(FRAMES_HEADER))
            self._events = self._open(EVENTS_FILE, _csv_line(EVENTS_HEADER))
            self._write_description()
            self._flush()
        except OSError as error:
            for file in self._texts:
                with suppress(OSError):  # what is still to be written cannot be; the file is let go all the same
                    file.close()
            raise self._failed(error) from error

    def write(self, frame: SensorFrame) -> None:
        """Adds a frame; frames come in order, with holes in `index` where some were lost.

        Raises:
            RecordingError: it cannot be written (disk full, folder gone), or it is not later than the one before.
        """
        last = self._last
        if last is not None and (frame.index <= last.index or frame.sensor_time_s <= last.sensor_time_s):
            raise RecordingError(
                f"{self.folder}: expected a frame after {last.index} at {last.sensor_time_s} s, "
                f"got {frame.index} at {frame.sensor_time_s} s; a source must give frames in order"
            )
        flush_due = frame.sensor_time_s - self._flushed_at_s >= FLUSH_EVERY_S
        has_picture = self._has_color and frame.color_bgra is not None
        dropped = 0 if last is None else frame.index - last.index - 1
        try:
            if has_picture:
                if self._color is None:
                    self._color = ColorFile(self.folder / COLOR_FILE, self._codec, self._preset, self._crf)
                self._color.write(frame.color_bgra, frame.sensor_time_s, keyframe=flush_due)
            self._bodies.write(frame_lines(frame.bodies))
            row = (frame.index, float(frame.sensor_time_s), float(frame.host_time_s), int(has_picture), dropped)
            self._frames.write(_csv_line(row))
            self._count += 1
            self._last = frame
            if last is None or self._description["floor_plane"] is None:
                self._describe(frame)
            if flush_due:
                self._flushed_at_s = frame.sensor_time_s
                self._flush()
        except (OSError, av.FFmpegError) as error:
            raise self._failed(error) from error

    def add_event(
        self, start_s: float, end_s: float, label: str, confidence: float, person: int | None, kind: str
    ) -> None:
        """Adds a row to events.csv; see SessionEvent.

        Raises:
            RecordingError: it cannot be written.
        """
        if kind not in EVENT_KINDS:
            raise ValueError(f"kind: expected one of {', '.join(EVENT_KINDS)}, got {kind!r}")
        try:
            row = SessionEvent(float(start_s), float(end_s), label, float(confidence), person, kind)
            self._events.write(_csv_line(row))
        except OSError as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Ends all files; may be called twice.

        Raises:
            RecordingError: the rest could not be written; the session is playable up to the last flush.
        """
        color, self._color = self._color, None
        texts, self._texts = self._texts, []
        try:
            with ExitStack() as last_acts:  # done in reverse order, each even if another fails
                for file in texts:
                    last_acts.callback(file.close)
                if texts:
                    last_acts.callback(self._flush)
                if color is not None:
                    last_acts.callback(color.close)
        except (OSError, av.FFmpegError) as error:
            raise self._failed(error) from error

    def _open(self, name: str, first_line: bytes) -> BinaryIO:
        file = (self.folder / name).open("wb")
        self._texts.append(file)
        file.write(first_line)
        return file

    def _flush(self) -> None:
        """Brings everything to the disk, then states in bodies.skeleton how many frames are safe."""
        if self._color is not None:
            self._color.sync()
        for file in (self._frames, self._events, self._bodies):
            _sync(file)
        self._bodies.seek(0)
        self._bodies.write(frame_count_line(self._count))
        self._bodies.seek(0, os.SEEK_END)
        self._bodies.flush()

    def _describe(self, frame: SensorFrame) -> None:
        """Puts what the frame tells for the whole session into session.json, if that is news."""
        floor_plane = None if frame.floor_plane is None else [float(value) for value in frame.floor_plane]
        news = {"floor_plane": floor_plane, "time_estimated": frame.time_estimated}
        if any(self._description[key] != value for key, value in news.items()):
            self._description |= news
            self._write_description()

    def _write_description(self) -> None:
        """Replaces session.json in one step, so that a crash leaves the old or the new one."""
        path = self.folder / DESCRIPTION_FILE
        unfinished = path.with_suffix(".json.new")
        with unfinished.open("wb") as file:
            file.write(json.dumps(self._description, indent=2, ensure_ascii=False).encode() + b"\n")
            _sync(file)
        unfinished.replace(path)

    def _failed(self, error: Exception) -> RecordingError:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return RecordingError(
            f"{self.folder}: cannot be written after {self._count} frames ({reason}); "
            "what was recorded is kept; check free space and rights"
        )


def read_description(folder: Path) -> dict[str, Any]:
    """The content of session.json.

    Raises:
        SourceError: the folder holds none, or one that is not ours or of a newer program.
    """
    path = folder / DESCRIPTION_FILE
    try:
        description = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise SourceError(
            f"{folder}: expected a recorded session, found no {DESCRIPTION_FILE} in it; choose the folder of a session"
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise SourceError(f"{path}: cannot be read ({' '.join(str(error).split())}); restore it") from error
    if not isinstance(description, dict) or description.get("format") != FORMAT:
        raise SourceError(f"{path}: expected the description of a recorded session, got another kind of file")
    if description.get("format_version") != FORMAT_VERSION:
        raise SourceError(
            f"{path}: expected format version {FORMAT_VERSION}, got {description.get('format_version')!r}; "
            "use the version of this program that recorded it"
        )
    return description


def read_frame_rows(folder: Path, warnings: list[str]) -> list[FrameRow]:
    """The rows of frames.csv; a last one that was cut is left out, with a line in `warnings`.

    Raises:
        SourceError: missing, a bad row, or times that do not increase.
    """
    path = folder / FRAMES_FILE
    rows: list[FrameRow] = []
    for number, values in _csv_rows(path, FRAMES_HEADER, warnings):
        try:
            index, sensor_time_s, host_time_s, color, dropped = values
            row = FrameRow(int(index), float(sensor_time_s), float(host_time_s), bool(int(color)), int(dropped))
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


def _csv_line(values: Iterable[Any]) -> bytes:
    """One row; floats as repr, so that they come back bit for bit."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue().encode()


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _description(source_name: str, codec: str | None) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "source": source_name,
        "sensor": "Kinect v2",
        "frame_rate_hz": FRAME_RATE_HZ,
        "codec": codec,
        "floor_plane": None,
        "time_estimated": False,
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "av": av.__version__},
    }
