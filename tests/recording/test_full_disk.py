"""A disk that is full under an encoder is one error of the disk, wherever it comes, and nothing is printed."""

from __future__ import annotations

import errno
import gc

import av
import numpy as np
import pytest

from tests.fakes.recordings import frames, write_session
from tests.recording_faults.full_disk import Disk, writes_go_to
from tsmf_live.exchange.picture_avi import PictureAvi
from tsmf_live.frames import RecordingError
from tsmf_live.recording.blur import blur
from tsmf_live.recording.color_file import ColorFile
from tsmf_live.recording.writer import SessionWriter

PICTURE = np.zeros((1080, 1920, 4), np.uint8)
PICTURE[:100] = np.random.default_rng(0).integers(0, 256, (100, 1920, 4), np.uint8)


def write_color(path, codec: str = "h264") -> None:
    color = ColorFile(path, codec)
    try:
        for i in range(2):
            color.write(PICTURE, i / 30, keyframe=i == 0)
    finally:
        color.close()


def write_lossless(path) -> None:
    write_color(path, "ffv1")


def write_avi(path) -> None:
    pictures = PictureAvi(path)
    try:
        for _ in range(2):
            pictures.add(PICTURE)
        pictures.finish(fill=True)
    finally:
        pictures.close()


def write_take(path) -> None:
    writer = SessionWriter(path, source_name="test")
    try:
        for frame in frames(2):
            writer.write(frame)
        for frame in frames(4, color=True)[2:]:
            writer.write(frame)
    finally:
        writer.close()


def size_of(path) -> int:
    files = path.iterdir() if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files)


WRITERS = {
    "h264": (write_color, OSError), "ffv1": (write_lossless, OSError), "avi": (write_avi, RecordingError),
    "take": (write_take, RecordingError),
}  # fmt: skip


@pytest.mark.parametrize("error", [errno.ENOSPC, pytest.param(errno.EIO, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", WRITERS)
def test_a_disk_that_is_full_at_any_byte_is_one_error_of_the_disk(kind, error, tmp_path, monkeypatch, capfd):
    write, expected = WRITERS[kind]
    write(tmp_path / "whole")
    size = size_of(tmp_path / "whole")
    shares = (0.002, 0.5, 0.999)
    for free_bytes in {0, 300, *(int(share * size) for share in shares)}:
        disk = Disk(free_bytes, error)
        with writes_go_to(disk, monkeypatch.setattr), pytest.raises(expected) as told:
            write(tmp_path / f"full-{free_bytes}")
        assert disk.failed
        assert not isinstance(told.value, av.FFmpegError)
        assert "\n" not in str(told.value)
        gc.collect()  # what a container has to say at its end, it says now
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("share", [0, 0.002, 0.5, 0.99])
def test_blurring_onto_a_full_disk_leaves_the_session_as_it_was(share, tmp_path, monkeypatch, capfd):
    folder = write_session(tmp_path / "take", frames(3, color=True))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    disk = Disk(int(share * (folder / "color.mkv").stat().st_size * 0.5))
    with writes_go_to(disk, monkeypatch.setattr), pytest.raises(RecordingError, match="No space left"):
        blur(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert "Traceback" not in capfd.readouterr().err


def test_ctrl_c_within_the_encoders_write_is_not_lost(tmp_path, monkeypatch):
    color = ColorFile(tmp_path / "color.mkv", "h264")

    def interrupted(data):
        raise KeyboardInterrupt

    color._encoded._file = type("Interrupted", (), {"write": staticmethod(interrupted), "tell": color._file.tell})()
    with pytest.raises(KeyboardInterrupt):
        color.write(PICTURE, 0.0, keyframe=True)
    with pytest.raises(KeyboardInterrupt):
        color.close()
