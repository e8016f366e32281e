"""The command that measures exports and re-imports: it passes what is whole and finds what is not."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.recordings import frames, picture, write_session
from tests.measure import round_trip
from tests.measure.came_back import Figures
from tests.measure.round_trip import SESSIONS, Trip, main
from tsmf_live.frames import SensorFrame, TsmfError
from tsmf_live.sessions.__main__ import main as sessions
from tsmf_live.sources.base import EndOfSource


def recording(count: int) -> list[SensorFrame]:
    """0, 1 or 2 people; two frames lost before the fourth; every third frame without a picture."""
    return [
        replace(
            frame,
            index=frame.index + 2 * (frame.index > 2),
            sensor_time_s=frame.sensor_time_s + (2 / 30 + 0.0021) * (frame.index > 2),
            color_bgra=None if frame.index % 3 == 1 else picture(frame.index),
        )
        for frame in frames(count, start_s=812.3456789)
    ]


class Played:
    """Frames as a source gives them."""

    def __init__(self, made: list[SensorFrame]) -> None:
        self._rest = iter(made)

    def read(self) -> SensorFrame:
        try:
            return next(self._rest)
        except StopIteration:
            raise EndOfSource from None


def in_this_process(words: list[str]) -> str:
    """What a command of sessions prints, without Python's start."""
    assert words[:2] == SESSIONS
    said = io.StringIO()
    with redirect_stdout(said):
        assert sessions(words[2:]) == 0
    return said.getvalue()


def test_a_session_goes_out_and_comes_back_in_every_format(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(round_trip, "run", in_this_process)
    session = write_session(tmp_path / "take", recording(6), details={"action": "tea", "subject": "anna"})
    assert main(["--session", str(session), "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in told.splitlines() if "|" in line]
    rows = {what: values for what, *values in table}
    assert rows["frames recorded, back"] == ["6, 6"] * 3
    assert rows["bodies recorded, back"] == ["6, 6"] * 3
    assert rows["joints, largest difference (m)"] == ["0"] * 3
    assert rows["times, largest difference (s)"] == ["0", "0.0688", "0.0688"]
    assert rows["frames lost while recording, back"] == ["2, 2", "2, 0", "2, 0"]
    assert rows["frames with colour recorded, back"] == ["4, 4", "4, 6", "not held"]
    assert "all that each format holds came back" in told
    lines = {line.split(":")[0]: line for line in told.splitlines() if "not held:" in line}
    assert "2 frames were lost" in lines["PKU-MMD"]
    assert "up to 0.069 s wrong" in lines["PKU-MMD"]
    assert "up to 0.069 s wrong" in lines["pickle"]


def test_pictures_that_the_codec_cannot_hold_and_a_missing_label_end_in_words(tmp_path, capsys):
    noise = picture(0)
    noise[:135] = np.random.default_rng(0).integers(0, 256, (135, 1920, 4), np.uint8)
    session = write_session(tmp_path / "take", [replace(f, color_bgra=noise) for f in frames(1)], codec="ffv1")
    assert main(["--session", str(session)]) == 1
    told = capsys.readouterr().out
    assert "SOMETHING DID NOT COME BACK\nNTU RGB+D: a picture has" in told
    assert "pickle: the session has neither annotations nor an action" in told


def test_a_joint_that_was_moved_in_the_export_is_found(tmp_path):
    session = write_session(tmp_path / "take", frames(4))
    assert sessions(["export-ntu", str(session), "--action", "1", "--out", str(tmp_path / "ntu")]) == 0
    name = next((tmp_path / "ntu").glob("*.skeleton"))
    lines = name.read_text().splitlines(keepends=True)
    values = lines[4].split(" ")  # count, bodies, the body, joints, the first joint
    lines[4] = " ".join([f"{float(values[0]) + 1e-4:.9g}", *values[1:]])
    name.write_text("".join(lines))
    (fault,) = Trip(session, tmp_path, "h264").ntu_back(tmp_path / "ntu").faults()
    assert fault == "joints differ by 0.0001 m"


def moved(frame: SensorFrame, **values: object) -> SensorFrame:
    """The frame with other values of its first body."""
    return replace(frame, bodies=(replace(frame.bodies[0], **values), *frame.bodies[1:]))


def test_each_difference_is_found():
    made = recording(4)
    body = made[0].bodies[0]
    color_xy = body.color_xy.copy()
    color_xy[3] = np.nan
    changes: list[tuple[str, int, SensorFrame]] = [
        ("joints differ", 0, moved(made[0], joints=body.joints + np.float32(2e-6))),
        ("colour coordinates differ by inf", 0, moved(made[0], color_xy=color_xy)),
        ("orientations differ", 0, moved(made[0], orientations=body.orientations * np.float32(0.9))),
        ("25 joint states differ", 0, moved(made[0], joint_state=(body.joint_state + 1) % 3)),
        ("1 tracking ids", 0, moved(made[0], tracking_id=5)),
        ("1 bodies too few", 0, replace(made[0], bodies=())),
        ("times differ", 1, replace(made[1], sensor_time_s=made[1].sensor_time_s + 2e-9)),
        ("1 frames have another index", 3, replace(made[3], index=3)),
        ("1 frames without their picture", 2, replace(made[2], color_bgra=None)),
        ("1 frames without their picture, or with one that never was", 1, replace(made[1], color_bgra=picture(1))),
        ("a picture has", 2, replace(made[2], color_bgra=255 - made[2].color_bgra)),
    ]
    for why, number, changed in [("", 0, made[0]), *changes]:
        figures = Figures(whole=True, exact_times=True, has_pictures=True)
        figures.compare(made, Played(made), Played([*made[:number], changed, *made[number + 1 :]]))
        found = figures.faults()
        assert len(found) == bool(why), (why, found)
        assert not why or found[0].startswith(why)
    for back in (made[:-1], [*made, replace(made[-1], index=9)]):
        figures = Figures(whole=True, exact_times=True, has_pictures=True)
        figures.compare(made, Played(made), Played(back))
        assert figures.faults()[0] == f"{len(back)} of 4 frames"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--seconds", "0"], "seconds from 0.1"),
        (["--seed", "-1"], "whole number from 0"),
        (["--codec", "mjpeg"], "invalid choice"),
        (["--session", "nowhere"], "nowhere: expected the folder"),
        (["--session", ".", "--seed", "1"], "leave --seconds and --seed out"),
        (["--out", "README.md"], "new or empty folder"),
    ],
)
def test_wrong_arguments_are_one_line(words, why, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("README.md").write_text("a file")
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert why in error
    assert error.count("\n") == 1


def test_a_folder_without_a_session_is_one_line(tmp_path):
    with pytest.raises(TsmfError) as error:
        main(["--session", str(tmp_path)])
    assert "\n" not in str(error.value)
