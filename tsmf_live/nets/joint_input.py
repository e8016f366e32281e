"""What a teacher takes: camera-space joints made comparable, and clips brought to the length it was trained with.

The one place where this is done: the live program, training and evaluation go through `normalise` and `to_length`.
"""

from __future__ import annotations

import numpy as np

from tsmf_live.nets.published_input import MID_SHARE, NECK_SHARE, placed, z_up
from tsmf_live.skeleton import ARMS, HEAD, HIPS, LEGS, NECK, PARENTS, SHOULDERS, SPINE_BASE, SPINE_MID, SPINE_SHOULDER

#: From each frame and at most a few before it, so that a stream can be fed with it.
FRAME_BY_FRAME = ("none", "root", "bone", "common")
#: "common": the spine base is given as the way it went in this many frames (a third of a second).
WAY_FRAMES = 10
#: From the clip as a whole: windows only, because a stream would have to know frames that are yet to come.
OF_THE_CLIP = ("facing", "facing bone")
#: The same, as networks published for NTU RGB+D expect it.
AS_PUBLISHED = {"placed": placed, "z up": z_up}
NORMALISATIONS = (*FRAME_BY_FRAME, *OF_THE_CLIP, *AS_PUBLISHED)
SAMPLINGS = ("all", "padded", "uniform", "looped")

SPINE_M = 0.5  # "facing": every clip's person has a spine of this length, base to shoulders
SHORTEST_SPINE_M = 0.1  # a body that is not there (all joints in one place) must not become infinitely large


def normalise(joints: np.ndarray, kind: str) -> np.ndarray:
    """Network input from the camera-space joints of one clip (T, 25, 3) metres; for FRAME_BY_FRAME also (..., 25, 3).

    "none"         as they are.
    "root"         every joint but the spine base relative to it, which itself stays in camera space.
    "bone"         "root" with every joint but the spine base and the spine shoulder relative to its parent.
    "common"       only what every sensor knows, old or new: the joints of `common_joints` relative to their spine base,
                   which itself is the way that it went in the last WAY_FRAMES frames (from the clip's first frame
                   while there are fewer). Needs (T, 25, 3).
    "facing"       the place where the person is (mean of the spine base) as origin, the spine's length (median) made
                   0.5 m, the body turned about the vertical so that shoulders and hips (mean direction over the clip)
                   lie across the picture, then "root": the same from every sensor position but for its tilt.
    "facing bone"  "facing", then "bone".
    "placed", "z up"  see nets.published_input.
    """
    if kind == "none":
        return joints
    if kind == "common":
        return _common(joints)
    if kind in AS_PUBLISHED:
        return AS_PUBLISHED[kind](joints)
    if kind in OF_THE_CLIP:
        joints = _facing(joints)
    relative = joints - joints[..., SPINE_BASE : SPINE_BASE + 1, :]
    if kind.endswith("bone"):
        shoulder = relative[..., SPINE_SHOULDER, :].copy()  # the graph's centre is its own parent
        relative = relative - relative[..., list(PARENTS), :]
        relative[..., SPINE_SHOULDER, :] = shoulder
    relative[..., SPINE_BASE, :] = joints[..., SPINE_BASE, :]
    return relative


def frames_before(kind: str) -> int:
    """How many frames before a frame decide the network's input at that frame."""
    return WAY_FRAMES if kind == "common" else 0


def common_joints(joints: np.ndarray) -> np.ndarray:
    """Joints (..., 25, 3) with the fifteen that every sensor knows, and the others computed from them, float32.

    Sensors before the Kinect v2 give 20 or 15 joints, and place spine and hips otherwise. Here the spine base is the
    middle of the hips, spine mid and neck lie where a Kinect v2 has them between their neighbours. Wrist, hand, hand
    tip and thumb are one joint (the middle of wrist and hand), and so are ankle and foot.
    """
    common = np.array(joints, np.float32)
    base = common[..., HIPS, :].mean(axis=-2)
    shoulder = common[..., SPINE_SHOULDER, :]
    common[..., SPINE_BASE, :] = base
    common[..., SPINE_MID, :] = base + MID_SHARE * (shoulder - base)
    common[..., NECK, :] = shoulder + NECK_SHARE * (common[..., HEAD, :] - shoulder)
    for _, _, *group in (*ARMS, *LEGS):  # wrist, hand, hand tip, thumb; ankle, foot
        common[..., group, :] = common[..., group[:2], :].mean(axis=-2, keepdims=True)
    return common


def _common(joints: np.ndarray) -> np.ndarray:
    """(T, 25, 3) -> the same, float32, as "common" has it."""
    common = common_joints(joints)
    base = common[:, SPINE_BASE]
    relative = common - base[:, None]
    relative[:, SPINE_BASE] = base - base[np.maximum(np.arange(len(base)) - WAY_FRAMES, 0)]
    return relative


def heading_rad(joints: np.ndarray) -> float:
    """How far the person of a clip (T, 25, 3) is turned about the vertical: 0 facing the sensor, shoulders along x."""
    across = sum(joints[:, right] - joints[:, left] for left, right in (SHOULDERS, HIPS))[:, [0, 2]]  # (T, 2): x, z
    x, z = (across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-6)).mean(axis=0)
    return float(np.arctan2(z, x))


def _facing(joints: np.ndarray) -> np.ndarray:
    """(T, 25, 3) -> the same, float32, as "facing" has it, in coordinates of the clip."""
    base = joints[:, SPINE_BASE]
    spine_m = float(np.median(np.linalg.norm(joints[:, SPINE_SHOULDER] - base, axis=1)))
    angle = heading_rad(joints)
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]])  # row vectors times this: the shoulder line comes to lie on x
    scale = SPINE_M / max(spine_m, SHORTEST_SPINE_M)
    return ((joints - base.mean(axis=0)) @ (turn * scale)).astype(np.float32)


def to_length(joints: np.ndarray, sampling: str, frames: int) -> np.ndarray:
    """A normalised clip (T, ..., 3) at the length the network is used with.

    "all" leaves it; "uniform" takes `frames` times evenly over the clip, between two frames by linear interpolation;
    "padded" adds zeros at the end, "looped" the clip again and again; of a longer clip both take `frames` of its frames
    evenly.

    **Source:** "padded": TSMF (zeros to 300 frames, longer ones evenly selected); "uniform": PYSKL, ours interpolates;
    "looped": 2s-AGCN, Shift-GCN.
    """
    count = len(joints)
    if sampling == "all" or count == frames:
        return joints
    if sampling == "looped" and count < frames:
        return joints[np.arange(frames) % count]
    if sampling in ("padded", "looped"):
        if count < frames:
            return np.concatenate([joints, np.zeros((frames - count, *joints.shape[1:]), joints.dtype)])
        return joints[np.arange(frames) * count // frames]
    return between_frames(joints, np.linspace(0, count - 1, frames))


def between_frames(joints: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Joints (N, ..., 3) float32 at times (N,) of a clip, in frames from 0; linear between two frames."""
    low = np.clip(times.astype(int), 0, len(joints) - 1)
    high = np.minimum(low + 1, len(joints) - 1)
    share = (times - low).reshape(-1, *[1] * (joints.ndim - 1)).astype(np.float32)
    return joints[low] * (1 - share) + joints[high] * share
