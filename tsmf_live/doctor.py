"""What works on this machine, and what to do about the rest.

    python -m tsmf_live.doctor

With --json each finding is a JSON object in a line: name, state, text, remedy.
Every check tries its part, whatever the others found. Exit code: 0 if the program can run here (with recordings or
the demo at least), 1 if something that it always needs is broken.

Imports only the standard library at first: other packages may be missing. They are imported within the checks that try
them.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.metadata
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tsmf_live import command
from tsmf_live.command import OneLineParser, one_line, plain
from tsmf_live.gui.display import leave_out_foreign_plugins, why_not
from tsmf_live.sources.kinect import usb as kinect_usb
from tsmf_live.sources.kinect.usb import CHECK_CABLES, ON_WINDOWS

if TYPE_CHECKING:
    from tsmf_live.frames import SensorFrame
    from tsmf_live.sources.kinect.state import KinectStatus

#: pip takes the build for CPUs for the same version unless the other one is named in full
CUDA_TORCH = "torch==2.13.0+cu130 --index-url https://download.pytorch.org/whl/cu130"
INSTALL = f"{sys.executable} -m pip install -r requirements.txt"
#: what the program always needs, beside torch: name for people -> module
PACKAGES = {"numpy": "numpy", "opencv": "cv2", "av": "av", "safetensors": "safetensors", "tqdm": "tqdm"}
_ASSETS = Path(__file__).resolve().parents[1] / "assets"
CHECKPOINTS = (_ASSETS / "people.safetensors", _ASSETS / "demo.safetensors")  # real people, the simulated actor
GOOD, ABSENT, BROKEN = "good", "absent", "BROKEN"
DRIVER = (2, 2, 1811, 10000)  # Windows 10 1809 and later need this one
DISK_MB = 64
DISK_MB_S = 20.0  # a recording takes up to 5 MB/s; the rest is reserve for when the disk is slow
RECORDED_FRAMES = 45
QT_LIMIT_S = 30
LONGEST_WATCH_S = 3600.0


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is (GOOD; ABSENT: something cannot be done; BROKEN: nothing works), what to do."""

    name: str
    state: str
    text: str
    remedy: str = ""


def check_python() -> Iterator[Finding]:
    """Which Python runs, and whether it is one that was tested."""
    bits = 8 * ctypes.sizeof(ctypes.c_void_p)
    text = f"{platform.python_version()}, {bits} bits"
    fits = sys.version_info[:2] >= (3, 10) and bits == 64
    yield Finding("Python", GOOD if fits else BROKEN, text, "" if fits else "install Python 3.10 to 3.13 for 64 bits")


def check_windows() -> Iterator[Finding]:
    """Which Windows this is; the Kinect v2 needs 64 bits and 8.1 or later."""
    try:
        version = sys.getwindowsversion()
    except AttributeError:
        yield Finding("Windows", ABSENT, f"this is {platform.platform()}", ON_WINDOWS)
        return
    fits = (version.major, version.minor) >= (6, 3)
    yield Finding("Windows", GOOD if fits else ABSENT, platform.platform(), "" if fits else ON_WINDOWS)


def check_packages() -> Iterator[Finding]:
    """Which of the packages in requirements.txt are installed."""
    for name, module in PACKAGES.items():
        try:
            version = importlib.import_module(module).__version__
        except Exception as error:  # a package that is missing or half installed can fail in any way
            yield Finding(name, BROKEN, _reason(error), INSTALL)
        else:
            yield Finding(name, GOOD, version)


def check_usb() -> Iterator[Finding]:
    """Whether a Kinect v2 is plugged in, at which speed, with which driver."""
    for look in (_windows_usb, _linux_usb):
        try:
            found = list(look())
        except (OSError, ImportError):  # this is another operating system
            continue
        yield from found or [Finding("USB", ABSENT, "no Kinect v2 at any port", CHECK_CABLES)]
        return
    yield Finding("USB", ABSENT, "this system does not tell what is plugged in")


