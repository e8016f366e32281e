"""The mean of trainings: of every weight, only of networks that fit, with the last one's settings."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.fakes.networks import random_model
from train import average
from tsmf_live.frames import CheckpointError, UsageError
from tsmf_live.nets import checkpoint


@pytest.fixture(scope="module")
def models():
    return [random_model() for _ in range(3)]


def save(path, model, **changes):
    checkpoint.save(path, replace(model.spec, **changes), model.teacher.state_dict(), model.student.state_dict())
    return path


def test_every_weight_is_the_mean_and_the_settings_are_the_last_ones(models, tmp_path, capsys):
    for k, model in enumerate(models):
        for network in (model.teacher, model.student):
            for parameter in network.parameters():
                torch.nn.init.normal_(parameter, std=0.1, generator=torch.Generator().manual_seed(k))
    files = [save(tmp_path / f"{k}.safetensors", model, enter=0.5 + k / 10) for k, model in enumerate(models)]
    out = tmp_path / "mean.safetensors"
    average.main(["--checkpoints", *map(str, files), "--out", str(out)])
    assert "mean of 3 checkpoints" in capsys.readouterr().out
    spec, networks = checkpoint.load(out)
    assert spec.enter == 0.7
    assert spec.trained_on.startswith("mean of 3 trainings: ")
    own = [checkpoint.load(path)[1] for path in files]
    for role, state in networks.items():
        for key, tensor in state.items():
            wanted = torch.stack([one[role][key].float() for one in own]).mean(dim=0)
            torch.testing.assert_close(tensor.float(), wanted, atol=2e-3, rtol=2e-3)


def test_networks_that_do_not_fit_are_refused_in_one_line(models, tmp_path):
    one = save(tmp_path / "one.safetensors", models[0])
    out = str(tmp_path / "mean.safetensors")
    labels = tuple(f"other {k}" for k in range(len(models[0].spec.labels)))
    other = save(tmp_path / "other.safetensors", models[1], labels=labels, idle=None)
    with pytest.raises(UsageError, match="labels"):
        average.main(["--checkpoints", str(one), str(other), "--out", out])
    alone = tmp_path / "alone.safetensors"
    spec = replace(models[1].spec, architecture=models[1].spec.teacher_name, fusion_lambda=1.0)
    checkpoint.save(alone, spec, models[1].teacher.state_dict(), None)
    with pytest.raises(UsageError, match="architecture"):
        average.main(["--checkpoints", str(one), str(alone), "--out", out])
    with pytest.raises(UsageError, match="two files"):
        average.main(["--checkpoints", str(one), "--out", out])
    with pytest.raises(CheckpointError):
        average.main(["--checkpoints", str(one), str(tmp_path / "none.safetensors"), "--out", out])
    assert not (tmp_path / "mean.safetensors").exists()
