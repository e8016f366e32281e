"""What the commands say is known to the window: real commands on real sessions, whole, incomplete and damaged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes.recordings import frames, write_predicted_take, write_session
from tests.fakes.window_fakes import FakePipeline, make_view, show_now
from train.fit.ending import in_words as epochs_in_words
from train.fit.engine import Progress
from tsmf_live.frames import TsmfError
from tsmf_live.gui import language
from tsmf_live.gui.command_words import command_in_words, failure_in_words
from tsmf_live.gui.panels.command_output import CommandOutput
from tsmf_live.recording.annotations import Annotations
from tsmf_live.recording.writer import SessionWriter
from tsmf_live.sessions.__main__ import main


@pytest.fixture
def german(qapp):
    language.use_language("de")
    yield
    language.use_language("en")


@pytest.fixture
def say(capsys, german):
    """Runs a command; its lines, each of which the window must know."""

    def run(*words: object) -> str:
        error = ""
        try:
            main([str(word) for word in words])
        except TsmfError as raised:
            error = str(raised)
        said = capsys.readouterr()
        lines = [*said.out.splitlines(), *said.err.splitlines(), *([error] if error else [])]
        assert lines
        assert [line for line in lines if command_in_words(line) is None] == []
        return "\n".join(map(command_in_words, lines))

    return run


def take(folder: Path, count: int = 12, color: bool = True) -> Path:
    """Somebody who reads, with two annotations."""
    write_session(folder, frames(count, color=color), details={"subject": "P01", "action": "reading"})
    annotations = Annotations(folder)
    for first in (1, 6):
        annotations.add(annotations.times_s[first], annotations.times_s[first + 4], "drink water", 0)
    annotations.save()
    return folder


def test_verify_blur_and_delete_speak_german(say, tmp_path):
    folder = take(tmp_path / "take-001")
    told = say("verify", folder)
    assert f"{folder}: vollständig" in told
    assert "12 Einzelbilder abspielbar" in told
    (folder / "shot.png").write_bytes(b"PNG")
    told = say("blur", folder)
    assert "12 Bilder unkenntlich gemacht" in told
    assert "DIE GESICHTER SIND NOCH IN color.original.mkv: erneut" in told
    assert "zeigt womöglich ebenfalls Personen: shot.png" in say("verify", folder)
    say("blur", folder, "--remove-original")
    assert f"{folder}: gelöscht; im Ordner bleibt shot.png" in say("delete", folder, "--yes")
    assert "keine Aufzeichnung" in say("verify", folder)
    assert "nichts unkenntlich" in say("blur", take(tmp_path / "take-002", color=False))


def test_what_is_damaged_is_told_and_mended_in_german(say, tmp_path):
    for number, (name, harm) in enumerate(
        [
            ("bodies.skeleton", lambda data: data[: len(data) // 2]),
            ("bodies.skeleton", lambda data: data.replace(b"0.", b"x.", 5)),
            ("frames.csv", lambda data: data.replace(b"\n3,", b"\nx,")),
            ("frames.csv", lambda data: data.replace(b"\n3,", b"\n3,1")),
            ("checksums.csv", lambda data: data.replace(b"\n", b"\nx", 3)),
            ("color.mkv", lambda data: data[: len(data) // 2]),
            ("color.mkv", lambda data: data[:-2000] + b"x" * 1000 + data[-1000:]),
            ("color.mkv", None),
            ("frames.csv", None),
            ("bodies.skeleton", None),
        ]
    ):
        folder = take(tmp_path / f"take-{number:03d}")
        path = folder / name
        if harm is None:
            path.unlink()
        else:
            path.write_bytes(harm(path.read_bytes()))
        assert "BESCHÄDIGT" in say("verify", folder), name
        say("blur", folder)
        say("export-ntu", folder, "--out", tmp_path / str(number), "--action", 1)
        say("repair", folder)
        say("verify", folder)


def test_a_take_that_lost_pictures_says_so_in_german(say, tmp_path):
    folder = tmp_path / "take"
    writer = SessionWriter(folder, source_name="test")
    for index, frame in enumerate(frames(8)):
        lost = index in (3, 4)
        writer.write(replace(frame, color_bgra=None) if lost else frame, picture_lost=lost)
    writer.close()
    assert "UNVOLLSTÄNDIG; 2 von 8 Bildern gingen bei der Aufnahme verloren" in say("verify", folder)
    assert "vollständig, nichts zu reparieren; 2 von 8" in say("repair", folder)


def test_exports_speak_german(say, tmp_path):
    one, other = take(tmp_path / "take-001"), write_predicted_take(tmp_path / "take-002")
    labels = tmp_path / "classes.txt"
    labels.write_text("reading\nwalking\ndrink water\n")
    with_list = ("--labels", labels)
    told = say("export-ntu", one, other, "--out", tmp_path / "ntu", *with_list)
    assert "S001C001P001R001A001 (12 Einzelbilder, 12 Bilder)" in told
    assert "nicht enthalten: " in told
    assert "(4 Einzelbilder, 4 Bilder), S001" in say(
        "export-ntu", one, "--out", tmp_path / "n2", "--segments", *with_list
    )
    assert "gibt es schon" in say("export-ntu", one, "--out", tmp_path / "ntu", *with_list)
    assert "2 Labels" in say("export-pku", one, "--out", tmp_path / "pku", *with_list)
    assert "3 Beispiele" in say("export-pickle", one, other, "--out", tmp_path / "study.pkl", *with_list)
    say("annotate", one, "export", tmp_path / "take.eaf")
    labels.write_text("nothing of it\n")
    assert "nicht unter den 1 Namen" in say("export-ntu", one, "--out", tmp_path / "n3", *with_list)
    (tmp_path / "file").touch()
    assert "kann nicht geschrieben werden (" in say("export-ntu", one, "--out", tmp_path / "file" / "x", "--action", 1)


def test_a_training_speaks_german(german):
    history = [[1.0, 0.5, 0.6, 0.7, 0.75, 60.0]] * 3
    for progress in (Progress(history=history, best=(0.75, -0.5, 2)), Progress(history=history)):
        words = command_in_words(f"wrote /a: b/teacher.safetensors: {epochs_in_words(progress)}; 3.2 minutes this time")
        assert words.startswith("geschrieben: /a: b/teacher.safetensors: 3 Epochen in 3.0 Minuten")
        assert words.endswith("; diesmal 3.2 Minuten")
    assert command_in_words("fusion: accuracy 83.3%, top 5 100.0%, 12 test samples") == (
        "Fusion: 83.3% richtig, unter den besten fünf 100.0%, 12 Prüfbeispiele"
    )


def test_an_error_that_is_not_known_is_said_to_be_english(german):
    assert failure_in_words("x: cannot be written (No space left on device); check its rights") == (
        "x: kann nicht geschrieben werden (kein Platz mehr auf dem Datenträger); die Rechte prüfen"
    )
    assert failure_in_words("the sky has fallen") == "der Befehl sagt auf Englisch: the sky has fallen"
    language.use_language("en")
    assert failure_in_words("the sky has fallen") == "the sky has fallen"


def test_unknown_lines_are_details_and_in_english_all_lines_are_shown(qtbot, german):
    lines = ["take: whole", "the sky has fallen"]
    panel = CommandOutput(60)
    qtbot.addWidget(panel)
    assert panel.isHidden()
    panel.show_lines(lines)
    assert panel.text.toPlainText() == "take: vollständig"
    panel.details.click()
    assert panel.text.toPlainText() == "\n".join(lines)
    panel.show_lines(["take: whole"])
    assert not panel.details.isHidden()  # it is pressed
    panel.details.click()
    assert panel.details.isHidden()
    language.use_language("en")
    panel = CommandOutput(60)
    qtbot.addWidget(panel)
    panel.show_lines(lines)
    assert panel.text.toPlainText() == "\n".join(lines)
    assert panel.details.isHidden()


def test_an_act_that_fails_says_why_in_german(shown, german):
    window = shown(FakePipeline(make_view(1)))
    window.choose_language("de")
    window.show_page("study")
    study = window.study
    study.ended.emit("failed", failure_in_words("a: exists already; choose another folder or name, or move it away"))
    show_now(window)
    assert "gibt es schon" in window._pages["study"].banners.notice.text()
