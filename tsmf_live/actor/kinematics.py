"""From a pose, given as angles and hand and foot targets, to the 25 joints: bone lengths stay what they are.

    choreography --Pose--> solve --> joints in the person's own frame

All arrays run over T moments. The person's frame: right, up, front, metres, origin on the floor between the feet of the
standing person. Sides are indexed 0 left, 1 right; "out" is away from the middle of the body on either side.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from tsmf_live.actor.subject import Subject
from tsmf_live.skeleton import JOINT_COUNT

LEFT, RIGHT = 0, 1
OUTWARD = np.array([-1.0, 1.0])  # sign of "right" that points outward, by side
SEAT_HEIGHT_M = 0.45
SEAT_BEHIND_M = 0.36  # the seat's centre lies this far behind the feet
PELVIS_ABOVE_SEAT_M = 0.09
#: Elbows point down, a little outward and backward (out, up, front of the chest); knees to the front.
ELBOW_POLE = (0.45, -1.0, -0.35)
KNEE_POLE = (0.12, 0.15, 1.0)


@dataclass(frozen=True)
class Physique:
    """Bone lengths of a subject in metres, in the proportions that the Kinect v2 reports for real people."""

    spine_low_m: float
    spine_high_m: float
    neck_m: float
    head_m: float
    shoulder_half_m: float
    shoulder_drop_m: float
    upper_arm_m: float
    forearm_m: float
    hand_m: float
    tip_m: float
    thumb_m: float
    hip_half_m: float
    thigh_m: float
    shin_m: float
    foot_m: float
    ankle_height_m: float
    main: int

    @classmethod
    def of(cls, subject: Subject) -> Physique:
        """The bones of `subject`; `main` is the side of its acting hand."""
        height, arm, leg = subject.height_m, subject.height_m * subject.arm_scale, subject.height_m * subject.leg_scale
        return cls(
            spine_low_m=0.188 * height,
            spine_high_m=0.142 * height,
            neck_m=0.045 * height,
            head_m=0.086 * height,
            shoulder_half_m=0.46 * subject.shoulder_width_m,
            shoulder_drop_m=0.035 * height,
            upper_arm_m=0.160 * arm,
            forearm_m=0.148 * arm,
            hand_m=0.042 * arm,
            tip_m=0.048 * arm,
            thumb_m=0.027 * arm,
            hip_half_m=0.40 * subject.hip_width_m,
            thigh_m=0.216 * leg,
            shin_m=0.213 * leg,
            foot_m=0.075 * height,
            ankle_height_m=0.045 * height,
            main=LEFT if subject.left_handed else RIGHT,
        )

    @property
    def arm_m(self) -> float:
        """Shoulder to hand joint, stretched."""
        return self.upper_arm_m + self.forearm_m + self.hand_m

    @property
    def leg_m(self) -> float:
        """Hip to ankle, stretched."""
        return self.thigh_m + self.shin_m

    @property
    def stand_m(self) -> float:
        """Height of the spine base over the floor when standing."""
        return 0.99 * self.leg_m + self.ankle_height_m


@dataclass
class Pose:
    """What the body does at T moments, in the person's frame; linear mixtures of poses are poses (`blend`).

    Attributes:
        pelvis: (T, 3) the spine base.
        turn: (T,) pelvis about the vertical, positive brings the front to the right.
        tilt: (T, 2) pelvis forward and to the right.
        spine: (T, 3) chest against the pelvis: forward, to the right, turned to the right.
        head: (T, 3) head against the chest: the same three.
        hands: (T, 2, 3) where the hand joints want to be; out of reach they get as near as they can.
        elbows: (T, 2, 3) where the elbows point: out, up, front of the chest.
        fingers: (T, 2, 3) added to the forearm's unit vector, bends the fingers' direction.
        ankles: (T, 2, 3) where the ankles want to be.
        knees: (T, 2, 3) where the knees point: out, up, front of the turned pelvis.
        toes: (T, 2, 3) direction of the feet: out, up, front.
    """

    pelvis: np.ndarray
    turn: np.ndarray
    tilt: np.ndarray
    spine: np.ndarray
    head: np.ndarray
    hands: np.ndarray
    elbows: np.ndarray
    fingers: np.ndarray
    ankles: np.ndarray
    knees: np.ndarray
    toes: np.ndarray

    @classmethod
    def blank(cls, T: int) -> Pose:
        """T upright moments; pelvis, hands and ankles are at the origin and wait to be placed."""
        return cls(
            pelvis=np.zeros((T, 3)),
            turn=np.zeros(T),
            tilt=np.zeros((T, 2)),
            spine=np.zeros((T, 3)),
            head=np.zeros((T, 3)),
            hands=np.zeros((T, 2, 3)),
            elbows=np.tile(np.array(ELBOW_POLE), (T, 2, 1)),
            fingers=np.zeros((T, 2, 3)),
            ankles=np.zeros((T, 2, 3)),
            knees=np.tile(np.array(KNEE_POLE), (T, 2, 1)),
            toes=np.tile(np.array([0.25, -0.25, 1.0]), (T, 2, 1)),
        )

    def copy(self) -> Pose:
        """The same pose in arrays of its own."""
        return Pose(*(getattr(self, field.name).copy() for field in fields(self)))


def blend(first: Pose, second: Pose, share: np.ndarray) -> Pose:
    """The pose on the way from `first` (share 0) to `second` (share 1), moment by moment; share (T,)."""
    mixed = []
    for field in fields(Pose):
        a, b = getattr(first, field.name), getattr(second, field.name)
        mixed.append(a + (b - a) * share.reshape(-1, *(1,) * (a.ndim - 1)))
    return Pose(*mixed)


def go_over(first: Pose, second: Pose, share: np.ndarray) -> Pose:
    """Like `blend` with share (T,), but the hands go around the body's front instead of through it."""
    pose = blend(first, second, share)
    way_m = np.linalg.norm(second.hands - first.hands, axis=2)
    pose.hands[:, :, 2] += 1.4 * way_m * (share * (1 - share))[:, None]
    return pose


