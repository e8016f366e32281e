"""What training draws and what evaluation sees: reproducible, as the live program has it, the same from every side."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from tests.fakes.made_data import FRAMES, LABELS, make, write_prepared
from tests.fakes.networks import random_model
from train.data import pictures
from train.data.clips import ClipDrawer, augment, numbered_people, rotation
from train.data.held_out import hold_out
from train.data.prepared import Prepared, Sample
from train.fit.recipe import BETTER, PAPER, STREAM, TUNE, Augmentation
from train.results import scoring
from tsmf_live import roi
from tsmf_live.camera import project_to_color
from tsmf_live.frames import Body, Person, PoseFrame, UsageError
from tsmf_live.live.recognizer import Recognizer
from tsmf_live.nets.joint_input import NORMALISATIONS, frames_before, heading_rad, normalise, to_length
from tsmf_live.nets.published_input import PLACE_M
from tsmf_live.skeleton import ARMS, JOINT_COUNT, SPINE_BASE, SPINE_MID, TRACKED


def someone(frames: int = 12, seed: int = 0) -> np.ndarray:
    """A clip (T, 25, 3) of a body that is not symmetric and moves."""
    rng = np.random.default_rng(seed)
    return (rng.normal(0, 0.3, (1, 25, 3)) + rng.normal(0, 0.05, (frames, 25, 3)) + (0.3, 0, 3)).astype(np.float32)


@pytest.mark.parametrize("kind", ["facing", "facing bone"])
def test_facing_is_the_same_from_every_side_at_every_place_and_of_every_size(kind):
    joints = someone()
    expected = normalise(joints, kind)
    for heading, size in ((0.7, 1.0), (-2.5, 1.3), (3.0, 0.8)):
        seen = ((joints @ rotation(heading, 0, 0).T) * size + (0.5, -0.3, 1)).astype(np.float32)
        np.testing.assert_allclose(normalise(seen, kind), expected, atol=2e-5)


def test_facing_puts_the_shoulders_across_the_picture():
    joints = someone()
    turned = joints @ rotation(-heading_rad(joints), 0, 0).astype(np.float32)
    assert min(abs(heading_rad(turned)), abs(heading_rad(normalise(joints, "facing")))) < 1e-3


def test_sensors_of_15_20_and_25_joints_give_the_same_common_input():
    new = someone(20)
    for wrist, hand in ((6, 7), (10, 11)):
        new[:, wrist] = new[:, hand]  # where both are one joint: hand tip and thumb may lie anywhere
    for ankle, foot in ((14, 15), (18, 19)):
        new[:, ankle] = new[:, foot]
    old = new.copy()
    old[:, 0] = old[:, [12, 16]].mean(axis=1) + np.array((0, 0.1, 0))  # the old sensors' own place of the spine base
    old[:, 1], old[:, 2] = old[:, 0], old[:, 20]
    for hand, tip, thumb in ((7, 21, 22), (11, 23, 24)):
        old[:, tip] = old[:, thumb] = old[:, hand]
    np.testing.assert_allclose(normalise(old, "common"), normalise(new, "common"), atol=1e-6)


def test_the_common_input_is_the_same_at_every_place_and_knows_how_fast_somebody_goes():
    joints = someone(30)
    walking = joints + np.linspace(0, 1.45, 30, dtype=np.float32)[:, None, None] * (1, 0, 0)  # 0.05 m a frame
    elsewhere = (walking + np.array((0.4, -0.7, 1))).astype(np.float32)
    np.testing.assert_allclose(normalise(elsewhere, "common"), normalise(walking, "common"), atol=1e-5)
    gone = normalise(walking, "common")[:, SPINE_BASE] - normalise(joints, "common")[:, SPINE_BASE]
    np.testing.assert_allclose(gone[frames_before("common") :, 0], 0.5, atol=1e-5)
    assert gone[0, 0] == 0


@pytest.mark.parametrize("kind", NORMALISATIONS)
def test_nobody_and_one_frame_stay_finite(kind):
    for joints in (np.zeros((5, JOINT_COUNT, 3), np.float32), someone(1)):
        assert np.isfinite(normalise(joints, kind)).all()
    assert normalise(someone(), kind).dtype == np.float32


@pytest.mark.parametrize("kind", NORMALISATIONS)
def test_normalisation_leaves_its_input_alone(kind):
    joints = someone()
    before = joints.copy()
    normalise(joints, kind)
    np.testing.assert_array_equal(joints, before)


def test_a_clip_is_padded_shortened_or_sampled():
    joints = np.arange(6, dtype=np.float32)[:, None, None] * np.ones((1, 2, 3), np.float32)
    assert to_length(joints, "all", 0) is joints
    assert to_length(joints, "padded", 9)[:, 0, 0].tolist() == [0, 1, 2, 3, 4, 5, 0, 0, 0]
    assert to_length(joints, "padded", 3)[:, 0, 0].tolist() == [0, 2, 4]
    assert to_length(joints, "uniform", 11)[:, 0, 0].tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5]
    assert to_length(joints[:1], "uniform", 3)[:, 0, 0].tolist() == [0, 0, 0]


def test_augmentation_repeats_with_its_seed_and_keeps_the_body_rigid_when_only_turned():
    scene = someone()[:, None]
    how = Augmentation(heading_rad=1.0, tilt_rad=0.3, roll_rad=0.3, place_m=0.2)
    one, two = (augment(scene, how, np.random.default_rng(4)) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert np.abs(one - scene).max() > 0.1
    bones = [np.linalg.norm(s[:, 0, 5] - s[:, 0, 4], axis=1) for s in (one, scene)]
    np.testing.assert_allclose(*bones, atol=1e-4)
    everything = replace(BETTER.augmentation, mirror=True, loose_limb=1.0)
    for seed in range(4):
        assert np.isfinite(augment(scene, everything, np.random.default_rng(seed))).all()


def test_the_mirror_exchanges_left_and_right():
    scene = someone()[:, None]
    how = Augmentation(mirror=True)
    mirrored = next(
        m
        for m in (augment(scene, how, np.random.default_rng(s)) for s in range(20))
        if m[0, 0, 4, 0] != scene[0, 0, 4, 0]
    )
    centre = np.median(scene[:, 0, SPINE_BASE, 0])
    np.testing.assert_allclose(mirrored[:, 0, 11, 0] - centre, centre - scene[:, 0, 7, 0], atol=1e-5)
    np.testing.assert_allclose(mirrored[:, 0, 18, 1:], scene[:, 0, 14, 1:], atol=1e-5)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Prepared:
    return Prepared.open(make(tmp_path_factory.mktemp("made") / "data", pairs=True, crops=True, repetitions=1))


@pytest.mark.parametrize("recipe", [PAPER, BETTER, replace(STREAM, window=12, shortest_window=4, context=8)])
def test_the_same_batch_comes_again_and_is_as_long_as_said(data, recipe):
    recipe = replace(recipe, frames=16 if recipe.frames else 0)
    rows = np.arange(len(data))
    lengths = set()
    for number in range(12):
        batches = [ClipDrawer(data, rows, recipe, 12, seed=3).draw(1, number, rows[2:6]) for _ in range(2)]
        assert torch.equal(batches[0].x, batches[1].x)
        lengths.add((batches[0].x.shape[2], batches[0].pooled))
        assert batches[0].owner.tolist() == sorted(batches[0].owner.tolist())
        assert batches[0].labels.tolist() == [data.samples[i].label for i in rows[2:6]]
    if recipe.frames:
        assert lengths == {(16, None)}
    else:  # without context: short windows pooled as a whole; with context: full windows, the window pooled
        assert all(4 <= t <= 12 if pooled is None else 12 < t <= 20 and pooled == 3 for t, pooled in lengths)
        assert {pooled for _, pooled in lengths} == {None, 3}


@pytest.mark.parametrize(("named_at_the_end", "expected"), [(False, range(4, 17)), (True, range(14, 17))])
def test_a_streams_window_ends_where_the_samples_label_is_sure(data, monkeypatch, named_at_the_end, expected):
    monkeypatch.setattr(data, "named_at_the_end", named_at_the_end)
    plain = replace(STREAM, augmentation=Augmentation(), normalisation="none", window=12, shortest_window=4, context=8)
    sample = np.array(data.joints(0))[:, 0]
    drawer, ends = ClipDrawer(data, np.arange(3), plain, 12, seed=0), set()
    for seed in range(90):
        _, x = drawer.clips(0, np.random.default_rng(seed), 12, 8)[0]
        ends.add(int(np.flatnonzero((sample == x[-1]).all(axis=(1, 2)))[0]) + 1)
    assert ends == set(expected)


def test_without_augmentation_training_sees_what_evaluation_sees(data):
    recipe = replace(BETTER, augmentation=Augmentation(), frames=16)
    model = random_model(
        labels=LABELS,
        idle=None,
        temporal="same",
        normalisation=recipe.normalisation,
        sampling="uniform",
        sampled_frames=16,
    )
    drawn = ClipDrawer(data, np.arange(3), recipe, 300, 0).draw(0, 0, np.arange(3))
    seen = [model.input_of(clip) for i in range(3) for _, clip in numbered_people(data, i, 300)]
    np.testing.assert_array_equal(drawn.x.permute(0, 2, 3, 1).numpy(), np.stack(seen))


def test_noise_does_not_hide_from_a_published_network_that_a_sensor_is_old(data, monkeypatch):
    joints = np.array(data.joints(0))
    for *_, hand, tip, thumb in ARMS:
        joints[:, :, [tip, thumb]] = joints[:, :, [hand]]
    monkeypatch.setattr(data, "joints", lambda i: joints)
    recipe = replace(TUNE, augmentation=Augmentation(noise_m=0.001), frames=len(joints))
    drawer = ClipDrawer(data, np.arange(3), recipe, len(joints), 0)
    _, x = drawer.clips(0, np.random.default_rng(1), len(joints), 0)[0]
    expected = normalise(joints[:, 0], "placed")
    assert 0 < np.abs(x - expected).max() < 0.01
    assert np.abs(expected - placed_as_it_is(joints[:, 0])).max() > 0.02


def placed_as_it_is(joints: np.ndarray) -> np.ndarray:
    """A clip (T, 25, 3) where NTU's people stand, its joints where its sensor has them."""
    return joints + (np.array(PLACE_M) - joints[0, SPINE_MID])


