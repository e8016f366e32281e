"""The last minute, kept for looking back: what was predicted, what the student saw, and small pictures.

Fed by the inference stage (predictions, events) and by a stage of its own (pictures), never by the display, so nothing
is missing when the display stalls. A display takes a `Moments` whenever it likes: a snapshot that does not change.

What it holds at most, for one person and 60 classes: 60 s of predictions (10 a second: 600 x 5 kB; a streaming teacher:
30 a second), 10 s of the student's images (100 x 152 kB) and 10 s of pictures (100 JPEGs of 960x540, about 60 kB each):
25 MB. Full pictures of 10 s would be 2.5 GB.
"""

from __future__ import annotations

import math
import threading
from bisect import bisect_left, bisect_right
from collections import deque
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from tsmf_live import roi
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, Event, PoseFrame, Prediction, SensorFrame
from tsmf_live.live.feedback import Feedback
from tsmf_live.ring import Ring
from tsmf_live.skeleton import JOINT_COUNT

PREDICTIONS_S = 60.0
PICTURES_S = 10.0  # pictures and the student's images
PICTURE_EVERY_S, GIVING_WAY_EVERY_S = 0.1, 0.5
PICTURE_WH = (960, 540)  # px: half of what the sensor gives
JPEG_QUALITY = 85
HELD_S = 0.5  # a prediction counts until the next one, but no longer than this: then there is a gap
MOST_EVENTS = 1000


@dataclass(frozen=True, eq=False)
class StudentImage:
    """What the student saw at one time.

    Attributes:
        time_s: sensor time at which it was made.
        slots: the persons in it, left to right.
        plain_rgb: (225, 225, 3) uint8, before weighting.
        attention: for each person the weights (25,) of all joints.
    """

    time_s: float
    slots: tuple[int, ...]
    plain_rgb: np.ndarray
    attention: tuple[np.ndarray, ...]

    @cached_property
    def weighted_rgb(self) -> np.ndarray:
        """(225, 225, 3) uint8 after weighting, as a picture: a weight of 0 is ImageNet's mean grey."""
        normalised = (self.plain_rgb.astype(np.float32) / 255 - roi.IMAGENET_MEAN) / roi.IMAGENET_STD
        return as_picture(roi.weigh(normalised, self.attention))


def as_picture(normalised: np.ndarray) -> np.ndarray:
    """The student's input (225, 225, 3) float32 as RGB bytes; what is beyond black and white is cut there."""
    return np.clip(255 * (normalised * roi.IMAGENET_STD + roi.IMAGENET_MEAN) + 0.5, 0, 255).astype(np.uint8)


@dataclass(frozen=True, eq=False)
class KeptPicture:
    """One moment in small: the people without their crops, and the picture as JPEG (None without colour)."""

    pose: PoseFrame
    jpeg: bytes | None

    @property
    def time_s(self) -> float:
        """When it was, sensor seconds."""
        return self.pose.sensor_time_s

    def frame(self) -> SensorFrame:
        """The moment as a frame of full size, its picture enlarged from the small one. Takes some 10 ms."""
        color_bgra = None
        if self.jpeg is not None:
            small = cv2.imdecode(np.frombuffer(self.jpeg, np.uint8), cv2.IMREAD_COLOR)
            large = cv2.resize(small, (COLOR_WIDTH, COLOR_HEIGHT), interpolation=cv2.INTER_LINEAR)
            color_bgra = cv2.cvtColor(large, cv2.COLOR_BGR2BGRA)
        pose = self.pose
        bodies = tuple(person.body for person in pose.persons)
        return SensorFrame(
            pose.index, pose.sensor_time_s, pose.host_time_s, color_bgra, bodies, position_s=pose.position_s
        )


@dataclass(frozen=True, eq=False)
class Still:
    """One moment to look at: its picture, and the prediction of the window that ended nearest to it."""

    frame: SensorFrame
    pose: PoseFrame
    prediction: Prediction | None
    image: StudentImage | None

    @property
    def time_s(self) -> float:
        """When it was, sensor seconds."""
        return self.pose.sensor_time_s


