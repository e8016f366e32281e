"""Trains a student, the network that sees pictures weighted by its teacher's attention.

    python -m train.student --data prepared/ntu60 --teacher runs/teacher/teacher.safetensors --out runs/student

Strategies: `--strategy fixed` (the teacher in evaluation mode, nothing in it changes; default), `--strategy together`
(both are trained, Eq. 7, and the student's gradient reaches the teacher through the weights), and `--attention none` (a
picture without weights: row 2 of the paper's Table 2). Writes FOLDER/student.safetensors: teacher and student, what
run_live.py plays.

**Source:** TSMF sections "Student Network", "Optimization" and "Implementation Details".
"""

from __future__ import annotations

import argparse
import hashlib
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from train import options
from train.arrays import read_archive
from train.data import pictures
from train.data.clips import ClipDrawer, TeacherBatch
from train.data.held_out import write_names
from train.data.prepared import Prepared
from train.files import replace_file
from train.fit import engine
from train.fit.ending import Trained, train_and_save
from train.fit.group import Group
from train.fit.recipe import STUDENT_EPOCHS, Recipe
from train.published import load_backbone
from train.results import scoring
from train.results.scoring import TeacherOutputs
from train.teacher import (
    begin_with,
    classification_loss,
    labels_of,
    scene,
    settings_of,
    training_data,
)
from tsmf_live import command
from tsmf_live.frames import CheckpointError, UsageError
from tsmf_live.nets.attention import joint_attention
from tsmf_live.nets.checkpoint import CHOICES, Spec
from tsmf_live.nets.resnet import ResNet18
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.skeleton import JOINT_COUNT

STUDENT_FILE = "student.safetensors"


@dataclass(frozen=True)
class StudentBatch:
    """A batch of pictures with their weights.

    Attributes:
        images: (B, 3, 225, 45 times the recipe's columns), not weighted.
        weights: (B, 2, 25) of the persons left and right, of the fixed teacher; None if it is trained together.
        skeletons: the skeletons, if the teacher is trained together; shown: (B, 2) the rows of those in the picture.
    """

    images: Tensor
    labels: Tensor
    weights: Tensor | None
    skeletons: TeacherBatch | None
    shown: Tensor | None


class StudentDrawer:
    """Draws training batches for a student; the same arguments give the same batch, in any process.

    Args:
        outputs: the teacher's attention and magnitude for all samples of the data, by sample number.
        clips: draws the skeletons too, if the teacher is trained together.
        mutual: see pictures.shown_persons.
    """

    def __init__(
        self,
        prepared: Prepared,
        spec: Spec,
        recipe: Recipe,
        outputs: dict[int, tuple[np.ndarray, np.ndarray]],
        clips: ClipDrawer | None,
        seed: int,
        mutual: frozenset[int] | None = None,
    ) -> None:
        self.prepared, self.spec, self.recipe, self.clips, self.seed = prepared, spec, recipe, clips, seed
        self.attention = {i: attention for i, (attention, _) in outputs.items()}
        self.persons = {
            i: pictures.shown_persons(prepared, i, magnitude, spec.window_frames, mutual)
            for i, (_, magnitude) in outputs.items()
        }

    def draw(self, epoch: int, number: int, samples: np.ndarray) -> StudentBatch:
        """The batch of these samples; each at one of its training draws."""
        images, weights = [], []
        for i in map(int, samples):
            rng = np.random.default_rng([self.seed, epoch, i, 2])
            draw = int(rng.integers(1, self.prepared.draws + 1)) if self.prepared.draws else 0
            jitter = rng if self.recipe.jitter else None
            persons = self.persons[i]
            image = pictures.picture(self.prepared, i, draw, persons, self.spec.crop, jitter)
            images.append(pictures.some_columns(image, self.recipe.columns, rng))
            weight = self.attention[i][[persons[0], persons[-1]]]
            if jitter is not None and self.spec.attention != "none":
                weight = weight * rng.uniform(*pictures.WEIGHT_JITTER, weight.shape[1]).astype(np.float32)
            weights.append(weight)
        skeletons = None if self.clips is None else self.clips.draw(epoch, number, samples)
        return StudentBatch(
            images=torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2),
            labels=torch.tensor([self.prepared.samples[i].label for i in samples]),
            weights=None if skeletons is not None else torch.from_numpy(np.stack(weights)),
            skeletons=skeletons,
            shown=None if skeletons is None else self._rows(skeletons, samples),
        )

    def _rows(self, skeletons: TeacherBatch, samples: np.ndarray) -> Tensor:
        """(B, 2): the rows in `skeletons` of those left and right; who is not in the drawn part: the sample's first."""
        place = {
            (int(o), int(p)): row for row, (o, p) in enumerate(zip(skeletons.owner, skeletons.persons, strict=True))
        }
        first = {int(o): row for row, o in reversed(list(enumerate(skeletons.owner)))}
        shown = []
        for n, i in enumerate(map(int, samples)):
            persons = self.persons[i]
            shown.append([place.get((n, person), first[n]) for person in (persons[0], persons[-1])])
        return torch.tensor(shown)


