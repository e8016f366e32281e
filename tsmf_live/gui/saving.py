"""Saving what the inspector shows: a sheet (PNG, PDF, SVG), a table (CSV), a video (MP4). Each says what came of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from PyQt5.QtGui import QPainter
from PyQt5.QtWidgets import QFileDialog, QWidget

from tsmf_live.files import whole_file
from tsmf_live.gui.dialogs.choose import roomy
from tsmf_live.gui.error_words import error_in_words
from tsmf_live.gui.language import tr
from tsmf_live.gui.picture import overlay
from tsmf_live.gui.picture.still_picture import FIGURES, paint_comparison, paint_moment, sheet
from tsmf_live.gui.video_export import VideoWork
from tsmf_live.live.look_back import Moments, Still
from tsmf_live.live.look_back_table import write_values
from tsmf_live.stage import Stage

CLOSE_S = 3.0


def ask_path(parent: QWidget, kind: str, folder: Path) -> Path | None:
    """Where the user wants a file of this kind ("png", "csv", "mp4"), with its ending; None: nowhere.

    Args:
        folder: where the question begins, or above it as far as it is there.
    """
    titles = {"png": tr("Save picture and charts"), "csv": tr("Save values"), "mp4": tr("Save video")}
    endings = FIGURES if kind == "png" else (kind,)
    there = next((one for one in (folder, *folder.parents) if one.is_dir()), Path())
    suggested = there / (time.strftime("tsmf-%Y%m%d-%H%M%S.") + kind)
    filters = ";;".join(f"{ending.upper()} (*.{ending})" for ending in endings)
    dialog = roomy(QFileDialog(parent.window(), titles[kind], str(suggested.parent), filters))
    dialog.setAcceptMode(QFileDialog.AcceptSave)
    dialog.selectFile(suggested.name)
    chosen, with_filter = dialog.exec_() and dialog.selectedFiles()[0], dialog.selectedNameFilter()
    dialog.deleteLater()
    if not chosen:
        return None
    path = Path(chosen)
    if path.suffix.lower()[1:] in endings:
        return path
    ending = next((one for one in endings if with_filter.startswith(one.upper())), kind)
    return path.with_name(f"{path.name}.{ending}")


def save_sheet(
    path: Path, still: Still, moments: Moments, look: overlay.Look, facts: dict[str, str], *, mirrored: bool
) -> str:
    """Saves picture, charts and facts as a PNG, or as PDF or SVG if the path ends so."""
    return _save_figure(path, lambda painter: paint_moment(painter, still, moments, look, facts, mirrored))


def save_comparison(
    path: Path, stills: tuple[Still | None, Still | None], focus: int | None, facts: dict[str, str], *, mirrored: bool
) -> str:
    """Saves two moments side by side, as `save_sheet` does."""
    return _save_figure(path, lambda painter: paint_comparison(painter, stills, focus, facts, mirrored))


def _save_figure(path: Path, paint: Callable[[QPainter], None]) -> str:
    content = sheet(paint, path.suffix.lower()[1:])
    return _saved(path, lambda file: file.write(content))


def save_table(path: Path, moments: Moments, facts: dict[str, str]) -> str:
    """Saves attention, scores and joints of a span as a CSV."""
    return _saved(path, lambda file: write_values(file, moments, facts))


def _saved(path: Path, write: Callable[[BinaryIO], object]) -> str:
    try:
        with whole_file(path) as file:
            write(file)
    except OSError as error:
        return _unwritable(path, error)
    return tr("saved {path}").format(path=path)


def _unwritable(path: Path, error: OSError) -> str:
    reason = tr("{path} cannot be written: {reason}; choose another place")
    return reason.format(path=path, reason=error_in_words(error.strerror or str(error)))


class VideoSaving:
    """A video that is being written, on a stage of its own, from the moment this is made.

    Args:
        path: is replaced when the video is complete.
        moments: whose pictures are written.
        look, mirrored: as on the screen.
    """

    def __init__(self, path: Path, moments: Moments, look: overlay.Look, *, mirrored: bool) -> None:
        self._stopping = threading.Event()
        self._work = VideoWork(path, moments, look, mirrored)
        self._stage = Stage("video", self._work, self._stopping)
        self._stage.start()

    @property
    def share(self) -> float:
        """How much is written, 0 to 1."""
        return self._work.done / max(self._work.total, 1)

    def outcome(self) -> str | None:
        """What came of it, in a line; None: it is still being written."""
        if self._stage.alive:
            return None
        if self._work.complete:
            return tr("saved {path}, pictures: {n}").format(path=self._work.path, n=self._work.total)
        if self._stage.error is not None:
            return str(self._stage.error)
        return tr("{path} was not saved: it was cancelled").format(path=self._work.path)

    def cancel(self) -> None:
        """Nothing stays of it; returns at once."""
        self._stopping.set()

    def close(self) -> None:
        """Cancels and waits; RuntimeError if the thread did not end."""
        self.cancel()
        if not self._stage.wait(CLOSE_S):
            raise RuntimeError(f"video: the stage did not stop within {CLOSE_S:g} s")
