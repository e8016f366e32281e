"""Changes to files, random and reproducible: of their bytes, and of what these mean where the format is known.

A checksum, a length or a closing bracket stops most blind changes early; so containers are opened, changed inside
and closed again.
"""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
NUMBERS = (
    *(b"0", b"-1", b"-0.0", b"1", b"7", b"255", b"3e8", b"300000000", b"2147483648", b"9223372036854775808"),
    *(b"18446744073709551616", b"1e308", b"1e999", b"-1e999", b"1e-320", b"nan", b"-inf", b"x", b"", b"0x10", b"1_0"),
    *(b"9" * 400, b"9" * 5000, "\u0663".encode(), b"-1.#IND"),
)
BYTES = (
    *(b"\0", b"\xff", b"\n", b"\r\n", b",", b'"', b" ", b"\x1b[2J", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"=1+1"),
    b"(" * 60,
)
WORDS = tuple(
    number.to_bytes(size, "little", signed=True)
    for size in (4, 8)
    for number in (-1, 0, 1, 2**31 - 1, -(2**31), 300_000_000)
)
VALUES = (
    *(None, True, False, -1, 0, 1, 0.5, 1e308, 10**30, 300_000_000, float("nan"), float("inf"), "", "x", "7", "\ud800"),
    *("\x1b[31m", "=1+1", "../../x", "a\0b", "y" * 3000, [], {}, [None], [[]], {"x": 1}, [1, 2, 3], ["x", "x"], [-1]),
)
#: Pieces of pickles: copies, marks, memo and numbers without end, calls.
OPCODES = (
    *(b"2", b"2" * 40, b"0", b"(", b"(" * 50, b"t", b"l", b"d", b"s", b"u", b"a", b"e", b"1", b"h\0", b"q\0", b"\x94"),
    *(b"\x85", b"\x86", b"\x87", b"]", b"}", b")", b"\x8f", b"\x90", b"\x91", b"R", b"b", b"\x81", b"\x92", b"Q"),
    *(b"N", b"\x88", b"\x82\x01", b"P1\n", b".", b"\x97", b"\x98", b"\x8a\x04\xff\xff\xff\x7f"),
    *(b"\x8b\xff\xff\xff\x7f", b"J\xff\xff\xff\x7f", b"B\xff\xff\xff\x7f", b"r\xff\xff\xff\x7f"),
    *(b"I99999999999\n", b"L" + b"9" * 3000 + b"L\n", b"p4000000000\n", b"\x95" + b"\xff" * 8),
    *(b"cos\nsystem\n", b"(ios\nsystem\n", b"c__builtin__\neval\n", b"cnumpy\nndarray\n", b"c__builtin__\nbytearray\n"),
)
DTYPES = (b"'|O'", b"'<f8'", b"'<U99999999'", b"'|V0'", b"[('a','|O')]", b"'<c16'", b"'M8[s]'", b"'|b1'", b"'<i8'")


def blind(data: bytes, random: Random) -> bytes:
    """One to three changes of bytes."""
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(data) + 1)
        size = random.choice((1, 2, 4, 8, 30, 400))
        there, other = data[at : at + size], random.randrange(len(data) + 1)
        change = random.randrange(9)
        if change == 0 and there:
            bit = 1 << random.randrange(8)
            data = data[:at] + bytes([there[0] ^ bit]) + data[at + 1 :]
        elif change == 1:
            data = data[:at]
        elif change == 2:
            data = data[:at] + data[at + size :]
        elif change == 3:
            data = data[:at] + random.choice(BYTES) + data[at:]
        elif change == 4:
            data = data[:at] + there * random.choice((2, 3, 50)) + data[at + size :]
        elif change == 5:
            data = data[:other] + there + data[other:]
        elif change == 6:
            word = random.choice(WORDS)
            data = data[:at] + word + data[at + len(word) :]
        elif change == 7:
            data = data[:at] + random.randbytes(size) + data[at + size :]
        else:
            data = data[:at] + bytes(len(there)) + data[at + size :]
    return data


def text(data: bytes, random: Random) -> bytes:
    """Numbers become other numbers, or no numbers; lines are removed, doubled or swapped; or `blind`."""
    change = random.randrange(4)
    if change == 0:
        return blind(data, random)
    if change == 1:
        lines = data.splitlines(keepends=True)
        for _ in range(random.randint(1, 2)):
            if lines:
                one = lines.pop(random.randrange(len(lines)))
                for _ in range(random.choice((0, 1, 2))):
                    lines.insert(random.randrange(len(lines) + 1), one)
        return b"".join(lines)
    for _ in range(random.randint(1, 2)):
        at = random.randrange(len(data) + 1)
        found = NUMBER.search(data, at) or NUMBER.search(data)
        if found:
            data = data[: found.start()] + random.choice(NUMBERS) + data[found.end() :]
    return data


