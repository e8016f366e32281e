"""The window of the live program: pulls a View from the pipeline 30 times a second and hands it to the desk.

It only ever asks for the newest moment, so a slow display slows nothing else, and it repaints nothing that is not new.
What takes long is an errand on a stage of its own. Closing the window closes the pipeline.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, QObject, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from PyQt5.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMainWindow,
    QStackedWidget,
)

from tsmf_live.frames import View
from tsmf_live.gui import palette, screen
from tsmf_live.gui.desk import Desk
from tsmf_live.gui.dialogs.questions import ask
from tsmf_live.gui.language import lacks_letters, tr, use_language
from tsmf_live.gui.log_file import LogFile
from tsmf_live.gui.machine import Machine
from tsmf_live.gui.menus import fill_menus
from tsmf_live.gui.opening import Opening
from tsmf_live.gui.pages.page import Page
from tsmf_live.gui.pages.start_page import StartPage
from tsmf_live.gui.pages.study_page import StudyPage
from tsmf_live.gui.pages.teach_page import TeachPage
from tsmf_live.gui.panels.banners import Banners
from tsmf_live.gui.panels.header import networks_run
from tsmf_live.gui.panels.health import DisplayMeter
from tsmf_live.gui.protocol import Protocol
from tsmf_live.gui.settings import Settings, study_folder
from tsmf_live.gui.sounds import Sounds
from tsmf_live.gui.source_titles import source_title
from tsmf_live.gui.study import Study
from tsmf_live.gui.teaching import Teaching

if TYPE_CHECKING:  # for types only: they bring torch
    from tsmf_live.live.launcher import Launcher
    from tsmf_live.live.pipeline import Pipeline

PULL_EVERY_MS = 16  # each of the sensor's 30 frames a second is shown at most so late
GIVING_WAY_MS = (PULL_EVERY_MS, 120, 500)  # for each RecordingStatus.behind: the recorder needs the machine
#: In English: Chinese letters would be boxes.
NO_LETTERS = (
    "No font of this machine has Chinese letters: install one (on Debian and Ubuntu: sudo apt-get install "
    "fonts-noto-cjk), then start again. View > Language > English leads back."
)
FIELDS = (QLineEdit, QAbstractSpinBox, QComboBox)  # what takes keys for itself
AWAITED_S = 15.0  # a recording waits at most so long for the window and the networks
FRAMED_MS = 500  # by then the window manager has given the window its frame


class MainWindow(QMainWindow):
    """The live window.

    Signals:
        closed: the window and the pipeline are closed (also when closing the pipeline raised).
        run_over: the source has ended or something failed; emitted once a run, the window stays open.
    """

    closed = pyqtSignal()
    run_over = pyqtSignal()

    def __init__(self, run: Pipeline, launcher: Launcher | None = None) -> None:
        super().__init__()
        self.run, self.opening = run, Opening(self, launcher)
        self.settings, self.log = Settings(), LogFile()
        self.meter, self.machine = DisplayMeter(), Machine()
        self.protocol, self.sounds = Protocol(), Sounds()
        self.protocol.rang.connect(self._ring)
        self.study = Study(study_folder(self.settings))
        self.teaching = Teaching()
        self.page = "live"  # in front; see menus.PAGES
        self.live_keys: set[str] = set()  # of the menus, those that mean the live page
        self._why_start = ""  # why the start page opened by itself
        self.desk: Desk | None = None
        self._view: View | None = None
        self._has_begun = False  # a recording that awaited us
        self._begins_by_s: float | None = None  # and when at the latest, once it awaits us
        self._is_over = self._is_closed = self._demo = self._closes_when_saved = False
        self.last_words: list[str] = []  # what is to be told when the window is gone
        self._text_scale = 0.0
        self.setAcceptDrops(True)
        self.installEventFilter(self)
        frame = screen.usual_frame(self)
        self.setMinimumSize(1, 1)
        self.resize(screen.first_size(frame, screen.room_for(self)))
        self.restoreGeometry(self.settings.state("window"))
        screen.bring_in(self, frame)
        self.build()
        self.desk.splitter.restoreState(self.settings.state("splitter"))
        self.log.begin_run(run.settings.source_name)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.PreciseTimer)
        self._timer.timeout.connect(self.pull)
        self._timer.start(PULL_EVERY_MS)

    def build(self) -> None:
        """Makes everything in the window anew: for another run, language or theme."""
        use_language(self.settings.language)
        palette.use_theme(self.settings.theme)
        title = tr("TSMF live: {source}").format(source=source_title(self.run.settings.source))
        self.setWindowTitle(title if self.run.started else tr("TSMF live"))
        before, self.desk = self.desk, Desk(self.run, self.settings, self.meter, self.protocol, self.desk)
        if before is not None:
            before.inspector.hand_video_to(self.desk.inspector)
            before.close_whole()
        self.desk.inspector.video_ended.connect(self._note_video)
        self.desk.picture.person_clicked.connect(self.focus_on)
        fill_menus(self)
        self._text_scale = 0.0
        self._scale_text()
        self.stack, self._pages = QStackedWidget(), {}
        self.stack.addWidget(self.desk)
        self.setCentralWidget(self.stack)
        self.desk.arrange_for(self.width(), self.height())
        self.desk.set_demo(self._demo)
        self.menuBar().setVisible(not self._demo)
        self.show_page(self.page)
        if lacks_letters(self.settings.language):
            self.say("warning", NO_LETTERS)

    def show_page(self, name: str) -> None:
        """Bring a page to the front, one of menus.PAGES; what runs goes on."""
        self.page = name
        self.page_bar.mark(name)
        if name == "live":
            self.stack.setCurrentWidget(self.desk)
            self.desk.picture.setFocus()
            return
        if name not in self._pages:
            self._pages[name] = self._made_page(name)
            self.stack.addWidget(self._pages[name])
        self.stack.setCurrentWidget(self._pages[name])
        self._pages[name].enter()

    def _made_page(self, name: str) -> Page:
        if name == "study":
            return StudyPage(self, self.study)
        if name == "teach":
            return TeachPage(self, self.study, self.teaching)
        return StartPage(self, self.machine, self._why_start)

    @property
    def recorded_folder(self) -> Path | None:
        """The folder of the take that is being recorded."""
        status = self._view.recording if self._view is not None else None
        return status.folder if status is not None and status.state == "recording" else None

    def offer_sources(self, reason: str) -> None:
        """Open the start page, as there is no Kinect; `reason` says why."""
        self._why_start = reason
        self.page = "start"
        self.build()

    def say(self, role: str, text: str) -> None:
        """Say how something that the user asked for ended, on the page in front."""
        for banners in self._banners():
            banners.show_text(role, text)

    def show_busy(self, text: str | None) -> None:
        """Say what is under way, None: nothing is."""
        for banners in self._banners():
            banners.show_busy(text)

    def _banners(self) -> list[Banners]:
        return [self.desk.banners, *(page.banners for page in self._pages.values())]

    def focus_on(self, slot: int | None) -> None:
        """Put this person into focus; None leaves the choice to the program."""
        self.run.focus(slot)

    def digit(self, digit: int) -> None:
        """A label while a segment has begun or an annotation is chosen, else the focus; 0 is automatic."""
        if self.desk.annotations is not None and self.desk.annotations.under_way:
            self.desk.annotations.choose_label(digit)
        else:
            self.focus_on(digit - 1 if digit else None)

    def pull(self) -> None:
        """Show the newest moment."""
        self.opening.poll()
        self.study.poll()
        self.teaching.poll()
        view = self._view = self.run.view()
        self.page_bar.show_recording(view.recording.state == "recording")
        is_over = view.state in ("ended", "failed")
        self.protocol.poll(view.recording, self.desk.recording, is_over)
        self.desk.show_view(view, self.run.feedback.focus, self.protocol.note)
        every_ms = GIVING_WAY_MS[view.recording.behind]
        if every_ms != self._timer.interval():  # setting the interval restarts the timer
            self._timer.setInterval(every_ms)
        self._begin_playing(view)
        self._log(view)
        if is_over and not self._is_over:
            self._is_over = True
            self.run_over.emit()

    def _begin_playing(self, view: View) -> None:
        """Let a recording that awaits us go on, once its first frame is seen and the networks look at it."""
        if not self.awaits_playing:
            return
        if self._begins_by_s is None:
            self._begins_by_s = time.monotonic() + AWAITED_S
        ready = self.desk.picture.has_painted and networks_run(view)
        if ready or time.monotonic() > self._begins_by_s or not self.run.player.paused:
            self._has_begun = True
            self.run.player.resume()

    @property
    def awaits_playing(self) -> bool:
        """Whether a recording holds its first frame for us still."""
        has_one = self.run.settings.await_viewer and self.run.player is not None
        return has_one and not self._has_begun

    def _ring(self, tone: str) -> None:
        if self.desk.protocol.sound.isChecked():
            self.sounds.play(tone)

    def _log(self, view: View) -> None:
        for warning in view.warnings:
            self.log.note(logging.WARNING, warning)
        for text in (view.message, view.recording.message):
            if text:
                self.log.note(logging.ERROR if view.state == "failed" else logging.WARNING, text)

    def show_run(self, run: Pipeline, source: str) -> None:
        """Another run has taken the place of the one before."""
        self.run = run
        self._is_over, self._why_start, self.page = False, "", "live"
        self._has_begun, self._begins_by_s = False, None
        self.protocol.hold()
        self.settings.used("sources", source)
        self.log.begin_run(run.settings.source_name)
        self.build()

    def unless_recording(self, what_then: str, yes: str, go: Callable[[], None]) -> None:
        """Do it; while a take is recorded, only after asking."""
        status = self._view.recording if self._view is not None else None
        if status is None or status.state != "recording":
            go()
            return
        ask(self, tr("Take {take} is being recorded.").format(take=status.take), what_then, yes, go)

    def pause(self) -> None:
        """Hold the recording or let it go on; a live picture is frozen instead."""
        if self.awaits_playing:
            self._has_begun = True  # it stays where it is, at its first frame
        elif self.desk.player is not None and not self.desk.inspector.frozen:
            self.desk.player.toggle()
        else:
            self.desk.inspector.freeze_action.toggle()

    def step(self, frames: int) -> None:
        """One frame or frozen moment further on or back."""
        if self.desk.inspector.frozen:
            self.desk.inspector.step(frames)
        elif self.desk.player is not None:
            self.desk.player.step(frames)

    def jump(self, seconds: float) -> None:
        """So many seconds further on or back, within the frozen moments or the recording."""
        if self.desk.inspector.frozen:
            self.desk.inspector.jump(seconds)
        elif self.desk.player is not None:
            self.desk.player.jump(seconds)

    def leave(self) -> None:
        """Esc: out of a field, the demo mode, an annotation, or the frozen moment; never out of the program."""
        if isinstance(QApplication.focusWidget(), FIELDS):
            self.desk.picture.setFocus()
        elif self.page != "live":
            self.show_page("live")
        elif self._demo:
            self.set_demo(False)
        elif self.desk.annotations is not None and self.desk.annotations.under_way:
            self.desk.annotations.cancel()
        elif self.desk.inspector.frozen:
            self.desk.inspector.live()

    def toggle_demo(self) -> None:
        """Into the full-screen demo mode, or out of it."""
        self.set_demo(not self._demo)

    def set_demo(self, on: bool) -> None:
        """Full screen with one large label, or the window as it was."""
        self._demo = on
        self.show_page("live")
        self.desk.set_demo(on)
        self.menuBar().setVisible(not on)
        if on != self.isFullScreen():
            self.setWindowState(self.windowState() ^ Qt.WindowFullScreen)  # keeps whether it was maximized

    def set_mirrored(self, on: bool) -> None:
        """Show the picture the other way round."""
        self.settings.mirror = on
        self.desk.picture.set_mirrored(on)

    def choose_theme(self, name: str) -> None:
        """Dark or light."""
        self.settings.theme = name
        self.build()

    def choose_language(self, code: str) -> None:
        """One of LANGUAGES."""
        self.settings.language = code
        self.build()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.opening.takes(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.opening.drop(event.mimeData())

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Space presses the button that has the keyboard, else it is a shortcut; keys of the live page sleep elsewhere.

        A filter and not `event`: Qt would paint the whole window within `event`, and while it waits for the screen all
        other threads of Python would wait with it.
        """
        if event.type() != QEvent.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        on_button = isinstance(QApplication.focusWidget(), (QAbstractButton, QComboBox))
        pressed = QKeySequence(event.key() | int(event.modifiers())).toString()
        if (event.key() == Qt.Key_Space and on_button) or (self.page != "live" and pressed in self.live_keys):
            event.accept()
            return True
        return False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.windowHandle().screenChanged.connect(self._fit_soon, Qt.UniqueConnection)
        self._fit_soon()

    def _fit_soon(self) -> None:
        QTimer.singleShot(FRAMED_MS, self._fit)

    def _fit(self) -> None:
        if not self._is_closed and QApplication.platformName() not in screen.SCREENLESS:
            screen.bring_in(self, screen.frame_of(self))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scale_text()

    def _scale_text(self) -> None:
        fitting = min(self.width() / 1280, self.height() / 720)
        larger = 1 + 0.6 * (fitting - 1)  # a larger window shows more and larger things: some of both
        text_scale = round(4 * min(max(larger, 1.0), 2.0)) / 4  # in quarters: a new style sheet is not free
        if text_scale != self._text_scale:
            self._text_scale = text_scale
            self.setStyleSheet(palette.style_sheet(text_scale))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks if a take is being recorded, or a video saved; `close_now` does not."""
        if self._is_closed:
            event.accept()
        elif self._view is not None and self._view.recording.state == "recording":
            event.ignore()
            then, yes = tr("Closing ends it. It is kept."), tr("Finish the take and close")
            self.unless_recording(then, yes, self._close_unless_saving)
        elif self.desk.inspector.saving_video or self._at_work:
            event.ignore()
            self._close_unless_saving()
        else:
            event.accept()
            self.close_now()

    def _close_unless_saving(self) -> None:
        if not self.desk.inspector.saving_video:
            self._close_unless_at_work()
            return
        later = tr("Close when it is saved"), self.close_when_saved
        what, then = tr("A video is being saved."), tr("Closing now removes what there is of it.")
        ask(self, what, then, tr("Close without the video"), self.close_now, later)

    @property
    def _at_work(self) -> str:
        """What a command does for the window, "" for nothing."""
        return tr("Teach") if self.teaching.step else self.study.busy

    def _close_unless_at_work(self) -> None:
        if not self._at_work:
            self.close_now()
            return
        what = tr("{act} is under way.").format(act=self._at_work)
        ask(self, what, tr("Closing ends it; what is finished stays."), tr("Close"), self.close_now)

    def close_when_saved(self) -> None:
        """Close without asking, after the video that is being saved."""
        if self.desk.inspector.saving_video:
            self._closes_when_saved = True
        else:
            self.close_now()

    def _note_video(self, outcome: str) -> None:
        self.log.note(logging.INFO, outcome)
        if self._is_closed or self._closes_when_saved:  # nobody can read it here any more
            self.last_words.append(outcome)
        if self._closes_when_saved:
            QTimer.singleShot(0, self.close_now)  # not here: this is in the middle of showing a view

    def close_now(self) -> None:
        """Close without asking; a take that is recorded is finished and kept, a video that is being saved is not."""
        if self._is_closed:
            return
        self._is_closed = True
        self._timer.stop()
        if not self._demo:
            self.settings.keep_state("window", self.saveGeometry())
            self.settings.keep_state("splitter", self.desk.splitter.saveState())
        self.settings.save()
        self.hide()  # what follows may take seconds
        try:
            self.desk.close_desk()
            self.machine.close()
            self.study.close()
            self.teaching.close()
            self.sounds.close()
            self.opening.finish()  # another run may have begun
            self.run.close()
        finally:
            self.log.close()
            self.close()
            self.closed.emit()
