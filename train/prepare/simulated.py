"""The simulated benchmark: the demo actor's people in the layout of NTU RGB+D, the same for the same seed.

40 people, 3 cameras, 16 actions and idle; names, cross-subject and cross-view splits as NTU RGB+D has them. The three
cameras see one performance from three sides, 45 degrees apart, each in a room of its own; four people share a set-up.
Windows are not aligned with what happens in them, as live: an action's window ends 1.2 s or more after it began, so it
may begin in idle or in another action; half of idle's windows follow an action. A stated share of the scenes has a
second person, near or not, who does the same in their own way. What happened before the window is kept as context.

People are simulated by `tsmf_live.actor`, as in the live demo; results on this data are named as simulated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from train.data.splits import NTU_TRAIN_SUBJECTS, Sample
from train.prepare.bodies import Bodies, choose, completed, tracks
from train.prepare.footage import Clip, Footage, Skipped, fingerprint_of_actor
from tsmf_live.actor.picture import PaintedPerson, RoomPainter
from tsmf_live.actor.scene import Timeline
from tsmf_live.actor.sensor import observe
from tsmf_live.actor.subject import ACTIONS, IDLE, Subject
from tsmf_live.camera import project_to_color
from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.roi import ReadRegion

WINDOW_FRAMES = 90  # 3 s, the bundled checkpoint's
WINDOW_S = WINDOW_FRAMES / FRAME_RATE_HZ
STORY_S = 40.0  # long enough for two actions, and a change of posture between them
SEEN_S = 1.2  # what gives the window its name has gone on at least so long at the window's end
AFTER_FALL_S = 2.2  # idle: on the feet again
ACTION_S = (2.5, 7.0)
IDLE_S = (1.9, 4.0)  # between two actions; with SEEN_S at least a window
CAMERAS = (1, 2, 3)
SIDE_RAD = np.pi / 4  # between two cameras
TURN_RAD = 0.25  # a person faces the middle camera, up to this angle
NEAR_M, FAR_M = 2.5, 3.6
ASIDE = 0.3  # x / z of a person
PAIR_M = ((0.9, 1.4), (1.9, 2.4))  # between two persons: near (both in the student's picture), or not
SUBJECTS_PER_SETUP = 4
_TRIES = 16  # for a second person who does the same at the same time


class Item(NamedTuple):
    """One sample by its numbers, in the order of its name; action from 1."""

    setup: int
    camera: int
    subject: int
    replication: int
    action: int

    @property
    def name(self) -> str:
        """The name of the sample, as NTU RGB+D names its files."""
        return "S{:03d}C{:03d}P{:03d}R{:03d}A{:03d}".format(*self)


@dataclass(frozen=True)
class Scene:
    """What goes on before one camera: people, the window that is looked at, in frames since the scene began."""

    people: tuple[Timeline, ...]
    begin: int
    first: int
    end: int


class SimulatedReader:
    """See footage.Reader.

    Args:
        seed: of people, rooms and everything they do.
        repeats: clips of each person, camera and class.
        subjects: number of people.
        two_persons: share of the scenes with a second person.
        context: frames before the window, where there are as many.
    """

    kind = "simulated"
    labels = ACTIONS
    part_items = 2 * len(ACTIONS)
    spread = True
    has_pictures = True
    skipped: Sequence[Skipped] = ()

    def __init__(self, seed: int, repeats: int, subjects: int, two_persons: float, context: int) -> None:
        self._seed, self._subjects, self._two_persons, self._context = seed, subjects, two_persons, context
        people = range(1, subjects + 1)
        self.items = sorted(
            Item((person - 1) // SUBJECTS_PER_SETUP + 1, camera, person, replication, action)
            for person in people
            for camera in CAMERAS
            for replication in range(1, repeats + 1)
            for action in range(1, len(ACTIONS) + 1)
        )
        self.settings: dict[str, Any] = {
            "subjects": subjects,
            "repeats": repeats,
            "two_persons": two_persons,
            "context": context,
            "level": True,
        }

    def fingerprint(self) -> Iterable[str]:
        """See Reader. The actor's files are the source: another actor gives another benchmark."""
        yield from (item.name for item in self.items)
        yield from fingerprint_of_actor(Path(__file__))

    def own_splits(self, samples: Sequence[Sample]) -> dict[str, tuple[list[int], list[int]]]:
        """See Reader."""
        return {}

    def read(self, item: Item) -> Footage:
        """See Reader."""
        scene = self.scene(item)
        times_s = np.arange(scene.begin, scene.end) / FRAME_RATE_HZ
        truth = np.stack([person.joints(times_s) for person in scene.people])  # (M, T, 25, 3)
        rng = np.random.default_rng([self._seed, 3, *item])
        seen = [observe(joints, rng) for joints in truth]
        frames = len(times_s)
        joints, states = (np.concatenate([one[k] for one in seen]) for k in (0, 1))
        ids = np.repeat(np.arange(len(seen)), frames)
        bodies = Bodies(np.tile(np.arange(frames), len(seen)), ids, joints, states, project_to_color(joints), frames)
        persons = [np.flatnonzero(ids == m) for m in range(len(seen))]
        bodies = completed(bodies, persons)
        chosen = [persons[k] for k in choose(bodies, persons)]
        clip = Clip(
            item.name,
            item.action - 1,
            item.subject,
            item.camera,
            item.setup,
            item.replication,
            scene.first - scene.begin,
            0,
            *tracks(bodies, chosen, 0, frames),
        )
        room = 1000 * self._seed + 10 * item.setup + item.camera
        return Footage([clip], (), partial(_pictures, room, scene, truth))

    def scene(self, item: Item) -> Scene:
        """Who does what; the performance is the same for the three cameras, the place is not."""
        shared = np.random.default_rng([self._seed, 1, item.subject, item.replication, item.action])
        own = np.random.default_rng([self._seed, 2, *item])
        label = ACTIONS[item.action - 1]
        actions, settings = _draw_actions(label, shared)
        heading = float(shared.uniform(-TURN_RAD, TURN_RAD)) + (item.camera - 2) * SIDE_RAD
        accompanied = shared.random() < self._two_persons
        pair_m = float(shared.uniform(*PAIR_M[shared.integers(2)]))
        partner = self._partner(item.subject, shared)
        style, partner_style = (int(number) for number in shared.integers(2**31, size=2))
        share = float(shared.random())
        middle, z = float(own.uniform(-ASIDE, ASIDE)), float(own.uniform(NEAR_M, FAR_M))
        x = middle * z * (0.3 if accompanied else 1)

        def person(number: int, style: int, x: float) -> Timeline:
            subject = Subject.from_seed(10_000 * self._seed + number)
            rng = np.random.default_rng([self._seed, 4, style])
            return Timeline(rng, (x, z), actions, subject=subject, heading_rad=heading, **settings)

        first = person(item.subject, style, x - (pair_m / 2 if accompanied else 0))
        end_s = _window_end(first, label, share)
        people = [first]
        for attempt in range(_TRIES if accompanied else 0):
            second = person(partner, partner_style + attempt, x + pair_m / 2)
            if _does(second, label, end_s):
                people.append(second)
                break
        end = round(end_s * FRAME_RATE_HZ)
        return Scene(tuple(people), max(end - WINDOW_FRAMES - self._context, 0), end - WINDOW_FRAMES, end)

    def _partner(self, subject: int, rng: np.random.Generator) -> int:
        """Another person of the same side of the cross-subject split."""
        trains = subject in NTU_TRAIN_SUBJECTS
        others = [
            one for one in range(1, self._subjects + 1) if one != subject and (one in NTU_TRAIN_SUBJECTS) == trains
        ]
        return int(rng.choice(others)) if others else subject


