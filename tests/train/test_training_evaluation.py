"""Evaluation and ablation: figures by hand, the live program's scores, whole commands on made data, errors."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import run_live
from tests.fakes.data_sets import ntu_tree, pku_tree
from tests.fakes.made_data import LABELS, make
from tests.fakes.networks import random_model
from tests.fakes.recordings import DATA, frames, write_ntu, write_video
from train import ablation, evaluate
from train.prepare import command as prepare
from train.results import calibration, figures, score_file, scoring
from train.results.score_file import ScoreFile
from tsmf_live.frames import CheckpointError, SourceError, TsmfError, UsageError
from tsmf_live.nets import checkpoint
from tsmf_live.nets.tsmf import TSMF

NTU_LABELS = tuple(f"action {k + 1}" for k in range(60))


def saved(model: TSMF, path: Path) -> Path:
    """The model as a checkpoint file, exactly."""
    student = None if model.student is None else model.student.state_dict()
    checkpoint.save(path, model.spec, model.teacher.state_dict(), student, half=False)
    return path


def scored(**parts: np.ndarray) -> ScoreFile:
    """Twelve samples of three classes, the last six held out."""
    n = 12
    names = np.array([f"sample {k}" for k in range(n)])
    return ScoreFile(LABELS, names, np.arange(n) % 3, np.arange(n) >= 6, parts)


def test_accuracy_top5_recall_and_confusion_by_hand():
    scores = np.array([[3.0, 2, 1], [3, 2, 1], [1, 2, 3], [1, 3, 2]])
    truth = np.array([0, 1, 2, 2])
    assert scoring.accuracy(scores, truth) == 0.5
    assert scoring.accuracy(scores, truth, 2) == 1.0
    assert evaluate.confusion(scores, truth, 3).tolist() == [[1, 0, 0], [1, 0, 0], [0, 1, 1]]
    recall = evaluate.recalls(scores, truth, 4)
    assert recall[:3].tolist() == [1, 0, 0.5]
    assert np.isnan(recall[3])


def test_the_temperature_that_made_the_labels_is_found_and_makes_them_honest():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (4000, 5))
    p = calibration.probabilities(logits)
    truth = np.array([rng.choice(5, p=row) for row in p])
    assert calibration.fit_temperature(logits * 3, truth) == pytest.approx(3, rel=0.1)
    assert calibration.expected_calibration_error(logits * 3, truth) > 0.1
    assert calibration.expected_calibration_error(logits * 3, truth, 3.0) < 0.03
    assert calibration.fit_temperature(logits[:0], truth[:0]) == 1.0


def test_the_shift_gives_what_bayes_gives_where_idle_is_as_frequent_as_said():
    likelihoods = np.array([[0.5, 0.2, 0.1], [0.1, 0.3, 0.6]])  # (observations, classes); idle is the first class
    trained = np.repeat([0, 1, 2], (10, 30, 60))
    prior, prior_in_use = np.array([0.1, 0.3, 0.6]), np.array([0.7, 0.1, 0.2])  # the others among themselves as before
    scores = np.log(likelihoods * prior)
    scores[:, 0] += calibration.idle_shift(trained, 0, 0.7)
    expected = likelihoods * prior_in_use / (likelihoods * prior_in_use).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(calibration.probabilities(scores), expected)
    assert calibration.idle_shift(trained[10:], 0, 0.7) == calibration.idle_shift(trained[:10], 0, 0.7) == 0.0


def test_the_idle_class_is_shifted_after_the_temperature_and_the_scores_stay():
    model = random_model()
    model.spec = replace(model.spec, idle=model.spec.labels[1], temperature_fused=2.0, idle_shift=1.5)
    scores = np.arange(len(model.spec.labels), dtype=np.float32)
    given = scores.copy()
    shifted = scores / 2
    shifted[1] += 1.5
    expected = calibration.probabilities(shifted[None])[0]
    np.testing.assert_allclose(model.probabilities(scores, fused=True), expected, rtol=1e-6)
    np.testing.assert_array_equal(scores, given)


def test_the_calibration_error_by_hand():
    scores = np.log(np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.4, 0.6]]))
    truth = np.array([0, 1, 0, 1])  # sure 0.9, right half the time; sure 0.6, always right
    assert calibration.expected_calibration_error(scores, truth) == pytest.approx((2 * 0.4 + 2 * 0.4) / 4)


def test_weights_are_chosen_on_validation_and_the_useless_part_gets_little():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 3, 300)
    good = np.eye(3)[truth] + rng.normal(0, 0.5, (300, 3))
    noise = rng.normal(0, 3, (300, 3))
    other = np.eye(3)[truth] + rng.normal(0, 0.5, (300, 3))
    weights = calibration.choose_weights([good, other, noise], truth)
    assert weights[0] == 1
    assert weights[1] > 0
    assert weights[2] <= 0.3
    assert calibration.choose_weights([good[:0], noise[:0]], truth[:0]) == [1, 1]


def test_an_ensemble_matches_samples_by_name_and_refuses_others(tmp_path):
    rng = np.random.default_rng(2)
    teacher, student = rng.normal(size=(2, 12, 3))
    first = scored(teacher=teacher, student=student)
    first.write(tmp_path / "a.npz")
    order = rng.permutation(12)
    shuffled = ScoreFile(
        LABELS, first.names[order], first.truth[order], first.validation[order], {"teacher": teacher[order]}
    )
    shuffled.write(tmp_path / "b.npz")
    parts = [f"{tmp_path / 'a.npz'}:student", str(tmp_path / "b.npz")]
    made = score_file.ensemble(parts, [1.0, 2.0])
    rows = np.argsort(first.names)
    np.testing.assert_allclose(made.total, (student + 2 * teacher)[rows])
    assert made.common.validation.sum() == 6
    assert set(score_file.ensemble(parts).weights) == set(parts)
    ScoreFile(LABELS, first.names, first.truth, np.arange(12) < 6, {"teacher": teacher}).write(tmp_path / "c.npz")
    ScoreFile(("x", "y", "z"), first.names, first.truth, first.validation, {"teacher": teacher}).write(
        tmp_path / "d.npz"
    )
    (tmp_path / "e.npz").write_bytes(b"PK")
    for other, error, said in (
        ("b.npz:student", UsageError, "holds no student"),
        ("c.npz", UsageError, "expected the validation samples"),
        ("d.npz", UsageError, "expected the classes"),
        ("e.npz", SourceError, "cannot be read"),
        ("none.npz", SourceError, "cannot be read"),
    ):
        with pytest.raises(error, match=said):
            score_file.ensemble([parts[0], str(tmp_path / other)])


def last_prediction(source: Path, weights: Path, out: Path, capsys) -> dict:
    """What run_live says last of a file."""
    arguments = [
        "--source",
        str(source),
        "--checkpoint",
        str(weights),
        "--headless",
        "--speed",
        "max",
        "--device",
        "cpu",
    ]
    assert run_live.main([*arguments, "--json", str(out)]) == 0
    capsys.readouterr()
    return [d for d in map(json.loads, out.read_text().splitlines()) if d["type"] == "prediction"][-1]


def assert_last_equals_evaluation(skeleton: Path, folder: Path, weights: Path, capsys) -> None:
    """train.prepare, train.evaluate's scoring and run_live on one file."""
    prepare.main(["--source", "ntu60", str(skeleton.parent), "--out", str(folder), "--processes", "1"])
    prepared = evaluate.Prepared.open(folder)
    model = TSMF.load(weights)
    row = next(i for i, sample in enumerate(prepared.samples) if sample.name == skeleton.stem)
    ours = scoring.run_teacher(model, prepared, [row]).scores[0]
    said = last_prediction(skeleton, weights, folder.parent / f"{skeleton.stem}.json", capsys)
    assert len(said["teacher"]) == 5
    for label, score in said["teacher"]:
        assert ours[model.spec.labels.index(label)] == pytest.approx(score, abs=1e-4)


