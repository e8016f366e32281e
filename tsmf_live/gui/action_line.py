"""A field for an action: shown and typed in the language of the window, kept by the checkpoint's name."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtWidgets import QWidget

from tsmf_live.gui.class_names import class_name, label_named
from tsmf_live.gui.hinted_line import HintedLine
from tsmf_live.gui.suggestions import suggest


class ActionLine(HintedLine):
    """Suggests the actions that are known, by their names in the user's language.

    Args:
        hint: what an empty one says.
        known: the actions, the likeliest first.
        label: the action that stands in it at first, "" for none.
    """

    def __init__(self, hint: str, known: Sequence[str], label: str = "", parent: QWidget | None = None) -> None:
        super().__init__(hint)
        self.setParent(parent)
        self._known = tuple(known)
        self.label = label
        suggest(self, [class_name(one) for one in self._known])

    @property
    def label(self) -> str:
        """The action as files name it; "" while nothing is typed."""
        return label_named(self.text(), self._known)

    @label.setter
    def label(self, label: str) -> None:
        """Show this action."""
        self.setText(class_name(label))

    def complete(self) -> None:
        """What was begun to be typed becomes the one known action that begins so."""
        typed = self.text().strip().casefold()
        fits = [one for one in self._known if class_name(one).casefold().startswith(typed)] if typed else []
        if len({class_name(one) for one in fits}) == 1:
            self.label = fits[0]
