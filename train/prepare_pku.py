"""PKU-MMD as samples: continuous recordings of skeleton text, with labels, and colour videos where there are any.

    FOLDER/*skeleton*/0002-L.txt   FOLDER/*label*/0002-L.txt   FOLDER/*rgb*/0002-L.avi      (folder names in any case)

An item is a recording with all its actions; each becomes a sample, with what came before it as context. The text has no
tracking ids and no picture coordinates: people are told apart by place, joints are projected with the fixed camera,
both as the live program does.

**Source:** PKU-MMD (Liu et al. 2017). Sample names are those of the published TSMF code: file, view, class, label row.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from train.prepare_bodies import Bodies, choose, marked, people, repaired, tracks
from train.prepare_footage import Clip, Footage, Skipped
from train.prepare_video import pictures_of
from tsmf_live.camera import project_to_color
from tsmf_live.frames import SourceError, places_of
from tsmf_live.ntu_text import plausible_metres, shown
from tsmf_live.sessions.label_files import PkuLabel, read_pku_labels
from tsmf_live.skeleton import JOINT_COUNT, TRACKED
from tsmf_live.sources.pku import COLUMNS, PERSONS, REMEMBERED_FRAMES, SAME_PERSON_M

_RECORDING = re.compile(r"(\d+)-([LMR])")
_OTHER_NAME = re.compile(r"s(\d+)_?e(\d+)")  # other data in this layout: subject and repetition
_VIEWS = {"L": 1, "M": 2, "R": 3}
#: Samples whose labels or skeletons are wrong, as found by the authors of TSMF.
INVALID = frozenset(
    ("F089V001C023L001", "F089V002C023L001", "F089V003C023L001", "F043V001C001L021", "F133V002C033L013",
     "F241V003C001L025")
)  # fmt: skip


class PkuReader:
    """See prepare_footage.Reader; an item is the stem of a recording's files.

    Args:
        root: a folder with the folders above.
        color: whether pictures are wanted; without any video there are none.
        context: frames to keep before each action.

    Raises:
        SourceError: no recording with labels, or a label outside the class list.
    """

    kind = "pku"
    part_items = 4
    spread = True

    def __init__(self, root: Path, labels: Sequence[str], color: bool, context: int) -> None:
        self.labels, self._context = tuple(labels), context
        texts = _files(root, "skeleton", ".txt")
        labelled = _files(root, "label", ".txt")
        if not texts:
            raise SourceError(f"{root}: expected a folder whose name holds 'skeleton', with .txt files, found none")
        self._videos = _files(root, "rgb", ".avi") if color else {}
        self.skipped = [Skipped(stem, "no label file") for stem in sorted(texts.keys() - labelled.keys())]
        self.skipped += [Skipped(stem, "no skeleton file") for stem in sorted(labelled.keys() - texts.keys())]
        self._texts = texts
        self.items = sorted(texts.keys() & labelled.keys(), key=_numbers_of)
        if not self.items:
            raise SourceError(f"{root}: expected label files of the same names as the skeletons, found none")
        self._labels = {stem: read_pku_labels(labelled[stem]) for stem in self.items}
        self._check_labels(labelled)
        self.has_pictures = any(stem in self._videos for stem in self.items)
        self.settings: dict[str, Any] = {"context": context}

    def fingerprint(self) -> Iterable[str]:
        """See Reader."""
        yield from (f"{one.name} {one.reason}" for one in self.skipped)
        for stem in self.items:
            paths = [self._texts[stem], *(self._videos[stem] for _ in range(stem in self._videos))]
            yield f"{stem} {self._labels[stem]}" + "".join(f" {path.stat().st_size}" for path in paths)

    def read(self, item: str) -> Footage:
        """See Reader."""
        names = [_name_of(item, label, row) for row, label in enumerate(self._labels[item], 1)]
        if self.has_pictures and item not in self._videos:
            return Footage((), [Skipped(name, "no colour video") for name in names])
        try:
            bodies = repaired(read_bodies(self._texts[item]))
        except SourceError as error:
            reason = str(error).removeprefix(f"{self._texts[item]}: ")
            return Footage((), [Skipped(name, reason) for name in names])
        clips, skipped = [], []
        for name, label in zip(names, self._labels[item], strict=True):
            made = self._clip(item, name, label, bodies)
            (clips if isinstance(made, Clip) else skipped).append(made)
        pictures = partial(pictures_of, self._videos[item]) if self.has_pictures else None
        return Footage(clips, skipped, pictures)

    def own_splits(self, names: Sequence[str]) -> dict[str, tuple[list[int], list[int]]]:
        """See Reader."""
        return {}

    def _clip(self, item: str, name: str, label: PkuLabel, bodies: Bodies) -> Clip | Skipped:
        if name in INVALID:
            return Skipped(name, "one of the 6 invalid samples")
        first, last = label.first - 1, label.last
        if last > bodies.frame_count:
            return Skipped(name, f"its label ends at frame {last}, the skeletons at {bodies.frame_count}")
        begin = max(first - self._context, 0)
        near = bodies.within(begin, last)
        persons = [rows for rows in people(near) if near.frames[rows[-1]] >= first]
        if not persons:
            return Skipped(name, "nobody in it")
        chosen = choose(near, [rows[near.frames[rows] >= first] for rows in persons])
        setup, camera, subject, replication = _numbers_of(item)[:4]
        return Clip(
            name,
            label.number - 1,
            subject,
            camera,
            setup,
            replication,
            first - begin,
            begin,
            *tracks(near, [persons[k] for k in chosen], begin, last),
        )

    def _check_labels(self, labelled: dict[str, Path]) -> None:
        for stem, labels in self._labels.items():
            for label in labels:
                if label.number > len(self.labels):
                    raise SourceError(
                        f"{labelled[stem]}: expected classes 1 to {len(self.labels)}, got {label.number}; "
                        "give a longer class list (--labels)"
                    )


def read_bodies(path: Path) -> Bodies:
    """Everybody in a skeleton text, as float32; a joint that is unknown is at 0,0,0.

    Raises:
        SourceError: it cannot be opened, or a line is not 150 numbers.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise SourceError(f"{path}: cannot be opened ({error.strerror}); check the path and its rights") from error
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        raise SourceError(f"{path}: the file is empty")
    try:
        table = np.loadtxt(lines, np.float64, comments=None, ndmin=2)
        if table.shape != (len(lines), COLUMNS):
            raise ValueError("blank lines, or not 150 numbers in each")
    except ValueError:
        _fail_at_first_bad(path, lines)
    persons = table.reshape(-1, PERSONS, JOINT_COUNT, 3)
    frame, column = np.nonzero(persons.any(axis=(2, 3)))
    joints = plausible_metres(persons[frame, column])
    states = np.full(joints.shape[:2], TRACKED, np.uint8)
    bodies = marked(Bodies(frame, np.zeros_like(frame), joints, states, project_to_color(joints), len(lines)))
    return replace(bodies, ids=_identities(bodies.frames.tolist(), places_of(bodies.joints).tolist()))


