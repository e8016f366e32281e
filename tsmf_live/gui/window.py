"""The window of the live program: pulls a View from the pipeline 30 times a second and hands its parts to the widgets.

It only ever asks for the newest moment, so a slow display slows nothing else, and it repaints nothing that is not new.
It owns no thread. Closing it closes the pipeline.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Protocol

from PyQt5.QtCore import QEventLoop, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QCloseEvent, QKeySequence, QResizeEvent
from PyQt5.QtWidgets import QApplication, QHBoxLayout, QLabel, QMainWindow, QShortcut, QVBoxLayout, QWidget

from tsmf_live.frames import MAX_BODIES, View
from tsmf_live.gui import palette
from tsmf_live.gui.header import SceneHeader
from tsmf_live.gui.health import DisplayMeter, HealthStrip
from tsmf_live.gui.live_view import LivePicture
from tsmf_live.gui.scores import EventsPanel, ScoresPanel

PULL_EVERY_MS = 33  # the sensor gives 30 frames a second
NOT_A_DEVICE = "Not a medical device and not an alarm"
KEYS = "click or 1 to 6: focus on a person · 0: automatic · F11: full screen · Esc: quit"
INTERRUPTED = 130  # exit code after Ctrl-C


class ViewSource(Protocol):
    """What the window needs of the pipeline; all three are called on the GUI thread."""

    def view(self) -> View:
        """The newest moment; returns at once."""

    def focus(self, slot: int | None) -> None:
        """Choose the person in focus, None for automatic; returns at once."""

    def close(self) -> None:
        """Stop everything within seconds; may be called at any moment and more than once."""


class MainWindow(QMainWindow):
    """The live window.

    Signals:
        closed: the window and the pipeline are closed (also when closing the pipeline raised).
        run_over: the source has ended or something failed; emitted once, the window stays open.
    """

    closed = pyqtSignal()
    run_over = pyqtSignal()

    def __init__(self, pipeline: ViewSource, *, source_name: str, checkpoint_name: str) -> None:
        super().__init__()
        self.setWindowTitle(f"TSMF live: {source_name}")
        self._pipeline = pipeline
        self._focus: int | None = None
        self._is_over = self._is_closed = False
        self._text_scale = 0.0
        self.meter = DisplayMeter()
        self.header = SceneHeader(source_name, checkpoint_name)
        self.state_banner, self.warning_banner = _banner(), _banner()
        self.picture = LivePicture(self.meter)
        self.scores = ScoresPanel()
        self.events = EventsPanel()
        self.health = HealthStrip(self.meter)
        self._arrange()
        self._bind_keys()
        self.picture.person_clicked.connect(self.focus_on)
        room = QApplication.primaryScreen().availableSize()
        self.resize(*((1600, 900) if room.width() > 1700 and room.height() > 950 else (1280, 720)))
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.PreciseTimer)
        self._timer.timeout.connect(self.pull)
        self._timer.start(PULL_EVERY_MS)

    def _arrange(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(6)
        side.addWidget(self.scores)
        side.addWidget(self.events, 1)
        middle = QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.picture, 72)
        middle.addLayout(side, 28)
        footer = QHBoxLayout()
        note, keys = QLabel(NOT_A_DEVICE), palette.ElidedLabel("muted", align=Qt.AlignRight)
        note.setProperty("role", "note")
        keys.set_text(KEYS)
        footer.addWidget(note)
        footer.addWidget(keys, 1)
        centre = QWidget()
        whole = QVBoxLayout(centre)
        whole.setContentsMargins(8, 4, 8, 4)
        whole.setSpacing(5)
        for widget in (self.header, self.state_banner, self.warning_banner):
            whole.addWidget(widget)
        whole.addLayout(middle, 1)
        whole.addWidget(self.health)
        whole.addLayout(footer)
        self.setCentralWidget(centre)

    def _bind_keys(self) -> None:
        QShortcut(QKeySequence("Ctrl+Q"), self, self.close)
        QShortcut(QKeySequence(Qt.Key_Escape), self, self._leave)
        QShortcut(QKeySequence(Qt.Key_F11), self, self._toggle_full_screen)
        QShortcut(QKeySequence("0"), self, lambda: self.focus_on(None))
        for slot in range(MAX_BODIES):
            QShortcut(QKeySequence(str(slot + 1)), self, lambda slot=slot: self.focus_on(slot))

    def focus_on(self, slot: int | None) -> None:
        """Put this person into focus; None leaves the choice to the program."""
        self._focus = slot
        self._pipeline.focus(slot)

    def pull(self) -> None:
        """Show the newest moment."""
        view = self._pipeline.view()
        note = None
        if view.frame is None and view.state == "starting":
            note = view.message or "starting …"
        self.picture.show_moment(view.frame, view.pose, view.prediction, self._focus, note)
        self.header.show_scene(view, self._focus)
        self.scores.show_prediction(view.prediction)
        self.events.show_events(view.events)
        self.health.show_health(view.health, view.prediction)
        self._show_banners(view)
        if view.state in ("ended", "failed") and not self._is_over:
            self._is_over = True
            self.run_over.emit()

    def _show_banners(self, view: View) -> None:
        said = {"failed": view.message or "stopped by an error", "ended": view.message or "recording ended"}
        _show_banner(self.state_banner, view.state, said.get(view.state, ""), "")
        warnings = [*view.warnings, *([view.message] if view.state == "running" and view.message else [])]
        newest = warnings[-1] if warnings else ""
        more = f"  (and {len(warnings) - 1} more)" if len(warnings) > 1 else ""
        _show_banner(self.warning_banner, "warning", newest + more, "\n".join(warnings))

    def _leave(self) -> None:
        """Esc: out of full screen first, then out of the program."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.close()

    def _toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fitting = min(self.width() / 1280, self.height() / 720)
        text_scale = round(4 * min(max(fitting, 1.0), 2.0)) / 4  # in quarters: a new style sheet is not free
        if text_scale != self._text_scale:
            self._text_scale = text_scale
            self.setStyleSheet(palette.style_sheet(text_scale))

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        if self._is_closed:
            return
        self._is_closed = True
        self._timer.stop()
        try:
            self._pipeline.close()
        finally:
            self.closed.emit()


