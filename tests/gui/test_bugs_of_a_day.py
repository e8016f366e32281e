"""Bugs that an hour of use has found (issue 27, B2 to B17): each test failed before its bug was mended."""

from __future__ import annotations

import shutil
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import QPointF, QRect, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QImage
from PyQt5.QtWidgets import QApplication, QMenu, QMessageBox

import run_live
from tests.fakes.contrast import contrast
from tests.fakes.moments import fill, prediction
from tests.fakes.recordings import frames as recorded_frames
from tests.fakes.recordings import write_session
from tests.fakes.window_fakes import FakeLauncher, FakePipeline, make_view, play_session, show_now
from tsmf_live import frames
from tsmf_live.command import counted
from tsmf_live.gui import language, palette
from tsmf_live.gui.charts.timeline import recent_rows
from tsmf_live.gui.settings import Settings
from tsmf_live.live.inference import EventTracker
from tsmf_live.live.launcher import Launcher
from tsmf_live.live.look_back import LookBack
from tsmf_live.live.pipeline import Pipeline, RunSettings
from tsmf_live.live.recognizer import PersonReading, Reading
from tsmf_live.recording.annotations import Annotations
from tsmf_live.sources.kinect.library import KinectMissing


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    """A session of 4 s, for copying."""
    return write_session(tmp_path_factory.mktemp("recorded") / "take", recorded_frames(120))


@pytest.fixture
def played(shown, recorded, tmp_path, qtbot):
    """A window on a recorded session of 4 s, and its folder."""
    folder = Path(shutil.copytree(recorded, tmp_path / "take"))
    return play_session(shown, qtbot, folder), folder


def at(window, position_s: float) -> None:
    """The player has arrived there."""
    window.run.player.note_shown(round(position_s * 30))
    show_now(window)


def predict(window, start_s: float, end_s: float, label: str, position_s: float, slot: int | None = 0) -> None:
    """The run says an event, while the recording is at this position at start_s."""
    look_back = window.run.look_back
    for time_s in (start_s, end_s):
        look_back.add(replace(prediction(round(30 * time_s), time_s), position_s=position_s + time_s - start_s))
    event = frames.Event(start_s, end_s, label, 0.9, slot)
    look_back.add(event)
    show_now(window, replace(window.run.shown, events=(*window.run.shown.events, event)))


def bars(window, row: int) -> list[tuple[float, float, str]]:
    shown = window.desk.player.timeline.rows[row].bars
    return [(round(bar.start_s, 2), round(bar.end_s, 2), bar.label) for bar in shown]


# --- keys (B2, B3, B7)


@pytest.mark.parametrize("digit", range(1, 10))
def test_each_digit_chooses_a_label_while_a_segment_is_begun(played, qtbot, digit):
    window, _ = played
    window.run.labels = tuple(f"action {k}" for k in range(12))
    qtbot.keyClick(window, Qt.Key_A)
    qtbot.keyClick(window, getattr(Qt, f"Key_{digit}"))
    assert window.desk.annotations.label.text() == f"action {digit - 1}"


def test_a_segment_without_a_label_leaves_the_keys_alone_and_its_line_goes_with_it(played, qtbot):
    window, folder = played
    bar, notice = window.desk.annotations, window.desk.banners.notice
    bar.label.clear()
    qtbot.keyClick(window, Qt.Key_A)
    at(window, 1.0)
    qtbot.keyClick(window, Qt.Key_A)
    assert "label" in notice.text()
    assert not bar.label.hasFocus()
    qtbot.keyClick(window, Qt.Key_2)
    assert bar.label.text() == bar.labels()[1]
    qtbot.keyClick(window, Qt.Key_A)
    assert len(Annotations(folder).segments) == 1
    assert not notice.isVisible()
    bar.label.clear()
    at(window, 2.0)
    qtbot.keyClick(window, Qt.Key_A)
    qtbot.keyClick(window, Qt.Key_A)
    assert notice.isVisible()
    window.leave()
    assert not notice.isVisible()


@pytest.mark.parametrize("key", [Qt.Key_Escape, Qt.Key_Return])
def test_a_key_leads_out_of_the_label_field(played, qtbot, key):
    window, _ = played
    field = window.desk.annotations.label
    field.setFocus()
    qtbot.keyClicks(field, "juggling")
    field.completer().popup().hide()
    qtbot.keyClick(field, key)
    assert not field.hasFocus()
    assert window.desk.picture.hasFocus()
    qtbot.keyClick(window, Qt.Key_A)
    assert window.desk.annotations.begun


