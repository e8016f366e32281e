"""MS-G3D (joint stream), the paper's strongest teacher: graph convolutions over many distances and over space-time.

Takes and gives what ST-GCN does (nets.stgcn), one person a row; windows only. Parameter names follow the published
implementation, so its checkpoints load.

**Source:** Liu, Zhang, Chen, Wang, Ouyang, "Disentangling and Unifying Graph Convolutions for Skeleton-Based Action
Recognition", CVPR 2020, joint stream (13 scales, 6 in space-time); TSMF Table 2. Ours differs in layout only.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tsmf_live.nets.layers import PersonNorm, TemporalConvolution
from tsmf_live.skeleton import hop_distance

# Shape letters: N persons in the batch, C channels, T frames, V joints (25), K scales, W frames of a window.
STAGES = ((3, 96, 1), (96, 192, 2), (192, 384, 2))  # channels in and out, stride in time
SCALES = 13  # distances 0 to 12 of the spatial part
SPACE_TIME_SCALES = 6
WINDOWS = (3, 5)  # frames that one space-time graph spans
DILATIONS = (1, 2, 3, 4)
TEMPORAL_BRANCHES = len(DILATIONS) + 2


def scaled_adjacency(linked: np.ndarray, scales: int) -> np.ndarray:
    """One normalised graph for each distance, (K V, V) float32: the nodes exactly k links apart, and each with itself.

    Args:
        linked: (V, V), not 0 where two different nodes are neighbours; its diagonal does not matter.
        scales: K, distances 0 to K - 1.
    """
    nodes = len(linked)
    step = ((linked + np.eye(nodes)) > 0).astype(float)
    within, graphs = np.eye(nodes), [np.eye(nodes)]
    for _ in range(1, scales):
        wider = np.minimum(within @ step, 1)
        graphs.append(wider - within + np.eye(nodes))
        within = wider
    root_degrees = [1 / np.sqrt(graph.sum(axis=1)) for graph in graphs]
    normalised = [d[:, None] * graph * d[None, :] for d, graph in zip(root_degrees, graphs, strict=True)]
    return np.concatenate(normalised).astype(np.float32)


class PointwiseLayers(nn.Module):
    """1x1 convolution and batch norm, then ReLU if `active`; under the published name `layers`."""

    def __init__(self, c_in: int, c_out: int, active: bool) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(c_in, c_out, 1), nn.BatchNorm2d(c_out))
        if active:
            self.layers.append(nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> (N, C', T, V)."""
        return self.layers(x)


