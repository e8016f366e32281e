"""ResNet-18, the student: from the fused ROI image to class scores.

**Source:** He et al., "Deep Residual Learning", CVPR 2016; TSMF section "Student Network". Parameter names are
torchvision's, so its ImageNet weights load from a file. 4.10 GFLOP at 225x225.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut."""

    def __init__(self, c_in: int, c_out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.downsample: nn.Module | None = None
        if stride != 1 or c_in != c_out:
            self.downsample = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C', H / stride, W / stride)."""
        shortcut = x if self.downsample is None else self.downsample(x)
        x = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(x)) + shortcut)


def _stage(c_in: int, c_out: int, stride: int) -> nn.Sequential:
    return nn.Sequential(BasicBlock(c_in, c_out, stride), BasicBlock(c_out, c_out, 1))


class ResNet18(nn.Module):
    """The student network.

    Args:
        class_count: number of classes.
    """

    def __init__(self, class_count: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.layer1 = _stage(64, 64, 1)
        self.layer2 = _stage(64, 128, 2)
        self.layer3 = _stage(128, 256, 2)
        self.layer4 = _stage(256, 512, 2)
        self.fc = nn.Linear(512, class_count)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        """Raw class scores (N, classes) of ROI images (N, 3, 225, 225), normalised and weighted."""
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, stride=2, padding=1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean(dim=(2, 3)))


def folded(network: ResNet18) -> ResNet18:
    """A copy for inference only: batch norms folded into the convolutions, channels-last."""
    network = copy.deepcopy(network).eval()
    network.conv1, network.bn1 = fuse_conv_bn_eval(network.conv1, network.bn1), nn.Identity()
    for block in (*network.layer1, *network.layer2, *network.layer3, *network.layer4):
        block.conv1, block.bn1 = fuse_conv_bn_eval(block.conv1, block.bn1), nn.Identity()
        block.conv2, block.bn2 = fuse_conv_bn_eval(block.conv2, block.bn2), nn.Identity()
        if block.downsample is not None:
            block.downsample = fuse_conv_bn_eval(*block.downsample)
    return network.to(memory_format=torch.channels_last)


class FusedResNet18:
    """The student on a CPU as fast as it goes: each convolution with its bias, shortcut and ReLU in one oneDNN call.

    A fifth to a third faster than `folded` (python -m tsmf_live.bench), the same scores to 1e-6. The weights are laid
    out for images of one size; others work, more slowly. Inference only, one thread at a time.

    **Source:** the operators are those that torch.compile makes on x86 (mkldnn._convolution_pointwise); called
    directly they need no C++ compiler on the user's machine.

    Args:
        network: `folded`, on the CPU; its last layer is shared, the convolutions are copied.
        side: pixels of the images' side.
    """

    def __init__(self, network: ResNet18, side: int) -> None:
        self.fc = network.fc
        x = torch.zeros(1, 3, side, side).contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            self._first = _FusedConvolution(network.conv1, x, "relu")
            x = self._pool(self._first(x))
            self._blocks = []
            for block in (*network.layer1, *network.layer2, *network.layer3, *network.layer4):
                shortcut = None if block.downsample is None else _FusedConvolution(block.downsample, x, "none")
                one = _FusedConvolution(block.conv1, x, "relu")
                middle = one(x)
                two = _FusedConvolution(block.conv2, middle, "relu")
                self._blocks.append((one, two, shortcut))
                x = two(middle, x if shortcut is None else shortcut(x))

    @staticmethod
    def available() -> bool:
        """Whether this build of torch has the operators."""
        packs = hasattr(torch.ops.mkldnn, "_reorder_convolution_weight")
        return torch.backends.mkldnn.is_available() and packs and hasattr(torch.ops.mkldnn, "_convolution_pointwise")

    def __call__(self, x: Tensor) -> Tensor:
        """See ResNet18.forward; x channels-last."""
        *_, scores = self.in_parts(x)
        return scores

    def in_parts(self, x: Tensor) -> Iterator[Tensor]:
        """The same block by block: each step takes about a ninth of the time, the last one gives the scores."""
        x = self._pool(self._first(x))
        for one, two, shortcut in self._blocks:
            yield x
            x = two(one(x), x if shortcut is None else shortcut(x))
        yield self.fc(x.mean(dim=(2, 3)))

    @staticmethod
    def _pool(x: Tensor) -> Tensor:
        return F.max_pool2d(x, 3, stride=2, padding=1)


class _FusedConvolution:
    """A convolution, then a ReLU ("relu") or nothing ("none"); with a second tensor: that is added before the ReLU."""

    def __init__(self, layer: nn.Conv2d, example: Tensor, then: str) -> None:
        self._shape = [*map(list, (layer.padding, layer.stride, layer.dilation)), layer.groups]
        weight = layer.weight.detach().contiguous(memory_format=torch.channels_last)
        reorder = torch.ops.mkldnn._reorder_convolution_weight
        self._weight = reorder(weight, *self._shape, list(example.shape))
        self._bias, self._then = layer.bias.detach(), then

    def __call__(self, x: Tensor, other: Tensor | None = None) -> Tensor:
        run = torch.ops.mkldnn._convolution_pointwise
        if other is None:
            return run(x, self._weight, self._bias, *self._shape, self._then, [], None)
        return run(x, other, self._weight, self._bias, *self._shape, "add", 1.0, self._then, [], None)
