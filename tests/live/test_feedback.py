"""What runs against the flow, and that the newest things have one owner."""

from __future__ import annotations

import threading
from types import SimpleNamespace

from conftest import random_model

from tests.fakes.window_fakes import make_view
from tsmf_live.frames import Event
from tsmf_live.live.feedback import Feedback
from tsmf_live.live.inference import InferenceWork
from tsmf_live.live.look_back import LookBack
from tsmf_live.live.player import Player
from tsmf_live.ring import Ring


def test_with_nobody_to_say_anything_nothing_is_held_and_nobody_gives_way():
    feedback = Feedback()
    assert (feedback.pressure, feedback.held, feedback.focus) == (0, False, None)


def test_it_says_what_the_recorder_and_the_player_say_now():
    takes, player = SimpleNamespace(pressure=0), Player([0.0, 0.1], 0.2)
    feedback = Feedback(takes, player)
    takes.pressure = 2
    player.pause()
    assert (feedback.pressure, feedback.held) == (2, True)
    player.resume()
    assert not feedback.held


def test_the_model_in_use_says_how_much_it_must_see():
    feedback, ring = Feedback(), Ring(1, lossless=True, stopping=threading.Event())
    work = InferenceWork(random_model(window_frames=15), ring, print, [], lossless=True, feedback=feedback)
    assert feedback.context_s == work.recognizer.context_s == (15 + 5) / 30
    work._begin(random_model(window_frames=45), stream=False)
    assert feedback.context_s == (45 + 5) / 30


def test_where_nobody_looks_back_only_the_newest_prediction_and_the_events_are_kept():
    look_back, newest = LookBack(keeps=False), make_view(1).prediction
    look_back.add(newest)
    events = [Event(k, k + 1, "wave", 0.9, None) for k in range(3)]
    for event in events:
        look_back.add(event)
    assert look_back.newest is newest
    assert look_back.newest_events(2) == tuple(events[1:])
    assert look_back.snapshot().predictions == ()
