"""The sensor's tilt: from the floor plane, from people who stand, else unknown; and what the networks get by it."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from tests.fakes.networks import random_model
from tests.fakes.recordings import body
from tsmf_live.frames import PoseFrame, SensorFrame, Tilt
from tsmf_live.live.level import FLOOR, PEOPLE, Level, rotation_between, turns_of_clip, up_of_person
from tsmf_live.live.pose import PoseTracker
from tsmf_live.live.posture import STANDING
from tsmf_live.live.recognizer import Recognizer
from tsmf_live.nets.tsmf import TeacherStream

FRAMES = 60
PLACE = np.array([0.3, 0.0, 3.0])


def looking_down(joints: np.ndarray, degrees: float) -> np.ndarray:
    """Joints as a sensor sees them that looks down by so much."""
    t = math.radians(degrees)
    x, y, z = np.moveaxis(joints, -1, 0)
    return np.stack([x, y * math.cos(t) + z * math.sin(t), z * math.cos(t) - y * math.sin(t)], -1).astype(np.float32)


def someone(degrees: float = 0.0) -> np.ndarray:
    return looking_down(STANDING + PLACE, degrees)


def seen(level: Level, joints: np.ndarray, frames: int = FRAMES, floor=None) -> Tilt:
    for _ in range(frames):
        level.look(floor, [joints])
    return level.tilt


@pytest.mark.parametrize("degrees", [-12, 8, 20, 40])
def test_who_stands_says_how_far_the_sensor_is_tilted(degrees):
    tilt = seen(Level(), someone(degrees), 120)
    assert tilt.known_from == PEOPLE
    assert tilt.degrees == pytest.approx(abs(degrees), abs=3)  # people do not stand quite upright
    turned = someone(degrees) @ tilt.turn.T
    shoulders, feet = turned[20], turned[[14, 18]].mean(axis=0)
    assert abs(math.degrees(math.atan2(shoulders[2] - feet[2], shoulders[1] - feet[1]))) < 3


def test_a_level_sensor_is_left_alone():
    tilt = seen(Level(), someone())
    assert (tilt.known_from, tilt.degrees, tilt.turn) == (PEOPLE, 0.0, None)


def test_the_floor_plane_counts_more_and_at_once():
    level = Level()
    seen(level, someone(20))
    normal = looking_down(np.array([0.0, 1.0, 0.0]), 10)
    tilt = seen(level, someone(20), 1, (*normal.tolist(), 1.2))
    assert (tilt.known_from, tilt.degrees) == (FLOOR, pytest.approx(10, abs=0.1))
    np.testing.assert_allclose(tilt.turn @ normal, (0, 1, 0), atol=1e-5)


@pytest.mark.parametrize("plane", [(0, 0, 0, 0), (math.nan, 1, 0, 1), (1, 0, 0, 2), None])
def test_what_is_no_floor_says_nothing(plane):
    assert seen(Level(), someone() * 0, 40, plane) == Tilt()


def test_who_sits_lies_or_bends_says_nothing():
    sitting = someone()
    sitting[[13, 17], 2] -= 0.4
    sitting[[13, 17], 1] += 0.3
    lying = someone()[:, [1, 0, 2]]
    bent = someone()
    trunk = [0, 1, 2, 3, *range(4, 12), *range(20, 25)]
    bent[trunk] = looking_down(bent[trunk] - bent[0], -50) + bent[0]
    for joints in (sitting, lying, bent):
        assert up_of_person(joints) is None
        assert seen(Level(), joints).known_from == "unknown"


def test_a_new_estimate_is_approached_without_a_jump():
    turns = turns_of_clip(np.tile(someone(30), (90, 1, 1, 1)), np.ones((90, 1), bool))
    steps = [math.acos(min(1, (np.trace(a.T @ b) - 1) / 2)) for a, b in itertools.pairwise(turns)]
    assert math.degrees(max(steps)) < 1.5
    assert math.degrees(math.acos((np.trace(turns[-1]) - 1) / 2)) == pytest.approx(30, abs=3)


def test_who_leans_or_lies_for_a_while_does_not_tilt_the_room_but_a_moved_sensor_does():
    level = Level()
    assert seen(level, someone(10), 40).degrees == pytest.approx(10, abs=3)
    assert seen(level, someone(45), 200).degrees == pytest.approx(10, abs=3)
    assert seen(level, someone(32), 700).degrees == pytest.approx(32, abs=14)


def test_made_up_joints_do_not_count_and_what_is_recorded_stays():
    tracker = PoseTracker("fixed", use_color=False)
    whole = replace(body(), joints=someone(20), joint_state=np.full(25, 2, np.uint8))
    footless = someone(20)
    footless[[14, 15, 18, 19]] = 0
    for k in range(40):
        pose = tracker.track(SensorFrame(k, k / 30, k / 30, None, (replace(whole, joints=footless),)))
    assert pose.tilt.known_from == "unknown"
    for k in range(40, 100):
        pose = tracker.track(SensorFrame(k, k / 30, k / 30, None, (whole,)))
    assert pose.tilt.degrees == pytest.approx(20, abs=3)
    np.testing.assert_array_equal(pose.persons[0].body.joints, whole.joints)


def test_a_stream_gets_the_same_from_a_tilted_sensor():
    model = random_model(temporal="causal", mode="stream", normalisation="common", window_frames=24)
    rng = np.random.default_rng(0)
    clip = (STANDING + PLACE + rng.normal(0, 0.03, (50, 25, 3))).astype(np.float32)
    straight, tilted = TeacherStream(model), TeacherStream(model)
    turn = rotation_between(looking_down(np.array([0.0, 1.0, 0.0]), 25).astype(float), np.array([0.0, 1.0, 0.0]))
    for stream in (straight, tilted):
        stream.begin(0)
    for joints in clip:
        straight.push([0], joints[None])
        tilted.push([0], looking_down(joints, 25)[None], turn.astype(np.float32))
    np.testing.assert_allclose(tilted.output([0]).scores, straight.output([0]).scores, atol=1e-3)


def test_a_window_is_turned_as_a_whole():
    model = random_model(window_frames=24)
    poses = [
        PoseTracker("fixed", use_color=False).track(
            SensorFrame(k, k / 30, k / 30, None, (replace(body(), joints=someone()),))
        )
        for k in range(30)
    ]
    turn = rotation_between(looking_down(np.array([0.0, 1.0, 0.0]), 25).astype(float), np.array([0.0, 1.0, 0.0]))
    straight, tilted = Recognizer(model), Recognizer(model)
    for pose in poses:
        straight.push(replace(pose, tilt=Tilt()))
        persons = tuple(replace(p, body=replace(p.body, joints=looking_down(p.body.joints, 25))) for p in pose.persons)
        tilted.push(replace(pose, persons=persons, tilt=Tilt(25, FLOOR, turn.astype(np.float32))))
    assert isinstance(poses[0], PoseFrame)
    np.testing.assert_allclose(tilted.read().teacher, straight.read().teacher, atol=1e-3)
