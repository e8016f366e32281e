"""Trains a teacher, the network that sees skeletons.

    python -m train.teacher --data prepared/ntu60 --split cs --out runs/teacher
    python -m train.teacher --data prepared/ward --split subject=7 --recipe better --out runs/ward-teacher

The paper's recipe is the default; `--recipe better` is measured against it (train.fit.recipe says what differs). Writes
FOLDER/teacher.safetensors, a checkpoint that run_live.py plays and train.student builds on. The networks that are best
on validation samples, a part of the training samples, are kept; the test part is never looked at (train.evaluate does).

**Source:** TSMF section "Implementation Details"; the teachers are those of its Table 2.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from train import options
from train.data.clips import ClipDrawer, TeacherBatch
from train.data.held_out import few_of_each_class, hold_out, write_names
from train.data.prepared import Prepared
from train.data.strings import IDLE_SHARE, NOT_JUDGED, StringBatch, StringDrawer
from train.fit import engine
from train.fit.ending import Trained, train_and_save
from train.fit.group import Group
from train.fit.head import fit_head
from train.fit.recipe import Recipe
from train.results import calibration, scoring
from tsmf_live import command
from tsmf_live.actor.subject import IDLE
from tsmf_live.command import tell
from tsmf_live.frames import CheckpointError, UsageError
from tsmf_live.nets import checkpoint
from tsmf_live.nets.checkpoint import CLASSIFIER_BIAS, Spec
from tsmf_live.nets.joint_input import FRAME_BY_FRAME, NORMALISATIONS
from tsmf_live.nets.teacher import TEACHERS, build
from tsmf_live.nets.tsmf import TSMF

TEACHER_FILE = "teacher.safetensors"
LONGEST_WINDOW = 300  # frames, the paper's
HEAD_PASSES, HEAD_EPOCH = 3, 1_000_000  # draws that a new classifier is fitted to; their number is no epoch's


class TeacherTask:
    """What engine.run trains: one network on skeleton clips, the loss on the mean of the persons' scores."""

    trained = ("teacher",)

    def __init__(self, model: TSMF, recipe: Recipe, prepared: Prepared, validation: np.ndarray) -> None:
        self.model, self.recipe, self.prepared, self.validation = model, recipe, prepared, validation
        self.networks: dict[str, nn.Module] = {"teacher": model.teacher}

    def loss(self, batch: TeacherBatch) -> tuple[Tensor, int]:
        """Cross-entropy of the batch."""
        device = self.model.device
        scores, _ = self.model.teacher(batch.x.to(device), batch.pooled)
        return classification_loss(scene(scores, batch.owner.to(device)), batch.labels.to(device), self.recipe)

    def validate(self) -> tuple[float, float]:
        """Loss and accuracy on the validation samples, as the live program sees them."""
        if not len(self.validation):
            return math.nan, math.nan
        scores = scoring.run_teacher(self.model, self.prepared, self.validation).scores
        labels = labels_of(self.prepared, self.validation)
        return scoring.cross_entropy(scores, labels), scoring.accuracy(scores, labels)


class StringTask(TeacherTask):
    """One network on strings of clips: at every output the loss of the mean of the newest ones, as a stream has it."""

    def loss(self, batch: StringBatch) -> tuple[Tensor, int]:
        """Cross-entropy of the judged outputs, and the share of these that is right, as a number of strings."""
        device, teacher = self.model.device, self.model.teacher
        feature = teacher.features(batch.x.to(device)).mean(dim=3)  # (B, C, T')
        scores = teacher.classify_outputs(feature, self.model.spec.pooled_steps)  # (B, classes, T')
        labels = batch.labels.to(device)
        judged = labels != NOT_JUDGED
        scores, labels = scores.permute(0, 2, 1)[judged], labels[judged]
        loss, right = classification_loss(scores, labels, self.recipe)
        return loss, round(right / max(len(labels), 1) * self.recipe.batch)


def scene(scores: Tensor, owner: Tensor) -> Tensor:
    """(P, classes) of persons, (P,) whose sample -> (B, classes): the mean over each sample's persons."""
    samples = int(owner[-1]) + 1  # owner ascends, every sample has somebody
    total = scores.new_zeros(samples, scores.shape[1]).index_add(0, owner, scores)
    return total / torch.bincount(owner, minlength=samples)[:, None]


def classification_loss(scores: Tensor, labels: Tensor, recipe: Recipe) -> tuple[Tensor, int]:
    """Mean cross-entropy, and how many are right."""
    loss = F.cross_entropy(scores.float(), labels, label_smoothing=recipe.label_smoothing)
    return loss, int((scores.argmax(dim=1) == labels).sum())


