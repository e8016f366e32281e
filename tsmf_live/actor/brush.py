"""Filled, shaded shapes painted into a part of the colour picture; figure, objects and room are made of them.

A `Part` is a few shapes that belong together and lie at one depth. `Canvas` paints parts into a region of the picture
such that a pixel does not depend on which region is painted: a training crop equals the same crop of the whole picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import cv2
import numpy as np

from tsmf_live.actor.subject import Rgb
from tsmf_live.camera import BASELINE_PX_M, CENTRE_X_PX, CENTRE_Y_PX, FOCAL_PX
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH

Bgra = tuple[int, int, int, int]
Layers = tuple[tuple[float, float, float], ...]
#: Points of a convex polygon (n, 2), or several polygons with the same number of points (k, n, 2): int32, 1/16 px.
Polygons = np.ndarray
Shape = tuple[Polygons, Bgra]

SHIFT = 4  # bits behind the point in polygon coordinates
NEAREST_M = 0.15  # what comes closer to the sensor is painted as if at this distance
FARTHEST_PX = 20000.0  # keeps far-off coordinates within what OpenCV can fill

#: A round thing is painted as a few nested layers: size, move towards the light (both in radii), and brightness.
ROUND_LAYERS: Layers = ((1.0, 0.0, 0.68), (0.9, 0.07, 0.83), (0.72, 0.18, 0.95), (0.42, 0.36, 1.05))
SMALL_LAYERS: Layers = ((1.0, 0.0, 0.68), (0.7, 0.2, 1.0))

_ARC = np.linspace(-np.pi / 2, np.pi / 2, 8)
_ARC_COS, _ARC_SIN = np.cos(_ARC)[:, None], np.sin(_ARC)[:, None]
_CIRCLE_ANGLE = np.linspace(0, 2 * np.pi, 24, endpoint=False)
CIRCLE = np.stack([np.cos(_CIRCLE_ANGLE), np.sin(_CIRCLE_ANGLE)], axis=-1)  # (24, 2)


@dataclass
class Part:
    """Shapes painted one over the other, in this order, at one depth.

    Attributes:
        depth_m: distance from the sensor by which parts are sorted (far ones first); not always the true one.
        shapes: polygons and their colour.
    """

    depth_m: float
    shapes: list[Shape] = field(default_factory=list)

    @cached_property
    def box_xyxy(self) -> tuple[int, int, int, int]:
        """Smallest box of whole pixels that holds every painted pixel, soft edges included, cut to the picture."""
        return _box_xyxy(np.concatenate([polygons.reshape(-1, 2) for polygons, _ in self.shapes]))

    @cached_property
    def shape_boxes_xyxy(self) -> list[tuple[int, int, int, int]]:
        """The same for every shape alone."""
        return [_box_xyxy(polygons) for polygons, _ in self.shapes]


class Canvas:
    """A region of the picture, being painted.

    A part that reaches over the region's edge is painted on a sheet of its own, as large as the part, and then cut:
    OpenCV's soft edges come out slightly different where it clips a line itself.
    """

    def __init__(self, pixels_bgra: np.ndarray, region_xyxy: tuple[int, int, int, int]) -> None:
        """Paint into `pixels_bgra` (h, w, 4) uint8, which shows `region_xyxy` of the picture (inside it)."""
        self.pixels_bgra = pixels_bgra
        self.region_xyxy = region_xyxy

    def paint(self, part: Part) -> None:
        """Paint one part over what is there."""
        if not part.shapes or not self._overlaps(part.box_xyxy):
            return
        left, top, right, bottom = self.region_xyxy
        x0, y0, x1, y1 = part.box_xyxy
        if left <= x0 and top <= y0 and x1 <= right and y1 <= bottom:
            _fill(self.pixels_bgra[y0 - top : y1 - top, x0 - left : x1 - left], part.shapes, x0, y0)
            return
        for shape, box_xyxy in zip(part.shapes, part.shape_boxes_xyxy, strict=True):
            if self._overlaps(box_xyxy):
                self._paint_cut(shape, box_xyxy)

    def _paint_cut(self, shape: Shape, box_xyxy: tuple[int, int, int, int]) -> None:
        """Paint a shape that lies in this box, of which not all need lie in the region."""
        x0, y0, x1, y1 = box_xyxy
        left, top, right, bottom = self.region_xyxy
        cut_x0, cut_y0, cut_x1, cut_y1 = max(x0, left), max(y0, top), min(x1, right), min(y1, bottom)
        visible = self.pixels_bgra[cut_y0 - top : cut_y1 - top, cut_x0 - left : cut_x1 - left]
        if visible.shape[:2] == (y1 - y0, x1 - x0):
            _fill(visible, [shape], x0, y0)
            return
        sheet = np.empty((y1 - y0, x1 - x0, 4), np.uint8)
        inside = sheet[cut_y0 - y0 : cut_y1 - y0, cut_x0 - x0 : cut_x1 - x0]
        inside[:] = visible
        _fill(sheet, [shape], x0, y0)
        visible[:] = inside

    def _overlaps(self, box_xyxy: tuple[int, int, int, int]) -> bool:
        """Whether a box shares a pixel with the region."""
        left, top, right, bottom = self.region_xyxy
        x0, y0, x1, y1 = box_xyxy
        return max(x0, left) < min(x1, right) and max(y0, top) < min(y1, bottom)


def _box_xyxy(points: Polygons) -> tuple[int, int, int, int]:
    """Smallest box of whole pixels that holds every pixel painted for these points, cut to the picture."""
    x0, y0, width, height = cv2.boundingRect(points.reshape(-1, 1, 2))
    x1, y1 = ((x0 + width) >> SHIFT) + 4, ((y0 + height) >> SHIFT) + 4
    return max((x0 >> SHIFT) - 2, 0), max((y0 >> SHIFT) - 2, 0), min(x1, COLOR_WIDTH), min(y1, COLOR_HEIGHT)


def _fill(target: np.ndarray, shapes: list[Shape], x0: int, y0: int) -> None:
    """Fill the shapes in `target`, whose first pixel is (x0, y0) of the picture."""
    origin = np.array([x0 << SHIFT, y0 << SHIFT], np.int32)
    for polygons, color in shapes:
        if polygons.ndim == 2:
            cv2.fillConvexPoly(target, polygons - origin, color, cv2.LINE_AA, SHIFT)
        else:
            cv2.fillPoly(target, list(polygons - origin), color, cv2.LINE_AA, SHIFT)


def to_fixed(points_px: np.ndarray) -> Polygons:
    """Pixels as the fixed-point numbers that OpenCV takes: int32, 1/16 px."""
    return np.rint(np.minimum(np.maximum(points_px, -FARTHEST_PX), FARTHEST_PX) * (1 << SHIFT)).astype(np.int32)


def to_pixels(points: np.ndarray) -> np.ndarray:
    """Pixels (..., 2) float64 of camera-space points (..., 3) in metres; points too near are taken as if farther away.

    The lens is that of `camera.project_to_color`, without its treatment of what cannot be seen.
    """
    z = np.maximum(points[..., 2], NEAREST_M)
    pixels = np.empty((*z.shape, 2))
    pixels[..., 0] = (FOCAL_PX * points[..., 0] + BASELINE_PX_M) / z + CENTRE_X_PX
    pixels[..., 1] = CENTRE_Y_PX - FOCAL_PX * points[..., 1] / z
    return pixels


def px_per_m(z_m: np.ndarray | float) -> np.ndarray:
    """Pixels that one metre takes at this depth."""
    return FOCAL_PX / np.maximum(z_m, NEAREST_M)


@lru_cache(maxsize=4096)
def bgra(rgb: tuple[float, float, float], brightness: float = 1.0) -> Bgra:
    """A colour as OpenCV takes it, brighter or darker."""
    red, green, blue = (int(min(255.0, channel * brightness + 0.5)) for channel in rgb)
    return blue, green, red, 255


def rods(points: np.ndarray, radii_m: np.ndarray, light_xy: np.ndarray, layers: Layers) -> Polygons:
    """Outlines of tapered rods with round ends, for every layer: (S layers, L rods, 16, 2).

    Args:
        points: (L, 2, 3) metres, the middle of both ends.
        radii_m: (L, 2) metres, of both ends.
        light_xy: (2,) unit vector in the picture, towards the light.
        layers: as ROUND_LAYERS.
    """
    pixels = to_pixels(points)[:, :, None]  # (L, 2, 1, 2)
    radii = (radii_m * px_per_m(points[..., 2]))[..., None, None]
    along = pixels[:, 1] - pixels[:, 0]
    length = np.sqrt((along * along).sum(axis=-1, keepdims=True))
    along = np.where(length > 1e-3, along / np.maximum(length, 1e-3), (1.0, 0.0))  # (L, 1, 2)
    normal = along[..., ::-1] * (-1.0, 1.0)
    arc = _ARC_COS * along + _ARC_SIN * normal  # (L, 8, 2)
    size, move, _ = np.array(layers).T[:, :, None, None, None]
    move = move * light_xy
    arc = size * arc  # (S, L, 8, 2)
    ends = (pixels[:, 1] + radii[:, 1] * (arc + move), pixels[:, 0] + radii[:, 0] * (move - arc))
    return to_fixed(np.concatenate(ends, axis=2))


def rod_shapes(outlines: Polygons, rgb: Rgb, layers: Layers) -> list[Shape]:
    """Rods (S, L, 16, 2) layer by layer, so that joined rods look like one piece."""
    return [
        (rod, bgra(rgb, brightness))
        for rods_of_layer, (_, _, brightness) in zip(outlines, layers, strict=True)
        for rod in rods_of_layer
    ]


def ellipsoid(centre: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """Outline (24, 2) px of an ellipsoid.

    Args:
        centre: (3,) metres.
        axes: (3, 3) metres, one half-axis a row.
    """
    affine = local_affine(centre) @ axes.T  # (2, 3)
    spread, turn = np.linalg.eigh(affine @ affine.T)
    return to_pixels(centre) + CIRCLE @ (turn * np.sqrt(np.maximum(spread, 0))).T


def local_affine(centre: np.ndarray) -> np.ndarray:
    """(2, 3) px/m: how the picture of a point near `centre` moves with the point."""
    x, y, z = (float(value) for value in centre)
    z = max(z, NEAREST_M)
    scale = FOCAL_PX / z
    return np.array([[scale, 0.0, -(x * scale + BASELINE_PX_M / z) / z], [0.0, -scale, y * scale / z]])


def layered(outline_px: np.ndarray, radius_px: float, light_xy: np.ndarray, rgb: Rgb, layers: Layers) -> list[Shape]:
    """Shapes of a round thing with the given convex outline (n, 2): nested layers towards the light."""
    size, move, _ = np.array(layers).T[:, :, None, None]
    middle = outline_px.mean(axis=0)
    outlines = to_fixed(middle + size * (outline_px - middle) + move * (radius_px * light_xy))
    return [(outline, bgra(rgb, layer[2])) for outline, layer in zip(outlines, layers, strict=True)]


def unit(vector: np.ndarray, fallback: Sequence[float] = (1.0, 0.0, 0.0)) -> np.ndarray:
    """The vector at length 1; `fallback` when it has no length."""
    length = float(np.sqrt(vector @ vector))
    return vector / length if length > 1e-6 else np.array(fallback, np.float64)


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cross product of two vectors (3,); numpy's own takes ten times as long for a single one."""
    (ax, ay, az), (bx, by, bz) = a.tolist(), b.tolist()
    return np.array([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx])


def convex(points_px: np.ndarray) -> np.ndarray:
    """Convex hull (n, 2) px of points (k, 2)."""
    return cv2.convexHull(points_px.astype(np.float32))[:, 0].astype(np.float64)
