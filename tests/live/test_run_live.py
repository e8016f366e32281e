"""The program's contract: JSON lines, exit codes, one line on stderr, the same result twice, a clean Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import run_live
from tests.fakes import ROOT
from tests.fakes.recordings import DATA, frames, write_ntu, write_pku, write_session, write_video
from tsmf_live.nets import checkpoint
from tsmf_live.skeleton import JOINT_NAMES

LIMIT_S = 120
PREDICTION_KEYS = {
    "type", "frame", "sensor_time_s", "host_time_s", "window_s", "state", "label", "confidence", "top5", "teacher",
    "student", "student_age_s", "note", "bodies", "latency_ms",
}  # fmt: skip
SUMMARY_KEYS = {
    "type", "source", "duration_s", "frames_captured", "frames_dropped", "updates_skipped", "predictions", "fps",
    "latency_ms", "errors",
}  # fmt: skip


@pytest.fixture
def live(capsys, teacher_file):
    """Runs the program in this process: (exit code, JSON objects, stderr lines)."""

    def run(source: Path | str, *more: str, checkpoint: Path = teacher_file, json_to: str = "-"):
        arguments = ["--source", str(source), "--headless", "--checkpoint", str(checkpoint), "--json", json_to, *more]
        try:
            code = run_live.main(arguments)
        except SystemExit as error:
            code = error.code
        out, err = capsys.readouterr()
        return code, [strict(line) for line in out.splitlines() if json_to == "-"], err.splitlines()

    handler = signal.getsignal(signal.SIGTERM)
    yield run
    signal.signal(signal.SIGTERM, handler)


@pytest.fixture
def eager_checkpoint(tmp_path, model):
    """Weights that always say something, of skeletons alone."""
    spec = replace(model.spec, window_frames=24, idle=None, enter=0.0, leave=0.0, smoothing_s=0.0, min_duration_s=0.0)
    spec = replace(spec, architecture="stgcn")
    checkpoint.save(tmp_path / "eager.safetensors", spec, model.teacher.state_dict(), None)
    return tmp_path / "eager.safetensors"


def strict(line: str) -> dict:
    """One JSON object; NaN and Infinity are no JSON."""

    def refuse(constant: str):
        raise AssertionError(f"{constant} in {line}")

    return json.loads(line, parse_constant=refuse)


def without_clock(documents: list[dict]) -> list[dict]:
    """What must be equal in two runs."""
    return [{k: v for k, v in d.items() if k not in ("latency_ms", "host_time_s", "fps")} for d in documents]


def check_contract(documents: list[dict]) -> None:
    """Every line as the contract says, the summary last and only there."""
    assert [d["type"] for d in documents].count("summary") == 1
    assert documents[-1]["type"] == "summary"
    assert set(documents[-1]) >= SUMMARY_KEYS
    for d in documents[:-1]:
        assert d["type"] in ("prediction", "event")
        if d["type"] == "event":
            assert set(d) == {"type", "start_s", "end_s", "label", "confidence", "body"}
            assert d["start_s"] < d["end_s"]
            continue
        assert set(d) == PREDICTION_KEYS
        assert d["state"] in ("warming", "idle", "action")
        assert (d["label"] is None) == (d["state"] != "action")
        assert len(d["top5"]) in (0, 5)
        assert all(0 <= p <= 1 for _, p in d["top5"])
        assert (d["student"] is None) == (d["student_age_s"] is None)
        for body in d["bodies"]:
            assert list(body["attention"]) == list(JOINT_NAMES)
            assert isinstance(body["tracking_id"], str)


@pytest.mark.parametrize("mode", ["window", "stream"])
def test_a_recording_has_the_same_events_and_predictions_at_any_speed(live, tmp_path, eager_checkpoint, mode):
    path = write_ntu(tmp_path / "a.skeleton", frames(80))
    runs = [live(path, "--speed", speed, "--mode", mode, checkpoint=eager_checkpoint)[1] for speed in ("max", "1")]
    assert sum(d["type"] == "event" for d in runs[0]) > 0
    assert without_clock(runs[0]) == without_clock(runs[1])


def test_a_recording_begins_at_a_moment_as_if_it_had_been_played_until_there(live, tmp_path):
    path = write_ntu(tmp_path / "a.skeleton", frames(120))
    whole, part = (live(path, "--speed", "max", *more)[1] for more in ((), ("--start", "2", "--duration", "1")))
    told = {round(d["sensor_time_s"], 4): d for d in whole if d["type"] == "prediction"}
    begun = [d for d in part if d["type"] == "prediction"]
    assert begun[0]["sensor_time_s"] == pytest.approx(2.0)
    assert part[-1]["duration_s"] == pytest.approx(1.0)
    assert part[-1]["frames_captured"] == 30
    for d in begun[:-1]:
        assert dict(d["teacher"]) == pytest.approx(dict(told[round(d["sensor_time_s"], 4)]["teacher"]), abs=1e-4)


@pytest.mark.parametrize(("source", "start"), [("demo", "2"), ("file", "9")])
def test_a_moment_that_there_is_not_is_refused_in_one_line(live, tmp_path, source, start):
    path = write_ntu(tmp_path / "a.skeleton", frames(40))
    code, _, err = live("demo" if source == "demo" else path, "--start", start, "--duration", "1")
    assert code == 2
    assert sum("--start" in line for line in err) == 1


def test_a_file_at_full_speed_gives_predictions_a_summary_and_the_same_twice(live, tmp_path, checkpoint_file):
    path = write_ntu(tmp_path / "a.skeleton", frames(40))
    code, first, err = live(path, "--speed", "max", checkpoint=checkpoint_file)
    assert (code, err) == (0, [])
    check_contract(first)
    predictions = [d for d in first if d["type"] == "prediction"]
    assert [p["frame"] for p in predictions] == list(range(0, 40, 3))
    assert predictions[0]["state"] == "warming"
    assert predictions[-1]["student"] is None
    assert "teacher alone" in predictions[-1]["note"]
    assert first[-1]["frames_captured"] == 40
    assert first[-1]["duration_s"] == pytest.approx(40 / 30)
    code, second, _ = live(path, "--speed", "max", checkpoint=checkpoint_file)
    assert without_clock(first) == without_clock(second)


def test_color_is_used_and_can_be_hidden(live, tmp_path, checkpoint_file):
    folder = write_session(tmp_path / "s", frames(16, color=True))
    with_color = live(folder, "--speed", "max", checkpoint=checkpoint_file)[1]
    hidden = live(folder, "--speed", "max", "--no-color", checkpoint=checkpoint_file)[1]
    check_contract(with_color)
    assert any(d.get("student") for d in with_color)
    assert not any(d.get("student") for d in hidden)


def test_pku_text_and_duration(live, tmp_path):
    code, documents, _ = live(write_pku(tmp_path / "a.txt", 60), "--speed", "max", "--duration", "1")
    assert code == 0
    check_contract(documents)
    assert documents[-1]["duration_s"] == pytest.approx(1.0)


@pytest.mark.parametrize("persons", [0, 6])
def test_nobody_and_six_run_on(live, persons, checkpoint_file):
    arguments = ["--speed", "max", "--duration", "0.4"]
    code, documents, err = live(f"demo:seed=1,persons={persons}", *arguments, checkpoint=checkpoint_file)
    assert (code, err) == (0, [])
    check_contract(documents)
    last = [d for d in documents if d["type"] == "prediction"][-1]
    assert len(last["bodies"]) == persons
    if persons == 0:
        assert (last["state"], last["note"], last["top5"]) == ("idle", "nobody in view", [])


def test_json_to_a_file_leaves_plain_words_on_stdout(tmp_path, teacher_file, capsys):
    path, out = write_ntu(tmp_path / "a.skeleton", frames(9)), tmp_path / "out.json"
    arguments = ["--source", str(path), "--headless", "--checkpoint", str(teacher_file), "--speed", "max"]
    assert run_live.main([*arguments, "--json", str(out)]) == 0
    check_contract([strict(line) for line in out.read_text().splitlines()])
    assert "watching" in capsys.readouterr().out


def test_recording_replays_to_the_same_predictions(live, tmp_path):
    path = write_ntu(tmp_path / "a.skeleton", frames(40))
    live_run = live(path, "--speed", "max", "--record", str(tmp_path / "take"))[1]
    replayed = live(tmp_path / "take", "--speed", "max")[1]
    assert without_clock(live_run[:-1]) == without_clock(replayed[:-1])


def bad_sources(folder: Path) -> dict[str, Path]:
    """The sources of the issue's list, made here."""
    good = write_ntu(folder / "good.skeleton", frames(6)).read_text()
    texts = {
        "empty": "",
        "24 joints": good.replace("\n25\n", "\n24\n", 1),
        "negative body count": "1\n-1\n",
        "10^9 frames": "1000000000\n" + good.split("\n", 1)[1],
        "cut": good[: len(good) * 2 // 3],
        "only NaN": "1\n1\n1 0 0 0 0 0 0 0 0 2\n25\n" + "nan nan nan 0 0 nan nan 0 0 0 0 2\n" * 25,
    }
    paths = {}
    for name, text in texts.items():
        paths[name] = folder / f"{name}.skeleton"
        paths[name].write_text(text)
    paths["random bytes"] = folder / "random.skeleton"
    paths["random bytes"].write_bytes(bytes(range(256)) * 16)
    paths["no session"] = folder / "empty folder"
    paths["no session"].mkdir()
    paths["missing"] = folder / "missing.skeleton"
    paths["unknown kind"] = folder / "a.docx"
    paths["unknown kind"].write_text("x")
    return paths


BAD = [
    "empty", "24 joints", "negative body count", "10^9 frames", "cut", "only NaN", "random bytes", "no session",
    "missing", "unknown kind",
]  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_sources_end_with_3_one_line_and_a_summary(case, live, tmp_path):
    path = bad_sources(tmp_path)[case]
    code, documents, err = live(path, "--speed", "max")
    assert code == 3
    assert len(err) == 1
    assert path.name in err[0]
    check_contract(documents)
    assert len(documents[-1]["errors"]) == 1
    if case == "cut":
        assert documents[-1]["frames_captured"] >= 1


def test_a_run_of_which_nothing_came_says_why_and_no_more(tmp_path, teacher_file, capsys):
    arguments = ["--source", str(tmp_path / "missing"), "--headless", "--checkpoint", str(teacher_file)]
    assert run_live.main(arguments) == 3
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)


