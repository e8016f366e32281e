"""What a field suggests while one types in it."""

from __future__ import annotations

from PyQt5.QtCore import QStringListModel, Qt
from PyQt5.QtWidgets import QCompleter, QLineEdit


def suggest(line: QLineEdit, entries: list[str]) -> None:
    """The field suggests those of the entries that have the typed letters anywhere in them."""
    completer = QCompleter(QStringListModel(entries, line), line)
    completer.setCaseSensitivity(Qt.CaseInsensitive)
    completer.setFilterMode(Qt.MatchContains)
    line.setCompleter(completer)

    def dress() -> None:
        sheet = line.window().styleSheet()  # the list is a window of its own, which takes none of ours
        if completer.popup().styleSheet() != sheet:
            completer.popup().setStyleSheet(sheet)

    line.textEdited.connect(dress)
