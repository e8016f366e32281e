"""Takes: begun, ended and redone during a run; what disk and encoder cannot take is counted and never hidden."""

from __future__ import annotations

import csv
import errno
import json
import queue
import shutil
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import run_live
from tests.fakes.networks import random_model
from tests.fakes.recordings import body, frames, play, write_ntu
from tests.recording_faults.full_disk import Disk, writes_go_to
from tsmf_live.frames import Event, PoseFrame, RecordingError, SensorFrame, UsageError
from tsmf_live.live.feedback import Feedback
from tsmf_live.live.inference import InferenceWork
from tsmf_live.live.pipeline import Pipeline, RunSettings
from tsmf_live.live.pose import PoseTracker
from tsmf_live.recording.folder import TakeSettings, next_take_folder
from tsmf_live.recording.recorder import RecordPlan, RecordWork
from tsmf_live.recording.tables import read_events, read_frame_rows
from tsmf_live.recording.take_queue import CHOKING, PICTURES, PRESSING, TakeQueue
from tsmf_live.recording.writer import SessionWriter
from tsmf_live.ring import Ring
from tsmf_live.sources.base import EndOfSource, SourceInfo
from tsmf_live.sources.replay import ReplaySource

LIMIT_S = 60.0


class Fed:
    """A source that gives what the test puts into it; None ends it."""

    info = SourceInfo("fed", "kinect", True, 30.0, None, True, False)

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.upcoming: queue.Queue[SensorFrame | None] = queue.Queue()

    def read(self) -> SensorFrame | None:
        try:
            frame = self.upcoming.get(timeout=0.1)
        except queue.Empty:
            return None
        if frame is None:
            raise EndOfSource
        return frame

    def close(self) -> None:
        pass


class Run:
    """A pipeline over a fed source; `feed` returns when the frames have been captured."""

    def __init__(self, model) -> None:
        self.source = Fed()
        self.pipeline = Pipeline(lambda: self.source, model, RunSettings("fed", paced=False), [])
        self.pipeline.start()
        self.fed = 0

    def feed(self, some: list[SensorFrame]) -> None:
        for frame in some:
            self.source.upcoming.put(frame)
        self.fed += len(some)
        self.until(lambda: self.pipeline._capture.meter.count == self.fed)

    def until(self, done) -> None:
        ends = time.monotonic() + LIMIT_S
        while not done():
            assert time.monotonic() < ends, self.status
            self.pipeline.wait(0.005)

    @property
    def status(self):
        return self.pipeline.view().recording

    def end(self) -> list[BaseException]:
        self.source.upcoming.put(None)
        assert self.pipeline.wait(LIMIT_S)
        return self.pipeline.finish()[1]


@pytest.fixture
def run(model):
    started = Run(model)
    yield started
    started.pipeline.close()


def times(folder) -> list[float]:
    return [row.sensor_time_s for row in read_frame_rows(folder, [])]


def test_takes_of_a_run_hold_the_frames_between_start_and_stop(run, tmp_path):
    recorded = frames(40)
    run.feed(recorded[:5])
    run.pipeline.start_take(TakeSettings(next_take_folder(tmp_path), subject="P07", action="reading"))
    run.feed(recorded[5:15])
    run.until(lambda: run.status.frames == 10)
    assert (run.status.state, run.status.take, run.status.folder.name) == ("recording", 1, "take-001")
    assert run.status.seconds == pytest.approx(9 / 30)
    run.pipeline.stop_take()
    run.feed(recorded[15:20])
    run.until(lambda: run.status.state == "off")
    assert (run.status.take, run.status.frames) == (2, 10)
    assert run.status.size_bytes > 10_000
    assert run.status.free_bytes > 0
    run.pipeline.start_take(TakeSettings(next_take_folder(tmp_path)))
    run.feed(recorded[20:30])
    assert run.end() == []
    assert times(tmp_path / "take-001") == [frame.sensor_time_s for frame in recorded[5:15]]
    assert times(tmp_path / "take-002") == [frame.sensor_time_s for frame in recorded[20:30]]
    description = json.loads((tmp_path / "take-001" / "session.json").read_text())
    assert {"subject": "P07", "action": "reading", "setup": 1, "privacy": "off"}.items() <= description.items()
    assert description["lost"] == 0


