"""Prepares recordings for training: memory-mapped joints, five-joint crops, and a manifest of what is in it.

    python -m train.prepare --source ntu60 NTU --missing NTU_RGBD_samples_with_missing_skeletons.txt --out DATA
    python -m train.prepare --source pku PKU-MMD --out DATA
    python -m train.prepare --source pickle ntu60_3danno.pkl --labels ntu60 --out DATA
    python -m train.prepare --source people FOLDER --simulated 1500 --out DATA
    python -m train.prepare --source sessions STUDY --out DATA
    python -m train.prepare --source simulated --out DATA
    python -m train.prepare --benchmark [FILE.skeleton ...]

May be killed at any moment: the same command goes on where it stopped. train.data.prepared describes what it writes.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from pathlib import Path
from typing import Any

from tqdm import tqdm

from train.data.prepared import ENCODINGS, MANIFEST_FILE, Prepared
from train.data.splits import names_of
from train.prepare.footage import Reader
from train.prepare.merge import Job
from train.prepare.parts import prepare
from tsmf_live.command import OneLineParser, tell, warn
from tsmf_live.frames import FRAME_RATE_HZ, SourceError, UsageError
from tsmf_live.label_lists import read_labels

SOURCES = ("ntu60", "ntu120", "pku", "pickle", "people", "sessions", "simulated")
CROPS = {"fixed": ("fixed",), "metric": ("metric",), "both": ("fixed", "metric")}
DRAWS = 2
CONTEXT_FRAMES = 152  # frames that the causal teacher looks back on
SHOWN_SKIPPED, SHOWN_BAD = 5, 50


def make_reader(args: argparse.Namespace) -> Reader:
    """The reader of what the command line names.

    Raises:
        UsageError, SourceError: see the readers.
    """
    # imported only when needed: the actor takes a moment to load
    path, labels = args.path, read_labels(args.labels) if args.labels else None
    if args.source == "simulated":
        from train.prepare.simulated import SimulatedReader

        return SimulatedReader(args.seed, args.repeats, args.subjects, args.two_persons, args.context)
    if path is None or not path.exists():
        raise SourceError(f"{path or '--source ' + args.source}: no such file or folder; name what is to be prepared")
    if args.source == "pickle":
        from train.prepare.pickle import PickleReader

        return PickleReader(path, labels, _rate(args))
    if not path.is_dir():
        raise SourceError(f"{path}: expected a folder for --source {args.source}, it is a file")
    if args.source == "people":
        from train.prepare.people import CLASSES_FILE, PeopleReader, read_rates

        names = args.sets.split(",") if args.sets else None
        rates = read_rates(Path(args.rate)) if args.rate and Path(args.rate).is_file() else None
        if args.rate and rates is None:
            rates = _rate(args)
        scenes = args.simulated, args.seed
        return PeopleReader(path, names, args.classes or CLASSES_FILE, rates, *scenes, args.context, labels)
    if args.source == "pku":
        from train.prepare.pku import PkuReader

        return PkuReader(path, labels or read_labels("pku_mmd"), not args.no_color, args.context)
    if args.source == "sessions":
        from train.prepare.sessions import SessionsReader

        return SessionsReader(path, labels, not args.no_color, args.context, args.only)
    from train.prepare.ntu import NtuReader

    return NtuReader(
        path, args.source, labels or read_labels(args.source), args.missing, not args.no_color, args.openpose
    )


def _rate(args: argparse.Namespace) -> float:
    """Frames a second that --rate names, or 30.

    Raises:
        UsageError: it is no rate.
    """
    from train.prepare.rate import HIGHEST_HZ, LOWEST_HZ

    try:
        rate_hz = float(args.rate or FRAME_RATE_HZ)
    except ValueError:
        rate_hz = -1.0
    if not LOWEST_HZ <= rate_hz <= HIGHEST_HZ:
        expected = f"{LOWEST_HZ:g} to {HIGHEST_HZ:g} frames a second, or (people) a table with the columns set, rate_hz"
        raise UsageError(f"--rate: expected {expected}, got {args.rate!r}")
    return rate_hz


def report(args: argparse.Namespace, manifest: dict[str, Any]) -> int:
    """Prints what was made, what was skipped, and what each split holds; 3 if files were bad, else 0."""
    counts = manifest["counts"]
    crops = ", ".join(manifest["settings"]["crops"]) or "no"
    used = sum(n > 0 for n in counts["classes"].values())
    tell(
        f"{args.out}: {counts['samples']:,} samples of {used} classes, {counts['frames']:,} frames, "
        f"{counts['two_persons']:,} with two persons, {crops} crops, "
        f"{sum(file['bytes'] for file in manifest['files'].values()) / 1e6:,.0f} MB; {counts['skipped']:,} skipped"
    )
    if unknown := manifest.get("unknown_joints"):
        tell(f"{unknown:,} joints were not known (at 0,0,0, not finite, not tracked); each is where its person had it")
    bad = [one for one in manifest["skipped"] if one.get("bad")]
    for one in bad[:SHOWN_BAD]:
        warn(f"bad: {one['name']}: {one['reason']}")
    others = [one for one in manifest["skipped"] if not one.get("bad")]
    for reason, number in Counter(one["reason"] for one in others).most_common(SHOWN_SKIPPED):
        names = [one["name"] for one in others if one["reason"] == reason]
        more = ", ..." if number > SHOWN_SKIPPED else ""
        warn(f"skipped {number:,}: {reason}: {', '.join(names[:SHOWN_SKIPPED])}{more}")
    data = Prepared.open(args.out)
    for name in names_of(data.kind, data.own_splits):
        try:
            train, test = data.split(name)
            tell(f"split {name}: {len(train):,} train, {len(test):,} test")
        except UsageError as error:
            warn(error)
    if bad:
        more = f" (all are named in its {MANIFEST_FILE})" if len(bad) > SHOWN_BAD else ""
        warn(f"{args.out}: whole, but {len(bad):,} samples with bad files were left out{more}")
    return SourceError.exit_code if bad else 0


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = OneLineParser(
        prog="python -m train.prepare",
        description=__doc__.split("\n")[0],
        epilog="example: python -m train.prepare --source ntu60 NTU --out DATA",
    )
    add = parser.add_argument
    add("--source", choices=SOURCES, help="what kind of recordings")
    add("path", type=Path, nargs="*", metavar="PATH", help="the data set's folder, or the pickle")
    add("--out", type=Path, metavar="DIR", help="new or empty, or one that the same command began")
    add("--labels", metavar="NAME|FILE", help="ntu60, ntu120, pku_mmd, or a text file with one class name a line")
    add("--missing", type=Path, metavar="FILE", help="NTU: the authors' list of samples without usable skeleton")
    add("--no-color", action="store_true", help="joints only")
    add("--crop", choices=CROPS, default="fixed", help="96 px as the paper (default), 0.30 m, or both")
    add("--encoding", choices=ENCODINGS, default="jpeg", help="of the crops; png and raw are lossless (default: jpeg)")
    add("--openpose", type=Path, metavar="DIR", help="NTU: crops around OpenPose's keypoints, not the sensor's joints")
    add("--draws", type=int, default=DRAWS, metavar="R", help=f"training draws of frames for each sample ({DRAWS})")
    add("--context", type=int, default=CONTEXT_FRAMES, metavar="FRAMES",
        help=f"kept before each clip where there is more (pku, sessions, simulated; {CONTEXT_FRAMES})")  # fmt: skip
    add("--only", nargs="+", metavar="NAME", help="sessions: these alone, by their paths below PATH")
    add("--seed", type=int, default=0, help="of the training draws, and of the simulated people")
    add("--processes", type=int, default=len(_cores()), metavar="N", help="default: the number of cores")
    add("--subjects", type=int, default=40, metavar="N", help="simulated: people (default 40)")
    add("--repeats", type=int, default=1, metavar="N", help="simulated: clips of each person, view and class (1)")
    add("--sets", metavar="NAME,NAME", help="people: these sets only (default: all that bundled weights may know)")
    add("--classes", type=Path, metavar="FILE", help="people: another table of classes (see people_classes.csv)")
    add("--rate", metavar="HZ|FILE", help="pickle, people: frames a second of the clips, or a table of sets")
    add(
        "--simulated",
        type=int,
        default=0,
        metavar="N",
        help="people: also N scenes of the actor, and N of a ward (0)",
    )
    add("--two-persons", type=float, default=0.2, metavar="SHARE", help="simulated: share of scenes with two (0.2)")
    add("--benchmark", action="store_true", help="how fast skeletons are parsed here, beside the published way")
    return _checked(parser, parser.parse_args(arguments))


def _checked(parser: argparse.ArgumentParser, args: argparse.Namespace) -> argparse.Namespace:
    """The same arguments; ends the program with exit code 2 if they contradict each other."""
    if not args.benchmark and (args.source is None or args.out is None):
        parser.error("--source and --out are needed (or --benchmark)")
    if not args.benchmark and len(args.path) > 1:
        parser.error(f"expected one PATH, got {len(args.path)}")
    for name, lowest in (
        ("draws", 0),
        ("context", 0),
        ("seed", 0),
        ("processes", 1),
        ("subjects", 1),
        ("repeats", 1),
        ("simulated", 0),
    ):
        if getattr(args, name) < lowest:
            parser.error(f"--{name}: expected at least {lowest}, got {getattr(args, name)}")
    if not 0 <= args.two_persons <= 1:
        parser.error(f"--two-persons: expected 0 to 1, got {args.two_persons}")
    return args


def _cores() -> Any:
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)


def main(arguments: list[str] | None = None) -> int:
    """Prepares; 0, or 3 where files were bad and left out."""
    args = parse(arguments)
    if args.benchmark:
        from train.prepare.benchmark import run

        run(args.path)
        return 0
    args.path = args.path[0] if args.path else None
    reader = make_reader(args)
    if not reader.has_pictures and args.source not in ("pickle", "people") and not args.no_color:
        warn(f"{args.path}: no colour video belongs to the skeletons: joints only")
    crops = CROPS[args.crop] if reader.has_pictures else ()
    job = Job(args.out, args.draws, crops, args.encoding, args.seed)
    with tqdm(total=len(reader.items), desc="prepare", unit="item") as progress:
        manifest = prepare(reader, job, str(args.path or args.source), args.processes, progress.update)
    return report(args, manifest)
