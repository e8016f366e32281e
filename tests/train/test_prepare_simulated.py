"""The simulated benchmark: reproducible, split as NTU RGB+D, and filmed as the live program would film it."""

from __future__ import annotations

import numpy as np
import pytest

from train.data.splits import NTU_TRAIN_SUBJECTS
from train.prepare import crops as prepare_crops
from train.prepare.simulated import CAMERAS, SEEN_S, WINDOW_FRAMES, Item, SimulatedReader
from tsmf_live import roi
from tsmf_live.actor.picture import PaintedPerson, RoomPainter
from tsmf_live.actor.scene import Timeline
from tsmf_live.actor.subject import ACTIONS, IDLE
from tsmf_live.frames import Body

TURNS = np.zeros((25, 4), np.float32)


@pytest.fixture(scope="module")
def reader() -> SimulatedReader:
    return SimulatedReader(seed=3, repeats=1, subjects=40, two_persons=0.5, context=152)


def happening(person: Timeline, time_s: float) -> str:
    return next(name for start_s, end_s, name in person.truth_until(60.0) if start_s <= time_s < end_s)


def test_the_layout_is_that_of_ntu(reader):
    assert len(reader.items) == 40 * 3 * 17
    names = [item.name for item in reader.items]
    assert names == sorted(names)
    assert {item.subject for item in reader.items} == set(range(1, 41))
    assert sum(item.subject in NTU_TRAIN_SUBJECTS for item in reader.items) == 20 * 3 * 17


def test_the_window_ends_in_its_action_and_begins_in_anything(reader):
    rng = np.random.default_rng(0)
    begins = {"action": set(), IDLE: set()}
    for number in rng.choice(len(reader.items), 16, replace=False):
        item = reader.items[number]
        label = ACTIONS[item.action - 1]
        scene = reader.scene(item)
        assert scene.end - scene.first == WINDOW_FRAMES
        assert 0 <= scene.begin <= scene.first
        for person in scene.people:
            assert happening(person, (scene.end - 1) / 30) == label
            assert happening(person, scene.end / 30 - SEEN_S + 0.04) == label
        kind = IDLE if label == IDLE else "action"
        begins[kind].add(happening(scene.people[0], scene.first / 30) == label)
    assert begins["action"] == {True, False}
    both = [reader.scene(item) for item in reader.items[16::255]]  # idle only
    after = {happening(scene.people[0], scene.first / 30) == IDLE for scene in both}
    assert after == {True, False}


def test_three_cameras_see_one_performance_from_three_sides(reader):
    seen = [reader.scene(Item(2, camera, 7, 1, 3)) for camera in CAMERAS]
    times_s = np.arange(seen[0].first, seen[0].end) / 30
    people = [scene.people[0].joints(times_s) for scene in seen]
    shapes = [np.linalg.norm(one[:, :, None] - one[:, None], axis=-1) for one in people]
    np.testing.assert_allclose(shapes[0], shapes[1], atol=1e-6)
    np.testing.assert_allclose(shapes[2], shapes[1], atol=1e-6)
    across = [one[:, 4] - one[:, 8] for one in people]  # shoulder to shoulder
    turned = [np.arctan2(one[:, 2], one[:, 0]).mean() for one in across]
    for one, following in ((0, 1), (1, 2)):
        apart = (turned[following] - turned[one] + np.pi) % (2 * np.pi) - np.pi
        assert apart == pytest.approx(np.pi / 4, abs=0.02)


def test_a_second_person_is_of_the_same_side_of_the_split(reader):
    pairs = [
        (item.subject, {person.subject.seed - 30_000 for person in reader.scene(item).people})
        for item in reader.items[::90]
    ]
    two = [(subject, people) for subject, people in pairs if len(people) == 2]
    assert 0.25 < len(two) / len(pairs) < 0.75
    for subject, people in two:
        assert len({person in NTU_TRAIN_SUBJECTS for person in people}) == 1
        assert subject in people


def test_the_same_seed_gives_the_same_clip_and_another_one_another(reader):
    item = reader.items[700]
    one, same = reader.read(item).clips[0], SimulatedReader(3, 1, 40, 0.5, 152).read(item).clips[0]
    other = SimulatedReader(4, 1, 40, 0.5, 152).read(item).clips[0]
    np.testing.assert_array_equal(one.joints, same.joints)
    assert one.joints.shape != other.joints.shape or not np.array_equal(one.joints, other.joints)
    assert one.label == item.action - 1


def test_another_actor_makes_another_benchmark(reader, tmp_path, monkeypatch):
    before = list(reader.fingerprint())
    assert before == list(reader.fingerprint())
    (tmp_path / "whole_body.py").write_text("SLOWER = True\n", encoding="utf-8")
    monkeypatch.setattr("tsmf_live.actor.__file__", str(tmp_path / "__init__.py"))
    assert list(reader.fingerprint()) != before


def test_the_crops_are_those_of_the_whole_live_picture(reader):
    item = next(item for item in reader.items if len(reader.scene(item).people) == 2)
    footage, scene = reader.read(item), reader.scene(item)
    clip = footage.clips[0]
    columns = prepare_crops.draw_frames(clip, 0, 0)
    (crops,) = prepare_crops.cut(footage, [columns], ("fixed", "metric"))
    painter = RoomPainter(3000 + 10 * item.setup + item.camera)
    for column, moment in ((0, columns[0, 0]), (4, columns[0, 4])):
        time_s = (scene.begin + moment) / 30
        people = [
            PaintedPerson(one.subject, one.joints(np.array([time_s]))[0], one.held(time_s), one.chair)
            for one in scene.people
        ]
        picture = painter.paint(people, time_s)
        for person in range(2):
            rows = (array[moment, person] for array in (clip.joints, clip.states, clip.color_xy))
            body = Body(0, *rows, TURNS)
            for k, kind in enumerate(("fixed", "metric")):
                live = roi.crops_of_picture(picture, body, kind)
                np.testing.assert_array_equal(crops[k, 0, person, column], live)
