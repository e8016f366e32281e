"""The order of the house: who may import whom."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

#: A room may import only rooms that stand before it; commands (run_live, train) may import any.
FLOW = (
    "interrupt", "skeleton", "camera", "frames", "files", "text_files", "units", "command", "display", "class_names",
    "stage", "ring", "actor", "ntu_text",
    "color_file", "session_table", "session_folder", "session_checksums", "session", "annotations", "sources", "player",
    "capture", "roi", "posture", "pose", "history", "nets", "recognizer", "decision", "inference", "moments",
    "moment_values", "privacy", "take_queue", "awake", "recorder", "report", "pipeline", "launch", "gui",
)  # fmt: skip
PACKAGE = ROOT / "tsmf_live"
COMMANDS = ("bench", "doctor", "sessions")  # may import any room


def imported(path: Path) -> set[str]:
    """Dotted names of all modules that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return names


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.name != "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_follow_the_flow(path):
    room = room_of(path)
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "tsmf_live" and len(parts) > 1 and room not in COMMANDS:
            assert FLOW.index(parts[1]) <= FLOW.index(room), f"{room} imports {name}, which comes after it"
        assert parts[0] != "train"
        assert parts[0] not in ("PyQt5", "pyqtgraph") or room in ("gui", "doctor")
        assert parts[0] not in ("torch", "safetensors") or room in ("nets", "recognizer", "inference", *COMMANDS)
        assert name not in ("threading.Thread", "concurrent.futures", "multiprocessing")
    if room != "stage":
        assert "threading.Thread(" not in path.read_text()


def test_every_room_stands_in_the_flow():
    assert {room_of(path) for path in MODULES} - set(COMMANDS) == set(FLOW)


@pytest.mark.parametrize("package", ["tsmf_live", "train"])
def test_numpys_products_keep_to_one_thread_in_every_command(package):
    code = f"import {package}, os, sys; print('numpy' in sys.modules, os.environ['OPENBLAS_NUM_THREADS'])"
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert said.stdout.split() == ["False", "1"], said.stderr  # read when numpy is loaded: later is too late
