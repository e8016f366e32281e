"""How far the sensor is tilted: the networks get joints turned upright, as a sensor sees people that looks straight on.

The floor plane says it where the sensor gives one. Else people who stand or walk say it: the line from their feet to
their shoulders points up, on average. Recordings and the picture keep what the sensor gave.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

import numpy as np

from tsmf_live.frames import FRAME_RATE_HZ, Tilt
from tsmf_live.skeleton import HIPS, LEGS, SPINE_SHOULDER

FLOOR, PEOPLE = "floor plane", "people who stand"
STANDING_FRAMES = 20  # of somebody who stands, before it counts
KEPT_FRAMES, ESTIMATE_EVERY = 900, 5  # of people who stand; a new estimate every so many frames
LARGEST_TILT_RAD = math.radians(50)  # more is no sensor's tilt: somebody lies, or the plane is a wall
CONTRADICTS_RAD, MOVED_FRAMES = math.radians(15), 600  # who differs by more counts only after so many frames
STRAIGHT_RAD = math.radians(18)  # legs and trunk of somebody who stands lie in one line, but for this
#: A new estimate is approached no faster: it must not look like motion.
TURN_RAD_PER_FRAME = math.radians(40) / FRAME_RATE_HZ
SMALLEST_TILT_RAD = math.radians(4)  # people do not stand more upright than this
_UP = np.array([0.0, 1.0, 0.0])


class Level:
    """Finds the tilt of one source's sensor. Used by one thread, frame by frame."""

    def __init__(self) -> None:
        self._ups: deque[np.ndarray] = deque(maxlen=KEPT_FRAMES)
        self._others: deque[np.ndarray] = deque(maxlen=MOVED_FRAMES)
        self._up = _UP  # the room's vertical in camera space, as it is applied now
        self._wanted: np.ndarray | None = None  # the newest estimate
        self._frames = 0
        self.tilt = Tilt()

    def look(self, floor_plane: Sequence[float] | None, people: Sequence[np.ndarray]) -> None:
        """Takes one frame.

        Args:
            floor_plane: (a, b, c, d) with ax + by + cz + d = 0, or None.
            people: joints (25, 3) of everybody, camera space, metres.
        """
        floor = up_of_floor(floor_plane)
        if floor is not None:
            self._set(floor, FLOOR)
            return
        for up in map(up_of_person, people):
            if up is not None:
                self._count(up)
        self._frames += 1
        if len(self._ups) < STANDING_FRAMES:
            return
        if self._wanted is None or self._frames % ESTIMATE_EVERY == 0:
            up = np.median(np.array(self._ups), axis=0)
            up = up / np.linalg.norm(up)
            self._wanted = _UP if _angle(up, _UP) < SMALLEST_TILT_RAD else up
        self._set(_towards(self._up, self._wanted), PEOPLE)

    def _count(self, up: np.ndarray) -> None:
        """Takes one person's word; who contradicts what is known (somebody leans, or lies) must do so for long."""
        if self._wanted is None or _angle(up, self._wanted) < CONTRADICTS_RAD:
            self._ups.append(up)
            return
        self._others.append(up)
        if len(self._others) == self._others.maxlen:  # the sensor was moved
            self._ups = deque(self._others, maxlen=KEPT_FRAMES)
            self._others.clear()

    def _set(self, up: np.ndarray, known_from: str) -> None:
        if self.tilt.known_from != known_from or not np.array_equal(up, self._up):
            self._up = up
            turn = None if np.allclose(up, _UP, atol=1e-6) else rotation_between(up, _UP).astype(np.float32)
            self.tilt = Tilt(round(math.degrees(_angle(up, _UP)), 1), known_from, turn)


def turns_of_clip(joints: np.ndarray, present: np.ndarray) -> np.ndarray:
    """The rotation (T, 3, 3) that is known at each frame of a clip (T, M, 25, 3), as live and without a floor plane.

    Args:
        present: (T, M) bool: who is seen in a frame.
    """
    level, turns = Level(), np.tile(np.eye(3, dtype=np.float32), (len(joints), 1, 1))
    for t, (people, there) in enumerate(zip(joints, present, strict=True)):
        level.look(None, people[there])
        if level.tilt.turn is not None:
            turns[t] = level.tilt.turn
    return turns


def up_of_floor(floor_plane: Sequence[float] | None) -> np.ndarray | None:
    """The unit vector (3,) that points up from a floor plane; None of none, or of one that cannot be a floor."""
    if floor_plane is None:
        return None
    normal = np.array(floor_plane[:3], float)
    length = float(np.linalg.norm(normal))
    if not math.isfinite(length) or length < 1e-6:
        return None
    normal = normal / length if normal[1] >= 0 else -normal / length
    return normal if _angle(normal, _UP) <= LARGEST_TILT_RAD else None


def up_of_person(joints: np.ndarray) -> np.ndarray | None:
    """The unit vector (3,) from feet to shoulders of somebody (25, 3) who stands straight; None of anybody else."""
    hips = joints[list(HIPS)].mean(axis=0)
    trunk = joints[SPINE_SHOULDER] - hips
    feet = []
    for hip, knee, ankle, _ in LEGS:
        thigh, shank = joints[hip] - joints[knee], joints[knee] - joints[ankle]
        if _angle(thigh, shank) < 2 * STRAIGHT_RAD:
            feet.append(joints[ankle])
    if not feet:
        return None
    legs = hips - np.mean(feet, axis=0)
    up = joints[SPINE_SHOULDER] - np.mean(feet, axis=0)
    if _angle(legs, trunk) > STRAIGHT_RAD or _angle(up, _UP) > LARGEST_TILT_RAD or np.linalg.norm(up) < 0.6:
        return None
    return up / np.linalg.norm(up)


def rotation_between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The smallest rotation (3, 3) that takes unit vector a to b, which is not opposite to it."""
    v, c = np.cross(a, b), float(a @ b)
    cross = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    return np.eye(3) + cross + cross @ cross / (1 + c)


def _towards(now: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """`now` moved towards `wanted` by at most TURN_RAD_PER_FRAME; both unit vectors."""
    angle = _angle(now, wanted)
    if angle <= TURN_RAD_PER_FRAME:
        return wanted
    moved = now + (wanted - now) * (TURN_RAD_PER_FRAME / angle)
    return moved / np.linalg.norm(moved)


def _angle(a: np.ndarray, b: np.ndarray) -> float:
    """Between two vectors, radians."""
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return math.acos(max(-1.0, min(1.0, float(a @ b) / lengths))) if lengths > 1e-9 else math.pi
