"""What people say is done in a recorded session: labelled segments, kept in events.csv beside the predicted events.

`Annotations` edits them, for the window and for `python -m tsmf_live.sessions annotate`; `segments` gives them, as
spans of frames, to exports and to training. Times are sensor seconds, as everywhere in a session; a player's position 0
is the time of the first frame.
"""

from __future__ import annotations

import os
import time
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tsmf_live.files import refuse_links, whole_file
from tsmf_live.frames import FRAME_RATE_HZ, MAX_BODIES, RecordingError, SourceError, UsageError
from tsmf_live.recording.folder import read_description
from tsmf_live.recording.tables import (
    EVENTS_FILE,
    EVENTS_HEADER,
    FRAMES_FILE,
    SessionEvent,
    csv_line,
    of_kind,
    read_events,
    read_frame_rows,
)

SHORTEST_S = 0.1  # shorter segments are mistakes of the hand
TOUCHING_S = 1.5 / FRAME_RATE_HZ  # data sets let one action end and the next begin at the same frame: no overlap
LONGEST_LABEL = 100
STILL_GROWING_S = 3.0  # a recorder writes every frame; a session that was written so lately may still be recorded


class Segment(NamedTuple):
    """A labelled part of a session.

    `start_frame` to `end_frame` (exclusive) count the session's frames from 0, without regard to holes in `index`;
    `subject` is the take's, "" if none was given; `person` is a slot, None for everybody in view.
    """

    start_frame: int
    end_frame: int
    label: str
    subject: str
    person: int | None


def segments(folder: Path) -> list[Segment]:
    """The labelled parts of a session: its annotations, or, without any, the whole take as the action it was made for.

    Segments that hold no frame are left out. None if there are neither annotations nor an action.

    Raises:
        SourceError: no session, or a file of it is damaged.
    """
    description = read_description(folder)
    subject = str(description.get("subject") or "")
    times_s = frame_times_s(folder)
    annotated = of_kind("annotation", read_events(folder))
    if annotated:
        spans = ((*frames_of(times_s, event.start_s, event.end_s), event) for event in annotated)
        return [Segment(a, b, event.label, subject, event.person) for a, b, event in spans if b > a]
    action = str(description.get("action") or "")
    return [Segment(0, len(times_s), action, subject, None)] if action else []


def frame_times_s(folder: Path, warnings: list[str] | None = None) -> np.ndarray:
    """Sensor time of each frame of a session, (T,) float64, T at least 1.

    Raises:
        SourceError: frames.csv is missing, damaged or empty.
    """
    rows = read_frame_rows(folder, warnings if warnings is not None else [])
    if not rows:
        raise SourceError(f"{folder / FRAMES_FILE}: expected frames, found none; record again")
    return np.array([row.sensor_time_s for row in rows])


def frames_of(times_s: np.ndarray, start_s: float, end_s: float) -> tuple[int, int]:
    """(first, past the last) of the frames within [start_s, end_s)."""
    first, past_last = np.searchsorted(times_s, [start_s, end_s])
    return int(first), int(past_last)


def seconds_of(times_s: np.ndarray, first: int, past_last: int) -> tuple[float, float]:
    """(start, end) that `frames_of` turns back into these frames; past_last > first."""
    end_s = times_s[past_last - 1] + 1 / FRAME_RATE_HZ
    if past_last < len(times_s):
        end_s = min(end_s, times_s[past_last])
    return float(times_s[first]), float(end_s)


def clipped(events: Iterable[SessionEvent], start_s: float, end_s: float) -> list[SessionEvent]:
    """What of the events lies between two times."""
    inside = [event for event in events if event.start_s < end_s and event.end_s > start_s]
    return [e._replace(start_s=max(e.start_s, start_s), end_s=min(e.end_s, end_s)) for e in inside]


