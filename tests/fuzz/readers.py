"""The readers of the project: for each a good input, the file of it that is changed, and how it is read whole."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from argparse import Namespace
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from tests.fakes import made_data
from tests.fakes.cameras import people_picture, write_people_video
from tests.fakes.recordings import BIG_ID, frames, play, write_ntu, write_pku, write_session, write_video
from train import ablation, compare, evaluate, student
from train.data import splits
from train.data.held_out import read_names
from train.data.prepared import Prepared, encode_picture
from train.fit import engine
from train.fit.group import Group
from train.fit.recipe import Recipe
from train.prepare import command as preparation
from train.prepare.footage import Clip
from train.prepare.ntu import read_bodies as read_ntu
from train.prepare.openpose import OpenPose
from train.prepare.people import read_classes, read_rates
from train.prepare.pku import read_bodies as read_pku
from train.published import read_networks, read_tensors
from train.results import score_file
from tsmf_live.exchange.annotation_pickle import read_annotation_pickle
from tsmf_live.label_lists import read_labels
from tsmf_live.live.publish import publishers
from tsmf_live.nets import checkpoint
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.stgcn import STGCN
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.recording.protocol import read_protocol
from tsmf_live.recording.tables import read_events
from tsmf_live.sessions.__main__ import main as sessions
from tsmf_live.sources.camera.pose_model import PARTS, require_model
from tsmf_live.sources.open import open_source

SAMPLE = "S001C001P001R001A001"
LABELS = ("reading", "writing", "falling", "idle")


@dataclass(frozen=True)
class Reader:
    """One reader.

    Attributes:
        make: writes a good input into an empty folder.
        target: the file in it that is changed; several: one of them at a time.
        kind: of the changes, see damage.KINDS.
        read: reads what is in the folder to its end.
        writes: reading changes the folder.
    """

    make: Callable[[Path], object]
    target: str
    kind: str
    read: Callable[[Path], object]
    writes: bool = False


def quietly(main: Callable[[list[str]], object], *arguments: object) -> None:
    """A command with what it prints taken away."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        main([str(argument) for argument in arguments])


def played(path: Path) -> None:
    """All frames of a recording; the error that it ends with, if any."""
    _, error = play(open_source(str(path)))
    if error is not None:
        raise error


# ---- recordings ------------------------------------------------------------------------------------------------------


def _ntu(folder: Path) -> None:
    write_ntu(folder / "S001C001P001R001A001.skeleton", frames(4))


def _ntu_export(folder: Path) -> None:
    session = write_session(folder / "s", frames(5), details={"action": "reading"})
    labels = folder / "labels.txt"
    labels.write_text("\n".join(LABELS))
    quietly(sessions, "export-ntu", session, "--out", folder / "out", "--labels", labels)
    (file,) = (folder / "out").rglob("*.times.csv")
    file.rename(folder / "a.times.csv")
    next((folder / "out").rglob("*.skeleton")).rename(folder / "a.skeleton")


def _pku(folder: Path) -> None:
    write_pku(folder / "PKU_Skeleton" / "0002-L.txt", 8)
    (folder / "Train_Label").mkdir()
    (folder / "Train_Label" / "0002-L.txt").write_text("1,2,4,2\n3,5,7,1\n")


def _video(folder: Path) -> None:
    _ntu(folder)
    write_video(folder / "S001C001P001R001A001_rgb.avi", 4)


def _people_video(name: str) -> Callable[[Path], None]:
    """A video as a phone or a camera writes it."""
    pictures = [people_picture((160, 120), (0.3 + 0.05 * k, 0.5, 0.8)) for k in range(6)]
    turns = 1 if name.endswith(".mp4") else 0
    return lambda folder: write_people_video(folder / name, pictures, quarter_turns=turns, sound=True) and None


def _pose_model(folder: Path) -> None:
    with zipfile.ZipFile(folder / "pose_landmarker_lite.task", "w") as archive:
        for part in PARTS:
            archive.writestr(part, b"x" * 50)


