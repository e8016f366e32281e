"""The live picture with skeletons, labels and legend: one widget, painted when there is something new and only then.

Where there is no picture, only skeletons, the view follows the people, until the user zooms.

The picture is scaled with cv2 into a buffer that is kept, and that buffer is painted as it is. A pyqtgraph ImageItem
takes about twice as long for the same picture: it also reorders the colours and leaves the scaling to Qt.
"""

from __future__ import annotations

import math
import time

import cv2
import numpy as np
from PyQt5.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QFont, QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PyQt5.QtWidgets import QSizePolicy, QWidget

from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, PoseFrame, Prediction, SensorFrame
from tsmf_live.gui import palette
from tsmf_live.gui.charts.joint_names import joint_name
from tsmf_live.gui.hover import HoverText
from tsmf_live.gui.language import tr
from tsmf_live.gui.panels.health import DisplayMeter
from tsmf_live.gui.picture import overlay
from tsmf_live.gui.picture.chips import Chip
from tsmf_live.gui.picture.following import Following
from tsmf_live.gui.picture.placement import Placement
from tsmf_live.skeleton import JOINT_NAMES, TRACKED

PLAIN = QColor("#1f2a35")  # behind skeletons without a picture
NOTE_GROUND = QColor(0, 0, 0, 175)
CLICK_MARGIN_PX = 30.0  # how far beside a person a click still means them
HOVER_REACH_PX = 14.0  # from a joint
DRAG_PX = 5.0  # a mouse that moves less is a click
MOST_ZOOM = 8.0
WHEEL_STEP = 1.15  # one notch
FROZEN_EDGE_PX = 5


