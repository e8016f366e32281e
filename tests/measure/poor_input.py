"""What poor input does to events: real recordings with frames, persons and joints taken away.

    python -m tests.measure.poor_input ../shared/data [--checkpoint FILE] [--only WORD,...] [--falls N]

A row for each damage. UTKinect's recordings of persons 4 and 5: events beside labels, as train.evaluate --stream has
them. Falls: N clips of each kind of AzureWard and MSRDaily (the first pose held for 1 s, the last for 2 s), falls with
an event "falling", and look-alikes with one. Each twice: as it is, and with no label withheld because it rests on too
little. Coverage: median over all updates of people.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from tests.measure.falls import joints_of
from tests.measure.joints_source import FIRST_ID, JointsSource
from train.prepare.people import CLASSES_FILE
from train.results.detection import MAIN_OVERLAP, figures
from train.results.streams import Decided, Stream, decide, labelled_streams, play
from tsmf_live import command
from tsmf_live.exchange.annotation_pickle import read_annotation_pickle
from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.live.inference import LEAST_COVERAGE
from tsmf_live.live.weights import PEOPLE
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.skeleton import ARMS, HEAD, JOINT_COUNT, LEGS, NECK, NOT_TRACKED, SPINE_SHOULDER, TRACKED

FALLING = "falling"
#: Kind: the set, its class, and whether it is a fall.
KINDS = {
    "walking, falling": ("AzureWard", True), "sitting on a bed, falling": ("AzureWard", True),
    "stand up": ("AzureWard", False), "vomiting": ("AzureWard", False), "walk and sit down": ("AzureWard", False),
    "lie down on a sofa": ("MSRDaily", False), "sit down": ("MSRDaily", False),
}  # fmt: skip
COLUMNS = {
    "missing": -40, "mAP@0.5": 8, "F1": 6, "right": 11, "wrong": 6, "false/h": 9, "falls": 11, "false falls": 12,
}  # fmt: skip
EVERY_S = 8.0  # so often something is missing that is not missing all the time
KNEES_DOWN = [joint for leg in LEGS for joint in leg[1:]]


class Seen(NamedTuple):
    """What a sensor gives: joints (T, M, 25, 3), times (T,), states (T, M, 25), tracking ids (T, M)."""

    joints: np.ndarray
    times_s: np.ndarray
    states: np.ndarray
    ids: np.ndarray

    def source(self) -> JointsSource:
        """As a source."""
        return JointsSource(*self)

    def at(self, frames: np.ndarray) -> Seen:
        """Only these frames."""
        return Seen(*(part[frames] for part in self))

    def without(self, joints: list[int], frames: np.ndarray | slice = slice(None)) -> Seen:
        """These joints not tracked in these frames."""
        states = self.states.copy()
        part = states[frames]
        part[..., joints] = NOT_TRACKED
        states[frames] = part
        return self._replace(states=states)


def seen(joints: np.ndarray) -> Seen:
    """All of it, 30 frames a second."""
    T, M = joints.shape[:2]
    states = np.full((T, M, JOINT_COUNT), TRACKED, np.uint8)
    return Seen(joints, np.arange(T) / FRAME_RATE_HZ, states, np.broadcast_to(FIRST_ID + np.arange(M), (T, M)))


def spells(times_s: np.ndarray, length_s: float, rng: np.random.Generator) -> np.ndarray:
    """(T,) bool: in a spell of this length, one in every EVERY_S, at any moment of it."""
    inside = np.zeros(len(times_s), bool)
    for begin_s in np.arange(0, times_s[-1], EVERY_S):
        start_s = begin_s + rng.uniform(0, EVERY_S - length_s)
        inside |= (times_s >= start_s) & (times_s < start_s + length_s)
    return inside


def stalled(length_s: float) -> Callable[[Seen, np.random.Generator], Seen]:
    """No frame for so long, now and then."""
    return lambda one, rng: one.at(~spells(one.times_s, length_s, rng))


def lost(length_s: float) -> Callable[[Seen, np.random.Generator], Seen]:
    """Nobody in the frames for so long, now and then, and another tracking id afterwards."""

    def damage(one: Seen, rng: np.random.Generator) -> Seen:
        away = spells(one.times_s, length_s, rng)
        joints = np.where(away[:, None, None, None], 0, one.joints)
        return one._replace(joints=joints, ids=one.ids + 10 * np.cumsum(np.diff(away, prepend=False))[:, None])

    return damage


def hidden(joints: list[int], length_s: float | None = None) -> Callable[[Seen, np.random.Generator], Seen]:
    """These joints are not tracked, for so long now and then, or always."""
    return lambda one, rng: one.without(
        joints, slice(None) if length_s is None else np.flatnonzero(spells(one.times_s, length_s, rng))
    )


def cut(one: Seen, rng: np.random.Generator) -> Seen:
    """The border of the view goes through the person: whatever is beyond the spine's middle is not tracked."""
    joints, states = one.joints, one.states.copy()
    beyond = joints[..., 0] > joints[..., SPINE_SHOULDER, None, 0] + 0.02
    states[beyond] = NOT_TRACKED
    return one._replace(states=states)


