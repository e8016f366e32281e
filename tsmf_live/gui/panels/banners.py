"""Lines above the picture: an error, the end, warnings, and what is under way."""

from __future__ import annotations

from PyQt5.QtCore import QT_TR_NOOP
from PyQt5.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QVBoxLayout, QWidget

from tsmf_live.frames import View
from tsmf_live.gui import palette
from tsmf_live.gui.doctor_words import run_in_words
from tsmf_live.gui.language import tr

#: What the sources say of a sensor, for translation.
SENSOR_WORDS = (
    QT_TR_NOOP("waiting for the sensor's first frame"),
    QT_TR_NOOP("no frame from the sensor for a second"),
    QT_TR_NOOP("the sensor is not there: check its power supply and the USB 3 cable"),
    QT_TR_NOOP("opening the sensor again"),
    QT_TR_NOOP("dim light: the sensor gives 15 pictures a second (bodies go on at 30); put on a light if you can"),
)


class Banner(QWidget):
    """One coloured line that can be put away; a text that was put away does not come back by itself."""

    def __init__(self, *, closable: bool) -> None:
        super().__init__()
        self.label = palette.PlainLabel()
        self.label.setWordWrap(True)
        self.label.setMargin(5)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.label, 1)
        if closable:
            close = QToolButton()
            close.setText("✕")
            close.setToolTip(tr("Put this line away; it stays in the log"))
            close.clicked.connect(self.hide)
            layout.addWidget(close)
        self.hide()

    def text(self) -> str:
        """What it says."""
        return self.label.text()

    def show_text(self, role: str, text: str, tooltip: str = "") -> None:
        """Say this, "" for nothing; does nothing if it says this already."""
        if text != self.label.text():
            palette.set_role(self.label, role)
            self.label.setText(text)
            self.label.setToolTip(palette.shown_as_is(tooltip))
            self.setVisible(bool(text))


class Banners(QWidget):
    """The state of the run, the sensor's state, its warnings, and what the window itself has to say."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.sensor = Banner(closable=False), Banner(closable=False)
        self.weights = Banner(closable=False)
        self.warning, self.notice = Banner(closable=True), Banner(closable=True)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)  # how long it takes is not known
        self.progress.setMaximumHeight(6)
        self.progress.setTextVisible(False)
        self.progress.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for widget in (self.state, self.sensor, self.weights, self.warning, self.notice, self.progress):
            layout.addWidget(widget)

    def show_view(self, view: View) -> None:
        """Say what the run has to say."""
        message = run_in_words(view.message) if view.message else ""
        said = {"failed": message or tr("stopped by an error"), "ended": message or tr("recording ended")}
        self.state.show_text(view.state, said.get(view.state, ""))
        self.sensor.show_text("warning", tr(view.sensor) if view.sensor else "")
        warnings = [*map(run_in_words, view.warnings), *([message] if view.state == "running" and message else [])]
        newest = warnings[-1] if warnings else ""
        more = "  " + tr("(and {count} more)").format(count=len(warnings) - 1) if len(warnings) > 1 else ""
        self.warning.show_text("warning", newest + more, "\n".join(warnings))

    def show_weights(self, unfit: bool) -> None:
        """Say that the weights in use do not know whom they look at."""
        says = tr("These weights know only simulated people: what they say of real ones is guesswork (others: Ctrl+L)")
        self.weights.show_text("warning", says if unfit else "")

    def show_busy(self, text: str | None) -> None:
        """Say what is under way, None: nothing is."""
        self.progress.setVisible(text is not None)
        if text is not None:
            self.notice.show_text("notice", text)

    def show_text(self, role: str, text: str) -> None:
        """Say how something that the user asked for ended; stays until put away. An error may be in English."""
        text = run_in_words(text) if role == "failed" else text
        self.notice.show_text("", "")
        self.notice.show_text(role, text)
