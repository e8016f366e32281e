"""A camera or a video in the window: what the menu offers, what the health bar shows, what is said without a model."""

from __future__ import annotations

import cv2
import pytest
from PyQt5.QtWidgets import QAction

from tests.fakes.cameras import FakeCapture, people_picture, with_fake_estimator, write_people_video
from tests.fakes.recordings import frames, write_ntu
from tsmf_live.gui.panels.health import EXPLAINED
from tsmf_live.live.launcher import Launcher
from tsmf_live.live.pipeline import RunSettings

LIMIT_MS = 60_000  # the machine may be busy with other things
PICTURE = people_picture((640, 360), (0.3, 0.5, 0.6), (0.7, 0.5, 0.6))


@pytest.fixture
def model_file(monkeypatch, tmp_path):
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return with_fake_estimator(monkeypatch, tmp_path)


@pytest.fixture
def live(shown, checkpoint_file, tmp_path):
    launchers = []

    def start(source: str = "", pose_model=None):
        source = source or str(write_ntu(tmp_path / "others.skeleton", frames(60)))
        launchers.append(Launcher(source, checkpoint_file, "cpu", None, pose_model))
        run = launchers[-1].begin(RunSettings(source=source, inspect=True, hold_at_end=True), [])
        run.start()
        window = shown(run, launcher=launchers[-1])
        window._timer.start()
        return window

    yield start
    for launcher in launchers:
        launcher.pipeline.close()
        assert launcher.pipeline.finish()[1] == []


def entry(window, text: str) -> QAction:
    return next(action for action in window.findChildren(QAction) if action.text() == text)


def test_a_video_plays_with_people_drawn_and_the_estimator_in_the_health_bar(live, qtbot, model_file, tmp_path):
    video = write_people_video(tmp_path / "two.mkv", [PICTURE] * 40)
    window = live(str(video), model_file)
    qtbot.waitUntil(lambda: window._view is not None and window._view.prediction is not None, timeout=LIMIT_MS)
    assert len(window._view.pose.persons) == 2
    bar = window.desk.health
    qtbot.waitUntil(lambda: "Hz" in bar.cards["estimate"].text(), timeout=LIMIT_MS)
    order = [bar._layout.itemAt(k).widget() for k in range(bar._layout.count())]
    names = [next(name for name, card in bar.cards.items() if card is widget) for widget in order]
    assert names == [name for name in EXPLAINED if name in bar.cards]
    assert names[:2] == ["capture", "estimate"]
    assert window.desk.player is not None


def test_a_camera_is_opened_from_the_menu_and_the_model_is_remembered(live, qtbot, model_file, monkeypatch):
    class Camera(FakeCapture):
        script = (PICTURE,) * 100_000
        every_s = 0.03

    monkeypatch.setattr(cv2, "VideoCapture", Camera)
    window = live()
    window.opening.pose_model(model_file)
    qtbot.waitUntil(lambda: window.opening._errand is None, timeout=LIMIT_MS)
    assert model_file.name in window.desk.banners.notice.text()
    entry(window, "Camera 1").trigger()
    qtbot.waitUntil(lambda: window.run.settings.source == "webcam:index=1", timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: window._view.pose is not None and len(window._view.pose.persons) == 2, timeout=LIMIT_MS)
    assert window._view.frame.color_bgra is not None
    assert window.desk.player is None
    assert window.settings.recent("sources")[0] == "webcam:index=1"


def test_without_a_model_a_line_says_what_to_get_and_the_run_goes_on(live, qtbot, model_file, monkeypatch):
    class Camera(FakeCapture):
        script = (PICTURE,) * 100_000
        every_s = 0.03

    monkeypatch.setattr(cv2, "VideoCapture", Camera)
    window = live()
    entry(window, "Camera 0").trigger()
    qtbot.waitUntil(lambda: "needs a pose model" in window.desk.banners.notice.text(), timeout=LIMIT_MS)
    assert "File, Choose the pose model" in window.desk.banners.notice.text()
    assert window.run.running
    assert window.run.settings.source.endswith("others.skeleton")
