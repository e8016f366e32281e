"""Networks with random weights, and where the published outputs are."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.fakes import ROOT
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.resnet import ResNet18
from tsmf_live.nets.stgcn import STGCN
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.nets.undrawn import Undrawn

GOLDEN = ROOT.parent / "shared" / "golden"
needs_golden = pytest.mark.skipif(not GOLDEN.is_dir(), reason="no reference outputs beside the project")
WEIGHTS = ROOT.parent / "shared" / "weights"
needs_weights = pytest.mark.skipif(not WEIGHTS.is_dir(), reason="no published weights beside the project")
CHANNELS = {"agcn": 256, "msg3d": 384, "efficientgcn": 128, "efficientgcn-sg": 128, "shiftgcn": 256}


def unsettled(network: nn.Module, seed: int = 3) -> nn.Module:
    """The network with other batch norm statistics and learned links than the initial ones."""
    torch.manual_seed(seed)
    for module in network.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 1.5)
    for name, parameter in network.named_parameters():
        if name.endswith((".PA", ".A_res", ".Feature_Mask")):
            nn.init.uniform_(parameter, -0.1, 0.1)
        if name.endswith(".edge"):
            nn.init.uniform_(parameter, 5, 25)
    return network.eval()


def random_teacher(temporal: str, width: float = 1.0) -> STGCN:
    """A teacher whose statistics and edge weights are not the initial ones."""
    torch.manual_seed(3)
    network = STGCN(6, temporal, width=width)
    for module in network.modules():
        if isinstance(module, (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)):
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 1.5)
    for importance in network.edge_importance:
        torch.nn.init.uniform_(importance, 0.5, 1.5)
    return network.eval()


#: Of students by what they and the random numbers before them depend on: weights, and the generator's state after.
_students: dict[tuple, tuple[dict[str, torch.Tensor], torch.Tensor]] = {}


def random_student(class_count: int, *before: object) -> ResNet18:
    """ResNet18(class_count) as the generator makes it after `before`; 11 million weights are drawn once for each."""
    key = class_count, *before
    if key not in _students:
        drawn = ResNet18(class_count).state_dict()
        _students[key] = drawn, torch.get_rng_state()
        return random_student(*key)
    drawn, after = _students[key]
    with Undrawn():
        student = ResNet18(class_count)
    student.load_state_dict({name: tensor.clone() for name, tensor in drawn.items()}, assign=True)
    torch.set_rng_state(after)
    return student


def random_model(**settings: object) -> TSMF:
    """A TSMF with random but reproducible weights; settings go into its Spec.

    Its teacher has an eighth of the published channels: it costs next to nothing beside the student.
    """
    labels = ("class 0", "class 1", "class 2", "class 3", "idle")
    usual = {"labels": labels, "idle": "idle", "window_frames": 60, "temporal": "causal", "width": 0.125}
    spec = Spec(**(usual | settings))
    torch.manual_seed(7)
    teacher = STGCN(len(spec.labels), spec.temporal, width=spec.width)
    return TSMF(spec, teacher, random_student(len(spec.labels), spec.temporal, spec.width))
