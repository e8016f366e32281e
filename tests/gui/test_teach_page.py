"""Teaching in the window: what the page makes of a study, which commands it runs, how they go on and end."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt5.QtCore import QEvent
from PyQt5.QtWidgets import QApplication, QMessageBox

from tests.fakes.recordings import frames, write_session
from tests.fakes.window_fakes import FakeLauncher, FakePipeline, make_view, show_now
from train import evaluate, student, teacher
from train.prepare import command as prepare
from train.prepare.sessions import SessionsReader
from tsmf_live.frames import SourceError
from tsmf_live.gui import teaching
from tsmf_live.gui.teaching import Lesson, learning_commands, prepare_command, read_log, read_result

LIMIT_MS = 120_000  # the machine may be busy with other things
LOG = "epoch,loss,accuracy,validation_loss,validation_accuracy\n1,2.5,0.25,nan,nan\n2,1.5,0.5,2,0.25\n"
SUMMARY = {"results": {"teacher": {"accuracy": 0.5, "samples": 4}, "fusion": {"accuracy": 0.75, "samples": 4}}}
CLASSES = "class,samples,recall teacher,recall fusion\nreading,2,0.5,1.0\nidle,2,0.5,0.5\ntyping,0,,\n"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    """Two subjects with two takes each, and one take that says nothing."""
    study = tmp_path_factory.mktemp("recorded") / "study"
    for number, (subject, action) in enumerate(
        [("P01", "reading"), ("P01", "idle"), ("P02", "reading"), ("P02", "idle"), ("P03", "")], 1
    ):
        write_session(study / f"take-00{number}", frames(9), details={"subject": subject, "action": action})
    return study


@pytest.fixture
def study(recorded, tmp_path) -> Path:
    """The same, where runs may be written."""
    return Path(shutil.copytree(recorded, tmp_path / "study"))


def lesson(study: Path, **changes: object) -> Lesson:
    whole = Lesson(study, ("take-001", "take-003"), "P02", "demo", True, True, 3, 2)
    return whole._replace(**changes)


def stands_for(monkeypatch, does: Callable[[str], str]) -> None:
    """In the place of each train command: Python code, by the step's name."""

    def learning(_lesson: Lesson, folder: Path, subject: int) -> list[tuple[str, list[str]]]:
        about = f"folder, subject = {str(folder)!r}, {subject}\n"
        return [(name, ["-c", about + does(name)]) for name in ("teacher", "student", "evaluate")]

    def first(_lesson: Lesson, folder: Path) -> list[str]:
        return ["-c", f"folder, subject = {str(folder)!r}, 0\n" + does("prepare")]

    monkeypatch.setattr(teaching, "learning_commands", learning)
    monkeypatch.setattr(teaching, "prepare_command", first)


def writes(name: str) -> str:
    """What each command leaves."""
    begin = "import pathlib, json, sys, time\nf = pathlib.Path(folder)\n"
    made = {
        "prepare": "(f / 'data').mkdir(exist_ok=True)\n"
        "(f / 'data' / 'manifest.json').write_text(json.dumps({'settings': {'subjects': {'P01': 1, 'P02': 2}}}))",
        "teacher": "(f / 'teacher').mkdir(exist_ok=True)\nprint(subject)\n"
        f"(f / 'teacher' / 'log.csv').write_text({LOG!r})",
        "student": "(f / 'student').mkdir(exist_ok=True)\n(f / 'student' / 'student.safetensors').write_text('')",
        "evaluate": "(f / 'report').mkdir(exist_ok=True)\n"
        f"(f / 'report' / 'summary.json').write_text({json.dumps(SUMMARY)!r})\n"
        f"(f / 'report' / 'classes.csv').write_text({CLASSES!r})",
    }
    return begin + made[name]


@pytest.fixture
def page(shown, qtbot, study):
    window = shown(FakePipeline(make_view(1)), launcher=FakeLauncher())
    window.study.folder = study
    window.show_page("teach")
    idle(qtbot, window, lambda: not window.study.reading)
    return window._pages["teach"]


def idle(qtbot, window, done: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: show_now(window) or bool(done()), timeout=LIMIT_MS)


def test_the_commands_are_those_of_training_and_understand_their_options(study, tmp_path):
    for begin_with, whole, pictures in (("demo", True, True), ("people", False, False)):
        taught = lesson(study, begin_with=begin_with, whole=whole, pictures=pictures)
        args = prepare.parse(prepare_command(taught, tmp_path)[2:])
        assert (args.only, args.source) == (["take-001", "take-003"], "sessions")
        parsers = {"teacher": teacher.parse, "student": student.parse, "evaluate": evaluate.parse}
        steps = learning_commands(taught, tmp_path, 2)
        assert [name for name, _command in steps] == ["teacher", *(["student"] if pictures else []), "evaluate"]
        for name, command in steps:
            assert command[:2] == ["-m", f"train.{name}"]
            assert parsers[name](command[2:]).split == "subject=2"
        assert teacher.parse(steps[0][1][2:]).head_only is not whole


