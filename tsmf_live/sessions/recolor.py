"""What `blur` and `strip` share: new pictures for a session, put in the place of the old ones in one step."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import av
import numpy as np

from tsmf_live.color_file import CODECS, ColorFile
from tsmf_live.frames import Body, RecordingError, SourceError
from tsmf_live.ntu_text import NtuTextReader
from tsmf_live.privacy import Box, HiddenBoxes
from tsmf_live.session import BODIES_FILE, COLOR_FILE, FrameRow, read_description, read_frame_rows
from tsmf_live.session_checksums import FrameChecksums
from tsmf_live.sources.replay import ReplaySource

NEW = ".new"
PRESET = "veryfast"  # nothing waits for it: smaller files than while recording
KEYFRAME_EVERY_S = 0.85  # as a recording has them: a crash costs, and a seek decodes, less than a second


def read_bodies(folder: Path) -> tuple[list[FrameRow], list[tuple[Body, ...]]]:
    """Rows and bodies of all frames; SourceError for a damaged session, which `repair` must mend first."""
    warnings: list[str] = []
    rows = read_frame_rows(folder, warnings)
    checksums = FrameChecksums(folder, read_description(folder), [])
    text = NtuTextReader(folder / BODIES_FILE)
    try:
        frames = list(iter(text.read, None))
    finally:
        text.close()
    if warnings or len(frames) != len(rows):
        raise SourceError(
            f"{folder}: expected bodies for each of {len(rows)} frames, found {len(frames)}; "
            f"run python -m tsmf_live.sessions repair {folder}"
        )
    for number, (row, frame) in enumerate(zip(rows, frames, strict=True)):
        checksums.require(number, row, frame.crc32)
    return rows, [frame.bodies for frame in frames]


def boxes_of_frames(
    times_s: Sequence[float], bodies: Sequence[Sequence[Body]], box_of: Callable[[Body], Box]
) -> list[list[Box]]:
    """What to hide in each frame of a recording: forwards after a person is lost, backwards before one is tracked."""
    forwards, backwards = HiddenBoxes(box_of), HiddenBoxes(box_of)
    boxes = [forwards.at(seen, time_s) for time_s, seen in zip(times_s, bodies, strict=True)]
    for number in reversed(range(len(boxes))):
        boxes[number] = boxes[number] + backwards.at(bodies[number], -times_s[number])
    return boxes


def write_pictures(
    folder: Path, boxes: Sequence[list[Box]], hide: Callable[[np.ndarray, list[Box]], np.ndarray], words: str
) -> int:
    """Writes color.mkv.new with the boxes of each frame hidden; how many pictures it has.

    A picture that no frame belongs to, so that nobody knows who is in it, is left out.

    Raises:
        SourceError: the session cannot be read. RecordingError: the new file cannot be written.
    """
    from tqdm import tqdm

    codec = read_description(folder).get("codec")
    source = ReplaySource(folder)
    count, keyframe_s = 0, -np.inf
    try:
        color = ColorFile(folder / f"{COLOR_FILE}{NEW}", codec if codec in CODECS else "h264", PRESET)
        try:
            for frame_boxes in tqdm(boxes, words, unit="frame", disable=None):
                frame = source.read()
                if frame.color_bgra is None:
                    continue
                keyframe = frame.sensor_time_s - keyframe_s > KEYFRAME_EVERY_S
                keyframe_s = frame.sensor_time_s if keyframe else keyframe_s
                color.write(hide(frame.color_bgra, frame_boxes), frame.sensor_time_s, keyframe=keyframe)
                count += 1
        finally:
            color.close()
    except (OSError, av.FFmpegError) as error:
        (folder / f"{COLOR_FILE}{NEW}").unlink(missing_ok=True)
        raise RecordingError(
            f"{folder / COLOR_FILE}: the new pictures cannot be written ({error}); the session is as it was; "
            "free some space"
        ) from error
    finally:
        source.close()
    return count


def original(folder: Path, name: str) -> Path:
    """Where the original of a file is kept: color.original.mkv."""
    path = folder / name
    return path.with_name(f"{path.stem}.original{path.suffix}")


def put_in_place(folder: Path, name: str, keep: bool) -> None:
    """Lets NAME.new take the place of NAME in one step; before it, with `keep`, NAME gets a second name.

    OSError if it cannot be done.
    """
    if keep:
        keep_original(folder, name)
    (folder / f"{name}{NEW}").replace(folder / name)


def keep_original(folder: Path, name: str) -> None:
    """Gives NAME a second name. An original that is there already stays: it is the first one. OSError as above."""
    path, kept = folder / name, original(folder, name)
    if path.exists() and not kept.exists():
        try:
            os.link(path, kept)
        except OSError:  # a file system without links
            unfinished = kept.with_name(f"{kept.name}{NEW}")
            shutil.copy2(path, unfinished)
            unfinished.replace(kept)


def add_measure(said: object, measure: str) -> str:
    """The "privacy" of session.json with one more measure: "blur", "strip", "blur+strip"."""
    measures = {part for part in str(said or "off").split("+") if part != "off"} | {measure}
    return "+".join(sorted(measures))
