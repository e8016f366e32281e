"""The simulated person's head: hair, skin, and a face on the side that the head's front turns towards the sensor."""

from __future__ import annotations

import numpy as np

from tsmf_live.actor import brush
from tsmf_live.actor.brush import Part, bgra, to_fixed, unit
from tsmf_live.actor.figure import Frame, body_frame
from tsmf_live.actor.subject import Rgb, Subject
from tsmf_live.skeleton import HEAD, SPINE_SHOULDER

HEAD_STEP = -0.06  # m, painted before hands at the same depth and after the trunk
HAIR_STEP = 0.05
HALF_WIDTH_M, HALF_HEIGHT_M, HALF_DEPTH_M = 0.08, 0.122, 0.098
FACE_TOWARDS = np.array([0.0, -0.42, 0.908])  # in half-axes: right, up, front
FACE_ANGLE_RAD = np.radians(69.0)  # half the opening of the part of the head that is skin
LIPS: Rgb = (175, 85, 85)
EYE_WHITE: Rgb = (240, 238, 235)
IRISES: tuple[Rgb, ...] = ((60, 40, 25), (45, 70, 95), (70, 85, 50))
_RING = np.linspace(0, 2 * np.pi, 28, endpoint=False)


def head_parts(subject: Subject, joints: np.ndarray, light_xy: np.ndarray) -> list[Part]:
    """Head and, where it is long, the hair that hangs behind it.

    Args:
        joints: (25, 3) float64 metres, true positions.
        light_xy: unit vector in the picture, towards the light.
    """
    frame = head_frame(joints)
    scale = subject.height_m / 1.70
    centre = joints[HEAD]
    axes = scale * np.array([HALF_WIDTH_M * frame.across, HALF_HEIGHT_M * frame.up, HALF_DEPTH_M * frame.front])
    radius_px = 0.085 * float(brush.px_per_m(centre[2]))
    head = Part(float(centre[2]) + HEAD_STEP)
    hair_outline = brush.ellipsoid(centre + 0.012 * frame.up - 0.008 * frame.front, axes * 1.06)
    head.shapes += brush.layered(hair_outline, radius_px, light_xy, subject.hair, brush.ROUND_LAYERS)
    head.shapes += _face(subject, centre, axes, light_xy, radius_px)
    if not subject.long_hair:
        return [head]
    middle = centre - 0.085 * frame.up - 0.035 * frame.front
    long_axes = scale * np.array([0.1 * frame.across, 0.17 * frame.up, 0.06 * frame.front])
    spine = float(joints[SPINE_SHOULDER, 2])
    if frame.front @ centre < 0:  # the face is towards the sensor, the hair behind neck and shoulders
        hanging = Part(max(float(centre[2]), spine) + HAIR_STEP)
    else:
        hanging = Part(min(float(centre[2]), spine) - HAIR_STEP)
    hanging.shapes += brush.layered(
        brush.ellipsoid(middle, long_axes), radius_px, light_xy, subject.hair, brush.ROUND_LAYERS
    )
    return [hanging, head]


def head_frame(joints: np.ndarray) -> Frame:
    """The head's directions: upright along the neck, turned as the shoulders are."""
    body = body_frame(joints)
    up = unit(joints[HEAD] - joints[SPINE_SHOULDER], body.up)
    across = unit(body.across - up * (body.across @ up), body.across)
    return Frame(across, up, brush.cross(up, across))


def _face(subject: Subject, centre: np.ndarray, axes: np.ndarray, light_xy: np.ndarray, radius_px: float) -> list:
    """Skin, ears, eyes, brows, nose and mouth: what of them can be seen from the sensor."""
    surface = _Surface(centre, axes)
    shapes = []
    for side in (-1.0, 1.0):
        if surface.seen(side, -0.05, 0.05) > -0.25 and not subject.long_hair:
            (ear,) = surface.patches([(side * 1.03, -0.05, 0.0)], [(0.22, 0.22)])
            shapes += brush.layered(ear, radius_px * 0.2, light_xy, subject.skin, brush.SMALL_LAYERS)
    skin = surface.cap(FACE_TOWARDS, FACE_ANGLE_RAD)
    if skin is None:
        return shapes
    if surface.facing < 0:  # a crescent cannot be shaded by shrinking it
        shapes.append((to_fixed(skin)[None], bgra(subject.skin, 0.83)))
        return shapes
    shapes += brush.layered(skin, radius_px, light_xy, subject.skin, brush.ROUND_LAYERS)
    iris, brow = bgra(IRISES[subject.seed % len(IRISES)]), bgra(subject.hair, 0.8)
    marks = []  # place on the head, half width and half height, colour
    for side in (-1.0, 1.0):
        if surface.seen(side * 0.42, 0.06, 0.9) > 0.2:
            marks += [
                ((side * 0.4, 0.05, 0.91), (0.15, 0.06), bgra(EYE_WHITE)),
                ((side * 0.4, 0.05, 0.91), (0.07, 0.06), iris),
                ((side * 0.41, 0.2, 0.89), (0.19, 0.028), brow),
            ]
    if surface.seen(0.0, -0.15, 1.0) > 0.1:
        marks += [
            ((0.0, -0.1, 1.04), (0.075, 0.15), bgra(subject.skin, 0.9)),
            ((0.0, -0.21, 1.06), (0.1, 0.04), bgra(subject.skin, 0.72)),
            ((0.0, -0.5, 0.86), (0.24, 0.05), bgra(LIPS, 0.5 + 0.5 * subject.skin[0] / 255)),
        ]
    if marks:
        outlines = to_fixed(surface.patches([place for place, _, _ in marks], [size for _, size, _ in marks]))
        shapes += [(outline, color) for outline, (_, _, color) in zip(outlines, marks, strict=True)]
    return shapes


