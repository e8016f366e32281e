"""EfficientGCN-B0 and Shift-GCN: what their published weights answer, exact short cut, two slots, and their input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.fakes.networks import GOLDEN, WEIGHTS, needs_golden, needs_weights, unsettled
from tests.fakes.recordings import body
from train.published import read_networks
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.efficientgcn import EfficientGCN
from tsmf_live.nets.joint_input import normalise, to_length
from tsmf_live.nets.layers import PERSON_SLOTS
from tsmf_live.nets.published_input import PLACE_M, TIP_M, is_of_an_old_sensor, like_a_kinect_v2, placed, z_up
from tsmf_live.nets.shiftgcn import Shift, shift_table
from tsmf_live.nets.teacher import build
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.skeleton import ARMS, HIPS, JOINT_COUNT, SHOULDERS, SPINE_BASE, SPINE_MID

LABELS = tuple(str(k) for k in range(60))
CLIPS = ("S001C001P001R001A001", "S001C003P008R002A058", "S005C003P017R001A040")
FILES = {
    "efficientgcn": ("efficientgcn_b0_sep", "efficientgcn_b0_sep_ntu60_xsub.pth.tar"),
    "efficientgcn-sg": ("efficientgcn_b0_sg", "efficientgcn_b0_sg_ntu60_xsub.pdparams"),
    "shiftgcn": ("shiftgcn", "shiftgcn_joint_ntu60_xsub.pt"),
}
SETTINGS = {  # as train.convert has them, but where people stand: NTU's already stand there
    "efficientgcn": {"normalisation": "none", "sampling": "padded", "sampled_frames": 288},
    "efficientgcn-sg": {"normalisation": "none", "sampling": "padded", "sampled_frames": 288},
    "shiftgcn": {"normalisation": "z up", "sampling": "looped", "sampled_frames": 300},
}


def model_of(name: str, network: torch.nn.Module, arithmetic: str = "slots") -> TSMF:
    labels = LABELS if name in FILES else LABELS[:6]
    return TSMF(Spec(labels=labels, architecture=name, arithmetic=arithmetic, **SETTINGS[name]), network, None)


@pytest.fixture(scope="module")
def published() -> dict[str, TSMF]:
    models = {}
    for name, (_, file) in FILES.items():
        network = build(name, 60, "same")
        network.load_state_dict(read_networks(WEIGHTS / file)[name])
        models[name] = model_of(name, network)
    return models


def golden(name: str, clip: str) -> dict[str, np.ndarray]:
    return dict(np.load(GOLDEN / f"{FILES[name][0]}_xsub_{clip}.npz"))


def far(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


@needs_golden
@needs_weights
@pytest.mark.parametrize("clip", CLIPS)
@pytest.mark.parametrize("name", FILES)
def test_published_weights_give_the_published_scores(published, name, clip):
    reference = golden(name, clip)
    people = [one for one in reference["skeleton"].astype(np.float32) if one.any()]
    said = published[name].run_teacher(people)
    assert len(people) == (2 if clip.endswith("A058") else 1)
    assert far(said.scene, reference["logits"]) < 1e-4
    assert said.scene.argmax() == reference["label"]
    if len(people) == 1:
        assert far(said.scene, said.scores[0]) < 1e-6
        return
    backwards = published[name].run_teacher(people[::-1])  # who stands in which row does not matter
    assert far(backwards.scene, reference["logits"]) < 1e-4
    for row, person in enumerate(people):  # nor does who else is there, to a person
        alone = published[name].run_teacher([person])
        assert far(said.scores[row], alone.scores[0]) < 1e-5
        assert far(alone.scene, alone.scores[0]) < 1e-6


@needs_golden
@needs_weights
@torch.inference_mode()
def test_the_last_blocks_output_is_the_published_one(published):
    reference = golden("efficientgcn", CLIPS[0])
    x = np.stack([to_length(one, "padded", 288) for one in reference["skeleton"].astype(np.float32)])
    feature = published["efficientgcn"].teacher.features(torch.from_numpy(x).permute(0, 3, 1, 2))
    np.testing.assert_allclose(feature.permute(1, 2, 3, 0).numpy(), reference["feature_map"], atol=1e-3)


@needs_golden
@pytest.mark.parametrize("clip", CLIPS)
def test_the_input_of_shift_gcn_is_the_published_one(clip):
    reference = golden("shiftgcn", clip)
    first, second = reference["skeleton"]
    ours = to_length(z_up(first), "looped", 300)
    np.testing.assert_allclose(ours, reference["input"][..., 0].transpose(1, 2, 0), atol=1e-6)
    if second.any():
        ours = to_length(z_up(second, first), "looped", 300)
        np.testing.assert_allclose(ours, reference["input"][..., 1].transpose(1, 2, 0), atol=1e-6)


def walk(frames: int, seed: int = 1) -> np.ndarray:
    """A person (T, 25, 3) who moves at random around the spot."""
    rng = np.random.default_rng(seed)
    return (body().joints + np.cumsum(rng.normal(0, 0.01, (frames, JOINT_COUNT, 3)), axis=0)).astype(np.float32)


@pytest.mark.parametrize("layers", ["sep", "sg"])
@pytest.mark.parametrize("frames", [0, 1, 20, 57, 58, 59])  # 58: the longest that leaves some out
@torch.inference_mode()
def test_the_short_cut_through_the_zeros_is_exact(layers, frames, monkeypatch):
    network = unsettled(EfficientGCN(6, layers))
    x = torch.zeros(1, 3, 96, JOINT_COUNT)
    x[0, :, :frames] = torch.from_numpy(walk(frames)).permute(2, 0, 1)
    scores, feature = network(x)
    whole = network.features(x)
    monkeypatch.setattr("tsmf_live.nets.efficientgcn._end", lambda x: x.shape[2])  # every frame is computed
    expected, _ = network(x)
    assert far(scores.numpy(), expected.numpy()) < 1e-5
    assert far(whole.numpy(), network.features(x).numpy()) < 1e-5
    assert feature.shape == (1, 128, 24, JOINT_COUNT)
    assert not feature[:, :, -(-frames // 4) :].any()


@torch.inference_mode()
def test_a_persons_scores_and_map_do_not_depend_on_how_long_the_others_are_in_view():
    network = unsettled(EfficientGCN(6))
    x = torch.zeros(2, 3, 288, JOINT_COUNT)
    for row, frames in enumerate((40, 180)):
        x[row, :, :frames] = torch.from_numpy(walk(frames, row)).permute(2, 0, 1)
    scores, feature = network(x)
    alone, map_alone = network(x[:1])
    assert far(scores[:1].numpy(), alone.numpy()) < 1e-5
    assert far(feature[:1].numpy(), map_alone.numpy()) < 1e-5


@pytest.mark.parametrize("name", FILES)
def test_slots_average_an_empty_person_in_and_keep_persons_apart(name):
    network = unsettled(build(name, 60, "same"))
    slots, exact = model_of(name, network), model_of(name, network, "exact")
    one, two, three = walk(40), walk(40, 2), walk(40, 3)
    alone, raw = slots.run_teacher([one]), exact.run_teacher([one])
    np.testing.assert_allclose(alone.attention, raw.attention, atol=1e-5)
    np.testing.assert_allclose(alone.scene, alone.scores[0])
    nobody = 2 * alone.scores[0] - raw.scores[0]
    again = slots.run_teacher([two])
    np.testing.assert_allclose(2 * again.scores[0] - exact.run_teacher([two]).scores[0], nobody, atol=1e-3, rtol=1e-3)
    both = slots.run_teacher([one, two])
    np.testing.assert_allclose(both.scores, np.stack([alone.scores[0], again.scores[0]]), atol=1e-4, rtol=1e-4)
    assert not np.allclose(both.scene, both.scores.mean(axis=0), atol=1e-3)  # nobody is averaged in
    if name != "shiftgcn":
        np.testing.assert_allclose(both.scene, exact.run_teacher([one, two]).scene, atol=1e-4, rtol=1e-4)
    crowd = slots.run_teacher([one, two, three])
    np.testing.assert_allclose(crowd.scores[:2], both.scores, atol=1e-4, rtol=1e-4)
    assert PERSON_SLOTS == 2


def test_released_arithmetic_belongs_to_the_networks_of_tsmf():
    with pytest.raises(ValueError, match="'released' is TSMF's"):
        Spec(labels=LABELS, architecture="shiftgcn", arithmetic="released")


def old_sensor(frames: int = 5) -> np.ndarray:
    joints = walk(frames)
    for *_, hand, tip, thumb in ARMS:
        joints[:, [tip, thumb]] = joints[:, [hand]]
    return joints


def test_an_old_sensors_joints_are_put_where_a_kinect_v2_has_them():
    old, new = old_sensor(), like_a_kinect_v2(old_sensor())
    assert is_of_an_old_sensor(old)
    assert not is_of_an_old_sensor(new)
    middle = old[:, HIPS, :].mean(axis=1)
    np.testing.assert_allclose(new[:, SPINE_BASE], middle, atol=1e-6)
    width = np.linalg.norm(old[:, HIPS[0]] - old[:, HIPS[1]], axis=1)
    np.testing.assert_allclose(np.linalg.norm(new[:, HIPS[0]] - new[:, HIPS[1]], axis=1), 0.87 * width, rtol=1e-4)
    for _, _, wrist, hand, tip, _ in ARMS:
        np.testing.assert_allclose(np.linalg.norm(new[:, tip] - new[:, hand], axis=1), TIP_M, rtol=1e-3)
        forward, beyond = new[:, hand] - new[:, wrist], new[:, tip] - new[:, hand]
        assert (np.einsum("tc,tc->t", forward, beyond) > 0).all()
    kept = [j for j in range(JOINT_COUNT) if (new[:, j] == old[:, j]).all()]
    assert {3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 17, 18, 19, 20} == set(kept)


def test_fifteen_joints_have_their_hand_tips_along_the_forearm():
    old = old_sensor()
    for _, _, wrist, hand, tip, thumb in ARMS:
        old[:, [hand, tip, thumb]] = old[:, [wrist]]
    new = like_a_kinect_v2(old)
    for _, elbow, _, hand, tip, _ in ARMS:
        along = new[:, hand] - new[:, elbow]
        expected = new[:, hand] + TIP_M * along / np.linalg.norm(along, axis=1, keepdims=True)
        np.testing.assert_allclose(new[:, tip], expected, atol=1e-5)


def test_a_kinect_v2s_joints_stay_as_they_are():
    joints = walk(4)
    assert like_a_kinect_v2(joints) is joints


def test_placed_puts_the_first_frame_and_keeps_all_motion():
    joints = walk(12) + np.float32(0.7)
    moved = placed(joints)
    np.testing.assert_allclose(moved[0, SPINE_MID], PLACE_M, atol=1e-6)
    np.testing.assert_allclose(moved - moved[:1], joints - joints[:1], atol=1e-5)
    assert moved.dtype == np.float32
    np.testing.assert_array_equal(normalise(joints, "placed"), moved)


def test_z_up_turns_spine_and_shoulders_wherever_the_sensor_stands():
    joints = walk(7)
    turned = z_up(joints)
    spine, shoulders = turned[0, SPINE_MID] - turned[0, SPINE_BASE], turned[0, SHOULDERS[1]] - turned[0, SHOULDERS[0]]
    np.testing.assert_allclose(shoulders / np.linalg.norm(shoulders), [1, 0, 0], atol=1e-5)
    assert spine[2] > 0.9 * np.linalg.norm(spine)
    np.testing.assert_allclose(turned[:, SPINE_MID], 0, atol=1e-6)
    np.testing.assert_allclose(z_up(joints + np.float32(1)), turned, atol=1e-5)


def test_looped_clips_begin_again():
    clip = walk(3)
    np.testing.assert_array_equal(to_length(clip, "looped", 8), clip[[0, 1, 2, 0, 1, 2, 0, 1]])
    assert len(to_length(walk(20), "looped", 8)) == 8


def test_a_shift_takes_each_channel_from_another_time_and_zeros_outside():
    shift = Shift(3)
    shift.ypos.data = torch.tensor([0.0, 1.25, -2.0])
    x = torch.arange(1.0, 9.0).view(1, 1, 8, 1).repeat(1, 3, 1, 2)
    out = shift(x, 1)[0, :, :, 1]
    torch.testing.assert_close(out[0], x[0, 0, :, 0])
    torch.testing.assert_close(out[1], torch.tensor([2.25, 3.25, 4.25, 5.25, 6.25, 7.25, 6.0, 0.0]))
    torch.testing.assert_close(out[2], torch.tensor([0.0, 0, 1, 2, 3, 4, 5, 6]))
    assert shift(x, 2).shape == (1, 3, 4, 2)


def test_shift_tables_are_the_published_ones_and_undo_each_other():
    c = 7
    expected = [(v * c + k + k * c) % (JOINT_COUNT * c) for v in range(JOINT_COUNT) for k in range(c)]
    assert shift_table(c, 1).tolist() == expected
    row = torch.randn(JOINT_COUNT * c)
    torch.testing.assert_close(row[shift_table(c, 1)][shift_table(c, -1)], row)


def test_no_published_weights_lie_in_the_project():
    root = Path(__file__).resolve().parents[2]
    assert not [path for path in root.rglob("*ntu60*") if path.suffix in (".safetensors", ".pt", ".tar", ".pdparams")]
