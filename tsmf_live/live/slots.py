"""Who is who: gives every body a slot from 0 to 5, and the same person the same slot.

Bodies in, (slot, epoch, body) out; used by pose and by whatever else must keep people apart. In this order:

1. The sensor's tracking id, while it has one. Two ids that change bodies within a frame, as it happens where two people
   cross, are changed back: each goes on from where that body was.
2. Somebody lost for less than KEEP_S is the same person, in the same state, within REENTRY_M of where they were last
   seen or would be now if they had gone on as before, unless the body is clearly another one's.
3. Somebody who was away longer comes back to the slot of the body with the same bones, with a new state.
4. Anybody else gets a slot that nobody has had, else that of whoever was away longest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from tsmf_live.frames import MAX_BODIES, Body
from tsmf_live.live.posture import unknown_joints
from tsmf_live.sources.identities import SharedIds

KEEP_S = 1.0  # a lost person keeps slot and state this long
REENTRY_M = 0.5  # and is the same person within this distance
REMEMBERED_S = 600.0  # so long somebody who left is known again by their bones
EXCHANGED_M = 0.15  # two bodies that both jump so far within a frame, and
FITS_M = 0.12  # lie so near to where the other one should be, nearer than half of the jump, have exchanged their ids
NEWEST = 0.3  # weight of the newest movement in how fast somebody moves
FASTEST_MPS = 3.0
_BONES = (
    (0, 1), (1, 20), (20, 3), (4, 5), (8, 9), (5, 6), (9, 10), (12, 13), (16, 17), (13, 14), (17, 18), (4, 8), (12, 16)
)  # fmt: skip
_PARTS = (0, 0, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7)  # left and right together
_PART_COUNT = max(_PARTS) + 1
_FIRST, _SECOND = (list(ends) for ends in zip(*_BONES, strict=True))
_LEAST_PARTS = 4  # to be compared
#: Of the same person's parts, from frame to frame and place to place, relative; the trunk and legs vary least.
BONE_SPREADS = np.array([0.06, 0.06, 0.08, 0.09, 0.06, 0.06, 0.09, 0.09])
OTHER_BODY = (
    8.0  # spreads: clearly somebody else; trackers that confuse legs, and people seen from the side, differ less
)
SAME_BODY = 3.0  # nine of ten who come back differ less; so do most others: the least unlike one counts
_SETTLED = 90  # frames after which a new one changes the known bones no more than the last


def bones_of(body: Body) -> np.ndarray:
    """Logarithms of the lengths of a body's parts, left and right together, (8,); NaN where a joint is unknown."""
    known = ~unknown_joints(body.joints, body.joint_state)
    lengths_m = np.linalg.norm(body.joints[_FIRST] - body.joints[_SECOND], axis=1)
    whole = known[_FIRST] & known[_SECOND]
    sums, counts = (np.bincount(_PARTS, weights, _PART_COUNT) for weights in (lengths_m * whole, whole))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(np.maximum(sums / counts, 0.02))


def unlike(bones: np.ndarray, others: np.ndarray) -> float | None:
    """How much two bodies (8,) differ, in spreads of the same body's (root mean square); None: too little is known."""
    both = np.isfinite(bones) & np.isfinite(others)
    if both.sum() < _LEAST_PARTS:
        return None
    return float(np.sqrt((((bones - others)[both] / BONE_SPREADS[both]) ** 2).mean()))


@dataclass
class _Slot:
    epoch: int = -1
    tracking_id: int | None = None
    seen_s: float = -np.inf
    place: np.ndarray = field(default_factory=lambda: np.zeros(3))
    moves_mps: np.ndarray = field(default_factory=lambda: np.zeros(3))
    bones: np.ndarray = field(default_factory=lambda: np.full(_PART_COUNT, np.nan))
    frames: np.ndarray = field(default_factory=lambda: np.zeros(_PART_COUNT))  # that the bones rest on

    def expected(self, time_s: float) -> np.ndarray:
        """Where they are now if they went on as before."""
        return self.place + self.moves_mps * (time_s - self.seen_s)

    def see(self, body: Body, time_s: float, is_new: bool) -> None:
        """Takes the body of the next frame; a newcomer's, or of the person who was here last."""
        place = body.place
        if is_new:
            self.moves_mps = np.zeros(3)
        elif time_s > self.seen_s:
            moves_mps = (place - self.place) / (time_s - self.seen_s)
            moves_mps *= min(1.0, FASTEST_MPS / max(float(np.linalg.norm(moves_mps)), 1e-6))
            self.moves_mps = NEWEST * moves_mps + (1 - NEWEST) * self.moves_mps
        self.tracking_id, self.seen_s, self.place = body.tracking_id, time_s, place
        bones = bones_of(body)
        there = np.isfinite(bones)
        self.frames[there] = np.minimum(self.frames[there] + 1, _SETTLED)
        self.bones[there] = np.where(np.isfinite(self.bones), self.bones, bones)[there]
        self.bones[there] += (bones - self.bones)[there] / self.frames[there]

    def forget(self) -> None:
        """Nobody who was here is known any more."""
        self.tracking_id = None
        self.bones[:], self.frames[:] = np.nan, 0


