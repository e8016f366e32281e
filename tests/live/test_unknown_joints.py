"""A joint at exactly 0,0,0 is unknown, as NaN is: in every source, in training's clips, and to the model."""

from __future__ import annotations

import pickle
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import run_live
from tests.fakes import recordings
from tests.fakes.clips import events, frames_of
from tests.fakes.people import body_of
from tests.kinect_double import fixtures
from tests.kinect_double.player import person_of
from train.data.prepared import Prepared
from train.prepare import command as prepare
from tsmf_live.actor.scene import Timeline
from tsmf_live.exchange.importing import Contents, write_session
from tsmf_live.frames import SensorFrame, mark_unknown, places_of
from tsmf_live.live.pose import PoseTracker
from tsmf_live.live.posture import Posture
from tsmf_live.skeleton import JOINT_COUNT, NOT_TRACKED, TRACKED
from tsmf_live.sources.base import Source
from tsmf_live.sources.open import open_source
from tsmf_live.sources.pku import bodies_of_joints

device, stage = fixtures.device, fixtures.stage
FEET = [14, 15, 18, 19]
COUNT = 40
GONE = slice(12, 30)  # frames in which the feet are unknown
FOUND_M = 0.06  # a joint that is filled in lies at most so far from where it was


@cache
def sitting() -> np.ndarray:
    """(T, 25, 3) float32: somebody simulated who reads, known all over."""
    person = Timeline(np.random.default_rng(3), (0.3, 2.6), ["reading", "reading"])
    return person.joints(2.0 + np.arange(COUNT) / 30).astype(np.float32)


def with_unknown(value: float, joints: list[int], frames: slice = GONE) -> np.ndarray:
    """The same with these joints at `value` in these frames."""
    clip = sitting().copy()
    clip[frames, joints] = value
    return clip


def as_ntu(folder: Path, clip: np.ndarray) -> Path:
    return recordings.write_ntu(folder / "S001C001P001R001A001.skeleton", frames_of(clip))


def as_ntu_text(folder: Path, clip: np.ndarray) -> Path:
    """A file with NaN in it, too, which a Body cannot hold."""
    path = as_ntu(folder, np.nan_to_num(clip, nan=77.0))
    path.write_text(path.read_text().replace("77 77 77 ", "nan nan nan "))
    return path


def as_pku(folder: Path, clip: np.ndarray) -> Path:
    (folder / "skeleton").mkdir()
    persons = np.zeros((len(clip), 2, JOINT_COUNT, 3))
    persons[:, 0] = clip
    np.savetxt(folder / "skeleton" / "0002-L.txt", persons.reshape(-1, 150), fmt="%.7g")
    return folder / "skeleton" / "0002-L.txt"


def as_session(folder: Path, clip: np.ndarray) -> Path:
    return recordings.write_session(folder / "take", frames_of(clip), details={"action": "wave"})


def as_import(folder: Path, clip: np.ndarray) -> Path:
    """What import-pickle makes of it."""
    made = [
        (SensorFrame(i, i / 30, i / 30, None, bodies_of_joints(joints[None])[0], time_estimated=True), False)
        for i, joints in enumerate(clip)
    ]
    (folder / "take").mkdir()
    write_session(folder / "take", Contents(iter(made), "x.pkl", False, {}), "h264")
    return folder / "take"


def played(source: Source) -> list[SensorFrame]:
    frames, error = recordings.play(source)
    assert error is None
    return frames


def seen_by_the_model(frames: list[SensorFrame]) -> np.ndarray:
    """(T, 25, 3): the joints of the one person, as the pose stage hands them on."""
    tracker = PoseTracker("fixed")
    return np.stack([tracker.track(frame).persons[0].body.joints for frame in frames])


@pytest.mark.parametrize("shape", [(), (4,), (2, 3)])
def test_unknown_joints_are_marked_in_arrays_of_any_shape(shape):
    joints = np.ones((*shape, JOINT_COUNT, 3))
    joints[..., 3, :], joints[..., 4, 1], joints[..., 5, 2], joints[..., 6, :2] = 0, np.nan, np.inf, 0
    states, color_xy = np.full(joints.shape[:-1], TRACKED), np.ones((*joints.shape[:-1], 2))
    color_xy[..., 7, 0] = -np.inf
    marked, marked_states, marked_xy, count = mark_unknown(joints, states, color_xy)
    assert count == 3 * int(np.prod(shape))
    assert not marked[..., 3:6, :].any()
    assert (marked_states[..., 3:6] == NOT_TRACKED).all()
    assert (marked_states == TRACKED).sum() == 22 * int(np.prod(shape))
    assert np.isnan(marked_xy[..., [3, 4, 5, 7], :]).all()
    assert (marked[..., 6, :] == (0, 0, 1)).all(), "two zeros are a place"


