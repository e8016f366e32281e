"""A made person who moves, as pose gives them to inference."""

from __future__ import annotations

from functools import partial

import numpy as np

from tsmf_live.camera import project_to_color
from tsmf_live.frames import Body, Person, PoseFrame
from tsmf_live.live.recognizer import PersonReading, Reading, Recognizer
from tsmf_live.live.repetitions import LIMBS
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.skeleton import JOINT_COUNT, JOINT_NAMES, SPINE_BASE

FOOT = JOINT_NAMES.index("AnkleRight")


def joints_at(index: float, x_m: float = 0.0) -> np.ndarray:
    """A moving person's joints (25, 3)."""
    rest = np.random.default_rng(5).normal(0, 0.3, (JOINT_COUNT, 3))
    joints = rest + 0.1 * np.sin(index / 5 + np.arange(JOINT_COUNT))[:, None] + [x_m, 0, 3]
    joints[SPINE_BASE] = x_m, 0, 3
    return joints.astype(np.float32)


def kicking_joints(time_s: float, begins_s: float, each_s: float, kicks: int, height_m: float = 0.7) -> np.ndarray:
    """Joints (25, 3) of somebody who stands, and kicks so many times without a pause."""
    joints = np.zeros((JOINT_COUNT, 3), np.float64)
    joints[LIMBS] = [(0.3, 0.2, 0.1)] * 4 + [(-0.2, -0.6, 0.2)] * 4
    joints[:, 2] += 3.0
    if begins_s < time_s < begins_s + kicks * each_s:
        joints[FOOT, 1] += height_m * np.sin(np.pi * (time_s - begins_s) / each_s) ** 2
    return joints


def crops_at(index: int, slot: int = 0) -> np.ndarray:
    return np.random.default_rng([index, slot]).integers(0, 256, (5, 96, 96, 3), np.uint8)


def person_at(index: int, slot: int = 0, x_m: float = 0.0, epoch: int = 0, color: bool = True) -> Person:
    joints = joints_at(index, x_m)
    states, turns = np.full(JOINT_COUNT, 2, np.uint8), np.zeros((JOINT_COUNT, 4), np.float32)
    body = Body(100 + slot, joints, states, project_to_color(joints), turns)
    return Person(slot, epoch, body, partial(crops_at, index, slot) if color else None)


def pose_at(index: int, *persons: Person, time_s: float | None = None) -> PoseFrame:
    return PoseFrame(index, index / 30 if time_s is None else time_s, 0.0, persons, 0.1)


def reading_of(pose: PoseFrame, probabilities: np.ndarray) -> Reading:
    """What a recognizer says of the person in slot 0, who has been seen for long."""
    nothing, scores = np.zeros(JOINT_COUNT, np.float32), np.log(probabilities)
    persons = (PersonReading(0, 0, 100, probabilities, nothing, 90, scores),)
    span_s = 0.0, pose.sensor_time_s
    return Reading(span_s, 90, persons, probabilities, scores, None, None, None, None, (), 1.0, None)


def watch(model: TSMF, poses: list[PoseFrame], stream: bool = False) -> Reading:
    """The reading after the last of these frames."""
    recognizer = Recognizer(model, stream)
    for pose in poses:
        recognizer.push(pose)
    return recognizer.read()
