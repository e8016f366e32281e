"""Time as rows of labelled bars, a cursor, a span. For a whole recording, and for the last minute."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import QSizePolicy, QWidget

from tsmf_live.gui import palette
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.hover import HoverText
from tsmf_live.gui.language import tr
from tsmf_live.live.look_back import HELD_S, Moments

RECENT_S = 60.0
MOST_ROWS = 7  # six people and the scene
DRAG_PX = 4
BORDER_PX = 5  # so near a border the mouse takes hold of it
KEY_STEP_S = 1.0
NARROWEST = 75  # percent of the letters' width, in a bar that is short
MARGIN_PX = 6  # so that the outermost numbers are whole
TICKS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)


@dataclass(frozen=True, slots=True)
class TimelineBar:
    """Something that lasted from start_s to end_s.

    kind: "event" (predicted), "running" (predicted, not over yet), "annotation", or "suggestion" (not accepted yet).
    key: the number of an annotation that can be chosen and changed, else None.
    right: whether prediction and annotation agree in it; None: there is nothing to compare with.
    """

    start_s: float
    end_s: float
    label: str
    confidence: float | None = None
    kind: str = "event"
    key: int | None = None
    right: bool | None = None


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A title and its bars, in the order of time."""

    title: str
    bars: tuple[TimelineBar, ...] = ()


