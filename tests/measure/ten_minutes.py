"""Makes a recording of ten minutes and measures how long it takes to open it and to go anywhere in it.

    python -m tests.measure.ten_minutes [--folder DIR] [--persons 2] [--seeks 20]

First the source alone, then the whole program: from the call that a click on the seek bar makes until the frame, and
until its prediction, has been painted in the window (without a display: drawn into memory). The pictures are one second
of moving ones, encoded once and repeated; the file is as a recording's in all else.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import av
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))  # as pytest does
from tests.fakes.recordings import body
from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.recording.color_file import ColorFile
from tsmf_live.recording.folder import BODIES_FILE, COLOR_FILE, write_description
from tsmf_live.recording.ntu_text import frame_count_line, frame_lines
from tsmf_live.recording.tables import FRAMES_FILE, FRAMES_HEADER, csv_line
from tsmf_live.sources.replay import ReplaySource

FRAMES = 18_000
GROUP = 27  # pictures from one keyframe to the next
LIMIT_S = 0.5
CHECKPOINT = Path(__file__).resolve().parents[2] / "assets" / "demo.safetensors"
PATIENCE_S = 60.0


def make(folder: Path, persons: int) -> Path:
    """A session of 18,000 frames with colour."""
    folder.mkdir(parents=True)
    times_s = [number / FRAME_RATE_HZ for number in range(FRAMES)]
    _write_color(folder, times_s)
    texts = [frame_lines(tuple(body(10 * k + p, p + 1) for p in range(persons))) for k in range(100)]
    with (folder / BODIES_FILE).open("wb") as file:
        file.write(frame_count_line(FRAMES))
        file.writelines(texts[number % 100] for number in range(FRAMES))
    with (folder / FRAMES_FILE).open("wb") as file:
        file.write(csv_line(FRAMES_HEADER))
        file.writelines(csv_line((number, time_s, time_s, 1, 0)) for number, time_s in enumerate(times_s))
    write_description(folder, {"format": "tsmf_live session", "format_version": 1, "codec": "h264"})
    return folder


def _write_color(folder: Path, times_s: list[float]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1080, 2000, 4), np.uint8)
    noise = np.kron(noise[::20, ::20], np.ones((20, 20, 1), np.uint8))  # what moves costs as much as a real picture
    group = folder / "group.mkv"
    color = ColorFile(group, "h264")
    for k in range(GROUP + 1):
        picture = np.full((1080, 1920, 4), 128, np.uint8)
        picture[300:900, 500:1100] = noise[300:900, 500 + 3 * k : 1100 + 3 * k]
        color.write(picture, k / FRAME_RATE_HZ, keyframe=k % GROUP == 0)
    color.close()
    with av.open(str(group)) as container, av.open(str(folder / COLOR_FILE), "w") as out:
        stream = out.add_stream_from_template(container.streams.video[0])
        packets = [(bytes(p), p.is_keyframe) for p in container.demux(video=0) if p.size][:GROUP]
        for number, time_s in enumerate(times_s):
            content, is_keyframe = packets[number % GROUP]
            packet = av.Packet(content)
            packet.pts = packet.dts = round(time_s * 1000)
            packet.time_base, packet.stream, packet.is_keyframe = stream.time_base, stream, is_keyframe
            out.mux(packet)
    group.unlink()


def measure(folder: Path, seeks: int) -> dict[str, list[float]]:
    """Seconds for opening, first frame included, for the first seek, which looks through the bodies, and for others."""
    began = time.perf_counter()
    source = ReplaySource(folder)
    source.read()
    taken = {"open": [time.perf_counter() - began], "first seek, to the end": [], "seek": []}
    rng = np.random.default_rng(1)
    for number in (FRAMES - 1, *rng.integers(0, FRAMES, seeks)):
        began = time.perf_counter()
        source.seek(int(number))
        frame = source.read()
        taken["seek" if taken["first seek, to the end"] else "first seek, to the end"].append(
            time.perf_counter() - began
        )
        if frame.index != number or frame.color_bgra is None:
            raise AssertionError(
                f"frame {number}: got {frame.index}, {'no' if frame.color_bgra is None else 'a'} picture"
            )
    source.close()
    return taken


class Painted:
    """The real window on a paused recording, and what it has painted last."""

    def __init__(self, folder: Path) -> None:
        from PyQt5.QtWidgets import QApplication

        from tsmf_live.gui.window import MainWindow
        from tsmf_live.live.launcher import prepare_process
        from tsmf_live.live.pipeline import Pipeline, RunSettings
        from tsmf_live.nets.tsmf import TSMF
        from tsmf_live.sources.open import open_source

        prepare_process()
        self._app = QApplication.instance() or QApplication(sys.argv[:1])
        settings = RunSettings(folder.name, checkpoint_name=CHECKPOINT.name, hold_at_end=True, inspect=True)
        self._run = Pipeline(partial(open_source, str(folder)), TSMF.load(CHECKPOINT), settings, [])
        self._run.start()
        self.window = MainWindow(self._run)
        self.window.resize(1920, 1080)
        picture = self.window.desk.picture
        show, paint = picture.show_moment, picture.paintEvent
        self._shown = self.position_s = self.predicted_s = None

        def note_and_show(frame, pose, prediction, *more, **named) -> bool:
            self._shown = frame, prediction
            return show(frame, pose, prediction, *more, **named)

        def paint_and_note(event) -> None:
            paint(event)
            frame, prediction = self._shown or (None, None)
            self.position_s = None if frame is None else frame.position_s
            self.predicted_s = None if prediction is None else prediction.position_s

        picture.show_moment, picture.paintEvent = note_and_show, paint_and_note
        self.window.show()
        self._wait(lambda: self.predicted_s is not None)
        self._run.player.pause()

    def go_to(self, number: int) -> tuple[float, float]:
        """Seconds until a frame, and until its prediction, has been painted."""
        position_s = number / FRAME_RATE_HZ
        began = time.perf_counter()
        self._run.player.seek(position_s)
        frame_s = self._wait(lambda: _is_at(self.position_s, position_s)) - began
        return frame_s, self._wait(lambda: _is_at(self.predicted_s, position_s)) - began

    def close(self) -> None:
        self.window.close_now()
        self._run.finish()

    def _wait(self, what) -> float:
        """When it has become true; lets Qt work meanwhile."""
        from PyQt5.QtCore import QEventLoop

        until_s = time.perf_counter() + PATIENCE_S
        while not what():
            if time.perf_counter() > until_s:
                raise AssertionError("the window has not painted what was asked for")
            self._app.processEvents(QEventLoop.AllEvents, 20)
            time.sleep(0.001)
        return time.perf_counter()


def _is_at(painted_s: float | None, position_s: float) -> bool:
    return painted_s is not None and abs(painted_s - position_s) < 0.5 / FRAME_RATE_HZ


def measure_window(folder: Path, seeks: int) -> dict[str, list[float]]:
    """Seconds from a jump until the frame, and its prediction, are painted."""
    if not os.environ.get("DISPLAY") and sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    painted = Painted(folder)
    jumps = [painted.go_to(int(number)) for number in np.random.default_rng(2).integers(0, FRAMES, seeks)]
    painted.close()
    frames_s, predictions_s = map(list, zip(*jumps, strict=True))
    return {"jump, frame painted": frames_s, "jump, prediction painted": predictions_s}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="keep the recording here")
    parser.add_argument("--persons", type=int, default=2)
    parser.add_argument("--seeks", type=int, default=20)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary) / "take"
        if not folder.exists():
            make(folder, args.persons)
        size_mb = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        print(f"{FRAMES} frames, {args.persons} persons, {size_mb:.0f} MB")
        taken = measure(folder, args.seeks)
        in_window = measure_window(folder, args.seeks)
    taken["jump, frame painted"] = in_window.pop("jump, frame painted")
    for what, seconds in (taken | in_window).items():
        print(f"{what:26} median {np.median(seconds):.3f} s, longest {max(seconds):.3f} s")
    return 0 if max(max(seconds) for seconds in taken.values()) < LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main())