def overlapping(events: list[SessionEvent]) -> list[tuple[SessionEvent, SessionEvent]]:
    """Each event that begins while another one of the same person, or of the scene, goes on; that one stands first.

    Of several that go on, the one that ends last.
    """
    taken, pairs = TakenTimes(), []
    for event in sorted(events, key=lambda event: (event.start_s, event.end_s)):
        if (earlier := taken.clash(event)) is not None:
            pairs.append((earlier, event))
        taken.add(event)
    return pairs


def agreeing(
    annotated: Sequence[SessionEvent], predicted: Sequence[SessionEvent], overlap: float = 0.5
) -> list[tuple[int, int]]:
    """Pairs (of annotated, of predicted) that say the same of the same time: one label, one person (the scene is
    everybody), intersection over union at least `overlap`. Each counts once; the largest overlap goes first.
    """
    found = []
    for i, one in enumerate(annotated):
        for k, other in enumerate(predicted):
            shared_s = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
            union_s = max(one.end_s, other.end_s) - min(one.start_s, other.start_s)
            same_person = one.person == other.person or None in (one.person, other.person)
            if one.label == other.label and same_person and shared_s > 0 and shared_s >= overlap * union_s:
                found.append((shared_s / union_s, i, k))
    pairs: list[tuple[int, int]] = []
    for _, i, k in sorted(found, reverse=True):
        if all(i != a and k != b for a, b in pairs):
            pairs.append((i, k))
    return pairs


class TakenTimes:
    """Which times are taken by events, for each person. A question takes as long as a search in a sorted list.

    Args:
        events: in any order.
    """

    def __init__(self, events: Iterable[SessionEvent] = ()) -> None:
        # for each person: starts, rising, and of all events up to there the one that ends last
        self._starts: dict[int | None, list[float]] = {}
        self._longest: dict[int | None, list[SessionEvent]] = {}
        for event in sorted(events, key=lambda event: event.start_s):
            self.add(event)

    def add(self, event: SessionEvent) -> None:
        """Events come by start."""
        if event.end_s - event.start_s <= TOUCHING_S:
            return  # too short to overlap with anything
        starts, longest = self._starts.setdefault(event.person, []), self._longest.setdefault(event.person, [])
        starts.append(event.start_s)
        longest.append(event if not longest or event.end_s > longest[-1].end_s else longest[-1])

    def clash(self, event: SessionEvent) -> SessionEvent | None:
        """An event that overlaps with this one, or None."""
        before = bisect_left(self._starts.get(event.person, ()), event.end_s - TOUCHING_S)
        if not before:
            return None
        other = self._longest[event.person][before - 1]
        return other if _overlap(event, other) else None


