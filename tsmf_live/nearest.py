"""Pairs known places with places seen now: nearest pairs first, each place at most once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def nearest_pairs(known: Sequence[np.ndarray], seen: Sequence[np.ndarray], within_m: float) -> list[tuple[int, int]]:
    """Pairs (number in `known`, number in `seen`), the nearest first; of pairs equally near, the one that is first.

    Args:
        known, seen: places (3,), metres.
        within_m: places farther apart are no pair.
    """
    distances_m = sorted(
        (float(np.linalg.norm(place - before)), k, s) for k, before in enumerate(known) for s, place in enumerate(seen)
    )
    pairs: dict[int, int] = {}  # known: seen
    for distance_m, k, s in distances_m:
        if distance_m <= within_m and k not in pairs and s not in pairs.values():
            pairs[k] = s
    return list(pairs.items())
