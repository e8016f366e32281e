"""What flows through the program, and what can go wrong in it.

    source --SensorFrame--> capture --> pose --PoseFrame--> inference --Prediction, Event--> window, JSON, recorder

Every type is checked where it is made and frozen afterwards: arrays handed over are read-only.

Errors:
    TsmfError                exit code 1
     ├── UsageError          2   the command line asks for what cannot be
     ├── SourceError         3   a sensor or a file does not give what it should
     ├── CheckpointError     4   a weights file is missing, foreign or contradicts itself
     └── RecordingError      5   a session cannot be written
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tsmf_live.skeleton import JOINT_COUNT, NOT_TRACKED, SPINE_BASE, hop_distance

COLOR_HEIGHT, COLOR_WIDTH = 1080, 1920  # px, the Kinect v2's colour picture
CROP_SIDE = 96  # px, one region of interest
MAX_BODIES = 6  # the sensor tracks up to six
FRAME_RATE_HZ = 30.0
_FROM_SPINE_BASE = np.argsort(hop_distance()[SPINE_BASE], kind="stable")  # joints, nearest first


class TsmfError(Exception):
    """An error that its text explains in one line: what, which file or device, expected, got, what to do."""

    exit_code = 1


class UsageError(TsmfError):
    """The command line asks for something that cannot be done."""

    exit_code = 2


class SourceError(TsmfError):
    """A sensor or a recording does not give what it should."""

    exit_code = 3


class CheckpointError(TsmfError):
    """A weights file is missing, foreign, or contradicts itself."""

    exit_code = 4


class RecordingError(TsmfError):
    """A session cannot be written."""

    exit_code = 5


def _checked(array: np.ndarray, name: str, shape: tuple[int, ...], dtype: type) -> np.ndarray:
    """`array` as a read-only view; ValueError if it is not of this shape and dtype."""
    if array.shape != shape or array.dtype != dtype:
        raise ValueError(f"{name}: expected {shape} {np.dtype(dtype)}, got {array.shape} {array.dtype}")
    view = array.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True, slots=True)
class Body:
    """One person as the sensor sees them in one frame.

    Attributes:
        tracking_id: the sensor's number for this person, 0 to 2^64 - 1; a new one after the person was lost.
        joints: (25, 3) float32, metres in camera space (x to the sensor's left, y up, z away from it). Always finite;
            exactly 0,0,0 where the sensor does not know the joint.
        joint_state: (25,) uint8; 0 not tracked, 1 inferred, 2 tracked.
        color_xy: (25, 2) float32, pixels of the 1920x1080 picture; NaN where it cannot be mapped, off-image values
            kept.
        orientations: (25, 4) float32 quaternions x, y, z, w; zeros where there is none.
        hand_states: left, right; 0 unknown, 1 not tracked, 2 open, 3 closed, 4 lasso.
    """

    tracking_id: int
    joints: np.ndarray
    joint_state: np.ndarray
    color_xy: np.ndarray
    orientations: np.ndarray
    hand_states: tuple[int, int] = (0, 0)

    @property
    def place(self) -> np.ndarray:
        """Where the person is, (3,) metres; see `places_of`."""
        spine_base = self.joints[SPINE_BASE]
        return spine_base if spine_base.any() else places_of(self.joints)

    def __post_init__(self) -> None:
        V = JOINT_COUNT
        object.__setattr__(self, "joints", _checked(self.joints, "joints", (V, 3), np.float32))
        object.__setattr__(self, "joint_state", _checked(self.joint_state, "joint_state", (V,), np.uint8))
        object.__setattr__(self, "color_xy", _checked(self.color_xy, "color_xy", (V, 2), np.float32))
        object.__setattr__(self, "orientations", _checked(self.orientations, "orientations", (V, 4), np.float32))
        if not np.isfinite(self.joints).all():
            raise ValueError("joints: not finite; mark_unknown makes them so")
        if not 0 <= self.tracking_id < 2**64:
            raise ValueError(f"tracking_id: expected 0 to 2^64-1, got {self.tracking_id}")


def mark_unknown(
    joints: np.ndarray, joint_state: np.ndarray, color_xy: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """The same with every joint that the sensor does not know at exactly 0,0,0, and how many there are.

    Sensors and converters write such a joint as NaN or as 0,0,0, the place of the sensor itself. It counts as not
    tracked and cannot be mapped. Infinite picture coordinates become NaN. The arrays are new.

    Args:
        joints: (..., 25, 3) metres, may hold NaN or infinity.
        joint_state: (..., 25).
        color_xy: (..., 25, 2) pixels, may hold NaN or infinity.

    Returns:
        joints, joint_state, color_xy, count of unknown joints (25 of one body: it is nobody).
    """
    joints = np.array(joints, np.float32)
    joint_state = np.array(joint_state, np.uint8)
    color_xy = np.array(color_xy, np.float32)
    joints[~np.isfinite(joints).all(axis=-1)] = 0
    nowhere = ~joints.any(axis=-1)
    joint_state[nowhere] = NOT_TRACKED
    color_xy[nowhere | ~np.isfinite(color_xy).all(axis=-1)] = np.nan
    return joints, joint_state, color_xy, int(nowhere.sum())


def places_of(joints: np.ndarray) -> np.ndarray:
    """Where people are, (..., 3), from their joints (..., 25, 3): the spine base, else the joint nearest to it known.

    A joint at 0,0,0 is unknown.
    """
    known = joints.any(axis=-1)[..., _FROM_SPINE_BASE]  # (..., V)
    nearest = _FROM_SPINE_BASE[known.argmax(axis=-1)]
    return np.take_along_axis(joints, nearest[..., None, None], axis=-2)[..., 0, :]


@dataclass(frozen=True, slots=True)
class SensorFrame:
    """One moment as delivered by a source.

    Attributes:
        index: counts up from 0; a lost frame leaves a hole.
        sensor_time_s: the sensor's own clock, seconds, strictly increasing within a source.
        host_time_s: time.perf_counter() when the frame was complete on this machine.
        color_bgra: (1080, 1920, 4) uint8, mirrored as the sensor gives it, or None.
        bodies: 0 to 6.
        floor_plane: (a, b, c, d) with ax + by + cz + d = 0 in camera space, metres, or None.
        time_estimated: the format holds no times; sensor_time_s is index / 30 s.
        bad_joints: joints that the sensor did not know: at 0,0,0 or not finite.
        position_s: place in the recording that is played, seconds from its first frame; None when nothing is played.
            Sensor time goes on when a player seeks or loops, the position jumps.
        preroll: before the moment that a player was sent to: the model needs it, nobody shows or records it.
    """

    index: int
    sensor_time_s: float
    host_time_s: float
    color_bgra: np.ndarray | None
    bodies: tuple[Body, ...]
    floor_plane: tuple[float, float, float, float] | None = None
    time_estimated: bool = False
    bad_joints: int = 0
    position_s: float | None = None
    preroll: bool = False

    def __post_init__(self) -> None:
        if len(self.bodies) > MAX_BODIES:
            raise ValueError(f"bodies: expected at most {MAX_BODIES}, got {len(self.bodies)}")
        if not np.isfinite(self.sensor_time_s):
            raise ValueError(f"sensor_time_s: not finite: {self.sensor_time_s}")
        if self.color_bgra is not None:
            shape = (COLOR_HEIGHT, COLOR_WIDTH, 4)
            object.__setattr__(self, "color_bgra", _checked(self.color_bgra, "color_bgra", shape, np.uint8))


@dataclass(frozen=True, slots=True)
class Person:
    """A body with a stable slot and its five picture crops.

    Attributes:
        slot: 0 to 5; the same person keeps it while in view, and for 1 s after having been lost.
        epoch: counts how often the slot was given to somebody new; a new epoch starts an empty history.
        body: as delivered, but that no joint is unknown: see `posture`.
        crops: gives (5, 96, 96, 3) uint8 RGB, rows of the ROI image (head, right hand, left hand, right ankle, left
            ankle), resampled when it is called; None when the frame has no colour or no joint can be mapped.
        is_person: False for a body that cannot be a person, such as a chair that the sensor tracks; it gets no label.
        known: share of its joints that the sensor gave, 0 to 1; the others were filled in.
    """

    slot: int
    epoch: int
    body: Body
    crops: Callable[[], np.ndarray] | None
    is_person: bool = True
    known: float = 1.0


@dataclass(frozen=True, slots=True)
class Tilt:
    """What is known of the sensor's tilt.

    Attributes:
        degrees: between the sensor's vertical and the room's; 0 where it is unknown.
        known_from: "floor plane" (the sensor gave it), "people who stand" (estimated from them), or "unknown".
        turn: (3, 3), the rotation that makes joints upright (joints @ turn.T), or None where there is nothing to turn.
    """

    degrees: float = 0.0
    known_from: str = "unknown"
    turn: np.ndarray | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PoseFrame:
    """The people of one moment; light enough to queue (no colour picture).

    Attributes:
        persons: sorted by slot.
        tilt: of the sensor; the networks get joints that are turned upright by it.
        pose_ms: time the pose stage took for it.
        position_s, preroll: the frame's.
    """

    index: int
    sensor_time_s: float
    host_time_s: float
    persons: tuple[Person, ...]
    pose_ms: float
    position_s: float | None = None
    preroll: bool = False
    tilt: Tilt = Tilt()


Ranking = tuple[tuple[str, float], ...]  # (label, value), best first


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The values of every class, in the checkpoint's order: (K,) float32 each.

    Attributes:
        labels: K names.
        fusion: calibrated probabilities, smoothed over time.
        teacher, student: raw scores; student None when it had no part.
    """

    labels: tuple[str, ...]
    fusion: np.ndarray
    teacher: np.ndarray
    student: np.ndarray | None

    def __post_init__(self) -> None:
        for part in (self.fusion, self.teacher, self.student):
            if part is not None:
                part.setflags(write=False)


@dataclass(frozen=True, slots=True)
class PersonPrediction:
    """The prediction for one person.

    Attributes:
        label: None while idle or warming.
        attention: (25,) float32, mean 1 ("paper"); zeros for a body that is not taken for a person.
        epoch: as in Person: another one in the same slot is another person.
        is_person: as in Person; False: no prediction for this body.
        scores: of this person alone; the student's part is None where it looked at somebody else, too.
        coverage: share of the window that was seen of this person, 0 to 1: see `Track.coverage`.
        withheld: it is too little for a label to rest on.
    """

    slot: int
    tracking_id: str
    label: str | None
    confidence: float
    attention: np.ndarray
    epoch: int = 0
    is_person: bool = True
    scores: Scores | None = None
    coverage: float = 1.0
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Prediction:
    """The model's prediction for the window that ends at a frame.

    Attributes:
        window_s: (start, end) of the frames it rests on, sensor seconds.
        state: "warming" (too little seen yet), "idle" or "action".
        label: the scene's action, None unless state is "action".
        confidence: calibrated and smoothed probability of the label (of "nothing is happening" while idle), 0 to 1.
        top5: calibrated probabilities of the scene, smoothed over time, best five; empty with nobody in view.
        teacher, student: raw scores, best five; student None when it had no part.
        student_age_s: age of the student's part in sensor seconds; 0 when computed for this very window.
        note: why something is missing (no colour, nobody in view), in words, or None.
        persons: one for each body tracked at `frame`.
        roi_image: (225, 225, 3) float32 image that the student saw, normalised and weighted, or None.
        roi_slots: the persons in that image, left to right.
        roi_unweighted: (225, 225, 3) float32, the same image before weighting.
        roi_attention: for each person in it, the attention (25,) that weighted it; as old as student_age_s.
        roi_crop: how large the crops are, as in `roi.cut_crops`.
        scores: of all classes; None with nobody in view.
        latency_ms: "pose", "teacher", "student" (None if not run), "total" (from frame complete to prediction
            complete).
        position_s: the frame's place in the recording that is played, None when nothing is played.
    """

    frame: int
    sensor_time_s: float
    host_time_s: float
    window_s: tuple[float, float]
    state: str
    label: str | None
    confidence: float
    top5: Ranking
    teacher: Ranking
    student: Ranking | None
    student_age_s: float | None
    note: str | None
    persons: tuple[PersonPrediction, ...]
    roi_image: np.ndarray | None
    roi_slots: tuple[int, ...]
    latency_ms: dict[str, float | None]
    position_s: float | None = None
    roi_unweighted: np.ndarray | None = None
    roi_attention: tuple[np.ndarray, ...] = ()
    roi_crop: str = "fixed"
    scores: Scores | None = None

    def scores_of(self, slot: int | None) -> Scores | None:
        """The person's in this slot, None: the scene's; None where nothing was predicted."""
        if slot is None:
            return self.scores
        return next((person.scores for person in self.persons if person.slot == slot), None)


@dataclass(frozen=True, slots=True)
class Event:
    """An action with a beginning and an end, in sensor seconds; `slot` None: the scene's, not one person's."""

    start_s: float
    end_s: float
    label: str
    confidence: float
    slot: int | None


@dataclass(frozen=True, slots=True)
class StageHealth:
    """A stage in figures: frames so far, rate over 2 s, time a frame takes, frames that wait for it, frames lost."""

    name: str
    count: int = 0
    rate_hz: float = 0.0
    last_ms: float = 0.0
    p95_ms: float = 0.0
    queue: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class RecordingStatus:
    """What the recorder does.

    Attributes:
        state: "off", "recording" or "failed" (the message says why; the live view goes on).
        folder: of the current or last take, None before the first.
        take: number of the current or next take, from 1.
        seconds: sensor seconds in the take so far.
        frames: written so far; lost: frames that disk or encoder could not take; pictures_lost: those of the frames
            written that had to give up their picture.
        size_bytes: of the take so far; free_bytes: left on its disk.
        seconds_left: until the disk is full at the present rate, None while unknown.
        privacy: "off", "blur" or "no_color".
        behind: 1: pictures wait for the encoder, whatever else can wait gives way; 2: it stands still.
        message: what to tell the user, or None.
    """

    state: str = "off"
    folder: Path | None = None
    take: int = 1
    seconds: float = 0.0
    frames: int = 0
    lost: int = 0
    size_bytes: int = 0
    free_bytes: int = 0
    seconds_left: float | None = None
    privacy: str = "off"
    behind: int = 0
    message: str | None = None
    pictures_lost: int = 0


@dataclass(frozen=True, slots=True)
class PlayerStatus:
    """Where a played recording is: seconds from its first frame; `loop_s` the span that is repeated, or None.

    at_end: it is held at its last frame.
    """

    position_s: float
    duration_s: float
    paused: bool
    speed: float
    loop_s: tuple[float, float] | None
    at_end: bool = False

    @property
    def looped_part_s(self) -> tuple[float, float] | None:
        """The part that is repeated, None where nothing or everything is."""
        return None if self.loop_s == (0.0, self.duration_s) else self.loop_s


@dataclass(frozen=True, slots=True)
class View:
    """The newest moment for a display, pulled and never pushed; a snapshot that does not change afterwards.

    Attributes:
        frame, pose: the same moment (pose has the persons of frame); None before the first. Of a camera or a video the
            frame may be newer, or alone: its people are still being estimated.
        prediction: the newest, usually of a moment slightly earlier; None before the first.
        events: the newest finished events, oldest first.
        health: capture, estimate (of a camera or a video), pose, inference, record (while recording), in flow order.
        state: "starting", "running", "ended" or "failed".
        message: what to tell the user about state, or None.
        sensor: what the user should know of the sensor now, in words; None while all is well.
        recording: what the recorder does; player: where a played recording is, None for a live source.
    """

    frame: SensorFrame | None
    pose: PoseFrame | None
    prediction: Prediction | None
    events: tuple[Event, ...]
    health: tuple[StageHealth, ...]
    state: str
    message: str | None
    warnings: tuple[str, ...] = ()
    sensor: str | None = None
    recording: RecordingStatus = RecordingStatus()
    player: PlayerStatus | None = None
