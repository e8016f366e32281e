"""Real people from any number of data sets as one: the same classes, 30 frames a second, persons and sets kept apart.

    python -m train.prepare --source people FOLDER --out prepared/people

Below FOLDER a set is an annotation pickle (NAME.pkl), a folder NAME with `skeleton` and `label` files as PKU-MMD has
them, or a folder NAME with `.skeleton` files as NTU RGB+D has them. Tables beside this file describe the sets:
`people_classes.csv` which everyday action a class of a set is, and why; `people_sets.csv` how many frames a second a
set really has, its terms, and whether weights that are given away may be trained on it. Other tables: --classes
(`ntu60_classes.csv` names NTU RGB+D's actions, for --labels ntu60), --rate. Scenes of the simulated actor come as sets
of their own (--simulated).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from train.data.prepared import SIMULATED
from train.data.splits import PERSONS, Sample
from train.prepare.footage import Clip, Footage, Reader, Skipped
from train.prepare.ntu import SKELETON_ENDING, NtuReader
from train.prepare.pickle import PickleReader
from train.prepare.pku import PkuReader
from train.prepare.rate import HIGHEST_HZ, LOWEST_HZ, at_30_hz
from train.prepare.scenes import SCENE_CLASSES, SceneReader
from tsmf_live.actor.subject import IDLE
from tsmf_live.frames import FRAME_RATE_HZ, SourceError, UsageError
from tsmf_live.label_lists import read_labels
from tsmf_live.sources.pku import LABEL_WORD, SKELETON_WORD
from tsmf_live.sources.pku_labels import own_names
from tsmf_live.text_files import read_text

CLASSES_FILE = Path(__file__).with_name("people_classes.csv")
SETS_FILE = Path(__file__).with_name("people_sets.csv")
LEAVE_OUT = "leave out"
_BACKGROUND = "background"


@dataclass(frozen=True)
class PeopleSet:
    """One data set: its name, how it is read, frames a second, and the everyday name of each of its classes."""

    name: str
    reader: Reader
    rate_hz: float
    classes: dict[str, str]


class PeopleReader:
    """See footage.Reader; an item is the number of a set and an item of its reader.

    Args:
        root: the folder below which the sets lie.
        names: sets to take; None: those that the table of sets allows for weights that are given away.
        classes: a table like people_classes.csv. rates: frames a second of each set, see `read_rates`.
        simulated: scenes of the actor, for each of data.prepared.SIMULATED.
        seed: of these. context: frames kept before a clip, where there are some.
        labels: names of all actions, in the order of a network that knows them; None: those that the sets have.

    Raises:
        SourceError: no such set, or none at all. UsageError: a table cannot be used.
    """

    kind = "people"
    part_items = 400
    spread = True
    has_pictures = False

    def __init__(
        self,
        root: Path,
        names: Sequence[str] | None,
        classes: Path = CLASSES_FILE,
        rates: dict[str, float] | float | None = None,
        simulated: int = 0,
        seed: int = 0,
        context: int = 0,
        labels: Sequence[str] | None = None,
    ) -> None:
        table = read_classes(classes)
        found = _found_sets(root)
        wanted = list(names) if names is not None else [n for n in found if n in bundled_sets() and n in table]
        for name in wanted:
            if name not in found:
                raise SourceError(f"{root}: no set {name!r} lies below it; there are {', '.join(found) or 'none'}")
            if name not in table:
                raise UsageError(f"{classes}: expected rows for the set {name!r}; add one for each of its classes")
        if not wanted:
            raise SourceError(f"{root}: no set that may be bundled lies below it; name others with --sets")
        given = {name for one in wanted for name in table[one].values()} | set(SCENE_CLASSES if simulated else ())
        actions = given - {IDLE, LEAVE_OUT}
        if labels is not None and not actions <= set(labels):
            raise UsageError(f"{classes}: expected names of --labels, got {min(actions - set(labels))!r}")
        self.labels = (*(sorted(actions) if labels is None else labels), IDLE)
        rate_of = rates if isinstance(rates, dict) else read_rates(SETS_FILE)
        if isinstance(rates, float):
            rate_of = dict.fromkeys(wanted, rates)
        self._sets = []
        for n in sorted(wanted):
            rate_hz = rate_of.get(n, FRAME_RATE_HZ)
            self._sets.append(PeopleSet(n, _reader(found[n], rate_hz, context), rate_hz, table[n]))
        for kind in SIMULATED if simulated else ():
            reader = SceneReader(kind, simulated, seed, self.labels, context)
            self._sets.append(PeopleSet(kind, reader, FRAME_RATE_HZ, {}))
        self.items = [(k, item) for k, one in enumerate(self._sets) for item in one.reader.items]
        self.skipped = [
            problem._replace(name=f"{one.name}/{problem.name}") for one in self._sets for problem in one.reader.skipped
        ]
        self.settings: dict[str, Any] = {
            "sets": [one.name for one in self._sets],
            "rates": {one.name: one.rate_hz for one in self._sets},
            "classes": {one.name: one.classes for one in self._sets},
            "context": context,
            "simulated": simulated,
        }

    def fingerprint(self) -> Iterable[str]:
        """See Reader."""
        for one in self._sets:
            yield one.name
            yield from one.reader.fingerprint()

    def read(self, item: tuple[int, Any]) -> Footage:
        """See Reader."""
        number, inner = item
        one = self._sets[number]
        footage = one.reader.read(inner)
        skipped = [problem._replace(name=f"{one.name}/{problem.name}") for problem in footage.skipped]
        clips = []
        for clip in footage.clips:
            name = self._everyday_name(one, clip)
            if name == LEAVE_OUT:
                skipped.append(Skipped(f"{one.name}/{clip.name}", "left out by the table of classes"))
                continue
            clip = clip if isinstance(one.reader, PickleReader) else at_30_hz(clip, one.rate_hz)
            clips.append(replace(clip, name=f"{one.name}/{clip.name}", label=self.labels.index(name), setup=number + 1))
        return Footage(clips, skipped)

    def own_splits(self, samples: Sequence[Sample]) -> dict[str, tuple[list[int], list[int]]]:
        """PERSONS: of each set's persons every third one tests, and one of two. Who is not named, trains."""
        persons: dict[int, set[int]] = {}
        for sample in samples:
            if sample.subject:
                persons.setdefault(sample.setup, set()).add(sample.subject)
        tests = {
            (setup, person)
            for setup, numbers in persons.items()
            for k, person in enumerate(sorted(numbers))
            if k % 3 == 2 or (len(numbers) == 2 and k == 1)
        }
        tested = [(sample.setup, sample.subject) in tests for sample in samples]
        parts = [[i for i, one in enumerate(tested) if one == part] for part in (False, True)]
        return {PERSONS: (parts[0], parts[1])} if tests else {}

    def _everyday_name(self, one: PeopleSet, clip: Clip) -> str:
        if one.name in SIMULATED:
            return self.labels[clip.label]
        if one.reader.labels[clip.label] == _BACKGROUND:
            stream = clip.name.partition("_C")[0].rpartition("_")[2]
            return one.classes.get(stream, IDLE)
        try:
            return one.classes[str(clip.label + 1)]
        except KeyError:
            raise UsageError(
                f"{one.name}: expected a row for its class {clip.label + 1} in the table of classes; add it (--classes)"
            ) from None


