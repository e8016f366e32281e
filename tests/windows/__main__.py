"""The program on a genuine Windows Python under wine; what ran, in lines.

    python -m tests.windows build FOLDER          makes it: minutes, 2 GB (see build.py for what it needs)
    python -m tests.windows smoke FOLDER          the sample, headless; doctor
    python -m tests.windows kinect FOLDER         each scenario of inside.py, through a native Kinect20.dll
    python -m tests.windows recording FOLDER      records the Kinect, is killed, then verify, repair, verify
    python -m tests.windows window FOLDER         the window at 100% and 150%; pictures are left in FOLDER
    python -m tests.windows suite FOLDER [TESTS]  the default test suite, or a part of it

Exit code 1 if something is not as it must be. Not part of .ci/run.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.fakes import ROOT
from tests.windows.build import Wine, build

LIMIT_S = 3600.0
SCREEN = "-screen 0 1920x1080x24"
ROOMY = "-screen 0 2560x1440x24"  # a window of 1920x1080 has its frame around
DPI = {"100%": 96, "150%": 144}
DESKTOP = r"HKCU\Control Panel\Desktop"
TEST_LIMIT_S = 300  # of one test: on Windows the process ends with it
OUTCOMES = ("PASSED", "SKIPPED", "FAILED", "ERROR", "ENDED")  # the last: the process ended within a test
TEST_LINE = re.compile(rf"(tests/\S+?\.py)::(?:.* ({'|'.join(OUTCOMES)}).*\[ *\d+%\]$)?")
NOT_READ = re.compile(r"ERROR (tests/\S+?\.py)(?: - |$)")
LAST_LINE = re.compile(r"(passed|failed|skipped|errors?).* in [\d.]+s")


def smoke(wine: Wine) -> Iterator[tuple[str, bool, str]]:
    """The bundled sample without a window, and the doctor."""
    done = wine.run("run_live.py", "--source", "assets/sample", "--headless", "--duration", "5", "--json", "-",
                    limit_s=LIMIT_S)  # fmt: skip
    last = _last_document(done.stdout)
    good = done.returncode == 0 and last.get("type") == "summary" and last["frames_captured"] > 100
    yield "sample, headless, 5 s", good, f"code {done.returncode}, {_short(last)} {_end_of(done.stderr)}"
    done = wine.run("-m", "tsmf_live.doctor", limit_s=LIMIT_S)
    yield "doctor", done.returncode in (0, 1) and "Kinect" in done.stdout, f"code {done.returncode}"


def kinect(wine: Wine) -> Iterator[tuple[str, bool, str]]:
    """The scenarios."""
    done = wine.run("-m", "tests.windows.inside", "kinect", limit_s=LIMIT_S)
    for line in done.stdout.splitlines():
        found = json.loads(line)
        bad = found["wrong"] or found["objects left"] or found["used after release"] or not found["as expected"]
        yield f"Kinect, {found.pop('scenario')}", not bad, ", ".join(f"{k} {v}" for k, v in found.items())
    yield "Kinect, all scenarios came to their end", done.returncode == 0, _end_of(done.stderr)


def recording(wine: Wine) -> Iterator[tuple[str, bool, str]]:
    """A take of the Kinect that is killed after its first seconds."""
    take = wine.folder / f"take-{time.time():.0f}"
    process = subprocess.Popen(
        ["wine", str(wine.python), "run_live.py", "--source", "kinect", "--headless", "--record", _windows(take)],
        cwd=ROOT, env=wine.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    rows, until_s = take / "frames.csv", time.monotonic() + LIMIT_S
    while process.poll() is None and time.monotonic() < until_s and _lines(rows) < 150:
        time.sleep(0.1)
    process.kill()
    wine.end()  # the Windows process itself; nothing else runs in this Windows
    process.communicate()
    written = _lines(rows) - 1
    yield "a take of the Kinect, killed", written >= 149, f"{written} frames on the disk"
    for command in ("verify", "repair", "verify"):
        done = wine.run("-m", "tsmf_live.sessions", command, _windows(take), limit_s=LIMIT_S)
        good = done.returncode in (0, 1) and (command == "verify" or "DAMAGED" not in done.stdout)
        yield command, good, f"code {done.returncode}: {' '.join(done.stdout.split())[:200]}"
    yield "no damage is left", "DAMAGED" not in done.stdout, _end_of(done.stderr)


def window(wine: Wine) -> Iterator[tuple[str, bool, str]]:
    """The window on a screen of 1920x1080 at both scales."""
    for scale, dpi in DPI.items():
        add = ["wine", "reg", "add", DESKTOP, "/v", "LogPixels", "/t", "REG_DWORD", "/d", str(dpi), "/f"]
        subprocess.run(add, env=wine.environment(), check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        wine.end()  # it is read when this Windows starts
        picture = wine.folder / f"window-{dpi}.png"
        command = ["xvfb-run", "-a", "-s", SCREEN, "wine", str(wine.python), "-m", "tests.windows.inside", "window"]
        done = subprocess.run(
            [*command, _windows(picture)], cwd=ROOT, env=wine.environment(), stdin=subprocess.DEVNULL,
            capture_output=True, encoding="utf-8", errors="replace", timeout=LIMIT_S, check=False,
        )  # fmt: skip
        found = _last_document(done.stdout)
        good = found.get("code") == 0 and found.get("ratio") == dpi / 96 and not found.get("errors")
        yield f"window at {scale}", good, f"{_short(found)} {picture.name} {_end_of(done.stderr)}"


def suite(wine: Wine, tests: list[str]) -> Iterator[tuple[str, bool, str]]:
    """A line a folder of tests; FOLDER/suite.log has pytest's own. Where its process ends, the next file goes on."""
    left = sorted({file for test in tests or ["tests"] for file in _files(test)})
    found = {file: Counter() for file in left}
    with (wine.folder / "suite.log").open("w", encoding="utf-8") as log:
        while left:
            at, whole = left[0], False
            for line in _pytest(wine, left):
                print(line, file=log, flush=True)
                if match := TEST_LINE.match(line):
                    at, outcome = match.groups()
                    found[at].update([outcome] if outcome else [])
                elif match := NOT_READ.match(line.replace("\\", "/")):
                    found[match.group(1)]["ERROR"] += 1
                whole |= LAST_LINE.search(line) is not None
            if whole:
                break
            found[at]["ENDED"] += 1
            left = left[left.index(at) + 1 :]
    for folder in sorted({Path(file).parent for file in found}):
        inside = [counts for file, counts in found.items() if Path(file).parent == folder]
        counts = sum(inside, Counter())
        said = ", ".join(f"{counts[name]} {name.lower()}" for name in OUTCOMES)
        yield f"{folder}, {len(inside)} files", not any(counts[name] for name in OUTCOMES[2:]), said


