"""The people on a camera's pictures as the Kinect would give them: pictures and times in, bodies out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from tsmf_live.frames import MAX_BODIES, Body
from tsmf_live.sources.camera.landmarks import body_of
from tsmf_live.sources.camera.lens import Lens
from tsmf_live.sources.camera.people import FIRST_NUMBER, People
from tsmf_live.sources.camera.pose_model import Landmarker, model_name


class PoseEstimator:
    """MediaPipe Pose on the pictures of one camera. Made, used and closed by one thread.

    Args:
        model: a .task file.
        lens: how the pictures were taken.
        first_number: of the people, who get numbers in the order in which they come.
        stopping: asked between two looks of MediaPipe's, each of which takes up to a second on a busy machine.
        most: people who are followed at once, 1 to 6.

    Raises:
        SourceError: MediaPipe cannot be loaded, or does not take the model.
    """

    def __init__(
        self,
        model: Path,
        lens: Lens,
        first_number: int = FIRST_NUMBER,
        stopping: Callable[[], bool] = lambda: False,
        most: int = MAX_BODIES,
    ) -> None:
        self.name = model_name(model)
        self._lens = lens
        self._people = People(lens, lambda follows: Landmarker(model, follows), first_number, stopping, most)

    def bodies(self, color_bgra: np.ndarray, time_s: float) -> tuple[Body, ...]:
        """Everybody on the next picture, (1080, 1920, 4) uint8; times increase, after a gap everybody is new."""
        found = self._people.find(color_bgra, time_s)
        bodies = (body_of(landmarks, self._lens, number) for number, landmarks in found)
        return tuple(body for body in bodies if body is not None)

    def close(self) -> None:
        """Lets the networks go; once."""
        self._people.close()
