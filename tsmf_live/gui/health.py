"""The strip at the bottom: how fast each stage runs, how late it is, what waits and what was lost."""

from __future__ import annotations

import time
from collections import deque

import numpy as np
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from tsmf_live.frames import Prediction, StageHealth
from tsmf_live.gui import palette

RATE_SPAN_S = 2.0  # rates are those of the last 2 s, as in StageHealth
TEXTS_EVERY_S = 0.25  # figures that change faster cannot be read

EXPLAINED = {
    "capture": "Reads the sensor or the recording. The Kinect gives 30 pictures a second, 15 in dim light.",
    "pose": "Keeps the people apart and cuts out head, hands and feet.",
    "inference": "The two networks. Dropped: moments left out because the networks were still busy.",
    "record": "Writes the session to disk.",
    "display": "This window. The time is what painting one picture costs.",
    "total": "From the sensor's frame to the finished prediction.",
}


class DisplayMeter:
    """Counts what this window paints: rate over the last 2 s, time per picture."""

    def __init__(self) -> None:
        self.count = 0
        self._painted_s: deque[float] = deque(maxlen=256)
        self._cost_ms: deque[float] = deque(maxlen=100)

    def painted(self, started_s: float, finished_s: float) -> None:
        """A new frame was painted between these two times of time.perf_counter()."""
        self.count += 1
        self._painted_s.append(finished_s)
        self._cost_ms.append(1e3 * (finished_s - started_s))

    def health(self, now_s: float) -> StageHealth:
        """The display as a stage; it has no queue, and what it leaves out is not lost to anybody else."""
        recent = sum(now_s - painted_s <= RATE_SPAN_S for painted_s in self._painted_s)
        if not self._cost_ms:
            return StageHealth("display")
        p95_ms = float(np.percentile(self._cost_ms, 95))
        return StageHealth("display", self.count, recent / RATE_SPAN_S, self._cost_ms[-1], p95_ms)


class HealthCard(QFrame):
    """One stage in three short lines; amber when it lost something."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setToolTip(EXPLAINED.get(name, ""))
        self._title, self._time, self._losses = QLabel(name), QLabel(), QLabel()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 5, 10, 5)
        layout.setSpacing(1)
        for label, role in ((self._title, "title"), (self._time, "muted"), (self._losses, "muted")):
            label.setProperty("role", role)
            layout.addWidget(label)

    def show_stage(self, title: str, time_text: str, losses_text: str, *, lost: bool) -> None:
        """Set the three lines; `lost` paints the last one amber."""
        self._title.setText(title)
        self._time.setText(time_text)
        self._losses.setText(losses_text)
        self._losses.setStyleSheet(f"color: {palette.AMBER.name()}; font-weight: bold;" if lost else "")

    def text(self) -> str:
        """Everything the card says."""
        return "\n".join(label.text() for label in (self._title, self._time, self._losses))


class HealthStrip(QWidget):
    """A card for each stage, one for this window, one for the total latency."""

    def __init__(self, meter: DisplayMeter) -> None:
        super().__init__()
        self._meter = meter
        self._total_ms: deque[float] = deque(maxlen=100)
        self._prediction: Prediction | None = None
        self._texts_due_s = 0.0
        self.cards: dict[str, HealthCard] = {}
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        for name in ("capture", "pose", "inference", "display", "total"):
            self._add_card(name)

    def _add_card(self, name: str) -> None:
        self.cards[name] = HealthCard(name)
        before_display = max(len(self.cards) - 3, 0) if "total" in self.cards and name != "total" else -1
        self._layout.insertWidget(before_display, self.cards[name], 1)

    def show_health(self, stages: tuple[StageHealth, ...], prediction: Prediction | None) -> None:
        """Take in the newest figures; the texts follow four times a second."""
        if prediction is not None and prediction is not self._prediction:
            self._prediction = prediction
            total_ms = prediction.latency_ms.get("total")
            if total_ms is not None:
                self._total_ms.append(total_ms)
        now_s = time.perf_counter()
        if now_s < self._texts_due_s:
            return
        self._texts_due_s = now_s + TEXTS_EVERY_S
        for stage in stages:
            if stage.name not in self.cards:
                self._add_card(stage.name)
            losses_text = f"queue {stage.queue} · dropped {stage.dropped}"
            self.cards[stage.name].show_stage(*_rate_and_time(stage), losses_text, lost=stage.dropped > 0)
        display = self._meter.health(now_s)
        self.cards["display"].show_stage(*_rate_and_time(display), f"pictures {display.count}", lost=False)
        self._show_total()

    def _show_total(self) -> None:
        if not self._total_ms:
            self.cards["total"].show_stage("total latency", "no prediction yet", "", lost=False)
            return
        p95_ms = float(np.percentile(self._total_ms, 95))
        time_text = f"now {_ms(self._total_ms[-1])} · p95 {_ms(p95_ms)}"
        self.cards["total"].show_stage("total latency", time_text, "frame to prediction", lost=False)


def _rate_and_time(stage: StageHealth) -> tuple[str, str]:
    title = f"{stage.name}  <span style='color: {palette.TEXT.name()}'>{stage.rate_hz:.1f} Hz</span>"
    return title, f"now {_ms(stage.last_ms)} · p95 {_ms(stage.p95_ms)}"


def _ms(duration_ms: float) -> str:
    return f"{duration_ms:.1f} ms" if duration_ms < 100 else f"{duration_ms:.0f} ms"
