"""Recording panel, player bar, annotation, menus, help, settings, languages, themes, opening: with a run made up."""

from __future__ import annotations

import ast
import logging
import re
import shutil
import signal
import threading
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PyQt5.QtCore import QMimeData, QPointF, QSettings, Qt, QTimer, QUrl
from PyQt5.QtGui import QDropEvent
from PyQt5.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QLineEdit, QMessageBox, QTextBrowser

from tests.fakes.contrast import contrast
from tests.fakes.recordings import frames as recorded_frames
from tests.fakes.recordings import write_session
from tests.fakes.window_fakes import (
    LONGEST,
    FakeLauncher,
    FakePipeline,
    all_text,
    make_view,
    play_session,
    show_now,
)
from tsmf_live.frames import CheckpointError, RecordingError, RecordingStatus, SourceError
from tsmf_live.gui import language, palette
from tsmf_live.gui.dialogs.choose import kind_of
from tsmf_live.gui.language import LANGUAGES
from tsmf_live.gui.log_file import LogFile, log_path
from tsmf_live.gui.panels import banners
from tsmf_live.gui.panels.player_bar import position_text
from tsmf_live.gui.settings import Settings
from tsmf_live.gui.show import run_window
from tsmf_live.interrupt import INTERRUPTED
from tsmf_live.live import capture
from tsmf_live.live.player import Player
from tsmf_live.recording.annotations import Annotations
from tsmf_live.sources.kinect import source as kinect

RECORDING = RecordingStatus("recording", Path("study/take-003"), 3, 62.0, 1860, 0, 25_000_000, 10**11, 40_000.0)


def question(window) -> QMessageBox | None:
    return next((box for box in window.findChildren(QMessageBox) if box.isVisible()), None)


def answer(window, yes: bool) -> None:
    box = question(window)
    role = QMessageBox.AcceptRole if yes else QMessageBox.RejectRole
    next(button for button in box.buttons() if box.buttonRole(button) == role).click()


# --- recording


def test_a_take_is_begun_with_what_the_fields_say(shown, qtbot, tmp_path):
    run = FakePipeline(make_view(1))
    window = shown(run)
    panel = window.desk.recording
    panel.set_study(str(tmp_path / "study"))
    (tmp_path / "study" / "take-004").mkdir(parents=True)
    panel.subject.setText("P07")
    panel.action.setText("drink water ")
    panel.consent.setText("form B")
    panel.numbers["camera"].setValue(2)
    panel.privacy.setCurrentIndex(panel.privacy.findData("blur"))
    qtbot.keyClick(window, Qt.Key_R)
    (take,) = run.asked
    assert take.folder == tmp_path / "study" / "take-005"
    assert (take.subject, take.action, take.consent, take.privacy) == ("P07", "drink water", "form B", "blur")
    assert (take.setup, take.camera, take.performer, take.replication) == (1, 2, 1, 1)


