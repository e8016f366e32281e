"""AGCN (joint stream), the paper's second teacher: a graph convolution that adds links which it learns and infers.

Takes and gives what ST-GCN does (nets.stgcn), one person a row; windows only. Parameter names follow the published
implementation, so its checkpoints load.

**Source:** Shi, Zhang, Cheng, Lu, "Two-Stream Adaptive Graph Convolutional Networks", CVPR 2019, joint stream; TSMF
Table 2. Ours differs in layout only: channels-last, and the three subsets share one matrix product.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tsmf_live.nets.layers import PersonNorm, TemporalConvolution
from tsmf_live.skeleton import BONES, JOINT_COUNT

# Shape letters: N persons in the batch, C channels, T frames, V joints (25), K subsets of the adjacency (3).
CHANNELS = (64, 64, 64, 64, 128, 128, 128, 256, 256, 256)
STRIDED_BLOCKS = (4, 7)  # counted from 0: l5 and l8
TEMPORAL_KERNEL = 9
SUBSETS = 3
EMBEDDING_SHARE = 4  # theta and phi have a quarter of the output channels


def adjacency_subsets() -> np.ndarray:
    """The fixed links, (3, V, V) float32: self, towards the centre, away from it; columns sum to 1 (or 0).

    Entry [k, i, j] weighs the link from joint j to joint i, as published.
    """
    inward = np.zeros((JOINT_COUNT, JOINT_COUNT), np.float32)
    for child, parent in BONES:
        inward[parent, child] = 1
    links = (inward, inward.T)
    normalised = (link / np.maximum(link.sum(axis=0, keepdims=True), 1) for link in links)
    return np.stack([np.eye(JOINT_COUNT, dtype=np.float32), *normalised])


class AdaptiveGraphConvolution(nn.Module):
    """Mixes the joints by fixed, learned and inferred links together, then the channels."""

    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        embedded = c_out // EMBEDDING_SHARE
        self.register_buffer("A", torch.from_numpy(adjacency_subsets()), persistent=False)
        self.PA = nn.Parameter(torch.full_like(self.A, 1e-6))
        self.conv_a = nn.ModuleList([nn.Conv2d(c_in, embedded, 1) for _ in range(SUBSETS)])
        self.conv_b = nn.ModuleList([nn.Conv2d(c_in, embedded, 1) for _ in range(SUBSETS)])
        self.conv_d = nn.ModuleList([nn.Conv2d(c_in, c_out, 1) for _ in range(SUBSETS)])
        self.bn = nn.BatchNorm2d(c_out)
        self.down: nn.Module | None = None
        if c_in != c_out:
            self.down = nn.Sequential(nn.Conv2d(c_in, c_out, 1), nn.BatchNorm2d(c_out))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> (N, C', T, V), channels-last."""
        n, c, t, v = x.shape
        joints = x.permute(0, 2, 3, 1)  # (N, T, V, C), free if channels-last
        adjacency = self.A + self.PA + self._inferred(joints)  # (N, K, V, V)
        mixing = adjacency.permute(0, 3, 1, 2).reshape(n, 1, v * SUBSETS, v)  # row (w, k) gathers into joint w
        mixed = torch.matmul(mixing, joints).reshape(n, t, v, SUBSETS * c)
        weight = torch.cat([conv.weight.flatten(1) for conv in self.conv_d], dim=1)  # (C', K C)
        y = F.linear(mixed, weight, sum(conv.bias for conv in self.conv_d))  # summed over the subsets
        y = self.bn(y.permute(0, 3, 1, 2))
        return F.relu(y + (x if self.down is None else self.down(x)))

    def _inferred(self, joints: Tensor) -> Tensor:
        """(N, T, V, C) -> (N, K, V, V): how alike two joints are over the whole clip; softmax over the first."""
        n, t, v, _ = joints.shape
        both = [*self.conv_a, *self.conv_b]
        weight = torch.cat([conv.weight.flatten(1) for conv in both])
        embedded = F.linear(joints, weight, torch.cat([conv.bias for conv in both]))
        embedded = embedded.reshape(n, t, v, 2 * SUBSETS, -1).permute(0, 3, 2, 1, 4)  # (N, 2 K, V, T, C / 4)
        size = t * embedded.shape[-1]
        theta, phi = embedded.reshape(n, 2 * SUBSETS, v, size).chunk(2, dim=1)  # (N, K, V, T C / 4) each
        return torch.softmax(torch.matmul(theta, phi.transpose(2, 3)) / size, dim=-2)


class Block(nn.Module):
    """Graph convolution, temporal convolution, residual."""

    def __init__(self, c_in: int, c_out: int, stride: int, residual: bool) -> None:
        super().__init__()
        self.gcn1 = AdaptiveGraphConvolution(c_in, c_out)
        self.tcn1 = TemporalConvolution(c_out, c_out, TEMPORAL_KERNEL, stride)
        self.residual: nn.Module | None
        if not residual:
            self.residual = None
        elif c_in == c_out and stride == 1:
            self.residual = nn.Identity()
        else:
            self.residual = TemporalConvolution(c_in, c_out, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> (N, C', ceil(T / stride), V)."""
        y = self.tcn1(self.gcn1(x))
        return F.relu(y if self.residual is None else y + self.residual(x))


class AGCN(nn.Module):
    """The teacher network.

    Args:
        class_count: number of classes.
    """

    def __init__(self, class_count: int) -> None:
        super().__init__()
        self.data_bn = PersonNorm()
        c_in = 3
        for i, c_out in enumerate(CHANNELS):
            self.add_module(f"l{i + 1}", Block(c_in, c_out, 2 if i in STRIDED_BLOCKS else 1, residual=i > 0))
            c_in = c_out
        self.fc = nn.Linear(c_in, class_count)

    def features(self, x: Tensor, slots: Tensor | None = None) -> Tensor:
        """The last block's output, (N, 256, ceil(T / 4), V), from joint positions x (N, 3, T, V), T at least 1."""
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
