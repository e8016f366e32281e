"""Video files of any camera as a source of pictures: any size, turned or not, at any rate; bodies are estimated later.

The times are the file's own, so a variable frame rate stays one. They are read first, without decoding, so that a
player can go to any picture.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import av

from tsmf_live.frames import FRAME_RATE_HZ, SensorFrame, SourceError
from tsmf_live.recording.video import DECODER_ERRORS, DECODER_THREADS, open_video, reason_of
from tsmf_live.sources.base import EndOfSource, SourceInfo
from tsmf_live.sources.camera.lens import Framing
from tsmf_live.sources.camera.spec import VideoSpec

SAME_TIME_S = 1e-4
WIDEST_PIXEL = 3.0  # in heights; a file that tells more is wrong
PLAYABLE = "an MP4, AVI, MKV, MOV or WebM file with a picture"


class VideoSource:
    """The pictures of one video file, without bodies; `info.lens` says how they were taken.

    Raises:
        SourceError: no file, no video, only sound, nothing that can be decoded.
        UsageError: see VideoSpec.
    """

    def __init__(self, spec: str | VideoSpec) -> None:
        self.spec = VideoSpec.parse(spec) if isinstance(spec, str) else spec
        self.warnings: list[str] = []
        self._path = self.spec.file
        self._next = 0
        self._closed = False
        self._upcoming: av.VideoFrame | None = None
        self._pictures: Iterator[av.VideoFrame] = iter(())
        self._container: av.container.InputContainer | None = None
        try:
            self._file = self._path.open("rb")
        except OSError as error:
            raise SourceError(f"{self._path}: cannot be opened ({error.strerror}); expected {PLAYABLE}") from error
        try:
            self._open()
        except SourceError:
            self.close()
            raise
        except DECODER_ERRORS as error:
            self.close()
            raise SourceError(f"{self._path}: expected {PLAYABLE}, cannot be read ({reason_of(error)})") from error

    def read(self) -> SensorFrame:
        """See Source.read."""
        if self._closed or self._next >= len(self.times_s):
            raise EndOfSource
        picture = self._upcoming
        if picture is None:
            self._say_cut()
            raise EndOfSource
        try:
            color_bgra = self._framing.fit(picture.to_ndarray(format="bgr24"))
        except DECODER_ERRORS as error:
            raise SourceError(f"{self._path}: picture {self._next} cannot be converted ({reason_of(error)})") from error
        frame = SensorFrame(
            index=self._next,
            sensor_time_s=self.times_s[self._next],
            host_time_s=time.perf_counter(),
            color_bgra=color_bgra,
            bodies=(),
            time_estimated=self.info.time_estimated,
        )
        self._next += 1
        self._advance()
        return frame

    def seek(self, number: int) -> None:
        """See SeekableSource.seek."""
        if self._closed:
            raise EndOfSource
        wanted_s = self.times_s[number]
        stream = self._stream
        if self.info.time_estimated or number == 0:
            self._begin_again()
            for _ in range(number):
                self._advance()
        else:
            try:
                self._container.seek(int((wanted_s + self._start_s) / stream.time_base), stream=stream)
                self._pictures = self._container.decode(stream)
                self._advance()
            except DECODER_ERRORS as error:
                raise SourceError(f"{self._path}: cannot go to {wanted_s:.1f} s ({reason_of(error)})") from error
            if self._upcoming is not None and self._time_of(self._upcoming) > wanted_s + SAME_TIME_S:
                self._begin_again()  # the container does not know its key pictures
            while self._upcoming is not None and self._time_of(self._upcoming) < wanted_s - SAME_TIME_S:
                self._advance()
        self._next = number

    def close(self) -> None:
        """See Source.close."""
        self._closed, self._upcoming, self._pictures = True, None, iter(())
        if self._container is not None:
            self._container.close()
        self._file.close()

    def _open(self) -> None:
        container = self._container = open_video(self._file)
        if not container.streams.video:
            what = "sound only" if container.streams.audio else "none"
            raise SourceError(f"{self._path}: expected {PLAYABLE}, found {what}")
        stream = self._stream = container.streams.video[0]
        if stream.codec_context is None:
            raise SourceError(f"{self._path}: there is no decoder for its pictures; convert it to H.264")
        times_s = [
            float(packet.pts * packet.time_base) if packet.pts is not None else None
            for packet in container.demux(stream)
            if packet.size and not packet.is_discard  # before the place from which a phone's user kept the video
        ]
        rate_hz = float(stream.average_rate or FRAME_RATE_HZ)
        self._begin_again()
        if self._upcoming is None:
            raise SourceError(f"{self._path}: expected {PLAYABLE}, none of its pictures can be decoded")
        estimated = None in times_s or len(set(times_s)) < len(times_s)
        if estimated:
            self.times_s = [index / rate_hz for index in range(len(times_s))]
        else:
            self._start_s = min(times_s)
            self.times_s = [each - self._start_s for each in sorted(times_s)]
        self._framing = self._framed(self._upcoming)
        duration_s = self.times_s[-1] + 1 / rate_hz
        self.info = SourceInfo(
            name=self._path.name,
            kind="video",
            live=False,
            frame_rate_hz=rate_hz if estimated else max(len(self.times_s) / duration_s, 1e-3),
            duration_s=duration_s,
            has_color=True,
            time_estimated=estimated,
            sensor="video",
            lens=self._framing.lens,
        )

    _start_s = 0.0  # the container's time of the first picture

    def _framed(self, picture: av.VideoFrame) -> Framing:
        turned = round(-getattr(picture, "rotation", 0) / 90) % 4  # told counter-clockwise
        width = max(round(picture.width * _pixel_width(self._stream)), 1)
        size_wh = (picture.height, width) if turned % 2 else (width, picture.height)
        return Framing(size_wh, self.spec.fov, mirrored=self.spec.mirrored, turned=turned)

    def _begin_again(self) -> None:
        """Opens the file anew; the next picture is the first."""
        if self._container is not None:
            self._container.close()
        self._file.seek(0)
        self._container = open_video(self._file)
        self._stream = self._container.streams.video[0]
        self._stream.codec_context.thread_type = "AUTO"
        self._stream.codec_context.thread_count = DECODER_THREADS
        self._pictures = self._container.decode(self._stream)
        self._advance()

    def _time_of(self, picture: av.VideoFrame) -> float:
        return float(picture.time or 0.0) - self._start_s

    def _advance(self) -> None:
        try:
            self._upcoming = next(self._pictures, None)
        except DECODER_ERRORS as error:
            self._upcoming = None
            self._problem = reason_of(error)

    _problem = ""

    def _say_cut(self) -> None:
        line = f"{self._path}: ends after {self._next} of {len(self.times_s)} pictures"
        if not any(line in warning for warning in self.warnings):
            self.warnings.append(f"{line}{f' ({self._problem})' if self._problem else ''}; the rest is not played")


def _pixel_width(stream: av.VideoStream) -> float:
    """How wide a stored pixel is to be shown, in its heights: camcorders and DVDs have others than square ones."""
    told = float(stream.sample_aspect_ratio or 1)
    return told if 1 / WIDEST_PIXEL <= told <= WIDEST_PIXEL else 1.0
