"""Annotation pickles are read without running anything they hold, whoever made them and however."""

from __future__ import annotations

import os
import pickle
import subprocess
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.recordings import DATA
from tsmf_live.exchange.annotation_pickle import read_annotation_pickle
from tsmf_live.frames import SourceError

RAN: list[str] = []
BYTEARRAY8 = 0x96  # an opcode: asked for terabytes by it, CPython 3.11 prints a SystemError of its own beside ours


def sample(**changes: object) -> dict:
    keypoint = np.random.default_rng(1).normal(0, 1, (2, 5, 25, 3)).astype(np.float32)
    return {"frame_dir": "a01", "label": 3, "total_frames": 5, "keypoint": keypoint} | changes


def write(path: Path, content: object, protocol: int = 4) -> Path:
    path.write_bytes(pickle.dumps(content, protocol))
    return path


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("dtype", ["<f2", "<f4", ">f4", "<f8", "<i2"])
def test_numbers_come_as_they_are_in_every_protocol(tmp_path, protocol, dtype):
    keypoint = np.asfortranarray(np.random.default_rng(2).normal(0, 9, (1, 5, 25, 3)).astype(dtype))
    extras = {
        "score": np.float32(0.5),
        "name": np.str_("é"),
        "n": np.int64(7),
        "s": {1, 2},
        "t": (None, 2.5),
        "b": b"x",
    }
    content = {
        "split": {"all": ["a01"]},
        "annotations": [sample(keypoint=keypoint, **extras)],
        "more": OrderedDict(a=1),
    }
    read = read_annotation_pickle(write(tmp_path / "a.pkl", content, protocol))
    (got,) = read["annotations"]
    assert got["keypoint"].dtype == keypoint.dtype
    assert np.array_equal(got["keypoint"], keypoint)
    assert not got["keypoint"].flags.writeable
    assert {key: got[key] for key in extras} == extras
    assert (read["split"], read["more"]) == ({"all": ["a01"]}, {"a": 1})


def test_a_bare_list_of_annotations_is_read(tmp_path):
    read = read_annotation_pickle(write(tmp_path / "a.pkl", [sample()]))
    assert (read["split"], len(read["annotations"])) == ({}, 1)


class Runs:
    """Calls whatever it is given when it is unpickled by pickle itself."""

    def __init__(self, function: object, *arguments: object) -> None:
        self._reduced = function, arguments

    def __reduce__(self) -> tuple:
        return self._reduced


def problem_of(path: Path) -> str:
    """What the reader says against a file, "" if nothing."""
    try:
        read_annotation_pickle(path)
    except SourceError as error:
        return str(error)
    return ""


def crafted_state() -> bytes:
    """An array of objects whose dtype claims to hold none: pickle itself would follow its bytes as pointers."""
    good = pickle.dumps(sample(keypoint=np.array([None] * 2, object)), 2)
    return good.replace(b"|", b"<")


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
@pytest.mark.parametrize(
    "content",
    [
        Runs(os.system, "touch ran"),
        Runs(eval, "RAN.append(1)"),
        Runs(getattr, "text", "upper"),
        Runs(np.load, "x.npy"),
        Runs(np.memmap, "ran"),
        Runs(subprocess.Popen, ["touch", "ran"]),
        {"annotations": [sample(extra=Runs(os.mkdir, "ran"))]},
        {"annotations": [sample(keypoint=np.array([Runs(os.mkdir, "ran")], object))]},
        {"annotations": [sample(keypoint=np.zeros(3, [("a", "f4")]))]},
        {"annotations": [sample(when=Path("x"))]},
    ],
)
def test_what_would_run_code_is_refused_and_not_run(tmp_path, monkeypatch, content, protocol):
    monkeypatch.chdir(tmp_path)
    path = write(tmp_path / "bad.pkl", content, protocol)
    with pytest.raises(SourceError, match="it was not run") as error:
        read_annotation_pickle(path)
    assert "\n" not in str(error.value)
    assert RAN == []
    assert [found.name for found in tmp_path.iterdir()] == ["bad.pkl"]


@pytest.mark.parametrize(
    "content",
    [
        5,
        {},
        {"annotations": {}},
        {"annotations": [1]},
        {"annotations": [], "split": {"a": [1]}},
        {"annotations": [sample(label="3")]},
        {"annotations": [sample(total_frames=6)]},
        {"annotations": [sample(keypoint=np.zeros((1, 5, 17, 2)))]},
        {"annotations": [{"frame_dir": "x"}]},
    ],
    ids=lambda content: str(content)[:30],
)
def test_another_layout_is_one_line(tmp_path, content):
    with pytest.raises(SourceError) as error:
        read_annotation_pickle(write(tmp_path / "bad.pkl", content))
    assert "\n" not in str(error.value)


def test_a_damaged_file_is_one_line_or_reads_as_a_pickle(tmp_path):
    good = pickle.dumps({"split": {"all": ["a01"]}, "annotations": [sample()]}, 4)
    rng = np.random.default_rng(3)
    path = tmp_path / "bad.pkl"
    for trial in range(400):
        data = bytearray(good)
        if trial % 2:
            for at in rng.integers(0, 400, 3):
                data[at] = rng.integers(BYTEARRAY8)
        else:
            data = data[: rng.integers(len(data))]
        path.write_bytes(data)
        assert "\n" not in problem_of(path)


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(SourceError, match="cannot be opened"):
        read_annotation_pickle(tmp_path / "nowhere.pkl")


def test_an_array_whose_dtype_lies_about_its_objects_is_refused(tmp_path):
    (tmp_path / "bad.pkl").write_bytes(crafted_state())
    with pytest.raises(SourceError):
        read_annotation_pickle(tmp_path / "bad.pkl")


@pytest.mark.parametrize("name", ["nw_ucla_3danno", "utd_mhad_3danno", "gtu3d_3danno"])
def test_real_files_hold_what_pickle_itself_finds_in_them(name):
    path = DATA / f"{name}.pkl"
    if not path.exists():
        pytest.skip("real recordings are not here")
    read = read_annotation_pickle(path)
    expected = pickle.loads(path.read_bytes())  # of known origin
    assert read["split"] == expected["split"]
    for got, wanted in zip(read["annotations"], expected["annotations"], strict=True):
        assert got.keys() == wanted.keys()
        assert np.array_equal(got["keypoint"], wanted["keypoint"])
        assert (got["frame_dir"], got["label"]) == (wanted["frame_dir"], wanted["label"])
