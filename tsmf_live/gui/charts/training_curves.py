"""How a training goes: accuracy and loss over its epochs, of what it learns from and of what is held out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tsmf_live.gui import palette
from tsmf_live.gui.language import tr

if TYPE_CHECKING:
    from tsmf_live.gui.teaching import Epoch


class TrainingCurves(QWidget):
    """Two plots side by side, for one training."""

    def __init__(self) -> None:
        super().__init__()
        self.title = palette.PlainLabel()
        self.title.setProperty("role", "title")
        self._plots = [self._plot(tr("right")), self._plot(tr("loss"))]
        styles = (palette.TEACHER, Qt.SolidLine), (palette.STUDENT, Qt.DashLine)
        pens = [pyqtgraph.mkPen(color, width=2, style=style) for color, style in styles]
        self.lines = [[plot.plot(pen=pen) for pen in pens] for plot in self._plots]
        self._plots[0].setYRange(0.0, 1.0, padding=0.03)
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.title)
        for plot in self._plots:
            row.addWidget(plot)
        column.addLayout(row, 1)
        self.setMinimumHeight(120)

    def show_epochs(self, name: str, epochs: Sequence[Epoch]) -> None:
        """Show a training so far."""
        last = epochs[-1] if epochs else None
        text = tr("{name}: epoch {n}, {share} of its own samples right").format(
            name=name, n=last.number, share=f"{last.accuracy:.0%}"
        ) if last is not None else name  # fmt: skip
        if last is not None and np.isfinite(last.validation_accuracy):
            text += " · " + tr("{share} of those held out to choose by").format(share=f"{last.validation_accuracy:.0%}")
        self.title.setText(text)
        numbers = np.array([epoch.number for epoch in epochs], float)
        columns = (("accuracy", "validation_accuracy"), ("loss", "validation_loss"))
        for lines, names in zip(self.lines, columns, strict=True):
            for line, column in zip(lines, names, strict=True):
                values = np.array([getattr(epoch, column) for epoch in epochs], float)
                known = np.isfinite(values)
                line.setData(numbers[known], values[known])

    def _plot(self, name: str) -> pyqtgraph.PlotWidget:
        plot = pyqtgraph.PlotWidget(background=None)
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(False, False)
        plot.hideButtons()
        plot.setLabel("left", name)
        plot.setLabel("bottom", tr("epoch"))
        for side in ("left", "bottom"):
            plot.getAxis(side).setPen(palette.MUTED)
            plot.getAxis(side).setTextPen(palette.MUTED)
        return plot
