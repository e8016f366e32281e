"""Made data sets go through train.prepare: NTU-like and PKU-like trees, pickles, sessions."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import recordings
from tests.fakes.data_sets import TURNS, ntu_name, ntu_tree, pku_tree, run, skipped, walking
from train.data.prepared import HELD
from tsmf_live.frames import Body, SensorFrame, SourceError, UsageError
from tsmf_live.live.pose import PoseTracker
from tsmf_live.recording.annotations import Annotations
from tsmf_live.roi import evaluation_frames
from tsmf_live.sources.ntu import NtuSource
from tsmf_live.sources.pku import PkuSource


@pytest.fixture(autouse=True)
def _no_monitor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)  # no thread that outlives the test


def test_an_ntu_tree_with_missing_and_broken_samples(tmp_path, capsys):
    root = ntu_tree(tmp_path / "ntu")
    folder = root / "nturgb+d_skeletons"
    broken = folder / f"{ntu_name(2, 3, 2)}.skeleton"
    broken.write_bytes(broken.read_bytes()[:-700])
    recordings.write_ntu(
        folder / f"{ntu_name(3, 1, 1)}.skeleton", [SensorFrame(i, i / 30, 0.0, None, ()) for i in range(3)]
    )
    recordings.write_ntu(folder / "notes.skeleton", walking(1, 3))
    listed = tmp_path / "missing.txt"
    listed.write_text(f"samples without skeleton\n\n{ntu_name(2, 1, 1)}\nS001C001P099R001A060\nS018C001P001R001A061\n")
    data = run("--source", "ntu60", root, "--missing", listed, "--out", tmp_path / "out")
    assert [sample.name for sample in data.samples] == sorted(
        {ntu_name(c, p, a) for c in (1, 2) for p in (1, 3) for a in (1, 2)} - {ntu_name(2, 3, 2), ntu_name(2, 1, 1)}
    )
    why = skipped(data)
    assert set(why) == {ntu_name(2, 3, 2), ntu_name(3, 1, 1), "notes", ntu_name(2, 1, 1), "S001C001P099R001A060"}
    assert "expected" in why[ntu_name(2, 3, 2)]
    assert why[ntu_name(3, 1, 1)] == "nobody in it"
    assert data.manifest["counts"] | {"classes": 0} == {
        "samples": 6, "frames": 72, "two_persons": 0, "skipped": 5, "classes": 0,
    }  # fmt: skip
    assert ntu_name(2, 3, 2) in capsys.readouterr().err
    sample = data.samples[0]
    assert (sample.label, sample.subject, sample.camera, sample.setup, sample.replication) == (0, 1, 1, 1, 1)
    np.testing.assert_array_equal(data.joints(0)[:, 0], [f.bodies[0].joints for f in walking(2, 12)])
    train, test = data.split("cs")
    assert {data.samples[i].subject for i in train} == {1}
    assert {data.samples[i].subject for i in test} == {3}
    assert {data.samples[i].camera for i in data.split("cv")[0]} == {2}


def test_the_crops_are_those_of_the_live_program(tmp_path):
    root = ntu_tree(tmp_path / "ntu", 9, (1,))
    names = [ntu_name(c, 1, a) for c in (1, 2) for a in (1, 2)]
    for name in names[:2]:
        recordings.write_video(root / "nturgb+d_rgb" / f"{name}_rgb.avi", 9)
    (root / "nturgb+d_rgb" / f"{names[2]}_rgb.avi").write_bytes(b"no video" * 100)
    out = tmp_path / "out"
    data = run("--source", "ntu60", root, "--out", out, "--crop", "both", "--encoding", "png")
    assert [sample.name for sample in data.samples] == names[:2]
    assert skipped(data).keys() == set(names[2:])
    assert "video cannot be opened" in skipped(data)[names[2]]
    assert skipped(data)[names[3]] == "no colour video"
    for kind in ("fixed", "metric"):
        tracker = PoseTracker(kind)
        played, _ = recordings.play(NtuSource(root / "nturgb+d_skeletons" / f"{names[0]}.skeleton"))
        live = [tracker.track(frame).persons[0] for frame in played]
        assert np.array_equal(data.column_frames(0, 0), evaluation_frames(9))
        for draw in range(data.draws + 1):
            expected = [live[moment].crops() for moment in data.column_frames(0, draw)]
            np.testing.assert_array_equal(data.crops(0, draw, kind)[0], expected)
        np.testing.assert_array_equal(data.joints(0)[:, 0], [person.body.joints for person in live])
    assert data.crops(0, 0).any()


def test_an_action_outside_the_list_and_a_folder_without_skeletons(tmp_path):
    recordings.write_ntu(tmp_path / "a" / "S018C001P001R001A061.skeleton", walking(1, 3))
    with pytest.raises(SourceError, match=r"A061\.skeleton: expected actions 1 to 60, got 61"):
        run("--source", "ntu60", tmp_path / "a", "--out", tmp_path / "out")
    (tmp_path / "b").mkdir()
    with pytest.raises(SourceError, match="found none"):
        run("--source", "ntu60", tmp_path / "b", "--out", tmp_path / "out")
    with pytest.raises(SourceError, match="no such file"):
        run("--source", "pku", tmp_path / "c", "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert len(run("--source", "ntu120", tmp_path / "a", "--out", tmp_path / "out").labels) == 120


def test_a_lost_person_keeps_the_place_and_two_persons_are_ranked_by_motion(tmp_path):
    frames = walking(5, 40, persons=2)
    frames = [
        SensorFrame(f.index, f.sensor_time_s, 0.0, None, f.bodies if f.index not in range(10, 20) else f.bodies[1:])
        for f in frames
    ]
    frames = [  # a new id after the loss, as the sensor gives it
        SensorFrame(f.index, f.sensor_time_s, 0.0, None, tuple(
            Body(one.tracking_id + (500 if f.index >= 20 and one.tracking_id == 100 else 0), one.joints,
                 one.joint_state, one.color_xy, TURNS) for one in f.bodies[::-1]))
        for f in frames
    ]  # fmt: skip
    recordings.write_ntu(tmp_path / "ntu" / "S001C001P001R001A050.skeleton", frames)
    data = run("--source", "ntu60", tmp_path / "ntu", "--out", tmp_path / "out")
    joints, present = data.joints(0), data.present(0)
    assert joints.shape == (40, 2, 25, 3)
    first = [body for f in frames for body in f.bodies if body.tracking_id in (100, 600)]
    np.testing.assert_array_equal(joints[:, 0][present[:, 0]], [body.joints for body in first])
    assert present[:, 0].tolist() == [t not in range(10, 20) for t in range(40)]
    np.testing.assert_array_equal(joints[10:20, 0], np.repeat(joints[9:10, 0], 10, axis=0))
    assert (data.states(0)[10:20, 0] == HELD).all()
    assert present[:, 1].all()
    assert data.image_x(0)[0] < data.image_x(0)[1]


@pytest.mark.parametrize("count", [18, 25])
def test_openpose_keypoints_of_both_bodies(tmp_path, count):
    root = ntu_tree(tmp_path / "ntu", 9, (1,))
    name = ntu_name(1, 1, 1)
    recordings.write_video(root / f"{name}_rgb.avi", 9)
    body = {18: (0, 4, 7, 10, 13), 25: (0, 4, 7, 11, 14)}[count]
    places = [(700, 250), (740, 530), (640, 440), (720, 715), (660, 620)]  # about where the sensor maps them
    keypoints = np.zeros((count, 3))
    keypoints[:, :2] = 5
    keypoints[list(body)] = [(x, y, 0.9) for x, y in places]
    keypoints[body[2], 2] = 0  # the left wrist was not found
    for frame in range(9):
        file = tmp_path / "pose" / name / f"{name}_{frame:012d}_keypoints.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"people": [{"pose_keypoints_2d": keypoints.ravel().tolist()}]}))
    pose = tmp_path / "pose"
    data = run("--source", "ntu60", root, "--openpose", pose, "--out", tmp_path / "out", "--encoding", "raw")
    crops = data.crops(0, 0)[0]  # 5 columns, 5 joints
    assert not crops[:, 2].any()
    skeleton = root / f"{name}.skeleton"
    skeleton.write_bytes((root / "nturgb+d_skeletons" / f"{name}.skeleton").read_bytes())
    played, _ = recordings.play(NtuSource(skeleton))
    picture = played[int(data.column_frames(0, 0)[2])].color_bgra
    for row in (0, 1, 3, 4):
        x, y = places[row]
        np.testing.assert_array_equal(crops[2, row], picture[y - 48 : y + 48, x - 48 : x + 48, 2::-1])


def test_a_pku_tree(tmp_path):
    root = pku_tree(tmp_path / "pku")
    broken = root / "PKU_Skeleton_Renew" / "0291-R.txt"
    data = run("--source", "pku", root, "--out", tmp_path / "out", "--context", "7")
    assert [(sample.name, sample.label, sample.setup, sample.camera) for sample in data.samples] == [
        ("F002V001C023L001", 22, 2, 1), ("F002V001C001L002", 0, 2, 1), ("F002V002C023L001", 22, 2, 2),
        ("F002V002C001L002", 0, 2, 2), ("F089V003C001L002", 0, 89, 3), ("F291V003C023L001", 22, 291, 3),
        ("F291V003C001L002", 0, 291, 3),
    ]  # fmt: skip
    assert skipped(data) == {"F089V003C023L001": "one of the 6 invalid samples"}
    assert [(sample.first_frame, sample.frame_count) for sample in data.samples[:2]] == [(4, 10), (7, 20)]
    live, _ = recordings.play(PkuSource(root / "PKU_Skeleton_Renew" / "0002-L.txt"))
    joints = data.joints(1)
    person = next(m for m in range(2) if joints[0, m, 0, 0] < 0)
    np.testing.assert_array_equal(joints[:, person], [frame.bodies[0].joints for frame in live[13:40]])
    assert data.split("cs")[1].tolist() == [5, 6]
    assert data.split("cv")[1].tolist() == [2, 3]
    (root / "Train_Label" / "0002-L.txt").write_text("52,5,14,2\n")
    with pytest.raises(SourceError, match="expected classes 1 to 51, got 52"):
        run("--source", "pku", root, "--out", tmp_path / "other")
    (root / "Train_Label" / "0002-L.txt").write_text("1,5,99,2\n")
    broken.write_text(broken.read_text().replace("\n", "\nx ", 1))
    data = run("--source", "pku", root, "--out", tmp_path / "other")
    assert "line 2: expected 150 numbers" in skipped(data)["F291V003C023L001"]
    assert "its label ends at frame 99" in skipped(data)["F002V001C001L001"]


def test_pku_pictures_are_those_of_the_live_program(tmp_path):
    root = tmp_path / "pku"
    recordings.write_pku(root / "skeleton" / "0002-L.txt", 14)
    (root / "label").mkdir()
    (root / "label" / "0002-L.txt").write_text("1,3,9,2\n2,8,14,2\n")
    recordings.write_video(root / "RGB_VIDEO" / "0002-L.avi", 14)
    data = run("--source", "pku", root, "--out", tmp_path / "out", "--encoding", "png", "--draws", "1")
    tracker = PoseTracker("fixed")
    live = [tracker.track(frame) for frame in recordings.play(PkuSource(root / "skeleton" / "0002-L.txt"))[0]]
    for i, sample in enumerate(data.samples):
        begin = (2, 7)[i] - sample.first_frame
        for draw in (0, 1):
            for column, moment in enumerate(data.column_frames(i, draw)):
                for person in range(sample.person_count):
                    if data.present(i)[moment, person]:
                        bodies = live[begin + moment].persons
                        expected = next(p for p in bodies if (p.body.joints == data.joints(i)[moment, person]).all())
                        np.testing.assert_array_equal(data.crops(i, draw)[person, column], expected.crops())


def write_pickle(path: Path, labels: tuple[int, ...] = (0, 1, 0, 1)) -> Path:
    rng = np.random.default_rng(0)
    names = [f"a{label + 1:02d}_s{1 + i // 2:02d}_e{i % 2:02d}_v01" for i, label in enumerate(labels)]
    annotations = [
        {"frame_dir": name, "label": label, "total_frames": 6, "keypoint": rng.normal(0, 1, (2, 6, 25, 3)).astype("f4")}
        for name, label in zip(names, labels, strict=True)
    ]
    annotations[0]["keypoint"][1] = 0  # one person only
    content = {"split": {"x_train": names[:2], "x_val": names[2:], "alone": names[:2]}, "annotations": annotations}
    path.write_bytes(pickle.dumps(content))
    return path


def test_a_pickle_with_its_splits(tmp_path):
    data = run("--source", "pickle", write_pickle(tmp_path / "p.pkl"), "--out", tmp_path / "out")
    assert data.labels == ("class 1", "class 2")
    assert [(s.name, s.subject, s.camera, s.person_count) for s in data.samples] == [
        ("a01_s01_e00_v01", 1, 1, 1), ("a01_s02_e00_v01", 2, 1, 2),
        ("a02_s01_e01_v01", 1, 1, 2), ("a02_s02_e01_v01", 2, 1, 2),
    ]  # fmt: skip
    assert [part.tolist() for part in data.split("x")] == [[0, 2], [1, 3]]
    assert [part.tolist() for part in data.split("alone")] == [[1, 3], [0, 2]]
    assert [part.tolist() for part in data.split("subject=1")] == [[1, 3], [0, 2]]
    assert [part.tolist() for part in data.split("train-subject=1")] == [[0, 2], [1, 3]]
    names = tmp_path / "list.txt"
    names.write_text("# test\na01_s01_e00_v01\n")
    assert [part.tolist() for part in data.split(f"file={names}")] == [[1, 2, 3], [0]]
    assert not data.has_crops


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("cs", "expected one that the data has"),
        ("subject=9", "no sample has subject 9; there are 1,2"),
        ("subject=x", "whole numbers"),
        ("subject=1,2", "its training part is empty"),
        ("view=1", "its training part is empty"),
        ("file=nowhere", "cannot be read"),
    ],
)
def test_a_split_that_cannot_be(tmp_path, name, says):
    data = run("--source", "pickle", write_pickle(tmp_path / "p.pkl", (0, 0, 1, 1)), "--out", tmp_path / "out")
    with pytest.raises(UsageError, match=says):
        data.split(name)


def test_a_split_that_leaves_a_class_without_training_samples(tmp_path):
    data = run("--source", "pickle", write_pickle(tmp_path / "p.pkl", (0, 0, 1, 1)), "--out", tmp_path / "out")
    with pytest.raises(UsageError, match=r"split subject=2: expected training samples of every class.*'class 2'"):
        data.split("subject=2")


def test_a_pickles_label_outside_the_list(tmp_path):
    (tmp_path / "labels.txt").write_text("only one\n")
    with pytest.raises(SourceError, match="expected a label of 0 to 0, got 1"):
        run(
            "--source",
            "pickle",
            write_pickle(tmp_path / "p.pkl"),
            "--labels",
            tmp_path / "labels.txt",
            "--out",
            tmp_path,
        )


def test_sessions_by_annotation_and_by_action(tmp_path):
    study = tmp_path / "study"
    recordings.write_session(study / "take-001", walking(1, 60), details={"subject": "anna", "performer": 1})
    recordings.write_session(study / "take-002", walking(2, 30), details={"subject": "bert", "action": "wave"})
    recordings.write_session(study / "take-003", walking(3, 30))
    annotations = Annotations(study / "take-001")
    annotations.add(0.5, 1.0, "bow")
    annotations.add(1.0, 1.5, "wave")
    annotations.save()
    data = run("--source", "sessions", study, "--out", tmp_path / "out")
    assert data.labels == ("bow", "wave")
    assert [(s.name, s.label, s.subject, s.first_frame, s.frame_count) for s in data.samples] == [
        ("take-001:01", 0, 1, 15, 15), ("take-001:02", 1, 1, 30, 15), ("take-002:01", 1, 2, 0, 30),
    ]  # fmt: skip
    assert skipped(data) == {"take-003": "neither annotations nor an action"}
    np.testing.assert_array_equal(data.joints(1)[:, 0], [f.bodies[0].joints for f in walking(1, 60)[:45]])
    assert data.manifest["settings"]["subjects"] == {"anna": 1, "bert": 2}
    (tmp_path / "labels.txt").write_text("wave\n")
    with pytest.raises(SourceError, match="take-001: expected one of the 1 labels of the list, got 'bow'"):
        run("--source", "sessions", study, "--labels", tmp_path / "labels.txt", "--out", tmp_path / "other")


def test_a_session_with_a_changed_joint_is_skipped_and_named(tmp_path):
    study = tmp_path / "study"
    for name in ("take-001", "take-002"):
        recordings.write_session(study / name, walking(1, 30), details={"action": "wave"})
    bodies = study / "take-002" / "bodies.skeleton"
    content = bytearray(bodies.read_bytes())
    digit = content.index(b".", len(content) // 2) + 2
    content[digit] = ord("1") if content[digit] != ord("1") else ord("2")
    bodies.write_bytes(content)
    data = run("--source", "sessions", study, "--out", tmp_path / "out")
    assert [sample.name for sample in data.samples] == ["take-001:01"]
    (why,) = skipped(data).values()
    assert "is not what was recorded" in why


def test_session_pictures_are_those_of_the_live_program(tmp_path):
    frames = walking(4, 12)
    frames = [
        SensorFrame(f.index, f.sensor_time_s, 0.0, recordings.picture(f.index), f.bodies) if f.index % 2 == 0 else f
        for f in frames
    ]
    folder = recordings.write_session(tmp_path / "take-001", frames, codec="ffv1", details={"action": "wave"})
    data = run("--source", "sessions", folder, "--out", tmp_path / "out", "--encoding", "png", "--draws", "1")
    tracker = PoseTracker("fixed")
    for draw in (0, 1):
        for column, moment in enumerate(data.column_frames(0, draw)):
            shown = int(moment) // 2 * 2  # colour comes with every second frame
            expected = tracker.track(frames[shown]).persons[0].crops()
            np.testing.assert_array_equal(data.crops(0, draw)[0, column], expected)


@pytest.mark.skipif(not recordings.DATA.exists(), reason="no real recordings here")
def test_real_ntu_files_and_a_truncated_one(tmp_path):
    root = tmp_path / "ntu"
    root.mkdir()
    for folder in ("ntu_skeleton", "ntu_truncated"):
        for path in (recordings.DATA / folder).glob("*.skeleton"):
            (root / path.name).write_bytes(path.read_bytes())
    data = run("--source", "ntu60", root, "--out", tmp_path / "out")
    assert len(data.samples) == 9
    assert skipped(data).keys() == {"S005C002P013R002A056", "S012C001P008R002A030"}
    for i, sample in enumerate(data.samples):
        live, _ = recordings.play(NtuSource(root / f"{sample.name}.skeleton"))
        if sample.person_count == 1 and all(len(frame.bodies) == 1 for frame in live):
            np.testing.assert_array_equal(data.joints(i)[:, 0], [frame.bodies[0].joints for frame in live])
    two = {sample.name[-4:] for sample in data.samples if sample.person_count == 2}
    assert {"A056", "A058"} <= two
