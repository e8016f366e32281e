"""What stands in the window's views is whole and clear: contrast of letters, bars and borders, names beside charts."""

from __future__ import annotations

import ast
import math
import re
import shutil
import sys
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, QPointF, QRect, QRectF
from PyQt5.QtGui import QColor, QIcon, QImage, QPainter
from PyQt5.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QProgressBar,
    QTableWidget,
    QTreeView,
    QWidget,
)

from tests.fakes.contrast import contrast
from tests.fakes.moments import fill
from tests.fakes.recordings import frames as recorded_frames
from tests.fakes.recordings import write_session
from tests.fakes.window_fakes import FakePipeline, make_view, play_session, show_now
from tests.gui.test_whole_recording import made_up
from tsmf_live import frames
from tsmf_live.gui import palette
from tsmf_live.gui.charts.heat_map import COLUMNS, STEP_S, AttentionMap
from tsmf_live.gui.charts.joint_names import JOINT_ORDER, joint_name
from tsmf_live.gui.charts.timeline import Timeline, TimelineBar, TimelineRow
from tsmf_live.gui.charts.training_curves import TrainingCurves
from tsmf_live.gui.compare import CompareView
from tsmf_live.gui.dialogs.choose import choose_recording
from tsmf_live.gui.dialogs.export import takes_text
from tsmf_live.gui.dialogs.protocol_list import ConsentDialog
from tsmf_live.gui.dialogs.whole_recording import WholeMap
from tsmf_live.gui.doctor_words import IN_THE_WINDOW, in_words
from tsmf_live.gui.hinted_line import HintedLine
from tsmf_live.gui.machine import Found
from tsmf_live.gui.picture.overlay import draw_boxes
from tsmf_live.gui.picture.placement import Placement
from tsmf_live.gui.saving import ask_path
from tsmf_live.gui.settings import Settings
from tsmf_live.gui.teaching import Epoch, Lesson, Result
from tsmf_live.live.inspection import file_of
from tsmf_live.live.look_back import Still
from tsmf_live.live.player import Player
from tsmf_live.recording.annotations import Annotations
from tsmf_live.recording.overview import Overview
from tsmf_live.recording.protocol import typed
from tsmf_live.recording.tables import FrameRow
from tsmf_live.skeleton import JOINT_COUNT

TEXT, EDGE = 4.5, 3.0  # least contrast of letters; of bars and borders that say something
#: Colour -> the grounds on which it is used, and the least contrast.
USED_ON = (
    ("text", ("background", "panel", "track", "field", "calm", "groove", "done"), TEXT),
    ("muted", ("background", "panel", "track", "field"), TEXT),
    ("accent", ("background", "panel"), TEXT),  # what to do about a finding
    ("background", ("accent", "past", "mark"), TEXT),  # letters on pressed buttons and bars
    ("field", ("accent",), TEXT),  # on chosen rows
    ("edge", ("background", "panel", "field"), EDGE),
    ("done", ("groove",), EDGE),
    ("red", ("background", "panel"), EDGE),
    ("accent", ("panel", "background", "field", "track"), EDGE),
)  # fmt: skip
SMALLEST_LETTERS_PX = 11
ROOT = Path(frames.__file__).parent

OWN_DIALOG = pytest.mark.skipif(sys.platform == "win32", reason="Windows has a file dialog of its own")


@pytest.mark.parametrize("theme", palette.THEMES)
def test_colours_stand_out_from_the_grounds_they_are_used_on(theme):
    colors = {name: QColor(value) for name, value in palette.THEMES[theme].items()}
    pale = [
        (name, ground)
        for name, grounds, least in USED_ON
        for ground in grounds
        if contrast(colors[name], colors[ground]) < least
    ]
    assert not pale
    assert contrast(colors["red"], QColor("white")) >= TEXT


def test_figures_on_every_colour_of_attention_can_be_read():
    for attention in np.linspace(0, palette.ATTENTION_FULL, 257):
        ground = palette.attention_color(float(attention))
        assert contrast(palette.ink_on(ground), ground) >= TEXT


# --- pixels of the views


