"""Finds when actions begin and end: thresholds, smoothing, lags and repetitions, from labelled recordings.

    python -m train.decisions --checkpoint teacher.safetensors --streams FOLDER --names s01,s02 --out new.safetensors

The networks stay as they are. Thresholds and smoothing are those under which the events fit the labels best, and few
are said where nothing is labelled; a class with enough segments may have its own. A class lags by the median of what
its events begin and end later than its segments. A class of which several follow each other at once may be cut into
repetitions (live.repetitions). Judge the result on other people (train.evaluate --stream).
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from train import options
from train.files import replace_file
from train.results.detection import MAIN_OVERLAP, Detection, figures
from train.results.streams import Decided, Step, Stream, decide, labelled_streams, play
from tsmf_live import command
from tsmf_live.command import tell
from tsmf_live.frames import Event, UsageError
from tsmf_live.live.decision import Decider
from tsmf_live.live.descent import Descents
from tsmf_live.live.inference import is_warming
from tsmf_live.live.repetitions import AllRepetitions, Repetitions
from tsmf_live.nets import checkpoint
from tsmf_live.nets.checkpoint import LEAST_ENTER, ClassDecision, Spec
from tsmf_live.nets.tsmf import TSMF

ENTER = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
LEAVE_SHARES = (0.4, 0.7)  # of enter
VALLEYS = (0.4, 0.5, 0.6)
ONLY = LAGS, REPETITIONS = "lags", "repetitions"
KEPT_LEAVE = 0.4  # of the enter of a class whose threshold is given
SMOOTHING_S = (0.0, 0.2, 0.4)
LEAST_SEGMENTS = 5  # of a class that gets its own threshold
LEAST_FOR_LAGS = 3
AT_ONCE_S = 1.0  # from one segment to the next of its class
THINNED = 2  # settings are tried on every second update
FALSE_PER_HOUR = 20.0  # that cost nothing
PRICE = 0.2  # of a hundred false events more an hour, beside F1 + mAP


def score(found: Detection, most_false: float) -> float:
    """What is made as large as possible: F1 + mAP at MAIN_OVERLAP, less what false events in the background cost."""
    false = found.false_per_hour if np.isfinite(found.false_per_hour) else 0.0
    return found.f1 + found.mean_ap[MAIN_OVERLAP] - PRICE * max(0.0, false - most_false) / 100


class PersonLine(NamedTuple):
    """What is known of one person of a stream.

    repetitions: how they moved.
    updates: (seconds, probabilities, whether it is too early to tell, how far they have come down in metres).
    """

    slot: int
    repetitions: Repetitions
    updates: list[tuple[float, np.ndarray, bool, float]]


def person_lines(spec: Spec, steps: Sequence[Step]) -> list[PersonLine]:
    """The persons of a stream, each from coming into view until they are lost, with every second update."""
    lines: list[PersonLine] = []
    now: dict[tuple[int, int], PersonLine] = {}
    descents, repetitions = Descents(spec), AllRepetitions()
    for k, step in enumerate(steps):
        if step is None:
            now.clear()
            descents, repetitions = Descents(spec), AllRepetitions()
            continue
        pose, reading = step
        descents_m = descents.look(pose)
        repetitions.look(pose)
        if k % THINNED:
            continue
        for one in reading.persons:
            key = (one.slot, one.epoch)
            if key not in now:
                now[key] = PersonLine(one.slot, repetitions.of(key), [])
                lines.append(now[key])
            warming, descent_m = is_warming(one.frames, spec), descents_m.get(key, 0.0)
            now[key].updates.append((pose.sensor_time_s, one.probabilities, warming, descent_m))
    return lines


def quick(spec: Spec, lines: Sequence[PersonLine]) -> Decided:
    """As streams.decide, but for each person alone, and much faster: for trying settings."""
    events, said = [], []
    for line in lines:
        decider = Decider(spec, line.slot, line.repetitions)
        for now_s, probabilities, warming, descent_m in line.updates:
            decision = decider.update(now_s, probabilities, warming, descent_m=descent_m)
            said.append((now_s, (decision.label,)))
        decider.finish(decider.last_s)
        events += decider.finished
    return Decided(tuple(events), tuple(said))


def judged(spec: Spec, streams: Sequence[Stream], lines: Sequence[Sequence[PersonLine]]) -> Detection:
    """The figures of these settings, each person alone."""
    return figures(streams, [quick(spec, one) for one in lines])


def with_lags(spec: Spec, streams: Sequence[Stream], lines: Sequence[Sequence[PersonLine]]) -> Spec:
    """The settings with the lag of each class; one that is seen too rarely has the median of the others."""
    plain = replace(spec, decisions=_without(spec.decisions, "begin_lag_s", "end_lag_s"))
    whole = replace(plain, decisions=_without(plain.decisions, "valley"))
    late: dict[str, list[tuple[float, float]]] = {}
    for stream, one in zip(streams, lines, strict=True):
        events = quick(whole, one).events
        for part in stream.segments:
            own = [event for event in events if event.label == part.label and _meets(event, part.start_s, part.end_s)]
            if own:
                event = max(own, key=lambda one: one.confidence)
                late.setdefault(event.label, []).append((event.start_s - part.start_s, event.end_s - part.end_s))
    lags = {label: np.median(rows, axis=0) for label, rows in late.items() if len(rows) >= LEAST_FOR_LAGS}
    if not lags:
        return plain
    usual = np.median(np.array(list(lags.values())), axis=0)
    decisions = {}
    for label in spec.labels:
        if label != spec.idle:
            begin, end = (round(float(max(0.0, lag)), 2) for lag in lags.get(label, usual))
            decisions[label] = plain.decisions.get(label, {}) | {"begin_lag_s": begin, "end_lag_s": end}
    return replace(plain, decisions=decisions)


def _without(decisions: dict[str, dict[str, float]], *names: str) -> dict[str, dict[str, float]]:
    return {label: {name: own[name] for name in own if name not in names} for label, own in decisions.items()}


def with_repetitions(
    spec: Spec, streams: Sequence[Stream], lines: Sequence[Sequence[PersonLine]], most_false: float
) -> Spec:
    """The settings in which events of the classes that are better so are cut into repetitions.

    Tried for classes whose segments often follow one another at once.
    """
    best = replace(spec, decisions=_without(spec.decisions, "valley"))
    highest = score(judged(best, streams, lines), most_false)
    pairs = (pair for stream in streams for pair in pairwise(stream.segments))
    again = Counter(b.label for a, b in pairs if a.label == b.label and b.start_s - a.end_s <= AT_ONCE_S)
    for label in [label for label, count in again.items() if label is not None and count >= LEAST_SEGMENTS]:
        for valley in VALLEYS:
            own = best.decisions.get(label, {}) | {"valley": valley}
            one = replace(best, decisions=best.decisions | {label: own})
            reached = score(judged(one, streams, lines), most_false)
            if reached > highest + 1e-3:
                best, highest = one, reached
    return best


def _meets(event: Event, start_s: float, end_s: float) -> bool:
    """Whether an event, which may come late, can be of a segment."""
    return min(event.end_s, end_s + 1.0) > max(event.start_s, start_s)


def kept_settings(spec: Spec, keep: Sequence[tuple[str, float]]) -> dict[str, dict[str, float]]:
    """Class -> settings that are given: "falling" or "falling.enter" is its threshold, "falling.descent_m" and so on.

    The class ends at KEPT_LEAVE of the lowest threshold at which it can begin, unless that is given, too.

    Raises:
        UsageError: no such class, or numbers that cannot be.
    """
    kept: dict[str, dict[str, float]] = {}
    for name, number in keep:
        label, _, setting = name.rpartition(".")
        if setting not in ClassDecision._fields:
            label, setting = name, "enter"
        if label not in spec.labels:
            raise UsageError(f"--keep {name}: expected one of the classes {', '.join(spec.labels)}")
        kept.setdefault(label, {})[setting] = number
    for own in kept.values():
        own.setdefault("enter", spec.enter)
        lowest = min(own["enter"], LEAST_ENTER) if own.get("descent_m") else own["enter"]
        own.setdefault("leave", round(KEPT_LEAVE * lowest, 3))
    try:
        replace(spec, decisions=kept)
    except ValueError as error:
        raise UsageError(f"--keep: {error}") from error
    return kept


def fit(
    spec: Spec,
    streams: Sequence[Stream],
    steps: Sequence[Sequence[Step]],
    most_false: float,
    keep: Sequence[tuple[str, float]] = (),
    only: str | None = None,
) -> Spec:
    """The settings that are best on these streams.

    Args:
        keep: settings of classes that are given, because missing them costs more than a false event; see kept_settings.
        only: one of ONLY: all else stays.

    Raises:
        UsageError: no such class.
    """
    kept = kept_settings(spec, keep)
    own = {label: spec.decisions.get(label, {}) | kept.get(label, {}) for label in {**spec.decisions, **kept}}
    spec = replace(spec, decisions=kept if only is None else own)
    lines = [person_lines(spec, one) for one in steps]
    if only == LAGS:
        return with_lags(spec, streams, lines)
    if only == REPETITIONS:
        return with_repetitions(spec, streams, lines, most_false)
    common = [
        replace(spec, enter=enter, leave=round(share * enter, 3), smoothing_s=smoothing_s)
        for enter in ENTER
        for share in LEAVE_SHARES
        for smoothing_s in SMOOTHING_S
    ]
    tried = [with_lags(one, streams, lines) for one in tqdm(common, desc="thresholds", disable=None)]
    scores = [score(judged(one, streams, lines), most_false) for one in tried]
    best, highest = tried[int(np.argmax(scores))], max(scores)
    counts = {label: row[0] for label, row in judged(best, streams, lines).by_class.items()}
    often = [label for label, count in counts.items() if count >= LEAST_SEGMENTS and label not in kept]
    for label in tqdm(often, desc="thresholds of a class", disable=None):
        for enter in ENTER:
            own = best.decisions.get(label, {}) | {"enter": enter, "leave": round(enter * best.leave / best.enter, 3)}
            one = with_lags(replace(best, decisions=best.decisions | {label: own}), streams, lines)
            reached = score(judged(one, streams, lines), most_false)
            if reached > highest + 1e-3:
                best, highest = one, reached
    return with_repetitions(best, streams, lines, most_false)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = command.OneLineParser(
        prog="python -m train.decisions",
        description=__doc__.split("\n")[0],
        epilog="example: python -m train.decisions --checkpoint old.safetensors --streams STUDY --out new.safetensors",
    )
    add = parser.add_argument
    add("--checkpoint", type=Path, required=True, metavar="FILE", help="a .safetensors file of this program")
    add("--streams", type=Path, nargs="+", required=True, metavar="FOLDER", help="labelled: sessions, or as PKU-MMD")
    options.add_classes(parser)
    add(
        "--keep",
        type=options.named_number,
        nargs="*",
        default=(),
        metavar="NAME[.SETTING]=X",
        help="settings that are given: falling=0.5 (its enter), falling.descent_m=0.1",
    )
    add(
        "--false-per-hour",
        type=float,
        default=FALSE_PER_HOUR,
        metavar="N",
        help="cost nothing (default: %(default)g)",
    )
    add("--only", choices=ONLY, help="all else stays as it is")
    add("--out", type=Path, required=True, metavar="FILE", help="the same networks with the new settings")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    args = parse(arguments)
    model = TSMF.load(args.checkpoint, "cpu")
    kept_settings(model.spec, args.keep)  # before minutes of playing
    streams = labelled_streams(args.streams, model.spec.labels, args.classes, args.names)
    steps = [play(model, one.path) for one in tqdm(streams, desc="playing", unit="stream", disable=None)]
    best = fit(model.spec, streams, steps, args.false_per_hour, args.keep, args.only)
    replace_file(args.out, lambda new: checkpoint.with_settings(args.checkpoint, best, new))
    for name, spec in (("before", model.spec), ("now", best)):
        found = figures(streams, [decide(spec, one) for one in steps])
        tell(
            f"{name}: enter {spec.enter:g}, leave {spec.leave:g}, smoothing {spec.smoothing_s:g} s: mAP "
            f"{found.mean_ap[MAIN_OVERLAP]:.3f}, F1 {found.f1:.3f}, {found.false_per_hour:.0f} false events an hour"
        )
    for label, own in best.decisions.items():
        tell(f"  {label}: " + ", ".join(f"{name} {value:g}" for name, value in own.items()))
    tell(f"wrote {args.out}; judge it on other people: python -m train.evaluate --stream ...")


if __name__ == "__main__":
    command.run(main)
