"""What AGCN and MS-G3D share: a batch norm for each person slot, and a convolution over time.

Parameter names are those of the published implementations. Shape letters: N persons in the batch, C channels, T frames,
V joints (25).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tsmf_live.skeleton import JOINT_COUNT

PERSON_SLOTS = 2  # the published networks always see two persons, the second often all zeros
COORDINATES = 3


class PersonNorm(nn.BatchNorm1d):
    """Batch norm of the input, with statistics of its own for each person slot, joint and coordinate: 150 in all.

    **Source:** the published AGCN and MS-G3D. There both persons pass at once; here each row is one person and says
    in which slot it stands.
    """

    def __init__(self) -> None:
        super().__init__(PERSON_SLOTS * JOINT_COUNT * COORDINATES)

    def forward(self, x: Tensor, slots: Tensor | None = None) -> Tensor:
        """x (N, 3, T, V) -> the same shape, channels-last; row n by the statistics of slots[n], 0 or 1.

        Args:
            slots: (N,) int64; None puts every row into slot 0.
        """
        x = x.permute(0, 2, 3, 1)  # (N, T, V, 3)
        x = (self._with_own_statistics if self.training else self._with_running_statistics)(x, slots)
        return x.permute(0, 3, 1, 2)

    def _with_running_statistics(self, x: Tensor, slots: Tensor | None) -> Tensor:
        scale = self.weight * torch.rsqrt(self.running_var + self.eps)
        shift = self.bias - self.running_mean * scale
        scale, shift = (part.view(PERSON_SLOTS, 1, JOINT_COUNT, COORDINATES) for part in (scale, shift))
        if slots is None:
            return x * scale[0] + shift[0]
        return x * scale[slots] + shift[slots]

    def _with_own_statistics(self, x: Tensor, slots: Tensor | None) -> Tensor:
        """Training: each slot by its own rows' statistics, which move its own part of the running ones."""
        n, t, v, c = x.shape
        slots = torch.zeros(n, dtype=torch.long, device=x.device) if slots is None else slots
        out = torch.empty_like(x)
        for slot in slots.unique().tolist():
            part = slice(slot * v * c, (slot + 1) * v * c)
            rows = x[slots == slot].reshape(-1, v * c)
            statistics = self.running_mean[part], self.running_var[part]  # views: updated in place
            rows = F.batch_norm(rows, *statistics, self.weight[part], self.bias[part], True, self.momentum, self.eps)
            out[slots == slot] = rows.view(-1, t, v, c)
        return out


class TemporalConvolution(nn.Module):
    """Convolution over time, each joint by itself, and batch norm; zeros on both sides keep the length."""

    def __init__(self, c_in: int, c_out: int, kernel: int, stride: int = 1, dilation: int = 1) -> None:
        super().__init__()
        padding = (kernel - 1) * dilation // 2
        self.conv = nn.Conv2d(c_in, c_out, (kernel, 1), (stride, 1), (padding, 0), (dilation, 1))
        self.bn = nn.BatchNorm2d(c_out)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) -> (N, C', ceil(T / stride), V)."""
        return self.bn(self.conv(x))
