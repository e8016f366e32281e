"""A view that follows the people: near enough to see what they do, wide enough that nobody leaves it, and calm."""

from __future__ import annotations

import math

import numpy as np

from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, PoseFrame
from tsmf_live.gui.picture.placement import DRAWABLE_PX

ROOM = 0.22  # of the people's height, left free on every side
SMALLEST_PX = 360.0  # of the picture's height; nearer, a tracker's noise is all that there is to see
CLOSES_S = 2.5  # time constant with which the view comes nearer; it gives way at once
LONGEST_STEP_S = 0.2


class Following:
    """Which part of the picture to show, moment by moment."""

    def __init__(self) -> None:
        self._box: np.ndarray | None = None  # left, top, right, bottom, picture px
        self._time_s = -math.inf

    def view(self, pose: PoseFrame, focus: int | None) -> tuple[float, tuple[float, float]]:
        """Zoom (1.0: the whole picture) and centre (x, y) px of the picture; with nobody there, as it was.

        Args:
            focus: the slot that is followed, None: everybody.
        """
        people = [person for person in pose.persons if focus is None or person.slot == focus] or pose.persons
        seen = [_box_of(person.body.color_xy[person.body.joint_state > 0]) for person in people]
        seen = [box for box in seen if box is not None]
        if seen:
            wanted = np.concatenate([np.min(seen, axis=0)[:2], np.max(seen, axis=0)[2:]])
            self._take(_with_room(wanted), pose.sensor_time_s)
        if self._box is None:
            return 1.0, (COLOR_WIDTH / 2, COLOR_HEIGHT / 2)
        left, top, right, bottom = self._box.tolist()
        height = max(bottom - top, (right - left) * COLOR_HEIGHT / COLOR_WIDTH, SMALLEST_PX)
        return max(COLOR_HEIGHT / height, 1.0), ((left + right) / 2, (top + bottom) / 2)

    def _take(self, wanted: np.ndarray, time_s: float) -> None:
        step_s = time_s - self._time_s
        self._time_s = time_s
        if self._box is None or not 0 <= step_s <= 1.0:  # the first one, or another place of a recording
            self._box = wanted
            return
        share = 1 - math.exp(-min(step_s, LONGEST_STEP_S) / CLOSES_S)
        nearer = self._box + share * (wanted - self._box)
        self._box = np.concatenate([np.minimum(nearer, wanted)[:2], np.maximum(nearer, wanted)[2:]])


def _box_of(color_xy: np.ndarray) -> np.ndarray | None:
    """Left, top, right, bottom of joints (N, 2) that can be drawn; None: there are none."""
    color_xy = color_xy[(np.abs(np.nan_to_num(color_xy, nan=np.inf)) < DRAWABLE_PX).all(axis=1)]
    return np.concatenate([color_xy.min(axis=0), color_xy.max(axis=0)]) if len(color_xy) else None


def _with_room(box: np.ndarray) -> np.ndarray:
    room = ROOM * max(box[3] - box[1], box[2] - box[0])
    return box + room * np.array([-1, -1, 1, 1])
