"""Ctrl-C and other requests to end (SIGTERM, SIGHUP, Ctrl-Break), from a command's first import to its last line.

    listen       nothing has begun: a request ends the process at once, in one line
    answered_by  the first request is answered as the command says, which then ends in its own time
    deaf         everything has been said: what comes now changes nothing

Requests after the first change nothing: the take is still ended and the summary printed. Only one that comes
PATIENCE_S later ends the process at once, so that a part that hangs cannot keep it alive. All signals mean the same,
and the exit code is INTERRUPTED. A process that was started with SIGHUP ignored (nohup) goes on ignoring it.

Imports only what takes no time: this is loaded before everything else.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

INTERRUPTED = 130
PATIENCE_S = 10.0  # ending takes 5 s at most, see pipeline; as long again for a machine that is busy
REQUESTS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))

_answers: list[Callable[[], object]] = []
_first_s: float | None = None  # when the first request came that the present command answers


def listen() -> None:
    """From now on a request to end ends the process at once, with one line; used while a command starts."""
    for number in REQUESTS:
        _take_over(number)


@contextmanager
def answered_by(answer: Callable[[], object]) -> Iterator[None]:
    """While it lasts, `answer` is called at the first request to end; at once if one has come. Main thread only.

    Args:
        answer: called in the middle of whatever the main thread does. What it raises is raised there.
    """
    global _first_s
    handlers = {number: _take_over(number) for number in REQUESTS}
    _answers.append(answer)
    try:
        if asked():
            answer()
        yield
    finally:
        _answers.pop()
        if not _answers:
            _first_s = None
        for number, handler in handlers.items():
            signal.signal(number, handler)


def asked() -> bool:
    """Whether a request to end has come since the command began to answer them."""
    return _first_s is not None


def deaf() -> None:
    """Ignores requests from now on: a signal would kill the interpreter while it ends."""
    for number in REQUESTS:
        signal.signal(number, signal.SIG_IGN)


def note() -> None:
    """An answer for commands that check `asked` by themselves."""


def stop_here() -> None:
    """An answer for commands that may stop anywhere: raises KeyboardInterrupt."""
    raise KeyboardInterrupt


def end_at_once(line: str = "interrupted") -> None:
    """Ends the process without tidying up; an answer while nothing has begun."""
    deaf()  # or the next request would print it again
    with suppress(OSError):
        os.write(2, f"{line}\n".encode())  # print may have been interrupted in the middle of a line
    os._exit(INTERRUPTED)


@contextmanager
def unheard_by_children() -> Iterator[None]:
    """Processes that are started while it lasts ignore Ctrl-C and SIGHUP, which a terminal sends to all of them.

    Their parent decides when they end. Windows has no such thing: there they must ignore it by themselves.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _take_over(number: int) -> Callable | int | None:
    """Makes us the handler of a signal; the one before."""
    before = signal.getsignal(number)
    if before is not signal.SIG_IGN or number == signal.SIGINT:  # shells start background jobs with it ignored
        signal.signal(number, _on_request)
    return before


def _on_request(_number: int, _stack: object) -> None:
    global _first_s
    if not _answers:
        end_at_once()
    now_s = time.monotonic()
    if _first_s is None:
        _first_s = now_s
        _answers[-1]()
    elif now_s - _first_s > PATIENCE_S:
        end_at_once(f"ended at once: it was still ending {PATIENCE_S:g} s after it was asked to")
