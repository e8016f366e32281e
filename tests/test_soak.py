"""The soak's verdict: what it lets pass, and each thing that it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.soak import Sample, draw, figures, growth, losses, open_files
from tsmf_live.gui.paint_watch import PaintWatch

HOUR_S = 3600


def an_hour() -> tuple[list[Sample], list[tuple[float, float]]]:
    """Samples and labels of an hour in which nothing goes wrong; memory rises while it starts."""
    samples = [
        Sample(
            at_s=float(second),
            memory_mb=500.0 + min(second, 240),
            handles=20,
            threads=9,
            cpu_s=second * 1.1,
            captured=30 * second,
            dropped=0,
            predictions=30 * second,
            skipped=0,
            recorded=30 * second,
            lost=0,
            painted=30 * second,
            load=1.2,
            stolen=0.0,
        )
        for second in range(1, HOUR_S + 1)
    ]
    return samples, [(0.1 * tenth, 20.0 + tenth % 30) for tenth in range(10 * HOUR_S)]


def bad(samples: list[Sample], labels_ms: list[tuple[float, float]], missing: int = 0, whole: bool = True) -> list[str]:
    findings = losses(samples, missing, whole) + growth(samples, labels_ms)
    return [one.what.split(",")[0] for one in findings if not one.good]


def test_an_hour_without_a_fault_is_good():
    assert bad(*an_hour()) == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("capture drops", lambda s: {"dropped": int(s.at_s > 1800)}),
        ("recording losses", lambda s: {"lost": int(s.at_s > 1800)}),
        ("captured a second", lambda s: {"captured": int(29 * s.at_s)}),
        ("memory after 5 minutes", lambda s: {"memory_mb": 700 + s.at_s * 0.003}),
        ("handles", lambda s: {"handles": 20 + int(s.at_s / 1000)}),
        ("threads", lambda s: {"threads": 9 + int(s.at_s > 400)}),
    ],
)
def test_each_fault_is_named(name, change):
    samples, labels_ms = an_hour()
    assert bad([replace(one, **change(one)) for one in samples], labels_ms) == [name]


def test_labels_that_come_later_and_later_are_named():
    samples, labels_ms = an_hour()
    assert bad(samples, [(at_s, ms + at_s / 100) for at_s, ms in labels_ms]) == ["label painted"]
    assert bad(samples, labels_ms[: len(labels_ms) // 2]) == ["label painted"]  # none at the end


def test_frames_that_are_not_in_the_recording_and_a_damaged_one_are_named():
    assert bad(*an_hour(), missing=1, whole=False) == ["recording losses", "recording"]


def test_the_picture_is_drawn(tmp_path):
    samples, labels_ms = an_hour()
    draw(samples[:90], labels_ms[:900], "an hour", tmp_path / "soak.png")
    assert (tmp_path / "soak.png").stat().st_size > 10_000


def test_pictures_a_second_leave_out_the_time_in_which_the_window_stood_still():
    samples, _ = an_hour()
    watch = PaintWatch()
    watch.pictures = [(n / 30 + 5 * (n >= 150), 20.0) for n in range(300)]
    watch.cpu_s = 3.0
    found = dict(figures(samples[:15], watch, stalled_s=5.0))
    assert found["pictures painted a second"] == "30.1"
    assert found["GUI thread, ms of CPU a second"] == "301"
    assert found["longest time between two pictures"] == "5033 ms"
    assert found["predictions a second"] == "30.0"
    assert found["picture painted: p50, p95, p99"] == "20, 20, 20 ms"
    assert "nan" in found["label painted: p50, p95, p99"]
    assert dict(figures(samples, PaintWatch(), 0.0)) == {}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux names a process's open files")
def test_open_files_are_named(tmp_path):
    before = open_files()
    new = tmp_path / "new"
    with new.open("w"), new.open():
        assert set(open_files()) - set(before) == {str(new), f"{new} (2)"}
