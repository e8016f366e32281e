"""The networks: published outputs, both temporal forms, independence of persons, attention."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from tests.fakes.networks import GOLDEN, needs_golden, random_model, random_teacher
from tsmf_live.nets.attention import RELEASED_SCALE, joint_attention, released_pair_attention
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.joint_input import normalise
from tsmf_live.nets.resnet import FusedResNet18, ResNet18, folded
from tsmf_live.nets.stgcn import CHANNELS, RECEPTIVE_FIELD_FRAMES, STGCN, TIME_STRIDE
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.nets.undrawn import Undrawn
from tsmf_live.skeleton import BONES, JOINT_COUNT, PARENTS, SPINE_SHOULDER, spatial_partition


def relative_error(out: torch.Tensor | np.ndarray, reference: np.ndarray) -> float:
    return float(np.linalg.norm(np.asarray(out) - reference) / np.linalg.norm(reference))


@pytest.fixture(scope="module")
def published() -> tuple[STGCN, dict[str, np.ndarray]]:
    network = STGCN(60, "same")
    state = load_file(GOLDEN / "stgcn.safetensors")
    network.load_state_dict({k: t.float() if t.is_floating_point() else t for k, t in state.items()})
    return network.eval(), dict(np.load(GOLDEN / "stgcn.npz"))


@needs_golden
@torch.inference_mode()
def test_teacher_gives_the_published_scores_and_feature_map(published):
    network, golden = published
    n, c, t, v, m = golden["x"].shape
    rows = torch.from_numpy(golden["x"]).permute(0, 4, 1, 2, 3).reshape(n * m, c, t, v)
    scores, feature = network(rows)
    assert relative_error(scores.view(n, m, -1).mean(1), golden["logits"]) < 1e-4
    feature = feature.reshape(n, m, *feature.shape[1:]).permute(0, 2, 3, 4, 1)
    assert relative_error(feature, golden["feature"]) < 1e-4
    scores, feature = network(torch.from_numpy(golden["x64"][..., 0]))
    assert relative_error(scores, golden["logits64"]) < 1e-4
    assert relative_error(feature, golden["feature64"][..., 0]) < 1e-4


@needs_golden
def test_released_arithmetic_gives_the_published_scores_from_people(published):
    network, golden = published
    labels = tuple(str(k) for k in range(60))
    spec = Spec(labels=labels, temporal="same", window_frames=300, arithmetic="released", attention="released")
    released = TSMF(spec, network, ResNet18(60))
    for n, people in ((0, 2), (1, 1)):  # the second sample is one person, 200 frames long
        frames = 300 if n == 0 else 200
        clips = [np.ascontiguousarray(golden["x"][n, :, :frames, :, m].transpose(1, 2, 0)) for m in range(people)]
        assert relative_error(released.run_teacher(clips).scene, golden["logits"][n]) < 1e-4


def test_adjacency_columns_sum_to_one_and_parts_do_not_overlap():
    parts = spatial_partition()
    np.testing.assert_allclose(parts.sum(axis=(0, 1)), 1, atol=1e-6)
    assert ((parts > 0).sum(axis=0) <= 1).all()
    assert (parts > 0).sum() == JOINT_COUNT + 2 * len(BONES)


def test_every_joint_hangs_on_the_centre():
    for joint in range(JOINT_COUNT):
        steps = 0
        while joint != SPINE_SHOULDER:
            joint, steps = PARENTS[joint], steps + 1
            assert steps < JOINT_COUNT


@pytest.fixture(scope="module", params=["same", "causal"])
def either_teacher(request) -> STGCN:
    return random_teacher(request.param)


@pytest.mark.parametrize("frames", [1, 2, 3, 4, 5, 61, 64])
@torch.inference_mode()
def test_any_clip_length_gives_finite_scores(either_teacher, frames):
    scores, feature = either_teacher(torch.randn(2, 3, frames, JOINT_COUNT))
    assert feature.shape == (2, CHANNELS[-1], -(-frames // TIME_STRIDE), JOINT_COUNT)
    assert torch.isfinite(scores).all()


@torch.inference_mode()
def test_causal_outputs_do_not_look_ahead():
    network, x = random_teacher("causal"), torch.randn(1, 3, 101, JOINT_COUNT)
    whole = network.features(x)
    earlier = network.features(x[:, :, :97])  # outputs exist at frames 100, 96, 92, ...: the same phase
    torch.testing.assert_close(whole[:, :, :-1], earlier, atol=1e-5, rtol=1e-4)


@torch.inference_mode()
def test_causal_receptive_field_is_153_frames():
    network = random_teacher("causal")
    x = torch.randn(1, 3, RECEPTIVE_FIELD_FRAMES + 1, JOINT_COUNT)
    newest = network.features(x)[:, :, -1]
    for frame, matters in ((0, False), (1, True)):
        changed = x.clone()
        changed[:, :, frame] += 5.0
        assert torch.equal(network.features(changed)[:, :, -1], newest) != matters


@torch.inference_mode()
def test_row_0_of_a_batch_of_8_equals_the_row_alone(either_teacher):
    network, x = either_teacher, torch.randn(8, 3, 40, JOINT_COUNT)
    together, feature = network(x)
    alone, feature_alone = network(x[:1])
    torch.testing.assert_close(together[:1], alone, atol=1e-5, rtol=1e-5)
    for kind in ("paper", "released"):
        torch.testing.assert_close(joint_attention(feature, kind)[:1], joint_attention(feature_alone, kind))


def test_a_persons_scores_do_not_change_when_another_comes(model):
    rng = np.random.default_rng(1)
    first, second, short = (rng.normal(size=(t, JOINT_COUNT, 3)).astype(np.float32) for t in (60, 60, 13))
    alone = model.run_teacher([first])
    for others in ([second], [short], [second, short]):
        together = model.run_teacher([first, *others])
        np.testing.assert_allclose(together.scores[0], alone.scores[0], atol=1e-5)
        np.testing.assert_allclose(together.attention[0], alone.attention[0], atol=1e-5)
        np.testing.assert_allclose(together.scene, together.scores.mean(axis=0), atol=1e-6)


def test_paper_attention_is_equation_4_divided_by_its_mean():
    feature = torch.randn(2, CHANNELS[-1], 7, JOINT_COUNT)
    weights = joint_attention(feature, "paper")
    by_hand = np.abs(feature.numpy()).mean(axis=(1, 2))
    np.testing.assert_allclose(weights, by_hand / by_hand.mean(axis=1, keepdims=True), rtol=1e-5)


def test_released_attention_keeps_the_largest_fifth_of_the_time_steps():
    feature = torch.randn(1, CHANNELS[-1], 11, JOINT_COUNT)
    weights = joint_attention(feature, "released")[0]
    norm = np.sqrt((feature[0].numpy() ** 2).sum(axis=0))
    scaled = (norm - norm.min()) / (norm.max() - norm.min())
    by_hand = np.sort(scaled, axis=0)[-2:].mean(axis=0) * RELEASED_SCALE  # round(11 / 5) = 2
    np.testing.assert_allclose(weights, by_hand, rtol=1e-4)
    constant = joint_attention(torch.ones(1, 4, 3, JOINT_COUNT), "released")
    assert torch.isfinite(constant).all()


def test_released_pair_attention_is_whole_numbers_of_the_stronger_body():
    feature = torch.rand(2, CHANNELS[-1], 5, JOINT_COUNT)
    feature[1] *= 2
    weights, body = released_pair_attention(feature)
    assert body == 1
    np.testing.assert_allclose(weights * 127, torch.round(weights * 127), atol=1e-4)
    assert released_pair_attention(feature.flip(0))[1] == 0


def test_root_normalisation_moves_with_the_person_and_keeps_the_root():
    joints = np.random.default_rng(2).normal(size=(4, JOINT_COUNT, 3)).astype(np.float32)
    moved = joints + np.float32([1, 2, 3])
    a, b = normalise(joints, "root"), normalise(moved, "root")
    np.testing.assert_allclose(a[:, 1:], b[:, 1:], atol=1e-5)
    np.testing.assert_array_equal(b[:, 0], moved[:, 0])
    assert normalise(joints, "none") is joints


def test_student_has_torchvisions_names_and_size():
    state = ResNet18(1000).state_dict()
    assert sum(t.numel() for k, t in state.items() if "running" not in k and "num_batches" not in k) == 11_689_512
    for name in (
        "conv1.weight",
        "layer1.0.bn2.running_var",
        "layer4.1.conv2.weight",
        "layer2.0.downsample.0.weight",
        "fc.bias",
    ):
        assert name in state


@pytest.mark.parametrize("side", [225, 97])
@pytest.mark.parametrize("count", [1, 2])
def test_the_students_faster_forms_give_the_same_scores(side, count):
    torch.manual_seed(1)
    network = ResNet18(7).eval()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 1.5)
    x = torch.randn(count, 3, side, side).contiguous(memory_format=torch.channels_last)
    assert FusedResNet18.available(), "the pinned torch has the operators on every x86"
    with torch.inference_mode():
        expected = network(x)
        torch.testing.assert_close(folded(network)(x), expected, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(FusedResNet18(folded(network), 225)(x), expected, atol=1e-4, rtol=1e-4)


def test_training_the_student_leaves_the_teacher_unchanged():
    model = random_model()
    before = {k: t.clone() for k, t in model.teacher.state_dict().items()}
    output = model.run_teacher([np.random.default_rng(0).normal(size=(30, JOINT_COUNT, 3)).astype(np.float32)])
    model.student.train()
    loss = model.student(torch.randn(2, 3, 225, 225) * float(output.attention[0, 3])).square().mean()
    loss.backward()
    torch.optim.SGD(model.student.parameters(), 0.1).step()
    assert not model.teacher.training
    assert all(torch.equal(t, before[k]) for k, t in model.teacher.state_dict().items())


def test_what_is_made_undrawn_has_all_weights_and_draws_no_number(model):
    torch.manual_seed(11)
    before = torch.get_rng_state()
    with Undrawn():
        student = ResNet18(5)
    assert torch.equal(torch.get_rng_state(), before)
    shapes = [{name: t.shape for name, t in one.state_dict().items()} for one in (student, model.student)]
    assert shapes[0] == shapes[1]
    assert torch.equal(student.bn1.running_var, torch.ones(64))  # what is not drawn is as ever
    assert not torch.equal(torch.randn(3), torch.randn(3))
    assert float(ResNet18(5).conv1.weight.detach().std()) > 0.01  # afterwards weights are drawn again
