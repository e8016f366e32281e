"""What a training command does around its training: one group of processes before, and after it the checkpoint.

The networks are calibrated on the validation samples, written with their settings, and one line says what became of
the run. Teacher and student share this; each brings a function that trains.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from train.data.prepared import Prepared
from train.files import replace_file
from train.fit.engine import Progress
from train.fit.group import Group
from train.results import calibration
from tsmf_live.command import tell
from tsmf_live.nets import checkpoint
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.tsmf import TSMF


@dataclass(frozen=True)
class Trained:
    """A model after its training, and the samples that it saw.

    Attributes:
        rows: samples (N,) that trained; validation: those (N,) that chose the networks.
        drawn_idle: share of idle among what was drawn, where samples were drawn more or less often than they come.
    """

    model: TSMF
    prepared: Prepared
    rows: np.ndarray
    validation: np.ndarray
    progress: Progress
    drawn_idle: float | None = None


def train_and_save(train: Callable[[argparse.Namespace, Group], Trained], args: argparse.Namespace, name: str) -> None:
    """Runs `train` in all processes of the group; the leading one calibrates its model and writes --out/`name`.

    Raises:
        UsageError: the file cannot be written; also what `train` raises.
    """
    with Group() as group:
        began = time.time()
        trained = train(args, group)
        if not group.leads:
            return
        model, path = trained.model, args.out / name
        samples = trained.prepared, trained.rows, trained.validation
        spec = calibration.calibrated(model, *samples, args.idle_share, trained.drawn_idle)
        save_checkpoint(path, spec, model, args.half)
        minutes = (time.time() - began) / 60
        tell(f"wrote {path}: {in_words(trained.progress)}; {minutes:.1f} minutes this time")


def save_checkpoint(path: Path, spec: Spec, model: TSMF, half: bool) -> None:
    """Writes the model's networks with other settings; the old file stays until the new one is complete."""
    student = None if model.student is None else model.student.state_dict()
    attention = None if model.attention is None else model.attention.state_dict()
    teacher = model.teacher.state_dict()
    replace_file(path, lambda new: checkpoint.save(new, spec, teacher, student, half, attention))


def in_words(progress: Progress) -> str:
    """What became of a run, in words."""
    epochs, seconds = len(progress.history), sum(line[-1] for line in progress.history)
    if progress.best is None or not math.isfinite(progress.history[-1][4]):
        return f"{epochs} epochs in {seconds / 60:.1f} minutes of training, the last one's networks"
    accuracy, _, epoch = progress.best
    return (
        f"{epochs} epochs in {seconds / 60:.1f} minutes of training, the networks of epoch {epoch} "
        f"({accuracy:.1%} of the validation samples)"
    )
