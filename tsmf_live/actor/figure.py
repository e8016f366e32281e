"""The parts of a simulated person's picture: trunk, limbs, hands, shoes, shaded and sorted by depth.

The head is in `head`; `picture` puts the parts together with what the person holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from tsmf_live.actor import brush
from tsmf_live.actor.brush import Part, bgra, unit
from tsmf_live.actor.subject import Held, Rgb, Subject
from tsmf_live.skeleton import ARMS, HEAD, HIPS, LEGS, NECK, SHOULDERS, SPINE_BASE, SPINE_MID, SPINE_SHOULDER

SIDES = ("left", "right")

SOCK: Rgb = (225, 225, 222)
#: Fingers: place across the palm in metres, and length as a share of the way from the hand to its tip.
FINGERS = ((-0.028, 0.9), (-0.0095, 1.06), (0.0095, 1.0), (0.028, 0.8))
#: Depth steps, in metres, by which parts at nearly the same depth are kept in the right order.
TRUNK_STEP, PELVIS_STEP, LEG_STEP, NECK_STEP, ARM_STEP, HAND_STEP = 0.0, 0.14, 0.12, -0.02, -0.09, -0.10
SHOE_STEP = 0.07
#: Between the fingers behind an object, the object, and a hand or thumb that lies over it.
GRIP_STEP = 0.004
SLIGHTLY = 0.001
SHOULDER_DROP_M = 0.02  # the upper arm's round end lies inside the shirt's shoulder
#: Which hand lies over the object (only its thumb does otherwise): acting hand, other hand.
HANDS_OVER: dict[str, tuple[bool, bool]] = {
    "cup": (True, True), "spoon": (True, False), "book": (False, False), "pen": (True, False), "phone": (False, False),
    "keyboard": (True, True), "handset": (True, True), "shoe": (True, True),
}  # fmt: skip


@dataclass(frozen=True)
class Frame:
    """The person's own directions, unit vectors in camera space."""

    across: np.ndarray  # from the left to the right shoulder
    up: np.ndarray  # from the hips to the shoulders
    front: np.ndarray  # where the chest points


def body_frame(joints: np.ndarray) -> Frame:
    """Directions of the trunk from shoulders and spine."""
    up = unit(joints[SPINE_SHOULDER] - joints[SPINE_BASE], (0, 1, 0))
    across = joints[SHOULDERS[1]] - joints[SHOULDERS[0]]
    across = unit(across - up * (across @ up), (1, 0, 0))
    return Frame(across, up, brush.cross(up, across))


def hand_depths(joints: np.ndarray, held: Held | None) -> tuple[float, float]:
    """Depth in metres at which the left and the right hand are painted; the same one when an object joins them."""
    left, right = (float(joints[arm[3], 2]) + HAND_STEP for arm in ARMS)
    if held is None or held.kind in ("cup", "handset"):
        return left, right
    nearer = min(left, right)
    return nearer, nearer


@dataclass(frozen=True)
class Limb:
    """Rods of one colour that are painted together.

    Attributes:
        bones: (a, b, radius at a, radius at b), metres.
    """

    depth_m: float
    rgb: Rgb
    bones: list[tuple[np.ndarray, np.ndarray, float, float]]


def figure_parts(subject: Subject, joints: np.ndarray, held: Held | None, light_xy: np.ndarray) -> list[Part]:
    """Everything of a person but the head, unsorted.

    Args:
        joints: (25, 3) float64 metres, true positions.
        light_xy: unit vector in the picture, towards the light.
    """
    frame = body_frame(joints)
    limbs = [*_middle(subject, joints, frame), *_legs(subject, joints, held), *_arms(subject, joints)]
    parts = _limb_parts(limbs, light_xy, brush.ROUND_LAYERS)
    parts += _limb_parts(_hands(subject, joints, held), light_xy, brush.SMALL_LAYERS)
    parts.append(_trunk(subject, joints, frame, light_xy))
    return parts


