"""Who is in the simulated room, and what each of them does one thing after the other: the truth of the demo source.

    cast --Timeline for each person--> joints, held object, chair at any time; truth in segments

A person stays at one place. Where two actions need another posture between them, the person really sits down or stands
up, and the truth says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tsmf_live.actor.kinematics import Physique, Pose, go_over, solve
from tsmf_live.actor.motion import ALWAYS_STANDING, ALWAYS_WITH_CHAIR, BLEND_S, Performance, perform, seat_behind
from tsmf_live.actor.stances import ramp
from tsmf_live.actor.subject import ACTIONS, IDLE, Chair, Held, Subject

GET_UP_S = 1.5  # from the floor
_AFTER_FALL_S = 2.5  # idle at least so long after a fall, to get up
_CHANGE_S = 3.5  # sitting down and standing up last no longer: afterwards the truth is idle
_FREE_RADIUS_M = 0.6
_NEAR_M, _FAR_M = 2.5, 3.9  # two rows of people
_WIDEST_SLOPE = 0.56  # x / z of the outermost person


@dataclass(frozen=True)
class Segment:
    """One performance from start_s to end_s; it begins with blend_s of going over from the one before."""

    start_s: float
    end_s: float
    blend_s: float
    performance: Performance


class Timeline:
    """One person's actions without end, planned as far as they were asked for."""

    def __init__(
        self,
        rng: np.random.Generator,
        position_xz: tuple[float, float],
        actions: Sequence[str],
        *,
        action_s: float = 6.0,
        idle_s: float = 2.0,
        camera_height_m: float = 1.1,
        subject: Subject | None = None,
        heading_rad: float | None = None,
    ) -> None:
        """A person at position_xz who does `actions` in turn, again and again, idle_s apart (0: nothing between).

        subject and heading_rad are drawn from `rng` where not given.
        """
        self._rng = rng
        self._actions = tuple(actions)
        self._action_s, self._idle_s = action_s, idle_s
        self._position_xz = position_xz
        self._heading_rad = float(rng.uniform(-0.6, 0.6)) if heading_rad is None else heading_rad
        self._camera_height_m = camera_height_m
        self.subject = subject or Subject.from_seed(int(rng.integers(2**31)))
        self._seated = self._first_posture()
        changes = any(action in ALWAYS_WITH_CHAIR for action in self._actions)
        has_chair = changes or self._seated
        self.chair: Chair | None = seat_behind(position_xz, self._heading_rad, camera_height_m) if has_chair else None
        self._segments: list[Segment] = []
        self._next_action = 0

    def _first_posture(self) -> bool:
        """Seated or not, such that the first action that needs a posture has it."""
        for action in self._actions:
            if action in ALWAYS_STANDING or action in ALWAYS_WITH_CHAIR:
                return action == "stand up"
        return bool(self._rng.random() < 0.4)

    def joints(self, times_s: np.ndarray) -> np.ndarray:
        """True joints (T, 25, 3) float64, metres in camera space, at times_s (T,), ascending, from 0."""
        first = self._index_at(float(times_s[0]))
        last = self._index_at(float(times_s[-1]))
        placed = []
        for index in range(first, last + 1):
            segment = self._segments[index]
            inside = times_s[(times_s >= segment.start_s) & (times_s < segment.end_s)]
            if len(inside):
                pose = self._pose(index, inside)
                placed.append(segment.performance.place(solve(Physique.of(self.subject), pose)))
        return np.concatenate(placed)

    def _pose(self, index: int, times_s: np.ndarray) -> Pose:
        segment = self._segments[index]
        pose = segment.performance.pose(times_s - segment.start_s)
        if index and times_s[0] < segment.start_s + segment.blend_s:
            before = self._segments[index - 1]
            share = ramp((times_s - segment.start_s) / segment.blend_s)
            pose = go_over(before.performance.pose(times_s - before.start_s), pose, share)
        return pose

    def held(self, time_s: float) -> Held | None:
        """What is in the hands; it changes in the middle of a blend."""
        index = self._index_at(time_s)
        segment = self._segments[index]
        if index and time_s < segment.start_s + 0.5 * segment.blend_s:
            segment = self._segments[index - 1]
        return segment.performance.held

    def truth_until(self, end_s: float) -> tuple[tuple[float, float, str], ...]:
        """(start_s, end_s, label) without gaps from 0 to end_s; idle is a label."""
        if end_s <= 0:
            return ()
        self._index_at(end_s)
        return tuple(
            (segment.start_s, min(segment.end_s, end_s), segment.performance.action)
            for segment in self._segments
            if segment.start_s < end_s
        )

    def _index_at(self, time_s: float) -> int:
        """The segment at a time, planned now if it was not yet."""
        while not self._segments or self._segments[-1].end_s <= time_s:
            self._plan_next()
        index = len(self._segments) - 1
        while self._segments[index].start_s > time_s:
            index -= 1
        return index

    def _plan_next(self) -> None:
        """Idle (not if idle_s is 0), then the next action, with the change of posture that it needs."""
        fell = bool(self._segments) and self._segments[-1].performance.action == "falling"
        if self._idle_s or fell:
            self._append(IDLE, max(self._idle_s, _AFTER_FALL_S if fell else 0.0))
        action = self._actions[self._next_action % len(self._actions)]
        if self._seated and (action in ALWAYS_STANDING or action == "sit down"):
            self._append("stand up", _CHANGE_S)
        elif not self._seated and action == "stand up":
            self._append("sit down", _CHANGE_S)
        else:
            self._append(action, self._action_s)
            self._next_action += 1

    def _append(self, action: str, duration_s: float) -> None:
        start_s = self._segments[-1].end_s if self._segments else 0.0
        fell = bool(self._segments) and self._segments[-1].performance.action == "falling"
        if action in ALWAYS_WITH_CHAIR:
            duration_s = min(duration_s, _CHANGE_S)
        performance = perform(
            action,
            self.subject,
            self._rng,
            position_xz=self._position_xz,
            heading_rad=self._heading_rad,
            camera_height_m=self._camera_height_m,
            duration_s=duration_s,
            seated=self._seated,
            chair=self.chair is not None,
            free_radius_m=_FREE_RADIUS_M,
        )
        blend_s = min(GET_UP_S if fell else BLEND_S, duration_s)
        self._segments.append(Segment(start_s, start_s + duration_s, blend_s, performance))
        if action in ALWAYS_WITH_CHAIR:
            self._seated = action == "sit down"