def pose_frames(prepared: Prepared, i: int) -> list[PoseFrame]:
    """A sample as the live program's pose stage gives it; crops of the evaluation frames only."""
    joints, present, frames = prepared.joints(i), prepared.present(i), prepared.column_frames(i, 0)
    crops = prepared.crops(i, 0) if prepared.has_crops else None
    made = []
    for t in range(len(joints)):
        persons = []
        for m in range(joints.shape[1]):
            if not present[t, m]:
                continue
            body = np.array(joints[t, m])
            states, zeros = np.full(25, TRACKED, np.uint8), np.zeros((25, 4), np.float32)
            column = np.flatnonzero(frames == t)
            shown = None if crops is None else partial(crops.__getitem__, (m, column[0] if len(column) else 0))
            persons.append(Person(m, 0, Body(m + 1, body, states, project_to_color(body), zeros), shown))
        made.append(PoseFrame(t, t / 30, 0.0, tuple(persons), 0.0))
    return made


CAUSAL = {"temporal": "causal", "normalisation": "root", "sampling": "all"}


@pytest.mark.parametrize("settings", [{}, CAUSAL, CAUSAL | {"mode": "stream", "window_frames": 8}])
def test_evaluation_says_what_the_live_program_says(data, settings):
    how = {"temporal": "same", "normalisation": "facing", "sampling": "uniform", "window_frames": FRAMES} | settings
    how["sampled_frames"] = 12 if how["sampling"] == "uniform" else 0
    model = random_model(labels=LABELS, idle=None, **how)
    streams = model.spec.mode == "stream"
    rows = [0, len(data) - 1]  # one person, and two side by side
    assert [data.samples[i].person_count for i in rows] == [1, 2]
    outputs = scoring.run_teacher(model, data, rows)
    student = scoring.run_student(model.student, model, data, rows, outputs)
    for n, i in enumerate(rows):
        recognizer = Recognizer(model, stream=streams)
        for pose in pose_frames(data, i):
            recognizer.push(pose)
        reading = recognizer.read()
        np.testing.assert_allclose(outputs.scores[n], reading.teacher, atol=1e-4)
        if model.spec.window_frames == FRAMES:  # else the frames of the crops are not those of the window
            np.testing.assert_allclose(student[n], reading.student, atol=1e-4)
        assert len(reading.roi_slots) == data.samples[i].person_count


