"""`info`: what a session holds, in a few lines."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from tsmf_live.command import tell
from tsmf_live.recording.copies import said
from tsmf_live.recording.folder import BODIES_FILE, COLOR_FILE
from tsmf_live.recording.overview import overview

PEOPLE_WROTE = ("subject", "action", "setup", "camera", "performer", "replication", "privacy", "consent", "checkpoint")


def add_parsers(subparsers: argparse._SubParsersAction) -> None:
    """The command's arguments."""
    parser = subparsers.add_parser(
        "info", help="what a session holds", epilog="example: python -m tsmf_live.sessions info assets/sample"
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="folder of a recorded session")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints every session; SourceError for a folder that is no session."""
    for folder in args.folders:
        tell(*lines(folder))
    return 0


def lines(folder: Path) -> Iterator[str]:
    """The session in words."""
    seen = overview(folder)
    description = seen.description
    size_mb = sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 1e6
    yield f"{folder}: {seen.length_s:.1f} s, {len(seen.rows)} frames, {seen.frames_lost} lost, {size_mb:.1f} MB"
    yield f"  recorded {description.get('created')} from {description.get('source')} ({description.get('sensor')})"
    video = f"{seen.pictures} pictures, {description.get('codec')}" if (folder / COLOR_FILE).exists() else "none"
    yield f"  colour: {video}; bodies: {'yes' if (folder / BODIES_FILE).exists() else 'missing'}"
    told = [f"{key} {description[key]}" for key in PEOPLE_WROTE if description.get(key) not in (None, "")]
    if told:
        yield "  " + ", ".join(told)
    if seen.events:
        yield f"  {len(seen.annotations)} annotations, {len(seen.predictions)} predicted events"
    yield from (f"  {line}" for line in said(folder))
    yield from (f"  {warning}" for warning in seen.warnings)
