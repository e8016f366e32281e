"""The parts of prepared data: skeleton text read quickly and rightly, crops as pictures, splits as published."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import recordings
from tests.fakes.data_sets import ntu_tree, run, walking
from train.data.prepared import Prepared, decode_picture, encode_picture
from train.data.splits import Sample, split
from train.prepare import benchmark as prepare_benchmark
from train.prepare.bodies import Bodies, choose, people
from train.prepare.ntu import _read_line_by_line, read_bodies
from tsmf_live.frames import SourceError, UsageError
from tsmf_live.roi import IMAGENET_STD, compose


@pytest.fixture(autouse=True)
def _no_monitor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)  # no thread that outlives the test


def assert_same(one: Bodies, other: Bodies) -> None:
    assert one.frame_count == other.frame_count
    for name in ("frames", "ids", "joints", "states", "color_xy"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_the_quick_way_reads_what_the_live_reader_reads(tmp_path, monkeypatch):
    path = recordings.write_ntu(tmp_path / "a.skeleton", recordings.frames(7))
    expected = _read_line_by_line(path)
    monkeypatch.setattr("train.prepare.ntu._read_line_by_line", None)  # the quick way alone
    assert_same(read_bodies(path), expected)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert_same(read_bodies(path), expected)


@pytest.mark.parametrize("word", [b"-1.#IND", b"nan", b"inf", b"1e300"])
def test_numbers_that_are_none(tmp_path, word):
    path = recordings.write_ntu(tmp_path / "a.skeleton", walking(1, 4))
    lines = path.read_bytes().split(b"\n")
    lines[4 + 3] = b" ".join([word, *lines[4 + 3].split()[1:]])  # x of joint 3, in the first frame
    path.write_bytes(b"\n".join(lines))
    bodies = read_bodies(path)
    broken = ~np.isfinite(bodies.joints).all(axis=(1, 2))
    live = _read_line_by_line(path)
    assert broken.any() or np.array_equal(bodies.joints, live.joints)
    np.testing.assert_array_equal(bodies.joints[1:], live.joints[1:])
    finite = np.isfinite(bodies.joints[0]).all(axis=1)
    np.testing.assert_array_equal(bodies.joints[0][finite], live.joints[0][finite])


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda text: text[:-40], "expected"),
        (lambda text: text + b"0\n", "another number"),
        (lambda text: text.replace(b"\n25\n", b"\n24\n", 1), "joint count"),
        (lambda text: b"", "empty"),
        (lambda text: text.replace(b" 2\n", b" 7\n", 2), "expected"),
    ],
)
def test_text_that_is_broken(tmp_path, damage, says):
    path = recordings.write_ntu(tmp_path / "a.skeleton", walking(1, 3))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(SourceError, match=says):
        read_bodies(path)


def test_the_published_way_gives_the_same_numbers(tmp_path):
    path = recordings.write_ntu(tmp_path / "a.skeleton", walking(2, 5, persons=2))
    ours, theirs = read_bodies(path), prepare_benchmark.published(path)
    np.testing.assert_allclose(ours.joints.reshape(5, 2, 25, 3), theirs["joints"].transpose(1, 3, 2, 0), rtol=1e-6)
    np.testing.assert_allclose(ours.color_xy.reshape(5, 2, 25, 2), theirs["color_xy"].transpose(1, 3, 2, 0), rtol=1e-6)
    np.testing.assert_array_equal(ours.states.reshape(5, 2, 25), theirs["states"].transpose(0, 2, 1))


@pytest.mark.long
def test_reading_is_three_times_as_fast_as_the_published_way(tmp_path, capsys):
    path = prepare_benchmark.made_file(tmp_path)
    best = {}
    for _ in range(15):
        for way in (prepare_benchmark.published, read_bodies):
            began = time.perf_counter()
            way(path)
            best[way] = min(best.get(way, 1e9), time.perf_counter() - began)
    assert best[prepare_benchmark.published] > 3 * best[read_bodies]
    prepare_benchmark.run([])
    assert "train.prepare" in capsys.readouterr().out


def test_furniture_and_passers_by_are_left_out_but_never_the_only_body():
    rng = np.random.default_rng(0)
    upright = np.stack([rng.uniform(-0.2, 0.2, 25), np.linspace(1, -1, 25), np.full(25, 3.0)], axis=1)
    person = upright + rng.normal(0, 0.05, (40, 25, 3))
    table = upright[:, [1, 0, 2]] + rng.normal(0, 0.2, (40, 25, 3))
    brief = upright + rng.normal(0, 0.5, (6, 25, 3))
    joints = np.concatenate([table, person, brief]).astype(np.float32)
    frames = np.concatenate([np.arange(40), np.arange(40), np.arange(6)])
    ids = np.repeat([1, 2, 3], [40, 40, 6])
    bodies = Bodies(frames, ids, joints, np.full((86, 25), 2, np.uint8), None, 40)
    candidates = [np.flatnonzero(ids == one) for one in (1, 2, 3)]
    assert choose(bodies, candidates) == [1]
    assert choose(bodies, candidates[:1]) == [0]
    assert choose(bodies, [candidates[0], candidates[2]])[0] in (0, 1)


def test_somebody_who_comes_back_elsewhere_is_somebody_else():
    joints = np.zeros((4, 25, 3), np.float32)
    joints[2:, :, 0] = 0.4
    rows = dict(states=np.full((4, 25), 2, np.uint8), color_xy=None, frame_count=200)
    near = Bodies(np.array([0, 1, 20, 21]), np.array([5, 5, 9, 9]), joints, **rows)
    assert len(people(near)) == 1
    late = Bodies(np.array([0, 1, 60, 61]), np.array([5, 5, 9, 9]), joints, **rows)
    assert len(people(late)) == 2
    joints[2:, :, 0] = 0.6
    assert len(people(Bodies(np.array([0, 1, 20, 21]), np.array([5, 5, 9, 9]), joints, **rows))) == 2


def test_crops_as_pictures():
    rng = np.random.default_rng(1)
    smooth = rng.uniform(0, 255, (5, 5, 6, 6, 3)).repeat(16, axis=2).repeat(16, axis=3)
    crops = np.clip(smooth + rng.normal(0, 2.2, smooth.shape), 0, 255).astype(np.uint8)
    for encoding in ("png", "raw"):
        np.testing.assert_array_equal(decode_picture(encode_picture(crops, encoding), encoding), crops)
    back = decode_picture(encode_picture(crops, "jpeg"), "jpeg")
    error = np.abs(compose([list(back)]) - compose([list(crops)])) * 255 * IMAGENET_STD
    assert error.mean() < 1
    for encoding in ("png", "jpeg", "raw"):
        with pytest.raises(ValueError, match=r"picture|reshape"):
            decode_picture(b"nothing", encoding)


def sample(name: str, **numbers: int) -> Sample:
    fields = dict(label=0, subject=0, camera=0, setup=0, replication=0, first_frame=0, frame_count=1, person_count=1)
    return Sample(name, **(fields | numbers))


@pytest.mark.parametrize(
    ("kind", "name", "train", "test"),
    [
        ("ntu60", "cs", dict(subject=38), dict(subject=40)),
        ("ntu60", "cv", dict(camera=3), dict(camera=1)),
        ("ntu120", "cs", dict(subject=103), dict(subject=104)),
        ("ntu120", "cset", dict(setup=32), dict(setup=31)),
        ("pku", "cs", dict(setup=290), dict(setup=334)),
        ("pku", "cv", dict(camera=3), dict(camera=2)),
        ("simulated", "cs", dict(subject=1), dict(subject=3)),
    ],
)
def test_published_splits(kind, name, train, test):
    samples = [sample("a", **test), sample("b", **train)]
    assert [part.tolist() for part in split(name, samples, ("x",), kind, {})] == [[1], [0]]


def test_what_is_not_there_is_said_in_one_line(tmp_path):
    with pytest.raises(SourceError, match=r"found no manifest\.json"):
        Prepared.open(tmp_path)
    data = run("--source", "ntu60", ntu_tree(tmp_path / "ntu", 3), "--out", tmp_path / "out")
    with pytest.raises(UsageError, match="has no crops"):
        data.crops(0, 0)
    (tmp_path / "out" / "samples.csv").write_text("name\n")
    with pytest.raises(SourceError, match=r"expected the columns"):
        Prepared.open(tmp_path / "out")
    (tmp_path / "out" / "manifest.json").write_text("{")
    with pytest.raises(SourceError, match="cannot be read"):
        Prepared.open(Path(tmp_path / "out"))
