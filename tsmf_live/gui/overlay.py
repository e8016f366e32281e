"""What is drawn over the picture: skeletons, the label beside each head, the legend. All in widget pixels.

Joints are drawn once for each colour and kept as small images: stamping those costs a tenth of drawing circles.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PyQt5.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen

from tsmf_live.frames import Body, Person, PersonPrediction
from tsmf_live.gui import palette
from tsmf_live.skeleton import BONES, HEAD, JOINT_COUNT, SPINE_SHOULDER, TRACKED

NECK = 2
DRAWABLE_PX = 16000.0  # farther off the picture a joint is not drawn: the raster would overflow
ATTENTION_STEPS = 64  # finer steps of colour and size cannot be seen

BONE = QPen(QColor(245, 248, 250, 225), 1.8, Qt.SolidLine, Qt.FlatCap)
BONE_INFERRED = QPen(QColor(245, 248, 250, 110), 1.2, Qt.SolidLine, Qt.FlatCap)
BONE_SHADOW = QPen(QColor(0, 0, 0, 110), 4.0, Qt.SolidLine, Qt.FlatCap)  # so that bones show on a white wall
JOINT_EDGE = QPen(QColor(255, 255, 255, 190), 1.0)
LEADER = QPen(QColor(245, 248, 250, 150), 1.0)
NEUTRAL = QColor(200, 208, 215)
CHIP = QColor(10, 14, 18, 205)

LEGEND_TITLE = "attention"
LEGEND_GAP_PX = 12
#: (attention, text) of each joint of the legend; None: an inferred joint.
LEGEND: tuple[tuple[float | None, str], ...] = (
    *((palette.ATTENTION_FULL * k / 4, f"{palette.ATTENTION_FULL * k / 4:g}") for k in range(4)),
    (palette.ATTENTION_FULL, f"≥{palette.ATTENTION_FULL:g}"),
    (None, "guessed by the sensor"),
)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the picture lies in the widget: widget = scale * picture + origin."""

    scale: float
    x_px: float
    y_px: float
    width_px: int
    height_px: int

    @property
    def rect(self) -> QRectF:
        return QRectF(self.x_px, self.y_px, self.width_px, self.height_px)

    @property
    def joint_scale(self) -> float:
        """How much larger than at 960 px width a joint is drawn; in quarters."""
        return round(4 * min(max(self.width_px / 960, 0.75), 2.0)) / 4

    def to_widget(self, body: Body) -> tuple[np.ndarray, np.ndarray]:
        """The joints in widget pixels, (25, 2), and which of them can be drawn, (25,) bool."""
        xy_px = body.color_xy * self.scale + np.float32([self.x_px, self.y_px])
        drawable = np.zeros(JOINT_COUNT, bool)
        finite = np.isfinite(xy_px).all(axis=1)
        drawable[finite] = np.abs(xy_px[finite]).max(axis=1) < DRAWABLE_PX
        return xy_px, drawable & (body.joint_state > 0)


@dataclass(frozen=True, slots=True)
class Chip:
    """A person's label: its whole text, what of it is drawn, where, and the head it belongs to."""

    slot: int
    text: str
    shown_text: str
    rect: QRectF
    head: QPointF


def draw_skeleton(painter: QPainter, placement: Placement, person: Person, attention: np.ndarray | None) -> None:
    """Bones thin and light; joints sized and coloured by attention (25,), grey without; inferred joints are rings."""
    xy_px, drawable = placement.to_widget(person.body)
    tracked = person.body.joint_state == TRACKED
    points = [QPointF(x, y) for x, y in np.nan_to_num(xy_px).tolist()]
    sure, inferred = [], []
    for child, parent in BONES:
        if drawable[child] and drawable[parent]:
            (sure if tracked[child] and tracked[parent] else inferred).append(QLineF(points[child], points[parent]))
    for pen, lines in ((BONE_SHADOW, sure), (BONE_INFERRED, inferred), (BONE, sure)):
        if lines:
            painter.setPen(pen)
            painter.drawLines(lines)
    values = np.zeros(JOINT_COUNT) if attention is None else np.nan_to_num(attention)
    for joint in np.argsort(values).tolist():  # the most attended on top
        if drawable[joint]:
            shown = None if attention is None else float(values[joint])
            draw_joint(painter, points[joint], shown, bool(tracked[joint]), placement.joint_scale)


