"""ST-GCN, the teacher: from joint positions to class scores and the feature map that attention is read from.

Persons go through one at a time (a row of the batch is one person), so scores and attention of a person never depend on
who else is there. Two temporal forms share one architecture and one set of parameter names:

    same    zero-padded on both sides, as published; for windows.
    causal  8 zeros on the left, no look-ahead, the residual taken at the same frame; strided blocks keep the phase that
            ends at the newest frame, so outputs exist at frames t, t-4, t-8, ...

**Source:** Yan, Xiong, Lin, "Spatial Temporal Graph Convolutional Networks", AAAI 2018; TSMF section "Teacher Network".
Parameter names follow the released implementation, so its checkpoints load. The adjacency is A D^-1, not Eq. 3's form.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tsmf_live.skeleton import JOINT_COUNT, spatial_partition

# Shape letters: N persons in the batch, C channels, T frames, V joints (25), K parts of the spatial partition (3).
CHANNELS = (64, 64, 64, 64, 128, 128, 128, 256, 256, 256)
STRIDED_BLOCKS = (4, 7)  # counted from 0: blocks 5 and 8
TEMPORAL_KERNEL = 9
TIME_STRIDE = 4  # frames between two outputs of the last block
RECEPTIVE_FIELD_FRAMES = 1 + (TEMPORAL_KERNEL - 1) * (
    5 * 1 + 3 * 2 + 2 * 4
)  # 153: dilations of the ten blocks in frames


class GraphConvolution(nn.Module):
    """1x1 convolution to K groups of channels, each mixed over the joints by its own part of the adjacency."""

    def __init__(self, c_in: int, c_out: int, parts: int) -> None:
        super().__init__()
        self.parts = parts
        self.conv = nn.Conv2d(c_in, c_out * parts, kernel_size=1)

    def forward(self, x: Tensor, adjacency: Tensor) -> Tensor:
        """x (N, C, T, V), adjacency (K, V, V) -> (N, C', T, V)."""
        n, _, t, v = x.shape
        x = self.conv(x).permute(0, 2, 3, 1).reshape(n * t, v * self.parts, -1)  # (N T, V K, C'), free if channels-last
        mixing = adjacency.permute(2, 1, 0).reshape(v, v * self.parts)  # (V, V K)
        x = torch.matmul(mixing, x)  # (N T, V, C')
        return x.view(n, t, v, -1).permute(0, 3, 1, 2)  # (N, C', T, V), channels-last


class Block(nn.Module):
    """Graph convolution, temporal convolution, residual."""

    def __init__(self, c_in: int, c_out: int, stride: int, causal: bool, residual: bool, dropout: float) -> None:
        super().__init__()
        self.stride, self.causal = stride, causal
        self.gcn = GraphConvolution(c_in, c_out, parts=3)
        self.tcn = nn.Sequential(
            nn.BatchNorm2d(c_out),
            nn.ReLU(),
            nn.Conv2d(c_out, c_out, (TEMPORAL_KERNEL, 1), (stride, 1)),
            nn.BatchNorm2d(c_out),
            nn.Dropout(dropout),
        )
        self.residual: nn.Module | None
        if not residual:
            self.residual = None
        elif c_in == c_out and stride == 1:
            self.residual = nn.Identity()
        else:
            self.residual = nn.Sequential(nn.Conv2d(c_in, c_out, kernel_size=1), nn.BatchNorm2d(c_out))

    def forward(self, x: Tensor, adjacency: Tensor) -> Tensor:
        """x (N, C, T, V) -> (N, C', ceil(T / stride), V)."""
        first, left, right = self._phase(x.shape[2])
        normalise, relu, convolve, normalise_out, dropout = self.tcn
        y = relu(normalise(self.gcn(x, adjacency)))
        y = convolve(F.pad(y, (0, 0, left, right)))
        y = dropout(normalise_out(y))
        if self.residual is not None:
            y = y + self.residual(x[:, :, first :: self.stride])
        return F.relu(y)

    def _phase(self, frames: int) -> tuple[int, int, int]:
        """First frame that has an output, zeros before and zeros after the clip."""
        if not self.causal:
            return 0, TEMPORAL_KERNEL // 2, TEMPORAL_KERNEL // 2
        first = (frames - 1) % self.stride  # so that the newest frame has one
        return first, TEMPORAL_KERNEL - 1 - first, 0


class STGCN(nn.Module):
    """The teacher network.

    Args:
        class_count: number of classes.
        temporal: "same" or "causal", see the module.
        dropout: as the paper's configurations: 0.5 in all blocks but the first.
        width: channels as a share of the published ones (CHANNELS): half of them cost a quarter.
    """

    def __init__(self, class_count: int, temporal: str = "same", dropout: float = 0.5, width: float = 1.0) -> None:
        super().__init__()
        if temporal not in ("same", "causal"):
            raise ValueError(f"temporal: expected 'same' or 'causal', got {temporal!r}")
        self.temporal = temporal
        self.register_buffer("A", torch.from_numpy(spatial_partition()))
        self.data_bn = nn.BatchNorm1d(3 * JOINT_COUNT)
        c_in, blocks = 3, []
        for i, c_out in enumerate(round(c * width) for c in CHANNELS):
            stride = 2 if i in STRIDED_BLOCKS else 1
            blocks.append(Block(c_in, c_out, stride, temporal == "causal", i > 0, dropout if i > 0 else 0.0))
            c_in = c_out
        self.st_gcn_networks = nn.ModuleList(blocks)
        self.edge_importance = nn.ParameterList([nn.Parameter(torch.ones_like(self.A)) for _ in blocks])
        self.fcn = nn.Conv2d(c_in, class_count, kernel_size=1)

    def features(self, x: Tensor) -> Tensor:
        """The last block's output, (N, 256 width, ceil(T / 4), V), of joint positions x (N, 3, T, V), T at least 1."""
        n, c, t, v = x.shape
        x = x.permute(0, 3, 1, 2).reshape(n, v * c, t)  # (N, V C, T)
        x = self.data_bn(x).view(n, v, c, t).permute(0, 2, 3, 1)  # (N, C, T, V)
        x = x.contiguous(memory_format=torch.channels_last)  # the layout in which every step is a plain matrix product
        for block, importance in zip(self.st_gcn_networks, self.edge_importance, strict=True):
            x = block(x, self.A * importance)
        return x

    def classify(self, feature: Tensor) -> Tensor:
        """Raw class scores (N, classes) of a feature map (N, 256, T', V), pooled over its frames and joints."""
        pooled = feature.mean(dim=(2, 3), keepdim=True)  # (N, 256, 1, 1)
        return self.fcn(pooled).flatten(1)

    def classify_outputs(self, feature: Tensor, pooled_steps: int) -> Tensor:
        """Raw scores (N, classes, T') at every output of a causal network, as a stream gives them one after the other.

        Args:
            feature: (N, 256, T'), the feature map's mean over the joints.
            pooled_steps: each score averages this many of the newest outputs, or as many as there are.
        """
        sums = feature.float().cumsum(dim=2)
        sums = sums - F.pad(sums, (pooled_steps, 0))[:, :, : sums.shape[2]]
        counts = torch.arange(1, sums.shape[2] + 1, device=sums.device).clamp(max=pooled_steps)
        return self.fcn((sums / counts)[..., None]).flatten(2)

    def forward(self, x: Tensor, pooled_steps: int | None = None) -> tuple[Tensor, Tensor]:
        """Scores (N, classes) and the feature map (N, 256, T', V) that they and the attention rest on.

        Args:
            x: (N, 3, T, V) joint positions, one person a row.
            pooled_steps: keep only this many of the last block's newest outputs (a causal window); None keeps all.
        """
        feature = self.features(x)
        if pooled_steps is not None:
            feature = feature[:, :, -pooled_steps:]
        return self.classify(feature), feature
