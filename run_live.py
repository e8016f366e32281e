"""The program: watches a source and says who is doing what.

This file chooses the source, has the pipeline made, and shows the window or prints lines until the end. What may be
asked for: tsmf_live.live.options. Follow a frame from here: tsmf_live.live.pipeline.

Exit codes: 0 done, 1 a bug of ours, 2 usage, 3 source, 4 checkpoint, 5 recording, 130 interrupted (by Ctrl-C, SIGTERM,
SIGHUP or Ctrl-Break: see tsmf_live.interrupt).
"""

from __future__ import annotations

from tsmf_live import interrupt

if __name__ == "__main__":
    interrupt.listen()  # before all other imports, which take their time

import contextlib
import gc
import os
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

from tsmf_live.command import open_standard_streams, show_any_letters, warn
from tsmf_live.live.options import check_usage, parse, record_plan

if TYPE_CHECKING:  # other imports come after the command line has been understood: they take seconds
    import argparse

    from tsmf_live.live.launcher import Launcher
    from tsmf_live.live.output_lines import Output
    from tsmf_live.live.pipeline import Pipeline

ASSETS = Path(__file__).resolve().parent / "assets"
BUNDLED_SAMPLE = ASSETS / "sample"
LOOK_EVERY_S = 0.1  # whether the user has asked for the end
OPEN_S = 10.0  # a source that is not open by then is shown as starting


def say(text: str, said: list[str] | None = None) -> None:
    """One line to the user, on stderr; not again what has been `said`."""
    if said is not None:
        if text in said:
            return
        said.append(text)
    warn(f"run_live.py: {text}")


class Choice(NamedTuple):
    """What to open; and why no Kinect answers, if the window's start page opens for that."""

    source: str
    lacks_kinect: str | None = None


def choose_source(named: str | None, offers: bool = False) -> Choice:
    """What was named, else the Kinect if it answers, else the bundled sample; says which and why.

    Args:
        offers: without a Kinect the window's start page opens, and the user chooses.
    """
    if named is not None:
        return Choice(named)
    from tsmf_live.sources.kinect.library import KinectMissing
    from tsmf_live.sources.kinect.source import PROBE, expect_frame

    said: list[str] = []

    def waiting(waited_s: float) -> None:
        if waited_s > PROBE.start_s and not said:
            said.append(f"waiting up to {PROBE.slow_start_s:g} s for the Kinect's first frame")
            say(said[0])

    try:
        expect_frame(waiting=waiting)
    except KinectMissing as error:
        then = "the window says what else can be watched" if offers else "playing the bundled sample session"
        say(f"no Kinect ({error.reason}); {then}")
        return Choice(str(BUNDLED_SAMPLE), f"{error.reason}; {error.remedy}" if offers else None)
    say("a Kinect answers; watching it")
    return Choice("kinect")


def choose_device(wanted: str) -> str:
    """'cpu' or 'cuda'; UsageError if cuda is wanted and there is none."""
    import torch

    from tsmf_live.frames import UsageError

    if wanted == "cuda" and not torch.cuda.is_available():
        raise UsageError(
            "--device cuda: this build of torch finds no CUDA GPU; python -m tsmf_live.doctor says how to get one"
        )
    return "cuda" if wanted != "cpu" and torch.cuda.is_available() else "cpu"


@contextlib.contextmanager
def display(args: argparse.Namespace, windowed: bool, source: str) -> Iterator[None]:
    """Qt's application, if a window is to be shown; it exists during the block only.

    Qt ends the process when a display refuses that has just been tried. Nothing has begun then, so the program starts
    itself again, headless.
    """
    if not windowed:
        yield
        return
    from tsmf_live.gui.show import application

    def start_headless(reason: str) -> None:
        say(f"no window can be shown ({reason}): running headless")
        command = [sys.executable, str(Path(__file__).resolve()), *args.given, "--source", source, "--headless"]
        os.execv(sys.executable, command)

    gc.freeze()  # objects of the imports stay: searching them when the window goes would take seconds
    with application(start_headless):
        yield


def for_owner(path: str, flags: int) -> int:
    """Opens a file that, if it is new, only its owner may read: it tells what people do."""
    return os.open(path, flags, 0o600)


