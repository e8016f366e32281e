"""Attention of one person: a heat map of 25 joints over the last seconds, and beside it the same rows as bars.

Drawn by hand in one pass (1 to 2 ms): names, map and bars share their rows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PyQt5.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QBrush, QColor, QFont, QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import QSizePolicy, QToolTip, QWidget
from pyqtgraph import colormap

from tsmf_live.gui import palette
from tsmf_live.gui.charts.joint_names import JOINT_ORDER, joint_name, longest_name_px, row_font
from tsmf_live.gui.language import tr
from tsmf_live.skeleton import JOINT_COUNT, JOINT_NAMES

MAP_S = 10.0  # seconds of the heat map
STEP_S = 0.1
COLUMNS = round(MAP_S / STEP_S)
MARGIN_PX = 4
CURSOR_PX = 4  # fits between map and bars
SMALLEST_ROW_PX, READABLE_ROW_PX, LARGEST_ROW_PX = 10, 12, 22
BARS_SHARE, NAMES_SHARE = 0.20, 0.30  # of the width

#: BGRA of 256 steps of attention, as palette.attention_color gives them; one more for a gap.
_LOOKUP = np.zeros((257, 4), np.uint8)
_LOOKUP[:256, :3] = colormap.get("viridis").getLookupTable(0.0, 1.0, 256)[:, ::-1]
_LOOKUP[:256, 3] = 255


def heat_image(values: np.ndarray) -> np.ndarray:
    """(rows, columns, 4) uint8 BGRA of attention (25, columns), rows in the charts' order; gaps are transparent."""
    share = np.clip(values[list(JOINT_ORDER)] / palette.ATTENTION_FULL, 0, 1)
    steps = np.where(np.isfinite(share), np.round(255 * np.nan_to_num(share)), 256).astype(int)
    return np.ascontiguousarray(_LOOKUP[steps])


def paint_cursor(painter: QPainter, x_px: float, bottom_px: float) -> None:
    """The line of a moment over a map of attention, seen on every colour of it."""
    for pen in (QPen(QColor(0, 0, 0, 160), CURSOR_PX), QPen(palette.AMBER, CURSOR_PX / 2)):
        painter.setPen(pen)
        painter.drawLine(QPointF(x_px, 0), QPointF(x_px, bottom_px))


