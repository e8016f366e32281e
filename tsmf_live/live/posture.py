"""What the model is told of a body: unknown joints are filled in from what was seen before, and no chair is a person.

Body in, joints without unknown ones out; the live program (`pose`) and train.prepare do it here. A joint is unknown at
0,0,0, which is how a Body says it, or when the sensor calls it not tracked. It is placed as it was last seen of this
person: relative to the nearest known joint, turned as the rest of the body has turned since. For a person never seen
before, a standing person of the same size is the model. Any other place (at the sensor, or on the parent joint) would
be a movement that never happened, and the model would take it for a fall.
"""

from __future__ import annotations

import statistics
from collections import deque

import numpy as np

from tsmf_live.skeleton import BONES, HIPS, JOINT_COUNT, NOT_TRACKED, SHOULDERS, SPINE_SHOULDER, hop_distance

#: (25, 3) metres: somebody of 1.7 m who stands facing the sensor, relative to the spine shoulder.
STANDING = np.array(
    [(0, -0.55, 0), (0, -0.24, 0), (0, 0.07, 0), (0, 0.21, -0.04),
     (-0.17, -0.05, 0), (-0.22, -0.32, 0), (-0.22, -0.57, -0.03), (-0.22, -0.65, -0.04),
     (0.17, -0.05, 0), (0.22, -0.32, 0), (0.22, -0.57, -0.03), (0.22, -0.65, -0.04),
     (-0.07, -0.55, 0), (-0.09, -0.9, -0.03), (-0.12, -1.24, 0), (-0.14, -1.27, -0.11),
     (0.07, -0.55, 0), (0.09, -0.9, -0.03), (0.12, -1.24, 0), (0.14, -1.27, -0.11),
     (0, 0, 0), (-0.22, -0.73, -0.05), (-0.2, -0.67, -0.06), (0.22, -0.73, -0.05), (0.2, -0.67, -0.06)]
)  # fmt: skip
STIFFNESS = 0.1  # weight of the whole last pose beside the known joints, which may lie on one line
SIZES = 0.5, 1.3  # of people, relative to 1.7 m
_CHILDREN, _THEIR_PARENTS = (list(ends) for ends in zip(*BONES, strict=True))
#: For each joint all others, nearest on the body first and towards the centre before away from it.
_NEAREST = np.lexsort(
    (np.broadcast_to(hop_distance()[SPINE_SHOULDER], (JOINT_COUNT, JOINT_COUNT)), hop_distance()), axis=-1
)

SMALLEST_M, LARGEST_M = 0.65, 2.9  # size of a person, see `_sizes`: children of 5 have 0.9, tall people 2.1
WIDE = 0.5  # shoulders and hips across, of the size: 0.27 in people, more where a tracker confuses their legs
WIDE_UNDER_M = 0.9  # nobody so small is wide
STILL_M = 0.012  # joints that stray no farther within a second belong to a thing, or to somebody who keeps still
STILL_SMALLEST_M, STILL_WIDE_UNDER_M, STILL_WIDEST = 0.85, 1.1, 0.7  # the same of bodies that keep still
LOOKS_BACK_S = 1.0  # a body is judged by so many seconds: one wrong frame does not matter
FIRST_LOOK_S = 0.5  # and not before it has been seen for so long
CHANGES_AFTER_S = 0.4  # the judgement of a body changes only after this long
_LIMB_ENDS = [0, 1, 12, 16, 13, 17, 4, 8, 5, 9], [1, 20, 13, 17, 14, 18, 5, 9, 6, 10]
_LIMB_SHARE = np.array([1, 1, *[0.5] * 8])  # arms and legs: the mean of both
_ACROSS_ENDS = [list(ends) for ends in zip(SHOULDERS, HIPS, strict=True)]  # left, right


def unknown_joints(joints: np.ndarray, joint_state: np.ndarray) -> np.ndarray:
    """Which joints (..., 25, 3) the sensor does not know, (..., 25) bool.

    States count only where some joint is tracked or inferred: a file that has no states may say 0 of all.
    """
    untracked = joint_state == NOT_TRACKED
    return ~joints.any(axis=-1) | (untracked & ~untracked.all(axis=-1, keepdims=True))


class Posture:
    """One person's last pose, from which unknown joints are filled in."""

    def __init__(self) -> None:
        self._last: np.ndarray | None = None

    def complete(self, joints: np.ndarray, joint_state: np.ndarray) -> np.ndarray:
        """The person's joints (25, 3) of the next frame, float32, none of them unknown; at least one must be known."""
        unknown = unknown_joints(joints, joint_state)
        if unknown.any():
            joints = _filled(joints, ~unknown, _standing(joints, ~unknown) if self._last is None else self._last)
        self._last = joints
        return joints


