"""Hours of the real window with recording and inference: what grows, what is late, what is lost; a PNG and a verdict.

    xvfb-run -s "-screen 0 1920x1080x24" python -m tests.soak --hours 1 --out soak
    python -m tests.soak --hours 0.05

Without a display it is drawn into memory. Writes samples.csv (a row a second) and soak.png into --out. Exit code 1 if
the verdict is not good: capture kept the sensor's pace and dropped nothing, the recording lacks nothing and is whole,
memory grew by less than 1% after it had settled (five minutes), no thread and no open file came on top, and the latency
of the labels at the end (ten minutes, p99) is within 20% of that after settling. A shorter run shortens these spans.
The machine's load is noted: beside other work latency says little.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path
from typing import NamedTuple

import tsmf_live  # noqa: F401  before numpy: it says how many threads that may start
from tsmf_live.frames import FRAME_RATE_HZ

ROOT = Path(__file__).resolve().parents[1]
EVERY_S = 1.0
SETTLED_S, SPAN_S, MEMORY_SPAN_S = 300.0, 600.0, 60.0  # of a run long enough for them
MEMORY_GROWTH, LATENCY_CHANGE, PACE = 0.01, 0.20, 0.98


@dataclass(frozen=True)
class Sample:
    """The program at one moment; counts are since its start.

    memory_mb: of the process and those it has started; handles: open files and sockets (Windows: handles).
    cpu_s: of all its threads and child processes.
    """

    at_s: float
    memory_mb: float
    handles: int
    threads: int
    cpu_s: float
    captured: int
    dropped: int
    predictions: int
    skipped: int
    recorded: int
    lost: int
    painted: int
    load: float
    stolen: float  # share of the machine's CPU that its host gave to others since the last sample


class Finding(NamedTuple):
    """One line of the verdict."""

    what: str
    found: str
    wanted: str
    good: bool


def spans(seconds: float) -> tuple[float, float, float]:
    """When the run counts as settled, and the length of what is compared: for latency, for memory."""
    settled_s = min(SETTLED_S, seconds / 5)
    return settled_s, min(SPAN_S, (seconds - settled_s) / 2), min(MEMORY_SPAN_S, (seconds - settled_s) / 4)


def p99(times: list[tuple[float, float]], from_s: float, to_s: float) -> float:
    """Of the values that came between two times; NaN if none did."""
    import numpy as np

    inside = [ms for at_s, ms in times if from_s <= at_s < to_s]
    return float(np.percentile(inside, 99)) if inside else float("nan")


def verdict(samples: list[Sample], labels_ms: list[tuple[float, float]], missing: int, whole: bool) -> list[Finding]:
    """What came of it.

    Args:
        samples: in order of time; labels_ms: (seconds since the start, milliseconds) of each label that was painted.
        missing: frames and pictures that were captured and are not in the recording; whole: as `examine` finds it.
    """
    import numpy as np

    end_s = samples[-1].at_s
    settled_s, span_s, memory_span_s = spans(end_s)
    memory = [
        float(np.median([s.memory_mb for s in samples if from_s <= s.at_s <= from_s + memory_span_s]))
        for from_s in (settled_s, end_s - memory_span_s)
    ]
    growth = memory[1] / memory[0] - 1
    early_ms, late_ms = p99(labels_ms, settled_s, settled_s + span_s), p99(labels_ms, end_s - span_s, end_s + 1)
    change = late_ms / early_ms - 1
    fps = (samples[-1].captured - samples[0].captured) / (end_s - samples[0].at_s)
    handles = [max(s.handles for s in samples if s.at_s <= settled_s), samples[-1].handles]
    threads = [max(s.threads for s in samples if s.at_s <= settled_s), samples[-1].threads]
    lost = samples[-1].lost + missing
    return [
        Finding("captured a second", f"{fps:.2f}", f"{PACE * FRAME_RATE_HZ:.1f}", fps >= PACE * FRAME_RATE_HZ),
        Finding("capture drops", f"{samples[-1].dropped}", "0", samples[-1].dropped == 0),
        Finding("recording losses", f"{lost}", "0", lost == 0),
        Finding("recording", "whole" if whole else "damaged", "whole", whole),
        Finding(
            f"memory after {settled_s / 60:.1f} minutes, and at the end",
            f"{memory[0]:.0f} and {memory[1]:.0f} MB: {growth:+.2%}",
            f"under {MEMORY_GROWTH:.0%}",
            growth < MEMORY_GROWTH,
        ),
        Finding(
            f"label painted, p99 of {span_s / 60:.1f} minutes, early and late",
            f"{early_ms:.0f} and {late_ms:.0f} ms: {change:+.0%}",
            f"within {LATENCY_CHANGE:.0%}",
            abs(change) <= LATENCY_CHANGE,
        ),
        Finding(
            "open handles, settled and at the end",
            f"{handles[0]} and {handles[1]}",
            "no more",
            handles[1] <= handles[0],
        ),
        Finding(
            "threads, settled and at the end", f"{threads[0]} and {threads[1]}", "no more", threads[1] <= threads[0]
        ),
    ]


class Sampler:
    """Looks at the run once a second, on a thread of its own, from `begin` on, and ends it when its time is over."""

    def __init__(self, run, watch, began_s: float, seconds: float) -> None:
        import psutil

        self._run, self._watch, self._began_s, self._seconds = run, watch, began_s, seconds
        self._process, self._psutil = psutil.Process(), psutil
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look_on, name="sampler", daemon=True)
        self.samples: list[Sample] = []

    def begin(self) -> None:
        """Starts looking."""
        self._psutil.cpu_times_percent()  # shares count from here
        self._thread.start()

    def end(self) -> None:
        """Stops; waits for the thread."""
        self._stop.set()
        self._thread.join(10)

    def _look_on(self) -> None:
        while not self._stop.wait(EVERY_S) and self._run.running:
            self.samples.append(self.sample())
            if self.samples[-1].at_s >= self._seconds:
                self._run.stop()
                return

    def sample(self) -> Sample:
        """The run now."""
        process, view = self._process, self._run.view()
        family = [process, *process.children(recursive=True)]
        memory, cpu_s = 0, 0.0
        for one in family:
            try:
                memory += one.memory_info().rss
                cpu_s += sum(one.cpu_times()[:2])
            except self._psutil.NoSuchProcess:  # it has just ended
                continue
        health = {stage.name: stage for stage in view.health}
        return Sample(
            at_s=time.perf_counter() - self._began_s,
            memory_mb=memory / 1e6,
            handles=process.num_handles() if sys.platform == "win32" else process.num_fds(),
            threads=process.num_threads(),
            cpu_s=cpu_s,
            captured=health["capture"].count,
            dropped=health["capture"].dropped + health["pose"].dropped,
            predictions=health["inference"].count,
            skipped=health["inference"].dropped,
            recorded=view.recording.frames,
            lost=view.recording.lost + view.recording.pictures_lost,
            painted=len(self._watch.pictures),
            load=self._psutil.getloadavg()[0],
            stolen=getattr(self._psutil.cpu_times_percent(), "steal", 0.0) / 100,
        )


def draw(samples: list[Sample], labels_ms: list[tuple[float, float]], title: str, path: Path) -> None:
    """The run as curves over time, a PNG."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np

    minutes = [s.at_s / 60 for s in samples]
    figure, axes = plt.subplots(6, 1, figsize=(11, 15), sharex=True, layout="constrained")
    axes[0].plot(minutes, [s.memory_mb for s in samples])
    axes[0].set(ylabel="memory, MB", title=title)
    axes[1].plot(minutes, [s.handles for s in samples], label="handles")
    axes[1].plot(minutes, [s.threads for s in samples], label="threads")
    each = np.arange(0, samples[-1].at_s, 10.0)
    for q in (50, 99):
        within = [[ms for at_s, ms in labels_ms if from_s <= at_s < from_s + 10] for from_s in each]
        values = [np.percentile(some, q) if some else np.nan for some in within]
        axes[2].plot(each / 60, values, label=f"p{q} of 10 s")
    axes[2].set(ylabel="frame to label painted, ms", yscale="log")
    for name in ("captured", "predictions", "painted", "recorded"):
        counts = np.array([getattr(s, name) for s in samples], float)
        axes[3].plot(minutes[1:], np.diff(counts) / np.diff([s.at_s for s in samples]), label=name, linewidth=0.8)
    axes[3].set(ylabel="a second")
    for name in ("dropped", "lost", "skipped"):
        axes[4].plot(minutes, [getattr(s, name) for s in samples], label=name)
    axes[4].set(ylabel="so far")
    axes[5].plot(
        minutes[1:], np.diff([s.cpu_s for s in samples]) / np.diff([s.at_s for s in samples]), label="cores used"
    )
    axes[5].plot(minutes, [s.load for s in samples], label="load of the machine")
    axes[5].plot(minutes, [s.stolen for s in samples], label="taken by the host")
    axes[5].set(xlabel="minutes")
    for axis in axes[1:]:
        axis.legend(loc="upper left", fontsize=8)
    figure.savefig(path, dpi=90)
    plt.close(figure)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--hours", type=float, default=1.0)
    add("--source", default="demo:seed=3,persons=2", help="anything that run_live.py takes; a recording is looped")
    add("--mode", choices=("window", "stream"), help="default: what the checkpoint was trained for")
    add("--checkpoint", type=Path, help="default: the one meant for the source")
    add("--size", default="1920x1080", help="of the window (default: 1920x1080)")
    add("--out", type=Path, default=Path("soak"), help="folder for samples.csv and soak.png (default: soak)")
    add("--keep", action="store_true", help="keep the recording, too (about 25 MB a minute)")
    return parser.parse_args()


