"""Lists of class names: the bundled label sets and text files of one name a line. Class N is the Nth name, from 1.

Data sets number their actions, sessions name them; exports and imports go from one to the other here.
"""

from __future__ import annotations

from pathlib import Path

from tsmf_live.frames import UsageError

LABEL_SETS = Path(__file__).resolve().parents[1] / "assets" / "labels"


def read_labels(which: str) -> tuple[str, ...]:
    """Class names of a bundled label set or of a text file: one a line, empty lines and lines after # left out.

    Raises:
        UsageError: neither a set nor a readable file.
    """
    path = LABEL_SETS / f"{which}.txt"
    if not path.is_file():
        path = Path(which)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        sets = ", ".join(sorted(p.stem for p in LABEL_SETS.glob("*.txt")))
        raise UsageError(f"--labels {which}: expected one of {sets}, or a text file of names; {error}") from error
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def class_number(label: str, names: tuple[str, ...]) -> int:
    """The number of a class, from 1; a label that is itself a whole number stands for that class.

    Raises:
        UsageError: the list has no such name.
    """
    if label in names:
        return names.index(label) + 1
    if label.isascii() and label.isdigit() and int(label) > 0:
        return int(label)
    raise UsageError(
        f"label {label!r}: not among the {len(names)} names of the label list; give --labels ntu60, pku_mmd, or a "
        "text file with one name a line in the order of the class numbers"
    )


def class_name(number: int, names: tuple[str, ...]) -> str:
    """The name of class `number`, from 1; the number itself as text where the list does not reach."""
    return names[number - 1] if 1 <= number <= len(names) else str(number)
