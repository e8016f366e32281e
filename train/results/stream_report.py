"""The report on labelled recordings: figures, by class too, a curve over thresholds, timelines, the worst misses."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

import numpy as np

from train.files import replace_file
from train.results.detection import MAIN_OVERLAP, Detection, false_events, figures, match
from train.results.report import STYLE, table, write_csv
from train.results.streams import Decided, Segment, Step, Stream, decide
from tsmf_live.frames import Event
from tsmf_live.nets.checkpoint import Spec

WORST = 12
SHOWN_BEFORE_S = 2.0  # a miss is played from so long before it
CURVE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
HEADER = (
    "decisions", "mAP@0.1", "mAP@0.3", "mAP@0.5", "mAP@0.7", "precision", "recall", "F1", "delay median s",
    "delay 90% s", "said at some time", "false events an hour", "label changes a minute", "events", "segments",
)  # fmt: skip
CLASSES = ("class", "segments", "found", "events", "average precision")
_WIDTH, _ROW = 1100, 18
_COLOURS = ("#1b7837", "#2166ac", "#b2182b", "#bbbbbb")  # right, truth, wrong, without label


def row(name: str, found: Detection) -> tuple[object, ...]:
    """A line of the table of figures."""
    values = (
        *found.mean_ap.values(), found.precision, found.recall, found.f1, *found.delay_s, found.said,
        found.false_per_hour, found.changes_per_minute,
    )  # fmt: skip
    return (name, *(f"{value:.3f}" if np.isfinite(value) else "-" for value in values), found.events, found.segments)


def arg_max(spec: Spec) -> Spec:
    """Settings under which the most probable class of each update is what is said."""
    return replace(spec, decisions={}, enter=0.0, leave=0.0, smoothing_s=0.0, min_duration_s=0.0)


def plain(spec: Spec) -> Spec:
    """Settings without anything of a class's own."""
    return replace(spec, decisions={})


def raised(spec: Spec, enter: float) -> Spec:
    """The settings with all thresholds moved so that the common one is `enter`."""

    def moved(value: float) -> float:
        odds = value * (1 - spec.enter) * enter / max((1 - value) * spec.enter * (1 - enter), 1e-9)
        return round(odds / (1 + odds), 4)

    own = {
        label: one | {name: moved(one[name]) for name in ("enter", "leave") if name in one}
        for label, one in spec.decisions.items()
    }
    return replace(spec, enter=moved(spec.enter), leave=moved(spec.leave), decisions=own)


def write(
    folder: Path, spec: Spec, about: Mapping[str, object], streams: Sequence[Stream], steps: Sequence[Sequence[Step]]
) -> list[str]:
    """Writes streams.csv, classes.csv, curve.csv, timelines and report.html; gives the lines for the screen.

    Args:
        spec: the checkpoint's. about: for the head of the report.
        steps: what streams.play gave of each stream.
    """
    variants = {"checkpoint": spec, "without lags and classes of their own": plain(spec), "arg-max": arg_max(spec)}
    decided = {name: [decide(one, played) for played in steps] for name, one in variants.items()}
    rows = []
    for group in sorted({stream.group for stream in streams}):
        own = [k for k, stream in enumerate(streams) if stream.group == group]
        for name, said in decided.items():
            rows.append(row(f"{group}: {name}", figures([streams[k] for k in own], [said[k] for k in own])))
    found = {name: figures(streams, said) for name, said in decided.items()}
    rows += [row(f"all: {name}", one) for name, one in found.items()]
    main, said = found["checkpoint"], decided["checkpoint"]
    classes = [
        (label, total, right, events, "" if total == 0 else f"{precision:.3f}")
        for label, (total, right, events, precision) in main.by_class.items()
    ]
    curve = [
        row(f"{enter:g}", figures(streams, [decide(raised(spec, enter), one) for one in steps])) for enter in CURVE
    ]
    write_csv(folder / "streams.csv", HEADER, rows)
    write_csv(folder / "classes.csv", CLASSES, classes)
    write_csv(folder / "curve.csv", ("enter", *HEADER[1:]), curve)
    parts = [
        "<!doctype html><meta charset=utf-8><title>Recordings with labels</title>",
        f"<style>{STYLE}</style><h1>Recordings with labels</h1>",
        table(("", ""), about.items()),
        table(HEADER, rows),
        f"<h2>By class, overlap {MAIN_OVERLAP:g}</h2>",
        table(CLASSES, classes),
        "<h2>Over thresholds (the common one; those of a class move with it)</h2>",
        table(("enter", *HEADER[1:]), curve),
        "<h2>Worst misses</h2>",
        table(("what", "from s", "to s", "play it"), worst(streams, said)),
        "<h2>Timelines: truth above what is said (green: right, red: wrong, grey: without label)</h2>",
        *(timeline(stream, one) for stream, one in zip(streams, said, strict=True)),
    ]
    replace_file(folder / "report.html", lambda new: new.write_text("\n".join(parts), encoding="utf-8"))
    return [summary(name, one) for name, one in found.items()]


