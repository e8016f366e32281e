"""The switch between the window's pages, in the corner of the menu bar."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QEvent, QObject
from PyQt5.QtWidgets import QButtonGroup, QHBoxLayout, QMenuBar, QToolButton, QWidget

from tsmf_live.gui import palette


class PageBar(QWidget):
    """A button for each page; the page in front is marked.

    It keeps to the bar's right end by itself: Qt's own corner widget keeps the room that it was given first.

    Args:
        bar: where it stands.
        names: page -> its name and its key.
        go: called with the page that is wanted.
    """

    def __init__(self, bar: QMenuBar, names: dict[str, tuple[str, str]], go: Callable[[str], None]) -> None:
        super().__init__(bar)
        bar.installEventFilter(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 8, 1)
        row.setSpacing(3)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        for page, (name, key) in names.items():
            made = QToolButton()
            made.setText(name)
            made.setToolTip(palette.shown_as_is(f"{name} ({key})"))
            made.setCheckable(True)
            made.clicked.connect(lambda _checked, page=page: go(page))
            self._group.addButton(made)
            self.buttons[page] = made
            row.addWidget(made)
        self._place()
        self.show()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """The menu bar has another size."""
        if event.type() in (QEvent.Resize, QEvent.Show):
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        """A button has another size, as after a change of style."""
        if event.type() == QEvent.LayoutRequest:
            self._place()
        return super().event(event)

    def _place(self) -> None:
        size = self.sizeHint()
        self.setGeometry(self.parentWidget().width() - size.width(), 0, size.width(), self.parentWidget().height())

    def show_recording(self, on: bool) -> None:
        """A take is being recorded: the live page's button is red."""
        live = self.buttons["live"]
        if live.property("recording") != on:
            live.setProperty("recording", on)
            live.style().unpolish(live)
            live.style().polish(live)

    def mark(self, page: str) -> None:
        """This page is in front."""
        self.buttons[page].setChecked(True)
