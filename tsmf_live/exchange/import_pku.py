"""Recordings in the layout of PKU-MMD as sessions, their labels as annotations.

The format holds no times (frame i counts as i/30 s, and the session says that they are estimated), and of two people
only the joints: states count as tracked, colour coordinates are projected by a fixed camera.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from tsmf_live.exchange.importing import Contents, write_session
from tsmf_live.exchange.label_files import annotation_of
from tsmf_live.exchange.outcome import Outcome
from tsmf_live.exchange.session_reading import frames
from tsmf_live.files import new_folder
from tsmf_live.recording.annotations import overlapping
from tsmf_live.sources.pku import PkuSource, label_file_of
from tsmf_live.sources.pku_labels import read_pku_labels


def import_recording(path: Path, folder: Path, codec: str, names: tuple[str, ...], label_file: Path | None) -> Outcome:
    """Makes a session of a recording.

    Args:
        names: the label list that names the classes.
        label_file: None: the one that belongs to the recording by its place, if there is one.

    Raises:
        SourceError: the recording or its labels are damaged, or do not belong together.
        RecordingError: `folder` holds files, or cannot be written to.
    """
    label_file = label_file or label_file_of(path)
    labels = read_pku_labels(label_file) if label_file is not None else []
    with new_folder(folder) as unfinished, closing(PkuSource(path)) as source:
        times_s = np.array(source.times_s)
        events = [annotation_of(label, times_s, names, label_file) for label in labels]
        played = ((replace(frame, host_time_s=frame.sensor_time_s), False) for frame in frames(source, path.name))
        details = {"imported_from": path.name, "sensor": source.info.sensor}
        contents = Contents(played, path.name, source.info.has_color, details, events)
        count = write_session(unfinished, contents, codec)
    warnings = list(source.warnings)
    if label_file is None:
        warnings.append(f"{path}: no labels found in a folder *label* beside it; --label-file names them")
    pairs = overlapping(events)
    note = f" ({len(pairs)} begin while another goes on)" if pairs else ""
    written = f"{path} -> {folder}: {count} frames, estimated times, {len(events)} annotations{note}"
    return Outcome(written, warnings=warnings)