def test_a_second_forward_and_back_moves_the_frozen_moment_and_not_the_player(played, qtbot):
    window, _ = played
    fill(window.run.look_back, 6.0, position_s=0.0)
    window.desk.inspector.freeze()
    for key, ago_s in ((Qt.Key_Left, 1.0), (Qt.Key_Left, 2.0), (Qt.Key_Right, 1.0)):
        qtbot.keyClick(window, key, Qt.ShiftModifier)
        assert window.desk.inspector.still.time_s == pytest.approx(5.9 - ago_s)
    assert window.run.player.take_goal(None) is None
    assert not window.run.player.paused


# --- annotations (B13)


def test_a_segment_of_everybody_over_one_of_a_person_is_refused_in_every_way(played, qtbot):
    window, folder = played
    book = Annotations(folder)
    book.add(book.span_s[0] + 0.5, book.span_s[0] + 3.0, "phone call", 0)
    book.save()
    window.build()
    qtbot.waitUntil(lambda: show_now(window) or window.desk.annotations.isEnabled(), timeout=20_000)
    bar = window.desk.annotations
    bar.label.setText("reading")
    at(window, 1.0)
    qtbot.keyClick(window, Qt.Key_A)
    at(window, 2.0)
    qtbot.keyClick(window, Qt.Key_A)
    assert "overlaps phone call from 0.5 to 3.0 s" in window.desk.banners.notice.text()
    assert [segment.label for segment in Annotations(folder).segments] == ["phone call"]


def test_a_segment_is_of_the_person_in_focus(played, qtbot):
    window, folder = played
    window.desk.annotations.label.setText("reading")
    window.focus_on(1)
    qtbot.keyClick(window, Qt.Key_A)
    at(window, 1.0)
    qtbot.keyClick(window, Qt.Key_A)
    assert [segment.person for segment in Annotations(folder).segments] == [1]


def test_of_two_segments_delete_removes_the_one_on_top(played, qtbot):
    window, folder = played
    book = Annotations(folder)
    first_s = book.span_s[0]
    book.add(first_s, first_s + 3.0, "phone call", 0)
    book.add(first_s + 1.0, first_s + 2.0, "reading", 1)
    book.save()
    window.build()
    qtbot.waitUntil(lambda: show_now(window) or window.desk.annotations.isEnabled(), timeout=20_000)
    at(window, 1.5)
    qtbot.keyClick(window, Qt.Key_Delete)
    assert [segment.label for segment in Annotations(folder).segments] == ["phone call"]


# --- what was predicted (B8, B11)


def test_a_second_run_over_the_same_place_draws_no_second_bar(played):
    window, _ = played
    predict(window, 100.0, 101.0, "reading", 1.0)
    predict(window, 200.0, 201.2, "reading", 1.1)
    assert bars(window, 0) == [(1.1, 2.3, "reading")]


def test_predicted_events_and_old_losses_outlive_another_theme_and_language(played):
    window, _ = played
    predict(window, 100.0, 101.0, "reading", 1.0)
    window.desk.health._settled_s = window.desk.health._texts_due_s = 0.0
    lossy = tuple(replace(stage, dropped=2 * stage.dropped) for stage in window.run.view().health)
    show_now(window, replace(window.run.view(), health=lossy))  # as much again as at the start, which does not count
    for name, (dropped, _since_s) in window.desk.health._lost.items():
        window.desk.health._lost[name] = dropped, -100.0
    window.desk.health._texts_due_s = 0.0
    show_now(window)
    losses = window.desk.health.cards["inference"]._losses
    assert ("4 lost so far" in losses.text(), losses.styleSheet()) == (True, "")
    fill(window.run.look_back, 1.0, start_s=300.0)  # what was a minute ago is not kept any more
    for change in (lambda: window.choose_theme("light"), lambda: window.choose_language("de")):
        change()
        show_now(window)
        assert bars(window, 0) == [(1.0, 2.0, "reading")]
        assert window.desk.health.cards["inference"]._losses.styleSheet() == ""
    window.choose_language("en")
    window.choose_theme("dark")


def test_a_begun_segment_outlives_another_theme(played, qtbot):
    window, folder = played
    window.desk.annotations.label.setText("reading")
    at(window, 1.0)
    qtbot.keyClick(window, Qt.Key_A)
    window.choose_theme("light")
    qtbot.waitUntil(lambda: show_now(window) or window.desk.annotations.isEnabled(), timeout=20_000)
    assert window.desk.annotations.begun
    at(window, 2.0)
    qtbot.keyClick(window, Qt.Key_A)
    assert [segment.label for segment in Annotations(folder).segments] == ["reading"]
    window.choose_theme("dark")


