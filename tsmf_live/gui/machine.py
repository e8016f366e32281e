"""What works on this machine, as the doctor finds it; it runs as a process, and its findings come one by one."""

from __future__ import annotations

import json
from typing import NamedTuple

from PyQt5.QtCore import QObject, pyqtSignal

from tsmf_live.gui.command_run import CommandRun

DOCTOR = ("-m", "tsmf_live.doctor", "--json", "--seconds", "1")
GOOD = "good"  # the doctor's word for a finding with which all is well


class Found(NamedTuple):
    """A finding of the doctor; `remedy` is "" where there is nothing to do."""

    name: str
    state: str
    text: str
    remedy: str


class Machine(QObject):
    """The findings so far. Outlives what shows it.

    Signals:
        changed: there is another finding, or the doctor has begun or ended.
    """

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.findings: list[Found] = []
        self._run: CommandRun | None = None

    @property
    def looking(self) -> bool:
        """Whether the doctor is at work."""
        return self._run is not None and self._run.running

    def look(self) -> None:
        """Looks anew, unless that is under way."""
        if not self.looking:
            self.findings = []
            self._run = CommandRun(DOCTOR, self)
            self._run.said.connect(self._note)
            self._run.ended.connect(lambda _code: self.changed.emit())
            self._run.start()
            self.changed.emit()

    def close(self) -> None:
        """Ends the doctor, if it is at work."""
        if self._run is not None:
            self._run.close()

    def _note(self, line: str) -> None:
        try:
            finding = Found(**json.loads(line))
        except (ValueError, TypeError):  # a warning of some library
            return
        self.findings.append(finding)
        self.changed.emit()
