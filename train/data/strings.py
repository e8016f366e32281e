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
from train.data.prepared import Prepared
from train.fit.recipe import Recipe
from tsmf_live.nets.joint_input import between_frames, normalise
from tsmf_live.nets.stgcn import TIME_STRIDE
from tsmf_live.skeleton import HIPS, LEGS, SPINE_BASE, SPINE_SHOULDER

NOT_JUDGED = -1
IDLE_SHARE = 0.25  # of the clips that are drawn
SET_POWER = 0.35  # a set with n clips of a class is drawn in proportion to n ** SET_POWER
UNSURE_FRAMES = 8  # of an action's beginning
CONTEXT = 0.75  # of the clips that have something before them come with it
LONGEST_CONTEXT = 90
HOLD = 0.15  # of the clips stand still before, or after them
LONGEST_CLIP = 120  # frames of a longer one are drawn
PARTS = (1, 2, 4)  # strings that each string of a batch is cut into, batch after batch
CYCLES, SWEEPS = {"walking", "running"}, {"hand waving", "clapping"}  # a short clip of these is one cycle, half a cycle
LONGEST_CYCLE = 45  # frames; a longer clip holds several already
LONGEST_REPEATED = 90  # frames of a cycle that is repeated
CYCLE_BRIDGE = 2  # frames from the end of one cycle to the beginning of the next
FEET = [joint for leg in LEGS for joint in leg[2:]]
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
        others = len(self._classes) - (share > 0)
        self._shares = np.array([share if label == idle and share else (1 - share) / others for label in self._classes])

    def draw(self, epoch: int, number: int, samples: np.ndarray) -> StringBatch:
        """The batch of these strings of the epoch. In two batches of three each is cut into shorter ones: more of them
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
            clip, label = self._clip(rng)
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

    def _clip(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """One varied clip (T, 25, 3) with what was before it, and its labels (T,)."""
        label = self._classes[int(rng.choice(len(self._classes), p=self._shares))]
        groups, shares = self._groups[label]
        rows = groups[int(rng.choice(len(groups), p=shares))]
        i = int(rows[int(rng.integers(len(rows)))])
        sample = self.prepared.samples[i]
        joints, first = self.prepared.joints(i)[:, 0], sample.first_frame
        begin = first
        if first and rng.random() < CONTEXT:
            begin = max(0, first - int(rng.integers(1, LONGEST_CONTEXT + 1)))
        end = len(joints)
        if end - first > LONGEST_CLIP:
            start = int(rng.integers(first, end - LONGEST_CLIP + 1))
            begin, end = (begin, start + LONGEST_CLIP) if start == first else (start, start + LONGEST_CLIP)
        speed = float(np.clip(rng.normal(1, 0.12), 0.7, 1.4))
        times = np.arange(begin, end - 1 + 1e-6, speed)
        clip = _varied(between_frames(joints, times), rng)
        name = self.prepared.labels[label]
        if begin == first and len(clip) < LONGEST_CYCLE and name in CYCLES | SWEEPS:
            clip = _repeated(clip, int(rng.integers(1, LONGEST_REPEATED // len(clip) + 1)), name in SWEEPS)
            times = np.full(len(clip), first)  # all of it is the action
        labels = np.where(times < first, NOT_JUDGED, label)
        if begin <= first and label != self._idle:
            judged = np.flatnonzero(times >= first)
            labels[judged[: min(UNSURE_FRAMES, len(judged) // 2)]] = NOT_JUDGED
        if rng.random() < HOLD:
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
        sizes = np.array([len(members) for members in sets.values()], float) ** SET_POWER
        groups[label] = [np.array(members) for members in sets.values()], sizes / sizes.sum()
    return groups


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
    _move_hips(joints, rng)
    return joints + centre


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
    turn = rotation(rng.normal(0, 0.25), tilt, rng.normal(0, 0.05)).astype(np.float32)
    joints = (joints - centre) @ turn.T + centre
    frames = len(joints)
    joints = joints + slow_noise(rng, 0.015 * rng.random(), joints.shape, 5)
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
