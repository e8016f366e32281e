"""A camera at this machine; OpenCV's capture is replaced at its border. One clear line for whatever can go wrong."""

from __future__ import annotations

import sys
import threading
import time

import cv2
import numpy as np
import pytest

from tests.fakes.cameras import FakeCapture, people_picture
from tests.fakes.scripted_source import LIMIT_S
from tsmf_live.frames import SourceError, UsageError
from tsmf_live.live.weights import PEOPLE, weights_for
from tsmf_live.sources.base import EndOfSource
from tsmf_live.sources.camera import webcam
from tsmf_live.sources.camera.webcam import CameraClock, WebcamSource
from tsmf_live.sources.open import open_source

PICTURE = people_picture((1280, 720), (0.25, 0.5, 0.6))


@pytest.fixture
def camera(monkeypatch):
    """The fake; a test says what it gives."""

    class Camera(FakeCapture):
        script = (PICTURE,) * 5

    monkeypatch.setattr(cv2, "VideoCapture", Camera)
    return Camera


def read_all(source: WebcamSource, count: int) -> list:
    """So many frames, however long it takes."""
    frames, until_s = [], time.monotonic() + LIMIT_S
    while len(frames) < count and time.monotonic() < until_s:
        frame = source.read()
        if frame is not None:
            frames.append(frame)
    return frames


def test_pictures_come_mirrored_with_times_that_go_forward(camera):
    camera.every_s = 0.03
    camera.script = (PICTURE,) * 60
    source = open_source("webcam:index=3,fov=70")
    assert (source.info.kind, source.info.sensor, source.info.live) == ("webcam", "webcam", True)
    frames = read_all(source, 4)
    source.close()
    source.close()
    assert camera.released == 1
    times_s = [frame.sensor_time_s for frame in frames]
    assert times_s[0] == 0
    assert times_s == sorted(set(times_s))
    assert [frame.index for frame in frames] == sorted({frame.index for frame in frames})
    assert np.flatnonzero(frames[0].color_bgra[540, :, 1] > 100).mean() == pytest.approx(0.75 * 1920, abs=5)
    assert all(frame.bodies == () for frame in frames)
    with pytest.raises(EndOfSource):
        source.read()


def test_what_is_asked_of_the_camera(camera, monkeypatch):
    made = []
    monkeypatch.setattr(cv2, "VideoCapture", lambda *args: made.append(camera(*args)) or made[-1])
    WebcamSource("webcam:width=1920,fps=25").close()
    settings = made[0].settings
    wanted = {cv2.CAP_PROP_FRAME_WIDTH: 1920, cv2.CAP_PROP_FRAME_HEIGHT: 1080, cv2.CAP_PROP_FPS: 25}
    assert wanted.items() <= settings.items()
    assert settings[cv2.CAP_PROP_BUFFERSIZE] == 1  # the newest picture, not one of half a second ago


def test_a_reader_that_is_late_gets_the_newest_pictures(camera):
    camera.script = (PICTURE,) * 200
    source = WebcamSource()
    until_s = time.monotonic() + LIMIT_S
    while source._pictures.dropped < 150 and time.monotonic() < until_s:
        threading.Event().wait(0.01)
    frames = read_all(source, 3)
    source.close()
    assert frames[-1].index > 150  # a hole says how many were dropped


def test_there_is_no_such_camera(camera, monkeypatch):
    camera.opens = False
    for there, said in (
        ([], "found none: plug one in"),
        ([0, 2], "found 0, 2: choose one with webcam:index=N"),
        ([5], "close the program that has it"),
        (None, "another program has it"),
    ):
        monkeypatch.setattr(webcam, "cameras_there", lambda there=there: there)
        with pytest.raises(SourceError) as caught:
            WebcamSource("webcam:index=5")
        assert str(caught.value).startswith("camera 5: ")
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_camera_that_opens_but_gives_nothing_is_told(camera, monkeypatch):
    camera.script = ()
    monkeypatch.setattr(webcam, "SILENT_S", 0.2)
    with pytest.raises(SourceError, match="gives no picture; close the program that uses it"):
        WebcamSource()
    camera.script = ("raise",)
    with pytest.raises(SourceError, match=r"OpenCV failed .the driver is gone"):
        WebcamSource()
    assert camera.released == 2


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("nothing", r"camera 0: no picture for .* plug it in and open it again"),
        ("raise", r"camera 0: OpenCV failed .the driver is gone.; unplug it and plug it in again"),
    ],
)
def test_a_camera_that_is_pulled_out_is_one_line(camera, monkeypatch, end, said):
    monkeypatch.setattr(webcam, "SILENT_S", 0.3)
    camera.script = (PICTURE, PICTURE, end)
    source = WebcamSource()
    assert len(read_all(source, 2)) == 2
    with pytest.raises(SourceError, match=said):
        read_all(source, 1)
    source.close()


def test_a_camera_that_hangs_does_not_hold_up_reading_or_closing(camera, monkeypatch):
    held = threading.Event()
    monkeypatch.setattr(webcam, "CLOSE_S", 0.2)

    class Hangs(camera):
        def read(self):
            if self._given == 1:
                held.wait(LIMIT_S)
            return super().read()

    monkeypatch.setattr(cv2, "VideoCapture", Hangs)
    source = WebcamSource()
    source.read()
    began_s = time.monotonic()
    assert source.read() is None
    source.close()
    assert time.monotonic() - began_s < LIMIT_S  # the camera itself would be waited for so long
    held.set()


def test_a_camera_that_changes_its_size_goes_on(camera):
    camera.script = (PICTURE, people_picture((640, 480), (0.25, 0.5, 0.6)))
    source = WebcamSource()
    frames = read_all(source, 2)
    source.close()
    assert [frame.color_bgra.shape for frame in frames] == [(1080, 1920, 4)] * 2


def test_a_grey_camera_is_shown(camera):
    camera.script = (cv2.cvtColor(PICTURE, cv2.COLOR_BGR2GRAY),)
    source = WebcamSource()
    (frame,) = read_all(source, 1)
    source.close()
    assert frame.color_bgra[540, 1440, 0] == frame.color_bgra[540, 1440, 2] > 100


def test_times_are_the_cameras_where_they_can_be_believed():
    clock = CameraClock()
    shots = [(10.0, 5.0), (10.033, 5.05), (10.1, 5.09), (10.1, 5.13), (0.0, 5.2), (99.0, 5.24), (99.04, 5.24)]
    times_s = [clock.place(*shot) for shot in shots]
    steps_s = np.diff(times_s)
    assert steps_s == pytest.approx([0.033, 0.067, 0.04, 0.07, 0.04, 0.04])


def test_settings_that_cannot_be_are_a_usage_error():
    for spec in ("webcam:index=x", "webcam:index=-1", "webcam:fov=200", "webcam:zoom=1", "webcam:fps=30,fps=30"):
        with pytest.raises(UsageError, match="expected"):
            WebcamSource(spec)


def test_a_camera_shows_real_people():
    assert weights_for("webcam:index=1").path == PEOPLE


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux's /dev/video*")
def test_a_machine_without_a_camera_says_so():
    if webcam.cameras_there():
        pytest.skip("this machine has a camera")
    with pytest.raises(SourceError, match="camera 0: there is none of this number; found none: plug one in"):
        WebcamSource()
