"""Standing people whose joints are all known, the pictures they are in, and what is left of their faces."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.fakes.recordings import write_session
from tsmf_live.camera import FOCAL_PX, project_to_color
from tsmf_live.frames import Body, SensorFrame
from tsmf_live.skeleton import HEAD, TRACKED

HEAD_RADIUS_M = 0.15  # around the head joint: chin, crown and hair
#: A standing person, metres from the spine base: x, y.
STANDING = np.array([
    (0, 0), (0, 0.25), (0, 0.55), (0, 0.70), (-0.2, 0.48), (-0.3, 0.22), (-0.35, 0), (-0.36, -0.08), (0.2, 0.48),
    (0.3, 0.22), (0.35, 0), (0.36, -0.08), (-0.1, -0.05), (-0.1, -0.45), (-0.1, -0.85), (-0.1, -0.9), (0.1, -0.05),
    (0.1, -0.45), (0.1, -0.85), (0.1, -0.9), (0, 0.48), (-0.36, -0.15), (-0.32, -0.1), (0.36, -0.15), (0.32, -0.1),
])  # fmt: skip


def person(place, *, lean: float = 0.0, turn: float = 0.0, tracking_id: int = 7) -> Body:
    """Somebody at a place (3,), leaning (pi/2: lying) and turned, every joint tracked."""
    points = np.column_stack([STANDING, np.zeros(25)])
    points = points @ np.array([[np.cos(lean), np.sin(lean), 0], [-np.sin(lean), np.cos(lean), 0], [0, 0, 1]])
    points = points @ np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    return body_of((points + place).astype(np.float32), tracking_id)


def body_of(joints: np.ndarray, tracking_id: int = 7) -> Body:
    state = np.full(25, TRACKED, np.uint8)
    return Body(tracking_id, joints, state, project_to_color(joints), np.zeros((25, 4), np.float32))


def head_pixels(body: Body) -> np.ndarray:
    """(1080, 1920) bool: where the head really is."""
    centre = project_to_color(body.joints[HEAD])
    radius = HEAD_RADIUS_M * FOCAL_PX / max(body.joints[HEAD, 2] - HEAD_RADIUS_M, 0.3)
    y, x = np.ogrid[:1080, :1920]
    return (x - centre[0]) ** 2 + (y - centre[1]) ** 2 <= radius**2


def noise() -> np.ndarray:
    """A picture in which every pixel is black or white by chance."""
    color = np.random.default_rng(1).integers(0, 2, (1080, 1920, 4), np.uint8) * 255
    color[..., 3] = 255
    return color


NOISE = noise()
STRIPES = np.full((1080, 1920, 4), 255, np.uint8)  # as hard to recover, and quick to encode
STRIPES[:, (np.arange(1920) // 8) % 2 == 0, :3] = 0


def assert_gone(color_bgra: np.ndarray, where: np.ndarray) -> None:
    """Nothing is left of the noise there but averages."""
    left = color_bgra[where][:, :3].astype(int)
    assert len(left) == 0 or np.abs(left - 127).max() < 40


def frame_of(time_s: float, *bodies: Body, color: np.ndarray | None = NOISE) -> SensorFrame:
    return SensorFrame(round(time_s * 30), time_s, 0.0, color, bodies)


def session(folder, *, second: bool = False, count: int = 12, tracked: tuple[int, ...] = (5, 6)):
    """Frames half a second apart; somebody is tracked in two of them only."""
    recorded = []
    for i in range(count):
        bodies = [person((-0.6, 0, 2.5))] if i in tracked else []
        bodies += [person((0.8, 0, 3.0), tracking_id=8)] if second else []
        recorded.append(replace(frame_of(i / 2, *bodies, color=STRIPES), index=i))
    write_session(folder, recorded)
    return recorded
