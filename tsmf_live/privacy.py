"""Makes people in the picture unrecognisable, while they are recorded or afterwards (`sessions blur`, `strip`).

SensorFrame in, SensorFrame with a new picture out. What is hidden of a person is a box around the head; where the head
is not surely known, around all that may be the person; where nothing of them is known, the whole picture. A person whom
the sensor does not track is not hidden: only a recording without colour is certain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from tsmf_live.camera import FOCAL_PX
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, Body, SensorFrame
from tsmf_live.skeleton import HEAD, INFERRED, PARENTS, TRACKED, hop_distance

HEAD_HALF_M = 0.23  # from the head joint: chin, crown, hair, a head that is turned
MAPPING_PX = 20.0  # how far joints projected with a fixed camera are off in 95% of cases
LIMB_HALF_M = 0.25  # around any other joint, where the whole person is hidden
NECK_M = 0.4  # a head joint farther than this from the neck joint is wrong
NEAREST_M = 0.3  # the sensor sees nothing nearer
STAYS_S = 2.0  # after a person is lost, and before one is first tracked
GROWS_M_S = 0.5  # meanwhile
SAME_MOVEMENT_S = 0.2  # between two frames that tell how fast somebody moves
CELLS = 4  # averages that are left of a box, each way
_NECK = PARENTS[HEAD]
_HOPS_TO_HEAD = hop_distance()[HEAD]

Box = tuple[float, float, float, float]  # left, top, right, bottom; pixels of the picture, may leave it
WHOLE_PICTURE: Box = (0.0, 0.0, float(COLOR_WIDTH), float(COLOR_HEIGHT))


def head_box(body: Body) -> Box | None:
    """The box around a head, or None if the joint is not to be trusted or cannot be mapped."""
    head, neck = body.joints[HEAD], body.joints[_NECK]
    known = body.joint_state[HEAD] == TRACKED and np.isfinite(body.color_xy[HEAD]).all() and head[2] >= NEAREST_M
    if not known or np.linalg.norm(head - neck) > NECK_M:
        return None
    nearest_m = max(min(head[2], neck[2]), NEAREST_M)
    return _around(body.color_xy[HEAD], HEAD_HALF_M * FOCAL_PX / nearest_m + MAPPING_PX)


def person_box(body: Body) -> Box | None:
    """A box that holds the whole person, the head wherever it may be; None if no joint says where they are.

    The head lies within reach of the joint nearest to it on the body: 0.25 m and 0.25 m for each bone between.
    """
    mapped = np.isfinite(body.color_xy).all(axis=1) & (body.joints[:, 2] >= NEAREST_M)
    for state in (TRACKED, INFERRED):
        trusted = np.flatnonzero(mapped & (body.joint_state == state))
        if len(trusted):
            break
    else:
        return None
    nearest = trusted[np.argmin(_HOPS_TO_HEAD[trusted])]
    reach_m = 0.25 + 0.25 * _HOPS_TO_HEAD[nearest]
    reach_px = reach_m * FOCAL_PX / max(body.joints[nearest, 2] - reach_m, NEAREST_M)  # it may be that much nearer
    xy, half_px = body.color_xy[mapped], LIMB_HALF_M * FOCAL_PX / body.joints[mapped, 2:] + MAPPING_PX
    limbs = (*(xy - half_px).min(axis=0), *(xy + half_px).max(axis=0))
    return _union(limbs, _around(body.color_xy[nearest], reach_px + MAPPING_PX))


def face_box(body: Body) -> Box:
    """What hides a face: the head's box, else the whole person's, else the whole picture."""
    return head_box(body) or person_box(body) or WHOLE_PICTURE


def whole_box(body: Body) -> Box:
    """What hides a person."""
    return person_box(body) or WHOLE_PICTURE


@dataclass
class _Known:
    """Where somebody was when last seen."""

    box: Box
    seen_s: float
    pixels_m: float  # pixels of a metre at their distance


class HiddenBoxes:
    """What to hide in each frame. A person who is lost stays hidden for 2 s, in a box that grows.

    Args:
        box_of: what to hide of a body.
    """

    def __init__(self, box_of: Callable[[Body], Box] = face_box) -> None:
        self._box_of = box_of
        self._known: dict[int, _Known] = {}

    def at(self, bodies: Iterable[Body], time_s: float) -> list[Box]:
        """The boxes to hide at a moment; moments come in order."""
        self._known = {key: known for key, known in self._known.items() if 0 <= time_s - known.seen_s <= STAYS_S}
        boxes = []
        seen = set()
        for body in bodies:
            box = self._box_of(body)
            before = self._known.get(body.tracking_id)
            if before is not None and time_s - before.seen_s <= SAME_MOVEMENT_S:
                # the picture may be a moment older or newer than the joints
                boxes.append(_union(_grown(box, _moved_px(before.box, box)), before.box))
            else:
                boxes.append(box)
            self._known[body.tracking_id] = _Known(box, time_s, FOCAL_PX / _distance_m(body))
            seen.add(body.tracking_id)
        for key, known in self._known.items():
            if key not in seen:
                boxes.append(_grown(known.box, GROWS_M_S * (time_s - known.seen_s) * known.pixels_m))
        return boxes


class FaceBlur:
    """SensorFrame -> the same with every tracked person's head made unrecognisable. Takes all frames, in order."""

    def __init__(self) -> None:
        self._boxes = HiddenBoxes()

    def apply(self, frame: SensorFrame) -> SensorFrame:
        """The frame with a new picture; itself if there is nothing to hide, or no picture."""
        boxes = self._boxes.at(frame.bodies, frame.sensor_time_s)
        if frame.color_bgra is None or not boxes:
            return frame
        return replace(frame, color_bgra=blurred(frame.color_bgra, boxes))


