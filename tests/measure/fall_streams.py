"""Falls in recordings with labels: how many are found, how late, and how many are invented.

    python -m tests.measure.fall_streams FOLDER [--classes FILE] [--checkpoint FILE]

FOLDER as for train.evaluate --stream, skeleton texts; their segments "falling" may begin long before the descent
(somebody walks, then falls). The descent begins where the spine base starts on its fastest way down. Delays: from there
until "falling" is said. False falls: events "falling" that touch no such segment, per hour of everything else.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

from train import options
from train.results.streams import Segment, Stream, decide, labelled_streams, play
from tsmf_live.frames import FRAME_RATE_HZ, Event
from tsmf_live.live.weights import PEOPLE
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.skeleton import JOINT_COUNT, SPINE_BASE

FALLING = "falling"
AFTER_S = 3.0  # an event that begins so long after a segment's end is of it
SLOW_MPS = 0.15  # the descent begins where the spine base goes down no faster


def descent_s(stream: Stream, part: Segment) -> float:
    """When the descent of a segment begins, seconds."""
    rows = np.loadtxt(stream.path, usecols=range(JOINT_COUNT * 3), ndmin=2)
    first, last = (round(time_s * FRAME_RATE_HZ) for time_s in (part.start_s, part.end_s))
    height = rows[first:last].reshape(-1, JOINT_COUNT, 3)[:, SPINE_BASE, 1]
    window = np.ones(7) / 7
    speed = np.gradient(np.convolve(np.pad(height, 3, mode="edge"), window, "valid")) * FRAME_RATE_HZ
    fastest = int(speed.argmin())
    before = np.flatnonzero(speed[:fastest] > -SLOW_MPS)
    return part.start_s + (int(before[-1]) + 1 if len(before) else 0) / FRAME_RATE_HZ


def touches(event: Event, part: Segment) -> bool:
    """Whether an event can be of a segment."""
    return event.start_s <= part.end_s + AFTER_S and event.end_s >= part.start_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--checkpoint", type=Path, default=PEOPLE)
    options.add_classes(parser)
    args = parser.parse_args()
    model = TSMF.load(args.checkpoint, "cpu")
    found, falls, false, other_s, delays = 0, 0, [], 0.0, []
    for stream in tqdm(labelled_streams([args.folder], model.spec.labels, args.classes, args.names), disable=None):
        decided = decide(model.spec, play(model, stream.path))
        events = [event for event in decided.events if event.label == FALLING]
        parts = [part for part in stream.segments if part.label == FALLING]
        false += [(stream.path.name, event) for event in events if not any(touches(event, part) for part in parts)]
        other_s += stream.length_s - sum(part.end_s - part.start_s for part in parts)
        for part in parts:
            falls += 1
            found += any(touches(event, part) for event in events)
            begins_s = descent_s(stream, part)
            said = [
                t for t, labels in decided.said if begins_s - 0.5 <= t <= part.end_s + AFTER_S and FALLING in labels
            ]
            delays += [said[0] - begins_s] if said else []
    for name, event in false:
        print(f"false: {name} from {event.start_s:.1f} s to {event.end_s:.1f} s ({event.confidence:.0%})")
    late = (
        "-" if not delays else "{:.1f} s in the median, {:.1f} to {:.1f} s".format(*np.percentile(delays, [50, 10, 90]))
    )
    print(f"falls found {found} of {falls}, said {late} (10 to 90%) after the descent began")
    print(f"false falls: {len(false)} in {other_s / 60:.0f} minutes = {len(false) / other_s * 3600:.1f} an hour")


if __name__ == "__main__":
    main()
