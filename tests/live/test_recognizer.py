"""Windows over sensor time, who the student sees, and that live equals evaluation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.fakes.networks import random_model
from tests.fakes.poses import crops_at, joints_at, person_at, pose_at, watch
from tsmf_live import roi
from tsmf_live.frames import PoseFrame
from tsmf_live.live.recognizer import Recognizer
from tsmf_live.nets.tsmf import TSMF


def by_hand(model: TSMF, indices: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Teacher and student scores of one person's clip, written out step by step as an evaluation would."""
    output = model.run_teacher([np.stack([joints_at(i) for i in indices])])
    columns = [crops_at(indices[k]) for k in roi.evaluation_frames(len(indices))]
    image = roi.weigh(roi.compose([columns]), [output.attention[0]])
    return output.scene, model.run_student(image)


@pytest.fixture(scope="module", params=["same", "causal"])
def either_model(request) -> TSMF:
    return random_model(temporal=request.param)


@pytest.mark.parametrize("frames", [1, 7, 59, 60, 61, 150])
def test_last_reading_of_a_file_equals_the_evaluation_of_its_clip(frames, either_model):
    model = either_model
    reading = watch(model, [pose_at(i, person_at(i)) for i in range(frames)])
    teacher, student = by_hand(model, list(range(max(0, frames - 60), frames)))
    np.testing.assert_allclose(reading.teacher, teacher, atol=1e-5)
    np.testing.assert_allclose(reading.student, student, atol=1e-5)
    np.testing.assert_allclose(reading.probabilities, model.probabilities(teacher + student, True), atol=1e-5)
    assert reading.frames == min(frames, 60)
    assert reading.window_s == pytest.approx((max(0, frames - 60) / 30, (frames - 1) / 30))


def test_training_and_live_give_the_same_tensor(model):
    recognizer = Recognizer(model)
    for i in range(60):
        recognizer.push(pose_at(i, person_at(i)))
    reading = recognizer.read()
    columns = [crops_at(k) for k in roi.evaluation_frames(60)]
    np.testing.assert_array_equal(reading.roi_image, roi.weigh(roi.compose([columns]), [reading.persons[0].attention]))


def test_frames_at_15_hz_are_held_and_do_not_stretch_the_action(model):
    reading = watch(model, [pose_at(i, person_at(i)) for i in range(0, 60, 2)])
    teacher, _ = by_hand(model, [i - i % 2 for i in range(59)])
    np.testing.assert_allclose(reading.teacher, teacher, atol=1e-5)
    assert reading.persons[0].coverage == 1


def test_frames_at_60_hz_are_thinned(model):
    poses = [pose_at(i, person_at(i), time_s=i / 60) for i in range(121)]
    teacher, _ = by_hand(model, list(range(2, 121, 2)))
    np.testing.assert_allclose(watch(model, poses).teacher, teacher, atol=1e-5)


def test_jittering_times_give_every_frame_once(model):
    jitter = np.random.default_rng(0).uniform(-0.006, 0.006, 60)
    poses = [pose_at(i, person_at(i), time_s=i / 30 + jitter[i]) for i in range(60)]
    reading = watch(model, poses)
    assert abs(reading.frames - 60) <= 1
    teacher, _ = by_hand(model, list(range(60 - reading.frames, 60)))
    np.testing.assert_allclose(reading.teacher, teacher, atol=1e-5)


def test_five_missing_frames_are_held(model):
    present = [*range(20), *range(25, 60)]
    held = [i if i in present else 19 for i in range(60)]
    teacher, _ = by_hand(model, held)
    np.testing.assert_allclose(watch(model, [pose_at(i, person_at(i)) for i in present]).teacher, teacher, atol=1e-5)


@pytest.mark.parametrize("gap", [8, 40])
def test_a_longer_gap_starts_anew(model, gap):
    poses = [pose_at(i, person_at(i)) for i in [*range(20), *range(20 + gap, 60 + gap)]]
    reading = watch(model, poses)
    assert reading.frames == 40
    np.testing.assert_allclose(reading.teacher, by_hand(model, list(range(20 + gap, 60 + gap)))[0], atol=1e-5)


def test_time_that_goes_back_starts_anew(model):
    recognizer = Recognizer(model)
    recognizer.push(pose_at(0, person_at(0), time_s=50.0))
    assert recognizer.push(pose_at(1, person_at(1), time_s=0.0))
    assert recognizer.read().frames == 1


def test_a_lost_person_is_held_and_comes_back_to_their_window(model):
    poses = [pose_at(i, *([person_at(i)] if not 30 <= i < 50 else [])) for i in range(60)]
    teacher, _ = by_hand(model, [i if not 30 <= i < 50 else 29 for i in range(60)])
    reading = watch(model, poses)
    np.testing.assert_allclose(reading.teacher, teacher, atol=1e-5)
    assert reading.persons[0].coverage == pytest.approx((60 - 20 + 3) / 60)  # a tenth of a second is no gap


