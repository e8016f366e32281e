"""pykinect2 made to load on today's Python, and the reason in words when it cannot.

pykinect2 0.1.0 (PyPI) and its GitHub version were written for Python 3.6 and a 32-bit Windows. What breaks, and what is
done about it here, inside pykinect2's own modules only:

    an assertion about a struct that no Kinect call uses    compiled without assertions; the structs that matter are
                                                            checked by `check_layouts`
    comtypes' version check against ""                      skipped while pykinect2 loads
    numpy.distutils (gone from Python 3.12 on)              a stand-in while pykinect2 loads
    time.clock, numpy.object (gone)                         supplied to its runtime module

comtypes makes the thread that imports it a COM apartment of its own, which must then handle messages; ours never do.
So every thread that uses the sensor joins the process's multi-threaded apartment instead.

A fork in which some or all of that is repaired loads just as well.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType

import numpy as np

from tsmf_live.frames import SourceError
from tsmf_live.sources.kinect.usb import ON_WINDOWS

INSTEAD = "use --source demo, or a recorded session"
DECLARATIONS, RUNTIME = "pykinect2.PyKinectV2", "pykinect2.PyKinectRuntime"
#: sizes in bytes and field offsets of the structs that we read from memory, as in the SDK's Kinect.h
LAYOUTS = {
    "_Joint": (20, {"JointType": 0, "Position": 4, "TrackingState": 16}),
    "_JointOrientation": (20, {"JointType": 0, "Orientation": 4}),
    "_CameraSpacePoint": (12, {"x": 0, "y": 4, "z": 8}),
    "_ColorSpacePoint": (8, {"x": 0, "y": 4}),
    "_Vector4": (16, {"x": 0, "y": 4, "z": 8, "w": 12}),
}
MULTITHREADED = 0  # COINIT_MULTITHREADED
_loading = threading.Lock()


class KinectMissing(SourceError):
    """The Kinect cannot be used: why, and what to do about it.

    Attributes:
        reason: one clause, for people.
        remedy: what to do.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"Kinect: {reason}; {remedy}; or {INSTEAD}")
        self.reason, self.remedy = reason, remedy


@dataclass(frozen=True)
class Library:
    """pykinect2's modules, ready to use.

    Attributes:
        declarations: PyKinectV2, the COM interfaces, structs and constants.
        runtime: PyKinectRuntime, the library's reader with its thread.
        com_error: what a failing COM method raises; `hresult` is signed.
    """

    declarations: ModuleType
    runtime: ModuleType
    com_error: type[Exception]


def load() -> Library:
    """The library; loaded once, then the same again. Any thread.

    Raises:
        KinectMissing: a package, Windows or the SDK is not there, or does not fit.
    """
    with _loading:
        known = getattr(sys.modules.get(RUNTIME), "tsmf_live_library", None)
        if known is not None:
            return known
        try:
            library = _load()
        except KinectMissing:
            raise
        except Exception as error:  # whatever an old or foreign library does while it is imported
            raise explained(error) from error
        check_layouts(library.declarations)
        library.runtime.tsmf_live_library = library
        return library


def _load() -> Library:
    from _ctypes import COMError

    with _multithreaded():
        import comtypes

    if DECLARATIONS not in sys.modules:
        _load_declarations(comtypes)
    runtime = importlib.import_module(RUNTIME)
    with_clock = _copy(time, clock=time.perf_counter)
    with_object = _copy(np, object=object)
    for name, value in list(vars(runtime).items()):
        if value is time:
            setattr(runtime, name, with_clock)
        elif value is np:
            setattr(runtime, name, with_object)
    return Library(sys.modules[DECLARATIONS], runtime, COMError)


def _load_declarations(comtypes: ModuleType) -> None:
    """Imports PyKinectV2 past what stops it; leaves nothing half loaded behind."""
    package = importlib.import_module("pykinect2")
    spec = importlib.util.find_spec(DECLARATIONS)
    if spec is None or spec.origin is None:
        raise KinectMissing("pykinect2 is incomplete (no PyKinectV2.py)", "pip install --force-reinstall pykinect2")
    loader = _Unasserted(DECLARATIONS, spec.origin)
    module = importlib.util.module_from_spec(importlib.util.spec_from_file_location(DECLARATIONS, loader=loader))
    sys.modules[DECLARATIONS] = module
    try:
        with _past_the_version_check(comtypes), _distutils_stand_in():
            loader.exec_module(module)
    except BaseException:
        del sys.modules[DECLARATIONS]
        raise
    package.PyKinectV2 = module


