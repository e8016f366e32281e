"""What `blur` and `strip` share: new pictures for a session, put in the place of the old ones in one step.

Nothing is replaced unless every picture that the session promises was there: `repair` saves more of a damaged video
than what can be played of it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import av
import numpy as np
from tqdm import tqdm

from tsmf_live.files import NEW, create, remove, replace, sync, whole_file
from tsmf_live.frames import Body, RecordingError, SourceError
from tsmf_live.recording import matroska
from tsmf_live.recording.checksums import FrameChecksums, require_times
from tsmf_live.recording.color_file import CODECS, ColorFile
from tsmf_live.recording.folder import BODIES_FILE, COLOR_FILE, read_description
from tsmf_live.recording.ntu_text import NtuTextReader
from tsmf_live.recording.privacy import Box, HiddenBoxes, Lost
from tsmf_live.recording.row_pictures import RowPictures
from tsmf_live.recording.tables import FRAMES_FILE, FrameRow, read_frame_rows

PRESET = "veryfast"  # nothing waits for it: smaller files than while recording
KEYFRAME_EVERY_S = 0.85  # as a recording has them: a crash costs, and a seek decodes, less than a second


def read_bodies(folder: Path) -> tuple[list[FrameRow], list[tuple[Body, ...]]]:
    """Rows and bodies of all frames; SourceError for a damaged session, which `repair` must mend first."""
    warnings: list[str] = []
    rows = read_frame_rows(folder, warnings)
    description = read_description(folder)
    require_times(folder, description)
    checksums = FrameChecksums(folder, description, [])
    with closing(NtuTextReader(folder / BODIES_FILE)) as text:
        frames = list(iter(text.read, None))
    if any(frame.bad_joints and not frame.bodies for frame in frames):  # nobody could be used: why?
        text.sizes.require_metres(text.path)
    if warnings or len(frames) != len(rows):
        raise SourceError(
            f"{folder}: expected bodies for each of {len(rows)} frames, found {len(frames)}; "
            f"run python -m tsmf_live.sessions repair {folder}"
        )
    for number, (row, frame) in enumerate(zip(rows, frames, strict=True)):
        checksums.require(number, row, frame.crc32)
    return rows, [frame.bodies for frame in frames]


def boxes_of_frames(
    times_s: Sequence[float],
    bodies: Sequence[Sequence[Body]],
    box_of: Callable[[Body], Box],
    lost: Iterable[Lost] = (),
) -> list[list[Box]]:
    """What to hide in each frame of a recording: forwards after a person is lost, backwards before one is tracked.

    Args:
        lost: who had been lost before the first frame.
    """
    forwards = HiddenBoxes(box_of, lost, times_s[0] if len(times_s) else 0.0)
    backwards = HiddenBoxes(box_of)
    boxes = [forwards.at(seen, time_s) for time_s, seen in zip(times_s, bodies, strict=True)]
    for number in reversed(range(len(boxes))):
        boxes[number] = boxes[number] + backwards.at(bodies[number], -times_s[number])
    return boxes


def require_pictures(folder: Path, rows: Sequence[FrameRow]) -> None:
    """SourceError unless each frame that has a picture by its row has one by color.mkv; decodes all of them."""
    for _ in _pictures_in_full(folder, rows):
        pass


def write_pictures(
    folder: Path,
    rows: Sequence[FrameRow],
    boxes: Sequence[list[Box]],
    hide: Callable[[np.ndarray, list[Box]], np.ndarray],
) -> int:
    """Writes color.mkv.new with the boxes of each frame hidden; how many pictures it has.

    A picture that no frame belongs to, so that nobody knows who is in it, is left out.

    Raises:
        SourceError: the session cannot be read, or a frame has lost its picture.
        RecordingError: the new file cannot be written.
    """
    codec = read_description(folder).get("codec")
    path = folder / f"{COLOR_FILE}{NEW}"
    count, keyframe_s = 0, -np.inf
    try:
        remove(path)  # of a killed process
        with closing(ColorFile(path, codec if codec in CODECS else "h264", PRESET)) as color:
            pictures = _pictures_in_full(folder, rows)
            for row, color_bgra, row_boxes in zip(rows, pictures, boxes, strict=True):
                if color_bgra is None:
                    continue
                keyframe = row.sensor_time_s - keyframe_s > KEYFRAME_EVERY_S
                keyframe_s = row.sensor_time_s if keyframe else keyframe_s
                color.write(hide(color_bgra, row_boxes), row.sensor_time_s, keyframe=keyframe)
                count += 1
    except (OSError, av.FFmpegError) as error:
        remove(path)
        raise RecordingError(
            f"{folder / COLOR_FILE}: the new pictures cannot be written ({error}); the session is as it was; "
            "free some space"
        ) from error
    except BaseException:
        remove(path)
        raise
    return count


def _pictures_in_full(folder: Path, rows: Sequence[FrameRow]) -> Iterator[np.ndarray | None]:
    """The picture of each row; SourceError at the first that has lost its own, or if the video is damaged."""
    path = folder / COLOR_FILE
    first = f"nothing was changed; first run python -m tsmf_live.sessions repair {folder}"
    try:
        video = matroska.scan(path)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror}); check the disk") from error
    if video.damaged or not video.header_good:
        raise SourceError(f"{path}: is damaged, pictures of it would be lost; {first}")
    if not rows:
        raise SourceError(f"{folder / FRAMES_FILE}: expected frames, found none; record again")
    warnings: list[str] = []
    with closing(RowPictures(folder, rows, warnings)) as pictures:
        for number, row in enumerate(tqdm(rows, folder.name, unit="frame", disable=None)):
            color_bgra = pictures.of(row)
            if row.color and color_bgra is None:
                why = f" ({warnings[-1]})" if warnings else ""
                raise SourceError(f"{path}: frame {number} has lost its picture{why}; {first}")
            yield color_bgra


def write_new(folder: Path, name: str, content: bytes) -> None:
    """Writes NAME.new; OSError if it cannot be written."""
    path = folder / f"{name}{NEW}"
    remove(path)  # of a killed process
    with create(path) as file:
        file.write(content)
        sync(file)


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
    replace(folder / f"{name}{NEW}", folder / name)


def keep_original(folder: Path, name: str) -> None:
    """Gives NAME a second name. An original that is there already stays: it is the first one. OSError as above."""
    path, kept = folder / name, original(folder, name)
    if path.exists() and not kept.exists():
        try:
            os.link(path, kept)
        except OSError:  # a file system without links
            with whole_file(kept) as file, path.open("rb") as first:
                shutil.copyfileobj(first, file)


def add_measure(said: object, measure: str) -> str:
    """The "privacy" of session.json with one more measure: "blur", "strip", "blur+strip"."""
    measures = {part for part in str(said or "off").split("+") if part != "off"} | {measure}
    return "+".join(sorted(measures))
