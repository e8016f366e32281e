"""`blur` and `strip`: people made unrecognisable in sessions, or taken out of them."""

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
