"""Sessions go out as other programs' recordings and come back: same numbers where the format holds them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tqdm import tqdm

from tests.fakes import ROOT
from tests.fakes.recordings import (
    DATA,
    assert_same_bodies,
    body,
    frames,
    picture,
    play,
    write_ntu,
    write_pku,
    write_session,
)
from tsmf_live.exchange.annotation_pickle import read_annotation_pickle
from tsmf_live.exchange.label_files import read_csv
from tsmf_live.exchange.person_rows import PersonRows
from tsmf_live.exchange.session_reading import frames as played_frames
from tsmf_live.frames import Body, RecordingError, SensorFrame, SourceError, TsmfError, UsageError
from tsmf_live.ntu_name import NtuName
from tsmf_live.recording.folder import BODIES_FILE, read_description
from tsmf_live.recording.tables import read_events, read_frame_rows
from tsmf_live.recording.writer import SessionWriter
from tsmf_live.sessions.__main__ import main
from tsmf_live.sources.ntu import NtuSource
from tsmf_live.sources.pku import PkuSource
from tsmf_live.sources.replay import ReplaySource

tqdm.monitor_interval = 0  # its thread would be taken for one that a test left behind

NTU_FILES = sorted(DATA.glob("ntu_skeleton/*.skeleton"))
CUT_FILES = sorted(DATA.glob("ntu_truncated/*.skeleton"))
real_data = pytest.mark.skipif(not NTU_FILES, reason="real recordings are not here")
LABELS = "# three classes\nwalking\nreading\ntea\n"


def sessions(*words: object) -> int:
    return main([str(word) for word in words])


def left_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")) if folder.exists() else []


def assert_same_frames(got: list[SensorFrame], expected: list[SensorFrame]) -> None:
    """Times, holes, bodies and whether there is a picture: bit for bit."""
    assert len(got) == len(expected)
    first = expected[0].index
    for one, other in zip(got, expected, strict=True):
        assert (one.index, one.sensor_time_s) == (other.index - first, other.sensor_time_s)
        assert (one.color_bgra is None) == (other.color_bgra is None)
        assert_same_bodies(one.bodies, other.bodies)


def psnr_db(one: np.ndarray, other: np.ndarray) -> float:
    error = np.mean((one[..., :3].astype(float) - other[..., :3]) ** 2)
    return float(10 * np.log10(255**2 / error))


def joints_of(bodies: tuple[Body, ...]) -> list[bytes]:
    return sorted(body.joints.tobytes() for body in bodies)


# ---- any people, any times


def any_body(seed: int, tracking_id: int) -> Body:
    """Joints within the sensor's reach, some that cannot be mapped, some far outside the picture."""
    rng = np.random.default_rng(seed)
    color_xy = rng.uniform(-5000, 7000, (25, 2)).astype(np.float32)
    color_xy[rng.random(25) < 0.2] = np.nan
    joints = rng.uniform(-8, 8, (25, 3)).astype(np.float32)
    states = rng.integers(0, 3, 25).astype(np.uint8)
    orientations = rng.uniform(-1, 1, (25, 4)).astype(np.float32)
    return Body(tracking_id, joints, states, color_xy, orientations, tuple(map(int, rng.integers(0, 5, 2))))


IDS = st.lists(st.integers(0, 2**64 - 1), min_size=7, max_size=7, unique=True)
PRESENT = st.lists(st.integers(0, 6), max_size=6, unique=True)


@st.composite
def recordings(draw: st.DrawFn) -> list[SensorFrame]:
    """People who appear and leave, frames that were lost, clocks that jitter; no colour."""
    ids, seed = draw(IDS), draw(st.integers(0, 2**32 - 1))
    time_s, index, made = draw(st.floats(0, 1e6)), 0, []
    for number, present in enumerate(draw(st.lists(PRESENT, min_size=1, max_size=12))):
        bodies = tuple(any_body(seed + 10 * number + which, ids[which]) for which in present)
        host_s = draw(st.floats(0, 1e9))
        made.append(SensorFrame(index, time_s, host_s, None, bodies))
        lost = draw(st.sampled_from([0, 0, 0, 1, 40]))
        index += 1 + lost
        time_s += (1 + lost) / 30 + draw(st.floats(0, 0.01))
    return made


