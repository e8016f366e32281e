"""What every command shares: errors and Ctrl-C end in one line, not in a traceback, and so do usage errors."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import NoReturn

from tsmf_live.frames import TsmfError

INTERRUPTED = 130


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, with exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; --help shows how\n")


def run(main: Callable[[], int | None]) -> NoReturn:
    """Runs a command and ends the process with its exit code: what it returns, or that of its error.

    tsmf_live.frames names the codes of errors.
    """
    try:
        code = main() or 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        code = INTERRUPTED
    except TsmfError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        code = error.exit_code
    except OSError as error:
        print(f"{error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        code = 2
    sys.exit(code)
