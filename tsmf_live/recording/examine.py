"""Tells of each file of a session whether it is whole, cut or contradicts itself, and what still plays.

Pictures that were lost while recording cannot be mended, but are a finding all the same: the take is not "whole".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tsmf_live.command import counted
from tsmf_live.frames import FRAME_RATE_HZ, SourceError
from tsmf_live.recording import matroska
from tsmf_live.recording.checksums import is_promised, suspect_files, was_changed
from tsmf_live.recording.folder import (
    BODIES_FILE,
    CHECKSUMS_FILE,
    COLOR_FILE,
    DESCRIPTION_FILE,
    FILES,
    read_description,
)
from tsmf_live.recording.pairing import Pairs, longest_rising, pair
from tsmf_live.recording.salvage import Bodies, Checksums, Rows, scan_bodies, scan_checksums, scan_rows
from tsmf_live.recording.tables import EVENTS_FILE, FRAMES_FILE, FrameRow, pictures_lost, read_events
from tsmf_live.recording.video import ColorVideo, UnusableVideo

SAME_TIME_MS = 1  # the video holds whole milliseconds
WHOLE, CUT, CONTRADICTION, MISSING = "whole", "cut", "contradiction", "missing"
INCOMPLETE = "incomplete"  # as it was recorded, but something could not be recorded


class Finding(NamedTuple):
    """What is said of one file: whole, incomplete, cut, contradiction or missing, and in words."""

    file: str
    state: str
    text: str


@dataclass
class Examination:
    """A session looked through.

    Attributes:
        findings: one for each file that is there or should be.
        plays, plays_s: frames that the program plays from the start, and their sensor seconds.
        good: frames whose row and bodies are both good, wherever they are; `pairs` has them.
        contradicting: frames that their checksum contradicts; suspects: the files that can be wrong there.
        changed: the files that are known to be not as they were when the recording was ended.
        lost_s: sensor seconds at the end, known from some file, that do not play; picture_lost_s: without picture.
        sound: the rows of frames.csv that can be read and whose index and time rise.
        lacking: frames whose picture was lost while recording, or by a repair.
    """

    folder: Path
    findings: list[Finding] = field(default_factory=list)
    plays: int = 0
    plays_s: float = 0.0
    good: int = 0
    lost_s: float = 0.0
    picture_lost_s: float = 0.0
    ended: bool = False
    rows: Rows | None = None
    sound: list[FrameRow] = field(default_factory=list)
    lacking: int = 0
    bodies: Bodies | None = None
    checksums: Checksums | None = None
    pairs: Pairs = field(default_factory=Pairs)
    contradicting: int = 0
    suspects: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    video: matroska.Video | None = None

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing to mend."""
        return all(finding.state in (WHOLE, INCOMPLETE) for finding in self.findings)

    @property
    def lack(self) -> str:
        """Which pictures it lacks, in words, "" if none."""
        return f"{self.lacking} of {len(self.sound)} pictures were lost while recording" if self.lacking else ""

    def add(self, file: str, state: str, text: str) -> None:
        """A finding."""
        self.findings.append(Finding(file, state, text))


def require_session(folder: Path) -> None:
    """SourceError unless the folder holds at least frames or bodies of a session."""
    if not any((folder / name).is_file() for name in (FRAMES_FILE, BODIES_FILE, DESCRIPTION_FILE)):
        raise SourceError(
            f"{folder}: expected a recorded session, found none of {', '.join(FILES)}; choose the folder of a session"
        )


def examine(folder: Path) -> Examination:
    """Looks through all files, bodies and CRCs included; pictures are not decoded.

    Raises:
        SourceError: no session, or a file of it cannot be read.
    """
    require_session(folder)
    found = Examination(folder)
    try:
        description = _examine_description(found)
        _scan(found, description)
        _examine_rows(found, description)
        _examine_bodies(found, description)
        _examine_checksums(found, description)
        _examine_video(found)
        _examine_events(found)
    except OSError as error:
        raise SourceError(f"{error.filename or folder}: cannot be read ({error.strerror}); check the disk") from error
    _sum_up(found)
    return found


def _examine_description(found: Examination) -> dict:
    path = found.folder / DESCRIPTION_FILE
    try:
        description = read_description(found.folder)
    except SourceError as error:
        state = CONTRADICTION if path.is_file() and path.stat().st_size else MISSING
        found.add(DESCRIPTION_FILE, state, str(error).removeprefix(f"{path}: "))
        return {}
    # sessions of earlier versions do not say whether they were ended
    found.ended = "ended" in description or "repaired" in description
    found.add(DESCRIPTION_FILE, WHOLE, "" if found.ended else "does not say that the recording was ended")
    return description