@dataclass(frozen=True)
class Trunk:
    """Pelvis, chest and head of a pose: origins (T, 3) and frames (T, 3, 3) whose columns are right, up, front."""

    pelvis_frame: np.ndarray
    spine_mid: np.ndarray
    chest: np.ndarray  # the spine shoulder joint
    chest_frame: np.ndarray
    neck: np.ndarray
    head: np.ndarray
    head_frame: np.ndarray
    shoulders: np.ndarray  # (T, 2, 3)

    def at_chest(self, side: int, out_up_front: tuple[float, float, float] | np.ndarray) -> np.ndarray:
        """A point (T, 3) given relative to the spine shoulder, along the chest."""
        return self.chest + _along(self.chest_frame, side, out_up_front)

    def at_head(self, side: int, out_up_front: tuple[float, float, float] | np.ndarray) -> np.ndarray:
        """A point (T, 3) given relative to the middle of the head, along the head."""
        return self.head + _along(self.head_frame, side, out_up_front)


def _along(frame: np.ndarray, side: int, out_up_front: tuple[float, float, float] | np.ndarray) -> np.ndarray:
    """(T, 3) vector from its parts along a frame (T, 3, 3); the parts are (3,) or (T, 3)."""
    parts = np.asarray(out_up_front, np.float64) * np.array([OUTWARD[side], 1.0, 1.0])
    return (frame * parts[..., None, :]).sum(axis=-1)


