"""The faults: every stage at every step, the source, recorder, disk, window, GPU, checkpoint and clocks."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import av
import numpy as np
import torch

from tests.fakes.recordings import BIG_ID, body, frames, picture
from tests.faults.trial import FRAMES, Broken, Fault, Trial, hanging, put_into, raising
from tests.recording_faults.full_disk import Disk, writes_go_to
from tsmf_live.frames import Body, CheckpointError, Event, Prediction, SensorFrame, SourceError
from tsmf_live.live import inference as inference_module
from tsmf_live.live import pipeline as pipeline_module
from tsmf_live.live import stuck
from tsmf_live.nets import checkpoint
from tsmf_live.nets.checkpoint import load
from tsmf_live.recording import color_file, folder, writer

STAGES = ("capture", "estimate", "pose", "inference", "output", "look back", "record")
CALLS = ("set_up", "first step", "a step", "tear_down")
STEPPED = 12  # a step at random is before this one
ERRORS = {
    "a bug": lambda: Broken("injected"),
    "no memory": lambda: MemoryError("injected"),
    "an error of the system": lambda: OSError(errno.EIO, "injected"),
}
SLOW_S = 0.7  # of a step that hangs for a while: longer than a frame is kept for the recorder's pictures
SLEPT_S = 600.0
SHOWN = picture(3)


def rows() -> dict[str, Fault]:
    """All faults by name."""
    return {fault.name: fault for fault in (*stages(), *sources(), *recorders(), *around())}


# ---- stages


def stages() -> Iterator[Fault]:
    """Each stage fails, hangs and is slow, in each of its calls."""
    needs = {
        "estimate": {"settings": {"pose_model": Path("some.task")}, "script": _pictures},
        "look back": {"settings": {"inspect": True}},
    }
    for stage in STAGES:
        how = needs.get(stage, {})
        for call in CALLS:
            for said, error in ERRORS.items():
                yield Fault(
                    f"{stage}, {call}: {said}",
                    partial(_put_error, stage=stage, call=call, error=error),
                    cause="injected",
                    ends=stage != "record" or call == "set_up",
                    take_breaks=stage == "record",
                    **how,
                )
            yield Fault(
                f"{stage}, {call}: hangs",
                partial(_put_hang, stage=stage, call=call),
                stage,
                hangs=True,
                take_breaks=stage == "record",
                more_s=pipeline_module.JOIN_S if stage == "record" else 0.0,  # its disk may come back
                **how,
            )
            if call != "set_up":
                yield Fault(f"{stage}, {call}: takes {SLOW_S:g} s", partial(_put_pause, stage=stage, call=call), **how)


def _at(trial: Trial, stage: str, call: str) -> tuple[str, int]:
    if call in ("set_up", "tear_down"):
        return call, 0
    steps = 2 if stage == "look back" else STEPPED  # it takes the newest moments only: a quick run has few
    return "step", 0 if call == "first step" else trial.rng.randrange(1, steps)


def _put_error(trial: Trial, stage: str, call: str, error: Callable[[], BaseException]) -> None:
    put_into(trial, stage, *_at(trial, stage, call), raising(trial, error))


def _put_hang(trial: Trial, stage: str, call: str) -> None:
    for module, limit in ((stuck, "STUCK_SET_UP_S"), (pipeline_module, "TOLD_S")):  # sooner than else: less to wait for
        trial.patch(module, limit, pipeline_module.STUCK_S)
    put_into(trial, stage, *_at(trial, stage, call), hanging(trial))


def _put_pause(trial: Trial, stage: str, call: str) -> None:
    put_into(trial, stage, *_at(trial, stage, call), hanging(trial, SLOW_S))


# ---- sources


def sources() -> Iterator[Fault]:
    """What a sensor or a file may do."""
    yield Fault("source: nothing for half a second", strikes, script=_later(0.5))
    yield Fault("source: nothing for 5 s", strikes, script=_later(5.0))
    yield Fault("source: no answer for 30 looks", strikes, script=lambda t: _with(t, [None] * 30))
    yield Fault("source: frames come twice", strikes, "twice", script=_twice)
    yield Fault("source: a frame comes after its successor", strikes, "too late", script=_swapped)
    yield Fault("source: the clock goes back 1 hour", strikes, "went back", script=_back(3600.0))
    yield Fault("source: the clock goes back 3 s", strikes, "went back", script=_back(3.0))
    yield Fault("source: six people who come and go", strikes, script=_crowd)
    yield Fault("source: orientations and mapped joints that are NaN", strikes, script=_nan)
    yield Fault("source: a body whose joints are NaN", strikes, "not finite", True, script=_nan_joints)
    yield Fault("source: pictures change their size", strikes, "color_bgra", True, script=_small_picture)
    yield Fault("source: pictures go and come", strikes, script=_blinking)
    yield Fault("source: cut", strikes, "injected", True, script=lambda t: _cut(t, SourceError("injected")))
    yield Fault("source: fails while it is closed", _fail_to_close, "injected", True)
    yield Fault("two stages: the second error is a consequence", _two_errors, "first", True, script=_long)


def strikes(trial: Trial) -> None:
    """The fault is in what the source gives."""
    trial.strike()


def _middle(trial: Trial) -> int:
    return trial.rng.randrange(8, FRAMES - 8)


def _with(trial: Trial, items: list) -> list:
    at, all_frames = _middle(trial), frames(FRAMES)
    return [*all_frames[:at], *items, *all_frames[at:]]


def _cut(trial: Trial, error: Exception) -> list:
    return [*frames(FRAMES)[: _middle(trial)], error]


def _later(gap_s: float) -> Callable[[Trial], list]:
    def script(trial: Trial) -> list:
        at = _middle(trial)
        shifted = [replace(f, sensor_time_s=f.sensor_time_s + gap_s) for f in frames(FRAMES)[at:]]
        return frames(FRAMES)[:at] + shifted

    return script


def _twice(trial: Trial) -> list:
    return [frame for frame in frames(FRAMES) for _ in range(1 + (trial.rng.random() < 0.3))] + frames(FRAMES)[-1:]


def _swapped(trial: Trial) -> list:
    script, at = frames(FRAMES), _middle(trial)
    script[at], script[at + 1] = script[at + 1], script[at]
    return script


def _back(jump_s: float) -> Callable[[Trial], list]:
    def script(trial: Trial) -> list:
        at = _middle(trial)
        late = frames(FRAMES, start_s=4000.0)
        return late[:at] + [replace(f, sensor_time_s=f.sensor_time_s - jump_s) for f in late[at:]]

    return script


def _crowd(trial: Trial) -> list:
    return [
        replace(f, bodies=tuple(body(7 * f.index + k, BIG_ID + k) for k in range(6) if trial.rng.random() < 0.7))
        for f in frames(FRAMES)
    ]


def _nan(trial: Trial) -> list:
    def spoilt(one: Body) -> Body:
        xy, turned = np.array(one.color_xy), np.array(one.orientations)
        xy[trial.rng.randrange(25)] = np.nan
        turned[trial.rng.randrange(25)] = np.nan
        return replace(one, color_xy=xy, orientations=turned)

    return [
        replace(f, bodies=tuple(map(spoilt, f.bodies)), color_bgra=SHOWN if f.index % 5 == 0 else None)
        for f in frames(FRAMES)
    ]


def _raised_by(make: Callable[[], object]) -> Exception:
    try:
        make()
    except Exception as error:
        return error
    raise AssertionError("it could be made")


def _nan_joints(trial: Trial) -> list:
    good = body(1)
    return _cut(trial, _raised_by(lambda: replace(good, joints=np.full((25, 3), np.nan, np.float32))))


def _small_picture(trial: Trial) -> list:
    small = np.zeros((720, 1280, 4), np.uint8)
    return _cut(trial, _raised_by(lambda: SensorFrame(0, 0.0, 0.0, small, ())))


def _blinking(trial: Trial) -> list:
    return [replace(f, color_bgra=SHOWN if trial.rng.random() < 0.4 else None) for f in frames(FRAMES)]


def _fail_to_close(trial: Trial) -> None:
    put_into(trial, "capture", "tear_down", 0, raising(trial, lambda: SourceError("injected")))


def _two_errors(trial: Trial) -> None:
    put_into(trial, "pose", "step", STEPPED, raising(trial, lambda: Broken("the first")))
    put_into(trial, "capture", "tear_down", 0, raising(trial, lambda: Broken("the second")))


# ---- recorder


def recorders() -> Iterator[Fault]:
    """What encoder, disk and the user's other programs may do to a take."""
    in_color = {"script": _in_color, "take_breaks": True}
    for name, error in {
        "an error of FFmpeg": lambda: av.error.ExternalError(-1, "injected"),
        "no memory": lambda: MemoryError("injected"),
        "a bug": lambda: Broken("injected"),
    }.items():
        yield Fault(f"encoder: {name}", partial(_encoder, error=error), "injected", **in_color)
        yield Fault(f"encoder at its end: {name}", partial(_encoder_end, error=error), "injected", **in_color)
    yield Fault("encoder: cannot be opened", _no_encoder, "injected", **in_color)
    for name, number in {"is full": errno.ENOSPC, "fails": errno.EIO, "is taken out": errno.ENODEV}.items():
        said = {errno.ENOSPC: "No space left", errno.EIO: "Input/output", errno.ENODEV: "No such device"}[number]
        yield Fault(f"disk: {name}", partial(_disk, number=number), said, **in_color)
    yield Fault("disk: a write takes 0.7 s", _slow_disk, script=_in_color)
    yield Fault("disk: the folder is removed", _folder_gone, "cannot be written", take_breaks=True, script=_long)
    yield Fault("take: a bug in writing one frame", _writer_bug, "injected", take_breaks=True)
    yield Fault("take: a bug in writing an event", _event_bug, "injected", take_breaks=True)