@dataclass(frozen=True, eq=False)
class Moments:
    """The last minute as it was at one time; every tuple is in the order of time.

    Attributes:
        predictions: their images are in `images` instead.
        images: what the student saw, one for each time it was asked.
        pictures: ten a second.
        events: that have ended.
    """

    predictions: tuple[Prediction, ...] = ()
    images: tuple[StudentImage, ...] = ()
    pictures: tuple[KeptPicture, ...] = ()
    events: tuple[Event, ...] = ()

    @cached_property
    def times_s(self) -> list[float]:
        """The predictions' sensor times."""
        return [prediction.sensor_time_s for prediction in self.predictions]

    @property
    def newest_s(self) -> float | None:
        """Sensor time of the newest prediction, or None."""
        return self.predictions[-1].sensor_time_s if self.predictions else None

    def prediction_at(self, time_s: float) -> Prediction | None:
        """The nearest prediction."""
        return self.predictions[_nearest(self.times_s, time_s)] if self.predictions else None

    def picture_at(self, time_s: float) -> KeptPicture | None:
        """The nearest picture."""
        return self.pictures[_nearest([kept.time_s for kept in self.pictures], time_s)] if self.pictures else None

    def image_at(self, time_s: float) -> StudentImage | None:
        """The newest image of the student at that time; None if it had no part then, or the image is no longer kept."""
        prediction = self.prediction_at(time_s)
        if prediction is None or prediction.student_age_s is None:
            return None
        made_s = prediction.sensor_time_s - prediction.student_age_s
        place = bisect_right([image.time_s for image in self.images], made_s + 1e-6) - 1
        return self.images[place] if place >= 0 and made_s - self.images[place].time_s < 1e-3 else None

    def still_at(self, time_s: float) -> Still | None:
        """Everything of the moment whose picture is nearest; None when no picture is kept."""
        kept = self.picture_at(time_s)
        if kept is None:
            return None
        prediction = self.prediction_at(kept.time_s)
        if prediction is not None and abs(prediction.sensor_time_s - kept.time_s) > HELD_S:
            prediction = None
        return Still(kept.frame(), kept.pose, prediction, self.image_at(kept.time_s) if prediction else None)

    def position_at(self, time_s: float) -> float | None:
        """The position in the played recording at that time, or None; exact where a prediction is near."""
        prediction = self.prediction_at(time_s)
        if prediction is None or prediction.position_s is None:
            return None
        return max(0.0, prediction.position_s + np.clip(time_s - prediction.sensor_time_s, -HELD_S, HELD_S))

    def attention_map(self, slot: int, end_s: float, columns: int, step_s: float) -> tuple[np.ndarray, np.ndarray]:
        """One person's attention over time, on a regular grid.

        Column c stands for the step that ends at end_s - (columns - 1 - c) step_s: the newest prediction by then, not
        older than HELD_S. Nobody predicted, or another person in the slot: a gap.

        Returns:
            values (25, columns) float32 and the sensor time (columns,) of each column's prediction, both NaN in gaps.
        """
        values = np.full((JOINT_COUNT, columns), np.nan, np.float32)
        at_s = np.full(columns, np.nan)
        epoch = None
        place = bisect_right(self.times_s, end_s + 1e-6) - 1
        for column in range(columns - 1, -1, -1):
            column_s = end_s - (columns - 1 - column) * step_s
            while place >= 0 and self.times_s[place] > column_s + 1e-6:
                place -= 1
            if place < 0:
                break
            prediction = self.predictions[place]
            person = next((person for person in prediction.persons if person.slot == slot), None)
            if person is None or column_s - prediction.sensor_time_s > HELD_S:
                continue
            epoch = person.epoch if epoch is None else epoch
            if person.epoch == epoch:
                values[:, column], at_s[column] = person.attention, prediction.sensor_time_s
        return values, at_s

    def between(self, start_s: float, end_s: float) -> Moments:
        """The part of it from start_s to end_s, both included."""
        low, high = start_s - 1e-6, end_s + 1e-6
        return Moments(
            tuple(p for p in self.predictions if low <= p.sensor_time_s <= high),
            tuple(i for i in self.images if low <= i.time_s <= high),
            tuple(p for p in self.pictures if low <= p.time_s <= high),
            tuple(e for e in self.events if e.end_s >= low and e.start_s <= high),
        )

    def around(self, still: Still) -> Moments:
        """What belongs to one moment: its picture, the prediction and the student's image that stand beside it."""
        predictions = () if still.prediction is None else (still.prediction,)
        images = () if still.image is None else (still.image,)
        return Moments(predictions, images, tuple(kept for kept in self.pictures if kept.pose is still.pose))


def focused_slot(prediction: Prediction | None, focus: int | None) -> int | None:
    """The person whose figures are shown: the chosen one, else the student's, else the first; None for nobody."""
    if focus is not None or prediction is None:
        return focus
    if prediction.roi_slots:
        return prediction.roi_slots[0]
    return next((person.slot for person in prediction.persons if person.is_person), None)