def _scan(found: Examination, description: dict) -> None:
    """Reads what belongs to single frames, and pairs it."""
    folder = found.folder
    found.changed = [name for name in (FRAMES_FILE, BODIES_FILE) if was_changed(folder, description, name)]
    if (folder / FRAMES_FILE).is_file():
        found.rows = scan_rows(folder / FRAMES_FILE)
        readable = [row for row in found.rows.entries if row is not None]
        found.sound = [readable[number] for number in longest_rising(readable)]
        found.lacking = len(pictures_lost(found.sound))
    if (folder / BODIES_FILE).is_file():
        found.bodies = scan_bodies(folder / BODIES_FILE)
    if (folder / CHECKSUMS_FILE).is_file():
        found.checksums = scan_checksums(folder / CHECKSUMS_FILE)
    if found.rows is None or found.bodies is None:
        return
    found.pairs = pair(found.rows, found.bodies, found.checksums)
    found.contradicting = found.pairs.contradicting
    if found.contradicting:
        found.suspects = suspect_files(folder, description)
        if found.suspects == [CHECKSUMS_FILE]:
            found.pairs = pair(found.rows, found.bodies, None)


def _contradiction(found: Examination, name: str) -> str:
    """What the checksums of frames have against a file, "" if nothing."""
    if name not in found.suspects:
        return ""
    others = "".join(f" here or in {other}" for other in found.suspects if other != name)
    against = "the other files" if name == CHECKSUMS_FILE else CHECKSUMS_FILE
    return f"; {found.contradicting} frames contradict {against}{others}"


def _examine_rows(found: Examination, description: dict) -> None:
    rows = found.rows
    if rows is None:
        found.add(FRAMES_FILE, MISSING, "no times")
        return
    count = f"{len(rows.entries)} rows"
    damaged = len(rows.entries) - len(found.sound)
    contradiction = _contradiction(found, FRAMES_FILE)
    if not rows.header_good:
        found.add(FRAMES_FILE, CONTRADICTION, f"{count}; the header is damaged")
    elif damaged:
        found.add(FRAMES_FILE, CONTRADICTION, f"{count}, {damaged} of them damaged")
    elif FRAMES_FILE in found.changed:
        found.add(FRAMES_FILE, CONTRADICTION, f"{count}; changed since the recording was ended{contradiction}")
    elif contradiction:
        found.add(FRAMES_FILE, CONTRADICTION, count + contradiction)
    elif rows.cut or _is_short(found.folder, description, FRAMES_FILE):
        found.add(FRAMES_FILE, CUT, count)
    else:
        found.add(FRAMES_FILE, WHOLE, count)


def _examine_bodies(found: Examination, description: dict) -> None:
    bodies = found.bodies
    if bodies is None:
        found.add(BODIES_FILE, MISSING, "nothing plays without it")
        return
    count = len(bodies.places)
    rows = len(found.rows.entries) if found.rows is not None else count
    text = f"{count} frames"
    contradiction = _contradiction(found, BODIES_FILE)
    if bodies.damaged:
        found.add(BODIES_FILE, CONTRADICTION, f"{text}, {bodies.damaged} of them damaged")
    elif BODIES_FILE in found.changed:
        found.add(BODIES_FILE, CONTRADICTION, f"{text}; changed since the recording was ended{contradiction}")
    elif contradiction:
        found.add(BODIES_FILE, CONTRADICTION, text + contradiction)
    elif bodies.promised is None:
        found.add(BODIES_FILE, CONTRADICTION, f"{text}; the frame count in its first line is damaged")
    elif bodies.cut or count < rows or bodies.promised > count:
        found.add(BODIES_FILE, CUT, f"{text} of {max(rows, bodies.promised)}")
    elif bodies.promised != count or count != rows:
        found.add(BODIES_FILE, CUT, f"{text}; its first line says {bodies.promised}, {FRAMES_FILE} has {rows}")
    elif _is_short(found.folder, description, BODIES_FILE):
        found.add(BODIES_FILE, CUT, text)
    else:
        found.add(BODIES_FILE, WHOLE, text)