def places(persons: int, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Places (x, z) on the floor, in two rows and in different directions: nobody stands in front of another."""
    if persons == 1:
        z = float(rng.uniform(2.5, 3.3))
        return [(float(rng.uniform(-0.2, 0.2)) * z, z)]
    widest = min(_WIDEST_SLOPE, 0.25 * (persons - 1))
    taken = []
    for number, slope in enumerate(np.linspace(-widest, widest, persons)):
        z = (_NEAR_M if number % 2 else _FAR_M) + float(rng.uniform(-0.1, 0.2))
        taken.append(((float(slope) + float(rng.uniform(-0.02, 0.02))) * z, z))
    return taken


def cast(
    seed: int,
    persons: int,
    actions: Sequence[str] | None,
    *,
    action_s: float = 6.0,
    idle_s: float = 2.0,
    camera_height_m: float = 1.1,
) -> list[Timeline]:
    """The people in room `seed`, each with a timeline; `actions` None: all of them, in an own order for each person."""
    rng = np.random.default_rng([2025, seed])
    timelines = []
    for position_xz, person_rng in zip(places(persons, rng), rng.spawn(persons), strict=True):
        order = tuple(actions) if actions else tuple(ACTIONS[index] for index in person_rng.permutation(len(ACTIONS)))
        timelines.append(
            Timeline(
                person_rng,
                position_xz,
                order,
                action_s=action_s,
                idle_s=idle_s,
                camera_height_m=camera_height_m,
            )
        )
    return timelines