class _Unasserted(SourceFileLoader):
    """Compiles without assertions, past any .pyc."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return compile(self.get_data(path), path, "exec", dont_inherit=True, optimize=1)


@contextmanager
def _multithreaded() -> Iterator[None]:
    """Within it, comtypes joins the multi-threaded apartment when it is imported."""
    before = vars(sys).get("coinit_flags")
    sys.coinit_flags = MULTITHREADED
    try:
        yield
    finally:
        if before is None:
            del sys.coinit_flags
        else:
            sys.coinit_flags = before


def join_apartment() -> None:
    """Puts this thread into the multi-threaded apartment, until it ends; one that is in another already stays there."""
    comtypes = sys.modules.get("comtypes")
    with suppress(OSError):  # RPC_E_CHANGED_MODE: a window's thread
        comtypes.CoInitializeEx(MULTITHREADED)


@contextmanager
def _past_the_version_check(comtypes: ModuleType) -> Iterator[None]:
    check = getattr(comtypes, "_check_version", None)
    comtypes._check_version = lambda *_arguments, **_options: None
    try:
        yield
    finally:
        if check is None:
            del comtypes._check_version
        else:
            comtypes._check_version = check


@contextmanager
def _distutils_stand_in() -> Iterator[None]:
    names = ("numpy.distutils", "numpy.distutils.system_info")
    before = {name: sys.modules.get(name) for name in names}
    sys.modules.update({name: ModuleType(name) for name in names})
    sys.modules[names[0]].system_info = sys.modules[names[1]]
    sys.modules[names[1]].platform_bits = 8 * ctypes.sizeof(ctypes.c_void_p)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def _copy(module: ModuleType, **more: object) -> ModuleType:
    """A module with the same contents and more; the original stays as it is."""
    copy = ModuleType(module.__name__)
    copy.__dict__.update(module.__dict__)
    copy.__dict__.update(more)
    return copy


def check_layouts(declarations: ModuleType) -> None:
    """KinectMissing if a struct is not laid out as in the SDK: what we would read from it would be garbage."""
    for name, (size, offsets) in LAYOUTS.items():
        struct = getattr(declarations, name, None)
        found = (ctypes.sizeof(struct), {f: getattr(struct, f).offset for f in offsets}) if struct else None
        if found != (size, offsets):
            raise KinectMissing(
                f"the installed pykinect2 lays out {name} as {found}, expected {size} bytes with {offsets}",
                "pip install --force-reinstall pykinect2==0.1.0",
            )


def explained(error: Exception) -> KinectMissing:
    """An error of loading the library, in the user's words."""
    text = f"{type(error).__name__}: {error}".splitlines()[0]
    on_windows = sys.platform == "win32"
    if isinstance(error, ModuleNotFoundError) and error.name in ("comtypes", "pykinect2"):
        reason = f"the package {error.name} is not installed"
        return KinectMissing(reason, "pip install -r requirements.txt" if on_windows else ON_WINDOWS)
    if (isinstance(error, SyntaxError) and "comtypes" in (error.filename or "")) or "Wrong version" in text:
        return KinectMissing(f"an outdated comtypes is installed ({text})", 'pip install -U "comtypes>=1.4"')
    if isinstance(error, OSError) and "kinect20" in text.lower():
        return KinectMissing(
            "Kinect20.dll is not there", "install the Kinect for Windows SDK 2.0 (64-bit Python needs the 64-bit one)"
        )
    if isinstance(error, ImportError) and not on_windows:
        return KinectMissing(f"comtypes finds no Windows here ({sys.platform})", ON_WINDOWS)
    return KinectMissing(f"pykinect2 does not load ({text})", "pip install --force-reinstall pykinect2==0.1.0 comtypes")


def no_answer(error: Exception) -> KinectMissing:
    """An error of opening the sensor, in the user's words."""
    text = f"{type(error).__name__}: {error}".splitlines()[0]
    return KinectMissing(
        f"the Kinect service does not answer ({text})",
        "check that the service KinectMonitor runs; after sleep or a driver update restart the PC",
    )