class LookBack:
    """Collects predictions, events and pictures; any thread may add, any thread may take a snapshot.

    Args:
        keeps: False: nothing but the newest prediction and the events.

    Attributes:
        newest: the newest prediction, with its images.
    """

    def __init__(self, keeps: bool = True) -> None:
        self.newest: Prediction | None = None
        self._keeps = keeps
        self._lock = threading.Lock()
        self._predictions: deque[Prediction] = deque()
        self._images: deque[StudentImage] = deque()
        self._pictures: deque[KeptPicture] = deque()
        self._events: deque[Event] = deque(maxlen=MOST_EVENTS)
        self._last_image: np.ndarray | None = None  # of the newest prediction: an image used again is kept once

    def add(self, item: Prediction | Event) -> None:
        """Takes what the inference stage says. Under 1 ms."""
        if isinstance(item, Event):
            with self._lock:
                self._events.append(item)
            return
        self.newest = item
        if not self._keeps:
            return
        image = self._image(item)
        light = replace(item, roi_image=None, roi_unweighted=None)
        with self._lock:
            if self._predictions and item.sensor_time_s < self._predictions[-1].sensor_time_s:
                for kept in (self._predictions, self._images, self._events):  # another time line
                    kept.clear()
            self._predictions.append(light)
            if image is not None:
                self._images.append(image)
            now_s = item.sensor_time_s
            while self._predictions[0].sensor_time_s < now_s - PREDICTIONS_S:
                self._predictions.popleft()
            while self._images and self._images[0].time_s < now_s - PICTURES_S:
                self._images.popleft()

    def add_picture(self, frame: SensorFrame, pose: PoseFrame) -> None:
        """Keeps a moment in small; the frame itself is not kept. Takes some 5 ms."""
        jpeg = None
        if frame.color_bgra is not None:
            small = cv2.resize(frame.color_bgra, PICTURE_WH, interpolation=cv2.INTER_LINEAR)  # exactly half: 2x2 means
            done, coded = cv2.imencode(
                ".jpg", cv2.cvtColor(small, cv2.COLOR_BGRA2BGR), (cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY)
            )
            jpeg = coded.tobytes() if done else None
        persons = tuple(replace(person, crops=None) for person in pose.persons)
        kept = KeptPicture(replace(pose, persons=persons), jpeg)
        with self._lock:
            if self._pictures and kept.time_s < self._pictures[-1].time_s:
                self._pictures.clear()
            self._pictures.append(kept)
            while self._pictures[0].time_s < kept.time_s - PICTURES_S:
                self._pictures.popleft()

    def snapshot(self) -> Moments:
        """Everything kept now; costs copies of references only."""
        with self._lock:
            since_s = self._predictions[-1].sensor_time_s - PREDICTIONS_S if self._predictions else -math.inf
            events = tuple(event for event in self._events if event.end_s >= since_s)
            return Moments(tuple(self._predictions), tuple(self._images), tuple(self._pictures), events)

    def newest_events(self, count: int) -> tuple[Event, ...]:
        """The last events, however long ago they were."""
        with self._lock:
            return tuple(self._events)[-count:]

    def size_bytes(self) -> int:
        """Bytes of pictures, student's images and arrays kept now."""
        now = self.snapshot()
        arrays = 0
        for prediction in now.predictions:
            arrays += sum(person.attention.nbytes for person in prediction.persons)
            for scores in (prediction.scores, *(person.scores for person in prediction.persons)):
                if scores is not None:
                    parts = (scores.fusion, scores.teacher, scores.student)
                    arrays += sum(part.nbytes for part in parts if part is not None)
        return (
            arrays
            + sum(image.plain_rgb.nbytes for image in now.images)
            + sum(len(kept.jpeg) for kept in now.pictures if kept.jpeg is not None)
        )

    def _image(self, prediction: Prediction) -> StudentImage | None:
        """The student's image of this prediction if it is a new one."""
        unweighted = prediction.roi_unweighted
        if unweighted is None or unweighted is self._last_image:
            self._last_image = unweighted
            return None
        self._last_image = unweighted
        made_s = prediction.sensor_time_s - (prediction.student_age_s or 0.0)
        return StudentImage(made_s, prediction.roi_slots, as_picture(unweighted), prediction.roi_attention)


class KeepWork:
    """A stage: SensorFrames with their PoseFrames -> small pictures in the look-back, ten a second.

    The last frame before a pause is kept too.

    Args:
        feedback: while the recorder needs the machine more, two a second are kept.
    """

    def __init__(
        self,
        pairs: Ring[tuple[SensorFrame, PoseFrame]],
        look_back: LookBack,
        feedback: Feedback,
    ) -> None:
        self._pairs, self._look_back, self._feedback = pairs, look_back, feedback
        self._kept_s: float | None = None
        self._waiting: tuple[SensorFrame, PoseFrame] | None = None

    def set_up(self) -> None:
        """Nothing to prepare."""

    def step(self) -> bool:
        """Takes one frame and keeps it if one is due."""
        pair = self._pairs.get()
        if pair is None:
            if self._waiting is not None:
                self._keep(self._waiting)
            return not self._pairs.ended
        now_s = pair[1].sensor_time_s
        every_s = GIVING_WAY_EVERY_S if self._feedback.pressure else PICTURE_EVERY_S
        due = self._kept_s is None or not 0 <= now_s - self._kept_s < every_s - 1e-3
        if due:
            self._keep(pair)
        else:
            self._waiting = pair
        return True

    def tear_down(self) -> None:
        """Lets the last frame go."""
        self._waiting = None

    def _keep(self, pair: tuple[SensorFrame, PoseFrame]) -> None:
        self._look_back.add_picture(*pair)
        self._kept_s, self._waiting = pair[1].sensor_time_s, None


def _nearest(times_s: list[float], time_s: float) -> int:
    """Index of the nearest of some sorted times."""
    right = min(bisect_left(times_s, time_s), len(times_s) - 1)
    return right - 1 if right and time_s - times_s[right - 1] < times_s[right] - time_s else right