def play(args: argparse.Namespace, recording: Path) -> tuple[list[Sample], list[tuple[float, float]], object, list]:
    """Runs the program; samples, times of the labels, summary and errors."""
    from PyQt5.QtCore import QSettings

    from tsmf_live.gui.paint_watch import PaintWatch
    from tsmf_live.gui.show import application, run_window
    from tsmf_live.live.launcher import choose_stream, prepare_process, source_name
    from tsmf_live.live.pipeline import Pipeline, RunSettings
    from tsmf_live.live.weights import weights_for
    from tsmf_live.nets.tsmf import TSMF
    from tsmf_live.recording.folder import TakeSettings
    from tsmf_live.recording.recorder import RecordPlan
    from tsmf_live.sources.open import open_source

    prepare_process()
    weights = weights_for(args.source, args.checkpoint)
    model = TSMF.load(weights.path)
    settings = RunSettings(
        source_name=source_name(args.source),
        source=args.source,
        loop=Path(args.source).exists(),
        stream=choose_stream(args.mode, model.spec),
        checkpoint_name=weights.path.name,
        record=RecordPlan(TakeSettings(recording)),
        inspect=True,
    )
    run = Pipeline(partial(open_source, args.source, aside=True), model, settings, [])
    watch, began_s = PaintWatch(), time.perf_counter()
    sampler = Sampler(run, watch, began_s, args.hours * 3600)

    def begin(window) -> None:
        window.resize(*map(int, args.size.split("x")))
        watch.begin(window)
        sampler.begin()

    with application(refused=lambda why: sys.exit(f"tests.soak: no display: {why}")):
        QSettings.setPath(QSettings.IniFormat, QSettings.UserScope, os.environ["XDG_DATA_HOME"])
        run.start()
        run_window(run, quit_when_ended=True, begun=begin)
    sampler.end()
    summary, errors = run.finish()
    return sampler.samples, [(at_s - began_s, ms) for at_s, ms in watch.labels], summary, errors