@contextlib.contextmanager
def json_stream(target: str | None) -> Iterator[TextIO | None]:
    """The stream for --json; UsageError if it cannot be written."""
    from tsmf_live.frames import UsageError

    if target is None:
        yield None
    elif target == "-":
        if sys.stdout is None:
            raise UsageError("--json -: there is no standard output; give a file")
        yield sys.stdout
    else:
        try:
            stream = open(target, "w", encoding="utf-8", opener=for_owner)  # noqa: SIM115 (closed below)
        except OSError as error:
            raise UsageError(f"--json {target}: cannot be written: {error.strerror}; choose another file") from error
        try:
            yield stream
        finally:
            with contextlib.suppress(OSError):  # a full disk was reported by the last write
                stream.close()


@contextlib.contextmanager
def published(args: argparse.Namespace) -> Iterator[list[Output]]:
    """What --publish names; UsageError if it cannot be used."""
    if args.publish_settings is not None and not args.publish:
        from tsmf_live.frames import UsageError

        raise UsageError("--publish-settings is for brokers: give --publish mqtt://HOST as well")
    if not args.publish:
        yield []
        return
    from tsmf_live.live.publish import publishers

    outputs = publishers(args.publish, args.publish_settings)
    try:
        yield outputs
    finally:
        for output in outputs:
            output.close()


@contextlib.contextmanager
def output_lines(args: argparse.Namespace, windowed: bool) -> Iterator[list[Output]]:
    """Where predictions and events are written; UsageError if it cannot be."""
    from tsmf_live.live.output_lines import JsonLines, PlainLines

    with json_stream(args.json) as stream, published(args) as outputs:
        plain = not windowed and args.json != "-" and sys.stdout is not None
        yield [*([JsonLines(stream)] if stream else []), *([PlainLines(sys.stdout)] if plain else []), *outputs]


def run(args: argparse.Namespace) -> int:
    """One run, from the command line's arguments to the exit code."""
    from tsmf_live.gui.display import why_no_window
    from tsmf_live.live.launcher import Launcher, prepare_process
    from tsmf_live.live.pipeline import RunSettings

    prepare_process()
    no_window = None if args.headless else why_no_window()
    windowed = not args.headless and no_window is None
    stays = windowed and args.duration is None  # until the user closes it
    source, lacks_kinect = choose_source(args.source, offers=stays)
    check_usage(args, source)
    plan = record_plan(args)
    launcher = Launcher(source, args.checkpoint, choose_device(args.device), args.mode, args.pose_model)
    with display(args, windowed, source), output_lines(args, windowed) as outputs:
        settings = RunSettings(
            source=source,
            paced=args.speed == "1",
            lossless=not windowed and source.partition(":")[0] not in ("kinect", "webcam", "demo"),
            duration_s=args.duration,
            start_s=args.start or 0.0,
            loop=args.loop,
            hold_at_end=stays,
            await_viewer=stays,
            use_color=not args.no_color,
            record=plan,
            inspect=windowed,
        )
        launcher.begin(settings, outputs)
        with interrupt.answered_by(interrupt.note):  # from here on there is something to end in good order
            said: list[str] = []
            interrupted, window_error = watch(launcher, args, said, no_window, lacks_kinect)
            code = end(launcher.pipeline, outputs, interrupted, window_error, args.debug, said)
            say_weights(launcher, args, said)
        earlier = [explain(error, args.debug) for error in launcher.errors]
        return code or next(iter(earlier), 0)


def watch(
    launcher: Launcher, args: argparse.Namespace, said: list[str], no_window: str | None, lacks_kinect: str | None
) -> tuple[bool, BaseException | None]:
    """Starts the run and waits for its end; whether the user interrupted it, and an error of the window itself.

    Args:
        said: gets the lines that were printed meanwhile.
        no_window: why the run is headless, if nobody asked for that.
        lacks_kinect: why the window's start page opens in place of the run, which never starts then.
    """
    try:
        if lacks_kinect is not None:
            from tsmf_live.gui.show import run_window

            return run_window(launcher.pipeline, launcher, start=lacks_kinect) == interrupt.INTERRUPTED, None
        launcher.pipeline.start()
        if args.headless or no_window is not None:
            return wait_headless(launcher, args, said, no_window), None
        return show_window(launcher, args, said), None
    except Exception as error:
        return False, error


