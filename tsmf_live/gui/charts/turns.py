"""The charts beside and below the picture, drawn in turns: one a view at most, and only with something new."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt5.QtWidgets import QWidget

from tsmf_live.gui.charts.curves import ScoreCurves
from tsmf_live.gui.charts.timeline import RecentTimeline
from tsmf_live.gui.panels.inspector_panel import InspectorPanel
from tsmf_live.live.look_back import LookBack, Moments

EVERY_S = (0.2, 0.2, 0.4)  # panel, last minute, curves: what changes faster cannot be read
CURVE_STEPS = 30  # the curves move on by this part of their width: each time costs as much as three pictures
LATEST_S = 0.2  # a chart that is due waits at most so long for a view without a new picture


class Charts:
    """Attention panel, last minute and curves. The last minute goes on while the others look at a frozen snapshot."""

    def __init__(self) -> None:
        self.panel, self.timeline, self.curves = InspectorPanel(), RecentTimeline(), ScoreCurves()
        self._widgets: tuple[QWidget, ...] = (self.panel, self.timeline, self.curves)
        self._due_s = [0.0] * len(EVERY_S)
        self._shown: list[tuple | None] = [None] * len(EVERY_S)
        self._asked: tuple = ()  # what the user chose to see

    def renew(self) -> None:
        """All are due."""
        self._due_s = [0.0] * len(EVERY_S)

    def show_next(
        self,
        look_back: LookBack,
        frozen: Moments | None,
        focus: int | None,
        cursor_s: float | None,
        busy: bool = False,
        watching: bool = False,
    ) -> None:
        """Renews the chart that has waited longest, if it is due, visible, and there is anything new.

        Args:
            frozen: looked at in place of the newest.
            cursor_s: the frozen moment.
            busy: a new picture is painted with this view; the chart waits for the next one if it can.
            watching: see InspectorPanel.show_moments.
        """
        span_s = self.curves.span.currentData()
        if (focus, cursor_s, span_s) != self._asked:
            self._asked = focus, cursor_s, span_s
            self.renew()
        chart = min(range(len(EVERY_S)), key=self._due_s.__getitem__)
        now_s = time.perf_counter()
        if now_s < self._due_s[chart] + (LATEST_S if busy else 0.0):
            return
        self._due_s[chart] = now_s + max(EVERY_S[chart], span_s / CURVE_STEPS if chart == 2 else 0.0)
        if not self._widgets[chart].isVisible():
            self._shown[chart] = None
            return
        moments = look_back.snapshot()
        looked_at = frozen or moments
        news = moments if chart == 1 else looked_at
        newest = news.predictions[-1] if news.predictions else None
        of = None if newest is None else (newest.frame, newest.sensor_time_s)
        key = (of, len(news.events), self._asked, watching)
        if key == self._shown[chart]:
            return
        self._shown[chart] = key
        show: tuple[Callable[[], None], ...] = (
            lambda: self.panel.show_moments(looked_at, focus, cursor_s, watching=watching),
            lambda: self.timeline.show_moments(moments, cursor_s),
            lambda: self.curves.show_moments(looked_at, cursor_s, focus),
        )
        show[chart]()