def _files(test: str) -> list[str]:
    """The test files of a folder, or the one that is named."""
    path = ROOT / test
    return [str(file.relative_to(ROOT)) for file in (path.rglob("test_*.py") if path.is_dir() else [path])]


def _pytest(wine: Wine, files: list[str]) -> Iterator[str]:
    """Runs it there, with real windows (Qt's offscreen platform ends a Windows process at a message box); its lines."""
    options = ["-v", "-p", "no:cacheprovider", "--continue-on-collection-errors"]
    options += ["-o", f"faulthandler_timeout={TEST_LIMIT_S}", "-o", "faulthandler_exit_on_timeout=true"]
    with subprocess.Popen(
        ["xvfb-run", "-a", "-s", ROOMY, "wine", str(wine.python), "-m", "pytest", *options, *files], cwd=ROOT,
        env=wine.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace",
    ) as process:  # fmt: skip
        yield from (line.rstrip() for line in process.stdout)


def _windows(path: Path) -> str:
    """The path as this Windows names it."""
    return "Z:" + str(path).replace("/", "\\")


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def _last_document(text: str) -> dict:
    lines = [line for line in text.splitlines() if line.startswith("{")]
    return json.loads(lines[-1]) if lines else {}


def _short(document: dict) -> str:
    kept = (
        "frames_captured",
        "frames_dropped",
        "predictions",
        "fps",
        "ratio",
        "dpi",
        "size",
        "window",
        "platform",
        "frames",
    )
    return ", ".join(f"{key} {document[key]}" for key in kept if key in document)


def _end_of(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1][:160]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("build", "smoke", "kinect", "recording", "window", "suite"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("tests", nargs="*")
    options = parser.parse_args(arguments)
    if options.what == "build":
        build(options.folder)
        return 0
    wine = Wine(options.folder)
    runs = {"smoke": smoke, "kinect": kinect, "recording": recording, "window": window}
    bad = False
    try:
        for name, good, said in suite(wine, options.tests) if options.what == "suite" else runs[options.what](wine):
            print(f"{'ok ' if good else 'BAD'} {name}: {said}", flush=True)
            bad |= not good
    finally:
        wine.end()
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
