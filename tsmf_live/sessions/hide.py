"""`blur`, `strip` and `delete`: people made unrecognisable in sessions, taken out of them, or gone with them."""

from __future__ import annotations

import argparse
from pathlib import Path

from tsmf_live.command import tell

UNTRACKED = "a person whom the sensor did not track is not blurred; only a recording without colour is certain"


def add_parsers(subparsers: argparse._SubParsersAction) -> None:
    """The commands' arguments."""
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
    parser.set_defaults(run=_blur)
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
    parser.set_defaults(run=_strip)
    parser = subparsers.add_parser(
        "delete",
        help="delete sessions for good",
        description="Deletes sessions with all copies of their files: originals, damaged files, what a kill left.",
        epilog="example: python -m tsmf_live.sessions delete STUDY/take-001 --yes",
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="folder of a recorded session")
    parser.add_argument("--yes", action="store_true", help="needed: there is no way back")
    parser.set_defaults(run=_delete)


def _blur(args: argparse.Namespace) -> int:
    """Blurs each session and prints what was done."""
    from tsmf_live.recording.blur import blur

    for folder in args.folders:
        tell(f"{folder}: {blur(folder, args.remove_original)}")
    tell(f"note: {UNTRACKED}")
    return 0


def _strip(args: argparse.Namespace) -> int:
    """Strips the session and prints what was done."""
    from tsmf_live.recording.strip import strip

    tell(f"{args.folder}: {strip(args.folder, set(args.person), args.remove_original)}")
    return 0


def _delete(args: argparse.Namespace) -> int:
    """Deletes each session and prints what was done; UsageError without --yes."""
    from tsmf_live.frames import UsageError
    from tsmf_live.recording.delete import delete

    if not args.yes:
        raise UsageError(f"delete: {len(args.folders)} sessions would be deleted for good; say --yes if you mean it")
    for folder in args.folders:
        tell(f"{folder}: {delete(folder)}")
    return 0
