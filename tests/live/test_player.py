"""A recording can be paused, stepped, sought, slowed and looped; the model always knows what it must."""

from __future__ import annotations

import io
import json
import threading
import time
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from tests.fakes.networks import random_model
from tests.fakes.recordings import assert_same_bodies, frames, play, write_ntu, write_pku, write_session, write_video
from tests.measure import ten_minutes
from tsmf_live.frames import SensorFrame, View
from tsmf_live.live.capture import CaptureWork
from tsmf_live.live.feedback import Feedback
from tsmf_live.live.output_lines import JsonLines
from tsmf_live.live.pipeline import Pipeline, RunSettings
from tsmf_live.live.playback import JUMP_GAP_S, Playback
from tsmf_live.live.player import Player
from tsmf_live.live.pose import PoseTracker
from tsmf_live.live.recognizer import Recognizer
from tsmf_live.recording.folder import TakeSettings
from tsmf_live.recording.recorder import RecordPlan
from tsmf_live.sources.base import EndOfSource, SeekableSource
from tsmf_live.sources.open import open_source
from tsmf_live.sources.replay import ReplaySource

LIMIT_S = 60.0  # a test that waits longer than this has failed
COUNT = 40


def recording(kind: str, folder) -> str:
    """What to open: a recording of 40 frames."""
    if kind.startswith("ntu"):
        path = write_ntu(folder / "a.skeleton", frames(COUNT))
        if kind.endswith("color"):
            write_video(folder / "a_rgb.avi", COUNT)
    elif kind.startswith("pku"):
        path = write_pku(folder / "SKELETON" / "0002-L.txt", COUNT)
        if kind.endswith("color"):
            write_video(folder / "RGB_VIDEO" / "0002-L.avi", COUNT)
    else:
        color = kind.endswith("color")
        path = write_session(folder / "take", frames(COUNT, color=color, start_s=7.25))
    return str(path)


def assert_same_frame(got: SensorFrame, expected: SensorFrame) -> None:
    assert (got.index, got.sensor_time_s) == (expected.index, expected.sensor_time_s)
    assert_same_bodies(got.bodies, expected.bodies)
    assert (got.color_bgra is None) == (expected.color_bgra is None)
    assert got.color_bgra is None or np.array_equal(got.color_bgra, expected.color_bgra)


@pytest.mark.parametrize(
    "kind",
    ["session", "session color", "ntu", "ntu color", "pku", pytest.param("pku color", marks=pytest.mark.long)],
)
def test_after_a_seek_the_same_frame_comes_as_in_order(kind, tmp_path):
    spec = recording(kind, tmp_path)
    in_order, _ = play(open_source(spec))
    source = open_source(spec)
    assert isinstance(source, SeekableSource)
    assert list(source.times_s) == [frame.sensor_time_s for frame in in_order]
    for number in (39, 0, 25, 26, 3, 38, 39):
        source.seek(number)
        assert_same_frame(source.read(), in_order[number])
        if number < COUNT - 1:
            assert_same_frame(source.read(), in_order[number + 1])
    with pytest.raises(EndOfSource):
        source.read()
    source.seek(20)  # also after the end
    assert_same_frame(source.read(), in_order[20])
    assert source.warnings == []
    source.close()


def test_seek_in_a_recording_with_holes_and_missing_pictures(tmp_path):
    recorded = [frame for frame in frames(COUNT, color=True) if frame.index % 7 != 3]
    recorded = [replace(frame, color_bgra=None) if frame.index % 5 == 0 else frame for frame in recorded]
    folder = write_session(tmp_path / "take", recorded)
    in_order, _ = play(ReplaySource(folder))
    source = ReplaySource(folder)
    for number in (30, 5, 0, len(in_order) - 1, 12):
        source.seek(number)
        assert_same_frame(source.read(), in_order[number])
    source.close()


