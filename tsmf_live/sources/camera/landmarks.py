"""From MediaPipe's 33 landmarks to the Kinect's 25 joints, in metres before the camera and in pixels.

Landmarks of one person in, a Body out. The estimator guesses a person's size and depth from one picture: metres about
the midpoint of the hips, and each landmark's place in the picture. How far away the person is follows from both and
from the lens.

**Source:** MediaPipe Pose (BlazePose GHUM 3D), landmark numbers of its documentation. The Kinect's joints that have no
landmark are taken between those that have one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from tsmf_live.frames import Body
from tsmf_live.skeleton import INFERRED, JOINT_COUNT, JOINT_NAMES, TRACKED
from tsmf_live.sources.camera.lens import Lens

LANDMARK_COUNT = 33
SEEN = 0.5  # visibility from which a landmark is tracked and not guessed
NEAREST_M, FARTHEST_M = 0.3, 15.0  # from the camera to the hips; beyond, the estimate has failed
LEFT_EAR, RIGHT_EAR = 7, 8
SHOULDERS, HIPS = (11, 12), (23, 24)  # left, right
TORSO = (*SHOULDERS, *HIPS)
CORE = (*range(11), *TORSO)  # head and torso, by which people are found
LIMBS = (*range(11, 17), *range(23, 29))  # shoulders, elbows, wrists, hips, knees, ankles: where a body is

#: Joint -> the landmarks whose mean it is. Sides are the person's own.
_MEANS: dict[str, tuple[int, ...]] = {
    "SpineBase": HIPS, "SpineShoulder": SHOULDERS, "Head": (LEFT_EAR, RIGHT_EAR),
    "ShoulderLeft": (11,), "ElbowLeft": (13,), "WristLeft": (15,), "HandLeft": (15, 17, 19),
    "HandTipLeft": (19,), "ThumbLeft": (21,),
    "ShoulderRight": (12,), "ElbowRight": (14,), "WristRight": (16,), "HandRight": (16, 18, 20),
    "HandTipRight": (20,), "ThumbRight": (22,),
    "HipLeft": (23,), "KneeLeft": (25,), "AnkleLeft": (27,), "FootLeft": (31,),
    "HipRight": (24,), "KneeRight": (26,), "AnkleRight": (28,), "FootRight": (32,),
}  # fmt: skip
#: Joint -> the two joints that it stands halfway between.
_BETWEEN = {"SpineMid": ("SpineBase", "SpineShoulder"), "Neck": ("SpineShoulder", "Head")}


def _shares() -> np.ndarray:
    """(25, 33): how much of each landmark is in each joint; rows add up to 1."""
    shares = np.zeros((JOINT_COUNT, LANDMARK_COUNT))
    for name, landmarks in _MEANS.items():
        shares[JOINT_NAMES.index(name), list(landmarks)] = 1 / len(landmarks)
    for name, halves in _BETWEEN.items():
        shares[JOINT_NAMES.index(name)] = shares[[JOINT_NAMES.index(half) for half in halves]].mean(axis=0)
    return shares


SHARES = _shares()
_PARTS = SHARES > 0


@dataclass(frozen=True, slots=True)
class Landmarks:
    """One person as the estimator sees them.

    Attributes:
        xy: (33, 2) float64, pixels of the 1920x1080 picture.
        world: (33, 3) float64, metres about the midpoint of the hips, axes as in camera space (x to the sensor's left,
            y up, z away from it).
        visibility: (33,) 0 to 1: in view and not hidden.
    """

    xy: np.ndarray
    world: np.ndarray
    visibility: np.ndarray

    @property
    def torso_px(self) -> float:
        """Length of the torso in the picture, or the shoulders' width where that is longer (somebody who bends)."""
        shoulders, hips = self.xy[list(SHOULDERS)], self.xy[list(HIPS)]
        length = np.linalg.norm(shoulders.mean(axis=0) - hips.mean(axis=0))
        return float(max(length, np.linalg.norm(shoulders[0] - shoulders[1]), 1.0))

    def apart_from(self, other: Landmarks) -> float:
        """How far apart two bodies are in the picture, median over the limbs, in lengths of the larger torso."""
        limbs = list(LIMBS)
        distances = np.linalg.norm(self.xy[limbs] - other.xy[limbs], axis=1)
        return float(np.median(distances)) / max(self.torso_px, other.torso_px)

    def overlap(self, other: Landmarks) -> float:
        """Shared part of the boxes around the limbs: intersection over union, 0 to 1."""
        limbs = list(LIMBS)
        lows = np.stack([one.xy[limbs].min(axis=0) for one in (self, other)])
        highs = np.stack([one.xy[limbs].max(axis=0) for one in (self, other)])
        shared = np.prod(np.maximum(highs.min(axis=0) - lows.max(axis=0), 0))
        return float(shared / max(np.prod(highs - lows, axis=1).sum() - shared, 1.0))


