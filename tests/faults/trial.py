"""One run of the program with a fault in it: what the user is told, what is lost, how it ends, what is left.

The run is a real pipeline with a recorder, over a scripted source and small networks with random weights. What was
captured is compared with what the take holds, frame by frame.
"""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import numpy as np

from tests.fakes.recordings import body as made_body
from tests.fakes.recordings import frames as made_frames
from tests.fakes.scripted_source import Scripted
from tsmf_live.frames import Body, SensorFrame, SourceError, TsmfError
from tsmf_live.live.output_lines import Output
from tsmf_live.live.pipeline import Pipeline, RunSettings
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.recording.examine import examine
from tsmf_live.recording.folder import TakeSettings
from tsmf_live.recording.mend import repair
from tsmf_live.recording.recorder import RecordPlan
from tsmf_live.sources.base import EndOfSource
from tsmf_live.sources.replay import ReplaySource

LIMIT_S = 60.0  # a run that takes longer hangs, on whatever machine
ENDS_WITHIN_S = 2.0  # from the fault, or from the user's wish to end, to the last thread's end
FRAMES = 40
NO_ANSWER = "no answer for more than"


class Broken(Exception):
    """A bug, as a fault puts it in."""


@dataclass
class Trial:
    """What a fault can reach; made for each run.

    Attributes:
        rng: of the seed and the row: when the fault strikes.
        folder: of the run; the take is in folder/take.
        patch: setattr that is undone after the run.
        limit_s: a run may take so long to end.
        struck_s: host time of the fault; None: it has not struck.
        release: ends what hangs.
        asks: what the owner does while the run goes on, called 50 times a second.
        source_pace_s: of a sensor, between two frames; 0: they come as fast as they are read.
        closing: called after the run.
        captured: the frames that were handed on, with the people on them; told: what the outputs were told.
    """

    rng: Random
    folder: Path
    model: TSMF
    patch: Callable[[object, str, object], None]
    limit_s: float = ENDS_WITHIN_S
    pipeline: Pipeline | None = None
    struck_s: float | None = None
    release: threading.Event = field(default_factory=threading.Event)
    asks: Callable[[], None] = lambda: None
    source_pace_s: float = 0.0
    closing: list[Callable[[], object]] = field(default_factory=list)
    captured: list[SensorFrame] = field(default_factory=list)
    told: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.take = self.folder / "take"  # where it is in the end

    def strike(self) -> None:
        """The fault happens now."""
        if self.struck_s is None:
            self.struck_s = time.monotonic()


@dataclass(frozen=True)
class Fault:
    """A row of the table.

    Attributes:
        name: what goes wrong.
        put_in: makes it go wrong, once the pipeline is made and before it starts.
        cause: a word of the first thing that the user must be told; "": nothing needs to be told.
        ends: whether the run ends by it; else it goes on to the last frame.
        hangs: the run is ended by its user, once told.
        take_breaks: the take may end at the fault; what was recorded before it is there.
        more_s: it may take so much longer to end than others.
        may_lose: frames, and pictures, that may be missing for another reason, which the user is told.
        script: what the source gives.
    """

    name: str
    put_in: Callable[[Trial], None]
    cause: str = ""
    ends: bool = False
    hangs: bool = False
    take_breaks: bool = False
    may_lose: int = 0
    more_s: float = 0.0
    script: Callable[[Trial], list] = lambda trial: made_frames(FRAMES)
    paced: bool = False
    live: bool = False
    record: bool = True
    settings: dict = field(default_factory=dict)


@dataclass
class Result:
    """What became of it."""

    said: str = ""
    lost: str = ""
    outcome: str = ""
    problems: list[str] = field(default_factory=list)


class Sensor(Scripted):
    """A scripted source that paces itself, where the trial wants it."""

    def __init__(self, trial: Trial, *script: object) -> None:
        super().__init__(*script)
        self._trial, self._due_s = trial, time.monotonic()

    def read(self) -> SensorFrame | None:
        if self._trial.source_pace_s:
            self._due_s += self._trial.source_pace_s
            time.sleep(max(0.0, self._due_s - time.monotonic()))
        return super().read()


class Finder:
    """In MediaPipe's place: somebody on each picture, elsewhere on each."""

    name = "finder"

    def bodies(self, color_bgra: np.ndarray, time_s: float) -> tuple[Body, ...]:
        """See estimate.Estimator."""
        return (made_body(round(30 * time_s)),)

    def close(self) -> None:
        """Nothing."""


