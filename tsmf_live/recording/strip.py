"""Takes persons out of a recorded session: skeletons, events, and all of the picture around them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import numpy as np

from tsmf_live.command import counted
from tsmf_live.files import NEW, refuse_links, remove
from tsmf_live.frames import Body, RecordingError, SourceError, UsageError
from tsmf_live.recording.checksums import checksums_text, file_sums
from tsmf_live.recording.copies import copies, names_elsewhere, refuse_half_repaired, what_is_left
from tsmf_live.recording.folder import BODIES_FILE, CHECKSUMS_FILE, COLOR_FILE, read_description, write_description
from tsmf_live.recording.ntu_text import NtuTextReader, frame_count_line, frame_lines
from tsmf_live.recording.privacy import blackened, whole_box
from tsmf_live.recording.recolor import (
    add_measure,
    boxes_of_frames,
    keep_original,
    put_in_place,
    read_bodies,
    require_pictures,
    write_new,
    write_pictures,
)
from tsmf_live.recording.tables import EVENTS_FILE, EVENTS_HEADER, FrameRow, SessionEvent, csv_line, read_events

SHOWN = (COLOR_FILE, EVENTS_FILE, CHECKSUMS_FILE, BODIES_FILE)  # files that show somebody who is in the session


def strip(folder: Path, persons: set[int], remove_original: bool = False) -> str:
    """Takes persons out of a session; what was done, in words.

    Persons who were taken out before, and are left in files that were kept only, are gone with `remove_original`.

    Raises:
        UsageError: there is no such person.
        SourceError: no session, or a damaged one, which must be repaired first. Nothing has changed.
        RecordingError: it cannot be written, or the folder holds a link.
    """
    description = read_description(folder)
    refuse_links(folder)
    refuse_half_repaired(folder)
    rows, bodies = read_bodies(folder)
    present = {body.tracking_id for seen in bodies for body in seen}
    try:
        before = (persons - present) & _persons_kept(folder)
        if missing := persons - present - before:
            raise UsageError(
                f"{folder}: no person {', '.join(map(str, sorted(missing)))}; there are "
                f"{', '.join(map(str, sorted(present))) or 'none'}"
            )
        elsewhere = names_elsewhere(folder, [folder / COLOR_FILE, *copies(folder, [COLOR_FILE])])
        done = f"{len(before)} persons were removed before"
        if persons - before:
            done = _strip(folder, description, rows, bodies, persons - before, keep=not remove_original)
        elif remove_original and any(row.color for row in rows):
            require_pictures(folder, rows)
        if remove_original:
            for path in sorted(copies(folder, SHOWN), key=lambda path: path.name.startswith("bodies.")):
                remove(path)  # the bodies last: they alone tell who was in the others
        kept = [path.name for path in copies(folder, SHOWN)]
    except OSError as error:
        raise RecordingError(f"{folder}: cannot be written ({error.strerror}); strip it again") from error
    return what_is_left(folder, done, kept, elsewhere, ("THEY", "them"))


def _strip(
    folder: Path,
    description: dict[str, Any],
    rows: Sequence[FrameRow],
    bodies: Sequence[Sequence[Body]],
    persons: set[int],
    *,
    keep: bool,
) -> str:
    """Takes out who is still in the session; what was done.

    Pictures and events go before the bodies, which alone tell where the persons were: after a crash it can be done
    again. While the bodies change there are no checksums, so that whatever a crash leaves of the session plays.
    """
    times_s = [row.sensor_time_s for row in rows]
    events = read_events(folder)
    left = events_of_others(events, persons, times_s, bodies)
    names = [EVENTS_FILE, BODIES_FILE, CHECKSUMS_FILE]
    if (folder / COLOR_FILE).exists():
        theirs = [[body for body in seen if body.tracking_id in persons] for seen in bodies]
        write_pictures(folder, rows, boxes_of_frames(times_s, theirs, whole_box), blackened)
        names.insert(0, COLOR_FILE)
    try:
        write_new(folder, EVENTS_FILE, csv_line(EVENTS_HEADER) + b"".join(map(csv_line, left)))
        others = [tuple(body for body in seen if body.tracking_id not in persons) for seen in bodies]
        texts = list(map(frame_lines, others))
        write_new(folder, BODIES_FILE, frame_count_line(len(texts)) + b"".join(texts))
        write_new(folder, CHECKSUMS_FILE, checksums_text(rows, texts))
        unchecked = {key: value for key, value in description.items() if key not in ("crc32", "bytes")}
        _put_in_place(folder, names, unchecked, keep)
    finally:
        for name in names:
            remove(folder / f"{name}{NEW}")
    before = description.get("persons_stripped")
    said = {"privacy": add_measure(description.get("privacy"), "strip")}
    said["persons_stripped"] = (before if isinstance(before, int) else 0) + len(persons)
    write_description(folder, unchecked | said | (file_sums(folder) if "crc32" in description else {}))
    return f"{counted(len(persons), 'person')} and {counted(len(events) - len(left), 'event')} removed"


def _persons_kept(folder: Path) -> set[int]:
    """Who is in the bodies that were kept."""
    persons: set[int] = set()
    for path in copies(folder, [BODIES_FILE]):
        with suppress(SourceError), closing(NtuTextReader(path)) as text:  # what a killed process left may be cut
            for frame in iter(text.read, None):
                persons |= {body.tracking_id for body in frame.bodies}
    return persons


def events_of_others(
    events: Sequence[SessionEvent],
    persons: set[int],
    times_s: Sequence[float],
    bodies: Sequence[Sequence[Body]],
) -> list[SessionEvent]:
    """The events that surely tell of somebody else: they overlap with no time of these persons.

    Slots do not say who it is.
    """
    theirs_s = np.array(
        [
            time_s
            for time_s, seen in zip(times_s, bodies, strict=True)
            if any(body.tracking_id in persons for body in seen)
        ]
    )
    first = np.searchsorted(theirs_s, [event.start_s for event in events])
    past_last = np.searchsorted(theirs_s, [event.end_s for event in events], side="right")
    return [event for event, a, b in zip(events, first, past_last, strict=True) if a >= b]


def _put_in_place(folder: Path, names: Sequence[str], unchecked: dict[str, Any], keep: bool) -> None:
    """Lets the new files take their places, in this order; the old checksums go before the bodies they are of."""
    for name in names:
        if name == BODIES_FILE:
            write_description(folder, unchecked)
            keep_original(folder, CHECKSUMS_FILE)
            remove(folder / CHECKSUMS_FILE)
        put_in_place(folder, name, keep=keep or name != COLOR_FILE)