def test_who_came_late_who_left_and_who_was_lost_count_as_in_the_live_program(tmp_path):
    frames = 70
    joints = np.stack([someone(frames, seed) for seed in range(2)], axis=1)
    present = np.ones((frames, 2), bool)
    present[:5, 0] = False  # came late
    present[20:23, 0] = False  # held
    present[2:40, 1] = False  # lost for more than 1 s: began anew
    joints[20:23, 0] = 99.0  # what stands there must not be looked at
    sample = Sample("a", 0, 1, 1, 1, 1, 0, frames, 2)
    prepared = Prepared.open(write_prepared(tmp_path / "d", [sample] * 3, [joints] * 3, [present] * 3))
    first, second = numbered_people(prepared, 0, 300)
    assert (first[0], len(first[1])) == (0, 65)
    np.testing.assert_array_equal(first[1][15:18], np.repeat(joints[19:20, 0], 3, axis=0))
    assert (second[0], len(second[1])) == (1, 30)
    assert [len(clip) for _, clip in numbered_people(prepared, 0, 10)] == [10, 10]


def test_who_is_not_there_at_the_end_does_not_count(tmp_path):
    joints = np.stack([someone(20, seed) for seed in range(2)], axis=1)
    present = np.ones((20, 2), bool)
    present[15:, 0] = False
    sample = Sample("a", 0, 1, 1, 1, 1, 0, 20, 2)
    prepared = Prepared.open(write_prepared(tmp_path / "d", [sample], [joints], [present]))
    assert [person for person, _ in numbered_people(prepared, 0, 300)] == [1]


