"""The demo source: its spec, its contract, its people, and its truth."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from tsmf_live.actor.scene import Timeline, cast
from tsmf_live.actor.subject import ACTIONS, EXTRA_ACTIONS, IDLE
from tsmf_live.camera import project_to_color
from tsmf_live.frames import SensorFrame, SourceError, UsageError
from tsmf_live.skeleton import HEAD, SPINE_BASE
from tsmf_live.sources import demo_process
from tsmf_live.sources.base import EndOfSource
from tsmf_live.sources.demo import CAMERA_HEIGHT_M, DemoSource, DemoSpec
from tsmf_live.sources.demo_process import LASTING, PICTURE_BYTES, DemoProcess


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("demo", DemoSpec()),
        ("demo:seed=7", DemoSpec(seed=7)),
        ("demo:persons=0", DemoSpec(persons=0)),
        ("demo:seed=1,persons=6,seconds=3.5,idle=0", DemoSpec(1, 6, None, 3.5, 0.0)),
        ("demo: seed=1 , actions=reading + Typing", DemoSpec(seed=1, actions=("reading", "typing"))),
        ("demo:actions=wear_a_shoe+WEAR-A-SHOE+wear a shoe", DemoSpec(actions=("wear a shoe",) * 3)),
        ("demo:actions=sneeze+cough+sneeze/cough", DemoSpec(actions=("sneeze/cough",) * 3)),
        ("demo:actions=idle", DemoSpec(actions=("idle",))),
        ("demo:actions=Kicking+squatting", DemoSpec(actions=EXTRA_ACTIONS)),
    ],
)
def test_spec_is_understood(spec: str, expected: DemoSpec) -> None:
    assert DemoSpec.parse(spec) == expected


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        ("demos", "demos"),
        ("demo:", "settings"),
        ("demo:seed", "seed"),
        ("demo:seed=1,", "settings"),
        ("demo:sed=1", "sed=1"),
        ("demo:seed=-1", "-1"),
        ("demo:seed=1.5", "1.5"),
        ("demo:seed=", "seed"),
        ("demo:seed=1,seed=2", "twice"),
        ("demo:persons=7", "from 0 to 6"),
        ("demo:persons=one", "one"),
        ("demo:seconds=0", "seconds"),
        ("demo:seconds=nan", "nan"),
        ("demo:idle=inf", "inf"),
        ("demo:idle=-1", "idle"),
        ("demo:actions=", "actions"),
        ("demo:actions=reading+", "actions"),
        ("demo:actions=juggling", "juggling"),
    ],
)
def test_bad_spec_is_refused_in_one_line(spec: str, named: str) -> None:
    with pytest.raises(UsageError) as refusal:
        DemoSource(spec)
    message = str(refusal.value)
    assert named in message
    assert "expected" in message
    assert "got" in message
    assert "\n" not in message


def frames(spec: str, count: int) -> list[SensorFrame]:
    source = DemoSource(spec)
    read = [source.read() for _ in range(count)]
    source.close()
    return read


def test_frames_keep_the_contract() -> None:
    source = DemoSource("demo:seed=3,persons=2")
    assert (source.info.kind, source.info.live, source.info.has_color) == ("demo", False, True)
    assert source.info.duration_s is None
    read = [source.read() for _ in range(12)]
    assert [frame.index for frame in read] == list(range(12))
    assert [frame.sensor_time_s for frame in read] == [index / 30.0 for index in range(12)]
    assert read[0].floor_plane == (0.0, 1.0, 0.0, CAMERA_HEIGHT_M)
    assert not np.shares_memory(read[0].color_bgra, read[1].color_bgra)
    ids = {tuple(body.tracking_id for body in frame.bodies) for frame in read}
    assert len(ids) == 1
    assert len(set(ids.pop())) == 2
    for body in read[-1].bodies:
        assert np.array_equal(body.color_xy, project_to_color(body.joints))
    source.close()
    source.close()
    with pytest.raises(EndOfSource):
        source.read()


def test_same_spec_gives_the_same_frames_and_another_seed_others() -> None:
    first, again = frames("demo:seed=1", 16), frames("demo:seed=1", 16)
    (other,) = frames("demo:seed=2", 1)
    for a, b in zip(first, again, strict=True):
        assert np.array_equal(a.bodies[0].joints, b.bodies[0].joints)
        assert np.array_equal(a.bodies[0].joint_state, b.bodies[0].joint_state)
    for index in (0, 15):
        assert np.array_equal(first[index].color_bgra, again[index].color_bgra)
    assert not np.array_equal(first[0].bodies[0].joints, other.bodies[0].joints)


def test_the_process_gives_the_same_frames_and_paints_over_none_that_is_in_use() -> None:
    source, own = DemoProcess("demo:seed=1,persons=2"), DemoSource("demo:seed=1,persons=2")
    kept = []
    try:
        for index in range(20):
            theirs, ours = source.read(), own.read()
            assert (theirs.index, theirs.sensor_time_s) == (ours.index, ours.sensor_time_s)
            assert all(np.array_equal(a.joints, b.joints) for a, b in zip(theirs.bodies, ours.bodies, strict=True))
            assert np.array_equal(theirs.color_bgra, ours.color_bgra)
            if index % 4 == 0:
                kept.append((theirs.color_bgra[400:600, 800:900], ours.color_bgra[400:600, 800:900].copy()))
        for view, was in kept:
            assert np.array_equal(view, was)
    finally:
        source.close()
    assert np.array_equal(*kept[-1])  # what was read stays readable
    source.close()
    with pytest.raises(EndOfSource):
        source.read()


def test_without_a_free_place_the_process_waits() -> None:
    source = DemoProcess("demo:persons=0")
    del source._free[:-5]
    try:
        kept = [source.read() for _ in range(5)]
        assert source.read() is None
        del kept[3]
        assert source.read().index == 5
    finally:
        source.close()


def test_a_process_that_is_gone_is_a_source_error_and_a_program_that_is_gone_ends_it() -> None:
    source = DemoProcess("demo:persons=0")
    source.read()
    source._process.kill()
    with pytest.raises(SourceError, match="start it again"):
        [source.read() for _ in range(5)]  # some were painted ahead
    source.close()
    source = DemoProcess("demo:persons=0")
    source.read()
    source._process.stdin.close()
    assert source._process.wait(timeout=20) == 0
    source.close()
    with pytest.raises(UsageError, match="seed"):
        DemoProcess("demo:seed=x")


def test_empty_room_has_a_picture_and_nobody() -> None:
    (frame,) = frames("demo:persons=0", 1)
    assert frame.bodies == ()
    assert frame.color_bgra.any()


def test_truth_follows_the_asked_actions_without_gaps() -> None:
    source = DemoSource("demo:actions=reading+typing,seconds=3,idle=1")
    truth = source.truth_until(13.0)
    assert [segment[2] for segment in truth] == [IDLE, "reading", IDLE, "typing", IDLE, "reading", IDLE]
    assert [segment[0] for segment in truth] == [0, 1, 4, 5, 8, 9, 12]
    assert [segment[1] for segment in truth] == [1, 4, 5, 8, 9, 12, 13]
    assert {segment[3] for segment in truth} == {0}
    assert source.truth_until(0.0) == ()


def test_truth_names_the_changes_of_posture_that_had_to_be_put_in() -> None:
    labels = [label for _, _, label, _ in DemoSource("demo:actions=sit_down,idle=0,seconds=3").truth_until(20)]
    assert labels[:4] == ["sit down", "stand up", "sit down", "stand up"]


@pytest.mark.parametrize("seed", range(6))
def test_who_has_sat_down_or_stood_up_soon_counts_as_doing_nothing(seed: int) -> None:
    (timeline,) = cast(seed, 1, ["sit down", "stand up"], action_s=8.0, idle_s=3.0)
    changes = [(start_s, end_s) for start_s, end_s, label in timeline.truth_until(40) if label != IDLE and end_s < 38]
    assert len(changes) >= 4
    for start_s, end_s in changes:
        times_s = np.arange(start_s, end_s + 2.5, 1 / 30)
        height_m = timeline.joints(times_s)[:, SPINE_BASE, 1]
        over_s = times_s[np.flatnonzero(np.abs(height_m - np.median(height_m[-20:])) > 0.08)[-1]]
        assert end_s - 2.8 < over_s < end_s - 0.5


def test_without_a_choice_everything_is_performed() -> None:
    (timeline,) = cast(0, 1, None, action_s=2.0, idle_s=0.0)
    assert {label for _, _, label in timeline.truth_until(100)} == set(ACTIONS)
    assert not set(EXTRA_ACTIONS) & set(ACTIONS)


def joints_over(timeline: Timeline, duration_s: float, rate_hz: float = 30.0) -> np.ndarray:
    return timeline.joints(np.arange(int(duration_s * rate_hz)) / rate_hz)


@pytest.mark.parametrize("seed", [0, 1])
def test_person_never_jumps_from_one_action_to_the_next(seed: int) -> None:
    (timeline,) = cast(seed, 1, None, action_s=4.0, idle_s=0.5)
    joints = joints_over(timeline, 80)
    assert np.linalg.norm(np.diff(joints, axis=0), axis=2).max() < 0.2  # 6 m/s


def test_object_is_in_the_hands_during_its_action_only() -> None:
    (timeline,) = cast(0, 1, ["drink water", "hand waving"], action_s=3.0, idle_s=2.0)
    kinds = [held.kind if (held := timeline.held(time_s)) else None for time_s in (1.0, 3.5, 6.5, 8.5, 13.5)]
    assert kinds == [None, "cup", None, None, "cup"]


def test_one_who_fell_gets_up_again() -> None:
    (timeline,) = cast(0, 1, ["falling"], action_s=5.0, idle_s=2.0)
    head_m = joints_over(timeline, 12, 10)[:, HEAD, 1] + CAMERA_HEIGHT_M
    assert head_m[69] < 0.6
    assert head_m[90] > 1.2


@pytest.mark.parametrize("persons", range(2, 7))
def test_people_keep_apart(persons: int) -> None:
    bases = np.stack([joints_over(timeline, 60, 5)[:, SPINE_BASE] for timeline in cast(persons, persons, None)])
    apart_m = np.linalg.norm(bases[:, None] - bases[None], axis=-1)
    apart_m[np.arange(persons), np.arange(persons)] = np.inf
    assert apart_m.min() > 0.5
    assert bases[:, :, 2].min() > 1.5
    assert bases[:, :, 2].max() < 4.9


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_more_memory_is_reserved_than_pictures_were_in_use_at_a_time(monkeypatch) -> None:
    """Windows takes what is reserved from its page file at once, used or not: there the memory comes in banks."""
    bank_places = 8
    monkeypatch.setattr(demo_process, "BANK_PLACES", bank_places)
    monkeypatch.setattr(demo_process, "BANK_BYTES", bank_places * PICTURE_BYTES)

    def reserved_bytes() -> int:
        lines = [line for line in Path("/proc/self/maps").read_text().splitlines() if "memfd:tsmf_live-demo" in line]
        return sum(
            int(end, 16) - int(start, 16) for start, _, end in (line.split()[0].partition("-") for line in lines)
        )

    source = DemoProcess("demo:persons=0")
    try:
        for _ in range(12):
            source.read()
        assert reserved_bytes() == LASTING * PICTURE_BYTES
        kept = [source.read() for _ in range(LASTING + 1)]
        assert LASTING * PICTURE_BYTES < reserved_bytes() <= (LASTING + bank_places) * PICTURE_BYTES
        assert [int(frame.color_bgra.any()) for frame in kept] == [1] * (LASTING + 1)
    finally:
        source.close()
    assert kept[-1].color_bgra.any()
    del kept
    assert reserved_bytes() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")
def test_pictures_that_are_kept_open_no_more_files():
    source = DemoProcess("demo:persons=0")
    try:
        source.read()
        before = len(list(Path("/proc/self/fd").iterdir()))
        kept = [source.read() for _ in range(LASTING + 1)]
        assert len(list(Path("/proc/self/fd").iterdir())) == before
        del kept
    finally:
        source.close()
