"""How much two colours differ, computed apart from the program's own palette."""

from __future__ import annotations

import numpy as np
from PyQt5.QtGui import QColor


def contrast(a: QColor | str, b: QColor | str) -> float:
    """WCAG contrast of two colours, 1 to 21."""
    light, dark = sorted((_luminance(QColor(a)), _luminance(QColor(b))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: QColor) -> float:
    shares = (color.redF(), color.greenF(), color.blueF())
    linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in shares]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))
