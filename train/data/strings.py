"""Strings of clips for a teacher of real people: what a stream might show, one action after the other.

    samples --drawn so that large classes and sets do not dominate--> clips, each varied --put together--> a string

Every frame has a label. A clip comes with what was before it, where the data knows, or alone. Between two clips the
pose goes over in a few frames; these, and the first frames of a clip, in which an action cannot be told yet, are not
judged. What differs from sensor to sensor is varied: where hips and spine lie, tilt and height, limbs that are lost,
speed, size, noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from train.data.clips import LEFT, LIMBS, RIGHT, rotation, slow_noise
from train.data.prepared import SIMULATED, Prepared
from train.fit.recipe import Recipe
from tsmf_live.nets.joint_input import between_frames, normalise
from tsmf_live.nets.stgcn import TIME_STRIDE
from tsmf_live.skeleton import (
    ARMS,
    HIPS,
    JOINT_COUNT,
    LEGS,
    PARENTS,
    SHOULDERS,
    SPINE_BASE,
    SPINE_SHOULDER,
    hop_distance,
)

NOT_JUDGED = -1
IDLE_SHARE = 0.25  # of the clips that are drawn
SET_POWER = 0.35  # a set with n clips of a class is drawn in proportion to n ** SET_POWER
SIMULATED_WORTH = 0.05  # as many real clips is a simulated one worth, where real people show the class
SIMULATED_ALONE = 0.5  # a class that only the simulation shows is drawn so often as others; falls as often
UNSURE_FRAMES = 8  # of an action's beginning
CONTEXT = 0.75  # of the clips that have something before them come with it
LONGEST_CONTEXT = 90
CYCLES, SWEEPS = {"walking", "running"}, {"hand waving", "clapping"}  # a short clip of these is one cycle, half a cycle
OTHER_ARMS = 0.3  # of the idle clips, and of those below, have the arms of another one of their class
ARMS_OR_LEGS = CYCLES | SWEEPS | {"drink water", "phone call", "check time (from watch)", "punch", "kick", "cheer up"}
SPEED = 0.2  # standard deviation of a clip's speed, and half of it of the speed from moment to moment
BONE = 0.06  # standard deviation of a bone's length, as a share of it
JOINT_PLACE_M = 0.015  # standard deviation of where a sensor sees a joint in the body
FROM_ALL_SIDES = 0.15  # of the strings are seen from anywhere
HOLD = 0.15  # of the clips stand still before, or after them
LONGEST_CLIP = 120  # frames of a longer one are drawn
PARTS = (1, 2, 4, 8)  # strings that each string of a batch is cut into, batch after batch
UNDER_WAY = 0.5  # of the strings begin with an action that has begun before somebody came into view
AS_REAL = {"falling"}  # no data set that weights may be trained on shows it
LONGEST_CYCLE = 45  # frames; a longer clip holds several already
LONGEST_REPEATED = 90  # frames of a cycle that is repeated
CYCLE_BRIDGE = 2  # frames from the end of one cycle to the beginning of the next
FEET = [joint for leg in LEGS for joint in leg[2:]]
_OUTWARD = sorted(set(range(JOINT_COUNT)) - {SPINE_SHOULDER}, key=lambda joint: hop_distance()[SPINE_SHOULDER, joint])
_BELOW_HIPS = [joint for leg in LEGS for joint in leg[1:]]


@dataclass(frozen=True)
class StringBatch:
    """B strings of T frames.

    Attributes:
        x: (B, 3, T, V) network input.
        labels: (B, T / 4) the class at each output of the network, NOT_JUDGED where none counts.
    """

    x: Tensor
    labels: Tensor


class StringDrawer:
    """Draws batches of strings; the same arguments give the same batch, in any process.

    Args:
        rows: the samples (N,) that strings are made of.
        idle: the class in which nothing happens, or None.
        seed: with epoch and place it decides everything that is random.
    """

    def __init__(self, prepared: Prepared, rows: np.ndarray, recipe: Recipe, idle: int | None, seed: int) -> None:
        self.prepared, self.recipe, self.seed = prepared, recipe, seed
        self._idle = idle
        self._groups = _groups(prepared, rows)
        self._classes = sorted(self._groups)
        share = IDLE_SHARE if idle in self._groups and len(self._classes) > 1 else 0.0
        real = [self._real(prepared, label) for label in self._classes]
        often = np.array([1.0 if one else SIMULATED_ALONE for one in real])
        acting = np.array([label != idle or not share for label in self._classes])
        self._shares = np.where(acting, (1 - share) * often / often[acting].sum(), share)

    def _real(self, prepared: Prepared, label: int) -> bool:
        """Whether real people show a class, or it is drawn as if they did."""
        sets = {prepared.sets[prepared.samples[members[0]].setup - 1] for members in self._groups[label][0]}
        return prepared.labels[label] in AS_REAL or not sets <= set(SIMULATED)

    def draw(self, epoch: int, number: int, samples: np.ndarray) -> StringBatch:
        """The batch of these strings of the epoch. In three batches of four each is cut into shorter ones: more of them
        begin where somebody has just come into view.

        Args:
            number: of the batch in the epoch.
            samples: numbers of strings in the epoch.
        """
        parts = PARTS[number % len(PARTS)]
        frames = self.recipe.string_frames // parts // TIME_STRIDE * TIME_STRIDE
        rngs = [np.random.default_rng([self.seed, epoch, int(one), k]) for one in samples for k in range(parts)]
        strings = [self.string(rng, frames) for rng in rngs]
        x = torch.from_numpy(np.stack([x for x, _ in strings])).permute(0, 3, 1, 2)
        labels = np.stack([labels for _, labels in strings])[:, TIME_STRIDE - 1 :: TIME_STRIDE]
        return StringBatch(x, torch.from_numpy(labels.astype(np.int64)))

    def string(self, rng: np.random.Generator, frames: int) -> tuple[np.ndarray, np.ndarray]:
        """Network input (frames, 25, 3) float32 and a label for each frame (frames,), of one string."""
        joints: list[np.ndarray] = []
        labels: list[np.ndarray] = []
        length = 0
        while length < frames:
            clip, label = self._clip(rng, under_way=not joints and rng.random() < UNDER_WAY)
            if joints:
                clip, bridge = _attached(clip, joints[-1][-1], rng)
                joints.append(bridge)
                labels.append(np.full(len(bridge), NOT_JUDGED))
                length += len(bridge)
            joints.append(clip)
            labels.append(label)
            length += len(clip)
        whole = np.concatenate(joints)[:frames].astype(np.float32)
        whole = _as_a_sensor_sees(whole, rng)
        return normalise(whole, self.recipe.normalisation), np.concatenate(labels)[:frames]

    def _clip(self, rng: np.random.Generator, under_way: bool) -> tuple[np.ndarray, np.ndarray]:
        """One varied clip (T, 25, 3) with what was before it, and its labels (T,).

        Args:
            under_way: without what was before, from somewhere in its first half on; a cycle is told at once.
        """
        label = self._classes[int(rng.choice(len(self._classes), p=self._shares))]
        groups, shares = self._groups[label]
        rows = groups[int(rng.choice(len(groups), p=shares))]
        i = int(rows[int(rng.integers(len(rows)))])
        sample = self.prepared.samples[i]
        joints, first = self.prepared.joints(i)[:, 0], sample.first_frame
        told_by_either = label == self._idle or self.prepared.labels[label] in ARMS_OR_LEGS
        if told_by_either and rng.random() < OTHER_ARMS:
            others = groups[int(rng.choice(len(groups), p=shares))]
            other = int(others[int(rng.integers(len(others)))])
            arms = self.prepared.joints(other)[self.prepared.samples[other].first_frame :, 0]
            joints = np.concatenate([joints[:first], _with_arms_of(joints[first:], arms)])
        begin, name = first, self.prepared.labels[label]
        cyclic = name in CYCLES | SWEEPS
        if under_way:
            one_cycle = cyclic and len(joints) - first < LONGEST_CYCLE
            begin += 0 if one_cycle else int(rng.integers((len(joints) - first + 1) // 2))
        elif first and rng.random() < CONTEXT:
            begin = max(0, first - int(rng.integers(1, LONGEST_CONTEXT + 1)))
        end = len(joints)
        if end - first > LONGEST_CLIP:
            start = int(rng.integers(first, end - LONGEST_CLIP + 1))
            begin, end = (begin, start + LONGEST_CLIP) if start == first else (start, start + LONGEST_CLIP)
        times = _moments(begin, end - 1, rng)
        clip = _varied(between_frames(joints, times), rng)
        if begin == first and len(clip) < LONGEST_CYCLE and cyclic:
            clip = _repeated(clip, int(rng.integers(1, LONGEST_REPEATED // len(clip) + 1)), name in SWEEPS)
            times = np.full(len(clip), first)  # all of it is the action
        labels = np.where(times < first, NOT_JUDGED, label)
        told_at_once = label == self._idle or (cyclic if under_way else begin > first)
        if not told_at_once:
            judged = np.flatnonzero(times >= first)
            labels[judged[: min(UNSURE_FRAMES, len(judged) // 2)]] = NOT_JUDGED
        if not under_way and rng.random() < HOLD:
            before, after = (int(n) for n in rng.integers(0, 45, 2))
            clip = np.concatenate([clip[:1].repeat(before, 0), clip, clip[-1:].repeat(after, 0)])
            nobody_says = [np.full(n, NOT_JUDGED) for n in (before, after)]
            labels = np.concatenate([nobody_says[0], labels, nobody_says[1]])
        return clip, labels


def _groups(prepared: Prepared, rows: np.ndarray) -> dict[int, tuple[list[np.ndarray], np.ndarray]]:
    """Class -> the samples of each set, and how often each set is drawn."""
    found: dict[int, dict[int, list[int]]] = {}
    for i in rows:
        sample = prepared.samples[i]
        found.setdefault(sample.label, {}).setdefault(sample.setup, []).append(int(i))
    groups = {}
    for label, sets in found.items():
        simulated = np.array([prepared.sets[number - 1] in SIMULATED for number in sets])
        sizes = np.array([len(members) for members in sets.values()], float)
        if not simulated.all():
            sizes[simulated] *= SIMULATED_WORTH
        sizes = sizes**SET_POWER
        groups[label] = [np.array(members) for members in sets.values()], sizes / sizes.sum()
    return groups


def _moments(begin: int, last: int, rng: np.random.Generator) -> np.ndarray:
    """Times from `begin` to `last`, in frames, of a clip that is played at another speed, which changes slowly."""
    count = int((last - begin) / 0.5) + 1
    speed = np.clip(rng.normal(1, SPEED) + slow_noise(rng, SPEED / 2, (count, 1), 10)[:, 0], 0.5, 1.7)
    times = begin + np.concatenate([[0.0], speed.cumsum()])
    return times[times <= last + 1e-6]


def _varied(joints: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A clip (T, 25, 3) of another person with another heading; left and right exchanged half of the time."""
    joints = joints.astype(np.float32)
    centre = joints[:, SPINE_BASE].mean(axis=0)
    joints = joints - centre
    if rng.random() < 0.5:
        joints[:, (*LEFT, *RIGHT)] = joints[:, (*RIGHT, *LEFT)]
        joints[..., 0] *= -1
    turn = rotation(rng.normal(0, 0.5), rng.normal(0, 0.04), rng.normal(0, 0.04)) * rng.uniform(0.85, 1.15)
    stretch = np.diag(1 + rng.normal(0, 0.05, 3))
    joints = joints @ (turn @ stretch).T.astype(np.float32)
    _change_bones(joints, rng)
    _move_hips(joints, rng)
    return joints + centre


