"""PKU-MMD as samples: continuous recordings of skeleton text, with labels, and colour videos where there are any.

    *skeleton*/0002-L.txt   *label*/0002-L.txt   *rgb*/0002-L.avi      anywhere below FOLDER, names in any case

That is how the data set is published (Data/PKU_Skeleton_Renew, Label/Train_Label_PKU_final, Data/RGB_VIDEO), too. Of
two files of one recording that of the renewed or final version counts.

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

from train.data.splits import Sample
from train.prepare.bodies import Bodies, choose, marked, people, repaired, tracks
from train.prepare.footage import Clip, Footage, Skipped
from train.prepare.video import pictures_of
from tsmf_live.camera import project_to_color
from tsmf_live.files import files_below
from tsmf_live.frames import SourceError, places_of
from tsmf_live.recording.ntu_text import BYTE_ORDER_MARK, LONGEST_LINE, is_plain, plausible_metres, shown
from tsmf_live.recording.units import require_metres
from tsmf_live.skeleton import JOINT_COUNT, TRACKED
from tsmf_live.sources.ntu import VIDEO_ENDINGS
from tsmf_live.sources.pku import (
    COLUMNS,
    LABEL_WORD,
    PERSONS,
    REMEMBERED_FRAMES,
    SAME_PERSON_M,
    SKELETON_WORD,
    TEXT_ENDING,
    VIDEO_WORD,
    label_file_of,
    persons_of,
    version_of,
)
from tsmf_live.sources.pku_labels import PKU_CONFIDENCE, PkuLabel, read_pku_labels

_RECORDING = re.compile(r"(\d+)-([LMR])")
_OTHER_NAME = re.compile(r"s(\d+)_?e(\d+)")  # other data in this layout: subject and repetition
MARGIN_FRAMES, BACKGROUND_FRAMES = 8, 30
_VIEWS = {"L": 1, "M": 2, "R": 3}
#: Samples whose labels or skeletons are wrong, as found by the authors of TSMF.
INVALID = frozenset(
    ("F089V001C023L001", "F089V002C023L001", "F089V003C023L001", "F043V001C001L021", "F133V002C033L013",
     "F241V003C001L025")
)  # fmt: skip


class PkuReader:
    """See footage.Reader; an item is the stem of a recording's files.

    Args:
        root: a folder with the folders above.
        color: whether pictures are wanted; without any video there are none.
        context: frames to keep before each action.
        background: a class for what lies between the labels, at least a second long; None leaves it out.

    Raises:
        SourceError: no recording with labels, or a label outside the class list.
    """

    kind = "pku"
    part_items = 4
    spread = True

    def __init__(
        self, root: Path, labels: Sequence[str], color: bool, context: int, background: str | None = None
    ) -> None:
        self.labels, self._context = tuple(labels), context
        self._background = None if background is None else self.labels.index(background) + 1
        found = _files_below(root)
        texts, labelled = found[SKELETON_WORD], found[LABEL_WORD]
        if not texts:
            raise SourceError(f"{root}: expected a folder whose name holds 'skeleton', with .txt files, found none")
        for stem in texts.keys() - labelled.keys():  # the user may have named the folder of the skeletons alone
            if (beside_it := label_file_of(texts[stem])) is not None:
                labelled[stem] = beside_it
        self._videos = found[VIDEO_WORD] if color else {}
        self.skipped = [Skipped(stem, "no label file") for stem in sorted(texts.keys() - labelled.keys())]
        self.skipped += [Skipped(stem, "no skeleton file") for stem in sorted(labelled.keys() - texts.keys())]
        self._texts = texts
        both = sorted(texts.keys() & labelled.keys(), key=_numbers_of)
        if not both:
            raise SourceError(f"{root}: expected label files of the same names as the skeletons, found none")
        self._labels: dict[str, list[PkuLabel]] = {}
        self._read_labels({stem: labelled[stem] for stem in both})
        self.items = [stem for stem in both if stem in self._labels]
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
        labels = self._labels[item]
        names = [_name_of(item, label, row) for row, label in enumerate(labels, 1)]
        if self.has_pictures and item not in self._videos:
            return Footage((), [Skipped(name, "no colour video") for name in names])
        try:
            bodies = repaired(read_bodies(self._texts[item]))
        except SourceError as error:
            reason = str(error).removeprefix(f"{self._texts[item]}: ")
            return Footage((), [Skipped(name, reason, True) for name in names])
        if self._background is not None:
            between = between_labels(labels, bodies.frame_count, self._background)
            names += [_name_of(item, label, row) for row, label in enumerate(between, len(labels) + 1)]
            labels = [*labels, *between]
        clips, skipped = [], []
        for name, label in zip(names, labels, strict=True):
            made = self._clip(item, name, label, bodies)
            (clips if isinstance(made, Clip) else skipped).append(made)
        pictures = partial(pictures_of, self._videos[item]) if self.has_pictures else None
        return Footage(clips, skipped, pictures)

    def own_splits(self, samples: Sequence[Sample]) -> dict[str, tuple[list[int], list[int]]]:
        """See Reader."""
        return {}

    def _clip(self, item: str, name: str, label: PkuLabel, bodies: Bodies) -> Clip | Skipped:
        if name in INVALID:
            return Skipped(name, "one of the 6 invalid samples")
        first, last = label.first - 1, label.last
        if last > bodies.frame_count:
            return Skipped(name, f"its label ends at frame {last}, the skeletons at {bodies.frame_count}", True)
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

    def _read_labels(self, labelled: dict[str, Path]) -> None:
        """Reads the label files; a damaged one leaves its recording out, a class list that is too short ends it all."""
        refused: list[SourceError] = []
        for stem, path in labelled.items():
            try:
                self._labels[stem] = read_pku_labels(path)
            except SourceError as error:
                self.skipped.append(Skipped(stem, str(error), True))
                refused.append(error)
                continue
            highest = max((label.number for label in self._labels[stem]), default=1)
            if highest > len(self.labels):
                raise SourceError(
                    f"{path}: expected classes 1 to {len(self.labels)}, got {highest}; give a longer class list "
                    "(--labels)"
                )
        if not self._labels:
            raise refused[0]


def between_labels(labels: Sequence[PkuLabel], frames: int, number: int) -> list[PkuLabel]:
    """Labels of class `number` for what lies between the others, MARGIN_FRAMES away from them."""
    free = np.ones(frames + 2, bool)
    free[[0, -1]] = False
    for label in labels:
        free[max(label.first - MARGIN_FRAMES, 0) : label.last + MARGIN_FRAMES + 1] = False
    edges = np.flatnonzero(np.diff(free.astype(np.int8)))
    runs = zip((edges[::2] + 1).tolist(), edges[1::2].tolist(), strict=True)
    return [PkuLabel(number, first, last, PKU_CONFIDENCE) for first, last in runs if last - first >= BACKGROUND_FRAMES]


def read_bodies(path: Path) -> Bodies:
    """Everybody in a skeleton text, as float32; a joint that is unknown is at 0,0,0.

    Raises:
        SourceError: it cannot be opened, a line is not 150 numbers, or the numbers are no metres.
    """
    try:
        data = path.read_bytes().removeprefix(BYTE_ORDER_MARK)
    except OSError as error:
        raise SourceError(f"{path}: cannot be opened ({error.strerror}); check the path and its rights") from error
    lines = data.split(b"\n")
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        raise SourceError(f"{path}: the file is empty")
    persons = _table(path, lines, is_plain(data)).reshape(-1, PERSONS, JOINT_COUNT, 3)
    frame, column = np.nonzero(persons.any(axis=(2, 3)))
    there = persons[frame, column]
    require_metres(path, there)
    joints = plausible_metres(there)
    states = np.full(joints.shape[:2], TRACKED, np.uint8)
    bodies = marked(Bodies(frame, np.zeros_like(frame), joints, states, project_to_color(joints), len(lines)))
    return replace(bodies, ids=_identities(bodies.frames.tolist(), places_of(bodies.joints).tolist()))


def _table(path: Path, lines: list[bytes], plain: bool) -> np.ndarray:
    """The numbers of the lines, (T, 150): in one go, or, where that fails, as the live program reads them."""
    if plain and max(map(len, lines)) < LONGEST_LINE:
        try:
            table = np.loadtxt(lines, np.float64, comments=None, ndmin=2)
            if table.shape == (len(lines), COLUMNS):
                return table
        except ValueError:  # the line that is wrong is looked for below
            plain = False
    rows = [persons_of(line) if len(line) < LONGEST_LINE else None for line in lines]
    for number, row in enumerate(rows, 1):
        if row is None:
            got = shown(lines[number - 1])
            raise SourceError(f"{path}: line {number}: expected {COLUMNS} numbers, got {got}")
    return np.stack(rows).reshape(len(rows), COLUMNS)


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


def _files_below(root: Path) -> dict[str, dict[str, Path]]:
    """The files of recordings by their stems, for each word that the names of their folders hold.

    The nearest folder whose name holds one of the words decides, up to `root` itself.
    """
    endings = {SKELETON_WORD: (TEXT_ENDING,), LABEL_WORD: (TEXT_ENDING,), VIDEO_WORD: VIDEO_ENDINGS}
    found: dict[str, dict[str, Path]] = {word: {} for word in endings}
    for path in sorted(files_below(root, (TEXT_ENDING, *VIDEO_ENDINGS)), key=version_of):
        names = [root.resolve().name, *path.relative_to(root).parts[:-1]]
        word = next((word for name in reversed(names) for word in endings if word in name.lower()), None)
        if word is not None and path.suffix.lower() in endings[word]:
            found[word].setdefault(path.stem, path)
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
