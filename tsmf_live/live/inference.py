"""The inference stage: PoseFrames in, Predictions and Events out.

Every frame goes into the recognizer's windows; every 0.1 s of sensor time the networks are asked. Live, an update that
comes too late is skipped and counted. The student takes far longer than the teacher: it is worked through in steps
while no frame waits, and where the machine is slow it is asked less often; its last scores are used meanwhile and their
age is given. With files at full speed nothing is skipped. Preroll only fills the windows; a frame that is held is
predicted once, whenever the next update would be.

Another model may take over while it runs; then windows, streams and decisions begin anew.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
import torch

from tsmf_live.command import one_line
from tsmf_live.frames import MAX_BODIES, Event, PersonPrediction, PoseFrame, Prediction, Ranking, Scores
from tsmf_live.live.decision import Decider, Decision
from tsmf_live.live.descent import Descents
from tsmf_live.live.feedback import Feedback
from tsmf_live.live.recognizer import WARM_FRAMES, Reading, Recognizer
from tsmf_live.live.repetitions import AllRepetitions
from tsmf_live.live.slots import KEEP_S
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.gpu import is_device_failure
from tsmf_live.nets.tsmf import TSMF, TeacherStream
from tsmf_live.ring import WAIT_S, Ring
from tsmf_live.roi import STUDENT_SIDE
from tsmf_live.skeleton import JOINT_COUNT
from tsmf_live.stage import Meter, thread_clock

T = TypeVar("T")
UPDATE_S = 0.1  # sensor seconds between two predictions
BEHIND_FRAMES = 4  # live: with more frames than this waiting, an update is skipped
SILENT_S = 0.5  # but not for longer than this: a stream that is always behind would say nothing
STUDENT_SHARE = 0.20  # live: at most this part of the stage's time goes to the student; with more, labels wait
SMALL_SHARE = 0.1  # while it gives way to the recorder
STAND_STILL = 2  # of the pressure: the networks are not asked at all
REST = 2.0  # while it gives way, the stage rests this many times as long as the last update took
TRIED_STEPS = 12
QUICK_STEP_S = 0.010  # one frame of the stream with new scores of everybody: 30 of them take a third of a core
FOLLOWED_PERSONS = 2  # with more persons the scene follows one of them instead of their mean score
LEAST_COVERAGE = 0.5  # of the window; a label that rests on less is withheld
TOO_LITTLE = "too little of the people was seen"  # a note
SPEAKS_ON = 1.1  # the scene changes to another person only if that one acts this much more certainly
BEST = 5  # entries of a ranking


class InferenceWork:
    """PoseFrames -> Predictions, Events.

    Args:
        model: used on this stage's thread only, once the stage has started.
        poses: closed by the pose stage after its last frame.
        emit: called with each Prediction and Event, in order; returns at once or waits boundedly.
        closes: rings to close after the last one.
        lossless: never skip an update, ask the student every time.
        stream: the teacher takes one frame at a time; a prediction for every frame, the student every 0.1 s. Live on a
            slow machine, or with many persons: new scores of a person on every fourth frame.
        feedback: the recorder's pressure, the player's hold and the user's focus; told here: the model's context.
        event_tracker: None: one of the model's settings.
    """

    def __init__(
        self,
        model: TSMF,
        poses: Ring[PoseFrame],
        emit: Callable[[Prediction | Event], None],
        closes: list[Ring],
        *,
        lossless: bool,
        stream: bool = False,
        feedback: Feedback | None = None,
        event_tracker: EventTracker | None = None,
    ) -> None:
        self._feedback = feedback or Feedback()
        self.student_gave_way = 0  # updates without the student because of the recorder
        self._model, self._poses, self._emit, self._closes = model, poses, emit, closes
        self._lossless, self._stream = lossless, stream
        self._dense: int | None = MAX_BODIES if lossless else None  # unknown until a stream is asked for
        self.meter = Meter("inference")
        self.updates_skipped = 0
        self.warnings: list[str] = []
        self.recognizer = Recognizer(model, stream, feedback=self._feedback)
        self._feedback.context_s = self.recognizer.context_s
        self._event_tracker = event_tracker or EventTracker(model.spec)
        self._last_update: int | None = None  # in steps of UPDATE_S
        self._unread: PoseFrame | None = None  # the newest frame, if no prediction has been made of it
        self._student_at_s = -math.inf
        self._student_ms = 0.0
        self._rests_until_s = self._predicted_s = -math.inf  # host time: from when on it may predict; did the last time
        self._waiting: deque[tuple[TSMF, bool, int]] = deque(maxlen=1)  # the model that takes over; see `swap`

    def set_up(self) -> None:
        """Lets the networks run once."""
        use_one_thread()
        warm_up(self._model)
        if self._stream and self._dense is None:
            self._begin(self._model, self._stream)

    def swap(self, model: TSMF, stream: bool, from_index: int) -> None:
        """Another model takes over at the next frame with at least this index; any thread, returns at once.

        The model must be warm. Of two that come before that frame, the later one takes over.
        """
        self._waiting.append((model, stream, from_index))

    def step(self) -> bool:
        """Takes one frame, and predicts if an update is due."""
        studying = self.recognizer.student_is_running and self._feedback.pressure < STAND_STILL
        pose = self._poses.get(0.0 if studying else WAIT_S)
        if pose is None and studying:  # the teacher comes first
            self._on_device(self.recognizer.continue_student, lambda: None)
            if self._unread is not None and not self.recognizer.student_is_running:
                self._predict(self._unread)
            return True
        if pose is None:
            if self._unread is not None and self._feedback.held:
                self._predict(self._unread, ask_student=True)
            return not self._poses.ended
        if self._waiting and pose.index >= self._waiting[0][2]:
            self._hand_over()
        self._unread = None if pose.preroll else pose
        if self._on_device(lambda: self.recognizer.push(pose), lambda: False):
            self._emit_all(self._event_tracker.start_anew())
        if pose.preroll:
            return True
        update = math.floor(pose.sensor_time_s / UPDATE_S + 1e-6)
        is_new, self._last_update = update != self._last_update, update
        if not (self.recognizer.has_news if self._stream else is_new):
            return True
        if not self._lossless and (self._is_behind() or self._rests()):
            self.updates_skipped += 1
            return True
        self._predict(pose, ask_student=is_new)
        return True

    def tear_down(self) -> None:
        """Predicts for the last frames, ends the events under way, and closes what follows."""
        try:
            if self._unread is not None and self._poses.ended:
                self._predict(self._unread, ask_student=True)
            self._emit_all(self._event_tracker.finish())
        finally:
            for ring in self._closes:
                ring.close()

    def _hand_over(self) -> None:
        """The waiting model takes over; what was under way ends here, the focus stays."""
        self._emit_all(self._event_tracker.finish())
        self._model, self._stream, _ = self._waiting.pop()
        self._begin(self._model, self._stream)
        self._event_tracker = EventTracker(self._model.spec)
        self._last_update, self._unread = None, None
        self._student_at_s, self._student_ms = -math.inf, 0.0

    def _begin(self, model: TSMF, stream: bool) -> None:
        """A recognizer of this model; the user's focus stays, and may change meanwhile."""
        if stream and self._dense is None:
            self._dense = dense_persons(model)
        dense = MAX_BODIES if self._dense is None else self._dense
        self.recognizer = Recognizer(model, stream, dense, self._feedback)
        self._feedback.context_s = self.recognizer.context_s

    def _predict(self, pose: PoseFrame, ask_student: bool = True) -> None:
        began = time.perf_counter()
        at_once = self._lossless or self._feedback.held or self._poses.ended
        if not at_once:
            ask_student = self._student_is_due(pose.sensor_time_s)
        reading = self._on_device(*[lambda: self.recognizer.read(ask_student, at_once)] * 2)
        if ask_student:
            self._student_at_s = pose.sensor_time_s
        if reading.student_ms is not None:
            self._student_ms = reading.student_ms
        prediction = self._event_tracker.update(pose, reading)
        self._unread = None
        self._emit(prediction)
        self._emit_all(self._event_tracker.take_events())
        took_s = time.perf_counter() - began
        self._rests_until_s, self._predicted_s = began + (1 + REST) * took_s, began + took_s
        self.meter.tick(took_s * 1e3)

    def _is_behind(self) -> bool:
        """Whether to skip an update for the frames that wait."""
        return len(self._poses) > BEHIND_FRAMES and time.perf_counter() - self._predicted_s < SILENT_S

    def _rests(self) -> bool:
        """Whether to skip an update for the recorder: it is far behind, or behind and the rest is not over yet."""
        behind = self._feedback.pressure
        return behind >= STAND_STILL or (behind > 0 and time.perf_counter() < self._rests_until_s)

    def _on_device(self, ask: Callable[[], T], ask_again: Callable[[], T]) -> T:
        """What the networks answer. When the GPU fails they move to the CPU, stay there, and are asked again."""
        try:
            return ask()
        except RuntimeError as error:
            if self._model.device.type == "cpu" or not is_device_failure(error):
                raise
            reason = one_line(error)[:160]
            self.warnings.append(f"the GPU failed ({reason}); the networks run on the CPU from now on")
            self._model.move("cpu")
            self.recognizer.begin_stream_anew()
            return ask_again()

    def _student_is_due(self, sensor_time_s: float) -> bool:
        if self.recognizer.student_is_running:
            return False
        elapsed_s, needed_s = sensor_time_s - self._student_at_s, self._student_ms / 1e3
        if 0 <= elapsed_s < max(UPDATE_S * 0.95, needed_s / STUDENT_SHARE):
            return False
        if 0 <= elapsed_s < needed_s / SMALL_SHARE and self._feedback.pressure:
            self.student_gave_way += 1
            return False
        return True

    def _emit_all(self, events: list[Event]) -> None:
        for event in events:
            self._emit(event)