def draw_joint(painter: QPainter, centre: QPointF, attention: float | None, tracked: bool, scale: float) -> None:
    """One joint; grey without attention, hollow if the sensor only inferred it."""
    step = None
    if attention is not None:
        share = min(max(attention / palette.ATTENTION_FULL, 0.0), 1.0)
        step = round(share * (ATTENTION_STEPS - 1))
    image = _joint_image(step, tracked, scale, painter.device().devicePixelRatioF())
    half_px = image.width() / image.devicePixelRatioF() / 2
    painter.drawImage(QPointF(centre.x() - half_px, centre.y() - half_px), image)


@lru_cache(maxsize=1024)
def _joint_image(step: int | None, tracked: bool, scale: float, pixel_ratio: float) -> QImage:
    attention = 0.5 if step is None else palette.ATTENTION_FULL * step / (ATTENTION_STEPS - 1)
    color = NEUTRAL if step is None else palette.attention_color(attention)
    radius_px = scale * palette.joint_radius_px(attention)
    side_px = int(2 * radius_px) + 6
    image = QImage(round(side_px * pixel_ratio), round(side_px * pixel_ratio), QImage.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(pixel_ratio)
    image.fill(Qt.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(JOINT_EDGE if tracked else QPen(color.lighter(130), 2.0))
    painter.setBrush(color if tracked else QColor(0, 0, 0, 60))
    painter.drawEllipse(QPointF(side_px / 2, side_px / 2), radius_px, radius_px)
    painter.end()
    return image


def person_text(slot: int, said: PersonPrediction | None) -> str:
    """The text beside a head: the person's number (slot + 1, as on the keyboard), then label and confidence if any."""
    if said is None or said.label is None:
        return str(slot + 1)
    return f"{slot + 1} · {said.label} {said.confidence:.0%}"


def place_chips(
    placement: Placement, persons: list[tuple[Person, str]], metrics: QFontMetrics, occupied: list[QRectF]
) -> list[Chip]:
    """A place for each person's text near the head, inside the picture, over no text, head or anything `occupied`."""
    heads = [_head_point(placement, person.body) for person, _ in persons]
    reach_px = metrics.height()
    taken = list(occupied)
    taken += [QRectF(head.x() - reach_px / 2, head.y() - reach_px / 2, reach_px, reach_px) for head in heads if head]
    chips: list[Chip] = []
    for (person, text), head in zip(persons, heads, strict=True):
        if head is None:
            continue
        shown_text = palette.elided(text, metrics, int(0.45 * placement.width_px))
        size = metrics.horizontalAdvance(shown_text) + 16, metrics.height() + 6
        rect = _free_place(placement.rect, head, size, taken)
        taken.append(rect)
        chips.append(Chip(person.slot, text, shown_text, rect, head))
    return chips


def draw_leaders(painter: QPainter, chips: list[Chip]) -> None:
    """A thin line from each label to its head; drawn before the labels, so that it crosses none."""
    painter.setPen(LEADER)
    painter.drawLines([QLineF(_nearest(chip.rect, chip.head), chip.head) for chip in chips])


def draw_chip(painter: QPainter, chip: Chip, *, chosen: bool, seen_by_student: bool) -> None:
    """A person's label: filled when chosen as the focus, outlined when the student looks at this person."""
    painter.setBrush(palette.ACCENT if chosen else CHIP)
    painter.setPen(QPen(palette.ACCENT, 1.5) if seen_by_student else Qt.NoPen)
    painter.drawRoundedRect(chip.rect, 5, 5)
    painter.setPen(QColor("#06121c") if chosen else palette.TEXT)
    painter.drawText(chip.rect, Qt.AlignCenter, chip.shown_text)


def legend_rect(placement: Placement, metrics: QFontMetrics, widget_height_px: int) -> QRectF:
    """Where the legend lies: under the picture if there is room, else in its lower left corner."""
    joint_px = 2 * placement.joint_scale * palette.LARGEST_JOINT_PX
    width_px = sum(joint_px + metrics.horizontalAdvance(text) + LEGEND_GAP_PX for _, text in LEGEND)
    width_px += metrics.horizontalAdvance(LEGEND_TITLE) + 2 * LEGEND_GAP_PX
    height_px = max(metrics.height(), joint_px) + 6
    below_px = placement.y_px + placement.height_px + 4
    if below_px + height_px <= widget_height_px:
        return QRectF(placement.x_px, below_px, width_px, height_px)
    return QRectF(placement.x_px + 6, placement.y_px + placement.height_px - height_px - 6, width_px, height_px)


def draw_legend(painter: QPainter, rect: QRectF, metrics: QFontMetrics, joint_scale: float) -> None:
    """One row: five joints with the attention they stand for, and what a ring means."""
    painter.setPen(Qt.NoPen)
    painter.setBrush(CHIP)
    painter.drawRoundedRect(rect, 6, 6)
    joint_px = 2 * joint_scale * palette.LARGEST_JOINT_PX
    x_px, middle_px = rect.left() + LEGEND_GAP_PX, rect.center().y()
    baseline_px = middle_px + (metrics.ascent() - metrics.descent()) / 2
    painter.setPen(palette.TEXT)
    painter.drawText(QPointF(x_px, baseline_px), LEGEND_TITLE)
    x_px += metrics.horizontalAdvance(LEGEND_TITLE) + LEGEND_GAP_PX
    for attention, text in LEGEND:
        tracked = attention is not None
        shown = attention if tracked else palette.ATTENTION_FULL / 2
        draw_joint(painter, QPointF(x_px + joint_px / 2, middle_px), shown, tracked, joint_scale)
        painter.drawText(QPointF(x_px + joint_px + 3, baseline_px), text)
        x_px += joint_px + metrics.horizontalAdvance(text) + LEGEND_GAP_PX


def _head_point(placement: Placement, body: Body) -> QPointF | None:
    """The head in widget pixels, or the next best joint of the person; None if nothing can be drawn."""
    xy_px, drawable = placement.to_widget(body)
    for joint in (HEAD, NECK, SPINE_SHOULDER, *np.flatnonzero(drawable).tolist()):
        if drawable[joint]:
            return QPointF(*xy_px[joint].tolist())
    return None


def _nearest(rect: QRectF, point: QPointF) -> QPointF:
    """The place of the rectangle that is nearest to the point."""
    return QPointF(
        min(max(point.x(), rect.left()), rect.right()),
        min(max(point.y(), rect.top()), rect.bottom()),
    )


def _free_place(bounds: QRectF, head: QPointF, size: tuple[int, int], taken: list[QRectF]) -> QRectF:
    """The first free place: right of the head, left of it, above it, then higher and lower; right if all are taken."""
    width_px, height_px = size
    beside = (head.x() + height_px, head.x() - height_px - width_px)
    first = None
    for row in (0, -1, -2, -3, -4, 1, 2, 3, 4, -5, -6, 5, 6):
        for x_px in beside if row == 0 else (head.x() - width_px / 2, *beside):
            rect = QRectF(x_px, head.y() - height_px / 2 + row * (height_px + 4), width_px, height_px)
            rect.moveLeft(min(max(rect.left(), bounds.left() + 4), bounds.right() - width_px - 4))
            rect.moveTop(min(max(rect.top(), bounds.top() + 4), bounds.bottom() - height_px - 4))
            first = first or rect
            if not any(rect.intersects(other) for other in taken):
                return rect
    return first