class ScaledPicture:
    """The visible part of a colour picture at widget size; computed once for each picture and placement."""

    def __init__(self) -> None:
        self._buffer: np.ndarray | None = None
        self._of: tuple[SensorFrame, Placement, float] | None = None
        self._at = QPointF()

    def draw(self, painter: QPainter, frame: SensorFrame, placement: Placement, ratio: float) -> None:
        """Paints the frame's colour picture, which must be there, at `ratio` device pixels per widget pixel."""
        if self._of is None or self._of[0] is not frame or self._of[1:] != (placement, ratio):
            self._scale(frame.color_bgra, placement, ratio)
            self._of = (frame, placement, ratio)
        height_px, width_px = self._buffer.shape[:2]
        image = QImage(self._buffer.data, width_px, height_px, 4 * width_px, QImage.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(self._at, image)

    def _scale(self, color_bgra: np.ndarray, placement: Placement, ratio: float) -> None:
        seen, scale = placement.seen, placement.scale
        left = max(math.floor((seen.left() - placement.x_px) / scale + 1e-6), 0)
        right = min(math.ceil((seen.right() - placement.x_px) / scale - 1e-6), COLOR_WIDTH)
        top = max(math.floor((seen.top() - placement.y_px) / scale + 1e-6), 0)
        bottom = min(math.ceil((seen.bottom() - placement.y_px) / scale - 1e-6), COLOR_HEIGHT)
        whole = (left, top, right, bottom) == (0, 0, COLOR_WIDTH, COLOR_HEIGHT)
        width_px = placement.width_px if whole else (right - left) * scale
        height_px = placement.height_px if whole else (bottom - top) * scale
        size_wh = max(round(width_px * ratio), 1), max(round(height_px * ratio), 1)
        if self._buffer is None or self._buffer.shape[1::-1] != size_wh:
            self._buffer = np.empty((size_wh[1], size_wh[0], 4), np.uint8)
        self._at = QPointF(placement.x_px + round(left * scale), placement.y_px + round(top * scale))
        columns = slice(COLOR_WIDTH - right, COLOR_WIDTH - left) if placement.mirrored else slice(left, right)
        cv2.resize(color_bgra[top:bottom, columns], size_wh, dst=self._buffer, interpolation=cv2.INTER_LINEAR)
        if placement.mirrored:
            cv2.flip(self._buffer, 1, dst=self._buffer)


class LivePicture(HoverText, QWidget):
    """Shows one moment. Wheel: zoom; drag: move what is zoomed; double click: the whole picture again.

    Signals:
        person_clicked: the slot of the person who was clicked.
    """

    person_clicked = pyqtSignal(int)

    def __init__(self, meter: DisplayMeter, *, legend: bool = True) -> None:
        super().__init__()
        self.setAttribute(Qt.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)
        self.setMinimumSize(240, 135)
        self._meter, self._has_legend = meter, legend
        self._frame: SensorFrame | None = None
        self._people: tuple[PoseFrame | None, Prediction | None] = (None, None)
        self._look = overlay.Look()
        self._note: str | None = None
        self._frozen: str | None = None
        self._scaled = ScaledPicture()
        self._painted_frame: SensorFrame | None = None
        self._following: Following | None = Following()
        self._follows_always = self._had_color = False
        self._zoom = 1.0
        self._centre_xy = (COLOR_WIDTH / 2, COLOR_HEIGHT / 2)  # of what is seen, in pixels of the picture as shown
        self._pressed: tuple[QPointF, tuple[float, float]] | None = None  # where, and the centre then
        self._dragged = False
        self.mirrored = False
        self.chips: list[Chip] = []

    def show_moment(
        self,
        frame: SensorFrame | None,
        pose: PoseFrame | None,
        prediction: Prediction | None,
        focus: int | None,
        note: str | None = None,
    ) -> bool:
        """Show this moment; repaints only if something of it is new, and says whether it does.

        Args:
            frame, pose: of the same moment.
            prediction: the newest; its attention and labels are matched to the persons by slot.
            focus: the slot chosen by the user, None for automatic.
            note: a large text over the picture, such as "starting".
        """
        same = frame is self._frame and pose is self._people[0] and prediction is self._people[1]
        if same and focus == self._look.focus and note == self._note:
            return False
        self._frame, self._people, self._note = frame, (pose, prediction), note
        self._look = overlay.Look(focus, self._look.boxes)
        self._follow()
        self.update()
        return True

    def set_mirrored(self, mirrored: bool) -> None:
        """Left and right change places: as in a mirror instead of as the sensor gives it, or back."""
        if mirrored != self.mirrored:
            self.mirrored = mirrored
            self._centre_xy = (COLOR_WIDTH - self._centre_xy[0], self._centre_xy[1])
            self.update()

    def set_boxes(self, shown: bool) -> None:
        """Draw the squares that the student sees, or not."""
        self._look = overlay.Look(self._look.focus, shown)
        self.update()

    def set_frozen(self, text: str | None) -> None:
        """Say over the picture that it stands still, with an amber edge; None: it is live."""
        if text != self._frozen:
            self._frozen = text
            self.update()

    @property
    def look(self) -> overlay.Look:
        """What was last shown: who is in focus, and whether the squares that the student sees are drawn."""
        return self._look

    @property
    def zoom(self) -> float:
        """1.0 is the whole picture."""
        return self._zoom

    def follow(self) -> None:
        """Follow the person in focus, or everybody, from now on; also where there is a picture."""
        self._following, self._follows_always = Following(), True
        self._follow()

    def _follow(self) -> None:
        pose = self._people[0]
        if self._following is None or self._frame is None or pose is None:
            return
        if self._frame.color_bgra is not None and not self._had_color:
            self._had_color = True  # from now on a frame without a picture is one that lost it
            if not self._follows_always:
                self._set_zoom(1.0, (COLOR_WIDTH / 2, COLOR_HEIGHT / 2))
        if self._follows_always or not self._had_color:
            zoom, (x, y) = self._following.view(pose, self._look.focus)
            self._set_zoom(min(zoom, MOST_ZOOM), (COLOR_WIDTH - x if self.mirrored else x, y))

    def fit(self) -> None:
        """Show the whole picture."""
        self._following = None
        self._set_zoom(1.0, (COLOR_WIDTH / 2, COLOR_HEIGHT / 2))

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom around a place of the widget that stays where it is, or around the middle."""
        self._following = None
        zoom = min(max(self._zoom * factor, 1.0), MOST_ZOOM)
        before = self.placement()
        at = at or before.seen.center()
        x, y = (at.x() - before.x_px) / before.scale, (at.y() - before.y_px) / before.scale
        shrink = self._zoom / zoom
        self._set_zoom(zoom, (x + (self._centre_xy[0] - x) * shrink, y + (self._centre_xy[1] - y) * shrink))

    def _set_zoom(self, zoom: float, centre_xy: tuple[float, float]) -> None:
        self._zoom = zoom
        half_w, half_h = COLOR_WIDTH / zoom / 2, COLOR_HEIGHT / zoom / 2
        self._centre_xy = (
            min(max(centre_xy[0], half_w), COLOR_WIDTH - half_w),
            min(max(centre_xy[1], half_h), COLOR_HEIGHT - half_h),
        )
        self.update()

    def placement(self) -> Placement:
        """Where the picture lies: as large as fits, in the middle; or a part of it in that same place."""
        fitting = min(self.width() / COLOR_WIDTH, self.height() / COLOR_HEIGHT)
        width_px, height_px = max(round(fitting * COLOR_WIDTH), 1), max(round(fitting * COLOR_HEIGHT), 1)
        left_px, top_px = (self.width() - width_px) // 2, (self.height() - height_px) // 2
        bounds = QRectF(left_px, top_px, width_px, height_px)
        if self._zoom == 1.0:
            return Placement(fitting, left_px, top_px, width_px, height_px, self.mirrored, bounds)
        scale = fitting * self._zoom
        x_px = round(left_px + width_px / 2 - self._centre_xy[0] * scale)
        y_px = round(top_px + height_px / 2 - self._centre_xy[1] * scale)
        return Placement(
            scale, x_px, y_px, round(width_px * self._zoom), round(height_px * self._zoom), self.mirrored, bounds
        )

    @property
    def has_painted(self) -> bool:
        """Whether a frame has been painted."""
        return self._painted_frame is not None

    def sizeHint(self) -> QSize:
        return QSize(960, 540)

    def paintEvent(self, _event: QPaintEvent) -> None:
        started_s = time.perf_counter()
        new_frame = self._frame is not None and self._frame is not self._painted_frame
        self._painted_frame = self._frame
        painter = QPainter(self)
        try:  # a painter that is still active when an exception leaves would crash Qt
            placement = self.placement()
            self._paint_picture(painter, placement)
            painter.setRenderHint(QPainter.Antialiasing)
            metrics = painter.fontMetrics()
            occupied = []
            if self._has_legend and self._frame is not None:
                occupied = [overlay.legend_rect(placement, metrics, self.height())]
            if self._frozen is not None:
                occupied.append(self._frozen_rect(placement, metrics))
            self.chips = overlay.draw_people(painter, placement, self._people, self._look, occupied)
            if self._has_legend and self._frame is not None:
                overlay.draw_legend(painter, occupied[0], placement.joint_scale)
            self._paint_texts(painter, placement, occupied)
        finally:
            painter.end()
        finished_s = time.perf_counter()
        if new_frame:
            self._meter.painted(started_s, finished_s)
        if self._meter.watch is not None:
            self._meter.watch(finished_s, self._frame if new_frame else None, self._people[1])

    def _paint_picture(self, painter: QPainter, placement: Placement) -> None:
        if placement.seen != QRectF(self.rect()):
            painter.fillRect(self.rect(), palette.BACKGROUND)
        if self._frame is None or self._frame.color_bgra is None:
            painter.fillRect(placement.seen, PLAIN if self._frame is not None else palette.PANEL)
            return
        painter.setClipRect(placement.seen)
        self._scaled.draw(painter, self._frame, placement, self.devicePixelRatioF())
        painter.setClipping(False)

    def _paint_texts(self, painter: QPainter, placement: Placement, occupied: list[QRectF]) -> None:
        seen = placement.seen
        if self._frame is not None and self._frame.color_bgra is None:
            painter.setPen(palette.ON_PICTURE)
            corner = seen.adjusted(14, 10, -14, -10)
            painter.drawText(corner, int(Qt.AlignTop | Qt.AlignRight), tr("no colour picture"))
        if self._note is not None:
            font = QFont(self.font())
            font.setPixelSize(2 * QFontMetrics(font).height())
            painter.setFont(font)
            painter.setPen(palette.MUTED)
            if self._frame is not None:  # on any picture, to be read from where people stand
                text = painter.boundingRect(seen, int(Qt.AlignCenter | Qt.TextWordWrap), self._note)
                painter.setBrush(NOTE_GROUND)
                painter.setPen(Qt.NoPen)
                painter.drawRoundedRect(text.adjusted(-24, -12, 24, 12), 8, 8)
                painter.setPen(palette.ON_PICTURE)
            painter.drawText(seen, int(Qt.AlignCenter | Qt.TextWordWrap), self._note)
            painter.setFont(self.font())
        if self._frozen is not None:
            half_px = FROZEN_EDGE_PX / 2
            painter.setBrush(Qt.NoBrush)
            painter.setPen(QPen(palette.AMBER, FROZEN_EDGE_PX))
            painter.drawRect(seen.adjusted(half_px, half_px, -half_px, -half_px))
            painter.fillRect(occupied[-1], palette.AMBER)
            painter.setPen(palette.ON_AMBER)
            font = QFont(self.font())
            font.setBold(True)
            painter.setFont(font)
            painter.drawText(occupied[-1], Qt.AlignCenter, self._frozen)

    def _frozen_rect(self, placement: Placement, metrics: QFontMetrics) -> QRectF:
        width_px = 1.15 * metrics.horizontalAdvance(self._frozen) + 24  # bold
        seen = placement.seen
        return QRectF(seen.left(), seen.top(), min(width_px, seen.width()), metrics.height() + 10)

    def slot_at(self, point: QPointF) -> int | None:
        """The person at this place of the widget, by the label or else by the nearest joint; None for nobody."""
        for chip in self.chips:
            if chip.rect.contains(point):
                return chip.slot
        best_px, best_slot = np.inf, None
        placement = self.placement()
        pose = self._people[0]
        for person in pose.persons if pose is not None else ():
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
        if event.button() == Qt.LeftButton:
            self._pressed, self._dragged = (event.localPos(), self._centre_xy), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        start, centre_xy = self._pressed
        moved = event.localPos() - start
        self._dragged = self._dragged or abs(moved.x()) + abs(moved.y()) > DRAG_PX
        if self._dragged and self._zoom > 1.0:
            self._following = None
            scale = self.placement().scale
            self._set_zoom(self._zoom, (centre_xy[0] - moved.x() / scale, centre_xy[1] - moved.y() / scale))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if event.button() == Qt.LeftButton and pressed is not None and not self._dragged:
            slot = self.slot_at(event.localPos())
            if slot is not None:
                self.person_clicked.emit(slot)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(WHEEL_STEP ** (event.angleDelta().y() / 120), QPointF(event.pos()))

    def hover_text(self, point: QPointF) -> str:
        """The whole text of a label, or the joint and its attention, at this place."""
        chip = next((chip for chip in self.chips if chip.rect.contains(point)), None)
        return chip.text if chip is not None else self._joint_text(point)

    def _joint_text(self, point: QPointF) -> str:
        """The nearest joint within reach, in words."""
        pose, prediction = self._people
        placement, at = self.placement(), np.float32([point.x(), point.y()])
        nearest, nearest_px = None, HOVER_REACH_PX
        for person in pose.persons if pose is not None else ():
            xy_px, drawable = placement.to_widget(person.body)
            away_px = np.where(drawable, np.linalg.norm(xy_px - at, axis=1), np.inf)
            if away_px.min() < nearest_px:
                nearest, nearest_px = (person, int(away_px.argmin())), away_px.min()
        if nearest is None:
            return ""
        person, joint = nearest
        said = prediction.persons if prediction is not None else ()
        attention = next((one.attention for one in said if one.slot == person.slot), None)
        lines = [f"{tr('person {n}').format(n=person.slot + 1)}: {joint_name(joint)} ({JOINT_NAMES[joint]})"]
        if attention is not None:
            lines.append(tr("attention {value}").format(value=f"{attention[joint]:.2f}"))
        if person.body.joint_state[joint] != TRACKED:
            lines.append(tr("hidden from the sensor, estimated"))
        return "\n".join(lines)
