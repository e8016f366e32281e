"""Who was in view before a take began is hidden in it: the blur remembers from the source's start, not the take's."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest
from test_privacy import NOISE, assert_gone, frame_of, head_pixels, person

from tsmf_live.frames import SensorFrame
from tsmf_live.recording.recorder import RecordPlan, RecordWork
from tsmf_live.recording.take_queue import TakeQueue
from tsmf_live.recording.writer import TakeSettings
from tsmf_live.ring import Ring
from tsmf_live.sessions.blur import UNKNOWN, blur
from tsmf_live.sources.replay import ReplaySource

PERSON = person((-0.4, 0, 2.5))
HEAD = head_pixels(PERSON)


class Room:
    """A recorder without a thread, and the frames it is given: somebody is tracked, or nobody."""

    def __init__(self, plan: RecordPlan | None = None) -> None:
        stopping = threading.Event()
        self.takes = TakeQueue(lossless=False, stopping=stopping)
        events: Ring = Ring(9, lossless=False, stopping=stopping)
        self.work = RecordWork(self.takes, events, lambda: {"source": "test"}, plan, lambda: None)
        self.work.set_up()

    def show(self, time_s: float, *bodies, **changes: object) -> None:
        frame: SensorFrame = replace(frame_of(time_s, *bodies, color=None), **changes)
        self.takes.put(frame)
        while len(self.takes):
            self.work.step()

    def end(self) -> None:
        self.work.tear_down()
        assert self.work.errors == []


def first_picture(folder):
    source = ReplaySource(folder)
    try:
        return source.read().color_bgra
    finally:
        source.close()


def is_hidden(color_bgra) -> bool:
    try:
        assert_gone(color_bgra, HEAD)
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize("before_s", [0.1, 1.9])
def test_a_person_lost_before_the_take_begins_is_hidden_in_it(before_s, tmp_path):
    room = Room()
    room.show(10.0, PERSON)
    room.takes.begin(TakeSettings(tmp_path / "take", privacy="blur", codec="ffv1"))
    room.show(10.0 + before_s, color_bgra=NOISE)
    room.end()
    assert is_hidden(first_picture(tmp_path / "take"))


def test_longer_ago_than_two_seconds_is_not_hidden(tmp_path):
    room = Room()
    room.show(10.0, PERSON)
    room.takes.begin(TakeSettings(tmp_path / "take", privacy="blur", codec="ffv1"))
    room.show(12.1, color_bgra=NOISE)
    room.end()
    assert not is_hidden(first_picture(tmp_path / "take"))


def test_a_person_lost_in_another_take_or_between_two_is_hidden_in_the_next(tmp_path):
    room = Room()
    room.takes.begin(TakeSettings(tmp_path / "first"))  # one that hides nobody
    room.show(1.0, PERSON)
    room.takes.end()
    room.show(2.0)
    room.takes.begin(TakeSettings(tmp_path / "second", privacy="blur", codec="ffv1"))
    room.show(2.5, color_bgra=NOISE)
    room.end()
    assert is_hidden(first_picture(tmp_path / "second"))


def test_a_person_lost_in_the_pause_of_a_plan_is_hidden_in_the_next_take(tmp_path):
    take = TakeSettings(tmp_path / "study", privacy="blur", codec="ffv1")
    room = Room(RecordPlan(take, count=2, seconds=1.0, pause_s=1.0))
    for time_s, *bodies in ((0.0,), (0.9,), (1.0, PERSON), (1.5,)):  # the second take begins 1 s after 1.0
        room.show(time_s, *bodies)
    room.show(2.1, color_bgra=NOISE)
    room.end()
    assert is_hidden(first_picture(tmp_path / "study" / "take-002"))


def test_a_person_whom_a_player_shows_before_its_goal_only_is_hidden_after_it(tmp_path):
    room = Room()
    room.takes.begin(TakeSettings(tmp_path / "take", privacy="blur", codec="ffv1"))
    room.show(5.0, PERSON, preroll=True)
    room.show(5.5, color_bgra=NOISE)
    room.end()
    assert is_hidden(first_picture(tmp_path / "take"))


def test_a_person_whose_frames_were_lost_is_hidden(tmp_path, monkeypatch):
    room = Room()
    room.takes.begin(TakeSettings(tmp_path / "take", privacy="blur", codec="ffv1"))
    monkeypatch.setattr("tsmf_live.recording.take_queue.FRAMES", 1)
    room.takes.put(frame_of(1.0, PERSON, color=None))  # there is no room: the order to begin still waits
    assert room.takes.lost == 1
    room.show(1.5)
    room.show(2.0, color_bgra=NOISE)
    room.end()
    assert is_hidden(first_picture(tmp_path / "take"))


def test_blurring_afterwards_knows_whom_the_sensor_had_lost_before_the_take(tmp_path):
    room = Room()
    room.show(10.0, PERSON)
    room.takes.begin(TakeSettings(tmp_path / "take", codec="ffv1"))
    room.show(11.0, color_bgra=NOISE)
    room.end()
    assert not is_hidden(first_picture(tmp_path / "take"))
    assert UNKNOWN not in blur(tmp_path / "take")
    assert is_hidden(first_picture(tmp_path / "take"))


@pytest.mark.parametrize("value", [None, 7, [[1, 2]], [[[0, 0, 1], 1.0, 1.0]], [[[0, 0, 1, "x"], 1.0, 1.0]], "abc"])
def test_blurring_afterwards_says_so_where_that_is_not_known(value, tmp_path):
    room = Room()
    room.takes.begin(TakeSettings(tmp_path / "take", codec="ffv1"))
    room.show(11.0, color_bgra=NOISE)
    room.end()
    path = tmp_path / "take" / "session.json"
    description = json.loads(path.read_text())
    assert description.pop("lost_before") == []
    path.write_text(json.dumps(description if value is None else description | {"lost_before": value}))
    assert UNKNOWN in blur(tmp_path / "take")


def test_one_number_twice_in_a_frame_is_two_people(tmp_path):
    room = Room()
    other = person((0.8, 0, 3.0), tracking_id=PERSON.tracking_id)
    room.show(1.0, PERSON, other)
    room.takes.begin(TakeSettings(tmp_path / "take", privacy="blur", codec="ffv1"))
    room.show(1.1, color_bgra=NOISE)
    room.end()
    color_bgra = first_picture(tmp_path / "take")
    assert is_hidden(color_bgra)
    assert_gone(color_bgra, head_pixels(other))
