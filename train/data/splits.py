"""Which samples train and which test: the published splits of NTU RGB+D and PKU-MMD, and any by subject, view or list.

Reads the samples of prepared data (train.data.prepared), hands on two lists of indices.

**Source:** NTU RGB+D: Shahroudy et al. 2016 (CS, CV) and Liu et al. 2019 (CS of 120 classes, cross-setup); PKU-MMD:
Liu et al. 2017, file ids and view as published with the data set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tsmf_live.command import is_number
from tsmf_live.frames import UsageError
from tsmf_live.label_lists import class_name
from tsmf_live.text_files import read_list


class Sample(NamedTuple):
    """One labelled clip; numbers that the data set does not have are 0.

    Attributes:
        label: index in the class list.
        camera: PKU-MMD: 1 left, 2 middle, 3 right. setup: PKU-MMD: number of the recording.
        first_frame: where the clip begins in its joints; what lies before is context for the causal form.
        frame_count: length of the clip, without the context.
        person_count: 1 or 2.
    """

    name: str
    label: int
    subject: int
    camera: int
    setup: int
    replication: int
    first_frame: int
    frame_count: int
    person_count: int


#: Subjects that train in NTU RGB+D's cross-subject split; those up to 40 are the 60-class set's.
NTU_TRAIN_SUBJECTS = frozenset(
    (1, 2, 4, 5, 8, 9, 13, 14, 15, 16, 17, 18, 19, 25, 27, 28, 31, 34, 35, 38,
     45, 46, 47, 49, 50, 52, 53, 54, 55, 56, 57, 58, 59, 70, 74, 78, 80, 81, 82, 83, 84, 85, 86, 89, 91, 92, 93, 94,
     95, 97, 98, 100, 103)
)  # fmt: skip
PKU_TEST_RECORDINGS = range(291, 335)
PKU_MIDDLE = 2

_VIEWS = ".LMR"  # by Sample.camera
_TRAINING, _TESTING = (re.compile(rf"({word})\w*( videos?)? *:", re.IGNORECASE) for word in ("train", "valid|test"))
_RECORDING = re.compile(r"\d{1,9}-[LMR]", re.ASCII)

Trains = Callable[[Sample], bool]
OwnSplits = Mapping[str, tuple[Sequence[int], Sequence[int]]]  # name -> numbers of the samples that train, that test
_NTU_CS: Trains = lambda sample: sample.subject in NTU_TRAIN_SUBJECTS  # noqa: E731
_NTU_CV: Trains = lambda sample: sample.camera in (2, 3)  # noqa: E731

#: For each kind of data its published splits: whether a sample trains.
PUBLISHED: Mapping[str, Mapping[str, Trains]] = {
    "ntu60": {"cs": _NTU_CS, "cv": _NTU_CV},
    "ntu120": {"cs": _NTU_CS, "cset": lambda sample: sample.setup % 2 == 0},
    "simulated": {"cs": _NTU_CS, "cv": _NTU_CV},
    "pku": {
        "cs": lambda sample: sample.setup not in PKU_TEST_RECORDINGS,
        "cv": lambda sample: sample.camera != PKU_MIDDLE,
    },
}
FORMS = (
    "subject=7, subject=9,10, view=3, setup=2 (these test), train-subject=1,2, train-view=1 (these train), file=PATH; "
    "of several sets set=KARD, subject=KARD/3"
)
#: The split of several sets that comes with them: a third of each set's persons tests.
PERSONS = "persons"
_NUMBERED = {"subject": "subject", "view": "camera", "setup": "setup"}


def split(
    name: str,
    samples: Sequence[Sample],
    labels: Sequence[str],
    kind: str,
    own: OwnSplits,
    sets: Sequence[str] = (),
) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the samples that train and of those that test, each ascending int64.

    Args:
        name: a published split of this kind of data, one of the data's own, or one of FORMS; `file=PATH` lists the
            names of the test samples, one a line.
        own: the splits that came with the data.
        sets: names of the sets that were put together; a sample's setup is the number of its set, from 1. Where a set
            or its persons test, what they do and nobody else does is left out of the test.

    Raises:
        UsageError: no such split, an empty part, or a class of the data of which no sample would train.
    """
    if name in own:
        train, test = (np.sort(np.asarray(part, np.int64)) for part in own[name])
    else:
        tests = _test_part(name, samples, kind, own, sets)
        train, test = np.flatnonzero(~tests), np.flatnonzero(tests)
    if sets:
        trained = {samples[i].label for i in train}
        test = np.array([i for i in test if samples[i].label in trained], np.int64)
    if not len(train) or not len(test):
        empty = "test" if len(train) else "training"
        raise UsageError(f"split {name}: expected samples in both parts, its {empty} part is empty; choose another one")
    missing = sorted({sample.label for sample in samples} - {samples[i].label for i in train})
    if missing and not sets:
        named = ", ".join(repr(class_name(label + 1, labels)) for label in missing[:3]) + (
            ", ..." if len(missing) > 3 else ""
        )
        raise UsageError(
            f"split {name}: expected training samples of every class, there are none of {named} "
            f"({len(missing)} classes in all); choose another split or prepare more data"
        )
    return train, test


