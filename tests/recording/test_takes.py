"""A take's folder is its own, is private, and says what it was recorded from; a take that cannot begin is told once."""

from __future__ import annotations

import json
import os
import shutil
import stat
import threading
from pathlib import Path

import cv2
import pytest

import run_live
from tests.fakes.cameras import FakeCapture, people_picture, with_fake_estimator
from tests.fakes.links import needs_links
from tests.fakes.recordings import frames, write_ntu, write_pku, write_session
from tsmf_live.frames import RecordingError
from tsmf_live.recording import folder as session_folder
from tsmf_live.recording.folder import TakeSettings, next_take_folder, read_description, upcoming_take_folder
from tsmf_live.recording.recorder import RecordPlan, RecordWork
from tsmf_live.recording.take_queue import TakeQueue
from tsmf_live.ring import Ring
from tsmf_live.sessions.__main__ import main
from tsmf_live.sources.demo import DemoSource
from tsmf_live.sources.open import open_source

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")


def test_takes_that_begin_in_the_same_moment_get_folders_of_their_own(tmp_path, monkeypatch):
    real, looked = session_folder.upcoming_take_folder, []

    def look(study):
        folder = real(study)
        if not looked:
            folder.mkdir(parents=True)  # another program's take, begun between our look and our claim
        looked.append(folder)
        return folder

    monkeypatch.setattr(session_folder, "upcoming_take_folder", look)
    assert next_take_folder(tmp_path / "study").name == "take-002"
    assert [path.name for path in looked] == ["take-001", "take-002"]


def test_a_plan_whose_first_take_cannot_begin_is_not_tried_again(tmp_path):
    (tmp_path / "file").touch()
    stopping = threading.Event()
    takes = TakeQueue(lossless=False, stopping=stopping)
    plan = RecordPlan(TakeSettings(tmp_path / "file" / "take"))
    events: Ring = Ring(9, lossless=False, stopping=stopping)
    work = RecordWork(takes, events, lambda: {"source": "test"}, plan, lambda: None)
    for frame in frames(3):
        takes.put(frame)
    with pytest.raises(RecordingError):
        work.set_up()
    work.tear_down()
    assert work.errors == []  # the owner has been told by set_up


def test_asking_for_the_next_name_makes_nothing_and_a_claimed_one_is_not_given_again(tmp_path):
    study = tmp_path / "study"
    assert upcoming_take_folder(study) == study / "take-001"
    assert not study.exists()
    first = next_take_folder(study)
    assert next_take_folder(study).name == "take-002"
    first.rmdir()
    (study / "take-002").rmdir()
    assert next_take_folder(study).name == "take-001"


def test_a_study_that_is_a_file_is_one_line(tmp_path):
    (tmp_path / "study").touch()
    with pytest.raises(RecordingError, match="study"):
        next_take_folder(tmp_path / "study")


def unlistable(monkeypatch, folder: Path) -> None:
    real = Path.iterdir

    def refused(self):
        if self == folder:
            raise PermissionError(13, "Permission denied", str(folder))
        return real(self)

    monkeypatch.setattr(Path, "iterdir", refused)


def run(tmp_path, teacher_file, *more: str, source: str = "") -> int:
    source = source or str(write_ntu(tmp_path / "a.skeleton", [frame for frame in frames(60) if frame.bodies]))
    arguments = ["--source", source, "--headless", "--speed", "max", "--checkpoint", str(teacher_file)]
    return run_live.main([*arguments, *map(str, more)])


def test_a_study_that_cannot_be_looked_into_is_told_with_the_code_of_recordings(
    tmp_path, teacher_file, monkeypatch, capsys
):
    (tmp_path / "study").mkdir()
    unlistable(monkeypatch, tmp_path / "study")
    more = ["--record", tmp_path / "study", "--takes", "2", "--take-seconds", "0.5"]
    assert run(tmp_path, teacher_file, *more) == 5
    (line,) = capsys.readouterr().err.splitlines()
    assert "Permission denied" in line
    assert "bug" not in line


