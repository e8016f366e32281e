"""The causal teacher one frame at a time: the scores and attention of the window, without computing the window again.

Each person has a state of their own that begins with zeros, as a causal clip does, and is reset with the person. With t
counted from that reset, `forward_step` after frame t gives what the causal clip from the reset to t gives, pooled over
the same outputs t, t-4, t-8, ... (at most the newest window / 4 of them).

    strided  the last block runs on every fourth frame since the reset; between them there are no new scores
    dense    every frame gives new scores: what follows a strided block runs dilated instead

Batch norm, edge importance and biases are folded into two matrix products a block: one mixes joints and channels, one
the nine frames under the temporal kernel.

**Source:** Hedegaard et al., "Continual Spatio-Temporal Graph Convolutional Networks", for the idea; the state here
begins with zeros and the residual is not delayed, since the network was trained causal.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from tsmf_live.nets.attention import joint_attention_of_magnitudes
from tsmf_live.nets.stgcn import RECEPTIVE_FIELD_FRAMES, STGCN, TEMPORAL_KERNEL, TIME_STRIDE, Block
from tsmf_live.skeleton import JOINT_COUNT

# Shape letters: P persons that have a state, N of them in one step, C channels, V joints (25), R frames in a ring.


@dataclass(frozen=True)
class StepResult:
    """The outputs of a step for N persons: rows in the order asked for.

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


class _FoldedBlock:
    """One block of a causal ST-GCN in evaluation mode, for one frame of N persons; keeps P persons' past frames.

    Args:
        block, adjacency: of the network, adjacency with edge importance.
        dilation: frames between two taps of the temporal kernel, in frames that this block is given.
        capacity: P.
    """

    def __init__(self, block: Block, adjacency: Tensor, dilation: int, capacity: int) -> None:
        normalise, _, convolve, normalise_out, _ = block.tcn
        gain, shift = _affine(normalise)
        parts, v = adjacency.shape[0], adjacency.shape[1]
        weight = block.gcn.conv.weight[:, :, 0, 0].view(parts, -1, block.gcn.conv.in_channels)  # (K, C', C)
        self.mixing = adjacency.permute(0, 2, 1).reshape(parts * v, v).contiguous()  # (K V', V)
        self.parts = parts
        self.spatial = (weight * gain[:, None]).permute(0, 2, 1).reshape(-1, weight.shape[1]).contiguous()  # (K C, C')
        bias = torch.einsum("kc,kv->vc", block.gcn.conv.bias.view(parts, -1), adjacency.sum(dim=1))  # (V', C')
        self.spatial_bias = (bias * gain + shift).contiguous()
        gain, shift = _affine(normalise_out)
        kernel = convolve.weight[..., 0] * gain[:, None, None]  # (C', C, 9)
        self.temporal = kernel.permute(2, 1, 0).reshape(-1, kernel.shape[0]).contiguous()  # (9 C, C')
        self.temporal_bias = (convolve.bias * gain + shift).contiguous()
        self.residual: tuple[Tensor, Tensor] | None = None
        self.adds_input = isinstance(block.residual, nn.Identity)
        if isinstance(block.residual, nn.Sequential):
            gain, shift = _affine(block.residual[1])
            matrix = (block.residual[0].weight[:, :, 0, 0] * gain[:, None]).t().contiguous()
            self.residual = matrix, (block.residual[0].bias * gain + shift).contiguous()
        self.dilation = dilation
        # The last 9 frames of each phase of the dilation, kept twice over: wherever the oldest is, the 9 from there on
        # lie one behind the other, and the kernel's taps are a view.
        shape = (capacity, dilation, v, 2, TEMPORAL_KERNEL, self.spatial.shape[1])
        self.past = torch.zeros(shape, device=adjacency.device)
        self.count = [0] * capacity  # frames since the reset

    def reset(self, person: int) -> None:
        self.past[person] = 0
        self.count[person] = 0

    def step(self, x: Tensor, persons: list[int], wanted: list[int]) -> Tensor:
        """Takes a frame x (N, V, C) of `persons`; gives the output (n, V, C') of the rows in `wanted`."""
        n, v, c = x.shape
        mixed = torch.matmul(self.mixing, x).view(n, self.parts, v, c).transpose(1, 2).reshape(n * v, self.parts * c)
        hidden = torch.mm(mixed, self.spatial).view(n, v, -1).add_(self.spatial_bias).relu_()
        taps = []
        for row, person in enumerate(persons):
            turn, phase = divmod(self.count[person], self.dilation)
            self.count[person] += 1
            newest = turn % TEMPORAL_KERNEL
            past = self.past[person, phase]
            past[:, :, newest] = hidden[row, :, None]
            if row in wanted:
                oldest = (newest + 1) * hidden.shape[2]
                taps.append(past.flatten(1)[:, oldest : oldest + self.temporal.shape[0]])  # (V, 9 C), oldest first
        if not taps:
            return hidden[:0]
        columns = taps[0] if len(taps) == 1 else torch.cat(taps)
        out = torch.addmm(self.temporal_bias, columns, self.temporal).view(len(wanted), v, -1)
        if self.residual is not None or self.adds_input:
            same = x if len(wanted) == n else x[wanted]
            if self.residual is not None:
                matrix, bias = self.residual
                same = torch.addmm(bias, same.reshape(-1, c), matrix).view_as(out)
            out += same
        return out.relu_()


