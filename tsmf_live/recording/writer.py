"""The files of a recorded session.

`SessionWriter` takes SensorFrames from the recorder; `sources.replay` reads them back. A session is a folder that
people can open without us:

    color.mkv        the pictures, see `color_file`; absent if nothing had colour
    bodies.skeleton  NTU RGB+D text, see `ntu_text`; its frame count is what had surely reached the disk
    checksums.csv    a CRC-32 for each frame, see `checksums`
    frames.csv       index,sensor_time_s,host_time_s,color,dropped: a row for each frame of bodies.skeleton;
                     color 1: color.mkv has its picture; dropped: what was lost here, see `tables.FrameRow`
    events.csv       start_s,end_s,label,confidence,person,kind; kind is prediction or annotation
    session.json     what was recorded, when, with what; "ended" if it came to its end

A row of frames.csv is written after its bodies, its picture and its checksum: a frame without a row does not count.
"""

from __future__ import annotations

import math
import os
import platform
import zlib
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np

from tsmf_live.files import create, is_held, make_folders, sync, sync_folder
from tsmf_live.frames import FRAME_RATE_HZ, RecordingError, SensorFrame, UsageError
from tsmf_live.recording.checksums import CHECKSUMS_HEADER, checksum_line, frame_checksum
from tsmf_live.recording.color_file import CODECS, ColorFile
from tsmf_live.recording.folder import (
    BODIES_FILE,
    CHECKSUMS_FILE,
    COLOR_FILE,
    FORMAT,
    FORMAT_VERSION,
    now,
    write_description,
)
from tsmf_live.recording.ntu_text import frame_count_line, frame_lines
from tsmf_live.recording.tables import (
    EVENT_KINDS,
    EVENTS_FILE,
    EVENTS_HEADER,
    FRAMES_FILE,
    FRAMES_HEADER,
    FrameRow,
    SessionEvent,
    csv_line,
    row_line,
)

SAFE_WITHIN_S = 0.95  # sensor time in which every frame and picture must have reached the disk


