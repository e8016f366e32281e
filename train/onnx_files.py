"""Writes a checkpoint's networks as ONNX files, for programs that do not use torch.

    teacher.onnx  joints (batch, 3, frames, 25) float32, one person a row, normalised as the checkpoint says; AGCN and
                  MS-G3D also take slots (batch,) int64, the person slot (0 unless the arithmetic is `released`)
                  -> scores (batch, classes), feature (batch, C, frames / 4, 25), which attention is read from
    student.onnx  image (batch, 3, 225, 225) float32, normalised and weighted -> scores (batch, classes)

The checkpoint's settings, labels among them, are in each file's metadata under "tsmf_live".
"""

from __future__ import annotations

import json
import warnings
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn

from tsmf_live.frames import UsageError
from tsmf_live.nets.checkpoint import METADATA_KEY, Spec
from tsmf_live.nets.teacher import has_person_slots
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.roi import STUDENT_SIDE
from tsmf_live.skeleton import JOINT_COUNT

OPSET = 17
EXAMPLE_FRAMES = 21


class _Rows(nn.Module):
    """The teacher as TSMF uses it, attention network included."""

    def __init__(self, model: TSMF) -> None:
        super().__init__()
        self.model = model
        self.networks = nn.ModuleList(network for network in (model.teacher, model.attention) if network is not None)

    def forward(self, joints: Tensor, slots: Tensor | None = None) -> tuple[Tensor, Tensor]:
        return self.model.run_rows(joints, slots)


def export(checkpoint: Path, folder: Path) -> list[Path]:
    """Writes teacher.onnx, and student.onnx if there is a student, into `folder`; returns their paths.

    Raises:
        CheckpointError: the checkpoint cannot be read.
        UsageError: the onnx package is missing, or the folder cannot be written.
    """
    model = TSMF.load(checkpoint)
    joints = torch.zeros(2, 3, EXAMPLE_FRAMES, JOINT_COUNT)
    inputs = {"joints": joints}
    if has_person_slots(model.teacher):
        inputs["slots"] = torch.zeros(2, dtype=torch.long)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / "teacher.onnx"]
        _write(paths[0], model.spec, _Rows(model), inputs, ("scores", "feature"))
        if model.student is not None:
            paths.append(folder / "student.onnx")
            image = torch.zeros(1, 3, STUDENT_SIDE, STUDENT_SIDE)
            _write(paths[1], model.spec, model.student, {"image": image}, ("scores",))
    except OSError as error:
        raise UsageError(f"--onnx {folder}: cannot be written: {error.strerror or error}") from error
    return paths


def _write(path: Path, spec: Spec, network: nn.Module, inputs: dict[str, Tensor], outputs: tuple[str, ...]) -> None:
    try:
        import onnx
    except ImportError as error:
        raise UsageError("--onnx needs the onnx package: python -m pip install onnx") from error
    axes = {name: {0: "batch"} for name in (*inputs, *outputs)}
    for name in axes.keys() & {"joints", "feature"}:
        axes[name][2] = "frames" if name == "joints" else "steps"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracing exporter is the older one: it takes seconds, the newer minutes
        torch.onnx.export(
            network.eval(),
            tuple(inputs.values()),
            str(path),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
    document = onnx.load(path)
    onnx.helper.set_model_props(document, {METADATA_KEY: json.dumps(asdict(spec))})
    onnx.save(document, path)
