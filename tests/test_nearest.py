"""Nearest pairs of places."""

from __future__ import annotations

import numpy as np
import pytest

from tsmf_live.nearest import nearest_pairs


def on_a_line(*places_m: float) -> list[np.ndarray]:
    return [np.array([x, 0, 2]) for x in places_m]


@pytest.mark.parametrize(
    ("known", "seen", "pairs"),
    [
        ((), (), []),
        ((0.0,), (), []),
        ((), (0.0,), []),
        ((0.0,), (0.5,), [(0, 0)]),
        ((0.0,), (0.6,), []),
        ((0.0, 1.0), (1.1, 0.2), [(1, 0), (0, 1)]),
        ((0.0, 0.4), (0.3,), [(1, 0)]),  # a place is taken once, by the nearest
        ((0.0, 0.4), (0.3, 1.0), [(1, 0)]),  # and who is left takes nobody too far away
        ((1.0, 1.0), (1.0, 1.0), [(0, 0), (1, 1)]),
    ],
)
def test_the_nearest_pair_first_and_each_place_once(known, seen, pairs):
    assert nearest_pairs(on_a_line(*known), on_a_line(*seen), within_m=0.5) == pairs
