"""Samples of NTU RGB+D as sessions.

The bodies' text is kept as it stands, so an export gives the same numbers, those included that this program does not
use. Without the .times.csv of an export of ours, frame i counts as i/30 s, and the session calls its times estimated.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from tsmf_live.exchange.importing import Contents, write_session
from tsmf_live.exchange.outcome import Outcome
from tsmf_live.exchange.session_reading import frames
from tsmf_live.files import new_folder
from tsmf_live.frames import SensorFrame, SourceError
from tsmf_live.label_lists import class_name
from tsmf_live.ntu_name import NtuName
from tsmf_live.recording.checksums import checksums_text, file_sums
from tsmf_live.recording.folder import BODIES_FILE, CHECKSUMS_FILE, read_description, write_description
from tsmf_live.recording.ntu_text import NtuTextReader, frame_count_line
from tsmf_live.recording.tables import read_frame_rows
from tsmf_live.sources.ntu import NtuSource


def samples_of(path: Path, out: Path) -> dict[Path, Path]:
    """The sample at this path, or all samples in the folder at this path -> the folder of each one's session.

    Raises:
        SourceError: the folder holds none.
    """
    if not path.is_dir():
        return {path: out}
    found = sorted(each for each in path.iterdir() if each.suffix.lower() == ".skeleton" and each.is_file())
    if not found:
        raise SourceError(f"{path}: expected .skeleton files in it, found none; name the folder that holds them")
    return {each: out / each.stem for each in found}


def import_sample(path: Path, folder: Path, codec: str, labels: tuple[str, ...]) -> Outcome:
    """Makes a session of one sample.

    Raises:
        SourceError: the sample is damaged or cut.
        RecordingError: `folder` holds files, or cannot be written to.
    """
    with new_folder(folder) as unfinished, closing(NtuSource(path)) as source:
        details = {"imported_from": path.name, "sensor": source.info.sensor, **_details(path.stem, labels)}
        contents = Contents(_frames(source), path.name, source.info.has_color, details)
        count = write_session(unfinished, contents, codec)
        _keep_text(path, unfinished, count)
    times = "estimated times" if source.info.time_estimated else "exact times"
    action = f", {details['action']}" if "action" in details else ""
    pictures = "" if source.info.has_color else ", no pictures"
    return Outcome(f"{path} -> {folder}: {count} frames, {times}{pictures}{action}", warnings=source.warnings)


def _frames(source: NtuSource) -> Iterator[tuple[SensorFrame, bool]]:
    """The frames with the recording's host times; without those host time is sensor time, so that imports agree."""
    last_index = -1
    for number, frame in enumerate(frames(source, source.info.name)):
        row = source.rows[number] if source.rows is not None else None
        host_time_s = frame.sensor_time_s if row is None else row.host_time_s
        hole = frame.index - last_index - 1
        last_index = frame.index
        yield replace(frame, host_time_s=host_time_s), row is not None and number > 0 and row.dropped > hole


def _details(name: str, labels: tuple[str, ...]) -> dict[str, Any]:
    """The numbers of the name, as a take's settings."""
    numbers = NtuName.parse(name)
    if numbers is None:
        return {}
    action = class_name(numbers.action, labels)
    return {"subject": f"P{numbers.performer:03}", **numbers._asdict(), "action": action}


def _keep_text(path: Path, folder: Path, count: int) -> None:
    """Replaces the bodies' text as we write it by the sample's own text; the checksums are those of the latter."""
    text = NtuTextReader(path)
    try:
        texts = [text.read_text() or b"" for _ in range(count)]
    finally:
        text.close()
    (folder / BODIES_FILE).write_bytes(frame_count_line(count) + b"".join(texts))
    (folder / CHECKSUMS_FILE).write_bytes(checksums_text(read_frame_rows(folder, []), texts))
    write_description(folder, read_description(folder) | file_sums(folder))
