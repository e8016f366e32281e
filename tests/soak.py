"""The real window with recording and inference, for hours or seconds: rates and delays; a PNG and a verdict.

    xvfb-run -s "-screen 0 1920x1080x24" python -m tests.soak --hours 1 --out soak
    ... --seconds 30 --stalls 3          and the GUI thread stands still for 5 s, three times
    ... --seconds 30 --no-recording

Without a display it is drawn into memory. Writes samples.csv (a row a second) and soak.png into --out. Exit code 1 if
the verdict is not good: capture kept the sensor's pace and dropped nothing, the recording lacks nothing and is whole.
From ten minutes on, and without stalls, also: memory grew by less than 1% after it had settled (five minutes), no
thread and no open file came on top, and the latency of the labels at the end (ten minutes, p99) is within 20% of that
after settling. The machine's load is noted: beside other work latency says little.

A label is painted when the picture with its prediction has been painted; the time counts from when the newest frame it
rests on was complete on this machine. The student's run takes longer than the teacher's; its image may end a few frames
earlier, and its time counts from there. Pictures a second leave out the time in which the GUI thread stood still.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import tsmf_live  # noqa: F401  before numpy: it says how many threads that may start
from tsmf_live.frames import FRAME_RATE_HZ

if TYPE_CHECKING:  # for types only: it brings Qt
    from tsmf_live.gui.paint_watch import PaintWatch

EVERY_S = 1.0
SETTLED_S, SPAN_S, MEMORY_SPAN_S = 300.0, 600.0, 60.0  # a span of a run that is shorter: half of what follows
LONG_S = 600.0  # from here on growth is judged
STALL_S = 5.0
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


def p99(times: list[tuple[float, float]], from_s: float, to_s: float) -> float:
    """Of the values that came between two times; NaN if none did."""
    import numpy as np

    inside = [ms for at_s, ms in times if from_s <= at_s < to_s]
    return float(np.percentile(inside, 99)) if inside else float("nan")


def losses(samples: list[Sample], missing: int, whole: bool) -> list[Finding]:
    """Whether anything was lost.

    Args:
        samples: in order of time.
        missing: frames and pictures that were captured and are not in the recording; whole: as `examine` finds it.
    """
    fps = (samples[-1].captured - samples[0].captured) / (samples[-1].at_s - samples[0].at_s)
    lost = samples[-1].lost + missing
    return [
        Finding("captured a second", f"{fps:.2f}", f"{PACE * FRAME_RATE_HZ:.1f}", fps >= PACE * FRAME_RATE_HZ),
        Finding("capture drops", f"{samples[-1].dropped}", "0", samples[-1].dropped == 0),
        Finding("recording losses", f"{lost}", "0", lost == 0),
        Finding("recording", "whole" if whole else "damaged", "whole", whole),
    ]


def growth(samples: list[Sample], labels_ms: list[tuple[float, float]]) -> list[Finding]:
    """What became more with time, in a run of LONG_S or more.

    Args:
        samples: in order of time; labels_ms: (seconds since the start, milliseconds) of each label that was painted.
    """
    import numpy as np

    end_s = samples[-1].at_s
    span_s = min(SPAN_S, (end_s - SETTLED_S) / 2)
    settled, last = ([s for s in samples if from_s <= s.at_s <= from_s + MEMORY_SPAN_S]
                     for from_s in (SETTLED_S, end_s - MEMORY_SPAN_S))  # fmt: skip
    memory = [float(np.median([s.memory_mb for s in some])) for some in (settled, last)]
    early_ms, late_ms = p99(labels_ms, SETTLED_S, SETTLED_S + span_s), p99(labels_ms, end_s - span_s, end_s + 1)
    more, change = memory[1] / memory[0] - 1, late_ms / early_ms - 1
    found = [
        Finding(
            f"memory after {SETTLED_S / 60:.0f} minutes, and at the end",
            f"{memory[0]:.0f} and {memory[1]:.0f} MB: {more:+.2%}",
            f"under {MEMORY_GROWTH:.0%}",
            more < MEMORY_GROWTH,
        ),
        Finding(
            f"label painted, p99 of {span_s / 60:.1f} minutes, early and late",
            f"{early_ms:.0f} and {late_ms:.0f} ms: {change:+.0%}",
            f"within {LATENCY_CHANGE:.0%}",
            abs(change) <= LATENCY_CHANGE,
        ),
    ]
    for name in ("handles", "threads"):
        before = max(getattr(s, name) for s in samples if s.at_s <= SETTLED_S)
        after = getattr(samples[-1], name)
        found.append(Finding(f"{name}, settled and at the end", f"{before} and {after}", "no more", after <= before))
    return found


class Sampler:
    """Looks at the run once a second, on a thread of its own, from `begin` on, and ends it when its time is over."""

    def __init__(self, run, watch, began_s: float, seconds: float) -> None:
        import psutil

        self._run, self._watch, self._began_s, self._seconds = run, watch, began_s, seconds
        self._process, self._psutil = psutil.Process(), psutil
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look_on, name="sampler", daemon=True)
        self.samples: list[Sample] = []
        self.opened: dict[str, float] = {}  # what each new handle was for, and when it was seen first (Linux)

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
            if len(self.samples) < 2 or self.samples[-1].handles > self.samples[-2].handles:
                for name in open_files():
                    self.opened.setdefault(name, self.samples[-1].at_s)
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


def open_files() -> list[str]:
    """What the process has open now, by name, the second of a name with "(2)"; none where the system does not tell."""
    folder, counts = Path("/proc/self/fd"), Counter()
    for number in os.listdir(folder) if folder.exists() else ():
        with suppress(OSError):  # closed since
            counts[os.readlink(folder / number)] += 1
    return [name if k == 1 else f"{name} ({k})" for name, count in counts.items() for k in range(1, count + 1)]


def figures(samples: list[Sample], watch: PaintWatch, stalled_s: float) -> Iterator[tuple[str, str]]:
    """How fast the window was, by name; nothing if it never painted two pictures."""
    import numpy as np

    if len(watch.pictures) < 2:
        return
    times_s = [at_s for at_s, _ in watch.pictures]
    shown_s = times_s[-1] - times_s[0] - stalled_s
    yield "pictures painted a second", f"{len(times_s) / shown_s:.1f}"
    yield "GUI thread, ms of CPU a second", f"{1e3 * watch.cpu_s / shown_s:.0f}"
    yield "longest time between two pictures", f"{1e3 * max(np.diff(times_s)):.0f} ms"
    span_s = samples[-1].at_s - samples[0].at_s
    for name in ("predictions", "skipped"):
        yield f"{name} a second", f"{(getattr(samples[-1], name) - getattr(samples[0], name)) / span_s:.1f}"
    for name, times in (("picture", watch.pictures), ("label", watch.labels), ("student's run", watch.students)):
        text = "{:.0f}, {:.0f}, {:.0f} ms".format(*np.percentile([ms for _, ms in times] or [np.nan], (50, 95, 99)))
        yield f"{name} painted: p50, p95, p99", text


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
    add("--seconds", type=float, help="instead of --hours")
    add("--stalls", type=int, default=0, help="how often the GUI thread stands still for 5 s, evenly over the run")
    add("--source", default="demo:seed=3,persons=2", help="anything that run_live.py takes; a recording is looped")
    add("--mode", choices=("window", "stream"), help="default: what the checkpoint was trained for")
    add("--checkpoint", type=Path, help="default: the one meant for the source")
    add("--size", default="1920x1080", help="of the window (default: 1920x1080)")
    add("--out", type=Path, default=Path("soak"), help="folder for samples.csv and soak.png (default: soak)")
    recording = parser.add_mutually_exclusive_group()
    recording.add_argument("--keep", action="store_true", help="keep the recording, too (about 25 MB a minute)")
    recording.add_argument("--no-recording", dest="record", action="store_false")
    return parser.parse_args()


def play(args: argparse.Namespace, seconds: float, recording: Path) -> tuple[Sampler, PaintWatch, object, list]:
    """Runs the program; what was seen, what was painted when (from its start), summary and errors."""
    from PyQt5.QtCore import QSettings, QTimer

    from tsmf_live.gui.paint_watch import Paintings, PaintWatch
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
        record=RecordPlan(TakeSettings(recording)) if args.record else None,
        inspect=True,
    )
    run = Pipeline(partial(open_source, args.source, aside=True), model, settings, [])
    watch, began_s = PaintWatch(), time.perf_counter()
    sampler = Sampler(run, watch, began_s, seconds)

    def begin(window) -> None:
        for number in range(args.stalls):
            QTimer.singleShot(round(1e3 * seconds * (number + 0.5) / args.stalls), partial(time.sleep, STALL_S))
        window.resize(*map(int, args.size.split("x")))
        watch.begin(window)
        sampler.begin()

    with application(refused=lambda why: sys.exit(f"tests.soak: no display: {why}")):
        QSettings.setPath(QSettings.IniFormat, QSettings.UserScope, os.environ["XDG_DATA_HOME"])
        run.start()
        run_window(run, quit_when_ended=True, begun=begin)
    sampler.end()
    summary, errors = run.finish()
    watch.pictures, watch.labels, watch.students = (
        Paintings((at_s - began_s, ms) for at_s, ms in times)
        for times in (watch.pictures, watch.labels, watch.students)
    )
    return sampler, watch, summary, errors


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
        seconds = args.seconds or args.hours * 3600
        sampler, watch, summary, errors = play(args, seconds, recording)
        samples = sampler.samples
        rows = read_frame_rows(recording, []) if args.record else []
        whole = not args.record or examine(recording).is_whole
    with (args.out / "samples.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Sample)])
        writer.writeheader()
        writer.writerows(asdict(sample) for sample in samples)
    lost_pictures = sum(row.dropped for row in rows)
    missing = summary.frames_captured - len(rows) + lost_pictures - samples[-1].lost if args.record else 0
    findings = losses(samples, max(0, missing), whole)
    if seconds >= LONG_S and not args.stalls:
        findings += growth(samples, watch.labels)
    load = sum(s.load for s in samples) / len(samples)
    used = (samples[-1].cpu_s - samples[0].cpu_s) / (samples[-1].at_s - samples[0].at_s)
    stolen = sum(s.stolen for s in samples) / len(samples)
    title = f"{args.source}, {args.size}, {samples[-1].at_s / 3600:.2f} h"
    draw(samples, watch.labels, title, args.out / "soak.png")
    print(f"{title}; load {load:.1f} on {os.cpu_count()} cores, {used:.2f} used here, {stolen:.0%} taken by the host")
    print(f"{summary.frames_captured} frames captured, {len(rows)} recorded, {len(watch.labels)} predictions painted")
    gaps = sum(after.sensor_time_s - row.sensor_time_s > 1.5 / FRAME_RATE_HZ for row, after in itertools.pairwise(rows))
    print(f"  {'':4}  {'times of recorded frames more than 1.5 frames apart':<55}{gaps}")
    for name, found in figures(samples, watch, STALL_S * args.stalls):
        print(f"  {'':4}  {name:<55}{found}")
    for one in findings:
        print(f"  {'good' if one.good else 'BAD ':4}  {one.what:<55}{one.found}  (wanted: {one.wanted})")
    for name, at_s in sampler.opened.items():
        if at_s > SETTLED_S:
            print(f"  {'':4}  open since {at_s:.0f} s: {name}")
    for error in errors:
        print(f"  error: {error!r}")
    return 0 if all(one.good for one in findings) and not errors else 1


if __name__ == "__main__":
    sys.exit(main())
