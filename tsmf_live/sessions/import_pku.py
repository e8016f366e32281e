"""`import-pku`: recordings in the layout of PKU-MMD as sessions, their labels as annotations.

The format holds no times (frame i counts as i/30 s, and the session says that they are estimated), and of two people
only the joints: states count as tracked, colour coordinates are projected by a fixed camera.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from tsmf_live.command import tell, warn
from tsmf_live.exchange.class_names import class_name, read_labels
from tsmf_live.exchange.importing import Contents, write_session
from tsmf_live.exchange.label_files import PKU_CONFIDENCE, PkuLabel, read_pku_labels
from tsmf_live.exchange.session_reading import frames
from tsmf_live.files import new_folder
from tsmf_live.frames import SourceError
from tsmf_live.recording.annotations import overlapping, seconds_of
from tsmf_live.recording.color_file import CODECS
from tsmf_live.recording.tables import SessionEvent
from tsmf_live.sources.pku import PkuSource, label_file_of

EXAMPLE = "example: python -m tsmf_live.sessions import-pku skeleton/0002-L.txt --out STUDY/take-001"


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """The command's arguments."""
    parser = subparsers.add_parser("import-pku", help="PKU-MMD as a session", description=__doc__, epilog=EXAMPLE)
    add = parser.add_argument
    add(
        "path",
        type=Path,
        metavar="FILE",
        help="skeleton text; its video is NAME.avi in a folder *rgb* beside its folder",
    )
    add("--out", type=Path, required=True, metavar="DIR", help="the new session")
    add("--label-file", type=Path, metavar="FILE", help="default: NAME.txt in a folder *label* beside its folder")
    add("--labels", default="pku_mmd", metavar="NAME|FILE", help="label list that names the classes (default: pku_mmd)")
    add("--codec", choices=CODECS, default="h264", help="of color.mkv; ffv1 keeps every bit (default: h264)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Imports a recording; SourceError for a damaged one, RecordingError if the target exists."""
    names = read_labels(args.labels)
    label_file = args.label_file or label_file_of(args.path)
    labels = read_pku_labels(label_file) if label_file is not None else []
    with new_folder(args.out) as unfinished, closing(PkuSource(args.path)) as source:
        times_s = np.array(source.times_s)
        events = [annotation(label, times_s, names, label_file) for label in labels]
        played = ((replace(frame, host_time_s=frame.sensor_time_s), False) for frame in frames(source, args.path.name))
        details = {"imported_from": args.path.name, "sensor": source.info.sensor}
        contents = Contents(played, args.path.name, source.info.has_color, details, events)
        count = write_session(unfinished, contents, args.codec)
    for warning in source.warnings:
        warn(warning)
    if label_file is None:
        warn(f"{args.path}: no labels found in a folder *label* beside it; --label-file names them")
    pairs = overlapping(events)
    note = f" ({len(pairs)} begin while another goes on)" if pairs else ""
    tell(f"{args.path} -> {args.out}: {count} frames, estimated times, {len(events)} annotations{note}")
    return 0


def annotation(label: PkuLabel, times_s: np.ndarray, names: tuple[str, ...], label_file: Path) -> SessionEvent:
    """A label as an annotation of the scene; one that ends after the last frame is cut there.

    Raises:
        SourceError: it begins after the last frame.
    """
    count = len(times_s)
    if label.first > count:
        raise SourceError(
            f"{label_file}: expected labels within the {count} frames of the recording, got one from {label.first} to "
            f"{label.last}; does it belong to this recording?"
        )
    start_s, end_s = seconds_of(times_s, label.first - 1, min(label.last, count))
    confidence = min(label.confidence / PKU_CONFIDENCE, 1.0)
    return SessionEvent(start_s, end_s, class_name(label.number, names), confidence, None, "annotation")
