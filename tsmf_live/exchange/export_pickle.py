"""Sessions as one skeleton annotation pickle, as pyskl and mmaction2 read them.

One sample for each annotation, or a whole take as its action. Besides "split" (all, and each subject) and "annotations"
the file holds "labels", the class names in order. Keypoints are (M, T, 25, 3) float32 metres, zeros where nobody is.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from tsmf_live.exchange.outcome import LeftOut, Outcome
from tsmf_live.exchange.person_rows import PersonRows
from tsmf_live.exchange.session_reading import NOT_IN_A_BODY, Session
from tsmf_live.files import new_files, refuse_existing
from tsmf_live.frames import MAX_BODIES, Body, UsageError
from tsmf_live.label_lists import class_name, class_number, read_labels
from tsmf_live.live.slots import SlotKeeper
from tsmf_live.ntu_name import NtuName
from tsmf_live.recording.annotations import Segment, segments
from tsmf_live.recording.folder import HIGHEST_NUMBER
from tsmf_live.skeleton import JOINT_COUNT

PROTOCOL = 4


def export(
    folders: list[Path],
    out: Path,
    label_list: str | None,
    left_out: LeftOut,
    span_s: Sequence[float] | None = None,
) -> Outcome:
    """Exports all sessions into one file.

    Args:
        label_list: numbers the classes, see `read_labels`; None: the labels that there are, sorted.
        left_out: gets the sessions that are damaged.
        span_s: see Session.

    Raises:
        RecordingError: the file exists or cannot be written.
        UsageError: no session says what is done in it, or the list lacks a label.
        SourceError: no session can be used.
    """
    refuse_existing(out)
    parts: list[tuple[Path, list[Segment]]] = []
    for folder in folders:
        with left_out.if_unusable():
            parts.append((folder, segments(folder)))
    found = sorted({part.label for _, listed in parts for part in listed})
    if not found:
        raise UsageError(f"{folders[0]}: neither annotations nor an action in any session; `annotate` adds them")
    labels = read_labels(label_list) if label_list is not None else tuple(found)
    samples: list[dict[str, Any]] = []
    not_held: list[str] = []
    warnings: list[str] = []
    for folder, listed in parts:
        with left_out.if_unusable(), closing(Session(folder, span_s)) as session:
            before = list(samples)
            left = _add_samples(session, session.cut(listed), labels, before)
            samples = before
            not_held += [f"{folder}: {what}" for what in [*left, *session.not_held(events_held=True)]]
            warnings += session.source.warnings
    if not samples:
        left_out.tell(out)
    content = {"split": _split(samples), "annotations": samples, "labels": list(labels)}
    with new_files(out.parent) as unfinished:
        (unfinished / out.name).write_bytes(pickle.dumps(content, PROTOCOL))
    shown = ", ".join(
        f"{number} = {class_name(number + 1, labels)}" for number in sorted({sample["label"] for sample in samples})
    )
    written = f"{out}: {len(samples)} samples; classes {shown}"
    return Outcome(written, ["pictures", NOT_IN_A_BODY, *not_held], warnings)


def _add_samples(
    session: Session, parts: list[Segment], labels: tuple[str, ...], samples: list[dict[str, Any]]
) -> list[str]:
    """Appends the session's samples; returns what the format could not hold, in words."""
    keeper = SlotKeeper()
    growing = [_Growing(part) for part in parts]
    count = 0
    for frame in session.frames():
        slots = [(slot, body) for slot, _, body in keeper.assign(frame.bodies, frame.sensor_time_s)]
        for one in growing:
            one.add(count, slots)
        count += 1
    words = session.timing_not_held([(part.start_frame, min(part.end_frame, count)) for part in parts])
    for part, one in zip(parts, growing, strict=True):
        keypoint = one.finish()
        if not keypoint.size:
            words.append(f"{part.label!r} from frame {part.start_frame}, in which nobody is in view")
            continue
        number = _number_of(part, labels, session.folder)
        name = _free_name(session, number, {sample["frame_dir"] for sample in samples})
        samples.append(
            {
                "frame_dir": str(name),
                "label": number - 1,
                "total_frames": keypoint.shape[1],
                "keypoint": keypoint,
                "subject": part.subject,
                "session": session.folder.resolve().name,
                "start_frame": session.first + part.start_frame,
            }
        )
        words += one.rows.not_held(MAX_BODIES)
    return words


def _number_of(part: Segment, labels: tuple[str, ...], folder: Path) -> int:
    """The segment's class, from 1; UsageError if the list, which the file holds, has none of that number."""
    number = class_number(part.label, labels)
    if number > len(labels):
        raise UsageError(
            f"{folder}: label {part.label!r}: expected one of the label list's names or a number up to {len(labels)}, "
            "as whoever trains with the file counts its classes; give a longer list (--labels) or change the annotation"
        )
    return number


class _Growing:
    """The joints of a segment, filled frame by frame.

    No Body is kept: small arrays that stay in memory between pictures would keep the pictures' memory in use.
    """

    def __init__(self, part: Segment) -> None:
        self.rows = PersonRows(MAX_BODIES)
        self._part = part
        self._count = 0
        self._used = [False] * MAX_BODIES
        frame_count = part.end_frame - part.start_frame
        self._keypoint = np.zeros((MAX_BODIES, frame_count, JOINT_COUNT, 3), np.float32)  # (M, T, V, 3)

    def add(self, number: int, slots: list[tuple[int, Body]]) -> None:
        """The people of the session's next frame; a segment of one person leaves the others out."""
        if not self._part.start_frame <= number < self._part.end_frame:
            return
        bodies = tuple(body for slot, body in slots if self._part.person in (None, slot))
        for row, body in enumerate(self.rows.place(bodies)):
            if body is not None:
                self._keypoint[row, self._count] = body.joints
                self._used[row] = True
        self._count += 1

    def finish(self) -> np.ndarray:
        """(M, T, 25, 3) float32, M the rows that are ever in use, T the frames that there were."""
        return self._keypoint[self._used][:, : self._count]


def _free_name(session: Session, number: int, taken: set[str]) -> NtuName:
    """The sample's name in the manner of NTU RGB+D; replications count up until it is new."""
    numbers = (session.description.get(field) for field in NtuName._fields[:-1])
    told = [number if isinstance(number, int) and 1 <= number <= HIGHEST_NUMBER else 1 for number in numbers]
    name = NtuName(*told, number)
    while str(name) in taken:
        name = name._replace(replication=name.replication + 1)
    if max(name) > HIGHEST_NUMBER:
        raise UsageError(
            f"{session.folder}: more than {HIGHEST_NUMBER} samples of class {number} and one performer; split them"
        )
    return name


def _split(samples: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Names of all samples, and of each subject's."""
    split = {"all": [sample["frame_dir"] for sample in samples]}
    for sample in samples:
        if sample["subject"]:
            split.setdefault(f"subject {sample['subject']}", []).append(sample["frame_dir"])
    return split
