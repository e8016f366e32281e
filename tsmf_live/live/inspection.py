"""What a model attends to, and says, over a whole recording; kept as a file beside it.

    recording --stages, as fast as they are--> Inspection --save--> SESSION/inspection-WEIGHTS.npz

Ten moments a second, for each person: attention of the joints, probabilities of the classes. A file for each
checkpoint.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tsmf_live.files import file_name, whole_file
from tsmf_live.frames import MAX_BODIES, Event, Prediction, SensorFrame, SourceError
from tsmf_live.live import offline
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.skeleton import JOINT_COUNT
from tsmf_live.sources.base import Source

FILES = "inspection-*.npz"
EVERY_S = 0.1
LARGEST_BYTES = 2**30  # unpacked: ten hours of 60 classes; more means damage
_ARRAYS = {"times_s": 1, "attention": 3, "probabilities": 3, "labels": 1, "weights": 0, "events": 2, "event_labels": 1}


def file_of(folder: Path, weights: str) -> Path:
    """Where the inspection of a session with a checkpoint of this name is kept."""
    return folder / FILES.replace("*", file_name(Path(weights).stem))


@dataclass(frozen=True, eq=False)
class Inspection:
    """Attributes:
    times_s: (U,) seconds from the recording's first frame, rising.
    attention: (U, 6, 25) of each slot's joints, mean 1; NaN where nobody is in the slot.
    probabilities: (U, 6, K) of each slot, calibrated and smoothed; NaN where nobody is.
    labels: the K classes.
    weights: name of the checkpoint.
    events: (E, 4) begin, end (as times_s), peak, slot (-1: the scene); event_labels: (E,).
    """

    times_s: np.ndarray
    attention: np.ndarray
    probabilities: np.ndarray
    labels: tuple[str, ...]
    weights: str
    events: np.ndarray
    event_labels: tuple[str, ...]

    def slots(self) -> list[int]:
        """Who is there at any time; whoever is there longest first."""
        seen = np.isfinite(self.attention[:, :, 0]).sum(axis=0)
        return [int(slot) for slot in np.argsort(-seen, kind="stable") if seen[slot]]

    def mean_attention(self, start_s: float, end_s: float, slot: int | None = None) -> np.ndarray:
        """(25,) over a span, of one person or of everybody; NaN if nobody is there."""
        inside = (self.times_s >= start_s) & (self.times_s < end_s)
        rows = self.attention[inside] if slot is None else self.attention[inside, slot : slot + 1]
        rows = rows.reshape(-1, JOINT_COUNT)
        rows = rows[np.isfinite(rows[:, 0])]
        return rows.mean(axis=0, dtype=np.float64) if len(rows) else np.full(JOINT_COUNT, np.nan)

    def by_action(self, spans: Iterable[tuple[float, float, str, int | None]]) -> dict[str, np.ndarray]:
        """Mean attention (25,) of each action: of its (start_s, end_s, label, slot or None), each span weighs alike."""
        rows: dict[str, list[np.ndarray]] = {}
        for start_s, end_s, label, slot in spans:
            mean = self.mean_attention(start_s, end_s, slot)
            if np.isfinite(mean).all():
                rows.setdefault(label, []).append(mean)
        return {label: np.mean(means, axis=0) for label, means in rows.items()}

    def predicted_spans(self) -> list[tuple[float, float, str, int | None]]:
        """The events that were predicted, as `by_action` takes them."""
        return [
            (start_s, end_s, label, None if slot < 0 else int(slot))
            for (start_s, end_s, _, slot), label in zip(self.events.tolist(), self.event_labels, strict=True)
        ]

    def save(self, path: Path) -> None:
        """Writes the file, whole or not at all; OSError if that is not possible."""
        with whole_file(path) as file:
            np.savez_compressed(
                file,
                times_s=self.times_s,
                attention=self.attention.astype(np.float16),
                probabilities=self.probabilities.astype(np.float16),
                labels=np.array(self.labels, np.str_),
                weights=np.array(self.weights, np.str_),
                events=self.events,
                event_labels=np.array(self.event_labels, np.str_),
            )

    @classmethod
    def load(cls, path: Path) -> Inspection:
        """Reads it; SourceError for anything else."""
        expected = "expected the file that `python -m tsmf_live.sessions inspect` writes; remove it and inspect again"
        try:
            with path.open("rb") as stream:
                if sum(one.file_size for one in zipfile.ZipFile(stream).infolist()) > LARGEST_BYTES:
                    raise ValueError("too large")
                with np.load(stream, allow_pickle=False) as file:
                    arrays = {name: file[name] for name in _ARRAYS}
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError, NotImplementedError) as error:
            raise SourceError(f"{path}: cannot be read ({type(error).__name__}); {expected}") from error
        labels, event_labels = (tuple(str(one) for one in arrays[name]) for name in ("labels", "event_labels"))
        U, E = len(arrays["times_s"]) if arrays["times_s"].ndim else 0, len(event_labels)
        shapes = {
            "times_s": (U,),
            "attention": (U, MAX_BODIES, JOINT_COUNT),
            "probabilities": (U, MAX_BODIES, len(labels)),
            "events": (E, 4),
        }
        for name, dimensions in _ARRAYS.items():
            array = arrays[name]
            kind = "U" if name in ("labels", "weights", "event_labels") else "f"
            if array.ndim != dimensions or array.dtype.kind != kind or shapes.get(name, array.shape) != array.shape:
                raise SourceError(f"{path}: {name} is {array.dtype} {array.shape}; {expected}")
        if not (np.isfinite(arrays["times_s"]).all() and (np.diff(arrays["times_s"]) > 0).all()):
            raise SourceError(f"{path}: its times do not rise; {expected}")
        attention, probabilities = (arrays[name].astype(np.float32) for name in ("attention", "probabilities"))
        return cls(
            arrays["times_s"], attention, probabilities, labels, str(arrays["weights"]), arrays["events"], event_labels
        )


def inspect(
    model: TSMF, source: Source, weights: str, progress: Callable[[float], object] = lambda _seconds: None
) -> Inspection:
    """Plays the recording once and keeps ten moments a second; the source is closed.

    Args:
        weights: name of the checkpoint.
        progress: called with the seconds of the recording since the last call.

    Raises:
        SourceError: it cannot be read.
    """
    times_s: list[float] = []
    attention: list[np.ndarray] = []
    probabilities: list[np.ndarray] = []
    events: list[Event] = []
    labels = model.spec.labels
    seen_s: list[float] = []

    def note(frame: SensorFrame) -> None:
        if seen_s:
            progress(frame.sensor_time_s - seen_s[-1])
        seen_s[1:] = [frame.sensor_time_s]

    def take(item: Prediction | Event) -> None:
        if isinstance(item, Event):
            events.append(item)
            return
        if times_s and item.sensor_time_s < times_s[-1] + EVERY_S - 1e-3:
            return
        times_s.append(item.sensor_time_s)
        attention.append(np.full((MAX_BODIES, JOINT_COUNT), np.nan, np.float32))
        probabilities.append(np.full((MAX_BODIES, len(labels)), np.nan, np.float32))
        for person in item.persons:
            if person.is_person:
                attention[-1][person.slot] = person.attention
                scores = item.scores_of(person.slot)
                if scores is not None:
                    probabilities[-1][person.slot] = scores.fusion

    offline.play(model, source, take, note=note)
    first_s = seen_s[0] if seen_s else 0.0
    rows = [(e.start_s - first_s, e.end_s - first_s, e.confidence, -1 if e.slot is None else e.slot) for e in events]
    return Inspection(
        np.array(times_s) - first_s,
        np.array(attention, np.float32).reshape(-1, MAX_BODIES, JOINT_COUNT),
        np.array(probabilities, np.float32).reshape(-1, MAX_BODIES, len(labels)),
        labels,
        weights,
        np.array(rows, np.float64).reshape(-1, 4),
        tuple(event.label for event in events),
    )
