"""The window, driven by a pipeline that says what the test wants it to say."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace

import numpy as np
import pytest

if not os.environ.get("DISPLAY"):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PyQt5.QtCore import QPoint, Qt, QTimer
from PyQt5.QtGui import QPaintEvent
from PyQt5.QtWidgets import QApplication, QLabel

from tsmf_live import frames
from tsmf_live.gui import overlay, palette
from tsmf_live.gui.header import scene_text
from tsmf_live.gui.live_view import LivePicture
from tsmf_live.gui.window import INTERRUPTED, NOT_A_DEVICE, MainWindow, run_window
from tsmf_live.skeleton import HAND_RIGHT, HEAD, INFERRED, JOINT_COUNT

LONGEST = "take off headphone / put on headphone"
LABELS = (LONGEST, "playing with phone/tablet", "sneeze/cough", "drink water", "reading", "hand waving")

#: A standing person about 800 px tall: joints as (x, y) px from the spine base.
STANDING_PX = np.float32([
    (0, 0), (0, -130), (0, -290), (0, -360), (-75, -250), (-110, -130), (-115, -20), (-118, 20),
    (75, -250), (120, -150), (150, -230), (160, -270), (-45, 5), (-50, 190), (-52, 370), (-60, 395),
    (45, 5), (50, 190), (52, 370), (60, 395), (0, -255), (-120, 55), (-100, 30), (168, -305), (140, -275),
])  # fmt: skip


def picture(index: int = 0) -> np.ndarray:
    """A calm wall with a floor and something that moves with the index."""
    color_bgra = np.zeros((frames.COLOR_HEIGHT, frames.COLOR_WIDTH, 4), np.uint8)
    color_bgra[..., :3] = np.linspace(150, 95, frames.COLOR_HEIGHT).astype(np.uint8)[:, None, None]
    color_bgra[760:, :, :3] = (70, 90, 110)
    color_bgra[300:760, 60:420, :3] = (150, 120, 90)
    x_px = 600 + 7 * index % 900
    color_bgra[650:760, x_px : x_px + 140, :3] = (60, 110, 150)
    color_bgra.flags.writeable = False
    return color_bgra


def make_body(x_px: float, y_px: float = 560, size: float = 1.0, sway: float = 0.0) -> frames.Body:
    color_xy = STANDING_PX * np.float32(size) + np.float32([x_px, y_px])
    color_xy[[9, 10, 11, 23, 24], 1] += 30 * np.float32(np.sin(sway))
    joint_state = np.full(JOINT_COUNT, 2, np.uint8)
    joint_state[[14, 15]] = INFERRED
    joints = np.concatenate([color_xy / 400, np.full((JOINT_COUNT, 1), 2.5)], axis=1).astype(np.float32)
    return frames.Body(7, joints, joint_state, color_xy.astype(np.float32), np.zeros((JOINT_COUNT, 4), np.float32))


def make_attention(peak: int = HAND_RIGHT, value: float = 2.0) -> np.ndarray:
    distance_px = np.linalg.norm(STANDING_PX - STANDING_PX[peak], axis=1)
    return (0.3 + (value - 0.3) * np.exp(-distance_px / 160)).astype(np.float32)


def make_prediction(
    slots: tuple[int, ...], index: int = 0, state: str = "action", **changes: object
) -> frames.Prediction:
    names = [LABELS[(index // 60 + k) % len(LABELS)] for k in range(6)]
    acting = state == "action"
    persons = tuple(
        frames.PersonPrediction(
            slot,
            7,
            names[slot] if acting else None,
            0.9 - 0.07 * slot,
            make_attention((HAND_RIGHT, HEAD, 18)[slot % 3]),
        )
        for slot in slots
    )
    prediction = frames.Prediction(
        frame=index,
        sensor_time_s=index / 30,
        host_time_s=0.0,
        window_s=(index / 30 - 3, index / 30),
        state=state,
        label=names[0] if acting else None,
        confidence=0.87,
        top5=tuple(zip(names[:5], (0.87, 0.06, 0.03, 0.01, 0.004), strict=True)) if slots else (),
        teacher=tuple(zip(names[:5], (9.1, 7.4, 4.2, 1.1, -0.8), strict=True)) if slots else (),
        student=tuple(zip((names[1], names[0], *names[2:5]), (11.9, 8.4, 3.1, 2.2, 0.4), strict=True)),
        student_age_s=0.13,
        note=None,
        persons=persons,
        roi_image=None,
        roi_slots=slots[:1],
        latency_ms={"pose": 3.0, "teacher": 22.0, "student": 41.0, "total": 71.5},
    )
    return replace(prediction, **changes)


def make_view(persons: int = 1, index: int = 0, *, color: bool = True, **changes: object) -> frames.View:
    """A running pipeline's view of so many people side by side."""
    size = 0.95 if persons == 1 else 0.75
    bodies = tuple(
        make_body((k + 1) * frames.COLOR_WIDTH / (persons + 1), 600 - 20 * (k % 2), size, index / 5)
        for k in range(persons)
    )
    view = frames.View(
        frame=frames.SensorFrame(index, index / 30, 0.0, picture(index) if color else None, bodies),
        pose=frames.PoseFrame(
            index, index / 30, 0.0, tuple(frames.Person(k, 0, body, None) for k, body in enumerate(bodies)), 2.0
        ),
        prediction=make_prediction(tuple(range(persons)), index),
        events=(
            frames.Event(3.1, 6.0, "drink water", 0.91, 0),
            frames.Event(8.0, 12.4, LONGEST, 0.77, None),
            frames.Event(64.0, 70.2, "playing with phone/tablet", 0.83, 1),
        ),
        health=(
            frames.StageHealth("capture", index, 29.9, 3.2, 5.1),
            frames.StageHealth("pose", index, 29.9, 2.2, 3.0),
            frames.StageHealth("inference", index, 9.8, 63.0, 121.5, 1, 4),
        ),
        state="running",
        message=None,
    )
    return replace(view, **changes)


