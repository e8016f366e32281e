"""What every command of train/ shares: Ctrl-C and expected errors end in one line, not in a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tsmf_live.frames import TsmfError

INTERRUPTED = 130


def run(main: Callable[[], None]) -> None:
    """Runs a command and ends the process with its exit code (tsmf_live.frames names them)."""
    try:
        main()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except TsmfError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        sys.exit(error.exit_code)
    except OSError as error:
        print(f"{error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        sys.exit(2)
