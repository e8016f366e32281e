"""train.convert: published files are read without running them, recognised, and come back with their own scores."""

from __future__ import annotations

import io
import json
import pickle
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from tests.fakes.networks import CHANNELS, GOLDEN, needs_golden, random_model, unsettled
from train.convert import main
from train.published import load_backbone, read_networks
from tsmf_live.command import exit_code
from tsmf_live.frames import CheckpointError
from tsmf_live.label_lists import read_labels
from tsmf_live.nets import checkpoint
from tsmf_live.nets.checkpoint import CLASSIFIER_BIAS, METADATA_KEY, Spec
from tsmf_live.nets.resnet import ResNet18
from tsmf_live.nets.shiftgcn import shift_table
from tsmf_live.nets.teacher import build, has_person_slots
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.skeleton import JOINT_COUNT

try:
    import onnx
    import onnxruntime
except ImportError:
    onnx = onnxruntime = None

needs_onnx = pytest.mark.skipif(onnxruntime is None, reason="onnx and onnxruntime are not installed")
CLASSES = 5


@pytest.fixture(scope="module")
def weights() -> dict[str, dict[str, Tensor]]:
    """A state dict of each network, five classes."""
    return {name: unsettled(build(name, CLASSES, "same")).state_dict() for name in CLASSIFIER_BIAS}


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.txt"
    path.write_text("# ward\nreading\nwriting\n\ndrinking\nfalling\nidle\n")
    return path


def released_student(weights: dict[str, dict[str, Tensor]]) -> OrderedDict[str, Tensor]:
    """Names as in the released TSMF file: the student under "resnet.", its teacher under "stgcn."."""
    return OrderedDict(
        [(f"resnet.{key}", t) for key, t in weights["resnet18"].items()]
        + [(f"stgcn.{key}", t) for key, t in weights["stgcn"].items()]
    )


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a)


def convert(*arguments: object) -> int:
    return exit_code(lambda: main([str(argument) for argument in arguments]))


def test_the_released_file_gives_teacher_and_student(tmp_path, weights, labels, capsys):
    torch.save(released_student(weights), tmp_path / "tsmf.pt")
    out = tmp_path / "new" / "tsmf.safetensors"
    assert convert("--teacher", tmp_path / "tsmf.pt", "--labels", labels, "--out", out, "--idle", "idle") == 0
    model = TSMF.load(out)
    assert same(model.teacher.state_dict(), weights["stgcn"])
    assert same(model.student.state_dict(), weights["resnet18"])
    spec = model.spec
    assert spec.labels == ("reading", "writing", "drinking", "falling", "idle")
    assert (spec.architecture, spec.temporal, spec.arithmetic) == ("stgcn+resnet18", "same", "released")
    assert (spec.attention, spec.crop, spec.normalisation, spec.window_frames) == ("released", "fixed", "none", 300)
    assert (spec.fusion_lambda, spec.idle, spec.attention_from) == (1.0, "idle", "teacher")
    assert "tsmf.pt" in spec.trained_on
    assert capsys.readouterr().out.startswith(f"wrote {out}: ST-GCN teacher, ResNet-18 student")


def test_another_teacher_is_fused_with_the_students_own_attention(tmp_path, weights, labels):
    torch.save(
        {"epoch": 3, "state_dict": {f"module.{k}": t for k, t in weights["agcn"].items()}}, tmp_path / "agcn.pth"
    )
    torch.save(released_student(weights), tmp_path / "tsmf.pt")
    files = ("--teacher", tmp_path / "agcn.pth", "--student", tmp_path / "tsmf.pt")
    attention = ("--attention-teacher", tmp_path / "tsmf.pt")
    options = ("--arithmetic", "exact", "--window", 90, "--lambda", 0.5, "--crop", "metric", "--normalisation", "root")
    out = tmp_path / "o.safetensors"
    assert convert(*files, *attention, *options, "--labels", labels, "--out", out) == 0
    model = TSMF.load(out)
    assert same(model.teacher.state_dict(), weights["agcn"])
    assert same(model.attention.state_dict(), weights["stgcn"])
    spec = model.spec
    assert (spec.architecture, spec.attention_from, spec.arithmetic) == ("agcn+resnet18", "stgcn", "exact")
    assert (spec.window_frames, spec.fusion_lambda, spec.crop, spec.normalisation) == (90, 0.5, "metric", "root")


