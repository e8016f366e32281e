"""Where the picture lies in a widget, and where its joints do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PyQt5.QtCore import QRectF

from tsmf_live.frames import COLOR_WIDTH, Body

DRAWABLE_PX = 16000.0  # farther off the picture a joint is not drawn: the raster would overflow


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the picture lies in the widget: widget = scale * picture + origin, the picture mirrored before that or not.

    `bounds` is what the widget shows; the picture may reach beyond it when it is zoomed.
    """

    scale: float
    x_px: float
    y_px: float
    width_px: int
    height_px: int
    mirrored: bool = False
    bounds: QRectF | None = None

    @property
    def rect(self) -> QRectF:
        """The whole picture."""
        return QRectF(self.x_px, self.y_px, self.width_px, self.height_px)

    @property
    def seen(self) -> QRectF:
        """The part of the picture that the widget shows."""
        return self.rect if self.bounds is None else self.rect.intersected(self.bounds)

    @property
    def joint_scale(self) -> float:
        """How much larger than at 960 px width a joint is drawn; in quarters."""
        return round(4 * min(max(self.width_px / 960, 0.75), 2.0)) / 4

    def to_widget(self, body: Body) -> tuple[np.ndarray, np.ndarray]:
        """The joints in widget pixels, (25, 2), and which of them can be drawn, (25,) bool."""
        sign, first_px = (-1.0, self.x_px + (COLOR_WIDTH - 1) * self.scale) if self.mirrored else (1.0, self.x_px)
        xy_px = body.color_xy * np.float32([sign * self.scale, self.scale]) + np.float32([first_px, self.y_px])
        drawable = (np.abs(xy_px) < DRAWABLE_PX).all(axis=1)  # what is not finite is not either
        return xy_px, drawable & (body.joint_state > 0)
