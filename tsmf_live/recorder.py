"""The record stage: writes frames and events of a run into a session folder, on a thread and a queue of its own."""

from __future__ import annotations

import time
from pathlib import Path

from tsmf_live.frames import Event, SensorFrame
from tsmf_live.ring import Ring
from tsmf_live.session import SessionWriter
from tsmf_live.stage import Meter


class RecordWork:
    """SensorFrames, Events -> a session on disk.

    Args:
        folder: new or empty.
        frames: closed by the capture stage after its last frame; what it drops is a hole in the indices.
        events: closed by the inference stage after its last event.
        source_name: goes into session.json.
        details: further entries of session.json.
    """

    def __init__(
        self,
        folder: Path,
        frames: Ring[SensorFrame],
        events: Ring[Event],
        source_name: str,
        details: dict[str, str],
    ) -> None:
        self._folder, self._frames, self._events = folder, frames, events
        self._source_name, self._details = source_name, details
        self._writer: SessionWriter | None = None
        self._complete = True  # False while and after something could not be written whole
        self.meter = Meter("record")

    def set_up(self) -> None:
        """Makes the folder; RecordingError if that fails."""
        self._writer = SessionWriter(self._folder, source_name=self._source_name, details=self._details)

    def step(self) -> bool:
        """Writes one frame and what events have come."""
        frame = self._frames.get()
        if frame is None:
            self._write_events()
            return not (self._frames.ended and self._events.ended)
        began = time.perf_counter()
        self._complete = False
        self._writer.write(frame)
        self._write_events()
        self._complete = True
        self.meter.tick((time.perf_counter() - began) * 1e3)
        return True

    def tear_down(self) -> None:
        """Writes what still waits and closes the session; nothing is taken any more."""
        self._frames.close()
        try:
            if self._writer is None:
                return
            while self._complete and (frame := self._frames.get(0.0)) is not None:
                self._writer.write(frame)
            if self._complete:  # after a failed write nothing may follow the torn piece
                self._write_events()
        finally:
            self._events.close()
            if self._writer is not None:
                self._writer.close()

    def _write_events(self) -> None:
        while len(self._events) and (event := self._events.get(0.0)) is not None:
            self._writer.add_event(
                event.start_s, event.end_s, event.label, event.confidence, event.slot, kind="prediction"
            )
