"""The command `annotate`: every act from the command line, errors as one line, and as many annotations as in years."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from tests.fakes.recordings import START_S, annotated, frames, write_predicted_take, write_session
from tsmf_live.frames import TsmfError
from tsmf_live.recording.tables import EVENTS_FILE
from tsmf_live.sessions.__main__ import main


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    """Four seconds without colour and three predicted events."""
    return write_predicted_take(tmp_path_factory.mktemp("annotate") / "take")


@pytest.fixture
def session(tmp_path, recorded) -> Path:
    """A copy of it to work on."""
    return Path(shutil.copytree(recorded, tmp_path / "take"))


def annotate(folder: Path, *words: object) -> int:
    return main(["annotate", str(folder), *map(str, words)])


def test_command_line_adds_edits_removes_and_lists(session, capsys):
    assert annotate(session, "add", 8, 9, "tea", "--person", 1) == 0
    assert annotate(session, "--from-start", "add", 2, 3, "book") == 0
    assert annotated(session) == [(8.0, 9.0, "tea", 1), (9.25, 10.25, "book", None)]
    assert annotate(session, "edit", 1, "--person", "scene", "--label", "coffee", "--start", 7.5) == 0
    assert annotate(session, "remove", 2) == 0
    assert annotated(session) == [(7.5, 9.0, "coffee", None)]
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
    ((start_s, end_s, label, person),) = annotated(session)
    assert (start_s, end_s, label, person) == (10.0, pytest.approx(START_S + 4), "writing", 0)
    assert annotate(session, "accept") == 0
    assert "left out" in capsys.readouterr().out  # number 3 stands there already
    assert [label for *_, label, _ in annotated(session)] == ["drinking", "reading", "writing"]


def test_annotations_go_out_and_in_with_the_options_of_the_command(session, tmp_path, capsys):
    names = tmp_path / "names.txt"
    names.write_text("tea\nbook\n")
    annotate(session, "--from-start", "add", 0, 1, "book", "--person", 1)
    capsys.readouterr()
    assert annotate(session, "export", tmp_path / "out.txt", "--labels", names) == 0
    assert (tmp_path / "out.txt").read_text() == "2,1,30,2\n"
    assert "not held: which person 1 of them" in capsys.readouterr().out
    assert annotate(session, "--from-start", "export", tmp_path / "out.csv") == 0
    annotate(session, "remove", 1)
    assert annotate(session, "--from-start", "import", tmp_path / "out.csv") == 0
    assert annotate(session, "import", tmp_path / "out.txt", "--labels", names) == 0
    assert annotated(session) == [(7.25, 8.25, "book", 1), (7.25, 8.25, "book", None)]


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
