"""The actor's picture: same input, same pixels; regions equal the whole; objects can be told apart."""

import dataclasses

import numpy as np
import pytest

from tsmf_live.actor import brush
from tsmf_live.actor.picture import PaintedPerson, RoomPainter
from tsmf_live.actor.subject import Chair, Held, Subject
from tsmf_live.camera import project_to_color
from tsmf_live.skeleton import HAND_LEFT, HAND_RIGHT

KINDS = ("cup", "spoon", "book", "pen", "phone", "keyboard", "handset", "shoe")
LEFT, RIGHT = -1.0, 1.0


def standing_joints(x_m: float = 0.0, z_m: float = 2.3, heading_rad: float = 0.0) -> np.ndarray:
    """(25, 3) metres: a person 1.7 m tall with both hands before the chest, on the floor at y = -1.1."""
    own = np.zeros((25, 3))  # right, up from the floor, front
    own[[0, 1, 20, 2, 3]] = [(0, 0.95, 0), (0, 1.2, 0), (0, 1.4, 0), (0, 1.45, 0), (0, 1.58, 0.02)]
    arms = {LEFT: (4, 5, 6, 7, 21, 22), RIGHT: (8, 9, 10, 11, 23, 24)}
    legs = {LEFT: (12, 13, 14, 15), RIGHT: (16, 17, 18, 19)}
    for side in (LEFT, RIGHT):
        arm = [
            (0.17, 1.38, 0),
            (0.25, 1.1, 0.05),
            (0.15, 1.06, 0.24),
            (0.11, 1.08, 0.3),
            (0.07, 1.1, 0.35),
            (0.07, 1.12, 0.32),
        ]
        leg = [(0.08, 0.93, 0), (0.1, 0.5, 0.02), (0.11, 0.09, 0), (0.13, 0.04, 0.1)]
        own[list(arms[side])] = np.array(arm) * (side, 1, 1)
        own[list(legs[side])] = np.array(leg) * (side, 1, 1)
    cos, sin = np.cos(heading_rad), np.sin(heading_rad)
    turn = np.array([[cos, 0, sin], [0, 1, 0], [sin, 0, -cos]])
    return own @ turn + (x_m, -1.1, z_m)


def person(kind: str | None = None, subject: int = 4, hand: str = "right", chair: Chair | None = None, **where: float):
    """A painted person who holds something of this kind."""
    held = None if kind is None else Held(kind, hand)
    return PaintedPerson(Subject.from_seed(subject), standing_joints(**where), held, chair)


def hand_crop(painter: RoomPainter, painted: PaintedPerson, joint: int) -> np.ndarray:
    """(128, 128, 3) int around a joint; at 2 m that is about 0.25 m."""
    u, v = np.round(project_to_color(painted.joints[joint])).astype(int)
    return painter.paint_region([painted], 0.0, (u - 64, v - 64, u + 64, v + 64))[..., :3].astype(int)


@pytest.fixture(scope="module")
def painter() -> RoomPainter:
    return RoomPainter(seed=2)


def test_an_empty_room_is_a_picture(painter):
    picture = painter.paint([], 0.0)
    assert picture.shape == (1080, 1920, 4)
    assert picture.dtype == np.uint8
    assert picture.flags.c_contiguous
    assert (picture[..., 3] == 255).all()
    assert picture[..., :3].std() > 10


def test_the_same_arguments_give_the_same_pixels(painter):
    people = [person("book"), person("cup", subject=5, x_m=0.8)]
    first = painter.paint(people, 0.5)
    painter.paint([person("pen")], 0.1)  # what was painted in between leaves no trace
    assert np.array_equal(first, painter.paint(people, 0.5))
    assert np.array_equal(first, RoomPainter(seed=2).paint(people, 0.5))


def test_a_picture_belongs_to_the_caller(painter):
    first = painter.paint([], 0.0)
    kept = first.copy()
    first[:] = 0
    assert np.array_equal(painter.paint([], 0.0), kept)


def test_rooms_differ_by_seed_and_noise_by_time(painter):
    empty = painter.paint([], 0.0).astype(int)
    other_room = np.abs(RoomPainter(seed=3).paint([], 0.0) - empty)
    noise = np.abs(painter.paint([], 1 / 30) - empty)
    assert other_room.mean() > 5
    assert 0 < noise.mean() < 4


def test_a_region_equals_the_same_part_of_the_whole_picture(painter):
    chair = Chair((0.9, -0.65, 2.6), 0.6)
    people = [
        person("book", x_m=-0.9, heading_rad=0.7),
        person("keyboard", subject=7, x_m=0.9, z_m=2.6, heading_rad=0.6, chair=chair),
        person(None, subject=8, x_m=0.1, z_m=1.1),
        person("phone", subject=9, x_m=-1.4, z_m=1.7, heading_rad=3.0),
    ]
    whole = painter.paint(people, 0.2)
    rng = np.random.default_rng(5)
    for _ in range(60):
        x0, y0 = int(rng.integers(0, 1800)), int(rng.integers(0, 960))
        x1, y1 = x0 + int(rng.integers(10, 260)), y0 + int(rng.integers(10, 260))
        region = painter.paint_region(people, 0.2, (x0, y0, x1, y1))
        inside = whole[y0:y1, x0:x1]
        assert np.array_equal(region[: inside.shape[0], : inside.shape[1]], inside), (x0, y0, x1, y1)