WRAPPERS = {
    "module": lambda state: {f"module.{key}": t for key, t in state.items()},
    "model.module": lambda state: {"model": {f"module.{key}": t for key, t in state.items()}, "lr": 0.1},
    "with optimiser": lambda state: {"state_dict": state, "optimizer": {"state": {0: {"momentum": torch.ones(3)}}}},
    "half": lambda state: {key: t.half() if t.is_floating_point() else t for key, t in state.items()},
    "old torch": lambda state: {key: t for key, t in state.items() if not key.endswith("num_batches_tracked")},
}


@pytest.mark.parametrize(
    ("name", "wrapper"),
    [(name, "plain") for name in CLASSIFIER_BIAS] + [("agcn", wrapper) for wrapper in WRAPPERS],
)
def test_networks_are_recognised_by_their_keys(tmp_path, weights, name, wrapper):
    torch.save(WRAPPERS.get(wrapper, dict)(weights[name]), tmp_path / "w.pt")
    networks = read_networks(tmp_path / "w.pt")
    assert list(networks) == [name]
    expected = weights[name]
    if wrapper == "half":
        expected = {key: t.half().float() if t.is_floating_point() else t for key, t in expected.items()}
    assert same(networks[name], expected)


def test_a_state_dict_may_be_safetensors_or_in_the_old_file_format(tmp_path, weights):
    save_file(weights["stgcn"], tmp_path / "w.safetensors")
    torch.save(weights["stgcn"], tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    for name in ("w.safetensors", "old.pth"):
        assert same(read_networks(tmp_path / name)["stgcn"], weights["stgcn"])


def test_a_file_of_paddle_holds_arrays_under_other_names(tmp_path, weights):
    paddle = {"running_mean": "_mean", "running_var": "_variance"}
    state = {}
    for number, (key, tensor) in enumerate(weights["efficientgcn-sg"].items()):
        stem, dot, last = key.rpartition(".")
        value = tensor.numpy()
        state[f"{stem}{dot}{paddle.get(last, last)}"] = value if number % 2 else (f"parameter {number}", value)
    path = tmp_path / "w.pdparams"
    path.write_bytes(pickle.dumps({"model": state, "best_state": {"acc": 0.9}}, protocol=4))
    networks = read_networks(path)
    assert list(networks) == ["efficientgcn-sg"]
    assert same(networks["efficientgcn-sg"], weights["efficientgcn-sg"])


def published_shift_gcn(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights with the tables that the published file holds beside them."""
    more = {}
    for key, tensor in state.items():
        layer = key.rpartition(".")[0]
        if key.endswith("Linear_weight"):
            more[f"{layer}.shift_in"] = shift_table(tensor.shape[0], 1)
            more[f"{layer}.shift_out"] = shift_table(tensor.shape[1], -1)
        if key.endswith("ypos"):
            more[f"{layer}.xpos"] = torch.full_like(tensor, 1e-10)
    return state | more


def test_tables_of_shift_gcn_are_checked_and_left_out(tmp_path, weights):
    state, path = published_shift_gcn(weights["shiftgcn"]), tmp_path / "w.pt"
    torch.save(state, path)
    assert same(read_networks(path)["shiftgcn"], weights["shiftgcn"])
    for key in ("l3.gcn1.shift_in", "l9.gcn1.shift_out", "l2.tcn1.shift_in.xpos"):
        torch.save(state | {key: state[key] + 1}, path)
        with pytest.raises(CheckpointError, match=f"{key} shifts joints in another way"):
            read_networks(path)


def test_a_graph_of_another_skeleton_is_refused(tmp_path, weights):
    key = "main_stream.block-1_scn.conv.A"
    torch.save(weights["efficientgcn"] | {key: weights["efficientgcn"][key].flip(1)}, tmp_path / "w.pt")
    with pytest.raises(CheckpointError, match="graph is not the Kinect v2 skeleton's"):
        read_networks(tmp_path / "w.pt")


@pytest.mark.parametrize(
    ("name", "normalisation", "sampling", "frames"),
    [("efficientgcn", "placed", "padded", 288), ("efficientgcn-sg", "placed", "padded", 288),
     ("shiftgcn", "z up", "looped", 300)],
)  # fmt: skip
def test_small_published_networks_are_made_ready_for_live_use(
    tmp_path, weights, labels, name, normalisation, sampling, frames
):
    torch.save({"model": weights[name], "epoch": 3}, tmp_path / "w.pth.tar")
    out = tmp_path / "o.safetensors"
    assert convert("--teacher", tmp_path / "w.pth.tar", "--labels", labels, "--out", out) == 0
    model = TSMF.load(out)
    spec = model.spec
    assert same(model.teacher.state_dict(), weights[name])
    assert (spec.architecture, spec.arithmetic, spec.attention) == (name, "slots", "paper")
    assert (spec.normalisation, spec.sampling, spec.sampled_frames) == (normalisation, sampling, frames)
    assert 60 <= spec.window_frames <= 90
    assert convert("--teacher", tmp_path / "w.pth.tar", "--labels", labels, "--out", out, "--window", 288) == 0
    assert TSMF.load(out).spec.window_frames == 288
    options = ("--arithmetic", "released")
    assert convert("--teacher", tmp_path / "w.pth.tar", "--labels", labels, "--out", out, *options) == 2


class _Trap:
    """Unpickling it creates a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (Path.touch, (self.path,))


@pytest.mark.parametrize("format", ["zip", "legacy", "bare pickle"])
def test_a_file_that_would_run_code_is_refused_and_the_code_not_run(tmp_path, weights, labels, capsys, format):
    sprung, path = tmp_path / "sprung", tmp_path / "trap.pt"
    content = {"state_dict": weights["stgcn"], "extra": _Trap(sprung)}
    if format == "bare pickle":
        path.write_bytes(pickle.dumps(_Trap(sprung)))
        pickle.loads(path.read_bytes())
    else:
        torch.save(content, path, _use_new_zipfile_serialization=format == "zip")
        torch.load(io.BytesIO(path.read_bytes()), weights_only=False)
    assert sprung.exists(), "the trap works"
    sprung.unlink()
    assert convert("--teacher", path, "--labels", labels, "--out", tmp_path / "o.safetensors") == 4
    assert not sprung.exists()
    assert not (tmp_path / "o.safetensors").exists()
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "trap.pt: refused: " in said
    assert "reading it would run" in said


def damaged(state: dict[str, Tensor], kind: str) -> object:
    first = "st_gcn_networks.3.tcn.2.weight"
    changes = {
        "lacks a layer": {k: t for k, t in state.items() if k != first},
        "one weight too many": state | {"st_gcn_networks.10.gcn.conv.weight": torch.zeros(3)},
        "other skeleton": state | {"A": torch.zeros(3, 18, 18)},
        "other graph": state | {"A": state["A"].flip(1)},
        "not finite": state | {first: torch.full_like(state[first], torch.inf)},
        "no classifier": {k: t for k, t in state.items() if not k.startswith("fcn.")},
        "two of a kind": {"a": state, "b": state},
        "no network": {"weight": torch.zeros(3)},
        "no tensors": {"epoch": 3},
        "a student only": ResNet18(CLASSES).state_dict(),
    }
    return changes[kind]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("lacks a layer", "st_gcn_networks.3.tcn.2.weight and 0 more are missing"),
        ("one weight too many", "st_gcn_networks.10.gcn.conv.weight is not part of it"),
        ("other skeleton", "expected (3, 25, 25), got (3, 18, 18)"),
        ("other graph", "graph is not the Kinect v2 skeleton's"),
        ("not finite", "not finite"),
        ("no classifier", "classifier is missing"),
        ("two of a kind", "several stgcn networks ('a.', 'b.')"),
        ("no network", "none of the networks"),
        ("no tensors", "it holds nothing"),
        ("a student only", "it holds resnet18"),
    ],
)
def test_weights_that_do_not_fit_are_refused(tmp_path, weights, labels, capsys, kind, said):
    torch.save(damaged(weights["stgcn"], kind), tmp_path / "w.pt")
    assert convert("--teacher", tmp_path / "w.pt", "--labels", labels, "--out", tmp_path / "o.safetensors") == 4
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not (tmp_path / "o.safetensors").exists()