def clearest(pixels_rgb: np.ndarray) -> float:
    """The contrast of the pixel that stands out most from the ground, the commonest colour there.

    Args:
        pixels_rgb: (N, 3) uint8.
    """
    packed, counts = np.unique(pixels_rgb.astype(np.uint32) @ np.uint32([65536, 256, 1]), return_counts=True)
    colors = [QColor(int(one)) for one in packed[np.argsort(-counts)].tolist()]
    return max(contrast(color, colors[0]) for color in colors)


def written_places(page: QWidget) -> list[tuple[str, QRect]]:
    """Each text that can be read and used on a page, and where it stands."""
    places = []
    for widget in page.findChildren(QWidget):
        if not widget.isVisible() or not widget.isEnabled() or widget.visibleRegion().isEmpty():
            continue
        top_left = widget.mapTo(page, QPoint(0, 0))
        whole = QRect(top_left, widget.size()).adjusted(3, 3, -3, -3)  # without its border
        if isinstance(widget, QTableWidget):
            for row in range(widget.rowCount()):
                for column in range(widget.columnCount()):
                    item = widget.item(row, column)
                    rect = widget.visualItemRect(item) & widget.viewport().rect() if item is not None else QRect()
                    if item is not None and item.text() and rect.height() > 12 and rect.width() > 12:
                        at = widget.viewport().mapTo(page, rect.topLeft())
                        places.append((item.text(), QRect(at, rect.size()).adjusted(2, 2, -2, -2)))
        elif isinstance(widget, HintedLine):
            places.append((widget.text() or widget.hint, whole))
        elif isinstance(widget, QLineEdit) and not isinstance(widget.parent(), (QAbstractSpinBox, QComboBox)):
            places += [(widget.text(), whole)] if widget.text() else []
        elif isinstance(widget, (QLabel, QAbstractButton, QProgressBar)) and widget.text().strip():
            places.append((widget.text(), whole))
        elif isinstance(widget, QComboBox) and widget.currentText():
            places.append((widget.currentText(), whole.adjusted(0, 0, -20, 0)))
        elif isinstance(widget, (QAbstractSpinBox, palette.ElidedLabel)) and widget.text():
            places.append((widget.text(), whole))
    return places


def pale_texts(page: QWidget) -> list[str]:
    QApplication.processEvents()
    image = page.grab().toImage().convertToFormat(QImage.Format_RGB888)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    rows = np.frombuffer(bits, np.uint8).reshape(image.height(), -1)[:, : 3 * image.width()]
    pixels = rows.reshape(image.height(), image.width(), 3)
    pale = []
    for text, place in written_places(page):
        place &= image.rect()
        shown = pixels[place.top() : place.bottom() + 1, place.left() : place.right() + 1].reshape(-1, 3)
        if len(shown) and clearest(shown) < TEXT:
            pale.append(text)
    return pale


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    """A study of one take, annotated and inspected."""
    folder = write_session(
        tmp_path_factory.mktemp("recorded") / "study" / "take-001",
        recorded_frames(120),
        details={"subject": "P01", "action": "reading"},
    )
    book = Annotations(folder)
    book.add(book.span_s[0] + 0.5, book.span_s[0] + 2.0, "reading", 0)
    book.save()
    made_up().save(file_of(folder, "made.safetensors"))
    return folder.parent


@pytest.fixture
def played(shown, recorded, tmp_path, qtbot):
    study = Path(shutil.copytree(recorded, tmp_path / "study"))
    return play_session(shown, qtbot, study / "take-001")


@pytest.mark.parametrize("theme", palette.THEMES)
def test_texts_of_the_start_page_study_and_teaching_are_clear(played, qtbot, theme):
    window = played
    window.machine.findings = [Found("torch", "good", "2.13", ""), Found("USB", "absent", "no Kinect", "plug it in")]
    window.choose_theme(theme)
    window.show_page("start")
    assert pale_texts(window._pages["start"]) == []
    window.study.look(Path(window.run.settings.source).parent)
    qtbot.waitUntil(lambda: window.study.poll() or not window.study.reading, timeout=60_000)
    window.show_page("study")
    qtbot.waitUntil(lambda: window.study.poll() or not window.study.reading, timeout=60_000)
    study = window._pages["study"]
    study.choose([seen.folder for seen in window.study.takes])
    assert [seen.folder.name for seen in study.chosen] == ["take-001"]
    assert pale_texts(study) == []
    teaching = window.teaching
    teaching.epochs = {"teacher": [Epoch(n, 1.0 / n, 0.1 * n, math.nan, math.nan) for n in (1, 2, 3)]}
    teaching.lesson = Lesson(window.study.folder, (), "P01", "demo", True, False, 3, 2)
    teaching.result, teaching.folder = Result(0.5, 4, {"reading": (4, 0.5)}), window.study.folder
    window.show_page("teach")
    assert pale_texts(window._pages["teach"]) == []
    teaching.epochs, teaching.result = {}, None


