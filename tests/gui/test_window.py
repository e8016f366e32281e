"""The window, driven by a pipeline that says what the test wants it to say."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, Qt, QTimer
from PyQt5.QtGui import QPaintEvent
from PyQt5.QtWidgets import QApplication, QLabel

from tests.fakes.window_fakes import (
    LONGEST,
    STARTING,
    FakePipeline,
    all_text,
    make_body,
    make_prediction,
    make_view,
    show_now,
)
from tsmf_live import frames
from tsmf_live.gui import palette
from tsmf_live.gui.dialogs.help import NOT_A_DEVICE
from tsmf_live.gui.panels.header import headline
from tsmf_live.gui.picture import overlay
from tsmf_live.gui.picture.live_view import LivePicture
from tsmf_live.gui.settings import Settings
from tsmf_live.gui.show import run_window
from tsmf_live.gui.window import MainWindow
from tsmf_live.interrupt import INTERRUPTED
from tsmf_live.skeleton import HEAD, JOINT_COUNT


def head_in_widget(window: MainWindow, slot: int) -> QPoint:
    body = window.run.shown.pose.persons[slot].body
    x_px, y_px = window.desk.picture.placement().to_widget(body)[0][HEAD].tolist()
    return QPoint(round(x_px), round(y_px))


def test_each_state_is_said_in_large_letters(shown):
    window = shown(FakePipeline(STARTING))
    states = [
        (STARTING, "starting …"),
        (make_view(0), "nobody in view"),
        (make_view(1, prediction=None), "Loading the networks …"),
        (make_view(1, 1, prediction=None), "watching …"),
        (make_view(1, prediction=make_prediction((0,), state="warming")), "watching …"),
        (make_view(1, prediction=make_prediction((0,), state="idle")), "nothing happening"),
        (make_view(1), LONGEST),
        (make_view(1, color=False), LONGEST),
        (make_view(1, state="ended"), ""),
        (replace(STARTING, state="ended"), "nothing was read"),
        (make_view(1, state="failed", message="no sensor"), "stopped"),
    ]
    for view, said in states:
        show_now(window, view)
        assert window.desk.header.scene.text() == said
        assert headline(view, None).text == said
        assert NOT_A_DEVICE in all_text(window)


def test_confidence_stands_beside_an_action_and_only_there(shown):
    window = shown(FakePipeline(make_view(1)))
    assert window.desk.header.confidence.text() == "90%"
    show_now(window, make_view(1, prediction=make_prediction((0,), state="idle")))
    assert window.desk.header.confidence.text() == ""


def test_failure_is_a_red_banner_with_the_message(shown):
    window = shown(FakePipeline(make_view(1)))
    assert not window.desk.banners.state.isVisible()
    show_now(window, make_view(1, state="failed", message="the sensor does not answer"))
    assert window.desk.banners.state.isVisible()
    assert window.desk.banners.state.text() == "the sensor does not answer"
    color = (
        window.desk.banners.state.label.grab().toImage().pixelColor(window.desk.banners.state.label.width() - 20, 10)
    )
    assert color == palette.RED


def test_end_and_warnings_are_said(shown):
    window = shown(FakePipeline(make_view(1, state="ended", warnings=("video is short", "2 joints were not finite"))))
    assert window.desk.banners.state.text() == "recording ended"
    assert window.desk.banners.warning.text() == "2 joints were not finite  (and 1 more)"
    assert "video is short" in window.desk.banners.warning.label.toolTip()


def test_rankings_stand_side_by_side_with_the_students_age(shown):
    window = shown(FakePipeline(make_view(1)))
    prediction = window.run.shown.prediction
    assert window.desk.scores.fusion.ranking == prediction.top5
    assert window.desk.scores.teacher.ranking == prediction.teacher
    assert window.desk.scores.student.ranking == prediction.student
    assert window.desk.scores.teacher.geometry().y() == window.desk.scores.student.geometry().y()
    assert window.desk.scores.student_note.text() == "student: looked 0.1 s ago"
    alone = make_prediction((0,), student=None, student_age_s=None, note="teacher alone: no colour")
    show_now(window, make_view(1, color=False, prediction=alone))
    assert window.desk.scores.student.ranking == ()
    assert window.desk.scores.student_note.text() == "teacher alone: no colour"


def test_with_weights_without_student_the_teacher_has_the_whole_width(shown):
    window = shown(FakePipeline(make_view(1)))
    scores = window.desk.scores
    beside = scores.teacher.width()
    note = "teacher alone: the checkpoint has no student"
    alone = make_prediction((0,), student=None, student_age_s=None, note=note)
    show_now(window, make_view(1, color=False, prediction=alone))
    QApplication.processEvents()
    assert not scores.student.isVisible()
    assert scores.teacher.width() > 1.8 * beside
    assert scores.student_note.text() == "these weights look at the skeleton alone"
    show_now(window, make_view(1))
    QApplication.processEvents()
    assert scores.student.isVisible()


def losing(view: frames.View, dropped: int, **changes: object) -> frames.View:
    """The view with so many moments left out by the networks so far."""
    health = tuple(replace(stage, dropped=dropped) if stage.name == "inference" else stage for stage in view.health)
    return replace(view, health=health, **changes)


def show_figures(window, view: frames.View) -> None:
    """Show the view; figures are due."""
    window.desk.health._texts_due_s = 0.0
    show_now(window, view)


def test_health_shows_every_stage_and_paints_losses_amber(shown):
    window = shown(FakePipeline(make_view(1)))
    cards = window.desk.health.cards
    assert "1 waiting · 0 lost so far" in cards["inference"].text()  # what the start left out does not count
    assert window.desk.lamp.text() == "● all runs well"
    window.desk.health._settled_s = 0.0
    show_figures(window, losing(make_view(1), 8))
    assert window.desk.lamp.text() == "● inference: 4 lost"
    assert window.desk.lamp.property("amber")
    assert "29.9 Hz" in cards["capture"].text()
    assert "now 63.0 ms · p95 122 ms\n1 waiting · 4 lost so far" in cards["inference"].text()
    assert "now 71.5 ms" in cards["total"].text()
    assert palette.AMBER.name() in cards["inference"]._losses.styleSheet()
    assert cards["capture"]._losses.styleSheet() == ""


def test_what_a_jump_leaves_out_does_not_count(shown):
    view = make_view(1)

    def at(position_s: float, sensor_s: float, dropped: int) -> frames.View:
        now = replace(view.prediction, sensor_time_s=sensor_s, position_s=position_s)
        return losing(view, dropped, prediction=now)

    window = shown(FakePipeline(at(1.0, 1.0, 0)))
    lost = window.desk.health.cards["inference"]
    window.desk.health._settled_s = 0.0
    show_figures(window, at(1.1, 1.1, 2))
    assert "2 lost" in lost.text()
    show_figures(window, at(40.0, 1.2, 9))
    show_figures(window, at(40.1, 1.3, 11))
    assert "2 lost" in lost.text()
    window.desk.health._settled_s = 0.0
    show_figures(window, at(40.2, 1.4, 12))
    assert "3 lost" in lost.text()
    show_figures(window, at(0.0, 0.0, 0))  # another run
    assert "0 lost" in lost.text()


def test_slowness_is_said_once_the_run_has_settled(shown):
    view = make_view(1)
    slow = tuple(replace(stage, rate_hz=3.2) if stage.name == "inference" else stage for stage in view.health)
    window = shown(FakePipeline(replace(view, health=slow)))
    assert window.desk.lamp.text() == "● all runs well"
    window.desk.health._settled_s = 0.0
    show_figures(window, replace(view, health=slow))
    assert window.desk.lamp.text() == "● only 3.2 predictions a second"
    stopped = tuple(replace(stage, rate_hz=0.0) for stage in view.health)
    show_figures(window, replace(view, health=stopped))  # a recording that stands still is not slow
    assert window.desk.lamp.text() == "● all runs well"
    late = replace(view.prediction, latency_ms={"total": 900.0})
    window.desk.health._total_ms.clear()
    show_figures(window, replace(view, prediction=late))
    assert window.desk.lamp.text() == "● predictions are 900 ms late"


def test_a_sensor_of_few_pictures_is_slow_and_a_recording_that_is_stepped_through_is_not(shown):
    view = make_view(1)
    few = tuple(replace(stage, rate_hz=4.0) for stage in view.health)
    now = replace(view, health=few, frame=replace(view.frame, host_time_s=time.perf_counter() + 60.0))
    window = shown(FakePipeline(now))
    window.desk.health._settled_s = 0.0
    show_figures(window, now)
    assert window.desk.lamp.text() == "● only 4.0 pictures a second"
    show_figures(window, replace(now, player=frames.PlayerStatus(1.0, 8.0, True, 1.0, None)))
    assert window.desk.lamp.text() == "● all runs well"


def test_the_lamp_shows_and_hides_the_figures_and_that_is_kept(shown, qtbot):
    window = shown(FakePipeline(make_view(1)))
    assert not window.desk.health.isVisible()
    qtbot.keyClick(window, Qt.Key_H)
    assert window.desk.health.isVisible()
    window.choose_theme("light")
    show_now(window)
    assert window.desk.health.isVisible()
    window.choose_theme("dark")
    show_now(window)
    window.desk.lamp.click()
    assert not window.desk.health.isVisible()
    assert Settings().text("health") == "false"


def test_a_loss_is_amber_for_ten_seconds_and_in_a_take_until_it_ends(shown):
    bar = shown(FakePipeline(make_view(1))).desk.health
    for name, later in (("pose", False), ("record", True)):
        assert not bar._loses(frames.StageHealth(name), 100.0)
        assert bar._loses(frames.StageHealth(name, dropped=3), 101.0)
        assert bar._loses(frames.StageHealth(name, dropped=3), 110.0)
        assert bar._loses(frames.StageHealth(name, dropped=3), 112.0) is later
        assert bar._loses(frames.StageHealth(name, dropped=4), 113.0)
        assert not bar._loses(frames.StageHealth(name, dropped=0), 114.0)  # another run, another take


def test_a_recording_stage_gets_its_own_card(shown):
    view = make_view(1)
    window = shown(FakePipeline(replace(view, health=(*view.health, frames.StageHealth("record", 9, 29.9)))))
    assert list(window.desk.health.cards) == ["capture", "pose", "inference", "display", "level", "total", "record"]
    order = [window.desk.health.layout().itemAt(k).widget() for k in range(6)]
    assert order.index(window.desk.health.cards["record"]) == 3


def test_events_are_listed_newest_first(shown):
    table = shown(FakePipeline(make_view(1))).desk.events.table
    rows = [[table.item(row, column).text() for column in range(4)] for row in range(table.rowCount())]
    assert rows[0] == ["1:04", "playing with phone/tablet", "83%", "person 2"]
    assert rows[1] == ["0:08", LONGEST, "77%", "as a pair"]
    assert len(rows) == 3


def test_picture_is_repainted_for_a_new_frame_and_only_then(shown):
    pipeline = FakePipeline(make_view(1))
    window = shown(pipeline)
    paints = []

    def paint_and_count(event: QPaintEvent) -> None:
        paints.append(event.rect())
        LivePicture.paintEvent(window.desk.picture, event)

    window.desk.picture.paintEvent = paint_and_count
    painted = window.meter.count
    for _ in range(5):
        pipeline.shown = replace(pipeline.shown)  # another snapshot of the same moment
        show_now(window)
    assert (len(paints), window.meter.count) == (0, painted)
    show_now(window, make_view(1, index=1))
    assert (len(paints), window.meter.count) == (1, painted + 1)
    show_now(window, replace(pipeline.shown, prediction=make_prediction((0,), confidence=0.5)))
    assert (len(paints), window.meter.count) == (2, painted + 1)  # new attention on the same picture


def test_picture_shows_the_frame_and_leaves_it_unchanged(shown):
    view = make_view(0, index=3)
    before = view.frame.color_bgra.copy()
    window = shown(FakePipeline(view))
    placement = window.desk.picture.placement()
    image = window.desk.picture.grab().toImage()
    for x_px, y_px in ((100, 400), (1500, 900), (1000, 100)):
        at = image.pixelColor(round(x_px * placement.scale), round(y_px * placement.scale + placement.y_px))
        blue, green, red = before[y_px, x_px, :3].tolist()
        assert max(abs(at.red() - red), abs(at.green() - green), abs(at.blue() - blue)) <= 2
    assert np.array_equal(view.frame.color_bgra, before)


def test_attention_changes_color_and_size_of_a_joint(shown):
    pictures = []
    for value in (0.0, 2.0):
        prediction = make_prediction((0,))
        person = replace(prediction.persons[0], attention=np.full(JOINT_COUNT, value, np.float32))
        window = shown(FakePipeline(make_view(1, prediction=replace(prediction, persons=(person,)))))
        point = window.desk.picture.placement().to_widget(window.run.shown.pose.persons[0].body)[0][0]
        image = window.desk.picture.grab().toImage()
        x_px, y_px = (round(float(value)) for value in point)
        pictures.append([image.pixelColor(x_px + dx, y_px - dx) for dx in (0, 4)])
    (low, beside_low), (high, beside_high) = pictures
    assert high == palette.attention_color(2.0)
    assert low == palette.attention_color(0.0)
    assert beside_high == high  # a large joint reaches there
    assert beside_low != low
    assert palette.joint_radius_px(2.0) > palette.joint_radius_px(1.0) > palette.joint_radius_px(0.0)
    colors = [palette.attention_color(value) for value in (0.0, 0.5, 1.0, 1.5, 2.0)]
    grey = [0.3 * color.red() + 0.59 * color.green() + 0.11 * color.blue() for color in colors]
    assert grey == sorted(grey)  # the order survives without colours


def test_no_attention_value_can_break_the_picture(shown):
    window = shown(FakePipeline(make_view(1)))
    for index, attention in enumerate((np.nan, np.inf, -1.0, 1e9), 1):
        prediction, painted = make_prediction((0,), index), window.meter.count
        person = replace(prediction.persons[0], attention=np.full(JOINT_COUNT, attention, np.float32))
        show_now(window, make_view(1, index, prediction=replace(prediction, persons=(person,))))
        assert window.meter.count == painted + 1


def test_joints_that_cannot_be_drawn_are_left_out(shown):
    window = shown(FakePipeline(make_view(1)))
    for index, xy in enumerate(((np.nan, np.nan), (1e30, -1e30), (-3000.0, 400.0)), 1):
        view, painted = make_view(1, index), window.meter.count
        body = replace(view.frame.bodies[0], color_xy=np.tile(np.float32(xy), (JOINT_COUNT, 1)))
        show_now(window, replace(view, pose=replace(view.pose, persons=(frames.Person(0, 0, body, None),))))
        assert window.meter.count == painted + 1
        assert window.desk.picture.slot_at(window.desk.picture.rect().center()) is None


@pytest.mark.parametrize("size", [(1280, 720), (1600, 1000)])
def test_six_labels_stay_inside_the_picture_and_apart(shown, size):
    view = make_view(6)
    persons = tuple(replace(said, label=LONGEST) for said in view.prediction.persons)
    window = shown(FakePipeline(replace(view, prediction=replace(view.prediction, persons=persons))), size)
    chips = window.desk.picture.chips
    assert [chip.slot for chip in chips] == list(range(6))
    assert all(window.desk.picture.placement().rect.contains(chip.rect) for chip in chips)
    assert not any(a.rect.intersects(b.rect) for k, a in enumerate(chips) for b in chips[:k])


def test_label_of_a_person_at_the_edge_stays_inside(shown):
    window = shown(FakePipeline(make_view(1)))
    for index, corner in enumerate(((0, 360), (1919, 360), (960, 1400)), 1):
        view, painted = make_view(1, index), window.meter.count
        person = frames.Person(0, 0, make_body(*corner), None)
        show_now(window, replace(view, pose=replace(view.pose, persons=(person,))))
        assert window.meter.count == painted + 1
        (chip,) = window.desk.picture.chips
        assert window.desk.picture.placement().rect.contains(chip.rect)


def test_long_names_are_shortened_not_cut(shown):
    window = shown(FakePipeline(make_view(6)))
    for bars in (window.desk.scores.fusion, window.desk.scores.teacher, window.desk.scores.student):
        metrics = bars.fontMetrics()
        for (whole, value), name in zip(bars.ranking, bars.shown_names(), strict=True):
            used_px = metrics.horizontalAdvance(name) + metrics.horizontalAdvance(bars._value_text(value))
            assert used_px < bars.width()
            assert name == whole or len(name) >= 12  # enough of it to recognise the action
    assert window.desk.scores.fusion.shown_names()[0] == LONGEST
    for label in window.findChildren(palette.ElidedLabel):
        assert label.fontMetrics().horizontalAdvance(label.shown_text()) <= label.width()
    for label in window.findChildren(QLabel):
        if label.isVisible():
            assert label.width() >= label.minimumSizeHint().width()
    assert (window.width(), window.height()) == (1280, 720)  # nothing pushes the window wider


def test_click_puts_that_person_into_focus(shown, qtbot):
    pipeline = FakePipeline(make_view(6))
    window = shown(pipeline)
    for slot in (4, 0, 5):
        qtbot.mouseClick(window.desk.picture, Qt.LeftButton, pos=head_in_widget(window, slot) + QPoint(0, 40))
    chip = window.desk.picture.chips[2]
    qtbot.mouseClick(window.desk.picture, Qt.LeftButton, pos=chip.rect.center().toPoint())
    qtbot.mouseClick(window.desk.picture, Qt.LeftButton, pos=QPoint(2, 2))  # nobody there
    assert pipeline.focused == [4, 0, 5, 2]
    show_now(window)
    assert "person 3" in window.desk.header.focus.text()


def test_number_keys_choose_the_focus(shown, qtbot):
    pipeline = FakePipeline(make_view(2))
    window = shown(pipeline)
    for key in (Qt.Key_1, Qt.Key_6, Qt.Key_0):
        qtbot.keyClick(window, key)
    assert pipeline.focused == [0, 5, None]


def test_escape_leaves_the_demo_mode_and_never_the_program(shown, qtbot):
    pipeline = FakePipeline(make_view(1))
    window = shown(pipeline)
    qtbot.keyClick(window, Qt.Key_F11)
    assert window.isFullScreen()
    qtbot.keyClick(window, Qt.Key_Escape)
    assert not window.isFullScreen()
    assert pipeline.closed == 0
    qtbot.keyClick(window, Qt.Key_Escape)
    assert pipeline.closed == 0
    qtbot.keyClick(window, Qt.Key_Q, Qt.ControlModifier)
    assert pipeline.closed == 1


@pytest.mark.parametrize(
    "view", [STARTING, make_view(6), make_view(1, state="failed", message="no sensor"), make_view(1, state="ended")]
)
def test_window_closes_at_any_moment_and_closes_the_pipeline_once(shown, view):
    pipeline = FakePipeline(view)
    window = shown(pipeline)
    window._timer.start()
    window.close()
    window.close()
    assert pipeline.closed == 1
    assert not window._timer.isActive()


def test_closing_before_the_first_paint_works(qtbot):
    pipeline = FakePipeline()
    window = MainWindow(pipeline)
    window.close()
    assert pipeline.closed == 1


def run(pipeline: FakePipeline, *, quit_when_ended: bool = False) -> int:
    return run_window(pipeline, quit_when_ended=quit_when_ended)


@pytest.mark.parametrize("state", ["ended", "failed"])
def test_run_quits_by_itself_when_asked_to(qapp, state):
    pipeline = FakePipeline(make_view(1, state=state, message="said"))
    threads = threading.active_count()
    assert run(pipeline, quit_when_ended=True) == 0
    assert pipeline.closed == 1
    assert threading.active_count() == threads


def test_run_pulls_by_itself_and_shows_new_frames(qapp):
    pipeline = FakePipeline(make_view(1))
    indices = iter(range(1, 6))

    def view_next() -> frames.View:
        index = next(indices, None)
        return make_view(1, 9, state="ended") if index is None else make_view(1, index)

    pipeline.view = view_next
    assert run(pipeline, quit_when_ended=True) == 0


def test_ctrl_c_closes_the_window(qapp):
    pipeline = FakePipeline(make_view(1))
    handler = signal.getsignal(signal.SIGINT)
    QTimer.singleShot(50, lambda: signal.raise_signal(signal.SIGINT))
    assert run(pipeline) == INTERRUPTED
    assert pipeline.closed == 1
    assert signal.getsignal(signal.SIGINT) is handler


def test_ctrl_c_while_the_window_opens_closes_it(qapp, monkeypatch):
    monkeypatch.setattr(MainWindow, "showEvent", lambda *_: signal.raise_signal(signal.SIGINT))
    pipeline = FakePipeline()
    assert run(pipeline) == INTERRUPTED
    assert pipeline.closed == 1


def test_ctrl_c_while_the_window_opens_and_handles_events_closes_it(qapp, monkeypatch):
    def opens_slowly(*_arguments: object) -> None:
        signal.raise_signal(signal.SIGINT)
        QApplication.processEvents()  # the window is closed in here: before there is a loop that could be left

    monkeypatch.setattr(MainWindow, "activateWindow", opens_slowly)
    pipeline = FakePipeline()
    assert run(pipeline) == INTERRUPTED
    assert pipeline.closed == 1


def test_an_error_in_a_slot_closes_the_window_and_reaches_the_caller(qapp):
    pipeline = FakePipeline()
    pipeline.error = RuntimeError("the pipeline is broken")
    with pytest.raises(RuntimeError, match="the pipeline is broken"):
        run(pipeline)
    assert pipeline.closed == 1


def test_an_error_while_painting_closes_the_window_and_reaches_the_caller(qapp, monkeypatch):
    def broken(*_arguments: object) -> None:
        raise RuntimeError("cannot draw")

    monkeypatch.setattr(overlay, "draw_skeleton", broken)
    with pytest.raises(RuntimeError, match="cannot draw"):
        run(FakePipeline(make_view(1)))


def test_an_error_of_closing_reaches_the_caller(qapp):
    pipeline = FakePipeline(make_view(1, state="ended"))
    pipeline.close_error = RuntimeError("a thread is alive")
    with pytest.raises(RuntimeError, match="a thread is alive"):
        run(pipeline, quit_when_ended=True)
    assert pipeline.closed == 1
