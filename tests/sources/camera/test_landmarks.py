"""From 33 landmarks to 25 joints: which is which, where the person stands, and what is only guessed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.fakes.cameras import standing
from tsmf_live.skeleton import INFERRED, JOINT_NAMES, TRACKED
from tsmf_live.sources.camera.landmarks import SHARES, Landmarks, body_of, place_of
from tsmf_live.sources.camera.lens import Framing, Lens

LENS = Framing((1920, 1080), 60).lens


def at(place: tuple[float, float, float], lens: Lens = LENS, seen: float = 0.9) -> Landmarks:
    """Somebody at a place, as a pinhole camera sees them; world landmarks along the axes of camera space."""
    world = standing() * (-1, 1, 1)  # mirrored: the left hand is at the smaller x
    x, y, z = (world + place).T
    centre_x, centre_y = lens.centre_xy
    xy = np.column_stack([centre_x + lens.focal_px * x / z, centre_y - lens.focal_px * y / z])
    return Landmarks(xy, world, np.full(33, seen))


def as_estimated(landmarks: Landmarks) -> Landmarks:
    """With world landmarks as an estimator gives them: along the axes of a camera that points at the hips."""
    u, v = landmarks.xy[[23, 24]].mean(axis=0) - LENS.centre_xy
    ahead = np.array([u, -v, LENS.focal_px]) / math.hypot(u, v, LENS.focal_px)
    across = np.cross((0.0, 0.0, 1.0), ahead)
    sin, cos = float(np.linalg.norm(across)), ahead[2]
    world = landmarks.world
    if sin:
        axis = across / sin  # turned by the angle between both cameras (Rodrigues' formula)
        world = cos * world - sin * np.cross(axis, world) + (1 - cos) * np.outer(world @ axis, axis)
    return Landmarks(landmarks.xy, world, landmarks.visibility)


def joint(body, name: str) -> np.ndarray:
    return body.joints[JOINT_NAMES.index(name)]


@pytest.mark.parametrize("place", [(0, 0, 2.5), (1.2, -0.4, 4.0), (-0.8, 0.3, 1.2), (0, 0.2, 9.0)])
def test_the_place_before_the_camera_is_found_from_size_and_lens(place):
    for lens in (LENS, Framing((1080, 1920), 70).lens, Framing((640, 480), 84).lens):
        assert place_of(at(place, lens), lens) == pytest.approx(place, abs=1e-6)


def test_joints_are_where_the_landmarks_are_and_map_onto_them():
    place = (0.4, 0.05, 3.5)
    body = body_of(as_estimated(at(place)), LENS, 7)
    assert body.tracking_id == 7
    assert (body.joint_state == TRACKED).all()
    world = standing() * (-1, 1, 1) + place
    assert joint(body, "SpineBase") == pytest.approx(world[[23, 24]].mean(axis=0), abs=1e-5)
    assert joint(body, "SpineShoulder") == pytest.approx(world[[11, 12]].mean(axis=0), abs=1e-5)
    assert joint(body, "Head") == pytest.approx(world[[7, 8]].mean(axis=0), abs=1e-5)
    assert joint(body, "HandLeft") == pytest.approx(world[[15, 17, 19]].mean(axis=0), abs=1e-5)
    assert joint(body, "ThumbRight") == pytest.approx(world[22], abs=1e-5)
    assert joint(body, "FootRight") == pytest.approx(world[32], abs=1e-5)
    middle = (joint(body, "SpineBase") + joint(body, "SpineShoulder")) / 2
    assert joint(body, "SpineMid") == pytest.approx(middle, abs=1e-5)
    x, y, z = joint(body, "SpineBase")
    pixel = LENS.centre_xy[0] + LENS.focal_px * x / z, LENS.centre_xy[1] - LENS.focal_px * y / z
    assert body.color_xy[0] == pytest.approx(pixel, abs=1e-3)


def test_who_faces_the_sensor_has_the_right_side_at_the_larger_x_of_space_and_picture():
    body = body_of(at((0, 0, 3)), LENS, 1)
    for part in ("Shoulder", "Hand", "Ankle"):
        right, left = JOINT_NAMES.index(f"{part}Right"), JOINT_NAMES.index(f"{part}Left")
        assert body.joints[right, 0] > body.joints[left, 0]
        assert body.color_xy[right, 0] > body.color_xy[left, 0]


@pytest.mark.parametrize("place", [(0, 0, 3), (1.4, 0, 3), (0, -1.2, 2.5), (-1.1, 0.8, 3)])
def test_who_stands_beside_the_middle_of_the_picture_is_neither_turned_nor_leaning(place):
    body, ahead = body_of(as_estimated(at(place)), LENS, 1), body_of(as_estimated(at((0, 0, 3))), LENS, 1)
    assert body.joints - place == pytest.approx(ahead.joints - (0, 0, 3), abs=1e-4)


def test_every_joint_is_a_mean_of_landmarks():
    assert SHARES.shape == (25, 33)
    assert SHARES.sum(axis=1) == pytest.approx(np.ones(25))
    assert (SHARES >= 0).all()


def test_a_joint_that_is_not_seen_or_lies_outside_the_picture_is_inferred():
    landmarks = at((0, 0, 3))
    visibility = landmarks.visibility.copy()
    visibility[15] = 0.3  # left wrist
    body = body_of(Landmarks(landmarks.xy, landmarks.world, visibility), LENS, 1)
    guessed = {JOINT_NAMES[k] for k in np.flatnonzero(body.joint_state == INFERRED)}
    assert guessed == {"WristLeft", "HandLeft"}
    portrait = Framing((1080, 1920), 60).lens  # black left and right of it
    wide = body_of(at((0.5, 0, 2.0), portrait), portrait, 1)
    outside = ~((wide.color_xy[:, 0] >= portrait.box[0]) & (wide.color_xy[:, 0] < portrait.box[2]))
    assert outside.any()
    assert (wide.joint_state[outside] == INFERRED).all()


def test_landmarks_that_no_place_explains_give_no_body():
    landmarks = at((0, 0, 3))
    assert body_of(Landmarks(landmarks.xy * np.nan, landmarks.world, landmarks.visibility), LENS, 1) is None
    tiny = LENS.centre_xy + (landmarks.xy - LENS.centre_xy) / 1000  # 3 km away
    assert body_of(Landmarks(tiny, landmarks.world, landmarks.visibility), LENS, 1) is None


def test_a_narrower_lens_sees_the_same_figure_farther_away():
    figure = at((0, 0, 3))
    farther = place_of(figure, Framing((1920, 1080), 30).lens)
    factor = math.tan(math.radians(30)) / math.tan(math.radians(15))
    assert farther[2] == pytest.approx(3 * factor, rel=0.02)
