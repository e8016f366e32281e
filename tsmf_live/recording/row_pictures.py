"""The pictures of a recorded session, each at the row of frames.csv whose time its own time is.

Read by `sources.replay` to play a session, and by `recolor` to hide somebody in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from tsmf_live.recording.folder import COLOR_FILE
from tsmf_live.recording.tables import FrameRow
from tsmf_live.recording.video import ColorVideo, UnusableVideo

SAME_TIME_S = 0.005  # the container rounds to 1 ms; the fastest frames are 33 ms apart


class RowPictures:
    """Gives the picture of a row. Rows are asked for in order, from the first or from where `seek` went.

    Attributes:
        has_color: whether there is a video that can be used.

    Args:
        rows: all of the session, at least one.
        warnings: gets a line if the video cannot be used or ends early, and for the first picture that it lacks.
    """

    def __init__(self, folder: Path, rows: Sequence[FrameRow], warnings: list[str]) -> None:
        self._warnings, self._first_index = warnings, rows[0].index
        self._video: ColorVideo | None = None
        if any(row.color for row in rows):
            path = folder / COLOR_FILE
            try:
                if not path.is_file():
                    raise UnusableVideo(f"{path}: the colour video is missing; no colour")
                self._video = ColorVideo(path)
            except UnusableVideo as problem:
                warnings.append(str(problem))
        self.has_color = self._video is not None

    def of(self, row: FrameRow) -> np.ndarray | None:
        """The picture, (1080, 1920, 4) uint8 BGRA; None if it has none, or, with a warning, if it is lost."""
        video = self._video
        if video is None or not row.color:
            return None
        while video.next_time_s is not None and video.next_time_s < row.sensor_time_s - SAME_TIME_S:
            video.skip()
        if video.next_time_s is not None and video.next_time_s <= row.sensor_time_s + SAME_TIME_S:
            with suppress(UnusableVideo):  # the video then ends, which is told
                return video.take()
        index = row.index - self._first_index
        if video.next_time_s is None:
            self._warn("ends early", f"{video.path}: the video ends early; teacher alone from frame {index}")
        else:
            words = f"{video.path}: no picture for frame {index} and maybe others; teacher alone there"
            self._warn("no picture for", words)
        return None

    def seek(self, row: FrameRow) -> None:
        """Makes this row the one that is asked for next."""
        if self._video is not None:
            self._video.seek(row.sensor_time_s + SAME_TIME_S)

    def close(self) -> None:
        """Lets the video go; may be called twice."""
        if self._video is not None:
            self._video.close()

    def _warn(self, once: str, text: str) -> None:
        """Adds a warning, unless one with the words `once` is there: a recording can be read again."""
        if not any(once in warning for warning in self._warnings):
            self._warnings.append(text)