@pytest.mark.parametrize("theme", palette.THEMES)
def test_texts_of_recording_protocol_and_dialogs_are_clear(played, qtbot, theme):
    window = played
    window.choose_theme(theme)
    qtbot.waitUntil(lambda: show_now(window) or window.desk.annotations.isEnabled(), timeout=60_000)
    window.desk.show_tab(window.desk.recording_page)
    assert not window.desk.recording.subject.text(), "hints of empty fields are what was pale"
    assert pale_texts(window.desk.recording_page) == []
    window.protocol.use(typed("P07: reading x 3", "a list"), Path(window.run.settings.source).parent)
    window.desk.recording_page.show_number(1)
    assert pale_texts(window.desk.recording_page) == []
    window.desk.annotations.show_list()
    window.desk.annotations.choose(0)
    assert pale_texts(window.desk.annotations._list) == []
    window.desk.show_whole(lambda: None)
    assert pale_texts(window.desk.whole) == []
    consent = ConsentDialog(window, "P07", lambda _text: None, lambda: None, lambda: None)
    consent.show()
    assert pale_texts(consent) == []
    consent.close()


@pytest.mark.parametrize("theme", palette.THEMES)
def test_the_done_part_of_a_progress_bar_is_seen(shown, qtbot, theme):
    window = shown(FakePipeline(make_view(1)))
    window.choose_theme(theme)
    bar = QProgressBar()
    bar.setTextVisible(False)
    bar.setValue(50)
    bar.setStyleSheet(palette.style_sheet(1.0))
    bar.resize(200, 24)
    qtbot.addWidget(bar)
    image = bar.grab().toImage()
    done, left, edge = (image.pixelColor(*at) for at in ((50, 12), (150, 12), (100, 0)))
    assert contrast(done, left) >= EDGE
    assert contrast(edge, left) >= EDGE


# --- charts


def test_the_line_of_a_frozen_moment_hides_no_column(qtbot):
    heat = AttentionMap()
    qtbot.addWidget(heat)
    heat.resize(500, 420)
    values = np.full((JOINT_COUNT, COLUMNS), 1.0, np.float32)
    values[:, -1], values[:, -5] = 2.0, 0.0
    at_s = 100.0 - STEP_S * np.arange(COLUMNS)[::-1] - 0.03
    for back in (0, 4):
        heat.show_map(values, at_s, 100.0, cursor_s=float(at_s[-1 - back]))
        image, (rect, bars) = heat.grab().toImage(), heat._rects()
        column = COLUMNS - 1 - back
        x_px = rect.left() + (column + 0.5) * rect.width() / COLUMNS
        seen = image.pixelColor(int(x_px), int(heat._row_px() / 2))
        assert seen == palette.attention_color(float(values[0, column]))
        assert f": {values[0, column]:.2f}" in heat.hover_text(QPointF(x_px, 3))
        line_px = int(rect.left() + (column + 1) * rect.width() / COLUMNS) + 2
        assert image.pixelColor(line_px, int(heat._row_px() / 2)) == palette.AMBER
        assert line_px + 2 <= bars.left()


