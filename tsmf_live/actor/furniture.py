"""The chair that a simulated person sits on: boxes of wood, sorted by depth among the person's own parts."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from tsmf_live.actor import brush
from tsmf_live.actor.brush import Part, bgra, to_fixed
from tsmf_live.actor.subject import Chair, Rgb

WOOD: Rgb = (150, 110, 72)
CUSHION: Rgb = (88, 108, 122)
SEAT_SIDE_M, SEAT_THICK_M, BACK_HEIGHT_M, LEG_SIDE_M = 0.44, 0.05, 0.46, 0.035
#: Depth steps: the seat is painted before the legs that lie on it, the back rest where it stands.
SEAT_STEP, LEG_STEP, BACK_STEP = 0.25, 0.27, 0.06

_FACES = ((0, 1, 3, 2), (4, 5, 7, 6), (0, 1, 5, 4), (2, 3, 7, 6), (0, 2, 6, 4), (1, 3, 7, 5))
_CORNERS = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])


@lru_cache(maxsize=64)  # a chair stands still for a whole action
def chair_parts(chair: Chair, camera_height_m: float) -> tuple[Part, ...]:
    """Seat, back rest and legs down to the floor at y = -camera_height_m, unsorted."""
    front = np.array([np.sin(chair.heading_rad), 0.0, -np.cos(chair.heading_rad)])
    right = np.array([np.cos(chair.heading_rad), 0.0, np.sin(chair.heading_rad)])
    turn = np.stack([right, np.array([0.0, 1.0, 0.0]), front])
    seat = np.array(chair.seat_xyz, np.float64)
    parts = [
        box_part(seat - (0, 0.5 * SEAT_THICK_M, 0), (SEAT_SIDE_M, SEAT_THICK_M, SEAT_SIDE_M), turn, CUSHION, SEAT_STEP)
    ]
    back = seat - 0.5 * SEAT_SIDE_M * front
    rise = np.array([0.0, 0.16 + 0.3 * BACK_HEIGHT_M, 0.0])
    parts.append(box_part(back + rise, (SEAT_SIDE_M, 0.6 * BACK_HEIGHT_M, 0.03), turn, WOOD, BACK_STEP))
    leg_height = max(seat[1] - SEAT_THICK_M + camera_height_m, 0.02)
    reach = 0.5 * (SEAT_SIDE_M - LEG_SIDE_M)
    for x in (-reach, reach):
        middle = back + x * right + (0, 0.08, 0)
        parts.append(box_part(middle, (LEG_SIDE_M, 0.2, LEG_SIDE_M), turn, WOOD, BACK_STEP))
        for z in (-reach, reach):
            middle = seat + x * right + z * front - (0, SEAT_THICK_M + 0.5 * leg_height, 0)
            parts.append(box_part(middle, (LEG_SIDE_M, leg_height, LEG_SIDE_M), turn, WOOD, LEG_STEP))
    return tuple(parts)


def box_part(
    middle: np.ndarray, size_m: tuple[float, float, float], turn: np.ndarray, rgb: Rgb, step_m: float = 0.0
) -> Part:
    """A box whose edges lie along the rows of `turn` (3, 3); faces that look away from the sensor are left out."""
    corners = middle + (_CORNERS * size_m) @ turn
    pixels = brush.to_pixels(corners)
    part = Part(float(middle[2]) + step_m)
    for face in _FACES:
        outward = corners[list(face)].mean(axis=0) - middle
        if outward @ corners[face[0]] < 0:
            brightness = (
                0.78
                + 0.3 * outward[1] / max(float(np.linalg.norm(outward)), 1e-6)
                + 0.12 * np.sign(outward[0]) * (abs(outward[0]) > 1e-3)
            )
            part.shapes.append((to_fixed(pixels[list(face)]), bgra(rgb, float(brightness))))
    return part
