"""Videos of any camera as sessions: the people are found by MediaPipe Pose, so old recordings can be trained on.

Finding people takes longer than the video lasts, so it is written down as it goes, in a file beside the session to be:
who is interrupted gives the same command again, and it goes on where it was. A session that is there already is left as
it is, and so a folder of videos is gone on with, too.
"""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from tqdm import tqdm

from tsmf_live.exchange.importing import Contents, write_session
from tsmf_live.exchange.outcome import Outcome
from tsmf_live.exchange.session_reading import frames
from tsmf_live.files import create, make_folders, new_folder, refuse_filled, remove
from tsmf_live.frames import MAX_BODIES, RecordingError, SensorFrame, SourceError
from tsmf_live.live.estimate import Estimator
from tsmf_live.recording.folder import read_description
from tsmf_live.recording.ntu_text import NtuTextReader, frame_count_line, frame_lines
from tsmf_live.sources.base import EndOfSource
from tsmf_live.sources.camera.estimator import PoseEstimator
from tsmf_live.sources.camera.lens import Lens
from tsmf_live.sources.camera.pose_model import model_name
from tsmf_live.sources.camera.spec import ENDINGS, VideoSpec
from tsmf_live.sources.camera.video import VideoSource

PART = ".bodies.part"  # ends the name of the file of the bodies found so far
DIGITS = 8  # of its hash, which tells tries with other settings apart


@dataclass(frozen=True)
class Wanted:
    """How videos are imported.

    Attributes:
        model: MediaPipe's pose model.
        codec: of color.mkv.
        details: further entries of session.json (subject, action ...).
        persons: who are followed at once, 1 to MAX_BODIES.
        make: makes the estimator: the lens, the number of the first person.
    """

    model: Path
    codec: str
    details: dict[str, Any]
    persons: int
    make: Callable[[Lens, int], Estimator]

    @classmethod
    def with_model(cls, model: Path, codec: str, details: dict[str, Any], persons: int = MAX_BODIES) -> Wanted:
        """With MediaPipe's estimator."""
        return cls(model, codec, details, persons, lambda lens, first: PoseEstimator(model, lens, first, most=persons))


def videos_of(path: Path, out: Path) -> dict[Path, Path]:
    """The video of this path, or all in a folder of this path; and for each the folder of its session.

    Raises:
        SourceError: nothing is there, the folder holds none, or two of one name.
    """
    if not path.exists():
        raise SourceError(f"{path}: no such file or folder; expected a video, or a folder of them")
    if not path.is_dir():
        return {path: out}
    found = sorted(each for each in path.iterdir() if each.suffix.lower() in ENDINGS and each.is_file())
    if not found:
        raise SourceError(f"{path}: expected videos in it ({', '.join(ENDINGS)}), found none; name the folder of them")
    folders = {each: out / each.stem for each in found}
    twice = [each.name for each in found if list(folders.values()).count(folders[each]) > 1]
    if twice:
        raise SourceError(f"{path}: {' and '.join(twice)} would become one session; rename one of them")
    return folders


def import_video(video: VideoSpec, folder: Path, wanted: Wanted) -> Outcome:
    """Makes a session of one video, or goes on where it was interrupted; leaves one that is finished.

    Raises:
        SourceError: the video or the model cannot be used.
        RecordingError: `folder` holds something else, or cannot be written to.
    """
    if _is_finished(video, folder):
        return Outcome(f"{video.file} -> {folder}: is there already, left as it is")
    refuse_filled(folder)  # not when everybody has been found, which may take hours
    part = _part_of(video, folder, wanted)
    with closing(VideoSource(video)) as source:
        known, first_number = _kept(part)
        people = _estimated(source, part, known, first_number, wanted)
        warnings = list(source.warnings)
    with closing(VideoSource(video)) as source:
        details = {
            "imported_from": video.file.name,
            "sensor": source.info.sensor,
            "pose_model": model_name(wanted.model),
            **wanted.details,
        }
        with new_folder(folder) as unfinished:
            contents = Contents(_with_bodies(source, part), video.file.name, True, details)
            count = write_session(unfinished, contents, wanted.codec)
    for each in _parts_beside(folder):
        with suppress(OSError):
            remove(each)
    times = "estimated times" if source.info.time_estimated else "exact times"
    went_on = f" ({known} of them found before)" if known else ""
    written = f"{video.file} -> {folder}: {count} frames{went_on}, {times}, somebody on {people}"
    return Outcome(written, warnings=warnings)


