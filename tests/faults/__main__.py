"""Faults in whole runs, one after the other, and what became of each; a table.

    python -m tests.faults                       all of them
    python -m tests.faults "GPU*" "*hangs" --seed 3

A row says what the user is told first, what is lost of the recording, and how the run goes on or ends. A problem
(exit code 1): the first cause is not what is told, the run takes more than 2 s to end (--limit), something recorded is
lost, a thread or a file is left. The seed decides when a fault strikes.
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
import tempfile
import time
from pathlib import Path
from random import Random

import torch
from tqdm import tqdm

from tests.fakes.networks import random_model
from tests.faults.rows import rows
from tests.faults.trial import ENDS_WITHIN_S, Fault, Result, Trial, patching, run
from tsmf_live.nets.tsmf import TSMF

WIDTH = 78  # of what was said


def one(fault: Fault, seed: int, model: TSMF, folder: Path, limit_s: float) -> Result:
    """Runs one fault."""
    with patching() as patch:
        return run(fault, Trial(Random(f"{seed} {fault.name}"), folder, model, patch, limit_s))


def small_model() -> TSMF:
    """Random weights and a short window: a run takes little time."""
    return random_model(window_frames=24)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="names, * stands for anything; default: all")
    parser.add_argument("--list", action="store_true", help="name the faults")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--limit", type=float, default=ENDS_WITHIN_S, metavar="SECONDS", help="a run may take to end (default 2)"
    )
    options = parser.parse_args(arguments)
    faults = [
        fault
        for name, fault in rows().items()
        if not options.rows or any(fnmatch.fnmatchcase(name, wanted) for wanted in options.rows)
    ]
    if options.list or not faults:
        print("\n".join(rows()))
        return 0 if options.list else 2
    torch.set_num_threads(1)
    tqdm.monitor_interval = 0
    bad, began_s = 0, time.monotonic()
    for fault in tqdm(faults, unit="fault", disable=None):
        model = small_model()  # some faults change it
        with tempfile.TemporaryDirectory() as folder:
            result = one(fault, options.seed, model, Path(folder), options.limit)
        said = result.said.replace(folder, "").strip("/")
        said = said if len(said) <= WIDTH else said[: WIDTH - 1] + "…"
        tqdm.write(f"{fault.name:58} {result.outcome:28} lost: {result.lost or '-':24} said: {said}")
        for problem in result.problems:
            tqdm.write(f"    PROBLEM {problem}")
        bad += bool(result.problems)
        sys.stdout.flush()
    print(f"{len(faults)} faults, {bad} with problems, {time.monotonic() - began_s:.0f} s, seed {options.seed}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
