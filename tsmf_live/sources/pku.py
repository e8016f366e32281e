"""PKU-MMD skeleton text: 150 numbers a line, two persons x 25 joints x (x, y, z) in metres, 30 lines a second.

A person whose 75 numbers are all zero is not there. The format has no colour coordinates: joints are projected with the
fixed camera of `camera`. Lines are read when frames are asked for, so a recording of an hour opens at once.

**Source:** PKU-MMD (Liu et al. 2017), skeleton files.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np

from tsmf_live.camera import project_to_color
from tsmf_live.files import beside
from tsmf_live.frames import FRAME_RATE_HZ, Body, SensorFrame, SourceError, TsmfError
from tsmf_live.nearest import nearest_pairs
from tsmf_live.recording.ntu_text import BYTE_ORDER_MARK, LONGEST_LINE, plausible_metres, shown, usable_body
from tsmf_live.recording.tables import SessionEvent
from tsmf_live.recording.units import Sizes
from tsmf_live.recording.video import VideoInStep
from tsmf_live.skeleton import JOINT_COUNT, TRACKED
from tsmf_live.sources.base import EndOfSource, SourceInfo
from tsmf_live.sources.ntu import VIDEO_ENDINGS
from tsmf_live.sources.pku_labels import labelled

PERSONS = 2
REMEMBERED_FRAMES = 30  # a person who was away longer gets a new id, as the sensor would give
SAME_PERSON_M = 0.5
COLUMNS = PERSONS * JOINT_COUNT * 3  # 150
#: Words in the names of the data set's folders, in any case, that say what lies in them.
SKELETON_WORD, LABEL_WORD, VIDEO_WORD = "skeleton", "label", "rgb"
TEXT_ENDING = ".txt"
UNIT_BODIES = 30  # the unit of a recording is decided by so many bodies, or by all if there are fewer


def color_video_of(skeleton: Path) -> Path | None:
    """The colour video of a skeleton text, NAME.avi in a folder whose name holds "rgb" (see `companion`), or None."""
    found = (companion(skeleton, VIDEO_WORD, skeleton.stem + ending) for ending in VIDEO_ENDINGS)
    return next((path for path in found if path is not None), None)


def label_file_of(skeleton: Path) -> Path | None:
    """The labels of a skeleton text, NAME.txt in a folder whose name holds "label" (see `companion`), or None."""
    return companion(skeleton, LABEL_WORD, skeleton.stem + TEXT_ENDING)


def companion(skeleton: Path, word: str, name: str) -> Path | None:
    """The file `name` that belongs to a skeleton text, all in any case of the letters.

    Looked for in folders whose names hold `word`, beside the skeleton's folder (label/, rgb_video/) or beside the
    folder around that (Data/PKU_Skeleton_Renew and Label), and in their subfolders (Label/Train_Label_PKU_final).
    """
    around = skeleton.absolute().parent
    for beside_it in (around.parent, around.parent.parent):
        for folder in _folders(beside_it):
            if word not in folder.name.lower() or folder == around:
                continue
            for place in (folder, *_folders(folder)):
                if (found := beside(place, name)) is not None:
                    return found
    return None


def _folders(folder: Path) -> list[Path]:
    """The folders within a folder by name, those of renewed and final versions first; none if it cannot be listed."""
    try:
        found = [path for path in folder.iterdir() if path.is_dir()]
    except OSError:
        return []
    return sorted(found, key=version_of)


def version_of(path: Path) -> tuple[bool, str]:
    """Sorts renewed and final versions of the same thing (PKU_Skeleton_Renew, Train_Label_PKU_final) first."""
    return not any(word in str(path).lower() for word in ("renew", "final")), str(path)


def persons_of(line: bytes) -> np.ndarray | None:
    """The numbers of a line of skeleton text, (2, 25, 3) float64; None if it is no such line."""
    values = line.split()
    try:
        return np.array(values, np.float64).reshape(PERSONS, JOINT_COUNT, 3)
    except ValueError:
        return None


def bodies_of_joints(persons: np.ndarray) -> tuple[tuple[Body, ...], int]:
    """Bodies of joints alone, (M, 25, 3) metres, and how many joints are unknown; all zero: not there.

    Tracking ids are the rows, from 1; joints count as tracked and are mapped by the fixed camera.
    """
    bodies, bad_joints = [], 0
    for row, joints in enumerate(persons):
        if not joints.any():
            continue
        joints = plausible_metres(joints)
        state = np.full(JOINT_COUNT, TRACKED, np.uint8)
        body, bad = usable_body(row + 1, joints, state, project_to_color(joints))
        bad_joints += bad
        if body is not None:
            bodies.append(body)
    return tuple(bodies), bad_joints


class PkuSource:
    """The frames of one PKU-MMD skeleton text file.

    A file that breaks off or goes wrong in its middle gives the complete frames before that place, then SourceError.

    Raises:
        SourceError: it cannot be opened, its first line is no frame, or no line holds a known joint.
    """

    def __init__(self, path: Path) -> None:
        self.warnings: list[str] = []
        self._path = path
        self._next = 0
        self._closed = False
        self._identities = _Identities()
        self._error: SourceError | None = None
        try:
            frame_count = _count_lines(path)
            self._file = path.open("rb")
        except OSError as error:
            raise SourceError(f"{path}: cannot be opened ({error.strerror}); check the path and its rights") from error
        try:
            self._require_person()
        except SourceError:
            self._file.close()
            raise
        self.times_s = [index / FRAME_RATE_HZ for index in range(frame_count)]
        self._video = VideoInStep(color_video_of(path), self.warnings)
        self.info = SourceInfo(
            name=path.name,
            kind="pku",
            live=False,
            frame_rate_hz=FRAME_RATE_HZ,
            duration_s=frame_count / FRAME_RATE_HZ,
            has_color=self._video.has_color,
            time_estimated=True,
            sensor="PKU-MMD file",
            truth=self._labels(),
        )

    def _labels(self) -> tuple[SessionEvent, ...]:
        """What the label file says; one that cannot be used is a warning: the recording plays without it."""
        file = label_file_of(self._path)
        try:
            return labelled(self._path, file) if file is not None else ()
        except TsmfError as error:
            self.warnings.append(str(error))
            return ()

    def read(self) -> SensorFrame:
        """See Source.read."""
        if self._closed:
            raise EndOfSource
        index = self._next
        bodies, bad_joints = self._next_bodies()
        if bad_joints and not any("not finite" in warning for warning in self.warnings):
            self.warnings.append(
                f"{self._path}: line {index + 1}: {bad_joints} joints are not finite or at 0,0,0; they count as "
                "not tracked, here and in later frames"
            )
        color = self._video.picture(index)
        return SensorFrame(
            index=index,
            sensor_time_s=index / FRAME_RATE_HZ,
            host_time_s=time.perf_counter(),
            color_bgra=color,
            bodies=bodies,
            time_estimated=True,
            bad_joints=bad_joints,
        )

    def seek(self, number: int) -> None:
        """See SeekableSource.seek. Who is who depends on all lines before: they are read again if it goes back."""
        if number < self._next:
            self._file.seek(0)
            self._next, self._error, self._identities = 0, None, _Identities()
        while self._next < number:
            self._next_bodies()
        self._video.seek(number)

    def close(self) -> None:
        """See Source.close."""
        self._closed = True
        self._video.close()
        self._file.close()

    def _next_bodies(self) -> tuple[tuple[Body, ...], int]:
        """The bodies of the next line with their ids, and the count of broken joints."""
        if self._error is not None:
            raise self._error
        try:
            bodies_and_bad = self._bodies(self._next)
        except SourceError as error:
            self._error = error
            raise
        if bodies_and_bad is None:
            raise EndOfSource
        bodies, bad_joints = bodies_and_bad
        self._next += 1
        return self._identities.give(bodies, self._next - 1), bad_joints

    def _bodies(self, index: int) -> tuple[tuple[Body, ...], int] | None:
        """The bodies of the next line and the count of broken joints; None after the last line."""
        persons = self._persons(index)
        return None if persons is None else bodies_of_joints(persons)

    def _persons(self, index: int) -> np.ndarray | None:
        """The numbers of the next line, (2, 25, 3) float64; None after the last line."""
        try:
            line = self._file.readline(LONGEST_LINE)
            if index == 0:
                line = line.removeprefix(BYTE_ORDER_MARK)
            if not line.strip() and not any(map(bytes.strip, _lines(self._file))):
                return None
        except OSError as error:
            raise SourceError(
                f"{self._path}: line {index + 1} cannot be read ({error.strerror}); check the disk"
            ) from error
        persons = persons_of(line)
        if persons is None:
            count = len(line.split())
            what = f"{count} values" if count != COLUMNS else "something that is no number"
            raise SourceError(
                f"{self._path}: line {index + 1}: expected {COLUMNS} numbers, got {what} ({shown(line)}); "
                "is it a PKU-MMD skeleton file, and complete?"
            )
        return persons

    def _require_person(self) -> None:
        """Reads on to the first person, and far enough to know the unit; goes back to the start."""
        index, found, sizes = 0, False, Sizes()
        while not found or sizes.count < UNIT_BODIES:
            try:
                persons = self._persons(index)
            except SourceError:
                if not found:
                    raise
                break
            if persons is None:
                break
            for joints in persons[persons.any(axis=(1, 2))]:
                sizes.add(joints)
            if not found and UNIT_BODIES <= sizes.count < UNIT_BODIES + PERSONS:
                sizes.require_metres(self._path)
            found = found or bool(bodies_of_joints(persons)[0])
            index += 1
        self._file.seek(0)
        sizes.require_metres(self._path)
        if not found:
            what = f"found no finite joint in {index} frames (0,0,0 is none)" if index else "the file is empty"
            raise SourceError(f"{self._path}: expected a person, {what}; choose another file")


class _Identities:
    """Tracking ids by place: the format has none, and a person may change from one column to the other."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[int, np.ndarray]] = {}  # id: (frame, place) when last seen
        self._next_id = 1

    def give(self, bodies: tuple[Body, ...], index: int) -> tuple[Body, ...]:
        """The bodies, each under the id of whoever was nearest to it within the last second, or under a new one."""
        ids = sorted(i for i, (frame, _) in self._seen.items() if index - frame <= REMEMBERED_FRAMES)
        pairs = nearest_pairs([self._seen[i][1] for i in ids], [body.place for body in bodies], SAME_PERSON_M)
        given = {row: ids[k] for k, row in pairs}
        for row, body in enumerate(bodies):
            if row not in given:
                given[row] = self._next_id
                self._next_id += 1
            self._seen[given[row]] = index, body.place
        return tuple(replace(body, tracking_id=given[row]) for row, body in enumerate(bodies))


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The rest of a file, line by line; a line that is too long comes in pieces."""
    return iter(partial(file.readline, LONGEST_LINE), b"")


def _count_lines(path: Path) -> int:
    """Lines of a text file that are not blank; a last one without a line break counts if it is as wide as a frame."""
    with path.open("rb") as file:
        return sum(
            not line.isspace() and (line.endswith(b"\n") or len(line.split()) == COLUMNS) for line in _lines(file)
        )