def test_redo_deletes_the_take_and_gives_its_number_again(run, tmp_path):
    recorded = frames(40)
    run.pipeline.start_take(TakeSettings(tmp_path / "take-003"))
    run.feed(recorded[:5])
    run.pipeline.redo_take()  # the one under way
    run.until(lambda: run.status.state == "off")
    assert not (tmp_path / "take-003").exists()
    assert run.status.take == 3
    run.pipeline.start_take(TakeSettings(tmp_path / "take-003"))
    run.feed(recorded[5:10])
    run.pipeline.stop_take()
    run.until(lambda: run.status.state == "off")
    assert run.status.take == 4
    (tmp_path / "take-003" / "notes.txt").write_text("mine")
    run.pipeline.redo_take()  # the last one
    run.until(lambda: run.status.take == 3)
    assert [path.name for path in (tmp_path / "take-003").iterdir()] == ["notes.txt"]
    run.pipeline.redo_take()  # there is none any more
    run.until(lambda: "no take" in run.status.message)
    assert run.end() == []


@pytest.mark.parametrize("named", [True, False])
def test_a_take_is_discarded_after_the_source_has_ended_or_the_run_has_failed(model, tmp_path, named, monkeypatch):
    for fails in (False, True):
        run = Run(model)
        folder = tmp_path / f"take-00{2 + fails}"
        run.pipeline.start_take(TakeSettings(folder))
        run.feed(frames(6))
        run.until(lambda run=run: run.status.frames == 6)
        if fails:
            monkeypatch.setattr(PoseTracker, "track", lambda *_: 1 / 0)
            run.source.upcoming.put(frames(7)[6])
        else:
            run.source.upcoming.put(None)
        assert run.pipeline.wait(LIMIT_S)
        assert run.status.state == "off"
        assert (folder / "session.json").exists()
        run.pipeline.redo_take(run.status.folder if named else None)
        assert not folder.exists()
        assert (run.status.folder, run.status.take) == (None, 2 + fails)
        assert run.status.message == f"take {2 + fails} was discarded"
        run.pipeline.redo_take(folder)
        assert "no take" in run.status.message
        run.pipeline.finish()


def test_a_discard_that_fails_after_the_end_is_an_error_of_whoever_asked(run, tmp_path, monkeypatch):
    run.pipeline.start_take(TakeSettings(tmp_path / "take-001"))
    run.feed(frames(4))
    assert run.end() == []

    def held(_folder) -> None:
        raise RecordingError("held by another program")

    monkeypatch.setattr("tsmf_live.recording.recorder.discard", held)
    with pytest.raises(RecordingError, match="held by another program"):
        run.pipeline.redo_take(tmp_path / "take-001")
    monkeypatch.undo()
    run.pipeline.redo_take(tmp_path / "take-001")  # it can be tried again
    assert not (tmp_path / "take-001").exists()


def test_an_order_to_discard_that_comes_while_the_last_take_is_closed_is_obeyed(model, tmp_path, monkeypatch):
    run = Run(model)
    close = SessionWriter.close

    def close_and_ask(writer) -> None:
        close(writer)
        run.pipeline.redo_take(tmp_path / "take-001")

    monkeypatch.setattr(SessionWriter, "close", close_and_ask)
    run.pipeline.start_take(TakeSettings(tmp_path / "take-001"))
    run.feed(frames(4))
    assert run.end() == []
    assert not (tmp_path / "take-001").exists()


def test_only_the_take_the_user_was_asked_about_is_discarded(run, tmp_path):
    recorded = frames(40)
    for number in (1, 2):
        run.pipeline.start_take(TakeSettings(tmp_path / f"take-00{number}"))
        run.feed(recorded[10 * number : 10 * number + 5])
        run.pipeline.stop_take()
        run.until(lambda: run.status.state == "off")
    run.pipeline.start_take(TakeSettings(tmp_path / "take-003"))
    run.feed(recorded[30:34])
    run.pipeline.redo_take(tmp_path / "take-001")
    run.until(lambda: not (tmp_path / "take-001").exists())
    run.feed(recorded[34:38])
    assert run.end() == []
    assert len(times(tmp_path / "take-003")) == 8  # it went on
    assert len(times(tmp_path / "take-002")) == 5


