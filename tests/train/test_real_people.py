"""Several data sets as one: 30 Hz, classes by name, persons and sets kept apart, strings of clips drawn from it."""

from __future__ import annotations

import math
import pickle
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.fakes.recordings import body
from train import evaluate, make_streams, teacher
from train.data.clips import LEFT, RIGHT, rotation
from train.data.prepared import SIMULATED, Prepared
from train.data.strings import (
    CYCLE_BRIDGE,
    IDLE_SHARE,
    NOT_JUDGED,
    SET_POWER,
    SIMULATED_WORTH,
    StringDrawer,
    _change_bones,
    _groups,
    _moments,
    _repeated,
    _with_arms_of,
)
from train.fit.recipe import PEOPLE, RECIPES
from train.prepare.command import main as prepare
from train.prepare.people import CLASSES_FILE, SETS_FILE, bundled_sets, read_classes, read_rates
from train.prepare.pku import between_labels
from train.prepare.scenes import SCENE_CLASSES
from train.results import streams
from tsmf_live.actor.subject import ACTIONS
from tsmf_live.frames import UsageError
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.skeleton import ARMS, PARENTS, SHOULDERS, SPINE_SHOULDER
from tsmf_live.sources.pku_labels import PkuLabel

COUNT = 40
CLASSES = """set,number,class,name,reason
A,1,wave,hand waving,
A,2,odd,leave out,
A,3,stretch,idle,
B,1,wave,hand waving,
B,2,fall,falling,
S,1,walk,walking,
"""
RATES = "set,rate_hz\nA,15\nB,30\nS,30\n"


def moving(seed: int, frames: int) -> np.ndarray:
    """A person (1, T, 25, 3) who drifts aside by 1 cm a frame and moves the hands at random."""
    rng = np.random.default_rng(seed)
    clip = np.tile(body().joints, (frames, 1, 1)).astype(np.float64)
    clip[..., 0] += 0.01 * np.arange(frames)[:, None]
    clip[:, [7, 11]] += rng.normal(0, 0.1, (frames, 2, 3))
    return clip[None]


def annotations(classes: int, persons: int, **more: object) -> list[dict]:
    return [
        {"frame_dir": f"s{p:02d}_a{c:02d}_e01", "label": c - 1, "total_frames": COUNT, "keypoint": moving(c, COUNT)}
        | more
        for p in range(1, persons + 1)
        for c in range(1, classes + 1)
    ]


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """Set A at 15 Hz, 3 persons; set B with a clip of its own rate; a stream S with 60 labelled frames of 200."""
    root = tmp_path_factory.mktemp("sets")
    for name, content in (("A", annotations(3, 3)), ("B", annotations(2, 2, rate_hz=10.0))):
        (root / f"{name}.pkl").write_bytes(pickle.dumps({"split": {}, "annotations": content}, 4))
    for kind in ("skeleton", "label"):
        (root / "S" / kind).mkdir(parents=True)
    rows = np.concatenate([moving(9, 200)[0].reshape(200, 75), np.zeros((200, 75))], axis=1)
    np.savetxt(root / "S" / "skeleton" / "s01_e01.txt", rows, fmt="%.4f")
    (root / "S" / "label" / "s01_e01.txt").write_text("1,71,130,2\n")
    (root / "classes.csv").write_text(CLASSES)
    (root / "rates.csv").write_text(RATES)
    return root


def run_prepare(data: Path, out: Path, *more: str) -> Prepared:
    tables = ["--classes", str(data / "classes.csv"), "--rate", str(data / "rates.csv")]
    line = ["--source", "people", str(data), "--sets", "A,B,S", *tables, "--out", str(out), "--processes", "1", *more]
    assert prepare(line) == 0
    return Prepared.open(out)


@pytest.fixture(scope="module")
def people(data, tmp_path_factory) -> Prepared:
    return run_prepare(data, tmp_path_factory.mktemp("people") / "out", "--simulated", "3")


def clips_of(people: Prepared, name: str) -> list[int]:
    return [i for i, sample in enumerate(people.samples) if people.sets[sample.setup - 1] == name]


def test_every_clip_has_30_frames_a_second(people):
    for name, frames in (("A", 2 * COUNT - 1), ("B", 3 * COUNT - 2)):
        for i in clips_of(people, name):
            assert people.samples[i].frame_count == frames
            steps = np.diff(people.joints(i)[:, 0, 0, 0])
            np.testing.assert_allclose(steps, 0.01 * COUNT / (frames + 1), rtol=0.1)


