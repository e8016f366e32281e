"""What every command shares: errors and Ctrl-C end in one line, not in a traceback, and so do usage errors.

Lines for people go through `tell` and `warn`, which escape control characters: a line may quote text from a file.
"""

from __future__ import annotations

import argparse
import glob
import io
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from tsmf_live import interrupt
from tsmf_live.interrupt import INTERRUPTED

LONGEST_LINE = 1000  # characters
MOST_DIGITS = 9  # of a number that people give
WATCHED = "TSMF_LIVE_WATCHED"  # set by the window for commands that it runs: their progress bars are read by it
JOINERS = "\u200c\u200d"  # not printable, but names in Persian or Hindi need them


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, with exit code 2; expands patterns among the paths of a list (DIR ...).

    The shell does it elsewhere, but not on Windows (take-*), and not within quotes.
    """

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """See argparse.ArgumentParser."""
        parsed = super().parse_args(args, namespace)
        for name, value in vars(parsed).items():
            if isinstance(value, list) and all(isinstance(one, Path) for one in value):
                setattr(parsed, name, [path for one in value for path in self._matching(one)])
        return parsed

    def _matching(self, path: Path) -> list[Path]:
        """What a path stands for: itself, or what its *, ? and [] match; one that nothing matches is an error."""
        if not glob.has_magic(str(path)) or os.path.lexists(path):
            return [path]
        found = sorted(glob.glob(str(path)))
        if not found:
            self.error(f"{path}: no file or folder has a name of this pattern; check it")
        return [Path(one) for one in found]

    def error(self, message: str) -> NoReturn:
        """Ends with a usage error: one line on stderr, exit code 2."""
        self.exit(2, f"{plain(one_line(f'{self.prog}: {message}'))}; --help shows how\n")


def open_standard_streams() -> None:
    """Opens the null device for each standard stream that the process was started without.

    Otherwise the next file that is opened gets the stream's number, and a library's messages are written into it.
    Without a stderr, Python prints errors on stdout.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (stays open)


def one_line(text: object) -> str:
    """The words of a text with single spaces between."""
    return " ".join(str(text).split())


def counted(count: int, one: str, more: str = "") -> str:
    """So many of a thing, in words: 1 update, 2 updates."""
    return f"{count} {one if count == 1 else more or one + 's'}"


def is_number(text: str) -> bool:
    """Whether a text is a whole number as people give them; Python refuses to read thousands of digits."""
    return text.isdecimal() and len(text) <= MOST_DIGITS


def plain(text: str) -> str:
    """A line that any terminal shows as it is: control characters escaped, cut in the middle if it is very long.

    Beginning and end are kept: they say what is wrong and what to do.
    """
    if not text.isprintable():
        text = "".join(c if c.isprintable() or c in JOINERS else c.encode("unicode_escape").decode() for c in text)
    if len(text) > LONGEST_LINE:
        half = LONGEST_LINE // 2 - 20  # room for the words between
        text = f"{text[:half]} ... ({len(text) - 2 * half} left out) ... {text[-half:]}"
    return text


def show_any_letters() -> None:
    """From now on characters that the terminal cannot show are escaped; printing them is no error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def tell(*lines: str) -> None:
    """Prints lines for people on stdout."""
    for line in lines:
        print(plain(line))


def in_columns(widths: Mapping[str, int], *cells: object) -> str:
    """A row of a table that is printed row by row; without cells its titles.

    Args:
        widths: of each column by its title, in characters; negative: text begins at its left.
        cells: one for each column.
    """
    rows = zip(cells or widths, widths.values(), strict=True)
    return "".join(f"{cell!s:<{-width}}" if width < 0 else f"{cell!s:>{width}}" for cell, width in rows)


def warn(text: object) -> None:
    """Prints one line for people on stderr; a stderr that is closed is no error."""
    with suppress(OSError):
        print(plain(one_line(text)), file=sys.stderr, flush=True)


def exit_code(main: Callable[[], int | None]) -> int:
    """Runs a command; gives the exit code. An error is printed in one line.

    The codes of errors are in tsmf_live.frames; tsmf_live.interrupt has what a request to end does.
    """
    open_standard_streams()
    show_any_letters()
    if os.environ.get(WATCHED):
        sys.stderr.isatty = lambda: True  # else progress bars, which only a terminal shows, stay away
    try:
        with interrupt.answered_by(interrupt.stop_here):
            return main() or 0
    except KeyboardInterrupt:
        warn("interrupted")
        return INTERRUPTED
    except OSError as error:
        warn(f"{error.filename or 'a file'}: {error.strerror or error}")
        return 2
    except Exception as error:
        from tsmf_live.frames import TsmfError  # imports numpy: slow, and doctor runs without

        if not isinstance(error, TsmfError):
            raise
        warn(error)
        return error.exit_code


def run(main: Callable[[], int | None]) -> NoReturn:
    """Runs a command and ends the process with its exit code."""
    try:
        sys.exit(exit_code(main))
    finally:
        interrupt.deaf()
