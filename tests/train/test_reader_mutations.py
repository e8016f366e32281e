"""Files of every format that people write by hand or by other programs, damaged at random: one line or what is whole.

A few hundred cases for each reader; TSMF_MUTATIONS=10000 in the environment makes it more. Only errors of
tsmf_live.frames may come out, and the two readers of each data set must say the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import recordings
from tests.fakes.data_sets import walking
from train.data.splits import Sample, split
from train.prepare import ntu as prepare_ntu
from train.prepare import openpose as prepare_openpose
from train.prepare import pku as prepare_pku
from train.prepare.bodies import Bodies, marked
from tsmf_live.exchange.label_files import read_csv
from tsmf_live.frames import SourceError, TsmfError
from tsmf_live.label_lists import read_labels
from tsmf_live.recording.ntu_text import frame_count_line, frame_lines
from tsmf_live.recording.tables import read_events, read_frame_rows
from tsmf_live.sources.ntu import NtuSource
from tsmf_live.sources.pku import PkuSource
from tsmf_live.sources.pku_labels import read_pku_labels

CASES = int(os.environ.get("TSMF_MUTATIONS", "120"))
NUMBERS = (
    b"1e999",
    b"-1e999",
    b"1" + 400 * b"0",
    b"1" + 5000 * b"0",
    str(2**80).encode(),
    b"-1",
    b"-0",
    b"nan",
    b"inf",
)
NUMBERS += (b"0.0", b"25.0", b"1.#QNAN", b"1_0", b"0x1", b"", b"5", b"7", b"2.5e1", b"1e300", b"\xb2")
PIECES = (
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b",",
    b" ",
    b'"',
    b"#",
    b"\xa0",
    b"\x1c",
    b"\xe2\x80\xa8",
)


def mutated(rng: np.random.Generator, data: bytes) -> bytes:
    """The data with one to three changes: a byte, a number, a piece put in, a part cut out or doubled, an end."""
    for _ in range(rng.integers(1, 4)):
        at = int(rng.integers(len(data) + 1))
        other = min(len(data), at + int(rng.integers(1, 200)))
        kind = rng.integers(7)
        if kind == 0:
            data = data[:at] + bytes([rng.integers(256)]) + data[at + 1 :]
        elif kind == 1:
            begins = max(data.rfind(blank, 0, at) for blank in (b" ", b"\n", b",")) + 1
            ends = min(found for blank in (b" ", b"\n", b",", b"") if (found := data.find(blank, at)) >= at)
            data = data[:begins] + NUMBERS[rng.integers(len(NUMBERS))] + data[max(begins, ends) :]
        elif kind == 2:
            data = data[:at] + PIECES[rng.integers(len(PIECES))] + data[at:]
        elif kind == 3:
            data = data[:at] + data[other:]
        elif kind == 4:
            data = data[:other] + data[at:]
        elif kind == 5:
            data = data[:at]
        else:
            data = b"\xef\xbb\xbf" + data
    return data


def cases(seed: int, data: bytes, count: int = CASES) -> list[bytes]:
    rng = np.random.default_rng(seed)
    return [b"", *(mutated(rng, data) for _ in range(count))]


NTU = frame_count_line(3) + b"".join(frame_lines(frame.bodies) for frame in walking(3, 3, persons=2))
LABELS = b"# classes\ndrink water\neat meal\nfall\n"
PKU_LABELS = b"1,10,60,2\n2,70,110,1\n51,111,112,2\n"
EVENTS = b"start_s,end_s,label,confidence,person,kind\n1.0,2.0,reading,1.0,0,annotation\n3.5,4.0,fall,0.5,,prediction\n"
ROWS = b"index,sensor_time_s,host_time_s,color,dropped\n0,0.0,9.0,1,0\n1,0.033,9.1,1,0\n4,0.133,9.2,0,2\n"
NAMES = b"# tests\ns1\ns3\n"
PUBLISHED = b"Training videos: \n0002-L, 0002-M\n\nValidataion videos: \n0003-L, 0003-R\n"
KEYPOINTS = json.dumps({"people": [{"pose_keypoints_2d": [10.5, 20.5, 0.9] * 25}]}).encode()
SAMPLES = [Sample(f"s{n}", 0, n, 1, n, 1, 0, 10, 1) for n in range(1, 5)]


def _keypoints(path: Path) -> None:
    for person in prepare_openpose._read(path):
        prepare_openpose._roi_points(path, person)


READERS: dict[str, tuple[bytes, str, Callable[[Path], object]]] = {
    "class list": (LABELS, "labels.txt", lambda path: read_labels(str(path))),
    "PKU labels": (PKU_LABELS, "l.txt", read_pku_labels),
    "annotation table": (EVENTS, "a.csv", read_csv),
    "events.csv": (EVENTS, "events.csv", lambda path: read_events(path.parent)),
    "frames.csv": (ROWS, "frames.csv", lambda path: read_frame_rows(path.parent, [])),
    "split list": (NAMES, "split.txt", lambda path: split(f"file={path}", SAMPLES, ["a"], "pku", {})),
    "published split": (PUBLISHED, "cross-subject.txt", lambda path: split(f"file={path}", SAMPLES, ["a"], "pku", {})),
    "keypoints": (KEYPOINTS, "k.json", _keypoints),
}


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_text_is_one_line_or_is_read(tmp_path, name):
    content, file, read = READERS[name]
    path = tmp_path / file
    path.write_bytes(content)
    read(path)
    for data in cases(len(name), content):
        path.write_bytes(data)
        with suppress(TsmfError):
            read(path)


@pytest.mark.parametrize("name", READERS)
def test_a_folder_in_the_place_of_a_text_is_one_line(tmp_path, name):
    _, file, read = READERS[name]
    (tmp_path / file).mkdir()
    with pytest.raises(TsmfError):
        read(tmp_path / file)


def bodies_live(path: Path, kind: type[NtuSource] | type[PkuSource]) -> list[tuple[int, ...]] | None:
    """Joints of every body of every frame as the live program reads them; None if it refuses any part of the file."""
    try:
        source = kind(path)
        played, error = recordings.play(source)
    except SourceError:
        return None
    return None if error or any("more follows" in said for said in source.warnings) else [f.bodies for f in played]


def assert_same(bodies: Bodies, live: list, where: int) -> None:
    bodies = marked(bodies)
    assert bodies.frame_count == len(live), where
    assert bodies.frames.tolist() == [n for n, frame in enumerate(live) for _ in frame], where
    found = [body for frame in live for body in frame]
    for name, array in (("joints", bodies.joints), ("joint_state", bodies.states), ("color_xy", bodies.color_xy)):
        for row, body in enumerate(found):
            np.testing.assert_array_equal(array[row], getattr(body, name), err_msg=f"case {where}")


def test_training_and_live_read_damaged_ntu_text_alike(tmp_path):
    path, agreed = tmp_path / "S001C001P001R001A001.skeleton", 0
    for number, data in enumerate(cases(1, NTU, 2 * CASES)):
        path.write_bytes(data)
        live = bodies_live(path, NtuSource)
        try:
            bodies = prepare_ntu.read_bodies(path)
        except SourceError:
            assert live is None, number
            continue
        if live is None:  # the live program refuses a file without anybody, training counts it
            assert not len(marked(bodies).ids), number
            continue
        assert_same(bodies, live, number)
        assert bodies.ids.tolist() == [body.tracking_id for frame in live for body in frame]
        agreed += 1
    assert agreed > CASES / 10


def test_training_and_live_read_damaged_pku_text_alike(tmp_path):
    path, agreed = recordings.write_pku(tmp_path / "0002-L.txt", 4), 0
    for number, data in enumerate(cases(2, path.read_bytes())):
        path.write_bytes(data)
        live = bodies_live(path, PkuSource)
        try:
            bodies = prepare_pku.read_bodies(path)
        except SourceError:
            assert live is None, number
            continue
        if live is None:
            assert not len(marked(bodies).ids), number
            continue
        assert_same(bodies, live, number)
        agreed += 1
    assert agreed > CASES / 10
