"""Writes prepared data part by part, by several processes, such that a kill at any moment costs one part at most.

    Reader.read(item) -> make_part -> parts/NNNNN.npz, crops/NNNNN.bin -> merge -> the files of train.data.prepared

A part is the samples of a few consecutive items. It is written beside its place and renamed, crops first, so a part
that is there is whole. The same settings give the same bytes, whatever was killed and however many processes there are.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from train.data.prepared import (
    CROPS_FOLDER,
    FORMAT,
    FORMAT_VERSION,
    MANIFEST_FILE,
    encode_picture,
    index_type,
)
from train.data.splits import Sample
from train.prepare import crops as prepare_crops
from train.prepare.footage import Footage, Reader, Skipped, UnreadablePictures
from train.prepare.merge import (
    PARTS_FOLDER,
    STARTED_FILE,
    UNWRITABLE,
    Job,
    clear,
    merge,
    part_path,
    write_whole,
    writing,
)
from tsmf_live import interrupt
from tsmf_live.command import one_line
from tsmf_live.files import make_folders, remove
from tsmf_live.frames import TsmfError, UsageError
from tsmf_live.skeleton import JOINT_COUNT

MOST_PROCESSES = 61  # Windows waits for no more at once
LOOK_EVERY_S = 0.5  # how often a worker process looks whether it should still run


def prepare(reader: Reader, job: Job, source: str, processes: int, advance: Callable[[int], None]) -> dict[str, Any]:
    """Writes the folder, or what is missing of it, and returns its manifest.

    Args:
        source: what the user named, for the manifest.
        advance: called with the number of items done, as they are done (those of an earlier run at once).

    Raises:
        UsageError: the folder holds something else, or the same with other settings.
        RecordingError: it cannot be written to.
        SourceError: nothing could be used.
    """
    plan = _plan(reader, job, source)
    finished = _begin(job.out, plan)
    if finished is not None:
        advance(len(reader.items))
        return finished
    count = math.ceil(len(reader.items) / reader.part_items)
    missing = []
    for number in range(count):
        if part_path(job.out, number).exists():
            advance(len(_items_of(reader, number)))
        else:
            missing.append(number)
    for number in _made(reader, job, missing, processes if reader.spread else 1):
        advance(len(_items_of(reader, number)))
    with writing(job.out):
        manifest = merge(reader, job, plan, count)
    return manifest


def _plan(reader: Reader, job: Job, source: str) -> dict[str, Any]:
    """What must be equal for a run to go on where another one stopped."""
    digest = hashlib.sha256()
    for line in reader.fingerprint():
        digest.update(line.encode(errors=UNWRITABLE) + b"\n")
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "kind": reader.kind,
        "source": source,
        "source_sha256": digest.hexdigest(),
        "labels": list(reader.labels),
        "settings": job.settings() | reader.settings,
    }


def _begin(out: Path, plan: dict[str, Any]) -> dict[str, Any] | None:
    """Makes the folder ready; the manifest if all is done already."""
    with writing(out):
        if out.exists() and not out.is_dir():
            raise UsageError(f"--out {out}: expected a folder, it is a file; choose another name")
        started, manifest = out / STARTED_FILE, out / MANIFEST_FILE
        for path in (manifest, started):
            if path.exists():
                _require_same(out, plan, path)
                if path == manifest:
                    clear(out)
                    return json.loads(path.read_bytes())
                break
        else:
            make_folders(out)  # it shows people: its owner's alone
            if any(not path.name.startswith(STARTED_FILE) for path in out.iterdir()):
                raise UsageError(f"--out {out}: expected a new or empty folder, it holds files; choose another one")
            write_whole(started, json.dumps(plan, indent=1).encode())
        (out / PARTS_FOLDER).mkdir(exist_ok=True)
        if plan["settings"]["crops"]:
            (out / CROPS_FOLDER).mkdir(exist_ok=True)
        for left in out.rglob("*.tmp"):
            remove(left)
    return None


def _require_same(out: Path, plan: dict[str, Any], path: Path) -> None:
    try:
        other = json.loads(path.read_bytes())
        there = {key: other[key] for key in plan}
        flat_there = there | dict(there["settings"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(f"--out {out}: {path.name} is not ours or damaged; choose another folder") from None
    wanted = json.loads(json.dumps(plan))
    flat_wanted = wanted | wanted["settings"]
    compared = [key for key in flat_wanted if key not in ("settings", "source")]  # a data set may be moved
    differ = [key for key in compared if flat_there.get(key) != flat_wanted[key]]
    if differ:
        key = differ[0]
        was, now = (str(one.get(key))[:80] for one in (flat_there, flat_wanted))
        raise UsageError(
            f"--out {out}: holds data that was prepared otherwise ({key}: there {was}, now {now}); "
            "choose another folder or delete this one"
        )


def _items_of(reader: Reader, number: int) -> Any:
    return reader.items[number * reader.part_items : (number + 1) * reader.part_items]


# ---- worker processes ------------------------------------------------------------------------------------------------

_work: tuple[Reader, Job] | None = None


def _made(reader: Reader, job: Job, numbers: list[int], processes: int) -> Iterator[int]:
    """Makes these parts; their numbers as they are done."""
    if processes <= 1 or len(numbers) <= 1:
        cv2.setNumThreads(1)
        for number in numbers:
            make_part(reader, job, number)
            yield number
        return
    context = get_context("spawn")  # a process that has threads must not be forked; Windows cannot fork
    with interrupt.unheard_by_children():
        stopping = context.Event()
        pool = ProcessPoolExecutor(
            min(processes, len(numbers), MOST_PROCESSES),
            mp_context=context,
            initializer=_begin_work,
            initargs=(reader, job, stopping),
        )
    try:
        with interrupt.unheard_by_children():  # this starts them
            waiting = {pool.submit(_make_part, number) for number in numbers}
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    except BrokenProcessPool as error:
        raise TsmfError(
            "a worker process was killed (out of memory?); the same command goes on where it stopped, "
            "--processes 1 needs the least memory"
        ) from error
    finally:
        stopping.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _begin_work(reader: Reader, job: Job, stopping: Any) -> None:
    global _work
    _work = reader, job
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides (for Windows)
    threading.Thread(target=_end_with_parent, args=(stopping,), daemon=True).start()


def _end_with_parent(stopping: Any) -> None:
    """Ends this process when the work was given up or the parent was killed."""
    while parent_process().is_alive() and not stopping.is_set():
        time.sleep(LOOK_EVERY_S)
    os._exit(0)


def _make_part(number: int) -> int:
    make_part(*_work, number)
    return number


# ---- one part --------------------------------------------------------------------------------------------------------


def make_part(reader: Reader, job: Job, number: int) -> None:
    """Reads the items of a part and writes it."""
    part = _Part(job, number)
    for item in _items_of(reader, number):
        try:
            footage = reader.read(item)
        except (TsmfError, OSError, MemoryError) as error:  # one bad file must not end hours of work
            footage = Footage((), [Skipped(str(item), one_line(error) or type(error).__name__, True)])
        part.add(footage)
    with writing(job.out):
        part.write()


class _Part:
    """Collects samples: rows of joints and states, entries of the index, the crops' bytes."""

    def __init__(self, job: Job, number: int) -> None:
        self._job, self._number = job, number
        self._samples: list[Sample] = []
        self._skipped: list[Skipped] = []
        self._joints: list[np.ndarray] = []
        self._states: list[np.ndarray] = []
        self._rows = 0
        self._entries: list[np.ndarray] = []
        self._blob = io.BytesIO()

    def add(self, footage: Footage) -> None:
        """Takes an item's samples, unless its pictures are needed and cannot be read."""
        job = self._job
        self._skipped += footage.skipped
        columns = [prepare_crops.draw_frames(clip, job.draws, job.seed) for clip in footage.clips]
        crops: list[np.ndarray | None] = [None] * len(footage.clips)
        if job.crops and footage.clips:
            try:
                crops = prepare_crops.cut(footage, columns, job.crops)
            except UnreadablePictures as problem:
                self._skipped += [Skipped(clip.name, str(problem), True) for clip in footage.clips]
                return
        for clip, chosen, pictures in zip(footage.clips, columns, crops, strict=True):
            if job.crops and pictures is None:
                self._skipped.append(Skipped(clip.name, "the video is shorter than the skeleton", True))
                continue
            frames, persons = clip.joints.shape[:2]
            entry = np.zeros((), index_type(job.draws, len(job.crops)))
            entry["row"], entry["moments"], entry["file"] = self._rows, chosen, self._number
            entry["image_x"][:persons] = prepare_crops.image_x(clip)
            if pictures is not None:
                for place in np.ndindex(pictures.shape[:3]):
                    data = encode_picture(pictures[place], job.encoding)
                    entry["at"][place], entry["size"][place] = self._blob.tell(), len(data)
                    self._blob.write(data)
            self._entries.append(entry)
            self._joints.append(clip.joints.reshape(-1, JOINT_COUNT, 3).astype(np.float32, copy=False))
            self._states.append(clip.states.reshape(-1, JOINT_COUNT))
            self._rows += frames * persons
            self._samples.append(
                Sample(
                    clip.name, clip.label, clip.subject, clip.camera, clip.setup, clip.replication,
                    clip.first_frame, frames - clip.first_frame, persons,
                )
            )  # fmt: skip

    def write(self) -> None:
        """The crops, then the rest: a part is there when its .npz is."""
        job = self._job
        described: dict[str, Any] = {"samples": self._samples, "skipped": self._skipped}
        if job.crops:
            path = job.out / CROPS_FOLDER / f"{self._number:05d}.bin"
            data = self._blob.getbuffer()
            write_whole(path, data)
            described["crops"] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        index = np.array(self._entries, index_type(job.draws, len(job.crops)))
        file = io.BytesIO()
        np.savez(
            file,
            joints=np.concatenate([np.zeros((0, JOINT_COUNT, 3), np.float32), *self._joints]),
            states=np.concatenate([np.zeros((0, JOINT_COUNT), np.uint8), *self._states]),
            index=index,
            described=np.frombuffer(json.dumps(described).encode(), np.uint8),
        )
        write_whole(part_path(job.out, self._number), file.getbuffer())
