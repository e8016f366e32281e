"""Everything that only a CUDA GPU can show: captured graphs beside eager calls, streams, training, rounded arithmetic.

The code of the live program itself is timed: nets.gpu.Captured, nets.stream, nets.tsmf, with products in TF32 as there.
A stream's step is not captured: where its frames lie changes from step to step. Each time ends when the results are on
the CPU.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tsmf_live.bench.precision import CHECKPOINT, agreement_rows, fused_scores, sample_windows
from tsmf_live.bench.timing import Row, measure
from tsmf_live.frames import UsageError
from tsmf_live.nets.gpu import CAPTURE_AT_CALL, Captured
from tsmf_live.nets.resnet import ResNet18, folded
from tsmf_live.nets.stgcn import STGCN
from tsmf_live.nets.stream import StreamSTGCN
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.roi import STUDENT_SIDE
from tsmf_live.skeleton import JOINT_COUNT

CLASSES = 60
FRAMES, BATCH = 300, 64  # NTU's 10 s, and the published batch
STREAM_FRAMES = 40  # a multiple of four
TIMED_STEPS, WARM_STEPS = 10, 3
#: torch's name for the precision of float32 products, and whether bfloat16 is used where autocast allows it.
PRECISIONS = {"float32": ("highest", False), "tf32": ("high", False), "bf16": ("high", True)}


def gpu() -> torch.device:
    """The GPU to be measured; UsageError without one: nothing can be claimed."""
    if not torch.cuda.is_available():
        raise UsageError(
            "--gpu: no CUDA GPU here, so nothing was measured; expected one that torch can use, python -m "
            "tsmf_live.doctor says what it lacks"
        )
    return torch.device("cuda")


@contextlib.contextmanager
def precision(name: str, device: torch.device) -> Iterator[None]:
    """While it lasts, products are computed as one of PRECISIONS."""
    products, is_bf16 = PRECISIONS[name]
    before = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    torch.set_float32_matmul_precision(products)
    torch.backends.cudnn.allow_tf32 = products != "highest"
    try:
        with torch.autocast(device.type, torch.bfloat16, enabled=is_bf16):
            yield
    finally:
        torch.set_float32_matmul_precision(before[0])
        torch.backends.cudnn.allow_tf32 = before[1]


@torch.inference_mode()
def bench_graphs(device: torch.device, seconds: float = 2.0) -> list[Row]:
    """Windows, streams and the student: captured, eager, one and two persons."""
    torch.manual_seed(0)
    network = STGCN(CLASSES, "causal").eval().to(device)
    student = folded(ResNet18(CLASSES)).to(device)
    image = torch.randn(1, 3, STUDENT_SIDE, STUDENT_SIDE)
    rows = _beside(lambda x: (student(x),), image, device, "student", "the student's image", seconds)
    for persons in (1, 2):
        window = torch.randn(persons, 3, FRAMES, JOINT_COUNT)
        what = f"{FRAMES} frames, {persons} person{'s' * (persons > 1)}"
        rows += _beside(lambda x: network(x)[:1], window, device, f"window_{persons}p", what, seconds)
        frames, who = torch.randn(STREAM_FRAMES, persons, JOINT_COUNT, 3), list(range(persons))
        for dense in (False, True):
            stream = StreamSTGCN(network, FRAMES, dense=dense)

            def step_through(stream: StreamSTGCN = stream, frames: Tensor = frames, who: list[int] = who) -> None:
                for frame in frames:
                    stream.forward_step(frame.to(device), who).scores.cpu()

            ms = measure({"steps": step_through}, seconds, threads=0)["steps"] / STREAM_FRAMES
            name = f"stream{'_dense' if dense else ''}_{persons}p_ms"
            rows.append((name, ms, f"stream, eager, one frame, new scores every {'frame' if dense else '4th'}"))
    return rows


def _beside(
    function: Callable[[Tensor], tuple[Tensor, ...]],
    x: Tensor,
    device: torch.device,
    name: str,
    what: str,
    seconds: float,
) -> list[Row]:
    """A function captured and eager, from x on the CPU to results on the CPU."""
    captured = Captured(function, device)
    for _ in range(CAPTURE_AT_CALL):
        result = captured(x)
    eager = [output.cpu() for output in function(x.to(device))]
    error = max(float((a - b).abs().max()) for a, b in zip(result, eager, strict=True))
    runs = {
        "eager": lambda: [output.cpu() for output in function(x.to(device))],
        "captured": lambda: captured(x),
    }
    ms = measure(runs, seconds, threads=0)
    return [
        (f"{name}_eager_ms", ms["eager"], f"{what}, eager"),
        (f"{name}_captured_ms", ms["captured"], f"{what}, as a captured graph"),
        (
            f"{name}_is_captured",
            float(captured.has_graph(x)),
            "1: it was captured; 0: it could not be, and ran eagerly",
        ),
        (f"{name}_captured_error", error, "largest difference between the two"),
    ]


def bench_training(device: torch.device, batch: int = BATCH, frames: int = FRAMES) -> list[Row]:
    """Steps a second of teacher and student: forward, backward, SGD with momentum, as in training."""
    rows: list[Row] = []
    inputs: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
        "teacher": (lambda: STGCN(CLASSES, "causal"), (batch, 3, frames, JOINT_COUNT)),
        "student": (lambda: ResNet18(CLASSES), (batch, 3, STUDENT_SIDE, STUDENT_SIDE)),
    }
    for role, (make, shape) in inputs.items():
        x = torch.randn(shape, device=device)
        labels = torch.arange(batch, device=device) % CLASSES
        for name in PRECISIONS:
            rate = _steps_a_second(make().to(device).train(), x, labels, name)
            rows.append((f"train_{role}_{name}_steps_s", rate, f"steps a second, {role}, batch {batch}, {name}"))
    return rows


def _steps_a_second(network: nn.Module, x: Tensor, labels: Tensor, name: str) -> float:
    optimizer = torch.optim.SGD(network.parameters(), 0.01, momentum=0.9, nesterov=True, weight_decay=1e-4)
    began_s = 0.0
    for step in range(WARM_STEPS + TIMED_STEPS):
        if step == WARM_STEPS:
            began_s = time.perf_counter()  # `item` below has waited for the step before
        with precision(name, x.device):
            scores = network(x)
            loss = F.cross_entropy(scores if isinstance(scores, Tensor) else scores[0], labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        loss.item()
    if x.device.type == "cuda":
        torch.cuda.synchronize(x.device)
    return TIMED_STEPS / (time.perf_counter() - began_s)


def bench_agreement(device: torch.device) -> list[Row]:
    """Scores and labels of the bundled weights on the bundled sample, beside float32 on the CPU."""
    model = TSMF.load(CHECKPOINT)
    windows = list(sample_windows(model.spec))
    exact = fused_scores(model, windows)
    model.move(str(device))
    rows: list[Row] = []
    for name in PRECISIONS:
        found = fused_scores(model, windows, lambda name=name: precision(name, device))
        rows += agreement_rows(f"gpu_{name}", found, exact, f"{name} on the GPU")
    return rows


def bench_gpu() -> Iterator[list[Row]]:
    """All of it, group by group; UsageError without a GPU."""
    device = gpu()
    print(torch.cuda.get_device_name(device), flush=True)
    with precision("tf32", device):
        yield bench_graphs(device)
    yield bench_training(device)
    yield bench_agreement(device)