def _limb_parts(limbs: list[Limb], light_xy: np.ndarray, layers: brush.Layers) -> list[Part]:
    """The limbs as parts; all outlines are computed at once, which is much faster than one by one."""
    bones = [bone for limb in limbs for bone in limb.bones]
    ends = np.array([(a, b) for a, b, _, _ in bones])
    radii = np.array([(radius_a, radius_b) for _, _, radius_a, radius_b in bones])
    outlines = brush.rods(ends, radii, light_xy, layers)
    parts, start = [], 0
    for limb in limbs:
        stop = start + len(limb.bones)
        parts.append(Part(limb.depth_m, brush.rod_shapes(outlines[:, start:stop], limb.rgb, layers)))
        start = stop
    return parts


def _trunk(subject: Subject, joints: np.ndarray, frame: Frame, light_xy: np.ndarray) -> Part:
    """The shirt: elliptic rings at neck, shoulders, chest, waist and hem, joined."""
    build = subject.build
    left, right = joints[SHOULDERS[0]], joints[SHOULDERS[1]]
    width = right - left
    shoulder_half = 0.5 * float(np.sqrt(width @ width)) + 0.03 * build
    hip_half = max(subject.hip_width_m * 0.5, 0.09) + 0.055 * build
    base, top = joints[SPINE_BASE], joints[SPINE_SHOULDER]
    spine = top - base
    rings = (  # centre, half width, half depth
        (top + 0.06 * frame.up, 0.07, 0.06),
        (0.5 * (left + right) - 0.01 * frame.up, shoulder_half, 0.075 * build),
        (base + 0.68 * spine, shoulder_half * 0.88, 0.115 * build),
        (base + 0.3 * spine, min(hip_half, shoulder_half) * 0.92, 0.095 * build),
        (base - 0.06 * frame.up, hip_half, 0.11 * build),
    )
    centres = np.array([centre for centre, _, _ in rings])
    reach = np.array([[half_width * frame.across, half_depth * frame.front] for _, half_width, half_depth in rings])
    middles = brush.to_pixels(centres)[:, None]
    outlines = brush.to_pixels(centres[:, None] + brush.CIRCLE @ reach) - middles  # (R, 24, 2)
    move_px = 0.12 * float(brush.px_per_m(centres[2, 2])) * light_xy
    part = Part(float(joints[SPINE_MID, 2]) + TRUNK_STEP)
    for size, move, brightness in brush.ROUND_LAYERS:
        points = brush.to_fixed(middles + size * outlines + move * move_px)
        for ring in range(len(rings) - 1):
            hull = cv2.convexHull(points[ring : ring + 2].reshape(-1, 2))[:, 0]
            part.shapes.append((hull, bgra(subject.shirt, brightness)))
    return part


def _middle(subject: Subject, joints: np.ndarray, frame: Frame) -> list[Limb]:
    """The upper end of the trousers, and the neck, which is in the head's shade."""
    radius = 0.085 * subject.build
    red, green, blue = subject.skin
    shade = (int(0.86 * red), int(0.86 * green), int(0.86 * blue))
    neck = joints[SPINE_SHOULDER] + 0.035 * frame.up
    return [
        Limb(
            float(joints[SPINE_BASE, 2]) + PELVIS_STEP,
            subject.trousers,
            [(joints[HIPS[0]], joints[HIPS[1]], radius, radius)],
        ),
        Limb(float(joints[NECK, 2]) + NECK_STEP, shade, [(neck, joints[HEAD], 0.053, 0.05)]),
    ]


def _arms(subject: Subject, joints: np.ndarray) -> list[Limb]:
    """Both arms with their sleeves."""
    thick = float(np.sqrt(subject.build))
    limbs = []
    for shoulder, elbow, wrist, *_ in ARMS:
        a, b, c = joints[shoulder], joints[elbow], joints[wrist]
        a = a + 0.16 * (joints[SPINE_SHOULDER] - a) + SHOULDER_DROP_M * unit(b - a)
        depth = 0.5 * float(b[2] + c[2]) + ARM_STEP
        if subject.long_sleeves:
            bones = [(a, b, 0.06 * thick, 0.05 * thick), (b, c, 0.05 * thick, 0.041 * thick)]
            limbs.append(Limb(depth, subject.shirt, bones))
            continue
        limbs.append(
            Limb(depth, subject.skin, [(a, b, 0.05 * thick, 0.041 * thick), (b, c, 0.042 * thick, 0.029 * thick)])
        )
        limbs.append(Limb(depth - SLIGHTLY, subject.shirt, [(a, a + 0.62 * (b - a), 0.06 * thick, 0.057 * thick)]))
    return limbs


