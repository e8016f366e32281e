"""What a run writes as lines: JSON for programs, plain words for people. Written by a stage of its own.

The JSON contract: one object a line, flushed, never NaN or Infinity (null instead); predictions and events as they
come, a summary last.
"""

from __future__ import annotations

import errno
import json
import math
import os
import select
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from tsmf_live.command import plain
from tsmf_live.frames import Event, Prediction, Ranking, RecordingError
from tsmf_live.ring import WAIT_S, Ring
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
                "coverage": person.coverage,
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


class LineStream:
    """Lines to a stream whose reader may be slow, or not read at all: nothing waits longer than WAIT_S for it.

    What a pipe does not take in that time is kept, and goes out before the next line.

    Attributes:
        rest: bytes that wait.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream, self.rest = stream, b""
        self._descriptor = _descriptor(stream)

    def say(self, line: str) -> None:
        """Adds a line and writes as much as is taken; OSError if the stream is gone."""
        if self._descriptor is None:
            self._stream.write(line + "\n")
            self._stream.flush()
            return
        self.rest += f"{line}\n".encode(self._stream.encoding, self._stream.errors or "strict")
        self.go_on(WAIT_S)

    def go_on(self, limit_s: float = WAIT_S) -> None:
        """Writes what waits, as far as it is taken within the limit; OSError if the stream is gone."""
        if not self.rest:
            return
        until_s, waiting = time.perf_counter() + limit_s, select.poll()
        waiting.register(self._descriptor, select.POLLOUT)
        while self.rest:
            if not waiting.poll(max(0.0, until_s - time.perf_counter()) * 1e3):
                return
            # a pipe that is ready takes at least so much without making us wait
            self.rest = self.rest[os.write(self._descriptor, self.rest[: select.PIPE_BUF]) :]


def _descriptor(stream: TextIO) -> int | None:
    """The file behind a stream, where its readiness can be asked for; None for others, and on Windows."""
    if os.name != "posix":
        return None
    try:
        stream.flush()
        return stream.fileno()
    except OSError:  # io.UnsupportedOperation is one: a stream in memory
        return None


class Output:
    """Who is told what happens, on the output stage. Nothing here waits longer than WAIT_S."""

    problem: str | None = None  # what the user should know while the run goes on
    stream: TextIO | None = None  # that it writes to

    def emit(self, item: Prediction | Event | Summary) -> None:
        """Tells one item; OSError if nobody listens any more."""
        raise NotImplementedError

    @property
    def waiting(self) -> int:
        """Bytes that a slow reader has not taken yet."""
        return 0

    def go_on(self, limit_s: float = WAIT_S) -> None:
        """Tells what waits, as far as it is taken within the limit; OSError if nobody listens any more."""

    def close(self) -> None:
        """Nothing more will come, from any run."""


class JsonLines(Output):
    """Writes JSON lines to a text stream."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.lines = stream, LineStream(stream)

    def emit(self, item: Prediction | Event | Summary) -> None:
        """Writes one line, see LineStream; OSError if the stream is gone."""
        if isinstance(item, Prediction):
            document = prediction_document(item)
        else:
            document = event_document(item) if isinstance(item, Event) else summary_document(item)
        self.lines.say(json_line(document))

    @property
    def waiting(self) -> int:
        """See Output."""
        return len(self.lines.rest)

    def go_on(self, limit_s: float = WAIT_S) -> None:
        """See Output."""
        self.lines.go_on(limit_s)


class PlainLines(Output):
    """Tells people what changes: a line when what is said changes (of several people: who does what), one for each
    event, a summary.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._said: tuple[object, ...] | None = None

    def emit(self, item: Prediction | Event | Summary) -> None:
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
        several = sum(person.is_person for person in prediction.persons) > 1
        acting = [person for person in prediction.persons if person.label is not None] if several else []
        state = (prediction.state, prediction.label, *((person.slot, person.label) for person in acting))
        if state == self._said:
            return None
        self._said = state
        if acting:
            who = " · ".join(f"{person.slot + 1} {person.label} {person.confidence:.0%}" for person in acting)
            return f"{prediction.sensor_time_s:7.1f} s  {who}"
        words = {"warming": "watching ...", "idle": "nothing happening"}
        text = prediction.label or words.get(prediction.state, prediction.state)
        if prediction.state == "idle" and (prediction.note or "").startswith("nobody in view"):
            text = prediction.note
        if prediction.state == "idle" and any(person.withheld for person in prediction.persons):
            text = "too little of the people is seen"
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


class OutputWork:
    """Predictions and Events -> lines. When nobody reads them any more, the run ends as if its source had ended.

    While something is recorded the run goes on: the lines are given up, and `losses` says so.

    Args:
        items: closed by the inference stage after its last.
        outputs: each is told everything.
        give_up: called when a stream is gone.
        recording: whether something is recorded now.
    """

    def __init__(
        self,
        items: Ring[Prediction | Event],
        outputs: Sequence[Output],
        give_up: Callable[[], None],
        recording: Callable[[], bool] = lambda: False,
    ) -> None:
        self._items, self._give_up, self._recording = items, give_up, recording
        self._outputs = list(outputs)  # those that can still be told
        self._failed = False
        self.losses: list[RecordingError] = []  # of streams that could not be written, while the run went on
        self.unread = False  # a reader has left, and the run went on

    def set_up(self) -> None:
        """Nothing: the streams are open."""

    def step(self) -> bool:
        """Writes one item, or the rest of earlier ones that the reader has not taken yet."""
        if any(output.waiting for output in self._outputs):
            return self._each(lambda output: output.go_on())
        item = self._items.get()
        if item is None:
            return not self._items.ended
        return self._each(lambda output: output.emit(item))

    def tear_down(self) -> None:
        """Writes the last items of the inference stage; the streams belong to the caller, who writes the summary."""
        until_s = time.perf_counter() + LAST_WORDS_S
        while not (self._failed or self._items.ended) and time.perf_counter() < until_s:
            self.step()
        self._items.close()

    @property
    def message(self) -> str | None:
        """What the user should know while the run goes on, or None."""
        if self.losses:
            return f"{self.losses[0]}; the recording goes on"
        if self.unread:
            return "nobody reads the predictions any more; the recording goes on"
        return next((output.problem for output in self._outputs if output.problem is not None), None)

    def _each(self, act: Callable[[Output], None]) -> bool:
        """Does it with each output; False, once and for all, if nobody reads, and nothing is recorded.

        Raises:
            RecordingError: a file cannot be written, and nothing is recorded.
        """
        for output in list(self._outputs):
            try:
                act(output)
            except OSError as error:
                self._outputs.remove(output)
                gone = reader_is_gone(error)
                told = RecordingError(f"predictions cannot be written: {error.strerror}; free some space")
                if self._recording():
                    self.unread = self.unread or gone
                    self.losses += [] if gone else [told]
                    continue
                self._failed = True
                self._give_up()
                if not gone:
                    raise told from error
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
