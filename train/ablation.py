"""The paper's Table 2 on any prepared data, our value beside the paper's, and rows that are not in the paper.

    python -m train.ablation --data prepared/ntu60 --splits cs cv --out ablation
    python -m train.ablation --data prepared/ward --splits subject=7 --recipe better --rows 1,4,7,lambda --out ablation

Trains what the rows need (train.teacher, train.student), scores it (train.evaluate), adds up scores, and writes
FOLDER/table.md and table.json after each row. What is finished is not done again: the same command goes on where it
was stopped. Ensembles are sums with weight 1, as in the paper; the row "lambda" chooses the weight on validation
samples.

The paper's students begin with ImageNet's weights (--imagenet). Where these are not to be had, they begin with another
checkpoint's student (--init), or --pretrain-epochs trains one picture network without weights on the same training part
first, and every student begins with it. With more than two splits the table has their mean, too.

**Source:** TSMF Table 2.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from train import evaluate, options, student, teacher
from train.data.prepared import Prepared
from train.files import replace_file
from train.results import score_file, scoring
from tsmf_live import command
from tsmf_live.command import one_line, tell
from tsmf_live.files import file_name
from tsmf_live.frames import UsageError

#: Table 2: row -> method, and the accuracies for NTU RGB+D CS and CV, PKU-MMD CS and CV.
PAPER = {
    "1": ("ST-GCN (teacher)", (81.6, 88.8, 91.5, 92.4)),
    "2": ("ResNet18, no weights", (72.7, 81.3, 75.3, 75.1)),
    "3": ("ResNet18 + spatial weights, trained together", (73.8, 85.2, 76.8, 75.8)),
    "4": ("ResNet18 + spatial weights, teacher fixed", (76.8, 86.2, 82.8, 82.2)),
    "5": ("ensemble 1 + 2", (88.9, 94.9, 93.5, 95.2)),
    "6": ("ensemble 1 + 3", (89.4, 95.0, 93.5, 95.0)),
    "7": ("ensemble 1 + 4", (89.7, 95.4, 94.3, 95.7)),
    "8": ("AGCN", (83.4, 90.0, 93.3, 96.4)),
    "9": ("MS-G3D", (89.6, 95.0, 95.0, 96.2)),
    "10": ("ensemble 4 + 8", (90.4, 95.5, 95.4, 97.7)),
    "11": ("ensemble 4 + 9", (92.5, 97.4, 95.8, 97.8)),
}
#: Ours. The student's rows give the student alone, then its sum with row 1's teacher.
OURS = {
    "attention": "student with the released code's attention (row 4: Eq. 4)",
    "crop": "student with the other kind of crops (row 4: the data's first)",
    "layout": "student with the picture's layout chosen by the true label (row 4: by distance)",
    "causal": "ST-GCN in causal form (row 1: same)",
    "lambda": "ensemble 1 + 4, weight chosen on validation samples",
}
NEEDS_CROPS = frozenset(("2", "3", "4", "5", "6", "7", "10", "11", "attention", "crop", "layout", "lambda"))
LAMBDAS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
_PAPER_COLUMN = {("ntu", "cs"): 0, ("ntu", "cv"): 1, ("pku", "cs"): 2, ("pku", "cv"): 3}


@dataclass(frozen=True)
class Result:
    """One row of one split: accuracy (0 to 1) on the test part, and a note."""

    accuracy: float
    note: str = ""


class Workshop:
    """Trains and scores what rows ask for, each thing once; everything lies under one folder.

    Args:
        args: of the command.
        split: whose test part decides.
    """

    def __init__(self, args: argparse.Namespace, split: str) -> None:
        self.args, self.split = args, split
        self.folder = args.out / folder_of(split)

    def teacher(self, name: str, *extra: str) -> Path:
        """scores.npz of a teacher that is trained if it is not there."""
        run = self.folder / name
        checkpoint = run / teacher.TEACHER_FILE
        if not checkpoint.is_file():
            epochs = self._option("--epochs", self.args.epochs)
            teacher.main([*self._common(run), *epochs, *self._option("--frames", self.args.frames), *extra])
        return self._scores(checkpoint)

    def student(self, name: str, *extra: str, layout: str = "distance") -> Path:
        """scores.npz of row 1's teacher with a student that is trained if it is not there."""
        self.teacher("stgcn")
        begin = [*self._option("--imagenet", self.args.imagenet), *self._option("--init", self.args.init)]
        if self.args.pretrain_epochs:
            start = self._studied("start", self.args.pretrain_epochs, *begin, "--attention", "none")
            begin = ["--init", str(start)]
        checkpoint = self._studied(name, self.args.student_epochs, *begin, "--layout", layout, *extra)
        return self._scores(checkpoint, layout)

    def _studied(self, name: str, epochs: int | None, *extra: str) -> Path:
        """The checkpoint of a student of row 1's teacher, trained if it is not there."""
        run = self.folder / name
        if not (run / student.STUDENT_FILE).is_file():
            taught = ["--teacher", str(self.folder / "stgcn" / teacher.TEACHER_FILE)]
            student.main([*self._common(run), *self._option("--epochs", epochs), *taught, *extra])
        return run / student.STUDENT_FILE

    def _scores(self, checkpoint: Path, layout: str = "distance") -> Path:
        report = checkpoint.parent / "evaluation"
        if not (report / "summary.json").is_file() or not (report / evaluate.SCORES_FILE).is_file():
            where = ["--data", str(self.args.data), "--split", self.split, "--out", str(report), "--layout", layout]
            running = ["--device", self.args.device, *self._option("--threads", self.args.threads)]
            evaluate.main([*where, *running, "--checkpoint", str(checkpoint)])
        return report / evaluate.SCORES_FILE

    def _common(self, run: Path) -> list[str]:
        args = self.args
        given = {"--recipe": args.recipe, "--seed": args.seed, "--device": args.device, "--precision": args.precision}
        given |= {"--data": args.data, "--split": self.split, "--validation": args.validation, "--out": run}
        given |= {"--batch": args.batch, "--workers": args.workers, "--threads": args.threads, "--rate": args.rate}
        return [text for option, value in given.items() for text in self._option(option, value)]

    @staticmethod
    def _option(name: str, value: object) -> list[str]:
        return [] if value is None else [name, str(value)]


