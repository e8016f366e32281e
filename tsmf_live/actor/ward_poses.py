"""The postures between which people in a ward move: standing, sitting, lying, kneeling, crouching, bending.

    a posture's function --Key--> ward_script: moved between, in time

Each function draws small differences from the body's random stream. Points are in the scene's frame: right, up, front,
metres, the floor at 0; "turn" and other headings bring the front to the right where positive.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tsmf_live.actor.kinematics import ELBOW_POLE, OUTWARD, Physique

#: What a hand's three numbers mean, by `Key.hands_in`.
CHEST, SCENE, BELOW_SHOULDER = 0, 1, 2
SEAT_BEHIND_M = 0.34  # hips behind the feet of one who sits


@dataclass(frozen=True)
class Key:
    """One posture.

    Attributes:
        pelvis: (3,) the spine base.
        facing: (4,) quaternion w, x, y, z of the pelvis.
        spine, head: (3,) bends as in Pose.
        hands: (2, 3), read by hands_in (2,): CHEST out, up, front of the spine shoulder; SCENE a point;
            BELOW_SHOULDER a way from the shoulder in the scene's directions.
        elbows: (2, 3) as in Pose.
        ankles: (2, 3) points.
        knees: (2, 3) where the knees point: out, up, front of the pelvis, however it lies.
        toes: (2, 3) direction of the feet in the scene.
        surface_m: what hands, elbows and knees rest on or above.
    """

    pelvis: np.ndarray
    facing: np.ndarray
    spine: np.ndarray
    head: np.ndarray
    hands: np.ndarray
    hands_in: tuple[int, int]
    elbows: np.ndarray
    ankles: np.ndarray
    knees: np.ndarray
    toes: np.ndarray
    surface_m: float = 0.0


@dataclass(frozen=True)
class Body:
    """Who moves: the bones, the random stream, and habits kept through a scene."""

    physique: Physique
    rng: np.random.Generator
    apart_m: float  # of each foot from the middle
    slouch_rad: float

    def jitter(self, shape: tuple[int, ...] | int, size: float) -> np.ndarray:
        """Small differences."""
        return self.rng.uniform(-size, size, shape)


@dataclass(frozen=True)
class Seat:
    """A chair, bed or sofa: where the feet of one who sits on it are, which way it faces, and how high it is."""

    at: np.ndarray  # (2,) right, front
    turn: float
    height_m: float


def product(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The quaternion that turns by `second`, then by `first`."""
    w, v, s, u = first[0], first[1:], second[0], second[1:]
    cross = np.array([v[1] * u[2] - v[2] * u[1], v[2] * u[0] - v[0] * u[2], v[0] * u[1] - v[1] * u[0]])
    return np.concatenate([[w * s - v @ u], w * u + s * v + cross])


def about(axis: int, angle: float) -> np.ndarray:
    """The quaternion of a turn about an axis of the scene."""
    quaternion = np.zeros(4)
    quaternion[0], quaternion[1 + axis] = np.cos(angle / 2), np.sin(angle / 2)
    return quaternion


def facing(turn: float, forward: float = 0.0, right: float = 0.0, roll: float = 0.0) -> np.ndarray:
    """The pelvis rolled about its own length, leaned to the right and forward, then turned to the right."""
    leaned = product(product(about(1, turn), about(0, forward)), about(2, -right))
    return product(leaned, about(1, roll)) if roll else leaned


def frames_of(quaternions: np.ndarray) -> np.ndarray:
    """(..., 4) -> (..., 3, 3), columns right, up, front."""
    w, x, y, z = np.moveaxis(quaternions, -1, 0)
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def way(turn: float, right: float, front: float) -> np.ndarray:
    """(2,) right, front in the scene of a way given by one who is turned."""
    cos, sin = np.cos(turn), np.sin(turn)
    return np.array([right * cos + front * sin, front * cos - right * sin])


def lift(at: np.ndarray, height_m: float) -> np.ndarray:
    """The point above `at` (2,)."""
    return np.array([at[0], height_m, at[1]])


