"""The empty ward room behind the simulated persons: walls, floor, window, bed, curtain, cabinet; varied by a seed."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from tsmf_live.actor import brush
from tsmf_live.actor.brush import Canvas, Part, bgra, to_fixed
from tsmf_live.actor.furniture import box_part
from tsmf_live.actor.subject import Rgb
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH

WALLS: tuple[Rgb, ...] = ((214, 218, 210), (205, 214, 222), (224, 216, 200), (203, 216, 204), (222, 222, 222))
FLOORS: tuple[Rgb, ...] = ((150, 152, 150), (168, 150, 128), (128, 142, 150), (160, 160, 146))
FABRICS: tuple[Rgb, ...] = ((120, 165, 190), (150, 190, 160), (205, 190, 140), (180, 150, 175), (235, 235, 238))
WOODS: tuple[Rgb, ...] = ((176, 140, 100), (205, 180, 145), (225, 225, 220), (140, 108, 80))
CEILING_ABOVE_FLOOR_M = 2.75
NO_TURN = np.eye(3) * (1.0, 1.0, -1.0)


class Room:
    """Sizes and colours of one room.

    Attributes:
        floor_y_m, ceiling_y_m, wall_z_m: where they are, camera space.
        side: +1 or -1, the side of the picture on which the window is.
        light_xy: (2,) unit vector in the picture, towards the light.
    """

    def __init__(self, seed: int, camera_height_m: float) -> None:
        self.rng = np.random.default_rng([4711, seed])
        self.floor_y_m = -camera_height_m
        self.ceiling_y_m = CEILING_ABOVE_FLOOR_M - camera_height_m
        self.wall_z_m = float(self.rng.uniform(4.7, 5.6))
        self.half_width_m = float(self.rng.uniform(2.6, 3.6))
        self.side = float(self.rng.choice([-1.0, 1.0]))
        self.brightness = float(self.rng.uniform(0.82, 1.04))
        self.light_xy = np.array([0.8 * self.side, -0.6])

    def pick(self, colors: tuple[Rgb, ...]) -> Rgb:
        """One of the colours, at the room's brightness."""
        rgb = np.array(colors[int(self.rng.integers(len(colors)))], np.float64) * self.brightness
        red, green, blue = (int(channel) for channel in np.clip(rgb + self.rng.uniform(-6, 6), 0, 255))
        return red, green, blue


def paint_room(room: Room) -> np.ndarray:
    """The empty room: (1080, 1920, 4) uint8 BGRA, without noise."""
    canvas = Canvas(np.full((COLOR_HEIGHT, COLOR_WIDTH, 4), 255, np.uint8), (0, 0, COLOR_WIDTH, COLOR_HEIGHT))
    _shell(room, canvas)
    _window(room, canvas)
    _wall_things(room, canvas)
    _bed(room, canvas)
    _cabinet(room, canvas)
    _curtain(room, canvas)
    return _lit(room, canvas.pixels_bgra)


def _quad(canvas: Canvas, corners: list, color: brush.Bgra) -> None:
    """Paint a flat polygon given in camera space, metres."""
    canvas.paint(Part(0.0, [(to_fixed(brush.to_pixels(np.array(corners, np.float64))), color)]))


def _shell(room: Room, canvas: Canvas) -> None:
    """Back wall, side walls, ceiling, floor with its joints, skirting boards."""
    w, z, low, high, near = room.half_width_m, room.wall_z_m, room.floor_y_m, room.ceiling_y_m, 0.4
    wall, floor = room.pick(WALLS), room.pick(FLOORS)
    _quad(canvas, [(-w, low, z), (w, low, z), (w, high, z), (-w, high, z)], bgra(wall))
    for side in (-1.0, 1.0):
        shade = 0.8 if side == room.side else 0.93
        _quad(
            canvas,
            [(side * w, low, z), (side * w, high, z), (side * w, high, near), (side * w, low, near)],
            bgra(wall, shade),
        )
    _quad(
        canvas, [(-w, high, z), (w, high, z), (w, high, near), (-w, high, near)], bgra((236, 236, 232), room.brightness)
    )
    _quad(canvas, [(-w, low, z), (w, low, z), (w, low, near), (-w, low, near)], bgra(floor))
    step = float(room.rng.choice([0.5, 0.6, 0.9]))
    for x in np.arange(-w + step, w, step):
        _quad(canvas, [(x, low, z), (x + 0.012, low, z), (x + 0.012, low, near), (x, low, near)], bgra(floor, 0.92))
    for depth in np.arange(z - 0.3, near, -step):
        _quad(
            canvas,
            [(-w, low, depth), (w, low, depth), (w, low, depth + 0.014), (-w, low, depth + 0.014)],
            bgra(floor, 0.92),
        )
    skirting = bgra(room.pick(WOODS), 0.9)
    _quad(canvas, [(-w, low, z), (w, low, z), (w, low + 0.1, z), (-w, low + 0.1, z)], skirting)
    for x in (-w, w):
        _quad(canvas, [(x, low, z), (x, low + 0.1, z), (x, low + 0.1, near), (x, low, near)], skirting)


