"""The order of the house: who may import whom, and that everything public says what it is."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import ROOT

#: A room may import the rooms of the rows above its own, and none of its own row. Commands may import any room.
ROWS = (
    ("interrupt", "skeleton", "ring", "camera", "nearest", "ntu_name", "time_line"),
    ("frames",),
    ("files", "text_files", "stage", "roi", "actor", "memory"),
    ("command", "label_lists"),
    ("recording", "nets"),
    ("sources",),
    ("live",),
    ("gui", "exchange"),
)
COMMANDS = ("sessions", "doctor", "bench")
ROW_OF = {room: number for number, row in enumerate((*ROWS, COMMANDS)) for room in row}
QT, TORCH = ("PyQt5", "pyqtgraph"), ("torch", "safetensors")
MAY_USE_QT = ("gui", "doctor")
MAY_USE_TORCH = ("nets", "live/recognizer", "live/inference", *COMMANDS)
PACKAGE = ROOT / "tsmf_live"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.name != "__init__.py")
TRAIN = sorted((ROOT / "train").rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Dotted names of all modules that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return names


def rooms_imported(path: Path) -> set[str]:
    """The rooms of tsmf_live that a file imports from."""
    return {name.split(".")[1] for name in imported(path) if name.startswith("tsmf_live.")}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_follow_the_flow(path):
    inside = path.relative_to(PACKAGE).with_suffix("").as_posix()
    room = inside.split("/")[0]
    for other in rooms_imported(path) - {room}:
        assert ROW_OF[other] < ROW_OF[room], f"{room} imports {other}, which does not stand above it"
    for name in imported(path):
        package = name.split(".")[0]
        assert package != "train"
        assert package not in QT or room in MAY_USE_QT
        assert package not in TORCH or room in MAY_USE_TORCH or inside in MAY_USE_TORCH
        assert name not in ("threading.Thread", "concurrent.futures", "multiprocessing")
    if room != "stage":
        assert "threading.Thread(" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", TRAIN, ids=name_of)
def test_training_imports_no_command(path):
    assert not rooms_imported(path) & set(COMMANDS)


def test_every_room_stands_in_a_row():
    assert {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in MODULES} == set(ROW_OF)


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Names of public functions, classes and methods without a docstring; what is inside a function is private.

    `parse` and `main` of a command are documented by its module, methods that override Qt's (paintEvent) by Qt.
    """
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            if ast.get_docstring(node) is None:
                yield node.name
            yield from (f"{node.name}.{name}" for name in _functions(node.body))
        yield from _functions([node])


def _functions(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        is_function = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        names_qt = any(letter.isupper() for letter in node.name) if is_function else False  # Qt says what it overrides
        if is_function and not names_qt and node.name not in ("parse", "main") and ast.get_docstring(node) is None:
            yield node.name


@pytest.mark.parametrize("path", [*MODULES, *TRAIN], ids=name_of)
def test_everything_public_says_what_it_is(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path.name != "__main__.py":
        assert ast.get_docstring(tree), "the module has no docstring"
    assert list(undocumented(tree)) == []


@pytest.mark.parametrize("package", ["tsmf_live", "train"])
def test_numpys_products_keep_to_one_thread_in_every_command(package):
    code = f"import {package}, os, sys; print('numpy' in sys.modules, os.environ['OPENBLAS_NUM_THREADS'])"
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.stdout.split() == ["False", "1"], run.stderr  # read when numpy is loaded: later is too late