def _legs(subject: Subject, joints: np.ndarray, held: Held | None) -> list[Limb]:
    """Both legs and shoes; the foot that a shoe is being put on wears a sock."""
    thick = float(np.sqrt(subject.build))
    limbs = []
    bare = foot_for_shoe(joints, held)
    for side, (hip, knee, ankle, foot) in enumerate(LEGS):
        a, b, c = joints[hip], joints[knee], joints[ankle]
        toe = joints[foot] + 0.045 * unit(joints[foot] - c, (0, 0, -1))
        heel = c + (c - b) * 0.06
        bones = [(a, b, 0.088 * thick, 0.064 * thick), (b, c + (b - c) * 0.04, 0.064 * thick, 0.054 * thick)]
        limbs.append(Limb(0.5 * float(a[2] + b[2]) + LEG_STEP, subject.trousers, bones))
        depth = min(float(joints[foot, 2]), float(c[2])) + SHOE_STEP
        limbs.append(Limb(depth, SOCK if side == bare else subject.shoes, [(heel, toe, 0.043, 0.036)]))
        if side != bare:
            drop = np.array([0.0, -0.018, 0.0])
            limbs.append(Limb(depth + SLIGHTLY, sole_color(subject), [(heel + drop, toe + drop, 0.043, 0.038)]))
    return limbs


def sole_color(subject: Subject) -> Rgb:
    """Light soles under dark shoes, dark ones under light shoes."""
    return (215, 213, 205) if sum(subject.shoes) < 300 else (95, 90, 85)


def foot_for_shoe(joints: np.ndarray, held: Held | None) -> int | None:
    """Side (0 left, 1 right) of the foot that a held shoe is meant for: the one nearer to the acting hand."""
    if held is None or held.kind != "shoe":
        return None
    hand = joints[ARMS[SIDES.index(held.main_hand)][3]]
    return int(np.argmin([np.linalg.norm(joints[leg[3]] - hand) for leg in LEGS]))


def _hands(subject: Subject, joints: np.ndarray, held: Held | None) -> list[Limb]:
    """Both hands: palm and fingers one after the other, the thumb last, so that an object may lie between them."""
    limbs = []
    for side, depth in enumerate(hand_depths(joints, held)):
        wrist, hand, tip, thumb = joints[list(ARMS[side][2:])]
        reach = 1.0 if held is None else 0.72  # fingers bend around what they hold
        if held is not None and HANDS_OVER[held.kind][0 if held.main_hand == SIDES[side] else 1]:
            depth -= 2 * GRIP_STEP
        along = tip - hand
        axis = unit(along, (0, -1, 0))
        lateral = thumb - hand
        lateral = unit(lateral - axis * (lateral @ axis), (0, 0, -1))
        knuckles = hand + 0.25 * along
        limbs.append(Limb(depth, subject.skin, [(wrist, knuckles, 0.028, 0.037)]))
        for number, (place, share) in enumerate(FINGERS):
            start = knuckles + place * lateral
            end = hand + (share * reach) * along + (1.2 * place) * lateral
            limbs.append(Limb(depth - (number + 1) * 0.1 * SLIGHTLY, subject.skin, [(start, end, 0.0115, 0.009)]))
        way = thumb - wrist
        thumb_end = wrist + way * min(1.0, 0.12 / max(float(np.sqrt(way @ way)), 1e-6))
        start = wrist + 0.45 * (hand - wrist) + 0.018 * lateral
        limbs.append(
            Limb(
                min(depth, hand_depths(joints, held)[side]) - 3 * GRIP_STEP,
                subject.skin,
                [(start, thumb_end, 0.0145, 0.0105)],
            )
        )
    return limbs
