"""Reads published state dicts without running anything they contain, and tells which networks are in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load
from torch import Tensor

from train.weights_file import read_content
from tsmf_live.frames import CheckpointError
from tsmf_live.nets.checkpoint import CLASSES_MOST, CLASSIFIER_BIAS
from tsmf_live.nets.efficientgcn import FARTHEST, adjacency_parts
from tsmf_live.nets.resnet import ResNet18
from tsmf_live.nets.shiftgcn import shift_table
from tsmf_live.nets.teacher import build

#: A weight that only this network has. What stands before it in the file ("module.", "stgcn.", "state_dict.") is the
#: prefix of all its weights. The released TSMF student holds its teacher under "stgcn." and itself under "resnet.".
MARKS = {
    "stgcn": "st_gcn_networks.0.gcn.conv.weight",
    "agcn": "l1.gcn1.PA",
    "msg3d": "sgcn1.0.mlp.layers.0.weight",
    "efficientgcn": "main_stream.block-0_tcn-0.expand_conv.0.weight",
    "efficientgcn-sg": "main_stream.block-0_tcn-0.depth_conv1.0.weight",
    "shiftgcn": "l1.gcn1.Feature_Mask",
    "resnet18": "layer4.1.bn2.running_mean",
}
#: How paddle calls what torch calls otherwise.
PADDLE_NAMES = {"_mean": "running_mean", "_variance": "running_var"}
DEEPEST = 4  # dictionaries within dictionaries that are looked into
GRAPH_TOLERANCE = 1e-3  # an adjacency stored as float16
NO_SHIFT = 1e-3  # joints


def read_networks(path: Path) -> dict[str, dict[str, Tensor]]:
    """The networks in a file: which -> weights in published names, float32, complete and fitting.

    Raises:
        CheckpointError: missing, damaged, would run code, holds no network or two of a kind, or weights do not fit.
    """
    tensors = read_tensors(path)
    prefixes = {}
    for name, mark in MARKS.items():
        found = [key.removesuffix(mark) for key in tensors if key == mark or key.endswith(f".{mark}")]
        if len(found) > 1:
            raise CheckpointError(f"{path}: holds several {name} networks ({', '.join(map(repr, found))}); keep one")
        if found:
            prefixes[name] = found[0]
    if not prefixes:
        some = ", ".join(list(tensors)[:3]) or "nothing"
        raise CheckpointError(f"{path}: none of the networks {', '.join(MARKS)} is in it; it holds {some}")
    networks = {}
    for name, prefix in prefixes.items():
        inside = tuple(other for other in prefixes.values() if other.startswith(prefix) and other != prefix)
        own = {
            key: t for key, t in tensors.items() if key.startswith(prefix) and not (inside and key.startswith(inside))
        }
        networks[name] = _fitting(path, name, {key.removeprefix(prefix): t for key, t in own.items()})
    return networks


def load_backbone(network: ResNet18, path: Path) -> None:
    """Puts torchvision's ResNet-18 weights (ImageNet's, say) into a student; its own classifier stays.

    Raises:
        CheckpointError: see read_networks; also a file without a ResNet-18.
    """
    networks = read_networks(path)
    if "resnet18" not in networks:
        raise CheckpointError(f"{path}: holds no ResNet-18; expected torchvision's resnet18 state dict")
    state = {key: t for key, t in networks["resnet18"].items() if not key.startswith("fc.")}
    network.load_state_dict(state, strict=False)


def class_count(state: dict[str, Tensor]) -> int:
    """Number of classes of a network's weights."""
    return next(len(state[key]) for key in set(CLASSIFIER_BIAS.values()) if key in state)


def read_tensors(path: Path) -> dict[str, Tensor]:
    """All tensors of a file by name; names of nested dictionaries are joined by dots. Nothing in the file is run.

    Raises:
        CheckpointError: missing, damaged, or it holds more than weights.
    """
    if not path.is_file():
        raise CheckpointError(f"{path}: no such file")
    if path.suffix == ".safetensors":
        try:
            return load(path.read_bytes())
        except Exception as error:  # a damaged file can make the reader fail in any way
            said = str(error).strip().splitlines() or ["cut short"]
            raise CheckpointError(
                f"{path}: cannot be read as weights ({type(error).__name__}: {said[0][:150]})"
            ) from error
    return dict(_flatten(read_content(path), "", DEEPEST))


