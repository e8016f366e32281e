"""Shift-GCN (joint stream): joints and frames are mixed by taking each channel from another place, never by weights.

Takes and gives what ST-GCN does (nets.stgcn), one person a row; windows only. The published joint stream sees clips of
300 frames, shorter ones repeated, turned so that z is up and x runs across the shoulders (nets.published_input).
Parameter names follow the published implementation; its index tables, which follow from the channels, and the shifts
between joints that it does not use are no weights here.

**Source:** Cheng, Zhang, He, Chen, Cheng, Lu, "Skeleton-Based Action Recognition with Shift Graph Convolutional
Network", CVPR 2020, joint stream. Ours differs in layout: frames are gathered as rows of all joints.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tsmf_live.nets.layers import COORDINATES, PersonNorm
from tsmf_live.skeleton import JOINT_COUNT

# Shape letters: N persons in the batch, C channels, T frames, V joints (25).
CHANNELS = (64, 64, 64, 64, 128, 128, 128, 256, 256, 256)
STRIDED_UNITS = (4, 7)  # counted from 0: l5 and l8
TIME_STRIDE = 4  # frames between two outputs of the last unit; a clip is held at its end to a multiple of it


def shift_table(channels: int, towards: int) -> Tensor:
    """Where each number of a row (V C) comes from: channel c from the joint `towards` * c places on, counted in a ring.

    Args:
        towards: 1 before the mixing of channels, -1 behind it.
    """
    joint, channel = torch.arange(JOINT_COUNT)[:, None], torch.arange(channels)
    return (((joint + towards * channel) % JOINT_COUNT) * channels + channel).flatten()


class SpatialShift(nn.Module):
    """The unit's graph convolution: channels from other joints, weighed, mixed, and taken back."""

    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        self.register_buffer("there", shift_table(c_in, 1), persistent=False)
        self.register_buffer("back", shift_table(c_out, -1), persistent=False)
        self.Linear_weight = nn.Parameter(torch.randn(c_in, c_out) * (1.0 / c_out) ** 0.5)
        self.Linear_bias = nn.Parameter(torch.zeros(1, 1, c_out))
        self.Feature_Mask = nn.Parameter(torch.zeros(1, JOINT_COUNT, c_in))
        self.bn = nn.BatchNorm1d(JOINT_COUNT * c_out)
        self.down: nn.Module = nn.Identity()
        if c_in != c_out:
            self.down = nn.Sequential(nn.Conv2d(c_in, c_out, 1), nn.BatchNorm2d(c_out))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> (N, C', T, V)."""
        n, c, t, v = x.shape
        rows = x.permute(0, 2, 3, 1).reshape(n * t, v * c)
        taken = rows.index_select(1, self.there).view(n * t, v, c) * (torch.tanh(self.Feature_Mask) + 1)
        mixed = torch.matmul(taken, self.Linear_weight) + self.Linear_bias  # (N T, V, C')
        y = self.bn(mixed.flatten(1).index_select(1, self.back))
        return F.relu(y.view(n, t, v, -1).permute(0, 3, 1, 2) + self.down(x))


class Shift(nn.Module):
    """Takes each channel from `ypos` frames further on, between two frames by linear interpolation, zeros outside."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.ypos = nn.Parameter(torch.empty(channels).uniform_(-1, 1))

    def forward(self, x: Tensor, stride: int) -> Tensor:
        """(N, C, T, V) -> (N, C, floor(T / stride), V)."""
        n, c, t, v = x.shape
        place = self.ypos + (0.5 if stride == 2 else 0.0)
        low = torch.floor(place.detach())
        share = (place - low).view(1, c, 1, 1)
        first = torch.arange(t // stride, device=x.device) * stride + low[:, None].long()  # (C, T')
        rows = F.pad(x, (0, 0, 1, 1)).reshape(n, c * (t + 2), v)  # a frame of zeros on either side of each channel
        begin = torch.arange(c, device=x.device)[:, None] * (t + 2) + 1
        here, after = (
            rows.index_select(1, (begin + frames.clamp(-1, t)).flatten()).view(n, c, -1, v)
            for frames in (first, first + 1)
        )
        return torch.lerp(here, after, share)


class TemporalShift(nn.Module):
    """The unit's convolution over time: shifted, mixed, shifted again."""

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.bn = nn.BatchNorm2d(channels)
        self.bn2 = nn.BatchNorm2d(channels)
        self.shift_in = Shift(channels)
        self.shift_out = Shift(channels)
        self.temporal_linear = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> (N, C, floor(T / stride), V)."""
        y = F.relu(self.temporal_linear(self.shift_in(self.bn(x), 1)))
        return self.bn2(self.shift_out(y, self.stride))


class Unit(nn.Module):
    """Spatial shift, temporal shift, residual."""

    def __init__(self, c_in: int, c_out: int, stride: int, residual: bool) -> None:
        super().__init__()
        self.gcn1 = SpatialShift(c_in, c_out)
        self.tcn1 = TemporalShift(c_out, stride)
        self.residual: nn.Module | None = nn.Identity() if residual else None
        if residual and (c_in != c_out or stride != 1):
            self.residual = nn.Sequential()  # the published names
            self.residual.add_module("conv", nn.Conv2d(c_in, c_out, 1, (stride, 1)))
            self.residual.add_module("bn", nn.BatchNorm2d(c_out))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> (N, C', floor(T / stride), V)."""
        y = self.tcn1(self.gcn1(x))
        return F.relu(y if self.residual is None else y + self.residual(x))


class ShiftGCN(nn.Module):
    """The teacher network.

    Args:
        class_count: number of classes.
    """

    def __init__(self, class_count: int) -> None:
        super().__init__()
        self.data_bn = PersonNorm()
        c_in = COORDINATES
        for i, c_out in enumerate(CHANNELS):
            self.add_module(f"l{i + 1}", Unit(c_in, c_out, 2 if i in STRIDED_UNITS else 1, residual=i > 0))
            c_in = c_out
        self.fc = nn.Linear(c_in, class_count)

    def features(self, x: Tensor, slots: Tensor | None = None) -> Tensor:
        """The last unit's output, (N, 256, ceil(T / 4), V), from joint positions x (N, 3, T, V), T at least 1."""
        missing = -x.shape[2] % TIME_STRIDE
        if missing:
            x = torch.cat([x, x[:, :, -1:].expand(-1, -1, missing, -1)], dim=2)
        x = self.data_bn(x, slots)
        for i in range(len(CHANNELS)):
            x = self.get_submodule(f"l{i + 1}")(x)
        return x

    def forward(self, x: Tensor, pooled_steps: int | None = None, slots: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Scores (N, classes) and the feature map (N, 256, T', V) that they and the attention rest on.

        Args:
            x: (N, 3, T, V) joint positions, one person a row.
            pooled_steps: keep only this many of the newest outputs; None keeps all.
            slots: (N,) the person slot, 0 or 1, whose input statistics each row takes; None: slot 0 for all.
        """
        feature = self.features(x, slots)
        if pooled_steps is not None:
            feature = feature[:, :, -pooled_steps:]
        return self.fc(feature.mean(dim=(2, 3))), feature
