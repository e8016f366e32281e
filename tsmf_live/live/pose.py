"""Keeps the people apart: gives every body a stable slot and cuts its picture crops.

SensorFrame in, PoseFrame out. A body keeps its slot by its tracking id; a person who was lost less than 1 s ago gets
the slot back within 0.5 m of where they were last seen, under whatever id the sensor gives them now.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from tsmf_live.frames import MAX_BODIES, Body, Person, PoseFrame, SensorFrame
from tsmf_live.live.level import Level
from tsmf_live.live.posture import Likeness, Posture
from tsmf_live.nearest import nearest_pairs
from tsmf_live.roi import crops_of_picture
from tsmf_live.sources.identities import SharedIds

KEEP_S = 1.0  # a lost person keeps slot and state this long
REENTRY_M = 0.5  # and is the same person within this distance


@dataclass
class _Slot:
    epoch: int = -1
    tracking_id: int | None = None
    seen_s: float = -np.inf
    position: np.ndarray | None = None


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
                slot.tracking_id = None
        self._last_s = sensor_time_s
        bodies = self._shared_ids.apart(bodies, sensor_time_s)
        for slot in self._slots:
            if sensor_time_s - slot.seen_s > KEEP_S:
                slot.tracking_id = None
        chosen: dict[int, Body] = {}
        waiting = self._match_by_id(bodies, chosen)
        waiting = self._match_by_place(waiting, chosen)
        self._give_new_slots(waiting, chosen)
        for number, body in chosen.items():
            slot = self._slots[number]
            slot.tracking_id, slot.seen_s, slot.position = body.tracking_id, sensor_time_s, body.place
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

    def _match_by_place(self, bodies: list[Body], chosen: dict[int, Body]) -> list[Body]:
        """Gives a lost person the slot back, within REENTRY_M; returns the bodies that are still without a slot."""
        lost = [n for n, slot in enumerate(self._slots) if slot.tracking_id is not None and n not in chosen]
        places = [self._slots[number].position for number in lost]
        pairs = nearest_pairs(places, [body.place for body in bodies], REENTRY_M)
        chosen |= {lost[k]: bodies[i] for k, i in pairs}
        found = {i for _, i in pairs}
        return [body for i, body in enumerate(bodies) if i not in found]

    def _give_new_slots(self, bodies: list[Body], chosen: dict[int, Body]) -> None:
        """A free slot for each newcomer; where none is free, that of the person lost longest."""
        for body in bodies:
            open_slots = [n for n in range(MAX_BODIES) if n not in chosen]
            free = [n for n in open_slots if self._slots[n].tracking_id is None]
            number = free[0] if free else min(open_slots, key=lambda n: self._slots[n].seen_s)
            self._slots[number].epoch += 1
            chosen[number] = body


class PoseTracker:
    """SensorFrame -> PoseFrame.

    Args:
        crop: the checkpoint's crop, "fixed" or "metric".
        use_color: False hides the picture from the model.
    """

    def __init__(self, crop: str, use_color: bool = True) -> None:
        self.crop, self._use_color = crop, use_color  # the crop may change between two frames
        self._keeper = SlotKeeper()
        self._level = Level()
        self._known: dict[int, tuple[int, Posture, Likeness]] = {}  # slot: epoch, and what is known of that body

    def track(self, frame: SensorFrame) -> PoseFrame:
        """The people of this frame with their slots and crops; the frame's picture is not kept."""
        began = time.perf_counter()
        persons, known = [], []
        for slot, epoch, body in self._keeper.assign(frame.bodies, frame.sensor_time_s):
            crops = None
            if self._use_color and frame.color_bgra is not None:
                crops = crops_of_picture(frame.color_bgra, body, self.crop)
            if self._known.get(slot, (None,))[0] != epoch:
                self._known[slot] = epoch, Posture(), Likeness()
            _, posture, likeness = self._known[slot]
            joints = posture.complete(body.joints, body.joint_state)
            whole = body if joints is body.joints else replace(body, joints=joints)
            person = Person(slot, epoch, whole, crops, likeness.look(joints, frame.sensor_time_s))
            persons.append(person)
            if person.is_person and whole is body:  # joints that were made up say nothing of the room
                known.append(joints)
        self._level.look(frame.floor_plane, known)
        pose_ms = (time.perf_counter() - began) * 1e3
        return PoseFrame(
            frame.index,
            frame.sensor_time_s,
            frame.host_time_s,
            tuple(persons),
            pose_ms,
            frame.position_s,
            frame.preroll,
            self._level.tilt,
        )