def _examine_checksums(found: Examination, description: dict) -> None:
    checksums = found.checksums
    if checksums is None:
        if is_promised(description):  # sessions of earlier versions have none
            found.add(CHECKSUMS_FILE, MISSING, "no frame is checked")
        return
    count = len(checksums.entries)
    damaged, text = checksums.entries.count(None), f"{count} checksums"
    frames = len(found.rows.entries) if found.rows is not None else count
    if not checksums.header_good:
        found.add(CHECKSUMS_FILE, CONTRADICTION, f"{text}; the header is damaged")
    elif damaged:
        found.add(CHECKSUMS_FILE, CONTRADICTION, f"{text}, {damaged} of them damaged")
    elif CHECKSUMS_FILE in found.suspects:
        found.add(CHECKSUMS_FILE, CONTRADICTION, text + _contradiction(found, CHECKSUMS_FILE))
    elif checksums.cut or count != frames or _is_short(found.folder, description, CHECKSUMS_FILE):
        found.add(CHECKSUMS_FILE, CUT, f"{text} for {frames} frames")
    else:
        found.add(CHECKSUMS_FILE, WHOLE, text)


def _examine_video(found: Examination) -> None:
    path = found.folder / COLOR_FILE
    expected = [row for row in found.sound if row.color]
    if not path.is_file():
        if expected:
            found.add(COLOR_FILE, MISSING, f"{len(expected)} pictures")
        elif found.lacking:
            found.add(COLOR_FILE, INCOMPLETE, found.lack)
        return
    found.video = video = matroska.scan(path)
    times_ms = set(video.times_ms())
    video.header_good = video.header_good and (not times_ms or _opens(path))
    missing = [row for row in expected if not has_picture(row.sensor_time_s, times_ms)]
    text = f"{len(times_ms)} pictures"
    if not video.header_good:
        found.add(COLOR_FILE, CONTRADICTION, f"{text}; its header is damaged")
    elif video.damaged:
        found.add(COLOR_FILE, CONTRADICTION, f"{text}; damaged in {len(video.damaged)} places")
    elif missing and not _at_the_end(missing, expected):
        found.add(COLOR_FILE, CONTRADICTION, f"{text}; {len(missing)} of {len(expected)} rows have none of their time")
    elif video.cut or missing or not video.has_index:
        found.add(COLOR_FILE, CUT, text + ("" if video.has_index else "; not ended: it has no index"))
    elif found.lacking:
        found.add(COLOR_FILE, INCOMPLETE, f"{text}; {found.lack}")
    else:
        found.add(COLOR_FILE, WHOLE, text)
    found.picture_lost_s = len(missing) / FRAME_RATE_HZ


def _opens(path: Path) -> bool:
    """Whether a decoder finds a first picture: no checksum covers all that it needs for that."""
    try:
        ColorVideo(path).close()
    except UnusableVideo:
        return False
    return True


def _examine_events(found: Examination) -> None:
    path = found.folder / EVENTS_FILE
    if not path.is_file():
        found.add(EVENTS_FILE, MISSING, "no events")
        return
    warnings: list[str] = []
    try:
        events = read_events(found.folder, warnings)
        found.add(EVENTS_FILE, CUT if warnings else WHOLE, counted(len(events), "event"))
    except SourceError as error:
        found.add(EVENTS_FILE, CONTRADICTION, str(error).removeprefix(f"{path}: "))


def _sum_up(found: Examination) -> None:
    """What plays, what is good, what is lost."""
    if found.rows is None or found.bodies is None:
        return
    rows, places = found.rows.entries, found.bodies.places
    found.good = len(found.pairs.kept)
    readable = found.rows.header_good and len(found.sound) == len(rows) and FRAMES_FILE not in found.changed
    leading = min(found.pairs.plays, found.bodies.leading)
    found.plays = leading if readable and found.bodies.promised is not None else 0
    good = found.sound
    if found.plays:
        found.plays_s = rows[found.plays - 1].sensor_time_s - rows[0].sensor_time_s + 1 / FRAME_RATE_HZ
    if good:
        whole_s = good[-1].sensor_time_s - good[0].sensor_time_s + 1 / FRAME_RATE_HZ
        surplus = max(0, len(places) - len(rows)) / FRAME_RATE_HZ
        found.lost_s = whole_s + surplus - found.plays_s


def _is_short(folder: Path, description: dict, name: str) -> bool:
    sizes = description.get("bytes")
    size = sizes.get(name) if isinstance(sizes, dict) else None
    return isinstance(size, int) and (folder / name).stat().st_size < size


def has_picture(sensor_time_s: float, times_ms: set[int]) -> bool:
    """Whether a video with pictures at these times has the one of a row."""
    time_ms = round(sensor_time_s * 1000)
    return any(time_ms + off in times_ms for off in range(-SAME_TIME_MS, SAME_TIME_MS + 1))


def _at_the_end(missing: list, expected: list) -> bool:
    return missing == expected[len(expected) - len(missing) :]
