"""What the model is told of a body: joints that the sensor does not know are filled in from what was seen before.

Body in, joints without unknown ones out; the live program (`pose`) and train.prepare do it here. A joint is unknown at
0,0,0, which is how a Body says it, or when the sensor calls it not tracked. It keeps its place relative to the
nearest known joint, as last seen of this person, turned as the rest of the body has turned since. Of somebody never
seen before a standing person of the same size stands in. Put anywhere else (at the sensor, or where the joint before it
is) it would be a movement that never was, and the model takes that for a fall.
"""

from __future__ import annotations

import numpy as np

from tsmf_live.skeleton import BONES, JOINT_COUNT, NOT_TRACKED, SPINE_SHOULDER, hop_distance

#: (25, 3) metres: somebody of 1.7 m who stands facing the sensor, relative to the spine shoulder.
STANDING = np.array(
    [(0, -0.55, 0), (0, -0.24, 0), (0, 0.07, 0), (0, 0.21, -0.04),
     (-0.17, -0.05, 0), (-0.22, -0.32, 0), (-0.22, -0.57, -0.03), (-0.22, -0.65, -0.04),
     (0.17, -0.05, 0), (0.22, -0.32, 0), (0.22, -0.57, -0.03), (0.22, -0.65, -0.04),
     (-0.07, -0.55, 0), (-0.09, -0.9, -0.03), (-0.12, -1.24, 0), (-0.14, -1.27, -0.11),
     (0.07, -0.55, 0), (0.09, -0.9, -0.03), (0.12, -1.24, 0), (0.14, -1.27, -0.11),
     (0, 0, 0), (-0.22, -0.73, -0.05), (-0.2, -0.67, -0.06), (0.22, -0.73, -0.05), (0.2, -0.67, -0.06)]
)  # fmt: skip
STIFFNESS = 0.1  # how much of the last pose's own direction counts beside the known joints': they may lie on one line
SIZES = 0.5, 1.3  # of people, relative to 1.7 m
_CHILDREN, _THEIR_PARENTS = (list(ends) for ends in zip(*BONES, strict=True))
#: For each joint all others, nearest on the body first and towards the centre before away from it.
_NEAREST = np.lexsort(
    (np.broadcast_to(hop_distance()[SPINE_SHOULDER], (JOINT_COUNT, JOINT_COUNT)), hop_distance()), axis=-1
)


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
