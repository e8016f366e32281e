"""Scenes of a ward: the same for the same seed; bones keep their length, nobody sinks in, labels are true."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tsmf_live.actor.ward import LONGEST_S, SHORTEST_S, WARD_LABELS, ward_scene
from tsmf_live.skeleton import BONES, SPINE_BASE

SEEDS = range(250)


@pytest.fixture(scope="module")
def scenes():
    return [ward_scene(seed) for seed in SEEDS]


def runs_of(labels, name):
    """(first, past the last) of the frames called so."""
    marks = np.diff(np.array([0, *(label == name for label in labels), 0]))
    return list(zip(np.flatnonzero(marks == 1), np.flatnonzero(marks == -1), strict=True))


def test_the_same_seed_gives_the_same_scene():
    one, other = ward_scene(3), ward_scene(3)
    np.testing.assert_array_equal(one[0], other[0])
    assert one[1] == other[1]
    assert not np.array_equal(ward_scene(4)[0][:100], one[0][:100])


def test_frames_labels_and_lengths(scenes):
    for joints, labels in scenes:
        assert joints.dtype == np.float32
        assert joints.shape == (len(labels), 25, 3)
        assert np.isfinite(joints).all()
        assert SHORTEST_S * 30 <= len(labels) <= LONGEST_S * 30
        assert set(labels) <= {*WARD_LABELS, None}


def test_every_label_comes_and_falls_are_a_good_part(scenes):
    counts = Counter(label for _, labels in scenes for label in set(labels))
    assert set(WARD_LABELS) <= set(counts)
    assert 0.25 < counts["falling"] / len(scenes) < 0.55


def test_whoever_falls_goes_down_and_nobody_goes_through_the_floor(scenes):
    drops = []
    for joints, labels in scenes:
        floor = np.percentile(joints[:, [15, 19], 1].min(axis=1), 20)
        assert joints[:, SPINE_BASE, 1].min() > floor - 0.15
        for first, last in runs_of(labels, "falling"):
            drops.append(joints[first, SPINE_BASE, 1] - joints[first:last, SPINE_BASE, 1].min())
    assert len(drops) > 50
    assert np.percentile(drops, 5) > 0.15  # from a bed edge
    assert 0.4 < np.median(drops) < 0.9


def test_who_lies_down_ends_above_the_floor(scenes):
    heights = []
    for joints, labels in scenes:
        for first, last in runs_of(labels, "lie down"):
            standing = joints[:, [15, 19], 1].min()
            assert joints[last - 1, SPINE_BASE, 1] < joints[first, SPINE_BASE, 1] + 0.2
            heights.append(joints[last - 1, SPINE_BASE, 1] - standing)
    assert len(heights) > 15
    assert min(heights) > 0.25


def test_bones_keep_their_length_but_for_the_sensors_noise(scenes):
    for joints, _ in scenes[:40]:
        ends = joints[:, [a for a, _ in BONES]] - joints[:, [b for _, b in BONES]]
        lengths = np.linalg.norm(ends, axis=-1)
        big = np.median(lengths, axis=0) > 0.2
        assert (lengths[:, big].std(axis=0) < 0.08).all()
