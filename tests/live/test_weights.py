"""Which weights run: those of people for real people, those of the demo for the simulated actor, a named one always."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes import ROOT
from tsmf_live.live.weights import DEMO, PEOPLE, weights_for
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.recording.folder import FORMAT, FORMAT_VERSION


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("kinect", PEOPLE),
        ("kinect:acquire=poll", PEOPLE),
        ("demo", DEMO),
        ("demo:persons=2", DEMO),
        (str(ROOT / "assets" / "sample"), DEMO),
        ("somewhere/S001C001P001R001A001.skeleton", PEOPLE),
        ("no/such/place", PEOPLE),
    ],
)
def test_the_source_decides(source, path):
    assert weights_for(source).path == path


def test_the_user_decides_first():
    assert weights_for("demo", Path("own.safetensors")).path == Path("own.safetensors")


@pytest.mark.parametrize(
    ("description", "path"),
    [
        ({"source": "kinect"}, PEOPLE),
        ({"source": "demo:seed=4"}, DEMO),
        ({"simulated": "so it is"}, DEMO),
        ([], PEOPLE),
    ],
)
def test_a_session_says_what_it_shows(description, path, tmp_path):
    ours = {"format": FORMAT, "format_version": FORMAT_VERSION}
    (tmp_path / "session.json").write_text(json.dumps(ours | description if description else description))
    assert weights_for(str(tmp_path)).path == path


def test_a_kinect_is_no_session_wherever_the_program_is_started(tmp_path, monkeypatch):
    description = {"format": FORMAT, "format_version": FORMAT_VERSION, "source": "demo"}
    (tmp_path / "session.json").write_text(json.dumps(description))
    monkeypatch.chdir(tmp_path)
    assert weights_for(".").path == DEMO
    assert weights_for("kinect").path == PEOPLE


def test_a_damaged_session_is_left_to_whoever_opens_it(tmp_path):
    (tmp_path / "session.json").write_bytes(b"\xff{")
    assert weights_for(str(tmp_path)).path == PEOPLE


def test_the_weights_of_people_are_a_stream_of_all_sensors_and_small():
    assert PEOPLE.stat().st_size < 16e6
    spec = TSMF.load(PEOPLE).spec
    assert (spec.mode, spec.normalisation, spec.idle, spec.architecture) == ("stream", "common", "idle", "stgcn")
    everyday = "walking,sit down,stand up,hand waving,clapping,drink water,phone call,pick up,throw,bow,kick,punch,jump"
    assert {*everyday.split(","), "squat", "running", "lie down", "falling", "wear a shoe"} <= set(spec.labels)
