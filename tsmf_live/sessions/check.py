"""`verify` and `repair`: whether sessions are whole, and mending those that are not."""

from __future__ import annotations

import argparse
from pathlib import Path

from tsmf_live.command import tell
from tsmf_live.recording.copies import said
from tsmf_live.recording.examine import Examination, examine
from tsmf_live.recording.mend import repair
from tsmf_live.recording.originals import kept_files, remove_kept


def add_parsers(subparsers: argparse._SubParsersAction) -> None:
    """The commands' arguments."""
    verify = subparsers.add_parser(
        "verify",
        help="whether sessions are whole",
        epilog="example: python -m tsmf_live.sessions verify STUDY/take-001 STUDY/take-002",
    )
    verify.set_defaults(run=_verify)
    mend = subparsers.add_parser(
        "repair",
        help="mend sessions that a crash or a full disk has cut",
        epilog="example: python -m tsmf_live.sessions repair STUDY/take-001",
    )
    mend.set_defaults(run=_repair)
    for parser in (verify, mend):
        parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="folder of a recorded session")
    mend.add_argument(
        "--remove-original", action="store_true", help="delete the damaged files as well (else kept: *.damaged.*)"
    )


def _verify(args: argparse.Namespace) -> int:
    """Prints what each file of each session is; 0 if all are whole and no picture was lost, else 1."""
    good = True
    for folder in args.folders:
        examined = examine(folder)
        good = good and examined.is_whole and not examined.lacking
        tell(*_lines(examined))
    return 0 if good else 1


def _repair(args: argparse.Namespace) -> int:
    """Mends each session and prints what it then is; 0 if nothing is left to mend in any, else 1."""
    good = True
    for folder in args.folders:
        before, after = repair(folder)
        good = good and after.is_whole
        if before.is_whole:
            tell(f"{folder}: {'; '.join(filter(None, ('whole, nothing to mend', after.lack)))}")
        else:
            tell(*_lines(after))
            tell(f"  before: {before.plays} frames played, {before.good} were good")
        if args.remove_original and not after.is_whole:
            tell("  the damaged files are kept: the session is not whole")
        elif args.remove_original and (removed := remove_kept(folder)):
            tell(f"  deleted: {', '.join(path.name for path in removed)}")
    return 0 if good else 1


def _lines(examined: Examination) -> list[str]:
    """An examination in words."""
    state = "DAMAGED" if not examined.is_whole else examined.lack and "INCOMPLETE"
    told = [f"{examined.folder}: {'; '.join(filter(None, (state, examined.lack))) or 'whole'}"]
    told += [f"  {file:16} {state:14} {text}" for file, state, text in examined.findings]
    told.append(
        f"  {examined.plays} frames play ({examined.plays_s:.2f} s); lost {examined.lost_s:.2f} s, "
        f"pictures {examined.picture_lost_s:.2f} s"
    )
    told += [f"  {line}" for line in said(examined.folder)]
    if not examined.ended and not examined.is_whole:
        told.append("  the recording was not ended: up to a second more is missing")
    if not examined.is_whole:
        told.append("  python -m tsmf_live.sessions repair mends what can be mended")
    if kept := kept_files(examined.folder):
        names = ", ".join(path.name for path in kept)
        told.append(f"  kept as it was before a repair: {names} (repair --remove-original deletes it)")
    return told
