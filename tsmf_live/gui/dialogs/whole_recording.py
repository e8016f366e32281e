"""Attention over a whole recorded session: a map of its length, and the mean for each action, of one checkpoint or two.

What is shown was written by `python -m tsmf_live.sessions inspect`; the window runs that command and reads its file.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QBrush, QFont, QImage, QMouseEvent, QPainter, QPaintEvent, QShowEvent
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
    QVBoxLayout,
    QWidget,
)

from tsmf_live.frames import SourceError
from tsmf_live.gui import palette
from tsmf_live.gui.charts.heat_map import heat_image, paint_cursor
from tsmf_live.gui.charts.joint_names import JOINT_ORDER, joint_name, longest_name_px, row_font
from tsmf_live.gui.charts.timeline import MARGIN_PX, Timeline, TimelineBar, TimelineRow
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.command_run import CommandRun
from tsmf_live.gui.command_words import failure_in_words
from tsmf_live.gui.error_words import error_in_words
from tsmf_live.gui.hover import HoverText
from tsmf_live.gui.language import tr
from tsmf_live.live.inspection import FILES, Inspection
from tsmf_live.skeleton import JOINT_COUNT

Span = tuple[float, float, str, int | None]  # begin and end in seconds from the first frame, label, slot
SMALLEST_ROW_PX, SMALLEST_LETTERS_PX = 7, 11
NAME_MARGIN_PX = 8  # at both sides of a joint's name in the table
ROUGH_S = 0.15  # a moment stands for its neighbours so far


def columns_of(found: Inspection, slot: int, length_s: float, columns: int) -> np.ndarray:
    """(25, columns) mean attention of a person in equal parts of the recording; NaN where nobody is."""
    values = np.full((JOINT_COUNT, columns), np.nan, np.float32)
    edges = np.linspace(0.0, length_s, columns + 1)
    wide_s = max(length_s / columns, 2 * ROUGH_S)
    for column, middle_s in enumerate((edges[1:] + edges[:-1]) / 2):
        values[:, column] = found.mean_attention(middle_s - wide_s / 2, middle_s + wide_s / 2, slot)
    return values


class WholeMap(HoverText, QWidget):
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
        return longest_name_px(self.fontMetrics()) + 2.0 * MARGIN_PX

    def _map_rect(self) -> QRectF:
        return QRectF(self.left_px, 0, max(self.width() - MARGIN_PX - self.left_px, 10), self.height())

    def time_at(self, x_px: float) -> float:
        """The time at this place, within the recording."""
        rect = self._map_rect()
        return min(max((x_px - rect.left()) / rect.width(), 0.0), 1.0) * self._length_s

    def named_rows(self) -> tuple[QFont, range]:
        """The letters of the joints' names, and the rows that have theirs: of rows too low for letters only some."""
        row_px = self.height() / JOINT_COUNT
        font = row_font(self.font(), row_px - 1, SMALLEST_LETTERS_PX)
        every = math.ceil(font.pixelSize() / row_px)
        return font, range(every // 2, JOINT_COUNT, every)  # the first is not at the edge, which would cut it

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            rect, row_px = self._map_rect(), self.height() / JOINT_COUNT
            font, named = self.named_rows()
            painter.setFont(font)
            painter.setPen(palette.TEXT)
            for row in named:
                joint = JOINT_ORDER[row]
                place = QRectF(0, row * row_px, rect.left() - MARGIN_PX, row_px)
                painter.drawText(place, int(Qt.AlignRight | Qt.AlignVCenter | Qt.TextDontClip), joint_name(joint))
            painter.fillRect(rect, palette.PANEL)
            painter.fillRect(rect, QBrush(palette.TRACK, Qt.BDiagPattern))  # where nobody is
            if self._image is not None:
                height, width = self._image.shape[:2]
                image = QImage(self._image.data, width, height, 4 * width, QImage.Format_ARGB32)
                painter.drawImage(rect, image)
            x_px = rect.left() + self._cursor_s / max(self._length_s, 1e-9) * rect.width()
            paint_cursor(painter, x_px, self.height())
        finally:
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.LeftButton and self._map_rect().contains(event.localPos()):
            self.clicked.emit(self.time_at(event.x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.LeftButton:
            self.clicked.emit(self.time_at(event.x()))

    def hover_text(self, point: QPointF) -> str:
        """Joint, value and time under this place."""
        row = int(point.y() / max(self.height(), 1) * JOINT_COUNT)
        if not self._map_rect().contains(point) or not 0 <= row < JOINT_COUNT:
            return ""
        columns, time_s = self._values.shape[1], self.time_at(point.x())
        value = self._values[JOINT_ORDER[row], min(int(time_s / self._length_s * columns), columns - 1)]
        shown = f"{value:.2f}" if np.isfinite(value) else "-"
        return f"{joint_name(JOINT_ORDER[row])}: {shown}, {int(time_s // 60)}:{time_s % 60:04.1f}"


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

    def _fit_names(self) -> None:
        """Qt measures the names before the style sheet has set their letters."""
        names = self.verticalHeader()
        names.ensurePolished()
        names.setMinimumWidth(longest_name_px(names.fontMetrics()) + 2 * NAME_MARGIN_PX)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_names()

    def show_means(self, means: dict[str, np.ndarray]) -> None:
        """Show mean attention (25,), a column for each title."""
        self.setColumnCount(len(means))
        self.setHorizontalHeaderLabels(list(means))
        for column, (title, mean) in enumerate(means.items()):
            for row, joint in enumerate(JOINT_ORDER):
                item = QTableWidgetItem(f"{mean[joint]:.2f}")
                item.setTextAlignment(Qt.AlignCenter)
                item.setToolTip(palette.shown_as_is(f"{title}, {joint_name(joint)}: {mean[joint]:.2f}"))
                ground = palette.attention_color(float(mean[joint]))
                item.setBackground(ground)
                item.setForeground(palette.ink_on(ground))
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
        self._kept: dict[str, Inspection] = {}  # by the name of the weights
        self._run: CommandRun | None = None
        self.person, self.first, self.second = QComboBox(), QComboBox(), QComboBox()
        self.person.setToolTip(tr("Whose attention is shown"))
        self.first.setToolTip(tr("Weights that the recording was inspected with"))
        self.second.setToolTip(tr("Other weights, to compare with"))
        for chosen in (self.person, self.second):
            chosen.activated.connect(lambda _row: self._draw())
        self.first.activated.connect(lambda _row: self._choose_first())
        self.inspect = QPushButton()
        self.inspect.clicked.connect(self._toggle)
        self.progress = QProgressBar()
        self.progress.setMaximum(100)
        self.progress.hide()
        self.said = palette.ElidedLabel("muted")
        head = QHBoxLayout()
        for widget in (self.person, self.first, self.second, self.inspect, self.progress):
            head.addWidget(widget)
        head.addWidget(self.said, 1)
        self.map, self.other, self.table = WholeMap(), WholeMap(), ActionTable()
        self.timeline = _AlignedTimeline(self.map)
        for widget in (self.map, self.other, self.timeline):
            widget.clicked.connect(self.sought)
        self.map_title, self.other_title = palette.PlainLabel(), palette.PlainLabel()  # whose map, where there are two
        self.table_title = palette.PlainLabel(tr("Mean attention per action"))
        for title in (self.map_title, self.other_title, self.table_title):
            title.setProperty("role", "title")
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        for title, view in ((self.map_title, self.map), (self.other_title, self.other)):
            layout.addWidget(title)
            layout.addWidget(view, 3)
        layout.addWidget(self.timeline)
        layout.addWidget(self.table_title)
        layout.addWidget(self.table, 2)
        self.resize(1000, 660)
        self.load()

    def load(self, newest: str = "") -> None:
        """Reads what was kept, if anything.

        Args:
            newest: name of the weights to show, "": as chosen, or those in use.
        """
        self._kept, said = {}, ""
        for path in sorted(self._folder.glob(FILES)):
            try:
                found = Inspection.load(path)
            except SourceError as error:
                said = error_in_words(str(error))
            else:
                self._kept[found.weights] = found
        weights = self._weights()
        wanted = newest or self.first.currentData() or (weights.name if weights is not None else "")
        beside, person = self.second.currentData(), self.person.currentData()
        for box in (self.person, self.first):
            box.clear()
        for name in self._kept:
            self.first.addItem(name, name)
        _choose(self.first, wanted)
        self._offer_others(beside)
        found = self._kept.get(self.first.currentData())
        for slot in found.slots() if found is not None else ():
            self.person.addItem(tr("person {n}").format(n=slot + 1), slot)
        _choose(self.person, person)
        self.said.set_text(said or ("" if self._kept else tr("not inspected yet")))
        self._draw()

    def _choose_first(self) -> None:
        self._offer_others(self.second.currentData())
        self._draw()

    def _offer_others(self, beside: str | None) -> None:
        """The weights that those shown first can be compared with; `beside`: to be chosen if it is among them."""
        self.second.clear()
        self.second.addItem(tr("nothing beside"), "")
        for name in self._kept:
            if name != self.first.currentData():
                self.second.addItem(tr("beside {name}").format(name=name), name)
        _choose(self.second, beside)

    def show_position(self, position_s: float) -> None:
        """Where the recording is."""
        for view in (self.map, self.other):
            view.show_cursor(position_s)
        self.timeline.show_rows(self.timeline.rows, (0.0, self._length_s), position_s)

    def close_run(self) -> None:
        """Ends the command, if it runs."""
        if self._run is not None:
            self._run.close()
            self._run = None

    def _draw(self) -> None:
        found, slot = self._kept.get(self.first.currentData()), self.person.currentData()
        beside = self._kept.get(self.second.currentData())
        self.inspect.setText(tr("Inspect again") if found is not None else tr("Inspect the recording"))
        for box, is_shown in ((self.person, True), (self.first, True), (self.second, self.second.count() > 1)):
            box.setVisible(found is not None and is_shown)
        for widget in (self.other, self.map_title, self.other_title):
            widget.setVisible(beside is not None)
        for title, one in ((self.map_title, found), (self.other_title, beside)):
            title.setText(Path(one.weights).stem if one is not None else "")
        means: dict[str, np.ndarray] = {}
        if found is None or slot is None:
            self.map.show_map(np.full((JOINT_COUNT, 1), np.nan, np.float32), self._length_s)
            self.timeline.show_rows((), (0.0, self._length_s), None)
        else:
            by = tr("predicted") if beside is None else Path(found.weights).stem
            rows = [_row(by, found.predicted_spans(), slot, "event")]
            if beside is not None:
                rows.append(_row(Path(beside.weights).stem, beside.predicted_spans(), slot, "event"))
            annotated = list(self._annotated())
            self.timeline.show_rows(
                [*rows, _row(tr("annotated"), annotated, slot, "annotation")], (0.0, self._length_s), None
            )
            columns = int(np.clip(self._length_s / 0.1, 1, 1200))
            for view, one in ((self.map, found), (self.other, beside)):
                if one is not None:
                    view.show_map(columns_of(one, slot, self._length_s, columns), self._length_s)
                    of = one.by_action(_of(annotated or found.predicted_spans(), slot))
                    name = f" · {Path(one.weights).stem}" if beside is not None else ""
                    means |= {class_name(label) + name: mean for label, mean in of.items()}
        self.table.show_means(dict(sorted(means.items())))
        for widget in (self.table, self.table_title):
            widget.setVisible(bool(means))

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
        weights = self._weights()
        self.load(weights.name if weights is not None and not code else "")
        if code and not run.stopped:
            self.said.set_text(
                failure_in_words(run.lines[-1]) if run.lines else tr("the command ended with {code}").format(code=code)
            )
        run.deleteLater()


def _choose(box: QComboBox, data: object) -> None:
    """The entry with this data, if there is one, else the first."""
    row = box.findData(data) if data is not None else -1
    box.setCurrentIndex(max(row, 0) if box.count() else -1)


def _of(spans: Sequence[Span], slot: int) -> list[Span]:
    """What of it is this person's; everybody's is."""
    return [(start_s, end_s, label, slot) for start_s, end_s, label, who in spans if who is None or who == slot]


def _row(title: str, spans: Sequence[Span], slot: int, kind: str) -> TimelineRow:
    bars = (TimelineBar(start_s, end_s, label, None, kind) for start_s, end_s, label, _ in _of(spans, slot))
    return TimelineRow(title, tuple(sorted(bars, key=lambda bar: bar.start_s)))