def document(data: bytes, random: Random) -> bytes:
    """JSON with one or two values of other types, keys gone or new, something nested too deep; or `blind`."""
    if random.randrange(5) == 0:
        return blind(data, random)
    content = json.loads(data)
    for _ in range(random.randint(1, 2)):
        content = _changed(content, random)
    made = json.dumps(content)
    if random.randrange(40) == 0:
        made = made.replace("null", "[" * 20_000 + "]" * 20_000, 1)
    return made.encode()


def _changed(item: Any, random: Random) -> Any:
    """The item with one place in it changed, the deeper the rarer."""
    inside = list(item) if isinstance(item, dict) else list(range(len(item))) if isinstance(item, list) else []
    if not inside or random.randrange(6) == 0:
        if isinstance(item, dict) and random.randrange(3) == 0:
            return item | {random.choice(("x", "format", "__class__", "")): random.choice(VALUES)}
        return random.choice(VALUES)
    key = random.choice(inside)
    if random.randrange(6) == 0:
        if isinstance(item, dict):
            return {k: value for k, value in item.items() if k != key}
        return item[:key] + item[key + 1 :]
    changed = _changed(item[key], random)
    return item | {key: changed} if isinstance(item, dict) else [*item[:key], changed, *item[key + 1 :]]


def pickled(data: bytes, random: Random) -> bytes:
    """A pickle with pieces of others in it; or `blind`."""
    if random.randrange(3) == 0:
        return blind(data, random)
    for _ in range(random.randint(1, 3)):
        at = random.randrange(min(len(data), 400) + 1) if random.randrange(2) else random.randrange(len(data) + 1)
        data = data[:at] + random.choice(OPCODES) + data[at + random.choice((0, 0, 1, 2)) :]
    return data


def array(data: bytes, random: Random) -> bytes:
    """An .npy file with another header (type, shape, order), its length made to fit; or `blind`."""
    if random.randrange(3) == 0 or not data.startswith(b"\x93NUMPY\x01"):
        return blind(data, random)
    (size,) = struct.unpack_from("<H", data, 8)
    header = data[10 : 10 + size]
    if random.randrange(2):
        header = text(header, random)
    else:
        header = re.sub(rb"'descr': [^:]*, 'fort", b"'descr': " + random.choice(DTYPES) + b", 'fort", header)
    header = header[:65000]
    return data[:8] + struct.pack("<H", len(header)) + header + data[10 + size :]


def archive(data: bytes, random: Random) -> bytes:
    """A zip file with a member changed by what is known of its kind, gone, empty, compressed or twice; or `blind`."""
    if random.randrange(5) == 0:
        return blind(data, random)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        members = [[info.filename, file.read(info)] for info in file.infolist()]
    likely = [member for member in members if member[0].endswith(("pkl", "npy", "version", "byteorder"))] or members
    changed = random.choice(likely if random.randrange(4) else members)
    how = random.randrange(12)
    compression = zipfile.ZIP_STORED
    if how == 0:
        members.remove(changed)
    elif how == 1:
        changed[1] = b""
    elif how == 2:
        compression = zipfile.ZIP_DEFLATED
    elif how == 3:
        changed[0] = random.choice(("../x", "/etc/x", "x", changed[0] + "x", changed[0].upper()))
    else:
        kind = {"npy": array, "pkl": pickled}.get(changed[0].rpartition(".")[2], blind)
        changed[1] = kind(changed[1], random)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as file:
        for name, content in members:
            file.writestr(name, content)
    return made.getvalue()


def safetensors(data: bytes, random: Random) -> bytes:
    """A safetensors file with another header, its length made to fit, JSON within its metadata included; or `blind`."""
    if random.randrange(6) == 0:
        return blind(data, random)
    (size,) = struct.unpack_from("<Q", data)
    content = json.loads(data[8 : 8 + size])
    metadata = content.get("__metadata__", {})
    if metadata and random.randrange(3):
        key = random.choice(list(metadata))
        metadata[key] = document(metadata[key].encode(), random).decode("utf-8", "replace")
        header = json.dumps(content).encode()
    else:
        header = document(json.dumps(content).encode(), random)
    if random.randrange(3) == 0:
        tensor = random.choice([name for name in content if name != "__metadata__"])
        content[tensor]["dtype"] = random.choice(("F64", "F16", "I64", "BOOL", "F8_E4M3", "BF16", "U8", "C64", "I32"))
        header = json.dumps(content).encode()
    length = len(header) if random.randrange(10) else random.choice((0, 2**63, 2**40, len(header) + 1))
    return struct.pack("<Q", length) + header + data[8 + size :]


KINDS: dict[str, Callable[[bytes, Random], bytes]] = {
    "bytes": blind,
    "text": text,
    "json": document,
    "pickle": pickled,
    "npy": array,
    "zip": archive,
    "safetensors": safetensors,
}