def folder_of(split: str) -> str:
    """The name of a split's folder: file=C:\\lists\\a.txt -> file-C-_lists_a.txt."""
    return file_name(split.replace("=", "-").replace(",", "-").replace("/", "_").replace("\\", "_"))


def accuracy_of(*parts: str, weights: list[float] | None = None) -> Result:
    """Accuracy on the test samples of a sum of FILE:PART scores, each with weight 1 unless told otherwise."""
    total = score_file.ensemble(list(parts), weights or [1.0] * len(parts))
    test = total.common.test
    return Result(scoring.accuracy(total.total[test], total.common.truth[test]))


def with_student(shop: Workshop, scores: Path) -> Result:
    """The student alone; the note has its sum with row 1's teacher."""
    both = accuracy_of(f"{shop.teacher('stgcn')}:teacher", f"{scores}:student")
    return Result(accuracy_of(f"{scores}:student").accuracy, f"with teacher {both.accuracy:.1%}")


def lambda_row(shop: Workshop) -> Result:
    """Ensemble 1 + 4 with its weight chosen on validation samples; the note has other weights."""
    parts = [f"{shop.teacher('stgcn')}:teacher", f"{shop.student('fixed')}:student"]
    chosen = score_file.ensemble(parts)
    test = chosen.common.test
    other = (f"{x:g}: {accuracy_of(*parts, weights=[1.0, x]).accuracy:.1%}" for x in LAMBDAS)
    best = list(chosen.weights.values())[1]
    said = f"lambda {best:g}" if chosen.common.validation.any() else "no validation samples: lambda 1"
    return Result(
        scoring.accuracy(chosen.total[test], chosen.common.truth[test]), f"{said}; test at {', '.join(other)}"
    )


