"""Two moments side by side: pictures, what was said, what the student saw, and the joints' attention back to back."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QPointF, QRectF, QSize, Qt
from PyQt5.QtGui import QPainter, QPaintEvent
from PyQt5.QtWidgets import QGridLayout, QSizePolicy, QWidget

from tsmf_live.frames import Prediction
from tsmf_live.gui import palette
from tsmf_live.gui.charts.joint_names import JOINT_ORDER, joint_name, longest_name_px, row_font
from tsmf_live.gui.hover import HoverText
from tsmf_live.gui.language import tr
from tsmf_live.gui.panels.header import said_of
from tsmf_live.gui.panels.health import DisplayMeter
from tsmf_live.gui.picture.live_view import LivePicture
from tsmf_live.gui.picture.student_view import StudentView
from tsmf_live.live.look_back import Still, focused_slot
from tsmf_live.skeleton import JOINT_COUNT

GAP_PX = 6


def attention_of(prediction: Prediction | None, focus: int | None) -> np.ndarray | None:
    """Attention (25,) of the person in focus, or None."""
    slot = focused_slot(prediction, focus)
    persons = prediction.persons if prediction is not None else ()
    return next((person.attention for person in persons if person.slot == slot), None)


def line_of(prediction: Prediction | None, focus: int | None) -> str:
    """Who does what, and how sure that is, in a line."""
    if prediction is None:
        return tr("no prediction")
    if not any(person.is_person for person in prediction.persons):
        return tr("nobody in view")
    said = said_of(prediction, focus)
    return f"{said.text} {said.confidence}".rstrip()


def clock(still: Still) -> str:
    """When it was: in the recording that is played, else by the sensor's clock."""
    time_s = still.time_s if still.pose.position_s is None else still.pose.position_s
    minutes, seconds = divmod(max(time_s, 0.0), 60)
    return f"{int(minutes)}:{seconds:04.1f}"


class BackToBack(HoverText, QWidget):
    """The attention of two moments: joint names in the middle, A's bars to the left, B's to the right."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)
        self.pair: tuple[np.ndarray | None, np.ndarray | None] = (None, None)

    def show_pair(self, a: np.ndarray | None, b: np.ndarray | None) -> None:
        """Show the attention (25,) of A and B, None where there is nobody."""
        self.pair = (a, b)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, JOINT_COUNT * 12)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, JOINT_COUNT * 9)

    @property
    def _row_px(self) -> float:
        return min(self.height() / JOINT_COUNT, 20.0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            row_px = self._row_px
            painter.setFont(row_font(self.font(), row_px))
            metrics = painter.fontMetrics()
            names_px = longest_name_px(metrics) + 2 * GAP_PX
            number_px = metrics.horizontalAdvance("0.00") + GAP_PX
            bar_px = max((self.width() - names_px) / 2 - number_px, 10)
            middle = self.width() / 2
            both = [np.nan_to_num(one).max() for one in self.pair if one is not None]
            scale = palette.bar_scale(float(max(both, default=0.0)))
            for row, joint in enumerate(JOINT_ORDER):
                top_px = row * row_px
                painter.setPen(palette.TEXT)
                name = QRectF(middle - names_px / 2, top_px, names_px, row_px)
                painter.drawText(name, int(Qt.AlignCenter | Qt.TextDontClip), joint_name(joint))
                for side, attention in zip((-1, 1), self.pair, strict=True):
                    edge = middle + side * names_px / 2
                    track = QRectF(edge, top_px + 1, side * bar_px, row_px - 2).normalized()
                    painter.fillRect(track, palette.TRACK)
                    if attention is None:
                        continue
                    value = float(np.nan_to_num(attention[joint]))
                    share = min(max(value / scale, 0.0), 1.0)
                    bar = QRectF(edge, top_px + 1, side * share * bar_px, row_px - 2).normalized()
                    painter.fillRect(bar, palette.attention_color(value))
                    number = QRectF(edge + side * bar_px, top_px, side * number_px, row_px).normalized()
                    align = Qt.AlignRight if side > 0 else Qt.AlignLeft
                    painter.drawText(number, int(align | Qt.AlignVCenter | Qt.TextDontClip), f"{value:.2f}")
        finally:
            painter.end()

    def hover_text(self, point: QPointF) -> str:
        """Joint and both values in the row under this place."""
        row = int(point.y() / self._row_px)
        if not 0 <= row < JOINT_COUNT:
            return ""
        joint = JOINT_ORDER[row]
        values = ("-" if attention is None else f"{attention[joint]:.2f}" for attention in self.pair)
        return f"{joint_name(joint)}: " + ", ".join(f"{side} {value}" for side, value in zip("AB", values, strict=True))


class CompareView(QWidget):
    """A on the left, B on the right."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures = [LivePicture(DisplayMeter(), legend=False) for _ in range(2)]
        self.titles = [_title() for _ in range(2)]
        self.students = [StudentView(before=False) for _ in range(2)]
        self.bars = BackToBack()
        self.stills: tuple[Still | None, Still | None] = (None, None)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP_PX)
        for side, column in ((0, 0), (1, 3)):
            layout.addWidget(self.titles[side], 0, column and 2, 1, 2)
            layout.addWidget(self.pictures[side], 1, column and 2, 1, 2)
            layout.addWidget(self.students[side], 2, column)
        layout.addWidget(self.bars, 2, 1, 1, 2)
        layout.setRowStretch(1, 5)
        layout.setRowStretch(2, 5)
        for column, share in enumerate((3, 2, 2, 3)):
            layout.setColumnStretch(column, share)

    def show_pair(self, a: Still | None, b: Still | None, focus: int | None, *, mirrored: bool = False) -> None:
        """Show two moments; None: not chosen yet."""
        self.stills = (a, b)
        for picture in self.pictures:
            picture.set_mirrored(mirrored)
        for side, (letter, still) in enumerate(zip("AB", (a, b), strict=True)):
            picture, title, student = self.pictures[side], self.titles[side], self.students[side]
            if still is None:
                title.setText(tr("{letter}: no moment chosen").format(letter=letter))
                picture.show_moment(None, None, None, focus, tr("not chosen yet"))
                student.show_image(None, "")
                continue
            title.setText(f"{letter} · {clock(still)} · {line_of(still.prediction, focus)}")
            picture.show_moment(still.frame, still.pose, still.prediction, focus)
            student.show_image(still.image, tr("the student was not used"))
        self.bars.show_pair(*(attention_of(still.prediction, focus) if still else None for still in (a, b)))


def _title() -> palette.PlainLabel:
    """A moment's line above it; of six people it takes two or three."""
    title = palette.PlainLabel()
    title.setProperty("role", "title")
    title.setAlignment(Qt.AlignHCenter | Qt.AlignBottom)
    title.setWordWrap(True)
    return title
