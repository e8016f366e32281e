"""The checkpoint file: comes back as it was written, and anything else is refused in one clear line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from tests.fakes.networks import random_model
from tsmf_live.frames import CheckpointError
from tsmf_live.nets import checkpoint
from tsmf_live.nets.checkpoint import METADATA_KEY, ClassDecision, Spec
from tsmf_live.nets.tsmf import TSMF


def test_comes_back_as_written(tmp_path):
    model = random_model(attention="released", crop="metric", enter=0.7, leave=0.2, accuracy={"fusion": 0.5})
    path = tmp_path / "m.safetensors"
    checkpoint.save(path, model.spec, model.teacher.state_dict(), model.student.state_dict(), half=False)
    back = TSMF.load(path)
    assert back.spec == model.spec
    for name, tensor in model.teacher.state_dict().items():
        assert torch.equal(back.teacher.state_dict()[name], tensor)


def change(
    source: Path, target: Path, *, drop: str = "", spec: dict | None = None, tensors: dict | None = None
) -> Path:
    """A copy of a checkpoint with something wrong in it."""
    state = {k: t for k, t in load_file(source).items() if not drop or drop not in k} | (tensors or {})
    with safe_open(source, framework="pt") as file:
        document = json.loads(file.metadata()[METADATA_KEY])
    save_file(state, target, metadata={METADATA_KEY: json.dumps(document | (spec or {}))})
    return target


BAD = {
    "student missing": ({"drop": "student."}, "student's weights are missing"),
    "teacher lacks a layer": ({"drop": "teacher.st_gcn_networks.3.tcn.2"}, "do not fit"),
    "fewer labels": ({"spec": {"labels": ["a", "b"], "idle": None}}, "label list 2, teacher 5, student 5"),
    "student of other classes": ({"tensors": {"student.fc.bias": torch.zeros(9)}}, "student 9"),
    "not finite": ({"tensors": {"teacher.fcn.bias": torch.full((5,), float("nan"))}}, "not finite"),
    "newer format": ({"spec": {"format": 99}}, "format 99"),
    "unknown setting": ({"spec": {"brightness": 3}}, "brightness"),
    "unknown choice": ({"spec": {"temporal": "backwards"}}, "backwards"),
    "labels no list": ({"spec": {"labels": 5}}, "cannot be used"),
    "thresholds upside down": ({"spec": {"enter": 0.1, "leave": 0.9}}, "thresholds"),
    "another width": ({"spec": {"width": 0.5}}, "do not fit"),
    "no width": ({"spec": {"width": 0}}, "width"),
    "window of nothing": ({"spec": {"window_frames": 0}}, "window_frames"),
}


@pytest.mark.parametrize("case", BAD)
def test_disagreement_is_refused(case, tmp_path, checkpoint_file):
    wrong, said = BAD[case]
    with pytest.raises(CheckpointError, match=said) as caught:
        TSMF.load(change(checkpoint_file, tmp_path / "bad.safetensors", **wrong))
    assert "\n" not in str(caught.value)


def test_missing_foreign_and_pickled_files_are_refused(tmp_path):
    with pytest.raises(CheckpointError, match="no such file"):
        TSMF.load(tmp_path / "none.safetensors")
    foreign = tmp_path / "foreign.safetensors"
    save_file({"a": torch.zeros(2)}, foreign)
    with pytest.raises(CheckpointError, match="foreign"):
        TSMF.load(foreign)
    pickled = tmp_path / "weights.pt"
    torch.save({"a": torch.zeros(2)}, pickled)
    with pytest.raises(CheckpointError, match="never opened"):
        TSMF.load(pickled)
    noise = tmp_path / "noise.safetensors"
    noise.write_bytes(bytes(range(256)) * 8)
    with pytest.raises(CheckpointError, match="not a readable"):
        TSMF.load(noise)


def test_a_spec_needs_its_idle_class_among_the_labels():
    with pytest.raises(ValueError, match="idle"):
        Spec(labels=("a", "b"), idle="c")
    with pytest.raises(ValueError, match="idle_shift"):
        Spec(labels=("a", "b"), idle_shift=1.0)


@pytest.mark.parametrize(
    ("decisions", "said"),
    [
        ({"flying": {"enter": 0.5}}, "'flying': expected numbers"),
        ({"wave": {"enter": "high"}}, "'wave': expected numbers"),
        ({"wave": {"begins": 0.5}}, "'wave': expected numbers"),
        ({"wave": {"enter": 0.2}}, "leave <= enter"),
        ({"wave": {"begin_lag_s": -1.0}}, "lags of 0 to 10 s"),
        ({"wave": {"end_lag_s": 60.0}}, "lags of 0 to 10 s"),
        (["wave"], "settings by class"),
        ({"wave": 0.5}, "settings by class"),
    ],
)
def test_a_class_that_cannot_decide_so_is_refused(decisions, said):
    with pytest.raises(ValueError, match=said):
        Spec(("wave", "idle"), idle="idle", decisions=decisions)


def test_what_a_class_has_of_its_own_goes_before_what_all_have():
    spec = Spec(("wave", "sit"), enter=0.6, decisions={"wave": {"enter": 0.9, "end_lag_s": 0.5}})
    assert spec.decision_of("wave") == ClassDecision(0.9, spec.leave, spec.min_duration_s, 0.0, 0.5)
    assert spec.decision_of("sit") == ClassDecision(0.6, spec.leave, spec.min_duration_s)
