"""While a take is recorded the PC does not go to sleep: what Windows is asked, on which thread, and for how long."""

from __future__ import annotations

import ctypes
import threading
from types import SimpleNamespace

import pytest

from tests.fakes.recordings import frames
from tsmf_live.frames import RecordingError
from tsmf_live.recording.recorder import RecordPlan, RecordWork
from tsmf_live.recording.take_queue import TakeQueue
from tsmf_live.recording.writer import SessionWriter, TakeSettings
from tsmf_live.ring import Ring
from tsmf_live.stage import Stage

LIMIT_S = 60.0
STAY_AWAKE, MAY_SLEEP = 0x80000001, 0x80000000  # ES_CONTINUOUS with and without ES_SYSTEM_REQUIRED


@pytest.fixture
def asked(monkeypatch):
    """What Windows was asked, and by which thread."""
    calls: list[tuple[int, str]] = []

    def set_state(flags: int) -> int:
        calls.append((flags, threading.current_thread().name))
        return MAY_SLEEP

    windows = SimpleNamespace(kernel32=SimpleNamespace(SetThreadExecutionState=set_state))
    monkeypatch.setattr(ctypes, "windll", windows, raising=False)
    return calls


class Recorder:
    """The record stage on its thread, fed by the test."""

    def __init__(self, plan: RecordPlan | None = None) -> None:
        self.stopping = threading.Event()
        self.takes = TakeQueue(lossless=True, stopping=self.stopping)
        self.events = Ring(9, lossless=True, stopping=self.stopping)
        self.work = RecordWork(self.takes, self.events, lambda: {"source": "test"}, plan, lambda: None)
        self.stage = Stage("record", self.work, self.stopping, vital=False)
        self.stage.start()

    def put(self, some: list) -> None:
        for frame in some:
            self.takes.put(frame)

    def until(self, done) -> None:
        for _ in range(int(LIMIT_S / 0.01)):
            if done():
                return
            self.stopping.wait(0.01)
        raise AssertionError(self.work.status)

    def end(self) -> None:
        self.takes.close()
        self.events.close()
        assert self.stage.wait(LIMIT_S)


def test_the_pc_stays_awake_for_a_take_and_only_so_long(asked, tmp_path):
    recorder = Recorder()
    recorder.put(frames(2))
    assert asked == [], "nothing is recorded yet"
    for number in (1, 2):
        recorder.takes.begin(TakeSettings(tmp_path / f"take-{number:03}"))
        recorder.put(frames(3))
        recorder.until(lambda: recorder.work.status.frames == 3 and asked[-1][0] == STAY_AWAKE)
        assert asked[-1] == (STAY_AWAKE, "record"), "Windows keeps to what the recording thread asked for"
        recorder.takes.end() if number == 1 else recorder.takes.discard(None)
        recorder.until(lambda: asked[-1][0] == MAY_SLEEP)
    recorder.end()
    assert asked == [(STAY_AWAKE, "record"), (MAY_SLEEP, "record")] * 2


def test_a_take_that_the_run_ends_lets_the_pc_sleep_again(asked, tmp_path):
    recorder = Recorder()
    recorder.takes.begin(TakeSettings(tmp_path / "take"))
    recorder.put(frames(3))
    recorder.end()
    assert [flags for flags, _ in asked] == [STAY_AWAKE, MAY_SLEEP]


def test_a_take_that_fails_lets_the_pc_sleep_again(asked, tmp_path, monkeypatch):
    def full(*_arguments: object) -> None:
        raise RecordingError("the disk is full")

    recorder = Recorder()
    recorder.takes.begin(TakeSettings(tmp_path / "take"))
    recorder.until(lambda: asked)
    monkeypatch.setattr(SessionWriter, "write", full)
    recorder.put(frames(3))
    recorder.until(lambda: asked[-1][0] == MAY_SLEEP)
    assert recorder.work.status.state == "failed"
    recorder.end()
    assert len(asked) == 2


def test_between_planned_takes_the_pc_stays_awake(asked, tmp_path):
    plan = RecordPlan(TakeSettings(tmp_path), count=2, seconds=0.1, pause_s=0.5)
    recorder = Recorder(plan)
    recorder.put(frames(12))
    recorder.until(lambda: recorder.work.status.take == 2)
    assert [flags for flags, _ in asked] == [STAY_AWAKE]
    recorder.put(frames(40)[12:])
    recorder.until(lambda: asked[-1][0] == MAY_SLEEP)
    recorder.end()
    assert [flags for flags, _ in asked] == [STAY_AWAKE, MAY_SLEEP]
    assert {name.name for name in tmp_path.iterdir()} == {"take-001", "take-002"}


def test_elsewhere_than_on_windows_nothing_is_asked(tmp_path):
    assert not hasattr(ctypes, "windll")
    recorder = Recorder()
    recorder.takes.begin(TakeSettings(tmp_path / "take"))
    recorder.put(frames(3))
    recorder.end()
    assert recorder.work.errors == []
