"""TSMF: the teacher's scores and attention, the student's scores, and how the two are put together.

Used the same way live, in training and in evaluation: `run_teacher` for the skeletons, `roi.compose` and `roi.weigh`
for the image, `run_student` for the picture, `fuse` for both.

**Source:** TSMF sections "Teacher Network", "Student Network", "Optimization". Fusion adds raw scores, lambda = 1.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from tsmf_live.frames import MAX_BODIES, CheckpointError
from tsmf_live.nets import checkpoint
from tsmf_live.nets.attention import attention_magnitude, joint_attention, released_pair_attention
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.gpu import Captured, use_tensor_cores
from tsmf_live.nets.joint_input import frames_before, normalise, to_length
from tsmf_live.nets.layers import COORDINATES, PERSON_SLOTS
from tsmf_live.nets.published_input import energy, z_up
from tsmf_live.nets.resnet import FusedResNet18, ResNet18, folded
from tsmf_live.nets.stgcn import STGCN
from tsmf_live.nets.stream import StreamSTGCN
from tsmf_live.nets.teacher import Teacher, build, has_person_slots
from tsmf_live.nets.undrawn import Undrawn
from tsmf_live.roi import STUDENT_SIDE
from tsmf_live.skeleton import JOINT_COUNT


@dataclass(frozen=True)
class TeacherOutput:
    """The teacher's outputs for M persons.

    Attributes:
        scores: (M, classes) float32, raw, each person's own.
        scene: (classes,) float32, the mean over the persons that are there.
        attention: (M, 25) float32.
        magnitude: (M,) float32, how strongly each person acts on the network.
    """

    scores: np.ndarray
    scene: np.ndarray
    attention: np.ndarray
    magnitude: np.ndarray


class TSMF:
    """The networks with their settings, ready for inference.

    Args:
        spec: settings.
        teacher, student: networks; put into evaluation mode. Student None: the teacher alone.
        device: where they run.
        attention: the ST-GCN that attention is read from, None if the teacher itself.
    """

    def __init__(
        self,
        spec: Spec,
        teacher: Teacher,
        student: ResNet18 | None,
        device: str = "cpu",
        attention: STGCN | None = None,
    ) -> None:
        self.spec = spec
        self.teacher = teacher.eval()
        self.student = None if student is None else student.eval()
        #: What `run_student` runs; training the student later does not reach it.
        self._folded = None if student is None else folded(student)
        self.attention = None if attention is None else attention.eval()
        self.move(device)

    def move(self, device: str) -> None:
        """Takes all networks to "cpu" or "cuda"."""
        self.device = torch.device(device)
        if self.device.type == "cuda":
            use_tensor_cores()
        for network in (self.teacher, self.student, self._folded, self.attention):
            if network is not None:
                network.to(self.device)
        self._teacher_on_device = Captured(self._teacher_rows, self.device)
        student = self._folded
        if student is not None and self.device.type == "cpu" and FusedResNet18.available():
            student = FusedResNet18(student, STUDENT_SIDE)
        self._student_on_device = Captured(lambda x: (student(x),), self.device)
        self._student_in_parts = student.in_parts if isinstance(student, FusedResNet18) else None
        self._empty_slot: dict[int, np.ndarray] = {}  # by frames: the scores (classes,) of a slot with nobody in it

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> TSMF:
        """The model of a checkpoint file.

        Raises:
            CheckpointError: see nets.checkpoint.load; also weights that do not fit the networks.
        """
        spec, states = checkpoint.load(path)
        form = len(spec.labels), spec.temporal, spec.width
        networks = {role: build(name, *form) for role, name in spec.networks.items() if role != "student"}
        if "student" in spec.networks:
            with Undrawn():
                networks["student"] = build(spec.networks["student"], *form)
        for role, network in networks.items():
            try:
                network.load_state_dict(states[role])
            except RuntimeError as error:
                first = str(error).split("\n")[1].strip() if "\n" in str(error) else str(error)
                raise CheckpointError(f"checkpoint {path}: the {role}'s weights do not fit: {first[:200]}") from error
        return cls(spec, networks["teacher"], networks.get("student"), device, networks.get("attention"))

    @torch.inference_mode()
    def run_teacher(self, clips: list[np.ndarray]) -> TeacherOutput:
        """The teacher on one clip a person.

        Args:
            clips: M arrays (T, 25, 3) float32 camera-space metres, each with its own T; at least one.
        """
        if self.spec.arithmetic == "released":
            return self._run_teacher_released(clips)
        outputs: list[tuple[np.ndarray, ...]] = [()] * len(clips)
        inputs = [self.input_of(clip) for clip in clips]
        for frames in sorted({len(x) for x in inputs}):  # persons seen equally long share a batch
            rows = [m for m, x in enumerate(inputs) if len(x) == frames]
            batch = np.stack([inputs[m] for m in rows])  # (rows, T, V, 3)
            found = self._teacher_on_device(torch.from_numpy(batch).permute(0, 3, 1, 2))
            for m, *output in zip(rows, *map(_numpy, found), strict=True):
                outputs[m] = tuple(output)
        scores, attention, magnitude = (np.stack(part) for part in zip(*outputs, strict=True))
        scene = scores.mean(axis=0)
        if self.spec.arithmetic == "slots":
            scores, scene = self._as_in_slots(clips, inputs, scores)
        return TeacherOutput(scores, scene, attention, magnitude)

    def _as_in_slots(
        self, clips: list[np.ndarray], inputs: list[np.ndarray], scores: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Each person's scores (M, classes) with an empty slot beside, and the scene's (classes,).

        Two persons fill both slots, the one with more energy the first; of more, the mean counts.
        """
        own = np.stack([(s + self._empty_slot_scores(len(x))) / 2 for s, x in zip(scores, inputs, strict=True)])
        if len(clips) != PERSON_SLOTS:
            return own, own.mean(axis=0)
        turned = self.spec.normalisation == "z up"  # both around the first one
        if not turned and not has_person_slots(self.teacher):
            return own, scores.mean(axis=0)
        first, second = sorted(range(PERSON_SLOTS), key=lambda m: -energy(clips[m]))
        frames = min(map(len, clips))
        other = clips[second][-frames:]
        if turned:
            other = to_length(z_up(other, clips[first][-frames:]), self.spec.sampling, self.spec.sampled_frames)
        else:
            other = self.input_of(other)
        return own, (scores[first] + self._second_slot_scores(other)) / 2

    def _empty_slot_scores(self, frames: int) -> np.ndarray:
        """The scores (classes,) of a second slot with nobody in it, of so many frames."""
        if frames not in self._empty_slot:
            nobody = np.zeros((frames, JOINT_COUNT, COORDINATES), np.float32)
            self._empty_slot[frames] = self._second_slot_scores(nobody)
        return self._empty_slot[frames]

    def _second_slot_scores(self, x: np.ndarray) -> np.ndarray:
        """The scores (classes,) of an input (T, V, 3) in the second slot."""
        row = torch.from_numpy(x)[None].permute(0, 3, 1, 2).to(self.device)
        return _numpy(self.run_rows(row, torch.ones(1, dtype=torch.long, device=self.device))[0][0])

    def input_of(self, clip: np.ndarray) -> np.ndarray:
        """The teacher's input (T', 25, 3) from one person's clip (T, 25, 3), camera-space metres."""
        spec = self.spec
        return to_length(normalise(clip, spec.normalisation), spec.sampling, spec.sampled_frames)

    def _teacher_rows(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scores (N, classes), attention (N, V) and magnitude (N,) of x (N, 3, T, V)."""
        scores, feature = self.run_rows(x)
        return scores, joint_attention(feature, self.spec.attention), attention_magnitude(feature)

    def run_rows(self, x: Tensor, slots: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Scores (N, classes) of x (N, 3, T, V), and the feature map (N, C, T', V) that attention is read from.

        Args:
            slots: (N,) the person slot whose input statistics each row takes, if the teacher has such; None: slot 0.
        """
        steps = self.spec.pooled_steps
        with_slots = {"slots": slots} if slots is not None and has_person_slots(self.teacher) else {}
        scores, feature = self.teacher(x, steps, **with_slots)
        return scores, feature if self.attention is None else self.attention(x, steps)[1]

    def _run_teacher_released(self, clips: list[np.ndarray]) -> TeacherOutput:
        """Two slots, zero-padded to the window, the empty one averaged in, attention shared by both bodies."""
        batch = np.zeros((PERSON_SLOTS, self.spec.window_frames, *clips[0].shape[1:]), np.float32)
        for m, clip in enumerate(clips[:PERSON_SLOTS]):
            batch[m, : len(clip)] = normalise(clip, self.spec.normalisation)
        x = torch.from_numpy(batch).to(self.device).permute(0, 3, 1, 2)
        scores, features = self.run_rows(x, torch.arange(PERSON_SLOTS, device=self.device))
        weights, body = released_pair_attention(features)
        people = len(clips)
        own = torch.stack([scores[min(m, 1)] for m in range(people)])
        chosen = torch.zeros(people)
        chosen[min(body, people - 1)] = 1.0
        return TeacherOutput(_numpy(own), _numpy(scores.mean(0)), np.tile(_numpy(weights), (people, 1)), _numpy(chosen))

    @torch.inference_mode()
    def run_student(self, image: np.ndarray) -> np.ndarray:
        """The student's raw scores (classes,) of a weighted ROI image (225, 225, 3)."""
        return _numpy(self._student_on_device(_as_batch(image))[0][0])

    def run_student_in_parts(self, image: np.ndarray) -> Iterator[np.ndarray | None]:
        """The same in steps between which other work can be done: None until the last one, which gives the scores."""
        if self._student_in_parts is None:
            yield self.run_student(image)
            return
        parts = self._student_in_parts(_as_batch(image))
        while True:
            with torch.inference_mode():  # not around the yield: it would apply to the other work, too
                part = next(parts)
            if part.ndim == 2:
                yield _numpy(part[0])
                return
            yield None

    def fuse(self, teacher: np.ndarray, student: np.ndarray | None) -> np.ndarray:
        """Fused raw scores (classes,), or the teacher's alone."""
        return teacher if student is None else teacher + self.spec.fusion_lambda * student

    def probabilities(self, scores: np.ndarray, fused: bool) -> np.ndarray:
        """Calibrated probabilities (classes,) of raw scores, with the idle class as likely as it is in use."""
        scaled = scores / (self.spec.temperature_fused if fused else self.spec.temperature_teacher)
        if self.spec.idle is not None:
            scaled[self.spec.labels.index(self.spec.idle)] += self.spec.idle_shift
        exponent = np.exp(scaled - scaled.max())
        return exponent / exponent.sum()


class TeacherStream:
    """The model's causal teacher, one frame at a time; see nets.stream.

    Args:
        model: its checkpoint must allow streaming (Spec.can_stream).
        dense: new scores on every frame of a person, else on every fourth, at half the cost.
    """

    def __init__(self, model: TSMF, dense: bool = True) -> None:
        spec = model.spec
        self._normalisation, self._device = spec.normalisation, model.device
        self._stream = StreamSTGCN(model.teacher, spec.window_frames, spec.attention, dense, capacity=MAX_BODIES)
        self._newest: dict[int, tuple[np.ndarray, np.ndarray, float]] = {}
        self._joints: dict[int, deque[np.ndarray]] = {}  # slot: as many of the newest frames as decide the input

    def begin(self, slot: int, sparse: bool = False) -> None:
        """A new person is in this slot: their next frame is their first; sparse: new scores on every fourth of them."""
        self._stream.reset(slot, sparse)
        self._joints[slot] = deque(maxlen=1 + frames_before(self._normalisation))

    def push(self, slots: list[int], joints: np.ndarray, turn: np.ndarray | None = None) -> bool:
        """Takes one frame (N, 25, 3), camera-space metres, of the persons in N slots; whether any has new scores.

        Args:
            turn: (3, 3), makes joints upright (joints @ turn.T). The normalisation frame by frame is linear, so its
                result is turned, over all newest frames: a better estimate does not look like a movement.
        """
        x = np.stack([self._input_of(slot, one) for slot, one in zip(slots, joints, strict=True)])
        x = x if turn is None else x @ turn.T
        step = self._stream.forward_step(torch.from_numpy(x).to(self._device), slots)
        for slot, *row in zip(slots, _numpy(step.scores), _numpy(step.attention), _numpy(step.magnitude), strict=True):
            self._newest[slot] = tuple(row)
        return bool(step.fresh.any())

    def _input_of(self, slot: int, joints: np.ndarray) -> np.ndarray:
        """The network's input (25, 3) at a person's newest frame."""
        newest = self._joints[slot]
        newest.append(joints)
        return normalise(np.stack(newest), self._normalisation)[-1]

    def output(self, slots: list[int]) -> TeacherOutput:
        """The outputs at the newest frames of these persons; each must have had one."""
        scores, attention, magnitude = (np.stack(part) for part in zip(*(self._newest[s] for s in slots), strict=True))
        return TeacherOutput(scores, scores.mean(axis=0), attention, magnitude)


def _as_batch(image: np.ndarray) -> Tensor:
    """(1, 3, H, W) of an image (H, W, 3); its memory stays as it lies, channels-last."""
    return torch.from_numpy(np.ascontiguousarray(image))[None].permute(0, 3, 1, 2)


def _numpy(tensor: Tensor) -> np.ndarray:
    return tensor.detach().float().cpu().numpy()
