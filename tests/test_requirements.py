"""What is installed: README's lines, requirements.txt, the lock of what was tested; and the suite's two processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import conftest
from tests.fakes import ROOT
from tsmf_live.doctor import CUDA_TORCH

README = (ROOT / "README.md").read_text(encoding="utf-8")
REQUIREMENTS = (ROOT / "requirements.txt").read_text(encoding="utf-8")


def test_the_line_for_windows_activates_nothing_and_installs_nothing_outside_its_folder():
    windows = README.split("On Windows", 1)[1].split("Without a Kinect", 1)[0]
    lines = [line.strip() for line in windows.splitlines() if line.startswith("    ")]
    assert len(lines) == 3
    assert lines[0] == "py -m venv .venv"
    assert all(line.startswith(".venv\\Scripts\\python ") for line in lines[1:])
    assert ";" not in windows
    assert "Activate.ps1" not in README


def test_the_line_for_cuda_names_the_build_which_pip_would_not_take_otherwise():
    (version,) = re.findall(r"^torch==([\d.]+)$", REQUIREMENTS, re.MULTILINE)
    assert CUDA_TORCH.startswith(f"torch=={version}+cu")
    assert f".venv\\Scripts\\python -m pip install {CUDA_TORCH}\n" in README


def requirements(path: Path) -> Iterator[Requirement]:
    """What a file asks for, and the files it names."""
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text.startswith("-r "):
            yield from requirements(path.parent / text.removeprefix("-r ").strip())
        elif text:
            yield Requirement(text)


LOCKED = {
    canonicalize_name(one.name): next(iter(one.specifier)) for one in requirements(ROOT / "tests/requirements.lock")
}


@pytest.mark.parametrize("one", list(requirements(ROOT / "tests/requirements.txt")), ids=str)
def test_what_is_asked_for_has_a_floor_and_was_tested_in_a_version_that_fits(one):
    locked = LOCKED[canonicalize_name(one.name)]
    assert locked.operator == "=="
    assert locked.version in one.specifier
    assert {spec.operator for spec in one.specifier} in ({">="}, {"=="})


def test_the_requirements_say_how_the_lock_is_used():
    assert "-r requirements.txt -c tests/requirements.lock" in REQUIREMENTS


def test_a_worker_of_the_suite_starts_no_others(request, monkeypatch):
    monkeypatch.setattr(request.config.option, "numprocesses", 2)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    conftest.pytest_configure(request.config)
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    with pytest.raises(pytest.UsageError, match="starts no others"):
        conftest.pytest_configure(request.config)
