"""The five-joint crops of a clip, in its evaluation frames and in random training frames.

Reads Footage, hands on the columns' frames and one picture for each crop kind, draw and person. Crops are cut by
`tsmf_live.roi.cut_crops`, the function of the live program.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from train.prepare.footage import Clip, EndsEarly, Footage
from tsmf_live.camera import project_to_color
from tsmf_live.frames import CROP_SIDE, Body
from tsmf_live.live.tracks import HELD_FRAMES
from tsmf_live.roi import COLUMNS, ReadRegion, cut_crops, evaluation_frames, training_frames
from tsmf_live.skeleton import JOINT_COUNT, ROI_JOINTS, SPINE_BASE

_NO_TURNS = np.zeros((JOINT_COUNT, 4), np.float32)


def draw_frames(clip: Clip, draws: int, seed: int) -> np.ndarray:
    """The clip's frame of each column (1 + draws, 5): the evaluation frames, then random ones.

    The clip's name and the seed decide the random ones.
    """
    frames = len(clip.joints) - clip.first_frame
    rng = np.random.default_rng([seed, zlib.crc32(clip.name.encode())])
    drawn = [evaluation_frames(frames), *(training_frames(frames, rng) for _ in range(draws))]
    return np.stack(drawn) + clip.first_frame


def image_x(clip: Clip) -> np.ndarray:
    """(M,) pixels from the picture's left, of each person at the clip's end."""
    x = np.full(clip.joints.shape[1], np.nan) if clip.color_xy is None else clip.color_xy[-1, :, SPINE_BASE, 0]
    return np.where(np.isfinite(x), x, np.nan_to_num(project_to_color(clip.joints[-1, :, SPINE_BASE])[:, 0]))


def cut(footage: Footage, columns: list[np.ndarray], kinds: tuple[str, ...]) -> list[np.ndarray | None]:
    """For each clip its crops (kinds, 1 + draws, M, 5, 5, 96, 96, 3) uint8; black where there is no picture.

    None for a clip that goes on after the end of the video.

    Args:
        columns: for each clip (1 + draws, 5), as `draw_frames` gives them.

    Raises:
        UnreadablePictures: see Footage.pictures.
    """
    wanted: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)  # frame: clip, draw, column, person
    crops: list[np.ndarray] = []
    for c, (clip, chosen) in enumerate(zip(footage.clips, columns, strict=True)):
        persons = clip.joints.shape[1]
        shape = (len(kinds), len(chosen), persons, COLUMNS, len(ROI_JOINTS), CROP_SIDE, CROP_SIDE, 3)
        crops.append(np.zeros(shape, np.uint8))
        for draw, column in np.ndindex(chosen.shape):
            for person in range(persons):
                frame = clip.start + int(clip.seen[chosen[draw, column], person])
                wanted[frame].append((c, draw, column, person))
    ends = [clip.start + len(clip.joints) for clip in footage.clips]
    asked_for = sorted({*wanted, *(end - 1 for end in ends)})  # the last frames tell whether the video is long enough
    try:
        _fill(footage, crops, wanted, footage.pictures(asked_for), kinds)
    except EndsEarly as early:
        return [None if end > early.frame + HELD_FRAMES else made for end, made in zip(ends, crops, strict=True)]
    return crops


def _fill(
    footage: Footage,
    crops: list[np.ndarray],
    wanted: dict[int, list[tuple[int, int, int, int]]],
    pictures: Iterator[tuple[int, int, ReadRegion]],
    kinds: tuple[str, ...],
) -> None:
    """Cuts the crops that are wanted from each picture as it comes."""
    for asked, shown, read_region in pictures:
        done: dict[tuple[int, int], np.ndarray] = {}  # (clip, person): its crops of this frame
        for c, draw, column, person in wanted.get(asked, ()):
            if (c, person) not in done:
                clip = footage.clips[c]
                body = _body(clip, max(shown - clip.start, 0), person)
                cuts = [cut_crops(read_region, body, kind) for kind in kinds]
                done[c, person] = np.stack([np.zeros(crops[c].shape[4:], np.uint8) if x is None else x for x in cuts])
            crops[c][:, draw, person, column] = done[c, person]


def _body(clip: Clip, frame: int, person: int) -> Body:
    states = np.minimum(clip.states[frame, person], 2)
    return Body(0, clip.joints[frame, person], states, clip.color_xy[frame, person], _NO_TURNS)
