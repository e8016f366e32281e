"""What commands say: one line each, as any terminal shows it, whatever stands in the files it quotes."""

from __future__ import annotations

import importlib
import io
import json
import os
import re
import signal
import subprocess
import sys

import pytest

import run_live
from tests.fakes import ROOT
from tests.fakes.recordings import frames, write_session
from tsmf_live.command import LONGEST_LINE, exit_code, in_columns, plain, tell, warn
from tsmf_live.frames import SourceError
from tsmf_live.recording.folder import DESCRIPTION_FILE, append_event
from tsmf_live.recording.tables import SessionEvent
from tsmf_live.sessions.__main__ import main as sessions

COMMAND_FILES = [  # all that have a main
    str(path.relative_to(ROOT))
    for path in [ROOT / "run_live.py", *ROOT.glob("train/**/*.py"), *ROOT.glob("tsmf_live/**/*.py")]
    if 'if __name__ == "__main__":' in path.read_text(encoding="utf-8") and path.stem != "demo_process"
]
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\r\x00\x7f"
FORBIDDEN = re.compile(r"[^\n\t\x20-\x7e\xa0-\u2027\u2030-\u2065\u2070-\uffff]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("  喝水  à la carte", "  喝水  à la carte"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\u202egnp.exe\x9b", "\\u202egnp.exe\\x9b"),
        ("می\u200cشود", "می\u200cشود"),
        ("name\udcff", "name\\udcff"),
    ],
)
def test_control_characters_are_shown_and_letters_of_any_script_kept(text, shown):
    assert plain(text) == shown


@pytest.mark.parametrize("letter", ["x", "\x1b", "喝"])
def test_a_long_line_keeps_what_is_wrong_and_what_to_do(letter):
    text = plain(f"a.csv: unreadable: {letter * 700_000}; make it anew")
    assert len(text) <= LONGEST_LINE
    assert text.startswith("a.csv: unreadable: ")
    assert text.endswith("; make it anew")


def test_a_line_of_the_longest_length_is_whole():
    assert plain("x" * LONGEST_LINE) == "x" * LONGEST_LINE


def test_an_error_is_one_short_line(capsys):
    def fails():
        raise SourceError(f"a\nb {ESCAPES} {'y' * 10_000}")

    assert exit_code(fails) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert len(line) <= LONGEST_LINE
    assert not FORBIDDEN.search(line)


def test_lines_are_told_one_by_one(capsys):
    tell("a", "b\x1b")
    warn("c\nd")
    assert capsys.readouterr() == ("a\nb\\x1b\n", "c d\n")


@pytest.mark.parametrize(
    "words", [["info"], ["verify"], ["annotate", "DIR", "list"], ["export-ntu", "DIR", "--out", "OUT"]]
)
def test_nothing_of_a_session_steers_the_terminal(words, tmp_path, capsys):
    folder = write_session(tmp_path / "take", frames(4))
    path = folder / DESCRIPTION_FILE
    description = json.loads(path.read_text())
    for key, value in description.items():
        if isinstance(value, str) and key not in ("format", "created", "ended"):
            description[key] = value + ESCAPES
    description |= {"subject": ESCAPES, "action": ESCAPES * 100_000, "consent": ESCAPES, "checkpoint": ESCAPES}
    path.write_text(json.dumps(description))
    append_event(folder, SessionEvent(0.0, 0.1, f"drink{ESCAPES}", 0.5, 0, "annotation"))
    paths = {"DIR": str(folder), "OUT": str(tmp_path / "out")}
    words = [paths.get(word, word) for word in words] + ([str(folder)] if "DIR" not in words else [])
    exit_code(lambda: sessions(words))
    out, err = capsys.readouterr()
    assert out + err
    assert not FORBIDDEN.search(out + err)
    assert max(map(len, (out + err).splitlines())) <= LONGEST_LINE


def test_letters_that_a_terminal_cannot_show_are_escaped(monkeypatch):
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(io.BytesIO(), encoding="cp1252", errors="strict"))
    for letters in ("喝水", "Łódź", "падение", "à la carte"):
        assert exit_code(lambda letters=letters: print(letters) or tell(letters)) == 0
    sys.stdout.flush()
    said = sys.stdout.buffer.getvalue().decode("cp1252")
    assert "\\u559d\\u6c34" in said
    assert said.count("à la carte") == 2


