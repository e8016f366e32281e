"""Exports a session with the program's own commands, imports it again, and measures what came back.

    python -m tests.measure.round_trip [--seconds 20] [--seed 1] [--codec h264|ffv1] [--out DIR]
    python -m tests.measure.round_trip --session DIR [--codec h264|ffv1] [--out DIR]

Two simulated people are recorded through run_live.py, or a session that is there is taken; then export and import as
NTU RGB+D, as PKU-MMD and as an annotation pickle. Of each file one picture at a time is in memory. Exit code 1 if
something that a format holds does not come back: joints to 1e-6 m, NTU RGB+D's times (.times.csv) to 1e-9 s, every
picture, with 30 dB or more.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tests.measure.came_back import Figures, table
from tsmf_live.command import OneLineParser
from tsmf_live.command import run as run_command
from tsmf_live.exchange.annotation_pickle import read_annotation_pickle
from tsmf_live.exchange.session_reading import frames
from tsmf_live.frames import MAX_BODIES, TsmfError
from tsmf_live.recording.annotations import segments
from tsmf_live.recording.color_file import CODECS
from tsmf_live.sources.base import Source
from tsmf_live.sources.ntu import NtuSource
from tsmf_live.sources.pku import PERSONS, PkuSource
from tsmf_live.sources.replay import ReplaySource

ROOT = Path(__file__).resolve().parents[2]
SESSIONS = ["-m", "tsmf_live.sessions"]


@dataclass(frozen=True)
class Trip:
    """Ways of one session out and back, within `folder`; what goes wrong in a command is a TsmfError."""

    session: Path
    folder: Path
    codec: str

    def ntu(self) -> Figures:
        exported, told, export_s = self._timed("export-ntu", [str(self.session), "--action", "1"], self.folder / "ntu")
        return self.ntu_back(exported, told, export_s)

    def ntu_back(self, exported: Path, told: str = "", export_s: float = 0.0) -> Figures:
        """Imports and compares an export that is there."""
        skeleton = next(exported.glob("*.skeleton"))
        back, _, import_s = self._timed("import-ntu", [str(skeleton)], self.folder / "ntu-back", codec=True)
        shown = NtuSource(skeleton)
        figures = Figures(whole=True, exact_times=shown.rows is not None, has_pictures=True)
        self._compare(figures, shown, back)
        return _finished(figures, (exported, back), (export_s, import_s), told)

    def pku(self) -> Figures:
        labels = self._labels()
        exported, told, export_s = self._timed(
            "export-pku", [str(self.session), "--name", "sample", *labels], self.folder / "pku"
        )
        skeleton = exported / "skeleton" / "sample.txt"
        back, _, import_s = self._timed("import-pku", [str(skeleton), *labels], self.folder / "pku-back", codec=True)
        figures = Figures(persons=PERSONS, has_pictures=True)
        self._compare(figures, PkuSource(skeleton), back)
        return _finished(figures, (exported, back), (export_s, import_s), told)

    def pickle(self) -> Figures | None:
        """None if the session has neither annotations nor an action: a pickle has no sample then."""
        parts = segments(self.session)
        if not parts:
            return None
        exported, told, export_s = self._timed("export-pickle", [str(self.session)], self.folder / "sample.pkl")
        back, _, import_s = self._timed("import-pickle", [str(exported)], self.folder / "pickle-back")
        figures = Figures(persons=None if any(part.person is not None for part in parts) else MAX_BODIES)
        with closing(ReplaySource(self.session)) as recorded:
            for sample in read_annotation_pickle(exported)["annotations"]:
                recorded.seek(sample["start_frame"])
                part = islice(frames(recorded, sample["frame_dir"]), sample["total_frames"])
                with closing(ReplaySource(back / sample["frame_dir"])) as again:
                    figures.compare(part, None, again)
        return _finished(figures, (exported, back), (export_s, import_s), told)

    def _compare(self, figures: Figures, shown: Source, back: Path) -> None:
        """Session, export and re-import, side by side."""
        with closing(shown), closing(ReplaySource(self.session)) as recorded, closing(ReplaySource(back)) as again:
            figures.compare(frames(recorded, self.session.name), shown, again)

    def _labels(self) -> list[str]:
        """A list of the session's own labels, in the order of their names."""
        path = self.folder / "labels.txt"
        names = sorted({part.label for part in segments(self.session)})
        path.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
        return ["--labels", str(path)]

    def _timed(self, command: str, words: list[str], out: Path, codec: bool = False) -> tuple[Path, str, float]:
        """Where it wrote, what it printed, and how long it took."""
        began_s = time.perf_counter()
        told = run([*SESSIONS, command, *words, "--out", str(out), *(["--codec", self.codec] if codec else [])])
        return out, told, time.perf_counter() - began_s


