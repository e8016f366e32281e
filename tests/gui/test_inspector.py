"""Looking into moments: what is kept, charts, freezing, comparing, saving. Real widgets on a real look-back."""

from __future__ import annotations

import csv
import io
import json
import os
import threading
from collections import deque
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import av
import cv2
import numpy as np
import pytest

from tests.fakes.moments import LABELS, fill, moment, prediction

if not os.environ.get("DISPLAY"):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PyQt5.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PyQt5.QtGui import QFont, QFontMetrics, QImage, QMouseEvent, QPainter
from PyQt5.QtSvg import QSvgRenderer
from PyQt5.QtWidgets import QApplication, QVBoxLayout, QWidget

from tests.fakes import ROOT
from tests.fakes.recordings import frames as recorded_frames
from tests.fakes.recordings import write_session
from tests.fakes.window_fakes import make_body, make_view
from tsmf_live import frames
from tsmf_live.gui import palette, video_export
from tsmf_live.gui.charts.curves import score_curves
from tsmf_live.gui.charts.heat_map import COLUMNS, STEP_S, AttentionMap
from tsmf_live.gui.charts.joint_names import JOINT_ORDER, joint_name
from tsmf_live.gui.charts.timeline import recent_rows
from tsmf_live.gui.inspector import Inspector
from tsmf_live.gui.panels.health import DisplayMeter
from tsmf_live.gui.picture import chips, overlay
from tsmf_live.gui.picture.live_view import LivePicture
from tsmf_live.gui.picture.still_picture import DETAIL, MARGIN, PICTURE_WH, SHEET_WH, TOP
from tsmf_live.live.feedback import Feedback
from tsmf_live.live.look_back import HELD_S, PICTURES_S, PREDICTIONS_S, KeepWork, LookBack, as_picture
from tsmf_live.live.output_lines import JsonLines
from tsmf_live.live.pipeline import Pipeline, RunSettings
from tsmf_live.ring import Ring
from tsmf_live.skeleton import HEAD, JOINT_COUNT, JOINT_NAMES, ROI_JOINTS
from tsmf_live.sources.open import open_source

LIMIT_MS = 20_000


class Host(QWidget):
    """A window with everything of the inspector in it."""

    def __init__(self, look_back: LookBack) -> None:
        super().__init__()
        self.look_back = look_back
        self.meter = DisplayMeter()
        self.picture = LivePicture(self.meter)
        self.inspector = Inspector(look_back, self.picture, {"source": "a test", "weights": "none"}, Path)
        layout = QVBoxLayout(self)
        inspector = self.inspector
        for widget in (inspector.stack, inspector.freeze_bar, inspector.timeline, inspector.panel, inspector.curves):
            layout.addWidget(widget)
        self.resize(900, 1400)

    def pull(self, view: frames.View, focus: int | None = None) -> frames.View:
        """As the window does, until every chart has had its turn."""
        self.inspector._charts.renew()
        for _ in range(4):
            shown = self.inspector.show_view(view, focus)
            QApplication.processEvents()
        return shown


@pytest.fixture
def host(qtbot):
    hosts = []

    def make(seconds: float = 2.0, position_s: float | None = None) -> Host:
        look_back = LookBack()
        fill(look_back, seconds, position_s=position_s)
        made = Host(look_back)
        hosts.append(made)
        qtbot.addWidget(made)
        made.show()
        QApplication.processEvents()
        return made

    yield make
    for made in hosts:
        made.inspector.close()


def newest_view(look_back: LookBack) -> frames.View:
    frame, pose = moment(999, 99.0)
    return replace(make_view(1), frame=frame, pose=pose, prediction=look_back.snapshot().predictions[-1])


# what is kept


def test_a_minute_of_predictions_and_ten_seconds_of_pictures_are_kept_and_no_more():
    look_back, sizes = LookBack(), []
    one = moment(0, 0.0)
    for k in range(900):
        time_s = k / 10
        unweighted = PREDICTED.roi_unweighted.copy() if k >= 740 else None
        look_back.add(replace(PREDICTED, sensor_time_s=time_s, frame=k, roi_unweighted=unweighted))
        if k >= 740:
            look_back.add_picture(one[0], replace(one[1], sensor_time_s=time_s))
        if k in (850, 899):
            sizes.append(look_back.size_bytes())
    now = look_back.snapshot()
    assert now.predictions[0].sensor_time_s == pytest.approx(89.9 - PREDICTIONS_S, abs=0.11)
    assert now.images[0].time_s == now.pictures[0].time_s == pytest.approx(89.9 - PICTURES_S, abs=0.11)
    assert all(kept.roi_image is None and kept.roi_unweighted is None for kept in now.predictions)
    assert all(person.crops is None for kept in now.pictures for person in kept.pose.persons)
    assert sizes[1] == pytest.approx(sizes[0], rel=0.01)
    assert max(sizes) < 25e6


PREDICTED = prediction(0, 0.0)


