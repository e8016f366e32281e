"""The simulated people as a source: `demo`, or `demo:seed=1,persons=2,actions=reading+typing`. Needs no hardware.

    cast of timelines --true joints--> RoomPainter (picture), SensorModel (bodies) --SensorFrame--> capture

Never ends. The same spec gives the same frames, bit for bit; only host_time_s differs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from tsmf_live.actor.picture import PaintedPerson, RoomPainter
from tsmf_live.actor.scene import Timeline, cast
from tsmf_live.actor.sensor import SensorModel
from tsmf_live.actor.subject import ACTIONS, EXTRA_ACTIONS
from tsmf_live.camera import project_to_color
from tsmf_live.frames import FRAME_RATE_HZ, MAX_BODIES, Body, SensorFrame, UsageError
from tsmf_live.skeleton import JOINT_COUNT
from tsmf_live.sources.base import EndOfSource, SourceInfo

CAMERA_HEIGHT_M = 1.1
FIRST_TRACKING_ID = 72057594037927936  # as large as the sensor's own
INFO = SourceInfo("demo", "demo", False, FRAME_RATE_HZ, None, True, False, "simulated Kinect v2")
_BLOCK = 30  # frames whose joints are computed in one go
_ALIASES = {"sneeze": "sneeze/cough", "cough": "sneeze/cough", "sneeze cough": "sneeze/cough"}
_KEYS = "seed=, persons=, actions=, seconds=, idle="


@dataclass(frozen=True)
class DemoSpec:
    """What `demo:...` asks for; actions None: all of subject.ACTIONS in an order that the seed decides."""

    seed: int = 0
    persons: int = 1
    actions: tuple[str, ...] | None = None
    seconds: float = 6.0
    idle: float = 2.0

    @classmethod
    def parse(cls, spec: str) -> DemoSpec:
        """From "demo" or "demo:key=value,...".

        Raises:
            UsageError: an unknown or repeated key, a value that is not of its kind or out of range, an unknown action.
        """
        name, colon, settings = spec.partition(":")
        if name != "demo":
            raise UsageError(f"source: expected demo or demo:key=value,...; got {spec!r}")
        values: dict[str, int | float | tuple[str, ...]] = {}
        for setting in settings.split(",") if colon else ():
            key, equals, text = (part.strip() for part in setting.partition("="))
            if not equals or key not in cls.__dataclass_fields__:
                raise UsageError(f"source {spec!r}: expected settings {_KEYS} with a comma between; got {setting!r}")
            if key in values:
                raise UsageError(f"source {spec!r}: expected each setting once; got {key} twice")
            values[key] = _value(spec, key, text)
        return cls(**values)


def _value(spec: str, key: str, text: str) -> int | float | tuple[str, ...]:
    """The value of one setting; UsageError if it is not of its kind or out of range."""
    if key == "actions":
        return tuple(_action(spec, name) for name in text.split("+"))
    kind, lowest, highest = {
        "seed": (int, 0, 2**31 - 1),
        "persons": (int, 0, MAX_BODIES),
        "seconds": (float, 2.0, 600.0),
        "idle": (float, 0.0, 600.0),
    }[key]
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not lowest <= value <= highest:
        what = "a whole number" if kind is int else "a number"
        raise UsageError(f"source {spec!r}: {key}: expected {what} from {lowest} to {highest}; got {text!r}")
    return value


def _action(spec: str, name: str) -> str:
    """The class name that `name` means: case does not matter, _ and - stand for a space."""
    plain = " ".join(name.lower().replace("_", " ").replace("-", " ").split())
    action = _ALIASES.get(plain, plain)
    known = (*ACTIONS, *EXTRA_ACTIONS)
    if action not in known:
        raise UsageError(f"source {spec!r}: actions: expected some of {', '.join(known)}; got {name!r}")
    return action


class DemoSource:
    """Frames of simulated people, 30 a second of sensor time, with colour, without end; see sources.base.Source."""

    def __init__(self, spec: str = "demo") -> None:
        """Raises UsageError if the spec asks for what cannot be."""
        self.spec = DemoSpec.parse(spec)
        self.info = INFO
        self.warnings: list[str] = []
        self.timelines: list[Timeline] = cast(
            self.spec.seed,
            self.spec.persons,
            self.spec.actions,
            action_s=self.spec.seconds,
            idle_s=self.spec.idle,
            camera_height_m=CAMERA_HEIGHT_M,
        )
        streams = np.random.default_rng([1999, self.spec.seed]).spawn(self.spec.persons)
        self._sensors = [SensorModel(stream) for stream in streams]
        self._painter = RoomPainter(self.spec.seed, CAMERA_HEIGHT_M)
        self._block: list[np.ndarray] = []  # for each person (_BLOCK, 25, 3)
        self._index = 0
        self._closed = False

    def read(self, into: np.ndarray | None = None) -> SensorFrame:
        """The next frame.

        Args:
            into: where to paint its picture, (1080, 1920, 4) uint8; a new array otherwise.

        Raises:
            EndOfSource: it was closed.
        """
        if self._closed:
            raise EndOfSource
        index = self._index
        self._index += 1
        if index % _BLOCK == 0:
            times_s = np.arange(index, index + _BLOCK) / FRAME_RATE_HZ
            self._block = [timeline.joints(times_s) for timeline in self.timelines]
        time_s = index / FRAME_RATE_HZ
        true_joints = [joints[index % _BLOCK] for joints in self._block]
        people = [
            PaintedPerson(timeline.subject, joints, timeline.held(time_s), timeline.chair)
            for timeline, joints in zip(self.timelines, true_joints, strict=True)
        ]
        color_bgra = self._painter.paint(people, time_s, into)
        bodies = tuple(self._body(number, joints) for number, joints in enumerate(true_joints))
        floor_plane = (0.0, 1.0, 0.0, CAMERA_HEIGHT_M)
        return SensorFrame(index, time_s, time.perf_counter(), color_bgra, bodies, floor_plane)

    def _body(self, number: int, joints_true: np.ndarray) -> Body:
        joints, joint_state = self._sensors[number].step(joints_true)
        orientations = np.zeros((JOINT_COUNT, 4), np.float32)
        return Body(FIRST_TRACKING_ID + number, joints, joint_state, project_to_color(joints), orientations)

    def truth_until(self, end_s: float) -> tuple[tuple[float, float, str, int], ...]:
        """What really happens from 0 to end_s: (start_s, end_s, label, person), person by person, idle included."""
        return tuple(
            (*segment, person)
            for person, timeline in enumerate(self.timelines)
            for segment in timeline.truth_until(end_s)
        )

    def close(self) -> None:
        """Ends the simulation; may be called twice."""
        self._closed = True
        self._block = []
