"""Recordings with labels: played as live, judged by their events, and the decisions that are found on them."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import run_live
from tests.fakes.poses import kicking_joints
from tests.measure.joints_source import JointsSource
from train import decisions, evaluate
from train.results import detection, stream_report, streams
from train.results.streams import Decided, Segment, Stream
from tsmf_live.actor.ward import ward_scene
from tsmf_live.frames import Event, SourceError, Tilt, UsageError
from tsmf_live.live.repetitions import Repetitions
from tsmf_live.live.weights import PEOPLE
from tsmf_live.nets.checkpoint import load
from tsmf_live.nets.tsmf import TSMF

FRAMES = 240


def event(label: str, start_s: float, end_s: float, confidence: float = 0.9) -> Event:
    return Event(start_s, end_s, label, confidence, 0)


def stream_of(*segments: Segment, length_s: float = 60.0) -> Stream:
    return Stream("S", Path("s01.txt"), segments, length_s)


def test_overlap_is_intersection_over_union():
    assert detection.overlap((0, 2), (1, 3)) == pytest.approx(1 / 3)
    assert detection.overlap((0, 1), (2, 3)) == 0


def test_each_segment_is_found_once_by_its_most_certain_event():
    stream = stream_of(Segment(0, 4, "wave"), Segment(10, 14, "wave"))
    hits = detection.match(
        stream, [event("wave", 0, 4, 0.6), event("wave", 0, 3.5, 0.8), event("sit", 10, 14)], 0.5
    ).hits
    assert [(one.label, one.confidence, k) for one, k in hits] == [
        ("sit", 0.9, None),
        ("wave", 0.8, 0),
        ("wave", 0.6, None),
    ]


def test_an_event_in_a_segment_without_label_does_not_count():
    stream = stream_of(Segment(0, 10, None))
    assert not detection.match(stream, [event("wave", 2, 6)], 0.5).hits
    assert len(detection.match(stream, [event("wave", 8, 14)], 0.5).hits) == 1


@pytest.mark.parametrize(
    ("hits", "total", "expected"),
    [([], 2, 0.0), ([(0.9, True), (0.8, True)], 2, 1.0), ([(0.9, False), (0.8, True)], 1, 0.5),
     ([(0.9, True), (0.8, False), (0.7, True)], 4, 0.25 + 0.25 * 2 / 3)],
)  # fmt: skip
def test_average_precision(hits, total, expected):
    assert detection.average_precision(hits, total) == pytest.approx(expected)


def test_figures_of_one_right_one_wrong_and_one_missed():
    stream = stream_of(Segment(10, 12, "wave"), Segment(20, 22, "sit"), length_s=124.0)
    said = tuple((0.1 * k, ("wave",) if 105 <= k < 125 or 600 <= k < 610 else (None,)) for k in range(1240))
    found = detection.figures([stream], [Decided((event("wave", 10, 12), event("wave", 60, 61, 0.5)), said)])
    assert found.mean_ap == {0.1: 0.5, 0.3: 0.5, 0.5: 0.5, 0.7: 0.5}
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)
    assert found.delay_s[0] == pytest.approx(0.5)
    assert found.said == 0.5
    assert found.false_per_hour == pytest.approx(30)  # one in two minutes of background
    assert found.changes_per_minute == pytest.approx(4 / (124 / 60))
    assert found.by_class["sit"][:3] == (1, 0, 0)


# ---- played as live --------------------------------------------------------------------------------------------------


def write_pku(folder: Path, name: str, joints: np.ndarray, labels: str, names: str) -> Path:
    for kind in ("skeleton", "label"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    rows = np.concatenate([joints, np.zeros_like(joints)], axis=1).reshape(len(joints), 150)
    np.savetxt(folder / "skeleton" / name, rows, fmt="%.4f")
    (folder / "label" / name).write_text(labels)
    (folder / "labels.txt").write_text(names)
    return folder / "skeleton" / name


def ward_stream(folder: Path, seed: int = 3) -> Path:
    """A scene of the actor's ward with its truth."""
    joints, truth = ward_scene(seed)
    joints, truth = joints[:FRAMES], [one or "idle" for one in truth[:FRAMES]]
    names = sorted(set(truth) - {"idle"})
    assert names
    labels, first = "", 0
    for k in range(1, len(truth) + 1):
        if k == len(truth) or truth[k] != truth[first]:
            if truth[first] != "idle":
                labels += f"{names.index(truth[first]) + 1},{first + 1},{k},2\n"
            first = k
    return write_pku(folder, "s01_e01.txt", np.nan_to_num(joints), labels, "\n".join(names) + "\n")


