"""How each action moves: one function for each, from a cue to a pose; a new random stream gives a new style.

Lengths are for a person of 1.7 m and scale with the arms where hands must meet the body.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tsmf_live.actor.kinematics import LEFT, OUTWARD, RIGHT, Pose, trunk_of
from tsmf_live.actor.stances import (
    Cue,
    Wander,
    bump,
    cycles,
    idle,
    keep_legs_in_reach,
    stance,
    step_along,
    wander,
    wander_3d,
)
from tsmf_live.actor.subject import IDLE, LOOK_ALIKES
from tsmf_live.actor.whole_body import fall, kick, sit_down, squat, stagger, stand_up


def drink(cue: Cue) -> Pose:
    """A cup goes from before the chest to the mouth, the head tilts back for the sip, and down again."""
    rng, main = cue.rng, cue.physique.main
    pose = stance(cue)
    x = cycles(cue, rng.uniform(2.4, 3.8))
    up = bump(x, 0.24, rng.uniform(0.30, 0.42), 0.22)
    sip = bump(x - 0.16, 0.16, 0.22, 0.14)
    pose.head[:, 0] -= rng.uniform(0.15, 0.35) * sip
    pose.spine[:, 0] -= 0.06 * sip
    trunk = trunk_of(cue.physique, pose)
    low = trunk.at_chest(main, (rng.uniform(0.0, 0.14), rng.uniform(-0.38, -0.22), rng.uniform(0.24, 0.32)))
    mouth = trunk.at_head(main, (0.03, -0.115, 0.125))
    pose.hands[:, main] = low + (mouth - low) * up[:, None] + wander_3d(cue, 0.01, 0.5)
    pose.elbows[:, main, 0] += rng.uniform(0.0, 0.6) * up
    pose.fingers[:, main] += _aim(main, (-0.7, 0.1, 0.2))
    return pose


def eat(cue: Cue) -> Pose:
    """A spoon goes between the bowl in the other hand and the mouth; the head bends towards the spoon."""
    rng, main = cue.rng, cue.physique.main
    pose = stance(cue)
    x = cycles(cue, rng.uniform(1.3, 2.1))
    up = bump(x, 0.28, 0.14, 0.26)
    nod = bump(x - 0.1, 0.2, 0.15, 0.2)
    pose.spine[:, 0] += rng.uniform(0.05, 0.22) + 0.06 * nod
    pose.head[:, 0] += rng.uniform(0.28, 0.45) - 0.18 * nod
    trunk = trunk_of(cue.physique, pose)
    bowl = trunk.at_chest(main, (rng.uniform(-0.08, 0.02), rng.uniform(-0.32, -0.22), rng.uniform(0.24, 0.31)))
    bowl = bowl + wander_3d(cue, 0.012, 0.3)
    stir = np.stack([0.02 * np.sin(4 * np.pi * x), 0 * x, 0.02 * np.cos(4 * np.pi * x)], axis=1) * (1 - up)[:, None]
    mouth = trunk.at_head(main, (0.06, -0.10, 0.15))
    above = bowl + np.array([0.05 * OUTWARD[main], 0.09, 0.0]) + stir
    pose.hands[:, main] = above + (mouth - above) * up[:, None]
    pose.hands[:, 1 - main] = bowl + np.array([0.05 * OUTWARD[1 - main], -0.02, 0.0])
    pose.elbows[:, main, 0] += rng.uniform(0.1, 0.7)
    pose.fingers[:, main] += _aim(main, (-0.7, 0.0, 0.1))
    return pose


def both_hands_busy(cue: Cue) -> Pose:
    """Both hands close together before the belly or chest, small movements, head bent down to them.

    Reading, writing, playing with a phone and typing: one motion for all four, which only the held object tells apart.
    """
    rng, main = cue.rng, cue.physique.main
    pose = stance(cue)
    pose.spine[:, 0] += rng.uniform(0.02, 0.22)
    pose.head[:, 0] += rng.uniform(0.28, 0.55)
    pose.head[:, 2] *= 0.4
    trunk = trunk_of(cue.physique, pose)
    middle = np.array([rng.uniform(-0.03, 0.03), rng.uniform(-0.30, -0.14), rng.uniform(0.25, 0.34)])
    apart = rng.uniform(0.05, 0.11)
    drift = wander_3d(cue, 0.02, 0.15)
    # now and then the acting hand goes aside: a page, a new line, a swipe
    aside = bump(cycles(cue, rng.uniform(1.8, 4.5), 0.12), 0.1, 0.05, 0.12) * rng.uniform(0.0, 0.09)
    for side in (LEFT, RIGHT):
        parts = np.tile(middle * (OUTWARD[side], 1, 1) + (apart, 0, 0), (len(cue.times_s), 1))
        if side == main:
            parts[:, 0] += aside
            parts[:, 1] += 0.4 * aside
        amplitude, rate_hz = rng.uniform(0.004, 0.014), rng.uniform(0.8, 2.5)
        pose.hands[:, side] = trunk.at_chest(side, parts) + drift + wander_3d(cue, amplitude, rate_hz)
        pose.fingers[:, side] += _aim(side, (-0.45, 0.15, 0.1)) + wander_3d(cue, 0.25, rng.uniform(1.5, 4.0))
    return pose


def phone_call(cue: Cue) -> Pose:
    """One hand keeps a phone at the ear; the other rests or gestures; some people walk up and down."""
    rng, main = cue.rng, cue.physique.main
    pose = stance(cue)
    strolls = not cue.seated and rng.random() < 0.3
    path, step_s = Wander.draw(rng, rng.uniform(0.1, 0.25), 0.08, 2), rng.uniform(0.6, 0.9)
    if strolls:
        step_along(cue, pose, path, step_s, 0.06)
        keep_legs_in_reach(cue, pose)
        pose.hands[:, :, [0, 2]] += path(cue.times_s)[:, None]
    pose.head[:, 1] += OUTWARD[main] * rng.uniform(0.02, 0.22)
    pose.head[:, 0] += wander(cue, 0.10, 0.5)
    pose.head[:, 2] += wander(cue, 0.25, 0.15)
    trunk = trunk_of(cue.physique, pose)
    ear = (rng.uniform(0.09, 0.12), rng.uniform(-0.06, 0.01), rng.uniform(0.0, 0.05))
    pose.hands[:, main] = trunk.at_head(main, ear) + wander_3d(cue, 0.006, 0.4)
    pose.elbows[:, main] = (rng.uniform(0.4, 1.0), -1.0, rng.uniform(-0.2, 0.5))
    pose.fingers[:, main] += _aim(main, (-0.1, 0.4, -0.3))
    talks = rng.random() < 0.5
    gesture = trunk.at_chest(1 - main, (0.12, -0.36, 0.26)) + wander_3d(cue, 0.07, 0.5)
    share = talks * bump(cycles(cue, rng.uniform(4, 7)), 0.15, 0.4, 0.15)
    pose.hands[:, 1 - main] += (gesture - pose.hands[:, 1 - main]) * share[:, None]
    return pose


def wave(cue: Cue) -> Pose:
    """A raised hand (seldom both) swings from side to side."""
    rng, main = cue.rng, cue.physique.main
    pose = stance(cue)
    trunk = trunk_of(cue.physique, pose)
    both = rng.random() < 0.12
    rate_hz, amplitude = rng.uniform(1.1, 2.1), rng.uniform(0.08, 0.20)
    out, up, front = rng.uniform(0.16, 0.32), rng.uniform(0.10, 0.38), rng.uniform(0.05, 0.25)
    angle = 2 * np.pi * (rate_hz * cue.pace * cue.times_s + wander(cue, 0.1, 0.2)) + rng.uniform(0, 6.3)
    for side in (main, 1 - main) if both else (main,):
        swing = np.stack([amplitude * np.sin(angle), -0.03 * np.cos(2 * angle), 0 * angle], axis=1)
        parts = swing + np.array([cue.physique.shoulder_half_m + out, up, front])
        pose.hands[:, side] = trunk.at_chest(side, parts) + wander_3d(cue, 0.015, 0.3)
        pose.elbows[:, side] = (1.0, -1.0, -0.1)
        pose.fingers[:, side] += np.stack(
            [0.5 * np.sin(angle - 0.5) * OUTWARD[side], 0.5 + 0 * angle, 0 * angle], axis=1
        )
    return pose


def wear_shoe(cue: Cue) -> Pose:
    """Both hands tug a shoe onto a foot: lifted while seated, or bent down to it, seated or crouching."""
    rng, p = cue.rng, cue.physique
    pose = stance(cue)
    side = p.main if rng.random() < 0.8 else 1 - p.main
    lift = rng.uniform(0.16, 0.34) if cue.seated else rng.uniform(0.02, 0.26)
    tug = np.sin(2 * np.pi * (rng.uniform(0.8, 1.6) * cue.pace * cue.times_s + wander(cue, 0.15, 0.2)))
    in_bouts = 0.35 + 0.65 * bump(cycles(cue, rng.uniform(2.5, 4)), 0.15, 0.45, 0.15)
    pose.ankles[:, side] += np.array([-0.03 * OUTWARD[side], lift, 0.02]) + wander_3d(cue, 0.015, 0.5)
    pose.ankles[:, side, 1] += 0.015 * tug * in_bouts
    pose.toes[:, side] = (0.1, rng.uniform(-0.2, 0.35), 1.0)
    if cue.seated:
        pose.spine[:, 0] += 1.05 - 1.0 * lift
    else:
        crouch = rng.uniform(0.25, 0.45)
        pose.pelvis[:, 1] -= crouch * p.leg_m
        pose.pelvis[:, 2] -= 0.16
        pose.tilt[:, 0] += 0.5
        pose.spine[:, 0] += 0.75 - 0.6 * lift
    pose.spine[:, 0] += 0.04 * tug * in_bouts
    pose.spine[:, 1] += OUTWARD[side] * 0.08
    pose.head[:, 0] += 0.15
    instep = pose.ankles[:, side] + np.array([0.0, 0.0, 0.06])
    for hand in (LEFT, RIGHT):
        parts = np.array([OUTWARD[hand] * 0.06, 0.02, rng.uniform(-0.07, 0.05)])
        pose.hands[:, hand] = instep + parts + np.outer(in_bouts * tug, (0.0, 0.035, -0.015))
        pose.fingers[:, hand] += (0.0, -0.5, 0.2)
    return pose


def sneeze(cue: Cue) -> Pose:
    """A breath in, then sharp bends forward with a hand at the mouth, again and again."""
    rng, main = cue.rng, cue.physique.main
    pose = stance(cue)
    x = cycles(cue, rng.uniform(1.5, 2.6), 0.04)
    breath = bump(x, 0.20, 0.06, 0.14)
    jerk = bump(x - 0.26, 0.15, 0.06, 0.40)
    cough = jerk + rng.uniform(0.0, 0.5) * bump(x - 0.55, 0.13, 0.02, 0.25)
    bend = rng.uniform(0.2, 0.42)
    pose.tilt[:, 0] += 0.3 * bend * cough
    pose.pelvis[:, 2] -= 0.10 * bend * cough
    pose.spine[:, 0] += 0.06 + 0.7 * bend * cough - 0.10 * breath
    pose.head[:, 0] += rng.uniform(0.2, 0.4) * cough - 0.18 * breath
    trunk = trunk_of(cue.physique, pose)
    both = rng.random() < 0.3
    up = np.clip(rng.uniform(0.45, 1.0) + 0.7 * jerk + 0.4 * breath, 0, 1)[:, None]
    for side in (main, 1 - main) if both else (main,):
        low = trunk.at_chest(side, (0.02, -0.20, 0.24))
        mouth = trunk.at_head(side, (0.015, -0.075, 0.115))
        pose.hands[:, side] = low + (mouth - low) * up
        pose.elbows[:, side] = (rng.uniform(0.3, 1.0), -1.0, 0.0)
        pose.fingers[:, side] += _aim(side, (-0.8, 0.2, -0.2))
    return pose


def headache(cue: Cue) -> Pose:
    """One or both hands hold the bent head and rub it."""
    rng, main = cue.rng, cue.physique.main
    pose = stance(cue)
    pose.spine[:, 0] += rng.uniform(0.05, 0.30)
    pose.head[:, 0] += rng.uniform(0.15, 0.5) + wander(cue, 0.08, 0.4)
    pose.head[:, 1] += wander(cue, 0.15, 0.3)
    both = rng.random() < 0.5
    trunk = trunk_of(cue.physique, pose)
    place = np.array([rng.uniform(0.05, 0.10), rng.uniform(0.03, 0.12), rng.uniform(0.02, 0.10)])
    angle = 2 * np.pi * (rng.uniform(0.6, 1.6) * cue.pace * cue.times_s + wander(cue, 0.1, 0.2))
    rub = rng.uniform(0.008, 0.025) * np.stack([0 * angle, np.sin(angle), np.cos(angle)], axis=1)
    out = rng.uniform(0.5, 1.6)
    for side in (main, 1 - main) if both else (main,):
        pose.hands[:, side] = trunk.at_head(side, place + rub) + wander_3d(cue, 0.008, 0.3)
        pose.elbows[:, side] = (out, -1.0, 0.4)
        pose.fingers[:, side] += _aim(side, (-0.5, 0.5, 0.0))
    return pose


def chest_pain(cue: Cue) -> Pose:
    """One or both hands press on the chest, the trunk bent over them, breathing hard."""
    rng, main = cue.rng, cue.physique.main
    pose = stance(cue)
    heave = np.sin(2 * np.pi * rng.uniform(0.4, 0.8) * cue.times_s + rng.uniform(0, 6.3))
    bend = rng.uniform(0.18, 0.55)
    spasm = bump(cycles(cue, rng.uniform(2.5, 4.5)), 0.12, 0.15, 0.3) * rng.uniform(0.05, 0.25)
    pose.tilt[:, 0] += 0.3 * (bend + spasm)
    pose.pelvis[:, 2] -= 0.12 * (bend + spasm)
    pose.spine[:, 0] += 0.7 * (bend + spasm) + 0.035 * heave
    pose.spine[:, 1] += wander(cue, 0.10, 0.3)
    pose.head[:, 0] += rng.uniform(0.0, 0.35) + 0.3 * spasm
    both = rng.random() < 0.55
    trunk = trunk_of(cue.physique, pose)
    place = np.array([rng.uniform(-0.08, 0.03), rng.uniform(-0.18, -0.06), rng.uniform(0.11, 0.14)])
    rub = 0.012 * np.stack([np.sin(1.7 * heave), np.cos(2 * heave), 0 * heave], axis=1)
    for order, side in enumerate((main, 1 - main) if both else (main,)):
        pressed = place + rub + (0, -0.05 * order, 0.025 * order)
        pose.hands[:, side] = trunk.at_chest(side, pressed) + wander_3d(cue, 0.006, 0.5)
        pose.elbows[:, side] = (0.9, -1.0, -0.2)
        pose.fingers[:, side] += _aim(side, (-0.5, 0.1, -0.2))
    return pose


def _aim(side: int, out_up_front: tuple[float, float, float]) -> np.ndarray:
    """A direction (3,) in the person's frame."""
    return np.array(out_up_front) * (OUTWARD[side], 1.0, 1.0)


CHOREOGRAPHY: dict[str, Callable[[Cue], Pose]] = {
    "drink water": drink,
    "eat meal": eat,
    **dict.fromkeys(LOOK_ALIKES, both_hands_busy),
    "phone call": phone_call,
    "hand waving": wave,
    "sit down": sit_down,
    "stand up": stand_up,
    "wear a shoe": wear_shoe,
    "sneeze/cough": sneeze,
    "staggering": stagger,
    "falling": fall,
    "headache": headache,
    "chest pain": chest_pain,
    "kicking": kick,
    "squatting": squat,
    IDLE: idle,
}