def _window(room: Room, canvas: Canvas) -> None:
    """A window in the back wall with sky, hills and a sill."""
    z, low = room.wall_z_m - 0.01, room.floor_y_m
    middle = room.side * room.half_width_m * float(room.rng.uniform(0.35, 0.6))
    left, right = middle - 0.75, middle + 0.75
    bottom, top = low + 0.95, low + 2.25
    _quad(
        canvas,
        [
            (left - 0.07, bottom - 0.07, z),
            (right + 0.07, bottom - 0.07, z),
            (right + 0.07, top + 0.07, z),
            (left - 0.07, top + 0.07, z),
        ],
        bgra((238, 238, 234)),
    )
    for band in range(16):
        y0, y1 = (bottom + (top - bottom) * part / 16 for part in (band, band + 1))
        sky = (228 - 4 * band, 240 - 2.5 * band, 250)
        _quad(canvas, [(left, y0, z), (right, y0, z), (right, y1, z), (left, y1, z)], bgra(sky))
    hills = np.linspace(left, right, 20)
    heights = bottom + 0.25 + 0.08 * np.sin(hills * 3.1 + room.rng.uniform(0, 6)) + 0.05 * np.sin(hills * 7.3)
    for x0, x1, y0, y1 in zip(hills[:-1], hills[1:], heights[:-1], heights[1:], strict=True):
        _quad(canvas, [(x0, bottom, z), (x1, bottom, z), (x1, y1, z), (x0, y0, z)], bgra((150, 180, 150)))
    for x in (left, middle, right):
        _quad(
            canvas,
            [(x - 0.03, bottom, z), (x + 0.03, bottom, z), (x + 0.03, top, z), (x - 0.03, top, z)],
            bgra((240, 240, 238)),
        )
    sill = box_part(np.array([middle, bottom - 0.06, z - 0.1]), (1.75, 0.04, 0.2), NO_TURN, (235, 235, 230))
    canvas.paint(sill)


def _wall_things(room: Room, canvas: Canvas) -> None:
    """A door, or a picture, a lamp and a supply rail, on the half of the wall without the window."""
    x = -room.side * room.half_width_m * float(room.rng.uniform(0.3, 0.7))
    if room.rng.random() < 0.5:
        _door(room, canvas, x)
        return
    low = room.floor_y_m
    _on_wall(room, canvas, (x - 0.9, low + 1.35, x + 0.9, low + 1.51), bgra((196, 200, 202)))
    for left in (x - 0.6, x - 0.3, x + 0.35, x + 0.6):
        _on_wall(room, canvas, (left, low + 1.39, left + 0.09, low + 1.47), bgra((120, 130, 140)))
    _on_wall(room, canvas, (x - 0.4, low + 1.75, x + 0.25, low + 2.2), bgra(room.pick(WOODS), 0.8))
    _on_wall(room, canvas, (x - 0.36, low + 1.79, x + 0.21, low + 2.16), bgra(room.pick(FABRICS)))
    lamp_at = np.array([x + 0.65, low + 1.95, room.wall_z_m - 0.09])
    canvas.paint(box_part(lamp_at, (0.3, 0.09, 0.12), NO_TURN, (250, 246, 225)))


def _door(room: Room, canvas: Canvas, x: float) -> None:
    """A closed door with its frame and handle, its middle at x."""
    low = room.floor_y_m
    _on_wall(room, canvas, (x - 0.5, low, x + 0.5, low + 2.08), bgra((120, 118, 112)))
    _on_wall(room, canvas, (x - 0.45, low, x + 0.45, low + 2.03), bgra(room.pick(WOODS)))
    _on_wall(room, canvas, (x + 0.3, low + 1.0, x + 0.4, low + 1.03), bgra((90, 90, 92)))


def _on_wall(room: Room, canvas: Canvas, box: tuple[float, float, float, float], color: brush.Bgra) -> None:
    """Paint a rectangle on the back wall: left, bottom, right, top in metres."""
    left, bottom, right, top = box
    z = room.wall_z_m - 0.01
    _quad(canvas, [(left, bottom, z), (right, bottom, z), (right, top, z), (left, top, z)], color)