def test_a_snapshot_never_shows_a_prediction_without_its_image():
    """A snapshot that is asked for in the middle of an addition waits for its end."""
    look_back = LookBack()
    adding, go_on, taken = threading.Event(), threading.Event(), threading.Event()

    class Slow(deque):
        def append(self, item: object) -> None:
            super().append(item)
            adding.set()
            go_on.wait(20)

    look_back._predictions = Slow()
    snapshots = []
    adder = threading.Thread(target=look_back.add, args=(PREDICTED,))
    asker = threading.Thread(target=lambda: (snapshots.append(look_back.snapshot()), taken.set()))
    adder.start()
    assert adding.wait(20)
    asker.start()
    assert not taken.wait(0.2)
    go_on.set()
    assert taken.wait(20)
    adder.join(20)
    asker.join(20)
    assert (len(snapshots[0].predictions), len(snapshots[0].images)) == (1, 1)


def test_an_image_that_the_student_saw_once_is_kept_once_with_its_own_time():
    look_back = LookBack()
    first = prediction(0, 1.0)
    look_back.add(first)
    look_back.add(replace(first, sensor_time_s=1.1, student_age_s=0.1))  # the same image, used again
    look_back.add(prediction(2, 1.2))
    now = look_back.snapshot()
    assert [image.time_s for image in now.images] == [1.0, 1.2]
    assert now.image_at(1.1) is now.images[0]
    assert now.image_at(1.2) is now.images[1]


def test_the_images_shown_are_the_students_own_before_and_after_weighting():
    look_back = LookBack()
    one = prediction(5, 1.0)
    look_back.add(one)
    (image,) = look_back.snapshot().images
    np.testing.assert_array_equal(image.plain_rgb, as_picture(one.roi_unweighted))
    seen = as_picture(one.roi_image)
    assert np.abs(image.weighted_rgb.astype(int) - seen).max() <= 2  # bytes in between: half a grey level x weight 2.5
    assert np.abs(image.plain_rgb.astype(int) - seen).max() > 20


def test_a_kept_picture_is_the_frame_in_small():
    look_back = LookBack()
    frame, pose = moment(3, 1.0, 7.5)
    look_back.add_picture(frame, pose)
    again = look_back.snapshot().still_at(1.0).frame
    assert (again.index, again.sensor_time_s, again.position_s) == (3, 1.0, 7.5)
    difference = again.color_bgra[..., :3].astype(int) - frame.color_bgra[..., :3]
    assert np.abs(difference).mean() < 2
    np.testing.assert_array_equal(again.bodies[0].color_xy, frame.bodies[0].color_xy)


def test_ten_pictures_a_second_are_kept_and_the_last_before_a_pause():
    look_back, stopping = LookBack(), threading.Event()
    pairs: Ring = Ring(2, lossless=False, stopping=stopping)
    work = KeepWork(pairs, look_back, Feedback())
    for k in range(8):
        pairs.put(moment(k, k / 30))
        work.step()
    assert [kept.pose.index for kept in look_back.snapshot().pictures] == [0, 3, 6]
    work.step()  # nothing came: the player pauses
    assert [kept.pose.index for kept in look_back.snapshot().pictures] == [0, 3, 6, 7]


def test_while_the_recorder_needs_the_machine_two_pictures_a_second_are_kept():
    look_back, stopping = LookBack(), threading.Event()
    pairs: Ring = Ring(2, lossless=False, stopping=stopping)
    work = KeepWork(pairs, look_back, Feedback(takes=SimpleNamespace(pressure=1)))
    for k in range(40):
        pairs.put(moment(k, k / 30))
        work.step()
    assert [kept.pose.index for kept in look_back.snapshot().pictures] == [0, 15, 30]


def test_time_that_goes_back_begins_anew():
    look_back = LookBack()
    fill(look_back, 1.0, start_s=50.0)
    fill(look_back, 0.3, start_s=0.0)
    now = look_back.snapshot()
    assert [round(kept.sensor_time_s, 1) for kept in now.predictions] == [0.0, 0.1, 0.2]
    assert len(now.images) == len(now.pictures) == 3


def test_nothing_is_missing_when_no_display_ever_asks(model, tmp_path):
    folder = write_session(tmp_path / "session", recorded_frames(22, color=True))
    told = io.StringIO()
    settings = RunSettings(source_name="a session", paced=False, inspect=True)
    pipeline = Pipeline(lambda: open_source(str(folder)), model, settings, [JsonLines(told)])
    pipeline.start()
    assert pipeline.wait(60)
    _, errors = pipeline.finish()
    assert errors == []
    lines = [line for line in map(json.loads, told.getvalue().splitlines()) if line["type"] == "prediction"]
    now = pipeline.look_back.snapshot()
    assert [kept.frame for kept in now.predictions] == [line["frame"] for line in lines]
    assert len(lines) == 8
    for kept, line in zip(now.predictions, lines, strict=True):
        for person, body in zip(kept.persons, line["bodies"], strict=True):
            assert person.attention.tolist() == list(body["attention"].values())
        if line["student"]:
            order = np.argsort(-kept.scores.student, kind="stable")
            assert [kept.scores.labels[k] for k in order] == [label for label, _ in line["student"]]
            assert kept.scores.student[order] == pytest.approx([score for _, score in line["student"]], abs=1e-5)
    assert now.images
    assert now.pictures


# heat map


