"""The folder of a recorded session: what its files are called, its description, takes in a study. See `writer`."""

from __future__ import annotations

import json
import math
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from tsmf_live.files import PRIVATE_FOLDER, append, make_folders, remove, whole_file
from tsmf_live.frames import RecordingError, SourceError, UsageError
from tsmf_live.recording.color_file import CODECS
from tsmf_live.recording.tables import EVENTS_FILE, FRAMES_FILE, SessionEvent, csv_line

FORMAT, FORMAT_VERSION = "tsmf_live session", 1
COLOR_FILE, BODIES_FILE, DESCRIPTION_FILE = "color.mkv", "bodies.skeleton", "session.json"
CHECKSUMS_FILE = "checksums.csv"
#: All files of a session.
FILES = (DESCRIPTION_FILE, FRAMES_FILE, BODIES_FILE, CHECKSUMS_FILE, COLOR_FILE, EVENTS_FILE)
PRIVACY = ("off", "blur", "no_color")
HIGHEST_NUMBER = 999  # NTU file names have three digits


#: What the entries of session.json that the program reads hold; every one may be absent or null.
_TEXTS = (
    "created", "source", "sensor", "ended", "repaired", "codec", "subject", "action", "privacy", "consent",
    "checkpoint",
)  # fmt: skip
_NUMBERS = ("setup", "camera", "performer", "replication", "lost", "persons_stripped")


@dataclass(frozen=True)
class TakeSettings:
    """What the user says about one take.

    Attributes:
        folder: of this take, new or empty.
        subject: a pseudonym.
        action: its label, "" for several or none.
        setup, camera, performer, replication: numbers 1 to 999, as in the file names of NTU RGB+D.
        privacy: "off", "blur" (faces) or "no_color" (skeleton only).
        codec: "h264", or "ffv1" for lossless pictures.
        consent: a note of what was agreed.

    Raises:
        UsageError: a value that cannot be.
    """

    folder: Path
    subject: str = ""
    action: str = ""
    setup: int = 1
    camera: int = 1
    performer: int = 1
    replication: int = 1
    privacy: str = "off"
    codec: str = "h264"
    consent: str = ""

    def __post_init__(self) -> None:
        for name, choices in (("privacy", PRIVACY), ("codec", CODECS)):
            if getattr(self, name) not in choices:
                raise UsageError(f"{name}: expected one of {', '.join(choices)}, got {getattr(self, name)!r}")
        for name in ("setup", "camera", "performer", "replication"):
            if not 1 <= getattr(self, name) <= HIGHEST_NUMBER:
                raise UsageError(f"{name}: expected a number from 1 to {HIGHEST_NUMBER}, got {getattr(self, name)}")

    def details(self) -> dict[str, Any]:
        """What of it goes into session.json."""
        names = ("subject", "action", "setup", "camera", "performer", "replication", "privacy", "consent")
        return {name: getattr(self, name) for name in names}


def take_number(folder: Path) -> int | None:
    """The number of a take in a study folder, None for a folder of another name."""
    matched = re.fullmatch(r"take-(\d+)", folder.name)
    return int(matched[1]) if matched else None


def upcoming_take_folder(study: Path) -> Path:
    """What the folder of the take after the last one in a study folder (which need not exist) would be called.

    Raises:
        RecordingError: the study folder cannot be looked into.
    """
    try:
        numbers = [take_number(path) or 0 for path in study.iterdir()] if study.is_dir() else []
    except OSError as error:
        raise RecordingError(f"{study}: cannot be looked into ({error.strerror}); choose another folder") from error
    return study / f"take-{max(numbers, default=0) + 1:03d}"


def next_take_folder(study: Path) -> Path:
    """Makes the folder of the take after the last one in a study folder: nobody else can take it then.

    The caller removes it if nothing is recorded into it.

    Raises:
        RecordingError: it cannot be made.
    """
    for _ in range(HIGHEST_NUMBER):
        folder = upcoming_take_folder(study)
        try:
            make_folders(folder.parent)
            folder.mkdir(PRIVATE_FOLDER)
        except FileExistsError:
            if folder.parent.is_dir():  # another take began in this very moment
                continue
            raise RecordingError(f"{study}: expected a folder for takes, got another kind of file") from None
        except OSError as error:
            raise RecordingError(f"{folder}: cannot be made ({error.strerror}); choose another folder") from error
        return folder
    raise RecordingError(f"{study}: others begin takes there faster than this one can; try again")


