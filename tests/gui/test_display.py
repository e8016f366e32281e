"""Whether a window can be shown, and why not; what Qt holds is let go before the interpreter ends."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import PyQt5
import pytest

from tests.fakes import ROOT
from tsmf_live.doctor import GOOD, check_window
from tsmf_live.gui import display

LIMIT_S = 120
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X displays and shared libraries")
QT = Path(PyQt5.__file__).parent / "Qt5"


def script(code: str, *arguments: str, **changes: str) -> subprocess.CompletedProcess:
    """Runs Python code with the tests' folder at hand."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    around = os.environ | {"PYTHONPATH": paths, "PYTHONWARNINGS": "ignore"} | changes
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, env=around, capture_output=True, text=True, timeout=LIMIT_S)


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libxcb-icccm.so.4", "libxcb-icccm4"), ("libxcb-render-util.so.0", "libxcb-render-util0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"), ("libX11.so.6", "libx11-6"), ("libGL.so.1", "libgl1"),
        ("libX11-xcb.so.1", "libx11-xcb1"), ("libdbus-1.so.3", "libdbus-1-3"), ("libEGL.so.1", "libegl1"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
    ],
)  # fmt: skip
def test_a_library_is_in_the_package_that_debian_names_after_it(library, package):
    assert display.packages([library]) == [package]


@pytest.fixture
def plugin(tmp_path) -> Path:
    """Qt's plug-in for X displays, beside libraries of which one needs two that are on no machine."""
    lacking, folder = QT / "lib" / "libQt5XcbQpa.so.5", tmp_path / "plugins" / "platforms"
    if not lacking.exists() or shutil.which("ldd") is None:
        pytest.skip("PyQt5 without libraries of its own, or no ldd")
    (tmp_path / "lib").mkdir()
    folder.mkdir(parents=True)
    for library in lacking.parent.iterdir():
        if library.name != lacking.name:
            (tmp_path / "lib" / library.name).symlink_to(library)
    needs = lacking.read_bytes().replace(b"libxcb-icccm.so.4", b"libxcb-icccm.so.9")
    (tmp_path / "lib" / lacking.name).write_bytes(needs.replace(b"libxcb-keysyms.so.1", b"libxcb-keysyms.so.8"))
    return Path(shutil.copy(QT / "plugins" / "platforms" / "libqxcb.so", folder))


@LINUX
def test_libraries_that_qt_lacks_are_named_with_the_line_that_installs_them(plugin, monkeypatch):
    assert display.missing_libraries(plugin) == ["libxcb-icccm.so.9", "libxcb-keysyms.so.8"]
    monkeypatch.setattr(display, "_qt_files", lambda: [plugin])
    said = 'qt.qpa.plugin: Could not load the Qt platform plugin "xcb" in "" even though it was found.\nAvailable: x\n'
    assert display.why_not(said) == (
        "Qt lacks libxcb-icccm.so.9, libxcb-keysyms.so.8; "
        "on Debian and Ubuntu: sudo apt-get install libxcb-icccm9 libxcb-keysyms8"
    )


def test_a_library_that_pythons_import_lacks_is_named_likewise(monkeypatch):
    monkeypatch.setattr(display, "_qt_files", list)
    said = "Traceback (most recent call last):\nImportError: libGL.so.1: cannot open shared object file: No such file\n"
    assert display.why_not(said) == "Qt lacks libGL.so.1; on Debian and Ubuntu: sudo apt-get install libgl1"
    assert display.why_not("qt.qpa.xcb: could not connect to display :9\nThis application failed\n") == (
        "qt.qpa.xcb: could not connect to display :9"
    )
    assert display.why_not("") == "no reason given"


def test_only_opencvs_own_plugins_are_taken_out_of_the_environment(monkeypatch, tmp_path):
    inside = Path(cv2.__file__).parent / "qt"
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", str(inside / "plugins"))
    monkeypatch.setenv("QT_QPA_FONTDIR", str(tmp_path))
    display.leave_out_foreign_plugins()
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
    assert os.environ["QT_QPA_FONTDIR"] == str(tmp_path)
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", f"{inside.parent}-of-mine")
    monkeypatch.setenv("QT_QPA_FONTDIR", str(inside / "fonts"))
    display.leave_out_foreign_plugins()
    assert os.environ["QT_QPA_PLATFORM_PLUGIN_PATH"] == f"{inside.parent}-of-mine"
    assert "QT_QPA_FONTDIR" not in os.environ


@LINUX
def test_foreign_plugins_do_not_keep_the_window_from_opening(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", str(Path(cv2.__file__).parent / "qt" / "plugins"))
    assert display.why_no_window() is None
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", str(Path(cv2.__file__).parent / "qt" / "plugins"))
    assert [finding.text for finding in check_window() if finding.state != GOOD] == []


REFUSED = """
import os
from tsmf_live.gui.show import application
def refused(reason):
    print(reason, flush=True)
    os._exit(7)
with application(refused):
    print("opened")
"""


@LINUX
def test_a_display_that_refuses_is_told_to_the_caller_before_qt_aborts():
    done = script(REFUSED, DISPLAY=":7391", QT_QPA_PLATFORM="xcb")
    assert (done.returncode, done.stderr) == (7, "")
    assert done.stdout.splitlines() == ["could not connect to display :7391"]


LET_GO = """
import gc
from tests.fakes.window_fakes import FakePipeline, make_view
from tsmf_live.gui.show import application, run_window
from PyQt5 import sip
from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QApplication

def held():
    found = (o for o in gc.get_objects() if isinstance(o, sip.simplewrapper) and isinstance(o, QObject))
    return sorted({type(o).__name__ for o in found if not sip.isdeleted(o)})

with application(print):
    run = FakePipeline(make_view(2, state="ended"))
    run.close_error = RuntimeError("broken")  # its traceback holds frames of the window
    try:
        run_window(run, quit_when_ended=True)
    except RuntimeError as error:
        kept = error
    print(held())
print(held(), QApplication.instance())
"""


def test_nothing_of_qt_is_left_for_the_interpreters_end(tmp_path):
    done = script(LET_GO, QT_QPA_PLATFORM="offscreen", XDG_DATA_HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path))
    assert done.stdout.splitlines() == ["['QApplication']", "[] None"], done.stderr
    assert done.returncode == 0


@pytest.mark.long
@LINUX
def test_the_program_goes_on_headless_where_the_display_refuses_after_it_was_tried(tmp_path, checkpoint_file):
    code = (
        "import sys, run_live, tsmf_live.gui.display as d\nd.why_no_window = lambda: None\n"
        "sys.exit(run_live.main(sys.argv[1:]))"
    )
    more = [
        "--source",
        "demo",
        "--duration",
        "1",
        "--checkpoint",
        str(checkpoint_file),
        "--record",
        str(tmp_path / "r"),
    ]
    done = script(code, *more, DISPLAY=":7391", QT_QPA_PLATFORM="xcb")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "run_live.py: no window can be shown (could not connect to display :7391): running headless"
    ]
    assert "30 frames" in done.stdout
    assert (tmp_path / "r" / "session.json").exists()
