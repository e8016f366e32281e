"""PKU-MMD's label files: class,start,end,confidence a line, and what they say of a recording."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from tsmf_live.frames import FRAME_RATE_HZ, SourceError
from tsmf_live.label_lists import class_name, read_labels
from tsmf_live.recording.tables import SessionEvent
from tsmf_live.text_files import read_text

PKU_CONFIDENCE = 2  # "strong"; 1 is "slight"
LARGEST_NUMBER = 2**31 - 1  # frames of two years; a larger number means damage
NAMES_FILE = "labels.txt"  # a set's own names, beside its skeleton and label folders or among the labels
PKU_NAME, PKU_NAMES = re.compile(r"\d{4}-[LMR]", re.ASCII), "pku_mmd"


class PkuLabel(NamedTuple):
    """A line of a PKU-MMD label file: frames from `first` to `last`, from 1, both included."""

    number: int
    first: int
    last: int
    confidence: int


def read_pku_labels(path: Path) -> list[PkuLabel]:
    """The lines of a PKU-MMD label file; a missing confidence counts as 2.

    Raises:
        SourceError: cannot be read, or a line is no label.
    """
    labels = []
    for line, text in enumerate(read_text(path, "PKU-MMD labels").split("\n"), 1):
        if not text.strip():
            continue
        try:
            number, first, last, *rest = (int(value) for value in text.split(","))
            label = PkuLabel(number, first, last, *(rest or [PKU_CONFIDENCE]))
        except (ValueError, TypeError):
            label = None
        if label is None or not _is_possible(label):
            raise SourceError(
                f"{path}: line {line}: expected class,start,end,confidence (whole numbers, start from 1 and not after "
                f"the end), got {text[:60]!r}; is it a PKU-MMD label file?"
            )
        labels.append(label)
    return labels


def labelled(skeleton: Path, labels: Path) -> tuple[SessionEvent, ...]:
    """What a label file says is done in a recording, as annotations of the scene; seconds from the first frame.

    Classes have the names of the set's own list, those of PKU-MMD for its recordings (0001-L), else their numbers.

    Raises:
        SourceError, UsageError: the label file, or the set's own list of names, cannot be read.
    """
    lists = (skeleton.parent.parent / NAMES_FILE, labels.parent / NAMES_FILE)
    own = next(
        (str(path) for path in lists if path.is_file()), PKU_NAMES if PKU_NAME.fullmatch(skeleton.stem) else None
    )
    names = read_labels(own) if own is not None else ()
    return tuple(
        SessionEvent(
            (row.first - 1) / FRAME_RATE_HZ,
            row.last / FRAME_RATE_HZ,
            class_name(row.number, names),
            1.0,
            None,
            "annotation",
        )
        for row in read_pku_labels(labels)
    )


def _is_possible(label: PkuLabel) -> bool:
    within = all(0 <= value <= LARGEST_NUMBER for value in label)
    return within and label.number >= 1 and 1 <= label.first <= label.last
