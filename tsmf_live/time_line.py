"""One line of time that only goes forward, whatever the clock or the recording behind it does.

A sensor's clock may begin again, a recording may be read from another place: later stages see a gap, and never a time
that goes back.
"""

from __future__ import annotations


class TimeLine:
    """Brings times, in seconds, onto one line. Used by one thread."""

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._shift_s = 0.0
        self._gap_s: float | None = None

    def leave(self, gap_s: float) -> None:
        """Says that the next time is unrelated to those before it; on the line it comes `gap_s` after the newest."""
        self._gap_s = gap_s

    def place(self, time_s: float) -> float:
        """The time on the line."""
        if self._gap_s is not None and self._last_s is not None:
            self._shift_s = self._last_s + self._gap_s - time_s
        self._gap_s = None
        return time_s + self._shift_s

    def go_on_after(self, placed_s: float) -> None:
        """This time on the line was used: a gap is measured from it."""
        self._last_s = placed_s
