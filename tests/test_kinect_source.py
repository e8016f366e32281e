"""The Kinect source on the double: what comes out, and every fault it must survive."""

from __future__ import annotations

import _thread
import gc
import json
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import ROOT
from kinect_double import kinect_double, measure
from kinect_double.device import TICKS_PER_S, Device, Person
from kinect_double.player import Player
from recordings import assert_same_bodies, frames, play, write_session

import run_live
from tsmf_live.frames import SensorFrame, UsageError
from tsmf_live.skeleton import NOT_TRACKED
from tsmf_live.sources.base import EndOfSource
from tsmf_live.sources.kinect import KinectSource, why_silent
from tsmf_live.sources.kinect_library import KinectMissing
from tsmf_live.sources.kinect_state import DISCONNECTED, RECOVERING, RUNNING, Patience
from tsmf_live.sources.replay import ReplaySource

SPECS = ("kinect", "kinect:acquire=poll")
HASTE = Patience().times(0.1)
LIMIT_S = 10.0
both = pytest.mark.parametrize("spec", SPECS)


@pytest.fixture
def device():
    """A plugged-in Kinect; afterwards no thread, no open sensor, no COM object and no handle of it is left."""
    threads = _thread._count()
    with kinect_double() as made:
        yield made
        if made.server.alive():
            gc.collect()
        assert not made.server.bugs
        assert made.open_sensors == 0
        assert not made.server.alive()
        assert made.kernel.open_handles == 0
        until_s = time.perf_counter() + 2
        while _thread._count() > threads and time.perf_counter() < until_s:
            threading.Event().wait(0.01)
        assert _thread._count() <= threads


@pytest.fixture
def stage(device):
    """Opens sources and closes them."""
    made = Stage(device)
    yield made
    made.close()


class Stage:
    """The sensor and a source on it, in step: a frame is sent and read before the next."""

    def __init__(self, device: Device) -> None:
        self.device, self.source = device, None
        self.sent = 0
        self.pictures = measure.Pictures()
        self.offset_s = 0.0

    def open(self, spec: str = "kinect", patience: Patience = HASTE) -> KinectSource:
        self.source = KinectSource(spec, patience)
        return self.source

    def close(self) -> None:
        if self.source is not None:
            self.source.close()
            self.source.close()

    @property
    def counts(self) -> dict[str, int]:
        return self.source.status().counts

    def send(self, *persons: Person, color: bool = True, body: bool = True) -> int:
        """Sends the next frame; its time in ticks."""
        ticks = measure.BASE_TICKS + round((self.sent / 30 + self.offset_s) * TICKS_PER_S)
        self.sent += 1
        if color:
            self.device.send_color(ticks, self.pictures.taken_at(ticks))
        if body:
            self.device.send_body(ticks, persons)
        return ticks

    def read(self, limit_s: float = LIMIT_S) -> SensorFrame | None:
        """The next frame, None if none came."""
        until_s = time.perf_counter() + limit_s
        while time.perf_counter() < until_s:
            began_s = time.perf_counter()
            frame = self.source.read()
            assert time.perf_counter() - began_s < 1.0
            if frame is not None:
                return frame
        return None

    def exchange(self, *persons: Person, color: bool = True) -> SensorFrame:
        """Sends a frame and reads it."""
        ticks = self.send(*persons, color=color)
        frame = self.read()
        assert frame is not None
        if frame.color_bgra is not None:
            assert abs(measure.ticks_of(frame.color_bgra) - ticks) <= 0.04 * TICKS_PER_S
        return frame

    def read_until(self, state: str) -> None:
        """Reads (nothing comes) until the source is in a state."""
        until_s = time.perf_counter() + LIMIT_S
        while self.source.status().state != state:
            assert self.source.read() is None
            assert time.perf_counter() < until_s, self.source.status()

    def recover(self) -> SensorFrame:
        """Sends frames as a sensor does, whether read or not, until one comes out."""
        until_s = time.perf_counter() + LIMIT_S
        while time.perf_counter() < until_s:
            self.send(measure.person(1))
            if (frame := self.read(0.15)) is not None:
                return frame
        raise AssertionError(f"no frame came again: {self.source.status()}")