def _flatten(content: object, prefix: str, deepest: int) -> list[tuple[str, Tensor]]:
    """(name, tensor) of everything in nested dictionaries; what is neither is left out.

    Arrays are tensors, too; old files of paddle give a name with each.
    """
    if not isinstance(content, dict) or deepest == 0:
        return []
    pairs = []
    for key, value in content.items():
        if isinstance(value, tuple) and len(value) == 2:
            value = value[1]
        if isinstance(value, np.ndarray):
            value = torch.from_numpy(np.array(value))
        if isinstance(value, Tensor):
            stem, dot, last = str(key).rpartition(".")
            pairs.append((f"{prefix}{stem}{dot}{PADDLE_NAMES.get(last, last)}", value))
        else:
            pairs += _flatten(value, f"{prefix}{key}.", deepest - 1)
    return pairs


def _fitting(path: Path, name: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The state in float32, batch counters of old versions added; CheckpointError unless network `name` takes it."""
    bias = CLASSIFIER_BIAS[name]
    if bias not in state or state[bias].ndim != 1:
        raise CheckpointError(f"{path}: the {name}'s classifier is missing ({bias})")
    if len(state[bias]) > CLASSES_MOST:
        raise CheckpointError(f"{path}: the {name} has {len(state[bias])} classes; expected at most {CLASSES_MOST}")
    expected = build(name, len(state[bias]), "same").state_dict()
    state = {key: t.float() if t.is_floating_point() else t for key, t in state.items()}
    if name == "shiftgcn":
        state = _without_tables(path, state)
    state |= {key: t for key, t in expected.items() if key.endswith("num_batches_tracked") and key not in state}
    missing, foreign = sorted(expected.keys() - state.keys()), sorted(state.keys() - expected.keys())
    if missing or foreign:
        said = f"{missing[0]} and {len(missing) - 1} more are missing" if missing else f"{foreign[0]} is not part of it"
        raise CheckpointError(f"{path}: not the published {name}: {said}")
    for key, tensor in state.items():
        if tensor.shape != expected[key].shape:
            shapes = f"expected {tuple(expected[key].shape)}, got {tuple(tensor.shape)}"
            raise CheckpointError(f"{path}: not the {name} of 25 joints: {key}: {shapes}")
        if not bool(torch.isfinite(tensor).all()):
            raise CheckpointError(f"{path}: the {name}'s weights {key} are not finite")
    for key in (key for key in state if key.rpartition(".")[2] == "A"):
        if not any(torch.allclose(state[key], graph, atol=GRAPH_TOLERANCE) for graph in _graphs(name, expected[key])):
            raise CheckpointError(f"{path}: the {name}'s graph is not the Kinect v2 skeleton's ({key})")
    return state


def _graphs(name: str, expected: Tensor) -> list[Tensor]:
    """The forms of the skeleton's graph that published files of a network hold."""
    if not name.startswith("efficientgcn"):
        return [expected]
    return [torch.from_numpy(adjacency_parts(farthest)) for farthest in FARTHEST.values()]


def _without_tables(path: Path, state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Shift-GCN's weights without what follows from its structure: index tables, and shifts between joints (all 0).

    Raises:
        CheckpointError: a table is another, or joints are shifted.
    """
    kept = {}
    for key, tensor in state.items():
        layer, _, last = key.rpartition(".")
        if layer.endswith("gcn1") and last in ("shift_in", "shift_out"):
            weight = state.get(f"{layer}.Linear_weight", torch.zeros(0, 0))
            channels = weight.shape[last == "shift_out"] if weight.ndim == 2 else 0
            table = shift_table(channels, 1 if last == "shift_in" else -1)
            usual = tensor.shape == table.shape and bool((tensor == table).all())
        elif last == "xpos":
            usual = bool((tensor.abs() < NO_SHIFT).all())
        else:
            kept[key] = tensor.flatten() if last == "ypos" else tensor
            continue
        if not usual:
            raise CheckpointError(f"{path}: not the published shiftgcn: {key} shifts joints in another way")
    return kept
