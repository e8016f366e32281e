"""English lines of what runs outside of the window, in the window's language, by their known texts.

A text has places in braces for what changes in it; "{n}", "{n1}" ... take a number, others anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from tsmf_live.command import LONGEST_LINE
from tsmf_live.gui.language import tr

NOTHING: Mapping[str, str] = {}
#: Between parts: a semicolon outside of parentheses, or a comma after one has closed.
_BETWEEN = re.compile(r"(; (?![^(]*\))|(?<=\)), )")


def known_in_words(text: str, known: tuple[str, ...], instead: Mapping[str, str] = NOTHING) -> str | None:
    """The text in the chosen language, and what stands in its places, too, if that is known; None if it is not known.

    Args:
        known: what is tried, in this order: what holds more stands before what holds less.
        instead: of a known text the one that the window says in its place.
    """
    for pattern, says in _patterns(known):
        if (match := pattern.fullmatch(text)) is not None:
            places = match.groupdict().items()
            values = {name: known_in_words(value, known, instead) or value for name, value in places}
            return tr(instead.get(says, says)).format(**values)
    return None


def parts_in_words(text: str, known: tuple[str, ...], instead: Mapping[str, str] = NOTHING) -> str | None:
    """The same of "one thing; another", of "NAME: something known", and of a known text; None if it is none."""
    if len(text) > LONGEST_LINE:
        return None
    if (words := _listed(text, known, instead)) is not None:
        return words
    for place in reversed([colon.end() for colon in re.finditer(": ", text)]):
        rest = text[place:]
        words = _listed(rest, known, instead) or known_in_words(rest, known, instead)
        if words is not None:
            names = text[:place].split(": ")[:-1]
            return ": ".join([*(known_in_words(name, known, instead) or name for name in names), words])
    return known_in_words(text, known, instead)


def _listed(text: str, known: tuple[str, ...], instead: Mapping[str, str]) -> str | None:
    """A text of several parts, each of which is known; else None."""
    first, *others = _BETWEEN.split(text)
    if not others:
        return None
    parts = [part if k % 2 else parts_in_words(part, known, instead) for k, part in enumerate([first, *others])]
    return "".join(parts) if None not in parts else None


@lru_cache(maxsize=8)
def _patterns(known: tuple[str, ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    found = []
    for says in known:
        parts = re.split(r"{(\w+)}", says)
        parts[::2] = map(re.escape, parts[::2])
        parts[1::2] = (f"(?P<{name}>{_taken_by(name)})" for name in parts[1::2])
        found.append((re.compile("".join(parts), re.DOTALL), says))
    return tuple(found)


def _taken_by(name: str) -> str:
    return r"[\d.,]+%?" if re.fullmatch(r"n\d?", name) else ".+?"
