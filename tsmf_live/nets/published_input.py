"""What networks published for NTU RGB+D expect of joints, so that other sensors, places and speeds look like NTU's.

Called by nets.joint_input alone. Speed is not changed here: every source comes to 30 frames a second before.

**Source:** "z up": the pre-normalisation of Shi et al., "Two-Stream Adaptive Graph Convolutional Networks", CVPR 2019,
which Shift-GCN took over. Where a Kinect v2 has the joints that older sensors lack was found by comparing sets.
"""

from __future__ import annotations

import numpy as np

from tsmf_live.skeleton import ARMS, HEAD, HIPS, NECK, SHOULDERS, SPINE_BASE, SPINE_MID, SPINE_SHOULDER

PLACE_M = (0.15, 0.15, 3.2)  # where NTU's people stand: x, y, z of the spine mid when a clip begins
MID_SHARE, NECK_SHARE = 0.573, 0.38  # where a Kinect v2 puts them between base and shoulders, shoulders and head
HIP_WIDTH = 0.87  # of an older sensor's
TIP_M, THUMB_M = 0.057, 0.03  # beyond the hand, in the direction from wrist to hand
ONE_PLACE_M = 1e-3  # a hand tip that lies this near the hand in every frame is made up
SHORTEST_M = 1e-3  # of a direction


def is_of_an_old_sensor(joints: np.ndarray) -> bool:
    """Whether a clip (T, 25, 3) comes from a sensor of 15 or 20 joints: hand tips and thumbs lie on the hands."""
    apart = [np.abs(joints[:, [tip, thumb]] - joints[:, [hand]]).max(initial=0) for *_, hand, tip, thumb in ARMS]
    return max(apart) < ONE_PLACE_M


def like_a_kinect_v2(joints: np.ndarray) -> np.ndarray:
    """A clip (T, 25, 3) of an older sensor with the joints where a Kinect v2 has them; of any other: as it is."""
    if not is_of_an_old_sensor(joints):
        return joints
    new = np.array(joints, np.float32)
    middle = new[:, HIPS, :].mean(axis=1, keepdims=True)
    new[:, HIPS, :] = middle + HIP_WIDTH * (new[:, HIPS, :] - middle)
    base, shoulder = middle[:, 0], new[:, SPINE_SHOULDER]
    new[:, SPINE_BASE] = base
    new[:, SPINE_MID] = base + MID_SHARE * (shoulder - base)
    new[:, NECK] = shoulder + NECK_SHARE * (new[:, HEAD] - shoulder)
    for _, elbow, wrist, hand, tip, thumb in ARMS:
        forward = new[:, hand] - new[:, wrist]
        if np.abs(forward).max(initial=0) < SHORTEST_M:  # 15 joints: wrist and hand are one
            forward = new[:, hand] - new[:, elbow]
        forward = forward / np.maximum(np.linalg.norm(forward, axis=1, keepdims=True), SHORTEST_M)
        new[:, tip] = new[:, hand] + TIP_M * forward
        new[:, thumb] = new[:, hand] + THUMB_M * forward
    return new


def placed(joints: np.ndarray) -> np.ndarray:
    """A clip (T, 25, 3) with its person where NTU's people stand, as a Kinect v2 sees them; float32."""
    joints = like_a_kinect_v2(joints)
    return (joints + (np.array(PLACE_M) - joints[0, SPINE_MID])).astype(np.float32)


def z_up(joints: np.ndarray, leader: np.ndarray | None = None) -> np.ndarray:
    """A clip (T, 25, 3) around the spine mid, turned so that the first frame's spine is +z and its shoulders +x.

    Args:
        leader: (T, 25, 3), another person whose spine mid and first frame decide instead: the published networks give
            the second person as the first one sees them.
    """
    joints = like_a_kinect_v2(joints).astype(np.float64)
    leader = joints if leader is None else like_a_kinect_v2(leader).astype(np.float64)
    first = leader[0] - leader[0, SPINE_MID]
    turn = _turn_onto(first[SPINE_MID] - first[SPINE_BASE], np.array([0.0, 0.0, 1.0]))
    first = first @ turn.T
    left, right = SHOULDERS
    turn = _turn_onto(first[right] - first[left], np.array([1.0, 0.0, 0.0])) @ turn
    return ((joints - leader[:, SPINE_MID : SPINE_MID + 1]) @ turn.T).astype(np.float32)


def _turn_onto(v: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """The rotation (3, 3) that turns column vector v onto a unit axis; none of a vector without length or opposite."""
    length = float(np.linalg.norm(v))
    across = np.cross(v, axis)
    if length < SHORTEST_M or float(np.linalg.norm(across)) < 1e-6 * length:
        return np.eye(3)
    angle = np.arccos(np.clip(float(v @ axis) / length, -1, 1))
    x, y, z = across / np.linalg.norm(across)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def energy(joints: np.ndarray) -> float:
    """How much there is of a person's clip (T, 25, 3); the published networks put the largest into the first slot."""
    return float(joints.reshape(-1, 3).std(axis=0).sum())
