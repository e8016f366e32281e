"""How fast the networks are on this machine, each figure beside its alternatives, all in one run.

    python -m tsmf_live.bench
    python -m tsmf_live.bench --json bench.json

Everything is also given as a ratio to the machine's own float32 matrix-product rate: machines differ, ratios less so.
Weights are random, which changes no time. Alternatives are timed in turn (A B C A B C ...) and the median is shown.
"""

from __future__ import annotations

import contextlib
import json
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode

from tsmf_live import command, roi
from tsmf_live.command import OneLineParser
from tsmf_live.frames import FRAME_RATE_HZ, Body
from tsmf_live.nets.attention import joint_attention
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.resnet import FusedResNet18, ResNet18, folded
from tsmf_live.nets.stgcn import STGCN
from tsmf_live.nets.stream import StreamSTGCN
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.skeleton import JOINT_COUNT
from tsmf_live.sources.base import EndOfSource
from tsmf_live.sources.replay import ReplaySource

ASSETS = Path(__file__).resolve().parents[1] / "assets"
CHECKPOINT, SAMPLE = ASSETS / "demo.safetensors", ASSETS / "sample"

CLASSES = 60
LONG_WINDOW, LIVE_WINDOW = 300, 90  # frames: NTU's 10 s, and the bundled checkpoint's 3 s
MATRIX_SIDE = 1536
STUDENT_GFLOP = 4.10  # ResNet-18 at 225x225
SECONDS_EACH = 2.0  # at least this long for each group of alternatives
STREAM_FRAMES = 120  # a multiple of four, so that strided steps count evenly

#: What tensor cores compute.
PRODUCTS = tuple(getattr(torch.ops.aten, name) for name in ("convolution", "mm", "addmm", "bmm", "baddbmm"))

Row = tuple[str, float, str]  # figure's name, value, what it is


def measure(alternatives: dict[str, Callable[[], object]], seconds: float = SECONDS_EACH) -> dict[str, float]:
    """Median milliseconds of each alternative, timed in turn after one warm-up each."""
    times: dict[str, list[float]] = {name: [] for name in alternatives}
    for run in alternatives.values():
        run()
    until = time.perf_counter() + seconds * len(alternatives)
    while time.perf_counter() < until or min(map(len, times.values())) < 3:
        for name, run in alternatives.items():
            began = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - began) * 1e3)
    return {name: statistics.median(taken) for name, taken in times.items()}


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
    """Windows against stream steps, one and two persons."""
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
            }
        )
        step, dense_step = ms["strided"] / STREAM_FRAMES, ms["dense"] / STREAM_FRAMES
        p = f"{persons}p{mark}"
        rows += [
            (f"window_300_{p}_ms", ms["published"], "300 frames, published form"),
            (f"window_300_ours_{p}_ms", ms["window"], "300 frames, ours"),
            (f"window_90_{p}_ms", ms["live"], "90 frames, ours: what window mode computes per update"),
            (f"stream_step_{p}_ms", step, "stream, one frame, new scores every 4th (mean)"),
            (f"stream_dense_step_{p}_ms", dense_step, "stream, one frame, new scores every frame"),
            (f"stream_vs_window_{p}", ms["published"] / step, "times less than the published window"),
            (f"stream_dense_vs_window_{p}", ms["published"] / dense_step, "times less, every frame"),
            (f"stream_vs_window_ours_{p}", ms["window"] / step, "times less than our own 300-frame window"),
        ]
    return rows


@torch.inference_mode()
def bench_student(threads: int) -> list[Row]:
    """The student's forms, and beside them the machine's matrix rate, which changes from minute to minute."""
    torch.set_num_threads(threads)
    a, b = torch.randn(MATRIX_SIDE, MATRIX_SIDE), torch.randn(MATRIX_SIDE, MATRIX_SIDE)
    network = ResNet18(CLASSES).eval()
    x = torch.randn(1, 3, roi.STUDENT_SIDE, roi.STUDENT_SIDE)
    last = x.contiguous(memory_format=torch.channels_last)
    channels_last = ResNet18(CLASSES).eval().to(memory_format=torch.channels_last)
    fast = folded(network)
    fused = FusedResNet18(fast, roi.STUDENT_SIDE)
    ms = measure(
        {
            "sgemm": lambda: torch.mm(a, b),
            "plain": lambda: network(x),
            "channels_last": lambda: channels_last(last),
            "folded": lambda: fast(last),
            "fused": lambda: fused(last),
        }
    )
    gflops = 2 * MATRIX_SIDE**3 / ms["sgemm"] / 1e6
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


