"""The account of the test suite under wine: what is counted, and that it goes on where a test ends the process."""

from __future__ import annotations

from tests.windows import __main__ as windows
from tests.windows.build import Wine

FIRST, LAST = "tests/test_files.py", "tests/test_time_line.py"
RUNS = [
    [
        f"{FIRST}::test_a[x y] PASSED  [ 10%]",
        f"{FIRST}::test_b SKIPPED (no links) [ 20%]",
        f"{FIRST}::test_c ",
        "Timeout",
    ],
    [
        f"{LAST}::test_d FAILED [ 50%]",
        "E  tests\\x.py:7",
        f"ERROR {LAST.replace('/', chr(92))} - OSError",
        "1 failed in 2.00s",
    ],
]


def test_each_outcome_is_counted_and_the_next_file_goes_on(tmp_path, monkeypatch):
    asked, runs = [], iter(RUNS)
    monkeypatch.setattr(windows, "_pytest", lambda wine, files: asked.append(files) or next(runs))
    ((what, good, said),) = windows.suite(Wine(tmp_path), [FIRST, LAST])
    assert asked == [[FIRST, LAST], [LAST]]
    assert (what, good, said) == ("tests, 2 files", False, "1 passed, 1 skipped, 1 failed, 1 error, 1 ended")
    assert "test_b SKIPPED" in (tmp_path / "suite.log").read_text()