@pytest.fixture(scope="module")
def ntu_weights(tmp_path_factory) -> Path:
    """Random weights with NTU RGB+D's classes and a window of 10 s."""
    model = random_model(labels=NTU_LABELS, idle=None, temporal="same", window_frames=300)
    model.student, model.spec = None, replace(model.spec, architecture="stgcn")
    return saved(model, tmp_path_factory.mktemp("weights") / "ntu.safetensors")


def test_a_files_last_prediction_equals_its_evaluation(tmp_path, ntu_weights, capsys):
    shown = [replace(f, bodies=f.bodies[:1]) for f in frames(60) if f.bodies]
    skeleton = write_ntu(tmp_path / "tree" / "S001C001P001R001A010.skeleton", shown)
    assert_last_equals_evaluation(skeleton, tmp_path / "prepared", ntu_weights, capsys)


@pytest.mark.skipif(not (DATA / "ntu_skeleton").is_dir(), reason="no NTU RGB+D recordings here")
@pytest.mark.parametrize("two_persons", [pytest.param(False, marks=pytest.mark.long), True])
def test_a_real_files_last_prediction_equals_its_evaluation(tmp_path, ntu_weights, capsys, two_persons):
    tree = tmp_path / "tree"
    tree.mkdir()
    files = [path for path in (DATA / "ntu_skeleton").glob("*.skeleton") if (int(path.stem[-3:]) >= 50) == two_persons]
    real = min(files, key=lambda path: path.stat().st_size)
    (tree / real.name).write_bytes(real.read_bytes())
    assert_last_equals_evaluation(tree / real.name, tmp_path / "prepared", ntu_weights, capsys)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("made") / "data", subjects=3, repetitions=2, crops=True, pairs=True)


