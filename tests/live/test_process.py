"""What is set for the whole process."""

import sys
import time
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from tests.fakes.networks import random_model
from tsmf_live.bench.timing import measure
from tsmf_live.frames import MAX_BODIES
from tsmf_live.live.inference import dense_persons
from tsmf_live.live.launcher import prepare_process

PICTURE_BYTES, PICTURES = 1080 * 1920 * 4, 12


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the C library gives large blocks back by itself")
def test_the_memory_of_pictures_is_given_back_while_small_things_lie_between_them():
    prepare_process()
    process = psutil.Process()
    kept = []
    for _ in range(2):  # glibc raises its threshold with the first pictures that are freed
        pictures = []
        for _ in range(PICTURES):
            pictures.append(np.ones(PICTURE_BYTES, np.uint8))
            kept.append(np.ones(60_000, np.uint8))  # as the crops of a person
        held = process.memory_info().rss
        del pictures
    assert held - process.memory_info().rss > 0.9 * PICTURES * PICTURE_BYTES
    assert len(kept) == 2 * PICTURES


def test_a_clock_that_advances_in_steps_of_16_ms_does_not_judge_the_machine(monkeypatch):
    """As Windows' CPU time of a thread does, whatever resolution Python says it has."""
    monkeypatch.setattr("tsmf_live.stage.sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(time, "thread_time", lambda: 0.125)
    model = random_model()
    assert 0 <= dense_persons(model) <= MAX_BODIES
    assert measure({"a": lambda: sum(range(1000))}, seconds=0.01)["a"] > 0