def _draw_actions(label: str, rng: np.random.Generator) -> tuple[list[str], dict[str, float]]:
    """What a person does in turn such that `label` comes, and how long each takes."""
    action_s, idle_s = float(rng.uniform(*ACTION_S)), float(rng.uniform(*IDLE_S))
    others = [action for action in ACTIONS if action not in (IDLE, label)]
    before = others[rng.integers(len(others))]
    preceded = rng.random() < 0.5
    actions = [label]
    if preceded:
        actions = [before] if label == IDLE else [before, label]
    return actions, {"action_s": action_s, "idle_s": idle_s}


def _window_end(person: Timeline, label: str, share: float) -> float:
    """When the window ends: `share` of the way from SEEN_S after the wanted action began to its end."""
    before = None
    story = _story(person)
    for start_s, end_s, name in story:
        earliest_s = max(start_s + (AFTER_FALL_S if before == "falling" else SEEN_S), WINDOW_S)
        latest_s = min(end_s, max(start_s + ACTION_S[1], WINDOW_S + ACTION_S[1]))
        follows = before is not None or len(story) == 1  # the idle at the beginning follows no action
        if name == label and earliest_s < latest_s and (label != IDLE or follows):
            return earliest_s + share * (latest_s - earliest_s)
        before = name
    raise AssertionError(f"{label} does not come in {STORY_S} s")


def _story(person: Timeline) -> list[tuple[float, float, str]]:
    """(start_s, end_s, action) of the first STORY_S seconds, one entry for as long as one thing is done."""
    story: list[tuple[float, float, str]] = []
    for start_s, end_s, name in person.truth_until(STORY_S):
        if story and story[-1][2] == name:
            start_s = story.pop()[0]
        story.append((start_s, end_s, name))
    return story


def _does(person: Timeline, label: str, time_s: float) -> bool:
    """Whether that is what a person does at a time, and has done for SEEN_S."""
    return any(name == label and start_s + SEEN_S <= time_s <= end_s for start_s, end_s, name in _story(person))


@lru_cache(maxsize=2)  # a part's items are filmed in one room or two
def _painter(room: int) -> RoomPainter:
    return RoomPainter(room)


def _pictures(
    room: int, scene: Scene, truth: np.ndarray, frames: Sequence[int]
) -> Iterator[tuple[int, int, ReadRegion]]:
    """See Footage.pictures: painted where they are looked at, never as a whole."""
    painter = _painter(room)
    for frame in frames:
        time_s = (scene.begin + frame) / FRAME_RATE_HZ
        people = [
            PaintedPerson(person.subject, joints[frame], person.held(time_s), person.chair)
            for person, joints in zip(scene.people, truth, strict=True)
        ]
        yield (
            frame,
            frame,
            lambda x0, y0, x1, y1, people=people, time_s=time_s: painter.paint_region(people, time_s, (x0, y0, x1, y1)),
        )
