"""Which parts of a recording have been played and predicted for, and what goes on now; by positions in the recording.

An annotation is a hit or a miss only where something could have been predicted: not ahead of the playhead, not where
the user jumped over it, and not while an action that may be its own goes on.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from tsmf_live.frames import Prediction
from tsmf_live.live.look_back import HELD_S

EDGE_S = 0.5  # of an annotation's beginning, and of the recording's end, need not have been played
SETTLED_S = 2.0  # the networks look at the last seconds: what they say of a moment comes at most so much later


@dataclass(frozen=True, slots=True)
class GoingOn:
    """An action that has not ended yet, of a person or (slot None) of the scene."""

    slot: int | None
    label: str
    since_s: float
    peak: float


class Played:
    """Collects the predictions of one run as the display sees them; several may be left out between two."""

    def __init__(self) -> None:
        self._spans: list[tuple[float, float]] = []  # sorted, apart from each other
        self._newest: Prediction | None = None
        self.going_on: tuple[GoingOn, ...] = ()

    def note(self, prediction: Prediction | None) -> None:
        """Takes the newest prediction; one without a place in the recording, and one seen before, count for nothing."""
        if prediction is None or prediction.position_s is None or prediction is self._newest:
            return
        before, self._newest = self._newest, prediction
        here_s = prediction.position_s
        continues = before is not None and self._plays_on(before, prediction)
        self._add(before.position_s if continues else here_s, here_s)
        known = {(one.slot, one.label): one for one in self.going_on} if continues else {}
        said = [(person.slot, person.label, person.confidence) for person in prediction.persons]
        said.append((None, prediction.label, prediction.confidence))
        going_on = []
        for slot, label, confidence in said:
            if label is not None:
                one = known.get((slot, label), GoingOn(slot, label, here_s, 0.0))
                going_on.append(GoingOn(slot, label, one.since_s, max(one.peak, confidence)))
        self.going_on = tuple(going_on)

    def decided(self, start_s: float, end_s: float, last_s: float) -> bool:
        """Whether what was predicted for start_s to end_s is known by now; `last_s` is the recording's end."""
        settled_s = min(end_s + SETTLED_S, max(last_s - EDGE_S, start_s))
        place = bisect_right(self._spans, (start_s + EDGE_S, float("inf"))) - 1
        if place < 0 or self._spans[place][1] < settled_s:
            return False
        return not any(one.since_s < end_s + SETTLED_S and self._newest.position_s > start_s for one in self.going_on)

    @staticmethod
    def _plays_on(before: Prediction, now: Prediction) -> bool:
        """Whether everything between them was played: where a player jumps, sensor time goes on as if it had not."""
        passed_s = now.sensor_time_s - before.sensor_time_s
        return passed_s >= 0 and abs(now.position_s - before.position_s - passed_s) < HELD_S / 5

    def _add(self, start_s: float, end_s: float) -> None:
        kept = []
        for other in self._spans:
            if other[0] <= end_s + HELD_S and other[1] >= start_s - HELD_S:
                start_s, end_s = min(start_s, other[0]), max(end_s, other[1])
            else:
                kept.append(other)
        self._spans = sorted([*kept, (start_s, end_s)])
