"""The panel beside the picture: the scores of both networks, their fusion, and the newest events."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PyQt5.QtCore import QT_TR_NOOP, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QPainter, QPaintEvent
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tsmf_live.frames import Event, Prediction, Ranking, Scores
from tsmf_live.gui import palette
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.hover import HoverText
from tsmf_live.gui.language import tr

NO_STUDENT = "teacher alone: the checkpoint has no student"
#: What a prediction's note can say, in the words of the window.
NOTES = {
    "nobody in view": QT_TR_NOOP("nobody in view"),
    "nobody in view that can be a person": QT_TR_NOOP("nobody in view that can be a person"),
    "too little of the people was seen": QT_TR_NOOP("too little of the people was seen"),
    NO_STUDENT: QT_TR_NOOP("these weights look at the skeleton alone"),
    "teacher alone: no colour of the person in focus": QT_TR_NOOP("skeleton alone: no picture of the person in focus"),
    "teacher alone: the student is still at work": QT_TR_NOOP("skeleton alone so far: the student is at work"),
}
ROWS = 5
EVENTS_SHOWN = 30


class RankingBars(HoverText, QWidget):
    """Up to five names, each with its value over a bar; the tooltip has the whole name, the value, and what it means.

    Args:
        percent: the values are probabilities; else scores, which may be below zero.
        means: what the values are, in words.
    """

    def __init__(self, color: QColor, *, percent: bool, means: str) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)
        self._color = color
        self._percent, self._means = percent, means
        self._span = (0.0, 1.0)
        self._placeholder = ""
        self.ranking: Ranking = ()

    def show_ranking(self, ranking: Ranking, span: tuple[float, float], placeholder: str) -> None:
        """Show these values, bars from zero; repaints only on a change.

        Args:
            ranking: best first; only the first five are shown.
            span: lowest and highest value the bars can show; lowest <= 0 < highest.
            placeholder: shown instead when the ranking is empty.
        """
        if (ranking, span, placeholder) == (self.ranking, self._span, self._placeholder):
            return
        self.ranking, self._span, self._placeholder = ranking[:ROWS], span, placeholder
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(150, ROWS * self._row_px())

    def _row_px(self) -> int:
        return self.fontMetrics().height() + 11

    def shown_names(self) -> list[str]:
        """The names as drawn at the present width."""
        metrics = self.fontMetrics()
        return [
            palette.elided(
                class_name(name), metrics, self.width() - metrics.horizontalAdvance(self._value_text(value)) - 8
            )
            for name, value in self.ranking
        ]

    def _value_text(self, value: float) -> str:
        if not self._percent:
            return score_text(value)
        return f"{value:.0%}" if value >= 0.005 else "<1%"

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            if not self.ranking:
                painter.setPen(palette.MUTED)
                painter.drawText(self.rect(), int(Qt.AlignTop | Qt.AlignLeft | Qt.TextWordWrap), self._placeholder)
            for row, ((_, value), name) in enumerate(zip(self.ranking, self.shown_names(), strict=True)):
                self._paint_row(painter, row * self._row_px(), name, value)
        finally:
            painter.end()

    def _paint_row(self, painter: QPainter, top_px: int, name: str, value: float) -> None:
        line_px = self.fontMetrics().height()
        text = QRectF(0, top_px, self.width(), line_px)
        painter.setPen(palette.TEXT)
        painter.drawText(text, int(Qt.AlignLeft | Qt.AlignVCenter), name)
        painter.setPen(palette.MUTED)
        painter.drawText(text, int(Qt.AlignRight | Qt.AlignVCenter), self._value_text(value))
        lowest, highest = self._span
        zero_px = self.width() * -lowest / (highest - lowest)
        value_px = self.width() * (min(max(value, lowest), highest) - lowest) / (highest - lowest)
        painter.fillRect(QRectF(0, top_px + line_px + 1, self.width(), 5), palette.TRACK)
        bar = QRectF(min(zero_px, value_px), top_px + line_px + 1, abs(value_px - zero_px), 5)
        painter.fillRect(bar, self._color)
        if lowest < 0:  # bars to the left of it are below zero
            painter.fillRect(QRectF(zero_px, top_px + line_px - 1, 1, 9), palette.TEXT)

    def hover_text(self, point: QPointF) -> str:
        """Name, value and meaning of the row under this place."""
        row = int(point.y() // self._row_px())
        if not 0 <= row < len(self.ranking):
            return self._means
        name, value = self.ranking[row]
        return f"{class_name(name)}: {self._value_text(value)}\n{self._means}"


class ScoresPanel(QWidget):
    """Fusion as probabilities; below it teacher and student side by side as raw scores on one scale.

    With weights that have no student the teacher has the whole width.
    """

    def __init__(self) -> None:
        super().__init__()
        probability = tr("Probability, from the sum of both networks' scores")
        score = tr("Score: no unit, any size; a class is the more probable the further it is above the others")
        self.fusion = RankingBars(palette.FUSION, percent=True, means=probability)
        self.teacher = RankingBars(palette.TEACHER, percent=False, means=score)
        self.student = RankingBars(palette.STUDENT, percent=False, means=score)
        self.student_note = palette.ElidedLabel("muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        self.whose = palette.ElidedLabel("title")
        layout.addWidget(_card(self.whose, self.fusion))
        networks = QHBoxLayout()
        networks.setSpacing(6)
        networks.addWidget(_card(_title(tr("Teacher · skeleton")), self.teacher), 1)
        self._student_card = _card(_title(tr("Student · picture")), self.student)
        networks.addWidget(self._student_card, 1)
        layout.addLayout(networks)
        layout.addWidget(self.student_note)

    def show_prediction(self, prediction: Prediction | None, focus: int | None = None) -> None:
        """Show the three rankings, and how old the student's scores are, or why there are none.

        Args:
            focus: the slot whose scores are shown; None: the scene's.
        """
        whose = tr("all people") if focus is None else tr("person {n}").format(n=focus + 1)
        self.whose.set_text(tr("Probability: {whose}").format(whose=whose))
        if prediction is None:
            for bars in (self.fusion, self.teacher, self.student):
                bars.show_ranking((), (0.0, 1.0), tr("nothing yet"))
            self.student_note.set_text("")
            return
        fusion, teacher, student = prediction.top5, prediction.teacher, prediction.student or ()
        if focus is not None:
            fusion, teacher, student = _rankings(prediction.scores_of(focus))
        values = [0.0, *(value for _, value in (*teacher, *student))]
        span = (min(values), max(*values, min(values) + 1.0))
        self.fusion.show_ranking(fusion, (0.0, 1.0), tr("nothing yet"))
        self.teacher.show_ranking(teacher, span, tr("nothing yet"))
        self.student.show_ranking(student, span, tr("not used now"))
        self.student_note.set_text(student_text(prediction))
        if prediction.persons:  # with nobody in view the note speaks of that
            self._student_card.setVisible(prediction.note != NO_STUDENT)


def student_text(prediction: Prediction) -> str:
    """How old the student's part is, and the prediction's note if it has one."""
    age_s = prediction.student_age_s
    age = None if age_s is None else tr("student: looked {age} s ago").format(age=f"{age_s:.1f}")
    return " · ".join(part for part in (age, note_text(prediction)) if part)


def note_text(prediction: Prediction) -> str:
    """Why something of a prediction is missing, "" if nothing is."""
    return tr(NOTES.get(prediction.note, prediction.note)) if prediction.note else ""


def _rankings(scores: Scores | None) -> tuple[Ranking, Ranking, Ranking]:
    """The five best of fusion, teacher and student; empty where there is none."""

    def best(values: np.ndarray | None) -> Ranking:
        order = [] if values is None else np.argsort(-values, kind="stable")[:ROWS].tolist()
        return tuple((scores.labels[k], float(values[k])) for k in order)

    if scores is None:
        return (), (), ()
    return best(scores.fusion), best(scores.teacher), best(scores.student)


class EventsPanel(QFrame):
    """The newest events, newest on top.

    Args:
        position_at: the position in the recording that is played at a sensor time; None where nothing is played.

    Attributes:
        places: where in the recording each event began; asked for when it comes, as that is forgotten after a minute.

    Signals:
        chosen: the Event that was clicked.
    """

    chosen = pyqtSignal(object)

    def __init__(self, position_at: Callable[[float], float | None]) -> None:
        super().__init__()
        self.setObjectName("card")
        self._events: tuple[Event, ...] = ()
        self._position_at = position_at
        self.places: dict[Event, float | None] = {}
        self.table = QTableWidget(0, 4)
        self.table.setHorizontalHeaderLabels([tr("at"), tr("action"), tr("peak"), tr("who")])
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignLeft | Qt.AlignVCenter)
        self.table.horizontalHeader().setSectionsClickable(False)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeaderItem(2).setToolTip(tr("The highest probability while it lasted"))
        self.table.cellClicked.connect(self._choose)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.NoSelection)
        self.table.setFocusPolicy(Qt.NoFocus)
        self.table.setWordWrap(False)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.table.horizontalHeader().setMinimumSectionSize(20)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.Stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 6, 6)
        layout.setSpacing(3)
        title = palette.PlainLabel(tr("Recently"))
        title.setProperty("role", "title")
        layout.addWidget(title)
        layout.addWidget(self.table, 1)

    def show_events(self, events: tuple[Event, ...]) -> None:
        """List these events (oldest first, as in View); does nothing if they are the ones listed."""
        if events == self._events:
            return
        self._events = events
        newest = events[: -EVENTS_SHOWN - 1 : -1]
        self.table.setRowCount(len(newest))
        for row, event in enumerate(newest):
            if event not in self.places:
                self.places[event] = self._position_at(event.start_s)
            place_s = self.places[event]
            at = clock_text(event.start_s if place_s is None else place_s)
            whose = tr("as a pair") if event.slot is None else tr("person {n}").format(n=event.slot + 1)
            texts = (at, class_name(event.label), f"{event.confidence:.0%}", whose)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                lasted = tr("{label}: {seconds} s, from {at}, {whose}").format(
                    label=class_name(event.label), seconds=f"{event.end_s - event.start_s:.1f}", at=at, whose=whose
                )
                item.setToolTip(palette.shown_as_is(lasted))
                self.table.setItem(row, column, item)
            self.table.setRowHeight(row, self.table.fontMetrics().height() + 5)

    def _choose(self, row: int, _column: int) -> None:
        self.chosen.emit(self._events[-1 - row])


def score_text(value: float) -> str:
    """A network's score in figures; never -0.0."""
    return f"{round(value, 1) + 0.0:.1f}"


def clock_text(time_s: float) -> str:
    """Sensor time as minutes and seconds."""
    minutes, seconds = divmod(max(time_s, 0.0), 60)
    return f"{int(minutes)}:{int(seconds):02d}"


def _title(text: str) -> palette.ElidedLabel:
    label = palette.ElidedLabel("title")
    label.set_text(text)
    return label


def _card(title: palette.ElidedLabel, bars: RankingBars) -> QFrame:
    """A frame with the title and the bars."""
    card = QFrame()
    card.setObjectName("card")
    layout = QVBoxLayout(card)
    layout.setContentsMargins(10, 6, 10, 4)
    layout.setSpacing(4)
    layout.addWidget(title)
    layout.addWidget(bars)
    return card
