"""Whether a window can be shown on this machine, found out without Qt in this process; and why not, with what to do.

Qt ends the whole process when it finds no display or cannot load its platform plug-in, so another process tries first.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

TRY_S = 15.0
ATTEMPT = "from PyQt5.QtWidgets import QApplication; QApplication([])"
FOREIGN = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
_NOT_FOUND = re.compile(r"(\S+\.so[.\d]*)(?: => not found|: cannot open shared object file)")
#: Debian's packages whose names do not follow from the library's.
_PACKAGES = {"libglib-2.0.so.0": "libglib2.0-0", "libgthread-2.0.so.0": "libglib2.0-0"}


def why_no_window() -> str | None:
    """Why no window can be shown, in words for the user, or None if one can."""
    if not sys.platform.startswith("linux"):
        return None
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return "no display (DISPLAY is not set)"
    leave_out_foreign_plugins()
    try:
        tried = subprocess.run([sys.executable, "-c", ATTEMPT], capture_output=True, text=True, timeout=TRY_S)
    except subprocess.TimeoutExpired:
        return f"no display (Qt did not start within {TRY_S:g} s)"
    if tried.returncode == 0:
        return None
    return f"no window can be shown ({why_not(tried.stderr)})"


def why_not(said: str) -> str:
    """The part of Qt's messages that says why it did not start; missing libraries are named instead.

    Args:
        said: what Qt, or Python while it imported Qt, wrote on stderr.
    """
    missing = sorted(set(re.findall(_NOT_FOUND, said)) | set(missing_libraries(*_qt_files())))
    if missing:
        remedy = f"sudo apt-get install {' '.join(packages(missing))}"
        return f"Qt lacks {', '.join(missing)}; on Debian and Ubuntu: {remedy}"
    words = [line.strip() for line in said.splitlines() if line.strip()] or ["no reason given"]
    return next((line for line in words if "could not" in line or "Error" in line), words[-1])


def leave_out_foreign_plugins() -> None:
    """Takes OpenCV's own Qt out of the environment; call it after `import cv2` and before Qt starts.

    opencv-python and opencv-contrib-python (but not -headless) bring a Qt of their own on Linux and, when they are
    imported, point these variables at it; PyQt5 cannot use those plug-ins, and no window would open. What the user has
    set to any other place stays.
    """
    found = importlib.util.find_spec("cv2")
    if found is None or found.origin is None:
        return
    for name in FOREIGN:
        place = os.environ.get(name)
        if place and Path(place).resolve().is_relative_to(Path(found.origin).resolve().parent):
            del os.environ[name]


def missing_libraries(*files: Path) -> list[str]:
    """The shared libraries that these files need, directly or not, and that are missing on this machine."""
    names: set[str] = set()
    for file in files:
        try:
            told = subprocess.run(["ldd", str(file)], capture_output=True, text=True, timeout=TRY_S)
        except (OSError, subprocess.TimeoutExpired):
            continue  # without ldd only Qt's own message is left
        names |= set(re.findall(_NOT_FOUND, told.stdout))
    return sorted(names)


def packages(libraries: list[str]) -> list[str]:
    """Debian's and Ubuntu's packages of these libraries: named after them, by Debian's rule."""
    return sorted({_PACKAGES.get(name) or _package(name) for name in libraries})


def _package(library: str) -> str:
    name, _, version = library.lower().partition(".so")
    version = version.removeprefix(".")
    return f"{name}-{version}" if name[-1:].isdigit() and version else name + version


def _qt_files() -> list[Path]:
    """PyQt5's widgets and the plug-in for the display that Qt would use, where PyQt5 brings its own."""
    found = importlib.util.find_spec("PyQt5")
    if found is None or found.origin is None:
        return []
    folder = Path(found.origin).parent
    platform = (os.environ.get("QT_QPA_PLATFORM") or "xcb").partition(":")[0].partition(";")[0]
    return [*folder.glob("QtWidgets*.so"), *folder.glob(f"Qt*/plugins/platforms/libq{platform}.so")]