def _linux_usb() -> Iterator[Finding]:
    for part in kinect_usb.on_linux():
        fast = part.speed_mbit >= 5000
        what = "sensor" if part.product in kinect_usb.SENSORS else "hub"
        yield Finding("USB", GOOD if fast else ABSENT, f"Kinect v2 {what}, {part.speed_mbit:g} Mbit/s",
                      "" if fast else "plug it into a USB 3 port")  # fmt: skip


def _windows_usb() -> Iterator[Finding]:
    drivers = kinect_usb.on_windows()
    present = kinect_usb.present_ids()
    if present is not None:
        there = kinect_usb.plugged_in()
        text = "a Kinect v2 is plugged in" if there else "no Kinect v2 at any port"
        yield Finding("USB", GOOD if there else ABSENT, text, "" if there else CHECK_CABLES)
        if there and not any(driver.present for driver in drivers):
            text = "Windows has not set up the sensor that is plugged in"
            yield Finding("driver", ABSENT, text, "install the Kinect for Windows SDK 2.0; try another USB 3 port")
    for driver in drivers:
        numbers = tuple(int(number) for number in (driver.version or "").split(".") if number.isdigit())
        fits = numbers >= DRIVER
        when = {True: "", False: " (not plugged in now)", None: " (has been plugged in)"}[driver.present]
        text = f"Kinect v2 sensor {driver.product}{when}, driver {driver.version or 'missing'}"
        yield Finding("driver", GOOD if fits else ABSENT, text,
                      "" if fits else "let Windows Update install driver 2.2.1811.10000")  # fmt: skip


def check_library() -> Iterator[Finding]:
    """Whether pykinect2 and comtypes load."""
    for name in ("pykinect2", "comtypes"):
        try:
            yield Finding(name, GOOD, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, ABSENT, "not installed", f"needed for a live Kinect on Windows: {INSTALL}")


def check_sdk() -> Iterator[Finding]:
    """Whether the Kinect for Windows SDK 2.0 is installed."""
    from tsmf_live.sources.kinect import library as kinect_library

    try:
        kinect_library.load()
    except kinect_library.KinectMissing as error:
        yield Finding("Kinect SDK", ABSENT, error.reason, error.remedy)
    else:
        yield Finding("Kinect SDK", GOOD, "Kinect20.dll and pykinect2 load")


def check_sensor(watch_s: float) -> Iterator[Finding]:
    """Opens the sensor and watches the frames that come."""
    from tsmf_live.frames import FRAME_RATE_HZ
    from tsmf_live.sources.kinect import library as kinect_library

    try:
        kinect_library.load()
    except kinect_library.KinectMissing:
        yield Finding("sensor", ABSENT, "not tried, see the line above")
        return
    command.warn(f"watching the sensor for {watch_s:g} s ...")
    try:
        frames, waited_s, available, status = _watch(watch_s)
    except kinect_library.KinectMissing as error:
        yield Finding("sensor", ABSENT, error.reason, error.remedy)
        return
    says = {True: "yes", False: "no, as when Kinect Studio plays a recording", None: "it cannot be asked"}[available]
    yield Finding("sensor", GOOD, f"first frame {waited_s:.1f} s after opening; says that it is available: {says}")
    rate_hz = len(frames) / watch_s
    steady = rate_hz > 0.9 * FRAME_RATE_HZ
    people = max(count for _, count in frames)
    counts = status.counts
    text = f"{rate_hz:.0f} frames a second, {people} people at most, {counts['missed']} frames missed"
    text += f" ({counts['expired']} were gone before they could be fetched)" if counts["expired"] else ""
    slow = "close other programs that use the sensor or the graphics card; use a USB 3 port of its own"
    yield Finding("bodies", GOOD if steady else ABSENT, text, "" if steady else slow)
    yield _color(sum(color for color, _ in frames) / len(frames), status)


def _color(colored: float, status: KinectStatus) -> Finding:
    """The line about the pictures; `colored`: share of the frames that have one."""
    text = f"a picture with {colored:.0%} of the frames"
    if status.color_rate_hz is None or status.color_offset_ms is None or colored < 0.5:
        return Finding("colour", ABSENT, text, "restart the PC; update the graphics driver")
    text += f", {status.color_rate_hz:.0f} a second; picture minus bodies {status.color_offset_ms:+.0f} ms (median)"
    text += f", complete {status.color_lag_ms:.0f} ms after them, of it {status.color_conversion_ms:.0f} ms conversion"
    remedy = "dim light halves its rate: more light helps" if status.dim_light else ""
    return Finding("colour", GOOD, text, remedy)