def _with_arms_of(joints: np.ndarray, other: np.ndarray) -> np.ndarray:
    """A clip (T, 25, 3) with the arms of another one (T', 25, 3), turned to its side; back and forth if shorter."""
    again = np.concatenate([np.arange(len(other)), np.arange(len(other))[::-1]])
    other = other[again[np.arange(len(joints)) % len(again)]]
    turn = rotation(_heading(joints) - _heading(other), 0, 0).T.astype(joints.dtype)
    joints = joints.copy()
    for shoulder, *arm in ARMS:
        joints[:, arm] = joints[:, [shoulder]] + (other[:, arm] - other[:, [shoulder]]) @ turn
    return joints


def _heading(joints: np.ndarray) -> float:
    """About the vertical, of the line between the shoulders in (T, 25, 3), radians; as `rotation` turns."""
    across = (joints[:, SHOULDERS[1]] - joints[:, SHOULDERS[0]]).mean(axis=0)
    return float(np.arctan2(-across[2], across[0]))


def _repeated(cycle: np.ndarray, times: int, sweeps: bool) -> np.ndarray:
    """A cycle (T, 25, 3) several times, each from where the last one ended; `sweeps`: back and forth in turn."""
    share = np.linspace(0, 1, CYCLE_BRIDGE + 2, dtype=np.float32)[1:-1, None, None]
    parts = [cycle]
    for k in range(1, times):
        again = cycle[::-1] if sweeps and k % 2 else cycle
        last = parts[-1][-1]
        again = again + (last - again[0])[SPINE_BASE]
        parts += [last * (1 - share) + again[0] * share, again]
    return np.concatenate(parts)