def arms(body: Body, out: float, up: float, front: float, differ: float = 0.05) -> np.ndarray:
    """Hands (2, 3) out, up and front of the shoulders in lengths of the arm, for hands_in CHEST."""
    p = body.physique
    parts = np.array([out, up, front]) + body.jitter((2, 3), differ)
    return parts * p.arm_m + np.array([p.shoulder_half_m, -p.shoulder_drop_m, 0.0])


def hanging(body: Body) -> np.ndarray:
    """Hands that hang at the sides of an upright trunk."""
    return arms(body, 0.09, -0.95, 0.08, 0.035)


def mouth(body: Body) -> np.ndarray:
    """Hands before the mouth."""
    return np.array([0.03, 0.13, 0.13]) + body.jitter((2, 3), 0.025)


def upright(
    body: Body,
    at: np.ndarray,
    turn: float,
    *,
    bend: float = 0.0,
    aside: float = 0.0,
    sink_m: float = 0.0,
    feet: np.ndarray | None = None,
) -> Key:
    """Standing at `at`, the trunk bent forward and aside, the knees bent by sink_m; feet (2, 2) where they are."""
    p = body.physique
    hips_back = 0.16 * np.sin(bend) * min(1.0, bend / 0.6) if bend > 0 else 0.0
    ankles = np.stack([lift(at + way(turn, out * body.apart_m, 0.0), p.ankle_height_m) for out in OUTWARD])
    if feet is not None:
        ankles[:, [0, 2]] = feet
    return Key(
        pelvis=lift(at + way(turn, -0.05 * aside, -hips_back), p.stand_m - 0.006 - sink_m),
        facing=facing(turn, 0.4 * bend, 0.35 * aside),
        spine=np.array([0.6 * bend + body.slouch_rad, 0.65 * aside, 0.0]) + body.jitter(3, 0.02),
        head=np.array([0.08 - 0.15 * bend, -0.2 * aside, 0.0]) + body.jitter(3, 0.08),
        hands=hanging(body),
        hands_in=(CHEST, CHEST),
        elbows=np.tile(ELBOW_POLE, (2, 1)),
        ankles=ankles,
        knees=np.tile((0.12, 0.5, 1.0), (2, 1)),
        toes=_toes_ahead(turn),
    )


def _toes_ahead(turn: float) -> np.ndarray:
    """Feet flat on the floor, a little outward."""
    return np.stack([lift(way(turn, 0.25 * out, 1.0), -0.25) for out in OUTWARD])


def hands_on_knees(key: Key, turn: float) -> Key:
    """The hands on the thighs just above the knees."""
    middle = 0.5 * (key.pelvis + key.ankles)
    forth = way(turn, 0.0, 1.0)
    bent_m = 0.24 - 0.10 * min(1.0, key.pelvis[1] / 0.9)
    points = middle + np.array([forth[0] * bent_m, 0.14, forth[1] * bent_m])
    return replace(key, hands=points, hands_in=(SCENE, SCENE))


def dangling(body: Body, key: Key, out_m: float = 0.03) -> Key:
    """The arms hang straight down whichever way the trunk is bent."""
    down = np.array([[out * out_m, -0.93 * body.physique.arm_m, 0.0] for out in OUTWARD])
    return replace(key, hands=down + body.jitter((2, 3), 0.05), hands_in=(BELOW_SHOULDER, BELOW_SHOULDER))


def seated(body: Body, seat: Seat, lean: float = 0.0, aside: float = 0.0) -> Key:
    """Sitting on `seat`, leaned forward, hands on the thighs."""
    p, rng = body.physique, body.rng
    behind = SEAT_BEHIND_M + body.jitter(1, 0.04)[0]
    hips = lift(seat.at + way(seat.turn, 0.0, -behind), seat.height_m + 0.09)
    apart_m, forward_m = rng.uniform(0.07, 0.16), rng.uniform(-0.06, 0.10)
    ankles = [lift(seat.at + way(seat.turn, out * apart_m, forward_m), p.ankle_height_m) for out in OUTWARD]
    thighs = [way(seat.turn, out * rng.uniform(0.08, 0.15), rng.uniform(0.15, 0.32)) for out in OUTWARD]
    return Key(
        pelvis=hips,
        facing=facing(seat.turn, 0.35 * lean, 0.2 * aside),
        spine=np.array([0.65 * lean + rng.uniform(-0.1, 0.2), 0.8 * aside, 0.0]) + body.jitter(3, 0.04),
        head=np.array([rng.uniform(-0.05, 0.2) - 0.2 * lean, 0.0, 0.0]) + body.jitter(3, 0.1),
        hands=np.stack([hips + lift(thigh, rng.uniform(0.07, 0.12)) for thigh in thighs]),
        hands_in=(SCENE, SCENE),
        elbows=np.tile(ELBOW_POLE, (2, 1)),
        ankles=np.stack(ankles),
        knees=np.tile((0.25, 1.0, 0.8), (2, 1)),
        toes=_toes_ahead(seat.turn),
    )


