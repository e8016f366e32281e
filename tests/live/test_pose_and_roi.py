"""Who is who from frame to frame, and the crops that the student's image is made of."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.fakes.recordings import picture
from tsmf_live import roi
from tsmf_live.camera import project_to_color
from tsmf_live.frames import Body, SensorFrame
from tsmf_live.live.pose import PoseTracker
from tsmf_live.live.slots import SlotKeeper
from tsmf_live.skeleton import HAND_LEFT, HEAD, JOINT_COUNT, ROI_JOINTS, SPINE_BASE


def person(x_m: float, tracking_id: int = 1, z_m: float = 3.0) -> Body:
    """Somebody who stands at x, z."""
    joints = np.random.default_rng(4).normal(0, 0.2, (JOINT_COUNT, 3)).astype(np.float32)
    joints += np.float32([x_m, 0, z_m]) - joints[SPINE_BASE]
    states = np.full(JOINT_COUNT, 2, np.uint8)
    return Body(tracking_id, joints, states, project_to_color(joints), np.zeros((JOINT_COUNT, 4), np.float32))


def slots(keeper: SlotKeeper, time_s: float, *bodies: Body) -> dict[int, tuple[int, int]]:
    """{tracking id: (slot, epoch)} after a frame."""
    return {body.tracking_id: (slot, epoch) for slot, epoch, body in keeper.assign(bodies, time_s)}


def test_an_empty_frame_has_nobody():
    assert SlotKeeper().assign((), 0.0) == []


def test_slots_do_not_follow_the_order_of_the_bodies():
    keeper = SlotKeeper()
    first = slots(keeper, 0.0, person(-1, 11), person(1, 12))
    assert slots(keeper, 0.1, person(1, 12), person(-1, 11)) == first


def test_a_person_who_comes_back_within_a_second_nearby_keeps_slot_and_state_under_a_new_id():
    keeper = SlotKeeper()
    before = slots(keeper, 0.0, person(-1, 11), person(1, 12))
    slots(keeper, 0.5, person(1, 12))
    assert slots(keeper, 0.9, person(-0.7, 99), person(1, 12))[99] == before[11]


@pytest.mark.parametrize(("x_m", "time_s"), [(-0.3, 0.5), (-1.0, 1.2)])
def test_too_far_or_too_late_is_somebody_new(x_m, time_s):
    keeper = SlotKeeper()
    before = slots(keeper, 0.0, person(-1, 11))
    slots(keeper, 0.1)
    assert slots(keeper, time_s, person(x_m, 99))[99] != before[11]


def test_the_nearest_lost_person_is_matched_first():
    keeper = SlotKeeper()
    before = slots(keeper, 0.0, person(0.0, 1), person(0.4, 2))
    after = slots(keeper, 0.2, person(0.38, 7), person(0.02, 8))
    assert (after[8], after[7]) == (before[1], before[2])


def sized(x_m: float, tracking_id: int, size: float = 1.0, leg: float = 1.0, z_m: float = 3.0) -> Body:
    """Somebody of another size, or with other legs."""
    body = person(0.0, tracking_id, z_m)
    joints = body.joints.copy()
    joints = (joints - joints[SPINE_BASE]) * np.float32(size)
    for hip, below in ((12, [13, 14, 15]), (16, [17, 18, 19])):
        joints[below] = joints[hip] + (joints[below] - joints[hip]) * np.float32(leg)
    joints = (joints + np.float32([x_m, 0, z_m])).astype(np.float32)
    return Body(tracking_id, joints, body.joint_state, body.color_xy, body.orientations)


def test_two_who_leave_come_back_to_their_own_slots_whoever_comes_first():
    keeper = SlotKeeper()
    for k in range(30):
        before = slots(keeper, k / 30, sized(-1, 11), sized(1, 12, size=0.7, leg=1.3))
    slots(keeper, 5.0)
    back = slots(keeper, 9.0, sized(-1, 21, size=0.7, leg=1.3))
    assert back[21] == (before[12][0], before[12][1] + 1)  # known again, from the beginning
    both = slots(keeper, 9.1, sized(-1, 21, size=0.7, leg=1.3), sized(0, 22))
    assert both == {21: back[21], 22: (before[11][0], before[11][1] + 1)}


def test_somebody_with_another_body_does_not_get_the_slot_of_who_left():
    keeper = SlotKeeper()
    before = slots(keeper, 0.0, sized(0, 11))
    slots(keeper, 5.0)
    stranger = slots(keeper, 6.0, sized(0, 12, size=0.7, leg=1.3))
    assert stranger[12][0] != before[11][0]
    slots(keeper, 12.0)
    assert slots(keeper, 13.0, sized(0, 13))[13][0] == before[11][0]


def test_who_is_lost_while_walking_is_awaited_where_they_would_be_now():
    keeper = SlotKeeper()
    for k in range(30):
        before = slots(keeper, k / 30, sized(-1 + 1.2 * k / 30, 11))
    for k in range(30, 54):
        slots(keeper, k / 30)
    assert slots(keeper, 54 / 30, sized(-1 + 1.2 * 54 / 30, 99))[99] == before[11]


@pytest.mark.parametrize("apart_m", [0.2, 0.6])
def test_two_who_cross_keep_their_slots_though_the_sensor_exchanges_their_ids(apart_m):
    keeper, said = SlotKeeper(), []
    for k in range(90):
        x_m, ids = 1.5 - k / 30, (1, 2) if k < 45 else (2, 1)
        two = sized(-x_m, ids[0], z_m=3.0), sized(x_m, ids[1], z_m=3.0 + apart_m)
        found = {float(body.joints[SPINE_BASE, 2]): (slot, epoch) for slot, epoch, body in keeper.assign(two, k / 30)}
        said.append((found[3.0], found[min(found, key=lambda z: abs(z - 3.0 - apart_m))]))
    assert set(said) == {((0, 0), (1, 0))}


def test_two_bodies_with_the_same_id_get_two_slots():
    assert len({slot for slot, _, _ in SlotKeeper().assign((person(0, 5), person(2, 5)), 0.0)}) == 2


def test_a_newcomer_gets_a_slot_even_while_all_six_are_kept_for_others():
    keeper = SlotKeeper()
    slots(keeper, 0.0, *(person(x, x + 10) for x in range(6)))
    slots(keeper, 0.1, *(person(x, x + 10) for x in range(1, 6)))
    after = slots(keeper, 0.2, person(50, 99), *(person(x, x + 10) for x in range(1, 6)))
    assert after[99] == (0, 1)


def test_time_that_goes_back_makes_everybody_new():
    keeper = SlotKeeper()
    before = slots(keeper, 100.0, person(0, 11))
    assert slots(keeper, 3.0, person(0, 11))[11] != before[11]


def test_crops_are_cut_around_the_mapped_joints():
    color, body = picture(3), person(0.2)
    crops = roi.crops_of_picture(color, body, "fixed")
    for row, joint in enumerate(ROI_JOINTS):
        x, y = (round(float(v)) for v in body.color_xy[joint])
        np.testing.assert_array_equal(crops[row], color[y - 48 : y + 48, x - 48 : x + 48, 2::-1])


@pytest.mark.parametrize(("crop", "z_m"), [("fixed", 2.0), ("metric", 1.0), ("metric", 3.0)])
def test_the_pixels_are_those_of_the_moment_whenever_the_crops_are_asked_for(crop, z_m):
    color, body = picture(3), person(0.2, z_m=z_m)
    crops = roi.squares_of_picture(color, body, crop)
    expected = roi.crops_of_picture(color, body, crop)
    color[:] = 0  # the picture's memory is used again
    np.testing.assert_array_equal(crops(), expected)


def test_a_metric_crop_covers_30_cm_at_the_joints_depth():
    color = np.zeros((1080, 1920, 4), np.uint8)
    body = person(0.0, z_m=2.0)
    x, y = (round(float(v)) for v in body.color_xy[HEAD])
    side = round(0.30 * 1062 / float(body.joints[HEAD, 2]))
    color[y - side // 2 : y - side // 2 + side, x - side // 2 : x - side // 2 + side] = 255
    assert roi.crops_of_picture(color, body, "metric")[0].min() == 255
    color[:, : x - side // 2] = color[:, x - side // 2 + side :] = 77
    color[: y - side // 2] = color[y - side // 2 + side :] = 77
    assert roi.crops_of_picture(color, body, "metric")[0].min() == 255


def moved(body: Body, joint: int, xy: tuple[float, float]) -> Body:
    color_xy = body.color_xy.copy()
    color_xy[joint] = xy
    return Body(body.tracking_id, body.joints, body.joint_state, color_xy, body.orientations)


@pytest.mark.parametrize("xy", [(np.nan, np.nan), (-500, 300), (5000, 5000), (1e30, -1e30), (0, 0), (1919, 1079)])
@pytest.mark.parametrize("crop", ["fixed", "metric"])
def test_outside_the_picture_is_black_and_nothing_breaks(xy, crop):
    white = np.full((1080, 1920, 4), 255, np.uint8)
    crops = roi.crops_of_picture(white, moved(person(0), HAND_LEFT, xy), crop)
    row = ROI_JOINTS.index(HAND_LEFT)
    inside = 0 <= xy[0] < 1920 and 0 <= xy[1] < 1080
    assert (crops[row].max() == 255) == inside
    assert crops[row].min() == 0
    assert crops[0].min() == 255


def test_a_body_that_cannot_be_mapped_at_all_has_no_crops():
    body = person(0)
    nowhere = np.full((JOINT_COUNT, 2), np.nan, np.float32)
    body = Body(1, body.joints, body.joint_state, nowhere, body.orientations)
    assert roi.crops_of_picture(picture(0), body, "fixed") is None


def test_without_color_or_with_color_hidden_there_are_no_crops():
    frame = SensorFrame(0, 0.0, 0.0, picture(0), (person(0),))
    assert PoseTracker("fixed").track(frame).persons[0].crops is not None
    assert PoseTracker("fixed", use_color=False).track(frame).persons[0].crops is None
    blind = SensorFrame(0, 0.0, 0.0, None, (person(0),))
    assert PoseTracker("fixed").track(blind).persons[0].crops is None


@pytest.mark.parametrize(
    ("frames", "expected"), [(6, [1, 2, 3, 4, 5]), (90, [15, 30, 45, 60, 75]), (1, [0] * 5), (8, [1, 2, 4, 5, 6])]
)
def test_evaluation_frames(frames, expected):
    assert roi.evaluation_frames(frames).tolist() == expected


def test_training_frames_lie_within_the_clip_at_equal_intervals():
    rng = np.random.default_rng(0)
    for frames in (1, 4, 6, 37, 90):
        for _ in range(50):
            chosen = roi.training_frames(frames, rng)
            assert chosen.min() >= 0
            assert chosen.max() < frames
            if frames >= 6:
                assert len(set(np.diff(chosen))) == 1


def crops_of(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (5, 96, 96, 3), np.uint8)


def test_roi_image_has_joints_as_rows_and_frames_as_columns():
    crops = [np.full((5, 96, 96, 3), 10 * k, np.uint8) for k in range(5)]
    crops[2][4] = 255
    image = roi.compose([crops]) * roi.IMAGENET_STD + roi.IMAGENET_MEAN
    np.testing.assert_allclose(image[4 * 45 + 20, 2 * 45 + 20], 1.0, atol=1e-6)
    np.testing.assert_allclose(image[20, [20, 65, 110, 155, 200], 0] * 255, [0, 10, 20, 30, 40], atol=1e-3)


def test_a_missing_moment_is_black():
    image = roi.compose([[None, *(crops_of(k) for k in range(4))]])
    black = (0 - roi.IMAGENET_MEAN) / roi.IMAGENET_STD
    np.testing.assert_allclose(image[:, :45], np.broadcast_to(black, (225, 45, 3)), atol=1e-6)


def test_weights_multiply_whole_rows_after_normalisation():
    image = roi.compose([[crops_of(k) for k in range(5)]])
    attention = np.zeros(JOINT_COUNT, np.float32)
    attention[HEAD], attention[HAND_LEFT] = 1.0, 2.0
    weighted = roi.weigh(image, [attention])
    np.testing.assert_allclose(weighted[:45], image[:45], rtol=1e-6)
    np.testing.assert_allclose(weighted[90:135], 2 * image[90:135], rtol=1e-5)
    assert not weighted[135:].any()


def test_two_people_share_each_cell_and_keep_their_own_weights():
    left, right = [crops_of(1)] * 5, [crops_of(2)] * 5
    image = roi.compose([left, right])
    np.testing.assert_allclose(image[:, :22], roi.compose([[np.roll(c, -24, axis=2) for c in left]])[:, :22], atol=1e-5)
    ones, twos = np.ones(JOINT_COUNT, np.float32), np.full(JOINT_COUNT, 2, np.float32)
    weighted = roi.weigh(image, [ones, twos])
    np.testing.assert_allclose(weighted[:, 0:22], image[:, 0:22], rtol=1e-5)
    np.testing.assert_allclose(weighted[:, 23:45], 2 * image[:, 23:45], rtol=1e-5)
    np.testing.assert_allclose(weighted[:, 22], 1.5 * image[:, 22], rtol=1e-4)  # the pixel that both share


def test_released_image_is_the_negative_one_pixel_to_the_right():
    crops = [crops_of(k) for k in range(5)]
    canvas = np.zeros((480, 480, 3), np.uint8)
    for k in range(5):
        canvas[:, 96 * k + 1 : 96 * k + 97] = crops[k].reshape(480, 96, 3)[:, : 479 - 96 * k]
    negative = ((256 - canvas.astype(int)) % 256).astype(np.uint8)
    small = cv2.resize(negative, (225, 225), interpolation=cv2.INTER_AREA)
    seen = roi.released_image(crops) * roi.IMAGENET_STD + roi.IMAGENET_MEAN
    np.testing.assert_allclose(seen, small / 255, atol=0.51 / 255)  # cv2 rounds to whole bytes


def test_the_scaling_is_the_area_filter():
    crops = [crops_of(k) for k in range(5)]
    canvas = np.concatenate([c.reshape(480, 96, 3) for c in crops], axis=1).astype(np.float32)
    small = cv2.resize(canvas, (225, 225), interpolation=cv2.INTER_AREA)
    np.testing.assert_allclose(roi.compose([crops]) * roi.IMAGENET_STD + roi.IMAGENET_MEAN, small / 255, atol=1e-5)