@pytest.mark.skipif(sys.platform == "win32", reason="the Kinect's DLL may be installed there")
def test_the_kinect_that_is_not_there_ends_with_3(live):
    code, _, err = live("kinect")
    assert (code, len(err)) == (3, 1)


def test_bad_checkpoints_end_with_4(live, tmp_path, checkpoint_file):
    path = write_ntu(tmp_path / "a.skeleton", frames(3))
    foreign, odd = tmp_path / "foreign.safetensors", tmp_path / "odd.safetensors"
    save_file({"a": torch.zeros(1)}, foreign)
    state = load_file(checkpoint_file)
    with safe_open(checkpoint_file, framework="pt") as file:
        metadata = file.metadata()
    save_file(state | {"student.fc.bias": torch.zeros(3)}, odd, metadata=metadata)
    for bad in (tmp_path / "missing.safetensors", foreign, odd):
        code, documents, err = live(path, checkpoint=bad)
        assert (code, len(err), documents) == (4, 1, [])
        assert bad.name in err[0]


@pytest.mark.parametrize(
    "more",
    [
        ["--speed", "2"], ["--duration", "0"], ["--duration", "soon"], ["--frobnicate"], ["--mode", "dream"],
        ["--speed", "max", "--loop"], ["--json", "/nowhere/at/all.json"],
    ],
)  # fmt: skip
def test_wrong_arguments_end_with_2_and_one_line(more, live, tmp_path):
    code, documents, err = live(write_ntu(tmp_path / "a.skeleton", frames(3)), *more)
    assert (code, len(err), documents) == (2, 1, [])


