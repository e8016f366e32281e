"""The log of a training run: a table, curves, and TensorBoard's events."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from train.files import replace_file
from train.results.figures import draw_curves

LOG_FILE, CURVES_FILE = "log.csv", "curves.png"
COLUMNS = ("epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "rate", "seconds")


def write_log(folder: Path, history: list[list[float]]) -> None:
    """log.csv, and curves.png where matplotlib is there."""

    def write(path: Path) -> None:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows([int(row[0]), *(f"{value:.6g}" for value in row[1:])] for row in history)

    replace_file(folder / LOG_FILE, write)
    draw_curves(folder / CURVES_FILE, history)
    tell_tensorboard(folder, history[-1])


def tell_tensorboard(folder: Path, line: list[float]) -> None:
    """Adds an epoch's line of COLUMNS to the run's TensorBoard events, if TensorBoard is installed."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return
    with SummaryWriter(str(folder)) as writer:
        for name, value in zip(COLUMNS[1:], line[1:], strict=True):
            if math.isfinite(value):
                writer.add_scalar(name, value, int(line[0]))
