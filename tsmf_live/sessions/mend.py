"""`repair`: makes a damaged session whole again with every frame of it that is still good.

Originals are kept as *.damaged until all files are mended; a repair that was broken off begins again from them.
"""

from __future__ import annotations

import argparse
import csv
import os
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

from tsmf_live.frames import FRAME_RATE_HZ, RecordingError, SourceError
from tsmf_live.ntu_text import frame_count_line
from tsmf_live.session import (
    BODIES_FILE,
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
    checksum,
    read_description,
    write_description,
)
from tsmf_live.session_table import csv_line
from tsmf_live.sessions.check import FILES, Examination, examine, has_picture, lines, require_session
from tsmf_live.sessions.matroska import codec_of
from tsmf_live.sessions.mend_video import mend_video

DAMAGED, MENDED = ".damaged", ".mended"
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
            print(f"{folder}: whole, nothing to mend")
            continue
        print("\n".join(lines(after)))
        print(f"  before: {before.plays} frames played, {before.good} were good")
    return 0 if good else 1


def repair(folder: Path) -> tuple[Examination, Examination]:
    """Mends a session in place; what it was and what it is.

    Raises:
        SourceError: no session.
        RecordingError: the disk does not take what is mended; the session is as it was.
    """
    require_session_or_leftovers(folder)
    try:
        _take_back(folder)
        before = examine(folder)
        if before.is_whole:
            return before, before
        _mend(before)
    except OSError as error:
        with suppress(OSError):
            _take_back(folder)
        raise RecordingError(f"{folder}: cannot be mended ({error.strerror}); free some space or check it") from error
    return before, examine(folder)


def require_session_or_leftovers(folder: Path) -> None:
    """SourceError unless the folder holds a session, or what a repair that broke off has left of one."""
    if not any((folder / (name + DAMAGED)).is_file() for name in FILES):
        require_session(folder)


def _take_back(folder: Path) -> None:
    """Undoes a repair that was broken off."""
    for name in FILES:
        (folder / (name + MENDED)).unlink(missing_ok=True)
        if (folder / (name + DAMAGED)).is_file():
            os.replace(folder / (name + DAMAGED), folder / name)


def _mend(before: Examination) -> None:
    folder = before.folder
    made = [name for name in (COLOR_FILE,) if mend_video(folder / COLOR_FILE, before.video, folder / (name + MENDED))]
    kept, estimated = _frames(before)
    if kept:
        rows, places = zip(*kept, strict=True)
        _write(folder, FRAMES_FILE, b"".join(map(csv_line, [FRAMES_HEADER, *_as_values(_recounted(before, rows))])))
        _write(folder, BODIES_FILE, frame_count_line(len(places)) + _pieces(folder / BODIES_FILE, places))
        made += [FRAMES_FILE, BODIES_FILE]
    _write(folder, EVENTS_FILE, _events(folder / EVENTS_FILE))
    made.append(EVENTS_FILE)
    empty = before.video is not None and not before.video.playable()  # its header, and no picture that can be shown
    for name in [*made, *([COLOR_FILE] if empty else [])]:
        if (folder / name).is_file():
            os.replace(folder / name, folder / (name + DAMAGED))
        if name in made:
            os.replace(folder / (name + MENDED), folder / name)
    description = _description(before) | {"repaired": _now()}
    if kept:
        description["time_estimated"] = estimated or bool(description.get("time_estimated"))
        description["crc32"] = {name: checksum(folder, name) for name in (FRAMES_FILE, BODIES_FILE)}
        description["bytes"] = {name: (folder / name).stat().st_size for name in (FRAMES_FILE, BODIES_FILE)}
    write_description(folder, description)
    for name in FILES:
        (folder / (name + DAMAGED)).unlink(missing_ok=True)


def _write(folder: Path, name: str, content: bytes) -> None:
    with (folder / (name + MENDED)).open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _pieces(path: Path, places: tuple[tuple[int, int], ...]) -> bytes:
    data = path.read_bytes()
    return b"".join(data[begins:ends] for begins, ends in places)


def _frames(before: Examination) -> tuple[list[tuple[FrameRow, tuple[int, int]]], bool]:
    """The frames whose row and bodies are both good; whether their times are estimated."""
    if before.bodies is None:
        return [], False
    places = list(before.bodies.places)
    rows, estimated = list(before.rows.entries) if before.rows is not None else [], False
    if not any(row is not None for row in rows):
        rows, estimated = _rows_from_video(len(places), before.video.times_ms() if before.video is not None else [])
    elif not (before.rows.cut or before.bodies.cut):
        # how many frames a damaged place stands for, the other file knows
        _stretch(places, len(rows)) if before.bodies.damaged else _stretch(rows, len(places))
    pairs = zip(rows, places, strict=False)
    return [(row, place) for row, place in pairs if row is not None and place is not None], estimated


def _stretch(entries: list, count: int) -> None:
    """Makes a list with damaged entries (None) as long as the other, at its first damaged place."""
    if None not in entries:
        return
    at = entries.index(None)
    while len(entries) < count:
        entries.insert(at, None)
    while len(entries) > count and None in entries[at:]:
        entries.remove(None)


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


def _as_values(rows: list[FrameRow]) -> list[tuple]:
    return [(*row[:3], int(row.color), row.dropped) for row in rows]


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


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
