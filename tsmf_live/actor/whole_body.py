"""Actions that move the whole body: sitting down, standing up, staggering, falling, kicking, squatting.

From a cue to a pose, as in actor.actions.
"""

from __future__ import annotations

import numpy as np

from tsmf_live.actor.kinematics import LEFT, OUTWARD, RIGHT, Pose, blend, solve, trunk_of
from tsmf_live.actor.stances import (
    Cue,
    Wander,
    bump,
    cycles,
    keep_legs_in_reach,
    ramp,
    replace_seated,
    sit,
    stand,
    step_along,
    wander,
    wander_3d,
)


def sit_down(cue: Cue) -> Pose:
    """Stands before the chair, looks for it, bends, sinks onto it, and settles."""
    rng = cue.rng
    takes_s = rng.uniform(1.2, 2.0) / cue.pace
    looks_s = rng.uniform(0.15, 0.5)
    since_s = cue.times_s - looks_s
    pose = _between_stand_and_seat(cue, ramp(since_s / takes_s), rng.uniform(0.5, 0.85))
    before = ramp(cue.times_s / looks_s) * (1 - ramp((since_s - 0.3) / 0.6)) * rng.uniform(0.0, 1.0)
    pose.head[:, 2] += before * rng.choice((-0.9, 0.9))
    pose.head[:, 0] += 0.35 * before
    settle = np.clip(since_s - takes_s, 0, None)
    fading = np.exp(-settle / 1.3) * ramp(settle / 0.3)
    pose.pelvis[:, 0] += 0.03 * fading * np.sin(2 * np.pi * 1.1 * settle)
    pose.pelvis[:, 2] -= 0.03 * fading
    pose.spine[:, 0] += fading * (0.10 + 0.10 * np.sin(2 * np.pi * 0.8 * settle))
    return pose


def stand_up(cue: Cue) -> Pose:
    """Sits, leans forward with the hands on the knees, rises, and finds balance."""
    rng = cue.rng
    takes_s = rng.uniform(1.1, 1.9) / cue.pace
    leans_s = rng.uniform(0.3, 0.6)
    since_s = cue.times_s - leans_s
    pose = _between_stand_and_seat(cue, 1 - ramp(since_s / takes_s), rng.uniform(0.55, 0.95))
    ready = ramp(cue.times_s / leans_s) * (1 - ramp(since_s / (0.5 * takes_s)))
    pose.spine[:, 0] += rng.uniform(0.15, 0.4) * ready
    settle = np.clip(since_s - takes_s, 0, None)
    fading = np.exp(-settle / 1.0) * ramp(settle / 0.3)
    pose.spine[:, 0] += fading * (-0.04 + 0.06 * np.sin(2 * np.pi * 0.7 * settle))
    pose.pelvis[:, 0] += 0.02 * fading * np.sin(2 * np.pi * 0.6 * settle)
    return pose


def _between_stand_and_seat(cue: Cue, seated: np.ndarray, bend: float) -> Pose:
    """The pose at share `seated` (T,) of the way onto the chair; the trunk bends forward on the way."""
    standing, sitting = stand(replace_seated(cue, False)), sit(cue)
    sitting.ankles = standing.ankles
    on_the_way = np.sin(np.pi * seated)
    pose = blend(standing, sitting, seated)
    path = seated**2 * (3 - 2 * seated)
    pose.pelvis[:, 2] = standing.pelvis[:, 2] + (sitting.pelvis[:, 2] - standing.pelvis[:, 2]) * np.sqrt(path + 1e-6)
    pose.tilt[:, 0] += 0.35 * bend * on_the_way
    pose.spine[:, 0] += 0.65 * bend * on_the_way
    pose.head[:, 0] -= 0.3 * bend * on_the_way
    keep_legs_in_reach(cue, pose)
    trunk = trunk_of(cue.physique, pose)
    reach = cue.rng.random() < 0.7
    for side in (LEFT, RIGHT):
        knee = pose.pelvis + np.array([OUTWARD[side] * 0.14, 0.02, 0.36])
        target = np.maximum(knee, trunk.shoulders[:, side] - np.array([9, 0.97 * cue.physique.arm_m, 9]))
        pose.hands[:, side] += reach * (target - pose.hands[:, side]) * (on_the_way * 0.8)[:, None]
    return pose