@pytest.mark.parametrize("cut", [0, 3, 400, -40_000])
def test_a_damaged_file_is_one_line(tmp_path, weights, labels, capsys, cut):
    torch.save(weights["stgcn"], tmp_path / "w.pt")
    data = (tmp_path / "w.pt").read_bytes()
    (tmp_path / "w.pt").write_bytes(data[:cut])
    assert convert("--teacher", tmp_path / "w.pt", "--labels", labels, "--out", tmp_path / "o.safetensors") == 4
    error = capsys.readouterr().err
    assert "w.pt: cannot be read as weights" in error or "or is damaged" in error
    assert error.count("\n") == 1


def test_what_the_user_asks_wrongly_is_exit_code_2(tmp_path, weights, labels, capsys):
    file, out = tmp_path / "w.pt", tmp_path / "o.safetensors"
    torch.save(weights["agcn"], file)
    (tmp_path / "a file").write_text("")
    usual = {"--teacher": file, "--labels": labels, "--out": out}
    wrong = {
        "60 names, but the networks' classes are: teacher 5": {"--labels": "ntu60"},
        "expected one of ntu120, ntu60, pku_mmd": {"--labels": "ntu61"},
        "is one of the files to read": {"--out": file},
        "cannot be written": {"--out": tmp_path / "a file" / "o.safetensors"},
        "window_frames": {"--window": 0},
        "is not among the labels": {"--idle": "sleeping"},
    }
    for said, change in wrong.items():
        arguments = [part for pair in (usual | change).items() for part in pair]
        assert convert(*arguments) == 2, said
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1
    assert same(torch.load(file, weights_only=True), weights["agcn"])
    for arguments in ((), ("--teacher", file), ("--checkpoint", out), ("--checkpoint", out, "--teacher", file)):
        with pytest.raises(SystemExit) as caught:
            convert(*arguments)
        assert caught.value.code == 2


