"""The student's image as it sees it, before and after weighting by the teacher's attention: the paper's Figure 3."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QPointF, QRectF, QSize, Qt
from PyQt5.QtGui import QFont, QImage, QPainter, QPaintEvent
from PyQt5.QtWidgets import QSizePolicy, QWidget

from tsmf_live.gui import palette
from tsmf_live.gui.charts.joint_names import roi_row_names
from tsmf_live.gui.hover import HoverText
from tsmf_live.gui.language import tr
from tsmf_live.live.look_back import StudentImage
from tsmf_live.roi import COLUMNS, STUDENT_SIDE
from tsmf_live.skeleton import ROI_JOINTS

GAP_PX = 8


class StudentView(HoverText, QWidget):
    """Two images with the names of their rows and each row's weight; each column is one of five moments."""

    def __init__(self, *, before: bool = True) -> None:
        """`before`: False leaves the unweighted image out."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Preferred)
        self._before = before
        self._image: StudentImage | None = None
        self._says = ""
        self._places: list[QRectF] = []  # of the images, as painted

    @property
    def image(self) -> StudentImage | None:
        """What is shown."""
        return self._image

    def show_image(self, image: StudentImage | None, says: str) -> None:
        """Show this image, or say why there is none; repaints only on a change."""
        if image is not self._image or says != self._says:
            self._image, self._says = image, says
            self.update()

    def sizeHint(self) -> QSize:
        side_px = 150
        return QSize((1 + self._before) * side_px + 110, side_px + 2 * self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 110)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPixelSize(max(round(0.85 * self.fontInfo().pixelSize()), 10))
        painter.setFont(font)
        metrics = painter.fontMetrics()
        names = roi_row_names()
        names_px = max(metrics.horizontalAdvance(name) for name in names) + GAP_PX
        weights = self._weights()
        weights_px = max([metrics.horizontalAdvance(text) for text in weights], default=0) + GAP_PX
        pictures = [(tr("after weighting"), self._image.weighted_rgb if self._image else None)]
        if self._before:
            pictures.insert(0, (tr("before weighting"), self._image.plain_rgb if self._image else None))
        side_px, step = self._arrange(names_px + weights_px, metrics.height(), len(pictures))
        self._places = []
        for k, (title, rgb) in enumerate(pictures):
            at = QPointF(names_px, 0) + k * step
            painter.setPen(palette.MUTED)
            painter.drawText(at + QPointF(0, metrics.ascent()), palette.elided(title, metrics, int(side_px)))
            self._places.append(QRectF(at.x(), at.y() + metrics.height() + 1, side_px, side_px))
            self._paint_image(painter, self._places[-1], rgb)
        for k in range(len(pictures) if step.y() else 1):  # one under the other: each has its names and weights
            top_px = k * step.y() + metrics.height() + 1
            self._paint_rows(painter, QRectF(0, top_px, names_px - GAP_PX, side_px), names, Qt.AlignRight)
            if k == 1 or not step.y():
                right_px = names_px + side_px + (len(pictures) - 1) * step.x() + GAP_PX
                self._paint_rows(painter, QRectF(right_px, top_px, weights_px, side_px), weights, Qt.AlignLeft)

    def _arrange(self, texts_px: float, line_px: float, images: int) -> tuple[float, QPointF]:
        """The images' side, and the way from one to the next: side by side, or one under the other if they are larger
        so.
        """
        width_px, height_px = self.width() - texts_px, self.height()
        beside_px = min((width_px - (images - 1) * GAP_PX) / images, height_px - line_px - 1)
        below_px = min(width_px, height_px / images - line_px - 3)
        side_px = max(beside_px, below_px, 40.0)
        return side_px, QPointF(0, side_px + line_px + 3) if below_px > beside_px else QPointF(side_px + GAP_PX, 0)

    @staticmethod
    def _paint_rows(painter: QPainter, rect: QRectF, texts: list[str], align: Qt.AlignmentFlag) -> None:
        painter.setPen(palette.TEXT)
        row_px = rect.height() / len(ROI_JOINTS)
        for row, text in enumerate(texts):
            place = QRectF(rect.left(), rect.top() + row * row_px, rect.width(), row_px)
            painter.drawText(place, int(align | Qt.AlignVCenter | Qt.TextDontClip), text)

    def _paint_image(self, painter: QPainter, rect: QRectF, rgb: np.ndarray | None) -> None:
        if rgb is None:
            painter.fillRect(rect, palette.TRACK)
            painter.setPen(palette.MUTED)
            painter.drawText(rect.adjusted(6, 6, -6, -6), int(Qt.AlignCenter | Qt.TextWordWrap), self._says)
            return
        painter.setRenderHint(QPainter.SmoothPixmapTransform)
        image = QImage(rgb.data, STUDENT_SIDE, STUDENT_SIDE, 3 * STUDENT_SIDE, QImage.Format_RGB888)
        painter.drawImage(rect, image)
        painter.setPen(palette.BACKGROUND)
        for k in range(1, COLUMNS):
            at_px = k * rect.width() / COLUMNS
            left, top = rect.left() + at_px, rect.top() + at_px
            painter.drawLine(QPointF(left, rect.top()), QPointF(left, rect.bottom()))
            painter.drawLine(QPointF(rect.left(), top), QPointF(rect.right(), top))

    def hover_text(self, point: QPointF) -> str:
        """Joint, moment and weight of the crop under this place."""
        place = next((place for place in self._places if place.contains(point)), None)
        if place is None or self._image is None:
            return ""
        row = min(int((point.y() - place.top()) / place.height() * len(ROI_JOINTS)), len(ROI_JOINTS) - 1)
        column = min(int((point.x() - place.left()) / place.width() * COLUMNS), COLUMNS - 1)
        return tr("{joint}, moment {n} of {all}: weighted {weight}").format(
            joint=roi_row_names()[row], n=column + 1, all=COLUMNS, weight=self._weights()[row]
        )

    def _weights(self) -> list[str]:
        """What each row was multiplied with; two numbers for two persons, left and right."""
        if self._image is None:
            return []
        return [
            "x " + " | ".join(f"{attention[joint]:.2f}" for attention in self._image.attention) for joint in ROI_JOINTS
        ]
