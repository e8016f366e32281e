"""The pictures of a colour video whose picture i belongs to skeleton frame i, as Footage asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from train.prepare.footage import EndsEarly, UnreadablePictures
from tsmf_live.live.tracks import HELD_FRAMES
from tsmf_live.recording.video import ColorVideo, UnusableVideo
from tsmf_live.roi import ReadRegion


def pictures_of(path: Path, frames: Sequence[int]) -> Iterator[tuple[int, int, ReadRegion]]:
    """See footage.Pictures. Only the pictures that are asked for are converted.

    Raises:
        UnreadablePictures: missing, not decodable, broken before the last frame, or of another size.
        EndsEarly: it is more than five pictures shorter than the frames that are asked for.
    """
    video = opened(path)
    count = 0  # pictures behind us
    try:
        for frame in frames:
            while count < frame and video.next_time_s is not None:
                video.skip()
                count += 1
            if video.next_time_s is None:
                break
            yield frame, frame, region_of(video.take())
            count += 1
        problem = video.problem
    finally:
        video.close()
    if problem is not None:
        raise UnreadablePictures(f"{path.name}: the video breaks off at picture {count} ({problem})")
    late = [frame for frame in frames if count <= frame < count + HELD_FRAMES]
    if late and count:  # the video is a little shorter than the skeleton
        region = region_of(_picture(path, count - 1))
        for frame in late:
            yield frame, count - 1, region
    if frames and frames[-1] >= count + HELD_FRAMES:
        raise EndsEarly(count)


def region_of(color_bgra: np.ndarray) -> ReadRegion:
    """Reads regions of a picture (1080, 1920, 4)."""
    return lambda x0, y0, x1, y1: color_bgra[y0:y1, x0:x1]


def _picture(path: Path, number: int) -> np.ndarray:
    video = opened(path)
    try:
        for _ in range(number):
            video.skip()
        return video.take()
    finally:
        video.close()


def opened(path: Path) -> ColorVideo:
    """The video at its first picture; UnreadablePictures if it has none."""
    try:
        return ColorVideo(path)
    except UnusableVideo as problem:
        raise UnreadablePictures(str(problem).removeprefix(f"{path}: ").removesuffix("; no colour")) from problem