def _watch(watch_s: float) -> tuple[list[tuple[bool, int]], float, bool | None, KinectStatus]:
    """For each frame whether it has colour, and how many people; the wait for the first; the sensor's state."""
    from tsmf_live.sources.kinect.source import KinectSource

    source = KinectSource()
    began_s, first_s, frames = time.perf_counter(), None, []
    try:
        while first_s is None or time.perf_counter() - first_s < watch_s:
            if (frame := source.read()) is not None:
                first_s = first_s or time.perf_counter()
                frames.append((frame.color_bgra is not None, len(frame.bodies)))
        return frames, first_s - began_s, source.available(), source.status()
    finally:
        source.close()


def check_cameras() -> Iterator[Finding]:
    """What watches a camera or a video in place of a Kinect: MediaPipe, its model, and which cameras there are."""
    from tsmf_live.frames import SourceError
    from tsmf_live.sources.camera.pose_model import GET_MODEL, choose_model, model_name
    from tsmf_live.sources.camera.pose_model import INSTALL as INSTALL_MEDIAPIPE
    from tsmf_live.sources.camera.webcam import cameras_there

    there = cameras_there()
    seen = "" if there is None else f"; cameras: {', '.join(map(str, there)) or 'none'}"
    try:
        model = choose_model()
    except SourceError as error:
        text = str(error).partition(f": {INSTALL_MEDIAPIPE}")[0].replace(GET_MODEL, "").rstrip(" :;")
        yield Finding("cameras", ABSENT, text + seen, f"{INSTALL_MEDIAPIPE}; {GET_MODEL}")
    else:
        yield Finding("cameras", GOOD, f"{model_name(model)}{seen}")