# --- the window (B12, B17)


@pytest.mark.parametrize("page", range(4))
def test_the_open_page_is_open_again_after_the_full_screen(shown, page):
    window = shown(FakePipeline(make_view(1)))
    window.desk.tabs.setCurrentWidget(window.desk.pages[page])
    window.set_demo(True)
    window.resize(1920, 1080)  # as the full screen does
    QApplication.processEvents()
    window.set_demo(False)
    window.resize(1280, 720)
    QApplication.processEvents()
    assert window.desk.tabs.currentWidget() is window.desk.pages[page]
    window.choose_theme("light")
    assert window.desk.tabs.currentWidget() is window.desk.pages[page]
    window.choose_theme("dark")


def test_return_completes_an_action_and_one_that_nobody_knows_is_told(shown, qtbot, tmp_path):
    run = FakePipeline(make_view(1))
    window = shown(run)
    window.desk.recording.set_study(str(tmp_path / "study"))
    window.desk.show_tab(window.desk.recording)
    field = window.desk.recording.action
    for typed, taken in (("drin", "drink water"), ("s", "sneeze/cough"), ("juggling", "juggling")):
        field.setFocus()
        field.clear()
        qtbot.keyClicks(field, typed)
        field.completer().popup().hide()
        qtbot.keyClick(field, Qt.Key_Return)
        assert field.text() == taken
    assert not field.hasFocus()
    qtbot.keyClick(window, Qt.Key_R)
    assert run.asked[-1].action == "juggling"
    assert "“juggling” is no action that the weights know" in window.desk.banners.notice.text()
    window.desk.banners.show_text("", "")
    window.desk.recording.toggle()
    assert window.desk.banners.notice.text() == ""  # it is known by now


# --- one value for one quantity (B1, B8)


def test_recently_says_the_place_in_the_recording_and_a_click_goes_there(played):
    window, _ = played
    predict(window, 100.0, 101.0, "reading", 1.0)
    table = window.desk.events.table
    assert table.item(0, 0).text() == "0:01"
    assert "from 0:01" in table.item(0, 0).toolTip()
    fill(window.run.look_back, 1.0, start_s=300.0)  # what was a minute ago is not kept any more
    window.choose_theme("light")
    show_now(window)
    table = window.desk.events.table
    assert table.item(0, 0).text() == "0:01"
    assert [table.horizontalHeaderItem(k).text() for k in range(4)] == ["at", "action", "peak", "who"]
    table.cellClicked.emit(0, 1)
    assert window.run.player.take_goal(None) == 30
    window.choose_theme("dark")


def test_the_heat_map_says_the_place_in_the_recording(shown):
    run = FakePipeline(make_view(1))
    fill(run.look_back, 3.0, start_s=134.0, position_s=7.0)
    window = shown(run)
    panel = window.desk.inspector.panel
    panel.show_moments(run.look_back.snapshot(), None, None)
    heat = panel.map
    rect, _bars = heat._rects()
    said = heat.hover_text(QPointF(rect.right() - 1, 5))
    assert "(at 0:09.90)" in said


def scores_of(*values: float) -> frames.Scores:
    array = np.float32(values)
    return frames.Scores(("falling", "eat meal", "idle"), array, 10 * array, None)


def test_with_a_focus_the_scores_and_curves_are_that_persons(shown):
    view = make_view(2)
    persons = tuple(
        replace(one, scores=scores)
        for one, scores in zip(view.prediction.persons, (scores_of(0.9, 0, 0.1), scores_of(0.1, 0.8, 0.1)), strict=True)
    )
    scene = replace(view.prediction, persons=persons, scores=scores_of(0.5, 0.4, 0.1))
    run = FakePipeline(replace(view, prediction=scene))
    run.look_back.add(scene)
    window = shown(run)
    assert window.desk.scores.fusion.ranking == scene.top5
    window.focus_on(1)
    for _ in range(5):
        window.desk.inspector._charts.renew()
        show_now(window)
    scores = window.desk.scores
    assert scores.fusion.ranking[0] == ("eat meal", pytest.approx(0.8))
    assert scores.teacher.ranking[0] == ("eat meal", pytest.approx(8.0))
    assert "person 2" in scores.whose.text()
    curves = window.desk.inspector.curves
    curves.show_moments(run.look_back.snapshot(), None, 1)
    assert curves.lines[0][1].yData[-1] == pytest.approx(0.8)
    assert "person 2" in curves.title.text()


