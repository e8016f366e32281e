"""The Kinect v2 as a source: bodies 30 times a second, each with its picture, through every trouble of the sensor.

library  loads pykinect2
usb      whether one is at a cable
reader   colour and bodies, each with the sensor's time     (pykinect2's thread, or polled)
pairing  which picture belongs to which bodies; one time line
state    when the sensor counts as lost, and when to open it again
here     the parts put together
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable

from tsmf_live.frames import FRAME_RATE_HZ, SensorFrame, UsageError
from tsmf_live.sources.base import EndOfSource, SourceInfo
from tsmf_live.sources.identities import TOLD_APART, SharedIds
from tsmf_live.sources.kinect import library as kinect_library
from tsmf_live.sources.kinect import usb as kinect_usb
from tsmf_live.sources.kinect.inbox import Inbox
from tsmf_live.sources.kinect.library import KinectMissing
from tsmf_live.sources.kinect.pairing import Pairing, SensorLine
from tsmf_live.sources.kinect.reader import EventReader, PollingReader
from tsmf_live.sources.kinect.state import (
    DISCONNECTED,
    RECOVERING,
    RUNNING,
    STALLED,
    STARTING,
    KinectStatus,
    Patience,
    Watch,
)
from tsmf_live.sources.kinect.usb import CHECK_CABLES
from tsmf_live.stage import Stage

READ_S = 0.1  # a read returns within this
LOOK_S = 0.02  # longest wait between two looks at how the sensor is doing
ASK_S = 0.25  # between two questions to the sensor whether it is there
PROBE = Patience(start_s=3.0, slow_start_s=12.0)  # whether there is a Kinect: a first frame may take 10 s
PROBE_ENDS_S = 5.0  # a probe that was interrupted ends within this
NO_COLOR_S = 1.0  # bodies without a picture for so long are worth a line
READERS = {"events": EventReader, "poll": PollingReader}
MESSAGES = {
    STARTING: "waiting for the sensor's first frame",
    STALLED: "no frame from the sensor for a second",
    DISCONNECTED: "the sensor is not there: check its power supply and the USB 3 cable",
    RECOVERING: "opening the sensor again",
}


class KinectSource:
    """The sensor. Made, read and closed on one thread; `status` from any.

    Sensor times are the sensor's own within an epoch and always go forward: when the sensor's clock begins again, or
    the sensor had to be opened again, they go on at least 1.1 s later (see SensorLine).

    Args:
        spec: "kinect" or "kinect:acquire=poll" (or "events", the default; see reader).
        patience: how long what is waited for.
        clock: host time in seconds.

    Raises:
        KinectMissing: no Windows, no SDK, no package, no service.
        UsageError: spec says something else.
    """

    def __init__(
        self, spec: str = "kinect", patience: Patience | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._reader_class = READERS[_acquire(spec)]
        self._library = kinect_library.load()
        self.info = SourceInfo(
            name="Kinect",
            kind="kinect",
            live=True,
            frame_rate_hz=FRAME_RATE_HZ,
            duration_s=None,
            has_color=True,
            time_estimated=False,
            sensor="Kinect v2",
        )
        self.warnings: list[str] = []
        self._lines: dict[str, int] = {}  # kind of trouble: its place in warnings
        self._shared_ids = SharedIds()
        self._clock = clock
        self._closed = False
        self._inbox, self._pairing, self._time_line = Inbox(), Pairing(), SensorLine()
        self._colored_s: float | None = None  # host time of the newest bodies with a picture
        self._asked_s: float | None = None
        self._said: bool | None = None
        self._reader: EventReader | PollingReader | None = self._reader_class(self._library, self._inbox)
        self._watch = Watch(clock(), patience, kinect_usb.plugged_in())

    def read(self) -> SensorFrame | None:
        """See Source.read.

        Raises:
            KinectMissing: nothing came since the start, and the time for that is over.
        """
        until_s = self._clock() + READ_S
        while not self._closed:
            self._sort_in()
            now_s = self._clock()
            frame = self._next_frame(now_s)
            self._look_after(now_s)
            if frame is not None or now_s >= until_s:
                return frame
            limit_s = min(until_s - now_s, LOOK_S)
            if self._reader is not None:
                self._reader.fetch(limit_s)
            else:
                self._inbox.wait(limit_s)
        raise EndOfSource

    def close(self) -> None:
        """See Source.close."""
        self._closed = True
        self._close_reader()

    def status(self) -> KinectStatus:
        """How the sensor is doing, for a display; cheap, any thread."""
        watch, pairing, line = self._watch, self._pairing, self._time_line
        counts = dict.fromkeys(("bodies", "colors", "expired", "errors", "unmapped", "unusable", "unknown"), 0)
        counts |= {"dropped_bodies": 0, "dropped_colors": 0} | dict(self._inbox.counts)
        counts |= {"paired": pairing.paired, "unpaired": pairing.unpaired}
        counts |= {"epochs": line.epochs, "late": line.late, "missed": line.missed}
        counts |= {name: getattr(watch, name) for name in ("stalls", "disconnects", "openings", "failed_openings")}
        offsets_s, lag_s = pairing.offsets_s.copy(), pairing.lag_s
        return KinectStatus(
            state=watch.state,
            message=MESSAGES.get(watch.state),
            available=watch.available,
            color_rate_hz=pairing.color_rate_hz,
            dim_light=pairing.dim_light,
            color_offset_ms=1e3 * statistics.median(offsets_s) if offsets_s else None,
            counts=counts,
            last_error=self._inbox.last_error,
            color_lag_ms=1e3 * lag_s if lag_s is not None else None,
            color_conversion_ms=1e3 * pairing.conversion_s,
        )

    def available(self) -> bool | None:
        """What the sensor says of itself now; None if it cannot be asked. By the thread that reads."""
        return self._reader.available() if self._reader else None

    def _sort_in(self) -> None:
        bodies, colors, self._pairing.under_way = self._inbox.take()
        for color in colors:
            self._pairing.add_color(color)
        for body in bodies:
            self._watch.body_came(self._clock())
            self._asked_s = None  # the next trouble is asked about afresh
            self._pairing.add_body(body)

    def _next_frame(self, now_s: float) -> SensorFrame | None:
        while (pair := self._pairing.next(now_s)) is not None:
            body, color = pair
            placed = self._time_line.place(body.ticks, body.host_s)
            if placed is None:
                continue
            if color is not None:
                self._colored_s = body.host_s
            self._tell(now_s)
            return SensorFrame(
                index=placed[0],
                sensor_time_s=placed[1],
                host_time_s=max(body.host_s, color.host_s) if color is not None else body.host_s,
                color_bgra=color.picture if color is not None else None,
                bodies=self._shared_ids.apart(body.bodies, placed[1]),
                floor_plane=body.floor_plane,
                bad_joints=body.bad_joints,
            )
        return None

    def _look_after(self, now_s: float) -> None:
        reader = self._reader
        todo = self._watch.look(now_s, self._ask_available, bool(reader and reader.ended))
        if todo == "close":
            self._close_reader()
        elif todo == "open":
            self._open_again()
        elif todo == "give up":
            self.close()
            raise self._gave_up()
        if self._watch.state != RUNNING:
            self._tell(now_s)

    def _ask_available(self) -> bool | None:
        """What the sensor said of itself a moment ago; it is not asked more often than ASK_S."""
        now_s = self._clock()
        if self._asked_s is None or now_s - self._asked_s > ASK_S:
            self._asked_s, self._said = now_s, self.available()
        return self._said

    def _open_again(self) -> None:
        self._pairing.clear()
        self._time_line.begin_epoch()
        try:
            self._reader = self._reader_class(self._library, self._inbox)
        except KinectMissing as error:
            self._inbox.last_error = error.reason
            self._watch.opening_failed(self._clock())
        else:
            self._watch.opened(self._clock())

    def _close_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()

    def _gave_up(self) -> KinectMissing:
        if self._inbox.counts["colors"]:
            return KinectMissing(
                "the sensor gives pictures but no bodies",
                "body tracking needs a DirectX 11 graphics card: update its driver, and try the SDK's Body Basics",
            )
        if self._watch.available:
            return KinectMissing("the sensor is there but gives no frames", "unplug it, plug it in, restart the PC")
        return KinectMissing("no sensor answers", CHECK_CABLES)

    def _tell(self, now_s: float) -> None:
        """Brings the lines for the user up to date: one for each kind of trouble, with how often."""
        counts, watch = self._inbox.counts, self._watch
        no_color = self._colored_s is None or now_s - self._colored_s > NO_COLOR_S
        troubles = {
            "stalls": (watch.stalls, "no frame for a second"),
            "disconnects": (watch.disconnects, f"the sensor was not there; {CHECK_CABLES}"),
            "openings": (watch.openings - 1, "the sensor was opened again"),
            "failed": (watch.failed_openings, "the sensor could not be opened; trying on"),
            "errors": (counts["errors"], f"the library reported an error, the last: {self._inbox.last_error}"),
            "unmapped": (counts["unmapped"], "the joints' places in the picture were not known"),
            "unusable": (counts["unusable"], "a body without a finite joint (0,0,0 is none) was left out"),
            "unknown": (counts["unknown"], "a frame had joints at 0,0,0 or not finite; they count as not tracked"),
            "shared": (self._shared_ids.shared, TOLD_APART),
            "jumps": (self._time_line.epochs - watch.openings, "the sensor's clock began again"),
            "late": (self._time_line.late, "a frame came late or twice and was left out"),
            "dropped": (counts["dropped_bodies"], "a frame was dropped because nobody fetched it in time"),
        }
        for kind, (count, text) in troubles.items():
            if count > 0:
                self._say(kind, f"Kinect: {text}{f' ({count} times)' if count > 1 else ''}")
        if self._pairing.dim_light:
            self._say("dim", f"Kinect: dim light, colour comes at {self._pairing.color_rate_hz:.0f} Hz; bodies at 30")
        if self._pairing.slow_conversion and "conversion" not in self._lines:
            took = f"{1e3 * self._pairing.conversion_s:.0f} ms"
            self._say("conversion", f"Kinect: this PC takes {took} to convert a picture, fewer come; bodies at 30 Hz")
        if self._pairing.too_late and "lag" not in self._lines:
            lag = f"{1e3 * self._pairing.lag_s:.0f} ms"
            self._say("lag", f"Kinect: pictures come {lag} after their bodies, too late to be shown with them")
        if no_color and watch.state == RUNNING and self._pairing.unpaired > NO_COLOR_S * FRAME_RATE_HZ:
            self._say("color", "Kinect: no picture for a second or more; skeletons alone meanwhile")
        if watch.disconnects > 2 and self._reader_class is EventReader:
            self._say("poll", "Kinect: it is lost again and again; try --source kinect:acquire=poll")

    def _say(self, kind: str, line: str) -> None:
        if kind not in self._lines:
            self._lines[kind] = len(self.warnings)
            self.warnings.append(line)
        else:
            self.warnings[self._lines[kind]] = line


def _acquire(spec: str) -> str:
    """'events' or 'poll' from "kinect" or "kinect:acquire=..."; UsageError for anything else."""
    name, _, options = spec.partition(":")
    key, _, value = (options or "acquire=events").partition("=")
    if name != "kinect" or key != "acquire" or value not in READERS:
        raise UsageError(f"--source {spec}: expected kinect, kinect:acquire=events or kinect:acquire=poll")
    return value


class _Probe:
    """The work of `expect_frame`."""

    def __init__(self, spec: str, patience: Patience) -> None:
        self._spec, self._patience = spec, patience
        self._source: KinectSource | None = None

    def set_up(self) -> None:
        """Opens it; KinectMissing if that fails."""
        self._source = KinectSource(self._spec, self._patience)

    def step(self) -> bool:
        """Waits for a moment; False after the first frame."""
        return self._source.read() is None

    def tear_down(self) -> None:
        """Closes it."""
        if self._source is not None:
            self._source.close()


def expect_frame(
    spec: str = "kinect", patience: Patience = PROBE, waiting: Callable[[float], None] = lambda waited_s: None
) -> None:
    """Opens the Kinect, waits for its first frame, and closes it.

    On a thread of its own: the thread that opens a sensor joins an apartment in which no window can be.

    Args:
        spec: see KinectSource.
        patience: how long to wait, counted from when it is open.
        waiting: called several times a second.

    Raises:
        KinectMissing: there is no Kinect, or none came in time.
        UsageError: see KinectSource.
    """
    probe, stopping, began_s = _Probe(spec, patience), threading.Event(), time.perf_counter()
    stage = Stage("kinect probe", probe, stopping)
    stage.start()
    try:
        while not stage.wait(READ_S):
            waiting(time.perf_counter() - began_s)
    finally:
        stopping.set()
        stage.wait(PROBE_ENDS_S)
    if stage.error is not None:
        raise stage.error
