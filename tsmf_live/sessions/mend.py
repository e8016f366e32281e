"""`repair`: makes a damaged session whole again with every frame of it that is still good.

The mended files are written beside the originals, as *.mended. Once all of them are on the disk, session.json.decided
says so, and they take the originals' places: a repair that is broken off before that moment has changed nothing, one
that is broken off later is ended by the next.
"""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

from tsmf_live.command import tell
from tsmf_live.files import sync, sync_folder
from tsmf_live.frames import FRAME_RATE_HZ, RecordingError, SourceError
from tsmf_live.ntu_text import frame_count_line
from tsmf_live.session import (
    BODIES_FILE,
    CHECKSUMS_FILE,
    COLOR_FILE,
    DESCRIPTION_FILE,
    EVENT_KINDS,
    EVENTS_FILE,
    EVENTS_HEADER,
    FORMAT,
    FORMAT_VERSION,
    FRAMES_FILE,
    FRAMES_HEADER,
    FrameRow,
    read_description,
)
from tsmf_live.session_checksums import checksums_text, file_sums
from tsmf_live.session_folder import description_text, now
from tsmf_live.session_table import csv_line, row_line
from tsmf_live.sessions.check import FILES, Examination, examine, has_picture, lines, require_session
from tsmf_live.sessions.matroska import codec_of
from tsmf_live.sessions.mend_video import mend_video
from tsmf_live.sessions.salvage import Place

