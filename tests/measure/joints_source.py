"""Joints as a source: what people did, from recordings or the simulation, put together and damaged at will."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tsmf_live.camera import project_to_color
from tsmf_live.frames import FRAME_RATE_HZ, Body, SensorFrame, mark_unknown
from tsmf_live.skeleton import JOINT_COUNT, TRACKED
from tsmf_live.sources.base import EndOfSource, SourceInfo

FIRST_ID = 101


class JointsSource:
    """See sources.base.Source; bodies without colour.

    Args:
        joints: (T, M, 25, 3) metres; all zero: nobody there.
        times_s: (T,) sensor seconds; None: 30 frames a second.
        states: (T, M, 25); None: all tracked.
        ids: (T, M) tracking ids; None: each person keeps one.
    """

    def __init__(
        self,
        joints: np.ndarray,
        times_s: Sequence[float] | np.ndarray | None = None,
        states: np.ndarray | None = None,
        ids: np.ndarray | None = None,
    ) -> None:
        T, M = joints.shape[:2]
        self._joints = joints
        self._times_s = np.arange(T) / FRAME_RATE_HZ if times_s is None else np.asarray(times_s, np.float64)
        self._states = np.full((T, M, JOINT_COUNT), TRACKED, np.uint8) if states is None else states
        self._ids = np.broadcast_to(FIRST_ID + np.arange(M), (T, M)) if ids is None else ids
        self._next = 0
        self.warnings: list[str] = []
        duration_s = float(self._times_s[-1] - self._times_s[0]) + 1 / FRAME_RATE_HZ if T else 0.0
        self.info = SourceInfo("joints", "session", False, FRAME_RATE_HZ, duration_s, False, False)

    def read(self) -> SensorFrame:
        """See Source.read."""
        number, self._next = self._next, self._next + 1
        if number >= len(self._joints):
            raise EndOfSource
        bodies = []
        for joints, states, tracking_id in zip(
            self._joints[number], self._states[number], self._ids[number], strict=True
        ):
            if joints.any():
                joints, states, color_xy, _ = mark_unknown(joints, states, project_to_color(joints))
                turns = np.zeros((JOINT_COUNT, 4), np.float32)
                bodies.append(Body(int(tracking_id), joints, states, color_xy, turns))
        return SensorFrame(number, float(self._times_s[number]), 0.0, None, tuple(bodies))

    def close(self) -> None:
        """Nothing to let go."""
