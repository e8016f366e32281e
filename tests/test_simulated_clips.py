"""What the first weights learn from is what the live program would see."""

from __future__ import annotations

import numpy as np
import pytest

from train import simulated
from train.first_weights import fit_temperature, keep_or_clear, student_image
from tsmf_live import roi
from tsmf_live.actor.motion import simulate
from tsmf_live.actor.picture import PaintedPerson, RoomPainter
from tsmf_live.actor.subject import ACTIONS, IDLE, Subject
from tsmf_live.frames import Body
from tsmf_live.skeleton import JOINT_COUNT


@pytest.mark.parametrize("action", ["reading", "falling"])
def test_a_clips_crops_are_those_of_the_whole_live_picture(action):
    painter, subject = RoomPainter(3), Subject.from_seed(11)
    clip = simulate(action, subject, np.random.default_rng(2), 40)
    for frame in (0, 39):
        performance = clip.performance
        person = PaintedPerson(subject, clip.true_joints[frame], performance.held, performance.chair)
        turns = np.zeros((JOINT_COUNT, 4), np.float32)
        body = Body(0, clip.joints[frame], clip.joint_state[frame], clip.color_xy[frame], turns)
        live = roi.crops_of_picture(painter.paint([person], frame / 30), body, simulated.CROP)
        np.testing.assert_array_equal(simulated._crops(painter, clip, frame), live)


def test_the_same_seed_makes_the_same_clips_and_splits_share_nobody(tmp_path, monkeypatch):
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)  # no thread that outlives the test
    for name in ("a", "b"):
        simulated.make(tmp_path / name, "test", 3, seed=5, processes=1)
    a, b = (simulated.SimulatedSet.open(tmp_path / name, "test") for name in ("a", "b"))
    np.testing.assert_array_equal(a.joints, b.joints)
    np.testing.assert_array_equal(a.crops, b.crops)
    assert a.joints.any(axis=(1, 2, 3)).all()
    people = [set(seeds) for seeds in simulated.SUBJECTS.values()]
    assert len(people[0] | people[1] | people[2]) == sum(map(len, people))


def test_all_classes_come_in_turn_and_idle_twice():
    counts = np.bincount([simulated.label_of(k) for k in range(18)])
    assert counts.tolist() == [2 if name == IDLE else 1 for name in ACTIONS]


def test_the_students_image_is_the_live_one_when_nothing_is_varied():
    crops = np.random.default_rng(0).integers(0, 256, (5, 5, 96, 96, 3), np.uint8)
    attention = np.random.default_rng(1).uniform(0, 2, JOINT_COUNT).astype(np.float32)
    np.testing.assert_array_equal(student_image(crops, attention), roi.weigh(roi.compose([list(crops)]), [attention]))


def test_temperature_undoes_overconfidence():
    rng = np.random.default_rng(3)
    scores = rng.normal(size=(4000, 5))
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(5, p=p) for p in chances])
    assert fit_temperature((3 * scores).astype(np.float32), labels) == pytest.approx(3, rel=0.15)


def test_what_other_settings_left_is_forgotten(tmp_path):
    keep_or_clear(tmp_path, {"seed": 0})
    (tmp_path / "train.done").touch()
    keep_or_clear(tmp_path, {"seed": 0})
    assert (tmp_path / "train.done").exists()
    keep_or_clear(tmp_path, {"seed": 1})
    assert not (tmp_path / "train.done").exists()
