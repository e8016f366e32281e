"""How far somebody has come down lately and is down still: who falls is, who limps or bends is not.

The spine base's height along the room's vertical (see `level`), the mean of three frames. Heights of all frames are
taken with the newest vertical, so a better estimate of it does not look like a movement.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from tsmf_live.frames import PoseFrame, Tilt
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.skeleton import SPINE_BASE

WITHIN_S = 0.7  # a descent is what the height loses in this time
LOOKS_BACK_S = 1.5  # the largest one that ended so recently counts
MEAN_OF = 3  # frames


class Descent:
    """Of one person; used by one thread, frame by frame."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, np.ndarray]] = deque()

    def look(self, now_s: float, joints: np.ndarray, tilt: Tilt) -> float:
        """Takes a frame, joints (25, 3) in camera space; returns metres, 0 of somebody new.

        Args:
            tilt: of the sensor, as it is known now.
        """
        seen = self._seen
        if seen and seen[-1][0] >= now_s:
            seen.clear()
        while seen and seen[0][0] < now_s - LOOKS_BACK_S - WITHIN_S:
            seen.popleft()
        seen.append((now_s, np.array(joints[SPINE_BASE], np.float64)))
        times_s = np.array([time_s for time_s, _ in seen])
        places = np.stack([place for _, place in seen])
        heights_m = places[:, 1] if tilt.turn is None else places @ tilt.turn[1]
        sums = np.concatenate([[0.0], heights_m.cumsum()])
        last = np.arange(1, len(sums))
        first = np.maximum(last - MEAN_OF, 0)
        means_m = (sums[last] - sums[first]) / (last - first)
        before = np.maximum(np.searchsorted(times_s, times_s - WITHIN_S + 1e-6, side="right") - 1, 0)
        still_m = means_m[before] - np.maximum(means_m, means_m[-1])
        return max(0.0, float(still_m[times_s >= now_s - LOOKS_BACK_S].max()))


class Descents:
    """Of everybody in view; nothing is computed where no class of the checkpoint asks for it."""

    def __init__(self, spec: Spec) -> None:
        self._is_asked = any(own.get("descent_m") for own in spec.decisions.values())
        self._persons: dict[tuple[int, int], Descent] = {}

    def look(self, pose: PoseFrame) -> dict[tuple[int, int], float]:
        """Takes a frame; metres of each person in it, (slot, epoch)."""
        if not self._is_asked:
            return {}
        seen = {(one.slot, one.epoch): one.body.joints for one in pose.persons if one.is_person}
        self._persons = {key: self._persons.get(key) or Descent() for key in seen}
        return {key: self._persons[key].look(pose.sensor_time_s, one, pose.tilt) for key, one in seen.items()}
