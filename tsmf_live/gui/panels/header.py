"""The line above the picture: who does what, in large letters, and where the picture and the weights come from."""

from __future__ import annotations

import time
from typing import NamedTuple

from PyQt5.QtCore import QT_TR_NOOP, QRectF, Qt
from PyQt5.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PyQt5.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tsmf_live.frames import PersonPrediction, Prediction, RecordingStatus, View
from tsmf_live.gui import palette
from tsmf_live.gui.charts.scores import clock_text
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.language import tr
from tsmf_live.live.weights import is_simulated

#: Why weights are taken, as live.weights says it.
REASONS = (
    QT_TR_NOOP("as asked for"),
    QT_TR_NOOP("the source is the simulated actor"),
    QT_TR_NOOP("the source shows real people"),
)
DEVICES = ("kinect", "webcam")
LIVE_S = 2.0  # a device whose newest picture is older is not seen live
MOST_LINES, SMALLEST_PX = 4, 11
BETWEEN = " · "  # what two people do


class Said(NamedTuple):
    """What the large line says; `confidence` stands beside one action, `acts` is False for what is calm."""

    text: str
    confidence: str = ""
    acts: bool = False


def headline(view: View, focus: int | None) -> Said:
    """Who does what: the person in focus, else everybody who acts.

    Args:
        focus: the slot that the user has chosen, None for automatic.
    """
    if view.state == "failed":
        return Said(tr("stopped"))
    if view.frame is None or view.pose is None:
        return Said(tr("nothing was read") if view.state == "ended" else tr("starting …"))
    if is_over(view):
        return Said("")
    if not networks_run(view):
        return Said(tr("Loading the networks …"))
    if not any(person.is_person for person in view.pose.persons):
        return Said(tr("nobody in view"))
    if view.prediction is None:
        return Said(tr("watching …"))
    return said_of(view.prediction, focus)


def said_of(prediction: Prediction, focus: int | None) -> Said:
    """Who does what, of somebody who is in view."""
    people = [person for person in prediction.persons if person.is_person]
    return _of_all(prediction, people) if focus is None else _of_one(prediction, people, focus)


def _of_all(prediction: Prediction, people: list[PersonPrediction]) -> Said:
    acting = [person for person in people if person.label is not None]
    if len(acting) == 1:
        number = f"{acting[0].slot + 1} " if len(people) > 1 else ""
        return Said(number + class_name(acting[0].label), f"{acting[0].confidence:.0%}", True)
    if acting:
        return Said(BETWEEN.join(_number_and_action(person) for person in acting), "", True)
    if prediction.label is not None:  # of two people, what they do together
        return Said(class_name(prediction.label), f"{prediction.confidence:.0%}", True)
    if people and all(person.withheld for person in people):
        return Said(tr("too little to be seen"))
    return Said(tr("watching …") if prediction.state == "warming" else tr("nothing happening"))


def _of_one(prediction: Prediction, people: list[PersonPrediction], slot: int) -> Said:
    person = next((person for person in people if person.slot == slot), None)
    if person is None:
        return Said(tr("person {n} is not in view").format(n=slot + 1))
    if person.label is not None:
        return Said(f"{slot + 1} {class_name(person.label)}", f"{person.confidence:.0%}", True)
    if person.withheld:
        return Said(tr("too little to be seen"))
    if prediction.state == "warming":
        return Said(tr("watching …"))
    return Said(tr("person {n}: no action").format(n=slot + 1))


def _number_and_action(person: PersonPrediction) -> str:
    return f"{person.slot + 1} {class_name(person.label)} {person.confidence:.0%}"


def networks_run(view: View) -> bool:
    """Whether the networks have looked at anything yet."""
    return view.prediction is not None or any(stage.name == "inference" and stage.count for stage in view.health)


def is_over(view: View) -> bool:
    """Whether a recording has come to its end, be it held there or not."""
    return view.state == "ended" or (view.player is not None and view.player.at_end)


def halt_text(view: View) -> str:
    """What stands in the amber badge of a recording that stands still, "" while it runs."""
    if view.frame is None or view.state == "failed":
        return ""
    if is_over(view):
        return tr("END")
    return tr("PAUSED") if view.player is not None and view.player.paused and networks_run(view) else ""


def recording_text(status: RecordingStatus) -> str:
    """What stands in the red badge, "" while nothing is recorded."""
    if status.state != "recording":
        return ""
    return tr("● REC {clock} · take {take}").format(clock=clock_text(status.seconds), take=status.take)


def goes_on(view: View) -> bool:
    """Whether the newest picture came just now: not before the first, in a stall, or after a failure."""
    is_new = view.frame is not None and time.perf_counter() - view.frame.host_time_s < LIVE_S
    return view.state in ("starting", "running") and is_new


def origin_text(source: str) -> tuple[str, str]:
    """Whether what is seen goes on now, lies in a file, or is simulated: text and role of the badge.

    Args:
        source: as in --source.
    """
    kind = source.partition(":")[0]
    if is_simulated(source):
        return tr("SIMULATED") if kind == "demo" else tr("SIMULATED (a file)"), "simulated"
    return (tr("LIVE"), "live") if kind in DEVICES else (tr("RECORDING (a file)"), "file")


