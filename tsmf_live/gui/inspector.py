"""Looking into moments: live, frozen, or two side by side; and saving what is seen.

    live --freeze--> frozen (scrub, mark A and B) --compare--> A | B        --live--> live

Capture, inference and recording know nothing of this: frozen is only what the window shows. The frozen snapshot keeps
its own ten seconds (references; at most as much again as look_back.LookBack holds, until the picture is live again).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QAction, QStackedWidget

from tsmf_live.frames import View
from tsmf_live.gui.charts.turns import Charts
from tsmf_live.gui.compare import CompareView, clock
from tsmf_live.gui.language import tr
from tsmf_live.gui.panels.freeze_bar import FreezeBar
from tsmf_live.gui.picture.live_view import LivePicture
from tsmf_live.gui.saving import VideoSaving, ask_path, save_comparison, save_sheet, save_table
from tsmf_live.live.look_back import PICTURE_EVERY_S, LookBack, Moments, Still

TOLD_S = 8.0  # how long a message stays


class Inspector(QObject):
    """Owns the widgets around the picture that look into moments; the window places them.

    Args:
        look_back: what the pipeline keeps.
        picture: the live picture.
        facts: printed on what is saved, such as source and weights.
        folder: where the question for a file's name begins, until one was saved elsewhere.

    Signals:
        moment_clicked: a time of the recording that is played, seconds: to be sought.
        frozen_changed: whether the picture stands still.
        video_ended: what came of the video that was being saved, in a line.
    """

    video_ended = pyqtSignal(str)
    moment_clicked = pyqtSignal(float)
    frozen_changed = pyqtSignal(bool)

    def __init__(
        self, look_back: LookBack, picture: LivePicture, facts: dict[str, str], folder: Callable[[], Path]
    ) -> None:
        super().__init__()
        self._look_back, self._picture, self.facts, self._folder = look_back, picture, facts, folder
        self._charts = Charts()
        self.panel, self.timeline, self.curves = self._charts.panel, self._charts.timeline, self._charts.curves
        self.compare, self.freeze_bar, self.stack = CompareView(), FreezeBar(), QStackedWidget()
        self.stack.addWidget(picture)
        self.stack.addWidget(self.compare)
        self._snapshot: Moments | None = None  # while frozen
        self._still: Still | None = None
        self._marks: dict[str, Still | None] = {"A": None, "B": None}
        self._told_until_s = 0.0
        self._video: VideoSaving | None = None
        self._make_actions()
        self.timeline.clicked.connect(self._go_to)
        self.panel.time_clicked.connect(self.freeze_at)
        self.freeze_bar.moved.connect(self._look_at)
        self.freeze_bar.cancelled.connect(self.cancel_video)

    def _make_actions(self) -> None:
        self.freeze_action = self._action(tr("Freeze"), tr("Freeze"), self._toggle_freeze, checkable=True)
        self.mark_a_action = self._action(tr("Mark A"), "A", lambda _checked: self.mark("A"))
        self.mark_b_action = self._action(tr("Mark B"), "B", lambda _checked: self.mark("B"))
        self.compare_action = self._action(tr("Compare A | B"), "A | B", self._toggle_compare, checkable=True)
        self.save_picture_action = self._action(tr("Save picture …"), "PNG …", lambda _checked: self._ask("png"))
        self.save_values_action = self._action(tr("Save values …"), "CSV …", lambda _checked: self._ask("csv"))
        self.save_video_action = self._action(tr("Save video …"), "MP4 …", lambda _checked: self._ask("mp4"))
        self.save_video_action.setToolTip(tr("The last ten seconds, or from A to B, at ten pictures a second"))
        self.save_picture_action.setToolTip(tr("Picture and charts on white: PNG, PDF or SVG"))
        self.save_values_action.setToolTip(tr("Scores, attention, joints of everybody: of this moment, or from A to B"))
        marks = [self.mark_a_action, self.mark_b_action, self.compare_action]
        saves = [self.save_picture_action, self.save_values_action, self.save_video_action]
        self.freeze_bar.add_actions([self.freeze_action, *marks, *saves])

    def _action(self, text: str, short: str, act: Callable[[bool], None], *, checkable: bool = False) -> QAction:
        """An action with its text in menus and on its button."""
        action = QAction(text, self)
        action.setIconText(short)
        action.setToolTip(text)
        action.setCheckable(checkable)
        (action.toggled if checkable else action.triggered).connect(act)
        return action

    # each pull

    def show_view(self, view: View, focus: int | None, note: str | None = None) -> View:
        """Show this moment in the picture, and the charts when they are due.

        Returns:
            What the rest of the window should show: `view`, with the frozen moment in place of the newest.
        """
        is_new_focus = focus != self._picture.look.focus
        shown = view
        if self._still is not None:
            still = self._still
            shown, note = replace(view, frame=still.frame, pose=still.pose, prediction=still.prediction), None
        busy = self._picture.show_moment(shown.frame, shown.pose, shown.prediction, focus, note)
        if is_new_focus:
            self._show_compare()
        self.panel.show_prediction(shown.prediction, focus)  # with the header, not in the charts' turn
        cursor_s = self._still.time_s if self._still is not None else None
        watching = self._still is None and view.prediction is None
        self._charts.show_next(self._look_back, self._snapshot, focus, cursor_s, busy, watching)
        self._watch_video()
        if self._told_until_s and time.perf_counter() > self._told_until_s:
            self._notify("")
        return shown

    # freezing

    @property
    def frozen(self) -> bool:
        """Whether the picture stands still."""
        return self._still is not None

    @property
    def still(self) -> Still | None:
        """The frozen moment."""
        return self._still

    def freeze(self) -> None:
        """Hold the newest moment of which there is a prediction."""
        snapshot = self._look_back.snapshot()
        if snapshot.newest_s is not None:
            self.freeze_at(snapshot.newest_s)
        else:
            self.freeze_action.setChecked(False)
            self._notify(tr("nothing has been predicted yet"))

    def freeze_at(self, sensor_time_s: float) -> None:
        """Hold the moment nearest to this time: of the ten seconds that were kept when the picture froze, if it is not
        later than those; else of those that are kept now.
        """
        snapshot = self._snapshot
        if snapshot is None or sensor_time_s > snapshot.pictures[-1].time_s + PICTURE_EVERY_S:
            snapshot = self._look_back.snapshot()
        if not snapshot.pictures:
            self.freeze_action.setChecked(False)
            self._notify(tr("no picture is kept yet"))
            return
        if sensor_time_s < snapshot.pictures[0].time_s - 1.0:
            self._notify(tr("only the last ten seconds can be looked at"))
            return
        began = self._snapshot is None
        self._snapshot = snapshot
        kept = snapshot.picture_at(sensor_time_s)
        self._look_at(snapshot.pictures.index(kept))
        if began:
            self.freeze_action.setChecked(True)
            self.freeze_action.setIconText(tr("Back to now"))
            self.frozen_changed.emit(True)

    def step(self, moments: int) -> None:
        """So many kept moments on, or back, while frozen."""
        if self._still is not None:
            self._look_at(self.freeze_bar.slider.value() + moments)

    def jump(self, seconds: float) -> None:
        """To the kept moment so many seconds later, or earlier, while frozen."""
        if self._still is not None:
            kept = self._snapshot.picture_at(self._still.time_s + seconds)
            self._look_at(self._snapshot.pictures.index(kept))

    def live(self) -> None:
        """The newest moment again."""
        if self._still is None:
            return
        self._snapshot = self._still = None
        self.freeze_action.setChecked(False)
        self.freeze_action.setIconText(tr("Freeze"))
        self.compare_action.setChecked(False)
        self.stack.setCurrentWidget(self._picture)
        self._picture.set_frozen(None)
        self.freeze_bar.show_frozen(None)
        self.frozen_changed.emit(False)

    def _toggle_freeze(self, on: bool) -> None:
        if not on:
            self.live()
        elif self._still is None:
            self.freeze()

    def _look_at(self, place: int) -> None:
        """Show the kept moment at this place of the frozen ten seconds."""
        pictures = self._snapshot.pictures
        place = min(max(place, 0), len(pictures) - 1)
        self._still = self._snapshot.still_at(pictures[place].time_s)
        ago_s = round(self._still.time_s - pictures[-1].time_s, 1) + 0.0  # never -0.0
        self._picture.set_frozen(tr("FROZEN at {time} · capture and recording go on").format(time=clock(self._still)))
        where = f"{clock(self._still)} ({ago_s:.1f} s)"
        self.freeze_bar.show_frozen(where, place, len(pictures))

    def _go_to(self, sensor_time_s: float) -> None:
        """A click in the last minute: there, if a recording is played; else frozen at that moment."""
        position_s = self._look_back.snapshot().position_at(sensor_time_s)
        if position_s is None:
            self.freeze_at(sensor_time_s)
        else:
            self.live()
            self.moment_clicked.emit(position_s)

    # comparing

    def mark(self, letter: str) -> None:
        """Remember the moment that is shown as "A" or "B"."""
        still = self._still
        if still is None:
            snapshot = self._look_back.snapshot()
            still = snapshot.still_at(snapshot.newest_s) if snapshot.newest_s is not None else None
        if still is None:
            self._notify(tr("no picture is kept yet"))
            return
        self._marks[letter] = still
        self._notify(tr("{letter} is {time}").format(letter=letter, time=clock(still)))
        self._show_compare()

    @property
    def marks(self) -> tuple[Still | None, Still | None]:
        """A and B."""
        return self._marks["A"], self._marks["B"]

    def _toggle_compare(self, on: bool) -> None:
        if on and self._still is None:
            self.freeze()
        if on and self._still is not None:
            for letter in "AB":
                self._marks[letter] = self._marks[letter] or self._still
        self.compare_action.setChecked(on and self._still is not None)
        self.stack.setCurrentWidget(self.compare if self.compare_action.isChecked() else self._picture)
        self._show_compare()

    def _show_compare(self) -> None:
        if self.compare_action.isChecked():
            self.compare.show_pair(*self.marks, self._picture.look.focus, mirrored=self._picture.mirrored)

    # saving

    def save_picture(self, path: Path) -> None:
        """Saves what is shown as a PNG: the moment with overlay, charts and facts, or the two that are compared."""
        focus, mirrored = self._picture.look.focus, self._picture.mirrored
        if self.compare_action.isChecked():
            self._notify(save_comparison(path, self.marks, focus, self.facts, mirrored=mirrored))
            return
        if (moment := self._moment()) is not None:
            still, moments = moment
            self._notify(save_sheet(path, still, moments, self._picture.look, self.facts, mirrored=mirrored))

    def save_values(self, path: Path) -> None:
        """Saves what was said of everybody, and their joints, as a CSV: from A to B, else of the moment shown."""
        moments = self._span()
        if moments is None and (moment := self._moment()) is not None:
            still, kept = moment
            moments = kept.around(still)
        if moments is not None:
            self._notify(save_table(path, moments, self.facts))

    def save_video(self, path: Path) -> None:
        """Begins to save the span from A to B, or all that is kept, as an MP4 with overlay; returns at once."""
        if self._video is not None:
            self._notify(tr("a video is being saved already"))
            return
        moments = self._snapshot or self._look_back.snapshot()
        if (span := self._span()) is not None:
            moments = replace(moments, pictures=span.pictures)
        if not moments.pictures:
            self._notify(tr("no picture is kept yet"))
            return
        self._video = VideoSaving(path, moments, self._picture.look, mirrored=self._picture.mirrored)
        self.freeze_bar.show_progress(0.0)

    def cancel_video(self) -> None:
        """Nothing stays of the video that is being saved."""
        if self._video is not None:
            self._video.cancel()

    @property
    def saving_video(self) -> bool:
        """Whether a video is being written."""
        return self._video is not None

    def _watch_video(self) -> None:
        if self._video is None:
            return
        outcome = self._video.outcome()
        self.freeze_bar.show_progress(self._video.share if outcome is None else None)
        if outcome is not None:
            self._video = None
            self._notify(outcome)
            self.video_ended.emit(outcome)

    def hand_video_to(self, other: Inspector) -> None:
        """Hands the video that is being saved, if any, to the other inspector."""
        other._video, self._video = self._video, None

    def close(self) -> None:
        """Cancels the video that is being saved, if any; RuntimeError if its thread did not end."""
        video, self._video = self._video, None
        if video is not None:
            video.close()
            self.video_ended.emit(video.outcome())

    def _span(self) -> Moments | None:
        """What is kept from A to B; None if they are not both there, or older than that."""
        if None in self.marks:
            return None
        kept = self._snapshot or self._look_back.snapshot()
        span = kept.between(*sorted(still.time_s for still in self.marks))
        return span if len(span.pictures) > 1 else None

    def _moment(self) -> tuple[Still, Moments] | None:
        """The moment to save and what was kept around it: the frozen one, else the newest."""
        moments = self._snapshot or self._look_back.snapshot()
        still = self._still
        if still is None and moments.newest_s is not None:
            still = moments.still_at(moments.newest_s)
        if still is None:
            self._notify(tr("no picture is kept yet"))
            return None
        return still, moments

    def _ask(self, kind: str) -> None:
        """Asks where to save, and saves."""
        path = ask_path(self.stack, kind, self._folder())
        if path is not None:
            self._folder = lambda: path.parent
            {"png": self.save_picture, "csv": self.save_values, "mp4": self.save_video}[kind](path)

    def _notify(self, text: str) -> None:
        self.freeze_bar.show_text(text)
        self._told_until_s = time.perf_counter() + TOLD_S if text else 0.0
