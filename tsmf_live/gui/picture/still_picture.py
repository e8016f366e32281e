"""A moment as one image: the picture with its overlay alone, or with charts and facts around it, on white."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QBuffer, QMarginsF, QRect, QRectF, QSize, QSizeF, Qt
from PyQt5.QtGui import QColor, QFont, QImage, QPageSize, QPaintDevice, QPainter, QPdfWriter
from PyQt5.QtSvg import QSvgGenerator
from PyQt5.QtWidgets import QWidget

from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH
from tsmf_live.gui import palette
from tsmf_live.gui.charts.curves import ScoreCurves
from tsmf_live.gui.charts.scores import ScoresPanel
from tsmf_live.gui.compare import CompareView, clock, line_of
from tsmf_live.gui.panels.inspector_panel import InspectorPanel
from tsmf_live.gui.picture import overlay
from tsmf_live.gui.picture.live_view import PLAIN, ScaledPicture
from tsmf_live.gui.picture.placement import Placement
from tsmf_live.live.look_back import Moments, Still

SHEET_WH = (1920, 1180)  # of a whole sheet, in its own units
PICTURE_WH = (1280, 720)
DETAIL = 2  # pixels for each unit, where a sheet becomes a picture
TOP, MARGIN, CURVES = 64, 12, 290
PANEL = 620  # height of the attention panel; the scores have the rest
FOOT = 30
BAND = QColor(0, 0, 0, 150)
POINTS_PER_INCH = 72
FIGURES = ("png", "pdf", "svg")


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


def draw_headline(image: QImage, left: str, right: str) -> None:
    """Two texts in a dark band at the top of a picture. Works on any thread, once Qt runs."""
    painter = QPainter(image)
    try:
        font = QFont()
        font.setPixelSize(max(image.height() // 27, 10))
        font.setBold(True)
        painter.setFont(font)
        band = QRectF(0, 0, image.width(), 1.5 * painter.fontMetrics().height())
        painter.fillRect(band, BAND)
        painter.setPen(palette.ON_PICTURE)
        band.adjust(MARGIN, 0, -MARGIN, 0)
        painter.drawText(band, int(Qt.AlignRight | Qt.AlignVCenter), right)
        room = band.width() - painter.fontMetrics().horizontalAdvance(right) - MARGIN
        said = palette.elided(left, painter.fontMetrics(), int(room))
        painter.drawText(band, int(Qt.AlignLeft | Qt.AlignVCenter), said)
    finally:
        painter.end()


def paint_moment(
    painter: QPainter, still: Still, moments: Moments, look: overlay.Look, facts: dict[str, str], mirrored: bool
) -> None:
    """Picture, attention, the student's image, scores and curves of one moment on one sheet, SHEET_WH. On the GUI
    thread, some 200 ms.

    Args:
        moments: what was kept around it, for heat map and curves.
        facts: what to say below it, such as source and weights.
    """
    _write(painter, QRectF(MARGIN, 0, PICTURE_WH[0], TOP), line_of(still.prediction, look.focus), 34, bold=True)
    picture = draw_still(still, (COLOR_WIDTH, COLOR_HEIGHT), look, mirrored=mirrored)
    painter.drawImage(QRect(MARGIN, TOP, *PICTURE_WH), picture)
    curves = ScoreCurves()
    curves.span.hide()
    curves.show_moments(moments, still.time_s, look.focus)
    top = TOP + PICTURE_WH[1] + MARGIN
    _draw_widget(painter, curves, QRect(MARGIN, top, PICTURE_WH[0], CURVES))
    said = [clock(still), *(f"{name}: {fact}" for name, fact in facts.items())]
    top += CURVES + MARGIN
    foot = QRectF(MARGIN, top, PICTURE_WH[0], SHEET_WH[1] - top - MARGIN)
    _write(painter, foot, "\n".join(said), 15, muted=True)
    left = 2 * MARGIN + PICTURE_WH[0]
    panel, scores = InspectorPanel(), ScoresPanel()
    panel.show_prediction(still.prediction, look.focus)
    panel.show_moments(moments, look.focus, still.time_s)
    scores.show_prediction(still.prediction, look.focus)
    top = MARGIN
    for widget, height in ((panel, PANEL), (scores, SHEET_WH[1] - PANEL - 3 * MARGIN)):
        _draw_widget(painter, widget, QRect(left, top, SHEET_WH[0] - left - MARGIN, height))
        top += height + MARGIN


def paint_comparison(
    painter: QPainter,
    stills: tuple[Still | None, Still | None],
    focus: int | None,
    facts: dict[str, str],
    mirrored: bool,
) -> None:
    """Two moments side by side as the window compares them, with facts below, SHEET_WH. On the GUI thread."""
    view = CompareView()
    view.show_pair(*stills, focus, mirrored=mirrored)
    width, height = SHEET_WH[0] - 2 * MARGIN, SHEET_WH[1] - FOOT
    _draw_widget(painter, view, QRect(MARGIN, MARGIN, width, height - 2 * MARGIN))
    said = " · ".join(f"{name}: {fact}" for name, fact in facts.items())
    _write(painter, QRectF(MARGIN, height, width, FOOT), said, 15, muted=True)


def sheet(paint: Callable[[QPainter], None], kind: str) -> bytes:
    """A file of one of FIGURES with what `paint` paints on a white sheet of SHEET_WH. On the GUI thread."""
    content = QBuffer()
    content.open(QBuffer.WriteOnly)
    image: QImage | None = None
    device: QPaintDevice
    if kind == "pdf":
        device = QPdfWriter(content)
        device.setPageSize(QPageSize(QSizeF(*SHEET_WH) / 2, QPageSize.Point))
        device.setPageMargins(QMarginsF())
        device.setResolution(POINTS_PER_INCH * DETAIL)
    elif kind == "svg":
        device = QSvgGenerator()
        device.setOutputDevice(content)
        device.setSize(QSize(*SHEET_WH))
        device.setViewBox(QRect(0, 0, *SHEET_WH))
    else:
        device = image = QImage(QSize(*SHEET_WH) * DETAIL, QImage.Format_RGB32)
        image.fill(Qt.white)
    painter = QPainter(device)
    try:
        scale = 1.0 if kind == "svg" else device.width() / SHEET_WH[0]
        painter.scale(scale, scale)
        painter.setRenderHints(QPainter.Antialiasing | QPainter.SmoothPixmapTransform)
        with palette.on_paper():
            paint(painter)
    finally:
        painter.end()
    if image is not None:
        image.save(content, "PNG")
    return content.data().data()


def _write(painter: QPainter, place: QRectF, text: str, size: int, *, bold: bool = False, muted: bool = False) -> None:
    font = QFont()
    font.setPixelSize(size)
    font.setBold(bold)
    painter.setFont(font)
    painter.setPen(palette.MUTED if muted else palette.TEXT)
    painter.drawText(place, int(Qt.AlignLeft | Qt.AlignVCenter | Qt.TextWordWrap), text)


def _draw_widget(painter: QPainter, widget: QWidget, place: QRect) -> None:
    """Draws a widget that is not shown anywhere, in the theme in use."""
    widget.setStyleSheet(palette.style_sheet(1.0))
    widget.resize(place.size())
    widget.ensurePolished()
    if widget.layout() is not None:
        widget.layout().activate()
    widget.render(painter, place.topLeft(), flags=QWidget.DrawWindowBackground | QWidget.DrawChildren)
    widget.deleteLater()