@pytest.mark.parametrize("spec", ["demo:persons=9", "demo:actions=flying", "demo:colour=red"])
def test_wrong_demo_settings_end_with_2(spec, live):
    code, _, err = live(spec, "--duration", "1")
    assert (code, len(err)) == (2, 1)


def test_recording_into_a_used_folder_ends_with_5(live, tmp_path):
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "notes.txt").write_text("mine")
    code, _, err = live(write_ntu(tmp_path / "a.skeleton", frames(3)), "--record", str(tmp_path / "used"))
    assert (code, len(err)) == (5, 1)
    assert (tmp_path / "used" / "notes.txt").read_text() == "mine"


def test_a_video_shorter_than_its_skeleton_is_a_warning(live, tmp_path, checkpoint_file):
    path = write_ntu(tmp_path / "a.skeleton", [f for f in frames(60) for _ in [0] if f.index % 3 != 2])
    write_video(tmp_path / "a_rgb.avi", 10)
    code, documents, err = live(path, "--speed", "max", checkpoint=checkpoint_file)
    assert code == 0
    assert len(err) == 1
    assert "warning" in err[0]
    predictions = [d for d in documents if d["type"] == "prediction"]
    assert predictions[2]["student"] is not None
    assert predictions[-1]["student"] is None


def test_single_bad_joints_are_counted_and_warned_of(live, tmp_path):
    path = write_ntu(tmp_path / "a.skeleton", frames(4))
    rows = path.read_text().split("\n")
    rows[5] = " ".join(["nan", *rows[5].split()[1:]])
    path.write_text("\n".join(rows))
    code, _, err = live(path, "--speed", "max")
    assert code == 0
    assert len(err) == 1
    assert "1 joint" in err[0]


