"""The pieces of a color.mkv, found and checked without decoding: ffmpeg gives each a CRC-32.

Read by verify and repair. **Source:** Matroska (RFC 9559) and EBML (RFC 8794): an element is id, size, content; the
first content of a checked one is its CRC-32.
"""

from __future__ import annotations

import mmap
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

EBML, SEGMENT, VOID = 0x1A45DFA3, 0x18538067, 0xEC
SEEK_HEAD, INFO, TRACKS, TAGS, CLUSTER, CUES = 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1254C367, 0x1F43B675, 0x1C53BB6B
TIMESTAMP, SIMPLE_BLOCK, BLOCK_GROUP, BLOCK, REFERENCE = 0xE7, 0xA3, 0xA0, 0xA1, 0xFB
CHECKED = (SEEK_HEAD, INFO, TRACKS, TAGS, CLUSTER, CUES)
CLUSTER_ID = CLUSTER.to_bytes(4, "big")
_RESUMES = re.compile(b"|".join(re.escape(name.to_bytes(4, "big")) for name in (CLUSTER, CUES)))
CRC_START = b"\xbf\x84"  # id and size of the CRC-32 element
CRC_TO_COME = b"\xec\x84"  # its place is kept free in the header until the recording ends
KEYFRAME = 0x80  # flag of a SimpleBlock
SEARCHED_TIMES = 16  # looking for what is intact behind damage checks no more bytes than so many times the file


class Cluster(NamedTuple):
    """An intact cluster: its bytes in the file, its pictures' times, and whether the first is a keyframe."""

    begins: int
    ends: int
    times_ms: tuple[int, ...]
    begins_with_keyframe: bool


@dataclass
class Video:
    """What a color.mkv holds.

    Attributes:
        header_ends: where the first cluster begins (or should); header_good: the header can be used.
        clusters: the intact ones, in order. After a damaged one, pictures need the next keyframe.
        damaged: byte ranges that are no intact element, within the file; cut: it ends within an element.
        has_index: it was ended properly and can be searched.
    """

    header_ends: int = 0
    header_good: bool = False
    clusters: list[Cluster] = field(default_factory=list)
    damaged: list[tuple[int, int]] = field(default_factory=list)
    cut: bool = False
    has_index: bool = False

    def playable(self) -> list[Cluster]:
        """The clusters whose pictures can be decoded: not those between a damaged place and the next keyframe."""
        found: list[Cluster] = []
        for cluster in self.clusters:
            connected = bool(found) and found[-1].ends == cluster.begins
            if cluster.begins_with_keyframe or connected:
                found.append(cluster)
        return found

    def times_ms(self) -> list[int]:
        """Of all pictures that can be decoded."""
        return [time_ms for cluster in self.playable() for time_ms in cluster.times_ms]


def scan(path: Path) -> Video:
    """Walks through a file; OSError if it cannot be read. Never fails on what is in it."""
    video = Video()
    if path.stat().st_size == 0:
        video.cut = True
        return video
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        _walk(data, _header(data, video), video)
    return video


def open_ended(header: bytes) -> bytes:
    """A good header without the size of the whole and the places of its parts, for other clusters to follow."""
    begins = _element(header, 0)[2]
    _, content, _ = _element(header, begins)
    changed = bytearray(header)
    changed[begins + 4 : content] = b"\x01" + b"\xff" * 7  # unknown size
    identity, _, ends = _element(header, content)
    if identity == SEEK_HEAD:
        size = ends - content - 9
        changed[content:ends] = VOID.to_bytes(1, "big") + (size | 1 << 56).to_bytes(8, "big") + bytes(size)
    return bytes(changed)


