"""Sliding windows and fusion: what the model says of the last seconds. No thread, no clock of its own, no Qt.

PoseFrames go in with `push`; `read` gives a Reading of the window that ends at the newest frame. Window time comes from
the frames' sensor times: the input is resampled to 30 Hz, up to five missing frames are held, a longer gap starts anew.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from tsmf_live import roi
from tsmf_live.frames import MAX_BODIES, PoseFrame
from tsmf_live.live.feedback import Feedback
from tsmf_live.live.tracks import HELD_FRAMES, Observation, Track, color_now, crops_at, image_x, places
from tsmf_live.nets.joint_input import frames_before
from tsmf_live.nets.stgcn import RECEPTIVE_FIELD_FRAMES
from tsmf_live.nets.tsmf import TSMF, TeacherOutput, TeacherStream

WARM_FRAMES = 30  # before one second has been seen, scores are given but no label
PAIR_ENTER_M, PAIR_LEAVE_M = 1.5, 1.8  # two-person layout begins below, and ends above, this distance
FOCUS_MARGIN = 1.2  # the focus moves only to somebody who acts this much more strongly
NOBODY, NO_PERSON = "nobody in view", "nobody in view that can be a person"  # notes
STUDENT_KEPT_S = 1.0  # an older student score is not reused


@dataclass(frozen=True, slots=True)
class PersonReading:
    """One person's part: probabilities (classes,), attention (25,), frames seen of them (at most the window), the
    teacher's raw scores (classes,), and the share of the window that was seen (Track.coverage).
    """

    slot: int
    epoch: int
    tracking_id: int
    probabilities: np.ndarray
    attention: np.ndarray
    frames: int
    teacher: np.ndarray | None = None
    coverage: float = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model says of one window; `probabilities` and scores are None with nobody in view.

    Attributes:
        window_s: (start, end), sensor seconds.
        frames: longest time seen of anybody in the window, in frames.
        probabilities: (classes,) calibrated, of the scene.
        teacher, student: (classes,) raw scores.
        student_age_s: sensor seconds since the student's part was computed.
        focus: the slot that the user has chosen, if that person is in view.
        near: two persons are near enough to do something together.
        roi_image, roi_slots: what the student saw last, and who is in it, left to right.
        roi_unweighted, roi_attention: that image before weighting, and each person's attention (25,) that weighted it.
        teacher_ms, student_ms: time taken; None where not run.
    """

    window_s: tuple[float, float]
    frames: int
    persons: tuple[PersonReading, ...]
    probabilities: np.ndarray | None
    teacher: np.ndarray | None
    student: np.ndarray | None
    student_age_s: float | None
    note: str | None
    roi_image: np.ndarray | None
    roi_slots: tuple[int, ...]
    teacher_ms: float | None
    student_ms: float | None
    roi_unweighted: np.ndarray | None = None
    roi_attention: tuple[np.ndarray, ...] = ()
    focus: int | None = None
    near: bool = False

    @property
    def coverage(self) -> float:
        """Of whoever was seen best."""
        return max((one.coverage for one in self.persons), default=0.0)


@dataclass(frozen=True, slots=True)
class _StudentResult:
    """The student's last scores and what they rest on."""

    who: tuple[tuple[int, int], ...]  # (slot, epoch), left to right
    time_s: float
    scores: np.ndarray
    unweighted: np.ndarray
    attention: tuple[np.ndarray, ...]
    image: np.ndarray


@dataclass(slots=True)
class _StudentRun:
    """A run of the student that is under way: the result that it becomes, and its steps still to be done."""

    result: _StudentResult
    steps: Iterator[np.ndarray | None]
    took_ms: float