class Timeline(HoverText, QWidget):
    """Rows of bars over a span of seconds.

    Signals:
        clicked: the time under a click, or where the arrow keys move the cursor.
        dragged: the time under the mouse while it is held down and moved.
        span_selected: beginning and end of what was marked with Shift and the mouse.
        bar_chosen: the key of a bar under a click.
        border_moved: the key of a bar, and where it begins and ends now that a border was dragged.
    """

    clicked = pyqtSignal(float)
    dragged = pyqtSignal(float)
    span_selected = pyqtSignal(float, float)
    bar_chosen = pyqtSignal(int)
    border_moved = pyqtSignal(int, float, float)

    def __init__(self, *, relative: bool = False) -> None:
        """With `relative` the numbers count back from the end, which is "now"."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)
        self.setFocusPolicy(Qt.TabFocus)
        self.setMouseTracking(True)
        self.setProperty("role", "muted")  # small letters
        self._relative = relative
        self._rows: tuple[TimelineRow, ...] = ()
        self._titles_px: int | None = None  # the widest, once measured: asked for with every bar and tick
        self._span_s = (0.0, 1.0)
        self._cursor_s: float | None = None
        self._loop_s: tuple[float, float] | None = None
        self._pressed: tuple[int, bool] | None = None  # where the mouse went down, and whether with Shift
        self._dragging = False
        self._marking_s: tuple[float, float] | None = None
        self._chosen: int | None = None
        self._held: tuple[TimelineBar, bool] | None = None  # whose border the mouse holds, and whether it is the end
        self._moved_s: tuple[float, float] | None = None  # what that bar would become

    def choose(self, key: int | None) -> None:
        """Show the bar with this key as chosen; None: none."""
        if key != self._chosen:
            self._chosen = key
            self.update()

    def show_rows(
        self,
        rows: Sequence[TimelineRow],
        span_s: tuple[float, float],
        cursor_s: float | None,
        loop_s: tuple[float, float] | None = None,
    ) -> None:
        """Show these rows between two times; repaints only on a change, and a cursor only when it has moved a pixel."""
        rows = tuple(rows[:MOST_ROWS])
        moved = cursor_s != self._cursor_s and (
            cursor_s is None or self._cursor_s is None or round(self._x(cursor_s)) != round(self._x(self._cursor_s))
        )
        if (rows, span_s, loop_s) == (self._rows, self._span_s, self._loop_s) and not moved:
            return
        if len(rows) != len(self._rows):
            self.updateGeometry()
        if [row.title for row in rows] != [row.title for row in self._rows]:
            self._titles_px = None
        self._rows, self._span_s, self._cursor_s, self._loop_s = rows, span_s, cursor_s, loop_s
        self.update()

    @property
    def rows(self) -> tuple[TimelineRow, ...]:
        """What is shown."""
        return self._rows

    def sizeHint(self) -> QSize:
        return QSize(300, len(self._rows or (1,)) * self._row_px() + self.fontMetrics().height() + 5)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def bar_at(self, point: QPoint) -> TimelineBar | None:
        """The bar at this place, or None."""
        row = point.y() // self._row_px()
        if not 0 <= row < len(self._rows):
            return None
        bars = reversed(self._rows[row].bars)  # a later bar lies on top
        return next((bar for bar in bars if self._bar_rect(row, bar).contains(QPointF(point))), None)

    def border_at(self, point: QPoint) -> tuple[TimelineBar, bool] | None:
        """The bar with a key whose border is at this place, and whether that is its end; None: none is.

        The chosen one goes before the others.
        """
        row = point.y() // self._row_px()
        if not 0 <= row < len(self._rows):
            return None
        keyed = [bar for bar in self._rows[row].bars if bar.key is not None]
        for bar in sorted(reversed(keyed), key=lambda bar: bar.key != self._chosen):
            for is_end, time_s in ((True, bar.end_s), (False, bar.start_s)):
                if abs(point.x() - self._x(time_s)) <= BORDER_PX:
                    return bar, is_end
        return None

    def time_at(self, x_px: float) -> float:
        """The time at this place, within what is shown."""
        start_s, end_s = self._span_s
        share = (x_px - self._left_px()) / max(self._width_px(), 1.0)
        return start_s + min(max(share, 0.0), 1.0) * (end_s - start_s)

    def _row_px(self) -> int:
        return self.fontMetrics().height() + 4

    def _left_px(self) -> float:
        """Where time begins: right of the titles."""
        if self._titles_px is None:
            titles = [self.fontMetrics().horizontalAdvance(row.title) for row in self._rows]
            self._titles_px = max(titles, default=0)
        widest_px = min(self._titles_px, 0.25 * self.width())
        return widest_px + 2 * MARGIN_PX if widest_px else MARGIN_PX

    def _width_px(self) -> float:
        return self.width() - MARGIN_PX - self._left_px()

    def _x(self, time_s: float) -> float:
        start_s, end_s = self._span_s
        return self._left_px() + (time_s - start_s) / max(end_s - start_s, 1e-9) * self._width_px()

    def _bar_rect(self, row: int, bar: TimelineBar) -> QRectF:
        left = max(self._x(bar.start_s), self._left_px())
        right = min(self._x(bar.end_s), self._left_px() + self._width_px())
        return QRectF(left, row * self._row_px() + 1, max(right - left, 3.0), self._row_px() - 2)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.FontChange, QEvent.StyleChange):
            self._titles_px = None
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            metrics = painter.fontMetrics()
            self._paint_ticks(painter, metrics)
            for row, content in enumerate(self._rows):
                self._paint_row(painter, metrics, row, content)
            bottom_px = max(len(self._rows), 1) * self._row_px()
            spans = (self._loop_s, palette.ACCENT), (self._marking_s, palette.MARK), (self._moved_s, palette.MARK)
            for span_s, color in spans:
                if span_s is not None:
                    self._paint_span(painter, span_s, color, bottom_px)
            if self._cursor_s is not None and self._span_s[0] <= self._cursor_s <= self._span_s[1]:
                x_px = self._x(self._cursor_s)
                for pen in (QPen(palette.BACKGROUND, 6), QPen(palette.MARK, 2)):  # seen on bars of its own colour, too
                    painter.setPen(pen)
                    painter.drawLine(QPointF(x_px, 0), QPointF(x_px, bottom_px + 3))
            if self.hasFocus():
                painter.setPen(QPen(palette.ACCENT, 1))
                painter.setBrush(Qt.NoBrush)
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        finally:
            painter.end()

    def _paint_row(self, painter: QPainter, metrics: QFontMetrics, row: int, content: TimelineRow) -> None:
        left_px, row_px = self._left_px(), self._row_px()
        title = QRectF(MARGIN_PX, row * row_px, left_px - 2 * MARGIN_PX, row_px)
        painter.setPen(palette.MUTED)
        painter.drawText(
            title, int(Qt.AlignLeft | Qt.AlignVCenter), palette.elided(content.title, metrics, int(title.width()) + 1)
        )
        painter.fillRect(QRectF(left_px, row * row_px + 1, self._width_px(), row_px - 2), palette.TRACK)
        shown = [bar for bar in content.bars if bar.end_s >= self._span_s[0] and bar.start_s <= self._span_s[1]]
        rects = [self._bar_rect(row, bar) for bar in shown]
        for bar, rect in zip(shown, rects, strict=True):
            self._paint_bar(painter, rect, bar)
        for place, (bar, rect) in enumerate(zip(shown, rects, strict=True)):
            following = [other.left() for other in rects[place + 1 :]]
            self._paint_name(painter, rect, min(following, default=left_px + self._width_px()), bar)

    def _paint_bar(self, painter: QPainter, rect: QRectF, bar: TimelineBar) -> None:
        fills = {"annotation": palette.MARK, "running": palette.ACCENT, "suggestion": palette.PANEL}
        painter.fillRect(rect, fills.get(bar.kind, palette.PAST))
        if bar.kind == "suggestion":
            painter.setPen(QPen(palette.ACCENT, 1, Qt.DashLine))
            painter.setBrush(Qt.NoBrush)
            painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
        else:
            painter.fillRect(QRectF(rect.left(), rect.top(), 1, rect.height()), palette.BACKGROUND)
        if bar.key is not None and bar.key == self._chosen:
            painter.setBrush(Qt.NoBrush)
            for pen, inside_px in ((QPen(palette.TEXT, 2), 1), (QPen(palette.BACKGROUND, 2), 3)):
                painter.setPen(pen)
                painter.drawRect(rect.adjusted(inside_px, inside_px, -inside_px, -inside_px))

    def _paint_name(self, painter: QPainter, rect: QRectF, free_px: float, bar: TimelineBar) -> None:
        """The name in its bar; one that is longer goes on beside it, as far as nothing else stands there.

        Args:
            free_px: where the next bar begins.
        """
        font = QFont(self.font())
        name = {True: "✓ ", False: "✗ ", None: ""}[bar.right] + class_name(bar.label)
        room_px = max(free_px, rect.right()) - rect.left() - 8
        needed_px = QFontMetrics(font).horizontalAdvance(name)
        if needed_px > room_px:
            font.setStretch(max(math.floor(100 * room_px / needed_px), NARROWEST))
        shown = palette.elided(name, QFontMetrics(font), int(room_px))
        if len(shown) <= 2 and shown != name:  # Chinese names may be that short
            return
        place = QRectF(rect.left() + 5, rect.top(), room_px + 3, rect.height())
        beside = QRectF(rect.right(), rect.top(), place.right() - rect.right(), rect.height())
        on_bar = palette.TEXT if bar.kind == "suggestion" else palette.BACKGROUND
        painter.save()
        painter.setFont(font)
        for clip, ink in ((rect, on_bar), (beside, palette.TEXT)):
            painter.setClipRect(clip)
            painter.setPen(ink)
            painter.drawText(place, int(Qt.AlignLeft | Qt.AlignVCenter | Qt.TextDontClip), shown)
        painter.restore()

    def _paint_ticks(self, painter: QPainter, metrics: QFontMetrics) -> None:
        start_s, end_s = self._span_s
        room_px = metrics.horizontalAdvance("-00:00:0") + 10
        per_px = (end_s - start_s) / max(self._width_px(), 1.0)
        step_s = next((step for step in TICKS_S if step >= room_px * per_px), TICKS_S[-1])
        zero_s = end_s if self._relative else 0.0
        first, last = int((start_s - zero_s) / step_s) - 1, int((end_s - zero_s) / step_s) + 1
        top_px = max(len(self._rows), 1) * self._row_px()
        painter.setPen(palette.MUTED)
        for k in range(first, last + 1):
            x_px = self._x(zero_s + k * step_s)
            if not self._left_px() - 1 <= x_px <= self._left_px() + self._width_px() + 1:
                continue
            painter.drawLine(QPointF(x_px, top_px), QPointF(x_px, top_px + 3))
            text = self._tick_text(k * step_s, step_s)
            half_px = metrics.horizontalAdvance(text) / 2
            x_px = min(max(x_px, half_px + 1), self.width() - half_px - 1)
            place = QRectF(x_px - half_px - 1, top_px + 3, 2 * half_px + 2, metrics.height())
            painter.drawText(place, int(Qt.AlignHCenter | Qt.AlignTop), text)

    def _tick_text(self, time_s: float, step_s: float) -> str:
        if self._relative:
            return tr("now") if time_s == 0 else f"{time_s:g} s"
        minutes, seconds = divmod(time_s, 60)
        return f"{int(minutes)}:{seconds:04.1f}" if step_s < 1 else f"{int(minutes)}:{int(seconds):02d}"

    def _paint_span(self, painter: QPainter, span_s: tuple[float, float], color: QColor, bottom_px: int) -> None:
        rect = QRectF(QPointF(self._x(span_s[0]), 0), QPointF(self._x(span_s[1]), bottom_px))
        tint = QColor(color)
        tint.setAlpha(50)
        painter.fillRect(rect, tint)
        painter.setPen(QPen(color, 2))
        painter.drawLine(rect.topLeft(), rect.bottomLeft())
        painter.drawLine(rect.topRight(), rect.bottomRight())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.LeftButton:
            marks = bool(event.modifiers() & Qt.ShiftModifier)
            self._pressed, self._dragging = (event.x(), marks), False
            self._held = None if marks else self.border_at(event.pos())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self.setCursor(Qt.SplitHCursor if self.border_at(event.pos()) else Qt.ArrowCursor)
            return
        start_px, marks = self._pressed
        self._dragging = self._dragging or abs(event.x() - start_px) >= DRAG_PX
        if not self._dragging:
            return
        if self._held is not None:
            bar, is_end = self._held
            here_s = self.time_at(event.x())
            self._moved_s = (bar.start_s, max(here_s, bar.start_s)) if is_end else (min(here_s, bar.end_s), bar.end_s)
            self.update()
        elif marks:
            ends = sorted((self.time_at(start_px), self.time_at(event.x())))
            self._marking_s = (ends[0], ends[1])
            self.update()
        else:
            self.dragged.emit(self.time_at(event.x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        held, self._held = self._held, None
        moved_s, self._moved_s = self._moved_s, None
        if pressed is None or event.button() != Qt.LeftButton:
            return
        if held is not None and moved_s is not None:
            self.update()
            self.border_moved.emit(held[0].key, *moved_s)
        elif self._marking_s is not None:
            self.span_selected.emit(*self._marking_s)
            self._marking_s = None
            self.update()
        elif not self._dragging and event.x() >= self._left_px() - MARGIN_PX:
            bar = self.bar_at(event.pos())
            if bar is not None and bar.key is not None:
                self.bar_chosen.emit(bar.key)
            self.clicked.emit(self.time_at(event.x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step_s = {Qt.Key_Left: -KEY_STEP_S, Qt.Key_Right: KEY_STEP_S}.get(event.key())
        if step_s is None or event.modifiers() & ~Qt.KeypadModifier:
            super().keyPressEvent(event)
            return
        at_s = self._cursor_s if self._cursor_s is not None else self._span_s[1]
        self.clicked.emit(min(max(at_s + step_s, self._span_s[0]), self._span_s[1]))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def hover_text(self, point: QPointF) -> str:
        """Everything about the bar under this place; beside the bars whose row it is, and when."""
        row, bar = int(point.y() // self._row_px()), self.bar_at(point.toPoint())
        if bar is None:
            is_row = 0 <= row < len(self._rows) and point.x() >= self._left_px()
            return f"{self._rows[row].title}, {self._clock(self.time_at(point.x()))}" if is_row else ""
        text = tr("{label}: {seconds} s").format(label=class_name(bar.label), seconds=f"{bar.end_s - bar.start_s:.1f}")
        text += f", {bar.confidence:.0%}" if bar.confidence is not None else ""
        lasted = tr("{start} to {end}").format(start=self._clock(bar.start_s), end=self._clock(bar.end_s))
        text += f"\n{self._rows[row].title}, {lasted}"
        if bar.right is not None:
            alike = tr("predicted and annotated alike") if bar.right else tr("not predicted and annotated alike")
            text += f"\n{alike}"
        return text

    def _clock(self, time_s: float) -> str:
        """A time as the axis has it, with tenths."""
        if self._relative:
            return f"{round(time_s - self._span_s[1], 1) + 0.0:.1f} s"
        minutes, seconds = divmod(max(time_s, 0.0), 60)
        return f"{int(minutes)}:{seconds:04.1f}"


class RecentTimeline(Timeline):
    """The last minute: a row for each person (and the scene, when two are seen as one), what was done and what goes on.

    `clicked` gives sensor time.
    """

    def __init__(self) -> None:
        super().__init__(relative=True)
        self.setToolTip("")

    def show_moments(self, moments: Moments, cursor_s: float | None) -> None:
        """Show a snapshot; `cursor_s` is the frozen moment, if any."""
        newest_s = moments.newest_s
        if newest_s is None:
            self.show_rows((TimelineRow(tr("nobody yet")),), (-RECENT_S, 0.0), None)
            return
        self.show_rows(recent_rows(moments), (newest_s - RECENT_S, newest_s), cursor_s)


def recent_rows(moments: Moments) -> tuple[TimelineRow, ...]:
    """Events and what has not ended yet, by person; a person without a label has an empty row."""
    bars: dict[int | None, list[TimelineBar]] = {}
    for prediction in moments.predictions:
        for person in prediction.persons:
            bars.setdefault(person.slot, [])
    for event in moments.events:
        bars.setdefault(event.slot, []).append(
            TimelineBar(event.start_s, event.end_s, event.label, event.confidence, "event")
        )
    for slot, bar in _said_in_a_pair(moments):
        if not any(min(bar.end_s, other.end_s) > max(bar.start_s, other.start_s) for other in bars[slot]):
            bars[slot].append(bar)
    for slot in bars:
        bars[slot].sort(key=lambda bar: bar.start_s)
    for slot, bar in _running(moments):
        if not bars.get(slot) or bars[slot][-1].end_s <= bar.start_s + HELD_S:
            bars.setdefault(slot, []).append(bar)
    slots = sorted(slot for slot in bars if slot is not None)
    rows = [TimelineRow(tr("person {n}").format(n=slot + 1), tuple(bars[slot])) for slot in slots]
    if None in bars:
        rows.append(TimelineRow(tr("as a pair"), tuple(bars[None])))
    return tuple(rows) or (TimelineRow(tr("nobody yet")),)


def _said_in_a_pair(moments: Moments) -> list[tuple[int, TimelineBar]]:
    """What was said of each of two people who were seen together; their events are the pair's, see live.inference."""
    said, going_on = [], {}
    for prediction in moments.predictions[:-1]:
        time_s = prediction.sensor_time_s
        pair = prediction.roi_slots if len(prediction.roi_slots) == 2 else ()
        for person in prediction.persons:
            bar = going_on.pop(person.slot, None)
            goes_on = bar is not None and bar.label == person.label and time_s - bar.end_s <= HELD_S
            if bar is not None and not goes_on:
                said.append((person.slot, bar))
            if person.slot in pair and person.label is not None:
                start_s, peak = (bar.start_s, bar.confidence) if goes_on else (time_s, 0.0)
                now = TimelineBar(start_s, time_s, person.label, max(peak, person.confidence))
                going_on[person.slot] = now
            elif goes_on:
                said.append((person.slot, bar))
    newest = moments.predictions[-1]
    ended = [(slot, bar) for slot, bar in going_on.items() if bar.label != _label_of(newest.persons, slot)]
    return [*said, *ended]


def _running(moments: Moments) -> list[tuple[int | None, TimelineBar]]:
    """What each person does now, and since when; and of two who are seen together, what they do together."""
    newest = moments.predictions[-1]
    together = len(newest.roi_slots) == 2
    said = [(p.slot, p.label, p.confidence) for p in newest.persons]
    if together:
        said.append((None, newest.label, newest.confidence))
    running = []
    for slot, label, confidence in said:
        if label is None:
            continue
        start_s = newest.sensor_time_s
        for prediction in reversed(moments.predictions):
            told = prediction.label if slot is None else _label_of(prediction.persons, slot)
            if told != label or start_s - prediction.sensor_time_s > HELD_S:
                break
            start_s = prediction.sensor_time_s
        running.append((slot, TimelineBar(start_s, newest.sensor_time_s, label, confidence, "running")))
    return running


def _label_of(persons: Sequence, slot: int) -> str | None:
    return next((person.label for person in persons if person.slot == slot), None)
