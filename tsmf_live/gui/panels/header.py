"""The line above the picture: what is happening, in large letters, and where the picture and the weights come from."""

from __future__ import annotations

from PyQt5.QtCore import QT_TR_NOOP, Qt
from PyQt5.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tsmf_live.frames import RecordingStatus, View
from tsmf_live.gui import palette
from tsmf_live.gui.charts.scores import clock_text
from tsmf_live.gui.language import tr

#: Why weights are taken, as live.weights says it.
REASONS = (
    QT_TR_NOOP("as asked for"),
    QT_TR_NOOP("the source is the simulated actor"),
    QT_TR_NOOP("the source shows real people"),
)


def scene_text(view: View) -> tuple[str, str]:
    """What is happening, and how sure that is if it is an action (else "")."""
    if view.state == "failed":
        return tr("stopped"), ""
    if view.frame is None or view.pose is None:
        return (tr("nothing was read") if view.state == "ended" else tr("starting …")), ""
    if not any(person.is_person for person in view.pose.persons):
        return tr("nobody in view"), ""
    if view.prediction is None or view.prediction.state == "warming":
        return tr("watching …"), ""
    if view.prediction.state == "idle" or view.prediction.label is None:
        return tr("nothing happening"), ""
    return view.prediction.label, f"{view.prediction.confidence:.0%}"


def recording_text(status: RecordingStatus) -> str:
    """What stands in the red badge, "" while nothing is recorded."""
    if status.state != "recording":
        return ""
    return tr("● REC {clock} · take {take}").format(clock=clock_text(status.seconds), take=status.take)


class SceneHeader(QWidget):
    """The scene's label on the left; the recording badge; source, checkpoint and focus on the right."""

    def __init__(self) -> None:
        super().__init__()
        self._large = False
        self.scene = palette.ElidedLabel("calm", fill=False)
        self.confidence = palette.PlainLabel()
        self.confidence.setProperty("role", "calm")
        self.recording = palette.PlainLabel()
        self.recording.setProperty("role", "recording")
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
        said.addWidget(self.scene)
        said.addWidget(self.confidence)
        said.addStretch(1)
        layout.addLayout(said, 3)
        layout.addWidget(self.recording)
        layout.addWidget(self._facts, 1)

    def set_large(self, large: bool) -> None:
        """One large label and nothing else, for full-screen demos."""
        self._large = large
        self._facts.setVisible(not large)
        palette.set_role(self.confidence, "demo-calm" if large else "calm")

    def show_names(self, source_name: str, checkpoint_name: str, weights_reason: str = "") -> None:
        """Say where the picture and the weights come from, and (under the pointer) why these weights."""
        self.source.set_text(tr("source: {name}").format(name=source_name))
        self.weights.set_text(tr("weights: {name}").format(name=checkpoint_name))
        self.weights.setToolTip(tr(weights_reason))

    def show_scene(self, view: View, focus: int | None) -> None:
        """Say what is happening, who is in focus, and that it is recorded."""
        text, confidence = scene_text(view)
        plain, calm = ("demo", "demo-calm") if self._large else ("scene", "calm")
        palette.set_role(self.scene, plain if confidence else calm)
        self.scene.set_text(text)
        self.confidence.setText(confidence)
        chosen = tr("focus: person {number} (0: automatic)").format(number=(focus or 0) + 1)
        self.focus.set_text(tr("focus: automatic") if focus is None else chosen)

    def show_recording(self, status: RecordingStatus) -> None:
        """The red badge, while a take is recorded."""
        text = recording_text(status)
        if text != self.recording.text():
            self.recording.setText(text)
            self.recording.setVisible(bool(text))
