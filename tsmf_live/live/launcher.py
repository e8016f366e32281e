"""The runs of one start of the program: the window may open another source, and load other weights, without a restart.

A run is never started again: another source means another pipeline, after the present one has ended and told its
summary.
"""

from __future__ import annotations

import contextlib
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2

from tsmf_live.frames import SourceError, UsageError
from tsmf_live.live.inference import use_one_thread, warm_up
from tsmf_live.live.output_lines import Output
from tsmf_live.live.pipeline import Pipeline, RunSettings
from tsmf_live.live.weights import weights_for
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.sources.camera.pose_model import choose_model, require_model
from tsmf_live.sources.camera.spec import VIDEO, WEBCAM, VideoSpec, WebcamSpec, shows_pictures_only
from tsmf_live.sources.demo import DemoSpec
from tsmf_live.sources.kinect.source import expect_frame
from tsmf_live.sources.open import open_source, pose_model_for

SWITCH_S = 0.001  # Python's own 5 ms: a stage would wait as long, at each of its calls, for the window's painting
DEVICES = ("kinect", "demo", WEBCAM)  # opening one takes long, or takes it away from the present run


def prepare_process() -> None:
    """What holds for the whole process: one thread for each stage, and the interpreter handed on without delay."""
    use_one_thread()
    cv2.setNumThreads(1)
    sys.setswitchinterval(SWITCH_S)


def source_name(source: str) -> str:
    """What people read for a source."""
    kind = source.partition(":")[0]
    if kind == VIDEO:
        return VideoSpec.parse(source).file.name
    return source if kind in DEVICES else Path(source).resolve().name


def choose_stream(mode: str | None, spec: Spec) -> bool:
    """Whether the teacher streams: as asked, else as the checkpoint was trained; UsageError if it cannot."""
    if mode == "stream" and not spec.can_stream:
        raise UsageError("--mode stream: this checkpoint looks ahead in time (temporal form 'same'); use --mode window")
    return (mode or spec.mode) == "stream"


class Launcher:
    """Makes pipelines, the first and every later one; used by one thread at a time.

    Attributes:
        pipeline: the present one, after `begin`; whoever has the launcher ends it.
        weights: those in use, and why.
        errors: what went wrong in the runs before it, but for their sources, which were replaced.

    Args:
        source: what the first run watches; its weights are loaded now.
        checkpoint: None: each source is seen with the weights that are meant for it, see live.weights.
        device, mode: as the command line named them.
        pose_model: a file of MediaPipe's for cameras and videos; None: the one that was named last.

    Raises:
        TsmfError: the weights, or the pose model that the source needs, cannot be used.
    """

    pipeline: Pipeline

    def __init__(
        self,
        source: str,
        checkpoint: Path | None,
        device: str,
        mode: str | None,
        pose_model: Path | None = None,
    ) -> None:
        self.errors: list[BaseException] = []
        self._pose_model = pose_model
        self._named, self._device, self._mode = checkpoint, device, mode
        self.weights = weights_for(source, checkpoint)
        self._model: TSMF | None = TSMF.load(self.weights.path, device)
        if shows_pictures_only(source):
            pose_model_for(source, pose_model)
        elif pose_model is not None:  # for what is opened later
            require_model(pose_model)
        self._outputs: list[Output] = []
        choose_stream(mode, self._model.spec)

    def begin(self, settings: RunSettings, outputs: list[Output]) -> Pipeline:
        """The first run, not yet started.

        Args:
            settings: of all runs; what depends on source and weights is filled in.
            outputs: shared by all runs.
        """
        self._outputs, model, self._model = outputs, self._model, None
        self.pipeline = self._made(settings, model)
        return self.pipeline

    def open(self, source: str) -> Pipeline:
        """Ends the present run and starts one of another source; takes seconds.

        Raises:
            TsmfError: the source or the weights cannot be opened; the present run goes on.
        """
        self._try(source)
        weights = weights_for(source, self._named)
        model = TSMF.load(weights.path, self._device)
        choose_stream(self._mode, model.spec)
        before = self.pipeline
        summary, errors = before.finish()
        self.errors += [error for error in errors if not isinstance(error, SourceError)]
        for output in self._outputs if before.started else ():
            with contextlib.suppress(OSError):  # nobody reads any more: the next run finds out, too
                output.emit(summary)
        self.weights = weights
        paced = before.settings.paced or source.partition(":")[0] in DEVICES
        record = None if before.started else before.settings.record  # what is to be recorded is the first run
        self.pipeline = self._made(replace(before.settings, source=source, paced=paced, record=record), model)
        self.pipeline.start()
        return self.pipeline

    def _made(self, settings: RunSettings, model: TSMF) -> Pipeline:
        """A run of the settings' source with the present weights."""
        settings = replace(
            settings,
            source_name=source_name(settings.source),
            stream=choose_stream(self._mode, model.spec),
            checkpoint_name=self.weights.path.name,
            weights_reason=self.weights.reason,
            pose_model=choose_model(self._pose_model) if shows_pictures_only(settings.source) else None,
        )
        opener = partial(open_source, settings.source, aside=settings.paced)
        return Pipeline(opener, model, settings, self._outputs)

    def _try(self, source: str) -> None:
        """TsmfError if the source cannot be used. A Kinect that is in use now can."""
        kind = source.partition(":")[0]
        if kind == "demo":
            DemoSpec.parse(source)
        elif kind == WEBCAM and self.pipeline.running and self._watches_camera(WebcamSpec.parse(source).index):
            pass  # it works, and cannot be opened twice
        elif kind != "kinect":
            open_source(source).close()
        elif not self.pipeline.running or self.pipeline.settings.source.partition(":")[0] != "kinect":
            expect_frame(source)
        if shows_pictures_only(source):
            choose_model(self._pose_model)

    def _watches_camera(self, index: int) -> bool:
        source = self.pipeline.settings.source
        return source.partition(":")[0] == WEBCAM and WebcamSpec.parse(source).index == index

    def use_pose_model(self, model: Path) -> None:
        """The pose model for cameras and videos that are opened from now on; remembered for later starts.

        Raises:
            SourceError: it is none.
        """
        self._pose_model = choose_model(model)

    def load(self, checkpoint: Path) -> tuple[TSMF, bool]:
        """The warm model of a checkpoint, and whether its teacher streams; runs that come later use it, too.

        Raises:
            TsmfError: the file cannot be used; nothing has changed.
        """
        model = TSMF.load(checkpoint, self._device)
        stream = choose_stream(self._mode, model.spec)
        warm_up(model)
        self._named, self.weights = checkpoint, weights_for("", checkpoint)
        return model, stream