def test_heat_map_holds_a_prediction_until_the_next_and_shows_gaps():
    look_back = LookBack()
    times_s = [1.0, 1.2, 1.5, 3.0]
    for k, time_s in enumerate(times_s):
        look_back.add(prediction(k, time_s))
    now = look_back.snapshot()
    values, at_s = now.attention_map(0, 3.0, 30, 0.1)
    columns_s = 3.0 - 0.1 * np.arange(29, -1, -1)
    for column, column_s in enumerate(columns_s):
        before = [k for k, time_s in enumerate(times_s) if time_s <= column_s + 1e-6]
        if before and column_s - times_s[before[-1]] <= HELD_S + 1e-9:
            np.testing.assert_array_equal(values[:, column], now.predictions[before[-1]].persons[0].attention)
            assert at_s[column] == times_s[before[-1]]
        else:
            assert np.isnan(values[:, column]).all()
    assert np.isnan(values).any(axis=0).sum() == 9 + 9  # before 1.0 s, and from 2.1 s to 2.9 s


def test_another_person_in_the_same_place_is_not_the_same_row():
    look_back = LookBack()
    for k in range(6):
        one = prediction(k, k / 10)
        persons = (replace(one.persons[0], epoch=int(k >= 3)),)
        look_back.add(replace(one, persons=persons))
    values, _ = look_back.snapshot().attention_map(0, 0.5, 6, 0.1)
    assert np.isfinite(values).all(axis=0).tolist() == [False] * 3 + [True] * 3


def test_hovering_gives_joint_time_and_value(host):
    shown = host(2.0)
    shown.pull(newest_view(shown.look_back))
    heat, now = shown.inspector.panel.map, shown.look_back.snapshot()
    map_rect, _ = heat._rects()
    rng = np.random.default_rng(1)
    for _ in range(50):
        row, back = int(rng.integers(JOINT_COUNT)), int(rng.integers(20))
        x_px = map_rect.right() - (back + 0.5) * map_rect.width() / COLUMNS
        text = heat.hover_text(QPointF(x_px, (row + 0.5) * heat._row_px()))
        joint, said = JOINT_ORDER[row], now.predictions[-1 - back]
        assert joint_name(joint) in text
        assert JOINT_NAMES[joint] in text
        assert f"{said.persons[0].attention[joint]:.2f}" in text
        assert f"{said.sensor_time_s:05.2f}" in text
        assert f"{-back * STEP_S:.1f} s" in text
    gap = heat.hover_text(QPointF(map_rect.left() + 5, 5))
    assert "nothing was predicted" in gap
    assert heat.hover_text(QPointF(map_rect.left() + 5, heat.height() - 1)) == ""


def test_heat_map_and_bars_are_painted_in_the_colours_of_the_legend(host):
    shown = host(2.0)
    shown.pull(newest_view(shown.look_back))
    heat, newest = shown.inspector.panel.map, shown.look_back.snapshot().predictions[-1]
    image = heat.grab().toImage()
    map_rect, bars_rect = heat._rects()
    for row, joint in enumerate(JOINT_ORDER):
        y_px = round((row + 0.5) * heat._row_px())
        expected = palette.attention_color(float(newest.persons[0].attention[joint]))
        assert image.pixelColor(round(map_rect.right()) - 2, y_px) == expected
        if newest.persons[0].attention[joint] > 0.2:
            assert image.pixelColor(round(bars_rect.left()) + 2, y_px) == expected


def test_nobody_in_view_is_said_and_the_map_goes_on(host):
    shown = host(1.0)
    shown.look_back.add(prediction(99, 1.0, ()))
    shown.pull(newest_view(shown.look_back))
    heat = shown.inspector.panel.map
    assert heat._says == "nobody in view"
    shown.pull(newest_view(shown.look_back), focus=0)
    assert heat._says == "person 1 is not in view"
    assert np.isfinite(heat._values[0, COLUMNS - 11 : COLUMNS - 1]).all()
    assert np.isnan(heat._values[0, -1])


@pytest.mark.parametrize("size", [(360, 330), (600, 700), (1000, 360)])
def test_heat_map_fits_its_place(qtbot, size):
    heat = AttentionMap()
    qtbot.addWidget(heat)
    heat.resize(*size)
    map_rect, bars_rect = heat._rects()
    assert map_rect.width() > 100
    assert bars_rect.right() <= heat.width()
    assert map_rect.bottom() + 2 * heat.fontMetrics().height() <= heat.height()
    assert heat._row_font().pixelSize() <= heat._row_px()