@pytest.mark.parametrize("more", [[], ["--takes", "2", "--take-seconds", "0.5"]])
def test_a_take_that_cannot_begin_is_told_once(more, tmp_path, teacher_file, capsys):
    (tmp_path / "file").touch()
    assert run(tmp_path, teacher_file, "--record", tmp_path / "file" / "take", *more) == 5
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_take_that_breaks_off_is_told_once(tmp_path, teacher_file, monkeypatch, capsys):
    def refused(self, frame, picture_lost=False):
        raise RecordingError("the disk is full")

    monkeypatch.setattr("tsmf_live.recording.writer.SessionWriter.write", refused)
    assert run(tmp_path, teacher_file, "--record", tmp_path / "take", "--loop", "--duration", "2") == 5
    assert capsys.readouterr().err.count("the disk is full") == 1


def test_a_camera_that_is_not_there_leaves_no_take_and_the_same_command_may_come_again(
    tmp_path, teacher_file, monkeypatch, capsys
):
    class Camera(FakeCapture):
        script = (people_picture((320, 180), (0.5, 0.5, 0.6)),) * 100_000
        opens = False
        every_s = 0.02

    monkeypatch.setattr(cv2, "VideoCapture", Camera)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "home"))
    model = with_fake_estimator(monkeypatch, tmp_path)
    command = ["--source", "webcam", "--headless", "--pose-model", str(model), "--checkpoint", str(teacher_file)]
    command += ["--record", str(tmp_path / "take"), "--duration", "0.5"]
    assert run_live.main(command) == 3
    assert "camera 0" in capsys.readouterr().err
    assert not (tmp_path / "take").exists()
    Camera.opens = True
    assert run_live.main(command) == 0
    assert read_description(tmp_path / "take")["sensor"] == "webcam"


@posix
def test_what_a_take_holds_is_its_owners_alone(tmp_path):
    folder = write_session(next_take_folder(tmp_path / "a" / "study"), frames(2, color=True))
    for path in (folder, folder.parent, folder.parent.parent):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
    before = tmp_path / "theirs"
    before.mkdir(0o755)
    write_session(before / "take", frames(1))
    assert stat.S_IMODE(before.stat().st_mode) == 0o755  # a folder of the user's stays as it is


@posix
def test_exports_and_imports_are_their_owners_alone(tmp_path):
    session = write_session(tmp_path / "take", frames(9, color=True), details={"action": "drink water"})
    main(["annotate", str(session), "add", "0", "0.2", "reading"])
    main(["annotate", str(session), "export", str(tmp_path / "out" / "labels.csv")])
    main(["export-ntu", str(session), "--out", str(tmp_path / "ntu")])
    (sample,) = (tmp_path / "ntu").glob("*.skeleton")
    main(["import-ntu", str(sample), "--out", str(tmp_path / "study" / "back")])
    for top in ("out", "ntu", "study"):
        for path in (tmp_path / top, *(tmp_path / top).rglob("*")):
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    main(["blur", str(session)])
    assert {stat.S_IMODE(path.stat().st_mode) for path in session.iterdir()} == {0o600}


def test_each_kind_of_source_says_what_its_sensor_was(tmp_path):
    skeletons = [frame for frame in frames(6) if frame.bodies]
    write_session(tmp_path / "webcam", frames(3), details={"sensor": "webcam"})
    write_session(tmp_path / "old-demo", frames(3), details={"sensor": "Kinect v2", "source": "demo"})
    expected = {
        "demo:persons=0": "simulated Kinect v2",
        str(write_ntu(tmp_path / "a.skeleton", skeletons)): "NTU RGB+D file",
        str(write_pku(tmp_path / "b.txt", 4)): "PKU-MMD file",
        str(tmp_path / "webcam"): "webcam",
        str(tmp_path / "old-demo"): "simulated Kinect v2",
    }
    for spec, sensor in expected.items():
        source = open_source(spec)
        source.close()
        assert source.info.sensor == sensor
    assert DemoSource().info.sensor == "simulated Kinect v2"


