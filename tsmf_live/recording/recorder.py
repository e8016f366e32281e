r"""The record stage: takes of a run, written on a thread and a queue of its own. Idle until a take begins.

    capture --frames--> TakeQueue <--begin, end-- window, command line, RecordPlan
                            |
                        RecordWork --SessionWriter--> STUDY/take-001, take-002, ...

Where disk or encoder are too slow, a frame gives up its picture and keeps its bodies; that is counted, shown, and
written in frames.csv.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tsmf_live.frames import Event, RecordingError, RecordingStatus
from tsmf_live.recording.awake import Awake
from tsmf_live.recording.folder import TakeSettings, append_event, discard, next_take_folder, take_number
from tsmf_live.recording.privacy import described, with_hidden
from tsmf_live.recording.tables import SessionEvent
from tsmf_live.recording.take_queue import Begin, Discard, End, Order, Taken, TakeQueue
from tsmf_live.recording.writer import SessionWriter
from tsmf_live.ring import Ring
from tsmf_live.stage import Meter

LOOK_EVERY_S = 0.5  # host time between two looks at sizes and free space
SOON_FULL_S = 60.0  # time left from which the user is warned
LAST_FRAME_S = 0.5  # a run that breaks off waits this long for the frame that capture is at; a step takes 0.1 s
LAST_PICTURES_S = 2.0  # a run that closes waits this long for pictures, then only bodies are written


@dataclass(frozen=True)
class RecordPlan:
    """What the command line asks for: one take from start to end, or several.

    Attributes:
        take: the first; its folder is that of the study if `count` is given.
        count: takes to record into `folder`/take-001, ...; None: one take in `folder` itself.
        seconds: sensor seconds of a take, None: to the end of the run.
        pause_s: sensor seconds between two takes.
    """

    take: TakeSettings
    count: int | None = None
    seconds: float | None = None
    pause_s: float = 0.0

    def settings(self, done: int) -> TakeSettings:
        """Of the take after `done` others; its folder is made. RecordingError if it cannot be."""
        if self.count is None:
            return self.take
        take = replace(self.take, replication=self.take.replication + done)
        return replace(take, folder=next_take_folder(take.folder))


class RecordWork:
    """Takes -> sessions on disk. An error ends the take and is kept in `errors`; the next one can begin.

    Args:
        queue: closed by the capture stage after its last frame.
        events: closed by the inference stage after its last event.
        details: asked when a take begins; further entries of session.json: "source" is the source's name, "sensor"
            what saw the people, once the source is open.
        plan: takes to record without being told to.
        finish: called when the plan's last take has been recorded.
    """

    def __init__(
        self,
        queue: TakeQueue,
        events: Ring[Event],
        details: Callable[[], dict[str, str]],
        plan: RecordPlan | None,
        finish: Callable[[], None],
    ) -> None:
        self._queue, self._events = queue, events
        self._details, self._plan, self._finish = details, plan, finish
        self._writer: SessionWriter | None = None
        self._hides_faces = False  # in the take under way
        self._span_s: tuple[float, float] | None = None  # of the take under way
        self._kept: list[tuple[Path, tuple[float, float]]] = []  # takes: folder, span
        self._written: list[Path] = []  # folders of takes that have ended and can still be discarded
        self._done, self._resume_at_s = 0, 0.0
        self._looked_at_s = 0.0
        self._lost_before = 0
        self._awake = Awake()
        self._status = RecordingStatus()
        self.errors: list[RecordingError] = []
        self.meter = Meter("record")
        if plan is not None:  # here, before capture begins: the first frame belongs to it
            queue.begin(plan.settings(0))

    @property
    def status(self) -> RecordingStatus:
        """A snapshot, for any thread."""
        return replace(self._status, lost=self._queue.lost - self._lost_before, behind=self._queue.pressure)

    @property
    def busy(self) -> bool:
        """Whether a take is under way or planned; for any thread."""
        return self._writer is not None or self._plan is not None

    def set_up(self) -> None:
        """Begins the plan's first take; RecordingError if that fails."""
        self._awake.keep(self.busy)
        if self._plan is None:
            return
        try:
            self._begin(self._queue.get(0.0))
        except RecordingError:
            self._plan = None  # told once: what waits is not tried again
            raise

    def step(self) -> bool:
        """Obeys one order, or writes one frame, and what events have come."""
        if self._queue.ended:
            self._place(self._events.get())
            return not self._events.ended
        item = self._queue.get()
        self._try(lambda: self._do(item))
        while len(self._events):
            self._place(self._events.get(0.0))
        self._awake.keep(self.busy)
        return True

    def tear_down(self) -> None:
        """Writes what still waits and closes the session; nothing is taken any more.

        A take without a single frame, as of a source that could not be opened, goes: the same command may come again.
        """
        self._queue.await_last(LAST_FRAME_S)
        self._queue.close()
        until_s = time.perf_counter() + LAST_PICTURES_S
        while (item := self._queue.get(0.0)) is not None:
            late = time.perf_counter() > until_s
            now = self._queue.without_picture(item) if late and isinstance(item, Taken) else item
            self._try(lambda now=now: self._do(now))
        while (event := self._events.get(0.0)) is not None:
            self._place(event)
        if self._writer is not None and self._span_s is None:
            self._discard(Discard(self._writer.folder))
        else:
            self._try(self._end)
        for item in self._queue.leave():
            if isinstance(item, Discard):  # it came while the last take was being closed
                self._discard(item)
        self._awake.keep(False)
        self._events.close()

    def _try(self, act: Callable[[], None]) -> None:
        """Does it. An error ends the take, not the stage: a bug in one take is not to cost the next one."""
        try:
            act()
        except RecordingError as error:
            self._fail(error)
        except Exception as error:
            folder = self._status.folder
            told = RecordingError(f"{folder}: a bug of ours ({error!r}); what was recorded is kept, please report it")
            told.__cause__ = error
            self._fail(told)

    def _do(self, item: Taken | Order | None) -> None:
        if isinstance(item, Taken):
            self._take(item)
        elif isinstance(item, Begin):
            self._plan = None  # whoever gives orders has taken over
            self._begin(item)
        elif isinstance(item, End):
            self._plan = None
            self._end()
        elif isinstance(item, Discard):
            self._discard(item)

    def _begin(self, order: Begin) -> None:
        take, self._lost_before = order
        number = take_number(take.folder) or self._status.take
        self._status = RecordingStatus("recording", take.folder, number, privacy=take.privacy)
        details = self._details() | take.details()
        self._hides_faces = take.privacy == "blur"
        self._span_s = None
        self._writer = SessionWriter(
            take.folder,
            source_name=details.pop("source"),
            codec=take.codec,
            has_color=take.privacy != "no_color",
            details=details,
        )
        self._look()

    def _take(self, item: Taken) -> None:
        """Writes a frame, if it belongs to a take."""
        began = time.perf_counter()
        frame = item.frame
        if self._plan is not None and not self._follow_plan(frame.sensor_time_s):
            return
        if self._writer is None:
            return
        if self._span_s is None:
            sensor = self._details().get("sensor", "unknown")  # known now that the source has given a frame
            self._writer.describe({"sensor": sensor, "lost_before": described(item.lost)})
        if self._hides_faces:
            frame = with_hidden(frame, item.faces)
        self._writer.write(frame, item.picture_lost)
        first_s = frame.sensor_time_s if self._span_s is None else self._span_s[0]
        self._span_s = (first_s, frame.sensor_time_s)
        status = self._status
        self._status = replace(
            status,
            frames=status.frames + 1,
            seconds=frame.sensor_time_s - first_s,
            pictures_lost=status.pictures_lost + item.picture_lost,
        )
        self.meter.tick((time.perf_counter() - began) * 1e3)
        if began - self._looked_at_s > LOOK_EVERY_S:
            self._look()

    def _follow_plan(self, now_s: float) -> bool:
        """Ends and begins the plan's takes; whether a frame of this time is to be written."""
        plan = self._plan
        if self._writer is not None:
            if plan.seconds is None or self._span_s is None or now_s - self._span_s[0] < plan.seconds:
                return True
            self._end()
            self._done += 1
            self._resume_at_s = now_s + plan.pause_s
        if self._done >= (plan.count or 1):
            self._plan = None
            self._queue.refuse()
            self._finish()
            return False
        if now_s < self._resume_at_s:
            return False
        self._begin(Begin(plan.settings(self._done), self._queue.lost))
        return True

    def _end(self) -> None:
        """Closes the take under way, if there is one, and keeps it."""
        writer = self._writer
        if writer is None:
            return
        self._look()
        self._writer = None
        self._written.append(writer.folder)
        writer.close()
        if self._span_s is not None:
            self._kept.append((writer.folder, self._span_s))
        # the number of the next take; folder and figures stay those of this one
        self._status = replace(self._status, state="off", take=self._status.take + 1, message=None)

    def discard(self, folder: Path | None) -> None:
        """Deletes a take of this run, see take_queue.Discard; by the stage, and by anyone once the stage has ended.

        Raises:
            RecordingError: it cannot be deleted. That there is no such take is told in the status.
        """
        writer, status = self._writer, self._status
        if writer is not None and folder in (None, writer.folder):
            folder = writer.folder
            self._plan, self._writer = None, None
            self._queue.refuse()
            self._written.append(folder)
            with suppress(RecordingError):
                writer.close()
        elif folder is None and self._written:
            folder = self._written[-1]
        if folder not in self._written:
            self._status = replace(status, message="there is no take to discard")
            return
        number = take_number(folder) or max(status.take - (writer is None), 1)
        self._kept = [kept for kept in self._kept if kept[0] != folder]
        try:
            discard(folder)
        except RecordingError:
            if self._writer is None:
                self._status = replace(status, state="off", message=None)
            raise
        self._written.remove(folder)
        message = f"take {number} was discarded"
        if self._writer is not None or folder != status.folder:  # figures are those of another take
            self._status = replace(self._status, message=message)
        else:
            self._status = RecordingStatus(take=number, message=message)

    def _discard(self, order: Discard) -> None:
        """Obeys; that it could not be done is told, and ends no other take."""
        try:
            self.discard(order.folder)
        except RecordingError as error:
            self.errors.append(error)
            state = "failed" if self._writer is None else self._status.state
            self._status = replace(self._status, state=state, message=str(error))

    def _fail(self, error: RecordingError) -> None:
        """Ends the take that cannot be written; what of it is on the disk stays."""
        self._queue.refuse()
        self._plan = None
        self.errors.append(error)
        writer, self._writer = self._writer, None
        if writer is not None:
            self._written.append(writer.folder)
            with suppress(Exception):  # the first error has told why
                writer.close()
        folder = self._status.folder if self._status.folder in self._written else None  # else it is somebody else's
        self._status = replace(self._status, state="failed", folder=folder, message=str(error))

    def _place(self, event: Event | None) -> None:
        """Writes an event into all takes in whose time it was, cut to each; it is told of when it has ended."""
        if event is not None:
            self._try(lambda: self._write_event(event))

    def _write_event(self, event: Event) -> None:
        for folder, span_s in self._kept:
            if (row := _within(event, span_s)) is not None and folder.is_dir():  # else the user has moved it
                append_event(folder, row)
        if self._writer is not None and self._span_s is not None and (row := _within(event, self._span_s)):
            self._writer.add_event(*row)

    def _look(self) -> None:
        """Sizes, free space and time left."""
        self._looked_at_s = time.perf_counter()
        status = self._status
        size_bytes = self._writer.size_bytes if self._writer is not None else status.size_bytes
        try:
            free_bytes = shutil.disk_usage(status.folder).free
        except OSError:
            return  # the next write tells more
        seconds_left = free_bytes / (size_bytes / status.seconds) if size_bytes and status.seconds > 1 else None
        full_soon = seconds_left is not None and seconds_left < SOON_FULL_S
        message = f"the disk is full in {seconds_left:.0f} s" if full_soon else None
        self._status = replace(
            status, size_bytes=size_bytes, free_bytes=free_bytes, seconds_left=seconds_left, message=message
        )


def _within(event: Event, span_s: tuple[float, float]) -> SessionEvent | None:
    """The part of an event within a take, None if there is none."""
    start_s, end_s = max(event.start_s, span_s[0]), min(event.end_s, span_s[1])
    if start_s >= end_s:
        return None
    return SessionEvent(start_s, end_s, event.label, event.confidence, event.slot, "prediction")