def stagger(cue: Cue) -> Pose:
    """Irregular steps aside and back, the trunk swaying, the arms out for balance."""
    rng = cue.rng
    pose = stand(cue)
    path = Wander.draw(rng, rng.uniform(0.32, 0.5), rng.uniform(0.16, 0.24), 2)
    step_along(cue, pose, path, rng.uniform(0.38, 0.55), 0.10)
    pose.tilt[:, 1] += wander(cue, rng.uniform(0.08, 0.2), 0.4)
    pose.spine[:, 0] += rng.uniform(0.0, 0.2) + wander(cue, 0.2, 0.4)
    pose.spine[:, 1] += wander(cue, rng.uniform(0.15, 0.35), 0.45)
    pose.spine[:, 2] += wander(cue, 0.3, 0.35)
    pose.head[:, :2] += np.stack([0.15 + wander(cue, 0.25, 0.5), wander(cue, 0.25, 0.5)], axis=1)
    pose.turn += wander(cue, 0.3, 0.2)
    pose.pelvis[:, 1] -= 0.03 + 0.02 * np.sin(2 * np.pi * cue.times_s)
    keep_legs_in_reach(cue, pose)
    trunk = trunk_of(cue.physique, pose)
    spread = rng.uniform(0.06, 0.36)
    for side in (LEFT, RIGHT):
        parts = wander_3d(cue, 0.22, 0.55) + np.array([cue.physique.shoulder_half_m + spread, -0.42, 0.10])
        pose.hands[:, side] = trunk.at_chest(side, parts)
        pose.elbows[:, side] = (0.8, -0.8, -0.6)
    return pose


def fall(cue: Cue) -> Pose:
    """Stands unsteadily, collapses forward, backward or aside within a second, and lies there."""
    rng = cue.rng
    pose = stand(cue)
    way = rng.uniform(0, 1)  # forward, right, left, backward; not backward over a chair
    takes_s = rng.uniform(0.65, 1.05)
    begins_s = min(rng.uniform(0.08, 0.28) * cue.duration_s, 1.5)
    since_s = cue.times_s - begins_s
    unsteady = ramp((since_s + 1.2) / 1.2)
    pose.spine[:, 1] += unsteady * wander(cue, 0.25, 0.7)
    pose.tilt[:, 1] += unsteady * wander(cue, 0.08, 0.7)
    x = np.clip(since_s / takes_s, 0, 1)
    share = x**2.2 * (2 - x**2.2)
    after = np.clip(since_s - takes_s, 0, None)
    way *= 0.75 if cue.chair_behind else 1.0
    direction = "front" if way < 0.3 else "right" if way < 0.52 else "left" if way < 0.75 else "back"
    lying = _lie(cue, direction)
    pose = blend(pose, lying, share)
    jolt = 0.05 * np.exp(-after / 0.15) * np.sin(np.pi * np.clip(after / 0.25, 0, 1))
    pose.pelvis[:, 1] += jolt
    knees_give = np.sin(np.pi * np.clip(x, 0, 1))
    pose.tilt[:, 0] -= 0.15 * knees_give
    keep_legs_in_reach(cue, pose)
    _keep_above_floor(cue, pose)
    return pose


def kick(cue: Cue) -> Pose:
    """One foot swings back, then high to the front, and down again; the arms swing against it."""
    rng, p = cue.rng, cue.physique
    pose = stand(cue)
    side = p.main if rng.random() < 0.8 else 1 - p.main
    support = 1 - side
    x = cycles(cue, rng.uniform(1.7, 2.4))
    back, front = bump(x - 0.03, 0.24, 0.02, 0.24), bump(x - 0.27, 0.26, 0.03, 0.34)
    lifted = np.clip(back + front, 0, 1)
    aside = pose.ankles[:, support, 0] - pose.pelvis[:, 0]
    pose.pelvis[:, 0] += 0.6 * aside * lifted  # the weight over the foot that stays
    reach, height = rng.uniform(0.60, 0.75) * p.leg_m, rng.uniform(0.40, 0.75) * p.leg_m
    behind, bent = rng.uniform(0.25, 0.4) * p.leg_m, rng.uniform(0.2, 0.35) * p.leg_m
    pose.ankles[:, side, 1] += bent * back + height * front
    pose.ankles[:, side, 2] += reach * front - behind * back
    pose.toes[:, side, 1] += 0.7 * front
    lean = rng.uniform(0.15, 0.35)
    pose.tilt[:, 0] += 0.10 * back - lean * front
    pose.spine[:, 0] += 0.5 * lean * front
    pose.spine[:, 2] += OUTWARD[side] * (0.15 * back - 0.2 * front)
    pose.head[:, 0] += 0.5 * lean * front
    pose.pelvis[:, 1] -= 0.02 + 0.02 * lifted
    keep_legs_in_reach(cue, pose)
    trunk, spread = trunk_of(p, pose), rng.uniform(0.10, 0.25)
    for hand, forward in ((side, 0.3 * back - 0.25 * front), (support, 0.35 * front - 0.2 * back)):
        parts = np.stack([p.shoulder_half_m + spread * (0.3 + lifted), -0.5 + 0.1 * lifted, 0.05 + forward], axis=1)
        pose.hands[:, hand] = trunk.at_chest(hand, parts) + wander_3d(cue, 0.015, 0.4)
        pose.elbows[:, hand] = (1.0, 0.2, -0.6)
    return pose


