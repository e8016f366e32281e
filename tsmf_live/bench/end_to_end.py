"""The whole program: sensor time to label and to pixel, and what each stage costs.

What is played are sessions of simulated people at 1080p, which are made first; decoding them stands for a sensor's
driver. Each run has a process of its own. A time counts from when a frame was complete on this machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tsmf_live.bench.timing import Row
from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.live.playback import LOOP_GAP_S
from tsmf_live.recording.writer import SessionWriter
from tsmf_live.sources.demo import DemoSource

PLAYED_S = 15.0
MOST_KINECTS = 8
PLAYED_HZ = PLAYED_S * FRAME_RATE_HZ / (PLAYED_S + LOOP_GAP_S)  # of a session that is played again and again
PACE = 0.98  # least share of the sensor's frames that are captured by a machine that carries it
LATE_MS = 300.0  # p95 of a label that is still live
STAGES = ("capture", "pose", "inference", "record", "window", "other", "all")


class Case(NamedTuple):
    """One line of the table."""

    persons: int
    mode: str = "stream"
    window: bool = True
    record: bool = True

    @property
    def name(self) -> str:
        """In the table."""
        with_what = " + ".join(what for what, is_on in (("window", self.window), ("recording", self.record)) if is_on)
        return f"{self.persons}p {self.mode}, {with_what or 'headless'}"


CASES = (
    Case(2),
    Case(1),
    Case(6),
    Case(2, "window"),
    Case(2, record=False),
    Case(2, window=False),
    Case(2, window=False, record=False),
)


def make_session(folder: Path, persons: int) -> Path:
    """What is played: so many simulated people at 1080p."""
    source = DemoSource(f"demo:seed=3,persons={persons}")
    writer = SessionWriter(folder, source_name="demo")
    for _ in range(round(PLAYED_S * FRAME_RATE_HZ)):
        writer.write(source.read())
    writer.close()
    source.close()
    return folder


def start(session: Path, seconds: float, case: Case, folder: Path) -> subprocess.Popen:
    """One run of the program, in a process of its own."""
    command = [sys.executable, "-m", "tsmf_live.bench.one_run", str(session), "--seconds", str(seconds)]
    command += ["--mode", case.mode, *(["--window"] if case.window else [])]
    command += ["--record", str(folder)] if case.record else []
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def result(run: subprocess.Popen) -> dict:
    """What a run has found; an error of its own is on stderr already."""
    told, _ = run.communicate()
    lines = told.splitlines()
    return json.loads(lines[-1]) if lines else {"errors": [f"it ended with exit code {run.returncode}"]}


def carries(results: list[dict]) -> bool:
    """Whether every one of several runs kept its sensor's pace, lost nothing and spoke of the present."""
    return all(
        not one["errors"] and one["fps"] >= PACE * PLAYED_HZ and not one["lost"] and one["said_ms"][1] <= LATE_MS
        for one in results
    )


def line(name: str, found: dict) -> str:
    """A row of the table."""
    if "cores" not in found:
        return f"{name:<30} {'; '.join(found['errors'])}"

    def three(values: list[float | None]) -> str:
        return "/".join("-" if value is None else f"{value:.0f}" for value in values)

    cores = " ".join(f"{found['cores'].get(stage, 0.0):9.2f}" for stage in STAGES)
    return (
        f"{name:<30}{found['fps']:7.1f}{found['predictions_a_second']:7.1f}  {three(found['said_ms']):>13}"
        f"{three(found['label_ms']):>14}{three(found['picture_ms']):>14} {cores}{found['lost']:6.0f}"
    )


HEAD = (
    f"{'':<30}{'frames':>7}{'labels':>7}  {'label made':>13}{'label painted':>14}{'picture':>14} "
    + " ".join(f"{stage:>9}" for stage in STAGES)
    + f"{'lost':>6}\n{'':<30}{'a s':>7}{'a s':>7}  {'ms: p50/95/99':>13}{'':>14}{'':>14} {'cores':>9}"
)


def bench_end_to_end(seconds: float, cases: tuple[Case, ...] = CASES) -> Iterator[Row]:
    """Prints the table row by row; gives its figures."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        print(f"{os.cpu_count()} cores; {seconds:g} s a row; cores: CPU seconds a second", flush=True)
        sessions = {p: make_session(place / f"{p}p", p) for p in sorted({1, *(case.persons for case in cases)})}
        print(HEAD, flush=True)
        for number, case in enumerate(cases):
            found = result(start(sessions[case.persons], seconds, case, place / f"take-{number}"))
            print(line(case.name, found), flush=True)
            yield from _rows(case.name, found)
        yield _kinects(sessions[1], seconds, place)


def _kinects(session: Path, seconds: float, place: Path) -> Row:
    """How many sensors with one person each, headless and unrecorded, the machine carries at once."""
    case, carried = Case(1, window=False, record=False), 0
    for count in range(1, MOST_KINECTS + 1):
        runs = [start(session, seconds, case, place) for _ in range(count)]
        found = [result(run) for run in runs]
        for one in found:
            print(line(f"{case.name}, of {count}", one), flush=True)
        if not carries(found):
            break
        carried = count
    print(f"simulated Kinects that this machine carries: {carried}" + (" or more" if carried == MOST_KINECTS else ""))
    return "kinects", float(carried), "simulated Kinects at once: one person each, stream, headless, nothing lost"


def _rows(name: str, found: dict) -> Iterator[Row]:
    """The figures of a row, for --json."""
    key = name.replace(" + ", "_").replace(", ", "_").replace(" ", "_")
    if "cores" not in found:
        return
    for what in ("said_ms", "label_ms", "picture_ms"):
        for q, value in zip((50, 95, 99), found[what], strict=True):
            if value is not None:
                yield f"{key}_{what[:-3]}_p{q}_ms", value, name
    for stage, cores in found["cores"].items():
        yield f"{key}_{stage.replace(' ', '_')}_cores", cores, name
    for what in ("fps", "predictions_a_second", "student_cores", "lost", "skipped"):
        yield f"{key}_{what}", float(found[what]), name
