"""Training: the schedules, going on after a kill, several processes, what is fixed and what gets gradients, errors."""

from __future__ import annotations

import csv
import math
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.fakes import ROOT
from tests.fakes.made_data import LABELS, make, write_prepared
from train import options, student, teacher
from train.data import pictures
from train.data.clips import ClipDrawer
from train.data.prepared import Prepared, Sample
from train.files import replace_file
from train.fit import engine, run_log
from train.fit.ending import in_words
from train.fit.plan import Plan, rate_at
from train.fit.recipe import BETTER, PAPER, STREAM
from train.teacher import scene
from tsmf_live.frames import CheckpointError, TsmfError, UsageError
from tsmf_live.nets import checkpoint
from tsmf_live.nets.attention import joint_attention
from tsmf_live.nets.teacher import build
from tsmf_live.nets.tsmf import TSMF

SMALL = (
    "--split",
    "subject=3",
    "--recipe",
    "better",
    "--frames",
    "16",
    "--batch",
    "3",
    "--threads",
    "1",
    "--device",
    "cpu",
)
#: A teacher with an eighth of the published channels learns as well from so few clips, in a tenth of the time.
NARROW = ("--width", "0.125")


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("made") / "data", subjects=3, repetitions=1, crops=True, pairs=True)


@pytest.fixture(autouse=True)
def _without_matplotlib(monkeypatch) -> None:
    """Curves take a second each; training goes on without them. The fixture `taught` has drawn its own."""
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)


def teach(data: Path, out: Path, *more: str) -> Path:
    """Trains a teacher; its checkpoint."""
    teacher.main(["--data", str(data), "--out", str(out), *SMALL, *NARROW, "--epochs", "2", *more])
    return out / teacher.TEACHER_FILE


@pytest.fixture(scope="module")
def taught(data, tmp_path_factory) -> Path:
    return teach(data, tmp_path_factory.mktemp("teacher"))


def study(data: Path, taught: Path, out: Path, *more: str) -> Path:
    arguments = ["--data", str(data), "--out", str(out), "--teacher", str(taught), *SMALL[:4], *SMALL[6:]]
    student.main([*arguments, "--epochs", "1", *more])
    return out / student.STUDENT_FILE


@pytest.fixture(scope="module")
def streamed(data, tmp_path_factory) -> Path:
    """A teacher that was trained as a stream, with a window of 12 frames."""
    out = tmp_path_factory.mktemp("stream")
    arguments = ["--data", str(data), "--out", str(out), *SMALL[:4], *SMALL[6:], *NARROW, "--epochs", "1", "--stream"]
    teacher.main([*arguments, "--window", "12"])
    return out / teacher.TEACHER_FILE


def states_of(path: Path) -> dict[str, dict[str, torch.Tensor]]:
    return checkpoint.load(path)[1]


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


def test_the_papers_recipe_is_the_default_and_its_rate_falls_after_10_and_50_epochs():
    args = teacher.parse(["--data", "d", "--out", "o"])
    recipe = options.recipe_of(args)
    assert recipe == PAPER
    assert (recipe.optimiser, recipe.batch, recipe.epochs, recipe.weight_decay) == ("sgd", 64, 80, 1e-4)
    assert [rate_at(recipe, epoch * 7 + 6, 7) for epoch in (0, 9)] == pytest.approx([0.1, 0.1])
    assert [rate_at(recipe, epoch * 7, 7) for epoch in (10, 49, 50, 79)] == pytest.approx([0.01, 0.01, 1e-3, 1e-3])
    optimiser = engine.make_optimiser(recipe, [torch.nn.Parameter(torch.ones(1))])
    assert {k: optimiser.defaults[k] for k in ("momentum", "nesterov", "weight_decay")} == {
        "momentum": 0.9,
        "nesterov": True,
        "weight_decay": 1e-4,
    }


def test_a_cycle_rises_and_falls_to_nothing():
    rates = [rate_at(BETTER, step, 10) for step in range(BETTER.epochs * 10)]
    assert max(rates) == pytest.approx(BETTER.rate, rel=1e-3)
    assert int(np.argmax(rates)) == pytest.approx(0.2 * len(rates), abs=1)
    assert rates[0] == pytest.approx(BETTER.rate / 25)
    assert rates[-1] < BETTER.rate / 1000


