"""A recording in a process of its own, to be killed: python child.py FOLDER SPEED

Prints the number of each frame before the recorder gets it, how many are written, and "writing" once one is.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.recording_faults import material
from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.recording.folder import TakeSettings
from tsmf_live.recording.recorder import RecordPlan, RecordWork
from tsmf_live.recording.take_queue import TakeQueue
from tsmf_live.ring import Ring
from tsmf_live.stage import Stage


def record(folder: Path, speed: float) -> None:
    """Records until killed, or until the recorder has failed; then says why."""
    for shade in range(material.SHADES):
        material.picture(shade)
    stopping = threading.Event()
    queue = TakeQueue(lossless=False, stopping=stopping)
    events = Ring(9, lossless=False, stopping=stopping)
    work = RecordWork(queue, events, lambda: {"source": "test"}, _plan(folder), lambda: None)
    stage = Stage("record", work, stopping, vital=False)
    stage.start()
    while work.status.state == "off" and stage.alive:
        time.sleep(0.001)
    began_s, index, told = time.perf_counter(), 0, False
    while work.status.state == "recording" and stage.alive:
        os.write(1, b"%d\nwritten %d\n" % (index, work.status.frames))
        queue.put(material.frame(index))
        index += 1
        while time.perf_counter() - began_s < index / FRAME_RATE_HZ / speed:
            time.sleep(0.001)
            if not told and work.status.frames:
                told = True
                os.write(1, b"writing\n")
    os.write(1, f"failed {work.status.message or stage.error}\n".encode())
    stopping.set()


def _plan(folder: Path) -> RecordPlan:
    return RecordPlan(TakeSettings(folder))


if __name__ == "__main__":
    record(Path(sys.argv[1]), float(sys.argv[2]))
