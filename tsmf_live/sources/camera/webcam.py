"""A camera at this machine as a source of pictures, through OpenCV. The estimator adds the bodies.

    camera's stage: open, read, read, ... --newest picture--> read() on the capture thread

OpenCV waits within its calls, up to seconds when a camera is pulled out; so they have a thread of their own, and
whoever reads waits 0.1 s at most.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from tsmf_live.command import one_line
from tsmf_live.frames import SensorFrame, SourceError
from tsmf_live.ring import Ring
from tsmf_live.sources.base import EndOfSource, SourceInfo
from tsmf_live.sources.camera.lens import Framing
from tsmf_live.sources.camera.quiet import without_library_lines
from tsmf_live.sources.camera.spec import WebcamSpec
from tsmf_live.stage import Stage

OPEN_S = 15.0  # Windows takes its time for some cameras
SILENT_S = 3.0  # without a picture for so long it is gone
CLOSE_S = 2.0  # a camera that hangs is left to itself after this
WAITING = 2  # pictures that nobody has taken yet; the oldest gives way
CREDIBLE_S = 0.25  # the camera's clock and ours may differ by this from one picture to the next
SHAPE = 9 / 16  # height of the picture that is asked for, in widths
BACKENDS = {"win32": cv2.CAP_DSHOW, "linux": cv2.CAP_V4L2}  # the others wait long, or ask for rights of their own


class CameraClock:
    """Sensor times from what the camera says of its pictures, and from this machine's clock where it says nothing."""

    def __init__(self) -> None:
        self._time_s = 0.0
        self._before: tuple[float, float] | None = None  # the camera's and ours, of the picture before

    def place(self, camera_s: float, host_s: float) -> float:
        """Seconds since the first picture; strictly increasing."""
        if self._before is not None:
            by_camera_s, by_host_s = camera_s - self._before[0], host_s - self._before[1]
            credible = camera_s > 0 and by_camera_s > 0 and abs(by_camera_s - by_host_s) < CREDIBLE_S
            self._time_s += max(by_camera_s if credible else by_host_s, 1e-3)
        self._before = camera_s, host_s
        return self._time_s


class _Reading:
    """The work of the camera's stage.

    Attributes:
        came_s: host time of the newest picture, or of the beginning.
        opened: set once it is open.
    """

    def __init__(self, spec: WebcamSpec, pictures: Ring[tuple[float, float, np.ndarray]]) -> None:
        self._spec, self._pictures = spec, pictures
        self._capture: cv2.VideoCapture | None = None
        self.opened = threading.Event()

    def set_up(self) -> None:
        """Opens the camera; SourceError if that fails."""
        spec = self._spec
        with without_library_lines():  # what it would say of a camera that is not there, we say
            self._capture = cv2.VideoCapture(spec.index, BACKENDS.get(sys.platform, cv2.CAP_ANY))
        if not self._capture.isOpened():
            raise SourceError(_not_open(spec.index))
        wanted = (
            (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),  # else a large picture comes 5 to 10 times a second
            (cv2.CAP_PROP_FRAME_WIDTH, spec.width),
            (cv2.CAP_PROP_FRAME_HEIGHT, round(spec.width * SHAPE)),
            (cv2.CAP_PROP_FPS, spec.fps),
            (cv2.CAP_PROP_BUFFERSIZE, 1),
        )
        for setting, value in wanted:
            self._capture.set(setting, value)  # it gives what it can
        self.opened.set()

    def step(self) -> bool:
        """Reads a picture, if one comes."""
        there, picture = self._capture.read()
        if there and picture is not None:
            camera_s = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1e3
            self._pictures.put((camera_s, time.perf_counter(), picture))
        else:
            time.sleep(0.01)  # a camera that is gone says so at once
        return True

    def tear_down(self) -> None:
        """Lets the camera go."""
        self._pictures.close()
        if self._capture is not None:
            self._capture.release()