def _banner() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setMargin(7)
    label.setTextFormat(Qt.PlainText)
    label.hide()
    return label


def _show_banner(label: QLabel, role: str, text: str, tooltip: str) -> None:
    if text != label.text():
        palette.set_role(label, role)
        label.setText(text)
        label.setToolTip(tooltip)
        label.setVisible(bool(text))


def _new_application() -> QApplication:
    QApplication.setAttribute(Qt.AA_EnableHighDpiScaling)
    QApplication.setAttribute(Qt.AA_UseHighDpiPixmaps)
    return QApplication(sys.argv[:1])


def run_window(pipeline: ViewSource, *, source_name: str, checkpoint_name: str, quit_when_ended: bool = False) -> int:
    """Show the window until it is closed; the pipeline is closed then. Call it on the main thread.

    Args:
        pipeline: running already.
        source_name, checkpoint_name: as the user should read them.
        quit_when_ended: close by itself when the source has ended or something failed.

    Returns:
        0, or 130 if Ctrl-C in the terminal closed it.

    Raises:
        Exception: the first that left a slot or an event of the window, or the pipeline's close. PyQt5 would abort the
            process; here it closes the window and is the caller's to report.
    """
    app = QApplication.instance() or _new_application()
    window = MainWindow(pipeline, source_name=source_name, checkpoint_name=checkpoint_name)
    loop = QEventLoop()
    window.closed.connect(loop.quit)
    if quit_when_ended:
        window.run_over.connect(window.close)
    with _closed_by_error_or_interrupt(window) as (errors, interrupts):
        window.show()
        window.activateWindow()
        loop.exec_()
        window.close()
        app.processEvents()
    if errors:
        raise errors[0]
    return INTERRUPTED if interrupts else 0


@contextmanager
def _closed_by_error_or_interrupt(window: MainWindow) -> Iterator[tuple[list[BaseException], list[int]]]:
    """Within it, an exception out of a slot and Ctrl-C close the window; gives the exceptions, and the signals."""
    errors: list[BaseException] = []
    interrupts: list[int] = []

    def keep_and_close(_type: type, error: BaseException, _trace: TracebackType | None) -> None:
        errors.append(error)
        QTimer.singleShot(0, window.close)  # not here: this may be in the middle of painting

    def interrupt(number: int, _stack: object) -> None:
        interrupts.append(number)
        QTimer.singleShot(0, window.close)  # not here: the window may only just be opening

    hook_before = sys.excepthook
    handler_before = signal.signal(signal.SIGINT, interrupt)  # Python gets to it because the timer wakes it
    sys.excepthook = keep_and_close
    try:
        yield errors, interrupts
    finally:
        sys.excepthook = hook_before
        signal.signal(signal.SIGINT, handler_before)
