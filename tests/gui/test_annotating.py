"""Changing annotations in the window: choosing, dragging borders, other labels, the list, what agrees."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from tests.fakes.recordings import frames as recorded_frames
from tests.fakes.recordings import write_session
from tests.fakes.window_fakes import FakePipeline, make_prediction, make_view, play_session, show_now
from tsmf_live.frames import Event
from tsmf_live.gui.action_line import ActionLine
from tsmf_live.gui.class_names import label_named
from tsmf_live.gui.dialogs.annotation_list import FROM, LABEL, PREDICTED, TO
from tsmf_live.gui.language import use_language
from tsmf_live.live.player import Player
from tsmf_live.recording.annotations import Annotations, agreeing
from tsmf_live.recording.tables import SessionEvent


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    """A session of 4 s in which reading was predicted, with three annotations."""
    folder = write_session(tmp_path_factory.mktemp("recorded") / "take", recorded_frames(120))
    with (folder / "events.csv").open("a", encoding="utf-8") as file:
        file.write("1.0,2.0,reading,0.9,0,prediction\n")
        file.write("0.2,0.6,typing,1,,annotation\n1.1,1.9,reading,1,,annotation\n2.5,3.5,typing,1,,annotation\n")
    return folder


@pytest.fixture
def annotated(shown, recorded, tmp_path, qtbot):
    """A window that plays a copy of it, and the copy."""
    folder = Path(shutil.copytree(recorded, tmp_path / "take"))
    window = play_session(shown, qtbot, folder)
    window.run.player.note_shown(0)
    show_now(window)
    return window, folder


def saved(folder: Path) -> list[tuple[float, float, str]]:
    return [(round(s.start_s, 2), round(s.end_s, 2), s.label) for s in Annotations(folder).segments]


def place(window, time_s: float, row: int = 1) -> QPoint:
    """Where a time is in the row of annotations (1) or predictions (0)."""
    timeline = window.desk.player.timeline
    return QPoint(round(timeline._x(time_s)), row * timeline._row_px() + timeline._row_px() // 2)


def drag(window, from_s: float, to_s: float) -> None:
    """The mouse takes hold of what is at one time and lets go at the other."""
    timeline = window.desk.player.timeline
    QTest.mousePress(timeline, Qt.LeftButton, Qt.NoModifier, place(window, from_s))
    for share in (0.5, 1.0):
        here = QPointF(place(window, from_s + share * (to_s - from_s)))
        QApplication.sendEvent(timeline, QMouseEvent(QEvent.MouseMove, here, Qt.NoButton, Qt.LeftButton, Qt.NoModifier))
    QTest.mouseRelease(timeline, Qt.LeftButton, Qt.NoModifier, place(window, to_s))
    window.pull()


def test_a_click_chooses_an_annotation_and_a_digit_or_a_typed_label_changes_it(annotated, qtbot):
    window, folder = annotated
    bar, timeline = window.desk.annotations, window.desk.player.timeline
    QTest.mouseClick(timeline, Qt.LeftButton, Qt.NoModifier, place(window, 3.0))
    assert bar.chosen == 2
    assert bar.label.text() == "typing"
    assert window.run.player.take_goal(None) == pytest.approx(90, abs=1)  # and goes there
    assert bar.hint.isVisible()
    qtbot.keyClick(window, Qt.Key_3)
    assert window.run.focused == []
    assert saved(folder)[2] == (2.5, 3.5, bar.labels()[0])
    bar.label.setText("eat meal")
    qtbot.keyClick(bar.label, Qt.Key_Return)
    assert saved(folder)[2] == (2.5, 3.5, "eat meal")
    qtbot.keyClick(window, Qt.Key_Z, Qt.ControlModifier)
    qtbot.keyClick(window, Qt.Key_Z, Qt.ControlModifier)
    assert saved(folder)[2] == (2.5, 3.5, "typing")
    window.leave()
    assert bar.chosen is None
    assert not bar.hint.isVisible()
    qtbot.keyClick(window, Qt.Key_1)
    assert window.run.focused == [0]  # digits are people again


@pytest.mark.parametrize(
    ("from_s", "to_s", "expected"),
    [
        (2.5, 2.2, (2.2, 3.5, "typing")),
        (3.5, 3.8, (2.5, 3.8, "typing")),
        (1.9, 1.5, (1.1, 1.5, "reading")),
    ],
)
def test_a_border_is_dragged(annotated, from_s, to_s, expected):
    window, folder = annotated
    drag(window, from_s, to_s)
    now = saved(folder)
    assert len(now) == 3
    wanted = min(now, key=lambda one: abs(one[0] - expected[0]))
    assert wanted[:2] == pytest.approx(expected[:2], abs=0.04)
    assert wanted[2] == expected[2]
    assert window.run.player.take_goal(None) is None  # the recording stays where it is


def test_a_border_over_another_annotation_is_refused_and_nothing_changes(annotated):
    window, folder = annotated
    before = saved(folder)
    drag(window, 2.5, 1.5)
    assert "overlaps" in window.desk.banners.notice.text()
    assert saved(folder) == before
    drag(window, 3.5, 2.5)  # no time is left
    assert saved(folder) == before


def test_next_and_previous_by_key_and_delete_removes_what_is_chosen(annotated, qtbot):
    window, folder = annotated
    bar = window.desk.annotations
    for key, chosen, frame in (
        (Qt.Key_N, 0, 6), (Qt.Key_N, 1, 33), (Qt.Key_N, 2, 75), (Qt.Key_N, 2, None), (Qt.Key_P, 1, 33)
    ):  # fmt: skip
        qtbot.keyClick(window, key)
        assert bar.chosen == chosen
        assert window.run.player.take_goal(None) == frame
    qtbot.keyClick(window, Qt.Key_Delete)  # the player stands at 0 s, the chosen one is elsewhere
    assert [label for _, _, label in saved(folder)] == ["typing", "typing"]
    assert bar.chosen is None


def test_the_list_shows_all_and_changes_them(annotated, qtbot):
    window, folder = annotated
    bar = window.desk.annotations
    qtbot.keyClick(window, Qt.Key_L)
    table = bar._list.table
    texts = [[table.item(row, column).text() for column in range(5)] for row in range(table.rowCount())]
    assert [row[:3] for row in texts] == [
        ["0.20", "0.60", "typing"],
        ["1.10", "1.90", "reading"],
        ["2.50", "3.50", "typing"],
    ]
    assert [row[PREDICTED] for row in texts] == ["✗", "✓", "✗"]
    table.item(0, LABEL).setText("phone call")
    table.item(2, TO).setText("3,7")
    assert saved(folder) == [(0.2, 0.6, "phone call"), (1.1, 1.9, "reading"), (2.5, 3.7, "typing")]
    table.item(2, FROM).setText("soon")
    assert "expected seconds" in window.desk.banners.notice.text()
    assert table.item(2, FROM).text() == "2.50"
    table.item(2, FROM).setText("1.5")
    assert "overlaps" in window.desk.banners.notice.text()
    assert table.item(2, FROM).text() == "2.50"
    table.cellClicked.emit(1, LABEL)
    assert bar.chosen == 1
    bar._list.close()


def test_where_annotation_and_prediction_agree_both_have_a_tick(annotated):
    window, _ = annotated
    predicted, own = window.desk.annotations.rows(window.run.view())
    assert [bar.right for bar in predicted.bars] == [True]
    assert [bar.right for bar in own.bars] == [False, True, False]


@pytest.fixture
def unpredicted(shown, recorded, tmp_path, qtbot):
    """A window that plays a session of 20 s in which nothing was predicted, annotated at 1, 8 and 15 s."""
    folder = Path(shutil.copytree(recorded, tmp_path / "take"))
    text = (folder / "events.csv").read_text(encoding="utf-8").splitlines()
    (folder / "events.csv").write_text(text[0] + "\n", encoding="utf-8")
    window = play_session(shown, qtbot, folder, 20.0)
    bar = window.desk.annotations
    spans = ((1.0, 3.0), (8.0, 10.0), (15.0, 17.0))
    bar._book.segments = [event(start_s, end_s, "reading") for start_s, end_s in spans]
    return window, bar


def play(window, start_s: float, end_s: float, label: str | None = None, skipped_s: float = 0.0) -> None:
    """The recording from one place to another; sensor time goes on by what was skipped before."""
    index = round(30 * start_s)
    while index <= round(30 * end_s):
        state = "idle" if label is None else "action"
        changes = {"label": label, "position_s": index / 30, "sensor_time_s": index / 30 + skipped_s}
        prediction = make_prediction((), index, state, **changes)
        window.run.player.note_shown(min(index, 599))
        window.run.look_back.add(prediction)
        show_now(window, replace(window.run.shown, prediction=prediction, events=window.run.shown.events))
        index += 6  # a display skips some


def signs(window) -> list[bool | None]:
    window.pull()
    _predicted, own = window.desk.player.timeline.rows
    return [bar.right for bar in own.bars]


def test_an_annotation_is_a_miss_only_once_it_was_played_and_a_hit_once_it_was_predicted(unpredicted):
    window, bar = unpredicted
    window.run.shown = replace(window.run.shown, events=(), prediction=None)
    assert signs(window) == [None, None, None]
    play(window, 0.0, 2.8)
    assert signs(window) == [None, None, None]  # not over yet
    play(window, 3.0, 5.2)
    assert signs(window) == [False, None, None]
    play(window, 5.4, 7.8)
    play(window, 8.0, 12.4, "reading")
    assert signs(window) == [False, None, None]  # it goes on still
    event_now = Event(8.0, 10.4, "reading", 0.9, None)
    window.run.shown = replace(window.run.shown, events=(event_now,))
    play(window, 12.6, 13.0)
    assert signs(window) == [False, True, None]
    bar.show_list()
    assert [bar._list.table.item(row, PREDICTED).text() for row in range(3)] == ["✗", "✓", ""]
    bar._list.close()
    window.choose_theme("light")  # the window is made anew, not what is known
    assert window.desk.annotations is not bar
    assert window.desk.annotations._played is bar._played


def test_what_was_jumped_over_is_no_miss_and_an_earlier_miss_stays_one(unpredicted):
    window, _ = unpredicted
    window.run.shown = replace(window.run.shown, events=(), prediction=None)
    play(window, 0.0, 6.0)
    play(window, 16.0, 17.0, skipped_s=1.0)  # into the third, over the second
    assert signs(window) == [False, None, None]
    play(window, 7.0, 13.0, skipped_s=20.0)
    assert signs(window) == [False, False, None]


def test_an_action_that_the_weights_do_not_know_is_no_miss(unpredicted):
    window, bar = unpredicted
    window.run.shown = replace(window.run.shown, events=(), prediction=None)
    bar._book.segments[0] = event(1.0, 3.0, "juggling")
    play(window, 0.0, 13.0)
    assert signs(window) == [None, False, None]


def test_what_goes_on_when_the_recording_ends_counts(unpredicted):
    window, _ = unpredicted
    window.run.shown = replace(window.run.shown, events=(), prediction=None)
    window.desk.annotations._book.segments[2] = event(15.0, 19.9, "reading")
    play(window, 12.0, 15.0)
    play(window, 15.2, 19.8, "reading")
    assert signs(window) == [None, None, None]
    window.run.player.pause()
    window.run.player.note_shown(599)
    assert signs(window) == [None, None, True]


def test_what_goes_on_at_the_end_and_was_annotated_otherwise_is_neither_hit_nor_miss(unpredicted):
    window, _ = unpredicted
    window.run.shown = replace(window.run.shown, events=(), prediction=None)
    play(window, 16.0, 18.0)
    play(window, 18.2, 19.8, "typing")
    window.run.player.pause()
    window.run.player.note_shown(599)
    assert signs(window) == [None, None, None]
    (running,) = window.desk.player.timeline.rows[0].bars
    assert (running.kind, running.label, running.right) == ("running", "typing", None)


def test_a_label_is_typed_and_shown_in_the_windows_language_and_stored_by_the_checkpoints_name(annotated, qtbot):
    window, folder = annotated
    window.choose_language("de")
    qtbot.waitUntil(lambda: show_now(window) or window.desk.annotations.isEnabled(), timeout=60_000)
    bar = window.desk.annotations
    bar.choose(2)
    assert bar.label.text() == "tippen"
    bar.label.setText("Essen ")
    qtbot.keyClick(bar.label, Qt.Key_Return)
    assert saved(folder)[2] == (2.5, 3.5, "eat meal")
    bar.choose(2)
    assert bar.label.text() == "essen"
    bar.show_list()
    table = bar._list.table
    table.editItem(table.item(0, LABEL))
    editor = table.findChild(ActionLine)
    assert editor.text() == "tippen"
    editor.setText("winken")
    table.itemDelegateForColumn(LABEL).setModelData(editor, table.model(), table.model().index(0, LABEL))
    assert saved(folder)[0] == (0.2, 0.6, "hand waving")
    bar._list.close()


def test_of_two_actions_of_one_name_the_one_that_the_weights_know_is_meant(shown, tmp_path):
    use_language("de")
    try:
        assert label_named("treten") == "kick"
        assert label_named("treten", ["reading", "kicking"]) == "kicking"
        assert label_named("  jonglieren   lernen ") == "jonglieren lernen"
        assert label_named("kick", ["kicking"]) == "kick"
    finally:
        use_language("en")


def event(start_s: float, end_s: float, label: str, person: int | None = None) -> SessionEvent:
    return SessionEvent(start_s, end_s, label, 1.0, person, "annotation")


def test_agreeing_counts_each_once_by_the_largest_overlap():
    annotated = [event(0, 10, "reading"), event(20, 30, "reading", 1)]
    predicted = [
        event(0, 6, "reading", 0),
        event(1, 10, "reading", 2),
        event(0, 10, "typing"),
        event(20, 30, "reading", 0),
    ]
    assert agreeing(annotated, predicted) == [(0, 1)]
    assert agreeing(annotated, predicted[:1]) == [(0, 0)]
    assert agreeing(annotated, predicted[:1], overlap=0.7) == []
    assert agreeing([], predicted) == []


def test_what_a_data_set_says_stands_below_what_is_predicted_and_cannot_be_changed(shown, qtbot, tmp_path):
    run = FakePipeline(make_view(1), source=str(tmp_path / "S001C001P001R001A001.skeleton"))
    run.player = Player([k / 30 for k in range(120)], 4.0)
    run.truth = (event(0.0, 4.0, "drink water"),)
    window = shown(run)
    window.pull()
    _predicted, own = window.desk.player.timeline.rows
    assert own.title == "data set"
    assert [(bar.start_s, bar.end_s, bar.label, bar.key) for bar in own.bars] == [(0.0, 4.0, "drink water", None)]
    QTest.mouseClick(window.desk.player.timeline, Qt.LeftButton, Qt.NoModifier, place(window, 3.0))
    assert window.desk.annotations.chosen is None
    assert not window.desk.annotations.isEnabled()