def test_a_take_says_which_sensor_it_is_of_and_so_do_takes_of_its_replay(tmp_path, teacher_file):
    take = tmp_path / "take"
    arguments = ["--record", take, "--duration", "0.1"]
    assert run(tmp_path, teacher_file, *arguments, source="demo:persons=0") == 0
    assert read_description(take)["sensor"] == "simulated Kinect v2"
    assert run(tmp_path, teacher_file, "--record", tmp_path / "again", source=str(take)) == 0
    assert read_description(tmp_path / "again")["sensor"] == "simulated Kinect v2"


def test_an_import_says_what_it_is_of(tmp_path):
    path = write_ntu(tmp_path / "a.skeleton", [frame for frame in frames(6) if frame.bodies])
    main(["import-ntu", str(path), "--out", str(tmp_path / "ntu")])
    main(["import-pku", str(write_pku(tmp_path / "b.txt", 4)), "--out", str(tmp_path / "pku")])
    assert read_description(tmp_path / "ntu")["sensor"] == "NTU RGB+D file"
    assert read_description(tmp_path / "pku")["sensor"] == "PKU-MMD file"


def test_a_session_that_names_a_sensor_at_length_or_none_is_played(tmp_path):
    for value, sensor in (("", "unknown"), ("x" * 1000, "x" * 100)):
        folder = write_session(tmp_path / "take", frames(1))
        path = folder / "session.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"sensor": value}))
        source = open_source(str(folder))
        source.close()
        assert source.info.sensor == sensor
        shutil.rmtree(folder)


@needs_links
def test_an_event_is_not_appended_through_a_link(tmp_path):
    from tsmf_live.recording.folder import append_event
    from tsmf_live.recording.tables import SessionEvent

    folder = write_session(tmp_path / "take", frames(1))
    (folder / "events.csv").rename(tmp_path / "outside")
    (folder / "events.csv").symlink_to(tmp_path / "outside")
    before = (tmp_path / "outside").read_bytes()
    with pytest.raises(RecordingError, match="link"):
        append_event(folder, SessionEvent(0.0, 1.0, "a", 0.5, None, "prediction"))
    assert (tmp_path / "outside").read_bytes() == before


@needs_links
def test_a_link_in_a_takes_folder_is_not_written_through(tmp_path):
    (tmp_path / "outside").write_bytes(b"theirs")
    (tmp_path / "take").mkdir()
    (tmp_path / "take" / "frames.csv").symlink_to(tmp_path / "outside")
    with pytest.raises(RecordingError, match="new or empty"):
        write_session(tmp_path / "take", frames(1))
    for name in ("color.mkv", "session.json.new"):
        folder = tmp_path / f"take-{name}"

        def begin_with_link(folder=folder, name=name):
            from tsmf_live.recording.writer import SessionWriter

            writer = SessionWriter(folder, source_name="test")
            (folder / name).symlink_to(tmp_path / "outside")
            try:
                for frame in frames(2, color=True):
                    writer.write(frame)
            finally:
                writer.close()

        if name == "color.mkv":
            with pytest.raises(RecordingError, match="exists"):
                begin_with_link()
        else:
            begin_with_link()
        assert (tmp_path / "outside").read_bytes() == b"theirs"


@posix
def test_what_the_window_keeps_is_its_owners_alone(tmp_path, monkeypatch, qapp):
    import logging

    from PyQt5.QtCore import QSettings

    from tsmf_live.gui import log_file
    from tsmf_live.gui.settings import Settings

    path = tmp_path / "made" / "tsmf_live.log"
    monkeypatch.setattr(log_file, "log_path", lambda: path)
    log = log_file.LogFile()
    log.note(logging.INFO, "subject P07")
    log.close()
    assert "P07" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)  # of an earlier version
    log_file.LogFile().close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    QSettings.setPath(QSettings.IniFormat, QSettings.UserScope, str(tmp_path / "settings"))
    settings = Settings()
    settings.keep("take/subject", "P07")
    settings.save()
    (file,) = (tmp_path / "settings").rglob("*.ini")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
