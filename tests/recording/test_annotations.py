"""Annotations: edited in memory, saved at once, and what a session's segments are."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.recordings import FORMULAS, START_S, annotated, frames, write_predicted_take, write_session
from tsmf_live.frames import RecordingError, UsageError
from tsmf_live.recording import annotations as annotations_module
from tsmf_live.recording.annotations import (
    Annotations,
    Segment,
    TakenTimes,
    frame_times_s,
    frames_of,
    overlapping,
    seconds_of,
    segments,
)
from tsmf_live.recording.folder import read_description, write_description
from tsmf_live.recording.tables import EVENTS_FILE, FRAMES_FILE, SessionEvent, cell_of, read_events, text_of
from tsmf_live.recording.writer import SessionWriter

HARMLESS = ("drink water", "it's", "'tis", "-5", "+1.5e3", "a=b", "")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    """Four seconds without colour and three predicted events."""
    return write_predicted_take(tmp_path_factory.mktemp("annotate") / "take")


@pytest.fixture
def session(tmp_path, recorded) -> Path:
    """A copy of it to work on."""
    return Path(shutil.copytree(recorded, tmp_path / "take"))


def test_what_is_added_edited_and_removed_is_in_the_file_by_start_and_predictions_stay(session):
    annotations = Annotations(session)
    assert annotations.span_s == (START_S, pytest.approx(START_S + 4))
    annotations.add(9.0, 10.0, " reading  a book ", 1)
    annotations.add(8.0, 8.5, "drinking")
    annotations.edit(0, label="tea, hot", end_s=8.75)
    annotations.save()
    assert annotated(session) == [(8.0, 8.75, "tea, hot", None), (9.0, 10.0, "reading a book", 1)]
    annotations.remove(0)
    annotations.save()
    assert annotated(session) == [(9.0, 10.0, "reading a book", 1)]
    assert [e.label for e in read_events(session) if e.kind == "prediction"] == ["drinking", "reading", "writing"]
    assert sorted(path.name for path in session.iterdir()) == [
        "bodies.skeleton", "checksums.csv", "events.csv", "frames.csv", "session.json"
    ]  # fmt: skip


def test_every_change_can_be_undone(session):
    annotations = Annotations(session)
    annotations.add(8.0, 9.0, "one")
    annotations.edit(0, label="two")
    annotations.accept(annotations.predictions[0])
    annotations.remove(0)
    seen = []
    while annotations.undo():
        seen.append([event.label for event in annotations.segments])
    assert seen == [["drinking", "two"], ["two"], ["one"], []]
    annotations.save()
    assert annotated(session) == []


@pytest.mark.parametrize(
    ("start_s", "end_s", "label", "person", "why"),
    [
        (9.0, 8.0, "a", None, "start before end"),
        (8.0, 8.05, "a", None, "at least 0.1 s"),
        (1.0, 8.0, "a", None, "within the session"),
        (8.0, 99.0, "a", None, "within the session"),
        (float("nan"), 9.0, "a", None, "within the session"),
        (8.0, float("nan"), "a", None, "within the session"),
        (8.0, 9.0, "  ", None, "a label"),
        (8.0, 9.0, "x" * 101, None, "a label"),
        (8.0, 9.0, "a\0b", None, "a label"),
        (8.0, 9.0, "a", 6, "a person from 0 to 5"),
        (8.0, 9.0, "a", -1, "a person from 0 to 5"),
        (9.6, 9.9, "a", 2, "overlaps 'there'"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(session, start_s, end_s, label, person, why):
    annotations = Annotations(session)
    annotations.add(9.5, 10.5, "there", 2)
    before = list(annotations.segments)
    with pytest.raises(UsageError, match=why) as error:
        annotations.add(start_s, end_s, label, person)
    assert "\n" not in str(error.value)
    assert annotations.segments == before


def test_a_segment_in_a_gap_without_a_frame_is_refused(tmp_path):
    recorded = [frame for frame in frames(120) if not 1.0 < frame.sensor_time_s < 2.0]
    annotations = Annotations(write_session(tmp_path / "take", recorded))
    with pytest.raises(UsageError, match="no frame was recorded"):
        annotations.add(1.2, 1.8, "a")


def test_another_person_and_a_neighbour_that_touches_are_no_overlap(session):
    annotations = Annotations(session)
    annotations.add(8.0, 9.0, "a", 0)
    annotations.add(8.0, 9.0, "b", 1)
    annotations.add(8.0, 9.0, "c")
    annotations.add(9.0 - 1 / 30, 10.0, "d", 0)
    assert len(annotations.segments) == 4


def test_changes_of_somebody_else_are_not_overwritten(session):
    mine, theirs = Annotations(session), Annotations(session)
    theirs.add(8.0, 9.0, "theirs")
    theirs.save()
    mine.add(9.0, 10.0, "mine")
    with pytest.raises(RecordingError, match="changed since"):
        mine.save()
    assert [label for *_, label, _ in annotated(session)] == ["theirs"]


def test_a_crash_while_saving_leaves_the_old_annotations(session, monkeypatch):
    annotations = Annotations(session)
    annotations.add(8.0, 9.0, "old")
    annotations.save()
    old = (session / EVENTS_FILE).read_bytes()
    annotations.add(9.0, 10.0, "new")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RecordingError, match="No space left") as error:
        annotations.save()
    assert "\n" not in str(error.value)
    assert (session / EVENTS_FILE).read_bytes() == old
    assert not list(session.glob("*.new"))


def test_a_session_that_is_being_recorded_is_not_annotated(tmp_path):
    writer = SessionWriter(tmp_path / "take", source_name="test")
    for frame in frames(60):
        writer.write(frame)
    annotations = Annotations(tmp_path / "take")
    annotations.add(0.5, 1.0, "a")
    with pytest.raises(RecordingError, match="seems to be recorded"):
        annotations.save()
    writer.close()
    annotations = Annotations(tmp_path / "take")
    annotations.add(0.5, 1.0, "a")
    annotations.save()


def test_a_recording_that_broke_off_can_be_annotated_later(session):
    description = read_description(session)
    del description["ended"]
    write_description(session, description)
    long_ago = time.time() - 60
    os.utime(session / FRAMES_FILE, (long_ago, long_ago))
    (session / EVENTS_FILE).write_bytes((session / EVENTS_FILE).read_bytes() + b"8.0,9.0,cut")
    annotations = Annotations(session)
    assert "middle of a line" in annotations.warnings[0]
    annotations.add(8.0, 9.0, "a")
    annotations.save()
    assert [event.kind for event in read_events(session)] == ["prediction"] * 3 + ["annotation"]


def test_segments_are_annotations_else_the_take_as_its_action(session):
    assert segments(session) == [Segment(0, 120, "walking", "anna", None)]
    annotations = Annotations(session)
    annotations.add(START_S + 1, START_S + 2, "later", 1)
    annotations.add(START_S, START_S + 0.5, "first")
    annotations.save()
    assert segments(session) == [Segment(0, 15, "first", "anna", None), Segment(30, 60, "later", "anna", 1)]


def test_a_take_without_action_has_no_segments(tmp_path):
    assert segments(write_session(tmp_path / "take", frames(3))) == []


def test_spans_of_frames_and_of_seconds_are_each_other_s_reverse(tmp_path):
    recorded = [frame for frame in frames(40, start_s=0.123) if frame.index not in (7, 8, 9, 21)]
    times_s = frame_times_s(write_session(tmp_path / "take", recorded))
    for first in range(0, 36, 5):
        for past_last in range(first + 1, 37):
            assert frames_of(times_s, *seconds_of(times_s, first, past_last)) == (first, past_last)


def test_overlaps_are_found_as_by_comparing_each_with_each():
    rng = np.random.default_rng(3)
    for count in range(2, 40):
        starts = rng.uniform(0, 10, count)
        events = [
            SessionEvent(
                float(s), float(s + rng.choice([0.01, 0.3, 2.0])), "a", 1.0, int(rng.integers(2)), "annotation"
            )
            for s in starts
        ]
        probe = SessionEvent(4.0, 4.0 + float(rng.uniform(0.1, 3)), "b", 1.0, 0, "annotation")
        slowly = any(annotations_module._overlap(probe, event) for event in events)
        assert (TakenTimes(events).clash(probe) is not None) == slowly
        later = {other for _, other in overlapping(events)}
        ordered = sorted(events, key=lambda event: (event.start_s, event.end_s))
        expected = {e for i, e in enumerate(ordered) if any(annotations_module._overlap(e, o) for o in ordered[:i])}
        assert later == expected


@pytest.mark.parametrize("text", [*FORMULAS, *HARMLESS, "\t=1", "'"])
def test_a_text_comes_back_from_a_cell_that_no_spreadsheet_calculates(text):
    cell = cell_of(text)
    assert text_of(cell) == text
    assert cell == text if text in HARMLESS else cell[0] not in "=+-@\t"
