"""A protocol that is typed, and a subject who is asked for consent."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from tsmf_live.frames import TsmfError
from tsmf_live.gui import palette
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.error_words import error_in_words
from tsmf_live.gui.hinted_line import HintedLine
from tsmf_live.gui.language import tr
from tsmf_live.recording.protocol import Entry, typed

SAMPLE = "P07: {drink} x 3, {read} x 2\nP08: {drink} x 3, {read} x 2"


class TypedProtocol(QDialog):
    """Takes a list of takes as it is typed; stays open until it can be understood."""

    def __init__(self, parent: QWidget, text: str, use: Callable[[list[Entry], str], None]) -> None:
        super().__init__(parent.window(), Qt.Dialog)
        self.setAttribute(Qt.WA_DeleteOnClose)
        self.setWindowTitle(tr("What is to be recorded"))
        self._use = use
        self.text, self.problem = QPlainTextEdit(text), palette.PlainLabel()
        self.problem.setWordWrap(True)
        palette.set_role(self.problem, "warning")
        self.problem.hide()
        hint = palette.PlainLabel(tr("A line for each subject: a pseudonym, then what to record how often."))
        hint.setWordWrap(True)
        sample = palette.PlainLabel(SAMPLE.format(drink=class_name("drink water"), read=class_name("reading")))
        sample.setProperty("role", "muted")
        buttons = QDialogButtonBox()
        self.go = buttons.addButton(tr("Use this list"), QDialogButtonBox.AcceptRole)
        buttons.addButton(tr("Cancel"), QDialogButtonBox.RejectRole)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (hint, sample, self.text, self.problem, buttons):
            column.addWidget(widget)
        self.setMinimumWidth(round(parent.window().width() * 0.4))

    def _accept(self) -> None:
        try:
            entries = typed(self.text.toPlainText(), tr("the list"))
        except TsmfError as error:
            self.problem.setText(error_in_words(str(error)))
            self.problem.show()
            return
        self._use(entries, self.text.toPlainText())
        self.accept()


class ConsentDialog(QDialog):
    """Asks what a subject has agreed to; closing it holds the protocol."""

    def __init__(
        self,
        parent: QWidget,
        subject: str,
        agree: Callable[[str], None],
        leave_out: Callable[[], None],
        hold: Callable[[], None],
    ) -> None:
        super().__init__(parent.window(), Qt.Dialog)
        self.setAttribute(Qt.WA_DeleteOnClose)
        self.setWindowTitle(tr("Consent of {subject}").format(subject=subject))
        self._agree, self._leave_out, self._hold = agree, leave_out, hold
        what = palette.PlainLabel(tr("Has {subject} agreed to be recorded?").format(subject=subject))
        palette.set_role(what, "note")
        self.consent = HintedLine(tr("form and date"))
        self.consent.setMinimumWidth(340)
        kept = palette.PlainLabel(tr("It is written into each of their takes and kept nowhere else."))
        kept.setProperty("role", "muted")
        buttons = QDialogButtonBox()
        self.yes = buttons.addButton(tr("Agreed, go on"), QDialogButtonBox.AcceptRole)
        self.no = buttons.addButton(tr("Not agreed: leave out"), QDialogButtonBox.DestructiveRole)
        buttons.addButton(tr("Hold"), QDialogButtonBox.RejectRole)
        self.yes.setEnabled(False)
        self.consent.textChanged.connect(lambda text: self.yes.setEnabled(bool(text.strip())))
        buttons.accepted.connect(self._accept)
        self.no.clicked.connect(self._refuse)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (what, self.consent, kept, buttons):
            column.addWidget(widget)

    def _accept(self) -> None:
        self.done(QDialog.Accepted)
        self._agree(self.consent.text().strip())

    def _refuse(self) -> None:
        self.done(QDialog.Accepted)
        self._leave_out()

    def reject(self) -> None:
        """Esc, the close box, or Hold."""
        super().reject()
        self._hold()