def test_a_stream_is_trained_in_causal_form_frame_by_frame(data, streamed, tmp_path):
    args = teacher.parse(["--data", "d", "--out", "o", "--recipe", "better", "--stream"])
    assert options.recipe_of(args, args.stream) == STREAM
    spec = TSMF.load(streamed).spec
    assert (spec.mode, spec.temporal, spec.window_frames) == ("stream", "causal", 12)
    assert spec.can_stream
    with pytest.raises(UsageError, match="--stream"):
        teacher.main(["--data", str(data), "--out", str(tmp_path / "paper"), *SMALL[:2], "--stream"])


def test_the_checkpoint_knows_how_often_nothing_happens_where_it_is_used(data, tmp_path, capsys):
    for share, expected in (("0.5", np.log(2)), ("0.25", np.log(2 / 3))):  # trained on as many samples of each class
        out = tmp_path / share
        path = teach(data, out, "--epochs", "1", "--validation", "none", "--idle", "reading", "--idle-share", share)
        assert TSMF.load(path).spec.idle_shift == pytest.approx(expected, abs=1e-4)
    assert TSMF.load(study(data, path, tmp_path / "student", "--validation", "none")).spec.idle_shift > 0.5
    with pytest.raises(SystemExit):
        teacher.parse(["--data", "d", "--out", "o", "--idle-share", "1"])
    assert "expected more than 0 and less than 1, got 1" in capsys.readouterr().err


def test_trained_together_with_a_student_a_stream_stays_one(data, streamed, tmp_path, monkeypatch):
    used = []
    monkeypatch.setattr(
        student,
        "ClipDrawer",
        lambda data, rows, recipe, *more: used.append(recipe) or ClipDrawer(data, rows, recipe, *more),
    )
    both = study(data, streamed, tmp_path / "both", "--strategy", "together")
    assert (used[0].context, used[0].augmentation, used[0].window) == (STREAM.context, STREAM.augmentation, 12)
    assert TSMF.load(both).spec.mode == "stream"


def test_the_scenes_score_is_the_mean_over_its_persons():
    scores = torch.tensor([[1.0, 2.0], [3.0, 4.0], [10.0, 20.0]])
    assert scene(scores, torch.tensor([0, 0, 1])).tolist() == [[2, 3], [10, 20]]


def test_a_run_writes_its_log_its_curves_and_a_checkpoint_that_says_what_it_is(taught):
    with (taught.parent / run_log.LOG_FILE).open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert all(math.isfinite(float(row["loss"])) for row in rows)
    assert (taught.parent / run_log.CURVES_FILE).stat().st_size > 1000
    spec, states = checkpoint.load(taught)
    assert (spec.labels, spec.architecture, spec.mode) == (LABELS, "stgcn", "window")
    assert (spec.normalisation, spec.sampling, spec.sampled_frames) == (BETTER.normalisation, "uniform", 16)
    assert set(states) == {"teacher"}


class Stop(Exception):
    """Ends a training in its middle, as a kill does."""


def test_a_run_that_broke_off_goes_on_to_the_very_same_networks(data, tmp_path, monkeypatch):
    """Broken off in the middle of an epoch, after its state of an earlier step, with dropout and shuffling."""
    options_ = ("--recipe", "paper", "--rate", "0.01", "--save-every", "0")
    whole = teach(data, tmp_path / "whole", *options_)
    step, done = engine._Runner._step, []

    def stops(self, batches):
        if len(done) == 3:
            raise Stop
        done.append(self.progress.step)
        return step(self, batches)

    monkeypatch.setattr(engine._Runner, "_step", stops)
    with pytest.raises(Stop):
        teach(data, tmp_path / "broken", *options_)
    monkeypatch.setattr(engine._Runner, "_step", step)
    assert done == [0, 1, 2]
    resumed = teach(data, tmp_path / "broken", *options_)
    assert same(states_of(whole)["teacher"], states_of(resumed)["teacher"])
    logs = [(p.parent / run_log.LOG_FILE).read_text().splitlines() for p in (whole, resumed)]
    assert [line.split(",")[:-1] for line in logs[0]] == [line.split(",")[:-1] for line in logs[1]]  # all but seconds


