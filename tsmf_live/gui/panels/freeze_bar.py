"""Under the picture while it stands still: where in the last seconds it stands, A and B, and what can be saved."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QAction, QFrame, QHBoxLayout, QProgressBar, QSlider, QToolButton, QVBoxLayout

from tsmf_live.gui import palette
from tsmf_live.gui.language import tr


class FreezeBar(QFrame):
    """Slider and buttons; hidden while the picture is live and nothing is being saved.

    Signals:
        moved: the slider stands at this moment now (by the user).
        cancelled: the video that is being written is not wanted any more.
    """

    moved = pyqtSignal(int)
    cancelled = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.where = palette.PlainLabel()
        self.where.setProperty("role", "warning")
        self.where.setMargin(3)
        self.slider = QSlider(Qt.Horizontal)
        self.slider.setToolTip(tr("The last ten seconds: drag, or the arrow keys"))
        self.slider.valueChanged.connect(self.moved)
        self.progress = QProgressBar()
        self.progress.setFixedWidth(140)
        self.cancel = QToolButton()
        self.cancel.setText(tr("Cancel"))
        self.cancel.clicked.connect(self.cancelled)
        self.message = palette.ElidedLabel("muted")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(4)
        first = QHBoxLayout()
        first.addWidget(self.where)
        first.addWidget(self.slider, 1)
        second = QHBoxLayout()
        second.addLayout(self._buttons)
        second.addWidget(self.message, 1)
        second.addWidget(self.progress)
        second.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(3)
        layout.addLayout(first)
        layout.addLayout(second)
        self._frozen = False
        self.show_progress(None)
        self.hide()

    def add_actions(self, actions: list[QAction]) -> None:
        """A button for each."""
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonTextOnly)
            button.setFocusPolicy(Qt.TabFocus)
            self._buttons.addWidget(button)

    def show_frozen(self, where: str | None, place: int = 0, places: int = 1) -> None:
        """Say where the picture stands, at which of how many moments; None: it is live."""
        self._frozen = where is not None
        self.where.setText(where or "")
        self.slider.blockSignals(True)  # the program moves it, not the user
        self.slider.setRange(0, max(places - 1, 0))
        self.slider.setValue(place)
        self.slider.blockSignals(False)
        self._show_or_hide()

    def show_progress(self, share: float | None) -> None:
        """How much of a video is written, 0 to 1; None: none is being written."""
        for widget in (self.progress, self.cancel):
            widget.setVisible(share is not None)
        if share is not None:
            self.progress.setValue(round(100 * share))
        self._show_or_hide()

    def show_text(self, text: str) -> None:
        """Say what came of saving, until the picture is live again; "" for nothing."""
        self.message.set_text(text)
        self._show_or_hide()

    def _show_or_hide(self) -> None:
        for widget in (self.where, self.slider):
            widget.setVisible(self._frozen)
        self.setVisible(self._frozen or not self.cancel.isHidden() or bool(self.message.text()))
