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


def own_names(*folders: Path) -> tuple[str, ...]:
    """The names in a set's own labels.txt, which lies in one of these folders; () if it has none.

    Raises:
        UsageError: the list cannot be read.
    """
    own = next((path for folder in folders if (path := folder / NAMES_FILE).is_file()), None)
    return read_labels(str(own)) if own is not None else ()


def names_of(skeleton: Path, labels: Path) -> tuple[str, ...]:
    """The names of a recording's classes: the set's own, or those of PKU-MMD for its recordings (0001-L), or ().

    Raises:
        UsageError: the set's own list cannot be read.
    """
    names = own_names(skeleton.parent.parent, labels.parent)
    return names or (read_labels(PKU_NAMES) if PKU_NAME.fullmatch(skeleton.stem) else ())


def labelled(skeleton: Path, labels: Path) -> tuple[SessionEvent, ...]:
    """What a label file says is done in a recording, as annotations of the scene; seconds from the first frame.

    Classes without a name (see `names_of`) have their numbers.

    Raises:
        SourceError, UsageError: the label file, or the set's own list of names, cannot be read.
    """
    names = names_of(skeleton, labels)
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
