"""Skeleton annotation pickles as pyskl and mmaction2 use them, read without running anything that they hold.

Layout: {"split": {name: [frame_dir, ...]}, "annotations": [{"frame_dir": text, "label": class from 0,
"total_frames": T, "keypoint": (M, T, 25, 3) metres, ...}, ...]}. A bare list of annotations is read as well.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from tsmf_live.command import one_line
from tsmf_live.exchange.safe_pickle import NUMBER_KINDS, Refused, load
from tsmf_live.frames import SourceError
from tsmf_live.skeleton import JOINT_COUNT

WHAT_IT_IS = "a skeleton annotation pickle of pyskl or mmaction2"
CLASSES_MOST = 10_000  # a label beyond is a damaged one; every class takes a name and a score
NAME_LENGTH = 200  # characters; it becomes a file's name
FRAMES_MOST = 10_000_000  # of a clip: 92 hours


def read_annotation_pickle(path: Path) -> dict[str, Any]:
    """The content of an annotation pickle; nothing in the file is run.

    Returns:
        {"split": {name: [frame_dir, ...]}, "annotations": [...]}; each annotation has frame_dir (str), label (int, from
        0), total_frames (int, T) and keypoint (M, T, 25, 3) float, a person who is not there all zero; further entries
        are kept as they are. Arrays are read-only and keep the file's dtype. "split" is empty if the file has none.
        "refused" is ours: a line for each malformed annotation. These are left out; if all are, that is an error.

    Raises:
        SourceError: not readable, not such a pickle, or it holds more than numbers, text, plain containers and arrays
            of numbers.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            content = load(file)
    except OSError as error:
        raise SourceError(f"{path}: cannot be opened ({error.strerror}); check the path and its rights") from error
    except Refused as refused:
        raise SourceError(
            f"{path}: expected numbers, text, plain containers and numpy arrays, it holds {refused}; it was not run; "
            "use a file from a source you trust"
        ) from None
    except MemoryError as error:
        raise SourceError(f"{path}: does not fit into memory; split it") from error
    except Exception as error:  # a damaged pickle can fail in any way
        what = one_line(error)[:100] or type(error).__name__
        raise SourceError(f"{path}: cannot be read as {WHAT_IT_IS} ({what}); copy or download it again") from error
    return _checked(path, content, size)


def _checked(path: Path, content: Any, size: int) -> dict[str, Any]:
    """The content in its layout; SourceError if it has another one, or more numbers than a file of this size has."""
    if isinstance(content, list):
        content = {"split": {}, "annotations": content}
    if not isinstance(content, dict) or not isinstance(content.get("annotations"), list):
        raise SourceError(f"{path}: expected {WHAT_IT_IS} with a list 'annotations', got another kind of content")
    split = content.get("split", {})
    if not isinstance(split, dict) or not all(_is_name_list(names) for names in split.values()):
        raise SourceError(f"{path}: expected 'split' to hold lists of frame_dir by name, got another kind of content")
    if isinstance(content.get("labels"), list) and not _is_name_list(content["labels"]):
        raise SourceError(f"{path}: expected 'labels' to hold the names of the classes, got other values")
    problems = [_problem(annotation) for annotation in content["annotations"]]
    refused = [f"annotation {number}: {problem}" for number, problem in enumerate(problems) if problem]
    if refused and len(refused) == len(problems):
        raise SourceError(f"{path}: {refused[0]}; is it a 3D annotation of 25 joints?")
    annotations = [one for one, problem in zip(content["annotations"], problems, strict=True) if not problem]
    held = sum(annotation["keypoint"].nbytes for annotation in annotations)
    if held > size:
        raise SourceError(
            f"{path}: its annotations hold {held} bytes of numbers, the file has {size}: they share them; expected "
            "every clip's own numbers, write them anew"
        )
    return {**content, "split": split, "annotations": annotations, "refused": refused}


def _is_name_list(names: Any) -> bool:
    return isinstance(names, list | tuple) and all(isinstance(name, str) for name in names)


def _problem(annotation: Any) -> str | None:
    """What is wrong with an annotation, in words, or None."""
    if not isinstance(annotation, dict):
        return "expected a dictionary"
    for key, kind in {"frame_dir": str, "label": int, "total_frames": int, "keypoint": np.ndarray}.items():
        if not isinstance(annotation.get(key), kind):
            return f"expected {key} to be {kind.__name__}, got {type(annotation.get(key)).__name__}"
    name = annotation["frame_dir"]
    if not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        return f"expected frame_dir to be a name of up to {NAME_LENGTH} characters, got {name[:40]!r}"
    if isinstance(annotation.get("subject"), dict | list | tuple | set | frozenset):
        return "expected subject to be a name or a number"
    keypoint, frames, label = (annotation[key] for key in ("keypoint", "total_frames", "label"))
    for key, value, most in (("label", label, CLASSES_MOST), ("total_frames", frames, FRAMES_MOST)):
        if not abs(value) < most:
            return f"expected {key} to be a whole number below {most}, got one of {value.bit_length()} bits"
    if keypoint.ndim != 4 or keypoint.shape[1:] != (frames, JOINT_COUNT, 3) or keypoint.dtype.kind not in NUMBER_KINDS:
        return f"expected keypoint (M, {frames}, {JOINT_COUNT}, 3), got {keypoint.shape} {keypoint.dtype}"
    return None
