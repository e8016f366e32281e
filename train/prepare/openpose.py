"""The crops' places from OpenPose's JSON files instead of the sensor's own mapping, as the paper took them.

    FOLDER/NAME/..._000000000012_keypoints.json        a folder for each sample (or NAME_rgb), as the authors have them
    FOLDER/NAME_rgb_000000000012_keypoints.json        one folder for all (or NAME_0...), as OpenPose writes them

The number is the frame. 18 keypoints are the COCO body, 25 are BODY_25: the ankles have other numbers (the published
code took COCO's numbers for both and so cropped BODY_25's knees).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from train.prepare.footage import Clip
from tsmf_live.frames import SourceError, UsageError
from tsmf_live.ntu_name import NAME_LETTERS
from tsmf_live.recording.ntu_text import FARTHEST_PX
from tsmf_live.skeleton import ROI_JOINTS

#: Head (nose), right hand (wrist), left hand, right ankle, left ankle, by the number of keypoints.
KEYPOINTS = {18: (0, 4, 7, 10, 13), 25: (0, 4, 7, 11, 14)}
FOLDER_ENDINGS = ("", "_rgb")
KEYPOINTS_ENDING = "_keypoints.json"
_NUMBERED = re.compile(r"(\d{1,15})(?:_keypoints)?\.json$", re.IGNORECASE | re.ASCII)
_OTHER_SIDE = (0, 2, 1, 4, 3)
_FAR_PX = 300.0  # a person whose keypoints lie farther from the sensor's joints is somebody else


class OpenPose:
    """A folder of keypoint files.

    Args:
        names: the samples that it is asked for.

    Raises:
        UsageError: no such folder, or not a keypoint file of any of the samples in it.
    """

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        if not folder.is_dir():
            raise UsageError(f"--openpose {folder}: expected a folder of OpenPose's JSON files")
        self._folder = folder
        self._frames: tuple[str, dict[int, Path]] = ("", {})  # of the sample that was asked for last
        if not self._knows_any(set(names)):
            raise UsageError(
                f"--openpose {folder}: expected keypoint files of the samples (NAME/NAME_rgb_000000000000"
                f"_keypoints.json, or all in one folder), found none of the {len(names)} samples"
            )

    def placed(self, clip: Clip) -> Clip:
        """The clip with its ROI joints' pixels from OpenPose; a joint that was not found cannot be mapped.

        People are told apart by where the sensor maps them. OpenPose assumes an unmirrored picture. Whether its right
        is the person's right is decided once for a clip, by which is nearer to the sensor's joints.

        Raises:
            SourceError: a file that is no keypoint file, or nobody was found where the sensor sees the people.
        """
        frames, persons = clip.joints.shape[:2]
        rows = list(ROI_JOINTS)
        sides = np.full((2, frames, persons, len(rows), 2), np.nan, np.float32)  # as named, and the other way round
        cost_px = np.zeros(2)
        for frame in range(frames):
            found = self._people(clip.name, clip.start + frame)
            for side, order in enumerate((range(len(rows)), _OTHER_SIDE)):
                turned = [points[list(order)] for points in found]
                cost_px[side] += _assign(turned, clip.color_xy[frame][:, rows], sides[side, frame])
        if not np.isfinite(sides).any():
            raise SourceError(
                f"--openpose {self._folder}: no keypoints of this sample's people; its crops would be black"
            )
        color_xy = clip.color_xy.copy()
        color_xy[:, :, rows] = sides[int(cost_px[1] < cost_px[0])]
        return replace(clip, color_xy=color_xy)

    def _people(self, name: str, frame: int) -> list[np.ndarray]:
        """(5, 2) pixels of everybody in a frame, NaN where not found; nobody if there is no file."""
        if self._frames[0] != name:
            self._frames = name, self._files_of(name)
        path = self._frames[1].get(frame) or self._flat(name, frame)
        return [] if path is None else [_roi_points(path, person) for person in _read(path)]

    def _files_of(self, name: str) -> dict[int, Path]:
        """The files in the sample's own folder by their frames; none if it has no folder."""
        for folder in (self._folder / (name + ending) for ending in FOLDER_ENDINGS):
            if folder.is_dir():
                numbered = ((_NUMBERED.search(path.name), path) for path in sorted(folder.iterdir()))
                return {int(match[1]): path for match, path in numbered if match is not None}
        return {}

    def _flat(self, name: str, frame: int) -> Path | None:
        """The file of a frame where all samples share one folder (of millions of files: it is not listed)."""
        paths = (self._folder / f"{name}{ending}_{frame:012d}{KEYPOINTS_ENDING}" for ending in FOLDER_ENDINGS)
        return next((path for path in paths if path.is_file()), None)

    def _knows_any(self, names: set[str]) -> bool:
        """Whether anything in the folder begins with the name of a sample."""
        with os.scandir(self._folder) as entries:
            return any(entry.name[:NAME_LETTERS] in names for entry in entries)


def _read(path: Path) -> list[dict]:
    try:
        people = json.loads(path.read_bytes())["people"]
        if isinstance(people, list) and all(isinstance(person, dict) for person in people):
            return people
        reason = "no list of people in it"
    except OSError as error:
        reason = error.strerror or "cannot be opened"
    except (ValueError, KeyError, TypeError, RecursionError):
        reason = "it is something else"
    raise SourceError(f"{path}: expected OpenPose's JSON with a list 'people' ({reason}); write it again")


def _roi_points(path: Path, person: dict) -> np.ndarray:
    values = person.get("pose_keypoints_2d", person.get("pose_keypoints"))
    count = len(values) // 3 if isinstance(values, list) else 0
    if count not in KEYPOINTS or len(values) != 3 * count:
        raise SourceError(f"{path}: expected 18 (COCO) or 25 (BODY_25) keypoints of x, y, confidence, got {count}")
    try:
        points = np.array(values, np.float64).reshape(count, 3)[list(KEYPOINTS[count])]
    except (ValueError, TypeError, OverflowError):
        raise SourceError(f"{path}: expected keypoints of three numbers, got something else; write it again") from None
    found = (points[:, 2:] > 0) & (np.abs(points[:, :2]) <= FARTHEST_PX).all(axis=1, keepdims=True)
    return np.where(found, points[:, :2], np.nan).astype(np.float32)


def _assign(found: list[np.ndarray], mapped: np.ndarray, into: np.ndarray) -> float:
    """Gives each person (M, 5, 2) the nearest of those found, nearest pairs first; the sum of their distances."""
    pairs = []
    for person, joints in enumerate(mapped):
        for number, points in enumerate(found):
            apart = np.linalg.norm(points - joints, axis=1)
            if np.isfinite(apart).any():
                pairs.append((float(np.nanmean(apart)), person, number))
    given: set[int] = set()
    taken: set[int] = set()
    total = 0.0
    for apart_px, person, number in sorted(pairs):
        if apart_px <= _FAR_PX and person not in given and number not in taken:
            given.add(person)
            taken.add(number)
            into[person] = found[number]
            total += apart_px
    return total
