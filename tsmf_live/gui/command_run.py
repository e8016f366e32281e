"""A command of the program, run as a process of its own: what it says, how far it is, and how it ended.

The window does nothing with recordings and trains nothing itself: it starts the commands that anybody can type, and
reads what they print.
"""

from __future__ import annotations

import codecs
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from PyQt5.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, pyqtSignal

from tsmf_live.command import WATCHED

ROOT = Path(__file__).resolve().parents[2]  # where `python -m` finds the commands
PATIENCE_MS = 8000  # a command that was asked to end tidies up first
CLOSE_MS = 3000  # so long the window waits for it when it is closed
_PROGRESS = re.compile(r"(\d+)%\|")  # of a tqdm bar
_BAR = re.compile(r"\d+%\||\d+(\.\d+)?[kMG]?\S* \[\d+:\d+")  # one without a total has no percentage


class CommandRun(QObject):
    """One process, from `start` to `ended`. GUI thread only; `close` must follow.

    Signals:
        said: a line of its output or of its errors.
        progressed: how much of the part under way is done, 0 to 1.
        ended: its exit code; -1 if it was killed or could not be started.
    """

    said = pyqtSignal(str)
    progressed = pyqtSignal(float)
    ended = pyqtSignal(int)

    def __init__(self, arguments: Sequence[str], parent: QObject | None = None) -> None:
        """`arguments`: what follows `python`, such as ("-m", "tsmf_live.sessions", "verify", FOLDER)."""
        super().__init__(parent)
        self.arguments = list(arguments)
        self.lines: list[str] = []
        self.stopped = False
        self._process = QProcess(self)
        self._killing = QTimer(self)
        self._killing.setSingleShot(True)
        self._killing.timeout.connect(self._process.kill)
        self._texts = {channel: _Lines() for channel in (QProcess.StandardOutput, QProcess.StandardError)}
        environment = QProcessEnvironment.systemEnvironment()
        for name, value in ((WATCHED, "1"), ("PYTHONIOENCODING", "utf-8"), ("PYTHONUNBUFFERED", "1")):
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        self._process.setWorkingDirectory(str(ROOT))
        self._process.readyReadStandardOutput.connect(lambda: self._read(QProcess.StandardOutput))
        self._process.readyReadStandardError.connect(lambda: self._read(QProcess.StandardError))
        self._process.finished.connect(self._finish)
        self._process.errorOccurred.connect(self._fail)

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process.state() != QProcess.NotRunning

    def start(self) -> None:
        """Starts it; once. It yields to the live program wherever the system lets it."""
        gentle = [nice, "-n", "10"] if (nice := shutil.which("nice")) else []
        program, *rest = [*gentle, sys.executable, *self.arguments]
        self._process.start(program, rest)

    def stop(self) -> None:
        """Asks it to end as Ctrl-C does; one that does not is ended. Returns at once."""
        if self.running:
            self.stopped = True
            self._process.terminate()
            self._killing.start(PATIENCE_MS)

    def close(self) -> None:
        """Ends it and waits for that."""
        self.blockSignals(True)
        if self.running:
            self.stopped = True
            self._process.terminate()
            if not self._process.waitForFinished(CLOSE_MS):
                self._process.kill()
                self._process.waitForFinished(CLOSE_MS)

    def _read(self, channel: QProcess.ProcessChannel) -> None:
        self._process.setReadChannel(channel)
        for line in self._texts[channel].add(bytes(self._process.readAll())):
            self._tell(line)

    def _tell(self, line: str) -> None:
        if shares := _PROGRESS.findall(line):
            self.progressed.emit(int(shares[-1]) / 100)
        elif line.strip() and not _BAR.search(line):
            self.lines.append(line)
            self.said.emit(line)

    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        self._killing.stop()
        for channel, text in self._texts.items():
            self._read(channel)
            for line in text.rest():
                self._tell(line)
        self.ended.emit(code if status == QProcess.NormalExit else -1)

    def _fail(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.FailedToStart:  # everything else ends in `finished`
            self._tell(self._process.errorString())
            self.ended.emit(-1)


class _Lines:
    """Bytes as they come -> whole lines; a carriage return ends a line, too."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun = ""

    def add(self, data: bytes) -> list[str]:
        *whole, self._begun = re.split(r"[\r\n]+", self._begun + self._decoder.decode(data))
        return whole

    def rest(self) -> list[str]:
        begun, self._begun = self._begun, ""
        return [begun]


class CommandSeries(QObject):
    """Commands one after another, each begun when the one before has ended well. GUI thread only; `close` must follow.

    Signals:
        said: a line of the command that runs.
        progressed: how much of all of them is done, 0 to 1, each command counting the same.
        begun: the number of the command that begins, from 0.
        ended: the exit code of the last one that ran.
    """

    said = pyqtSignal(str)
    progressed = pyqtSignal(float)
    begun = pyqtSignal(int)
    ended = pyqtSignal(int)

    def __init__(self, commands: Sequence[Sequence[str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commands = list(commands)
        self._number = -1
        self._run: CommandRun | None = None
        self.stopped = False

    @property
    def lines(self) -> list[str]:
        """What the command that ran last has said."""
        return self._run.lines if self._run is not None else []

    def start(self) -> None:
        """Begins; once."""
        self._next(0)

    def stop(self) -> None:
        """Ends the command that runs, as Ctrl-C does, and begins no other one."""
        self.stopped = True
        self._run.stop()

    def close(self) -> None:
        """Ends it, and waits for that."""
        self.blockSignals(True)
        self.stopped = True
        if self._run is not None:
            self._run.close()

    def _next(self, code: int) -> None:
        self._number += 1
        if code or self.stopped or self._number == len(self._commands):
            self.ended.emit(code)
            return
        self._tell_share(0.0)
        self.begun.emit(self._number)
        self._run = CommandRun(self._commands[self._number], self)
        self._run.said.connect(self.said)
        self._run.progressed.connect(self._tell_share)
        self._run.ended.connect(self._next)
        self._run.start()

    def _tell_share(self, share: float) -> None:
        self.progressed.emit((self._number + share) / len(self._commands))
