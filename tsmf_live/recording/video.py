"""Colour video files, read one picture at a time; used by the sources that have a video beside their skeletons.

A video that cannot be used is not an error of the source: it becomes a warning, and the teacher works alone.

A decoder never gets a name, always an open file: it takes names like "rec:1/color.mkv" for addresses of a network. Nor
may it take the content for a list of addresses: it knows the kinds of video files of `FORMATS`, and opens nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np

from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH

FORMATS = "matroska,webm,avi,mov,mp4"  # ffmpeg's names of what recordings, data sets and saved videos are
LONGEST_REASON = 200  # letters of an error
READ_BYTES = 1 << 18  # at a time
#: What a decoder raises: besides its own errors, tags that cannot be decoded, values that overflow, no such codec.
DECODER_ERRORS = (OSError, av.FFmpegError, ValueError, ArithmeticError, TypeError, LookupError)
DECODER_THREADS = 2  # 1080p at 30 Hz needs one core or less; the rest of the machine is for the model


class UnusableVideo(Exception):
    """A video that cannot give the colour of a recording; the text says why in one line."""


def open_video(file: BinaryIO, **options: str) -> av.container.InputContainer:
    """A decoder for a video in an open file, which its owner closes after it.

    Args:
        options: further ones of ffmpeg.

    Raises:
        DECODER_ERRORS: it is none of `FORMATS`, or damaged.
    """
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "none"} | options
    return av.open(file, options=options, metadata_errors="replace", buffer_size=READ_BYTES)


class ColorVideo:
    """The pictures of a video in order, decoded when asked for; holds one at a time.

    Attributes:
        next_time_s: the container's time of the picture that `take` will give; None after the last.
        problem: why it ended before its end, or None.

    Raises:
        UnusableVideo: missing, unreadable, or of another size than the Kinect v2's 1920x1080.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem: str | None = None
        self.next_time_s: float | None = None
        self._picture: av.VideoFrame | None = None
        self._pictures: Iterator[av.VideoFrame] = iter(())
        self._container: av.container.InputContainer | None = None
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise UnusableVideo(f"{path}: the video cannot be opened ({reason_of(error)}); no colour") from error
        try:
            self._container = open_video(self._file)
            self._check_size()
            self._pictures = self._decoded()
            self._advance()
            if self._picture is None:
                raise UnusableVideo(f"{path}: no picture can be decoded ({self.problem or 'empty'}); no colour")
        except UnusableVideo:
            self.close()
            raise
        except DECODER_ERRORS as error:
            self.close()
            raise UnusableVideo(f"{path}: the video cannot be opened ({reason_of(error)}); no colour") from error

    def take(self) -> np.ndarray:
        """The next picture, (1080, 1920, 4) uint8 BGRA; only while `next_time_s` is not None.

        Raises:
            UnusableVideo: its colours cannot be converted; the video ends here.
        """
        if self._picture is None:
            raise ValueError("take() after the last picture")
        try:
            picture = self._picture.to_ndarray(format="bgra")
        except DECODER_ERRORS as error:
            self._picture, self.next_time_s, self.problem = None, None, reason_of(error)
            raise UnusableVideo(f"{self.path}: a picture cannot be converted ({self.problem}); no colour") from error
        self._advance()
        return picture

    def seek(self, time_s: float) -> None:
        """Goes to the newest picture at or before a time from which decoding can begin."""
        stream = self._container.streams.video[0]
        self.problem = None
        try:
            self._container.seek(int(time_s / stream.time_base), stream=stream)
        except DECODER_ERRORS as error:
            self._picture, self.next_time_s, self.problem = None, None, reason_of(error)
            return
        self._pictures = self._decoded()
        self._advance()
        if self.next_time_s is not None and self.next_time_s > time_s > 0:  # nothing earlier is known to the container
            self.seek(0.0)

    def skip(self) -> None:
        """Drops the next picture without converting it."""
        self._advance()

    def close(self) -> None:
        """Lets file and decoder go; may be called twice."""
        self._picture, self.next_time_s, self._pictures = None, None, iter(())
        if self._container is not None:
            self._container.close()
        self._file.close()

    def _check_size(self) -> None:
        if not self._container.streams.video:
            raise UnusableVideo(f"{self.path}: expected a video, found no picture stream; no colour")
        stream = self._container.streams.video[0]
        if stream.codec_context is None:
            raise UnusableVideo(f"{self.path}: there is no decoder for its pictures; no colour")
        stream.codec_context.thread_type = "AUTO"
        stream.codec_context.thread_count = DECODER_THREADS
        if (stream.width, stream.height) != (COLOR_WIDTH, COLOR_HEIGHT):
            expected, got = f"{COLOR_WIDTH}x{COLOR_HEIGHT}", f"{stream.width}x{stream.height}"
            raise UnusableVideo(f"{self.path}: expected pictures of {expected}, got {got}; no colour")

    def _decoded(self):
        yield from self._container.decode(self._container.streams.video[0])

    def _advance(self) -> None:
        self._picture, self.next_time_s = None, None
        try:
            picture = next(self._pictures, None)
        except DECODER_ERRORS as error:
            self.problem = reason_of(error)
            return
        if picture is None:
            return
        if (picture.width, picture.height) != (COLOR_WIDTH, COLOR_HEIGHT):
            self.problem = f"picture size changed to {picture.width}x{picture.height}"
            return
        self._picture = picture
        self.next_time_s = float(picture.time or 0.0)