def test_recording_is_red_everywhere_and_says_how_it_goes(shown):
    window = shown(FakePipeline(make_view(1)))
    edge = window.desk.grab().toImage().pixelColor(1, 300)
    assert edge != palette.RED
    show_now(window, make_view(1, recording=RECORDING))
    assert window.desk.grab().toImage().pixelColor(1, 300) == palette.RED
    assert window.desk.header.recording.text() == "● REC 1:02 · take 3"
    badge = window.desk.header.recording
    assert badge.isVisible()
    assert badge.grab().toImage().pixelColor(4, badge.height() // 2) == palette.RED
    panel = window.desk.recording
    assert panel.state.text() == "take 3: 1:02, 25.0 MB"
    assert panel.disk.text() == "free on this disk: 100.0 GB · enough for 11 h 6 min"
    assert not panel.subject.isEnabled()
    show_now(window, make_view(1, recording=replace(RECORDING, lost=4)))
    assert "frames lost: 4" in panel.state.text()
    show_now(window, make_view(1, recording=replace(RECORDING, behind=True)))
    rarely_ms = window._timer.interval()
    show_now(window, make_view(1, recording=RECORDING))
    assert rarely_ms >= 3 * window._timer.interval()  # the display gives way to the recorder
    show_now(window, make_view(1, recording=replace(RECORDING, state="off")))
    assert not badge.isVisible()
    assert panel.state.text() == "take-003 is finished: 1:02"
    show_now(window, make_view(1, recording=replace(RECORDING, state="off", pictures_lost=60)))
    assert panel.state.text().startswith("take-003 is finished: 1:02 · it lacks 60 of 1860 pictures")
    assert window.desk.grab().toImage().pixelColor(1, 300) == edge


def test_the_record_key_ends_a_take_and_typing_does_not(shown, qtbot):
    run = FakePipeline(make_view(1, recording=RECORDING))
    window = shown(run)
    qtbot.keyClick(window, Qt.Key_R, Qt.ControlModifier)
    assert run.asked == ["stop"]
    show_now(window, make_view(1))
    window.desk.show_tab(window.desk.recording)
    field = window.desk.recording.subject
    field.setFocus()
    qtbot.keyClicks(field, "r12")
    assert field.text() == "r12"
    assert run.asked == ["stop"]


def test_a_take_that_cannot_begin_is_told_and_nothing_breaks(shown, qtbot):
    run = FakePipeline(make_view(1))
    window = shown(run)
    run.error = RecordingError("the disk is full; free some space")
    window.desk.recording.toggle()
    assert window.desk.banners.notice.text() == "the disk is full; free some space"
    assert window.desk.banners.notice.isVisible()


def test_redo_asks_first_and_the_window_goes_on_while_it_asks(shown):
    run = FakePipeline(make_view(1, recording=RECORDING))
    window = shown(run)
    window.desk.recording.ask_redo()
    assert "take-003" in question(window).text()
    show_now(window, make_view(1, 5, recording=replace(RECORDING, seconds=70)))
    assert "1:10" in window.desk.header.recording.text()
    answer(window, yes=False)
    QApplication.processEvents()
    assert run.asked == []
    window.desk.recording.ask_redo()
    answer(window, yes=True)
    assert run.asked == [("redo", RECORDING.folder)]


def test_fields_complete_from_the_checkpoints_labels_and_what_was_typed_before(shown):
    window = shown(FakePipeline(make_view(1)))
    window.desk.recording.subject.setText("P07")
    window.desk.recording.action.setText("juggling")
    window.desk.recording.toggle()
    again = shown(FakePipeline(make_view(1))).desk.recording
    assert again.action.text() == "juggling"

    def completions(line: QLineEdit, typed: str) -> list[str]:
        line.completer().setCompletionPrefix(typed)
        model = line.completer().completionModel()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    assert completions(again.action, "jugg") == ["juggling"]
    assert completions(again.action, "water") == ["drink water"]


def test_subject_and_consent_are_of_one_sitting_and_in_no_file(shown, tmp_path):
    window = shown(FakePipeline(make_view(1)))
    panel = window.desk.recording
    panel.subject.setText("Secret07")
    panel.consent.setText("form Secret")
    panel.numbers["performer"].setValue(7)
    panel.toggle()
    window.choose_theme("light")  # everything is made anew, within the sitting
    again = window.desk.recording
    assert again is not panel
    assert (again.subject.text(), again.consent.text()) == ("Secret07", "form Secret")
    window.choose_theme("dark")
    window.close()
    restarted = shown(FakePipeline(make_view(1))).desk.recording
    assert (restarted.subject.text(), restarted.consent.text()) == ("", "")
    assert restarted.numbers["performer"].value() == 7
    kept = [path.read_text() for path in (tmp_path / "settings").rglob("*") if path.is_file()]
    assert kept
    assert not any("Secret" in text for text in kept)


def test_another_subject_has_to_consent_anew(shown, qtbot):
    panel = shown(FakePipeline(make_view(1))).desk.recording
    panel.subject.setText("P07")
    panel.consent.setText("form A")
    panel.toggle()
    assert panel.consent.text() == "form A"  # of this subject's next take, too
    qtbot.keyClicks(panel.subject, "b")
    assert panel.subject.text() == "P07b"
    assert panel.consent.text() == ""
    panel.consent.setText("form B")
    panel.subject.setText("")
    assert panel.consent.text() == ""


def test_what_older_versions_kept_of_subjects_is_taken_out_of_the_file(tmp_path):
    QSettings.setPath(QSettings.IniFormat, QSettings.UserScope, str(tmp_path))
    older = Settings()
    for key in ("take/subject", "take/consent"):
        older.keep(key, "Secret")
    older.used("subject", "Secret")
    older.used("consent", "Secret")
    older.keep("take/camera", "3")
    older.save()
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert "Secret" in file.read_text()
    assert Settings().text("take/camera") == "3"
    assert "Secret" not in file.read_text()


def test_a_question_about_a_take_goes_with_the_run_it_was_about(shown, qtbot):
    run = FakePipeline(make_view(1, recording=RECORDING))
    window = shown(run)
    window.desk.recording.ask_redo()
    assert question(window) is not None
    window.build()
    qtbot.waitUntil(lambda: question(window) is None)
    assert run.asked == []


def test_a_discard_that_fails_is_told(shown):
    run = FakePipeline(make_view(1, state="ended", recording=replace(RECORDING, state="off")))
    window = shown(run)
    window.desk.recording.ask_redo()
    run.error, view = RecordingError("held by another program"), run.shown
    answer(window, yes=True)
    run.error = None
    show_now(window, view)
    assert window.desk.banners.notice.text() == "held by another program"


# --- player and annotation


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    """A session of 4 s, for copying."""
    return write_session(tmp_path_factory.mktemp("recorded") / "take", recorded_frames(120))


@pytest.fixture
def played(shown, recorded, tmp_path, qtbot):
    """A window on a recorded session of 4 s, its player and what is annotated in it."""
    folder = Path(shutil.copytree(recorded, tmp_path / "take"))
    window = play_session(shown, qtbot, folder)
    return window, window.run, folder


def at(window, position_s: float) -> None:
    """The player has arrived there."""
    window.run.player.note_shown(round(position_s * 30))
    show_now(window)


def test_keys_drive_the_player(played, qtbot):
    window, run, _ = played
    player = run.player
    qtbot.keyClick(window, Qt.Key_Space)
    assert player.paused
    show_now(window)
    qtbot.keyClick(window, Qt.Key_Space)
    assert not player.paused
    at(window, 2.0)
    qtbot.keyClick(window, Qt.Key_Right)
    assert player.take_goal(None) == 61
    qtbot.keyClick(window, Qt.Key_Left, Qt.ShiftModifier)
    assert player.take_goal(None) == 30
    qtbot.keyClick(window, Qt.Key_BracketLeft)
    at(window, 3.0)
    qtbot.keyClick(window, Qt.Key_BracketRight)
    assert player.status().loop_s == pytest.approx((2.0, 3.0))
    qtbot.keyClick(window, Qt.Key_Backslash)
    assert player.status().loop_s is None
    window.desk.player.speed.activated.emit(1)
    assert player.status().speed == 0.25


def test_a_click_on_the_seek_bar_goes_there(played, qtbot):
    window, run, _ = played
    window.desk.player.timeline.clicked.emit(2.5)
    assert run.player.take_goal(None) == 75
    assert position_text(62.56) == "1:02.5"


def test_annotating_by_keys_is_saved_at_once_and_can_be_taken_back(played, qtbot):
    window, _run, folder = played
    bar = window.desk.annotations
    at(window, 0.5)
    qtbot.keyClick(window, Qt.Key_A)
    assert bar.begun
    assert bar.hint.isVisible()
    qtbot.keyClick(window, Qt.Key_2)
    assert bar.label.text() == bar.labels()[1]
    assert window.run.focused == []  # a digit is a label now, not a person
    chosen = bar.label.text()
    at(window, 1.5)
    qtbot.keyClick(window, Qt.Key_A)
    saved = [(round(s.start_s, 3), round(s.end_s, 3), s.label) for s in Annotations(folder).segments]
    assert saved == [(0.5, 1.5, chosen)]
    assert [b.label for b in bar.rows(window.run.view())[1].bars] == [chosen]
    assert bar.labels()[0] == chosen  # used last, so it has the first key
    at(window, 1.0)
    qtbot.keyClick(window, Qt.Key_Delete)
    assert Annotations(folder).segments == []
    qtbot.keyClick(window, Qt.Key_Z, Qt.ControlModifier)
    assert len(Annotations(folder).segments) == 1
    at(window, 1.2)
    qtbot.keyClick(window, Qt.Key_A)
    at(window, 2.0)
    bar.label.setText("over it")
    qtbot.keyClick(window, Qt.Key_A)
    assert "overlaps" in window.desk.banners.notice.text()
    assert len(Annotations(folder).segments) == 1


def test_weights_that_take_over_while_paused_see_the_moment_anew(played, qtbot, tmp_path):
    window, run, _ = played
    window.opening = type(window.opening)(window, FakeLauncher())
    at(window, 2.0)
    run.player.pause()
    window.opening.checkpoint(tmp_path / "new.safetensors")
    wait_idle(window, qtbot)
    assert run.player.take_goal(None) == 60


def test_a_segment_needs_a_label_and_escape_forgets_it(played, qtbot):
    window, _run, folder = played
    bar = window.desk.annotations
    bar.label.clear()
    qtbot.keyClick(window, Qt.Key_A)
    at(window, 1.0)
    qtbot.keyClick(window, Qt.Key_A)
    assert bar.begun
    assert "label" in window.desk.banners.notice.text()
    window.leave()
    assert not bar.begun
    assert Annotations(folder).segments == []


def test_a_predicted_event_of_the_recording_is_accepted(shown, recorded, tmp_path, qtbot):
    folder = Path(shutil.copytree(recorded, tmp_path / "take"))
    with (folder / "events.csv").open("a", encoding="utf-8") as file:
        file.write("1.0,2.0,reading,0.9,0,prediction\n")
    run = FakePipeline(make_view(1), source=str(folder))
    run.player = Player([k / 30 for k in range(120)], 4.0)
    window = shown(run)
    qtbot.waitUntil(lambda: show_now(window) or window.desk.annotations.isEnabled(), timeout=20_000)
    at(window, 3.0)
    qtbot.keyClick(window, Qt.Key_E)
    assert Annotations(folder).segments == []
    at(window, 1.5)
    qtbot.keyClick(window, Qt.Key_E)
    (segment,) = Annotations(folder).segments
    assert (segment.start_s, segment.end_s, segment.label, segment.kind) == (1.0, 2.0, "reading", "annotation")


def test_space_presses_the_button_that_has_the_keyboard(played, qtbot):
    window, run, _ = played
    window.desk.player.loop_in.setFocus()
    qtbot.keyClick(window.desk.player.loop_in, Qt.Key_Space)
    assert window.desk.player._loop_in_s is not None
    assert not run.player.paused


# --- opening sources and weights


def drop(window, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(QPointF(10, 10), Qt.CopyAction, data, Qt.LeftButton, Qt.NoModifier)
    assert window.opening.takes(data)
    window.dropEvent(event)


def wait_idle(window, qtbot) -> None:
    qtbot.waitUntil(lambda: show_now(window) or window.opening._errand is None, timeout=30_000)


def test_a_dropped_session_becomes_the_source_and_is_remembered(shown, qtbot, tmp_path):
    launcher, first = FakeLauncher(), FakePipeline(make_view(1))
    window = shown(first, launcher=launcher)
    (tmp_path / "take").mkdir()
    drop(window, tmp_path / "take")
    assert window.desk.banners.progress.isVisible()
    assert "opening take" in window.desk.banners.notice.text()
    wait_idle(window, qtbot)
    assert [source for source, _ in launcher.opened] == [str(tmp_path / "take")]
    assert window.run is launcher.opened[0][1]
    assert Settings().recent("sources") == [str(tmp_path / "take")]
    show_now(window, make_view(2))
    assert len(window.desk.picture.chips) == 2


def test_a_source_that_cannot_be_opened_leaves_the_run_and_says_why(shown, qtbot, tmp_path):
    launcher, first = FakeLauncher(), FakePipeline(make_view(1))
    launcher.error = SourceError("x.skeleton: cut off; copy it again")
    window = shown(first, launcher=launcher)
    window.opening.source(str(tmp_path / "x.skeleton"))
    wait_idle(window, qtbot)
    assert window.run is first
    assert first.closed == 0
    assert window.desk.banners.notice.text() == "x.skeleton: cut off; copy it again"
    assert not window.desk.banners.progress.isVisible()


def test_weights_take_over_without_a_restart_and_bad_ones_do_not(shown, qtbot, tmp_path):
    launcher, run = FakeLauncher(), FakePipeline(make_view(1))
    window = shown(run, launcher=launcher)
    drop(window, tmp_path / "new.safetensors")
    wait_idle(window, qtbot)
    ((_model, name, stream),) = run.asked
    assert (name, stream) == ("new.safetensors", False)
    assert window.desk.header.weights.text() == "weights: new.safetensors"
    launcher.error = CheckpointError("bad.safetensors: foreign file")
    window.opening.checkpoint(tmp_path / "bad.safetensors")
    wait_idle(window, qtbot)
    assert len(run.asked) == 1
    assert window.desk.header.weights.text() == "weights: new.safetensors"
    assert window.desk.banners.notice.text() == "bad.safetensors: foreign file"


def test_pulling_goes_on_while_something_is_opened(shown, qtbot, tmp_path):
    launcher, gate = FakeLauncher(), threading.Event()
    launcher.gate = lambda: gate.wait(30)
    window = shown(FakePipeline(make_view(1)), launcher=launcher)
    window.opening.source("demo")
    for index in range(1, 4):
        show_now(window, make_view(1, index))
    assert window.meter.count >= 4
    window.opening.source("demo")  # one at a time
    gate.set()
    wait_idle(window, qtbot)
    assert len(launcher.opened) == 1


def test_closing_while_busy_waits_and_closes_what_was_opened(shown, qtbot):
    launcher, gate = FakeLauncher(), threading.Event()
    launcher.gate = lambda: gate.wait(30)
    first = FakePipeline(make_view(1))
    window = shown(first, launcher=launcher)
    window.opening.source("demo")
    threading.Timer(0.2, gate.set).start()
    window.close()
    ((_, opened),) = launcher.opened
    assert opened.closed == 1
    assert window.run is opened


@pytest.mark.parametrize("yes", [True, False])
def test_another_source_during_a_take_is_asked_for(shown, qtbot, yes):
    launcher = FakeLauncher()
    window = shown(FakePipeline(make_view(1, recording=RECORDING)), launcher=launcher)
    window.opening.source("demo")
    assert launcher.opened == []
    answer(window, yes)
    wait_idle(window, qtbot)
    assert len(launcher.opened) == yes


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.skeleton", "source"),
        ("0002-L.txt", "source"),
        ("session.json", "source"),
        ("walk.MP4", "source"),
        ("w.safetensors", "checkpoint"),
        ("pose_landmarker_full.task", "pose model"),
        ("w.pt", None),
        ("photo.jpg", None),
    ],
)
def test_what_can_be_dropped(name, kind, tmp_path):
    assert kind_of(tmp_path / name) == kind
    assert kind_of(tmp_path) == "source"


# --- closing


@pytest.mark.parametrize("yes", [True, False])
def test_closing_during_a_take_asks_and_goes_on_meanwhile(shown, qtbot, yes):
    run = FakePipeline(make_view(1, recording=RECORDING))
    window = shown(run)
    assert not window.close()
    assert window.isVisible()
    assert "take" in question(window).text().lower()
    show_now(window, make_view(1, 3, recording=RECORDING))
    answer(window, yes)
    assert run.closed == int(yes)
    assert window.isVisible() is not yes


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_during_a_take_without_asking(qapp, number):
    run = FakePipeline(make_view(1, recording=RECORDING))
    QTimer.singleShot(200, lambda: signal.raise_signal(number))
    assert run_window(run) == INTERRUPTED
    assert run.closed == 1


# --- settings, log, help, themes, languages


def test_what_was_chosen_is_there_next_time(shown):
    window = shown(FakePipeline(make_view(1)))
    window.choose_theme("light")
    window.choose_language("de")
    window.set_mirrored(True)
    window.resize(1100, 650)
    QApplication.processEvents()
    window.close()
    again = shown(FakePipeline(make_view(1)), size=(1100, 650))
    assert again.settings.theme == "light"
    assert palette.BACKGROUND.name() == palette.THEMES["light"]["background"]
    assert again.desk.picture.mirrored
    assert "Kein Medizinprodukt" in all_text(again)
    again.choose_language("en")
    again.choose_theme("dark")


