"""Teaching: from annotated takes to weights that know their actions, by the train commands, one after another.

prepare --> teacher --> student (if pictures are wanted) --> evaluate (on the person held out)

STUDY/taught/run-001/   data, teacher, student, report: what a cancelled run has, the same run goes on with
"""

from __future__ import annotations

import csv
import json
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from PyQt5.QtCore import QObject, pyqtSignal

from tsmf_live.files import make_folders
from tsmf_live.gui.command_run import CommandSeries
from tsmf_live.gui.command_words import failure_in_words
from tsmf_live.gui.language import tr
from tsmf_live.interrupt import INTERRUPTED
from tsmf_live.live.weights import DEMO, PEOPLE

FOLDER = "taught"
LOOK_EVERY_S = 0.5  # at what the training has written
LEARNING = ("--recipe", "better", "--batch", "4", "--rate", "5e-4", "--threads", "1")
#: Weights to begin with -> what makes the same network of them.
BEGIN_WITH = {"demo": (DEMO, ()), "people": (PEOPLE, ("--normalisation", "common", "--width", "0.5"))}


class Lesson(NamedTuple):
    """What is taught: takes (paths below the study), who is held out, and how.

    `begin_with` is one of BEGIN_WITH; `whole`: the whole network learns, not its classifier alone; `pictures`: a
    student is trained, too.
    """

    study: Path
    takes: tuple[str, ...]
    held_out: str
    begin_with: str
    whole: bool
    pictures: bool
    teacher_epochs: int
    student_epochs: int


class Epoch(NamedTuple):
    """A line of a training's log; NaN where nobody is held out for choosing."""

    number: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float


class Result(NamedTuple):
    """What the new weights say of the person held out: share right, of so many clips; for each class (clips, share)."""

    accuracy: float
    samples: int
    classes: dict[str, tuple[int, float]]


def prepare_command(lesson: Lesson, folder: Path) -> list[str]:
    """Makes the takes into samples."""
    return [
        "-m", "train.prepare", "--source", "sessions", str(lesson.study), "--only", *lesson.takes,
        "--processes", "1", "--out", str(folder / "data"), *([] if lesson.pictures else ["--no-color"]),
    ]  # fmt: skip


def learning_commands(lesson: Lesson, folder: Path, subject: int) -> list[tuple[str, list[str]]]:
    """Names of the steps after that, and their commands; `subject` is the number of who is held out."""
    data = ["--data", str(folder / "data"), "--split", f"subject={subject}"]
    begin, network = BEGIN_WITH[lesson.begin_with]
    learn = [*LEARNING, "--init", str(begin)]
    part = ["--epochs", str(lesson.teacher_epochs)] if lesson.whole else ["--head-only"]
    out = folder / "teacher"
    commands = [
        ("teacher", ["-m", "train.teacher", *data, *learn, "--stream", *network, *part, "--out", str(out)]),
    ]
    if lesson.pictures:
        # so few people in so few rooms teach the picture network little: it counts a quarter
        more = ["--epochs", str(lesson.student_epochs), "--lambda", "0.25", "--teacher", str(weights_of(folder, False))]
        commands.append(("student", ["-m", "train.student", *data, *learn, *more, "--out", str(folder / "student")]))
    checkpoint = ["--checkpoint", str(weights_of(folder, lesson.pictures))]
    commands.append(("evaluate", ["-m", "train.evaluate", *data, *checkpoint, "--out", str(folder / "report")]))
    return commands


def weights_of(folder: Path, pictures: bool) -> Path:
    """The checkpoint that a run makes."""
    role = "student" if pictures else "teacher"
    return folder / role / f"{role}.safetensors"


