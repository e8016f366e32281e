"""The student's picture from prepared crops: who is in it, how it is laid out, and its weighting where gradients flow.

Uses roi.compose and the rules of live.recognizer, so that training sees what the live program shows the student.
"""

from __future__ import annotations

from collections.abc import Collection

import cv2
import numpy as np
import torch
from torch import Tensor

from train.data.clips import numbered_people
from train.data.prepared import Prepared
from tsmf_live import roi
from tsmf_live.live.recognizer import PAIR_ENTER_M
from tsmf_live.skeleton import ROI_JOINTS, SPINE_BASE

CELL = roi.STUDENT_SIDE // roi.COLUMNS  # 45 px
#: Share of the left person in each column (225,) of a two-person picture; the two halves share the middle pixel.
_LEFT_SHARE = torch.tensor(([1.0] * (CELL // 2) + [0.5] + [0.0] * (CELL // 2)) * roi.COLUMNS)
GAIN, TINT, SHIFT_LEVELS, MOVED_PX = (0.75, 1.3), (0.92, 1.08), 20.0, 6  # of the student's jitter
WEIGHT_JITTER = (0.85, 1.15)


def shown_persons(
    prepared: Prepared, i: int, magnitude: np.ndarray, window: int, mutual: Collection[int] | None = None
) -> tuple[int, ...]:
    """The one or two persons of the picture, left to right.

    Two who are within 1.5 m of each other (spine base, median over the five frames); else the one with the largest
    attention magnitude (M,).

    Args:
        mutual: None; or classes that are shown with two persons whatever the distance, all others with one: the
            published layout, which needs to know the label (for the ablation only).
    """
    people = numbered_people(prepared, i, window)
    numbers = [person for person, _ in people]
    strongest = (max(numbers, key=lambda person: (magnitude[person], -person)),)
    if len(people) < 2:
        return strongest
    if mutual is not None:
        near = prepared.samples[i].label in mutual
    else:
        near = _distance_m(people[0][1], people[1][1]) < PAIR_ENTER_M
    if not near:
        return strongest
    x = prepared.image_x(i)
    return tuple(sorted(numbers, key=lambda person: (x[person], person)))


def _distance_m(clip: np.ndarray, other: np.ndarray) -> float:
    """Between two persons' clips (T, 25, 3), over the time they share, as recognizer.Recognizer measures it."""
    frames = min(len(clip), len(other))
    columns = roi.evaluation_frames(frames)
    apart = clip[-frames:][columns, SPINE_BASE] - other[-frames:][columns, SPINE_BASE]
    return float(np.median(np.linalg.norm(apart, axis=1)))


def picture(
    prepared: Prepared,
    i: int,
    draw: int,
    persons: tuple[int, ...],
    kind: str | None,
    rng: np.random.Generator | None = None,
) -> np.ndarray:
    """The student's picture (225, 225, 3) of a sample, not yet weighted; with `rng`: other light, slightly moved."""
    crops = prepared.crops(i, draw, kind)
    people = [crops[person] for person in persons]
    if rng is not None:
        gain, level = rng.uniform(*GAIN) * rng.uniform(*TINT, 3), rng.uniform(-SHIFT_LEVELS, SHIFT_LEVELS)
        light = np.clip(np.arange(256)[:, None] * gain + level, 0, 255).astype(np.uint8)  # (256 levels, 3 colours)
        moved = tuple(rng.integers(-MOVED_PX, MOVED_PX + 1, 2))
        people = [np.roll(_relit(person, light), moved, axis=(2, 3)) for person in people]
    return roi.compose([list(person) for person in people])


def _relit(crops: np.ndarray, light: np.ndarray) -> np.ndarray:
    """Crops (..., 3) uint8 with each colour's levels replaced by those of the table (256, 3)."""
    return cv2.LUT(np.ascontiguousarray(crops).reshape(1, -1, 3), light[None]).reshape(crops.shape)


def some_columns(image: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """That many of the five columns of a picture (225, 225, 3), chosen at random, in order: (225, 45 count, 3)."""
    if count == roi.COLUMNS:
        return image
    chosen = np.sort(rng.choice(roi.COLUMNS, count, replace=False))
    return image.reshape(len(image), roi.COLUMNS, -1)[:, chosen].reshape(len(image), -1, 3)


def weigh(images: Tensor, attention: Tensor) -> Tensor:
    """roi.weigh for a batch, with gradients for the weights: images (B, 3, 225, 225), attention (B, 2, 25).

    Of one person, both entries are the same; images may have fewer columns (some_columns).
    """
    rows = attention[:, :, list(ROI_JOINTS)].repeat_interleave(CELL, dim=2)[..., None]  # (B, 2, 225, 1)
    share = _LEFT_SHARE[: images.shape[3]].to(images)  # the same in each column
    return images * (rows[:, :1] * share + rows[:, 1:] * (1 - share))
