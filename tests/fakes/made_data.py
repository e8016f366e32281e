"""Prepared data that tests make for themselves: few frames, few people, classes that differ in motion and picture."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from train.data.prepared import (
    FORMAT,
    FORMAT_VERSION,
    HELD,
    INDEX_FILE,
    JOINTS_FILE,
    MANIFEST_FILE,
    SAMPLES_FILE,
    SPLITS_FILE,
    STATES_FILE,
    Sample,
    index_type,
)
from tsmf_live.roi import evaluation_frames, training_frames
from tsmf_live.skeleton import HAND_RIGHT, TRACKED

tqdm.monitor_interval = 0  # its thread would be taken for one that a test left behind
LABELS = ("reading", "writing", "falling")
FRAMES = 16


def write_prepared(
    folder: Path,
    samples: Sequence[Sample],
    joints: Sequence[np.ndarray],
    present: Sequence[np.ndarray] | None = None,
    crops: Sequence[np.ndarray] | None = None,
    labels: Sequence[str] = LABELS,
) -> Path:
    """A folder as train.prepare writes it.

    Args:
        joints: for each sample (T, M, 25, 3).
        present: for each sample (T, M) bool, None: always there.
        crops: for each sample (draws + 1, M, 5, 5, 96, 96, 3) uint8, None: no pictures.
    """
    (folder / "crops").mkdir(parents=True)
    draws = len(crops[0]) - 1 if crops is not None else 0
    index = np.zeros(len(samples), index_type(draws, 0 if crops is None else 1))
    rng = np.random.default_rng(0)
    states, row, at = [], 0, 0
    with (folder / "crops" / "00000.bin").open("wb") as pictures:
        for n, (sample, clip) in enumerate(zip(samples, joints, strict=True)):
            seen = np.ones(clip.shape[:2], bool) if present is None else present[n]
            states.append(
                np.repeat(np.where(seen, TRACKED, HELD).astype(np.uint8)[..., None], 25, axis=2).reshape(-1, 25)
            )
            index["row"][n], row = row, row + clip.shape[0] * clip.shape[1]
            index["image_x"][n, : clip.shape[1]] = 960 + 300 * clip[-1, :, 0, 0]
            chosen = [evaluation_frames(sample.frame_count)]
            chosen += [training_frames(sample.frame_count, rng) for _ in range(draws)]
            index["moments"][n] = sample.first_frame + np.stack(chosen)
            for draw in range(draws + 1 if crops is not None else 0):
                for person in range(clip.shape[1]):
                    data = crops[n][draw, person].tobytes()
                    index["at"][n, 0, draw, person], index["size"][n, 0, draw, person] = at, len(data)
                    at += pictures.write(data)
    np.save(folder / JOINTS_FILE, np.concatenate([clip.reshape(-1, 25, 3) for clip in joints]).astype(np.float32))
    np.save(folder / STATES_FILE, np.concatenate(states))
    np.save(folder / INDEX_FILE, index)
    with (folder / SAMPLES_FILE).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([Sample._fields, *samples])
    (folder / SPLITS_FILE).write_text("{}")
    settings = {"crops": ["fixed"] if crops is not None else [], "draws": draws, "encoding": "raw"}
    manifest = {"format": FORMAT, "format_version": FORMAT_VERSION, "kind": "made", "labels": list(labels)}
    (folder / MANIFEST_FILE).write_text(json.dumps({**manifest, "settings": settings}))
    return folder


def make(
    folder: Path,
    subjects: int = 4,
    repetitions: int = 2,
    crops: bool = False,
    frames: int = FRAMES,
    pairs: bool = False,
) -> Path:
    """Everybody does every class a few times, before cameras 1 and 2 in turn; right hand and picture tell them apart.

    pairs: the last class has a second person, half a metre beside the first.
    """
    samples, joints, pictures = [], [], []
    for subject in range(1, subjects + 1):
        for label in range(len(LABELS)):
            for repetition in range(repetitions):
                rng = np.random.default_rng([subject, label, repetition])
                name = f"a{label:02d}_s{subject:02d}_r{repetition}"
                people = 2 if pairs and label == len(LABELS) - 1 else 1
                camera = 1 + (subject + repetition) % 2
                samples.append(Sample(name, label, subject, camera, 1, repetition, 0, frames, people))
                joints.append(np.stack([_clip(rng, label, frames, person) for person in range(people)], axis=1))
                if crops:
                    shade = np.full((people, 5, 5, 96, 96, 3), 40 + 70 * label, np.uint8)
                    pictures.append(np.stack([shade + rng.integers(0, 40, shade.shape, np.uint8) for _ in range(3)]))
    return write_prepared(folder, samples, joints, crops=pictures if crops else None)


def _clip(rng: np.random.Generator, label: int, frames: int, person: int) -> np.ndarray:
    """(T, 25, 3): a body that stands still 3 m away, its right hand going faster the higher the class."""
    body = np.random.default_rng(5).normal((0.5 * person, 0, 3), 0.25, (25, 3))
    clip = np.repeat(body[None], frames, axis=0) + rng.normal(0, 0.01, (frames, 25, 3))
    clip[:, HAND_RIGHT, 1] += 0.4 * np.sin(np.arange(frames) * (0.2 + 0.5 * label) + rng.uniform(0, 6))
    return clip.astype(np.float32)
