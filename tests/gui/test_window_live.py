"""The real window on the real pipeline: record, redo, freeze, export, seek, annotate, another source, swap, close."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtWidgets import QApplication, QMessageBox

from tests.fakes.networks import random_model
from tests.fakes.recordings import frames as recorded_frames
from tests.fakes.recordings import write_session
from tsmf_live.gui.window import MainWindow
from tsmf_live.live.launcher import Launcher
from tsmf_live.live.pipeline import RunSettings
from tsmf_live.nets import checkpoint
from tsmf_live.recording.annotations import Annotations
from tsmf_live.recording.tables import read_frame_rows

LIMIT_MS = 60_000  # the machine may be busy with other things


@pytest.fixture
def live(shown, qtbot, checkpoint_file, tmp_path):
    """Opens the window on a run of a source; the run is ended with the window, and must have ended well."""
    launchers = []

    def start(source: str | Path, **settings: object) -> MainWindow:
        named = {"source": str(source), "inspect": True, "hold_at_end": True} | settings
        launchers.append(Launcher(str(source), checkpoint_file, "cpu", None))
        run = launchers[-1].begin(RunSettings(**named), [])
        run.start()
        window = shown(run, launcher=launchers[-1])
        window.desk.recording.set_study(str(tmp_path / "study"))
        window._timer.start()
        until(qtbot, lambda: window._view is not None and window._view.prediction is not None)
        return window

    yield start
    for launcher in launchers:
        launcher.pipeline.close()
        assert launcher.pipeline.finish()[1] == []


def until(qtbot, what) -> None:
    qtbot.waitUntil(lambda: bool(what()), timeout=LIMIT_MS)


def state(window) -> str:
    return window._view.recording.state


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    """A session of 6 s with pictures in its first second."""
    moments = recorded_frames(30, color=True) + recorded_frames(180)[30:]
    return write_session(tmp_path_factory.mktemp("recorded") / "take", moments, preset="ultrafast")


def test_a_take_is_recorded_discarded_and_recorded_again(live, qtbot, tmp_path):
    window = live("demo")
    window.desk.recording.subject.setText("P07")
    window.desk.recording.action.setText("reading")
    qtbot.keyClick(window, Qt.Key_R)
    until(qtbot, lambda: state(window) == "recording" and window._view.recording.frames > 5)
    assert window.desk.property("recording") is True
    first = window._view.recording.folder
    qtbot.keyClick(window, Qt.Key_R, Qt.ControlModifier | Qt.ShiftModifier)
    box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
    next(button for button in box.buttons() if box.buttonRole(button) == QMessageBox.AcceptRole).click()
    until(qtbot, lambda: state(window) == "off" and not first.exists())
    with qtbot.waitActive(window):  # without a window manager nobody gives it the keyboard back
        window.activateWindow()
    qtbot.keyClick(window, Qt.Key_R)
    until(qtbot, lambda: state(window) == "recording" and window._view.recording.frames > 5)
    assert window._view.recording.folder == first  # its number is used again
    qtbot.keyClick(window, Qt.Key_R)
    until(qtbot, lambda: state(window) == "off")
    window.close()
    assert [path.name for path in (tmp_path / "study").iterdir()] == ["take-001"]
    assert '"P07"' in (first / "session.json").read_text(encoding="utf-8")
    assert len(read_frame_rows(first, [])) > 5


def test_a_source_that_cannot_be_used_changes_nothing(live, qtbot):
    window = live("demo")
    run = window.run
    kinect = () if sys.platform == "win32" else ("kinect",)  # there the Kinect's DLL may be installed
    for source in (*kinect, "no-such-folder", "kinect:acquire=magic", "demo:persons=99"):
        captured = run.view().health[0].count
        if source == "kinect":
            qtbot.keyClick(window, Qt.Key_K, Qt.ControlModifier)
        else:
            window.opening.source(source)
        assert window.opening._errand is not None
        until(qtbot, lambda: window.opening._errand is None)
        assert source.partition(":")[0] in window.desk.banners.notice.text().lower()
        assert window.run is run
        until(qtbot, lambda captured=captured: run.view().health[0].count > captured + 10)
        assert run.view().state == "running"
    window.close()


def test_freezing_stops_the_picture_and_nothing_else(live, qtbot, tmp_path):
    window = live("demo")
    until(qtbot, lambda: len(window.run.look_back.snapshot().pictures) > 3)
    qtbot.keyClick(window, Qt.Key_F)
    until(qtbot, lambda: window.desk.inspector.frozen)
    captured = window.run.view().health[0].count
    until(qtbot, lambda: window.run.view().health[0].count > captured + 10)
    window.desk.inspector.save_picture(tmp_path / "moment.png")
    window.desk.inspector.save_values(tmp_path / "moment.csv")
    assert (tmp_path / "moment.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "moment.csv").stat().st_size > 100
    window.leave()
    assert not window.desk.inspector.frozen
    window.close()


def test_a_recording_is_sought_and_annotated_while_it_is_played(live, qtbot, recorded):
    window = live(recorded)
    until(qtbot, lambda: window.desk.annotations is not None and window.desk.annotations.isEnabled())
    qtbot.keyClick(window, Qt.Key_Space)
    until(qtbot, lambda: window._view.player.paused)
    window.desk.player.timeline.clicked.emit(3.0)
    until(qtbot, lambda: abs(window.desk.player.position_s - 3.0) < 0.02)
    until(qtbot, lambda: window._view.frame.position_s == pytest.approx(3.0, abs=0.02))
    window.desk.annotations.label.setText("juggling")
    qtbot.keyClick(window, Qt.Key_A)
    for _ in range(15):
        qtbot.keyClick(window, Qt.Key_Right)
    until(qtbot, lambda: abs(window.desk.player.position_s - 3.5) < 0.02)
    qtbot.keyClick(window, Qt.Key_A)
    (segment,) = Annotations(recorded).segments
    assert (segment.start_s, segment.end_s) == (pytest.approx(3.0, abs=0.02), pytest.approx(3.5, abs=0.02))
    qtbot.keyClick(window, Qt.Key_Z, Qt.ControlModifier)
    assert Annotations(recorded).segments == []
    window.close()


@pytest.mark.long
def test_another_source_takes_over_in_the_same_window(live, qtbot, recorded):
    window = live("demo")
    first = window.run
    window.opening.source(str(recorded))
    until(qtbot, lambda: window.run is not first)
    assert not first.running
    until(qtbot, lambda: window._view.player is not None and window._view.frame is not None)
    assert window.run.settings.source_name == recorded.name
    missing = str(recorded / "nothing.skeleton")
    second = window.run
    window.opening.source(missing)
    until(qtbot, lambda: window.opening._errand is None)
    assert window.run is second
    assert second.running
    assert "no such file" in window.desk.banners.notice.text()
    window.close()
    assert not second.running


@pytest.mark.long
def test_weights_are_swapped_while_it_runs(live, qtbot, tmp_path):
    labels = ("one", "two", "three", "nothing")
    model = random_model(labels=labels, idle="nothing", crop="metric", window_frames=45)
    path = tmp_path / "other.safetensors"
    checkpoint.save(path, model.spec, model.teacher.state_dict(), model.student.state_dict())
    window = live("demo")
    before, captured = window._view.prediction, window.run.view().health[0].count
    assert set(dict(before.teacher)) <= {"class 0", "class 1", "class 2", "class 3", "idle"}
    window.opening.checkpoint(path)
    until(qtbot, lambda: window.run.checkpoint_name == "other.safetensors")
    until(qtbot, lambda: set(dict(window._view.prediction.teacher)) <= set(labels) and window._view.prediction.teacher)
    assert window.run.labels == labels
    assert window.run.running
    assert window.run.view().health[0].count > captured
    (tmp_path / "bad.safetensors").write_bytes(b"nothing of the kind")
    window.opening.checkpoint(tmp_path / "bad.safetensors")
    until(qtbot, lambda: window.opening._errand is None)
    assert "not a readable safetensors file" in window.desk.banners.notice.text()
    assert window.run.checkpoint_name == "other.safetensors"
    window.close()


@pytest.mark.long  # real time: a machine that has no time for capture either would fail it
def test_a_window_that_stalls_for_five_seconds_loses_nothing(live, qtbot, recorded):
    window = live(recorded, hold_at_end=False)
    qtbot.keyClick(window, Qt.Key_R)
    until(qtbot, lambda: state(window) == "recording" or window._view.state == "ended")
    folder = window._view.recording.folder
    QTimer.singleShot(0, lambda: time.sleep(5))
    QApplication.processEvents()
    until(qtbot, lambda: window._view.state == "ended")
    health = {stage.name: stage for stage in window._view.health}
    assert (health["capture"].count, health["pose"].count) == (180, 180)
    assert (health["capture"].dropped, health["pose"].dropped) == (0, 0)
    rows = read_frame_rows(folder, [])
    assert [row.dropped for row in rows] == [0] * len(rows)
    assert np.diff([row.index for row in rows]).tolist() == [1] * (len(rows) - 1)
    assert rows[-1].index - rows[0].index == len(rows) - 1
    assert window._view.recording.lost == 0
    predicted = [p.sensor_time_s for p in window.run.look_back.snapshot().predictions]
    assert max(predicted) > 5.5  # inference went on to the end
    window.close()
    assert window.run.finish()[0].frames_dropped == 0  # on the way to pose and to inference


@pytest.mark.parametrize("recording", [pytest.param(False, marks=pytest.mark.long), True])
def test_closing_at_once_is_safe_while_busy_and_while_recording(live, qtbot, recorded, recording, tmp_path):
    window = live("demo")
    if recording:
        qtbot.keyClick(window, Qt.Key_R)
        until(qtbot, lambda: state(window) == "recording" and window._view.recording.frames > 3)
        folder = window._view.recording.folder
        assert not window.close()  # it asks
        window.close_now()  # and this is what Ctrl-C does
        assert len(read_frame_rows(folder, [])) > 3
        assert '"ended"' in (folder / "session.json").read_text(encoding="utf-8")
    else:
        first = window.run
        window.opening.source(str(recorded))
        window.close()
        assert not first.running
        assert not window.run.running


@pytest.mark.skipif(os.name == "nt", reason="ends a process by a signal")
@pytest.mark.long
def test_the_program_is_driven_by_real_keys_and_the_mouse(tmp_path):
    """run_live.py in a process of its own under Xvfb; xdotool types and clicks like a person."""
    import shutil
    import subprocess
    import sys

    from tests.fakes import ROOT

    if not all(shutil.which(tool) for tool in ("Xvfb", "xdotool", "openbox")):
        pytest.skip("needs Xvfb, xdotool and a window manager (openbox)")
    home = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    display = {"DISPLAY": ":87", "QT_QPA_PLATFORM": "xcb"}
    environment = {**os.environ, **home, **display}
    server = subprocess.Popen(["Xvfb", ":87", "-screen", "0", "1280x720x24", "-nolisten", "tcp"])
    programs = [server]

    def tool(*words: str) -> str:
        done = subprocess.run(["xdotool", *words], env=environment, capture_output=True, text=True, timeout=60)
        return done.stdout.strip()

    def wait_for(what, limit_s: float = 120.0) -> None:
        end_s = time.monotonic() + limit_s
        while not what():
            assert time.monotonic() < end_s
            time.sleep(0.2)  # another process: there is nothing to wait on

    try:
        time.sleep(1)
        programs.append(subprocess.Popen(["openbox"], env=environment))
        command = [sys.executable, str(ROOT / "run_live.py"), "--source", "demo", "--json", str(tmp_path / "run.json")]
        program = subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
        programs.append(program)
        wait_for(lambda: tool("search", "--onlyvisible", "--name", "TSMF live"))
        window = tool("search", "--onlyvisible", "--name", "TSMF live").split()[0]
        tool("windowactivate", "--sync", window)
        wait_for(lambda: (tmp_path / "run.json").exists() and (tmp_path / "run.json").stat().st_size > 2000)
        tool("key", "ctrl+3")
        tool("key", "r")
        takes = tmp_path / "Documents" / "tsmf", tmp_path / "tsmf"
        wait_for(lambda: any((folder / "take-001" / "frames.csv").exists() for folder in takes))
        tool("mousemove", "--window", window, "400", "400", "click", "1")
        tool("key", "f")
        tool("key", "Escape")
        tool("key", "F11")
        time.sleep(1)
        tool("key", "F11")
        tool("key", "r")
        take = next(folder / "take-001" for folder in takes if (folder / "take-001").exists())
        wait_for(lambda: '"ended"' in (take / "session.json").read_text(encoding="utf-8"))
        tool("key", "ctrl+q")
        assert program.wait(60) == 0
        assert len(read_frame_rows(take, [])) > 3
    finally:
        for started in reversed(programs):
            started.terminate()
            started.communicate(timeout=30)
