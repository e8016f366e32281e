"""Clips of joints of somebody simulated, as frames and as files."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import run_live
from tests.fakes.people import body_of
from tsmf_live.actor.scene import Timeline
from tsmf_live.frames import SensorFrame

COUNT = 90  # frames of `person`


def frames_of(clip: np.ndarray, **more: object) -> list[SensorFrame]:
    return [SensorFrame(i, i / 30, 0.0, None, (body_of(joints),), **more) for i, joints in enumerate(clip)]


def events(path: Path, capsys: pytest.CaptureFixture[str]) -> list[dict]:
    assert run_live.main(["--source", str(path), "--headless", "--speed", "max", "--no-color", "--json", "-"]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [one for one in said if one["type"] == "event"]


def person(seed: int = 3, x_m: float = 0.3, actions: tuple[str, ...] = ("idle",)) -> np.ndarray:
    """(T, 25, 3) of somebody simulated."""
    return _made(seed, x_m, actions).copy()


@cache
def _made(seed: int, x_m: float, actions: tuple[str, ...]) -> np.ndarray:
    clip = Timeline(np.random.default_rng(seed), (x_m, 2.6), list(actions)).joints(6.0 + np.arange(COUNT) / 30)
    return clip.astype(np.float32)
