"""A moment as one image: the picture with its overlay alone, or with charts and facts around it."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PyQt5.QtGui import QFont, QImage, QPainter
from PyQt5.QtWidgets import QWidget

from tsmf_live.frames import COLOR_WIDTH
from tsmf_live.gui import palette
from tsmf_live.gui.charts.scores import ScoresPanel
from tsmf_live.gui.compare import CompareView, clock, line_of
from tsmf_live.gui.panels.inspector_panel import InspectorPanel
from tsmf_live.gui.picture import overlay
from tsmf_live.gui.picture.live_view import PLAIN, ScaledPicture
from tsmf_live.gui.picture.placement import Placement
from tsmf_live.live.look_back import Moments, Still

EXPORT_WH = (1920, 900)  # px, the whole image
PICTURE_WH = (1280, 720)
HEAD_PX, MARGIN_PX = 64, 12
MARGINS_PX = MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX
FOOT_PX = 30
PANEL_PX = 500  # height of the attention panel; the scores have the rest


def draw_still(still: Still, size_wh: tuple[int, int], look: overlay.Look, *, mirrored: bool = False) -> QImage:
    """The picture with skeletons, boxes, labels and legend. Works on any thread, once Qt runs."""
    width_px, height_px = size_wh
    image = QImage(width_px, height_px, QImage.Format_RGB32)
    image.fill(PLAIN)
    placement = Placement(width_px / COLOR_WIDTH, 0, 0, width_px, height_px, mirrored, QRectF(0, 0, *size_wh))
    painter = QPainter(image)
    try:
        font = QFont()
        font.setPixelSize(max(round(13 * width_px / 960), 10))
        painter.setFont(font)
        if still.frame.color_bgra is not None:
            ScaledPicture().draw(painter, still.frame, placement, 1.0)
        painter.setRenderHint(QPainter.Antialiasing)
        legend = overlay.legend_rect(placement, painter.fontMetrics(), height_px)
        overlay.draw_people(painter, placement, (still.pose, still.prediction), look, [legend])
        overlay.draw_legend(painter, legend, placement.joint_scale)
    finally:
        painter.end()
    return image


def draw_export(
    still: Still, moments: Moments, look: overlay.Look, facts: dict[str, str], *, mirrored: bool = False
) -> QImage:
    """Picture, attention, the student's image and scores of one moment on one sheet. On the GUI thread, some 100 ms.

    Args:
        moments: what was kept around it, for the heat map.
        facts: what to say below it, such as source and weights.
    """
    sheet = QImage(*EXPORT_WH, QImage.Format_RGB32)
    sheet.fill(palette.BACKGROUND)
    painter = QPainter(sheet)
    try:
        font = QFont()
        font.setPixelSize(34)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(palette.TEXT)
        painter.drawText(QPointF(MARGIN_PX, 46), line_of(still.prediction, look.focus))
        painter.drawImage(QPoint(MARGIN_PX, HEAD_PX), draw_still(still, PICTURE_WH, look, mirrored=mirrored))
        font.setPixelSize(15)
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(palette.MUTED)
        lines = [f"{clock(still)} ({still.time_s:.3f} s)", *(f"{name}: {fact}" for name, fact in facts.items())]
        foot = QRectF(MARGIN_PX, HEAD_PX + PICTURE_WH[1] + 6, PICTURE_WH[0], EXPORT_WH[1] - HEAD_PX - PICTURE_WH[1] - 6)
        painter.drawText(foot, int(Qt.AlignLeft | Qt.AlignTop | Qt.TextWordWrap), "\n".join(lines))
        _draw_charts(painter, still, moments, look)
    finally:
        painter.end()
    return sheet


def draw_comparison(
    stills: tuple[Still | None, Still | None], focus: int | None, facts: dict[str, str], *, mirrored: bool = False
) -> QImage:
    """Two moments side by side as the window compares them, with facts below. On the GUI thread, some 100 ms."""
    sheet = QImage(*EXPORT_WH, QImage.Format_RGB32)
    sheet.fill(palette.BACKGROUND)
    view = CompareView()
    view.show_pair(*stills, focus, mirrored=mirrored)
    painter = QPainter(sheet)
    try:
        _draw_widget(painter, view, QRect(0, 0, EXPORT_WH[0], EXPORT_WH[1] - FOOT_PX).adjusted(*MARGINS_PX))
        font = QFont()
        font.setPixelSize(15)
        painter.setFont(font)
        painter.setPen(palette.MUTED)
        foot = QRectF(MARGIN_PX, EXPORT_WH[1] - FOOT_PX, EXPORT_WH[0] - 2 * MARGIN_PX, FOOT_PX)
        said = " · ".join(f"{name}: {fact}" for name, fact in facts.items())
        painter.drawText(foot, int(Qt.AlignLeft | Qt.AlignVCenter), said)
    finally:
        painter.end()
    return sheet


def _draw_widget(painter: QPainter, widget: QWidget, place: QRect) -> None:
    """Draws a widget that is not shown anywhere, in the theme in use."""
    widget.setStyleSheet(palette.style_sheet(1.0))
    widget.resize(place.size())
    widget.ensurePolished()
    if widget.layout() is not None:
        widget.layout().activate()
    widget.render(painter, place.topLeft(), flags=QWidget.DrawWindowBackground | QWidget.DrawChildren)
    widget.deleteLater()


def _draw_charts(painter: QPainter, still: Still, moments: Moments, look: overlay.Look) -> None:
    left_px = 2 * MARGIN_PX + PICTURE_WH[0]
    width_px = EXPORT_WH[0] - left_px - MARGIN_PX
    panel, scores = InspectorPanel(), ScoresPanel()
    panel.show_moments(moments, look.focus, still.time_s)
    scores.show_prediction(still.prediction, look.focus)
    top_px = MARGIN_PX
    for widget, height_px in ((panel, PANEL_PX), (scores, EXPORT_WH[1] - PANEL_PX - 3 * MARGIN_PX)):
        _draw_widget(painter, widget, QRect(left_px, top_px, width_px, height_px))
        top_px += height_px + MARGIN_PX
