"""Teachers but ST-GCN: published outputs and names, independence of persons, any clip length, attention of another."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from tests.fakes.networks import CHANNELS, GOLDEN, needs_golden, unsettled
from tests.fakes.poses import joints_at, person_at, pose_at, watch
from tsmf_live.frames import CheckpointError
from tsmf_live.nets import checkpoint
from tsmf_live.nets.agcn import AGCN, adjacency_subsets
from tsmf_live.nets.attention import joint_attention
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.layers import PersonNorm
from tsmf_live.nets.msg3d import MSG3D, scaled_adjacency
from tsmf_live.nets.stgcn import STGCN
from tsmf_live.nets.teacher import build, has_person_slots
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.skeleton import BONES, JOINT_COUNT, hop_distance

NAMES = ("agcn", "msg3d", "efficientgcn", "efficientgcn-sg", "shiftgcn")
LABELS = ("a", "b", "c", "d", "e", "f")


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def teacher(name: str) -> nn.Module:
    return unsettled(build(name, len(LABELS), "same"))


def clip(frames: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(frames, JOINT_COUNT, 3)).astype(np.float32)


def published(name: str) -> tuple[nn.Module, dict[str, np.ndarray]]:
    network = build(name, 60, "same")
    state = load_file(GOLDEN / f"{name}.safetensors")
    network.load_state_dict({k: t.float() if t.is_floating_point() else t for k, t in state.items()})  # strict
    return network.eval(), dict(np.load(GOLDEN / f"{name}.npz"))


@needs_golden
@pytest.mark.parametrize(
    ("name", "n"), [("agcn", 0), ("agcn", 1), pytest.param("msg3d", 0, marks=pytest.mark.long), ("msg3d", 1)]
)
def test_released_arithmetic_gives_the_published_scores(name, n):
    network, golden = published(name)
    assert set(network.state_dict()) == set(load_file(GOLDEN / f"{name}.safetensors"))
    spec = Spec(
        labels=tuple(str(k) for k in range(60)),
        architecture=name,
        arithmetic="released",
        attention="released",
    )
    model = TSMF(spec, network, None)
    people, frames = ((2, 300), (1, 200))[n]  # the second sample: one person, 200 frames
    clips = [np.ascontiguousarray(golden["x"][n, :, :frames, :, m].transpose(1, 2, 0)) for m in range(people)]
    out, reference = model.run_teacher(clips).scene, golden["logits"][n]
    assert np.linalg.norm(out - reference) / np.linalg.norm(reference) < 1e-4


@pytest.mark.parametrize("frames", [1, 2, 3, 4, 5, 61])
@torch.inference_mode()
def test_any_clip_length_gives_finite_scores(name, teacher, frames):
    channels = CHANNELS[name]
    scores, feature = teacher(torch.randn(2, 3, frames, JOINT_COUNT))
    assert scores.shape == (2, len(LABELS))
    assert feature.shape == (2, channels, -(-frames // 4), JOINT_COUNT)
    assert torch.isfinite(scores).all()
    assert torch.isfinite(joint_attention(feature, "paper")).all()


@torch.inference_mode()
def test_row_0_of_a_batch_of_8_equals_the_row_alone(teacher):
    x = torch.randn(8, 3, 17, JOINT_COUNT)
    together, feature = teacher(x)
    alone, feature_alone = teacher(x[:1])
    largest, steepest = (
        max(1.0, float(values.abs().max())) for values in (together, feature)
    )  # random weights: any size
    torch.testing.assert_close(together[:1], alone, atol=1e-5 * largest, rtol=1e-4)
    torch.testing.assert_close(feature[:1], feature_alone, atol=1e-4 * steepest, rtol=1e-4)
    assert not torch.allclose(together[1:2], alone, atol=1e-3)


@torch.inference_mode()
def test_slots_choose_the_input_statistics_and_the_first_is_the_default(teacher):
    if not has_person_slots(teacher):
        with pytest.raises(TypeError, match="slots"):
            teacher(torch.randn(1, 3, 8, JOINT_COUNT), slots=torch.zeros(1, dtype=torch.long))
        return
    x = torch.randn(2, 3, 8, JOINT_COUNT)
    default, _ = teacher(x)
    first, _ = teacher(x, slots=torch.tensor([0, 0]))
    mixed, _ = teacher(x, slots=torch.tensor([0, 1]))
    torch.testing.assert_close(default, first)
    torch.testing.assert_close(mixed[0], first[0], atol=1e-5, rtol=1e-5)
    assert not torch.allclose(mixed[1], first[1], atol=1e-3)


@torch.inference_mode()
def test_pooled_steps_keep_the_newest_outputs(teacher):
    x = torch.randn(1, 3, 24, JOINT_COUNT)
    _, whole = teacher(x)
    scores, newest = teacher(x, 2)
    assert torch.equal(newest, whole[:, :, -2:])
    head = teacher.fc if hasattr(teacher, "fc") else teacher.classifier.fc
    expected = newest.mean(dim=(2, 3)) @ head.weight.flatten(1).T + head.bias
    torch.testing.assert_close(scores, expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("training", [True, False])
def test_person_norm_is_the_published_batch_norm_over_both_persons(training):
    ours, x = unsettled(PersonNorm()).train(training), torch.randn(4, 3, 7, JOINT_COUNT)  # two clips, two persons each
    reference = nn.BatchNorm1d(150).train(training)
    reference.load_state_dict(ours.state_dict())
    out = ours(x, torch.tensor([0, 1, 0, 1]))
    stacked = x.view(2, 2, 3, 7, JOINT_COUNT).permute(0, 1, 4, 2, 3).reshape(2, 150, 7)  # person, joint, coordinate
    expected = reference(stacked).view(4, JOINT_COUNT, 3, 7).permute(0, 2, 3, 1)
    torch.testing.assert_close(out, expected, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(ours.running_mean, reference.running_mean)
    torch.testing.assert_close(ours.running_var, reference.running_var)
    assert out.requires_grad


def test_agcn_links_run_to_the_centre_and_back():
    own, inward, outward = adjacency_subsets()
    np.testing.assert_array_equal(own, np.eye(JOINT_COUNT))
    assert all(inward[parent, child] == 1 for child, parent in BONES)  # each child has one parent
    assert (inward > 0).sum() == (outward > 0).sum() == len(BONES)
    np.testing.assert_allclose(
        outward.sum(axis=0), [min(1, sum(p == j for _, p in BONES)) for j in range(25)], atol=1e-6
    )


def test_msg3d_scales_are_the_distances_each_with_the_joint_itself():
    hops = hop_distance()
    scales = scaled_adjacency(hops == 1, 5).reshape(5, JOINT_COUNT, JOINT_COUNT)
    for k, scale in enumerate(scales):
        linked = (hops == k) | (hops == 0)
        np.testing.assert_array_equal(scale > 0, linked)
        degree = linked.sum(axis=1)
        np.testing.assert_allclose(scale, linked / np.sqrt(np.outer(degree, degree)), atol=1e-6)


def test_gradients_reach_every_weight(name):
    network = build(name, 3, "same")
    scores, _ = network(torch.randn(3, 3, 12, JOINT_COUNT))
    scores.square().sum().backward()
    assert [name for name, p in network.named_parameters() if p.grad is None] == []


def test_a_persons_scores_do_not_change_when_another_comes(name):
    spec = Spec(labels=LABELS, architecture=name, window_frames=40)
    model = TSMF(spec, unsettled(build(name, len(LABELS), "same")), None)
    alone = model.run_teacher([clip(40)])
    together = model.run_teacher([clip(40), clip(40, 2), clip(13, 3)])
    np.testing.assert_allclose(together.scores[0], alone.scores[0], atol=1e-4, rtol=1e-4)
    np.testing.assert_allclose(together.attention[0], alone.attention[0], atol=1e-4)
    np.testing.assert_allclose(together.scene, together.scores.mean(axis=0), atol=1e-6)


def fused_model(attention: STGCN | None, **settings: object) -> TSMF:
    source = "teacher" if attention is None else "stgcn"
    spec = Spec(labels=LABELS, architecture="agcn", window_frames=40, attention_from=source, **settings)
    torch.manual_seed(5)
    return TSMF(spec, unsettled(AGCN(len(LABELS))), None, attention=attention)


@pytest.mark.parametrize("arithmetic", ["exact", "released"])
def test_attention_can_come_from_an_stgcn_while_the_scores_stay_the_teachers(arithmetic):
    stgcn = unsettled(STGCN(len(LABELS)))
    own = fused_model(None, arithmetic=arithmetic).run_teacher([clip(40)])
    fused = fused_model(stgcn, arithmetic=arithmetic).run_teacher([clip(40)])
    spec = Spec(labels=LABELS, architecture="stgcn", window_frames=40, arithmetic=arithmetic)
    alone = TSMF(spec, stgcn, None).run_teacher([clip(40)])
    np.testing.assert_allclose(fused.scores, own.scores, atol=1e-6)
    np.testing.assert_allclose(fused.scene, own.scene, atol=1e-6)
    np.testing.assert_allclose(fused.attention, alone.attention, atol=1e-6)
    np.testing.assert_allclose(fused.magnitude, alone.magnitude, atol=1e-6)
    assert not np.allclose(fused.attention, own.attention, atol=1e-3)


@pytest.mark.parametrize("with_attention", [True, False])
def test_a_checkpoint_with_another_teacher_comes_back(tmp_path, with_attention):
    model = fused_model(unsettled(STGCN(len(LABELS))) if with_attention else None)
    attention = model.attention.state_dict() if with_attention else None
    path = tmp_path / "m.safetensors"
    checkpoint.save(path, model.spec, model.teacher.state_dict(), None, half=False, attention=attention)
    back = TSMF.load(path)
    assert back.spec == model.spec
    assert type(back.teacher) is AGCN
    output, expected = back.run_teacher([clip(40)]), model.run_teacher([clip(40)])
    np.testing.assert_array_equal(output.scores, expected.scores)
    np.testing.assert_array_equal(output.attention, expected.attention)


def test_a_checkpoint_without_student_predicts_with_the_teacher_alone(tmp_path):
    spec = Spec(labels=LABELS, architecture="msg3d", window_frames=20)
    network = unsettled(MSG3D(len(LABELS)))
    checkpoint.save(tmp_path / "m.safetensors", spec, network.state_dict(), None, half=False)
    model = TSMF.load(tmp_path / "m.safetensors")
    reading = watch(model, [pose_at(i, person_at(i)) for i in range(20)])  # with colour
    scene = model.run_teacher([np.stack([joints_at(i) for i in range(20)])]).scene
    np.testing.assert_allclose(reading.teacher, scene, atol=1e-4)
    np.testing.assert_allclose(reading.probabilities, model.probabilities(scene, fused=False), atol=1e-5)
    assert (reading.student, reading.roi_image) == (None, None)
    assert reading.note == "teacher alone: the checkpoint has no student"


def test_contradictions_in_a_checkpoint_are_refused(tmp_path):
    teacher, attention = AGCN(len(LABELS)).state_dict(), STGCN(len(LABELS)).state_dict()
    not_finite = attention | {"data_bn.weight": torch.full((75,), torch.nan)}
    wrong = [
        (dict(attention_from="stgcn"), None, "attention's weights are missing"),
        (dict(attention_from="stgcn"), STGCN(5).state_dict(), "attention 5"),
        (dict(attention_from="stgcn"), not_finite, "attention's weights data_bn.weight are not finite"),
        ({}, attention, r"weights \(attention\.\) that its settings do not name"),
        (dict(architecture="stgcn"), None, "teacher's weights are missing"),
        (dict(architecture="msg3d"), None, "teacher's weights do not fit"),
        (dict(architecture="agcn+resnet18"), None, "student's weights are missing"),
    ]
    for settings, extra, said in wrong:
        path = tmp_path / "bad.safetensors"
        spec = Spec(**({"labels": LABELS, "architecture": "agcn"} | settings))
        checkpoint.save(path, spec, teacher, None, half=False, attention=extra)
        with pytest.raises(CheckpointError, match=said) as caught:
            TSMF.load(path)
        assert "\n" not in str(caught.value)


def test_the_causal_form_and_the_stream_belong_to_stgcn(name):
    with pytest.raises(ValueError, match=f"{name} has the form 'same' only"):
        Spec(labels=LABELS, architecture=f"{name}+resnet18", temporal="causal")
    assert not Spec(labels=LABELS, temporal="causal", attention_from="stgcn").can_stream