class StudentTask:
    """What engine.run trains: the student alone, or teacher and student together."""

    def __init__(self, model: TSMF, recipe: Recipe, prepared: Prepared, validation: np.ndarray, together: bool) -> None:
        self.model, self.recipe, self.prepared, self.validation = model, recipe, prepared, validation
        self.networks: dict[str, nn.Module] = {"student": model.student.to(memory_format=torch.channels_last)}
        self.trained: tuple[str, ...] = ("student",)
        if together:
            self.networks["teacher"] = model.teacher
            self.trained = ("teacher", "student")
        self._outputs: TeacherOutputs | None = None

    def loss(self, batch: StudentBatch) -> tuple[Tensor, int]:
        """The student's cross-entropy; together: the teacher's plus lambda times the student's (Eq. 7)."""
        device = self.model.device
        weights, labels = batch.weights, batch.labels.to(device)
        teacher_loss: Tensor | float = 0.0
        if batch.skeletons is not None:
            scores, feature = self.model.teacher(batch.skeletons.x.to(device), batch.skeletons.pooled)
            own = scene(scores, batch.skeletons.owner.to(device))
            teacher_loss, _ = classification_loss(own, labels, self.recipe)
            weights = joint_attention(feature.float(), self.model.spec.attention)[batch.shown.to(device)]
        x = pictures.weigh(batch.images.to(device), weights.to(device))
        scores = self.model.student(x.contiguous(memory_format=torch.channels_last))
        loss, right = classification_loss(scores, labels, self.recipe)
        if batch.skeletons is not None:
            loss = teacher_loss + self.model.spec.fusion_lambda * loss
        return loss, right

    def validate(self) -> tuple[float, float]:
        """The student's loss and accuracy on the validation samples, as the live program sees them."""
        if not len(self.validation):
            return math.nan, math.nan
        if self._outputs is None or "teacher" in self.trained:  # a fixed teacher's outputs do not change
            self._outputs = scoring.run_teacher(self.model, self.prepared, self.validation)
        scores = scoring.run_student(self.model.student, self.model, self.prepared, self.validation, self._outputs)
        labels = labels_of(self.prepared, self.validation)
        return scoring.cross_entropy(scores, labels), scoring.accuracy(scores, labels)


def teacher_outputs_of(
    model: TSMF, prepared: Prepared, rows: np.ndarray, path: Path, weighing: bool
) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """The fixed teacher's outputs for samples: attention (M, 25) and magnitude (M,); kept in a file of the run.

    Args:
        weighing: whether these weights enter the pictures; else the teacher runs only on samples with two people.
    """
    if path.is_file():
        attention, magnitude = _kept_outputs(path, len(rows))
    else:
        asked = [n for n, i in enumerate(rows) if weighing or prepared.samples[i].person_count > 1]
        found = scoring.run_teacher(model, prepared, rows[asked], quiet=False)
        attention = np.ones((len(rows), *found.attention.shape[1:]), np.float32)
        magnitude = np.zeros((len(rows), *found.magnitude.shape[1:]), np.float32)
        attention[asked], magnitude[asked] = found.attention, found.magnitude

        def write(new: Path) -> None:
            with new.open("wb") as file:  # given a name, numpy would add its own ending
                np.savez(file, attention=attention, magnitude=magnitude)

        replace_file(path, write)
    return {int(i): (attention[n], magnitude[n]) for n, i in enumerate(rows)}


