"""A look_back of made moments, as the window looks back on it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial

import numpy as np

from tests.fakes.window_fakes import make_body, picture
from tsmf_live import frames, roi
from tsmf_live.live.look_back import LookBack
from tsmf_live.skeleton import JOINT_COUNT

LABELS = tuple(f"action {k}" for k in range(8))
PICTURES = [picture(30 * k) for k in range(4)]


@cache
def unweighted_image(index: int) -> np.ndarray:
    """A student's image of noise; nobody may change it. Made once: it takes 40 ms."""
    crops = np.random.default_rng([index, 1]).integers(0, 255, (5, 96, 96, 3), np.uint8)
    image = roi.compose([[crops] * 5])
    image.flags.writeable = False
    return image


def prediction(
    index: int, time_s: float, slots: tuple[int, ...] = (0,), *, label: str | None = "action 1", **changes: object
) -> frames.Prediction:
    """A prediction whose every figure is its own."""
    rng = np.random.default_rng(index)
    persons = tuple(
        frames.PersonPrediction(slot, str(slot), label, 0.8, rng.uniform(0, 2.5, JOINT_COUNT).astype(np.float32))
        for slot in slots
    )
    fusion, teacher, student = (rng.uniform(0, 1, len(LABELS)).astype(np.float32) for _ in range(3))
    unweighted = unweighted_image(index)
    made = frames.Prediction(
        frame=index,
        sensor_time_s=time_s,
        host_time_s=0.0,
        window_s=(time_s - 3, time_s),
        state="idle" if label is None else "action",
        label=label,
        confidence=0.8,
        top5=tuple(zip(LABELS[:5], fusion.tolist(), strict=False)),
        teacher=tuple(zip(LABELS[:5], teacher.tolist(), strict=False)),
        student=tuple(zip(LABELS[:5], student.tolist(), strict=False)),
        student_age_s=0.0,
        note=None,
        persons=persons,
        roi_image=roi.weigh(unweighted, [persons[0].attention]) if persons else None,
        roi_slots=slots[:1],
        latency_ms={"pose": 1.0, "teacher": 1.0, "student": 1.0, "total": 1.0},
        roi_unweighted=unweighted if persons else None,
        roi_attention=tuple(person.attention for person in persons[:1]),
        scores=frames.Scores(LABELS, fusion, teacher, student) if persons else None,
    )
    return replace(made, **changes)


def moment(index: int, time_s: float, position_s: float | None = None) -> tuple[frames.SensorFrame, frames.PoseFrame]:
    """A frame of one person, and its pose with crops."""
    body = make_body(400 + 10 * (index % 100), 560, 0.9)
    crops = partial(np.zeros, (5, 96, 96, 3), np.uint8)
    frame = frames.SensorFrame(index, time_s, 0.0, PICTURES[index % len(PICTURES)], (body,), position_s=position_s)
    return frame, frames.PoseFrame(index, time_s, 0.0, (frames.Person(0, 0, body, crops),), 1.0, position_s)


def fill(look_back: LookBack, seconds: float, start_s: float = 0.0, position_s: float | None = None) -> None:
    """Ten predictions and pictures a second."""
    for k in range(round(10 * seconds)):
        time_s = start_s + k / 10
        at_s = None if position_s is None else position_s + k / 10
        look_back.add_picture(*moment(round(10 * time_s), time_s, at_s))
        look_back.add(replace(prediction(round(10 * time_s), time_s), position_s=at_s))
