"""Makes continuous recordings with labels, to find and to judge decisions with: of prepared clips, or of the actor.

    python -m train.make_streams --data prepared/people --split persons --part test --minutes 10 --out streams
    python -m train.make_streams --simulated --minutes 10 --out streams
    python -m train.evaluate --stream streams --checkpoint people.safetensors --out report

A stream is of one person of one set: clips in random order, the pose held between them and taken over in half a second.
Where the poses are too far apart (somebody lies, then stands) the person leaves the view instead. The actor does the
demo's actions one after the other, everybody at a pace of their own, as the simulated sensor sees it. Files as PKU-MMD
has them: OUT/skeleton/*.txt, OUT/label/*.txt and OUT/labels.txt.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from train.data.prepared import Prepared
from train.data.splits import Sample
from train.data.strings import FEET, shift_to
from train.files import replace_file
from tsmf_live import command
from tsmf_live.actor.scene import Timeline
from tsmf_live.actor.sensor import observe
from tsmf_live.actor.subject import ACTIONS, IDLE
from tsmf_live.command import tell
from tsmf_live.frames import FRAME_RATE_HZ, UsageError
from tsmf_live.skeleton import JOINT_COUNT, SPINE_BASE
from tsmf_live.sources.pku import LABEL_WORD, SKELETON_WORD

CLIPS = 12  # of a stream, at most
HELD_S = (0.5, 1.5)  # before and after each clip
BRIDGE_FRAMES = 15
AWAY_FRAMES = 45  # long enough to be somebody new
FAR_M = 0.25  # poses whose spine bases are higher above the feet by more are not joined
SWAY_M = 0.003
ACTED_S, PAUSE_S = (3.0, 6.0), (0.5, 4.0)  # of the actor's actions, and between them
STREAM_S = 60.0  # of a simulated person


def height_m(pose: np.ndarray) -> float:
    """How high the spine base of a pose (25, 3) is above the lowest foot."""
    return float(pose[SPINE_BASE, 1] - pose[FEET, 1].min())


def held(pose: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A pose (25, 3) for a while, (T, 25, 3), swaying a little."""
    frames = int(rng.uniform(*HELD_S) * FRAME_RATE_HZ)
    return pose + np.cumsum(rng.normal(0, SWAY_M / 5, (frames, 1, 3)), axis=0)


def stream(
    prepared: Prepared, rows: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, list[tuple[int, int, int]]]:
    """Joints (T, 25, 3), zeros where nobody is there, and (class, first, past the last frame) of its actions.

    Args:
        rows: samples (N,) in the order in which they come.
    """
    idle = prepared.labels.index(IDLE) if IDLE in prepared.labels else -1
    parts: list[np.ndarray] = []
    segments, length = [], 0

    def add(joints: np.ndarray) -> None:
        nonlocal length
        parts.append(joints)
        length += len(joints)

    for i in map(int, rows):
        sample = prepared.samples[i]
        clip = prepared.joints(i)[sample.first_frame :, 0].astype(np.float64)
        if parts and abs(height_m(parts[-1][-1]) - height_m(clip[0])) > FAR_M:
            add(np.zeros((AWAY_FRAMES, JOINT_COUNT, 3)))
        elif parts:
            clip = clip + shift_to(clip, parts[-1][-1])
        before, after = held(clip[0], rng), held(clip[-1], rng)
        before = before + (clip[0] - before[-1])
        if parts and parts[-1][-1].any():
            share = np.linspace(0, 1, BRIDGE_FRAMES + 2)[1:-1, None, None]
            add(parts[-1][-1] * (1 - share) + before[0] * share)
        add(before)
        if sample.label != idle:
            segments.append((sample.label, length, length + len(clip)))
        add(clip)
        add(after)
    return np.concatenate(parts), segments


def acted(rng: np.random.Generator) -> tuple[np.ndarray, list[tuple[int, int, int]]]:
    """A stream of a new simulated person, as `stream` gives it; classes are numbers in ACTIONS."""
    actions = rng.permutation([label for label in ACTIONS if label != IDLE])[:CLIPS]
    action_s, idle_s = float(rng.uniform(*ACTED_S)), float(rng.uniform(*PAUSE_S))
    timeline = Timeline(rng, (float(rng.uniform(-1, 1)), 3.0), list(actions), action_s=action_s, idle_s=idle_s)
    frames = round(STREAM_S * FRAME_RATE_HZ)
    joints, _ = observe(timeline.joints(np.arange(frames) / FRAME_RATE_HZ), rng)
    segments = [
        (ACTIONS.index(label), round(start_s * FRAME_RATE_HZ), round(end_s * FRAME_RATE_HZ))
        for start_s, end_s, label in timeline.truth_until(STREAM_S)
        if label != IDLE and end_s < STREAM_S
    ]
    return joints, segments


