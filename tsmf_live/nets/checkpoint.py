"""One safetensors file that holds the weights and, in its metadata, everything needed to use them.

Weights keep the published names under `teacher.` (ST-GCN) and `student.` (ResNet-18, torchvision's names); they may be
stored as float16. Nothing in the file is ever executed: pickled `.pt` and `.pth` files are refused.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from tsmf_live.frames import CheckpointError

FORMAT_VERSION = 1
METADATA_KEY = "tsmf_live"
CHOICES = {
    "architecture": ("stgcn+resnet18",),
    "temporal": ("same", "causal"),
    "mode": ("window", "stream"),
    "arithmetic": ("exact", "released"),
    "attention": ("paper", "released"),
    "crop": ("fixed", "metric"),
    "resize_filter": ("area",),
    "normalisation": ("none", "root"),
}


@dataclass(frozen=True)
class Spec:
    """How a checkpoint is to be used.

    Attributes:
        labels: class names, in the order of the scores.
        idle: the name of the class in which nothing happens, or None if the data set had none.
        temporal: the teacher's form, "same" or "causal" (see nets.stgcn).
        mode: how it was trained to be used: "window", or (causal only) "stream".
        arithmetic: "exact", or "released" to reproduce the published code with published weights.
        attention: "paper" (Eq. 4) or "released".
        crop: "fixed" (96 px) or "metric" (0.30 m).
        normalisation: "none": camera-space metres; "root": every joint but the spine base relative to it.
        window_frames, frame_rate_hz: what one prediction looks at.
        fusion_lambda: score = teacher + lambda * student.
        temperature_fused, temperature_teacher: scores are divided by it before the softmax (calibration).
        enter, leave: thresholds on the smoothed probability of an action to begin and to end.
        min_duration_s: shorter events are not reported.
        smoothing_s: time constant of the probabilities' exponential smoothing.
        mirrored: pictures and joints are mirrored as the sensor gives them.
        trained_on, accuracy: in words and figures, for people.
    """

    labels: tuple[str, ...]
    idle: str | None = None
    architecture: str = "stgcn+resnet18"
    temporal: str = "same"
    mode: str = "window"
    arithmetic: str = "exact"
    attention: str = "paper"
    crop: str = "fixed"
    resize_filter: str = "area"
    normalisation: str = "none"
    window_frames: int = 300
    frame_rate_hz: float = 30.0
    fusion_lambda: float = 1.0
    temperature_fused: float = 1.0
    temperature_teacher: float = 1.0
    enter: float = 0.5
    leave: float = 0.3
    min_duration_s: float = 0.5
    smoothing_s: float = 0.4
    mirrored: bool = True
    trained_on: str = ""
    accuracy: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name}: expected one of {', '.join(allowed)}, got {getattr(self, name)!r}")
        if self.mode == "stream" and not self.can_stream:
            raise ValueError("mode: 'stream' needs temporal form 'causal' and exact arithmetic")
        if len(self.labels) < 2 or len(set(self.labels)) != len(self.labels):
            raise ValueError(f"labels: expected at least two different names, got {len(self.labels)}")
        if self.idle is not None and self.idle not in self.labels:
            raise ValueError(f"idle: {self.idle!r} is not among the labels")
        if not 1 <= self.window_frames <= 10_000:
            raise ValueError(f"window_frames: expected 1 to 10000, got {self.window_frames}")
        if self.frame_rate_hz != 30.0:
            raise ValueError(f"frame_rate_hz: expected 30, got {self.frame_rate_hz:g}")
        if not 0 <= self.leave <= self.enter <= 1:
            raise ValueError(f"thresholds: expected 0 <= leave <= enter <= 1, got {self.leave:g} and {self.enter:g}")
        if min(self.temperature_fused, self.temperature_teacher) <= 0:
            raise ValueError("temperature: expected more than 0")

    @property
    def can_stream(self) -> bool:
        """Whether the teacher can be used one frame at a time."""
        return self.temporal == "causal" and self.arithmetic == "exact"

    @property
    def pooled_steps(self) -> int | None:
        """Outputs of the last block that one score averages: all of a zero-padded clip, the last window/4 if causal."""
        return None if self.temporal == "same" else max(1, self.window_frames // 4)


def save(path: Path, spec: Spec, teacher: dict[str, Tensor], student: dict[str, Tensor], half: bool = True) -> None:
    """Writes a checkpoint; floats as float16 if `half` (the adjacency stays float32)."""
    tensors = {}
    for prefix, state in (("teacher", teacher), ("student", student)):
        for name, tensor in state.items():
            tensor = tensor.detach().cpu().contiguous()
            if half and tensor.is_floating_point() and name != "A":
                tensor = tensor.half()
            tensors[f"{prefix}.{name}"] = tensor
    document = {"format": FORMAT_VERSION, **asdict(spec)}
    save_file(tensors, path, metadata={METADATA_KEY: json.dumps(document)})


def load(path: Path) -> tuple[Spec, dict[str, Tensor], dict[str, Tensor]]:
    """Spec, teacher weights and student weights (float32) of a checkpoint.

    Raises:
        CheckpointError: missing, foreign, damaged, or labels and networks disagree.
    """
    if not path.is_file():
        raise CheckpointError(
            f"checkpoint {path}: no such file; --checkpoint wants a .safetensors file of this program"
        )
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    except (SafetensorError, OSError, ValueError) as error:
        remedy = "; a pickled .pt or .pth file is never opened" if path.suffix in (".pt", ".pth") else ""
        raise CheckpointError(f"checkpoint {path}: not a readable safetensors file ({error}){remedy}") from error
    spec = _read_spec(path, metadata)
    weights = {name: t.float() if t.is_floating_point() else t for name, t in tensors.items()}
    teacher = {name[8:]: t for name, t in weights.items() if name.startswith("teacher.")}
    student = {name[8:]: t for name, t in weights.items() if name.startswith("student.")}
    _check_agreement(path, spec, teacher, student)
    return spec, teacher, student


def _read_spec(path: Path, metadata: dict[str, str]) -> Spec:
    if METADATA_KEY not in metadata:
        raise CheckpointError(f"checkpoint {path}: foreign file: its metadata has no entry {METADATA_KEY!r}")
    try:
        document = json.loads(metadata[METADATA_KEY])
        version = document.pop("format")
        if version != FORMAT_VERSION:
            raise CheckpointError(
                f"checkpoint {path}: format {version}, this program reads {FORMAT_VERSION}; update it"
            )
        unknown = set(document) - {f.name for f in fields(Spec)}
        if unknown:
            raise ValueError(f"unknown settings {', '.join(sorted(unknown))}")
        document["labels"] = tuple(str(label) for label in document["labels"])
        return Spec(**document)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CheckpointError(f"checkpoint {path}: settings cannot be used: {error}") from error


def _check_agreement(path: Path, spec: Spec, teacher: dict[str, Tensor], student: dict[str, Tensor]) -> None:
    counts = {"label list": len(spec.labels)}
    for name, state, key in (("teacher", teacher, "fcn.bias"), ("student", student, "fc.bias")):
        if key not in state:
            raise CheckpointError(f"checkpoint {path}: the {name}'s weights are missing ({name}.{key})")
        counts[name] = len(state[key])
    if len(set(counts.values())) != 1:
        said = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise CheckpointError(f"checkpoint {path}: number of classes disagrees: {said}; train or convert it again")
    for name, state in (("teacher", teacher), ("student", student)):
        bad = [key for key, t in state.items() if t.is_floating_point() and not bool(torch.isfinite(t).all())]
        if bad:
            raise CheckpointError(f"checkpoint {path}: the {name}'s weights {bad[0]} are not finite; train it again")
