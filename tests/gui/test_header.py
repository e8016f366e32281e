"""What is understood in ten seconds: who does what, live or not, whether it goes on, and what the weights know."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.fakes import ROOT
from tests.fakes.moments import fill
from tests.fakes.networks import random_model
from tests.fakes.window_fakes import STARTING, FakePipeline, all_text, make_prediction, make_view, show_now
from tsmf_live.frames import RecordingStatus
from tsmf_live.gui import palette
from tsmf_live.gui.panels.header import halt_text, headline, origin_text
from tsmf_live.live.look_back import LookBack
from tsmf_live.live.player import Player
from tsmf_live.live.weights import DEMO, PEOPLE, knows_only_simulated
from tsmf_live.nets import checkpoint

ONLY_SIMULATED = "These weights know only simulated people"


def view_of(*labels: str | None, **changes: object):
    """People who do this; the scene says that nothing happens, as the mean over a crowd does."""
    view = make_view(len(labels))
    idle = make_prediction(tuple(range(len(labels))), state="idle")
    said = tuple(replace(one, label=label) for one, label in zip(idle.persons, labels, strict=True))
    return replace(view, prediction=replace(idle, persons=said), **changes)


def test_the_header_lists_everybody_who_acts_even_where_the_scene_is_idle(shown):
    view = view_of(None, "falling", None, None, None, "staggering")
    window = shown(FakePipeline(view))
    assert window.desk.header.scene.text() == "2 falling 83% · 6 staggering 55%"
    window.set_demo(True)
    show_now(window, view_of("falling", None))
    assert window.desk.header.scene.text() == "1 falling"
    assert window.desk.header.confidence.text() == "90%"
    assert headline(view_of("falling"), None) == ("falling", "90%", True)
    assert headline(view_of(None, None), None) == ("nothing happening", "", False)


def test_with_a_focus_the_header_speaks_of_that_person_and_of_no_other(shown):
    view = view_of("falling", None, "staggering")
    assert headline(view, 2) == ("3 staggering", "76%", True)
    assert headline(view, 1) == ("person 2: no action", "", False)
    assert headline(view, 4) == ("person 5 is not in view", "", False)
    warming = replace(view, prediction=replace(view.prediction, state="warming"))
    assert headline(warming, 1).text == "watching …"


def test_of_whom_too_little_is_seen_the_window_says_so_instead_of_nothing_happening(shown):
    view = view_of(None, None)
    hidden, whole = (
        replace(one, coverage=share, withheld=share < 0.5)
        for one, share in zip(view.prediction.persons, (0.31, 0.9), strict=True)
    )
    both = replace(view, prediction=replace(view.prediction, persons=(hidden, replace(hidden, slot=1))))
    assert headline(both, None).text == headline(both, 1).text == "too little to be seen"
    one = replace(view, prediction=replace(view.prediction, persons=(hidden, whole)))
    assert headline(one, None).text == "nothing happening"
    assert headline(one, 1).text == "person 2: no action"
    window = shown(FakePipeline(one))
    assert "31% seen" in window.desk.health.cards["level"].text()
    assert "1 · too little to be seen" in [chip.text for chip in window.desk.picture.chips]


def test_two_people_who_do_something_together_are_not_nothing():
    idle = view_of(None, None)
    together = replace(idle.prediction, state="action", label="hand waving", roi_slots=(0, 1))
    assert headline(replace(idle, prediction=together), None) == ("hand waving", "87%", True)


def test_everybody_is_listed_in_the_full_screen_beside_all_badges(shown):
    recording = RecordingStatus("recording", take=3, seconds=62.0)
    run = FakePipeline(view_of(*["playing with phone"] * 6, recording=recording))
    run.player = Player([k / 30 for k in range(30)], 1.0)
    run.player.pause()
    window = shown(run)
    window.desk.set_demo(True)  # of this size: the full screen of no screen is small
    for _ in range(4):
        show_now(window)
    _font, lines = window.desk.header.scene.lines()
    said = " · ".join(lines)
    assert [f"{n} playing with phone" in said for n in range(1, 7)] == [True] * 6
    assert "…" not in said


def test_many_people_are_listed_in_two_smaller_lines_that_fit(shown):
    window = shown(FakePipeline(view_of(*["drink water"] * 6)))
    line = window.desk.header.scene
    font, lines = line.lines()
    assert font.pixelSize() < line.fontInfo().pixelSize()
    assert len(lines) == 2
    assert lines[0].startswith("1 drink water 90% · 2 ")
    assert not lines[0].endswith("…")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("kinect", "LIVE"),
        ("kinect:acquire=poll", "LIVE"),
        ("webcam:index=1", "LIVE"),
        ("demo:persons=2", "SIMULATED"),
        (str(ROOT / "assets" / "sample"), "SIMULATED (a file)"),
        ("S001C001P001R001A011.skeleton", "RECORDING (a file)"),
        ("video:fall.mp4", "RECORDING (a file)"),
    ],
)
def test_a_badge_says_whether_it_goes_on_now(source, says):
    assert origin_text(source)[0] == says


AHEAD_S = -3600.0  # a picture of the time to come stays new however slow the machine is


def seen(view, ago_s: float):
    """A view whose picture came so long ago."""
    return replace(view, frame=replace(view.frame, host_time_s=time.perf_counter() - ago_s))


def test_the_badge_is_always_there_and_says_live_of_what_goes_on_only(shown):
    window = shown(FakePipeline(STARTING, source="kinect"))
    for view, says in (
        (STARTING, "NOT LIVE"),
        (seen(make_view(0), AHEAD_S), "LIVE"),
        (seen(make_view(2), AHEAD_S), "LIVE"),
        (seen(make_view(2), 3), "NOT LIVE"),  # it stalls
        (seen(make_view(1, state="failed", message="unplugged"), AHEAD_S), "NOT LIVE"),
        (seen(make_view(1, state="ended"), AHEAD_S), "NOT LIVE"),
    ):
        for demo in (False, True):
            window.set_demo(demo)
            show_now(window, view)
            assert window.desk.header.origin.isVisible()
            assert window.desk.header.origin.text() == says
    window.set_demo(False)


def test_a_frozen_picture_is_not_live(shown):
    run = FakePipeline(seen(make_view(1), AHEAD_S), source="kinect")
    run.look_back = LookBack(keeps=True)
    fill(run.look_back, 1.0)
    window = shown(run)
    badge = window.desk.header.origin
    for action, says in ((None, "LIVE"), ("freeze", "NOT LIVE"), ("live", "LIVE")):
        if action:
            getattr(window.desk.inspector, action)()
        show_now(window)
        assert badge.text() == says


def test_what_is_simulated_or_a_file_stays_that_at_its_end(shown):
    for source, says in (("demo", "SIMULATED"), ("video:fall.mp4", "RECORDING (a file)")):
        window = shown(FakePipeline(make_view(1, state="failed"), source=source))
        assert window.desk.header.origin.text() == says


def test_a_run_that_failed_does_not_run_well(shown):
    window = shown(FakePipeline(STARTING, source="webcam"))
    show_now(window, make_view(2))
    assert window.desk.lamp.text() == "● all runs well"
    show_now(window, make_view(2, state="failed", message="unplugged"))
    assert window.desk.lamp.text() == "● stopped"


def test_a_recording_that_stands_still_says_so_and_at_the_end_nobody_does_anything(shown):
    run = FakePipeline(view_of("falling"))
    run.player = Player([k / 30 for k in range(30)], 1.0)
    window = shown(run)
    header = window.desk.header
    assert not header.halt.isVisible()
    run.player.pause()
    run.player.note_shown(12)
    show_now(window)
    assert (header.halt.text(), header.halt.isVisible(), header.scene.text()) == ("PAUSED", True, "falling")
    assert header.halt.fontInfo().pixelSize() >= 32
    run.player.note_shown(29)
    show_now(window)
    assert (header.halt.text(), header.scene.text(), header.confidence.text()) == ("END", "", "")
    assert [chip.text for chip in window.desk.picture.chips] == ["1"]
    painted = window.meter.count
    show_now(window)
    assert window.meter.count == painted  # the picture without labels is not painted again and again
    run.player.resume()
    show_now(window)
    assert (header.halt.isVisible(), header.scene.text()) == (False, "falling")


def test_a_run_that_is_over_says_end_and_a_failed_one_does_not():
    assert halt_text(make_view(1, state="ended")) == "END"
    assert halt_text(make_view(1, state="failed", message="gone")) == ""
    assert halt_text(STARTING) == ""


def test_networks_that_have_not_run_yet_are_said_to_be_loading():
    assert headline(make_view(1, prediction=None), None).text == "Loading the networks …"
    assert headline(make_view(0, prediction=None), None).text == "Loading the networks …"
    assert headline(make_view(1, 30, prediction=None), None).text == "watching …"  # a player has been sent elsewhere


@pytest.mark.parametrize(("source", "warns"), [("kinect", True), ("x.skeleton", True), ("demo", False)])
def test_weights_that_know_only_simulated_people_are_told_of_before_real_ones(shown, source, warns):
    run = FakePipeline(make_view(1), source=source)
    run.knows_only_simulated = True
    window = shown(run)
    line = window.desk.banners.weights
    assert (ONLY_SIMULATED in all_text(window)) is line.isVisible() is warns
    if warns:
        at = line.label.grab().toImage().pixelColor(line.label.width() - 20, 10)
        assert at == palette.AMBER


def test_which_weights_know_only_simulated_people():
    assert knows_only_simulated(checkpoint.load(DEMO)[0])
    assert not knows_only_simulated(checkpoint.load(PEOPLE)[0])
    assert not knows_only_simulated(random_model().spec)