def persons(prepared: Prepared, rows: np.ndarray) -> list[np.ndarray]:
    """The samples (N,) of each person of each set."""
    found: dict[tuple[int, int], list[int]] = {}
    for i in map(int, rows):
        sample: Sample = prepared.samples[i]
        found.setdefault((sample.setup, sample.subject), []).append(i)
    return [np.array(found[key]) for key in sorted(found)]


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = command.OneLineParser(
        prog="python -m train.make_streams",
        description=__doc__.split("\n")[0],
        epilog="example: python -m train.make_streams --data prepared/people --split persons --out streams",
    )
    add = parser.add_argument
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, metavar="FOLDER", help="prepared data (train.prepare)")
    what.add_argument("--simulated", action="store_true", help="the simulated actor instead")
    add("--split", default="persons", help="see train.teacher (default: persons)")
    add("--sets", metavar="NAME,...", help="of several: only these")
    add("--part", choices=("train", "test", "all"), default="test", help="of the split (default: test)")
    add("--minutes", type=float, default=10.0, metavar="M", help="at least so long in all (default: %(default)g)")
    add("--seed", type=int, default=0)
    add("--out", type=Path, required=True, metavar="FOLDER", help="new or empty")
    return parser.parse_args(arguments)


def chosen_people(args: argparse.Namespace, prepared: Prepared, rng: np.random.Generator) -> list[np.ndarray]:
    """The samples (N,) of each person that the options name, in random order.

    Raises:
        UsageError: no such set, or no samples.
    """
    every = np.arange(len(prepared))
    rows = every if args.part == "all" else prepared.split(args.split)[args.part == "test"]
    if args.sets is not None:
        wanted = args.sets.split(",")
        unknown = [name for name in wanted if name not in prepared.sets]
        if unknown:
            raise UsageError(f"--sets: expected some of {', '.join(prepared.sets) or 'none'}, got {unknown[0]}")
        rows = [i for i in rows if prepared.sets[prepared.samples[i].setup - 1] in wanted]
    if not len(rows):
        raise UsageError(f"--split {args.split}, --part {args.part}: expected samples there, found none; choose others")
    people = persons(prepared, np.asarray(rows))
    return [people[k] for k in rng.permutation(len(people))]


def main(arguments: list[str] | None = None) -> None:
    args = parse(arguments)
    if args.out.exists() and any(args.out.iterdir()):
        raise UsageError(f"--out {args.out}: expected a new or empty folder; choose another one")
    prepared = None if args.simulated else Prepared.open(args.data)
    rng = np.random.default_rng(args.seed)
    people = [] if prepared is None else chosen_people(args, prepared, rng)
    frames, count = 0, 0
    while frames < args.minutes * 60 * FRAME_RATE_HZ:
        person, again = divmod(count, len(people))[::-1] if people else (count, 0)
        if prepared is None:
            joints, segments = acted(rng)
        else:
            joints, segments = stream(prepared, rng.permutation(people[person])[:CLIPS], rng)
        name = f"p{person + 1:03d}_e{again + 1:02d}.txt"
        lines = np.concatenate([joints, np.zeros_like(joints)], axis=1).reshape(len(joints), -1)
        text = "".join(f"{label + 1},{first + 1},{past_last},2\n" for label, first, past_last in segments)
        replace_file(args.out / SKELETON_WORD / name, lambda new, lines=lines: np.savetxt(new, lines, fmt="%.4f"))
        replace_file(args.out / LABEL_WORD / name, lambda new, text=text: new.write_text(text, encoding="utf-8"))
        frames, count = frames + len(joints), count + 1
    names = "\n".join(ACTIONS if prepared is None else prepared.labels) + "\n"
    replace_file(args.out / "labels.txt", lambda new: new.write_text(names, encoding="utf-8"))
    whose = min(count, len(people)) if people else count
    tell(f"wrote {count} streams of {whose} persons, {frames / FRAME_RATE_HZ / 60:.1f} minutes")


if __name__ == "__main__":
    command.run(main)