STARTING = frames.View(None, None, None, (), (), "starting", None)


class FakePipeline:
    """Stands where the pipeline stands; `shown` is what it says now."""

    def __init__(self, shown: frames.View = STARTING) -> None:
        self.shown = shown
        self.error: Exception | None = None
        self.close_error: Exception | None = None
        self.focused: list[int | None] = []
        self.closed = 0

    def view(self) -> frames.View:
        if self.error is not None:
            raise self.error
        return self.shown

    def focus(self, slot: int | None) -> None:
        self.focused.append(slot)

    def close(self) -> None:
        self.closed += 1
        if self.close_error is not None:
            raise self.close_error


@pytest.fixture
def shown(qtbot):
    """Opens a window of 1280x720 on a pipeline; the timer is off, `pull` is called by the test."""
    windows = []

    def open_window(pipeline: FakePipeline, size: tuple[int, int] = (1280, 720)) -> MainWindow:
        window = MainWindow(pipeline, source_name="a test", checkpoint_name="none.safetensors")
        window._timer.stop()
        window.resize(*size)
        qtbot.addWidget(window)
        windows.append(window)
        with qtbot.waitActive(window):  # keys go to the active window only; without a window manager it must ask
            window.show()
            window.activateWindow()
        for _ in range(5):  # the first texts change the layout, which settles one nesting at a time
            show_now(window)
        return window

    yield open_window
    for window in windows:
        window.close()


def show_now(window: MainWindow, view: frames.View | None = None) -> None:
    """Pull and paint."""
    if view is not None:
        window._pipeline.shown = view
    window.pull()
    QApplication.processEvents()


def all_text(window: MainWindow) -> str:
    labels = [*window.findChildren(QLabel), *window.findChildren(palette.ElidedLabel)]
    return "\n".join(label.text() for label in labels if label.isVisible())


def head_in_widget(window: MainWindow, slot: int) -> QPoint:
    body = window._pipeline.shown.pose.persons[slot].body
    x_px, y_px = window.picture.placement().to_widget(body)[0][HEAD].tolist()
    return QPoint(round(x_px), round(y_px))


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (STARTING, "starting …"),
        (make_view(0), "nobody in view"),
        (make_view(1, prediction=None), "watching …"),
        (make_view(1, prediction=make_prediction((0,), state="warming")), "watching …"),
        (make_view(1, prediction=make_prediction((0,), state="idle")), "nothing happening"),
        (make_view(1), LONGEST),
        (make_view(6), LONGEST),
        (make_view(1, color=False), LONGEST),
        (make_view(1, state="ended"), LONGEST),
        (replace(STARTING, state="ended"), "nothing was read"),
        (make_view(1, state="failed", message="no sensor"), "stopped"),
    ],
)
def test_each_state_is_said_in_large_letters(shown, view, said):
    window = shown(FakePipeline(view))
    assert window.header.scene.text() == said
    assert scene_text(view)[0] == said
    assert NOT_A_DEVICE in all_text(window)


