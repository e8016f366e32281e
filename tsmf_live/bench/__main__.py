"""How fast it is on this machine, each figure beside its alternatives, all in one run.

    python -m tsmf_live.bench                    the networks
    python -m tsmf_live.bench --end-to-end       the whole program
    python -m tsmf_live.bench --gpu              what only a CUDA GPU can show
    python -m tsmf_live.bench --json bench.json

A table; --json also writes its figures.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Callable, Iterable
from pathlib import Path

import torch

from tsmf_live import command
from tsmf_live.bench import peer
from tsmf_live.bench.end_to_end import bench_end_to_end
from tsmf_live.bench.gpu import bench_gpu
from tsmf_live.bench.networks import bench_roi, bench_student, bench_teacher
from tsmf_live.bench.precision import bench_precision
from tsmf_live.bench.timing import Row, table
from tsmf_live.command import OneLineParser

EXAMPLE = "example: python -m tsmf_live.bench --json bench.json"


def parse() -> argparse.Namespace:
    parser = OneLineParser(prog="python -m tsmf_live.bench", description=__doc__.split("\n")[0], epilog=EXAMPLE)
    add = parser.add_argument
    add("--end-to-end", action="store_true", help="the whole program instead: sensor to label and to pixel, each stage")
    add("--gpu", action="store_true", help="what only a CUDA GPU can show, instead; without one it says so")
    add("--seconds", type=float, default=30.0, help="of each run of --end-to-end (default: 30)")
    add("--json", type=Path, metavar="FILE", help="also write a flat object of named figures")
    return parser.parse_args()


def networks() -> list[Row]:
    """The networks alone."""
    if not peer.is_there():
        print(peer.HOW)
    groups: list[Callable[[], list[Row]]] = [
        lambda: bench_teacher(1),
        lambda: bench_teacher(2),
        lambda: bench_student(1),
        lambda: bench_student(2),
        bench_roi,
        bench_precision,
    ]
    return printed(group() for group in groups)


def printed(groups: Iterable[list[Row]]) -> list[Row]:
    """All rows; each group is printed as it comes."""
    rows: list[Row] = []
    for new in groups:
        print(table(new), flush=True)
        rows += new
    return rows


def main() -> None:
    args = parse()
    machine = platform.processor() or platform.machine()
    print(f"torch {torch.__version__}, {machine}, Python {platform.python_version()}", flush=True)
    if args.gpu:
        rows = printed(bench_gpu())
    elif args.end_to_end:
        rows = list(bench_end_to_end(args.seconds))
    else:
        rows = networks()
    if args.json:
        args.json.write_text(json.dumps({name: value for name, value, _ in rows}, indent=1) + "\n")


if __name__ == "__main__":
    command.run(main)