def _change_bones(joints: np.ndarray, rng: np.random.Generator) -> None:
    """Bones of a clip (T, 25, 3) become longer or shorter, those of left and right alike."""
    factor = 1 + rng.normal(0, BONE, JOINT_COUNT).astype(np.float32)
    factor[list(LEFT)] = factor[list(RIGHT)]
    bones = {child: (joints[:, child] - joints[:, PARENTS[child]]) * factor[child] for child in _OUTWARD}
    for child in _OUTWARD:
        joints[:, child] = joints[:, PARENTS[child]] + bones[child]


def _move_hips(joints: np.ndarray, rng: np.random.Generator) -> None:
    """Hips as another sensor or tracker has them: up to 6 cm along the spine, nearer together or farther apart."""
    spine = joints[:, SPINE_SHOULDER] - joints[:, SPINE_BASE]
    along = spine / np.maximum(np.linalg.norm(spine, axis=1, keepdims=True), 1e-3) * rng.uniform(-0.06, 0.06)
    middle = joints[:, HIPS].mean(axis=1, keepdims=True)
    joints[:, HIPS] = middle + (joints[:, HIPS] - middle) * rng.uniform(0.85, 1.1) + along[:, None]


def shift_to(clip: np.ndarray, last: np.ndarray) -> np.ndarray:
    """What moves a clip (T, 25, 3) to where a pose (25, 3) stands, on the same floor, (3,) metres."""
    shift = last[SPINE_BASE] - clip[0, SPINE_BASE]
    shift[1] = last[FEET, 1].min() - clip[0, FEET, 1].min()
    return shift


