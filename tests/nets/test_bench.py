"""What is measured is what it says: the library's network computes the published one, work is counted as it is done."""

from __future__ import annotations

from itertools import islice

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from tests.fakes.networks import random_teacher
from tsmf_live import command
from tsmf_live.bench import __main__ as bench
from tsmf_live.bench import gpu, peer
from tsmf_live.bench.networks import stream_gflop
from tsmf_live.nets.gpu import Captured, _Graph
from tsmf_live.nets.stgcn import STGCN, TIME_STRIDE
from tsmf_live.nets.stream import StreamSTGCN
from tsmf_live.skeleton import JOINT_COUNT

needs_library = pytest.mark.skipif(not peer.is_there(), reason=peer.HOW)


@needs_library
@torch.inference_mode()
def test_the_librarys_network_computes_what_the_published_one_does():
    network = random_teacher("same")
    x = torch.randn(1, 3, 40, JOINT_COUNT, generator=torch.Generator().manual_seed(1))
    normalised = network.data_bn(x.permute(0, 3, 1, 2).flatten(1, 2)).view(1, JOINT_COUNT, 3, -1).permute(0, 2, 3, 1)
    scores = peer.continual(network, outputs=40 // TIME_STRIDE)(normalised)
    torch.testing.assert_close(scores[..., -1], network(x)[0], atol=1e-5, rtol=1e-5)


@needs_library
@torch.inference_mode()
def test_every_fourth_frame_the_librarys_network_has_new_scores():
    frames = torch.randn(8, 1, JOINT_COUNT, 3)
    stepping = peer.steps(random_teacher("same", width=0.125), frames, window_frames=TIME_STRIDE)
    given = [isinstance(result, torch.Tensor) for result in stepping["library"]()]
    assert sum(given) == len(frames) // TIME_STRIDE
    assert all(isinstance(result, torch.Tensor) for result in stepping["library_dense"]())


class Counting(TorchDispatchMode):
    """Counts what matrix products compute while it lasts, also those that write into what is there."""

    flop = 0

    def __torch_dispatch__(
        self, operator: object, types: object, args: tuple = (), kwargs: dict | None = None
    ) -> object:
        if operator.overloadpacket in (torch.ops.aten.mm, torch.ops.aten.addmm, torch.ops.aten.addmm_):
            left, right = args[-2:]
            self.flop += 2 * left.shape[0] * left.shape[1] * right.shape[1]
        return operator(*args, **(kwargs or {}))


@pytest.mark.parametrize("dense", [False, True])
def test_the_work_of_a_frame_is_counted_as_it_is_done(dense, monkeypatch):
    monkeypatch.setattr("tsmf_live.nets.stream.PACKED_FROM", 10**6)  # plain products, which can be counted
    network = random_teacher("causal")
    stream = StreamSTGCN(network, 24, dense=dense)
    with Counting() as counting:
        for frame in torch.randn(TIME_STRIDE, 1, JOINT_COUNT, 3):
            stream.forward_step(frame, [0])
    assert counting.flop / TIME_STRIDE / 1e9 == pytest.approx(stream_gflop(network, dense), rel=0.001)


def test_without_a_gpu_one_line_says_so_and_nothing_is_claimed(monkeypatch, capsys):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("sys.argv", ["bench", "--gpu"])
    assert command.exit_code(bench.main) == 2
    out, err = capsys.readouterr()
    assert len(err.splitlines()) == 1
    assert "no CUDA GPU here, so nothing was measured" in err
    assert len(out.splitlines()) == 1  # the machine


class Replay:
    """A graph as CUDA would replay it: reads the inputs and writes the outputs where they lie."""

    def __init__(self, function, inputs: Tensor, outputs: tuple[Tensor, ...]) -> None:
        self._function, self._inputs, self._outputs = function, inputs, outputs
        self.count = 0

    def replay(self) -> None:
        self.count += 1
        for output, new in zip(self._outputs, self._function(self._inputs), strict=True):
            output.copy_(new)


@pytest.fixture
def replays(monkeypatch) -> list[Replay]:
    """Graphs are captured on the CPU, too, by a double of CUDA's; those that were made."""
    made: list[Replay] = []
    init = Captured.__init__

    def begin(self: Captured, function, device: torch.device) -> None:
        init(self, function, device)
        self._captures = True

    def capture(self: Captured, x: Tensor) -> _Graph:
        inputs = x.clone()
        outputs = tuple(torch.zeros_like(output) for output in self._function(inputs))
        made.append(Replay(self._function, inputs, outputs))
        return _Graph(x.clone(), inputs, outputs, made[-1])

    monkeypatch.setattr(Captured, "__init__", begin)
    monkeypatch.setattr(Captured, "_capture", capture)
    return made


def test_captured_calls_are_timed_beside_eager_ones_and_give_the_same(replays, monkeypatch):
    monkeypatch.setattr(gpu, "STGCN", lambda classes, temporal: STGCN(classes, temporal, width=0.125))
    monkeypatch.setattr(gpu, "FRAMES", 20)
    found = {name: value for name, value, _ in gpu.bench_graphs(torch.device("cpu"), seconds=0.0)}
    assert len(replays) == 3  # the student, and windows of one and two persons
    assert all(replay.count > 0 for replay in replays)
    for name in ("student", "window_1p", "window_2p"):
        assert found[f"{name}_is_captured"] == 1
        assert found[f"{name}_captured_error"] == 0
        assert found[f"{name}_eager_ms"] > 0
    assert {f"stream{kind}_{persons}p_ms" for kind in ("", "_dense") for persons in (1, 2)} <= set(found)


def test_what_cannot_be_captured_is_said():
    (_, _, captured, error) = gpu._beside(lambda x: (x + 1,), torch.ones(2), torch.device("cpu"), "x", "", 0.0)
    assert (captured[1], error[1]) == (0, 0)


def test_training_steps_are_counted_in_each_precision(monkeypatch):
    monkeypatch.setattr(gpu, "TIMED_STEPS", 1)
    monkeypatch.setattr(gpu, "WARM_STEPS", 1)
    monkeypatch.setattr(gpu, "STUDENT_SIDE", 65)
    monkeypatch.setattr(gpu, "STGCN", lambda classes, temporal: STGCN(classes, temporal, width=0.125))
    before = torch.get_float32_matmul_precision()
    rows = gpu.bench_training(torch.device("cpu"), batch=2, frames=12)
    assert len(rows) == 2 * len(gpu.PRECISIONS)
    assert all(rate > 0 for _, rate, _ in rows)
    assert torch.get_float32_matmul_precision() == before


def test_labels_are_compared_with_those_of_the_cpu(monkeypatch):
    few = gpu.sample_windows
    monkeypatch.setattr(gpu, "sample_windows", lambda spec: islice(few(spec), 2))
    found = {name: value for name, value, _ in gpu.bench_agreement(torch.device("cpu"))}
    assert found["gpu_float32_label_agreement"] == 1
    assert found["gpu_float32_score_error"] < 1e-5
    assert found["gpu_bf16_score_error"] > found["gpu_float32_score_error"]