@pytest.mark.parametrize("write", [as_ntu_text, as_pku, as_session, as_import])
@pytest.mark.parametrize("value", [0.0, np.nan])
def test_every_source_says_which_joints_are_unknown_and_how_many_once(write, value, tmp_path):
    if write is as_session and np.isnan(value):
        pytest.skip("a recorded body has no NaN")
    source = open_source(str(write(tmp_path, with_unknown(value, FEET))))
    frames = played(source)
    assert [frame.bad_joints for frame in frames] == [len(FEET) * (i in range(COUNT)[GONE]) for i in range(COUNT)]
    for frame in frames[GONE]:
        (body,) = frame.bodies
        assert not body.joints[FEET].any()
        assert (body.joint_state[FEET] == NOT_TRACKED).all()
        assert np.isnan(body.color_xy[FEET]).all()
        assert np.isfinite(body.color_xy[3]).all()
    assert sum("not tracked" in warning for warning in source.warnings) == 1
    assert any("0,0,0" in warning for warning in source.warnings)
    assert np.abs(seen_by_the_model(frames) - sitting()).max() < FOUND_M


@pytest.mark.parametrize("write", [as_ntu, as_pku, as_session])
def test_a_body_of_zeros_is_nobody(write, tmp_path):
    source = open_source(str(write(tmp_path, with_unknown(0.0, list(range(JOINT_COUNT))))))
    frames = played(source)
    assert [len(frame.bodies) for frame in frames] == [int(i not in range(COUNT)[GONE]) for i in range(COUNT)]
    told = write is not as_pku  # there it is the format's own word for nobody
    assert any("0,0,0" in warning for warning in source.warnings) == told


@pytest.mark.parametrize("spec", ["kinect", "kinect:acquire=poll"])
def test_the_kinect_too(stage, spec):
    source = stage.open(spec)
    clip = with_unknown(0.0, FEET, slice(2, 5))
    zeros = person_of(body_of(np.zeros_like(clip[0]), 8))
    frames = [stage.exchange(person_of(body_of(joints)), zeros) for joints in clip[:8]]
    assert [len(frame.bodies) for frame in frames] == [1] * 8
    assert [frame.bad_joints for frame in frames] == [JOINT_COUNT + len(FEET) * (2 <= i < 5) for i in range(8)]
    assert np.abs(seen_by_the_model(frames) - sitting()[:8]).max() < FOUND_M
    assert sum("0,0,0 or not finite" in line for line in source.warnings) == 1
    assert sum("without a finite joint" in line for line in source.warnings) == 1


def test_a_recording_keeps_what_the_sensor_gave(tmp_path):
    clip = with_unknown(0.0, FEET)
    frames = played(open_source(str(as_session(tmp_path, clip))))
    np.testing.assert_array_equal([frame.bodies[0].joints for frame in frames], clip)


@pytest.mark.parametrize("joints", [[0], [20], [3], [7, 11], [4, 5, 6, 7, 21, 22], FEET, [13, 14, 15]])
@pytest.mark.parametrize("begins", [0, 12])
def test_unknown_joints_stay_where_the_body_has_them(joints, begins):
    clip = with_unknown(0.0, joints, slice(begins, None))
    found = seen_by_the_model(frames_of(clip))
    # of somebody never seen with them, a standing person of the same size says where they may be
    assert np.linalg.norm(found - sitting(), axis=-1).max() < (0.8 if begins == 0 else 0.35)  # the hands move
    known = np.setdiff1d(range(JOINT_COUNT), joints)
    np.testing.assert_array_equal(found[:, known], clip[:, known])


def test_what_is_filled_in_turns_with_the_body():
    posture = Posture()
    states = np.full(JOINT_COUNT, TRACKED, np.uint8)
    pose = sitting()[0]
    posture.complete(pose, states)
    for degrees in range(0, 91, 3):  # lies down, the feet unknown
        angle = np.radians(degrees)
        turn = np.array([[1, 0, 0], [0, np.cos(angle), np.sin(angle)], [0, -np.sin(angle), np.cos(angle)]])
        lying = ((pose - pose[0]) @ turn + pose[0]).astype(np.float32)
        known = lying.copy()
        known[FEET] = 0
        found = posture.complete(known, states)
    assert np.abs(found - lying).max() < 0.15