def test_rows_of_the_map_do_not_run_into_each_other_on_a_saved_sheet(qtbot):
    heat = AttentionMap()
    qtbot.addWidget(heat)
    heat.resize(500, 420)
    values = np.zeros((JOINT_COUNT, COLUMNS), np.float32)
    values[list(JOINT_ORDER[::2])] = 2.0
    heat.show_map(values, np.zeros(COLUMNS), 0.0)
    image = QImage(1000, 840, QImage.Format_RGB32)
    painter = QPainter(image)
    painter.scale(2, 2)
    painter.setRenderHints(QPainter.Antialiasing | QPainter.SmoothPixmapTransform)  # as still_picture.sheet paints
    heat.render(painter)
    painter.end()
    x_px = round(2 * heat._rects()[0].center().x())
    column = {image.pixelColor(x_px, y_px).name() for y_px in range(2, round(2 * heat._rects()[0].bottom()) - 2)}
    assert column == {palette.attention_color(value).name() for value in (0.0, 2.0)}


@pytest.mark.parametrize("newest_s", [3.0, 3.03, 3.0999, 3.1])
def test_the_newest_prediction_is_shown_and_told_at_the_right_edge(shown, newest_s):
    run = FakePipeline(make_view(1))
    fill(run.look_back, newest_s, start_s=newest_s % 0.1)
    panel = shown(run).desk.inspector.panel
    panel.show_moments(run.look_back.snapshot(), None, None)
    heat, newest = panel.map, run.look_back.newest.persons[0].attention
    rect, _bars = heat._rects()
    joint = JOINT_ORDER[0]
    for x_px in (math.floor(rect.right()), rect.right() - 1):
        assert heat.hover_text(QPointF(x_px, 3)).endswith(f": {newest[joint]:.2f}")


def test_after_a_jump_the_attention_panel_says_nothing_of_the_moment_before(shown):
    run = FakePipeline(make_view(1))
    fill(run.look_back, 3.0)
    window = shown(run)
    window.desk.show_tab(window.desk.inspector.panel)
    panel = window.desk.inspector.panel

    def settle(view) -> None:
        window.desk.inspector._charts.renew()
        for _ in range(4):
            show_now(window, view)

    settle(make_view(1, 5))
    assert panel.title.text().endswith(" 90%")
    settle(replace(make_view(1, 5), prediction=None))
    assert window.desk.header.scene.text() == "watching …"
    assert panel.title.text() == "Attention"
    assert panel.map._bars is None
    assert panel.map._says == "nothing predicted yet"


def test_the_attention_panel_speaks_of_the_same_prediction_as_the_header(shown):
    run = FakePipeline(make_view(1))
    fill(run.look_back, 3.0)
    window = shown(run)
    window.desk.show_tab(window.desk.inspector.panel)
    panel, header = window.desk.inspector.panel, window.desk.header
    for index in range(0, 400, 61):  # with every view, whichever chart's turn it is
        view = make_view(1, index)
        show_now(window, view)
        assert panel.title.text() == f"Attention: person 1 · {header.scene.text()} {header.confidence.text()}"
        np.testing.assert_array_equal(panel.map._bars, view.prediction.persons[0].attention)


@pytest.mark.parametrize("height", range(175, 700, 75))
def test_names_beside_the_whole_recording_are_readable_and_do_not_overlap(qtbot, height):
    shown = WholeMap()
    qtbot.addWidget(shown)
    shown.resize(800, height)
    font, rows = shown.named_rows()
    assert font.pixelSize() >= SMALLEST_LETTERS_PX
    row_px = height / JOINT_COUNT
    assert all((below - row) * row_px >= font.pixelSize() for row, below in pairwise(rows))
    assert (rows[0] + 0.5) * row_px >= font.pixelSize() / 2  # whole at both edges
    assert (JOINT_COUNT - rows[-1] - 0.5) * row_px >= font.pixelSize() / 2


def test_names_in_the_table_of_mean_attention_are_whole(played):
    played.desk.show_whole(lambda: None)
    QApplication.processEvents()
    names = played.desk.whole.table.verticalHeader()
    widest_px = max(names.fontMetrics().horizontalAdvance(joint_name(joint)) for joint in JOINT_ORDER)
    assert names.width() >= widest_px + 8


