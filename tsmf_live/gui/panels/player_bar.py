"""The bar of a recording that is played: where it is, play and pause, steps, speed, the loop; below it, annotation.

It asks the player for actions and shows the player's status; a slow window delays only itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QComboBox, QFrame, QHBoxLayout, QToolButton, QVBoxLayout

from tsmf_live.frames import FRAME_RATE_HZ, PlayerStatus
from tsmf_live.gui import palette
from tsmf_live.gui.charts.timeline import Timeline, TimelineRow
from tsmf_live.gui.language import tr
from tsmf_live.live.player import Player

PLAY, PAUSE = "▶", "❚❚"
SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)


class PlayerBar(QFrame):
    """Buttons, clock and seek bar. Shown for recordings only."""

    def __init__(self, player: Player) -> None:
        super().__init__()
        self.setObjectName("card")
        self._player = player
        self._status = PlayerStatus(0.0, 0.0, False, 1.0, None)
        self._loop_in_s: float | None = None  # a loop that has begun and not ended
        self.play = button(PAUSE, tr("Play or pause (Space)"), self.toggle)
        self.back = button("◀❙", tr("One frame back (Left; with Shift: 1 s)"), lambda: self.step(-1))
        self.on = button("❙▶", tr("One frame forward (Right; with Shift: 1 s)"), lambda: self.step(1))
        self.loop_in = button("[", tr("The loop begins here ( [ )"), self.begin_loop)
        self.loop_out = button("]", tr("The loop ends here ( ] )"), self.end_loop)
        self.loop_off = button("↻", tr("No loop (\\)"), self.clear_loop)
        self.clock = palette.PlainLabel()
        self.speed = QComboBox()
        self.speed.setToolTip(tr("Speed"))
        for factor in SPEEDS:
            self.speed.addItem(f"{factor:g} x", factor)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.activated.connect(lambda row: self._player.set_speed(SPEEDS[row]))
        self.timeline = Timeline()
        self.timeline.clicked.connect(self.seek)
        self.timeline.dragged.connect(self.seek)
        self.timeline.span_selected.connect(lambda start_s, end_s: self._player.set_loop((start_s, end_s)))
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for widget in (self.back, self.play, self.on, self.clock, self.loop_in, self.loop_out, self.loop_off):
            buttons.addWidget(widget)
        buttons.addWidget(self.speed)
        self.row = buttons  # annotation adds its part to the right
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 5, 8, 5)
        layout.setSpacing(4)
        layout.addWidget(self.timeline)
        layout.addLayout(buttons)

    @property
    def position_s(self) -> float:
        """Where the recording is, as of the last view."""
        return self._status.position_s

    @property
    def duration_s(self) -> float:
        """How long the recording lasts, as of the last view."""
        return self._status.duration_s

    def show_status(self, status: PlayerStatus, rows: Sequence[TimelineRow]) -> None:
        """Show where the recording is and what lies along it."""
        loop_s = status.looped_part_s  # a tint over everything would mark nothing
        if self._loop_in_s is not None and status.loop_s is None:
            loop_s = (self._loop_in_s, max(status.position_s, self._loop_in_s))
        self.timeline.show_rows(rows, (0.0, max(status.duration_s, 0.1)), status.position_s, loop_s)
        if status == self._status:
            return
        self._status = status
        self.play.setText(PLAY if status.paused else PAUSE)
        self.clock.setText(f"{position_text(status.position_s)} / {position_text(status.duration_s)}")
        self.loop_off.setEnabled(status.loop_s is not None)
        nearest = min(range(len(SPEEDS)), key=lambda row: abs(SPEEDS[row] - status.speed))
        if not self.speed.view().isVisible():
            self.speed.setCurrentIndex(nearest)

    def toggle(self) -> None:
        """Play or pause."""
        if self._status.paused:
            self._player.resume()
        else:
            self._player.pause()

    def step(self, frames: int) -> None:
        """Pause, so many frames further on."""
        self._player.step(frames)

    def jump(self, seconds: float) -> None:
        """Pause, so many seconds further on."""
        self._player.step(round(seconds * FRAME_RATE_HZ))

    def seek(self, position_s: float) -> None:
        """Go there."""
        self._player.seek(position_s)

    def begin_loop(self) -> None:
        """The loop begins at the present frame; it runs once its end is said."""
        self._player.set_loop(None)
        self._loop_in_s = self.position_s

    def end_loop(self) -> None:
        """The loop ends at the present frame, and runs; without a beginning, from the start."""
        start_s = self._loop_in_s if self._loop_in_s is not None else 0.0
        self._loop_in_s = None
        if self.position_s != start_s:
            self._player.set_loop((start_s, self.position_s))

    def clear_loop(self) -> None:
        """Plays to the end."""
        self._loop_in_s = None
        self._player.set_loop(None)


def position_text(position_s: float) -> str:
    """Minutes, seconds and tenths."""
    minutes, seconds = divmod(max(position_s, 0.0), 60)
    return f"{int(minutes)}:{int(10 * seconds) / 10:04.1f}"


def button(text: str, tip: str, act: Callable[[], object]) -> QToolButton:
    """A small button that the keyboard reaches; the mouse leaves the keyboard where it is."""
    made = QToolButton()
    made.setText(text)
    made.setProperty("symbol", not text.isalpha())
    made.setToolTip(tip)
    made.setFocusPolicy(Qt.TabFocus)
    made.clicked.connect(lambda _checked: act())
    return made
