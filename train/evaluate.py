"""How good a checkpoint is: accuracy, recall by class, confusion, calibration, what fusion adds, in one report.

    python -m train.evaluate --data prepared/ntu60 --split cs --checkpoint runs/student/student.safetensors --out report
    python -m train.evaluate --scores teacher/scores.npz student/scores.npz:student --out ensemble

    python -m train.evaluate --data prepared/people --across people.safetensors left-out/*/*.safetensors --out R
    python -m train.evaluate --stream FOLDER --checkpoint people.safetensors --out R

The first scores the test part of a split (and the samples that training held out, if the checkpoint lies in its run's
folder) exactly as the live program does. The second adds up score files; weights are chosen on the held-out samples.
The third plays what each of several causal teachers has not seen (its own split says what), by set and class; with one
that sees windows it scores whole clips, also among the classes alone that a set has (--split all: published networks).
The fourth plays continuous recordings with labels as live, and judges the events: mAP, F1, delay, false events.
Writes FOLDER/report.html, summary.json, scores.npz, scores.csv, classes.csv, confusion.csv and pictures.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from train import options
from train.data import pictures
from train.data.held_out import read_names
from train.data.prepared import Prepared
from train.files import replace_file
from train.results import across, calibration, figures, report, score_file, scoring, stream_report, streams
from train.results.score_file import ScoreFile
from train.results.scoring import TeacherOutputs
from train.teacher import labels_of
from tsmf_live import command, roi
from tsmf_live.actor.subject import IDLE, LOOK_ALIKES
from tsmf_live.command import tell
from tsmf_live.files import make_folders
from tsmf_live.frames import UsageError
from tsmf_live.nets.resnet import folded
from tsmf_live.nets.tsmf import TSMF

SCORES_FILE, ACROSS_FILE = "scores.npz", "across.txt"
SPLIT_WORDS = re.compile(r"split (\S+?(?:,\S+?)*), \w")  # in Spec.trained_on
VIEWS = 4  # samples whose pictures are shown


def check_labels(model: TSMF, prepared: Prepared, path: Path) -> None:
    """UsageError unless the checkpoint knows the data's classes in their order; it may lack idle, the last one."""
    without_idle = prepared.labels[-1] == IDLE and model.spec.labels == prepared.labels[:-1]
    if model.spec.labels != prepared.labels and not without_idle:
        unknown = [label for label in prepared.labels if label not in model.spec.labels]
        said = f"{unknown[0]!r} is not among its" if unknown else "in another order or number than its"
        raise UsageError(
            f"--checkpoint {path}: expected the {len(prepared.labels)} classes of {prepared.folder}, {said} "
            f"{len(model.spec.labels)}; take the checkpoint that was trained on this data"
        )


def score(model: TSMF, prepared: Prepared, test: np.ndarray, validation: np.ndarray, label_layout: bool) -> ScoreFile:
    """The model's scores of the test and the held-out samples, as of the live program at each sample's end."""
    rows = np.concatenate([test, validation])
    truth = labels_of(prepared, rows)
    outputs = scoring.run_teacher(model, prepared, rows, quiet=False)
    scores = {"teacher": outputs.scores}
    if model.student is not None and prepared.has_crops:
        mutual = scoring.mutual_classes(prepared) if label_layout else None
        network = folded(model.student)
        scores["student"] = scoring.run_student(network, model, prepared, rows, outputs, mutual, quiet=False)
    names = np.array([prepared.samples[i].name for i in rows])
    held = np.arange(len(rows)) >= len(test)
    return ScoreFile(prepared.labels, names, truth, held, scores)


def summary_of(scored: ScoreFile, total: np.ndarray, temperature: float) -> dict[str, object]:
    """Figures of the test part for one (N, classes) array of scores."""
    test = scored.test
    s, truth = total[test], scored.truth[test]
    return {
        "samples": int(test.sum()),
        "accuracy": round(scoring.accuracy(s, truth), 4),
        "top5": round(scoring.accuracy(s, truth, min(5, len(scored.labels))), 4),
        "mean_recall": round(float(np.nanmean(recalls(s, truth, len(scored.labels)))), 4),
        "temperature": round(temperature, 4),
        "ece": round(calibration.expected_calibration_error(s, truth), 4),
        "ece_calibrated": round(calibration.expected_calibration_error(s, truth, temperature), 4),
        **look_alikes(scored, total),
    }


