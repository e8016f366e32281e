"""The crops' places from OpenPose's JSON files instead of the sensor's own mapping, as the paper took them.

    FOLDER/NAME/NAME_000000000012_keypoints.json, or FOLDER/NAME_000000000012_keypoints.json

18 keypoints are the COCO body, 25 are BODY_25: the ankles have other numbers (the published code took COCO's numbers
for both and so cropped BODY_25's knees).
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from train.prepare_footage import Clip
from tsmf_live.frames import SourceError, UsageError
from tsmf_live.skeleton import ROI_JOINTS

#: Head (nose), right hand (wrist), left hand, right ankle, left ankle, by the number of keypoints.
KEYPOINTS = {18: (0, 4, 7, 10, 13), 25: (0, 4, 7, 11, 14)}
_OTHER_SIDE = (0, 2, 1, 4, 3)
_FAR_PX = 300.0  # a person whose keypoints lie farther from the sensor's joints is somebody else


class OpenPose:
    """A folder of keypoint files.

    Raises:
        UsageError: no such folder.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise UsageError(f"--openpose {folder}: expected a folder of OpenPose's JSON files")
        self._folder = folder

    def placed(self, clip: Clip) -> Clip:
        """The clip with its ROI joints' pixels from OpenPose; a joint that was not found cannot be mapped.

        People are told apart by where the sensor maps them. OpenPose takes the picture for unmirrored; whether its
        right is the person's right is decided once for a clip, by what lies nearer to the sensor's joints.

        Raises:
            SourceError: a file that is no keypoint file.
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
        color_xy = clip.color_xy.copy()
        color_xy[:, :, rows] = sides[int(cost_px[1] < cost_px[0])]
        return replace(clip, color_xy=color_xy)

    def _people(self, name: str, frame: int) -> list[np.ndarray]:
        """(5, 2) pixels of everybody in a frame, NaN where not found; nobody if there is no file."""
        file = f"{name}_{frame:012d}_keypoints.json"
        for path in (
            self._folder / name / file,
            self._folder / file,
            self._folder / f"{name}_rgb" / f"{name}_rgb{file[len(name) :]}",
        ):
            if path.is_file():
                return [_roi_points(path, person) for person in _read(path)]
        return []


def _read(path: Path) -> list[dict]:
    try:
        people = json.loads(path.read_bytes())["people"]
        if isinstance(people, list):
            return people
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise SourceError(f"{path}: expected OpenPose's JSON with a list 'people'; write it again")


def _roi_points(path: Path, person: dict) -> np.ndarray:
    values = person.get("pose_keypoints_2d", person.get("pose_keypoints"))
    count = len(values) // 3 if isinstance(values, list) else 0
    if count not in KEYPOINTS or len(values) != 3 * count:
        raise SourceError(f"{path}: expected 18 (COCO) or 25 (BODY_25) keypoints of x, y, confidence, got {count}")
    points = np.array(values, np.float32).reshape(count, 3)[list(KEYPOINTS[count])]
    return np.where(points[:, 2:] > 0, points[:, :2], np.nan)


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