def test_a_region_is_black_outside_the_picture(painter):
    region = painter.paint_region([person()], 0.0, (-30, -20, 70, 60))
    assert region.shape == (80, 100, 4)
    assert not region[:20].any()
    assert not region[:, :30].any()
    assert np.array_equal(region[20:, 30:], painter.paint([person()], 0.0)[:60, :70])
    assert not painter.paint_region([person()], 0.0, (-300, 0, -200, 50)).any()


@pytest.mark.parametrize("hand", ["left", "right"])
def test_every_object_changes_the_picture_at_the_acting_hand_and_no_two_are_alike(painter, hand):
    joint = HAND_RIGHT if hand == "right" else HAND_LEFT
    crops = {kind: hand_crop(painter, person(kind, hand=hand), joint) for kind in (None, *KINDS)}
    for kind in KINDS:
        for other in (None, *KINDS):
            if other != kind:
                assert np.abs(crops[kind] - crops[other]).mean() > 1.0, (kind, other)


@pytest.mark.parametrize("joint", [HAND_LEFT, HAND_RIGHT])
def test_what_shares_one_motion_differs_at_both_hands(painter, joint):
    crops = [hand_crop(painter, person(kind), joint) for kind in ("book", "pen", "phone", "keyboard")]
    for first in range(4):
        for second in range(first):
            assert np.abs(crops[first] - crops[second]).mean() > 5.0


def test_the_shirt_has_its_colour(painter):
    painted = person()
    u, v = np.round(project_to_color(painted.joints[1])).astype(int)
    patch = painter.paint([painted], 0.0)[v - 60 : v - 40, u - 10 : u + 10, :3]
    assert np.abs(patch.mean(axis=(0, 1))[::-1] - painted.subject.shirt).max() < 40


def test_the_face_shows_only_from_the_front(painter):
    skin = np.array(dataclasses.replace(Subject.from_seed(4), hair=(10, 10, 10)).skin)
    distance = []
    for heading in (0.0, np.pi):
        subject = dataclasses.replace(Subject.from_seed(4), hair=(10, 10, 10))
        joints = standing_joints(heading_rad=heading)
        u, v = np.round(project_to_color(joints[3])).astype(int)
        people = [PaintedPerson(subject, joints, None, None)]
        middle = painter.paint_region(people, 0.0, (u - 12, v + 2, u + 12, v + 14))[..., 2::-1]
        distance.append(np.abs(middle.mean(axis=(0, 1)) - skin).mean())
    assert distance[0] < 40 < distance[1]


@pytest.mark.parametrize("kind", [None, *KINDS])
@pytest.mark.parametrize(("x_m", "z_m"), [(0.0, 0.4), (3.5, 2.0), (0.0, 0.0), (-0.8, 1.0), (0.0, 9.0)])
def test_persons_near_far_and_off_the_picture_are_painted(painter, kind, x_m, z_m):
    people = [person(kind, x_m=x_m, z_m=z_m, heading_rad=0.4)]
    assert painter.paint_region(people, 0.0, (800, 400, 950, 500)).shape == (100, 150, 4)
    if kind in (None, "book"):
        assert painter.paint(people, 0.0).shape == (1080, 1920, 4)


def test_joints_that_coincide_are_painted(painter):
    people = [
        PaintedPerson(Subject.from_seed(1), np.tile([0.0, 0.0, 2.0], (25, 1)), Held(kind, "left"), None)
        for kind in KINDS[:6]
    ]
    assert not np.array_equal(painter.paint(people, 0.0), painter.paint([], 0.0))


def test_the_nearer_of_six_persons_hides_the_farther(painter):
    people = [person(None, subject=seed, x_m=0.1 * seed - 0.3, z_m=1.6 + 0.3 * seed) for seed in range(6)]
    picture = painter.paint(people, 0.0)
    assert np.array_equal(picture, painter.paint(people[::-1], 0.0))
    u, v = np.round(project_to_color(people[0].joints[1])).astype(int)
    alone = painter.paint(people[:1], 0.0)
    assert np.array_equal(picture[v - 20 : v, u - 5 : u + 5], alone[v - 20 : v, u - 5 : u + 5])


def test_the_brush_has_the_camera_s_lens():
    points = np.random.default_rng(0).uniform((-2, -1, 0.3), (2, 1, 5), (50, 3))
    np.testing.assert_allclose(brush.to_pixels(points), project_to_color(points), atol=0.01)
