"""The processes that train together, on one machine or several: what they add up and what they wait for."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import torch
from torch import Tensor, distributed


class Group:
    """The processes that train together: torchrun's, or this one alone."""

    def __init__(self) -> None:
        self.rank, self.size = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))

    def __enter__(self) -> Group:
        if self.size > 1:
            # the others wait while the leading process scores the validation samples of a large data set
            waits = timedelta(hours=3)
            distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo", timeout=waits)
        return self

    def __exit__(self, *_: object) -> None:
        if self.size > 1:
            distributed.destroy_process_group()

    @property
    def leads(self) -> bool:
        """Whether this process writes the files and shows progress."""
        return self.rank == 0

    def add(self, tensors: list[Tensor]) -> None:
        """Replaces each tensor by its sum over the processes, all at once."""
        if self.size == 1 or not tensors:
            return
        flat = torch.cat([t.reshape(-1) for t in tensors])
        distributed.all_reduce(flat)
        for tensor, part in zip(tensors, flat.split([t.numel() for t in tensors]), strict=True):
            tensor.copy_(part.view_as(tensor))

    def share(self, value: Any) -> Any:
        """The leading process's value, for all."""
        if self.size == 1:
            return value
        box = [value]
        distributed.broadcast_object_list(box, src=0)
        return box[0]