def labels_of(prepared: Prepared, rows: np.ndarray) -> np.ndarray:
    """Class indices (N,) of samples.

    Raises:
        UsageError: a label outside the list of classes.
    """
    labels = np.array([prepared.samples[i].label for i in rows], np.int64)
    wrong = np.flatnonzero((labels < 0) | (labels >= len(prepared.labels)))
    if len(wrong):
        name, label = prepared.samples[rows[wrong[0]]].name, labels[wrong[0]]
        raise UsageError(
            f"{prepared.folder}: sample {name}: expected a label from 0 to {len(prepared.labels) - 1}, got {label}; "
            "prepare anew"
        )
    return labels


def window_of(recipe: Recipe, prepared: Prepared, rows: np.ndarray) -> int:
    """Frames that one prediction looks at: the recipe's, or the longest training clip, 300 at most."""
    return recipe.window or min(LONGEST_WINDOW, max(prepared.samples[i].frame_count for i in rows))


def spec_of(args: argparse.Namespace, recipe: Recipe, prepared: Prepared, rows: np.ndarray) -> Spec:
    """The checkpoint's settings.

    Raises:
        UsageError: options that do not go together.
    """
    settings = prepared.manifest.get("settings", {})
    streams = recipe.temporal == "causal" and recipe.sampling == "all" and recipe.normalisation in FRAME_BY_FRAME
    try:
        return Spec(
            labels=prepared.labels,
            idle=idle_of(args, prepared),
            architecture=args.net,
            width=args.width,
            temporal=recipe.temporal,
            mode="stream" if streams and recipe.context else "window",
            crop=prepared.crop_kinds[0] if prepared.has_crops else "fixed",
            normalisation=recipe.normalisation,
            sampling=recipe.sampling,
            sampled_frames=recipe.frames,
            window_frames=window_of(recipe, prepared, rows),
            mirrored=bool(settings.get("mirrored", True)),
            trained_on=f"{prepared.folder.name}, split {args.split}, {recipe.name} recipe, seed {args.seed}",
        )
    except ValueError as error:
        raise UsageError(f"these options do not go together: {error}") from error


def idle_of(args: argparse.Namespace, prepared: Prepared) -> str | None:
    """The class in which nothing happens: --idle, or the class of that name."""
    if args.idle is not None:
        return args.idle
    return IDLE if IDLE in prepared.labels else None


def begin_with(network: nn.Module, labels: tuple[str, ...], path: Path, role: str) -> None:
    """Takes over the weights of a checkpoint's network; its classifier only for classes of the same name.

    Raises:
        CheckpointError: it cannot be read, or holds another network in this role.
    """
    spec, states = checkpoint.load(path)
    if role not in states:
        raise CheckpointError(f"--init {path}: expected a {role}, it holds {', '.join(states)}")
    own, given = network.state_dict(), dict(states[role])
    bias = CLASSIFIER_BIAS[spec.networks[role]]
    if bias not in own:
        raise CheckpointError(f"--init {path}: its {role} is a {spec.networks[role]}; choose the same network (--net)")
    for key in (bias, bias.replace("bias", "weight")):
        if own[key].shape[1:] != given[key].shape[1:]:
            found, wanted = given[key].shape[1], own[key].shape[1]
            same = f"choose the same network (--net, --width {spec.width:g})"
            raise CheckpointError(
                f"--init {path}: expected a {role} of {wanted} channels at its end, it has {found}; {same}"
            )
        merged = own[key].clone()
        for k, label in enumerate(labels):
            if label in spec.labels:
                merged[k] = given[key][spec.labels.index(label)]
        given[key] = merged
    try:
        network.load_state_dict(given)
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip()
        raise CheckpointError(f"--init {path}: the {role} does not fit: {reason}") from error


