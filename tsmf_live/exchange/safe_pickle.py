"""An unpickler that runs nothing of what a file holds, and takes no more time and memory than the file's size allows.

A pickle is a program: it may name any function of Python and call it. Here a name outside a short list ends it, and
the names on the list stand for code of this module: not even numpy's own unpickling runs, which trusts the type
that a file states. What comes out are numbers, text, plain containers, and arrays of numbers; never more of them than
the file has bytes for: pickle's own reader, written in C, makes a list of as many places as a file names, and follows
copies of copies of copies.
"""

from __future__ import annotations

import math
import os
import pickle
from collections import OrderedDict
from typing import Any, BinaryIO, ClassVar, NoReturn

import numpy as np

NUMBER_KINDS = "biuf"  # of numpy's dtypes: bool, integers, floats
TEXT_KINDS = "US"
DEEPEST = 50  # containers within containers
KEY_PARTS = 8  # of a tuple that is a key
COPIES = 4  # a value may stand for so many in the content; a file writes a value once and refers to it with two bytes
SMALL_READ = 1 << 16  # bytes that may be asked for unchecked


class Refused(Exception):
    """The pickle holds what is not on the list; the text says what."""


class Foreign(Refused):
    """The pickle names a function or a class that is not on the list; the text is that name."""


def load(file: BinaryIO) -> Any:
    """What an open file holds: numbers, text, plain containers, read-only arrays of numbers in the file's own dtype.

    Raises:
        Refused: it holds something else, or more than a file of its size can.
        Exception: of any kind, it is damaged.
    """
    size = os.fstat(file.fileno()).st_size
    return Resolver(COPIES * size).resolved(Reader(file, size).load())


class _DType:
    """Stands for numpy.dtype: a plain type of numbers or text, whatever else the pickle states about it."""

    __slots__ = ("dtype",)

    def __init__(self, code: str) -> None:
        dtype = np.dtype(code if isinstance(code, str) else refuse("a compound dtype"))
        if dtype.kind not in NUMBER_KINDS + TEXT_KINDS:
            refuse(f"an array of {dtype}")
        self.dtype = dtype

    def __setstate__(self, state: tuple) -> None:
        byte_order, parts = state[1], state[2:5]
        if any(part is not None for part in parts):
            refuse("a compound dtype")
        if byte_order in ("<", ">"):
            self.dtype = self.dtype.newbyteorder(byte_order)


class _Array:
    """Stands for numpy.ndarray while the pickle is read; `made` is the array once its state has come."""

    __slots__ = ("made",)

    def __init__(self) -> None:
        self.made: np.ndarray | None = None

    def __setstate__(self, state: tuple) -> None:
        shape, dtype, is_fortran, raw = state[-4:]
        if isinstance(raw, str):  # a Python 2 pickle
            raw = raw.encode("latin-1")
        self.made = _array(raw, dtype, shape, "F" if is_fortran else "C")


def _array(raw: object, dtype: object, shape: object, order: object, *_: object) -> np.ndarray:
    """The numbers in `raw`, read-only; the arguments are those of numpy's `_frombuffer`."""
    if not isinstance(dtype, _DType) or not isinstance(raw, bytes | bytearray | memoryview | pickle.PickleBuffer):
        refuse("an array of objects")
    if dtype.dtype.kind not in NUMBER_KINDS:
        refuse("an array of text")
    if not isinstance(shape, tuple) or not all(isinstance(size, int) and 0 <= size < 2**63 for size in shape):
        refuse("an array of no shape")
    array = np.frombuffer(raw, dtype.dtype)
    if array.size != math.prod(shape):
        raise ValueError(f"an array of shape {shape} with {array.size} numbers")
    array.flags.writeable = False
    return array.reshape(shape, order="F" if order == "F" else "C")


def _scalar(dtype: object, raw: object) -> object:
    """A numpy number or text as Python's own."""
    if isinstance(raw, str):
        raw = raw.encode("latin-1")
    if not isinstance(dtype, _DType) or not isinstance(raw, bytes):
        refuse("a numpy object")
    return np.frombuffer(raw, dtype.dtype, count=1)[0].item()