@both
def test_every_field_arrives_exactly(stage, spec):
    stage.open(spec)
    person = measure.person(3, 2**63 + 2**53 + 1)
    stage.exchange(person)
    frame = stage.exchange(person)
    (body,) = frame.bodies
    assert body.tracking_id == 2**63 + 2**53 + 1
    assert body.joints.tobytes() == person.joints.tobytes()
    assert body.orientations.tobytes() == person.orientations.astype(np.float32).tobytes()
    np.testing.assert_array_equal(body.joint_state, person.states)
    assert body.hand_states == person.hands
    assert frame.floor_plane == pytest.approx((0, 1, 0, 0.9))
    assert frame.index == 1
    assert frame.sensor_time_s == pytest.approx(measure.BASE_TICKS / TICKS_PER_S + 1 / 30, abs=1e-6)
    assert not frame.color_bgra.flags.writeable
    assert stage.device.counts["maps"] == 2, "all joints of a frame are mapped in one call"


@pytest.mark.parametrize(
    ("spec", "count"),
    [("kinect", 120), ("kinect:acquire=poll", 30), pytest.param(SPECS[1], 120, marks=pytest.mark.long)],
)
def test_bodies_with_colour_falling_to_15_fps(spec, count):
    pairs = measure.pairing(spec, count)
    offsets_ms = [1e3 * (pair.color_s - pair.body_s) for pair in pairs if pair.color_s is not None]
    assert len(pairs) == len(offsets_ms) == count
    assert all(pair.intact for pair in pairs)
    assert max(map(abs, offsets_ms)) <= 40


def test_dim_light_is_said(stage):
    source = stage.open()
    for i in range(20):
        stage.exchange(color=i % 2 == 0)
    status = source.status()
    assert status.dim_light
    assert status.color_rate_hz == pytest.approx(15, abs=0.1)
    assert any("dim light" in line for line in source.warnings)


@both
def test_six_bodies(stage, spec):
    stage.open(spec)
    persons = [measure.person(i, 2**64 - 1 - i) for i in range(6)]
    for _ in range(3):
        bodies = stage.exchange(*persons).bodies
        assert [body.tracking_id for body in bodies] == [2**64 - 1 - i for i in range(6)]
        for body, person in zip(bodies, persons, strict=True):
            assert body.joints.tobytes() == person.joints.tobytes()
    assert stage.device.counts["maps"] == 3


def test_zero_and_negative_depth_and_places_off_the_picture(stage):
    stage.open()
    person = measure.person(5)
    person.joints[:4] = (0.1, 0.2, 0.0), (0.1, 0.2, -1.0), (0.2, 0, 0.04), (30.0, 0, 5.0)
    person.joints[10] = np.nan
    person.joints[12] = np.inf
    frame = stage.exchange(person)
    (body,) = frame.bodies
    np.testing.assert_array_equal(np.isnan(body.color_xy).any(axis=1).nonzero()[0], [0, 1, 2, 10, 12])
    assert body.color_xy[3, 0] > 6000, "a place off the picture is kept"
    assert body.joints[:2, 2].tolist() == [0.0, -1.0]
    assert body.joint_state[[10, 12]].tolist() == [NOT_TRACKED, NOT_TRACKED]
    assert frame.bad_joints == 2


def test_a_body_without_a_finite_joint_is_left_out(stage):
    source = stage.open()
    broken = measure.person(1)
    broken.joints[:] = np.nan
    assert len(stage.exchange(broken, measure.person(2)).bodies) == 1
    stage.exchange()
    assert stage.counts["unusable"] == 1
    assert any("without a finite joint" in line for line in source.warnings)


@both
def test_nobody_in_view_is_a_frame(stage, spec):
    stage.open(spec)
    assert [stage.exchange().bodies for _ in range(3)] == [(), (), ()]


def test_an_expired_frame_leaves_a_hole_and_is_counted(stage):
    source = stage.open()
    stage.exchange()
    stage.device.broken["expired body"] = 1
    stage.send()
    stage.device.wait_for("body fetched", 2)
    assert stage.exchange().index == 2
    assert (stage.counts["expired"], stage.counts["missed"]) == (1, 1)
    stage.exchange()
    assert any("gone before it could be fetched" in line for line in source.warnings)