class VideoInStep:
    """A video whose picture i belongs to skeleton frame i, as NTU RGB+D and PKU-MMD have it.

    Args:
        path: the video, or None if the recording has none.
        warnings: gets a line if the video cannot be used or ends early.
    """

    def __init__(self, path: Path | None, warnings: list[str]) -> None:
        self._warnings = warnings
        self._video: ColorVideo | None = None
        if path is not None:
            try:
                self._video = ColorVideo(path)
            except UnusableVideo as problem:
                warnings.append(str(problem))
        self.has_color = self._video is not None
        self._times_s: list[float] | None = None  # of each picture, once somebody has jumped

    def picture(self, index: int) -> np.ndarray | None:
        """The picture of skeleton frame `index`; to be asked for every frame, in order. None without one."""
        if self._video is None:
            return None
        if self._video.next_time_s is not None:
            with suppress(UnusableVideo):  # it then has a problem, which is told
                return self._video.take()
        if not any("the video ends before" in warning for warning in self._warnings):
            why = f" ({self._video.problem})" if self._video.problem else ""
            self._warnings.append(
                f"{self._video.path}: the video ends before the skeleton{why}; teacher alone from frame {index}"
            )
        return None

    def seek(self, index: int) -> None:
        """Makes `index` the frame whose picture comes next."""
        if self._video is None:
            return
        if self._times_s is None:
            self._times_s = picture_times_s(self._video.path)
        if index < len(self._times_s):
            time_s = self._times_s[index]
            self._video.seek(time_s)
            while self._video.next_time_s is not None and self._video.next_time_s < time_s:
                self._video.skip()
            if self._video.next_time_s == time_s:
                return
        self._video.seek(0.0)  # its times are not known, or not those of its pictures: count them
        for _ in range(index):
            self._video.skip()

    def close(self) -> None:
        """May be called twice."""
        if self._video is not None:
            self._video.close()
        self._video = None


def picture_times_s(path: Path) -> list[float]:
    """The container's time of each picture of a video, found without decoding; empty if it does not tell them all."""
    try:
        with path.open("rb") as file, open_video(file) as container:
            packets = [packet for packet in container.demux(container.streams.video[0]) if packet.size]
            return sorted(float(packet.pts * packet.time_base) for packet in packets)
    except DECODER_ERRORS:  # among them a packet without a time
        return []


def reason_of(error: Exception) -> str:
    """What a decoder's error says, in one line."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(text.split())[:LONGEST_REASON]