class Told(Output):
    """Keeps what it is told."""

    def __init__(self, told: list[object]) -> None:
        self._told = told

    def emit(self, item: object) -> None:
        self._told.append(item)


def run(fault: Fault, trial: Trial) -> Result:
    """Runs it, and judges."""
    before = threads_and_files()
    result = Result()
    _run(fault, trial, result)
    left = _left_behind(before)
    if left:
        result.problems.append(f"left behind: {', '.join(left)}")
    return result


def _run(fault: Fault, trial: Trial, result: Result) -> None:
    source = Sensor(trial, *fault.script(trial))
    source.info = replace(source.info, kind="kinect", live=True) if fault.live else source.info
    take = RecordPlan(TakeSettings(trial.take)) if fault.record else None
    settings = RunSettings(source_name="script", paced=fault.paced or fault.live, record=take, **fault.settings)
    pipeline = trial.pipeline = Pipeline(lambda: source, trial.model, settings, [Told(trial.told)])
    people = pipeline._capture  # who hands on frames with the people on them
    if pipeline._estimate is not None:
        people = pipeline._estimate
        people._load, people._make = Finder, Finder
    hand_on = people._hand_on

    def hand_on_and_note(frame: SensorFrame) -> None:
        hand_on(frame)
        if not trial.release.is_set():  # what a stage that hung hands on after the run's end is nobody's
            trial.captured.append(frame)

    people._hand_on = hand_on_and_note
    fault.put_in(trial)
    pipeline.start()
    first_said, ended_s = _watch(fault, trial)
    began_s = time.monotonic()
    summary, errors = pipeline.finish()
    closed_s = time.monotonic() - began_s
    trial.release.set()
    pipeline.wait(LIMIT_S)
    for close in trial.closing:
        close()
    texts = [error_text(error) for error in errors] + list(summary.warnings)
    result.said = first_said or (texts[0] if texts else "nothing")
    _judge_end(fault, trial, result, ended_s, closed_s, texts)
    if fault.record:
        _judge_take(fault, trial, result)
    trial.pipeline = None


def error_text(error: BaseException) -> str:
    """As the program tells it."""
    return str(error) if isinstance(error, TsmfError) else f"a bug of ours: {error!r}"


def _watch(fault: Fault, trial: Trial) -> tuple[str, float | None]:
    """Until the run ends, or the user, told of something that hangs, ends it; what was said first, and when it ended.

    What the window or a line on stderr would say: the view's message, and its warnings.
    """
    pipeline, until_s, first = trial.pipeline, time.monotonic() + LIMIT_S, ""
    while pipeline.running and time.monotonic() < until_s:
        pipeline.wait(0.02)
        trial.asks()
        view = pipeline.view()
        said = [text for text in (view.message, view.recording.message, *view.warnings) if text]
        if not fault.hangs:  # a machine with other work may be this slow
            said = [text for text in said if NO_ANSWER not in text]
        if not first and said and (trial.struck_s is not None or view.state == "failed"):
            first = said[0]
        if fault.hangs and trial.struck_s is not None and first:
            break
    return first, None if pipeline.running else time.monotonic()


def _judge_end(
    fault: Fault, trial: Trial, result: Result, ended_s: float | None, closed_s: float, texts: list[str]
) -> None:
    if trial.struck_s is None:
        result.problems.append("the fault did not strike")
        return
    if fault.cause and fault.cause not in result.said:
        result.problems.append(f"expected to be told first of {fault.cause!r}, was told {result.said!r} {texts}")
    if not fault.cause and result.said != "nothing":
        result.problems.append(f"expected nothing to be told, was told {result.said!r}")
    if fault.hangs:
        result.outcome = f"ended {closed_s:.1f} s after asking"
        took_s = closed_s
    elif ended_s is None:
        result.problems.append(f"did not end within {LIMIT_S:g} s")
        return
    else:
        took_s = ended_s - trial.struck_s + closed_s
        result.outcome = f"ended after {took_s:.1f} s" if fault.ends else "recovered"
    if fault.ends or fault.hangs:
        if took_s > trial.limit_s + fault.more_s:
            result.problems.append(f"took {took_s:.1f} s to end")
        return
    expected = trial.captured[-1].index if trial.captured else None
    predicted = [item.frame for item in trial.told if hasattr(item, "frame")]
    if not predicted or predicted[-1] != expected:
        result.problems.append(f"predictions end at {predicted[-1:]}, captured was {expected}")


