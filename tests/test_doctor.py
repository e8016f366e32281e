"""The doctor: a line for everything, found by trying, with a remedy for what is missing."""

from __future__ import annotations

import re
import sys

import pytest
from kinect_double import kinect_double
from kinect_double.player import Player

from tsmf_live import doctor
from tsmf_live.sources.demo import DemoSource

NAMES = ["Python", "Windows", "USB", "pykinect2", "comtypes", "Kinect SDK", "sensor", "torch", "CUDA", "window"]
NAMES += ["weights", "disk", "recording"]


@pytest.fixture
def told(capsys, monkeypatch, tmp_path, checkpoint_file):
    """Runs the doctor in this process: (exit code, name -> (state, text), remedies)."""
    monkeypatch.setattr(doctor, "CHECKPOINT", checkpoint_file)
    monkeypatch.setattr(doctor, "RECORDED_FRAMES", 5)
    monkeypatch.setattr(doctor, "DISK_MB", 4)

    def run(*arguments: str):
        code = doctor.main(["--folder", str(tmp_path), *arguments])
        lines = capsys.readouterr().out.splitlines()
        found = {}
        for line in lines:
            if match := re.match(r" *(good|absent|BROKEN)  (.{11}) (.*)", line):
                found[match[2].strip()] = match[1], match[3]
        return code, found, [line for line in lines if "->" in line]

    return run


elsewhere = pytest.mark.skipif(sys.platform == "win32", reason="what is missing on Windows is another thing")


@elsewhere
def test_every_check_has_a_line_and_what_is_missing_a_remedy(told, tmp_path):
    code, found, remedies = told()
    assert code == 0, "without a Kinect the program runs all the same"
    assert set(NAMES) <= set(found)
    assert found["Kinect SDK"][0] == "absent"
    assert any("needs Windows" in line for line in remedies)
    assert re.search(r"\d+ MB/s, \d+ GB free", found["disk"][1])
    assert found["weights"][1].startswith("random.safetensors: 5 actions")
    assert not list(tmp_path.iterdir()), "what it wrote is gone"


@elsewhere
def test_a_sensor_that_answers_is_watched(told):
    with kinect_double() as device, Player(device, DemoSource("demo:persons=1")):
        _, found, _ = told("--seconds", "1")
    assert found["Kinect SDK"] == ("good", "Kinect20.dll and pykinect2 load")
    assert found["sensor"][0] == "good"
    assert "1 people at most" in found["bodies"][1]
    assert "picture minus bodies" in found["colour"][1]


def test_weights_that_do_not_load_are_broken(told, monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "CHECKPOINT", tmp_path / "none.safetensors")
    code, found, _ = told()
    assert code == 1
    assert found["weights"][0] == "BROKEN"


@pytest.mark.parametrize("arguments", [["--seconds", "0"], ["--folder", "/no/such/folder"]])
def test_impossible_settings_are_a_usage_error(arguments):
    with pytest.raises(SystemExit, match="2"):
        doctor.main(arguments)