def test_a_take_that_failed_is_discarded_and_no_other_one(run, tmp_path, monkeypatch):
    run.pipeline.start_take(TakeSettings(tmp_path / "take-001"))
    run.feed(frames(5))
    run.pipeline.stop_take()
    run.until(lambda: (run.status.state, run.status.frames) == ("off", 5))
    run.pipeline.start_take(TakeSettings(tmp_path / "take-002"))

    def full(*_: object) -> None:
        raise RecordingError("the disk is full")

    monkeypatch.setattr(SessionWriter, "write", full)
    run.feed(frames(9)[5:])
    run.until(lambda: run.status.state == "failed")
    run.pipeline.redo_take(run.status.folder)
    run.until(lambda: not (tmp_path / "take-002").exists())
    assert len(times(tmp_path / "take-001")) == 5
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    run.until(lambda: run.status.folder is None)
    run.pipeline.start_take(TakeSettings(tmp_path / "mine"))  # cannot begin: it is not empty
    run.until(lambda: run.status.state == "failed")
    assert run.status.folder is None  # and so nothing of it is offered to be discarded
    run.end()


def test_a_second_take_is_refused_and_the_first_goes_on(run, tmp_path):
    run.pipeline.start_take(TakeSettings(tmp_path / "a"))
    with pytest.raises(RecordingError, match="another one is under way"):
        run.pipeline.start_take(TakeSettings(tmp_path / "b"))
    run.feed(frames(5))
    assert run.end() == []
    assert len(times(tmp_path / "a")) == 5
    with pytest.raises(RecordingError, match="ended"):
        run.pipeline.start_take(TakeSettings(tmp_path / "c"))


def test_a_take_that_fails_is_told_the_view_goes_on_and_the_next_take_is_whole(run, tmp_path, monkeypatch):
    recorded = frames(60)
    with writes_go_to(Disk(40_000), monkeypatch.setattr):
        run.pipeline.start_take(TakeSettings(tmp_path / "full"))
        run.feed(recorded[:30])
        run.until(lambda: run.status.state == "failed")
    assert "space" in run.status.message
    assert run.pipeline.view().state == "running"
    assert "recording stopped" in run.pipeline.view().message
    run.feed(recorded[30:40])
    run.pipeline.start_take(TakeSettings(tmp_path / "elsewhere"))
    run.feed(recorded[40:60])
    run.until(lambda: run.status.frames == 20)
    assert run.pipeline.view().message is None
    (error,) = run.end()
    assert isinstance(error, RecordingError)
    assert times(tmp_path / "elsewhere") == [frame.sensor_time_s for frame in recorded[40:60]]
    assert 3 < len(play(ReplaySource(tmp_path / "full"))[0]) < 30


