"""Where one event holds several: who kicks twice comes back to their stance in between.

The network looks at seconds, so to it two kicks in a row are one. The excursion is how far elbows, wrists, knees and
ankles are from where they usually are, seen from the spine base: it rises and falls once with each repetition.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import replace
from itertools import pairwise

import numpy as np

from tsmf_live.frames import FRAME_RATE_HZ, Event, PoseFrame, Tilt
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.skeleton import JOINT_NAMES, SPINE_BASE

LIMBS = [JOINT_NAMES.index(limb + side) for limb in ("Elbow", "Wrist", "Knee", "Ankle") for side in ("Left", "Right")]
KEPT_S = 60.0
STANCE_S = 3.0  # before an event: with these, the median pose is the stance
NEAR_S = 0.3  # an event's begin and end move to the lowest excursion so near
SHORTEST_S = 0.5  # repetition
LEAST_M = 0.15  # excursion of a repetition
MEAN_OF = 5  # frames at FRAME_RATE_HZ


class Repetitions:
    """Of one person; used by one thread, frame by frame."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, np.ndarray]] = deque()
        self._turn: np.ndarray | None = None  # newest

    @property
    def last_s(self) -> float:
        """The newest frame's time."""
        return self._seen[-1][0] if self._seen else -math.inf

    def look(self, now_s: float, joints: np.ndarray, tilt: Tilt) -> None:
        """Takes a frame, joints (25, 3) in camera space; `tilt`: of the sensor, as it is known now."""
        seen = self._seen
        if self.last_s >= now_s:
            seen.clear()
        while seen and seen[0][0] < now_s - KEPT_S:
            seen.popleft()
        limbs = np.array(joints[LIMBS] - joints[SPINE_BASE], np.float64)
        if seen:
            limbs = np.where(np.isfinite(limbs), limbs, seen[-1][1])
        seen.append((now_s, np.nan_to_num(limbs)))
        self._turn = tilt.turn

    def parts(self, event: Event, valley: float, after_s: float, now_s: float) -> list[Event]:
        """The event, or several in its place, each with its own begin and end.

        Args:
            valley: it is cut where the excursion falls below this share of the peaks on both sides.
            after_s: nothing begins earlier.
            now_s: what was seen later does not count.
        """
        times_s, excursion_m = self._excursion(event.start_s - STANCE_S, min(event.end_s + NEAR_S, now_s))
        if len(times_s) < 2:
            return [event]
        start_s, end_s = (
            float(times_s[near[excursion_m[near].argmin()]]) if len(near) else at_s
            for at_s in (event.start_s, event.end_s)
            for near in [np.flatnonzero(abs(times_s - at_s) <= NEAR_S)]
        )
        start_s = max(start_s, after_s)
        if end_s - start_s < SHORTEST_S:
            return [event]
        first, last = np.searchsorted(times_s, (start_s, end_s))
        cuts_s = times_s[first + np.array(_valleys(excursion_m[first : last + 1], valley), int)].tolist()
        borders_s = [start_s, *cuts_s, end_s]
        return [replace(event, start_s=a, end_s=b) for a, b in pairwise(borders_s)]

    def _excursion(self, from_s: float, to_s: float) -> tuple[np.ndarray, np.ndarray]:
        """Times at FRAME_RATE_HZ from one to another, and metres from the stance at each."""
        seen = [one for one in self._seen if from_s <= one[0] <= to_s]
        if not seen:
            return np.zeros(0), np.zeros(0)
        seen_s = np.array([time_s for time_s, _ in seen])
        times_s = np.arange(seen_s[0], seen_s[-1] + 1e-6, 1 / FRAME_RATE_HZ)
        limbs = np.stack([limbs for _, limbs in seen])
        heights_m = limbs[:, :, 1] if self._turn is None else limbs @ self._turn[1]
        aside_m = np.sqrt(np.maximum((limbs**2).sum(axis=2) - heights_m**2, 0.0))  # whichever way the person faces
        places = np.stack([np.interp(times_s, seen_s, one) for one in np.concatenate([heights_m, aside_m], axis=1).T])
        window = np.ones(MEAN_OF) / MEAN_OF
        padded = np.pad(places, ((0, 0), (MEAN_OF // 2, MEAN_OF // 2)), "edge")
        smooth = np.stack([np.convolve(one, window, "valid") for one in padded])
        return times_s, abs(smooth - np.median(smooth, axis=1, keepdims=True)).max(axis=0)


class AllRepetitions:
    """Of everybody in view.

    Args:
        spec: nothing is kept where none of its classes asks for it; None: all is.
    """

    def __init__(self, spec: Spec | None = None) -> None:
        self._is_asked = spec is None or any(own.get("valley") for own in spec.decisions.values())
        self._persons: dict[tuple[int, int], Repetitions] = {}

    def look(self, pose: PoseFrame) -> None:
        """Takes a frame."""
        if not self._is_asked:
            return
        now_s = pose.sensor_time_s
        for one in pose.persons:
            if one.is_person:
                self.of((one.slot, one.epoch)).look(now_s, one.body.joints, pose.tilt)
        self._persons = {key: one for key, one in self._persons.items() if one.last_s > now_s - KEPT_S}

    def of(self, key: tuple[int, int]) -> Repetitions:
        """Those of a person, (slot, epoch)."""
        return self._persons.setdefault(key, Repetitions())


def _valleys(excursion_m: np.ndarray, valley: float) -> list[int]:
    """Where to cut, ascending: the relatively lowest place first, then on both sides of it."""
    margin = round(SHORTEST_S * FRAME_RATE_HZ)
    inside = slice(margin, len(excursion_m) - margin)
    peaks_m = np.minimum(np.maximum.accumulate(excursion_m), np.maximum.accumulate(excursion_m[::-1])[::-1])[inside]
    shares = np.where(peaks_m >= LEAST_M, excursion_m[inside] / np.maximum(peaks_m, LEAST_M), np.inf)
    if not len(shares) or shares.min() > valley:
        return []
    at = margin + int(shares.argmin())
    return [*_valleys(excursion_m[:at], valley), at, *(at + k for k in _valleys(excursion_m[at:], valley))]