def test_inference_gives_the_scores_of_each_person(model):
    tracker = EventTracker(model.spec)
    classes = len(model.spec.labels)
    person = PersonReading(
        2, 0, 7, np.full(classes, 1 / classes), np.ones(25, np.float32), 90, np.arange(classes, dtype=np.float32)
    )
    silent = Reading(
        (0.0, 3.0), 90, (person,), person.probabilities, person.teacher, None, None, None, None, (), 1.0, None
    )
    said = tracker.update(frames.PoseFrame(0, 3.0, 0.0, (), 1.0), silent)
    assert said.scores_of(2).teacher.tolist() == list(range(classes))
    assert said.scores_of(2).fusion.sum() == pytest.approx(1.0)
    assert said.scores_of(0) is None
    assert said.scores_of(None) is said.scores


def test_what_is_said_of_two_people_who_are_seen_together_stands_in_their_rows():
    look_back = LookBack()
    for k in range(30):
        label = "phone call" if k < 20 else None
        look_back.add(prediction(k, k / 10, (0, 1), label=label, roi_slots=(0, 1)))
    look_back.add(frames.Event(0.0, 1.9, "phone call", 0.9, None))
    first, second, pair = recent_rows(look_back.snapshot())
    for row in (first, second):
        assert [(round(bar.start_s, 1), round(bar.end_s, 1), bar.label) for bar in row.bars] == [
            (0.0, 1.9, "phone call")
        ]
    assert pair.title == "as a pair"


# --- saving (B9)


def test_a_comparison_is_saved_as_it_is_seen(shown, tmp_path):
    run = FakePipeline(make_view(1))
    fill(run.look_back, 3.0)
    inspector = shown(run).desk.inspector
    inspector.freeze_at(0.5)
    inspector.mark("A")
    inspector.freeze_at(2.5)
    inspector.mark("B")
    inspector.save_picture(tmp_path / "one.png")
    inspector.compare_action.setChecked(True)
    inspector.save_picture(tmp_path / "two.png")
    one, two = QImage(str(tmp_path / "one.png")), QImage(str(tmp_path / "two.png"))
    assert one.size() == two.size()
    assert one != two
    inspector.mark("A")  # now it is the moment of B
    inspector.save_picture(tmp_path / "same.png")
    same = QImage(str(tmp_path / "same.png"))
    left, right = QRect(0, 0, 900, 400), QRect(1010, 0, 900, 400)
    assert same.copy(right) == two.copy(right)  # B stands on the right
    assert same.copy(left) != two.copy(left)  # and A on the left


# --- colours and letters (B4, B18, contrast)


@pytest.mark.parametrize("theme", palette.THEMES)
def test_lists_that_drop_down_are_dark_in_the_dark_theme(shown, qtbot, theme):
    window = shown(FakePipeline(make_view(1)))
    window.choose_theme(theme)
    window.desk.show_tab(window.desk.recording)
    privacy, field = window.desk.recording.privacy, window.desk.recording.action
    assert privacy.width() > privacy.fontMetrics().horizontalAdvance("picture as it is") + 40
    privacy.showPopup()
    QApplication.processEvents()
    drawn = [privacy.view().viewport().grab().toImage()]
    privacy.hidePopup()
    field.setFocus()
    field.clear()
    qtbot.keyClicks(field, "d")
    QApplication.processEvents()
    drawn.append(field.completer().popup().viewport().grab().toImage())
    field.completer().popup().hide()
    assert field.completer().popup().fontInfo().pixelSize() == field.fontInfo().pixelSize()
    for image in drawn:
        ground = image.pixelColor(image.width() - 3, image.height() - 3)
        assert contrast(ground, palette.TEXT) >= 4.5
    window.choose_theme("dark")


@pytest.mark.parametrize("theme", palette.THEMES)
def test_bars_stand_out_from_their_track_and_their_text_from_them(theme):
    colors = {name: QColor(value) for name, value in palette.THEMES[theme].items()}
    for name in ("past", "mark", "accent", "teacher", "student", "fusion"):
        assert contrast(colors[name], colors["track"]) >= 3, name
    for name in ("past", "mark", "accent"):
        assert contrast(colors[name], colors["background"]) >= 4.5, name
    for color in palette.CLASSES:
        assert contrast(color, colors["panel"]) >= 3
    assert contrast(palette.LIVE, QColor("white")) >= 4.5


