"""Annotations: edited in memory, saved at once, told to and by other programs."""

from __future__ import annotations

import csv
import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.recordings import DATA, frames, write_session
from tsmf_live.frames import RecordingError, SensorFrame, SourceError, TsmfError, UsageError
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
from tsmf_live.sessions.__main__ import main

START_S = 7.25


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    """Four seconds without colour and three predicted events."""
    folder = tmp_path_factory.mktemp("annotate") / "take"
    writer = SessionWriter(folder, source_name="test", details={"subject": "anna", "action": "walking"})
    for frame in frames(120, start_s=START_S):
        writer.write(frame)
    writer.add_event(7.5, 8.5, "drinking", 0.8, 0, "prediction")
    writer.add_event(8.0, 9.0, "reading", 0.7, None, "prediction")
    writer.add_event(10.0, 99.0, "writing", 0.6, 0, "prediction")
    writer.close()
    return folder


@pytest.fixture
def session(tmp_path, recorded) -> Path:
    """A copy of it to work on."""
    return Path(shutil.copytree(recorded, tmp_path / "take"))


def saved(folder: Path) -> list[tuple]:
    return [(e.start_s, e.end_s, e.label, e.person) for e in read_events(folder) if e.kind == "annotation"]


def annotate(folder: Path, *words: object) -> int:
    return main(["annotate", str(folder), *map(str, words)])


def test_what_is_added_edited_and_removed_is_in_the_file_by_start_and_predictions_stay(session):
    annotations = Annotations(session)
    assert annotations.span_s == (START_S, pytest.approx(START_S + 4))
    annotations.add(9.0, 10.0, " reading  a book ", 1)
    annotations.add(8.0, 8.5, "drinking")
    annotations.edit(0, label="tea, hot", end_s=8.75)
    annotations.save()
    assert saved(session) == [(8.0, 8.75, "tea, hot", None), (9.0, 10.0, "reading a book", 1)]
    annotations.remove(0)
    annotations.save()
    assert saved(session) == [(9.0, 10.0, "reading a book", 1)]
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
    assert saved(session) == []


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
    assert [label for *_, label, _ in saved(session)] == ["theirs"]


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


def test_command_line_adds_edits_removes_and_lists(session, capsys):
    assert annotate(session, "add", 8, 9, "tea", "--person", 1) == 0
    assert annotate(session, "--from-start", "add", 2, 3, "book") == 0
    assert saved(session) == [(8.0, 9.0, "tea", 1), (9.25, 10.25, "book", None)]
    assert annotate(session, "edit", 1, "--person", "scene", "--label", "coffee", "--start", 7.5) == 0
    assert annotate(session, "remove", 2) == 0
    assert saved(session) == [(7.5, 9.0, "coffee", None)]
    capsys.readouterr()
    assert annotate(session, "--from-start", "list") == 0
    shown = capsys.readouterr().out
    assert "0.250     1.750  scene     coffee" in shown
    assert "predicted: 3" in shown


@pytest.mark.parametrize(
    "words",
    [
        ("remove", 1),
        ("edit", 0, "--label", "x"),
        ("edit", 1),
        ("accept", 9),
        ("accept", 1, 1),
        ("import", "nowhere.csv"),
        ("import", "a.doc"),
        ("export", "a.doc"),
    ],
)
def test_a_bad_command_is_one_line_and_changes_nothing(session, words):
    before = (session / EVENTS_FILE).read_bytes()
    with pytest.raises(TsmfError) as error:
        annotate(session, *words)
    assert "\n" not in str(error.value)
    assert (session / EVENTS_FILE).read_bytes() == before


def test_predictions_are_accepted_all_or_by_number_and_cut_to_the_session(session, capsys):
    assert annotate(session, "accept", 3) == 0
    ((start_s, end_s, label, person),) = saved(session)
    assert (start_s, end_s, label, person) == (10.0, pytest.approx(START_S + 4), "writing", 0)
    assert annotate(session, "accept") == 0
    assert "left out" in capsys.readouterr().out  # number 3 stands there already
    assert [label for *_, label, _ in saved(session)] == ["drinking", "reading", "writing"]


def test_csv_goes_out_and_comes_back(session, tmp_path):
    annotate(session, "add", 8, 9.125, 'a "strange", label', "--person", 3)
    annotate(session, "add", 8, 9, "ünïcode")
    before = saved(session)
    assert annotate(session, "export", tmp_path / "a.csv") == 0
    with pytest.raises(RecordingError, match="exists already"):
        annotate(session, "export", tmp_path / "a.csv")
    annotate(session, "remove", 1, 2)
    assert saved(session) == []
    assert annotate(session, "import", tmp_path / "a.csv") == 0
    assert annotate(session, "import", tmp_path / "a.csv") == 0
    assert saved(session) == before


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "columns start_s"),
        (b"start,end,label\n", "columns start_s"),
        (b"start_s,end_s,label\n8,x,a\n", "line 2"),
        (b"start_s,end_s,label\n8,9\n", "expected a label"),
        (b"start_s,end_s,label\n8,9,a\n1,2,b\n", "within the session"),
        (b"start_s,end_s,label,person\n8,9,a,me\n", "line 2"),
        (b"\xff\xfe\0", "UTF-8"),
    ],
)
def test_a_bad_table_is_refused_whole(session, tmp_path, content, why):
    (tmp_path / "bad.csv").write_bytes(content)
    with pytest.raises(TsmfError, match=why) as error:
        annotate(session, "import", tmp_path / "bad.csv")
    assert "\n" not in str(error.value)
    assert saved(session) == []


