"""NTU RGB+D 60 and 120 as samples: `.skeleton` files and their `_rgb.avi`, wherever below the folder they lie.

The text is read in one go, twice as fast as line by line (`python -m train.prepare --benchmark`). This quick
reader takes only files in the data sets' own spelling, and gives the same as the live program's reader. Any other file
goes through the latter, which reads more spellings of a number and names the line that is wrong.

**Source:** NTU RGB+D (Shahroudy et al. 2016, Liu et al. 2019). Names: setup, camera, performer, replication, action.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from train.data.splits import Sample
from train.prepare.bodies import Bodies, choose, people, repaired, tracks
from train.prepare.footage import Clip, Footage, Skipped
from train.prepare.openpose import OpenPose
from train.prepare.video import pictures_of
from tsmf_live.files import files_below
from tsmf_live.frames import MAX_BODIES, SourceError, UsageError
from tsmf_live.ntu_name import NtuName
from tsmf_live.recording.ntu_text import (
    BYTE_ORDER_MARK,
    FARTHEST_PX,
    JOINT_COLUMNS,
    LONGEST_LINE,
    NtuTextReader,
    body_line,
    is_plain,
    plausible_metres,
    whole_number,
)
from tsmf_live.recording.units import require_metres
from tsmf_live.skeleton import JOINT_COUNT
from tsmf_live.sources.ntu import VIDEO_ENDINGS
from tsmf_live.text_files import read_text

CLASSES = {"ntu60": 60, "ntu120": 120}
LAST_SETUP = {"ntu60": 17, "ntu120": 32}
SKELETON_ENDING = ".skeleton"
_COLUMNS = [0, 1, 2, 5, 6, 11]  # of a joint's line: x y z, colour x y, state
_BODY_LINES = 2 + JOINT_COUNT  # the body's own line, the joint count, the joints


def ntu_kind(classes: int) -> str:
    """Which of the two sets has that many classes."""
    return "ntu60" if classes <= CLASSES["ntu60"] else "ntu120"


class NtuReader:
    """See footage.Reader; an item is a sample's name.

    Args:
        root: a folder; skeletons and videos may lie side by side or in folders of their own.
        kind: "ntu60" or "ntu120".
        missing: a text file with the names of samples without usable skeletons, as the authors publish it, or None.
        color: whether pictures are wanted; without any video there are none.
        openpose: a folder of OpenPose's JSON files from which the crops' places are taken, or None.

    Raises:
        SourceError: no skeleton, or an action outside the class list.
        UsageError: the list of missing samples cannot be read or names none.
    """

    part_items = 64
    spread = True

    def __init__(
        self,
        root: Path,
        kind: str,
        labels: Sequence[str],
        missing: Path | None = None,
        color: bool = True,
        openpose: Path | None = None,
    ) -> None:
        self.kind, self.labels = kind, tuple(labels)
        self._root = root
        self._skeletons, self.skipped = self._find_skeletons()
        self._leave_out_missing(missing)
        self._videos = _videos_below(root) if color else {}
        self.has_pictures = color and any(name in self._videos for name in self._skeletons)
        if color:
            absent = sorted(name for name in self._videos if name not in self._skeletons and NtuName.parse(name))
            known = {one.name for one in self.skipped}
            self.skipped += [Skipped(name, "no .skeleton file") for name in absent if name not in known]
        self.items = sorted(self._skeletons)
        self._openpose = None if openpose is None else OpenPose(openpose, self.items)
        self.settings: dict[str, Any] = {"openpose": None if openpose is None else str(openpose)}

    def fingerprint(self) -> Iterable[str]:
        """See Reader."""
        yield from (f"{one.name} {one.reason}" for one in self.skipped)
        for name in self.items:
            paths = [self._skeletons[name]] + (
                [self._videos[name]] if self.has_pictures and name in self._videos else []
            )
            yield name + "".join(f" {path.stat().st_size}" for path in paths)

    def read(self, item: str) -> Footage:
        """See Reader."""
        if self.has_pictures and item not in self._videos:
            return Footage((), [Skipped(item, "no colour video")])
        try:
            bodies = repaired(read_bodies(self._skeletons[item]))
            if not len(bodies.ids):
                return Footage((), [Skipped(item, "nobody in it")])
            clip = clip_of(item, bodies)
            if self.has_pictures and self._openpose is not None:
                clip = self._openpose.placed(clip)
        except SourceError as error:
            return Footage((), [Skipped(item, str(error).removeprefix(f"{self._skeletons[item]}: "), True)])
        return Footage([clip], (), partial(pictures_of, self._videos[item]) if self.has_pictures else None)

    def own_splits(self, samples: Sequence[Sample]) -> dict[str, tuple[list[int], list[int]]]:
        """See Reader."""
        return {}

    def _find_skeletons(self) -> tuple[dict[str, Path], list[Skipped]]:
        found: dict[str, Path] = {}
        skipped = []
        for path in files_below(self._root, (SKELETON_ENDING,)):
            name = path.stem.upper()
            numbers = NtuName.parse(name)
            if numbers is None:
                skipped.append(Skipped(path.stem, "the name is not SsssCcccPpppRrrrAaaa"))
            elif name in found:
                skipped.append(Skipped(path.stem, "a second file of this name"))
            elif not 1 <= numbers.action <= len(self.labels):
                raise SourceError(
                    f"{path}: expected actions 1 to {len(self.labels)}, got {numbers.action}; "
                    "choose ntu120 or a longer class list (--labels)"
                )
            else:
                found[name] = path
        if not found:
            raise SourceError(f"{self._root}: expected .skeleton files of NTU RGB+D in it or below, found none")
        return found, skipped

    def _leave_out_missing(self, missing: Path | None) -> None:
        """Takes the authors' list of samples out, and counts those of this set."""
        if missing is None:
            return
        text = read_text(missing, "a text file of names", UsageError, f"--missing {missing}")
        listed = NtuName.all_in(text)
        if not listed:
            raise UsageError(f"--missing {missing}: expected names like S001C002P005R002A008, found none")
        for name in sorted(listed):
            if name.setup <= LAST_SETUP[self.kind] and name.action <= len(self.labels):
                self._skeletons.pop(str(name), None)
                self.skipped.append(Skipped(str(name), "listed by the data set's authors as without usable skeleton"))


