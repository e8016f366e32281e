"""Which of the bodies in a recording are the people of a sample, and their rows frame by frame.

Reads bodies as a file lists them, hands on the arrays of a Clip: at most two people, the one who moves most first.
People are kept together as in the live program: by tracking id, and across a new id within 1 s and 0.5 m.

**Source:** the published readers of NTU RGB+D choose by motion and leave out bodies that are seen for a few frames or
are wider than high (furniture). Ours leaves out what cannot be a person by the live program's rule (who lies is
wider than high, too), never the only body, ranks by motion times duration, and never looks at the label.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from train.data.prepared import HELD, MAX_PERSONS
from tsmf_live.frames import FRAME_RATE_HZ, mark_unknown, places_of
from tsmf_live.live.posture import Posture, can_be_person, unknown_joints
from tsmf_live.live.slots import KEEP_S, REENTRY_M
from tsmf_live.nearest import nearest_pairs
from tsmf_live.sources.identities import SharedIds

KEEP_FRAMES = round(KEEP_S * FRAME_RATE_HZ)
SHORTEST_FRAMES = 12  # a body that is seen for less is left out if there is another one


@dataclass(frozen=True)
class Bodies:
    """All bodies of a recording, B of them, in the order of their frames.

    Attributes:
        frames: (B,) int. ids: (B,) tracking ids, any integers.
        joints: (B, 25, 3) float32 metres; states (B, 25) uint8; color_xy (B, 25, 2) float32 or None.
        frame_count: of the recording.
    """

    frames: np.ndarray
    ids: np.ndarray
    joints: np.ndarray
    states: np.ndarray
    color_xy: np.ndarray | None
    frame_count: int

    def within(self, first: int, last: int) -> Bodies:
        """Those of the frames from `first` to before `last`."""
        low, high = np.searchsorted(self.frames, [first, last])
        colors = None if self.color_xy is None else self.color_xy[low:high]
        arrays = (one[low:high] for one in (self.frames, self.ids, self.joints, self.states))
        return Bodies(*arrays, colors, self.frame_count)


def repaired(bodies: Bodies) -> Bodies:
    """The same without bodies that have no known joint; unknown joints filled in as in the live program."""
    bodies = told_apart(marked(bodies))
    return bodies if not unknown_joints(bodies.joints, bodies.states).any() else completed(bodies, people(bodies))


def marked(bodies: Bodies) -> Bodies:
    """The same with every joint that the sensor does not know at 0,0,0, and without bodies of which it knows none."""
    color_xy = np.zeros((*bodies.joints.shape[:2], 2)) if bodies.color_xy is None else bodies.color_xy
    joints, states, color_xy, unknown = mark_unknown(bodies.joints, bodies.states, color_xy)
    if not unknown:  # a picture coordinate with one number missing is unknown
        return bodies if bodies.color_xy is None else replace(bodies, color_xy=color_xy)
    somebody = joints.any(axis=(1, 2))
    colors = None if bodies.color_xy is None else color_xy[somebody]
    arrays = (one[somebody] for one in (bodies.frames, bodies.ids, joints, states))
    return Bodies(*arrays, colors, bodies.frame_count)


def told_apart(bodies: Bodies) -> Bodies:
    """The same with ids of their own for people who have one id in the same frame."""
    rows_of = np.split(np.arange(len(bodies.ids)), np.flatnonzero(np.diff(bodies.frames)) + 1)
    if all(len(set(ids)) == len(ids) for ids in (bodies.ids[rows].tolist() for rows in rows_of)):
        return bodies
    shared, places = SharedIds(), places_of(bodies.joints)
    own_ids = [
        own_id
        for rows in rows_of
        for own_id in shared.own_ids(
            bodies.ids[rows].tolist(), list(places[rows]), bodies.frames[rows[0]] / FRAME_RATE_HZ
        )
    ]
    return replace(bodies, ids=np.array(own_ids, np.uint64))


def completed(bodies: Bodies, persons: Iterable[np.ndarray]) -> Bodies:
    """The same with the unknown joints of each person (rows, ascending) filled in from that person's last pose."""
    unknown = unknown_joints(bodies.joints, bodies.states)
    joints = bodies.joints.copy()
    for rows in persons:
        if not unknown[rows].any():
            continue
        posture = Posture()
        for row in rows.tolist():
            joints[row] = posture.complete(joints[row], bodies.states[row])
    return replace(bodies, joints=joints)


def people(bodies: Bodies) -> list[np.ndarray]:
    """The rows of each person, ascending; people in the order in which they appear."""
    by_id: dict[int, list[int]] = {}
    for row, number in enumerate(bodies.ids.tolist()):
        by_id.setdefault(number, []).append(row)
    pieces: list[list[int]] = []
    for rows in by_id.values():
        gaps = np.flatnonzero(np.diff(bodies.frames[rows]) > KEEP_FRAMES) + 1
        pieces += [piece.tolist() for piece in np.split(np.array(rows), gaps)]
    pieces.sort(key=lambda piece: piece[0])
    found: list[list[int]] = []
    for piece in pieces:
        before = _continued_by(bodies, found, piece[0])
        if before is None:
            found.append(piece)
        else:
            before += piece
    return [np.array(rows) for rows in found]


def _continued_by(bodies: Bodies, found: list[list[int]], row: int) -> list[int] | None:
    """The nearest person who was lost at most 1 s before this row, within 0.5 m; None: somebody new."""
    lost = [rows for rows in reversed(found) if 0 < bodies.frames[row] - bodies.frames[rows[-1]] <= KEEP_FRAMES]
    last_places = [places_of(bodies.joints[rows[-1]]) for rows in lost]
    pairs = nearest_pairs(last_places, [places_of(bodies.joints[row])], REENTRY_M)
    return lost[pairs[0][0]] if pairs else None


def choose(bodies: Bodies, candidates: list[np.ndarray]) -> list[int]:
    """Numbers of at most two of the candidates (each the rows of a person), the one who moves most first."""
    if len(candidates) == 1:
        return [0]
    clips = [bodies.joints[rows] for rows in candidates]
    likely = [k for k, clip in enumerate(clips) if len(clip) >= SHORTEST_FRAMES and can_be_person(clip)]
    ranked = sorted(likely or range(len(clips)), key=lambda k: -_motion(clips[k]) * len(clips[k]))
    return ranked[:MAX_PERSONS]


def _motion(joints: np.ndarray) -> float:
    """Sum over the coordinates of the joints' mean variance, square metres."""
    return float(joints.var(axis=0).sum(axis=-1).mean())


def tracks(
    bodies: Bodies, chosen: list[np.ndarray], first: int, last: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None, np.ndarray]:
    """joints, states, color_xy and seen of a Clip that runs from frame `first` to before `last`.

    A person who is not seen in a frame has there the row of the last frame with them (of the first one, before it).

    Raises:
        ValueError: one of the chosen is not seen within these frames.
    """
    wanted = np.arange(first, last)
    rows = np.empty((last - first, len(chosen)), np.int64)
    for m, own in enumerate(chosen):
        frames = bodies.frames[own]
        inside = own[(frames >= first) & (frames < last)]
        if not len(inside):
            raise ValueError("a person who is not seen in the clip")
        place = np.searchsorted(bodies.frames[inside], wanted, side="right") - 1
        rows[:, m] = inside[np.maximum(place, 0)]
    seen = bodies.frames[rows] - first
    states = bodies.states[rows]
    states[seen != (wanted - first)[:, None]] = HELD
    color_xy = None if bodies.color_xy is None else bodies.color_xy[rows]
    return bodies.joints[rows], states, color_xy, seen.astype(np.int32)
