"""What is left of recordings that were killed, or ran out of disk, at random moments; a table.

    python -m tests.recording_faults --kills 100 --seed 1
    python -m tests.recording_faults --disk-full 100 --seed 1
    python -m tests.recording_faults --small-disk 10 --seed 1       (Linux, as root: real file systems in memory)
    python -m tests.recording_faults --bytes 2000 --seed 1          (one byte of a whole recording is changed)

Each recording is verified, repaired, and replayed; every frame's time, bodies and picture are compared with what was
recorded. Exit code 1 if one does not open, holds something wrong, or has lost more than 1 s; for a changed byte: more
than what was touched, see `one_byte.touched`.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.recording_faults import material, one_byte
from tests.recording_faults.full_disk import Disk, writes_go_to
from tsmf_live.frames import FRAME_RATE_HZ, SourceError
from tsmf_live.recording.recorder import RecordWork
from tsmf_live.recording.take_queue import TakeQueue
from tsmf_live.recording.writer import TakeSettings
from tsmf_live.ring import Ring
from tsmf_live.sessions.check import examine
from tsmf_live.sessions.mend import repair
from tsmf_live.sources.base import EndOfSource
from tsmf_live.sources.replay import ReplaySource
from tsmf_live.stage import Stage

CHILD = Path(__file__).with_name("child.py")
LONGEST_S = 2.5  # a kill comes at most so long after the first frame was written
LIMIT_S = 120.0  # for one recording to begin
FRAMES = 90  # of a recording that runs out of disk


class Left(NamedTuple):
    """What is left of a recording.

    Attributes:
        captured: frames that the recorder was given, or tried to write.
        opened: whether it plays without error; None: it broke off before its first frame, there is nothing to play.
        played, pictures: frames; lost_s, pictures_lost_s: sensor seconds at the end.
        before: what verify said of each file before the repair.
        waiting: frames of a killed recording that the recorder had not come to: they were in memory only.
    """

    captured: int
    opened: bool | None
    played: int
    lost_s: float
    pictures_lost_s: float
    before: str
    waiting: int = 0


def look_at(folder: Path, captured: int) -> Left:
    """Verifies, repairs and replays; AssertionError if anything in it is wrong."""
    if captured == 0 and not (folder / "frames.csv").exists():
        return Left(0, None, 0, 0.0, 0.0, "nothing")
    before, after = repair(folder)
    said = " ".join(f"{finding.file.split('.')[0]}:{finding.state}" for finding in before.findings)
    if not after.good:
        return Left(captured, None, 0, captured / FRAME_RATE_HZ, captured / FRAME_RATE_HZ, said)
    assert after.is_whole, f"{folder}: not whole after the repair: {after.findings}"
    assert examine(folder).findings == after.findings
    last, last_picture, played = -1, -1, 0
    try:
        source = ReplaySource(folder)
    except SourceError as error:
        print(error, file=sys.stderr)
        return Left(captured, False, 0, captured / FRAME_RATE_HZ, captured / FRAME_RATE_HZ, said)
    try:
        while True:
            frame = source.read()
            material.assert_right(frame)
            last, played = material.index_of(frame.sensor_time_s), played + 1
            last_picture = last if frame.color_bgra is not None else last_picture
    except EndOfSource:
        pass
    finally:
        source.close()
    assert played == after.plays == last + 1, (
        f"{folder}: {played} frames, the last is {last}, verify said {after.plays}"
    )
    lost = [(captured - 1 - number) / FRAME_RATE_HZ for number in (last, last_picture)]
    return Left(captured, not source.warnings, played, *lost, said)


def kill_one(folder: Path, rng: random.Random, speed: float) -> Left:
    """Starts a recording, kills it, and looks at what is left."""
    process = subprocess.Popen([sys.executable, str(CHILD), str(folder), str(speed)], stdout=subprocess.PIPE)
    told = b""
    until_s = time.monotonic() + LIMIT_S
    while not told.endswith(b"writing\n") and time.monotonic() < until_s:
        told += process.stdout.readline()
    time.sleep(rng.uniform(0, LONGEST_S))
    process.kill()
    told += process.stdout.read()
    process.wait()
    process.stdout.close()
    captured = _captured(told)
    written = max((int(line.split()[1]) for line in told.split(b"\n")[:-1] if line.startswith(b"written")), default=0)
    return look_at(folder, captured)._replace(waiting=max(0, captured - 1 - written))


def _captured(told: bytes) -> int:
    numbers = [int(line) for line in told.split(b"\n") if line.isdigit()]
    return numbers[-1] + 1 if numbers else 0


def fill_one(folder: Path, rng: random.Random, patch: Callable[..., None] = setattr) -> Left:
    """Records onto a disk that is full after a random number of bytes, then, on the same run, elsewhere."""
    stopping = threading.Event()
    queue = TakeQueue(lossless=True, stopping=stopping)
    work = RecordWork(queue, Ring(9, lossless=True, stopping=stopping), lambda: {"source": "test"}, None, lambda: None)
    stage = Stage("record", work, stopping, vital=False)
    disk = Disk(int(rng.uniform(0, 450_000)))
    stage.start()
    try:
        with writes_go_to(disk, patch):
            queue.begin(TakeSettings(folder))
            given = 0
            while given < FRAMES and work.status.state != "failed":
                queue.put(material.frame(given))
                given += 1
            queue.end()
            _wait(lambda: not len(queue) and work.status.state != "recording", stage)
            tried = work.status.frames + (work.status.state == "failed")
        assert not disk.failed or (work.status.state == "failed" and "frames" in work.status.message), work.status
        elsewhere = folder.with_name(folder.name + "-elsewhere")
        queue.begin(TakeSettings(elsewhere))
        for index in range(3):
            queue.put(material.frame(index))
        queue.end()
        _wait(lambda: not len(queue) and work.status.state == "off", stage)
        assert examine(elsewhere).is_whole
    finally:
        queue.close()
        stopping.set()
        stage.wait(LIMIT_S)
    return look_at(folder, min(tried, given))


def _wait(done: Callable[[], bool], stage: Stage) -> None:
    until_s = time.monotonic() + LIMIT_S
    while not done():
        assert stage.alive, f"the recorder has ended: {stage.error}"
        assert time.monotonic() < until_s, "the recorder does not get on"
        time.sleep(0.002)


def small_disk_one(folder: Path, rng: random.Random, speed: float) -> Left:
    """Records in a process of its own onto a small file system of its own until that is full."""
    folder.mkdir()
    size = f"size={rng.randrange(16, 400, 4)}k"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)
    try:
        command = [sys.executable, str(CHILD), str(folder / "take"), str(speed)]
        done = subprocess.run(command, stdout=subprocess.PIPE, timeout=LIMIT_S)
        assert b"failed" in done.stdout, done.stdout
        assert b"No space left" in done.stdout, done.stdout
        # the mended files need room beside the damaged ones
        subprocess.run(["mount", "-o", "remount,size=20m", str(folder)], check=True)
        return look_at(folder / "take", _captured(done.stdout))
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def table(title: str, left: list[Left], each: bool) -> bool:
    """Prints what is left of all; whether everything opened and lost at most 1 s."""
    if each:
        print("captured  waiting  played  lost s  pictures lost s  before the repair")
        for one in left:
            lost = f"{one.lost_s:6.2f}  {one.pictures_lost_s:15.2f}"
            print(f"{one.captured:8}  {one.waiting:7}  {one.played:6}  {lost}  {one.before}")
    opened = sum(one.opened is True for one in left)
    empty = sum(one.opened is None for one in left)
    lost, pictures = ([getattr(one, name) for one in left] for name in ("lost_s", "pictures_lost_s"))
    print(
        f"{title}: {len(left)} recordings, {opened} open whole after repair, {empty} broke off before their first frame"
    )
    print(f"  frames lost at the end   max {max(lost):.2f} s, median {statistics.median(lost):.2f} s")
    print(f"  pictures lost at the end max {max(pictures):.2f} s, median {statistics.median(pictures):.2f} s")
    behind = max(one.waiting for one in left) / FRAME_RATE_HZ
    print(f"  the encoder was at most {behind:.2f} s behind: what waits for it is lost as well")
    return opened + empty == len(left) and max(lost + pictures) <= 1.0


def changed_bytes(folder: Path, count: int, seed: int) -> bool:
    """Prints what changed bytes did, by file; AssertionError at the first that cost more than it touched."""
    sessions, scratch = one_byte.record(folder), folder / "scratch"
    scratch.mkdir()
    found = list(one_byte.cases(sessions, count, seed, scratch))
    print(f"{count} sessions of {one_byte.FRAMES} frames, half of them broken off, one byte changed in each")
    print("file             cases  seen  frames lost (most, may be)  pictures lost (most, may be)  lose nothing")
    for name in one_byte.NAMES:
        of = [case for case in found if case.name == name]
        frames = f"{max(case.frames for case in of)}, {max(case.may_cost for case in of)}"
        pictures = f"{max(case.pictures for case in of)}, {max(case.pictures_may_cost for case in of)}"
        nothing = sum(case.frames == case.pictures == 0 for case in of)
        told = sum(case.told for case in of)
        print(f"{name:16} {len(of):5}  {told:4}  {frames:>27}  {pictures:>28}  {nothing:12}")
    return True


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], epilog="example: python -m tests.recording_faults --kills 5"
    )
    parser.add_argument("--kills", type=int, default=0, metavar="N", help="recordings to kill")
    parser.add_argument("--disk-full", type=int, default=0, metavar="N", help="recordings that run out of disk")
    parser.add_argument("--small-disk", type=int, default=0, metavar="N", help="the same on real file systems")
    parser.add_argument("--bytes", type=int, default=0, metavar="N", help="recordings of which one byte is changed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--speed", type=float, default=1.0, help="of the killed recordings' clock (default: 1)")
    parser.add_argument("--each", action="store_true", help="a line for each recording")
    args = parser.parse_args()
    rng, good = random.Random(args.seed), True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kinds = (
            ("killed", args.kills, lambda path: kill_one(path, rng, args.speed)),
            ("disk full", args.disk_full, lambda path: fill_one(path, rng)),
            ("small disk", args.small_disk, lambda path: small_disk_one(path, rng, args.speed)),
        )
        for title, count, do in kinds:
            left = [do(folder / f"{title.replace(' ', '-')}-{number}") for number in range(count)]
            good = good and (not left or table(title, left, args.each))
        if args.bytes:
            good = changed_bytes(folder, args.bytes, args.seed) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
