"""Threads: rings under pressure, stages that fail, and a whole pipeline that ends whatever happens."""

from __future__ import annotations

import io
import json
import threading
import time
from types import SimpleNamespace

import pytest

from tests.fakes.networks import random_model
from tests.fakes.recordings import frames, write_ntu, write_session
from tests.fakes.scripted_source import LIMIT_S, Scripted
from tsmf_live.bench.timing import measure
from tsmf_live.frames import MAX_BODIES, RecordingError, SourceError
from tsmf_live.live import inference
from tsmf_live.live.output_lines import JsonLines
from tsmf_live.live.pipeline import Pipeline, RunSettings
from tsmf_live.recording.folder import TakeSettings
from tsmf_live.recording.recorder import RecordPlan
from tsmf_live.ring import Ring
from tsmf_live.sources.open import open_source
from tsmf_live.stage import Stage


def test_a_lossless_ring_gives_everything_in_order_to_a_slow_reader():
    ring: Ring[int] = Ring(3, lossless=True, stopping=threading.Event())
    writer = threading.Thread(target=lambda: ([ring.put(k) for k in range(500)], ring.close()))
    writer.start()
    got = []
    while not ring.ended:
        item = ring.get(LIMIT_S)
        if item is not None:
            got.append(item)
    writer.join(LIMIT_S)
    assert got == list(range(500))
    assert ring.dropped == 0


def test_a_live_ring_drops_the_oldest_and_counts():
    ring: Ring[int] = Ring(3, lossless=False, stopping=threading.Event())
    for k in range(10):
        ring.put(k)
    assert [ring.get() for _ in range(3)] == [7, 8, 9]
    assert ring.dropped == 7
    assert ring.get(0.0) is None


def test_a_full_lossless_ring_lets_go_when_stopping_and_when_closed():
    for way, dropped in (("stopping", 1), ("closed", 0)):  # a closed ring has no reader who would miss it
        stopping = threading.Event()
        ring: Ring[int] = Ring(1, lossless=True, stopping=stopping)
        ring.put(0)
        release = stopping.set if way == "stopping" else ring.close
        waiting = threading.Thread(target=ring.put, args=(1,))
        waiting.start()
        release()
        waiting.join(LIMIT_S)
        assert not waiting.is_alive()
        assert ring.dropped == dropped


class Failing:
    """Work that fails where it is told to."""

    def __init__(self, where: str) -> None:
        self.where, self.steps, self.torn_down = where, 0, 0
        self.thread: set[str] = set()

    def _at(self, place: str) -> None:
        self.thread.add(threading.current_thread().name)
        if place == self.where:
            raise ValueError(place)

    def set_up(self) -> None:
        self._at("set_up")

    def step(self) -> bool:
        self.steps += 1
        self._at("step")
        return self.steps < 3

    def tear_down(self) -> None:
        self.torn_down += 1
        self._at("tear_down")


@pytest.mark.parametrize("where", ["set_up", "step", "tear_down", "nowhere"])
def test_a_stage_keeps_its_first_error_stops_the_others_and_always_tears_down(where):
    stopping, work = threading.Event(), Failing(where)
    stage = Stage("example", work, stopping)
    stage.start()
    assert stage.wait(LIMIT_S)
    assert work.torn_down == 1
    assert work.thread == {"example"}
    assert work.steps == {"set_up": 0, "step": 1}.get(where, 3)
    assert stopping.is_set() == (where != "nowhere")
    assert (stage.error is None) == (where == "nowhere")
    if stage.error:
        assert str(stage.error) == where


def test_an_auxiliary_stage_that_fails_on_the_way_does_not_stop_the_others():
    for where, stops in (("step", False), ("set_up", True)):
        stopping = threading.Event()
        stage = Stage("aside", Failing(where), stopping, vital=False)
        stage.start()
        assert stage.wait(LIMIT_S)
        assert stage.error is not None
        assert stopping.is_set() == stops


def make(source, model, **settings: object) -> tuple[Pipeline, io.StringIO]:
    told = io.StringIO()
    settings = {"source_name": "script", "paced": False} | settings
    return Pipeline(lambda: source, model, RunSettings(**settings), [JsonLines(told)]), told


def lines(told: io.StringIO, kind: str) -> list[dict]:
    return [d for d in map(json.loads, told.getvalue().splitlines()) if d["type"] == kind]


