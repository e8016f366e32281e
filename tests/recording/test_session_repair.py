"""repair: at most the touched frames are lost, in sessions of any length, and what it replaces can be had back."""

from __future__ import annotations

import os
import random
import shutil
import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.fakes.recordings import frames, play, write_session
from tests.recording_faults import material, one_byte
from tsmf_live.recording import matroska
from tsmf_live.recording.examine import examine
from tsmf_live.recording.folder import read_description
from tsmf_live.recording.mend import repair
from tsmf_live.recording.originals import kept_files
from tsmf_live.recording.pairing import longest_rising, pair
from tsmf_live.recording.salvage import scan_bodies, scan_checksums, scan_rows
from tsmf_live.recording.tables import FrameRow, read_events, read_frame_rows
from tsmf_live.recording.writer import SessionWriter
from tsmf_live.sessions.__main__ import main
from tsmf_live.sources.replay import ReplaySource

COUNT = one_byte.FRAMES


@pytest.fixture(scope="module")
def sessions(tmp_path_factory) -> list[Path]:
    """Two of 148 frames: ended, and broken off."""
    return one_byte.record(tmp_path_factory.mktemp("sessions"))


@pytest.fixture(scope="module")
def skeletons(tmp_path_factory) -> Path:
    """Without pictures: they are repaired in no time."""
    writer = SessionWriter(tmp_path_factory.mktemp("skeletons") / "take", source_name="test")
    for index in range(140):
        writer.write(material.frame(index, color=False))
    writer.close()
    return writer.folder


def change(path: Path, old: bytes, new: bytes) -> bytes:
    """Changes the first such bytes of a file; what it was."""
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))
    return content


@pytest.mark.parametrize("seed", range(2))  # more of them: python -m tests.recording_faults --bytes N
def test_one_changed_byte_costs_at_most_what_it_touched_and_can_be_had_back(seed, sessions, tmp_path):
    assert len(list(one_byte.cases(sessions, 10, seed, tmp_path))) == 10


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        (b"\n98,", b"\n18,", 1),
        (b"\n98,", b"\n99,", 1),
        (b"\n98,", b"\n9,", 1),
        (b"\n98,", b"\n300000000,", 1),
        (b"\n98,", b"198,", 1),  # the end of a line: the row behind it is as it was
        (b"\n98,", b",98,", 1),
        (b"\n98,", b"\n9\n8,", 1),
        (b"dropped\n", b"dropped0", 0),
    ],
)
@pytest.mark.parametrize("checksums", [True, False])
def test_a_row_that_became_another_costs_one_frame(old, new, lost, checksums, skeletons, tmp_path):
    """Also in a session of an earlier version, which has no checksums: index and time rise together."""
    folder = shutil.copytree(skeletons, tmp_path / "take")
    if not checksums:
        (folder / "checksums.csv").unlink()
    change(folder / "frames.csv", old, new)
    began_s = time.process_time()
    _, after = repair(folder)
    assert (after.good, after.is_whole) == (140 - lost, True)
    assert time.process_time() - began_s < 20
    played, error = play(ReplaySource(folder))
    assert (len(played), error) == (140 - lost, None)


@pytest.mark.parametrize("number", [0, 60, 61, 62, 139])
@pytest.mark.parametrize("with_byte", [b"3", b"0", b"\n", b"x", b" "])
def test_the_end_of_a_frames_text_costs_one_frame(number, with_byte, skeletons, tmp_path):
    folder = shutil.copytree(skeletons, tmp_path / "take")
    places = scan_bodies(folder / "bodies.skeleton").places
    content = bytearray((folder / "bodies.skeleton").read_bytes())
    for at in (places[number].begins, places[number].ends - 1):
        changed = content.copy()
        changed[at : at + 1] = with_byte
        (folder / "bodies.skeleton").write_bytes(changed)
        found = pair(*scanned(folder))
        assert len(found.kept) >= 139
        assert all(row.index == material.index_of(row.sensor_time_s) for row, _ in found.kept)


def scanned(folder: Path):
    """What is read of a session's tables."""
    return (
        scan_rows(folder / "frames.csv"),
        scan_bodies(folder / "bodies.skeleton"),
        scan_checksums(folder / "checksums.csv"),
    )


def test_a_large_hole_in_one_file_costs_its_own_frames_only(skeletons, tmp_path):
    for name, begins, ends in (("bodies.skeleton", 60_000, 160_000), ("frames.csv", 1000, 3000)):
        folder = shutil.copytree(skeletons, tmp_path / name)
        content = bytearray((folder / name).read_bytes())
        text = bytes(content[begins:ends])
        content[begins:ends] = bytes(ends - begins)
        (folder / name).write_bytes(content)
        if name == "frames.csv":
            touched = text.count(b"\n") + 1
        else:
            places = scan_bodies(skeletons / name).places
            touched = sum(place.begins < ends and place.ends > begins for place in places)
        assert repair(folder)[1].good >= 140 - touched


