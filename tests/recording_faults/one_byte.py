"""One byte of a session is changed, anywhere: what a repair loses, and whether the byte can be had back."""

from __future__ import annotations

import random
import shutil
import zlib
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from tests.recording_faults import material
from tsmf_live.recording import matroska
from tsmf_live.recording.checksums import CHECKSUMS_HEADER
from tsmf_live.recording.mend import repair
from tsmf_live.recording.ntu_text import NtuTextReader
from tsmf_live.recording.originals import kept_files
from tsmf_live.recording.salvage import FIRST_LINE
from tsmf_live.recording.tables import FrameRow, read_frame_rows
from tsmf_live.recording.video import open_video
from tsmf_live.recording.writer import SessionWriter

NAMES = ("frames.csv", "bodies.skeleton", "color.mkv", "checksums.csv", "session.json")
COUNT = 150  # frames of a session; two are missing in it
HOLES = (40, 97)  # indices that never came
FRAMES = COUNT - len(HOLES)
LIKELY = b"\n0123456789 ,.-"  # what makes other values of a text, and other lines


class Case(NamedTuple):
    """What one changed byte did.

    Attributes:
        told: verify saw it.
        frames, pictures: lost by the repair; may_cost, pictures_may_cost: at most, see `touched`.
    """

    name: str
    told: bool
    frames: int
    pictures: int
    may_cost: int
    pictures_may_cost: int


def record(folder: Path) -> list[Path]:
    """Two sessions with colour, 5 s long: ended, and as a killed process leaves it."""
    writer = SessionWriter(folder / "ended", source_name="test", details={"subject": "P07", "consent": "form 3"})
    for index in range(COUNT):
        if index not in HOLES:
            writer.write(material.frame(index))
    writer.add_event(812.5, 813.0, "reading", 0.75, 0, "annotation")
    broken_off = shutil.copytree(folder / "ended", folder / "broken off")
    writer.close()
    return [folder / "ended", broken_off]


def cases(sessions: list[Path], count: int, seed: int, scratch: Path) -> Iterator[Case]:
    """Changes a byte of one file after the other and repairs; AssertionError for anything wrong or lost needlessly."""
    rng = random.Random(seed)
    wholes = {session: _content(session) for session in sessions}
    for number, (name, session) in zip(range(count), cycle((a, b) for b in sessions for a in NAMES), strict=False):
        content = bytearray((session / name).read_bytes())
        at = rng.randrange(len(content))
        others = [value for value in (rng.choice(LIKELY), rng.randrange(256)) if value != content[at]]
        content[at] = rng.choice(others or [content[at] ^ 1])
        folder = shutil.copytree(session, scratch / "take")
        (folder / name).write_bytes(content)
        try:
            yield _case(folder, session, name, at, wholes[session])
        except BaseException as error:
            error.args = (f"seed {seed}, case {number}, {session.name}: byte {at} of {name}: {error}",)
            raise
        finally:
            shutil.rmtree(folder)


def _case(folder: Path, session: Path, name: str, at: int, whole: dict) -> Case:
    damaged = (folder / name).read_bytes()
    before, after = repair(folder)
    assert after.is_whole, after.findings
    now = _content(folder)
    for index, (row, text) in now["frames"].items():
        assert (row[:3], text) == (whole["frames"][index][0][:3], whole["frames"][index][1]), f"frame {index} is wrong"
    for time_ms, packet in now["pictures"].items():
        assert packet == whole["pictures"][time_ms], f"the picture at {time_ms} ms is wrong"
    kept = [path.read_bytes() for path in kept_files(folder, name)]
    assert damaged in (*kept, (folder / name).read_bytes()), "the bytes cannot be had back"
    lost = [len(whole[what]) - len(now[what]) for what in ("frames", "pictures")]
    may_cost = touched(session, name, at)
    assert lost[0] <= may_cost[0], f"{lost[0]} frames are lost"
    assert lost[1] <= may_cost[1], f"{lost[1]} pictures are lost"
    return Case(name, not before.is_whole, *lost, *may_cost)


def touched(session: Path, name: str, at: int) -> tuple[int, int]:
    """How many frames, and pictures, a changed byte may cost.

    A row, a frame's bodies: that frame. A checksum: that frame, but nothing where the session was ended, since the sums
    of whole files tell then. A picture: those up to the next keyframe, for which it is needed. All else: nothing.
    """
    ended = b'"ended"' in (session / "session.json").read_bytes()
    if name == "frames.csv":
        return int(at >= len((session / name).read_bytes().split(b"\n")[0]) + 1), 0
    if name == "bodies.skeleton":
        return int(at >= FIRST_LINE), 0
    if name == "checksums.csv":
        return int(at >= len(CHECKSUMS_HEADER) and not ended), 0
    if name != "color.mkv":
        return 0, 0
    pictures, found = 0, False
    for cluster in matroska.scan(session / name).clusters:
        if cluster.begins_with_keyframe:
            if found:
                break
            pictures = 0
        pictures += len(cluster.times_ms)
        found = found or cluster.begins <= at < cluster.ends
    return 0, pictures if found else 0


def _content(folder: Path) -> dict[str, dict[int, tuple[FrameRow, int]] | dict[int, int]]:
    """The row and bodies of each index, the packet of each picture's time; bodies and packets as their CRC-32."""
    text = NtuTextReader(folder / "bodies.skeleton")
    try:
        rows = read_frame_rows(folder, [])
        frames = {row.index: (row, zlib.crc32(text.read_text())) for row in rows}
    finally:
        text.close()
    with (folder / "color.mkv").open("rb") as file, open_video(file) as container:
        packets = [packet for packet in container.demux(container.streams.video[0]) if packet.size]
        pictures = {packet.pts: zlib.crc32(bytes(packet)) for packet in packets}
    return {"frames": frames, "pictures": pictures}
