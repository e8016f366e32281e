"""Records a list of takes by itself: asks for consent, counts down, records, pauses, goes on. No widgets.

    held --start--> [consent] --> countdown --> recording --> ending --> pause --> countdown ... --> held, all done
      \\<--- hold, a take that fails or is discarded, a source that ends -------/

Seconds of a take are sensor seconds; countdown and pause are the user's own.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol as Contract

from PyQt5.QtCore import QObject, pyqtSignal

from tsmf_live.frames import RecordingStatus, TsmfError
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.language import tr
from tsmf_live.recording.protocol import Due, Entry, Recorded, done_of, next_take, recorded_in

HELD, CONSENT, COUNTDOWN, RECORDING, ENDING, PAUSE = "held", "consent", "countdown", "recording", "ending", "pause"
SECONDS, PAUSE_S, COUNTDOWN_S = 5.0, 3.0, 3.0  # unless the user, or the list, says otherwise


class Recorder(Contract):
    """What takes are recorded with: the recording panel."""

    @property
    def study(self) -> Path:
        """Where they go."""

    def begin_take(self, due: Due, consent: str) -> Path:
        """Begins a take; its folder. TsmfError or OSError if it cannot."""

    def finish_take(self) -> None:
        """Ends it."""


class Protocol(QObject):
    """A list and where it is. Used on the GUI thread; outlives what shows it.

    Attributes:
        entries: the list; empty: there is none.
        seconds, pause_s, countdown_s: for entries that do not say.
        state: see above.

    Signals:
        changed: anything to show is another.
        consent_wanted: of this subject, before the first take.
        failed: why it holds.
        rang: a moment for a sound: "count", "begin" or "end".
    """

    changed = pyqtSignal()
    consent_wanted = pyqtSignal(str)
    failed = pyqtSignal(str)
    rang = pyqtSignal(str)

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.entries: list[Entry] = []
        self.seconds, self.pause_s, self.countdown_s = SECONDS, PAUSE_S, COUNTDOWN_S
        self.state, self.due = HELD, None
        self._clock = clock
        self._recorded: list[Recorded] = []
        self._consents: dict[str, str] = {}
        self._left_out: set[str] = set()
        self._until_s = 0.0
        self._counted = 0  # the number that was last said in the countdown
        self._folder: Path | None = None
        self._begun, self._before = False, RecordingStatus()

    @property
    def done(self) -> list[int]:
        """How many takes of each entry the study has."""
        return done_of(self.entries, self._recorded)

    @property
    def under_way(self) -> bool:
        """Whether it goes on by itself."""
        return self.state != HELD

    @property
    def note(self) -> str | None:
        """What to say large over the picture, None: nothing."""
        if self.due is None or self.state not in (COUNTDOWN, PAUSE):
            return None
        entry, number = self.due.entry, max(math.ceil(self._until_s - self._clock()), 1)
        return f"{entry.subject}: {class_name(entry.action)}\n{number}"

    def use(self, entries: list[Entry], study: Path) -> None:
        """Another list."""
        self.entries, self._left_out = entries, set()
        self.hold()
        self.look(study)

    def look(self, study: Path) -> None:
        """What of the list is in this study."""
        self._recorded = recorded_in(study)
        if not self.under_way:
            self._choose()
        self.changed.emit()

    def start(self, study: Path) -> None:
        """Begins, or goes on, with the first take that the study lacks."""
        self._recorded = recorded_in(study)
        self._choose()
        if self.due is not None:
            self._go_to_next(self.countdown_s, COUNTDOWN)

    def hold(self) -> None:
        """Stops going on by itself; the take that is recorded is the user's to end."""
        self._set(HELD)

    def agree(self, subject: str, consent: str) -> None:
        """What this subject agreed to; it goes on."""
        self._consents[subject] = consent
        if self.state == CONSENT:
            self._go_to_next(self.countdown_s, COUNTDOWN)

    def leave_out(self, subject: str) -> None:
        """This subject is not recorded; it goes on with the next one."""
        self._left_out.add(subject)
        if self.state == CONSENT:
            self._choose()
            self._go_to_next(self.countdown_s, COUNTDOWN)

    def poll(self, status: RecordingStatus, recorder: Recorder, ended: bool) -> None:
        """Goes on where it is time to; call it often.

        Args:
            status: what the recorder does now.
            ended: the source gives no more frames.
        """
        if ended and self.state not in (HELD, ENDING, RECORDING):
            self._fail(tr("The source has ended; the protocol holds."))
        elif self.state in (COUNTDOWN, PAUSE):
            self._wait(status, recorder)
        elif self.state == RECORDING:
            self._watch(status, recorder, ended)
        elif self.state == ENDING and status.state != "recording":
            self._end(status, recorder)

    def _wait(self, status: RecordingStatus, recorder: Recorder) -> None:
        left_s = self._until_s - self._clock()
        if left_s <= 0:
            self._begin(status, recorder)
        elif (number := math.ceil(left_s)) != self._counted:
            self._counted = number
            if number <= self.countdown_s:
                self.rang.emit("count")
            self.changed.emit()

    def _begin(self, status: RecordingStatus, recorder: Recorder) -> None:
        entry = self.due.entry
        try:
            self._folder = recorder.begin_take(self.due, self._consents.get(entry.subject, ""))
        except (TsmfError, OSError) as error:
            self._fail(str(error))
            return
        self._begun, self._before = False, status
        self.rang.emit("begin")
        self._set(RECORDING)

    def _watch(self, status: RecordingStatus, recorder: Recorder, ended: bool) -> None:
        ours = status.folder == self._folder
        if status.state == "recording" and ours:
            self._begun = True
            if status.seconds >= (self.due.entry.seconds or self.seconds) or ended:
                recorder.finish_take()
                self._set(ENDING)
        elif status.state == "failed" and status != self._before:
            self._fail(status.message or "")
        elif self._begun:  # ended by the user: kept, or discarded
            self._end(status, recorder)

    def _end(self, status: RecordingStatus, recorder: Recorder) -> None:
        """A take is over."""
        self.rang.emit("end")
        self._recorded = recorded_in(recorder.study)
        kept = status.folder == self._folder and status.state == "off"
        pause_s = self.due.entry.pause_s if self.due.entry.pause_s is not None else self.pause_s
        before = self.due.entry.subject
        self._choose()
        if not kept:
            self._fail(status.message or tr("The take was discarded; the protocol holds."))
        elif self.due is None:
            self._set(HELD)
        elif self.due.entry.subject != before:
            self._go_to_next(self.countdown_s, COUNTDOWN)
        else:
            self._go_to_next(max(pause_s, self.countdown_s), PAUSE)

    def _choose(self) -> None:
        try:
            self.due = next_take(self.entries, self._recorded, self._left_out)
        except TsmfError as error:
            self.due = None
            self.failed.emit(str(error))

    def _go_to_next(self, wait_s: float, state: str) -> None:
        """Waits before the take that is due; asks for consent first, once for each subject."""
        if self.due is None:
            self._set(HELD)
        elif self.due.entry.subject not in self._consents:
            self._set(CONSENT)
            self.consent_wanted.emit(self.due.entry.subject)
        else:
            self._until_s, self._counted = self._clock() + wait_s, 0
            self._set(state)

    def _fail(self, why: str) -> None:
        self._set(HELD)
        self.failed.emit(why)

    def _set(self, state: str) -> None:
        self.state = state
        self.changed.emit()