def squat(cue: Cue) -> Pose:
    """The hips sink between bent knees and rise again, the arms stretched forward on the way down."""
    rng, p = cue.rng, cue.physique
    pose = stand(cue)
    down = bump(cycles(cue, rng.uniform(2.2, 3.2)), 0.34, rng.uniform(0.05, 0.15), 0.36)
    depth = rng.uniform(0.40, 0.62) * p.leg_m
    pose.ankles[:, :, 0] += OUTWARD * rng.uniform(0.02, 0.08)
    pose.knees[:] = (rng.uniform(0.3, 0.7), 0.3, 1.0)
    pose.pelvis[:, 1] -= 0.01 + depth * down
    pose.pelvis[:, 2] -= rng.uniform(0.12, 0.22) * down
    bend = rng.uniform(0.5, 0.8)
    pose.tilt[:, 0] += 0.6 * bend * down
    pose.spine[:, 0] += 0.4 * bend * down
    pose.head[:, 0] -= 0.6 * bend * down
    keep_legs_in_reach(cue, pose)
    trunk = trunk_of(p, pose)
    apart, height = rng.uniform(-0.08, 0.04), rng.uniform(-0.2, 0.0)
    for side in (LEFT, RIGHT):
        front = trunk.shoulders[:, side] + np.array([OUTWARD[side] * apart, height, 0.9 * p.arm_m])
        pose.hands[:, side] = pose.hands[:, side] + (front - pose.hands[:, side]) * down[:, None]
        pose.elbows[:, side] = (0.7, -1.0, -0.3)
    return pose


def _keep_above_floor(cue: Cue, pose: Pose) -> None:
    """Raise what would be in the floor: the feet each by themselves, all the rest together."""
    heights_m = solve(cue.physique, pose)[:, :, 1]
    feet = [15, 19]
    pose.ankles[:, :, 1] += np.maximum(0.03 - heights_m[:, feet], 0)
    sunk_m = np.maximum(0.03 - np.delete(heights_m, feet, axis=1).min(axis=1), 0)
    pose.pelvis[:, 1] += sunk_m
    pose.hands[:, :, 1] += sunk_m[:, None]


def _lie(cue: Cue, direction: str) -> Pose:
    """Lying on the floor, towards `direction` from the feet, moving a little."""
    rng, p = cue.rng, cue.physique
    pose = Pose.blank(len(cue.times_s))
    curl = (
        rng.uniform(0.93, 0.985) if direction == "front" else rng.uniform(0.78, 0.95)
    )  # of the stretched leg between hips and ankles
    reach_m = curl * p.leg_m
    height = 0.13
    small = wander_3d(cue, 0.02, 0.4)
    forth = {"front": (0.0, 1.0), "back": (0.0, -1.0), "right": (1.0, 0.0), "left": (-1.0, 0.0)}[direction]
    slip = rng.uniform(0.2, 0.45) * p.leg_m  # the feet slip away to the other side
    pose.pelvis[:] = (forth[0] * (reach_m - slip), height, forth[1] * (reach_m - slip))
    pose.tilt[:] = np.array([forth[1] * 1.5, forth[0] * 1.36])  # aside, the shoulder is under the chest
    pose.spine[:, 1] = 0.05 * np.sin(0.5 * cue.times_s) + small[:, 1]
    pose.spine[:, 2] = rng.uniform(-0.15, 0.15) + small[:, 2]
    pose.head[:, 2] = rng.uniform(-0.5, 0.5) + 3 * small[:, 0]
    spread = rng.uniform(0.06, 0.2, 2)
    for side in (LEFT, RIGHT):
        across = OUTWARD[side] * (p.hip_half_m + 0.5 * spread[side])
        if direction in ("front", "back"):
            pose.ankles[:, side] = (across, 0.08, -forth[1] * slip)
        else:
            lower = OUTWARD[side] == forth[0]
            pose.ankles[:, side] = (-forth[0] * slip, 0.07 if lower else 0.15, 0.1 * spread[side] + 0.02)
    pose.toes[:] = {"front": (0.2, -0.3, -1.0), "back": (0.4, 1.0, 0.2)}.get(direction, (0.1, -0.1, 1.0))
    pose.knees[:] = {"front": (1.0, 0.35, 0.2), "back": (0.3, 1.0, 0.2)}.get(direction, (0.0, 0.1, 1.0))
    trunk = trunk_of(p, pose)
    arm_spread, raise_m = rng.uniform(0.05, 0.3, 2), rng.uniform(-0.45, 0.25, 2)
    for side in (LEFT, RIGHT):
        front = {"front": 0.04, "back": -0.03}.get(direction, 0.25)
        parts = (p.shoulder_half_m + arm_spread[side], raise_m[side], front)
        if direction in ("right", "left"):
            parts = (0.1 if OUTWARD[side] == forth[0] else -0.06, 0.5 * raise_m[side] - 0.1, 0.33)
        pose.hands[:, side] = trunk.at_chest(side, parts) + wander_3d(cue, 0.02, 0.5)
        pose.hands[:, side, 1] = np.maximum(pose.hands[:, side, 1], 0.06)
        pose.elbows[:, side] = {"front": (1.0, 0.1, 0.0), "back": (1.0, 0.1, 0.0)}.get(direction, (-0.3, -0.6, 1.0))
    return pose
