"""A source that does what a test tells it to."""

from __future__ import annotations

from tsmf_live.frames import SensorFrame
from tsmf_live.sources.base import EndOfSource, SourceInfo

LIMIT_S = 20.0  # a test that waits longer than this has failed


class Scripted:
    """A source that gives what it is told to: frames, None (nothing yet) or an error to raise."""

    info = SourceInfo("script", "session", False, 30.0, None, False, False)

    def __init__(self, *script: SensorFrame | Exception | None) -> None:
        self._script, self.warnings, self.closed = list(script), [], 0

    def read(self) -> SensorFrame | None:
        if not self._script:
            raise EndOfSource
        item = self._script.pop(0)
        if isinstance(item, Exception):
            raise item
        return item

    def close(self) -> None:
        self.closed += 1
