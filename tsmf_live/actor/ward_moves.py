"""What one person does in a ward, one phase after the other: walks, sits, lies, bends, falls, gets up.

    a story (ward.py) --phases--> Script

`Person` knows where it is; each phase begins in the posture that the one before left.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tsmf_live.actor.kinematics import OUTWARD
from tsmf_live.actor.ward_poses import (
    SCENE,
    Body,
    Key,
    Seat,
    arms,
    dangling,
    hanging,
    kneeling,
    lift,
    lying,
    mouth,
    on_all_fours,
    on_floor,
    seated,
    upright,
    way,
)
from tsmf_live.actor.ward_script import Script

SETTLES_S = 0.5  # after an action, not judged
HIT_S, LIES_S = 1.0, 2.5  # falling lasts so long after the floor; from then on it is lying


class Person:
    """One person in a scene.

    Attributes:
        at, turn: where the feet are and which way it faces.
        seat: what it sits or lies on, or sits down on next.
        pace: tempo, 1 = average.
        head_turn: where the head is, lying on the seat.
    """

    def __init__(self, body: Body, seat: Seat, pace: float, start: str) -> None:
        """start: "stands", "sits" or "lies"."""
        self.body, self.rng, self.seat, self.pace = body, body.rng, seat, pace
        self.at, self.turn = seat.at.copy(), seat.turn
        self.head_turn = seat.turn + self.sign() * np.pi / 2 + self.rng.normal(0, 0.15)
        self.script = Script(body, self._first(start))

    def _first(self, start: str) -> Key:
        if start == "stands":
            return upright(self.body, self.at, self.turn)
        if start == "sits":
            return seated(self.body, self.seat)
        roll = float(self.rng.choice((0.0, 0.0, np.pi / 2, -np.pi / 2)))
        raised = self.rng.uniform(0.0, 0.8) * (roll == 0) * self.either(0.6)
        at = self.seat.at + way(self.seat.turn, 0, -0.35)
        return lying(self.body, at, self.seat.height_m, self.head_turn, roll, raised)

    def seconds(self, least: float, most: float) -> float:
        """A duration at this person's tempo."""
        return float(self.rng.uniform(least, most)) / self.pace

    def either(self, chance: float = 0.5) -> bool:
        """Yes with this chance."""
        return bool(self.rng.random() < chance)

    def sign(self) -> float:
        """-1 or 1."""
        return float(self.rng.choice((-1.0, 1.0)))

    def wait(self, least_s: float, most_s: float, label: str | None = "idle") -> None:
        """Stays as it is."""
        self.script.hold(self.seconds(least_s, most_s), label)

    @property
    def is_seated(self) -> bool:
        """On the seat, on the floor, or lying: not on the feet."""
        return bool(self.script.key.pelvis[1] < 0.8 * self.body.physique.stand_m)

    def on_feet(self, key: Key) -> Key:
        """`key` with the feet where they are."""
        return replace(key, ankles=_placed(key.ankles, self.script.key.ankles[:, [0, 2]]))

    def settle(self) -> None:
        """What follows an action and is not judged."""
        self.script.hold(SETTLES_S, None)

    def straighten(self, takes_s: float, label: str | None) -> None:
        """To the upright, the feet where they are if they stand below."""
        feet = self.script.key.ankles[:, [0, 2]]
        self.at = feet.mean(axis=0)
        self.script.to(upright(self.body, self.at, self.turn, feet=feet), takes_s, label)

    def walk(
        self,
        steps: int,
        towards: float,
        label: str | None = "walking",
        *,
        step_m: float = 0.55,
        step_s: float = 0.55,
        limp: float = 0.0,
        sway: float = 0.0,
    ) -> None:
        """Steps while turning towards a heading; limp 0 to 1 favours one leg, sway makes it unsteady."""
        rng = self.rng
        feet = self.script.key.ankles[:, [0, 2]].copy()
        swing, lame = int(rng.integers(2)), int(rng.integers(2))
        swings_m, lifts_m, stoop = rng.uniform(0.05, 0.2), rng.uniform(0.05, 0.12), rng.uniform(0.0, 0.25)
        for step in range(steps):
            first, last = step == 0, step == steps - 1
            more = (towards - self.turn + np.pi) % (2 * np.pi) - np.pi
            self.turn += float(np.clip(more, -0.55, 0.55))
            stride_m = step_m * (0.5 if first or last else 1.0) * (1 - 0.5 * limp * (swing != lame))
            before = self.at
            drift = sway * rng.normal(0, 0.16)
            self.at = before + way(self.turn, drift, stride_m + sway * rng.normal(-0.12, 0.2))
            ahead_m = 0.0 if last else 0.45 * stride_m
            out_m = OUTWARD[swing] * (self.body.apart_m + sway * abs(rng.normal(0, 0.08)))
            target = self.at + way(self.turn, out_m, ahead_m)
            takes_s = step_s * (1 + 0.35 * limp * (1 if swing == lame else -1)) * rng.uniform(0.94, 1.06) / self.pace
            aside = limp * 0.22 * OUTWARD[1 - swing] * (swing != lame) + sway * rng.normal(0, 0.3)
            bend = stoop + sway * rng.normal(0.05, 0.22)
            for share, at in ((0.5, 0.5 * (before + self.at)), (1.0, self.at)):
                there = feet.copy()
                there[swing] += (target - feet[swing]) * share
                key = upright(self.body, at, self.turn, bend=bend, aside=aside * share, feet=there)
                hands, ankles, toes = hanging(self.body), key.ankles.copy(), key.toes.copy()
                if share < 1:
                    ankles[swing, 1] += lifts_m * (1 - 0.4 * limp)
                    toes[swing, 1] -= 0.3
                else:
                    hands[:, 2] += swings_m * np.where(np.arange(2) == swing, -1, 1)
                if sway:
                    hands += sway * np.abs(rng.normal(0, 0.16, (2, 3))) * (1, 1, 0.8)
                self.script.to(replace(key, hands=hands, ankles=ankles, toes=toes), 0.5 * takes_s, label)
            feet[swing] = target
            swing = 1 - swing
        self.at = feet.mean(axis=0)
        self.script.to(upright(self.body, self.at, self.turn, feet=feet), 0.25, label)

    def face_away(self, seat: Seat, label: str | None = "walking") -> None:
        """Turn on the spot until the seat is behind; the seat moves to where the person came to."""
        more = abs((seat.turn - self.turn + np.pi) % (2 * np.pi) - np.pi)
        self.walk(2 + int(more / 0.55), seat.turn, label, step_m=0.05, step_s=0.45)
        self.seat = Seat(self.at.copy(), self.turn, seat.height_m)

    def sit(self, takes_s: float, hard: bool = False) -> None:
        """Onto the seat behind; hard: lets itself drop onto it."""
        rng, body, script = self.rng, self.body, self.script
        feet = script.key.ankles[:, [0, 2]]
        begin_s = script.now_s
        bend = rng.uniform(0.35, 1.1)
        self.seat = Seat(self.at.copy(), self.turn, self.seat.height_m)
        sinks_m = max(body.physique.stand_m - self.seat.height_m - 0.09, 0.1)
        half = upright(body, self.at, self.turn, bend=bend, sink_m=0.35 * sinks_m, feet=feet)
        half = replace(
            half, pelvis=half.pelvis + lift(way(self.turn, 0, -0.18), 0.0), knees=np.tile((0.2, 0.6, 1), (2, 1))
        )
        half = dangling(body, half, 0.05) if self.either(0.4) else self._props(half)
        down = seated(body, self.seat, lean=rng.uniform(-0.15, 0.5))
        down = replace(down, ankles=_placed(down.ankles, feet), hands=down.hands)
        script.to(half, (0.5 if not hard else 0.45) * takes_s, "sit down")
        script.to(down, (0.5 if not hard else 0.55) * takes_s, "sit down", drop=1.5 if hard else 0.0)
        if hard:
            bounce = replace(
                down, pelvis=down.pelvis + np.array([0, 0.03, 0]), spine=down.spine + np.array([0.2, 0, 0])
            )
            script.to(bounce, 0.15, "sit down")
        calm = seated(body, self.seat, lean=rng.uniform(-0.1, 0.25))
        script.to(replace(calm, ankles=_placed(calm.ankles, feet)), self.seconds(0.4, 0.9), None)
        script.mark("sit down", begin_s, script.now_s - 0.2)
        self.settle()

    def _props(self, key: Key) -> Key:
        """Hands reach for the seat beside the hips."""
        where = [lift(self.seat.at + way(self.turn, out * 0.28, -0.22), self.seat.height_m + 0.03) for out in OUTWARD]
        return replace(key, hands=np.stack(where), hands_in=(SCENE, SCENE))

    def rise(self, takes_s: float, share: float = 1.0, label: str | None = "stand up") -> None:
        """From the seat to the feet; share < 1 stops on the way up."""
        rng, body, script = self.rng, self.body, self.script
        begin_s = script.now_s
        lean = rng.uniform(0.45, 1.25)
        ready = seated(body, self.seat, lean=lean)
        feet = np.stack([self.seat.at + way(self.seat.turn, out * body.apart_m, -0.06) for out in OUTWARD])
        ready = replace(
            ready, ankles=_placed(ready.ankles, feet), pelvis=ready.pelvis + lift(way(self.turn, 0, 0.06), 0)
        )
        if self.either(0.4):
            ready = self._props(ready)
        script.to(ready, 0.36 * takes_s, label)
        sink_m = (body.physique.stand_m - self.seat.height_m - 0.09) * (0.5 if share == 1 else 1 - share)
        half = upright(
            body, self.seat.at - way(self.turn, 0, 0.1), self.turn, bend=0.9 * lean, sink_m=sink_m, feet=feet
        )
        half = replace(half, knees=np.tile((0.2, 0.6, 1), (2, 1)))
        push = np.stack([lift(self.seat.at + way(self.turn, out * 0.14, 0.0), 0.55) for out in OUTWARD])
        if self.either(0.5):
            half = replace(half, hands=push, hands_in=(SCENE, SCENE))
        script.to(half, 0.26 * takes_s, label)
        self.at = feet.mean(axis=0)
        if share == 1:
            script.to(upright(body, self.at, self.turn, feet=feet, bend=0.05), 0.38 * takes_s, label)
            if label:
                script.mark(label, begin_s, script.now_s)
            self.settle()

    def lie(self, takes_s: float, how: str) -> None:
        """Onto the bed from its edge ("edge"), or dropping from the feet or edge ("drop")."""
        rng, body, script, seat = self.rng, self.body, self.script, self.seat
        begin_s, side = script.now_s, self.sign()
        head_turn = seat.turn + side * np.pi / 2 + rng.uniform(-0.35, 0.35)
        deep_m, along_m = rng.uniform(0.3, 0.5), rng.uniform(-0.25, 0.2)
        across = how == "drop" and self.either(0.35)
        if across:
            head_turn = seat.turn + np.pi + rng.uniform(-0.7, 0.7)
        roll = float(rng.choice([0.0, side * np.pi / 2, -side * np.pi / 2, side * np.pi], p=[0.5, 0.2, 0.2, 0.1]))
        raised = rng.uniform(0.0, 0.8) * self.either(0.6) * (roll == 0)
        at = seat.at + way(seat.turn, along_m, -deep_m)
        final = lying(body, at, seat.height_m, head_turn, roll, raised)
        if across:
            final = self._legs_over_edge(final)
        if how == "edge":
            lean = seated(body, seat, lean=0.2, aside=side * rng.uniform(0.6, 1.1))
            lean = replace(lean, ankles=lean.ankles + lift(way(seat.turn, -0.1 * side, 0.0), rng.uniform(0.0, 0.15)))
            hand = lift(seat.at + way(seat.turn, side * 0.45, -0.3), seat.height_m + 0.05)
            hands = lean.hands.copy()
            hands[1 if side > 0 else 0] = hand
            script.to(replace(lean, hands=hands), 0.4 * takes_s, "lie down")
            rolled = lying(body, at, seat.height_m, head_turn, 0.5 * side * np.pi * rng.uniform(0.2, 0.8), 0.35, 0.5)
            script.to(rolled, 0.35 * takes_s, "lie down")
            script.to(final, 0.25 * takes_s, "lie down")
        else:
            script.to(final, takes_s, "lie down", drop=rng.uniform(1.2, 1.8))
        self.settle()
        script.mark("lie down", begin_s, script.now_s - SETTLES_S + 0.2)
        self.head_turn = head_turn

    def _legs_over_edge(self, key: Key) -> Key:
        seat, p = self.seat, self.body.physique
        ankles = [lift(seat.at + way(seat.turn, out * 0.12, 0.05), p.ankle_height_m + 0.03) for out in OUTWARD]
        toes = [lift(way(seat.turn, 0.2 * out, 1.0), -0.1) for out in OUTWARD]
        hips = lift(seat.at + way(seat.turn, 0.0, -0.32), key.pelvis[1])
        return replace(key, pelvis=hips, ankles=np.stack(ankles), toes=np.stack(toes))

    def sit_up(self, takes_s: float) -> None:
        """From lying on the bed to sitting on its edge, which is not judged."""
        rng, body, seat, head_turn = self.rng, self.body, self.seat, self.head_turn
        side = np.sign(np.sin(head_turn - seat.turn)) or 1.0
        rolled = lying(body, seat.at + way(seat.turn, 0, -0.35), seat.height_m, head_turn, 0.4 * side * np.pi, 0.5, 0.7)
        self.script.to(rolled, 0.45 * takes_s, None)
        lean = seated(body, seat, lean=0.3, aside=side * rng.uniform(0.2, 0.6))
        self.script.to(lean, 0.35 * takes_s, None)
        self.script.to(seated(body, seat, lean=rng.uniform(0, 0.3)), 0.2 * takes_s, None)
        self.at, self.turn = seat.at.copy(), seat.turn
        self.settle()

    def get_up(self, takes_s: float) -> None:
        """From the floor to the feet, over hands and knees or one knee."""
        rng, body, script = self.rng, self.body, self.script
        hips = script.key.pelvis[[0, 2]]
        if self.either(0.5):
            script.to(on_floor(body, hips, self.turn, rng.uniform(0, 0.3)), 0.3 * takes_s, None)
        script.to(on_all_fours(body, hips, self.turn), 0.3 * takes_s, None)
        foot = int(rng.integers(2))
        script.to(kneeling(body, hips, self.turn, rng.uniform(0.2, 0.7), foot), 0.25 * takes_s, None)
        begin_s = script.now_s
        self.at = hips + way(self.turn, 0, 0.15)
        half = upright(body, self.at, self.turn, bend=rng.uniform(0.5, 1.0), sink_m=0.2)
        script.to(half, 0.22 * takes_s, "stand up")
        script.to(upright(body, self.at, self.turn), 0.25 * takes_s, "stand up")
        script.mark("stand up", begin_s, script.now_s)
        self.settle()

    def bend(
        self, angle: float, takes_s: float, label: str | None, hands: str, sink: float = 0.0, aside: float = 0.0
    ) -> Key:
        """Bends forward where it stands; hands: "hang", "belly", "mouth", "knees" or "sides"."""
        feet = self.script.key.ankles[:, [0, 2]]
        sink_m = sink * self.body.physique.leg_m
        key = upright(self.body, self.at, self.turn, bend=angle, aside=aside, sink_m=sink_m, feet=feet)
        key = replace(self.hands(key, hands), knees=np.tile((0.2, 0.5, 1.0), (2, 1)))
        self.script.to(key, takes_s, label)
        return key

    def hands(self, key: Key, where: str) -> Key:
        """`key` with the hands somewhere; "mixed" takes a place for each hand."""
        body, rng = self.body, self.rng
        if where == "mixed":
            first, second = (self.hands(key, str(rng.choice(("hang", "belly", "mouth", "knees")))) for _ in range(2))
            both = np.stack([first.hands[0], second.hands[1]])
            return replace(key, hands=both, hands_in=(first.hands_in[0], second.hands_in[1]))
        if where == "hang":
            return dangling(body, key)
        if where == "belly":
            return replace(key, hands=arms(body, -0.22, -0.55, 0.28))
        if where == "mouth":
            return replace(key, hands=mouth(body))
        if where == "knees":
            points = 0.5 * (key.pelvis + key.ankles) + lift(way(self.turn, 0.0, 0.14), 0.1)
            return replace(key, hands=points, hands_in=(SCENE, SCENE))
        return key

    def fall(self, keys: list[tuple[Key, float, float]], rests_s: float) -> None:
        """Through keys (posture, seconds, drop) to the floor, the last but one or the last at the hit; lies there."""
        script = self.script
        begin_s = script.now_s
        for key, takes_s, drop in keys:
            script.to(key, takes_s, "falling", drop)
        hit_s = script.now_s
        after = self.rng.uniform(0.0, 1.0)
        jolt = replace(script.key, hands=script.key.hands + self.body.jitter((2, 3), 0.05))
        script.to(replace(jolt, pelvis=jolt.pelvis + lift(self.body.jitter(2, 0.02), 0.015)), 0.2, "falling")
        script.hold(rests_s, "idle", restless=0.3 + after)
        script.mark("falling", begin_s, hit_s + HIT_S)
        script.mark(None, hit_s + HIT_S, hit_s + LIES_S)

    def fallen(self, direction: float, far_m: float, twist: float = 0.0) -> Key:
        """Lying on the floor with the head towards `direction`, from the front; the hips far_m from the feet."""
        way_there = self.turn + direction
        if abs(direction) < 0.9:
            roll = np.pi + twist
        elif abs(direction) > 2.3:
            roll = twist
        else:
            roll = np.sign(direction) * np.pi / 2 + twist
        at = self.script.key.pelvis[[0, 2]] + way(way_there, 0, far_m)
        raised = self.rng.uniform(0.1, 0.9) * self.either(0.55)  # propped on the elbows, or on one
        return lying(self.body, at, 0.0, way_there, roll, raised)


def _placed(ankles: np.ndarray, feet: np.ndarray) -> np.ndarray:
    """`ankles` (2, 3) with the places of feet (2, 2)."""
    ankles = ankles.copy()
    ankles[:, [0, 2]] = feet
    return ankles