def test_student_of_other_classes_and_missing_files_are_exit_code_4(tmp_path, weights, labels, capsys):
    torch.save(weights["agcn"], tmp_path / "w.pt")
    torch.save(ResNet18(7).state_dict(), tmp_path / "s.pt")
    usual = ("--teacher", tmp_path / "w.pt", "--labels", labels, "--out", tmp_path / "o.safetensors")
    wrong = {
        "teacher 5, student 7": ("--student", tmp_path / "s.pt"),
        "no such file": ("--student", tmp_path / "none.pt"),
        "expected a resnet18 network, it holds agcn": ("--student", tmp_path / "w.pt"),
        "expected a stgcn network, it holds agcn": ("--attention-teacher", tmp_path / "w.pt"),
    }
    for said, extra in wrong.items():
        assert convert(*usual, *extra) == 4, said
        assert said in capsys.readouterr().err


@pytest.mark.parametrize(("which", "count"), [("ntu60", 60), ("pku_mmd", 51)])
def test_label_sets_are_complete(which, count):
    names = read_labels(which)
    assert len(names) == len(set(names)) == count


def test_label_sets_stand_in_the_order_of_the_class_numbers():
    ntu, pku = read_labels("ntu60"), read_labels("pku_mmd")
    assert [ntu[k - 1] for k in (1, 11, 43, 60)] == [
        "drink water",
        "reading",
        "falling",
        "walking apart from each other",
    ]
    two_persons = [12, 14, 16, 18, 21, 24, 26, 27]  # as the published feeder lists them
    among = {name for name in pku if "other person" in name or name == "handshaking"}
    assert {pku[k - 1] for k in two_persons} == among


@needs_golden
@pytest.mark.parametrize("name", ["stgcn", "agcn"])
def test_a_converted_file_gives_the_published_scores(tmp_path, name):
    state = load_file(GOLDEN / f"{name}.safetensors")
    torch.save(
        {"module." + key: t.float() if t.is_floating_point() else t for key, t in state.items()}, tmp_path / "w.pt"
    )
    out = tmp_path / "o.safetensors"
    assert convert("--teacher", tmp_path / "w.pt", "--labels", "ntu60", "--out", out) == 0
    model, golden = TSMF.load(out), np.load(GOLDEN / f"{name}.npz")
    assert model.student is None
    clip = np.ascontiguousarray(golden["x"][1, :, :200, :, 0].transpose(1, 2, 0))  # one person, 200 frames
    error = model.run_teacher([clip]).scene - golden["logits"][1]
    assert np.linalg.norm(error) / np.linalg.norm(golden["logits"][1]) < 1e-4


def onnx_session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def saved(path: Path, architecture: str, **settings: object) -> Path:
    """A checkpoint of random networks; architecture "causal": the bundled teacher's form."""
    if architecture == "causal":
        model = random_model(width=1.0, **settings)
        model.student, model.spec = None, replace(model.spec, architecture="stgcn")
        unsettled(model.teacher)
    else:
        spec = Spec(labels=tuple("abcde"), architecture=architecture, window_frames=60, **settings)
        networks = {role: unsettled(build(name, CLASSES, "same")) for role, name in spec.networks.items()}
        model = TSMF(spec, networks["teacher"], networks.get("student"), attention=networks.get("attention"))
    student = None if model.student is None else model.student.state_dict()
    attention = None if model.attention is None else model.attention.state_dict()
    checkpoint.save(path, model.spec, model.teacher.state_dict(), student, half=False, attention=attention)
    return path


