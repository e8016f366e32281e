"""How fast each stage runs, how late it is, what waits and what was lost: a lamp, and behind it a bar of figures.

While a run starts, and after a jump in a recording, moments are left out on purpose: those are not counted.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PyQt5.QtCore import QT_TR_NOOP, QPointF, Qt
from PyQt5.QtGui import QTextDocumentFragment
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from tsmf_live.frames import Prediction, SensorFrame, StageHealth, Tilt
from tsmf_live.gui import palette
from tsmf_live.gui.hover import HoverText
from tsmf_live.gui.language import tr

_LOST = f"background: {palette.AMBER.name()}; color: {palette.ON_AMBER.name()}; font-weight: bold; border-radius: 3px;"
RATE_SPAN_S = 2.0  # rates are those of the last 2 s, as in StageHealth
LOSS_SHOWN_S = 10.0  # so long a loss stays amber; its count stays
TEXTS_EVERY_S = 0.25  # figures that change faster cannot be read
SETTLES_S = 3.0  # after the first prediction, or a jump
JUMP_S = 1.0  # between two predictions, beside the sensor's clock
FEW_HZ, LATE_MS = 5.0, 500.0  # fewer predictions, or later ones, are worth a word
FEW_PICTURES_HZ = 10.0  # a sensor gives 30 a second, 15 in dim light; a recording that is stepped through gives fewer

#: Stage -> its name, what it does, and what to do when its figures are bad.
EXPLAINED = {
    "capture": (
        QT_TR_NOOP("capture"),
        QT_TR_NOOP("Reads the sensor or the recording. The Kinect gives 30 pictures a second, 15 in dim light."),
        QT_TR_NOOP("Below 28 Hz: put on a light, use a USB 3 port of its own, close other programs."),
    ),
    "estimate": (
        QT_TR_NOOP("estimator"),
        QT_TR_NOOP("MediaPipe Pose finds the people on the pictures of a camera or a video, which have no skeletons."),
        QT_TR_NOOP("Lost: pictures nobody was looked for on. Below 10 Hz: use the lite model, or a faster PC."),
    ),
    "pose": (
        QT_TR_NOOP("pose"),
        QT_TR_NOOP("Keeps the people apart and cuts out head, hands and feet."),
        QT_TR_NOOP("Lost frames: the PC is too busy; close other programs."),
    ),
    "inference": (
        QT_TR_NOOP("inference"),
        QT_TR_NOOP("The two networks. Lost: moments left out because the networks were still busy."),
        QT_TR_NOOP("Below 5 Hz: close other programs, use a GPU or a faster PC. Recording does not suffer."),
    ),
    "record": (
        QT_TR_NOOP("record"),
        QT_TR_NOOP("Writes the take to disk. Lost: frames that are missing in the take."),
        QT_TR_NOOP("Anything lost: record to an internal disk, free some space, close other programs."),
    ),
    "display": (
        QT_TR_NOOP("display"),
        QT_TR_NOOP("This window. The time is what painting one picture costs."),
        QT_TR_NOOP("Below 20 Hz: make the window smaller. Nothing else waits for it."),
    ),
    "level": (
        QT_TR_NOOP("sensor"),
        QT_TR_NOOP(
            "How much of the last seconds it saw of whoever it sees worst. How far it is tilted, and how that is "
            "known: the networks get joints turned upright."
        ),
        QT_TR_NOOP(
            "Below 50%: step back, clear the view, put on a light. Tilt unknown: somebody should stand or walk for a "
            "second. Above 30 degrees: mount it less steep."
        ),
    ),
    "total": (
        QT_TR_NOOP("total latency"),
        QT_TR_NOOP("From the sensor's frame to the finished prediction."),
        QT_TR_NOOP("Above 300 ms: see inference."),
    ),
}


#: How the tilt is known, as Tilt says it.
KNOWN_FROM = (QT_TR_NOOP("floor plane"), QT_TR_NOOP("people who stand"), QT_TR_NOOP("unknown"))


class DisplayMeter:
    """Counts what this window paints: rate over the last 2 s, time per picture.

    watch: called after each painting with the time (time.perf_counter()), the frame if it is new, and the prediction.
    """

    def __init__(self) -> None:
        self.count = 0
        self.watch: Callable[[float, SensorFrame | None, Prediction | None], None] | None = None
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
        title, does, remedy = EXPLAINED.get(name, (name, "", ""))
        self.setToolTip(f"<b>{tr(title)}</b><p>{tr(does)}</p><p>{tr(remedy)}</p>")
        self._title, self._time, self._losses = QLabel(tr(title)), QLabel(), QLabel()
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
        style = _LOST if lost else ""
        if self._losses.styleSheet() != style:  # setting it makes Qt work out every style anew
            self._losses.setStyleSheet(style)

    def text(self) -> str:
        """Everything the card says."""
        return "\n".join(label.text() for label in (self._title, self._time, self._losses))

    def line(self) -> str:
        """The same in a line of plain text."""
        title = QTextDocumentFragment.fromHtml(self._title.text()).toPlainText()
        told = (title, self._time.text(), self._losses.text())
        return " · ".join(part for part in told if part)


class HealthBar(QWidget):
    """A card for each stage, one for this window, one for the total latency."""

    def __init__(self, meter: DisplayMeter) -> None:
        super().__init__()
        self._meter = meter
        self._total_ms: deque[float] = deque(maxlen=100)
        self._prediction: Prediction | None = None
        self._texts_due_s = 0.0
        self._lost: dict[str, tuple[int, float]] = {}  # stage -> dropped so far, and when that last grew
        self._excused: dict[str, tuple[int, int]] = {}  # stage -> left out so far, and what of that does not count
        self._settled_s = np.inf  # from when on losses count
        self.worry = ""  # the first thing that is not as it should be, "" if all is
        self.cards: dict[str, HealthCard] = {}
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        for name in ("capture", "pose", "inference", "display", "level", "total"):
            self._add_card(name)

    def _add_card(self, name: str) -> None:
        self.cards[name] = HealthCard(name)
        place = [known for known in EXPLAINED if known in self.cards].index(name) if name in EXPLAINED else 0
        self._layout.insertWidget(place, self.cards[name], 1)

    def go_on_from(self, before: HealthBar) -> None:
        """Takes over what another bar of the same run has counted: what was lost long ago is no news."""
        self._lost, self._total_ms = before._lost, before._total_ms
        self._excused, self._settled_s, self._prediction = before._excused, before._settled_s, before._prediction

    def show_health(
        self,
        stages: tuple[StageHealth, ...],
        prediction: Prediction | None,
        tilt: Tilt | None,
        is_sensor: bool = False,
    ) -> None:
        """Take in the newest figures; the texts follow four times a second.

        Args:
            is_sensor: whether pictures come by themselves, at the pace of something that runs.
        """
        now_s = time.perf_counter()
        if prediction is not None and prediction is not self._prediction:
            if self._prediction is None or _jumped(self._prediction, prediction):
                self._settled_s = now_s + SETTLES_S
            self._prediction = prediction
            total_ms = prediction.latency_ms.get("total")
            if total_ms is not None:
                self._total_ms.append(total_ms)
        if now_s < self._texts_due_s:
            return
        self._texts_due_s = now_s + TEXTS_EVERY_S
        stages = tuple(self._counted(stage, now_s) for stage in stages)
        worries = []
        for stage in stages:
            if stage.name not in self.cards:
                self._add_card(stage.name)
            loses = self._loses(stage, now_s)
            if loses:
                worries.append(tr("{stage}: {n} lost").format(stage=_name_of(stage.name), n=stage.dropped))
            losses_text = tr("{queue} waiting · {dropped} lost so far").format(queue=stage.queue, dropped=stage.dropped)
            self.cards[stage.name].show_stage(*_rate_and_time(stage), losses_text, lost=loses)
        if "record" in self.cards:
            self.cards["record"].setVisible(any(stage.name == "record" for stage in stages))
        tilt = tilt or Tilt()
        degrees = tr("tilted {degrees}°").format(degrees=f"{tilt.degrees:.0f}")
        known = tilt.known_from != KNOWN_FROM[-1]
        self.cards["level"].show_stage(
            self._sensor_title(), degrees if known else tr("tilt"), tr(tilt.known_from), lost=False
        )
        display = self._meter.health(now_s)
        pictures = tr("pictures {count}").format(count=display.count)
        self.cards["display"].show_stage(*_rate_and_time(display), pictures, lost=False)
        self._show_total()
        self.worry = next(iter([*worries, *self._slowness(stages, now_s, is_sensor)]), "")

    def figures(self) -> str:
        """What all cards say, a line each."""
        return "\n".join(card.line() for card in self.cards.values() if not card.isHidden())

    def _slowness(self, stages: tuple[StageHealth, ...], now_s: float, is_sensor: bool) -> list[str]:
        """What is too slow, in words; nothing while the run settles or stands still."""
        rates = {stage.name: stage.rate_hz for stage in stages}
        pictures_hz = rates.get("capture", 0.0)
        if now_s < self._settled_s + SETTLES_S or not (is_sensor or pictures_hz >= FEW_PICTURES_HZ):
            return []
        said = []
        if pictures_hz < FEW_PICTURES_HZ:
            said.append(tr("only {rate} pictures a second").format(rate=f"{pictures_hz:.1f}"))
        if rates.get("inference", FEW_HZ) < FEW_HZ:
            said.append(tr("only {rate} predictions a second").format(rate=f"{rates['inference']:.1f}"))
        if self._total_ms and (p95_ms := float(np.percentile(self._total_ms, 95))) > LATE_MS:
            said.append(tr("predictions are {late} late").format(late=_ms(p95_ms)))
        return said

    def _counted(self, stage: StageHealth, now_s: float) -> StageHealth:
        """A stage without what it left out while the run settled; of a take everything counts."""
        if stage.name == "record":
            return stage
        seen, excused = self._excused.get(stage.name, (0, 0))
        if stage.dropped < seen:  # another run
            seen = excused = 0
        if now_s < self._settled_s:
            excused += stage.dropped - seen
        self._excused[stage.name] = stage.dropped, excused
        return replace(stage, dropped=stage.dropped - excused)

    def _sensor_title(self) -> str:
        """The sensor, and how much of the window it saw of whoever it sees worst."""
        people = [one for one in self._prediction.persons if one.is_person] if self._prediction is not None else []
        if not people:
            return tr("sensor")
        share = min(one.coverage for one in people)
        seen = tr("{share} seen").format(share=f"{share:.0%}")
        return f"{tr('sensor')}  <span style='color: {palette.TEXT.name()}'>{seen}</span>"

    def _loses(self, stage: StageHealth, now_s: float) -> bool:
        """Whether it lost something lately; what a take has lost counts until the take ends."""
        dropped, grew_s = self._lost.get(stage.name, (0, -LOSS_SHOWN_S))
        if stage.dropped != dropped:
            grew_s = now_s if stage.dropped > dropped else -LOSS_SHOWN_S
            self._lost[stage.name] = stage.dropped, grew_s
        return stage.dropped > 0 and (stage.name == "record" or now_s - grew_s < LOSS_SHOWN_S)

    def _show_total(self) -> None:
        if not self._total_ms:
            self.cards["total"].show_stage(tr("total latency"), tr("no prediction yet"), "", lost=False)
            return
        p95_ms = float(np.percentile(self._total_ms, 95))
        time_text = _time_text(self._total_ms[-1], p95_ms)
        self.cards["total"].show_stage(tr("total latency"), time_text, tr("frame to prediction"), lost=False)


class HealthLamp(HoverText, QToolButton):
    """Green, or amber with the reason; pressed, the figures are shown, and while the mouse is over it.

    Args:
        figures: gives them, a line each.
    """

    def __init__(self, figures: Callable[[], str]) -> None:
        super().__init__()
        self._figures = figures
        self.setObjectName("lamp")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.TabFocus)
        self.show_worry("")

    def hover_text(self, _point: QPointF) -> str:
        """How each stage does."""
        return f"{self.text()}\n{tr('How each stage does (H)')}\n\n{self._figures()}"

    def show_worry(self, worry: str) -> None:
        """Show what is not as it should be, "": all is."""
        self.setText("● " + (worry or tr("all runs well")))
        if self.property("amber") != bool(worry):
            self.setProperty("amber", bool(worry))
            self.style().unpolish(self)
            self.style().polish(self)


def _jumped(before: Prediction, now: Prediction) -> bool:
    """Whether the recording was sent elsewhere between two predictions."""
    if None in (before.position_s, now.position_s):
        return False
    return abs((now.position_s - before.position_s) - (now.sensor_time_s - before.sensor_time_s)) > JUMP_S


def _name_of(stage: str) -> str:
    return tr(EXPLAINED[stage][0]) if stage in EXPLAINED else stage


def _rate_and_time(stage: StageHealth) -> tuple[str, str]:
    title = f"{_name_of(stage.name)}  <span style='color: {palette.TEXT.name()}'>{stage.rate_hz:.1f} Hz</span>"
    return title, _time_text(stage.last_ms, stage.p95_ms)


def _time_text(now_ms: float, p95_ms: float) -> str:
    return tr("now {now} · p95 {p95}").format(now=_ms(now_ms), p95=_ms(p95_ms))


def _ms(duration_ms: float) -> str:
    return f"{duration_ms:.1f} ms" if duration_ms < 100 else f"{duration_ms:.0f} ms"
