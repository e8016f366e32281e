"""Several people: one landmarker each, a number that stays, newcomers, and the lost ones."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes.cameras import FakeLandmarker, people_picture
from tsmf_live.sources.camera.lens import Framing
from tsmf_live.sources.camera.people import LOST_S, People

FRAMING = Framing((1920, 1080), 60)


@pytest.fixture
def people():
    made = []

    def make(follows: bool) -> FakeLandmarker:
        made.append(FakeLandmarker(None, follows))
        return made[-1]

    people = People(FRAMING.lens, make)
    yield people
    people.close()
    assert all(landmarker.closed for landmarker in made)


def see(people: People, time_s: float, *places: tuple[float, float, float]) -> dict[int, float]:
    """Number -> where the hips are across the picture, as a share of its width, not mirrored."""
    found = people.find(FRAMING.fit(people_picture((1920, 1080), *places)), time_s)
    return {number: 1 - one.xy[[23, 24], 0].mean() / 1920 for number, one in found}


def test_everybody_is_found_at_once_and_keeps_the_number(people):
    for k in range(40):
        shift = 0.004 * k
        found = see(people, k / 30, (0.2 + shift, 0.5, 0.6), (0.7 - shift, 0.5, 0.6))
        if k == 0:
            first = found
            assert sorted(first) == [1, 2]
            left = min(first, key=first.get)
        assert sorted(found) == [1, 2]
        assert found[left] == pytest.approx(0.2 + shift, abs=0.01)


def test_left_and_right_are_the_persons_own(people):
    ((_, landmarks),) = people.find(FRAMING.fit(people_picture((1920, 1080), (0.4, 0.5, 0.6))), 0.0)
    assert landmarks.xy[12, 0] > landmarks.xy[11, 0]  # mirrored picture: the right shoulder is on the right
    assert landmarks.world[12, 0] > landmarks.world[11, 0]


def test_a_newcomer_is_found_within_a_few_looks(people):
    for k in range(90):
        found = see(people, k / 30, (0.2, 0.5, 0.6), *([(0.75, 0.5, 0.6)] if k >= 10 else []))
    assert sorted(found) == [1, 2]


def test_somebody_lost_for_a_moment_keeps_the_number_and_later_is_new(people):
    see(people, 0.0, (0.3, 0.5, 0.6))
    assert see(people, 0.1) == {}
    assert list(see(people, 0.2, (0.32, 0.5, 0.6))) == [1]
    for k in range(1, 5 * round(LOST_S) + 4):
        assert see(people, 0.2 + 0.2 * k) == {}
    assert list(see(people, 0.4 + 0.2 * k, (0.32, 0.5, 0.6))) == [2]


def test_nobody_is_followed_over_a_gap_or_back_in_time(people):
    see(people, 5.0, (0.3, 0.5, 0.6))
    assert list(see(people, 9.0, (0.3, 0.5, 0.6))) == [2]
    assert list(see(people, 1.0, (0.3, 0.5, 0.6))) == [3]


def test_no_two_follow_one_person(people):
    """Two who walk into one another become one figure; it is followed once."""
    for k in range(41):  # and stand at one place in the end
        shift = 0.005 * k
        found = see(people, k / 30, (0.3 + shift, 0.5, 0.6), (0.7 - shift, 0.5, 0.6))
    assert len(found) == 1


def test_no_more_than_six_people(people):
    places = [(0.06 + 0.125 * k, 0.5, 0.25) for k in range(8)]
    for k in range(60):
        found = see(people, k / 30, *places)
    assert len(found) == 6
    assert sorted(found) == [1, 2, 3, 4, 5, 6]


def test_no_more_people_than_asked_for_and_nobody_is_looked_for_when_all_are_there(monkeypatch):
    looks, find = [], FakeLandmarker.find
    monkeypatch.setattr(FakeLandmarker, "find", lambda *args: looks.append(args[0].follows) or find(*args))
    people = People(FRAMING.lens, lambda follows: FakeLandmarker(None, follows), most=1)
    see(people, 0.0, (0.2, 0.5, 0.3), (0.7, 0.5, 0.6))
    looks.clear()
    seen = [see(people, k / 10, (0.2, 0.5, 0.3), (0.7, 0.5, 0.6)) for k in range(1, 30)]
    assert all(list(found) == [1] for found in seen)
    assert looks == [True] * 29  # by the one who follows, never by the one who finds newcomers
    gone = [see(people, 3 + k / 10) for k in range(12)]
    assert not any(gone)
    again = [see(people, 4.3 + k / 2, (0.2, 0.5, 0.3)) for k in range(len(people._parts))]
    assert list(again[-1]) == [2]  # there is room again
    people.close()


def test_pixels_are_those_of_the_1080p_picture_whatever_the_videos_shape():
    framing = Framing((480, 640), 60)
    people = People(framing.lens, lambda follows: FakeLandmarker(None, follows))
    ((_, landmarks),) = people.find(framing.fit(people_picture((480, 640), (0.25, 0.5, 0.5))), 0.0)
    people.close()
    left, top, right, bottom = framing.lens.box
    hips = landmarks.xy[[23, 24]].mean(axis=0)
    assert hips[0] == pytest.approx(right - 0.25 * (right - left), abs=3)
    assert top + 0.4 * (bottom - top) < hips[1] < top + 0.6 * (bottom - top)
    assert np.isfinite(landmarks.world).all()
