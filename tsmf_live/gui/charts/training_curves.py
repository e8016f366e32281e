"""How a training goes: accuracy and loss over its epochs, of what it learns from and of what is held out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph
from PyQt5.QtWidgets import QVBoxLayout, QWidget

from tsmf_live.gui import palette
from tsmf_live.gui.charts.curves import STYLES, CurveLegend
from tsmf_live.gui.charts.value_canvas import ValueCanvas
from tsmf_live.gui.language import tr

if TYPE_CHECKING:
    from tsmf_live.gui.teaching import Epoch

PLOTS_PX = 85  # below that the ticks of an axis overlap
EPOCH_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
MOST_TICKS = 6  # under an axis of some 200 px
#: Of an Epoch, for each plot: of what it learns from, and of what is held out.
COLUMNS = ("accuracy", "validation_accuracy"), ("loss", "validation_loss")


class TrainingCurves(QWidget):
    """Two plots side by side, for one training."""

    def __init__(self) -> None:
        super().__init__()
        self.title = palette.PlainLabel()
        self.title.setProperty("role", "title")
        self.title.setWordWrap(True)
        self.legend = CurveLegend()
        self.canvas = ValueCanvas(self._values_at)
        self.canvas.setBackground(None)
        self._epochs: Sequence[Epoch] = ()
        self._names = tr("right"), tr("loss")
        self._plots = [self._plot(column, name) for column, name in enumerate(self._names)]
        styles = list(zip(palette.CLASSES, STYLES, strict=True))[:2]
        pens = [pyqtgraph.mkPen(color, width=2, style=style) for color, style in styles]
        dots = [{"symbol": "o", "symbolSize": 5, "symbolPen": None, "symbolBrush": color} for color, _ in styles]
        self.lines = [[plot.plot(pen=pen, **dot) for pen, dot in zip(pens, dots, strict=True)] for plot in self._plots]
        self._plots[0].setYRange(0.0, 1.0, padding=0.03)
        self._plots[0].getAxis("left").setTicks([[(share, f"{share:.0%}") for share in (0.0, 0.5, 1.0)]])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.title)
        layout.addWidget(self.legend)
        layout.addWidget(self.canvas, 1)
        self.canvas.setMinimumHeight(PLOTS_PX)

    def show_epochs(self, name: str, epochs: Sequence[Epoch]) -> None:
        """Show a training so far."""
        self._epochs = epochs
        last = epochs[-1] if epochs else None
        text = tr("{name}: epoch {n}, {share} of its own samples right").format(
            name=name, n=last.number, share=f"{last.accuracy:.0%}"
        ) if last is not None else name  # fmt: skip
        if last is not None and np.isfinite(last.validation_accuracy):
            text += " · " + tr("{share} of those held out to choose by").format(share=f"{last.validation_accuracy:.0%}")
        self.title.setText(text)
        chosen_by = any(np.isfinite(epoch.validation_accuracy) for epoch in epochs)
        self.legend.show_names([tr("its own samples"), *([tr("held out to choose by")] if chosen_by else [])])
        for plot in self._plots:
            _tick_whole_epochs(plot, last.number if last is not None else 1)
        numbers = np.array([epoch.number for epoch in epochs], float)
        for lines, names in zip(self.lines, COLUMNS, strict=True):
            for line, column in zip(lines, names, strict=True):
                values = np.array([getattr(epoch, column) for epoch in epochs], float)
                known = np.isfinite(values)
                line.setData(numbers[known], values[known])

    def _plot(self, column: int, name: str) -> pyqtgraph.PlotItem:
        plot = self.canvas.add_plot(0, column)
        plot.setLabel("left", name)
        return plot

    def _values_at(self, plot: int, number: float) -> str:
        """What is known of the epoch nearest to a place."""
        if not self._epochs:
            return ""
        epoch = min(self._epochs, key=lambda one: abs(one.number - number))
        own, held_out = (getattr(epoch, name) for name in COLUMNS[plot])
        told = [tr("its own samples: {value}").format(value=_text(own, plot))]
        if np.isfinite(held_out):
            told.append(tr("held out: {value}").format(value=_text(held_out, plot)))
        return "\n".join([f"{tr('epoch')} {epoch.number}, {self._names[plot]}", *told])


def _tick_whole_epochs(plot: pyqtgraph.PlotItem, last: int) -> None:
    """Numbers under the axis for at most so many epochs that they have room; there is no epoch 1.5."""
    step = next((step for step in EPOCH_STEPS if last <= MOST_TICKS * step), last)
    numbers = sorted({1, last, *range(step, last - step // 2, step)})
    plot.getAxis("bottom").setTicks([[(number, str(number)) for number in numbers]])
    beside = 0.5 if last == 1 else 0.0  # a single one stands in the middle
    plot.setXRange(1 - beside, last + beside, padding=0.04)


def _text(value: float, plot: int) -> str:
    return f"{value:.2f}" if plot else f"{value:.0%}"