def test_only_the_takes_that_were_chosen_are_prepared(study):
    assert SessionsReader(study, None, False, 0, ["take-003", "take-001"]).items == ["take-001", "take-003"]
    with pytest.raises(SourceError, match="--only take-009"):
        SessionsReader(study, None, False, 0, ["take-001", "take-009"])


def test_takes_with_a_label_are_offered_and_one_person_is_held_out(page):
    assert [page.takes.item(row, 0).text() for row in range(page.takes.rowCount())] == [
        "take-001", "take-002", "take-003", "take-004"
    ]  # fmt: skip
    assert page.held_out.currentData() == "P02"
    assert page.begin_with.currentData() == "people"  # nobody simulated them
    assert not page.pictures.isEnabled()
    assert page.lesson().takes == ("take-001", "take-002", "take-003", "take-004")
    page.held_out.setCurrentIndex(0)
    page.held_out.activated.emit(0)
    page.takes.item(0, 0).setCheckState(0)
    assert page.held_out.currentData() == "P01"
    assert page.lesson().takes == ("take-002", "take-003", "take-004")
    page.takes.item(1, 0).setCheckState(0)
    assert not page.start.isEnabled()  # nobody is left to compare with
    assert "two subjects" in page.hint.text()


def test_a_run_shows_its_curves_and_its_result_and_is_used_live(page, qtbot, monkeypatch, study):
    window = page.window()
    stands_for(monkeypatch, writes)
    page.begin_with.setCurrentIndex(0)
    page.start.click()
    assert page.cancel.isEnabled()
    assert not page.start.isEnabled()
    run = window.teaching
    run.lesson = run.lesson._replace(pictures=True)
    idle(qtbot, window, lambda: not run.step)
    assert run.folder == study / "taught" / "run-001"
    assert run.told == ["2"]  # the number of the person held out
    assert "75% right, clips: 4" in page.outcome.text()
    assert [page.classes.item(row, 2).text() for row in range(3)] == ["100%", "50%", ""]
    numbers, right = page.curves["teacher"].lines[0][0].getData()
    assert (numbers.tolist(), right.tolist()) == ([1, 2], [0.25, 0.5])
    assert page.curves["teacher"].lines[0][1].getData()[0].tolist() == [2]  # nobody was judged in the first epoch
    page.use.click()
    idle(qtbot, window, lambda: window.opening._errand is None)
    QApplication.sendPostedEvents(None, QEvent.DeferredDelete)
    run.progressed.emit(0.5)  # the page before is gone, and nothing of it listens
    run.changed.emit()
    assert window._pages["teach"].progress.value() in (0, 500)
    assert window.run.asked[-1][1] == "student.safetensors"
    assert window.page == "teach"  # the lesson stays in front


def test_a_run_that_is_cancelled_keeps_what_there_is_and_goes_on(page, qtbot, monkeypatch):
    window = page.window()
    waits = "\nprint('waiting', flush=True)\nwhile not (f / 'go').exists(): time.sleep(0.01)"
    stands_for(monkeypatch, lambda name: writes(name) + (waits if name == "teacher" else ""))
    page.start.click()
    run = window.teaching
    idle(qtbot, window, lambda: "waiting" in run.told)
    window.close()  # asks first
    box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
    assert "Teach is under way" in box.text()
    box.reject()
    assert window.isVisible()
    page.cancel.click()
    idle(qtbot, window, lambda: not run.step)
    assert "can go on" in page.banners.notice.text()
    assert (run.folder / "teacher" / "log.csv").is_file()
    assert page.go_on.isEnabled()
    (run.folder / "go").touch()
    page.go_on.click()
    idle(qtbot, window, lambda: not run.step)
    assert run.result.samples == 4
    assert run.folder.name == "run-001"


def test_a_step_that_fails_says_its_last_line(page, qtbot, monkeypatch):
    window = page.window()
    fails = "\nprint('train.teacher: too few samples; record more', file=sys.stderr); sys.exit(2)"
    stands_for(monkeypatch, lambda name: writes(name) + (fails if name == "teacher" else ""))
    page.start.click()
    idle(qtbot, window, lambda: not window.teaching.step)
    assert page.banners.notice.text() == "train.teacher: too few samples; record more"
    assert not page.use.isEnabled()


def test_what_is_not_there_or_damaged_is_no_result(tmp_path):
    assert read_log(tmp_path / "log.csv") == []
    assert read_result(tmp_path) is None
    (tmp_path / "log.csv").write_text(LOG)
    assert math.isnan(read_log(tmp_path / "log.csv")[0].validation_loss)
    (tmp_path / "summary.json").write_text("{")
    assert read_result(tmp_path) is None
