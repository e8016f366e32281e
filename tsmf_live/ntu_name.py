"""The names of NTU RGB+D samples: SsssCcccPpppRrrrAaaa, five numbers of three digits."""

from __future__ import annotations

import re
from typing import NamedTuple

NAME_LETTERS = len("SsssCcccPpppRrrrAaaa")
_NAME = re.compile(r"S(\d{3})C(\d{3})P(\d{3})R(\d{3})A(\d{3})", re.ASCII)


class NtuName(NamedTuple):
    """The numbers in the name of a sample, each 1 to 999; `str` gives the name."""

    setup: int
    camera: int
    performer: int
    replication: int
    action: int

    @classmethod
    def parse(cls, name: str) -> NtuName | None:
        """The numbers in a file name without its ending, None if it is not of this form."""
        matched = _NAME.fullmatch(name)
        return cls(*map(int, matched.groups())) if matched else None

    @classmethod
    def all_in(cls, text: str) -> set[NtuName]:
        """Every such name in a text."""
        return {cls(*map(int, matched.groups())) for matched in _NAME.finditer(text)}

    def __str__(self) -> str:
        return "S{:03}C{:03}P{:03}R{:03}A{:03}".format(*self)