def test_bars_have_room_for_their_longest(host):
    widget = AttentionMap()
    widget.resize(600, 420)
    nothing = np.full((JOINT_COUNT, COLUMNS), np.nan, np.float32), np.full(COLUMNS, np.nan)
    lengths = {}
    for most in (1.2, 2.0, 4.0, 6.0, 24.0):
        bars = np.full(JOINT_COUNT, 0.1, np.float32)
        bars[HEAD] = most
        widget.show_map(*nothing, 10.0)
        widget.show_bars(bars)
        assert most <= widget.bar_scale() <= max(2.0, 4.2 * most)
        row_px = widget._row_px()
        image = widget.grab().toImage()
        _, rect = widget._rects()
        y = int((JOINT_ORDER.index(HEAD) + 0.5) * row_px)
        colors = [image.pixelColor(x, y).name() for x in range(int(rect.left()) + 2, int(rect.right()))]
        lengths[most] = sum(color == palette.attention_color(most).name() for color in colors)
    assert lengths[2.0] > 1.5 * lengths[1.2]
    assert lengths[4.0] < lengths[2.0]  # another scale
    for most, scale in ((1.2, 2), (4.0, 5), (6.0, 10), (24.0, 25)):
        assert lengths[most] / lengths[2.0] == pytest.approx(most / scale, abs=0.03)


# freezing


def test_frozen_means_the_picture_stands_still_and_everything_else_goes_on(host):
    shown = host(3.0)
    view = newest_view(shown.look_back)
    assert shown.pull(view) is view
    changes = []
    shown.inspector.frozen_changed.connect(changes.append)
    shown.inspector.freeze_action.trigger()
    frozen = shown.pull(view)
    assert shown.inspector.frozen
    assert frozen.prediction.sensor_time_s == pytest.approx(2.9)
    assert frozen.frame.sensor_time_s == frozen.pose.sensor_time_s == pytest.approx(2.9)
    assert shown.inspector.freeze_bar.isVisible()
    assert "FROZEN" in shown.picture._frozen
    assert shown.inspector.freeze_bar.where.text() == "0:02.9 (0.0 s)"  # FROZEN is said once
    painted = shown.meter.count
    fill(shown.look_back, 4.0, start_s=3.0)  # far more than the ten seconds would be the same: the snapshot is its own
    for index in range(3):
        again = shown.pull(make_view(1, index))
        assert again.frame is frozen.frame
        assert again.prediction is frozen.prediction
    assert shown.meter.count == painted
    assert shown.look_back.snapshot().newest_s == pytest.approx(6.9)
    edge = shown.picture.grab().toImage()
    seen = shown.picture.placement().seen
    assert edge.pixelColor(round(seen.left()) + 2, round(seen.center().y())) == palette.AMBER
    shown.inspector.freeze_action.trigger()
    assert shown.pull(view) is view
    assert changes == [True, False]
    assert not shown.inspector.freeze_bar.isVisible()


def test_scrubbing_shows_picture_scores_map_and_image_of_that_moment(host):
    shown = host(3.0)
    view = newest_view(shown.look_back)
    shown.inspector.freeze()
    shown.inspector.step(-7)
    now = shown.pull(view)
    assert now.prediction.sensor_time_s == pytest.approx(2.2)
    assert now.pose.index == 22
    heat = shown.inspector.panel.map
    assert heat._cursor_s == pytest.approx(2.2)
    np.testing.assert_array_equal(heat._bars, now.prediction.persons[0].attention)
    assert shown.inspector.panel.student.image.time_s == pytest.approx(2.2)
    assert shown.inspector.freeze_bar.slider.value() == 22
    shown.inspector.freeze_bar.slider.setValue(5)  # as the user does
    assert shown.pull(view).pose.index == 5
    shown.inspector.step(-100)
    assert shown.pull(view).pose.index == 0
    shown.inspector.freeze_at(1.52)
    assert shown.pull(view).pose.index == 15


def test_a_click_into_the_heat_map_freezes_there(host, qtbot):
    shown = host(3.0)
    shown.pull(newest_view(shown.look_back))
    heat = shown.inspector.panel.map
    map_rect, _ = heat._rects()
    x_px = map_rect.right() - 10.5 * map_rect.width() / COLUMNS
    qtbot.mouseClick(heat, Qt.LeftButton, pos=QPoint(round(x_px), 30))
    assert shown.inspector.still.time_s == pytest.approx(1.9)


def test_freezing_before_anything_was_predicted_says_so(host):
    shown = host(0.0)
    shown.pull(make_view(0, prediction=None))
    shown.inspector.freeze_action.trigger()
    assert not shown.inspector.frozen
    assert not shown.inspector.freeze_action.isChecked()
    assert "nothing has been predicted" in shown.inspector.freeze_bar.message.text()


# comparing


def test_two_moments_stand_side_by_side(host):
    shown = host(3.0)
    inspector = shown.inspector
    shown.picture.set_mirrored(True)
    inspector.freeze_at(0.5)
    inspector.mark_a_action.trigger()
    inspector.freeze_at(2.5)
    inspector.mark_b_action.trigger()
    inspector.compare_action.trigger()
    shown.pull(newest_view(shown.look_back))
    assert inspector.stack.currentWidget() is inspector.compare
    assert [round(still.time_s, 1) for still in inspector.compare.stills] == [0.5, 2.5]
    now = shown.look_back.snapshot()
    for attention, time_s in zip(inspector.compare.bars.pair, (0.5, 2.5), strict=True):
        np.testing.assert_array_equal(attention, now.prediction_at(time_s).persons[0].attention)
    for student, time_s in zip(inspector.compare.students, (0.5, 2.5), strict=True):
        assert student.image.time_s == pytest.approx(time_s)
    assert [title.text()[0] for title in inspector.compare.titles] == ["A", "B"]
    assert all(picture_.mirrored for picture_ in inspector.compare.pictures)
    inspector.live()
    assert inspector.stack.currentWidget() is shown.picture
    assert not inspector.compare_action.isChecked()


