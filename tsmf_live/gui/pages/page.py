"""What the window's pages have in common: lines above, cards below."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tsmf_live.gui import palette
from tsmf_live.gui.panels.banners import Banners


class Page(QWidget):
    """A page with a title; what the user should know of what was asked for stands above it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.banners = Banners()
        self.title = palette.PlainLabel(title)
        self.title.setProperty("role", "scene")
        self.head = QHBoxLayout()
        self.head.addWidget(self.title, 1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(13, 10, 13, 10)
        self.body.setSpacing(8)
        self.body.addLayout(self.head)
        self.body.addWidget(self.banners)

    def enter(self) -> None:
        """The page has been brought to the front."""
        self.setFocus()


class Card(QFrame):
    """A box with a title and what belongs to it, one below the other."""

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__()
        self.setObjectName("card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 9, 12, 9)
        self.column.setSpacing(6)
        heading = palette.PlainLabel(title)
        heading.setProperty("role", "note")
        self.column.addWidget(heading)
        if text:
            self.add_text(text)

    def add_text(self, text: str) -> palette.PlainLabel:
        """A small line."""
        label = palette.PlainLabel(text)
        label.setWordWrap(True)
        label.setProperty("role", "muted")
        label.setAlignment(Qt.AlignLeft | Qt.AlignTop)
        self.column.addWidget(label)
        return label

    def add_row(self, *items: QWidget) -> QHBoxLayout:
        """Widgets side by side."""
        row = QHBoxLayout()
        row.setSpacing(6)
        for item in items:
            row.addWidget(item)
        row.addStretch(1)
        self.column.addLayout(row)
        return row


def button(text: str, act: Callable[[], object]) -> QPushButton:
    """A button that does one thing."""
    made = QPushButton(text)
    made.clicked.connect(lambda _checked: act())
    return made
