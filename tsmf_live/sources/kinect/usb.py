"""Whether a Kinect v2 is at a cable, and with which driver, as the system tells it without the sensor's library.

Needs nothing but Python: the doctor asks here where nothing is installed.
"""

from __future__ import annotations

import ctypes
import itertools
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ON_WINDOWS = "the Kinect v2 needs Windows 8.1 or later, the Kinect for Windows SDK 2.0, pykinect2 and comtypes"
CHECK_CABLES = (
    "check the power supply, the USB 3 port and the lamp at its front; Windows 10 1809 and later need driver 2.2.1811"
)
VENDOR = "045E"
SENSORS = ("02C4", "02D8")  # product ids of the sensor
PRODUCTS = (*SENSORS, "02D9")  # and of its hub
FIRST_PART = (
    "MI_00"  # the sensor is several devices in one; this one has the Kinect's driver, the whole has Windows' own
)
ENUMERATOR, PRESENT = 0x1, 0x100  # CM_GETIDLIST_FILTER_...
LINUX_DEVICES = Path("/sys/bus/usb/devices")
CONTROL_SET = r"SYSTEM\CurrentControlSet"


@dataclass(frozen=True)
class Plugged:
    """A part of a Kinect that Linux sees: its product id, and the cable's speed in Mbit/s."""

    product: str
    speed_mbit: float


@dataclass(frozen=True)
class Driver:
    """The sensor's driver on Windows: the product id, its version (None: there is none), and whether it is plugged in.

    `present` is None if Windows does not tell.
    """

    product: str
    version: str | None
    present: bool | None


def plugged_in() -> bool:
    """Whether the system sees a Kinect v2 at a cable; False also where it does not tell."""
    present = present_ids()
    if present is not None:
        return any(_is_sensor(name) for name in present)
    with suppress(OSError):
        return any(part.product in SENSORS for part in on_linux())
    return False


def on_linux() -> list[Plugged]:
    """The parts of a Kinect v2 at this machine; OSError where this is not Linux."""
    found = []
    for device in os.scandir(LINUX_DEVICES):
        said = {}
        for name in ("idVendor", "idProduct", "speed"):
            with suppress(OSError):  # an interface has none of them
                said[name] = Path(device.path, name).read_text().strip()
        product = said.get("idProduct", "").upper()
        if said.get("idVendor", "").upper() == VENDOR and product in PRODUCTS:
            found.append(Plugged(product, float(said.get("speed", 0))))
    return found


def on_windows() -> list[Driver]:
    """The drivers of every Kinect v2 that was ever plugged in here; ImportError where this is not Windows."""
    import winreg

    present = present_ids()
    found = []
    for product in SENSORS:
        device = f"VID_{VENDOR}&PID_{product}&{FIRST_PART}"
        for instance in _subkeys(winreg, rf"{CONTROL_SET}\Enum\USB\{device}"):
            version = _version(winreg, rf"{CONTROL_SET}\Enum\USB\{device}\{instance}")
            name = rf"USB\{device}\{instance}".upper()
            found.append(Driver(product, version, None if present is None else name in present))
    return found


def present_ids() -> set[str] | None:
    """The names, in capitals, of all USB devices that Windows sees now; None if it cannot be asked."""
    try:
        manager = ctypes.windll.cfgmgr32
    except (AttributeError, OSError):
        return None
    size, flags = ctypes.c_ulong(), ENUMERATOR | PRESENT
    if manager.CM_Get_Device_ID_List_SizeW(ctypes.byref(size), "USB", flags) != 0 or not size.value:
        return None
    names = ctypes.create_unicode_buffer(size.value)
    if manager.CM_Get_Device_ID_ListW("USB", names, size.value, flags) != 0:
        return None
    return {name.upper() for name in names[: size.value].split("\0") if name}


def _is_sensor(name: str) -> bool:
    return any(f"VID_{VENDOR}&PID_{product}" in name for product in SENSORS)


def _subkeys(winreg: object, path: str) -> Iterator[str]:
    with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:  # there is none, or no more
        for number in itertools.count():
            yield winreg.EnumKey(key, number)


def _version(winreg: object, path: str) -> str | None:
    """The version of the driver of the device at this place of the registry; None if it has none."""
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
            driver = winreg.QueryValueEx(key, "Driver")[0]
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, rf"{CONTROL_SET}\Control\Class\{driver}") as key:
            return winreg.QueryValueEx(key, "DriverVersion")[0]
    except OSError:
        return None