def test_every_frame_of_a_file_is_captured_and_every_update_is_told(model):
    source = Scripted(*frames(41)[:20], None, *frames(41)[20:])
    pipeline, told = make(source, model)
    pipeline.start()
    assert pipeline.wait(LIMIT_S)
    summary, errors = pipeline.finish()
    assert errors == []
    assert (summary.frames_captured, summary.frames_dropped, summary.updates_skipped) == (41, 0, 0)
    assert summary.predictions == len(lines(told, "prediction")) == 14 + 1  # every third frame, and the very last
    assert [p["frame"] for p in lines(told, "prediction")] == [*range(0, 40, 3), 40]
    assert source.closed == 1
    assert pipeline.view().state == "ended"


def test_a_source_that_fails_midway_is_worked_through_to_its_last_frame(model):
    pipeline, told = make(Scripted(*frames(10), SourceError("cut")), model)
    pipeline.start()
    assert pipeline.wait(LIMIT_S)
    summary, errors = pipeline.finish()
    assert isinstance(errors[0], SourceError)
    assert summary.errors == ("cut",)
    assert lines(told, "prediction")[-1]["frame"] == 9
    assert pipeline.view().state == "failed"


def test_a_source_that_cannot_be_opened_is_the_owners_error(model):
    def refuse():
        raise SourceError("no such thing")

    pipeline = Pipeline(refuse, model, RunSettings("x", paced=True), [])
    pipeline.start()
    assert not pipeline.wait_open(LIMIT_S)
    assert isinstance(pipeline.finish()[1][0], SourceError)


STAGES = {
    "capture": ("_capture", "step"),
    "pose": ("_pose", "step"),
    "inference": ("_inference", "step"),
    "inference set-up": ("_inference", "set_up"),
}


@pytest.mark.parametrize("paced", [True, False])
@pytest.mark.parametrize("stage", STAGES)
def test_a_failing_stage_ends_the_run_and_is_the_owners_error(stage, paced, model):
    pipeline, _ = make(Scripted(*frames(200)), model, paced=paced)
    attribute, method = STAGES[stage]

    def fail():
        raise ZeroDivisionError(stage)

    setattr(getattr(pipeline, attribute), method, fail)
    pipeline.start()
    assert pipeline.wait(LIMIT_S)
    view = pipeline.view()
    assert (view.state, stage in view.message) == ("failed", True)
    _, errors = pipeline.finish()
    assert isinstance(errors[0], ZeroDivisionError)


def test_a_report_stream_that_fails_ends_the_run(model):
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    pipeline = Pipeline(lambda: Scripted(*frames(50)), model, RunSettings("x", paced=False), [JsonLines(Full())])
    pipeline.start()
    assert pipeline.wait(LIMIT_S)
    assert isinstance(pipeline.finish()[1][0], RecordingError)


def test_a_reader_that_stops_reading_ends_the_run_even_when_nothing_may_be_dropped(model):
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    pipeline = Pipeline(lambda: Scripted(*frames(100)), model, RunSettings("x", paced=False), [JsonLines(Gone())])
    pipeline._told._capacity = 2
    pipeline.start()
    assert pipeline.wait(LIMIT_S)
    assert pipeline.finish()[1] == []


def test_a_reader_that_hangs_is_the_owners_error_and_the_summary_still_comes(model, monkeypatch):
    release = threading.Event()

    class Stuck(io.StringIO):
        def write(self, text: str) -> int:
            release.wait(LIMIT_S)
            return super().write(text)

    monkeypatch.setattr("tsmf_live.live.pipeline.DRAIN_S", 0.1)
    monkeypatch.setattr("tsmf_live.live.pipeline.JOIN_S", 0.3)
    pipeline = Pipeline(lambda: Scripted(*frames(20)), model, RunSettings("x", paced=False), [JsonLines(Stuck())])
    pipeline.start()
    while pipeline._prediction_count < 7:
        assert not pipeline.wait(0.05)
    summary, errors = pipeline.finish()
    assert "output" in str(errors[-1])
    assert summary.frames_captured == 20
    release.set()
    assert pipeline.wait(LIMIT_S)


def test_closing_is_possible_at_any_moment_and_twice(model):
    never_started, _ = make(Scripted(*frames(3)), model)
    never_started.close()
    ten_seconds = frames(300)
    for delay_s in (0.0, 0.05, 0.3):
        pipeline, _ = make(Scripted(*ten_seconds), model, paced=True)
        pipeline.start()
        threading.Event().wait(delay_s)
        assert pipeline.running
        began = time.perf_counter()
        pipeline.close()
        pipeline.close()
        assert time.perf_counter() - began < LIMIT_S
        assert not pipeline.running