def look_alikes(scored: ScoreFile, total: np.ndarray) -> dict[str, float]:
    """Figures of the classes that only a picture tells apart, if the data has them: accuracy among all classes, and
    among these alone.
    """
    if not set(LOOK_ALIKES) <= set(scored.labels):
        return {}
    chosen = [scored.labels.index(name) for name in LOOK_ALIKES]
    rows = scored.test & np.isin(scored.truth, chosen)
    if not rows.any():
        return {}
    among = np.array(chosen)[total[rows][:, chosen].argmax(axis=1)] == scored.truth[rows]
    whole = scoring.accuracy(total[rows], scored.truth[rows])
    return {"look_alikes": round(whole, 4), "look_alikes_among_themselves": round(float(among.mean()), 4)}


def confusion(scores: np.ndarray, truth: np.ndarray, classes: int) -> np.ndarray:
    """Counts (classes, classes): row = truth, column = best class."""
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (truth, scores.argmax(axis=1)), 1)
    return counts


def recalls(scores: np.ndarray, truth: np.ndarray, classes: int) -> np.ndarray:
    """Recall (classes,) of each class, NaN where there is no sample."""
    counts = confusion(scores, truth, classes)
    total = counts.sum(axis=1)
    return np.where(total > 0, counts.diagonal() / np.maximum(total, 1), np.nan)


def from_checkpoint(args: argparse.Namespace) -> None:
    """Scores a split with a checkpoint and writes everything."""
    prepared = Prepared.open(args.data)
    model = TSMF.load(args.checkpoint, options.device_of(args).type)
    check_labels(model, prepared, args.checkpoint)
    everything = np.arange(len(prepared))
    train, test = (everything[:0], everything) if args.split == "all" else prepared.split(args.split)
    validation = np.intersect1d(read_names(args.checkpoint.parent, prepared), train)
    make_folders(args.out)
    scored = score(model, prepared, test, validation, args.layout == "label")
    scored.write(args.out / SCORES_FILE)
    arrays = dict(scored.scores)
    held = scored.validation
    spec = model.spec
    chosen = spec.fusion_lambda
    if "student" in arrays:
        pair = [arrays["teacher"], arrays["student"]]
        chosen = calibration.choose_weights([s[held] for s in pair], scored.truth[held])[1]
        arrays["fusion"] = pair[0] + spec.fusion_lambda * pair[1]
        if held.any() and chosen != spec.fusion_lambda:
            arrays[f"fusion, lambda {chosen:g} chosen on validation"] = pair[0] + chosen * pair[1]
    about = {
        "checkpoint": str(args.checkpoint),
        "trained on": spec.trained_on,
        "data": str(args.data),
        "split": args.split,
        "networks": f"{spec.architecture}, {spec.temporal}, window {spec.window_frames} frames, {spec.normalisation}",
        "held out for validation": int(held.sum()),
        "lambda": spec.fusion_lambda,
        "lambda chosen on validation": chosen if held.any() else None,
    }
    known = {"teacher": spec.temperature_teacher, "fusion": spec.temperature_fused}
    write_all(args.out, scored, arrays, about, known)
    if "student" in arrays:
        draw_views(args.out, model, prepared, test)


def from_scores(args: argparse.Namespace) -> None:
    """Adds up score files and writes everything."""
    make_folders(args.out)
    sum_ = score_file.ensemble(args.scores, args.weights)
    arrays = dict(sum_.common.scores)
    arrays["ensemble"] = sum_.total
    about = {
        "parts and weights": ", ".join(f"{part} x {weight:g}" for part, weight in sum_.weights.items()),
        "weights": "given" if args.weights else f"chosen on {int(sum_.common.validation.sum())} validation samples",
    }
    write_all(args.out, sum_.common, arrays, about, {})
    whole = ScoreFile(
        sum_.common.labels, sum_.common.names, sum_.common.truth, sum_.common.validation, {"teacher": sum_.total}
    )
    whole.write(args.out / SCORES_FILE)


