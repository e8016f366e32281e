"""The doctor: a line for everything, found by trying, with a remedy for what is missing."""

from __future__ import annotations

import ast
import ctypes
import re
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from tests.fakes import ROOT
from tests.fakes.cameras import with_fake_estimator
from tests.kinect_double import kinect_double
from tests.kinect_double.player import Player
from tsmf_live import doctor
from tsmf_live.gui import language
from tsmf_live.gui.doctor_words import in_words
from tsmf_live.sources.camera import pose_model
from tsmf_live.sources.demo import DemoSource
from tsmf_live.sources.kinect import usb as kinect_usb

PACKAGES = ["numpy", "opencv", "av", "safetensors", "tqdm"]
NAMES = [
    *PACKAGES,
    "Python",
    "Windows",
    "USB",
    "pykinect2",
    "comtypes",
    "Kinect SDK",
    "sensor",
    "cameras",
    "torch",
    "CUDA",
    "window",
]
NAMES += ["weights", "disk", "recording"]
#: Of these a version or a name is all that is said while all is well.
DATA = {*doctor.PACKAGES, "Windows", "pykinect2", "comtypes", "torch", "CUDA", "window", "cameras"}


@pytest.fixture
def told(capsys, monkeypatch, tmp_path, teacher_file, qapp):
    """Runs the doctor in this process: (exit code, name -> (state, text), remedies). The window knows all it says."""
    findings, tell = [], doctor.tell
    monkeypatch.setattr(doctor, "tell", lambda finding: (findings.append(finding), tell(finding)))
    monkeypatch.setattr(doctor, "CHECKPOINTS", (teacher_file,))
    monkeypatch.setattr(doctor, "RECORDED_FRAMES", 5)
    monkeypatch.setattr(doctor, "DISK_MB", 4)

    def run(*arguments: str):
        code = doctor.main(["--folder", str(tmp_path), *arguments])
        for finding in findings:
            data = finding.state == doctor.GOOD and finding.name in DATA
            error = finding.state == doctor.BROKEN or re.match(r"\w+Error: ", finding.text)
            assert data or error or in_german(finding.text) != finding.text, finding
            assert not finding.remedy or in_german(finding.remedy) != finding.remedy or "pip install" in finding.remedy
        return code, *read(capsys.readouterr().out)

    return run


def in_german(text: str) -> str:
    """As the window says it."""
    language.use_language("de")
    try:
        return in_words(text)
    finally:
        language.use_language("en")


