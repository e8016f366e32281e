"""EfficientGCN-B0: three input branches (joints, velocities, bones), a short main stream, attention in every block.

Takes and gives what ST-GCN does (nets.stgcn), one person a row; windows only. It was published for clips that are
followed by zeros up to 288 frames, and these count in every mean over time: give it such clips. The zeros are not
computed: frames far enough behind the clip are all equal, so one of them stands for all, exactly (on a CPU; a GPU's
captured graph computes them all). Parameter names follow the published implementation, so its weights load; the graph,
which is the same in all layers, is no weight here.

    sep  temporal layers: expand 1x1, depthwise 5x1, back 1x1 (the authors' configurations 2013 and 2014)
    sg   temporal layers: depthwise, down and up again 1x1, depthwise (configurations 2001 and 2002)

**Source:** Song, Zhang, Shan, Wang, "EfficientGCN: Constructing Stronger and Faster Baselines for Skeleton-based Action
Recognition", TPAMI 2022, model B0. Ours differs in layout, and forms the three inputs itself from the joints.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tsmf_live.skeleton import JOINT_COUNT, SPINE_MID, hop_distance

# Shape letters: N persons in the batch, C channels, T frames, V joints (25), K parts of the adjacency (3).
LAYERS = ("sep", "sg")
STEM, BRANCH_CHANNELS, MAIN_CHANNELS = 64, (48, 32), (64, 128)
FEATURES = MAIN_CHANNELS[-1]
BRANCHES, BRANCH_INPUT = 3, 6
TEMPORAL_KERNEL = 5
PARTS = 3  # distances of 0, 1 and 2 bones have a part each
#: Columns are normalised by all joints up to so many bones away in the published files ("sg": by all 25).
FARTHEST = {"sep": 3, "sg": 10}
TIME_STRIDE = 4  # frames between two outputs of the last block
#: Where each bone begins: its parent on the way to the spine mid; the hand tip hangs on the thumb, as published.
CONNECTED = (1, 1, 20, 2, 20, 4, 5, 6, 20, 8, 9, 10, 0, 12, 13, 14, 0, 16, 17, 18, 1, 22, 7, 24, 11)
BEHIND, BEFORE_THE_END = 14, 16  # frames behind a clip, and before the end of the zeros, that differ from all others
DROPOUT = 0.25


def adjacency_parts(farthest: int) -> np.ndarray:
    """The fixed graph, (3, V, V) float32: part k holds the joints that are k bones apart; see FARTHEST.

    Entry [k, i, j] weighs the message from joint i to joint j.
    """
    hops = hop_distance()
    near = (hops <= farthest).sum(axis=0, keepdims=True)
    return np.stack([(hops == k) / near for k in range(PARTS)]).astype(np.float32)


class _Stretch:
    """How time is cut short: of T frames, the first are computed, and one of them counts for all that are left out.

    Args:
        frames: T. ends: the frame after the last that is not zero in all persons.
    """

    def __init__(self, frames: int, ends: int) -> None:
        self.frames = frames
        twin = -(-(ends + BEHIND) // TIME_STRIDE)  # the frame that counts for many, in steps of the last block
        kept = TIME_STRIDE * twin + BEFORE_THE_END + TIME_STRIDE
        is_short = frames % TIME_STRIDE == 0 and kept < frames
        self.kept, self.twin = (kept, twin) if is_short else (frames, 0)

    def mean(self, x: Tensor) -> Tensor:
        """The mean over time (dimension 2) of all T frames, from those that were computed."""
        if self.kept == self.frames:
            return x.mean(dim=2)
        steps = x.shape[2]
        scale = self.kept // steps
        left_out = (self.frames - self.kept) // scale
        return (x.sum(dim=2) + left_out * x[:, :, self.twin * TIME_STRIDE // scale]) / (steps + left_out)

    def whole(self, x: Tensor) -> Tensor:
        """The last block's output with what was left out."""
        if self.kept == self.frames:
            return x
        twin = x[:, :, self.twin : self.twin + 1].expand(-1, -1, (self.frames - self.kept) // TIME_STRIDE, -1)
        return torch.cat([x[:, :, : self.twin], twin, x[:, :, self.twin :]], dim=2)


class _Graph(nn.Module):
    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        self.register_buffer("A", torch.from_numpy(adjacency_parts(FARTHEST["sep"])))
        self.edge = nn.Parameter(torch.ones(PARTS, JOINT_COUNT, JOINT_COUNT))
        self.gcn = nn.Conv2d(c_in, PARTS * c_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        n, _, t, v = x.shape
        y = self.gcn(x).permute(0, 2, 3, 1).reshape(n * t, v * PARTS, -1)  # (N T, V K, C'), free if channels-last
        mixing = (self.A * self.edge).permute(2, 1, 0).reshape(v, v * PARTS)  # (V, V K)
        return torch.matmul(mixing, y).view(n, t, v, -1).permute(0, 3, 1, 2)


class SpatialLayer(nn.Module):
    """Mixes the joints by fixed links with learned weights, then residual and swish."""

    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        self.conv = _Graph(c_in, c_out)
        self.bn = nn.BatchNorm2d(c_out)
        self.residual: nn.Module = nn.Identity()
        if c_in != c_out:
            self.residual = nn.Sequential(nn.Conv2d(c_in, c_out, 1), nn.BatchNorm2d(c_out))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> (N, C', T, V)."""
        return F.silu(self.bn(self.conv(x)) + self.residual(x))


class BasicTemporalLayer(nn.Module):
    """A convolution over time, then residual and swish."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, (TEMPORAL_KERNEL, 1), padding=(TEMPORAL_KERNEL // 2, 0))
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> the same shape."""
        return F.silu(self.bn(self.conv(x)) + x)


def _point(c_in: int, c_out: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(c_in, c_out, 1, (stride, 1)), nn.BatchNorm2d(c_out))


def _depthwise(channels: int, stride: int = 1) -> nn.Sequential:
    kernel, padding = (TEMPORAL_KERNEL, 1), (TEMPORAL_KERNEL // 2, 0)
    conv = nn.Conv2d(channels, channels, kernel, (stride, 1), padding, groups=channels)
    return nn.Sequential(conv, nn.BatchNorm2d(channels))


class SeparableLayer(nn.Module):
    """The temporal layer "sep": wider, over time each channel by itself, back; no activation after the sum."""

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.expand_conv = _point(channels, 2 * channels)
        self.depth_conv = _depthwise(2 * channels, stride)
        self.point_conv = _point(2 * channels, channels)
        self.residual = _point(channels, channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> (N, C, ceil(T / stride), V)."""
        y = F.silu(self.depth_conv(F.silu(self.expand_conv(x))))
        return self.point_conv(y) + self.residual(x)


class SandglassLayer(nn.Module):
    """The temporal layer "sg": over time each channel by itself, narrower and back, over time again."""

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.depth_conv1 = _depthwise(channels)
        self.point_conv1 = _point(channels, channels // 2)
        self.point_conv2 = _point(channels // 2, channels)
        self.depth_conv2 = _depthwise(channels, stride)
        self.residual = _point(channels, channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> (N, C, ceil(T / stride), V)."""
        y = F.silu(self.point_conv2(self.point_conv1(F.silu(self.depth_conv1(x)))))
        return self.depth_conv2(y) + self.residual(x)


class _Gates(nn.Module):
    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.fcn = nn.Sequential(nn.Conv2d(channels, inner, 1), nn.BatchNorm2d(inner), nn.Hardswish())
        self.conv_t = nn.Conv2d(inner, channels, 1)
        self.conv_v = nn.Conv2d(inner, channels, 1)

    def forward(self, x: Tensor, stretch: _Stretch) -> Tensor:
        means = torch.cat([x.mean(dim=3), stretch.mean(x)], dim=2)[..., None]  # (N, C, T + V, 1)
        inner = self.fcn(means)
        times, joints = inner[:, :, :-JOINT_COUNT], inner[:, :, -JOINT_COUNT:]
        return torch.sigmoid(self.conv_t(times)) * torch.sigmoid(self.conv_v(joints)).transpose(2, 3)  # (N, C, T, V)


class AttentionLayer(nn.Module):
    """Weighs frames and joints of each channel by what the clip looks like on average, then residual and swish."""

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.att = _Gates(channels, inner)
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor, stretch: _Stretch) -> Tensor:
        """(N, C, T, V) -> the same shape."""
        return F.silu(self.bn(x * self.att(x, stretch)) + x)


class InputBranch(nn.Module):
    """What becomes of one of the three inputs before they are put together."""

    def __init__(self, inner_share: int) -> None:
        super().__init__()
        self.init_bn = nn.BatchNorm2d(BRANCH_INPUT)
        self.stem_scn = SpatialLayer(BRANCH_INPUT, STEM)
        self.stem_tcn = BasicTemporalLayer(STEM)
        c_in = STEM
        for i, channels in enumerate(BRANCH_CHANNELS):
            self.add_module(f"block-{i}_scn", SpatialLayer(c_in, channels))
            self.add_module(f"block-{i}_att", AttentionLayer(channels, channels // inner_share))
            c_in = channels

    def forward(self, x: Tensor, stretch: _Stretch) -> Tensor:
        """(N, 6, T, V) -> (N, 32, T, V)."""
        x = self.stem_tcn(self.stem_scn(self.init_bn(x)))
        for i in range(len(BRANCH_CHANNELS)):
            x = self.get_submodule(f"block-{i}_scn")(x)
            x = self.get_submodule(f"block-{i}_att")(x, stretch)
        return x


class MainStream(nn.Module):
    """The blocks behind the three branches, each of half as many frames as the one before."""

    def __init__(self, layers: str, inner_share: int) -> None:
        super().__init__()
        temporal = {"sep": SeparableLayer, "sg": SandglassLayer}[layers]
        c_in = BRANCHES * BRANCH_CHANNELS[-1]
        for i, channels in enumerate(MAIN_CHANNELS):
            self.add_module(f"block-{i}_scn", SpatialLayer(c_in, channels))
            self.add_module(f"block-{i}_tcn-0", temporal(channels, 2))
            self.add_module(f"block-{i}_att", AttentionLayer(channels, channels // inner_share))
            c_in = channels

    def forward(self, x: Tensor, stretch: _Stretch) -> Tensor:
        """(N, 96, T, V) -> (N, 128, ceil(T / 4), V)."""
        for i in range(len(MAIN_CHANNELS)):
            x = self.get_submodule(f"block-{i}_tcn-0")(self.get_submodule(f"block-{i}_scn")(x))
            x = self.get_submodule(f"block-{i}_att")(x, stretch)
        return x


class EfficientGCN(nn.Module):
    """The teacher network.

    Args:
        class_count: number of classes.
        layers: the temporal layers, "sep" or "sg", see the module.
    """

    def __init__(self, class_count: int, layers: str = "sep") -> None:
        super().__init__()
        if layers not in LAYERS:
            raise ValueError(f"layers: expected one of {', '.join(LAYERS)}, got {layers!r}")
        inner_share = 4 if layers == "sep" else 2
        self.input_branches = nn.ModuleList([InputBranch(inner_share) for _ in range(BRANCHES)])
        self.main_stream = MainStream(layers, inner_share)
        self.classifier = nn.Sequential()  # fc and dropout by their published names
        self.classifier.add_module("dropout", nn.Dropout(DROPOUT))
        self.classifier.add_module("fc", nn.Conv3d(FEATURES, class_count, 1))
        for part in self.modules():
            if isinstance(part, _Graph):
                part.A.copy_(torch.from_numpy(adjacency_parts(FARTHEST[layers])))

    def features(self, x: Tensor) -> Tensor:
        """The last block's output, (N, 128, ceil(T / 4), V), from joint positions x (N, 3, T, V), T at least 1."""
        y, stretch = self._blocks(x)
        return stretch.whole(y)

    def forward(self, x: Tensor, pooled_steps: int | None = None) -> tuple[Tensor, Tensor]:
        """Scores (N, classes), and the feature map (N, 128, T', V) that the attention rests on.

        The map is zero where no frame of the person's clip stands below: attention speaks of what was seen.

        Args:
            x: (N, 3, T, V) joint positions in camera space, one person a row.
            pooled_steps: keep only this many of the newest outputs; None keeps all.
        """
        y, stretch = self._blocks(x)
        if pooled_steps is not None:
            newest = stretch.whole(y)[:, :, -pooled_steps:]
            return self._classified(newest.mean(dim=(2, 3))), newest
        size = x.abs().amax(dim=(1, 3))[:, None]  # (N, 1, T)
        seen = F.max_pool1d(size, TIME_STRIDE, ceil_mode=True) > 0  # (N, 1, T')
        return self._classified(stretch.mean(y).mean(dim=2)), stretch.whole(y) * seen[..., None]

    def _classified(self, pooled: Tensor) -> Tensor:
        return self.classifier(pooled[:, :, None, None, None]).flatten(1)

    def _blocks(self, x: Tensor) -> tuple[Tensor, _Stretch]:
        """The last block's output of the frames that are computed, and how these stand for all."""
        stretch = _Stretch(x.shape[2], _end(x))
        inputs = _inputs(x if stretch.kept == x.shape[2] else x[:, :, : stretch.kept])  # (N, 3, T, V, 6)
        branches = [
            branch(inputs[:, i].permute(0, 3, 1, 2), stretch) for i, branch in enumerate(self.input_branches)
        ]  # three times (N, 32, T, V)
        return self.main_stream(torch.cat(branches, dim=1), stretch), stretch


def _end(x: Tensor) -> int:
    """The frame after the last of x (N, 3, T, V) that is not all zeros; T where that must not be asked."""
    if x.is_cuda or torch.jit.is_tracing():
        return x.shape[2]
    there = x.detach().abs().amax(dim=(0, 1, 3)).nonzero()
    return int(there[-1]) + 1 if len(there) else 0


def _inputs(x: Tensor) -> Tensor:
    """(N, 3, T, V) -> (N, 3, T, V, 6): joints and the same relative to the spine mid; steps to the next frame and the
    one after; bones and their angles to the axes.
    """
    joints = x.permute(0, 2, 3, 1)  # (N, T, V, 3)
    place = torch.cat([joints, joints - joints[:, :, SPINE_MID : SPINE_MID + 1]], dim=-1)
    steps = torch.cat([joints[:, 1:-1] - joints[:, :-2], joints[:, 2:] - joints[:, :-2]], dim=-1)
    steps = torch.cat([steps, torch.zeros_like(place[:, :2])], dim=1)  # none of the last two frames
    bones = joints - joints[:, :, list(CONNECTED)]
    length = bones.square().sum(dim=-1, keepdim=True).sqrt() + 1e-4
    return torch.stack([place, steps, torch.cat([bones, torch.acos(bones / length)], dim=-1)], dim=1)