def summary(name: str, found: Detection) -> str:
    """One line for the screen."""
    return (
        f"{name}: mAP@0.5 {found.mean_ap[MAIN_OVERLAP]:.3f}, F1 {found.f1:.3f} ({found.events} events, "
        f"{found.segments} segments), delay {found.delay_s[0]:.1f} s (90% {found.delay_s[1]:.1f}), "
        f"{found.false_per_hour:.0f} false events an hour of background, "
        f"{found.changes_per_minute:.1f} label changes a minute"
    )


def worst(streams: Sequence[Stream], decided: Sequence[Decided]) -> list[tuple[str, str, str, str]]:
    """The most certain false events, then the longest segments whose label no event has at all."""
    false, missed = [], []
    for stream, said in zip(streams, decided, strict=True):
        for event in false_events(match(stream, said.events, MAIN_OVERLAP)):
            text = f"{event.label} ({event.confidence:.0%}) where nothing is labelled"
            false.append((event.confidence, _miss(stream, text, event.start_s, event.end_s)))
        for part in stream.segments:
            if part.label is not None and not any(_touches(event, part) for event in said.events):
                row = _miss(stream, f"{part.label} is not found", part.start_s, part.end_s)
                missed.append((part.end_s - part.start_s, row))
    chosen = [sorted(one, key=lambda pair: -pair[0])[:WORST] for one in (false, missed)]
    return [line for part in chosen for _, line in part]


def _miss(stream: Stream, text: str, start_s: float, end_s: float) -> tuple[str, str, str, str]:
    """A row of the worst misses, with the command that plays that moment."""
    begin_s = math.floor(start_s - SHOWN_BEFORE_S)
    from_there = f" --start {begin_s}" if begin_s > 0 else ""
    play = f"python run_live.py --source {shlex.quote(str(stream.path))}{from_there}"
    return text, f"{start_s:.1f}", f"{end_s:.1f}", play


def _touches(event: Event, part: Segment) -> bool:
    return event.label == part.label and min(event.end_s, part.end_s) > max(event.start_s, part.start_s)


def timeline(stream: Stream, decided: Decided) -> str:
    """A drawing (SVG) of a stream's segments above its events."""
    right = {id(event) for event, k in match(stream, decided.events, MAIN_OVERLAP).hits if k is not None}
    spans = [
        (0, one.start_s, one.end_s, one.label or "", _COLOURS[1] if one.label else _COLOURS[3])
        for one in stream.segments
    ]
    spans += [
        (1, one.start_s, one.end_s, f"{one.label} {one.confidence:.0%}", _COLOURS[0 if id(one) in right else 2])
        for one in decided.events
    ]
    scale = _WIDTH / max(stream.length_s, 1e-6)
    drawn = "".join(
        f'<rect x="{start_s * scale:.1f}" y="{line * _ROW}" width="{max((end_s - start_s) * scale, 1):.1f}" '
        f'height="{_ROW - 3}" fill="{colour}"><title>{escape(text)} {start_s:.1f} to {end_s:.1f} s</title></rect>'
        f'<text x="{start_s * scale + 2:.1f}" y="{line * _ROW + 11}" font-size="10" fill="#fff">'
        f"{escape(text[: int((end_s - start_s) * scale / 6)])}</text>"
        for line, start_s, end_s, text, colour in spans
    )
    name = escape(f"{stream.group}/{stream.path.name}, {stream.length_s:.0f} s")
    return f'<p>{name}<br><svg width="{_WIDTH}" height="{2 * _ROW}" style="background:#eee">{drawn}</svg></p>'