def test_confidence_stands_beside_an_action_and_only_there(shown):
    window = shown(FakePipeline(make_view(1)))
    assert window.header.confidence.text() == "87%"
    show_now(window, make_view(1, prediction=make_prediction((0,), state="idle")))
    assert window.header.confidence.text() == ""


def test_failure_is_a_red_banner_with_the_message(shown):
    window = shown(FakePipeline(make_view(1)))
    assert not window.state_banner.isVisible()
    show_now(window, make_view(1, state="failed", message="the sensor does not answer"))
    assert window.state_banner.isVisible()
    assert window.state_banner.text() == "the sensor does not answer"
    color = window.state_banner.grab().toImage().pixelColor(window.state_banner.width() - 20, 10)
    assert color == palette.RED


def test_end_and_warnings_are_said(shown):
    window = shown(FakePipeline(make_view(1, state="ended", warnings=("video is short", "2 joints were not finite"))))
    assert window.state_banner.text() == "recording ended"
    assert window.warning_banner.text() == "2 joints were not finite  (and 1 more)"
    assert "video is short" in window.warning_banner.toolTip()


def test_rankings_stand_side_by_side_with_the_students_age(shown):
    window = shown(FakePipeline(make_view(1)))
    prediction = window._pipeline.shown.prediction
    assert window.scores.fusion.ranking == prediction.top5
    assert window.scores.teacher.ranking == prediction.teacher
    assert window.scores.student.ranking == prediction.student
    assert window.scores.teacher.geometry().y() == window.scores.student.geometry().y()
    assert window.scores.student_note.text() == "student: age 0.1 s"
    alone = make_prediction((0,), student=None, student_age_s=None, note="teacher alone: no colour")
    show_now(window, make_view(1, color=False, prediction=alone))
    assert window.scores.student.ranking == ()
    assert window.scores.student_note.text() == "teacher alone: no colour"


def test_health_shows_every_stage_and_paints_losses_amber(shown):
    window = shown(FakePipeline(make_view(1)))
    cards = window.health.cards
    assert "29.9 Hz" in cards["capture"].text()
    assert "now 63.0 ms · p95 122 ms\nqueue 1 · dropped 4" in cards["inference"].text()
    assert "now 71.5 ms" in cards["total"].text()
    assert palette.AMBER.name() in cards["inference"]._losses.styleSheet()
    assert cards["capture"]._losses.styleSheet() == ""


def test_a_recording_stage_gets_its_own_card(shown):
    view = make_view(1)
    window = shown(FakePipeline(replace(view, health=(*view.health, frames.StageHealth("record", 9, 29.9)))))
    assert list(window.health.cards) == ["capture", "pose", "inference", "display", "total", "record"]
    order = [window.health.layout().itemAt(k).widget() for k in range(6)]
    assert order.index(window.health.cards["record"]) == 3


def test_events_are_listed_newest_first(shown):
    table = shown(FakePipeline(make_view(1))).events.table
    rows = [[table.item(row, column).text() for column in range(4)] for row in range(table.rowCount())]
    assert rows[0] == ["1:04", "playing with phone/tablet", "83%", "person 2"]
    assert rows[1] == ["0:08", LONGEST, "77%", "scene"]
    assert len(rows) == 3


def test_picture_is_repainted_for_a_new_frame_and_only_then(shown):
    pipeline = FakePipeline(make_view(1))
    window = shown(pipeline)
    paints = []

    def paint_and_count(event: QPaintEvent) -> None:
        paints.append(event.rect())
        LivePicture.paintEvent(window.picture, event)

    window.picture.paintEvent = paint_and_count
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
    placement = window.picture.placement()
    image = window.picture.grab().toImage()
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
        point = window.picture.placement().to_widget(window._pipeline.shown.pose.persons[0].body)[0][0]
        image = window.picture.grab().toImage()
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