def test_classes_have_one_name_and_what_is_left_out_is_not_there(people):
    assert people.labels[-1] == "idle"
    named = Counter((people.sets[s.setup - 1], people.labels[s.label]) for s in people.samples)
    assert named["A", "hand waving"] == 3
    assert named["A", "idle"] == 3
    assert named["B", "falling"] == 2
    assert not any(name == "leave out" for _, name in named)
    assert sum(one["reason"].startswith("left out") for one in people.manifest["skipped"]) == 3


def test_of_a_stream_the_labels_and_what_lies_between(people):
    found = {people.labels[people.samples[i].label]: people.samples[i] for i in clips_of(people, "S")}
    assert set(found) == {"walking", "idle"}
    assert (found["walking"].frame_count, found["walking"].first_frame) == (60, 70)


def test_between_labels_keeps_away_from_them():
    labels = [PkuLabel(1, 50, 99, 2)]
    assert [one[1:3] for one in between_labels(labels, 300, 7)] == [(1, 41), (108, 300)]
    assert [one[1:3] for one in between_labels([], 40, 7)] == [(1, 40)]
    assert between_labels(labels, 110, 7)[-1].last == 41


def test_scenes_of_the_actor_are_sets_of_their_own(people):
    assert {"actor", "ward"} <= set(people.sets)
    assert {people.labels[people.samples[i].label] for i in clips_of(people, "ward")} <= SCENE_CLASSES


def test_splits_by_set_and_person(people):
    _, test = people.split("set=B")
    assert sorted(test) == sorted(i for i in clips_of(people, "B") if people.labels[people.samples[i].label] != "x")
    _, test = people.split("subject=A/2")
    assert {people.samples[i].subject for i in test} == {2}
    assert len(test) == 2
    train, test = people.split("persons")
    tested = {(people.sets[people.samples[i].setup - 1], people.samples[i].subject) for i in test}
    assert tested == {("A", 3), ("B", 2)}
    assert not set(train) & set(test)


def test_a_class_of_the_left_out_set_alone_is_not_asked_for(data, tmp_path):
    real = run_prepare(data, tmp_path / "real")
    _, test = real.split("set=B")
    assert {real.labels[real.samples[i].label] for i in test} == {"hand waving"}


@pytest.mark.parametrize("split", ["set=X", "subject=A/9", "subject=A", "set=A/1"])
def test_no_such_set_or_person(people, split):
    with pytest.raises(UsageError, match="split"):
        people.split(split)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--sets", "X"], "no set 'X'"),
        (["--sets", "A"], "expected rows for the set 'A'"),
        (["--classes", "nothing.csv"], "nothing.csv"),
        (["--rate", "0"], "--rate"),
        ([], "may be bundled"),
    ],
)
def test_wrong_arguments_in_one_line(data, tmp_path, options, said):
    with pytest.raises(Exception, match=said):
        prepare(["--source", "people", str(data), "--out", str(tmp_path / "o"), *options])


def test_a_pickle_alone_can_be_brought_to_30_hz_too(data, tmp_path):
    out = tmp_path / "o"
    assert prepare(["--source", "pickle", str(data / "A.pkl"), "--rate", "15", "--out", str(out)]) == 0
    assert {sample.frame_count for sample in Prepared.open(out).samples} == {2 * COUNT - 1}


def test_the_tables_agree():
    table, rates = read_classes(CLASSES_FILE), read_rates(SETS_FILE)
    assert set(table) == set(rates)
    assert set(bundled_sets()).isdisjoint({"AzureWard", "FallFree4", "KinderGator", "KinectGait164", "LabanK2"})
    assert all(row["terms"] and row["citation"] for row in bundled_sets().values())


# ---- strings ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def drawer(people) -> StringDrawer:
    rows = np.arange(len(people))
    return StringDrawer(people, rows, replace(PEOPLE, string_frames=96), people.labels.index("idle"), 1)


def test_strings_have_a_label_for_every_output_and_are_the_same_again(drawer, people):
    batch, again = drawer.draw(0, 0, np.arange(3)), drawer.draw(0, 0, np.arange(3))
    assert batch.x.shape == (3, 3, 96, 25)
    assert batch.labels.shape == (3, 24)
    assert batch.x.isfinite().all()
    assert (batch.x == again.x).all()
    assert (batch.labels == again.labels).all()
    assert not (drawer.draw(1, 0, np.arange(3)).x == batch.x).all()
    assert set(batch.labels.unique().tolist()) <= {NOT_JUDGED, *range(len(people.labels))}


def test_two_batches_of_three_begin_more_often(drawer):
    assert drawer.draw(0, 1, np.arange(3)).x.shape == (6, 3, 48, 25)
    assert drawer.draw(0, 2, np.arange(3)).x.shape == (12, 3, 24, 25)


