"""How the program with its window ends: starts it many times, several at once, and counts the exit codes.

    xvfb-run -s "-screen 0 1920x1080x24" python -m tests.measure.endings --runs 200 --at-once 4

Rare failures show up on a busy machine: the interpreter's last steps are a race with every thread that is
still there. Any code but 0 is a finding, and its last lines are printed. Without a display the window is drawn off
screen, which tests less.
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[2]
ENDS_S = 300.0  # a run that takes longer hangs
TOLD_LINES = 12


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--source", default="demo")
    parser.add_argument("--duration", default="3", help="sensor seconds of each run (default: 3)")
    parser.add_argument("--told-to-end-after", type=float, metavar="S", help="send SIGTERM then; 130 is good, too")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="what each run said goes into a file here")
    return parser.parse_args()


def run_once(number: int, args: argparse.Namespace) -> tuple[int, int, str]:
    """Number, exit code (negative: the signal that ended it) and stderr of one start of the program."""
    command = [sys.executable, "-X", "faulthandler", str(ROOT / "run_live.py"), "--source", args.source]
    if args.told_to_end_after is None:
        command += ["--duration", args.duration]
    with tempfile.TemporaryDirectory() as home:  # settings and logs of nobody
        around = os.environ | {"XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
        process = subprocess.Popen(
            command, env=around, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
        )
        if args.told_to_end_after is not None:
            try:
                process.wait(args.told_to_end_after)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGTERM)
        try:
            said = process.communicate(timeout=ENDS_S)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            said = process.communicate()[1] + f"\nit did not end within {ENDS_S:g} s"
    return number, process.returncode, said


def main() -> int:
    args = parse()
    if not os.environ.get("DISPLAY") and sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    good = {0} if args.told_to_end_after is None else {0, 130}
    codes: collections.Counter[int] = collections.Counter()
    headless = 0
    with concurrent.futures.ThreadPoolExecutor(args.at_once) as pool:
        runs = [pool.submit(run_once, number, args) for number in range(args.runs)]
        for done in tqdm(concurrent.futures.as_completed(runs), total=args.runs, unit="run", disable=None):
            number, code, said = done.result()
            codes[code] += 1
            headless += "running headless" in said
            if args.keep is not None:
                args.keep.mkdir(parents=True, exist_ok=True)
                (args.keep / f"{number:03d}.{code}.txt").write_text(said)
            if code not in good:
                tqdm.write(f"run {number}: exit code {code}\n  " + "\n  ".join(said.splitlines()[-TOLD_LINES:]))
    for code, count in sorted(codes.items()):
        print(f"exit code {code:4d}: {count} of {args.runs}")
    print(f"without a window: {headless} of {args.runs}")
    return 0 if set(codes) <= good else 1


if __name__ == "__main__":
    sys.exit(main())