def check_torch() -> Iterator[Finding]:
    """Whether torch runs, and on which device."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a missing numpy, which has a line of its own
            import torch
    except Exception as error:  # as in check_packages
        yield Finding("torch", BROKEN, _reason(error), INSTALL)
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
        yield Finding("window", ABSENT, "PyQt5 is not installed", f"{INSTALL}; or use --headless")
        return
    leave_out_foreign_plugins()  # of an OpenCV that has just been imported
    probe = "from PyQt5.QtWidgets import QApplication as A; a = A([]); print(a.platformName())"
    try:
        tried = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, timeout=QT_LIMIT_S)
    except subprocess.TimeoutExpired:
        yield Finding("window", ABSENT, f"Qt does not start within {QT_LIMIT_S} s", "use --headless")
        return
    if tried.returncode == 0:
        yield Finding("window", GOOD, f"PyQt5 {version}, {tried.stdout.strip()}")
        return
    remedy = "on a machine without a display use --headless"
    yield Finding("window", ABSENT, f"PyQt5 {version}: {why_not(tried.stderr)}", remedy)


def check_weights() -> Iterator[Finding]:
    """Whether the bundled checkpoints can be read."""
    from tsmf_live.frames import TsmfError
    from tsmf_live.nets.tsmf import TSMF

    for path in CHECKPOINTS:
        try:
            began_s = time.perf_counter()
            model = TSMF.load(path)
        except TsmfError as error:
            yield Finding("weights", BROKEN, str(error), "clone the repository again, or give --checkpoint FILE")
            continue
        took_s = time.perf_counter() - began_s
        yield Finding("weights", GOOD, f"{path.name}: {len(model.spec.labels)} actions, loaded in {took_s:.1f} s")


def check_disk(folder: Path) -> Iterator[Finding]:
    """Writes to the disk."""
    block = os.urandom(2**20)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix="doctor-", ignore_cleanup_errors=True) as name:
            began_s = time.perf_counter()
            with open(Path(name, "block"), "wb") as file:
                for _ in range(DISK_MB):
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
            rate = DISK_MB / (time.perf_counter() - began_s)
            free_gb = shutil.disk_usage(name).free / 1e9
    except OSError as error:
        text = f"nothing can be written in {folder.resolve()}: {error.strerror or error}"
        yield Finding("disk", ABSENT, text, "record somewhere else, or free some space; --folder FOLDER tries another")
        return
    fast = rate >= DISK_MB_S
    remedy = "" if fast else "record to a faster disk (--record)"
    text = f"{rate:.0f} MB/s, {free_gb:.0f} GB free in {folder.resolve()}"
    yield Finding("disk", GOOD if fast else ABSENT, text, remedy)


def check_recording(folder: Path) -> Iterator[Finding]:
    """Writes a recording."""
    from tsmf_live.frames import FRAME_RATE_HZ, RecordingError
    from tsmf_live.recording.writer import SessionWriter

    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix="doctor-", ignore_cleanup_errors=True) as name:
            writer = SessionWriter(Path(name, "take"), source_name="doctor")
            try:
                times_s = [_timed(writer.write, frame) for frame in _moving_picture()]
            finally:
                writer.close()
    except (OSError, RecordingError) as error:
        yield Finding("recording", ABSENT, _reason(error), "see the line above")
        return
    rate_hz = 1 / statistics.mean(times_s)
    fast = rate_hz > FRAME_RATE_HZ
    remedy = "" if fast else "recording at 30 frames a second would lose some here; close other programs"
    yield Finding("recording", GOOD if fast else ABSENT, f"{rate_hz:.0f} frames of 1080p a second", remedy)


def _moving_picture() -> Iterator[SensorFrame]:
    """Something to encode about as hard as a room: a pattern that moves, and a little noise that stays."""
    import numpy as np

    from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, FRAME_RATE_HZ, SensorFrame

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


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')}"


def findings(name: str, check: Callable[[], Iterator[Finding]], fails: str) -> Iterator[Finding]:
    """The findings of a check; if it fails, a finding of that name and state says why."""
    try:
        yield from check()
    except Exception as error:  # a damaged installation can fail in any way; the other checks go on
        yield Finding(name, fails, f"could not be tried: {_reason(error)}", "see the lines above; else report it")


def tell(finding: Finding) -> None:
    """Prints a finding, and what to do about it on a second line."""
    print(plain(f"{finding.state:>7}  {finding.name:<11} {one_line(finding.text)}"), flush=True)
    if finding.remedy:
        print(plain(f"{'':>21}-> {one_line(finding.remedy)}"), flush=True)


def tell_json(finding: Finding) -> None:
    """Prints a finding for another program, the window among them."""
    print(json.dumps(asdict(finding)), flush=True)


def main(arguments: list[str] | None = None) -> int:
    parser = OneLineParser(
        prog="python -m tsmf_live.doctor",
        description="What works on this machine, and what to do about the rest.",
        epilog="example: python -m tsmf_live.doctor --seconds 10 --folder D:\\recordings",
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="how long to watch the sensor (default 5)")
    parser.add_argument("--folder", type=Path, default=Path(), help="where recordings will go (default: here)")
    parser.add_argument("--json", action="store_true", help="each finding as a JSON object in a line")
    args = parser.parse_args(arguments)
    if not 0 < args.seconds <= LONGEST_WATCH_S or not os.path.isdir(args.folder):
        parser.error(f"--seconds must be more than 0, at most {LONGEST_WATCH_S:g}, and --folder a folder that exists")
    checks = [
        ("Python", check_python, BROKEN), ("packages", check_packages, BROKEN), ("Windows", check_windows, ABSENT),
        ("USB", check_usb, ABSENT), ("pykinect2", check_library, ABSENT), ("Kinect SDK", check_sdk, ABSENT),
        ("sensor", lambda: check_sensor(args.seconds), ABSENT), ("cameras", check_cameras, ABSENT),
        ("torch", check_torch, BROKEN), ("window", check_window, ABSENT), ("weights", check_weights, BROKEN),
        ("disk", lambda: check_disk(args.folder), ABSENT),
        ("recording", lambda: check_recording(args.folder), ABSENT),
    ]  # fmt: skip
    broken = False
    for name, check, fails in checks:
        for finding in findings(name, check, fails):
            (tell_json if args.json else tell)(finding)
            broken |= finding.state == BROKEN
    return int(broken)


if __name__ == "__main__":
    command.run(main)
