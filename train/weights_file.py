"""Files of torch.save and paddle.save, read without running anything that they hold and without torch's own reader.

One of paddle is a pickle of numpy arrays. One of torch is a pickle that names its storages, and the storages' bytes:
entries of a zip archive (since torch 1.6), or one after the other (before). torch's reader runs no code either, if
asked so, but it unpacks what is compressed, makes tensors of any size over a few bytes, and believes what a file says
of its own size. Here tensors are dense numbers in memory, and hold no more bytes than the file.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, NamedTuple

import torch
from torch import Tensor

from tsmf_live.exchange.safe_pickle import COPIES, Foreign, Reader, Refused, Resolver, refuse
from tsmf_live.frames import CheckpointError

LEGACY_MAGIC, LEGACY_PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
STORAGES = {
    "FloatStorage": torch.float32,
    "DoubleStorage": torch.float64,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}
WEIGHTS_ALONE = "expected weights alone, as torch.save(model.state_dict(), file) writes them"


class _Kind(NamedTuple):
    """Stands for a class of storages."""

    dtype: torch.dtype


class _Storage(NamedTuple):
    """Stands for the bytes of tensors: which, and how many numbers of which kind."""

    key: str
    dtype: torch.dtype
    count: int


class _Tensor:
    """Stands for a tensor: numbers of a storage from `offset` on, `stride` apart."""

    def __init__(self, storage: object, offset: object, size: object, stride: object) -> None:
        numbers = (offset, *size, *stride) if isinstance(size, tuple) and isinstance(stride, tuple) else (None,)
        if not isinstance(storage, _Storage) or not all(type(n) is int and 0 <= n < 2**63 for n in numbers):
            refuse("a tensor of no shape")
        self.storage, self.offset, self.size, self.stride = storage, offset, size, stride
        last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
        count = math.prod(size)
        if count and (last >= storage.count or count > storage.count):
            refuse(f"a tensor of {count} numbers over {storage.count}")

    @property
    def size_bytes(self) -> int:
        return math.prod(self.size) * self.storage.dtype.itemsize


def read_content(path: Path) -> Any:
    """What torch.save or paddle.save was given: plain containers, numbers, text, arrays, and tensors on the CPU.

    Raises:
        CheckpointError: missing, damaged, or it holds more than that; nothing in it was run.
    """
    try:
        with path.open("rb") as file:
            return _unzipped(file) if file.read(4) == b"PK\3\4" else _legacy(file)
    except Foreign as name:
        raise CheckpointError(f"{path}: refused: reading it would run {name}; {WEIGHTS_ALONE}") from None
    except Refused as what:
        raise CheckpointError(f"{path}: refused: it holds {what}, or is damaged; {WEIGHTS_ALONE}") from None
    except MemoryError as error:
        raise CheckpointError(f"{path}: does not fit into memory") from error
    except Exception as error:  # a damaged file can make a reader fail in any way
        said = str(error).strip().splitlines()
        why = f"{type(error).__name__}: {said[0][:150] if said else 'cut short'}"
        raise CheckpointError(f"{path}: cannot be read as weights ({why})") from error


def _unzipped(file: BinaryIO) -> Any:
    """The content of a zip archive: a folder with data.pkl, and data/0, data/1, ... for the storages."""
    size = file.seek(0, 2)
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
            refuse("compressed entries")
        if sum(entry.file_size for entry in entries) > size:
            refuse("more than its size")
        names = [name for name in archive.namelist() if name.count("/") == 1 and name.endswith("/data.pkl")]
        if len(names) != 1:
            raise ValueError(f"expected one data.pkl, found {len(names)}")
        folder = names[0].removesuffix("data.pkl")
        if f"{folder}byteorder" in archive.namelist() and archive.read(f"{folder}byteorder") != b"little":
            refuse("numbers in another byte order")
        with archive.open(names[0]) as pickled:
            content = _Reader(pickled, archive.getinfo(names[0]).file_size).load()
        return _Resolver(size, lambda key: archive.read(f"{folder}data/{key}")).resolved(content)


def _legacy(file: BinaryIO) -> Any:
    """The content of a file as torch wrote it before version 1.6: five pickles, then each storage after its length.

    One that begins with a dictionary is paddle's, or a bare pickle of arrays; that is all there is.
    """
    size = file.seek(0, 2)
    file.seek(0)
    reader = _Reader(file, size)
    first = reader.load()
    if isinstance(first, dict):
        return _Resolver(size, lambda key: refuse(f"a storage {key[:20]!r} that is not there")).resolved(first)
    if first != LEGACY_MAGIC or reader.load() != LEGACY_PROTOCOL:
        raise ValueError("another kind of file")
    reader.load()  # the machine's sizes of numbers
    content, keys = reader.load(), reader.load()
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        refuse("storages without names")
    data = {}
    for key in keys:
        count = int.from_bytes(file.read(8), "little")
        itemsize = reader.storages[key].dtype.itemsize
        data[key] = reader.read(count * itemsize)
    return _Resolver(size, data.__getitem__).resolved(content)


class _Reader(Reader):
    """A pickle of torch.save; `storages` are those that it has named."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        super().__init__(file, size)
        self.storages: dict[str, _Storage] = {}

    def names(self) -> dict[tuple[str, str], Any]:
        """See Reader."""
        known = {("torch", name): _Kind(dtype) for name, dtype in STORAGES.items()}
        known |= {
            ("torch._utils", "_rebuild_tensor"): _Tensor,
            ("torch._utils", "_rebuild_tensor_v2"): lambda storage, offset, size, stride, *_: _Tensor(
                storage, offset, size, stride
            ),
            ("torch._utils", "_rebuild_parameter"): lambda tensor, *_: tensor,
            ("torch", "Size"): lambda size=(): size if isinstance(size, tuple) else refuse("a shape that is none"),
        }
        return super().names() | known

    def persistent_load(self, pid: Any) -> _Storage:
        """See pickle.Unpickler: the storage that a tensor's numbers lie in."""
        if not isinstance(pid, tuple) or len(pid) < 5:
            refuse("a storage that is none")
        word, kind, key, _, count, *view = pid
        whole = not any(one is not None for one in view)
        if word != "storage" or not isinstance(kind, _Kind) or not whole or not isinstance(key, str):
            refuse("a storage of another kind")
        if type(count) is not int or count < 0:
            refuse("a storage without a size")
        return self.storages.setdefault(key, _Storage(key, kind.dtype, count))


