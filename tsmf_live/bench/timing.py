"""Figures that are measured side by side, so that a busy minute meets all alternatives alike.

The least time counts, as in timeit: what other programs add, by taking turns and caches, is not the network's.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from tsmf_live.stage import thread_clock

SECONDS_EACH = 2.0  # at least this long for each of a group of alternatives

Row = tuple[str, float, str]  # figure's name, value, what it is


def clock(threads: int) -> Callable[[], float]:
    """See `thread_clock`; where several threads compute, the time."""
    return thread_clock() if threads == 1 else time.perf_counter


def measure(
    alternatives: dict[str, Callable[[], object]], seconds: float = SECONDS_EACH, threads: int = 1
) -> dict[str, float]:
    """Least milliseconds of each alternative, timed in turn (A B C A B C ...) after one warm-up each."""
    now = clock(threads)
    times: dict[str, list[float]] = {name: [] for name in alternatives}
    for run in alternatives.values():
        run()
    until = time.perf_counter() + seconds * len(alternatives)
    while time.perf_counter() < until or min(map(len, times.values())) < 3:
        for name, run in alternatives.items():
            began = now()
            run()
            times[name].append((now() - began) * 1e3)
    return {name: min(taken) for name, taken in times.items()}


def table(rows: list[Row]) -> str:
    """Rows as aligned text."""
    return "\n".join(f"{name:34} {value:10.4g}  {meaning}" for name, value, meaning in rows)