def command_line(data: Path, out: Path, *more: str) -> list[str]:
    arguments = ("--data", str(data), "--out", str(out), *SMALL, *NARROW, "--epochs", "2", *more)
    return [sys.executable, "-m", "train.teacher", *arguments]


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_killed_process_goes_on_to_the_very_same_networks(data, tmp_path):
    whole = teach(data, tmp_path / "whole", "--epochs", "6")
    line = command_line(data, tmp_path / "killed", "--epochs", "6", "--save-every", "0")
    state = tmp_path / "killed" / engine.STATE_FILE
    kills = 0
    for _ in range(3):
        before = state.stat().st_mtime_ns if state.exists() else 0
        process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < until:
            if state.exists() and state.stat().st_mtime_ns != before:
                os.kill(process.pid, signal.SIGKILL) if os.name == "posix" else process.kill()
                kills += 1
                break
            time.sleep(0.01)
        process.wait(60)
    assert kills == 3
    subprocess.run(line, cwd=ROOT, check=True, timeout=300, capture_output=True)
    assert same(states_of(whole)["teacher"], states_of(tmp_path / "killed" / teacher.TEACHER_FILE)["teacher"])


@pytest.mark.long
@pytest.mark.timeout(900)
def test_mixed_precision_learns_nearly_the_same_on_a_cpu_and_is_not_gone_on_with_in_another(data, taught, tmp_path):
    exact = states_of(taught)["teacher"]
    mixed = states_of(teach(data, tmp_path / "run", "--precision", "bf16"))["teacher"]
    weights = [torch.cat([network[name].flatten() for name in exact]).float() for network in (exact, mixed)]
    assert 1e-6 < (weights[1] - weights[0]).norm() / weights[0].norm() < 0.1
    assert all(t.dtype == exact[name].dtype for name, t in mixed.items())
    assert "another precision" in one_line(teach, data, tmp_path / "run")


def test_two_processes_are_equal_to_each_other_and_to_one_with_the_same_half_batches(data, tmp_path):
    one = teach(data, tmp_path / "one", "--accumulate", "2", "--recipe", "paper", "--rate", "0.01")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    line = command_line(data, tmp_path / "two", "--recipe", "paper", "--rate", "0.01")
    processes = []
    for rank in range(2):
        group = {"RANK": str(rank), "WORLD_SIZE": "2", "LOCAL_RANK": str(rank), "MASTER_ADDR": "127.0.0.1"}
        weights = {"TSMF_TEST_WEIGHTS": str(tmp_path / f"rank{rank}.pt"), "MASTER_PORT": port}
        watched = [sys.executable, "-c", _SAVES_ITS_WEIGHTS, *line[3:]]
        processes.append(subprocess.Popen(watched, cwd=ROOT, env=os.environ | group | weights))
    assert [process.wait(300) for process in processes] == [0, 0]
    ranks = [torch.load(tmp_path / f"rank{rank}.pt", weights_only=True) for rank in range(2)]
    assert same(*ranks)
    expected = states_of(one)["teacher"]
    floating = {key for key, t in expected.items() if t.is_floating_point()}  # the counters count parts
    assert floating
    assert all(
        torch.equal(states_of(tmp_path / "two" / teacher.TEACHER_FILE)["teacher"][k], expected[k]) for k in floating
    )


#: Runs train.teacher and keeps each rank's own networks.
_SAVES_ITS_WEIGHTS = """
import os, sys, torch
from train import teacher
from train.fit import engine
run = engine.run
def kept(task, *rest):
    progress = run(task, *rest)
    torch.save(task.networks["teacher"].state_dict(), os.environ["TSMF_TEST_WEIGHTS"])
    return progress
engine.run = kept
teacher.main(sys.argv[1:])
"""


def test_parts_of_a_batch_make_up_the_batch_and_their_gradients_its_mean():
    plan = Plan(np.arange(10), batch=6, epochs=2, parts=3, seed=1)
    assert plan.per_epoch == 1
    parts = [plan.part(1, part) for part in range(3)]
    assert {(epoch, number) for epoch, number, _ in parts} == {(1, 0)}
    together = np.concatenate([samples for *_, samples in parts])
    assert len(set(together.tolist())) == 6
    other = np.concatenate([plan.part(0, part)[2] for part in range(3)])
    assert together.tolist() != other.tolist()


