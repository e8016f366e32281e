"""A session that is cut or changed anywhere gives a clear error or a shorter clean replay, and repair mends it."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import ROOT
from tests.recording_faults import material
from tests.recording_faults.__main__ import fill_one, kill_one
from tsmf_live.frames import FRAME_RATE_HZ, SourceError
from tsmf_live.recording.examine import examine
from tsmf_live.recording.folder import FILES, read_description
from tsmf_live.recording.mend import repair
from tsmf_live.recording.tables import read_frame_rows
from tsmf_live.recording.writer import SessionWriter
from tsmf_live.sessions.__main__ import main
from tsmf_live.sources.base import EndOfSource
from tsmf_live.sources.replay import ReplaySource

COUNT = 24
CASE_S = 30.0  # of this process's own work; what others on the machine take does not count
LOST_AT_MOST_S = 1.0
MADE_ANEW_S = 0.001  # times without a row that is left are those of the video, which holds whole milliseconds


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    """A whole session of `material`, with an event."""
    folder = tmp_path_factory.mktemp("damage") / "take"
    writer = SessionWriter(folder, source_name="test")
    for index in range(COUNT):
        writer.write(material.frame(index))
    writer.add_event(812.5, 813.0, "reading", 0.75, 0, "annotation")
    writer.close()
    return folder


def played(folder: Path) -> tuple[list[int], list[int], str | None]:
    """Numbers of the frames and of the pictures that play, and the error; AssertionError for a wrong time."""
    numbers, pictures = [], []
    try:
        source = ReplaySource(folder)
    except SourceError as error:
        return [], [], str(error)
    try:
        while True:
            frame = source.read()
            numbers.append(material.index_of(frame.sensor_time_s))
            if frame.color_bgra is not None:
                pictures.append(numbers[-1])
    except EndOfSource:
        return numbers, pictures, None
    except SourceError as error:
        return numbers, pictures, str(error)
    finally:
        source.close()


def assert_right(folder: Path, within_s: float = 0.0) -> int:
    """Every frame that plays has its own time (to `within_s`), bodies and picture; how many play."""
    source, count = ReplaySource(folder), 0
    try:
        while True:
            frame = source.read()
            if within_s:
                exact_s = material.frame_time_s(round((frame.sensor_time_s - material.START_S) * FRAME_RATE_HZ))
                assert abs(frame.sensor_time_s - exact_s) <= within_s, f"no frame has the time {frame.sensor_time_s}"
                frame = replace(frame, sensor_time_s=exact_s)
            material.assert_right(frame)
            count += 1
    except EndOfSource:
        assert source.warnings == []
        return count
    finally:
        source.close()


def damage(rng: random.Random, content: bytes, how: str) -> bytes:
    """The content cut at a random byte, or with one byte changed."""
    at = rng.randrange(len(content))
    if how == "cut":
        return content[:at]
    return content[:at] + bytes([content[at] ^ rng.randrange(1, 256)]) + content[at + 1 :]


def damage_and_look(folder: Path, name: str, how: str, rng: random.Random) -> None:
    """One case: replay, verify, repair, replay."""
    content = (folder / name).read_bytes()
    at_first = time.process_time()
    (folder / name).write_bytes(damage(rng, content, how))
    numbers, _, error = played(folder)
    assert numbers == sorted(set(numbers))
    assert error is None or error.isprintable()
    assert main(["verify", str(folder)]) in (0, 1)
    before, after = repair(folder)
    assert after.good == before.good or name in ("frames.csv", "bodies.skeleton")
    assert after.good >= before.good
    if after.good:
        assert after.is_whole, after.findings
        no_row_left = name == "frames.csv" and (before.rows is None or not any(before.rows.entries))
        assert assert_right(folder, MADE_ANEW_S if no_row_left else 0.0) == after.good >= len(numbers)
        if how == "change":
            assert after.good >= COUNT - 2  # the damaged frame, and one whose place is not sure
    assert repair(folder)[0].is_whole or not after.good
    assert time.process_time() - at_first < CASE_S
    assert not [path.name for path in folder.iterdir() if path.suffix not in (".mkv", ".skeleton", ".csv", ".json")]


CASES = [(name, how) for name in FILES for how in ("cut", "change")]


@pytest.mark.parametrize(("name", "how"), CASES)
def test_a_damaged_file_never_gives_a_wrong_time_and_is_mended(name, how, recorded, tmp_path, capsys):
    for seed in range(2):
        shutil.copytree(recorded, tmp_path / str(seed))
        damage_and_look(tmp_path / str(seed), name, how, random.Random(seed))


@pytest.mark.long
@pytest.mark.timeout(3000)
@pytest.mark.parametrize(("name", "how"), CASES)
def test_a_damaged_file_200_times(name, how, recorded, tmp_path, capsys):
    for seed in range(200):
        shutil.copytree(recorded, tmp_path / "take")
        try:
            damage_and_look(tmp_path / "take", name, how, random.Random(1000 + seed))
        except BaseException as error:
            error.add_note(f"seed {1000 + seed}") if hasattr(error, "add_note") else None
            raise
        shutil.rmtree(tmp_path / "take")


@pytest.mark.parametrize("lost", [*FILES, "all tables"])
def test_a_lost_file_is_made_again_from_the_others(lost, recorded, tmp_path, capsys):
    folder = shutil.copytree(recorded, tmp_path / "take")
    names = ("session.json", "frames.csv", "events.csv") if lost == "all tables" else (lost,)
    for name in names:
        (folder / name).unlink()
    assert main(["verify", str(folder)]) == 1
    code = main(["repair", str(folder)])
    if lost == "bodies.skeleton":  # nothing tells where the people were
        assert code == 1
        return
    assert code == 0
    assert main(["verify", str(folder)]) == (1 if lost == "color.mkv" else 0)  # pictures that are lost are a finding
    times = [row.sensor_time_s for row in read_frame_rows(folder, [])]
    expected = [material.frame_time_s(index) for index in range(COUNT)]
    if "frames.csv" in names:
        assert times == pytest.approx(expected, abs=0.0006)  # the video's milliseconds
    else:
        assert times == expected
        assert assert_right(folder) == COUNT
    assert read_description(folder)["codec"] == "h264"


def test_times_without_a_picture_are_marked_as_estimated(tmp_path):
    writer = SessionWriter(tmp_path / "take", source_name="test")
    for index in range(9):
        writer.write(material.frame(index, color=False))
    writer.close()
    (tmp_path / "take" / "frames.csv").unlink()
    repair(tmp_path / "take")
    source = ReplaySource(tmp_path / "take")
    assert source.info.time_estimated
    source.close()


@pytest.mark.parametrize("has_checksums", [True, pytest.param(False, marks=pytest.mark.long)])
def test_a_repair_that_is_broken_off_begins_again_or_goes_on(has_checksums, recorded, tmp_path, monkeypatch):
    damaged = shutil.copytree(recorded, tmp_path / "damaged")
    (damaged / "color.mkv").write_bytes((damaged / "color.mkv").read_bytes()[:-2000])
    (damaged / "frames.csv").write_bytes((damaged / "frames.csv").read_bytes().replace(b"\n5,", b"\n5;"))
    if not has_checksums:  # the repair makes them, where there were none
        (damaged / "checksums.csv").unlink()
    changed = (
        ("color", "frames", "bodies", "session", "checksums")
        if has_checksums
        else ("color", "frames", "bodies", "session")
    )
    kept = [path.with_suffix(f".damaged{path.suffix}").name for path in map(Path, FILES) if path.stem in changed]
    real, calls, broken_at = os.replace, 0, 0

    class BrokenOff(BaseException):
        pass

    def replace(*paths: object) -> None:
        nonlocal calls
        calls += 1
        if calls == broken_at:
            raise BrokenOff
        real(*paths)

    monkeypatch.setattr(os, "replace", replace)
    for number in range(1, 20):
        folder = shutil.copytree(damaged, tmp_path / str(number))
        broken_at, calls = number, 0
        with suppress(BrokenOff):
            repair(folder)
        got_through = calls < number
        assert {"color.mkv", "frames.csv", "bodies.skeleton"} <= {path.name for path in folder.iterdir()}
        broken_at, calls = 2, 0  # the one that goes on is broken off as well
        with suppress(BrokenOff):
            repair(folder)
        broken_at = 0
        assert repair(folder)[1].is_whole
        assert assert_right(folder) == COUNT - 1
        assert {path.name for path in folder.iterdir()} == {*FILES, *kept}
        for name in kept:
            assert (folder / name).read_bytes() == (damaged / name.replace(".damaged", "")).read_bytes()
        if got_through:
            break
    assert 5 < number < 19


def test_what_is_no_session_ends_with_3_and_wrong_usage_with_2(tmp_path):
    def code(*arguments: str) -> tuple[int, list[str]]:
        command = [sys.executable, "-m", "tsmf_live.sessions", *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stderr.splitlines()

    for command in ("verify", "repair", "info"):
        exit_code, said = code(command, str(tmp_path))
        assert (exit_code, len(said)) == (3, 1)
        assert str(tmp_path) in said[0]
    exit_code, said = code("mend", str(tmp_path))
    assert (exit_code, len(said)) == (2, 1)


def test_the_bundled_sample_is_whole():
    assert examine(ROOT / "assets" / "sample").is_whole


def test_a_recording_that_is_killed_loses_less_than_a_second(tmp_path):
    for number in range(2):
        left = kill_one(tmp_path / str(number), random.Random(number), speed=1.0)
        assert left.opened
        waiting_s = left.waiting / 30  # a machine that is busy with other things
        assert left.lost_s < LOST_AT_MOST_S + waiting_s
        assert left.pictures_lost_s < LOST_AT_MOST_S + waiting_s


def test_a_disk_that_is_full_loses_less_than_a_second_and_the_next_take_is_whole(tmp_path, monkeypatch):
    for number in range(2):
        left = fill_one(tmp_path / str(number), random.Random(number), monkeypatch.setattr)
        assert left.opened is not False
        assert max(left.lost_s, left.pictures_lost_s) < LOST_AT_MOST_S


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no way to see which file is synced")
def test_a_power_cut_loses_less_than_a_second(tmp_path, monkeypatch):
    """Only what was synced is on the disk; a cut comes after each frame."""
    disk, folder = tmp_path / "disk", tmp_path / "take"
    disk.mkdir()
    real = os.fsync

    def synced(descriptor: int) -> None:
        real(descriptor)
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        if path.is_file():
            shutil.copyfile(path, disk / path.name.removesuffix(".new"))

    monkeypatch.setattr(os, "fsync", synced)
    writer = SessionWriter(folder, source_name="test")
    for index in range(75):
        writer.write(material.frame(index))
        if index % 9 == 8 or index % 27 in (25, 26, 0):
            numbers, pictures, _ = played(disk)
            for last in ([-1, *numbers][-1], [-1, *pictures][-1]):
                assert (index - last) / 30 < LOST_AT_MOST_S, f"a cut after frame {index} loses all since {last}"
    writer.close()