def _fail_at_first_bad(path: Path, lines: list[bytes]) -> None:
    for number, line in enumerate(lines, 1):
        values = line.split()
        try:
            good = len(list(map(float, values))) == COLUMNS
        except ValueError:
            good = False
        if not good:
            raise SourceError(f"{path}: line {number}: expected {COLUMNS} numbers, got {shown(line)}")
    raise SourceError(f"{path}: expected {COLUMNS} numbers a line")


def _identities(frames: list[int], places: list[list[float]]) -> np.ndarray:
    """A number for each body: that of whoever was nearest to it within the last second and 0.5 m, or a new one."""
    ids = np.zeros(len(frames), np.int64)
    last_seen: dict[int, int] = {}  # id: row
    following = 0
    at = 0
    while at < len(frames):
        rows = [row for row in range(at, min(at + PERSONS, len(frames))) if frames[row] == frames[at]]
        known = [one for one, row in last_seen.items() if frames[at] - frames[row] <= REMEMBERED_FRAMES]
        pairs = sorted((math.dist(places[row], places[last_seen[one]]), one, row) for row in rows for one in known)
        given: dict[int, int] = {}
        for distance_m, one, row in pairs:
            if distance_m <= SAME_PERSON_M and row not in given and one not in given.values():
                given[row] = one
        for row in rows:
            if row not in given:
                following += 1
                given[row] = following
            ids[row] = given[row]
            last_seen[given[row]] = row
        at += len(rows)
    return ids


def _files(root: Path, part: str, suffix: str) -> dict[str, Path]:
    """Files by stem in the folders of `root` whose names hold `part`; `root` itself may be one of them."""
    folders = [root, *(path for path in sorted(root.iterdir()) if path.is_dir())]
    found = {}
    for folder in folders:
        if part in folder.name.lower():
            found |= {path.stem: path for path in sorted(folder.iterdir()) if path.suffix.lower() == suffix}
    return found


def _numbers_of(stem: str) -> tuple[int, int, int, int, str]:
    """setup (number of the recording), camera, subject, replication of a file, as far as its name tells; to sort by."""
    match = _RECORDING.fullmatch(stem)
    if match:
        return int(match[1]), _VIEWS[match[2]], 0, 0, stem
    match = _OTHER_NAME.fullmatch(stem)
    return (0, 0, int(match[1]), int(match[2]), stem) if match else (0, 0, 0, 0, stem)


def _name_of(stem: str, label: PkuLabel, row: int) -> str:
    match = _RECORDING.fullmatch(stem)
    recording = f"F{int(match[1]):03d}V{_VIEWS[match[2]]:03d}" if match else f"{stem}_"
    return f"{recording}C{label.number:03d}L{row:03d}"