class AttentionMap(QWidget):
    """The heat map and the bars.

    Signals:
        time_clicked: sensor time of the column under the mouse, when clicked or dragged.
    """

    time_clicked = pyqtSignal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)
        self.setMouseTracking(True)
        self._values = np.full((JOINT_COUNT, COLUMNS), np.nan, np.float32)
        self._at_s = np.full(COLUMNS, np.nan)
        self._end_s = 0.0
        self._bars: np.ndarray | None = None
        self._cursor_s: float | None = None
        self._says = ""
        self._position_at: Callable[[float], float | None] = lambda _time_s: None
        self._image: np.ndarray | None = None
        self._longest_px: dict[str, int] = {}  # by font: measured once, the bars are painted 30 times a second

    def show_map(
        self,
        values: np.ndarray,
        at_s: np.ndarray,
        end_s: float,
        *,
        cursor_s: float | None = None,
        position_at: Callable[[float], float | None] = lambda _time_s: None,
    ) -> None:
        """Show this attention over time.

        Args:
            values, at_s: as `Moments.attention_map` gives them, COLUMNS columns of STEP_S.
            end_s: sensor time of the right edge.
            cursor_s: the time of the moment that is looked at; None: the newest, at the right edge.
            position_at: the position in the recording that is played at a sensor time; None: nothing is played.
        """
        self._values, self._at_s, self._end_s = values, at_s, end_s
        self._cursor_s, self._position_at = cursor_s, position_at
        self._image = heat_image(values)
        self.update()

    def show_bars(self, bars: np.ndarray | None, says: str = "") -> None:
        """Show the moment that is looked at; only the bars are painted again, and only others.

        Args:
            bars: (25,) attention, None for nobody.
            says: shown in their place then.
        """
        if bars is self._bars and says == self._says:
            return
        self._bars, self._says = bars, says
        left_px = int(self._rects()[1].left())
        self.update(left_px, 0, self.width() - left_px, self.height())

    def sizeHint(self) -> QSize:
        return QSize(400, JOINT_COUNT * 13 + 3 * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(300, JOINT_COUNT * READABLE_ROW_PX + 2 * self.fontMetrics().height() + 8)

    # places

    def _names_px(self, font: QFont) -> int:
        """Width of the longest joint name."""
        name = font.toString()
        if name not in self._longest_px:
            self._longest_px[name] = longest_name_px(QFontMetrics(font))
        return self._longest_px[name]

    def _row_font(self) -> QFont:
        """As large as rows and NAMES_SHARE of the width allow."""
        fitting_px = NAMES_SHARE * self.width() / self._names_px(self.font()) * self.fontInfo().pixelSize()
        return row_font(self.font(), min(self._row_px(), fitting_px))

    def bar_scale(self) -> float:
        """The attention at the right end of the bars."""
        return palette.bar_scale(float(np.nan_to_num(self._bars).max(initial=0.0))) if self._bars is not None else 0.0

    def _row_px(self) -> float:
        room_px = self.height() - 2 * self.fontMetrics().height() - 10
        return min(max(room_px / JOINT_COUNT, SMALLEST_ROW_PX), LARGEST_ROW_PX)

    def _rects(self) -> tuple[QRectF, QRectF]:
        """The map, the bars."""
        names_px = self._names_px(self._row_font()) + 2 * MARGIN_PX
        bars_px = max(BARS_SHARE * self.width(), 70)
        height_px = JOINT_COUNT * self._row_px()
        map_px = max(self.width() - names_px - bars_px - 2 * MARGIN_PX, 10)
        return QRectF(names_px, 0, map_px, height_px), QRectF(
            names_px + map_px + 2 * MARGIN_PX, 0, bars_px - MARGIN_PX, height_px
        )

    def _cursor_x(self, rect: QRectF) -> float:
        """Where the column of the moment that is looked at ends: its line must not hide it, nor the newest one."""
        ago = int(max(self._end_s - self._cursor_s, 0.0) / STEP_S + 1e-6)
        return rect.right() - ago * STEP_S / MAP_S * rect.width()

    # hovering

    def cell_at(self, point: QPointF) -> tuple[int, int | None] | None:
        """(joint, column) under this place; column None in the bars; None elsewhere."""
        map_rect, bars_rect = self._rects()
        row = int(point.y() // self._row_px())
        if not 0 <= row < JOINT_COUNT:
            return None
        if map_rect.contains(point):
            column = int((point.x() - map_rect.left()) / map_rect.width() * COLUMNS)
            return JOINT_ORDER[row], min(max(column, 0), COLUMNS - 1)
        return (JOINT_ORDER[row], None) if point.x() < map_rect.left() or bars_rect.contains(point) else None

    def hover_text(self, point: QPointF) -> str:
        """Joint, time and value under this place, in words."""
        cell = self.cell_at(point)
        if cell is None:
            return ""
        joint, column = cell
        name = f"{joint_name(joint)} ({JOINT_NAMES[joint]})"
        if column is None:
            return name if self._bars is None else f"{name}: {self._bars[joint]:.2f}"
        ago = f"{(column + 1 - COLUMNS) * STEP_S:.1f} s"
        if not np.isfinite(self._at_s[column]):
            return tr("{joint}, {ago}: nothing was predicted of this person").format(joint=name, ago=ago)
        at_s = float(self._at_s[column])
        place_s = self._position_at(at_s)
        minutes, seconds = divmod(at_s if place_s is None else place_s, 60)
        return tr("{joint}, {ago} (at {time}): {value}").format(
            joint=name, ago=ago, time=f"{int(minutes)}:{seconds:05.2f}", value=f"{self._values[joint, column]:.2f}"
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        QToolTip.showText(event.globalPos(), self.hover_text(event.localPos()), self)
        if event.buttons() & Qt.LeftButton:
            self._click(event.localPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.LeftButton:
            self._click(event.localPos())

    def _click(self, point: QPointF) -> None:
        cell = self.cell_at(point)
        if cell is not None and cell[1] is not None:
            self.time_clicked.emit(self._end_s - (COLUMNS - 1 - cell[1]) * STEP_S)

    def event(self, event: QEvent) -> bool:
        """Hovering shows its own text."""
        return True if event.type() == QEvent.ToolTip else super().event(event)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            map_rect, bars_rect = self._rects()
            painter.setFont(self._row_font())
            if event.rect().left() < map_rect.right():
                self._paint_names(painter, map_rect.left())
                self._paint_map(painter, map_rect)
            self._paint_bars(painter, bars_rect)
            painter.setFont(self.font())
            self._paint_axes(painter, map_rect, bars_rect)
        finally:
            painter.end()

    def _paint_names(self, painter: QPainter, width_px: float) -> None:
        row_px = self._row_px()
        painter.setPen(palette.TEXT)
        for row, joint in enumerate(JOINT_ORDER):
            place = QRectF(0, row * row_px, width_px - MARGIN_PX, row_px)
            painter.drawText(place, int(Qt.AlignRight | Qt.AlignVCenter | Qt.TextDontClip), joint_name(joint))

    def _paint_map(self, painter: QPainter, rect: QRectF) -> None:
        painter.fillRect(rect, palette.TRACK)
        painter.fillRect(rect, QBrush(palette.MUTED, Qt.BDiagPattern))  # shows where there is a gap
        if self._image is not None:
            image = QImage(self._image.data, COLUMNS, JOINT_COUNT, 4 * COLUMNS, QImage.Format_ARGB32)
            painter.setRenderHint(QPainter.SmoothPixmapTransform, False)  # else rows run into each other on a sheet
            painter.drawImage(rect, image)
        if self._cursor_s is not None:
            x_px = self._cursor_x(rect) + CURSOR_PX / 2
            paint_cursor(painter, x_px, rect.bottom())

    def _paint_bars(self, painter: QPainter, rect: QRectF) -> None:
        row_px = self._row_px()
        if self._bars is None:
            painter.setPen(palette.MUTED)
            painter.drawText(rect, int(Qt.AlignTop | Qt.AlignLeft | Qt.TextWordWrap), self._says)
            return
        number_px = painter.fontMetrics().horizontalAdvance("0.00") + 2
        full_px = rect.width() - number_px - 2
        scale = self.bar_scale()
        values = np.nan_to_num(self._bars).tolist()
        for row, joint in enumerate(JOINT_ORDER):
            value = values[joint]
            share = min(max(value / scale, 0.0), 1.0)
            top_px = row * row_px + 1
            painter.fillRect(QRectF(rect.left(), top_px, full_px, row_px - 2), palette.TRACK)
            bar = QRectF(rect.left(), top_px, share * full_px, row_px - 2)
            painter.fillRect(bar, palette.attention_color(value))
            painter.setPen(palette.TEXT)
            place = QRectF(rect.right() - number_px, row * row_px, number_px, row_px)
            painter.drawText(place, int(Qt.AlignRight | Qt.AlignVCenter | Qt.TextDontClip), f"{value:.2f}")

    def _paint_axes(self, painter: QPainter, map_rect: QRectF, bars_rect: QRectF) -> None:
        metrics = painter.fontMetrics()
        top_px = map_rect.bottom() + 2
        painter.setPen(palette.MUTED)
        room_px = metrics.horizontalAdvance("-10 s") + 6
        widest_px = 1.6 * room_px  # the outermost stand further in than their moments
        every_s = next((s for s in (1, 2, 5) if s * map_rect.width() / MAP_S >= widest_px), 10)
        right_px = map_rect.right() + room_px
        for ago_s in range(0, 11, every_s):
            text = tr("now") if ago_s == 0 and self._cursor_s is None else f"-{ago_s} s" if ago_s else "0"
            half_px = metrics.horizontalAdvance(text) / 2
            x_px = map_rect.right() - ago_s / MAP_S * map_rect.width()
            x_px = min(max(x_px, map_rect.left() + half_px), map_rect.right() - half_px)
            if x_px + half_px < right_px - 6:
                painter.drawText(QPointF(x_px - half_px, top_px + metrics.ascent()), text)
                right_px = x_px - half_px
        self._paint_legend(painter, map_rect, top_px + metrics.height() + 2)
        painter.setPen(palette.MUTED)
        moment = tr("now") if self._cursor_s is None else tr("then")  # under the values
        place = QRectF(bars_rect.left(), top_px, bars_rect.width(), metrics.height())
        painter.drawText(place, int(Qt.AlignRight | Qt.AlignTop), moment)
        if self._bars is not None:  # where the longest bar would end
            taken_px = max(metrics.horizontalAdvance("0.00"), metrics.horizontalAdvance(moment) + MARGIN_PX)
            place.setWidth(bars_rect.width() - taken_px)
            painter.drawText(place, int(Qt.AlignRight | Qt.AlignTop), f"{self.bar_scale():g}")

    def _paint_legend(self, painter: QPainter, map_rect: QRectF, top_px: float) -> None:
        """The colours with numbers: a title under the names, the bar of colours under the map."""
        metrics = painter.fontMetrics()
        height_px = metrics.height()
        title = QRectF(0, top_px, map_rect.left() - MARGIN_PX, height_px)
        painter.drawText(title, int(Qt.AlignRight | Qt.AlignVCenter), tr("attention"))
        bar = QRectF(map_rect.left(), top_px + 2, map_rect.width(), height_px - 4)
        ramp = np.ascontiguousarray(_LOOKUP[None, :256])
        painter.drawImage(bar, QImage(ramp.data, 256, 1, 4 * 256, QImage.Format_ARGB32))
        numbers = ((0.0, "0"), (0.25, "0.5"), (0.5, "1"), (0.75, "1.5"), (1.0, "≥2"))
        narrow = bar.width() < 7 * metrics.horizontalAdvance("0.5")
        for share, text in numbers[::2] if narrow else numbers:
            half_px = metrics.horizontalAdvance(text) / 2 + 2
            x_px = min(
                max(bar.left() + share * bar.width(), bar.left() + half_px),
                bar.right() - half_px,
            )
            painter.setPen(palette.ink_on(palette.attention_color(share * palette.ATTENTION_FULL)))
            place = QRectF(x_px - half_px, top_px, 2 * half_px, height_px)
            painter.drawText(place, Qt.AlignCenter, text)
        gap = QRectF(bar.right() + 2 * MARGIN_PX, bar.top(), 16, bar.height())
        painter.fillRect(gap, palette.TRACK)
        painter.fillRect(gap, QBrush(palette.MUTED, Qt.BDiagPattern))
        painter.setPen(palette.MUTED)
        place = QRectF(gap.right() + MARGIN_PX, top_px, max(self.width() - gap.right() - MARGIN_PX, 0), height_px)
        painter.drawText(
            place, int(Qt.AlignLeft | Qt.AlignVCenter), palette.elided(tr("gap"), metrics, int(place.width()))
        )