def blurred(color_bgra: np.ndarray, boxes: Iterable[Box]) -> np.ndarray:
    """A copy of a picture in which at most 4 x 4 averages are left of each box, with a smooth transition between."""
    color_bgra = color_bgra.copy()
    for box in boxes:
        region = _region(color_bgra, box)
        if not region.size:
            continue
        cell = max(box[2] - box[0], box[3] - box[1]) / CELLS
        cells_wh = tuple(max(1, int(side / cell)) for side in (region.shape[1], region.shape[0]))
        averages = cv2.resize(region, cells_wh, interpolation=cv2.INTER_AREA)
        region[:] = cv2.resize(averages, region.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return color_bgra


def blackened(color_bgra: np.ndarray, boxes: Iterable[Box]) -> np.ndarray:
    """A copy of a picture with nothing left of each box."""
    color_bgra = color_bgra.copy()
    for box in boxes:
        _region(color_bgra, box)[:] = (0, 0, 0, 255)
    return color_bgra


def _region(color_bgra: np.ndarray, box: Box) -> np.ndarray:
    """The part of the picture that a box covers, as a view; pixels that it only touches included."""
    limits = (COLOR_WIDTH, COLOR_HEIGHT)
    left, top = (int(np.clip(np.floor(box[axis]), 0, limits[axis])) for axis in (0, 1))
    right, bottom = (int(np.clip(np.ceil(box[2 + axis]), 0, limits[axis])) for axis in (0, 1))
    return color_bgra[top:bottom, left:right]


def _around(xy: np.ndarray, half_px: float) -> Box:
    return float(xy[0] - half_px), float(xy[1] - half_px), float(xy[0] + half_px), float(xy[1] + half_px)


def _union(one: Box, other: Box) -> Box:
    return (*map(min, one[:2], other[:2]), *map(max, one[2:], other[2:]))


def _grown(box: Box, by_px: float) -> Box:
    return box[0] - by_px, box[1] - by_px, box[2] + by_px, box[3] + by_px


def _moved_px(before: Box, now: Box) -> float:
    return max(abs(now[axis] + now[2 + axis] - before[axis] - before[2 + axis]) / 2 for axis in (0, 1))


def _distance_m(body: Body) -> float:
    """Of the nearest joint in front of the sensor: the nearer, the larger a metre in the picture."""
    depths_m = body.joints[:, 2]
    return float(min(depths_m[depths_m >= NEAREST_M], default=1.0))