class _Surface:
    """Places on the head, given in half-axes: to the person's right, up, to the front."""

    def __init__(self, centre: np.ndarray, axes: np.ndarray) -> None:
        self.middle_px = brush.to_pixels(centre)
        self.affine = brush.local_affine(centre) @ axes.T  # (2, 3): half-axes to px
        view = -unit(centre, (0, 0, 1))
        lengths = np.linalg.norm(axes, axis=1)
        self.normal_view = axes @ view / lengths**2 * lengths.mean()
        kernel = brush.cross(self.affine[0], self.affine[1])  # along it the picture does not change
        self.line_of_sight = unit(kernel if kernel @ (axes @ view) > 0 else -kernel)
        self.facing = float(FACE_TOWARDS @ self.line_of_sight)

    def seen(self, right: float, up: float, front: float) -> float:
        """How much the surface there faces the sensor: about 1 squarely, 0 at the outline, negative when hidden."""
        return float(self.normal_view @ (right, up, front))

    def patches(self, places: list, half_sizes: list) -> np.ndarray:
        """Outlines (k, 24, 2) px of small ellipses that lie on the head: places (k, 3), half sizes (k, 2)."""
        middle, half = np.array(places), np.array(half_sizes)
        side = np.stack([middle[:, 2], np.zeros(len(middle)), -middle[:, 0]], axis=-1)
        side /= np.maximum(np.sqrt((side * side).sum(axis=-1, keepdims=True)), 1e-6)
        points = middle[:, None] + brush.CIRCLE[:, :1] * (half[:, :1] * side)[:, None]
        points[..., 1] += brush.CIRCLE[:, 1] * half[:, 1:]
        return self._to_px(points)

    def cap(self, towards: np.ndarray, angle_rad: float) -> np.ndarray | None:
        """Outline (n, 2) px of what can be seen of the cap around a direction, or None when nothing can.

        It is convex while the direction points to the sensor's side, and a crescent at the head's outline otherwise.
        """
        towards = unit(towards)
        first = unit(brush.cross(towards, np.array([0.0, 1.0, 0.0])))
        second = brush.cross(towards, first)
        rim = np.cos(_RING)[:, None] * first + np.sin(_RING)[:, None] * second
        points = np.cos(angle_rad) * towards + np.sin(angle_rad) * rim  # (n, 3) on the unit sphere
        in_view = points @ self.line_of_sight > 0
        facing = float(towards @ self.line_of_sight)
        if in_view.all():
            return self._to_px(points)
        sideways = towards - facing * self.line_of_sight
        middle = unit(sideways)
        upright = brush.cross(self.line_of_sight, middle)
        widest = np.cos(angle_rad) / max(float(sideways @ sideways) ** 0.5, 1e-6)
        if widest >= 1 or not in_view.any():
            return None if facing < 0 else self._to_px(_circle_between(middle, upright, -np.pi, np.pi))
        half = float(np.arccos(max(widest, -1.0)))
        edge = _circle_between(middle, upright, -half, half)
        start = int(np.flatnonzero(in_view & ~np.roll(in_view, 1))[0])
        arc = np.roll(points, -start, axis=0)[: int(in_view.sum())]
        if (arc[-1] - arc[0]) @ upright > 0:  # go on along the outline from where the rim leaves off
            edge = edge[::-1]
        return self._to_px(np.concatenate([arc, edge]))

    def _to_px(self, points: np.ndarray) -> np.ndarray:
        """Pixels of places in half-axes."""
        return self.middle_px + points @ self.affine.T


def _circle_between(first: np.ndarray, second: np.ndarray, start_rad: float, stop_rad: float) -> np.ndarray:
    """(16, 3) points of a circle arc."""
    angle = np.linspace(start_rad, stop_rad, 16)[:, None]
    return np.cos(angle) * first + np.sin(angle) * second
