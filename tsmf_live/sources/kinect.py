"""The Kinect v2: not readable by this version; says so, and what to do instead."""

from __future__ import annotations

import importlib.util
import sys

from tsmf_live.frames import SourceError


def missing_reason() -> str:
    """Why no Kinect can be read here, in words."""
    if sys.platform != "win32":
        return f"the Kinect for Windows SDK 2.0 runs on Windows only, this is {sys.platform}"
    if importlib.util.find_spec("pykinect2") is None:
        return "the package pykinect2 is not installed (pip install -r requirements.txt)"
    return "this version cannot read the sensor yet"


class KinectSource:
    """Stands for the sensor until it can be read: making one always fails.

    Raises:
        SourceError: why, and what to do.
    """

    def __init__(self) -> None:
        raise SourceError(f"Kinect: {missing_reason()}; use --source demo, or a recorded session")
