"""From recorded takes of own actions to weights that know them: the whole chain, small; and the demonstration of it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.fakes import ROOT
from tests.measure.teach_loop import BUNDLED, SETTLE_S, share, top_labels
from train import student, teacher
from train.data.prepared import Prepared
from train.prepare import command as prepare
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.recording.writer import SessionWriter
from tsmf_live.sources.demo import DemoSource

FRAMES = 30


def record_take(folder: Path, action: str, performer: int) -> None:
    """A second of a simulated person."""
    source = DemoSource(f"demo:seed={performer},actions={action},idle=0")
    take: dict[str, object] = {"subject": f"P{performer}", "action": action, "performer": performer}
    writer = SessionWriter(folder, source_name="demo", details=take)
    for _ in range(FRAMES):
        writer.write(source.read())
    writer.close()
    source.close()


@pytest.mark.long
@pytest.mark.timeout(600)
def test_recorded_takes_become_weights_that_know_the_new_action(tmp_path: Path) -> None:
    for number, (action, performer) in enumerate([("kicking", 1), ("idle", 1), ("kicking", 2), ("idle", 2)], 1):
        record_take(tmp_path / "study" / f"take-{number:03d}", action, performer)
    data, first, whole = tmp_path / "prepared", tmp_path / "teacher", tmp_path / "student"
    prepare.main(["--source", "sessions", str(tmp_path / "study"), "--draws", "1",
                  "--processes", "1", "--out", str(data)])  # fmt: skip
    prepared = Prepared.open(data)
    assert prepared.labels == ("idle", "kicking")
    assert sorted((prepared.labels[s.label], s.subject, s.frame_count) for s in prepared.samples) == [
        ("idle", 1, FRAMES), ("idle", 2, FRAMES), ("kicking", 1, FRAMES), ("kicking", 2, FRAMES)
    ]  # fmt: skip
    given = ["--data", str(data), "--split", "subject=2", "--init", str(BUNDLED), "--recipe", "better"]
    given += ["--epochs", "1", "--rate", "1e-6", "--threads", "1"]
    teacher.main([*given, "--stream", "--out", str(first)])
    student.main([*given, "--teacher", str(first / "teacher.safetensors"), "--out", str(whole)])

    taught = TSMF.load(whole / "student.safetensors")
    assert taught.spec.labels == ("idle", "kicking")
    assert (taught.spec.idle, taught.spec.crop, taught.spec.mode) == ("idle", "fixed", "stream")
    before, after = load_file(BUNDLED), load_file(whole / "student.safetensors")
    same = [key for key in before if key in after and before[key].shape == after[key].shape]
    weights = [key for key in same if key.endswith("weight")]
    assert len(weights) > 60  # all but the two heads
    for key in weights:  # so small a rate leaves them near the ones to begin with
        assert torch.allclose(before[key].float(), after[key].float(), atol=1e-3), key


def test_updates_count_from_when_the_new_action_fills_half_of_the_window() -> None:
    def said(time_s: float, label: str) -> dict:
        return {"type": "prediction", "sensor_time_s": time_s, "top5": [[label, 0.9]]}

    truth = ((0.0, 5.0, "kicking", 0), (5.0, 10.0, "idle", 0))
    lines = [said(SETTLE_S - 0.1, "falling"), said(2.0, "kicking"), said(3.0, "falling"), said(4.9, "kicking")]
    lines += [said(5.0, "kicking"), said(9.0, "idle"), {"type": "event"}, {**said(9.5, "idle"), "top5": []}]
    found = top_labels(lines, truth)
    assert found == {"kicking": Counter(kicking=2, falling=1), "idle": Counter(idle=1)}
    assert share(found["kicking"], "kicking") == pytest.approx(2 / 3)
    assert share(Counter(), "kicking") == 0.0


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("action", ["kicking", "squatting"])
def test_an_action_that_the_bundled_weights_do_not_know_is_taught(action: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.measure.teach_loop", "--action", action, "--seed", "1"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
