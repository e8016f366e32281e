"""The study browser on real sessions: what it lists, and that its acts are the commands."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtWidgets import QApplication, QMessageBox

from tests.fakes.recordings import frames, write_session
from tests.fakes.window_fakes import FakeLauncher, FakePipeline, make_view, show_now
from tsmf_live.frames import RecordingStatus
from tsmf_live.gui.dialogs.export import ExportDialog, Wanted, export_commands
from tsmf_live.gui.pages.study_page import COLUMNS
from tsmf_live.live.player import Player
from tsmf_live.recording.annotations import Annotations
from tsmf_live.recording.overview import overview
from tsmf_live.sessions.__main__ import make_parser

LIMIT_MS = 120_000  # the machine may be busy with other things


@pytest.fixture
def study(tmp_path):
    """Three takes: annotated with pictures; without pictures; with a cut text."""
    folder = tmp_path / "study"
    takes = [folder / f"take-00{number}" for number in (1, 2, 3)]
    for number, take in enumerate(takes):
        details = {"subject": f"P0{number}", "action": "reading"}
        write_session(take, frames(12, color=number == 0), details=details, preset="ultrafast")
    annotations = Annotations(takes[0])
    annotations.add(annotations.times_s[2], annotations.times_s[9], "drink water", 0)
    annotations.save()
    text = takes[2] / "bodies.skeleton"
    text.write_bytes(text.read_bytes()[: text.stat().st_size // 2])
    return folder


@pytest.fixture
def page(shown, qtbot, study):
    window = shown(FakePipeline(make_view(1)), launcher=FakeLauncher())
    window.settings.keep("exports", str(study.parent))
    window.study.folder = study
    window.show_page("study")
    idle(qtbot, window)
    return window._pages["study"]


def idle(qtbot, window) -> None:
    def done() -> bool:
        show_now(window)
        return not window.study.busy and not window.study.reading

    qtbot.waitUntil(done, timeout=LIMIT_MS)


def cell(page, row: int, name: str) -> str:
    return page.table.item(row, COLUMNS.index(name)).text()


def press(page, word: str) -> None:
    box = next(box for box in page.window().findChildren(QMessageBox) if box.isVisible())
    next(button for button in box.buttons() if word in button.text()).click()


def test_takes_are_listed_with_what_they_hold(page):
    assert [cell(page, row, "Take") for row in range(3)] == ["take-001", "take-002", "take-003"]
    assert [cell(page, row, "Subject") for row in range(3)] == ["P00", "P01", "P02"]
    assert [cell(page, row, "Annotated") for row in range(3)] == ["drink water", "", ""]
    pictures = [seen.thumbnail for seen in page.study.takes]
    assert pictures[0] is not None
    assert pictures[0].pixel(5, 5) != pictures[1].pixel(5, 5)  # the second shows skeletons


def test_verify_repair_and_delete_are_the_commands(page, qtbot, study):
    window = page.window()
    page.table.selectAll()
    page.acts["verify"].click()
    assert not page.acts["repair"].isEnabled()  # one act at a time
    idle(qtbot, window)
    assert [cell(page, row, "Verified") for row in range(3)] == ["whole", "whole", "DAMAGED"]
    assert "see to" in page.banners.notice.text()
    page.choose([study / "take-003"])
    page.acts["repair"].click()
    idle(qtbot, window)
    assert cell(page, 2, "Verified") != "DAMAGED"
    assert list((study / "take-003").glob("*.damaged*"))
    page.choose([study / "take-003", study / "take-002"])
    qtbot.keyClick(page.table, Qt.Key_Delete)
    press(page, "Cancel")
    assert (study / "take-003").is_dir()
    page.acts["delete"].click()
    press(page, "Delete")
    idle(qtbot, window)
    assert [path.name for path in study.iterdir()] == ["take-001"]
    assert page.table.rowCount() == 1


def test_an_export_is_made_of_the_part_that_is_looped(page, qtbot, study, tmp_path):
    window, take = page.window(), study / "take-001"
    holds = overview(take)
    times_s = [row.sensor_time_s - holds.rows[0].sensor_time_s for row in holds.rows]
    player = Player(times_s, times_s[-1])
    player.set_loop((times_s[3], times_s[9]))
    window.run.player = player
    window.run.settings = replace(window.run.settings, source=str(take))
    page.choose([take])
    page.ask_export()
    dialog = page.window().findChild(ExportDialog)
    dialog.looped.setChecked(True)
    dialog.folder.setText(str(tmp_path / "out"))
    dialog.go.click()
    idle(qtbot, window)
    assert "done" in page.banners.notice.text(), page.study.told
    (sample,) = (tmp_path / "out").glob("*.skeleton")
    assert int(sample.read_text().split()[0]) == 6
    assert (tmp_path / "out" / "classes.txt").read_text().split("\n") == ["drink water", "reading", ""]


def test_classes_of_a_second_export_keep_their_numbers(study, tmp_path):
    (tmp_path / "classes.txt").write_text("juggling\nreading\n")
    wanted = Wanted("ntu", tmp_path, True, "", None)
    (command,) = export_commands([overview(study / "take-001")], wanted)
    assert (tmp_path / "classes.txt").read_text() == "juggling\nreading\ndrink water\n"
    assert "--segments" in command


@pytest.mark.parametrize("kind", ["ntu", "pku", "pickle", "elan"])
def test_every_export_is_a_command_that_exists(study, tmp_path, kind):
    takes = [overview(study / f"take-00{number}") for number in (1, 2)]
    for command in export_commands(takes, Wanted(kind, tmp_path, False, "ntu60", (0.0, 0.3))):
        args = make_parser().parse_args(command)
        assert args.span == [0.0, 0.3]


def test_a_take_that_is_recorded_is_left_alone(page, qtbot, study):
    window = page.window()
    recording = RecordingStatus("recording", study / "take-002", 2, 1.0)
    show_now(window, make_view(1, recording=recording))
    page.choose([study / "take-002"])
    page.acts["verify"].click()
    assert "still being recorded" in page.banners.notice.text()
    assert not page.study.busy


def test_a_study_that_is_not_there_is_empty_and_another_language_keeps_what_is_known(page, qtbot, study):
    window = page.window()
    page.study.verified[study / "take-001"] = "whole"
    window.choose_language("de")
    idle(qtbot, window)
    assert cell(window._pages["study"], 0, "Verified") == "vollständig"
    QApplication.sendPostedEvents(None, QEvent.DeferredDelete)
    window.study.progressed.emit(0.5)  # the page before is gone, and nothing of it listens
    window.study.ended.emit("notice", "done")
    assert window._pages["study"].progress.value() == 500
    window.study.look(study / "nothing")
    idle(qtbot, window)
    assert window._pages["study"].table.rowCount() == 0


def test_a_take_is_played_in_the_live_page(page, qtbot, study):
    window = page.window()
    page.choose([study / "take-002"])
    page.acts["play"].click()
    qtbot.waitUntil(lambda: show_now(window) or window.opening._errand is None, timeout=LIMIT_MS)
    assert window.opening._launcher.opened[0][0] == str(study / "take-002")
    assert window.page == "live"


def test_what_a_session_holds_is_told_without_its_description(study):
    take = study / "take-001"
    told = json.loads((take / "session.json").read_text())
    assert overview(take).description["subject"] == told["subject"]
    assert (overview(take).pictures, overview(take).pictures_lost, len(overview(take).annotations)) == (12, 0, 1)
