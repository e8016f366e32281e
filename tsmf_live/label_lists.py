"""Lists of class names: the bundled label sets and text files of one name a line. Class N is the Nth name, from 1.

Data sets number their actions, sessions name them; exports and imports go from one to the other here.
"""

from __future__ import annotations

from pathlib import Path

from tsmf_live.frames import UsageError
from tsmf_live.text_files import read_list

LONGEST_NUMBER = 9  # digits of a class; more are no class, and would take long to convert
LABEL_SETS = Path(__file__).resolve().parents[1] / "assets" / "labels"


def read_labels(which: str) -> tuple[str, ...]:
    """Class names of a bundled label set or of a text file: one a line, empty lines and those after # left out.

    Raises:
        UsageError: neither a set nor a readable file, or no name in it.
    """
    path = LABEL_SETS / f"{which}.txt"
    if not path.is_file():
        path = Path(which)
    sets = ", ".join(sorted(p.stem for p in LABEL_SETS.glob("*.txt")))
    expected = f"one of {sets}, or a text file with one class name a line"
    names = tuple(" ".join(entry.split()) for entry in read_list(path, expected, UsageError, f"--labels {which}"))
    if not names:
        raise UsageError(f"--labels {which}: expected {expected}, found no name in it")
    return names


def class_number(label: str, names: tuple[str, ...]) -> int:
    """The number of a class, from 1; a label that is itself a whole number stands for that class.

    Raises:
        UsageError: the list has no such name.
    """
    if label in names:
        return names.index(label) + 1
    if label.isascii() and label.isdigit() and len(label) <= LONGEST_NUMBER and int(label) > 0:
        return int(label)
    raise UsageError(
        f"label {label[:80]!r}: not among the {len(names)} names of the label list; give --labels ntu60, pku_mmd, or a "
        "text file with one name a line in the order of the class numbers"
    )


def class_name(number: int, names: tuple[str, ...]) -> str:
    """The name of class `number`, from 1; the number itself as text where the list does not reach."""
    return names[number - 1] if 1 <= number <= len(names) else str(number)
