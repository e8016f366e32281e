"""What is said where MediaPipe or its model is missing, and that the model is remembered."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.cameras import people_picture, write_people_video
from tsmf_live.frames import SourceError
from tsmf_live.live.launcher import Launcher
from tsmf_live.sessions.__main__ import main as sessions
from tsmf_live.sources.camera import pose_model
from tsmf_live.sources.camera.pose_model import (
    PARTS,
    Landmarker,
    choose_model,
    model_name,
    remembered,
    settings_file,
)
from tsmf_live.sources.open import pose_model_for


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


def task_file(path: Path, parts: tuple[str, ...] = PARTS) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for part in parts:
            archive.writestr(part, b"weights")
    return path


def test_without_mediapipe_a_line_says_what_to_install_and_which_file_to_get(monkeypatch, tmp_path):
    monkeypatch.setattr(pose_model, "is_installed", lambda: False)
    with pytest.raises(SourceError) as caught:
        choose_model(task_file(tmp_path / "pose_landmarker_full.task"))
    for words in ("pip install mediapipe", "pose_landmarker_full.task", "_lite", "_heavy", "--pose-model FILE"):
        assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_the_user_named_is_checked_before_what_must_be_installed(monkeypatch, tmp_path):
    monkeypatch.setattr(pose_model, "is_installed", lambda: False)
    model = task_file(tmp_path / "pose_landmarker_full.task")
    sound = tmp_path / "sound.mkv"
    sound.write_bytes(b"no video")
    walk = write_people_video(tmp_path / "walk.mkv", [people_picture((64, 36), (0.5, 0.5, 0.6))] * 2)
    for source, named, said in (
        (tmp_path / "nothing.mkv", model, r"nothing\.mkv: no such file or folder"),
        (tmp_path / "nothing.mkv", None, r"nothing\.mkv: no such file or folder"),
        (sound, model, r"sound\.mkv: expected an MP4"),
        (walk, tmp_path / "nothing.task", r"pose model .*nothing\.task: there is no such file"),
        (walk, model, "pip install mediapipe"),
    ):
        with pytest.raises(SourceError, match=said):
            pose_model_for(str(source), named)
        with pytest.raises(SourceError, match=said):
            Launcher(str(source), None, "cpu", None, named)
        given = ["--pose-model", str(named)] if named else []
        with pytest.raises(SourceError, match=said):
            sessions(["import-video", str(source), "--out", str(tmp_path / "take"), *given])
    with pytest.raises(SourceError, match="no such file or folder"):
        sessions(["import-video", str(tmp_path / "no-folder"), "--out", str(tmp_path / "take")])
    with pytest.raises(SourceError, match=r"nothing\.task"):
        Launcher("demo", None, "cpu", None, tmp_path / "nothing.task")


def test_the_model_is_named_once_and_remembered(monkeypatch, tmp_path):
    monkeypatch.setattr(pose_model, "is_installed", lambda: True)
    with pytest.raises(SourceError, match="none was named"):
        choose_model()
    model = task_file(tmp_path / "größe-pose_landmarker_heavy.task")
    assert choose_model(model) == model
    assert choose_model() == remembered() == model
    assert settings_file().is_relative_to(tmp_path)
    model.unlink()
    with pytest.raises(SourceError, match="no such file"):
        choose_model()


@pytest.mark.parametrize("content", ["text", "half", "folder"])
def test_a_file_that_is_no_model_is_refused_and_not_remembered(monkeypatch, tmp_path, content):
    monkeypatch.setattr(pose_model, "is_installed", lambda: True)
    model = tmp_path / "model.task"
    if content == "text":
        model.write_text("<html>not found</html>")
    elif content == "half":
        task_file(model, PARTS[:1])
    else:
        model.mkdir()
    with pytest.raises(SourceError, match=r"model\.task"):
        choose_model(model)
    assert remembered() is None


def test_a_session_is_told_the_models_kind():
    assert model_name(Path("x/pose_landmarker_lite.task")) == "MediaPipe Pose lite"
    assert model_name(Path("x/Pose_Landmarker_FULL (1).task")) == "MediaPipe Pose full"
    assert model_name(Path("x/own.task")) == "MediaPipe Pose own.task"


def test_a_mediapipe_that_cannot_be_loaded_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(SourceError, match="pip install mediapipe"):
        Landmarker(task_file(tmp_path / "m.task"), follows=False)


@pytest.mark.parametrize("follows", [False, True])
def test_networks_that_fail_with_their_first_picture_are_one_line_and_no_bug_of_ours(monkeypatch, tmp_path, follows):
    class Fails:
        """In the place of MediaPipe, its options, its landmarker: made without an error, then fails."""

        SRGB = VIDEO = IMAGE = 0

        def __init__(self, *_arguments, **_named):
            self.RunningMode = self.ImageFormat = self

        def __getattr__(self, _name):
            return Fails

        def detect(self, *_arguments):
            raise RuntimeError("CalculatorGraph::Run() failed:\nRET_CHECK failure")

        detect_for_video = detect

    class Vision(Fails):
        class PoseLandmarker:
            create_from_options = Fails

    monkeypatch.setattr(pose_model, "load_library", lambda: (Fails(), Fails, Vision()))
    landmarker = Landmarker(task_file(tmp_path / "swapped.task"), follows)
    with pytest.raises(SourceError, match=r"swapped\.task: MediaPipe does not take it \(Calc.*RET_CHECK failure\)"):
        landmarker.find(np.zeros((4, 4, 3), np.uint8), 0.0)