def crop_row(shop: Workshop) -> Result:
    """The student with the kind of crops that row 4 does not use."""
    kinds = Prepared.open(shop.args.data).crop_kinds
    if len(kinds) < 2:
        raise UsageError(
            f"--rows crop: expected both kinds of crops, {shop.args.data} holds {kinds[0]} only; prepare both"
        )
    return with_student(shop, shop.student(f"crop-{kinds[1]}", "--crop", kinds[1]))


def row_makers() -> dict[str, Callable[[Workshop], Result]]:
    """How each row comes about."""
    plain = {"2": ("none", ("--attention", "none")), "3": ("together", ("--strategy", "together")), "4": ("fixed", ())}
    teachers = {"1": ("stgcn", ()), "8": ("agcn", ("--net", "agcn")), "9": ("msg3d", ("--net", "msg3d"))}

    def teacher_row(row: str) -> Callable[[Workshop], Result]:
        name, extra = teachers[row]
        return lambda shop: accuracy_of(f"{shop.teacher(name, *extra)}:teacher")

    def student_row(row: str) -> Callable[[Workshop], Result]:
        name, extra = plain[row]
        return lambda shop: accuracy_of(f"{shop.student(name, *extra)}:student")

    def add(first: str, second: str) -> Callable[[Workshop], Result]:
        (name, extra), (other, more) = teachers[first], plain[second]
        return lambda shop: accuracy_of(
            f"{shop.teacher(name, *extra)}:teacher", f"{shop.student(other, *more)}:student"
        )

    return {
        **{row: teacher_row(row) for row in teachers},
        **{row: student_row(row) for row in plain},
        "5": add("1", "2"),
        "6": add("1", "3"),
        "7": add("1", "4"),
        "10": add("8", "4"),
        "11": add("9", "4"),
        "attention": lambda shop: with_student(shop, shop.student("released", "--attention", "released")),
        "crop": crop_row,
        "layout": lambda shop: with_student(shop, shop.student("layout", layout="label")),
        "causal": lambda shop: accuracy_of(f"{shop.teacher('causal', '--temporal', 'causal')}:teacher"),
        "lambda": lambda_row,
    }


def write_tables(folder: Path, kind: str, splits: list[str], results: dict[str, dict[str, Result]]) -> None:
    """table.md for people, table.json for programs."""
    methods = {**{row: method for row, (method, _) in PAPER.items()}, **OURS}
    published = any(paper_value(kind, split, row) for split in splits for row in PAPER)
    heads = [head for split in splits for head in ([f"{split}, ours", f"{split}, paper"] if published else [split])]
    heads += ["mean"] if len(splits) > 2 else []
    lines = ["| # | method | " + " | ".join(heads) + " | notes |", "|" + "---|" * (3 + len(heads))]
    for row in (row for row in methods if row in results):
        cells, notes = [], []
        for split in splits:
            found = results[row].get(split)
            theirs = paper_value(kind, split, row)
            cells.append(f"{found.accuracy:.1%}" if found else "")
            cells += [f"{theirs:.1f}%" if theirs else "-"] if published else []
            notes += [f"{split}: {found.note}"] if found and found.note else []
        if len(splits) > 2:
            whole = len(results[row]) == len(splits)
            mean = sum(found.accuracy for found in results[row].values()) / len(splits)
            cells.append(f"{mean:.1%}" if whole else "")
        lines.append(f"| {row} | {methods[row]} | " + " | ".join(cells) + f" | {'; '.join(notes)} |")
    replace_file(folder / "table.md", lambda new: new.write_text("\n".join(lines) + "\n", encoding="utf-8"))
    document = {
        row: {
            split: {"accuracy": found.accuracy, "note": found.note, "paper": paper_value(kind, split, row)}
            for split, found in by_split.items()
        }
        for row, by_split in results.items()
    }
    replace_file(folder / "table.json", lambda new: new.write_text(json.dumps(document, indent=1), encoding="utf-8"))


def paper_value(kind: str, split: str, row: str) -> float | None:
    """The paper's accuracy in percent, if it has one for this data and split."""
    column = _PAPER_COLUMN.get(("ntu" if kind == "ntu60" else kind, split))
    return None if column is None or row not in PAPER else PAPER[row][1][column]


