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
from tsmf_live.live.pipeline import Pipeline, RunSettings
from tsmf_live.live.report import JsonReport, PlainReport
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.sources.demo import DemoSpec
from tsmf_live.sources.kinect.source import expect_frame
from tsmf_live.sources.open import open_source

SWITCH_S = 0.0003  # Python's own 5 ms: a network of 100 small steps would wait as often for the window's painting
DEVICES = ("kinect", "demo")  # opening one takes long, or takes it away from the present run


def prepare_process() -> None:
    """What holds for the whole process: one thread for each stage, and the interpreter handed on without delay."""
    use_one_thread()
    cv2.setNumThreads(1)
    sys.setswitchinterval(SWITCH_S)


def source_name(source: str) -> str:
    """What people read for a source."""
    return source if source.partition(":")[0] in DEVICES else Path(source).resolve().name


def choose_stream(mode: str | None, spec: Spec) -> bool:
    """Whether the teacher streams: as asked, else as the checkpoint was trained; UsageError if it cannot."""
    if mode == "stream" and not spec.can_stream:
        raise UsageError("--mode stream: this checkpoint looks ahead in time (temporal form 'same'); use --mode window")
    return (mode or spec.mode) == "stream"


class Launcher:
    """Makes pipelines, one after the other; used by one thread at a time.

    Attributes:
        pipeline: the present one; whoever has the launcher ends it.
        errors: what went wrong in the runs before it, but for their sources, which were replaced.

    Args:
        pipeline: the first, made by the caller.
        reports: those of the pipeline, shared by all.
        checkpoint, device, mode: as the command line named them.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        reports: list[JsonReport | PlainReport],
        checkpoint: Path,
        device: str,
        mode: str | None,
    ) -> None:
        self.pipeline = pipeline
        self.errors: list[BaseException] = []
        self._reports, self._checkpoint, self._device, self._mode = reports, checkpoint, device, mode

    def open(self, source: str) -> Pipeline:
        """Ends the present run and starts one of another source; takes seconds.

        Raises:
            TsmfError: the source or the weights cannot be opened; the present run goes on.
        """
        self._try(source)
        model = TSMF.load(self._checkpoint, self._device)
        settings = self._settings(source, model.spec)
        summary, errors = self.pipeline.finish()
        self.errors += [error for error in errors if not isinstance(error, SourceError)]
        for report in self._reports:
            with contextlib.suppress(OSError):  # nobody reads any more: the next run finds out, too
                report.emit(summary)
        opener = partial(open_source, source, aside=settings.paced)
        self.pipeline = Pipeline(opener, model, settings, self._reports)
        self.pipeline.start()
        return self.pipeline

    def _try(self, source: str) -> None:
        """TsmfError if the source cannot be used. A Kinect that is in use now can."""
        kind = source.partition(":")[0]
        if kind == "demo":
            DemoSpec.parse(source)
        elif kind != "kinect":
            open_source(source).close()
        elif not self.pipeline.running or self.pipeline.settings.source.partition(":")[0] != "kinect":
            expect_frame(source)

    def load(self, checkpoint: Path) -> tuple[TSMF, bool]:
        """The warm model of a checkpoint, and whether its teacher streams; runs that come later use it, too.

        Raises:
            TsmfError: the file cannot be used; nothing has changed.
        """
        model = TSMF.load(checkpoint, self._device)
        stream = choose_stream(self._mode, model.spec)
        warm_up(model)
        self._checkpoint = checkpoint
        return model, stream

    def _settings(self, source: str, spec: Spec) -> RunSettings:
        return replace(
            self.pipeline.settings,
            source=source,
            source_name=source_name(source),
            paced=self.pipeline.settings.paced or source.partition(":")[0] in DEVICES,
            stream=choose_stream(self._mode, spec),
            record=None,
            checkpoint_name=self._checkpoint.name,
        )
