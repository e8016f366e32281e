"""Kept pictures with overlay, headline and clock -> an MP4 file, on a stage of its own, one picture a step."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PyQt5.QtGui import QImage

from tsmf_live.files import whole_file
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, RecordingError
from tsmf_live.gui.compare import clock, line_of
from tsmf_live.gui.picture import overlay
from tsmf_live.gui.picture.still_picture import draw_headline, draw_still
from tsmf_live.live.look_back import Moments
from tsmf_live.recording.color_file import EncodedFile

VIDEO_WH = (COLOR_WIDTH, COLOR_HEIGHT)
TIME_BASE = Fraction(1, 1000)


class _GivenUpError(Exception):
    """Ends the writing of a file that the user has cancelled."""


class VideoWork:
    """Writes the pictures of a snapshot; the file has its name only when it is complete, else nothing stays of it.

    Args:
        path: is replaced.
        moments: whose pictures are written, each at its own time.
        look: as on the screen.
        mirrored: as on the screen.
    """

    def __init__(self, path: Path, moments: Moments, look: overlay.Look, mirrored: bool) -> None:
        self.path, self._moments, self._look, self._mirrored = path, moments, look, mirrored
        self.total, self.done, self.complete = len(moments.pictures), 0, False
        self._file = ExitStack()  # holds it while it is written
        self._encoded: EncodedFile | None = None
        self._container: av.container.OutputContainer | None = None
        self._stream: av.VideoStream | None = None

    def set_up(self) -> None:
        """Opens the file; RecordingError if it cannot be written."""
        try:
            self._encoded = EncodedFile(self._file.enter_context(whole_file(self.path)))
            self._container = av.open(self._encoded, "w", format="mp4")
            self._stream = self._container.add_stream("libx264", rate=10, options={"preset": "veryfast", "crf": "18"})
        except (OSError, av.FFmpegError) as error:
            raise self._told(error) from error
        self._stream.width, self._stream.height = VIDEO_WH
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = self._stream.codec_context.time_base = TIME_BASE
        self._stream.codec_context.thread_count = 1  # beside live stages

    def step(self) -> bool:
        """Draws and encodes one picture."""
        if self.done == self.total:
            return False
        time_s = self._moments.pictures[self.done].time_s
        still = self._moments.still_at(time_s)
        image = draw_still(still, VIDEO_WH, self._look, mirrored=self._mirrored)
        draw_headline(image, line_of(still.prediction, self._look.focus), clock(still))
        picture = av.VideoFrame.from_ndarray(_bgra(image), format="bgra").reformat(format="yuv420p")
        picture.pts = round(1000 * (time_s - self._moments.pictures[0].time_s))
        picture.time_base = TIME_BASE
        try:
            self._container.mux(self._stream.encode(picture))
            self._encoded.check()
        except (OSError, av.FFmpegError) as error:
            raise self._told(error) from error
        self.done += 1
        return True

    def tear_down(self) -> None:
        """Completes the file, or removes what there is of it."""
        whole = self._container is not None and self.done == self.total
        try:
            if whole:
                self._container.mux(self._stream.encode(None))
            if self._container is not None:
                self._container.close()
            if whole:
                self._encoded.check()
                self._file.close()
                self.complete = True
        except (OSError, av.FFmpegError) as error:
            raise self._told(error) from error
        finally:
            with suppress(_GivenUpError), self._file:
                raise _GivenUpError

    def _told(self, error: Exception) -> RecordingError:
        return RecordingError(f"{self.path}: the video cannot be written: {error}; choose another place")


def _bgra(image: QImage) -> np.ndarray:
    """(H, W, 4) uint8 of a 32-bit image, copied."""
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return np.frombuffer(bits, np.uint8).reshape(image.height(), image.width(), 4).copy()
