"""Few takes on top of a network that knows people: which samples train, the fitted classifier, and an idle class."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from tests.fakes.made_data import LABELS, make, write_prepared
from tests.fakes.networks import unsettled
from train import idle, teacher
from train.data.held_out import few_of_each_class
from train.data.prepared import Prepared, Sample
from train.fit.head import fit_head
from tsmf_live.command import exit_code
from tsmf_live.frames import UsageError
from tsmf_live.nets import checkpoint
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.teacher import build
from tsmf_live.nets.tsmf import TSMF

FRAMES = 40


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("made") / "data", subjects=4, repetitions=3, frames=FRAMES)


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    """A checkpoint of the small published network, random, for as short clips as a test can wait for."""
    path = tmp_path_factory.mktemp("network") / "ntu.safetensors"
    spec = Spec(
        labels=("reading", "phone call"),
        architecture="efficientgcn",
        arithmetic="slots",
        normalisation="placed",
        sampling="padded",
        sampled_frames=48,
        window_frames=30,
    )
    checkpoint.save(path, spec, unsettled(build("efficientgcn", 2, "same")).state_dict(), None, half=False)
    return path


def test_few_samples_of_each_class_are_of_many_persons(data):
    prepared = Prepared.open(data)
    rows, _ = prepared.split("subject=4")
    chosen = few_of_each_class(prepared, rows, 3, seed=0)
    assert set(chosen.tolist()) <= set(rows.tolist())
    assert Counter(prepared.samples[i].label for i in chosen) == dict.fromkeys(range(len(LABELS)), 3)
    for label in range(len(LABELS)):
        assert {prepared.samples[i].subject for i in chosen if prepared.samples[i].label == label} == {1, 2, 3}
    assert (few_of_each_class(prepared, rows, 3, seed=0) == chosen).all()
    assert (few_of_each_class(prepared, rows, 3, seed=1) != chosen).any()
    np.testing.assert_array_equal(few_of_each_class(prepared, rows, 99, seed=0), rows)


def test_a_fitted_classifier_tells_apart_what_the_features_tell_apart():
    class Toy(nn.Module):
        """Features are the input's means; the classifier stands where an AGCN's does."""

        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(3, 4)

        def forward(self, x: torch.Tensor, pooled: int | None = None) -> tuple[torch.Tensor, torch.Tensor]:
            return self.fc(x.mean(dim=(2, 3))), x

    labels = torch.arange(40) % 4
    corners = torch.tensor([[0.0, 0, 9], [0, 5, 9], [5, 0, 9], [5, 5, 9]])
    x = (corners[labels] + 0.1 * torch.randn(40, 3, generator=torch.Generator().manual_seed(1)))[..., None, None]
    batches = [
        teacher.TeacherBatch(x[part], torch.arange(20), torch.zeros(20), labels[part], None)
        for part in (slice(0, 20), slice(20, 40))
    ]
    network = Toy()
    fit_head(network, "agcn", batches)
    scores, _ = network(x)
    assert (scores.argmax(dim=1) == labels).all()
    assert not network.fc._forward_pre_hooks


def tune(data: Path, published: Path, out: Path, *more: str) -> TSMF:
    line = ["--data", str(data), "--out", str(out), "--split", "subject=4", "--validation", "none", "--threads", "1"]
    line += ["--recipe", "tune", "--net", "efficientgcn", "--frames", "48", "--takes", "2"]
    teacher.main([*line, "--init", str(published), *more])
    return TSMF.load(out / teacher.TEACHER_FILE)


def test_head_only_changes_nothing_but_the_classifier(data, published, tmp_path, capsys):
    model = tune(data, published, tmp_path / "head", "--head-only")
    _, old = checkpoint.load(published)
    for key, tensor in model.teacher.state_dict().items():
        if not key.startswith("classifier."):
            assert torch.equal(tensor, old["teacher"][key]), key
    assert model.spec.labels == LABELS
    assert (model.spec.normalisation, model.spec.sampling, model.spec.arithmetic) == ("placed", "padded", "exact")
    assert "0 epochs" in capsys.readouterr().out


def test_going_on_from_a_published_network_fits_its_classifier_once_and_changes_all(data, published, tmp_path, capsys):
    model = tune(data, published, tmp_path / "all", "--epochs", "1")
    assert "fitting the classifier" in capsys.readouterr().out
    _, old = checkpoint.load(published)
    new = model.teacher.state_dict()
    for key in ("input_branches.0.stem_tcn.conv.weight", "main_stream.block-1_scn.bn.running_mean"):
        assert not torch.equal(new[key], old["teacher"][key]), key
    again = tune(data, published, tmp_path / "all", "--epochs", "1")  # the run is done: it goes on with what it has
    assert "fitting the classifier" not in capsys.readouterr().out
    assert all(torch.equal(tensor, new[key]) for key, tensor in again.teacher.state_dict().items())


def test_without_weights_to_begin_with_it_is_told(data, tmp_path):
    line = ["--data", str(data), "--out", str(tmp_path / "o"), "--split", "subject=4", "--net", "efficientgcn"]
    with pytest.raises(UsageError, match="give --init"):
        teacher.main([*line, "--recipe", "tune"])


def scenes(folder: Path) -> Path:
    """Four persons of one set: reading (still, an arm up), phone call (moving), and nothing (arms down)."""
    rng = np.random.default_rng(3)
    body = rng.normal((0, 0, 3), 0.25, (25, 3))
    samples, clips = [], []
    for subject in range(1, 5):
        for label in range(3):
            for replication in range(3):
                clip = np.repeat(body[None], FRAMES, axis=0) + rng.normal(0, 0.01, (FRAMES, 25, 3))
                if label < 2:
                    clip[:, 8:12, 1] += 0.6
                if label == 1:
                    clip[:, 8:12, 0] += 0.4 * np.sin(np.arange(FRAMES))[:, None]
                samples.append(Sample(f"s{subject}_{label}_{replication}", label, subject, 0, 1, 0, 0, FRAMES, 1))
                clips.append(clip[:, None].astype(np.float32))
    return write_prepared(folder, samples, clips, labels=("reading", "phone call", "idle"))


def test_the_idle_class_is_one_more_row_and_is_told_from_actions(published, tmp_path, capsys):
    named, out = scenes(tmp_path / "named"), tmp_path / "new" / "idle.safetensors"
    line = ["--checkpoint", str(published), "--data", str(named), "--split", "subject=4", "--windows", "32"]
    idle.main([*line, "--threads", "1", "--idle-share", "0.5", "--out", str(out)])
    before, model = TSMF.load(published), TSMF.load(out)
    spec = model.spec
    assert spec.labels == ("reading", "phone call", "idle")
    assert (spec.idle, spec.idle_shift, spec.arithmetic) == ("idle", 0.0, "slots")
    assert spec.accuracy["idle_auc"] > 0.9
    assert spec.accuracy["idle_found"] > 0.8
    assert spec.accuracy["action_taken_for_idle"] < 0.2
    prepared = Prepared.open(named)
    right = []
    for i in prepared.split("subject=4")[1]:
        clip = np.array(prepared.joints(int(i))[-30:, 0])
        new, old = model.run_teacher([clip]), before.run_teacher([clip])
        np.testing.assert_allclose(new.scores[0, :2], old.scores[0], atol=1e-3, rtol=1e-3)  # actions as before
        probabilities = model.probabilities(new.scene.copy(), fused=False)
        right.append((probabilities[2] > 0.5) == (prepared.samples[i].label == 2))
    assert np.mean(right) > 0.8
    assert "idle_auc" in capsys.readouterr().out


def test_data_of_other_classes_and_checkpoints_with_idle_are_refused(published, data, tmp_path, capsys):
    line = ["--checkpoint", str(published), "--data", str(data), "--out", str(tmp_path / "o.safetensors")]
    assert exit_code(lambda: idle.main(line)) == 2
    assert "expected the 2 classes of the checkpoint and 'idle'" in capsys.readouterr().err
    spec, states = checkpoint.load(published)
    knows = tmp_path / "knows.safetensors"
    settings = {**vars(spec), "labels": ("reading", "idle"), "idle": "idle"}
    checkpoint.save(knows, Spec(**settings), states["teacher"], None)
    assert exit_code(lambda: idle.main(["--checkpoint", str(knows), *line[2:]])) == 2
    assert "without an idle class" in capsys.readouterr().err
