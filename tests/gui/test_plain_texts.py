"""Texts that may come from a file are shown as they are: Qt takes what looks like HTML for HTML."""

from __future__ import annotations

import ast

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QWidget

from tests.fakes import ROOT
from tsmf_live.gui import palette
from tsmf_live.gui.dialogs import questions

HTML = '<img src="http://192.0.2.1/x.png"><b>drink</b> &amp; water'
GUI = sorted((ROOT / "tsmf_live" / "gui").rglob("*.py"))


def test_what_looks_like_html_is_escaped_and_all_else_left_alone():
    assert palette.shown_as_is("drink <water>") == "drink <water>"  # Qt itself takes this for plain
    assert "<img" not in palette.shown_as_is(HTML)
    assert "&lt;img" in palette.shown_as_is(HTML)
    assert palette.shown_as_is("a\nb\x1b") == "a\nb\\x1b"


def test_labels_do_not_obey_their_text(qtbot):
    label = palette.PlainLabel(HTML)
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.PlainText
    assert label.text() == HTML


@pytest.mark.parametrize("open_box", [
    lambda parent: questions.ask(parent, HTML, HTML, "yes", lambda: None),
    lambda parent: questions.tell(parent, HTML, HTML),
])  # fmt: skip
def test_questions_do_not_obey_theirs(qtbot, open_box):
    parent = QWidget()
    qtbot.addWidget(parent)
    box = open_box(parent)
    for label in box.findChildren(QLabel):
        rich = label.textFormat() == Qt.RichText or (
            label.textFormat() == Qt.AutoText and Qt.mightBeRichText(label.text())
        )
        assert not rich or "<img" not in label.text(), label.objectName()
    box.close()


@pytest.mark.parametrize("path", GUI, ids=lambda path: path.name)
def test_every_label_and_tooltip_of_the_window_is_plain(path):
    """Labels are PlainLabels, but for the health cards (figures); a tooltip is our words (tr), or `shown_as_is`."""
    if path.name == "palette.py":
        return
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        assert name != "QLabel" or path.name == "health.py", f"{path.name}:{node.lineno}: use palette.PlainLabel"
        if name in ("setToolTip", "showText"):
            text = ast.unparse(node.args[1 if name == "showText" else 0])
            ours = text.startswith(("tr(", "palette.shown_as_is(", "shown_as_is(", "'")) or text in OWN_WORDS
            assert ours, f"{path.name}:{node.lineno}: {text}"


#: Texts whose makers take no names from files: the health cards' HTML, buttons, the heat map's joints and times.
OWN_WORDS = (
    "text", "tip", "self.hover_text(event.localPos())", "f'<b>{tr(title)}</b><p>{tr(does)}</p><p>{tr(remedy)}</p>'",
)  # fmt: skip
