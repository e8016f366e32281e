"""Files made to harm: what would run code is not run, small files take little time and memory, one line says why."""

from __future__ import annotations

import importlib
import io
import json
import os
import pickle
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch
from safetensors.torch import save_file

from tests.fakes import ROOT, made_data, recordings
from train.arrays import mapped
from train.data.prepared import Prepared, decode_picture
from train.prepare import command as prepare
from train.published import read_networks, read_tensors
from train.results import report, score_file
from train.student import teacher_outputs_of
from tsmf_live.command import exit_code
from tsmf_live.exchange.annotation_pickle import read_annotation_pickle
from tsmf_live.frames import CheckpointError, SourceError, UsageError
from tsmf_live.nets.checkpoint import METADATA_KEY, Spec, _read_spec
from tsmf_live.nets.tsmf import TSMF

SECONDS, MEGABYTES = 6.0, 300  # that a small file may take; caches that others use make a second into two


def peak_mb() -> float:
    """Most memory that this process has had."""
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset / 2**20
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.fixture
def little() -> Iterator[None]:
    """Fails the test if it takes long, or much memory at its peak."""
    before, began = peak_mb(), time.process_time()
    yield
    assert time.process_time() - began < SECONDS
    assert peak_mb() - before < MEGABYTES


def torch_zip(pickled: bytes, storages: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """A file as torch.save writes it, around any pickle."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as file:
        file.writestr("w/data.pkl", pickled)
        file.writestr("w/version", b"3\n")
        for key, content in storages.items():
            file.writestr(f"w/data/{key}", content)
    return made.getvalue()


# ---- what would run code -----------------------------------------------------------------------------------------

COMMAND = b"touch ran"
_ARGUMENT = b"X" + struct.pack("<I", len(COMMAND)) + COMMAND
#: Every way in which a pickle can call something.
CALLS = {
    "REDUCE of GLOBAL": b"cos\nsystem\n" + _ARGUMENT + b"\x85R",
    "REDUCE of STACK_GLOBAL": b"\x8c\x02os\x8c\x06system\x93" + _ARGUMENT + b"\x85R",
    "INST": b"(" + _ARGUMENT + b"ios\nsystem\n",
    "OBJ": b"(cos\nsystem\n" + _ARGUMENT + b"o",
    "NEWOBJ": b"csubprocess\nPopen\n" + _ARGUMENT + b"\x85\x81",
    "NEWOBJ_EX": b"csubprocess\nPopen\n" + _ARGUMENT + b"\x85}\x92",
    "BUILD": b"ccollections\nOrderedDict\n)R}X\x0c\x00\x00\x00__setstate__cos\nsystem\nsb" + _ARGUMENT + b"b",
    "BUILD of an allowed function": b"c_codecs\nencode\n}X\x08\x00\x00\x00__code__cos\nsystem\nsb",
    "EXT1": b"\x82\x01" + _ARGUMENT + b"\x85R",
    "PERSID": b"Pos.system\n",
    "BINPERSID": _ARGUMENT + b"Q",
    "eval": b"c__builtin__\neval\nX\x18\x00\x00\x00__import__('os').mkdir(1)\x85R",
    "getattr": b"c__builtin__\ngetattr\ncos\nsystem\n\x85R",
    "a dotted name": b"\x8c\x05numpy\x8c\x14dtype.__class__.mro0\x93" + _ARGUMENT + b"\x85R",
    "numpy's own unpickling of objects": b"cnumpy\nload\n" + _ARGUMENT + b"\x85R",
    "torch's load": b"ctorch\nload\n" + _ARGUMENT + b"\x85R",
    "torch's library": b"ctorch.ops\nload_library\n" + _ARGUMENT + b"\x85R",
    "a function of functools": b"cfunctools\npartial\ncos\nsystem\n" + _ARGUMENT + b"\x86R)R",
    "the call within a key": b"}cos\nsystem\n" + _ARGUMENT + b"\x85RK\x01s",
    "an object array": pickle.dumps(np.array([Path("x"), 1], object), 2)[2:-1],
}


def in_a_list(call: bytes) -> bytes:
    return b"\x80\x04]" + call + b"a."


def in_annotations(call: bytes) -> bytes:
    return b"\x80\x04}X\x0b\x00\x00\x00annotations]}X\x01\x00\x00\x00x" + call + b"sas."


WRAPPERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "bare pickle": ("a.pkl", in_a_list),
    "annotations": ("a.pkl", in_annotations),
    "torch zip": ("a.pt", lambda call: torch_zip(in_a_list(call), {})),
    "torch legacy": (
        "a.pth",
        lambda call: pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + pickle.dumps({}, 2)
        + in_a_list(call) + pickle.dumps([], 2),
    ),
    "pickle called .pt": ("a.pt", in_a_list),
    "pickle called a checkpoint": ("a.safetensors", in_a_list),
}  # fmt: skip


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("call", CALLS)
def test_no_code_of_a_file_runs(tmp_path, monkeypatch, call, wrapper):
    monkeypatch.chdir(tmp_path)
    name, wrapped = WRAPPERS[wrapper]
    path = tmp_path / name
    path.write_bytes(wrapped(CALLS[call]))
    reader = {"pkl": read_annotation_pickle, "safetensors": TSMF.load}.get(name.rpartition(".")[2], read_tensors)
    with pytest.raises((SourceError, CheckpointError)):
        reader(path)
    assert [found.name for found in tmp_path.iterdir()] == [name]


@pytest.mark.skipif(sys.platform == "win32", reason="they call a shell of POSIX")
def test_the_calls_of_this_collection_work_where_nothing_stops_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for call in ("REDUCE of GLOBAL", "REDUCE of STACK_GLOBAL", "INST", "OBJ"):
        pickle.loads(in_a_list(CALLS[call]))
        (tmp_path / "ran").unlink()


def test_paths_within_an_archive_lead_nowhere(tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in ("../out", "/tmp/out", "w/../../out/data.pkl", "w/data.pkl/data.pkl"):
            file.writestr(name, pickle.dumps({}, 2))
    (tmp_path / "a.pt").write_bytes(made.getvalue())
    with pytest.raises(CheckpointError, match=r"expected one data\.pkl"):
        read_tensors(tmp_path / "a.pt")
    assert [found.name for found in tmp_path.iterdir()] == ["a.pt"]


# ---- small files, huge work --------------------------------------------------------------------------------------


def doubled(times: int, opening: bytes = b"]", join: bytes = b"2\x86") -> bytes:
    """A container within itself twice, again and again."""
    return opening + join * times


def keyed(key: bytes) -> bytes:
    return b"\x80\x04}" + key + b"K\x01s."


BOMBS = {
    "tuples of tuples": b"\x80\x04" + doubled(60) + b".",
    "tuples of tuples as a key": keyed(b"K\x01" + b"2\x86" * 60),
    "tuples of tuples in a set": b"\x80\x04\x8f(K\x01" + b"2\x86" * 60 + b"\x90.",
    "lists that hold the one before ten times": b"\x80\x04]" + b"q\x01](" + b"h\x01" * 10 + b"e" + b"".join(
        b"q" + bytes([n]) + b"](" + (b"h" + bytes([n])) * 10 + b"e" for n in range(2, 30)
    ) + b".",
    "a list that holds itself": b"\x80\x04]q\x01h\x01a.",
    "lists a million deep": b"\x80\x04" + b"]" * 300_000 + b"a" * 299_999 + b".",
    "a memo place of 4 billion": b"\x80\x04]r\xff\xff\xff\xff.",
    "a memo place of digits": b"\x80\x04]p99999999999999\n.",
    "bytes of a terabyte": b"\x80\x04c__builtin__\nbytes\n\x8a\x06\0\0\0\0\0\x01\x85R.",
    "a bytearray of a terabyte": b"\x80\x04c__builtin__\nbytearray\n\x8a\x06\0\0\0\0\0\x01\x85R.",
    "a terabyte that is announced": b"\x80\x05\x96" + (1 << 40).to_bytes(8, "little") + b"x.",
    "text of a terabyte": b"\x80\x04\x8d" + (1 << 40).to_bytes(8, "little") + b"x.",
    "a frame of a terabyte": b"\x80\x04\x95" + (1 << 40).to_bytes(8, "little") + b"].",
    "a number of a gigabyte": b"\x80\x04\x8b\xff\xff\xff\x7fxx.",
    "a number of a million digits": b"\x80\x04L" + b"9" * 1_000_000 + b"L\n.",
    "a large number as a key, often": b"\x80\x04}" + b"\x8b" + struct.pack("<i", 200_000) + b"\x7f" * 200_000 + b"q\x01"
        + b"K\x01s" + b"h\x01K\x01s" * 20_000 + b".",
    "copies of a set": b"\x80\x04]q\x01(" + b"K\x01" * 20_000 + b"e0" + b"".join(
        b"c__builtin__\nset\nh\x01\x85R" for _ in range(5_000)
    ) + b".",
    "an array of a shape beyond its bytes": pickle.dumps(np.zeros(4, np.float32), 2).replace(
        b"K\x04\x85", b"J\xff\xff\xff\x7f\x85"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_pickle_takes_little(tmp_path, little, name):
    (tmp_path / "a.pkl").write_bytes(BOMBS[name])
    (tmp_path / "a.pt").write_bytes(torch_zip(BOMBS[name], {}))
    harmless = name.startswith("a memo place")  # where a value is kept is of no consequence
    with nullcontext() if harmless else pytest.raises(SourceError):
        assert read_annotation_pickle(tmp_path / "a.pkl")["annotations"] == []
    with suppress(CheckpointError):
        assert read_tensors(tmp_path / "a.pt") == {}


def annotation(**changes: object) -> dict:
    return {"frame_dir": "a", "label": 1, "total_frames": 3, "keypoint": np.ones((1, 3, 25, 3), np.float32)} | changes


@pytest.mark.parametrize(
    "annotations",
    [
        [annotation(label=10**9)],
        [annotation(label=10**30)],
        [annotation(total_frames=10**12, keypoint=np.ones((0, 3, 25, 3), np.float32))],
        [annotation(frame_dir="x" * 100_000)],
        [annotation(frame_dir="\x1b[2J")],
        [annotation(**{"keypoint": shared}) for shared in [np.ones((1, 3, 25, 3), np.float32)] for _ in range(500)],
        [annotation(subject=[[]])],
    ],
    ids=["label", "large label", "frames of nobody", "long name", "escapes", "shared numbers", "subject"],
)
def test_annotations_hold_no_more_than_their_file(tmp_path, annotations):
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(annotations, 4))
    with pytest.raises(SourceError, match="expected"):
        read_annotation_pickle(tmp_path / "a.pkl")


def tensor_pickle(size: tuple[int, ...], stride: tuple[int, ...], count: int = 4, kind: str = "FloatStorage") -> bytes:
    """data.pkl of one tensor, whatever its numbers say."""

    class Id(tuple):
        pass

    class Kind:
        __qualname__ = __name__ = kind

    class Pickler(pickle._Pickler):
        def persistent_id(self, item: object) -> object:
            return tuple(item) if isinstance(item, Id) else None

        def save_global(self, item: object, name: str | None = None) -> None:
            module, name = ("torch._utils", "_rebuild_tensor_v2") if item is len else ("torch", kind)
            self.write(f"c{module}\n{name}\n".encode())
            self.memoize(item)

        dispatch = pickle._Pickler.dispatch | {type: save_global, type(len): save_global}

    class Tensor:
        def __reduce__(self) -> tuple:
            return len, (Id(("storage", int, "0", "cpu", count)), 0, size, stride, False, {})

    file = io.BytesIO()
    Pickler(file, 2).dump({"x": Tensor()})
    return file.getvalue()


@pytest.mark.parametrize(
    ("size", "stride", "count", "says"),
    [
        ((10**6, 10**6), (0, 0), 4, "1000000000000 numbers over 4"),
        ((100, 100), (0, 1), 4, "10000 numbers over 4"),
        ((2, 2), (2, 10**9), 4, "numbers over 4"),
        ((2,), (-1,), 4, "no shape"),
        ((2, 2), (1,), 4, "cannot be read"),
        ((10**18,), (1,), 10**18, "another size"),
        ((10**6,), (1,), 10**6, "more numbers than its size"),
    ],
)
def test_tensors_hold_no_more_than_their_file(tmp_path, little, size, stride, count, says):
    (tmp_path / "a.pt").write_bytes(torch_zip(tensor_pickle(size, stride, count), {"0": bytes(16)}))
    with pytest.raises(CheckpointError, match=f"{says}|more numbers than its size"):
        read_tensors(tmp_path / "a.pt")


def test_a_tensor_that_is_right_is_read(tmp_path):
    numbers = np.arange(4, dtype=np.float32)
    (tmp_path / "a.pt").write_bytes(torch_zip(tensor_pickle((2, 2), (1, 2)), {"0": numbers.tobytes()}))
    assert read_tensors(tmp_path / "a.pt")["x"].tolist() == [[0, 2], [1, 3]]


ODD = {
    "quantised": lambda: torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8),
    "sparse": lambda: torch.eye(3).to_sparse(),
    "meta": lambda: torch.ones(10**6, 10**6, device="meta"),
    "complex": lambda: torch.ones(3, dtype=torch.complex64),
    "expanded": lambda: torch.ones(1).expand(1000, 1000),
}


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("kind", ODD)
@pytest.mark.filterwarnings("ignore")
def test_only_dense_tensors_are_weights(tmp_path, little, kind, zipped):
    torch.save({"x": ODD[kind]()}, tmp_path / "a.pt", _use_new_zipfile_serialization=zipped)
    with pytest.raises(CheckpointError, match="refused"):
        read_tensors(tmp_path / "a.pt")


def test_what_is_compressed_is_refused_before_it_is_unpacked(tmp_path):
    packed = torch_zip(tensor_pickle((2_500_000,), (1,), 2_500_000), {"0": bytes(10**7)}, zipfile.ZIP_DEFLATED)
    (tmp_path / "a.pt").write_bytes(packed)
    with pytest.raises(CheckpointError, match="compressed"):
        read_tensors(tmp_path / "a.pt")


def test_a_network_of_a_million_classes_is_not_built(tmp_path, little):
    weights = {"st_gcn_networks.0.gcn.conv.weight": torch.zeros(1), "fcn.bias": torch.zeros(10**6)}
    torch.save(weights, tmp_path / "a.pt")
    with pytest.raises(CheckpointError, match="expected at most 10000"):
        read_networks(tmp_path / "a.pt")


@pytest.mark.parametrize("size", [2**63 - 1, 2**40, 10**8])
def test_a_checkpoint_whose_header_is_endless(tmp_path, little, size):
    (tmp_path / "a.safetensors").write_bytes(struct.pack("<Q", size) + b"{" + b" " * 1000)
    for reader in (TSMF.load, read_tensors):
        with pytest.raises(CheckpointError):
            reader(tmp_path / "a.safetensors")


# ---- files that change while they are used -----------------------------------------------------------------------


def test_a_checkpoint_that_is_cut_while_it_is_in_use_does_no_harm(tmp_path, checkpoint_file):
    path = tmp_path / "m.safetensors"
    path.write_bytes(checkpoint_file.read_bytes())
    code = """
import sys
from pathlib import Path
import numpy as np
from train.published import read_tensors
from tsmf_live.nets.checkpoint import load
path = Path(sys.argv[1])
tensors, (_, networks) = read_tensors(path), load(path)
path.open("rb+").truncate(100)
print(sum(float(t.sum()) for t in [*tensors.values(), *networks["teacher"].values()]))
"""
    said = subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert said.returncode == 0, said.stderr
    assert float(said.stdout)


# ---- settings of any type ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [None, True, -1, 10**400, 1e308, float("nan"), "x", "\x1b[2J", [], [[]], {}, {"a": []}, "y" * 10**5],
    ids=lambda value: repr(value)[:12],
)
def test_any_setting_of_any_type_is_used_or_refused_in_one_line(value):
    path, good = Path("m.safetensors"), {"format": 1, **asdict(Spec(("a", "b")))}
    for name in good:
        with suppress(CheckpointError):
            _read_spec(path, {METADATA_KEY: json.dumps(good | {name: value})})


def test_metadata_that_is_code_is_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for text in ("__import__('os').system('touch ran')", "[" * 100_000, "{" * 5, "null", '"x"', "7"):
        save_file({"teacher.fcn.bias": torch.zeros(3)}, tmp_path / "a.safetensors", metadata={"tsmf_live": text})
        with pytest.raises(CheckpointError):
            TSMF.load(tmp_path / "a.safetensors")
    assert os.listdir(tmp_path) == ["a.safetensors"]


# ---- what training reads and writes ------------------------------------------------------------------------------


def png_of(width: int, height: int) -> bytes:
    """A few bytes that are a picture of any size."""
    made = b"\x89PNG\r\n\x1a\n"
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    for name, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")):
        made += struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return made


def jpeg_of(width: int, height: int, frame: int = 0xC0) -> bytes:
    return b"\xff\xd8\xff" + bytes([frame]) + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(20)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (png_of(30_000, 30_000), "png"),
        (png_of(2**31 - 1, 2**31 - 1), "png"),
        (jpeg_of(65_000, 65_000), "jpeg"),
        (jpeg_of(480, 480, 0xC2), "jpeg"),
        (b"GIF89a" + bytes(100), "png"),
        (b"II*\0" + bytes(100), "jpeg"),
        (b"", "jpeg"),
    ],
    ids=["gigapixels", "more", "jpeg", "progressive", "gif", "tiff", "nothing"],
)
def test_a_crop_is_not_unpacked_before_its_size_is_known(monkeypatch, data, encoding):
    monkeypatch.setattr("cv2.imdecode", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(ValueError, match=r"no (png|jpeg) picture of 480x480"):
        decode_picture(data, encoding)


def npy_of(descr: str, shape: str, data: bytes = b"") -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


ARRAYS = {
    "names of 400 MB each": npy_of("'<U99999999'", "(1000,)"),
    "a shape beyond its bytes": npy_of("'<U4'", "(100000000000,)"),
    "objects": npy_of("'|O'", "(2,)", pickle.dumps([1, 2])),
    "no header": b"\x93NUMPY\x01\x00\xff\xff",
    "a header that is code": npy_of("__import__('os').mkdir('ran')", "(2,)"),
    "a negative shape": npy_of("'<U4'", "(-1,)"),
    "not an array": b"PK",
    "characters that do not exist": npy_of("'<U1'", "(2,)", b"\xff" * 8),
    "half a character": npy_of("'<U1'", "(1,)", b"\0\xd8\0\0"),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_is_read_as_far_as_it_says_the_truth(tmp_path, monkeypatch, little, name):
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile(tmp_path / "scores.npz", "w") as file:
        file.writestr("labels.npy", ARRAYS[name])
    with pytest.raises(SourceError, match="cannot be read"):
        score_file.read(tmp_path / "scores.npz")
    with pytest.raises(CheckpointError, match="remove it"):
        teacher_outputs_of(None, None, np.arange(3), tmp_path / "scores.npz", True)
    (tmp_path / "joints.npy").write_bytes(ARRAYS[name])
    with pytest.raises(ValueError, match=r"joints\.npy"):
        mapped(tmp_path / "joints.npy", np.dtype("<f4"), (25, 3))
    assert not (tmp_path / "ran").exists()


def test_an_archive_that_unpacks_to_far_more_than_its_size_is_refused(tmp_path, little):
    with zipfile.ZipFile(tmp_path / "scores.npz", "w", zipfile.ZIP_DEFLATED) as file:
        for name in ("labels", "names"):
            file.writestr(f"{name}.npy", npy_of("'<U1'", "(1250000,)", bytes(5_000_000)))
    with pytest.raises(SourceError, match="far more than its size"):
        score_file.read(tmp_path / "scores.npz")


def test_prepared_data_that_point_beyond_their_files_are_refused(tmp_path):
    made_data.make(tmp_path / "data", subjects=2, repetitions=1)
    index = np.load(tmp_path / "data" / "index.npy")
    for field, value in (("row", 2**40), ("row", -1), ("moments", 16), ("moments", -1), ("at", -1), ("file", -1)):
        changed = index.copy()
        if changed[field].size:
            changed[field][-1] = value
            np.save(tmp_path / "data" / "index.npy", changed)
            with pytest.raises(SourceError, match=r"beyond|before"):
                Prepared.open(tmp_path / "data")


@pytest.mark.parametrize("content", ['{"a": ["", ""]}', '{"a": [[0], [0]]}', '{"a": [[9], [0]]}', "[]", "[" * 100_000])
def test_splits_that_are_none_are_refused(tmp_path, content):
    made_data.make(tmp_path / "data", subjects=1, repetitions=1)
    (tmp_path / "data" / "splits.json").write_text(content)
    with pytest.raises(SourceError, match=r"splits\.json"):
        Prepared.open(tmp_path / "data").split("a")


@pytest.mark.parametrize("settings", ['"x"', "7", "[" * 100_000])
def test_a_preparation_whose_plan_is_damaged_is_left_alone(tmp_path, settings):
    recordings.write_ntu(tmp_path / "ntu" / "S001C001P001R001A001.skeleton", recordings.frames(4))
    (tmp_path / "out").mkdir()
    plan = ("format", "format_version", "kind", "source", "source_sha256", "labels")
    text = "{" + "".join(f'"{key}": 1, ' for key in plan) + f'"settings": {settings}' + "}"
    (tmp_path / "out" / "unfinished.json").write_text(text)
    with pytest.raises(UsageError, match="not ours or damaged"):
        prepare.main(["--source", "ntu60", str(tmp_path / "ntu"), "--out", str(tmp_path / "out"), "--processes", "1"])
    assert (tmp_path / "out" / "unfinished.json").read_text() == text


@pytest.mark.parametrize(
    ("module", "arguments", "code"),
    [
        ("train.evaluate", ("--scores", "bad", "--out", "out"), 3),
        ("train.teacher", ("--data", "folder", "--out", "out"), 3),
        ("train.convert", ("--teacher", "bad", "--labels", "ntu60", "--out", "o.safetensors"), 4),
        ("train.prepare.command", ("--source", "pickle", "bad", "--out", "out"), 3),
    ],
)
def test_a_training_command_tells_of_a_bad_file_in_one_line(tmp_path, monkeypatch, capfd, module, arguments, code):
    (tmp_path / "bad").write_bytes(b"\x80\x04" + b"]" * 300 + b"\xff" * 50)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "manifest.json").write_text("[" * 100_000)
    monkeypatch.chdir(tmp_path)
    command = importlib.import_module(module)
    assert exit_code(lambda: command.main(list(arguments))) == code
    said = capfd.readouterr().err
    assert said.count("\n") == 1, said


def test_a_report_shows_names_as_they_are(tmp_path):
    labels = ("<script>alert(1)</script>", 'a" onload=x', "&amp;")
    counts = np.array([[1, 2, 0], [0, 1, 1], [3, 0, 1]])
    recall = {"<img src=x>": np.ones(3)}
    path = tmp_path / "report.html"
    report.write_html(path, {"data": "<b>"}, {"<i>": {"<u>": "<s>"}}, labels, recall, counts)
    text = path.read_text(encoding="utf-8")
    for tag in ("<script", "<img src=x", "<b>", "<i>", "<u>", "<s>"):
        assert tag not in text
    assert "&lt;script&gt;alert(1)" in text