class _ResampledStream:
    """Gives each person's frames to the streaming teacher on a 30 Hz grid that begins with the person.

    A missing frame is replaced by the last one. Who comes while more than `dense` persons are in view has new scores
    on every fourth frame only.

    push_ms: time that the newest frame took.
    has_news: whether it gave new scores, or shows nobody.
    """

    def __init__(self, model: TSMF, dense: int) -> None:
        self._teacher, self._dense = TeacherStream(model, dense > 0), dense
        self._rate_hz = model.spec.frame_rate_hz
        self._people: dict[int, tuple[int, float, int, np.ndarray]] = {}  # slot: epoch, first time, step, last joints
        self.push_ms = 0.0
        self.has_news = True

    def clear(self) -> None:
        """Forgets everybody."""
        self._people.clear()

    def push(self, pose: PoseFrame) -> None:
        """Takes a frame; a person's second frame within one grid step is left out."""
        began = time.perf_counter()
        due, missing, turn = [], [], pose.tilt.turn
        self.has_news = not pose.persons
        for person in pose.persons:
            slot, joints = person.slot, person.body.joints
            epoch, first_s, last_step, held = self._people.get(slot, (-1, 0.0, 0, joints))
            if epoch != person.epoch:
                self._teacher.begin(slot, sparse=len(pose.persons) > self._dense)
                first_s, last_step, held = pose.sensor_time_s, -1, joints
            step = math.ceil((pose.sensor_time_s - first_s) * self._rate_hz - 0.5 - 1e-6)
            missing.append((slot, held, step - last_step - 1))
            if step > last_step:
                due.append((slot, joints))
            self._people[slot] = person.epoch, first_s, step, joints
        for frame in range(max((frames for *_, frames in missing), default=0)):  # everybody's at once: far cheaper
            late = [(slot, held) for slot, held, frames in missing if frame < frames]
            self._teacher.push([slot for slot, _ in late], np.stack([held for _, held in late]), turn)
        if due:
            self.has_news |= self._teacher.push(
                [slot for slot, _ in due], np.stack([joints for _, joints in due]), turn
            )
        self.push_ms = (time.perf_counter() - began) * 1e3

    def output(self, slots: Sequence[int]) -> TeacherOutput:
        """What the teacher says of these persons now."""
        return self._teacher.output(list(slots))


