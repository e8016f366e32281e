"""Which row of frames.csv belongs to which bodies and which checksum, and which frames are as they were recorded.

The checksums are the evidence: a row, bodies and a checksum that fit together are a frame as it was recorded, however
many entries a damaged place before it has lost or gained. Where there are no checksums, order tells: index and time
of rows that belong to a recording rise together.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tsmf_live.recording.checksums import frame_checksum
from tsmf_live.recording.salvage import Bodies, Checksums, Place, Rows
from tsmf_live.recording.tables import FrameRow, row_line

_ALL_BITS = 0xFFFFFFFF
_TABLE = [zlib.crc32(bytes([byte]), _ALL_BITS) ^ _ALL_BITS for byte in range(256)]  # of a CRC-32, byte by byte
_OF_HIGH_BYTE = {entry >> 24: byte for byte, entry in enumerate(_TABLE)}

Numbers = tuple[int, int, int]  # of a row, of bodies, of a checksum in their files


@dataclass
class Pairs:
    """The frames whose row and bodies are both good.

    Attributes:
        kept: rows with their bodies, in order.
        contradicting: how many frames their checksums contradict.
        plays: frames from the start that no checksum contradicts.
    """

    kept: list[tuple[FrameRow, Place]] = field(default_factory=list)
    contradicting: int = 0
    plays: int = 0


def pair(rows: Rows, bodies: Bodies, checksums: Checksums | None) -> Pairs:
    """Brings rows and bodies of the same frame together; nothing that contradicts its checksum is kept."""
    expected = checksums.entries if checksums is not None else []
    evidence = _Evidence(rows.entries, bodies.places, expected, rows.cut or bodies.cut)
    found = Pairs(plays=evidence.leading())
    ends = (len(rows.entries), len(bodies.places), len(expected))
    begins = (0, 0, 0)
    for fit in [*evidence.fitting(), None]:
        _between(begins, fit or ends, evidence, bodies.unsure, found)
        if fit is not None:
            found.kept.append((rows.entries[fit[0]], bodies.places[fit[1]]))
            begins = tuple(number + 1 for number in fit)
    rising = longest_rising([row for row, _ in found.kept])
    found.kept = [found.kept[number] for number in rising]
    return found


def longest_rising(rows: Sequence[FrameRow]) -> list[int]:
    """The numbers of the most rows whose index and time both rise from one to the next.

    For each length the ends of the chains so long are held; one that another undercuts in both is not needed, so that
    sorted by index they fall in time.
    """
    ends: list[list[tuple[int, float, int]]] = []  # for each length: (index, time, number)
    before: list[int | None] = []
    for number, row in enumerate(rows):
        length, high = 0, len(ends)
        while length < high:
            middle = (length + high) // 2
            below = bisect_left(ends[middle], (row.index,)) - 1
            if below >= 0 and ends[middle][below][1] < row.sensor_time_s:
                length = middle + 1
            else:
                high = middle
        below = bisect_left(ends[length - 1], (row.index,)) - 1 if length else None
        before.append(ends[length - 1][below][2] if below is not None else None)
        if length == len(ends):
            ends.append([])
        at = bisect_left(ends[length], (row.index,))
        undercut = at
        while undercut < len(ends[length]) and ends[length][undercut][1] >= row.sensor_time_s:
            undercut += 1
        ends[length][at:undercut] = [(row.index, row.sensor_time_s, number)]
    chain = []
    number = ends[-1][0][2] if ends else None
    while number is not None:
        chain.append(number)
        number = before[number]
    return chain[::-1]


def _between(begins: Numbers, ends: Numbers, evidence: _Evidence, unsure: set[int], found: Pairs) -> None:
    """Adds what lies between two frames that fit, taken in step, where no checksum contradicts it.

    Behind the last frame that fits, there may be fewer checksums than frames.
    """
    rows, places, expected = (
        entries[begin:end]
        for entries, begin, end in zip((evidence.rows, evidence.places, evidence.expected), begins, ends, strict=True)
    )
    is_tail = ends[0] == len(evidence.rows) and ends[1] == len(evidence.places)
    if not any(value is not None for value in expected):
        places = [place for number, place in enumerate(places, begins[1]) if number not in unsure]
    if not (is_tail and evidence.cut):
        _stretch(places, len(rows)) if None in places else _stretch(rows, len(places))
    if is_tail:
        expected = expected + [None] * max(len(rows), len(places))
    for row, place, value in zip(rows, places, expected, strict=False):
        if row is None or place is None:
            continue
        if value is None or frame_checksum(place.crc32, row) == value:
            found.kept.append((row, place))
        else:
            found.contradicting += 1


def _stretch(entries: list, count: int) -> None:
    """Makes a list with damaged entries (None) as long as the other, at its first damaged place."""
    if None not in entries:
        return
    at = entries.index(None)
    entries[at:at] = [None] * (count - len(entries))
    while len(entries) > count and None in entries[at:]:
        entries.remove(None)


class _Evidence:
    """Tells which rows, bodies and checksums fit together."""

    def __init__(
        self, rows: list[FrameRow | None], places: list[Place | None], expected: list[int | None], cut: bool
    ) -> None:
        self.rows, self.places, self.expected, self.cut = rows, places, expected, cut

    def leading(self) -> int:
        """Entries from the start that do not contradict each other, taken one by one."""
        for number, (row, place, value) in enumerate(zip(self.rows, self.places, self.expected, strict=False)):
            if None not in (row, place, value) and frame_checksum(place.crc32, row) != value:
                return number
        return min(len(self.rows), len(self.places))

    def fitting(self) -> Iterator[Numbers]:
        """The frames that fit, in order; after one that does not, the next are looked for nearby first."""
        at: Numbers | None = (0, 0, 0)
        while at is not None and all(
            number < len(entries) for number, entries in zip(at, (self.rows, self.places, self.expected), strict=True)
        ):
            if not self._fits(*at):
                at = self._resume(*at)
                continue
            yield at
            at = (at[0] + 1, at[1] + 1, at[2] + 1)

    def _fits(self, a: int, b: int, c: int) -> bool:
        row, place, value = self.rows[a], self.places[b], self.expected[c]
        return None not in (row, place, value) and frame_checksum(place.crc32, row) == value

    def _resume(self, a: int, b: int, c: int) -> Numbers | None:
        """The nearest landmark that fits: two files still go in step, the third may have lost or gained entries."""
        best: Numbers | None = None
        reach = max(len(self.rows) - a, len(self.places) - b, len(self.expected) - c)
        skipped = 0
        while skipped < reach:
            for fit in (
                self._bodies_for(a + skipped, b, c + skipped),
                self._row_for(a, b + skipped, c + skipped),
                self._checksum_for(a + skipped, b + skipped, c),
            ):
                if fit is not None and (distance := max(fit[0] - a, fit[1] - b, fit[2] - c)) < reach:
                    best, reach = fit, distance
            skipped += 1
        return best

    def _bodies_for(self, a: int, b: int, c: int) -> Numbers | None:
        row, value = _entry(self.rows, a), _entry(self.expected, c)
        if row is None or value is None:
            return None
        number = _first_from(b, self._by_text.get(_before(row_line(row), value)))
        return None if number is None or self._landmark(number) is None else (a, number, c)

    def _row_for(self, a: int, b: int, c: int) -> Numbers | None:
        place, value = self._landmark(b), _entry(self.expected, c)
        if place is None or value is None:
            return None
        found = []
        for length in self._row_lengths:
            zeros = bytes(length)
            # the CRC-32 of text and row is that of the row, of the text with zeros, and of zeros, added without carry
            alone = value ^ zlib.crc32(zeros, place.crc32) ^ zlib.crc32(zeros)
            found.append(_first_from(a, self._by_row.get((length, alone))))
        number = min((number for number in found if number is not None), default=None)
        return None if number is None else (number, b, c)

    def _checksum_for(self, a: int, b: int, c: int) -> Numbers | None:
        row, place = _entry(self.rows, a), self._landmark(b)
        if row is None or place is None:
            return None
        number = _first_from(c, self._by_checksum.get(frame_checksum(place.crc32, row)))
        return None if number is None else (a, b, number)

    def _landmark(self, number: int) -> Place | None:
        """Bodies that occur only once, None if they are not unique: frames without anybody are all alike."""
        place = _entry(self.places, number)
        return place if place is not None and len(self._by_text[place.crc32]) == 1 else None

    @cached_property
    def _by_text(self) -> dict[Hashable, list[int]]:
        return _numbers(None if place is None else place.crc32 for place in self.places)

    @cached_property
    def _by_row(self) -> dict[Hashable, list[int]]:
        lines = (None if row is None else row_line(row) for row in self.rows)
        return _numbers(None if line is None else (len(line), zlib.crc32(line)) for line in lines)

    @cached_property
    def _row_lengths(self) -> list[int]:
        return sorted({length for length, _ in self._by_row})

    @cached_property
    def _by_checksum(self) -> dict[Hashable, list[int]]:
        return _numbers(self.expected)


def _before(line: bytes, checksum: int) -> int:
    """The CRC-32 of what stood before a line, from that of both: a CRC-32 can be taken back byte by byte."""
    state = checksum ^ _ALL_BITS
    for byte in reversed(line):
        came_in = _OF_HIGH_BYTE[state >> 24]
        state = ((state ^ _TABLE[came_in]) << 8 & _ALL_BITS) | (came_in ^ byte)
    return state ^ _ALL_BITS


def _numbers(values: Any) -> dict[Hashable, list[int]]:
    """The place of each value that is not None."""
    numbers: dict[Hashable, list[int]] = {}
    for number, value in enumerate(values):
        if value is not None:
            numbers.setdefault(value, []).append(number)
    return numbers


def _first_from(begin: int, numbers: list[int] | None) -> int | None:
    """The first of some rising numbers that is not below another."""
    at = bisect_left(numbers, begin) if numbers else 0
    return numbers[at] if numbers and at < len(numbers) else None


def _entry(entries: list, number: int) -> Any:
    return entries[number] if number < len(entries) else None
