"""With more than two people in view the scene's label is that of those who act; with one or two nothing changes."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from tests.fakes.networks import random_model
from tests.fakes.poses import person_at, pose_at
from tsmf_live.frames import Prediction
from tsmf_live.live.inference import EventTracker, InferenceWork
from tsmf_live.live.recognizer import PersonReading, Reading
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.ring import Ring

LABELS = ("wave", "drink", "idle")
QUIET, WAVES, DRINKS = (0.02, 0.03, 0.95), (0.95, 0.02, 0.03), (0.01, 0.97, 0.02)
NOTHING = np.zeros(25, np.float32)


def reading(time_s: float, people: list[tuple[float, float, float]], together: tuple[int, ...] = ()) -> Reading:
    """What a recognizer says of such people, all seen for long; the scene's own is their mean."""
    persons = tuple(
        PersonReading(slot, 0, 100 + slot, np.array(said), NOTHING, 90, np.log(said))
        for slot, said in enumerate(people)
    )
    mean = np.mean(people, axis=0)
    return Reading((0.0, time_s), 90, persons, mean, np.log(mean), None, None, None, None, together, 1.0, None)


def told(narrator: EventTracker, *steps: tuple[float, list], together: tuple[int, ...] = ()) -> list[Prediction]:
    """The last prediction of each step of (seconds, people)."""
    said, index = [], 0
    for seconds, people in steps:
        for _ in range(round(10 * seconds)):
            pose = pose_at(index, *(person_at(index, slot) for slot in range(len(people))), time_s=index / 10)
            last = narrator.update(pose, reading(index / 10, people, together))
            index += 1
        said.append(last)
    return said


def narrator(**settings: object) -> EventTracker:
    return EventTracker(Spec(**({"labels": LABELS, "idle": "idle", "smoothing_s": 0.3} | settings)))


@pytest.mark.parametrize("who", range(6))
def test_whoever_acts_among_six_is_what_the_scene_says(who):
    people = [WAVES if slot == who else QUIET for slot in range(6)]
    (said,) = told(narrator(), (2, people))
    assert (said.state, said.label) == ("action", "wave")
    assert said.confidence == said.persons[who].confidence > 0.9
    assert said.top5[0] == ("wave", pytest.approx(said.confidence))
    assert said.teacher[0][0] == "wave"


def test_of_several_the_most_certain_one_counts_and_does_not_change_for_a_little():
    quiet, drinks, wave_more = (QUIET,) * 4, (0.05, 0.90, 0.05), (0.93, 0.02, 0.05)
    said = told(
        narrator(), (2, [QUIET, drinks, *quiet]), (2, [wave_more, drinks, *quiet]), (2, [wave_more, QUIET, *quiet])
    )
    assert [one.label for one in said] == ["drink", "drink", "wave"]


def test_nobody_acts_nothing_happens():
    (said,) = told(narrator(), (2, [QUIET] * 4))
    assert (said.state, said.label) == ("idle", None)
    assert said.confidence == pytest.approx(0.95)


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("together", [False, True])
def test_of_one_or_two_it_is_the_mean_as_ever(count, together):
    people = [WAVES, QUIET][:count]
    (said,) = told(narrator(smoothing_s=0.0), (2, people), together=tuple(range(count)) if together else ())
    assert dict(said.top5) == pytest.approx(dict(zip(LABELS, np.mean(people, axis=0), strict=True)))
    assert said.state == ("action" if count == 1 else "idle")


def test_of_whom_too_little_was_seen_no_label_is_given():
    one, pose = narrator(), pose_at(0, person_at(0), person_at(0, 1))
    said = reading(0.0, [WAVES, WAVES])
    hidden, seen = (replace(person, coverage=share) for person, share in zip(said.persons, (0.3, 0.9), strict=True))
    first = one.update(pose, replace(said, persons=(hidden, seen)))
    assert [(p.label, p.withheld, p.coverage) for p in first.persons] == [(None, True, 0.3), ("wave", False, 0.9)]
    assert (first.label, first.note) == ("wave", None)
    last = one.update(pose_at(1, person_at(1), time_s=0.1), replace(reading(0.1, [WAVES]), persons=(hidden,)))
    assert (last.state, last.label, last.note) == ("idle", None, "too little of the people was seen")


@pytest.mark.parametrize(("label", "slots"), [("wave", [0, 1]), ("hugging other person", [None])])
def test_what_two_do_together_is_the_scenes_event_and_what_each_does_is_their_own(label, slots):
    one = narrator(labels=(label, "drink", "idle"))
    told(one, (2, [WAVES, WAVES]), (2, [QUIET, QUIET]), together=(0, 1))
    assert [(event.label, event.slot) for event in one.take_events()] == [(label, slot) for slot in slots]


def test_the_scene_follows_the_person_whom_the_user_has_chosen():
    one, pose = narrator(), pose_at(0, *(person_at(0, slot) for slot in range(3)))
    said = reading(0.0, [WAVES, DRINKS, QUIET])
    assert [one.update(pose, replace(said, focus=focus)).label for focus in (1, 2, None, 0)] == [
        "drink", None, "drink", "wave"
    ]  # fmt: skip


def test_in_a_crowd_the_events_are_the_persons_own():
    one = narrator()
    told(one, (2, [WAVES, QUIET, DRINKS]), (2, [QUIET] * 3), together=(0, 1))
    assert sorted((event.label, event.slot) for event in one.take_events()) == [("drink", 2), ("wave", 0)]


def test_a_third_who_comes_and_goes_leaves_the_scene_whole():
    one = narrator()
    said = told(one, (2, [WAVES, WAVES]), (1, [WAVES, WAVES, QUIET]), (2, [WAVES, WAVES]), together=(0, 1))
    assert [each.label for each in said] == ["wave"] * 3


def test_a_choice_that_is_made_while_another_model_takes_over_stays(monkeypatch):
    ring: Ring = Ring(100, lossless=True, stopping=threading.Event())
    model = random_model(window_frames=15)
    model.student = None
    work = InferenceWork(model, ring, lambda item: None, [], lossless=True)
    before = work.recognizer
    from tsmf_live.live import inference

    def slowly(*arguments: object, **settings: object) -> object:
        made = real(*arguments, **settings)
        before.feedback.focus = 2  # the user clicks on somebody while the new recognizer is made
        return made

    real = inference.Recognizer
    monkeypatch.setattr(inference, "Recognizer", slowly)
    work.swap(model, False, from_index=0)
    ring.put(pose_at(0, person_at(0)))
    work.step()
    assert work.recognizer is not before
    assert work.recognizer.feedback.focus == 2
