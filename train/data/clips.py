"""Skeleton clips of prepared data as the teacher's input: drawn at random for training, as they are for evaluation.

A clip for evaluation holds what the live program would have at the clip's last frame; both go through
nets.joint_input, so training, evaluation and the live program give the teacher the same tensor.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from train.data.prepared import Prepared
from train.fit.recipe import Augmentation, Recipe
from tsmf_live.live.slots import KEEP_S
from tsmf_live.nets.joint_input import AS_PUBLISHED, between_frames, normalise, to_length
from tsmf_live.nets.published_input import like_a_kinect_v2
from tsmf_live.skeleton import ARMS, LEGS, SPINE_BASE

KEEP_FRAMES = round(KEEP_S * 30)  # a person who was lost for longer begins anew, as in the live program
OTHER_CONTEXT = 0.5  # of the clips without frames before them, this share gets another clip's; the rest stands still
SURE = 0.1  # last part of a window that is named for what happens at its end; earlier, that may not have begun
NOISE_STEP = 5  # frames between two independent values of the noise
LIMBS = (*ARMS, *LEGS)
LEFT, RIGHT = ((*arm, *leg) for arm, leg in zip(ARMS, LEGS, strict=True))


@dataclass(frozen=True)
class TeacherBatch:
    """A teacher's training batch of B samples with P persons in all.

    Attributes:
        x: (P, 3, T, V), one person a row, samples in order.
        owner: (P,) the place in the batch of each row's sample.
        persons: (P,) the person's number in the sample.
        labels: (B,).
        pooled: how many of the newest outputs are averaged, None: all.
    """

    x: Tensor
    owner: Tensor
    persons: Tensor
    labels: Tensor
    pooled: int | None


def people_at_the_end(prepared: Prepared, i: int, window: int, with_context: bool = False) -> list[np.ndarray]:
    """One clip (T, 25, 3) for each person who is there in the sample's last frame, as the live program has it.

    A person's clip begins where they came into view (or came back after more than 1 s), missing frames hold the last.
    With nobody in the last frame, everybody's clip counts.

    Args:
        window: at most this many frames of the sample.
        with_context: also the frames before the sample, as a stream has them.
    """
    return [clip for _, clip in numbered_people(prepared, i, window, with_context)]


def numbered_people(
    prepared: Prepared, i: int, window: int, with_context: bool = False
) -> list[tuple[int, np.ndarray]]:
    """`people_at_the_end`, each with the person's number in the sample."""
    joints, present = prepared.joints(i), prepared.present(i)
    begin = max(0 if with_context else prepared.samples[i].first_frame, 0)
    if not with_context:
        begin = max(begin, len(joints) - window)
    clips = []
    for person in range(joints.shape[1]):
        seen = np.flatnonzero(present[begin:, person]) + begin
        if not len(seen):
            continue
        ends_here = seen[-1] == len(joints) - 1
        breaks = np.flatnonzero(np.diff(seen) > KEEP_FRAMES + 1)
        seen = seen[breaks[-1] + 1 :] if len(breaks) else seen
        frames = np.arange(seen[0], seen[-1] + 1)
        held = seen[np.searchsorted(seen, frames, side="right") - 1]
        clips.append((ends_here, person, np.array(joints[held, person])))
    there = [(person, clip) for ends_here, person, clip in clips if ends_here]
    return there or [(person, clip) for _, person, clip in clips]


def rotation(heading: float, tilt: float, roll: float) -> np.ndarray:
    """(3, 3): column vectors turned about the vertical, then about x, then about the viewing direction, radians."""
    c, s = math.cos(heading), math.sin(heading)
    about_y = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    c, s = math.cos(tilt), math.sin(tilt)
    about_x = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    c, s = math.cos(roll), math.sin(roll)
    about_z = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    return about_z @ about_x @ about_y


