"""The parts of Windows that comtypes and pykinect2 need, in Python, so that the real libraries run on Linux.

The two libraries are imported while `ctypes`, `ctypes.wintypes` and `_ctypes` in sys.modules are copies with the
Windows names added and 4-byte longs, as on 64-bit Windows. The copies stay in those libraries' globals only; everybody
else keeps the real modules. COM methods are called as on Windows: by their index in a table of functions in memory.

What stays while the double is in use: _ctypes.COMError and _ctypes.CopyComPointer, for which comtypes asks at run
time.
"""

from __future__ import annotations

import _ctypes
import builtins
import codecs
import contextlib
import ctypes
import ctypes.wintypes
import importlib.util
import itertools
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from types import ModuleType

WAIT_FAILED, WAIT_TIMEOUT = -1, 258
FUNCFLAG_CDECL = 1
POINTER_SIZE = ctypes.sizeof(ctypes.c_void_p)


class COMError(Exception):
    """As in _ctypes on Windows: a COM method returned a negative HRESULT."""

    def __init__(self, hresult: int, text: str | None, details: object) -> None:
        super().__init__(hresult, text, details)
        self.hresult, self.text, self.details = hresult, text, details


class HRESULT(ctypes._SimpleCData):
    """32 bits, negative on failure; as a function's result, failure becomes OSError."""

    _type_ = "i"

    @staticmethod
    def _check_retval_(value: int) -> int:
        if value < 0:
            raise OSError(value, f"HRESULT 0x{value & 0xFFFFFFFF:08X}")
        return value


def address_in(pointer: object) -> int:
    """The address that a ctypes pointer (also one of comtypes') holds; 0 for NULL."""
    return ctypes.c_void_p.from_buffer(pointer).value or 0


def copy_com_pointer(source: object, target: object) -> int:
    """_ctypes.CopyComPointer: *target = source, with one more reference to it."""
    address = address_in(source) if source else 0
    if address:
        source.AddRef()
    place = address_in(target) if isinstance(target, ctypes._Pointer) else ctypes.addressof(target._obj)
    ctypes.c_void_p.from_address(place).value = address
    return 0


_prototypes: dict[tuple, type] = {}


def winfunctype(result: type | None, *arguments: type, **_flags: bool) -> type:
    """ctypes.WINFUNCTYPE: a callback type that, made with an index and a name, calls a COM method instead."""

    def make(cls: type, *given: object) -> object:
        if len(given) >= 2 and isinstance(given[0], int):
            return com_method(result, arguments, *given)
        return ctypes._CFuncPtr.__new__(cls, *given)

    key = (result, arguments)
    if key not in _prototypes:
        contents = {"_restype_": result, "_argtypes_": arguments, "_flags_": FUNCFLAG_CDECL, "__new__": make}
        _prototypes[key] = type("WinFunctionType", (ctypes._CFuncPtr,), contents)
    return _prototypes[key]


def com_method(
    result: type | None, arguments: tuple[type, ...], index: int, name: str, flags: tuple = (), iid: object = None
) -> Callable[..., object]:
    """What ctypes makes of (index, name, paramflags, iid) on Windows: a call through the object's function table."""
    fails = result is HRESULT
    native = ctypes.CFUNCTYPE(ctypes.c_int if fails else result, ctypes.c_void_p, *arguments)

    def call(this: object, *given: object) -> object:
        address = address_in(this)
        if not address:
            raise ValueError("NULL COM pointer access")
        table = ctypes.c_void_p.from_address(address).value
        function = native(ctypes.c_void_p.from_address(table + index * POINTER_SIZE).value)
        results, passed, rest = [], [], iter(given)
        for parameter, kind in zip(flags, arguments, strict=True) if flags else ():
            if parameter[0] & 3 == 2:
                results.append(kind._type_())
                passed.append(ctypes.byref(results[-1]))
            else:
                passed.append(next(rest))
        passed.extend(rest)
        value = function(address, *passed)
        if fails and value < 0:
            raise COMError(value, f"HRESULT 0x{value & 0xFFFFFFFF:08X}", (None, None, None, 0, None))
        outs = [out.__ctypes_from_outparam__() for out in results]
        return value if not outs else outs[0] if len(outs) == 1 else tuple(outs)

    return call


