"""Two people under one tracking id in the same frame are two, told apart by place, in every source and in training."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import run_live
from tests.fakes import recordings
from tests.fakes.clips import person
from tests.fakes.people import body_of
from tests.fakes.recordings import DATA
from tests.kinect_double import fixtures
from tests.kinect_double.player import person_of
from train.data.prepared import Prepared
from train.prepare import command as prepare
from tsmf_live.frames import SensorFrame
from tsmf_live.live.pose import PoseTracker
from tsmf_live.live.slots import SlotKeeper
from tsmf_live.sources.identities import SharedIds, pair_up
from tsmf_live.sources.open import open_source

device, stage = fixtures.device, fixtures.stage
COUNT = 60
ID = 72057594037927936


def two(crossing: bool, alone: range = range(0)) -> list[SensorFrame]:
    """Two people under one id, listed in changing order; who cross pass each other 0.4 m apart at 1.2 m/s.

    In the frames `alone` the second is not there.
    """
    made = []
    for i in range(COUNT):
        x_m = 1.2 * (i - COUNT / 2) / 30 if crossing else -0.8
        places = np.array([[x_m, 0, 2.6], [-x_m, 0, 3.0]], np.float32)
        shape = person()[0]
        bodies = [body_of(shape - shape[0] + place, ID) for place in places[: 1 if i in alone else 2]]
        if i % 3 == 1:
            bodies.reverse()
        made.append(SensorFrame(i, i / 30, 0.0, None, tuple(bodies)))
    return made


def assert_two(frames: list[SensorFrame]) -> None:
    """Everybody keeps one id and one depth."""
    depths_m: dict[int, set[float]] = {}
    for frame in frames:
        ids = [body.tracking_id for body in frame.bodies]
        assert len(set(ids)) == len(ids)
        for body in frame.bodies:
            depths_m.setdefault(body.tracking_id, set()).add(round(float(body.joints[0, 2]), 3))
    assert sorted(depths_m.values(), key=min) == [{2.6}, {3.0}]
    assert ID in depths_m


def as_session(folder: Path, frames: list[SensorFrame]) -> Path:
    return recordings.write_session(folder / "take", frames)


def as_ntu(folder: Path, frames: list[SensorFrame]) -> Path:
    return recordings.write_ntu(folder / "S001C001P001R001A001.skeleton", frames)


@pytest.mark.parametrize("write", [as_ntu, as_session])
@pytest.mark.parametrize("crossing", [False, True])
@pytest.mark.parametrize("alone", [range(0), range(10), range(12, 24)])
def test_files_give_two_people_and_say_so_once(write, crossing, alone, tmp_path):
    source = open_source(str(write(tmp_path, two(crossing, alone))))
    frames, error = recordings.play(source)
    assert error is None
    assert_two(frames)
    assert sum("told apart by place" in warning for warning in source.warnings) == 1


def test_the_kinect_too(stage):
    source = stage.open("kinect")
    frames = [stage.exchange(*map(person_of, frame.bodies)) for frame in two(True)[18:42]]
    assert_two(frames)
    assert sum("told apart by place" in warning for warning in source.warnings) == 1


def test_slots_are_two_without_a_source_too():
    keeper = SlotKeeper()
    depths_m: dict[tuple[int, int], set[float]] = {}
    for frame in two(True):
        for slot, epoch, body in keeper.assign(frame.bodies, frame.sensor_time_s):
            depths_m.setdefault((slot, epoch), set()).add(round(float(body.joints[0, 2]), 3))
    assert sorted(depths_m.values(), key=min) == [{2.6}, {3.0}]


def test_two_jittering_people_stay_in_their_slots():
    rng = np.random.default_rng(0)
    tracker = PoseTracker("fixed")
    for i in range(200):
        bodies = [
            body_of(person()[0] + np.float32(np.add([x_m, 0, 0], rng.normal(0, 0.02, 3))), ID) for x_m in (-0.3, 0.3)
        ]
        rng.shuffle(bodies)
        pose = tracker.track(SensorFrame(i, i / 30, 0.0, None, tuple(bodies)))
        assert [(one.slot, one.epoch) for one in pose.persons] == [(0, 0), (1, 0)]
    assert len({one.body.tracking_id for one in pose.persons}) == 2


@pytest.mark.parametrize("source", ["ntu60", "sessions"])
def test_training_sees_two_people(source, tmp_path):
    root = tmp_path / "data"
    root.mkdir()
    frames = two(True)
    if source == "ntu60":
        as_ntu(root, frames)
    else:
        recordings.write_session(root / "take", frames, details={"action": "wave"})
    prepare.main(["--source", source, str(root), "--out", str(tmp_path / "out"), "--processes", "1"])
    joints = Prepared.open(tmp_path / "out").joints(0)
    assert joints.shape == (COUNT, 2, 25, 3)
    depths_m = sorted(np.unique(joints[:, m, 0, 2].round(3)).tolist() for m in range(2))
    np.testing.assert_allclose(depths_m, [[2.6], [3.0]], atol=1e-3)


def test_ids_without_sharing_stay_as_they_are():
    shared = SharedIds()
    for i in range(100):
        assert shared.own_ids([5, 2**64 - 1], [np.array([i, 0, 3.0]), np.array([-i, 0, 3.0])], i / 30) == [5, 2**64 - 1]
    assert shared.shared == 0


@pytest.mark.parametrize("count", [0, 1, 2, 6])
def test_places_are_paired_with_the_least_sum(count):
    rng = np.random.default_rng(count)
    expected = rng.uniform(-2, 2, (6, 3))
    order = rng.permutation(6)[:count]
    assert pair_up(list(expected[order] + 0.01), list(expected)) == order.tolist()
    newcomers = pair_up(list(expected), list(expected[order]))
    assert sorted(k for k in newcomers if k is not None) == list(range(count))


@pytest.mark.skipif(not DATA.is_dir(), reason="no shared data")
def test_the_made_fault_gives_two_persons(capsys):
    path = DATA / "faults" / "one_id_for_two" / "S001C001P001R001A001.skeleton"
    assert run_live.main(["--source", str(path), "--headless", "--speed", "max", "--no-color", "--json", "-"]) == 0
    out, err = capsys.readouterr()
    said = [one for line in out.splitlines() if (one := json.loads(line))["type"] == "prediction"]
    told = [[(body["id"], body["tracking_id"]) for body in one["bodies"]] for one in said]
    assert len(told[0]) == 2
    assert all(one == other for one, other in pairwise(told))
    assert len(err.splitlines()) == 1
