"""`import-pickle`: samples of a skeleton annotation pickle as sessions, without colour.

Nothing in the pickle is run. It holds joints only: frame i counts as i/30 s (the session says that its times are
estimated), states count as tracked, colour coordinates are projected by a fixed camera.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from tsmf_live.class_names import class_name, read_labels
from tsmf_live.command import tell
from tsmf_live.files import new_folder
from tsmf_live.frames import FRAME_RATE_HZ, MAX_BODIES, SensorFrame, SourceError, UsageError
from tsmf_live.sessions.annotation_pickle import read_annotation_pickle
from tsmf_live.sessions.importing import Contents, write_session
from tsmf_live.sources.ntu import NtuName
from tsmf_live.sources.pku import bodies_of_joints

EXAMPLE = "example: python -m tsmf_live.sessions import-pickle study.pkl --out STUDY --only S001C001P001R001A011"


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """The command's arguments."""
    parser = subparsers.add_parser(
        "import-pickle", help="skeleton annotation pickles as sessions", description=__doc__, epilog=EXAMPLE
    )
    add = parser.add_argument
    add("path", type=Path, metavar="FILE", help="a .pkl file as pyskl and mmaction2 use them")
    add("--out", type=Path, required=True, metavar="FOLDER", help="gets a session for each sample, named by frame_dir")
    add("--only", nargs="+", metavar="NAME", help="these frame_dir alone")
    add(
        "--labels",
        metavar="NAME|FILE",
        help="label list that names the classes (default: the file's, else numbers)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Imports the samples; SourceError for a file that is none, RecordingError if a target exists."""
    content = read_annotation_pickle(args.path)
    names = read_labels(args.labels) if args.labels is not None else _own_names(content)
    samples = content["annotations"]
    if args.only is not None:
        samples = [sample for sample in samples if sample["frame_dir"] in args.only]
        unknown = set(args.only) - {sample["frame_dir"] for sample in samples}
        if unknown:
            raise UsageError(f"--only: {args.path} has no sample {min(unknown)}; it has {len(content['annotations'])}")
    for sample in tqdm(samples, desc="import", unit="sample", disable=None, leave=False):
        name = sample["frame_dir"]
        if Path(name).name != name:
            raise SourceError(f"{args.path}: expected a plain name as frame_dir, got {name[:80]!r}")
        with new_folder(args.out / name) as unfinished:
            write_session(unfinished, _contents(args.path, sample, names), "h264")
    tell(f"{args.path} -> {args.out}: {len(samples)} sessions, estimated times")
    return 0


def _contents(path: Path, sample: dict[str, Any], names: tuple[str, ...]) -> Contents:
    action = class_name(sample["label"] + 1, names)
    numbers = NtuName.parse(sample["frame_dir"])
    details = {} if numbers is None else numbers._asdict()
    details |= {"subject": str(sample.get("subject") or ""), "action": action, "imported_from": path.name}
    details |= {"sensor": "annotation pickle"}
    return Contents(_frames(path, sample), path.name, False, details)


def _frames(path: Path, sample: dict[str, Any]) -> Iterator[tuple[SensorFrame, bool]]:
    persons = sample["keypoint"].swapaxes(0, 1).astype(np.float64)  # (T, M, V, 3)
    if persons.shape[1] > MAX_BODIES:
        raise SourceError(
            f"{path}: {sample['frame_dir']}: expected at most {MAX_BODIES} people, got {persons.shape[1]}"
        )
    for index, joints in enumerate(persons):
        bodies, bad_joints = bodies_of_joints(joints)
        time_s = index / FRAME_RATE_HZ
        yield SensorFrame(index, time_s, time_s, None, bodies, time_estimated=True, bad_joints=bad_joints), False


def _own_names(content: dict[str, Any]) -> tuple[str, ...]:
    names = content.get("labels")
    return tuple(map(str, names)) if isinstance(names, list) else ()
