"""Makes a recording of ten minutes and measures how long it takes to open it and to go anywhere in it.

    python -m tests.ten_minutes [--folder DIR] [--persons 2] [--seeks 20]

The pictures are one second of moving ones, encoded once and repeated; the file is as a recording's in all else.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import av
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))  # as pytest does
from recordings import body

from tsmf_live.color_file import ColorFile
from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.ntu_text import frame_count_line, frame_lines
from tsmf_live.session import BODIES_FILE, COLOR_FILE, FRAMES_FILE, FRAMES_HEADER, write_description
from tsmf_live.session_table import csv_line
from tsmf_live.sources.replay import ReplaySource

FRAMES = 18_000
GROUP = 27  # pictures from one keyframe to the next
LIMIT_S = 0.5


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
    for what, seconds in taken.items():
        print(f"{what:24} median {np.median(seconds):.3f} s, longest {max(seconds):.3f} s")
    return 0 if max(max(seconds) for seconds in taken.values()) < LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main())
