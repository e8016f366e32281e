"""The Kinect v2 skeleton: joint names, bones, the joints that TSMF crops, and the graph the teacher convolves over.

Everything here is constant. Joint order and names are those of the SDK's JointType; NTU RGB+D and PKU-MMD use the same.

**Source:** Kinect SDK 2.0 JointType; TSMF section "Teacher Network" (spatial partition of ST-GCN).
"""

from __future__ import annotations

import numpy as np

JOINT_NAMES: tuple[str, ...] = (
    "SpineBase", "SpineMid", "Neck", "Head",
    "ShoulderLeft", "ElbowLeft", "WristLeft", "HandLeft",
    "ShoulderRight", "ElbowRight", "WristRight", "HandRight",
    "HipLeft", "KneeLeft", "AnkleLeft", "FootLeft",
    "HipRight", "KneeRight", "AnkleRight", "FootRight",
    "SpineShoulder", "HandTipLeft", "ThumbLeft", "HandTipRight", "ThumbRight",
)  # fmt: skip
JOINT_COUNT = len(JOINT_NAMES)  # V = 25

SPINE_BASE, SPINE_MID, NECK, HEAD, SPINE_SHOULDER = 0, 1, 2, 3, 20
HAND_LEFT, HAND_RIGHT, ANKLE_LEFT, ANKLE_RIGHT = 7, 11, 14, 18
SHOULDERS, HIPS = (4, 8), (12, 16)  # left, right
#: left and right, each: shoulder, elbow, wrist, hand, hand tip, thumb.
ARMS = ((4, 5, 6, 7, 21, 22), (8, 9, 10, 11, 23, 24))
#: left and right, each: hip, knee, ankle, foot.
LEGS = ((12, 13, 14, 15), (16, 17, 18, 19))

#: (child, parent) pairs, parents on the way to the centre joint.
BONES: tuple[tuple[int, int], ...] = (
    (0, 1), (1, 20), (2, 20), (3, 2), (4, 20), (5, 4), (6, 5), (7, 6), (8, 20), (9, 8), (10, 9), (11, 10),
    (12, 0), (13, 12), (14, 13), (15, 14), (16, 0), (17, 16), (18, 17), (19, 18), (21, 22), (22, 7), (23, 24), (24, 11),
)  # fmt: skip
#: parent of each joint on the way to the centre joint (spine shoulder, which is its own parent).
PARENTS: tuple[int, ...] = tuple(dict(BONES).get(joint, SPINE_SHOULDER) for joint in range(JOINT_COUNT))

#: The joints whose picture crops the student sees, in the row order of the ROI image.
ROI_JOINTS: tuple[int, ...] = (HEAD, HAND_RIGHT, HAND_LEFT, ANKLE_RIGHT, ANKLE_LEFT)

NOT_TRACKED, INFERRED, TRACKED = 0, 1, 2


def hop_distance() -> np.ndarray:
    """Number of bones between each two joints: (V, V) int."""
    adjacency = np.eye(JOINT_COUNT, dtype=int)
    for child, parent in BONES:
        adjacency[child, parent] = adjacency[parent, child] = 1
    distance = np.full((JOINT_COUNT, JOINT_COUNT), -1)
    reached = np.eye(JOINT_COUNT, dtype=int)
    for hops in range(JOINT_COUNT):
        distance[(distance < 0) & (reached > 0)] = hops
        reached = np.minimum(reached @ adjacency, 1)
    return distance


def spatial_partition() -> np.ndarray:
    """The adjacency of ST-GCN's spatial partition: (3, V, V) float32, groups root, closer, further.

    Entry [k, i, j] weighs the message from joint i to joint j. The links (self included) are normalised as A D^-1, so
    the columns of the sum over k add up to 1. The paper's Eq. 3 writes a symmetric form; the published networks use
    this one. They also measure the distance to the centre up to one bone only: between two joints that are both
    farther away, neither counts as the closer one, and the link falls into group 1 in both directions. Published
    weights rest on that.
    """
    hops = hop_distance()
    linked = (hops <= 1).astype(np.float64)
    normalised = linked / linked.sum(axis=0, keepdims=True)
    to_centre = np.minimum(hops[SPINE_SHOULDER], 2)
    source_is_closer = to_centre[:, None] < to_centre[None, :]
    root = np.eye(JOINT_COUNT, dtype=bool)
    groups = (root, ~root & ~source_is_closer, source_is_closer)
    return np.stack([normalised * group for group in groups]).astype(np.float32)
