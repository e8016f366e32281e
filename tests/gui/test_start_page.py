"""The start page: what it offers when no Kinect answers, what the doctor found, and that a failure changes nothing."""

from __future__ import annotations

import json
import sys
from argparse import Namespace

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QPushButton, QScrollArea

import run_live
from tests.fakes.window_fakes import FakeLauncher, FakePipeline, make_view, show_now
from tsmf_live.frames import SourceError
from tsmf_live.gui import machine
from tsmf_live.gui.pages import start_page
from tsmf_live.gui.palette import ElidedLabel
from tsmf_live.gui.source_titles import source_title
from tsmf_live.live.launcher import Launcher
from tsmf_live.live.pipeline import RunSettings
from tsmf_live.sources.demo import DemoSpec
from tsmf_live.sources.kinect.library import KinectMissing

LIMIT_MS = 120_000  # the machine may be busy with other things
FOUND = (
    {"name": "torch", "state": "good", "text": "2.13", "remedy": ""},
    {"name": "USB", "state": "absent", "text": "no Kinect v2 at any port", "remedy": "plug it in"},
)


@pytest.fixture(autouse=True)
def doctor(monkeypatch):
    """A doctor that says two things and something that is no finding."""
    lines = ["a warning", *map(json.dumps, FOUND)]
    monkeypatch.setattr(machine, "DOCTOR", ("-c", f"print({chr(10).join(lines)!r})"))


def page_of(window):
    window.show_page("start")
    return window._pages["start"]


def until(qtbot, what) -> None:
    qtbot.waitUntil(lambda: bool(what()), timeout=LIMIT_MS)


def opened(window, qtbot) -> bool:
    show_now(window)
    return window.opening._errand is None