def _kept_outputs(path: Path, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Attention (count, 2, 25) and magnitude (count, 2) of a run's file; CheckpointError if it holds others."""
    try:
        kept = read_archive(path, {"attention": "f", "magnitude": "f"})
        attention, magnitude = kept["attention"], kept["magnitude"]
        if attention.shape != (count, 2, JOINT_COUNT) or magnitude.shape != (count, 2):
            raise ValueError(f"of other samples than these {count}")
        if not np.isfinite(attention).all() or np.isnan(magnitude).any():
            raise ValueError("not finite")
    except (OSError, ValueError, KeyError) as error:
        raise CheckpointError(
            f"{path}: what the teacher says of the samples cannot be used ({error}); remove it to ask again"
        ) from error
    return attention.astype(np.float32), magnitude.astype(np.float32)


def model_of(args: argparse.Namespace, prepared: Prepared, device: torch.device) -> TSMF:
    """The teacher's networks with a new student, and the settings they will have.

    Raises:
        UsageError: no crops of that kind, or classes that differ from the teacher's.
        CheckpointError: the teacher's file cannot be used.
    """
    if not prepared.has_crops:
        raise UsageError(
            f"{args.data}: has no crops; a student needs colour videos: prepare them, or train a teacher only"
        )
    crop = args.crop or prepared.crop_kinds[0]
    if crop not in prepared.crop_kinds:
        raise UsageError(f"--crop {crop}: {args.data} holds {', '.join(prepared.crop_kinds)}; prepare that kind")
    taught = TSMF.load(args.teacher)
    if taught.spec.labels != prepared.labels:
        raise UsageError(
            f"--teacher {args.teacher}: expected the {len(prepared.labels)} classes of {args.data}, it has "
            f"{len(taught.spec.labels)}, others or in another order; train a teacher on this data (--init helps)"
        )
    if taught.spec.arithmetic != "exact":
        raise UsageError(
            f"--teacher {args.teacher}: expected exact arithmetic, got released; convert with --arithmetic exact"
        )
    spec = replace(
        taught.spec,
        architecture=f"{taught.spec.teacher_name}+resnet18",
        attention=args.attention,
        crop=crop,
        fusion_lambda=args.fusion_lambda,
        accuracy={},
        trained_on=f"{taught.spec.trained_on}; student: {args.recipe} recipe, {args.strategy}, seed {args.seed}",
    )
    torch.manual_seed(args.seed)
    student = ResNet18(len(spec.labels))
    if args.imagenet:
        load_backbone(student, args.imagenet)
    if args.init:
        begin_with(student, spec.labels, args.init, "student")
    return TSMF(spec, taught.teacher, student, str(device), taught.attention)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = command.OneLineParser(
        prog="python -m train.student",
        description=__doc__.split("\n")[0],
        epilog="example: python -m train.student --data prepared/ntu60 --teacher teacher.safetensors --out run",
    )
    options.add_data(parser)
    options.add_run(parser)
    add = parser.add_argument
    add("--teacher", type=Path, required=True, metavar="FILE", help="its checkpoint (train.teacher, train.convert)")
    add("--strategy", choices=("fixed", "together"), default="fixed", help="default: fixed")
    add("--attention", choices=CHOICES["attention"], default="paper", help="none: no weights (default: paper)")
    add("--crop", choices=CHOICES["crop"], help="default: the first kind that the data has")
    add(
        "--lambda",
        dest="fusion_lambda",
        type=float,
        default=1.0,
        metavar="X",
        help="weight of the student (default: 1)",
    )
    add(
        "--layout",
        choices=("distance", "label"),
        default="distance",
        help="label: the published, for the ablation only",
    )
    add("--imagenet", type=Path, metavar="FILE", help="begin with torchvision's ResNet-18 weights")
    add("--init", type=Path, metavar="FILE", help="begin with this checkpoint's student (new classes get a new head)")
    args = parser.parse_args(arguments)
    if args.strategy == "together" and args.attention == "none":
        parser.error("--strategy together: needs weights; --attention none trains the student alone")
    if args.epochs is None:
        args.epochs = STUDENT_EPOCHS[args.recipe]
    return args


def main(arguments: list[str] | None = None) -> None:
    train_and_save(train, parse(arguments), STUDENT_FILE)


def train(args: argparse.Namespace, group: Group) -> Trained:
    """Data, networks, training; fit.ending does the rest."""
    prepared, rows, validation = training_data(args)
    model = model_of(args, prepared, options.device_of(args))
    spec = model.spec
    recipe = options.recipe_of(args, stream=spec.mode == "stream" and args.recipe == "better")
    together = args.strategy == "together"
    weighing = args.attention != "none" and not together
    if together and model.attention is not None:
        raise CheckpointError(
            f"--teacher {args.teacher}: its attention is another network's; --strategy fixed can use it"
        )
    recipe = replace(  # the teacher's input is what its checkpoint says
        recipe,
        normalisation=spec.normalisation,
        sampling=spec.sampling,
        frames=spec.sampled_frames,
        window=spec.window_frames,
        temporal=spec.temporal,
    )
    checksum = hashlib.sha256(args.teacher.read_bytes()).hexdigest()[:12]
    chosen = {"strategy": args.strategy, "attention": args.attention, "crop": spec.crop, "lambda": spec.fusion_lambda}
    imagenet = args.imagenet.name if args.imagenet else None
    extra = {**chosen, "layout": args.layout, "teacher": checksum, "imagenet": imagenet}
    settings = settings_of(args, recipe, group, extra)
    outputs_file = args.out / f"teacher-{checksum}-{args.strategy}-{args.attention}.npz"
    if group.leads:
        write_names(args.out, prepared, validation)
        teacher_outputs_of(model, prepared, rows, outputs_file, weighing)
    group.share(None)  # the others wait for the file
    outputs = teacher_outputs_of(model, prepared, rows, outputs_file, weighing)
    clips = ClipDrawer(prepared, rows, recipe, spec.window_frames, args.seed) if together else None
    mutual = scoring.mutual_classes(prepared) if args.layout == "label" else None
    drawer = StudentDrawer(prepared, spec, recipe, outputs, clips, args.seed, mutual)
    task = StudentTask(model, recipe, prepared, validation, together)
    progress = engine.run(task, drawer, rows, settings, group)
    return Trained(model, prepared, rows, validation, progress)


if __name__ == "__main__":
    command.run(main)