#: Hands of one who lies, in arm lengths from the shoulder, on the back or side, and on the front.
_ARMS_ON_BACK = ((0.12, -0.9, 0.08), (-0.2, -0.55, 0.3), (0.45, -0.55, 0.05), (0.3, 0.35, 0.05), (-0.15, -0.25, 0.3))
_ARMS_ON_SIDE = ((-0.1, -0.35, 0.6), (-0.1, 0.15, 0.45), (0.05, -0.75, 0.3))
_ARMS_ON_FRONT = ((0.3, 0.3, 0.15), (0.2, -0.7, 0.05), (0.5, 0.0, 0.1), (-0.1, -0.3, 0.12))


def lying(
    body: Body,
    at: np.ndarray,
    surface_m: float,
    head_turn: float,
    roll: float = 0.0,
    raised: float = 0.0,
    curl: float | None = None,
) -> Key:
    """Lying with the hips at `at`, the head towards head_turn.

    roll: 0 on the back, pi / 2 on the right side, -pi / 2 on the left one, pi on the front. raised: how far the
    trunk is propped up, radians. curl: 0 stretched to 1 curled up, drawn where None.
    """
    p, rng = body.physique, body.rng
    on_front, on_side = np.cos(roll) < -0.5, abs(np.sin(roll)) > 0.6
    curl = float(rng.choice([0.05, 0.2, 0.6], p=[0.5, 0.3, 0.2])) if curl is None else curl
    curl = 0.08 if on_front else curl
    quaternion = facing(head_turn + np.pi, -np.pi / 2 + raised + body.jitter(1, 0.05)[0], 0.0, roll)
    frame = frames_of(quaternion)
    hips = lift(at, surface_m + 0.10 + 0.08 * abs(np.sin(roll)))
    reach_m = (0.97 - 0.4 * curl) * p.leg_m
    flexed = curl * (1.2 if on_side else 0.5) + rng.uniform(0.0, 0.15)
    ankles = []
    for out in OUTWARD:
        spread = out * (p.hip_half_m + rng.uniform(0.0, 0.08))
        length = reach_m * (1 - rng.uniform(0, 0.12))
        ankle = hips + frame @ np.array([spread, -length * np.cos(flexed), length * np.sin(flexed)])
        upper = on_side and out * np.sin(roll) < 0
        ankle[1] = surface_m + 0.07 + (0.09 if upper else 0.0) + rng.uniform(0, 0.03)
        ankles.append(ankle)
    choices = _ARMS_ON_FRONT if on_front else _ARMS_ON_SIDE if on_side else _ARMS_ON_BACK
    toes = (0.2, -1.0, 0.15) if on_front else (0.25, -0.35, 1.0)
    return Key(
        pelvis=hips,
        facing=quaternion,
        spine=body.jitter(3, 0.08) + np.array([0.5 * curl if on_side else 0.08, 0.0, 0.0]),
        head=np.array([-0.1 if on_front else 0.2, 0.0, rng.choice((-1.0, 1.0)) * (0.9 if on_front else 0.2)])
        + body.jitter(3, 0.2),
        hands=np.stack([arms(body, *choices[rng.integers(len(choices))])[side] for side in (0, 1)]),
        hands_in=(CHEST, CHEST),
        elbows=np.tile((1.0, 0.0, 0.1) if not on_side else (-0.2, -0.8, 0.6), (2, 1)),
        ankles=np.stack(ankles),
        knees=np.tile((0.3, 0.0, 1.0) if not on_front else (0.8, 0.0, 0.5), (2, 1)),
        toes=np.stack([frame @ (np.array(toes) * (out, 1, 1)) for out in OUTWARD]),
        surface_m=surface_m,
    )