def _bed(room: Room, canvas: Canvas) -> None:
    """A ward bed beside the far wall: frame, mattress, blanket, pillow, rails."""
    low = room.floor_y_m
    x = -room.side * (room.half_width_m - 0.62)
    z = room.wall_z_m - 1.2
    metal, sheet, blanket = bgra((188, 192, 196)), (240, 242, 244), room.pick(FABRICS)
    for leg_x in (-0.42, 0.42):
        for leg_z in (0.95, -0.95):
            canvas.paint(
                box_part(np.array([x + leg_x, low + 0.2, z + leg_z]), (0.05, 0.4, 0.05), NO_TURN, (150, 154, 158))
            )
    canvas.paint(box_part(np.array([x, low + 0.75, z + 1.03]), (0.95, 0.6, 0.04), NO_TURN, room.pick(WOODS)))
    canvas.paint(box_part(np.array([x, low + 0.44, z]), (0.92, 0.08, 2.0), NO_TURN, (170, 174, 178)))
    canvas.paint(box_part(np.array([x, low + 0.56, z]), (0.9, 0.16, 1.98), NO_TURN, sheet))
    canvas.paint(box_part(np.array([x, low + 0.68, z + 0.72]), (0.62, 0.1, 0.4), NO_TURN, (250, 250, 252)))
    canvas.paint(box_part(np.array([x, low + 0.61, z - 0.3]), (0.95, 0.14, 1.4), NO_TURN, blanket))
    canvas.paint(box_part(np.array([x, low + 0.6, z - 1.02]), (0.95, 0.45, 0.04), NO_TURN, room.pick(WOODS)))
    edge = x + room.side * 0.48
    for height in (0.72, 0.84):
        _quad(
            canvas,
            [
                (edge, low + height, z - 0.4),
                (edge, low + height, z + 0.5),
                (edge, low + height + 0.025, z + 0.5),
                (edge, low + height + 0.025, z - 0.4),
            ],
            metal,
        )


def _cabinet(room: Room, canvas: Canvas) -> None:
    """A bedside cabinet with drawers and a few things on it."""
    low = room.floor_y_m
    x = -room.side * (room.half_width_m - 1.5) + float(room.rng.uniform(-0.15, 0.15))
    z = room.wall_z_m - 0.3
    wood = room.pick(WOODS)
    canvas.paint(box_part(np.array([x, low + 0.4, z]), (0.5, 0.8, 0.45), NO_TURN, wood))
    front = z - 0.23
    for height in (0.08, 0.33, 0.58):
        _quad(
            canvas,
            [
                (x - 0.22, low + height, front),
                (x + 0.22, low + height, front),
                (x + 0.22, low + height + 0.2, front),
                (x - 0.22, low + height + 0.2, front),
            ],
            bgra(wood, 1.0),
        )
        _quad(
            canvas,
            [
                (x - 0.06, low + height + 0.12, front),
                (x + 0.06, low + height + 0.12, front),
                (x + 0.06, low + height + 0.14, front),
                (x - 0.06, low + height + 0.14, front),
            ],
            bgra((90, 90, 92)),
        )
    canvas.paint(box_part(np.array([x - 0.1, low + 0.88, z]), (0.09, 0.16, 0.09), NO_TURN, (190, 215, 225)))
    canvas.paint(box_part(np.array([x + 0.12, low + 0.83, z]), (0.14, 0.06, 0.1), NO_TURN, room.pick(FABRICS)))


def _curtain(room: Room, canvas: Canvas) -> None:
    """A curtain in folds, gathered beside the window."""
    low, high, z = room.floor_y_m + 0.15, room.ceiling_y_m - 0.15, room.wall_z_m - 0.2
    fabric = room.pick(FABRICS)
    outer = room.side * (room.half_width_m - 0.02)
    width = float(room.rng.uniform(0.5, 0.9))
    folds = np.linspace(outer, outer - room.side * width, 25)
    for index, (x0, x1) in enumerate(pairwise(folds)):
        shade = 0.86 + 0.12 * float(np.sin(index * 1.55))
        _quad(canvas, [(x0, low, z), (x1, low, z), (x1, high, z), (x0, high, z)], bgra(fabric, shade))


def _lit(room: Room, picture: np.ndarray) -> np.ndarray:
    """The picture under the room's light: brighter on the window's side and in the middle, walls not quite even."""
    v, u = np.mgrid[0 : COLOR_HEIGHT // 8, 0 : COLOR_WIDTH // 8].astype(np.float32)
    x, y = u / u.max() * 2 - 1, v / v.max() * 2 - 1
    light = 1.0 + 0.09 * room.side * x - 0.1 * (x * x + y * y) + 0.02
    blotches = cv2.GaussianBlur(room.rng.normal(0, 1, light.shape).astype(np.float32), (0, 0), 9)
    light += 0.02 * blotches / blotches.std()
    tint = np.array([1.0, 1.0, 1.0]) + room.rng.uniform(-0.03, 0.03, 3)
    light = cv2.resize(light, (COLOR_WIDTH, COLOR_HEIGHT), interpolation=cv2.INTER_LINEAR)
    lit = picture.copy()
    lit[..., :3] = np.clip(cv2.GaussianBlur(picture, (0, 0), 0.8)[..., :3] * light[..., None] * tint, 0, 255)
    return lit
