"""One network whose weights are the mean of several trainings that went on from one another.

    python -m train.average --checkpoints third.safetensors fourth.safetensors --out mean.safetensors

They must be the same networks of the same classes; the settings are those of the last. Trainings from different
beginnings have no useful mean. Decisions must be found anew (train.decisions).

**Source:** Wortsman et al., "Model soups", ICML 2022.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from train.files import replace_file
from tsmf_live import command
from tsmf_live.command import tell
from tsmf_live.frames import UsageError
from tsmf_live.nets import checkpoint


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = command.OneLineParser(
        prog="python -m train.average",
        description=__doc__.split("\n")[0],
        epilog="example: python -m train.average --checkpoints a.safetensors b.safetensors --out mean.safetensors",
    )
    add = parser.add_argument
    add(
        "--checkpoints", type=Path, nargs="+", required=True, metavar="FILE", help="two or more of this program's files"
    )
    add("--out", type=Path, required=True, metavar="FILE", help="their mean, float16")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    args = parse(arguments)
    if len(args.checkpoints) < 2:
        raise UsageError("--checkpoints: expected two files or more, got one")
    specs, networks = zip(*(checkpoint.load(path) for path in args.checkpoints), strict=True)
    last = specs[-1]
    for path, spec, own in zip(args.checkpoints, specs, networks, strict=True):
        for name in ("labels", "architecture", "width", "temporal", "normalisation"):
            if getattr(spec, name) != getattr(last, name):
                raise UsageError(
                    f"{path}: {name} is another than that of {args.checkpoints[-1]}; expected trainings of one network"
                )
        if own.keys() != networks[-1].keys():
            raise UsageError(f"{path}: holds other networks than {args.checkpoints[-1]}")
    mean = {
        role: {
            key: torch.stack([own[role][key] for own in networks]).mean(dim=0) if tensor.is_floating_point() else tensor
            for key, tensor in state.items()
        }
        for role, state in networks[-1].items()
    }
    spec = replace(last, decisions={}, accuracy={}, trained_on=f"mean of {len(specs)} trainings: {last.trained_on}")
    replace_file(
        args.out,
        lambda new: checkpoint.save(new, spec, mean["teacher"], mean.get("student"), attention=mean.get("attention")),
    )
    tell(f"wrote {args.out}: the mean of {len(specs)} checkpoints, {len(last.labels)} classes; now train.decisions")


if __name__ == "__main__":
    command.run(main)
