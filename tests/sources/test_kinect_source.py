"""The Kinect source on the double: what comes out of it, and what it costs."""

from __future__ import annotations

import json
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

import run_live
from tests.fakes.recordings import assert_same_bodies, frames, play, write_session
from tests.kinect_double import fixtures, measure
from tests.kinect_double.device import TICKS_PER_S
from tests.kinect_double.fixtures import LIMIT_S
from tests.kinect_double.player import Player
from tsmf_live.frames import SensorFrame, UsageError
from tsmf_live.skeleton import NOT_TRACKED
from tsmf_live.sources.kinect import library as kinect_library
from tsmf_live.sources.kinect import usb as kinect_usb
from tsmf_live.sources.kinect.library import KinectMissing
from tsmf_live.sources.kinect.source import PROBE, KinectSource, expect_frame
from tsmf_live.sources.replay import ReplaySource

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the double stands in for Windows elsewhere")
device, stage = fixtures.device, fixtures.stage
SPECS = ("kinect", "kinect:acquire=poll")
both = pytest.mark.parametrize("spec", SPECS)


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


@both
def test_bodies_do_not_wait_for_the_conversion_of_a_picture(stage, spec):
    source = stage.open(spec)
    assert measure.bodies_during_a_conversion(stage.device, source) == list(range(5))
    assert (stage.counts["errors"], stage.counts["openings"]) == (0, 1)


@both
def test_a_conversion_that_takes_longer_than_a_frame_costs_no_bodies_and_no_opening(spec):
    slow = measure.slow_color(spec, 45, conversion_s=0.040)
    assert (slow.bodies, slow.openings, slow.errors) == (45, 1, 0)
    assert slow.lag_ms > 40
    assert not any("dim light" in line for line in slow.warnings), "it is not the light"


@pytest.mark.long
@both
@pytest.mark.parametrize(("conversion_s", "late_s"), [(0.020, 0.0), (0.040, 0.0), (0.0, 0.070), (0.0, 0.150)])
def test_slow_and_late_pictures_for_five_seconds(spec, conversion_s, late_s):
    slow = measure.slow_color(spec, 150, conversion_s, late_s)
    assert (slow.bodies, slow.openings, slow.errors) == (150, 1, 0)
    assert slow.paired > (140 if late_s else 70)


@both
def test_pictures_that_come_late_are_paired_with_their_own_bodies(spec):
    late = measure.slow_color(spec, 60, late_s=0.100)
    assert (late.bodies, late.openings) == (60, 1)
    assert late.paired > 45, "but for the first, from which the lag is learnt"
    assert 90 < late.lag_ms < 180


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


@pytest.mark.parametrize("spec", ["kinect:", "kinect:acquire=magic", "kinect:mode=poll"])
def test_unknown_options_are_refused(spec):
    if spec == "kinect:":
        spec = "kinect:acquire="
    with pytest.raises(UsageError, match="expected kinect, kinect:acquire=events"):
        KinectSource(spec)


QUICK = PROBE.times(0.1)


def test_a_probe_says_whether_a_kinect_answers(device):
    device.plugged = False
    began_s = time.perf_counter()
    with pytest.raises(KinectMissing, match="no sensor answers"):
        expect_frame(patience=QUICK)
    assert QUICK.start_s < time.perf_counter() - began_s < QUICK.slow_start_s, "none is there: it is not waited for"
    device.plugged = True
    with Player(device, _Endless()):
        expect_frame()


@pytest.mark.parametrize(("available", "at_a_cable"), [(None, False), (False, True)])
def test_a_kinect_that_is_there_is_given_time_for_its_first_frame(device, monkeypatch, available, at_a_cable):
    device.available = available  # None: it says that it is there
    monkeypatch.setattr(kinect_usb, "plugged_in", lambda: at_a_cable)
    waited = []

    def late(waited_s: float) -> None:
        waited.append(waited_s)
        if waited_s > 1.5 * QUICK.start_s:
            device.send_body(measure.BASE_TICKS)

    expect_frame(patience=QUICK, waiting=late)
    assert max(waited) > 1.5 * QUICK.start_s
    assert PROBE.start_s == 3
    assert 10 <= PROBE.slow_start_s <= 12


def test_the_time_for_the_first_frame_begins_after_the_import(device, monkeypatch):
    load = kinect_library.load

    def slow_load() -> object:
        threading.Event().wait(2 * QUICK.start_s)
        return load()

    monkeypatch.setattr(kinect_library, "load", slow_load)
    device.available = False
    waited = []

    def send(waited_s: float) -> None:
        waited.append(waited_s)
        if device.counts["body ready"]:
            device.send_body(measure.BASE_TICKS)

    expect_frame(patience=QUICK, waiting=send)
    assert max(waited) > QUICK.start_s


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


def test_the_program_runs_through_pykinect2(device, teacher_file, capsys, tmp_path):
    session = write_session(tmp_path / "take", frames(30))
    arguments = ["--source", "kinect", "--headless", "--checkpoint", str(teacher_file), "--duration", "1"]
    with Player(device, ReplaySource(session)):
        code = run_live.main([*arguments, "--json", "-"])
    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert json.loads(lines[-1])["type"] == "summary"
    assert json.loads(lines[-1])["frames_captured"] == 30
    assert len(lines) > 3


def test_without_source_the_kinect_is_chosen_if_it_answers(device, capsys):
    with Player(device, _Endless()):
        assert run_live.choose_source(None) == ("kinect", None)
    assert "a Kinect answers" in capsys.readouterr().err


def test_without_source_and_kinect_the_sample_is_played_and_the_reason_said(capsys):
    assert run_live.choose_source(None) == (str(run_live.BUNDLED_SAMPLE), None)
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
@both
def test_a_fifth_of_a_core_is_enough(spec):
    load = measure.load(spec, 20.0)
    assert load.frames >= 590
    assert load.core_share < 0.20
