"""A chair that the sensor takes for somebody gets no label; a person, however they lie or sit, is one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import run_live
from tests.fakes import recordings
from tests.fakes.clips import COUNT, events, frames_of, person
from tests.fakes.people import body_of
from tests.fakes.recordings import DATA
from tests.measure import persons as measure_persons
from train.prepare.bodies import Bodies, choose
from tsmf_live.live.pose import PoseTracker
from tsmf_live.live.posture import Likeness, can_be_person


def furniture(scale: tuple[float, float, float], noise_m: float = 0.003, x_m: float = 0.3) -> np.ndarray:
    """A person's joints squashed towards the spine base, and without any movement but the sensor's noise."""
    first = person(x_m=x_m)[0]
    still = np.repeat(((first - first[0]) * scale + first[0])[None], COUNT, axis=0)
    return (still + np.random.default_rng(1).normal(0, noise_m, still.shape)).astype(np.float32)


@pytest.mark.parametrize(
    "scale", [(1, 0.1, 1), (1, 0.25, 1), (1, 0.4, 1), (0.2, 0.2, 0.2), (0.4, 0.4, 0.4), (2, 2, 2), (1.5, 0.2, 1.5)]
)
@pytest.mark.parametrize("noise_m", [0.0, 0.003, 0.006])
def test_a_squashed_or_tiny_or_huge_body_is_no_person(scale, noise_m, tmp_path):
    assert not can_be_person(furniture(scale, noise_m))


def test_it_is_shown_but_gets_no_label_no_event_and_no_part_in_the_scene(tmp_path, capsys):
    path = recordings.write_ntu(tmp_path / "a.skeleton", frames_of(furniture((1, 0.2, 1))))
    assert run_live.main(["--source", str(path), "--headless", "--speed", "max", "--no-color", "--json", "-"]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert not [one for one in said if one["type"] == "event"]
    predictions = [one for one in said if one["type"] == "prediction"]
    assert all(one["label"] is None for one in predictions)
    last = predictions[-1]
    assert (last["state"], last["top5"], last["note"]) == ("idle", [], "nobody in view that can be a person")
    (body,) = last["bodies"]
    assert (body["id"], body["label"], body["confidence"]) == (0, None, 0.0)


def test_the_scene_is_that_of_the_persons_alone(tmp_path, capsys):
    def scene(name: str, *clips: np.ndarray) -> list:
        frames = [
            frame.__class__(i, i / 30, 0.0, None, tuple(body_of(clip[i], 7 + k) for k, clip in enumerate(clips)))
            for i, frame in enumerate(frames_of(clips[0]))
        ]
        path = recordings.write_ntu(tmp_path / name, frames)
        run_live.main(["--source", str(path), "--headless", "--speed", "max", "--no-color", "--json", "-"])
        said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [one for one in said if one["type"] == "prediction"][-1]

    alone = scene("alone.skeleton", person())
    beside = scene("beside.skeleton", person(), furniture((1, 0.2, 1), x_m=1.5))
    assert dict(beside["teacher"]) == pytest.approx(dict(alone["teacher"]), abs=1e-4)  # of another batch's size
    assert [body["label"] for body in beside["bodies"]] == [None, None]


def test_mistakes_of_a_few_frames_refuse_nobody():
    clip = person()
    clip[::20] = furniture((1, 0.2, 1))[::20]
    clip[40:52] = furniture((1, 0.2, 1))[40:52]
    likeness = Likeness()
    assert all(likeness.look(joints, i / 30) for i, joints in enumerate(clip))


@pytest.mark.parametrize("rate_hz", [6, 15, 30])
def test_somebody_who_sits_still_for_minutes_is_a_person_and_a_chair_is_refused_within_a_second(rate_hz):
    still, chair = np.repeat(person()[:1], 2, axis=0), furniture((1, 0.25, 1))
    likeness = Likeness()
    assert all(likeness.look(still[0], i / rate_hz) for i in range(120 * rate_hz))
    other = Likeness()
    verdicts = [other.look(chair[i], i / rate_hz) for i in range(3 * rate_hz)]
    assert verdicts[0]
    assert not any(verdicts[rate_hz + 1 :])
    back = [other.look(person()[i % COUNT], 3 + i / rate_hz) for i in range(3 * rate_hz)]
    assert back[-1], "what turns out to be a person is one again"


def test_the_pose_stage_says_who_is_a_person():
    tracker = PoseTracker("fixed")
    frames = frames_of(furniture((1, 0.2, 1)))
    told = [tracker.track(frame).persons[0].is_person for frame in frames]
    assert told[0]
    assert not told[-1]


def test_training_leaves_it_out_beside_a_person_and_keeps_who_lies():
    lying = person()[:, :, [1, 0, 2]]  # wider than high
    clips = [furniture((1, 0.2, 1), 0.006), lying, person(5)]
    joints = np.concatenate(clips)
    frames, ids = np.tile(np.arange(COUNT), 3), np.repeat([1, 2, 3], COUNT)
    bodies = Bodies(frames, ids, joints, np.full(joints.shape[:2], 2, np.uint8), None, COUNT)
    candidates = [np.flatnonzero(ids == one) for one in (1, 2, 3)]
    assert set(choose(bodies, candidates)) == {1, 2}
    assert choose(bodies, candidates[:1]) == [0]


@pytest.mark.skipif(not DATA.is_dir(), reason="no shared data")
@pytest.mark.parametrize("name", ["people/AzureWard.pkl", "people/KinderGator.pkl", "ntu_skeleton", "florence3d"])
def test_no_real_person_is_refused(name):
    """All sets: python tests/measure/persons.py ../shared/data."""
    path, every = Path(DATA / name), 40 if name.endswith("pkl") else 1
    clips = [clip for number, clip in enumerate(measure_persons.clips(path, {})) if number % every == 0]
    assert len(clips) > 9
    assert [measure_persons.refused_frames(joints, rate_hz) for rate_hz, joints in clips] == [0] * len(clips)


def test_no_event_of_a_chair_that_was_a_person_before(tmp_path, capsys):
    clip = np.concatenate([person(), *[furniture((1, 0.3, 1))] * 2])
    told = events(recordings.write_ntu(tmp_path / "a.skeleton", frames_of(clip)), capsys)
    assert all(event["end_s"] < 3 + 2 for event in told), "a label does not last on it"


def test_the_window_says_so_beside_the_body():
    from tsmf_live.gui.picture.chips import person_text

    assert person_text(1, None, is_person=False) == "2 · not taken for a person"
    assert person_text(1, None) == "2"