@pytest.mark.parametrize("sweeps", [False, True])
def test_a_cycle_is_repeated_without_a_jump(sweeps):
    angle = np.linspace(0, np.pi if sweeps else 2 * np.pi, 12, endpoint=sweeps)
    cycle = np.zeros((12, 25, 3), np.float32)
    cycle[..., 2] += 0.05 * np.arange(12)[:, None]  # 5 cm a frame away from the sensor
    cycle[:, 11, 0] += np.cos(angle)
    cycle[:, 7, 0] += 0 if sweeps else np.sin(angle)
    whole = _repeated(cycle, 4, sweeps)
    assert len(whole) == 4 * 12 + 3 * CYCLE_BRIDGE
    steps = np.linalg.norm(np.diff(whole, axis=0), axis=-1).max()
    assert steps <= np.linalg.norm(np.diff(cycle, axis=0), axis=-1).max() + 0.06
    np.testing.assert_array_equal(whole[:12], cycle)
    if not sweeps:
        np.testing.assert_allclose(whole[14:26] - whole[14, 0], cycle - cycle[0, 0], atol=1e-6)


def test_simulated_clips_count_little_where_real_people_show_the_class(people):
    groups = _groups(people, np.arange(len(people)))
    both = 0
    for members, shares in groups.values():
        names = [people.sets[people.samples[rows[0]].setup - 1] for rows in members]
        real = np.array([name not in SIMULATED for name in names])
        assert shares.sum() == pytest.approx(1)
        if real.any() and not real.all():
            both += 1
            worth = np.array([len(rows) for rows in members]) * np.where(real, 1, SIMULATED_WORTH)
            np.testing.assert_allclose(shares / shares[0], (worth / worth[0]) ** SET_POWER)
    assert both, "no class that both show"


def test_a_class_of_the_simulation_alone_comes_half_as_often_but_falls_do_not(drawer, people):
    share = {people.labels[label]: part for label, part in zip(drawer._classes, drawer._shares, strict=True)}
    assert drawer._shares.sum() == pytest.approx(1)
    assert share["idle"] == IDLE_SHARE
    simulated = {people.labels[k] for k in drawer._classes if not drawer._real(people, k)} - {"idle"}
    assert simulated
    assert "falling" not in simulated
    for name in share.keys() - {"idle"}:
        assert share[name] == pytest.approx(share["falling"] / (2 if name in simulated else 1))


def test_arms_of_another_clip_hang_on_the_same_shoulders():
    rng = np.random.default_rng(0)
    clip = rng.normal(size=(9, 25, 3))
    other = rng.normal(size=(4, 25, 3))
    clip[:, SHOULDERS], other[:, SHOULDERS] = [[-0.2, 0, 2], [0.2, 0, 2]], [[-0.3, 0, 3], [0.1, 0, 3]]
    turned = other @ rotation(0.7, 0, 0).T
    mixed = _with_arms_of(clip, turned)
    body = [joint for joint in range(25) if joint not in (*ARMS[0][1:], *ARMS[1][1:])]
    np.testing.assert_array_equal(mixed[:, body], clip[:, body])
    for shoulder, *arm in ARMS:
        for frame, of_other in enumerate([0, 1, 2, 3, 3, 2, 1, 0, 0]):
            expected = clip[frame, shoulder] + other[of_other, arm] - other[of_other, shoulder]
            np.testing.assert_allclose(mixed[frame, arm], expected, atol=1e-12)


def test_bones_change_their_length_alike_on_both_sides():
    clip = np.random.default_rng(1).normal(size=(5, 25, 3)).astype(np.float32)
    before = np.linalg.norm(clip - clip[:, PARENTS], axis=-1)
    _change_bones(clip, np.random.default_rng(2))
    after = np.linalg.norm(clip - clip[:, PARENTS], axis=-1)
    factor = np.delete(after, SPINE_SHOULDER, 1) / np.delete(before, SPINE_SHOULDER, 1)
    np.testing.assert_allclose(factor, np.broadcast_to(factor[0], factor.shape), rtol=1e-4)  # in every frame the same
    factor = np.insert(factor[0], SPINE_SHOULDER, 1)
    np.testing.assert_allclose(factor[list(LEFT)], factor[list(RIGHT)], rtol=1e-4)
    assert 0.02 < factor.std() < 0.12


def test_another_speed_keeps_the_order_and_the_ends():
    for seed in range(20):
        times = _moments(10, 70, np.random.default_rng(seed))
        assert times[0] == 10
        assert 68 < times[-1] <= 70
        steps = np.diff(times)
        assert (steps >= 0.5 - 1e-4).all()
        assert (steps <= 1.7 + 1e-4).all()
    assert _moments(3, 3, np.random.default_rng(0)).tolist() == [3]


