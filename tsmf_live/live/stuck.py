"""Which stage does not come back from a step: it hangs in a driver, on a disk, or in a bug of ours."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from tsmf_live.stage import Stage

LOOKED_AWAY_S = 0.5  # a longer time between two looks counts as so much
STUCK_SET_UP_S = 15.0  # for a stage that begins, first frame included: a Kinect's takes up to 12 s


class StuckStages:
    """Watches stages; used by the run's owner. Time counts only while somebody looks: a PC may sleep between.

    Args:
        stages: in the order of the flow.
    """

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages = stages
        self._calls: dict[str, tuple[float, float]] = {}  # stage: since when it is in its call, watched since
        self._watched_s, self._looked_s = 0.0, time.perf_counter()

    def look(self, after_s: float, *, beginning: Collection[str] = (), waiting: Collection[str] = ()) -> Stage | None:
        """The stage that has not come back after so long, if there is one; of several the last: the others wait for it.

        Args:
            beginning: names of stages that have STUCK_SET_UP_S, as all have in their set-up.
            waiting: names of stages that may wait as long as they like.
        """
        now_s, stuck = time.perf_counter(), None
        self._watched_s += min(now_s - self._looked_s, LOOKED_AWAY_S)
        self._looked_s = now_s
        for stage in self._stages:
            if not stage.alive or stage.name in waiting:
                continue
            what, since_s = stage.doing()
            if self._calls.get(stage.name, (None,))[0] != since_s:
                self._calls[stage.name] = since_s, self._watched_s
            limit_s = STUCK_SET_UP_S if what == "set_up" or stage.name in beginning else after_s
            if what and self._watched_s - self._calls[stage.name][1] > limit_s:
                stuck = stage
        return stuck