def from_several(args: argparse.Namespace) -> None:
    """Plays what each checkpoint has not seen, and writes one report of all."""
    prepared = Prepared.open(args.data)
    parts = []
    for path in args.across:
        model = TSMF.load(path, options.device_of(args).type)
        check_labels(model, prepared, path)
        split = split_of(model.spec.trained_on) if args.split is None else args.split
        rows = np.arange(len(prepared)) if split == "all" else prepared.split(split)[1]
        judge = across.judge if model.spec.mode == "stream" else across.judge_whole
        parts.append(judge(model, prepared, split, rows))
    make_folders(args.out)
    lines = across.write(args.out, prepared, parts)
    replace_file(args.out / ACROSS_FILE, lambda new: new.write_text("\n".join(lines) + "\n", encoding="utf-8"))
    for line in lines:
        tell(line)


def from_streams(args: argparse.Namespace) -> None:
    """Plays labelled recordings with a checkpoint and writes what its events are worth."""
    model = TSMF.load(args.checkpoint, options.device_of(args).type)
    labelled = streams.labelled_streams(args.stream, model.spec.labels, args.classes, args.names)
    steps = [streams.play(model, one.path) for one in tqdm(labelled, desc="playing", unit="stream", disable=None)]
    make_folders(args.out)
    folders, minutes = ", ".join(map(str, args.stream)), sum(one.length_s for one in labelled) / 60
    about = {
        "checkpoint": args.checkpoint,
        "trained on": model.spec.trained_on,
        "recordings": f"{len(labelled)} of {folders}, {minutes:.1f} minutes",
        "background, minutes": f"{sum(one.background_s for one in labelled) / 60:.1f}",
    }
    for line in stream_report.write(args.out, model.spec, about, labelled, steps):
        tell(line)
    tell(f"wrote {args.out / 'report.html'}")


def split_of(trained_on: str) -> str:
    """The split that a checkpoint's text names; UsageError if there is no split in it."""
    match = SPLIT_WORDS.search(trained_on)
    if match is None:
        raise UsageError(f"--across: expected a checkpoint that says its split, it says {trained_on!r}; give --split")
    return match[1]


def write_all(
    folder: Path, scored: ScoreFile, arrays: dict[str, np.ndarray], about: dict[str, object], known: dict[str, float]
) -> None:
    """Summary, tables, pictures and the report; the tables are of the last of `arrays`.

    Args:
        known: temperatures of the checkpoint; the others are fitted on the held-out samples.
    """
    held, test, classes = scored.validation, scored.test, len(scored.labels)
    truth = scored.truth[test]
    summaries, tables = {}, {}
    for name, s in arrays.items():
        t = known.get(name) or calibration.fit_temperature(s[held], scored.truth[held])
        summaries[name] = summary_of(scored, s, t)
        tables[name] = calibration.reliability(s[test], truth, t)
    main = "fusion" if "fusion" in arrays else list(arrays)[-1]
    first = next(iter(arrays))
    by_class = {name: recalls(s[test], truth, classes) for name, s in arrays.items()}
    counts = confusion(arrays[main][test], truth, classes)
    scored.write_table(folder / "scores.csv", arrays[main], float(summaries[main]["temperature"]))
    report.write_classes(folder / "classes.csv", scored.labels, np.bincount(truth, minlength=classes), by_class)
    report.write_confusion(folder / "confusion.csv", scored.labels, counts)
    document = {"about": about, "results": summaries}
    replace_file(folder / "summary.json", lambda new: new.write_text(json.dumps(document, indent=1), encoding="utf-8"))
    drawn = [
        figures.draw_confusion(folder / "confusion.png", counts, scored.labels),
        figures.draw_reliability(folder / "reliability.png", tables),
    ]
    if main != first:
        gain = (np.nan_to_num(by_class[name]) for name in (first, main))
        drawn.append(figures.draw_gain(folder / "gain.png", scored.labels, *gain))
    if None in drawn:
        tell(figures.NO_MATPLOTLIB)
    report.write_html(folder / "report.html", about, summaries, scored.labels, by_class, counts)
    for name, figure in summaries.items():
        tell(f"{name}: accuracy {figure['accuracy']:.1%}, top 5 {figure['top5']:.1%}, {figure['samples']} test samples")
    tell(f"wrote {folder / 'report.html'}")