@needs_onnx
@pytest.mark.parametrize(
    ("architecture", "settings"),
    [
        ("causal", {}),
        ("agcn", {"attention_from": "stgcn"}),
        ("efficientgcn", {"arithmetic": "slots"}),
        pytest.param("msg3d", {"arithmetic": "released"}, marks=pytest.mark.long),
    ],
    ids=["causal", "agcn+attention", "efficientgcn", "msg3d"],
)
def test_onnx_gives_the_same_scores_at_any_length(tmp_path, architecture, settings):
    path = saved(tmp_path / "m.safetensors", architecture, **settings)
    assert convert("--checkpoint", path, "--onnx", tmp_path / "onnx") == 0
    model, session = TSMF.load(path), onnx_session(tmp_path / "onnx" / "teacher.onnx")
    slotted = has_person_slots(model.teacher)
    for n, frames in ((2, 61), (1, 1), (2, 22), (1, 94)):
        x, slots = torch.randn(n, 3, frames, JOINT_COUNT), torch.arange(n) % 2
        with torch.inference_mode():
            scores, feature = model.run_rows(x, slots)
        inputs = {"joints": x.numpy()} | ({"slots": slots.numpy()} if slotted else {})
        out, map_ = session.run(None, inputs)
        np.testing.assert_allclose(out, scores.numpy(), atol=1e-3)
        np.testing.assert_allclose(map_, feature.numpy(), atol=max(1e-3, 1e-5 * float(feature.abs().max())))
    assert feature.shape[1] == (256 if model.attention is not None else CHANNELS.get(model.spec.teacher_name, 256))
    properties = {p.key: p.value for p in onnx.load(tmp_path / "onnx" / "teacher.onnx").metadata_props}
    assert json.loads(properties[METADATA_KEY])["labels"] == list(model.spec.labels)


@needs_onnx
def test_onnx_of_a_converted_file_gives_the_same_scores_of_teacher_and_student(tmp_path, weights, labels):
    torch.save(released_student(weights), tmp_path / "tsmf.pt")
    out, folder = tmp_path / "o.safetensors", tmp_path / "onnx"
    arguments = ("--teacher", tmp_path / "tsmf.pt", "--labels", labels, "--out", out, "--onnx", folder)
    assert convert(*arguments) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["student.onnx", "teacher.onnx"]
    model, session = TSMF.load(out), onnx_session(folder / "student.onnx")
    images = np.random.default_rng(0).normal(size=(3, 225, 225, 3)).astype(np.float32)
    (scores,) = session.run(None, {"image": np.ascontiguousarray(images.transpose(0, 3, 1, 2))})
    np.testing.assert_allclose(scores, np.stack([model.run_student(image) for image in images]), atol=1e-3)
    joints = torch.randn(2, 3, 40, JOINT_COUNT)
    scores, _ = onnx_session(folder / "teacher.onnx").run(None, {"joints": joints.numpy()})
    with torch.inference_mode():
        np.testing.assert_allclose(scores, model.run_rows(joints)[0].numpy(), atol=1e-3)


@needs_onnx
def test_onnx_errors_are_the_users_to_mend(tmp_path, checkpoint_file, capsys):
    (tmp_path / "file").write_text("")
    assert convert("--checkpoint", checkpoint_file, "--onnx", tmp_path / "file") == 2
    assert convert("--checkpoint", tmp_path / "none.safetensors", "--onnx", tmp_path / "onnx") == 4
    first, second = capsys.readouterr().err.splitlines()
    assert "cannot be written" in first
    assert "no such file" in second


def test_the_command_has_help_with_an_example(capsys):
    with pytest.raises(SystemExit) as caught:
        convert("--help")
    assert caught.value.code == 0
    assert "example: python -m train.convert" in capsys.readouterr().out


def test_imagenet_weights_of_a_file_fill_the_student_but_not_its_classifier(tmp_path):
    torch.manual_seed(5)
    imagenet, student = ResNet18(1000), ResNet18(6)
    torch.save(imagenet.state_dict(), tmp_path / "resnet18.pth")
    own = student.fc.weight.clone()
    load_backbone(student, tmp_path / "resnet18.pth")
    assert torch.equal(student.layer3[1].conv2.weight, imagenet.layer3[1].conv2.weight)
    assert torch.equal(student.fc.weight, own)
    torch.save({"weight": torch.zeros(3)}, tmp_path / "other.pth")
    with pytest.raises(CheckpointError):
        load_backbone(student, tmp_path / "other.pth")
