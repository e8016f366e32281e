"""Figures of an evaluation, whatever the classes and files are called."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from train.results import figures

NAMES = [
    "costs 5$ to 10$", "$x^2$", "$\\frac{", "$$", "\\$", "a_b^c", "\\alpha {", "line\nbreak", "\x1b[2J\x00", "喝水", "",
    "_hidden", "name\udcff", "x" * 5000, "$" * 501,
]  # fmt: skip


@pytest.fixture(autouse=True)
def _matplotlib_is_there():
    pytest.importorskip("matplotlib")


def test_names_with_mathematics_signs_or_of_any_length_can_be_drawn(tmp_path):
    counts, rate = np.eye(len(NAMES), dtype=int), np.linspace(0, 1, len(NAMES))
    table = np.array([[3, 0.5, 0.5], [2, 0.9, 0.8]])
    picture = np.zeros((225, 225, 3))
    drawn = [
        figures.draw_confusion(tmp_path / "confusion.png", counts, NAMES),
        figures.draw_gain(tmp_path / "gain.png", NAMES, rate, rate[::-1]),
        figures.draw_reliability(tmp_path / "reliability.png", dict.fromkeys(NAMES, table)),
        figures.draw_student_views(
            tmp_path / "views.png", [(n, np.ones((225, 225)), picture, picture) for n in NAMES[:2]]
        ),
    ]
    for path in drawn:
        height, width = cv2.imread(str(path)).shape[:2]
        assert 300 < height < 6000, path
        assert 300 < width < 3000, path


def test_a_formula_is_drawn_as_its_signs():
    figure, ((axes,),) = figures._figure(3, 3)
    text = axes.set_title("5$ to 10$")
    figure.canvas.draw()
    wide = text.get_window_extent().width
    text.set_text("5  to 10 ")
    assert wide > text.get_window_extent().width  # a formula would lose its signs and spaces