def test_an_evaluation_writes_everything_it_says(data, tmp_path, monkeypatch, capsys):
    model = random_model(labels=LABELS, idle=None, temporal="same", window_frames=300)
    run = tmp_path / "run"
    run.mkdir()
    weights = saved(model, run / "student.safetensors")
    (run / "validation.txt").write_text("a00_s01_r0\na01_s01_r0\na02_s01_r0\n")
    out = tmp_path / "report"
    evaluate.main(["--data", str(data), "--split", "subject=3", "--checkpoint", str(weights), "--out", str(out)])
    summary = json.loads((out / "summary.json").read_text())
    assert {"teacher", "student", "fusion"} <= set(summary["results"])
    assert all(result["samples"] == 6 for result in summary["results"].values())
    assert summary["about"]["held out for validation"] == 3
    with (out / "scores.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["part"] for row in rows].count("validation") == 3
    right = np.mean([int(row["right"]) for row in rows if row["part"] == "test"])
    assert right == pytest.approx(summary["results"]["fusion"]["accuracy"], abs=1e-3)
    kept = score_file.read(out / "scores.npz")
    fused = kept.scores["teacher"] + kept.scores["student"]
    assert scoring.accuracy(fused[kept.test], kept.truth[kept.test]) == pytest.approx(right, abs=1e-3)
    with (out / "confusion.csv").open(newline="") as file:
        assert sum(int(n) for row in list(csv.reader(file))[1:] for n in row[1:]) == 6
    page = (out / "report.html").read_text()
    assert all(label in page for label in LABELS)
    for name in ("confusion.png", "gain.png", "reliability.png", "views.png"):
        assert (out / name).stat().st_size > 2000
        assert name in page
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)
    parts = [f"{out / 'scores.npz'}:{part}" for part in ("teacher", "student")]
    evaluate.main(["--scores", *parts, "--weights", "1", "1", "--out", str(tmp_path / "sum")])
    again = json.loads((tmp_path / "sum" / "summary.json").read_text())["results"]["ensemble"]
    assert again["accuracy"] == summary["results"]["fusion"]["accuracy"]
    assert figures.NO_MATPLOTLIB in capsys.readouterr().out
    assert not list((tmp_path / "sum").glob("*.png"))


