"""The student's image: five joints' crops of five frames, and each crop weighted by its joint's attention.

The pose stage cuts the squares of every frame (`cut_squares`); the recognizer picks five frames, one for each column,
has their crops resampled and lays them out (`compose`), then weights them (`weigh`). Training goes the same way.

**Source:** TSMF section "Student Network", Eq. 6 and Figure 2. Ours keeps the colour as it is (the released code feeds
its negative), centres the columns (released: one pixel to the right), and never chooses the layout by the label.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import cv2
import numpy as np

from tsmf_live.camera import FOCAL_PX
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, CROP_SIDE, Body
from tsmf_live.skeleton import ROI_JOINTS

COLUMNS = 5  # of the ROI image, one for each of five frames; its rows are the joints
ROI_SIDE = COLUMNS * CROP_SIDE  # 480 px
STUDENT_SIDE = 225  # px, what the student sees: 45 px a crop
METRIC_SIDE_M = 0.30  # crop="metric": side of the square around the joint, at the joint's depth
KEPT_SIDE_PX = CROP_SIDE * 3 // 2  # larger squares are resampled at once: kept for seconds, they would take much memory
_ROI_ROWS = list(ROI_JOINTS)
IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
IMAGENET_STD = np.array([0.229, 0.224, 0.225], np.float32)


def _area_filter() -> np.ndarray:
    """The area filter from 32 pixels to 15 (480 to 225): (15, 32), rows sum to 1; cv2.INTER_AREA gives the same."""
    edges = np.arange(16) * 32 / 15
    low, high = edges[:-1, None], edges[1:, None]
    pixels = np.arange(32)
    overlap = np.clip(np.minimum(high, pixels + 1) - np.maximum(low, pixels), 0, None)
    return (overlap * 15 / 32).astype(np.float32)


_AREA = _area_filter()
#: The same from 32 pixels of interleaved colour to 15, and byte -> byte / (255 std): (96, 45).
_AREA_AND_GAIN = np.ascontiguousarray(np.kron(_AREA, np.diag(1 / (255 * IMAGENET_STD))).T, np.float32)
#: 15 pixels of byte 0, normalised: (15, 3).
_BLACK = np.tile(-IMAGENET_MEAN / IMAGENET_STD, (len(_AREA), 1))

#: (x0, y0, x1, y1) pixels, wholly inside the picture -> (y1 - y0, x1 - x0, 4) uint8 BGRA.
ReadRegion = Callable[[int, int, int, int], np.ndarray]


class _Square(NamedTuple):
    """What was cut out around one joint: pixels (h, w, 4) BGRA, where they lie in the square, and its side."""

    pixels: np.ndarray
    left: int
    top: int
    side_px: int

    def rgb(self) -> np.ndarray:
        """(96, 96, 3); black where the square leaves the picture."""
        square = np.zeros((self.side_px, self.side_px, 3), np.uint8)
        height, width = self.pixels.shape[:2]
        if height and width:
            inside = slice(self.top, self.top + height), slice(self.left, self.left + width)
            square[inside] = cv2.cvtColor(self.pixels, cv2.COLOR_BGRA2RGB)
        if self.side_px == CROP_SIDE:
            return square
        filter_ = cv2.INTER_AREA if self.side_px > CROP_SIDE else cv2.INTER_LINEAR
        return cv2.resize(square, (CROP_SIDE, CROP_SIDE), interpolation=filter_)


def cut_crops(read_region: ReadRegion, body: Body, crop: str) -> np.ndarray | None:
    """The five crops of one person in one frame: (5, 96, 96, 3) uint8 RGB, or None if no ROI joint can be mapped.

    Args:
        read_region: gives pixels of the 1920x1080 picture.
        body: its color_xy says where; a joint that cannot be mapped gives a black crop.
        crop: "fixed" 96 px of the picture, or "metric" 0.30 m at the joint's depth, resampled to 96 px.
    """
    crops = cut_squares(read_region, body, crop)
    return None if crops is None else crops()


def cut_squares(read_region: ReadRegion, body: Body, crop: str) -> Callable[[], np.ndarray] | None:
    """What gives `cut_crops` later: the pixels are copied now and resampled when it is called.

    Of all frames' crops the student sees few. Resampling a person's takes as long as all else that pose does for them.
    """
    centres_xy = body.color_xy[_ROI_ROWS]
    mapped = np.isfinite(centres_xy).all(axis=1).tolist()
    if not any(mapped):
        return None
    limit = 1e6  # a joint mapped absurdly far away must not overflow
    corners_xy = np.clip(centres_xy, -limit, limit).tolist()
    squares: list[np.ndarray | _Square | None] = []
    for joint, is_mapped, centre_xy in zip(ROI_JOINTS, mapped, corners_xy, strict=True):
        square = _cut_square(read_region, centre_xy, crop_side_px(body, joint, crop)) if is_mapped else None
        squares.append(square.rgb() if square is not None and square.side_px > KEPT_SIDE_PX else square)
    return partial(_resampled, squares)


def _resampled(squares: Sequence[np.ndarray | _Square | None]) -> np.ndarray:
    """The five crops (5, 96, 96, 3); black where there is no square."""
    crops = np.zeros((len(ROI_JOINTS), CROP_SIDE, CROP_SIDE, 3), np.uint8)
    for row, square in enumerate(squares):
        if square is not None:
            crops[row] = square.rgb() if isinstance(square, _Square) else square
    return crops


def crop_side_px(body: Body, joint: int, crop: str) -> int:
    """Side of the square around a joint that is cut out, pixels of the 1920x1080 picture; see `cut_crops`."""
    if crop == "fixed":
        return CROP_SIDE
    depth_m = max(float(body.joints[joint, 2]), 0.3)  # nearer than the sensor sees: the crop would become huge
    return max(8, round(METRIC_SIDE_M * FOCAL_PX / depth_m))


def crops_of_picture(color_bgra: np.ndarray, body: Body, crop: str) -> np.ndarray | None:
    """`cut_crops` from a whole picture (1080, 1920, 4)."""
    return cut_crops(_reader(color_bgra), body, crop)


def squares_of_picture(color_bgra: np.ndarray, body: Body, crop: str) -> Callable[[], np.ndarray] | None:
    """`cut_squares` from a whole picture (1080, 1920, 4), which is not kept."""
    return cut_squares(_reader(color_bgra), body, crop)


def _reader(color_bgra: np.ndarray) -> ReadRegion:
    return lambda x0, y0, x1, y1: color_bgra[y0:y1, x0:x1]


def _cut_square(read_region: ReadRegion, centre_xy: Sequence[float], side_px: int) -> _Square:
    """The part of the square around a pixel that lies in the picture, copied."""
    x0, y0 = (round(value) - side_px // 2 for value in centre_xy)
    left, top = max(x0, 0), max(y0, 0)
    right, bottom = min(x0 + side_px, COLOR_WIDTH), min(y0 + side_px, COLOR_HEIGHT)
    if left >= right or top >= bottom:
        return _Square(np.empty((0, 0, 4), np.uint8), 0, 0, side_px)
    return _Square(read_region(left, top, right, bottom).copy(), left - x0, top - y0, side_px)


def evaluation_frames(frames: int, released: bool = False) -> np.ndarray:
    """The frame of each column (5,), of a clip of L frames: k L/6 for k = 1..5, rounded down.

    Args:
        released: k floor(L/6), as the published code.
    """
    steps = np.arange(1, COLUMNS + 1)
    return steps * (frames // (COLUMNS + 1)) if released else steps * frames // (COLUMNS + 1)


def training_frames(frames: int, rng: np.random.Generator) -> np.ndarray:
    """The frame of each column (5,), at a random start and interval within a clip, as the paper trains."""
    interval = int(rng.integers(1, max(2, frames // (COLUMNS + 1) + 1)))
    start = int(rng.integers(0, max(1, frames - (COLUMNS - 1) * interval)))
    return np.minimum(start + interval * np.arange(COLUMNS), frames - 1)


def compose(people: Sequence[Sequence[np.ndarray | None]]) -> np.ndarray:
    """The ROI image of one or two persons in five frames: (225, 225, 3) float32, normalised, not yet weighted.

    Args:
        people: one person, or two (the one with the smaller image x first); for each five entries, each the crops
            (5, 96, 96, 3) of that frame or None (black). Of two persons, each gives the middle 48 columns.
    """
    image = np.empty((STUDENT_SIDE, STUDENT_SIDE, 3), np.float32)
    width = CROP_SIDE // len(people)
    margin = (CROP_SIDE - width) // 2
    side = STUDENT_SIDE // COLUMNS
    for column in range(COLUMNS):
        halves = [
            np.zeros((ROI_SIDE, width, 3), np.uint8)
            if columns[column] is None
            else columns[column][:, :, margin : margin + width].reshape(ROI_SIDE, width, 3)
            for columns in people
        ]
        picture = halves[0] if len(halves) == 1 else np.concatenate(halves, axis=1)  # (480, 96, 3)
        image[:, column * side : (column + 1) * side] = _scaled_and_normalised(picture)
    return image


def weigh(image: np.ndarray, attention: Sequence[np.ndarray]) -> np.ndarray:
    """The image times its joints' weights: weight 0 is grey (zero after normalisation), as released.

    Args:
        image: (225, 225, 3) float32 of `compose`.
        attention: for each person in the image, left to right, the weights (25,) of all joints.
    """
    rows = np.stack([np.asarray(weights, np.float32)[_ROI_ROWS] for weights in attention], axis=1)  # (5, people)
    cells = np.repeat(np.tile(rows, (1, COLUMNS)), CROP_SIDE // rows.shape[1], axis=1)  # (5, 480)
    bands = cv2.resize(cells, (STUDENT_SIDE, len(ROI_JOINTS)), interpolation=cv2.INTER_AREA)  # halves share a pixel
    by_row = image.reshape(len(ROI_JOINTS), -1, STUDENT_SIDE * 3)  # (5, 45, 675)
    return (by_row * np.repeat(bands, 3, axis=1)[:, None]).reshape(image.shape)


def released_image(columns: Sequence[np.ndarray | None]) -> np.ndarray:
    """The published code's image of one person: one pixel to the right, colours negative (black stays black)."""
    image = np.zeros((ROI_SIDE, ROI_SIDE, 3), np.uint8)
    for column, crops in enumerate(columns):
        if crops is not None:
            x = column * CROP_SIDE + 1
            picture = crops.reshape(ROI_SIDE, CROP_SIDE, 3)
            image[:, x : x + CROP_SIDE] = picture[:, : ROI_SIDE - x]
    negative = -image  # uint8 wraps: v -> 256 - v, 0 -> 0, as the released code's float-to-byte conversion did
    return _scaled_and_normalised(negative)


def _scaled_and_normalised(picture: np.ndarray) -> np.ndarray:
    """A picture (480, W, 3) uint8 as the student sees it, (225, 15 W / 32, 3) float32; W a multiple of 32."""
    pixels = _AREA.shape[1]
    by_block = picture.astype(np.float32).reshape(-1, pixels, picture.shape[1] * 3)  # (15, 32, 3 W)
    rows = np.matmul(_AREA, by_block)  # (15, 15, 3 W)
    scaled = np.dot(rows.reshape(-1, pixels * 3), _AREA_AND_GAIN)  # (225 W / 32, 45)
    scaled += _BLACK.reshape(-1)
    return scaled.reshape(STUDENT_SIDE, -1, 3)
