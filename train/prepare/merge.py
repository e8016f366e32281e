"""From finished parts to prepared data: complete, or not there.

Reads what `parts` wrote, hands on the files of `train.data.prepared`. May be killed at any moment and done again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy

from train.arrays import read_archive
from train.data.prepared import (
    CROPS_FOLDER,
    INDEX_FILE,
    JOINTS_FILE,
    MANIFEST_FILE,
    SAMPLES_FILE,
    SPLITS_FILE,
    STATES_FILE,
    index_type,
)
from train.data.splits import PUBLISHED, Sample
from train.prepare.footage import Reader, Skipped
from tsmf_live.files import remove, whole_file
from tsmf_live.frames import RecordingError, SourceError
from tsmf_live.recording.tables import cell_of
from tsmf_live.skeleton import JOINT_COUNT, NOT_TRACKED

UNWRITABLE = "backslashreplace"  # names of files need not be valid text; what cannot be written is escaped
PARTS_FOLDER, STARTED_FILE = "parts", "unfinished.json"


@dataclass(frozen=True)
class Job:
    """What to make of a reader's items.

    Attributes:
        out: the folder.
        draws: training draws of frames for each sample.
        crops: kinds of crops, empty for none. encoding: see prepared.ENCODINGS.
        seed: of the training draws.
    """

    out: Path
    draws: int
    crops: tuple[str, ...]
    encoding: str
    seed: int

    def settings(self) -> dict[str, Any]:
        """What goes into the manifest."""
        return {"draws": self.draws, "crops": list(self.crops), "encoding": self.encoding, "seed": self.seed}


def part_path(out: Path, number: int) -> Path:
    """Where a part lies while it is unfinished."""
    return out / PARTS_FOLDER / f"{number:05d}.npz"


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Turns disk errors into one line."""
    try:
        yield
    except OSError as error:
        raise RecordingError(
            f"{error.filename or out}: cannot be written ({error.strerror or error}); nothing finished was harmed: "
            "make room or mend the rights, then the same command goes on where it stopped"
        ) from error


def write_whole(path: Path, data: bytes | memoryview) -> None:
    """Writes a file in one go, whole or not at all."""
    with whole_file(path) as file:
        file.write(data)


def merge(reader: Reader, job: Job, plan: dict[str, Any], count: int) -> dict[str, Any]:
    """Puts the parts together; the manifest comes last, then the parts are removed."""
    out = job.out
    samples: list[Sample] = []
    skipped, files = list(reader.skipped), {}
    for number in range(count):
        described = _described(out, number)
        samples += described["samples"]
        skipped += described["skipped"]
        if "crops" in described:
            files[f"{CROPS_FOLDER}/{number:05d}.bin"] = described["crops"]
    if not samples:
        first = f": {skipped[0].name}: {skipped[0].reason}" if skipped else ""
        raise SourceError(f"{plan['source']}: no sample could be used, {len(skipped)} were skipped{first}")
    rows = sum((sample.first_frame + sample.frame_count) * sample.person_count for sample in samples)
    index = index_type(job.draws, len(job.crops))
    for name, key, dtype, shape in (
        (JOINTS_FILE, "joints", np.dtype("<f4"), (rows, JOINT_COUNT, 3)),
        (STATES_FILE, "states", np.dtype("u1"), (rows, JOINT_COUNT)),
        (INDEX_FILE, "index", index, (len(samples),)),
    ):
        files[name] = _write_together(out / name, dtype, shape, (part[key] for part in _loaded(out, count, index)))
    own = reader.own_splits(samples)
    for name, data in ((SAMPLES_FILE, _csv(samples)), (SPLITS_FILE, json.dumps(own).encode())):
        write_whole(out / name, data)
        files[name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    manifest = plan | {
        "counts": _counts(samples, skipped, reader.labels),
        "unknown_joints": _unknown_joints(out),
        "skipped": [one._asdict() for one in skipped],
        "splits": [*PUBLISHED.get(reader.kind, ()), *own],
        "files": files,
    }
    write_whole(out / MANIFEST_FILE, json.dumps(manifest, indent=1, ensure_ascii=False).encode(errors=UNWRITABLE))
    clear(out)
    return manifest


def _read_part(path: Path, wanted: dict[str, str | np.dtype]) -> dict[str, np.ndarray]:
    """Arrays of a part; SourceError if it does not hold them."""
    try:
        arrays = read_archive(path, wanted)
        return {name: arrays[name] for name in wanted}
    except (OSError, ValueError, KeyError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: object) -> SourceError:
    return SourceError(f"{path}: a finished part that is damaged ({error}); delete it, then the same command goes on")


def _described(out: Path, number: int) -> dict[str, Any]:
    """The description in a part: samples, those skipped, and its crops; SourceError if it is damaged."""
    path = part_path(out, number)
    described = _read_part(path, {"described": "u"})["described"]
    try:
        document = json.loads(described.tobytes())
        samples = [Sample(*values) for values in document["samples"]]
        skipped = [Skipped(*values) for values in document["skipped"]]
        words = [sample.name for sample in samples]
        words += [text for one in skipped for text in (one.name, one.reason)]
        if not all(isinstance(text, str) for text in words):
            raise ValueError("names that are none")
        if not all(type(n) is int and 0 <= n < 2**31 for sample in samples for n in sample[1:]):
            raise ValueError("numbers that cannot be")
        if "crops" in document and type(document["crops"]["bytes"]) is not int:
            raise ValueError("crops of no size")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path, str(error)[:100]) from error
    return document | {"samples": samples, "skipped": skipped}


