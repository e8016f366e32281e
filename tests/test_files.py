"""Files are written whole or not at all, whoever interferes."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.fakes import ROOT
from tests.fakes.links import needs_links
from tsmf_live import files
from tsmf_live.files import beside, create, file_name, new_folder, whole_file, whole_path
from tsmf_live.frames import RecordingError


@pytest.fixture
def outside(tmp_path):
    """A file of somebody's that nothing may touch."""
    path = tmp_path / "outside.txt"
    path.write_bytes(b"theirs")
    return path


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "folder" / "target.txt"
    path.parent.mkdir()
    path.write_bytes(b"old")
    return path


def only(target):
    return [path.name for path in target.parent.iterdir()] == [target.name]


@pytest.mark.parametrize("style", ["file", "path"])
def test_new_content_replaces_the_old(target, style):
    if style == "file":
        with whole_file(target) as file:
            file.write(b"new")
            file.flush()
            assert target.read_bytes() == b"old"  # until the block ends
    else:
        with whole_path(target) as path:
            path.write_bytes(b"new")
    assert target.read_bytes() == b"new"
    assert only(target)


@pytest.mark.parametrize("writer", [whole_file, whole_path])
@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_an_error_leaves_the_old_content_and_nothing_else(target, writer, error):
    with pytest.raises(type(error)), writer(target):
        raise error
    assert target.read_bytes() == b"old"
    assert only(target)


@needs_links
@pytest.mark.parametrize("writer", [whole_file, whole_path])
def test_a_link_in_the_way_is_not_followed(target, outside, writer):
    target.with_name("target.txt.new").symlink_to(outside)
    with writer(target):
        pass
    assert outside.read_bytes() == b"theirs"
    target.unlink()
    target.symlink_to(outside)
    with whole_file(target) as file:
        file.write(b"new")
    assert outside.read_bytes() == b"theirs"
    assert not target.is_symlink()


@needs_links
def test_create_refuses_what_is_there_even_a_link_to_nowhere(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        create(tmp_path / "link")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_what_may_show_people_is_their_owners_alone(tmp_path):
    with whole_file(tmp_path / "mine"):
        pass
    with new_folder(tmp_path / "folder") as unfinished, create(unfinished / "file"):
        pass
    assert (tmp_path / "mine").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "folder" / "file").stat().st_mode & 0o777 == 0o600


class Held(PermissionError):
    winerror = 5


@pytest.mark.parametrize("refusals", [3, 10**6])
def test_a_file_that_a_scanner_holds_is_waited_for_but_not_for_ever(target, monkeypatch, refusals):
    calls, real = [], os.replace

    def held(new, path):
        calls.append(path)
        if len(calls) <= refusals:
            raise Held("access denied")
        real(new, path)

    monkeypatch.setattr(files.os, "replace", held)
    monkeypatch.setattr(files.time, "sleep", lambda seconds: None)
    if refusals == 3:
        with whole_file(target) as file:
            file.write(b"new")
        assert target.read_bytes() == b"new"
        assert len(calls) == 4
    else:
        with pytest.raises(PermissionError), whole_file(target):
            pass
        assert target.read_bytes() == b"old"
    assert only(target)


def test_a_folder_is_there_whole_or_not_at_all(tmp_path):
    def half():
        with new_folder(tmp_path / "folder") as unfinished:
            (unfinished / "half").write_bytes(b"half")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        half()
    assert not list(tmp_path.iterdir())
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "theirs").touch()
    with pytest.raises(RecordingError, match="new or empty"), new_folder(tmp_path / "folder"):
        pass


