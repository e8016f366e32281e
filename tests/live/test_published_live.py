"""A network published for NTU RGB+D, live: wherever people stand, persons apart, and the last word about a file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ROOT
from tests.fakes.networks import WEIGHTS, needs_weights, unsettled
from tests.fakes.poses import joints_at, person_at, pose_at, watch
from train.convert import main as convert
from tsmf_live.command import exit_code
from tsmf_live.label_lists import read_labels
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.teacher import build
from tsmf_live.nets.tsmf import TSMF

NTU = ROOT.parent / "shared" / "data" / "ntu_skeleton"
LABELS = ("a", "b", "c", "d", "e", "f")


@pytest.fixture(scope="module")
def model() -> TSMF:
    spec = Spec(
        labels=LABELS,
        architecture="efficientgcn",
        arithmetic="slots",
        normalisation="placed",
        sampling="padded",
        sampled_frames=288,
        window_frames=40,
    )
    return TSMF(spec, unsettled(build("efficientgcn", len(LABELS), "same")), None)


def test_the_window_is_what_the_network_is_asked_about(model):
    reading = watch(model, [pose_at(i, person_at(i)) for i in range(60)])
    expected = model.run_teacher([np.stack([joints_at(i) for i in range(20, 60)])])
    np.testing.assert_allclose(reading.teacher, expected.scene, atol=1e-3, rtol=1e-4)
    np.testing.assert_allclose(reading.persons[0].attention, expected.attention[0], atol=1e-4)
    assert reading.persons[0].attention.std() > 0.01
    assert (reading.student, reading.note) == (None, "teacher alone: the checkpoint has no student")


def test_it_does_not_matter_where_somebody_stands_but_how_they_move(model):
    here = watch(model, [pose_at(i, person_at(i)) for i in range(40)])
    there = watch(model, [pose_at(i, person_at(i, x_m=1.0)) for i in range(40)])
    np.testing.assert_allclose(there.teacher, here.teacher, atol=1e-2, rtol=1e-3)
    slower = watch(model, [pose_at(i, person_at(i // 2)) for i in range(40)])
    assert not np.allclose(slower.teacher, here.teacher, atol=1e-2, rtol=1e-3)


def test_each_person_has_scores_of_their_own(model):
    poses = [pose_at(i, person_at(i), person_at(2 * i, slot=1, x_m=1.0)) for i in range(40)]
    both, alone = watch(model, poses), watch(model, [pose_at(i, person_at(i)) for i in range(40)])
    np.testing.assert_allclose(both.persons[0].teacher, alone.persons[0].teacher, atol=1e-3, rtol=1e-4)
    assert not np.allclose(both.persons[1].teacher, both.persons[0].teacher, atol=1e-2)


def predictions(tmp_path: Path, capsys: pytest.CaptureFixture[str], clip: Path, checkpoint: Path) -> list[dict]:
    import run_live

    out = tmp_path / "out.jsonl"
    line = ["--source", str(clip), "--checkpoint", str(checkpoint), "--headless", "--speed", "max", "--json", str(out)]
    assert exit_code(lambda: run_live.main(line)) == 0, capsys.readouterr().err
    return [one for one in map(json.loads, out.read_text().splitlines()) if one["type"] == "prediction"]


@pytest.mark.long
@needs_weights
@pytest.mark.skipif(not NTU.is_dir(), reason="no NTU RGB+D clips beside the project")
@pytest.mark.parametrize(
    ("file", "right"),
    [
        ("efficientgcn_b0_sep_ntu60_xsub.pth.tar", 9),
        ("efficientgcn_b0_sg_ntu60_xsub.pdparams", 9),
        ("shiftgcn_joint_ntu60_xsub.pt", 8),
    ],
)
def test_ntu_clips_have_their_label_when_they_end(tmp_path, capsys, file, right):
    labels, checkpoint = read_labels("ntu60"), tmp_path / "ntu.safetensors"
    whole = ["--window", "288"]
    convert(["--teacher", str(WEIGHTS / file), "--labels", "ntu60", "--out", str(checkpoint), *whole])
    found = 0
    for clip in sorted(NTU.glob("*.skeleton")):
        last = predictions(tmp_path, capsys, clip, checkpoint)[-1]
        found += last["top5"][0][0] == labels[int(clip.stem[-3:]) - 1]
    assert found >= right