def _is_finished(video: VideoSpec, folder: Path) -> bool:
    """Whether the session of this video is there, whole."""
    try:
        description = read_description(folder)
    except SourceError:
        return False
    return description.get("imported_from") == video.file.name and description.get("ended") is not None


def _part_of(video: VideoSpec, folder: Path, wanted: Wanted) -> Path:
    """The file of the bodies found so far; another video, model, lens or number of persons has another one."""
    try:
        sizes = video.file.stat().st_size, wanted.model.stat().st_size
    except OSError as error:
        raise SourceError(f"{error.filename}: cannot be opened ({error.strerror}); check its name") from error
    facts = repr((video.file.name, *sizes, wanted.model.name, video.fov, video.mirrored, wanted.persons))
    return folder.with_name(f"{folder.name}-{hashlib.sha256(facts.encode()).hexdigest()[:DIGITS]}{PART}")


def _parts_beside(folder: Path) -> list[Path]:
    """All files of bodies found for this session, those of tries with other settings as well."""
    return list(folder.parent.glob(f"{glob.escape(folder.name)}-{'[0-9a-f]' * DIGITS}{PART}"))


def _kept(part: Path) -> tuple[int, int]:
    """How many pictures' bodies are in the file, and the number of the next new person; a torn end is cut off."""
    texts, first_number = [], 1
    if part.is_file():
        with suppress(SourceError), closing(NtuTextReader(part)) as text:  # torn: what is whole before it counts
            while (frame := text.read()) is not None:
                first_number = max([first_number, *(body.tracking_id + 1 for body in frame.bodies)])
                texts.append(frame_lines(frame.bodies))
    try:
        make_folders(part.parent)
        remove(part)
        with create(part) as file:
            file.write(frame_count_line(len(texts)) + b"".join(texts))
    except OSError as error:
        raise RecordingError(f"{part}: cannot be written ({error.strerror}); choose another folder") from error
    return len(texts), first_number


def _estimated(source: VideoSource, part: Path, known: int, first_number: int, wanted: Wanted) -> int:
    """Finds the people on every picture that is not known yet, and writes them down; on how many there is somebody."""
    people = _people_in(part)
    if known >= len(source.times_s):
        return people
    estimator = wanted.make(source.info.lens, first_number)
    try:
        if known:
            source.seek(known)
        with part.open("ab") as file, _bar(source, known) as bar:
            while True:
                try:
                    frame = source.read()
                except EndOfSource:
                    return people
                bodies = estimator.bodies(frame.color_bgra, frame.sensor_time_s)
                people += bool(bodies)
                _append(file, frame_lines(bodies))
                bar.update()
    except OSError as error:
        raise RecordingError(f"{part}: cannot be written ({error.strerror}); free some space") from error
    finally:
        estimator.close()


def _append(file: BinaryIO, text: bytes) -> None:
    file.write(text)
    file.flush()


def _bar(source: VideoSource, known: int) -> tqdm:
    name = f"{source.info.name}: people"
    return tqdm(total=len(source.times_s), initial=known, desc=name, unit="frame", disable=None, leave=False)


def _people_in(part: Path) -> int:
    """On how many of the pictures so far there is somebody."""
    with closing(NtuTextReader(part)) as text:
        return sum(bool(frame.bodies) for frame in iter(text.read, None))


def _with_bodies(source: VideoSource, part: Path) -> Iterator[tuple[SensorFrame, bool]]:
    """The pictures with the bodies that were found on them; host time is sensor time, so that imports agree."""
    with closing(NtuTextReader(part)) as text:
        for frame in frames(source, f"{source.info.name}: session"):
            found = text.read()
            bodies = found.bodies if found is not None else ()
            yield replace(frame, host_time_s=frame.sensor_time_s, bodies=bodies), False
