"""From probabilities over time to what is happening: smoothing, an idle state, and events with a beginning and an end.

    idle --p(label) >= enter--> action --p(label) < leave, or another label >= enter--> idle or the other action

An action neither begins nor lasts while it is more probable that nothing happens, or while too little was seen for a
label to rest on. Thresholds, shortest duration, lags and how far the person must have come down may be other for a
class (Spec.decisions). An event that is reported begins and ends earlier than the decision, by how much the class lags:
the network looks at the last seconds, so it knows late. Of some classes each repetition is an event (see repetitions).

**Source:** none in the paper, which classifies clips that are known to hold an action; a live system must also say
"nothing is happening".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tsmf_live.frames import Event
from tsmf_live.live.repetitions import Repetitions
from tsmf_live.nets.checkpoint import Spec


@dataclass(frozen=True, slots=True)
class Decision:
    """The state after an update; `probabilities` (classes,) smoothed, None with nobody in view.

    label is set only in state "action"; confidence is the label's probability, or that of nothing happening while idle
    (0 with nobody in view, where the model was not asked).
    """

    state: str
    label: str | None
    confidence: float
    probabilities: np.ndarray | None


class Decider:
    """Decides for the scene or for one person.

    Args:
        spec: thresholds, smoothing and class names.
        slot: the person, or None for the scene; goes into the events.
        repetitions: how the person has moved; None: events stay whole.
    """

    def __init__(self, spec: Spec, slot: int | None = None, repetitions: Repetitions | None = None) -> None:
        self._spec, self._slot, self._repetitions = spec, slot, repetitions
        self._idle = spec.labels.index(spec.idle) if spec.idle is not None else None
        self._rules = [spec.decision_of(label) for label in spec.labels]
        self.finished: list[Event] = []  # events that have ended; the owner empties it
        self._free_s = -math.inf  # when whom we see came into view, or the last event that was reported ended
        self._smoothed: np.ndarray | None = None
        self.last_s = 0.0  # time of the newest update
        self._action: int | None = None
        self._began_s = 0.0
        self._peak = 0.0
        self._emits = True

    def update(
        self,
        now_s: float,
        probabilities: np.ndarray | None,
        warming: bool = False,
        emits: Callable[[str], bool] | None = None,
        withheld: bool = False,
        descent_m: float = 0.0,
    ) -> Decision:
        """Takes the newest calibrated probabilities (classes,); None: nobody in view.

        Args:
            warming: whoever it is was seen for too short a time.
            emits: whether an action of this label that begins now becomes an event, whatever is said when it ends;
                None: all do.
            withheld: they rest on too little: no action.
            descent_m: how far the person has come down lately; of several the one who came down farthest.
        """
        if probabilities is None:
            self.finish(self.last_s)
            self._smoothed, self.last_s = None, now_s
            return Decision("idle", None, 0.0, None)
        if self._smoothed is None:
            self._free_s = now_s
        if warming:  # somebody new: what was seen before does not count
            self.finish(self.last_s)
            self._smoothed, self.last_s = np.array(probabilities, np.float64), now_s
            return Decision("warming", None, float(self._smoothed.max()), self._smoothed)
        if self._smoothed is None:
            self._smoothed = np.array(probabilities, np.float64)
        else:
            elapsed_s = max(0.0, now_s - self.last_s)
            keep = math.exp(-elapsed_s / self._spec.smoothing_s) if self._spec.smoothing_s > 0 else 0.0
            self._smoothed = keep * self._smoothed + (1 - keep) * probabilities
        self.last_s = now_s
        if withheld:
            self.finish(now_s)
        else:
            self._change_state(now_s, emits, descent_m)
        if self._action is None:
            quiet = 1 - self._actions().max() if self._idle is None else self._smoothed[self._idle]
            return Decision("idle", None, float(quiet), self._smoothed)
        confidence = float(self._smoothed[self._action])
        return Decision("action", self._spec.labels[self._action], confidence, self._smoothed)

    def finish(self, now_s: float) -> None:
        """Ends the event that is under way, if any."""
        if self._action is not None and self._emits:
            rule = self._rules[self._action]
            if now_s - self._began_s >= rule.min_duration_s:
                start_s = min(max(self._began_s - rule.begin_lag_s, self._free_s), self._began_s)
                end_s = max(now_s - rule.end_lag_s, start_s)
                events = [Event(start_s, end_s, self._spec.labels[self._action], self._peak, self._slot)]
                if rule.valley and self._repetitions is not None:
                    events = self._repetitions.parts(events[0], rule.valley, self._free_s, now_s)
                self.finished += events
                self._free_s = events[-1].end_s
        self._action = None

    def _actions(self) -> np.ndarray:
        """Smoothed probabilities with the idle class left out."""
        actions = self._smoothed.copy()
        if self._idle is not None:
            actions[self._idle] = 0.0
        return actions

    def _change_state(self, now_s: float, emits: Callable[[str], bool] | None, descent_m: float) -> None:
        actions = self._actions()
        nothing = self._smoothed[self._idle] if self._idle is not None else 0.0
        best = int(actions.argmax())
        enters = actions[best] >= max(self._rules[best].enter_after(descent_m), nothing)
        if self._action is not None:
            leaves = actions[self._action] < max(self._rules[self._action].leave, nothing)
            if leaves or (enters and best != self._action):
                self.finish(now_s)
        if self._action is None and enters:
            self._action, self._began_s, self._peak = best, now_s, 0.0
            self._emits = emits is None or emits(self._spec.labels[best])
        if self._action is not None:
            self._peak = max(self._peak, float(actions[self._action]))