def _videos_below(root: Path) -> dict[str, Path]:
    """The colour videos by their samples' names."""
    endings = tuple(f"_rgb{ending}" for ending in VIDEO_ENDINGS)
    return {path.stem.upper().removesuffix("_RGB"): path for path in files_below(root, endings)}


def clip_of(name: str, bodies: Bodies) -> Clip:
    """The clip of a sample: from when the first of its people is seen until the last is gone."""
    persons = people(bodies)
    chosen = [persons[k] for k in choose(bodies, persons)]
    seen = np.concatenate([bodies.frames[rows] for rows in chosen])
    first, last = int(seen.min()), int(seen.max()) + 1
    joints, states, color_xy, taken = tracks(bodies, chosen, first, last)
    ntu = NtuName.parse(name)
    said = ntu.performer, ntu.camera, ntu.setup, ntu.replication  # in the order of Clip
    return Clip(
        name,
        ntu.action - 1,
        *said,
        first_frame=0,
        start=first,
        joints=joints,
        states=states,
        color_xy=color_xy,
        seen=taken,
    )


def read_bodies(path: Path) -> Bodies:
    """All bodies of a `.skeleton` file, as float32; what is not finite or absurdly large is NaN.

    Raises:
        SourceError: it cannot be opened, is no such file, breaks off, or states no frame.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: cannot be opened ({error.strerror}); check the path and its rights") from error
    try:
        return _parsed(path, data)
    except (ValueError, IndexError):
        return _read_line_by_line(path)


def _parsed(path: Path, data: bytes) -> Bodies:
    """Bodies of a whole file.

    Raises:
        ValueError, IndexError: anything that is not exactly the format, written as the data sets write it.
        SourceError: the joints are not in metres.
    """
    data = data.removeprefix(BYTE_ORDER_MARK)
    if not is_plain(data):
        raise ValueError("more ways to write a number than this one knows")
    lines = data.split(b"\n")
    if max(map(len, lines)) >= LONGEST_LINE:
        raise ValueError("a line too long")
    frame_count = whole_number(lines[0].strip())
    frames, ids, joint_lines = [], [], []
    at = 1
    for frame in range(frame_count):
        bodies = whole_number(lines[at].strip())
        if not 0 <= bodies <= MAX_BODIES:
            raise ValueError("body count")
        at += 1
        for _ in range(bodies):
            if whole_number(lines[at + 1].strip()) != JOINT_COUNT:
                raise ValueError("joint count")
            ids.append(body_line(lines[at])[0])
            frames.append(frame)
            joint_lines += lines[at + 2 : at + _BODY_LINES]
            at += _BODY_LINES
    if any(map(bytes.strip, lines[at:])) or frame_count < 1 or len(joint_lines) != JOINT_COUNT * len(ids):
        raise ValueError("more or less than the first line says")
    if not ids:
        return _no_bodies(frame_count)
    table = np.loadtxt(joint_lines, np.float64, comments=None, ndmin=2)
    table = table.reshape(len(ids), JOINT_COUNT, JOINT_COLUMNS)[..., _COLUMNS]
    states = table[..., 5]
    if not ((states == 0) | (states == 1) | (states == 2)).all():
        raise ValueError("tracking state")
    return Bodies(
        np.array(frames),
        np.array(ids, np.uint64),
        _metres(path, table[..., :3]),
        states.astype(np.uint8),
        _within(table[..., 3:5], FARTHEST_PX),
        frame_count,
    )


def _read_line_by_line(path: Path) -> Bodies:
    """The same through the live program's reader, which knows more ways to write a number and names the bad line."""
    text = NtuTextReader(path)
    frames, found = [], []
    try:
        for frame in range(text.promised):
            read = text.read()
            if read is None:
                raise SourceError(f"{path}: expected {text.promised} frames as its first line says, found {frame}")
            frames += [frame] * len(read.bodies)
            found += read.bodies
        if not text.promised or text.more_follows():
            raise SourceError(f"{path}: expected {text.promised} frames as its first line says, found another number")
    finally:
        text.close()
    text.sizes.require_metres(path)
    if not found:
        return _no_bodies(text.promised)
    joints, states, color_xy = (
        np.stack([getattr(body, name) for body in found]) for name in ("joints", "joint_state", "color_xy")
    )
    ids = np.array([body.tracking_id for body in found], np.uint64)
    return Bodies(np.array(frames), ids, joints, states, color_xy, text.promised)


def _no_bodies(frame_count: int) -> Bodies:
    nothing = np.zeros((0, JOINT_COUNT, 3), np.float32)
    none = np.zeros(0, np.int64)
    return Bodies(none, none, nothing, nothing[..., 0].astype(np.uint8), nothing[..., :2], frame_count)


def _metres(path: Path, joints: np.ndarray) -> np.ndarray:
    """Joints (B, 25, 3) as float32, NaN where they cannot be; SourceError if they are in another unit."""
    require_metres(path, joints)
    return plausible_metres(joints)


def _within(values: np.ndarray, limit: float) -> np.ndarray:
    return np.where(np.abs(values) <= limit, values, np.nan).astype(np.float32)