MENDED = ".mended"
DECIDED = f"{DESCRIPTION_FILE}.decided"
FRAME_S = 1 / FRAME_RATE_HZ


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """The command's arguments."""
    parser = subparsers.add_parser(
        "repair",
        help="mend sessions that a crash or a full disk has cut",
        epilog="example: python -m tsmf_live.sessions repair STUDY/take-001",
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="folder of a recorded session")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Mends each session and prints what it then is; 0 if all are whole, else 1."""
    good = True
    for folder in args.folders:
        before, after = repair(folder)
        good = good and after.is_whole
        if before.is_whole:
            tell(f"{folder}: whole, nothing to mend")
            continue
        tell(*lines(after))
        tell(f"  before: {before.plays} frames played, {before.good} were good")
    return 0 if good else 1


def repair(folder: Path) -> tuple[Examination, Examination]:
    """Mends a session in place; what it was and what it is.

    Raises:
        SourceError: no session.
        RecordingError: the disk does not take what is mended; the session is as it was, or the next repair goes on.
    """
    require_session(folder)
    try:
        _go_on(folder)
        before = examine(folder)
        if before.is_whole:
            return before, before
        _mend(before)
    except OSError as error:
        with suppress(OSError):
            _go_on(folder)
        raise RecordingError(
            f"{folder}: cannot be mended ({error.strerror}); free some space, or close what has it open, and repair "
            "it again"
        ) from error
    return before, examine(folder)


def _go_on(folder: Path) -> None:
    """Ends a repair that was broken off: what it had decided on is done, what it had not is thrown away."""
    if (folder / DECIDED).is_file():
        _put_in_place(folder)
    for name in FILES:
        (folder / (name + MENDED)).unlink(missing_ok=True)


def _put_in_place(folder: Path) -> None:
    """Lets each *.mended take the place of its original; the description comes last."""
    for name in FILES:
        if name != DESCRIPTION_FILE and (folder / (name + MENDED)).is_file():
            os.replace(folder / (name + MENDED), folder / name)
    sync_folder(folder)
    os.replace(folder / DECIDED, folder / DESCRIPTION_FILE)
    sync_folder(folder)


def _mend(before: Examination) -> None:
    folder = before.folder
    if not mend_video(folder / COLOR_FILE, before.video, folder / (COLOR_FILE + MENDED)):
        (folder / (COLOR_FILE + MENDED)).unlink(missing_ok=True)  # it may have been tried
    kept, estimated = _frames(before)
    description = _description(before) | {"repaired": now()}
    if kept:
        rows, places = zip(*kept, strict=True)
        rows, texts = _recounted(before, rows), _texts(folder / BODIES_FILE, places)
        _write(folder, FRAMES_FILE, csv_line(FRAMES_HEADER) + b"".join(map(row_line, rows)))
        _write(folder, BODIES_FILE, frame_count_line(len(texts)) + b"".join(texts))
        _write(folder, CHECKSUMS_FILE, checksums_text(rows, texts))
        description["time_estimated"] = estimated or bool(description.get("time_estimated"))
        description |= file_sums(folder, MENDED)
    _write(folder, EVENTS_FILE, _events(folder / EVENTS_FILE))
    _write(folder, DESCRIPTION_FILE, description_text(description))
    sync_folder(folder)
    os.replace(folder / (DESCRIPTION_FILE + MENDED), folder / DECIDED)
    _put_in_place(folder)
    if before.video is not None and not before.video.playable():  # a header, and no picture that can be shown
        (folder / COLOR_FILE).unlink(missing_ok=True)


def _write(folder: Path, name: str, content: bytes) -> None:
    with (folder / (name + MENDED)).open("wb") as file:
        file.write(content)
        sync(file)


def _texts(path: Path, places: Iterable[Place]) -> list[bytes]:
    """The frames as they stand in the file; the last line may have lost its end."""
    data = path.read_bytes()
    texts = [data[place.begins : place.ends] for place in places]
    return [text if text.endswith(b"\n") else text + b"\n" for text in texts]


def _frames(before: Examination) -> tuple[list[tuple[FrameRow, Place]], bool]:
    """The frames whose row and bodies are both good; whether their times are estimated."""
    if before.rows is not None and before.rows.damaged < len(before.rows.entries):
        return before.pairs.kept, False
    places = before.bodies.places if before.bodies is not None else []
    rows, estimated = _rows_from_video(len(places), before.video.times_ms() if before.video is not None else [])
    return [(row, place) for row, place in zip(rows, places, strict=True) if place is not None], estimated


def _rows_from_video(count: int, times_ms: list[int]) -> tuple[list[FrameRow], bool]:
    """Rows for a session without frames.csv: 30 a second, at the times of pictures where there are some near."""
    rows, upcoming = [], 0
    time_s = times_ms[0] / 1000 if times_ms else 0.0
    for index in range(count):
        while upcoming < len(times_ms) and times_ms[upcoming] / 1000 < time_s - FRAME_S / 2:
            upcoming += 1
        has_color = upcoming < len(times_ms) and times_ms[upcoming] / 1000 < time_s + FRAME_S / 2
        if has_color:
            time_s = times_ms[upcoming] / 1000
            upcoming += 1
        rows.append(FrameRow(index, time_s, 0.0, has_color, 0))
        time_s += FRAME_S
    return rows, not all(row.color for row in rows)


def _recounted(before: Examination, rows: tuple[FrameRow, ...]) -> list[FrameRow]:
    """The rows with `color` and `dropped` as they now are."""
    times_ms = set(before.video.times_ms()) if before.video is not None else set()
    mended: list[FrameRow] = []
    for row in rows:
        has_color = row.color and has_picture(row.sensor_time_s, times_ms)
        whole_frames = row.index - mended[-1].index - 1 if mended else 0
        lost_picture = row.color and not has_color
        mended.append(row._replace(color=has_color, dropped=max(row.dropped, whole_frames) + lost_picture))
    return mended


def _events(path: Path) -> bytes:
    """events.csv with its good rows."""
    kept = [csv_line(EVENTS_HEADER)]
    text = path.read_bytes() if path.is_file() else b""
    for line in text[: text.rfind(b"\n") + 1].splitlines(keepends=True):
        try:
            ((start_s, end_s, _, confidence, person, kind),) = csv.reader([line.decode("utf-8")])
            float(start_s), float(end_s), float(confidence), int(person or 0)
        except (ValueError, csv.Error):
            continue
        if kind in EVENT_KINDS:
            kept.append(line)
    return b"".join(kept)


def _description(before: Examination) -> dict:
    """session.json, or what the other files tell of it."""
    try:
        return read_description(before.folder)
    except SourceError:
        path = before.folder / BODIES_FILE
        written_s = path.stat().st_mtime if path.is_file() else 0.0
        return {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "created": datetime.fromtimestamp(written_s, timezone.utc).isoformat(timespec="seconds"),
            "source": f"unknown: {DESCRIPTION_FILE} was lost",
            "sensor": "Kinect v2",
            "frame_rate_hz": FRAME_RATE_HZ,
            "codec": codec_of(before.folder / COLOR_FILE),
            "floor_plane": None,
            "time_estimated": False,
            "privacy": "unknown",
        }
