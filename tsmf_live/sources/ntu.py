"""NTU RGB+D recordings: a `.skeleton` file, and its colour video where there is one.

The text is read when the source is made (a clip lasts seconds), the video while its frames are asked for.
"""

from __future__ import annotations

import time
from pathlib import Path

from tsmf_live.frames import FRAME_RATE_HZ, SensorFrame, SourceError
from tsmf_live.ntu_text import NtuTextReader, TextFrame, UnfinishedText
from tsmf_live.sources.base import EndOfSource, SourceInfo
from tsmf_live.sources.video import VideoInStep

SMALLEST_FRAME_BYTES = 2  # "0\n", nobody in view


def color_video_of(skeleton: Path) -> Path | None:
    """The colour video of a `.skeleton` file: `X_rgb.avi` beside it, or in the data set's own folders."""
    name = f"{skeleton.stem}_rgb.avi"
    candidates = [skeleton.with_name(name)]
    if skeleton.parent.name.startswith("nturgb+d_skeletons"):
        candidates.append(skeleton.parent.parent / "nturgb+d_rgb" / name)
    return next((path for path in candidates if path.is_file()), None)


class NtuSource:
    """The frames of one `.skeleton` file.

    A file that breaks off or goes wrong in its middle gives the complete frames before that place, then SourceError.

    Raises:
        SourceError: no complete frame, no finite joint in the whole file, or a frame count that cannot be.
    """

    def __init__(self, path: Path) -> None:
        self.warnings: list[str] = []
        self._path = path
        self._next = 0
        self._closed = False
        self._error: SourceError | None = None
        self._frames = self._read_text()
        self._warn_of_broken_joints()
        self._video = VideoInStep(color_video_of(path), self.warnings)
        self.info = SourceInfo(
            name=path.name,
            kind="ntu",
            live=False,
            frame_rate_hz=FRAME_RATE_HZ,
            duration_s=len(self._frames) / FRAME_RATE_HZ,
            has_color=self._video.has_color,
            time_estimated=True,
        )

    def read(self) -> SensorFrame:
        """See Source.read."""
        if self._closed:
            raise EndOfSource
        if self._next == len(self._frames):
            if self._error is not None:
                raise self._error
            raise EndOfSource
        index, frame = self._next, self._frames[self._next]
        color = self._video.picture(index)
        self._next += 1
        return SensorFrame(
            index=index,
            sensor_time_s=index / FRAME_RATE_HZ,
            host_time_s=time.perf_counter(),
            color_bgra=color,
            bodies=frame.bodies,
            time_estimated=True,
            bad_joints=frame.bad_joints,
        )

    def close(self) -> None:
        """See Source.close."""
        self._closed = True
        self._video.close()

    def _read_text(self) -> list[TextFrame]:
        """All complete frames; what is wrong after them is kept for `read`."""
        text = NtuTextReader(self._path)
        frames: list[TextFrame] = []
        try:
            self._check_promise(text.promised)
            while len(frames) < text.promised:
                frame = text.read()
                if frame is None:
                    raise UnfinishedText(
                        f"{self._path}: expected {text.promised} frames as its first line says, found {len(frames)}; "
                        "copy or download it again"
                    )
                frames.append(frame)
            if text.more_follows():
                self.warnings.append(f"{self._path}: more follows after its {text.promised} frames; not played")
        except SourceError as error:
            if not frames:
                raise
            self._error = error
        finally:
            text.close()
        if not any(frame.bodies for frame in frames):
            raise SourceError(
                f"{self._path}: expected a person, found no finite joint in {len(frames)} frames; choose another file"
            )
        return frames

    def _check_promise(self, promised: int) -> None:
        size_bytes = self._path.stat().st_size
        if promised == 0 or promised * SMALLEST_FRAME_BYTES > size_bytes:
            raise SourceError(
                f"{self._path}: line 1: expected a frame count of at least 1 that a file of {size_bytes} bytes "
                f"can hold, got {promised}; copy or download it again"
            )

    def _warn_of_broken_joints(self) -> None:
        broken = [frame.bad_joints for frame in self._frames if frame.bad_joints]
        if broken:
            self.warnings.append(
                f"{self._path}: {sum(broken)} joints in {len(broken)} frames are not finite; they count as not tracked"
            )
