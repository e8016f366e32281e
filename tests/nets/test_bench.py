"""What is measured is what it says: the library's network computes the published one, work is counted as it is done."""

from __future__ import annotations

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from tests.fakes.networks import random_teacher
from tsmf_live.bench import peer
from tsmf_live.bench.networks import stream_gflop
from tsmf_live.nets.stgcn import TIME_STRIDE
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
    stepping = peer.steps(random_teacher("same"), frames, window_frames=TIME_STRIDE)
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