def test_a_used_folder_is_told_and_left_alone(run, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    run.pipeline.start_take(TakeSettings(tmp_path))
    run.until(lambda: run.status.state == "failed")
    assert "new or empty folder" in run.status.message
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    run.feed(frames(3))
    assert len(run.end()) == 1


@pytest.mark.parametrize("error", [errno.EIO, errno.ENODEV, errno.ENOSPC])
@pytest.mark.parametrize("free_bytes", [0, 30, 700, 25_000, 60_001])
def test_an_error_of_any_write_ends_the_take_with_what_was_written(error, free_bytes, tmp_path, monkeypatch):
    work, takes, _ = recorder()
    disk = Disk(free_bytes, error)
    with writes_go_to(disk, monkeypatch.setattr):
        takes.begin(TakeSettings(tmp_path / "take"))
        for frame in frames(40):
            takes.put(frame)
        steps(work, takes)
    assert disk.failed
    assert work.status.state == "failed"
    assert len(work.errors) == 1
    assert "\n" not in work.status.message
    if work.status.frames:
        assert len(times(tmp_path / "take")) >= work.status.frames - 1


def test_a_folder_that_disappears_ends_the_take_within_a_second(tmp_path):
    work, takes, _ = recorder()
    takes.begin(TakeSettings(tmp_path / "take"))
    recorded = frames(90)
    for frame in recorded[:20]:
        takes.put(frame)
    steps(work, takes)
    shutil.rmtree(tmp_path / "take")
    for frame in recorded[20:60]:
        takes.put(frame)
    steps(work, takes)
    assert work.status.state == "failed"
    assert work.status.frames <= 20 + 30


def recorder(plan: RecordPlan | None = None) -> tuple[RecordWork, TakeQueue, Ring[Event]]:
    """A recorder without a thread."""
    stopping = threading.Event()
    takes = TakeQueue(lossless=False, stopping=stopping)
    events: Ring[Event] = Ring(100, lossless=False, stopping=stopping)
    work = RecordWork(takes, events, lambda: {"source": "test"}, plan, finish=lambda: None)
    work.set_up()
    return work, takes, events


def steps(work: RecordWork, takes: TakeQueue) -> None:
    """Works through all that waits."""
    while len(takes):
        work.step()


class LookedAt(threading.Event):
    """Says when somebody has asked whether it is set."""

    def __init__(self) -> None:
        super().__init__()
        self.looked = threading.Event()

    def is_set(self) -> bool:
        self.looked.set()
        return super().is_set()


def test_the_frame_that_capture_is_at_when_a_run_breaks_off_is_in_the_take(tmp_path):
    stopping = LookedAt()
    takes, events = TakeQueue(lossless=False, stopping=stopping), Ring(9, lossless=False, stopping=stopping)
    work = RecordWork(takes, events, lambda: {"source": "test"}, RecordPlan(TakeSettings(tmp_path / "take")), list)
    work.set_up()
    recorded = [frame for frame in frames(12) if frame.bodies]
    for frame in recorded[:-1]:
        takes.put(frame)
    stopping.set()
    stopping.looked.clear()
    ending = threading.Thread(target=work.tear_down)
    ending.start()
    assert stopping.looked.wait(LIMIT_S)
    takes.put(recorded[-1])
    takes.close()
    ending.join(LIMIT_S)
    assert times(tmp_path / "take") == [frame.sensor_time_s for frame in recorded]


def test_a_queue_that_is_full_gives_up_pictures_keeps_bodies_and_counts(tmp_path, monkeypatch):
    monkeypatch.setattr("tsmf_live.recording.take_queue.LATE_S", 60.0)  # however slow this machine is now
    work, takes, _ = recorder()
    takes.begin(TakeSettings(tmp_path / "take"))
    picture = np.zeros((1080, 1920, 4), np.uint8)
    recorded = [replace(frame, color_bgra=picture) for frame in frames(PICTURES + 12)]
    behind = []
    for frame in recorded[: PICTURES + 7]:
        takes.put(frame)
        behind.append(work.status.behind)
    assert behind.index(True) == PRESSING  # from the next picture on
    assert behind.index(2) == CHOKING
    assert all(behind[PRESSING:])
    assert work.status.lost == 7
    steps(work, takes)
    assert not work.status.behind
    for frame in recorded[PICTURES + 7 :]:
        takes.put(frame)
    steps(work, takes)
    work.tear_down()
    played, error = play(ReplaySource(tmp_path / "take"))
    assert error is None
    assert [frame.sensor_time_s for frame in played] == [frame.sensor_time_s for frame in recorded]
    assert [len(frame.bodies) for frame in played] == [len(frame.bodies) for frame in recorded]
    without = [frame.index for frame in played if frame.color_bgra is None]
    assert without == list(range(PICTURES, PICTURES + 7))
    rows = list(csv.DictReader((tmp_path / "take" / "frames.csv").read_text().splitlines()))
    assert [int(row["index"]) for row in rows if row["dropped"] == "1"] == without
    assert [int(row["index"]) for row in rows if row["color"] == "0"] == without
    assert json.loads((tmp_path / "take" / "session.json").read_text())["lost"] == 7
    assert (work.status.state, work.status.pictures_lost, work.status.frames) == ("off", 7, PICTURES + 12)


def test_preroll_of_a_player_is_not_recorded(tmp_path):
    work, takes, _ = recorder()
    takes.begin(TakeSettings(tmp_path / "take"))
    recorded = frames(6)
    for frame in recorded[:3]:
        takes.put(replace(frame, preroll=True))
    for frame in recorded[3:]:
        takes.put(frame)
    steps(work, takes)
    work.tear_down()
    assert times(tmp_path / "take") == [frame.sensor_time_s for frame in recorded[3:]]


def test_events_go_into_the_take_in_whose_time_they_were_even_when_they_come_late(tmp_path):
    work, takes, events = recorder()

    def record(name: str, recorded: list[SensorFrame], later_s: float) -> None:
        takes.begin(TakeSettings(tmp_path / name))
        for frame in recorded:
            takes.put(replace(frame, sensor_time_s=frame.sensor_time_s + later_s))
        steps(work, takes)

    record("take-001", frames(60, start_s=10.0), 0.0)
    events.put(Event(9.0, 10.5, "before and in", 0.5, 0))
    events.put(Event(5.0, 9.0, "before", 0.5, 0))
    work.step()
    takes.end()
    record("take-002", frames(120)[60:], 11.0)
    events.put(Event(11.5, 13.5, "in both", 0.75, None))
    events.put(Event(20.0, 21.0, "after", 0.5, 0))
    work.step()
    takes.end()
    record("take-003", frames(180)[120:], 12.0)
    events.put(Event(11.8, 16.5, "in all three", 0.5, 0))
    takes.close()
    work.step()
    work.tear_down()
    first, second, third = (read_events(tmp_path / name) for name in ("take-001", "take-002", "take-003"))
    assert [(event.label, event.start_s, event.end_s) for event in first] == [
        ("before and in", 10.0, 10.5),
        ("in both", 11.5, 10.0 + 59 / 30),
        ("in all three", 11.8, 10.0 + 59 / 30),
    ]
    assert [(event.label, event.start_s, event.end_s) for event in second] == [
        ("in both", 13.0, 13.5),
        ("in all three", 13.0, pytest.approx(13.0 + 59 / 30)),
    ]
    assert [(event.label, event.start_s, event.end_s) for event in third] == [("in all three", 16.0, 16.5)]


def test_no_colour_and_blur_keep_what_they_promise(tmp_path):
    for privacy in ("no_color", "blur"):
        work, takes, _ = recorder()
        takes.begin(TakeSettings(tmp_path / privacy, privacy=privacy, codec="ffv1"))
        shown = np.random.default_rng(0).integers(0, 256, (1080, 1920, 4), np.uint8)
        frame = replace(frames(1)[0], color_bgra=shown, bodies=(body(),))
        takes.put(frame)
        steps(work, takes)
        work.tear_down()
        assert work.errors == []
        assert json.loads((tmp_path / privacy / "session.json").read_text())["privacy"] == privacy
    assert not (tmp_path / "no_color" / "color.mkv").exists()
    (blurred,), _ = play(ReplaySource(tmp_path / "blur"))
    x, y = frame.bodies[0].color_xy[3].astype(int)
    head = (slice(max(y - 20, 0), y + 20), slice(max(x - 20, 0), x + 20), slice(0, 3))
    assert (blurred.color_bgra[head] != shown[head]).mean() > 0.9


def test_a_plan_of_takes_is_recorded_and_ends_the_run(tmp_path, teacher_file, capsys):
    path = write_ntu(tmp_path / "a.skeleton", [frame for frame in frames(1200) if frame.bodies])
    arguments = ["--source", str(path), "--headless", "--speed", "max", "--checkpoint", str(teacher_file)]
    take = "subject=P07,action=drink water,setup=3,camera=2,performer=7,replication=1"
    study = tmp_path / "study"
    plan = ["--record", str(study), "--takes", "3", "--take-seconds", "0.5", "--take-pause", "0.2", "--take", take]
    assert run_live.main([*arguments, *plan]) == 0
    assert "800 frames" not in capsys.readouterr().out  # it ended before the source did
    assert sorted(folder.name for folder in study.iterdir()) == ["take-001", "take-002", "take-003"]
    starts = []
    for number in (1, 2, 3):
        folder = study / f"take-{number:03d}"
        description = json.loads((folder / "session.json").read_text())
        assert (description["replication"], description["setup"], description["action"]) == (number, 3, "drink water")
        assert len(times(folder)) == 15
        starts.append(times(folder)[0])
    assert np.diff(starts) == pytest.approx([0.7, 0.7], abs=0.034)
    assert next_take_folder(study).name == "take-004"


@pytest.mark.parametrize(
    "more",
    [
        ["--takes", "2", "--take-seconds", "1"],
        ["--record", "DIR", "--takes", "2"],
        ["--record", "DIR", "--take", "colour=red"],
        ["--record", "DIR", "--take", "setup=0"],
        ["--record", "DIR", "--take", "setup=x"],
        ["--privacy", "blur"],
    ],
)
def test_settings_of_a_recording_that_cannot_be_end_with_2(more, tmp_path, teacher_file, capsys):
    path = write_ntu(tmp_path / "a.skeleton", frames(3))
    more = [str(tmp_path / "new") if text == "DIR" else text for text in more]
    arguments = ["--source", str(path), "--headless", "--speed", "max", "--checkpoint", str(teacher_file)]
    assert run_live.main([*arguments, *more]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "new").exists()


def test_settings_of_a_take_are_checked(tmp_path):
    for wrong in ({"privacy": "some"}, {"codec": "vp9"}, {"setup": 0}, {"performer": 1000}):
        with pytest.raises(UsageError):
            TakeSettings(tmp_path, **wrong)


def test_the_student_gives_way_to_the_recorder_first(model):
    def asked(gives_way: bool) -> tuple[int, InferenceWork]:
        poses: Ring[PoseFrame] = Ring(1, lossless=False, stopping=threading.Event())
        feedback = Feedback(SimpleNamespace(pressure=int(gives_way)))
        work = InferenceWork(model, poses, lambda item: None, [], lossless=False, feedback=feedback)
        work._student_ms = 95.0
        due = 0
        for update in range(100):
            if work._student_is_due(update / 10):
                work._student_at_s, due = update / 10, due + 1
        return due, work

    freely, _ = asked(False)
    giving_way, work = asked(True)
    assert freely == 20  # 95 ms of work each 500 ms: at most a fifth of the time
    assert giving_way in (10, 11)  # each 1.0 s: a tenth
    assert work.student_gave_way > 40


def test_while_the_recorder_chokes_the_networks_are_not_asked(model):
    poses: Ring[PoseFrame] = Ring(1, lossless=True, stopping=threading.Event())
    takes, said = SimpleNamespace(pressure=2), []
    work = InferenceWork(model, poses, said.append, [], lossless=False, feedback=Feedback(takes))
    tracker = PoseTracker(model.spec.crop)
    for number, frame in enumerate(frames(40)):
        poses.put(tracker.track(frame))
        work.step()
        if number == 19:
            assert not said
            assert work.updates_skipped > 3
            takes.pressure = 0
    assert len(said) > 3


def test_a_slow_disk_makes_the_student_give_way_and_it_is_said(tmp_path, monkeypatch):
    run = Run(random_model())
    try:
        run.pipeline.start_take(TakeSettings(tmp_path / "take"))
        assert not run.pipeline.feedback.pressure
        monkeypatch.setattr(run.pipeline._takes, "_pictures", 20)
        assert run.pipeline.feedback.pressure
        run.pipeline._inference.student_gave_way = 3
        assert any("3 updates used the student's earlier scores" in warning for warning in run.pipeline.view().warnings)
        monkeypatch.setattr(run.pipeline._takes, "_pictures", 0)
    finally:
        run.end()