@pytest.fixture(scope="module")
def students(data, taught, tmp_path_factory) -> dict[str, Path]:
    """A student of each strategy."""
    folder = tmp_path_factory.mktemp("students")
    ways = {"fixed": (), "together": ("--strategy", "together"), "none": ("--attention", "none")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)
        return {name: study(data, taught, folder / name, *way) for name, way in ways.items()}


@pytest.mark.parametrize("way", ["fixed", "none"])
def test_a_fixed_teacher_does_not_change_at_all(students, taught, way):
    assert same(states_of(students[way])["teacher"], states_of(taught)["teacher"])
    model = TSMF.load(students[way])
    assert model.spec.architecture == "stgcn+resnet18"
    assert model.spec.attention == ("none" if way == "none" else "paper")


def test_trained_together_the_teacher_changes_and_the_students_loss_alone_reaches_it(students, taught):
    assert not same(states_of(students["together"])["teacher"], states_of(taught)["teacher"])
    model = TSMF.load(students["together"])
    x = torch.randn(2, 3, 16, 25)
    _, feature = model.teacher(x)
    attention = joint_attention(feature, "paper")[:, None].expand(-1, 2, -1)
    pictures.weigh(torch.randn(2, 3, 225, 225), attention).square().mean().backward()
    assert float(model.teacher.st_gcn_networks[0].gcn.conv.weight.grad.abs().max()) > 0


@pytest.mark.parametrize(("weighing", "share"), [(True, 1), (False, 1 / 2)])
def test_without_its_weights_the_teacher_is_only_asked_who_of_two_is_shown(data, taught, tmp_path, weighing, share):
    prepared, model, asked = Prepared.open(data), TSMF.load(taught), []
    rows = np.array([[i for i in range(len(prepared)) if prepared.samples[i].person_count == n][:2] for n in (2, 1)])
    with pytest.MonkeyPatch.context() as patch:
        teach_all = student.scoring.run_teacher
        patch.setattr(student.scoring, "run_teacher", lambda m, p, r, quiet: asked.extend(r) or teach_all(m, p, r))
        outputs = student.teacher_outputs_of(model, prepared, rows.ravel(), tmp_path / "outputs.npz", weighing)
    assert asked == rows.ravel()[: round(share * rows.size)].tolist()
    whole = teach_all(model, prepared, rows.ravel())
    for n, i in enumerate(rows.ravel()):
        shown, expected = (pictures.shown_persons(prepared, i, m, 30) for m in (outputs[i][1], whole.magnitude[n]))
        assert shown == expected


def test_the_pictures_of_a_student_without_weights_are_not_weighed(students):
    model = TSMF.load(students["none"])
    assert np.all(model.run_teacher([np.ones((8, 25, 3), np.float32)]).attention == 1)


def test_begun_with_a_checkpoint_known_classes_keep_their_head(data, taught, tmp_path):
    prepared = Prepared.open(data)
    joints = [np.array(prepared.joints(i))[:, :1] for i in range(len(prepared))]
    samples = [s._replace(person_count=1) for s in prepared.samples]
    other = write_prepared(tmp_path / "d", samples, joints, labels=("falling", "waving", "reading"))
    spec, old = checkpoint.load(taught)
    network = build("stgcn", 3, spec.temporal, spec.width, dropout=0.0)
    fresh = network.state_dict()["fcn.weight"].clone()
    teacher.begin_with(network, ("falling", "waving", "reading"), taught, "teacher")
    new = network.state_dict()
    for k, before in ((0, 2), (2, 0)):
        assert torch.equal(new["fcn.weight"][k], old["teacher"]["fcn.weight"][before])
    assert torch.equal(new["fcn.weight"][1], fresh[1])
    assert torch.equal(new["data_bn.weight"], old["teacher"]["data_bn.weight"])
    assert TSMF.load(teach(other, tmp_path / "o", "--init", str(taught), "--epochs", "1")).spec.labels[1] == "waving"


