"""What the simulated person holds: cup, spoon and bowl, book, pen and notepad, phone, keyboard, handset, shoe.

Reading, writing, playing with a phone and typing share one motion; these pictures are all that tells them apart.
Flat objects lie in a plane between both hands that is tilted towards the sensor, so that their readable side shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tsmf_live.actor import brush
from tsmf_live.actor.brush import Part, bgra, to_fixed, unit
from tsmf_live.actor.figure import (
    GRIP_STEP,
    SIDES,
    body_frame,
    foot_for_shoe,
    hand_depths,
    sole_color,
)
from tsmf_live.actor.subject import Held, Rgb, Subject
from tsmf_live.skeleton import ARMS, HEAD, LEGS

COVERS: tuple[Rgb, ...] = ((170, 35, 40), (30, 70, 150), (35, 110, 60), (200, 130, 30), (95, 45, 120), (40, 40, 45))
PAPERS: tuple[Rgb, ...] = ((250, 246, 232), (243, 240, 225), (252, 250, 245))
PADS: tuple[Rgb, ...] = ((252, 252, 252), (252, 240, 150), (215, 230, 250), (246, 225, 225))
PENS: tuple[Rgb, ...] = ((25, 45, 140), (20, 20, 25), (180, 30, 35), (30, 120, 70))
PHONES: tuple[Rgb, ...] = ((25, 25, 28), (45, 48, 60), (70, 70, 72), (60, 35, 40))
SCREENS: tuple[Rgb, ...] = ((70, 150, 245), (95, 225, 235), (120, 235, 150), (185, 130, 250))
KEYBOARDS: tuple[Rgb, ...] = ((205, 208, 212), (188, 190, 192), (222, 220, 212), (175, 182, 192))
MUGS: tuple[Rgb, ...] = ((245, 245, 245), (200, 60, 50), (60, 120, 190), (240, 200, 80), (80, 150, 110))
METAL: Rgb = (190, 195, 200)
INK: Rgb = (75, 75, 85)
PAGE_ROWS_M = tuple(0.078 - 0.0173 * row for row in range(10))
PAD_ROWS_M = tuple(0.066 - 0.0232 * row for row in range(6))


@dataclass(frozen=True)
class Grip:
    """All that an object needs to know of the one who holds it; points in metres, camera space.

    Attributes:
        main, other: the acting and the other hand; main_tip: between the acting hand's tip and thumb.
        depth_m: the depth of an object between the fingers behind it and the hand that lies over it.
    """

    subject: Subject
    joints: np.ndarray
    held: Held
    light_xy: np.ndarray
    main: np.ndarray
    other: np.ndarray
    main_tip: np.ndarray
    depth_m: float

    def choice(self, salt: int, colors: tuple[Rgb, ...]) -> Rgb:
        """One of the colours, always the same for this person."""
        return colors[int(self.chances(salt)[0] * len(colors))]

    def chances(self, salt: int) -> list[float]:
        """Numbers in [0, 1) that depend on the person only."""
        return _chances(salt, self.subject.seed)


@lru_cache(maxsize=4096)
def _chances(salt: int, seed: int) -> list[float]:
    return np.random.default_rng([salt, seed]).random(64).tolist()


def object_parts(subject: Subject, joints: np.ndarray, held: Held | None, light_xy: np.ndarray) -> list[Part]:
    """The parts of the held object, unsorted; none for None.

    Args:
        joints: (25, 3) float64 metres, true positions.
        light_xy: unit vector in the picture, towards the light.
    """
    if held is None:
        return []
    side = SIDES.index(held.main_hand)
    main, other = joints[ARMS[side][3]], joints[ARMS[1 - side][3]]
    main_tip = 0.5 * (joints[ARMS[side][4]] + joints[ARMS[side][5]])
    depth = hand_depths(joints, held)[side] - GRIP_STEP
    return _PAINTERS[held.kind](Grip(subject, joints, held, light_xy, main, other, main_tip, depth))


class Sheet:
    """A flat thing in space: places on it are (right, up) in metres from its middle."""

    def __init__(self, middle: np.ndarray, right: np.ndarray, up: np.ndarray) -> None:
        self.middle, self.right, self.up = middle, right, up
        self.normal = brush.cross(right, up)  # towards the viewer

    def outline(self, places: np.ndarray) -> np.ndarray:
        """Fixed-point outlines of places (..., n, 2)."""
        points = self.middle + places[..., :1] * self.right + places[..., 1:] * self.up
        return to_fixed(brush.to_pixels(points))

    def boxes(self, boxes_xyxy: np.ndarray) -> np.ndarray:
        """Outlines (k, 4, 2) of rectangles (k, 4): left, bottom, right, top in metres."""
        return self.outline(np.asarray(boxes_xyxy, np.float64)[:, [[0, 1], [2, 1], [2, 3], [0, 3]]])

    def box(self, left: float, bottom: float, right: float, top: float) -> np.ndarray:
        """Outline (4, 2) of one rectangle."""
        return self.boxes(np.array([[left, bottom, right, top]]))[0]


def _sheet(grip: Grip, middle: np.ndarray, span: np.ndarray, to_sensor: float, to_face: float, upward: float) -> Sheet:
    """A sheet at `middle`, along `span`, tilted as a mixture of towards the sensor, the face and the ceiling."""
    sensor = -unit(middle, (0, 0, 1))
    face = unit(grip.joints[HEAD] - middle, (0, 1, 0))
    normal = unit(to_sensor * sensor + to_face * face + np.array([0, upward, 0]), (0, 0, -1))
    sign = 1.0 if span[0] >= 0 else -1.0
    right = sign * unit(span) + np.array(
        [0.25, 0, 0]
    )  # stays in the picture's plane when the hands are behind each other
    right = unit(right - normal * (right @ normal))
    return Sheet(middle, right, brush.cross(right, normal))


def _book(grip: Grip) -> list[Part]:
    """An open book in both hands: cover, two pages with lines, sometimes a picture."""
    chances = grip.chances(1)
    sheet = _sheet(grip, 0.5 * (grip.main + grip.other), grip.other - grip.main, 0.85, 0.35, 0.3)
    sheet.middle = sheet.middle + 0.045 * sheet.up
    part = Part(grip.depth_m)
    paper = grip.choice(3, PAPERS)
    part.shapes.append((sheet.box(-0.152, -0.112, 0.152, 0.112), bgra(grip.choice(2, COVERS))))
    part.shapes.append((sheet.box(-0.14, -0.1, 0.0, 0.1), bgra(paper, 0.93)))
    part.shapes.append((sheet.box(0.0, -0.1, 0.14, 0.1), bgra(paper)))
    part.shapes.append((sheet.box(-0.008, -0.1, 0.008, 0.1), bgra(paper, 0.72)))
    lines = [
        (start, row - 0.0028, start + 0.07 + 0.036 * chance, row + 0.0028)
        for start, of_page in ((-0.126, chances[:10]), (0.02, chances[10:20]))
        for row, chance in zip(PAGE_ROWS_M, of_page, strict=True)
    ]
    part.shapes.append((sheet.boxes(np.array(lines)), bgra(INK, 1.5)))
    if chances[20] < 0.5:
        start, bottom = (-0.128, 0.018)[chances[21] < 0.5], -0.085 + 0.095 * chances[22]
        part.shapes.append((sheet.box(start - 0.003, bottom, start + 0.111, bottom + 0.075), bgra(paper)))
        part.shapes.append(
            (sheet.box(start, bottom + 0.004, start + 0.108, bottom + 0.071), bgra(grip.choice(4, COVERS), 1.4))
        )
    return [part]


def _pen(grip: Grip) -> list[Part]:
    """A notepad in the other hand with scribbles on it, and a pen that the acting hand holds on it."""
    way = grip.main - grip.other
    distance = float(np.linalg.norm(way))
    middle = grip.other + way * min(0.5, 0.085 / max(distance, 1e-6))
    sheet = _sheet(grip, middle, way, 0.85, 0.3, 0.35)
    sheet.middle = sheet.middle + 0.03 * sheet.up
    pad = Part(grip.depth_m)
    paper = grip.choice(6, PADS)
    pad.shapes.append((sheet.box(-0.08, -0.113, 0.08, 0.111), bgra((110, 85, 60))))
    pad.shapes.append((sheet.box(-0.075, -0.105, 0.075, 0.105), bgra(paper)))
    pad.shapes.append((sheet.box(-0.075, 0.088, 0.075, 0.107), bgra((70, 70, 78))))
    ink = grip.choice(7, PENS)
    scribbles, chances = [], iter(grip.chances(5))
    for row in PAD_ROWS_M:
        start, last = -0.062, 0.02 + 0.04 * next(chances)
        while start < last:
            end, rise = start + 0.014 + 0.014 * next(chances), 0.012 * next(chances) - 0.006
            low, high = row - 0.0022, row + 0.0022
            scribbles.append([(start, low), (end, low + rise), (end, high + rise), (start, high)])
            start = end + 0.007
    pad.shapes.append((sheet.outline(np.array(scribbles)), bgra(ink, 1.15)))
    outwards = unit(way - sheet.normal * (way @ sheet.normal), sheet.right)
    lean = unit(0.8 * sheet.up + 0.15 * sheet.normal + 0.5 * outwards)
    nib = grip.main_tip - 0.05 * lean
    bones = np.array([[nib, nib + 0.015 * lean], [nib + 0.015 * lean, nib + 0.15 * lean]])
    outlines = brush.rods(bones, np.array([[0.0015, 0.005], [0.0062, 0.0062]]), grip.light_xy, brush.SMALL_LAYERS)
    pen = Part(grip.depth_m - 5 * GRIP_STEP)
    for layer, (_, _, brightness) in enumerate(brush.SMALL_LAYERS):
        pen.shapes += [(outlines[layer, 0], bgra(METAL, brightness)), (outlines[layer, 1], bgra(ink, 1.2 * brightness))]
    return [pad, pen]


def _phone(grip: Grip) -> list[Part]:
    """A phone in the acting hand, its lit screen with a few coloured tiles."""
    chances = iter(grip.chances(8))
    way = grip.other - grip.main
    middle = grip.main + way * min(0.5, 0.08 / max(float(np.linalg.norm(way)), 1e-6))
    sheet = _sheet(grip, middle, way, 0.85, 0.4, 0.2)
    sheet.middle = sheet.middle + 0.05 * sheet.up
    part = Part(grip.depth_m)
    screen = grip.choice(10, SCREENS)
    part.shapes.append((sheet.outline(_rounded(0.0395, 0.078, 0.009)), bgra(grip.choice(9, PHONES))))
    part.shapes.append((sheet.box(-0.0345, -0.068, 0.0345, 0.069), bgra(screen)))
    part.shapes.append((sheet.box(-0.0345, 0.052, 0.0345, 0.069), bgra(screen, 0.55)))
    tiles = [
        (x, y, x + 0.014, y + 0.014)
        for y in (0.028, 0.006, -0.016)
        for x in (-0.029, -0.007, 0.015)
        if next(chances) < 0.8
    ]
    if tiles:
        part.shapes.append((sheet.boxes(np.array(tiles)), bgra((250, 252, 255))))
    part.shapes.append((sheet.box(-0.03, -0.06, 0.03, -0.03), bgra((235, 242, 250))))
    return [part]


def _keyboard(grip: Grip) -> list[Part]:
    """A light slab under both hands, with rows of keys."""
    way = grip.other - grip.main
    middle = 0.5 * (grip.main + grip.other)
    sheet = _sheet(grip, middle, way, 0.75, 0.0, 0.65)
    sheet.middle = sheet.middle - 0.012 * sheet.up - 0.015 * sheet.normal
    slab = grip.choice(11, KEYBOARDS)
    key = bgra((62, 64, 70)) if grip.chances(12)[0] < 0.5 else bgra((248, 248, 248))
    part = Part(grip.depth_m)
    part.shapes.append(
        (sheet.outline(np.array([[-0.185, -0.083], [0.185, -0.083], [0.185, 0.0], [-0.185, 0.0]])), bgra(slab, 0.55))
    )
    part.shapes.append((sheet.box(-0.185, -0.072, 0.185, 0.072), bgra(slab)))
    if key[0] > 200:
        part.shapes.append((sheet.box(-0.178, -0.066, 0.178, 0.066), bgra(slab, 0.6)))
    columns, rows = np.arange(13) * 0.0268 - 0.174, np.arange(4) * 0.0255 - 0.036
    keys = [(x, y, x + 0.0215, y + 0.0195) for y in rows for x in columns]
    keys += [(x, -0.062, x + 0.0215, -0.043) for x in columns[[0, 1, 2, -3, -2, -1]]] + [
        (-0.091, -0.062, 0.088, -0.043)
    ]
    part.shapes.append((sheet.boxes(np.array(keys)), key))
    return [part]


def _cup(grip: Grip) -> list[Part]:
    """A mug in the acting hand that tips towards the mouth as it comes near."""
    head = grip.joints[HEAD]
    distance = float(np.linalg.norm(head - grip.main))
    tip = float(np.clip((0.34 - distance) / 0.14, 0, 1))
    frame = body_frame(grip.joints)
    toward_mouth = unit(head - 0.05 * frame.up - grip.main)
    axis = unit(np.array([0.0, 1.0, 0.0]) + 0.7 * tip * toward_mouth)
    color = grip.choice(13, MUGS)
    middle = grip.main + 0.01 * axis + 0.03 * frame.front
    part = Part(grip.depth_m)
    _vessel(part, grip, (middle - 0.05 * axis, 0.035), (middle + 0.055 * axis, 0.043), color, (70, 45, 30))
    return [part]


def _spoon(grip: Grip) -> list[Part]:
    """A spoon in the acting hand, a bowl with food in the other."""
    frame = body_frame(grip.joints)
    up = np.array([0.0, 1.0, 0.0])
    bowl_at = grip.other + 0.035 * up + 0.02 * frame.front
    bowl = Part(grip.depth_m)
    color = grip.choice(14, MUGS)
    _vessel(bowl, grip, (bowl_at - 0.035 * up, 0.038), (bowl_at + 0.03 * up, 0.078), color, (215, 165, 80))
    head = grip.joints[HEAD]
    near = float(np.clip((0.4 - np.linalg.norm(head - grip.main)) / 0.15, 0, 1))
    goal = near * (head - 0.07 * frame.up + 0.1 * frame.front) + (1 - near) * (bowl_at + 0.02 * up)
    along = unit(goal - grip.main_tip, frame.front)
    start, end = grip.main_tip - 0.06 * along, grip.main_tip + 0.085 * along
    spoon = Part(grip.depth_m - 2.5 * GRIP_STEP)
    handle = brush.rods(
        np.array([[start, end], [end, end + 0.03 * along]]),
        np.array([[0.005, 0.004], [0.015, 0.017]]),
        grip.light_xy,
        brush.SMALL_LAYERS,
    )
    for layer, (_, _, brightness) in enumerate(brush.SMALL_LAYERS):
        spoon.shapes += [(rod, bgra(METAL, 1.15 * brightness)) for rod in handle[layer]]
    return [bowl, spoon]


def _vessel(part: Part, grip: Grip, bottom: tuple, top: tuple, rgb: Rgb, content: Rgb) -> None:
    """Add a round vessel between two circles, each (middle, radius in metres), open at the top."""
    (low, low_radius), (high, high_radius) = bottom, top
    axis = unit(high - low, (0, 1, 0))
    first = unit(brush.cross(axis, low), (1, 0, 0))
    second = brush.cross(axis, first)
    circle = brush.CIRCLE[:, :1] * first + brush.CIRCLE[:, 1:] * second
    outline = brush.convex(brush.to_pixels(np.concatenate([low + low_radius * circle, high + high_radius * circle])))
    radius_px = high_radius * float(brush.px_per_m(high[2]))
    part.shapes += brush.layered(outline, radius_px, grip.light_xy * (1.0, 0.3), rgb, brush.ROUND_LAYERS)
    part.shapes.append((to_fixed(brush.to_pixels(high + high_radius * circle)), bgra(rgb, 0.92)))
    part.shapes.append((to_fixed(brush.to_pixels(high - 0.006 * axis + 0.86 * high_radius * circle)), bgra(content)))


def _handset(grip: Grip) -> list[Part]:
    """A phone at the ear, between the acting hand and the head."""
    frame = body_frame(grip.joints)
    head = grip.joints[HEAD]
    side = 1.0 if grip.held.main_hand == "right" else -1.0
    ear = head + side * 0.085 * frame.across - 0.01 * frame.up
    middle = 0.65 * grip.main + 0.35 * ear
    near = float(np.clip((0.3 - np.linalg.norm(ear - grip.main)) / 0.12, 0, 1))
    lean = 0.15 * side * frame.across - 0.35 * frame.front
    along = unit(frame.up + near * lean)
    outline = brush.rods(
        np.array([[middle - 0.055 * along, middle + 0.055 * along]]),
        np.array([[0.024, 0.024]]),
        grip.light_xy,
        brush.SMALL_LAYERS,
    )
    body = grip.choice(15, PHONES)
    visible = float(unit(grip.main) @ (side * frame.across)) < 0.5  # the ear is not behind the head
    depth = min(grip.depth_m, float(head[2]) - 0.09) if visible and near > 0 else grip.depth_m
    part = Part(depth)
    part.shapes += [
        (outline[layer, 0], bgra(body, 1.25 * brightness))
        for layer, (_, _, brightness) in enumerate(brush.SMALL_LAYERS)
    ]
    return [part]


def _shoe(grip: Grip) -> list[Part]:
    """A shoe in the acting hand, on its way to the foot."""
    foot_side = foot_for_shoe(grip.joints, grip.held) or 0
    ankle, foot = grip.joints[LEGS[foot_side][2]], grip.joints[LEGS[foot_side][3]]
    near = float(np.clip((0.35 - np.linalg.norm(foot - grip.main)) / 0.2, 0, 1))
    middle = (1 - 0.5 * near) * grip.main + 0.5 * near * (0.5 * (ankle + foot))
    along = unit(foot - ankle, (0, 0, -1))
    along = unit(along * (1.0, 0.4, 1.0))
    heel, toe = middle - 0.08 * along, middle + 0.12 * along
    drop = np.array([0.0, -0.02, 0.0])
    bones = np.array([[heel + drop, toe + drop], [heel, toe], [heel - 1.25 * drop, middle]])
    outlines = brush.rods(
        bones, np.array([[0.045, 0.04], [0.045, 0.037], [0.042, 0.036]]), grip.light_xy, brush.ROUND_LAYERS
    )
    part = Part(grip.depth_m)
    part.shapes.append((outlines[0, 0], bgra(sole_color(grip.subject))))
    for layer, (_, _, brightness) in enumerate(brush.ROUND_LAYERS):
        part.shapes += [(rod, bgra(grip.subject.shoes, brightness)) for rod in outlines[layer, 1:]]
    return [part]


def _rounded(half_width: float, half_height: float, radius: float) -> np.ndarray:
    """(24, 2) outline of a rectangle with round corners."""
    inner = np.array([half_width - radius, half_height - radius])
    return np.sign(np.round(brush.CIRCLE, 6)) * inner + radius * brush.CIRCLE


_PAINTERS: dict[str, Callable[[Grip], list[Part]]] = {
    "cup": _cup, "spoon": _spoon, "book": _book, "pen": _pen, "phone": _phone, "keyboard": _keyboard,
    "handset": _handset, "shoe": _shoe,
}  # fmt: skip
