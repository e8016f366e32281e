"""Which unit the joints of a file are in: metres, or millimetres and centimetres that were taken for metres.

Used by every reader of a format that does not state its unit. A whole clip decides, never a single body: in metres the
bones of a person, the small ones of hands and feet among them, have a median of 0.1 to 0.2.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tsmf_live.frames import SourceError
from tsmf_live.skeleton import JOINT_COUNT, PARENTS

NEAR_M = 12.0  # a body whose coordinates are all smaller is in metres (the sensor sees 8 m), or is judged by others
BONE_M = 0.15  # the median bone that is assumed of a body that is clearly in metres
FEWEST_BONES = 6  # with an end that is known; of fewer nothing can be said
#: Unit: (its size in metres, the shortest and longest median bone of a person in it).
_UNITS = {"centimetres": (0.01, 2.0, 40.0), "millimetres": (0.001, 40.0, 1000.0)}
_BONES = np.array([(joint, parent) for joint, parent in enumerate(PARENTS) if parent != joint])


def median_bones(joints: np.ndarray) -> np.ndarray:
    """The median length of each body's bones, (N,) in the unit of `joints` (N, 25, 3); NaN where too few are known.

    A joint that is not finite, or exactly 0,0,0, is unknown.
    """
    known = np.isfinite(joints).all(axis=2) & joints.any(axis=2)  # (N, V)
    both = known[:, _BONES[:, 0]] & known[:, _BONES[:, 1]]  # (N, bones)
    with np.errstate(invalid="ignore", over="ignore"):
        ends = joints[:, _BONES[:, 0]] - joints[:, _BONES[:, 1]]
        lengths = np.where(both, np.sqrt((ends**2).sum(axis=2)), np.nan)
    medians = np.full(len(joints), np.nan)
    enough = both.sum(axis=1) >= FEWEST_BONES
    if enough.any():
        medians[enough] = np.nanmedian(lengths[enough], axis=1)
    return medians


def require_metres(where: Path | str, joints: np.ndarray) -> None:
    """Refuses a clip whose people are in another unit.

    Args:
        where: the file, or the file and the clip in it.
        joints: of all its bodies, as they stand in the file, (N, 25, 3).

    Raises:
        SourceError: the line names the unit.
    """
    bodies = joints[~(np.abs(joints) <= NEAR_M).all(axis=(1, 2))]  # NaN is not near
    if len(bodies):
        near = np.full(len(joints) - len(bodies), BONE_M)
        _require_metres(where, np.concatenate([median_bones(bodies), near]))


class Sizes:
    """The sizes of the bodies of a file that is read body by body.

    Attributes:
        count: of the bodies that say something.
    """

    def __init__(self) -> None:
        self._bones: list[float] = []
        self.count = 0

    def add(self, joints: np.ndarray) -> None:
        """A body as it stands in the file, (25, 3) float64; those that are plainly in metres cost next to nothing."""
        near = np.abs(joints).max() <= NEAR_M  # false for NaN, too
        bone = BONE_M if near else float(median_bones(joints.reshape(1, JOINT_COUNT, 3))[0])
        if np.isfinite(bone):
            self._bones.append(bone)
            self.count += 1

    def require_metres(self, where: Path | str) -> None:
        """See the function of this name; of what was added so far."""
        _require_metres(where, np.array(self._bones))


def _require_metres(where: Path | str, bones: np.ndarray) -> None:
    bones = bones[np.isfinite(bones)]
    typical = float(np.median(bones)) if len(bones) else BONE_M
    for unit, (size_m, low, high) in _UNITS.items():
        if low <= typical < high:
            raise SourceError(
                f"{where}: expected joints in metres, they are in {unit} (the median bone is {typical:.0f} long); "
                f"multiply them by {size_m:g}"
            )
