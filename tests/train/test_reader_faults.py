"""Files as people really have them: other units, encodings, spellings and layouts; one bad file among many."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import recordings
from tests.fakes.data_sets import ntu_name, ntu_tree, pku_tree, run, skipped, walking
from train import ablation
from train.compare import read_predictions
from train.data.prepared import Prepared
from train.data.splits import Sample, split
from train.prepare import command as prepare
from train.prepare import parts as prepare_parts
from tsmf_live.frames import SensorFrame, SourceError, TsmfError, UsageError
from tsmf_live.label_lists import class_number, read_labels
from tsmf_live.recording.annotations import Annotations
from tsmf_live.recording.folder import BODIES_FILE, read_description
from tsmf_live.recording.ntu_text import frame_count_line, frame_lines
from tsmf_live.recording.tables import EVENTS_FILE, FRAMES_FILE, read_events
from tsmf_live.sessions.__main__ import main as sessions_main
from tsmf_live.sources.ntu import NtuSource, color_video_of
from tsmf_live.sources.open import open_source
from tsmf_live.sources.pku import color_video_of as pku_video_of
from tsmf_live.sources.pku import label_file_of

FAULTS = recordings.DATA / "faults"
MARK = b"\xef\xbb\xbf"
NAME = "S001C001P001R001A001"


@pytest.fixture(autouse=True)
def _no_monitor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)


def sessions(*words: object) -> int:
    return sessions_main([str(word) for word in words])


def prepared(*words: object) -> int:
    return prepare.main([*map(str, words), "--processes", "1"])


def ntu_text(frames: list[SensorFrame]) -> bytes:
    return frame_count_line(len(frames)) + b"".join(frame_lines(frame.bodies) for frame in frames)


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def scaled(frames: list[SensorFrame], factor: float) -> np.ndarray:
    """(T, 25, 3) of the first person, in another unit."""
    return np.stack([frame.bodies[0].joints.astype(np.float64) * factor for frame in frames])


def in_unit(frames: list[SensorFrame], factor: float) -> bytes:
    """NTU text whose joints are in another unit."""
    lines = [b"%d" % len(frames)]
    for joints in scaled(frames, factor):
        lines += [b"1", b"7 0 0 0 0 0 0 0 0 2", b"25"]
        lines += [b"%.3f %.3f %.3f 0 0 900 500 0 0 0 0 2" % tuple(joint) for joint in joints]
    return b"\n".join(lines) + b"\n"


# ---- one body's line -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "tracking_id", "hands"),
    [
        (b"-1 0 0 2 0 3 0 0 0 2", 2**64 - 1, (2, 3)),
        (b"-72057594037931101 0 0 2 0 3 0 0 0 2", 2**64 - 72057594037931101, (2, 3)),
        (b"7.0 0.0 0.0 2.0 0.0 3.0 0.0 0.0 0.0 2.0", 7, (2, 3)),
        (b"72057594037931101 0 0 5 0 255 0 0 0 2", 72057594037931101, (0, 0)),
        (b"7 0 0 -1 0 3 0 0 0 2", 7, (0, 3)),
    ],
)
def test_a_body_line_of_another_program_is_read_by_live_and_training_alike(tmp_path, head, tracking_id, hands):
    frames = walking(1, 12, first_id=7)
    text = ntu_text(frames).replace(b"7 0 0 0 0 0 0 0 0 2\n25\n", head + b"\n25.0\n")
    path = write(tmp_path / f"{NAME}.skeleton", text.replace(b"        12", b"      12.0", 1))
    played, error = recordings.play(NtuSource(path))
    assert error is None
    assert [(b.tracking_id, b.hand_states) for frame in played for b in frame.bodies] == 12 * [(tracking_id, hands)]
    data = run("--source", "ntu60", tmp_path, "--out", tmp_path / "out")
    np.testing.assert_array_equal(data.joints(0)[:, 0], [frame.bodies[0].joints for frame in frames])
    assert sessions("import-ntu", path, "--out", tmp_path / "take") == 0
    source = open_source(str(tmp_path / "take"))
    source.seek(7)
    assert source.read().index == 7
    source.close()


@pytest.mark.parametrize(
    "head", [b"7.5 0 0 0 0 0 0 0 0 2", b"inf 0 0 0 0 0 0 0 0 2", b"1e99 0 0 0 0 0 0 0 0 2", b"7 0 2"]
)
def test_a_body_line_that_cannot_be_is_skipped_and_named_and_the_others_are_prepared(tmp_path, head, capsys):
    root = ntu_tree(tmp_path / "ntu")
    bad = root / "nturgb+d_skeletons" / f"{ntu_name(1, 1, 1)}.skeleton"
    bad.write_bytes(ntu_text(walking(1, 12, first_id=7)).replace(b"7 0 0 0 0 0 0 0 0 2", head))
    assert prepared("--source", "ntu60", root, "--out", tmp_path / "out") == 3
    data = Prepared.open(tmp_path / "out")
    assert len(data.samples) == 7
    assert "line 3: expected a body's line" in skipped(data)[bad.stem]
    assert data.manifest["skipped"][0]["bad"]
    assert bad.stem in capsys.readouterr().err


# ---- units -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("factor", "unit"), [(1000, "millimetres"), (100, "centimetres")])
def test_another_unit_is_named_by_every_reader(tmp_path, factor, unit):
    frames = walking(2, 40)
    ntu = write(tmp_path / "ntu" / f"{NAME}.skeleton", in_unit(frames, factor))
    joints = scaled(frames, factor)
    pku = tmp_path / "pku" / "skeleton" / "0002-L.txt"
    pku.parent.mkdir(parents=True)
    np.savetxt(pku, np.concatenate([joints.reshape(40, 75), np.zeros((40, 75))], axis=1), fmt="%.2f")
    write(tmp_path / "pku" / "label" / "0002-L.txt", b"1,5,30,2\n")
    pickled = tmp_path / "a.pkl"
    sample = {"frame_dir": NAME, "label": 0, "total_frames": 40, "keypoint": joints[None]}
    pickled.write_bytes(pickle.dumps({"split": {}, "annotations": [sample]}))
    session = recordings.write_session(tmp_path / "take", frames, details={"action": "walk"})
    (session / BODIES_FILE).write_bytes(in_unit(frames, factor))
    (session / "checksums.csv").unlink()
    tries = [
        lambda: NtuSource(ntu),
        lambda: run("--source", "ntu60", ntu.parent, "--out", tmp_path / "o1"),
        lambda: sessions("import-ntu", ntu, "--out", tmp_path / "s1"),
        lambda: open_source(str(pku)),
        lambda: run("--source", "pku", tmp_path / "pku", "--out", tmp_path / "o2"),
        lambda: run("--source", "pickle", pickled, "--out", tmp_path / "o3"),
        lambda: sessions("import-pickle", pickled, "--out", tmp_path / "s2"),
        lambda: run("--source", "sessions", session, "--out", tmp_path / "o4"),
    ]
    for one in tries:
        with pytest.raises(SourceError, match=f"expected joints in metres, they are in {unit}"):
            one()
    assert not (tmp_path / "s1").exists()


def test_a_session_in_millimetres_is_not_played_as_an_empty_room(tmp_path):
    frames = walking(2, 12)
    session = recordings.write_session(tmp_path / "take", frames)
    (session / BODIES_FILE).write_bytes(in_unit(frames, 1000))
    description = read_description(session)
    for key in ("crc32", "bytes"):
        description.pop(key, None)
    (session / "session.json").write_text(json.dumps(description))
    (session / "checksums.csv").unlink()
    with pytest.raises(SourceError, match="millimetres"):
        open_source(str(session))


def test_the_whole_clip_decides_and_not_one_damaged_body(tmp_path):
    frames = walking(2, 30)
    text = ntu_text(frames[:1]).split(b"\n", 1)[1] + in_unit(frames[1:2], 1000).split(b"\n", 1)[1]
    text += b"".join(frame_lines(frame.bodies) for frame in frames[2:])
    path = write(tmp_path / f"{NAME}.skeleton", b"30\n" + text)
    played, error = recordings.play(NtuSource(path))
    assert (len(played), error) == (30, None)


# ---- PKU-MMD as published, endings in any case -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("skeletons", "labels", "videos"),
    [
        ("Data/PKU_Skeleton_Renew", "Label/Train_Label_PKU_final", "Data/RGB_VIDEO"),
        ("Data/skeleton", "Label", "Data/rgb_video"),
        ("PKUMMDv2/Data/Skeleton_v2", "PKUMMDv2/Label/Train_Label_PKU_v2", "PKUMMDv2/Data/RGB_v2"),
        ("SKELETON", "LABEL", "RGB"),
    ],
)
def test_pku_mmd_is_found_as_it_is_published_labels_and_videos_too(tmp_path, skeletons, labels, videos):
    root = tmp_path / "PKUMMD"
    text = recordings.write_pku(root / skeletons / "0002-L.txt", 12)
    label = write(root / labels / "0002-L.TXT", MARK + b"1,2,6,2\r\n2,7,12,1")
    write(root / "Split" / "cross-subject.txt", b"Training videos: \n0002-L\n\nValidataion videos: \n0291-L\n")
    video = recordings.write_video(root / videos / "0002-L.AVI", 12)
    assert label_file_of(text) == label
    assert pku_video_of(text) == video
    data = run("--source", "pku", root, "--out", tmp_path / "out")
    assert [sample.name for sample in data.samples] == ["F002V001C001L001", "F002V001C002L002"]
    assert data.has_crops
    assert sessions("import-pku", text, "--out", tmp_path / "take") == 0
    assert [event.label for event in read_events(tmp_path / "take")] == list(read_labels("pku_mmd")[:2])


def test_an_import_of_pku_mmd_without_labels_says_so(tmp_path, capsys):
    text = recordings.write_pku(tmp_path / "skeleton" / "0002-L.txt", 10)
    assert sessions("import-pku", text, "--out", tmp_path / "take") == 0
    assert "no labels found" in capsys.readouterr().err


def test_a_damaged_label_file_leaves_its_recording_out_and_no_other(tmp_path, capsys):
    root = pku_tree(tmp_path / "pku")
    write(root / "Train_Label" / "0002-M.txt", b"1,2," + b"9" * 5000 + b",2\n")
    assert prepared("--source", "pku", root, "--out", tmp_path / "out") == 3
    assert "0002-M.txt: line 1: expected class,start,end" in capsys.readouterr().err
    assert len(Prepared.open(tmp_path / "out").samples) == 5


def test_the_published_split_of_pku_mmd_is_read(tmp_path):
    samples = [Sample(f"F{n:03d}V{v:03d}C001L001", 0, 0, v, n, 0, 0, 10, 1) for n in (2, 3) for v in (1, 2)]
    path = write(
        tmp_path / "cross-view.txt",
        MARK + b"Training videos: \r\n0002-L, 0003-L\r\nValidataion videos:\r\n0002-M, 0003-M",
    )
    train, test = split(f"file={path}", samples, ["a"], "pku", {})
    assert (train.tolist(), test.tolist()) == ([0, 2], [1, 3])


@pytest.mark.parametrize(("skeleton", "video"), [(".SKELETON", "_RGB.AVI"), (".Skeleton", "_rgb.mkv")])
def test_endings_count_in_any_case(tmp_path, skeleton, video):
    frames = walking(1, 8)
    path = write(tmp_path / "ntu" / (NAME + skeleton), ntu_text(frames))
    (tmp_path / "ntu" / "S001C001P001R001A002.skeleton").mkdir()  # a folder is no sample
    film = recordings.write_video(tmp_path / "film.avi", 8).rename(tmp_path / "ntu" / (NAME + video))
    assert color_video_of(path) == film
    source = open_source(str(path))
    assert source.info.has_color
    source.close()
    data = run("--source", "ntu60", tmp_path / "ntu", "--out", tmp_path / "out")
    assert (len(data.samples), data.has_crops) == (1, True)
    assert sessions("import-ntu", tmp_path / "ntu", "--out", tmp_path / "study") == 0
    assert (tmp_path / "study" / NAME).is_dir()


# ---- text that people write ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encode", [lambda text: MARK + text.encode(), lambda text: text.encode("utf-16")])
def test_a_class_list_of_a_windows_editor_has_no_mark_and_no_comments_in_its_names(tmp_path, encode):
    path = write(tmp_path / "labels.txt", encode("# classes\r\ndrink water\r\n  # a note\r\n\r\nBücher  lesen\r\n"))
    assert read_labels(str(path)) == ("drink water", "Bücher lesen")


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "found no name"), (b"# only\n", "found no name"), (b"\xdcbung\n", "UTF-8"), (b"a\0b\n", "line 1")],
)
def test_a_class_list_that_is_none_is_one_line(tmp_path, content, why):
    with pytest.raises(UsageError, match=why):
        read_labels(str(write(tmp_path / "labels.txt", content)))


def test_a_label_of_thousands_of_digits_is_no_class_number():
    with pytest.raises(UsageError, match="not among"):
        class_number("9" * 5000, ("a",))


def test_events_in_latin_1_are_refused_and_left_as_they_are(tmp_path):
    session = recordings.write_session(tmp_path / "take", walking(1, 90))
    annotations = Annotations(session)
    annotations.add(0.5, 1.0, "Übung")
    annotations.save()
    path = session / EVENTS_FILE
    path.write_bytes(path.read_bytes().decode().encode("latin-1"))
    before = path.read_bytes()
    for words in (("add", 1.5, 2.0, "x"), ("remove", 1), ("list",)):
        with pytest.raises(SourceError, match=r"events.csv: line 2: expected text in UTF-8, got the byte 0xdc"):
            sessions("annotate", session, *words)
    with pytest.raises(SourceError, match="UTF-8"):
        annotations.save()
    assert path.read_bytes() == before


def test_byte_order_marks_and_a_letter_cut_in_half_are_no_fault_of_a_session(tmp_path):
    session = recordings.write_session(tmp_path / "take", walking(1, 90))
    annotations = Annotations(session)
    annotations.add(0.5, 1.0, "Übung")
    annotations.save()
    for name in (EVENTS_FILE, "session.json"):
        (session / name).write_bytes(MARK + (session / name).read_bytes())
    with (session / EVENTS_FILE).open("ab") as file:
        file.write("3.0,4.0,Ü".encode()[:-1])
    warnings: list[str] = []
    assert [event.label for event in read_events(session, warnings)] == ["Übung"]
    assert "middle of a line" in warnings[0]
    assert read_description(session)["format"]


# ---- keypoints and videos --------------------------------------------------------------------------------------------


def keypoint_files(folder: Path, name: str, pattern: str, frames: int = 9, people: int = 1) -> None:
    keypoints = np.full((25, 3), 0.9)
    keypoints[:, :2] = (700, 450)
    for frame in range(frames):
        file = folder / pattern.format(name=name, frame=frame)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"people": people * [{"pose_keypoints_2d": keypoints.ravel().tolist()}]}))


@pytest.fixture
def filmed(tmp_path) -> Path:
    for action in (1, 2):
        name = ntu_name(1, 1, action)
        recordings.write_ntu(tmp_path / "ntu" / f"{name}.skeleton", walking(1, 9))
        recordings.write_video(tmp_path / "ntu" / f"{name}_rgb.avi", 9)
    return tmp_path / "ntu"


@pytest.mark.parametrize(
    "pattern",
    [
        "{name}/{name}_rgb_{frame:012d}_keypoints.json",
        "{name}/{name}_{frame:012d}_keypoints.json",
        "{name}_rgb/{name}_rgb_{frame:012d}_keypoints.json",
        "{name}/{frame:05d}.json",
        "{name}_rgb_{frame:012d}_keypoints.json",
        "{name}_{frame:012d}_keypoints.json",
    ],
)
def test_keypoints_are_found_in_every_layout_and_a_sample_without_is_skipped(tmp_path, filmed, pattern):
    keypoint_files(tmp_path / "pose", NAME, pattern)
    data = run("--source", "ntu60", filmed, "--openpose", tmp_path / "pose", "--out", tmp_path / "out")
    assert [sample.name for sample in data.samples] == [NAME]
    assert data.crops(0, 0).any()
    assert "no keypoints" in skipped(data)[ntu_name(1, 1, 2)]


def test_no_keypoints_at_all_is_an_error(tmp_path, filmed):
    keypoint_files(tmp_path / "pose", "S002C002P002R002A002", "{name}/{name}_{frame:012d}_keypoints.json")
    with pytest.raises(UsageError, match="found none of the 2 samples"):
        run("--source", "ntu60", filmed, "--openpose", tmp_path / "pose", "--out", tmp_path / "out")


def test_keypoints_of_nobody_give_no_black_crops(tmp_path, filmed):
    for action in (1, 2):
        keypoint_files(tmp_path / "pose", ntu_name(1, 1, action), "{name}/{frame}.json", people=action - 1)
    data = run("--source", "ntu60", filmed, "--openpose", tmp_path / "pose", "--out", tmp_path / "out")
    assert list(skipped(data)) == [NAME]


def test_a_video_shorter_than_its_skeleton_is_skipped_and_named(tmp_path):
    for action, pictures in ((1, 3), (2, 8), (3, 12)):
        name = ntu_name(1, 1, action)
        recordings.write_ntu(tmp_path / "ntu" / f"{name}.skeleton", walking(1, 12))
        recordings.write_video(tmp_path / "ntu" / f"{name}_rgb.avi", pictures)
    assert prepared("--source", "ntu60", tmp_path / "ntu", "--out", tmp_path / "out") == 3
    data = Prepared.open(tmp_path / "out")
    assert skipped(data) == {NAME: "the video is shorter than the skeleton"}
    assert [sample.label for sample in data.samples] == [1, 2]  # up to five pictures less are held, as live


def test_of_a_recording_with_a_short_video_the_actions_before_its_end_are_kept(tmp_path):
    root = tmp_path / "pku"
    recordings.write_pku(root / "skeleton" / "0002-L.txt", 40)
    write(root / "label" / "0002-L.txt", b"23,5,14,2\n1,21,40,1\n")
    recordings.write_video(root / "rgb" / "0002-L.avi", 20)
    data = run("--source", "pku", root, "--out", tmp_path / "out")
    assert skipped(data) == {"F002V001C001L002": "the video is shorter than the skeleton"}
    assert [sample.name for sample in data.samples] == ["F002V001C023L001"]


# ---- sessions and pickles --------------------------------------------------------------------------------------------


def test_a_gap_of_months_in_an_annotation_is_skipped_and_fills_no_memory(tmp_path):
    study = tmp_path / "study"
    for name in ("take-001", "take-002"):
        recordings.write_session(study / name, walking(1, 60), details={"action": "wave"})
    path = study / "take-002" / FRAMES_FILE
    header, *rows = path.read_text().splitlines()
    late = [row.split(",") for row in rows[30:]]
    rows[30:] = [",".join([index, repr(float(time_s) + 4e6), *rest]) for index, time_s, *rest in late]
    path.write_text("\n".join([header, *rows]) + "\n")
    (study / "take-002" / "checksums.csv").unlink()
    assert prepared("--source", "sessions", study, "--out", tmp_path / "out") == 3
    data = Prepared.open(tmp_path / "out")
    assert [sample.name for sample in data.samples] == ["take-001:01"]
    assert skipped(data)["take-002:01"] == "a gap of 4,000,000 s between its frames"


def made_pickle(path: Path, clips: dict[str, np.ndarray], label: int = 0) -> Path:
    annotations = [
        {"frame_dir": name, "label": label, "total_frames": keypoint.shape[1], "keypoint": keypoint.copy()}
        for name, keypoint in clips.items()
    ]
    path.write_bytes(pickle.dumps({"split": {}, "annotations": annotations}))
    return path


def test_an_import_of_a_pickle_leaves_bad_clips_out_names_them_and_says_so(tmp_path, capsys):
    good = np.stack([frame.bodies[0].joints for frame in walking(1, 12)])[None]
    clips = {
        "a": good,
        "nan": np.full_like(good, np.nan),
        "zero": np.zeros_like(good),
        "empty": good[:, :0],
        "nobody": good[:0],
        "mm": good * 1000,
        "crowd": np.repeat(good, 7, axis=0),
        "..": good,
        "a/b": good,
        "line\nbreak": good,
        "what?:": good,
        "z": good,
    }
    with pytest.raises(SourceError, match="9 of 12 samples"):
        sessions("import-pickle", made_pickle(tmp_path / "p.pkl", clips), "--out", tmp_path / "study")
    assert sorted(path.name for path in (tmp_path / "study").iterdir()) == ["a", "what--", "z"]
    told = capsys.readouterr()
    assert told.err.count("\n") == 9
    assert "annotation 9: expected frame_dir" in told.err
    assert "3 sessions" in told.out
    data = run("--source", "pickle", tmp_path / "p.pkl", "--out", tmp_path / "out")
    assert {"nan", "zero", "empty", "nobody", "mm", "p.pkl"} == set(skipped(data))


def test_a_name_that_no_file_can_hold_is_left_out(tmp_path):
    good = np.stack([frame.bodies[0].joints for frame in walking(1, 12)])[None]
    path = made_pickle(tmp_path / "p.pkl", {"a": good, "half\ud800": good})
    data = run("--source", "pickle", path, "--out", tmp_path / "out")
    assert list(skipped(data)) == ["p.pkl"]
    with pytest.raises(SourceError, match="1 of 2 samples"):
        sessions("import-pickle", path, "--out", tmp_path / "study")


def test_folders_of_an_ablation_have_names_that_windows_takes(tmp_path):
    for name in ("file=C:\\lists\\a?.txt", "subject=1,2", 'file=/data/"x".txt'):
        folder = ablation.folder_of(name)
        assert not set(folder) & set('<>:"/\\|?*')
    assert ablation.folder_of("subject=9,10") == "subject-9-10"


def test_more_processes_than_windows_can_wait_for_are_not_started(tmp_path, monkeypatch):
    asked = []

    class Pool:
        def __init__(self, count: int, **_: object) -> None:
            asked.append(count)
            raise SourceError("enough seen")

    monkeypatch.setattr(prepare_parts, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr("train.prepare.ntu.NtuReader.part_items", 1)
    for person in range(1, 36):
        for action in (1, 2):
            recordings.write_ntu(tmp_path / "ntu" / f"{ntu_name(1, person, action)}.skeleton", walking(1, 1))
    with pytest.raises(SourceError, match="enough seen"):
        prepare.main(["--source", "ntu60", str(tmp_path / "ntu"), "--out", str(tmp_path / "o"), "--processes", "200"])
    assert asked == [61]


@pytest.mark.parametrize("label", [10**6, 2**80, 10**5000], ids=["million", "80 bits", "endless"])
def test_a_pickles_label_that_no_data_set_has_is_one_line(tmp_path, label):
    good = np.stack([frame.bodies[0].joints for frame in walking(1, 12)])[None]
    path = made_pickle(tmp_path / "p.pkl", {"a": good}, label)
    with pytest.raises(SourceError, match="label"):
        run("--source", "pickle", path, "--out", tmp_path / "out")
    with pytest.raises(SourceError, match="label"):
        sessions("import-pickle", path, "--out", tmp_path / "study")


@pytest.mark.parametrize("command", ["export-ntu", "export-pku", "export-pickle"])
def test_an_export_leaves_a_damaged_session_out_and_says_so(tmp_path, command, capsys):
    study = tmp_path / "study"
    for number in (1, 2, 3):
        details = {"action": "reading", "performer": number}
        recordings.write_session(study / f"take-{number}", walking(1, 12), details=details)
    (study / "take-2" / "session.json").write_text("{")
    out = tmp_path / ("a.pkl" if command == "export-pickle" else "out")
    with pytest.raises(SourceError, match="1 of 3 sessions") as error:
        sessions(command, *sorted(study.iterdir()), "--out", out, "--labels", "ntu60")
    assert error.value.exit_code == 3
    told = capsys.readouterr()
    assert "take-2" in told.err
    assert told.err.count("\n") == 1
    if command == "export-pickle":
        assert len(pickle.loads(out.read_bytes())["annotations"]) == 2
    else:
        assert "take-1" in told.out
        assert "take-3" in told.out


# ---- the small inputs of the shared data -----------------------------------------------------------------------------


@pytest.mark.skipif(not FAULTS.is_dir(), reason="no shared data here")
@pytest.mark.parametrize("name", ["id_minus_1", "float_header"])
def test_the_shared_files_with_strange_body_lines_are_prepared(tmp_path, name):
    assert prepared("--source", "ntu60", FAULTS / name, "--out", tmp_path / "out") == 0


@pytest.mark.skipif(not FAULTS.is_dir(), reason="no shared data here")
def test_the_shared_short_video_and_millimetres_are_refused(tmp_path):
    for name in ("short_video", "millimetres"):
        with pytest.raises(TsmfError, match=r"shorter|millimetres"):
            prepared("--source", "ntu60", FAULTS / name, "--out", tmp_path / name)


@pytest.mark.parametrize("content", [b"\xff", b'{"type": "prediction"}', b"[1]", b"[" * 9999, b"{", b"\xef\xbb\xbf1"])
def test_what_is_no_output_of_the_program_is_one_line_to_compare(tmp_path, content):
    with pytest.raises(UsageError, match=r"run.json: expected the JSON lines"):
        read_predictions(write(tmp_path / "run.json", content))


def test_settings_of_an_ablation_that_are_damaged_are_one_line(tmp_path):
    write(tmp_path / "out" / "settings.json", b"{")
    args = ablation.parse(["--data", str(tmp_path), "--out", str(tmp_path / "out")])
    with pytest.raises(UsageError, match="choose another --out"):
        ablation.keep_settings(args)


def test_names_that_are_no_text_and_sessions_without_bodies_do_not_end_a_preparation(tmp_path):
    root = ntu_tree(tmp_path / "ntu")
    write(root / "notes\udcff.skeleton", b"1\n")
    data = run("--source", "ntu60", root, "--out", tmp_path / "out")
    assert len(data.samples) == 8
    assert "the name is not" in skipped(data)["notes\udcff"]
    study = tmp_path / "study"
    for name in ("a", "b"):
        recordings.write_session(study / name, walking(1, 30), details={"action": "wave"})
    (study / "b" / BODIES_FILE).unlink()
    data = run("--source", "sessions", study, "--out", tmp_path / "out2")
    assert list(skipped(data)) == ["b:01"]
