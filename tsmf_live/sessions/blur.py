"""`blur`: makes the faces of a recorded session unrecognisable, from 2 s before a person is first tracked."""

from __future__ import annotations

import argparse
from pathlib import Path

from tsmf_live.command import tell
from tsmf_live.frames import RecordingError
from tsmf_live.session import COLOR_FILE, read_description, write_description

UNTRACKED = "a person whom the sensor did not track is not blurred; only a recording without colour is certain"


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """The command's arguments."""
    parser = subparsers.add_parser(
        "blur",
        help="make the faces in sessions unrecognisable",
        description=f"Blurs the heads of all tracked persons. Note: {UNTRACKED}.",
        epilog="example: python -m tsmf_live.sessions blur STUDY/take-001 --remove-original",
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="folder of a recorded session")
    parser.add_argument(
        "--remove-original", action="store_true", help="delete the pictures as recorded (else: color.original.mkv)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Blurs each session and prints what was done."""
    for folder in args.folders:
        tell(f"{folder}: {blur(folder, args.remove_original)}")
    tell(f"note: {UNTRACKED}")
    return 0


def blur(folder: Path, remove_original: bool = False) -> str:
    """Blurs the faces of a session; what was done, in words. A crash leaves the old pictures or the new ones.

    Raises:
        SourceError: no session, or a damaged one.
        RecordingError: the new pictures cannot be written; the session is as it was.
    """
    from tsmf_live.privacy import blurred, face_box
    from tsmf_live.sessions.recolor import (
        add_measure,
        boxes_of_frames,
        original,
        put_in_place,
        read_bodies,
        write_pictures,
    )

    description = read_description(folder)
    if not (folder / COLOR_FILE).exists():
        return "no colour, nothing to blur"
    kept = original(folder, COLOR_FILE)
    done = "blurred before"
    try:
        if "blur" not in str(description.get("privacy")).split("+"):
            rows, bodies = read_bodies(folder)
            boxes = boxes_of_frames([row.sensor_time_s for row in rows], bodies, face_box)
            count = write_pictures(folder, boxes, blurred, folder.name)
            put_in_place(folder, COLOR_FILE, keep=not remove_original)
            write_description(folder, description | {"privacy": add_measure(description.get("privacy"), "blur")})
            done = f"{count} pictures blurred"
        if remove_original:
            kept.unlink(missing_ok=True)
    except OSError as error:
        raise RecordingError(f"{folder}: cannot be written ({error.strerror}); check its rights") from error
    return f"{done}; THE FACES ARE STILL IN {kept.name} (--remove-original deletes it)" if kept.exists() else done
