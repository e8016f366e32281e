"""The labels beside the heads: what they say, where they find room, how they look. In widget pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PyQt5.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QPainter, QPen

from tsmf_live.frames import Body, Person, PersonPrediction
from tsmf_live.gui import palette
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.language import tr
from tsmf_live.gui.picture.placement import Placement
from tsmf_live.skeleton import HEAD, NECK, SPINE_SHOULDER

LEADER = QPen(QColor(245, 248, 250, 150), 1.0)
CHIP = QColor(10, 14, 18, 205)
CHOSEN, ON_CHOSEN = QColor("#62b0f5"), QColor("#06121c")  # over the picture both themes look alike


@dataclass(frozen=True, slots=True)
class Chip:
    """A person's label: its whole text, what of it is drawn, where, and the head it belongs to."""

    slot: int
    text: str
    shown_text: str
    rect: QRectF
    head: QPointF


def person_text(slot: int, said: PersonPrediction | None, is_person: bool = True) -> str:
    """The text beside a head: the person's number (slot + 1, as on the keyboard), then label and confidence if any, or
    why there can be none.
    """
    if not is_person:
        return tr("{n} · not taken for a person").format(n=slot + 1)
    if said is not None and said.withheld:
        return tr("{n} · too little to be seen").format(n=slot + 1)
    if said is None or said.label is None:
        return str(slot + 1)
    return f"{slot + 1} · {class_name(said.label)} {said.confidence:.0%}"


def place_chips(
    placement: Placement, persons: list[tuple[Person, str]], metrics: QFontMetrics, occupied: list[QRectF]
) -> list[Chip]:
    """A place for each person's text near the head, inside the visible part of the picture.

    It lies over no other text, no head and nothing `occupied`. A person whose head cannot be seen gets no label.
    """
    heads = [_head_point(placement, person.body) for person, _ in persons]
    reach_px = metrics.height()
    taken = list(occupied)
    taken += [QRectF(head.x() - reach_px / 2, head.y() - reach_px / 2, reach_px, reach_px) for head in heads if head]
    chips: list[Chip] = []
    for (person, text), head in zip(persons, heads, strict=True):
        if head is None or not placement.seen.adjusted(-reach_px, -reach_px, reach_px, reach_px).contains(head):
            continue
        shown_text = palette.elided(text, metrics, int(0.45 * placement.seen.width()))
        size = metrics.horizontalAdvance(shown_text) + 16, metrics.height() + 6
        rect = _free_place(placement.seen, head, size, taken)
        taken.append(rect)
        chips.append(Chip(person.slot, text, shown_text, rect, head))
    return chips


def draw_leaders(painter: QPainter, chips: list[Chip]) -> None:
    """A thin line from each label to its head; drawn before the labels, so that it lies under them."""
    painter.setPen(LEADER)
    painter.drawLines([QLineF(_nearest(chip.rect, chip.head), chip.head) for chip in chips])


def draw_chip(painter: QPainter, chip: Chip, *, chosen: bool, seen_by_student: bool) -> None:
    """A person's label: filled when chosen as the focus, outlined when the student looks at this person."""
    painter.setBrush(CHOSEN if chosen else CHIP)
    painter.setPen(QPen(CHOSEN, 1.5) if seen_by_student else Qt.NoPen)
    painter.drawRoundedRect(chip.rect, 5, 5)
    painter.setPen(ON_CHOSEN if chosen else palette.ON_PICTURE)
    painter.drawText(chip.rect, Qt.AlignCenter, chip.shown_text)


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
    """The first free place: right of the head, left of it, above it, then higher and lower, then the nearest anywhere;
    right of the head if there is none at all.
    """
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
    anywhere = [
        QRectF(x_px, y_px, width_px, height_px)
        for y_px in np.arange(bounds.top() + 4, bounds.bottom() - height_px - 4, height_px + 4).tolist()
        for x_px in np.linspace(bounds.left() + 4, max(bounds.right() - width_px - 4, bounds.left() + 4), 9).tolist()
    ]
    free = [rect for rect in anywhere if not any(rect.intersects(other) for other in taken)]
    return min(free, key=lambda rect: QLineF(rect.center(), head).length(), default=first)
