"""Files are written whole or not at all, whoever interferes."""

from __future__ import annotations

import os

import pytest

from tsmf_live import files
from tsmf_live.files import create, new_folder, whole_file, whole_path
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
