"""Scenes of a ward as skeletons with a label for each frame: falls, lying down, rising, bending.

    seed --a story of phases (ward_moves, ward_falls)--> Script (ward_script) --the sensor's errors--> joints, labels

For training only: no pictures, no furniture is painted. Bodies and postures are invented; durations and heights were
compared with recordings of real people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tsmf_live.actor.kinematics import Physique
from tsmf_live.actor.motion import place
from tsmf_live.actor.sensor import observe
from tsmf_live.actor.subject import Subject
from tsmf_live.actor.ward_falls import FALLS
from tsmf_live.actor.ward_moves import Person
from tsmf_live.actor.ward_poses import (
    CHEST,
    SCENE,
    Body,
    Seat,
    arms,
    crouching,
    kneeling,
    lift,
    on_floor,
    seated,
    upright,
    way,
)
from tsmf_live.actor.ward_script import RATE_HZ

#: What frames may be called.
WARD_LABELS = (
    "idle", "walking", "sit down", "stand up", "lie down", "falling", "pick up", "squat", "bow", "vomiting",
    "staggering", "wear a shoe",
)  # fmt: skip
SHORTEST_S, LONGEST_S = 6.0, 15.0
_NEAREST_M = 1.2  # of any joint
_SEAT_M, _HIGH_SEAT_M = (0.20, 0.50), (0.44, 0.60)  # a fall off a seat is from a high seat


def ward_scene(seed: int, observed: bool = True) -> tuple[np.ndarray, list[str | None]]:
    """One person's scene of 6 to 15 s, the same for the same seed; observed False: without the sensor's errors.

    Returns:
        joints (T, 25, 3) float32, camera space, metres, at 30 Hz; and for each frame one of WARD_LABELS, or None where
        nothing should be judged.
    """
    rng = np.random.default_rng([8128, seed])
    subject = Subject.from_seed(int(rng.integers(2**31)))
    body = Body(Physique.of(subject), rng, float(rng.uniform(0.07, 0.13)), float(rng.uniform(-0.03, 0.12)))
    shares = np.array([share for share, _ in STORIES.values()])
    story = tuple(STORIES)[int(rng.choice(len(STORIES), p=shares / shares.sum()))]
    seat_m = min(rng.uniform(*(_HIGH_SEAT_M if story in FALLS else _SEAT_M)), body.physique.stand_m - 0.27)
    start = STORIES[story][1]
    if start == "either":
        start = "sits" if rng.random() < 0.4 else "stands"
    pace = float(np.clip(subject.speed * rng.normal(1, 0.1), 0.7, 1.35))
    person = Person(body, Seat(np.zeros(2), 0.0, float(seat_m)), pace, start)
    person.wait(0.3, 1.5)
    story(person)
    while person.script.now_s < SHORTEST_S:
        person.wait(1.0, 2.5)
    frames = round(min(person.script.now_s, LONGEST_S) * RATE_HZ)
    height_m = float(rng.uniform(0.8, 2.0))
    heading = float(rng.uniform(-np.pi, np.pi)) if rng.random() < 0.3 else float(rng.normal(0, 0.6))
    joints = place(person.script.joints(frames), (0.0, 0.0), heading, height_m)
    middle = 0.5 * (joints[:, 0].min(axis=0) + joints[:, 0].max(axis=0))
    joints[..., 0] += rng.uniform(-0.5, 0.5) - middle[0]
    joints[..., 2] += max(rng.uniform(2.0, 4.0) - middle[2], _NEAREST_M - joints[..., 2].min())
    if observed:
        joints, _ = observe(joints, rng)
    return joints.astype(np.float32), person.script.labels(frames)


# ---- lying down, sitting, rising -------------------------------------------------------------------------------------


def _stroll(person: Person, chance: float, turns: float) -> bool:
    """Walks a few steps, perhaps."""
    rng = person.rng
    if rng.random() >= chance:
        return False
    person.walk(int(rng.integers(2, 5)), person.turn + rng.normal(0, turns), step_m=rng.uniform(0.35, 0.65))
    return True


def lie_down(person: Person) -> None:
    """Sits down on bed or sofa, lies down slowly or fast, and rises again most of the time."""
    if not person.is_seated:
        if _stroll(person, 0.4, 0.8):
            person.face_away(person.seat)
        if person.either(0.35):  # without sitting first
            person.seat = replace(person.seat, at=person.at.copy(), turn=person.turn)
            _lie_and_rise(person, person.seconds(0.8, 1.7), "drop")
            return
        person.sit(person.seconds(0.7, 1.8), person.either(0.2))
    person.wait(0.2, 1.5)
    fast = person.either(0.4)
    how = "drop" if fast and person.either() else "edge"
    _lie_and_rise(person, person.seconds(0.9, 1.6) if fast else person.seconds(1.8, 4.5), how)


def _lie_and_rise(person: Person, takes_s: float, how: str) -> None:
    person.lie(takes_s, how)
    person.wait(1.5, 4.0)
    if person.either(0.6):
        person.sit_up(person.seconds(1.2, 3.0))
        person.wait(0.2, 1.0)
        person.rise(person.seconds(0.8, 2.0))
        person.wait(0.5, 1.2)


def out_of_bed(person: Person) -> None:
    """Lies, sits up, rises, walks off."""
    person.wait(1.0, 2.5)
    person.sit_up(person.seconds(1.0, 3.0))
    person.rise(person.seconds(0.8, 2.0))
    _stroll(person, 0.8, 0.7)
    person.wait(0.4, 1.0)


def sit_and_rise(person: Person) -> None:
    """Sits down slowly, as usual, or hard; rises slowly or quickly; may walk before and after."""
    for _ in range(2):
        if person.is_seated:
            person.wait(0.5, 2.0)
            person.rise(person.seconds(0.75, 2.0))
            _stroll(person, 0.4, 0.8)
        else:
            if _stroll(person, 0.5, 1.0):
                person.face_away(person.seat)
            hard = person.either(0.35)
            person.sit(person.seconds(0.4, 0.8) if hard else person.seconds(0.7, 2.0), hard)
    person.wait(0.5, 1.5)


# ---- bending ---------------------------------------------------------------------------------------------------------


def vomit(person: Person) -> None:
    """Bends, the hands to belly, mouth or knees, in jerks, and rises slowly; on the feet or on a seat."""
    rng, script = person.rng, person.script
    if not person.is_seated:
        _stroll(person, 0.3, 0.6)
    seat_key, begin_s, angle = script.key if person.is_seated else None, script.now_s, rng.uniform(0.8, 1.75)
    hands, aside = str(rng.choice(("belly", "mouth", "knees", "hang", "mixed"))), rng.normal(0, 0.15)
    sink = rng.uniform(0.02, 0.14) + rng.uniform(0.0, 0.3) * person.either(0.25)

    def bend(to: float, takes_s: float) -> None:
        if seat_key is None:
            person.bend(to, takes_s, "vomiting", hands, sink, aside)
        else:
            key = replace(seated(person.body, person.seat, lean=0.8 * to, aside=aside), ankles=seat_key.ankles)
            script.to(person.hands(key, hands if hands != "knees" else "sides"), takes_s, "vomiting")

    bend(angle, person.seconds(0.5, 1.4))
    for _ in range(int(rng.integers(2, 6))):
        bend(angle + rng.uniform(0.05, 0.25), person.seconds(0.2, 0.5))
        bend(angle - rng.uniform(0.0, 0.2), person.seconds(0.2, 0.6))
        if person.either(0.4):
            script.hold(person.seconds(0.3, 1.2), "vomiting")
    if seat_key is None:
        person.straighten(person.seconds(0.7, 1.8), "vomiting")
    else:
        script.to(seat_key, person.seconds(0.7, 1.8), "vomiting")
    script.mark("vomiting", begin_s, script.now_s - 0.3)
    person.settle()
    person.wait(0.5, 1.5)


def bow(person: Person) -> None:
    """Bows and comes up again."""
    rng, begin_s = person.rng, person.script.now_s
    for _ in range(int(rng.integers(1, 3))):
        hands, sink = str(rng.choice(("hang", "sides", "belly"))), rng.uniform(0.0, 0.04)
        person.bend(rng.uniform(0.4, 1.4), person.seconds(0.5, 1.2), "bow", hands, sink)
        person.script.hold(person.seconds(0.1, 0.8), "bow", 0.3)
        person.straighten(person.seconds(0.5, 1.2), "bow")
    person.script.mark("bow", begin_s, person.script.now_s)
    person.settle()
    person.wait(0.8, 2.0)


def pick_up(person: Person) -> None:
    """Takes something from the floor, stooping or squatting, with one hand or both."""
    rng, body, script = person.rng, person.body, person.script
    _stroll(person, 0.4, 0.7)
    for _ in range(int(rng.integers(1, 3))):
        begin_s, depth = script.now_s, rng.uniform(0.05, 0.6)
        key = person.on_feet(crouching(body, person.at, person.turn, depth, rng.uniform(1.5, 1.9) - 1.1 * depth))
        hands, read = key.hands.copy(), list(key.hands_in)
        for side in (0, 1) if person.either(0.35) else (int(rng.integers(2)),):
            thing = way(person.turn, rng.uniform(0.0, 0.2) * (2 * side - 1), rng.uniform(0.15, 0.4))
            hands[side], read[side] = lift(person.at + thing, rng.uniform(0.03, 0.2)), SCENE
        script.to(replace(key, hands=hands, hands_in=(read[0], read[1])), person.seconds(0.6, 1.3), "pick up")
        script.hold(person.seconds(0.1, 0.6), "pick up", 0.5)
        person.straighten(person.seconds(0.6, 1.2), "pick up")
        script.mark("pick up", begin_s, script.now_s)
        person.settle()
    person.wait(0.6, 1.5)


def squats(person: Person) -> None:
    """Goes down into the knees and up again."""
    rng, begin_s = person.rng, person.script.now_s
    for _ in range(int(rng.integers(1, 4))):
        key = crouching(person.body, person.at, person.turn, rng.uniform(0.3, 0.65), rng.uniform(0.3, 1.0))
        if person.either(0.4):
            key = replace(key, hands=arms(person.body, -0.1, -0.3, 0.5), hands_in=(CHEST, CHEST))
        person.script.to(person.on_feet(key), person.seconds(0.6, 1.3), "squat")
        if person.either(0.3):
            person.script.hold(person.seconds(0.3, 2.0), "squat", 0.5)
        person.straighten(person.seconds(0.6, 1.2), "squat")
    person.script.mark("squat", begin_s, person.script.now_s)
    person.settle()
    person.wait(0.6, 1.5)


def shoe(person: Person) -> None:
    """Bends down to a foot, sitting, crouching or on one knee, and works there."""
    rng, script = person.rng, person.script
    key, begin_s, side = script.key, script.now_s, int(rng.integers(2))
    if sits := person.is_seated:
        lifted = key.ankles.copy()
        lifted[side, 1] += rng.uniform(0.0, 0.3)
        bent = replace(key, ankles=lifted, spine=key.spine + np.array([rng.uniform(0.7, 1.2), 0, 0]))
    elif person.either(0.35):
        bent = kneeling(person.body, person.at, person.turn, rng.uniform(0.6, 1.1), side)
    else:
        depth = rng.uniform(0.1, 0.55)
        bent = person.on_feet(crouching(person.body, person.at, person.turn, depth, rng.uniform(1.5, 1.9) - depth))
    foot = bent.ankles[side] + lift(way(person.turn, 0.0, 0.08), 0.04)
    bent = replace(bent, hands=np.stack([foot, foot]) + person.body.jitter((2, 3), 0.05), hands_in=(SCENE, SCENE))
    script.to(bent, person.seconds(0.7, 1.2), "wear a shoe")
    script.hold(person.seconds(1.5, 4.0), "wear a shoe", 1.2)
    after = key if sits else upright(person.body, person.at, person.turn)
    script.to(after, person.seconds(0.6, 1.2), "wear a shoe")
    script.mark("wear a shoe", begin_s, script.now_s - 0.2)
    person.settle()
    person.wait(0.5, 1.2)


def kneels(person: Person) -> None:
    """Kneels on one knee or both and rises; no action of its own."""
    rng, body, script = person.rng, person.body, person.script
    foot = None if person.either() else int(rng.integers(2))
    script.to(kneeling(body, person.at, person.turn, rng.uniform(0.05, 0.6), foot), person.seconds(0.8, 1.6), None)
    person.wait(1.0, 3.0)
    script.to(upright(body, person.at, person.turn, bend=0.5, sink_m=0.2), person.seconds(0.5, 0.9), None)
    script.to(upright(body, person.at, person.turn), person.seconds(0.4, 0.8), None)
    person.wait(0.8, 1.5)


def sit_on_floor(person: Person) -> None:
    """Sits down on the floor on purpose, slowly, and gets up again."""
    rng, body, script = person.rng, person.body, person.script
    begin_s = script.now_s
    script.to(person.on_feet(crouching(body, person.at, person.turn, 0.5, 0.6)), person.seconds(1.0, 1.8), "sit down")
    at = person.at - way(person.turn, 0, 0.2)
    sits = on_floor(body, at, person.turn, rng.uniform(0.0, 0.4), person.either(0.6))
    script.to(sits, person.seconds(0.9, 1.6), "sit down")
    script.mark("sit down", begin_s, script.now_s)
    person.settle()
    person.wait(1.5, 3.0)
    person.get_up(person.seconds(2.5, 4.0))
    person.wait(0.4, 1.0)


# ---- nothing much ----------------------------------------------------------------------------------------------------


def walk_about(person: Person) -> None:
    """Walks, turns, limps perhaps."""
    rng = person.rng
    limp = rng.uniform(0.3, 1.0) * person.either(0.3)
    for _ in range(int(rng.integers(2, 4))):
        turn, step_m, step_s = person.turn + rng.normal(0, 1.4), rng.uniform(0.3, 0.7), rng.uniform(0.45, 0.7)
        person.walk(int(rng.integers(4, 9)), turn, step_m=step_m, step_s=step_s, limp=limp)
        if person.either():
            person.wait(0.3, 1.5)


def stagger(person: Person) -> None:
    """Staggers, or trips, or the knees give for a moment; does not fall."""
    rng = person.rng
    _stroll(person, 0.6, 0.5)
    if person.either(0.35):
        person.bend(rng.uniform(0.3, 1.1), rng.uniform(0.22, 0.45), "staggering", "hang", rng.uniform(0.06, 0.3))
        steps, step_m, step_s = int(rng.integers(2, 5)), rng.uniform(0.2, 0.45), 0.35
    else:
        steps, step_m, step_s = int(rng.integers(5, 11)), rng.uniform(0.15, 0.5), rng.uniform(0.4, 0.7)
    turn, sway = person.turn + rng.normal(0, 0.5), rng.uniform(0.5, 1.2)
    person.walk(steps, turn, "staggering", step_m=step_m, step_s=step_s, sway=sway)
    person.settle()
    person.wait(0.5, 1.5)


def small_things(person: Person) -> None:
    """Stretches, reaches, leans, looks about."""
    rng, body, key = person.rng, person.body, person.script.key
    for _ in range(int(rng.integers(2, 4))):
        hands = rng.uniform((-0.1, -0.6, 0.0), (0.5, 0.55, 0.5), (2, 3)) * body.physique.arm_m / 0.6
        spine = key.spine + body.jitter(3, 0.15)
        moved = replace(key, hands=hands, hands_in=(CHEST, CHEST), spine=spine)
        person.script.to(moved, person.seconds(0.6, 1.4), "idle")
        person.wait(0.2, 1.2)
        person.script.to(key, person.seconds(0.6, 1.4), "idle")
    person.wait(0.5, 1.5)


#: Story -> its share of all scenes in percent, and how it begins; "either": standing or sitting.
STORIES: dict[Callable[[Person], None], tuple[float, str]] = FALLS | {
    lie_down: (13, "either"), out_of_bed: (6, "lies"), sit_and_rise: (13, "either"), vomit: (8, "either"),
    bow: (3, "stands"), pick_up: (5, "stands"), squats: (3, "stands"), shoe: (3, "either"), kneels: (3, "stands"),
    sit_on_floor: (4, "stands"), walk_about: (8, "stands"), stagger: (7, "stands"), small_things: (5, "either"),
}  # fmt: skip
