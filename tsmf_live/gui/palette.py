"""How the window looks: colours, a joint's colour and size by its attention, the style sheet, text that must fit.

Attention uses viridis: perceptually uniform, and it keeps its order for colour-blind eyes and in grey.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PyQt5.QtWidgets import QLabel, QSizePolicy, QWidget
from pyqtgraph import colormap

from tsmf_live.command import plain

#: Two themes with the same names. Contrast of text on its ground is at least 4.5 in both, of bars on their track and of
#: borders that show where something is 3. "done" is the part of a progress bar in its "groove": text lies on both.
THEMES = {
    "dark": {
        "background": "#12161b", "panel": "#1a2027", "track": "#2a333d", "text": "#e9edf1", "muted": "#9aa7b4",
        "accent": "#62b0f5", "teacher": "#62b0f5", "student": "#e39a5c", "fusion": "#7fcf9f", "amber": "#f4b740",
        "red": "#cc3a42", "calm": "#28455e", "field": "#222a33", "past": "#7f9ab3", "mark": "#f4b740",
        "edge": "#6a7784", "groove": "#12161b", "done": "#3f6a93",
    },
    "light": {
        "background": "#eef1f4", "panel": "#ffffff", "track": "#d5dce3", "text": "#16202a", "muted": "#55626f",
        "accent": "#1267b3", "teacher": "#1f6fb5", "student": "#b0560f", "fusion": "#217a4a", "amber": "#f4b740",
        "red": "#b3262e", "calm": "#cfe0ef", "field": "#ffffff", "past": "#4f6e8a", "mark": "#8f5600",
        "edge": "#7e8b99", "groove": "#ffffff", "done": "#5f92c2",
    },
}  # fmt: skip
PAPER = THEMES["light"] | {"background": "#ffffff"}  # of figures that are saved
#: Changed in place by `use_theme`, so that everybody who holds one paints with the theme in use.
_COLORS = tuple(QColor(value) for value in THEMES["dark"].values())
BACKGROUND, PANEL, TRACK, TEXT, MUTED, ACCENT, TEACHER, STUDENT, FUSION = _COLORS[:9]
AMBER, RED, CALM, FIELD, PAST, MARK, EDGE, GROOVE, DONE = _COLORS[9:]
ON_PICTURE = QColor("#e9edf1")  # text on dark ground over the picture, in both themes
ON_AMBER = QColor("#201600")
#: Of drop-down lists: Qt's own has a bevel that covers the border. Contrast of 3 and more on the fields of both themes.
ARROW = (Path(__file__).parent / "arrow.svg").as_posix()
LIVE = QColor("#1b7a43")  # under white letters, in both themes
#: Lines of classes: told apart by colour-blind eyes, contrast of about 3 and more on the panels of both themes.
CLASSES = tuple(QColor(value) for value in ("#c97a00", "#3f9be0", "#14a37f", "#d1679f"))


def use_theme(name: str) -> None:
    """Paint with this theme, "dark" or "light", from now on; widgets take their new style sheet themselves."""
    _paint_with(THEMES[name])


@contextmanager
def on_paper() -> Iterator[None]:
    """Paint with PAPER for a while; for what is painted at once, on the GUI thread."""
    before = {name: color.name() for name, color in zip(PAPER, _COLORS, strict=True)}
    _paint_with(PAPER)
    try:
        yield
    finally:
        _paint_with(before)


def _paint_with(colors: dict[str, str]) -> None:
    for color, value in zip(_COLORS, colors.values(), strict=True):
        color.setNamedColor(value)


#: Attention that gets the brightest colour and the largest joint. Both definitions live between 0 and about 2: one has
#: mean 1 over the joints, the other ends at 255/127. The scale is fixed, so that two moments can be compared.
ATTENTION_FULL = 2.0
BAR_SCALES = (ATTENTION_FULL, 5.0, 10.0, 25.0)  # of bars, which have room for all of it; the mean over 25 joints is 1
SMALLEST_JOINT_PX, LARGEST_JOINT_PX = 3.0, 9.0  # radius at scale 1

_ATTENTION_COLORS = [QColor(*rgb) for rgb in colormap.get("viridis").getLookupTable(0.0, 1.0, 256).tolist()]


def _attention_share(attention: float) -> float:
    """0 for no attention (or NaN), 1 for ATTENTION_FULL and above."""
    return min(max(attention / ATTENTION_FULL, 0.0), 1.0) if attention == attention else 0.0


def bar_scale(most: float) -> float:
    """The attention at the end of bars of which the longest is this; the last scale for what is beyond it, or NaN."""
    return next((scale for scale in BAR_SCALES if most <= scale), BAR_SCALES[-1])


def attention_color(attention: float) -> QColor:
    """The colour of a joint with this attention."""
    return _ATTENTION_COLORS[round(255 * _attention_share(attention))]


def ink_on(color: QColor) -> QColor:
    """Black or white, whichever stands out more on this colour: one of them has a contrast of at least 4.5."""
    shares = (color.redF(), color.greenF(), color.blueF())
    linear = (share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    luminance = sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return QColor(Qt.black if (luminance + 0.05) ** 2 > 1.05 * 0.05 else Qt.white)


def joint_radius_px(attention: float) -> float:
    """The radius of a joint with this attention, at scale 1."""
    return SMALLEST_JOINT_PX + (LARGEST_JOINT_PX - SMALLEST_JOINT_PX) * _attention_share(attention)


def style_sheet(scale: float) -> str:
    """The theme in use, with text `scale` times as large as at 1280x720."""
    return _base_sheet(scale) + _control_sheet(scale)


def _px(scale: float, size_px: float) -> str:
    return f"{round(scale * size_px)}px"


def _base_sheet(scale: float) -> str:
    small, text, title, scene = (_px(scale, size) for size in (11, 13, 12, 32))
    return f"""
        QWidget {{ background: {BACKGROUND.name()}; color: {TEXT.name()}; font-size: {text}; }}
        QWidget#centre {{ border: 4px solid {BACKGROUND.name()}; }}
        QWidget#centre[recording="true"] {{ border: 4px solid {RED.name()}; }}
        QFrame#card {{ background: {PANEL.name()}; border-radius: 6px; }}
        QFrame#card QWidget {{ background: transparent; }}
        QWidget[role="title"] {{ color: {MUTED.name()}; font-size: {title}; font-weight: bold; }}
        QLabel[role="note"] {{ font-size: {title}; font-weight: bold; }}
        QWidget[role="muted"] {{ color: {MUTED.name()}; font-size: {small}; }}
        QWidget[role="scene"] {{ font-size: {scene}; font-weight: bold; }}
        QWidget[role="calm"] {{ color: {MUTED.name()}; font-size: {scene}; }}
        QWidget[role="demo"] {{ font-size: {_px(scale, 64)}; font-weight: bold; }}
        QWidget[role="demo-calm"] {{ color: {MUTED.name()}; font-size: {_px(scale, 64)}; }}
        QLabel[role="failed"], QLabel[role="ended"], QLabel[role="warning"], QLabel[role="notice"]
            {{ border-radius: 6px; font-weight: bold; padding: 2px; }}
        QLabel[role="failed"] {{ background: {RED.name()}; color: white; font-size: {_px(scale, 15)}; }}
        QLabel[role="ended"], QLabel[role="notice"] {{ background: {CALM.name()}; }}
        QLabel[role="warning"] {{ background: {AMBER.name()}; color: {ON_AMBER.name()}; }}
        QLabel[role="recording"] {{ background: {RED.name()}; color: white; font-size: {_px(scale, 20)};
            font-weight: bold; border-radius: 6px; padding: 2px 10px; }}
        QLabel[role="halt"], QLabel[role="demo-halt"] {{ background: {AMBER.name()}; color: {ON_AMBER.name()};
            font-weight: bold; border-radius: 6px; padding: 0 12px; font-size: {scene}; }}
        QLabel[role="demo-halt"] {{ font-size: {_px(scale, 48)}; }}
        QLabel[role="remedy"] {{ color: {ACCENT.name()}; }}
        QWidget[role="link"] {{ color: {MUTED.name()}; }}
        QLabel[role="live"], QLabel[role="file"], QLabel[role="simulated"] {{ font-weight: bold; border-radius: 6px;
            padding: 2px 8px; background: {CALM.name()}; }}
        QLabel[role="live"] {{ background: {LIVE.name()}; color: white; }}
        QTableWidget {{ border: none; font-size: {_px(scale, 12)}; }}
        QToolTip {{ background: {TRACK.name()}; color: {TEXT.name()}; border: 1px solid {MUTED.name()}; }}
    """


def _control_sheet(scale: float) -> str:
    focus = f"border: 1px solid {ACCENT.name()}"
    return f"""
        QMenuBar, QMenu {{ background: {PANEL.name()}; font-size: {_px(scale, 13)}; }}
        QMenuBar::item {{ padding: 3px 9px; background: transparent; }}
        QMenu {{ border: 1px solid {TRACK.name()}; padding: 4px 0; }}
        QMenu::item {{ padding: 4px 26px 4px 26px; border-left: 3px solid transparent; }}
        QMenu::item:disabled {{ color: {MUTED.name()}; }}
        QMenu::separator {{ height: 1px; background: {TRACK.name()}; margin: 4px 8px; }}
        QMenuBar::item:selected, QMenu::item:selected {{ background: {CALM.name()}; }}
        QMenu::item:selected {{ border-left: 3px solid {ACCENT.name()}; }}
        QTabWidget::pane {{ border: none; }}
        QTabBar::tab {{ background: {PANEL.name()}; padding: {_px(scale, 4)} {_px(scale, 9)}; margin-right: 2px;
            border-top-left-radius: 5px; border-top-right-radius: 5px; color: {MUTED.name()};
            border-bottom: 2px solid transparent; }}
        QTabBar::tab:selected {{ color: {TEXT.name()}; border-bottom: 2px solid {ACCENT.name()}; }}
        QTabBar::tab:focus {{ color: {ACCENT.name()}; }}
        QPushButton, QToolButton {{ background: {TRACK.name()}; border: 1px solid transparent; border-radius: 5px;
            padding: {_px(scale, 3)} {_px(scale, 9)}; }}
        QPushButton:hover, QToolButton:hover {{ background: {CALM.name()}; }}
        QPushButton:focus, QToolButton:focus {{ {focus}; }}
        QPushButton:disabled, QToolButton:disabled {{ color: {MUTED.name()}; background: {PANEL.name()}; }}
        QPushButton:checked, QToolButton:checked {{ background: {ACCENT.name()}; color: {BACKGROUND.name()}; }}
        QToolButton[symbol="true"] {{ padding: {_px(scale, 3)} {_px(scale, 5)}; }}
        QMenuBar QToolButton {{ padding: 0 {_px(scale, 9)}; }}
        QToolButton[recording="true"] {{ background: {RED.name()}; color: white; }}
        QToolButton#lamp {{ background: transparent; color: {FUSION.name()}; }}
        QToolButton#lamp[amber="true"] {{ background: {AMBER.name()}; color: {ON_AMBER.name()}; font-weight: bold; }}
        QPushButton#record {{ font-weight: bold; padding: {_px(scale, 7)}; font-size: {_px(scale, 15)}; }}
        QPushButton#record[recording="true"] {{ background: {RED.name()}; color: white; }}
        QLineEdit, QAbstractSpinBox, QComboBox, QAbstractItemView {{ background: {FIELD.name()};
            border: 1px solid {EDGE.name()}; border-radius: 4px; padding: {_px(scale, 2)} 4px;
            selection-background-color: {ACCENT.name()}; selection-color: {BACKGROUND.name()}; }}
        QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{ {focus}; }}
        QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {{ color: {MUTED.name()};
            background: {PANEL.name()}; }}
        QComboBox::drop-down {{ border: none; width: {_px(scale, 18)}; }}
        QComboBox::down-arrow {{ image: url("{ARROW}"); width: {_px(scale, 10)}; height: {_px(scale, 6)}; }}
        QTableWidget, QFrame#card QTableWidget {{ border: none; background: transparent; }}
        QTableCornerButton::section {{ background: {PANEL.name()}; border: none; }}
        QHeaderView, QHeaderView::section {{ background: {PANEL.name()}; color: {MUTED.name()}; border: none;
            padding: 2px 4px; font-weight: normal; }}
        QFrame#card QComboBox QAbstractItemView, QComboBox QAbstractItemView {{ background: {FIELD.name()};
            color: {TEXT.name()}; }}
        QComboBoxPrivateContainer {{ background: {FIELD.name()}; border: 1px solid {EDGE.name()}; }}
        QFileDialog QToolButton {{ background: {MUTED.name()}; padding: 2px; }}
        QFrame#card QLineEdit, QFrame#card QAbstractSpinBox, QFrame#card QComboBox {{ background: {FIELD.name()}; }}
        QFrame#card QPushButton, QFrame#card QToolButton {{ background: {TRACK.name()}; }}
        QFrame#card QPushButton:checked, QFrame#card QToolButton:checked {{ background: {ACCENT.name()}; }}
        QFrame#card QPushButton#record[recording="true"] {{ background: {RED.name()}; }}
        QAbstractItemView::indicator, QCheckBox::indicator {{ width: {_px(scale, 11)}; height: {_px(scale, 11)};
            border: 1px solid {MUTED.name()}; border-radius: 3px; background: {FIELD.name()}; }}
        QAbstractItemView::indicator:checked, QCheckBox::indicator:checked {{ background: {ACCENT.name()};
            border: 1px solid {ACCENT.name()}; }}
        QScrollArea, QScrollArea > QWidget > QWidget {{ border: none; background: transparent; }}
        QScrollBar:vertical {{ background: transparent; width: 10px; }}
        QScrollBar:horizontal {{ background: transparent; height: 10px; }}
        QScrollBar::handle {{ background: {EDGE.name()}; border-radius: 5px; min-height: 24px; min-width: 24px; }}
        QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
        QSplitter::handle {{ background: {BACKGROUND.name()}; }}
        QSplitter::handle:hover {{ background: {ACCENT.name()}; }}
        QTableWidget::item {{ padding: 0 6px; }}
        QTableWidget::item:selected {{ background: {ACCENT.name()}; color: {FIELD.name()}; }}
        QPlainTextEdit {{ background: {PANEL.name()}; border: none; font-size: {_px(scale, 11)}; }}
        QPlainTextEdit[readOnly="false"] {{ background: {FIELD.name()}; border: 1px solid {EDGE.name()}; }}
        QProgressBar, QFrame#card QProgressBar {{ background: {GROOVE.name()}; border: 1px solid {EDGE.name()};
            border-radius: 4px; text-align: center; }}
        QProgressBar::chunk {{ background: {DONE.name()}; border-radius: 3px; }}
        QSlider::groove:horizontal {{ height: {_px(scale, 4)}; border-radius: 2px; background: {EDGE.name()}; }}
        QSlider::sub-page:horizontal {{ border-radius: 2px; background: {ACCENT.name()}; }}
        QSlider::handle:horizontal {{ width: {_px(scale, 12)}; margin: -{_px(scale, 5)} 0; background: {TEXT.name()};
            border-radius: {_px(scale, 6)}; }}
        QTextBrowser {{ background: {PANEL.name()}; border: none; }}
    """


def elided(text: str, metrics: QFontMetrics, width_px: int) -> str:
    """`text`, or as much of it as fits into the width, with an ellipsis at the end."""
    return metrics.elidedText(text, Qt.ElideRight, max(width_px, 0))


def set_role(widget: QWidget, role: str) -> None:
    """Give the widget another look of the style sheet; does nothing if it has it already."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def shown_as_is(text: str) -> str:
    """A text for a tooltip or a question that is shown as it is, whatever file it comes from.

    Qt takes what looks like HTML for HTML, and would fetch the pictures it names.
    """
    text = "\n".join(plain(line) for line in text.split("\n"))
    return Qt.convertFromPlainText(text) if Qt.mightBeRichText(text) else text


class PlainLabel(QLabel):
    """A label that shows its text as it is, never as HTML."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.PlainText)
        self.setText(text)


class ElidedLabel(QWidget):
    """One line of text that is shortened, never cut, when there is no room; the whole text is then its tooltip."""

    def __init__(self, role: str, *, align: Qt.AlignmentFlag = Qt.AlignLeft, fill: bool = True) -> None:
        """With `fill` it takes all the width there is, else no more than its text needs."""
        super().__init__()
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Ignored if fill else QSizePolicy.Maximum, QSizePolicy.Fixed)
        self._align = align
        self._text = ""

    def text(self) -> str:
        """The whole text."""
        return self._text

    def shown_text(self) -> str:
        """What is drawn at the present width."""
        return elided(self._text, self.fontMetrics(), self.width())

    def set_text(self, text: str) -> None:
        """Show another text; the same text costs nothing."""
        if text != self._text:
            self._text = text
            self.setToolTip(shown_as_is(text))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._text) + 2, self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), int(self._align | Qt.AlignVCenter), self.shown_text())
        painter.end()