def _filled(joints: np.ndarray, known: np.ndarray, pose: np.ndarray) -> np.ndarray:
    """The joints with those that are not known placed as in `pose` (25, 3), turned as the known ones are turned."""
    anchors = _NEAREST[np.arange(JOINT_COUNT), known[_NEAREST].argmax(axis=1)]
    turn = _turn(pose[known], joints[known], pose)
    filled = joints.astype(np.float32)
    filled[~known] = (joints[anchors] + (pose - pose[anchors]) @ turn)[~known]
    return filled


def _turn(before: np.ndarray, after: np.ndarray, pose: np.ndarray) -> np.ndarray:
    """The rotation (3, 3), for row vectors, that best brings points (n, 3) from `before` to `after`.

    **Source:** Kabsch, A solution for the best rotation to relate two sets of vectors, 1976.
    """
    before, after, whole = before - before.mean(axis=0), after - after.mean(axis=0), pose - pose.mean(axis=0)
    u, _, vt = np.linalg.svd(before.T @ after + STIFFNESS * whole.T @ whole)
    mirrored = np.sign(np.linalg.det(u @ vt))
    return u @ np.diag([1, 1, mirrored]) @ vt


def _standing(joints: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Somebody who stands, as large as the known bones say."""
    whole = known[_CHILDREN] & known[_THEIR_PARENTS]
    if not whole.any():
        return STANDING
    theirs_m, usual_m = (
        np.linalg.norm(pose[_CHILDREN] - pose[_THEIR_PARENTS], axis=1)[whole].sum() for pose in (joints, STANDING)
    )
    return STANDING * np.clip(theirs_m / usual_m, *SIZES)


def can_be_person(joints: np.ndarray) -> bool:
    """Whether a body seen for some time, (T, 25, 3) metres without unknown joints, can be a person.

    Its size and its width relative to that decide, whether it stands or lies: a chair or a bag that the sensor takes
    for a person is squashed. The limits are narrower for a body that does not move. Training uses the same rule.
    """
    size_m, width_m = _sizes(joints)
    return _can_be(float(np.median(size_m)), float(np.median(width_m / size_m)), _straying_m(joints))


def _can_be(size_m: float, width: float, straying_m: float) -> bool:
    if not SMALLEST_M <= size_m <= LARGEST_M or (width > WIDE and size_m < WIDE_UNDER_M):
        return False
    wide = width > STILL_WIDEST or (width > WIDE and size_m < STILL_WIDE_UNDER_M)
    return straying_m > STILL_M or not (wide or size_m < STILL_SMALLEST_M)


def _sizes(joints: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Trunk, leg and arm of (..., 25, 3) one after the other, and shoulders and hips across, each (...) metres."""
    limbs_m = np.linalg.norm(joints[..., _LIMB_ENDS[0], :] - joints[..., _LIMB_ENDS[1], :], axis=-1)
    across_m = np.linalg.norm(joints[..., _ACROSS_ENDS[0], :] - joints[..., _ACROSS_ENDS[1], :], axis=-1)
    return np.maximum(limbs_m @ _LIMB_SHARE, 1e-3), across_m.sum(axis=-1)


def _straying_m(joints: np.ndarray) -> float:
    """How far the joints stray from where they are on average, metres; of all joints the mean."""
    return float(joints.std(axis=0).mean())


class Likeness:
    """Whether one body, frame after frame, can be a person. Until it has been seen long enough, it counts as one."""

    def __init__(self) -> None:
        self.is_person = True
        self._seen: deque[tuple[float, np.ndarray, float, float]] = deque()  # time, joints, size, width
        self._other_since_s: float | None = None

    def look(self, joints: np.ndarray, time_s: float) -> bool:
        """Takes the body's joints (25, 3) of the next frame, none of them unknown."""
        seen = self._seen
        size_m, width_m = (float(one) for one in _sizes(joints))
        seen.append((time_s, joints, size_m, width_m / size_m))
        while seen[0][0] < time_s - LOOKS_BACK_S:
            seen.popleft()
        if time_s - seen[0][0] < FIRST_LOOK_S - 1e-6:
            return self.is_person
        _, poses, sizes_m, widths = zip(*seen, strict=True)
        straying_m = _straying_m(np.stack(poses))
        if _can_be(statistics.median(sizes_m), statistics.median(widths), straying_m) == self.is_person:
            self._other_since_s = None
            return self.is_person
        if self._other_since_s is None:
            self._other_since_s = time_s
        if time_s - self._other_since_s >= CHANGES_AFTER_S - 1e-6:
            self.is_person, self._other_since_s = not self.is_person, None
        return self.is_person
