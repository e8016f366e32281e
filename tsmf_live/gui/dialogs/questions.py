"""Questions to the user, as sheets that never stop the window: pulling goes on while one is open."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QMessageBox, QWidget

from tsmf_live.gui.language import tr
from tsmf_live.gui.palette import shown_as_is


def ask(
    parent: QWidget, what: str, then: str, yes: str, do: Callable[[], None], *more: tuple[str, Callable[[], None]]
) -> QMessageBox:
    """Asks once; `do` is called if the user says yes. Escape and the close box mean no.

    Args:
        what: the question in a few words.
        then: what will happen on yes.
        yes: what the button of yes says: the act, not "yes".
        more: other acts that can be chosen instead, and what is then called.
    """
    box = QMessageBox(QMessageBox.Question, tr("TSMF live"), what, parent=parent.window())
    box.setTextFormat(Qt.PlainText)
    box.setInformativeText(shown_as_is(then))
    acts = {box.addButton(yes, QMessageBox.AcceptRole): do}
    acts |= {box.addButton(text, QMessageBox.ActionRole): act for text, act in more}
    box.setDefaultButton(box.addButton(tr("Cancel"), QMessageBox.RejectRole))
    box.setAttribute(Qt.WA_DeleteOnClose)
    box.buttonClicked.connect(lambda button: acts.get(button, lambda: None)())
    box.open()
    return box


def tell(parent: QWidget, what: str, more: str) -> QMessageBox:
    """Says something that must not be overlooked."""
    box = QMessageBox(QMessageBox.Warning, tr("TSMF live"), what, QMessageBox.Ok, parent.window())
    box.setTextFormat(Qt.PlainText)
    box.setInformativeText(shown_as_is(more))
    box.setAttribute(Qt.WA_DeleteOnClose)
    box.open()
    return box
