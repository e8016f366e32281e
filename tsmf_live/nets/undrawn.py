"""Networks whose weights are read, not drawn: 11 million random numbers are not made only to be replaced."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

DRAWS = (Tensor.normal_, Tensor.uniform_, nn.init.kaiming_uniform_, nn.init.uniform_)


class Undrawn(TorchFunctionMode):
    """While it lasts, layers are made without drawing their weights, which hold anything until they are loaded.

    Making them on torch's device "meta" would import torch's compiler: more than a second.
    """

    def __torch_function__(
        self, function: Callable, types: object, args: tuple = (), kwargs: dict | None = None
    ) -> object:
        if function in DRAWS:
            return args[0] if args else kwargs["tensor"]
        return function(*args, **(kwargs or {}))
