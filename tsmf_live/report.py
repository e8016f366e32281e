"""What a run says in lines: JSON for programs, plain words for people. Written by a stage of its own.

The JSON contract: one object a line, flushed, never NaN or Infinity (null instead); predictions and events as they
come, a summary last.
"""

from __future__ import annotations

import errno
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TextIO

from tsmf_live.command import plain
from tsmf_live.frames import Event, Prediction, Ranking, RecordingError
from tsmf_live.ring import Ring
from tsmf_live.skeleton import JOINT_NAMES

LAST_WORDS_S = 1.0  # when told to stop: wait so long for what inference has still to say


@dataclass(frozen=True)
class Summary:
    """A whole run in figures; latencies in ms, duration in sensor seconds; `warnings` did not stop it."""

    source: str
    duration_s: float
    frames_captured: int
    frames_dropped: int
    updates_skipped: int
    predictions: int
    fps: float
    latency_ms: dict[str, float | None]
    errors: tuple[str, ...]
    warnings: tuple[str, ...]


def prediction_document(prediction: Prediction) -> dict[str, Any]:
    """The JSON object of a prediction."""
    return {
        "type": "prediction",
        "frame": prediction.frame,
        "sensor_time_s": prediction.sensor_time_s,
        "host_time_s": prediction.host_time_s,
        "window_s": list(prediction.window_s),
        "state": prediction.state,
        "label": prediction.label,
        "confidence": prediction.confidence,
        "top5": _pairs(prediction.top5),
        "teacher": _pairs(prediction.teacher),
        "student": None if prediction.student is None else _pairs(prediction.student),
        "student_age_s": prediction.student_age_s,
        "note": prediction.note,
        "bodies": [
            {
                "id": person.slot,
                "tracking_id": person.tracking_id,
                "label": person.label,
                "confidence": person.confidence,
                "attention": dict(zip(JOINT_NAMES, (float(w) for w in person.attention), strict=True)),
            }
            for person in prediction.persons
        ],
        "latency_ms": prediction.latency_ms,
    }


def event_document(event: Event) -> dict[str, Any]:
    """The JSON object of an event."""
    return {
        "type": "event",
        "start_s": event.start_s,
        "end_s": event.end_s,
        "label": event.label,
        "confidence": event.confidence,
        "body": event.slot,
    }


def summary_document(summary: Summary) -> dict[str, Any]:
    """The JSON object of the summary."""
    document = {"type": "summary"} | {k: v for k, v in vars(summary).items()}
    return document | {"errors": list(summary.errors), "warnings": list(summary.warnings)}


def json_line(document: dict[str, Any]) -> str:
    """One line of strict JSON, without the line's end; a number that is not finite becomes null."""
    return json.dumps(_finite(document), allow_nan=False)


class JsonReport:
    """Writes JSON lines to a text stream."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def tell(self, item: Prediction | Event | Summary) -> None:
        """Writes one line and flushes it; OSError if the stream is gone."""
        if isinstance(item, Prediction):
            document = prediction_document(item)
        else:
            document = event_document(item) if isinstance(item, Event) else summary_document(item)
        self.stream.write(json_line(document) + "\n")
        self.stream.flush()


class PlainReport:
    """Tells people what changes: a line when the label changes, one for each event, a summary."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._said: tuple[str, str | None] | None = None

    def tell(self, item: Prediction | Event | Summary) -> None:
        """Writes a line if there is something new to say; OSError if the stream is gone."""
        if isinstance(item, Prediction):
            line = self._prediction_line(item)
        elif isinstance(item, Event):
            who = "the scene" if item.slot is None else f"person {item.slot + 1}"
            line = (
                f"          {who}: {item.label} from {item.start_s:.1f} s to {item.end_s:.1f} s ({item.confidence:.0%})"
            )
        else:
            line = summary_line(item) if item.frames_captured or not item.errors else None
        if line:
            self.stream.write(plain(line) + "\n")
            self.stream.flush()

    def _prediction_line(self, prediction: Prediction) -> str | None:
        state = (prediction.state, prediction.label)
        if state == self._said:
            return None
        self._said = state
        words = {"warming": "watching ...", "idle": "nothing happening"}
        text = prediction.label or words.get(prediction.state, prediction.state)
        if prediction.state == "idle" and prediction.note == "nobody in view":
            text = "nobody in view"
        share = f" ({prediction.confidence:.0%})" if prediction.label else ""
        return f"{prediction.sensor_time_s:7.1f} s  {text}{share}"


def summary_line(summary: Summary) -> str:
    """The summary in a sentence."""
    p95 = summary.latency_ms["p95"]
    latency = f", latency p95 {p95:.0f} ms" if p95 is not None else ""
    return (
        f"{summary.source}: {summary.duration_s:.1f} s, {summary.frames_captured} frames at {summary.fps:.1f} a s, "
        f"{summary.frames_dropped} dropped, {summary.predictions} predictions, "
        f"{summary.updates_skipped} skipped{latency}"
    )


def reader_is_gone(error: OSError) -> bool:
    """Whether writing failed because nobody reads any more (as with `| head`), and not because the disk is full."""
    return isinstance(error, BrokenPipeError) or error.errno in (errno.EPIPE, errno.EINVAL)


class ReportWork:
    """Predictions and Events -> lines. When nobody reads them any more, the run ends as if its source had ended.

    Args:
        items: closed by the inference stage after its last.
        reports: each is told everything.
        give_up: called when a stream is gone.
    """

    def __init__(
        self, items: Ring[Prediction | Event], reports: list[JsonReport | PlainReport], give_up: Callable[[], None]
    ) -> None:
        self._items, self._reports, self._give_up = items, reports, give_up
        self._failed = False

    def set_up(self) -> None:
        """Nothing: the streams are open."""

    def step(self) -> bool:
        """Tells one item."""
        item = self._items.get()
        if item is None:
            return not self._items.ended
        return self._tell(item)

    def tear_down(self) -> None:
        """Tells what inference says in ending; the streams belong to the caller, who writes the summary."""
        until_s = time.perf_counter() + LAST_WORDS_S
        while not (self._failed or self._items.ended) and time.perf_counter() < until_s:
            item = self._items.get()
            if item is not None:
                self._tell(item)
        self._items.close()

    def _tell(self, item: Prediction | Event) -> bool:
        """Tells one item; False, once and for all, if nobody reads.

        Raises:
            RecordingError: the file cannot be written.
        """
        try:
            for report in self._reports:
                report.tell(item)
        except OSError as error:
            self._failed = True
            self._give_up()
            if not reader_is_gone(error):
                raise RecordingError(f"predictions cannot be written: {error.strerror}; free some space") from error
            return False
        return True


def _pairs(ranking: Ranking) -> list[list[Any]]:
    return [[label, value] for label, value in ranking]


def _finite(value: Any) -> Any:
    """The same value with every number that is not finite replaced by None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    return value