def use_one_thread() -> None:
    """For the networks, in the thread that calls; two beside the other stages can be ten times slower."""
    torch.set_num_threads(1)


def warm_up(model: TSMF) -> None:
    """Lets the networks run once: the first run prepares kernels and takes far longer."""
    model.run_teacher([np.zeros((model.spec.window_frames, JOINT_COUNT, 3), np.float32)])
    if model.student is not None:
        model.run_student(np.zeros((STUDENT_SIDE, STUDENT_SIDE, 3), np.float32))


def dense_persons(model: TSMF) -> int:
    """Of how many persons the streaming teacher can give new scores on every frame and leave room for all else."""
    stream, joints = TeacherStream(model), np.zeros((1, JOINT_COUNT, 3), np.float32)
    stream.begin(0)
    clock = thread_clock() if model.device.type == "cpu" else time.perf_counter  # all else begins beside it
    took_s = []
    for _ in range(TRIED_STEPS):
        began = clock()
        stream.push([0], joints)
        took_s.append(clock() - began)
    return min(int(QUICK_STEP_S / min(took_s)), MAX_BODIES)


def is_warming(frames: int, spec: Spec) -> bool:
    """Whether somebody who has been seen for so many frames is too new to be told about."""
    return frames < min(WARM_FRAMES, spec.window_frames)


