"""A checksum for each frame: a value that became another one is never played, and repair leaves its frame out."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tests.fakes import ROOT
from tests.fakes.recordings import play, write_ntu
from tests.recording_faults import material
from tsmf_live.frames import RecordingError, SourceError
from tsmf_live.recording.examine import examine
from tsmf_live.recording.folder import read_description, write_description
from tsmf_live.recording.mend import repair
from tsmf_live.recording.ntu_text import NtuTextReader
from tsmf_live.recording.strip import strip
from tsmf_live.recording.writer import SessionWriter
from tsmf_live.sessions.__main__ import main
from tsmf_live.sources.replay import ReplaySource

COUNT = 24
BAD = 10  # the frame that is damaged; it has one body
FIRST_TEXT_LINE = [1 + sum(1 + 27 * (index % 3) for index in range(number)) for number in range(COUNT)]


@pytest.fixture(scope="module")
def sessions(tmp_path_factory) -> dict[str, Path]:
    """The same session ended, broken off, and as an earlier version wrote it."""
    root = tmp_path_factory.mktemp("sessions")
    writer = SessionWriter(root / "ended", source_name="test")
    for index in range(COUNT):
        writer.write(material.frame(index, color=False))
    shutil.copytree(root / "ended", root / "broken off")
    writer.close()
    old = shutil.copytree(root / "ended", root / "old")
    (old / "checksums.csv").unlink()
    description = read_description(old)
    del description["bytes"]["checksums.csv"]
    write_description(old, description)
    return {path.name: path for path in root.iterdir()}


def change(path: Path, number: int, old: bytes, new: bytes) -> None:
    """Changes a line (0 is the first) of a file."""
    lines = path.read_bytes().splitlines(keepends=True)
    assert old in lines[number]
    lines[number] = lines[number].replace(old, new, 1)
    path.write_bytes(b"".join(lines))


def other_digit(path: Path, number: int, column: int) -> None:
    """Changes the last digit of a value in a line, so that it stays a value."""
    lines = path.read_bytes().splitlines(keepends=True)
    separator = b"," if b"," in lines[number] else b" "
    values = lines[number].split(separator)
    values[column] = values[column][:-1] + (b"4" if values[column][-1:] != b"4" else b"5")
    lines[number] = separator.join(values)
    path.write_bytes(b"".join(lines))


def damage_one(folder: Path, name: str) -> None:
    """One digit of the time or of a joint of frame BAD becomes another."""
    if name == "frames.csv":
        other_digit(folder / name, 1 + BAD, 1)
    else:
        other_digit(folder / name, FIRST_TEXT_LINE[BAD] + 3 + 7, 2)


def assert_right(folder: Path) -> int:
    """All that plays is what was recorded; how many frames."""
    source = ReplaySource(folder)
    played, error = play(source)
    assert (error, source.warnings) == (None, [])
    for frame in played:
        material.assert_right(frame)
    return len(played)


@pytest.mark.parametrize("name", ["frames.csv", "bodies.skeleton"])
@pytest.mark.parametrize("how", ["ended", "broken off"])
def test_a_digit_that_became_another_is_never_played_and_repair_leaves_its_frame_out(name, how, sessions, tmp_path):
    folder = shutil.copytree(sessions[how], tmp_path / "take")
    damage_one(folder, name)
    examined = examine(folder)
    told = {finding.file: finding.text for finding in examined.findings if finding.state == "contradiction"}
    assert set(told) == ({name} if how == "ended" else {"frames.csv", "bodies.skeleton"})
    assert "1 frames contradict checksums.csv" in told[name]
    assert (examined.good, examined.plays) == (COUNT - 1, 0 if (name, how) == ("frames.csv", "ended") else BAD)
    if (name, how) == ("frames.csv", "ended"):  # no row of it is trusted
        with pytest.raises(SourceError, match=r"changed since.* repair mends it"):
            ReplaySource(folder)
    else:
        played, error = play(ReplaySource(folder))
        assert [material.index_of(frame.sensor_time_s) for frame in played] == list(range(BAD))
        assert f"frame {BAD} is not what was recorded" in str(error)
        assert name in str(error)
        assert "sessions repair leaves it out" in str(error)
        source = ReplaySource(folder)
        source.seek(BAD)
        with pytest.raises(SourceError, match="is not what was recorded"):
            source.read()
        source.seek(BAD + 1)
        material.assert_right(source.read())
        source.close()
    _, after = repair(folder)
    assert after.is_whole
    assert assert_right(folder) == COUNT - 1
    assert (folder / "checksums.csv").stat().st_size == 6 + 9 * (COUNT - 1)


def test_the_first_frame_is_checked_too(sessions, tmp_path):
    folder = shutil.copytree(sessions["broken off"], tmp_path / "take")
    other_digit(folder / "frames.csv", 1, 1)
    with pytest.raises(SourceError, match="frame 0 is not what was recorded"):
        ReplaySource(folder)


@pytest.mark.parametrize("how", ["ended", "broken off"])
@pytest.mark.parametrize("what", ["lost", "empty", "cut", "no header", "no number", "a byte more"])
def test_damaged_checksums_stop_no_replay(what, how, sessions, tmp_path):
    folder = shutil.copytree(sessions[how], tmp_path / "take")
    path = folder / "checksums.csv"
    whole = path.read_bytes()
    line = 6 + 9 * BAD
    contents = {
        "empty": b"",
        "cut": whole[: line + 4],
        "no header": b"c?c32\n" + whole[6:],
        "no number": whole[: line + 2] + b"G" + whole[line + 3 :],
        "a byte more": whole[:line] + b"0" + whole[line:],
    }
    path.write_bytes(contents[what]) if what in contents else path.unlink()
    source = ReplaySource(folder)
    played, error = play(source)
    assert (len(played), error) == (COUNT, None)
    assert len(source.warnings) == (0 if what == "no header" or (what, how) == ("lost", "broken off") else 1)
    assert all("checksums.csv: " in warning for warning in source.warnings)
    if (what, how) != ("lost", "broken off"):  # nothing tells that it had any
        assert not examine(folder).is_whole
    before, after = repair(folder)
    assert (before.good, after.good, after.is_whole) == (COUNT, COUNT, True)
    assert assert_right(folder) == COUNT


def test_a_wrong_checksum_is_to_blame_where_the_other_files_are_as_they_were_ended(sessions, tmp_path):
    folder = shutil.copytree(sessions["ended"], tmp_path / "ended")
    other_digit(folder / "checksums.csv", 1 + BAD, 0)  # the last of the line is its end
    path = folder / "checksums.csv"
    content = bytearray((sessions["ended"] / "checksums.csv").read_bytes())
    content[6 + 9 * BAD] = ord("0") if content[6 + 9 * BAD] != ord("0") else ord("1")
    path.write_bytes(content)
    source = ReplaySource(folder)
    played, error = play(source)
    assert (len(played), error) == (COUNT, None)
    assert [f"is damaged at frame {BAD}" in warning for warning in source.warnings] == [True]
    (finding,) = (found for found in examine(folder).findings if found.state != "whole")
    assert (finding.file, finding.state) == ("checksums.csv", "contradiction")
    _, after = repair(folder)
    assert (after.is_whole, assert_right(folder)) == (True, COUNT)
    # where nothing tells which of the files is wrong, the frame counts as wrong
    folder = shutil.copytree(sessions["broken off"], tmp_path / "broken off")
    (folder / "checksums.csv").write_bytes(content)
    played, error = play(ReplaySource(folder))
    assert len(played) == BAD
    assert "is not what was recorded" in str(error)
    _, after = repair(folder)
    assert (after.is_whole, assert_right(folder)) == (True, COUNT - 1)


def test_sessions_of_earlier_versions_are_whole_without_checksums(sessions, tmp_path):
    assert examine(sessions["old"]).is_whole
    assert assert_right(sessions["old"]) == COUNT
    folder = shutil.copytree(sessions["old"], tmp_path / "take")
    change(folder / "frames.csv", 1 + BAD, b",", b";")
    _, after = repair(folder)
    assert after.is_whole
    assert assert_right(folder) == COUNT - 1
    assert (folder / "checksums.csv").exists()


@pytest.mark.parametrize("how", ["ended", "broken off"])
def test_several_damaged_places_cost_their_own_frames_only(how, sessions, tmp_path):
    """The second place stands for three frames, the first for one: the checksums tell."""
    folder = shutil.copytree(sessions[how], tmp_path / "take")
    for number in (4, 13, 14, 16):  # frames with a body; 15 has none
        change(folder / "bodies.skeleton", FIRST_TEXT_LINE[number] + 5, b" ", b"x")
    change(folder / "bodies.skeleton", FIRST_TEXT_LINE[15], b"0", b"x")
    change(folder / "frames.csv", 1 + 20, b",", b";")
    _, after = repair(folder)
    assert after.is_whole
    assert assert_right(folder) == COUNT - 6


def test_wherever_a_session_that_broke_off_is_changed_nothing_wrong_is_played_or_kept(sessions, tmp_path):
    """No CRC of whole files helps there; a digit of one of three files becomes another one."""
    rng = random.Random(5)
    for case in range(60):
        folder = shutil.copytree(sessions["broken off"], tmp_path / str(case))
        path = folder / ("frames.csv", "bodies.skeleton", "checksums.csv")[case % 3]
        content = bytearray(path.read_bytes())
        digits = [at for at in range(11, len(content)) if chr(content[at]).isdigit()]
        at = rng.choice(digits)
        content[at] = rng.choice([digit for digit in b"0123456789" if digit != content[at]])
        path.write_bytes(content)
        try:
            played, _ = play(ReplaySource(folder))
        except SourceError:
            played = []
        for frame in played:
            material.assert_right(frame)
        _, after = repair(folder)
        assert (after.is_whole, assert_right(folder)) == (True, after.good), f"case {case}, byte {at} of {path.name}"
        assert after.good >= COUNT - 2


def test_the_reader_gives_the_checksum_of_the_text_it_read(tmp_path):
    path = write_ntu(tmp_path / "a.skeleton", [material.frame(index, color=False) for index in range(4)])
    for content in (path.read_bytes(), path.read_bytes()[:-1], path.read_bytes().replace(b"\n", b"\r\n")):
        path.write_bytes(content)
        as_text, as_frames = NtuTextReader(path), NtuTextReader(path)
        for _ in range(4):
            assert as_frames.read().crc32 == zlib.crc32(as_text.read_text())
        as_text.close()
        as_frames.close()


def test_an_import_has_the_checksums_of_the_text_it_keeps(tmp_path, capsys):
    sample = write_ntu(tmp_path / "S001C001P001R001A001.skeleton", [material.frame(i, color=False) for i in range(6)])
    sample.write_bytes(sample.read_bytes().replace(b"\n", b" \r\n"))  # longer than as we write it
    assert main(["import-ntu", str(sample), "--out", str(tmp_path / "take")]) == 0
    assert main(["verify", str(tmp_path / "take")]) == 0
    assert "6 checksums" in capsys.readouterr().out
    other_digit(tmp_path / "take" / "bodies.skeleton", FIRST_TEXT_LINE[2] + 5, 2)
    _, error = play(ReplaySource(tmp_path / "take"))
    assert "frame 2 is not what was recorded" in str(error)


def test_stripping_refuses_a_session_with_a_wrong_joint(sessions, tmp_path):
    folder = shutil.copytree(sessions["ended"], tmp_path / "take")
    damage_one(folder, "bodies.skeleton")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(SourceError, match="is not what was recorded"):
        strip(folder, {2**56})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    repair(folder)
    strip(folder, {2**56}, remove_original=True)
    assert examine(folder).is_whole
    assert (folder / "checksums.csv").stat().st_size == 6 + 9 * (COUNT - 1)


def test_a_session_whose_checksums_disappear_while_it_is_recorded_ends_with_a_message(tmp_path):
    def record() -> None:
        for index in range(1, 60):
            writer.write(material.frame(index, color=False))

    writer = SessionWriter(tmp_path / "take", source_name="test")
    writer.write(material.frame(0, color=False))
    (tmp_path / "take" / "checksums.csv").unlink()
    with pytest.raises(RecordingError, match="cannot be written after"):
        record()
    with pytest.raises(RecordingError):
        writer.close()


STRIPPED = 2**56  # the first person of `material`
STRIP = """
import os, signal, sys
from pathlib import Path
import tsmf_live.recording.privacy, tsmf_live.recording.recolor
from tsmf_live.recording.strip import strip
folder, person, kill_at = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
count = 0
def before(event, arguments):
    global count
    if event in ("os.rename", "os.remove", "os.link") or (event == "open" and "w" in str(arguments[1])):
        count += str(arguments[0]).startswith(str(folder))
        if count == kill_at:
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
sys.addaudithook(before)
strip(folder, {person}, remove_original=True)
print(count)
"""


def strip_killed(folder: Path, kill_at: int) -> tuple[int, str]:
    """Strips in a process that is killed just before its `kill_at`-th change of a file; its exit code and output."""
    command = [sys.executable, "-c", STRIP, str(folder), str(STRIPPED), str(kill_at)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout


def look_at_stripped(folder: Path) -> None:
    """What a killed strip left plays, can be repaired, and stripped to the end."""
    source = ReplaySource(folder)
    played, error = play(source)
    assert (len(played), error, source.warnings) == (COUNT, None, [])
    present = sum(body.tracking_id == STRIPPED for frame in played for body in frame.bodies)
    assert present in (0, 2 * COUNT // 3)
    assert repair(folder)[1].is_whole
    if present:
        strip(folder, {STRIPPED}, remove_original=True)
    played, error = play(ReplaySource(folder))
    assert (len(played), error) == (COUNT, None)
    assert not any(body.tracking_id == STRIPPED for frame in played for body in frame.bodies)
    for frame in played:
        expected = material.frame(material.index_of(frame.sensor_time_s), color=False).bodies[1:]
        assert [body.joints.tobytes() for body in frame.bodies] == [body.joints.tobytes() for body in expected]
    assert examine(folder).is_whole


def kill_everywhere(recorded: Path, root: Path, moments: list[int] | None = None) -> None:
    """Kills a strip at these moments, or at all."""
    code, out = strip_killed(shutil.copytree(recorded, root / "whole"), 0)
    assert code == 0
    last = int(out)
    assert last >= 12
    for kill_at in moments or range(1, last + 1):
        folder = shutil.copytree(recorded, root / str(kill_at))
        code, _ = strip_killed(folder, kill_at)
        assert code != 0, "it was not killed"
        look_at_stripped(folder)


def test_a_strip_that_is_killed_leaves_a_session_that_plays(sessions, tmp_path):
    kill_everywhere(sessions["ended"], tmp_path, [6, 9, 11])


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("color", [False, True])
def test_a_strip_that_is_killed_anywhere_leaves_a_session_that_plays(color, tmp_path):
    writer = SessionWriter(tmp_path / "take", source_name="test")
    for index in range(COUNT):
        writer.write(material.frame(index, color=color))
    writer.add_event(812.5, 813.0, "reading", 0.75, 0, "annotation")
    writer.close()
    kill_everywhere(tmp_path / "take", tmp_path)