class _Resolver(Resolver):
    """Puts tensors in the place of their stand-ins.

    Args:
        size: of the file, bytes.
        read: gives the bytes of a storage.
    """

    STAND_INS: ClassVar[tuple[type, ...]] = (*Resolver.STAND_INS, _Tensor)

    def __init__(self, size: int, read: Callable[[str], bytes]) -> None:
        super().__init__(COPIES * size)
        self._read, self._left = read, COPIES * size
        self._storages: dict[str, Tensor] = {}

    def stood_for(self, item: Any) -> Any:
        """See Resolver."""
        if not isinstance(item, _Tensor):
            return super().stood_for(item)
        self._left -= item.size_bytes
        if self._left < 0:
            refuse("more numbers than its size")
        storage = item.storage
        if storage.key not in self._storages:
            data = bytearray(self._read(storage.key))
            if len(data) != storage.count * storage.dtype.itemsize:
                raise ValueError(f"storage {storage.key[:20]} is of another size")
            self._storages[storage.key] = (
                torch.frombuffer(data, dtype=storage.dtype) if data else torch.empty(0, dtype=storage.dtype)
            )
        if not math.prod(item.size):
            return torch.empty(item.size, dtype=storage.dtype)
        return torch.as_strided(self._storages[storage.key], item.size, item.stride, item.offset)
