"""Views that a test makes up, and a run that shows them; the window cannot tell it from a pipeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PyQt5.QtWidgets import QApplication, QLabel

from tsmf_live import frames
from tsmf_live.gui import palette
from tsmf_live.gui.window import MainWindow
from tsmf_live.live.feedback import Feedback
from tsmf_live.live.look_back import LookBack
from tsmf_live.live.pipeline import RunSettings
from tsmf_live.live.player import Player
from tsmf_live.recording.folder import TakeSettings
from tsmf_live.recording.tables import SessionEvent
from tsmf_live.skeleton import HAND_RIGHT, HEAD, INFERRED, JOINT_COUNT

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LONGEST = "take off headphone / put on headphone"
LABELS = (LONGEST, "playing with phone/tablet", "sneeze/cough", "drink water", "reading", "hand waving")

#: A standing person about 800 px tall: joints as (x, y) px from the spine base.
STANDING_PX = np.float32([
    (0, 0), (0, -130), (0, -290), (0, -360), (-75, -250), (-110, -130), (-115, -20), (-118, 20),
    (75, -250), (120, -150), (150, -230), (160, -270), (-45, 5), (-50, 190), (-52, 370), (-60, 395),
    (45, 5), (50, 190), (52, 370), (60, 395), (0, -255), (-120, 55), (-100, 30), (168, -305), (140, -275),
])  # fmt: skip


@cache
def _room() -> np.ndarray:
    """The picture without what moves."""
    color_bgra = np.zeros((frames.COLOR_HEIGHT, frames.COLOR_WIDTH, 4), np.uint8)
    color_bgra[..., :3] = np.linspace(150, 95, frames.COLOR_HEIGHT).astype(np.uint8)[:, None, None]
    color_bgra[760:, :, :3] = (70, 90, 110)
    color_bgra[300:760, 60:420, :3] = (150, 120, 90)
    return color_bgra


@lru_cache(maxsize=8)
def picture(index: int = 0) -> np.ndarray:
    """A calm wall with a floor and something that moves with the index."""
    color_bgra = _room().copy()
    x_px = 600 + 7 * index % 900
    color_bgra[650:760, x_px : x_px + 140, :3] = (60, 110, 150)
    color_bgra.flags.writeable = False
    return color_bgra


def make_body(x_px: float, y_px: float = 560, size: float = 1.0, sway: float = 0.0) -> frames.Body:
    color_xy = STANDING_PX * np.float32(size) + np.float32([x_px, y_px])
    color_xy[[9, 10, 11, 23, 24], 1] += 30 * np.float32(np.sin(sway))
    joint_state = np.full(JOINT_COUNT, 2, np.uint8)
    joint_state[[14, 15]] = INFERRED
    joints = np.concatenate([color_xy / 400, np.full((JOINT_COUNT, 1), 2.5)], axis=1).astype(np.float32)
    return frames.Body(7, joints, joint_state, color_xy.astype(np.float32), np.zeros((JOINT_COUNT, 4), np.float32))


def make_attention(peak: int = HAND_RIGHT, value: float = 2.0) -> np.ndarray:
    distance_px = np.linalg.norm(STANDING_PX - STANDING_PX[peak], axis=1)
    return (0.3 + (value - 0.3) * np.exp(-distance_px / 160)).astype(np.float32)


def make_prediction(
    slots: tuple[int, ...], index: int = 0, state: str = "action", **changes: object
) -> frames.Prediction:
    names = [LABELS[(index // 60 + k) % len(LABELS)] for k in range(6)]
    acting = state == "action"
    persons = tuple(
        frames.PersonPrediction(
            slot,
            7,
            names[slot] if acting else None,
            0.9 - 0.07 * slot,
            make_attention((HAND_RIGHT, HEAD, 18)[slot % 3]),
        )
        for slot in slots
    )
    prediction = frames.Prediction(
        frame=index,
        sensor_time_s=index / 30,
        host_time_s=0.0,
        window_s=(index / 30 - 3, index / 30),
        state=state,
        label=names[0] if acting else None,
        confidence=0.87,
        top5=tuple(zip(names[:5], (0.87, 0.06, 0.03, 0.01, 0.004), strict=True)) if slots else (),
        teacher=tuple(zip(names[:5], (9.1, 7.4, 4.2, 1.1, -0.8), strict=True)) if slots else (),
        student=tuple(zip((names[1], names[0], *names[2:5]), (11.9, 8.4, 3.1, 2.2, 0.4), strict=True)),
        student_age_s=0.13,
        note=None,
        persons=persons,
        roi_image=None,
        roi_slots=slots[:1],
        latency_ms={"pose": 3.0, "teacher": 22.0, "student": 41.0, "total": 71.5},
    )
    return replace(prediction, **changes)


def make_view(persons: int = 1, index: int = 0, *, color: bool = True, **changes: object) -> frames.View:
    """A running pipeline's view of so many people side by side."""
    size = 0.95 if persons == 1 else 0.75
    bodies = tuple(
        make_body((k + 1) * frames.COLOR_WIDTH / (persons + 1), 600 - 20 * (k % 2), size, index / 5)
        for k in range(persons)
    )
    view = frames.View(
        frame=frames.SensorFrame(index, index / 30, 0.0, picture(index) if color else None, bodies),
        pose=frames.PoseFrame(
            index, index / 30, 0.0, tuple(frames.Person(k, 0, body, None) for k, body in enumerate(bodies)), 2.0
        ),
        prediction=make_prediction(tuple(range(persons)), index),
        events=(
            frames.Event(3.1, 6.0, "drink water", 0.91, 0),
            frames.Event(8.0, 12.4, LONGEST, 0.77, None),
            frames.Event(64.0, 70.2, "playing with phone/tablet", 0.83, 1),
        ),
        health=(
            frames.StageHealth("capture", index, 29.9, 3.2, 5.1),
            frames.StageHealth("pose", index, 29.9, 2.2, 3.0),
            frames.StageHealth("inference", index, 9.8, 63.0, 121.5, 1, 4),
        ),
        state="running",
        message=None,
    )
    return replace(view, **changes)


