"""No face that the sensor tracks survives in a recording that hides faces."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes.people import (
    NOISE,
    STRIPES,
    assert_gone,
    frame_of,
    head_pixels,
    noise,
    person,
    session,
)
from tests.fakes.recordings import assert_same_bodies, play
from tsmf_live.camera import project_to_color
from tsmf_live.frames import Body, RecordingError, SensorFrame, UsageError
from tsmf_live.recording.blur import blur
from tsmf_live.recording.folder import read_description
from tsmf_live.recording.privacy import WHOLE_PICTURE, HiddenBoxes, blurred, face_box, head_box, whole_box, with_hidden
from tsmf_live.recording.strip import strip
from tsmf_live.recording.tables import read_events
from tsmf_live.sessions.__main__ import main
from tsmf_live.skeleton import HEAD, INFERRED, NOT_TRACKED
from tsmf_live.sources.replay import ReplaySource

LEGS = range(12, 20)


def random_person(rng: np.random.Generator) -> Body:
    place = rng.uniform((-2.5, -1, 0.8), (2.5, 1, 4.5))
    return person(place, lean=rng.uniform(-np.pi, np.pi), turn=rng.uniform(-np.pi, np.pi))


def seen_badly(body: Body, way: str, rng: np.random.Generator) -> Body:
    """What a sensor may make of a person."""
    joints = body.joints + rng.normal(0, 0.02, (25, 3)).astype(np.float32)
    state, color_xy = body.joint_state.copy(), project_to_color(joints)
    if way == "head guessed":
        joints[HEAD] += rng.uniform(-0.5, 0.5, 3)
        color_xy[HEAD], state[HEAD] = project_to_color(joints[HEAD]), INFERRED
    elif way == "head lost":
        joints[HEAD], color_xy[HEAD], state[HEAD] = joints[2], np.nan, NOT_TRACKED
    elif way == "head not mapped":
        color_xy[HEAD] = np.nan
    elif way == "head behind the sensor":
        joints[HEAD, 2] = rng.uniform(-2, 0)
    elif way == "head far away":
        joints[HEAD] += (3, 0, 0)
        color_xy[HEAD] = project_to_color(joints[HEAD])
    elif way == "only legs":
        lost = [joint for joint in range(25) if joint not in LEGS]
        joints[lost], color_xy[lost], state[lost] = rng.uniform(-1, 1, (len(lost), 3)), np.nan, NOT_TRACKED
    elif way == "all guessed":
        state[:] = INFERRED
    elif way == "nothing":
        state[:] = NOT_TRACKED
    return Body(body.tracking_id, joints, state, color_xy, body.orientations)


WAYS = ("well", "head guessed", "head lost", "head not mapped", "head behind the sensor", "head far away", "only legs",
        "all guessed", "nothing")  # fmt: skip


def covered(boxes) -> np.ndarray:
    """(1080, 1920) bool: pixels that lie wholly in a box."""
    mask = np.zeros((1080, 1920), bool)
    for left, top, right, bottom in boxes:
        x0, y0 = max(int(np.ceil(left)), 0), max(int(np.ceil(top)), 0)
        mask[y0 : max(int(bottom), 0), x0 : max(int(right), 0)] = True
    return mask


class FaceBlur:
    """Frames as the recorder writes them."""

    def __init__(self) -> None:
        self.boxes = HiddenBoxes()

    def apply(self, frame: SensorFrame) -> SensorFrame:
        return with_hidden(frame, self.boxes.at(frame.bodies, frame.sensor_time_s))


@pytest.mark.parametrize("people", [12, pytest.param(200, marks=pytest.mark.long)])
@pytest.mark.parametrize("way", WAYS)
def test_the_head_is_hidden_however_badly_it_is_seen(way, people):
    rng = np.random.default_rng(WAYS.index(way))
    for _ in range(people):
        true = random_person(rng)
        seen = seen_badly(true, way, rng)
        boxes = HiddenBoxes().at([seen], 0.0)
        assert not (head_pixels(true) & ~covered(boxes)).any()
    hidden = FaceBlur().apply(frame_of(0.0, seen))
    assert_gone(hidden.color_bgra, head_pixels(true))
    whole = HiddenBoxes(whole_box).at([seen], 0.0)
    assert not (head_pixels(true) & ~covered(whole)).any()


def test_a_head_that_is_well_seen_hides_little_and_a_lost_one_the_person():
    body = person((0.3, 0, 2.5))
    left, top, right, bottom = head_box(body)
    assert right - left < 280
    assert face_box(body) == (left, top, right, bottom)
    guessed = seen_badly(body, "head lost", np.random.default_rng(0))
    assert head_box(guessed) is None
    feet_y = body.color_xy[15, 1]
    assert face_box(guessed)[3] > feet_y
    assert face_box(seen_badly(body, "nothing", np.random.default_rng(0))) == WHOLE_PICTURE


def test_outside_the_boxes_the_picture_stays_and_the_same_picture_gives_the_same():
    frame = frame_of(0.0, person((0, 0, 2.0)))
    hidden = FaceBlur().apply(frame).color_bgra
    changed = (hidden != NOISE).any(axis=2)
    left, top, right, bottom = head_box(frame.bodies[0])
    changed[int(top) : int(bottom) + 1, int(left) : int(right) + 1] = False
    assert not changed.any()
    assert np.array_equal(hidden, FaceBlur().apply(frame).color_bgra)
    assert np.array_equal(frame.color_bgra, noise())  # the frame itself belongs to others as well


def test_only_averages_of_large_cells_are_left():
    """Two pictures whose cells have equal averages look the same afterwards."""
    box = (400.0, 300.0, 720.0, 620.0)
    one, other = NOISE.copy(), NOISE.copy()
    cells = other[300:620, 400:720].reshape(4, 80, 4, 80, 4)
    other[300:620, 400:720] = cells[:, ::-1, :, ::-1].reshape(320, 320, 4)
    assert not np.array_equal(one, other)
    assert np.array_equal(blurred(one, [box]), blurred(other, [box]))


def test_nobody_in_view_and_no_colour_change_nothing():
    apply = FaceBlur().apply
    empty = frame_of(0.0)
    assert apply(empty) is empty
    blind = frame_of(0.1, person((0, 0, 2)), color=None)
    assert apply(blind) is blind


def test_a_lost_person_stays_hidden_for_two_seconds_also_while_walking_on():
    blur_ = FaceBlur()
    place = np.array((0.0, 0.0, 2.5))
    blur_.apply(frame_of(0.0, person(place), color=None))  # its picture was lost: it counts all the same
    for k in range(1, 13):
        time_s = k / 6
        walked = person(place + np.array([0.45 * time_s, 0, 0]))
        assert_gone(blur_.apply(frame_of(time_s)).color_bgra, head_pixels(walked))
    late = frame_of(2.2)
    assert blur_.apply(late) is late


def test_who_comes_back_under_another_number_is_hidden_at_both_places():
    blur_ = FaceBlur()
    before, after = person((-0.8, 0, 2.5)), person((0.8, 0, 3), tracking_id=8)
    blur_.apply(frame_of(0.0, before))
    hidden = blur_.apply(frame_of(1.0, after)).color_bgra
    assert_gone(hidden, head_pixels(before) | head_pixels(after))


def test_a_picture_a_moment_older_or_newer_than_the_joints_is_covered():
    blur_ = FaceBlur()
    first, second, third = (person((x, 0, 2.0)) for x in (0.0, 0.12, 0.24))  # 3.6 m/s
    blur_.apply(frame_of(0.0, first))
    hidden = blur_.apply(frame_of(1 / 30, second)).color_bgra
    assert_gone(hidden, head_pixels(first) | head_pixels(second) | head_pixels(third))


def is_striped(color_bgra: np.ndarray) -> bool:
    return np.abs(color_bgra[::8, :, :3].astype(int) - STRIPES[::8, :, :3]).mean() < 5


def test_blurring_afterwards_begins_before_a_person_is_tracked(tmp_path, capsys):
    recorded = session(tmp_path / "take")
    assert main(["blur", str(tmp_path / "take")]) == 0
    said = capsys.readouterr().out
    assert "color.original.mkv" in said
    assert "does not track" in said or "did not track" in said
    source = ReplaySource(tmp_path / "take")
    played, error = play(source)
    assert (error, source.warnings) == (None, [])
    head = head_pixels(recorded[5].bodies[0])
    for i, frame in enumerate(played):
        if 1 <= i <= 10:  # 2 s before frame 5 to 2 s after frame 6
            assert_gone(frame.color_bgra, head)
        else:
            assert is_striped(frame.color_bgra)
        assert_same_bodies(frame.bodies, recorded[i].bodies)
        assert frame.sensor_time_s == recorded[i].sensor_time_s
    assert read_description(tmp_path / "take")["privacy"] == "blur"
    assert main(["blur", str(tmp_path / "take"), "--remove-original"]) == 0
    assert "blurred before" in capsys.readouterr().out
    assert not list((tmp_path / "take").glob("*original*"))


def test_stripping_takes_one_person_out_and_leaves_the_other(tmp_path):
    recorded = session(tmp_path / "take", second=True)
    events = tmp_path / "take" / "events.csv"
    events.write_text(events.read_text() + "0.0,1.0,wave,0.9,1,prediction\n2.4,3.1,fall,0.9,,prediction\n")
    with pytest.raises(UsageError, match="no person 9; there are 7, 8"):
        strip(tmp_path / "take", {9})
    said = strip(tmp_path / "take", {7}, remove_original=True)
    assert said == "1 person and 1 event removed"
    source = ReplaySource(tmp_path / "take")
    played, error = play(source)
    assert (error, source.warnings) == (None, [])
    left, top, right, bottom = (int(side) for side in whole_box(recorded[5].bodies[0]))
    for i, frame in enumerate(played):
        assert_same_bodies(frame.bodies, tuple(b for b in recorded[i].bodies if b.tracking_id == 8))
        box = frame.color_bgra[max(top, 0) + 1 : bottom, left + 1 : right, :3]
        assert (np.percentile(box, 99) < 10) == (1 <= i <= 10)
        assert is_striped(frame.color_bgra) != (1 <= i <= 10)
    assert [event.label for event in read_events(tmp_path / "take")] == ["wave"]
    description = read_description(tmp_path / "take")
    assert (description["privacy"], description["persons_stripped"]) == ("strip", 1)
    assert main(["verify", str(tmp_path / "take")]) == 0
    assert not list((tmp_path / "take").glob("*original*"))
    assert not list((tmp_path / "take").glob("*.new"))


def strip_7(folder) -> str:
    return strip(folder, {7})


@pytest.mark.parametrize(
    ("what", "where"),
    [
        (blur, "write"),
        (strip_7, "replace"),
        pytest.param(blur, "replace", marks=pytest.mark.long),
        pytest.param(strip_7, "write", marks=pytest.mark.long),
    ],
)
def test_when_it_cannot_be_written_the_session_is_as_it_was(what, where, tmp_path, monkeypatch):
    session(tmp_path / "take")
    before = {path.name: path.read_bytes() for path in (tmp_path / "take").iterdir()}

    def full(*args, **settings):
        raise OSError(28, "No space left on device")

    if where == "write":
        monkeypatch.setattr("tsmf_live.recording.color_file.ColorFile.write", full)
    else:
        monkeypatch.setattr("tsmf_live.files.os.replace", full)
    with pytest.raises(RecordingError, match="No space left"):
        what(tmp_path / "take")
    monkeypatch.undo()
    for name, content in before.items():
        assert (tmp_path / "take" / name).read_bytes() == content
    assert what(tmp_path / "take")  # and it can be done again
    assert "off" not in read_description(tmp_path / "take")["privacy"]


def test_numbers_that_no_sensor_gives_hide_something_finite_without_a_warning():
    rng = np.random.default_rng(0)
    wild = np.array([0, 1, -1, 2.5, 1e5, -1e5, 1e20, -1e20, 3e38, -3e38, 1e-38], np.float32)
    hidden = {box_of: HiddenBoxes(box_of) for box_of in (face_box, whole_box)}
    for number in range(300):
        joints = rng.choice(wild, (25, 3)) if number % 2 else rng.normal((0, 0, 2), 0.5, (25, 3)).astype(np.float32)
        color_xy = rng.choice(np.append(wild, np.float32(np.nan)), (25, 2))
        state = rng.integers(0, 3, 25).astype(np.uint8)
        body = Body(number % 3, joints, state, color_xy, np.zeros((25, 4), np.float32))
        for boxes in hidden.values():
            found = boxes.at([body], number / 30)
            assert np.isfinite(found).all()
        if number % 50 == 0:
            blurred(NOISE, found)