ANY = settings(max_examples=12, deadline=None)


@ANY
@given(recorded=recordings())
def test_ntu_holds_every_number_of_the_people_and_every_time(recorded, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ntu")
    session = write_session(folder / "take", recorded)
    assert sessions("export-ntu", session, "--out", folder / "ntu", "--action", 7) == 0
    played, error = play(NtuSource(folder / "ntu" / "S001C001P001R001A007.skeleton"))
    assert error is None
    assert_same_frames(played, recorded)
    assert sessions("import-ntu", folder / "ntu", "--out", folder / "back") == 0
    back = folder / "back" / "S001C001P001R001A007"
    played, error = play(ReplaySource(back))
    assert error is None
    assert_same_frames(played, recorded)
    rows, expected = read_frame_rows(back, []), read_frame_rows(session, [])
    assert [row[1:4] for row in rows] == [row[1:4] for row in expected]
    assert [row.dropped for row in rows] == [row.dropped for row in expected]


@ANY
@given(recorded=recordings())
def test_pku_holds_the_joints_of_two_people_in_every_frame(recorded, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pku")
    session = write_session(folder / "take", recorded)
    assert sessions("export-pku", session, "--out", folder) == 0
    text = folder / "skeleton" / "take.txt"
    assert [len(line.split()) for line in text.read_text().splitlines()] == [150] * len(recorded)
    if not any(frame.bodies for frame in recorded):
        with pytest.raises(SourceError, match="expected a person"):
            PkuSource(text)
        return
    for path in (text, None):
        if path is None:
            assert sessions("import-pku", text, "--out", folder / "back") == 0
        played, error = play(PkuSource(path) if path else ReplaySource(folder / "back"))
        assert error is None
        assert [frame.sensor_time_s for frame in played] == [i / 30 for i in range(len(recorded))]
        for got, expected in zip(played, recorded, strict=True):
            held, all_there = joints_of(got.bodies), joints_of(expected.bodies)
            assert len(held) == min(2, len(all_there))
            assert set(held) <= set(all_there)


@ANY
@given(recorded=recordings())
def test_a_pickle_holds_the_joints_of_everybody(recorded, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pickle")
    session = write_session(folder / "take", recorded, details={"action": "tea", "subject": "anna"})
    assert sessions("export-pickle", session, "--out", folder / "a.pkl") == 0
    content = read_annotation_pickle(folder / "a.pkl")
    if not any(frame.bodies for frame in recorded):
        assert content["annotations"] == []
        return
    (sample,) = content["annotations"]
    name = sample["frame_dir"]
    assert content["split"] == {"all": [name], "subject anna": [name]}
    assert (sample["label"], content["labels"], sample["total_frames"]) == (0, ["tea"], len(recorded))
    assert sessions("import-pickle", folder / "a.pkl", "--out", folder / "back") == 0
    played, error = play(ReplaySource(folder / "back" / name))
    assert error is None
    for number, (got, expected) in enumerate(zip(played, recorded, strict=True)):
        there = joints_of(expected.bodies)
        assert joints_of(got.bodies) == there
        rows = sample["keypoint"][:, number]
        assert sorted(row.tobytes() for row in rows if row.any()) == there
    assert read_description(folder / "back" / name)["action"] == "tea"


def test_a_person_keeps_their_row_while_in_view_and_later_ones_take_free_rows():
    a, b, c = (body(number, number) for number in (1, 2, 3))
    rows = PersonRows(2)
    placed = [
        [p and p.tracking_id for p in rows.place(there)] for there in [(a, b), (b, a, c), (c, b), (a, c, b), (c,)]
    ]
    assert placed == [[1, 2], [1, 2], [3, 2], [3, 2], [3, None]]
    assert rows.left_out == 2


# ---- pictures


@pytest.fixture(scope="module")
def colored(tmp_path_factory) -> Path:
    """Seven frames at 15 pictures a second, the first without one; lossless, so that only the export's codec counts."""
    recorded = [
        replace(frame, color_bgra=picture(frame.index) if frame.index % 2 else None)
        for frame in frames(7, start_s=812.3456789)
    ]
    details = {"action": "reading", "setup": 3, "camera": 2, "performer": 14, "replication": 5, "subject": "anna"}
    folder = tmp_path_factory.mktemp("colored") / "take"
    return write_session(folder, recorded, codec="ffv1", details=details)


def test_pictures_and_times_go_round_and_frames_without_a_picture_stay_without(colored, tmp_path, capsys):
    labels = tmp_path / "labels.txt"
    labels.write_text(LABELS)
    assert sessions("export-ntu", colored, "--out", tmp_path / "ntu", "--labels", labels) == 0
    name = "S003C002P014R005A002"
    assert left_in(tmp_path / "ntu") == [f"{name}.skeleton", f"{name}.times.csv", f"{name}_rgb.avi"]
    told = capsys.readouterr().out
    assert "4 frames have no picture" in told
    assert "consent" not in told  # nothing was said of it
    out = ["--out", tmp_path / "back", "--codec", "ffv1", "--labels", labels]
    assert sessions("import-ntu", tmp_path / "ntu" / f"{name}.skeleton", *out) == 0
    played, _ = play(ReplaySource(tmp_path / "back"))
    expected, _ = play(ReplaySource(colored))
    assert_same_frames(played, expected)
    losses = [psnr_db(p.color_bgra, e.color_bgra) for p, e in zip(played, expected, strict=True) if p.index % 2]
    assert len(losses) == 3
    assert min(losses) > 45  # 50.4 dB measured; 44 on the bundled sample, 42 on a real video
    description = read_description(tmp_path / "back")
    assert not description["time_estimated"]
    assert (description["action"], description["performer"], description["replication"]) == ("reading", 14, 5)
    rows, before = read_frame_rows(tmp_path / "back", []), read_frame_rows(colored, [])
    assert [row.host_time_s for row in rows] == [row.host_time_s for row in before]


def test_opencv_finds_a_picture_for_each_frame_at_its_place(colored, tmp_path):
    assert sessions("export-pku", colored, "--out", tmp_path, "--name", "0400-M", "--labels", "ntu60") == 0
    video = cv2.VideoCapture(str(tmp_path / "rgb_video" / "0400-M.avi"))
    shown = []
    while (read := video.read())[0]:
        shown.append(read[1])
    video.release()
    assert len(shown) == 7
    assert not shown[0].any()  # before the first picture
    for number, of in ((1, 1), (2, 1), (3, 3), (4, 3), (5, 5), (6, 5)):
        assert psnr_db(shown[number], picture(of)) > 35
    assert (tmp_path / "label" / "0400-M.txt").read_text() == "11,1,7,2\n"
    played, _ = play(PkuSource(tmp_path / "skeleton" / "0400-M.txt"))
    assert all(frame.color_bgra is not None for frame in played)


# ---- lost frames


def lost_frames(tmp_path: Path) -> Path:
    """Three frames lost before frame 3, one before frame 6, at whose place a picture is lost too; 30 a second."""
    writer = SessionWriter(tmp_path / "take", source_name="test", details={"action": "tea"})
    for frame in frames(8):
        index = frame.index + 3 * (frame.index >= 3) + (frame.index >= 6)
        writer.write(replace(frame, index=index, sensor_time_s=5 + index / 30), picture_lost=frame.index == 6)
    writer.close()
    return tmp_path / "take"


@pytest.mark.parametrize("command", ["export-ntu", "export-pku", "export-pickle"])
def test_an_export_names_lost_frames_and_what_that_does_to_times(command, tmp_path, capsys):
    session = lost_frames(tmp_path)
    (tmp_path / "labels.txt").write_text("tea\n")
    assert sessions(command, session, "--out", tmp_path / "out", "--labels", tmp_path / "labels.txt") == 0
    (told,) = (line for line in capsys.readouterr().out.splitlines() if "not held" in line)
    assert "that 4 frames were lost while recording" in told
    assert "those after them lie early: a time is up to 0.133 s wrong" in told
    assert "that 1 pictures were lost while recording" in told
    assert (".times.csv has the true times" in told) == (command == "export-ntu")
    assert "crc32" not in told


def test_a_sample_names_only_the_frames_that_were_lost_within_it(tmp_path, capsys):
    session = lost_frames(tmp_path)
    for start, end in ((5.2, 5.31), (5.32, 5.43)):  # frames 3 to 5, and 6 and 7: losses lie before both
        assert sessions("annotate", session, "add", start, end, "tea") == 0
    for command in ("export-ntu", "export-pickle"):
        more = ["--segments", "--labels", tmp_path / "labels.txt"] if command == "export-ntu" else []
        (tmp_path / "labels.txt").write_text("tea\n")
        capsys.readouterr()
        assert sessions(command, session, "--out", tmp_path / command, *more) == 0
        told = capsys.readouterr().out
        assert "frames were lost" not in told
        assert "1 pictures were lost" in told


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs a process's highest memory")
def test_a_pickle_export_holds_no_pictures(tmp_path):
    """Sixty of them are 500 MB; the program itself takes 120."""
    two = [replace(f, bodies=(body(f.index, 1), body(f.index + 99, 2))) for f in frames(60, color=True)]
    session = write_session(tmp_path / "take", two, details={"action": "tea"})
    code = (
        "from pathlib import Path\nfrom tsmf_live.sessions.__main__ import main\n"
        f"main(['export-pickle', {str(session)!r}, '--out', {str(tmp_path / 'a.pkl')!r}])\n"
        "print(*(s.split()[1] for s in Path('/proc/self/status').read_text().splitlines() if s.startswith('VmHWM')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.splitlines()[-1]) < 300_000  # kB


# ---- cut at annotations


def annotated_session(folder: Path, events: list[tuple]) -> Path:
    writer = SessionWriter(folder, source_name="test", details={"replication": 4, "subject": "ben"})
    for frame in frames(90, start_s=5.0):
        writer.write(frame)
    for start_s, end_s, label, person in events:
        writer.add_event(start_s, end_s, label, 1.0, person, "annotation")
    writer.close()
    return folder


@pytest.fixture(scope="module")
def annotated(tmp_path_factory) -> Path:
    """Ninety frames with three annotations, two of the same class, two that overlap; one of a person."""
    events = [(5.0, 6.0, "tea", None), (6.5, 7.5, "walking", 0), (7.0, 8.0, "tea", None)]
    return annotated_session(tmp_path_factory.mktemp("annotated") / "take", events)


def test_each_annotation_becomes_a_sample_with_its_own_replication(annotated, tmp_path, capsys):
    labels = tmp_path / "labels.txt"
    labels.write_text(LABELS)
    out = tmp_path / "ntu"
    assert sessions("export-ntu", annotated, "--out", out, "--segments", "--labels", labels) == 0
    assert "which person 1 of the annotations speak of" in capsys.readouterr().out
    expected, _ = play(ReplaySource(annotated))
    spans = {"R004A003": (0, 30), "R004A001": (45, 75), "R005A003": (60, 90)}
    assert sorted(path.stem[12:] for path in out.glob("*.skeleton")) == sorted(spans)
    for name, (first, past_last) in spans.items():
        played, _ = play(NtuSource(out / f"S001C001P001{name}.skeleton"))
        assert_same_frames(played, expected[first:past_last])


def test_a_pickle_has_a_sample_for_each_annotation_of_the_person_it_speaks_of(annotated, tmp_path):
    assert sessions("export-pickle", annotated, annotated, "--out", tmp_path / "a.pkl") == 0
    content = read_annotation_pickle(tmp_path / "a.pkl")
    assert content["labels"] == ["tea", "walking"]
    samples = content["annotations"][:3]
    assert [(s["label"], s["total_frames"], len(s["keypoint"])) for s in samples] == [
        (0, 30, 2),
        (1, 30, 1),
        (0, 30, 2),
    ]
    names = [sample["frame_dir"] for sample in content["annotations"]]
    assert len(set(names)) == 6
    assert {NtuName.parse(name).replication for name in names} == {4, 5, 6, 7}


def test_a_class_number_that_the_label_list_does_not_reach_is_not_put_into_a_pickle(tmp_path):
    folder = annotated_session(tmp_path / "take", [(5.0, 6.0, "tea", None), (6.5, 7.5, "4", None)])
    labels, out = tmp_path / "labels.txt", tmp_path / "a.pkl"
    labels.write_text(LABELS)
    with pytest.raises(UsageError, match=r"label '4': expected .* a number up to 3,.*--labels") as error:
        sessions("export-pickle", folder, "--out", out, "--labels", labels)
    assert "\n" not in str(error.value)
    assert not out.exists()
    labels.write_text(LABELS + "fourth\n")
    assert sessions("export-pickle", folder, "--out", out, "--labels", labels) == 0
    assert [sample["label"] for sample in read_annotation_pickle(out)["annotations"]] == [2, 3]


def test_pku_labels_are_the_annotations(annotated, tmp_path):
    labels = tmp_path / "labels.txt"
    labels.write_text(LABELS)
    assert sessions("export-pku", annotated, "--out", tmp_path / "pku", "--labels", labels) == 0
    assert (tmp_path / "pku" / "label" / "take.txt").read_text() == "3,1,30,2\n1,46,75,2\n3,61,90,2\n"
    text = tmp_path / "pku" / "skeleton" / "take.txt"
    assert sessions("import-pku", text, "--out", tmp_path / "back", "--labels", labels) == 0
    assert [(e.label, e.kind) for e in read_events(tmp_path / "back")] == [
        ("tea", "annotation"), ("walking", "annotation"), ("tea", "annotation")
    ]  # fmt: skip


# ---- real files


@real_data
@pytest.mark.parametrize("path", NTU_FILES, ids=lambda path: path.stem)
def test_a_real_sample_comes_back_with_every_number(path, tmp_path):
    assert sessions("import-ntu", path, "--out", tmp_path / "take") == 0
    assert read_description(tmp_path / "take")["time_estimated"]
    assert sessions("export-ntu", tmp_path / "take", "--out", tmp_path / "ntu") == 0
    assert left_in(tmp_path / "ntu") == [path.name]
    numbers, expected = ((p.read_text().split()) for p in (tmp_path / "ntu" / path.name, path))
    assert numbers == expected
    played, original = play(ReplaySource(tmp_path / "take"))[0], play(NtuSource(path))[0]
    assert_same_frames(played, original)


@real_data
@pytest.mark.parametrize("path", CUT_FILES, ids=lambda path: path.stem)
def test_a_cut_sample_is_refused_and_nothing_is_left(path, tmp_path):
    with pytest.raises(SourceError, match="line") as error:
        sessions("import-ntu", path, "--out", tmp_path / "study" / "take")
    assert "\n" not in str(error.value)
    assert left_in(tmp_path / "study") == []


def test_a_damaged_sample_in_a_folder_does_not_keep_the_others_out(tmp_path, capsys):
    folder, whole = tmp_path / "samples", "S001C001P001R001A00{}"
    for number in (1, 2, 3):
        write_ntu(folder / f"{whole.format(number)}.skeleton", frames(3))
    cut = folder / f"{whole.format(2)}.skeleton"
    cut.write_bytes(cut.read_bytes()[:-100])
    with pytest.raises(SourceError, match="1 of 3 samples are damaged") as error:
        sessions("import-ntu", folder, "--out", tmp_path / "study")
    assert "\n" not in str(error.value)
    assert sorted(path.name for path in (tmp_path / "study").iterdir()) == [whole.format(1), whole.format(3)]
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert cut.name in told.err
    assert told.out.count("no pictures") == 2


PKU_FILE = DATA / "utkinect_stream" / "skeleton" / "s01_e01.txt"


@pytest.mark.skipif(not PKU_FILE.exists(), reason="real recordings are not here")
def test_a_real_pku_recording_comes_back_with_every_number_and_label(tmp_path):
    """Its first 300 frames; the labels within them."""
    text, label = tmp_path / "skeleton" / PKU_FILE.name, tmp_path / "label" / PKU_FILE.name
    for path, first in ((text, 300), (label, 1)):
        path.parent.mkdir()
        lines = (PKU_FILE.parents[1] / path.parent.name / PKU_FILE.name).read_text().splitlines(keepends=True)
        path.write_text("".join(lines[:first]))
    assert sessions("import-pku", text, "--out", tmp_path / "take") == 0
    assert sessions("export-pku", tmp_path / "take", "--out", tmp_path / "out", "--name", text.stem) == 0
    got, expected = np.loadtxt(tmp_path / "out" / "skeleton" / text.name), np.loadtxt(text)
    assert np.array_equal(got.astype(np.float32), expected.astype(np.float32))
    assert (tmp_path / "out" / "label" / text.name).read_text() == label.read_text()


# ---- what cannot be


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ([], "action is not known"),
        (["--action", 0], "1 to 999"),
        (["--action", 1, "--setup", 1000], "1 to 999"),
        (["--segments"], "no annotations"),
        (["--segments", "--action", 1], "leave one"),
        (["--action", 1, "--labels", "nowhere.txt"], "nowhere.txt"),
    ],
)
def test_numbers_that_cannot_be_are_refused_before_anything_is_written(tmp_path, options, why):
    session = write_session(tmp_path / "take", frames(2))
    with pytest.raises(UsageError, match=why):
        sessions("export-ntu", session, "--out", tmp_path / "out", *options)
    assert not (tmp_path / "out").exists()


def test_what_exists_is_never_overwritten(tmp_path):
    session = write_session(tmp_path / "take", frames(3), details={"action": "tea"})
    outputs = {
        "export-ntu": [session, "--out", tmp_path / "ntu", "--action", 1],
        "export-pku": [session, "--out", tmp_path / "pku", "--labels", "ntu60"],
        "export-pickle": [session, "--out", tmp_path / "a.pkl"],
        "import-ntu": [write_ntu(tmp_path / "x.skeleton", frames(3)), "--out", tmp_path / "ntu-back"],
        "import-pku": [write_pku(tmp_path / "s" / "x.txt", 3), "--out", tmp_path / "pku-back"],
    }
    (tmp_path / "labels.txt").write_text("tea\n")
    outputs["export-pku"][-1] = tmp_path / "labels.txt"
    for command, words in outputs.items():
        assert sessions(command, *words) == 0
        before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        with pytest.raises(RecordingError) as error:
            sessions(command, *words)
        assert "\n" not in str(error.value)
        assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("command", ["export-ntu", "export-pku", "export-pickle", "import-ntu", "import-pku"])
@pytest.mark.parametrize("what", ["missing", "foreign folder", "unwritable"])
def test_bad_paths_are_one_line_and_leave_nothing(tmp_path, command, what):
    source = {
        "export": lambda: write_session(tmp_path / "take", frames(2), details={"action": "1"}),
        "import-ntu": lambda: write_ntu(tmp_path / "x.skeleton", frames(2)),
        "import-pku": lambda: write_pku(tmp_path / "s" / "x.txt", 2),
    }[command if command.startswith("import") else "export"]()
    out = tmp_path / "out"
    if what == "missing":
        source = tmp_path / "nowhere.txt"
    elif what == "foreign folder":
        source = tmp_path / "foreign"
        source.mkdir()
        (source / "a.txt").write_text("hello")
    else:
        out.write_text("a file, no folder")
        out = out / "below"
    with pytest.raises(TsmfError) as error:
        sessions(command, source, "--out", out)
    assert "\n" not in str(error.value)
    assert left_in(tmp_path / "out") == []


def test_an_export_that_is_interrupted_leaves_nothing(tmp_path, monkeypatch, colored):
    def stops_soon(*args):
        for number, frame in enumerate(played_frames(*args)):
            if number == 3:
                raise KeyboardInterrupt
            yield frame

    monkeypatch.setattr("tsmf_live.exchange.session_reading.frames", stops_soon)
    with pytest.raises(KeyboardInterrupt):
        sessions("export-ntu", colored, "--out", tmp_path / "out")
    assert left_in(tmp_path / "out") == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize(
    ("command", "limit"), [("export-ntu", 3000), ("export-ntu", 12000), ("export-pku", 2500), ("export-pickle", 1000)]
)
def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path, colored, command, limit):
    code = (
        "import resource, sys\n"
        "from tsmf_live.command import run\nfrom tsmf_live.sessions.__main__ import main\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "run(main)\n"
    )
    words = [command, str(colored), "--out", str(tmp_path / "out" / "x"), "--labels", "ntu60"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == RecordingError.exit_code, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert left_in(tmp_path / "out" / "x") == []
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("first", [0, 3])
def test_a_span_is_exported_as_what_lies_in_it(annotated, tmp_path, first):
    rows = read_frame_rows(annotated, [])
    at_s = [row.sensor_time_s - rows[0].sensor_time_s for row in rows]
    span = ["--span", at_s[first], at_s[first + 5]]
    labels = tmp_path / "names.txt"
    labels.write_text("".join(f"{event.label}\n" for event in read_events(annotated)))
    out = tmp_path / "out"
    assert sessions("export-ntu", annotated, "--out", out, "--action", 1, *span) == 0
    (sample,) = out.glob("*.skeleton")
    whole = [frame.bodies for frame in play(ReplaySource(annotated))[0]]
    part = [frame.bodies for frame in play(NtuSource(sample))[0]]
    assert len(part) == 5
    for got, expected in zip(part, whole[first : first + 5], strict=True):
        assert joints_of(got) == joints_of(expected)
    assert sessions("export-pku", annotated, "--out", out, "--name", "x", "--labels", labels, *span) == 0
    assert (out / "skeleton" / "x.txt").read_text().count("\n") == 5
    assert sessions("export-pickle", annotated, "--out", out / "x.pkl", *span) == 0
    for sample in read_annotation_pickle(out / "x.pkl")["annotations"]:
        assert first <= sample["start_frame"] < first + 5
        assert sample["start_frame"] + sample["total_frames"] <= first + 5
    assert sessions("annotate", annotated, "export", out / "x.csv", *span) == 0
    for event in read_csv(out / "x.csv"):
        assert rows[first].sensor_time_s <= event.start_s < event.end_s <= rows[first + 5].sensor_time_s
    with pytest.raises(UsageError, match="--span"):
        sessions("export-ntu", annotated, "--out", out / "no", "--action", 1, "--span", 1000, 1001)


def test_a_session_that_broke_off_is_exported_as_far_as_it_is_whole(tmp_path, capsys):
    session = write_session(tmp_path / "take", frames(20))
    bodies = session / BODIES_FILE
    bodies.write_bytes(bodies.read_bytes()[:-5000])
    assert sessions("export-ntu", session, "--out", tmp_path / "ntu", "--action", 1) == 0
    assert "the rest is not played" in capsys.readouterr().err
    expected, _ = play(ReplaySource(session))
    assert 10 < len(expected) < 20
    played, error = play(NtuSource(tmp_path / "ntu" / "S001C001P001R001A001.skeleton"))
    assert error is None
    assert_same_frames(played, expected)


def test_times_of_another_file_are_refused(tmp_path):
    session = write_session(tmp_path / "take", frames(5))
    sessions("export-ntu", session, "--out", tmp_path, "--action", 1)
    times = tmp_path / "S001C001P001R001A001.times.csv"
    times.write_text("".join(times.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(SourceError, match="expected 5 rows"):
        NtuSource(tmp_path / "S001C001P001R001A001.skeleton")
