"""The joints in plain words, in the order in which charts list them: from the head down, then the limbs."""

from __future__ import annotations

from PyQt5.QtCore import QT_TR_NOOP
from PyQt5.QtGui import QFont, QFontMetrics

from tsmf_live.gui.language import tr
from tsmf_live.skeleton import JOINT_NAMES, ROI_JOINTS

_WORDS = {
    "Head": QT_TR_NOOP("head"),
    "Neck": QT_TR_NOOP("neck"),
    "SpineShoulder": QT_TR_NOOP("upper spine"),
    "SpineMid": QT_TR_NOOP("middle spine"),
    "SpineBase": QT_TR_NOOP("lower spine"),
    "ShoulderLeft": QT_TR_NOOP("left shoulder"),
    "ElbowLeft": QT_TR_NOOP("left elbow"),
    "WristLeft": QT_TR_NOOP("left wrist"),
    "HandLeft": QT_TR_NOOP("left hand"),
    "HandTipLeft": QT_TR_NOOP("left hand tip"),
    "ThumbLeft": QT_TR_NOOP("left thumb"),
    "ShoulderRight": QT_TR_NOOP("right shoulder"),
    "ElbowRight": QT_TR_NOOP("right elbow"),
    "WristRight": QT_TR_NOOP("right wrist"),
    "HandRight": QT_TR_NOOP("right hand"),
    "HandTipRight": QT_TR_NOOP("right hand tip"),
    "ThumbRight": QT_TR_NOOP("right thumb"),
    "HipLeft": QT_TR_NOOP("left hip"),
    "KneeLeft": QT_TR_NOOP("left knee"),
    "AnkleLeft": QT_TR_NOOP("left ankle"),
    "FootLeft": QT_TR_NOOP("left foot"),
    "HipRight": QT_TR_NOOP("right hip"),
    "KneeRight": QT_TR_NOOP("right knee"),
    "AnkleRight": QT_TR_NOOP("right ankle"),
    "FootRight": QT_TR_NOOP("right foot"),
}
#: Joint indices in the order of the charts' rows.
JOINT_ORDER: tuple[int, ...] = tuple(JOINT_NAMES.index(name) for name in _WORDS)


def joint_name(joint: int) -> str:
    """The joint in the chosen language."""
    return tr(_WORDS[JOINT_NAMES[joint]])


def longest_name_px(metrics: QFontMetrics) -> int:
    """Width of the longest joint's name."""
    return max(metrics.horizontalAdvance(joint_name(joint)) for joint in JOINT_ORDER)


def row_font(font: QFont, row_px: float, smallest_px: int = 9) -> QFont:
    """Letters for rows of this height: smaller than the widget's own `font`, but no smaller than `smallest_px`."""
    fitting = QFont(font)
    fitting.setPixelSize(max(min(QFontMetrics(font).height() - 3, int(row_px)), smallest_px))
    return fitting


def roi_row_names() -> list[str]:
    """The rows of the student's image, from the top."""
    return [joint_name(joint) for joint in ROI_JOINTS]
