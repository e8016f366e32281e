"""Scenes of the simulated actor as samples for teachers of real people: skeletons only, each action a sample.

    "actor"  the demo's people, who do three things one after the other
    "ward"   what a ward shows (tsmf_live.actor.ward): falls of all kinds, lying down, rising, bending

They add what the recordings of real people lack. Labels are true frame by frame; what came before an action is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from train.data.splits import Sample
from train.prepare.footage import Clip, Footage, Skipped, fingerprint_of_actor
from tsmf_live.actor.scene import Timeline
from tsmf_live.actor.sensor import observe
from tsmf_live.actor.subject import ACTIONS, EXTRA_ACTIONS, IDLE, LOOK_ALIKES
from tsmf_live.actor.ward import WARD_LABELS, ward_scene
from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.skeleton import SPINE_BASE, TRACKED

#: What the actor's actions are called among the everyday actions; the others have the same name, or count as idle.
_NAMES = {"kicking": "kick", "squatting": "squat", "sneeze/cough": "cough"} | dict.fromkeys(
    (*LOOK_ALIKES, "eat meal"), IDLE
)
_ACTED = tuple(one for one in (*ACTIONS, *EXTRA_ACTIONS) if one != IDLE)
#: The classes that scenes hold.
SCENE_CLASSES = frozenset({_NAMES.get(one, one) for one in _ACTED} | set(WARD_LABELS))
_MOVES = ("falling", "sit down", "stand up")  # for these the truth also covers the rest before and after the movement
_AFTER_FALL_FRAMES, _AFTER_FRAMES = 30, 8
_MOVING_M = 0.012  # of the spine base in a frame
_SHORTEST_FRAMES = 8


class SceneReader:
    """See footage.Reader; an item is a scene's number.

    Args:
        kind: one of SIMULATED.
        count: scenes.
        seed: of everything.
        labels: names of the classes; what is named otherwise is left out.
        context: frames kept before each action.
    """

    part_items = 50
    spread = True
    has_pictures = False

    def __init__(self, kind: str, count: int, seed: int, labels: Sequence[str], context: int) -> None:
        self.kind, self.labels = kind, tuple(labels)
        self._seed, self._context = seed, context
        self.items = range(count)
        self.skipped: Sequence[Skipped] = ()
        self.settings: dict[str, Any] = {f"{kind} scenes": count, "seed": seed}

    def fingerprint(self) -> Iterable[str]:
        """See Reader. The actor is the source."""
        yield from fingerprint_of_actor(Path(__file__))

    def own_splits(self, samples: Sequence[Sample]) -> dict[str, tuple[list[int], list[int]]]:
        """See Reader."""
        return {}

    def read(self, item: int) -> Footage:
        """See Reader."""
        joints, truth = self._acted(item) if self.kind == "actor" else ward_scene(1_000_003 * self._seed + item)
        clips = []
        for number, (first, last, name) in enumerate(_runs(truth), 1):
            if name in self.labels and last - first >= _SHORTEST_FRAMES:
                clips.append(self._clip(joints, f"s{item:05d}_e{number:02d}", self.labels.index(name), first, last))
        return Footage(clips)

    def _clip(self, joints: np.ndarray, name: str, label: int, first: int, last: int) -> Clip:
        begin = max(first - self._context, 0)
        own = np.ascontiguousarray(joints[begin:last, None], np.float32)
        states = np.full(own.shape[:3], TRACKED, np.uint8)
        seen = np.arange(last - begin, dtype=np.int32)[:, None]
        return Clip(name, label, 0, 0, 0, 0, first - begin, begin, own, states, None, seen)

    def _acted(self, item: int) -> tuple[np.ndarray, list[str | None]]:
        """Joints (T, 25, 3) at 30 Hz and a label a frame of one person who does three things."""
        rng = np.random.default_rng([self._seed, 5, item])
        actions = [str(one) for one in rng.choice(_ACTED, 3, replace=False)]
        z = float(rng.uniform(2.0, 4.0))
        person = Timeline(
            rng,
            (float(rng.uniform(-0.3, 0.3)) * z, z),
            actions,
            action_s=float(rng.uniform(2.5, 6.0)),
            idle_s=float(rng.uniform(0.8, 2.5)),
            heading_rad=float(rng.uniform(-0.9, 0.9)),
            camera_height_m=float(rng.uniform(0.7, 1.8)),
        )
        seconds = float(rng.uniform(10, 18))
        times_s = np.arange(0, seconds, 1 / FRAME_RATE_HZ)
        joints, _ = observe(person.joints(times_s), rng)
        truth: list[str | None] = [None] * len(times_s)
        for start_s, end_s, name in person.truth_until(seconds):
            first, last = (round(t * FRAME_RATE_HZ) for t in (start_s, end_s))
            if name in _MOVES:
                first, last = _movement(joints[first:last, SPINE_BASE], first, name == "falling")
            truth[first:last] = [_NAMES.get(name, name)] * (min(last, len(truth)) - first)
        return joints.astype(np.float32), truth


def _movement(base: np.ndarray, first: int, falls: bool) -> tuple[int, int]:
    """First and past-the-last frame of what the spine base (T, 3) does up or down; nothing: an empty run."""
    if len(base) < 4:
        return first, first
    smooth = np.convolve(base[:, 1], np.ones(3) / 3, mode="same")
    moving = np.flatnonzero(np.abs(np.diff(smooth[1:-1])) > _MOVING_M)
    if not len(moving):
        return first, first
    after = _AFTER_FALL_FRAMES if falls else _AFTER_FRAMES
    return first + max(int(moving[0]) - 4, 0), first + min(int(moving[-1]) + after, len(base))


def _runs(truth: Sequence[str | None]) -> list[tuple[int, int, str]]:
    """(first, past the last, label) of the frames that are called alike; None is left out."""
    runs, begin = [], 0
    for at in range(1, len(truth) + 1):
        if at == len(truth) or truth[at] != truth[begin]:
            if truth[begin] is not None:
                runs.append((begin, at, truth[begin]))
            begin = at
    return runs