def codec_of(path: Path) -> str | None:
    """The codec that the header of a video names, None without a video."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return "h264" if b"V_MPEG4/ISO/AVC" in file.read(4096) else "ffv1"


def content_begins(header: bytes) -> int:
    """Where, in a good header, the content of the whole begins: behind what every video begins with."""
    return _element(header, _element(header, 0)[2])[1]


def is_header(header: bytes) -> bool:
    """Whether it is good, as that of a `Video` is."""
    video = Video()
    return _header(header, video) == len(header) and video.header_good


def one_byte_back(header: bytes) -> bytes | None:
    """A header in which one byte was changed, as it was: its checksums tell. None if they do not, or all of it fits.

    Args:
        header: all before the first cluster; of a video that was ended, since others have no checksums.
    """
    if is_header(header):
        return None
    tried = bytearray(header)
    for place, was in enumerate(header):
        for value in range(256):
            tried[place] = value
            if is_header(tried):
                return bytes(tried)
        tried[place] = was
    return None


def _header(data: mmap.mmap | bytes, video: Video) -> int:
    """Checks what comes before the first cluster; where that begins."""
    place, good, sized = 0, set(), True
    element = _element(data, 0)
    if element is not None and element[0] == EBML:
        segment = _element(data, element[2])
        if segment is not None and segment[0] == SEGMENT:
            place = segment[1]
            sized = _is_open_ended(data, segment[1]) or segment[2] >= len(data)
    while place and (element := _element(data, place)) is not None and element[0] not in (CLUSTER, CUES):
        identity, begins, ends = element
        unchecked = identity in (INFO, TRACKS, TAGS) and data[begins : begins + 2] == CRC_TO_COME
        if ends > len(data) or not (identity == VOID or unchecked or _is_intact(data, element)):
            break
        good.add(identity)
        place = ends
    first = data.find(CLUSTER_ID, place)
    video.header_ends = first if first >= 0 else place
    video.header_good = sized and {INFO, TRACKS} <= good and (first < 0 or first == place)
    return video.header_ends


def _is_open_ended(data: mmap.mmap | bytes, content: int) -> bool:
    """Whether the size before this content says that it is not known: all ones."""
    return data[content - 8 : content] == b"\x01" + b"\xff" * 7


def _walk(data: mmap.mmap | bytes, place: int, video: Video) -> None:
    left = SEARCHED_TIMES * len(data)
    while place < len(data):
        element = _element(data, place)
        if element is not None and (element[0] == VOID or _is_intact(data, element)) and element[2] <= len(data):
            if element[0] == CLUSTER:
                video.clusters.append(_cluster(data, place, element))
            video.has_index = video.has_index or element[0] == CUES
            place = element[2]
            continue
        resumes, left = _next_intact(data, place + 1, left)
        if resumes is None:
            is_torn = element is not None and element[0] in (CLUSTER, CUES, TAGS) and element[2] > len(data)
            video.cut = True
            if not is_torn:
                video.damaged.append((place, len(data)))
            return
        video.damaged.append((place, resumes))
        place = resumes


def _next_intact(data: mmap.mmap | bytes, place: int, left: int) -> tuple[int | None, int]:
    """Where the next intact cluster or index begins, and how many bytes may still be checked in such searches."""
    for found in _RESUMES.finditer(data, place):
        element = _element(data, found.start())
        if element is None or element[2] > len(data):
            continue
        left -= element[2] - element[1]
        if left < 0:
            break
        if _is_intact(data, element):
            return found.start(), left
    return None, left


def _element(data: mmap.mmap | bytes, place: int) -> tuple[int, int, int] | None:
    """(id, where its content begins, where it ends) of the element at a place; None if there is none."""
    identity = _number(data, place, keep_marker=True)
    size = _number(data, identity[1]) if identity is not None else None
    return None if size is None else (identity[0], size[1], size[1] + size[0])


def _number(data: mmap.mmap | bytes, place: int, keep_marker: bool = False) -> tuple[int, int] | None:
    """An EBML number of variable length, and where it ends."""
    if place >= len(data) or data[place] == 0:
        return None
    length = 9 - data[place].bit_length()
    if place + length > len(data):
        return None
    value = int.from_bytes(data[place : place + length], "big")
    return (value if keep_marker else value & ((1 << 7 * length) - 1)), place + length


def _is_intact(data: mmap.mmap | bytes, element: tuple[int, int, int]) -> bool:
    identity, begins, ends = element
    if identity not in CHECKED or ends > len(data) or data[begins : begins + 2] != CRC_START:
        return False
    expected = int.from_bytes(data[begins + 2 : begins + 6], "little")
    with memoryview(data) as view, view[begins + 6 : ends] as content:
        return zlib.crc32(content) == expected


def _block_of_group(data: mmap.mmap | bytes, place: int, ends: int) -> tuple[int, bool]:
    """Where the block in a group begins, and whether it refers to another picture; a keyframe does not."""
    block, refers = place, False
    while place < ends and (child := _element(data, place)) is not None:
        block = child[1] if child[0] == BLOCK else block
        refers = refers or child[0] == REFERENCE
        place = child[2]
    return block, refers


def _cluster(data: mmap.mmap | bytes, begins: int, element: tuple[int, int, int]) -> Cluster:
    """The times in an intact cluster."""
    _, place, ends = element
    start_ms, times_ms, keyframe = 0, [], False
    while place < ends and (child := _element(data, place)) is not None:
        identity, content, place = child
        if identity == TIMESTAMP:
            start_ms = int.from_bytes(data[content:place], "big")
            continue
        refers = False
        if identity == BLOCK_GROUP:
            content, refers = _block_of_group(data, content, place)
        if identity in (SIMPLE_BLOCK, BLOCK_GROUP) and (track := _number(data, content)) is not None:
            at = track[1]
            if not times_ms:
                keyframe = not refers if identity == BLOCK_GROUP else bool(data[at + 2] & KEYFRAME)
            times_ms.append(start_ms + int.from_bytes(data[at : at + 2], "big", signed=True))
    return Cluster(begins, ends, tuple(times_ms), keyframe)
