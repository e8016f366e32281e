"""Whether real people keep their slots: two of them put into one scene, many times over.

    python -m tests.measure.identity ../shared/data [--pairs 200] [--seed 1]

Two walkers of KinectGait164 pass by each other half a metre apart; the sensor exchanges their ids as they do, or loses
one of them for 0.8 s and gives a new id, or does neither. Two persons of KIMORE leave and come back 10 s later in
another recording of theirs, one after the other, under new ids, where the other one was. Right: everybody's slot is
their own to the end; in the crossings their state as well.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.measure.joints_source import FIRST_ID, JointsSource
from tsmf_live import command
from tsmf_live.exchange.annotation_pickle import read_annotation_pickle
from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.live.slots import SlotKeeper
from tsmf_live.skeleton import SPINE_BASE

AWAY_S, APART_M, LOST_S, SEEN_FRAMES = 10.0, 0.5, 0.8, 60
Clips = dict[str, list[np.ndarray]]  # person -> joints (T, 25, 3) of each recording


def clips_of(path: Path, least: int) -> Clips:
    """The recordings of each person of a set that have so many frames."""
    found: Clips = {}
    for one in read_annotation_pickle(path)["annotations"]:
        joints = np.asarray(one["keypoint"][0], np.float32)
        joints = joints[joints.any(axis=(1, 2))]
        if len(joints) >= least:
            found.setdefault(one["frame_dir"].partition("_")[0], []).append(joints)
    return found


def keeps(joints: np.ndarray, ids: np.ndarray, with_state: bool) -> bool:
    """Whether each of two people (T, 2, 25, 3) has one slot, and with_state one epoch, whenever they are there."""
    source, keeper = JointsSource(joints, ids=ids), SlotKeeper()
    had: list[set[tuple[int, int]]] = [set(), set()]
    for frame in joints:
        seen = source.read()
        for slot, epoch, body in keeper.assign(seen.bodies, seen.sensor_time_s):
            person = int(np.argmin([np.abs(body.joints - one).max() for one in frame]))
            had[person].add((slot, epoch if with_state else 0))
    return len(had[0]) == len(had[1]) == 1 and had[0] != had[1]


def walk_past(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Two who walk, (T, 2, 25, 3): one to the right, one to the left, half a metre behind; they meet in the middle."""
    T = min(len(a), len(b))
    x_m = np.linspace(-1.2, 1.2, T) * T / 72  # 1 m/s
    scene = np.stack([a[:T], b[:T]], axis=1)
    for person, (sign, z_m) in enumerate(((1, 3.0), (-1, 3.0 + APART_M))):
        base = scene[:, person, SPINE_BASE]
        scene[:, person] += np.stack([sign * x_m - base[:, 0], 0 * x_m, z_m - base[:, 2]], axis=1)[:, None]
    return scene.astype(np.float32)


def plain(scene: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Tracking ids (T, 2) as they should be."""
    return np.tile([FIRST_ID, FIRST_ID + 1], (len(scene), 1))


def exchanged(scene: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Tracking ids that change bodies in the middle."""
    ids, middle = plain(scene, rng), len(scene) // 2 + int(rng.integers(-3, 4))
    ids[middle:] = ids[middle:, ::-1]
    return ids


def lost(scene: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Tracking ids when the one behind is not seen in the middle, and has another one after that; changes the scene."""
    ids, half = plain(scene, rng), round(LOST_S * FRAME_RATE_HZ / 2)
    middle = len(scene) // 2
    scene[middle - half : middle + half, 1] = 0
    ids[middle:, 1] += 10
    return ids


def crossings(clips: Clips, pairs: int, ids_of: Callable, rng: np.random.Generator) -> int:
    """In how many of so many pairs both keep slot and state."""
    right = 0
    for _ in range(pairs):
        a, b = (clips[name][0] for name in rng.choice(sorted(clips), 2, replace=False))
        scene = walk_past(a, b)
        right += keeps(scene, ids_of(scene, rng), True)
    return right


def returns(clips: Clips, pairs: int, rng: np.random.Generator) -> int:
    """In how many of so many pairs both have their own slots after they were away."""
    several = sorted(name for name, own in clips.items() if len(own) > 1)
    away = round(AWAY_S * FRAME_RATE_HZ)
    right = 0
    for _ in range(pairs):
        parts, late_one = [], int(rng.integers(2))
        for person, name in enumerate(rng.choice(several, 2, replace=False)):
            first, second = rng.choice(len(clips[name]), 2, replace=False)
            before, after = clips[name][first][:SEEN_FRAMES], clips[name][second][:SEEN_FRAMES]
            late = np.zeros((round(FRAME_RATE_HZ) * (person == late_one), 25, 3), np.float32)
            whole = np.concatenate([before, np.zeros((away, 25, 3), np.float32), late, after])
            side = np.zeros(len(whole))
            side[: len(before)], side[len(before) :] = (-1, 1) if person == 0 else (1, -1)
            whole[whole.any(axis=(1, 2)), :, 0] += np.float32(side)[whole.any(axis=(1, 2)), None]
            parts.append(whole)
        T = max(map(len, parts))
        scene = np.stack([np.pad(one, ((0, T - len(one)), (0, 0), (0, 0))) for one in parts], axis=1)
        ids = plain(scene, rng)
        ids[SEEN_FRAMES + 1 :] += 10
        right += keeps(scene, ids, False)
    return right


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = command.OneLineParser(prog="python -m tests.measure.identity", description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("data", type=Path, metavar="DATA", help="the folder of the real recordings")
    add("--pairs", type=int, default=200, metavar="N", help="of each kind (default: 200)")
    add("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    args = parse(arguments)
    walkers, others = (clips_of(args.data / "people" / f"{name}.pkl", 90) for name in ("KinectGait164", "KIMORE"))
    rng = np.random.default_rng(args.seed)
    for name, ids_of in (("pass by each other", plain), ("ids exchanged", exchanged), ("one lost for 0.8 s", lost)):
        right = crossings(walkers, args.pairs, ids_of, rng)
        print(f"{name}: slot and state kept in {right} of {args.pairs}", flush=True)
    print(f"both leave and come back: own slots in {returns(others, args.pairs, rng)} of {args.pairs} (chance: half)")


if __name__ == "__main__":
    command.run(main)
