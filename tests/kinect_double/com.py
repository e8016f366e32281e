"""COM objects made in Python: real tables of functions in real memory, with reference counts.

A class names its interface; a method of an object is a Python method named as in pykinect2's declaration
(`_get_RelativeTime`, `AcquireFrame`). What it returns goes to the out parameter. Raising Failure gives its HRESULT.
"""

from __future__ import annotations

import ctypes
import threading
from collections import Counter
from types import ModuleType

E_FAIL, E_PENDING, E_NOTIMPL, E_NOINTERFACE = (
    code - 2**32 for code in (0x80004005, 0x8000000A, 0x80004001, 0x80004002)
)
IID_IUNKNOWN = bytes.fromhex("0000000000000000c000000000000046")


class Failure(Exception):
    """A COM method returns this negative HRESULT."""

    def __init__(self, hresult: int) -> None:
        super().__init__(f"0x{hresult & 0xFFFFFFFF:08X}")
        self.hresult = hresult


class Server:
    """All objects of one pretended device, by their address.

    Args:
        declarations: the module pykinect2.PyKinectV2.

    Attributes:
        bugs: errors of the double itself, and calls on objects that were released; tests look that there are none.
    """

    def __init__(self, declarations: ModuleType) -> None:
        self.declarations = declarations
        self.objects: dict[int, ComObject] = {}
        self.bugs: list[str] = []
        self.lock = threading.Lock()
        self._tables: dict[type, tuple[ctypes.Array, list]] = {}

    def alive(self) -> Counter[str]:
        """How many objects of each class somebody holds a reference to."""
        with self.lock:
            return Counter(type(held).__name__ for held in self.objects.values())

    def table_of(self, cls: type[ComObject]) -> int:
        """The address of the class's table of functions."""
        if cls not in self._tables:
            interface = getattr(self.declarations, cls.interface)
            iids = (IID_IUNKNOWN, bytes(interface._iid_))
            entries = [self._query(iids), self._count(+1), self._count(-1)]
            entries += [self._entry(cls, spec) for spec in interface._methods_]
            addresses = (ctypes.c_void_p * len(entries))(*(ctypes.cast(e, ctypes.c_void_p).value for e in entries))
            self._tables[cls] = addresses, entries
        return ctypes.addressof(self._tables[cls][0])

    def _query(self, iids: tuple[bytes, ...]) -> object:
        def query(this: int, iid: int, place: int) -> int:
            if ctypes.string_at(iid, 16) not in iids:
                return E_NOINTERFACE
            self.objects[this].add_reference()
            ctypes.c_void_p.from_address(place).value = this
            return 0

        return ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_void_p] * 3)(query)

    def _count(self, step: int) -> object:
        def count(this: int) -> int:
            target = self.objects.get(this)
            if target is None:
                self.bugs.append("a reference of an object that is gone was counted")
                return 0
            return target.add_reference(step)

        return ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.c_void_p)(count)

    def _entry(self, cls: type[ComObject], spec: object) -> object:
        does = getattr(cls, spec.name, None)
        flags = spec.paramflags or ()
        out = next((i for i, parameter in enumerate(flags) if parameter[0] & 2), None)
        pointee = spec.argtypes[out]._type_ if out is not None else None

        def entry(this: int, *arguments: object) -> int:
            try:
                if does is None:
                    return E_NOTIMPL
                target = self.objects[this]
                if out is None:
                    does(target, *arguments)
                else:
                    self._put(arguments[out], pointee, does(target, *arguments[:out], *arguments[out + 1 :]))
                return 0
            except Failure as failure:
                return failure.hresult
            except Exception as error:
                self.bugs.append(f"{cls.__name__}.{spec.name}: {type(error).__name__}: {error}")
                return E_FAIL

        passed = [ctypes.c_void_p if _is_pointer(kind) else kind for kind in spec.argtypes]
        return ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, *passed)(entry)

    @staticmethod
    def _put(place: int, pointee: type, value: object) -> None:
        if isinstance(value, ComObject):
            value.add_reference()
            ctypes.c_void_p.from_address(place).value = value.address
        elif isinstance(value, ctypes.Structure):
            ctypes.memmove(place, ctypes.addressof(value), ctypes.sizeof(value))
        else:
            pointee.from_address(place).value = value


def _is_pointer(kind: type) -> bool:
    return issubclass(kind, ctypes._Pointer | ctypes.c_void_p)


class ComObject:
    """One object; it lives for as long as somebody outside holds a reference."""

    interface = "IUnknown"

    def __init__(self, server: Server) -> None:
        self.server = server
        self._memory = ctypes.c_void_p(server.table_of(type(self)))
        self.address = ctypes.addressof(self._memory)
        self.references = 0

    def add_reference(self, step: int = 1) -> int:
        """Counts; at 0 the object is gone."""
        with self.server.lock:
            if not self.references:
                self.server.objects[self.address] = self
            self.references += step
            if not self.references:
                del self.server.objects[self.address]
            return self.references