def _judge_take(fault: Fault, trial: Trial, result: Result) -> None:
    """Compares the take with what was captured: every frame's time, bodies and whether its picture is there."""
    captured = {frame.sensor_time_s: frame for frame in trial.captured}
    if not trial.take.exists() or not (trial.take / "frames.csv").exists():
        if captured and not fault.take_breaks:
            result.problems.append(f"no take of {len(captured)} captured frames")
        result.lost = f"{len(captured)} frames" if captured else "nothing"
        return
    examined = examine(trial.take)
    whole = examined.is_whole and examined.ended
    if not whole:
        repair(trial.take)
    played: list[SensorFrame] = []
    try:
        source = ReplaySource(trial.take)
    except SourceError as error:
        if captured and not fault.take_breaks:
            result.problems.append(f"the take does not open: {error}")
        result.lost = f"{len(captured)} frames" if captured else "nothing"
        return
    try:
        while True:
            played.append(source.read())
    except EndOfSource:
        pass
    except SourceError as error:
        result.problems.append(f"the take does not play: {error}")
    finally:
        source.close()
    pictures = 0
    for frame in played:
        was = captured.get(frame.sensor_time_s)
        if was is None or [b.joints.tobytes() for b in frame.bodies] != [b.joints.tobytes() for b in was.bodies]:
            result.problems.append(f"the take has something else at {frame.sensor_time_s}")
            break
        pictures += was.color_bgra is not None and frame.color_bgra is None
    missing = len(captured) - len(played)
    result.lost = ", ".join(
        [*([f"{missing} frames"] if missing else []), *([f"{pictures} pictures"] if pictures else [])] or ["nothing"]
    ) + ("" if whole else " (after repair)")
    if not fault.take_breaks and max(missing, pictures) > fault.may_lose:
        result.problems.append(f"lost {missing} of {len(captured)} frames and {pictures} pictures")


def threads_and_files() -> tuple[set[threading.Thread], set[str]]:
    """What there is now: threads, and files that are open (Linux)."""
    return set(threading.enumerate()), set(_open_files())


def _open_files() -> Iterator[str]:
    folder = Path("/proc/self/fd")
    for entry in folder.iterdir() if folder.is_dir() else ():
        try:
            target = os.readlink(entry)
        except OSError:  # the listing's own
            continue
        if target.startswith("/") and not target.startswith(("/dev/", "/proc/")):
            yield target


def _left_behind(before: tuple[set[threading.Thread], set[str]]) -> list[str]:
    until_s = time.monotonic() + 2.0
    while True:
        gc.collect()
        threads, files = threads_and_files()
        left = [thread.name for thread in threads - before[0] if thread.is_alive()] + sorted(files - before[1])
        if not left or time.monotonic() > until_s:
            return left
        time.sleep(0.02)


class Faulty:
    """A stage's work that fails or hangs in one of its calls.

    Args:
        where: "set_up", "step" or "tear_down"; at: which of its steps, from 0.
        act: fails or hangs. A tear-down does its own work first: what is torn down must not hide a leak.
    """

    def __init__(self, work: object, where: str, at: int, act: Callable[[], None]) -> None:
        self._work, self._where, self._at, self._act, self._steps = work, where, at, act, 0

    def set_up(self) -> None:
        self._work.set_up()
        if self._where == "set_up":
            self._act()

    def step(self) -> bool:
        if self._where == "step" and self._steps == self._at:
            self._steps += 1
            self._act()
        self._steps += 1
        return self._work.step()

    def tear_down(self) -> None:
        self._work.tear_down()
        if self._where == "tear_down":
            self._act()


def put_into(trial: Trial, stage: str, where: str, at: int, act: Callable[[], None]) -> None:
    """Makes a stage's work fail or hang."""
    (found,) = (one for one in trial.pipeline._stages if one.name == stage)
    found._work = Faulty(found._work, where, at, act)


def raising(trial: Trial, error: Callable[[], BaseException]) -> Callable[[], None]:
    """An act that fails."""

    def act() -> None:
        trial.strike()
        raise error()

    return act


def hanging(trial: Trial, limit_s: float = LIMIT_S) -> Callable[[], None]:
    """An act that does not come back, or not before the limit."""

    def act() -> None:
        trial.strike()
        trial.release.wait(limit_s)

    return act


@contextmanager
def patching() -> Iterator[Callable[[object, str, object], None]]:
    """setattr that is undone."""
    done: list[tuple[object, str, object, bool]] = []

    def patch(place: object, name: str, value: object) -> None:
        done.append((place, name, getattr(place, name), name in vars(place)))
        setattr(place, name, value)

    try:
        yield patch
    finally:
        for place, name, value, own in reversed(done):
            setattr(place, name, value) if own else delattr(place, name)