def _encoded(text: object, encoding: object) -> bytes:
    """How protocols 0 to 2 write bytes."""
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        refuse(f"text encoded as {encoding!r}")
    return text.encode("latin-1")


class Reader(pickle._Unpickler):  # the one in Python: its steps can be replaced
    """An unpickler to which only the names of `names` exist, and whose every step costs no more than its bytes.

    Args:
        file: the pickle, or several one after the other.
        size: of the file, bytes.
    """

    dispatch: ClassVar = dict(pickle._Unpickler.dispatch)

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._content, self._size = file, size
        self._left = size  # values that calls may still copy
        super().__init__(self, encoding="latin-1")

    def read(self, size: int) -> bytes:
        """See io: never asks the system for more than there is."""
        if size > SMALL_READ and size > self._size - self._content.tell():
            raise EOFError("it ends too early")
        return self._content.read(size)

    def readline(self) -> bytes:
        """See io."""
        return self._content.readline()

    def find_class(self, module: str, name: str) -> Any:
        """See pickle.Unpickler."""
        known = self.names()
        core = module.replace("numpy._core", "numpy").replace("numpy.core", "numpy").replace("__builtin__", "builtins")
        if (core, name) not in known:
            raise Foreign(f"{module[:60]}.{name[:60]}")
        return known[core, name]

    def names(self) -> dict[tuple[str, str], Any]:
        """What each name on the list stands for; made anew, as a pickle may keep what it is handed."""
        return {
            ("numpy", "ndarray"): None,
            ("numpy", "dtype"): lambda code, *_: _DType(code),
            ("numpy.multiarray", "_reconstruct"): lambda *_: _Array(),
            ("numpy.multiarray", "scalar"): _scalar,
            ("numpy.numeric", "_frombuffer"): _array,
            ("_codecs", "encode"): _encoded,
            ("collections", "OrderedDict"): self._ordered,
            ("builtins", "set"): lambda values=(): self._set(values),
            ("builtins", "frozenset"): lambda values=(): frozenset(self._set(values)),
            ("builtins", "bytes"): lambda *given: self._bytes(*given),
            ("builtins", "bytearray"): lambda *given: bytearray(self._bytes(*given)),
        }

    def _charge(self, values: Any) -> None:
        """Counts what a call copies."""
        self._left -= len(values)
        if self._left < 0:
            refuse("copies of copies")

    def _ordered(self, pairs: object = ()) -> OrderedDict:
        made = OrderedDict()
        if pairs:
            refuse("an OrderedDict that is made at once")
        return made

    def _set(self, values: object) -> set:
        if not isinstance(values, list | tuple | set | frozenset):
            refuse("a set of no list")
        self._charge(values)
        return {_key(value) for value in values}

    def _bytes(self, content: object = b"", encoding: object = "latin-1") -> bytes:
        made = _encoded(content, encoding) if isinstance(content, str) else content
        if not isinstance(made, bytes):
            refuse("bytes made of numbers")
        self._charge(made)
        return made

    # ---- steps that pickle takes without looking -----------------------------------------------------------------

    def _dict(self) -> None:
        items = self.pop_mark()
        self.append({_key(key): value for key, value in zip(items[::2], items[1::2], strict=True)})

    def _set_item(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._plain_dict()[_key(key)] = value

    def _set_items(self) -> None:
        items, target = self.pop_mark(), self._plain_dict()
        target.update((_key(key), value) for key, value in zip(items[::2], items[1::2], strict=True))

    def _plain_dict(self) -> dict:
        return self.stack[-1] if isinstance(self.stack[-1], dict) else refuse("keys of no dictionary")

    def _append(self) -> None:
        value = self.stack.pop()
        self._plain_list().append(value)

    def _append_all(self) -> None:
        values = self.pop_mark()
        self._plain_list().extend(values)

    def _plain_list(self) -> list:
        return self.stack[-1] if isinstance(self.stack[-1], list) else refuse("a list of another kind")

    def _add_items(self) -> None:
        items, target = self.pop_mark(), self.stack[-1]
        if not isinstance(target, set):
            refuse("members of no set")
        target.update(map(_key, items))

    def _frozen_set(self) -> None:
        self.append(frozenset(map(_key, self.pop_mark())))

    def _byte_array(self) -> None:
        self.append(bytearray(self.read(int.from_bytes(self.read(8), "little"))))

    def _build(self) -> None:
        state = self.stack.pop()
        if isinstance(self.stack[-1], _Array | _DType):
            self.stack[-1].__setstate__(state)
        elif not isinstance(self.stack[-1], OrderedDict):  # what a dictionary has besides its values is left out
            refuse("an object with a state")

    def _object(self) -> None:
        refuse("an object")

    dispatch |= {
        pickle.DICT[0]: _dict,
        pickle.SETITEM[0]: _set_item,
        pickle.SETITEMS[0]: _set_items,
        pickle.APPEND[0]: _append,
        pickle.APPENDS[0]: _append_all,
        pickle.ADDITEMS[0]: _add_items,
        pickle.FROZENSET[0]: _frozen_set,
        pickle.BYTEARRAY8[0]: _byte_array,
        pickle.BUILD[0]: _build,
    }
    for _code in (pickle.INST, pickle.OBJ, pickle.NEWOBJ, pickle.NEWOBJ_EX, pickle.EXT1, pickle.EXT2, pickle.EXT4):
        dispatch[_code[0]] = _object


def _key(key: Any) -> Any:
    """The key of a dictionary or member of a set: a value that is compared quickly."""
    parts = key if type(key) is tuple and len(key) <= KEY_PARTS else (key,)
    for part in parts:
        small = type(part) is int and abs(part) < 2**64
        if not small and not isinstance(part, str | bytes | float | bool | None):
            refuse("a key that is no plain value")
    return key


class Resolver:
    """Replaces stand-ins by their arrays; refuses every value of a kind that is not on the list.

    Args:
        most: values that the content may have, one that is referred to again counted again.
    """

    STAND_INS: ClassVar[tuple[type, ...]] = (_Array,)

    def __init__(self, most: int) -> None:
        self._most = most
        self._done: dict[int, tuple[Any, int, Any] | None] = {}  # by identity: result, values in it, what keeps the id

    def resolved(self, item: Any) -> Any:
        """The item, resolved."""
        return self._resolved(item, DEEPEST)[0]

    def stood_for(self, item: Any) -> Any:
        """What a stand-in stands for."""
        return item.made if item.made is not None else refuse("an array without content")

    def _resolved(self, item: Any, deepest: int) -> tuple[Any, int]:
        if isinstance(item, self.STAND_INS):
            return self.stood_for(item), 1
        if item is None or isinstance(item, str | bytes | bytearray | int | float | np.ndarray):
            return item, 1
        if not isinstance(item, dict | list | tuple | set | frozenset):
            refuse(f"a {type(item).__name__.strip('_')}")
        known = self._done.get(id(item), ())
        if known is None or deepest == 0:
            refuse("containers within containers without end")
        if not known:
            self._done[id(item)] = None
            known = self._done[id(item)] = (*self._container(item, deepest - 1), item)
        return known[:2]

    def _container(self, item: Any, deepest: int) -> tuple[Any, int]:
        values = item.values() if isinstance(item, dict) else item
        inside = [self._resolved(value, deepest) for value in values]
        weight = 1 + len(inside) + sum(count for _, count in inside)
        if weight > self._most:
            refuse("copies of copies")
        values = [value for value, _ in inside]
        made = dict(zip(item, values, strict=True)) if isinstance(item, dict) else type(item)(values)
        return made, weight


def refuse(what: str) -> NoReturn:
    """Raises Refused."""
    raise Refused(what)
