"""Idle, actions and events from probabilities over time."""

from __future__ import annotations

import numpy as np
import pytest

from tsmf_live.live.decision import Decider
from tsmf_live.nets.checkpoint import Spec

LABELS = ("wave", "drink", "idle")


def decider(**settings: float) -> Decider:
    return Decider(Spec(**({"labels": LABELS, "idle": "idle", "smoothing_s": 0.0} | settings)), slot=2)


def tell(decider: Decider, *steps: tuple[float, float, float], dt_s: float = 0.1) -> list[tuple[str, str | None]]:
    """States after each step of (seconds, p(wave), p(drink))."""
    said, now_s = [], 0.0
    for duration_s, wave, drink in steps:
        for _ in range(round(duration_s / dt_s)):
            decision = decider.update(now_s, np.array([wave, drink, 1 - wave - drink]))
            now_s += dt_s
        said.append((decision.state, decision.label))
    return said


def test_nobody_is_idle_without_a_label():
    decision = decider().update(0.0, None)
    assert (decision.state, decision.label, decision.confidence, decision.probabilities) == ("idle", None, 0.0, None)


def test_an_action_begins_at_enter_and_ends_below_leave():
    d = decider(enter=0.6, leave=0.3)
    assert tell(d, (1, 0.5, 0), (1, 0.7, 0), (1, 0.4, 0.35), (1, 0.2, 0.5)) == [
        ("idle", None),
        ("action", "wave"),
        ("action", "wave"),
        ("idle", None),
    ]
    event = d.finished[0]
    assert (event.label, event.slot) == ("wave", 2)
    assert (event.start_s, event.end_s) == (pytest.approx(1.0), pytest.approx(3.0))
    assert event.confidence == pytest.approx(0.7)


def test_an_action_ends_when_it_is_more_probable_that_nothing_happens():
    d = decider(enter=0.6, leave=0.3)
    assert tell(d, (1, 0.7, 0), (1, 0.4, 0.25), (1, 0.4, 0.15))[1:] == [("action", "wave"), ("idle", None)]
    assert d.finished[0].end_s == pytest.approx(2.0)


def test_an_action_does_not_begin_while_it_is_more_probable_that_nothing_happens():
    d = decider(enter=0.3, leave=0.1)
    assert tell(d, (1, 0.4, 0), (1, 0.4, 0.25)) == [("idle", None), ("action", "wave")]


def test_another_action_takes_over_at_enter():
    d = decider(enter=0.55, leave=0.2)
    assert tell(d, (1, 0.7, 0), (1, 0.45, 0.5), (1, 0.3, 0.6))[1:] == [("action", "wave"), ("action", "drink")]
    assert [event.label for event in d.finished] == ["wave"]


def test_idle_is_never_an_action():
    d = decider(enter=0.3, leave=0.1)
    assert tell(d, (1, 0.2, 0.1)) == [("idle", None)]
    assert d.update(1.0, np.array([0.05, 0.05, 0.9])).confidence == pytest.approx(0.9)


def test_short_flickers_are_no_events():
    d = decider(enter=0.6, leave=0.3, min_duration_s=0.5)
    tell(d, (0.3, 0.9, 0), (1, 0, 0))
    assert d.finished == []


def test_smoothing_goes_by_time_not_by_updates():
    seen = []
    for dt_s in (0.02, 0.1):
        d = decider(smoothing_s=0.5)
        tell(d, (1, 0, 0), (1, 1, 0), dt_s=dt_s)
        seen.append(d.update(2.0, np.array([1.0, 0, 0])).probabilities[0])
    assert seen[0] == pytest.approx(seen[1], abs=0.02)
    assert seen[1] == pytest.approx(1 - np.exp(-1.1 / 0.5), abs=0.02)


def test_warming_has_no_label_and_no_event():
    d = decider()
    assert d.update(0.0, np.array([1.0, 0, 0]), warming=True).state == "warming"
    d.finish(5.0)
    assert d.finished == []


def test_when_everybody_leaves_the_event_ends_when_they_were_last_seen():
    d = decider(enter=0.5)
    tell(d, (2, 0.9, 0))
    d.update(9.0, None)
    assert d.finished[0].end_s == pytest.approx(1.9)


def test_without_an_idle_class_idle_means_no_action_is_likely():
    d = Decider(Spec(labels=("wave", "drink"), smoothing_s=0.0, enter=0.6, leave=0.3))
    decision = d.update(0.0, np.array([0.5, 0.5]))
    assert (decision.state, decision.confidence) == ("idle", pytest.approx(0.5))
    assert d.update(0.1, np.array([0.7, 0.3])).label == "wave"


def test_what_rests_on_too_little_is_withheld_and_said_again_when_enough_is_seen():
    d = decider(enter=0.5)
    acts = np.array([0.9, 0.0, 0.1])
    said = [d.update(k / 10, acts, withheld=10 <= k < 20).label for k in range(30)]
    assert said == ["wave"] * 10 + [None] * 10 + ["wave"] * 10
    d.finish(3.0)
    assert [(one.start_s, one.end_s) for one in d.finished] == [(0.0, 1.0), (2.0, 3.0)]


def test_a_class_may_decide_in_its_own_way():
    d = decider(enter=0.5, leave=0.3, decisions={"drink": {"enter": 0.8, "leave": 0.7}})
    assert tell(d, (1, 0, 0.6), (1, 0.6, 0), (1, 0, 0.9), (1, 0, 0.65)) == [
        ("idle", None),
        ("action", "wave"),
        ("action", "drink"),
        ("idle", None),
    ]


def test_an_event_begins_and_ends_by_its_lag_earlier_than_the_decision():
    d = decider(decisions={"wave": {"begin_lag_s": 0.7, "end_lag_s": 0.4}})
    tell(d, (2, 0, 0), (2, 0.9, 0), (1, 0, 0))
    event = d.finished[0]
    assert (event.start_s, event.end_s) == (pytest.approx(1.3), pytest.approx(3.6))


def test_an_event_never_begins_before_its_person_came_or_the_last_event_ended():
    lags = {label: {"begin_lag_s": 5.0, "end_lag_s": 0.2} for label in ("wave", "drink")}
    d = decider(decisions=lags)
    d.update(0.0, None)
    d.update(10.0, np.array([0.0, 0.0, 1.0]))
    for k in range(40):
        d.update(11 + 0.1 * k, np.array([0.9, 0.0, 0.1] if k < 20 else [0.0, 0.9, 0.1]))
    d.finish(15.0)
    wave, drink = d.finished
    assert wave.start_s == pytest.approx(10.0)
    assert drink.start_s == wave.end_s == pytest.approx(12.8)
