"""Reads files of numpy arrays safely: type and shape are checked before memory is reserved."""

from __future__ import annotations

import math
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy

PACKED_MOST = 100  # times a file's size that its arrays may have: names and class numbers pack well
SMALL_BYTES = 1 << 20  # are allowed anyway
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def read_archive(path: Path, wanted: Mapping[str, str | np.dtype]) -> dict[str, np.ndarray]:
    """Those arrays of an .npz file that are wanted and there.

    Args:
        wanted: for each name the kinds of numpy's dtypes that it may have ("iu", say), or its dtype.

    Raises:
        ValueError, OSError: it cannot be read, an array is of another type, or larger than the file can hold.
    """
    arrays = {}
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > PACKED_MOST * path.stat().st_size + SMALL_BYTES:
                raise ValueError("it holds far more than its size")
            there = set(archive.namelist())
            for name, type_ in wanted.items():
                if f"{name}.npy" in there:
                    size = archive.getinfo(f"{name}.npy").file_size
                    with archive.open(f"{name}.npy") as file:
                        arrays[name] = _array(file, size, name, type_)
    except OSError:
        raise
    except Exception as error:  # damaged headers and archives fail in any way
        raise ValueError(f"{' '.join(str(error).split())[:200] or type(error).__name__}") from error
    return arrays


def _array(file: BinaryIO, size: int, name: str, type_: str | np.dtype) -> np.ndarray:
    shape, fortran, dtype, begin = _header(file, name, type_)
    data = file.read()
    if len(data) != math.prod(shape) * dtype.itemsize or begin + len(data) != size:
        raise ValueError(f"{name}: {len(data)} bytes for a shape of {shape}")
    if dtype.kind == "U" and data:
        letters = np.frombuffer(data, dtype.str[0] + "u4")
        if (letters > 0x10FFFF).any() or ((letters >= 0xD800) & (letters < 0xE000)).any():
            raise ValueError(f"{name}: text of characters that do not exist")
    return np.frombuffer(bytearray(data), dtype).reshape(shape, order="F" if fortran else "C")


def mapped(path: Path, dtype: np.dtype, row: tuple[int, ...] = ()) -> np.ndarray:
    """The array (N, *row) of an .npy file, read-only and memory-mapped.

    Raises:
        ValueError, OSError: it cannot be read, is of another type or shape, or the file is of another size.
    """
    try:
        with path.open("rb") as file:
            shape, fortran, _, begin = _header(file, path.name, dtype)
            if fortran or len(shape) != 1 + len(row) or shape[1:] != row:
                raise ValueError(f"expected a shape of N times {row}, got {shape}")
            if path.stat().st_size != begin + math.prod(shape) * dtype.itemsize:
                raise ValueError(f"{path.stat().st_size} bytes for a shape of {shape}")
        return np.memmap(path, dtype, "r", begin, shape) if math.prod(shape) else np.zeros(shape, dtype)
    except OSError:
        raise
    except Exception as error:  # damaged headers fail in any way
        raise ValueError(f"{path.name}: {' '.join(str(error).split())[:200] or type(error).__name__}") from error


def _header(file: BinaryIO, name: str, type_: str | np.dtype) -> tuple[tuple[int, ...], bool, np.dtype, int]:
    """Shape, order, dtype, and where the numbers begin; ValueError if it is of another type."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a damaged header
        shape, fortran, dtype = _HEADERS[npy.read_magic(file)](file)
    fits = dtype.kind in type_ and not dtype.hasobject if isinstance(type_, str) else dtype == type_
    if not fits or not all(0 <= n < 2**63 for n in shape):
        raise ValueError(f"{name}: an array of {str(dtype)[:60]} {shape}")
    return shape, fortran, dtype, file.tell()
