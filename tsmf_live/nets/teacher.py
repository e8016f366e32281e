"""The teachers behind one interface, and the networks of a checkpoint made from their names.

**Source:** TSMF Table 2: ST-GCN, AGCN and MS-G3D, the latter two on the joint stream. EfficientGCN-B0 and Shift-GCN are
smaller, and published with weights.
"""

from __future__ import annotations

from typing import Protocol

from torch import Tensor, nn

from tsmf_live.nets.agcn import AGCN
from tsmf_live.nets.efficientgcn import EfficientGCN
from tsmf_live.nets.msg3d import MSG3D
from tsmf_live.nets.resnet import ResNet18
from tsmf_live.nets.shiftgcn import ShiftGCN
from tsmf_live.nets.stgcn import STGCN

#: What a teacher can be, by its name in a checkpoint.
TEACHERS = {
    "stgcn": "ST-GCN",
    "agcn": "AGCN",
    "msg3d": "MS-G3D",
    "efficientgcn": "EfficientGCN-B0",
    "efficientgcn-sg": "EfficientGCN-B0 (SG)",
    "shiftgcn": "Shift-GCN",
}


class Teacher(Protocol):
    """What every teacher does: one person a row, so a person's scores never depend on who else is there."""

    def __call__(self, x: Tensor, pooled_steps: int | None = None) -> tuple[Tensor, Tensor]:
        """Scores (N, classes) and feature map (N, C, T', V) of joint positions x (N, 3, T, V), T at least 1.

        The head is linear: the mean of the persons' scores is the score of their mean, as published. AGCN, MS-G3D and
        Shift-GCN also take `slots`, the person slot whose input statistics each row takes.
        """


def build(name: str, class_count: int, temporal: str, width: float = 1.0, dropout: float = 0.5) -> nn.Module:
    """A network with initial weights: one of TEACHERS, or "resnet18".

    Args:
        temporal, width, dropout: of an ST-GCN; the others have their published form only.
    """
    if name == "stgcn":
        return STGCN(class_count, temporal, dropout, width)
    if name in ("efficientgcn", "efficientgcn-sg"):
        return EfficientGCN(class_count, "sg" if name.endswith("-sg") else "sep")
    return {"agcn": AGCN, "msg3d": MSG3D, "shiftgcn": ShiftGCN, "resnet18": ResNet18}[name](class_count)


def has_person_slots(teacher: Teacher) -> bool:
    """Whether the teacher's input statistics differ between the first and the second person."""
    return isinstance(teacher, AGCN | MSG3D | ShiftGCN)