def _session(folder: Path, color: bool = False) -> None:
    made = write_session(folder / "take", frames(6, color=color), details={"action": "reading", "subject": "a"})
    rows = "0.01,0.05,reading,0.9,,prediction\n0.03,0.15,writing,1.0,0,annotation\n0.05,0.1,reading,1.0,,annotation\n"
    with (made / "events.csv").open("a") as file:
        file.write(rows)


def _command(name: str, *options: str) -> Callable[[Path], None]:
    return lambda folder: quietly(sessions, name, folder / "take", *options)


def _export(name: str) -> Callable[[Path], None]:
    return lambda folder: quietly(sessions, name, folder / "take", "--out", folder / "out")


def _prepared_from(source: str, *options: str) -> Callable[[Path], None]:
    def read(folder: Path) -> None:
        out = folder / "prepared-out"
        where = (*options, "--processes", 1, "--draws", 1, "--out", out)
        quietly(preparation.main, "--source", source, folder, *where)

    return read


def _labels_of_a_program(kind: str) -> Callable[[Path], None]:
    rows = {
        "csv": "start_s,end_s,label,person\n0.0,0.12,reading,0\n0.2,0.33,writing,\n",
        "txt": "1,1,5,2\n3,6,12,1\n",
    }

    def make(folder: Path) -> None:
        write_session(folder / "take", frames(12))
        (folder / f"labels.{kind}").write_text(rows[kind])

    return make


def _imported(kind: str) -> Callable[[Path], None]:
    return lambda folder: quietly(sessions, "annotate", folder / "take", "import", folder / f"labels.{kind}")


# ---- what training reads ---------------------------------------------------------------------------------------------


def _annotations(folder: Path) -> None:
    rng = np.random.default_rng(1)
    samples = [
        {"frame_dir": f"a{k:02}_s01_e00", "label": k, "total_frames": 3, "keypoint": rng.normal(0, 0.3, (1, 3, 25, 3))}
        for k in range(3)
    ]
    content = {
        "split": {"all_train": ["a00_s01_e00", "a01_s01_e00"], "all_val": ["a02_s01_e00"]},
        "annotations": samples,
    }
    (folder / "a.pkl").write_bytes(pickle.dumps(content, 4))


def _openpose(folder: Path) -> None:
    person = {"pose_keypoints_2d": [float(value) for value in range(75)]}
    document = {"version": 1.3, "people": [person, dict(person)], "x": None}
    (folder / f"{SAMPLE}_000000000000_keypoints.json").write_text(json.dumps(document))


def _read_openpose(folder: Path) -> None:
    joints = np.zeros((1, 2, 25, 3), np.float32)
    color_xy = np.full((1, 2, 25, 2), 20, np.float32)
    states = np.ones((1, 2, 25), np.uint8)
    seen = np.zeros((1, 2), int)
    clip = Clip(SAMPLE, 0, 1, 1, 1, 1, 0, 0, joints, states, color_xy, seen)
    OpenPose(folder, [SAMPLE]).placed(clip)


def _prepared(folder: Path, encoding: str = "raw") -> None:
    data = made_data.make(folder / "data", subjects=2, repetitions=1, crops=True)
    (data / "splits.json").write_text('{"own": [[0, 1, 2], [3, 4, 5]]}')
    if encoding != "raw":
        _encode(data, encoding)


def _encode(data: Path, encoding: str) -> None:
    """Puts pictures in the place of bare bytes."""
    index, crops = np.load(data / "index.npy"), data / "crops" / "00000.bin"
    prepared, at = Prepared.open(data), 0
    with (data / "new").open("wb") as file:
        for i in range(len(prepared)):
            for draw in range(prepared.draws + 1):
                written = encode_picture(prepared.crops(i, draw)[0], encoding)
                index["at"][i, 0, draw, 0], index["size"][i, 0, draw, 0] = at, len(written)
                at += file.write(written)
    (data / "new").replace(crops)
    np.save(data / "index.npy", index)
    manifest = json.loads((data / "manifest.json").read_bytes())
    manifest["settings"]["encoding"] = encoding
    (data / "manifest.json").write_text(json.dumps(manifest))


