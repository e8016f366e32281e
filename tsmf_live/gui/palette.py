"""How the window looks: colours, a joint's colour and size by its attention, the style sheet, text that must fit.

Attention uses viridis: perceptually uniform, and it keeps its order for colour-blind eyes and in grey.
"""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PyQt5.QtWidgets import QSizePolicy, QWidget
from pyqtgraph import colormap

BACKGROUND = QColor("#12161b")
PANEL = QColor("#1a2027")
TRACK = QColor("#2a333d")  # the empty part of a bar
TEXT = QColor("#e9edf1")
MUTED = QColor("#9aa7b4")
ACCENT = QColor("#62b0f5")
TEACHER = QColor("#62b0f5")
STUDENT = QColor("#e39a5c")
FUSION = QColor("#7fcf9f")
AMBER = QColor("#f4b740")
RED = QColor("#b3262e")
CALM = QColor("#28455e")

#: Attention that gets the brightest colour and the largest joint. Both definitions live between 0 and about 2: one has
#: mean 1 over the joints, the other ends at 255/127. The scale is fixed, so that two moments can be compared.
ATTENTION_FULL = 2.0
SMALLEST_JOINT_PX, LARGEST_JOINT_PX = 3.0, 9.0  # radius at scale 1

_ATTENTION_COLORS = [QColor(*rgb) for rgb in colormap.get("viridis").getLookupTable(0.0, 1.0, 256).tolist()]


def _attention_share(attention: float) -> float:
    """0 for no attention (or NaN), 1 for ATTENTION_FULL and above."""
    return min(max(attention / ATTENTION_FULL, 0.0), 1.0) if attention == attention else 0.0


def attention_color(attention: float) -> QColor:
    """The colour of a joint with this attention."""
    return _ATTENTION_COLORS[round(255 * _attention_share(attention))]


def joint_radius_px(attention: float) -> float:
    """The radius of a joint with this attention, at scale 1."""
    return SMALLEST_JOINT_PX + (LARGEST_JOINT_PX - SMALLEST_JOINT_PX) * _attention_share(attention)


def style_sheet(scale: float) -> str:
    """The dark theme, with text `scale` times as large as at 1280x720."""
    size_px = {name: round(scale * px) for name, px in (("small", 11), ("text", 13), ("title", 12), ("scene", 34))}
    return f"""
        QWidget {{ background: {BACKGROUND.name()}; color: {TEXT.name()}; font-size: {size_px["text"]}px; }}
        QFrame#card {{ background: {PANEL.name()}; border-radius: 6px; }}
        QFrame#card QWidget {{ background: transparent; }}
        QLabel[role="title"] {{ color: {MUTED.name()}; font-size: {size_px["title"]}px; font-weight: bold; }}
        QLabel[role="note"] {{ font-size: {size_px["title"]}px; font-weight: bold; }}
        QWidget[role="muted"] {{ color: {MUTED.name()}; font-size: {size_px["small"]}px; }}
        QWidget[role="scene"] {{ font-size: {size_px["scene"]}px; font-weight: bold; }}
        QWidget[role="calm"] {{ color: {MUTED.name()}; font-size: {size_px["scene"]}px; }}
        QLabel[role="failed"], QLabel[role="ended"], QLabel[role="warning"]
            {{ border-radius: 6px; font-weight: bold; }}
        QLabel[role="failed"] {{ background: {RED.name()}; color: white; font-size: {size_px["text"] + 3}px; }}
        QLabel[role="ended"] {{ background: {CALM.name()}; }}
        QLabel[role="warning"] {{ background: {AMBER.name()}; color: #201600; }}
        QTableWidget {{ border: none; font-size: {size_px["small"] + 1}px; }}
        QToolTip {{ background: {TRACK.name()}; color: {TEXT.name()}; border: 1px solid {MUTED.name()}; }}
    """


def elided(text: str, metrics: QFontMetrics, width_px: int) -> str:
    """`text`, or as much of it as fits into the width, with an ellipsis at the end."""
    return metrics.elidedText(text, Qt.ElideRight, max(width_px, 0))


def set_role(widget: QWidget, role: str) -> None:
    """Give the widget another look of the style sheet; does nothing if it has it already."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class ElidedLabel(QWidget):
    """One line of text that is shortened, never cut, when there is no room; the whole text is then its tooltip."""

    def __init__(self, role: str, *, align: Qt.AlignmentFlag = Qt.AlignLeft, fill: bool = True) -> None:
        """With `fill` it takes all the width there is, else no more than its text needs."""
        super().__init__()
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Ignored if fill else QSizePolicy.Maximum, QSizePolicy.Fixed)
        self._align = align
        self._text = ""

    def text(self) -> str:
        """The whole text."""
        return self._text

    def shown_text(self) -> str:
        """What is drawn at the present width."""
        return elided(self._text, self.fontMetrics(), self.width())

    def set_text(self, text: str) -> None:
        """Show another text; the same text costs nothing."""
        if text != self._text:
            self._text = text
            self.setToolTip(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._text) + 2, self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), int(self._align | Qt.AlignVCenter), self.shown_text())
        painter.end()
