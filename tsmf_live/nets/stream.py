"""The causal teacher one frame at a time: the scores and attention of the window, without computing the window again.

Each person has a state of their own that begins with zeros, as a causal clip does, and is reset with the person. With t
counted from that reset, `forward_step` after frame t gives what the causal clip from the reset to t gives, pooled over
the same outputs t, t-4, t-8, ... (at most the newest window / 4 of them).

    strided  the last block runs on every fourth frame since the reset; between them there are no new scores
    dense    every frame gives new scores: what follows a strided block runs dilated instead. Persons who are begun as
             sparse go through it as through the strided form, with its scores and at its cost

Batch norm, edge importance and biases are folded into three matrix products a block: channels, joints, and the nine
frames under the temporal kernel. With so few rows what surrounds the products costs as much as they do, so each reads
and writes where the data lie. Persons whose time has come share them: reading the weights takes longest.

A step is one call of TorchScript. From Python each of its 300 small products would give the interpreter's lock away and
wait for it again beside a thread that is busy in Python: seven times the step's own time.

**Source:** Hedegaard et al., "Continual Spatio-Temporal Graph Convolutional Networks", for the idea; the state here
begins with zeros and the residual is not delayed, since the network was trained causal.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from tsmf_live.nets.attention import joint_attention_of_magnitudes
from tsmf_live.nets.stgcn import RECEPTIVE_FIELD_FRAMES, STGCN, TEMPORAL_KERNEL, TIME_STRIDE, Block
from tsmf_live.skeleton import JOINT_COUNT

# Shape letters: P persons that have a state, N of them in one step, n of those with an output, C channels, V joints
# (25), K parts of the spatial partition (3), R frames in a ring.
KEPT = TEMPORAL_KERNEL - 1  # past frames that the temporal kernel looks at
PACKED_FROM = 128  # columns of a matrix; below, oneDNN's call costs more than it saves
RING_FRAMES = 5 * KEPT  # of a person's past; at its end the newest KEPT frames go to its beginning


@dataclass(frozen=True)
class StepResult:
    """The outputs of a step for N persons: rows in the order asked for.

    Attributes:
        scores: (N, classes) raw, of the window so far.
        attention: (N, 25).
        magnitude: (N,) mean absolute activation.
        fresh: (N,) bool, whether this frame gave a new output (always in dense form, but for who is sparse).
    """

    scores: Tensor
    attention: Tensor
    magnitude: Tensor
    fresh: Tensor


class _Product(nn.Module):
    """x (rows, C) times a fixed matrix (C, C').

    Wide matrices are laid out for oneDNN once, where this build of torch has it: the library behind torch.mm lays them
    out at every call, for so few rows a fifth of its time.

    **Source:** the operators are those that torch.compile makes, as in nets.resnet.FusedResNet18.
    """

    def __init__(self, matrix: Tensor, rows: int) -> None:
        super().__init__()
        packs = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_reorder_linear_weight")
        self.packed = packs and matrix.device.type == "cpu" and matrix.shape[1] >= PACKED_FROM
        self.matrix = matrix.contiguous()
        if self.packed:
            self.matrix = torch.ops.mkldnn._reorder_linear_weight(matrix.t().contiguous(), rows)

    def forward(self, x: Tensor) -> Tensor:
        if self.packed:
            scalars = torch.jit.annotate(list[int | float | complex | None], [])
            return torch.ops.mkldnn._linear_pointwise(x, self.matrix, None, "none", scalars, "")
        return torch.mm(x, self.matrix)

    def add_to(self, out: Tensor, x: Tensor) -> Tensor:
        """Adds the product to `out` (rows, C') in place."""
        return out.add_(self.forward(x)) if self.packed else out.addmm_(x, self.matrix)


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
        width = weight.shape[1]
        by_part = (weight * gain[:, None]).permute(2, 0, 1).reshape(-1, parts * width)  # (C, K C')
        self.spatial = _Product(by_part, v)
        self.mixing = adjacency.permute(2, 1, 0).reshape(v, v * parts).contiguous()  # (V', V K)
        bias = torch.einsum("kc,kv->vc", block.gcn.conv.bias.view(parts, -1), adjacency.sum(dim=1))  # (V', C')
        self.spatial_bias = (bias * gain + shift).contiguous()
        gain, shift = _affine(normalise_out)
        kernel = convolve.weight[..., 0] * gain[:, None, None]  # (C', C, 9)
        self.temporal = _Product(kernel.permute(2, 1, 0).reshape(-1, width), v)  # (9 C', C')
        self.bias = convolve.bias * gain + shift
        self.residual: Tensor | None = None
        self.adds_input = isinstance(block.residual, nn.Identity)
        if isinstance(block.residual, nn.Sequential):
            gain, shift = _affine(block.residual[1])
            self.residual = (block.residual[0].weight[:, :, 0, 0] * gain[:, None]).t().contiguous()  # (C, C')
            self.bias = self.bias + block.residual[0].bias * gain + shift
        self.dilation, self.width, self.joints, self.kept = dilation, width, v, KEPT
        self.turns = RING_FRAMES - KEPT  # frames of a phase until its ring begins anew
        # A ring for each phase of the dilation. A joint's frames lie one behind the other: the taps are a view.
        self.past = torch.zeros(capacity, dilation, v, RING_FRAMES * width, device=adjacency.device)
        self.count = [0] * capacity  # frames since the reset
        self.step = [1] * capacity  # of the count, from one frame that is given to the next
        self.columns = torch.empty(capacity * v, TEMPORAL_KERNEL * width, device=adjacency.device)
        self.out = torch.empty(capacity * v, width, device=adjacency.device)

    def reset(self, person: int, sparse: bool) -> None:
        """Forgets a person's past; sparse: only the frames of one phase will be given."""
        self.past[person, :, :, : self.kept * self.width] = 0
        self.count[person] = 0
        self.step[person] = self.dilation if sparse else 1

    def forward(self, x: Tensor, persons: list[int], wanted: list[int]) -> Tensor:
        """Takes a frame x (N V, C) of `persons`; gives the output (n V, C') of the rows in `wanted`.

        The output is overwritten by the next step.
        """
        n, v, width = len(persons), self.joints, self.width
        by_part = self.spatial(x).view(n, -1, width)  # (N, V K, C')
        taps: list[Tensor] = []
        for row, person in enumerate(persons):
            past, newest = self.place(person)
            frame = past[:, newest * width : (newest + 1) * width]
            torch.addmm(self.spatial_bias, self.mixing, by_part[row], out=frame).relu_()
            if row in wanted:
                taps.append(past[:, (newest - self.kept) * width : (newest + 1) * width])  # (V, 9 C'), oldest first
        if len(taps) == 0:
            return x[:0]
        columns = taps[0] if len(taps) == 1 else torch.cat(taps, out=self.columns[: len(taps) * v])
        same = x if len(wanted) == n else x.view(n, -1)[wanted].view(len(wanted) * v, -1)
        return self.temporal.add_to(self.with_residual(same), columns).relu_()

    def with_residual(self, x: Tensor) -> Tensor:
        """(n V, C') in the buffer of outputs: the residual of x (n V, C), and all biases."""
        out, residual = self.out[: len(x)], self.residual
        if residual is not None:
            return torch.addmm(self.bias, x, residual, out=out)
        return torch.add(x, self.bias, out=out) if self.adds_input else out.copy_(self.bias)

    def place(self, person: int) -> tuple[Tensor, int]:
        """The ring (V, R C') that the person's next frame belongs into, and where; KEPT frames lie before it."""
        turn, phase = divmod(self.count[person], self.dilation)
        self.count[person] += self.step[person]
        past, (rounds, at) = self.past[person, phase], divmod(turn, self.turns)
        if rounds > 0 and at == 0:
            past[:, : self.kept * self.width] = past[:, -self.kept * self.width :]
        return past, self.kept + at


def _affine(norm: nn.Module) -> tuple[Tensor, Tensor]:
    """Gain and shift (C,) of a batch norm in evaluation mode."""
    gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return gain.detach(), (norm.bias - norm.running_mean * gain).detach()


class _FoldedNetwork(nn.Module):
    """A causal ST-GCN for one frame of N persons at a time, and the averages over their windows; see StreamSTGCN."""

    def __init__(self, network: STGCN, window_frames: int, attention: str, dense: bool, capacity: int) -> None:
        super().__init__()
        gain, shift = _affine(network.data_bn)
        self.gain, self.shift = gain.view(JOINT_COUNT, 3), shift.view(JOINT_COUNT, 3)
        blocks, self.strides, stride = [], [], 1  # strides: of who is sparse, frames between two outputs of a block
        for block, importance in zip(network.st_gcn_networks, network.edge_importance, strict=True):
            dilation = stride if dense else 1
            blocks.append(_FoldedBlock(block, (network.A * importance).detach(), dilation, capacity))
            stride *= block.stride
            self.strides.append(stride)
        self.blocks = nn.ModuleList(blocks)
        self.weight, self.bias = network.fcn.weight[:, :, 0, 0].contiguous().detach(), network.fcn.bias.detach()
        self.attention = attention
        self.outputs = max(1, window_frames // TIME_STRIDE)
        self.spacing = TIME_STRIDE if dense else 1  # outputs from one to the next of the same window
        device = network.A.device
        # A ring for each of the outputs that lie `spacing` apart: a window is the whole of one, in any order.
        rings = capacity, self.spacing, self.outputs
        self.pooled = torch.zeros(*rings, network.fcn.in_channels, device=device)
        self.magnitude = torch.zeros(*rings, JOINT_COUNT, device=device)
        self.given, self.frames = [0] * capacity, [0] * capacity  # outputs, and frames, since the reset
        self.dense, self.sparse = dense, [not dense] * capacity
        columns = len(network.fcn.bias) + JOINT_COUNT + 1
        self.said = torch.zeros(capacity, columns, device=device)  # newest scores, attention, magnitude

    @torch.jit.export
    def reset(self, person: int, sparse: bool) -> None:
        """Forgets a person: the next frame is their first."""
        for block in self.blocks:
            block.reset(person, sparse)
        self.sparse[person] = sparse or not self.dense
        self.given[person] = 0
        self.frames[person] = 0

    def forward(self, joints: Tensor, persons: list[int]) -> tuple[Tensor, list[int]]:
        """Takes one frame (N, V, 3) of N persons; gives (N, classes + V + 1) and the rows whose values are new."""
        x = torch.addcmul(self.shift, joints, self.gain).view(-1, joints.shape[2])  # (N V, 3)
        rows, who = list(range(len(persons))), list(persons)
        for number, block in enumerate(self.blocks):
            if len(who) > 0:
                wanted = self.due(who, self.strides[number])
                x = block(x, who, wanted)
                who, rows = [who[row] for row in wanted], [rows[row] for row in wanted]
        for person in persons:
            self.frames[person] += 1
        if len(who) > 0:
            self.keep(x.view(len(who), self.shift.shape[0], -1), who)
        return self.said[persons], rows

    def due(self, persons: list[int], stride: int) -> list[int]:
        """The rows of the persons whose every stride-th frame this is, and of all who are not sparse."""
        rows: list[int] = []
        for row, person in enumerate(persons):
            if not self.sparse[person] or self.frames[person] % stride == 0:
                rows.append(row)
        return rows

    def keep(self, feature: Tensor, persons: list[int]) -> None:
        """Puts the last block's output (n, V, 256) into the rings, and averages over each person's window."""
        # nothing is negative after the ReLU
        magnitude = feature.mean(dim=2) if self.attention == "paper" else feature.norm(2, dim=2)
        for row, person in enumerate(persons):
            turn, phase = divmod(self.given[person], self.spacing)
            self.given[person] += self.spacing if self.sparse[person] else 1
            at, count = turn % self.outputs, min(turn + 1, self.outputs)
            pooled, magnitudes = self.pooled[person, phase], self.magnitude[person, phase]
            torch.mean(feature[row], dim=0, out=pooled[at])
            magnitudes[at] = magnitude[row]
            scores = torch.addmv(self.bias, self.weight, pooled[:count].mean(dim=0))
            magnitudes = magnitudes[:count]
            attention = joint_attention_of_magnitudes(magnitudes[None], self.attention)[0]
            torch.cat((scores, attention, magnitudes.mean()[None]), out=self.said[person])


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
        self.dense = dense
        self._parts = len(network.fcn.bias), JOINT_COUNT, 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # torch.compile needs a compiler at the user's
            self._network = torch.jit.script(_FoldedNetwork(network, window_frames, attention, dense, capacity))

    def reset(self, person: int, sparse: bool = False) -> None:
        """Forgets a person: the next frame is their first.

        Args:
            sparse: new scores on every fourth frame of theirs, in dense form, too.
        """
        self._network.reset(person, sparse)

    @torch.inference_mode()
    def forward_step(self, joints: Tensor, persons: list[int]) -> StepResult:
        """Takes one frame of N persons.

        Args:
            joints: (N, V, 3), network input of each (see nets.joint_input.normalise).
            persons: N different numbers below `capacity`; who has none this frame is left out and not advanced.
        """
        with torch.jit.optimized_execution(False):  # shapes change with the persons: nothing to specialise for
            said, rows = self._network(joints, persons)
        fresh = torch.tensor([row in rows for row in range(len(persons))])
        scores, attention, magnitude = said.split(self._parts, dim=1)
        return StepResult(scores, attention, magnitude[:, 0], fresh)

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
