"""How fast skeletons are parsed here: ours beside the published way, on the files named or on one that is made.

    python -m train.prepare --benchmark [FILE.skeleton ...]

Joints, colour coordinates and tracking states of all bodies come out of each way. The published readers of NTU RGB+D go
line by line, turn each of a joint's twelve words into a float of its own, keep them in dictionaries, then fill an array
joint by joint; `published` does the same.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from train.prepare.ntu import read_bodies
from tsmf_live.actor.motion import simulate
from tsmf_live.actor.subject import Subject
from tsmf_live.command import in_columns, tell
from tsmf_live.frames import Body, SourceError
from tsmf_live.recording.ntu_text import NtuTextReader, frame_count_line, frame_lines
from tsmf_live.skeleton import JOINT_COUNT

NTU_FILES, CORES = 56_880, 2
MEAN_FRAMES = 84  # of NTU RGB+D's samples, about
MADE_FRAMES = 81
REPEATS = 9
COLUMNS = {
    "read by": -30, "ms a file": 11, "ms for 81 bodies": 18, "times as fast": 15, "all of NTU 60, 2 cores": 24,
}  # fmt: skip
JOINT_WORDS = (
    "x",
    "y",
    "z",
    "depth_x",
    "depth_y",
    "color_x",
    "color_y",
    "turn_w",
    "turn_x",
    "turn_y",
    "turn_z",
    "state",
)


def published(path: Path) -> dict[str, np.ndarray]:
    """Joints (3, T, 25, 2), colour (2, T, 25, 2) and states (T, 25, 2) of the first two bodies, the published way."""
    sequence = []
    with path.open() as text:
        for _ in range(int(text.readline())):
            people = []
            for _ in range(int(text.readline())):
                info = [float(word) for word in text.readline().split()]
                count = int(text.readline())
                lines = (text.readline().split() for _ in range(count))
                joints = [{key: float(word) for key, word in zip(JOINT_WORDS, words, strict=True)} for words in lines]
                people.append({"info": info, "joints": joints})
            sequence.append(people)
    frames = len(sequence)
    xyz = np.zeros((3, frames, JOINT_COUNT, 2))
    color = np.zeros((2, frames, JOINT_COUNT, 2))
    states = np.zeros((frames, JOINT_COUNT, 2))
    for t, people in enumerate(sequence):
        for m, person in enumerate(people[:2]):
            for v, joint in enumerate(person["joints"]):
                xyz[:, t, v, m] = [joint["x"], joint["y"], joint["z"]]
                color[:, t, v, m] = [joint["color_x"], joint["color_y"]]
                states[t, v, m] = joint["state"]
    return {"joints": xyz, "color_xy": color, "states": states}


def line_by_line(path: Path) -> int:
    """The live program's reader, which checks every line."""
    text = NtuTextReader(path)
    try:
        return sum(len(text.read().bodies) for _ in range(text.promised))
    finally:
        text.close()


def made_file(folder: Path) -> Path:
    """A file of the length of NTU RGB+D's average one, one person, as the simulated actor moves."""
    clip = simulate("drink water", Subject.from_seed(1), np.random.default_rng(1), MADE_FRAMES)
    turns = np.zeros((JOINT_COUNT, 4), np.float32)
    bodies = (
        Body(72057594037931101, *one, turns) for one in zip(clip.joints, clip.joint_state, clip.color_xy, strict=True)
    )
    path = folder / "S001C001P001R001A001.skeleton"
    path.write_bytes(frame_count_line(MADE_FRAMES) + b"".join(frame_lines((body,)) for body in bodies))
    return path


def run(paths: Sequence[Path]) -> None:
    """Prints a table; SourceError for a file that is no skeleton text."""
    for path in paths:
        if not path.is_file():
            raise SourceError(f"{path}: no such file; name .skeleton files of NTU RGB+D")
    with tempfile.TemporaryDirectory() as folder:
        table(paths or [made_file(Path(folder))])


def table(paths: Sequence[Path]) -> None:
    """Each way's best time of REPEATS for all files together, taken in turn so that a busy machine hits all alike."""
    counts = [read_bodies(path) for path in paths]
    frames, bodies = sum(one.frame_count for one in counts), sum(len(one.ids) for one in counts)
    ways: dict[str, Callable[[Path], object]] = {
        "published, value by value": published,
        "live program's, line by line": line_by_line,
        "train.prepare": read_bodies,
    }
    best_s = dict.fromkeys(ways, np.inf)
    for _ in range(REPEATS):
        for name, way in ways.items():
            began = time.perf_counter()
            for path in paths:
                way(path)
            best_s[name] = min(best_s[name], time.perf_counter() - began)
    tell(f"{len(paths)} files, {frames} frames, {bodies} bodies; best of {REPEATS}, one core")
    tell(in_columns(COLUMNS))
    for name, seconds in best_s.items():
        all_s = NTU_FILES * MEAN_FRAMES * seconds / frames / CORES
        speed = best_s["published, value by value"] / seconds
        per_file_ms, per_81_ms = seconds / len(paths) * 1e3, seconds / bodies * 81e3
        tell(in_columns(COLUMNS, name, f"{per_file_ms:.2f}", f"{per_81_ms:.2f}", f"{speed:.1f}", f"{all_s:.0f} s"))