class RoundedTo(TorchDispatchMode):
    """While it lasts, every convolution and matrix product rounds its inputs as a GPU's tensor cores do.

    Args:
        precision: "tf32" (10 bits of mantissa, 8 of exponent) or "bf16" (7 and 8). Sums stay float32, as there; "bf16"
            rounds the outputs as well.
    """

    def __init__(self, precision: str) -> None:
        super().__init__()
        self._precision = precision

    def __torch_dispatch__(
        self, operator: object, types: object, args: tuple = (), kwargs: dict | None = None
    ) -> object:
        if operator.overloadpacket not in PRODUCTS:
            return operator(*args, **(kwargs or {}))
        result = operator(*(self._rounded(a) for a in args), **(kwargs or {}))
        return self._rounded(result) if self._precision == "bf16" else result

    def _rounded(self, value: object) -> object:
        if not isinstance(value, Tensor) or value.dtype != torch.float32:
            return value
        if self._precision == "bf16":
            return value.bfloat16().float()
        bits = value.contiguous().view(torch.int32)
        half, kept = 1 << 12, -1 << 13  # of 23 bits of mantissa, 13 go
        return ((bits + half) & kept).view(torch.float32)


def sample_windows(spec: Spec) -> Iterator[tuple[np.ndarray, list[np.ndarray | None]]]:
    """One window of joints (T, 25, 3) every 2 s of the bundled sample, and its crops in the five frames."""
    seen: list[tuple[np.ndarray, np.ndarray | None]] = []
    moments = roi.evaluation_frames(spec.window_frames)
    with contextlib.closing(ReplaySource(SAMPLE)) as source, contextlib.suppress(EndOfSource):
        while True:
            frame = source.read()
            for body in frame.bodies[:1]:
                crops = roi.crops_of_picture(frame.color_bgra, body, spec.crop)
                seen = [*seen[1 - spec.window_frames :], (body.joints, crops)]
            if len(seen) == spec.window_frames and frame.index % round(2 * FRAME_RATE_HZ) == 0:
                yield np.stack([joints for joints, _ in seen]), [seen[i][1] for i in moments]


@torch.no_grad()
def fused_scores(model: TSMF, windows: list, precision: str | None = None) -> np.ndarray:
    """Fused scores (windows, classes), with the attention and everything else at that precision."""
    scores = []
    for joints, crops in windows:
        with contextlib.nullcontext() if precision is None else RoundedTo(precision):
            x = torch.from_numpy(model.input_of(joints)).permute(2, 0, 1)[None]
            teacher, feature = model.run_rows(x)
            weights = joint_attention(feature, model.spec.attention)[0].numpy()
            image = np.ascontiguousarray(roi.weigh(roi.compose([crops]), [weights]))
            student = model.student(torch.from_numpy(image)[None].permute(0, 3, 1, 2))
        scores.append(model.fuse(teacher[0].numpy(), student[0].numpy()))
    return np.stack(scores)


def bench_precision() -> list[Row]:
    """What a GPU's quicker arithmetic would do to the scores of the bundled weights on the bundled sample."""
    torch.set_num_threads(1)
    model = TSMF.load(CHECKPOINT)
    windows = list(sample_windows(model.spec))
    exact = fused_scores(model, windows)
    rows: list[Row] = []
    for precision in ("tf32", "bf16"):
        rounded = fused_scores(model, windows, precision)
        error = float(np.abs(rounded - exact).max() / np.abs(exact).max())
        same = float((rounded.argmax(axis=1) == exact.argmax(axis=1)).mean())
        rows += [
            (f"{precision}_score_error", error, f"{precision}, emulated: largest error over the largest score"),
            (f"{precision}_label_agreement", same, f"{precision}: share of {len(windows)} windows with the same label"),
        ]
    return rows


def table(rows: list[Row]) -> str:
    """Rows as aligned text."""
    return "\n".join(f"{name:32} {value:10.4g}  {meaning}" for name, value, meaning in rows)


def main() -> None:
    parser = OneLineParser(
        prog="python -m tsmf_live.bench",
        description=__doc__.split("\n")[0],
        epilog="example: python -m tsmf_live.bench --json bench.json",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write a flat object of named figures")
    args = parser.parse_args()
    machine = platform.processor() or platform.machine()
    print(f"torch {torch.__version__}, {machine}, Python {platform.python_version()}")
    groups: list[Callable[[], list[Row]]] = [
        lambda: bench_teacher(1),
        lambda: bench_teacher(2),
        lambda: bench_student(1),
        lambda: bench_student(2),
        bench_roi,
        bench_precision,
    ]
    rows: list[Row] = []
    for group in groups:
        new = group()
        print(table(new), flush=True)
        rows += new
    if args.json:
        args.json.write_text(json.dumps({name: value for name, value, _ in rows}, indent=1) + "\n")


if __name__ == "__main__":
    command.run(main)
