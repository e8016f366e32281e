"""What a ward shows, as scenes of skeletons with a label for each frame: falls, lying down, rising, bending.

    seed --a story of phases (ward_moves)--> Script (ward_script) --the sensor's noise--> joints, labels

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
from tsmf_live.actor.ward_moves import Person
from tsmf_live.actor.ward_poses import (
    Body,
    Key,
    Seat,
    crouching,
    dangling,
    facing,
    kneeling,
    lift,
    lying,
    on_all_fours,
    on_floor,
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
_STORIES_AGAIN = 4  # a scene that is too short goes on with another story


def ward_scene(seed: int) -> tuple[np.ndarray, list[str | None]]:
    """One person's scene of 6 to 15 s, the same for the same seed.

    Returns:
        joints (T, 25, 3) float32, camera space, metres, at 30 Hz; and for each frame one of WARD_LABELS, or None where
        nothing should be judged.
    """
    rng = np.random.default_rng([8128, seed])
    subject = Subject.from_seed(int(rng.integers(2**31)))
    body = Body(Physique.of(subject), rng, float(rng.uniform(0.07, 0.13)), float(rng.uniform(-0.03, 0.12)))
    story, sits = _drawn_story(rng)
    seat = Seat(np.zeros(2), 0.0, float(rng.uniform(0.36, 0.60)))
    person = Person(body, seat, float(np.clip(subject.speed * rng.normal(1, 0.1), 0.7, 1.35)), sits)
    person.wait(0.3, 1.5)
    story(person)
    for _ in range(_STORIES_AGAIN):
        if person.script.now_s >= SHORTEST_S:
            break
        person.wait(1.0, 2.5)
    frames = round(float(np.clip(person.script.now_s, SHORTEST_S, LONGEST_S)) * RATE_HZ)
    height_m = float(rng.uniform(0.8, 2.0))
    heading = float(rng.uniform(-np.pi, np.pi)) if rng.random() < 0.3 else float(rng.normal(0, 0.6))
    spot = (float(rng.uniform(-0.5, 0.5)), float(rng.uniform(2.2, 4.0)))
    joints, _ = observe(place(person.script.joints(frames), spot, heading, height_m), rng)
    return joints.astype(np.float32), person.script.labels(frames)


def _drawn_story(rng: np.random.Generator) -> tuple[Callable[[Person], None], bool]:
    """A story, and whether it begins on a seat."""
    kinds = tuple(_STORIES)
    shares = np.array([_STORIES[kind][0] for kind in kinds])
    kind = kinds[int(rng.choice(len(kinds), p=shares / shares.sum()))]
    return kind, _STORIES[kind][1]


# ---- falls -----------------------------------------------------------------------------------------------------------


def _direction(person: Person) -> float:
    """Where a fall goes, from the front: forward, aside or backward."""
    base = person.rng.choice((0.0, np.pi / 2, -np.pi / 2, np.pi), p=(0.35, 0.2, 0.2, 0.25))
    return float(base + person.rng.normal(0, 0.25))


def _drops(person: Person, direction: float, slow: float = 1.0) -> list[tuple[Key, float, float]]:
    """The way from standing to the floor: stiff, over the knees, or over hands and knees."""
    rng, body = person.rng, person.body
    total_s = float(rng.uniform(0.55, 1.15)) * slow
    far_m = float(rng.uniform(0.25, 0.75))
    end = person.fallen(direction, far_m, float(rng.normal(0, 0.3)))
    how = rng.random()
    feet = person.script.key.ankles[:, [0, 2]]
    if how < 0.40:  # in one piece, or nearly
        return [(end, total_s, float(rng.uniform(1.5, 2.4)))]
    if how < 0.75:  # the knees give first
        bend = float(rng.uniform(0.1, 0.7)) * (1 if abs(direction) < 2 else -0.3)
        half = upright(body, person.at, person.turn, bend=bend, sink_m=0.45 * body.physique.leg_m, feet=feet)
        half = dangling(body, half, 0.15)
        return [(half, 0.45 * total_s, 1.4), (end, 0.55 * total_s, 1.3)]
    if abs(direction) < 1.0:  # caught on hands and knees
        at = person.at + way(person.turn, 0, float(rng.uniform(0.2, 0.5)))
        fours = on_all_fours(body, at, person.turn)
        lies = lying(body, at, 0.0, person.turn + direction, np.pi + float(rng.normal(0, 0.4)))
        return [(fours, 0.7 * total_s, 1.7), (lies, float(rng.uniform(0.4, 1.0)), 0.0)]
    sits = on_floor(body, person.at - way(person.turn, 0, 0.3), person.turn, float(rng.uniform(0.1, 0.6)))
    if rng.random() < 0.4:  # stays sitting on the floor
        return [(sits, total_s, 1.7)]
    return [(sits, 0.65 * total_s, 1.7), (person.fallen(np.pi, 0.1), 0.45 * total_s, 0.0)]


def _onto_hands(person: Person) -> list[tuple[Key, float, float]]:
    """As people fall who take care not to hurt themselves: bent double, onto the hands, the knees, and perhaps on."""
    rng, body = person.rng, person.body
    total_s = float(rng.uniform(0.8, 1.9))
    feet = person.script.key.ankles[:, [0, 2]]
    bend, sink = float(rng.uniform(1.0, 1.6)), float(rng.uniform(0.05, 0.4))
    bent = upright(body, person.at, person.turn, bend=bend, sink_m=sink * body.physique.leg_m, feet=feet)
    bent = replace(dangling(body, bent, 0.08), knees=np.tile((0.2, 0.5, 1.0), (2, 1)))
    turn = person.turn + float(rng.normal(0, 0.25))
    at = person.at + way(turn, 0, float(rng.uniform(0.1, 0.4)))
    fours = on_all_fours(body, at, turn)
    high = replace(fours, pelvis=fours.pelvis + lift(np.zeros(2), float(rng.uniform(0.05, 0.25))))
    keys = [(bent, 0.4 * total_s, 0.0), (high, 0.35 * total_s, 1.2), (fours, 0.25 * total_s, 1.2)]
    then = rng.random()
    side = person._sign()
    if then < 0.3:
        roll = float(rng.choice((np.pi, side * np.pi / 2)))
        keys.append((lying(body, at, 0.0, turn + float(rng.normal(0, 0.5)), roll), float(rng.uniform(0.5, 1.2)), 0.0))
    elif then < 0.55:
        sits = on_floor(body, at, turn + side * float(rng.uniform(0.3, 2.5)), float(rng.uniform(0.0, 0.7)))
        keys.append((sits, float(rng.uniform(0.5, 1.2)), 0.0))
    elif then < 0.7:  # the arms give way
        low = replace(fours, facing=facing(turn, 1.35), hands=fours.hands + lift(way(turn, 0, 0.15), 0.0))
        keys.append((low, float(rng.uniform(0.3, 0.8)), 0.0))
    return keys


def fall_onto_hands(person: Person) -> None:
    """Walks or stands, and goes down over the hands."""
    if person._either(0.75):
        turn = person.turn + float(person.rng.normal(0, 0.8))
        person.walk(int(person.rng.integers(2, 7)), turn, step_m=float(person.rng.uniform(0.3, 0.6)))
    person.fall(_onto_hands(person), person._s(3.0, 5.0))
    _after_fall(person)


def fall_from_seat_onto_hands(person: Person) -> None:
    """Gets up from a chair or the edge of a bed, or only leans forward, and goes down over the hands."""
    person.wait(0.5, 2.5)
    person.rise(person._s(0.8, 1.8), float(person.rng.uniform(0.2, 0.9)), None)
    person.fall(_onto_hands(person), person._s(3.0, 5.0))
    _after_fall(person)


def _after_fall(person: Person) -> None:
    if person.rng.random() < 0.25:
        person.get_up(person._s(2.5, 5.0))
        person.wait(0.5, 1.5)


def fall_standing(person: Person) -> None:
    """Stands, perhaps sways, and falls."""
    if person._either(0.4):
        person.walk(
            int(person.rng.integers(1, 3)),
            person.turn,
            "staggering",
            step_m=0.15,
            sway=float(person.rng.uniform(0.4, 1)),
        )
    person.fall(_drops(person, _direction(person)), person._s(3.0, 5.0))
    _after_fall(person)


def fall_walking(person: Person) -> None:
    """Walks and falls, forward most often."""
    rng = person.rng
    person.walk(int(rng.integers(2, 7)), person.turn + float(rng.normal(0, 0.8)), step_m=float(rng.uniform(0.35, 0.65)))
    direction = float(rng.normal(0, 0.5)) if rng.random() < 0.65 else _direction(person)
    person.fall(_drops(person, direction), person._s(3.0, 5.0))
    _after_fall(person)


def faint(person: Person) -> None:
    """Sinks down on the spot, slowly at first."""
    person.fall(_drops(person, _direction(person), slow=float(person.rng.uniform(1.0, 1.5))), person._s(3.0, 5.0))


def fall_from_seat(person: Person) -> None:
    """Slides or tips from a chair or the edge of a bed."""
    rng, body = person.rng, person.body
    person.wait(0.5, 2.5)
    side = person._sign()
    forward = rng.random() < 0.6
    direction = float(rng.normal(0, 0.4)) if forward else side * float(rng.uniform(0.9, 1.8))
    way_there = person.turn + direction
    at = person.at + way(way_there, 0, float(rng.uniform(0.05, 0.45)))
    total_s = float(rng.uniform(0.5, 1.8))
    if forward and rng.random() < 0.45:  # slides off the front and sits on the floor, or lies back against the seat
        sits = on_floor(
            body,
            person.at + way(person.turn, 0, -0.05),
            person.turn,
            float(rng.uniform(0.0, 0.7)),
            bool(rng.random() < 0.5),
        )
        keys = [(sits, total_s, float(rng.uniform(1.0, 1.8)))]
        if rng.random() < 0.5:
            keys.append(
                (
                    lying(body, at, 0.0, person.turn + side * np.pi / 2, side * np.pi / 2),
                    float(rng.uniform(0.4, 1.0)),
                    0.0,
                )
            )
    else:
        roll = np.pi if abs(direction) < 0.9 else np.sign(direction) * np.pi / 2
        end = lying(body, at, 0.0, way_there, roll + float(rng.normal(0, 0.4)))
        keys = [(end, total_s, float(rng.uniform(1.3, 2.2)))]
    person.fall(keys, person._s(3.0, 5.0))
    _after_fall(person)


def fall_from_bed(person: Person) -> None:
    """Lies in bed and rolls or slides off its edge."""
    rng, body, seat = person.rng, person.body, person.seat
    head_turn = seat.turn + person._sign() * np.pi / 2 + float(rng.normal(0, 0.15))
    start = lying(
        body,
        seat.at + way(seat.turn, 0, -0.35),
        seat.height_m,
        head_turn,
        float(rng.choice((0.0, np.pi / 2, -np.pi / 2))),
    )
    person.script.to(start, 0.8, None)
    person.wait(1.0, 3.0)
    at = seat.at + way(seat.turn, 0, float(rng.uniform(0.0, 0.4)))
    end = lying(
        body, at, 0.0, head_turn + float(rng.normal(0, 0.3)), float(rng.choice((np.pi, np.pi / 2, -np.pi / 2, 0.0)))
    )
    total_s = float(rng.uniform(0.5, 1.4))
    edge = lying(body, seat.at + way(seat.turn, 0, -0.1), seat.height_m, head_turn, float(rng.uniform(-2, 2)), 0.0, 0.3)
    person.fall([(edge, 0.5 * total_s, 0.0), (end, 0.5 * total_s + 0.15, 1.6)], person._s(3.0, 5.0))


def fall_rising(person: Person) -> None:
    """Rises from a seat, does not make it, and falls."""
    person.rise(person._s(1.2, 2.4), float(person.rng.uniform(0.4, 0.95)), None)
    person.fall(_drops(person, _direction(person)), person._s(3.0, 5.0))
    _after_fall(person)


# ---- lying down, sitting, rising -------------------------------------------------------------------------------------


def lie_down(person: Person) -> None:
    """Sits down on bed or sofa, lies down slowly or fast, and rises again most of the time."""
    rng = person.rng
    if not _is_seated(person):
        if person._either(0.5):
            person.walk(int(rng.integers(2, 5)), person.turn + float(rng.normal(0, 0.8)))
            person.face_away(person.seat)
        if person._either(0.25):  # without sitting first
            person.seat = replace(person.seat, at=person.at.copy(), turn=person.turn)
            _lie_and_rise(person, person._s(1.0, 2.0), "drop")
            return
        person.sit(person._s(0.9, 2.0), bool(rng.random() < 0.2))
    person.wait(0.2, 1.5)
    fast = rng.random() < 0.4
    how = "drop" if fast and rng.random() < 0.5 else "edge"
    _lie_and_rise(person, person._s(0.9, 1.6) if fast else person._s(1.8, 4.5), how)


def _lie_and_rise(person: Person, takes_s: float, how: str) -> None:
    head_turn, _ = person.lie(takes_s, how)
    person.wait(1.5, 4.0)
    if person._either(0.6):
        person.sit_up(person._s(1.2, 3.0), head_turn)
        person.wait(0.2, 1.0)
        person.rise(person._s(1.0, 2.4))
        person.wait(0.5, 1.2)


def out_of_bed(person: Person) -> None:
    """Lies, sits up, rises, walks off."""
    seat = person.seat
    head_turn = seat.turn + person._sign() * np.pi / 2
    at = seat.at + way(seat.turn, 0, -0.35)
    person.script.to(
        lying(person.body, at, seat.height_m, head_turn, 0.0, float(person.rng.uniform(0, 0.5))), 0.6, None
    )
    person.wait(1.0, 2.5)
    person.sit_up(person._s(1.0, 3.0), head_turn)
    person.rise(person._s(0.9, 2.2))
    person.walk(int(person.rng.integers(2, 6)), person.turn + float(person.rng.normal(0, 0.7)))
    person.wait(0.4, 1.0)


def sit_and_rise(person: Person) -> None:
    """Sits down slowly, as usual, or hard; rises slowly or quickly; may walk before and after."""
    rng = person.rng
    for _ in range(2):
        if _is_seated(person):
            person.wait(0.5, 2.0)
            person.rise(person._s(0.7, 2.6))
            if person._either(0.4):
                person.walk(int(rng.integers(2, 5)), person.turn + float(rng.normal(0, 0.8)))
        else:
            if person._either(0.5):
                person.walk(int(rng.integers(2, 5)), person.turn + float(rng.normal(0, 1.0)))
                person.face_away(person.seat)
            hard = bool(rng.random() < 0.35)
            person.sit(person._s(0.55, 0.9) if hard else person._s(1.0, 2.4), hard)
    person.wait(0.5, 1.5)


# ---- bending ---------------------------------------------------------------------------------------------------------


def vomit(person: Person) -> None:
    """Bends, the hands to belly, mouth or knees, in jerks, and rises slowly."""
    rng = person.rng
    if person._either(0.3):
        person.walk(int(rng.integers(2, 5)), person.turn + float(rng.normal(0, 0.6)))
    begin_s = person.script.now_s
    angle, hands = float(rng.uniform(0.6, 1.5)), str(rng.choice(("belly", "mouth", "knees", "hang", "mixed")))
    sink, aside = float(rng.uniform(0.0, 0.35) * (rng.random() < 0.4)), float(rng.normal(0, 0.15))
    person.bend(angle, person._s(0.5, 1.4), "vomiting", hands, sink, aside)
    for _ in range(int(rng.integers(2, 6))):
        person.bend(angle + float(rng.uniform(0.1, 0.35)), person._s(0.2, 0.5), "vomiting", hands, sink, aside)
        person.bend(angle - float(rng.uniform(0.0, 0.2)), person._s(0.2, 0.6), "vomiting", hands, sink, aside)
        if person._either(0.4):
            person.script.hold(person._s(0.3, 1.2), "vomiting")
    person.straighten(person._s(0.7, 1.8), "vomiting")
    person.script.mark("vomiting", begin_s, person.script.now_s - 0.3)
    person.settle()
    person.wait(0.5, 1.5)


def bow(person: Person) -> None:
    """Bows and comes up again."""
    begin_s = person.script.now_s
    person.bend(
        float(person.rng.uniform(0.35, 1.2)), person._s(0.5, 1.2), "bow", str(person.rng.choice(("hang", "sides")))
    )
    person.script.hold(person._s(0.1, 0.8), "bow", 0.3)
    person.straighten(person._s(0.5, 1.2), "bow")
    person.script.mark("bow", begin_s, person.script.now_s)
    person.settle()
    person.wait(0.8, 2.0)


def pick_up(person: Person) -> None:
    """Takes something from the floor, stooping or squatting, with one hand or both."""
    rng, body = person.rng, person.body
    if person._either(0.4):
        person.walk(int(rng.integers(2, 5)), person.turn + float(rng.normal(0, 0.7)))
    begin_s = person.script.now_s
    key = crouching(body, person.at, person.turn, float(rng.uniform(0.05, 0.5)), float(rng.uniform(0.7, 1.4)))
    key = replace(key, ankles=_same_feet(person, key))
    person.script.to(key, person._s(0.6, 1.2), "pick up")
    person.script.hold(person._s(0.1, 0.5), "pick up", 0.5)
    person.straighten(person._s(0.6, 1.2), "pick up")
    person.script.mark("pick up", begin_s, person.script.now_s)
    person.settle()
    person.wait(0.6, 1.5)


def squats(person: Person) -> None:
    """Goes down into the knees and up again."""
    rng = person.rng
    begin_s = person.script.now_s
    for _ in range(int(rng.integers(1, 4))):
        key = crouching(person.body, person.at, person.turn, float(rng.uniform(0.3, 0.6)), float(rng.uniform(0.2, 0.7)))
        person.script.to(replace(key, ankles=_same_feet(person, key)), person._s(0.6, 1.3), "squat")
        person.straighten(person._s(0.6, 1.2), "squat")
    person.script.mark("squat", begin_s, person.script.now_s)
    person.settle()
    person.wait(0.6, 1.5)


def shoe(person: Person) -> None:
    """Bends down to a foot, sitting or standing, and works there."""
    rng = person.rng
    begin_s = person.script.now_s
    key = person.script.key
    foot = key.ankles[int(rng.integers(2))] + lift(way(person.turn, 0.0, 0.1), 0.05)
    if _is_seated(person):
        bent = replace(
            key, spine=key.spine + np.array([0.8, 0, 0]), hands=np.stack([foot, foot + 0.04]), hands_in=(1, 1)
        )
    else:
        bent = crouching(
            person.body, person.at, person.turn, float(rng.uniform(0.1, 0.55)), float(rng.uniform(0.9, 1.3))
        )
        bent = replace(bent, ankles=_same_feet(person, bent), hands=np.stack([foot, foot + 0.04]), hands_in=(1, 1))
    person.script.to(bent, person._s(0.7, 1.2), "wear a shoe")
    person.script.hold(person._s(1.5, 3.5), "wear a shoe", 1.2)
    if _is_seated(person):
        person.script.to(key, person._s(0.6, 1.2), "wear a shoe")
    else:
        person.straighten(person._s(0.6, 1.2), "wear a shoe")
    person.script.mark("wear a shoe", begin_s, person.script.now_s - 0.2)
    person.settle()
    person.wait(0.5, 1.2)


def kneels(person: Person) -> None:
    """Kneels on one knee or both and rises; no action of its own."""
    rng = person.rng
    foot = None if rng.random() < 0.5 else int(rng.integers(2))
    key = kneeling(person.body, person.at, person.turn, float(rng.uniform(0.05, 0.6)), foot)
    person.script.to(key, person._s(0.8, 1.6), None)
    person.wait(1.0, 3.0)
    person.script.to(upright(person.body, person.at, person.turn, bend=0.5, sink_m=0.2), person._s(0.5, 0.9), None)
    person.script.to(upright(person.body, person.at, person.turn), person._s(0.4, 0.8), None)
    person.wait(0.8, 1.5)


def sit_on_floor(person: Person) -> None:
    """Sits down on the floor on purpose, slowly, and gets up again."""
    rng, body = person.rng, person.body
    begin_s = person.script.now_s
    half = crouching(body, person.at, person.turn, 0.5, 0.6)
    person.script.to(replace(half, ankles=_same_feet(person, half)), person._s(1.0, 1.8), "sit down")
    at = person.at - way(person.turn, 0, 0.2)
    person.script.to(
        on_floor(body, at, person.turn, float(rng.uniform(0.0, 0.4)), bool(rng.random() < 0.6)),
        person._s(0.9, 1.6),
        "sit down",
    )
    person.script.mark("sit down", begin_s, person.script.now_s)
    person.settle()
    person.wait(1.5, 3.0)
    person.get_up(person._s(2.5, 4.0))
    person.wait(0.4, 1.0)


# ---- nothing much ----------------------------------------------------------------------------------------------------


def walk_about(person: Person) -> None:
    """Walks, turns, limps perhaps."""
    rng = person.rng
    limp = float(rng.uniform(0.3, 1.0)) if rng.random() < 0.3 else 0.0
    for _ in range(int(rng.integers(2, 4))):
        turn = person.turn + float(rng.normal(0, 1.4))
        person.walk(
            int(rng.integers(4, 9)),
            turn,
            step_m=float(rng.uniform(0.3, 0.7)),
            step_s=float(rng.uniform(0.45, 0.7)),
            limp=limp,
        )
        if person._either(0.5):
            person.wait(0.3, 1.5)


def stagger(person: Person) -> None:
    """Staggers and does not fall."""
    rng = person.rng
    if person._either(0.5):
        person.walk(int(rng.integers(2, 5)), person.turn)
    steps, turn = int(rng.integers(5, 11)), person.turn + float(rng.normal(0, 0.6))
    step_m, step_s = float(rng.uniform(0.15, 0.5)), float(rng.uniform(0.4, 0.7))
    person.walk(steps, turn, "staggering", step_m=step_m, step_s=step_s, sway=float(rng.uniform(0.5, 1.2)))
    person.settle()
    person.wait(0.5, 1.5)


def small_things(person: Person) -> None:
    """Stretches, reaches, leans, looks about."""
    rng, body = person.rng, person.body
    key = person.script.key
    for _ in range(int(rng.integers(2, 4))):
        hands = np.stack([[rng.uniform(-0.1, 0.5), rng.uniform(-0.6, 0.55), rng.uniform(0.0, 0.5)] for _ in range(2)])
        moved = replace(
            key, hands=hands * body.physique.arm_m / 0.6, hands_in=(0, 0), spine=key.spine + body.jitter(3, 0.15)
        )
        person.script.to(moved, person._s(0.6, 1.4), "idle")
        person.wait(0.2, 1.2)
        person.script.to(key, person._s(0.6, 1.4), "idle")
    person.wait(0.5, 1.5)


def _is_seated(person: Person) -> bool:
    return bool(person.script.key.pelvis[1] < 0.8 * person.body.physique.stand_m)


def _same_feet(person: Person, key: Key) -> np.ndarray:
    ankles = key.ankles.copy()
    ankles[:, [0, 2]] = person.script.key.ankles[:, [0, 2]]
    return ankles


#: Story -> its share, and whether it begins on a seat.
_STORIES: dict[Callable[[Person], None], tuple[float, bool]] = {
    fall_standing: (6, False), fall_walking: (8, False), fall_onto_hands: (10, False),
    fall_from_seat_onto_hands: (8, True), faint: (3, False), fall_from_seat: (7, True),
    fall_from_bed: (4, True), fall_rising: (4, True), lie_down: (14, False), out_of_bed: (7, True),
    sit_and_rise: (14, False), vomit: (8, False), bow: (3, False), pick_up: (5, False), squats: (3, False),
    shoe: (3, True), kneels: (4, False), sit_on_floor: (4, False), walk_about: (9, False), stagger: (6, False),
    small_things: (5, False),
}  # fmt: skip
