"""Records for minutes beside inference and the window, and checks that nothing is missing.

    python -m tests.measure.soak --seconds 300

Two simulated persons are recorded once (20 s), played in a loop through run_live.py with the window (without a display:
drawn into memory) and recorded again; decoding what is played is part of the load. Exit code 1 if a captured frame or
picture is not in the recording, capture has dropped one, or has not kept the sensor's pace.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.recording.examine import examine
from tsmf_live.recording.tables import read_frame_rows
from tsmf_live.recording.writer import SessionWriter
from tsmf_live.sources.demo import DemoSource

ROOT = Path(__file__).resolve().parents[2]
PLAYED_S = 20.0
PACE = 0.98  # least frames captured of those that were due (a loop leaves half a second between its rounds)
LOOP_GAP_S = 0.5


def make_session(folder: Path, persons: int) -> None:
    """What is played."""
    source = DemoSource(f"demo:seed=3,persons={persons}")
    writer = SessionWriter(folder, source_name="demo")
    for _ in range(round(PLAYED_S * FRAME_RATE_HZ)):
        writer.write(source.read())
    writer.close()
    source.close()


def cpu_s() -> float:
    """CPU time of the processes that this one has waited for; 0 where the system does not tell."""
    times = os.times()
    return times.children_user + times.children_system


def soak(folder: Path, played: Path, args: argparse.Namespace) -> bool:
    """One run; prints what came of it."""
    recording, told = folder / "recording", folder / "told.json"
    command = [sys.executable, str(ROOT / "run_live.py"), "--source", str(played), "--loop", "--json", str(told)]
    command += ["--duration", str(args.seconds), "--record", str(recording), *(["--headless"] if args.headless else [])]
    command += ["--mode", args.mode] if args.mode else []
    environment = dict(os.environ)
    if sys.platform.startswith("linux") and not environment.get("DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    began_s, began_cpu_s = time.perf_counter(), cpu_s()
    done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True, timeout=args.seconds * 3 + 120)
    wall_s, used_s = time.perf_counter() - began_s, cpu_s() - began_cpu_s
    summary = json.loads(told.read_text(encoding="utf-8").splitlines()[-1])
    rows = read_frame_rows(recording, [])
    examined = examine(recording)
    captured, dropped = summary["frames_captured"], sum(row.dropped for row in rows)
    pictures = sum(row.color for row in rows)
    rounds = args.seconds / (PLAYED_S + LOOP_GAP_S)
    due = args.seconds * FRAME_RATE_HZ - rounds * LOOP_GAP_S * FRAME_RATE_HZ
    size_mb = sum(path.stat().st_size for path in recording.iterdir()) / 1e6
    print(done.stderr, end="", file=sys.stderr)
    print(f"exit code {done.returncode}; recording {'whole' if examined.is_whole else 'DAMAGED'}")
    print(f"captured {captured} frames ({summary['fps']:.2f} a s), dropped on the way {summary['frames_dropped']}")
    print(f"recorded {len(rows)} frames, {pictures} with picture; {dropped} counted as lost in frames.csv")
    print(
        f"{summary['predictions']} predictions, {summary['updates_skipped']} updates skipped, {summary['latency_ms']}"
    )
    print(f"{wall_s:.0f} s, {used_s / wall_s:.2f} of a core ({os.cpu_count()} here), start and end included")
    print(f"{size_mb:.1f} MB, {size_mb / args.seconds * 60:.1f} MB a minute")
    nothing_missing = captured == len(rows) == pictures and not dropped and not summary["frames_dropped"]
    return (
        done.returncode == 0 and nothing_missing and examined.is_whole and summary["fps"] >= PACE * due / args.seconds
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], epilog="example: python -m tests.measure.soak --seconds 300"
    )
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--persons", type=int, default=2)
    parser.add_argument("--mode", choices=("window", "stream"), help="default: what the checkpoint was trained for")
    parser.add_argument("--headless", action="store_true", help="without the window")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        played = Path(name, "played")
        make_session(played, args.persons)
        good = soak(Path(name), played, args)
    print("nothing is missing" if good else "SOMETHING IS MISSING")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