def say_weights(launcher: Launcher, args: argparse.Namespace, said: list[str]) -> None:
    """Prints which weights were chosen and why, once a prediction rests on them; not where JSON is printed."""
    line = f"weights {launcher.weights.path.name}: {launcher.weights.reason}"
    chosen = args.checkpoint is None and args.json is None
    if chosen and launcher.pipeline.view().prediction is not None:
        say(line, said)


def wait_headless(launcher: Launcher, args: argparse.Namespace, said: list[str], no_window: str | None) -> bool:
    """Waits for the end of the run; prints a line when recording fails. True if the user interrupted it.

    Why there is no window is printed once the source is open: if it cannot be opened, that is the one line.
    """
    pipeline, ended = launcher.pipeline, False
    while not (ended or interrupt.asked()):
        ended = pipeline.wait(LOOK_EVERY_S)
        if no_window is not None and pipeline.wait_open(0):
            say(f"{no_window}: running headless", said)
        view = pipeline.view()
        if view.state != "running":  # why a run has failed is said at its end
            continue
        say_weights(launcher, args, said)
        if view.message is not None:
            say(view.message, said)
    return interrupt.asked()


def show_window(launcher: Launcher, args: argparse.Namespace, said: list[str]) -> bool:
    """Shows the window until it is closed; True if the user interrupted it from the terminal."""
    from tsmf_live.gui.show import run_window
    from tsmf_live.sources.kinect.library import INSTEAD

    pipeline, until_s = launcher.pipeline, time.monotonic() + OPEN_S
    is_kinect = pipeline.settings.source.partition(":")[0] == "kinect"
    while not interrupt.asked() and not pipeline.wait_open(LOOK_EVERY_S) and time.monotonic() < until_s:
        if pipeline.running:
            continue
        if is_kinect and args.duration is None:
            break  # the window says why, and opens something else; nobody reads stderr behind an icon of the desktop
        return False  # the source could not be opened: a line says so, and no window flashes up
    if interrupt.asked():
        return True
    say_weights(launcher, args, said)
    failed = pipeline.view().message if is_kinect and not pipeline.running else None
    start = failed and failed.removeprefix("Kinect: ").removesuffix(f"; or {INSTEAD}")
    code = run_window(pipeline, launcher, quit_when_ended=args.duration is not None, start=start)
    return code == interrupt.INTERRUPTED


def end(
    pipeline: Pipeline,
    outputs: list[Output],
    interrupted: bool,
    window_error: BaseException | None,
    debug: bool,
    said: list[str],
) -> int:
    """Ends the run, prints the summary last, and gives the exit code; requests to end do not stop this, see interrupt.

    Args:
        said: lines that were printed already; they are not repeated.
    """
    from tsmf_live.live.output_lines import LAST_WORDS_S

    summary, errors = pipeline.finish()
    if window_error is not None:
        errors.insert(0, window_error)
        summary = replace(summary, errors=(repr(window_error), *summary.errors))
    if pipeline.tells:  # else the reader of our lines has stopped reading, and we would wait for it
        for output in outputs:
            try:
                output.emit(summary)
                output.go_on(LAST_WORDS_S)
                if output.waiting:
                    say(f"warning: {output.waiting} bytes were not written: their reader does not read")
            except OSError:
                if output.stream is sys.stdout:  # nobody reads any more; Python's own buffer must not fail at exit
                    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    for warning in summary.warnings:
        say(f"warning: {warning}")
    codes = [explain(error, debug, said) for error in errors]  # always printed: a take may not have ended well
    return interrupt.INTERRUPTED if interrupted else next(iter(codes), 0)


def explain(error: BaseException, debug: bool, said: list[str] | None = None) -> int:
    """One line on stderr, unless that has been `said`, and the exit code."""
    from tsmf_live.frames import TsmfError

    if debug:
        traceback.print_exception(error)
    if isinstance(error, TsmfError):
        if not any(str(error) in line for line in said or ()):
            say(str(error))
        return error.exit_code
    say(f"a bug of ours: {type(error).__name__}: {error}; please report it with what --debug shows")
    return 1


def main(arguments: list[str] | None = None) -> int:
    open_standard_streams()
    args = parse(arguments)
    show_any_letters()
    try:
        return run(args)
    except Exception as error:
        return explain(error, args.debug)


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        interrupt.deaf()
