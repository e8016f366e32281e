"""The Kinect v2 on a machine that has none: the real comtypes and pykinect2 over a stand-in for Windows and the sensor.

    with kinect_double() as device:        # comtypes and pykinect2 can be imported inside, and only inside
        source = KinectSource()
        device.send_color(ticks, picture)
        device.send_body(ticks, persons)

What it proves: our code against the libraries' own threading, locking, swallowed errors, struct layouts and reference
counts. What it cannot: Win64's calling convention, Kinect20.dll's timing, USB, the real calibration.
"""

from __future__ import annotations

import _ctypes
import contextlib
import datetime  # noqa: F401 (comtypes' imports must not load anything new while ctypes is replaced)
import decimal  # noqa: F401
import sys
from collections.abc import Iterator

from .com import Server
from .device import Device
from .windows import COMError, Windows, copy_com_pointer, importing

LIBRARIES = ("comtypes", "pykinect2")
_windows: Windows | None = None
_imported: dict[str, object] = {}


def _library_modules() -> dict[str, object]:
    return {name: sys.modules[name] for name in list(sys.modules) if name.split(".")[0] in LIBRARIES}


@contextlib.contextmanager
def pretended_windows(*, sdk: bool = True) -> Iterator[Windows]:
    """Inside, comtypes and pykinect2 can be imported afresh; nothing of it is left afterwards."""
    outside = _library_modules()
    for name in outside:
        del sys.modules[name]
    windows = Windows()
    if sdk:
        windows.default_sensor = lambda place: -1
    _ctypes.COMError, _ctypes.CopyComPointer = COMError, copy_com_pointer
    try:
        with importing(windows):
            yield windows
    finally:
        for name in _library_modules():
            del sys.modules[name]
        del _ctypes.COMError, _ctypes.CopyComPointer
        sys.modules.update(outside)


def plug_in(windows: Windows) -> Device:
    """A new Kinect v2 at a machine on which pykinect2 has been imported."""
    device = Device(windows.kernel)
    device.windows = windows
    device.server = Server(sys.modules["pykinect2.PyKinectV2"])
    windows.default_sensor = device.get_default_sensor
    return device


@contextlib.contextmanager
def kinect_double() -> Iterator[Device]:
    """Inside, a Kinect v2 is plugged in, and pykinect2 is imported; nothing of it is left afterwards."""
    global _windows
    from tsmf_live.sources.kinect import library as kinect_library

    if _windows is None:
        with pretended_windows() as _windows:
            kinect_library.load()
            _imported.update(_library_modules())
    outside = _library_modules()
    for name in outside:
        del sys.modules[name]
    sys.modules.update(_imported)
    _ctypes.COMError, _ctypes.CopyComPointer = COMError, copy_com_pointer
    try:
        yield plug_in(_windows)
    finally:
        for name in _library_modules():
            del sys.modules[name]
        del _ctypes.COMError, _ctypes.CopyComPointer
        sys.modules.update(outside)
