"""The view that follows people where there is no picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.fakes.window_fakes import make_view
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, View
from tsmf_live.gui.panels.health import DisplayMeter
from tsmf_live.gui.picture.following import Following
from tsmf_live.gui.picture.live_view import LivePicture
from tsmf_live.skeleton import TRACKED


def standing(left_px: float, height_px: float, time_s: float, count: int = 1, *, color: bool = False) -> View:
    """People side by side, each so tall and a third as wide, the first one that far from the left, feet at 900 px."""
    view = make_view(count, color=False)
    rng = np.random.default_rng(0)
    persons = []
    for person in view.pose.persons:
        xy = rng.uniform(0, 1, (25, 2)) * (height_px / 3, height_px)
        xy[:2] = (0, 0), (height_px / 3, height_px)
        xy += (left_px + 500 * person.slot, 900 - height_px)
        body = replace(person.body, color_xy=xy.astype(np.float32), joint_state=np.full(25, TRACKED, np.uint8))
        persons.append(replace(person, body=body))
    picture = np.zeros((COLOR_HEIGHT, COLOR_WIDTH, 4), np.uint8) if color else None
    pose = replace(view.pose, persons=tuple(persons), sensor_time_s=time_s)
    return replace(view, frame=replace(view.frame, color_bgra=picture), pose=pose)


@pytest.fixture
def picture(qtbot) -> LivePicture:
    made = LivePicture(DisplayMeter())
    made.resize(960, 540)
    qtbot.addWidget(made)
    return made


def show(picture: LivePicture, view: View, focus: int | None = None) -> None:
    picture.show_moment(view.frame, view.pose, None, focus)


def share_of_height(picture: LivePicture, view: View, slot: int = 0) -> float:
    """How much of the widget's height a person takes, who must be in it."""
    xy, drawable = picture.placement().to_widget(view.pose.persons[slot].body)
    assert drawable.all()
    assert (xy >= 0).all()
    assert (xy <= (picture.width(), picture.height())).all()
    return float(np.ptp(xy[:, 1])) / picture.height()


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(("left_px", "height_px"), [(200, 250), (1500, 400), (900, 800), (20, 300)])
def test_a_far_person_without_a_picture_is_seen_large(picture, left_px, height_px, mirrored):
    picture.set_mirrored(mirrored)
    view = standing(left_px, height_px, 0.0)
    show(picture, view)
    assert 0.45 < share_of_height(picture, view) < 0.8


def test_everybody_is_in_view_or_whoever_is_in_focus(picture):
    view = standing(200, 300, 0.0, 3)
    show(picture, view)
    everybody = [share_of_height(picture, view, slot) for slot in range(3)]
    assert max(everybody) < 0.5
    show(picture, standing(200, 300, 2.0, 3), focus=2)
    assert share_of_height(picture, view, 2) > 0.45


def test_the_view_gives_way_at_once_and_comes_nearer_slowly(picture):
    far, near = standing(800, 250, 0.0), standing(800, 800, 0.1)
    show(picture, far)
    before = picture.zoom
    show(picture, near)
    share_of_height(picture, near)  # in view
    assert picture.zoom < 0.6 * before
    zooms = []
    for k in range(300):
        view = standing(800, 250, 0.1 + (k + 1) / 30)
        show(picture, view)
        zooms.append(picture.zoom)
    assert np.diff(zooms).max() < 0.04  # no jump
    assert zooms[-1] == pytest.approx(before, rel=0.05)


def test_a_jump_of_the_recording_is_followed_at_once(picture):
    show(picture, standing(100, 300, 0.0))
    view = standing(1500, 500, 60.0)
    show(picture, view)
    assert share_of_height(picture, view) > 0.45


def test_a_picture_stays_whole_also_when_a_frame_lost_it(picture):
    show(picture, standing(200, 300, 0.0, color=True))
    assert picture.zoom == 1.0
    show(picture, standing(200, 300, 0.1))
    assert picture.zoom == 1.0
    show(picture, standing(200, 300, 0.2, color=True))
    picture.follow()
    assert picture.zoom > 1.5


def test_a_first_frame_that_lost_its_picture_is_forgotten(picture):
    show(picture, standing(200, 300, 0.0))
    assert picture.zoom > 1.5
    show(picture, standing(200, 300, 0.1, color=True))
    assert picture.zoom == 1.0


def test_whoever_zooms_by_hand_is_left_alone(picture):
    show(picture, standing(200, 300, 0.0))
    picture.fit()
    show(picture, standing(200, 300, 0.1))
    assert picture.zoom == 1.0
    picture.follow()
    assert picture.zoom > 1.5
    picture.zoom_by(0.5)
    zoom = picture.zoom
    show(picture, standing(1000, 300, 0.2))
    assert picture.zoom == zoom


def test_joints_that_cannot_be_drawn_and_nobody_change_nothing():
    view = standing(200, 300, 0.0)
    following = Following()
    before = following.view(view.pose, None)
    body = view.pose.persons[0].body
    lost = replace(body, color_xy=np.full((25, 2), np.inf, np.float32))
    gone = replace(view.pose, persons=(replace(view.pose.persons[0], body=lost),), sensor_time_s=0.1)
    assert following.view(gone, None) == before
    assert following.view(replace(view.pose, persons=()), None) == before
    assert Following().view(gone, None) == (1.0, (COLOR_WIDTH / 2, COLOR_HEIGHT / 2))