class SessionWriter:
    """Writes one session; each second all of it is safe on the disk.

    Used by one thread. Any error leaves the session playable up to the last flush; `close` must follow.

    Args:
        folder: new or empty.
        source_name: SourceInfo.name.
        codec: "h264", or "ffv1" for lossless pictures.
        preset, crf: x264's compromise between time and file size, and its quality, 0 (best) to 51. At 1080p30 slower
            presets leave no time for inference on a small machine.
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
        preset: str = "ultrafast",
        crf: int | None = None,
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
        self._lost = 0
        self._checksums = {BODIES_FILE: 0, FRAMES_FILE: zlib.crc32(csv_line(FRAMES_HEADER))}
        self._is_news = False  # something is still to be written into session.json
        self._put_off = False  # another program held it: at the next flush again
        self._broken = False  # something could not be written: nothing may follow it
        try:
            make_folders(folder)
            if any(folder.iterdir()):
                raise RecordingError(f"{folder}: expected a new or empty folder, it holds files; choose another one")
            self._bodies = self._open(BODIES_FILE, frame_count_line(0))
            self._sums = self._open(CHECKSUMS_FILE, CHECKSUMS_HEADER)
            self._frames = self._open(FRAMES_FILE, csv_line(FRAMES_HEADER))
            self._events = self._open(EVENTS_FILE, csv_line(EVENTS_HEADER))
            self._write_description()
            self._flush()
            sync_folder(folder.parent)
        except OSError as error:
            for file in self._texts:
                with suppress(OSError):  # what is still to be written cannot be; the file is let go all the same
                    file.close()
            raise self._failed(error) from error

    def write(self, frame: SensorFrame, picture_lost: bool = False) -> None:
        """Adds a frame; frames come in order, with holes in `index` where some were lost.

        Args:
            picture_lost: the frame had a picture that had to be given up.

        Raises:
            RecordingError: it cannot be written (disk full, folder gone), or it is not later than the one before.
        """
        last = self._last
        if last is not None and (frame.index <= last.index or frame.sensor_time_s <= last.sensor_time_s):
            raise RecordingError(
                f"{self.folder}: expected a frame after {last.index} at {last.sensor_time_s} s, "
                f"got {frame.index} at {frame.sensor_time_s} s; a source must give frames in order"
            )
        dropped = int(picture_lost) + (0 if last is None else frame.index - last.index - 1)
        flush_due = self._flush_is_due(frame.sensor_time_s)
        try:
            self._write(frame, dropped, flush_due)
            is_due = last is None or self._is_news or self._description["floor_plane"] is None
            if is_due and (flush_due or not self._put_off):
                self._describe(frame)
            if flush_due:
                self._flushed_at_s = frame.sensor_time_s
                self._flush()
        except (OSError, av.FFmpegError) as error:
            self._broken = True
            raise self._failed(error) from error

    def describe(self, details: dict[str, Any]) -> None:
        """Further entries of session.json, which are written with the next frame."""
        self._description |= details
        self._is_news = True

    @property
    def size_bytes(self) -> int:
        """Of all files so far."""
        texts = sum(file.tell() for file in self._texts)
        return texts + (self._color.size_bytes if self._color is not None else 0)

    def _flush_is_due(self, now_s: float) -> bool:
        """Whether the next frame would come too late to bring this one, and its picture, to the disk in time.

        A flush saves the pictures before its own; hence two intervals.
        """
        interval_s = now_s - self._last.sensor_time_s if self._last is not None else 0.0
        return now_s - self._flushed_at_s > SAFE_WITHIN_S - 2 * interval_s

    def _write(self, frame: SensorFrame, dropped: int, keyframe: bool) -> None:
        """Picture, bodies, checksum, row: in this order. All of it reaches the operating system, not yet the disk."""
        has_picture = self._has_color and frame.color_bgra is not None
        if has_picture:
            if self._color is None:
                self._color = ColorFile(self.folder / COLOR_FILE, self._codec, self._preset, self._crf)
                sync_folder(self.folder)
            self._color.write(frame.color_bgra, frame.sensor_time_s, keyframe=keyframe)
        row = FrameRow(frame.index, float(frame.sensor_time_s), float(frame.host_time_s), has_picture, dropped)
        text = frame_lines(frame.bodies)
        self._append(self._bodies, BODIES_FILE, text)
        self._sums.write(checksum_line(frame_checksum(zlib.crc32(text), row)))
        self._sums.flush()
        self._append(self._frames, FRAMES_FILE, row_line(row))
        self._count += 1
        self._lost += dropped
        # the picture is the owner's and large
        self._last = replace(frame, color_bgra=None)

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
            self._events.write(csv_line(row))
        except OSError as error:
            self._broken = True
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
                if texts and not self._broken:
                    last_acts.callback(self._say_ended)
                for file in texts:
                    last_acts.callback(file.close)
                if texts:
                    last_acts.callback(self._flush)
                if color is not None:
                    last_acts.callback(color.close)
        except (OSError, av.FFmpegError) as error:
            raise self._failed(error) from error

    def _open(self, name: str, first_line: bytes) -> BinaryIO:
        file = create(self.folder / name)
        self._texts.append(file)
        file.write(first_line)
        return file

    def _append(self, file: BinaryIO, name: str, text: bytes) -> None:
        file.write(text)
        file.flush()
        self._checksums[name] = zlib.crc32(text, self._checksums[name])

    def _flush(self) -> None:
        """Brings everything to the disk, then states in bodies.skeleton how many frames are safe.

        OSError if the files are no longer where they were: an open file can be written to after it was deleted.
        """
        if self._color is not None:
            self._color.sync()
        for file in (self._sums, self._frames, self._events, self._bodies):
            sync(file)
        self._bodies.seek(0)
        self._bodies.write(frame_count_line(self._count))
        self._bodies.seek(0, os.SEEK_END)
        self._bodies.flush()
        for name in (FRAMES_FILE, BODIES_FILE, CHECKSUMS_FILE, *([COLOR_FILE] if self._color is not None else [])):
            (self.folder / name).stat()

    def _say_ended(self) -> None:
        checksums = {name: f"{value:08x}" for name, value in self._checksums.items()}
        sizes = {name: (self.folder / name).stat().st_size for name in (*checksums, CHECKSUMS_FILE)}
        self._description |= {"ended": now(), "lost": self._lost, "crc32": checksums, "bytes": sizes}
        self._write_description()

    def _describe(self, frame: SensorFrame) -> None:
        """Puts what the frame, and `describe`, tell for the whole session into session.json, if that is news."""
        floor_plane = None if frame.floor_plane is None else [float(value) for value in frame.floor_plane]
        news = {"floor_plane": floor_plane, "time_estimated": frame.time_estimated}
        if self._is_news or any(self._description[key] != value for key, value in news.items()):
            self._description |= news
            try:
                write_description(self.folder, self._description, patient=False)
            except OSError as error:
                if not is_held(error):
                    raise
                self._is_news = self._put_off = True  # the take goes on: at its end this waits for whoever holds it
            else:
                self._is_news = self._put_off = False

    def _write_description(self) -> None:
        write_description(self.folder, self._description)

    def _failed(self, error: Exception) -> RecordingError:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return RecordingError(
            f"{self.folder}: cannot be written after {self._count} frames ({reason}); "
            "what was recorded is kept; check free space and rights"
        )


def _description(source_name: str, codec: str | None) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "created": now(),
        "source": source_name,
        "sensor": "unknown",
        "frame_rate_hz": FRAME_RATE_HZ,
        "codec": codec,
        "floor_plane": None,
        "time_estimated": False,
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "av": av.__version__},
    }