def test_the_last_line_says_which_epochs_networks_are_kept():
    history = [[1, 0.9, 0.5, 0.4, 0.75, 0.1, 30.0], [2, 0.5, 0.7, 0.6, 0.5, 0.1, 60.0]]
    judged = engine.Progress(history=history, best=(0.75, -0.4, 1))
    assert (
        in_words(judged)
        == "2 epochs in 1.5 minutes of training, the networks of epoch 1 (75.0% of the validation samples)"
    )
    unjudged = engine.Progress(
        history=[[*line[:3], math.nan, math.nan, *line[5:]] for line in history], best=(0.0, 0.0, 2)
    )
    assert in_words(unjudged) == "2 epochs in 1.5 minutes of training, the last one's networks"


def test_a_full_disk_leaves_the_old_file_and_nothing_half_written(tmp_path):
    path = tmp_path / "state.pt"
    path.write_text("old")

    def full(new: Path) -> None:
        new.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(UsageError, match=r"state\.pt: cannot be written \(No space left on device\)"):
        replace_file(path, full)
    assert [p.name for p in tmp_path.iterdir()] == ["state.pt"]
    assert path.read_text() == "old"


def one_line(call, *arguments: object) -> str:
    """The error's text, which must be one line."""
    with pytest.raises(TsmfError) as caught:
        call(*arguments)
    text = str(caught.value)
    assert "\n" not in text
    return text


AGCN = ("--net", "agcn", "--width", "1")


def test_bad_input_is_told_in_one_line(data, taught, tmp_path):
    assert "another seed" in one_line(teach, data, taught.parent, "--seed", "5")
    assert "found no manifest" in one_line(teach, tmp_path, tmp_path / "o")
    assert "split nowhere" in one_line(teach, data, tmp_path / "o", "--split", "nowhere")
    assert "too few for 4 parts" in one_line(teach, data, tmp_path / "o", "--accumulate", "4")
    if not torch.cuda.is_available():
        assert "CUDA" in one_line(teach, data, tmp_path / "o", "--device", "cuda")
        assert "fp32 or bf16" in one_line(teach, data, tmp_path / "o", "--precision", "fp16")
    assert "another network" not in one_line(teach, data, tmp_path / "o", "--init", str(tmp_path / "none.safetensors"))
    assert "choose the same network" in one_line(teach, data, tmp_path / "o", *AGCN, "--init", str(taught))
    wider = one_line(
        teach, data, tmp_path / "o", "--width", "1", "--init", str(taught)
    )  # with classes of the same names
    assert "256 channels at its end" in wider
    assert f"--width {checkpoint.load(taught)[0].width:g}" in wider
    plain = make(tmp_path / "plain", repetitions=1)
    assert "has no crops" in one_line(study, plain, taught, tmp_path / "o")
    assert "--crop metric" in one_line(study, data, taught, tmp_path / "o", "--crop", "metric")
    assert not (tmp_path / "o" / engine.STATE_FILE).exists()


def test_a_label_outside_the_list_and_a_loss_that_is_not_finite_are_told(data, tmp_path, monkeypatch):
    prepared = Prepared.open(make(tmp_path / "d", repetitions=1))
    joints = [np.array(prepared.joints(i)) for i in range(len(prepared))]
    wrong = [*prepared.samples[:-1], Sample("odd", 7, 1, 1, 1, 0, 0, 16, 1)]
    folder = write_prepared(tmp_path / "wrong", wrong, joints)
    assert "sample odd: expected a label from 0 to 2, got 7" in one_line(teach, folder, tmp_path / "o")
    monkeypatch.setattr(teacher.F, "cross_entropy", lambda scores, labels, **_: scores.sum() * math.nan)
    with pytest.raises(CheckpointError, match="not finite in epoch 1"):
        teach(data, tmp_path / "nan")


def test_a_state_that_cannot_be_read_is_told(data, taught, tmp_path):
    out = tmp_path / "o"
    out.mkdir()
    (out / engine.STATE_FILE).write_bytes((taught.parent / engine.STATE_FILE).read_bytes()[:1000])
    assert "the state of a run cannot be read" in one_line(teach, data, out)
