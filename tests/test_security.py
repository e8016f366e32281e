"""What the threat model in tests/README.md promises and no other test holds: connections, rights, inert tables."""

from __future__ import annotations

import ast
import csv
import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import run_live
from tests.fakes import ROOT
from tests.fakes.recordings import FORMULAS, frames, write_ntu
from train.data.prepared import _read_samples
from train.data.splits import Sample
from train.prepare.merge import _csv

LIMIT_S = 120
#: The whole program in one process: whoever asks for a connection is named on stderr, and refused.
WATCHED = """
import runpy, sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        address = arguments[1] if len(arguments) > 1 else arguments
        if not isinstance(address, (str, bytes)) or event == "socket.getaddrinfo":  # a name: a socket of this machine
            sys.stderr.write(f"CONNECTION {event} {arguments}\\n")
            raise PermissionError(event)
sys.addaudithook(refuse)
sys.argv = ["run_live.py", *sys.argv[1:]]
runpy.run_path("run_live.py", run_name="__main__")
"""


def internet_sockets(pid: int) -> list[str]:
    """Sockets of a process, and of those it started, that reach beyond this machine's files (Linux)."""
    known = set()
    for table in ("tcp", "tcp6", "udp", "udp6", "raw"):
        path = Path("/proc/net") / table
        if path.exists():
            known |= {line.split()[9] for line in path.read_text().splitlines()[1:]}
    found = []
    for one in (pid, *children(pid)):
        for entry in Path(f"/proc/{one}/fd").glob("*"):
            try:
                target = os.readlink(entry)
            except OSError:  # closed meanwhile
                continue
            if target.startswith("socket:[") and target[8:-1] in known:
                found.append(target)
    return found


def children(pid: int) -> list[int]:
    """Of a process, all generations."""
    try:
        lists = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []
    own = [int(one) for many in lists for one in many]
    return own + [grandchild for child in own for grandchild in children(child)]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_whole_program_makes_no_connection(tmp_path, checkpoint_file):
    """Window, simulated sensor in its own process, recorder, networks: Python is watched, and so is native code."""
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    environment |= {"QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    arguments = ["--source=demo", "--duration=2", f"--record={tmp_path / 'take'}", f"--checkpoint={checkpoint_file}"]
    process = subprocess.Popen(
        [sys.executable, "-c", WATCHED, *arguments, f"--json={tmp_path / 'lines.json'}"],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    seen: list[str] = []
    while process.poll() is None:
        seen += internet_sockets(process.pid)
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
    said = process.stderr.read()
    process.stderr.close()
    assert process.returncode == 0, said
    assert "CONNECTION" not in said
    assert seen == []
    assert (tmp_path / "take" / "session.json").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_watch_sees_a_connection():
    code = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); print(1, flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    process.stdout.readline()
    assert len(internet_sockets(process.pid)) == 1
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.skipif(os.name != "posix", reason="Windows has access lists, which a folder gives its files")
def test_what_is_told_of_people_is_its_owners(tmp_path, checkpoint_file, capsys):
    before = os.umask(0o022)
    try:
        source = write_ntu(tmp_path / "a.skeleton", frames(6))
        arguments = ["--source", str(source), "--headless", "--speed=max", "--checkpoint", str(checkpoint_file)]
        assert run_live.main([*arguments, "--json", str(tmp_path / "lines.json")]) == 0
        assert stat.S_IMODE((tmp_path / "lines.json").stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_names_in_the_table_of_samples_are_no_formulas_and_come_back(tmp_path):
    samples = [Sample(name, 1, 2, 3, 4, 5, 0, 30, 1) for name in FORMULAS]
    text = _csv(samples)
    for row in csv.reader(io.StringIO(text.decode())):
        assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r")), row
    (tmp_path / "samples.csv").write_bytes(text)
    assert _read_samples(tmp_path / "samples.csv") == samples


NUMBERS_ONLY = {"train/fit/run_log.py"}
WRITERS = [
    path
    for folder in ("tsmf_live", "train")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "csv.writer(" in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("path", WRITERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_whoever_writes_a_table_makes_its_texts_inert(path):
    if path.relative_to(ROOT).as_posix() in NUMBERS_ONLY:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and "csv.writer(" in ast.unparse(node):
            assert "cell_of" in ast.unparse(node), f"{path.name}: {node.name} writes texts as they are"
