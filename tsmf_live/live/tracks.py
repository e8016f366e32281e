"""What was seen of each person in the last seconds, on a regular 30 Hz grid, however irregular the frames were."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tsmf_live import roi
from tsmf_live.camera import project_to_color
from tsmf_live.frames import Body, Person
from tsmf_live.skeleton import SPINE_BASE

HELD_FRAMES = 5  # missing frames that are bridged by the last one
SEEN_WITHIN_S = 0.1  # a moment was seen if there is a frame so shortly before it: 10 frames a second leave nothing out


@dataclass(frozen=True, slots=True)
class Observation:
    """One person at one time: the body, what gives its crops (frames.Person) or None without colour, and the share of
    its joints that the sensor gave.
    """

    time_s: float
    body: Body
    crops: Callable[[], np.ndarray] | None
    known: float = 1.0


class Track:
    """What was seen of one person, newest last."""

    def __init__(self, person: Person) -> None:
        self.slot, self.epoch = person.slot, person.epoch
        self.observations: deque[Observation] = deque()

    def add(self, time_s: float, person: Person, keep_s: float) -> None:
        """Takes the person's newest frame and forgets what is older than keep_s."""
        self.observations.append(Observation(time_s, person.body, person.crops, person.known))
        while self.observations[0].time_s < time_s - keep_s:
            self.observations.popleft()

    def clip(self, window_frames: int, rate_hz: float) -> list[Observation]:
        """The last frames on a regular grid that ends at the newest; a frame that is missing is held from the last."""
        return [self.observations[i] for i in self._on_grid(window_frames, rate_hz)[0]]

    def coverage(self, window_frames: int, rate_hz: float) -> float:
        """How much of the last frames, since the person came, was seen: share of the time, times share of the joints
        that the sensor gave, 0 to 1.
        """
        found, age_s = self._on_grid(window_frames, rate_hz)
        known = np.array([one.known for one in self.observations])
        return float((known[found] * (age_s <= SEEN_WITHIN_S)).mean())

    def _on_grid(self, window_frames: int, rate_hz: float) -> tuple[np.ndarray, np.ndarray]:
        """For each moment of a regular grid that ends at the newest frame: number of its observation, and its age."""
        times = np.array([one.time_s for one in self.observations])
        seen = int((times[-1] - times[0]) * rate_hz + 0.5) + 1
        grid = times[-1] - np.arange(min(seen, window_frames) - 1, -1, -1) / rate_hz
        found = np.maximum(np.searchsorted(times, grid + 0.5 / rate_hz - 1e-6, side="right") - 1, 0)
        return found, grid - times[found]


def crops_at(clip: list[Observation], index: int) -> np.ndarray | None:
    """The crops of a frame, or the newest of the five frames before it (colour at 15 fps), or None."""
    found = _with_color(clip, index)
    return None if found is None else found.crops()


def color_now(clip: list[Observation]) -> bool:
    """Whether the clip's end has a picture."""
    return _with_color(clip, len(clip) - 1) is not None


def _with_color(clip: list[Observation], index: int) -> Observation | None:
    """The newest with crops of a frame and the five before it."""
    nearest = clip[index : max(index - HELD_FRAMES - 1, -1) : -1] if index > HELD_FRAMES else clip[index::-1]
    return next((one for one in nearest if one.crops is not None), None)


def places(clip: list[Observation], other: list[Observation]) -> np.ndarray:
    """(5, 3) spine base positions of `clip` at five times of the part that it shares with `other`."""
    frames = min(len(clip), len(other))
    start = len(clip) - frames
    return np.stack([clip[start + i].body.joints[SPINE_BASE] for i in roi.evaluation_frames(frames)])


def image_x(clip: list[Observation]) -> float:
    """Where in the picture a person is now, from left, pixels."""
    body = clip[-1].body
    x = float(body.color_xy[SPINE_BASE, 0])
    return x if np.isfinite(x) else float(np.nan_to_num(project_to_color(body.joints[SPINE_BASE])[0]))
