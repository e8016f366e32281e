"""What only a CUDA GPU needs: captured graphs, and telling its failures from bugs of ours. On a CPU nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

CAPTURE_AT_CALL = 3  # a shape that comes this often is worth capturing: windows grow until they are full
MOST_GRAPHS = 8  # one to six persons, and the student; each keeps its own memory
_FAILURES = ("CUDA error", "CUDA out of memory", "cuDNN error", "CUBLAS", "device-side assert")


def use_tensor_cores() -> None:
    """Lets the GPU round products to TF32 (torch's default for convolutions only).

    Emulated on the CPU that costs 1.3e-4 of the largest score and no label (python -m tsmf_live.bench); bf16 would cost
    2e-3, and is not used.
    """
    torch.set_float32_matmul_precision("high")
    torch.backends.cudnn.allow_tf32 = True


def is_device_failure(error: BaseException) -> bool:
    """Whether the GPU is out of memory or lost, as opposed to a bug of ours."""
    if isinstance(error, torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _FAILURES)


@dataclass
class _Graph:
    """A captured call: what is copied in, replayed, and read out."""

    staging: Tensor  # page-locked host memory, so that the copy to the GPU need not wait
    inputs: Tensor
    outputs: tuple[Tensor, ...]
    graph: torch.cuda.CUDAGraph


class Captured:
    """A function of one tensor that, on a GPU, is captured as a CUDA graph for each shape it is often called with.

    The outputs come back as new tensors on the CPU, after the only wait that the result needs. If capturing fails, that
    shape is run as it is.

    Args:
        function: of one tensor (its first dimension is never empty), gives a tuple of tensors; changes nothing else.
        device: where it runs.
    """

    def __init__(self, function: Callable[[Tensor], tuple[Tensor, ...]], device: torch.device) -> None:
        self._function, self._device = function, device
        self._captures = device.type == "cuda"
        self._calls: dict[tuple[int, ...], int] = {}
        self._graphs: dict[tuple[int, ...], _Graph | None] = {}

    def __call__(self, x: Tensor) -> tuple[Tensor, ...]:
        """The function's results, on the CPU, for x on the CPU."""
        shape = tuple(x.shape)
        self._calls[shape] = self._calls.get(shape, 0) + 1
        wanted = self._captures and self._calls[shape] >= CAPTURE_AT_CALL
        if wanted and shape not in self._graphs and len(self._graphs) < MOST_GRAPHS:
            self._graphs[shape] = self._capture(x)
        captured = self._graphs.get(shape)
        if captured is None:
            return tuple(output.cpu() for output in self._function(x.to(self._device)))
        captured.staging.copy_(x)
        captured.inputs.copy_(captured.staging, non_blocking=True)
        captured.graph.replay()
        return tuple(output.cpu() for output in captured.outputs)

    def has_graph(self, x: Tensor) -> bool:
        """Whether calls with such a tensor are replayed."""
        return self._graphs.get(tuple(x.shape)) is not None

    def _capture(self, x: Tensor) -> _Graph | None:
        staging, inputs = x.clone(memory_format=torch.contiguous_format).pin_memory(), x.to(self._device)
        try:
            aside = torch.cuda.Stream(self._device)
            aside.wait_stream(torch.cuda.current_stream(self._device))
            with torch.cuda.stream(aside):  # the first runs choose kernels and take memory; that cannot be captured
                for _ in range(2):
                    self._function(inputs)
            torch.cuda.current_stream(self._device).wait_stream(aside)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                outputs = self._function(inputs)
        except torch.OutOfMemoryError:
            raise
        except RuntimeError:
            return None  # something in it cannot be captured; it still runs
        return _Graph(staging, inputs, outputs, graph)
