"""Published weights, read safely and written as a checkpoint of this program; and a checkpoint as ONNX.

    python -m train.convert --teacher tsmf.pt --labels ntu60 --out tsmf.safetensors
    python -m train.convert --teacher msg3d.pt --student tsmf.pt --attention-teacher tsmf.pt --labels ntu60 \
                            --out best.safetensors --onnx onnx/
    python -m train.convert --checkpoint best.safetensors --onnx onnx/

Reads state dicts of TSMF, ST-GCN, AGCN, MS-G3D, EfficientGCN-B0, Shift-GCN and ResNet-18 (.pt, .pth, .pth.tar,
.pdparams, .safetensors) and recognises the networks by the names of their weights, whatever stands before these. A
pickled file is read without running it: one that would run code is refused. Unless told otherwise, a checkpoint of
TSMF's networks reproduces the published arithmetic, for comparison; EfficientGCN and Shift-GCN are made ready for live
use, with the published scores.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from train.published import class_count, read_networks
from tsmf_live import command
from tsmf_live.command import tell
from tsmf_live.frames import CheckpointError, UsageError
from tsmf_live.label_lists import read_labels
from tsmf_live.nets import checkpoint
from tsmf_live.nets.checkpoint import CHOICES, Spec
from tsmf_live.nets.teacher import TEACHERS

STUDENT = "resnet18"
WINDOW_FRAMES = 75  # live, networks that know whole clips are best asked about 2 to 3 s (tests/README.md)
#: How a checkpoint of a network is used unless the options say otherwise.
AS_RELEASED = {"arithmetic": "released", "attention": "released", "normalisation": "none", "window_frames": 300}
LIVE = {"arithmetic": "slots", "attention": "paper", "window_frames": WINDOW_FRAMES}
USUAL = {
    "efficientgcn": LIVE | {"normalisation": "placed"},
    "efficientgcn-sg": LIVE | {"normalisation": "placed"},
    "shiftgcn": LIVE | {"normalisation": "z up"},
}
#: The length that clips had in the training of published networks.
PUBLISHED_FRAMES = {"efficientgcn": 288, "efficientgcn-sg": 288, "shiftgcn": 300}


@dataclass(frozen=True)
class Parts:
    """The networks that go into a checkpoint; None where there is none of that role."""

    teacher_name: str
    teacher: dict[str, Tensor]
    student: dict[str, Tensor] | None
    attention: dict[str, Tensor] | None


def collect(teacher: Path, student: Path | None, attention: Path | None) -> Parts:
    """The networks of up to three files; the student may lie in the teacher's file, as in the released TSMF.

    Raises:
        CheckpointError: a file cannot be read, or does not hold the network that is asked for.
    """
    networks = read_networks(teacher)
    names = [name for name in networks if name in TEACHERS]
    if len(names) != 1:
        held = ", ".join(networks)
        raise CheckpointError(f"--teacher {teacher}: expected one of {', '.join(TEACHERS.values())}, it holds {held}")
    taught = networks.get(STUDENT) if student is None else _only(student, "--student", STUDENT)
    attending = None if attention is None else _only(attention, "--attention-teacher", "stgcn")
    return Parts(names[0], networks[names[0]], taught, attending)


def _only(path: Path, option: str, name: str) -> dict[str, Tensor]:
    networks = read_networks(path)
    if name not in networks:
        raise CheckpointError(f"{option} {path}: expected a {name} network, it holds {', '.join(networks)}")
    return networks[name]


def make_spec(args: argparse.Namespace, parts: Parts, labels: tuple[str, ...]) -> Spec:
    """The checkpoint's settings.

    Raises:
        CheckpointError: the networks have different classes.
        UsageError: labels or options do not go with the networks.
    """
    states = {"teacher": parts.teacher, "student": parts.student, "attention teacher": parts.attention}
    counts = {role: class_count(state) for role, state in states.items() if state is not None}
    said = ", ".join(f"{role} {count}" for role, count in counts.items())
    if len(set(counts.values())) != 1:
        raise CheckpointError(f"number of classes disagrees: {said}; take networks of one data set")
    if len(labels) != counts["teacher"]:
        raise UsageError(f"--labels {args.labels}: {len(labels)} names, but the networks' classes are: {said}")
    files = [path.name for path in (args.teacher, args.student, args.attention_teacher) if path is not None]
    name = parts.teacher_name
    settings: dict[str, Any] = dict(USUAL.get(name, AS_RELEASED))
    asked = {key: getattr(args, key) for key in settings}
    settings |= {key: value for key, value in asked.items() if value is not None}
    if name in PUBLISHED_FRAMES:
        sampling = "looped" if settings["normalisation"] == "z up" else "padded"
        settings |= {"sampling": sampling, "sampled_frames": PUBLISHED_FRAMES[name]}
    try:
        return Spec(
            labels=labels,
            idle=args.idle,
            architecture=name + ("" if parts.student is None else f"+{STUDENT}"),
            attention_from="teacher" if parts.attention is None else "stgcn",
            crop=args.crop,
            fusion_lambda=args.fusion_lambda,
            trained_on=f"published weights, converted from {', '.join(files)}",
            **settings,
        )
    except ValueError as error:
        raise UsageError(str(error)) from error


def write(args: argparse.Namespace) -> None:
    """Reads the weights, writes the checkpoint, prints what is in it."""
    if args.out.resolve() in {path.resolve() for path in (args.teacher, args.student, args.attention_teacher) if path}:
        raise UsageError(f"--out {args.out}: is one of the files to read; choose another name")
    labels = read_labels(args.labels)
    parts = collect(args.teacher, args.student, args.attention_teacher)
    spec = make_spec(args, parts, labels)
    try:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        checkpoint.save(args.out, spec, parts.teacher, parts.student, half=args.half, attention=parts.attention)
    except Exception as error:  # OSError, or the file format's own
        raise UsageError(f"--out {args.out}: cannot be written: {error}") from error
    student = "ResNet-18 student" if parts.student is not None else "no student: predictions are the teacher's alone"
    attention = "" if parts.attention is None else ", attention from an ST-GCN of its own"
    tell(
        f"wrote {args.out}: {TEACHERS[parts.teacher_name]} teacher, {student}{attention}; {len(labels)} classes, "
        f"window {spec.window_frames} frames, {spec.arithmetic} arithmetic, {spec.attention} attention"
    )
    if parts.student is not None and parts.attention is None and parts.teacher_name != "stgcn":
        tell(
            f"note: attention comes from the {TEACHERS[parts.teacher_name]} itself; the published students learned "
            "with an ST-GCN's (--attention-teacher)"
        )


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = command.OneLineParser(
        prog="python -m train.convert",
        description=__doc__.split("\n")[0],
        epilog="example: python -m train.convert --teacher tsmf.pt --labels ntu60 --out tsmf.safetensors",
    )
    add = parser.add_argument
    add("--teacher", type=Path, metavar="FILE", help=f"state dict of TSMF, or of {', '.join(TEACHERS.values())}")
    add("--student", type=Path, metavar="FILE", help="of a ResNet-18 (default: the teacher's file, if it holds one)")
    add("--attention-teacher", type=Path, metavar="FILE", help="an ST-GCN that gives the attention, not the scores")
    add("--labels", metavar="NAME|FILE", help="ntu60, pku_mmd, or a text file with one class name a line")
    add("--out", type=Path, metavar="FILE", help="the checkpoint to write (.safetensors)")
    add("--checkpoint", type=Path, metavar="FILE", help="a checkpoint of this program, for --onnx alone")
    add("--onnx", type=Path, metavar="DIR", help="also write teacher.onnx and student.onnx")
    add("--arithmetic", choices=CHOICES["arithmetic"], help="default: released; EfficientGCN and Shift-GCN: slots")
    add("--attention", choices=CHOICES["attention"], help="default: released; EfficientGCN and Shift-GCN: paper")
    add("--crop", choices=CHOICES["crop"], default="fixed", help="default: fixed")
    add(
        "--normalisation", choices=CHOICES["normalisation"], help="default: none; EfficientGCN: placed, Shift-GCN: z up"
    )
    window = f"default: 300; EfficientGCN and Shift-GCN: {WINDOW_FRAMES}"
    add("--window", dest="window_frames", type=int, metavar="FRAMES", help=window)
    add("--lambda", dest="fusion_lambda", type=float, default=1.0, metavar="X", help="weight of the student, default 1")
    add("--idle", metavar="NAME", help="the class in which nothing happens, if there is one")
    add("--half", action="store_true", help="store float16: half the size, not exactly the published scores")
    args = parser.parse_args(arguments)
    if args.checkpoint is None and None in (args.teacher, args.labels, args.out):
        parser.error("--teacher, --labels and --out are needed (or --checkpoint with --onnx)")
    if args.checkpoint is not None and (args.onnx is None or args.teacher is not None or args.out is not None):
        parser.error("--checkpoint goes with --onnx alone")
    return args


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; its exit code, or a TsmfError."""
    args = parse(arguments)
    if args.checkpoint is None:
        write(args)
    if args.onnx is not None:
        from train.onnx_files import export

        for path in export(args.checkpoint or args.out, args.onnx):
            tell(f"wrote {path}")
    return 0


if __name__ == "__main__":
    command.run(main)