@pytest.mark.parametrize("words", [["info"], ["verify"], ["annotate", "DIR", "list"]])
def test_labels_in_any_script_go_into_a_file_on_a_western_pc(words, tmp_path):
    folder = write_session(tmp_path / "take 喝水", frames(4))
    append_event(folder, SessionEvent(0.0, 0.1, "喝水", 0.5, 0, "annotation"))
    words = [str(folder) if word == "DIR" else word for word in words] + ([str(folder)] if "DIR" not in words else [])
    ended = subprocess.run(
        [sys.executable, "-m", "tsmf_live.sessions", *words], cwd=ROOT, capture_output=True, timeout=60,
        env=os.environ | {"PYTHONIOENCODING": "cp1252"},
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"\\u559d\\u6c34" in ended.stdout


@pytest.mark.parametrize("path", COMMAND_FILES, ids=str)
def test_every_command_goes_through_the_one_place_that_tells_errors_and_letters(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    (guard,) = (text[at:] for at in [text.rindex('if __name__ == "__main__":')])
    assert re.search(r"(command\.run|run_command)\(main\)", guard) or (path == "run_live.py" and "main()" in guard)
    assert path != "run_live.py" or "show_any_letters()" in text


COMMANDS = {
    "tsmf_live.bench.__main__": ["--json"], "tsmf_live.doctor": ["--seconds", "x"],
    "tsmf_live.sessions.__main__": ["dance"],
    "train.prepare.__main__": ["--source"], "train.teacher": [], "train.student": [], "train.evaluate": ["--scores"],
    "train.ablation": [], "train.convert": ["--half"], "train.sample": [], "train.compare": ["one"],
    "run_live": ["--speed", "2"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "wrong"), COMMANDS.items())
@pytest.mark.parametrize("more", [[], ["--frob\x1b[2J", "x" * 100_000]])
def test_a_usage_error_of_any_command_is_one_short_line(name, wrong, more, capsys, monkeypatch):
    module = importlib.import_module(name)
    monkeypatch.setattr("sys.argv", ["command", *wrong, *more])
    with pytest.raises(SystemExit) as error:
        module.main()
    assert error.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("run_live.py: " if module is run_live else f"python -m {name.removesuffix('.__main__')}")
    assert line.endswith("; --help shows how")
    assert len(line) <= LONGEST_LINE + 20
    assert "\x1b" not in line


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
def test_ctrl_c_ends_the_bench_in_one_line():
    started = subprocess.Popen(
        [sys.executable, "-m", "tsmf_live.bench"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert started.stdout.readline().startswith("torch ")
    started.send_signal(signal.SIGINT)
    _, err = started.communicate(timeout=60)
    assert (started.returncode, err) == (130, "interrupted\n")


def test_patterns_are_expanded_where_the_shell_did_not(tmp_path, monkeypatch, capsys):
    for name in ("take-002", "take-001", "take-[x]"):
        write_session(tmp_path / name, frames(3))
    monkeypatch.chdir(tmp_path)
    assert sessions(["info", "take-0*"]) == 0
    told = capsys.readouterr().out
    assert told.index("take-001") < told.index("take-002")
    assert "take-[x]" not in told
    assert sessions(["info", str(tmp_path / "take-[x]")]) == 0  # what exists is no pattern
    assert "take-[x]" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["info", "verify", "export-pku --out x", "repair"])
def test_a_pattern_without_a_match_is_one_line(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    name, *options = command.split()
    with pytest.raises(SystemExit) as ended:
        sessions([name, "take-*", *options])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "take-*" in told


@pytest.mark.parametrize(
    "words",
    [
        ["train.prepare.__main__", "--out", "x"],
        ["train.prepare.__main__", "--source", "nothing\nelse"],
        ["train.convert", "--window", "1e9"],
    ],
)
def test_usage_errors_of_prepare_and_convert_are_one_line(words, capsys):
    module, *arguments = words
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(module).main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_titles_and_cells_of_a_table_stand_in_the_same_columns():
    widths = {"set": -8, "frames": 8, "share": 7}
    rows = [in_columns(widths), in_columns(widths, "KARD", 1234, "87%"), in_columns(widths, "", "", "")]
    assert rows == ["set       frames  share", "KARD        1234    87%", " " * 23]
    with pytest.raises(ValueError, match="zip"):
        in_columns(widths, "KARD", 1234)
