"""Videos that tests make for themselves, and what stands in for MediaPipe and OpenCV's capture at their borders."""

from __future__ import annotations

import time
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

import av
import cv2
import numpy as np

from tests.fakes.recordings import DATA
from tsmf_live.live import pipeline
from tsmf_live.sources.camera import estimator, pose_model
from tsmf_live.sources.camera.landmarks import LANDMARK_COUNT, Landmarks

MODEL = DATA.parent / "weights" / "pose_landmarker_full.task"
HEIGHT_M = 1.7  # of the figures


def standing() -> np.ndarray:
    """World landmarks (33, 3), metres, of somebody who stands and faces the camera, x to the picture's right."""
    points = np.zeros((LANDMARK_COUNT, 3))
    points[:11] = (0, 0.65, -0.1)
    points[7], points[8] = (0.08, 0.65, 0), (-0.08, 0.65, 0)  # ears; left is to the right of a picture
    for left, place in {
        11: (0.18, 0.48, 0), 13: (0.24, 0.2, 0), 15: (0.26, -0.05, -0.05), 17: (0.27, -0.12, -0.05),
        19: (0.25, -0.14, -0.06), 21: (0.23, -0.1, -0.08), 23: (0.1, 0, 0), 25: (0.11, -0.42, 0), 27: (0.11, -0.82, 0),
        29: (0.11, -0.88, 0.05), 31: (0.12, -0.9, -0.12),
    }.items():  # fmt: skip
        points[left], points[left + 1] = place, (-place[0], *place[1:])
    return points


class FakeLandmarker:
    """In the place of pose_model.Landmarker: sees a person in each filled rectangle of one colour on black.

    The figure is as high as the rectangle and stands in its middle. It tells left from right as MediaPipe does, from a
    picture that is not mirrored.
    """

    made: int = 0

    def __init__(self, model: Path, follows: bool) -> None:
        FakeLandmarker.made += 1
        self.follows, self.closed = follows, False

    def find(self, picture_rgb: np.ndarray, time_s: float) -> list[Landmarks]:
        """See Landmarker.find; one that follows gives the largest figure."""
        assert picture_rgb.flags.c_contiguous
        found = []
        shade = cv2.cvtColor(picture_rgb, cv2.COLOR_RGB2GRAY)
        count, _, boxes, _ = cv2.connectedComponentsWithStats((shade > 60).astype(np.uint8))
        for left, top, width, height, area in boxes[1:count]:
            if area > 400:
                found.append((area, figure(left + width / 2, top + height * 0.45, height)))
        found.sort(key=lambda one: -one[0])
        return [landmarks for _, landmarks in found][: 1 if self.follows else None]

    def close(self) -> None:
        """Counted by tests."""
        self.closed = True


def figure(x: float, y: float, height_px: float) -> Landmarks:
    """Landmarks of somebody who stands with the hips at (x, y) of a picture that is not mirrored."""
    world = standing()
    xy = (x, y) + world[:, :2] * (1, -1) * height_px / HEIGHT_M
    return Landmarks(xy, world, np.full(LANDMARK_COUNT, 0.9))


def with_fake_estimator(monkeypatch, tmp_path: Path) -> Path:
    """Puts FakeLandmarker in MediaPipe's place; the model's file, which holds what a model's file must."""
    model = tmp_path / "pose_landmarker_lite.task"
    with zipfile.ZipFile(model, "w") as archive:
        for part in pose_model.PARTS:
            archive.writestr(part, b"")
    FakeLandmarker.made = 0
    monkeypatch.setattr(estimator, "Landmarker", FakeLandmarker)
    monkeypatch.setattr(pose_model, "is_installed", lambda: True)
    monkeypatch.setattr(pipeline, "load_library", lambda: None)
    return model


def people_picture(size_wh: tuple[int, int], *places: tuple[float, float, float]) -> np.ndarray:
    """BGR; a light rectangle for each person: middle x, y and height, all as shares of the picture's."""
    width, height = size_wh
    picture = np.zeros((height, width, 3), np.uint8)
    for x, y, high in places:
        half_wide, half_high = max(int(0.18 * high * height), 2), max(int(high * height / 2), 2)
        cx, cy = int(x * width), int(y * height)
        cv2.rectangle(picture, (cx - half_wide, cy - half_high), (cx + half_wide, cy + half_high), (90, 200, 230), -1)
    return picture


