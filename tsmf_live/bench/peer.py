"""The published ST-GCN as a continual network of the library that the field uses for it, to be timed beside ours.

`pip install continual-inference`; without it there is nothing to compare, and a line says so.

**Source:** Hedegaard et al., "Continual Spatio-Temporal Graph Convolutional Networks" (CoST-GCN), made with the modules
of their library: its convolutions, residuals and averages take one frame at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.util import find_spec

import torch
from torch import Tensor, nn

from tsmf_live.nets.stgcn import RECEPTIVE_FIELD_FRAMES, STGCN, TEMPORAL_KERNEL, TIME_STRIDE

HOW = "continual-inference is not installed, so it is not compared: pip install continual-inference"


def is_there() -> bool:
    """Whether the library is installed."""
    return find_spec("continual") is not None


class _Graph(nn.Module):
    """A block's graph convolution as published, x (N, C, T, V)."""

    def __init__(self, convolution: nn.Conv2d, adjacency: Tensor) -> None:
        super().__init__()
        self.convolution, self.adjacency = convolution, adjacency

    def forward(self, x: Tensor) -> Tensor:
        x = self.convolution(x)
        x = x.view(len(x), len(self.adjacency), -1, *x.shape[2:])  # (N, K, C', T, V)
        return torch.einsum("nkctv,kvw->nctw", x, self.adjacency).contiguous()


def continual(network: STGCN, outputs: int, dense: bool = False) -> nn.Module:
    """The library's network of the same weights; its input has been normalised by `data_bn`, and is (N, 3, T, V).

    Args:
        network: in evaluation mode, temporal form "same".
        outputs: how many of the last block's outputs are averaged.
        dense: without strides, so that every frame gives new scores.
    """
    import continual as co

    logging.getLogger("continual").setLevel(logging.ERROR)  # it warns of strides, which are meant
    parts: list[nn.Module] = []
    for block, importance in zip(network.st_gcn_networks, network.edge_importance, strict=True):
        normalise, _, inner, normalise_out, _ = block.tcn
        stride = 1 if dense else block.stride
        padding, c_out = (TEMPORAL_KERNEL - 1) // 2, inner.out_channels
        temporal = co.Conv2d(c_out, c_out, (TEMPORAL_KERNEL, 1), stride=(stride, 1), padding=(padding, 0))
        temporal.load_state_dict(inner.state_dict())
        graph = co.forward_stepping(_Graph(block.gcn.conv, (network.A * importance).detach()))
        main = co.Sequential(graph, normalise, nn.ReLU(), temporal, normalise_out)
        if isinstance(block.residual, nn.Sequential):
            inner = block.residual[0]
            same = co.Conv2d(inner.in_channels, c_out, 1, stride=(stride, 1))
            same.load_state_dict(inner.state_dict())
            main = co.BroadcastReduce(co.Sequential(same, block.residual[1]), main)
        elif block.residual is not None:
            main = co.Residual(main)
        parts += [main, nn.ReLU()]
    classify = co.Linear(network.fcn.in_channels, network.fcn.out_channels, channel_dim=1)
    classify.load_state_dict({"weight": network.fcn.weight[:, :, 0, 0], "bias": network.fcn.bias})
    over_joints, over_time = co.Lambda(lambda x: x.mean(dim=-1)), co.AvgPool1d(outputs, stride=1)
    return co.Sequential(*parts, over_joints, over_time, classify).eval()


def steps(network: STGCN, frames: Tensor, window_frames: int) -> dict[str, Callable[[], object]]:
    """What `bench` times: all frames (T, N, V, 3) one by one, with new scores every fourth frame and every frame.

    Both have seen some frames already: at first not all of the library's blocks compute. Empty where the library is not
    installed.
    """
    if not is_there():
        return {}
    outputs = window_frames // TIME_STRIDE
    x = frames.transpose(2, 3).contiguous()  # (T, N, 3, V)
    networks = {"library": continual(network, outputs), "library_dense": continual(network, outputs, dense=True)}
    for made in networks.values():
        for _ in range(RECEPTIVE_FIELD_FRAMES):
            made.forward_step(x[0])
    return {name: lambda n=made: [n.forward_step(frame) for frame in x] for name, made in networks.items()}
