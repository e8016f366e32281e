"""Annotating a session while it is played: begin and end a segment with A, choose its label with a digit.

    A begins a segment here, A ends it; while one is begun, 1 to 9 choose one of the labels used lately
    E takes over the predicted event at this place; Ctrl+Z takes the last change back
    a click, or N and P (next, previous), chooses an annotation: its borders are dragged in the seek bar, 1 to 9 or a
    typed label give it another name, Delete removes it (with none chosen, the one at this place), Esc lets it go

Every change is saved at once. The seek bar shows what is annotated, what was predicted when it was recorded, and what
is predicted now; where both agree there is a tick, where they do not a cross, and neither where nothing can have been
predicted yet. The list has all of it as a table.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QWidget

from tsmf_live.frames import Event, TsmfError, UsageError, View
from tsmf_live.gui import palette
from tsmf_live.gui.action_line import ActionLine
from tsmf_live.gui.charts.timeline import TimelineBar, TimelineRow
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.dialogs.annotation_list import AnnotationList
from tsmf_live.gui.errand import Errand
from tsmf_live.gui.language import tr
from tsmf_live.gui.panels.header import is_over
from tsmf_live.gui.panels.player_bar import PlayerBar, button
from tsmf_live.gui.played import Played
from tsmf_live.gui.settings import Settings
from tsmf_live.recording.annotations import SHORTEST_S, TOUCHING_S, Annotations, agreeing
from tsmf_live.recording.tables import SessionEvent

if TYPE_CHECKING:  # for types only: it brings torch
    from tsmf_live.live.pipeline import Pipeline

GOES_ON = "running"  # kind of what has not ended where the recording does
DIGITS = 9  # labels that have a key


class AnnotationBar(QWidget):
    """The controls beside the player's.

    Signals:
        told: role and text for a banner, "" for none.
        left: the label is typed; the keyboard goes back to the picture.
        changed: other annotations, or another one is chosen.
    """

    told = pyqtSignal(str, str)
    left = pyqtSignal()
    changed = pyqtSignal()

    def __init__(self, run: Pipeline, settings: Settings, player: PlayerBar) -> None:
        super().__init__()
        self._run, self._settings, self._player = run, settings, player
        self._book: Annotations | None = None
        self._begun_s: float | None = None
        self._chosen: SessionEvent | None = None  # one of the segments
        self._list: AnnotationList | None = None
        self._asked_for_label = False
        self._events: tuple[Event, ...] = ()
        self._suggested: list[SessionEvent] = []  # predicted now, in seconds from the recording's first frame
        self._played = Played()
        self._at_end = False
        self._found: set[int] = set()  # the annotations that were predicted as well
        self._verdicts: list[bool | None] = []
        self._rows: tuple[TimelineRow, ...] = ()
        self.mark = button(
            tr("Begin"),
            tr("A segment of the person in focus, else of everybody, begins or ends here (A)"),
            self.mark_here,
        )
        self.accept = button("✓", tr("Accept the predicted event here (E)"), self.accept_here)
        self.remove = button("✕", tr("Remove the annotation here (Delete)"), self.remove_here)
        self.back = button("↶", tr("Undo the last change (Ctrl+Z)"), self.undo)
        self.table = button("≡", tr("All annotations as a list"), self.show_list)
        self.label = ActionLine(tr("label"), self.known_labels(), next(iter(settings.recent("label")), ""))
        self.label.setMinimumWidth(80)
        self.label.setToolTip(tr("Of the annotation that is chosen, else of the next; 1 to 9 choose one used lately"))
        self.label.returnPressed.connect(self._typed)
        self.hint = palette.ElidedLabel("muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.mark, self.label, self.accept, self.remove, self.back, self.table):
            row.addWidget(widget, 1 if widget is self.label else 0)
        player.row.addWidget(self, 1)
        player.layout().addWidget(self.hint)
        player.timeline.bar_chosen.connect(self._choose_number)
        player.timeline.border_moved.connect(self._move_border)
        self.hint.hide()
        self._errand: Errand[Annotations] | None = self._open(Path(run.settings.source))
        self.setEnabled(False)
        self._draw()

    def _open(self, folder: Path) -> Errand[Annotations] | None:
        """Reads the session's annotations in the background; other recordings have none."""
        if not folder.is_dir():
            self.setToolTip(tr("Only recorded sessions can be annotated"))
            return None
        return Errand(lambda: Annotations(folder), self._opened, lambda error: self.told.emit("failed", str(error)))

    def _opened(self, book: Annotations) -> None:
        self._book = book
        self.setEnabled(True)
        self._draw()

    @property
    def begun(self) -> bool:
        """Whether a segment has begun and not ended."""
        return self._begun_s is not None

    @property
    def under_way(self) -> bool:
        """Whether a segment has begun or an annotation is chosen: digits are labels, Esc lets it go."""
        return self.begun or self.chosen is not None

    @property
    def first_s(self) -> float:
        """Sensor time of the recording's first frame: annotations are in sensor time, the player counts from there."""
        return self._book.span_s[0] if self._book is not None else 0.0

    @property
    def segments(self) -> list[SessionEvent]:
        """The annotations, by start; sensor time."""
        return self._book.segments if self._book is not None else []

    def spans(self) -> list[tuple[float, float, str, int | None]]:
        """The annotations: begin and end in seconds from the first frame, label, slot (None: everybody)."""
        return self._book.spans() if self._book is not None else []

    @property
    def chosen(self) -> int | None:
        """The number of the annotation that is chosen, or None."""
        return self.segments.index(self._chosen) if self._chosen in self.segments else None

    def verdicts(self) -> list[bool | None]:
        """Of each annotation whether it was predicted as well; None: it has not been played far enough to say."""
        return [n in self._found or self._missed(event) for n, event in enumerate(self._annotated())]

    def _annotated(self) -> list[SessionEvent]:
        return self.segments if self._book is not None else list(self._run.truth)

    def _missed(self, event: SessionEvent) -> bool | None:
        """For one that was not predicted: False, it should have been by now; None, that cannot be said yet."""
        if self._book is not None and self._book.predictions:  # the whole recording was predicted for when it was made
            return False
        if event.label not in self._run.labels:  # these weights cannot say it
            return None
        first_s, last_s = self.first_s, self._player.duration_s
        return False if self._played.decided(event.start_s - first_s, event.end_s - first_s, last_s) else None

    def labels(self) -> list[str]:
        """What the digits stand for, 1 first."""
        return self.known_labels()[:DIGITS]

    def known_labels(self) -> list[str]:
        """Those used lately, and those of the weights."""
        recent = self._settings.recent("label")
        return [*recent, *(name for name in self._run.labels if name not in recent)]

    def choose_label(self, digit: int) -> None:
        """The label with this digit, 1 to 9, for what is under way."""
        if digit <= len(self.labels()):
            self.label.label = self.labels()[digit - 1]
            if not self.begun:
                self._relabel()

    def choose(self, number: int | None) -> None:
        """Choose this annotation, and go to where it begins; None: none is chosen."""
        self._choose_number(number)
        if self._chosen is not None:
            self._player.seek(self._chosen.start_s - self.first_s)

    def step(self, by: int) -> None:
        """Choose the next annotation (1) or the previous one (-1): of the one that is chosen, else of this place."""
        numbers = range(len(self.segments))
        if self.chosen is not None:
            wanted = self.chosen + by
        else:
            here_s = self._player.position_s + self.first_s
            starts = [event.start_s for event in self.segments]
            wanted = bisect_right(starts, here_s) if by > 0 else bisect_left(starts, here_s) - 1
        if wanted in numbers:
            self.choose(wanted)
        else:
            self.told.emit("notice", tr("There is no further annotation."))

    def edit(self, number: int, **changes: float | str) -> None:
        """Change start_s, end_s or label of an annotation, sensor time; the reason is said if that cannot be."""
        was_chosen = number == self.chosen

        def change() -> None:
            old = self._book.segments[number]
            new = old._replace(**changes)
            if (new.start_s, new.end_s) != (old.start_s, old.end_s):
                self._refuse_overlap(new.start_s, new.end_s, new.person, besides=number)
            edited = self._book.edit(number, **changes)
            if was_chosen:
                self._chosen = edited

        self._change(change)

    def show_list(self) -> None:
        """All annotations as a table, in a window of its own."""
        if self._list is None:
            self._list = AnnotationList(self)
        self._list.show()
        self._list.raise_()

    def _choose_number(self, number: int | None) -> None:
        self._chosen = None if number is None or number >= len(self.segments) else self.segments[number]
        if self._chosen is not None:
            self.label.label = self._chosen.label
        self._show_chosen()

    def _show_chosen(self) -> None:
        self._player.timeline.choose(self.chosen)
        self._show_begun()
        self.changed.emit()

    def _move_border(self, number: int, start_s: float, end_s: float) -> None:
        self._choose_number(number)
        self.edit(number, start_s=start_s + self.first_s, end_s=end_s + self.first_s)

    def _typed(self) -> None:
        if not self.begun:
            self._relabel()
        self.left.emit()

    def _relabel(self) -> None:
        """The annotation that is chosen gets the label in the field."""
        label = self.label.label
        if self.chosen is not None and label and label != self._chosen.label:
            self.edit(self.chosen, label=label)
            self._settings.used("label", label)

    def rows(self, view: View) -> tuple[TimelineRow, ...]:
        """What lies along the seek bar; call it with each view."""
        if self._errand is not None and self._errand.poll():
            self._errand = None
        self._played.note(view.prediction)
        at_end, before = is_over(view), self._at_end
        self._at_end = at_end
        if view.events != self._events:
            self._suggest(view.events)
        elif at_end and not before:
            self._suggest_what_goes_on()
        elif self.verdicts() != self._verdicts:
            self._draw()
        return self._rows

    def mark_here(self) -> None:
        """Begin a segment at the present frame, or end the one that has begun."""
        if self._book is None:
            return
        here_s = self._player.position_s
        if self._begun_s is None:
            self._chosen = None
            self._begun_s = here_s
            self._show_chosen()
        elif not self.label.label:
            self.told.emit("warning", tr("Choose a label with 1 to 9, or type one; then end the segment with A."))
            self._asked_for_label = True
            return
        else:
            start_s, end_s = sorted((self._begun_s, here_s))
            self._forget()
            if end_s - start_s >= SHORTEST_S:
                self._add(start_s, end_s, self.label.label)
        self._show_begun()

    def cancel(self) -> None:
        """Forget the segment that has begun, and let the chosen annotation go."""
        self._forget()
        self._choose_number(None)

    def _forget(self) -> None:
        self._begun_s = None
        if self._asked_for_label:
            self._asked_for_label = False
            self.told.emit("", "")

    def go_on_from(self, before: AnnotationBar) -> None:
        """Takes over what another bar of the same run knew: a segment that has begun, and what was predicted now."""
        self._begun_s, self._events, self._suggested = before._begun_s, before._events, before._suggested
        self._played, self._at_end = before._played, before._at_end
        self.label.label = before.label.label
        self._draw()
        self._show_begun()

    def accept_here(self) -> None:
        """The predicted event at the present frame becomes an annotation; one of now goes before a recorded one."""
        if self._book is None:
            return
        first_s = self.first_s
        here_s = self._player.position_s + first_s
        now = (e._replace(start_s=e.start_s + first_s, end_s=e.end_s + first_s) for e in self._suggested)
        found = next((event for event in (*now, *self._book.predictions) if _holds(event, here_s)), None)
        if found is None:
            self.told.emit("notice", tr("No event was predicted at this place."))
            return
        self._change(lambda: self._accept(found))

    def remove_here(self) -> None:
        """Removes the annotation that is chosen, else the one at the present frame."""
        if self._book is None:
            return
        here_s = self._player.position_s + self.first_s
        here = [k for k, event in enumerate(self._book.segments) if _holds(event, here_s)]
        index = here[-1] if here else None  # of two, the one that began last: it lies on top
        index = index if self.chosen is None else self.chosen
        if index is None:
            self.told.emit("notice", tr("There is no annotation at this place."))
            return
        self._change(lambda: self._book.remove(index))

    def undo(self) -> None:
        """Takes the last change back."""
        if self._book is not None and self._book.undo():
            self._change(lambda: None)

    def _add(self, start_s: float, end_s: float, label: str) -> None:
        first_s, person = self._book.span_s[0], self._run.feedback.focus

        def add() -> None:
            self._refuse_overlap(start_s + first_s, end_s + first_s, person)
            self._book.add(start_s + first_s, end_s + first_s, label, person)

        self._change(add)
        self._settings.used("label", label)

    def _accept(self, event: SessionEvent) -> None:
        self._refuse_overlap(event.start_s, event.end_s, event.person)
        self._book.accept(event)

    def _refuse_overlap(self, start_s: float, end_s: float, person: int | None, besides: int | None = None) -> None:
        """UsageError if one of them is of the scene and the other of a person: the scene has that person in it.

        Args:
            besides: the number of the annotation that is changed.
        """
        for number, other in enumerate(self._book.segments):
            if number == besides:
                continue
            lasts_s = min(end_s, other.end_s) - max(start_s, other.start_s)
            if lasts_s > TOUCHING_S and other.person != person and None in (person, other.person):
                first_s = self._book.span_s[0]
                said = tr("overlaps {label} from {start} to {end} s; change or remove that one first")
                times = {"start": f"{other.start_s - first_s:.1f}", "end": f"{other.end_s - first_s:.1f}"}
                raise UsageError(said.format(label=class_name(other.label), **times))

    def _change(self, change: Callable[[], object]) -> None:
        """Changes and saves; says why if it cannot."""
        try:
            change()
            self._book.save()
        except TsmfError as error:
            self.told.emit("failed", str(error))
        self._draw()

    def _suggest(self, events: tuple[Event, ...]) -> None:
        """Events predicted in this run, by position in the recording: sensor time goes on where a player jumps."""
        new = [event for event in events if event not in self._events]
        self._events = events
        moments = self._run.look_back.snapshot()
        for event in new:
            start_s, end_s = moments.position_at(event.start_s), moments.position_at(event.end_s)
            if start_s is not None and end_s is not None and start_s < end_s:
                row = SessionEvent(start_s, end_s, event.label, event.confidence, event.slot, "prediction")
                self._suggested = [*_not_over(self._suggested, row), row]  # it was played before: now counts
        self._draw()

    def _suggest_what_goes_on(self) -> None:
        """At the recording's end what still goes on ends there: the program would wait for more."""
        end_s = self._player.duration_s
        of_persons = [one for one in self._played.going_on if one.slot is not None] or self._played.going_on
        for one in of_persons:
            row = SessionEvent(one.since_s, end_s, one.label, one.peak, one.slot, GOES_ON)
            self._suggested = [*_not_over(self._suggested, row), row]
        self._draw()

    def _predicted(self) -> list[SessionEvent]:
        """What is predicted now, and, where nothing is, what was when it was recorded; sensor time, by start."""
        recorded = self._book.predictions if self._book is not None else []
        now = [e._replace(start_s=e.start_s + self.first_s, end_s=e.end_s + self.first_s) for e in self._suggested]
        for event in now:
            recorded = _not_over(recorded, event)
        return sorted([*recorded, *now], key=lambda event: event.start_s)

    def _draw(self) -> None:
        first_s, predicted = self.first_s, self._predicted()
        annotated = self._annotated()
        recorded = set(self._book.predictions) if self._book is not None else set()
        pairs = agreeing(annotated, predicted)
        right = {k for _, k in pairs}
        bars = [
            TimelineBar(
                event.start_s - first_s,
                event.end_s - first_s,
                event.label,
                event.confidence,
                GOES_ON if event.kind == GOES_ON else "event" if event in recorded else "suggestion",
                # of what goes on at the end nobody knows how long it would have lasted
                right=k in right or (None if event.kind == GOES_ON else False) if annotated else None,
            )
            for k, event in enumerate(predicted)
        ]
        self._found = {i for i, _ in pairs}
        self._verdicts = self.verdicts()
        own = [
            TimelineBar(
                event.start_s - first_s,
                event.end_s - first_s,
                event.label,
                None,
                "annotation",
                number if self._book is not None else None,
                verdict,
            )
            for number, (event, verdict) in enumerate(zip(annotated, self._verdicts, strict=True))
        ]
        title = tr("annotated") if self._book is not None else tr("data set")
        self._rows = (TimelineRow(tr("predicted"), tuple(bars)), TimelineRow(title, tuple(own)))
        self._show_chosen()

    def _show_begun(self) -> None:
        self.mark.setText(tr("End") if self.begun else tr("Begin"))
        self.mark.setCheckable(True)
        self.mark.setChecked(self.begun)
        names = " · ".join(f"{k} {class_name(name)}" for k, name in enumerate(self.labels(), 1))
        text = (
            tr("Esc: no segment · label: {names}")
            if self.begun
            else tr("Delete: remove · Esc: leave it · label: {names}")
        )
        self.hint.set_text(text.format(names=names))
        self.hint.setVisible(self.under_way)


def _not_over(events: list[SessionEvent], event: SessionEvent) -> list[SessionEvent]:
    """Those of the events that do not overlap with this one of the same person."""
    return [
        other
        for other in events
        if other.person != event.person or min(other.end_s, event.end_s) - max(other.start_s, event.start_s) <= 0
    ]


def _holds(event: SessionEvent, time_s: float) -> bool:
    return event.start_s <= time_s < event.end_s
