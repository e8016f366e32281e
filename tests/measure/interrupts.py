"""Ctrl-C, SIGTERM and SIGHUP in random numbers and order at random moments of recordings, and what is left; a table.

    python -m tests.measure.interrupts --runs 200 --seed 1

Each run records the simulated actor, with and without a window (off screen), and is told to end, in one of four runs
within 12 s of its start (while Python imports, while the model loads), in the others within 3 s after its first
prediction; then again, up to five times in 3 s, while the take is being ended. Exit code 1 if one does not end within
10 s with exit code 130, a summary and a whole take, or, if nothing had begun, with one line. The first hundredths of a
second, in which Python starts and none of our code has run, are counted by themselves: there the system's rule holds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tsmf_live.command import OneLineParser
from tsmf_live.command import run as run_command
from tsmf_live.interrupt import INTERRUPTED, PATIENCE_S, REQUESTS
from tsmf_live.recording.examine import examine

ROOT = Path(__file__).resolve().parents[2]
EARLY_SHARE = 0.25  # of the runs is asked to end before it may have begun
EARLY_S, BEGUN_S = 12.0, 3.0  # until the first request, from the start and from the first prediction
BEGIN_LIMIT_S = 60.0
NOT_BEGUN = "interrupted\n"


class Left(NamedTuple):
    """What is left of a run: how it ended in words, what is wrong with that, frames of the take, time to the end."""

    outcome: str
    problem: str | None
    frames: int
    took_s: float


def one_run(
    folder: Path, after_s: float, numbers: Sequence[int], gaps_s: Sequence[float], window: bool, early: bool = False
) -> Left:
    """Records into `folder`/take and asks for the end.

    Args:
        after_s: from the first prediction to the first request; early: from the start of the process.
        numbers: the signals; gaps_s: the pauses after each.
    """
    arguments = ["--source=demo:seed=1", "--record", str(folder / "take"), "--json", str(folder / "lines.json")]
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    environment |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONFAULTHANDLER": "1"}
    environment |= {f"XDG_{name}": str(folder) for name in ("CONFIG_HOME", "DATA_HOME", "RUNTIME_DIR")}
    folder.chmod(0o700)  # as Qt wants its XDG_RUNTIME_DIR
    with (folder / "stderr.txt").open("w+") as stderr:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "run_live.py"), *arguments, *([] if window else ["--headless"])],
            stdout=subprocess.DEVNULL, stderr=stderr, env=environment,
        )  # fmt: skip
        try:
            if not early:
                _wait_for_lines(process, folder / "lines.json")
            time.sleep(after_s)
            began_s, listens = time.monotonic(), _listens(process.pid)
            for number, gap_s in zip(numbers, gaps_s, strict=True):
                process.send_signal(number)
                time.sleep(gap_s)
            process.wait(timeout=4 * PATIENCE_S)
            took_s = time.monotonic() - began_s
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)  # Python then says where each thread is
            process.wait()
            stderr.seek(0)
            return Left("does not end", f"it did not end:\n{stderr.read()}", 0, float("inf"))
        finally:
            process.kill()
            process.wait()
        stderr.seek(0)
        said = stderr.read()
    if not listens:
        return Left("Python itself was starting", "it left a take" if (folder / "take").exists() else None, 0, took_s)
    outcome, problem, frames = _look(folder, process.returncode, said)
    if problem is None and took_s > PATIENCE_S:
        problem = f"took {took_s:.1f} s"
    return Left(outcome, problem, frames, took_s)


def _wait_for_lines(process: subprocess.Popen, lines: Path) -> None:
    until_s = time.monotonic() + BEGIN_LIMIT_S
    while process.poll() is None and time.monotonic() < until_s and not (lines.exists() and lines.stat().st_size):
        time.sleep(0.02)


def _listens(pid: int) -> bool:
    """Whether the process has a handler for SIGTERM: Python has none of its own."""
    (caught,) = (line.split()[1] for line in Path(f"/proc/{pid}/status").read_text().splitlines() if "SigCgt" in line)
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def _look(folder: Path, code: int, said: str) -> tuple[str, str | None, int]:
    """How it ended, what is wrong, frames of the take."""
    take, lines = folder / "take", folder / "lines.json"
    if code != INTERRUPTED or "Traceback" in said:
        return f"exit code {code}", f"exit code {code}, stderr: {said[-300:]!r}", 0
    if said == NOT_BEGUN:
        return "nothing had begun", "it left a take" if take.exists() else None, 0
    last = json.loads(lines.read_text().splitlines()[-1]) if lines.exists() and lines.stat().st_size else {}
    if last.get("type") != "summary":
        return "no summary", f"no summary, stderr: {said[-300:]!r}", 0
    captured = last["frames_captured"]
    if not take.exists():
        return "no take yet", f"{captured} frames and no take" if captured else None, 0
    examined = examine(take)
    if not examined.is_whole or not examined.ended:
        return "take damaged", f"take damaged: {examined.findings}, stderr: {said!r}", examined.plays
    if examined.plays != captured:
        return "take incomplete", f"{captured} frames captured, {examined.plays} in the take", examined.plays
    unexpected = [line for line in said.splitlines() if "warning: " not in line]  # of a machine that is too slow
    return "take whole, summary, 130", f"stderr: {unexpected}" if unexpected else None, examined.plays


def main(arguments: list[str] | None = None) -> int:
    """Prints the table; 1 if anything was wrong."""
    parser = OneLineParser(
        prog="python -m tests.measure.interrupts",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(arguments)
    for number in REQUESTS:
        signal.signal(number, signal.default_int_handler)  # what is ignored here (nohup) would be so in the runs
    rng, left = random.Random(args.seed), []
    for number in range(args.runs):
        numbers = [rng.choice(REQUESTS) for _ in range(rng.randint(1, 5))]
        gaps_s = [rng.choice((0.0, rng.uniform(0, 0.02), rng.uniform(0, 0.6))) for _ in numbers]
        early, window = rng.random() < EARLY_SHARE, rng.random() < 0.4
        after_s = rng.uniform(0, EARLY_S if early else BEGUN_S)
        with tempfile.TemporaryDirectory() as name:
            one = one_run(Path(name), after_s, numbers, gaps_s, window, early)
        left.append(one)
        if one.problem is not None:
            names = "+".join(signal.Signals(n).name for n in numbers)
            print(f"run {number}, {early=}, {window=}, after {after_s:.2f} s, {names}: {one.problem}", flush=True)
    for outcome, count in Counter(one.outcome for one in left).most_common():
        print(f"{count:4d}  {outcome}")
    print(f"slowest end {max(one.took_s for one in left):.1f} s, most frames {max(one.frames for one in left)}")
    return int(any(one.problem is not None for one in left))


if __name__ == "__main__":
    run_command(main)