ALL_BUT_HEAD = [joint for joint in range(JOINT_COUNT) if joint not in (HEAD, NECK, SPINE_SHOULDER)]
DAMAGES: dict[str, Callable[[Seen, np.random.Generator], Seen]] = {
    "nothing": lambda one, rng: one,
    "15 frames a second": lambda one, rng: one.at(np.arange(0, len(one.times_s), 2)),
    "half of the frames, any": lambda one, rng: one.at(np.flatnonzero(rng.random(len(one.times_s)) < 0.5)),
    "10 frames a second": lambda one, rng: one.at(np.arange(0, len(one.times_s), 3)),
    "no frame for 0.5 s": stalled(0.5),
    "no frame for 1 s": stalled(1.0),
    "no frame for 3 s": stalled(3.0),
    "person lost for 0.3 s": lost(0.3),
    "person lost for 0.9 s": lost(0.9),
    "person lost for 3 s": lost(3.0),
    "legs below the knee": hidden([joint for leg in LEGS for joint in leg[2:]]),
    "legs": hidden(KNEES_DOWN),
    "legs for 3 s": hidden(KNEES_DOWN, 3.0),
    "arms": hidden([joint for arm in ARMS for joint in arm[1:]]),
    "one side": cut,
    "all but head and shoulders": hidden(ALL_BUT_HEAD),
    "all but head for 2 s": hidden(ALL_BUT_HEAD, 2.0),
}


def fall_clips(data: Path, count: int) -> Iterator[tuple[bool, np.ndarray]]:
    """(whether it is a fall, joints (T, 1, 25, 3)) of at most `count` clips of each of KINDS."""
    sets = {name: read_annotation_pickle(data / "people" / f"{name}.pkl") for name in {n for n, _ in KINDS.values()}}
    tracked = set(sets["AzureWard"]["split"]["fall_tracked"])
    rng = random.Random(4711)
    for kind, (name, falls) in KINDS.items():
        one = sets[name]
        own = [a for a in one["annotations"] if one["label_names"][a["label"]] == kind]
        own = [a for a in own if not falls or a["frame_dir"] in tracked]
        for annotation in rng.sample(own, min(count, len(own))):
            yield falls, joints_of(annotation)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = command.OneLineParser(prog="python -m tests.measure.poor_input", description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("data", type=Path, metavar="DATA", help="the folder of the real recordings")
    add("--checkpoint", type=Path, default=PEOPLE, metavar="FILE", help="default: the bundled people's weights")
    add("--only", metavar="WORD,...", help="only damages whose names hold one of these")
    add("--names", default="s04,s05", metavar="NAME,...", help="recordings of UTKinect (default: s04,s05)")
    add("--falls", type=int, default=8, metavar="N", help="clips of each kind (default: 8)")
    return parser.parse_args(arguments)


def line(name: str, streams: list[Stream], said: list[Decided], clips: list[tuple[bool, Decided]]) -> str:
    """A row of the table."""
    found = figures(streams, said)
    right = round(found.recall * found.segments)
    counts = [[FALLING in {event.label for event in one.events} for falls, one in clips if falls == kind]
              for kind in (True, False)]  # fmt: skip
    falls, others = (f"{sum(one)} of {len(one)}" for one in counts)
    segments = f"{right} of {found.segments}"
    good, hourly = (f"{found.mean_ap[MAIN_OVERLAP]:.3f}", f"{found.f1:.2f}"), f"{found.false_per_hour:.0f}"
    return command.in_columns(COLUMNS, name, *good, segments, found.events - right, hourly, falls, others)


def main(arguments: list[str] | None = None) -> None:
    args = parse(arguments)
    model = TSMF.load(args.checkpoint, "cpu")
    folder = args.data / "utkinect_stream"
    streams = labelled_streams([folder], model.spec.labels, CLASSES_FILE, args.names.split(","))
    joints = [np.loadtxt(one.path).reshape(-1, 2, JOINT_COUNT, 3).astype(np.float32) for one in streams]
    clips = list(fall_clips(args.data, args.falls))
    words = args.only.split(",") if args.only else [""]
    chosen = {name: damage for name, damage in DAMAGES.items() if any(word in name for word in words)}
    print(command.in_columns(COLUMNS))
    for name, damage in chosen.items():
        rng = np.random.default_rng(1)
        wholes = [*joints, *(clip for _, clip in clips)]
        steps = [play(model, damage(seen(one), rng).source()) for one in tqdm(wholes, desc=name, disable=None)]
        coverage = [p.coverage for one in steps for step in one if step is not None for p in step[1].persons]
        for how, least in (("", LEAST_COVERAGE), (", nothing withheld", 0.0)):
            said = [decide(model.spec, one, least) for one in steps]
            falls = [(falls, one) for (falls, _), one in zip(clips, said[len(joints) :], strict=True)]
            print(line(name + how, streams, said[: len(joints)], falls), end="")
            print(f"  coverage {np.median(coverage):.2f}" if not how else "", flush=True)


if __name__ == "__main__":
    command.run(main)