class WebcamSource:
    """The pictures of a camera, without bodies. Made, read and closed by one thread.

    Args:
        spec: "webcam" or "webcam:index=0,width=1280,fps=30,fov=60,mirrored=0".
        clock: host time in seconds.

    Raises:
        SourceError: no such camera, another program has it, or it gives no picture.
        UsageError: see WebcamSpec.
    """

    def __init__(self, spec: str = "webcam", clock: Callable[[], float] = time.perf_counter) -> None:
        self.spec = WebcamSpec.parse(spec)
        self.warnings: list[str] = []
        self._clock, self._closed = clock, False
        self._stopping = threading.Event()
        self._pictures: Ring[tuple[float, float, np.ndarray]] = Ring(WAITING, lossless=False, stopping=self._stopping)
        self._reading = _Reading(self.spec, self._pictures)
        self._stage = Stage("webcam", self._reading, self._stopping)
        self._times, self._index = CameraClock(), 0
        self._stage.start()
        try:
            first = self._first_picture()
        except SourceError:
            self.close()
            raise
        height, width = first[2].shape[:2]
        self._size_wh = width, height
        self._framing = Framing(self._size_wh, self.spec.fov, mirrored=self.spec.mirrored)
        self._upcoming: tuple[float, float, np.ndarray] | None = first
        self._came_s = clock()
        if width < self.spec.width:
            asked = f"less than the {self.spec.width} asked for"
            self.warnings.append(f"camera {self.spec.index}: gives {width}x{height}, {asked}")
        self.info = SourceInfo(
            name=f"camera {self.spec.index}",
            kind="webcam",
            live=True,
            frame_rate_hz=float(self.spec.fps),
            duration_s=None,
            has_color=True,
            time_estimated=False,
            sensor="webcam",
            lens=self._framing.lens,
        )

    def read(self) -> SensorFrame | None:
        """See Source.read.

        Raises:
            SourceError: no picture for SILENT_S, or OpenCV failed.
        """
        if self._closed:
            raise EndOfSource
        taken, self._upcoming = self._upcoming or self._pictures.get(), None
        now_s = self._clock()
        if taken is None:
            if not self._stage.alive:
                raise self._failure()
            if now_s - self._came_s > SILENT_S:
                raise SourceError(
                    f"camera {self.spec.index}: no picture for {now_s - self._came_s:.0f} s; it was unplugged, or "
                    "another program took it: plug it in and open it again"
                )
            return None
        self._came_s = now_s
        camera_s, host_s, picture = taken
        if picture.shape[1::-1] != self._size_wh:  # some change it when the light does
            self._size_wh = picture.shape[1::-1]
            self._framing = Framing(self._size_wh, self.spec.fov, mirrored=self.spec.mirrored)
        frame = SensorFrame(
            index=self._index + self._pictures.dropped,
            sensor_time_s=self._times.place(camera_s, host_s),
            host_time_s=host_s,
            color_bgra=self._framing.fit(_as_bgr(picture)),
            bodies=(),
        )
        self._index += 1
        return frame

    def close(self) -> None:
        """See Source.close."""
        self._closed = True
        self._stopping.set()
        self._stage.wait(CLOSE_S)

    def _first_picture(self) -> tuple[float, float, np.ndarray]:
        until_s = self._clock() + OPEN_S
        while self._clock() < until_s:
            taken = self._pictures.get()
            if taken is not None:
                return taken
            if not self._stage.alive:
                break
            if self._reading.opened.is_set():
                until_s = min(until_s, self._clock() + SILENT_S)
        if self._stage.error is not None:
            raise self._failure()
        raise SourceError(
            f"camera {self.spec.index}: it opened but gives no picture; close the program that uses it, or plug it in "
            "again"
        )

    def _failure(self) -> SourceError:
        """What ended the camera's stage."""
        if isinstance(self._stage.error, SourceError):
            return self._stage.error
        reason = one_line(self._stage.error)[:200]
        return SourceError(f"camera {self.spec.index}: OpenCV failed ({reason}); unplug it and plug it in again")


def _as_bgr(picture: np.ndarray) -> np.ndarray:
    """A camera's picture with three channels; cameras for faces in the dark give one."""
    return picture if picture.ndim == 3 and picture.shape[2] == 3 else cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)


def _not_open(index: int) -> str:
    """Why a camera could not be opened, and what to do."""
    there = cameras_there()
    if there is None:
        return (
            f"camera {index}: cannot be opened; it is not there, another program has it, or this one may not use it "
            "(privacy settings): close the other program, or choose another camera with webcam:index=N"
        )
    if index not in there:
        found = f"found {', '.join(map(str, there))}: choose one with webcam:index=N"
        return f"camera {index}: there is none of this number; {found if there else 'found none: plug one in'}"
    return f"camera {index}: cannot be opened; close the program that has it (or join the group video, if you may not)"


def cameras_there() -> list[int] | None:
    """Numbers of the cameras at this machine; None where the system does not tell."""
    if not sys.platform.startswith("linux"):
        return None
    names = (path.name.removeprefix("video") for path in Path("/dev").glob("video*"))
    return sorted(int(name) for name in names if name.isdecimal())
