"""The log: warnings and errors of the runs, with date and time, in a file of the user's own that never grows large."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from PyQt5.QtCore import QStandardPaths

from tsmf_live.files import PRIVATE_FILE, make_folders

LOG = logging.getLogger("tsmf_live")
SIZE_BYTES, KEPT = 1_000_000, 3  # of one file; so many older ones are kept


def log_path() -> Path:
    """Where the log is."""
    place = QStandardPaths.writableLocation(QStandardPaths.GenericDataLocation)
    return Path(place) / "tsmf_live" / "tsmf_live.log"


class PrivateLog(RotatingFileHandler):
    """A log that its owner alone may read: its lines name folders and files, and these name people."""

    def _open(self) -> TextIO:
        def opener(path: str, flags: int) -> int:
            return os.open(path, flags, PRIVATE_FILE)

        if os.name == "posix":
            with suppress(OSError):  # of an earlier version
                os.chmod(self.baseFilename, PRIVATE_FILE)
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=opener)


class LogFile:
    """Writes LOG into the file while it is open; without a writable place there is simply no log."""

    def __init__(self) -> None:
        self._handler: RotatingFileHandler | None = None
        self._said: set[str] = set()
        try:
            make_folders(log_path().parent)
            self._handler = PrivateLog(log_path(), maxBytes=SIZE_BYTES, backupCount=KEPT, encoding="utf-8")
        except OSError:
            return
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        LOG.addHandler(self._handler)
        LOG.setLevel(logging.INFO)
        LOG.propagate = False  # stderr has its own lines

    def note(self, level: int, text: str) -> None:
        """Logs a line once; a view repeats its warnings 30 times a second. A count in it makes it another line."""
        if text not in self._said:
            self._said.add(text)
            LOG.log(level, text)

    def begin_run(self, source: str) -> None:
        """Another run: its lines are logged even if an earlier one said the same."""
        self._said.clear()
        LOG.info("source: %s", source)

    def close(self) -> None:
        """Closes the file."""
        if self._handler is not None:
            LOG.removeHandler(self._handler)
            self._handler.close()
            self._handler = None
