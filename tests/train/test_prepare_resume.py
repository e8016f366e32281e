"""train.prepare is stopped at every place it can be stopped, and goes on to the same bytes."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes import ROOT
from tests.fakes.data_sets import ntu_tree, run
from train.data.prepared import Prepared
from train.prepare import merge as prepare_merge
from train.prepare.ntu import NtuReader
from tsmf_live.frames import RecordingError, SourceError, TsmfError, UsageError

FSYNC = os.fsync  # the real one
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a process that can be killed cheaply")


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)  # no thread that outlives the test
    monkeypatch.setattr(NtuReader, "part_items", 3)


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def in_child(work: Callable[[], None]) -> int:
    """Runs `work` in a copy of this process; its exit status, negative for a signal."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except TsmfError as error:
            os._exit(error.exit_code)
        except BaseException:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class Killer:
    """Takes the place of os.fsync, which every file passes: counts, and kills this process at number `at`.

    The file that is being written then ends in the middle: what was handed to the system is cut.
    """

    def __init__(self, at: int | None) -> None:
        self.at, self.count = at, 0

    def __call__(self, number: int) -> None:
        if stat.S_ISDIR(os.fstat(number).st_mode):  # a folder's new names, after the file
            return FSYNC(number)
        self.count += 1
        if self.count == self.at:
            os.ftruncate(number, os.fstat(number).st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)
        return FSYNC(number)


@needs_fork
def test_killed_at_every_file_it_goes_on_to_the_same_bytes(tmp_path, monkeypatch):
    root = ntu_tree(tmp_path / "ntu", 5, (1, 3, 8))
    counting = Killer(None)
    monkeypatch.setattr(os, "fsync", counting)
    run("--source", "ntu60", root, "--out", tmp_path / "whole")
    expected = content(tmp_path / "whole")
    assert counting.count > 8
    for at in range(1, counting.count + 1):
        out = tmp_path / f"killed-{at}"
        monkeypatch.setattr(os, "fsync", Killer(at))
        assert in_child(lambda out=out: run("--source", "ntu60", root, "--out", out)) == -signal.SIGKILL
        with pytest.raises(SourceError):
            Prepared.open(out)
        monkeypatch.setattr(os, "fsync", Killer(None))
        run("--source", "ntu60", root, "--out", out)
        assert content(out) == expected, f"killed at file {at}"


@needs_fork
def test_killed_while_it_tidies_up_it_is_finished(tmp_path, monkeypatch):
    root, out = ntu_tree(tmp_path / "ntu", 5, (1, 3)), tmp_path / "out"
    with monkeypatch.context() as patched:
        patched.setattr(prepare_merge, "clear", lambda _: os.kill(os.getpid(), signal.SIGKILL))
        assert in_child(lambda: run("--source", "ntu60", root, "--out", out)) == -signal.SIGKILL
    assert len(Prepared.open(out)) == 8
    run("--source", "ntu60", root, "--out", out)
    run("--source", "ntu60", root, "--out", tmp_path / "whole")
    assert content(out) == content(tmp_path / "whole")


@needs_fork
def test_a_full_disk_is_one_line_and_nothing_half_written(tmp_path, capfd):
    import resource

    root = ntu_tree(tmp_path / "ntu", 30, (1, 3, 8))
    run("--source", "ntu60", root, "--out", tmp_path / "whole")
    out = tmp_path / "full"

    def with_little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
        run("--source", "ntu60", root, "--out", out)

    assert in_child(with_little_room) == RecordingError.exit_code
    assert not any(out.rglob("*.tmp"))
    assert not any(out.glob("*.npy"))
    with pytest.raises(SourceError, match="run it again to finish"):
        Prepared.open(out)
    run("--source", "ntu60", root, "--out", out)
    assert content(out) == content(tmp_path / "whole")


def test_what_a_full_disk_says(tmp_path, monkeypatch):
    root = ntu_tree(tmp_path / "ntu", 5, (1,))
    monkeypatch.setattr(os, "fsync", lambda number: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(RecordingError, match=r"cannot be written.*No space left on device.*goes on where it stopped"):
        run("--source", "ntu60", root, "--out", tmp_path / "out")
    assert not any((tmp_path / "out").rglob("*.tmp"))


def test_other_settings_or_another_source_do_not_mix(tmp_path):
    root = ntu_tree(tmp_path / "ntu", 5, (1, 3))
    out = tmp_path / "out"
    run("--source", "ntu60", root, "--out", out)
    before = content(out)
    run("--source", "ntu60", root, "--out", out)  # nothing to do
    with pytest.raises(UsageError, match=r"prepared otherwise \(draws: there 2, now 3\)"):
        run("--source", "ntu60", root, "--out", out, "--draws", "3")
    next(root.rglob("*.skeleton")).unlink()
    with pytest.raises(UsageError, match="source_sha256"):
        run("--source", "ntu60", root, "--out", out)
    assert content(out) == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="expected a new or empty folder"):
        run("--source", "ntu60", root, "--out", tmp_path / "mine")


def test_no_usable_sample_leaves_no_data(tmp_path):
    root = ntu_tree(tmp_path / "ntu", 5, (1,))
    for path in root.rglob("*.skeleton"):
        path.write_text("not a skeleton\n")
    with pytest.raises(SourceError, match="no sample could be used, 4 were skipped"):
        run("--source", "ntu60", root, "--out", tmp_path / "out")
    with pytest.raises(SourceError):
        Prepared.open(tmp_path / "out")


def start(root: Path, out: Path, processes: int) -> subprocess.Popen:
    """The real command in a process group of its own."""
    command = [sys.executable, "-m", "train.prepare", "--source", "ntu60", str(root), "--out", str(out)]
    with (out.parent / f"{out.name}.log").open("ab") as log:
        return subprocess.Popen(
            [*command, "--processes", str(processes)], cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )


def many_files(root: Path) -> Path:
    """640 samples: ten parts of the real size."""
    ntu_tree(root, 40, tuple(range(1, 161)))
    return root


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(done: Callable[[], bool], limit_s: float = 60) -> None:
    until = time.monotonic() + limit_s
    while not done():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="process groups")
def test_two_processes_killed_at_random_moments(tmp_path):
    root = many_files(tmp_path / "ntu")
    first = start(root, tmp_path / "whole", 1)
    assert first.wait(150) == 0
    expected = content(tmp_path / "whole")
    rng, out = random.Random(1), tmp_path / "killed"
    killed = 0
    for _ in range(12):
        process = start(root, out, 2)
        parts_before = len(list((out / "parts").glob("*.npz"))) if out.exists() else 0
        while process.poll() is None and len(list((out / "parts").glob("*.npz"))) <= parts_before:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.3))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)  # the parent alone: its workers have to notice
            killed += 1
        process.wait(60)
        wait_until(lambda process=process: not alive(process.pid))
        if (out / "manifest.json").exists():
            break
    assert killed >= 2
    process = start(root, out, 2)
    assert process.wait(150) == 0
    assert content(out) == expected


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="process groups")
def test_ctrl_c_ends_it_cleanly_and_it_goes_on(tmp_path):
    root, out = many_files(tmp_path / "ntu"), tmp_path / "out"
    process = start(root, out, 2)
    wait_until(lambda: any((out / "parts").glob("*.npz")))
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(60) == 130
    wait_until(lambda: not alive(process.pid))
    log = (tmp_path / "out.log").read_text()
    assert "interrupted" in log
    assert "Traceback" not in log
    process = start(root, out, 2)
    assert process.wait(150) == 0
    assert len(Prepared.open(out)) == 640
    assert prepare_merge.STARTED_FILE not in os.listdir(out)