def test_no_class_drowns_the_others(drawer, people):
    counts = Counter()
    for k in range(60):
        _, labels = drawer.string(np.random.default_rng(k), 96)
        counts.update(set(labels.tolist()) - {NOT_JUDGED})
    present = {sample.label for sample in people.samples}
    assert set(counts) == present
    assert max(counts.values()) < 12 * min(counts.values())


def test_a_teacher_learns_from_strings_goes_on_and_is_judged_by_set(people, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(RECIPES, "people", replace(PEOPLE, string_frames=32, strings=8, batch=4))
    line = ["--data", str(people.folder), "--split", "persons", "--validation", "none", "--recipe", "people"]
    line += [
        "--favour",
        "falling=6",
        "--idle-share",
        "0.2",
        "--width",
        "0.125",
        "--epochs",
        "1",
        "--threads",
        "1",
        "--out",
        str(tmp_path / "run"),
    ]
    teacher.main(line)
    file = tmp_path / "run" / teacher.TEACHER_FILE
    spec = TSMF.load(file).spec
    assert spec.idle_shift == pytest.approx(math.log(0.25) - math.log(IDLE_SHARE / (1 - IDLE_SHARE)), abs=1e-3)
    with pytest.raises(UsageError, match="--favour nothing"):
        teacher.main([*line, "--favour", "nothing=2"])
    plain = TSMF.load(file).teacher.fcn.bias.clone()
    teacher.main([*line, "--favour"])  # the run is done: only the calibration is anew
    shift = plain - TSMF.load(file).teacher.fcn.bias
    expected = torch.zeros(len(spec.labels))
    expected[spec.labels.index("falling")] = math.log(6)
    torch.testing.assert_close(shift, expected, atol=1e-4, rtol=0)
    capsys.readouterr()
    evaluate.main(["--data", str(people.folder), "--across", str(file), "--out", str(tmp_path / "report")])
    said = capsys.readouterr()
    report = (tmp_path / "report" / "across.txt").read_text()
    assert "split persons:" in report
    assert "A: " in report
    assert "B: " in report
    assert report.splitlines()[0] in said.out + said.err
    assert (tmp_path / "report" / "across.csv").read_text().startswith("split,set,class,samples,right")


# ---- streams out of clips --------------------------------------------------------------------------------------------


def test_streams_are_made_of_one_person_each_and_know_their_truth(people, tmp_path, capsys):
    line = ["--data", str(people.folder), "--part", "all", "--minutes", "0.5", "--seed", "4", "--out"]
    make_streams.main([*line, str(tmp_path / "a"), "--sets", "A,B"])
    made = streams.labelled_streams([tmp_path / "a"], people.labels, None)
    assert sum(one.length_s for one in made) >= 30
    labels = {part.label for one in made for part in one.segments}
    assert labels == {"hand waving", "falling"}  # idle clips are background
    for one in made:
        joints = np.loadtxt(one.path)[:, :75].reshape(-1, 25, 3)
        there = joints.any(axis=(1, 2))
        steps = np.linalg.norm(np.diff(joints[:, 0], axis=0), axis=1)[there[1:] & there[:-1]]
        assert steps.max() < 0.1  # nobody jumps
        assert all(a.end_s <= b.start_s for a, b in zip(one.segments, one.segments[1:], strict=False))
    make_streams.main([*line, str(tmp_path / "b"), "--sets", "A,B"])
    assert all((tmp_path / "b" / "skeleton" / one.path.name).read_bytes() == one.path.read_bytes() for one in made)
    with pytest.raises(UsageError, match="new or empty"):
        make_streams.main([*line, str(tmp_path / "a")])
    with pytest.raises(UsageError, match="expected samples there, found none"):
        make_streams.main([*line, str(tmp_path / "d"), "--part", "test", "--sets", "ward"])
    with pytest.raises(UsageError, match="--sets: expected some of"):
        make_streams.main([*line, str(tmp_path / "c"), "--sets", "Z"])


def test_streams_of_the_actor_know_their_truth(tmp_path):
    make_streams.main(["--simulated", "--minutes", "1.5", "--seed", "4", "--out", str(tmp_path / "a")])
    made = streams.labelled_streams([tmp_path / "a"], ACTIONS, None)
    assert [one.path.name for one in made] == ["p001_e01.txt", "p002_e01.txt"]  # another person in each
    for one in made:
        assert len(one.segments) >= 5
        assert all(a.end_s < b.start_s for a, b in zip(one.segments, one.segments[1:], strict=False))
        joints = np.loadtxt(one.path)[:, :75].reshape(-1, 25, 3)
        moved = [np.ptp(joints[round(30 * a.start_s) : round(30 * a.end_s)], axis=0).max() for a in one.segments]
        assert min(moved) > 0.05
