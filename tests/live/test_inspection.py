"""What a model attends to over a whole recording: it is what the live run says, and damaged files are refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ROOT
from tests.fakes.recordings import frames as recorded_frames
from tests.fakes.recordings import write_session
from tsmf_live.frames import CheckpointError, Prediction, RecordingError, SourceError
from tsmf_live.live import offline
from tsmf_live.live.inspection import Inspection, file_of, inspect
from tsmf_live.sessions.__main__ import main
from tsmf_live.sources.open import open_source


@pytest.fixture(scope="module")
def session(tmp_path_factory) -> Path:
    folder = write_session(tmp_path_factory.mktemp("recorded") / "take", recorded_frames(90))
    with (folder / "events.csv").open("a", encoding="utf-8") as file:
        file.write("0.5,1.5,reading,1,0,annotation\n2.0,2.5,reading,1,,annotation\n1.5,2.0,typing,1,4,annotation\n")
    return folder


@pytest.fixture(scope="module")
def found(session, model) -> Inspection:
    return inspect(model, open_source(str(session)), "some.safetensors")


def test_it_holds_what_a_run_predicts(session, model, found):
    said: list[Prediction] = []
    offline.play(model, open_source(str(session)), lambda item: isinstance(item, Prediction) and said.append(item))
    by_time = {round(one.sensor_time_s - said[0].sensor_time_s, 3): one for one in said}
    first_s = found.times_s[0]
    assert len(found.times_s) > 20
    assert np.diff(found.times_s).min() >= 0.099
    for k, time_s in enumerate(found.times_s):
        prediction = by_time[round(time_s - first_s, 3)]
        for person in prediction.persons:
            np.testing.assert_allclose(found.attention[k, person.slot], person.attention, rtol=1e-6)
            scores = prediction.scores_of(person.slot)
            if scores is None:
                assert np.isnan(found.probabilities[k, person.slot]).all()
            else:
                np.testing.assert_allclose(found.probabilities[k, person.slot], scores.fusion, rtol=1e-6)
        gone = set(range(6)) - {person.slot for person in prediction.persons}
        assert np.isnan(found.attention[k, list(gone)]).all()
    assert found.slots() == sorted({person.slot for one in said for person in one.persons})


def test_the_mean_of_an_action_is_that_of_its_moments_and_each_span_weighs_alike(found):
    inside = (found.times_s >= 0.5) & (found.times_s < 1.5)
    np.testing.assert_allclose(found.mean_attention(0.5, 1.5, 0), found.attention[inside, 0].mean(axis=0), rtol=1e-5)
    spans = [(0.5, 1.5, "reading", 0), (2.0, 2.2, "reading", 0), (0.0, 9.0, "nobody", 5), (8.0, 9.0, "later", 0)]
    means = found.by_action(spans)
    assert list(means) == ["reading"]  # of the others nobody was there
    parts = [found.mean_attention(0.5, 1.5, 0), found.mean_attention(2.0, 2.2, 0)]
    np.testing.assert_allclose(means["reading"], np.mean(parts, axis=0))


def test_it_comes_back_from_its_file(found, tmp_path):
    path = tmp_path / "one.npz"
    found.save(path)
    back = Inspection.load(path)
    np.testing.assert_array_equal(back.times_s, found.times_s)
    np.testing.assert_allclose(back.attention, found.attention, rtol=1e-3)
    np.testing.assert_allclose(back.probabilities, found.probabilities, atol=1e-3)
    np.testing.assert_array_equal(back.events, found.events)
    assert (back.labels, back.weights, back.event_labels) == (found.labels, "some.safetensors", found.event_labels)


def changed(found: Inspection, path: Path, **arrays: np.ndarray) -> Path:
    found.save(path)
    with np.load(path) as file:
        content = dict(file)
    np.savez(path, **(content | arrays))
    return path


@pytest.mark.parametrize(
    "arrays",
    [
        {"times_s": np.zeros(3)},
        {"attention": np.zeros((2, 6, 24), np.float16)},
        {"labels": np.array([1, 2])},
        {"events": np.zeros((2, 3))},
        {"weights": np.array(["a", "b"])},
        {"times_s": np.array("now")},
    ],
)
def test_files_of_another_form_are_refused_in_one_line(found, tmp_path, arrays):
    with pytest.raises(SourceError, match="inspect again") as error:
        Inspection.load(changed(found, tmp_path / "one.npz", **arrays))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("cut", [0, 1, 100, -30])
def test_broken_files_are_refused_in_one_line(found, tmp_path, cut):
    path = tmp_path / "one.npz"
    found.save(path)
    content = path.read_bytes()
    path.write_bytes(content[:cut] if cut >= 0 else content[:cut] + b"\0" * -cut)
    with pytest.raises(SourceError, match="inspect again"):
        Inspection.load(path)


def test_a_file_that_would_run_something_is_not_unpickled(found, tmp_path):
    path = changed(found, tmp_path / "one.npz", labels=np.array([print], dtype=object))
    with pytest.raises(SourceError, match="inspect again"):
        Inspection.load(path)


def test_the_command_keeps_it_beside_the_session_and_tells_the_means(session, tmp_path, capsys, checkpoint_file):
    folder = Path(shutil.copytree(session, tmp_path / "take"))
    table = tmp_path / "means.csv"
    line = ["inspect", str(folder), "--checkpoint", str(checkpoint_file), "--csv", str(table)]
    assert main(line) == 0
    said = capsys.readouterr().out
    assert f"{folder}: {checkpoint_file.name}" in said
    assert "  reading: " in said
    assert "typing" not in said  # nobody is in that slot
    kept = Inspection.load(file_of(folder, checkpoint_file.name))
    mean = kept.by_action([(0.5, 1.5, "reading", 0), (2.0, 2.5, "reading", None)])["reading"]
    rows = table.read_text(encoding="utf-8").splitlines()
    assert rows[0] == "session,action,joint,attention"
    assert len(rows) == 26
    assert float(rows[1].rsplit(",", 1)[1]) == pytest.approx(mean[0], rel=2e-3)
    assert main(["verify", str(folder)]) == 0  # the file does not disturb
    with pytest.raises(RecordingError, match="exists"):
        main(line)
    with pytest.raises(SourceError):
        main(["inspect", str(ROOT / "tests")])
    with pytest.raises(CheckpointError):
        main(["inspect", str(folder), "--checkpoint", str(tmp_path / "none.safetensors")])