def chosen_rows(text: str | None, has_crops: bool, kinds: int) -> list[str]:
    """The rows to fill; without --rows all that the data allows."""
    known = [*PAPER, *OURS]
    if text is None:
        return [row for row in known if (has_crops or row not in NEEDS_CROPS) and (row != "crop" or kinds > 1)]
    rows = [row.strip() for row in text.split(",")]
    for row in rows:
        if row not in known:
            raise UsageError(f"--rows {text}: expected some of {', '.join(known)}, got {row!r}")
        if row in NEEDS_CROPS and not has_crops:
            raise UsageError(
                f"--rows {text}: row {row} needs pictures, the data has none; prepare it with colour videos"
            )
    return rows


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = command.OneLineParser(
        prog="python -m train.ablation",
        description=__doc__.split("\n")[0],
        epilog="example: python -m train.ablation --data prepared/ntu60 --splits cs cv --out ablation",
    )
    options.add_run(parser)
    add = parser.add_argument
    add("--data", type=Path, required=True, metavar="FOLDER", help="prepared data (train.prepare)")
    add("--splits", nargs="+", default=["cs"], metavar="SPLIT", help="as in train.teacher (default: cs)")
    add("--validation", default="auto", help="as in train.teacher")
    add("--rows", metavar="1,2,...", help=f"of Table 2, and {', '.join(OURS)} (default: all that the data allows)")
    add("--student-epochs", type=options.at_least_one, help="default: the recipe's")
    add(
        "--pretrain-epochs",
        type=options.at_least_one,
        metavar="N",
        help="of a picture network without weights that every student begins with (default: none is trained)",
    )
    add("--frames", type=int, help="of the teachers' input (default: the recipe's)")
    add(
        "--imagenet",
        type=Path,
        metavar="FILE",
        help="students begin with torchvision's ResNet-18 weights, as the paper's",
    )
    add("--init", type=Path, metavar="FILE", help="students begin with this checkpoint's student")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    args = parse(arguments)
    prepared = Prepared.open(args.data)
    rows = chosen_rows(args.rows, prepared.has_crops, len(prepared.crop_kinds))
    for split in args.splits:
        prepared.split(split)  # a split that does not exist is an error before hours of training
    if len({folder_of(split) for split in args.splits}) < len(set(args.splits)):
        raise UsageError("--splits: expected splits whose folders have different names; rename one of the list files")
    keep_settings(args)
    makers, results = row_makers(), {}
    bar = tqdm(total=len(rows) * len(args.splits), desc="rows", disable=None)
    for split in args.splits:
        shop = Workshop(args, split)
        for row in rows:
            results.setdefault(row, {})[split] = makers[row](shop)
            write_tables(args.out, prepared.kind, args.splits, results)
            bar.update()
    bar.close()
    tell(*(args.out / "table.md").read_text(encoding="utf-8").splitlines())
    tell(f"wrote {args.out / 'table.md'}")


def keep_settings(args: argparse.Namespace) -> None:
    """Remembers what decides the results; UsageError if the folder was begun with something else."""
    names = ("data", "recipe", "epochs", "student_epochs", "pretrain_epochs", "batch", "rate", "frames", "seed")
    names = (*names, "precision", "validation", "imagenet", "init")
    document = {name: None if getattr(args, name) is None else str(getattr(args, name)) for name in names}
    path = args.out / "settings.json"
    if path.is_file():
        try:
            before = dict(json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError, RecursionError) as error:
            raise UsageError(
                f"{path}: expected the settings with which the folder was begun, it is damaged ({one_line(error)}); "
                "choose another --out"
            ) from error
        other = [name for name in names if before.get(name) != document[name]]
        if other:
            raise UsageError(
                f"{args.out}: was begun with another --{other[0].replace('_', '-')} ({before.get(other[0])}, now "
                f"{document[other[0]]}); expected the same to go on: choose another --out"
            )
    replace_file(path, lambda new: new.write_text(json.dumps(document, indent=1), encoding="utf-8"))


if __name__ == "__main__":
    command.run(main)