def _in_color(trial: Trial) -> list:
    return [replace(f, color_bgra=SHOWN) for f in frames(FRAMES)]


def _pictures(trial: Trial) -> list:
    """As a camera gives them, people yet to be found; few, as the recorder has 2 s for the last ones."""
    return [replace(f, bodies=(), color_bgra=SHOWN if f.index % 8 == 0 else None) for f in frames(FRAMES)]


def _long(trial: Trial) -> list:
    return frames(3 * FRAMES)


def _after(trial: Trial, real: Callable, at: int, act: Callable[[], None]) -> Callable:
    """`real`, but that its call number `at` acts before."""
    calls = 0

    def call(*arguments: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls == at + 1:
            act()
        return real(*arguments, **options)

    return call


def _encoder(trial: Trial, error: Callable[[], BaseException]) -> None:
    act = raising(trial, error)
    real = color_file.ColorFile.write
    trial.patch(color_file.ColorFile, "write", _after(trial, real, trial.rng.randrange(STEPPED), act))


def _encoder_end(trial: Trial, error: Callable[[], BaseException]) -> None:
    act, real = raising(trial, error), color_file.ColorFile.close

    def close(self: object) -> None:
        real(self)
        act()

    trial.patch(color_file.ColorFile, "close", close)


def _no_encoder(trial: Trial) -> None:
    def opened(*_: object, **__: object) -> object:
        raising(trial, lambda: OSError(errno.EINVAL, "injected"))()

    trial.patch(writer, "ColorFile", opened)


def _disk(trial: Trial, number: int) -> None:
    disk = Disk(trial.rng.randrange(2_000, 60_000), number)
    scope = writes_go_to(disk, setattr)
    scope.__enter__()
    trial.asks = lambda: trial.strike() if disk.failed else None
    trial.closing.append(lambda: scope.__exit__(None, None, None))


def _slow_disk(trial: Trial) -> None:
    real, act = writer.sync, hanging(trial, SLOW_S)
    trial.patch(writer, "sync", _after(trial, real, trial.rng.randrange(4, 9), act))


def _folder_gone(trial: Trial) -> None:
    real = writer.SessionWriter._flush

    def flush(self: object) -> None:
        if self._count > STEPPED:
            trial.strike()
            trial.take = self.folder.rename(self.folder.with_name("moved"))
            trial.patch(writer.SessionWriter, "_flush", real)
        real(self)

    trial.patch(writer.SessionWriter, "_flush", flush)


def _writer_bug(trial: Trial) -> None:
    real, act = writer.frame_lines, raising(trial, lambda: Broken("injected"))
    trial.patch(writer, "frame_lines", _after(trial, real, trial.rng.randrange(1, STEPPED), act))


def _event_bug(trial: Trial) -> None:
    trial.patch(writer.SessionWriter, "add_event", lambda *_: raising(trial, lambda: Broken("injected"))())
    work = trial.pipeline._inference
    emit = work._emit

    def predict(item: object) -> None:
        emit(item)
        if isinstance(item, Prediction) and item.frame > STEPPED and trial.struck_s is None:
            emit(Event(0.1, 0.3, "class 0", 0.5, None))

    work._emit = predict


# ---- around


def around() -> Iterator[Fault]:
    """Window, GPU, checkpoint, clocks."""
    yield Fault("window: stalled for 1.5 s while a sensor is recorded", _stalled_window, live=True, script=_sensor)
    for stream in (False, True):
        mode = {"settings": {"stream": stream}}
        kind = "stream" if stream else "window"
        for name, said in {"out of memory": "CUDA out of memory", "lost": "CUDA error: device is lost"}.items():
            yield Fault(
                f"GPU, {kind}: {name}", partial(_gpu, said=said, stream=stream), "the GPU failed", script=_in_color,
                **mode,
            )  # fmt: skip
    yield Fault("checkpoint: half of it is there when it is read", partial(_checkpoint, how="cut"))
    yield Fault("checkpoint: another file takes its place while it is read", partial(_checkpoint, how="other"))
    yield Fault("checkpoint: deleted before it is read", partial(_checkpoint, how="gone"))
    yield Fault("clock of the PC: set back by a day", partial(_wall_clock, by_s=-86_400.0))
    yield Fault("clock of the PC: set forward by an hour", partial(_wall_clock, by_s=3600.0))
    yield Fault("sleep of 10 minutes: a recording that is played", _sleep, script=_long, paced=True, may_lose=1)
    yield Fault("sleep of 10 minutes: a sensor", _sleep, live=True, script=_slept_sensor, may_lose=1)
    yield Fault("model: another one takes over", _swap)


def _sensor(trial: Trial) -> list:
    """A frame each 1/30 s for 2.5 s, as Paced gives them."""
    return frames(75)


def _stalled_window(trial: Trial) -> None:
    trial.source_pace_s = 1 / 30
    stalled = iter([True])

    def stall() -> None:
        if len(trial.captured) > 15 and next(stalled, False):
            trial.strike()
            before = len(trial.captured)
            time.sleep(1.5)
            assert len(trial.captured) - before > 15, "capture stood still with the window"

    trial.asks = stall


def _gpu(trial: Trial, said: str, stream: bool) -> None:
    """The failure is raised where CUDA would raise it; the model is told that it sits on a GPU."""
    model, work = trial.model, trial.pipeline._inference
    kind = torch.OutOfMemoryError if "memory" in said else RuntimeError
    real_set_up = work.set_up

    def fail(*_: object) -> None:
        if model.device.type == "cuda":
            trial.strike()
            raise kind(said)

    def set_up() -> None:
        real_set_up()
        hook = model.teacher.fcn.register_forward_hook(fail)
        trial.closing.append(hook.remove)
        model.device = torch.device("cuda")
        for network in (model._teacher_on_device, model._student_on_device):
            network._device = torch.device("cpu")  # there is no GPU to copy to
        if stream:
            teacher = work.recognizer._stream._teacher
            step = teacher._stream.forward_step
            teacher._device = torch.device("cpu")
            teacher._stream.forward_step = lambda *arguments: (fail(), step(*arguments))[1]

    work.set_up = set_up


def _checkpoint(trial: Trial, how: str) -> None:
    """The user loads other weights during the run: they are used, or refused in a line; the run goes on."""
    file = trial.folder / "w.safetensors"
    spec = trial.model.spec
    checkpoint.save(file, spec, trial.model.teacher.state_dict(), trial.model.student.state_dict())
    whole = file.read_bytes()
    loads = iter([True])
    real = checkpoint.tensors_of

    def tensors_of(data: bytes) -> dict:
        if how == "other":  # between two reads, if there were two
            file.write_bytes(whole[: len(whole) // 3])
        return real(data)

    trial.patch(checkpoint, "tensors_of", tensors_of)

    def ask() -> None:
        if len(trial.captured) < 5 or not next(loads, False):
            return
        trial.strike()
        if how == "cut":
            file.write_bytes(whole[: trial.rng.randrange(len(whole))])
        if how == "gone":
            file.unlink()
        if how == "other":
            load(file)
            trial.pipeline.swap_model(trial.model, "w.safetensors")
            return
        try:
            load(file)
        except CheckpointError as error:
            refused = str(error)
        else:
            refused = ""
        assert "w.safetensors" in refused, "half a file, or none, was taken for a whole one"

    trial.asks = ask


def _wall_clock(trial: Trial, by_s: float) -> None:
    real_now, real_time = folder.now, time.time
    trial.strike()
    jumps = iter((0.0,) * 2)
    trial.patch(time, "time", lambda: real_time() + next(jumps, by_s))
    trial.patch(folder, "now", lambda: real_now() if by_s > 0 else "1999-01-01T00:00:00+00:00")


def _sleep(trial: Trial) -> None:
    """All clocks of the machine jump, as QueryPerformanceCounter does while Windows sleeps."""
    real, slept_s = time.perf_counter, 0.0

    def now() -> float:
        nonlocal slept_s
        if not slept_s and len(trial.captured) > 30:
            slept_s = SLEPT_S
            trial.strike()
        return real() + slept_s

    trial.patch(time, "perf_counter", now)


def _slept_sensor(trial: Trial) -> list:
    """The sensor's clock goes on while the PC sleeps."""
    trial.source_pace_s = 1 / 30
    return [replace(f, sensor_time_s=f.sensor_time_s + SLEPT_S * (f.index > 30)) for f in frames(75)]


def _swap(trial: Trial) -> None:
    swaps = iter([True])

    def ask() -> None:
        if len(trial.captured) > 5 and next(swaps, False):
            trial.strike()
            inference_module.warm_up(trial.model)
            trial.pipeline.swap_model(trial.model, "again")

    trial.asks = ask
