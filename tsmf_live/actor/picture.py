"""The colour picture of simulated persons in a ward room, as the Kinect v2's colour camera would deliver it (mirrored).

It reads true joint positions and what a person holds, and hands on BGRA pixels; `paint` for the live picture,
`paint_region` for training crops without the rest. The same arguments give the same pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from tsmf_live.actor.brush import Canvas, Part
from tsmf_live.actor.figure import figure_parts
from tsmf_live.actor.furniture import chair_parts
from tsmf_live.actor.head import head_parts
from tsmf_live.actor.objects import object_parts
from tsmf_live.actor.room import Room, paint_room
from tsmf_live.actor.shadow import Shadow, body_shadow
from tsmf_live.actor.subject import Chair, Held, Subject
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, FRAME_RATE_HZ
from tsmf_live.skeleton import SPINE_BASE

NOISE_SIGMA = 2.2  # grey levels
NOISE_VERSIONS = 5  # noise fields that are cycled, one a frame
NOISE_STRIDE_PX = 24  # each version looks at another part of the same noise field
SOFT_KERNEL_PX = 3

Region = tuple[int, int, int, int]
Scene = tuple[list[Shadow], list[Part]]


@dataclass(frozen=True)
class PaintedPerson:
    """A person to paint: who, where, and with what.

    Attributes:
        joints: (25, 3) camera-space metres, true positions (finite).
    """

    subject: Subject
    joints: np.ndarray
    held: Held | None
    chair: Chair | None


class RoomPainter:
    """Paints persons into one room.

    The empty room is painted once, softened, and kept with several noises on it. A picture is a copy of one of
    these, with the smallest box that holds the people painted anew: room, people, softness, noise.
    """

    def __init__(self, seed: int = 0, camera_height_m: float = 1.1) -> None:
        """Furnish the room number `seed`; its floor is at y = -camera_height_m."""
        self.camera_height_m = camera_height_m
        self._kept: tuple[list, Scene] | None = None
        room = Room(seed, camera_height_m)
        self._light_xy = room.light_xy
        self._room_bgra = paint_room(room)
        self._brighter, self._darker = _noise(seed)
        picture = (0, 0, COLOR_WIDTH, COLOR_HEIGHT)
        self._empty_bgra = [self._finished(self._room_bgra, picture, version) for version in range(NOISE_VERSIONS)]

    def paint(self, people: Sequence[PaintedPerson], time_s: float, picture: np.ndarray | None = None) -> np.ndarray:
        """The whole picture, (1080, 1920, 4) uint8 BGRA, into `picture` or a new array; `time_s` chooses the noise."""
        version = _noise_version(time_s)
        if picture is None:
            picture = np.empty_like(self._empty_bgra[version])
        picture[:] = self._empty_bgra[version]
        shadows, parts = self._scene(people)
        boxes = [part.box_xyxy for part in parts] + [shadow.box_xyxy for shadow in shadows]
        if boxes:
            x0, y0 = (max(min(box[axis] for box in boxes) - 1, 0) for axis in (0, 1))
            x1 = min(max(box[2] for box in boxes) + 1, COLOR_WIDTH)
            y1 = min(max(box[3] for box in boxes) + 1, COLOR_HEIGHT)
            if x0 < x1 and y0 < y1:
                picture[y0:y1, x0:x1] = self._painted(shadows, parts, (x0, y0, x1, y1), version)
        return picture

    def paint_region(self, people: Sequence[PaintedPerson], time_s: float, region_xyxy: Region) -> np.ndarray:
        """The same pixels as `paint(...)[y0:y1, x0:x1]`, (h, w, 4), black (0, 0, 0, 0) outside the picture."""
        left, top, right, bottom = region_xyxy
        region = np.zeros((max(bottom - top, 0), max(right - left, 0), 4), np.uint8)
        x0, y0, x1, y1 = max(left, 0), max(top, 0), min(right, COLOR_WIDTH), min(bottom, COLOR_HEIGHT)
        if x0 < x1 and y0 < y1:
            painted = self._painted(*self._scene(people), (x0, y0, x1, y1), _noise_version(time_s))
            region[y0 - top : y1 - top, x0 - left : x1 - left] = painted
        return region

    def _scene(self, people: Sequence[PaintedPerson]) -> Scene:
        """Shadows, and everything else in painting order: far persons first, and of each the far parts first.

        The last scene is kept: the regions of one frame are asked for one after the other.
        """
        joints = [np.array(person.joints, np.float64) for person in people]
        key = [
            (person.subject, points.tobytes(), person.held, person.chair)
            for person, points in zip(people, joints, strict=True)
        ]
        kept = self._kept  # one read: other threads may paint in this room, too
        if kept is not None and kept[0] == key:
            return kept[1]
        far_first = sorted(range(len(people)), key=lambda index: -joints[index][SPINE_BASE, 2])
        shadows = [body_shadow(joints[index], -self.camera_height_m) for index in far_first]
        parts: list[Part] = []
        for index in far_first:
            parts += self._person_parts(people[index], joints[index])
        self._kept = (key, (shadows, parts))
        return shadows, parts

    def _person_parts(self, person: PaintedPerson, joints: np.ndarray) -> list[Part]:
        """A person with object and chair, far parts first; joints as float64."""
        parts = figure_parts(person.subject, joints, person.held, self._light_xy)
        parts += head_parts(person.subject, joints, self._light_xy)
        parts += object_parts(person.subject, joints, person.held, self._light_xy)
        if person.chair is not None:
            parts += chair_parts(person.chair, self.camera_height_m)
        return sorted(parts, key=lambda part: -part.depth_m)

    def _painted(self, shadows: list[Shadow], parts: list[Part], box_xyxy: Region, version: int) -> np.ndarray:
        """One box of the picture, which lies inside it, as the camera gives it."""
        x0, y0, x1, y1 = box_xyxy
        x0, y0, x1, y1 = max(x0 - 1, 0), max(y0 - 1, 0), min(x1 + 1, COLOR_WIDTH), min(y1 + 1, COLOR_HEIGHT)
        canvas = Canvas(self._room_bgra[y0:y1, x0:x1].copy(), (x0, y0, x1, y1))
        for shadow in shadows:
            shadow.darken(canvas)
        for part in parts:
            canvas.paint(part)
        soft = self._finished(canvas.pixels_bgra, (x0, y0, x1, y1), version)
        return soft[box_xyxy[1] - y0 : box_xyxy[3] - y0, box_xyxy[0] - x0 : box_xyxy[2] - x0]

    def _finished(self, clean_bgra: np.ndarray, box_xyxy: Region, version: int) -> np.ndarray:
        """A painted box as the camera gives it: softened, noisy; its outermost pixels may come out otherwise."""
        x0, y0, x1, y1 = (value + version * NOISE_STRIDE_PX for value in box_xyxy)
        soft = cv2.GaussianBlur(clean_bgra, (SOFT_KERNEL_PX, SOFT_KERNEL_PX), 0)
        cv2.add(soft, self._brighter[y0:y1, x0:x1], dst=soft)
        cv2.subtract(soft, self._darker[y0:y1, x0:x1], dst=soft)
        return soft


def _noise_version(time_s: float) -> int:
    """The noise of the picture at this time: another one every frame."""
    return int(np.floor(time_s * FRAME_RATE_HZ + 0.5)) % NOISE_VERSIONS


def _noise(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """What the noise adds and what it takes away: two (h, w, 4) uint8, larger than the picture."""
    extra = NOISE_STRIDE_PX * NOISE_VERSIONS
    size_hw = (COLOR_HEIGHT + extra, COLOR_WIDTH + extra)
    rng = np.random.default_rng([815, seed])
    grain = rng.standard_normal(size_hw, np.float32)
    color = rng.standard_normal((*(side // 2 for side in size_hw), 3), np.float32)
    color = cv2.resize(color, size_hw[::-1], interpolation=cv2.INTER_LINEAR)  # colour is sensed at half the resolution
    levels = np.zeros((*size_hw, 4), np.float32)
    levels[..., :3] = NOISE_SIGMA * (0.85 * grain[..., None] + 0.6 * color)
    levels = np.round(levels)
    return np.maximum(levels, 0).astype(np.uint8), np.maximum(-levels, 0).astype(np.uint8)
