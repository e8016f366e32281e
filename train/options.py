"""Options that the training commands share, and what they mean: recipe, device, processes, the run's folder."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

import torch

from train.fit.recipe import RECIPES, STREAM, Recipe
from tsmf_live.frames import UsageError

PRECISIONS = ("auto", "fp32", "bf16", "fp16")
_PRECISION_HELP = "auto: bf16 on a GPU that has it, else fp32; bf16 pays on a CPU with AMX, too"
IDLE_SHARE_HELP = "share of the time in which nothing happens where the checkpoint is used (default: 0.5)"


def add_data(parser: argparse.ArgumentParser) -> None:
    """--data, --split and --validation."""
    add = parser.add_argument
    add("--data", type=Path, required=True, metavar="FOLDER", help="prepared data (train.prepare)")
    add("--split", default="cs", help="cs, cv, subject=7, view=3 (these test), train-view=1, file=PATH (default: cs)")
    add("--validation", default="auto", metavar="WHICH", help="auto, none or subject=1,2: held out of training")


def add_run(parser: argparse.ArgumentParser) -> None:
    """Options that say where and how a run is carried out."""
    add = parser.add_argument
    add("--out", type=Path, required=True, metavar="FOLDER", help="of the run; what a killed run left there goes on")
    add("--recipe", choices=tuple(RECIPES), default="paper", help="default: paper")
    add("--epochs", type=at_least_one, help="default: the recipe's")
    add("--batch", type=at_least_one, help="default: the recipe's")
    add("--rate", type=float, help="highest learning rate (default: the recipe's)")
    add("--seed", type=int, default=0)
    add("--device", choices=("auto", "cpu", "cuda"), default="auto")
    add("--precision", choices=PRECISIONS, default="auto", help=_PRECISION_HELP)
    add("--accumulate", type=at_least_one, default=1, metavar="N", help="work through a batch in N parts")
    add("--workers", type=int, help="processes that draw batches (default: 0 on a CPU, 8 on a GPU)")
    add("--threads", type=at_least_one, help="torch threads (default: torch's own; 1 beside other work)")
    add("--save-every", type=float, default=60.0, metavar="SECONDS", help="the state, besides each epoch's end")
    add("--idle-share", type=share, default=0.5, metavar="P", help=IDLE_SHARE_HELP)
    add("--half", action="store_true", help="store the checkpoint in float16")


def at_least_one(text: str) -> int:
    """A count given to an option."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected at least 1, got {number}")
    return number


def share(text: str) -> float:
    """A share given to an option, neither nothing nor all."""
    number = float(text)
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError(f"expected more than 0 and less than 1, got {text}")
    return number


def recipe_of(args: argparse.Namespace, stream: bool = False) -> Recipe:
    """The chosen recipe with the changes that the options ask for.

    Args:
        stream: of the better recipe, what trains a teacher as a stream.
    """
    recipe = RECIPES[args.recipe]
    if stream:
        if args.recipe != "better":
            raise UsageError("--stream: expected --recipe better; the paper's recipe knows windows only")
        recipe = STREAM
    names = ("epochs", "batch", "rate", "frames", "window", "normalisation", "temporal")
    changes = {name: getattr(args, name) for name in names if getattr(args, name, None) is not None}
    if changes.get("frames") and recipe.sampling == "all":
        raise UsageError("--frames: expected none with --stream, which takes frames as they come; use --window")
    if getattr(args, "mirror", False):
        changes["augmentation"] = replace(recipe.augmentation, mirror=True)
    return replace(recipe, **changes)


def device_of(args: argparse.Namespace) -> torch.device:
    """The device of this process; of several on one machine, each has its own GPU.

    Raises:
        UsageError: CUDA was asked for and is not there.
    """
    if args.threads:
        torch.set_num_threads(args.threads)
    there = torch.cuda.is_available()
    if args.device == "cuda" and not there:
        raise UsageError("--device cuda: expected a CUDA GPU, torch finds none; python -m tsmf_live.doctor says why")
    if args.device == "cpu" or not there:
        return torch.device("cpu")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
    torch.cuda.set_device(device)
    return device


def precision_of(args: argparse.Namespace, device: torch.device) -> str:
    """fp32, bf16 or fp16."""
    if args.precision == "auto":
        return "bf16" if device.type == "cuda" and torch.cuda.is_bf16_supported() else "fp32"
    if args.precision == "fp16" and device.type != "cuda":
        raise UsageError("--precision fp16: expected fp32 or bf16 without a GPU")
    return args.precision


def workers_of(args: argparse.Namespace, device: torch.device) -> int:
    """Processes that draw batches."""
    return args.workers if args.workers is not None else (8 if device.type == "cuda" else 0)


def add_classes(parser: argparse.ArgumentParser) -> None:
    """What the labels of recordings mean, and which recordings count."""
    add = parser.add_argument
    add("--classes", type=Path, metavar="FILE", help="recordings: a table of classes (see people_classes.csv)")
    add("--names", type=_names, metavar="NAME,...", help="recordings: only those whose names begin so, as s01,s02")


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def named_number(text: str) -> tuple[str, float]:
    """falling=6 -> ("falling", 6.0); for options that give numbers to classes."""
    name, _, number = text.rpartition("=")
    try:
        factor = float(number)
    except ValueError:
        factor = 0.0
    if not name or not 0 < factor < 1e6:
        raise argparse.ArgumentTypeError(f"expected a class and a number above 0, as falling=6, got {text!r}")
    return name, factor
