r"""The wiring: which stage hands what to whom, and one snapshot of it all for a display.

    source -> playback -> capture ==> pose ==> inference ==> output (JSON, plain lines)
                             \==> record            \==> record (events)          ==> is a bounded ring
    of a camera or a video:  capture ==> estimate ==> pose, record: see estimate
    view() gives the newest frame, pose, prediction and the stages' health, whenever a display asks.
    against the flow: feedback (the recorder's pressure, the player's hold, the user's focus, the model's context)

A run ends when the source ends (everything that waits is still worked through), when `stop` is called (likewise), when
`close` is called, or when a stage fails.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tsmf_live.command import counted
from tsmf_live.frames import Event, PoseFrame, Prediction, RecordingError, SensorFrame, StageHealth, TsmfError, View
from tsmf_live.live.capture import CaptureWork
from tsmf_live.live.estimate import EstimateWork
from tsmf_live.live.feedback import Feedback
from tsmf_live.live.inference import InferenceWork
from tsmf_live.live.look_back import KeepWork, LookBack
from tsmf_live.live.output_lines import Output, OutputWork, Summary
from tsmf_live.live.playback import FrameRing, Playback
from tsmf_live.live.player import Player
from tsmf_live.live.pose import PoseTracker, PoseWork
from tsmf_live.live.stuck import StuckStages
from tsmf_live.live.weights import knows_only_simulated
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.recording.folder import TakeSettings
from tsmf_live.recording.recorder import RecordPlan, RecordWork
from tsmf_live.recording.tables import SessionEvent
from tsmf_live.recording.take_queue import TakeQueue
from tsmf_live.ring import WAIT_S, Ring
from tsmf_live.sources.base import Source
from tsmf_live.sources.camera.estimator import PoseEstimator
from tsmf_live.sources.camera.pose_model import load_library, model_name
from tsmf_live.stage import Stage, Work

CAPTURE_RING = 30  # colour frames, 8.3 MB each: a second in which the machine may be busy
ESTIMATE_RING = 1  # the newest picture goes first
POSE_RING = 64  # poses with crops, 0.14 MB a person
OUTPUT_RING = 1000
LOOK_BACK_RING = 2  # colour frames; one that comes too late for a small picture is not missed
EVENTS_SHOWN = 50
DRAIN_S = 1.5  # a stop waits this long for what is under way
JOIN_S = 3.0  # and then so long for the threads to end; one alive after this is an error
STUCK_S = 2.0  # no end waits for a step that takes longer
TOLD_S = 5.0  # of such a step the user is told after this; on a machine with other work some take 2 s
LET_GO_S = 0.3  # for the stages that wait for it


@dataclass(frozen=True)
class RunSettings:
    """How to run: see the command line's help for each."""

    source_name: str = ""
    paced: bool = True  # False: files at full speed, nothing dropped, nothing skipped
    lossless: bool = False  # paced, but rather late than incomplete: the same events as at full speed
    duration_s: float | None = None
    start_s: float = 0.0  # of a recording: where it begins, seconds from its first frame
    loop: bool = False
    use_color: bool = True
    stream: bool = False  # the teacher one frame at a time, see nets.stream
    record: RecordPlan | None = None  # what to record from the start; takes can begin later as well
    checkpoint_name: str = ""  # of the weights in use
    weights_reason: str = ""  # why these weights, in a few words
    await_viewer: bool = False  # a recording holds its first frame until `player.resume`: somebody is to see it all
    hold_at_end: bool = False  # a recording pauses at its end, where it can be sent back, instead of ending the run
    source: str = ""  # as the user named it; sources.open understands it
    pose_model: Path | None = None  # of MediaPipe, for a source that gives pictures alone; None: it gives bodies
    inspect: bool = False  # keep the last minute for looking back, see look_back