class Headline(palette.ElidedLabel):
    """The large line: of full size if it fits, else in up to four smaller lines, and shortened only then."""

    def __init__(self) -> None:
        super().__init__("calm", fill=False)

    def lines(self) -> tuple[QFont, list[str]]:
        """What is drawn at the present width, and its font."""
        font, full_px = QFont(self.font()), self.fontInfo().pixelSize()
        for most in range(1, MOST_LINES + 1):
            font.setPixelSize(max(full_px // most, SMALLEST_PX))
            metrics, lines = QFontMetrics(font), [""]
            for part in self.text().split(BETWEEN):
                longer = lines[-1] + BETWEEN + part if lines[-1] else part
                if lines[-1] and metrics.horizontalAdvance(longer) > self.width():
                    lines.append(part)
                else:
                    lines[-1] = longer
            fit = all(metrics.horizontalAdvance(line) <= self.width() for line in lines)
            if fit and len(lines) <= most:
                return font, lines
        lines[most - 1 :] = [BETWEEN.join(lines[most - 1 :])]
        return font, [palette.elided(line, metrics, self.width()) for line in lines]

    def paintEvent(self, _event: QPaintEvent) -> None:
        font, lines = self.lines()
        painter = QPainter(self)
        painter.setFont(font)
        painter.setPen(self.palette().windowText().color())
        line_px = self.height() / len(lines)
        for k, line in enumerate(lines):
            painter.drawText(QRectF(0, k * line_px, self.width(), line_px), int(Qt.AlignLeft | Qt.AlignVCenter), line)
        painter.end()


class SceneHeader(QWidget):
    """On the left who does what; then the badges; on the right source, checkpoint and focus."""

    def __init__(self) -> None:
        super().__init__()
        self._large = False
        self._origin = "", ""  # of the badge, while the picture goes on
        self.scene = Headline()
        self.confidence = palette.PlainLabel()
        self.confidence.setProperty("role", "calm")
        self.halt, self.recording, self.origin = palette.PlainLabel(), palette.PlainLabel(), palette.PlainLabel()
        self.halt.setProperty("role", "halt")
        self.recording.setProperty("role", "recording")
        self.halt.hide()
        self.recording.hide()
        self.source, self.weights, self.focus = (palette.ElidedLabel("muted", align=Qt.AlignRight) for _ in range(3))
        self._facts = QWidget()
        facts = QVBoxLayout(self._facts)
        facts.setContentsMargins(0, 0, 0, 0)
        facts.setSpacing(1)
        for label in (self.source, self.weights, self.focus):
            facts.addWidget(label)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        said = QHBoxLayout()
        said.setSpacing(18)
        said.addWidget(self.halt)
        said.addWidget(self.scene)
        said.addWidget(self.confidence)
        said.addStretch(1)
        layout.addLayout(said, 3)
        layout.addWidget(self.recording)
        layout.addWidget(self.origin)
        layout.addWidget(self._facts, 1)

    def set_large(self, large: bool) -> None:
        """One large label and nothing else, for full-screen demos."""
        self._large = large
        self._facts.setVisible(not large)
        palette.set_role(self.confidence, "demo-calm" if large else "calm")
        palette.set_role(self.halt, "demo-halt" if large else "halt")

    def show_names(self, source_name: str, checkpoint_name: str, weights_reason: str = "") -> None:
        """Say where the picture and the weights come from, and (under the pointer) why these weights."""
        self.source.set_text(tr("source: {name}").format(name=source_name))
        self.weights.set_text(tr("weights: {name}").format(name=checkpoint_name))
        self.weights.setToolTip(tr(weights_reason))

    def show_origin(self, source: str) -> None:
        """The badge that is always there: LIVE, a file, or SIMULATED."""
        self._origin = origin_text(source)
        self.show_live(False)

    def show_live(self, is_now: bool) -> None:
        """Whether what is seen goes on at this moment; of a device the badge says so."""
        text, role = self._origin
        if role == "live" and not is_now:
            text, role = tr("NOT LIVE"), "file"
        if text == self.origin.text():
            return
        self.origin.setText(text)
        palette.set_role(self.origin, role)

    def show_scene(self, view: View, focus: int | None) -> None:
        """Say who does what, who is in focus, and whether the recording stands still."""
        said = headline(view, focus)
        plain, calm = ("demo", "demo-calm") if self._large else ("scene", "calm")
        palette.set_role(self.scene, plain if said.acts else calm)
        self.scene.set_text(said.text)
        self.confidence.setText(said.confidence)
        halt = halt_text(view)
        if halt != self.halt.text():
            self.halt.setText(halt)
            self.halt.setVisible(bool(halt))
        chosen = tr("focus: person {number} (0: automatic)").format(number=(focus or 0) + 1)
        self.focus.set_text(tr("focus: automatic") if focus is None else chosen)

    def show_recording(self, status: RecordingStatus) -> None:
        """The red badge, while a take is recorded."""
        text = recording_text(status)
        if text != self.recording.text():
            self.recording.setText(text)
            self.recording.setVisible(bool(text))