def draw_views(folder: Path, model: TSMF, prepared: Prepared, rows: np.ndarray) -> None:
    """Spatial weights, picture and their product of a few test samples of different classes (the paper's Figure 3)."""
    labels = labels_of(prepared, rows)
    chosen = rows[np.unique(labels, return_index=True)[1]][:VIEWS]
    outputs: TeacherOutputs = scoring.run_teacher(model, prepared, chosen)
    views = []
    for n, i in enumerate(map(int, chosen)):
        persons = pictures.shown_persons(prepared, i, outputs.magnitude[n], model.spec.window_frames)
        image = pictures.picture(prepared, i, 0, persons, model.spec.crop)
        attention = torch.from_numpy(outputs.attention[n][[persons[0], persons[-1]]])[None]
        weights = pictures.weigh(torch.ones(1, 1, roi.STUDENT_SIDE, roi.STUDENT_SIDE), attention)[0, 0].numpy()
        shown, product = (
            np.clip(x * roi.IMAGENET_STD + roi.IMAGENET_MEAN, 0, 1) for x in (image, image * weights[..., None])
        )
        views.append((prepared.labels[prepared.samples[i].label], weights, shown, product))
    figures.draw_student_views(folder / "views.png", views)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = command.OneLineParser(
        prog="python -m train.evaluate",
        description=__doc__.split("\n")[0],
        epilog="example: python -m train.evaluate --data prepared/ntu60 --checkpoint student.safetensors --out report",
    )
    add = parser.add_argument
    add("--data", type=Path, metavar="FOLDER", help="prepared data (train.prepare)")
    add("--split", help="whose test part is scored; all: every sample (default: cs; --across: the checkpoint's own)")
    add("--checkpoint", type=Path, metavar="FILE", help="a .safetensors file of this program")
    add("--across", nargs="+", type=Path, metavar="FILE", help="teachers of several sets, each on what it has not seen")
    add("--stream", type=Path, nargs="+", metavar="FOLDER", help="labelled recordings: sessions, or as PKU-MMD")
    options.add_classes(parser)
    add("--scores", nargs="+", metavar="FILE[:PART]", help="scores.npz files to add up; PART is teacher or student")
    add("--weights", nargs="+", type=float, metavar="X", help="of the score files (default: chosen on validation)")
    add("--out", type=Path, required=True, metavar="FOLDER", help="of the report")
    add(
        "--layout",
        choices=("distance", "label"),
        default="distance",
        help="label: the published, for the ablation only",
    )
    add("--device", choices=("auto", "cpu", "cuda"), default="auto")
    add("--threads", type=int, help="torch threads (default: torch's own; 1 beside other work)")
    args = parser.parse_args(arguments)
    if args.stream is not None:
        if args.checkpoint is None:
            parser.error("--stream: give the --checkpoint that is to be judged")
        return args
    given = [name for name in ("checkpoint", "scores", "across") if getattr(args, name) is not None]
    if len(given) != 1 or (given[0] != "scores" and args.data is None):
        parser.error("give --data and --checkpoint, or --data and --across, or --stream and --checkpoint, or --scores")
    if given[0] == "checkpoint" and args.split is None:
        args.split = "cs"
    return args


def main(arguments: list[str] | None = None) -> None:
    args = parse(arguments)
    if args.stream:
        from_streams(args)
    elif args.scores:
        from_scores(args)
    elif args.across:
        from_several(args)
    else:
        from_checkpoint(args)


if __name__ == "__main__":
    command.run(main)
