"""Bugs that an hour of use has found (issue 27, B2 to B17): each test failed before its bug was mended."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication

from tests.fakes.moments import fill, prediction
from tests.fakes.recordings import frames as recorded_frames
from tests.fakes.recordings import write_session
from tests.fakes.window_fakes import FakePipeline, make_view, show_now
from tsmf_live import frames
from tsmf_live.live.player import Player
from tsmf_live.recording.annotations import Annotations


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    """A session of 4 s, for copying."""
    return write_session(tmp_path_factory.mktemp("recorded") / "take", recorded_frames(120))


@pytest.fixture
def played(shown, recorded, tmp_path, qtbot):
    """A window on a recorded session of 4 s, and its folder."""
    folder = Path(shutil.copytree(recorded, tmp_path / "take"))
    run = FakePipeline(make_view(1), source=str(folder))
    run.player = Player([k / 30 for k in range(120)], 4.0)
    window = shown(run)
    qtbot.waitUntil(lambda: show_now(window) or window.desk.annotations.isEnabled(), timeout=20_000)
    return window, folder


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
    for name, (dropped, _since_s) in window.desk.health._lost.items():
        window.desk.health._lost[name] = dropped, -100.0
    window.desk.health._texts_due_s = 0.0
    show_now(window)
    losses = window.desk.health.cards["inference"]._losses
    assert ("dropped 4" in losses.text(), losses.styleSheet()) == (True, "")
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


def test_return_completes_an_action_and_one_that_nobody_knows_is_told(shown, qtbot):
    run = FakePipeline(make_view(1))
    window = shown(run)
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
