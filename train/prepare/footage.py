"""What every reader of train.prepare hands on: labelled clips of people, and the pictures they were filmed in.

    a data set's files --reader.read(item)--> Footage --prepare_parts--> prepared data

An item is what is read in one go: a `.skeleton` file, a PKU-MMD recording with all its actions, a session.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from train.data.splits import Sample
from tsmf_live import actor
from tsmf_live.roi import ReadRegion


class Skipped(NamedTuple):
    """A sample that was left out, and why in a few words; `bad`: a file of it is damaged or not what it should be."""

    name: str
    reason: str
    bad: bool = False


@dataclass(frozen=True)
class Clip:
    """A labelled clip of one or two people, T frames with the context before it.

    Attributes:
        first_frame: where the clip begins; frames before it are context.
        start: the item's frame that is frame 0 of the arrays.
        joints: (T, M, 25, 3) float32, metres, finite.
        states: (T, M, 25) uint8, see prepared.Prepared.states.
        color_xy: (T, M, 25, 2) float32 pixels, or None where there is no picture.
        seen: (T, M) int32: the frame that a person's row was taken from: its own, or the nearest with them.
    """

    name: str
    label: int
    subject: int
    camera: int
    setup: int
    replication: int
    first_frame: int
    start: int
    joints: np.ndarray
    states: np.ndarray
    color_xy: np.ndarray | None
    seen: np.ndarray


#: Asked for ascending frames of the item: (frame asked for, frame shown, its pixels). Where a picture is missing, the
#: newest of the five frames before is shown, as in the live program; a frame without that does not come. Raises
#: EndsEarly after the last picture of a video that does not reach the last frame asked for.
Pictures = Callable[[Sequence[int]], Iterator[tuple[int, int, ReadRegion]]]


@dataclass(frozen=True)
class Footage:
    """One item, read."""

    clips: Sequence[Clip]
    skipped: Sequence[Skipped] = ()
    pictures: Pictures | None = None


class UnreadablePictures(Exception):
    """The item's pictures cannot be read; the text says why. Its samples are left out."""


class EndsEarly(Exception):
    """The item's video is shorter than its skeleton: from `frame` on there are no pictures."""

    def __init__(self, frame: int) -> None:
        super().__init__(f"the video ends at frame {frame}")
        self.frame = frame


def fingerprint_of_actor(reader: Path) -> Iterator[str]:
    """Lines for the fingerprint of what is simulated: they change with the actor's files, and with the reader's own."""
    for path in sorted((*Path(actor.__file__).parent.glob("*.py"), reader)):
        yield f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"


class Reader(Protocol):
    """One kind of data. Is sent to worker processes, so it is small and can be pickled.

    Attributes:
        kind: names the published splits, see splits.PUBLISHED.
        labels: class names.
        items: in the order in which their samples are numbered; what `read` takes.
        part_items: items that are prepared and kept together; as many as fit into 50 MB.
        spread: whether worker processes help.
        skipped: samples that were left out before anything was read.
        settings: what else the result depends on, for the manifest.
        has_pictures: whether there are any.
    """

    kind: str
    labels: tuple[str, ...]
    items: Sequence[Any]
    part_items: int
    spread: bool
    skipped: Sequence[Skipped]
    settings: dict[str, Any]
    has_pictures: bool

    def fingerprint(self) -> Iterable[str]:
        """Lines that change when the source does: names and sizes of its files."""
        ...

    def read(self, item: Any) -> Footage:
        """One item; samples that cannot be used come as `skipped`. A TsmfError leaves the whole item out."""
        ...

    def own_splits(self, samples: Sequence[Sample]) -> dict[str, tuple[list[int], list[int]]]:
        """Splits that came with the data, as numbers of these samples: train, test."""
        ...
