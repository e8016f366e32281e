"""The recording panel: who is recorded doing what, where the takes go, and one large button that turns red.

It keeps no state of the recorder: what it shows comes with each view, what it asks goes to the pipeline. Subject and
consent are kept for this sitting only, and consent belongs to one subject: another one has to agree again.

    STUDY/take-001, take-002, ...   one folder a take; a discarded take's number is used again
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QT_TR_NOOP, pyqtSignal
from PyQt5.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from tsmf_live.frames import RecordingError, RecordingStatus, TsmfError
from tsmf_live.gui import palette
from tsmf_live.gui.action_line import ActionLine
from tsmf_live.gui.charts.scores import clock_text
from tsmf_live.gui.dialogs.choose import open_dialog
from tsmf_live.gui.dialogs.questions import ask
from tsmf_live.gui.doctor_words import run_in_words
from tsmf_live.gui.hinted_line import HintedLine
from tsmf_live.gui.language import tr
from tsmf_live.gui.settings import Settings, study_folder
from tsmf_live.recording.folder import HIGHEST_NUMBER, TakeSettings, next_take_folder, upcoming_take_folder
from tsmf_live.recording.protocol import Due

if TYPE_CHECKING:  # for types only: it brings torch
    from tsmf_live.live.pipeline import Pipeline

DISK_EVERY_S = 5.0  # how often the free space is looked at while nothing is recorded
PRIVACY = {
    "off": QT_TR_NOOP("picture as it is"),
    "blur": QT_TR_NOOP("faces blurred"),
    "no_color": QT_TR_NOOP("no picture"),
}
NUMBERS = {
    "setup": QT_TR_NOOP("setup"),
    "camera": QT_TR_NOOP("camera"),
    "performer": QT_TR_NOOP("performer"),
    "replication": QT_TR_NOOP("replication"),
}


class RecordingPanel(QFrame):
    """Fields for the next take, the state of the present one.

    Signals:
        failed: why a take could not begin.
        told: what the user should know of the take that has begun.
        entered: a field is filled in; the keyboard goes back to the picture.
    """

    failed = pyqtSignal(str)
    told = pyqtSignal(str)
    entered = pyqtSignal()

    def __init__(self, recorder: Pipeline, settings: Settings, labels: tuple[str, ...]) -> None:
        super().__init__()
        self.setObjectName("card")
        self._recorder, self._settings, self.labels = recorder, settings, labels
        self._status = RecordingStatus()
        self._disk_due_s = 0.0
        self.study = study_folder(settings)
        self.button, self.redo = QPushButton(), QPushButton(tr("Discard and &redo"))
        self.button.setObjectName("record")
        self.state, self.disk = palette.PlainLabel(), palette.PlainLabel()
        self.folder = palette.ElidedLabel("muted")
        self.choose = QPushButton(tr("Study &folder …"))
        self.subject = HintedLine(tr("a pseudonym, never a name"), settings.of_this_sitting("subject"))
        actions = [*settings.recent("action"), *(label for label in labels if label not in settings.recent("action"))]
        self.action = ActionLine(tr("what they are asked to do"), actions, settings.text("take/action"))
        self.consent = HintedLine(tr("form and date"), settings.of_this_sitting("consent"))
        self.numbers = {name: self._number(name) for name in NUMBERS}
        self.privacy = QComboBox()
        self.privacy.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)  # the form lets it have the room
        for code, text in PRIVACY.items():
            self.privacy.addItem(tr(text), code)
        self.privacy.setCurrentIndex(max(0, self.privacy.findData(settings.text("take/privacy", "off"))))
        self._arrange()
        self.button.clicked.connect(self.toggle)
        self.redo.clicked.connect(self.ask_redo)
        self.action.returnPressed.connect(self._complete_action)
        self.subject.textChanged.connect(self._another_subject)
        self.consent.textChanged.connect(lambda text: settings.remember("consent", text))
        self.choose.clicked.connect(self._choose_study)
        self.show_status(self._status)

    def _complete_action(self) -> None:
        """What was begun to be typed becomes the one known action that begins so."""
        self.action.complete()
        self.entered.emit()

    def _another_subject(self, subject: str) -> None:
        if subject.strip() != self._settings.of_this_sitting("subject").strip():
            self.consent.clear()
        self._settings.remember("subject", subject)

    def _number(self, name: str) -> QSpinBox:
        box = QSpinBox()
        box.setRange(1, HIGHEST_NUMBER)
        box.setButtonSymbols(QSpinBox.NoButtons)  # the arrow keys and the wheel count, too
        kept = self._settings.text(f"take/{name}", "1")
        box.setValue(int(kept) if kept.isdigit() else 1)
        return box

    def _arrange(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(5)
        form.setFieldGrowthPolicy(QFormLayout.ExpandingFieldsGrow)
        form.addRow(tr("&Subject"), self.subject)
        form.addRow(tr("&Action"), self.action)
        form.addRow(tr("&Privacy"), self.privacy)
        form.addRow(tr("C&onsent"), self.consent)
        numbers = QGridLayout()
        numbers.setContentsMargins(0, 0, 0, 0)
        for k, (name, box) in enumerate(self.numbers.items()):
            numbers.addWidget(palette.PlainLabel(tr(NUMBERS[name])), k // 2, 2 * (k % 2))
            numbers.addWidget(box, k // 2, 2 * (k % 2) + 1)
        numbers.setColumnStretch(1, 1)
        numbers.setColumnStretch(3, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(7)
        self.state.setWordWrap(True)
        self.disk.setWordWrap(True)
        self.disk.setProperty("role", "muted")
        for item in (self.button, self.state, self.redo, form, numbers, self.choose, self.folder, self.disk):
            layout.addWidget(item) if isinstance(item, QWidget) else layout.addLayout(item)
        layout.addStretch(1)

    def take(self) -> TakeSettings:
        """The next take as the fields say."""
        return TakeSettings(
            folder=next_take_folder(self.study),
            subject=self.subject.text().strip(),
            action=self.action.label,
            privacy=self.privacy.currentData(),
            consent=self.consent.text().strip(),
            **{name: box.value() for name, box in self.numbers.items()},
        )

    def toggle(self) -> None:
        """Begin a take, or finish the one that is recorded."""
        if self._status.state == "recording":
            self._try(self._recorder.stop_take)
            return
        known = {*self.labels, *self._settings.recent("action"), ""}
        self._keep_fields()
        self._try(self._begin)
        if (action := self.action.label) not in known:
            self.told.emit(
                tr("“{action}” is no action that the weights know; it is recorded as typed").format(action=action)
            )

    def begin_take(self, due: Due, consent: str) -> Path:
        """Begins a take of a protocol; its fields show whose and of what. Its folder.

        Raises:
            TsmfError, OSError: it cannot begin.
        """
        self.subject.setText(due.entry.subject)
        self.action.label = due.entry.action
        self.consent.setText(consent)
        self.numbers["performer"].setValue(due.performer)
        self.numbers["replication"].setValue(due.replication)
        self._keep_fields()
        return self._begin()

    def finish_take(self) -> None:
        """Ends the take that is recorded."""
        self._recorder.stop_take()

    def _begin(self) -> Path:
        take = self.take()
        try:
            self._recorder.start_take(take)
        except TsmfError:
            with contextlib.suppress(OSError):  # it is not empty: somebody else uses it
                take.folder.rmdir()
            raise
        return take.folder

    def ask_redo(self) -> None:
        """Ask, then discard the take; its number is used again by the next one."""
        if self._status.folder is None:
            return
        what = tr("Discard {take} ({clock})?").format(
            take=self._status.folder.name, clock=clock_text(self._status.seconds)
        )
        then = tr("Its files are deleted; the next take gets its number.")
        folder = self._status.folder  # what the user is asked about, whatever is recorded by the time of the answer
        box = ask(self, what, then, tr("Discard the take"), lambda: self._try(lambda: self._recorder.redo_take(folder)))
        self.destroyed.connect(box.close)  # another run has taken the panel's place: the question no longer counts

    def show_status(self, status: RecordingStatus) -> None:
        """Show what the recorder does."""
        now_s = time.perf_counter()
        if status == self._status and now_s < self._disk_due_s:
            return
        self._status = status
        self._disk_due_s = now_s + DISK_EVERY_S
        recording = status.state == "recording"
        self._paint_button(recording)
        self.state.setText(_state_text(status))
        palette.set_role(self.state, "failed" if status.state == "failed" else "")
        self.redo.setEnabled(status.folder is not None)
        for field in (self.subject, self.action, self.consent, self.privacy, self.choose, *self.numbers.values()):
            field.setEnabled(not recording)
        self.folder.set_text(str(status.folder if recording else _next_take(self.study)))
        self.disk.setText(_disk_text(status.free_bytes if recording else _free_bytes(self.study), status.seconds_left))

    def _paint_button(self, recording: bool) -> None:
        self.button.setText(tr("■ Finish the take  (R)") if recording else tr("● Record  (R)"))
        if self.button.property("recording") != recording:
            self.button.setProperty("recording", recording)
            self.button.style().unpolish(self.button)
            self.button.style().polish(self.button)

    def _try(self, ask_recorder: Callable[[], None]) -> None:
        try:
            ask_recorder()
        except (TsmfError, OSError) as error:
            self.failed.emit(str(error))

    def _keep_fields(self) -> None:
        action = self.action.label
        self._settings.keep("take/action", action)
        self._settings.used("action", action)
        for name, box in self.numbers.items():
            self._settings.keep(f"take/{name}", str(box.value()))
        self._settings.keep("take/privacy", self.privacy.currentData())
        self._settings.keep("study", str(self.study))

    def _choose_study(self) -> None:
        open_dialog(self.window(), tr("Where the takes of this study go"), self.study, (), self.set_study)

    def set_study(self, folder: str) -> None:
        """Takes go into this folder from now on."""
        self.study = Path(folder)
        self._settings.keep("study", folder)
        self._disk_due_s = 0.0
        self.show_status(self._status)


def _next_take(study: Path) -> Path:
    try:
        return upcoming_take_folder(study)
    except RecordingError:  # it may not be looked into; recording will say so
        return study


def _state_text(status: RecordingStatus) -> str:
    if status.state == "recording":
        text = tr("take {take}: {clock}, {size}").format(
            take=status.take, clock=clock_text(status.seconds), size=_size_text(status.size_bytes)
        )
        if status.lost:
            text += " · " + tr("frames lost: {count}").format(count=status.lost)
        return text + (f" · {run_in_words(status.message)}" if status.message else "")
    if status.message:
        return run_in_words(status.message)
    if status.folder is not None:
        text = tr("{take} is finished: {clock}").format(take=status.folder.name, clock=clock_text(status.seconds))
        if status.pictures_lost:
            lost = tr("it lacks {lost} of {count} pictures, the machine was too slow")
            text += " · " + lost.format(lost=status.pictures_lost, count=status.frames)
        return text
    return tr("not recording")


def _disk_text(free_bytes: int, seconds_left: float | None) -> str:
    text = tr("free on this disk: {size}").format(size=_size_text(free_bytes))
    if seconds_left is None:
        return text
    left = tr("{hours} h {minutes} min").format(hours=int(seconds_left // 3600), minutes=int(seconds_left % 3600 // 60))
    return text + " · " + tr("enough for {time}").format(time=left)


def _size_text(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.1f} MB"


def _free_bytes(folder: Path) -> int:
    """Free space where the folder is, or will be made."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except OSError:
            continue
    return 0
