"""Clips of the simulated actor, as arrays on disk: what the first weights learn from.

Clip number i of a split is drawn from (seed, split, i) alone, so the set can be made in any order, by any number of
processes, and again. Subjects of the three splits are different people; so are the rooms.

    FOLDER/SPLIT-joints.npy  (N, 90, 25, 3) float32, observed joints, camera-space metres
    FOLDER/SPLIT-crops.npy   (N, 5, 5, 96, 96, 3) uint8 RGB: moment, ROI joint, pixels
    FOLDER/SPLIT-index.npy   (N, 2) int32: label, first frame of the window
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from numpy.lib.format import open_memmap
from tqdm import tqdm

from tsmf_live.actor.motion import Clip, simulate
from tsmf_live.actor.picture import PaintedPerson, RoomPainter
from tsmf_live.actor.subject import ACTIONS, IDLE, Subject
from tsmf_live.camera import FOCAL_PX
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, CROP_SIDE, Body
from tsmf_live.roi import METRIC_SIDE_M, MOMENTS, cut_crops, evaluation_moments, training_moments
from tsmf_live.skeleton import JOINT_COUNT, ROI_JOINTS

CLIP_FRAMES = 90  # 3 s at 30 Hz: the bundled checkpoint's window
LEAD_S = 1.8  # the person does nothing in particular before the action, as in the live program
ACTION_S = (2.5, 7.0)  # shortest and longest action
SEEN_S = 1.2  # at least this much of the action lies in the window
SHORTEST_WINDOW = 30  # frames; live predictions begin after 1 s
CROP = "metric"
#: Seeds of the people and the rooms of each split: disjoint.
SUBJECTS = {"train": range(0, 200), "validation": range(1000, 1020), "test": range(2000, 2020)}
ROOMS = {"train": range(0, 10), "validation": range(100, 102), "test": range(200, 203)}
_SPLIT_NUMBER = {"train": 0, "validation": 1, "test": 2}
_CHUNK = 64  # clips that one task of a process makes


@dataclass(frozen=True)
class SimulatedSet:
    """One split, memory-mapped; see the module for the arrays."""

    joints: np.ndarray
    crops: np.ndarray
    labels: np.ndarray
    starts: np.ndarray

    @classmethod
    def open(cls, folder: Path, split: str) -> SimulatedSet:
        """The arrays of a split that `make` wrote."""
        index = np.load(folder / f"{split}-index.npy")
        joints = np.load(folder / f"{split}-joints.npy", mmap_mode="r")
        crops = np.load(folder / f"{split}-crops.npy", mmap_mode="r")
        return cls(joints, crops, index[:, 0], index[:, 1])


def label_of(number: int) -> int:
    """The class of clip `number`: all in turn, and idle, which is many things, twice."""
    turn = (*range(len(ACTIONS)), ACTIONS.index(IDLE))
    return turn[number % len(turn)]


def make(folder: Path, split: str, count: int, seed: int, processes: int) -> None:
    """Writes a split of `count` clips; several processes, progress on stderr."""
    folder.mkdir(parents=True, exist_ok=True)
    shapes = {
        "joints": ((count, CLIP_FRAMES, JOINT_COUNT, 3), np.float32),
        "crops": ((count, MOMENTS, len(ROI_JOINTS), CROP_SIDE, CROP_SIDE, 3), np.uint8),
        "index": ((count, 2), np.int32),
    }
    for name, (shape, dtype) in shapes.items():
        open_memmap(folder / f"{split}-{name}.npy", mode="w+", dtype=dtype, shape=shape)
    starts = range(0, count, _CHUNK)
    tasks = [(folder, split, start, min(start + _CHUNK, count), seed) for start in starts]
    # spawned, not forked: a process that has threads (torch's) must not be copied
    with (
        ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool,
        tqdm(total=count, desc=f"{split} clips", unit="clip") as progress,
    ):
        for done in pool.map(_make_chunk, tasks):
            progress.update(done)


def _make_chunk(task: tuple[Path, str, int, int, int]) -> int:
    folder, split, first, last, seed = task
    cv2.setNumThreads(1)
    rooms = ROOMS[split]
    painter = RoomPainter(rooms[(first // _CHUNK) % len(rooms)])
    arrays = {name: np.load(folder / f"{split}-{name}.npy", mmap_mode="r+") for name in ("joints", "crops", "index")}
    for number in range(first, last):
        rng = np.random.default_rng([seed, _SPLIT_NUMBER[split], number])
        subject_seed = int(rng.choice(np.asarray(SUBJECTS[split])))
        label = label_of(number)
        action_s = rng.uniform(*ACTION_S)
        frames = round((LEAD_S + action_s) * 30)
        clip = simulate(ACTIONS[label], Subject.from_seed(subject_seed), rng, frames, LEAD_S)
        first_frame = round((LEAD_S + rng.uniform(SEEN_S, action_s)) * 30) - CLIP_FRAMES
        window = CLIP_FRAMES if rng.random() < 0.6 else int(rng.integers(SHORTEST_WINDOW, CLIP_FRAMES + 1))
        chosen = training_moments(window, rng) if split == "train" else evaluation_moments(window)
        moments = first_frame + CLIP_FRAMES - window + chosen
        arrays["joints"][number] = clip.joints[first_frame : first_frame + CLIP_FRAMES]
        arrays["crops"][number] = np.stack([_crops(painter, clip, moment) for moment in moments])
        arrays["index"][number] = label, CLIP_FRAMES - window
    return last - first


def _crops(painter: RoomPainter, clip: Clip, frame: int) -> np.ndarray:
    """The five crops of one frame, (5, 96, 96, 3), cut as the live program cuts them."""
    performance = clip.performance
    person = PaintedPerson(performance.subject, clip.true_joints[frame], performance.held, performance.chair)
    body = Body(
        tracking_id=0,
        joints=clip.joints[frame],
        joint_state=clip.joint_state[frame],
        color_xy=clip.color_xy[frame],
        orientations=np.zeros((JOINT_COUNT, 4), np.float32),
    )
    left, top, right, bottom = _box(body)
    picture = painter.paint_region([person], frame / 30, (left, top, right, bottom))
    crops = cut_crops(lambda x0, y0, x1, y1: picture[y0 - top : y1 - top, x0 - left : x1 - left], body, CROP)
    return crops if crops is not None else np.zeros((len(ROI_JOINTS), CROP_SIDE, CROP_SIDE, 3), np.uint8)


def _box(body: Body) -> tuple[int, int, int, int]:
    """The part of the picture that holds the squares around all ROI joints."""
    rows = list(ROI_JOINTS)
    reach = METRIC_SIDE_M * FOCAL_PX / np.maximum(body.joints[rows, 2:], 0.3) / 2 + 2
    low = np.floor(np.nanmin(body.color_xy[rows] - reach, axis=0)).astype(int)
    high = np.ceil(np.nanmax(body.color_xy[rows] + reach, axis=0)).astype(int)
    low, high = np.clip([low, high], 0, (COLOR_WIDTH, COLOR_HEIGHT))
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