def test_two_lines_of_a_training_are_named_and_their_ticks_do_not_overlap(qtbot):
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.show_epochs("teacher", [Epoch(1, 2.0, 0.2, 2.5, 0.1), Epoch(2, 1.0, 0.4, 2.0, 0.3)])
    assert curves.legend.names == ["its own samples", "held out to choose by"]
    for line, color in zip(curves.lines[0], palette.CLASSES, strict=False):
        assert line.opts["pen"].color() == color
    ((ticks,), axis) = curves._plots[0].getAxis("left")._tickLevels, curves._plots[0].getAxis("left")
    assert [text for _share, text in ticks] == ["0%", "50%", "100%"]
    curves.resize(400, curves.minimumHeight())
    curves.show()
    QApplication.processEvents()
    assert axis.height() / 2 >= curves.fontMetrics().height(), "from one tick to the next"


def test_what_six_people_do_stands_whole_above_the_moments_that_are_compared(qtbot):
    view = make_view(6)
    still = Still(view.frame, view.pose, view.prediction, None)
    compared = CompareView()
    compared.setStyleSheet(palette.style_sheet(1.0))
    qtbot.addWidget(compared)
    compared.resize(860, 560)
    compared.show()
    compared.show_pair(still, still, None)
    for _ in range(3):
        QApplication.processEvents()
    for title in compared.titles:
        assert title.text().count("%") == 6
        assert title.heightForWidth(title.width()) <= title.height()


@pytest.mark.parametrize("theme", palette.THEMES)
def test_the_cursor_and_the_chosen_bar_are_seen_on_bars_of_the_cursors_colour(qtbot, theme):
    palette.use_theme(theme)
    try:
        line = Timeline()
        qtbot.addWidget(line)
        line.resize(600, 60)
        bar = TimelineBar(1.0, 9.0, "", None, "annotation", 0)
        line.show_rows((TimelineRow("annotated", (bar,)),), (0.0, 10.0), 6.0)
        line.choose(0)
        image, y_px = line.grab().toImage(), line._row_px() // 2
        fill = image.pixelColor(round(line._x(5.0)), y_px)
        assert fill == palette.MARK
        assert contrast(image.pixelColor(round(line._x(6.0)) + 2, y_px), fill) >= EDGE
        assert image.pixelColor(round(line._x(6.0)), y_px) == palette.MARK
        frame = [image.pixelColor(round(line._x(1.0)) + inside_px, y_px) for inside_px in range(5)]
        assert max(contrast(color, fill) for color in frame) >= EDGE
    finally:
        palette.use_theme("dark")


# --- words and places


def test_one_take_is_said_in_the_singular():
    assert [takes_text(count) for count in (0, 1, 2)] == ["0 takes", "1 take", "2 takes"]


def said_by_runs() -> list[str]:
    """What runs warn of, as it is written where it is said; whatever changes in it is a 7 here."""
    texts = []
    for path in ("live/pipeline.py", "live/inference.py", "sources/kinect/source.py"):
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            warns = node.func.attr == "append" and ast.unparse(node.func.value).endswith("warnings")
            said = node.args[:1] if warns else node.args[1:2] if node.func.attr == "_say" else []
            for text in said:
                parts = text.values if isinstance(text, ast.JoinedStr) else [text]
                if all(isinstance(part, (ast.Constant, ast.FormattedValue)) for part in parts):
                    texts.append("".join(part.value if isinstance(part, ast.Constant) else "7" for part in parts))
    return [
        text for text in texts if text != "Kinect: 77"
    ]  # a trouble of the sensor and how often: its words are apart


def test_what_a_run_warns_of_is_said_in_the_users_language(shown):
    window, said = shown(FakePipeline(make_view(1))), said_by_runs()
    assert len(said) >= 8, "what runs say is written in another way: read it anew"
    window.choose_language("de")
    for text in [*said, "Kinect: a frame came late or twice and was left out (3 times)"]:
        show_now(window, make_view(1, warnings=(text,)))
        assert window.desk.banners.warning.text() not in ("", text)
    window.choose_language("en")
    show_now(window, make_view(1, warnings=(said[0],)))
    assert window.desk.banners.warning.text() == said[0]


def test_no_finding_sends_the_user_of_the_window_to_a_terminal():
    for says in IN_THE_WINDOW:
        assert "--" in says, "else it needs no other words"
        assert "--" not in in_words(says.format(install="pip install mediapipe", page="a page"))