class SlotKeeper:
    """Assigns bodies to slots 0 to 5, frame by frame. Not thread-safe; owned by the pose stage."""

    def __init__(self) -> None:
        self._slots = [_Slot() for _ in range(MAX_BODIES)]
        self._last_s = -np.inf
        self._shared_ids = SharedIds()

    def assign(self, bodies: tuple[Body, ...], sensor_time_s: float) -> list[tuple[int, int, Body]]:
        """(slot, epoch, body) for each body, sorted by slot."""
        if sensor_time_s < self._last_s:  # a new time epoch: nobody can be recognised across it
            for slot in self._slots:
                slot.forget()
        self._last_s = sensor_time_s
        bodies = self._shared_ids.apart(bodies, sensor_time_s)
        for slot in self._slots:
            if sensor_time_s - slot.seen_s > KEEP_S:
                slot.tracking_id = None
            if sensor_time_s - slot.seen_s > REMEMBERED_S:
                slot.forget()
        chosen: dict[int, Body] = {}
        waiting = self._match_by_id(bodies, chosen)
        self._change_back(chosen, sensor_time_s)
        waiting = self._match_by_place(waiting, chosen, sensor_time_s)
        known = set(chosen)
        waiting = self._match_by_bones(waiting, chosen)
        self._give_new_slots(waiting, chosen)
        for number, body in chosen.items():
            self._slots[number].see(body, sensor_time_s, number not in known)
        return [(number, self._slots[number].epoch, chosen[number]) for number in sorted(chosen)]

    def _match_by_id(self, bodies: tuple[Body, ...], chosen: dict[int, Body]) -> list[Body]:
        by_id = {slot.tracking_id: n for n, slot in enumerate(self._slots) if slot.tracking_id is not None}
        waiting = []
        for body in bodies:
            number = by_id.get(body.tracking_id)
            if number is None or number in chosen:
                waiting.append(body)
            else:
                chosen[number] = body
        return waiting

    def _change_back(self, chosen: dict[int, Body], time_s: float) -> None:
        """Two people whose ids have changed bodies since the last frame keep their slots."""
        numbers = sorted(chosen)
        places = {number: chosen[number].place for number in numbers}
        expected = {number: self._slots[number].expected(time_s) for number in numbers}
        jumps_m = {number: math.dist(places[number], expected[number]) for number in numbers}
        for a, b in combinations([number for number in numbers if jumps_m[number] > EXCHANGED_M], 2):
            jump_m = min(jumps_m[a], jumps_m[b])
            exchanged_m = math.dist(places[b], expected[a]), math.dist(places[a], expected[b])
            if jump_m > EXCHANGED_M and max(exchanged_m) < min(FITS_M, jump_m / 2):
                chosen[a], chosen[b] = chosen[b], chosen[a]
                places[a], places[b] = places[b], places[a]
                jumps_m[a], jumps_m[b] = exchanged_m

    @staticmethod
    def _pair(
        numbers: list[int],
        bodies: list[Body],
        apart: Callable[[int, Body], float],
        within: float,
        chosen: dict[int, Body],
    ) -> list[Body]:
        """Gives bodies slots of these numbers, those least apart first; returns the bodies that are left."""
        pairs = sorted((apart(number, body), number, i) for number in numbers for i, body in enumerate(bodies))
        found: set[int] = set()
        for distance, number, i in pairs:
            if distance <= within and number not in chosen and i not in found:
                chosen[number] = bodies[i]
                found.add(i)
        return [body for i, body in enumerate(bodies) if i not in found]

    def _match_by_place(self, bodies: list[Body], chosen: dict[int, Body], time_s: float) -> list[Body]:
        """Gives a lost person the slot back; returns the bodies that are still without a slot."""
        lost = [n for n, slot in enumerate(self._slots) if slot.tracking_id is not None and n not in chosen]

        def apart_m(number: int, body: Body) -> float:
            slot, place = self._slots[number], body.place
            differs = unlike(bones_of(body), slot.bones)
            if differs is not None and differs > OTHER_BODY:
                return np.inf
            return float(min(np.linalg.norm(place - one) for one in (slot.place, slot.expected(time_s))))

        return self._pair(lost, bodies, apart_m, REENTRY_M, chosen)

    def _match_by_bones(self, bodies: list[Body], chosen: dict[int, Body]) -> list[Body]:
        """Gives somebody who was away the slot back, for a new stay; returns the bodies that are still without one."""
        away = [n for n, slot in enumerate(self._slots) if slot.tracking_id is None and n not in chosen]

        def differ(number: int, body: Body) -> float:
            differs = unlike(bones_of(body), self._slots[number].bones)
            return np.inf if differs is None else differs

        before = set(chosen)
        waiting = self._pair(away, bodies, differ, SAME_BODY, chosen)
        for number in set(chosen) - before:
            self._slots[number].epoch += 1
        return waiting

    def _give_new_slots(self, bodies: list[Body], chosen: dict[int, Body]) -> None:
        """A slot that nobody has had for each newcomer, else that of whoever was lost longest."""
        for body in bodies:
            open_slots = [n for n in range(MAX_BODIES) if n not in chosen]
            number = min(open_slots, key=lambda n: self._slots[n].seen_s)
            self._slots[number].forget()
            self._slots[number].epoch += 1
            chosen[number] = body
