"""What is said falsely of real people who do nothing that has a name, an hour.

    python -m tests.measure.background ../shared/data [--checkpoint FILE] [--held 1.0] [--list]

CAD60's "still", the walks of KinectGait164 and LabanK2's free movement, each piece as somebody new, through the live
program's own stages; the walks a second time into the view on one side and out on the other, joints beyond the border
not tracked. Any event is false, but "walking" in the walks. The hour is that of the pieces. --held: the first pose is
held so long before each piece, as somebody who has been in view for a while: a label is given only after a second.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from tests.measure.joints_source import JointsSource
from train.prepare.people import SETS_FILE, read_rates
from train.results.streams import decide, play
from tsmf_live import command
from tsmf_live.exchange.annotation_pickle import read_annotation_pickle
from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.live.weights import PEOPLE
from tsmf_live.nets.joint_input import between_frames
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.skeleton import NOT_TRACKED, SPINE_BASE, TRACKED

WALKING = "walking"
IN_AND_OUT = " in and out"
#: Whether "walking" is what happens there.
SETS = {"CAD60 still": False, "KinectGait164": True, f"KinectGait164{IN_AND_OUT}": True, "LabanK2": False}
VIEW = 0.7  # x / z at the border of a Kinect v2's view
BESIDE_M = 0.5  # somebody who comes in begins so far beside it
COLUMNS = {"set": -25, "pieces": 7, "minutes": 9, "events": 8, "false": 7, "an hour": 9}
STILL = "streams/CAD60/skeleton/*_e01.txt"


class Piece(NamedTuple):
    """A recording: name, joints (T, M, 25, 3) at 30 frames a second, and states (T, M, 25) where not all are seen."""

    name: str
    joints: np.ndarray
    states: np.ndarray | None = None


def pieces(data: Path, name: str) -> Iterator[Piece]:
    """The recordings of one of SETS."""
    if name == "CAD60 still":
        for path in sorted(data.glob(STILL)):
            yield Piece(path.stem, np.loadtxt(path).reshape(-1, 2, 25, 3).astype(np.float32))
        return
    if name.endswith(IN_AND_OUT):
        yield from (in_and_out(one) for one in pieces(data, name.removesuffix(IN_AND_OUT)))
        return
    rate_hz = read_rates(SETS_FILE)[name]
    for one in read_annotation_pickle(data / "people" / f"{name}.pkl")["annotations"]:
        joints = np.nan_to_num(np.asarray(one["keypoint"], np.float32)).swapaxes(0, 1)  # (T, M, 25, 3)
        times = np.arange(0, len(joints) - 1 + 1e-9, rate_hz / FRAME_RATE_HZ)
        yield Piece(one["frame_dir"], between_frames(joints, times))


def in_and_out(piece: Piece) -> Piece:
    """Somebody 3 m away who comes into the view on one side and leaves it on the other."""
    joints = piece.joints.copy()
    base = joints[:, :, SPINE_BASE]
    x_m = np.linspace(-1, 1, len(joints)) * (VIEW * 3.0 + BESIDE_M)
    joints += np.stack([x_m[:, None] - base[..., 0], 0 * base[..., 1], 3.0 - base[..., 2]], axis=-1)[:, :, None]
    seen = np.abs(joints[..., 0]) < VIEW * joints[..., 2]
    joints[~seen.any(axis=-1)] = 0
    return Piece(piece.name, joints.astype(np.float32), np.where(seen, TRACKED, NOT_TRACKED).astype(np.uint8))


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = command.OneLineParser(prog="python -m tests.measure.background", description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("data", type=Path, metavar="DATA", help="the folder of the real recordings")
    add("--checkpoint", type=Path, default=PEOPLE, metavar="FILE", help="default: the bundled people's weights")
    add("--held", type=float, default=0.0, metavar="S", help="the first pose is held before each piece (default: 0)")
    add("--only", default="", metavar="WORD", help="only sets whose names hold it")
    add("--every", type=int, default=1, metavar="N", help="only every Nth piece")
    add("--list", action="store_true", help="a line for each false event")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    args = parse(arguments)
    model = TSMF.load(args.checkpoint, "cpu")
    print(command.in_columns(COLUMNS), " said falsely")
    total_s, total = 0.0, Counter()
    for name, walks in SETS.items():
        if args.only not in name:
            continue
        said, false, seconds, count = 0, Counter(), 0.0, 0
        for piece in tqdm(list(pieces(args.data, name))[:: args.every], desc=name, leave=False, disable=None):
            source = JointsSource(held(piece.joints, args.held), states=held(piece.states, args.held))
            events = decide(model.spec, play(model, source)).events
            wrong = [event for event in events if not (walks and event.label == WALKING)]
            said, count, seconds = said + len(events), count + 1, seconds + len(piece.joints) / FRAME_RATE_HZ
            false.update(event.label for event in wrong)
            for event in wrong if args.list else ():
                span = f"{event.start_s:.1f} to {event.end_s:.1f} s"
                print(f"  {piece.name}: {event.label} {span} ({event.confidence:.0%})")
        total_s, total = total_s + seconds, total + false
        print(line(name, count, seconds, said, false), flush=True)
    print(line("all", 0, total_s, 0, total))


def held(part: np.ndarray | None, seconds: float) -> np.ndarray | None:
    """The same with its first frame for so long before it."""
    if part is None:
        return None
    return np.concatenate([np.repeat(part[:1], round(seconds * FRAME_RATE_HZ), axis=0), part])


def line(name: str, pieces: int, seconds: float, said: int, false: Counter[str]) -> str:
    """A row of the table."""
    wrong = sum(false.values())
    labels = ", ".join(f"{label} {count}" for label, count in false.most_common())
    hourly = wrong / max(seconds, 1e-9) * 3600
    row = (name, pieces or "", f"{seconds / 60:.1f}", said or "", wrong, f"{hourly:.1f}")
    return f"{command.in_columns(COLUMNS, *row)}  {labels}"


if __name__ == "__main__":
    command.run(main)
