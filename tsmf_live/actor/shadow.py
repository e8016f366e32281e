"""The soft shadow that a simulated person casts on the floor, dark where the body is near to it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from tsmf_live.actor import brush
from tsmf_live.actor.brush import Canvas
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH

#: Joints that cast a spot, its radius and darkness at contact: feet, ankles, knees, hips, shoulders, head, hands.
SPOTS = (
    (15, 0.17, 0.5), (19, 0.17, 0.5), (13, 0.15, 0.3), (17, 0.15, 0.3), (14, 0.12, 0.2), (18, 0.12, 0.2),
    (0, 0.26, 0.5), (4, 0.18, 0.35), (8, 0.18, 0.35), (3, 0.15, 0.4), (7, 0.09, 0.25), (11, 0.09, 0.25),
)  # fmt: skip
FADE_M = 0.22  # height above the floor at which a spot has faded to 1/e
WEAKEST = 0.03  # fainter spots are left out
REACH = 2.4  # a spot is painted as far as this many radii


@dataclass(frozen=True)
class Shadow:
    """Round spots on the floor: middles (k, 2) and half sizes (k, 2) in px, darkness (k,) 0 to 1."""

    box_xyxy: tuple[int, int, int, int]
    middles_px: np.ndarray
    sizes_px: np.ndarray
    darkness: np.ndarray

    def darken(self, canvas: Canvas) -> None:
        """Darken the floor in the canvas; a pixel's value does not depend on the canvas's region."""
        left, top, right, bottom = canvas.region_xyxy
        x0, y0 = max(self.box_xyxy[0], left), max(self.box_xyxy[1], top)
        x1, y1 = min(self.box_xyxy[2], right), min(self.box_xyxy[3], bottom)
        if x0 >= x1 or y0 >= y1:
            return
        across = self._profiles(0)[:, x0 - self.box_xyxy[0] : x1 - self.box_xyxy[0]]
        down = self._profiles(1)[:, y0 - self.box_xyxy[1] : y1 - self.box_xyxy[1]]
        light = np.ones((y1 - y0, x1 - x0), np.float32)
        for row, column, dark in zip(across, down, self.darkness.astype(np.float32), strict=True):
            light *= 1 - dark * column[:, None] * row
        share = np.rint(light * 256).astype(np.uint16)
        shares = cv2.merge([share, share, share, np.full_like(share, 256)]).reshape(len(share), -1)
        floor = canvas.pixels_bgra[y0 - top : y1 - top, x0 - left : x1 - left]
        floor[:] = ((floor.reshape(shares.shape) * shares) >> 8).reshape(floor.shape)

    def _profiles(self, axis: int) -> np.ndarray:
        """Bell curves of the spots along one axis of the whole box: (k, length) float32."""
        places = np.arange(self.box_xyxy[axis], self.box_xyxy[axis + 2]) + 0.5
        away = (places - self.middles_px[:, axis : axis + 1]) / self.sizes_px[:, axis : axis + 1]
        return np.exp(-away * away).astype(np.float32)


def body_shadow(joints: np.ndarray, floor_y_m: float) -> Shadow:
    """The shadow of a body whose joints are (25, 3) metres, on the floor y = floor_y_m."""
    points = joints[[joint for joint, _, _ in SPOTS]]
    radii_m = np.array([radius for _, radius, _ in SPOTS])
    heights = np.maximum(points[:, 1] - floor_y_m - 0.08, 0)
    darkness = np.array([dark for _, _, dark in SPOTS]) * np.exp(-heights / FADE_M)
    keep = (darkness > WEAKEST) & (points[:, 2] > 2 * brush.NEAREST_M)
    if not keep.any():
        return Shadow((0, 0, 0, 0), *(np.zeros((0, 2)),) * 2, np.zeros(0))
    floor = points[keep].copy()
    floor[:, 1] = floor_y_m
    middles = brush.to_pixels(floor)
    radii = radii_m[keep] * brush.px_per_m(floor[:, 2]) * (1 + heights[keep])
    flat = np.clip(abs(floor_y_m) / floor[:, 2], 0.1, 1.0)  # the floor is seen at a slant
    sizes = np.stack([radii, radii * flat], axis=-1)
    low = np.floor((middles - REACH * sizes).min(axis=0)).astype(int)
    high = np.ceil((middles + REACH * sizes).max(axis=0)).astype(int)
    box = (max(low[0], 0), max(low[1], 0), min(high[0], COLOR_WIDTH), min(high[1], COLOR_HEIGHT))
    return Shadow(tuple(int(value) for value in box), middles, sizes, darkness[keep])