STARTING = frames.View(None, None, None, (), (), "starting", None)


class FakePipeline:
    """Stands where the pipeline stands; `shown` is what it says now, `asked` what it was told to do."""

    started = True

    def __init__(self, shown: frames.View = STARTING, source: str = "demo") -> None:
        self.shown = shown
        self.settings = RunSettings(source_name="a test", source=source)
        self.checkpoint_name = "none.safetensors"
        self.labels = LABELS
        self.knows_only_simulated = False
        self.look_back = LookBack()
        self.player: Player | None = None
        self.truth: tuple[SessionEvent, ...] = ()
        self.error: Exception | None = None
        self.close_error: Exception | None = None
        self.feedback = Feedback()
        self.focused: list[int | None] = []
        self.asked: list[object] = []
        self.closed = 0

    def view(self) -> frames.View:
        if self.error is not None:
            raise self.error
        if self.player is not None:
            return replace(self.shown, player=self.player.status())
        return self.shown

    def focus(self, slot: int | None) -> None:
        self.focused.append(slot)
        self.feedback.focus = slot

    def start_take(self, take: TakeSettings) -> None:
        if self.error is not None:
            raise self.error
        self.asked.append(take)

    def stop_take(self) -> None:
        self.asked.append("stop")

    def redo_take(self, folder: Path | None = None) -> None:
        if self.error is not None:
            raise self.error
        self.asked.append(("redo", folder))

    def swap_model(self, model: object, checkpoint_name: str, stream: bool | None = None) -> None:
        self.asked.append((model, checkpoint_name, stream))
        self.checkpoint_name = checkpoint_name

    def close(self) -> None:
        self.closed += 1
        if self.close_error is not None:
            raise self.close_error


class FakeLauncher:
    """Opens fake runs and models; raises `error` instead, and waits for `gate` first, if there is one."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.gate: Callable[[], object] = lambda: None
        self.opened: list[tuple[str, FakePipeline]] = []

    def open(self, source: str) -> FakePipeline:
        self.gate()
        if self.error is not None:
            raise self.error
        self.opened.append((source, FakePipeline(make_view(1), source)))
        return self.opened[-1][1]

    def load(self, checkpoint: Path) -> tuple[object, bool]:
        self.gate()
        if self.error is not None:
            raise self.error
        return object(), False


def show_now(window: MainWindow, view: frames.View | None = None) -> None:
    """Pull and paint."""
    if view is not None:
        window.run.shown = view
    window.pull()
    QApplication.processEvents()


def all_text(window: MainWindow) -> str:
    labels = [*window.findChildren(QLabel), *window.findChildren(palette.ElidedLabel)]
    return "\n".join(label.text() for label in labels if label.isVisible())


def play_session(shown: Callable[..., MainWindow], qtbot: QtBot, folder: Path, seconds: float = 4.0) -> MainWindow:
    """A window (fixture `shown`) that plays a recorded session of so long, its annotations read."""
    run = FakePipeline(make_view(1), source=str(folder))
    run.player = Player([k / 30 for k in range(round(30 * seconds))], seconds)
    window = shown(run)

    def read() -> bool:
        show_now(window)
        return window.desk.annotations.isEnabled()

    qtbot.waitUntil(read, timeout=60_000)
    return window