def test_a_take_lasts_as_long_in_the_study_as_in_the_player():
    rows = [FrameRow(k, 5.0 + k / 30, 0.0, True, 0) for k in range(1740)]
    assert Overview(Path("take"), {}, rows, []).length_s == pytest.approx(58.0)


def test_the_list_shows_labels_in_the_users_language_and_stores_them_in_the_checkpoints(played, qtbot):
    window = played
    window.choose_language("de")
    qtbot.waitUntil(lambda: show_now(window) or window.desk.annotations.isEnabled(), timeout=60_000)
    window.desk.annotations.show_list()
    table = window.desk.annotations._list.table
    item = table.item(0, 2)
    assert table.itemDelegateForColumn(2).displayText(item.text(), table.locale()) == "lesen"
    item.setText("writing")
    assert [one.label for one in Annotations(Path(window.run.settings.source)).segments] == ["writing"]
    window.choose_language("en")


def test_a_loop_over_the_whole_recording_marks_nothing(played):
    line = played.desk.player.timeline
    length_s = played.run.player.duration_s
    for span_s, marked in (((0.0, length_s), None), ((1.0, 2.0), (1.0, 2.0))):
        played.run.player.set_loop(span_s)
        show_now(played)
        assert (line._loop_s is None) == (marked is None)


@OWN_DIALOG
def test_names_and_dates_of_the_file_dialog_are_whole(shown, tmp_path):
    window = shown(FakePipeline(make_view(1)))
    (tmp_path / "a recording of the ward.skeleton").write_text("0\n")
    settings = Settings()
    settings.keep("recordings", str(tmp_path))
    dialog = choose_recording(window, settings, lambda _source: None)
    dialog.setViewMode(QFileDialog.Detail)
    for _ in range(5):
        QApplication.processEvents()
    files = dialog.findChild(QTreeView)
    metrics = files.fontMetrics()
    for column in range(files.model().columnCount()):
        said = files.model().index(0, column, files.rootIndex()).data()
        assert files.columnWidth(column) >= metrics.horizontalAdvance(said), said
    assert not files.horizontalScrollBar().isVisible()
    assert not dialog.isSizeGripEnabled()
    dialog.close()


@OWN_DIALOG
def test_where_to_save_is_asked_in_such_a_dialog_and_the_ending_is_added(shown, tmp_path, monkeypatch):
    window, asked = shown(FakePipeline(make_view(1))), []

    def answer(dialog: QFileDialog) -> int:
        asked.append((dialog.width(), dialog.acceptMode(), dialog.selectedFiles()[0]))
        dialog.selectFile(str(tmp_path / "figure"))
        return QFileDialog.Accepted

    monkeypatch.setattr(QFileDialog, "exec_", answer)
    assert ask_path(window, "png", tmp_path / "not there yet") == tmp_path / "figure.png"
    ((width, mode, suggested),) = asked
    assert (width >= 820, mode) == (True, QFileDialog.AcceptSave)
    assert Path(suggested).parent == tmp_path
    monkeypatch.setattr(QFileDialog, "exec_", lambda _dialog: QFileDialog.Rejected)
    assert ask_path(window, "csv", tmp_path) is None


def awaiting(shown, monkeypatch):
    """A window on a recording that awaits it; nothing of it is painted yet, its clock is ours."""
    clock = [100.0]
    monkeypatch.setattr("tsmf_live.gui.window.time.monotonic", lambda: clock[0])
    run = FakePipeline(make_view(1, 0, health=(), prediction=None))
    run.settings = replace(run.settings, await_viewer=True)
    run.player = Player([k / 30 for k in range(81)], 2.7)
    run.player.pause()
    return shown(run), run, clock


def test_a_short_recording_begins_when_it_is_seen_and_the_networks_run(shown, monkeypatch):
    window, run, _clock = awaiting(shown, monkeypatch)
    assert run.player.paused
    assert window.desk.header.halt.text() == "", "it loads; nobody has paused it"
    show_now(window, make_view(1, 5))
    show_now(window)
    assert not run.player.paused
    window.pause()
    show_now(window)
    assert run.player.paused, "only the first time"
    assert window.desk.header.halt.text() == "PAUSED"


