"""A field that says what belongs into it."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QPainter, QPaintEvent
from PyQt5.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame

from tsmf_live.gui import palette

LEFT_PX = 2  # where a QLineEdit's own text begins in its contents


class HintedLine(QLineEdit):
    """An empty one shows its hint in muted letters: Qt's own are half transparent, too pale to be read."""

    def __init__(self, hint: str, text: str = "") -> None:
        super().__init__(text)
        self.hint = hint
        self.setAccessibleDescription(hint)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.text():
            return
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        place = self.style().subElementRect(QStyle.SE_LineEditContents, option, self).adjusted(LEFT_PX, 0, 0, 0)
        painter = QPainter(self)
        painter.setPen(palette.MUTED)
        shown = palette.elided(self.hint, painter.fontMetrics(), place.width())
        painter.drawText(place, int(Qt.AlignLeft | Qt.AlignVCenter), shown)
        painter.end()