def test_an_error_that_kills_the_librarys_own_thread_is_real(device, monkeypatch):
    from pykinect2.PyKinectRuntime import PyKinectRuntime

    died = threading.Event()
    monkeypatch.setattr(sys, "unraisablehook", lambda _error: died.set())
    plain = PyKinectRuntime(33)
    device.broken["GetFrameArrivedEventData"] = 1
    device.send_body(1)
    assert died.wait(5), "the unguarded library dies of it"
    plain.close()
    plain._mapper = plain._color_source = plain.color_frame_desc = None


def test_an_error_that_kills_the_librarys_own_thread_is_survived_and_counted(stage):
    source = stage.open(patience=Patience())
    stage.exchange()
    stage.device.broken["GetFrameArrivedEventData"] = 2
    stage.send()
    assert stage.read(0.2) is None
    assert stage.exchange().index == 2
    assert (stage.counts["errors"], stage.counts["openings"]) == (2, 1)
    assert any("COMError" in line for line in source.warnings)


def test_a_dead_library_thread_is_replaced_at_once(stage):
    source = stage.open(patience=Patience())
    before = stage.exchange(measure.person(1))
    stage.device.kernel.break_next_wait(99)
    after = stage.recover()
    assert after.sensor_time_s > before.sensor_time_s + 1.0
    assert after.index > before.index
    status = source.status()
    assert (status.state, status.counts["openings"], status.counts["epochs"]) == (RUNNING, 2, 2)
    assert status.counts["stalls"] == 0
    assert "IndexError" in status.last_error
    assert stage.exchange(measure.person(1)).index == after.index + 1


@both
def test_unplugged_and_plugged_in_again(stage, spec):
    source = stage.open(spec)
    before = stage.exchange(measure.person(1))
    stage.device.plugged = False
    stage.read_until(DISCONNECTED)
    assert "power" in source.status().message
    stage.device.plugged = True
    stage.offset_s += 3
    after = stage.recover()
    assert after.sensor_time_s > before.sensor_time_s + 1.0, "new slots and windows after a gap"
    assert (source.status().state, stage.counts["disconnects"], stage.counts["openings"]) == (RUNNING, 1, 1)
    assert any("was not there" in line for line in source.warnings)


@both
def test_plugged_in_again_but_silent_it_is_opened_again(stage, spec):
    source = stage.open(spec)
    stage.exchange()
    stage.device.plugged = False
    stage.read_until(DISCONNECTED)
    stage.device.plugged = True
    stage.read_until(RECOVERING)
    assert stage.recover() is not None
    assert source.status().counts["openings"] == 2


def test_a_sensor_that_cannot_be_opened_again_is_tried_on(stage):
    source = stage.open()
    stage.exchange()
    stage.device.broken["Open"] = 2
    stage.read_until(RECOVERING)
    stage.recover()
    assert (stage.counts["failed_openings"], stage.counts["openings"]) == (2, 2)
    assert source.status().state == RUNNING


@both
def test_pictures_but_no_bodies_is_repaired_while_running(stage, spec):
    stage.open(spec)
    stage.exchange()
    until_s = time.perf_counter() + LIMIT_S
    while stage.source.status().state != RECOVERING:
        stage.send(body=False)
        assert stage.read(0.03) is None
        assert time.perf_counter() < until_s
    stage.recover()
    assert stage.counts["stalls"] == 1


def test_pictures_but_no_bodies_from_the_start_is_said(stage):
    stage.open()

    def watch() -> None:
        while True:
            stage.send(body=False)
            stage.read(0.02)

    with pytest.raises(KinectMissing, match=r"pictures but no bodies.*graphics card"):
        watch()
    with pytest.raises(EndOfSource):
        stage.source.read()


@both
def test_colour_stops_and_comes_again(stage, spec):
    source = stage.open(spec)
    stage.exchange()
    without = [stage.exchange(measure.person(1), color=False) for _ in range(40)]
    assert [frame.index for frame in without] == list(range(1, 41))
    assert all(frame.color_bgra is None for frame in without[2:]), "never a stale picture"
    assert source.status().state == RUNNING
    assert stage.exchange().color_bgra is not None


def test_time_jumping_back_begins_a_new_epoch(stage):
    source = stage.open()
    times = [stage.exchange().sensor_time_s for _ in range(3)]
    stage.offset_s -= 60
    frames_after = [stage.exchange() for _ in range(3)]
    assert all(frame.color_bgra is not None for frame in frames_after)
    times += [frame.sensor_time_s for frame in frames_after]
    steps = np.diff(times)
    assert steps[2] > 1.0
    np.testing.assert_allclose(np.delete(steps, 2), 1 / 30, atol=1e-6)
    assert stage.counts["epochs"] == 2
    assert any("clock began again" in line for line in source.warnings)


