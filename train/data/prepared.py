"""Prepared data: what train.prepare writes and the training commands read.

    FOLDER/manifest.json   written last: without it the folder is unfinished
    FOLDER/samples.csv     a line for each sample, see splits.Sample
    FOLDER/splits.json     the splits that came with the data: name -> [train, test] sample numbers
    FOLDER/joints.npy      (rows, 25, 3) float32 metres, camera space; a sample is T x M rows, frame by frame
    FOLDER/states.npy      (rows, 25) uint8: 0 not tracked, 1 inferred, 2 tracked, 255 HELD
    FOLDER/index.npy       (samples,) INDEX
    FOLDER/crops/NNNNN.bin the crops' pictures one after the other; index says where each begins

A sample's crops of one draw are one picture for each person: 5 frames from left to right, 5 joints from top to bottom,
96 px each, as PNG (lossless), JPEG or bare bytes. The order of samples is that of their names.
"""

from __future__ import annotations

import csv
import json
import struct
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from train.arrays import mapped
from train.data import splits
from train.data.splits import Sample
from tsmf_live.frames import CROP_SIDE, SourceError, UsageError
from tsmf_live.live.level import turns_of_clip
from tsmf_live.recording.tables import text_of
from tsmf_live.roi import COLUMNS, ROI_SIDE
from tsmf_live.skeleton import JOINT_COUNT, NOT_TRACKED, ROI_JOINTS

FORMAT, FORMAT_VERSION = "tsmf_live prepared data", 1
MANIFEST_FILE, SAMPLES_FILE, SPLITS_FILE = "manifest.json", "samples.csv", "splits.json"
JOINTS_FILE, STATES_FILE, INDEX_FILE, CROPS_FOLDER = "joints.npy", "states.npy", "index.npy", "crops"
MAX_PERSONS = 2
HELD = 255  # joint state: the person was not seen in this frame; the joints are those of the nearest frame with them
ROWS = len(ROI_JOINTS)
PICTURE_BYTES_MOST = 2 * ROI_SIDE * ROI_SIDE * 3  # of a picture that does not pack at all
CROP_KINDS, DRAWS_MOST = ("fixed", "metric"), 10_000
SIMULATED = ("actor", "ward")  # sets that are scenes of the simulated actor, see prepare.scenes
CLASSES_MOST, LONGEST_LABEL = 10_000, 500
PNG_BEGIN = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
JPEG_SCANS_MOST = 4


def index_type(draws: int, crops: int) -> np.dtype:
    """One sample's entry of index.npy.

    row: first row in joints.npy. image_x: where each person is in the picture at the clip's end, from left, pixels.
    moments: for each draw the five frames (within the sample's joints) that the columns of the student's image show.
    file, at, size: for each kind of crop, draw and person the file in crops/, offset and bytes.
    """
    places = (crops, draws + 1, MAX_PERSONS)
    return np.dtype(
        [
            ("row", "<i8"),
            ("image_x", "<f4", (MAX_PERSONS,)),
            ("moments", "<i4", (draws + 1, COLUMNS)),
            ("file", "<i4"),
            ("at", "<i8", places),
            ("size", "<i4", places),
        ]
    )