def test_a_recording_that_cannot_be_seen_begins_nevertheless(shown, monkeypatch):
    window, run, clock = awaiting(shown, monkeypatch)
    clock[0] += 14.0
    show_now(window)
    assert run.player.paused
    clock[0] += 2.0
    show_now(window)
    assert not run.player.paused


def test_a_recording_that_is_paused_before_it_begins_stays_so(shown, monkeypatch):
    window, run, _clock = awaiting(shown, monkeypatch)
    window.pause()
    for _ in range(3):
        show_now(window, make_view(1, 5))
    assert run.player.paused
    assert window.desk.header.halt.text() == "PAUSED"
    window.pause()
    assert not run.player.paused


def test_a_name_that_is_longer_than_its_bar_goes_on_beside_it_but_not_over_the_next(qtbot):
    line = Timeline()
    qtbot.addWidget(line)
    line.resize(600, 60)

    def colours_between(*bars: TimelineBar, start_s: float, end_s: float) -> set[str]:
        line.show_rows((TimelineRow("", bars),), (0.0, 60.0), None)
        image, rows = line.grab().toImage(), range(2, line._row_px() - 2)
        columns = range(round(line._x(start_s)) + 2, round(line._x(end_s)) - 1)
        return {image.pixelColor(x, y).name() for x in columns for y in rows}

    name, track = "playing with a tablet", palette.TRACK.name()
    long = TimelineBar(2.0, 6.0, name, kind="annotation")
    assert colours_between(long, start_s=6.0, end_s=12.0) > {track}
    following = TimelineBar(8.0, 40.0, "", kind="annotation")
    assert colours_between(long, following, start_s=6.0, end_s=8.0) > {track}
    assert colours_between(long, following, start_s=8.0, end_s=40.0) == {palette.MARK.name()}
    assert colours_between(replace(long, end_s=30.0), start_s=30.0, end_s=58.0) == {track}


def test_numbers_of_boxes_never_lie_on_each_other_however_small_the_picture_is(qapp):
    people = make_view(2)
    bodies = [person.body for person in people.pose.persons]
    drawn = {}
    for width_px in (1920, 960, 280, 140):
        height_px = width_px * 9 // 16
        image = QImage(width_px, height_px, QImage.Format_RGB32)
        painter = QPainter(image)
        placement = Placement(width_px / 1920, 0.0, 0.0, width_px, height_px)
        numbers: list[QRectF] = []
        for body in bodies:
            numbers += draw_boxes(painter, placement, body, (np.ones(JOINT_COUNT), "fixed"), numbers)
        painter.end()
        assert not any(a.intersects(b) for a, b in combinations(numbers, 2)), width_px
        drawn[width_px] = len(numbers)
    assert drawn[1920] == 10
    assert 0 < drawn[140] < 10


@pytest.mark.parametrize(
    ("last", "expected"),
    [(1, [1]), (2, [1, 2]), (6, [1, 2, 3, 4, 5, 6]), (8, [1, 2, 4, 6, 8]), (80, [1, 20, 40, 60, 80])],
)
def test_epochs_are_whole_numbers_and_a_single_one_is_a_dot(qtbot, last, expected):
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.show_epochs("teacher", [Epoch(n + 1, 0.5, 1.0, np.nan, np.nan) for n in range(last)])
    axis = curves._plots[0].getAxis("bottom")
    assert [text for _, text in axis._tickLevels[0]] == [str(number) for number in expected]
    low, high = curves._plots[0].getViewBox().viewRange()[0]
    assert low < 1 <= last < high
    assert curves.lines[0][0].opts["symbol"] == "o"
    assert curves.legend.names == ["its own samples"]  # nobody is held out to choose by


def test_drop_down_lists_have_an_arrow_that_stands_out_and_a_whole_border(qapp):
    ink = QColor(re.search('fill="(#[0-9a-f]{6})"', Path(palette.ARROW).read_text(encoding="utf-8"))[1])
    for colors in palette.THEMES.values():
        assert contrast(ink, QColor(colors["field"])) >= 3
        assert contrast(ink, QColor(colors["panel"])) >= 3
    assert not QIcon(palette.ARROW).pixmap(10, 6).isNull()
