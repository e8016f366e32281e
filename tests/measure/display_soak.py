"""How the whole window does, with a GUI thread that stands still if asked: 1080p demo, everything visible, a table.

    xvfb-run -s "-screen 0 1920x1080x24" python -m tests.measure.display_soak --seconds 300
    ... --source demo:persons=2 --record FOLDER             what is captured is recorded beside it
    ... --source demo:persons=2 --record FOLDER --stalls 3  and the GUI thread stands still for 5 s, three times

Without a display it runs off screen. Exit code 1 if anything failed, or if of a recording a frame is missing: in the
take, between its frames, or dropped by capture. Pictures are counted while the GUI thread does not stand still.

A label is painted when the picture with its prediction has been painted; the time counts from when the newest frame it
rests on was complete on this machine. The student's run takes longer than the teacher's; its image may end a few frames
earlier, and its time counts from there.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.recording.examine import examine
from tsmf_live.recording.folder import TakeSettings
from tsmf_live.recording.recorder import RecordPlan
from tsmf_live.recording.tables import read_frame_rows

ROOT = Path(__file__).resolve().parents[2]
MEMORY_EVERY_S = 1.0
SETTLING_SHARE = 0.2  # of the run: the first of five minutes does not count for memory
STALL_S = 5.0
NEXT_FRAME_S = 1.5 / FRAME_RATE_HZ  # a longer time between two recorded frames: one is missing


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--source", default="demo")
    parser.add_argument("--size", default="1920x1080", help="of the window (default: 1920x1080)")
    parser.add_argument("--mode", choices=("window", "stream"), help="default: what the checkpoint was trained for")
    parser.add_argument("--checkpoint", type=Path, default=ROOT / "assets" / "demo.safetensors")
    parser.add_argument("--record", type=Path, metavar="FOLDER", help="a new folder: record all the time")
    parser.add_argument("--stalls", type=int, default=0, help="how often the GUI thread stands still for 5 s")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    return parser.parse_args()


def memory_mb() -> float:
    """What this process holds in memory; NaN where that cannot be read."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Watch:
    """Notes each painting of the picture, and the memory once a second. Lives on the GUI thread."""

    def __init__(self, window) -> None:
        self._window = window
        self.cost_ms: list[float] = []
        self.painted_s: list[float] = []
        self.teacher_ms: list[float] = []  # newest frame of the teacher complete -> label painted
        self.student_ms: list[float] = []  # newest frame of the student complete -> label painted, where that is new
        self.memory: list[tuple[float, float]] = []
        self._shown = self._seen = None
        self.stalled_s = 0.0
        self._began_cpu_s, self.cpu_s = time.thread_time(), 0.0
        picture, meter = window.desk.picture, window.meter
        show, paint, painted = picture.show_moment, picture.paintEvent, meter.painted

        def note_and_show(frame, pose, prediction, *more, **named) -> bool:
            self._shown = prediction
            return show(frame, pose, prediction, *more, **named)

        def paint_and_note(event) -> None:
            paint(event)
            self._note(self._shown)

        def count_and_note(started_s: float, finished_s: float) -> None:
            painted(started_s, finished_s)
            self.painted_s.append(finished_s)
            self.cost_ms.append(1e3 * (finished_s - started_s))

        picture.show_moment, picture.paintEvent, meter.painted = note_and_show, paint_and_note, count_and_note

    def _note(self, prediction) -> None:
        if prediction is None or prediction is self._seen:
            return
        self._seen = prediction
        took_ms = 1e3 * (time.perf_counter() - prediction.host_time_s)
        self.teacher_ms.append(took_ms)
        if prediction.latency_ms["student"] is not None:  # the student's run is new here, and began a little earlier
            self.student_ms.append(took_ms + 1e3 * prediction.student_age_s)

    def stall(self) -> None:
        """The GUI thread does nothing for a while, as behind a dialog of the system's."""
        time.sleep(STALL_S)
        self.stalled_s += STALL_S

    def note_memory(self) -> None:
        self.memory.append((time.perf_counter(), memory_mb()))
        self.cpu_s = time.thread_time() - self._began_cpu_s


