"""Tells people apart who have one tracking id in the same frame, as it happens in files and with sensors.

Bodies in, the same bodies with ids of their own out. People are told apart by place: each is expected to go on moving
as before, so two who cross keep their ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from tsmf_live.frames import Body

REMEMBERED_S = 1.0  # somebody who was away longer is somebody new
EXTRA_ID = 10**18  # added to a shared id for each further person: no sensor's ids reach it
TOLD_APART = "people under one tracking id in one frame; they are told apart by place"  # for the user
_NEWEST = 0.5  # weight of the newest movement in how fast somebody moves


@dataclass(slots=True)
class _Known:
    """A person seen under a shared id: the own id, and where and when last seen."""

    own_id: int
    place: np.ndarray
    seen_s: float
    moves_m_s: np.ndarray

    def expected(self, time_s: float) -> np.ndarray:
        """Where they are now if they went on as before."""
        return self.place + self.moves_m_s * (time_s - self.seen_s)

    def seen(self, place: np.ndarray, time_s: float) -> None:
        """Takes where they are now."""
        newest_m_s = (place - self.place) / max(time_s - self.seen_s, 1e-3)
        self.moves_m_s = _NEWEST * newest_m_s + (1 - _NEWEST) * self.moves_m_s
        self.place, self.seen_s = place, time_s


class SharedIds:
    """Gives people who share a tracking id ids of their own, frame by frame; whoever had it first keeps it.

    Attributes:
        shared: frames so far in which an id came more than once.
    """

    def __init__(self) -> None:
        self.shared = 0
        self._known: dict[int, list[_Known]] = {}  # given id: those seen under it
        self._last_s = -np.inf

    def apart(self, bodies: Sequence[Body], time_s: float) -> tuple[Body, ...]:
        """The bodies of the next frame; time that goes back makes everybody new."""
        ids = [body.tracking_id for body in bodies]
        given = self.own_ids(ids, [body.place for body in bodies], time_s)
        return tuple(
            body if own_id == body.tracking_id else replace(body, tracking_id=own_id)
            for body, own_id in zip(bodies, given, strict=True)
        )

    def own_ids(self, ids: Sequence[int], places: Sequence[np.ndarray], time_s: float) -> list[int]:
        """An id for each body of the next frame, from the ids that it came with and the places (3,), metres."""
        if time_s < self._last_s:
            self._known.clear()
        self._last_s = time_s
        for number, known in list(self._known.items()):
            self._known[number] = [one for one in known if time_s - one.seen_s <= REMEMBERED_S]
            if not self._known[number]:
                del self._known[number]
        given = list(ids)
        for number in dict.fromkeys(ids):
            rows = [row for row, one in enumerate(ids) if one == number]
            for row, own_id in zip(rows, self._tell_apart(number, [places[row] for row in rows], time_s), strict=True):
                given[row] = own_id
        self.shared += len(set(ids)) < len(ids)
        return given

    def _tell_apart(self, number: int, places: list[np.ndarray], time_s: float) -> list[int]:
        known = self._known.setdefault(number, [])
        expected = [one.expected(time_s) for one in known]
        whose = pair_up(places, expected)
        own_ids = []
        for place, k in zip(places, whose, strict=True):
            if k is None:
                taken = {one.own_id for one in known}
                free = ((number + n * EXTRA_ID) % 2**64 for n in range(len(known) + 1))
                own_id = next(one for one in free if one not in taken)
                known.append(_Known(own_id, place, time_s, np.zeros(3)))
            else:
                own_id = known[k].own_id
                known[k].seen(place, time_s)
            own_ids.append(own_id)
        return own_ids


def pair_up(places: Sequence[np.ndarray], expected: Sequence[np.ndarray]) -> list[int | None]:
    """For each place the number of the expected place that belongs to it, None for a new person.

    The pairs with the least sum of squared distances are chosen.
    """
    if not len(places) or not len(expected):
        return [None] * len(places)
    squared_m = [[float(((place - one) ** 2).sum()) for one in expected] for place in places]
    few, many = sorted((len(places), len(expected)))
    best: list[int | None] = []
    least = np.inf
    for order in permutations(range(many), few):
        pairs = list(enumerate(order)) if len(places) <= len(expected) else [(row, k) for k, row in enumerate(order)]
        total = sum(squared_m[row][k] for row, k in pairs)
        if total < least:
            whose = dict(pairs)
            best, least = [whose.get(row) for row in range(len(places))], total
    return best