def record(folder: Path, seconds: float, seed: int, codec: str) -> None:
    """Two simulated people, recorded by the program itself, as fast as the machine can: nothing need be lost."""
    words = ["--headless", "--source", f"demo:seed={seed},persons=2", "--duration", str(seconds), "--speed", "max"]
    run(["run_live.py", *words, "--record", str(folder), "--codec", codec, "--take", "action=demonstration"])


def run(words: list[str]) -> str:
    """What a command of the program prints; TsmfError if it fails."""
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, errors="replace")
    if done.returncode:
        why = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise TsmfError(f"{' '.join(words[:3])}: exit code {done.returncode}: {why[0]}")
    return done.stdout


def _finished(figures: Figures, written: tuple[Path, Path], seconds: tuple[float, float], told: str) -> Figures:
    figures.mb, figures.seconds, figures.told = tuple(map(size_mb, written)), seconds, told
    return figures


def size_mb(path: Path) -> float:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6


def _folder(name: str) -> Path:
    if not Path(name).is_dir():
        raise argparse.ArgumentTypeError(f"{name}: expected the folder of a recorded session")
    return Path(name)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.1 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"expected seconds from 0.1 to 3600, got {text!r}")
    return value


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = OneLineParser(
        prog="python -m tests.measure.round_trip",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--seconds", type=_seconds, help="how much is recorded (default: 20)")
    add("--seed", type=int, help="of the simulated people (default: 1)")
    add("--codec", choices=CODECS, default="h264", help="of the recording and of the imports; ffv1 keeps every bit")
    add("--session", type=_folder, metavar="DIR", help="take this session instead of recording one")
    add("--out", type=Path, metavar="DIR", help="new or empty, keeps all files; default: a folder that is removed")
    args = parser.parse_args(arguments)
    if args.session is not None and (args.seconds is not None or args.seed is not None):
        parser.error("--session: nothing is recorded then; leave --seconds and --seed out")
    if args.seed is not None and args.seed < 0:
        parser.error(f"--seed: expected a whole number from 0, got {args.seed}")
    if args.out is not None and args.out.exists() and not (args.out.is_dir() and not any(args.out.iterdir())):
        parser.error(f"--out {args.out}: expected a new or empty folder")
    return args


def main(arguments: list[str] | None = None) -> int:
    args = parse(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = (args.out or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        session, began_s = args.session, time.perf_counter()
        if session is None:
            session = folder / "recording"
            record(
                session,
                20.0 if args.seconds is None else args.seconds,
                1 if args.seed is None else args.seed,
                args.codec,
            )
        ReplaySource(session).close()  # no session: say so at once
        trip = Trip(session.resolve(), folder, args.codec)
        what = "taken as it is" if args.session else f"recorded in {time.perf_counter() - began_s:.0f} s"
        print(f"{session}: {what}, {size_mb(session):.1f} MB; imported with {args.codec}", flush=True)
        faults = go(trip)
    print("\n".join(["SOMETHING DID NOT COME BACK", *faults]) if faults else "all that each format holds came back")
    return 1 if faults else 0


def go(trip: Trip) -> list[str]:
    """All three ways; prints what came back and returns what did not, in words."""
    columns: dict[str, Figures] = {}
    faults, notes = [], []
    for name, way in (("NTU RGB+D", trip.ntu), ("PKU-MMD", trip.pku), ("pickle", trip.pickle)):
        try:
            figures = way()
        except TsmfError as error:
            faults.append(f"{name}: {error}")
            continue
        if figures is None:
            notes.append(f"{name}: the session has neither annotations nor an action, so there is no sample")
            continue
        columns[name] = figures
        faults += [f"{name}: {fault}" for fault in figures.faults()]
        notes += [f"{name}: {line.strip()}" for line in figures.told.splitlines() if "not held" in line]
    if columns:
        print(table(columns))
    print("\n".join(notes))
    return faults


if __name__ == "__main__":
    run_command(main)
