"""How often the scene says that nothing happens while one of several simulated people acts at 90% and more.

    python tests/measure/crowd.py [PERSONS] [SECONDS] [SEEDS]

The demo at full speed; a line for each seed and their sum: moments with somebody at 90%, and those of them in which the
scene is idle.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import run_live

SURE = 0.9


def moments(persons: int, seconds: int, seed: int) -> tuple[int, int]:
    """(moments with somebody at 90%, those in which the scene is idle) of a run."""
    said = io.StringIO()
    source = f"demo:seed={seed},persons={persons}"
    command = ["--source", source, "--headless", "--speed", "max", "--duration", str(seconds), "--no-color"]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
        run_live.main([*command, "--json", "-"])
    told = [one for line in said.getvalue().splitlines() if (one := json.loads(line))["type"] == "prediction"]
    sure = [one for one in told if any(b["label"] and b["confidence"] >= SURE for b in one["bodies"])]
    return len(sure), sum(one["state"] == "idle" for one in sure)


def main() -> None:
    """Prints the figures."""
    persons, seconds, seeds = (int(value) for value in [*sys.argv[1:], *("6", "30", "3")[len(sys.argv) - 1 :]])
    total = idle = 0
    for seed in range(1, seeds + 1):
        sure, silent = moments(persons, seconds, seed)
        total, idle = total + sure, idle + silent
        print(f"seed {seed}: {sure} moments with somebody at 90%, idle in {silent}", flush=True)
    print(f"{persons} people: the scene is idle in {idle} of {total} ({idle / max(total, 1):.0%})")


if __name__ == "__main__":
    main()