def test_live_a_slow_model_skips_updates_and_never_slows_capture(model, monkeypatch):
    pipeline, _ = make(Scripted(*frames(60)), model, paced=True)
    read, captured = pipeline._inference.recognizer.read, threading.Event()

    def slow(*how: bool):
        captured.wait(LIMIT_S)  # its first update takes until the last frame is there
        return read(*how)

    monkeypatch.setattr(pipeline._inference.recognizer, "read", slow)
    began = time.perf_counter()
    pipeline.start()
    while pipeline._capture.meter.count < 60 and time.perf_counter() - began < LIMIT_S:
        pipeline.wait(0.01)
    assert time.perf_counter() - began < LIMIT_S, "capture waits for the model"
    captured.set()
    summary, errors = pipeline.finish()
    assert errors == []
    assert summary.frames_captured == 60
    assert summary.updates_skipped > 5


def test_duration_counts_sensor_seconds_and_loop_goes_on(model):
    pipeline, told = make(None, model, duration_s=3.0, loop=True)
    pipeline._capture._playback._open_source = lambda: Scripted(*frames(30))
    pipeline.start()
    assert pipeline.wait(LIMIT_S)
    summary, _ = pipeline.finish()
    times = [p["sensor_time_s"] for p in lines(told, "prediction")]
    assert times == sorted(times)
    assert max(times) < 3.0
    assert summary.frames_captured == 30 + 30 + 2  # 0..0.97 s, 1.47..2.43 s, then 2.93 and 2.97 s


def test_what_is_recorded_is_what_was_captured(model, tmp_path):
    source = open_source(str(write_session(tmp_path / "in", frames(12, color=True))))
    pipeline, _ = make(source, model, record=RecordPlan(TakeSettings(tmp_path / "out")))
    pipeline.start()
    assert pipeline.wait(LIMIT_S)
    summary, errors = pipeline.finish()
    assert errors == []
    replay = open_source(str(tmp_path / "out"))
    count = 0
    for expected in frames(12):
        frame = replay.read()
        assert frame.sensor_time_s == expected.sensor_time_s
        assert len(frame.bodies) == len(expected.bodies)
        assert frame.color_bgra is not None
        count += 1
    assert count == summary.frames_captured
    replay.close()


def test_a_recording_that_fails_lets_the_run_go_on(model, tmp_path, monkeypatch):
    def full(self, frame, picture_lost):
        raise RecordingError("disk full")

    monkeypatch.setattr("tsmf_live.recording.writer.SessionWriter.write", full)
    for paced in (False, True):
        pipeline, told = make(
            Scripted(*frames(16)), model, record=RecordPlan(TakeSettings(tmp_path / f"out{paced}")), paced=paced
        )
        pipeline.start()
        assert pipeline.wait(LIMIT_S)
        summary, errors = pipeline.finish()
        assert isinstance(errors[0], RecordingError)
        assert summary.frames_captured == 16
        assert lines(told, "prediction")[-1]["frame"] == 15


def test_ntu_file_through_the_pipeline_leaves_nothing_open(model, tmp_path):
    path = write_ntu(tmp_path / "a.skeleton", frames(12))
    pipeline = Pipeline(lambda: open_source(str(path)), model, RunSettings("a", paced=False), [])
    pipeline.start()
    assert pipeline.wait(LIMIT_S)
    assert pipeline.finish()[1] == []
    path.unlink()  # on Windows an open file cannot be removed


def test_who_is_always_behind_still_predicts_now_and_then(model, monkeypatch):
    monkeypatch.setattr(inference, "BEHIND_FRAMES", -1)  # as if frames waited all the time
    monkeypatch.setattr(inference, "SILENT_S", 0.1)
    pipeline, told = make(Scripted(*frames(90)), model, paced=True)
    push = pipeline._inference.recognizer.push
    monkeypatch.setattr(pipeline._inference.recognizer, "push", lambda pose: time.sleep(0.01) or push(pose))
    pipeline.start()
    while not pipeline.wait(0.1):
        pass
    summary, errors = pipeline.finish()
    assert errors == []
    assert summary.updates_skipped > 5
    assert 4 <= len(lines(told, "prediction")) <= 20  # in 0.9 s or more, not the first and the last alone


def test_a_clock_that_advances_in_steps_of_16_ms_does_not_judge_the_machine(monkeypatch):
    """As Windows' CPU time of a thread does, whatever resolution Python says it has."""
    monkeypatch.setattr("tsmf_live.stage.sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(time, "thread_time", lambda: 0.125)
    model = random_model()
    assert 0 <= inference.dense_persons(model) <= MAX_BODIES
    assert measure({"a": lambda: sum(range(1000))}, seconds=0.01)["a"] > 0