def test_a_repeated_or_late_frame_is_left_out(stage):
    stage.open()
    stage.exchange()
    stage.sent -= 1
    stage.send()
    assert stage.read(0.2) is None
    assert stage.exchange().index == 1
    assert stage.counts["late"] == 1


@both
def test_frames_count_while_the_sensor_says_it_is_not_there(stage, spec):
    stage.device.available = False  # as when Kinect Studio plays a recording
    source = stage.open(spec)
    assert [stage.exchange().index for _ in range(5)] == list(range(5))
    assert source.status().state == RUNNING


def test_mapping_that_fails_leaves_the_skeleton(stage):
    stage.open()
    stage.device.broken["MapCameraPointsToColorSpace"] = 1
    frame = stage.exchange(measure.person(1))
    assert np.isnan(frame.bodies[0].color_xy).all()
    assert frame.bodies[0].joints.any()
    assert not np.isnan(stage.exchange(measure.person(1)).bodies[0].color_xy).all()
    assert stage.counts["unmapped"] == 1


@both
@pytest.mark.parametrize("method", ["GetJoints", "CopyConvertedFrameDataToArray", "GetAndRefreshBodyData"])
def test_errors_inside_a_frame_are_counted_and_leak_nothing(stage, spec, method):
    stage.open(spec, Patience())
    stage.exchange(*[measure.person(i) for i in range(6)])
    alive = measure.settled_objects(stage.device)
    stage.device.broken[method] = 1
    stage.send(*[measure.person(i) for i in range(6)])
    stage.read(0.2)
    stage.exchange()
    assert (stage.counts["errors"], stage.counts["openings"]) == (1, 1)
    assert measure.settled_objects(stage.device) == alive


@pytest.mark.parametrize("stream", ["color", "body"])
def test_closing_during_a_handler(stage, stream):
    source = stage.open()
    entered = threading.Event()

    def inside_the_copy() -> None:
        entered.set()
        stage.device.wait_for("closed", 1)  # goes on only when the library has let go of everything

    stage.device.during = inside_the_copy
    stage.send(measure.person(1), color=stream == "color", body=stream == "body")
    assert entered.wait(5)
    began_s = time.perf_counter()
    source.close()
    source.close()
    assert time.perf_counter() - began_s < 3
    assert source.status().counts["errors"] == 0
    with pytest.raises(EndOfSource):
        source.read()


@both
@pytest.mark.parametrize("method", ["GetDefaultKinectSensor", "Open", "CoordinateMapper", "OpenReader"])
def test_a_failed_start_leaves_nothing_open(device, spec, method):
    device.broken[method] = 1
    with pytest.raises(KinectMissing, match="service does not answer"):
        KinectSource(spec)
    source = KinectSource(spec)
    source.close()


def test_a_start_that_fails_after_the_librarys_thread_began_leaves_nothing(device, monkeypatch):
    from pykinect2 import PyKinectRuntime

    monkeypatch.setattr(PyKinectRuntime, "time", SimpleNamespace())  # no clock: as unrepaired on today's Python
    with pytest.raises(KinectMissing):
        KinectSource()


@both
def test_without_a_sensor_it_ends_in_time_and_says_what_to_do(device, spec):
    device.plugged = False
    source = KinectSource(spec, HASTE)
    began_s = time.perf_counter()

    def watch() -> None:
        while source.read() is None:
            pass

    with pytest.raises(KinectMissing, match=r"no sensor answers; check the power supply.*--source demo"):
        watch()
    assert HASTE.start_s < time.perf_counter() - began_s < HASTE.start_s + 2
    assert Patience().start_s <= 8, "with the program's own start under 12 s"


def test_a_reader_that_is_away_loses_the_oldest_and_counts_them(stage):
    stage.open()
    for i in range(70):
        stage.send(color=False)
        stage.device.wait_for("body fetched", i + 1)
    stage.device.wait_for("body fetched", 70)
    first = stage.read()
    assert first.index == 0
    times = [first.sensor_time_s] + [stage.read().sensor_time_s for _ in range(62)]
    assert all(np.diff(times) > 0)
    assert stage.counts["dropped_bodies"] in (5, 6)


