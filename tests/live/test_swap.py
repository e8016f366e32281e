"""Another model takes over in the inference stage: as if the run had begun with it, from that frame on."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from conftest import random_model
from test_recognizer import person_at, pose_at

from tsmf_live.frames import Event, PoseFrame, Prediction
from tsmf_live.live.inference import InferenceWork, warm_up
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.ring import Ring

LABELS = ("one", "two", "three", "nothing")


@cache
def small_model(**settings: object) -> TSMF:
    """A teacher alone with a short window; nobody may change it."""
    model = random_model(window_frames=15, **settings)
    model.student = None
    warm_up(model)
    return model


def other_model() -> TSMF:
    return small_model(labels=LABELS, idle="nothing")


def said(work: InferenceWork, ring: Ring[PoseFrame], poses: list[PoseFrame], told: list) -> list[Prediction | Event]:
    """What the stage says of these frames, without the times that it took."""
    begin = len(told)
    for pose in poses:
        ring.put(pose)
        work.step()
    return [
        replace(item, latency_ms={}, roi_image=None, roi_unweighted=None, roi_attention=None, scores=None)
        if isinstance(item, Prediction)
        else item
        for item in told[begin:]
    ]


def stage(model: TSMF, stream: bool = False) -> tuple[InferenceWork, Ring[PoseFrame], list]:
    ring: Ring[PoseFrame] = Ring(500, lossless=True, stopping=threading.Event())
    told: list[Prediction | Event] = []
    return InferenceWork(model, ring, told.append, [], lossless=True, stream=stream), ring, told


def same(one: Prediction | Event, other: Prediction | Event) -> bool:
    """Equal, arrays included."""
    if not isinstance(one, Prediction) or not isinstance(other, Prediction):
        return one == other
    attention = zip(one.persons, other.persons, strict=True)
    return replace(one, persons=()) == replace(other, persons=()) and all(
        np.array_equal(a.attention, b.attention) and (a.slot, a.label, a.confidence) == (b.slot, b.label, b.confidence)
        for a, b in attention
    )


@pytest.mark.parametrize("stream", [False, True])
def test_after_a_swap_everything_is_as_if_the_run_had_begun_with_the_new_model(stream):
    poses = [pose_at(i, person_at(i)) for i in range(50)]
    work, ring, told = stage(small_model())
    said(work, ring, poses[:20], told)
    work.recognizer.feedback.focus = 0
    work.swap(other_model(), stream, from_index=0)
    after = said(work, ring, poses[20:], told)
    fresh, fresh_ring, fresh_told = stage(other_model(), stream)
    expected = said(fresh, fresh_ring, poses[20:], fresh_told)
    assert len(after) == len(expected) >= 10
    assert all(same(one, other) for one, other in zip(after, expected, strict=True))
    assert {label for label, _ in after[-1].teacher} <= set(LABELS)
    assert work.recognizer.feedback.focus == 0  # the user's choice stays


def test_frames_that_were_cropped_for_the_old_model_are_left_to_it():
    poses = [pose_at(i, person_at(i)) for i in range(30)]
    work, ring, told = stage(small_model())
    work.swap(other_model(), False, from_index=15)
    before = said(work, ring, poses[:15], told)
    assert all("class 0" in dict(item.teacher) or "idle" in dict(item.teacher) for item in before)
    after = said(work, ring, poses[15:], told)
    assert all(set(dict(item.teacher)) <= set(LABELS) for item in after)


def test_of_two_swaps_before_the_next_frame_the_later_one_counts():
    work, ring, told = stage(small_model())
    work.swap(small_model(labels=("a", "b"), idle=None), False, from_index=0)
    work.swap(other_model(), False, from_index=0)
    said(work, ring, [pose_at(i, person_at(i)) for i in range(5)], told)
    assert {label for label, _ in told[-1].teacher} <= set(LABELS)