def _read_prepared(folder: Path) -> None:
    """Everything that training asks of prepared data."""
    prepared = Prepared.open(folder / "data")
    for name in ("subject=1", "own"):
        prepared.split(name)
    for i in range(len(prepared)):
        np.array(prepared.joints(i)), prepared.present(i), prepared.image_x(i)
        for draw in range(prepared.draws + 1):
            prepared.column_frames(i, draw), prepared.crops(i, draw)


def _scores(folder: Path) -> None:
    rng = np.random.default_rng(2)
    truth = np.arange(12) % 4
    scores = {part: rng.normal(0, 1, (12, 4)).astype(np.float32) for part in score_file.PARTS}
    names = np.array([f"a{n:02}" for n in range(12)])
    score_file.ScoreFile(LABELS, names, truth, np.arange(12) >= 8, scores).write(folder / "scores.npz")


def _add_scores(folder: Path) -> None:
    file = folder / "scores.npz"
    score_file.ensemble([str(file), f"{file}:student"])


def _evaluate_scores(folder: Path) -> None:
    file = folder / "scores.npz"
    quietly(evaluate.main, "--scores", file, f"{file}:student", "--out", folder / "out")


def _split_file(folder: Path) -> None:
    (folder / "test.txt").write_text("# tests\na00\na03\n")


def _read_split(folder: Path) -> None:
    samples = [splits.Sample(f"a{n:02}", n % 2, n, 1, 1, 1, 0, 9, 1) for n in range(6)]
    splits.split(f"file={folder / 'test.txt'}", samples, ("x", "y"), "ntu60", {})


def _held_out(folder: Path) -> None:
    (folder / "validation.txt").write_text("a00\na03\n")


def _read_held_out(folder: Path) -> None:
    samples = [splits.Sample(f"a{n:02}", n % 2, n, 1, 1, 1, 0, 9, 1) for n in range(6)]
    read_names(folder, SimpleNamespace(samples=samples))


def _labels(folder: Path) -> None:
    (folder / "labels.txt").write_text("# mine\nreading\n\nwriting\nfalling\n")


def _predictions(folder: Path) -> None:
    _session(folder)
    prediction = {
        "type": "prediction",
        "sensor_time_s": 0.06,
        "state": "action",
        "top5": [["reading", 0.5], ["x", 0.1]],
    }
    (folder / "run.json").write_text(json.dumps(prediction) + "\n" + json.dumps({"type": "event"}) + "\n")


def _compare(folder: Path) -> None:
    events, predictions = read_events(folder / "take"), compare.read_predictions(folder / "run.json")
    compare.follow(events, predictions)
    compare.nothing_said(events, predictions)


def _settings(folder: Path) -> None:
    ablation.keep_settings(_ablation(folder))


def _ablation(folder: Path) -> Namespace:
    names = ("data", "recipe", "epochs", "student_epochs", "pretrain_epochs", "batch", "rate", "frames", "seed")
    return Namespace(out=folder, **dict.fromkeys((*names, "precision", "validation", "imagenet", "init")))


# ---- weights ---------------------------------------------------------------------------------------------------------


def _checkpoint(folder: Path) -> None:
    torch.manual_seed(3)
    spec = Spec(LABELS, idle="idle", architecture="stgcn", temporal="causal", window_frames=24, accuracy={"test": 0.5})
    checkpoint.save(folder / "m.safetensors", spec, STGCN(len(LABELS), "causal").state_dict(), None)


def _load_checkpoint(folder: Path) -> None:
    model = TSMF.load(folder / "m.safetensors")
    clip = np.random.default_rng(1).normal(0, 0.3, (4, 25, 3)).astype(np.float32)
    model.probabilities(model.run_teacher([clip]).scene, fused=False)


