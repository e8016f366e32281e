"""A camera or a video through the whole run: the estimate stage drops pictures, not people; takes replay without it."""

from __future__ import annotations

import io
import json
import threading
import time

import numpy as np
import pytest

from tests.fakes.cameras import FakeLandmarker, people_picture, with_fake_estimator, write_people_video
from tests.fakes.recordings import assert_same_bodies, play
from tests.fakes.scripted_source import LIMIT_S
from tsmf_live.frames import SourceError
from tsmf_live.live.output_lines import JsonLines
from tsmf_live.live.pipeline import Pipeline, RunSettings
from tsmf_live.recording.folder import TakeSettings, read_description
from tsmf_live.recording.recorder import RecordPlan
from tsmf_live.sources.camera.video import VideoSource
from tsmf_live.sources.replay import ReplaySource

COUNT = 24


@pytest.fixture
def pose_model(monkeypatch, tmp_path):
    return with_fake_estimator(monkeypatch, tmp_path)


@pytest.fixture
def video(tmp_path):
    pictures = [people_picture((320, 180), (0.25 + 0.01 * k, 0.5, 0.6), (0.75, 0.5, 0.5)) for k in range(COUNT)]
    return write_people_video(tmp_path / "two.mkv", pictures)


def run(model, video, pose_model, **settings: object) -> tuple[Pipeline, list[dict]]:
    """One run to its end, and what it told."""
    told = io.StringIO()
    settings = {"source_name": "two.mkv", "paced": False, "pose_model": pose_model} | settings
    pipeline = Pipeline(lambda: VideoSource(str(video)), model, RunSettings(**settings), [JsonLines(told)])
    pipeline.start()
    assert pipeline.wait(LIMIT_S)
    summary, errors = pipeline.finish()
    assert errors == []
    JsonLines(told).emit(summary)
    return pipeline, [json.loads(line) for line in told.getvalue().splitlines()]


def test_at_full_speed_everybody_is_found_on_every_picture(model, video, pose_model):
    pipeline, told = run(model, video, pose_model)
    predictions = [one for one in told if one["type"] == "prediction"]
    health = {stage.name: stage for stage in pipeline.view().health}
    assert (health["estimate"].count, health["estimate"].dropped) == (COUNT, 0)
    assert len(predictions) > COUNT / 4
    assert all([body["id"] for body in one["bodies"]] == [0, 1] for one in predictions)
    assert all([body["tracking_id"] for body in one["bodies"]] == ["1", "2"] for one in predictions)
    assert (told[-1]["frames_captured"], told[-1]["frames_dropped"]) == (COUNT, 0)


def test_live_the_newest_picture_goes_first_and_every_picture_is_shown(model, video, pose_model, monkeypatch):
    find, shown, estimated = FakeLandmarker.find, set(), []

    def slow(self, picture_rgb, time_s):
        time.sleep(0.05)
        estimated.append(time_s)
        return find(self, picture_rgb, time_s)

    monkeypatch.setattr(FakeLandmarker, "find", slow)
    settings = RunSettings(source_name="two.mkv", pose_model=pose_model)
    pipeline = Pipeline(lambda: VideoSource(str(video)), model, settings, [])
    pipeline.start()
    while pipeline.running:
        view = pipeline.view()
        if view.frame is not None:
            assert view.frame.color_bgra is not None
            assert view.pose is None or view.pose.sensor_time_s <= view.frame.sensor_time_s
            shown.add(view.frame.sensor_time_s)
        time.sleep(0.002)
    summary, errors = pipeline.finish()
    assert errors == []
    health = {stage.name: stage for stage in pipeline.view().health}
    assert health["estimate"].count + health["estimate"].dropped == COUNT
    assert len(set(estimated)) >= 3  # the video waited for the estimator, whose first look takes longest
    assert health["estimate"].dropped == summary.frames_dropped > COUNT / 4
    assert summary.frames_captured == COUNT  # capture was not held up
    assert len(shown) > 1.3 * health["estimate"].count  # pictures are shown that nobody was looked for on


