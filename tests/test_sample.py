"""The bundled weights on the bundled sample: what a newcomer sees first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import ROOT

import run_live
from train.compare import follow, read_predictions
from tsmf_live.actor.subject import ACTIONS, LOOK_ALIKES
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.session import read_events

SAMPLE, CHECKPOINT = ROOT / "assets" / "sample", ROOT / "assets" / "demo.safetensors"


def play(folder: Path, *more: str) -> tuple[list[dict], dict]:
    """Predictions and summary of the sample played by the program."""
    out = folder / "run.json"
    assert run_live.main(["--source", str(SAMPLE), "--headless", "--json", str(out), *more]) == 0
    return read_predictions(out), json.loads(out.read_text().splitlines()[-1])


def truth() -> list:
    return [event for event in read_events(SAMPLE) if event.kind == "annotation"]


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
