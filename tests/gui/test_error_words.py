"""Errors that somebody at the window meets, made by whoever really makes them, are known in the user's language."""

from __future__ import annotations

import contextlib
from pathlib import Path

import cv2
import pytest

from tests.fakes.cameras import FakeCapture, people_picture, write_people_video
from tests.fakes.recordings import frames, write_session
from tests.fakes.window_fakes import FakePipeline, make_view, show_now
from tsmf_live.frames import TsmfError
from tsmf_live.gui import language
from tsmf_live.gui.doctor_words import run_in_words
from tsmf_live.gui.error_words import error_in_words
from tsmf_live.nets import checkpoint
from tsmf_live.recording.annotations import Annotations
from tsmf_live.recording.folder import next_take_folder
from tsmf_live.recording.protocol import read_protocol, typed
from tsmf_live.sources.camera import pose_model, webcam
from tsmf_live.sources.camera.pose_model import choose_model
from tsmf_live.sources.camera.webcam import WebcamSource
from tsmf_live.sources.kinect.library import ON_WINDOWS, KinectMissing
from tsmf_live.sources.kinect.source import CHECK_CABLES
from tsmf_live.sources.open import open_source

PICTURES = [people_picture((64, 36), (0.5, 0.5, 0.6))] * 2


@pytest.fixture(autouse=True)
def german(qapp, monkeypatch, tmp_path):
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    language.use_language("de")
    yield
    language.use_language("en")


def told(act, *arguments: object) -> str:
    """What the window says of an error; it must be German."""
    with pytest.raises(TsmfError) as caught:
        act(*arguments)
    words = error_in_words(str(caught.value))
    assert words != str(caught.value)
    return words


def file(path: Path, content: str) -> str:
    path.write_text(content)
    return str(path)


def test_what_cannot_be_opened_is_told_in_german(tmp_path):
    assert told(open_source, "nothing.mkv") == "nothing.mkv: die Datei oder den Ordner gibt es nicht"
    assert "lässt sich nicht abspielen" in told(open_source, file(tmp_path / "a.docx", "x"))
    assert "dieses lässt sich nicht lesen" in told(open_source, file(tmp_path / "a.mp4", "x"))
    sound = write_people_video(tmp_path / "sound.mkv", [], sound=True)
    assert "gefunden wurde nur Ton" in told(open_source, str(sound))
    (tmp_path / "empty").mkdir()
    assert "session.json fehlt" in told(open_source, str(tmp_path / "empty"))
    assert "Zeile 1 ist beschädigt" in told(open_source, file(tmp_path / "a.skeleton", "x"))
    assert "keine lesbare safetensors-Datei" in told(checkpoint.load, Path(file(tmp_path / "a.safetensors", "x")))
    assert told(checkpoint.load, Path("no.safetensors")) == "Gewichte no.safetensors: die Datei gibt es nicht"


def test_what_a_camera_lacks_is_told_in_german(monkeypatch, tmp_path):
    monkeypatch.setattr(pose_model, "is_installed", lambda: False)
    said = told(choose_model)
    assert "nicht installiert ist: pip install mediapipe; dann pose_landmarker_full.task von https" in said
    assert said.endswith("Datei, Das Posenmodell wählen")
    monkeypatch.setattr(pose_model, "is_installed", lambda: True)
    assert "none was named" not in told(choose_model)
    assert "there is no such file" not in told(choose_model, tmp_path / "no.task")
    assert "keine .task-Datei" in told(choose_model, Path(file(tmp_path / "a.task", "x")))


@pytest.mark.parametrize("there", [None, [], [2], [0]])
def test_a_camera_that_does_not_open_is_told_in_german(monkeypatch, there):
    class Closed(FakeCapture):
        opens = False

    monkeypatch.setattr(cv2, "VideoCapture", Closed)
    monkeypatch.setattr(webcam, "cameras_there", lambda: there)
    assert told(WebcamSource).startswith("Kamera 0: ")


def test_a_camera_that_is_unplugged_is_told_in_german(shown, monkeypatch):
    class Once(FakeCapture):
        script = (PICTURES[0],)

    monkeypatch.setattr(cv2, "VideoCapture", Once)
    times_s = iter(range(100))
    source = WebcamSource(clock=lambda: next(times_s))
    with contextlib.closing(source):
        source.read()

        def gone() -> None:
            while source.read() is None:
                pass

        said = told(gone)
    assert "s kein Bild; sie wurde abgezogen" in said
    message = "camera 0: no picture for 3 s; it was unplugged, or another program took it: plug it in and open it again"
    window = shown(FakePipeline(make_view(1, state="failed", message=message), source="webcam"))
    window.choose_language("de")
    show_now(window)
    assert window.desk.banners.state.text().startswith("Kamera 0: seit 3 s kein Bild")


def test_what_hinders_a_take_or_an_annotation_is_told_in_german(shown, tmp_path):
    book = Annotations(write_session(tmp_path / "take", frames(30, color=False)))
    book.add(book.times_s[2], book.times_s[20], "drinking", 0)
    said = told(book.add, book.times_s[5], book.times_s[15], "reading", 0)
    assert "Annotation 'reading' von" in said
    assert "überlappt 'drinking' von" in said
    assert "der Anfang muss vor dem Ende liegen" in told(book.add, 9.0, 3.0, "reading", 0)
    assert "1 bis" in told(book.add, book.times_s[21], book.times_s[29], "", 0)
    assert "kein Ordner" in told(next_take_folder, Path(file(tmp_path / "file", "x")))
    window = shown(FakePipeline(make_view(1)))
    window.choose_language("de")
    window.say("failed", "/study: cannot be made (Permission denied); choose another folder")
    assert window.desk.banners.notice.text() == (
        "/study: kann nicht angelegt werden (keine Berechtigung); einen anderen Ordner wählen"
    )


def test_what_is_wrong_with_a_protocol_is_told_in_german(tmp_path):
    assert "Zeile 1: Proband und Aktionen" in told(typed, "nonsense", "die Liste")
    assert "mindestens ein Take" in told(typed, "", "die Liste")
    assert "Zeile 1: gebraucht werden die Spalten" in told(read_protocol, Path(file(tmp_path / "p.csv", "a,b\n1,2\n")))


@pytest.mark.parametrize("code", ["en", "de", "zh_CN"])
def test_why_there_is_no_kinect_has_no_words_of_the_command_line(code):
    language.use_language(code)
    for reason, remedy in (
        ("no sensor answers", CHECK_CABLES),
        ("the sensor is there but gives no frames", "unplug it, plug it in, restart the PC"),
        ("comtypes finds no Windows here (linux)", ON_WINDOWS),
    ):
        error = str(KinectMissing(reason, remedy))
        words = run_in_words(error)
        assert "--source" in error  # in a terminal it helps
        assert "--source" not in words
        assert (reason in words and remedy in words) == (code == "en")
        assert (reason in words or remedy in words) == (code == "en"), "half of it is English"
