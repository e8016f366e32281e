"""Skeleton annotation pickles as pyskl and mmaction2 use them, read without running anything that they hold.

A pickle is a program: it may name any function of Python and call it. Here a name outside a short list ends it, and
the names on the list stand for code of this module: not even numpy's own unpickling runs, which trusts the type
that a file states. What comes out are numbers, text, plain containers, and arrays of numbers.

Layout: {"split": {name: [frame_dir, ...]}, "annotations": [{"frame_dir": text, "label": class from 0,
"total_frames": T, "keypoint": (M, T, 25, 3) metres, ...}, ...]}. A bare list of annotations is read as well.
"""

from __future__ import annotations

import math
import pickle
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from tsmf_live.frames import SourceError
from tsmf_live.skeleton import JOINT_COUNT

NUMBER_KINDS = "biuf"  # of numpy's dtypes: bool, integers, floats
TEXT_KINDS = "US"
WHAT_IT_IS = "a skeleton annotation pickle of pyskl or mmaction2"


class _Refused(Exception):
    """The pickle holds what is not on the list; the text says what."""


def read_annotation_pickle(path: Path) -> dict[str, Any]:
    """The content of an annotation pickle; nothing in the file is run.

    Returns:
        {"split": {name: [frame_dir, ...]}, "annotations": [...]}; each annotation has frame_dir (str), label (int, from
        0), total_frames (int, T) and keypoint (M, T, 25, 3) float, a person who is not there all zero; further entries
        are kept as they are. Arrays are read-only and keep the file's dtype. "split" is empty if the file has none.

    Raises:
        SourceError: not readable, not such a pickle, or it holds more than numbers, text, plain containers and arrays
            of numbers.
    """
    try:
        with path.open("rb") as file:
            content = _resolved(_Reader(file).load())
    except OSError as error:
        raise SourceError(f"{path}: cannot be opened ({error.strerror}); check the path and its rights") from error
    except _Refused as refused:
        raise SourceError(
            f"{path}: expected numbers, text, plain containers and numpy arrays, it holds {refused}; it was not run; "
            "use a file from a source you trust"
        ) from None
    except MemoryError as error:
        raise SourceError(f"{path}: does not fit into memory; split it") from error
    except Exception as error:  # a damaged pickle fails in any way it likes
        what = " ".join(str(error).split())[:100] or type(error).__name__
        raise SourceError(f"{path}: cannot be read as {WHAT_IT_IS} ({what}); copy or download it again") from error
    return _checked(path, content)


class _DType:
    """Stands for numpy.dtype: a plain type of numbers or text, whatever else the pickle states about it."""

    __slots__ = ("dtype",)

    def __init__(self, code: str) -> None:
        dtype = np.dtype(code if isinstance(code, str) else _refuse("a compound dtype"))
        if dtype.kind not in NUMBER_KINDS + TEXT_KINDS:
            _refuse(f"an array of {dtype}")
        self.dtype = dtype

    def __setstate__(self, state: tuple) -> None:
        byte_order, parts = state[1], state[2:5]
        if any(part is not None for part in parts):
            _refuse("a compound dtype")
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
        _refuse("an array of objects")
    if dtype.dtype.kind not in NUMBER_KINDS:
        _refuse("an array of text")
    if not isinstance(shape, tuple) or not all(isinstance(size, int) and size >= 0 for size in shape):
        _refuse("an array of no shape")
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
        _refuse("a numpy object")
    return np.frombuffer(raw, dtype.dtype, count=1)[0].item()


def _encoded(text: object, encoding: object) -> bytes:
    """How protocols 0 to 2 write bytes."""
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        _refuse(f"text encoded as {encoding!r}")
    return text.encode("latin-1")


def _allowed() -> dict[tuple[str, str], Callable[..., Any] | None]:
    """What each name on the list stands for."""
    allowed: dict[tuple[str, str], Callable[..., Any] | None] = {
        ("numpy", "ndarray"): None,
        ("numpy", "dtype"): lambda code, *_: _DType(code),
        ("_codecs", "encode"): _encoded,
        ("collections", "OrderedDict"): OrderedDict,
    }
    for core in ("numpy.core", "numpy._core"):
        allowed[core + ".multiarray", "_reconstruct"] = lambda *_: _Array()
        allowed[core + ".multiarray", "scalar"] = _scalar
        allowed[core + ".numeric", "_frombuffer"] = _array
    for builtins in ("builtins", "__builtin__"):
        allowed |= {(builtins, kind.__name__): kind for kind in (set, frozenset, bytearray, bytes)}
    return allowed


class _Reader(pickle.Unpickler):
    """An unpickler to which only the names of `_allowed` exist."""

    def __init__(self, file: Any) -> None:
        super().__init__(file, encoding="latin-1")
        self._names = _allowed()  # made anew: a pickle may write into what it is handed

    def find_class(self, module: str, name: str) -> Any:
        """See pickle.Unpickler."""
        if (module, name) not in self._names:
            _refuse(f"{module[:60]}.{name[:60]}")
        return self._names[module, name]


def _resolved(item: Any) -> Any:
    """The item with arrays in the place of their stand-ins; only what is on the list of kinds."""
    if isinstance(item, _Array):
        return item.made if item.made is not None else _refuse("an array without content")
    if isinstance(item, dict):
        return {_resolved(key): _resolved(value) for key, value in item.items()}
    if isinstance(item, list | tuple | set | frozenset):
        return type(item)(_resolved(value) for value in item)
    if item is None or isinstance(item, str | bytes | bytearray | int | float | complex | np.ndarray):
        return item
    return _refuse(f"a {type(item).__name__.strip('_')}")


def _refuse(what: str) -> NoReturn:
    raise _Refused(what)


def _checked(path: Path, content: Any) -> dict[str, Any]:
    """The content in its layout; SourceError if it has another one."""
    if isinstance(content, list):
        content = {"split": {}, "annotations": content}
    if not isinstance(content, dict) or not isinstance(content.get("annotations"), list):
        raise SourceError(f"{path}: expected {WHAT_IT_IS} with a list 'annotations', got another kind of content")
    split = content.get("split", {})
    if not isinstance(split, dict) or not all(_is_name_list(names) for names in split.values()):
        raise SourceError(f"{path}: expected 'split' to hold lists of frame_dir by name, got another kind of content")
    for number, annotation in enumerate(content["annotations"]):
        problem = _problem(annotation)
        if problem:
            raise SourceError(f"{path}: annotation {number}: {problem}; is it a 3D annotation of 25 joints?")
    return {**content, "split": split}


def _is_name_list(names: Any) -> bool:
    return isinstance(names, list | tuple) and all(isinstance(name, str) for name in names)


def _problem(annotation: Any) -> str | None:
    """What is wrong with an annotation, in words, or None."""
    if not isinstance(annotation, dict):
        return "expected a dictionary"
    for key, kind in {"frame_dir": str, "label": int, "total_frames": int, "keypoint": np.ndarray}.items():
        if not isinstance(annotation.get(key), kind):
            return f"expected {key} to be {kind.__name__}, got {type(annotation.get(key)).__name__}"
    keypoint = annotation["keypoint"]
    frames = annotation["total_frames"]
    if keypoint.ndim != 4 or keypoint.shape[1:] != (frames, JOINT_COUNT, 3) or keypoint.dtype.kind not in NUMBER_KINDS:
        return f"expected keypoint (M, {frames}, {JOINT_COUNT}, 3), got {keypoint.shape} {keypoint.dtype}"
    return None