def test_bars_of_the_last_minute_are_painted_so(shown):
    run = FakePipeline(make_view(1))
    look_back = run.look_back
    for k in range(0, 300):
        look_back.add(prediction(k, k / 10, label=None))
    look_back.add(frames.Event(10.0, 20.0, "", 0.9, 0))
    timeline = shown(run).desk.inspector.timeline
    timeline.resize(600, 60)
    timeline.show_moments(look_back.snapshot(), None)
    image = timeline.grab().toImage()
    y_px = timeline._row_px() // 2
    bar, track = (image.pixelColor(round(timeline._x(time_s)), y_px) for time_s in (15.0, 25.0))
    assert contrast(bar, track) >= 3


@pytest.mark.parametrize("theme", palette.THEMES)
def test_names_of_joints_are_readable_in_a_small_window(shown, theme):
    window = shown(FakePipeline(make_view(1)))
    window.desk.show_tab(window.desk.inspector.panel)
    for _ in range(4):
        show_now(window)
    font = window.desk.inspector.panel.map._row_font()
    assert QFontMetrics(font).xHeight() >= 6


def test_a_machine_without_chinese_letters_is_told_so_in_english(shown, monkeypatch):
    window = shown(FakePipeline(make_view(1)))
    for fonts, told in (([], True), (["Noto Sans CJK SC"], False)):
        monkeypatch.setattr(language.QFontDatabase, "families", lambda _self, _system, fonts=fonts: fonts)
        window.choose_language("zh_CN")
        assert ("fonts-noto-cjk" in window.desk.banners.notice.text()) is told
        window.choose_language("en")
        assert window.desk.banners.notice.text() == ""


# --- words (B6, B20)


def test_the_menu_speaks_no_command_line_and_has_a_way_back_to_the_sample(shown, qtbot):
    launcher = FakeLauncher()
    Settings().used("sources", "demo:persons=2")
    window = shown(FakePipeline(make_view(1)), launcher=launcher)
    texts = [action.text() for menu in window.menuBar().findChildren(QMenu) for action in menu.actions()]
    assert not [text for text in texts if "demo:" in text or "--" in text]
    next(action for action in window.actions() if action.text() == "Open the bundled sample").trigger()
    qtbot.waitUntil(lambda: show_now(window) or window.opening._errand is None, timeout=20_000)
    ((source, _run),) = launcher.opened
    assert (Path(source) / "session.json").is_file()


def test_counts_are_said_in_the_right_number():
    assert counted(1, "update") == "1 update"
    assert counted(2, "update") == "2 updates"
    assert counted(1, "picture or frame", "pictures or frames") == "1 picture or frame"
    assert counted(0, "picture or frame", "pictures or frames") == "0 pictures or frames"


def test_small_things_that_were_wrong(shown):
    run = FakePipeline(make_view(1))
    window = shown(run)
    window.desk.show_tab(window.desk.inspector.curves)
    assert window.desk.inspector.curves._plots[0].getAxis("bottom").range == [-30.0, 0.0]
    fill(run.look_back, 3.0)
    inspector = window.desk.inspector
    inspector.freeze()
    assert "-0.0" not in inspector.freeze_bar.where.text()
    assert inspector.freeze_action.iconText() == "Back to now"
    inspector.live()
    assert inspector.freeze_action.iconText() == "Freeze"
    folder = Path("study/take-001")
    show_now(window, make_view(1, recording=frames.RecordingStatus("recording", folder, 1, 3.0)))
    window.desk.recording.ask_redo()
    box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
    assert box.text() == "Discard take-001 (0:03)?"
    box.close()


# --- no Kinect (B5)


@pytest.mark.parametrize(("duration_s", "opens"), [(None, True), (1.0, False)])
def test_a_window_says_why_there_is_no_kinect_and_opens_something_else(shown, qtbot, monkeypatch, duration_s, opens):
    launcher = Launcher("kinect", None, "cpu", None)
    run = launcher.begin(RunSettings(source="kinect", inspect=True, hold_at_end=True), [])
    run.start()
    windows = []

    def show(pipeline: Pipeline, launcher: Launcher, **_options: object) -> int:
        windows.append(shown(pipeline, launcher=launcher))
        return 0

    monkeypatch.setattr("tsmf_live.gui.show.run_window", show)
    try:
        assert not run_live.show_window(launcher, Namespace(source="kinect", duration=duration_s, **ASKED), [])
        assert len(windows) == opens
        for window in windows:
            show_now(window)
            assert window.desk.header.scene.text() == "stopped"
            assert "Kinect" in window.desk.banners.state.text()
            assert window.opening.possible
    finally:
        assert [type(error) for error in launcher.pipeline.finish()[1]] == [KinectMissing]


ASKED = {"checkpoint": None, "json": None}