# saving


def saved_figure(path: Path) -> np.ndarray:
    """The PNG or SVG in pixels (H, W, 3), as the program that opens it shows it."""
    image = QImage(QSize(*SHEET_WH) * DETAIL, QImage.Format_RGB32)
    if path.suffix == ".png":
        assert image.load(str(path), "PNG")
        assert image.size() == QSize(*SHEET_WH) * DETAIL
    else:
        image.fill(Qt.white)
        painter = QPainter(image)
        drawing = QSvgRenderer(str(path))
        assert drawing.isValid()
        drawing.render(painter)
        painter.end()
    return video_export._bgra(image)[..., :3]


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_saved_picture_shows_the_moment(host, tmp_path, kind):
    shown = host(2.0)
    shown.inspector.freeze_at(1.0)
    path = tmp_path / f"moment.{kind}"
    shown.inspector.save_picture(path)
    saved = saved_figure(path)
    left, top, wide, high = (DETAIL * one for one in (MARGIN, TOP, *PICTURE_WH))
    part = saved[top : top + high, left : left + wide]
    frame = cv2.resize(shown.inspector.still.frame.color_bgra[..., :3], (wide, high))
    difference = np.abs(part.astype(int) - frame).max(axis=2)
    assert 0.005 < (difference > 25).mean() < 0.25  # the overlay, and nothing but the overlay
    for charts in (saved[:, left + wide :], saved[top + high :]):
        assert len(np.unique(charts.astype(int) @ (1, 256, 65536))) > 30  # colours
    assert (saved[: top // 2, :left] == 255).all()  # on white, whatever the theme
    assert palette.BACKGROUND.name() == palette.THEMES["dark"]["background"]
    assert "saved" in shown.inspector.freeze_bar.message.text()


def test_the_saved_pdf_is_one_page_with_letters(host, tmp_path):
    shown = host(2.0)
    path = tmp_path / "moment.pdf"
    shown.inspector.save_picture(path)
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") == 1
    assert b"/Type /Font" in content  # letters stay letters


def rows_of(path: Path) -> list[dict[str, str]]:
    """The lines of a table; what is said before them is left out."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# tsmf_live: source a test, weights none"
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def test_the_saved_values_are_those_of_the_moment(host, tmp_path):
    shown = host(2.0, position_s=40.0)
    shown.inspector.freeze_at(1.0)
    path = tmp_path / "moment.csv"
    shown.inspector.save_values(path)
    rows = rows_of(path)
    said = shown.look_back.snapshot().prediction_at(1.0)
    assert {float(row["sensor_time_s"]) for row in rows} == {1.0}
    assert {float(row["position_s"]) for row in rows} == {41.0}

    def values(quantity: str, person: str = "") -> dict[str, float]:
        found = [row for row in rows if (row["quantity"], row["person"]) == (quantity, person)]
        return {row["name"]: float(row["value"]) for row in found}

    expected = dict(zip(JOINT_NAMES, said.persons[0].attention.tolist(), strict=True))
    assert values("attention", "1") == pytest.approx(expected, rel=1e-7)
    for person, scores in (("", said.scores), ("1", said.persons[0].scores)):
        if scores is None:
            assert not values("probability", person)
            continue
        for quantity, of_classes in (
            ("probability", scores.fusion),
            ("teacher", scores.teacher),
            ("student", scores.student),
        ):
            wanted = {} if of_classes is None else dict(zip(LABELS, of_classes.tolist(), strict=True))
            assert values(quantity, person) == pytest.approx(wanted, rel=1e-7)
    weights = {JOINT_NAMES[joint]: float(said.roi_attention[0][joint]) for joint in ROI_JOINTS}
    assert values("student_weight", "1") == pytest.approx(weights, rel=1e-7)
    body = shown.inspector.still.pose.persons[0].body
    for axis, name in enumerate(("x_m", "y_m", "z_m")):
        wanted = dict(zip(JOINT_NAMES, body.joints[:, axis].tolist(), strict=True))
        assert values(name, "1") == pytest.approx(wanted, rel=1e-7)
    assert values("state", "1") == dict(zip(JOINT_NAMES, body.joint_state.tolist(), strict=True))


def test_the_saved_values_of_a_span_have_every_prediction_and_pose_of_it_in_order(host, tmp_path):
    shown = host(2.0)
    for letter, time_s in (("A", 1.5), ("B", 0.4)):
        shown.inspector.freeze_at(time_s)
        shown.inspector.mark(letter)
    path = tmp_path / "span.csv"
    shown.inspector.save_values(path)
    rows = rows_of(path)
    times_s = [float(row["sensor_time_s"]) for row in rows]
    assert times_s == sorted(times_s)
    kept = shown.look_back.snapshot().between(0.4, 1.5)
    for quantity, wanted in (("attention", kept.times_s), ("x_m", [one.time_s for one in kept.pictures])):
        found = sorted({float(row["sensor_time_s"]) for row in rows if row["quantity"] == quantity})
        assert found == pytest.approx(wanted, abs=1e-6)
        assert len(found) > 10


def wait_for_video(shown: Host, qtbot) -> None:
    view = newest_view(shown.look_back)

    def saved() -> None:
        shown.inspector.show_view(view, None)
        assert not shown.inspector.saving_video

    qtbot.waitUntil(lambda: saved() is None, timeout=LIMIT_MS)


def test_the_saved_video_has_every_kept_picture_of_the_span_at_its_time(host, qtbot, tmp_path):
    shown = host(2.0)
    shown.inspector.freeze_at(0.4)
    shown.inspector.mark("A")
    shown.inspector.freeze_at(1.5)
    shown.inspector.mark("B")
    path = tmp_path / "span.mp4"
    shown.inspector.save_video(path)
    assert shown.inspector.freeze_bar.cancel.isVisible()
    wait_for_video(shown, qtbot)
    assert "pictures: 12" in shown.inspector.freeze_bar.message.text()
    with av.open(str(path)) as container:
        played = [(picture.time, picture.to_ndarray(format="bgr24")) for picture in container.decode(video=0)]
    assert [time_s for time_s, _ in played] == pytest.approx([k / 10 for k in range(12)], abs=2e-3)
    frame = shown.look_back.snapshot().still_at(0.4).frame.color_bgra[..., :3]
    assert played[0][1].shape == frame.shape
    difference = np.abs(played[0][1].astype(int) - frame).max(axis=2)
    band = frame.shape[0] // 27  # the headline lies over the top
    assert (difference[:band] > 40).mean() > 0.02
    assert 0.005 < (difference[2 * band :] > 40).mean() < 0.25
    assert [file.name for file in tmp_path.iterdir()] == ["span.mp4"]


def test_a_cancelled_video_leaves_nothing(host, qtbot, tmp_path):
    shown = host(2.0)
    shown.inspector.save_video(tmp_path / "span.mp4")
    shown.inspector.freeze_bar.cancel.click()
    wait_for_video(shown, qtbot)
    assert list(tmp_path.iterdir()) == []
    assert "not saved" in shown.inspector.freeze_bar.message.text()


def test_closing_while_a_video_is_written_ends_its_thread(host, tmp_path):
    shown = host(2.0)
    shown.inspector.save_video(tmp_path / "span.mp4")
    shown.inspector.close()
    assert not shown.inspector.saving_video
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("end", ["cancelled", "failed"])
def test_a_video_that_does_not_come_to_its_end_leaves_the_file_that_was_there(host, qtbot, tmp_path, monkeypatch, end):
    shown, path = host(2.0), tmp_path / "rec:1" / "span.mp4"
    path.parent.mkdir()
    path.write_bytes(b"an older video")
    if end == "failed":
        monkeypatch.setattr(video_export, "draw_still", lambda *_, **__: 1 / 0)
    shown.inspector.save_video(path)
    if end == "cancelled":
        shown.inspector.cancel_video()
    wait_for_video(shown, qtbot)
    assert [file.name for file in path.parent.iterdir()] == ["span.mp4"]
    assert path.read_bytes() == b"an older video"


@pytest.mark.parametrize("kind", ["picture", "values", "video"])
def test_what_cannot_be_written_is_said(host, qtbot, tmp_path, kind):
    shown = host(1.0)
    path = tmp_path / "missing" / "file"
    getattr(shown.inspector, f"save_{kind}")(path)
    if kind == "video":
        wait_for_video(shown, qtbot)
    text = shown.inspector.freeze_bar.message.text()
    assert str(path) in text
    assert "choose another place" in text


# the last minute


def test_the_last_minute_has_a_row_for_each_person_with_what_ended_and_what_goes_on():
    look_back = LookBack()
    look_back.add(frames.Event(0.2, 0.9, "reading", 0.9, 1))
    for k in range(20):
        one = prediction(k, k / 10, (0, 1), label=None)
        doing = replace(one.persons[0], label="typing" if k >= 12 else None)
        look_back.add(replace(one, persons=(doing, one.persons[1])))
    first, second = recent_rows(look_back.snapshot())
    assert [(bar.start_s, bar.end_s, bar.label, bar.kind) for bar in first.bars] == [(1.2, 1.9, "typing", "running")]
    assert [(bar.start_s, bar.end_s, bar.label, bar.kind) for bar in second.bars] == [(0.2, 0.9, "reading", "event")]


@pytest.mark.parametrize("position_s", [None, 40.0])
def test_a_click_into_the_last_minute_seeks_in_a_recording_and_freezes_live(host, qtbot, position_s):
    shown = host(3.0, position_s)
    shown.pull(newest_view(shown.look_back))
    timeline, sought = shown.inspector.timeline, []
    shown.inspector.moment_clicked.connect(sought.append)
    x_px = next(x for x in range(timeline.width() - 1, 0, -1) if timeline.time_at(x) <= 1.5)
    qtbot.mouseClick(timeline, Qt.LeftButton, pos=QPoint(x_px, 5))
    if position_s is None:
        assert sought == []
        assert shown.inspector.still.time_s == pytest.approx(1.5, abs=0.15)
    else:
        assert sought == [pytest.approx(41.5, abs=0.15)]
        assert not shown.inspector.frozen


def test_curves_are_the_predicted_scores_with_gaps(host):
    shown = host(2.0)
    fill(shown.look_back, 1.0, start_s=4.0)
    shown.pull(newest_view(shown.look_back))
    predictions = list(shown.look_back.snapshot().predictions)
    times_s, values = score_curves(predictions, [1, 5])
    kept = np.isfinite(values[0, :, 0])
    assert times_s[kept].tolist() == [one.sensor_time_s for one in predictions]
    assert (~kept).sum() == 1
    for row, name in enumerate(("fusion", "teacher", "student")):
        expected = np.stack([getattr(one.scores, name)[[1, 5]] for one in predictions])
        np.testing.assert_array_equal(values[row][kept], expected)
    curves = shown.inspector.curves
    drawn = curves.lines[1][0].getData()[1]
    label = LABELS.index(curves.legend.names[0])
    np.testing.assert_array_equal(drawn[np.isfinite(drawn)], [one.scores.teacher[label] for one in predictions])


def test_charts_are_repainted_for_news_only(host, monkeypatch):
    shown = host(1.0)
    view = newest_view(shown.look_back)
    shown.pull(view)
    painted = []
    monkeypatch.setattr(shown.inspector.panel.map, "show_map", lambda *a, **k: painted.append(a))
    shown.pull(view)
    assert painted == []
    fill(shown.look_back, 0.1, start_s=1.0)
    shown.pull(view)
    assert len(painted) == 1


# the picture


@pytest.fixture
def live(qtbot):
    picture_ = LivePicture(DisplayMeter())
    qtbot.addWidget(picture_)
    picture_.resize(960, 600)
    picture_.show()
    view = make_view(2)
    picture_.show_moment(view.frame, view.pose, view.prediction, None)
    QApplication.processEvents()
    return picture_, view


def head_of(picture_: LivePicture, view: frames.View, slot: int) -> QPoint:
    x_px, y_px = picture_.placement().to_widget(view.pose.persons[slot].body)[0][HEAD].tolist()
    return QPoint(round(x_px), round(y_px))


def test_mirrored_picture_persons_and_clicks_agree(live, qtbot):
    picture_, view = live
    plain, heads = picture_.grab().toImage(), [head_of(picture_, view, slot) for slot in (0, 1)]
    picture_.set_mirrored(True)
    QApplication.processEvents()
    mirrored = picture_.grab().toImage()
    seen = picture_.placement().seen
    for x, y in ((100, 130), (200, 100), (700, 70)):
        at, other = plain.pixelColor(x, y), mirrored.pixelColor(round(seen.right()) - 1 - x, y)
        assert max(abs(at.red() - other.red()), abs(at.blue() - other.blue())) <= 4
    clicked = []
    picture_.person_clicked.connect(clicked.append)
    for slot in (0, 1):
        head = head_of(picture_, view, slot)
        assert abs(head.x() + heads[slot].x() - seen.left() - seen.right()) <= 2
        qtbot.mouseClick(picture_, Qt.LeftButton, pos=head + QPoint(0, 40))
    assert clicked == [0, 1]


def test_zoom_keeps_what_is_under_the_mouse_and_drag_moves_it(live, qtbot):
    picture_, view = live
    head, clicked = head_of(picture_, view, 1), []
    picture_.person_clicked.connect(clicked.append)
    picture_.zoom_by(2.0, QPointF(head))
    now = head_of(picture_, view, 1)
    assert (now - head).manhattanLength() <= 3
    assert picture_.zoom == 2.0
    QApplication.processEvents()
    assert picture_.placement().seen.height() == 540
    qtbot.mousePress(picture_, Qt.LeftButton, pos=QPoint(400, 300))
    for at in (QPointF(420, 310), QPointF(440, 320)):  # qtbot moves the mouse without its button
        move = QMouseEvent(QEvent.MouseMove, at, Qt.NoButton, Qt.LeftButton, Qt.NoModifier)
        QApplication.sendEvent(picture_, move)
    qtbot.mouseRelease(picture_, Qt.LeftButton, pos=QPoint(440, 320))
    assert clicked == []
    moved = head_of(picture_, view, 1) - now
    assert moved.x() in (39, 40, 41)
    picture_.zoom_by(100.0)
    assert picture_.zoom == 8.0
    picture_.grab()
    qtbot.mouseDClick(picture_, Qt.LeftButton, pos=QPoint(400, 300))
    assert picture_.zoom == 1.0
    assert (head_of(picture_, view, 1) - head).manhattanLength() <= 2


def test_zoomed_picture_shows_that_part_of_the_frame(live):
    picture_, view = live
    picture_.zoom_by(3.0, QPointF(150, 200))
    QApplication.processEvents()
    image, placement = picture_.grab().toImage(), picture_.placement()
    for x_px, y_px in ((60, 150), (300, 200), (100, 400)):
        x, y = (x_px - placement.x_px) / placement.scale, (y_px - placement.y_px) / placement.scale
        blue, green, red = view.frame.color_bgra[round(y), round(x), :3].tolist()
        at = image.pixelColor(x_px, y_px)
        assert max(abs(at.red() - red), abs(at.green() - green), abs(at.blue() - blue)) <= 4


def test_the_students_five_boxes_stand_around_their_joints_in_the_colour_of_their_weight(live):
    picture_, view = live
    attention = np.linspace(0.1, 2.0, JOINT_COUNT).astype(np.float32)
    with_boxes = replace(view.prediction, roi_slots=(0,), roi_attention=(attention,))
    picture_.show_moment(view.frame, view.pose, with_boxes, None)
    QApplication.processEvents()
    image, placement = picture_.grab().toImage(), picture_.placement()
    xy_px, _ = placement.to_widget(view.pose.persons[0].body)
    half_px = placement.scale * 48
    found = 0
    for joint in ROI_JOINTS:
        color = palette.attention_color(float(attention[joint]))
        x_px, y_px = xy_px[joint]
        row = range(max(round(float(x_px - half_px)) - 3, 0), round(float(x_px - half_px)) + 4)
        found += any(
            abs(image.pixelColor(x, round(float(y_px)) + dy).green() - color.green()) < 25
            for x in row
            for dy in (-9, 9)
        )
    assert found == 5
    picture_.set_boxes(False)
    QApplication.processEvents()
    assert picture_.grab().toImage() != image


NAMES = [
    line
    for name in ("ntu60.txt", "pku_mmd.txt")
    for line in (ROOT / "assets" / "labels" / name).read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("size", [(836, 470), (640, 360), (1376, 774)])
@pytest.mark.parametrize("spread", ["apart", "together", "all in one place", "at the edge"])
def test_six_of_the_longest_names_find_room(qtbot, size, spread):
    longest = sorted(NAMES, key=len)[-6:]
    at_px = {
        "apart": np.linspace(200, 1700, 6),
        "together": np.linspace(900, 1200, 6),
        "all in one place": np.full(6, 960.0),
        "at the edge": np.full(6, 1910.0),
    }[spread]
    picture_ = LivePicture(DisplayMeter())
    qtbot.addWidget(picture_)
    picture_.resize(*size)
    view = make_view(6)
    persons = tuple(frames.Person(k, 0, make_body(float(x), 600, 0.75), None) for k, x in enumerate(at_px))
    said = tuple(replace(one, label=label) for one, label in zip(view.prediction.persons, longest, strict=True))
    shown = replace(view.prediction, persons=said, roi_attention=(said[0].attention,))
    picture_.show_moment(view.frame, replace(view.pose, persons=persons), shown, None)
    picture_.grab()
    placed = picture_.chips
    assert len(placed) == 6
    assert all(picture_.placement().rect.contains(chip.rect) for chip in placed)
    assert not any(a.rect.intersects(b.rect) for k, a in enumerate(placed) for b in placed[:k])
    metrics = picture_.fontMetrics()
    for chip in placed:
        assert metrics.horizontalAdvance(chip.shown_text) <= chip.rect.width()
        assert len(chip.shown_text) > 20


def test_every_class_name_is_whole_beside_a_head_at_1280x720(qapp):
    placement_width_px = 836
    widest = max(NAMES, key=len)
    font = QFont()
    font.setPixelSize(13)
    text = f"6 · {widest} 100%"
    assert palette.elided(text, QFontMetrics(font), int(0.45 * placement_width_px)) == text
    assert chips.person_text(5, frames.PersonPrediction(5, "1", widest, 1.0, np.zeros(25, np.float32))) == text


def test_a_moment_is_drawn_alike_wherever_it_is_drawn(tmp_path):
    """The overlay of the screen, the sheet and the video come from one place."""
    for name in ("live_view", "still_picture"):
        source = Path(overlay.__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
        assert "overlay.draw_people(" in source


def test_a_moment_that_a_player_was_sent_to_can_be_looked_into(model, qtbot, tmp_path):
    folder = write_session(tmp_path / "session", recorded_frames(40, color=True))
    settings = RunSettings(source_name="a session", inspect=True)
    pipeline = Pipeline(lambda: open_source(str(folder)), model, settings, [])
    pipeline.start()
    try:
        assert pipeline.wait_open(20)
        pipeline.player.pause()
        pipeline.player.seek(1.2)

        def arrived() -> bool:
            now = pipeline.look_back.snapshot()
            said = now.predictions[-1].position_s if now.predictions else None
            kept = now.pictures[-1].pose.position_s if now.pictures else None
            return said == kept == pytest.approx(1.2, abs=0.02)

        qtbot.waitUntil(arrived, timeout=LIMIT_MS)
        host_ = Host(pipeline.look_back)
        qtbot.addWidget(host_)
        host_.inspector.freeze()
        host_.inspector.save_values(tmp_path / "moment.csv")
        assert host_.inspector.still.frame.position_s == pytest.approx(1.2, abs=0.02)
        lines = (tmp_path / "moment.csv").read_text().splitlines()
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
        assert float(rows[0]["position_s"]) == pytest.approx(1.2, abs=0.02)
    finally:
        pipeline.finish()