class Annotations:
    """The annotations of one session, edited in memory and saved at once; every change can be undone.

    For one thread. Not for a session that is being recorded: its recorder owns events.csv until the take has ended.

    Attributes:
        folder: of the session.
        segments: SessionEvents of kind "annotation", by start; read only.
        predictions: the predicted events, by start.
        times_s: sensor time of each frame, (T,) float64.
        span_s: sensor time of the first frame, and of the end of the last.
        warnings: what was left out while reading, a line each.

    Raises:
        SourceError: no session, or a file of it is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warnings: list[str] = []
        self._has_ended = "ended" in read_description(folder)
        self.times_s = frame_times_s(folder, self.warnings)
        self.span_s = seconds_of(self.times_s, 0, len(self.times_s))
        events = read_events(folder, self.warnings)
        self.segments = of_kind("annotation", events)
        self.predictions = of_kind("prediction", events)
        self._saved = self.segments
        self._before: list[list[SessionEvent]] = []  # what undo goes back to

    def add(
        self, start_s: float, end_s: float, label: str, person: int | None = None, *, overlap: bool = False
    ) -> SessionEvent:
        """Adds a segment; with `overlap` even over another one of the same person.

        Raises:
            UsageError: outside the session, too short, no label, no such person, or over another segment.
        """
        event = SessionEvent(float(start_s), float(end_s), label, 1.0, person, "annotation")
        if not overlap:
            self._refuse_overlap(self._checked(event), TakenTimes(self.segments))
        return self.add_all([event])[0]

    def add_all(self, events: Iterable[SessionEvent]) -> list[SessionEvent]:
        """Adds segments, all of them or none, in one change; they may overlap with others.

        Raises:
            UsageError: as `add`, but for overlaps.
        """
        added = [self._checked(event._replace(confidence=1.0, kind="annotation")) for event in events]
        self._change([*self.segments, *added])
        return added

    def add_new(self, events: Iterable[SessionEvent]) -> list[SessionEvent]:
        """`add_all` for those that are not there yet, with the same times, label and person."""
        there = {_identity(event) for event in self.segments}
        return self.add_all(event for event in events if _identity(event) not in there)

    def edit(self, index: int, **changes: float | str | int | None) -> SessionEvent:
        """Changes start_s, end_s, label or person of `segments[index]`; a person of None makes it the scene's.

        Raises:
            UsageError: as `add`, or no such segment.
        """
        old = self._segment(index)
        edited = self._checked(old._replace(**changes))
        others = [event for i, event in enumerate(self.segments) if i != index]
        if edited._replace(label=old.label) != old:
            self._refuse_overlap(edited, TakenTimes(others))
        self._change([*others, edited])
        return edited

    def remove(self, *indices: int) -> None:
        """Takes `segments[index]` away, of each index, in one change; UsageError if there is none."""
        for index in indices:
            self._segment(index)
        gone = set(indices)
        self._change([event for i, event in enumerate(self.segments) if i not in gone])

    def spans(self) -> list[tuple[float, float, str, int | None]]:
        """The segments as begin and end in seconds from the first frame, label, person (None: everybody)."""
        first_s = self.span_s[0]
        return [(one.start_s - first_s, one.end_s - first_s, one.label, one.person) for one in self.segments]

    def prediction(self, index: int) -> SessionEvent:
        """`predictions[index]`; UsageError if there is none."""
        return self._numbered(self.predictions, index, "predicted event")

    def accept(self, event: SessionEvent) -> SessionEvent:
        """A predicted event as an annotation, cut to the session's span; the prediction stays.

        Raises:
            UsageError: there is an annotation at that time, or it lies outside the session.
        """
        (outcome,) = self.accept_all([event])
        if isinstance(outcome, UsageError):
            raise outcome
        return outcome

    def accept_all(self, events: Sequence[SessionEvent]) -> list[SessionEvent | UsageError]:
        """`accept` for several, in one change: of each the annotation, or why it is none; those go by start."""
        there, new = TakenTimes(self.segments), TakenTimes()
        outcomes: list[SessionEvent | UsageError] = [UsageError()] * len(events)
        for number in sorted(range(len(events)), key=lambda number: max(events[number].start_s, self.span_s[0])):
            event = events[number]
            start_s, end_s = max(event.start_s, self.span_s[0]), min(event.end_s, self.span_s[1])
            try:
                accepted = self._checked(
                    event._replace(start_s=start_s, end_s=end_s, confidence=1.0, kind="annotation")
                )
                self._refuse_overlap(accepted, there)
                self._refuse_overlap(accepted, new)
            except UsageError as error:
                outcomes[number] = error
                continue
            new.add(accepted)
            outcomes[number] = accepted
        accepted = [outcome for outcome in outcomes if isinstance(outcome, SessionEvent)]
        if accepted:
            self._change([*self.segments, *accepted])
        return outcomes

    def undo(self) -> bool:
        """Takes the last change back; False if there is none left. Saving is no change."""
        if not self._before:
            return False
        self.segments = self._before.pop()
        return True

    def save(self) -> None:
        """Writes events.csv anew, in one step: after a crash there is the old file or the new one.

        Predicted events are kept as they are in the file now.

        Raises:
            RecordingError: it cannot be written, somebody else changed the annotations since they were read, or the
                session is being recorded.
        """
        path = self.folder / EVENTS_FILE
        refuse_links(self.folder)
        if not self._has_ended:
            self._refuse_while_recorded()
        events = read_events(self.folder)
        if of_kind("annotation", events) != self._saved:
            raise RecordingError(
                f"{path}: its annotations changed since they were read; open the session again, then make the change"
            )
        kept = [event for event in events if event.kind != "annotation"]
        try:
            with whole_file(path) as file:
                file.write(b"".join(map(csv_line, [EVENTS_HEADER, *kept, *self.segments])))
        except OSError as error:
            raise RecordingError(
                f"{path}: cannot be written ({error.strerror}); the old annotations are kept; check space and rights"
            ) from error
        self._saved = self.segments

    def _segment(self, index: int) -> SessionEvent:
        return self._numbered(self.segments, index, "annotation")

    def _numbered(self, events: list[SessionEvent], index: int, noun: str) -> SessionEvent:
        if not 0 <= index < len(events):
            raise UsageError(f"{self.folder}: no {noun} number {index + 1}; it has {len(events)}")
        return events[index]

    def _checked(self, event: SessionEvent) -> SessionEvent:
        """The event with its label tidied; UsageError if it cannot be."""
        label = " ".join(event.label.split())
        where = f"{self.folder}: annotation {label!r} from {event.start_s:g} to {event.end_s:g} s"
        first_s, last_s = self.span_s
        if not label or len(label) > LONGEST_LABEL or any(unicodedata.category(char) == "Cc" for char in label):
            raise UsageError(f"{where}: expected a label of 1 to {LONGEST_LABEL} characters")
        if not (first_s - TOUCHING_S <= event.start_s <= event.end_s <= last_s + TOUCHING_S):  # false for NaN, too
            raise UsageError(f"{where}: expected start before end, within the session, {first_s:g} to {last_s:g} s")
        if event.end_s - event.start_s < SHORTEST_S:
            raise UsageError(f"{where}: expected at least {SHORTEST_S} s")
        first, past_last = frames_of(self.times_s, event.start_s, event.end_s)
        if first == past_last:
            raise UsageError(f"{where}: no frame was recorded in that time; choose a longer one")
        if event.person is not None and event.person not in range(MAX_BODIES):
            raise UsageError(f"{where}: expected a person from 0 to {MAX_BODIES - 1}, got {event.person}")
        return event._replace(label=label)

    def _refuse_overlap(self, event: SessionEvent, taken: TakenTimes) -> None:
        if (other := taken.clash(event)) is not None:
            raise UsageError(
                f"{self.folder}: annotation {event.label!r} from {event.start_s:g} to {event.end_s:g} s: overlaps "
                f"{other.label!r} from {other.start_s:g} to {other.end_s:g} s; change or remove that one first"
            )

    def _refuse_while_recorded(self) -> None:
        age_s = time.time() - os.path.getmtime(self.folder / FRAMES_FILE)
        if 0 <= age_s < STILL_GROWING_S:
            raise RecordingError(
                f"{self.folder}: was written {age_s:.1f} s ago and has no end: it seems to be recorded; "
                f"annotate it afterwards (or in {STILL_GROWING_S:g} s, if the recording broke off)"
            )

    def _change(self, changed: list[SessionEvent]) -> None:
        self._before.append(self.segments)
        self.segments = of_kind("annotation", changed)


def _identity(event: SessionEvent) -> tuple[float, float, str, int | None]:
    """What makes two annotations the same."""
    return event.start_s, event.end_s, event.label, event.person


def _overlap(one: SessionEvent, other: SessionEvent) -> bool:
    return one.person == other.person and min(one.end_s, other.end_s) - max(one.start_s, other.start_s) > TOUCHING_S