def environment(**changes: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "QT_QPA_PLATFORM", "WAYLAND_DISPLAY")}
    return kept | {"PYTHONWARNINGS": "error::ResourceWarning"} | changes


def program(*arguments: str, **more: object) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "run_live.py"), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(), **more,
    )  # fmt: skip


def test_without_a_display_it_says_so_in_one_line_and_runs_headless_without_qt(tmp_path, checkpoint_file):
    """Nor is torch's compiler imported, which takes more than a second."""
    path = write_ntu(tmp_path / "a.skeleton", frames(9))
    script = (
        "import sys, run_live\n"
        f"code = run_live.main(['--source', {str(path)!r}, '--speed=max', '--checkpoint', {str(checkpoint_file)!r}])\n"
        "assert not any(name.startswith(('PyQt5', 'pyqtgraph', 'torch._dynamo')) for name in sys.modules)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=LIMIT_S
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == ["run_live.py: no display (DISPLAY is not set): running headless"]
    assert "9 frames" in done.stdout


def test_without_a_display_a_source_that_cannot_be_opened_is_one_line(monkeypatch, capsys, tmp_path, teacher_file):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    arguments = ["--speed=max", "--checkpoint", str(teacher_file), "--source"]
    assert run_live.main([*arguments, str(tmp_path / "missing.skeleton")]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert "no such file" in line
    assert run_live.main([*arguments, str(write_ntu(tmp_path / "a.skeleton", frames(9)))]) == 0
    assert "running headless" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
def test_ctrl_c_ends_with_130_and_the_summary(tmp_path, teacher_file):
    path = write_ntu(tmp_path / "a.skeleton", frames(30))
    process = program("--source", str(path), "--loop", "--checkpoint", str(teacher_file), "--headless", "--json=-")
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 130
    assert "Traceback" not in err
    check_contract([strict(line) for line in [first, *out.splitlines()]])


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="pipes of another kind")
def test_a_reader_that_has_seen_enough_ends_the_run_quietly(tmp_path, checkpoint_file):
    path = write_ntu(tmp_path / "a.skeleton", frames(30))
    process = program("--source", str(path), "--loop", "--checkpoint", str(checkpoint_file), "--headless", "--json=-")
    assert strict(process.stdout.readline())["type"] == "prediction"
    process.stdout.close()
    assert process.wait(timeout=LIMIT_S) == 0
    assert process.stderr.read() == ""
    process.stderr.close()


def data(pattern: str, usual: int | None = None) -> list:
    """The real recordings; all but the `usual` shortest are played in the long tests only."""
    found = sorted(DATA.glob(pattern), key=lambda path: (path.stat().st_size, path.name))
    if not found:
        return [pytest.param(None, marks=pytest.mark.skip(reason="real recordings not here"))]
    return [*found[:usual], *(pytest.param(path, marks=pytest.mark.long) for path in found[len(found[:usual]) :])]


@pytest.mark.parametrize("path", data("ntu_skeleton/*.skeleton", 2), ids=str)
def test_real_ntu_files_play_twice_the_same(path, live):
    first, second = (live(path, "--speed", "max") for _ in range(2))
    assert first[0] == 0
    check_contract(first[1])
    assert without_clock(first[1]) == without_clock(second[1])


@pytest.mark.parametrize("path", data("ntu_truncated/*.skeleton", 1), ids=str)
def test_truncated_ntu_files_play_their_complete_frames_then_end_with_3(path, live):
    code, documents, err = live(path, "--speed", "max")
    assert (code, len(err)) == (3, 1)
    assert documents[-1]["frames_captured"] > 20


@pytest.mark.parametrize("path", data("utkinect_stream/skeleton/*.txt")[:1], ids=str)
def test_a_real_stream_plays(path, live):
    code, documents, _ = live(path, "--speed", "max", "--duration", "4")
    assert code == 0
    check_contract(documents)
    assert documents[-1]["duration_s"] == pytest.approx(4.0)


@pytest.mark.parametrize("path", data("ntu_rgb/*.avi", 1), ids=str)
def test_the_color_path_on_real_video(path, live, tmp_path, checkpoint_file):
    name = path.stem.removesuffix("_rgb")
    os.symlink(path, tmp_path / f"{name}_rgb.avi")
    skeleton = write_ntu(tmp_path / f"{name}.skeleton", [f for f in frames(36) if f.bodies])
    code, documents, err = live(skeleton, "--speed", "max", checkpoint=checkpoint_file)
    assert (code, err) == (0, [])
    check_contract(documents)
    assert [d for d in documents if d["type"] == "prediction"][-1]["student"] is not None


def test_a_name_that_cannot_be_one_ends_with_3(live):
    code, _, err = live("x" * 5000)
    assert (code, len(err)) == (3, 1)


@pytest.mark.long
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X displays")
def test_a_display_that_cannot_be_reached_is_said_in_one_line(tmp_path, checkpoint_file):
    path = write_ntu(tmp_path / "a.skeleton", frames(6))
    arguments = [sys.executable, str(ROOT / "run_live.py"), "--source", str(path), "--speed", "max"]
    done = subprocess.run(
        [*arguments, "--checkpoint", str(checkpoint_file)],
        env=environment(DISPLAY=":7391"), capture_output=True, text=True, timeout=LIMIT_S,
    )  # fmt: skip
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == 1
    assert "running headless" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_under_the_json_file_is_one_line(live, tmp_path):
    code, _, err = live(write_ntu(tmp_path / "a.skeleton", frames(6)), "--speed", "max", json_to="/dev/full")
    assert (code, len(err)) == (5, 1)
    assert "space" in err[0]
