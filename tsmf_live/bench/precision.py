"""What a GPU's quicker arithmetic would do to the scores, emulated on the CPU."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from tsmf_live import roi
from tsmf_live.bench.timing import Row
from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.nets.attention import joint_attention
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.sources.base import EndOfSource
from tsmf_live.sources.replay import ReplaySource

ASSETS = Path(__file__).resolve().parents[2] / "assets"
CHECKPOINT, SAMPLE = ASSETS / "demo.safetensors", ASSETS / "sample"

#: What tensor cores compute.
PRODUCTS = tuple(getattr(torch.ops.aten, name) for name in ("convolution", "mm", "addmm", "bmm", "baddbmm"))


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
def fused_scores(
    model: TSMF, windows: list, within: Callable[[], AbstractContextManager] = contextlib.nullcontext
) -> np.ndarray:
    """Fused scores (windows, classes), with the attention and everything else in the arithmetic of `within`."""
    scores = []
    for joints, crops in windows:
        with within():
            x = torch.from_numpy(model.input_of(joints)).permute(2, 0, 1)[None].to(model.device)
            teacher, feature = model.run_rows(x)
            weights = joint_attention(feature, model.spec.attention)[0].float().cpu().numpy()
            image = np.ascontiguousarray(roi.weigh(roi.compose([crops]), [weights]))
            student = model.student(torch.from_numpy(image)[None].permute(0, 3, 1, 2).to(model.device))
        scores.append(model.fuse(teacher[0].float().cpu().numpy(), student[0].float().cpu().numpy()))
    return np.stack(scores)


def agreement_rows(name: str, found: np.ndarray, exact: np.ndarray, what: str) -> list[Row]:
    """How far scores (windows, classes) are from the exact ones."""
    error = float(np.abs(found - exact).max() / np.abs(exact).max())
    same = float((found.argmax(axis=1) == exact.argmax(axis=1)).mean())
    return [
        (f"{name}_score_error", error, f"{what}: largest error over the largest score"),
        (f"{name}_label_agreement", same, f"{what}: share of {len(exact)} windows with the same label"),
    ]


def bench_precision() -> list[Row]:
    """What a GPU's quicker arithmetic would do to the scores of the bundled weights on the bundled sample."""
    torch.set_num_threads(1)
    model = TSMF.load(CHECKPOINT)
    windows = list(sample_windows(model.spec))
    exact = fused_scores(model, windows)
    rows: list[Row] = []
    for name in ("tf32", "bf16"):
        found = fused_scores(model, windows, lambda name=name: RoundedTo(name))
        rows += agreement_rows(name, found, exact, f"{name}, emulated")
    return rows
