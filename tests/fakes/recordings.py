"""Small recordings that tests make for themselves; no file of a data set is copied."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import av
import numpy as np

from tsmf_live.camera import project_to_color
from tsmf_live.frames import Body, SensorFrame, SourceError
from tsmf_live.live.posture import STANDING
from tsmf_live.recording.ntu_text import frame_count_line, frame_lines
from tsmf_live.recording.tables import read_events
from tsmf_live.recording.writer import SessionWriter
from tsmf_live.sources.base import EndOfSource, Source

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
BIG_ID = 72057594037931101  # beyond 2^53: a float would change it


def body(seed: int = 0, tracking_id: int = BIG_ID) -> Body:
    """Somebody who stands 3 m away, roughly, with every field in use."""
    rng = np.random.default_rng(seed)
    joints = (np.add(STANDING, (0.2, 0, 3)) + rng.normal(0, 0.04, (25, 3))).astype(np.float32)
    orientations = rng.uniform(-1, 1, (25, 4)).astype(np.float32)
    states = rng.integers(0, 3, 25).astype(np.uint8)
    return Body(tracking_id, joints, states, project_to_color(joints), orientations, (2, 3))


def picture(shade: int) -> np.ndarray:
    """1080p, two coloured halves and a bar whose place depends on `shade`."""
    color = np.full((1080, 1920, 4), 255, np.uint8)
    color[:, :960, :3] = (200, 30, 60)
    color[200:400, 40 * shade : 40 * shade + 40, :3] = (0, 220, 0)
    return color


def frames(count: int, *, color: bool = False, start_s: float = 0.0) -> list[SensorFrame]:
    """Frames 30 Hz apart with 1, 2, 0, 1, 2, 0, ... bodies."""
    return [
        SensorFrame(
            index=i,
            sensor_time_s=start_s + i / 30,
            host_time_s=100.0 + i / 30,
            color_bgra=picture(i % 48) if color else None,
            bodies=tuple(body(10 * i + k, BIG_ID + k) for k in range((i + 1) % 3)),
        )
        for i in range(count)
    ]


def write_ntu(path: Path, sensor_frames: list[SensorFrame]) -> Path:
    """A `.skeleton` file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(frame_count_line(len(sensor_frames)) + b"".join(frame_lines(f.bodies) for f in sensor_frames))
    return path


def write_pku(path: Path, count: int) -> Path:
    """A PKU-MMD text file: person 1 always, person 2, a step beside, in every second line."""
    rng = np.random.default_rng(1)
    persons = rng.normal((0, 0, 2.5), 0.3, (2, 25, 3)) + rng.normal(0, 0.01, (count, 2, 25, 3))
    persons[:, :, 0] = [(-0.7, 0, 2.5), (0.7, 0, 2.5)]
    persons[::2, 1] = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savetxt(path, persons.reshape(count, 150), fmt="%.6g")
    return path


def write_video(path: Path, count: int, size_wh: tuple[int, int] = (1920, 1080)) -> Path:
    """An AVI (or what the name's ending says) whose picture i is `picture(i)`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_video(path.suffix.lower(), count, size_wh))
    return path


@cache
def _video(ending: str, count: int, size_wh: tuple[int, int]) -> bytes:
    """Each is encoded once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"video{ending}"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("mpeg4", rate=30)
            stream.width, stream.height, stream.bit_rate = *size_wh, 8_000_000
            for i in range(count):
                shown = np.ascontiguousarray(picture(i)[: size_wh[1], : size_wh[0], :3])
                container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="bgr24")))
            container.mux(stream.encode(None))
        return path.read_bytes()


def write_session(folder: Path, sensor_frames: list[SensorFrame], **options: object) -> Path:
    """A recorded session, closed."""
    writer = SessionWriter(folder, source_name="test", **options)
    for frame in sensor_frames:
        writer.write(frame)
    writer.close()
    return folder


START_S = 7.25  # of `write_predicted_take`
#: Labels that a spreadsheet would calculate.
FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "'=x", "''@x", "- nothing -")


def write_predicted_take(folder: Path) -> Path:
    """Four seconds without colour, from START_S, of anna who walks, and three predicted events."""
    writer = SessionWriter(folder, source_name="test", details={"subject": "anna", "action": "walking"})
    for frame in frames(120, start_s=START_S):
        writer.write(frame)
    writer.add_event(7.5, 8.5, "drinking", 0.8, 0, "prediction")
    writer.add_event(8.0, 9.0, "reading", 0.7, None, "prediction")
    writer.add_event(10.0, 99.0, "writing", 0.6, 0, "prediction")
    writer.close()
    return folder


def annotated(folder: Path) -> list[tuple]:
    """(start_s, end_s, label, person) of the annotations in a session's file."""
    return [(e.start_s, e.end_s, e.label, e.person) for e in read_events(folder) if e.kind == "annotation"]


def play(source: Source) -> tuple[list[SensorFrame], SourceError | None]:
    """All frames that a file gives, and the error it ended with, if any; closes it."""
    played: list[SensorFrame] = []
    try:
        while len(played) < 100_000:
            played.append(source.read())
        raise AssertionError("the source never ends")
    except EndOfSource:
        return played, None
    except SourceError as error:
        return played, error
    finally:
        source.close()


def assert_same_bodies(got: tuple[Body, ...], expected: tuple[Body, ...]) -> None:
    """Bit for bit."""
    assert len(got) == len(expected)
    for one, other in zip(got, expected, strict=True):
        assert (one.tracking_id, one.hand_states) == (other.tracking_id, other.hand_states)
        for name in ("joints", "joint_state", "color_xy", "orientations"):
            assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), name