def test_a_take_holds_the_estimated_bodies_and_replays_without_the_estimator(model, video, pose_model, tmp_path):
    plan = RecordPlan(TakeSettings(folder=tmp_path / "take"))
    pipeline, _ = run(model, video, pose_model, record=plan)
    description = read_description(tmp_path / "take")
    assert description["sensor"] == "video"
    assert description["pose_model"] == "MediaPipe Pose lite"
    assert description["lost"] == 0
    made = FakeLandmarker.made
    played, error = play(ReplaySource(tmp_path / "take"))
    assert (len(played), error) == (COUNT, None)
    assert all(len(frame.bodies) == 2 and frame.color_bgra is not None for frame in played)
    assert FakeLandmarker.made == made
    newest = pipeline.view().frame
    assert_same_bodies(played[-1].bodies, newest.bodies)


def test_pictures_that_were_not_looked_at_are_no_loss_of_a_take(model, video, pose_model, tmp_path, monkeypatch):
    find = FakeLandmarker.find

    def slow(self, picture_rgb, time_s):
        time.sleep(0.05)
        return find(self, picture_rgb, time_s)

    monkeypatch.setattr(FakeLandmarker, "find", slow)
    run(model, video, pose_model, paced=True, record=RecordPlan(TakeSettings(folder=tmp_path / "take")))
    played, _ = play(ReplaySource(tmp_path / "take"))
    assert [frame.index for frame in played] == list(range(len(played)))
    assert 2 <= len(played) < COUNT
    gaps_s = np.diff([frame.sensor_time_s for frame in played])
    assert gaps_s.max() > 1.5 / 30  # with the times that they were taken at
    assert read_description(tmp_path / "take")["lost"] == 0


def test_a_player_that_comes_back_does_not_estimate_again(model, video, pose_model):
    told = io.StringIO()
    settings = RunSettings(source_name="two.mkv", pose_model=pose_model, hold_at_end=True)
    pipeline = Pipeline(lambda: VideoSource(str(video)), model, settings, [JsonLines(told)])
    pipeline.start()
    until_s = time.monotonic() + LIMIT_S
    while time.monotonic() < until_s and not (pipeline.player and pipeline.player.status().paused):
        time.sleep(0.01)
    found = dict(pipeline._estimate._found)
    pipeline.player.seek(sorted(found)[len(found) // 2])
    while time.monotonic() < until_s and (view := pipeline.view()).frame.position_s != sorted(found)[len(found) // 2]:
        time.sleep(0.01)
    assert len(view.pose.persons) == 2  # at once, before what the model needs was read
    pipeline.finish()
    for position_s, bodies in found.items():
        assert pipeline._estimate._found[position_s] is bodies


def test_an_estimator_that_fails_ends_the_run_with_its_line(model, video, pose_model, monkeypatch):
    def broken(self, picture_rgb, time_s):
        raise SourceError("pose model: it is broken")

    monkeypatch.setattr(FakeLandmarker, "find", broken)
    pipeline = Pipeline(lambda: VideoSource(str(video)), model, RunSettings(pose_model=pose_model, paced=False), [])
    pipeline.start()
    assert pipeline.wait(LIMIT_S)
    _, errors = pipeline.finish()
    assert [str(error) for error in errors] == ["pose model: it is broken"]
    assert not [thread for thread in threading.enumerate() if thread.name == "estimate"]


def test_a_slow_look_does_not_hold_up_closing(model, video, pose_model, monkeypatch):
    """The first picture is looked at in several parts; a run that closes meanwhile does not wait for all of them."""
    looking, looks = threading.Event(), []

    def slow(self, picture_rgb, time_s):
        looks.append(time_s)
        looking.set()
        time.sleep(1.6)
        return []

    monkeypatch.setattr(FakeLandmarker, "find", slow)
    pipeline = Pipeline(lambda: VideoSource(str(video)), model, RunSettings(pose_model=pose_model), [])
    pipeline.start()
    assert looking.wait(LIMIT_S)
    pipeline.close()  # RuntimeError if a stage is still there
    assert len(looks) < 4
