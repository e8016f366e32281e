"""How people in a ward fall: standing, walking, fainting, off a chair, out of bed, while rising.

    ward.py draws one of FALLS --Person.fall--> Script

Who has fallen lies, half sits or is propped on the floor, and seldom gets up again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tsmf_live.actor.ward_moves import Person
from tsmf_live.actor.ward_poses import Key, dangling, facing, lift, lying, on_all_fours, on_floor, seated, upright, way


def _direction(person: Person) -> float:
    """Where a fall goes, from the front: forward, aside or backward."""
    base = person.rng.choice((0.0, np.pi / 2, -np.pi / 2, np.pi), p=(0.35, 0.2, 0.2, 0.25))
    return float(base + person.rng.normal(0, 0.25))


def _drops(person: Person, direction: float, slow: float = 1.0) -> list[tuple[Key, float, float]]:
    """The way from the feet to the floor: stiff, over the knees, caught on the hands, or onto the buttocks."""
    rng, body = person.rng, person.body
    total_s = rng.uniform(0.55, 1.15) * slow
    end = person.fallen(direction, rng.uniform(0.25, 0.75), rng.normal(0, 0.3))
    how = rng.random()
    if how < 0.35:  # in one piece, or nearly
        return [(end, total_s, rng.uniform(1.5, 2.4))]
    if how < 0.65:  # the knees give first
        feet = person.script.key.ankles[:, [0, 2]]
        bend = rng.uniform(0.1, 0.7) * (1 if abs(direction) < 2 else -0.3)
        sink_m = rng.uniform(0.35, 0.5) * body.physique.leg_m
        half = upright(body, person.at, person.turn, bend=bend, sink_m=sink_m, feet=feet)
        return [(dangling(body, half, 0.15), 0.45 * total_s, 1.4), (end, 0.55 * total_s, 1.3)]
    if abs(direction) < 1.0:
        fours = on_all_fours(body, person.at + way(person.turn, 0, rng.uniform(0.2, 0.5)), person.turn)
        caught = [(fours, 0.7 * total_s, 1.7)]
        if rng.random() < 0.3:  # stays on hands and knees
            return caught
        lies = lying(body, fours.pelvis[[0, 2]], 0.0, person.turn + direction, np.pi + rng.normal(0, 0.4))
        return [*caught, (lies, rng.uniform(0.4, 1.0), 0.0)]
    sits = on_floor(body, person.at - way(person.turn, 0, 0.3), person.turn, rng.uniform(0.1, 0.7))
    if rng.random() < 0.5:  # stays sitting on the floor
        return [(sits, total_s, 1.7)]
    lies = lying(body, sits.pelvis[[0, 2]], 0.0, person.turn + np.pi, rng.normal(0, 0.5), rng.uniform(0, 0.5))
    return [(sits, 0.65 * total_s, 1.7), (lies, rng.uniform(0.3, 0.7), 0.0)]


def _onto_hands(person: Person) -> list[tuple[Key, float, float]]:
    """A careful fall, as people fall who do not want to be hurt: bent double, onto hands and knees, perhaps farther."""
    rng, body = person.rng, person.body
    total_s, side = rng.uniform(0.8, 1.9), person.sign()
    feet = person.script.key.ankles[:, [0, 2]]
    sink_m = rng.uniform(0.05, 0.4) * body.physique.leg_m
    bent = upright(body, person.at, person.turn, bend=rng.uniform(1.0, 1.6), sink_m=sink_m, feet=feet)
    bent = replace(dangling(body, bent, 0.08), knees=np.tile((0.2, 0.5, 1.0), (2, 1)))
    turn = person.turn + rng.normal(0, 0.25)
    at = person.at + way(turn, 0, rng.uniform(0.1, 0.4))
    fours = on_all_fours(body, at, turn)
    high = replace(fours, pelvis=fours.pelvis + lift(np.zeros(2), rng.uniform(0.05, 0.25)))
    keys = [(bent, 0.4 * total_s, 0.0), (high, 0.35 * total_s, 1.2), (fours, 0.25 * total_s, 1.2)]
    then = rng.random()
    if then < 0.3:
        roll = float(rng.choice((np.pi, side * np.pi / 2)))
        keys.append((lying(body, at, 0.0, turn + rng.normal(0, 0.5), roll), rng.uniform(0.5, 1.2), 0.0))
    elif then < 0.55:
        sits = on_floor(body, at, turn + side * rng.uniform(0.3, 2.5), rng.uniform(0.0, 0.7))
        keys.append((sits, rng.uniform(0.5, 1.2), 0.0))
    elif then < 0.7:  # the arms give way
        hands = fours.hands + lift(way(turn, 0, 0.15), 0.0)
        keys.append((replace(fours, facing=facing(turn, 1.35), hands=hands), rng.uniform(0.3, 0.8), 0.0))
    return keys


def _fall(person: Person, keys: list[tuple[Key, float, float]], gets_up: float = 0.25) -> None:
    person.fall(keys, person.seconds(3.0, 5.0))
    if person.rng.random() < gets_up:
        person.get_up(person.seconds(2.5, 5.0))
        person.wait(0.5, 1.5)


def fall_standing(person: Person) -> None:
    """Stands, perhaps sways, and falls."""
    if person.either(0.4):
        sway = person.rng.uniform(0.4, 1)
        person.walk(int(person.rng.integers(2, 5)), person.turn, "staggering", step_m=0.15, sway=sway)
    _fall(person, _drops(person, _direction(person)))


def fall_walking(person: Person) -> None:
    """Walks and falls, forward most often."""
    rng = person.rng
    person.walk(int(rng.integers(2, 7)), person.turn + rng.normal(0, 0.8), step_m=rng.uniform(0.35, 0.65))
    direction = rng.normal(0, 0.5) if rng.random() < 0.65 else _direction(person)
    _fall(person, _drops(person, direction))


def faint(person: Person) -> None:
    """Sinks down on the spot, slowly at first."""
    _fall(person, _drops(person, _direction(person), slow=person.rng.uniform(1.0, 1.5)), gets_up=0.0)


def fall_from_seat(person: Person) -> None:
    """Slides off the front of a chair or a bed, or tips from it."""
    rng, body = person.rng, person.body
    person.wait(0.5, 2.5)
    side = person.sign()
    total_s = rng.uniform(0.5, 1.4)
    if rng.random() < 0.4:
        recline, propped = rng.uniform(0.0, 0.8), person.either()
        sits = on_floor(body, person.at + way(person.turn, 0, rng.uniform(-0.1, 0.15)), person.turn, recline, propped)
        keys = [(sits, total_s * rng.uniform(1.0, 1.6), rng.uniform(1.0, 1.8))]
        if person.either():  # tips over from there
            lies = lying(body, sits.pelvis[[0, 2]], 0.0, person.turn + side * np.pi / 2, side * np.pi / 2)
            keys.append((lies, rng.uniform(0.4, 1.0), 0.0))
    else:
        direction = rng.normal(0, 0.4) if person.either() else side * rng.uniform(0.9, 1.8)
        roll = np.pi if abs(direction) < 0.9 else side * np.pi / 2
        way_there = person.turn + direction
        at = person.at + way(way_there, 0, rng.uniform(0.05, 0.45))
        end = lying(body, at, 0.0, way_there, roll + rng.normal(0, 0.4), rng.uniform(0, 0.7) * person.either(0.4))
        keys = [(end, total_s, rng.uniform(1.3, 2.2))]
    if person.either(0.4):  # nods off, or slumps aside, before
        slumped = seated(body, person.seat, lean=rng.uniform(-0.2, 0.9), aside=rng.normal(0, 0.4))
        person.script.to(replace(slumped, ankles=person.script.key.ankles), rng.uniform(0.5, 1.5), None)
    _fall(person, keys)


def fall_from_bed(person: Person) -> None:
    """Lies in bed and rolls off its edge, or slides off it feet first."""
    rng, body, seat = person.rng, person.body, person.seat
    person.wait(1.0, 3.0)
    total_s = rng.uniform(0.6, 1.5)
    if person.either(0.35):
        edge = seated(body, seat, lean=rng.uniform(-0.6, 0.0), aside=rng.normal(0, 0.4))
        end = on_floor(body, seat.at + way(seat.turn, 0, rng.uniform(-0.1, 0.1)), seat.turn, rng.uniform(0.2, 0.8))
        person.script.to(edge, person.seconds(0.8, 1.5), None)
        _fall(person, [(end, total_s * rng.uniform(0.8, 1.4), rng.uniform(1.0, 1.6))])
        return
    side = 1.0 if np.sin(person.head_turn - seat.turn) > 0 else -1.0
    over = side * np.pi / 2 * rng.choice((1.0, 1.0, -1.0))  # face first, or backward
    at = seat.at + way(seat.turn, rng.normal(0, 0.1), -0.08)
    edge = lying(body, at, seat.height_m, person.head_turn, over * rng.uniform(0.5, 1.0), 0.0, 0.3)
    on = over * rng.uniform(1.0, 2.0)
    head_turn = person.head_turn + rng.normal(0, 0.3)
    raised = rng.uniform(0, 0.5) * person.either(0.3)
    end = lying(body, seat.at + way(seat.turn, 0, rng.uniform(0.15, 0.4)), 0.0, head_turn, on, raised)
    _fall(person, [(edge, 0.5 * total_s, 0.0), (end, 0.4 * total_s + 0.2, 1.6)])


def fall_rising(person: Person) -> None:
    """Rises from a seat, does not make it, and falls."""
    person.rise(person.seconds(1.2, 2.4), float(person.rng.uniform(0.45, 0.95)), None)
    _fall(person, _drops(person, _direction(person)))


def fall_onto_hands(person: Person) -> None:
    """Walks or stands, and goes down over the hands."""
    rng = person.rng
    if person.either(0.75):
        person.walk(int(rng.integers(2, 7)), person.turn + rng.normal(0, 0.8), step_m=rng.uniform(0.3, 0.6))
    _fall(person, _onto_hands(person))


def fall_from_seat_onto_hands(person: Person) -> None:
    """Rises from a chair or the edge of a bed, more or less, and goes down over the hands."""
    person.wait(0.5, 2.5)
    person.rise(person.seconds(0.8, 1.8), float(person.rng.uniform(0.2, 0.9)), None)
    _fall(person, _onto_hands(person))


#: Fall -> its share of all scenes in percent, and how it begins.
FALLS: dict[Callable[[Person], None], tuple[float, str]] = {
    fall_standing: (6, "stands"), fall_walking: (9, "stands"), faint: (3, "stands"), fall_from_seat: (6, "sits"),
    fall_from_bed: (4, "lies"), fall_rising: (4, "sits"), fall_onto_hands: (9, "stands"),
    fall_from_seat_onto_hands: (7, "sits"),
}  # fmt: skip