def test_pku_labels_go_out_and_come_back(session, tmp_path):
    names = tmp_path / "names.txt"
    names.write_text("# two classes\ntea\nbook\n")
    (tmp_path / "in.txt").write_text("2,1,30,2\n1,31,60,2\n7,55,120,2\n\n")
    assert annotate(session, "import", tmp_path / "in.txt", "--labels", names) == 0
    assert [segment[:3] for segment in segments(session)] == [(0, 30, "book"), (30, 60, "tea"), (54, 120, "7")]
    assert annotate(session, "export", tmp_path / "out.txt", "--labels", names) == 0
    assert (tmp_path / "out.txt").read_text() == "2,1,30,2\n1,31,60,2\n7,55,120,2\n"


@pytest.mark.parametrize("line", ["1,2", "1,0,5,2", "1,9,5,2", "0,1,5,2", "1,200,300,2", "a,b,c,d", "1,2,3,4,5"])
def test_a_bad_pku_label_is_refused(session, tmp_path, line):
    (tmp_path / "bad.txt").write_text(f"1,1,30,2\n{line}\n")
    with pytest.raises(SourceError) as error:
        annotate(session, "import", tmp_path / "bad.txt")
    assert "\n" not in str(error.value)
    assert saved(session) == []


def test_an_elan_document_holds_the_segments_in_milliseconds_from_the_first_frame(session, tmp_path):
    pympi = pytest.importorskip("pympi")
    annotate(session, "add", START_S + 1, START_S + 2.5, "tea & <cake>", "--person", 1)
    annotate(session, "add", START_S, START_S + 0.5, "book")
    assert annotate(session, "export", tmp_path / "a.eaf") == 0
    document = pympi.Eaf(str(tmp_path / "a.eaf"))
    assert set(document.get_tier_names()) == {"scene", "person 1"}
    assert document.get_annotation_data_for_tier("person 1") == [(1000, 2500, "tea & <cake>")]
    assert document.get_annotation_data_for_tier("scene") == [(0, 500, "book")]


def test_without_pympi_a_line_says_what_to_install(session, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pympi", None)
    with pytest.raises(UsageError, match="pip install pympi-ling"):
        annotate(session, "export", tmp_path / "a.eaf")
    assert not (tmp_path / "a.eaf").exists()


REAL_LABELS = DATA / "utkinect_stream" / "label" / "s03_e01.txt"  # two of its actions overlap


@pytest.mark.skipif(not REAL_LABELS.exists(), reason="real recordings are not here")
def test_real_labels_come_back_as_they_were(tmp_path, capsys):
    lines = REAL_LABELS.read_text().split()
    last = max(int(line.split(",")[2]) for line in lines)
    empty_room = [SensorFrame(i, i / 30, 0.0, None, ()) for i in range(last)]
    session = write_session(tmp_path / "take", empty_room)
    assert annotate(session, "import", REAL_LABELS) == 0
    assert "overlap" in capsys.readouterr().out
    assert annotate(session, "export", tmp_path / "out.txt") == 0
    assert sorted((tmp_path / "out.txt").read_text().split()) == sorted(lines)


@pytest.fixture
def long_take(tmp_path):
    """A take of 20 s, and as many annotations of it, all over each other, as people make in years."""
    folder = write_session(tmp_path / "long", frames(600))
    table = "start_s,end_s,label,person\n" + "".join(f"{0.001 * i},{19.9},a{i},\n" for i in range(16_000))
    (tmp_path / "many.csv").write_text(table)
    return folder, tmp_path / "many.csv"


def test_thousands_of_overlapping_annotations_take_moments(long_take, capsys):
    folder, table = long_take
    began_s = time.process_time()
    assert main(["annotate", str(folder), "import", str(table)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) < 30
    assert "15979 more annotations" in said[-1]
    assert main(["annotate", str(folder), "remove", *map(str, range(1, 8001))]) == 0
    assert "8000 left" in capsys.readouterr().out
    assert time.process_time() - began_s < 15
    events = folder / "events.csv"
    events.write_text(events.read_text().replace("annotation", "prediction"))
    assert main(["annotate", str(folder), "accept"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert (len(said), sum(line.startswith("accepted") for line in said)) == (8000, 1)
    assert time.process_time() - began_s < 25


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


FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "'=x", "''@x", "- nothing -")
HARMLESS = ("drink water", "it's", "'tis", "-5", "+1.5e3", "a=b", "")


@pytest.mark.parametrize("text", [*FORMULAS, *HARMLESS, "\t=1", "'"])
def test_a_text_comes_back_from_a_cell_that_no_spreadsheet_calculates(text):
    cell = cell_of(text)
    assert text_of(cell) == text
    assert cell == text if text in HARMLESS else cell[0] not in "=+-@\t"


@pytest.mark.parametrize("label", FORMULAS)
def test_a_label_that_a_spreadsheet_would_calculate_is_written_as_text_and_read_as_it_was(label, tmp_path):
    folder = write_session(tmp_path / "take", frames(60))
    annotations = Annotations(folder)
    annotations.add(0.5, 1.0, label)
    annotations.save()
    main(["annotate", str(folder), "export", str(tmp_path / "out.csv")])
    for path in (folder / "events.csv", tmp_path / "out.csv"):
        for row in csv.reader(path.read_text().splitlines()[1:]):
            assert row[2][0] == "'"
    assert [event.label for event in Annotations(folder).segments] == [label]
    other = write_session(tmp_path / "other", frames(60))
    main(["annotate", str(other), "import", str(tmp_path / "out.csv")])
    assert Annotations(other).segments == Annotations(folder).segments