def rotation(forward: np.ndarray, right: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Frames (T, 3, 3): leaned to the right, then forward, then turned to the right; radians (T,)."""
    cf, sf, cr, sr, ct, st = np.cos(forward), np.sin(forward), np.cos(right), np.sin(right), np.cos(turn), np.sin(turn)
    frame = np.empty((len(forward), 3, 3))
    frame[:, 0, 0], frame[:, 1, 0], frame[:, 2, 0] = ct * cr - st * sf * sr, -cf * sr, -st * cr - ct * sf * sr
    frame[:, 0, 1], frame[:, 1, 1], frame[:, 2, 1] = ct * sr + st * sf * cr, cf * cr, -st * sr + ct * sf * cr
    frame[:, 0, 2], frame[:, 1, 2], frame[:, 2, 2] = st * cf, -sf, ct * cf
    return frame


def trunk_of(physique: Physique, pose: Pose) -> Trunk:
    """Where pelvis, chest and head of `pose` are; hand targets are set relative to it."""
    pelvis_frame = rotation(pose.tilt[:, 0], pose.tilt[:, 1], pose.turn)
    mid_frame = pelvis_frame @ rotation(*(0.4 * pose.spine).T)
    chest_frame = pelvis_frame @ rotation(*pose.spine.T)
    head_frame = chest_frame @ rotation(*pose.head.T)
    spine_mid = pose.pelvis + physique.spine_low_m * mid_frame[:, :, 1]
    chest = spine_mid + physique.spine_high_m * chest_frame[:, :, 1]
    neck = chest + physique.neck_m * (chest_frame @ np.array([0.0, 0.98, 0.199]))
    head = neck + physique.head_m * (head_frame @ np.array([0.0, 0.98, 0.199]))
    shoulder_parts = np.stack([OUTWARD * physique.shoulder_half_m, np.full(2, -physique.shoulder_drop_m), np.zeros(2)])
    shoulders = chest[:, None] + np.swapaxes(chest_frame @ shoulder_parts, 1, 2)
    return Trunk(pelvis_frame, spine_mid, chest, chest_frame, neck, head, head_frame, shoulders)


def unit(vectors: np.ndarray) -> np.ndarray:
    """`vectors` (..., 3) with length 1."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def two_bones(
    start: np.ndarray, target: np.ndarray, pole: np.ndarray, upper_m: float, lower_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Middle and end joint of a limb whose end is at, or as near as it can be to, `target`; all (..., 3).

    The middle joint bends towards `pole`.
    """
    reach = target - start
    distance = np.linalg.norm(reach, axis=-1, keepdims=True)
    direction = reach / np.maximum(distance, 1e-9)
    distance = np.clip(distance, 1.15 * abs(upper_m - lower_m) + 0.05, 0.999 * (upper_m + lower_m))
    aside = unit(pole - (pole * direction).sum(axis=-1, keepdims=True) * direction)
    along = (upper_m**2 - lower_m**2 + distance**2) / (2 * distance)
    height = np.sqrt(np.maximum(upper_m**2 - along**2, 0.0))
    return start + along * direction + height * aside, start + distance * direction


def solve(physique: Physique, pose: Pose) -> np.ndarray:
    """The 25 joints of a pose: (T, 25, 3) metres in the person's frame (right, up, front)."""
    trunk = trunk_of(physique, pose)
    mirror = np.stack([OUTWARD, np.ones(2), np.ones(2)], axis=-1)  # (2, 3)
    joints = np.empty((len(pose.turn), JOINT_COUNT, 3))
    joints[:, 0], joints[:, 1], joints[:, 20] = pose.pelvis, trunk.spine_mid, trunk.chest
    joints[:, 2], joints[:, 3] = trunk.neck, trunk.head

    shoulders = trunk.shoulders
    elbow_poles = (pose.elbows * mirror) @ np.swapaxes(trunk.chest_frame, 1, 2)
    elbows, hands = two_bones(
        shoulders, pose.hands, elbow_poles, physique.upper_arm_m, physique.forearm_m + physique.hand_m
    )
    forearm = unit(hands - elbows)
    finger = unit(forearm + pose.fingers)
    thumb_pole = (np.array([-0.6, 0.7, 0.3]) * mirror) @ np.swapaxes(trunk.chest_frame, 1, 2)
    thumb = unit(thumb_pole - (thumb_pole * finger).sum(axis=-1, keepdims=True) * finger)
    for side, (shoulder, tip) in enumerate(((4, 21), (8, 23))):
        joints[:, shoulder], joints[:, shoulder + 1] = shoulders[:, side], elbows[:, side]
        joints[:, shoulder + 2] = hands[:, side] - physique.hand_m * forearm[:, side]
        joints[:, shoulder + 3] = hands[:, side]
        joints[:, tip] = hands[:, side] + physique.tip_m * finger[:, side]
        joints[:, tip + 1] = hands[:, side] + physique.thumb_m * (0.6 * finger[:, side] + 0.8 * thumb[:, side])

    hip_parts = np.stack([OUTWARD * physique.hip_half_m, np.zeros(2), np.zeros(2)])
    hips = pose.pelvis[:, None] + np.swapaxes(trunk.pelvis_frame @ hip_parts, 1, 2)
    upright = np.swapaxes(rotation(np.zeros_like(pose.turn), np.zeros_like(pose.turn), pose.turn), 1, 2)
    knee_poles = (pose.knees * mirror) @ upright
    knees, ankles = two_bones(hips, pose.ankles, knee_poles, physique.thigh_m, physique.shin_m)
    feet = ankles + physique.foot_m * (unit(pose.toes * mirror) @ upright)
    for side, hip in enumerate((12, 16)):
        joints[:, hip], joints[:, hip + 1] = hips[:, side], knees[:, side]
        joints[:, hip + 2], joints[:, hip + 3] = ankles[:, side], feet[:, side]
    return joints