class Prepared:
    """A folder of prepared data, read-only; may be opened by any number of processes.

    Attributes:
        folder: where it lies.
        manifest: source, counts, what was skipped and why, checksums, settings.
        labels: class names.
        samples: in the order of their names.
        has_crops: whether there are pictures.
        named_at_the_end: samples are windows, named for what happens at their end; it may have begun late in them.
        crop_kinds: "fixed" and/or "metric"; the first is what `crops` gives unless told otherwise.
        level: joints are upright as they are; else they are turned so where a network judges them (live.level).
        sets: names of the data sets that were put together; a sample's setup is the number of its set, from 1.
        draws: R, number of training draws of frames; draw 0 has the evaluation frames.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder, self.manifest = folder, manifest
        settings = manifest["settings"]
        self.kind: str = manifest["kind"]
        self.named_at_the_end = self.kind == "simulated"
        self.labels: tuple[str, ...] = tuple(manifest["labels"])
        self.crop_kinds: tuple[str, ...] = tuple(settings["crops"])
        self.has_crops = bool(self.crop_kinds)
        self.level = bool(settings.get("level", False))
        self.sets: tuple[str, ...] = tuple(settings.get("sets", ()))
        self.draws: int = settings["draws"]
        self._turns: dict[int, np.ndarray | None] = {}
        self._encoding: str = settings["encoding"]
        self._check_settings()
        self.samples: list[Sample] = _read_samples(folder / SAMPLES_FILE)
        self._index = np.array(mapped(folder / INDEX_FILE, index_type(self.draws, len(self.crop_kinds))))
        if len(self._index) != len(self.samples):
            raise SourceError(
                f"{folder}: {len(self.samples)} samples, but an index of {len(self._index)}; prepare anew"
            )
        self._check_index()

    def _check_settings(self) -> None:
        """ValueError unless they are such as train.prepare writes."""
        names = all(isinstance(name, str) and 0 < len(name) <= LONGEST_LABEL for name in self.labels)
        if not isinstance(self.manifest["labels"], list) or not names or len(self.labels) > CLASSES_MOST:
            raise ValueError("labels: expected a list of names")
        if not isinstance(self.kind, str) or not isinstance(self.manifest["settings"]["crops"], list):
            raise ValueError("kind, crops: expected a name and a list")
        if len(set(self.crop_kinds)) != len(self.crop_kinds) or not set(self.crop_kinds) <= set(CROP_KINDS):
            raise ValueError(f"crops: expected some of {', '.join(CROP_KINDS)}, got {self.crop_kinds}")
        if type(self.draws) is not int or not 0 <= self.draws <= DRAWS_MOST:
            raise ValueError(f"draws: expected 0 to {DRAWS_MOST}, got {self.draws!r:.40}")
        if self._encoding not in ENCODINGS:
            raise ValueError(f"encoding: expected one of {', '.join(ENCODINGS)}, got {self._encoding!r:.40}")

    def _check_index(self) -> None:
        """ValueError if a sample would lie outside the files, or a column's frame outside the sample."""
        if not self.samples or not 0 < len(self._states) == len(self._joints):
            raise ValueError(f"{len(self.samples)} samples, {len(self._joints)} joints, {len(self._states)} states")
        frames = np.array([sample.first_frame + sample.frame_count for sample in self.samples])
        people, row = np.array([sample.person_count for sample in self.samples]), self._index["row"]
        columns, at, size = (self._index[name] for name in ("moments", "at", "size"))
        for wrong, what in (
            ((row < 0) | (row > len(self._joints) - frames * people), "rows beyond its joints"),
            (((columns < 0) | (columns >= frames[:, None, None])).any(axis=(1, 2)), "columns beyond its frames"),
            ((at < 0).any(axis=(1, 2, 3)) | (self._index["file"] < 0), "places before the files' beginning"),
            (((size < 0) | (size > PICTURE_BYTES_MOST)).any(axis=(1, 2, 3)), "pictures of another size"),
        ):
            if wrong.any():
                raise ValueError(f"{self.samples[int(np.argmax(wrong))].name}: {what}")

    @classmethod
    def open(cls, folder: Path) -> Prepared:
        """The data of a folder.

        Raises:
            SourceError: nothing prepared, an unfinished preparation, or files that contradict each other.
        """
        path = Path(folder) / MANIFEST_FILE
        try:
            manifest = json.loads(path.read_bytes())
        except FileNotFoundError as error:
            raise SourceError(
                f"{folder}: expected prepared data, found no {MANIFEST_FILE}: give the folder that train.prepare "
                "finished, or run it again to finish this one"
            ) from error
        except (OSError, ValueError, RecursionError) as error:
            raise SourceError(f"{path}: cannot be read ({error}); prepare anew") from error
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise SourceError(f"{path}: expected the manifest of prepared data, got another kind of file")
        if manifest.get("format_version") != FORMAT_VERSION:
            raise SourceError(
                f"{path}: expected format version {FORMAT_VERSION}, got "
                f"{manifest.get('format_version')!r}; prepare anew"
            )
        try:
            return cls(Path(folder), manifest)
        except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
            raise SourceError(f"{folder}: prepared data that cannot be read ({error!r}); prepare anew") from error

    def __len__(self) -> int:
        return len(self.samples)

    def joints(self, i: int) -> np.ndarray:
        """(T, M, 25, 3) float32, metres, camera space, memory-mapped; the clip is `joints(i)[first_frame:]`.

        Always finite. Where a person was not seen, the joints of the nearest frame with them (see `present`).
        """
        return self._rows(self._joints, i)

    def states(self, i: int) -> np.ndarray:
        """(T, M, 25) uint8; 0 not tracked, 1 inferred, 2 tracked, HELD where the person was not seen."""
        return self._rows(self._states, i)

    def present(self, i: int) -> np.ndarray:
        """(T, M) bool: whether the person was seen in the frame."""
        return self.states(i)[..., 0] != HELD

    def turns(self, i: int) -> np.ndarray | None:
        """What the live program knows of the sensor's tilt at each frame: rotations (T, 3, 3); None: nothing to turn.

        Found once for each sample: validation asks for it after every epoch.
        """
        if self.level:
            return None
        if i not in self._turns:
            tracked = (self.states(i) != NOT_TRACKED).all(axis=2)
            turns = turns_of_clip(self.joints(i), self.present(i) & tracked)
            self._turns[i] = None if (turns == np.eye(3, dtype=np.float32)).all() else turns
        return self._turns[i]

    def column_frames(self, i: int, draw: int) -> np.ndarray:
        """(5,) frames of `joints(i)` that the crops of a draw show."""
        return self._index["moments"][i, draw]

    def image_x(self, i: int) -> np.ndarray:
        """(M,) where each person is at the clip's end, pixels from the picture's left: who stands on the left."""
        return self._index["image_x"][i, : self.samples[i].person_count]

    def crops(self, i: int, draw: int, kind: str | None = None) -> np.ndarray:
        """(M, 5 columns, 5 ROI joints, 96, 96, 3) uint8 RGB, a new array; black where there is no picture.

        Args:
            draw: 0 the evaluation frames (start + k L/6), 1 to `draws` the training draws.
            kind: one of `crop_kinds`, None for the first.

        Raises:
            UsageError: crops of that kind, or so many draws, were not prepared.
            SourceError: the file is missing or broken.
        """
        if (kind or (*self.crop_kinds, None)[0]) not in self.crop_kinds or not 0 <= draw <= self.draws:
            there = " and ".join(self.crop_kinds) or "no"
            raise UsageError(
                f"{self.folder}: has {there} crops of {self.draws} training draws, asked for {kind or 'some'} of draw "
                f"{draw}; prepare the data with them (--crop, --draws)"
            )
        which = 0 if kind is None else self.crop_kinds.index(kind)
        entry = self._index[i]
        path = self.folder / CROPS_FOLDER / f"{entry['file']:05d}.bin"
        people = []
        try:
            with path.open("rb") as file:
                for person in range(self.samples[i].person_count):
                    size = int(entry["size"][which, draw, person])
                    file.seek(int(entry["at"][which, draw, person]))
                    people.append(decode_picture(file.read(size), self._encoding))
        except (OSError, ValueError) as error:
            raise SourceError(f"{path}: the crops of {self.samples[i].name} cannot be read ({error})") from error
        return np.stack(people)

    def split(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Training and test indices; see splits.split for names and errors."""
        return splits.split(name, self.samples, self.labels, self.kind, self.own_splits, self.sets)

    @cached_property
    def own_splits(self) -> dict[str, tuple[list[int], list[int]]]:
        """The splits that came with the data: name -> sample numbers that train and that test."""
        path = self.folder / SPLITS_FILE
        if not path.exists():
            return {}
        try:
            own = json.loads(path.read_bytes())
            for train, test in own.values():
                if not isinstance(train, list) or not isinstance(test, list):
                    raise ValueError("no lists")
                if not all(type(i) is int and 0 <= i < len(self) for i in (*train, *test)):
                    raise ValueError(f"numbers that are none of the {len(self)} samples")
                if len({*train, *test}) != len(train) + len(test):
                    raise ValueError("a sample stands in it twice")
        except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise SourceError(
                f"{path}: expected two lists of sample numbers for each split ({str(error)[:100]}); prepare anew"
            ) from error
        return own

    @cached_property
    def _joints(self) -> np.ndarray:
        return mapped(self.folder / JOINTS_FILE, np.dtype("<f4"), (JOINT_COUNT, 3))

    @cached_property
    def _states(self) -> np.ndarray:
        return mapped(self.folder / STATES_FILE, np.dtype("u1"), (JOINT_COUNT,))

    def _rows(self, array: np.ndarray, i: int) -> np.ndarray:
        sample, row = self.samples[i], int(self._index["row"][i])
        frames = sample.first_frame + sample.frame_count
        rows = array[row : row + frames * sample.person_count]
        return rows.reshape(frames, sample.person_count, *array.shape[1:])

    def __getstate__(self) -> dict[str, Any]:
        """For worker processes: each maps the files itself."""
        mapped_here = ("_joints", "_states")
        return {key: value for key, value in self.__dict__.items() if key not in mapped_here} | {"_turns": {}}


def picture_of(crops: np.ndarray) -> np.ndarray:
    """Crops (5 columns, 5 joints, 96, 96, 3) as one picture (480, 480, 3)."""
    return np.ascontiguousarray(crops.transpose(1, 2, 0, 3, 4).reshape(ROI_SIDE, ROI_SIDE, 3))


def encode_picture(crops: np.ndarray, encoding: str) -> bytes:
    """One person's crops (5, 5, 96, 96, 3) uint8 RGB as bytes; "raw", "png" or "jpeg"."""
    if encoding == "raw":
        return crops.tobytes()
    picture = cv2.cvtColor(picture_of(crops), cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(*_ENCODERS[encoding](picture))
    return data.tobytes()


def decode_picture(data: bytes, encoding: str) -> np.ndarray:
    """The crops (5, 5, 96, 96, 3) of `encode_picture`.

    Raises:
        ValueError: the bytes are no such picture.
    """
    if encoding == "raw":
        return np.frombuffer(data, np.uint8).reshape(COLUMNS, ROWS, CROP_SIDE, CROP_SIDE, 3)
    ours = _SIZES[encoding](data) == (ROI_SIDE, ROI_SIDE)  # before it is unpacked: a few bytes may be gigapixels
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if ours else None
    if picture is None or picture.shape != (ROI_SIDE, ROI_SIDE, 3):
        raise ValueError(f"{len(data)} bytes that are no {encoding} picture of {ROI_SIDE}x{ROI_SIDE}")
    picture = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    return picture.reshape(ROWS, CROP_SIDE, COLUMNS, CROP_SIDE, 3).transpose(2, 0, 1, 3, 4)


def _png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height that a PNG states; None of anything else."""
    return struct.unpack_from(">II", data, 16) if data[:16] == PNG_BEGIN and len(data) > 24 else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height that a JPEG of one pass states; None of anything else (some have passes without end)."""
    at = 2
    if data[:2] != b"\xff\xd8" or data.count(b"\xff\xda") > JPEG_SCANS_MOST:
        return None
    while at + 9 < len(data) and data[at] == 0xFF:
        if data[at + 1] in (0xC0, 0xC1):
            return struct.unpack_from(">HH", data, at + 5)[::-1]
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


_SIZES = {"png": _png_size, "jpeg": _jpeg_size}
_ENCODERS = {
    "png": lambda picture: (".png", picture, (cv2.IMWRITE_PNG_COMPRESSION, 1)),
    "jpeg": lambda picture: (
        ".jpg",
        picture,
        (
            cv2.IMWRITE_JPEG_QUALITY,
            95,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
        ),
    ),
}
ENCODINGS = ("png", "jpeg", "raw")


def _read_samples(path: Path) -> list[Sample]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        if tuple(next(rows, ())) != Sample._fields:
            raise SourceError(f"{path}: expected the columns {','.join(Sample._fields)}; prepare anew")
        samples = [Sample(text_of(name), *map(int, numbers)) for name, *numbers in rows]
    for sample in samples:
        if not all(abs(number) < 2**31 for number in sample[1:]) or len(sample.name) > LONGEST_LABEL:
            raise ValueError(f"{sample.name[:40]}: numbers that cannot be")
        if sample.first_frame < 0 or sample.frame_count < 1 or not 1 <= sample.person_count <= MAX_PERSONS:
            raise ValueError(f"{sample.name}: {sample.frame_count} frames of {sample.person_count} persons")
    return samples