KILLED = """
import sys, time
from pathlib import Path
from tsmf_live import files
with getattr(files, sys.argv[1])(Path(sys.argv[2])) as unfinished:
    (unfinished / "half").write_bytes(b"half")
    print("there", flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(os.name != "posix", reason="who holds a folder is told by flock")
@pytest.mark.parametrize("name", ["new_folder", "new_files"])
def test_what_a_killed_process_left_goes_with_the_next_try_and_what_a_running_one_writes_stays(tmp_path, name):
    inside, make = name == "new_files", getattr(files, name)
    place = tmp_path / "out" if inside else tmp_path
    place.mkdir(exist_ok=True)
    (place / "theirs").touch()
    foreign = place / ".unfinished-symphony" / "score"
    foreign.parent.mkdir()
    foreign.touch()
    target = place if inside else place / "take"
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, name, str(target)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "there\n"
        (half,) = place.glob(".unfinished-*/files/half")
        with pytest.raises(ZeroDivisionError), make(target):
            1 / 0  # noqa: B018
        assert half.read_bytes() == b"half"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert half.is_file()
    with make(target) as unfinished:
        (unfinished / "whole").write_bytes(b"whole")
    written = place if inside else place / "take"
    assert (written / "whole").read_bytes() == b"whole"
    assert {path.name for path in place.iterdir()} == {
        foreign.parent.name, "theirs", "whole" if inside else "take",
    }  # fmt: skip
    assert foreign.is_file()


@pytest.mark.parametrize("refusals", [3, 10**6])
def test_a_file_that_is_held_is_waited_for_before_it_is_deleted(target, monkeypatch, refusals):
    calls, real = [], Path.unlink

    def held(path, missing_ok=False):
        calls.append(path)
        if len(calls) <= refusals:
            raise Held("access denied")
        real(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", held)
    monkeypatch.setattr(files.time, "sleep", lambda seconds: None)
    with nullcontext() if refusals == 3 else pytest.raises(PermissionError):
        files.remove(target)
    assert target.exists() == (refusals != 3)
    assert len(calls) == min(refusals, len(files.HELD_WAITS_S)) + 1


def test_one_who_has_no_time_tries_once(target, monkeypatch):
    def held(new, path):
        raise Held("access denied")

    monkeypatch.setattr(files.os, "replace", held)
    monkeypatch.setattr(files.time, "sleep", lambda seconds: pytest.fail("it waited"))
    with pytest.raises(PermissionError), whole_file(target, patient=False) as file:
        file.write(b"new")
    assert target.read_bytes() == b"old"
    assert only(target)


def moved_or_deleted(path: Path) -> set[str]:
    """The calls by which a file moves, replaces or deletes another."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, owner = node.func.attr, node.func.value
        of_module = isinstance(owner, ast.Name) and owner.id in ("os", "shutil")
        if of_module and name in ("replace", "rename", "renames", "remove", "unlink", "move"):
            found.add(f"{owner.id}.{name}")
        of_path = name in ("rename", "unlink") or (name == "replace" and len(node.args) == 1 and not node.keywords)
        if of_path and not of_module:
            found.add(f".{name}")
    return found


def test_nobody_else_moves_replaces_or_deletes_files():
    """Only tsmf_live.files does: it waits for a scanner that holds a file, and syncs what has moved."""
    for path in [ROOT / "run_live.py", *(ROOT / "tsmf_live").rglob("*.py"), *(ROOT / "train").rglob("*.py")]:
        name = path.relative_to(ROOT).as_posix()
        if name != "tsmf_live/files.py":
            assert not moved_or_deleted(path), f"{name}: {moved_or_deleted(path)}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("drink water", "drink water"),
        ("a:b", "a-b"),
        ('what? <"now">|*', "what- --now----"),
        ("up/down\\left", "up-down-left"),
        ("CON", "CON_"),
        ("nul.txt", "nul_.txt"),
        ("com1", "com1_"),
        ("console", "console"),
        ("...", "_"),
        ("", "_"),
        ("end. ", "end"),
        ("tab\tnew\nline", "tab-new-line"),
        ("喝水", "喝水"),
    ],
)
def test_any_text_becomes_a_name_that_windows_takes(text, name):
    assert file_name(text) == name


def test_a_files_name_is_found_in_any_case_and_new_files_are_seen(tmp_path):
    assert beside(tmp_path, "a_rgb.avi") is None
    (tmp_path / "A_RGB.avi").touch()
    os.utime(tmp_path, ns=(1, 1))
    assert beside(tmp_path, "a_rgb.avi") == tmp_path / "A_RGB.avi"
    assert beside(tmp_path / "none", "a") is None
