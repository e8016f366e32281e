"""Recorded sessions as samples: annotated segments, or each take as the action it was made for.

An item is a session's folder. Its frames are put on a 30 Hz grid by their times, as the live program does; what came
before a segment is kept as context. People keep the slots that they had live, so a segment that speaks of one person
finds them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from train.data.splits import Sample
from train.prepare.bodies import Bodies, choose, completed, tracks
from train.prepare.footage import Clip, EndsEarly, Footage, Skipped, UnreadablePictures
from train.prepare.video import opened, region_of
from tsmf_live.frames import FRAME_RATE_HZ, Body, SourceError
from tsmf_live.live.slots import SlotKeeper
from tsmf_live.live.tracks import HELD_FRAMES
from tsmf_live.recording.annotations import Segment, segments
from tsmf_live.recording.checksums import FrameChecksums
from tsmf_live.recording.folder import BODIES_FILE, COLOR_FILE, DESCRIPTION_FILE, read_description
from tsmf_live.recording.ntu_text import NtuTextReader
from tsmf_live.recording.row_pictures import SAME_TIME_S
from tsmf_live.recording.tables import FrameRow, read_frame_rows
from tsmf_live.roi import ReadRegion

LONGEST_GAP_S = 10.0  # within a segment
MOST_PER_FRAME_S = 0.2  # a segment lasts at most so long for each of its frames, and one gap more
LARGEST_NUMBER = 10**9  # of a subject, camera and so on
_SLOTS = 8  # more than there are, to number a person by slot and epoch


class SessionsReader:
    """See footage.Reader; an item is a session's path below the root.

    Args:
        root: a session, or a folder with sessions in it or below.
        labels: class names; None: those that the segments have, sorted.
        color: whether pictures are wanted; without any video there are none.
        context: frames to keep before each segment.
        only: these sessions alone, by their paths below the root; None: all.

    Raises:
        SourceError: no session, none of that name, no labelled segment, or a label outside the list.
    """

    kind = "sessions"
    part_items = 1
    spread = True

    def __init__(
        self, root: Path, labels: Sequence[str] | None, color: bool, context: int, only: Sequence[str] | None = None
    ) -> None:
        self._root, self._context = root, context
        folders = sorted(path.parent for path in root.rglob(DESCRIPTION_FILE))
        if only is not None:
            there = {folder.relative_to(root).as_posix(): folder for folder in folders}
            if missing := [name for name in only if name not in there]:
                raise SourceError(f"{root}: --only {missing[0]}: expected a session below it, found none of that name")
            folders = [there[name] for name in sorted(set(only))]
        self.skipped: list[Skipped] = []
        self._segments: dict[str, list[Segment]] = {}
        self._numbers: dict[str, dict[str, int]] = {}
        for folder in folders:
            self._look_into(folder)
        self.items = sorted(self._segments)
        if not self.items:
            why = f": {self.skipped[0].name}: {self.skipped[0].reason}" if self.skipped else ""
            raise SourceError(f"{root}: expected recorded sessions with annotations or an action, found none{why}")
        named = {segment.label for parts in self._segments.values() for segment in parts}
        self.labels = tuple(labels or sorted(named))
        self._check_labels()
        subjects = sorted({segment.subject for parts in self._segments.values() for segment in parts} - {""})
        self._subjects = {subject: number for number, subject in enumerate(subjects, 1)}
        self._has_video = {item for item in self.items if (root / item / COLOR_FILE).is_file()} if color else set()
        self.has_pictures = bool(self._has_video)
        self.settings: dict[str, Any] = {"context": context, "subjects": self._subjects}

    def fingerprint(self) -> Iterable[str]:
        """See Reader."""
        yield from (f"{one.name} {one.reason}" for one in self.skipped)
        for item in self.items:
            bodies = self._root / item / BODIES_FILE
            yield f"{item} {self._segments[item]} {bodies.stat().st_size if bodies.is_file() else 'none'}"

    def read(self, item: str) -> Footage:
        """See Reader."""
        folder, parts = self._root / item, self._segments[item]
        names = [f"{item}:{number:02d}" for number in range(1, len(parts) + 1)]
        if self.has_pictures and item not in self._has_video:
            return Footage((), [Skipped(name, "no colour video") for name in names])
        try:
            rows = read_frame_rows(folder, [])
            bodies, slots = _read_bodies(folder, rows)
        except SourceError as error:
            return Footage((), [Skipped(name, str(error), True) for name in names])
        grid = _grid(rows)
        clips, skipped = [], []
        for name, part in zip(names, parts, strict=True):
            gap_s = _longest_gap_s(rows, part)
            if gap_s > LONGEST_GAP_S:
                skipped.append(Skipped(name, f"a gap of {gap_s:,.0f} s between its frames", True))
                continue
            made = self._clip(item, name, part, bodies, slots, grid)
            (clips if isinstance(made, Clip) else skipped).append(made)
        pictures = partial(_pictures, folder / COLOR_FILE, rows, grid) if self.has_pictures else None
        return Footage(clips, skipped, pictures)

    def own_splits(self, samples: Sequence[Sample]) -> dict[str, tuple[list[int], list[int]]]:
        """See Reader."""
        return {}

    def _clip(
        self, item: str, name: str, part: Segment, bodies: Bodies, slots: np.ndarray, grid: np.ndarray
    ) -> Clip | Skipped:
        first, last = int(grid[part.start_frame]), int(grid[part.end_frame - 1]) + 1
        begin = max(first - self._context, 0)
        in_segment = (bodies.frames >= first) & (bodies.frames < last)
        if part.person is not None:
            in_segment &= slots == part.person
        candidates = [np.flatnonzero(in_segment & (bodies.ids == one)) for one in np.unique(bodies.ids[in_segment])]
        if not candidates:
            return Skipped(name, "nobody in it")
        chosen = [bodies.ids[candidates[k][0]] for k in choose(bodies, candidates)]
        whole = [
            np.flatnonzero((bodies.ids == one) & (bodies.frames >= begin) & (bodies.frames < last)) for one in chosen
        ]
        numbers = self._numbers[item]
        subject = self._subjects.get(part.subject, numbers["performer"])
        return Clip(
            name,
            self.labels.index(part.label),
            subject,
            numbers["camera"],
            numbers["setup"],
            numbers["replication"],
            first - begin,
            begin,
            *tracks(bodies, whole, begin, last),
        )

    def _look_into(self, folder: Path) -> None:
        item = folder.relative_to(self._root).as_posix()
        try:
            description, parts = read_description(folder), segments(folder)
        except SourceError as error:
            self.skipped.append(Skipped(item, str(error), True))
            return
        if not parts:
            self.skipped.append(Skipped(item, "neither annotations nor an action"))
            return
        self._segments[item] = parts
        self._numbers[item] = {
            field: _number(description.get(field)) for field in ("performer", "camera", "setup", "replication")
        }

    def _check_labels(self) -> None:
        for item, parts in self._segments.items():
            for part in parts:
                if part.label not in self.labels:
                    raise SourceError(
                        f"{self._root / item}: expected one of the {len(self.labels)} labels of the list, got "
                        f"{part.label!r}; add it to the list (--labels) or annotate anew"
                    )


def _number(told: object) -> int:
    """A number that session.json tells, 0 for anything else."""
    return told if isinstance(told, int) and 0 <= told < LARGEST_NUMBER else 0


def _longest_gap_s(rows: list[FrameRow], part: Segment) -> float:
    """The longest time without a frame within a segment, or, where many add up, how much longer it is than its frames.

    What was done then is unknown, and its frames would have to be invented.
    """
    times_s = np.array([row.sensor_time_s for row in rows[part.start_frame : part.end_frame]])
    surplus_s = times_s[-1] - times_s[0] - MOST_PER_FRAME_S * len(times_s)
    return float(max(np.diff(times_s).max(initial=0.0), surplus_s))


def _grid(rows: list[FrameRow]) -> np.ndarray:
    """The place of each row on a 30 Hz grid that begins with the first."""
    times_s = np.array([row.sensor_time_s for row in rows])
    return np.floor((times_s - times_s[0]) * FRAME_RATE_HZ + 0.5).astype(np.int64)


def _read_bodies(folder: Path, rows: list[FrameRow]) -> tuple[Bodies, np.ndarray]:
    """All bodies on the grid, numbered by person, and the slot of each; of a cut recording the complete frames.

    Raises:
        SourceError: it cannot be read, or a frame is not what was recorded.
    """
    grid = _grid(rows)
    keeper = SlotKeeper()
    checksums = FrameChecksums(folder, read_description(folder), [])
    found: dict[tuple[int, int], tuple[int, Body]] = {}  # (frame, person): slot, body; the later row of a frame counts
    text = NtuTextReader(folder / BODIES_FILE)
    try:
        for number, (row, frame) in enumerate(zip(rows, grid.tolist(), strict=True)):
            try:
                read = text.read()
            except SourceError:
                break
            if read is None:
                break
            checksums.require(number, row, read.crc32)
            for slot, epoch, body in keeper.assign(read.bodies, row.sensor_time_s):
                found[frame, slot + _SLOTS * epoch] = slot, body
    finally:
        text.close()
    text.sizes.require_metres(text.path)
    order = sorted(found)
    bodies = [found[key][1] for key in order]
    if not bodies:
        raise SourceError(f"{folder}: nobody in it")
    joints, states, color_xy = (
        np.stack([getattr(body, name) for body in bodies]) for name in ("joints", "joint_state", "color_xy")
    )
    frames, ids = (np.array([key[k] for key in order]) for k in (0, 1))
    slots = np.array([found[key][0] for key in order])
    found_bodies = Bodies(frames, ids, joints, states, color_xy, int(grid[-1]) + 1)
    return completed(found_bodies, [np.flatnonzero(ids == one) for one in np.unique(ids)]), slots


def _pictures(
    path: Path, rows: list[FrameRow], grid: np.ndarray, frames: Sequence[int]
) -> Iterator[tuple[int, int, ReadRegion]]:
    """See Footage.pictures; a picture belongs to the row whose time its own time is.

    Raises:
        UnreadablePictures, EndsEarly: the video breaks off, or lacks pictures at its end that were recorded.
    """
    shown_at = np.array([frame for row, frame in zip(rows, grid, strict=True) if row.color], np.int64)
    times_s = [row.sensor_time_s for row in rows if row.color]
    video = opened(path)
    last: tuple[int, ReadRegion] | None = None
    ends_at: int | None = None
    try:
        for frame in frames:
            number = int(np.searchsorted(shown_at, frame, side="right")) - 1
            if number < 0 or shown_at[number] < frame - HELD_FRAMES:
                continue
            if last is None or last[0] != number:
                while video.next_time_s is not None and video.next_time_s < times_s[number] - SAME_TIME_S:
                    video.skip()
                if video.next_time_s is None and video.problem is None:
                    ends_at = int(shown_at[number]) if ends_at is None else ends_at
                    continue
                if video.next_time_s is None or video.next_time_s > times_s[number] + SAME_TIME_S:
                    continue
                last = number, region_of(video.take())
            yield frame, int(shown_at[number]), last[1]
        problem = video.problem
    finally:
        video.close()
    if problem is not None:
        raise UnreadablePictures(f"{path.name}: the video breaks off ({problem})")
    if ends_at is not None:
        raise EndsEarly(ends_at)
