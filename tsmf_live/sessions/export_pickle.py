"""`export-pickle`: sessions as one skeleton annotation pickle, as pyskl and mmaction2 read them.

One sample for each annotation, or a whole take as its action. Besides "split" (all, and each subject) and "annotations"
the file holds "labels", the class names in order. Keypoints are (M, T, 25, 3) float32 metres, zeros where nobody is.
"""

from __future__ import annotations

import argparse
import pickle
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from tsmf_live.exchange.class_names import class_number, read_labels
from tsmf_live.exchange.person_rows import PersonRows
from tsmf_live.exchange.session_reading import LeftOut, Session, frames, report
from tsmf_live.files import new_files, refuse_existing
from tsmf_live.frames import MAX_BODIES, Body, UsageError
from tsmf_live.live.pose import SlotKeeper
from tsmf_live.ntu_name import NtuName
from tsmf_live.recording.annotations import Segment, segments
from tsmf_live.sessions.export_ntu import HIGHEST
from tsmf_live.sessions.export_pku import NOT_IN_A_BODY
from tsmf_live.skeleton import JOINT_COUNT

EXAMPLE = "example: python -m tsmf_live.sessions export-pickle STUDY/take-* --out study.pkl"
PROTOCOL = 4


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """The command's arguments."""
    parser = subparsers.add_parser(
        "export-pickle", help="as a skeleton annotation pickle", description=__doc__, epilog=EXAMPLE
    )
    add = parser.add_argument
    add("folders", nargs="+", type=Path, metavar="DIR", help="folder of a recorded session")
    add("--out", type=Path, required=True, metavar="FILE", help="a new .pkl file")
    add("--labels", metavar="NAME|FILE", help="label list that numbers the classes (default: their own, sorted)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exports all sessions into one file; RecordingError if it exists or cannot be written.

    Those that are damaged are left out; SourceError at the end if there were some.
    """
    refuse_existing(args.out)
    left_out = LeftOut(len(args.folders), "sessions")
    parts: list[tuple[Path, list[Segment]]] = []
    for folder in args.folders:
        with left_out.if_unusable():
            parts.append((folder, segments(folder)))
    found = sorted({part.label for _, listed in parts for part in listed})
    if not found:
        raise UsageError(f"{args.folders[0]}: neither annotations nor an action in any session; `annotate` adds them")
    labels = read_labels(args.labels) if args.labels is not None else tuple(found)
    samples: list[dict[str, Any]] = []
    not_held: list[str] = []
    warnings: list[str] = []
    for folder, listed in parts:
        with left_out.if_unusable(), closing(Session(folder)) as session:
            before = list(samples)
            left = _add_samples(session, listed, labels, before)
            samples = before
            not_held += [f"{folder}: {what}" for what in [*left, *session.not_held(events_held=True)]]
            warnings += session.source.warnings
    if not samples:
        left_out.tell(args.out)
    content = {"split": _split(samples), "annotations": samples, "labels": list(labels)}
    with new_files(args.out.parent) as unfinished:
        (unfinished / args.out.name).write_bytes(pickle.dumps(content, PROTOCOL))
    shown = ", ".join(f"{number} = {labels[number]}" for number in sorted({sample["label"] for sample in samples}))
    report(f"{args.out}: {len(samples)} samples; classes {shown}", ["pictures", NOT_IN_A_BODY, *not_held], warnings)
    left_out.tell(args.out)
    return 0


def _add_samples(
    session: Session, parts: list[Segment], labels: tuple[str, ...], samples: list[dict[str, Any]]
) -> list[str]:
    """Appends the session's samples; what could not be held, in words."""
    keeper = SlotKeeper()
    growing = [_Growing(part) for part in parts]
    count = 0
    for frame in frames(session.source, session.folder.name):
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
        number = class_number(part.label, labels)
        name = _free_name(session, number, {sample["frame_dir"] for sample in samples})
        samples.append(
            {
                "frame_dir": str(name),
                "label": number - 1,
                "total_frames": keypoint.shape[1],
                "keypoint": keypoint,
                "subject": part.subject,
                "session": session.folder.resolve().name,
                "start_frame": part.start_frame,
            }
        )
        words += one.rows.not_held(MAX_BODIES)
    return words


class _Growing:
    """The joints of a segment, filled frame by frame.

    No Body is kept: small arrays that stay between pictures that go would keep the memory of every picture.
    """

    def __init__(self, part: Segment) -> None:
        self.rows = PersonRows(MAX_BODIES)
        self._part = part
        self._count = 0
        self._used = [False] * MAX_BODIES
        frame_count = part.end_frame - part.start_frame
        self._keypoint = np.zeros((MAX_BODIES, frame_count, JOINT_COUNT, 3), np.float32)  # (M, T, V, 3)

    def add(self, number: int, slots: list[tuple[int, Body]]) -> None:
        """The people of the session's next frame, those left out of whom the segment does not speak."""
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
    told = [number if isinstance(number, int) and 1 <= number <= HIGHEST else 1 for number in numbers]
    name = NtuName(*told, number)
    while str(name) in taken:
        name = name._replace(replication=name.replication + 1)
    if max(name) > HIGHEST:
        raise UsageError(
            f"{session.folder}: more than {HIGHEST} samples of class {number} and one performer; split them"
        )
    return name


def _split(samples: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Names of all samples, and of each subject's."""
    split = {"all": [sample["frame_dir"] for sample in samples]}
    for sample in samples:
        if sample["subject"]:
            split.setdefault(f"subject {sample['subject']}", []).append(sample["frame_dir"])
    return split