def _refused(pose: PoseFrame) -> list[PersonPrediction]:
    """The bodies that are not taken for persons: they get no label."""
    return [
        PersonPrediction(
            one.slot, str(one.body.tracking_id), None, 0.0, np.zeros(JOINT_COUNT, np.float32), one.epoch, False
        )
        for one in pose.persons
        if not one.is_person
    ]


class EventTracker:
    """Readings -> Predictions and Events: one decider for the scene and one for each person.

    An action that two do together (Spec.is_joint) is the scene's event while just two are in view, near each other; any
    other is its person's. The scene follows the person whom the user has chosen; else, with more than two, the one who
    acts most certainly: a mean over a crowd would hide that person's action. A body that is not taken for a person
    counts nowhere.

    Args:
        spec: thresholds, smoothing and class names.
        least_coverage: a label that rests on less of the window is withheld.
    """

    def __init__(self, spec: Spec, least_coverage: float = LEAST_COVERAGE) -> None:
        self._spec, self._least_coverage = spec, least_coverage
        self._scene = Decider(spec)
        self._persons: dict[tuple[int, int], Decider] = {}
        self._descents, self._repetitions = Descents(spec), AllRepetitions(spec)
        self._said: dict[tuple[int, int], Decision] = {}  # of those in view
        self._speaker: tuple[int, int] | None = None  # of more than two persons: whom the scene follows
        self._events: list[Event] = []

    def update(self, pose: PoseFrame, reading: Reading) -> Prediction:
        """The prediction of a frame; events that end with it wait in `take_events`."""
        now_s = pose.sensor_time_s
        warming = bool(reading.persons) and is_warming(reading.frames, self._spec)
        crowd = len(reading.persons) > FOLLOWED_PERSONS
        together = (reading.near or len(reading.roi_slots) == 2) and not crowd
        withheld = bool(reading.persons) and reading.coverage < self._least_coverage

        def emits(label: str) -> bool:
            return together and self._spec.is_joint(label)

        descents_m = self._descents.look(pose)
        self._repetitions.look(pose)
        farthest_m = max((descents_m.get((one.slot, one.epoch), 0.0) for one in reading.persons), default=0.0)
        scene = self._scene.update(now_s, reading.probabilities, warming, emits, withheld, farthest_m)
        self._collect(self._scene)
        persons = self._update_persons(now_s, reading, together, descents_m)
        teacher = reading.teacher
        self._speaker = self._most_certain() if crowd else None
        chosen = next((key for key in self._said if key[0] == reading.focus), None)
        if chosen is not None:
            self._speaker = chosen
        if self._speaker is not None:
            withheld = next(one.withheld for one in persons if (one.slot, one.epoch) == self._speaker)
            scene = self._said[self._speaker]
            teacher = next(one.teacher for one in reading.persons if (one.slot, one.epoch) == self._speaker)
        now = time.perf_counter()
        return Prediction(
            frame=pose.index,
            sensor_time_s=now_s,
            host_time_s=pose.host_time_s,
            position_s=pose.position_s,
            window_s=reading.window_s,
            state=scene.state,
            label=scene.label,
            confidence=scene.confidence,
            top5=self._rank(scene.probabilities) or (),
            teacher=self._rank(teacher) or (),
            student=self._rank(reading.student),
            student_age_s=reading.student_age_s,
            note=TOO_LITTLE if withheld else reading.note,
            persons=tuple(sorted((*persons, *_refused(pose)), key=lambda one: one.slot)),
            roi_image=reading.roi_image,
            roi_slots=reading.roi_slots,
            roi_unweighted=reading.roi_unweighted,
            roi_attention=reading.roi_attention,
            roi_crop=self._spec.crop,
            scores=self._scores(teacher, reading.student, scene.probabilities),
            latency_ms={
                "pose": pose.pose_ms,
                "teacher": reading.teacher_ms,
                "student": reading.student_ms,
                "total": (now - pose.host_time_s) * 1e3,
            },
        )

    def take_events(self) -> list[Event]:
        """The events that have ended since the last call."""
        events, self._events = self._events, []
        return events

    def start_anew(self) -> list[Event]:
        """After a gap in time: ends all events and forgets; returns what has ended."""
        events = self.finish()
        self._scene, self._persons, self._speaker = Decider(self._spec), {}, None
        self._descents, self._repetitions = Descents(self._spec), AllRepetitions(self._spec)
        return events

    def finish(self) -> list[Event]:
        """Ends what is under way; returns what has ended."""
        for decider in (*self._persons.values(), self._scene):
            decider.finish(decider.last_s)
            self._collect(decider)
        return self.take_events()

    def _update_persons(
        self, now_s: float, reading: Reading, together: bool, descents_m: Mapping[tuple[int, int], float]
    ) -> tuple[PersonPrediction, ...]:
        """What is said of each person; `together`: the scene tells what they do together."""
        persons = []
        self._said.clear()
        seen = set()
        for person in reading.persons:
            key = (person.slot, person.epoch)
            seen.add(key)
            if key not in self._persons:
                self._persons[key] = Decider(self._spec, person.slot, self._repetitions.of(key))
            decider = self._persons[key]
            warming = is_warming(person.frames, self._spec)
            withheld = person.coverage < self._least_coverage
            emits = (lambda label: not self._spec.is_joint(label)) if together else None
            descent_m = descents_m.get(key, 0.0)
            said = decider.update(now_s, person.probabilities, warming, emits, withheld, descent_m)
            self._said[key] = said
            student = reading.student if reading.roi_slots == (person.slot,) else None
            persons.append(
                PersonPrediction(
                    person.slot,
                    str(person.tracking_id),
                    said.label,
                    said.confidence,
                    person.attention,
                    person.epoch,
                    scores=self._scores(person.teacher, student, said.probabilities),
                    coverage=person.coverage,
                    withheld=withheld,
                )
            )
        for key in sorted(set(self._persons) - seen):
            if now_s - self._persons[key].last_s > KEEP_S:  # lost for good: what they did ended when last seen
                self._persons[key].finish(self._persons[key].last_s)
                self._collect(self._persons.pop(key))
        for decider in self._persons.values():
            self._collect(decider)
        return tuple(persons)

    def _collect(self, decider: Decider) -> None:
        self._events += decider.finished
        decider.finished.clear()

    def _most_certain(self) -> tuple[int, int]:
        """The person in view who acts most certainly; if nobody acts, the one whose idleness is least certain."""

        def certainty(key: tuple[int, int]) -> tuple[int, float]:
            said = self._said[key]
            acts = said.confidence if said.state == "action" else -said.confidence
            return ("warming", "idle", "action").index(said.state), acts * (SPEAKS_ON if key == self._speaker else 1.0)

        return max(self._said, key=certainty)

    def _scores(
        self, teacher: np.ndarray | None, student: np.ndarray | None, probabilities: np.ndarray | None
    ) -> Scores | None:
        if probabilities is None or teacher is None:
            return None
        student = None if student is None else student.astype(np.float32)
        return Scores(self._spec.labels, probabilities.astype(np.float32), teacher.astype(np.float32), student)

    def _rank(self, scores: np.ndarray | None) -> Ranking | None:
        """The five best (label, value) of (classes,), or None."""
        if scores is None:
            return None
        best = np.argsort(-scores, kind="stable")[:BEST]
        return tuple((self._spec.labels[k], float(scores[k])) for k in best)
