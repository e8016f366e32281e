"""Annotations go to other programs and come back: CSV tables, PKU-MMD labels, ELAN documents."""

from __future__ import annotations

import csv
import shutil
import sys
from pathlib import Path

import pytest

from tests.fakes.recordings import DATA, FORMULAS, START_S, annotated, frames, write_predicted_take, write_session
from tsmf_live.exchange.label_files import export_annotations, import_annotations
from tsmf_live.frames import RecordingError, SensorFrame, SourceError, TsmfError, UsageError
from tsmf_live.recording.annotations import Annotations, overlapping, segments


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    """Four seconds without colour and three predicted events."""
    return write_predicted_take(tmp_path_factory.mktemp("annotate") / "take")


@pytest.fixture
def session(tmp_path, recorded) -> Path:
    """A copy of it to work on."""
    return Path(shutil.copytree(recorded, tmp_path / "take"))


def add(folder: Path, *segment: object) -> None:
    """One annotation: start, end, label and, perhaps, person."""
    annotations = Annotations(folder)
    annotations.add(*segment)
    annotations.save()


def remove_all(folder: Path) -> None:
    annotations = Annotations(folder)
    annotations.remove(*range(len(annotations.segments)))
    annotations.save()


def take_in(folder: Path, path: Path, labels: object = "pku_mmd", zero_s: float = 0.0) -> str:
    """Imports a file of annotations; what was done, in words."""
    return import_annotations(path, Annotations(folder), zero_s, str(labels)).written


def give_out(folder: Path, path: Path, labels: object = "pku_mmd", zero_s: float = 0.0) -> list[str]:
    """Exports the annotations; what the file does not hold."""
    return list(export_annotations(Annotations(folder), path, zero_s, str(labels)).not_held)


def test_csv_goes_out_and_comes_back(session, tmp_path):
    add(session, 8, 9.125, 'a "strange", label', 3)
    add(session, 8, 9, "ünïcode")
    before = annotated(session)
    give_out(session, tmp_path / "a.csv")
    with pytest.raises(RecordingError, match="exists already"):
        give_out(session, tmp_path / "a.csv")
    remove_all(session)
    assert annotated(session) == []
    assert take_in(session, tmp_path / "a.csv").endswith(": 2 annotations, now 2")
    assert take_in(session, tmp_path / "a.csv").endswith(": 0 annotations (2 were there already), now 2")
    assert annotated(session) == before


def test_times_of_a_table_may_count_from_the_first_frame(session, tmp_path):
    add(session, 8, 9, "tea")
    give_out(session, tmp_path / "a.csv", zero_s=START_S)
    assert "0.75" in (tmp_path / "a.csv").read_text().splitlines()[1]
    remove_all(session)
    take_in(session, tmp_path / "a.csv", zero_s=START_S)
    assert annotated(session) == [(8.0, 9.0, "tea", None)]


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
        take_in(session, tmp_path / "bad.csv")
    assert "\n" not in str(error.value)
    assert annotated(session) == []


def test_pku_labels_go_out_and_come_back(session, tmp_path):
    names = tmp_path / "names.txt"
    names.write_text("# two classes\ntea\nbook\n")
    (tmp_path / "in.txt").write_text("2,1,30,2\n1,31,60,2\n7,55,120,2\n\n")
    take_in(session, tmp_path / "in.txt", names)
    assert [segment[:3] for segment in segments(session)] == [(0, 30, "book"), (30, 60, "tea"), (54, 120, "7")]
    assert give_out(session, tmp_path / "out.txt", names) == []
    assert (tmp_path / "out.txt").read_text() == "2,1,30,2\n1,31,60,2\n7,55,120,2\n"


def test_pku_labels_hold_no_persons_and_it_is_said(session, tmp_path):
    add(session, 8, 9, "reading", 1)
    assert give_out(session, tmp_path / "out.txt") == ["which person 1 of them speak of"]


@pytest.mark.parametrize("line", ["1,2", "1,0,5,2", "1,9,5,2", "0,1,5,2", "1,200,300,2", "a,b,c,d", "1,2,3,4,5"])
def test_a_bad_pku_label_is_refused(session, tmp_path, line):
    (tmp_path / "bad.txt").write_text(f"1,1,30,2\n{line}\n")
    with pytest.raises(SourceError) as error:
        take_in(session, tmp_path / "bad.txt")
    assert "\n" not in str(error.value)
    assert annotated(session) == []


def test_an_elan_document_holds_the_segments_in_milliseconds_from_the_first_frame(session, tmp_path):
    pympi = pytest.importorskip("pympi")
    add(session, START_S + 1, START_S + 2.5, "tea & <cake>", 1)
    add(session, START_S, START_S + 0.5, "book")
    give_out(session, tmp_path / "a.eaf")
    document = pympi.Eaf(str(tmp_path / "a.eaf"))
    assert set(document.get_tier_names()) == {"scene", "person 1"}
    assert document.get_annotation_data_for_tier("person 1") == [(1000, 2500, "tea & <cake>")]
    assert document.get_annotation_data_for_tier("scene") == [(0, 500, "book")]


def test_without_pympi_a_line_says_what_to_install(session, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pympi", None)
    with pytest.raises(UsageError, match="pip install pympi-ling"):
        give_out(session, tmp_path / "a.eaf")
    assert not (tmp_path / "a.eaf").exists()


@pytest.mark.parametrize("name", ["a.doc", "a"])
def test_a_file_of_another_kind_is_refused(session, tmp_path, name):
    for act in (take_in, give_out):
        with pytest.raises(UsageError, match=r"ends in \.csv, \.txt"):
            act(session, tmp_path / name)
    assert annotated(session) == []


REAL_LABELS = DATA / "utkinect_stream" / "label" / "s03_e01.txt"  # two of its actions overlap


@pytest.mark.skipif(not REAL_LABELS.exists(), reason="real recordings are not here")
def test_real_labels_come_back_as_they_were(tmp_path):
    lines = REAL_LABELS.read_text().split()
    last = max(int(line.split(",")[2]) for line in lines)
    empty_room = [SensorFrame(i, i / 30, 0.0, None, ()) for i in range(last)]
    session = write_session(tmp_path / "take", empty_room)
    take_in(session, REAL_LABELS)
    assert overlapping(Annotations(session).segments)
    give_out(session, tmp_path / "out.txt")
    assert sorted((tmp_path / "out.txt").read_text().split()) == sorted(lines)


@pytest.mark.parametrize("label", FORMULAS)
def test_a_label_that_a_spreadsheet_would_calculate_is_written_as_text_and_read_as_it_was(label, tmp_path):
    folder = write_session(tmp_path / "take", frames(60))
    add(folder, 0.5, 1.0, label)
    give_out(folder, tmp_path / "out.csv")
    for path in (folder / "events.csv", tmp_path / "out.csv"):
        for row in csv.reader(path.read_text().splitlines()[1:]):
            assert row[2][0] == "'"
    assert [event.label for event in Annotations(folder).segments] == [label]
    other = write_session(tmp_path / "other", frames(60))
    take_in(other, tmp_path / "out.csv")
    assert Annotations(other).segments == Annotations(folder).segments
