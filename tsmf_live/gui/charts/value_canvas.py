"""Plots of pyqtgraph that tell the values under the mouse."""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph
from PyQt5.QtCore import QEvent, QPoint
from PyQt5.QtWidgets import QToolTip

from tsmf_live.gui import palette


class ValueCanvas(pyqtgraph.GraphicsLayoutWidget):
    """Holds plots, of which neither mouse nor menu changes anything.

    Args:
        says: the text for a place: the plot, counted as they were added, and where on its horizontal axis; "": none.
    """

    def __init__(self, says: Callable[[int, float], str]) -> None:
        super().__init__()
        self._says = says
        self.plots: list[pyqtgraph.PlotItem] = []

    def add_plot(self, row: int, column: int) -> pyqtgraph.PlotItem:
        """A new plot at this place."""
        plot = self.addPlot(row=row, col=column, enableMenu=False)
        plot.hideButtons()
        plot.setMouseEnabled(False, False)
        for side in ("left", "bottom"):
            plot.getAxis(side).setPen(palette.MUTED)
            plot.getAxis(side).setTextPen(palette.MUTED)
            plot.getAxis(side).enableAutoSIPrefix(False)  # a thousandth of a score is no unit
        self.plots.append(plot)
        return plot

    def hover_text(self, point: QPoint) -> str:
        """The values under this place, "" beside the plots."""
        at = self.mapToScene(point)
        for number, plot in enumerate(self.plots):
            box = plot.getViewBox()
            if box.sceneBoundingRect().contains(at):
                return self._says(number, box.mapSceneToView(at).x())
        return ""

    def viewportEvent(self, event: QEvent) -> bool:
        """The values as a tooltip."""
        if event.type() != QEvent.ToolTip:
            return super().viewportEvent(event)
        QToolTip.showText(event.globalPos(), palette.shown_as_is(self.hover_text(event.pos())), self)
        return True