def body_of(landmarks: Landmarks, lens: Lens, tracking_id: int) -> Body | None:
    """The person as the Kinect would give them; None if no place before the camera fits.

    A joint is tracked if every landmark in it is seen and within the picture; else it is inferred, as the estimator
    guesses it.
    """
    landmarks = replace(landmarks, world=along_camera_axes(landmarks, lens))
    place = place_of(landmarks, lens)
    if place is None:
        return None
    left, top, right, bottom = lens.box
    x, y = landmarks.xy.T
    inside = (x >= left) & (x < right) & (y >= top) & (y < bottom)
    seen = (landmarks.visibility >= SEEN) & inside
    state = np.where((seen | ~_PARTS).all(axis=1), TRACKED, INFERRED)
    return Body(
        tracking_id=tracking_id,
        joints=(SHARES @ landmarks.world + place).astype(np.float32),
        joint_state=state.astype(np.uint8),
        color_xy=(SHARES @ landmarks.xy).astype(np.float32),
        orientations=np.zeros((JOINT_COUNT, 4), np.float32),
    )


def along_camera_axes(landmarks: Landmarks, lens: Lens) -> np.ndarray:
    """World landmarks (33, 3) about the midpoint of the hips, along the axes of camera space.

    The estimator sees a person's surroundings only, as if the camera pointed at the hips: whoever stands beside the
    middle of the picture seems turned, and whoever stands below it seems to lean towards the camera, by the angle
    between the line of sight to the hips and the optical axis. Here that is turned back; not if the line is not known.
    """
    hips = landmarks.xy[list(HIPS)].mean(axis=0)
    x, y = (hips - lens.centre_xy) * (1, -1) / lens.focal_px  # tangents of the line of sight
    away = float(np.hypot(x, y))
    if not 0 < away < np.inf:
        return landmarks.world
    turn, _ = cv2.Rodrigues(np.array([-y, x, 0.0]) * (np.arctan(away) / away))
    return landmarks.world @ turn.T


def place_of(landmarks: Landmarks, lens: Lens) -> np.ndarray | None:
    """Where the midpoint of the hips is, (3,) metres in camera space: there world landmarks project onto the picture's.

    World landmarks are along the axes of camera space. A pinhole: u = f (X + x) / (Z + z) + cx, v = -f (Y + y) /
    (Z + z) + cy. Times (Z + z) this is linear in the place (X, Y, Z); solved with least squares, landmarks weighted by
    their visibility. None if it is not between NEAREST_M and FARTHEST_M from the camera.
    """
    focal_px, (centre_x, centre_y) = lens.focal_px, lens.centre_xy
    body = list(range(11, LANDMARK_COUNT))  # a face is small, and its landmarks are many
    x, y, z = landmarks.world[body].T
    u, v = (landmarks.xy[body] - (centre_x, centre_y)).T
    weight = np.clip(landmarks.visibility[body], 0.05, 1.0)
    zeros, ones = np.zeros_like(u), np.ones_like(u)
    rows = np.concatenate(
        [np.stack([focal_px * ones, zeros, -u], axis=1), np.stack([zeros, -focal_px * ones, -v], axis=1)]
    )
    known = np.concatenate([u * z - focal_px * x, v * z + focal_px * y])
    weights = np.concatenate([weight, weight])
    if not (np.isfinite(rows).all() and np.isfinite(known).all()):
        return None
    place, _, rank, _ = np.linalg.lstsq(rows * weights[:, None], known * weights, rcond=None)
    return place if rank == 3 and NEAREST_M <= place[2] <= FARTHEST_M else None
