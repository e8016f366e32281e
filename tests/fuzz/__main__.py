"""Changed inputs for every reader: what became of each, in a table.

    python -m tests.fuzz                                  every reader, 200 cases each
    python -m tests.fuzz scores checkpoint --cases 10000 --seed 1

An input is read, or refused by one clear line: an error of tsmf_live.frames.
Anything else is a finding (exit code 1): another exception, a line that is not clear, a warning of Python, more than
--slow seconds, more than --memory MB, the end of the process. A finding's input can be made again: the seed, the
reader and the case's number decide it; --keep FOLDER keeps it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[2]
OUTCOMES = ("read", "refused", "unclear", "warned", "traceback", "memory", "slow", "ended")
GOOD = ("read", "refused")
START_S = 120.0  # for a process to begin
SHOWN = 3  # different findings of a reader


@dataclass
class Row:
    """What became of one reader's cases: how many of each outcome, and of each finding its first case."""

    counts: Counter[str] = field(default_factory=Counter)
    findings: dict[str, int] = field(default_factory=dict)
    how_many: Counter[str] = field(default_factory=Counter)

    def add(self, case: int, outcome: str, said: str) -> None:
        """One case."""
        self.counts[outcome] += 1
        if outcome not in GOOD:
            self.findings.setdefault(f"{outcome}: {said}", case)
            self.how_many[f"{outcome}: {said}"] += 1


class Child:
    """A process that reads changed inputs; ended when one takes too long, and made anew."""

    def __init__(self, options: argparse.Namespace, reader: str, first: int) -> None:
        command = [sys.executable, "-m", "tests.fuzz.child", reader, str(first), str(options.cases), str(options.seed)]
        command += [str(options.slow), str(options.memory), str(options.keep or "")]
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 (end closes it)
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        self.lines: Queue[str | None] = Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def next(self, limit_s: float) -> dict | None:
        """What it says next; None: it has ended. Empty: it says nothing for so long."""
        line = self.lines.get(timeout=limit_s)
        return None if line is None else json.loads(line)

    def last_words(self) -> str:
        """The last line that it wrote to stderr."""
        self.errors.seek(0)
        return (self.errors.read()[-500:].strip().splitlines() or [""])[-1]

    def end(self) -> None:
        """Ends it."""
        self.process.kill()
        self.process.wait()
        self._listener.join()
        self.process.stdout.close()
        self.errors.close()


def examine(options: argparse.Namespace, readers: list[str]) -> dict[str, Row]:
    """All cases of all readers; one process for all of them, a new one after each that had to be ended."""
    rows = {reader: Row() for reader in readers}
    todo = [(reader, 0) for reader in readers]
    with tqdm(total=len(readers) * options.cases, unit="case", disable=None) as bar:
        while todo:
            child = Child(options, ",".join(reader for reader, _ in todo), todo[0][1])
            begun, limit_s = todo[0], START_S
            while True:
                try:
                    said = child.next(limit_s)
                except Empty:
                    child.end()
                    outcome = "slow", f"more than {limit_s:g} s"
                    break
                if said is None:
                    code = child.process.wait()
                    outcome = None if code == 0 else ("ended", f"exit code {code}: {child.last_words()}")
                    child.end()
                    break
                limit_s = 4 * options.slow
                begun = said["reader"], said["case"]
                if "outcome" in said:
                    rows[said["reader"]].add(said["case"], said["outcome"], said["said"])
                    bar.update()
            todo = _rest(todo, begun, options.cases) if outcome else []
            if outcome:
                rows[begun[0]].add(begun[1], *outcome)
                bar.update()
    return rows


def _rest(todo: list[tuple[str, int]], at: tuple[str, int], cases: int) -> list[tuple[str, int]]:
    """What is left to do after the case at which a process ended."""
    names = [reader for reader, _ in todo]
    left = [(reader, 0) for reader in names[names.index(at[0]) + 1 :]]
    return [(at[0], at[1] + 1), *left] if at[1] + 1 < cases else left


def table(rows: dict[str, Row]) -> str:
    """A line a reader, and below it its findings."""
    lines = [f"{'reader':24}" + "".join(f"{name:>10}" for name in OUTCOMES)]
    for reader, row in rows.items():
        lines.append(f"{reader:24}" + "".join(f"{row.counts[name] or '-':>10}" for name in OUTCOMES))
        for said, count in row.how_many.most_common(SHOWN):
            lines.append(f"    {count} x, first case {row.findings[said]}: {said}")
        if len(row.findings) > SHOWN:
            lines.append(f"    and {len(row.findings) - SHOWN} other kinds")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readers", nargs="*", metavar="READER", help="default: all")
    parser.add_argument("--list", action="store_true", help="name the readers")
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slow", type=float, default=5.0, metavar="SECONDS", help="a case may take (default 5)")
    parser.add_argument("--memory", type=float, default=400.0, metavar="MB", help="a case may take (default 400)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the inputs of findings")
    options = parser.parse_args(arguments)
    from tests.fuzz.readers import READERS

    unknown = set(options.readers) - set(READERS)
    if options.list or unknown:
        print("\n".join(READERS))
        return 2 if unknown else 0
    began = time.monotonic()
    rows = examine(options, options.readers or list(READERS))
    print(table(rows))
    bad = sum(count for row in rows.values() for name, count in row.counts.items() if name not in GOOD)
    total = sum(row.counts.total() for row in rows.values())
    print(f"{total:,} cases, {bad:,} findings, {time.monotonic() - began:,.0f} s, seed {options.seed}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
