"""What the end-to-end bench says rests on: times from frame to pixel, CPU time by stage, and when a machine carries."""

from __future__ import annotations

import json
import sys
import threading
import time

import pytest

from tests.fakes.recordings import frames, write_session
from tests.fakes.scripted_source import LIMIT_S
from tests.fakes.window_fakes import make_view
from tsmf_live.bench import end_to_end, one_run
from tsmf_live.gui.paint_watch import Paintings, PaintWatch
from tsmf_live.gui.panels.health import DisplayMeter
from tsmf_live.gui.picture.live_view import LivePicture
from tsmf_live.stage import Stage

GOOD = {
    "fps": 30.0,
    "predictions_a_second": 30.0,
    "said_ms": [10.0, 20.0, 30.0],
    "label_ms": [None] * 3,
    "picture_ms": [None] * 3,
    "cores": {"all": 0.5, "capture": 0.1},
    "student_cores": 0.1,
    "lost": 0,
    "skipped": 0,
    "errors": [],
}


class Busy:
    """Works for a time measured in its own CPU time, and once."""

    def set_up(self) -> None:
        pass

    def step(self) -> bool:
        until_s = time.thread_time() + 0.05
        while time.thread_time() < until_s:
            pass
        return False

    def tear_down(self) -> None:
        pass


def test_a_stage_tells_the_cpu_time_of_its_own_thread():
    busy = Stage("busy", Busy(), threading.Event())
    assert busy.cpu_s == 0
    busy.start()
    assert busy.wait(LIMIT_S)
    assert 0.05 <= busy.cpu_s < 0.15


def test_each_new_picture_and_each_new_prediction_counts_once_when_it_is_painted(qtbot):
    meter, watch = DisplayMeter(), PaintWatch()
    meter.watch = watch._note
    picture = LivePicture(meter)
    picture.resize(480, 270)
    qtbot.addWidget(picture)
    view, later = make_view(1), make_view(1)
    for shown in (view, view, later):
        picture.show_moment(shown.frame, shown.pose, shown.prediction, None)
        picture.grab()
    assert (len(watch.pictures), len(watch.labels)) == (2, 2)
    at_s, took_ms = watch.pictures[-1]
    assert took_ms == pytest.approx(1e3 * (at_s - later.frame.host_time_s))
    assert watch.cpu_s > 0


def test_paintings_of_hours_take_16_bytes_each_and_read_like_a_list():
    made = Paintings((k / 30, 20.0 + k) for k in range(300))
    made.add(10.0, 5.5)
    assert (len(made), made[0], made[-1]) == (301, (0.0, 20.0), (10.0, 5.5))
    assert list(made)[:300] == [(k / 30, 20.0 + k) for k in range(300)]
    assert sys.getsizeof(made._values) < 1.3 * 16 * 301
    assert not Paintings()
    with pytest.raises(IndexError):
        made[301]


@pytest.mark.parametrize(
    ("change", "carried"),
    [
        ({}, True),
        ({"fps": 29.0}, True),  # half a second lies between two rounds of what is played
        ({"fps": 28.0}, False),
        ({"lost": 1}, False),
        ({"said_ms": [10.0, 400.0, 500.0]}, False),
        ({"errors": ["x"]}, False),
    ],
)
def test_a_machine_carries_sensors_while_all_keep_their_pace_and_lose_nothing(change, carried):
    assert end_to_end.carries([GOOD, GOOD | change]) is carried


def test_the_table_has_every_stage_and_says_what_went_wrong():
    row = end_to_end.line("2p", GOOD)
    assert "10/20/30" in row
    assert len(row.split()) == len(["2p", "fps", "predictions", "said", "label", "picture", *end_to_end.STAGES, "lost"])
    assert "no display" in end_to_end.line("2p", {"errors": ["no display"]})
    figures = {name: value for name, value, _ in end_to_end._rows("2p stream, headless", GOOD)}
    assert figures["2p_stream_headless_said_p95_ms"] == 20.0
    assert figures["2p_stream_headless_all_cores"] == 0.5


@pytest.mark.long
def test_a_run_is_measured_to_its_end(tmp_path, monkeypatch, capsys):
    session = write_session(tmp_path / "session", frames(60, color=True))
    monkeypatch.setattr(one_run, "SETTLE_S", 0.5)
    monkeypatch.setattr("sys.argv", ["one_run", str(session), "--seconds", "8", "--record", str(tmp_path / "take")])
    assert one_run.main() == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["fps"] > 0
    assert found["said_ms"][0] > 0
    assert {"capture", "pose", "inference", "record", "other", "all"} <= set(found["cores"])
    assert found["cores"]["all"] >= found["cores"]["inference"] > 0
