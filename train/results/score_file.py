"""Scores of a whole prepared folder in one file, and several of them added up.

scores.npz   labels (classes,), names (N,), truth (N,), validation (N,) bool, teacher (N, classes) raw scores,
             student (N, classes) or nothing
scores.csv   the same as a table for people: the predicted class of each sample
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from train.arrays import read_archive
from train.files import replace_file
from train.results import calibration
from tsmf_live.frames import SourceError, UsageError
from tsmf_live.recording.tables import cell_of

PARTS = ("teacher", "student")
WANTED = {"labels": "U", "names": "U", "truth": "iu", "validation": "b", **dict.fromkeys(PARTS, "f")}
LARGEST_SCORE = 1e9


@dataclass(frozen=True)
class ScoreFile:
    """The networks' scores of N samples; `validation` marks those that were held out of training, the others test."""

    labels: tuple[str, ...]
    names: np.ndarray
    truth: np.ndarray
    validation: np.ndarray
    scores: dict[str, np.ndarray]

    @property
    def test(self) -> np.ndarray:
        """(N,) bool."""
        return ~self.validation

    def write(self, path: Path) -> None:
        """As a compressed .npz file."""
        arrays = {
            "labels": np.array(self.labels),
            "names": self.names,
            "truth": self.truth,
            "validation": self.validation,
        }

        def save(new: Path) -> None:
            with new.open("wb") as file:  # given a name, numpy would add its own ending
                np.savez_compressed(file, **arrays, **self.scores)

        replace_file(path, save)

    def write_table(self, path: Path, said: np.ndarray, temperature: float) -> None:
        """A line for each sample: part, truth, the best class of `said` (N, classes), its probability."""
        p = calibration.probabilities(said, temperature)
        best = said.argmax(axis=1)

        def save(new: Path) -> None:
            with new.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(("name", "part", "truth", "said", "probability", "right"))
                for n, name in enumerate(self.names):
                    part = "validation" if self.validation[n] else "test"
                    truth, class_ = self.labels[self.truth[n]], self.labels[best[n]]
                    name, truth, class_ = map(cell_of, (name, truth, class_))
                    writer.writerow((name, part, truth, class_, f"{p[n, best[n]]:.4f}", int(self.truth[n] == best[n])))

        replace_file(path, save)


def read(path: Path) -> ScoreFile:
    """The scores of a file.

    Raises:
        SourceError: missing, damaged, or another kind of file.
    """
    try:
        kept = read_archive(path, WANTED)
        labels = tuple(str(label) for label in kept["labels"].ravel())
        scores = {name: kept[name] for name in PARTS if name in kept}
        found = ScoreFile(labels, kept["names"], kept["truth"], kept["validation"], scores)
    except (OSError, ValueError, KeyError) as error:
        raise SourceError(f"{path}: expected the scores.npz of train.evaluate, cannot be read ({error})") from error
    rows = (len(found.names),)
    one_each = all(array.shape == rows for array in (found.names, found.truth, found.validation))
    if not scores or not one_each or any(s.shape != (*rows, len(labels)) for s in scores.values()):
        raise SourceError(f"{path}: scores, names and labels disagree; run train.evaluate again")
    if not 2 <= len(labels) == len(set(labels)) or len(set(found.names.tolist())) != rows[0]:
        raise SourceError(f"{path}: expected classes and samples of different names; run train.evaluate again")
    if not rows[0] or found.validation.all() or not ((found.truth >= 0) & (found.truth < len(labels))).all():
        raise SourceError(f"{path}: expected test samples of the {len(labels)} classes; run train.evaluate again")
    if not all((np.abs(s) < LARGEST_SCORE).all() for s in scores.values()):  # NaN is not
        raise SourceError(f"{path}: expected finite scores; a network that gives others was not trained well")
    return found


def parse_part(text: str) -> tuple[Path, str]:
    """FILE or FILE:teacher, FILE:student; teacher unless said."""
    path, colon, part = text.rpartition(":")
    if colon and part in PARTS:
        return Path(path), part
    return Path(text), "teacher"


@dataclass(frozen=True)
class Ensemble:
    """Several files' scores and the weights of their sum.

    Attributes:
        common: labels, names, truth and parts that all share; its scores are those of each part by name.
        weights: one a part; chosen on the validation samples.
        total: (N, classes) the weighted sum.
    """

    common: ScoreFile
    weights: dict[str, float]
    total: np.ndarray


def ensemble(parts: list[str], fixed: list[float] | None = None) -> Ensemble:
    """The weighted sum of the named parts; samples are matched by name.

    Args:
        parts: FILE:teacher or FILE:student.
        fixed: the weights; None: chosen on samples that all files held out (1 each if there are none).

    Raises:
        SourceError, UsageError: a file cannot be read, has no such part, or other classes or samples than the first.
    """
    files = [(text, *parse_part(text)) for text in parts]
    first = read(files[0][1])
    order = np.argsort(first.names)
    arrays, validation = {}, first.validation[order]
    for text, path, part in files:
        one = read(path)
        if part not in one.scores:
            raise UsageError(f"--scores {text}: holds no {part}'s scores, but {', '.join(one.scores)}")
        if one.labels != first.labels:
            raise UsageError(
                f"--scores {text}: expected the classes of {files[0][1]}, it has others; take one data set"
            )
        rows = np.argsort(one.names)
        same = all(np.array_equal(a[rows], b[order]) for a, b in ((one.names, first.names), (one.truth, first.truth)))
        if not same:
            raise UsageError(f"--scores {text}: expected the samples of {files[0][1]}, it has others; take one split")
        validation = validation & one.validation[rows]
        if ((one.validation[rows] != first.validation[order]) & ~validation).any() and fixed is None:
            raise UsageError(
                f"--scores {text}: expected the validation samples of {files[0][1]}, it has others; give --weights, or "
                "train both with the same --validation and --seed"
            )
        arrays[text] = one.scores[part][rows]
    common = ScoreFile(first.labels, first.names[order], first.truth[order], validation, arrays)
    scores = list(arrays.values())
    if fixed is not None and len(fixed) != len(scores):
        raise UsageError(f"--weights: expected {len(scores)} numbers, got {len(fixed)}")
    weights = fixed or calibration.choose_weights([s[validation] for s in scores], common.truth[validation])
    total = sum(w * s for w, s in zip(weights, scores, strict=True))
    return Ensemble(common, dict(zip(arrays, weights, strict=True)), total)