class MultiScaleGraphConvolution(nn.Module):
    """Gathers from the nodes at each distance, fixed links plus learned ones, and mixes all that into new channels.

    Args:
        linked: (V, V) the graph, see scaled_adjacency.
        active: ReLU directly behind the batch norm.
    """

    def __init__(self, c_in: int, c_out: int, linked: np.ndarray, scales: int, active: bool) -> None:
        super().__init__()
        self.scales = scales
        self.register_buffer("A", torch.from_numpy(scaled_adjacency(linked, scales)), persistent=False)
        self.A_res = nn.Parameter(torch.empty_like(self.A).uniform_(-1e-6, 1e-6))
        self.mlp = PointwiseLayers(c_in * scales, c_out, active)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> (N, C', T, V), channels-last."""
        n, c, t, v = x.shape
        mixing = (self.A + self.A_res).view(self.scales, v, v).transpose(0, 1).reshape(v * self.scales, v)
        x = x.permute(0, 2, 3, 1).reshape(n * t, v, c)  # free if channels-last
        x = torch.matmul(mixing, x).view(n, t, v, self.scales * c)  # channels scale-major
        return self.mlp(x.permute(0, 3, 1, 2))


class SpaceTimeGraphConvolution(MultiScaleGraphConvolution):
    """The same over a window's graph: each joint is linked to itself and its neighbours in all frames of the window."""

    def __init__(self, c_in: int, c_out: int, window: int) -> None:
        linked = np.tile(hop_distance() <= 1, (window, window))
        super().__init__(c_in, c_out, linked, SPACE_TIME_SCALES, active=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, W V) -> (N, C', T, W V)."""
        return F.relu(super().forward(x))


class TimeWindows(nn.Module):
    """Puts the frames around each frame beside each other, frame-major; zeros outside the clip."""

    def __init__(self, window: int, stride: int) -> None:
        super().__init__()
        self.window, self.stride = window, stride

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> (N, C, ceil(T / stride), W V), channels-last."""
        n, c, t, v = x.shape
        reach = self.window // 2
        x = F.pad(x.permute(0, 2, 3, 1), (0, 0, 0, 0, reach, reach))  # (N, T + W - 1, V, C)
        windows = torch.stack([x[:, i : i + t : self.stride] for i in range(self.window)], dim=2)  # (N, T', W, V, C)
        return windows.reshape(n, -1, self.window * v, c).permute(0, 3, 1, 2)


class WindowPath(nn.Module):
    """G3D over windows of one size: unfold, space-time graph convolution, and the window collapsed to one frame."""

    def __init__(self, c_in: int, c_out: int, window: int, stride: int) -> None:
        super().__init__()
        self.window = window
        embedded = c_out if c_in == 3 else c_in
        unfold = TimeWindows(window, stride)
        self.gcn3d = nn.Sequential(unfold, SpaceTimeGraphConvolution(c_in, embedded, window))
        self.out_conv = nn.Conv3d(embedded, c_out, (1, window, 1))
        self.out_bn = nn.BatchNorm2d(c_out)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> (N, C', ceil(T / stride), V)."""
        y = self.gcn3d(x).permute(0, 2, 3, 1)  # (N, T', W V, C)
        n, t, _, c = y.shape
        y = y.reshape(n, t, self.window, -1, c).transpose(2, 3).flatten(3)  # (N, T', V, W C)
        weight = self.out_conv.weight[:, :, 0, :, 0].transpose(1, 2).flatten(1)  # (C', W C)
        y = F.linear(y, weight, self.out_conv.bias)  # what out_conv does, as one matrix product
        return self.out_bn(y.permute(0, 3, 1, 2))


class WindowPaths(nn.Module):
    """The sum of G3D over both window sizes."""

    def __init__(self, c_in: int, c_out: int, stride: int) -> None:
        super().__init__()
        self.gcn3d = nn.ModuleList([WindowPath(c_in, c_out, window, stride) for window in WINDOWS])

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> (N, C', ceil(T / stride), V)."""
        return sum(path(x) for path in self.gcn3d)


class MultiScaleTemporalConvolution(nn.Module):
    """Six branches over time side by side: four dilations, a maximum, a plain one; and a residual."""

    def __init__(self, c_in: int, c_out: int, stride: int = 1, active: bool = True) -> None:
        super().__init__()
        self.active = active
        c = c_out // TEMPORAL_BRANCHES
        branches = [
            nn.Sequential(
                nn.Conv2d(c_in, c, 1), nn.BatchNorm2d(c), nn.ReLU(), TemporalConvolution(c, c, 3, stride, dilation)
            )
            for dilation in DILATIONS
        ]
        pool = nn.MaxPool2d((3, 1), (stride, 1), (1, 0))
        branches.append(nn.Sequential(nn.Conv2d(c_in, c, 1), nn.BatchNorm2d(c), nn.ReLU(), pool, nn.BatchNorm2d(c)))
        branches.append(nn.Sequential(nn.Conv2d(c_in, c, 1, (stride, 1)), nn.BatchNorm2d(c)))
        self.branches = nn.ModuleList(branches)
        same = c_in == c_out and stride == 1
        self.residual = nn.Identity() if same else TemporalConvolution(c_in, c_out, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> (N, C', ceil(T / stride), V)."""
        y = torch.cat([branch(x) for branch in self.branches], dim=1) + self.residual(x)
        return F.relu(y) if self.active else y


class MSG3D(nn.Module):
    """The teacher network.

    Args:
        class_count: number of classes.
    """

    def __init__(self, class_count: int) -> None:
        super().__init__()
        self.data_bn = PersonNorm()
        skeleton = hop_distance() == 1
        for number, (c_in, c_out, stride) in enumerate(STAGES, start=1):
            middle = c_out if c_in == 3 else c_in
            self.add_module(f"gcn3d{number}", WindowPaths(c_in, c_out, stride))
            self.add_module(
                f"sgcn{number}",
                nn.Sequential(
                    MultiScaleGraphConvolution(c_in, middle, skeleton, SCALES, active=True),
                    MultiScaleTemporalConvolution(middle, c_out, stride),
                    MultiScaleTemporalConvolution(c_out, c_out, active=False),
                ),
            )
            self.add_module(f"tcn{number}", MultiScaleTemporalConvolution(c_out, c_out))
        self.fc = nn.Linear(STAGES[-1][1], class_count)

    def features(self, x: Tensor, slots: Tensor | None = None) -> Tensor:
        """The last stage's output, (N, 384, ceil(T / 4), V), from joint positions x (N, 3, T, V), T at least 1."""
        x = self.data_bn(x, slots)
        for number in range(1, len(STAGES) + 1):
            spatial, space_time, temporal = (self.get_submodule(f"{name}{number}") for name in ("sgcn", "gcn3d", "tcn"))
            x = temporal(F.relu(spatial(x) + space_time(x)))
        return x

    def forward(self, x: Tensor, pooled_steps: int | None = None, slots: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Scores (N, classes) and the feature map (N, 384, T', V) that they and the attention rest on.

        Args:
            x: (N, 3, T, V) joint positions, one person a row.
            pooled_steps: keep only this many of the newest outputs; None keeps all.
            slots: (N,) the person slot, 0 or 1, whose input statistics each row takes; None: slot 0 for all.
        """
        feature = self.features(x, slots)
        if pooled_steps is not None:
            feature = feature[:, :, -pooled_steps:]
        return self.fc(feature.mean(dim=(2, 3))), feature
