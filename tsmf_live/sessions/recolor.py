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
from tsmf_live.session import BODIES_FILE, COLOR_FILE, read_description, read_frame_rows
from tsmf_live.sources.replay import ReplaySource

NEW = ".new"
PRESET = "veryfast"  # nothing waits for it: smaller files than while recording
KEYFRAME_EVERY_S = 0.85  # as a recording has them: a crash costs, and a seek decodes, less than a second


def read_bodies(folder: Path) -> tuple[list[float], list[tuple[Body, ...]]]:
    """Times and bodies of all frames; SourceError for a damaged session, which `repair` must mend first."""
    warnings: list[str] = []
    times_s = [row.sensor_time_s for row in read_frame_rows(folder, warnings)]
    text = NtuTextReader(folder / BODIES_FILE)
    try:
        bodies = [frame.bodies for frame in iter(text.read, None)]
    finally:
        text.close()
    if warnings or len(bodies) != len(times_s):
        raise SourceError(
            f"{folder}: expected bodies for each of {len(times_s)} frames, found {len(bodies)}; "
            f"run python -m tsmf_live.sessions repair {folder}"
        )
    return times_s, bodies


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

    An original that is there already stays: it is the first one. OSError if it cannot be done.
    """
    path, kept = folder / name, original(folder, name)
    if keep and path.exists() and not kept.exists():
        try:
            os.link(path, kept)
        except OSError:  # a file system without links
            unfinished = kept.with_name(f"{kept.name}{NEW}")
            shutil.copy2(path, unfinished)
            unfinished.replace(kept)
    (folder / f"{name}{NEW}").replace(path)


def add_measure(said: object, measure: str) -> str:
    """The "privacy" of session.json with one more measure: "blur", "strip", "blur+strip"."""
    measures = {part for part in str(said or "off").split("+") if part != "off"} | {measure}
    return "+".join(sorted(measures))