class Kernel:
    """kernel32's events: auto-reset, and waited for in the order in which they are given."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._numbers = itertools.count(0x100, 4)
        self._events: dict[int, list[bool]] = {}
        self.next_wait_result: int | None = None  # what the next wait returns instead of waiting: a broken system

    @property
    def open_handles(self) -> int:
        """Events that were made and not closed."""
        return len(self._events)

    def create_event(self, *_ignored: object) -> int:
        handle = next(self._numbers)
        self._events[handle] = [False]
        return handle

    def set_event(self, handle: int) -> int:
        with self._changed:
            event = self._events.get(handle)
            if event is not None:
                event[0] = True
                self._changed.notify_all()
        return int(event is not None)

    def close_handle(self, handle: int) -> int:
        return int(self._events.pop(handle, None) is not None)

    def wait_for_multiple(self, count: int, handles: object, _all: object, limit_ms: int) -> int:
        events = [self._events.get(handles[i]) for i in range(count)]
        if None in events:
            return WAIT_FAILED
        limit_s = None if limit_ms == 0xFFFFFFFF else limit_ms / 1000
        with self._changed:
            while True:
                if self.next_wait_result is not None:
                    result, self.next_wait_result = self.next_wait_result, None
                    return result
                for index, event in enumerate(events):
                    if event[0]:
                        event[0] = False
                        return index
                if not self._changed.wait(limit_s):
                    return WAIT_TIMEOUT

    def break_next_wait(self, result: int) -> None:
        """The next wait (also one that is waiting now) returns `result`."""
        with self._changed:
            self.next_wait_result = result
            self._changed.notify_all()


class Function:
    """A function of a DLL; argtypes and restype may be set and are not needed."""

    def __init__(self, name: str, does: Callable[..., object] | None) -> None:
        self.__name__, self._does = name, does
        self.argtypes: object = None
        self.restype: object = None

    def __call__(self, *arguments: object) -> object:
        if self._does is None:
            raise NotImplementedError(f"the double has no {self.__name__}")
        return self._does(*arguments)


def _clsid_from_string(text: str, guid: object) -> int:
    ctypes.memmove(ctypes.addressof(guid._obj), uuid.UUID(text).bytes_le, 16)
    return 0


def _string_from_clsid(guid: object, text: object) -> int:
    text._obj.value = "{" + str(uuid.UUID(bytes_le=bytes(guid._obj))).upper() + "}"
    return 0


class Windows:
    """The DLLs of one pretended machine.

    Attributes:
        default_sensor: what Kinect20.dll's GetDefaultKinectSensor does; None: the SDK is not installed.
        apartments: of each thread (its number) that joined one, what it asked for first: 0 multi-threaded, 2 its own.
    """

    def __init__(self) -> None:
        self.kernel = Kernel()
        self.default_sensor: Callable[[object], int] | None = None
        self.apartments: dict[int, int] = {}
        nothing = lambda *_arguments: 0  # noqa: E731
        self._libraries: dict[str, dict[str, Callable[..., object]]] = {
            "kernel32": {
                "CreateEventW": self.kernel.create_event,
                "SetEvent": self.kernel.set_event,
                "CloseHandle": self.kernel.close_handle,
                "WaitForMultipleObjects": self.kernel.wait_for_multiple,
            },
            "ole32": {
                "CLSIDFromString": _clsid_from_string,
                "StringFromCLSID": _string_from_clsid,
                "CoTaskMemFree": nothing,
                "CoInitializeEx": self._join_apartment,
                "CoUninitialize": nothing,
            },
            "oleaut32": {"VariantClear": nothing},
            "user32": {},
            "kinect20": {"GetDefaultKinectSensor": lambda place: self.default_sensor(place)},
        }

    def _join_apartment(self, _reserved: None, kind: int) -> int:
        """ole32's CoInitializeEx: the first call decides; another kind later is RPC_E_CHANGED_MODE."""
        if self.apartments.setdefault(threading.get_ident(), kind) != kind:
            raise OSError(-2147417850, "Cannot change thread mode after it is set")
        return 0

    def load_library(self, name: str) -> ModuleType:
        """ctypes.WinDLL(name) and ctypes.OleDLL(name)."""
        functions = self._libraries.get(name.lower())
        if functions is None or (name.lower() == "kinect20" and self.default_sensor is None):
            raise FileNotFoundError(
                f"Could not find module '{name}' (or one of its dependencies). Try using the full path with "
                "constructor syntax."
            )

        def look_up(function_name: str) -> Function:
            if function_name.startswith(("__", "Interlocked")):  # 64-bit Windows has no InterlockedIncrement
                raise AttributeError(function_name)
            library.__dict__[function_name] = Function(function_name, functions.get(function_name))
            return library.__dict__[function_name]

        library = ModuleType(name)
        library.__getattr__ = look_up
        return library

    def ctypes_copy(self) -> ModuleType:
        """ctypes as it is on 64-bit Windows."""
        copy = ModuleType("ctypes")
        copy.__dict__.update(ctypes.__dict__)
        loader = ModuleType("windll")
        loader.__getattr__ = self.load_library
        copy.c_long, copy.c_ulong = ctypes.c_int, ctypes.c_uint
        copy.HRESULT, copy.WINFUNCTYPE = HRESULT, winfunctype
        copy.WinDLL = copy.OleDLL = self.load_library
        copy.windll = copy.oledll = loader
        copy.FormatError = lambda code=0: f"error {code}"
        copy.GetLastError = lambda: 0
        copy.WinError = lambda code=0, text=None: OSError(code, text)
        return copy


