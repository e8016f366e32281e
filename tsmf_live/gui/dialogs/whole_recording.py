"""Attention over a whole recorded session: a map of its length, and the mean for each action.

What is shown was written by `python -m tsmf_live.sessions inspect`; the window runs that command and reads its file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QBrush, QColor, QFont, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from tsmf_live.frames import SourceError
from tsmf_live.gui import palette
from tsmf_live.gui.charts.heat_map import heat_image
from tsmf_live.gui.charts.joint_names import JOINT_ORDER, joint_name
from tsmf_live.gui.charts.timeline import MARGIN_PX, Timeline, TimelineBar, TimelineRow
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.command_run import CommandRun
from tsmf_live.gui.language import tr
from tsmf_live.live.inspection import FILE, Inspection
from tsmf_live.skeleton import JOINT_COUNT

Span = tuple[float, float, str, int | None]  # begin and end in seconds from the first frame, label, slot
SMALLEST_ROW_PX = 11
ROUGH_S = 0.15  # a moment stands for its neighbours so far


def columns_of(found: Inspection, slot: int, length_s: float, columns: int) -> np.ndarray:
    """(25, columns) mean attention of a person in equal parts of the recording; NaN where nobody is."""
    values = np.full((JOINT_COUNT, columns), np.nan, np.float32)
    edges = np.linspace(0.0, length_s, columns + 1)
    wide_s = max(length_s / columns, 2 * ROUGH_S)
    for column, middle_s in enumerate((edges[1:] + edges[:-1]) / 2):
        values[:, column] = found.mean_attention(middle_s - wide_s / 2, middle_s + wide_s / 2, slot)
    return values


class WholeMap(QWidget):
    """Joints over the recording. A click or a drag goes there.

    Signals:
        clicked: seconds from the first frame.
    """

    clicked = pyqtSignal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)
        self.setMouseTracking(True)
        self._values = np.full((JOINT_COUNT, 1), np.nan, np.float32)
        self._image: np.ndarray | None = None
        self._length_s, self._cursor_s = 1.0, 0.0

    def show_map(self, values: np.ndarray, length_s: float) -> None:
        """Show attention (25, columns) of a recording of this length."""
        self._values, self._length_s = values, length_s
        self._image = heat_image(values)
        self.update()

    def show_cursor(self, position_s: float) -> None:
        """Where the recording is."""
        if position_s != self._cursor_s:
            self._cursor_s = position_s
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(760, 14 * JOINT_COUNT)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, SMALLEST_ROW_PX * JOINT_COUNT)

    @property
    def left_px(self) -> float:
        """Where time begins: right of the joints' names."""
        return max(self.fontMetrics().horizontalAdvance(joint_name(joint)) for joint in JOINT_ORDER) + 2.0 * MARGIN_PX

    def _map_rect(self) -> QRectF:
        return QRectF(self.left_px, 0, max(self.width() - MARGIN_PX - self.left_px, 10), self.height())

    def time_at(self, x_px: float) -> float:
        """The time at this place, within the recording."""
        rect = self._map_rect()
        return min(max((x_px - rect.left()) / rect.width(), 0.0), 1.0) * self._length_s

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            rect, row_px = self._map_rect(), self.height() / JOINT_COUNT
            font = QFont(self.font())
            font.setPixelSize(max(min(painter.fontMetrics().height() - 3, int(row_px) - 1), 8))
            painter.setFont(font)
            painter.setPen(palette.TEXT)
            for row, joint in enumerate(JOINT_ORDER):
                place = QRectF(0, row * row_px, rect.left() - MARGIN_PX, row_px)
                painter.drawText(place, int(Qt.AlignRight | Qt.AlignVCenter | Qt.TextDontClip), joint_name(joint))
            painter.fillRect(rect, palette.PANEL)
            painter.fillRect(rect, QBrush(palette.TRACK, Qt.BDiagPattern))  # where nobody is
            if self._image is not None:
                height, width = self._image.shape[:2]
                image = QImage(self._image.data, width, height, 4 * width, QImage.Format_ARGB32)
                painter.drawImage(rect, image)
            x_px = rect.left() + self._cursor_s / max(self._length_s, 1e-9) * rect.width()
            painter.setPen(QPen(palette.MARK, 2))
            painter.drawLine(QPointF(x_px, 0), QPointF(x_px, self.height()))
        finally:
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.LeftButton and self._map_rect().contains(event.localPos()):
            self.clicked.emit(self.time_at(event.x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.LeftButton:
            self.clicked.emit(self.time_at(event.x()))

    def event(self, event: QEvent) -> bool:
        """A tooltip with the value."""
        if event.type() != QEvent.ToolTip:
            return super().event(event)
        rect, text = self._map_rect(), ""
        row = int(event.pos().y() / max(self.height(), 1) * JOINT_COUNT)
        if rect.contains(QPointF(event.pos())) and 0 <= row < JOINT_COUNT:
            columns = self._values.shape[1]
            time_s = self.time_at(event.pos().x())
            value = self._values[JOINT_ORDER[row], min(int(time_s / self._length_s * columns), columns - 1)]
            if np.isfinite(value):
                text = f"{joint_name(JOINT_ORDER[row])}: {value:.2f}, {int(time_s // 60)}:{time_s % 60:04.1f}"
        QToolTip.showText(event.globalPos(), palette.shown_as_is(text), self)
        return True


class _AlignedTimeline(Timeline):
    """A timeline whose time begins below that of a map."""

    def __init__(self, beside: WholeMap) -> None:
        super().__init__()
        self._beside = beside

    def _left_px(self) -> float:
        return self._beside.left_px


class ActionTable(QTableWidget):
    """Mean attention: a column for each action, a row for each joint."""

    def __init__(self) -> None:
        super().__init__(JOINT_COUNT, 0)
        self.setEditTriggers(QAbstractItemView.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.NoSelection)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 4)
        self.setVerticalHeaderLabels([joint_name(joint) for joint in JOINT_ORDER])

    def show_means(self, means: dict[str, np.ndarray]) -> None:
        """Show mean attention (25,) of each action."""
        self.setColumnCount(len(means))
        self.setHorizontalHeaderLabels([class_name(label) for label in means])
        for column, mean in enumerate(means.values()):
            for row, joint in enumerate(JOINT_ORDER):
                item = QTableWidgetItem(f"{mean[joint]:.2f}")
                item.setTextAlignment(Qt.AlignCenter)
                ground = palette.attention_color(float(mean[joint]))
                item.setBackground(ground)
                item.setForeground(QColor("black") if ground.lightness() > 110 else QColor("white"))
                self.setItem(row, column, item)
        self.resizeColumnsToContents()


class WholeRecording(QDialog):
    """Of one session; the desk tells where it is played.

    Args:
        folder: of the session.
        annotated: its annotations now.
        weights: the checkpoint that is in use, None: the one that is meant for such a recording.

    Signals:
        sought: seconds from the first frame.
    """

    sought = pyqtSignal(float)

    def __init__(
        self,
        parent: QWidget,
        folder: Path,
        length_s: float,
        annotated: Callable[[], Sequence[Span]],
        weights: Callable[[], Path | None],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Whole recording"))
        self._folder, self._length_s, self._annotated, self._weights = folder, length_s, annotated, weights
        self._found: Inspection | None = None
        self._run: CommandRun | None = None
        self.person = QComboBox()
        self.person.setToolTip(tr("Whose attention is shown"))
        self.person.activated.connect(lambda _row: self._draw())
        self.inspect = QPushButton()
        self.inspect.clicked.connect(self._toggle)
        self.progress = QProgressBar()
        self.progress.setMaximum(100)
        self.progress.hide()
        self.said = palette.ElidedLabel("muted")
        head = QHBoxLayout()
        for widget, stretch in ((self.person, 0), (self.inspect, 0), (self.progress, 0), (self.said, 1)):
            head.addWidget(widget, stretch)
        self.map, self.table = WholeMap(), ActionTable()
        self.timeline = _AlignedTimeline(self.map)
        self.map.clicked.connect(self.sought)
        self.timeline.clicked.connect(self.sought)
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(self.map, 3)
        layout.addWidget(self.timeline)
        layout.addWidget(self.table, 2)
        self.resize(1000, 660)
        self.load()

    def load(self) -> None:
        """Reads what was kept, if anything."""
        path = self._folder / FILE
        try:
            self._found = Inspection.load(path) if path.exists() else None
        except SourceError as error:
            self._found = None
            self._say(str(error))
        else:
            self._say("" if self._found is not None else tr("not inspected yet"))
        self.person.clear()
        for slot in self._found.slots() if self._found is not None else ():
            self.person.addItem(tr("person {n}").format(n=slot + 1), slot)
        self._draw()

    def show_position(self, position_s: float) -> None:
        """Where the recording is."""
        self.map.show_cursor(position_s)
        self.timeline.show_rows(self.timeline.rows, (0.0, self._length_s), position_s)

    def close_run(self) -> None:
        """Ends the command, if it runs."""
        if self._run is not None:
            self._run.close()
            self._run = None

    def _draw(self) -> None:
        found, slot = self._found, self.person.currentData()
        self.inspect.setText(tr("Inspect again") if found is not None else tr("Inspect the recording"))
        if found is None or slot is None:
            nothing = np.full((JOINT_COUNT, 1), np.nan, np.float32)
            self.map.show_map(nothing, self._length_s)
            self.timeline.show_rows((), (0.0, self._length_s), None)
            self.table.show_means({})
            return
        self._say(tr("weights: {name}").format(name=found.weights))
        columns = int(np.clip(self._length_s / 0.1, 1, 1200))
        self.map.show_map(columns_of(found, slot, self._length_s, columns), self._length_s)
        spans = {tr("predicted"): found.predicted_spans(), tr("annotated"): list(self._annotated())}
        rows = []
        for title, all_spans in spans.items():
            own = sorted(one for one in all_spans if one[3] is None or one[3] == slot)
            kind = "annotation" if title == tr("annotated") else "event"
            bars = tuple(TimelineBar(start_s, end_s, label, None, kind) for start_s, end_s, label, _ in own)
            rows.append(TimelineRow(title, bars))
        self.timeline.show_rows(rows, (0.0, self._length_s), None)
        of = spans[tr("annotated")] or spans[tr("predicted")]
        own = [one for one in of if one[3] is None or one[3] == slot]
        self.table.show_means(found.by_action((a, b, label, slot) for a, b, label, _ in own))

    def _toggle(self) -> None:
        """Runs the command, or ends it."""
        if self._run is not None:
            self._run.stop()
            return
        weights = self._weights()
        named = ("--checkpoint", str(weights)) if weights is not None else ()
        self._run = CommandRun(("-m", "tsmf_live.sessions", "inspect", str(self._folder), *named), self)
        self._run.progressed.connect(lambda share: self.progress.setValue(round(100 * share)))
        self._run.ended.connect(self._ended)
        self.progress.setValue(0)
        self.progress.show()
        self.inspect.setText(tr("Cancel"))
        self._run.start()

    def _ended(self, code: int) -> None:
        run, self._run = self._run, None
        self.progress.hide()
        self.load()
        if code and not run.stopped:
            self._say(run.lines[-1] if run.lines else tr("the command ended with {code}").format(code=code))
        run.deleteLater()

    def _say(self, text: str) -> None:
        self.said.set_text(text)
