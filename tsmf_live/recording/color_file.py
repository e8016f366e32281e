"""The colour video of a recorded session, written: Matroska, timestamps = sensor time in whole milliseconds.

Reads pictures from `writer.SessionWriter`. What is on disk can be played at any moment, without the end of the file:
each second starts with a keyframe, and each picture is a cluster, with a checksum, which reaches the file when the next
begins.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
import cv2
import numpy as np
from av.video.frame import PictureType

from tsmf_live.files import create, sync
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, FRAME_RATE_HZ

CODECS = ("h264", "ffv1")
CONTAINER_OPTIONS = {"cluster_time_limit": "1", "flush_packets": "1"}  # 1 ms: a cluster for each picture, 27 bytes
MATROSKA_TIME_BASE = Fraction(1, 1000)  # the container holds no finer one; exact times are in frames.csv
ENCODER_THREADS = 1  # with the fast presets a second thread costs as much as it gains
BT601 = 6  # ffmpeg's number (SMPTE 170M) for the colour matrix that the conversion from BGRA uses

_ENCODERS = {
    # zerolatency: no picture waits in the encoder, where a crash would lose it
    "h264": ("libx264", "yuv420p", {"tune": "zerolatency", "forced-idr": "1"}),
    "ffv1": ("ffv1", "bgra", {"level": "3", "slices": "4", "slicecrc": "1"}),
}
QUANTISER = 22  # of H.264: 42.4 dB PSNR of the simulated room with its noise


class EncodedFile:
    """A file as PyAV's containers write to it: errors are kept, and raised by `check`.

    An error that leaves a container's call back into Python comes out as another one, or is printed and lost. After
    the first nothing is written any more, and the container is told that all is well, so that it can be closed.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._error: BaseException | None = None

    def write(self, data: bytes) -> int:
        """How much was written: all."""
        return self._do(lambda: self._file.write(data), len(data))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """The new place."""
        return self._do(lambda: self._file.seek(offset, whence), offset)

    def tell(self) -> int:
        """The place."""
        return self._do(self._file.tell, 0)

    def check(self) -> None:
        """Raises what went wrong: OSError of the disk, or Ctrl-C."""
        if self._error is not None:
            raise self._error

    def _do(self, act: Callable[[], int], otherwise: int) -> int:
        if self._error is None:
            try:
                return act()
            except BaseException as error:
                self._error = error
        return otherwise


class ColorFile:
    """A Matroska file that grows by one picture at a time.

    Errors of disk and encoder come as OSError or av.FFmpegError; the caller knows the session they belong to.

    Args:
        path: does not exist.
        codec: "h264", or "ffv1" for every bit of every picture.
        preset: x264's, "ultrafast" to "veryslow".
        crf: x264's quality, 0 (best) to 51; None: a constant quantiser. It looks like a crf of 21, gives a
            smaller file and takes a third less time, since nothing need be known of a picture before it is coded.
    """

    def __init__(self, path: Path, codec: str, preset: str = "ultrafast", crf: int | None = None) -> None:
        encoder, self._pixel_format, options = _ENCODERS[codec]
        if codec == "h264":
            quality = {"qp": str(QUANTISER)} if crf is None else {"crf": str(crf)}
            options = options | {"preset": preset} | quality
        self._last_ms: int | None = None
        self._file = create(path)
        self._encoded = EncodedFile(self._file)
        try:
            self._container = av.open(
                self._encoded,
                "w",
                format="matroska",
                container_options=CONTAINER_OPTIONS,
            )
            self._stream = self._container.add_stream(encoder, rate=round(FRAME_RATE_HZ), options=options)
        except (OSError, av.FFmpegError):
            self._file.close()
            raise
        context = self._stream.codec_context
        context.width, context.height = COLOR_WIDTH, COLOR_HEIGHT
        context.pix_fmt = self._pixel_format
        context.time_base = MATROSKA_TIME_BASE
        context.gop_size = round(FRAME_RATE_HZ) if codec == "h264" else 1
        context.thread_count = ENCODER_THREADS
        if codec == "h264":
            context.colorspace = BT601
        self._stream.time_base = MATROSKA_TIME_BASE

    def write(self, color_bgra: np.ndarray, sensor_time_s: float, *, keyframe: bool) -> None:
        """Adds a picture; with `keyframe`, everything before it reaches the file (not yet the disk)."""
        pixels = np.ascontiguousarray(color_bgra)
        if self._pixel_format == "yuv420p":
            pixels = cv2.cvtColor(pixels, cv2.COLOR_BGRA2YUV_I420)  # a third of the time of PyAV's own conversion
        # no copy: the picture is done with when the encoder returns
        picture = av.VideoFrame.from_numpy_buffer(pixels, format=self._pixel_format)
        time_ms = round(sensor_time_s * 1000)
        picture.pts = time_ms if self._last_ms is None else max(time_ms, self._last_ms + 1)
        picture.time_base = MATROSKA_TIME_BASE
        picture.pict_type = PictureType.I if keyframe else PictureType.NONE
        self._last_ms = picture.pts
        self._container.mux(self._stream.encode(picture))
        self._encoded.check()
        self._file.flush()

    @property
    def size_bytes(self) -> int:
        """Of the file so far."""
        return self._file.tell()

    def sync(self) -> None:
        """Makes what reached the file safe against a power cut."""
        sync(self._file)

    def close(self) -> None:
        """Ends the video with its index; the file is let go whatever happens."""
        try:
            try:
                self._container.mux(self._stream.encode(None))
            finally:
                self._container.close()
            self._encoded.check()
            self.sync()
        finally:
            self._file.close()