def figures(watch: Watch, view, summary, seconds: float) -> dict[str, float | None]:
    """What is reported, by name."""
    import numpy as np

    def percentile(values: list[float], q: float) -> float | None:
        return float(np.percentile(values, q)) if values else None

    intervals_ms = (1e3 * np.diff(watch.painted_s)).tolist()
    settled = [mb for at_s, mb in watch.memory if at_s - watch.memory[0][0] >= SETTLING_SHARE * seconds]
    tenth = max(1, len(settled) // 10)
    growth = float(np.mean(settled[-tenth:]) / np.mean(settled[:tenth]) - 1) if settled else None
    health = {stage.name: stage for stage in view.health}
    shown_s = max(seconds - watch.stalled_s, 1e-9)
    return {
        "display, frames a second": len(watch.painted_s) / shown_s,
        "display, GUI thread, ms of CPU a second": 1e3 * watch.cpu_s / shown_s,
        "display, stood still on purpose, s": watch.stalled_s,
        "display, longest time between two pictures, ms": max(intervals_ms, default=None),
        "display, cost of a picture p50, ms": percentile(watch.cost_ms, 50),
        "display, cost of a picture p95, ms": percentile(watch.cost_ms, 95),
        "capture, frames a second": summary.fps,
        "capture, frames dropped": float(summary.frames_dropped),
        "inference, predictions a second": summary.predictions / seconds,
        "inference, updates skipped": float(summary.updates_skipped),
        "student, times a second": len(watch.student_ms) / seconds,
        "teacher, frame complete to label painted p50, ms": percentile(watch.teacher_ms, 50),
        "teacher, frame complete to label painted p95, ms": percentile(watch.teacher_ms, 95),
        "student, frame complete to label painted p50, ms": percentile(watch.student_ms, 50),
        "student, frame complete to label painted p95, ms": percentile(watch.student_ms, 95),
        "memory at the end, MB": watch.memory[-1][1] if watch.memory else None,
        "memory growth over the last four fifths, %": None if growth is None else 100 * growth,
        "pose, ms p95": health["pose"].p95_ms,
        "machine, load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def recorded(folder: Path, frames_captured: int) -> tuple[dict[str, float | None], bool]:
    """What became of the recording, by name, and whether nothing is missing.

    A frame is missing where the times of two that follow each other are more than NEXT_FRAME_S apart: the simulated
    sensor gives one every 30th of a second.
    """
    rows = read_frame_rows(folder, [])
    gaps = sum(later.sensor_time_s - row.sensor_time_s > NEXT_FRAME_S for row, later in itertools.pairwise(rows))
    lost_pictures = sum(row.dropped for row in rows)
    found = {
        "recorded, frames": float(len(rows)),
        "recorded, captured and not recorded": float(frames_captured - len(rows)),
        "recorded, gaps between frames": float(gaps),
        "recorded, pictures lost": float(lost_pictures),
    }
    return found, examine(folder).is_whole and frames_captured == len(rows) and not gaps and not lost_pictures


def main() -> int:
    args = parse()
    if not os.environ.get("DISPLAY") and sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PyQt5.QtCore import QSettings, QTimer
    from PyQt5.QtWidgets import QApplication

    from tsmf_live.gui.window import MainWindow
    from tsmf_live.live.launcher import choose_stream, prepare_process, source_name
    from tsmf_live.live.pipeline import Pipeline, RunSettings
    from tsmf_live.nets.tsmf import TSMF
    from tsmf_live.sources.open import open_source

    prepare_process()
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as home:
        QSettings.setPath(QSettings.IniFormat, QSettings.UserScope, home)
        os.environ["XDG_DATA_HOME"] = home
        model = TSMF.load(args.checkpoint)
        settings = RunSettings(
            source_name=source_name(args.source),
            source=args.source,
            stream=choose_stream(args.mode, model.spec),
            checkpoint_name=args.checkpoint.name,
            inspect=True,
            record=RecordPlan(TakeSettings(args.record, codec="h264")) if args.record is not None else None,
        )
        run = Pipeline(partial(open_source, args.source, aside=True), model, settings, [])
        run.start()
        window = MainWindow(run)
        window.resize(*map(int, args.size.split("x")))
        window.show()
        watch = Watch(window)
        memory_timer = QTimer()
        memory_timer.timeout.connect(watch.note_memory)
        memory_timer.start(round(1e3 * MEMORY_EVERY_S))
        window.closed.connect(app.quit)
        for number in range(args.stalls):
            QTimer.singleShot(round(1e3 * args.seconds * (number + 0.5) / args.stalls), watch.stall)
        QTimer.singleShot(round(1e3 * args.seconds), window.close_now)
        began_s = time.perf_counter()
        last_views = []
        QTimer.singleShot(round(1e3 * args.seconds) - 300, lambda: last_views.append(run.view()))
        app.exec_()
        seconds = time.perf_counter() - began_s
        summary, errors = run.finish()
    found, whole = figures(watch, last_views[0], summary, min(seconds, args.seconds)), True
    if args.record is not None:
        of_take, whole = recorded(args.record, summary.frames_captured)
        found |= of_take
        whole = whole and not summary.frames_dropped
    print(f"{args.source}, window {args.size}, {args.seconds:g} s, {'stream' if settings.stream else 'window'} mode")
    for name, value in found.items():
        print(f"  {name:<52}{'-' if value is None else f'{value:10.1f}'}")
    for error in errors:
        print(f"  error: {error!r}")
    if args.json is not None:
        args.json.write_text(json.dumps(found, indent=1) + "\n")
    if not whole:
        print("  SOMETHING IS MISSING in the recording")
    return 1 if errors or not whole else 0


if __name__ == "__main__":
    sys.exit(main())
