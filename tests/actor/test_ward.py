"""Scenes of a ward: one seed is one scene, bodies are possible, labels agree with the height of the hips."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tsmf_live.actor.ward import LONGEST_S, SHORTEST_S, WARD_LABELS, ward_scene
from tsmf_live.actor.ward_script import RATE_HZ
from tsmf_live.skeleton import ANKLE_LEFT, ANKLE_RIGHT, BONES, SPINE_BASE

SEEDS = range(100)
STANDING_M = 0.5  # the hips above the ankles of whoever is on the feet

Scene = tuple[np.ndarray, list[str | None]]


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    """Without the sensor's errors."""
    return [ward_scene(seed, observed=False) for seed in SEEDS]


def runs(labels: list[str | None], name: str) -> Iterator[slice]:
    """The frames that are called `name`, one stretch after the other."""
    named = np.array([False, *(label == name for label in labels), False])
    begins, ends = (np.flatnonzero(np.diff(named.astype(int)) == sign) for sign in (1, -1))
    yield from (slice(begin, end) for begin, end in zip(begins, ends, strict=True))


def lowest_m(joints: np.ndarray) -> float:
    """Where the floor is, nearly: everybody touches it with a foot at some time, or is a bed's height above it."""
    return float(joints[..., 1].min())


def test_same_seed_gives_the_same_scene_and_another_one_another() -> None:
    joints, labels = ward_scene(5)
    again, same_labels = ward_scene(5)
    np.testing.assert_array_equal(joints, again)
    assert labels == same_labels
    other, _ = ward_scene(6)
    assert other.shape != joints.shape or not np.array_equal(other, joints)


def test_sensor_adds_its_errors_and_nothing_else() -> None:
    observed, labels = ward_scene(7)
    true, same_labels = ward_scene(7, observed=False)
    assert labels == same_labels
    assert observed.dtype == true.dtype == np.float32
    away_m = np.linalg.norm(observed - true, axis=2)
    assert 0.001 < np.median(away_m) < 0.03


def test_scenes_last_6_to_15_s_with_a_label_for_each_frame(scenes: list[Scene]) -> None:
    for joints, labels in scenes:
        assert joints.shape == (len(labels), 25, 3)
        assert joints.dtype == np.float32
        assert np.isfinite(joints).all()
        assert SHORTEST_S - 0.1 <= len(labels) / RATE_HZ <= LONGEST_S
        assert set(labels) <= {*WARD_LABELS, None}
        assert (joints[..., 2] > 1.0).all()


def test_every_label_occurs(scenes: list[Scene]) -> None:
    assert {label for _, labels in scenes for label in labels} == {*WARD_LABELS, None}


def test_bones_keep_their_lengths_and_nothing_jumps(scenes: list[Scene]) -> None:
    fast = 0
    for joints, _ in scenes:
        joints = joints.astype(np.float64)
        lengths = np.stack([np.linalg.norm(joints[:, a] - joints[:, b], axis=1) for a, b in BONES])
        assert (np.ptp(lengths, axis=1) < 0.002 * lengths.mean(axis=1) + 1e-5).all()
        speed = np.linalg.norm(np.diff(joints, axis=0), axis=2) * RATE_HZ
        assert speed.max() < 15
        fast += int((speed > 8).any(axis=1).sum())
    assert fast < 10  # frames, of 30,000


def test_hips_drop_within_every_fall_and_stay_above_the_floor(scenes: list[Scene]) -> None:
    falls = 0
    for joints, labels in scenes:
        height_m = joints[:, SPINE_BASE, 1]
        assert (height_m > lowest_m(joints)).all()
        for run in runs(labels, "falling"):
            falls += 1
            assert height_m[run.start] - height_m[run].min() >= 0.1
            assert height_m[run].min() - lowest_m(joints) < 0.65  # on hands and knees at most
            assert 1.2 < (run.stop - run.start) / RATE_HZ < 5.0
    assert 0.2 * len(scenes) < falls < 0.45 * len(scenes)


def test_who_lies_down_ends_on_the_bed_and_who_stands_up_on_the_feet(scenes: list[Scene]) -> None:
    lying = rising = 0
    for joints, labels in scenes:
        height_m = joints[:, SPINE_BASE, 1]
        above_feet_m = height_m - joints[:, [ANKLE_LEFT, ANKLE_RIGHT], 1].min(axis=1)
        upright = joints[:, 20, 1] - height_m
        for run in runs(labels, "lie down"):
            if run.stop < len(labels):  # not cut at the end of the scene
                lying += 1
                assert height_m[run.stop - 1] - lowest_m(joints) > 0.2
                assert upright[run.stop - 1] < 0.8 * upright.max()
        for run in runs(labels, "stand up"):
            if run.stop < len(labels):
                rising += 1
                assert above_feet_m[run.stop - 1] > STANDING_M
                assert above_feet_m[run.stop - 1] - above_feet_m[run.start] > 0.05
    assert lying > 6
    assert rising > 13


def test_who_vomits_or_bows_bends_and_comes_up_again(scenes: list[Scene]) -> None:
    for joints, labels in scenes:
        trunk = joints[:, 20] - joints[:, SPINE_BASE]
        angle = np.degrees(np.arccos(np.clip(trunk[:, 1] / np.linalg.norm(trunk, axis=1), -1, 1)))
        for name, least in (("vomiting", 30), ("bow", 15)):
            for run in runs(labels, name):
                assert angle[run].max() > least
                assert angle[run.stop - 1] < 0.7 * angle[run].max() or run.stop == len(labels)
