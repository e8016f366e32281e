"""What is drawn over the picture: skeletons, ROI boxes, the label beside each head, the legend. All in widget pixels.

Joints are drawn once for each colour and kept as small images: stamping those costs a tenth of drawing circles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PyQt5.QtCore import QT_TR_NOOP, QLineF, QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen

from tsmf_live.frames import Body, Person, PoseFrame, Prediction
from tsmf_live.gui import palette
from tsmf_live.gui.language import tr
from tsmf_live.gui.picture.chips import CHIP, Chip, draw_chip, draw_leaders, person_text, place_chips
from tsmf_live.gui.picture.placement import DRAWABLE_PX, Placement
from tsmf_live.roi import crop_side_px
from tsmf_live.skeleton import BONES, JOINT_COUNT, ROI_JOINTS, TRACKED

ATTENTION_STEPS = 64  # finer steps of colour and size cannot be seen

BONE = QPen(QColor(245, 248, 250, 225), 1.8, Qt.SolidLine, Qt.FlatCap)
BONE_INFERRED = QPen(QColor(245, 248, 250, 110), 1.2, Qt.SolidLine, Qt.FlatCap)
BONE_SHADOW = QPen(QColor(0, 0, 0, 110), 4.0, Qt.SolidLine, Qt.FlatCap)  # so that bones show on a white wall
JOINT_EDGE = QPen(QColor(255, 255, 255, 190), 1.0)
BOX_SHADOW = QPen(QColor(0, 0, 0, 130), 4.0)
NEUTRAL = QColor(200, 208, 215)

LEGEND_TITLE = QT_TR_NOOP("attention")
LEGEND_GAP_PX = 12
#: (what is drawn, text): an attention, "inferred" for a joint that the sensor guessed, "box" for a crop.
LEGEND: tuple[tuple[float | str, str], ...] = (
    *((palette.ATTENTION_FULL * k / 4, f"{palette.ATTENTION_FULL * k / 4:g}") for k in range(4)),
    (palette.ATTENTION_FULL, f"≥{palette.ATTENTION_FULL:g}"),
    ("box", QT_TR_NOOP("seen by the student, weight")),
    ("inferred", QT_TR_NOOP("hidden from the sensor, estimated")),
)


@dataclass(frozen=True, slots=True)
class Look:
    """What the user chose to see: the person in focus (None: automatic), and whether the ROI boxes are drawn."""

    focus: int | None = None
    boxes: bool = True


def draw_people(
    painter: QPainter,
    placement: Placement,
    people: tuple[PoseFrame | None, Prediction | None],
    look: Look,
    occupied: list[QRectF],
) -> list[Chip]:
    """Everybody with boxes and label, inside the part of the picture that is seen; gives the labels' places.

    Args:
        people: the persons, and what is said of them; matched by slot.
        occupied: where no label may lie.
    """
    pose, prediction = people
    persons = pose.persons if pose is not None else ()
    said = {person.slot: person for person in prediction.persons} if prediction is not None else {}
    roi_slots = prediction.roi_slots if prediction is not None else ()
    painter.setClipRect(placement.seen)
    for person in persons:
        draw_skeleton(painter, placement, person, said[person.slot].attention if person.slot in said else None)
    occupied = list(occupied)
    if look.boxes and prediction is not None:
        weights = dict(zip(roi_slots, prediction.roi_attention, strict=False))
        for person in persons:
            if person.slot in weights:
                crop = prediction.roi_crop
                occupied += draw_boxes(painter, placement, person.body, (weights[person.slot], crop), occupied)
    texts = [(person, person_text(person.slot, said.get(person.slot), person.is_person)) for person in persons]
    chips = place_chips(placement, texts, painter.fontMetrics(), occupied)
    if chips:
        draw_leaders(painter, chips)
    for chip in chips:
        draw_chip(painter, chip, chosen=chip.slot == look.focus, seen_by_student=chip.slot in roi_slots)
    painter.setClipping(False)
    return chips


def draw_boxes(
    painter: QPainter,
    placement: Placement,
    body: Body,
    weights: tuple[np.ndarray, str],
    occupied: list[QRectF],
) -> list[QRectF]:
    """The five squares that are cut out for the student, coloured by their weights; gives the places of the numbers.

    Args:
        weights: attention (25,), and the kind of crop.
        occupied: where no number may lie.
    """
    xy_px, _ = placement.to_widget(body)
    metrics = painter.fontMetrics()
    attention, crop = weights
    numbers: list[QRectF] = []
    painter.setBrush(Qt.NoBrush)
    boxes = []
    for joint in ROI_JOINTS:
        half_px = placement.scale * crop_side_px(body, joint, crop) / 2
        if np.isfinite(xy_px[joint]).all() and np.abs(xy_px[joint]).max() < DRAWABLE_PX:
            x_px, y_px = xy_px[joint].tolist()
            boxes.append((joint, QRectF(x_px - half_px, y_px - half_px, 2 * half_px, 2 * half_px)))
    painter.setRenderHint(QPainter.Antialiasing, False)  # upright lines are as sharp without, and far cheaper
    for joint, box in boxes:
        for pen in (BOX_SHADOW, QPen(palette.attention_color(float(attention[joint])), 2.0)):
            painter.setPen(pen)
            painter.drawRect(box)
    painter.setRenderHint(QPainter.Antialiasing)
    for joint, box in boxes:
        text = f"{attention[joint]:.1f}"
        size = metrics.horizontalAdvance(text) + 6, metrics.height()
        place = _number_place(box, size, placement.seen, [*occupied, *numbers])
        if place is None:  # in a small picture: two numbers on top of each other are none
            continue
        numbers.append(place)
        painter.fillRect(place, CHIP)
        painter.setPen(palette.ON_PICTURE)
        painter.drawText(place, Qt.AlignCenter, text)
    return numbers


def _number_place(box: QRectF, size: tuple[float, float], bounds: QRectF, taken: list[QRectF]) -> QRectF | None:
    """At the box, the first place that is free: below, above, beside, inside it; None: there is none."""
    width_px, height_px = size
    lefts = (box.left(), box.right() - width_px)
    places = [(x_px, y_px) for y_px in (box.bottom() + 1, box.top() - height_px - 1) for x_px in lefts]
    beside_px = box.center().y() - height_px / 2
    places += [(box.left() - width_px - 1, beside_px), (box.right() + 1, beside_px)]
    places += [(x_px, y_px) for y_px in (box.top() + 1, box.bottom() - height_px - 1) for x_px in lefts]
    rects = [QRectF(x_px, y_px, width_px, height_px) for x_px, y_px in places]
    free = (rect for rect in rects if bounds.contains(rect) and not any(rect.intersects(other) for other in taken))
    return next(free, None)


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
    scale = placement.joint_scale
    for joint in np.argsort(values).tolist():  # the most attended on top
        if drawable[joint]:
            shown = None if attention is None else float(values[joint])
            draw_joint(painter, points[joint], shown, bool(tracked[joint]), scale)


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


def legend_rect(placement: Placement, metrics: QFontMetrics, widget_height_px: int) -> QRectF:
    """Where the legend lies: under the picture if there is room, else in its lower left corner."""
    joint_px = 2 * placement.joint_scale * palette.LARGEST_JOINT_PX
    width_px = metrics.horizontalAdvance(tr(LEGEND_TITLE)) + 2.0 * LEGEND_GAP_PX
    for _, text in LEGEND:
        entry_px = joint_px + metrics.horizontalAdvance(tr(text)) + LEGEND_GAP_PX
        if width_px + entry_px > placement.seen.width() - 12:
            break
        width_px += entry_px
    height_px = max(metrics.height(), joint_px) + 6
    seen = placement.seen
    if seen.bottom() + 4 + height_px <= widget_height_px:
        return QRectF(seen.left(), seen.bottom() + 4, width_px, height_px)
    return QRectF(seen.left() + 6, seen.bottom() - height_px - 6, width_px, height_px)


def draw_legend(painter: QPainter, rect: QRectF, joint_scale: float) -> None:
    """One row: joints with the attention they stand for, what a ring and a box mean; as much as the place holds."""
    texts = tuple(tr(text) for text in (LEGEND_TITLE, *(text for _, text in LEGEND)))
    ratio = painter.device().devicePixelRatioF()
    image = _legend_image(rect.width(), rect.height(), joint_scale, ratio, painter.font().toString(), texts)
    painter.drawImage(QPointF(round(rect.left()), round(rect.top())), image)


@lru_cache(maxsize=8)
def _legend_image(
    width_px: float, height_px: float, joint_scale: float, pixel_ratio: float, font_name: str, texts: tuple[str, ...]
) -> QImage:
    """The legend, painted once for each size, font and language."""
    size_wh = math.ceil(width_px * pixel_ratio), math.ceil(height_px * pixel_ratio)
    image = QImage(*size_wh, QImage.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(pixel_ratio)
    image.fill(Qt.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.Antialiasing)
    font = QFont()
    font.fromString(font_name)
    painter.setFont(font)
    _paint_legend(painter, QRectF(0, 0, width_px, height_px), joint_scale, texts)
    painter.end()
    return image


def _paint_legend(painter: QPainter, rect: QRectF, joint_scale: float, texts: tuple[str, ...]) -> None:
    metrics = painter.fontMetrics()
    painter.setPen(Qt.NoPen)
    painter.setBrush(CHIP)
    painter.drawRoundedRect(rect, 6, 6)
    joint_px = 2 * joint_scale * palette.LARGEST_JOINT_PX
    x_px, middle_px = rect.left() + LEGEND_GAP_PX, rect.center().y()
    baseline_px = middle_px + (metrics.ascent() - metrics.descent()) / 2
    painter.setPen(palette.ON_PICTURE)
    painter.drawText(QPointF(x_px, baseline_px), texts[0])
    x_px += metrics.horizontalAdvance(texts[0]) + LEGEND_GAP_PX
    for (drawn, _), text in zip(LEGEND, texts[1:], strict=True):
        entry_px = joint_px + metrics.horizontalAdvance(text) + LEGEND_GAP_PX
        if x_px + entry_px > rect.right() + 1:
            break
        centre = QPointF(x_px + joint_px / 2, middle_px)
        if drawn == "box":
            half_px = joint_px / 2 - 3
            painter.setBrush(Qt.NoBrush)
            painter.setPen(QPen(palette.attention_color(1.5), 2.0))
            painter.drawRect(QRectF(centre.x() - half_px, centre.y() - half_px, 2 * half_px, 2 * half_px))
            painter.setPen(palette.ON_PICTURE)
        else:
            draw_joint(painter, centre, 1.0 if drawn == "inferred" else drawn, drawn != "inferred", joint_scale)
        painter.drawText(QPointF(x_px + joint_px + 3, baseline_px), text)
        x_px += entry_px
