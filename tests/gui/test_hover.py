"""Values under the mouse: each chart tells, as Qt's tooltip, what it draws at that place."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, QPointF, QRectF
from PyQt5.QtGui import QHelpEvent
from PyQt5.QtWidgets import QApplication, QToolTip

from tests.fakes.moments import LABELS, fill, prediction
from tests.fakes.window_fakes import FakePipeline, make_view
from tests.gui.test_whole_recording import made_up
from tsmf_live.gui import palette
from tsmf_live.gui.charts.curves import ScoreCurves
from tsmf_live.gui.charts.joint_names import JOINT_ORDER, joint_name, roi_row_names
from tsmf_live.gui.charts.scores import RankingBars
from tsmf_live.gui.charts.timeline import Timeline, TimelineBar, TimelineRow
from tsmf_live.gui.charts.training_curves import TrainingCurves
from tsmf_live.gui.charts.value_canvas import ValueCanvas
from tsmf_live.gui.compare import BackToBack
from tsmf_live.gui.dialogs.whole_recording import ActionTable, WholeMap, columns_of
from tsmf_live.gui.picture.student_view import StudentView
from tsmf_live.gui.teaching import Epoch
from tsmf_live.live.look_back import LookBack
from tsmf_live.roi import COLUMNS
from tsmf_live.skeleton import HAND_RIGHT, JOINT_COUNT, JOINT_NAMES, ROI_JOINTS


@pytest.fixture
def tooltip(monkeypatch):
    """What Qt is asked to show once the mouse has rested at a place of the widget."""
    asked = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _widget: asked.append(text))

    def rest(widget, point) -> str:
        at = QPoint(round(point.x()), round(point.y()))
        asked.clear()
        QApplication.sendEvent(widget, QHelpEvent(QHelpEvent.ToolTip, at, widget.mapToGlobal(at)))
        return asked[-1]

    return rest


@pytest.fixture
def placed(qtbot):
    """Shows a widget at a size."""

    def place(widget, width: int = 500, height: int = 400):
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        QApplication.processEvents()
        return widget

    return place


def test_a_probability_and_a_score_are_told_with_what_they_are(placed, tooltip):
    bars = placed(RankingBars(palette.TEACHER, percent=False, means="a score"))
    bars.show_ranking((("drink water", 3.25), ("reading", -0.01), ("falling", -2.5)), (-2.5, 3.25), "")
    told = [tooltip(bars, QPoint(20, round((row + 0.5) * bars._row_px()))) for row in range(4)]
    assert told == ["drink water: 3.2\na score", "reading: 0.0\na score", "falling: -2.5\na score", "a score"]
    shares = placed(RankingBars(palette.FUSION, percent=True, means="a probability"))
    shares.show_ranking((("drink water", 0.97),), (0.0, 1.0), "")
    assert tooltip(shares, QPoint(20, 8)) == "drink water: 97%\na probability"


def test_scores_below_zero_are_drawn_to_the_left_of_a_line_at_zero(placed):
    bars = placed(RankingBars(palette.TEACHER, percent=False, means=""), 400, 200)
    bars.show_ranking((("drink water", 1.0), ("reading", -1.0)), (-1.0, 3.0), "")
    image = bars.grab().toImage()
    bar_px = bars.fontMetrics().height() + 3
    for row, lit_px in ((0, 150), (1, 50)):
        line_px = row * bars._row_px() + bar_px
        assert image.pixelColor(100, line_px) == palette.TEXT
        assert image.pixelColor(lit_px, line_px) == palette.TEACHER
        assert image.pixelColor(200 - lit_px, line_px) == palette.TRACK


def place_of(canvas: ValueCanvas, number: int, x: float) -> QPoint:
    """The middle of a plot, at this place of its horizontal axis."""
    box = canvas.plots[number].getViewBox()
    at = box.sceneBoundingRect().center()
    return canvas.mapFromScene(QPointF(box.mapViewToScene(QPointF(x, 0.0)).x(), at.y()))


def test_curves_tell_each_class_at_that_moment(placed, tooltip):
    curves, look_back = placed(ScoreCurves()), LookBack()
    fill(look_back, 5.0)
    curves.show_moments(look_back.snapshot(), None)
    QApplication.processEvents()
    for network, name in enumerate(("fusion", "teacher", "student")):
        told = tooltip(curves.canvas.viewport(), place_of(curves.canvas, network, -1.52)).split("\n")
        assert told[0] == f"{name}, -1.5 s"
        scores = getattr(prediction(34, 3.4).scores, name)
        shown = ["{:.0%}".format if network == 0 else "{:.1f}".format][0]
        values = [f"{label}: {shown(scores[LABELS.index(label)])}" for label in curves.legend.names]
        assert told[1:] == values
    assert tooltip(curves.canvas.viewport(), place_of(curves.canvas, 0, -20.0)) == "", "nothing was predicted then"


def test_training_curves_tell_the_epoch(placed, tooltip):
    curves = placed(TrainingCurves())
    epochs = [Epoch(n, 2.0 / n, 0.1 * n, np.nan if n < 3 else 1.5, np.nan if n < 3 else 0.25) for n in range(1, 6)]
    curves.show_epochs("teacher", epochs)
    QApplication.processEvents()
    canvas = curves.canvas
    assert tooltip(canvas.viewport(), place_of(canvas, 0, 2.2)) == "epoch 2, right\nits own samples: 20%"
    told = tooltip(canvas.viewport(), place_of(canvas, 1, 4.0))
    assert told == "epoch 4, loss\nits own samples: 0.50\nheld out: 1.50"


@pytest.mark.parametrize(("relative", "clock"), [(False, "1:02.0 to 1:05.0"), (True, "-8.0 s to -5.0 s")])
def test_bars_of_a_timeline_tell_label_length_confidence_row_and_time(placed, tooltip, relative, clock):
    line = placed(Timeline(relative=relative), 600, 60)
    bar = TimelineBar(62.0, 65.0, "drink water", 0.91, right=True)
    line.show_rows((TimelineRow("person 2", (bar,)), TimelineRow("annotated")), (60.0, 70.0), None)
    QApplication.processEvents()
    told = tooltip(line, QPointF(line._x(63.0), 5))
    assert told == f"drink water: 3.0 s, 91%\nperson 2, {clock}\npredicted and annotated alike"
    beside = tooltip(line, QPointF(line._x(68.0), 1.5 * line._row_px()))
    assert beside == ("annotated, -2.0 s" if relative else "annotated, 1:08.0")


def test_two_moments_back_to_back_tell_both_values(placed, tooltip):
    bars = placed(BackToBack(), 400, 20 * JOINT_COUNT)
    a = np.linspace(0, 2, JOINT_COUNT, dtype=np.float32)
    bars.show_pair(a, None)
    for row in (0, 7, JOINT_COUNT - 1):
        joint = JOINT_ORDER[row]
        told = tooltip(bars, QPointF(200, (row + 0.5) * bars._row_px))
        assert told == f"{joint_name(joint)}: A {a[joint]:.2f}, B -"


def test_the_students_image_tells_joint_moment_and_weight(placed, tooltip):
    view, look_back = placed(StudentView(), 500, 250), LookBack()
    fill(look_back, 0.2)
    view.show_image(look_back.snapshot().images[-1], "")
    QApplication.processEvents()
    view.grab()
    for place in view._places:
        for row, column in ((0, 0), (3, 2), (4, 4)):
            at = QRectF(place).topLeft() + QPointF(
                (column + 0.5) / COLUMNS * place.width(), (row + 0.5) / 5 * place.height()
            )
            weight = prediction(1, 0.1).persons[0].attention[ROI_JOINTS[row]]
            told = tooltip(view, at)
            assert told == f"{roi_row_names()[row]}, moment {column + 1} of {COLUMNS}: weighted x {weight:.2f}"


def test_the_whole_recording_tells_joint_value_and_time(placed, tooltip):
    found = made_up()
    shown = placed(WholeMap(), 700, 400)
    shown.show_map(columns_of(found, 0, 4.0, 40), 4.0)
    rect = shown._map_rect()
    row = JOINT_ORDER.index(HAND_RIGHT)
    at = QPointF(rect.left() + 1.52 / 4.0 * rect.width(), (row + 0.5) * shown.height() / JOINT_COUNT)
    assert tooltip(shown, at) == "right hand: 2.00, 0:01.5"
    table = placed(ActionTable())
    table.show_means({"reading": np.full(JOINT_COUNT, 1.25)})
    assert table.item(0, 0).toolTip() == f"reading, {joint_name(JOINT_ORDER[0])}: 1.25"


def test_a_joint_in_the_picture_tells_its_attention(shown, tooltip):
    view = make_view(2)
    window = shown(FakePipeline(view))
    picture = window.desk.picture
    xy_px, _ = picture.placement().to_widget(view.pose.persons[1].body)
    told = tooltip(picture, QPointF(*xy_px[HAND_RIGHT].tolist())).split("\n")
    attention = view.prediction.persons[1].attention[HAND_RIGHT]
    assert told[:2] == [f"person 2: right hand ({JOINT_NAMES[HAND_RIGHT]})", f"attention {attention:.2f}"]
    assert tooltip(picture, QPointF(2, picture.height() / 2)) == ""
    chip = picture.chips[0]
    assert tooltip(picture, chip.rect.center()) == chip.text


def test_the_lamp_tells_how_each_stage_does(shown, tooltip):
    window = shown(FakePipeline(make_view(1)))
    lines = tooltip(window.desk.lamp, QPoint(5, 5)).split("\n")
    assert lines[0] == window.desk.lamp.text()
    assert any(line.startswith("capture 29.9 Hz") for line in lines)
    assert any(line.startswith("inference 9.8 Hz") and "now 63.0 ms" in line for line in lines)
    assert "<" not in "".join(lines)