def _loaded(out: Path, count: int, index: np.dtype) -> Iterator[dict[str, np.ndarray]]:
    """The parts in order, with the rows of their index counted from the first of all."""
    before = 0
    wanted = {"joints": np.dtype("<f4"), "states": np.dtype("u1"), "index": index}
    for number in range(count):
        path = part_path(out, number)
        arrays = _read_part(path, wanted)
        rows, samples = len(arrays["joints"]), _described(out, number)["samples"]
        held = sum((sample.first_frame + sample.frame_count) * sample.person_count for sample in samples)
        shapes = (arrays["joints"].shape, arrays["states"].shape, arrays["index"].shape)
        if shapes != ((held, JOINT_COUNT, 3), (held, JOINT_COUNT), (len(samples),)):
            raise _damaged(path, f"{rows} rows for samples of {held}")
        arrays["index"]["row"] += before
        before += len(arrays["joints"])
        yield arrays


def _write_together(
    path: Path, dtype: np.dtype, shape: tuple[int, ...], pieces: Iterator[np.ndarray]
) -> dict[str, Any]:
    """A .npy file of all pieces; its size and checksum. No memory map: that cannot say that a disk is full."""
    header = io.BytesIO()
    descr = npy.dtype_to_descr(dtype)
    npy.write_array_header_1_0(header, {"descr": descr, "fortran_order": False, "shape": shape})
    digest, size = hashlib.sha256(), 0
    with whole_file(path) as file:
        for data in chain([header.getvalue()], (np.ascontiguousarray(piece, dtype).tobytes() for piece in pieces)):
            file.write(data)
            digest.update(data)
            size += len(data)
    return {"bytes": size, "sha256": digest.hexdigest()}


def _csv(samples: list[Sample]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Sample._fields)
    writer.writerows((cell_of(name), *numbers) for name, *numbers in samples)
    return text.getvalue().encode(errors=UNWRITABLE)


def _counts(samples: list[Sample], skipped: list[Skipped], labels: tuple[str, ...]) -> dict[str, Any]:
    classes = Counter(sample.label for sample in samples)
    return {
        "samples": len(samples),
        "frames": sum(sample.frame_count for sample in samples),
        "two_persons": sum(sample.person_count == 2 for sample in samples),
        "skipped": len(skipped),
        "classes": {label: classes[k] for k, label in enumerate(labels)},
    }


def _unknown_joints(out: Path) -> int:
    """Joints that the recordings do not know, in all samples together."""
    return int(np.count_nonzero(np.load(out / STATES_FILE, mmap_mode="r") == NOT_TRACKED))


def clear(out: Path) -> None:
    """Removes what only an unfinished preparation needs."""
    remove(out / STARTED_FILE)
    shutil.rmtree(out / PARTS_FOLDER, ignore_errors=True)
