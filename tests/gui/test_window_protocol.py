"""A protocol records its list by itself, with consent, countdown and tones; on a made-up recorder and the real one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt

from tests.fakes.window_fakes import FakePipeline, make_view, show_now
from tsmf_live.frames import RecordingError, RecordingStatus
from tsmf_live.gui.dialogs.protocol_list import ConsentDialog
from tsmf_live.gui.protocol import CONSENT, COUNTDOWN, HELD, PAUSE, RECORDING, Protocol
from tsmf_live.gui.sounds import TONES, Sounds, tone
from tsmf_live.live.launcher import Launcher
from tsmf_live.live.pipeline import RunSettings
from tsmf_live.recording.folder import FORMAT, FORMAT_VERSION
from tsmf_live.recording.protocol import Due, Entry

LIMIT_MS = 120_000  # the machine may be busy with other things


class MadeUpRecorder:
    """Takes that exist as soon as they are begun."""

    def __init__(self, study: Path) -> None:
        self.study, self.status, self.begun = study, RecordingStatus(), []
        self.error: Exception | None = None

    def begin_take(self, due: Due, consent: str) -> Path:
        if self.error is not None:
            raise self.error
        folder = self.study / f"take-{len(self.begun) + 1:03d}"
        folder.mkdir(parents=True)
        told = {"subject": due.entry.subject, "action": due.entry.action, "consent": consent}
        told |= {"performer": due.performer, "replication": due.replication}
        (folder / "session.json").write_text(json.dumps({"format": FORMAT, "format_version": FORMAT_VERSION} | told))
        self.begun.append(told)
        self.status = RecordingStatus("recording", folder, len(self.begun))
        return folder

    def finish_take(self) -> None:
        self.status = RecordingStatus("off", self.status.folder, seconds=self.status.seconds)


class Scene:
    """A protocol, its clock and its recorder."""

    def __init__(self, study: Path, entries: list[Entry]) -> None:
        self.now_s, self.rang, self.asked, self.failed = 100.0, [], [], []
        self.protocol, self.recorder = Protocol(lambda: self.now_s), MadeUpRecorder(study)
        self.protocol.rang.connect(self.rang.append)
        self.protocol.consent_wanted.connect(self.asked.append)
        self.protocol.failed.connect(self.failed.append)
        self.protocol.use(entries, study)

    def poll(self, after_s: float = 0.0, ended: bool = False) -> str:
        self.now_s += after_s
        self.protocol.poll(self.recorder.status, self.recorder, ended)
        return self.protocol.state

    def record(self, seconds: float) -> str:
        status = self.recorder.status
        self.recorder.status = RecordingStatus(status.state, status.folder, status.take, seconds)
        self.poll()
        return self.poll()


@pytest.fixture
def scene(tmp_path, qapp):
    return Scene(tmp_path / "study", [Entry("A", "reading", 2, 2.0, 5.0), Entry("B", "falling", 1)])


def test_a_list_is_recorded_with_consent_countdown_pause_and_tones(scene):
    protocol = scene.protocol
    protocol.start(scene.recorder.study)
    assert (protocol.state, scene.asked) == (CONSENT, ["A"])
    assert scene.poll(60.0) == CONSENT  # it waits for an answer, however long
    protocol.agree("A", "form 12")
    assert scene.poll() == COUNTDOWN
    assert protocol.note == "A: reading\n3"
    assert [scene.poll(1.0), protocol.note] == [COUNTDOWN, "A: reading\n2"]
    scene.poll(1.0)
    assert scene.poll(1.1) == RECORDING
    assert scene.rang == ["count", "count", "count", "begin"]
    assert protocol.note is None
    assert scene.record(1.9) == RECORDING
    assert scene.record(2.0) == PAUSE
    assert protocol.done == [1, 0]
    assert scene.poll(4.9) == PAUSE  # the list's pause, not the panel's
    assert scene.poll(0.2) == RECORDING
    assert scene.record(2.0) == CONSENT
    assert scene.asked == ["A", "B"]
    protocol.agree("B", "form 13")
    scene.poll(3.1)
    assert scene.record(4.9) == RECORDING
    assert scene.record(5.0) == HELD
    assert protocol.done == [2, 1]
    told = [(one["subject"], one["consent"], one["performer"], one["replication"]) for one in scene.recorder.begun]
    assert told == [("A", "form 12", 1, 1), ("A", "form 12", 1, 2), ("B", "form 13", 2, 1)]


def test_whoever_does_not_agree_is_left_out(scene):
    scene.protocol.start(scene.recorder.study)
    scene.protocol.leave_out("A")
    assert scene.asked == ["A", "B"]
    scene.protocol.leave_out("B")
    assert scene.protocol.state == HELD
    assert scene.recorder.begun == []


def test_a_take_that_is_discarded_or_fails_holds_the_list_and_is_due_again(scene):
    protocol = scene.protocol
    protocol.start(scene.recorder.study)
    protocol.agree("A", "yes")
    scene.poll(3.1)
    scene.poll()
    folder = scene.recorder.status.folder
    (folder / "session.json").unlink()
    folder.rmdir()
    scene.recorder.status = RecordingStatus(message="take 1 was discarded")
    assert scene.poll() == HELD
    assert scene.failed == ["take 1 was discarded"]
    assert (protocol.due.row, protocol.due.replication) == (0, 1)
    scene.recorder.begun.clear()
    scene.recorder.error = RecordingError("the disk is full")
    protocol.start(scene.recorder.study)
    assert scene.asked == ["A"]  # who has agreed is not asked again
    assert scene.poll(3.1) == HELD
    assert scene.failed[-1] == "the disk is full"


def test_an_old_failure_is_not_taken_for_that_of_the_take_that_begins(scene):
    protocol, recorder = scene.protocol, scene.recorder
    recorder.status = old = RecordingStatus("failed", message="long ago")
    protocol.start(recorder.study)
    protocol.agree("A", "yes")
    scene.poll(3.1)
    recorder.status = old
    assert scene.poll() == RECORDING
    recorder.status = RecordingStatus("failed", message="now")
    assert scene.poll() == HELD
    assert scene.failed == ["now"]


def test_a_source_that_ends_ends_the_take_and_holds(scene):
    scene.protocol.start(scene.recorder.study)
    scene.protocol.agree("A", "yes")
    scene.poll(3.1)
    scene.poll(ended=True)
    assert scene.recorder.status.state == "off"
    assert scene.poll(ended=True) == PAUSE
    assert scene.poll(ended=True) == HELD
    assert scene.protocol.done == [1, 0]


def test_the_panel_shows_the_list_and_asks(shown, tmp_path, monkeypatch):
    window = shown(FakePipeline(make_view(1)))
    played = []
    monkeypatch.setattr(window.sounds, "play", played.append)
    window.desk.recording.set_study(str(tmp_path / "study"))
    panel = window.desk.protocol
    dialog = panel.type_list()
    dialog.text.setPlainText("P07 drinks")
    dialog.go.click()
    assert "expected a subject" in dialog.problem.text()
    dialog.text.setPlainText("P07: drink water x 2")
    dialog.go.click()
    window.desk.show_tab(panel)
    assert [panel.table.item(0, column).text() for column in range(3)] == ["P07", "drink water", "▶ 0 / 2"]
    panel.go.click()
    asks = window.findChild(ConsentDialog)
    assert not asks.yes.isEnabled()
    asks.reject()
    assert not window.protocol.under_way
    panel.countdown.setValue(0.0)
    panel.go.click()
    asks = next(one for one in window.findChildren(ConsentDialog) if one.isVisible())
    asks.consent.setText("form 12")
    asks.yes.click()
    show_now(window)
    (take,) = window.run.asked
    assert (take.subject, take.action, take.consent, take.replication) == ("P07", "drink water", "form 12", 1)
    assert played == ["begin"]
    window.choose_language("de")
    assert window.desk.protocol.table.item(0, 0).text() == "P07"


def test_tones_are_sound_files():
    for pitch_hz, length_s in TONES.values():
        content = tone(pitch_hz, length_s)
        assert content[:4] == b"RIFF"
        assert len(content) > 2 * 22050 * length_s
    sounds = Sounds()
    sounds.close()


def test_the_real_recorder_makes_the_takes_of_a_list(shown, qtbot, teacher_file, tmp_path):
    launcher = Launcher("demo", teacher_file, "cpu", None)
    run = launcher.begin(RunSettings(source="demo", inspect=True, hold_at_end=True), [])
    run.start()
    window = shown(run, launcher=launcher)
    study = tmp_path / "study"
    window.desk.recording.set_study(str(study))
    window._timer.start()
    window.desk.protocol.countdown.setValue(0.0)
    window.protocol.use([Entry("A", "reading", 2, 0.4, 0.0)], study)
    qtbot.waitUntil(lambda: window._view is not None and window._view.frame is not None, timeout=LIMIT_MS)
    window.protocol.start(study)
    window.protocol.agree("A", "form 1")
    qtbot.waitUntil(lambda: window.protocol.done == [2] and not window.protocol.under_way, timeout=LIMIT_MS)
    window.close()
    told = [json.loads((take / "session.json").read_text()) for take in sorted(study.iterdir())]
    assert [(one["subject"], one["action"], one["replication"], one["consent"]) for one in told] == [
        ("A", "reading", 1, "form 1"), ("A", "reading", 2, "form 1")
    ]  # fmt: skip
    assert run.finish()[1] == []


def test_a_list_names_actions_as_the_window_does_and_takes_get_the_names_of_the_weights(shown, qtbot, tmp_path):
    window = shown(FakePipeline(make_view(1)))
    window.choose_language("de")
    panel = window.desk.protocol
    dialog = panel.type_list()
    dialog.text.setPlainText("P07: trinken x 3, jonglieren")
    dialog._accept()
    assert window.protocol.entries == [Entry("P07", "drink water", 3), Entry("P07", "jonglieren", 1)]
    assert panel.table.item(0, 1).text() == "trinken"
    table = tmp_path / "list.csv"
    table.write_text("subject,action\nP08,Lesen\n", encoding="utf-8")
    panel.open_list(str(table))
    assert window.protocol.entries == [Entry("P08", "reading", 1)]
    window.desk.recording.action.setText("tri")
    qtbot.keyClick(window.desk.recording.action, Qt.Key_Return)
    assert window.desk.recording.action.text() == "trinken"
    assert window.desk.recording.take().action == "drink water"
