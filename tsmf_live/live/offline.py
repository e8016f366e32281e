"""A recording through the live program's own stages, without threads and as fast as they are: nothing is left out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from tsmf_live.frames import Event, PoseFrame, Prediction, SensorFrame
from tsmf_live.live.inference import EventTracker, InferenceWork
from tsmf_live.live.pose import PoseTracker
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.ring import Ring
from tsmf_live.sources.base import EndOfSource, Source


def play(
    model: TSMF,
    source: Source,
    emit: Callable[[Prediction | Event], None],
    event_tracker: EventTracker | None = None,
    note: Callable[[SensorFrame], object] = lambda _frame: None,
) -> None:
    """Every prediction and event that `run_live.py --speed max` makes of a recording; the source is closed.

    Args:
        emit: called with each, in order.
        event_tracker: decides; None: one of the model's settings.
        note: called with each frame, before it is looked at.

    Raises:
        SourceError: the recording cannot be read.
    """
    poses: Ring[PoseFrame] = Ring(4, lossless=True, stopping=threading.Event())
    stream = model.spec.mode == "stream"
    work = InferenceWork(model, poses, emit, [], lossless=True, stream=stream, event_tracker=event_tracker)
    tracker = PoseTracker(model.spec.crop)
    try:
        for frame in _frames(source):
            note(frame)
            poses.put(tracker.track(frame))
            work.step()
    finally:
        source.close()
    poses.close()
    work.tear_down()


def _frames(source: Source) -> Iterator[SensorFrame]:
    while True:
        try:
            frame = source.read()
        except EndOfSource:
            return
        if frame is not None:
            yield frame
