"""What a data set says is done in its recordings comes with the source."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ROOT
from tests.fakes.recordings import frames as recorded_frames
from tests.fakes.recordings import write_session
from tsmf_live.label_lists import read_labels
from tsmf_live.sessions.__main__ import main
from tsmf_live.sources.open import open_source

NTU = ROOT.parent / "shared" / "data" / "ntu_skeleton"


def pku(folder: Path, name: str, labels: str | None, names: str | None = None, names_in: str = ".") -> Path:
    """A recording of 60 frames of somebody who stands still, its labels, and a list of names."""
    for part in ("skeleton", "label"):
        (folder / part).mkdir()
    row = np.zeros(150)
    row[:75] = np.random.default_rng(0).normal(0, 0.3, 75) + np.tile([0, 0, 3], 25)
    path = folder / "skeleton" / f"{name}.txt"
    np.savetxt(path, np.tile(row, (60, 1)), fmt="%.4f")
    if labels is not None:
        (folder / "label" / f"{name}.txt").write_text(labels, encoding="utf-8")
    if names is not None:
        (folder / names_in / "labels.txt").write_text(names, encoding="utf-8")
    return path


def truth(path: Path) -> tuple[list[tuple[float, float, str]], list[str]]:
    source = open_source(str(path))
    source.close()
    return [(round(e.start_s, 3), round(e.end_s, 3), e.label) for e in source.info.truth], source.warnings


@pytest.mark.parametrize("names_in", [".", "label"])
def test_lines_of_a_label_file_have_the_names_of_the_sets_own_list(tmp_path, names_in):
    path = pku(tmp_path, "s01_e01", "2,1,30,2\n1,31,60\n", "walk\nsit\n", names_in)
    assert truth(path) == ([(0.0, 1.0, "sit"), (1.0, 2.0, "walk")], [])


def test_recordings_of_pku_mmd_have_its_names_and_those_of_other_sets_numbers(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert truth(pku(tmp_path / "a", "0001-L", "3,1,30,2\n"))[0] == [(0.0, 1.0, read_labels("pku_mmd")[2])]
    assert truth(pku(tmp_path / "b", "s01_e01", "3,1,30,2\n"))[0] == [(0.0, 1.0, "3")]


def test_labels_that_cannot_be_used_are_a_warning_and_the_recording_plays(tmp_path):
    path = pku(tmp_path, "0001-L", "3,one,30\n")
    found, warnings = truth(path)
    assert found == []
    assert any("class,start,end" in warning for warning in warnings)


def test_a_recording_of_which_nothing_is_said_has_none(tmp_path):
    (tmp_path / "a").mkdir()  # labels are looked for in the folders beside the set's, too
    assert truth(pku(tmp_path / "a", "0001-L", None)) == ([], [])


def test_the_name_of_an_ntu_file_is_its_action(tmp_path):
    session = write_session(tmp_path / "take", recorded_frames(30))
    main(["export-ntu", str(session), "--out", str(tmp_path / "ntu"), "--action", "43"])
    (path,) = (tmp_path / "ntu").rglob("*.skeleton")
    (event,), _ = truth(path)
    assert event[2] == read_labels("ntu60")[42]
    assert event[1] == pytest.approx(1.0, abs=0.05)
    other = path.with_name("somebody.skeleton")
    shutil.copy(path, other)
    assert truth(other)[0] == []


@pytest.mark.skipif(not NTU.is_dir(), reason="needs the real recordings")
def test_real_ntu_files():
    for path in sorted(NTU.glob("*.skeleton")):
        (event,), _ = truth(path)
        assert event[2] == read_labels("ntu60")[int(path.stem[-3:]) - 1]