@pytest.mark.parametrize("attention", [np.nan, np.inf, -1.0, 1e9])
def test_no_attention_value_can_break_the_picture(shown, attention):
    prediction = make_prediction((0,))
    person = replace(prediction.persons[0], attention=np.full(JOINT_COUNT, attention, np.float32))
    shown(FakePipeline(make_view(1, prediction=replace(prediction, persons=(person,)))))


@pytest.mark.parametrize("xy", [(np.nan, np.nan), (1e30, -1e30), (-3000.0, 400.0)])
def test_joints_that_cannot_be_drawn_are_left_out(shown, xy):
    view = make_view(1)
    body = replace(view.frame.bodies[0], color_xy=np.tile(np.float32(xy), (JOINT_COUNT, 1)))
    pose = replace(view.pose, persons=(frames.Person(0, 0, body, None),))
    window = shown(FakePipeline(replace(view, pose=pose)))
    assert window.picture.slot_at(window.picture.rect().center()) is None


@pytest.mark.parametrize("size", [(1280, 720), (1600, 1000)])
def test_six_labels_stay_inside_the_picture_and_apart(shown, size):
    view = make_view(6)
    persons = tuple(replace(said, label=LONGEST) for said in view.prediction.persons)
    window = shown(FakePipeline(replace(view, prediction=replace(view.prediction, persons=persons))), size)
    chips = window.picture.chips
    assert [chip.slot for chip in chips] == list(range(6))
    assert all(window.picture.placement().rect.contains(chip.rect) for chip in chips)
    assert not any(a.rect.intersects(b.rect) for k, a in enumerate(chips) for b in chips[:k])


@pytest.mark.parametrize("corner", [(0, 360), (1919, 360), (960, 1400), (960, -100)])
def test_label_of_a_person_at_the_edge_stays_inside(shown, corner):
    view = make_view(1)
    body = make_body(*corner)
    window = shown(FakePipeline(replace(view, pose=replace(view.pose, persons=(frames.Person(0, 0, body, None),)))))
    (chip,) = window.picture.chips
    assert window.picture.placement().rect.contains(chip.rect)


def test_long_names_are_shortened_not_cut(shown):
    window = shown(FakePipeline(make_view(6)))
    for bars in (window.scores.fusion, window.scores.teacher, window.scores.student):
        metrics = bars.fontMetrics()
        for (whole, value), name in zip(bars.ranking, bars.shown_names(), strict=True):
            used_px = metrics.horizontalAdvance(name) + metrics.horizontalAdvance(bars._value_text(value))
            assert used_px < bars.width()
            assert name == whole or len(name) >= 12  # enough of it to recognise the action
    assert window.scores.fusion.shown_names()[0] == LONGEST
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
        qtbot.mouseClick(window.picture, Qt.LeftButton, pos=head_in_widget(window, slot) + QPoint(0, 40))
    chip = window.picture.chips[2]
    qtbot.mouseClick(window.picture, Qt.LeftButton, pos=chip.rect.center().toPoint())
    qtbot.mouseClick(window.picture, Qt.LeftButton, pos=QPoint(2, 2))  # nobody there
    assert pipeline.focused == [4, 0, 5, 2]
    show_now(window)
    assert "person 3" in window.header.focus.text()


def test_number_keys_choose_the_focus(shown, qtbot):
    pipeline = FakePipeline(make_view(2))
    window = shown(pipeline)
    for key in (Qt.Key_1, Qt.Key_6, Qt.Key_0):
        qtbot.keyClick(window, key)
    assert pipeline.focused == [0, 5, None]


def test_escape_leaves_full_screen_first_and_then_closes(shown, qtbot):
    pipeline = FakePipeline(make_view(1))
    window = shown(pipeline)
    qtbot.keyClick(window, Qt.Key_F11)
    assert window.isFullScreen()
    qtbot.keyClick(window, Qt.Key_Escape)
    assert not window.isFullScreen()
    assert pipeline.closed == 0
    qtbot.keyClick(window, Qt.Key_Escape)
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
    window = MainWindow(pipeline, source_name="a test", checkpoint_name="none")
    window.close()
    assert pipeline.closed == 1


def run(pipeline: FakePipeline, *, quit_when_ended: bool = False) -> int:
    return run_window(pipeline, source_name="a test", checkpoint_name="none", quit_when_ended=quit_when_ended)


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
