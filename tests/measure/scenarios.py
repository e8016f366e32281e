"""What the decisions make of scenes of the simulated actor, whose truth is known.

    python -m tests.measure.scenarios [--checkpoint FILE] [--only WORD,...] [--seeds N] [--idle-minutes M] [--window]

A row for each scene and way to decide: actions found (an event of the right person and label that overlaps by half),
other events, falls said of people who do not fall, label changes an action, the delay until an action is said (a fall:
from the descent), and how often a person's slot changed. Ways: the checkpoint's decisions, arg-max of every update, and
with --window the networks over a window every 0.1 s instead of the stream (takes far longer).

Joints alone, as pictures take longest by far: the scenes have actions that a skeleton can tell. People slide where they
cross: these weights have no walking.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from tests.measure.joints_source import FIRST_ID, JointsSource
from train.results.detection import overlap
from train.results.stream_report import arg_max
from train.results.streams import Decided, Step, decide, play
from tsmf_live import command
from tsmf_live.actor.scene import Timeline, cast
from tsmf_live.actor.sensor import observe
from tsmf_live.actor.subject import IDLE, Subject
from tsmf_live.actor.ward import ward_scene
from tsmf_live.frames import FRAME_RATE_HZ, Event
from tsmf_live.live.weights import DEMO
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.skeleton import JOINT_COUNT, LEGS, NOT_TRACKED, SPINE_BASE

FALLING = "falling"
FOUND = 0.5  # overlap
LATE_S = 1.0  # a label that is first said this long after an action's end still belongs to it
DESCENT_M = 0.05
COLUMNS = {
    "scene": -30, "decided by": -12, "found": 10, "others": 8, "false falls": 13, "changes": 9, "delay, 90%": 12,
    "moves": 7,
}  # fmt: skip
PLAIN = ("hand waving", "drink water", "headache", "chest pain", "sneeze/cough", "phone call")


class Action(NamedTuple):
    """What a person does; `begins_s`: from when it can be told."""

    person: int
    start_s: float
    end_s: float
    label: str
    begins_s: float


class Scene(NamedTuple):
    """joints (T, M, 25, 3), states (T, M, 25), tracking ids (T, M), and every how many frames one comes."""

    joints: np.ndarray
    states: np.ndarray
    ids: np.ndarray
    actions: list[Action]
    every: int = 1

    def source(self) -> JointsSource:
        """As a source."""
        times_s = np.arange(len(self.joints)) / FRAME_RATE_HZ
        return JointsSource(*(part[:: self.every] for part in (self.joints, times_s, self.states, self.ids)))


def scene_of(timelines: Sequence[Timeline], seconds: float, seed: int) -> Scene:
    """What these people do for so long, as the simulated sensor sees it."""
    times_s = np.arange(round(seconds * FRAME_RATE_HZ)) / FRAME_RATE_HZ
    joints, states, actions = [], [], []
    for person, timeline in enumerate(timelines):
        true = timeline.joints(times_s)
        seen, state = observe(true, np.random.default_rng([seed, person]))
        joints.append(seen)
        states.append(state)
        for start_s, end_s, label in timeline.truth_until(seconds):
            if label != IDLE and end_s < seconds:
                actions.append(Action(person, start_s, end_s, label, _begins_s(true, start_s, end_s, label)))
    ids = np.broadcast_to(FIRST_ID + np.arange(len(timelines)), (len(times_s), len(timelines)))
    return Scene(np.stack(joints, axis=1), np.stack(states, axis=1), ids.copy(), actions)


def _begins_s(true: np.ndarray, start_s: float, end_s: float, label: str) -> float:
    """When it can be told: a fall when the descent begins."""
    if label != FALLING:
        return start_s
    first, last = round(start_s * FRAME_RATE_HZ), round(end_s * FRAME_RATE_HZ)
    height_m = true[first:last, SPINE_BASE, 1]
    return start_s + int(np.argmax(height_m < height_m[0] - DESCENT_M)) / FRAME_RATE_HZ


def person(seed: int, x_m: float, actions: Sequence[str], action_s: float, idle_s: float, **more: object) -> Timeline:
    """Somebody 3 m away who does these actions."""
    rng = np.random.default_rng([77, seed, round(100 * x_m) + 1000])
    return Timeline(rng, (x_m, 3.0), actions, action_s=action_s, idle_s=idle_s, **more)


def long_idle(seed: int, minutes: float) -> Scene:
    """One person does nothing."""
    return scene_of([person(seed, 0.1, [IDLE], 20.0, 2.0)], 60 * minutes, seed)


def quick_succession(seed: int, minutes: float) -> Scene:
    """Actions of 3 s with nothing between."""
    return scene_of([person(seed, 0.0, PLAIN, 3.0, 0.5)], 45.0, seed)


def crossing(seed: int, minutes: float) -> Scene:
    """Two who act change places again and again, and the sensor exchanges their ids when they pass each other."""
    one = scene_of([person(seed, -1.0, PLAIN[:2], 4.0, 4.0), person(seed, 1.0, PLAIN[2:4], 4.0, 4.0)], 45.0, seed)
    phase = np.arange(len(one.joints)) / FRAME_RATE_HZ / 8.0
    there = np.clip(2.5 * np.abs((phase % 2) - 1) - 0.75, 0, 1)  # 1: at home, 0: at the other's place; 3 s on the way
    way = 2.0 * (3 * there**2 - 2 * there**3)
    one.joints[:, 0, :, 0] += (2.0 - way)[:, None]
    one.joints[:, 1, :, 0] -= (2.0 - way)[:, None]
    one.joints[:, 1, :, 2] += 0.7
    one.ids[way < 1.0] = one.ids[way < 1.0][:, ::-1]
    return one


def leaves_and_returns(seed: int, minutes: float) -> Scene:
    """Two, of whom each leaves for 6 s between actions and comes back under a new tracking id."""
    one = scene_of([person(seed, -0.8, PLAIN[:3], 4.0, 8.0), person(seed, 0.8, PLAIN[3:], 4.0, 8.0)], 48.0, seed)
    times_s = np.arange(len(one.joints)) / FRAME_RATE_HZ
    away = (times_s % 12 > 0.5) & (times_s % 12 < 6.5)
    stays = np.cumsum(np.diff(away.astype(int), prepend=0) == 1)
    one.joints[away] = 0
    one.ids[:] += 10 * stays[:, None]
    return one


def behind_the_bed(seed: int, minutes: float) -> Scene:
    """One person whose legs a bed hides, who falls behind it in the end."""
    one = scene_of([person(seed, 0.0, ("hand waving", "drink water", "chest pain", FALLING), 4.0, 3.0)], 40.0, seed)
    one.states[..., [joint for leg in LEGS for joint in leg[1:]]] = NOT_TRACKED
    return one


def shoe_and_fall(seed: int, minutes: float) -> Scene:
    """One ties shoes again and again, another one falls."""
    people = [person(seed, -0.9, ("wear a shoe",), 5.0, 3.0), person(seed, 0.9, (FALLING,), 6.0, 3.0)]
    return scene_of(people, 40.0, seed)


def sits_fast(seed: int, minutes: float) -> Scene:
    """One sits down as fast as anybody here, and stands up; another one falls."""
    subject = replace(Subject.from_seed(seed), speed=1.25)
    sits = person(seed, -0.9, ("sit down", "stand up"), 3.5, 3.0, subject=subject)
    return scene_of([sits, person(seed, 0.9, (FALLING,), 6.0, 3.0)], 40.0, seed)


def in_bed(seed: int, minutes: float) -> Scene:
    """Lying down, rising, getting out of bed, and no fall."""
    parts: list[np.ndarray] = []
    for number in range(100 * seed, 100 * seed + 100):
        joints, labels = ward_scene(number)
        if "lie down" in labels and FALLING not in labels:
            parts += [joints, np.zeros((45, JOINT_COUNT, 3), np.float32)]
        if len(parts) >= 8:
            break
    joints = np.concatenate(parts)[:, None]
    states = np.full(joints.shape[:3], 2, np.uint8)
    return Scene(joints, states, np.full(joints.shape[:2], FIRST_ID), [])


def dim_light(seed: int, minutes: float) -> Scene:
    """15 frames a second."""
    return scene_of([person(seed, 0.0, PLAIN, 4.0, 3.0)], 45.0, seed)._replace(every=2)


def six_persons(seed: int, minutes: float) -> Scene:
    """Six at once."""
    return scene_of(cast(seed, 6, PLAIN, action_s=4.0, idle_s=3.0), 25.0, seed)


SCENES: dict[str, Callable[[int, float], Scene]] = {
    "quick succession": quick_succession, "two cross, ids exchanged": crossing,
    "two leave and return": leaves_and_returns, "legs behind the bed": behind_the_bed,
    "ties a shoe beside a fall": shoe_and_fall, "sits down fast beside a fall": sits_fast, "lies in bed": in_bed,
    "dim light": dim_light, "six persons": six_persons, "long idle": long_idle,
}  # fmt: skip


class Figures(NamedTuple):
    """Of one scene or several; delays in seconds."""

    actions: int = 0
    found: int = 0
    others: int = 0
    false_falls: int = 0
    changes: int = 0
    moves: int = 0
    delays_s: tuple[float, ...] = ()

    def __add__(self, other: Figures) -> Figures:  # type: ignore[override]
        return Figures(*(a + b for a, b in zip(self, other, strict=True)))


def whose(scene: Scene, steps: Sequence[Step]) -> tuple[list[tuple[float, dict[int, int]]], int]:
    """At each update the person in each slot, and how often a person's slot changed.

    A person is told by place: ids may be exchanged.
    """
    at: list[tuple[float, dict[int, int]]] = []
    last: dict[int, int] = {}
    moves = 0
    for step in steps:
        if step is None:
            continue
        pose = step[0]
        frame = round(pose.sensor_time_s * FRAME_RATE_HZ)
        places = scene.joints[frame, :, SPINE_BASE]
        slots = {}
        for one in pose.persons:
            number = int(np.argmin(np.linalg.norm(places - one.body.joints[SPINE_BASE], axis=1)))
            slots[one.slot] = number
            moves += last.get(number, one.slot) != one.slot
            last[number] = one.slot
        at.append((pose.sensor_time_s, slots))
    return at, moves


def judge(scene: Scene, steps: Sequence[Step], decided: Decided) -> Figures:
    """What is said of a scene beside its truth."""
    at, moves = whose(scene, steps)
    of_event = [(event, _person_of(event, at)) for event in decided.events if event.slot is not None]
    taken: set[int] = set()
    found = 0
    for action in scene.actions:
        span = action.start_s, action.end_s
        good = [
            k
            for k, (event, number) in enumerate(of_event)
            if k not in taken
            and (event.label, number) == (action.label, action.person)
            and max(overlap((event.start_s, event.end_s), one) for one in (span, (action.begins_s, action.end_s)))
            >= FOUND
        ]
        found += bool(good)
        taken.update(good[:1])
    falls = [action for action in scene.actions if action.label == FALLING]
    false_falls = sum(
        event.label == FALLING
        and not any(a.person == number and event.start_s < a.end_s + LATE_S and event.end_s > a.start_s for a in falls)
        for event, number in of_event
    )
    said, changes = [], 0
    before: dict[int, str | None] = {}
    labels = [one for one in _labels(steps, decided)]
    for (time_s, slots), names in zip(at, labels, strict=True):
        now = {slots[slot]: label for slot, label in names.items() if slot in slots}
        changes += sum(label is not None and before.get(number) != label for number, label in now.items())
        before |= now
        said.append((time_s, now))
    delays = []
    for action in scene.actions:
        first = next((t for t, now in said if action.begins_s <= t <= action.end_s + LATE_S
                      and now.get(action.person) == action.label), None)  # fmt: skip
        delays += [] if first is None else [first - action.begins_s]
    return Figures(len(scene.actions), found, len(of_event) - len(taken), false_falls, changes, moves, tuple(delays))


def _labels(steps: Sequence[Step], decided: Decided) -> list[dict[int, str | None]]:
    """At each update the label in each slot."""
    poses = [step[0] for step in steps if step is not None]
    return [
        dict(zip((one.slot for one in pose.persons), labels, strict=True))
        for pose, (_, labels) in zip(poses, decided.said, strict=True)
    ]


def _person_of(event: Event, at: Sequence[tuple[float, dict[int, int]]]) -> int | None:
    """Whose slot it was during an event, most of the time."""
    counts = Counter(
        slots[event.slot] for t, slots in at if event.start_s <= t <= event.end_s + 0.1 and event.slot in slots
    )
    return counts.most_common(1)[0][0] if counts else None


def line(name: str, how: str, found: Figures) -> str:
    """A row of the table."""
    share = f"{found.found} of {found.actions}" if found.actions else "-"
    changes = f"{found.changes / found.actions:.1f}" if found.actions else f"({found.changes})"
    delay = "{:.1f}, {:.1f}".format(*np.percentile(found.delays_s, [50, 90])) if found.delays_s else "-"
    others = found.others, found.false_falls
    return command.in_columns(COLUMNS, name, how, share, *others, changes, delay, found.moves)


def ways(spec: Spec, window: bool) -> dict[str, tuple[Spec, Spec]]:
    """Name of a way to decide: the settings that the networks run with, and those that decide."""
    found = {"decisions": (spec, spec), "arg-max": (spec, arg_max(spec))}
    return found | ({"window": (replace(spec, mode="window"), spec)} if window else {})


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = command.OneLineParser(prog="python -m tests.measure.scenarios", description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("--checkpoint", type=Path, default=DEMO, metavar="FILE", help="default: the bundled weights of the simulation")
    add("--only", default="", metavar="WORD,...", help="only scenes whose names hold one of these")
    add("--seeds", type=int, default=3, metavar="N", help="of each scene (default: 3)")
    add("--idle-minutes", type=float, default=30.0, metavar="M", help="of the long idle, once (default: 30)")
    add("--window", action="store_true", help="also the window mode")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    args = parse(arguments)
    model = TSMF.load(args.checkpoint, "cpu")
    print(command.in_columns(COLUMNS), flush=True)
    totals: dict[str, Figures] = {}
    for name, make in SCENES.items():
        if not any(word in name for word in args.only.split(",")):
            continue
        sums: dict[str, Figures] = {}
        for seed in tqdm(range(1, 2 if name == "long idle" else args.seeds + 1), desc=name, leave=False, disable=None):
            scene = make(seed, args.idle_minutes)
            played: dict[str, list[Step]] = {}
            for how, (runs, decides) in ways(model.spec, args.window).items():
                if runs.mode not in played:
                    before, model.spec = model.spec, runs
                    played[runs.mode] = play(model, scene.source())
                    model.spec = before
                found = judge(scene, played[runs.mode], decide(decides, played[runs.mode]))
                sums[how] = sums.get(how, Figures()) + found
        for how, found in sums.items():
            print(line(name, how, found), flush=True)
            totals[how] = totals.get(how, Figures()) + found
    for how, found in totals.items():
        print(line("all", how, found))


if __name__ == "__main__":
    command.run(main)
