"""The live picture with skeletons, labels and legend: one widget, painted when there is something new and only then.

The picture is scaled with cv2 into a buffer that is kept, and that buffer is painted as it is. A pyqtgraph ImageItem
takes about twice as long for the same picture: it also reorders the colours and leaves the scaling to Qt.
"""

from __future__ import annotations

import time

import cv2
import numpy as np
from PyQt5.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QFont, QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent
from PyQt5.QtWidgets import QSizePolicy, QToolTip, QWidget

from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, PoseFrame, Prediction, SensorFrame
from tsmf_live.gui import overlay, palette
from tsmf_live.gui.health import DisplayMeter

PLAIN = QColor("#1f2a35")  # behind skeletons without a picture
CLICK_MARGIN_PX = 30.0  # how far beside a person a click still means them


class LivePicture(QWidget):
    """Shows one moment; a click on a person emits that person's slot."""

    person_clicked = pyqtSignal(int)

    def __init__(self, meter: DisplayMeter) -> None:
        super().__init__()
        self.setAttribute(Qt.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)
        self.setMinimumSize(480, 270)
        self._meter = meter
        self._frame: SensorFrame | None = None
        self._pose: PoseFrame | None = None
        self._prediction: Prediction | None = None
        self._focus: int | None = None
        self._note: str | None = None
        self._scaled: np.ndarray | None = None
        self._scaled_frame: SensorFrame | None = None
        self.chips: list[overlay.Chip] = []

    def show_moment(
        self,
        frame: SensorFrame | None,
        pose: PoseFrame | None,
        prediction: Prediction | None,
        focus: int | None,
        note: str | None = None,
    ) -> None:
        """Show this moment; repaints only if something of it is new.

        Args:
            frame, pose: of the same moment.
            prediction: the newest; its attention and labels are matched to the persons by slot.
            focus: the slot chosen by the user, None for automatic.
            note: a large text over the picture, such as "starting".
        """
        same = frame is self._frame and pose is self._pose and prediction is self._prediction
        if same and focus == self._focus and note == self._note:
            return
        self._frame, self._pose, self._prediction = frame, pose, prediction
        self._focus, self._note = focus, note
        self.update()

    def placement(self) -> overlay.Placement:
        """Where the picture lies: as large as fits, in the middle."""
        scale = min(self.width() / COLOR_WIDTH, self.height() / COLOR_HEIGHT)
        width_px, height_px = max(round(scale * COLOR_WIDTH), 1), max(round(scale * COLOR_HEIGHT), 1)
        return overlay.Placement(
            scale, (self.width() - width_px) // 2, (self.height() - height_px) // 2, width_px, height_px
        )

    def sizeHint(self) -> QSize:
        return QSize(960, 540)

    def paintEvent(self, _event: QPaintEvent) -> None:
        started_s = time.perf_counter()
        new_frame = self._frame is not None and self._frame is not self._scaled_frame
        painter = QPainter(self)
        try:  # a painter that is still active when an exception leaves would crash Qt
            placement = self.placement()
            self._paint_picture(painter, placement)
            painter.setRenderHint(QPainter.Antialiasing)
            metrics = painter.fontMetrics()
            legend = overlay.legend_rect(placement, metrics, self.height())
            painter.setClipRect(placement.rect)
            self._paint_people(painter, placement, legend)
            painter.setClipping(False)
            if self._frame is not None:
                overlay.draw_legend(painter, legend, metrics, placement.joint_scale)
            if self._note is not None:
                self._paint_note(painter, placement)
        finally:
            painter.end()
        if new_frame:
            self._meter.painted(started_s, time.perf_counter())

    def _paint_picture(self, painter: QPainter, placement: overlay.Placement) -> None:
        has_picture = self._frame is not None and self._frame.color_bgra is not None
        if placement.rect != QRectF(self.rect()):
            painter.fillRect(self.rect(), palette.BACKGROUND)
        if not has_picture:
            self._scaled_frame = self._frame
            painter.fillRect(placement.rect, PLAIN if self._frame is not None else palette.PANEL)
            return
        ratio = self.devicePixelRatioF()
        width_px, height_px = round(placement.width_px * ratio), round(placement.height_px * ratio)
        if self._scaled is None or self._scaled.shape[:2] != (height_px, width_px):
            self._scaled = np.empty((height_px, width_px, 4), np.uint8)
            self._scaled_frame = None
        if self._scaled_frame is not self._frame:
            cv2.resize(self._frame.color_bgra, (width_px, height_px), dst=self._scaled, interpolation=cv2.INTER_LINEAR)
            self._scaled_frame = self._frame
        image = QImage(self._scaled.data, width_px, height_px, 4 * width_px, QImage.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(placement.x_px, placement.y_px), image)

    def _paint_people(self, painter: QPainter, placement: overlay.Placement, legend: QRectF) -> None:
        said = {person.slot: person for person in self._prediction.persons} if self._prediction is not None else {}
        persons = self._pose.persons if self._pose is not None else ()
        for person in persons:
            attention = said[person.slot].attention if person.slot in said else None
            overlay.draw_skeleton(painter, placement, person, attention)
        texts = [(person, overlay.person_text(person.slot, said.get(person.slot))) for person in persons]
        self.chips = overlay.place_chips(placement, texts, painter.fontMetrics(), [legend])
        roi_slots = self._prediction.roi_slots if self._prediction is not None else ()
        if self.chips:
            overlay.draw_leaders(painter, self.chips)
        for chip in self.chips:
            overlay.draw_chip(painter, chip, chosen=chip.slot == self._focus, seen_by_student=chip.slot in roi_slots)
        if self._frame is not None and self._frame.color_bgra is None:
            painter.setPen(palette.MUTED)
            corner = placement.rect.adjusted(14, 10, -14, -10)
            painter.drawText(corner, int(Qt.AlignTop | Qt.AlignRight), "no colour picture")

    def _paint_note(self, painter: QPainter, placement: overlay.Placement) -> None:
        font = QFont(self.font())
        font.setPixelSize(2 * QFontMetrics(font).height())
        painter.setFont(font)
        painter.setPen(palette.MUTED)
        painter.drawText(placement.rect, int(Qt.AlignCenter | Qt.TextWordWrap), self._note)

    def slot_at(self, point: QPointF) -> int | None:
        """The person at this place of the widget, by the label or else by the nearest joint; None for nobody."""
        for chip in self.chips:
            if chip.rect.contains(point):
                return chip.slot
        best_px, best_slot = np.inf, None
        placement = self.placement()
        for person in self._pose.persons if self._pose is not None else ():
            xy_px, drawable = placement.to_widget(person.body)
            if not drawable.any():
                continue
            at, joints_px = np.float32([point.x(), point.y()]), xy_px[drawable]
            beside_px = np.maximum(np.maximum(joints_px.min(axis=0) - at, at - joints_px.max(axis=0)), 0).max()
            distance_px = np.linalg.norm(joints_px - at, axis=1).min()
            if beside_px <= CLICK_MARGIN_PX and distance_px < best_px:
                best_px, best_slot = distance_px, person.slot
        return best_slot

    def mousePressEvent(self, event: QMouseEvent) -> None:
        slot = self.slot_at(event.localPos()) if event.button() == Qt.LeftButton else None
        if slot is not None:
            self.person_clicked.emit(slot)

    def event(self, event: QEvent) -> bool:
        """A tooltip with the whole text of a label that had to be shortened."""
        if event.type() != QEvent.ToolTip:
            return super().event(event)
        text = next((chip.text for chip in self.chips if chip.rect.contains(QPointF(event.pos()))), "")
        QToolTip.showText(event.globalPos(), text, self)
        return True
