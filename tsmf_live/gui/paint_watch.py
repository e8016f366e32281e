"""When each picture and each label came onto the screen, for measurements (bench --end-to-end, tests.soak)."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tsmf_live.frames import Prediction, SensorFrame

if TYPE_CHECKING:  # for types only: it brings Qt
    from tsmf_live.gui.window import MainWindow


class Paintings(Sequence[tuple[float, float]]):
    """(time of time.perf_counter(), milliseconds) of each painting; 16 bytes each, as hours of them are kept."""

    def __init__(self, paintings: Iterable[tuple[float, float]] = ()) -> None:
        self._values = array("d")
        for at_s, took_ms in paintings:
            self.add(at_s, took_ms)

    def add(self, at_s: float, took_ms: float) -> None:
        """One more."""
        self._values.extend((at_s, took_ms))

    def __len__(self) -> int:
        return len(self._values) // 2

    def __getitem__(self, number: int) -> tuple[float, float]:
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        first = 2 * (number % len(self))
        return self._values[first], self._values[first + 1]


class PaintWatch:
    """Counts from when a frame was complete on this machine (host time) to the end of the painting that showed it.

    What is counted may be read by any thread while it grows.

    Attributes:
        pictures: of each new picture.
        labels: of each new prediction, from its newest frame.
        cpu_s: CPU time of the GUI thread up to the newest painting.
        students: of each run of the student, from the newest frame of its image: it takes longer than the teacher.
    """

    def __init__(self) -> None:
        self.pictures, self.labels, self.students = Paintings(), Paintings(), Paintings()
        self.cpu_s = 0.0
        self._seen: Prediction | None = None

    def begin(self, window: MainWindow) -> None:
        """Watches this window from now on."""
        window.meter.watch = self._note

    def _note(self, now_s: float, frame: SensorFrame | None, prediction: Prediction | None) -> None:
        self.cpu_s = time.thread_time()
        if frame is not None:
            self.pictures.add(now_s, 1e3 * (now_s - frame.host_time_s))
        if prediction is None or prediction is self._seen:
            return
        self._seen = prediction
        took_ms = 1e3 * (now_s - prediction.host_time_s)
        self.labels.add(now_s, took_ms)
        if prediction.latency_ms["student"] is not None:  # the student's run is new here, and began a little earlier
            self.students.add(now_s, took_ms + 1e3 * (prediction.student_age_s or 0.0))
