"""What all actions are built from: curves over time, standing, sitting, stepping about, being idle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tsmf_live.actor.kinematics import (
    ELBOW_POLE,
    LEFT,
    OUTWARD,
    PELVIS_ABOVE_SEAT_M,
    RIGHT,
    SEAT_BEHIND_M,
    SEAT_HEIGHT_M,
    Physique,
    Pose,
    Trunk,
    trunk_of,
)


@dataclass(frozen=True)
class Cue:
    """What an action's function gets.

    Attributes:
        times_s: (T,) seconds since the action began.
        rng: draws the style; the same stream at each call, and never a draw that depends on times_s.
        physique: whose body.
        duration_s: how long the action is meant to last.
        seated: on the chair behind the person.
        chair_behind: there is a chair, used or not.
        pace: tempo of this performance, 1 = average.
    """

    times_s: np.ndarray
    rng: np.random.Generator
    physique: Physique
    duration_s: float
    seated: bool
    chair_behind: bool
    pace: float


@dataclass(frozen=True)
class Wander:
    """A smooth random curve that never leaves +-amplitude: three sines for each of n components."""

    rates_hz: np.ndarray  # (3, n)
    phases: np.ndarray
    amplitude: float

    @classmethod
    def draw(cls, rng: np.random.Generator, amplitude: float, rate_hz: float, n: int = 1) -> Wander:
        """A curve around `rate_hz`."""
        rates = rate_hz * np.array([[0.5], [1.0], [1.7]]) * rng.uniform(0.7, 1.3, (3, n))
        return cls(rates, rng.uniform(0, 2 * np.pi, (3, n)), amplitude)

    def __call__(self, times_s: np.ndarray) -> np.ndarray:
        """(T, n) values."""
        angles = 2 * np.pi * times_s[:, None, None] * self.rates_hz + self.phases
        return self.amplitude * np.einsum("k,tkn->tn", np.array([0.45, 0.35, 0.2]), np.sin(angles))


def wander(cue: Cue, amplitude: float, rate_hz: float) -> np.ndarray:
    """One random curve (T,)."""
    return Wander.draw(cue.rng, amplitude, rate_hz)(cue.times_s)[:, 0]


def wander_3d(cue: Cue, amplitude: float, rate_hz: float) -> np.ndarray:
    """A random path (T, 3)."""
    return Wander.draw(cue.rng, amplitude, rate_hz, 3)(cue.times_s)


def ramp(x: np.ndarray) -> np.ndarray:
    """0 below 0, 1 above 1, smooth between."""
    x = np.clip(x, 0.0, 1.0)
    return x * x * x * (10 - 15 * x + 6 * x * x)


def bump(x: np.ndarray, rise: float, hold: float, fall: float) -> np.ndarray:
    """From 0 up to 1 within `rise`, stays `hold`, and back to 0 within `fall`."""
    return ramp(x / rise) - ramp((x - rise - hold) / fall)


def cycles(cue: Cue, period_s: float, jitter: float = 0.06) -> np.ndarray:
    """Place (T,) within a repeated movement, 0 to 1, from a random start, not quite regular."""
    start = cue.rng.uniform(0, 1)
    return (start + cue.times_s * cue.pace / period_s + wander(cue, jitter, 0.2)) % 1.0


def rest_hands(cue: Cue, pose: Pose) -> None:
    """Arms hang down, or lie on the thighs of a seated person; draws the same whatever the posture."""
    p, trunk = cue.physique, trunk_of(cue.physique, pose)
    spread, forward = cue.rng.uniform(0.03, 0.08, 2), cue.rng.uniform(0.0, 0.06, 2)
    sway = [wander_3d(cue, 0.008, 0.3) for _ in (LEFT, RIGHT)]
    for side in (LEFT, RIGHT):
        if cue.seated:
            parts = np.array([OUTWARD[side] * (0.06 + spread[side]), 0.09, 0.20 + 2 * forward[side]])
            pose.hands[:, side] = pose.pelvis + parts + sway[side]
        else:
            parts = np.array([OUTWARD[side] * spread[side], -0.975 * p.arm_m, forward[side]])
            pose.hands[:, side] = trunk.shoulders[:, side] + parts + sway[side]


def stand(cue: Cue) -> Pose:
    """Standing, swaying a little, arms hanging."""
    p, pose = cue.physique, Pose.blank(len(cue.times_s))
    apart, stagger = cue.rng.uniform(0.075, 0.14), cue.rng.uniform(-0.04, 0.04)
    shift = wander(cue, 0.02, 0.12)
    pose.pelvis[:, 0] = shift
    pose.pelvis[:, 1] = p.stand_m - 0.004 - 0.1 * np.abs(shift)
    pose.pelvis[:, 2] = wander(cue, 0.012, 0.2)
    pose.spine[:, 0] = cue.rng.uniform(-0.02, 0.08) + wander(cue, 0.02, 0.25)
    pose.spine[:, 1] = -shift * 1.5 + wander(cue, 0.015, 0.2)
    pose.spine[:, 2] = wander(cue, 0.04, 0.15)
    _hold_head(cue, pose)
    for side in (LEFT, RIGHT):
        pose.ankles[:, side] = (OUTWARD[side] * apart, p.ankle_height_m, OUTWARD[side] * stagger)
    rest_hands(cue, pose)
    return pose


def sit(cue: Cue) -> Pose:
    """Sitting on the chair behind, hands on the thighs."""
    p, pose = cue.physique, Pose.blank(len(cue.times_s))
    apart, forward = cue.rng.uniform(0.08, 0.16), cue.rng.uniform(-0.04, 0.12)
    pose.pelvis[:, 0] = wander(cue, 0.008, 0.1)
    pose.pelvis[:, 1] = SEAT_HEIGHT_M + PELVIS_ABOVE_SEAT_M
    pose.pelvis[:, 2] = -SEAT_BEHIND_M + cue.rng.uniform(-0.03, 0.03) + wander(cue, 0.008, 0.1)
    pose.spine[:, 0] = cue.rng.uniform(-0.12, 0.12) + wander(cue, 0.03, 0.2)
    pose.spine[:, 1] = wander(cue, 0.025, 0.15)
    pose.spine[:, 2] = wander(cue, 0.05, 0.12)
    _hold_head(cue, pose)
    for side in (LEFT, RIGHT):
        pose.ankles[:, side] = (OUTWARD[side] * apart, p.ankle_height_m, forward)
    pose.knees[:] = (0.3, 1.0, 0.6)
    rest_hands(replace_seated(cue, True), pose)
    return pose


def replace_seated(cue: Cue, seated: bool) -> Cue:
    """The same cue (and the same random stream) for the other posture."""
    return Cue(cue.times_s, cue.rng, cue.physique, cue.duration_s, seated, cue.chair_behind, cue.pace)


def stance(cue: Cue) -> Pose:
    """Standing or sitting, as the cue says."""
    return sit(cue) if cue.seated else stand(cue)


def _hold_head(cue: Cue, pose: Pose) -> None:
    """Breathing, and a head that is never quite still."""
    pose.spine[:, 0] += 0.008 * np.sin(2 * np.pi * 0.27 * cue.times_s + cue.rng.uniform(0, 6.3))
    pose.head[:, 0] = cue.rng.uniform(-0.05, 0.15) + wander(cue, 0.05, 0.25)
    pose.head[:, 1] = wander(cue, 0.05, 0.2)
    pose.head[:, 2] = cue.rng.uniform(-0.2, 0.2) + wander(cue, 0.1, 0.2)


def step_along(cue: Cue, pose: Pose, path: Callable[[np.ndarray], np.ndarray], step_s: float, lift_m: float) -> None:
    """Let the feet of a standing pose follow the pelvis along `path` (times -> (T, 2) right, front) in steps."""
    way = path(cue.times_s)
    pose.pelvis[:, [0, 2]] += way
    phase = cue.times_s / (2 * step_s) + cue.rng.uniform(0, 1)
    for side in (LEFT, RIGHT):
        count = np.floor(phase + 0.5 * side)
        landed_s = (count - 0.5 * side - phase) * 2 * step_s + cue.times_s  # when this foot last began to swing
        swing = (cue.times_s - landed_s) / step_s  # 0..1 in the air, 1..2 on the floor
        share = ramp(swing)[:, None]
        place = path(landed_s - 0.5 * step_s) * (1 - share) + path(landed_s + 1.5 * step_s) * share
        pose.ankles[:, side][:, [0, 2]] += place
        pace_m = np.linalg.norm(path(landed_s + 1.5 * step_s) - path(landed_s - 0.5 * step_s), axis=1)
        pose.ankles[:, side, 1] += lift_m * np.sin(np.pi * np.clip(swing, 0, 1)) ** 2 * np.minimum(pace_m / 0.15, 1)


def keep_legs_in_reach(cue: Cue, pose: Pose) -> None:
    """Lower the pelvis where a stride would otherwise lift a foot off the floor."""
    p = cue.physique
    aside_m = np.abs(pose.ankles[:, :, [0, 2]] - pose.pelvis[:, None, [0, 2]])
    aside_m[:, :, 0] = np.maximum(aside_m[:, :, 0] - p.hip_half_m, 0)
    rise = np.sqrt(np.maximum((0.992 * p.leg_m) ** 2 - (aside_m**2).sum(axis=2), (0.5 * p.leg_m) ** 2))
    reach = (rise + pose.ankles[:, :, 1]).min(axis=1)
    pose.pelvis[:, 1] = np.minimum(pose.pelvis[:, 1], reach)


#: Where hands are when they do nothing: out, up, front of the chest, metres for a person of 1.7 m; and the elbows.
_STATIONS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]] = {
    # name: (main hand, other hand, elbow pole)
    "clasped": ((0.02, -0.52, 0.20), (0.03, -0.50, 0.22), ELBOW_POLE),
    "folded": ((-0.12, -0.20, 0.20), (-0.12, -0.26, 0.23), (0.6, -1.0, 0.1)),
    "hips": ((0.20, -0.50, 0.05), (0.20, -0.50, 0.05), (1.0, -0.2, -0.6)),
    "behind": ((0.03, -0.52, -0.17), (0.03, -0.55, -0.19), (0.8, -0.6, -0.5)),
    "one up": ((0.10, -0.30, 0.24), (0.22, -0.60, 0.05), ELBOW_POLE),
    "pocket": ((0.19, -0.58, 0.08), (0.22, -0.62, 0.02), (0.8, -0.5, -0.7)),
}
_STANDING_STATIONS = ("clasped", "folded", "hips", "behind", "one up", "pocket")
_SEATED_STATIONS = ("clasped", "folded", "one up")


def idle(cue: Cue) -> Pose:
    """Idle: at rest, shifting weight, looking around, a few steps, arms folded, small movements."""
    rng = cue.rng
    pose = stance(cue)
    looks = rng.random() < 0.5
    pose.head[:, 2] += looks * 3.0 * wander(cue, 0.25, 0.12)
    pose.spine[:, 2] += looks * wander(cue, 0.15, 0.1)
    shift = wander(cue, 0.06, 0.1) * rng.uniform(0, 1)
    stroll = not cue.seated and rng.random() < 0.3
    path = Wander.draw(rng, rng.uniform(0.1, 0.3), 0.08, 2)
    step_s = rng.uniform(0.6, 0.9)
    if stroll:
        step_along(cue, pose, path, step_s, 0.06)
    if not cue.seated:
        pose.pelvis[:, 0] += shift
        pose.spine[:, 1] -= 0.8 * shift
        keep_legs_in_reach(cue, pose)
    trunk = trunk_of(cue.physique, pose)
    rest_hands(cue, pose)
    _visit_stations(cue, pose, trunk)
    return pose


def _visit_stations(cue: Cue, pose: Pose, trunk: Trunk) -> None:
    """Move the hands from one place of rest to another now and then."""
    rng, main = cue.rng, cue.physique.main
    names = _SEATED_STATIONS if cue.seated else _STANDING_STATIONS
    scale = cue.physique.arm_m / 0.595
    period_s = rng.uniform(3.0, 7.0)
    place = cue.times_s / period_s + rng.uniform(0, 1)
    order = rng.integers(0, 2 * len(names), 12)  # half of the draws: the hands stay at rest
    visits = np.floor(place).astype(int) % len(order)
    stay = bump((place % 1.0) * period_s, 0.9, period_s - 1.9, 0.9)
    sway = wander_3d(cue, 0.012, 0.4)
    for visit in np.unique(visits):
        name_index = order[visit]
        if name_index >= len(names):
            continue
        main_hand, other_hand, elbow = _STATIONS[names[name_index]]
        share = np.where(visits == visit, stay, 0.0)[:, None]
        for side, parts in ((main, main_hand), (1 - main, other_hand)):
            target = trunk.at_chest(side, np.array(parts) * scale) + sway
            pose.hands[:, side] += (target - pose.hands[:, side]) * share
            pose.elbows[:, side] += (np.array(elbow) - pose.elbows[:, side]) * share