def test_joints_that_the_sensor_does_not_give_are_not_covered(model):
    poses = [pose_at(i, replace(person_at(i), known=0.6 if i >= 40 else 1.0)) for i in range(60)]
    assert watch(model, poses).persons[0].coverage == pytest.approx((40 + 20 * 0.6) / 60)
    assert watch(model, poses[:10]).coverage == 1  # what was before they came is not missing


def test_somebody_new_in_the_slot_has_an_empty_window(model):
    poses = [pose_at(i, person_at(i, epoch=int(i >= 50))) for i in range(60)]
    assert watch(model, poses).frames == 10


def test_with_nobody_in_view_it_says_so(model):
    reading = watch(model, [pose_at(0, person_at(0)), pose_at(1)])
    assert reading.probabilities is None
    assert reading.teacher is None
    assert reading.persons == ()
    assert reading.note == "nobody in view"


def test_without_color_the_teacher_speaks_alone(model):
    reading = watch(model, [pose_at(i, person_at(i, color=False)) for i in range(20)])
    assert reading.student is None
    assert "teacher alone" in reading.note
    np.testing.assert_allclose(reading.probabilities, model.probabilities(reading.teacher, False), atol=1e-6)


def test_color_that_ends_is_not_used_for_ever(model):
    def poses(last_color: int) -> list[PoseFrame]:
        return [pose_at(i, person_at(i, color=i <= last_color)) for i in range(30)]

    assert watch(model, poses(24)).student is not None  # five frames may be missing
    assert watch(model, poses(23)).student is None


def test_the_student_is_reused_with_its_age_unless_it_is_old_or_of_other_people(model):
    recognizer = Recognizer(model)
    for i in range(10):
        recognizer.push(pose_at(i, person_at(i)))
    fresh = recognizer.read()
    recognizer.push(pose_at(10, person_at(10)))
    reused = recognizer.read(run_student=False)
    assert fresh.student_age_s == 0
    assert reused.student_age_s == pytest.approx(1 / 30)
    np.testing.assert_array_equal(reused.student, fresh.student)
    recognizer.push(pose_at(11, person_at(11, epoch=1)))
    assert recognizer.read(run_student=False).student_age_s == 0  # somebody else: asked at once
    for i in range(12, 45):
        recognizer.push(pose_at(i, person_at(i, epoch=1)))
    assert recognizer.read(run_student=False).student_age_s == 0  # the last one is over a second old


def test_the_student_in_steps_says_the_same_of_the_frame_at_which_it_began(model):
    recognizer, whole = Recognizer(model), Recognizer(model)
    for i in range(10):
        for one in (recognizer, whole):
            one.push(pose_at(i, person_at(i)))
    begun = recognizer.read(at_once=False)
    assert begun.student is None  # nothing before it to use
    assert begun.note == "teacher alone: the student is still at work"
    steps = 0
    while recognizer.student_is_running:
        recognizer.continue_student()
        steps += 1
        if steps == 3:  # frames and readings between the steps change nothing of it
            recognizer.push(pose_at(10, person_at(10)))
            assert recognizer.read(at_once=False).student is None
    after, at_once = recognizer.read(run_student=False, at_once=False), whole.read()
    assert steps > 3
    np.testing.assert_allclose(after.student, at_once.student, atol=1e-4)
    np.testing.assert_array_equal(after.roi_image, at_once.roi_image)
    assert after.student_age_s == pytest.approx(1 / 30)
    assert after.student_ms > 0
    assert recognizer.read(run_student=False, at_once=False).student_ms is None  # told once


def test_the_student_in_steps_begins_anew_when_somebody_else_is_looked_at(model):
    recognizer = Recognizer(model)
    for i in range(5):
        recognizer.push(pose_at(i, person_at(i)))
    recognizer.read(at_once=False)
    recognizer.continue_student()
    recognizer.push(pose_at(5, person_at(5, epoch=1)))
    recognizer.read(run_student=False, at_once=False)
    while recognizer.student_is_running:
        recognizer.continue_student()
    reading = recognizer.read(run_student=False, at_once=False)
    assert reading.student_age_s == 0
    assert reading.student is not None


def test_two_near_people_share_the_image_left_to_right(model):
    def poses(distance_m: float) -> list[PoseFrame]:
        return [pose_at(i, person_at(i, 0, x_m=distance_m), person_at(i, 1, x_m=0.0)) for i in range(30)]

    near, far = watch(model, poses(1.4)), watch(model, poses(1.6))
    assert near.roi_slots == (1, 0)
    assert len(far.roi_slots) == 1


def test_the_pair_is_kept_until_180_cm():
    recognizer = Recognizer(random_model(window_frames=15))
    seen = []
    for i in range(145):
        x_m = 1.3 + 0.6 * min(1, max(0, (i - 60) / 60))
        recognizer.push(pose_at(i, person_at(i, 0), person_at(i, 1, x_m=x_m)))
        if i % 10 == 0 and i >= 50:
            seen.append((i, len(recognizer.read().roi_slots)))
    assert seen[0][1] == 2
    ends = next(i for i, shown in seen if shown == 1)
    assert ends > 60 + 60 * (1.7 - 1.3) / 0.6
    assert seen[-1][1] == 1


