"""Makes a damaged session whole again with every frame of it that is still good.

The mended files are written beside the originals, as *.mended. Once all of them are on the disk, session.json.decided
says so, and they take the originals' places: a repair that is broken off before that moment has changed nothing, one
that is broken off later is ended by the next. What they replace is kept, see `originals`, until it is told to go.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from tsmf_live.files import create, refuse_links, remove, replace, sync, sync_folder
from tsmf_live.frames import FRAME_RATE_HZ, RecordingError, SourceError
from tsmf_live.recording.checksums import checksums_text, file_sums
from tsmf_live.recording.copies import DECIDED
from tsmf_live.recording.examine import Examination, examine, has_picture, require_session
from tsmf_live.recording.folder import (
    BODIES_FILE,
    CHECKSUMS_FILE,
    COLOR_FILE,
    DESCRIPTION_FILE,
    FILES,
    FORMAT,
    FORMAT_VERSION,
    description_text,
    now,
    read_description,
    sound_entries,
)
from tsmf_live.recording.matroska import codec_of
from tsmf_live.recording.mend_video import UNFINISHED_VIDEO, mend_video
from tsmf_live.recording.ntu_text import frame_count_line
from tsmf_live.recording.originals import keep
from tsmf_live.recording.salvage import Place
from tsmf_live.recording.tables import (
    EVENT_KINDS,
    EVENTS_FILE,
    EVENTS_HEADER,
    FRAMES_FILE,
    FRAMES_HEADER,
    FrameRow,
    csv_line,
    pictures_lost,
    row_line,
)

MENDED = ".mended"
FRAME_S = 1 / FRAME_RATE_HZ


def repair(folder: Path) -> tuple[Examination, Examination]:
    """Mends a session in place; what it was and what it is.

    Raises:
        SourceError: no session.
        RecordingError: the disk does not take what is mended, or the folder holds a link; the session is as it was, or
            the next repair goes on.
    """
    require_session(folder)
    try:
        _go_on(folder)
        before = examine(folder)
        if before.is_whole:
            return before, before
        refuse_links(folder)
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
    for name in (*(name + MENDED for name in FILES), UNFINISHED_VIDEO):
        remove(folder / name)


def _put_in_place(folder: Path) -> None:
    """Lets each *.mended take the place of its original, which is kept; the description comes last."""
    for name in FILES:
        if name != DESCRIPTION_FILE and (folder / (name + MENDED)).is_file():
            keep(folder, name)
            replace(folder / (name + MENDED), folder / name)
    keep(folder, DESCRIPTION_FILE)
    replace(folder / DECIDED, folder / DESCRIPTION_FILE)


def _mend(before: Examination) -> None:
    folder = before.folder
    kept, estimated = _frames(before)
    if not kept and not _broke_off_at_once(before):
        return  # there is nothing to make a session of
    if not mend_video(folder / COLOR_FILE, before.video, folder / (COLOR_FILE + MENDED)):
        remove(folder / (COLOR_FILE + MENDED))  # it may have been tried
    rows, texts = _recounted(before, [row for row, _ in kept]), _texts(folder / BODIES_FILE, kept)
    _write(folder, FRAMES_FILE, csv_line(FRAMES_HEADER) + b"".join(map(row_line, rows)))
    _write(folder, BODIES_FILE, frame_count_line(len(texts)) + b"".join(texts))
    _write(folder, CHECKSUMS_FILE, checksums_text(rows, texts))
    description = _description(before) | {"repaired": now()} | file_sums(folder, MENDED)
    description["time_estimated"] = estimated or bool(description.get("time_estimated"))
    _write(folder, EVENTS_FILE, _events(folder / EVENTS_FILE))
    _write(folder, DESCRIPTION_FILE, description_text(description))
    for name in (FRAMES_FILE, BODIES_FILE, CHECKSUMS_FILE, EVENTS_FILE):
        if _same(folder / (name + MENDED), folder / name):  # it stays as it is, and need not be kept
            remove(folder / (name + MENDED))
    sync_folder(folder)
    replace(folder / (DESCRIPTION_FILE + MENDED), folder / DECIDED)
    _put_in_place(folder)
    if before.video is not None and not before.video.playable():  # a header, and no picture that can be shown
        keep(folder, COLOR_FILE)
        remove(folder / COLOR_FILE)


def _broke_off_at_once(before: Examination) -> bool:
    """Whether nothing tells of any frame: the recording broke off before its first."""
    pictures = len(before.video.times_ms()) if before.video is not None else 0
    rows = before.rows.entries if before.rows is not None else []
    places = before.bodies.places if before.bodies is not None else []
    return not rows and not places and pictures <= 1  # a picture is written before its row


def _same(path: Path, other: Path) -> bool:
    return path.is_file() and other.is_file() and path.read_bytes() == other.read_bytes()


def _write(folder: Path, name: str, content: bytes) -> None:
    with create(folder / (name + MENDED)) as file:
        file.write(content)
        sync(file)


def _texts(path: Path, frames: Iterable[tuple[FrameRow, Place]]) -> list[bytes]:
    """The bodies of frames as they stand in the file; the last line may have lost its end."""
    data = path.read_bytes() if path.is_file() else b""
    texts = [data[place.begins : place.ends] for _, place in frames]
    return [text if text.endswith(b"\n") else text + b"\n" for text in texts]


def _frames(before: Examination) -> tuple[list[tuple[FrameRow, Place]], bool]:
    """The frames whose row and bodies are both good; whether their times are estimated."""
    if before.sound:
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


def _recounted(before: Examination, rows: list[FrameRow]) -> list[FrameRow]:
    """The rows with `color` and `dropped` as they now are."""
    times_ms = set(before.video.times_ms()) if before.video is not None else set()
    lost_before = {row.index for row in pictures_lost(before.sound)}
    mended: list[FrameRow] = []
    for row in rows:
        has_color = row.color and has_picture(row.sensor_time_s, times_ms)
        whole_frames = row.index - mended[-1].index - 1 if mended else 0
        was_lost = row.index in lost_before
        dropped = max(row.dropped - was_lost, whole_frames) + (was_lost or (row.color and not has_color))
        mended.append(row._replace(color=has_color, dropped=dropped))
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


def _description(before: Examination) -> dict[str, Any]:
    """session.json, what of its entries can still be read, or what the other files tell of it."""
    try:
        return read_description(before.folder)
    except SourceError:
        bodies, path = before.folder / BODIES_FILE, before.folder / DESCRIPTION_FILE
        written_s = bodies.stat().st_mtime if bodies.is_file() else 0.0
        guessed = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "created": datetime.fromtimestamp(written_s, timezone.utc).isoformat(timespec="seconds"),
            "source": f"unknown: {DESCRIPTION_FILE} was lost",
            "sensor": "unknown",
            "frame_rate_hz": FRAME_RATE_HZ,
            "codec": codec_of(before.folder / COLOR_FILE),
            "floor_plane": None,
            "time_estimated": False,
            "privacy": "unknown",
        }
        entries = _whole_entries(path.read_bytes()) if path.is_file() else {}
        return guessed | sound_entries(entries) | {"format": FORMAT, "format_version": FORMAT_VERSION}


def _whole_entries(text: bytes) -> dict[str, Any]:
    """The entries of a damaged session.json that are whole: each begins in a line of its own, two spaces in."""
    entries: dict[str, Any] = {}
    lines = text.decode("utf-8", "replace").replace("\n}", "\n").split('\n  "')
    for entry in lines[1:]:
        try:
            found = json.loads('{"' + entry.strip().removesuffix(",") + "}")
        except (ValueError, RecursionError):
            continue
        entries |= {key: value for key, value in found.items() if "\ufffd" not in f"{key}{value}"}
    return entries
