"""Prepared data: what train.prepare writes and the training commands read.

    FOLDER/manifest.json   written last: without it the folder is unfinished
    FOLDER/samples.csv     a line for each sample, see splits.Sample
    FOLDER/splits.json     the splits that came with the data: name -> [train, test] sample numbers
    FOLDER/joints.npy      (rows, 25, 3) float32 metres, camera space; a sample is T x M rows, frame by frame
    FOLDER/states.npy      (rows, 25) uint8: 0 not tracked, 1 inferred, 2 tracked, 255 HELD
    FOLDER/index.npy       (samples,) INDEX
    FOLDER/crops/NNNNN.bin the crops' pictures one after the other; index says where each begins

A sample's crops of one draw are one picture for each person: 5 moments from left to right, 5 joints from top to bottom,
96 px each, as PNG (lossless), JPEG or bare bytes. The order of samples is that of their names.
"""

from __future__ import annotations

import csv
import json
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from train import splits
from train.splits import Sample
from tsmf_live.frames import CROP_SIDE, SourceError, UsageError
from tsmf_live.roi import MOMENTS, ROI_SIDE
from tsmf_live.skeleton import ROI_JOINTS

FORMAT, FORMAT_VERSION = "tsmf_live prepared data", 1
MANIFEST_FILE, SAMPLES_FILE, SPLITS_FILE = "manifest.json", "samples.csv", "splits.json"
JOINTS_FILE, STATES_FILE, INDEX_FILE, CROPS_FOLDER = "joints.npy", "states.npy", "index.npy", "crops"
MAX_PERSONS = 2
HELD = 255  # joint state: the person was not seen in this frame; the joints are those of the nearest frame with them
ROWS = len(ROI_JOINTS)
STRIP_BYTES = ROI_SIDE * ROI_SIDE * 3


def index_type(draws: int, crops: int) -> np.dtype:
    """One sample's entry of index.npy.

    row: first row in joints.npy. image_x: where each person is in the picture at the clip's end, from left, pixels.
    moments: frames (within the sample's joints) of the five moments of each draw. file, at, size: for each kind of
    crop, draw and person the file in crops/, offset and bytes.
    """
    places = (crops, draws + 1, MAX_PERSONS)
    return np.dtype(
        [
            ("row", "<i8"),
            ("image_x", "<f4", (MAX_PERSONS,)),
            ("moments", "<i4", (draws + 1, MOMENTS)),
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
        draws: R, number of training draws of moments; draw 0 has the evaluation moments.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder, self.manifest = folder, manifest
        settings = manifest["settings"]
        self.kind: str = manifest["kind"]
        self.named_at_the_end = self.kind == "simulated"
        self.labels: tuple[str, ...] = tuple(manifest["labels"])
        self.crop_kinds: tuple[str, ...] = tuple(settings["crops"])
        self.has_crops = bool(self.crop_kinds)
        self.draws: int = settings["draws"]
        self._encoding: str = settings["encoding"]
        self.samples: list[Sample] = _read_samples(folder / SAMPLES_FILE)
        self._index = np.load(folder / INDEX_FILE)
        if len(self._index) != len(self.samples):
            raise SourceError(
                f"{folder}: {len(self.samples)} samples, but an index of {len(self._index)}; prepare anew"
            )

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
        except (OSError, ValueError) as error:
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
        except (OSError, ValueError, KeyError, TypeError) as error:
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

    def moments(self, i: int, draw: int) -> np.ndarray:
        """(5,) frames of `joints(i)` that the crops of a draw show."""
        return self._index["moments"][i, draw]

    def image_x(self, i: int) -> np.ndarray:
        """(M,) where each person is at the clip's end, pixels from the picture's left: who stands on the left."""
        return self._index["image_x"][i, : self.samples[i].person_count]

    def crops(self, i: int, draw: int, kind: str | None = None) -> np.ndarray:
        """(M, 5 moments, 5 ROI joints, 96, 96, 3) uint8 RGB, a new array; black where there is no picture.

        Args:
            draw: 0 the evaluation moments (start + k L/6), 1 to `draws` the training draws.
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
        strips = []
        try:
            with path.open("rb") as file:
                for person in range(self.samples[i].person_count):
                    size = int(entry["size"][which, draw, person])
                    file.seek(int(entry["at"][which, draw, person]))
                    strips.append(decode_strip(file.read(size), self._encoding))
        except (OSError, ValueError) as error:
            raise SourceError(f"{path}: the crops of {self.samples[i].name} cannot be read ({error})") from error
        return np.stack(strips)

    def split(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Training and test indices; see splits.split for names and errors."""
        return splits.split(name, self.samples, self.labels, self.kind, self.own_splits)

    @cached_property
    def own_splits(self) -> dict[str, tuple[list[int], list[int]]]:
        """The splits that came with the data: name -> sample numbers that train and that test."""
        path = self.folder / SPLITS_FILE
        return json.loads(path.read_bytes()) if path.exists() else {}

    @cached_property
    def _joints(self) -> np.ndarray:
        return np.load(self.folder / JOINTS_FILE, mmap_mode="r")

    @cached_property
    def _states(self) -> np.ndarray:
        return np.load(self.folder / STATES_FILE, mmap_mode="r")

    def _rows(self, array: np.ndarray, i: int) -> np.ndarray:
        sample, row = self.samples[i], int(self._index["row"][i])
        frames = sample.first_frame + sample.frame_count
        rows = array[row : row + frames * sample.person_count]
        return rows.reshape(frames, sample.person_count, *array.shape[1:])

    def __getstate__(self) -> dict[str, Any]:
        """For worker processes: each maps the files itself."""
        return {key: value for key, value in self.__dict__.items() if key not in ("_joints", "_states")}


def strip_of(crops: np.ndarray) -> np.ndarray:
    """Crops (5 moments, 5 joints, 96, 96, 3) as one picture (480, 480, 3): moments side by side."""
    return np.ascontiguousarray(crops.transpose(1, 2, 0, 3, 4).reshape(ROI_SIDE, ROI_SIDE, 3))


def encode_strip(crops: np.ndarray, encoding: str) -> bytes:
    """One person's crops (5, 5, 96, 96, 3) uint8 RGB as bytes; "raw", "png" or "jpeg"."""
    if encoding == "raw":
        return crops.tobytes()
    picture = cv2.cvtColor(strip_of(crops), cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(*_ENCODERS[encoding](picture))
    return data.tobytes()


def decode_strip(data: bytes, encoding: str) -> np.ndarray:
    """The crops (5, 5, 96, 96, 3) of `encode_strip`.

    Raises:
        ValueError: the bytes are no such picture.
    """
    if encoding == "raw":
        return np.frombuffer(data, np.uint8).reshape(MOMENTS, ROWS, CROP_SIDE, CROP_SIDE, 3)
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if picture is None or picture.shape != (ROI_SIDE, ROI_SIDE, 3):
        raise ValueError(f"{len(data)} bytes that are no {encoding} picture of {ROI_SIDE}x{ROI_SIDE}")
    strip = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    return strip.reshape(ROWS, CROP_SIDE, MOMENTS, CROP_SIDE, 3).transpose(2, 0, 1, 3, 4)


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
        return [Sample(name, *map(int, numbers)) for name, *numbers in rows]
