"""What all tests share: no display, nothing left behind, small helpers to make bodies, frames and models."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fakes.networks import random_model

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import torch
from tqdm import tqdm

from tsmf_live.nets import checkpoint
from tsmf_live.nets.tsmf import TSMF

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tsmf_live.gui.window import MainWindow
    from tsmf_live.live.pipeline import Pipeline

gc.disable()  # what is imported and collected stays to the end: nothing to be found there
tqdm.monitor_interval = 0  # its watching thread would outlive the test
torch.set_num_threads(1)


def pytest_configure(config: pytest.Config) -> None:
    """`-n 2` runs the suite in two processes. One of these that began others would begin them without end."""
    if "PYTEST_XDIST_WORKER" in os.environ and config.getoption("numprocesses", None):
        raise pytest.UsageError("-n: this is a worker of pytest-xdist, which starts no others; leave it out here")


def pytest_collection_finish() -> None:
    """Objects of imports and of thousands of tests stay: each search for garbage in a test would go through them."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True, scope="module")
def _the_same_chance_for_every_file() -> None:
    """Random weights and inputs of a file do not depend on which files were run before it."""
    torch.manual_seed(0)


@pytest.fixture(autouse=True)
def _no_thread_left_behind() -> Iterator[None]:
    """Every test must end the threads it began."""
    before = set(threading.enumerate())
    yield
    until = time.monotonic() + 2
    while (left := [t for t in threading.enumerate() if t not in before and t.is_alive()]) and time.monotonic() < until:
        left[0].join(0.05)
    assert not left, f"threads left behind: {[t.name for t in left]}"


@pytest.fixture(scope="session")
def model() -> TSMF:
    """One random model for tests that do not change it."""
    return random_model()


@pytest.fixture(scope="session")
def checkpoint_file(tmp_path_factory: pytest.TempPathFactory, model: TSMF) -> Path:
    """The same weights as a checkpoint file, with a shorter window, so that whole runs take less time."""
    path = tmp_path_factory.mktemp("weights") / "random.safetensors"
    spec = replace(model.spec, window_frames=24)
    checkpoint.save(path, spec, model.teacher.state_dict(), model.student.state_dict())
    return path


@pytest.fixture(scope="session")
def teacher_file(tmp_path_factory: pytest.TempPathFactory, model: TSMF) -> Path:
    """The same teacher alone, for runs in which no picture counts: reading a student takes longer than such a run."""
    path = tmp_path_factory.mktemp("weights") / "teacher.safetensors"
    spec = replace(model.spec, window_frames=24, architecture="stgcn")
    checkpoint.save(path, spec, model.teacher.state_dict(), None)
    return path


@pytest.fixture(autouse=True, scope="session")
def _settings_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the settings and logs of whoever runs it; nor do the programs that tests start."""
    home = str(tmp_path_factory.mktemp("home"))
    os.environ |= {"XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "LANG": "C", "LC_ALL": "C.UTF-8"}


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., MainWindow]]:
    """Opens a window of 1280x720 on a run; its timer is off, the test calls `pull`. Settings are the test's own."""
    from PyQt5.QtCore import QSettings
    from PyQt5.QtWidgets import QApplication

    from tsmf_live.gui.language import use_language
    from tsmf_live.gui.window import MainWindow

    QSettings.setPath(QSettings.IniFormat, QSettings.UserScope, str(tmp_path / "settings"))
    windows = []

    def open_window(run: Pipeline, size: tuple[int, int] = (1280, 720), **options: object) -> MainWindow:
        window = MainWindow(run, **options)
        window._timer.stop()
        window.resize(*size)
        qtbot.addWidget(window)
        windows.append(window)
        with qtbot.waitActive(window):  # keys go to the active window only; without a window manager it must ask
            window.show()
            window.activateWindow()
        for _ in range(5):  # the first texts change the layout, which settles one nesting at a time
            window.pull()
            QApplication.processEvents()
        return window

    yield open_window
    use_language("en")
    for window in windows:
        window.close_now()
