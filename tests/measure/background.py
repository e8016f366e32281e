"""What is said falsely of real people who do nothing that has a name, an hour.

    python -m tests.measure.background ../shared/data [--checkpoint FILE] [--held 1.0] [--list]

CAD60's "still", the walks of KinectGait164 and LabanK2's free movement, each piece as somebody new, through the live
program's own stages. Any event is false, but "walking" in the walks. The hour is that of the pieces. --held: the first
pose is held so long before each piece, as somebody who has been in view for a while: a label is given only after a
second.
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

WALKING = "walking"
SETS = {"CAD60 still": False, "KinectGait164": True, "LabanK2": False}  # whether "walking" is what happens there
STILL = "streams/CAD60/skeleton/*_e01.txt"


class Piece(NamedTuple):
    """A recording: its name and joints (T, M, 25, 3) at 30 frames a second."""

    name: str
    joints: np.ndarray


def pieces(data: Path, name: str) -> Iterator[Piece]:
    """The recordings of one of SETS."""
    if name == "CAD60 still":
        for path in sorted(data.glob(STILL)):
            yield Piece(path.stem, np.loadtxt(path).reshape(-1, 2, 25, 3).astype(np.float32))
        return
    rate_hz = read_rates(SETS_FILE)[name]
    for one in read_annotation_pickle(data / "people" / f"{name}.pkl")["annotations"]:
        joints = np.nan_to_num(np.asarray(one["keypoint"], np.float32)).swapaxes(0, 1)  # (T, M, 25, 3)
        times = np.arange(0, len(joints) - 1 + 1e-9, rate_hz / FRAME_RATE_HZ)
        yield Piece(one["frame_dir"], between_frames(joints, times))


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = command.OneLineParser(prog="python -m tests.measure.background", description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("data", type=Path, metavar="DATA", help="the folder of the real recordings")
    add("--checkpoint", type=Path, default=PEOPLE, metavar="FILE", help="default: the bundled people's weights")
    add("--held", type=float, default=0.0, metavar="S", help="the first pose is held before each piece (default: 0)")
    add("--list", action="store_true", help="a line for each false event")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    args = parse(arguments)
    model = TSMF.load(args.checkpoint, "cpu")
    print(f"{'set':15}{'pieces':>7}{'minutes':>9}{'events':>8}{'false':>7}{'an hour':>9}  said falsely")
    total_s, total = 0.0, Counter()
    for name, walks in SETS.items():
        said, false, seconds, count = 0, Counter(), 0.0, 0
        for piece in tqdm(list(pieces(args.data, name)), desc=name, leave=False, disable=None):
            before = np.repeat(piece.joints[:1], round(args.held * FRAME_RATE_HZ), axis=0)
            events = decide(model.spec, play(model, JointsSource(np.concatenate([before, piece.joints])))).events
            wrong = [event for event in events if not (walks and event.label == WALKING)]
            said, count, seconds = said + len(events), count + 1, seconds + len(piece.joints) / FRAME_RATE_HZ
            false.update(event.label for event in wrong)
            for event in wrong if args.list else ():
                span = f"{event.start_s:.1f} to {event.end_s:.1f} s"
                print(f"  {piece.name}: {event.label} {span} ({event.confidence:.0%})")
        total_s, total = total_s + seconds, total + false
        print(line(name, count, seconds, said, false), flush=True)
    print(line("all", 0, total_s, 0, total))


def line(name: str, pieces: int, seconds: float, said: int, false: Counter[str]) -> str:
    """A row of the table."""
    wrong = sum(false.values())
    labels = ", ".join(f"{label} {count}" for label, count in false.most_common())
    return (
        f"{name:15}{pieces or '':>7}{seconds / 60:9.1f}{said or '':>8}{wrong:7}{wrong / max(seconds, 1e-9) * 3600:9.1f}"
        f"  {labels}"
    )


if __name__ == "__main__":
    command.run(main)
