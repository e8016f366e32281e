"""The contract that every source keeps: the sensor, cameras, files, a recorded session, the simulated actor.

A source is made, read and closed by one thread (the capture stage). It does not pace itself: a file gives its frames as
fast as they can be read, and live.playback waits for their sensor times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from tsmf_live.frames import SensorFrame
from tsmf_live.recording.tables import SessionEvent
from tsmf_live.sources.camera.lens import Lens
from tsmf_live.sources.kinect.state import KinectStatus


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known before the first frame.

    Attributes:
        name: for people: the file's name, "demo", "Kinect".
        kind: "ntu", "pku", "session", "demo", "kinect", "webcam" or "video".
        live: frames come when the device gives them; live.playback does not pace them.
        frame_rate_hz: nominal rate of the bodies.
        duration_s: sensor seconds from the first frame to the end of the last, None if unbounded.
        has_color: whether any frame carries a picture.
        time_estimated: see SensorFrame.
        sensor: what saw the people, for session.json: "Kinect v2", "simulated Kinect v2", a data set's file, "webcam".
        lens: of a source that gives pictures alone, how they were taken: live.estimate finds the people on them.
        truth: what a data set says is done in it, as annotations; seconds from the first frame.
    """

    name: str
    kind: str
    live: bool
    frame_rate_hz: float
    duration_s: float | None
    has_color: bool
    time_estimated: bool
    sensor: str = "unknown"
    lens: Lens | None = None
    truth: tuple[SessionEvent, ...] = ()


class Source(Protocol):
    """Frames in order, one at a time.

    `read` returns the next frame, or None when a live device had none within 0.1 s. After the last frame it raises
    EndOfSource. It raises SourceError when the rest cannot be read; frames given before stay valid. `warnings` grows
    while reading: a line for each thing the user should know that did not stop the source. `close` may be called twice.
    Indices count up from 0; sensor times strictly increase.
    """

    info: SourceInfo
    warnings: list[str]

    def read(self) -> SensorFrame | None:
        """The next frame; None if a live device had none within 0.1 s."""

    def close(self) -> None:
        """Lets the device or the files go; may be called twice."""


@runtime_checkable
class SeekableSource(Source, Protocol):
    """A recording of known length that can be read from any frame on.

    `times_s` holds the sensor time of every frame. After `seek(number)`, at any moment before `close`, `read` gives the
    frame of that number, counted from 0 without holes; SourceError if the way there is damaged. The number is that of a
    frame in `times_s`; a recording that was cut may end before it.
    """

    times_s: Sequence[float]

    def seek(self, number: int) -> None:
        """Makes `read` go on with the frame of this number, from 0."""


@runtime_checkable
class WatchedSource(Source, Protocol):
    """A device that says how it is doing: `status` is cheap, and may be called on any thread at any time."""

    def status(self) -> KinectStatus:
        """How the device is doing."""


class EndOfSource(Exception):
    """The source has given its last frame."""
