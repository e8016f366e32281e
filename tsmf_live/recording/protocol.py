"""What is to be recorded of whom: a list that people write, and how much of it a study already has.

    typed   P07: drink water x 3, reading x 2          a line for each subject
    CSV     subject,action,takes,seconds,pause         one row for each action; seconds and pause may be left out

The takes that lie in the study count: a list that was interrupted goes on where it was.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tsmf_live.frames import SourceError, UsageError
from tsmf_live.recording.folder import HIGHEST_NUMBER, read_description, take_number
from tsmf_live.text_files import read_text

NEEDED, OPTIONAL = ("subject", "action"), ("takes", "seconds", "pause")
MOST_TAKES, LONGEST_S = 999, 3600.0
TOO_LONG = 12  # digits: no count of takes has so many, and Python refuses to read thousands
_TIMES = re.compile(r"(.*?)\s*[x×*]\s*(\d+)")  # noqa: RUF001 (people type it)
_AS_CHINESE_KEYBOARDS_WRITE = str.maketrans("：，", ":,")  # noqa: RUF001


class Entry(NamedTuple):
    """So many takes of one action of one subject; seconds and pause_s are None where the list does not say."""

    subject: str
    action: str
    takes: int = 1
    seconds: float | None = None
    pause_s: float | None = None


class Due(NamedTuple):
    """The next take: whose, of what, its numbers, and its place (from 0) in the list."""

    row: int
    entry: Entry
    performer: int
    replication: int


def read_protocol(path: Path) -> list[Entry]:
    """The list in a file: a CSV table, or lines as they are typed.

    Raises:
        SourceError: it cannot be read, or a line is no entry.
    """
    text = read_text(path, "a list of takes")
    return _table(path, text) if path.suffix.lower() == ".csv" else typed(text, str(path))


def typed(text: str, where: str = "the list") -> list[Entry]:
    """The list in lines as they are typed; an action without a number is recorded once. Chinese colons and commas do.

    Raises:
        SourceError: a line is no entry, or there is none.
    """
    entries = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        subject, colon, actions = line.translate(_AS_CHINESE_KEYBOARDS_WRITE).partition(":")
        wanted = [part.strip() for part in actions.split(",")]
        if not colon or not subject.strip() or not all(wanted):
            raise SourceError(
                f"{where}: line {number}: expected a subject and actions, as in P07: drink water x 3, reading x 2; "
                f"got {line.strip()[:80]!r}"
            )
        for part in wanted:
            times = _TIMES.fullmatch(part)
            action, takes = (times[1], int(times[2][:TOO_LONG])) if times and times[1] else (part, 1)
            entries.append(_checked(Entry(subject.strip(), action, takes), f"{where}: line {number}"))
    return _some(entries, where)


def _table(path: Path, text: str) -> list[Entry]:
    table = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    entries = []
    try:
        columns = [name.strip().lower() for name in table.fieldnames or []]
        table.fieldnames = columns
        if not set(NEEDED) <= set(columns) or set(columns) - {*NEEDED, *OPTIONAL}:
            raise SourceError(
                f"{path}: line 1: expected columns {','.join(NEEDED)} and perhaps {','.join(OPTIONAL)}, separated by "
                f"commas, got {','.join(columns)[:80]!r}"
            )
        for row in table:
            where = f"{path}: line {table.line_num}"
            entries.append(_checked(_entry(where, row), where))
    except csv.Error as error:
        raise SourceError(f"{path}: line {table.line_num}: expected a row of values ({error})") from error
    return _some(entries, str(path))


def _entry(where: str, row: dict[str, str | None]) -> Entry:
    cells = {name: (row.get(name) or "").strip() for name in (*NEEDED, *OPTIONAL)}
    try:
        takes = int(cells["takes"] or 1)
        times_s = [float(cells[name]) if cells[name] else None for name in ("seconds", "pause")]
    except ValueError:
        got = ",".join(str(cell) for cell in row.values())[:80]
        raise SourceError(f"{where}: expected a count of takes, seconds and a pause, got {got!r}") from None
    return Entry(cells["subject"], cells["action"], takes, *times_s)


def _checked(entry: Entry, where: str) -> Entry:
    if not entry.subject or not entry.action:
        raise SourceError(f"{where}: expected a subject and an action, got {entry.subject!r} and {entry.action!r}")
    if not 1 <= entry.takes <= MOST_TAKES:
        raise SourceError(f"{where}: expected 1 to {MOST_TAKES} takes, got {str(entry.takes)[:TOO_LONG]}")
    for name, time_s, least_s in (("seconds", entry.seconds, 0.1), ("pause", entry.pause_s, 0.0)):
        if time_s is not None and not least_s <= time_s <= LONGEST_S:
            raise SourceError(f"{where}: {name}: expected {least_s:g} to {LONGEST_S:g}, got {time_s:g}")
    return entry


def _some(entries: list[Entry], where: str) -> list[Entry]:
    if not entries:
        raise SourceError(f"{where}: expected at least one take, got none")
    return entries


class Recorded(NamedTuple):
    """What a study says of one of its takes."""

    subject: str
    action: str
    performer: int
    replication: int


def recorded_in(study: Path) -> list[Recorded]:
    """The takes in a study folder; those that cannot be read are passed over."""
    found = []
    try:
        folders = sorted(folder for folder in study.iterdir() if take_number(folder) is not None)
    except OSError:  # it is not there yet, or recording will say why it cannot be used
        return []
    for folder in folders:
        with suppress(SourceError):
            told = read_description(folder)
            numbers = (told.get("performer"), told.get("replication"))
            found.append(
                Recorded(
                    str(told.get("subject") or ""),
                    str(told.get("action") or ""),
                    *(number if isinstance(number, int) else 0 for number in numbers),
                )
            )
    return found


def done_of(entries: Sequence[Entry], recorded: Iterable[Recorded]) -> list[int]:
    """How many takes of each entry are there; an action that stands twice in the list is counted once."""
    there: dict[tuple[str, str], int] = {}
    for take in recorded:
        there[take.subject, take.action] = there.get((take.subject, take.action), 0) + 1
    counts = []
    for entry in entries:
        key = entry.subject, entry.action
        counts.append(min(entry.takes, there.get(key, 0)))
        there[key] = there.get(key, 0) - counts[-1]
    return counts


def next_take(entries: Sequence[Entry], recorded: Sequence[Recorded], left_out: Iterable[str] = ()) -> Due | None:
    """The first take of the list that the study lacks, None if it has all.

    Args:
        left_out: subjects who are not recorded.

    Raises:
        UsageError: the numbers that a take can have are used up.
    """
    done, out = done_of(entries, recorded), set(left_out)
    for row, entry in enumerate(entries):
        if done[row] >= entry.takes or entry.subject in out:
            continue
        same = [take.replication for take in recorded if (take.subject, take.action) == (entry.subject, entry.action)]
        due = Due(row, entry, _performer(entry.subject, entries, recorded), max(same, default=0) + 1)
        if max(due.performer, due.replication) > HIGHEST_NUMBER:
            raise UsageError(
                f"{entry.subject}: {entry.action}: expected numbers up to {HIGHEST_NUMBER}; begin another study folder"
            )
        return due
    return None


def _performer(subject: str, entries: Sequence[Entry], recorded: Sequence[Recorded]) -> int:
    """The number that a subject has in the study, else the next free one, in the order of the list."""
    known = {take.subject: take.performer for take in recorded if take.performer}
    for entry in entries:
        if entry.subject not in known:
            known[entry.subject] = max(known.values(), default=0) + 1
    return known[subject]