class Recognizer:
    """Keeps each person's last seconds and asks the networks about them. Used by one thread.

    Args:
        model: the networks and their settings.
        stream: the teacher takes one frame at a time instead of computing each window anew; the checkpoint must allow
        it.
        dense: with so many persons in view the stream gives new scores of each on every frame; of who comes while there
            are more, on every fourth: the same at half the cost.
        feedback: has the user's focus.
    """

    def __init__(
        self, model: TSMF, stream: bool = False, dense: int = MAX_BODIES, feedback: Feedback | None = None
    ) -> None:
        self.model = model
        self._dense = dense
        self._stream = _ResampledStream(model, dense) if stream else None
        self.feedback = feedback or Feedback()
        self._newest: PoseFrame | None = None
        self._tracks: dict[int, Track] = {}
        self._present: tuple[int, ...] = ()
        self._start_s: float | None = None  # first frame since the last gap
        self._now_s = 0.0
        self._student_result: _StudentResult | None = None
        self._student_run: _StudentRun | None = None
        self._student_ms: float | None = None  # time that the newest result took, until it has been read
        self._pair: frozenset[tuple[int, int]] = frozenset()
        self._acting: tuple[int, int] | None = None

    def push(self, pose: PoseFrame) -> bool:
        """Takes the next frame. Returns True if all windows begin anew, after a gap or because time went back."""
        self._newest = pose
        spec = self.model.spec
        gap_s = pose.sensor_time_s - self._now_s
        broken = self._start_s is not None and not 0 < gap_s <= (HELD_FRAMES + 1.5) / spec.frame_rate_hz
        if self._start_s is None or broken:
            self._tracks.clear()
            if self._stream is not None:
                self._stream.clear()
            self._student_result = self._student_run = self._student_ms = None
            self._start_s = pose.sensor_time_s
        self._now_s = pose.sensor_time_s
        self._present = tuple(person.slot for person in pose.persons if person.is_person)
        keep_s = (spec.window_frames + HELD_FRAMES) / spec.frame_rate_hz
        for person in pose.persons:
            track = self._tracks.get(person.slot)
            if track is None or track.epoch != person.epoch:
                track = self._tracks[person.slot] = Track(person)
            track.add(pose.sensor_time_s, person, keep_s)
        if self._stream is not None:
            self._stream.push(pose)
        return broken

    @property
    def has_news(self) -> bool:
        """Whether the newest frame brought new scores; with windows and with a dense stream every frame does."""
        return self._stream is None or self._stream.has_news or self._student_ms is not None

    @property
    def student_is_running(self) -> bool:
        """Whether a run of the student is under way, to be carried on with `continue_student`."""
        return self._student_run is not None

    def continue_student(self) -> None:
        """Does one more step of the student, about a ninth of its work; after the last one `read` has its scores."""
        run, self._student_run = self._student_run, None
        began = time.perf_counter()
        scores = next(run.steps)
        run.took_ms += (time.perf_counter() - began) * 1e3
        if scores is None:
            self._student_run = run
        else:
            self._student_result, self._student_ms = replace(run.result, scores=scores), run.took_ms

    @property
    def context_s(self) -> float:
        """How much must be pushed before a frame for scores as in a run from the beginning; needs no `push` before."""
        frames = self.model.spec.window_frames + HELD_FRAMES
        if self._stream is not None:
            frames += RECEPTIVE_FIELD_FRAMES - 1 + frames_before(self.model.spec.normalisation)
        return frames / self.model.spec.frame_rate_hz

    def begin_stream_anew(self) -> None:
        """After the model has moved to another device: the streaming teacher begins again with the newest frame."""
        if self._stream is not None:
            self._stream = _ResampledStream(self.model, self._dense)
            if self._newest is not None:
                self._stream.push(self._newest)

    def read(self, run_student: bool = True, at_once: bool = True) -> Reading:
        """What the model says now; must follow at least one `push`.

        Args:
            run_student: False: its last scores are used again, unless they are old or speak of other people.
            at_once: False: the student's run only begins; its last scores count until `continue_student` has ended it.
        """
        spec = self.model.spec
        span_s = (spec.window_frames - 1) / spec.frame_rate_hz
        window_s = (max(self._start_s or 0.0, self._now_s - span_s), self._now_s)
        if not self._present:
            nothing = NO_PERSON if self._newest.persons else NOBODY
            return Reading(window_s, 0, (), None, None, None, None, nothing, None, (), None, None)
        tracks = [self._tracks[slot] for slot in self._present]
        clips = [track.clip(spec.window_frames, spec.frame_rate_hz) for track in tracks]
        began = time.perf_counter()
        if self._stream is not None:
            output = self._stream.output(self._present)
        else:
            output = self.model.run_teacher([self._upright(clip) for clip in clips])
        teacher_ms = (time.perf_counter() - began) * 1e3 + (self._stream.push_ms if self._stream is not None else 0.0)
        shown = self._choose_shown(tracks, clips, output)
        result, student_ms = self._student_part(tracks, clips, output, shown, run_student, at_once)
        return self._put_together(window_s, tracks, clips, output, result, teacher_ms, student_ms)

    def _upright(self, clip: Sequence[Observation]) -> np.ndarray:
        """A clip's joints (T, 25, 3), turned upright."""
        joints, turn = np.stack([one.body.joints for one in clip]), self._newest.tilt.turn
        return joints if turn is None else joints @ turn.T

    def _put_together(
        self,
        window_s: tuple[float, float],
        tracks: Sequence[Track],
        clips: Sequence[list[Observation]],
        output: TeacherOutput,
        result: _StudentResult | None,
        teacher_ms: float,
        student_ms: float | None,
    ) -> Reading:
        model = self.model
        student = result.scores if result else None
        roi_slots = tuple(slot for slot, _ in result.who) if result else ()
        persons = []
        for m, (track, clip) in enumerate(zip(tracks, clips, strict=True)):
            part = student if track.slot in roi_slots else None
            own = model.probabilities(model.fuse(output.scores[m], part), fused=part is not None)
            tracking_id = clip[-1].body.tracking_id
            said = own, output.attention[m], len(clip), output.scores[m]
            coverage = track.coverage(model.spec.window_frames, model.spec.frame_rate_hz)
            persons.append(PersonReading(track.slot, track.epoch, tracking_id, *said, coverage))
        return Reading(
            window_s=window_s,
            frames=max(len(clip) for clip in clips),
            persons=tuple(persons),
            probabilities=model.probabilities(model.fuse(output.scene, student), fused=student is not None),
            teacher=output.scene,
            student=student,
            student_age_s=self._now_s - result.time_s if result else None,
            note=None if result else self._why_teacher_alone(),
            roi_image=result.image if result else None,
            roi_slots=roi_slots,
            teacher_ms=teacher_ms,
            student_ms=student_ms,
            roi_unweighted=result.unweighted if result else None,
            roi_attention=result.attention if result else (),
            focus=self.feedback.focus if self.feedback.focus in self._present else None,
            near=bool(self._pair),
        )

    def _choose_shown(
        self, tracks: Sequence[Track], clips: Sequence[list[Observation]], output: TeacherOutput
    ) -> tuple[int, ...]:
        """Rows of `tracks` that the student sees, left to right: two who are near each other, else the focus."""
        keys = [(track.slot, track.epoch) for track in tracks]
        if (
            self.model.spec.arithmetic == "released"
        ):  # the published code needs the label here: one person, its own choice
            return (int(np.argmax(output.magnitude)),)
        pair = self._near_pair(keys, clips)
        if pair is not None:
            return pair
        chosen = [m for m, track in enumerate(tracks) if track.slot == self.feedback.focus]
        if chosen:
            return (chosen[0],)
        strongest = int(np.argmax(output.magnitude))
        if self._acting in keys:
            current = keys.index(self._acting)
            if output.magnitude[strongest] < FOCUS_MARGIN * output.magnitude[current]:
                strongest = current
        self._acting = keys[strongest]
        return (strongest,)

    def _near_pair(self, keys: Sequence[tuple[int, int]], clips: Sequence[list[Observation]]) -> tuple[int, int] | None:
        """The nearest two persons if they are near enough, with the smaller image x first."""
        best: tuple[float, int, int] | None = None
        focus, slots = self.feedback.focus, [slot for slot, _ in keys]
        for a, b in combinations(range(len(clips)), 2):
            if focus in slots and focus not in (slots[a], slots[b]):
                continue
            distance_m = float(
                np.median(np.linalg.norm(places(clips[a], clips[b]) - places(clips[b], clips[a]), axis=1))
            )
            if self._pair == {keys[a], keys[b]} and distance_m < PAIR_LEAVE_M:
                best = (distance_m, a, b)
                break
            if distance_m < PAIR_ENTER_M and (best is None or distance_m < best[0]):
                best = (distance_m, a, b)
        if best is None:
            self._pair = frozenset()
            return None
        _, a, b = best
        self._pair = frozenset((keys[a], keys[b]))
        return (a, b) if image_x(clips[a]) <= image_x(clips[b]) else (b, a)

    def _why_teacher_alone(self) -> str:
        missing = "the checkpoint has no student" if self.model.student is None else "no colour of the person in focus"
        if self._student_run is not None:
            missing = "the student is still at work"
        return f"teacher alone: {missing}"

    def _student_part(
        self,
        tracks: Sequence[Track],
        clips: Sequence[list[Observation]],
        output: TeacherOutput,
        shown: tuple[int, ...],
        run_student: bool,
        at_once: bool,
    ) -> tuple[_StudentResult | None, float | None]:
        """The student's scores for those shown, new or kept, and the milliseconds it took if new."""
        who = tuple((tracks[m].slot, tracks[m].epoch) for m in shown)
        if self.model.student is None or not any(color_now(clips[m]) for m in shown):
            self._student_result = self._student_run = self._student_ms = None
            return None, None
        if not self._is_usable(who):
            self._student_result = self._student_ms = None
        if self._student_run is not None and (at_once or self._student_run.result.who != who):
            self._student_run = None
        if (run_student or self._student_result is None) and self._student_run is None:
            began = time.perf_counter()
            unweighted = compose_unweighted(self.model, [clips[m] for m in shown])
            attention = tuple(output.attention[m] for m in shown)
            image = roi.weigh(unweighted, attention)
            begun = _StudentResult(who, self._now_s, np.empty(0), unweighted, attention, image)
            took_ms = (time.perf_counter() - began) * 1e3
            self._student_run = _StudentRun(begun, self.model.run_student_in_parts(image), took_ms)
        while at_once and self._student_run is not None:
            self.continue_student()
        studied_ms, self._student_ms = self._student_ms, None
        return self._student_result, studied_ms

    def _is_usable(self, who: tuple[tuple[int, int], ...]) -> bool:
        """Whether there is a result of just these people that is not too old."""
        result = self._student_result
        return result is not None and result.who == who and self._now_s - result.time_s <= STUDENT_KEPT_S


def compose_unweighted(model: TSMF, clips: Sequence[list[Observation]]) -> np.ndarray:
    """The student's image (225, 225, 3) of one or two persons' clips, not yet weighted."""
    released = model.spec.arithmetic == "released"
    frames = min(len(clip) for clip in clips)  # two persons: from when both are there
    people = []
    for clip in clips:
        start = len(clip) - frames
        people.append([crops_at(clip, start + i) for i in roi.evaluation_frames(frames, released)])
    return roi.released_image(people[0]) if released else roi.compose(people)
