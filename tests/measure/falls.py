"""Real falls and everything else that people of AzureWard, MSRDaily and FallFree4 do: how often "falling" is said.

    python -m tests.measure.falls ../shared/data [--per-kind 24] [--only WORD,...] [--checkpoint FILE] [--list]

A row for each class of AzureWard and MSRDaily; AzureWard's falls only where the descent is in the data (split
"fall_tracked"), and falls, rising, sitting and bending once more as its raised sensor saw them ("tilted").
Every clip at its own rate, its first pose held for 1 s before it and its last for 2 s after it, as somebody new,
through the live program's own stages.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from tests.measure.joints_source import JointsSource
from train.data.clips import rotation
from train.results.streams import decide, play
from tsmf_live import command
from tsmf_live.exchange.annotation_pickle import read_annotation_pickle
from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.live.weights import PEOPLE
from tsmf_live.nets.joint_input import between_frames
from tsmf_live.nets.tsmf import TSMF

FALLING = "falling"
FALLS = {"AzureWard": ("walking, falling", "sitting on a bed, falling"), "MSRDaily": (), "FallFree4": ("fall",)}
TILTED = ("walking, falling", "sitting on a bed, falling", "stand up", "walk and sit down", "vomiting")
BEFORE_S, AFTER_S = 1.0, 2.0
SEED = 4711


@dataclass(frozen=True)
class Kind:
    """Clips of one class of a set.

    Attributes:
        clips: annotations, as in the pickle.
        fall: whether somebody falls in them.
        tilted: as the sensor saw them, not turned upright.
    """

    name: str
    clips: list[dict[str, Any]]
    fall: bool
    tilted: bool = False


def kinds(data: Path, per_kind: int) -> Iterator[Kind]:
    """At most so many clips of each class, drawn with a fixed seed."""
    for set_name, falls in FALLS.items():
        content = read_annotation_pickle(data / "people" / f"{set_name}.pkl")
        tracked = set(content["split"].get("fall_tracked", ()))
        for number, name in enumerate(content["label_names"]):
            clips = [one for one in content["annotations"] if one["label"] == number]
            if name in falls and tracked:
                clips = [one for one in clips if one["frame_dir"] in tracked]
            if not clips:
                continue
            clips = random.Random(SEED).sample(clips, min(per_kind, len(clips)))
            yield Kind(f"{set_name}: {name}", clips, name in falls)
            if set_name == "AzureWard" and name in TILTED:
                yield Kind(f"{set_name}: {name}, tilted", clips, name in falls, True)


def joints_of(clip: dict[str, Any], tilted: bool = False) -> np.ndarray:
    """A clip (T, 1, 25, 3) float32 at 30 frames a second with its first and last pose held."""
    joints = np.asarray(clip["keypoint"][0], np.float64)  # (T, 25, 3)
    if tilted:
        joints = joints @ rotation(0, -np.radians(clip["tilt_deg"]), 0).T
    step = clip.get("rate_hz", FRAME_RATE_HZ) / FRAME_RATE_HZ
    joints = between_frames(joints, np.arange(0, len(joints) - 1 + 1e-9, step))
    before, after = (round(seconds * FRAME_RATE_HZ) for seconds in (BEFORE_S, AFTER_S))
    whole = np.concatenate([joints[:1].repeat(before, 0), joints, joints[-1:].repeat(after, 0)])
    return whole[:, None].astype(np.float32)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = command.OneLineParser(prog="python -m tests.measure.falls", description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("data", type=Path, metavar="DATA", help="the folder of the real recordings")
    add("--per-kind", type=int, default=24, metavar="N", help="clips of each class at most (default: 24)")
    add("--only", default="", metavar="WORD,...", help="only classes whose names hold one of these")
    add("--checkpoint", type=Path, default=PEOPLE, metavar="FILE", help="default: the bundled people's weights")
    add("--list", action="store_true", help="a line for each fall that is missed or invented")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    args = parse(arguments)
    model = TSMF.load(args.checkpoint, "cpu")
    sums = {True: [0, 0], False: [0, 0]}
    for kind in kinds(args.data, args.per_kind):
        if not any(word in kind.name for word in args.only.split(",")):
            continue
        said = 0
        for clip in tqdm(kind.clips, desc=kind.name, leave=False, disable=None):
            events = decide(model.spec, play(model, JointsSource(joints_of(clip, kind.tilted)))).events
            falls = any(event.label == FALLING for event in events)
            said += falls
            if args.list and falls != kind.fall:
                labels = ", ".join(f"{event.label} {event.confidence:.0%}" for event in events) or "nothing"
                print(f"  {clip['frame_dir']}: {labels}")
        sums[kind.fall][0] += said
        sums[kind.fall][1] += len(kind.clips)
        print(f"{'fall' if kind.fall else 'no  '}  {kind.name:50} {said:3} of {len(kind.clips):3}", flush=True)
    (found, falls), (false, others) = sums[True], sums[False]
    print(f"falls found {found} of {falls}, false {false} of {others}")


if __name__ == "__main__":
    command.run(main)
