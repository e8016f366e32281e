"""Teaches the program an action that the bundled weights do not know, from a few recorded takes, and shows the result.

    python -m tests.measure.teach_loop --action squatting --seed 3 --out DIR

Records simulated people through run_live.py (the last one is held out), prepares the takes, trains teacher and student
from the bundled weights, and plays somebody new with the old weights and the new ones. Every step is a command that
anybody could type; they are printed. What they say is in DIR/log.txt. Exit code 1 if the new action is not recognised.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tsmf_live.actor.subject import ACTIONS, EXTRA_ACTIONS, IDLE
from tsmf_live.sources.demo import DemoSource

ROOT = Path(__file__).resolve().parents[2]
BUNDLED = ROOT / "assets" / "demo.safetensors"
SETTLE_S = 1.5  # after a change of action half of the 3 s window still shows the one before: such updates do not count
#: Known actions that fill a take by themselves: the others are followed by getting up or sitting down again.
KNOWN = tuple(action for action in ACTIONS if action not in ("sit down", "stand up", "falling", IDLE))
RECOGNISED = 0.5  # least share of updates with the new action as top label


@dataclass(frozen=True)
class Effort:
    """How much is recorded, trained and played.

    Attributes:
        subjects: people who are recorded; the last is the split's test part.
        takes, take_s: of each person and action.
        teacher_epochs, student_epochs: of training.
        play_s: of each action in the demonstration.
    """

    subjects: int = 3
    takes: int = 2
    take_s: float = 3.0
    teacher_epochs: int = 12
    student_epochs: int = 16
    play_s: float = 5.0


QUICK = Effort(subjects=2, takes=1, take_s=1.5, teacher_epochs=1, student_epochs=1, play_s=2.5)


@dataclass
class Teaching:
    """One run of the whole loop in `folder`; `seconds` says how long each step took."""

    folder: Path
    actions: tuple[str, ...]  # the new one first
    seed: int
    effort: Effort
    seconds: dict[str, float] = field(default_factory=dict)

    def record(self) -> None:
        """A study folder with all takes."""
        effort = self.effort
        length_s = effort.takes * effort.take_s + 0.1  # the frame after the last take ends it
        for subject in range(1, effort.subjects + 1):
            for action in self.actions:
                demo = f"demo:seed={100 * self.seed + subject},actions={action},idle=0,seconds={max(effort.take_s, 2)}"
                self._run(
                    ["run_live.py", "--headless", "--source", demo, "--duration", str(length_s)],
                    ["--record", str(self.folder / "study"), "--takes", str(effort.takes)],
                    ["--take-seconds", str(effort.take_s)],
                    ["--take", f"subject=P{subject:02d},performer={subject},action={action}"],
                )

    def prepare(self) -> None:
        study, prepared = str(self.folder / "study"), str(self.folder / "prepared")
        self._run(["-m", "train.prepare", "--source", "sessions", study, "--out", prepared])

    def train_teacher(self) -> None:
        self._train("teacher", self.effort.teacher_epochs, ["--stream", "--rate", "5e-4"])

    def train_student(self) -> None:
        # so few people in so few rooms teach the picture network little: it counts a quarter
        more = ["--rate", "5e-4", "--lambda", "0.25", "--teacher", str(self.file("teacher"))]
        self._train("student", self.effort.student_epochs, more)

    def evaluate(self) -> None:
        self._run(["-m", "train.evaluate", *self._data(), "--checkpoint", str(self.file("student"))],
                  ["--out", str(self.folder / "report")])  # fmt: skip

    def play(self, checkpoint: Path) -> dict[str, Counter[str]]:
        """What the weights say of somebody new: for each action how often each label was on top."""
        demo = f"demo:seed={100 * self.seed + 50},actions={'+'.join(self.actions)},idle=0,seconds={self.effort.play_s}"
        length_s, said = len(self.actions) * self.effort.play_s, self.folder / f"play-{checkpoint.stem}.json"
        self._run(
            ["run_live.py", "--headless", "--speed", "max", "--source", demo, "--duration", str(length_s)],
            ["--checkpoint", str(checkpoint), "--json", str(said)],
        )
        lines = [json.loads(line) for line in said.read_text(encoding="utf-8").splitlines()]
        return top_labels(lines, DemoSource(demo).truth_until(length_s))

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        began_s = time.perf_counter()
        yield
        self.seconds[step] = self.seconds.get(step, 0.0) + time.perf_counter() - began_s

    def file(self, role: str) -> Path:
        return self.folder / role / f"{role}.safetensors"

    def _data(self) -> list[str]:
        return ["--data", str(self.folder / "prepared"), "--split", f"subject={self.effort.subjects}"]

    def _train(self, role: str, epochs: int, more: list[str]) -> None:
        self._run(
            ["-m", f"train.{role}", *self._data(), "--init", str(BUNDLED), "--recipe", "better", "--batch", "4"],
            ["--epochs", str(epochs), *more, "--out", str(self.folder / role)],
        )

    def _run(self, *parts: list[str]) -> None:
        """One command line; its words go into log.txt. CalledProcessError if it fails."""
        words = [word for part in parts for word in part]
        print(f"python {shlex.join(words)}", flush=True)
        with (self.folder / "log.txt").open("a", encoding="utf-8") as log:
            log.write(f"\npython {shlex.join(words)}\n")
            log.flush()
            subprocess.run([sys.executable, *words], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, check=True)


def top_labels(lines: list[dict], truth: tuple[tuple[float, float, str, int], ...]) -> dict[str, Counter[str]]:
    """For each action of the truth: the top labels of the predictions SETTLE_S or more after it began."""
    found: dict[str, Counter[str]] = {}
    for start_s, end_s, action, _ in truth:
        found.setdefault(action, Counter()).update(
            line["top5"][0][0]
            for line in lines
            if line["type"] == "prediction" and line["top5"] and start_s + SETTLE_S <= line["sensor_time_s"] < end_s
        )
    return found


def share(counts: Counter[str], label: str) -> float:
    """Of the updates, those that say `label`; 0 of none."""
    return counts[label] / max(counts.total(), 1)


def words(counts: Counter[str]) -> str:
    """The three most frequent labels with their shares."""
    return ", ".join(f"{label} {share(counts, label):.0%}" for label, _ in counts.most_common(3)) or "nothing"


def table(teaching: Teaching, old: dict[str, Counter[str]], new: dict[str, Counter[str]]) -> str:
    """What both weights said, and how long the steps took, as Markdown."""
    rows = ["| what a new person did | bundled weights | taught weights | updates |", "|---|---|---|---|"]
    for action, counts in new.items():
        before = old.get(action, Counter())
        rows.append(f"| {action} | {words(before)} | {words(counts)} | {before.total()}, {counts.total()} |")
    steps = ", ".join(f"{step} {seconds:.0f} s" for step, seconds in teaching.seconds.items())
    return "\n".join([*rows, "", f"{steps}; {sum(teaching.seconds.values()) / 60:.1f} minutes in all"])


def teach(teaching: Teaching) -> bool:
    """The whole loop; whether the new action is recognised at last."""
    with teaching.timed("record"):
        teaching.record()
    with teaching.timed("prepare"):
        teaching.prepare()
    with teaching.timed("teacher"):
        teaching.train_teacher()
    with teaching.timed("student"):
        teaching.train_student()
    with teaching.timed("evaluate"):
        teaching.evaluate()
    with teaching.timed("play both"):
        old, new = teaching.play(BUNDLED), teaching.play(teaching.file("student"))
    print(table(teaching, old, new))
    return share(new[teaching.actions[0]], teaching.actions[0]) > RECOGNISED


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0],
        epilog="example: python -m tests.measure.teach_loop --action squatting --out DIR",
    )
    add = parser.add_argument
    add("--action", choices=EXTRA_ACTIONS, default=EXTRA_ACTIONS[0], help="what is taught")
    add("--known", choices=KNOWN, default="hand waving", help="an action that is taught beside it")
    add("--seed", type=int, default=0, help="decides who is recorded and who is played")
    add("--out", type=Path, metavar="DIR", help="new or empty; default: a folder that is removed at the end")
    add("--quick", action="store_true", help="only whether everything runs: far too little to learn from; exit code 0")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.out or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            parser.error(f"--out {folder}: expected a new or empty folder")
        actions = (args.action, args.known, IDLE)
        effort = QUICK if args.quick else Effort()
        recognised = teach(Teaching(folder.resolve(), actions, args.seed, effort))
    return 0 if recognised or args.quick else 1


if __name__ == "__main__":
    sys.exit(main())