def test_what_cannot_be_evaluated_is_told_in_one_line(data, tmp_path):
    weights = saved(random_model(), tmp_path / "w.safetensors")
    where = ["--data", str(data), "--split", "subject=3", "--out", str(tmp_path / "o")]
    with pytest.raises(UsageError, match="'reading' is not among its 5") as caught:
        evaluate.main([*where, "--checkpoint", str(weights)])
    assert "\n" not in str(caught.value)
    with pytest.raises(CheckpointError, match="no such file"):
        evaluate.main([*where, "--checkpoint", str(tmp_path / "none.safetensors")])
    with pytest.raises(SystemExit):
        evaluate.main(["--out", "x"])


ABLATION = ("--splits", "subject=3", "--recipe", "better", "--epochs", "1", "--student-epochs", "1", "--frames", "16")


def test_an_ablation_fills_its_rows_and_does_not_do_them_again(data, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)  # pictures take a second each
    arguments = ["--data", str(data), *ABLATION, "--batch", "4", "--threads", "1", "--out", str(tmp_path / "o")]
    ablation.main([*arguments, "--rows", "1,4,7,lambda"])
    table = json.loads((tmp_path / "o" / "table.json").read_text())
    assert list(table) == ["1", "4", "7", "lambda"]
    assert all(0 <= row["subject=3"]["accuracy"] <= 1 for row in table.values())
    lines = (tmp_path / "o" / "table.md").read_text().splitlines()
    assert len(lines) == 6
    for module in (ablation.teacher, ablation.student):
        monkeypatch.setattr(module, "main", lambda *_: pytest.fail("trained again"))
    ablation.main([*arguments, "--rows", "1,7"])
    with pytest.raises(UsageError, match="another --epochs"):
        ablation.main([*arguments, "--rows", "1", "--epochs", "2"])


@pytest.fixture
def asked(monkeypatch) -> dict[str, dict[str, str]]:
    """Name of a run of the trainings -> their options; nothing is trained."""
    asked: dict[str, dict[str, str]] = {}

    def train(file):
        def main(arguments):
            given = dict(zip(arguments[::2], arguments[1::2], strict=True))
            run = Path(given["--out"])
            (run / "evaluation").mkdir(parents=True)
            for name in (file, "evaluation/summary.json", "evaluation/scores.npz"):
                (run / name).touch()
            asked[run.name] = given

        return main

    monkeypatch.setattr(ablation.teacher, "main", train("teacher.safetensors"))
    monkeypatch.setattr(ablation.student, "main", train("student.safetensors"))
    return asked


def test_pretrained_students_begin_with_one_picture_network(tmp_path, asked):
    given = ["--data", "d", "--out", str(tmp_path), "--pretrain-epochs", "3", "--student-epochs", "2"]
    shop = ablation.Workshop(ablation.parse([*given, "--imagenet", "r18.pth"]), "cs")
    shop.student("fixed")
    shop.student("none", "--attention", "none")
    assert list(asked) == ["stgcn", "start", "fixed", "none"]
    start = str(tmp_path / "cs" / "start" / "student.safetensors")
    assert [asked[run].get("--init") for run in asked] == [None, None, start, start]
    assert [asked[run].get("--imagenet") for run in asked] == [None, "r18.pth", None, None]
    assert [asked[run].get("--attention") for run in asked] == [None, "none", None, "none"]
    assert [asked[run].get("--epochs") for run in asked] == [None, "3", "2", "2"]


def test_students_begin_with_another_checkpoint(tmp_path, asked):
    shop = ablation.Workshop(
        ablation.parse(["--data", "d", "--out", str(tmp_path), "--init", "other.safetensors"]), "cs"
    )
    shop.student("fixed")
    assert [asked[run].get("--init") for run in asked] == [None, "other.safetensors"]  # not the teacher


