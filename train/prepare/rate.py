"""Clips at the rate that the networks know, 30 frames a second: recognition depends on true speed most of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from train.prepare.footage import Clip
from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.nets.joint_input import between_frames

NEAR_ENOUGH = 0.05  # a rate that differs by less is kept: 31 frames a second count as 30
LOWEST_HZ, HIGHEST_HZ = 1.0, 240.0


def at_30_hz(clip: Clip, rate_hz: float) -> Clip:
    """The clip as 30 frames a second would have shown it; joints are interpolated, what else there is comes from the
    nearest frame. Pictures do not follow: a clip of another rate has none.

    Args:
        rate_hz: frames a second that the clip really has.
    """
    if abs(rate_hz / FRAME_RATE_HZ - 1) < NEAR_ENOUGH:
        return clip
    step = rate_hz / FRAME_RATE_HZ
    begin, end = clip.first_frame, len(clip.joints) - 1
    after = np.arange(begin, end + 1e-9, step)
    before = np.arange(begin, -1e-9, -step)[:0:-1]
    times = np.concatenate([before, after]) if end > begin else np.array([float(begin)])
    nearest = np.round(times).astype(int)
    return replace(
        clip,
        first_frame=len(before) if end > begin else 0,
        start=0,
        joints=between_frames(clip.joints, times),
        states=clip.states[nearest],
        color_xy=None,
        seen=np.arange(len(times), dtype=np.int32)[:, None].repeat(clip.joints.shape[1], axis=1),
    )
