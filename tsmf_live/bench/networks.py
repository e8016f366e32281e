"""How fast the networks are, each figure beside its alternatives, and as a ratio to the machine's own matrix rate.

Machines differ, ratios less so. Weights are random, which changes no time.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from tsmf_live import roi
from tsmf_live.bench import peer
from tsmf_live.bench.timing import Row, measure
from tsmf_live.frames import Body
from tsmf_live.nets.resnet import FusedResNet18, ResNet18, folded
from tsmf_live.nets.stgcn import STGCN, TEMPORAL_KERNEL
from tsmf_live.nets.stream import StreamSTGCN
from tsmf_live.skeleton import JOINT_COUNT

CLASSES = 60
LONG_WINDOW, LIVE_WINDOW = 300, 90  # frames: NTU's 10 s, and the bundled checkpoint's 3 s
MATRIX_SIDE = 1536
STUDENT_GFLOP = 4.10  # ResNet-18 at 225x225
STREAM_FRAMES = 8  # a multiple of four, so that steps with and without new scores count evenly


def matrix_products() -> dict[str, Callable[[], object]]:
    """Large products in each library that the networks use; the faster one is what this machine can do."""
    a, b = torch.randn(MATRIX_SIDE, MATRIX_SIDE), torch.randn(MATRIX_SIDE, MATRIX_SIDE)
    products: dict[str, Callable[[], object]] = {"mm": lambda: torch.mm(a, b)}
    if FusedResNet18.available():
        packed = torch.ops.mkldnn._reorder_linear_weight(b, MATRIX_SIDE)
        products["packed mm"] = lambda: torch.ops.mkldnn._linear_pointwise(a, packed, None, "none", [], "")
    return products


def matrix_rate(ms: dict[str, float]) -> float:
    """GFLOP/s of the faster of `matrix_products`, from the milliseconds measured."""
    return 2 * MATRIX_SIDE**3 / min(ms.get(name, float("inf")) for name in ("mm", "packed mm")) / 1e6


def stream_gflop(network: STGCN, dense: bool) -> float:
    """What the products of one frame of one person compute, in the mean over the frames."""
    flop, share = 0.0, 1.0  # share of the frames that this block is given
    for block in network.st_gcn_networks:
        c_in, c_out = block.gcn.conv.in_channels, block.tcn[2].out_channels
        parts = block.gcn.parts
        graph = 2 * JOINT_COUNT * parts * c_out * (c_in + JOINT_COUNT)
        after = 2 * JOINT_COUNT * TEMPORAL_KERNEL * c_out**2
        if isinstance(block.residual, torch.nn.Sequential):
            after += 2 * JOINT_COUNT * c_in * c_out
        given, share = share, share if dense else share / block.stride
        flop += given * graph + share * after
    return flop / 1e9


def published_forward(network: STGCN, x: Tensor) -> Tensor:
    """Scores as the published code computes them: (N, C, T, V) memory order, einsum over the adjacency."""
    n, c, t, v = x.shape
    x = network.data_bn(x.permute(0, 3, 1, 2).reshape(n, v * c, t)).view(n, v, c, t).permute(0, 2, 3, 1).contiguous()
    for block, importance in zip(network.st_gcn_networks, network.edge_importance, strict=True):
        y = block.gcn.conv(x)
        y = y.view(n, 3, -1, y.shape[2], v)
        y = torch.einsum("nkctv,kvw->nctw", y, network.A * importance).contiguous()
        normalise, relu, convolve, normalise_out, _ = block.tcn
        y = normalise_out(convolve(F.pad(relu(normalise(y)), (0, 0, 4, 4))))
        if block.residual is not None:
            y = y + block.residual(x[:, :, :: block.stride])
        x = F.relu(y)
    return network.classify(x)


@torch.inference_mode()
def bench_teacher(threads: int) -> list[Row]:
    """Windows against stream steps, one and two persons, beside the published form and the field's library."""
    torch.set_num_threads(threads)
    same, causal = STGCN(CLASSES, "same").eval(), STGCN(CLASSES, "causal").eval()
    rows: list[Row] = []
    mark = "" if threads == 1 else f"_{threads}t"
    for persons in (1, 2):
        long, live = (torch.randn(persons, 3, frames, JOINT_COUNT) for frames in (LONG_WINDOW, LIVE_WINDOW))
        strided, dense = (StreamSTGCN(causal, LONG_WINDOW, dense=dense) for dense in (False, True))
        frames, who = torch.randn(STREAM_FRAMES, persons, JOINT_COUNT, 3), list(range(persons))
        ms = measure(
            {
                "published": lambda x=long: published_forward(same, x),
                "window": lambda x=long: causal(x, LONG_WINDOW // 4),
                "live": lambda x=live: causal(x, LIVE_WINDOW // 4),
                "strided": lambda s=strided, f=frames, w=who: [s.forward_step(frame, w) for frame in f],
                "dense": lambda s=dense, f=frames, w=who: [s.forward_step(frame, w) for frame in f],
                **peer.steps(same, frames, LONG_WINDOW),
                **matrix_products(),
            },
            threads=threads,
        )
        p = f"{persons}p{mark}"
        rows += [
            (f"window_300_{p}_ms", ms["published"], "300 frames, published form"),
            (f"window_300_ours_{p}_ms", ms["window"], "300 frames, ours"),
            (f"window_90_{p}_ms", ms["live"], "90 frames, ours: what window mode computes per update"),
            *_stream_rows(ms, p, "", "new scores every 4th (mean)"),
            *_stream_rows(ms, p, "_dense", "new scores every frame"),
        ]
        if threads == 1:
            gflops = matrix_rate(ms)
            rows.append((f"matrix_gflops_{p}", gflops, "float32 matrix products beside them, GFLOP/s"))
            for kind, name in (("strided", "stream"), ("dense", "stream_dense")):
                ideal_ms = persons * stream_gflop(causal, kind == "dense") / gflops * 1e3
                what = f"times the {persons * stream_gflop(causal, kind == 'dense') * 1e3:.0f} MFLOP at that rate"
                rows.append((f"{name}_vs_matrix_{p}", ms[kind] / STREAM_FRAMES / ideal_ms, what))
    return rows


def _stream_rows(ms: dict[str, float], p: str, dense: str, what: str) -> list[Row]:
    """A stream's step beside the windows and beside the library's step."""
    step = ms["dense" if dense else "strided"] / STREAM_FRAMES
    rows = [
        (f"stream{dense}_step_{p}_ms", step, f"stream, one frame, {what}"),
        (f"stream{dense}_vs_window_{p}", ms["published"] / step, "times less than the published window"),
        (f"stream{dense}_vs_window_ours_{p}", ms["window"] / step, "times less than our own 300-frame window"),
    ]
    library = ms.get(f"library{dense}")
    if library is not None:
        rows += [
            (f"library{dense}_step_{p}_ms", library / STREAM_FRAMES, f"continual-inference, one frame, {what}"),
            (f"stream{dense}_vs_library_{p}", library / STREAM_FRAMES / step, "times less than continual-inference"),
        ]
    return rows


@torch.inference_mode()
def bench_student(threads: int) -> list[Row]:
    """The student's forms, and beside them the machine's matrix rate, which changes from minute to minute."""
    torch.set_num_threads(threads)
    network = ResNet18(CLASSES).eval()
    x = torch.randn(1, 3, roi.STUDENT_SIDE, roi.STUDENT_SIDE)
    last = x.contiguous(memory_format=torch.channels_last)
    channels_last = ResNet18(CLASSES).eval().to(memory_format=torch.channels_last)
    fast = folded(network)
    fused = FusedResNet18(fast, roi.STUDENT_SIDE)
    ms = measure(
        {
            **matrix_products(),
            "plain": lambda: network(x),
            "channels_last": lambda: channels_last(last),
            "folded": lambda: fast(last),
            "fused": lambda: fused(last),
        },
        threads=threads,
    )
    gflops = matrix_rate(ms)
    mark = "" if threads == 1 else f"_{threads}t"
    rows = [
        (f"sgemm_gflops_{threads}t", gflops, "float32 matrix products, GFLOP/s"),
        (f"student_plain{mark}_ms", ms["plain"], "student, as published"),
        (f"student_channels_last{mark}_ms", ms["channels_last"], "student, channels-last"),
        (f"student_folded{mark}_ms", ms["folded"], "student, channels-last and folded: what a GPU runs"),
        (f"student{mark}_ms", ms["fused"], "student, folded, ReLU and shortcut within the convolutions: what runs"),
    ]
    if threads == 1:
        ideal_ms = STUDENT_GFLOP / gflops * 1e3
        rows.append(("student_vs_sgemm", ms["fused"] / ideal_ms, "times 4.10 GFLOP at the matrix rate"))
    return rows


def bench_roi() -> list[Row]:
    """Cutting one frame's crops of one person, and laying out and weighting the student's image."""
    cv2.setNumThreads(1)
    color = np.random.default_rng(0).integers(0, 256, (1080, 1920, 4), np.uint8)
    joints = np.random.default_rng(1).normal((0, 0, 2.5), 0.2, (JOINT_COUNT, 3)).astype(np.float32)
    xy = np.random.default_rng(2).uniform((200, 200), (1700, 900), (JOINT_COUNT, 2)).astype(np.float32)
    states, turns = np.full(JOINT_COUNT, 2, np.uint8), np.zeros((JOINT_COUNT, 4), np.float32)
    body = Body(1, joints, states, xy, turns)
    crops = roi.crops_of_picture(color, body, "metric")
    weights = np.ones(JOINT_COUNT, np.float32)
    ms = measure(
        {
            "fixed": lambda: roi.crops_of_picture(color, body, "fixed"),
            "metric": lambda: roi.crops_of_picture(color, body, "metric"),
            "image": lambda: roi.weigh(roi.compose([[crops] * roi.COLUMNS]), [weights]),
        },
        seconds=0.5,
    )
    return [
        ("crops_fixed_ms", ms["fixed"], "five 96-px crops of a frame"),
        ("crops_metric_ms", ms["metric"], "five 0.30-m crops of a frame"),
        ("roi_ms", ms["image"], "the student's image: laid out, scaled, normalised, weighted"),
    ]
