"""The start page: what can be watched, and what works on this machine.

It opens by itself when no Kinect answers, and from the File menu at any time; what runs goes on behind it. A source
that cannot be opened changes nothing, and the line above says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QT_TR_NOOP, Qt
from PyQt5.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from tsmf_live.actor.subject import ACTIONS, EXTRA_ACTIONS
from tsmf_live.frames import MAX_BODIES
from tsmf_live.gui import palette
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.dialogs import choose
from tsmf_live.gui.doctor_words import in_words
from tsmf_live.gui.language import tr
from tsmf_live.gui.machine import GOOD, Found, Machine
from tsmf_live.gui.pages.page import Card, Page, button
from tsmf_live.gui.source_titles import source_title
from tsmf_live.live.weights import ASSETS
from tsmf_live.sources.camera.webcam import cameras_there

if TYPE_CHECKING:
    from tsmf_live.gui.window import MainWindow

SAMPLE = ASSETS / "sample"
CAMERAS = (0, 1, 2, 3)  # offered where the system does not tell which there are
MOST_PEOPLE = 999  # seeds that are offered
#: The doctor's checks, for translation.
CHECKS = (
    QT_TR_NOOP("bodies"), QT_TR_NOOP("cameras"), QT_TR_NOOP("colour"), QT_TR_NOOP("disk"), QT_TR_NOOP("driver"),
    QT_TR_NOOP("packages"), QT_TR_NOOP("recording"), QT_TR_NOOP("sensor"), QT_TR_NOOP("weights"),
    QT_TR_NOOP("window"),
)  # fmt: skip


class StartPage(Page):
    """Cards for each kind of source, and the doctor's findings beside them.

    Args:
        reason: why the page opened by itself, "" if the user asked for it.
    """

    def __init__(self, window: MainWindow, machine: Machine, reason: str) -> None:
        super().__init__(tr("What shall be watched?"))
        self._window, self.machine = window, machine
        if reason:
            self.banners.state.show_text("warning", tr("No Kinect answers: {reason}").format(reason=in_words(reason)))
        self.persons, self.seed = _number(1, MAX_BODIES, 1), _number(0, MOST_PEOPLE, 0)
        self.actions = self._action_list()
        self.camera = QComboBox()
        left = QWidget()
        grid = QGridLayout(left)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        cards = (self._kinect(), self._camera(), self._recording(), self._video(), self._simulated(), self._sample())
        for k, card in enumerate(cards):
            grid.addWidget(card, k // 2, k % 2)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(2, 1)
        both = QHBoxLayout()
        both.setSpacing(8)
        both.addWidget(_scrolled(left), 5)
        both.addWidget(self._findings(), 3)
        self.body.addLayout(both, 1)
        self.setEnabled(window.opening.possible)
        machine.changed.connect(self._show_findings)
        self._show_findings()

    def enter(self) -> None:
        """The doctor looks when the page is seen for the first time."""
        super().enter()
        self._show_cameras()
        if not self.machine.findings:
            self.machine.look()

    def simulated_source(self) -> str:
        """The source that the card of the simulated people describes."""
        items = (self.actions.item(row) for row in range(self.actions.count()))
        chosen = [item.data(Qt.UserRole) for item in items if item.checkState() == Qt.Checked]
        settings = [f"persons={self.persons.value()}"]
        settings += [f"seed={self.seed.value()}"] if self.seed.value() else []
        settings += [f"actions={'+'.join(chosen)}"] if chosen else []
        return f"demo:{','.join(settings)}"

    def _kinect(self) -> Card:
        card = Card(tr("Kinect v2"), tr("The sensor with true depth: the best there is for this."))
        self.try_kinect = button(tr("Try the Kinect again"), lambda: self._window.opening.source("kinect"))
        card.add_row(self.try_kinect)
        card.column.addStretch(1)
        return card

    def _camera(self) -> Card:
        card = Card(tr("A camera"), tr("Any webcam; people are estimated from its picture with MediaPipe."))
        self.open_camera = button(tr("Watch it"), self._watch_camera)
        card.add_row(self.camera, self.open_camera)
        card.add_row(button(tr("Choose the pose model …"), self._choose_model))
        self.no_camera = card.add_text(tr("This machine has no camera."))
        card.column.addStretch(1)
        self._show_cameras()
        return card

    def _show_cameras(self) -> None:
        """One may have been plugged in, or unplugged, meanwhile."""
        there = cameras_there()
        numbers = list(CAMERAS if there is None else there)
        if numbers != [self.camera.itemData(row) for row in range(self.camera.count())]:
            self.camera.clear()
            for number in numbers:
                self.camera.addItem(source_title(f"webcam:index={number}"), number)
        self.open_camera.setEnabled(bool(numbers))
        self.camera.setVisible(bool(numbers))
        self.no_camera.setVisible(not numbers)

    def _recording(self) -> Card:
        card = Card(tr("A recording"), tr("A recorded session, NTU RGB+D or PKU-MMD."))
        settings, window = self._window.settings, self._window
        file = button(tr("Open a recording …"), lambda: choose.choose_recording(self, settings, window.opening.source))
        folder = button(
            tr("Open a session folder …"), lambda: choose.choose_session_folder(self, settings, window.opening.source)
        )
        card.add_row(file, folder)
        card.add_row(button(tr("Browse the study"), lambda: window.show_page("study")))
        card.column.addStretch(1)
        return card

    def _video(self) -> Card:
        card = Card(tr("A video"), tr("Of any camera; people are estimated from its pictures with MediaPipe."))
        settings, window = self._window.settings, self._window
        card.add_row(button(tr("Open a video …"), lambda: choose.choose_video(self, settings, window.opening.source)))
        card.column.addStretch(1)
        return card

    def _simulated(self) -> Card:
        card = Card(
            tr("Simulated people"), tr("In a ward room, without end; with none checked they do everything in turn.")
        )
        self.watch_simulated = button(tr("Watch them"), lambda: self._window.opening.source(self.simulated_source()))
        people, who = palette.PlainLabel(tr("how many")), palette.PlainLabel(tr("who"))
        self.seed.setToolTip(tr("Another number, other people: their size, clothes and manner"))
        card.add_row(people, self.persons, who, self.seed, self.watch_simulated)
        card.column.addWidget(self.actions, 1)
        return card

    def _sample(self) -> Card:
        card = Card(tr("The sample"), tr("58 s of a simulated person, recorded; nothing else is needed."))
        self.play_sample = button(tr("Play the sample"), lambda: self._window.opening.source(str(SAMPLE)))
        card.add_row(self.play_sample)
        recent = self._window.settings.recent("sources")
        if recent:
            card.add_text(tr("Recent sources"))
        for source in recent[:4]:
            again = palette.ElidedLabel("link", fill=False)
            again.set_text(source_title(source))
            card.add_row(button(tr("Open"), lambda source=source: self._window.opening.source(source)), again)
        card.column.addStretch(1)
        return card

    def _action_list(self) -> QListWidget:
        actions = QListWidget()
        actions.setFlow(QListWidget.LeftToRight)
        actions.setWrapping(True)
        actions.setResizeMode(QListWidget.Adjust)
        actions.setSpacing(2)
        for label in (*ACTIONS, *EXTRA_ACTIONS):
            item = QListWidgetItem(class_name(label), actions)
            item.setData(Qt.UserRole, label)
            item.setFlags(Qt.ItemIsEnabled | Qt.ItemIsUserCheckable)
            item.setCheckState(Qt.Unchecked)
        return actions

    def _findings(self) -> Card:
        card = Card(tr("This machine"))
        self.state = card.add_text("")
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 6, 0)
        self._list.setSpacing(7)
        holder = QWidget()
        holder.setLayout(self._list)
        card.column.addWidget(_scrolled(holder), 1)
        self.look_again = button(tr("Look again"), self.machine.look)
        card.add_row(self.look_again)
        return card

    def _show_findings(self) -> None:
        self._show_cameras()
        self.look_again.setEnabled(not self.machine.looking)
        self.state.setText(tr("looking …") if self.machine.looking else "")
        self.state.setVisible(self.machine.looking)
        while self._list.count():
            item = self._list.takeAt(0)
            if item.widget() is not None:
                item.widget().deleteLater()
        wanting = [found for found in self.machine.findings if found.remedy]
        for found in [*wanting, *(found for found in self.machine.findings if not found.remedy)]:
            self._list.addWidget(_line(found))
        self._list.addStretch(1)

    def _watch_camera(self) -> None:
        self._window.opening.source(f"webcam:index={self.camera.currentData()}")

    def _choose_model(self) -> None:
        choose.choose_pose_model(self, self._window.settings, self._window.opening.pose_model)


def _line(found: Found) -> QWidget:
    """A finding: a mark, its name, what was found, and below it what to do."""
    mark = "✓" if found.state == GOOD else "!" if found.remedy else "·"
    name = tr(found.name) if found.name in CHECKS else found.name
    line = QWidget()
    column = QVBoxLayout(line)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(1)
    what = palette.PlainLabel(f"{mark}  {name}: {in_words(found.text)}")
    column.addWidget(what)
    if found.remedy:
        remedy = palette.PlainLabel(f"→ {in_words(found.remedy)}")
        remedy.setTextInteractionFlags(Qt.TextSelectableByMouse)  # there are commands in it
        remedy.setProperty("role", "remedy")
        column.addWidget(remedy)
    else:
        what.setProperty("role", "muted")
    for label in line.findChildren(palette.PlainLabel):
        label.setWordWrap(True)
    return line


def _number(lowest: int, highest: int, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(lowest, highest)
    box.setValue(value)
    box.setButtonSymbols(QSpinBox.NoButtons)  # the arrow keys and the wheel count, too
    return box


def _scrolled(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
    area.setWidget(widget)
    return area