def test_the_longest_chain_is_found_by_index_and_time_together():
    def by_trying(rows: list[FrameRow]) -> int:
        best: list[int] = []
        for k, row in enumerate(rows):
            lower = (
                best[j] for j in range(k) if rows[j].index < row.index and rows[j].sensor_time_s < row.sensor_time_s
            )
            best.append(1 + max(lower, default=0))
        return max(best, default=0)

    rng = random.Random(3)
    for _ in range(500):
        rows = [FrameRow(rng.randrange(9), float(rng.randrange(9)), 0.0, True, 0) for _ in range(rng.randrange(14))]
        chain = longest_rising(rows)
        assert len(chain) == by_trying(rows)
        for a, b in pairwise(chain):
            assert a < b
            assert rows[a].index < rows[b].index
            assert rows[a].sensor_time_s < rows[b].sensor_time_s


def test_what_a_repair_replaced_is_kept_until_it_is_told_to_go(sessions, tmp_path, capsys):
    folder = shutil.copytree(sessions[0], tmp_path / "take")
    first = change(folder / "frames.csv", b"\n98,", b"\n18,").replace(b"\n98,", b"\n18,", 1)
    assert main(["repair", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "frames.damaged.csv" in said
    assert "--remove-original" in said
    assert (folder / "frames.damaged.csv").read_bytes() == first
    assert not (folder / "events.damaged.csv").exists()  # it was not changed
    assert repair(folder)[0].is_whole
    video = (folder / "color.mkv").read_bytes()
    (folder / "color.mkv").write_bytes(video[:-3000])
    second = change(folder / "frames.csv", b"\n50,", b"\n5,").replace(b"\n50,", b"\n5,", 1)
    assert main(["repair", str(folder)]) == 0
    assert (folder / "frames.damaged-2.csv").read_bytes() == second
    assert (folder / "color.damaged.mkv").read_bytes() == video[:-3000]
    assert main(["verify", str(folder)]) == 1  # pictures are lost
    assert "color.damaged.mkv" in capsys.readouterr().out
    played, error = play(ReplaySource(folder))
    assert (len(played), error) == (COUNT - 2, None)
    assert main(["repair", str(folder), "--remove-original"]) == 0
    assert "deleted: " in capsys.readouterr().out
    assert kept_files(folder) == []
    assert len(list(folder.iterdir())) == 6


def test_what_cannot_be_mended_is_not_deleted(skeletons, tmp_path, capsys):
    folder = shutil.copytree(skeletons, tmp_path / "take")
    (folder / "bodies.skeleton").unlink()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert main(["repair", str(folder), "--remove-original"]) == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_repaired_session_can_be_blurred_and_the_damaged_pictures_are_named_and_removed(tmp_path, capsys):
    writer = SessionWriter(tmp_path / "take", source_name="test")
    for index in range(6):
        writer.write(material.frame(index))
    writer.close()
    video = (writer.folder / "color.mkv").read_bytes()
    (writer.folder / "color.mkv").write_bytes(video[:-20])  # in its index
    assert main(["repair", str(writer.folder)]) == 0
    assert (writer.folder / "color.damaged.mkv").read_bytes() == video[:-20]
    capsys.readouterr()
    assert main(["blur", str(writer.folder)]) == 0
    assert "color.damaged.mkv" in capsys.readouterr().out
    assert main(["blur", str(writer.folder), "--remove-original"]) == 0
    assert [path.name for path in writer.folder.glob("color*")] == ["color.mkv"]
    assert main(["verify", str(writer.folder)]) == 0


def test_a_take_that_was_killed_before_its_first_frame_is_whole_after_a_repair(tmp_path, capsys):
    writer = SessionWriter(tmp_path / "take", source_name="test")
    broken_off = shutil.copytree(tmp_path / "take", tmp_path / "broken off")
    writer.close()
    for empty in (
        (),
        ("frames.csv",),
        ("frames.csv", "bodies.skeleton", "checksums.csv", "events.csv", "session.json"),
    ):
        folder = shutil.copytree(broken_off, tmp_path / str(len(empty)))
        for name in empty:
            (folder / name).write_bytes(b"")
        assert main(["repair", str(folder)]) == 0
        assert main(["verify", str(folder)]) == 0
        assert "DAMAGED" not in capsys.readouterr().out
        assert main(["info", str(folder)]) == 0
        assert repair(folder)[0].is_whole


def test_verify_says_how_many_pictures_a_take_lacks(tmp_path, capsys):
    writer = SessionWriter(tmp_path / "take", source_name="test")
    for index in range(20):
        lost = index % 10 in (3, 4, 5)
        writer.write(material.frame(index, color=not lost), picture_lost=lost)
    writer.close()
    assert main(["verify", str(tmp_path / "take")]) == 1
    said = capsys.readouterr().out
    assert "6 of 20 pictures were lost while recording" in said
    assert "DAMAGED" not in said
    assert main(["repair", str(tmp_path / "take")]) == 0
    assert "whole, nothing to mend; 6 of 20 pictures" in capsys.readouterr().out
    (tmp_path / "take" / "color.mkv").unlink()
    assert main(["repair", str(tmp_path / "take")]) == 0
    assert "20 of 20 pictures" in capsys.readouterr().out


def test_a_damaged_description_keeps_its_other_entries(skeletons, tmp_path):
    folder = shutil.copytree(skeletons, tmp_path / "take")
    text = (folder / "session.json").read_bytes()
    cases = {
        b'"format"': b'"fxrmat"',
        b'"format_version": 1': b'"format_version": 7',
        b'"lost": 0': b'"lost": -',
        b'"sensor": "': b'"sensor": \xff',
        b'"codec"': b'"codec\n',
    }
    for old, new in cases.items():
        (folder / "session.json").write_bytes(text.replace(old, new, 1))
        _, after = repair(folder)
        assert (after.good, after.is_whole) == (140, True)
        assert read_description(folder)["source"] == "test"
        assert text.replace(old, new, 1) in [path.read_bytes() for path in kept_files(folder, "session.json")]
        assert read_events(folder) == []


def test_the_index_of_a_row_takes_no_memory_and_damage_everywhere_no_time(tmp_path):
    """300 MB of claimed frames; thousands of beginnings of clusters, each of which claims all that follows."""
    folder = tmp_path / "take"
    folder.mkdir()
    (folder / "frames.csv").write_bytes(
        b"index,sensor_time_s,host_time_s,color,dropped\n0,1.0,1.0,0,0\nx\n300000000,2.0,1.0,0,0\n"
    )
    assert len(scan_rows(folder / "frames.csv").entries) == 3
    piece = matroska.CLUSTER_ID + b"\x01" + (2_000_000).to_bytes(7, "big") + b"\xbf\x84abcd"
    video = folder / "color.mkv"
    video.write_bytes(b"\x1a\x45\xdf\xa3\x80" + piece * 100_000 + bytes(2_100_000))
    began_s = time.process_time()
    found = matroska.scan(video)
    assert found.clusters == []
    assert found.damaged
    assert time.process_time() - began_s < 20


def test_rows_that_no_recording_has_are_refused_in_one_line(skeletons, tmp_path):
    for values in (b"99999999999,1.0,1.0,0,0", b"0,1e300,1.0,0,0", b"0,1.0,1.0,7,0", b"0,1.0,1.0,0,-5"):
        folder = shutil.copytree(skeletons, tmp_path / values.decode())
        change(folder / "frames.csv", (folder / "frames.csv").read_bytes().split(b"\n")[1], values)
        assert repair(folder)[1].good == 139
        assert read_frame_rows(folder, [])[0].index == 1
    assert examine(folder).is_whole


def test_a_link_is_neither_followed_nor_replaced(skeletons, tmp_path):
    folder = shutil.copytree(skeletons, tmp_path / "take")
    change(folder / "frames.csv", b"\n98,", b"\n18,")
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    try:
        os.symlink(outside, folder / "frames.csv.mended")
    except OSError:
        pytest.skip("no links here")
    assert main_code(["repair", str(folder)]) in (0, 5)
    assert outside.read_bytes() == b"mine"


def main_code(arguments: list[str]) -> int:
    """The exit code that a command ends with, errors included."""
    from tsmf_live.frames import TsmfError

    try:
        return main(arguments)
    except TsmfError as error:
        return error.exit_code


def test_rows_of_events_in_another_encoding_can_be_had_back(tmp_path):
    folder = write_session(tmp_path / "take", frames(6))
    latin = "start_s,end_s,label,confidence,person,kind\n0.0,0.1,Fallstück,1.0,,annotation\n".encode("latin-1")
    (folder / "events.csv").write_bytes(latin)
    assert main(["repair", str(folder)]) == 0
    assert (folder / "events.damaged.csv").read_bytes() == latin