def _affine(norm: nn.Module) -> tuple[Tensor, Tensor]:
    """Gain and shift (C,) of a batch norm in evaluation mode."""
    gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return gain.detach(), (norm.bias - norm.running_mean * gain).detach()


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

    @torch.no_grad()
    def __init__(
        self, network: STGCN, window_frames: int, attention: str = "paper", dense: bool = False, capacity: int = 6
    ) -> None:
        if network.temporal != "causal":
            raise ValueError("a stream needs a network of temporal form 'causal'")
        self.dense, self.attention_kind = dense, attention
        gain, shift = _affine(network.data_bn)
        self._gain, self._shift = gain.view(JOINT_COUNT, 3), shift.view(JOINT_COUNT, 3)
        self._blocks: list[_FoldedBlock] = []
        self._strides: list[int] = []  # frames since the reset between two inputs of the block's output
        stride = 1
        for block, importance in zip(network.st_gcn_networks, network.edge_importance, strict=True):
            dilation = stride if dense else 1
            self._blocks.append(_FoldedBlock(block, (network.A * importance).detach(), dilation, capacity))
            stride *= block.stride
            self._strides.append(1 if dense else stride)
        self._head = network.fcn.weight[:, :, 0, 0].t().contiguous().detach(), network.fcn.bias.detach()
        self._outputs = max(1, window_frames // TIME_STRIDE)
        self._spacing = TIME_STRIDE if dense else 1  # ring entries between two outputs of one window
        self._length = (self._outputs - 1) * self._spacing + 1
        device = network.A.device
        self._pooled = torch.zeros(capacity, self._length, network.fcn.in_channels, device=device)
        self._magnitude = torch.zeros(capacity, self._length, JOINT_COUNT, device=device)
        self._given = [0] * capacity  # outputs since the reset
        self._frames = [0] * capacity

    def reset(self, person: int) -> None:
        """Forgets a person: the next frame is their first."""
        for block in self._blocks:
            block.reset(person)
        self._given[person] = self._frames[person] = 0

    @torch.inference_mode()
    def forward_step(self, joints: Tensor, persons: list[int]) -> StepResult:
        """Takes one frame of N persons.

        Args:
            joints: (N, V, 3), network input of each (see nets.joint_input.normalise).
            persons: N different numbers below `capacity`; who has none this frame is left out and not advanced.
        """
        x = joints * self._gain + self._shift
        rows = list(range(len(persons)))
        who = list(persons)
        for block, stride in zip(self._blocks, self._strides, strict=True):
            wanted = [row for row, person in enumerate(who) if self._frames[person] % stride == 0]
            x = block.step(x, who, wanted)
            who, rows = [who[row] for row in wanted], [rows[row] for row in wanted]
            if not who:
                break
        for person in persons:
            self._frames[person] += 1
        if who:
            self._keep(x, who)
        fresh = torch.zeros(len(persons), dtype=torch.bool)
        fresh[rows] = True
        return self._read(persons, fresh)

    @torch.inference_mode()
    def forward_steps(self, joints: Tensor, person: int = 0) -> StepResult:
        """Takes T frames (T, V, 3) of one person, T at least 1; gives the output at the last one."""
        result = None
        for frame in joints:
            result = self.forward_step(frame[None], [person])
        return result

    @torch.inference_mode()
    def forward(self, joints: Tensor) -> StepResult:
        """A whole clip (T, V, 3) of a new person: person 0 is reset first."""
        self.reset(0)
        return self.forward_steps(joints)

    def _keep(self, feature: Tensor, persons: list[int]) -> None:
        """Puts the last block's output (n, V, 256) into the rings."""
        magnitude = feature.abs().mean(dim=2) if self.attention_kind == "paper" else feature.norm(dim=2)
        pooled = feature.mean(dim=1)
        for row, person in enumerate(persons):
            at = self._given[person] % self._length
            self._pooled[person, at], self._magnitude[person, at] = pooled[row], magnitude[row]
            self._given[person] += 1

    def _read(self, persons: list[int], fresh: Tensor) -> StepResult:
        """Averages over each person's window."""
        pooled, attention, strength = [], [], []
        for person in persons:
            newest, count = self._given[person] - 1, min(self._outputs, (self._given[person] - 1) // self._spacing + 1)
            order = [(newest - k * self._spacing) % self._length for k in range(count)]
            pooled.append(self._pooled[person, order].mean(dim=0))
            magnitude = self._magnitude[person, order]
            attention.append(joint_attention_of_magnitudes(magnitude[None], self.attention_kind)[0])
            strength.append(magnitude.mean())
        weight, bias = self._head
        scores = torch.addmm(bias, torch.stack(pooled), weight)
        return StepResult(scores, torch.stack(attention), torch.stack(strength), fresh)