def _attached(clip: np.ndarray, last: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The clip moved to where the last pose (25, 3) stands, on the same floor, and the frames that go over to it."""
    noise = rng.normal(0, 0.05, 3) * (1, 0, 1)
    clip = clip + (shift_to(clip, last) + noise).astype(np.float32)
    frames = int(rng.integers(3, 16))
    share = np.linspace(0, 1, frames + 2, dtype=np.float32)[1:-1, None, None]
    return clip, last * (1 - share) + clip[0] * share


def _as_a_sensor_sees(joints: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A string (T, 25, 3) from another place: turned, tilted, noisy, with limbs that tracking loses."""
    centre = joints[:, SPINE_BASE].mean(axis=0)
    tilt = -rng.uniform(-0.1, 0.45) if rng.random() < 0.4 else rng.normal(0, 0.08)
    heading = rng.uniform(-np.pi, np.pi) if rng.random() < FROM_ALL_SIDES else rng.normal(0, 0.25)
    turn = rotation(heading, tilt, rng.normal(0, 0.05)).astype(np.float32)
    joints = (joints - centre) @ turn.T + centre
    frames = len(joints)
    joints = joints + rng.normal(0, JOINT_PLACE_M, (1, *joints.shape[1:]))
    joints += slow_noise(rng, 0.015 * rng.random(), joints.shape, 5)
    joints += rng.normal(0, 0.004 * rng.random(), joints.shape).astype(np.float32)
    for limb in LIMBS:
        if rng.random() < 0.12:
            begin = int(rng.integers(frames))
            end = begin + int(rng.integers(10, 90))
            loose = list(limb[int(rng.integers(1, 3)) :])
            drift = rng.normal(0, 0.10, 3) + slow_noise(rng, 0.06, (frames, 1, 3), 15)
            joints[begin:end, loose] += drift[begin:end].astype(np.float32)
    if rng.random() < 0.06:  # legs behind a table or a blanket
        noise = slow_noise(rng, 0.12, (frames, len(_BELOW_HIPS), 3), 12)
        joints[:, _BELOW_HIPS] += noise
    return joints.astype(np.float32)
