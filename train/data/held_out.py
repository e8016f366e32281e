"""The validation samples: a part of the training samples that never trains. It chooses models, the test part never.

Reads a split's training samples, hands on two lists; the names are kept in the run's folder, so that evaluation
calibrates on exactly those.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from train.data.prepared import Prepared
from train.files import replace_file
from tsmf_live.frames import UsageError
from tsmf_live.text_files import read_text

NAMES_FILE = "validation.txt"
ENOUGH_SUBJECTS = 8  # fewer: a whole subject less would cost too much, so single samples are held out
SHARE = 0.1


def hold_out(prepared: Prepared, train: np.ndarray, how: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices that train and that validate.

    Args:
        how: "auto" (a tenth: whole subjects where there are at least ENOUGH_SUBJECTS, else samples of every class),
            "none", or "subject=3,8" (these subjects of the training part).

    Raises:
        UsageError: an empty part, or a class of which no sample would train.
    """
    samples = prepared.samples
    subjects = np.array([samples[i].subject for i in train])
    rng = np.random.default_rng([seed, 77])
    if how == "none":
        return train, train[:0]
    if how == "auto":
        if len(set(subjects.tolist())) >= ENOUGH_SUBJECTS:
            there = np.unique(subjects)
            chosen = rng.choice(there, max(1, round(SHARE * len(there))), replace=False)
            held = np.isin(subjects, chosen)
        else:
            held = _some_of_each_class(np.array([samples[i].label for i in train]), rng)
            if not held.any():  # too few of every class to give one away
                return train, train[:0]
    elif how.startswith("subject="):
        held = np.isin(subjects, _numbers(how))
    else:
        raise UsageError(f"--validation {how}: expected auto, none or subject=1,2")
    if not held.any() or held.all():
        raise UsageError(f"--validation {how}: expected some training samples, not all: {held.sum()} of {len(train)}")
    lost = {samples[i].label for i in train} - {samples[i].label for i in train[~held]}
    if lost:
        name = prepared.labels[min(lost)]
        raise UsageError(
            f"--validation {how}: would leave class {name!r} without training samples; choose other subjects, or none"
        )
    return train[~held], train[held]


def few_of_each_class(prepared: Prepared, rows: np.ndarray, count: int, seed: int) -> np.ndarray:
    """At most `count` of the samples (N,) for each class, ascending; of as many persons as possible, else by chance."""
    rng = np.random.default_rng([seed, 78])
    chosen: list[int] = []
    taken: dict[tuple[int, int], int] = {}  # class, person: how many so far
    by_class: dict[int, list[tuple[int, int]]] = {}
    for i in rng.permutation(rows).tolist():
        label, person = prepared.samples[i].label, prepared.samples[i].subject
        turn = taken.get((label, person), 0)
        taken[label, person] = turn + 1
        by_class.setdefault(label, []).append((turn, i))
    for entries in by_class.values():
        chosen += [i for _, i in sorted(entries, key=lambda entry: entry[0])[:count]]
    return np.sort(np.array(chosen, np.int64))


def _some_of_each_class(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(N,) bool: about SHARE of each class, at least one of a class with four samples or more."""
    held = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        count = max(round(SHARE * len(rows)), 1 if len(rows) >= 4 else 0)
        held[rng.choice(rows, count, replace=False)] = True
    return held


def _numbers(how: str) -> list[int]:
    try:
        return [int(number) for number in how.partition("=")[2].split(",")]
    except ValueError as error:
        raise UsageError(f"--validation {how}: expected whole numbers after =") from error


def write_names(folder: Path, prepared: Prepared, rows: np.ndarray) -> None:
    """Keeps the validation samples' names, one a line."""
    text = "".join(f"{prepared.samples[i].name}\n" for i in rows)
    replace_file(folder / NAMES_FILE, lambda path: path.write_text(text, encoding="utf-8"))


def read_names(folder: Path, prepared: Prepared) -> np.ndarray:
    """Indices of the samples that a run held out; empty if it held out none or was made from other data."""
    path = folder / NAMES_FILE
    if not path.is_file():
        return np.zeros(0, np.int64)
    names = set(read_text(path, "the names of the samples that the run held out", UsageError).split("\n"))
    return np.array([i for i, sample in enumerate(prepared.samples) if sample.name in names], np.int64)
