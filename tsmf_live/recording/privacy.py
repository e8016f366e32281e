"""Makes people in the picture unrecognisable, while they are recorded or afterwards (`sessions blur`, `strip`).

Bodies in, boxes of the picture to hide out. The boxes remember: who is lost stays hidden for a while, so they must see
all that a source gives, recorded or not (`TakeQueue` shows it to them). What is hidden of a person is a box around the
head; where the head is not surely known, around all that may be the person; where nothing of them is known, the whole
picture. A person whom the sensor does not track is not hidden: only a recording without colour is certain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NamedTuple

import cv2
import numpy as np

from tsmf_live.camera import FOCAL_PX
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, Body, SensorFrame
from tsmf_live.skeleton import HEAD, INFERRED, NECK, TRACKED, hop_distance

HEAD_HALF_M = 0.23  # from the head joint: chin, crown, hair, a head that is turned
MAPPING_PX = 20.0  # how far joints projected with a fixed camera are off in 95% of cases
LIMB_HALF_M = 0.25  # around any other joint, where the whole person is hidden
NECK_M = 0.4  # a head joint farther than this from the neck joint is wrong
NEAREST_M = 0.3  # the sensor sees nothing nearer
STAYS_S = 2.0  # after a person is lost, and before one is first tracked
GROWS_M_S = 0.5  # meanwhile
FARTHEST_PX = 1e5  # a joint mapped farther away than that has no place; sums of such numbers would overflow
SAME_MOVEMENT_S = 0.2  # between two frames that tell how fast somebody moves
CELLS = 4  # averages that are left of a box, each way
_HOPS_TO_HEAD = hop_distance()[HEAD]

Box = tuple[float, float, float, float]  # left, top, right, bottom; pixels of the picture, may leave it
WHOLE_PICTURE: Box = (0.0, 0.0, float(COLOR_WIDTH), float(COLOR_HEIGHT))


def head_box(body: Body) -> Box | None:
    """The box around a head, or None if the joint is not to be trusted or cannot be mapped."""
    head, neck = body.joints[[HEAD, NECK]].astype(np.float64)  # squares of what a damaged file says overflow float32
    known = body.joint_state[HEAD] == TRACKED and _mapped(body)[HEAD] and head[2] >= NEAREST_M
    if not known or np.linalg.norm(head - neck) > NECK_M:
        return None
    nearest_m = max(min(head[2], neck[2]), NEAREST_M)
    return _around(body.color_xy[HEAD], HEAD_HALF_M * FOCAL_PX / nearest_m + MAPPING_PX)


def person_box(body: Body) -> Box | None:
    """A box that holds the whole person, the head wherever it may be; None if no joint says where they are.

    The head lies within reach of the joint nearest to it on the body: 0.25 m and 0.25 m for each bone between.
    """
    mapped = _mapped(body) & (body.joints[:, 2] >= NEAREST_M)
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


class Lost(NamedTuple):
    """Somebody who is not tracked any more: where they were when last seen, how long ago, a metre there in pixels."""

    box: Box
    for_s: float
    pixels_m: float


class HiddenBoxes:
    """What to hide in each frame. A person who is lost stays hidden for 2 s, in a box that grows.

    Args:
        box_of: what to hide of a body.
        lost, from_s: who had been lost when the first frame came, and its time.
    """

    def __init__(
        self, box_of: Callable[[Body], Box] = face_box, lost: Iterable[Lost] = (), from_s: float = 0.0
    ) -> None:
        self._box_of = box_of
        # by tracking id and which body of that id in the frame: where and when last seen (`for_s`: sensor time)
        self._known: dict[tuple[int, int], Lost] = {
            (-1, number): one._replace(for_s=from_s - one.for_s) for number, one in enumerate(lost)
        }

    def at(self, bodies: Iterable[Body], time_s: float) -> list[Box]:
        """The boxes to hide at a time; times must rise."""
        boxes, _ = self.see(bodies, time_s)
        return boxes

    def see(self, bodies: Iterable[Body], time_s: float) -> tuple[list[Box], list[Lost]]:
        """The boxes to hide at a time, and the people who are lost then."""
        self._known = {key: known for key, known in self._known.items() if 0 <= time_s - known.for_s <= STAYS_S}
        boxes = []
        seen: Counter[int] = Counter()
        for body in bodies:
            box, key = self._box_of(body), (body.tracking_id, seen[body.tracking_id])
            before = self._known.get(key)
            if before is not None and time_s - before.for_s <= SAME_MOVEMENT_S:
                # the picture may be slightly older or newer than the joints
                boxes.append(_union(_grown(box, _moved_px(before.box, box)), before.box))
            else:
                boxes.append(box)
            self._known[key] = Lost(box, time_s, FOCAL_PX / _distance_m(body))
            seen[body.tracking_id] += 1
        lost = [
            known._replace(for_s=time_s - known.for_s)
            for (tracking_id, number), known in self._known.items()
            if number >= seen[tracking_id]
        ]
        boxes += [_grown(one.box, GROWS_M_S * one.for_s * one.pixels_m) for one in lost]
        return boxes, lost


def described(lost: Iterable[Lost]) -> list[list[Any]]:
    """Lost people as session.json keeps them."""
    return [[list(map(float, one.box)), float(one.for_s), float(one.pixels_m)] for one in lost]


def lost_of(description: Any) -> list[Lost]:
    """The people from what `described` wrote; ValueError if it is not of that form."""
    try:
        lost = [Lost(tuple(map(float, box)), float(for_s), float(pixels_m)) for box, for_s, pixels_m in description]
    except (TypeError, OverflowError) as error:
        raise ValueError(error) from error
    if not all(len(one.box) == 4 and np.isfinite([*one.box, one.for_s, one.pixels_m]).all() for one in lost):
        raise ValueError("a box has four sides, and all is finite")
    return lost


def with_hidden(frame: SensorFrame, boxes: Iterable[Box]) -> SensorFrame:
    """The frame with what is in the boxes made unrecognisable; itself if there is nothing to hide, or no picture."""
    boxes = list(boxes)
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


def _mapped(body: Body) -> np.ndarray:
    """(25,) bool: which joints have a place in the picture, or beside it; not so NaN, and what cannot be a place."""
    return (np.abs(body.color_xy) < FARTHEST_PX).all(axis=1)


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
    """Distance of the nearest joint in front of the sensor, by which a metre in the picture is measured."""
    depths_m = body.joints[:, 2]
    return float(min(depths_m[depths_m >= NEAREST_M], default=1.0))
