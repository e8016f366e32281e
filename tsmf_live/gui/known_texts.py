"""English lines of what runs outside of the window, in the window's language, by their known texts.

A text has places in braces for what changes in it; "{n}", "{n1}" ... take a number, others anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

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
    first, *others = _BETWEEN.split(text)
    if others:
        parts = [
            part if place % 2 else parts_in_words(part, known, instead) for place, part in enumerate([first, *others])
        ]
        if None not in parts:
            return "".join(parts)
    for colon in re.finditer(": ", text):
        name, rest = text[: colon.start()], parts_in_words(text[colon.end() :], known, instead)
        if rest is not None:
            return f"{known_in_words(name, known, instead) or name}: {rest}"
    return known_in_words(text, known, instead)


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