def test_a_joint_that_is_not_tracked_is_unknown_unless_the_file_has_no_states():
    posture = Posture()
    states = np.full(JOINT_COUNT, TRACKED, np.uint8)
    first, second = sitting()[:2]
    posture.complete(first, states)
    wrong = second.copy()
    wrong[7] += 1.0
    states[7] = NOT_TRACKED
    assert np.abs(posture.complete(wrong, states) - second).max() < FOUND_M
    states[:] = NOT_TRACKED
    assert posture.complete(wrong, states) is wrong


def test_places_are_those_of_the_nearest_known_joint():
    joints = np.arange(1, 1 + 2 * JOINT_COUNT * 3, dtype=np.float32).reshape(2, JOINT_COUNT, 3)
    joints[1, [0, 1, 12, 16]] = 0
    np.testing.assert_array_equal(places_of(joints), [joints[0, 0], joints[1, 13]])


def prepared(tmp_path: Path, source: str, path: Path) -> np.ndarray:
    arguments = ["--source", source, str(path), "--out", str(tmp_path / "out"), "--processes", "1"]
    prepare.main(arguments)
    data = Prepared.open(tmp_path / "out")
    assert len(data.samples) == 1
    return data.joints(0)


@pytest.mark.parametrize("value", [0.0, np.nan])
@pytest.mark.parametrize("source", ["ntu60", "pku", "pickle", "sessions"])
def test_trainings_clips_get_the_same_treatment(source, value, tmp_path, capsys):
    clip = with_unknown(value, FEET)
    if source == "sessions":
        clip = np.nan_to_num(clip)
    clip[35] = 0  # nobody
    root = tmp_path / "data"
    root.mkdir()
    if source == "pickle":
        sample = {"frame_dir": "s01", "label": 0, "total_frames": COUNT, "keypoint": clip[None]}
        root = root / "x.pkl"
        root.write_bytes(pickle.dumps({"split": {}, "annotations": [sample]}))
    else:
        {"ntu60": as_ntu_text, "pku": as_pku, "sessions": as_session}[source](root, clip)
        if source == "pku":
            (root / "label").mkdir()
            (root / "label" / "0002-L.txt").write_text(f"1,1,{COUNT},1\n")
    joints = prepared(tmp_path, source, root)
    unknown = len(range(COUNT)[GONE]) * len(FEET)
    assert f"\n{unknown} joints were not known (at 0,0,0" in capsys.readouterr().out
    assert joints.shape == (COUNT, 1, JOINT_COUNT, 3)
    expected = sitting().copy()
    expected[35] = expected[34]
    assert np.abs(joints[:, 0] - expected).max() < FOUND_M


@pytest.mark.parametrize(
    ("joints", "gone"), [(FEET, slice(0, None)), (FEET, slice(60, 65)), ([0, 1, 2, 3, 20], slice(40, 75))]
)
def test_somebody_who_keeps_still_does_nothing_whatever_is_unknown(joints, gone, tmp_path, capsys):
    person = Timeline(np.random.default_rng(3), (0.3, 2.6), ["reading", "idle", "idle"])
    clip = person.joints(6.0 + np.arange(90) / 30).astype(np.float32)
    before = events(as_ntu(tmp_path, clip), capsys)
    clip[gone, joints] = 0
    assert events(as_ntu(tmp_path, clip), capsys) == before == []


@pytest.mark.skipif(not recordings.DATA.is_dir(), reason="no shared data")
@pytest.mark.parametrize("name", ["zero_feet", "zero_body"])
def test_the_made_faults_give_no_event(name, capsys):
    path = recordings.DATA / "faults" / name / "S001C001P001R001A001.skeleton"
    code = run_live.main(["--source", str(path), "--headless", "--speed", "max", "--no-color", "--json", "-"])
    out, err = capsys.readouterr()
    assert code == (3 if name == "zero_body" else 0)  # a file without anybody is none
    assert "0,0,0" in err
    assert len([line for line in err.splitlines() if "weights" not in line]) == 1
    assert '"event"' not in out