def test_the_picture_is_weighed_as_the_live_program_weighs_it():
    rng = np.random.default_rng(1)
    image = rng.normal(size=(225, 225, 3)).astype(np.float32)
    for people in (1, 2):
        attention = rng.uniform(0, 2, (people, 25)).astype(np.float32)
        expected = roi.weigh(image, list(attention))
        both = torch.from_numpy(attention[[0, -1]])[None]
        x = torch.from_numpy(image).permute(2, 0, 1)[None]
        np.testing.assert_allclose(pictures.weigh(x, both)[0].permute(1, 2, 0).numpy(), expected, atol=1e-6)
        for chosen in ([0, 1], [1, 4]):  # some columns are weighed as they are in the whole picture
            columns = np.concatenate([np.arange(45 * k, 45 * (k + 1)) for k in chosen])
            part = pictures.weigh(x[..., columns], both)[0].permute(1, 2, 0).numpy()
            np.testing.assert_allclose(part, expected[:, columns], atol=1e-6)


def test_some_moments_are_whole_columns_in_order_and_all_come_in_turn():
    image = np.repeat(np.arange(5, dtype=np.float32), 45)[None, :, None] * np.ones((225, 1, 3), np.float32)
    seen = set()
    for seed in range(60):
        part = pictures.some_columns(image, 2, np.random.default_rng(seed))
        assert part.shape == (225, 90, 3)
        first, second = part[0, 0, 0], part[0, 45, 0]
        assert first < second
        assert np.array_equal(part[:, :45], np.full((225, 45, 3), first))
        assert np.array_equal(part[:, 45:], np.full((225, 45, 3), second))
        seen.add((first, second))
    assert len(seen) == 10
    assert pictures.some_columns(image, 5, np.random.default_rng(0)) is image


def test_two_are_shown_by_their_distance_never_by_the_label_unless_asked(data):
    pair = len(data) - 1
    near = np.array([1.0, 2.0], np.float32)
    assert pictures.shown_persons(data, pair, near, 300) == (0, 1)
    assert pictures.shown_persons(data, pair, near, 300, frozenset()) == (1,)
    assert pictures.shown_persons(data, 0, np.array([1.0, -np.inf]), 300) == (0,)


def test_validation_takes_whole_subjects_or_some_of_each_class_and_never_a_whole_class(tmp_path):
    rows = np.arange(5 * 3 * 4)
    few = Prepared.open(make(tmp_path / "few", subjects=5, repetitions=4))
    train, held = hold_out(few, rows, "auto", 0)
    assert sorted([*train, *held]) == rows.tolist()
    assert sorted({few.samples[i].label for i in held}) == [0, 1, 2]
    many = Prepared.open(make(tmp_path / "many", subjects=10, repetitions=1))
    train, held = hold_out(many, np.arange(30), "auto", 0)
    assert not {many.samples[i].subject for i in held} & {many.samples[i].subject for i in train}
    assert len(hold_out(many, np.arange(30), "none", 0)[1]) == 0
    assert {many.samples[i].subject for i in hold_out(many, np.arange(30), "subject=3,4", 0)[1]} == {3, 4}
    with pytest.raises(UsageError, match="class 'reading' without training samples"):
        hold_out(many, np.array([0, 1, 2, 4, 5]), "subject=1", 0)
    for how in ("subject=77", "subject=x", "some"):
        with pytest.raises(UsageError, match="--validation"):
            hold_out(many, np.arange(30), how, 0)
