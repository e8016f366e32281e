"""The line above the picture: what is happening, in large letters, and where the picture and the weights come from."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from tsmf_live.frames import View
from tsmf_live.gui import palette


def scene_text(view: View) -> tuple[str, str]:
    """What is happening, and how sure that is if it is an action (else "")."""
    if view.state == "failed":
        return "stopped", ""
    if view.frame is None or view.pose is None:
        return ("nothing was read" if view.state == "ended" else "starting …"), ""
    if not view.pose.persons:
        return "nobody in view", ""
    if view.prediction is None or view.prediction.state == "warming":
        return "watching …", ""
    if view.prediction.state == "idle" or view.prediction.label is None:
        return "nothing happening", ""
    return view.prediction.label, f"{view.prediction.confidence:.0%}"


class SceneHeader(QWidget):
    """The scene's label on the left; source, checkpoint and focus on the right."""

    def __init__(self, source_name: str, checkpoint_name: str) -> None:
        super().__init__()
        self.scene = palette.ElidedLabel("calm", fill=False)
        self.confidence = QLabel()
        self.confidence.setProperty("role", "calm")
        self.focus = palette.ElidedLabel("muted", align=Qt.AlignRight)
        source = palette.ElidedLabel("muted", align=Qt.AlignRight)
        source.set_text(f"source: {source_name}")
        checkpoint = palette.ElidedLabel("muted", align=Qt.AlignRight)
        checkpoint.set_text(f"weights: {checkpoint_name}")
        facts = QVBoxLayout()
        facts.setSpacing(1)
        for label in (source, checkpoint, self.focus):
            facts.addWidget(label)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        said = QHBoxLayout()
        said.setSpacing(18)
        said.addWidget(self.scene)
        said.addWidget(self.confidence)
        said.addStretch(1)
        layout.addLayout(said, 3)
        layout.addLayout(facts, 1)

    def show_scene(self, view: View, focus: int | None) -> None:
        """Say what is happening and who is in focus."""
        text, confidence = scene_text(view)
        palette.set_role(self.scene, "scene" if confidence else "calm")
        self.scene.set_text(text)
        self.confidence.setText(confidence)
        self.focus.set_text("focus: automatic" if focus is None else f"focus: person {focus + 1} (0: automatic)")
