"""What the commands have said: in the user's language what is known, and all of it, in English, on request."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtWidgets import QCheckBox, QPlainTextEdit, QVBoxLayout, QWidget

from tsmf_live.gui.command_words import command_in_words
from tsmf_live.gui.language import is_english, tr


class CommandOutput(QWidget):
    """Lines of commands, hidden while there are none.

    Args:
        height_px: of the text.
    """

    def __init__(self, height_px: int) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._words: dict[str, str | None] = {}
        self.text, self.details = QPlainTextEdit(), QCheckBox(tr("Details: all that the commands say, in English"))
        self.text.setReadOnly(True)
        self.text.setFixedHeight(height_px)
        self.details.toggled.connect(self._show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.text)
        layout.addWidget(self.details)
        self.hide()

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show these, the newest last."""
        if self._lines != lines:
            self._lines = list(lines)
            self._words = {line: self._words.get(line) or command_in_words(line) for line in lines}
            self._show()

    def _show(self) -> None:
        words = [self._words[line] for line in self._lines]
        unknown = None in words and not is_english()
        if self.details.isChecked():
            told = self._lines
        elif unknown:
            told = [known for known in words if known is not None] or [tr("see the details")]
        else:
            told = [known or line for known, line in zip(words, self._lines, strict=True)]
        self.setVisible(bool(self._lines))
        self.details.setVisible(unknown or self.details.isChecked())
        if (text := "\n".join(told)) != self.text.toPlainText():
            self.text.setPlainText(text)
            self.text.verticalScrollBar().setValue(self.text.verticalScrollBar().maximum())
