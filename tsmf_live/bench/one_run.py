"""One run of the whole program in a process of its own, measured; prints one JSON object. Started by end_to_end.

python -m tsmf_live.bench.one_run SESSION --seconds 30 --window --record DIR --mode stream
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np

from tsmf_live import command
from tsmf_live.command import OneLineParser
from tsmf_live.frames import Event, Prediction
from tsmf_live.gui.paint_watch import PaintWatch
from tsmf_live.live.launcher import choose_stream, prepare_process
from tsmf_live.live.output_lines import Output, Summary
from tsmf_live.live.pipeline import Pipeline, RunSettings
from tsmf_live.live.weights import weights_for
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.recording.examine import examine
from tsmf_live.recording.folder import TakeSettings
from tsmf_live.recording.recorder import RecordPlan
from tsmf_live.recording.tables import read_frame_rows
from tsmf_live.sources.open import open_source

SETTLE_S = 6.0  # from the first prediction: until then everything is done for the first time


class Told(Output):
    """Hears every prediction; notes what the program has used when it has settled, and with the newest one.

    Attributes:
        latencies_ms: of each settled prediction, from when its frame was complete to when it was made.
        marks: (host time, frames captured, CPU seconds by stage) when settled, and now.
    """

    def __init__(self, watch: PaintWatch) -> None:
        self._watch, self._first_s = watch, None
        self.run: Pipeline
        self.latencies_ms: list[float] = []
        self.student_ms = 0.0
        self.marks: list[tuple[float, int, dict[str, float]]] = []

    def emit(self, item: Prediction | Event | Summary) -> None:
        """See Output."""
        if not isinstance(item, Prediction):
            return
        now_s = time.perf_counter()
        self._first_s = self._first_s or now_s
        if now_s - self._first_s < SETTLE_S:
            return
        used = self.run.cpu_s() | {"window": self._watch.cpu_s, "all": time.process_time()}
        self.marks[1:] = [(now_s, self.run.view().health[0].count, used)]
        if len(self.marks) == 1:
            self.marks *= 2
        self.latencies_ms.append(item.latency_ms["total"])
        self.student_ms += item.latency_ms["student"] or 0.0


def percentiles(values: list[float]) -> list[float | None]:
    """p50, p95 and p99."""
    return [float(v) for v in np.percentile(values, (50, 95, 99))] if values else [None] * 3


def figures(run: Pipeline, told: Told, watch: PaintWatch, summary: Summary, recording: Path | None) -> dict:
    """What came of a run, by name."""
    if len(told.marks) < 2 or told.marks[1][0] == told.marks[0][0]:
        return {"errors": [*summary.errors, "no prediction came after it had settled"]}
    (from_s, frames_before, cpu_before), (to_s, frames, cpu) = told.marks
    seconds = to_s - from_s
    cores = {name: (cpu[name] - cpu_before[name]) / seconds for name in cpu}
    cores["other"] = cores["all"] - sum(share for name, share in cores.items() if name != "all")  # encoder, decoder, Qt
    lost = summary.frames_dropped
    if recording is not None:
        rows = read_frame_rows(recording, [])
        lost += summary.frames_captured - len(rows) + sum(row.dropped for row in rows)
        lost += not examine(recording).is_whole
    return {
        "seconds": seconds,
        "fps": (frames - frames_before) / seconds,
        "predictions_a_second": len(told.latencies_ms) / seconds,
        "said_ms": percentiles(told.latencies_ms),
        "picture_ms": percentiles([ms for at_s, ms in watch.pictures if from_s <= at_s <= to_s]),
        "label_ms": percentiles([ms for at_s, ms in watch.labels if from_s <= at_s <= to_s]),
        "student_cores": told.student_ms / 1e3 / seconds,
        "cores": cores,
        "lost": lost,
        "skipped": summary.updates_skipped,
        "errors": list(summary.errors),
        "warnings": list(summary.warnings),
    }


def parse() -> argparse.Namespace:
    parser = OneLineParser(prog="python -m tsmf_live.bench.one_run", description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("source", metavar="SESSION", help="a recorded session, looped")
    add("--seconds", type=float, default=30.0)
    add("--mode", choices=("window", "stream"))
    add("--window", action="store_true", help="with the window, 1920x1080")
    add("--record", type=Path, metavar="DIR")
    return parser.parse_args()


def main() -> int:
    args = parse()
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    prepare_process()
    weights = weights_for(args.source)
    model = TSMF.load(weights.path)
    settings = RunSettings(
        source_name=Path(args.source).name,
        source=args.source,
        duration_s=SETTLE_S + args.seconds,
        loop=True,
        stream=choose_stream(args.mode, model.spec),
        checkpoint_name=weights.path.name,
        record=RecordPlan(TakeSettings(args.record)) if args.record else None,
        inspect=args.window,
    )
    watch = PaintWatch()
    told = Told(watch)
    run = told.run = Pipeline(partial(open_source, args.source, aside=True), model, settings, [told])
    gc.freeze()
    if args.window:
        show(run, watch)
    else:
        run.start()
        while not run.wait(0.5):
            pass
    summary, errors = run.finish()
    print(json.dumps(figures(run, told, watch, summary, args.record)))
    return 1 if errors else 0


def show(run: Pipeline, watch: PaintWatch) -> None:
    """The run in the window, until it ends; the user's own settings are not touched."""
    from tsmf_live.gui.show import application, run_window

    def begin(window) -> None:
        window.resize(1920, 1080)
        watch.begin(window)

    with tempfile.TemporaryDirectory() as home:
        os.environ.update(XDG_CONFIG_HOME=home, XDG_DATA_HOME=home)
        with application(refused=lambda why: sys.exit(f"no window can be shown: {why}")):
            run.start()
            run_window(run, quit_when_ended=True, begun=begin)


if __name__ == "__main__":
    command.run(main)
