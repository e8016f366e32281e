"""Closing the window while a video is being saved; the window's place on the screen."""

from __future__ import annotations

import signal
import time

import pytest
from PyQt5.QtCore import QMargins, QRect, QSettings, QSize, QTimer
from PyQt5.QtWidgets import QMessageBox

from tests.fakes.moments import fill
from tests.fakes.window_fakes import FakePipeline, make_view, show_now
from tsmf_live.frames import RecordingStatus
from tsmf_live.gui import screen, video_export
from tsmf_live.gui.show import run_window
from tsmf_live.gui.window import MainWindow
from tsmf_live.interrupt import INTERRUPTED

LIMIT_MS = 60_000
PICTURE_S = 0.05


@pytest.fixture
def slowly(monkeypatch):
    """Pictures of a video take their time."""
    draw = video_export.draw_still

    def draw_slowly(*about: object, **more: object):
        time.sleep(PICTURE_S)
        return draw(*about, **more)

    monkeypatch.setattr(video_export, "draw_still", draw_slowly)


@pytest.fixture
def saving(shown, slowly, tmp_path):
    """A window that is saving a video, and where to."""
    run = FakePipeline(make_view(1))
    fill(run.look_back, 1.5)
    window = shown(run)
    path = tmp_path / "videos" / "span.mp4"
    path.parent.mkdir()
    window.desk.inspector.save_video(path)
    return window, path


def question(window: MainWindow) -> QMessageBox:
    return next(box for box in window.findChildren(QMessageBox) if box.isVisible())


def press(window: MainWindow, words: str) -> None:
    next(button for button in question(window).buttons() if words in button.text()).click()


def test_closing_while_a_video_is_saved_asks_and_goes_on_saving(saving, qtbot):
    window, path = saving
    assert not window.close()
    assert window.isVisible()
    assert "video" in question(window).text().lower()
    press(window, "Cancel")
    assert window.isVisible()
    qtbot.waitUntil(lambda: show_now(window) or not window.desk.inspector.saving_video, timeout=LIMIT_MS)
    assert path.stat().st_size > 1000
    assert window.run.closed == 0


def test_the_video_is_given_up_with_a_word(saving):
    window, path = saving
    window.close()
    press(window, "without")
    assert window.run.closed == 1
    assert list(path.parent.iterdir()) == []
    assert window.last_words == [f"{path} was not saved: it was cancelled"]


def test_the_window_closes_when_the_video_is_saved(saving, qtbot):
    window, path = saving
    window.close()
    press(window, "when it is saved")
    assert window.run.closed == 0
    qtbot.waitUntil(lambda: show_now(window) or window.run.closed == 1, timeout=LIMIT_MS)
    assert [file.name for file in path.parent.iterdir()] == ["span.mp4"]
    assert window.last_words == [f"saved {path}, pictures: 15"]


def test_a_take_is_asked_about_first_then_the_video(saving):
    window, _path = saving
    show_now(window, make_view(1, recording=RecordingStatus("recording", take=3)))
    window.close()
    press(window, "Finish the take")
    assert window.run.closed == 0
    assert "video" in [box.text() for box in window.findChildren(QMessageBox) if box.isVisible()][-1]


def test_a_change_of_the_window_does_not_end_the_video(saving, qtbot):
    window, path = saving
    window.choose_theme("light")
    window.choose_language("de")
    assert window.desk.inspector.saving_video
    qtbot.waitUntil(lambda: show_now(window) or not window.desk.inspector.saving_video, timeout=LIMIT_MS)
    assert path.stat().st_size > 1000
    window.choose_language("en")
    window.choose_theme("dark")


def test_a_run_that_ends_by_itself_waits_for_the_video_and_a_signal_does_not(
    qapp, slowly, tmp_path, monkeypatch, capsys
):
    QSettings.setPath(QSettings.IniFormat, QSettings.UserScope, str(tmp_path / "settings"))
    (tmp_path / "videos").mkdir()
    begin = MainWindow.show
    for path, interrupts in ((tmp_path / "videos" / "a.mp4", False), (tmp_path / "videos" / "b.mp4", True)):
        run = FakePipeline(make_view(1, state="running" if interrupts else "ended"))
        fill(run.look_back, 1.0)

        def show_and_save(window: MainWindow, path=path) -> None:
            begin(window)
            window.desk.inspector.save_video(path)

        monkeypatch.setattr(MainWindow, "show", show_and_save)
        if interrupts:
            QTimer.singleShot(100, lambda: signal.raise_signal(signal.SIGTERM))
        assert run_window(run, quit_when_ended=True) == (INTERRUPTED if interrupts else 0)
        said = capsys.readouterr().err.splitlines()
        assert [line for line in said if path.name in line] == [
            f"run_live.py: {path} was not saved: it was cancelled"
            if interrupts
            else f"run_live.py: saved {path}, pictures: 10"
        ]
    assert [file.name for file in (tmp_path / "videos").iterdir()] == ["a.mp4"]


# --- the place on the screen


FRAME = QMargins(2, 30, 2, 2)


@pytest.mark.parametrize(
    ("window", "room"),
    [
        (QRect(0, 0, 1280, 720), QRect(0, 0, 1280, 720)),
        (QRect(3000, 1500, 2000, 1240), QRect(0, 0, 1280, 680)),  # kept on a larger screen
        (QRect(-500, -300, 1100, 640), QRect(0, 40, 1366, 728)),
        (QRect(100, 100, 1100, 640), QRect(0, 0, 1920, 1080)),
        (QRect(2000, 100, 1100, 640), QRect(1920, 0, 1280, 1024)),
        (QRect(0, 0, 1000, 620), QRect(0, 0, 853, 480)),
    ],
)
def test_a_window_with_its_frame_lies_within_the_screen_and_moves_no_more_than_it_must(window, room):
    place = screen.fitted(window, FRAME, room)
    assert room.contains(place.marginsAdded(FRAME))
    assert place.width() == min(window.width(), room.width() - 4)
    assert place.height() == min(window.height(), room.height() - 32)
    if room.contains(window.marginsAdded(FRAME)):
        assert place == window
    assert QRect(place.topLeft(), screen.first_size(FRAME, room)).width() <= room.width() - 4


def test_a_first_start_takes_what_the_screen_leaves(qapp):
    assert screen.first_size(FRAME, QRect(0, 0, 1280, 720)) == QSize(1276, 688)
    assert screen.first_size(FRAME, QRect(0, 0, 1920, 1040)) == screen.LARGE
    assert screen.first_size(FRAME, QRect(0, 0, 1600, 900)) == screen.USUAL


def test_a_kept_place_of_a_larger_screen_is_brought_in(shown, qapp):
    window = shown(FakePipeline(make_view(1)))
    room = screen.room_for(window)
    window.setMinimumSize(1, 1)
    window.setGeometry(room.right() + 300, room.bottom() + 200, room.width() + 400, room.height() + 300)
    window.close()
    again = MainWindow(FakePipeline(make_view(1)))
    assert room.contains(again.geometry())
    again.close_now()
    again.deleteLater()
