"""One event that holds several repetitions: where it is cut, and where it is left whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.fakes.poses import kicking_joints, person_at, pose_at, reading_of
from train.data.clips import rotation
from tsmf_live.frames import Event, Tilt
from tsmf_live.live.inference import EventTracker
from tsmf_live.live.repetitions import KEPT_S, AllRepetitions, Repetitions
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.skeleton import SPINE_BASE

BEGINS_S, EACH_S, KICKS = 2.0, 1.1, 3
ENDS_S = BEGINS_S + KICKS * EACH_S
WHOLE = Event(BEGINS_S - 0.1, ENDS_S + 0.1, "kick", 0.9, 0)
BORDERS_S = [BEGINS_S + k * EACH_S for k in range(KICKS + 1)]


def joints_at(time_s: float, height_m: float = 0.7) -> np.ndarray:
    return kicking_joints(time_s, BEGINS_S, EACH_S, KICKS, height_m)


def watched(
    until_s: float = 8.0, rate_hz: float = 30.0, turn: np.ndarray | None = None, height_m: float = 0.7, spin: float = 0
) -> Repetitions:
    """Somebody as a sensor sees them of which `turn` makes joints upright; spin: radians a second about themselves."""
    seen = Repetitions()
    for time_s in np.arange(0, until_s, 1 / rate_hz):
        joints, tilt = joints_at(time_s, height_m), Tilt()
        joints = (joints - joints[SPINE_BASE]) @ rotation(spin * time_s, 0, 0) + joints[SPINE_BASE]
        if turn is not None:
            joints, tilt = joints @ turn, Tilt(20.0, "floor plane", turn)
        seen.look(time_s, joints, tilt)
    return seen


def borders_of(parts: list[Event]) -> list[float]:
    assert all(a.end_s == b.start_s for a, b in pairwise(parts))
    return [parts[0].start_s, *(one.end_s for one in parts)]


@pytest.mark.parametrize("rate_hz", [30.0, 15.0])
@pytest.mark.parametrize("turn", [None, rotation(0, np.radians(20), 0)])
@pytest.mark.parametrize("spin", [0.0, 0.6])
def test_each_of_several_kicks_is_an_event(rate_hz, turn, spin):
    parts = watched(rate_hz=rate_hz, turn=turn, spin=spin).parts(WHOLE, 0.5, 0.0, 8.0)
    assert borders_of(parts) == pytest.approx(BORDERS_S, abs=0.15)
    assert {(one.label, one.confidence, one.slot) for one in parts} == {("kick", 0.9, 0)}


def test_what_hardly_moves_or_lasts_too_short_or_was_not_seen_stays_whole():
    assert len(watched(height_m=0.1).parts(WHOLE, 0.5, 0.0, 8.0)) == 1
    short = replace(WHOLE, end_s=WHOLE.start_s + 0.3)
    assert watched().parts(short, 0.5, 0.0, 8.0) == [short]
    assert Repetitions().parts(WHOLE, 0.5, 0.0, 8.0) == [WHOLE]


def test_nothing_begins_before_the_event_before_it_has_ended():
    parts = watched().parts(WHOLE, 0.5, BEGINS_S + 0.2, 8.0)
    assert parts[0].start_s == BEGINS_S + 0.2
    assert len(parts) == KICKS


def test_what_is_seen_later_changes_nothing():
    now_s = ENDS_S - 0.2
    assert watched(until_s=now_s).parts(WHOLE, 0.5, 0.0, now_s) == watched().parts(WHOLE, 0.5, 0.0, now_s)


def test_only_who_was_seen_lately_is_kept_and_nobody_where_no_class_asks():
    asked = AllRepetitions(Spec(labels=("kick", "idle"), decisions={"kick": {"valley": 0.5}}))
    for index in (0, 1, round(2 * KEPT_S * 30)):
        asked.look(pose_at(index, person_at(index, slot=0 if index < 2 else 1)))
    assert [asked.of((slot, 0)).last_s > 0 for slot in (0, 1)] == [False, True]
    not_asked = AllRepetitions(Spec(labels=("kick", "idle")))
    not_asked.look(pose_at(9, person_at(9)))
    assert not_asked.of((0, 0)).last_s < 0


@pytest.mark.parametrize(("valley", "events"), [(0.0, 1), (0.5, KICKS)])
def test_live_events_are_cut_where_the_class_asks_for_it(valley, events):
    own = {"enter": 0.5, "leave": 0.1, "valley": valley}
    tracker = EventTracker(Spec(labels=("kick", "idle"), idle="idle", smoothing_s=0.0, decisions={"kick": own}))
    for index in range(240):
        time_s = index / 30
        person = person_at(index)
        body = replace(person.body, joints=joints_at(time_s).astype(np.float32))
        pose = pose_at(index, replace(person, body=body))
        kicks = 0.9 if BEGINS_S < time_s < ENDS_S else 0.01
        tracker.update(pose, reading_of(pose, np.array([kicks, 1 - kicks])))
    found = tracker.take_events() + tracker.finish()
    assert [one.label for one in found] == ["kick"] * events
    assert (found[0].start_s, found[-1].end_s) == pytest.approx((BEGINS_S, ENDS_S), abs=0.35)