def augment(joints: np.ndarray, how: Augmentation, rng: np.random.Generator) -> np.ndarray:
    """Joints (T, M, 25, 3) of a scene, augmented: another view point, other bodies, worse tracking."""
    if how == Augmentation(shortest=how.shortest):
        return joints
    centre = np.median(joints[:, :, SPINE_BASE].reshape(-1, 3), axis=0)
    joints = joints - centre
    if how.mirror and rng.random() < 0.5:
        joints[:, :, (*LEFT, *RIGHT)] = joints[:, :, (*RIGHT, *LEFT)]
        joints[..., 0] *= -1
    turn = rotation(rng.normal(0, how.heading_rad), rng.normal(0, how.tilt_rad), rng.normal(0, how.roll_rad))
    stretch = np.diag(rng.uniform(1 - how.size, 1 + how.size) * (1 + rng.normal(0, how.stretch, 3)))
    joints = joints @ (turn @ stretch).T + centre + rng.normal(0, how.place_m, 3)
    joints = joints.astype(np.float32)
    if how.noise_m:
        joints += slow_noise(rng, how.noise_m * rng.random(), joints.shape, NOISE_STEP)
    if how.loose_limb:
        frames, persons = joints.shape[:2]
        for limb in LIMBS:
            if rng.random() < how.loose_limb:
                loose = list(limb[int(rng.integers(1, 3)) :])  # from the elbow or the wrist on, say
                drift = rng.normal(0, 0.12, 3) + slow_noise(rng, 0.06, (frames, persons, 1, 3), max(frames // 3, 1))
                joints[:, :, loose] += drift.astype(np.float32)
    return joints


def slow_noise(rng: np.random.Generator, size: float, shape: tuple[int, ...], step: int) -> np.ndarray:
    """Noise (T, ...) float32 that is independent every `step` frames and linear between."""
    knots = rng.normal(0, size, (max(2, shape[0] // step + 1), *shape[1:])).astype(np.float32)
    return between_frames(knots, np.linspace(0, len(knots) - 1, shape[0]))


class ClipDrawer:
    """Draws training batches for a teacher; the same arguments give the same batch, in any process.

    Args:
        prepared: the data.
        rows: the training samples; contexts come from them only.
        recipe: how clips are taken and changed.
        window: longest clip that a prediction looks at, frames.
        seed: with epoch and sample it decides everything that is random.
    """

    def __init__(self, prepared: Prepared, rows: np.ndarray, recipe: Recipe, window: int, seed: int) -> None:
        self.prepared, self.rows, self.recipe, self.window, self.seed = prepared, rows, recipe, window, seed

    def draw(self, epoch: int, number: int, samples: np.ndarray) -> TeacherBatch:
        """The batch of these samples.

        Args:
            number: of the batch in the epoch; decides its length where lengths are random.
        """
        window, context, pooled = self._lengths(np.random.default_rng([self.seed, epoch, number, 1]))
        rows, owner, persons = [], [], []
        for place, i in enumerate(samples):
            clips = self.clips(int(i), np.random.default_rng([self.seed, epoch, int(i)]), window, context)
            rows += [x for _, x in clips]
            persons += [person for person, _ in clips]
            owner += [place] * len(clips)
        x = torch.from_numpy(np.stack(rows)).permute(0, 3, 1, 2)
        labels = torch.tensor([self.prepared.samples[i].label for i in samples])
        return TeacherBatch(x, torch.tensor(owner), torch.tensor(persons), labels, pooled)

    def _lengths(self, rng: np.random.Generator) -> tuple[int, int, int | None]:
        """Frames of this batch's windows, frames before them, and outputs to pool (None: all).

        Half of a causal batch's clips begin when the person comes (short windows, no context), half are in a running
        stream (a full window after a context).
        """
        recipe = self.recipe
        if recipe.sampling != "all":
            return self.window, 0, None
        if recipe.context and rng.random() < 0.5:
            return self.window, int(rng.integers(1, recipe.context + 1)), max(1, self.window // 4)
        return int(rng.integers(min(recipe.shortest_window, self.window), self.window + 1)), 0, None

    def clips(self, i: int, rng: np.random.Generator, window: int, context: int) -> list[tuple[int, np.ndarray]]:
        """(person, network input (T, 25, 3)) of who is there in the part that is drawn."""
        recipe = self.recipe
        if recipe.sampling == "all":
            joints, present = self._window(i, rng, window, context)
        else:
            joints, present = self._part(i, rng)
        there = [person for person in range(joints.shape[1]) if present[:, person].any()]
        joints = joints[:, there]
        if recipe.normalisation in AS_PUBLISHED:  # while an old sensor's joints can be told: noise moves them apart
            joints = np.stack([like_a_kinect_v2(joints[:, m]) for m in range(len(there))], axis=1)
        joints = augment(joints, recipe.augmentation, rng)
        inputs = (normalise(np.array(joints[:, m]), recipe.normalisation) for m in range(len(there)))
        return [(m, to_length(x, recipe.sampling, recipe.frames)) for m, x in zip(there, inputs, strict=True)]

    def _part(self, i: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """A random part of the sample: joints (T, M, 25, 3), present (T, M); nobody there in it: the whole sample."""
        first = self.prepared.samples[i].first_frame
        joints, present = self.prepared.joints(i)[first:], self.prepared.present(i)[first:]
        if self.recipe.augmentation.shortest < 1:
            length = max(1, round(rng.uniform(self.recipe.augmentation.shortest, 1) * len(joints)))
            start = int(rng.integers(0, len(joints) - length + 1))
            if present[start : start + length].any():
                return joints[start : start + length], present[start : start + length]
        return np.array(joints), present

    def _window(self, i: int, rng: np.random.Generator, window: int, context: int) -> tuple[np.ndarray, np.ndarray]:
        """A window that ends somewhere in the sample, and what came before it."""
        joints, present = self.prepared.joints(i), self.prepared.present(i)
        first, count = self.prepared.samples[i].first_frame, self.prepared.samples[i].frame_count
        shortest = min(self.recipe.shortest_window, count)
        if self.prepared.named_at_the_end:
            shortest = max(shortest, round((1 - SURE) * count))
        end = first + int(rng.integers(shortest, count + 1))
        start = end - window - context
        before = np.zeros((0, *joints.shape[1:]), np.float32)
        if start < 0:
            before = self._invented_context(joints[0], -start, rng)
            start = 0
        seen = present[start:end] if present[start:end].any() else np.ones_like(present[start:end])
        seen = np.concatenate([np.repeat(seen[:1], len(before), axis=0), seen])
        return np.concatenate([before, joints[start:end]]), seen

    def _invented_context(self, first: np.ndarray, frames: int, rng: np.random.Generator) -> np.ndarray:
        """(frames, M, 25, 3) before a first frame (M, 25, 3): the end of another clip, moved, or standing still."""
        still = np.repeat(first[None], frames, axis=0)
        if rng.random() >= OTHER_CONTEXT:
            return still
        other = self.prepared.joints(int(rng.choice(self.rows)))[-frames:, 0]
        for person in range(len(first)):
            shift = first[person, SPINE_BASE] - other[-1, SPINE_BASE]
            still[-len(other) :, person] = other + shift
        return still
