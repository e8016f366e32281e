"""The window's place on the screen: never larger than what the screen leaves free, and never outside it."""

from __future__ import annotations

from PyQt5.QtCore import QMargins, QPoint, QRect, QSize
from PyQt5.QtWidgets import QApplication, QStyle, QWidget

SMALLEST = QSize(1000, 620)  # where the screen has room for it
SCREENLESS = ("offscreen", "minimal")  # Qt's platforms on which nobody sees a window, and no window manager frames it
USUAL, LARGE = QSize(1280, 720), QSize(1600, 900)


def fitted(window: QRect, frame: QMargins, room: QRect) -> QRect:
    """The geometry of a window (without its frame) moved, and if need be made smaller, until its frame lies in `room`.

    Args:
        window: where it is, or wants to be.
        frame: how far the window manager's frame stands out on each side.
        room: the part of the screen that is free.
    """
    inside = room.marginsRemoved(frame)
    size = window.size().boundedTo(inside.size())
    furthest = inside.bottomRight() - QPoint(size.width() - 1, size.height() - 1)
    x = min(max(window.x(), inside.x()), furthest.x())
    y = min(max(window.y(), inside.y()), furthest.y())
    return QRect(QPoint(x, y), size)


def first_size(frame: QMargins, room: QRect) -> QSize:
    """The size of a window that has never been opened, without its frame."""
    inside = room.marginsRemoved(frame).size()
    return LARGE if inside.width() > 1700 and inside.height() > 950 else USUAL.boundedTo(inside)


def usual_frame(window: QWidget) -> QMargins:
    """The frame that the window manager will probably give a window that is not shown yet."""
    title = window.style().pixelMetric(QStyle.PM_TitleBarHeight)
    edge = window.style().pixelMetric(QStyle.PM_MdiSubWindowFrameWidth)
    return QMargins(edge, title + edge, edge, edge)


def frame_of(window: QWidget) -> QMargins:
    """The frame that the window manager has given a window that is shown; none while it has none."""
    outer, inner = window.frameGeometry(), window.geometry()
    return QMargins(
        inner.left() - outer.left(), inner.top() - outer.top(),
        outer.right() - inner.right(), outer.bottom() - inner.bottom(),
    )  # fmt: skip


def room_for(window: QWidget) -> QRect:
    """The free part of the screen on which most of the window lies, else of the first screen."""
    screen = QApplication.screenAt(window.geometry().center()) or QApplication.primaryScreen()
    return screen.availableGeometry()


def bring_in(window: QWidget, frame: QMargins) -> None:
    """Moves and shrinks a window into its screen; one that fills the screen is left to the window manager."""
    room = room_for(window)
    window.setMinimumSize(SMALLEST.boundedTo(room.marginsRemoved(frame).size()))
    if not (window.isMaximized() or window.isFullScreen()):
        place = fitted(window.geometry(), frame, room)
        if place != window.geometry():
            window.setGeometry(place)
