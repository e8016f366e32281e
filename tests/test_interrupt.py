"""Ctrl-C and other requests to end: at any moment, in any number, a defined end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.fakes import ROOT
from tests.measure.interrupts import one_run
from tsmf_live import interrupt

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
LIMIT_S = 60


@pytest.fixture(autouse=True)
def _requests_as_at_a_terminal() -> Iterator[None]:
    """Whoever runs the tests may ignore signals (nohup); what they start must not inherit that."""
    ignored = [number for number in interrupt.REQUESTS if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


def run(code: str, **more: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, **more
    )


@pytest.mark.parametrize("number", interrupt.REQUESTS)
def test_before_anything_has_begun_a_request_is_one_line_and_130(number):
    code = f"from tsmf_live import interrupt as i; i.listen(); import signal; signal.raise_signal({int(number)})"
    done = run(code)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


COMMANDS = (
    "tsmf_live.sessions", "tsmf_live.doctor", "tsmf_live.bench", "train.prepare", "train.teacher", "train.student",
    "train.evaluate", "train.ablation", "train.convert", "train.sample", "train.compare",
)  # fmt: skip


@pytest.mark.parametrize("command", ["run_live.py", *COMMANDS])
def test_ctrl_c_while_a_command_is_imported_is_one_line_and_130(command, tmp_path):
    """numpy is the first of what takes time: its place is taken by a module that sends the signal."""
    (tmp_path / "numpy.py").write_text(
        "import os, signal; os.kill(os.getpid(), signal.SIGINT)\nimport no_such_module\n"
    )
    what = [str(ROOT / command), "--source=demo"] if command.endswith(".py") else ["-m", command]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, *what], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LIMIT_S
    )
    assert (done.returncode, done.stderr) == (130, "interrupted\n")
    assert done.stdout == "" or command == "tsmf_live.doctor", "it tells of Python before it looks for numpy"


RUN = """
import os, signal, sys, time
from tsmf_live import command, interrupt
def main():
    try:
        os.kill(os.getpid(), signal.{first})
        time.sleep(30)
    finally:
        for number in 3 * interrupt.REQUESTS:
            os.kill(os.getpid(), number)
        print("tidied up")
command.run(main)
"""


@pytest.mark.parametrize("first", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_what_follows_the_first_request_does_not_stop_the_tidying_up(first):
    done = run(RUN.format(first=first))
    assert (done.returncode, done.stdout, done.stderr) == (130, "tidied up\n", "interrupted\n")


def test_a_request_while_the_interpreter_ends_changes_nothing():
    code = (
        "import atexit, os, signal\nfrom tsmf_live import command\n"
        "atexit.register(lambda: [os.kill(os.getpid(), n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)])\n"
        "command.run(lambda: 1)"
    )
    done = run(code)
    assert (done.returncode, done.stderr) == (1, "")


def test_what_hangs_in_ending_is_ended_by_a_request_after_the_patience():
    code = (
        "import os, signal\nfrom tsmf_live import interrupt\n"
        "interrupt.PATIENCE_S = -1\n"
        "with interrupt.answered_by(interrupt.note):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    assert interrupt.asked()\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
    )
    done = run(code)
    assert done.returncode == 130
    assert done.stderr.startswith("ended at once")


def test_handlers_are_as_they_were_afterwards_and_nothing_is_remembered():
    before = [signal.getsignal(number) for number in interrupt.REQUESTS]
    with interrupt.answered_by(interrupt.note), interrupt.answered_by(interrupt.note):
        signal.raise_signal(signal.SIGTERM)
        assert interrupt.asked()
    assert not interrupt.asked()
    assert [signal.getsignal(number) for number in interrupt.REQUESTS] == before


def test_a_request_that_came_before_is_answered_at_once():
    answers = []
    with interrupt.answered_by(interrupt.note):
        signal.raise_signal(signal.SIGINT)
        with interrupt.answered_by(lambda: answers.append(1)):
            assert answers == [1]


def test_nohup_is_respected():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interrupt.answered_by(interrupt.note):
            signal.raise_signal(signal.SIGHUP)
            assert not interrupt.asked()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_children_do_not_hear_what_goes_to_the_whole_terminal():
    code = (
        "import os, signal, subprocess, sys\nfrom tsmf_live import interrupt\n"
        "with interrupt.unheard_by_children():\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'input(); print(\"alive\")'], stdin=subprocess.PIPE)\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "os.killpg(0, signal.SIGINT)\n"
        "child.communicate(b'\\n')\nsys.exit(child.returncode)"
    )
    done = run(code, start_new_session=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "alive\n", "")


@pytest.mark.parametrize(
    ("numbers", "window"),
    [
        pytest.param((signal.SIGTERM, signal.SIGTERM), False, marks=pytest.mark.long),
        ((signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGINT), False),
        ((signal.SIGHUP, signal.SIGHUP), True),
    ],
)
def test_a_take_is_ended_whatever_requests_come(numbers, window, tmp_path):
    left = one_run(tmp_path, after_s=0.0, numbers=numbers, gaps_s=[0.05] * len(numbers), window=window)
    assert left.problem is None
    assert left.frames > 0


STUCK = """
import runpy, sys, threading, time
from tsmf_live.live import capture, inference, pipeline
pipeline.DRAIN_S, pipeline.JOIN_S = 0.2, 2.0
ready, set_up = threading.Event(), inference.InferenceWork.set_up
inference.InferenceWork.set_up = lambda self: set_up(self) or ready.set()
capture.CaptureWork.step = lambda self: ready.wait() and print("stuck", flush=True) or time.sleep(1e6)
sys.argv = ["run_live.py", "--source=demo", "--headless", "--json=-", *sys.argv[1:]]
runpy.run_path("run_live.py", run_name="__main__")
"""


def test_a_stage_that_hangs_does_not_keep_the_program_alive(teacher_file):
    command = [sys.executable, "-c", STUCK, "--checkpoint", str(teacher_file)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "stuck\n"
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 130
    (line,) = said.splitlines()
    assert "capture: the stage did not stop" in line
