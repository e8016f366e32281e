"""One safetensors file that holds the weights and, in its metadata, everything needed to use them.

Weights keep the published names under `teacher.` (see nets.teacher.TEACHERS), `student.` (ResNet-18, torchvision's)
and, where attention comes from an ST-GCN of its own, `attention.`; they may be stored as float16. Nothing in the file
is ever executed: pickled `.pt` and `.pth` files are refused (train.convert reads their weights). A file is read whole
before it is used: one that is overwritten or cut later, in use, does no harm.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load as tensors_of
from safetensors.torch import save_file
from torch import Tensor

from tsmf_live.frames import CheckpointError
from tsmf_live.nets.joint_input import FRAME_BY_FRAME, NORMALISATIONS, SAMPLINGS
from tsmf_live.nets.teacher import TEACHERS

FORMAT_VERSION = 1
METADATA_KEY = "tsmf_live"
CLASSES_MOST = 10_000  # labels; more would be a damaged file's, and networks of any size
LONGEST_LABEL = 500  # characters
#: Largest value, either way, of what is not bounded otherwise.
LARGEST = {"fusion_lambda": 1e3, "temperature_fused": 1e4, "temperature_teacher": 1e4, "idle_shift": 1e3}
LONGEST_S = 3600.0  # of min_duration_s and smoothing_s
LARGEST_DESCENT_M = 1.0
ENTER_PER_M = 1.0  # a descent that is a centimetre farther lowers a class's threshold by a hundredth
LEAST_ENTER = 0.2  # and to no less than this
MORE_PER_M = 2.0  # for each centimetre that a descent is too short the threshold is higher by two hundredths
LONGEST_LAG_S = 10.0
#: Of NTU RGB+D's and PKU-MMD's classes that two people do together, and of others named so.
JOINT_WORDS = (
    "other person", "each other", "handshak", "shaking hands", "hugging", "walking towards", "walking apart",
    "high-five", "cheers and drink", "support somebody", "finger-guessing", "rock-paper-scissors", "step on foot",
    "exchange things", "grab other", "knock over", "shoot at",
)  # fmt: skip
DTYPES = (torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.int32)
_TIMES = ("enter", "leave", "min_duration_s", "smoothing_s")
_CALIBRATION = ("fusion_lambda", "temperature_fused", "temperature_teacher", "idle_shift")
_NUMBERS = ("width", "frame_rate_hz", *_CALIBRATION, *_TIMES)
ROLES = ("teacher", "student", "attention")
RELEASED = ("stgcn", "agcn", "msg3d")  # the teachers of TSMF's published code
#: The bias of each network's classifier: one value a class.
CLASSIFIER_BIAS = {
    "stgcn": "fcn.bias",
    "agcn": "fc.bias",
    "msg3d": "fc.bias",
    "efficientgcn": "classifier.fc.bias",
    "efficientgcn-sg": "classifier.fc.bias",
    "shiftgcn": "fc.bias",
    "resnet18": "fc.bias",
}
CHOICES = {
    "architecture": (*(f"{teacher}+resnet18" for teacher in TEACHERS), *TEACHERS),
    "temporal": ("same", "causal"),
    "mode": ("window", "stream"),
    "arithmetic": ("exact", "slots", "released"),
    "attention": ("paper", "released", "none"),
    "attention_from": ("teacher", "stgcn"),
    "crop": ("fixed", "metric"),
    "resize_filter": ("area",),
    "normalisation": NORMALISATIONS,
    "sampling": SAMPLINGS,
}


class ClassDecision(NamedTuple):
    """When one class begins and ends, see live.decision.

    enter, leave: thresholds on its smoothed probability.
    min_duration_s: shorter events are not reported.
    begin_lag_s, end_lag_s: by so much its probability rises after the action has begun, and falls after it has ended;
        reported events begin and end so much earlier.
    descent_m: `enter` is for somebody who has come down by so much (live.descent); who came down farther needs less
        probability, who came down less needs more. 0: nothing is asked.
    valley: an event is cut into repetitions where the limbs come back by so much (live.repetitions). 0: it stays whole.
    """

    enter: float
    leave: float
    min_duration_s: float
    begin_lag_s: float = 0.0
    end_lag_s: float = 0.0
    descent_m: float = 0.0
    valley: float = 0.0

    def enter_after(self, descent_m: float) -> float:
        """The threshold for somebody who has just come down by so many metres; above 1: it does not begin."""
        if not self.descent_m:
            return self.enter
        farther_m = descent_m - self.descent_m
        if farther_m < 0:
            return self.enter - MORE_PER_M * farther_m
        return max(min(LEAST_ENTER, self.enter), self.enter - ENTER_PER_M * farther_m)


@dataclass(frozen=True)
class Spec:
    """How a checkpoint is to be used.

    Attributes:
        labels: class names, in the order of the scores.
        idle: the name of the class in which nothing happens, or None if the data set had none.
        architecture: the teacher, and "+resnet18" if there is a student.
        width: an ST-GCN's channels as a share of the published ones.
        temporal: the teacher's form, "same" or "causal" (see nets.stgcn); all but ST-GCN have "same" only.
        mode: how it was trained to be used: "window", or (causal only) "stream".
        arithmetic: "exact"; "slots": scores as a published network gives them, which always sees two persons, one of
            them often empty, all else exact; or "released" to reproduce TSMF's published code with published weights.
        attention: "paper" (Eq. 4), "released", or "none": every joint weighs 1 (a student trained without weights).
        attention_from: "teacher": the network that gives the scores; "stgcn": another one, as the paper's Table 2 has
            it for AGCN and MS-G3D.
        crop: "fixed" (96 px) or "metric" (0.30 m).
        normalisation: what is done to the joints, see nets.joint_input.
        sampling, sampled_frames: "all" frames of the window go in, or they are brought to `sampled_frames` first.
        window_frames, frame_rate_hz: what one prediction looks at.
        fusion_lambda: score = teacher + lambda * student.
        temperature_fused, temperature_teacher: scores are divided by it before the softmax (calibration).
        idle_shift: then added to the idle class's score: idle is more frequent in use than in training (log of the
            ratio of the odds).
        enter, leave: thresholds on the smoothed probability of an action to begin and to end.
        min_duration_s: shorter events are not reported.
        smoothing_s: time constant of the probabilities' exponential smoothing.
        decisions: label -> what of a ClassDecision is other for this class, by name (train.decisions finds it).
        mirrored: pictures and joints are mirrored as the sensor gives them.
        trained_on, accuracy: in words and figures, for people.
    """

    labels: tuple[str, ...]
    idle: str | None = None
    architecture: str = "stgcn+resnet18"
    width: float = 1.0
    temporal: str = "same"
    mode: str = "window"
    arithmetic: str = "exact"
    attention: str = "paper"
    attention_from: str = "teacher"
    crop: str = "fixed"
    resize_filter: str = "area"
    normalisation: str = "none"
    sampling: str = "all"
    sampled_frames: int = 0
    window_frames: int = 300
    frame_rate_hz: float = 30.0
    fusion_lambda: float = 1.0
    temperature_fused: float = 1.0
    temperature_teacher: float = 1.0
    idle_shift: float = 0.0
    enter: float = 0.5
    leave: float = 0.3
    min_duration_s: float = 0.5
    smoothing_s: float = 0.4
    decisions: dict[str, dict[str, float]] = field(default_factory=dict)
    mirrored: bool = True
    trained_on: str = ""
    accuracy: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name}: expected one of {', '.join(allowed)}, got {getattr(self, name)!r}")
        for name in _NUMBERS:
            value = getattr(self, name)
            if not _is_number(value):
                raise ValueError(f"{name}: expected a number, got {value!r}")
            if abs(value) > LARGEST.get(name, LONGEST_S):
                raise ValueError(f"{name}: expected at most {LARGEST.get(name, LONGEST_S):g} either way, got {value:g}")
        self._check_words()
        if type(self.window_frames) is not int:
            raise ValueError(f"window_frames: expected a whole number, got {self.window_frames!r}")
        if self.mode == "stream" and not self.can_stream:
            raise ValueError(
                "mode: 'stream' needs temporal form 'causal', exact arithmetic, attention_from 'teacher', sampling "
                f"'all' and a normalisation frame by frame ({', '.join(FRAME_BY_FRAME)})"
            )
        if type(self.sampled_frames) is not int or (self.sampling == "all") != (self.sampled_frames == 0):
            raise ValueError(f"sampled_frames: expected 0 for 'all', else a length, got {self.sampled_frames!r}")
        if not 0 <= self.sampled_frames <= 10_000:
            raise ValueError(f"sampled_frames: expected 0 to 10000, got {self.sampled_frames}")
        if self.arithmetic == "released" and self.teacher_name not in RELEASED:
            raise ValueError(f"arithmetic: 'released' is TSMF's ({', '.join(RELEASED)}), got {self.teacher_name}")
        if self.temporal == "causal" and self.teacher_name != "stgcn":
            raise ValueError(f"temporal: {self.teacher_name} has the form 'same' only, got 'causal'")
        if len(self.labels) < 2 or len(set(self.labels)) != len(self.labels):
            raise ValueError(f"labels: expected at least two different names, got {len(self.labels)}")
        if self.idle is not None and self.idle not in self.labels:
            raise ValueError(f"idle: {self.idle!r} is not among the labels")
        if self.idle is None and self.idle_shift != 0:
            raise ValueError(f"idle_shift: expected 0 without an idle class, got {self.idle_shift:g}")
        if not 1 / 16 <= self.width <= 2 or (self.width != 1 and self.teacher_name != "stgcn"):
            raise ValueError(f"width: expected 1/16 to 2 for stgcn, 1 for others, got {self.width:g}")
        if not 1 <= self.window_frames <= 10_000:
            raise ValueError(f"window_frames: expected 1 to 10000, got {self.window_frames}")
        if self.frame_rate_hz != 30.0:
            raise ValueError(f"frame_rate_hz: expected 30, got {self.frame_rate_hz:g}")
        if not 0 <= self.leave <= self.enter <= 1:
            raise ValueError(f"thresholds: expected 0 <= leave <= enter <= 1, got {self.leave:g} and {self.enter:g}")
        if min(self.temperature_fused, self.temperature_teacher) < 1e-4:
            raise ValueError("temperature: expected more than 0")
        if min(self.min_duration_s, self.smoothing_s) < 0:
            raise ValueError("min_duration_s, smoothing_s: expected 0 s or more")
        self._check_decisions()

    def _check_decisions(self) -> None:
        """ValueError unless every class that decides in its own way is known, and can."""
        if not isinstance(self.decisions, dict) or not all(isinstance(own, dict) for own in self.decisions.values()):
            raise ValueError("decisions: expected settings by class")
        for label, own in self.decisions.items():
            unknown = [name for name in own if name not in ClassDecision._fields]
            if label not in self.labels or unknown or not all(map(_is_number, own.values())):
                raise ValueError(f"decisions: {label!r}: expected numbers for {', '.join(ClassDecision._fields)}")
            rule = self.decision_of(label)
            if not 0 <= rule.leave <= rule.enter <= 1 or not 0 <= rule.min_duration_s <= LONGEST_S:
                raise ValueError(f"decisions: {label!r}: expected 0 <= leave <= enter <= 1 and a duration, got {rule}")
            if not all(0 <= lag <= LONGEST_LAG_S for lag in (rule.begin_lag_s, rule.end_lag_s)):
                raise ValueError(f"decisions: {label!r}: expected lags of 0 to {LONGEST_LAG_S:g} s, got {rule}")
            if not 0 <= rule.descent_m <= LARGEST_DESCENT_M:
                raise ValueError(
                    f"decisions: {label!r}: expected a descent of 0 to {LARGEST_DESCENT_M:g} m, got {rule}"
                )
            if not 0 <= rule.valley < 1:
                raise ValueError(f"decisions: {label!r}: expected a valley of at least 0 and less than 1, got {rule}")

    def _check_words(self) -> None:
        """ValueError unless labels are names, and what is for people is text and figures."""
        if not isinstance(self.labels, tuple) or len(self.labels) > CLASSES_MOST:
            raise ValueError(f"labels: expected a list of at most {CLASSES_MOST} names")
        for label in self.labels:
            if not isinstance(label, str) or not 0 < len(label.strip()) <= LONGEST_LABEL or not label.isprintable():
                raise ValueError(f"labels: expected names of up to {LONGEST_LABEL} characters, got {label!r}")
        if not isinstance(self.trained_on, str) or not isinstance(self.mirrored, bool):
            raise ValueError(f"trained_on, mirrored: expected text and a truth, got {self.mirrored!r}")
        figures = self.accuracy.items() if isinstance(self.accuracy, dict) else [(None, None)]
        if not all(isinstance(name, str) and _is_number(value) for name, value in figures):
            raise ValueError("accuracy: expected figures by name")

    def decision_of(self, label: str) -> ClassDecision:
        """When this class begins and ends."""
        common = {"enter": self.enter, "leave": self.leave, "min_duration_s": self.min_duration_s}
        return ClassDecision(**common | self.decisions.get(label, {}))

    def is_joint(self, label: str) -> bool:
        """Whether two people do this together, as the class's name says: "hugging other person", "handshaking"."""
        return any(words in label.lower() for words in JOINT_WORDS)

    @property
    def can_stream(self) -> bool:
        """Whether the teacher can be used one frame at a time."""
        exact = self.arithmetic == "exact" and self.attention_from == "teacher"
        frame_by_frame = self.sampling == "all" and self.normalisation in FRAME_BY_FRAME
        return self.temporal == "causal" and exact and frame_by_frame

    @property
    def teacher_name(self) -> str:
        """Which network the teacher is, see nets.teacher.TEACHERS."""
        return self.architecture.partition("+")[0]

    @property
    def networks(self) -> dict[str, str]:
        """The file's networks: role (teacher, student, attention; the prefix of the weights) -> name of the network."""
        teacher, _, student = self.architecture.partition("+")
        roles = {"teacher": teacher, "student": student, "attention": self.attention_from}
        return {role: name for role, name in roles.items() if name not in ("", "teacher")}

    @property
    def pooled_steps(self) -> int | None:
        """Outputs of the last block that one score averages: all, or the last window/4 of a causal, unsampled clip."""
        whole = self.temporal == "same" or self.sampling != "all"
        return None if whole else max(1, self.window_frames // 4)


def _is_number(value: object) -> bool:
    """Whether it is a finite number that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e300 if isinstance(value, int) else math.isfinite(value)


def save(
    path: Path,
    spec: Spec,
    teacher: dict[str, Tensor],
    student: dict[str, Tensor] | None,
    half: bool = True,
    attention: dict[str, Tensor] | None = None,
) -> None:
    """Writes a checkpoint; floats as float16 if `half` (the adjacency stays float32)."""
    tensors = {}
    for prefix, state in (("teacher", teacher), ("student", student), ("attention", attention)):
        for name, tensor in (state or {}).items():
            tensor = tensor.detach().cpu().contiguous()
            if half and tensor.is_floating_point() and name.rpartition(".")[2] != "A":
                tensor = tensor.half()
            tensors[f"{prefix}.{name}"] = tensor
    document = {"format": FORMAT_VERSION, **asdict(spec)}
    save_file(tensors, path, metadata={METADATA_KEY: json.dumps(document)})


def with_settings(path: Path, spec: Spec, new: Path) -> None:
    """Writes `new`: the networks of a checkpoint, bit for bit, with other settings.

    Raises:
        CheckpointError: the checkpoint cannot be read.
    """
    load(path)
    document = {"format": FORMAT_VERSION, **asdict(spec)}
    save_file(tensors_of(path.read_bytes()), new, metadata={METADATA_KEY: json.dumps(document)})


def load(path: Path) -> tuple[Spec, dict[str, dict[str, Tensor]]]:
    """Spec and, for each of its networks, the weights (float32) of a checkpoint.

    Raises:
        CheckpointError: missing, foreign, damaged, or settings, labels and networks disagree.
    """
    if not path.is_file():
        raise CheckpointError(
            f"checkpoint {path}: no such file; --checkpoint wants a .safetensors file of this program"
        )
    try:
        data = path.read_bytes()  # never mapped: a mapped file that is cut while it is in use ends the program
        tensors = tensors_of(data)
        metadata = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")]).get("__metadata__") or {}
        odd = [name for name, tensor in tensors.items() if tensor.dtype not in DTYPES]
        if odd:
            raise ValueError(f"{odd[0]}: weights of type {tensors[odd[0]].dtype}")
    except Exception as error:  # a damaged file can make the reader fail in any way
        pickled = path.suffix in (".pt", ".pth")
        remedy = "; a pickled .pt or .pth file is never opened here, use train.convert" if pickled else ""
        raise CheckpointError(f"checkpoint {path}: not a readable safetensors file ({error}){remedy}") from error
    spec = _read_spec(path, metadata)
    weights = {name: t.float() if t.is_floating_point() else t for name, t in tensors.items()}
    states = {
        role: {name.removeprefix(f"{role}."): t for name, t in weights.items() if name.startswith(f"{role}.")}
        for role in ROLES
    }
    _check_agreement(path, spec, states)
    return spec, {role: states[role] for role in spec.networks}


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
        if isinstance(document["labels"], list):
            document["labels"] = tuple(document["labels"])
        return Spec(**document)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CheckpointError(f"checkpoint {path}: settings cannot be used: {error}") from error


def _check_agreement(path: Path, spec: Spec, states: dict[str, dict[str, Tensor]]) -> None:
    counts = {"label list": len(spec.labels)}
    for role, state in states.items():
        if role not in spec.networks:
            if state:
                raise CheckpointError(
                    f"checkpoint {path}: holds weights ({role}.) that its settings do not name: {spec.architecture}, "
                    f"attention_from {spec.attention_from}"
                )
            continue
        key = CLASSIFIER_BIAS[spec.networks[role]]
        if key not in state or state[key].ndim != 1:
            raise CheckpointError(f"checkpoint {path}: the {role}'s weights are missing ({role}.{key})")
        counts[role] = len(state[key])
    if len(set(counts.values())) != 1:
        said = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise CheckpointError(f"checkpoint {path}: number of classes disagrees: {said}; train or convert it again")
    for role, state in states.items():
        bad = [key for key, t in state.items() if t.is_floating_point() and not bool(torch.isfinite(t).all())]
        if bad:
            raise CheckpointError(f"checkpoint {path}: the {role}'s weights {bad[0]} are not finite; train it again")