def write_people_video(
    path: Path,
    pictures: list[np.ndarray],
    times_s: list[float] | None = None,
    *,
    quarter_turns: int = 0,
    sound: bool = False,
    pixel: Fraction = Fraction(1),
    trimmed_s: float = 0.0,
) -> Path:
    """A video of these pictures (none: no picture stream) at these times; an MP4 may ask to be turned clockwise.

    Args:
        pixel: how wide a stored pixel is to be shown, in its heights.
        trimmed_s: the MP4 holds so much that is not to be shown, as a phone leaves it when its user cuts the beginning.
    """
    times_s = times_s or [k / 30 for k in range(len(pictures))]
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = spoken = None
        if pictures:
            stream = container.add_stream("libx264" if trimmed_s else "mpeg4", rate=30)
            stream.codec_context.sample_aspect_ratio = pixel
            if trimmed_s:
                stream.gop_size = 100  # what is cut off is needed to decode what is left
            stream.height, stream.width = pictures[0].shape[:2]
            stream.bit_rate, stream.codec_context.time_base = 4_000_000, Fraction(1, 1000)
        if sound:
            spoken = container.add_stream("aac" if path.suffix == ".mp4" else "mp3", rate=44100)
            block = av.AudioFrame.from_ndarray(np.zeros((1, 44100), np.float32), format="fltp", layout="mono")
            block.sample_rate = 44100
            container.mux(spoken.encode(block))
            container.mux(spoken.encode(None))
        for picture, time_s in zip(pictures, times_s, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = round(time_s * 1000), Fraction(1, 1000)
            container.mux(_earlier(stream.encode(frame), trimmed_s))
        if stream is not None:
            container.mux(_earlier(stream.encode(None), trimmed_s))
    if quarter_turns:
        _turn(path, quarter_turns)
    return path


def _earlier(packets: list[av.Packet], by_s: float) -> list[av.Packet]:
    """The same so much earlier: what lies before 0 is not shown."""
    for packet in packets:
        packet.pts -= round(by_s / packet.time_base)
        packet.dts -= round(by_s / packet.time_base)
    return packets


def _turn(path: Path, quarter_turns: int) -> None:
    """Writes into an MP4's track header that the picture is to be turned clockwise, as phones do."""
    cos, sin = [(1, 0), (0, 1), (-1, 0), (0, -1)][quarter_turns % 4]
    matrix = np.array([cos, sin, 0, -sin, cos, 0, 0, 0, 1 << 14], ">i8") * (1 << 16)
    content = bytearray(path.read_bytes())
    at = content.index(b"tkhd") + 4
    at += 4 + 4 * 4 + 4 + 8 + 8  # version and flags, times and number, duration, reserved, layer to volume
    content[at : at + 36] = matrix.astype(">i4").tobytes()
    path.write_bytes(bytes(content))


class FakeCapture:
    """In the place of cv2.VideoCapture: gives the pictures of `script`, then none.

    A script's item is a picture, or "nothing" (a camera that gives none), or "raise".
    """

    script: ClassVar[list[object]] = []
    opens = True
    every_s = 0.0
    released = 0

    def __init__(self, index: int, backend: int) -> None:
        self.index, self.backend, self.settings = index, backend, {}
        self._left = list(type(self).script)
        self._given = 0

    def isOpened(self) -> bool:
        return type(self).opens

    def set(self, setting: int, value: float) -> bool:
        self.settings[setting] = value
        return True

    def get(self, setting: int) -> float:
        return self._given * 1000 / 30 if setting == cv2.CAP_PROP_POS_MSEC else 0.0

    def read(self) -> tuple[bool, np.ndarray | None]:
        time.sleep(type(self).every_s)
        item = self._left.pop(0) if self._left else "nothing"
        if isinstance(item, str):
            if item == "raise":
                raise cv2.error("the driver is gone")
            return False, None
        self._given += 1
        return True, item

    def release(self) -> None:
        type(self).released += 1
