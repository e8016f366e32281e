"""How far somebody has come down lately, and the decisions that ask for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.fakes.poses import person_at, pose_at, reading_of
from train.data.clips import rotation
from tsmf_live.frames import Tilt
from tsmf_live.live.descent import LOOKS_BACK_S, WITHIN_S, Descent
from tsmf_live.live.inference import EventTracker
from tsmf_live.nets.checkpoint import LEAST_ENTER, Spec
from tsmf_live.skeleton import JOINT_COUNT, SPINE_BASE

UPRIGHT = Tilt()
BEGINS_S, LASTS_S = 2.0, 0.7


def height_m(time_s: float, drop_m: float) -> float:
    """Of somebody who comes down at BEGINS_S."""
    return 0.1 - drop_m * float(np.clip((time_s - BEGINS_S) / LASTS_S, 0, 1))


def seen(
    drop_m: float, rate_hz: float = 30.0, until_s: float = 6.0, turn: np.ndarray | None = None
) -> dict[float, float]:
    """Second -> descent of such a person, as a sensor sees it of which `turn` makes joints upright."""
    descent, found = Descent(), {}
    for time_s in np.arange(0, until_s, 1 / rate_hz):
        joints = np.zeros((JOINT_COUNT, 3), np.float32)
        joints[SPINE_BASE] = 0.4, height_m(time_s, drop_m), 3.0
        tilt = UPRIGHT
        if turn is not None:
            joints, tilt = joints @ turn, Tilt(20.0, "floor plane", turn)
        found[time_s] = descent.look(time_s, joints, tilt)
    return found


@pytest.mark.parametrize("rate_hz", [30.0, 15.0])
@pytest.mark.parametrize("turn", [None, rotation(0, np.radians(20), 0)])
def test_who_comes_down_has_come_down_for_a_while(rate_hz, turn):
    found = seen(0.5, rate_hz, turn=turn)
    assert max(m for s, m in found.items() if s < BEGINS_S) < 1e-6
    at = [m for s, m in found.items() if BEGINS_S + LASTS_S + 0.2 < s < BEGINS_S + LASTS_S + LOOKS_BACK_S - 0.2]
    assert at == pytest.approx([0.5] * len(at), abs=0.06)
    assert max(m for s, m in found.items() if s > BEGINS_S + LASTS_S + LOOKS_BACK_S + WITHIN_S + 0.2) < 1e-6


def test_rising_is_no_descent():
    assert max(seen(-0.5).values()) < 1e-6


def test_a_better_estimate_of_the_tilt_does_not_look_like_a_descent():
    descent = Descent()
    found = []
    for k in range(60):
        turn = rotation(0, np.radians(k), 0)
        joints = np.zeros((JOINT_COUNT, 3), np.float32)
        joints[SPINE_BASE] = 0.4, 0.1, 3.0
        found.append(descent.look(k / 30, joints, Tilt(float(k), "people who stand", turn)))
    assert max(found) < 1e-6


def test_one_wrong_frame_counts_little_and_who_is_up_again_is_not_down():
    descent, joints, found = Descent(), np.zeros((JOINT_COUNT, 3), np.float32), []
    for k in range(40):
        joints[SPINE_BASE] = 0, -0.6 if k == 30 else 0.0, 3
        found.append(descent.look(k / 30, joints, UPRIGHT))
    assert max(found) == pytest.approx(0.2, abs=0.01)
    assert found[33:] == [0.0] * 7


def test_time_that_jumps_back_begins_anew():
    descent, joints = Descent(), np.zeros((JOINT_COUNT, 3), np.float32)
    for time_s in (10.0, 10.1, 10.2):
        joints[SPINE_BASE] = 0, -(time_s - 10.0), 3
        last = descent.look(time_s, joints, UPRIGHT)
    assert last > 0.05
    assert descent.look(9.0, joints, UPRIGHT) == 0.0


def test_who_came_down_farther_needs_less_probability():
    rule = Spec(labels=("falling", "idle"), decisions={"falling": {"enter": 0.5, "descent_m": 0.1}}).decision_of(
        "falling"
    )
    assert rule.enter_after(0.09) == pytest.approx(0.52)
    assert rule.enter_after(0.0) == pytest.approx(0.7)
    assert rule.enter_after(0.1) == pytest.approx(0.5)
    assert rule.enter_after(0.3) == pytest.approx(0.3)
    assert rule.enter_after(0.9) == LEAST_ENTER
    assert Spec(labels=("a", "idle")).decision_of("a").enter_after(0.0) == Spec(labels=("a", "idle")).enter


@pytest.mark.parametrize(
    ("drop_m", "probability", "falls"),
    [
        (0.0, 0.95, True),
        (0.0, 0.65, False),
        (0.05, 0.95, True),
        (0.05, 0.55, False),
        (0.15, 0.6, True),
        (0.15, 0.4, False),
        (0.45, 0.3, True),
        (0.45, 0.15, False),
    ],
)
def test_a_fall_is_said_of_who_comes_down(drop_m, probability, falls):
    own = {"enter": 0.5, "leave": 0.1, "descent_m": 0.1, "min_duration_s": 0.2}
    tracker = EventTracker(Spec(labels=("falling", "idle"), idle="idle", smoothing_s=0.0, decisions={"falling": own}))
    quiet, falling = np.array([0.01, 0.99]), np.array([probability, min(probability, 1 - probability)])
    scene = set()
    for k in range(150):
        time_s = k / 30
        person = person_at(0, 0)
        joints = person.body.joints.copy()
        joints[:, 1] += height_m(time_s, drop_m)
        pose = pose_at(k, replace(person, body=replace(person.body, joints=joints)))
        said = falling if BEGINS_S + 0.3 < time_s < BEGINS_S + 1.5 else quiet
        scene.add(tracker.update(pose, reading_of(pose, said)).label)
    events = [one.label for one in tracker.finish() + tracker.take_events()]
    assert events == (["falling"] if falls else [])
    assert scene == ({None, "falling"} if falls else {None})
