"""Keeps a library's own lines off stderr: the program says what the user must know, in one line each."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

STDERR = 2  # the file descriptor that libraries write to


@contextmanager
def without_library_lines() -> Iterator[None]:
    """Within it, what libraries write on the process's stderr goes nowhere; what Python writes still arrives."""
    try:
        _give_python_its_own()
        kept = os.dup(STDERR)
    except OSError:  # there is no stderr
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STDERR)
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(kept)
        os.close(nowhere)


def _give_python_its_own() -> None:
    """From now on Python's stderr is another descriptor of the same stream, which no library knows."""
    stream = sys.stderr
    with suppress(OSError, ValueError, AttributeError):  # a test's, or none at all
        if stream.fileno() == STDERR:
            stream.flush()
            own = os.dup(STDERR)
            sys.stderr = open(own, "w", buffering=1, encoding=stream.encoding, errors="backslashreplace")  # noqa: SIM115
