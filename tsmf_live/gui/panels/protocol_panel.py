"""The protocol in the recording tab: the list with its progress, how takes are timed, begin and hold."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QT_TR_NOOP, Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tsmf_live.frames import TsmfError
from tsmf_live.gui import palette
from tsmf_live.gui.class_names import class_name, label_named
from tsmf_live.gui.dialogs.choose import open_dialog
from tsmf_live.gui.dialogs.protocol_list import ConsentDialog, TypedProtocol
from tsmf_live.gui.language import tr
from tsmf_live.gui.panels.recording_panel import RecordingPanel
from tsmf_live.gui.protocol import CONSENT, COUNTDOWN, ENDING, HELD, PAUSE, RECORDING, Protocol
from tsmf_live.gui.settings import Settings
from tsmf_live.recording.protocol import Entry, read_protocol

COLUMNS = (QT_TR_NOOP("Subject"), QT_TR_NOOP("Action"), QT_TR_NOOP("Done"))
STATES = {
    HELD: QT_TR_NOOP("holds"), CONSENT: QT_TR_NOOP("waits for consent"), COUNTDOWN: QT_TR_NOOP("counts down"),
    RECORDING: QT_TR_NOOP("records"), ENDING: QT_TR_NOOP("ends the take"), PAUSE: QT_TR_NOOP("pauses"),
}  # fmt: skip


class ProtocolPanel(QFrame):
    """Shows and steers a protocol.

    Signals:
        failed: a list that cannot be used.
    """

    failed = pyqtSignal(str)

    def __init__(self, protocol: Protocol, recorder: RecordingPanel, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("card")
        self.protocol, self._recorder, self._settings = protocol, recorder, settings
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setHorizontalHeaderLabels([tr(name) for name in COLUMNS])
        self.table.setEditTriggers(QAbstractItemView.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.NoSelection)
        self.table.setFocusPolicy(Qt.NoFocus)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.Stretch)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignLeft | Qt.AlignVCenter)
        self.open, self.type = QPushButton(tr("Open a list …")), QPushButton(tr("Type a list …"))
        self.go = QPushButton()
        self.go.setObjectName("record")
        self.state, self.progress = palette.PlainLabel(), QProgressBar()
        self.state.setWordWrap(True)
        self.seconds = self._time("seconds", protocol.seconds, 0.5)
        self.pause = self._time("pause_s", protocol.pause_s, 0.0)
        self.countdown = self._time("countdown_s", protocol.countdown_s, 0.0)
        self.sound = QCheckBox(tr("with tones"))
        self.sound.setChecked(settings.text("protocol/sound", "true") == "true")
        self.sound.toggled.connect(lambda on: settings.keep("protocol/sound", "true" if on else "false"))
        self._arrange()
        self.open.clicked.connect(self._choose_file)
        self.type.clicked.connect(self.type_list)
        self.go.clicked.connect(self.toggle)
        protocol.changed.connect(self.show_protocol)
        protocol.consent_wanted.connect(self._ask_consent)
        protocol.failed.connect(self.failed)
        self.show_protocol()

    def toggle(self) -> None:
        """Begin, or hold."""
        if self.protocol.under_way:
            self.protocol.hold()
        else:
            self.protocol.start(self._recorder.study)

    def type_list(self) -> TypedProtocol:
        """Asks for a list; what was typed last stands there."""
        dialog = TypedProtocol(self, self._settings.of_this_sitting("protocol"), self._use_typed)
        dialog.open()
        return dialog

    def open_list(self, path: str) -> None:
        """Uses the list in a file."""
        self._settings.keep("protocols", str(Path(path).parent))
        try:
            self._use(read_protocol(Path(path)))
        except TsmfError as error:
            self.failed.emit(str(error))

    def show_protocol(self) -> None:
        """Show where it is."""
        entries, done = self.protocol.entries, self.protocol.done
        self.table.setRowCount(len(entries))
        for row, (entry, count) in enumerate(zip(entries, done, strict=True)):
            is_due = self.protocol.due is not None and self.protocol.due.row == row
            cells = entry.subject, class_name(entry.action), f"{'▶ ' if is_due else ''}{count} / {entry.takes}"
            for column, text in enumerate(cells):
                item = self.table.item(row, column) or QTableWidgetItem()
                item.setText(text)
                item.setForeground(palette.MUTED if count == entry.takes else palette.TEXT)
                self.table.setItem(row, column, item) if item.tableWidget() is None else None
        if self.protocol.due is not None:
            self.table.scrollToItem(self.table.item(self.protocol.due.row, 0))
        total = sum(entry.takes for entry in entries)
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(sum(done))
        self.progress.setFormat(tr("{done} of {total} takes").format(done=sum(done), total=total))
        self.go.setText(tr("Hold") if self.protocol.under_way else tr("Record the list"))
        self.go.setEnabled(self.protocol.under_way or self.protocol.due is not None)
        for widget in (self.open, self.type, self.seconds, self.pause, self.countdown):
            widget.setEnabled(not self.protocol.under_way)
        self.state.setText(self._state_text(total, sum(done)))

    def _state_text(self, total: int, done: int) -> str:
        due = self.protocol.due
        if not total:
            return tr("No list yet: open a CSV (subject, action, takes, seconds, pause), or type one.")
        if due is None:
            return tr("The list is done.") if done == total else tr("Who agreed is recorded; others were left out.")
        take = f"{due.entry.subject}: {class_name(due.entry.action)}, {tr('replication')} {due.replication}"
        return f"{tr(STATES[self.protocol.state])} · {take}"

    def _use_typed(self, entries: list[Entry], text: str) -> None:
        self._settings.remember("protocol", text)
        self._use(entries)

    def _use(self, entries: list[Entry]) -> None:
        """Uses a list; its actions may be named as the window shows them."""
        known = self._recorder.labels
        named = [entry._replace(action=label_named(entry.action, known)) for entry in entries]
        self.protocol.use(named, self._recorder.study)

    def _ask_consent(self, subject: str) -> None:
        protocol = self.protocol
        dialog = ConsentDialog(
            self,
            subject,
            lambda consent: protocol.agree(subject, consent),
            lambda: protocol.leave_out(subject),
            protocol.hold,
        )
        self.destroyed.connect(dialog.deleteLater)
        dialog.open()

    def _choose_file(self) -> None:
        folder = self._settings.folder("protocols")
        open_dialog(self.window(), tr("Open a list of takes"), folder, ("*.csv *.txt",), self.open_list)

    def _time(self, name: str, value_s: float, least_s: float) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(least_s, 600.0)
        box.setDecimals(1)
        box.setSuffix(" s")
        box.setButtonSymbols(QDoubleSpinBox.NoButtons)  # the arrow keys and the wheel count, too
        kept = self._settings.text(f"protocol/{name}")
        box.setValue(float(kept) if kept.replace(".", "", 1).isdigit() else value_s)
        setattr(self.protocol, name, box.value())

        def keep(value: float) -> None:
            setattr(self.protocol, name, value)
            self._settings.keep(f"protocol/{name}", f"{value:g}")

        box.valueChanged.connect(keep)
        return box

    def _arrange(self) -> None:
        lists = QHBoxLayout()
        lists.addWidget(self.open)
        lists.addWidget(self.type)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        for text, box in (
            (tr("A take lasts"), self.seconds), (tr("Pause"), self.pause), (tr("Countdown"), self.countdown),
        ):  # fmt: skip
            form.addRow(text, box)
        form.addRow("", self.sound)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(7)
        for item in (self.go, self.state, self.progress, self.table, lists, form):
            column.addWidget(item) if isinstance(item, QWidget) else column.addLayout(item)
        column.setStretchFactor(self.table, 1)


class RecordPage(QWidget):
    """The recording tab: single takes, or a protocol."""

    def __init__(self, single: RecordingPanel, protocol: ProtocolPanel) -> None:
        super().__init__()
        self._stack = QStackedWidget()
        self._group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(4)
        for number, (text, panel) in enumerate(((tr("Single takes"), single), (tr("Protocol"), protocol))):
            made = QPushButton(text)
            made.setCheckable(True)
            self._group.addButton(made, number)
            self._stack.addWidget(panel)
            row.addWidget(made, 1)
        self._group.idClicked.connect(self.show_number)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._stack, 1)
        self.show_number(1 if protocol.protocol.entries else 0)

    def show_number(self, number: int) -> None:
        """0: single takes; 1: the protocol."""
        self._group.button(number).setChecked(True)
        self._stack.setCurrentIndex(number)
