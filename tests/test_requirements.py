"""What is installed: the README's lines, requirements.txt, and the lock of what was tested."""

from __future__ import annotations

import re

from conftest import ROOT

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