def names_of(kind: str, own: Iterable[str]) -> list[str]:
    """The splits that have a name in this data."""
    return [*PUBLISHED.get(kind, ()), *own]


def _test_part(name: str, samples: Sequence[Sample], kind: str, own: OwnSplits, sets: Sequence[str]) -> np.ndarray:
    """(N,) bool: whether a sample tests."""
    trains = PUBLISHED.get(kind, {}).get(name)
    if trains is not None:
        return np.array([not trains(sample) for sample in samples], bool)
    form, equals, value = name.partition("=")
    if sets and value and form in ("set", "subject"):
        return _of_sets(form, value, samples, sets)
    field = _NUMBERED.get(form.removeprefix("train-"))
    if form == "file" and value:
        return _listed(Path(value), samples)
    if field is None or not equals:
        known = ", ".join(names_of(kind, own)) or "none"
        raise UsageError(f"split {name}: expected one that the data has ({known}) or {FORMS}")
    try:
        numbers = {int(number) for number in value.split(",")}
    except ValueError as error:
        raise UsageError(f"split {name}: expected whole numbers after =, got {value!r}") from error
    there = {getattr(sample, field) for sample in samples}
    if not numbers <= there:
        absent = ",".join(map(str, sorted(numbers - there)))
        raise UsageError(f"split {name}: no sample has {form} {absent}; there are {_shortened(sorted(there))}")
    named = np.array([getattr(sample, field) in numbers for sample in samples], bool)
    return ~named if form.startswith("train-") else named


def _of_sets(form: str, value: str, samples: Sequence[Sample], sets: Sequence[str]) -> np.ndarray:
    """(N,) bool: whether a sample is of a set (KARD), or of a person of it (KARD/3)."""
    tests = np.zeros(len(samples), bool)
    for text in value.split(","):
        name, _, person = text.partition("/")
        if name not in sets or (form == "subject") != is_number(person):
            raise UsageError(f"split {form}={value}: expected {FORMS.partition('sets ')[2]}; sets: {', '.join(sets)}")
        number = sets.index(name) + 1
        found = np.array([s.setup == number and (not person or s.subject == int(person)) for s in samples], bool)
        if not found.any():
            raise UsageError(f"split {form}={value}: no sample of {text}; choose another one")
        tests |= found
    return tests


def _listed(path: Path, samples: Sequence[Sample]) -> np.ndarray:
    """(N,) bool: named in a text file, one a line; lines after # do not count.

    Also PKU-MMD's own files: recordings (0002-L, 0002-M, ...) under "Training videos:" and "Validation videos:".
    """
    lines = read_list(path, "a text file of sample names", UsageError, f"split file={path}")
    recordings = _tested_recordings(lines)
    if recordings is not None:
        return np.array([_recording_of(sample) in recordings for sample in samples], bool)
    wanted = set(lines)
    unknown = wanted - {sample.name for sample in samples}
    if unknown:
        raise UsageError(
            f"split file={path}: {len(unknown)} of its {len(wanted)} names are not in the data, "
            f"first {min(unknown)!r}; names look like {samples[0].name!r}"
        )
    return np.array([sample.name in wanted for sample in samples], bool)


def _tested_recordings(lines: Sequence[str]) -> set[str] | None:
    """The recordings that test in a file as PKU-MMD publishes it; None if it is a plain list of names."""
    heads = [number for number, line in enumerate(lines) if _TRAINING.match(line) or _TESTING.match(line)]
    if not heads or not any(_TESTING.match(lines[number]) for number in heads):
        return None
    tested: set[str] = set()
    for number, past in zip(heads, [*heads[1:], len(lines)], strict=True):
        if _TESTING.match(lines[number]):
            tested |= set(_RECORDING.findall(" ".join(lines[number:past])))
    return tested


def _recording_of(sample: Sample) -> str:
    """A sample's recording as PKU-MMD's files name it."""
    return f"{sample.setup:04d}-{_VIEWS[sample.camera]}" if 0 < sample.camera < len(_VIEWS) else ""


def _shortened(numbers: Sequence[int]) -> str:
    shown = ",".join(map(str, numbers[:20]))
    return shown + (",..." if len(numbers) > 20 else "")
