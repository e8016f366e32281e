"""Faults in whole runs: the quick ones of `python -m tests.faults`, and that the trial sees what goes wrong."""

from __future__ import annotations

import threading

import pytest

from tests.fakes.scripted_source import LIMIT_S, Scripted
from tests.faults.__main__ import one, small_model
from tests.faults.rows import rows
from tests.faults.trial import Fault, put_into
from tsmf_live.live.pipeline import Pipeline, RunSettings

QUICK = (
    "capture, a step: an error of the system",
    "pose, a step: a bug",
    "inference, a step: hangs",
    "output, tear_down: a bug",
    "record, a step: a bug",
    "record, set_up: no memory",
    "source: frames come twice",
    "source: a frame comes after its successor",
    "source: the clock goes back 3 s",
    "source: six people who come and go",
    "source: orientations and mapped joints that are NaN",
    "two stages: the second error is a consequence",
    "encoder: a bug",
    "disk: is full",
    "disk: the folder is removed",
    "take: a bug in writing one frame",
    "GPU, window: lost",
    "checkpoint: half of it is there when it is read",
    "sleep of 10 minutes: a sensor",
)
ENDS_S = 15.0  # on a machine with other work


@pytest.mark.parametrize("name", QUICK)
def test_a_fault_is_told_costs_nothing_recorded_and_leaves_nothing(name, tmp_path):
    assert one(rows()[name], 1, small_model(), tmp_path, ENDS_S).problems == []


def _lose(trial) -> None:
    """Frames that were captured and never reach the recorder."""
    trial.strike()
    put = trial.pipeline._takes.put
    trial.pipeline._takes.put = lambda frame: None if frame.index % 7 == 3 else put(frame)


def _say_something_else(trial) -> None:
    def act() -> None:
        trial.strike()
        raise ValueError("something else")

    put_into(trial, "pose", "step", 3, act)


@pytest.mark.parametrize(
    ("put_in", "cause", "found"),
    [(_lose, "", "lost 6 of 40 frames"), (_say_something_else, "injected", "expected to be told first of")],
)
def test_the_trial_sees_what_goes_wrong(put_in, cause, found, tmp_path):
    problems = one(Fault("x", put_in, cause, ends=bool(cause)), 1, small_model(), tmp_path, ENDS_S).problems
    assert any(found in problem for problem in problems), problems


class Held:
    """Work whose first step waits, and is its last."""

    def __init__(self, work: object, held: threading.Event) -> None:
        self.begun, self._held = threading.Event(), held
        self.tear_down = work.tear_down

    def set_up(self) -> None:
        """Nothing."""

    def step(self) -> bool:
        """See the class."""
        self.begun.set()
        self._held.wait(LIMIT_S)
        return False


def test_a_stage_that_is_stuck_is_named_and_time_asleep_does_not_count(model, monkeypatch):
    """Nobody looks while a PC sleeps: then the clock jumps, and a step that spans it is not stuck."""
    clock, held = [100.0], threading.Event()
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])
    pipeline = Pipeline(Scripted, model, RunSettings("x", paced=False), [])
    stage = next(stage for stage in pipeline._stages if stage.name == "pose")
    stage._work = Held(stage._work, held)
    pipeline.start()
    assert stage._work.begun.wait(LIMIT_S)
    pipeline.view()
    clock[0] += 600
    assert pipeline.view().message is None
    for _ in range(14):
        pipeline.wait(0.15)  # the other stages go on
        clock[0] += 0.4
        said = pipeline.view().message
        if said is not None:
            break
    held.set()
    assert pipeline.wait(LIMIT_S)
    assert said is not None
    assert said.startswith("pose: no answer")
    assert pipeline.view().message == "the source gave no frame"
    pipeline.close()
