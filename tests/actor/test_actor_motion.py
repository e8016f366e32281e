"""The simulated person's motion: anatomy, sides, place, what the actions look like, and the sensor's view of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tsmf_live.actor.motion import BLEND_S, Performance, in_picture, perform, simulate
from tsmf_live.actor.sensor import SensorModel, hidden, observe
from tsmf_live.actor.subject import ACTIONS, EXTRA_ACTIONS, LOOK_ALIKES, Subject
from tsmf_live.camera import project_to_color
from tsmf_live.skeleton import BONES, HAND_LEFT, HAND_RIGHT, HEAD, INFERRED, SPINE_BASE, SPINE_SHOULDER, TRACKED

SHOULDER_LEFT, SHOULDER_RIGHT, HIP_LEFT, HIP_RIGHT, KNEE_RIGHT, FOOT_RIGHT = 4, 8, 12, 16, 17, 19
ANKLES = [14, 18]
CAMERA_HEIGHT_M = 1.1
TIMES_S = np.arange(0, 7, 1 / 15)


def right_handed(seed: int) -> Subject:
    return replace(Subject.from_seed(seed), left_handed=False)


def performance(action: str, seed: int = 0, **options: object) -> Performance:
    """An action of 6 s by a right-handed person."""
    return perform(action, right_handed(seed), np.random.default_rng(seed), **{"duration_s": 6.0, **options})


def height_m(joints: np.ndarray, joint: int) -> np.ndarray:
    """Above the floor."""
    return joints[:, joint, 1] + CAMERA_HEIGHT_M


@pytest.mark.parametrize("action", [*ACTIONS, *EXTRA_ACTIONS])
def test_body_keeps_its_bones_stays_on_the_floor_and_moves_smoothly(action: str) -> None:
    for seed in range(4):
        joints = performance(action, seed).joints(np.arange(0, 7, 1 / 30))
        assert joints.shape == (210, 25, 3)
        assert np.isfinite(joints).all()
        lengths = np.stack([np.linalg.norm(joints[:, a] - joints[:, b], axis=1) for a, b in BONES])
        assert np.ptp(lengths, axis=1).max() < 1e-9
        assert lengths.min() > 0.015
        assert joints[..., 1].min() > -CAMERA_HEIGHT_M
        assert np.linalg.norm(np.diff(joints, axis=0), axis=2).max() < 0.2  # 6 m/s


@pytest.mark.parametrize("action", [*ACTIONS, *EXTRA_ACTIONS])
def test_body_is_within_the_picture(action: str) -> None:
    for seed in range(6):
        assert in_picture(performance(action, seed).joints(np.linspace(0, 6, 9)))


@pytest.mark.parametrize(
    ("heading_rad", "axis", "sign"), [(0.0, 0, 1), (np.pi, 0, -1), (np.pi / 2, 2, 1), (-np.pi / 2, 2, -1)]
)
def test_right_side_is_at_larger_x_for_one_who_faces_the_sensor(heading_rad: float, axis: int, sign: int) -> None:
    joints = performance("idle", heading_rad=heading_rad, seated=False).joints(TIMES_S)
    for left, right in ((SHOULDER_LEFT, SHOULDER_RIGHT), (HIP_LEFT, HIP_RIGHT)):
        assert (sign * (joints[:, right, axis] - joints[:, left, axis]) > 0.02).all()


def test_front_turns_towards_larger_x_with_positive_heading() -> None:
    for heading_rad, front_xz in ((0.0, (0, -1)), (np.pi / 2, (1, 0))):
        joints = performance("sit down", heading_rad=heading_rad, position_xz=(0, 3)).joints(np.array([6.0]))[0]
        thigh = joints[KNEE_RIGHT] - joints[HIP_RIGHT]
        assert thigh[[0, 2]] @ front_xz > 0.2


def test_left_handed_person_acts_with_the_left_hand() -> None:
    subject = Subject.from_seed(3)
    raised = {}
    for left_handed in (False, True):
        waving = perform(
            "hand waving", replace(subject, left_handed=left_handed), np.random.default_rng(1), seated=False
        )
        joints = waving.joints(TIMES_S)
        raised[left_handed] = (joints[:, HAND_LEFT, 1] - joints[:, HAND_RIGHT, 1]).mean()
    assert raised[False] < -0.4
    assert raised[True] > 0.4
    held = perform("drink water", replace(subject, left_handed=True), np.random.default_rng(1)).held
    assert (held.kind, held.main_hand) == ("cup", "left")


def test_look_alikes_have_one_motion_and_differ_in_the_object_only() -> None:
    clips = [simulate(action, Subject.from_seed(5), np.random.default_rng(9), 60, lead_s=0.5) for action in LOOK_ALIKES]
    for clip in clips[1:]:
        assert np.array_equal(clip.true_joints, clips[0].true_joints)
        assert np.array_equal(clip.joints, clips[0].joints)
        assert np.array_equal(clip.joint_state, clips[0].joint_state)
        assert clip.performance.chair == clips[0].performance.chair
    assert {clip.performance.held.kind for clip in clips} == {"book", "pen", "phone", "keyboard"}
    other = simulate("eat meal", Subject.from_seed(5), np.random.default_rng(9), 60, lead_s=0.5)
    assert not np.array_equal(other.true_joints, clips[0].true_joints)


def test_pose_at_a_time_does_not_depend_on_the_other_times_asked_for() -> None:
    for action in ("idle", "staggering", "falling", "phone call"):
        whole = performance(action, 2).joints(TIMES_S)
        single = performance(action, 2).joints(TIMES_S[40:41])[0]
        np.testing.assert_allclose(single, whole[40], atol=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_hand_is_where_the_action_needs_it(seed: int) -> None:
    def hand_to_head_m(action: str) -> np.ndarray:
        joints = performance(action, seed).joints(TIMES_S)
        return np.linalg.norm(joints[:, HAND_RIGHT] - joints[:, HEAD], axis=1)

    assert hand_to_head_m("phone call").max() < 0.20
    assert hand_to_head_m("headache").max() < 0.25
    for sipping in ("drink water", "eat meal"):
        distance_m = hand_to_head_m(sipping)
        assert distance_m.min() < 0.25
        assert distance_m.max() > 0.30
    joints = performance("hand waving", seed).joints(TIMES_S)
    assert (joints[:, HAND_RIGHT, 1] > joints[:, SHOULDER_RIGHT, 1]).all()
    joints = performance("chest pain", seed).joints(TIMES_S)
    assert np.linalg.norm(joints[:, HAND_RIGHT] - joints[:, SPINE_SHOULDER], axis=1).max() < 0.30
    joints = performance("wear a shoe", seed).joints(TIMES_S)
    reach_m = np.linalg.norm(joints[:, HAND_RIGHT, None] - joints[:, ANKLES], axis=2).min(axis=1)
    assert reach_m.max() < 0.30


@pytest.mark.parametrize("seed", range(6))
def test_posture_changes_as_the_action_says(seed: int) -> None:
    base_m = {action: height_m(performance(action, seed).joints(TIMES_S), SPINE_BASE) for action in ACTIONS}
    assert base_m["sit down"][0] > 0.65 > 0.60 > base_m["sit down"][-1]
    assert base_m["stand up"][0] < 0.60 < 0.65 < base_m["stand up"][-1]
    assert base_m["staggering"].min() > 0.55
    fallen = performance("falling", seed).joints(TIMES_S)
    assert height_m(fallen, HEAD)[0] > 1.2
    assert height_m(fallen, HEAD)[-1] < 0.6
    assert base_m["falling"][-1] < 0.35


@pytest.mark.parametrize("seed", range(6))
def test_kick_goes_high_to_the_front_and_squat_deep_with_both_feet_on_the_floor(seed: int) -> None:
    joints = performance("kicking", seed, heading_rad=0.0).joints(TIMES_S)
    ankles_m = height_m(joints, ANKLES) - height_m(joints, ANKLES).min()
    stays, kicks = np.sort(ankles_m.max(axis=0))
    assert stays < 0.02
    assert kicks > 0.25
    highest = np.unravel_index(ankles_m.argmax(), ankles_m.shape)[0]
    assert np.ptp(joints[highest, ANKLES, 2]) > 0.35  # far before the other foot
    assert height_m(joints, SPINE_BASE).min() > 0.6
    squatting = performance("squatting", seed).joints(TIMES_S)
    base_m = height_m(squatting, SPINE_BASE)
    assert base_m.min() < base_m.max() - 0.25
    assert np.ptp(squatting[:, ANKLES], axis=0).max() < 0.02


def test_unknown_action_is_refused() -> None:
    with pytest.raises(ValueError, match=r"juggling"):
        perform("juggling", Subject.from_seed(0), np.random.default_rng(0))


def test_chair_is_under_one_who_sits() -> None:
    seated = performance("reading", 1, seated=True)
    seat = np.array(seated.chair.seat_xyz)
    above = seated.joints(TIMES_S)[:, SPINE_BASE] - seat
    assert np.abs(above[:, [0, 2]]).max() < 0.12
    assert (above[:, 1] > 0).all()
    assert performance("falling", 1, chair=False).chair is None


@pytest.mark.parametrize(("frames", "lead_s"), [(1, 0.0), (90, 0.0), (60, 1.0)])
def test_clip_is_complete_and_repeatable(frames: int, lead_s: float) -> None:
    first, second = (
        simulate("drink water", Subject.from_seed(1), np.random.default_rng(4), frames, lead_s) for _ in "ab"
    )
    assert first.joints.shape == first.true_joints.shape == (frames, 25, 3)
    assert (first.joints.dtype, first.joint_state.dtype, first.color_xy.dtype) == (np.float32, np.uint8, np.float32)
    assert np.array_equal(first.color_xy, project_to_color(first.joints))
    assert np.array_equal(first.joints, second.joints)
    assert np.array_equal(first.joint_state, second.joint_state)


def test_lead_is_idle_and_goes_over_into_the_action() -> None:
    clip = simulate("phone call", right_handed(1), np.random.default_rng(4), 90, lead_s=1.0)
    hand_to_head_m = np.linalg.norm(clip.true_joints[:, HAND_RIGHT] - clip.true_joints[:, HEAD], axis=1)
    assert hand_to_head_m[:30].min() > 0.25
    assert hand_to_head_m[30 + int(30 * BLEND_S) + 1 :].max() < 0.20


def test_sensor_step_by_step_equals_a_whole_clip() -> None:
    joints = performance("staggering").joints(np.arange(40) / 30)
    whole, whole_state = observe(joints, np.random.default_rng(3))
    model = SensorModel(np.random.default_rng(3))
    stepped = [model.step(frame) for frame in joints]
    np.testing.assert_allclose(np.stack([frame for frame, _ in stepped]), whole, atol=1e-6)
    assert np.array_equal(np.stack([state for _, state in stepped]), whole_state)


def test_tracked_joints_are_millimetres_and_inferred_ones_centimetres_off() -> None:
    true = performance("idle", 3, position_xz=(0.0, 2.5), heading_rad=0.9).joints(np.arange(900) / 30)
    observed, state = observe(true, np.random.default_rng(0))
    error_m = np.linalg.norm(observed - true, axis=2)
    settled = state == TRACKED
    settled[1:] &= state[:-1] == TRACKED
    assert 0.004 < np.median(error_m[settled]) < 0.012
    assert 0.02 < np.median(error_m[state == INFERRED]) < 0.10
    assert 0.005 < (state == INFERRED).mean() < 0.3


def test_hand_behind_the_back_is_hidden_and_before_the_chest_is_not() -> None:
    joints = performance("idle", seated=False, position_xz=(0.0, 3.0), heading_rad=0.0).joints(np.zeros(1))[0]
    middle = joints[1]
    deeper = np.array([0.0, 0.0, 0.25])
    joints[HAND_RIGHT] = middle + deeper
    joints[HAND_LEFT] = middle - deeper
    assert hidden(joints)[HAND_RIGHT]
    assert not hidden(joints)[HAND_LEFT]
