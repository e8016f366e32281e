"""What all tests share: no display, nothing left behind, small helpers to make bodies, frames and models."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import torch

from tsmf_live.nets import checkpoint
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.resnet import ResNet18
from tsmf_live.nets.stgcn import STGCN
from tsmf_live.nets.tsmf import TSMF

torch.set_num_threads(1)
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _no_thread_left_behind() -> Iterator[None]:
    """Every test must end the threads it began."""
    before = set(threading.enumerate())
    yield
    until = time.monotonic() + 2
    while (left := [t for t in threading.enumerate() if t not in before and t.is_alive()]) and time.monotonic() < until:
        left[0].join(0.05)
    assert not left, f"threads left behind: {[t.name for t in left]}"


def random_model(**settings: object) -> TSMF:
    """A TSMF with random but reproducible weights; settings go into its Spec."""
    labels = ("class 0", "class 1", "class 2", "class 3", "idle")
    spec = Spec(**({"labels": labels, "idle": "idle", "window_frames": 60, "temporal": "causal"} | settings))
    torch.manual_seed(7)
    return TSMF(spec, STGCN(len(spec.labels), spec.temporal), ResNet18(len(spec.labels)))


@pytest.fixture(scope="session")
def model() -> TSMF:
    """One random model for tests that do not change it."""
    return random_model()


@pytest.fixture(scope="session")
def checkpoint_file(tmp_path_factory: pytest.TempPathFactory, model: TSMF) -> Path:
    """The same model as a checkpoint file."""
    path = tmp_path_factory.mktemp("weights") / "random.safetensors"
    checkpoint.save(path, model.spec, model.teacher.state_dict(), model.student.state_dict())
    return path