def on_floor(body: Body, at: np.ndarray, turn: float, recline: float, propped: bool = True) -> Key:
    """Sitting on the floor with the hips at `at`, leaned back by `recline`; propped: on the hands behind."""
    p, rng = body.physique, body.rng
    hips = lift(at, 0.10)
    reach_m = rng.uniform(0.6, 0.95) * p.leg_m
    ankles = [
        lift(at + way(turn, out * rng.uniform(0.08, 0.2), reach_m * rng.uniform(0.8, 1)), 0.07) for out in OUTWARD
    ]
    back_m = 0.2 + 0.45 * recline
    hands = [lift(at + way(turn, out * rng.uniform(0.2, 0.35), -back_m), 0.04) for out in OUTWARD]
    if not propped:
        hands = [lift(at + way(turn, out * 0.13, rng.uniform(0.15, 0.4)), rng.uniform(0.2, 0.35)) for out in OUTWARD]
    return Key(
        pelvis=hips,
        facing=facing(turn, -recline),
        spine=np.array([rng.uniform(0.1, 0.4), 0.0, 0.0]) + body.jitter(3, 0.1),
        head=np.array([0.2, 0.0, 0.0]) + body.jitter(3, 0.2),
        hands=np.stack(hands),
        hands_in=(SCENE, SCENE),
        elbows=np.tile((0.5, -0.2, -1.0), (2, 1)),
        ankles=np.stack(ankles),
        knees=np.tile((0.2, 1.0, 0.6), (2, 1)),
        toes=np.stack([lift(way(turn, 0.3 * out, 0.5), 1.0) for out in OUTWARD]),
    )


def kneeling(body: Body, at: np.ndarray, turn: float, bend: float = 0.1, foot: int | None = None) -> Key:
    """On both knees below the hips at `at`, or with one foot (0 left, 1 right) set in front."""
    p = body.physique
    key = upright(body, at, turn, bend=bend)
    knee_m = 0.06
    ankles, toes = key.ankles.copy(), key.toes.copy()
    for side, out in enumerate(OUTWARD):
        if side == foot:
            ankles[side] = lift(at + way(turn, out * 0.12, 0.85 * p.thigh_m), p.ankle_height_m)
        else:
            ankles[side] = lift(at + way(turn, out * 0.10, -0.96 * p.shin_m), 0.08)
            toes[side] = lift(way(turn, 0.0, -1.0), -0.15)
    pelvis = lift(at, 0.97 * p.thigh_m + knee_m)
    return replace(key, pelvis=pelvis, ankles=ankles, toes=toes, knees=np.tile((0.1, 0.2, 1.0), (2, 1)))


def on_all_fours(body: Body, at: np.ndarray, turn: float) -> Key:
    """On hands and knees, the knees below `at`."""
    p = body.physique
    key = kneeling(body, at, turn)
    reach_m = p.spine_low_m + p.spine_high_m
    hands = [lift(at + way(turn, out * 0.2, reach_m * body.rng.uniform(0.85, 1.05)), 0.05) for out in OUTWARD]
    return replace(
        key,
        facing=facing(turn, 1.05 + body.jitter(1, 0.1)[0]),
        spine=np.array([0.3, 0.0, 0.0]) + body.jitter(3, 0.06),
        head=np.array([-0.2, 0.0, 0.0]) + body.jitter(3, 0.2),
        hands=np.stack(hands),
        hands_in=(SCENE, SCENE),
    )


def crouching(body: Body, at: np.ndarray, turn: float, depth: float, bend: float) -> Key:
    """Feet at `at`, the hips sunk by `depth` lengths of the leg, the trunk bent forward."""
    p = body.physique
    key = dangling(body, upright(body, at, turn, bend=bend, sink_m=depth * p.leg_m))
    back_m = 0.30 * depth * p.leg_m
    return replace(key, pelvis=lift(at + way(turn, 0, -back_m), key.pelvis[1]), knees=np.tile((0.3, 0.5, 1.0), (2, 1)))
