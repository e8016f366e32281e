"""Values under the mouse as a tooltip, for widgets that paint themselves."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QPointF
from PyQt5.QtWidgets import QToolTip

from tsmf_live.gui import palette


class HoverText:
    """Stands before QWidget among the bases of a widget."""

    def hover_text(self, point: QPointF) -> str:
        """What is at this place of the widget, in words; "": nothing."""
        raise NotImplementedError

    def event(self, event: QEvent) -> bool:
        """What is under the mouse as a tooltip, which moves with the mouse."""
        if event.type() != QEvent.ToolTip:
            return super().event(event)
        QToolTip.showText(event.globalPos(), palette.shown_as_is(self.hover_text(QPointF(event.pos()))), self)
        return True
