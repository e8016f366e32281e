"""Brings the pictures of any camera to the form that the program expects, and says how they were taken.

Any size, any orientation -> 1920x1080 BGRA, mirrored as the Kinect gives it: u grows with x, which grows to the
sensor's left. What does not have that shape stands in the middle, between black bars.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from tsmf_live.camera import FOCAL_PX
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH

FIELD_OF_VIEW_DEG = 60.0  # of a usual webcam or phone, along the longer side of the picture
NARROWEST_DEG, WIDEST_DEG = 10.0, 170.0
KINECT_DEG = 2 * math.degrees(math.atan(COLOR_WIDTH / 2 / FOCAL_PX))  # 84


@dataclass(frozen=True, slots=True)
class Lens:
    """How the pictures of a camera were taken; all in pixels of the 1920x1080 picture.

    Attributes:
        focal_px: focal length.
        box: left, top, right, bottom of what the camera saw; outside is black. The optical axis is in its middle.
    """

    focal_px: float
    box: tuple[int, int, int, int]

    @property
    def centre_xy(self) -> tuple[float, float]:
        """Where the optical axis meets the picture."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2


class Framing:
    """Fits pictures of one size into 1920x1080.

    Args:
        size_wh: of the pictures, pixels, after they were turned.
        field_of_view_deg: along their longer side.
        mirrored: they are mirrored already, as a Kinect's; else they are mirrored here.
        turned: quarter turns, clockwise, that a picture needs to stand upright.

    Attributes:
        lens: of the pictures that `fit` gives.
    """

    def __init__(
        self, size_wh: tuple[int, int], field_of_view_deg: float, *, mirrored: bool = False, turned: int = 0
    ) -> None:
        width, height = size_wh
        scale = min(COLOR_WIDTH / width, COLOR_HEIGHT / height)
        self._size_wh = max(round(width * scale), 1), max(round(height * scale), 1)
        left, top = (COLOR_WIDTH - self._size_wh[0]) // 2, (COLOR_HEIGHT - self._size_wh[1]) // 2
        focal_px = max(self._size_wh) / 2 / math.tan(math.radians(field_of_view_deg) / 2)
        self.lens = Lens(focal_px, (left, top, left + self._size_wh[0], top + self._size_wh[1]))
        self._mirrored, self._turned = mirrored, turned % 4
        self._enlarges = scale > 1

    def fit(self, picture_bgr: np.ndarray) -> np.ndarray:
        """A picture, (H, W, 3) uint8 BGR as it was stored, as (1080, 1920, 4) uint8 BGRA, new memory."""
        if self._turned:
            code = (cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)[self._turned - 1]
            picture_bgr = cv2.rotate(picture_bgr, code)
        if not self._enlarges:
            picture_bgr = self._resized(picture_bgr, cv2.INTER_AREA)
        if not self._mirrored:
            picture_bgr = cv2.flip(picture_bgr, 1)
        picture_bgra = cv2.cvtColor(picture_bgr, cv2.COLOR_BGR2BGRA)
        if self._enlarges:  # last, when all else has been done to the smaller picture
            picture_bgra = self._resized(picture_bgra, cv2.INTER_LINEAR)
        left, top, right, bottom = self.lens.box
        around = top, COLOR_HEIGHT - bottom, left, COLOR_WIDTH - right
        if not any(around):
            return picture_bgra
        return cv2.copyMakeBorder(picture_bgra, *around, cv2.BORDER_CONSTANT, value=(0, 0, 0, 255))

    def _resized(self, picture: np.ndarray, way: int) -> np.ndarray:
        if picture.shape[1::-1] == self._size_wh:
            return picture
        return cv2.resize(picture, self._size_wh, interpolation=way)
