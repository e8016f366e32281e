"""The stream gives what the causal clip gives: any length, any people who come and go, both forms, both attentions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.overrides import TorchFunctionMode

from tests.fakes.networks import random_model, random_teacher
from tsmf_live.nets.attention import joint_attention
from tsmf_live.nets.joint_input import FRAME_BY_FRAME
from tsmf_live.nets.stgcn import RECEPTIVE_FIELD_FRAMES, STGCN, TIME_STRIDE
from tsmf_live.nets.stream import StreamSTGCN, _FoldedNetwork, _Product
from tsmf_live.nets.tsmf import TSMF, TeacherStream
from tsmf_live.skeleton import JOINT_COUNT

WINDOW = 24  # frames: short, so that the moving average is full early
OUTPUTS = WINDOW // TIME_STRIDE
TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def network() -> STGCN:
    return random_teacher("causal")


@pytest.fixture(scope="module")
def narrow() -> STGCN:
    """Half as wide: narrow and wide matrices are multiplied in different ways, it has both."""
    network = random_teacher("causal", width=0.5)
    with torch.no_grad():
        parts = _FoldedNetwork(network, WINDOW, "paper", False, 6).modules()
    packed = {part.packed for part in parts if isinstance(part, _Product)}
    assert packed == {True, False} or not torch.backends.mkldnn.is_available()
    return network


def frames_of(seed: int, count: int) -> torch.Tensor:
    return torch.randn(count, JOINT_COUNT, 3, generator=torch.Generator().manual_seed(seed))


@torch.inference_mode()
def clip_of(network: STGCN, frames: torch.Tensor, kind: str) -> tuple[torch.Tensor, torch.Tensor]:
    """The plain reference: scores and attention of the whole clip from the reset on."""
    scores, feature = network(frames.permute(2, 0, 1)[None], OUTPUTS)
    return scores[0], joint_attention(feature, kind)[0]


def assert_equal(result, row: int, network: STGCN, frames: torch.Tensor, kind: str) -> None:
    scores, attention = clip_of(network, frames, kind)
    torch.testing.assert_close(result.scores[row], scores, atol=TOLERANCE, rtol=0)
    torch.testing.assert_close(result.attention[row], attention, atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize("kind", ["paper", "released"])
@pytest.mark.parametrize("dense", [False, True])
def test_every_step_equals_the_clip_from_the_reset(narrow, kind, dense):
    stream, frames = StreamSTGCN(narrow, WINDOW, kind, dense), frames_of(1, 40)
    for t in range(40):
        result = stream.forward_step(frames[t : t + 1], [0])
        assert bool(result.fresh[0]) == (dense or t % TIME_STRIDE == 0)
        if result.fresh[0]:
            assert_equal(result, 0, narrow, frames[: t + 1], kind)


def test_a_step_asks_for_the_interpreters_lock_a_few_times_only(network):
    class Counting(TorchFunctionMode):
        calls = 0

        def __torch_function__(self, function, types, arguments=(), more=None):
            self.calls += 1
            return function(*arguments, **(more or {}))

    stream = StreamSTGCN(network, WINDOW, dense=True)
    with Counting() as counting:
        stream.forward_step(frames_of(1, 2), [0, 1])
    assert counting.calls < 12


def test_between_two_outputs_the_last_one_stands(network):
    stream, frames = StreamSTGCN(network, WINDOW), frames_of(2, 7)
    results = [stream.forward_step(frame[None], [0]) for frame in frames]
    assert torch.equal(results[6].scores, results[4].scores)
    assert not torch.equal(results[4].scores, results[0].scores)


def test_a_clip_with_152_frames_of_context_gives_the_same(network):
    frames = frames_of(3, 241)
    stream = StreamSTGCN(network, WINDOW, dense=True)
    result = stream.forward_steps(frames)
    pooled = (OUTPUTS - 1) * TIME_STRIDE + 1
    assert_equal(result, 0, network, frames[-(RECEPTIVE_FIELD_FRAMES - 1) - pooled :], "paper")


VISITS = {
    "dense": st.booleans(),
    "kind": st.sampled_from(["paper", "released"]),
    "visits": st.lists(st.tuples(st.integers(0, 3), st.integers(1, 14), st.booleans()), min_size=1, max_size=7),
    "seed": st.integers(0, 1000),
}


@settings(max_examples=8, deadline=None)
@given(**VISITS)
def test_people_who_come_and_go_do_not_touch_each_other(narrow, dense, kind, visits, seed):
    come_and_go(narrow, dense, kind, visits, seed)


@pytest.mark.long
@settings(max_examples=100, deadline=None)
@given(**VISITS)
def test_people_who_come_and_go_100_times_do_not_touch_each_other(network, dense, kind, visits, seed):
    come_and_go(network, dense, kind, visits, seed)


def come_and_go(network: STGCN, dense: bool, kind: str, visits: list[tuple[int, int, bool]], seed: int) -> None:
    """Visits (person, frames, sparse) overlap at random; a person who comes back begins anew."""
    rng = torch.Generator().manual_seed(seed)
    stream = StreamSTGCN(network, WINDOW, kind, dense, capacity=4)
    seen: dict[int, torch.Tensor] = {}
    sparse: dict[int, bool] = {}
    for person, length, sparse[person] in visits:
        stream.reset(person, sparse[person])
        seen[person] = torch.zeros(0, JOINT_COUNT, 3)
        for _ in range(length):
            here = [p for p in seen if p == person or torch.rand(1, generator=rng) < 0.6]
            frame = torch.randn(len(here), JOINT_COUNT, 3, generator=rng)
            result = stream.forward_step(frame, here)
            for row, p in enumerate(here):
                seen[p] = torch.cat([seen[p], frame[row : row + 1]])
    for row, p in enumerate(here):
        newest = len(seen[p]) if dense and not sparse[p] else (len(seen[p]) - 1) // TIME_STRIDE * TIME_STRIDE + 1
        assert_equal(result, row, network, seen[p][:newest], kind)


def test_forward_begins_anew_each_time(network):
    stream, frames = StreamSTGCN(network, WINDOW, dense=True), frames_of(4, 20)
    first = stream.forward(frames).scores
    assert torch.equal(stream.forward(frames).scores, first)


def test_a_network_that_looks_ahead_cannot_stream():
    with pytest.raises(ValueError, match="causal"):
        StreamSTGCN(STGCN(5, "same").eval(), WINDOW)


def test_delay_and_receptive_field_are_those_of_the_network(network):
    assert StreamSTGCN.delay_frames == 0
    assert StreamSTGCN.receptive_field_frames == RECEPTIVE_FIELD_FRAMES == 153


@pytest.mark.parametrize("kind", FRAME_BY_FRAME)
@pytest.mark.parametrize("width", [1.0, 0.25])
def test_the_models_stream_gives_what_the_clip_gives_in_every_normalisation_and_width(kind, width):
    model = random_model(normalisation=kind, temporal="causal", mode="stream", window_frames=WINDOW)
    spec = replace(model.spec, architecture="stgcn", width=width)
    torch.manual_seed(5)
    model = TSMF(spec, STGCN(len(spec.labels), "causal", width=width), None)
    joints = np.random.default_rng(3).normal((0, 0, 3), 0.3, (2, 33, JOINT_COUNT, 3)).astype(np.float32)
    stream = TeacherStream(model)
    for slot in (0, 4):
        stream.begin(slot)
    for frame in joints.swapaxes(0, 1):
        stream.push([0, 4], frame)
    whole, said = model.run_teacher(list(joints)), stream.output([0, 4])
    np.testing.assert_allclose(said.scores, whole.scores, atol=TOLERANCE)
    np.testing.assert_allclose(said.attention, whole.attention, atol=TOLERANCE)
