"""Every reader gets changed inputs: each is read, or refused in one clear line, in little time and memory."""

from __future__ import annotations

import sys
from random import Random

import pytest

from tests.fuzz.__main__ import main
from tests.fuzz.damage import KINDS, OPCODES

linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is measured through /proc")


def findings(capsys: pytest.CaptureFixture[str], cases: int, *readers: str) -> str:
    """The table, if anything in it is a finding."""
    code = main([*readers, "--cases", str(cases), "--slow", "30", "--memory", "600"])  # on a machine with other work
    return capsys.readouterr().out if code else ""


@linux
def test_no_reader_is_brought_down_by_changed_inputs(capsys):
    assert findings(capsys, 5) == ""


@linux
@pytest.mark.long
def test_no_reader_is_brought_down_by_many_changed_inputs(capsys):
    assert findings(capsys, 300) == ""


@pytest.mark.parametrize("kind", ["bytes", "text", "pickle", "npy"])
def test_the_same_seed_changes_the_same(kind):
    data = b"1,2.5,-3\n4,5,6\n" * 4
    changed = [KINDS[kind](data, Random(f"1 {n}")) for n in range(20)]
    assert changed == [KINDS[kind](data, Random(f"1 {n}")) for n in range(20)]
    assert len(set(changed)) > 10
    assert all(OPCODES)
