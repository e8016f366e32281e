"""`inspect`: what a model attends to over a whole session, kept beside it, and its mean for each action."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tsmf_live.command import tell
from tsmf_live.files import new_files, refuse_existing
from tsmf_live.frames import RecordingError
from tsmf_live.recording.annotations import Annotations
from tsmf_live.recording.tables import cell_of
from tsmf_live.skeleton import JOINT_NAMES

MOST_JOINTS = 5  # of an action that are named


def add_parsers(subparsers: argparse._SubParsersAction) -> None:
    """The command's arguments."""
    parser = subparsers.add_parser(
        "inspect",
        help="attention and scores over whole sessions",
        epilog="example: python -m tsmf_live.sessions inspect STUDY/take-001 --csv attention.csv",
    )
    add = parser.add_argument
    add("folders", nargs="+", type=Path, metavar="DIR", help="folder of a recorded session")
    add("--checkpoint", type=Path, metavar="FILE", help="default: the weights that a recording of its kind runs with")
    add(
        "--csv",
        type=Path,
        metavar="FILE",
        help="a new table: mean attention of each joint for each action of each session",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Inspects every session; SourceError for a folder that is none."""
    from tqdm import tqdm

    from tsmf_live.live.inspection import file_of, inspect
    from tsmf_live.live.weights import weights_for
    from tsmf_live.nets.tsmf import TSMF
    from tsmf_live.sources.open import open_source

    if args.csv is not None:
        refuse_existing(args.csv)
    means: dict[Path, Mapping[str, np.ndarray]] = {}
    for folder in args.folders:
        book = Annotations(folder)
        weights = weights_for(str(folder), args.checkpoint)
        model = TSMF.load(weights.path, "cpu")
        source = open_source(str(folder))
        with tqdm(total=round(source.info.duration_s or 0, 1), desc=folder.name, unit="s", disable=None) as bar:
            found = inspect(model, source, weights.path.name, bar.update)
        path = file_of(folder, weights.path.name)
        try:
            found.save(path)
        except OSError as error:
            raise RecordingError(f"{path}: cannot be written ({error.strerror}); check space and rights") from error
        spans = book.spans() or found.predicted_spans()
        means[folder] = found.by_action(spans)
        tell(f"{folder}: {weights.path.name}, {len(found.times_s)} moments, {len(found.events)} events -> {path.name}")
        for label, mean in means[folder].items():
            most = ", ".join(f"{JOINT_NAMES[joint]} {mean[joint]:.2f}" for joint in np.argsort(-mean)[:MOST_JOINTS])
            tell(f"  {label}: {most}")
    if args.csv is not None:
        write_table(args.csv, means)
    return 0


def write_table(path: Path, means: Mapping[Path, Mapping[str, np.ndarray]]) -> None:
    """Writes session, action, joint, attention; RecordingError if the file exists or cannot be written."""
    with new_files(path.parent) as unfinished, (unfinished / path.name).open("w", encoding="utf-8", newline="") as text:
        table = csv.writer(text)
        table.writerow(("session", "action", "joint", "attention"))
        for folder, of_actions in means.items():
            for label, mean in of_actions.items():
                for name, value in zip(JOINT_NAMES, mean.tolist(), strict=True):
                    table.writerow((cell_of(str(folder)), cell_of(label), name, f"{value:.6g}"))
