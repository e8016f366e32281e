"""Frames that can be told apart: from the recording's index alone follow time, bodies and picture."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from tsmf_live.camera import project_to_color
from tsmf_live.frames import FRAME_RATE_HZ, Body, SensorFrame

START_S = 812.25  # sensor clocks do not start at 0
SHADES = 8  # pictures that exist; a bar stands at another place in each
BAR_PX = 200


def frame(index: int, color: bool = True) -> SensorFrame:
    """Frame `index`: 0, 1 or 2 bodies."""
    return SensorFrame(
        index=index,
        sensor_time_s=START_S + index / FRAME_RATE_HZ,
        host_time_s=100.0 + index / FRAME_RATE_HZ,
        color_bgra=picture(index % SHADES) if color else None,
        bodies=tuple(body(index, k) for k in range(index % 3)),
    )


def body(index: int, which: int) -> Body:
    """One of the persons of a frame."""
    rng = np.random.default_rng(10 * index + which)
    joints = rng.normal((0.4 * which, 0, 3), 0.3, (25, 3)).astype(np.float32)
    states = rng.integers(0, 3, 25).astype(np.uint8)
    orientations = rng.uniform(-1, 1, (25, 4)).astype(np.float32)
    return Body(2**56 + which, joints, states, project_to_color(joints), orientations, (2, 3))


@lru_cache(SHADES)
def picture(shade: int) -> np.ndarray:
    """1080p with a green bar whose place tells which picture it is."""
    color = np.full((1080, 1920, 4), 60, np.uint8)
    color[200:900, BAR_PX * shade : BAR_PX * (shade + 1), 1] = 220
    return color


def index_of(sensor_time_s: float) -> int:
    """Which frame has this time; AssertionError if none has."""
    index = round((sensor_time_s - START_S) * FRAME_RATE_HZ)
    assert frame_time_s(index) == sensor_time_s, f"no frame has the time {sensor_time_s}"
    return index


def frame_time_s(index: int) -> float:
    """As in `frame`."""
    return START_S + index / FRAME_RATE_HZ


def assert_right(got: SensorFrame) -> None:
    """AssertionError unless a replayed frame has the bodies and the picture of its time."""
    index = index_of(got.sensor_time_s)
    expected = frame(index, color=False)
    assert len(got.bodies) == len(expected.bodies), f"frame {index}: other bodies"
    for one, other in zip(got.bodies, expected.bodies, strict=True):
        assert one.joints.tobytes() == other.joints.tobytes(), f"frame {index}: other joints"
    assert got.color_bgra is None or shade_of(got.color_bgra) == index % SHADES, f"frame {index}: another picture"


def shade_of(color_bgra: np.ndarray) -> int:
    """Which picture it is."""
    row = color_bgra[300:800:50, BAR_PX // 2 : SHADES * BAR_PX : BAR_PX, 1].mean(axis=0)
    return int(row.argmax())
