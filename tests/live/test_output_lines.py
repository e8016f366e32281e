"""Lines for programs: the recording comes first, and a reader who does not read holds nothing up."""

from __future__ import annotations

import io
import json
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import run_live
from tests.fakes import ROOT
from tests.fakes.recordings import frames, write_ntu
from tsmf_live.frames import Event, RecordingError
from tsmf_live.live.output_lines import JsonLines, LineStream, OutputWork
from tsmf_live.recording.tables import read_frame_rows
from tsmf_live.ring import Ring

fcntl, termios = pytest.importorskip("fcntl"), pytest.importorskip("termios")
LIMIT_S = 60.0
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")


@pytest.fixture
def pipe():
    """A pipe of one page: (what is read from it, the stream to it)."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    stream = os.fdopen(writing, "w", encoding="utf-8")
    yield reading, stream
    os.close(reading)
    stream.close()


def test_lines_that_nobody_takes_wait_and_come_out_whole(pipe):
    reading, stream = pipe
    lines = LineStream(stream)
    texts = [f"{number} {'x' * 3000}" for number in range(5)]
    began_s = time.perf_counter()
    for text in texts:
        lines.say(text)
    assert time.perf_counter() - began_s < LIMIT_S
    assert lines.rest
    got = b""
    while lines.rest or select.select([reading], [], [], 0)[0]:
        got += os.read(reading, 65536)
        lines.go_on(0.0)
    assert got.decode().splitlines() == texts


def event(label: str) -> Event:
    return Event(0.0, 1.0, label, 0.5, None)


def work_with(*outputs, recording: bool) -> tuple[OutputWork, list[str]]:
    items: Ring = Ring(9, lossless=False, stopping=threading.Event())
    given_up: list[str] = []
    work = OutputWork(items, list(outputs), lambda: given_up.append("run"), lambda: recording)
    for label in ("a", "b"):
        items.put(event(label))
    return work, given_up


class Broken(io.StringIO):
    """A stream that fails."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise self.error


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), OSError(5, "I/O error"), BrokenPipeError()])
def test_a_stream_that_fails_while_something_is_recorded_ends_nothing_and_is_told_once(error):
    healthy = io.StringIO()
    work, given_up = work_with(JsonLines(Broken(error)), JsonLines(healthy), recording=True)
    assert work.step()
    assert work.step()
    assert given_up == []
    assert len(work.losses) == (not isinstance(error, BrokenPipeError))
    assert "the recording goes on" in work.message
    assert [json.loads(line)["label"] for line in healthy.getvalue().splitlines()] == ["a", "b"]


def test_a_stream_that_fails_while_nothing_is_recorded_ends_the_run():
    work, given_up = work_with(JsonLines(Broken(OSError(28, "No space left"))), recording=False)
    with pytest.raises(RecordingError, match="No space left"):
        work.step()
    assert given_up == ["run"]
    work, given_up = work_with(JsonLines(Broken(BrokenPipeError())), recording=False)
    assert not work.step()
    assert given_up == ["run"]


def test_a_step_with_a_reader_who_does_not_read_returns_in_time(pipe):
    _, stream = pipe
    output = JsonLines(stream)
    work, _ = work_with(output, recording=False)
    output.lines.say("x" * 9000)
    began_s = time.perf_counter()
    for _ in range(3):
        assert work.step()
    assert time.perf_counter() - began_s < LIMIT_S
    assert work._items  # what is to be told waits, and is dropped and counted there


@full
def test_a_full_disk_under_the_json_ends_no_recording(tmp_path, checkpoint_file, capsys):
    path = write_ntu(tmp_path / "a.skeleton", [frame for frame in frames(60) if frame.bodies])
    arguments = ["--source", str(path), "--headless", "--speed", "max", "--checkpoint", str(checkpoint_file)]
    assert run_live.main([*arguments, "--json", "/dev/full", "--record", str(tmp_path / "take")]) == 5
    assert len(read_frame_rows(tmp_path / "take", [])) == 40
    said = capsys.readouterr().err
    assert said.count("predictions cannot be written") == 1
    assert len(said.splitlines()) == 1


@pytest.mark.long
def test_a_reader_who_does_not_read_does_not_keep_the_program_alive_nor_the_take_open(tmp_path, checkpoint_file):
    path = write_ntu(tmp_path / "a.skeleton", [frame for frame in frames(60) if frame.bodies])
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    arguments = ["--source", path, "--checkpoint", checkpoint_file, "--json", fifo, "--record", tmp_path / "take"]
    command = [sys.executable, ROOT / "run_live.py", "--headless", "--loop", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    reading = os.open(fifo, os.O_RDONLY)
    fcntl.fcntl(reading, fcntl.F_SETPIPE_SZ, 4096)
    try:
        until_s = time.monotonic() + LIMIT_S
        while not waiting_bytes(reading) and time.monotonic() < until_s:
            threading.Event().wait(0.1)
        threading.Event().wait(1.0)  # a page is full after a few lines
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 130
        assert "bytes were not written" in said
        assert "Traceback" not in said
        assert json.loads((tmp_path / "take" / "session.json").read_text())["ended"]
    finally:
        process.kill()
        process.communicate()
        os.close(reading)


def waiting_bytes(reading: int) -> int:
    """What a pipe holds."""
    return struct.unpack("i", fcntl.ioctl(reading, termios.FIONREAD, b"\0\0\0\0"))[0]


@pytest.mark.parametrize("closed", [(2,), (1, 2), (0, 1, 2)])
def test_a_closed_stderr_leaves_no_text_in_the_file_that_is_opened_next(closed, tmp_path):
    code = "\n".join(
        [
            "import os, sys",
            "from tsmf_live.command import open_standard_streams, warn",
            "open_standard_streams()",
            f"file = open({str(tmp_path / 'json')!r}, 'w')",
            "warn('for people')",
            "os.write(2, b'of a library')",
            "file.write('{}')",
            "file.close()",
        ]
    )
    shut = " ".join(f"{number}{'<' if number == 0 else '>'}&-" for number in closed)
    command = f'{sys.executable} -c "$CODE" {shut}'
    environment = os.environ | {"CODE": code}
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout == ""
    assert (tmp_path / "json").read_text() == "{}"
