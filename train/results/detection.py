"""How good events are beside labelled segments: overlap, average precision, F1, delay, false events, flicker.

An event is right if it has the label of a segment that it overlaps by at least a share (intersection over union), each
segment once, the most certain event first. An event that lies mostly in a segment without label does not count.

**Source:** PKU-MMD (Liu et al. 2017), section 5: mAP over classes at an overlap, precision made monotone; "false events
an hour" are those that touch no segment, per hour of time outside of all segments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from train.results.streams import Decided, Segment, Stream
from tsmf_live.frames import Event

OVERLAPS = (0.1, 0.3, 0.5, 0.7)
MAIN_OVERLAP = 0.5
LATE_S = 1.0  # a label that is first said this long after a segment's end still belongs to it
HOUR_S = 3600.0


@dataclass(frozen=True)
class Matched:
    """Events of one stream beside its truth at one overlap.

    Attributes:
        hits: (event, the segment's place or None) of each event that counts, the most certain first.
    """

    stream: Stream
    hits: tuple[tuple[Event, int | None], ...]


@dataclass(frozen=True)
class Detection:
    """Figures of several streams.

    Attributes:
        segments, events: that count.
        mean_ap: overlap -> mean over the classes of the truth, or NaN without any.
        precision, recall, f1: at MAIN_OVERLAP.
        delay_s: (median, 90%) from a segment's begin to its label being said, of those for whom it is said at all.
        said: share of segments whose label is said at some time.
        false_per_hour: of background; NaN without background.
        changes_per_minute: how often the label of a person changes.
        by_class: label -> (segments, found, events, average precision) at MAIN_OVERLAP.
    """

    segments: int
    events: int
    mean_ap: dict[float, float]
    precision: float
    recall: float
    f1: float
    delay_s: tuple[float, float]
    said: float
    false_per_hour: float
    changes_per_minute: float
    by_class: dict[str, tuple[int, int, int, float]]


def overlap(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Intersection over union of two spans (start, end)."""
    common = min(a[1], b[1]) - max(a[0], b[0])
    return max(0.0, common) / max(max(a[1], b[1]) - min(a[0], b[0]), 1e-9)


def match(stream: Stream, events: Iterable[Event], least: float) -> Matched:
    """The events of a stream beside its segments; `least`: the overlap that makes an event right."""
    taken: set[int] = set()
    hits = []
    for event in sorted(events, key=lambda one: -one.confidence):
        span = (event.start_s, event.end_s)
        found = [
            (overlap(span, (one.start_s, one.end_s)), k)
            for k, one in enumerate(stream.segments)
            if one.label == event.label and k not in taken
        ]
        share, k = max(found, default=(0.0, -1))
        if share >= least:
            taken.add(k)
            hits.append((event, k))
        elif not _mostly_unlabelled(event, stream.segments):
            hits.append((event, None))
    return Matched(stream, tuple(hits))


def _mostly_unlabelled(event: Event, segments: Sequence[Segment]) -> bool:
    length_s = event.end_s - event.start_s
    return any(
        one.label is None and min(event.end_s, one.end_s) - max(event.start_s, one.start_s) > 0.5 * length_s
        for one in segments
    )


def average_precision(hits: Sequence[tuple[float, bool]], total: int) -> float:
    """Of (confidence, right) of the events of one class; `total` segments there are, more than 0."""
    right = np.array([hit for _, hit in sorted(hits, key=lambda one: -one[0])], bool)
    if not len(right):
        return 0.0
    true, false = np.cumsum(right), np.cumsum(~right)
    precision = np.maximum.accumulate((true / (true + false))[::-1])[::-1]
    return float((np.diff(np.concatenate([[0.0], true / total])) * precision).sum())


def figures(streams: Sequence[Stream], decided: Sequence[Decided]) -> Detection:
    """Everything that is said of these streams beside their truth."""
    totals: dict[str, int] = {}
    for stream in streams:
        for one in stream.segments:
            if one.label is not None:
                totals[one.label] = totals.get(one.label, 0) + 1
    mean_ap, by_class = {}, {}
    matched: list[Matched] = []
    for least in OVERLAPS:
        parts = [match(stream, one.events, least) for stream, one in zip(streams, decided, strict=True)]
        rows: dict[str, list[tuple[float, bool]]] = {}
        for event, k in (hit for part in parts for hit in part.hits):
            rows.setdefault(event.label, []).append((event.confidence, k is not None))
        values = {label: average_precision(rows.get(label, []), total) for label, total in totals.items()}
        mean_ap[least] = float(np.mean(list(values.values()))) if values else float("nan")
        if least == MAIN_OVERLAP:
            matched = parts
            for label in sorted({*totals, *rows}):
                own = rows.get(label, [])
                found = sum(hit for _, hit in own)
                by_class[label] = (totals.get(label, 0), found, len(own), values.get(label, float("nan")))
    right = sum(found for _, found, _, _ in by_class.values())
    events, segments = sum(n for _, _, n, _ in by_class.values()), sum(totals.values())
    delays = [first_said(stream, one, k) for stream, one, k in _labelled(streams, decided)]
    known = [delay for delay in delays if delay is not None]
    background_s = sum(stream.background_s for stream in streams)
    minutes = sum(stream.length_s for stream in streams) / 60
    false = sum(len(false_events(part)) for part in matched)
    return Detection(
        segments,
        events,
        mean_ap,
        right / max(events, 1),
        right / max(segments, 1),
        2 * right / max(events + segments, 1),
        tuple(np.percentile(known, [50, 90]).tolist()) if known else (float("nan"), float("nan")),
        len(known) / max(segments, 1),
        false / background_s * HOUR_S if background_s > 0 else float("nan"),
        sum(map(changes, decided)) / minutes if minutes else float("nan"),
        by_class,
    )


def _labelled(streams: Sequence[Stream], decided: Sequence[Decided]) -> Iterable[tuple[Stream, Decided, int]]:
    for stream, one in zip(streams, decided, strict=True):
        yield from ((stream, one, k) for k, part in enumerate(stream.segments) if part.label is not None)


def false_events(matched: Matched) -> list[Event]:
    """The events that touch no segment, not even one without label."""
    return [
        event
        for event, k in matched.hits
        if k is None
        and not any(min(event.end_s, one.end_s) > max(event.start_s, one.start_s) for one in matched.stream.segments)
    ]


def first_said(stream: Stream, decided: Decided, number: int) -> float | None:
    """Seconds from a segment's begin until its label is said of anybody, or None if it never is."""
    part = stream.segments[number]
    for time_s, labels in decided.said:
        if part.start_s <= time_s <= part.end_s + LATE_S and part.label in labels:
            return time_s - part.start_s
    return None


def changes(decided: Decided) -> int:
    """How often what is said of the people changes from one update to the next."""
    sets = [frozenset(label for label in labels if label is not None) for _, labels in decided.said]
    return sum(a != b for a, b in pairwise(sets))
