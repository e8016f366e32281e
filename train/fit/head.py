"""A classifier for new classes on top of a network that knows people: a regression on the features that it sees.

Few takes are enough for it, and a minute of a core. Training of the whole network goes on from there.

**Source:** multinomial logistic regression with weight decay on standardised features, solved by L-BFGS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from train.data.clips import TeacherBatch
from tsmf_live.nets.checkpoint import CLASSIFIER_BIAS

DECAY = 1e-3  # of the weights, features being of unit variance
ITERATIONS = 300
SMALLEST_SPREAD = 1e-6


def classifier_of(network: nn.Module, name: str) -> nn.Module:
    """A teacher's classifier by the network's name, linear whatever its shape."""
    return network.get_submodule(CLASSIFIER_BIAS[name].removesuffix(".bias"))


def fit_head(network: nn.Module, name: str, batches: Iterable[TeacherBatch], bf16: bool = False) -> None:
    """Replaces a teacher's classifier by the one that tells these batches' samples apart best, all else fixed.

    Args:
        bf16: features are computed in bfloat16.
    """
    head = classifier_of(network, name)
    with torch.autocast(head.weight.device.type, torch.bfloat16, enabled=bf16):
        features, labels = _features(network, head, batches)
    mean, spread = features.mean(dim=0), features.std(dim=0) + SMALLEST_SPREAD
    x = (features - mean) / spread
    weight = torch.zeros(len(head.bias), x.shape[1], dtype=torch.double, requires_grad=True)
    bias = torch.zeros(len(head.bias), dtype=torch.double, requires_grad=True)
    minimise(lambda: F.cross_entropy(x @ weight.T + bias, labels) + DECAY * weight.square().sum(), [weight, bias])
    scaled = weight.detach() / spread
    with torch.no_grad():
        head.weight.copy_(scaled.view_as(head.weight))
        head.bias.copy_(bias.detach() - scaled @ mean)


def minimise(loss_of: Callable[[], Tensor], parameters: list[Tensor]) -> None:
    """Moves parameters to where a smooth loss is smallest, by L-BFGS."""
    optimiser = torch.optim.LBFGS(parameters, max_iter=ITERATIONS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        value = loss_of()
        value.backward()
        return value

    optimiser.step(loss)


def _features(network: nn.Module, head: nn.Module, batches: Iterable[TeacherBatch]) -> tuple[Tensor, Tensor]:
    """What the classifier sees of each sample, (N, C) float64, the mean over its persons, and labels (N,)."""
    seen: list[Tensor] = []
    hook = head.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].flatten(1)))
    network.eval()
    features, labels = [], []
    device = head.weight.device
    with torch.no_grad():
        for batch in batches:
            seen.clear()
            network(batch.x.to(device), batch.pooled)
            own = seen[0].double().cpu()  # (P, C)
            total = own.new_zeros(len(batch.labels), own.shape[1]).index_add(0, batch.owner, own)
            features.append(total / torch.bincount(batch.owner)[:, None])
            labels.append(batch.labels)
    hook.remove()
    return torch.cat(features), torch.cat(labels)
