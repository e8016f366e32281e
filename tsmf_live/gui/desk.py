"""What lies in the window for one run: header, picture with the inspector, side panels, player, health.

Made anew for every run, language and theme. All that it shows comes with a view, which the window
brings 30 times a second.

    narrow   picture | tabs: Scores and events, Attention, Recording, the last minute as curves
    wide     picture | scores, curves, events | tabs: Attention, Recording
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QHBoxLayout, QSplitter, QTabWidget, QVBoxLayout, QWidget

from tsmf_live.frames import Event, Prediction, View
from tsmf_live.gui import palette
from tsmf_live.gui.charts.scores import EventsPanel, ScoresPanel
from tsmf_live.gui.dialogs.help import NOT_A_DEVICE
from tsmf_live.gui.dialogs.whole_recording import WholeRecording
from tsmf_live.gui.inspector import Inspector
from tsmf_live.gui.language import tr
from tsmf_live.gui.panels.annotation_bar import AnnotationBar
from tsmf_live.gui.panels.banners import Banners
from tsmf_live.gui.panels.header import SceneHeader, goes_on, is_over
from tsmf_live.gui.panels.health import DisplayMeter, HealthBar, HealthLamp
from tsmf_live.gui.panels.player_bar import PlayerBar
from tsmf_live.gui.panels.protocol_panel import ProtocolPanel, RecordPage
from tsmf_live.gui.panels.recording_panel import RecordingPanel
from tsmf_live.gui.picture.live_view import LivePicture
from tsmf_live.gui.protocol import Protocol
from tsmf_live.gui.settings import Settings
from tsmf_live.gui.source_titles import source_title
from tsmf_live.live.weights import is_simulated

if TYPE_CHECKING:  # for types only: it brings torch
    from tsmf_live.live.pipeline import Pipeline

WIDE_PX = 1700  # from this width on there is room for two columns of panels
LOW_PX = 860  # below this height the last minute stands among the events instead of under the picture
SIDE_PX = 400  # width of a column of panels at least; the heat map needs it


class Desk(QWidget):
    """The widgets of one run. `close_desk` ends what the inspector has under way."""

    def __init__(
        self,
        run: Pipeline,
        settings: Settings,
        meter: DisplayMeter,
        protocol: Protocol,
        before: Desk | None = None,
    ) -> None:
        """`before`: the one whose place it takes; if that showed the same run, it goes on from there."""
        super().__init__()
        self.setObjectName("centre")
        self.setAttribute(Qt.WA_StyledBackground)  # else a plain QWidget has no border
        self._run, self._settings = run, settings
        self._wide: bool | None = None
        self._low: bool | None = None
        self._demo = False
        self._last: tuple[Prediction, Prediction] | None = None  # at the end: as predicted, and without labels
        self.header, self.banners = SceneHeader(), Banners()
        if run.started:
            self.header.show_names(source_title(run.settings.source), run.checkpoint_name, run.settings.weights_reason)
            self.header.show_origin(run.settings.source)
            self.banners.show_weights(run.knows_only_simulated and not is_simulated(run.settings.source))
        self.picture, self.scores, self.events = LivePicture(meter), ScoresPanel(), EventsPanel(self._position_at)
        facts = {"source": run.settings.source_name, "weights": run.checkpoint_name}
        self.inspector = Inspector(run.look_back, self.picture, facts, lambda: self.recording.study)
        self.events.chosen.connect(self._go_to)
        self.picture.set_mirrored(settings.mirror)
        self.picture.setFocusPolicy(Qt.ClickFocus)  # a click takes the keyboard out of a field
        self.recording = RecordingPanel(run, settings, run.labels)
        self.recording.failed.connect(lambda text: self.banners.show_text("failed", text))
        self.recording.told.connect(lambda text: self.banners.show_text("notice", text))
        self.recording.entered.connect(self.picture.setFocus)
        self.protocol = ProtocolPanel(protocol, self.recording, settings)
        self.protocol.failed.connect(lambda text: self.banners.show_text("failed", text))
        self.recording_page = RecordPage(self.recording, self.protocol)
        self.player: PlayerBar | None = None
        self.annotations: AnnotationBar | None = None
        self.whole: WholeRecording | None = None
        self.health = HealthBar(meter)
        self.lamp = HealthLamp(self.health.figures)
        self.lamp.setChecked(settings.text("health") == "true")
        self.lamp.toggled.connect(self._show_figures)
        self.tabs = QTabWidget()
        self._page: QWidget | None = None  # the one that the user looked at last
        self._arrange()
        self.tabs.currentChanged.connect(self._note_page)
        if before is not None and before._page is not None:  # also of another source: who records goes on recording
            self._page = self.pages[before.pages.index(before._page)]
        if before is not None and before._run is run:
            self._go_on_from(before)

    def _go_on_from(self, before: Desk) -> None:
        self.health.go_on_from(before.health)
        self.events.places = before.events.places
        if before.annotations is not None:
            self._add_player()
            self.annotations.go_on_from(before.annotations)

    @property
    def pages(self) -> tuple[QWidget, ...]:
        """The side panels, in their order."""
        return self.scores_page, self.inspector.panel, self.recording_page, self.events_page

    def _arrange(self) -> None:
        self._under_picture = QVBoxLayout()
        self._under_picture.addWidget(self.inspector.freeze_bar)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.inspector.stack, 1)
        column.addLayout(self._under_picture)
        self.scores_page, self.events_page = _column(), _column()
        self.scores_page.layout().addWidget(self.scores)
        self.scores_page.layout().addWidget(self.events, 1)
        self.side = QSplitter(Qt.Horizontal)
        self.side.addWidget(self.tabs)
        self.side.setChildrenCollapsible(False)
        self.splitter = QSplitter(Qt.Horizontal)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.side)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setHandleWidth(7)
        self.splitter.setChildrenCollapsible(False)
        note, keys = palette.PlainLabel(tr(NOT_A_DEVICE)), palette.ElidedLabel("muted", align=Qt.AlignRight)
        note.setProperty("role", "note")
        keys.set_text(tr("click or 1 to 6: focus on a person · F freeze · R record · F11 demo · F1 help"))
        self._keys = keys
        footer = QHBoxLayout()
        footer.addWidget(note)
        footer.addWidget(self.lamp)
        footer.addWidget(keys, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(9, 6, 9, 6)  # outside the red border
        whole.setSpacing(4)
        whole.addWidget(self.header)
        whole.addWidget(self.banners)
        whole.addWidget(self.splitter, 1)
        whole.addWidget(self.health)
        self.health.setVisible(self.lamp.isChecked())
        whole.addLayout(footer)

    def show_view(self, view: View, focus: int | None, note: str | None) -> None:
        """Show this moment, or the frozen one in its place.

        Args:
            note: a large text over the picture, such as "opening".
        """
        if not self._run.started:
            self.inspector.show_view(view, focus, tr("Nothing is watched yet: File, Start page"))
            return
        if self.player is None and self._run.player is not None:
            self._add_player()
        if view.frame is None and view.state == "starting" and note is None:
            note = view.message or tr("starting …")
        pulled = view
        if is_over(view) and view.prediction is not None:
            view = replace(view, prediction=self._without_labels(view.prediction))  # nothing goes on any more
        shown = self.inspector.show_view(view, focus, note)
        frozen = self.inspector.frozen and view.state != "failed"
        self.header.show_scene(replace(shown, state="running", player=None) if frozen else shown, focus)
        self.header.show_live(goes_on(view) and not frozen)
        self.header.show_recording(view.recording)
        self.scores.show_prediction(shown.prediction, focus)
        self.events.show_events(view.events)
        self.banners.show_view(view)
        is_sensor = view.player is None and goes_on(view)
        self.health.show_health(view.health, view.prediction, view.pose and view.pose.tilt, is_sensor)
        self.lamp.show_worry(tr("stopped") if view.state == "failed" else self.health.worry)
        self.recording.show_status(view.recording)
        if self.player is not None and view.player is not None:
            self.player.show_status(view.player, self.annotations.rows(pulled))
            if self.whole is not None and self.whole.isVisible():
                self.whole.show_position(view.player.position_s)
        self._mark_recording(view.recording.state == "recording")

    def _without_labels(self, prediction: Prediction) -> Prediction:
        """What was last predicted, but for what the people do; made once, so that the picture is not painted again."""
        if self._last is None or self._last[0] is not prediction:
            persons = tuple(replace(person, label=None) for person in prediction.persons)
            self._last = prediction, replace(prediction, persons=persons)
        return self._last[1]

    def _show_figures(self, on: bool) -> None:
        self._settings.keep("health", "true" if on else "false")
        self.health.setVisible(on and not self._demo)

    def show_names(self) -> None:
        """Another checkpoint is in use."""
        self.header.show_names(source_title(self._run.settings.source), self._run.checkpoint_name)

    def set_demo(self, on: bool) -> None:
        """Only the picture and one large label, for people who stand far off."""
        self._demo = on
        self.header.set_large(on)
        for widget in (self.side, self.lamp, self.inspector.timeline, self._keys):
            widget.setVisible(not on)
        self.health.setVisible(not on and self.lamp.isChecked())
        if self.player is not None:
            self.player.setVisible(not on)

    def close_desk(self) -> None:
        """Ends exports and inspections that are under way."""
        self.close_whole()
        self.inspector.close()

    def close_whole(self) -> None:
        """Closes the window with the whole recording; an inspection that is under way ends."""
        if self.whole is not None:
            self.whole.close_run()
            self.whole.close()
            self.whole.deleteLater()
            self.whole = None

    def show_whole(self, weights: Callable[[], Path | None]) -> None:
        """Attention over the whole recording, in a window of its own; recorded sessions only.

        Args:
            weights: the checkpoint in use, None: the one that is meant for it.
        """
        folder = Path(self._run.settings.source)
        if self.player is None or not folder.is_dir():
            self.banners.show_text("notice", tr("Only recorded sessions can be inspected as a whole."))
            return
        if self.whole is None:
            bar = self.annotations
            length_s = self._run.player.status().duration_s
            self.whole = WholeRecording(self.window(), folder, length_s, bar.spans, weights)
            self.whole.sought.connect(self.player.seek)
        self.whole.load()
        self.whole.show()
        self.whole.raise_()

    def arrange_for(self, width_px: int, height_px: int) -> None:
        """Distribute the panels for a window of this size."""
        shape = width_px >= WIDE_PX, height_px < LOW_PX
        if shape == (self._wide, self._low):
            return
        self._wide, self._low = shape
        if self._low:
            self.events_page.layout().insertWidget(0, self.inspector.timeline)
        else:
            self._under_picture.insertWidget(1, self.inspector.timeline)
        self._arrange_side()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange_for(self.window().width(), self.window().height())

    def _arrange_side(self) -> None:
        chosen = self._page
        self.tabs.clear()
        if self._wide:
            self.scores_page.layout().insertWidget(1, self.inspector.curves, 2)
            self.side.insertWidget(0, self.scores_page)
            self.scores_page.show()
        else:
            self.events_page.layout().addWidget(self.inspector.curves, 1)
            self.tabs.addTab(self.scores_page, tr("Scores"))
        self.tabs.addTab(self.inspector.panel, tr("Attention"))
        self.tabs.addTab(self.recording_page, tr("Recording"))
        if self._low or not self._wide:
            self.tabs.addTab(self.events_page, tr("Last minute"))
        self.tabs.setCurrentIndex(max(self.tabs.indexOf(chosen), 0))
        self._page = chosen  # also while it stands beside the tabs
        columns = 2 if self._wide else 1
        self.side.setMinimumWidth(SIDE_PX * columns)
        self.splitter.setSizes([100_000, SIDE_PX * columns])
        self.side.setSizes([SIDE_PX] * columns)

    def _position_at(self, sensor_time_s: float) -> float | None:
        return self._run.look_back.snapshot().position_at(sensor_time_s)

    def _go_to(self, event: Event) -> None:
        """To the beginning of an event: there in the recording that is played, else frozen at that moment."""
        place_s = self.events.places[event]
        if self.player is None or place_s is None:
            self.inspector.freeze_at(event.start_s)
        else:
            self.inspector.live()
            self.player.seek(place_s)

    def _note_page(self, row: int) -> None:
        self._page = self.tabs.widget(row)

    def show_tab(self, page: QWidget) -> None:
        """Bring a panel to the front and the keyboard to it."""
        for tab in map(self.tabs.widget, range(self.tabs.count())):
            if tab is page or tab.isAncestorOf(page):
                self.tabs.setCurrentWidget(tab)
        page.setFocus()

    def _add_player(self) -> None:
        self.player = PlayerBar(self._run.player)
        self.annotations = AnnotationBar(self._run, self._settings, self.player)
        self.annotations.told.connect(self.banners.show_text)
        self.annotations.left.connect(self.picture.setFocus)
        self.inspector.moment_clicked.connect(self.player.seek)
        self._under_picture.addWidget(self.player)
        self.player.setVisible(not self._demo)

    def _mark_recording(self, on: bool) -> None:
        if self.property("recording") != on:
            self.setProperty("recording", on)
            self.style().unpolish(self)
            self.style().polish(self)


def _column() -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    return page
