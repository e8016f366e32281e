"""Skeleton annotation pickles, as pyskl and mmaction2 use them, as samples. They hold no pictures.

The file is read by `tsmf_live.exchange.annotation_pickle`, which runs no code of it. Subject, camera and so on come
from the names of the samples: NTU RGB+D's (S001C002P003R002A013), or letters with numbers (a01_s07_e00_v02).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from train.data.splits import Sample
from train.prepare.bodies import Bodies, choose, repaired, tracks
from train.prepare.footage import Clip, Footage, Skipped
from train.prepare.ntu import ntu_kind
from train.prepare.rate import HIGHEST_HZ, LOWEST_HZ, at_30_hz
from tsmf_live.exchange.annotation_pickle import read_annotation_pickle
from tsmf_live.frames import FRAME_RATE_HZ, SourceError
from tsmf_live.ntu_name import NtuName
from tsmf_live.recording.ntu_text import plausible_metres
from tsmf_live.recording.units import require_metres
from tsmf_live.skeleton import JOINT_COUNT, TRACKED

MOST_CLASSES = 10_000  # data sets have a few hundred
_NUMBERED = re.compile(r"([a-z]+)0*(\d{1,9})", re.ASCII)
_FIELDS = {"subject": ("s", "p"), "camera": ("v",), "replication": ("e", "t", "r")}  # letters that say which


class PickleReader:
    """See footage.Reader; an item is an annotation's number.

    Args:
        labels: class names, None to call them by number.
        rate_hz: frames a second of its clips, for those that do not state their own (rate_hz); all become 30.

    Raises:
        SourceError: the file cannot be read, or a label is outside the list.
    """

    part_items = 2000
    spread = False  # every process would have to hold the whole file
    has_pictures = False

    def __init__(self, path: Path, labels: Sequence[str] | None, rate_hz: float = FRAME_RATE_HZ) -> None:
        content = read_annotation_pickle(path)
        self._path = path
        self._splits = {_writable(name): names for name, names in content["split"].items()}
        self._annotations = sorted(content["annotations"], key=lambda annotation: annotation["frame_dir"])
        if not self._annotations:
            raise SourceError(f"{path}: expected annotations, found none; choose another file")
        classes = max(annotation["label"] for annotation in self._annotations) + 1
        if classes > MOST_CLASSES:
            raise SourceError(f"{path}: expected labels of 0 to {MOST_CLASSES - 1}, got a larger one; is it damaged?")
        self.labels = tuple(labels or (f"class {number}" for number in range(1, classes + 1)))
        self._check()
        names = [annotation["frame_dir"] for annotation in self._annotations]
        self.kind = ntu_kind(classes) if all(NtuName.parse(name) for name in names) else "pickle"
        self.items = range(len(self._annotations))
        self.settings: dict[str, Any] = {} if rate_hz == FRAME_RATE_HZ else {"rate_hz": rate_hz}
        self._rate_hz = rate_hz
        self.skipped = [Skipped(path.name, problem, True) for problem in content["refused"]]

    def fingerprint(self) -> Iterable[str]:
        """See Reader."""
        return [f"{self._path.name} {self._path.stat().st_size}"]

    def read(self, item: int) -> Footage:
        """See Reader."""
        annotation = self._annotations[item]
        name = annotation["frame_dir"]
        try:
            bodies = repaired(_bodies(annotation["keypoint"]))
        except SourceError as error:
            return Footage((), [Skipped(name, str(error), True)])
        candidates = [rows for m in np.unique(bodies.ids) if len(rows := np.flatnonzero(bodies.ids == m))]
        if not candidates:
            return Footage((), [Skipped(name, "nobody in it")])
        chosen = [candidates[k] for k in choose(bodies, candidates)]
        seen = np.unique(np.concatenate([bodies.frames[rows] for rows in chosen]))
        joints, states, _, taken = tracks(bodies, chosen, int(seen[0]), int(seen[-1]) + 1)
        clip = Clip(
            name=name,
            label=annotation["label"],
            first_frame=0,
            start=0,
            joints=joints,
            states=states,
            color_xy=None,
            seen=taken,
            **numbers_of(name),
        )
        return Footage([at_30_hz(clip, self._rate_of(annotation))])

    def _rate_of(self, annotation: dict[str, Any]) -> float:
        """Frames a second of a clip: its own rate where it states one that can be."""
        own = annotation.get("rate_hz")
        usable = isinstance(own, int | float) and not isinstance(own, bool) and LOWEST_HZ <= own <= HIGHEST_HZ
        return float(own) if usable else self._rate_hz

    def own_splits(self, samples: Sequence[Sample]) -> dict[str, tuple[list[int], list[int]]]:
        """X_train with X_val or X_test is the split X; any other list is a split of which it is the test part."""
        number_of = {sample.name: number for number, sample in enumerate(samples)}
        lists = {
            name: sorted(number_of[one] for one in listed if one in number_of) for name, listed in self._splits.items()
        }
        found = {}
        for name, listed in lists.items():
            stem, _, part = name.rpartition("_")
            if part == "train" and (f"{stem}_val" in lists or f"{stem}_test" in lists):
                found[stem] = listed, lists.get(f"{stem}_val") or lists.get(f"{stem}_test")
            elif not (part in ("val", "test") and f"{stem}_train" in lists):
                found[name] = sorted(set(range(len(samples))) - set(listed)), listed
        return found

    def _check(self) -> None:
        """Labels within the list, no name twice."""
        before = None
        for annotation in self._annotations:
            name, label = annotation["frame_dir"], annotation["label"]
            if not 0 <= label < len(self.labels):
                raise SourceError(
                    f"{self._path}: {name}: expected a label of 0 to {len(self.labels) - 1}, "
                    f"got {max(label, -1)}; "
                    "give a longer class list (--labels)"
                )
            if name == before:
                raise SourceError(f"{self._path}: expected every name once, found {name} twice")
            before = name


def _bodies(keypoint: np.ndarray) -> Bodies:
    """Everybody in (M, T, 25, 3), a body being there where its numbers are not all zero; see `repaired`.

    Raises:
        SourceError: the numbers are no metres.
    """
    keypoint = keypoint.astype(np.float64)
    require_metres("keypoint", keypoint.reshape(-1, JOINT_COUNT, 3))
    keypoint = plausible_metres(keypoint)
    there = keypoint.any(axis=(2, 3)).T  # (T, M); NaN counts as something
    frame, person = np.nonzero(there)
    joints = keypoint[person, frame]
    states = np.full((len(joints), JOINT_COUNT), TRACKED, np.uint8)
    return Bodies(frame, person, joints, states, None, keypoint.shape[1])


def _writable(text: object) -> str:
    """A name with what no file can hold (half a surrogate pair) escaped."""
    return str(text).encode("utf-8", "backslashreplace").decode()


def numbers_of(name: str) -> dict[str, int]:
    """setup, camera, subject and replication as far as the name tells them, else 0."""
    ntu = NtuName.parse(name)
    if ntu is not None:
        return {"setup": ntu.setup, "camera": ntu.camera, "subject": ntu.performer, "replication": ntu.replication}
    found = {letters: int(number) for letters, number in _NUMBERED.findall(name.lower())}
    numbers = {
        field: next((found[letter] for letter in letters if letter in found), 0) for field, letters in _FIELDS.items()
    }
    return numbers | {"setup": 0}