def test_a_table_of_several_splits_has_their_mean(tmp_path):
    splits = ["subject=1", "subject=2", "subject=3"]
    whole = {split: ablation.Result(share) for split, share in zip(splits, (0.5, 0.6, 1.0), strict=True)}
    ablation.write_tables(tmp_path, "pickle", splits, {"1": whole, "2": {"subject=1": ablation.Result(0.5)}})
    head, _, first, second = (tmp_path / "table.md").read_text().splitlines()
    assert head == "| # | method | subject=1 | subject=2 | subject=3 | mean | notes |"
    assert first.split("|")[3:7] == [" 50.0% ", " 60.0% ", " 100.0% ", " 70.0% "]
    assert second.split("|")[3:7] == [" 50.0% ", "  ", "  ", "  "]  # no mean of a part


def test_ablation_knows_the_papers_values_and_its_rows(data, tmp_path):
    assert ablation.paper_value("ntu60", "cs", "7") == 89.7
    assert ablation.paper_value("pku", "cv", "11") == 97.8
    assert ablation.paper_value("simulated", "cs", "7") is None
    assert ablation.chosen_rows(None, has_crops=False, kinds=0) == ["1", "8", "9", "causal"]
    assert "crop" not in ablation.chosen_rows(None, has_crops=True, kinds=1)
    for rows, crops, said in (("1,12", True, "expected some of"), ("4", False, "needs pictures")):
        with pytest.raises(UsageError, match=said):
            ablation.chosen_rows(rows, has_crops=crops, kinds=1)
    with pytest.raises(TsmfError, match="split nowhere"):
        ablation.main(["--data", str(data), "--splits", "nowhere", "--out", str(tmp_path / "o")])


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_whole_table_on_made_data(data, tmp_path):
    arguments = ["--data", str(data), *ABLATION, "--batch", "4", "--threads", "1", "--out", str(tmp_path / "o")]
    ablation.main([*arguments, "--pretrain-epochs", "1"])
    table = json.loads((tmp_path / "o" / "table.json").read_text())
    assert list(table) == [*map(str, range(1, 12)), "attention", "layout", "causal", "lambda"]


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["ntu60", "pku"])
def test_a_made_data_set_goes_through_every_command(tmp_path, kind):
    """Recordings with pictures, one of them broken -> prepare -> ablation (teacher, student, evaluate) -> live."""
    if kind == "ntu60":
        root = ntu_tree(tmp_path / "tree")
        for path in sorted((root / "nturgb+d_skeletons").iterdir()):
            write_video(root / "nturgb+d_rgb" / f"{path.stem}_rgb.avi", 12)
        (root / "nturgb+d_skeletons" / "S001C003P003R001A001.skeleton").write_text("12\n1\n7 0 0")
    else:
        root = pku_tree(tmp_path / "tree", video=True)
    folder, out = tmp_path / "prepared", tmp_path / "ablation"
    prepare.main(["--source", kind, str(root), "--out", str(folder), "--processes", "1", "--crop", "both"])
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["counts"]["skipped"] == 1
    small = ["--epochs", "1", "--student-epochs", "1", "--frames", "12", "--batch", "2", "--rate", "0.01"]
    rows = ["--rows", "1,2,3,4,5,6,7,attention,crop,layout,causal,lambda"]
    ablation.main(["--data", str(folder), "--splits", "cs", "cv", "--out", str(out), "--threads", "1", *small, *rows])
    table = json.loads((out / "table.json").read_text())
    assert table["7"]["cs"]["paper"] == (89.7 if kind == "ntu60" else 94.3)
    assert len(table) == 12
    assert all(0 <= row[split]["accuracy"] <= 1 for row in table.values() for split in ("cs", "cv"))
    weights = out / "cs" / "fixed" / "student.safetensors"
    skeletons = root / ("nturgb+d_skeletons" if kind == "ntu60" else "PKU_Skeleton_Renew")
    skeleton = min(path for path in skeletons.iterdir() if "P003R001A001" not in path.name)
    arguments = ["--source", str(skeleton), "--checkpoint", str(weights), "--headless", "--speed", "max"]
    assert run_live.main([*arguments, "--json", str(tmp_path / "o.json")]) == 0