def test_seek_in_a_recording_that_was_cut_ends_where_reading_ends(tmp_path):
    folder = write_session(tmp_path / "take", frames(COUNT))
    bodies = folder / "bodies.skeleton"
    bodies.write_bytes(bodies.read_bytes()[: bodies.stat().st_size // 2])
    in_order, _ = play(ReplaySource(folder))
    assert 10 < len(in_order) < 30
    source = ReplaySource(folder)
    source.seek(35)
    with pytest.raises(EndOfSource):
        source.read()
    source.seek(len(in_order) - 1)
    assert_same_frame(source.read(), in_order[-1])
    with pytest.raises(EndOfSource):
        source.read()
    source.close()


class Clock:
    """Time that passes only while somebody waits."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def perf_counter(self) -> float:
        return self.now_s


class WaitingEvent(threading.Event):
    """An event whose wait lets the clock run on."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        if not self.is_set():
            self._clock.now_s += timeout
        return self.is_set()


class Rig:
    """A capture stage whose steps the test takes one by one.

    Attributes:
        handed: (frame, host time) of all frames so far.
        ahead: the frames shown ahead.
    """

    def __init__(self, spec: str, monkeypatch, *, preroll_s: float = 0.4, paced: bool = False, **settings) -> None:
        self.clock = Clock()
        monkeypatch.setattr("tsmf_live.live.capture.time", self.clock)
        monkeypatch.setattr("tsmf_live.live.playback.time", self.clock)
        self.handed: list[tuple[SensorFrame, float]] = []
        self.ahead: list[SensorFrame] = []
        feedback, finishing = Feedback(context_s=preroll_s), threading.Event()
        playback = Playback(
            lambda: open_source(spec),
            feedback,
            paced=paced,
            finishing=finishing,
            stopping=threading.Event(),
            show_ahead=self.ahead.append,
            **{"loop": False, "hold_at_end": False} | settings,
        )

        def hand_on(frame: SensorFrame) -> None:
            self.handed.append((frame, self.clock.now_s))

        self.work = CaptureWork(playback, hand_on, [], duration_s=None, finishing=finishing)
        self.work.set_up()
        self.player = feedback.player
        self.player.changed = WaitingEvent(self.clock)

    def run(self, frames: int) -> list[SensorFrame]:
        """Steps until so many more frames that are no preroll have come; those."""
        start = len(self.handed)
        for _ in range(10_000):
            new = [frame for frame, _ in self.handed[start:] if not frame.preroll]
            if len(new) == frames:
                return new
            assert self.work.step()
        raise AssertionError("the frames do not come")

    def idle(self) -> bool:
        """Whether ten steps bring nothing."""
        before = len(self.handed)
        assert all(self.work.step() for _ in range(10))
        return len(self.handed) == before

    def positions(self, frames: list[SensorFrame]) -> list[int]:
        return [round(frame.position_s * 30) for frame in frames]


@pytest.fixture
def rig(tmp_path, monkeypatch):
    rig = Rig(recording("session", tmp_path), monkeypatch)
    yield rig
    rig.work.tear_down()


def test_a_seek_brings_what_the_model_needs_and_then_the_frame(rig):
    (first,) = rig.run(1)
    rig.player.pause()
    rig.player.seek(30 / 30)
    (target,) = rig.run(1)
    assert rig.idle()
    assert rig.positions([first, target]) == [0, 30]
    (ahead,) = rig.ahead
    assert (ahead.position_s, ahead.index) == (target.position_s, target.index)
    assert_same_bodies(ahead.bodies, target.bodies)
    preroll = [frame for frame, _ in rig.handed[1:-1]]
    assert rig.positions(preroll) == list(range(18, 30))
    assert all(frame.preroll for frame in preroll)
    assert {frame.index for frame in preroll} == {target.index} == {first.index + 1}
    times = [frame.sensor_time_s for frame, _ in rig.handed]
    assert times[1] - times[0] == pytest.approx(JUMP_GAP_S)
    assert np.diff(times[1:]) == pytest.approx(1 / 30)
    assert first.sensor_time_s < ahead.sensor_time_s <= target.sensor_time_s
    assert rig.player.status().position_s == target.position_s
    assert rig.work.meter.count == 2  # preroll was not captured anew


def test_steps_go_forward_without_a_jump_and_back_with_one(rig):
    rig.run(5)
    rig.player.step(1)
    (next_,) = rig.run(1)
    assert rig.idle()
    assert rig.player.paused
    rig.player.step(3)
    (third,) = rig.run(1)
    assert rig.positions([next_, third]) == [5, 8]
    assert third.index == next_.index + 1  # those stepped over are no loss
    assert third.sensor_time_s - next_.sensor_time_s == pytest.approx(0.1)
    assert not rig.ahead
    rig.player.step(-1)
    rig.player.step(-1)  # faster than they can be obeyed: they add up
    (back,) = rig.run(1)
    assert rig.positions([back, *rig.ahead]) == [6, 6]
    rig.player.step(-100)
    assert rig.positions(rig.run(1)) == [0]
    rig.player.step(100)
    assert rig.positions(rig.run(1)) == [39]
    rig.player.step(1)
    assert rig.idle()
    indices = [frame.index for frame, _ in rig.handed if not frame.preroll]
    assert indices == list(range(len(indices)))


def test_a_newer_wish_replaces_the_one_under_way(rig):
    rig.run(1)
    rig.player.pause()
    rig.player.seek(1.0)
    for _ in range(4):
        assert rig.work.step()
    rig.player.step(-1)  # counts from where it is going to
    assert rig.positions(rig.run(1)) == [29]
    rig.player.seek(0.5)
    rig.player.seek(0.2)
    assert rig.positions(rig.run(1)) == [6]
    assert rig.positions(rig.ahead) == [30, 29, 6]


def test_seek_takes_the_nearest_frame_and_stays_within_the_recording(rig):
    rig.run(1)
    for position_s, number in ((-3.0, 0), (0.0, 0), (0.34, 10), (0.349, 10), (0.351, 11), (1.3, 39), (99.0, 39)):
        rig.player.seek(position_s)
        rig.player.pause()
        assert rig.positions(rig.run(1)) == [number]


def test_a_span_is_repeated_with_both_its_frames(rig):
    rig.player.set_loop((0.6, 20 / 30))
    assert rig.positions(rig.run(21 + 3 + 3)) == [*range(21), 18, 19, 20, 18, 19, 20]
    rig.player.set_loop(None)
    assert rig.positions(rig.run(2)) == [21, 22]
    rig.player.set_loop((1.2, 99.0))
    assert rig.player.status().loop_s == (1.2, pytest.approx(COUNT / 30))
    assert rig.positions(rig.run(17 + 4)) == [*range(23, 40), 36, 37, 38, 39]


def test_without_a_loop_the_end_is_the_end(rig):
    rig.run(COUNT)
    assert not rig.work.step()


def test_a_held_end_can_be_left_again(tmp_path, monkeypatch):
    rig = Rig(recording("session", tmp_path), monkeypatch, hold_at_end=True)
    rig.run(COUNT)
    assert rig.idle()
    assert rig.player.paused
    rig.player.step(-1)
    assert rig.positions(rig.run(1)) == [38]
    rig.player.resume()
    assert rig.positions(rig.run(1)) == [39]
    assert rig.idle()
    rig.player.resume()
    assert rig.positions(rig.run(2)) == [0, 1]
    rig.work.tear_down()


def test_a_recording_that_awaits_its_viewer_gives_the_first_frame_and_begins_there(tmp_path, monkeypatch):
    rig = Rig(recording("session", tmp_path), monkeypatch, paced=True, await_viewer=True)
    assert rig.positions(rig.run(1)) == [0]
    rig.clock.now_s += 60.0
    assert rig.idle()
    rig.player.resume()
    assert rig.positions(rig.run(COUNT - 1)) == list(range(1, COUNT))
    rig.work.tear_down()


def test_the_whole_recording_as_the_span_is_the_loop_of_the_command_line(tmp_path, monkeypatch):
    spec = recording("session", tmp_path)
    rounds = []
    for loop in (True, False):
        rig = Rig(spec, monkeypatch, loop=loop)
        if not loop:
            rig.player.set_loop((0.0, rig.player.duration_s))
        rounds.append([(frame.index, frame.sensor_time_s, frame.preroll) for frame in rig.run(2 * COUNT + 5)])
        assert rig.player.status().loop_s == (0.0, rig.player.duration_s)
        rig.work.tear_down()
    assert rounds[0] == rounds[1]
    assert rounds[0][COUNT][1] - rounds[0][COUNT - 1][1] == pytest.approx(0.5)


def test_frames_come_at_the_speed_that_is_set(tmp_path, monkeypatch):
    rig = Rig(recording("session", tmp_path), monkeypatch, paced=True)
    rig.run(4)
    rig.player.set_speed(0.1)
    rig.run(3)
    rig.player.set_speed(4.0)
    rig.run(5)
    rig.player.pause()
    assert rig.idle()
    rig.player.resume()
    rig.player.set_speed(1.0)
    rig.run(3)
    rig.player.seek(1.0)
    rig.run(3)
    intervals = np.diff([at_s for frame, at_s in rig.handed if not frame.preroll])
    assert intervals[:3] == pytest.approx(1 / 30, abs=1e-3)
    assert intervals[3:6] == pytest.approx(1 / 3, abs=1e-3)
    assert intervals[6:11] == pytest.approx(1 / 120, abs=1e-3)
    assert intervals[11] == pytest.approx(10 * 0.1 + 1 / 30, abs=1e-3)  # ten idle steps
    assert intervals[12:14] == pytest.approx(1 / 30, abs=1e-3)
    assert intervals[14] == pytest.approx(0, abs=1e-3)  # a seek does not wait for its time
    assert intervals[15:] == pytest.approx(1 / 30, abs=1e-3)
    rig.player.set_speed(50)
    assert rig.player.status().speed == 4.0
    rig.work.tear_down()


def test_commands_from_other_threads_are_all_obeyed():
    player = Player(np.arange(100_000) / 30, 100_000 / 30)
    player.seek(50_000 / 30)
    assert player.take_goal(None) == 50_000
    player.note_shown(50_000)
    threads = [threading.Thread(target=lambda: [player.step(1) for _ in range(1000)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    taken = 0
    while any(thread.is_alive() for thread in threads) or player.changed.is_set():
        goal = player.take_goal(None)
        if goal is not None:
            player.note_shown(goal)
            taken = goal
    for thread in threads:
        thread.join(LIMIT_S)
    assert taken == 54_000


@pytest.mark.long
def test_a_recording_of_ten_minutes_opens_and_seeks_in_half_a_second(tmp_path):
    taken = ten_minutes.measure(ten_minutes.make(tmp_path / "take", persons=2), seeks=20)
    assert max(max(seconds) for seconds in taken.values()) < ten_minutes.LIMIT_S, taken


def wait_for(pipeline: Pipeline, condition) -> View:
    """The first view that fulfils a condition."""
    until_s = time.monotonic() + LIMIT_S
    while time.monotonic() < until_s:
        view = pipeline.view()
        if condition(view):
            return view
        assert view.state != "failed", view.message
        pipeline.wait(0.005)
    raise AssertionError("it does not come")


def shows(number: int, view: View) -> bool:
    return view.frame is not None and round(view.frame.position_s * 30) == number


def is_predicted(view: View) -> bool:
    return view.prediction is not None and view.prediction.frame == view.frame.index


def reading_at(model, folder, number: int):
    """What the recognizer says of a frame after all frames before it."""
    tracker, recognizer = PoseTracker(model.spec.crop), Recognizer(model)
    source = ReplaySource(folder)
    for _ in range(number + 1):
        recognizer.push(tracker.track(source.read()))
    source.close()
    return recognizer.read()


def test_a_paused_player_shows_the_frame_and_what_the_model_says_of_it(tmp_path):
    model = random_model(window_frames=24)
    one_person = [replace(frame, bodies=frame.bodies[:1] or frames(1)[0].bodies) for frame in frames(COUNT, color=True)]
    folder = write_session(tmp_path / "take", one_person)
    told = io.StringIO()
    settings = RunSettings("take", hold_at_end=True, record=RecordPlan(TakeSettings(tmp_path / "again")))
    pipeline = Pipeline(lambda: ReplaySource(folder), model, settings, [JsonLines(told)])
    assert pipeline.player is None
    pipeline.start()
    assert pipeline.wait_open(LIMIT_S)
    pipeline.player.pause()
    for number in (31, 28, 0):  # neither is when an update is due
        pipeline.player.seek(number / 30)
        wait_for(pipeline, partial(shows, number))
        view = wait_for(pipeline, is_predicted)
        assert shows(number, view)
        assert round(view.prediction.position_s * 30) == number
        assert view.player.paused
        assert view.player.position_s == pytest.approx(number / 30)
        expected = reading_at(model, folder, number)
        best = np.argsort(-expected.teacher)[:5]
        assert [value for _, value in view.prediction.teacher] == pytest.approx(expected.teacher[best], abs=1e-6)
        best = np.argsort(-expected.student)[:5]
        assert [value for _, value in view.prediction.student] == pytest.approx(expected.student[best], abs=1e-4)
        assert view.prediction.student_age_s == 0.0
    count = pipeline._prediction_count
    for _ in range(6):
        pipeline.wait(0.05)
    assert pipeline._prediction_count == count  # a held frame is predicted once
    summary, errors = pipeline.finish()
    assert errors == []
    assert summary.frames_dropped == 0
    lines = [json.loads(line) for line in told.getvalue().splitlines()]
    indices = [line["frame"] for line in lines if line["type"] == "prediction"]
    assert len(set(indices)) == len(indices)
    replayed, _ = play(ReplaySource(tmp_path / "again"))
    assert len(replayed) == summary.frames_captured
    assert [frame.index for frame in replayed] == list(range(len(replayed)))
