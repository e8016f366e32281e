"""When the sensor counts as lost, which picture belongs to which bodies, one time line: by the test's own clock."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tsmf_live.sources.kinect.inbox import BodyShot, ColorShot
from tsmf_live.sources.kinect.pairing import TICKS_PER_S, Pairing, SensorLine
from tsmf_live.sources.kinect.state import DISCONNECTED, RECOVERING, RUNNING, STALLED, STARTING, Patience, Watch

PICTURE = np.zeros((1, 1, 4), np.uint8)


def yes() -> bool:
    return True


def no() -> bool:
    return False


def color(time_s: float, host_s: float | None = None) -> ColorShot:
    return ColorShot(round(time_s * TICKS_PER_S), PICTURE, time_s if host_s is None else host_s)


def bodies(time_s: float, host_s: float | None = None) -> BodyShot:
    return BodyShot(round(time_s * TICKS_PER_S), (), None, 0, time_s if host_s is None else host_s)


def test_a_sensor_that_never_answers_is_given_up_in_time():
    watch = Watch(0.0)
    assert watch.look(Patience().start_s - 0.1, no, False) is None
    assert watch.look(Patience().start_s + 0.1, no, False) == "give up"


def test_a_sensor_that_says_it_is_there_gets_longer_to_start():
    watch = Watch(0.0)
    assert watch.look(0.1, yes, False) is None
    assert watch.look(Patience().start_s + 0.1, yes, False) is None
    assert watch.look(Patience().slow_start_s + 0.1, yes, False) == "give up"


def test_a_sensor_that_is_at_the_cable_gets_longer_to_start():
    watch = Watch(0.0, plugged_in=True)
    assert watch.look(Patience().start_s + 0.1, no, False) is None
    assert watch.look(Patience().slow_start_s + 0.1, no, False) == "give up"


def test_a_sensor_that_said_once_that_it_is_there_keeps_its_time_to_start():
    watch = Watch(0.0)
    watch.look(0.1, yes, False)
    watch.look(5.0, no, False)
    assert watch.look(Patience().start_s + 0.1, no, False) is None


def test_what_the_sensor_said_before_its_first_frame_is_not_remembered():
    watch = Watch(0.0)
    watch.look(0.1, no, False)
    watch.body_came(3.0)
    assert watch.available is None


def test_from_running_over_stalled_and_disconnected_and_back():
    watch = Watch(0.0)
    watch.body_came(1.0)
    assert (watch.look(1.9, no, False), watch.state) == (None, RUNNING)
    assert (watch.look(2.1, no, False), watch.state) == (None, STALLED)
    assert (watch.look(2.2, no, False), watch.state) == (None, DISCONNECTED)
    assert watch.look(16.0, no, False) is None
    watch.body_came(16.1)
    assert (watch.state, watch.stalls, watch.disconnects, watch.openings) == (RUNNING, 1, 1, 1)


def test_there_but_silent_is_opened_again_with_growing_delays():
    watch = Watch(0.0)
    watch.body_came(0.0)
    now_s, waits_s = 1.1, []
    watch.look(now_s, yes, False)
    for _ in range(7):
        while watch.look(now_s, yes, False) != "close":
            now_s += 0.05
        closed_s = now_s
        while watch.look(now_s, yes, False) != "open":
            now_s += 0.05
        waits_s.append(round(now_s - closed_s))
        watch.opened(now_s)
        assert watch.state == RECOVERING
    assert waits_s == [0, 1, 2, 5, 10, 10, 10]
    watch.body_came(now_s)
    watch.body_came(now_s + 11)
    watch.look(now_s + 12.5, yes, False)
    watch.look(now_s + 12.6, yes, False)
    assert watch.look(now_s + 12.6, yes, False) == "open", "after running well, trouble is new trouble"


def test_a_sensor_that_is_away_for_long_is_opened_again_in_case_it_cannot_say_that_it_is_back():
    watch = Watch(0.0)
    watch.body_came(0.0)
    for now_s in (1.1, 1.2):
        watch.look(now_s, no, False)
    assert watch.look(16.1, no, False) is None
    assert watch.look(16.3, no, False) == "close"


def test_a_sensor_that_is_back_but_silent_is_opened_again():
    watch = Watch(0.0)
    watch.body_came(0.0)
    for now_s in (1.1, 1.2):
        watch.look(now_s, no, False)
    assert watch.look(4.0, yes, False) is None
    assert watch.look(8.9, yes, False) is None
    assert watch.look(9.1, yes, False) == "close"


@pytest.mark.parametrize("state", [STARTING, RUNNING])
def test_a_dead_thread_is_replaced_at_once(state):
    watch = Watch(0.0)
    if state == RUNNING:
        watch.body_came(0.0)
    assert watch.look(0.1, yes, True) == "close"
    assert watch.look(0.1, yes, False) == "open"


def test_failed_openings_are_counted_and_tried_again_until_the_start_is_over():
    watch = Watch(0.0)
    assert watch.look(0.1, yes, True) == "close"
    assert watch.look(0.1, yes, False) == "open"
    watch.opening_failed(0.2)
    assert (watch.look(0.3, yes, False), watch.failed_openings) == (None, 1)
    assert watch.look(1.3, yes, False) == "open"
    assert watch.look(Patience().start_s + 1, yes, False) == "give up"


PAIRS = [  # name, pictures, bodies at, expected picture minus bodies in ms (None: no picture)
    ("none at all", [], 1.0, None),
    ("the same moment", [1.0], 1.0, 0),
    ("shortly before", [0.985], 1.0, -15),
    ("shortly after", [1.006], 1.0, 6),
    ("the nearer of two", [0.985, 1.018], 1.0, -15),
    ("the nearer of two at 15 Hz", [0.95, 1.017], 1.0, 17),
    ("just near enough", [0.961], 1.0, -39),
    ("never a stale one", [0.9, 0.955], 1.0, None),
    ("never one of the future", [1.045], 1.0, None),
]


@pytest.mark.parametrize(("pictures_s", "bodies_s", "expected_ms"), [p[1:] for p in PAIRS], ids=[p[0] for p in PAIRS])
def test_the_nearest_picture_within_40_ms(pictures_s, bodies_s, expected_ms):
    pairing = Pairing()
    for time_s in pictures_s:
        pairing.add_color(color(time_s))
    pairing.add_body(bodies(bodies_s))
    body, picture = pairing.next(bodies_s + 0.2)
    assert body.ticks == bodies_s * TICKS_PER_S
    assert (picture is None) == (expected_ms is None)
    if picture is not None:
        assert (picture.ticks - body.ticks) / 1e4 == pytest.approx(expected_ms)


def test_bodies_wait_for_a_nearer_picture_and_not_longer():
    pairing = Pairing()
    pairing.add_color(color(0.966))
    pairing.add_body(bodies(1.0))
    assert pairing.next(1.03) is None, "one at 1.0 to 1.033 may still come"
    pairing.add_color(color(1.032))
    assert pairing.next(1.035)[1].ticks == round(1.032 * TICKS_PER_S)
    pairing.add_body(bodies(1.066))
    assert pairing.next(1.1) is None
    assert pairing.next(1.217)[1].ticks == round(1.032 * TICKS_PER_S)


def test_a_slow_machine_loses_no_picture_and_newer_bodies_end_the_wait():
    pairing = Pairing()
    pairing.add_color(color(0.966))
    pairing.add_body(bodies(1.0))
    assert pairing.next(1.09) is None, "converting the picture takes long here, and so does all else"
    pairing.add_body(bodies(1.033))
    assert pairing.next(1.095) is None
    pairing.add_body(bodies(1.067))
    assert pairing.next(1.1)[1].ticks == round(0.966 * TICKS_PER_S), "by the sensor's clock no nearer one can come"


def test_bodies_do_not_wait_when_no_nearer_picture_can_come():
    pairing = Pairing()
    pairing.add_color(color(0.99))
    pairing.add_body(bodies(1.0))
    assert pairing.next(1.0)[1] is not None


def test_bodies_hardly_wait_when_colour_has_stopped():
    pairing = Pairing()
    pairing.add_color(color(1.0))
    pairing.add_body(bodies(2.0))
    assert pairing.next(2.06)[1] is None


def test_the_first_picture_after_a_silence_finds_its_bodies():
    pairing = Pairing()
    pairing.add_color(color(1.0))
    pairing.add_body(bodies(2.0))
    assert pairing.next(2.0) is None, "with each at its own thread, it may be a moment later"
    pairing.add_color(color(2.0, 2.01))
    assert pairing.next(2.01)[1].ticks == 2 * TICKS_PER_S


def test_bodies_of_a_clock_that_began_again_wait_for_its_first_picture():
    pairing = Pairing()
    pairing.add_color(color(100.0, 1.0))
    pairing.add_body(bodies(40.0, 1.033))
    assert pairing.next(1.034) is None
    pairing.add_color(color(40.0, 1.04))
    assert pairing.next(1.04)[1].ticks == 40 * TICKS_PER_S


def paired_ms(lag_s: Callable[[int], float], rate_hz: int = 30, count: int = 90) -> list[float | None]:
    """Of each body frame of so many at 30 Hz: picture minus bodies; pictures come `lag_s(i)` after their moment.

    The sensor's clock and the host's have nothing to do with each other.
    """
    ahead_s = 5000.0
    came = [(i / 30, "body", i / 30) for i in range(count)]
    came += [(i / rate_hz + lag_s(i), "color", i / rate_hz) for i in range(count * rate_hz // 30)]
    came += [(k / 200, "look", 0.0) for k in range(200 * (count // 30 + 1))]
    pairing, got = Pairing(), []
    for host_s, what, taken_s in sorted(came):
        if what == "color":
            pairing.add_color(color(ahead_s + taken_s, host_s))
        elif what == "body":
            pairing.add_body(bodies(ahead_s + taken_s, host_s))
        while (pair := pairing.next(host_s)) is not None:
            body, picture = pair
            got.append(None if picture is None else (picture.ticks - body.ticks) / 1e4)
    return got


@pytest.mark.parametrize("late_ms", [0, 20, 45, 70, 100, 130, 150, 170])
@pytest.mark.parametrize("jitter_ms", [0, 15])
def test_bodies_wait_as_long_as_pictures_are_late(late_ms, jitter_ms):
    got = paired_ms(lambda i: (late_ms + jitter_ms * (i * 7 % 3 - 1)) / 1e3)
    assert len(got) == 90
    assert got[8:-8] == [0.0] * 74


@pytest.mark.parametrize("late_ms", [0, 70, 150])
def test_late_pictures_at_15_hz_belong_to_the_nearest_bodies(late_ms):
    got = paired_ms(lambda _: late_ms / 1e3, rate_hz=15)
    assert {round(ms) for ms in got[16:-16]} <= {0, 33, -33}
    assert [ms for ms in got[16:-16] if ms == 0.0], "every other one has its own"
    assert got[16:-16:2] == [0.0] * len(got[16:-16:2])


def test_the_wait_follows_a_lag_that_changes():
    got = paired_ms(lambda i: 0.010 if i < 60 else 0.120, count=150)
    assert got[5:55] == [0.0] * 50
    assert got[75:140] == [0.0] * 65


def test_pictures_that_come_too_late_do_not_hold_bodies_for_ever():
    pairing = Pairing()
    for i in range(60):
        pairing.add_body(bodies(i / 30))
        if i >= 12:
            pairing.add_color(color((i - 12) / 30, i / 30))
    waiting = 0
    while pairing.next(59 / 30) is not None:
        waiting += 1
    assert 60 - waiting <= 8, "at most a quarter of a second waits"
    assert pairing.too_late
    assert pairing.lag_s == pytest.approx(0.4)


def test_bodies_wait_for_a_picture_of_theirs_that_is_being_converted_and_for_no_other():
    pairing = Pairing()
    pairing.add_color(color(0.967))
    for time_s in (1.0, 1.033, 1.067):
        pairing.add_body(bodies(time_s))
    pairing.under_way = [TICKS_PER_S]
    assert pairing.next(1.08) is None, "a busy machine is slow with the picture alone"
    pairing.under_way = []
    pairing.add_color(color(1.0, 1.09))
    assert pairing.next(1.09)[1].ticks == TICKS_PER_S
    pairing.under_way = [round(0.9 * TICKS_PER_S)]
    assert pairing.next(1.3) is not None
    pairing.under_way = [round(1.067 * TICKS_PER_S)]
    assert pairing.next(1.35) is None
    assert pairing.next(1.4) is not None, "one that never ends is not waited for"


def test_slow_conversion_is_told_from_dim_light():
    pairing = Pairing()
    for i in range(20):
        pairing.add_color(ColorShot(round(i / 15 * TICKS_PER_S), PICTURE, i / 15, took_s=0.04))
    assert pairing.color_rate_hz == pytest.approx(15, rel=1e-3)
    assert not pairing.dim_light
    assert pairing.slow_conversion


def test_pictures_of_an_old_clock_pair_with_nothing():
    pairing = Pairing()
    for time_s in (100.0, 100.033):
        pairing.add_color(color(time_s, 1.0))
    pairing.add_color(color(1.0, 1.1))
    pairing.add_body(bodies(1.0, 1.1))
    assert pairing.next(1.1)[1].ticks == TICKS_PER_S
    assert len(pairing.color_intervals_s) == 1


def test_a_constant_offset_of_the_sensor_is_taken_off():
    pairing = Pairing(offset_s=-0.05)
    pairing.add_color(color(1.05))
    pairing.add_body(bodies(1.0))
    assert pairing.next(1.06)[1] is not None


@pytest.mark.parametrize(("rate_hz", "dim"), [(30, False), (15, True)])
def test_the_colour_rate_shows_dim_light(rate_hz, dim):
    pairing = Pairing()
    assert pairing.color_rate_hz is None
    for i in range(10):
        pairing.add_color(color(i / rate_hz))
    assert pairing.color_rate_hz == pytest.approx(rate_hz, rel=1e-3)
    assert pairing.dim_light == dim


def test_one_lost_picture_is_no_dim_light():
    pairing = Pairing()
    for i in (0, 1, 2, 4, 5, 6, 8, 9, 10):
        pairing.add_color(color(i / 30))
    assert not pairing.dim_light


def placed(line: SensorLine, times_s: list[float], host_s: list[float] | None = None) -> list[tuple[int, float] | None]:
    hosts_s = host_s or [float(i) / 30 for i in range(len(times_s))]
    return [line.place(round(t * TICKS_PER_S), h) for t, h in zip(times_s, hosts_s, strict=True)]


def test_times_are_the_sensors_own_and_lost_frames_leave_holes():
    line = SensorLine()
    got = placed(line, [5.0, 5.0333, 5.1333, 5.1667])
    assert [index for index, _ in got] == [0, 1, 4, 5]
    np.testing.assert_allclose([time_s for _, time_s in got], [5.0, 5.0333, 5.1333, 5.1667])
    assert (line.missed, line.epochs, line.late) == (2, 1, 0)


def test_late_and_repeated_frames_are_dropped():
    line = SensorLine()
    got = placed(line, [5.0, 5.0333, 5.0333, 5.0, 5.0667])
    assert got[2:4] == [None, None]
    assert (got[4][0], line.late) == (2, 2)


@pytest.mark.parametrize("jump_s", [-4.9, -0.6])
def test_after_a_jump_back_times_go_on_with_a_gap(jump_s):
    line = SensorLine()
    got = placed(line, [5.0, 5.0333, 5.0333 + jump_s, 5.0667 + jump_s])
    times_s = [time_s for _, time_s in got]
    assert times_s[2] - times_s[1] == pytest.approx(1.1)
    assert times_s[3] - times_s[2] == pytest.approx(1 / 30, abs=1e-3)
    assert [index for index, _ in got] == [0, 1, 2, 3]
    assert line.epochs == 2


def test_after_a_new_opening_times_go_on_by_the_hosts_clock():
    line = SensorLine()
    placed(line, [5.0])
    line.begin_epoch()
    ((index, time_s),) = placed(line, [900.0], [7.0])
    assert (index, time_s) == (1, pytest.approx(12.0))
