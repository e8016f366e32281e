"""How much each joint matters: one weight per joint, computed from the teacher's last feature map.

Computed per person, never across a batch: a clip's result does not depend on its neighbours.

**Source:** TSMF Eq. 4 ("paper"); the released student.py ("released"). The released code takes minimum and maximum over
the whole batch; ours over the person, except in the arithmetic `released`, where both bodies of one sample share them.
"""

from __future__ import annotations

import torch
from torch import Tensor

RELEASED_SCALE = 255 / 127  # the released code maps magnitudes to 0..255 and divides by 127


def joint_attention(feature: Tensor, kind: str) -> Tensor:
    """Weights (N, V) of feature maps (N, 256, T, V), one person a row, kind "paper", "released" or "none".

    "paper": mean over time and channels of the absolute activation, divided by its mean over the joints (mean weight
    1). "released": channel L2 norm, min-max over the person's times and joints, the mean of the fifth of the time steps
    that is largest (at least one), times 255/127 (0 to about 2). "none": 1 everywhere (no weights).
    """
    return joint_attention_of_magnitudes(feature.abs().mean(dim=1) if kind == "paper" else feature.norm(dim=1), kind)


def joint_attention_of_magnitudes(magnitude: Tensor, kind: str, released_scale: float = RELEASED_SCALE) -> Tensor:
    """Weights (N, V) from magnitudes (N, T, V): over the channels, the mean absolute value ("paper") or the L2 norm.

    TorchScript, see nets.stream: a constant of the module is an argument.
    """
    if kind == "none":
        return torch.ones_like(magnitude[:, 0])
    if kind == "paper":
        mean = magnitude.mean(dim=1)  # (N, V)
        return mean / mean.mean(dim=1, keepdim=True).clamp_min(1e-12)
    low, high = magnitude.amin(dim=(1, 2), keepdim=True), magnitude.amax(dim=(1, 2), keepdim=True)
    scaled = (magnitude - low) / (high - low).clamp_min(1e-12)
    return _largest_fifth(scaled) * released_scale


def released_pair_attention(feature: Tensor) -> tuple[Tensor, int]:
    """The published arithmetic for one sample: weights (V,) of the chosen body of (M, 256, T, V), and which body.

    Minimum and maximum are shared by all bodies, absent ones included; the first body is chosen if its mean magnitude
    is strictly the largest of the two; weights are cut to whole numbers 0..255 before the division by 127.
    """
    norm = feature.norm(dim=1)  # (M, T, V)
    low, high = norm.min(), norm.max()
    scaled = (norm - low) / (high - low).clamp_min(1e-12) * 255
    means = scaled.mean(dim=(1, 2))
    body = 0 if len(means) == 1 or bool(means[0] > means[1]) else 1
    return torch.floor(_largest_fifth(scaled[body : body + 1])[0]) / 127, body


def attention_magnitude(feature: Tensor) -> Tensor:
    """How strongly each person (N,) acts on the teacher: mean absolute activation of (N, 256, T, V)."""
    return feature.abs().mean(dim=(1, 2, 3))


def _largest_fifth(scaled: Tensor) -> Tensor:
    """(N, T, V) -> (N, V): mean of the max(1, round(T / 5)) largest time steps of each joint."""
    steps = max(1, int(round(scaled.shape[1] / 5)))  # noqa: RUF046 (of TorchScript it is a float)
    return scaled.topk(steps, dim=1)[0].mean(dim=1)
