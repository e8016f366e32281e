"""Attention over the whole recording in the window: the command runs, what it finds is shown, a click goes there."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest

from tests.fakes.recordings import frames as recorded_frames
from tests.fakes.recordings import write_session
from tests.fakes.window_fakes import FakePipeline, make_view, play_session
from tsmf_live.gui.charts.joint_names import JOINT_ORDER
from tsmf_live.gui.dialogs.whole_recording import WholeRecording, columns_of
from tsmf_live.live.inspection import FILES, Inspection, file_of
from tsmf_live.skeleton import HAND_RIGHT

LIMIT_MS = 60_000


def made_up(length_s: float = 4.0) -> Inspection:
    """Person 1 (slot 0) attends to the right hand from 1 to 2 s only; person 3 is there for the last second."""
    times_s = np.arange(0, length_s, 0.1)
    attention = np.full((len(times_s), 6, 25), np.nan, np.float32)
    attention[:, 0] = 0.5
    attention[(times_s >= 1) & (times_s < 2), 0, HAND_RIGHT] = 2.0
    attention[times_s >= 3, 2] = 1.0
    probabilities = np.where(np.isfinite(attention[:, :, :2]), np.float32(0.5), np.float32(np.nan))
    events = np.array([[1.0, 2.0, 0.9, 0.0], [3.0, 4.0, 0.8, 2.0]])
    return Inspection(
        times_s, attention, probabilities, ("reading", "idle"), "made.safetensors", events, ("reading",) * 2
    )


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    return write_session(tmp_path_factory.mktemp("recorded") / "take", recorded_frames(120))


@pytest.fixture
def played(shown, recorded, tmp_path, qtbot):
    folder = Path(shutil.copytree(recorded, tmp_path / "take"))
    return play_session(shown, qtbot, folder), folder


def opened(window, qtbot):
    qtbot.keyClick(window, Qt.Key_W)
    dialog = window.desk.whole
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def test_what_was_kept_is_shown_by_person_and_action_and_a_click_goes_there(played, qtbot):
    window, folder = played
    made_up().save(file_of(folder, "made.safetensors"))
    dialog = opened(window, qtbot)
    assert [dialog.person.itemData(row) for row in range(dialog.person.count())] == [0, 2]
    assert dialog.first.currentText() == "made.safetensors"
    assert not dialog.other.isVisible()
    assert [dialog.table.horizontalHeaderItem(k).text() for k in range(dialog.table.columnCount())] == ["reading"]
    hand = JOINT_ORDER.index(HAND_RIGHT)
    assert [dialog.table.item(row, 0).text() for row in (hand, hand + 1)] == ["2.00", "0.50"]
    x_px = round(dialog.map.left_px + (dialog.map.width() - dialog.map.left_px) * 0.375)
    QTest.mouseClick(dialog.map, Qt.LeftButton, Qt.NoModifier, QPoint(x_px, 40))
    assert window.run.player.take_goal(None) == pytest.approx(45, abs=2)
    dialog.person.activated.emit(0)
    dialog.person.setCurrentIndex(1)
    dialog.person.activated.emit(1)
    assert dialog.table.item(hand, 0).text() == "1.00"
    assert [len(row.bars) for row in dialog.timeline.rows] == [1, 0]


def offered(dialog: WholeRecording) -> list[str]:
    """What the recording's map can be compared with."""
    return [dialog.second.itemData(k) for k in range(dialog.second.count())]


def test_two_checkpoints_are_seen_beside_each_other(played, qtbot):
    window, folder = played
    made_up().save(file_of(folder, "made.safetensors"))
    other = replace(
        made_up(), weights="other.safetensors", events=np.array([[2.0, 3.0, 0.9, 0.0]]), event_labels=("idle",)
    )
    other.attention[:, 0] = 1.5
    other.save(file_of(folder, "other.safetensors"))
    dialog = opened(window, qtbot)
    assert (dialog.first.currentData(), offered(dialog)) == ("made.safetensors", ["", "other.safetensors"])
    dialog.second.setCurrentIndex(1)
    dialog.second.activated.emit(1)
    assert dialog.other.isVisible()
    heads = [dialog.table.horizontalHeaderItem(k).text() for k in range(dialog.table.columnCount())]
    assert heads == ["reading · made", "reading · other"]  # of the same spans
    hand = JOINT_ORDER.index(HAND_RIGHT)
    assert [dialog.table.item(hand, column).text() for column in range(2)] == ["2.00", "1.50"]
    assert [row.title for row in dialog.timeline.rows] == ["made", "other", "annotated"]
    dialog.load()  # what was chosen stays
    assert dialog.second.currentData() == "other.safetensors"
    dialog.first.setCurrentIndex(1)
    dialog.first.activated.emit(1)
    assert (offered(dialog), dialog.other.isVisible()) == (["", "made.safetensors"], False)  # not beside itself


def test_columns_are_means_and_gaps_where_nobody_is():
    found = made_up()
    values = columns_of(found, 0, 4.0, 4)
    np.testing.assert_allclose(values[HAND_RIGHT], [0.5, 2.0, 0.5, 0.5])
    gaps = columns_of(found, 2, 4.0, 4)
    assert np.isnan(gaps[:, :3]).all()
    np.testing.assert_allclose(gaps[:, 3], 1.0)


def test_the_command_runs_and_its_result_is_shown(shown, qtbot, teacher_file, tmp_path):
    folder = write_session(tmp_path / "take", recorded_frames(30))
    dialog = opened(play_session(shown, qtbot, folder), qtbot)
    assert dialog.said.text() == "not inspected yet"
    dialog._weights = lambda: teacher_file
    dialog.inspect.click()
    assert dialog.progress.isVisible()
    qtbot.waitUntil(lambda: dialog._run is None, timeout=LIMIT_MS)
    assert [path.name for path in folder.glob(FILES)] == [f"inspection-{teacher_file.stem}.npz"]
    assert dialog.first.currentText() == teacher_file.name
    assert dialog.person.count() >= 1


def test_a_command_that_fails_says_why_and_one_that_is_cancelled_leaves_nothing(played, qtbot, tmp_path):
    window, folder = played
    dialog = opened(window, qtbot)
    dialog._weights = lambda: tmp_path / "none.safetensors"
    dialog.inspect.click()
    qtbot.waitUntil(lambda: dialog._run is None, timeout=LIMIT_MS)
    assert "none.safetensors" in dialog.said.text()
    dialog.inspect.click()
    dialog.inspect.click()
    qtbot.waitUntil(lambda: dialog._run is None, timeout=LIMIT_MS)
    assert not list(folder.glob(FILES))


def test_a_damaged_file_is_said_and_closing_ends_the_command(played, qtbot):
    window, folder = played
    (folder / "inspection-broken.npz").write_bytes(b"nothing")
    dialog = opened(window, qtbot)
    assert "inspect again" in dialog.said.text()
    dialog.inspect.click()
    window.close_now()
    assert window.desk.whole is None


def test_other_recordings_and_live_pictures_have_none(shown, qtbot):
    window = shown(FakePipeline(make_view(1)))
    qtbot.keyClick(window, Qt.Key_W)
    assert window.desk.whole is None
    assert "Only recorded sessions" in window.desk.banners.notice.text()