def read_classes(path: Path) -> dict[str, dict[str, str]]:
    """Set -> number of the class (from 1, as text) -> everyday name, of a table with the columns set, number and name.

    Raises:
        UsageError: it cannot be read or lacks a column.
    """
    table: dict[str, dict[str, str]] = {}
    for row in _rows(path, ("set", "number", "name")):
        table.setdefault(row["set"], {})[row["number"]] = row["name"]
    return table


def read_rates(path: Path) -> dict[str, float]:
    """Set -> frames a second, of a table with the columns set and rate_hz (or frames_per_second).

    Raises:
        UsageError: it cannot be read, lacks a column, or a rate is no positive number.
    """
    rates = {}
    for row in _rows(path, ("set",)):
        text = row.get("rate_hz") or row.get("frames_per_second") or ""
        try:
            rates[row["set"]] = float(text)
        except ValueError:
            raise UsageError(f"{path}: {row['set']}: expected a rate in Hz, got {text!r}") from None
        if not LOWEST_HZ <= rates[row["set"]] <= HIGHEST_HZ:
            raise UsageError(f"{path}: {row['set']}: expected {LOWEST_HZ:g} to {HIGHEST_HZ:g} Hz, got {text}")
    return rates


def bundled_sets() -> dict[str, dict[str, str]]:
    """The sets on which weights that are given away may be trained: name -> its row in people_sets.csv."""
    return {row["set"]: row for row in _rows(SETS_FILE, ("set", "bundled")) if row["bundled"] == "yes"}


def _rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    rows = list(csv.DictReader(read_text(path, "a table (CSV)", UsageError).splitlines()))
    missing = [column for column in columns if not rows or rows[0].get(column) is None]
    if missing:
        raise UsageError(f"{path}: expected a table (CSV) with the columns {', '.join(columns)}, no {missing[0]}")
    return rows


def _found_sets(root: Path) -> dict[str, Path]:
    """Sets below a folder by name, in the order of their names: pickles, and folders of either layout."""
    found: dict[str, Path] = {}
    for path in sorted((root, *root.rglob("*"))):
        if _is_set(path):
            found.setdefault(path.stem if path.is_file() else path.name, path)
    return dict(sorted(found.items()))


def _is_set(path: Path) -> bool:
    if path.is_file():
        return path.suffix == ".pkl"
    streams = (path / SKELETON_WORD).is_dir() and (path / LABEL_WORD).is_dir()
    return streams or ((path / "classes.txt").is_file() and any(path.glob(f"*{SKELETON_ENDING}")))


def _reader(path: Path, rate_hz: float, context: int) -> Reader:
    """The reader of one set. Only persons and classes by number matter, so names of classes are numbers."""
    if path.suffix == ".pkl":
        return PickleReader(path, None, rate_hz)
    if (path / LABEL_WORD).is_dir():
        count = len(own_names(path, path / LABEL_WORD)) or 100
        return PkuReader(path, [*map(str, range(1, count + 1)), _BACKGROUND], False, context, _BACKGROUND)
    return NtuReader(path, "ntu60", read_labels(str(path / "classes.txt")), color=False)