class Teaching(QObject):
    """One run at a time. Used on the GUI thread; outlives what shows it.

    Attributes:
        lesson, folder: of the run under way or the last one; None before the first.
        step: "prepare", "teacher", "student" or "evaluate"; "" if none is under way.
        result: None until the last step has ended.
        told: what the commands have said.

    Signals:
        changed: anything to show is another.
        progressed: how much of the step is done, 0 to 1.
        ended: role of a banner, and what to say.
    """

    changed = pyqtSignal()
    progressed = pyqtSignal(float)
    ended = pyqtSignal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.lesson: Lesson | None = None
        self.folder: Path | None = None
        self.step = ""
        self.result: Result | None = None
        self.told: list[str] = []
        self.epochs: dict[str, list[Epoch]] = {}
        self._steps: list[str] = []
        self._series: CommandSeries | None = None
        self._look_at_s = 0.0

    @property
    def weights(self) -> Path | None:
        """The checkpoint that the run has made, None if it is not there."""
        if self.folder is None or self.lesson is None:
            return None
        path = weights_of(self.folder, self.lesson.pictures)
        return path if path.is_file() else None

    @property
    def can_go_on(self) -> bool:
        """Whether a run was cancelled or has failed."""
        return self.lesson is not None and not self.step and self.result is None

    def start(self, lesson: Lesson) -> None:
        """A new run; OSError if its folder cannot be made."""
        root = lesson.study / FOLDER
        number = 1
        while (folder := root / f"run-{number:03d}").exists():
            number += 1
        make_folders(folder)
        self.lesson, self.folder = lesson, folder
        self.go_on()

    def go_on(self) -> None:
        """The same run goes on where it was."""
        self.result, self.told, self.epochs = None, [], {}
        self._run([("prepare", prepare_command(self.lesson, self.folder))])

    def cancel(self) -> None:
        """Ends the step that is under way; what there is stays."""
        if self._series is not None:
            self._series.stop()

    def poll(self) -> None:
        """Reads what the training has written; call it often."""
        now_s = time.monotonic()
        if not self.step or now_s < self._look_at_s:
            return
        self._look_at_s = now_s + LOOK_EVERY_S
        found = {role: read_log(self.folder / role / "log.csv") for role in ("teacher", "student")}
        if found != self.epochs:
            self.epochs = found
            self.changed.emit()

    def close(self) -> None:
        """Ends it, and waits for that."""
        if self._series is not None:
            self._series.close()

    def _run(self, steps: Sequence[tuple[str, list[str]]]) -> None:
        self._steps = [name for name, _command in steps]
        self._series = CommandSeries([command for _name, command in steps], self)
        self._series.begun.connect(self._begin)
        self._series.said.connect(self._note)
        self._series.progressed.connect(self._tell_share)
        self._series.ended.connect(self._end)
        self._series.start()

    def _begin(self, number: int) -> None:
        self.step = self._steps[number]
        self.changed.emit()

    def _note(self, line: str) -> None:
        self.told.append(line)
        self.changed.emit()

    def _tell_share(self, share: float) -> None:
        self.progressed.emit(share * len(self._steps) % 1.0)

    def _end(self, code: int) -> None:
        series, self._series = self._series, None
        last = series.lines[-1] if series.lines else ""
        step, self.step = self.step, ""
        series.deleteLater()
        if series.stopped or code == INTERRUPTED:
            self._finish("notice", tr("Teaching was cancelled; what there is stays, and it can go on."))
        elif code:
            self._finish("failed", failure_in_words(last))
        elif step == "prepare":
            self._learn()
        else:
            self._look_at_s, self.step = 0.0, step
            self.poll()
            self.step = ""
            self.result = read_result(self.folder / "report")
            self._finish("notice", tr("The new weights are ready."))

    def _learn(self) -> None:
        try:
            subject = subject_number(self.folder / "data", self.lesson.held_out)
        except (OSError, ValueError, KeyError) as error:
            self._finish("failed", tr("{subject} is not among the samples: {error}").format(
                subject=self.lesson.held_out, error=error))  # fmt: skip
            return
        self._run(learning_commands(self.lesson, self.folder, subject))

    def _finish(self, role: str, text: str) -> None:
        self.changed.emit()
        self.ended.emit(role, text)


def subject_number(data: Path, subject: str) -> int:
    """The number of a subject in prepared data; KeyError if it has none, ValueError or OSError if it cannot be read."""
    manifest: dict[str, Any] = json.loads((data / "manifest.json").read_bytes())
    return int(manifest["settings"]["subjects"][subject])


def read_log(path: Path) -> list[Epoch]:
    """The epochs of a training so far; none while there is no log."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError:
        return []
    return [Epoch(int(row["epoch"]), *(_number(row.get(name)) for name in Epoch._fields[1:])) for row in rows]


def read_result(report: Path) -> Result | None:
    """What an evaluation says of its whole checkpoint; None if there is none."""
    try:
        summary = json.loads((report / "summary.json").read_bytes())
        with (report / "classes.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError):
        return None
    kind = next(name for name in ("fusion", "teacher") if name in summary["results"])
    classes = {row["class"]: (int(row["samples"]), _number(row[f"recall {kind}"])) for row in rows}
    told = summary["results"][kind]
    return Result(told["accuracy"], told["samples"], classes)


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan
