"""Makes the faces of a recorded session unrecognisable, from 2 s before a person is first tracked.

Whom the sensor had lost before the first frame, the session says itself ("lost_before"), if this version recorded it;
of others it cannot be known here, and that is said.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tsmf_live.files import refuse_links, remove
from tsmf_live.frames import RecordingError
from tsmf_live.recording.copies import copies, names_elsewhere, refuse_half_repaired, what_is_left
from tsmf_live.recording.folder import COLOR_FILE, read_description, write_description
from tsmf_live.recording.privacy import blurred, face_box, lost_of
from tsmf_live.recording.recolor import (
    add_measure,
    boxes_of_frames,
    put_in_place,
    read_bodies,
    require_pictures,
    write_pictures,
)

UNKNOWN = "who was lost in the 2 s before its first frame is not known, and not blurred until tracked again"


def blur(folder: Path, remove_original: bool = False) -> str:
    """Blurs the faces of a session; what was done, in words. A crash leaves the old pictures or the new ones.

    Raises:
        SourceError: no session, or a damaged one, which must be repaired first. Nothing has changed.
        RecordingError: the new pictures cannot be written, or the folder holds a link; the session is as it was.
    """
    description = read_description(folder)
    refuse_links(folder)
    refuse_half_repaired(folder)
    try:
        kept, has_color = copies(folder, [COLOR_FILE]), (folder / COLOR_FILE).exists()
        elsewhere = names_elsewhere(folder, [*kept, folder / COLOR_FILE])
        done = "no colour, nothing to blur"
        if has_color and "blur" in str(description.get("privacy")).split("+"):
            done, elsewhere = "blurred before", names_elsewhere(folder, kept)
            if remove_original and kept:
                require_pictures(folder, read_bodies(folder)[0])  # the last copy goes only if they are all there
        elif has_color:
            done = _blur(folder, description, keep=not remove_original)
        if remove_original:
            for path in copies(folder, [COLOR_FILE]):
                remove(path)
        still = [path.name for path in copies(folder, [COLOR_FILE])]
    except OSError as error:
        raise RecordingError(f"{folder}: cannot be written ({error.strerror}); check its rights") from error
    return what_is_left(folder, done, still, elsewhere, ("THE FACES", "faces"))


def _blur(folder: Path, description: dict[str, Any], keep: bool) -> str:
    """Blurs what is not blurred yet."""
    unknown = ""
    try:
        lost = lost_of(description["lost_before"])
    except (KeyError, ValueError):
        lost, unknown = [], f"; {UNKNOWN}"
    rows, bodies = read_bodies(folder)
    boxes = boxes_of_frames([row.sensor_time_s for row in rows], bodies, face_box, lost)
    count = write_pictures(folder, rows, boxes, blurred)
    put_in_place(folder, COLOR_FILE, keep)
    write_description(folder, description | {"privacy": add_measure(description.get("privacy"), "blur")})
    return f"{count} pictures blurred{unknown}"