@pytest.fixture(scope="module")
def ward(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ward")
    ward_stream(folder)
    return folder


def test_play_and_decide_say_what_the_program_says(ward, tmp_path):
    path = ward / "skeleton" / "s01_e01.txt"
    out = tmp_path / "lines.json"
    line = ["--source", str(path), "--headless", "--speed", "max", "--json", str(out), "--checkpoint", str(PEOPLE)]
    assert run_live.main(line) == 0
    told = [json.loads(text) for text in out.read_text().splitlines()]
    events = [(one["start_s"], one["end_s"], one["label"], one["body"]) for one in told if one["type"] == "event"]
    labels = [[b["label"] for b in one["bodies"]] for one in told if one["type"] == "prediction"]
    model = TSMF.load(PEOPLE, "cpu")
    decided = streams.decide(model.spec, streams.play(model, path))
    assert [(one.start_s, one.end_s, one.label, one.slot) for one in decided.events] == events
    assert [list(one) for _, one in decided.said] == labels


def test_labels_have_their_names_from_the_table_or_the_folder(ward, tmp_path):
    labels = TSMF.load(PEOPLE, "cpu").spec.labels
    (one,) = streams.labelled_streams([ward], labels, None)
    assert one.length_s == pytest.approx(FRAMES / 30)
    assert one.segments
    table = tmp_path / "classes.csv"
    rows = "".join(f"{ward.name},{k},x,leave out,\n" for k in range(1, 9))
    table.write_text("set,number,class,name,reason\n" + rows)
    assert {part.label for part in streams.labelled_streams([ward], labels, table)[0].segments} == {None}
    with pytest.raises(UsageError, match="is not among the checkpoint's 2"):
        streams.labelled_streams([ward], ("one", "two"), None)
    with pytest.raises(UsageError, match="none begins with s02"):
        streams.labelled_streams([ward], labels, None, ["s02"])
    with pytest.raises(SourceError, match="expected recordings with labels"):
        streams.labelled_streams([tmp_path], labels, None)


def test_the_report_has_figures_timelines_and_a_curve(ward, tmp_path, capsys):
    evaluate.main(["--stream", str(ward), "--checkpoint", str(PEOPLE), "--out", str(tmp_path)])
    said = capsys.readouterr()
    assert "arg-max: mAP@0.5" in said.out + said.err
    rows = list(csv.DictReader((tmp_path / "streams.csv").read_text().splitlines()))
    assert {row["decisions"].partition(": ")[2] for row in rows} >= {"checkpoint", "arg-max"}
    assert len(list(csv.DictReader((tmp_path / "curve.csv").read_text().splitlines()))) == 10
    page = (tmp_path / "report.html").read_text()
    assert page.count("<svg") == 1
    assert "run_live.py --source" in page or "Worst misses" in page


def test_a_miss_comes_with_the_command_that_plays_that_moment():
    stream = replace(stream_of(Segment(20, 24, "wave"), Segment(1, 3, "sit")), path=Path("a take/s01.txt"))
    rows = stream_report.worst([stream], [Decided((event("wave", 40, 42),), ())])
    assert [(what.split(" ")[0], play.partition(" --source ")[2]) for what, *_, play in rows] == [
        ("wave", "'a take/s01.txt' --start 38"),
        ("wave", "'a take/s01.txt' --start 18"),
        ("sit", "'a take/s01.txt'"),
    ]


# ---- decisions -------------------------------------------------------------------------------------------------------


def late_probabilities(spec, truth: list[tuple[str, int, int]], frames: int, late: int) -> list:
    """What a network would say that knows everything, but late."""
    idle = spec.labels.index(spec.idle)
    rows = np.full((frames, len(spec.labels)), 0.02)
    rows[:, idle] = 0.9
    for label, first, last in truth:
        rows[first + late : last + late, idle] = 0.02
        rows[first + late : last + late, spec.labels.index(label)] = 0.9
    return [(k / 30, row / row.sum(), k < 30, 0.0) for k, row in enumerate(rows)]


def test_what_is_late_is_reported_earlier():
    spec = replace(load(PEOPLE)[0], enter=0.5, leave=0.3, smoothing_s=0.0, decisions={})
    truth = [("sit down", 100 + 150 * k, 145 + 150 * k) for k in range(5)]
    stream = stream_of(*(Segment(a / 30, b / 30, label) for label, a, b in truth), length_s=30.0)
    lines = [[decisions.PersonLine(0, Repetitions(), late_probabilities(spec, truth, 900, 24))]]
    assert decisions.judged(spec, [stream], lines).mean_ap[0.5] < 0.2
    found = decisions.with_lags(spec, [stream], lines)
    assert found.decision_of("sit down").begin_lag_s == pytest.approx(0.8, abs=0.05)
    assert found.decision_of("falling").begin_lag_s == found.decision_of("sit down").begin_lag_s  # seen too rarely
    better = decisions.judged(found, [stream], lines)
    assert better.mean_ap[0.5] == 1.0
    assert better.delay_s[0] == pytest.approx(0.8, abs=0.05)  # what is said is as late as before


def test_false_events_cost():
    def with_false(count: float) -> detection.Detection:
        return detection.Detection(1, 1, {0.5: 0.5}, 1, 1, 0.5, (0, 0), 1, count, 0, {})

    assert decisions.score(with_false(10), 20) == decisions.score(with_false(0), 20) == pytest.approx(1.0)
    assert decisions.score(with_false(120), 20) == pytest.approx(1.0 - decisions.PRICE)
    assert decisions.score(with_false(math.nan), 20) == pytest.approx(1.0)


def test_a_class_that_must_not_be_missed_keeps_its_threshold(monkeypatch):
    monkeypatch.setattr(decisions, "ENTER", (0.8,))
    spec = replace(load(PEOPLE)[0], smoothing_s=0.0, decisions={})
    steps: list = [[]]
    given = [("falling", 0.4), ("falling.descent_m", 0.1)]
    found = decisions.fit(spec, [stream_of(Segment(1, 2, "falling"))], steps, 20, given)
    assert (found.decision_of("falling").enter, found.decision_of("sit down").enter) == (0.4, 0.8)
    assert (found.decision_of("falling").descent_m, found.decision_of("falling").leave) == (0.1, 0.08)
    spec = replace(spec, enter=0.7, decisions={"sit down": {"enter": 0.6}})
    found = decisions.fit(spec, [stream_of(Segment(1, 2, "falling"))], steps, 20, given, only="lags")
    assert [found.decision_of(label).enter for label in ("falling", "sit down", "bow")] == [0.4, 0.6, 0.7]
    for wrong, said in (("flying", "expected one of"), ("falling.enter", "leave <= enter"), ("falling.up", "one of")):
        with pytest.raises(UsageError, match=f"--keep.*{said}"):
            decisions.fit(spec, [], [], 20, [(wrong, 4.0)])


def test_trying_settings_takes_descents_as_live_decisions_do(monkeypatch):
    monkeypatch.setattr(decisions, "THINNED", 1)
    model = TSMF.load(PEOPLE, "cpu")
    number = next(k for k in range(50) if "falling" in ward_scene(k)[1])
    steps = streams.play(model, JointsSource(ward_scene(number)[0][:, None]))
    found = []
    for descent_m in (0.0, 0.1, 0.9):
        own = {"enter": 0.5, "leave": 0.1, "descent_m": descent_m, "min_duration_s": 0.2}
        spec = replace(model.spec, decisions={"falling": own})
        live = [
            (one.label, one.start_s, one.end_s) for one in streams.decide(spec, steps).events if one.slot is not None
        ]
        tried = decisions.quick(spec, decisions.person_lines(spec, steps)).events
        assert [(one.label, one.start_s, one.end_s) for one in tried] == live
        found.append("falling" in [label for label, _, _ in live])
    assert found == [True, True, False]


def test_a_class_that_is_done_again_and_again_is_cut_into_repetitions_and_no_other():
    spec = replace(load(PEOPLE)[0], smoothing_s=0.0, decisions={})
    kick, other = (spec.labels.index(label) for label in ("kick", "drink water"))
    begins_s, each_s, kicks = 2.0, 1.1, 6
    moved, updates = Repetitions(), []
    for time_s in np.arange(0, 30, 1 / 30):
        moved.look(time_s, kicking_joints(time_s, begins_s, each_s, kicks), Tilt())
        probabilities = np.full(len(spec.labels), 0.001)
        acts = kick if begins_s < time_s < begins_s + kicks * each_s else other if 12 < time_s < 24 else None
        probabilities[spec.labels.index("idle") if acts is None else acts] = 0.97
        updates.append((time_s, probabilities, False, 0.0))
    segments = [Segment(begins_s + k * each_s, begins_s + (k + 1) * each_s, "kick") for k in range(kicks)]
    stream = stream_of(*segments, *(Segment(12 + 2 * k, 13.9 + 2 * k, "drink water") for k in range(6)))
    lines = [[decisions.PersonLine(0, moved, updates)]]
    found = decisions.with_repetitions(spec, [stream], lines, 20)
    assert found.decisions["kick"]["valley"] in decisions.VALLEYS
    assert "drink water" not in found.decisions  # nothing of the body comes back between two of these
    counts = {label: row[1] for label, row in decisions.judged(found, [stream], lines).by_class.items()}
    assert (counts["kick"], counts["drink water"]) == (kicks, 0)
    assert decisions.with_lags(found, [stream], lines).decisions["kick"]["valley"] == found.decisions["kick"]["valley"]
    rare = stream_of(*segments[:2], *(Segment(12 + 2 * k, 13.9 + 2 * k, "drink water") for k in range(6)))
    assert decisions.with_repetitions(spec, [rare], lines, 20).decisions == {}


def test_the_command_keeps_the_networks_and_writes_the_settings(ward, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(decisions, "ENTER", (0.3, 0.6))
    monkeypatch.setattr(decisions, "SMOOTHING_S", (0.2,))
    new = tmp_path / "new.safetensors"
    decisions.main(["--checkpoint", str(PEOPLE), "--streams", str(ward), "--out", str(new)])
    assert "now: enter" in "".join(capsys.readouterr())
    (old_spec, old), (spec, states) = load(PEOPLE), load(new)
    assert all((states["teacher"][name] == value).all() for name, value in old["teacher"].items())
    assert spec.enter in (0.3, 0.6)
    assert replace(spec, enter=0.5, leave=0.3, smoothing_s=0.4, decisions={}) == replace(
        old_spec, enter=0.5, leave=0.3, smoothing_s=0.4, decisions={}
    )