@pytest.mark.parametrize("spec", ["kinect:", "kinect:acquire=magic", "kinect:mode=poll"])
def test_unknown_options_are_refused(spec):
    if spec == "kinect:":
        spec = "kinect:acquire="
    with pytest.raises(UsageError, match="expected kinect, kinect:acquire=events"):
        KinectSource(spec)


def test_a_probe_says_whether_a_kinect_answers(device):
    device.plugged = False
    assert why_silent(0.3) == "no sensor answered within 0.3 s"
    device.plugged = True
    with Player(device, _Endless()):
        assert why_silent(5.0) is None


class _Endless:
    """Nobody in view, for ever."""

    info = SimpleNamespace(duration_s=None)

    def __init__(self) -> None:
        self._count = 0

    def read(self) -> SensorFrame:
        self._count += 1
        return SensorFrame(self._count, self._count / 30, 0.0, None, ())

    def close(self) -> None:
        """Nothing to close."""


def test_a_session_played_into_the_double_comes_out_as_recorded(device, tmp_path):
    recorded, _ = play(ReplaySource(write_session(tmp_path / "take", frames(8, color=True))))
    source = KinectSource()
    got: list[SensorFrame] = []
    with Player(device, ReplaySource(tmp_path / "take")) as player:
        until_s = time.perf_counter() + LIMIT_S
        while len(got) < len(recorded) and time.perf_counter() < until_s:
            if (frame := source.read()) is not None:
                got.append(frame)
    source.close()
    assert player.error is None
    for mine, theirs in zip(got, recorded, strict=True):
        assert mine.index == theirs.index
        assert mine.sensor_time_s - got[0].sensor_time_s == pytest.approx(theirs.sensor_time_s, abs=1e-6)
        assert_same_bodies(mine.bodies, theirs.bodies)
        np.testing.assert_array_equal(mine.color_bgra, theirs.color_bgra)


def test_the_program_runs_through_pykinect2(device, checkpoint_file, capsys, tmp_path):
    session = write_session(tmp_path / "take", frames(30))
    arguments = ["--source", "kinect", "--headless", "--checkpoint", str(checkpoint_file), "--duration", "1"]
    with Player(device, ReplaySource(session)):
        code = run_live.main([*arguments, "--json", "-"])
    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert json.loads(lines[-1])["type"] == "summary"
    assert json.loads(lines[-1])["frames_captured"] == 30
    assert len(lines) > 3


def test_without_source_the_kinect_is_chosen_if_it_answers(device, capsys):
    with Player(device, _Endless()):
        assert run_live.choose_source(None) == "kinect"
    assert "a Kinect answers" in capsys.readouterr().err


def test_without_source_and_kinect_the_sample_is_played_and_the_reason_said(capsys):
    assert run_live.choose_source(None) == str(run_live.BUNDLED_SAMPLE)
    assert "no Kinect (" in capsys.readouterr().err


@both
def test_nothing_grows(spec):
    grown = measure.growth(spec, 100)
    assert grown.objects[0] == grown.objects[1]
    assert (grown.left_open, grown.left_objects) == (0, 0)


@pytest.mark.long
@both
def test_nothing_grows_over_3000_frames(spec):
    grown = measure.growth(spec, 3000)
    assert grown.objects[0] == grown.objects[1]
    assert grown.resident_mb[1] - grown.resident_mb[0] < 10
    assert (grown.left_open, grown.left_objects) == (0, 0)


@pytest.mark.long
@pytest.mark.parametrize("spec", SPECS)
def test_the_program_without_a_sensor_ends_with_3_in_under_12_s(spec, checkpoint_file):
    command = ["-m", "tests.kinect_double", "--unplugged", "--", "run_live.py", "--source", spec, "--headless"]
    command += ["--checkpoint", str(checkpoint_file)]
    began_s = time.perf_counter()
    ended = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert time.perf_counter() - began_s < 12
    assert ended.returncode == 3
    (line,) = [line for line in ended.stderr.splitlines() if line]
    assert "no sensor answers" in line
    assert "check the power supply" in line


@pytest.mark.long
@both
def test_a_fifth_of_a_core_is_enough(spec):
    load = measure.load(spec, 20.0)
    assert load.frames >= 590
    assert load.core_share < 0.20