def _bstr_module() -> ModuleType:
    """comtypes' BSTR: ctypes' type code for it exists on Windows only, and no Kinect call uses one."""
    module = ModuleType("comtypes._post_coinit.bstr")
    module.BSTR = type("BSTR", (ctypes.c_wchar_p,), {})
    return module


def _mbcs(name: str) -> codecs.CodecInfo | None:
    """The Windows code page; pykinect2's source says it is written in it."""
    return codecs.lookup("latin-1") if name == "mbcs" else None


@contextlib.contextmanager
def importing(windows: Windows) -> Iterator[None]:
    """Inside, an import of comtypes or pykinect2 finds Windows; afterwards nothing of it is left but those modules."""
    if sys.platform == "win32":
        raise RuntimeError("this is Windows; the double is for machines that are not")
    copy = windows.ctypes_copy()
    compiled = ModuleType("_ctypes")
    compiled.__dict__.update(_ctypes.__dict__)
    compiled.COMError, compiled.CopyComPointer = COMError, copy_com_pointer
    spec = importlib.util.find_spec("ctypes.wintypes")
    wintypes = importlib.util.module_from_spec(spec)
    pretended = {
        "ctypes": copy,
        "_ctypes": compiled,
        "ctypes.wintypes": wintypes,
        "comtypes._post_coinit.bstr": _bstr_module(),
    }
    real = {name: sys.modules.get(name) for name in pretended}
    codecs.register(_mbcs)
    builtins.WindowsError = OSError
    sys.modules.update(pretended)
    try:
        spec.loader.exec_module(wintypes)
        copy.wintypes = wintypes
        yield
    finally:
        codecs.unregister(_mbcs)
        del builtins.WindowsError
        for name, module in real.items():
            if module is not None:
                sys.modules[name] = module