class Pipeline:
    """One run, from start to summary. Made, started and ended by one thread; `view` and `focus` by any.

    Args:
        open_source: makes the source, on the capture stage's thread.
        model: the networks; the inference stage's from `start` on.
        settings: see RunSettings.
        outputs: where predictions and events are told.
    """

    def __init__(
        self,
        open_source: Callable[[], Source],
        model: TSMF,
        settings: RunSettings,
        outputs: list[Output],
    ) -> None:
        self.settings, self._model = settings, model
        self._stopping, self._finishing = threading.Event(), threading.Event()
        self._started = False
        self._prediction_count = 0
        self._totals_ms: deque[float] = deque(maxlen=100_000)
        self._ahead: tuple[SensorFrame, PoseFrame] | None = None  # what a player was sent to, until it comes again
        self.look_back = LookBack(keeps=settings.inspect)
        self._lossless = settings.lossless or not settings.paced
        how = {"lossless": self._lossless, "stopping": self._stopping}
        self._frames, self._poses = FrameRing(CAPTURE_RING, **how), FrameRing(POSE_RING, **how)
        self._told: Ring[Prediction | Event] = Ring(OUTPUT_RING, **how)
        self._takes, self._recorded_events = TakeQueue(**how), Ring(OUTPUT_RING, **how)
        self.feedback = Feedback(self._takes)
        self._stages = self._wired(open_source, outputs)
        self._record_stage = self._stages[-1]
        self._stuck_stages = StuckStages(self._stages)

    def _wired(self, open_source: Callable[[], Source], outputs: list[Output]) -> list[Stage]:
        """The stages in the order of the flow, the recorder last, each with what it hands on to."""
        settings = self.settings
        self._playback = Playback(
            open_source,
            self.feedback,
            paced=settings.paced,
            loop=settings.loop,
            hold_at_end=settings.hold_at_end,
            await_viewer=settings.await_viewer,
            start_s=settings.start_s,
            show_ahead=self._show_ahead,
            finishing=self._finishing,
            stopping=self._stopping,
        )
        closes: list[Ring] = [self._frames, self._takes]
        self._estimate = self._estimate_work(closes) if settings.pose_model is not None else None
        self._capture = CaptureWork(
            self._playback,
            self._hand_on if self._estimate is None else self._hand_picture_on,
            closes if self._estimate is None else [self._estimate.pictures],
            duration_s=settings.duration_s,
            finishing=self._finishing,
        )
        works: dict[str, Work] = {"capture": self._capture}
        if self._estimate is not None:
            works["estimate"] = self._estimate
        looked_back = Ring(LOOK_BACK_RING, lossless=False, stopping=self._stopping) if settings.inspect else None
        tracker = PoseTracker(self._model.spec.crop, settings.use_color)
        works["pose"] = self._pose = PoseWork(tracker, self._frames, self._poses, looked_back)
        works["inference"] = self._inference = InferenceWork(
            self._model,
            self._poses,
            self._emit,
            [self._told, self._recorded_events],
            lossless=self._lossless,
            stream=settings.stream,
            feedback=self.feedback,
        )
        finish = self._finishing.set
        works["output"] = self._output = OutputWork(self._told, outputs, finish, lambda: self._record.busy)
        if looked_back is not None:
            works["look back"] = KeepWork(looked_back, self.look_back, self.feedback)
        events = self._recorded_events
        works["record"] = self._record = RecordWork(self._takes, events, self._take_details, settings.record, finish)
        return [Stage(name, work, self._stopping, vital=name != "record") for name, work in works.items()]

    def _estimate_work(self, closes: list[Ring]) -> EstimateWork:
        pictures = FrameRing(ESTIMATE_RING, lossless=self._lossless, stopping=self._stopping)
        return EstimateWork(pictures, self._estimator, self._hand_on, closes, load_library)

    def start(self) -> None:
        """Starts all stages; once."""
        self._started = True
        for stage in self._stages:
            stage.start()

    @property
    def started(self) -> bool:
        """Whether `start` has been called."""
        return self._started

    @property
    def running(self) -> bool:
        """Whether any stage still works."""
        return any(stage.alive for stage in self._stages)

    def wait_open(self, timeout_s: float) -> bool:
        """Waits until the source is open; False if it could not be opened (in time)."""
        until_s = time.perf_counter() + timeout_s
        while self.running and self._capture.info is None and time.perf_counter() < until_s:
            time.sleep(0.02)  # waiting for `stopping` would keep the stages from ending once it is set
        return self._capture.info is not None

    def wait(self, timeout_s: float) -> bool:
        """Waits for the run to end by itself; True if it has."""
        until_s = time.perf_counter() + timeout_s
        for stage in self._stages:
            stage.wait(max(0.0, until_s - time.perf_counter()))
        return not self.running

    def stop(self) -> None:
        """Ends the run as if the source had ended; returns at once."""
        self._finishing.set()

    def focus(self, slot: int | None) -> None:
        """Chooses the person in focus, None for whoever acts most strongly."""
        self.feedback.focus = slot

    def start_take(self, take: TakeSettings) -> None:
        """Frames from now on go into a new session; returns at once, View.recording tells how it goes.

        Raises:
            RecordingError: a take is under way, or the source has ended, or the run has not begun.
        """
        if not self._started:
            raise RecordingError("nothing is watched yet, so nothing can be recorded; open a source first")
        self._takes.begin(take)

    def stop_take(self) -> None:
        """Ends the take under way, if there is one, and keeps it."""
        self._takes.end()

    def redo_take(self, folder: Path | None = None) -> None:
        """Deletes a take of this run, be it under way or kept, also when the run is over; returns at once.

        Args:
            folder: of the take, as the user was asked about it; None: the one under way, or else the last one.

        Raises:
            RecordingError: the run is over, and it cannot be deleted. Before the run's end View.recording tells that.
        """
        if not self._takes.discard(folder):
            self._record_stage.wait(JOIN_S)  # it has left its queue, so this is its last step
            self._record.discard(folder)

    @property
    def player(self) -> Player | None:
        """The controls of the recording that is played; None for a live source, and before the source is open."""
        return self.feedback.player

    @property
    def truth(self) -> tuple[SessionEvent, ...]:
        """What a data set says is done in the recording that is played; see SourceInfo.truth."""
        return self._capture.info.truth if self._capture.info is not None else ()

    @property
    def checkpoint_name(self) -> str:
        """The file of the weights in use."""
        return self.settings.checkpoint_name

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes of the model in use."""
        return self._model.spec.labels

    @property
    def knows_only_simulated(self) -> bool:
        """Whether the model in use has seen nobody but the simulated actor."""
        return knows_only_simulated(self._model.spec)

    def swap_model(self, model: TSMF, checkpoint_name: str, stream: bool | None = None) -> None:
        """Another model takes over within a frame or two, windows and streams begin anew; returns at once.

        Args:
            model: warm (inference.warm_up), and no longer the caller's.
            stream: None: as the checkpoint was trained.
        """
        newest, self._model = self._pose.newest, model
        self.settings = replace(self.settings, checkpoint_name=checkpoint_name)
        from_index = 0
        if self._pose.tracker.crop != model.spec.crop:
            self._pose.tracker.crop = model.spec.crop
            from_index = newest[1].index + 2 if newest else 0  # what is under way was cropped for the old model
        self._inference.swap(model, model.spec.mode == "stream" if stream is None else stream, from_index)

    def close(self) -> None:
        """Stops everything, within seconds, at any moment; may be called twice. Errors stay for `finish`.

        A stage that is stuck is waited for no longer; the recorder is: what it holds is not to be lost.

        Raises:
            RuntimeError: a stage's thread did not end.
        """
        self._finishing.set()
        if self._started and not self._stopping.is_set():
            self._wait_unless_stuck(DRAIN_S)
        self._stopping.set()
        self._wait_unless_stuck(JOIN_S)
        alive = [stage for stage in self._stages if stage.alive]
        if alive:
            raise RuntimeError(f"{alive[-1].name}: the stage did not stop within {JOIN_S:g} s")  # others wait for it

    def _wait_unless_stuck(self, timeout_s: float) -> None:
        """Waits for all stages to end, but for one that is stuck and what waits for it."""
        until_s = time.perf_counter() + timeout_s
        while self.running and time.perf_counter() < until_s:
            if self._stuck(STUCK_S) is not None and not (self._stopping.is_set() and self._record_stage.alive):
                until_s = min(until_s, time.perf_counter() + LET_GO_S)
            next((stage for stage in self._stages if stage.alive), self._record_stage).wait(WAIT_S / 2)

    def _stuck(self, after_s: float) -> Stage | None:
        """The stage that has not come back after so long, if there is one."""
        loads = self._estimate is not None and not self._estimate.begun.is_set()  # capture waits for that
        return self._stuck_stages.look(
            after_s,
            beginning=("capture",) if self._capture.first_s is None else (),
            waiting=("capture",) if loads else (),
        )

    @property
    def tells(self) -> bool:
        """Whether the outputs can be told the summary: nobody is at work on them, or stuck there."""
        return not next(stage for stage in self._stages if stage.name == "output").alive

    def finish(self) -> tuple[Summary, list[BaseException]]:
        """Closes, and gives the summary and all errors: bugs of ours first, then the others, as they came."""
        stuck = []
        try:
            self.close()
        except RuntimeError as error:
            stuck = [error]
        failed = self._errors()
        bugs = [error for error in failed if not isinstance(error, TsmfError)]
        errors = [*bugs, *(error for error in failed if error not in bugs), *stuck]
        return self._summary(errors), errors

    def _errors(self) -> list[BaseException]:
        """What has gone wrong so far: of the stages in the order in which they failed, then what was lost on the way.

        The source's error after it had begun is the capture stage's.
        """
        failed = [(stage.failed_s, stage.error) for stage in self._stages if stage.error is not None]
        if self._capture.error is not None:
            failed.append((self._capture.failed_s, self._capture.error))
        in_order = [error for _, error in sorted(failed, key=lambda one: one[0])]
        return [*in_order, *self._output.losses, *self._record.errors]

    def view(self) -> View:
        """The newest moment and the stages' health; cheap, never waits for a stage's work."""
        newest, ahead = self._pose.newest, self._ahead
        prediction = self.look_back.newest
        if ahead is not None:
            if newest is None or newest[0].sensor_time_s < ahead[0].sensor_time_s:
                newest = ahead
            if prediction is not None and prediction.sensor_time_s < ahead[0].sensor_time_s:
                prediction = None  # it speaks of where the player was before
        frame = newest[0] if newest else None
        picture = self._estimate.newest if self._estimate is not None else None
        if picture is not None and (frame is None or frame.sensor_time_s < picture.sensor_time_s):
            frame = picture
        state, message = self._state()
        return View(
            frame=frame,
            pose=newest[1] if newest else None,
            prediction=prediction,
            events=self.look_back.newest_events(EVENTS_SHOWN),
            health=self._health(),
            state=state,
            message=message,
            warnings=self._warnings(),
            sensor=self._capture.sensor_words(),
            recording=self._record.status,
            player=self.player.status() if self.player is not None else None,
        )

    def cpu_s(self) -> dict[str, float]:
        """CPU time of each stage's thread so far, by the stage's name."""
        return {stage.name: stage.cpu_s for stage in self._stages}

    def _take_details(self) -> dict[str, str]:
        """What a take that begins now says of the run in session.json."""
        details = {"source": self.settings.source_name, "checkpoint": self.checkpoint_name}
        if self.settings.pose_model is not None:
            details["pose_model"] = model_name(self.settings.pose_model)
        return details | ({"sensor": self._capture.info.sensor} if self._capture.info else {})

    def _estimator(self) -> PoseEstimator:
        """Made on the estimate stage's thread; SourceError if it cannot be."""
        lens = self._capture.info.lens
        return PoseEstimator(self.settings.pose_model, lens, stopping=self._stopping.is_set)

    def _hand_picture_on(self, frame: SensorFrame) -> None:
        is_first = self._estimate.newest is None and not frame.preroll
        self._estimate.take(frame)
        if is_first and not self._capture.info.live:
            self._wait_for_estimator(frame)

    def _wait_for_estimator(self, frame: SensorFrame) -> None:
        """A recording waits on its first picture until people can be found: MediaPipe takes a second or two to load."""
        while not (self._estimate.begun.wait(WAIT_S) or self._stopping.is_set() or self._finishing.is_set()):
            pass
        self._playback.pace_from(frame.sensor_time_s)

    def _hand_on(self, frame: SensorFrame) -> None:
        self._takes.put(frame)
        self._frames.put(frame)

    def _show_ahead(self, frame: SensorFrame) -> None:
        """The frame that a player was sent to, at once; it comes again, through all stages, after its preroll."""
        if self._estimate is not None and not frame.bodies:
            frame = replace(frame, bodies=self._estimate.known(frame))
        self._ahead = frame, PoseTracker(crop="fixed", use_color=False).track(frame)

    def _emit(self, item: Prediction | Event) -> None:
        self.look_back.add(item)
        if isinstance(item, Prediction):
            self._prediction_count += 1
            self._totals_ms.append(item.latency_ms["total"])
        else:
            self._recorded_events.put(item)
        self._told.put(item)

    def _state(self) -> tuple[str, str | None]:
        """For View: state and message."""
        errors = self._errors()
        grave = next((error for error in errors if not isinstance(error, RecordingError)), None)
        if grave is not None:
            return "failed", str(grave) if isinstance(grave, TsmfError) else f"a bug of ours: {grave!r}"
        recording = self._record.status
        message = f"recording stopped: {recording.message}" if recording.state == "failed" else self._output.message
        if message is None and (stuck := self._stuck(TOLD_S)) is not None:
            message = f"{stuck.name}: no answer for more than {TOLD_S:g} s; if none comes, close and start again"
        if not self._started or self._pose.newest is None:
            return ("starting", message) if self.running or not self._started else ("ended", "the source gave no frame")
        return ("running", message) if self.running else ("ended", message)

    def _health(self) -> tuple[StageHealth, ...]:
        estimate = [self._estimate.health()] if self._estimate is not None else []
        stages = [
            self._capture.meter.health(),
            *estimate,
            self._pose.meter.health(len(self._frames), self._frames.dropped),
            self._inference.meter.health(len(self._poses), self._poses.dropped + self._inference.updates_skipped),
        ]
        if self._record.status.state == "recording":
            stages.append(self._record.meter.health(len(self._takes), self._takes.lost))
        return tuple(stages)

    def _warnings(self) -> tuple[str, ...]:
        warnings = [*self._capture.warnings, *self._inference.warnings]
        if self._told.dropped:
            warnings.append(f"{self._told.dropped} predictions and events were not written: their reader is too slow")
        if self._inference.student_gave_way:
            updates = counted(self._inference.student_gave_way, "update")
            warnings.append(f"recording needed the machine: {updates} used the student's earlier scores")
        if self._takes.lost:
            lost = counted(self._takes.lost, "picture or frame", "pictures or frames")
            warnings.append(f"recording: lost {lost}, the disk or the encoder is too slow")
        return tuple(warnings)

    def _summary(self, errors: list[BaseException]) -> Summary:
        capture = self._capture
        rate_hz = capture.info.frame_rate_hz if capture.info else 30.0
        seen = capture.first_s is not None and capture.last_s is not None
        pictures_dropped = self._estimate.pictures.dropped if self._estimate is not None else 0
        totals = np.array(self._totals_ms)
        percentiles = {f"p{q}": float(np.percentile(totals, q)) if len(totals) else None for q in (50, 95, 99)}
        return Summary(
            source=self.settings.source_name,
            duration_s=capture.last_s - capture.first_s + 1 / rate_hz if seen else 0.0,
            frames_captured=capture.meter.count,
            frames_dropped=self._frames.dropped + self._poses.dropped + pictures_dropped,
            updates_skipped=self._inference.updates_skipped,
            predictions=self._prediction_count,
            fps=capture.rate_hz,
            latency_ms=percentiles,
            errors=tuple(str(error) if isinstance(error, TsmfError) else repr(error) for error in errors),
            warnings=self._warnings(),
        )
