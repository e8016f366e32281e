"""The bundled weights on the bundled sample: what a newcomer sees first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import run_live
from tests.fakes import ROOT
from train import sample
from train.compare import follow, nothing_said, read_predictions
from tsmf_live.actor.subject import ACTIONS, LOOK_ALIKES
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.recording.tables import SessionEvent, of_kind, read_events

SAMPLE, CHECKPOINT = ROOT / "assets" / "sample", ROOT / "assets" / "demo.safetensors"


def play(folder: Path, *more: str, session: Path = SAMPLE) -> tuple[list[dict], dict]:
    """Predictions and summary of a session played by the program."""
    out = folder / "run.json"
    assert run_live.main(["--source", str(session), "--headless", "--json", str(out), *more]) == 0
    return read_predictions(out), json.loads(out.read_text().splitlines()[-1])


def truth(session: Path = SAMPLE) -> list[SessionEvent]:
    return of_kind("annotation", read_events(session))


def followed(predictions: list[dict], labels: tuple[str, ...] = ACTIONS) -> float:
    """Share of the annotated actions that are the top label for most of their duration."""
    rows = [row for row in follow(truth(), predictions) if row.event.label in labels]
    return sum(row.share > 0.5 for row in rows) / len(rows)


def test_the_bundled_files_are_what_the_readme_says():
    spec = TSMF.load(CHECKPOINT).spec
    assert (spec.temporal, spec.window_frames, spec.idle) == ("causal", 90, "idle")
    assert "simulated" in spec.trained_on
    assert {event.label for event in truth()} >= set(LOOK_ALIKES)
    assert CHECKPOINT.stat().st_size < 32e6


def test_the_first_action_of_the_sample_is_recognised(tmp_path):
    predictions, summary = play(tmp_path, "--speed", "max", "--duration", "5")
    assert summary["frames_dropped"] == 0
    first = truth()[0]
    shares = follow([first], predictions)
    assert shares[0].share > 0.5


@pytest.mark.long
@pytest.mark.timeout(600)
def test_labels_follow_the_truth_and_the_look_alikes_need_the_picture(tmp_path):
    with_color, summary = play(tmp_path, "--speed", "1")
    assert summary["frames_dropped"] == 0
    assert followed(with_color) >= 0.8
    assert followed(with_color, LOOK_ALIKES) == 1.0
    hidden, _ = play(tmp_path, "--speed", "1", "--no-color")
    assert followed(hidden, LOOK_ALIKES) <= 0.5


def test_nothing_counts_where_nothing_was_annotated_for_three_seconds():
    events = [SessionEvent(2.0, 4.0, "reading", 1.0, 0, "annotation")]
    states = ["warming", "idle", "action", "idle", "idle", "action", "idle", "idle"]  # at 0, 1, ... 7 s
    updates = [{"state": state, "sensor_time_s": float(t)} for t, state in enumerate(states)]
    assert nothing_said(events, updates) == (2, 2)  # at 1 and 7 s
    assert nothing_said([], updates) == (5, 7)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("actions", ["sit down+reading+stand up+drink water", "staggering+sit down+typing+stand up"])
def test_where_nothing_happens_the_bundled_weights_say_so(tmp_path, actions):
    session = tmp_path / "quiet"
    sample.make(session, f"demo:seed=778,seconds=4,idle=8,actions={actions}", 48.0)
    predictions, _ = play(tmp_path, "--speed", "max", session=session)
    said, quiet = nothing_said(truth(session), predictions)
    assert quiet > 300
    assert said / quiet >= 0.85
