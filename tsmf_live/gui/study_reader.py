"""Reads a study folder on a stage of its own, one session a step: what it holds, and a small picture of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QImage, QPainter, QPen

from tsmf_live.frames import SensorFrame, TsmfError
from tsmf_live.gui import palette
from tsmf_live.gui.picture.live_view import PLAIN
from tsmf_live.gui.picture.placement import Placement
from tsmf_live.recording.overview import Overview, overview, sessions_in
from tsmf_live.skeleton import BONES
from tsmf_live.sources.base import EndOfSource
from tsmf_live.sources.replay import ReplaySource
from tsmf_live.stage import Stage

THUMBNAIL_WH = (192, 108)  # px; shown at half of that where a pixel is a pixel
CLOSE_S = 5.0


class Seen(NamedTuple):
    """A session of the study; `holds` is None where `problem` says why it cannot be read."""

    folder: Path
    holds: Overview | None
    thumbnail: QImage | None
    problem: str = ""


class StudyReader:
    """Reads from the moment it is made; `found` grows. `close` must follow.

    Attributes:
        found: the sessions so far, in order; appended to by the stage only.
        error: why the folder cannot be read, or None.
    """

    def __init__(self, study: Path, thumbnails: dict[Path, QImage]) -> None:
        """`thumbnails`: known from before; they are not made again."""
        self.found: list[Seen] = []
        self._study, self._thumbnails = study, thumbnails
        self._folders: Iterator[Path] = iter(())
        self._stopping = threading.Event()
        self._stage = Stage("study", self, self._stopping)
        self._stage.start()

    @property
    def reading(self) -> bool:
        """Whether more may come."""
        return self._stage.alive

    @property
    def error(self) -> BaseException | None:
        """Why it ended before its end."""
        return self._stage.error

    def set_up(self) -> None:
        """Begins to look into the folder; one that is not there holds nothing."""
        self._folders = sessions_in(self._study) if self._study.is_dir() else iter(())

    def step(self) -> bool:
        """The next session."""
        folder = next(self._folders, None)
        if folder is None:
            return False
        try:
            holds = overview(folder)
        except TsmfError as error:
            self.found.append(Seen(folder, None, None, str(error)))
            return True
        self.found.append(Seen(folder, holds, self._thumbnails.get(folder) or _thumbnail_of(holds)))
        return True

    def tear_down(self) -> None:
        """Nothing to free."""

    def close(self) -> None:
        """Ends reading, within a session's time."""
        self._stopping.set()
        self._stage.wait(CLOSE_S)


def _thumbnail_of(holds: Overview) -> QImage | None:
    """The moment in the middle of a session; None if it cannot be played."""
    try:
        source = ReplaySource(holds.folder)
    except TsmfError:
        return None
    try:
        source.seek(len(holds.rows) // 2)
        return _drawn(source.read())
    except (TsmfError, EndOfSource):
        return None
    finally:
        source.close()


def _drawn(frame: SensorFrame) -> QImage:
    """The picture small, or, without one, the skeletons."""
    width_px, height_px = THUMBNAIL_WH
    if frame.color_bgra is not None:
        small = np.ascontiguousarray(cv2.resize(frame.color_bgra, THUMBNAIL_WH, interpolation=cv2.INTER_AREA))
        return QImage(small.data, width_px, height_px, 4 * width_px, QImage.Format_RGB32).copy()
    image = QImage(width_px, height_px, QImage.Format_RGB32)
    image.fill(PLAIN)
    scale = width_px / 1920
    placement = Placement(scale, 0, 0, width_px, height_px, False, QRectF(0, 0, width_px, height_px))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(QPen(palette.ON_PICTURE, 2, Qt.SolidLine, Qt.RoundCap))
    for body in frame.bodies:
        xy_px, drawable = placement.to_widget(body)
        for one, other in BONES:
            if drawable[one] and drawable[other]:
                painter.drawLine(QPointF(*xy_px[one]), QPointF(*xy_px[other]))
    painter.end()
    return image