@pytest.mark.parametrize("path", ["doctor.py", "sources/kinect/library.py", "sources/kinect/source.py"])
def test_the_window_has_every_finding_in_its_languages(path, qapp):
    """What is written as one text where a finding is made; whatever changes in it is a 7 here."""
    texts = []
    for node in ast.walk(ast.parse((ROOT / "tsmf_live" / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Finding", "KinectMissing"):
            for argument in node.args[2 if node.func.id == "Finding" else 0 :]:
                parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
                if isinstance(argument, (ast.JoinedStr, ast.Constant)):
                    texts.append("".join(one.value if isinstance(one, ast.Constant) else "7" for one in parts))
    said = [text for text in texts if re.search(r"[a-z]{2} [a-z]{2}", text) and "pip install" not in text]
    assert said
    assert [text for text in said if in_german(text) == text] == []


def read(out: str) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """name -> (state, text); the remedies."""
    found = {}
    for line in out.splitlines():
        if match := re.match(r" *(good|absent|BROKEN)  (.{11}) (.*)", line):
            found[match[2].strip()] = match[1], match[3]
    return found, [line for line in out.splitlines() if "->" in line]


elsewhere = pytest.mark.skipif(sys.platform == "win32", reason="what is missing on Windows is another thing")


@elsewhere
def test_every_check_has_a_line_and_what_is_missing_a_remedy(told, tmp_path):
    code, found, remedies = told()
    assert code == 0, "without a Kinect the program runs all the same"
    assert set(NAMES) <= set(found)
    assert found["Kinect SDK"][0] == "absent"
    assert any("needs Windows" in line for line in remedies)
    assert re.search(r"\d+ MB/s, \d+ GB free", found["disk"][1])
    assert found["weights"][1].startswith("teacher.safetensors: 5 actions")
    assert not list(tmp_path.iterdir()), "what it wrote is gone"


def test_what_a_camera_needs_is_told(told, monkeypatch, tmp_path):
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setattr(pose_model, "is_installed", lambda: False)
    _, found, remedies = told()
    assert found["cameras"][0] == "absent"
    assert "MediaPipe Pose, which is not installed" in found["cameras"][1]
    assert any("pip install mediapipe; get pose_landmarker_full.task" in line for line in remedies)
    model = with_fake_estimator(monkeypatch, tmp_path)
    pose_model.remember(model)
    _, found, _ = told()
    assert found["cameras"][0] == "good"
    assert found["cameras"][1].startswith("MediaPipe Pose lite")


@elsewhere
def test_a_sensor_that_answers_is_watched(told):
    with kinect_double() as device, Player(device, DemoSource("demo:persons=1")):
        _, found, _ = told("--seconds", "1")
    assert found["Kinect SDK"] == ("good", "Kinect20.dll and pykinect2 load")
    assert found["sensor"][0] == "good"
    assert found["sensor"][1].endswith("says that it is available: yes"), "now, and not before its first frame"
    assert "1 people at most" in found["bodies"][1]
    assert "picture minus bodies" in found["colour"][1]


@elsewhere
def test_how_late_pictures_come_is_told(told):
    with kinect_double() as device, Player(device, DemoSource("demo:persons=1"), color_late_s=0.1):
        device.color_conversion_s = 0.02
        _, found, _ = told("--seconds", "1")
    late_ms, conversion_ms = map(
        int, re.search(r"complete (\d+) ms .* (\d+) ms conversion", found["colour"][1]).groups()
    )
    assert 100 <= late_ms < 3000  # milliseconds, on a machine without time, too
    assert 20 <= conversion_ms < 1000


BLOCKED = """
import os, runpy, sys
names, arguments = sys.argv[1].split(","), sys.argv[2:]
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Gone())
import tsmf_live.doctor as doctor
doctor.DISK_MB, doctor.RECORDED_FRAMES = 1, 2
sys.exit(doctor.main(arguments))
"""
GONE = {"numpy": "numpy", "cv2": "opencv", "av": "av", "torch": "torch", "safetensors": "safetensors", "tqdm": "tqdm"}
often = ("torch", "numpy,torch,cv2,PyQt5,pyqtgraph,av,safetensors,tqdm,comtypes,pykinect2")
rarely = [pytest.param(name, marks=pytest.mark.long) for name in ("numpy", "cv2", "av", "safetensors", "tqdm", "PyQt5")]


@elsewhere
@pytest.mark.parametrize("names", [*often, *rarely])
def test_without_a_package_there_is_a_line_for_it_and_all_others(names, tmp_path):
    command = [sys.executable, "-c", BLOCKED, names, "--folder", str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.stderr == ""
    found, remedies = read(ended.stdout)
    assert {"Python", "Windows", "USB", "Kinect SDK", "sensor", "torch", "window", "weights", "disk"} <= set(found)
    for name in names.split(","):
        if name in GONE:
            assert found[GONE[name]] == ("BROKEN", f"ModuleNotFoundError: No module named {name!r}")
            assert any("pip install -r requirements.txt" in line for line in remedies)
    assert ended.returncode == (names != "PyQt5")
    assert not list(tmp_path.iterdir())


@elsewhere
def test_with_nothing_but_python_it_runs(tmp_path):
    command = [sys.executable, "-S", "-m", "tsmf_live.doctor", "--folder", str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stderr) == (1, "")
    found, _ = read(ended.stdout)
    assert {found[name][0] for name in (*PACKAGES, "torch")} == {"BROKEN"}
    assert found["disk"][0] == "good"


def test_a_package_that_is_half_there_is_a_line(told, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", SimpleNamespace())
    code, found, _ = told()
    assert code == 1
    assert found["av"][0] == "BROKEN"
    assert found["weights"][0] == "good"


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(28, "No space left on device")])
def test_a_folder_that_cannot_be_written_is_a_line(told, monkeypatch, error):
    def refused(*_arguments: object, **_options: object) -> str:
        raise error

    monkeypatch.setattr(tempfile, "mkdtemp", refused)
    code, found, _ = told()
    assert code == 0
    assert found["disk"] == ("absent", f"nothing can be written in {found['disk'][1].split(' in ')[1]}")
    assert error.strerror in found["disk"][1]
    assert found["recording"][0] == "absent"


class Registry:
    """winreg over paths and their values."""

    HKEY_LOCAL_MACHINE = object()

    def __init__(self, keys: dict[str, dict[str, str]]) -> None:
        self.keys = keys

    @contextmanager
    def OpenKey(self, parent: object, path: str):
        path = path if parent is self.HKEY_LOCAL_MACHINE else f"{parent}\\{path}"
        if not any(key == path or key.startswith(path + "\\") for key in self.keys):
            raise FileNotFoundError(2, path)
        yield path

    def EnumKey(self, path: str, number: int) -> str:
        below = sorted({key[len(path) + 1 :].split("\\")[0] for key in self.keys if key.startswith(path + "\\")})
        if number >= len(below):
            raise OSError(259, "no more data")
        return below[number]

    def QueryValueEx(self, path: str, name: str) -> tuple[str, int]:
        if name not in self.keys.get(path, {}):
            raise FileNotFoundError(2, name)
        return self.keys[path][name], 1


ENUM, CLASS = r"SYSTEM\CurrentControlSet\Enum\USB", r"SYSTEM\CurrentControlSet\Control\Class"
WHOLE = {  # the several devices in one: Windows' own driver, always new
    rf"{ENUM}\VID_045E&PID_02C4\1234": {"Driver": r"{usb}\0001"},
    rf"{CLASS}\{{usb}}\0001": {"DriverVersion": "10.0.22621.1"},
}


def sensor(product: str, version: str | None) -> dict[str, dict[str, str]]:
    """The registry's entries of a sensor's own part; None: without a driver."""
    device = rf"{ENUM}\VID_045E&PID_{product}&MI_00\6&abc&0&0000"
    if version is None:
        return {device: {"Service": "none"}}
    return {device: {"Driver": rf"{{kinect}}\{product}"}, rf"{CLASS}\{{kinect}}\{product}": {"DriverVersion": version}}


@pytest.mark.parametrize(
    ("keys", "state", "text"),
    [
        (sensor("02C4", "2.2.1811.10000"), "good", "driver 2.2.1811.10000"),
        (sensor("02D8", "2.2.1905.16000"), "good", "driver 2.2.1905.16000"),
        (sensor("02C4", "2.0.1410.19000"), "absent", "driver 2.0.1410.19000"),
        (sensor("02D8", "2.2.1610.17001"), "absent", "driver 2.2.1610.17001"),
        (sensor("02C4", None), "absent", "driver missing"),
    ],
)
def test_the_driver_is_the_sensors_own(monkeypatch, keys, state, text):
    monkeypatch.setitem(sys.modules, "winreg", Registry(WHOLE | keys))
    (finding,) = doctor.check_usb()
    assert (finding.name, finding.state) == ("driver", state)
    assert finding.text.endswith(text)
    assert ("2.2.1811" in finding.remedy) == (state == "absent")


def test_the_driver_of_the_whole_is_none_of_the_sensors(monkeypatch):
    monkeypatch.setitem(sys.modules, "winreg", Registry(WHOLE))
    (finding,) = doctor.check_usb()
    assert (finding.name, finding.state) == ("USB", "absent")


class Manager:
    """cfgmgr32's list of the devices that are there."""

    def __init__(self, *names: str) -> None:
        self.text = "".join(f"{name}\0" for name in names) + "\0"

    def CM_Get_Device_ID_List_SizeW(self, size: object, enumerator: str, flags: int) -> int:
        assert (enumerator, flags) == ("USB", 0x101), "those that are plugged in now"
        size._obj.value = len(self.text)
        return 0

    def CM_Get_Device_ID_ListW(self, enumerator: str, names: ctypes.Array, size: int, flags: int) -> int:
        names[: len(self.text)] = self.text
        return 0


HUB, MOUSE = r"USB\VID_045E&PID_02D9\5&1", r"USB\VID_046D&PID_C52B\7&2"
IDS = {"02C4": (r"USB\VID_045E&PID_02C4\1234", r"USB\Vid_045E&Pid_02C4&MI_00\6&ABC&0&0000")}


@pytest.mark.parametrize(
    ("names", "there"), [((), False), ((HUB, MOUSE), False), ((MOUSE, *IDS["02C4"]), True), (IDS["02C4"][:1], True)]
)
def test_windows_tells_whether_a_sensor_is_at_a_cable(monkeypatch, names, there):
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(cfgmgr32=Manager(*names)), raising=False)
    monkeypatch.setitem(sys.modules, "winreg", Registry(WHOLE | sensor("02C4", "2.2.1811.10000")))
    assert kinect_usb.plugged_in() == there
    found = {finding.name: finding for finding in doctor.check_usb()}
    assert found["USB"].state == ("good" if there else "absent")
    assert found["driver"].text.count("not plugged in now") == (IDS["02C4"][1] not in names)


def test_linux_tells_whether_a_sensor_is_at_a_cable(monkeypatch, tmp_path):
    for name, values in {"1-1": ("046d", "c52b", "12"), "2-1": ("045e", "02c4", "5000"), "1-1:1.0": None}.items():
        (tmp_path / name).mkdir()
        for file, value in zip(("idVendor", "idProduct", "speed"), values or (), strict=False):
            (tmp_path / name / file).write_text(f"{value}\n")
    monkeypatch.setattr(kinect_usb, "LINUX_DEVICES", tmp_path)
    assert kinect_usb.plugged_in()
    (finding,) = doctor.check_usb()
    assert (finding.state, finding.text) == ("good", "Kinect v2 sensor, 5000 Mbit/s")
    monkeypatch.setattr(kinect_usb, "LINUX_DEVICES", tmp_path / "none")
    assert not kinect_usb.plugged_in()


def test_weights_that_do_not_load_are_broken(told, monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "CHECKPOINTS", (tmp_path / "none.safetensors",))
    code, found, _ = told()
    assert code == 1
    assert found["weights"][0] == "BROKEN"


IMPOSSIBLE = [("--seconds", "0"), ("--seconds", "inf"), ("--seconds", "nan"), ("--folder", "/no/such/folder")]


@pytest.mark.parametrize("arguments", IMPOSSIBLE)
def test_impossible_settings_are_a_usage_error(arguments):
    with pytest.raises(SystemExit, match="2"):
        doctor.main(arguments)
