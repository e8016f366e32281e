"""The causal teacher one frame at a time: the scores and attention of the window, without computing the window again.

Each person has a state of their own that begins with zeros, as a causal clip does, and is reset with the person. With t
counted from that reset, `forward_step` after frame t gives what the causal clip from the reset to t gives, pooled over
the same outputs t, t-4, t-8, ... (at most the newest window / 4 of them).

    strided  the last block runs on every fourth frame since the reset; between them nothing new is said
    dense    every frame gives new scores: what follows a strided block runs dilated instead

Batch norm, edge importance and biases are folded into two matrix products a block: one mixes joints and channels, one
the nine frames under the temporal kernel. On a CPU the dense step is traced: one call during which Python's global lock
is not held. The plain form gives the lock up and waits for it around each of its many small operations, beside a
display and a source that hold it for milliseconds.

**Source:** Hedegaard et al., "Continual Spatio-Temporal Graph Convolutional Networks", for the idea; the state here
begins with zeros and the residual is not delayed, since the network was trained causal.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from tsmf_live.nets.attention import joint_attention_of_magnitudes
from tsmf_live.nets.stgcn import FEATURE_CHANNELS, RECEPTIVE_FIELD_FRAMES, STGCN, TEMPORAL_KERNEL, TIME_STRIDE, Block
from tsmf_live.skeleton import JOINT_COUNT

# Shape letters: P persons that have a state, N of them in one step, C channels, V joints (25), R entries in a ring.
# `persons` (N,) int64 are numbers below P; `times` (N,) int64 count each person's frames, or entries, from 0.


@dataclass(frozen=True)
class StepResult:
    """What a step says of N persons: rows in the order asked for.

    Attributes:
        scores: (N, classes) raw, of the window so far.
        attention: (N, 25).
        magnitude: (N,) mean absolute activation.
        fresh: (N,) bool, whether this frame gave a new output (always in dense form).
    """

    scores: Tensor
    attention: Tensor
    magnitude: Tensor
    fresh: Tensor


class _Ring(nn.Module):
    """The newest `length` entries (V, C) or (C,) of each of P persons; zeros where nothing has been put yet."""

    def __init__(self, capacity: int, length: int, entry: tuple[int, ...], device: torch.device) -> None:
        super().__init__()
        self.length = length
        self.register_buffer("rows", torch.zeros(capacity * length, *entry, device=device))

    def reset(self, person: int) -> None:
        self.rows[person * self.length : (person + 1) * self.length] = 0

    def put(self, entries: Tensor, persons: Tensor, times: Tensor) -> None:
        """Entries (N, ...) number `times` of N persons."""
        self.rows.index_copy_(0, persons * self.length + times % self.length, entries)

    def get(self, persons: Tensor, times: Tensor) -> Tensor:
        """Entries number `times` (N, k) of N persons: (N, k, ...); times before the first give zeros."""
        at = persons[:, None] * self.length + times % self.length
        return self.rows.index_select(0, at.flatten()).unflatten(0, at.shape)


class _FoldedBlock(nn.Module):
    """One block of a causal ST-GCN in evaluation mode, for one frame of N persons; keeps P persons' past frames.

    Args:
        block, adjacency: of the network, adjacency with edge importance.
        dilation: frames between two taps of the temporal kernel, in frames that this block is given.
        capacity: P.
    """

    def __init__(self, block: Block, adjacency: Tensor, dilation: int, capacity: int) -> None:
        super().__init__()
        normalise, _, convolve, normalise_out, _ = block.tcn
        gain, shift = _affine(normalise)
        parts, v = adjacency.shape[0], adjacency.shape[1]
        weight = block.gcn.conv.weight[:, :, 0, 0].view(parts, -1, block.gcn.conv.in_channels)  # (K, C', C)
        self.parts, self.adds_input = parts, isinstance(block.residual, nn.Identity)
        keep = self.register_buffer
        keep("mixing", adjacency.permute(0, 2, 1).reshape(parts * v, v).contiguous())  # (K V', V)
        keep(
            "spatial", (weight * gain[:, None]).permute(0, 2, 1).reshape(-1, weight.shape[1]).contiguous()
        )  # (K C, C')
        bias = torch.einsum("kc,kv->vc", block.gcn.conv.bias.view(parts, -1), adjacency.sum(dim=1))  # (V', C')
        keep("spatial_bias", (bias * gain + shift).contiguous())
        gain, shift = _affine(normalise_out)
        kernel = convolve.weight[..., 0] * gain[:, None, None]  # (C', C, 9)
        keep("temporal", kernel.permute(2, 1, 0).reshape(-1, kernel.shape[0]).contiguous())  # (9 C, C')
        keep("temporal_bias", (convolve.bias * gain + shift).contiguous())
        keep("residual", None)
        if isinstance(block.residual, nn.Sequential):
            gain, shift = _affine(block.residual[1])
            keep("residual", (block.residual[0].weight[:, :, 0, 0] * gain[:, None]).t().contiguous())  # (C, C')
            keep("residual_bias", (block.residual[0].bias * gain + shift).contiguous())
        length = (TEMPORAL_KERNEL - 1) * dilation + 1
        keep("taps", dilation * torch.arange(1 - TEMPORAL_KERNEL, 1, device=adjacency.device))  # oldest first
        self.past = _Ring(capacity, length, (v, self.spatial.shape[1]), adjacency.device)

    def take(self, x: Tensor, persons: Tensor, times: Tensor) -> None:
        """Takes the frame x (N, V, C), number `times` of those that this block is given."""
        n, v, c = x.shape
        mixed = torch.matmul(self.mixing, x).view(n, self.parts, v, c).transpose(1, 2).reshape(n * v, self.parts * c)
        hidden = torch.mm(mixed, self.spatial).view(n, v, -1).add_(self.spatial_bias).relu_()
        self.past.put(hidden, persons, times)

    def give(self, x: Tensor, persons: Tensor, times: Tensor) -> Tensor:
        """The output (N, V, C') at the frame x that was taken last."""
        n, v, c = x.shape
        past = self.past.get(persons, times[:, None] + self.taps)  # (N, 9, V, C')
        columns = past.transpose(1, 2).reshape(n * v, -1)  # (N V, 9 C')
        out = torch.addmm(self.temporal_bias, columns, self.temporal).view(n, v, -1)
        if self.residual is not None:
            out += torch.addmm(self.residual_bias, x.reshape(n * v, c), self.residual).view(n, v, -1)
        elif self.adds_input:
            out += x
        return out.relu_()


def _affine(norm: nn.Module) -> tuple[Tensor, Tensor]:
    """Gain and shift (C,) of a batch norm in evaluation mode."""
    gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return gain.detach(), (norm.bias - norm.running_mean * gain).detach()


class _Step(nn.Module):
    """What `forward_step` computes, as a function of tensors; see StreamSTGCN for the arguments."""

    def __init__(self, network: STGCN, window_frames: int, attention: str, dense: bool, capacity: int) -> None:
        super().__init__()
        self.attention_kind, self.capacity = attention, capacity
        gain, shift = _affine(network.data_bn)
        self.register_buffer("gain", gain.view(JOINT_COUNT, 3))
        self.register_buffer("shift", shift.view(JOINT_COUNT, 3))
        blocks: list[_FoldedBlock] = []
        self.strides = [1]  # frames since the reset between two inputs of each block, and of the rings
        stride = 1
        for block, importance in zip(network.st_gcn_networks, network.edge_importance, strict=True):
            adjacency = (network.A * importance).detach()
            blocks.append(_FoldedBlock(block, adjacency, stride if dense else 1, capacity))
            stride *= block.stride
            self.strides.append(1 if dense else stride)
        self.blocks = nn.ModuleList(blocks)
        self.register_buffer("head", network.fcn.weight[:, :, 0, 0].t().contiguous().detach())
        self.register_buffer("head_bias", network.fcn.bias.detach())
        outputs = max(1, window_frames // TIME_STRIDE)
        self.spacing = TIME_STRIDE if dense else 1  # ring entries between two outputs of one window
        length = (outputs - 1) * self.spacing + 1
        device = network.A.device
        self.register_buffer("back", self.spacing * torch.arange(1 - outputs, 1, device=device))  # oldest first
        self.pooled = _Ring(capacity, length, (FEATURE_CHANNELS,), device)
        self.magnitude = _Ring(capacity, length, (JOINT_COUNT,), device)

    def reset(self, person: int) -> None:
        for module in self.modules():
            if isinstance(module, _Ring):
                module.reset(person)

    def forward(self, joints: Tensor, persons: Tensor, times: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Dense: takes frames (N, V, 3), number `times` of their persons; scores, attention, magnitude."""
        x = joints * self.gain + self.shift
        for block in self.blocks:
            block.take(x, persons, times)
            x = block.give(x, persons, times)
        self._keep(x, persons, times)
        return self.read(persons, times)

    def strided(self, joints: Tensor, persons: Tensor, times: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The same in strided form; whoever has no new output keeps the last one."""
        x, who, when = joints * self.gain + self.shift, persons, times
        for block, stride_in, stride_out in zip(self.blocks, self.strides, self.strides[1:], strict=False):
            block.take(x, who, when // stride_in)
            wanted = when % stride_out == 0
            x, who, when = x[wanted], who[wanted], when[wanted]
            if not len(who):
                break
            x = block.give(x, who, when // stride_in)
        else:
            self._keep(x, who, when // TIME_STRIDE)
        return self.read(persons, times // TIME_STRIDE)

    def _keep(self, feature: Tensor, persons: Tensor, times: Tensor) -> None:
        """Puts the last block's output (N, V, 256) into the rings."""
        magnitude = feature.norm(dim=2) if self.attention_kind == "released" else feature.abs().mean(dim=2)
        self.pooled.put(feature.mean(dim=1), persons, times)
        self.magnitude.put(magnitude, persons, times)

    def read(self, persons: Tensor, times: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Averages over the window that ends with ring entry `times`; what is not there yet is zero."""
        window = times[:, None] + self.back  # (N, outputs)
        there = window >= 0
        count = there.sum(dim=1, keepdim=True)  # (N, 1)
        scores = torch.addmm(self.head_bias, self.pooled.get(persons, window).sum(dim=1) / count, self.head)
        magnitude = self.magnitude.get(persons, window)  # (N, outputs, V)
        mean = magnitude.sum(dim=1) / count
        attention = joint_attention_of_magnitudes(magnitude, self.attention_kind, there)
        return scores, attention, mean.mean(dim=1)


class StreamSTGCN:
    """A causal ST-GCN that takes one frame at a time; any number of persons up to `capacity` come and go.

    Not an nn.Module and not trainable: it copies the network's weights, folded. Used by one thread.

    Args:
        network: in evaluation mode, temporal form "causal".
        window_frames: the moving average takes the outputs of this time (window / 4 of them).
        attention: "paper" or "released", see nets.attention.
        dense: new scores on every frame instead of every fourth.
        capacity: persons that can have a state at the same time.
    """

    receptive_field_frames = RECEPTIVE_FIELD_FRAMES
    delay_frames = 0  # causal: the newest frame already counts

    @torch.inference_mode()
    def __init__(
        self, network: STGCN, window_frames: int, attention: str = "paper", dense: bool = False, capacity: int = 6
    ) -> None:
        if network.temporal != "causal":
            raise ValueError("a stream needs a network of temporal form 'causal'")
        self.dense = dense
        self._device = network.A.device
        self._frames = [0] * capacity  # since the reset
        self._network = _Step(network, window_frames, attention, dense, capacity)
        self._step = self._network if dense else self._network.strided
        if dense and self._device.type == "cpu":
            self._step = _traced(self._network)
            for person in range(min(2, capacity)):
                self._network.reset(person)

    def reset(self, person: int) -> None:
        """Forgets a person: the next frame is their first."""
        with torch.inference_mode():
            self._network.reset(person)
        self._frames[person] = 0

    @torch.inference_mode()
    def forward_step(self, joints: Tensor, persons: list[int]) -> StepResult:
        """Takes one frame of N persons.

        Args:
            joints: (N, V, 3), network input of each (see nets.tsmf.normalise).
            persons: N different numbers below `capacity`; who has none this frame is left out and not advanced.
        """
        times = [self._frames[person] for person in persons]
        who, when = torch.tensor([persons, times], device=self._device)
        with torch.jit.optimized_execution(False):  # it would not be faster, and the first two runs far slower
            scores, attention, magnitude = self._step(joints, who, when)
        for person in persons:
            self._frames[person] += 1
        return StepResult(
            scores, attention, magnitude, torch.tensor([self.dense or t % TIME_STRIDE == 0 for t in times])
        )

    @torch.inference_mode()
    def forward_steps(self, joints: Tensor, person: int = 0) -> StepResult:
        """Takes T frames (T, V, 3) of one person, T at least 1; what the last one says."""
        result = None
        for frame in joints:
            result = self.forward_step(frame[None], [person])
        return result

    @torch.inference_mode()
    def forward(self, joints: Tensor) -> StepResult:
        """A whole clip (T, V, 3) of somebody new: person 0 is reset first."""
        self.reset(0)
        return self.forward_steps(joints)


def _traced(step: _Step) -> torch.jit.ScriptModule:
    """The dense step as one call, for any number of persons; persons 0 and 1 must be reset afterwards.

    torch calls its tracing deprecated; what it recommends instead needs a C++ compiler on the user's machine.
    """
    persons = torch.arange(min(2, step.capacity))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"`torch\.jit\.trace", DeprecationWarning)
        frame = torch.zeros(len(persons), JOINT_COUNT, 3)
        return torch.jit.trace(step, (frame, persons, torch.zeros_like(persons)), check_trace=False)