def _weights(ending: str, zipped: bool = True, whole: bool = False) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        torch.manual_seed(3)
        if whole:
            state = {
                name: t.half() if t.is_floating_point() else t for name, t in STGCN(4, "same").state_dict().items()
            }
        else:
            state = {"a.weight": torch.ones(3, 4), "b": {"running": torch.arange(6).view(2, 3).T, "n": 3}}
        torch.save({"state_dict": state, "epoch": 3}, folder / f"w.{ending}", _use_new_zipfile_serialization=zipped)

    return make


class _Task:
    """The smallest thing that can be trained."""

    def __init__(self) -> None:
        torch.manual_seed(1)
        self.networks = {"net": torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))}
        self.trained = ("net",)

    def loss(self, batch: tuple[torch.Tensor, torch.Tensor]) -> tuple[torch.Tensor, int]:
        """As engine.Task."""
        scores = self.networks["net"](batch[0])
        return torch.nn.functional.cross_entropy(scores, batch[1]), 1

    def validate(self) -> tuple[float, float]:
        """As engine.Task."""
        return 0.5, 0.5


class _Drawer:
    """Draws the same batch for ever."""

    def draw(self, epoch: int, number: int, samples: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """As engine.Drawer."""
        return torch.eye(3)[:2], torch.tensor([0, 1])


def _train(folder: Path) -> None:
    """A run of one epoch; what it finds in the folder it goes on with."""
    settings = engine.Settings(folder, Recipe(epochs=1, batch=2), 0, {"data": "x", "seed": 0}, torch.device("cpu"))
    with redirect_stderr(io.StringIO()):
        engine.run(_Task(), _Drawer(), np.arange(4), settings, Group())


def _parts(folder: Path) -> None:
    """A preparation that was killed after its first part, and the skeleton that it is made from."""
    write_ntu(folder / "S001C001P001R001A001.skeleton", frames(6))
    out = folder / "prepared-out"
    quietly(preparation.main, "--source", "ntu60", folder, "--processes", 1, "--draws", 1, "--out", out / "done")
    manifest = json.loads((out / "done" / "manifest.json").read_bytes())
    (out / "parts").mkdir()
    samples = [list(sample) for sample in Prepared.open(out / "done").samples]
    described = {"samples": samples, "skipped": []}
    index = np.load(out / "done" / "index.npy")
    arrays = {name: np.load(out / "done" / f"{name}.npy") for name in ("joints", "states")}
    described = np.frombuffer(json.dumps(described).encode(), np.uint8)
    np.savez(out / "parts" / "00000.npz", **arrays, index=index, described=described)
    plan = {key: value for key, value in manifest.items() if key not in ("counts", "skipped", "splits", "files")}
    (out / "unfinished.json").write_text(json.dumps(plan))
    for file in (out / "done").iterdir():
        file.unlink()
    (out / "done").rmdir()


def _outputs(folder: Path) -> None:
    rng = np.random.default_rng(1)
    np.savez(
        folder / "outputs.npz", attention=rng.random((3, 2, 25), np.float32), magnitude=np.ones((3, 2), np.float32)
    )


def _read_lessons(folder: Path) -> None:
    student.teacher_outputs_of(None, None, np.arange(3), folder / "outputs.npz", True)


def _people_tables(folder: Path) -> None:
    (folder / "classes.csv").write_text(
        "set,number,name\nflorence,1,drink water\nflorence,2,clapping\nward,1,falling\n"
    )
    (folder / "rates.csv").write_text("set,rate_hz\nflorence,30\nward,29.97\n")


def _broker(folder: Path) -> None:
    (folder / "broker.json").write_text('{"username": "ward", "password": "x", "ca": "ca.pem"}')


def _protocols(folder: Path) -> None:
    (folder / "list.csv").write_text("subject,action,takes,seconds,pause\nP07,drink water,3,5,2.5\nP08,reading,1,,\n")
    (folder / "list.txt").write_text("P07: drink water x 3, reading x 2\nP08: falling\n")


_TAKE = partial(_session, color=False)
_TAKE_IN_COLOUR = partial(_session, color=True)

#: In the order of the data flow; names are what the command line takes.
READERS: dict[str, Reader] = {
    "ntu": Reader(_ntu, "S001C001P001R001A001.skeleton", "text", lambda f: played(f / "S001C001P001R001A001.skeleton")),
    "ntu-times": Reader(_ntu_export, "a.times.csv", "text", lambda f: played(f / "a.skeleton")),
    "ntu-video": Reader(
        _video, "S001C001P001R001A001_rgb.avi", "bytes", lambda f: played(f / "S001C001P001R001A001.skeleton")
    ),
    "ntu-prepare": Reader(
        _ntu, "S001C001P001R001A001.skeleton", "text", lambda f: read_ntu(f / "S001C001P001R001A001.skeleton")
    ),
    "video mp4": Reader(_people_video("v.mp4"), "v.mp4", "bytes", lambda f: played(f / "v.mp4")),
    "video avi": Reader(_people_video("v.avi"), "v.avi", "bytes", lambda f: played(f / "v.avi")),
    "video mkv": Reader(_people_video("v.mkv"), "v.mkv", "bytes", lambda f: played(f / "v.mkv")),
    "pose model": Reader(
        _pose_model,
        "pose_landmarker_lite.task",
        "bytes",
        lambda f: require_model(f / "pose_landmarker_lite.task"),
    ),
    "pku": Reader(_pku, "PKU_Skeleton/0002-L.txt", "text", lambda f: played(f / "PKU_Skeleton/0002-L.txt")),
    "pku-prepare": Reader(_pku, "PKU_Skeleton/0002-L.txt", "text", lambda f: read_pku(f / "PKU_Skeleton/0002-L.txt")),
    "pku-labels": Reader(_pku, "Train_Label/0002-L.txt", "text", _prepared_from("pku", "--no-color"), True),
    "session.json": Reader(_TAKE, "take/session.json", "json", lambda f: played(f / "take")),
    "frames.csv": Reader(_TAKE, "take/frames.csv", "text", lambda f: played(f / "take")),
    "bodies.skeleton": Reader(_TAKE, "take/bodies.skeleton", "text", lambda f: played(f / "take")),
    "checksums.csv": Reader(_TAKE, "take/checksums.csv", "text", lambda f: played(f / "take")),
    "color.mkv": Reader(_TAKE_IN_COLOUR, "take/color.mkv", "bytes", lambda f: played(f / "take")),
    "info session.json": Reader(_TAKE, "take/session.json", "json", _command("info")),
    "verify session.json": Reader(_TAKE, "take/session.json", "json", _command("verify")),
    "verify frames.csv": Reader(_TAKE, "take/frames.csv", "text", _command("verify")),
    "verify events.csv": Reader(_TAKE, "take/events.csv", "text", _command("verify")),
    "verify color.mkv": Reader(_TAKE_IN_COLOUR, "take/color.mkv", "bytes", _command("verify")),
    "repair session.json": Reader(_TAKE, "take/session.json", "json", _command("repair"), True),
    "repair frames.csv": Reader(_TAKE, "take/frames.csv", "text", _command("repair"), True),
    "repair bodies.skeleton": Reader(_TAKE, "take/bodies.skeleton", "text", _command("repair"), True),
    "repair checksums.csv": Reader(_TAKE, "take/checksums.csv", "text", _command("repair"), True),
    "repair events.csv": Reader(_TAKE, "take/events.csv", "text", _command("repair"), True),
    "repair color.mkv": Reader(_TAKE_IN_COLOUR, "take/color.mkv", "bytes", _command("repair"), True),
    "strip session.json": Reader(_TAKE, "take/session.json", "json", _command("strip", "--person", str(BIG_ID)), True),
    "strip frames.csv": Reader(_TAKE, "take/frames.csv", "text", _command("strip", "--person", str(BIG_ID)), True),
    "blur color.mkv": Reader(_TAKE_IN_COLOUR, "take/color.mkv", "bytes", _command("blur"), True),
    "export-ntu session.json": Reader(_TAKE, "take/session.json", "json", _export("export-ntu"), True),
    "export-pku events.csv": Reader(_TAKE, "take/events.csv", "text", _export("export-pku"), True),
    "prepare session.json": Reader(_TAKE, "take/session.json", "json", _prepared_from("sessions"), True),
    "prepare events.csv": Reader(_TAKE, "take/events.csv", "text", _prepared_from("sessions"), True),
    "annotate csv": Reader(_labels_of_a_program("csv"), "labels.csv", "text", _imported("csv"), True),
    "annotate pku": Reader(_labels_of_a_program("txt"), "labels.txt", "text", _imported("txt"), True),
    "labels": Reader(_labels, "labels.txt", "text", lambda f: read_labels(str(f / "labels.txt"))),
    "people classes": Reader(_people_tables, "classes.csv", "text", lambda f: read_classes(f / "classes.csv")),
    "people rates": Reader(_people_tables, "rates.csv", "text", lambda f: read_rates(f / "rates.csv")),
    "broker settings": Reader(_broker, "broker.json", "json", lambda f: publishers([], f / "broker.json")),
    "protocol csv": Reader(_protocols, "list.csv", "text", lambda f: read_protocol(f / "list.csv")),
    "protocol typed": Reader(_protocols, "list.txt", "text", lambda f: read_protocol(f / "list.txt")),
    "split": Reader(_split_file, "test.txt", "text", _read_split),
    "held-out": Reader(_held_out, "validation.txt", "text", _read_held_out),
    "predictions": Reader(_predictions, "run.json", "text", _compare),
    "ablation": Reader(_settings, "settings.json", "json", lambda f: ablation.keep_settings(_ablation(f)), True),
    "annotation pickle": Reader(_annotations, "a.pkl", "pickle", lambda f: read_annotation_pickle(f / "a.pkl")),
    "prepare pickle": Reader(
        _annotations,
        "a.pkl",
        "pickle",
        lambda f: quietly(preparation.main, "--source", "pickle", f / "a.pkl", "--processes", 1, "--out", f / "out"),
        True,
    ),
    "openpose": Reader(_openpose, f"{SAMPLE}_000000000000_keypoints.json", "json", _read_openpose),
    "manifest": Reader(_prepared, "data/manifest.json", "json", _read_prepared),
    "samples.csv": Reader(_prepared, "data/samples.csv", "text", _read_prepared),
    "splits.json": Reader(_prepared, "data/splits.json", "json", _read_prepared),
    "joints.npy": Reader(_prepared, "data/joints.npy", "npy", _read_prepared),
    "states.npy": Reader(_prepared, "data/states.npy", "npy", _read_prepared),
    "index.npy": Reader(_prepared, "data/index.npy", "npy", _read_prepared),
    "crops jpeg": Reader(partial(_prepared, encoding="jpeg"), "data/crops/00000.bin", "bytes", _read_prepared),
    "crops png": Reader(partial(_prepared, encoding="png"), "data/crops/00000.bin", "bytes", _read_prepared),
    "parts": Reader(_parts, "prepared-out/parts/00000.npz", "zip", _prepared_from("ntu60"), True),
    "unfinished": Reader(_parts, "prepared-out/unfinished.json", "json", _prepared_from("ntu60"), True),
    "scores": Reader(_scores, "scores.npz", "zip", _add_scores),
    "evaluate scores": Reader(_scores, "scores.npz", "zip", _evaluate_scores),
    "outputs": Reader(_outputs, "outputs.npz", "zip", _read_lessons),
    "state": Reader(_train, "state.pt", "zip", _train, True),
    "checkpoint": Reader(_checkpoint, "m.safetensors", "safetensors", _load_checkpoint),
    "weights pt": Reader(_weights("pt"), "w.pt", "zip", lambda f: read_tensors(f / "w.pt")),
    "weights pth": Reader(_weights("pth", zipped=False), "w.pth", "pickle", lambda f: read_tensors(f / "w.pth")),
    "network pt": Reader(_weights("pt", whole=True), "w.pt", "zip", lambda f: read_networks(f / "w.pt")),
    "network safetensors": Reader(
        _checkpoint, "m.safetensors", "safetensors", lambda f: read_networks(f / "m.safetensors")
    ),
}