def settings_of(args: argparse.Namespace, recipe: Recipe, group: Group, extra: dict) -> engine.Settings:
    """How engine.run carries this run out; what decides its result goes into the state."""
    device = options.device_of(args)
    precision = options.precision_of(args, device)
    document = {
        "data": args.data.name,
        "split": args.split,
        "validation": args.validation,
        "seed": args.seed,
        "precision": precision,
        "parts of a batch": group.size * args.accumulate,
        "init": str(args.init) if args.init else None,
        **extra,
        **{f"recipe.{key}": value for key, value in recipe.document().items()},
    }
    return engine.Settings(
        folder=args.out,
        recipe=recipe,
        seed=args.seed,
        document=document,
        device=device,
        accumulate=args.accumulate,
        precision=precision,
        workers=options.workers_of(args, device),
        save_s=args.save_every,
    )


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = command.OneLineParser(
        prog="python -m train.teacher",
        description=__doc__.split("\n")[0],
        epilog="example: python -m train.teacher --data prepared/ntu60 --split cs --out runs/teacher",
    )
    options.add_data(parser)
    options.add_run(parser)
    add = parser.add_argument
    add("--net", choices=tuple(TEACHERS), default="stgcn", help="default: stgcn")
    add("--width", type=float, default=1.0, metavar="SHARE", help="of an ST-GCN's published channels (default: all)")
    add("--temporal", choices=("same", "causal"), help="form of the ST-GCN (default: same)")
    add("--stream", action="store_true", help="train as a stream is used: causal, frame by frame, in 3 s windows")
    add("--normalisation", choices=NORMALISATIONS, help="of the joints; *bone: the bone stream (default: the recipe's)")
    add("--frames", type=int, metavar="T", help="length that clips are brought to (default: paper 300, better 64)")
    add("--window", type=int, metavar="FRAMES", help="longest clip of a prediction (paper 300, better the longest)")
    add("--idle", metavar="NAME", help=f"the class in which nothing happens (default: {IDLE!r}, if there is one)")
    add("--mirror", action="store_true", help="also train on mirrored clips: not if actions differ in the hand")
    add(
        "--favour",
        type=options.named_number,
        nargs="*",
        default=(),
        metavar="NAME=X",
        help="classes that are worth false alarms",
    )
    add("--init", type=Path, metavar="FILE", help="begin with this checkpoint's teacher (new classes get a new head)")
    add("--head-only", action="store_true", help="fit a classifier to what --init sees, train nothing else")
    add("--takes", type=options.at_least_one, metavar="N", help="of each class, train with so many samples only")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    train_and_save(train, parse(arguments), TEACHER_FILE)


def train(args: argparse.Namespace, group: Group) -> Trained:
    """Data, network, training; fit.ending does the rest."""
    prepared, rows, validation = training_data(args)
    recipe = options.recipe_of(args, args.stream)
    spec = spec_of(args, recipe, prepared, rows)
    chosen = {"net": args.net, "width": args.width, "head only": args.head_only, "takes": args.takes}
    settings = settings_of(args, recipe, group, chosen)
    torch.manual_seed(args.seed)
    network = build(args.net, len(spec.labels), spec.temporal, spec.width, recipe.dropout)
    if args.init:
        begin_with(network, spec.labels, args.init, "teacher")
    elif args.head_only or recipe.fits_head:
        raise UsageError("--head-only, --recipe tune: expected weights that know people already; give --init")
    model = TSMF(spec, network, None, str(settings.device))
    if group.leads:
        write_names(args.out, prepared, validation)
    if recipe.string_frames:
        task = StringTask(model, recipe, prepared, validation)
        idle = None if spec.idle is None else spec.labels.index(spec.idle)
        drawer, an_epoch = StringDrawer(prepared, rows, recipe, idle, args.seed), np.arange(recipe.strings)
    else:
        task = TeacherTask(model, recipe, prepared, validation)
        drawer, an_epoch = ClipDrawer(prepared, rows, recipe, spec.window_frames, args.seed), rows
        if (args.head_only or recipe.fits_head) and not (args.out / engine.STATE_FILE).is_file():
            tell("fitting the classifier to the features of the network as it is")
            fit_head(network, args.net, drawn_once(drawer, rows, recipe), settings.precision == "bf16")
    progress = engine.Progress() if args.head_only else engine.run(task, drawer, an_epoch, settings, group)
    if group.leads:
        calibration.favour(network, CLASSIFIER_BIAS[args.net], spec.labels, dict(args.favour))
    return Trained(model, prepared, rows, validation, progress, IDLE_SHARE if recipe.string_frames else None)


def drawn_once(drawer: ClipDrawer, rows: np.ndarray, recipe: Recipe) -> Iterator[TeacherBatch]:
    """Batches of all samples HEAD_PASSES times, otherwise each time, and otherwise than training draws them."""
    for number in range(HEAD_PASSES):
        for first in range(0, len(rows), recipe.batch):
            yield drawer.draw(HEAD_EPOCH + number, first, rows[first : first + recipe.batch])


def training_data(args: argparse.Namespace) -> tuple[Prepared, np.ndarray, np.ndarray]:
    """The prepared data, and of its training part the samples (N,) that train and those held out to choose by.

    Raises:
        UsageError: no such split, or a label outside the list.
    """
    prepared = Prepared.open(args.data)
    train_rows, _ = prepared.split(args.split)
    labels_of(prepared, train_rows)
    if getattr(args, "takes", None):
        train_rows = few_of_each_class(prepared, train_rows, args.takes, args.seed)
    return prepared, *hold_out(prepared, train_rows, args.validation, args.seed)


if __name__ == "__main__":
    command.run(main)
