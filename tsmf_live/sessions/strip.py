"""`strip`: takes persons out of a recorded session: skeletons, events, and all of the picture around them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from tsmf_live.command import tell
from tsmf_live.frames import Body, RecordingError, UsageError
from tsmf_live.ntu_text import frame_count_line, frame_lines
from tsmf_live.session import (
    BODIES_FILE,
    CHECKSUMS_FILE,
    COLOR_FILE,
    EVENTS_FILE,
    EVENTS_HEADER,
    SessionEvent,
    read_description,
    read_events,
    write_description,
)
from tsmf_live.session_checksums import checksums_text, file_sums
from tsmf_live.session_table import csv_line


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """The command's arguments."""
    parser = subparsers.add_parser(
        "strip",
        help="take persons out of a session",
        description="Removes persons from the bodies, blackens them in the picture, from 2 s before to 2 s after they "
        "are tracked, and removes the events that may be theirs.",
        epilog="example: python -m tsmf_live.sessions strip STUDY/take-001 --person 72057594037927937",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder of a recorded session")
    parser.add_argument(
        "--person", type=int, action="append", required=True, metavar="ID", help="tracking id; may be given again"
    )
    parser.add_argument("--remove-original", action="store_true", help="delete the files as recorded (*.original.*)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Strips the session and prints what was done."""
    tell(f"{args.folder}: {strip(args.folder, set(args.person), args.remove_original)}")
    return 0


def strip(folder: Path, persons: set[int], remove_original: bool = False) -> str:
    """Takes persons out of a session; what was done, in words.

    Pictures and events go before the bodies, which alone tell where the persons were: after a crash it can be done
    again. While the bodies change there are no checksums, so that whatever a crash leaves of the session plays.

    Raises:
        UsageError: there is no such person.
        SourceError: no session, or a damaged one.
        RecordingError: it cannot be written.
    """
    from tsmf_live.privacy import blackened, whole_box
    from tsmf_live.sessions.recolor import (
        add_measure,
        boxes_of_frames,
        original,
        read_bodies,
        write_pictures,
    )

    description = read_description(folder)
    rows, bodies = read_bodies(folder)
    times_s = [row.sensor_time_s for row in rows]
    present = {body.tracking_id for seen in bodies for body in seen}
    if missing := persons - present:
        raise UsageError(
            f"{folder}: no person {', '.join(map(str, sorted(missing)))}; there are "
            f"{', '.join(map(str, sorted(present))) or 'none'}"
        )
    events = read_events(folder)
    left = [event for event in events if not may_be_of(event, persons, times_s, bodies)]
    names = [EVENTS_FILE, BODIES_FILE]
    if (folder / COLOR_FILE).exists():
        theirs = [[body for body in seen if body.tracking_id in persons] for seen in bodies]
        write_pictures(folder, boxes_of_frames(times_s, theirs, whole_box), blackened, folder.name)
        names.insert(0, COLOR_FILE)
    try:
        _write_synced(folder, EVENTS_FILE, csv_line(EVENTS_HEADER) + b"".join(map(csv_line, left)))
        others = [tuple(body for body in seen if body.tracking_id not in persons) for seen in bodies]
        texts = list(map(frame_lines, others))
        _write_synced(folder, BODIES_FILE, frame_count_line(len(texts)) + b"".join(texts))
        _write_synced(folder, CHECKSUMS_FILE, checksums_text(rows, texts))
        unchecked = {key: value for key, value in description.items() if key not in ("crc32", "bytes")}
        write_description(folder, unchecked)
        _replace(folder, [*names, CHECKSUMS_FILE], remove_original)
        said = {"privacy": add_measure(description.get("privacy"), "strip")}
        said["persons_stripped"] = int(description.get("persons_stripped", 0)) + len(persons)
        if "crc32" in description:
            said |= file_sums(folder)
        write_description(folder, unchecked | said)
    except OSError as error:
        raise RecordingError(f"{folder}: cannot be written ({error.strerror}); strip it again") from error
    kept = [original(folder, name).name for name in names if original(folder, name).exists()]
    still = f"; THEY ARE STILL IN {', '.join(kept)} (--remove-original deletes them)" if kept else ""
    return f"{len(persons)} persons and {len(events) - len(left)} events removed{still}"


def may_be_of(
    event: SessionEvent, persons: set[int], times_s: Sequence[float], bodies: Sequence[Sequence[Body]]
) -> bool:
    """Whether an event may tell of one of these persons: it overlaps with their time. Slots do not say who it is."""
    return any(
        event.start_s <= time_s <= event.end_s and any(body.tracking_id in persons for body in seen)
        for time_s, seen in zip(times_s, bodies, strict=True)
    )


def _replace(folder: Path, names: Sequence[str], remove_original: bool) -> None:
    """Lets the new files take their places, in this order; the old checksums go before the bodies they are of."""
    from tsmf_live.sessions.recolor import keep_original, original, put_in_place

    for name in names:
        if name == BODIES_FILE:
            if not remove_original:
                keep_original(folder, CHECKSUMS_FILE)
            (folder / CHECKSUMS_FILE).unlink(missing_ok=True)
        put_in_place(folder, name, keep=not remove_original)
        if remove_original:
            original(folder, name).unlink(missing_ok=True)


def _write_synced(folder: Path, name: str, content: bytes) -> None:
    with (folder / f"{name}.new").open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