def test_the_chosen_person_is_in_focus_and_others_are_told_by_the_teacher(model):
    recognizer = Recognizer(model)
    recognizer.feedback.focus = 1
    for i in range(30):
        recognizer.push(pose_at(i, person_at(i, 0), person_at(i, 1, x_m=2.5), person_at(i, 2, x_m=-2.5)))
    reading = recognizer.read()
    assert reading.roi_slots == (1,)
    assert [p.slot for p in reading.persons] == [0, 1, 2]
    alone = model.run_teacher([np.stack([joints_at(i, -2.5) for i in range(30)])]).scene
    np.testing.assert_allclose(reading.persons[2].probabilities, model.probabilities(alone, False), atol=1e-5)


def test_released_arithmetic_chooses_one_person_and_fits_its_window():
    model = random_model(arithmetic="released", attention="released", temporal="same")
    reading = watch(model, [pose_at(i, person_at(i, 0), person_at(i, 1, x_m=1.0)) for i in range(40)])
    assert len(reading.roi_slots) == 1
    assert np.isfinite(reading.probabilities).all()


STREAMED = {
    "two people, one of them later": [
        pose_at(i, person_at(i), *([person_at(i, 1, x_m=2.5)] if i >= 17 else [])) for i in range(55)
    ],
    "lost and back": [pose_at(i, *([person_at(i)] if not 20 <= i < 35 else [])) for i in range(50)],
    "somebody new in the slot": [pose_at(i, person_at(i, epoch=int(i >= 30))) for i in range(50)],
    "missing frames": [pose_at(i, person_at(i)) for i in [*range(20), *range(25, 50)]],
    "a gap": [pose_at(i, person_at(i)) for i in [*range(20), *range(60, 90)]],
    "60 Hz": [pose_at(i, person_at(i), time_s=i / 60) for i in range(101)],
}


@pytest.mark.parametrize("case", STREAMED)
def test_the_stream_says_what_the_window_says_while_it_holds_all_since_the_reset(model, case):
    poses = STREAMED[case]
    window, stream = watch(model, poses), watch(model, poses, stream=True)
    np.testing.assert_allclose(stream.teacher, window.teacher, atol=1e-4)
    np.testing.assert_allclose(stream.probabilities, window.probabilities, atol=1e-4)
    for a, b in zip(stream.persons, window.persons, strict=True):
        assert (a.slot, a.frames) == (b.slot, b.frames)
        np.testing.assert_allclose(a.attention, b.attention, atol=1e-4)


#: Those whose news may come at another frame than of somebody who was always there; the others are long tests.
RESTARTED = ("two people, one of them later", "lost and back", "a gap")


@pytest.mark.parametrize("case", [pytest.param(c, marks=[] if c in RESTARTED else pytest.mark.long) for c in STREAMED])
def test_a_stream_with_news_every_fourth_frame_says_there_what_the_dense_one_says(model, case):
    dense, sparse = Recognizer(model, stream=True), Recognizer(model, stream=True, dense=0)
    compared = 0
    for pose in STREAMED[case]:
        dense.push(pose)
        sparse.push(pose)
        if (
            not sparse.has_news or len(pose.persons) > 1
        ):  # of two persons the one without news is a frame or more behind
            continue
        one, other = dense.read(run_student=False), sparse.read(run_student=False)
        if one.teacher is not None:
            np.testing.assert_allclose(other.teacher, one.teacher, atol=1e-4)
            np.testing.assert_allclose(other.persons[0].attention, one.persons[0].attention, atol=1e-4)
            compared += 1
    assert compared >= 4


def test_who_comes_while_many_are_in_view_has_new_scores_on_every_fourth_frame(model):
    recognizer = Recognizer(model, stream=True, dense=1)
    everybody = Recognizer(model, stream=True)
    news: dict[int, list[int]] = {0: [], 1: []}
    before: dict[int, bytes] = {}
    for index in range(40):
        pose = pose_at(index, *(person_at(index, slot) for slot in range(1 if index < 8 else 2)))
        recognizer.push(pose)
        everybody.push(pose)
        for one in recognizer.read(run_student=False).persons:
            if before.get(one.slot) != one.teacher.tobytes():
                news[one.slot].append(index)
            before[one.slot] = one.teacher.tobytes()
    assert news == {0: list(range(40)), 1: list(range(8, 40, 4))}  # who was there before keeps what they have
    recognizer.push(pose_at(40, *(person_at(40, slot) for slot in (0, 1))))
    everybody.push(pose_at(40, *(person_at(40, slot) for slot in (0, 1))))
    for one, other in zip(*(r.read(run_student=False).persons for r in (recognizer, everybody)), strict=True):
        np.testing.assert_allclose(one.teacher, other.teacher, atol=1e-4)
