"""Times that only go forward."""

from __future__ import annotations

import pytest

from tsmf_live.time_line import TimeLine


def use(line: TimeLine, *times_s: float) -> list[float]:
    placed = []
    for time_s in times_s:
        placed.append(line.place(time_s))
        line.go_on_after(placed[-1])
    return placed


def test_times_stay_as_they_are_until_the_line_is_left():
    assert use(TimeLine(), 5.0, 5.5, 6.0) == [5.0, 5.5, 6.0]


@pytest.mark.parametrize("elsewhere_s", [0.0, 5.0, 900.0])
def test_after_a_leap_times_go_on_after_the_gap(elsewhere_s):
    line = TimeLine()
    use(line, 5.0)
    line.leave(0.5)
    assert use(line, elsewhere_s, elsewhere_s + 1) == pytest.approx([5.5, 6.5])


def test_a_time_that_was_placed_and_not_used_leaves_no_trace():
    line = TimeLine()
    use(line, 5.0)
    line.place(7.0)
    line.leave(0.5)
    assert use(line, 1.0) == pytest.approx([5.5])


def test_leaving_before_the_first_time_changes_nothing():
    line = TimeLine()
    line.leave(0.5)
    assert use(line, 5.0) == [5.0]