def main() -> int:
    args = parse()
    if not os.environ.get("DISPLAY") and sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from tsmf_live.recording.examine import examine
    from tsmf_live.recording.tables import read_frame_rows

    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=args.out) as name:
        os.environ["XDG_DATA_HOME"] = name
        recording = args.out / "recording" if args.keep else Path(name, "recording")
        samples, labels_ms, summary, errors = play(args, recording)
        rows = read_frame_rows(recording, [])
        whole = examine(recording).is_whole
    with (args.out / "samples.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Sample)])
        writer.writeheader()
        writer.writerows(asdict(sample) for sample in samples)
    lost_pictures = sum(row.dropped for row in rows)
    missing = summary.frames_captured - len(rows) + lost_pictures - samples[-1].lost
    findings = verdict(samples, labels_ms, max(0, missing), whole)
    load = sum(s.load for s in samples) / len(samples)
    used = (samples[-1].cpu_s - samples[0].cpu_s) / (samples[-1].at_s - samples[0].at_s)
    stolen = sum(s.stolen for s in samples) / len(samples)
    title = f"{args.source}, {args.size}, {samples[-1].at_s / 3600:.2f} h"
    draw(samples, labels_ms, title, args.out / "soak.png")
    print(f"{title}; load {load:.1f} on {os.cpu_count()} cores, {used:.2f} used here, {stolen:.0%} taken by the host")
    print(f"{summary.frames_captured} frames captured, {len(rows)} recorded, {len(labels_ms)} predictions painted")
    for one in findings:
        print(f"  {'good' if one.good else 'BAD ':4}  {one.what:<55}{one.found}  (wanted: {one.wanted})")
    for error in errors:
        print(f"  error: {error!r}")
    return 0 if all(one.good for one in findings) and not errors else 1


if __name__ == "__main__":
    sys.exit(main())
