"""Continuous recordings with labels, and what the live program says of them, from when to when.

    labelled_streams(folder) -> Stream --play--> steps: every pose and reading --decide--> events, labels at each update

`play` takes the frames through the live program's own stages, without threads; `decide` goes through its decisions
once more, with any settings, without asking the networks again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from train.prepare.people import LEAVE_OUT, read_classes
from tsmf_live.actor.subject import IDLE
from tsmf_live.frames import FRAME_RATE_HZ, Event, PoseFrame, Prediction, SourceError, UsageError
from tsmf_live.label_lists import class_name
from tsmf_live.live import offline
from tsmf_live.live.inference import LEAST_COVERAGE, EventTracker
from tsmf_live.live.recognizer import Reading
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.recording.annotations import frame_times_s
from tsmf_live.recording.folder import DESCRIPTION_FILE
from tsmf_live.recording.tables import of_kind, read_events
from tsmf_live.sources.base import Source
from tsmf_live.sources.open import open_source
from tsmf_live.sources.pku import LABEL_WORD, SKELETON_WORD, TEXT_ENDING, label_file_of
from tsmf_live.sources.pku_labels import names_of, read_pku_labels

#: A pose with what the model said of it, or None where all begins anew after a gap in time.
Step = tuple[PoseFrame, Reading] | None


@dataclass(frozen=True)
class Segment:
    """What somebody does, in seconds; label None: it neither counts nor makes an event wrong that lies in it."""

    start_s: float
    end_s: float
    label: str | None


@dataclass(frozen=True)
class Stream:
    """A recording and its truth.

    Attributes:
        group: the data set or study that it belongs to.
        path: what run_live.py plays.
        segments: by time.
        length_s: of the recording.
    """

    group: str
    path: Path
    segments: tuple[Segment, ...]
    length_s: float

    @property
    def background_s(self) -> float:
        """Seconds in which nothing is labelled."""
        return max(0.0, self.length_s - sum(one.end_s - one.start_s for one in self.segments))


@dataclass(frozen=True)
class Decided:
    """What is said of a stream with some settings.

    Attributes:
        events: by their end.
        said: at each update the time in seconds, and the label of each person in view (None: nothing).
    """

    events: tuple[Event, ...]
    said: tuple[tuple[float, tuple[str | None, ...]], ...]


class _KeptReadings(EventTracker):
    """Keeps what it is given."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.steps: list[Step] = []

    def update(self, pose: PoseFrame, reading: Reading) -> Prediction:
        self.steps.append((pose, reading))
        return super().update(pose, reading)

    def start_anew(self) -> list[Event]:
        self.steps.append(None)
        return super().start_anew()


def labelled_streams(
    roots: Sequence[Path], labels: Sequence[str], classes: Path | None, names: Sequence[str] | None = None
) -> list[Stream]:
    """The streams below folders that have labels, by name.

    Args:
        roots: recorded sessions lie in or below each, or folders `skeleton` and `label` as PKU-MMD has them.
        labels: those of the checkpoint.
        classes: a table like train/prepare/people_classes.csv, that says what the numbers of a set (the folder's name)
            mean; a set that is not in it, or without a table: the set's own names, see pku_labels.names_of.
        names: only streams whose names begin with one of these.

    Raises:
        SourceError: no labelled stream. UsageError: a label that the checkpoint does not know.
    """
    table = read_classes(classes) if classes is not None else {}
    found: list[Stream] = []
    for root in roots:
        sessions = (file.parent for file in sorted(root.rglob(DESCRIPTION_FILE)))
        below = [_session(folder) for folder in sessions if of_kind("annotation", read_events(folder))]
        for folder in sorted(path for path in (root, *root.rglob(SKELETON_WORD)) if path.name == SKELETON_WORD):
            below += _pku_streams(folder, table.get(folder.parent.name))
        if not below:
            raise SourceError(
                f"{root}: expected recordings with labels (annotated sessions, or {SKELETON_WORD}/ beside "
                f"{LABEL_WORD}/ as PKU-MMD has them), found none"
            )
        found += below
    if names:
        found = [one for one in found if one.path.name.startswith(tuple(names))]
        if not found:
            raise UsageError(f"--names: expected beginnings of recordings' names, none begins with {', '.join(names)}")
    for one in found:
        unknown = next((s.label for s in one.segments if s.label is not None and s.label not in labels), None)
        if unknown is not None:
            raise UsageError(
                f"{one.path}: label {unknown!r} is not among the checkpoint's {len(labels)}; give a table of classes "
                "(--classes) that says which it is, or 'leave out'"
            )
    return found


def _session(folder: Path) -> Stream:
    times_s = frame_times_s(folder)
    events = of_kind("annotation", read_events(folder))
    length_s = float(times_s[-1] - times_s[0]) + 1 / FRAME_RATE_HZ
    segments = (Segment(event.start_s, event.end_s, event.label) for event in events if event.label != IDLE)
    return Stream(folder.parent.name, folder, _by_time(segments), length_s)


def _pku_streams(folder: Path, names: Mapping[str, str] | None) -> Iterator[Stream]:
    """The labelled streams of a folder of skeleton texts; `names`: number of a class (or a stream) -> label."""
    for path in sorted(folder.glob(f"*{TEXT_ENDING}")):
        label_file = label_file_of(path)
        if label_file is None:
            continue
        with path.open("rb") as file:
            frames = sum(1 for _ in file)
        segments, own = [], names_of(path, label_file)
        for row in read_pku_labels(label_file):
            label = class_name(row.number, own) if names is None else names.get(str(row.number), IDLE)
            if label != IDLE:
                segments.append(
                    Segment(
                        (row.first - 1) / FRAME_RATE_HZ,
                        min(row.last, frames) / FRAME_RATE_HZ,
                        None if label == LEAVE_OUT else label,
                    )
                )
        length_s = frames / FRAME_RATE_HZ
        if names is not None and names.get(path.stem.rpartition("_")[2]) == LEAVE_OUT:
            segments = [Segment(0.0, length_s, None)]
        yield Stream(folder.parent.name, path, _by_time(segments), length_s)


def _by_time(segments: Sequence[Segment] | Iterator[Segment]) -> tuple[Segment, ...]:
    return tuple(sorted(segments, key=lambda one: (one.start_s, one.end_s)))


def play(model: TSMF, source: Path | Source) -> list[Step]:
    """Every update of the model on a recording, as `run_live.py --speed max` has them; the source is closed.

    Raises:
        SourceError: the recording cannot be read.
    """
    if isinstance(source, Path):
        source = open_source(str(source))
    kept = _KeptReadings(model.spec)
    offline.play(model, source, lambda item: None, kept)
    return kept.steps


def decide(spec: Spec, steps: Sequence[Step], least_coverage: float = LEAST_COVERAGE) -> Decided:
    """The live decisions with these settings on what `play` has given; see EventTracker."""
    tracker, events, said = EventTracker(spec, least_coverage), [], []
    for step in steps:
        if step is None:
            events += tracker.start_anew()
            continue
        prediction = tracker.update(*step)
        events += tracker.take_events()
        said.append((prediction.sensor_time_s, tuple(one.label for one in prediction.persons)))
    return Decided(tuple(events + tracker.finish()), tuple(said))
