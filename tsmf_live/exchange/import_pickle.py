"""Samples of a skeleton annotation pickle as sessions, without colour.

Nothing in the pickle is run. It holds joints only: frame i counts as i/30 s (the session says that its times are
estimated), states count as tracked, colour coordinates are projected by a fixed camera.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from tsmf_live.exchange.annotation_pickle import read_annotation_pickle
from tsmf_live.exchange.importing import Contents, write_session
from tsmf_live.exchange.outcome import LeftOut, Outcome
from tsmf_live.files import file_name, new_folder
from tsmf_live.frames import FRAME_RATE_HZ, MAX_BODIES, SensorFrame, SourceError, UsageError
from tsmf_live.label_lists import class_name, read_labels
from tsmf_live.ntu_name import NtuName
from tsmf_live.recording.annotations import LONGEST_LABEL
from tsmf_live.recording.ntu_text import plausible_metres
from tsmf_live.recording.units import require_metres
from tsmf_live.skeleton import JOINT_COUNT
from tsmf_live.sources.pku import bodies_of_joints

LARGEST_LABEL = 10_000  # data sets have a few hundred classes


def import_samples(path: Path, out: Path, only: list[str] | None, label_list: str | None) -> tuple[Outcome, LeftOut]:
    """Makes a session of each sample, in a folder of `out`; those that cannot become one are left out.

    Args:
        only: the names of the samples that are wanted; None: all.
        label_list: names the classes, see `read_labels`; None: the file's own, else numbers.

    Raises:
        SourceError: the file is no such pickle.
        UsageError: it has no sample of a name in `only`.
        RecordingError: a session exists or cannot be written.
    """
    content = read_annotation_pickle(path)
    names = read_labels(label_list) if label_list is not None else _own_names(content)
    samples = content["annotations"]
    if only is not None:
        samples = [sample for sample in samples if sample["frame_dir"] in only]
        unknown = set(only) - {sample["frame_dir"] for sample in samples}
        if unknown:
            raise UsageError(f"--only: {path} has no sample {min(unknown)}; it has {len(content['annotations'])}")
    refused = content["refused"] if only is None else []
    left_out = LeftOut(len(samples) + len(refused), "samples")
    for problem in refused:
        with left_out.if_unusable():
            raise SourceError(f"{path}: {problem}")
    for sample in tqdm(samples, desc="import", unit="sample", disable=None, leave=False):
        with left_out.if_unusable():
            folder = out / _checked_name(path, sample)
            contents = _contents(path, sample, names)
            with new_folder(folder) as unfinished:
                write_session(unfinished, contents, "h264")
    count = len(samples) + len(refused) - left_out.count
    return Outcome(f"{path} -> {out}: {count} sessions, estimated times"), left_out


def _checked_name(path: Path, sample: dict[str, Any]) -> str:
    """The name of a sample's session; SourceError if it has none, or if the sample cannot become a session."""
    name, label, keypoint = sample["frame_dir"], sample["label"], sample["keypoint"]
    where = f"{path}: {name[:80]!a}"
    if any(separator in name for separator in "/\\") or not name.strip(" .") or _printable(name) != name:
        raise SourceError(f"{where}: expected a plain name as frame_dir")
    if not 0 <= label < LARGEST_LABEL:
        raise SourceError(f"{where}: expected a class number as label, got one beyond {LARGEST_LABEL} or below 0")
    if len(keypoint) > MAX_BODIES:
        raise SourceError(f"{where}: expected at most {MAX_BODIES} people, got {len(keypoint)}")
    joints = keypoint.reshape(-1, JOINT_COUNT, 3).astype(np.float64)
    joints = joints[joints.any(axis=(1, 2))]
    require_metres(where, joints)
    if not np.nan_to_num(plausible_metres(joints)).any():
        raise SourceError(f"{where}: expected a person, found no finite joint in {keypoint.shape[1]} frames")
    return file_name(name)


def _printable(text: str) -> str:
    """The text with characters escaped that cannot be written in a file or would break a line."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _contents(path: Path, sample: dict[str, Any], names: tuple[str, ...]) -> Contents:
    action = class_name(sample["label"] + 1, names)
    numbers = NtuName.parse(sample["frame_dir"])
    details = {} if numbers is None else numbers._asdict()
    subject = sample.get("subject")
    said = _printable(subject)[:LONGEST_LABEL] if isinstance(subject, str) else ""
    details |= {"subject": said, "action": action, "imported_from": path.name}
    details |= {"sensor": "annotation pickle"}
    return Contents(_frames(sample), path.name, False, details)


def _frames(sample: dict[str, Any]) -> Iterator[tuple[SensorFrame, bool]]:
    persons = sample["keypoint"].swapaxes(0, 1).astype(np.float64)  # (T, M, V, 3)
    for index, joints in enumerate(persons):
        bodies, bad_joints = bodies_of_joints(joints)
        time_s = index / FRAME_RATE_HZ
        yield SensorFrame(index, time_s, time_s, None, bodies, time_estimated=True, bad_joints=bad_joints), False


def _own_names(content: dict[str, Any]) -> tuple[str, ...]:
    names = content.get("labels")
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        return ()
    return tuple(_printable(" ".join(name.split()))[:LONGEST_LABEL] for name in names)
