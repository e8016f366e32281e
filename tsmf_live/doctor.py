"""What works on this machine, and what to do about the rest.

    python -m tsmf_live.doctor

Every line is found by trying. Exit code: 0 if the program can run here (with recordings or the demo at least), 1 if
something that it always needs is broken.
"""

from __future__ import annotations

import ctypes
import importlib.metadata
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tsmf_live.command import OneLineParser
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, FRAME_RATE_HZ, SensorFrame, TsmfError
from tsmf_live.sources import kinect_library
from tsmf_live.sources.kinect import CHECK_CABLES, KinectSource
from tsmf_live.sources.kinect_library import KinectMissing
from tsmf_live.sources.kinect_state import KinectStatus

#: pip takes the build for CPUs for the same version unless the other one is named in full
CUDA_TORCH = "torch==2.13.0+cu130 --index-url https://download.pytorch.org/whl/cu130"
CHECKPOINT = Path(__file__).resolve().parents[1] / "assets" / "demo.safetensors"
GOOD, ABSENT, BROKEN = "good", "absent", "BROKEN"
KINECT_USB = {"02c4": "sensor", "02d8": "sensor", "02d9": "hub"}  # product ids of vendor 045e
DRIVER = (2, 2, 1811, 10000)  # Windows 10 1809 and later need this one
DISK_MB = 64
DISK_MB_S = 20.0  # a recording takes up to 5 MB/s; the rest is for the disk's bad moments
RECORDED_FRAMES = 45
QT_LIMIT_S = 30


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is (GOOD; ABSENT: something cannot be done; BROKEN: nothing works), what to do."""

    name: str
    state: str
    text: str
    remedy: str = ""


def check_python() -> Iterator[Finding]:
    bits = 8 * ctypes.sizeof(ctypes.c_void_p)
    text = f"{platform.python_version()}, {bits} bits"
    fits = sys.version_info[:2] >= (3, 10) and bits == 64
    yield Finding("Python", GOOD if fits else BROKEN, text, "" if fits else "install Python 3.10 to 3.13 for 64 bits")


def check_windows() -> Iterator[Finding]:
    try:
        version = sys.getwindowsversion()
    except AttributeError:
        yield Finding("Windows", ABSENT, f"this is {platform.platform()}", kinect_library.ON_WINDOWS)
        return
    fits = (version.major, version.minor) >= (6, 3)
    yield Finding("Windows", GOOD if fits else ABSENT, platform.platform(), "" if fits else kinect_library.ON_WINDOWS)


def check_usb() -> Iterator[Finding]:
    """Whether a Kinect v2 is at a cable, at which speed, with which driver."""
    for look in (_linux_usb, _windows_usb):
        try:
            found = list(look())
        except (OSError, ImportError):  # not this system's way of telling
            continue
        yield from found or [Finding("USB", ABSENT, "no Kinect v2 at any port", CHECK_CABLES)]
        return
    yield Finding("USB", ABSENT, "this system does not tell what is plugged in")


def _linux_usb() -> Iterator[Finding]:
    for device in os.scandir("/sys/bus/usb/devices"):
        said = {name: Path(device.path, name) for name in ("idVendor", "idProduct", "speed")}
        values = {name: path.read_text().strip() for name, path in said.items() if path.is_file()}
        part = KINECT_USB.get(values.get("idProduct", ""))
        if values.get("idVendor") == "045e" and part is not None:
            fast = float(values.get("speed", 0)) >= 5000
            yield Finding("USB", GOOD if fast else ABSENT, f"Kinect v2 {part}, {values['speed']} Mbit/s",
                          "" if fast else "plug it into a USB 3 port")  # fmt: skip


def _windows_usb() -> Iterator[Finding]:
    import winreg

    root = r"SYSTEM\CurrentControlSet"
    for product, part in KINECT_USB.items():
        try:
            key = winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, rf"{root}\Enum\USB\VID_045E&PID_{product}")
            with key, winreg.OpenKey(key, winreg.EnumKey(key, 0)) as instance:
                driver = winreg.QueryValueEx(instance, "Driver")[0]
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, rf"{root}\Control\Class\{driver}") as settings:
                version = winreg.QueryValueEx(settings, "DriverVersion")[0]
        except OSError:  # this part was never plugged in, or has no driver
            continue
        numbers = tuple(int(number) for number in version.split(".") if number.isdigit())
        old = part == "sensor" and numbers < DRIVER
        yield Finding("driver", ABSENT if old else GOOD, f"Kinect v2 {part} has been plugged in, driver {version}",
                      "let Windows Update install driver 2.2.1811.10000" if old else "")  # fmt: skip


def check_library() -> Iterator[Finding]:
    for name, version in kinect_library.versions().items():
        known = version is not None
        remedy = "" if known else "needed for a live Kinect on Windows: pip install -r requirements.txt"
        yield Finding(name, GOOD if known else ABSENT, version or "not installed", remedy)
    try:
        kinect_library.load()
    except KinectMissing as error:
        yield Finding("Kinect SDK", ABSENT, error.reason, error.remedy)
    else:
        yield Finding("Kinect SDK", GOOD, "Kinect20.dll and pykinect2 load")


def check_sensor(watch_s: float) -> Iterator[Finding]:
    """Opens the sensor and watches what comes."""
    try:
        kinect_library.load()
    except KinectMissing:
        yield Finding("sensor", ABSENT, "not tried, see the line above")
        return
    print(f"watching the sensor for {watch_s:g} s ...", file=sys.stderr)
    try:
        frames, waited_s, status = _watch(watch_s)
    except KinectMissing as error:
        yield Finding("sensor", ABSENT, error.reason, error.remedy)
        return
    says = {True: "yes", False: "no", None: "not asked"}[status.available]
    yield Finding("sensor", GOOD, f"first frame {waited_s:.1f} s after opening; says that it is available: {says}")
    rate_hz = len(frames) / watch_s
    steady = rate_hz > 0.9 * FRAME_RATE_HZ
    people = max(count for _, count in frames)
    text = f"{rate_hz:.0f} frames a second, {people} people at most, {status.counts['missed']} frames missed"
    slow = "close other programs that use the sensor or the graphics card; use a USB 3 port of its own"
    yield Finding("bodies", GOOD if steady else ABSENT, text, "" if steady else slow)
    colored = sum(color for color, _ in frames) / len(frames)
    text = f"a picture with {colored:.0%} of the frames"
    if status.color_rate_hz is None or status.color_offset_ms is None or colored < 0.5:
        yield Finding("colour", ABSENT, text, "restart the PC; update the graphics driver")
        return
    text += f", {status.color_rate_hz:.0f} a second; picture minus bodies {status.color_offset_ms:+.0f} ms (median)"
    yield Finding("colour", GOOD, text, "dim light halves its rate: more light helps" if status.dim_light else "")


def _watch(watch_s: float) -> tuple[list[tuple[bool, int]], float, KinectStatus]:
    """Of each frame whether it has colour and how many people; the wait for the first; how the sensor was."""
    began_s, first_s, frames = time.perf_counter(), None, []
    source = KinectSource()
    try:
        while first_s is None or time.perf_counter() - first_s < watch_s:
            if (frame := source.read()) is not None:
                first_s = first_s or time.perf_counter()
                frames.append((frame.color_bgra is not None, len(frame.bodies)))
        return frames, first_s - began_s, source.status()
    finally:
        source.close()


def check_torch() -> Iterator[Finding]:
    try:
        import torch
    except (ImportError, OSError) as error:
        yield Finding("torch", BROKEN, str(error).splitlines()[0], "pip install -r requirements.txt")
        return
    yield Finding("torch", GOOD, torch.__version__)
    if torch.cuda.is_available():
        yield Finding("CUDA", GOOD, f"{torch.version.cuda}: {torch.cuda.get_device_name()}")
    elif shutil.which("nvidia-smi"):
        built = f"built for CUDA {torch.version.cuda}" if torch.version.cuda else "built without CUDA"
        yield Finding("CUDA", ABSENT, f"there is an NVIDIA driver, but torch ({built}) cannot use it",
                      f"{sys.executable} -m pip install {CUDA_TORCH}")  # fmt: skip
    else:
        yield Finding("CUDA", ABSENT, "no NVIDIA GPU; the CPU does the work")


def check_window() -> Iterator[Finding]:
    """Shows whether Qt can open a window, in a process of its own: Qt ends the process when it cannot."""
    try:
        version = importlib.metadata.version("PyQt5")
    except importlib.metadata.PackageNotFoundError:
        yield Finding("window", ABSENT, "PyQt5 is not installed", "pip install -r requirements.txt; or use --headless")
        return
    probe = "from PyQt5.QtWidgets import QApplication as A; a = A([]); print(a.platformName())"
    try:
        tried = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, timeout=QT_LIMIT_S)
    except subprocess.TimeoutExpired:
        yield Finding("window", ABSENT, f"Qt does not start within {QT_LIMIT_S} s", "use --headless")
        return
    if tried.returncode == 0:
        yield Finding("window", GOOD, f"PyQt5 {version}, {tried.stdout.strip()}")
        return
    lines = [line for line in tried.stderr.splitlines() if line.strip()] or [f"exit code {tried.returncode}"]
    remedy = "on a machine without a display use --headless; for a missing library see README (apt-get)"
    yield Finding("window", ABSENT, f"PyQt5 {version}: {lines[0].strip()}", remedy)


def check_weights() -> Iterator[Finding]:
    from tsmf_live.nets.tsmf import TSMF

    try:
        began_s = time.perf_counter()
        model = TSMF.load(CHECKPOINT)
    except TsmfError as error:
        yield Finding("weights", BROKEN, str(error), "clone the repository again, or give --checkpoint FILE")
        return
    took_s = time.perf_counter() - began_s
    yield Finding("weights", GOOD, f"{CHECKPOINT.name}: {len(model.spec.labels)} actions, loaded in {took_s:.1f} s")


def check_disk(folder: Path) -> Iterator[Finding]:
    """Writes to the disk, raw and as a recording."""
    from tsmf_live.session import SessionWriter

    with tempfile.TemporaryDirectory(dir=folder, prefix="doctor-") as name:
        block = np.random.default_rng(0).bytes(2**20)
        began_s = time.perf_counter()
        with open(Path(name, "block"), "wb") as file:
            for _ in range(DISK_MB):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        rate = DISK_MB / (time.perf_counter() - began_s)
        free_gb = shutil.disk_usage(name).free / 1e9
        fast = rate >= DISK_MB_S
        remedy = "" if fast else "record to a faster disk (--record)"
        yield Finding("disk", GOOD if fast else ABSENT, f"{rate:.0f} MB/s, {free_gb:.0f} GB free in {folder}", remedy)
        writer = SessionWriter(Path(name, "take"), source_name="doctor")
        times_s = [_timed(writer.write, frame) for frame in _moving_picture()]
        writer.close()
    rate_hz = 1 / statistics.mean(times_s)
    fast = rate_hz > FRAME_RATE_HZ
    remedy = "" if fast else "recording at 30 frames a second would lose some here; close other programs"
    yield Finding("recording", GOOD if fast else ABSENT, f"{rate_hz:.0f} frames of 1080p a second", remedy)


def _moving_picture() -> Iterator[SensorFrame]:
    """Something to encode about as hard as a room: a pattern that moves, and a little noise that stays."""
    rng = np.random.default_rng(0)
    blocks = rng.integers(0, 240, (COLOR_HEIGHT // 40, COLOR_WIDTH // 40, 4), np.uint8)
    noise = rng.integers(0, 8, (COLOR_HEIGHT, COLOR_WIDTH, 1), np.uint8)
    picture = np.kron(blocks, np.ones((40, 40, 1), np.uint8)) + noise
    for i in range(RECORDED_FRAMES):
        yield SensorFrame(i, i / FRAME_RATE_HZ, time.perf_counter(), np.roll(picture, 4 * i, axis=1), ())


def _timed(does: Callable[[SensorFrame], None], frame: SensorFrame) -> float:
    began_s = time.perf_counter()
    does(frame)
    return time.perf_counter() - began_s


def tell(finding: Finding) -> None:
    """One line, and one with the remedy."""
    print(f"{finding.state:>7}  {finding.name:<11} {finding.text}", flush=True)
    if finding.remedy:
        print(f"{'':>21}-> {finding.remedy}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    parser = OneLineParser(
        prog="python -m tsmf_live.doctor",
        description="What works on this machine, and what to do about the rest.",
        epilog="example: python -m tsmf_live.doctor --seconds 10 --folder D:\\recordings",
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="how long to watch the sensor (default 5)")
    parser.add_argument("--folder", type=Path, default=Path.cwd(), help="where recordings will go (default: here)")
    args = parser.parse_args(arguments)
    if not args.seconds > 0 or not args.folder.is_dir():
        parser.error("--seconds must be more than 0, and --folder a folder that exists")
    checks: list[Callable[[], Iterator[Finding]]] = [
        check_python, check_windows, check_usb, check_library, lambda: check_sensor(args.seconds), check_torch,
        check_window, check_weights, lambda: check_disk(args.folder),
    ]  # fmt: skip
    broken = False
    try:
        for check in checks:
            broken |= any([_told(finding) for finding in check()])
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return int(broken)


def _told(finding: Finding) -> bool:
    tell(finding)
    return finding.state == BROKEN


if __name__ == "__main__":
    sys.exit(main())
