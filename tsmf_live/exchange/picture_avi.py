"""Colour videos as NTU RGB+D and PKU-MMD have them: AVI at 30 Hz, picture i belongs to frame i.

H.264 without B-frames, so that picture i of the file is picture i for every reader (OpenCV, PyAV, the players of
Windows); the data sets' own videos are MPEG-4 or H.264 in AVI. A frame without a picture repeats the one before it.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from tsmf_live.files import create
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, FRAME_RATE_HZ, RecordingError
from tsmf_live.recording.color_file import BT601, EncodedFile

CRF = 17  # x264's quality: the loss cannot be seen
ENCODER_THREADS = 2


class PictureAvi:
    """One video, made when its first picture comes; no file without a picture. `close` must follow.

    Attributes:
        count: pictures in the file.
        repeated: those of them that stand for a frame without one; black before the first.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = self._container = None
        self._shown = np.zeros((COLOR_HEIGHT, COLOR_WIDTH, 4), np.uint8)
        self._reformatter = VideoReformatter()
        self._owed = 0  # frames without a picture since the last one
        self.count = self.repeated = 0

    def add(self, color_bgra: np.ndarray | None) -> None:
        """The picture of the next frame, or None; RecordingError if it cannot be written."""
        if color_bgra is None:
            self._owed += 1
            return
        try:
            if self._container is None:
                self._open()
            self._repeat()
            self._shown = color_bgra
            self._encode()
        except (OSError, av.FFmpegError) as error:
            raise self._failed(error) from error

    def finish(self, *, fill: bool) -> None:
        """Ends the video; with `fill`, frames without a picture at its end repeat the last one as well.

        Raises:
            RecordingError: it cannot be written.
        """
        if self._container is None:
            return
        try:
            if fill:
                self._repeat()
            self._container.mux(self._stream.encode(None))
            container, self._container = self._container, None
            container.close()
            self._encoded.check()
            self._file.close()
        except (OSError, av.FFmpegError) as error:
            raise self._failed(error) from error
        finally:
            self.close()

    def close(self) -> None:
        """Closes the file, finished or not; may be called twice."""
        container, self._container = self._container, None
        with contextlib.suppress(OSError, av.FFmpegError):  # a video that was not finished is thrown away
            if container is not None:
                container.close()
        with contextlib.suppress(OSError):  # likewise; the file is closed all the same
            if self._file is not None:
                self._file.close()

    def _open(self) -> None:
        # through a file of Python's: ffmpeg itself does not tell when the disk is full at the end
        self._file = create(self._path)
        self._encoded = EncodedFile(self._file)
        self._container = av.open(self._encoded, "w", format="avi")
        options = {"preset": "veryfast", "crf": str(CRF), "bf": "0"}
        self._stream = self._container.add_stream("libx264", rate=round(FRAME_RATE_HZ), options=options)
        context = self._stream.codec_context
        context.width, context.height = COLOR_WIDTH, COLOR_HEIGHT
        context.pix_fmt = "yuv420p"
        context.colorspace = BT601
        context.gop_size = round(FRAME_RATE_HZ)
        context.thread_count = ENCODER_THREADS

    def _repeat(self) -> None:
        """Shows the last picture for the frames that had none."""
        for _ in range(self._owed):
            self._encode()
        self.repeated += self._owed
        self._owed = 0

    def _encode(self) -> None:
        picture = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(self._shown), format="bgra")
        picture = self._reformatter.reformat(picture, format="yuv420p")
        picture.pts = self.count
        picture.time_base = 1 / self._stream.codec_context.framerate
        self._container.mux(self._stream.encode(picture))
        self._encoded.check()
        self.count += 1

    def _failed(self, error: Exception) -> RecordingError:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return RecordingError(f"{self._path.name}: cannot be written ({reason}); check free space and rights")