def texts(widget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_what_the_doctor_found_is_listed_with_what_to_do_first(shown, qtbot):
    window = shown(FakePipeline(make_view(1)), launcher=FakeLauncher())
    page = page_of(window)
    until(qtbot, lambda: len(window.machine.findings) == 2 and not window.machine.looking)
    said = texts(page)
    assert [line for line in said if line.startswith(("✓", "!"))] == [
        "!  USB: no Kinect v2 at any port",
        "✓  torch: 2.13",
    ]
    assert "→ plug it in" in said
    window.choose_language("de")  # a page made anew shows what is known, and does not look again
    show_now(window)
    assert not window.machine.looking
    assert "→ plug it in" in texts(window._pages["start"])


def test_chosen_actions_and_people_make_the_source(shown, qtbot):
    launcher = FakeLauncher()
    window = shown(FakePipeline(make_view(1)), launcher=launcher)
    page = page_of(window)
    assert DemoSpec.parse(page.simulated_source()) == DemoSpec(persons=1)
    page.persons.setValue(3)
    page.seed.setValue(7)
    for row in range(page.actions.count()):
        if page.actions.item(row).data(Qt.UserRole) in ("sneeze/cough", "falling"):
            page.actions.item(row).setCheckState(Qt.Checked)
    page.watch_simulated.click()
    until(qtbot, lambda: opened(window, qtbot))
    ((source, _run),) = launcher.opened
    assert DemoSpec.parse(source) == DemoSpec(seed=7, persons=3, actions=("sneeze/cough", "falling"))
    assert window.page == "live"
    assert window.stack.currentWidget() is window.desk


def test_a_source_that_cannot_be_opened_is_told_on_the_page_and_what_runs_goes_on(shown, qtbot):
    launcher = FakeLauncher()
    launcher.error = SourceError("Kinect: it is not there; plug it in")
    run = FakePipeline(make_view(1))
    window = shown(run, launcher=launcher)
    page = page_of(window)
    page.try_kinect.click()
    until(qtbot, lambda: opened(window, qtbot))
    assert "plug it in" in page.banners.notice.text()
    assert page.banners.notice.isVisible()
    assert (window.run, run.closed, window.page) == (run, 0, "start")


def test_every_page_is_in_the_menu_and_keys_of_the_live_page_sleep_elsewhere(shown, qtbot):
    window = shown(FakePipeline(make_view(1)), launcher=FakeLauncher())
    qtbot.keyClick(window, Qt.Key_F2)
    assert window.page == "start"
    assert window.page_bar.buttons["start"].isChecked()
    qtbot.keyClick(window, Qt.Key_R)
    assert window.run.asked == []
    qtbot.keyClick(window, Qt.Key_F)
    assert not window.desk.inspector.frozen
    qtbot.keyClick(window, Qt.Key_Escape)
    assert window.page == "live"
    qtbot.keyClick(window, Qt.Key_R)
    assert len(window.run.asked) == 1


def test_without_a_kinect_nothing_runs_until_something_is_chosen(shown, qtbot, teacher_file, tmp_path):
    launcher = Launcher("demo", teacher_file, "cpu", None)
    run = launcher.begin(RunSettings(source="demo", inspect=True, hold_at_end=True), [])
    window = shown(run, launcher=launcher)
    window.offer_sources("the SDK is missing")
    window._timer.start()
    page = window._pages["start"]
    assert "the SDK is missing" in page.banners.state.text()
    assert not run.running
    window.show_page("live")
    window.desk.recording.set_study(str(tmp_path / "study"))
    qtbot.keyClick(window, Qt.Key_R)
    assert "open a source first" in window.desk.banners.notice.text()
    assert not list((tmp_path / "study").iterdir())
    window.show_page("start")
    page.watch_simulated.click()
    until(qtbot, lambda: window.run is not run and window._view.frame is not None)
    assert window.page == "live"
    assert run.finish()[0].frames_captured == 0
    window.close()
    assert window.run.finish()[1] == []


@pytest.mark.skipif(sys.platform == "win32", reason="the Kinect's DLL may be installed there")
@pytest.mark.parametrize(("duration_s", "offers"), [(None, True), (1.0, False)])
def test_a_kinect_that_was_named_and_is_missing_opens_the_page_with_the_reason(monkeypatch, duration_s, offers):
    launcher = Launcher("kinect", None, "cpu", None)
    launcher.begin(RunSettings(source="kinect", inspect=True, hold_at_end=True), []).start()
    starts = []
    monkeypatch.setattr("tsmf_live.gui.show.run_window", lambda *_a, start, **_k: starts.append(start) or 0)
    args = Namespace(source="kinect", duration=duration_s, checkpoint=None, json=None)
    try:
        assert not run_live.show_window(launcher, args, [])
        assert len(starts) == offers
        assert all("Kinect" in start and "--source" not in start for start in starts)
    finally:
        assert [type(error) for error in launcher.pipeline.finish()[1]] == [KinectMissing]


def test_a_camera_that_is_plugged_in_is_offered_when_the_page_looks_again(shown, monkeypatch):
    there: list[int] = []
    monkeypatch.setattr(start_page, "cameras_there", lambda: list(there))
    window = shown(FakePipeline(make_view(1)), launcher=FakeLauncher())
    page = page_of(window)
    assert page.no_camera.isVisible()
    assert not page.open_camera.isEnabled()
    there.append(2)
    page.machine.changed.emit()
    assert not page.no_camera.isVisible()
    assert (page.camera.currentText(), page.camera.currentData()) == ("Camera 2", 2)
    assert page.open_camera.isEnabled()
    there.clear()
    window.show_page("live")
    window.show_page("start")
    assert page.no_camera.isVisible()


@pytest.mark.parametrize("language", ["en", "de", "zh_CN"])
def test_no_card_is_wider_than_its_place_and_recent_sources_have_their_names(shown, monkeypatch, language):
    """With a camera at the machine, whose card then has the most in a row."""
    monkeypatch.setattr(start_page, "cameras_there", lambda: [0])
    window = shown(FakePipeline(make_view(1)), launcher=FakeLauncher())
    for source in ("/videos/short.mp4", "/videos/" + 40 * "a-very-long-name-" + ".mp4"):
        window.settings.used("sources", source)
    window.choose_language(language)
    show_now(window)
    page = page_of(window)
    long, short = (label.shown_text() for label in page.findChildren(ElidedLabel) if label.text().endswith(".mp4"))
    assert short == "short.mp4"
    assert long.startswith("a-very-long-name")
    for area in page.findChildren(QScrollArea):
        assert area.widget().minimumSizeHint().width() <= area.viewport().width()


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("kinect:acquire=poll", "Kinect v2"),
        ("webcam", "Camera 0"),
        ("webcam:index=3,fov=70", "Camera 3"),
        ("demo", "1 simulated person"),
        ("demo:seed=4,persons=2,actions=reading+typing", "2 simulated people · reading, typing"),
        ("demo:nonsense", "demo:nonsense"),
        ("video:fov=70,file=/a/walk.mp4", "walk.mp4"),
        ("/study/take-001", "take-001"),
    ],
)
def test_a_source_has_a_name_without_words_of_the_command_line(qapp, source, title):
    assert source_title(source) == title


def test_buttons_have_words(shown):
    window = shown(FakePipeline(make_view(1)), launcher=FakeLauncher())
    assert all(button.text() for button in page_of(window).findChildren(QPushButton))


def test_the_doctor_speaks_json(tmp_path, capsys):
    from tsmf_live import doctor

    finding = doctor.Finding("disk", doctor.ABSENT, "slow", "record to a faster disk")
    doctor.tell_json(finding)
    assert machine.Found(**json.loads(capsys.readouterr().out)) == machine.Found(*vars(finding).values())


def test_a_command_tells_how_far_it_is_and_is_stopped_when_asked(qtbot):
    from tsmf_live.gui.command_run import CommandRun

    code = (
        "import sys, time; from tqdm import tqdm; from tsmf_live.command import run\n"
        "def main():\n"
        "    print('begun', flush=True)\n"
        "    for _ in tqdm(range(100000), disable=None, mininterval=0): time.sleep(0.01)\n"
        "run(main)"
    )
    command, said, shares, codes = CommandRun(("-c", code)), [], [], []
    command.said.connect(said.append)
    command.progressed.connect(shares.append)
    command.ended.connect(codes.append)
    command.start()
    until(qtbot, lambda: shares and said)
    command.stop()
    until(qtbot, lambda: codes)
    assert said[0] == "begun"
    assert codes == [130] or sys.platform == "win32"
    assert command.stopped
    assert not command.running
