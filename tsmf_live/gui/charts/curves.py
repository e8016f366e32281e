"""Scores over time: fusion, teacher and student of the same few classes, one plot under the other."""

from __future__ import annotations

import numpy as np
import pyqtgraph
from PyQt5.QtCore import QPointF, QRectF, QSize, Qt
from PyQt5.QtGui import QPainter, QPaintEvent, QPen, QShowEvent
from PyQt5.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from tsmf_live.frames import Prediction
from tsmf_live.gui import palette
from tsmf_live.gui.charts.scores import score_text
from tsmf_live.gui.charts.value_canvas import ValueCanvas
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.language import tr
from tsmf_live.live.look_back import HELD_S, Moments

SPANS_S = (10, 30, 60)
CLASSES = 4
SAMPLE_PX = 26
#: A line for each class: colours that the colour-blind tell apart, and dashes that tell it in grey as well.
STYLES = (Qt.SolidLine, Qt.DashLine, Qt.DotLine, Qt.DashDotLine)


def score_curves(
    predictions: list[Prediction], classes: list[int], slot: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Times (T,) and values (3, T, len(classes)) of fusion, teacher and student, of a person or (None) of the scene.

    NaN where there is no value: nobody in view, no student, or a gap of more than HELD_S (a row of its own).
    """
    times_s: list[float] = []
    rows: list[np.ndarray] = []
    missing = np.full((3, len(classes)), np.nan, np.float32)
    for prediction in predictions:
        if times_s and prediction.sensor_time_s - times_s[-1] > HELD_S:
            times_s.append(times_s[-1] + 1e-3)
            rows.append(missing)
        scores = prediction.scores_of(slot)
        row = missing
        if scores is not None and max(classes, default=0) < len(scores.labels):
            student = missing[0] if scores.student is None else scores.student[classes]
            row = np.stack([scores.fusion[classes], scores.teacher[classes], student])
        times_s.append(prediction.sensor_time_s)
        rows.append(row)
    values = np.stack(rows, axis=1) if rows else np.zeros((3, 0, len(classes)), np.float32)
    return np.array(times_s), values


def leading_classes(predictions: list[Prediction], slot: int | None = None) -> tuple[list[int], tuple[str, ...]]:
    """The classes that were most probable at any time, in the checkpoint's order, and all names."""
    scored = [scores for prediction in predictions if (scores := prediction.scores_of(slot)) is not None]
    if not scored:
        return [], ()
    labels = scored[-1].labels
    peak = np.max([scores.fusion for scores in scored if scores.labels is labels], axis=0)
    return sorted(np.argsort(-peak, kind="stable")[:CLASSES].tolist()), labels


class CurveLegend(QWidget):
    """The classes with samples of their lines, two in a row; the tooltip has a name that had to be shortened."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Fixed)
        self.names: list[str] = []

    def show_names(self, names: list[str]) -> None:
        """Show these classes, in the order of the lines."""
        if names != self.names:
            self.names = names
            self.setToolTip(palette.shown_as_is("\n".join(names)))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, max((len(self.names) + 1) // 2, 1) * (self.fontMetrics().height() + 2))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            metrics = painter.fontMetrics()
            line_px, half_px = metrics.height() + 2, self.width() / 2
            for k, name in enumerate(self.names):
                left_px, middle_px = half_px * (k % 2), (k // 2 + 0.5) * line_px
                painter.setPen(QPen(palette.CLASSES[k], 3, STYLES[k]))
                painter.drawLine(QPointF(left_px, middle_px), QPointF(left_px + SAMPLE_PX, middle_px))
                painter.setPen(palette.TEXT)
                place = QRectF(left_px + SAMPLE_PX + 6, middle_px - line_px / 2, half_px - SAMPLE_PX - 12, line_px)
                text = palette.elided(name, metrics, int(place.width()))
                painter.drawText(place, int(Qt.AlignLeft | Qt.AlignVCenter), text)
        finally:
            painter.end()


class ScoreCurves(QFrame):
    """Three plots that share their time axis; made when they are first seen, which takes a while, and updated."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.span = QComboBox()
        self.span.setToolTip(tr("How far back"))
        for seconds in SPANS_S:
            self.span.addItem(tr("{n} s").format(n=seconds), seconds)
        self.span.setCurrentIndex(1)
        self.title = palette.ElidedLabel("title")
        self.title.set_text(tr("Scores over time"))
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.span)
        self.legend = CurveLegend()
        self.canvas = ValueCanvas(self._values_at)
        self._times_s = np.zeros(0)  # of what is shown, from the newest prediction back
        self._values = np.zeros((3, 0, 0), np.float32)
        self.canvas.setBackground(palette.PANEL)
        self.canvas.ci.setContentsMargins(0, 0, 0, 0)
        self.canvas.ci.setSpacing(2)
        self.lines: list[list[pyqtgraph.PlotDataItem]] = []
        self._cursors: list[pyqtgraph.InfiniteLine] = []
        self._names = tr("fusion"), tr("teacher"), tr("student")
        self._plots: list[pyqtgraph.PlotItem] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 8, 4)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self.legend)
        layout.addWidget(self.canvas, 1)

    def _make_plots(self) -> None:
        if not self._plots:
            self._plots = [self._add_plot(row, text) for row, text in enumerate(self._names)]

    def showEvent(self, event: QShowEvent) -> None:
        self._make_plots()
        super().showEvent(event)

    def _add_plot(self, row: int, text: str) -> pyqtgraph.PlotItem:
        plot = self.canvas.add_plot(row, 0)
        plot.getAxis("left").setWidth(54)
        plot.getAxis("left").setLabel(text, color=palette.MUTED.name())
        plot.getAxis("bottom").setStyle(showValues=row == 2)
        plot.getAxis("bottom").setHeight(20 if row == 2 else 4)
        plot.setXRange(-self.span.currentData(), 0.0, padding=0.0)
        plot.showGrid(y=True, alpha=0.15)
        if row == 0:
            plot.setYRange(0.0, 1.0, padding=0.04)
        else:
            plot.enableAutoRange(y=True)
        pens = [
            pyqtgraph.mkPen(color, width=2, style=style) for color, style in zip(palette.CLASSES, STYLES, strict=True)
        ]
        self.lines.append([plot.plot(pen=pen, connect="finite", antialias=False) for pen in pens])
        cursor = pyqtgraph.InfiniteLine(angle=90, pen=pyqtgraph.mkPen(palette.MARK, width=2))
        cursor.hide()
        plot.addItem(cursor, ignoreBounds=True)
        self._cursors.append(cursor)
        return plot

    def sizeHint(self) -> QSize:
        return QSize(340, 260)

    def show_moments(self, moments: Moments, cursor_s: float | None, focus: int | None = None) -> None:
        """Show the last 10, 30 or 60 s of a snapshot; time counts back from its newest prediction.

        Args:
            focus: the slot whose scores are shown; None: the scene's.
        """
        self._make_plots()
        whose = "" if focus is None else ": " + tr("person {n}").format(n=focus + 1)
        self.title.set_text(tr("Scores over time") + whose)
        newest_s = moments.newest_s
        if newest_s is None:
            return
        span_s = self.span.currentData()
        predictions = [p for p in moments.predictions if p.sensor_time_s >= newest_s - span_s]
        classes, labels = leading_classes(predictions, focus)
        times_s, values = score_curves(predictions, classes, focus)
        self._times_s, self._values = times_s - newest_s, values
        self.legend.show_names([class_name(labels[k]) for k in classes])
        for lines, of_network in zip(self.lines, values, strict=True):
            for k, line in enumerate(lines):
                if k < len(classes):
                    line.setData(self._times_s, of_network[:, k])
                else:
                    line.setData([], [])
        for plot, cursor in zip(self._plots, self._cursors, strict=True):
            plot.setXRange(-span_s, 0.0, padding=0.0)
            cursor.setVisible(cursor_s is not None)
            if cursor_s is not None:
                cursor.setValue(cursor_s - newest_s)

    def _values_at(self, network: int, time_s: float) -> str:
        """What a network said of each class shown, at the prediction nearest to a time."""
        if not len(self._times_s):
            return ""
        nearest = int(np.abs(self._times_s - time_s).argmin())
        if abs(self._times_s[nearest] - time_s) > HELD_S:
            return ""
        told = [
            f"{name}: " + ("-" if not np.isfinite(value) else f"{value:.0%}" if network == 0 else score_text(value))
            for name, value in zip(self.legend.names, self._values[network, nearest].tolist(), strict=True)
        ]
        return "\n".join([f"{self._names[network]}, {self._times_s[nearest] + 0.0:.1f} s", *told])
