"""Pictures for people: curves, confusion matrix, gain by class, reliability, what the student sees; by matplotlib."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from train.files import replace_file
from tsmf_live.command import plain

LONGEST_NAME = 32  # characters: longer ones would push the axes away
NO_MATPLOTLIB = "pictures are left out: matplotlib is not there (pip install -r train/requirements.txt)"


def _figure(width: float, height: float, columns: int = 1, rows: int = 1):
    """A figure and its axes in rows, drawn without a display, or None without matplotlib."""
    try:
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        return None
    matplotlib.rcParams["text.parse_math"] = False  # names of classes and files are words, also with two $ in them
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, squeeze=False)


def _name(text: str, keep_end: bool = False) -> str:
    """A name of a class or a file as it can be drawn: in one line, and not too long."""
    text = plain(text)
    if len(text) <= LONGEST_NAME:
        return text
    return f"...{text[-LONGEST_NAME:]}" if keep_end else f"{text[:LONGEST_NAME]}..."


def _save(figure: object, path: Path) -> Path:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)  # a box is drawn for what the font lacks
        replace_file(path, lambda new: figure.savefig(new, dpi=110, format="png"))
    return path


def draw_curves(path: Path, history: Sequence[Sequence[float]]) -> Path | None:
    """Loss and accuracy over the epochs; history as run_log.COLUMNS."""
    made = _figure(9, 3.5, columns=2)
    if made is None:
        return None
    figure, ((left, right),) = made
    table = np.array(history)
    for axes, first, name in ((left, 1, "loss"), (right, 2, "accuracy")):
        axes.plot(table[:, 0], table[:, first], label="training")
        if np.isfinite(table[:, first + 2]).any():
            axes.plot(table[:, 0], table[:, first + 2], label="validation")
        axes.set(xlabel="epoch", ylabel=name)
        axes.legend()
    return _save(figure, path)


def draw_confusion(path: Path, counts: np.ndarray, labels: Sequence[str]) -> Path | None:
    """Confusion matrix (classes, classes), rows are the truth; shares of each row."""
    side = max(4.0, 1.5 + 0.22 * len(labels))
    made = _figure(side + 1, side)
    if made is None:
        return None
    figure, ((axes,),) = made
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    image = axes.imshow(shares, vmin=0, vmax=1, cmap="Blues")
    axes.set(xlabel="said", ylabel="true")
    axes.set_xticks(range(len(labels)), [_name(label) for label in labels], rotation=90, fontsize=7)
    axes.set_yticks(range(len(labels)), [_name(label) for label in labels], fontsize=7)
    figure.colorbar(image, label="share of the true class")
    return _save(figure, path)


def draw_gain(path: Path, labels: Sequence[str], teacher: np.ndarray, fusion: np.ndarray) -> Path | None:
    """What fusion adds to each class's recall (classes,), in points. **Source:** TSMF Figure 4."""
    made = _figure(max(6.0, 1 + 0.25 * len(labels)), 4.5)
    if made is None:
        return None
    figure, ((axes,),) = made
    gain = (fusion - teacher) * 100
    axes.bar(range(len(labels)), gain, color=["tab:green" if g >= 0 else "tab:red" for g in gain])
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set(ylabel="recall by fusion minus by teacher, points")
    axes.set_xticks(range(len(labels)), [_name(label) for label in labels], rotation=90, fontsize=7)
    return _save(figure, path)


def draw_reliability(path: Path, tables: dict[str, np.ndarray]) -> Path | None:
    """Accuracy over confidence for each name -> calibration.reliability's table."""
    made = _figure(4.5, 4.5)
    if made is None:
        return None
    figure, ((axes,),) = made
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
    for name, table in tables.items():
        there = table[:, 0] > 0
        axes.plot(table[there, 1], table[there, 2], marker="o", label=_name(name, keep_end=True))
    axes.set(xlabel="confidence", ylabel="share of right", xlim=(0, 1), ylim=(0, 1))
    axes.legend(fontsize=7)
    return _save(figure, path)


def draw_student_views(path: Path, views: Sequence[tuple[str, np.ndarray, np.ndarray, np.ndarray]]) -> Path | None:
    """For each sample its name, spatial weights, ROI picture and the two multiplied. **Source:** TSMF Figure 3.

    Args:
        views: (name, weights (225, 225), picture (225, 225, 3) in 0..1, product (225, 225, 3) in 0..1).
    """
    made = _figure(9, 3 * len(views), columns=3, rows=len(views)) if views else None
    if made is None:
        return None
    figure, grid = made
    for (name, weights, shown, product), row in zip(views, grid, strict=True):
        for axes, title, image in zip(row, ("weights", name, "weighted"), (weights, shown, product), strict=True):
            axes.imshow(image, cmap="gray", vmin=0, vmax=max(2.0, float(weights.max())) if title == "weights" else 1)
            axes.set_title(_name(title, keep_end=True), fontsize=8)
            axes.axis("off")
    return _save(figure, path)