def read_description(folder: Path) -> dict[str, Any]:
    """The content of session.json.

    Raises:
        SourceError: the folder holds none, or one that is not ours, of a newer program, or with a value that cannot be.
    """
    path = folder / DESCRIPTION_FILE
    try:
        description = json.loads(path.read_bytes())
        description_text(description)  # what cannot be written again is nested too deep
    except FileNotFoundError as error:
        raise SourceError(
            f"{folder}: expected a recorded session, found no {DESCRIPTION_FILE} in it; choose the folder of a session"
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise SourceError(f"{path}: cannot be read ({' '.join(str(error).split())}); restore it") from error
    if not isinstance(description, dict) or description.get("format") != FORMAT:
        raise SourceError(f"{path}: expected the description of a recorded session, got another kind of file")
    if description.get("format_version") != FORMAT_VERSION:
        raise SourceError(
            f"{path}: expected format version {FORMAT_VERSION}, got {description.get('format_version')!r}; "
            "use the version of this program that recorded it"
        )
    for key in description.keys() - sound_entries(description).keys():
        raise SourceError(
            f"{path}: expected {_expected(key)} as {key}, got {str(description[key])[:40]!r}; "
            "python -m tsmf_live.sessions repair leaves it out"
        )
    return description


def sound_entries(description: dict[str, Any]) -> dict[str, Any]:
    """The entries of session.json without those whose value cannot be one."""
    return {key: value for key, value in description.items() if value is None or _is_sound(key, value)}


def _is_sound(key: str, value: Any) -> bool:
    if key in _TEXTS:
        return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if key in _NUMBERS:
        return _is_count(value)
    if key == "frame_rate_hz":
        return isinstance(value, int | float) and 0 < value < math.inf
    if key == "time_estimated":
        return isinstance(value, bool)
    if key == "floor_plane":
        return isinstance(value, list) and len(value) == 4 and all(_is_coordinate(each) for each in value)
    if key in ("crc32", "bytes", "versions"):
        of = int if key == "bytes" else str
        return isinstance(value, dict) and all(isinstance(each, of) for each in value.values())
    return True


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _is_coordinate(value: Any) -> bool:
    return isinstance(value, float) or (isinstance(value, int) and abs(value) < 2**31)


def _expected(key: str) -> str:
    """What an entry of session.json holds, in words."""
    kinds = {"frame_rate_hz": "a rate", "time_estimated": "true or false", "floor_plane": "four numbers"}
    return kinds.get(key) or ("a text" if key in _TEXTS else "a number" if key in _NUMBERS else "a table")


def description_text(description: dict[str, Any]) -> bytes:
    """The content of session.json; half a character (a lone surrogate) comes back as it was."""
    return json.dumps(description, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def write_description(folder: Path, description: dict[str, Any], *, patient: bool = True) -> None:
    """Replaces session.json in one step, so that a crash leaves the old or the new one; OSError if it cannot.

    Args:
        patient: see files.replace.
    """
    with whole_file(folder / DESCRIPTION_FILE, patient=patient) as file:
        file.write(description_text(description))


def append_event(folder: Path, event: SessionEvent) -> None:
    """Adds a row to the events of a session that is closed.

    Raises:
        RecordingError: it cannot be written.
    """
    try:
        with append(folder / EVENTS_FILE) as file:
            file.write(csv_line(event))
    except OSError as error:
        raise RecordingError(f"{folder / EVENTS_FILE}: cannot be written ({error.strerror}); check it") from error


def discard(folder: Path) -> None:
    """Deletes the files of a session, and its folder if nothing else is in it.

    Raises:
        RecordingError: a file cannot be deleted.
    """
    tables = (FRAMES_FILE, CHECKSUMS_FILE, EVENTS_FILE)
    names = (COLOR_FILE, BODIES_FILE, *tables, DESCRIPTION_FILE, f"{DESCRIPTION_FILE}.new")
    try:
        for name in names:
            remove(folder / name)
    except OSError as error:
        raise RecordingError(f"{folder}: cannot be deleted ({error.strerror}); delete it yourself") from error
    with suppress(OSError):  # it holds other things, or a disk is mounted there
        folder.rmdir()


def now() -> str:
    """Date and time, as session.json has them."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
