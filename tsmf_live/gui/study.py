"""The study that the window looks at: its takes, what `verify` said of them, and the command that is at work on them.

Outlives the page that shows it. All that is done with takes is done by `python -m tsmf_live.sessions`, as a process.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtGui import QImage

from tsmf_live.gui.command_run import CommandSeries
from tsmf_live.gui.command_words import failure_in_words
from tsmf_live.gui.language import tr
from tsmf_live.gui.study_reader import Seen, StudyReader
from tsmf_live.interrupt import INTERRUPTED

SESSIONS = ("-m", "tsmf_live.sessions")
WHOLE, INCOMPLETE, DAMAGED = "whole", "INCOMPLETE", "DAMAGED"  # as `verify` and `repair` say it
LONGEST_TOLD = 500  # lines


class Study(QObject):
    """Takes, and one act on them at a time. Used on the GUI thread.

    Attributes:
        takes: what was found so far.
        verified: take -> WHOLE, INCOMPLETE or DAMAGED; of this sitting.
        told: what the commands have said, newest last.

    Signals:
        changed: takes, verified or told are others.
        progressed: how much of the act is done, 0 to 1.
        ended: an act has ended: role of a banner, and what to say.
    """

    changed = pyqtSignal()
    progressed = pyqtSignal(float)
    ended = pyqtSignal(str, str)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.takes: list[Seen] = []
        self.verified: dict[Path, str] = {}
        self.told: list[str] = []
        self._thumbnails: dict[Path, QImage] = {}
        self._reader: StudyReader | None = None
        self._act: CommandSeries | None = None
        self._title = ""

    @property
    def busy(self) -> str:
        """What is under way, "" if nothing is."""
        return self._title if self._act is not None else ""

    @property
    def reading(self) -> bool:
        """Whether takes are still being found."""
        return self._reader is not None

    def look(self, folder: Path | None = None) -> None:
        """Reads the study anew, or another one."""
        if self._reader is not None:
            self._reader.close()
        if folder is not None and folder != self.folder:
            self.folder, self.takes, self.verified, self._thumbnails = folder, [], {}, {}
        self._reader = StudyReader(self.folder, self._thumbnails)
        self.changed.emit()

    def poll(self) -> None:
        """Takes over what has been read; call it often."""
        reader = self._reader
        if reader is None or (reader.reading and len(reader.found) <= len(self.takes)):
            return
        if not reader.reading:
            self._reader = None
            if reader.error is not None:
                self.ended.emit("failed", failure_in_words(str(reader.error)))
        self.takes = list(reader.found)
        self._thumbnails |= {seen.folder: seen.thumbnail for seen in self.takes if seen.thumbnail is not None}
        self.changed.emit()

    def do(self, title: str, commands: Sequence[Sequence[str]]) -> None:
        """Begins an act on takes, unless one is under way; `commands` are those of `tsmf_live.sessions`."""
        if self._act is None:
            self._title, self.told = title, []
            self._act = CommandSeries([(*SESSIONS, *command) for command in commands], self)
            self._act.said.connect(self._note)
            self._act.progressed.connect(self.progressed)
            self._act.ended.connect(self._finish)
            self._act.start()
            self.changed.emit()

    def cancel(self) -> None:
        """Ends the act; what is finished of it stays."""
        if self._act is not None:
            self._act.stop()

    def forget_pictures(self, folders: Sequence[Path]) -> None:
        """These takes get, or have got, other pictures."""
        for folder in folders:
            self._thumbnails.pop(folder, None)

    def close(self) -> None:
        """Ends what is under way."""
        if self._act is not None:
            self._act.close()
        if self._reader is not None:
            self._reader.close()

    def _note(self, line: str) -> None:
        self.told = [*self.told, line][-LONGEST_TOLD:]
        folder, colon, state = line.partition(": ")
        if colon and (known := next((seen.folder for seen in self.takes if str(seen.folder) == folder), None)):
            found = next((word for word in (WHOLE, INCOMPLETE, DAMAGED) if state.startswith(word)), None)
            if found is not None:
                self.verified[known] = found
        self.changed.emit()

    def _finish(self, code: int) -> None:
        act, self._act = self._act, None
        last = act.lines[-1] if act.lines else ""
        if act.stopped or code == INTERRUPTED:
            outcome = "notice", tr("{act}: cancelled; what was finished stays").format(act=self._title)
        elif code == 0:
            outcome = "notice", tr("{act}: done").format(act=self._title)
        elif code == 1:
            outcome = "warning", tr("{act}: there is something to see to, see below").format(act=self._title)
        else:
            outcome = "failed", f"{self._title}: {failure_in_words(last)}"
        act.deleteLater()
        self.look()
        self.ended.emit(*outcome)
