"""A whole day in the window alone, without a terminal, on the real program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes import ROOT
from tests.measure.window_day import ACTIONS
from tsmf_live.gui.pages.study_page import STATES
from tsmf_live.gui.study import DAMAGED, INCOMPLETE, WHOLE


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_from_no_kinect_to_weights_of_ones_own_in_the_window_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.measure.window_day", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, told["failure"], told["code"]) == (0, None, 0), done.stdout + done.stderr
    study = tmp_path / "Documents" / "tsmf"
    takes = [json.loads((study / f"take-00{k}" / "session.json").read_text()) for k in (1, 2, 3)]
    assert [(take["subject"], take["action"], take["consent"]) for take in takes] == [
        ("P01", ACTIONS[0], "form 12"), ("P01", ACTIONS[1], "form 12"), ("P02", ACTIONS[0], "form 12")
    ]  # fmt: skip
    assert not (study / "take-004").exists()
    assert (study / "taught" / "run-001" / "student" / "student.safetensors").is_file()


def test_what_verify_says_has_a_word_in_the_table() -> None:
    assert set(STATES) == {WHOLE, INCOMPLETE, DAMAGED}