def test_settings_that_make_no_sense_read_as_defaults():
    settings = Settings()
    settings.keep("theme", "purple")
    settings.keep("language", "xx")
    settings.keep("state/window", "not a geometry")
    assert (settings.theme, settings.language) == ("dark", "en")
    assert settings.state("window").isEmpty()


def test_warnings_and_errors_are_logged_once_in_the_file_that_the_help_names(shown):
    window = shown(FakePipeline(make_view(1, warnings=("3 joints lay at infinity",))))
    for _ in range(3):
        show_now(window)
    show_now(window, make_view(1, state="failed", message="nothing answers"))
    window.close()
    text = log_path().read_text(encoding="utf-8")
    assert text.count("WARNING 3 joints lay at infinity") == 1
    assert text.count("ERROR nothing answers") == 1


def test_a_log_that_cannot_be_written_does_not_matter(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr("tsmf_live.gui.log_file.log_path", lambda: tmp_path / "file" / "log")
    log = LogFile()
    log.note(logging.ERROR, "nobody reads this")
    log.close()


def test_help_lists_every_key_and_the_log_and_does_not_block(shown, qtbot):
    window = shown(FakePipeline(make_view(1)))
    qtbot.keyClick(window, Qt.Key_F1)
    dialog = next(dialog for dialog in window.findChildren(QDialog) if dialog.isVisible())
    text = dialog.findChild(QTextBrowser).toPlainText()
    for said in ("F11", "Ctrl+O", "Space", "Ctrl+Z", "Not a medical device", str(log_path()), "nobody in view"):
        assert said in text
    dialog.reject()


def test_no_key_has_two_meanings(shown):
    window = shown(FakePipeline(make_view(1)))
    keys = [key.toString() for action in window.actions() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    assert len(keys) > 40


def test_a_rebuilt_window_leaves_nothing_of_the_old_one(shown, qapp):
    window = shown(FakePipeline(make_view(1)))
    show_now(window)
    counts = []
    for _ in range(2):
        window.choose_theme("light")
        window.choose_theme("dark")
        for _ in range(3):
            qapp.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
            show_now(window)
        counts.append(len(window.findChildren(QLabel)) + len(window.actions()))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("theme", palette.THEMES)
def test_text_stands_out_in_both_themes(theme):
    colors = palette.THEMES[theme]
    for text in ("text", "muted"):
        for ground in ("background", "panel", "field"):
            assert contrast(colors[text], colors[ground]) >= 4.5, (text, ground)
    assert contrast("white", colors["red"]) >= 4.5
    assert contrast(palette.ON_AMBER.name(), colors["amber"]) >= 4.5
    assert contrast(colors["text"], colors["calm"]) >= 4.5


def messages(code: str) -> dict[str, tuple[str, bool]]:
    """Source -> translation, finished."""
    root = ElementTree.parse(language.FOLDER / f"{code}.ts").getroot()
    return {
        m.findtext("source"): (m.findtext("translation") or "", m.find("translation").get("type") != "unfinished")
        for m in root.iter("message")
    }


def used_texts() -> set[str]:
    """Every literal in tr(...) and QT_TR_NOOP(...) of the window's modules."""
    texts = set()
    for path in Path(language.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("tr", "QT_TR_NOOP"):
                argument = node.args[0]
                if isinstance(argument, ast.Constant):
                    texts.add(argument.value)
    return texts


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_every_text_is_translated_with_the_same_places_to_fill(code, qapp):
    known = messages(code)
    assert used_texts() - set(known) == set()
    for source, (translation, finished) in known.items():
        assert finished, source
        assert translation.strip(), source
        assert sorted(re.findall(r"{\w*}", source)) == sorted(re.findall(r"{\w*}", translation)), source
    language.use_language(code)
    try:
        assert language.tr("nothing happening") == known["nothing happening"][0]  # the .qm is as new as the .ts
        assert all(language.tr(source) == translation for source, (translation, _) in known.items())
    finally:
        language.use_language("en")


def test_what_the_sensor_says_has_a_translation():
    said = {*kinect.MESSAGES.values(), capture.DIM_LIGHT}
    assert said <= set(banners.SENSOR_WORDS)


@pytest.mark.parametrize(
    ("code", "size"),
    [("en", (1280, 720)), ("de", (1280, 720)), ("zh_CN", (1280, 720)), ("de", (1920, 1080))],
)
def test_the_longest_texts_fit_in_every_language(shown, code, size):
    view = make_view(6, recording=replace(RECORDING, lost=12, seconds=3600))
    persons = tuple(replace(said, label=LONGEST) for said in view.prediction.persons)
    run = FakePipeline(replace(view, prediction=replace(view.prediction, persons=persons)))
    run.player = Player([k / 30 for k in range(120)], 4000.0)
    window = shown(run, size)
    window.choose_language(code)
    for page in range(window.desk.tabs.count()):
        window.desk.tabs.setCurrentIndex(page)
        for _ in range(4):
            show_now(window)
        for widget in (*window.findChildren(QLabel), *window.findChildren(QAbstractButton)):
            if widget.isVisible() and widget.text():
                assert widget.width() >= widget.minimumSizeHint().width(), (code, widget.text())
                assert window.rect().contains(widget.mapTo(window, widget.rect().center())), (code, widget.text())
    assert (window.width(), window.height()) == size  # nothing pushes the window wider
    bar = window.desk.tabs.tabBar()
    assert bar.sizeHint().width() <= bar.width() + 1
    window.choose_language("en")


def test_sensor_trouble_is_said_in_words(shown):
    window = shown(FakePipeline(make_view(1)))
    assert not window.desk.banners.sensor.isVisible()
    show_now(window, make_view(1, sensor=capture.DIM_LIGHT))
    assert "15 pictures" in window.desk.banners.sensor.text()
    show_now(window, make_view(1))
    assert not window.desk.banners.sensor.isVisible()


def test_a_warning_that_was_put_away_stays_away_until_another_comes(shown, qtbot):
    window = shown(FakePipeline(make_view(1, warnings=("dim light",))))
    banner = window.desk.banners.warning
    assert banner.isVisible()
    banner.findChild(QAbstractButton).click()
    show_now(window)
    assert not banner.isVisible()
    show_now(window, make_view(1, warnings=("dim light", "no picture")))
    assert banner.isVisible()


def test_demo_mode_shows_the_picture_and_one_large_label(shown, qtbot):
    window = shown(FakePipeline(make_view(1)))
    small = window.desk.header.scene.height()
    qtbot.keyClick(window, Qt.Key_F11)
    for _ in range(3):
        show_now(window)
    assert window.isFullScreen()
    assert window.desk.header.scene.height() >= 1.5 * small
    assert window.desk.header.scene.text() == LONGEST
    for hidden in (window.menuBar(), window.desk.side, window.desk.health):
        assert not hidden.isVisible()
    assert "Not a medical device" in all_text(window)
    show_now(window, make_view(1, recording=RECORDING))
    assert window.desk.header.recording.isVisible()
    qtbot.keyClick(window, Qt.Key_F11)
    assert window.menuBar().isVisible()
    assert window.desk.side.isVisible()


def test_wide_windows_show_scores_and_attention_at_once(shown, qtbot):
    window = shown(FakePipeline(make_view(1)), (1920, 1080))
    assert window.desk.scores.isVisible()
    assert window.desk.inspector.panel.isVisible()
    window.resize(1280, 720)
    for _ in range(3):
        show_now(window)
    assert window.desk.scores.isVisible() != window.desk.inspector.panel.isVisible()
    qtbot.keyClick(window, Qt.Key_1, Qt.ControlModifier)
    assert window.desk.scores.isVisible()


def test_the_side_panels_and_all_fields_are_reached_by_keyboard(shown, qtbot):
    window = shown(FakePipeline(make_view(1)))
    qtbot.keyClick(window, Qt.Key_3, Qt.ControlModifier)
    assert window.desk.recording.isVisible()
    window.desk.recording.button.setFocus()
    reached = set()
    for _ in range(40):
        reached.add(QApplication.focusWidget())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key_Tab)
    panel = window.desk.recording
    for field in (panel.button, panel.subject, panel.action, panel.privacy, panel.choose, *panel.numbers.values()):
        assert field in reached
