"""The program: watches a source and says who is doing what.

This file reads the command line, makes the source, the model and the pipeline, and shows the window or prints lines.
Follow a frame from here: tsmf_live.live.pipeline.

Exit codes: 0 done, 1 a bug of ours, 2 usage, 3 source, 4 checkpoint, 5 recording, 130 interrupted (by Ctrl-C, SIGTERM,
SIGHUP or Ctrl-Break: see tsmf_live.interrupt).
"""

from __future__ import annotations

from tsmf_live import interrupt

if __name__ == "__main__":
    interrupt.listen()  # before all other imports, which take their time

import argparse
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

from tsmf_live.command import OneLineParser, open_standard_streams, show_any_letters, warn

if TYPE_CHECKING:  # the real imports come after the command line has been understood: they take seconds
    from tsmf_live.live.launcher import Launcher
    from tsmf_live.live.output_lines import Output
    from tsmf_live.live.pipeline import Pipeline
    from tsmf_live.recording.recorder import RecordPlan

ASSETS = Path(__file__).resolve().parent / "assets"
BUNDLED_SAMPLE = ASSETS / "sample"
TAKE_KEYS = {
    "subject": str, "action": str, "setup": int, "camera": int, "performer": int, "replication": int, "consent": str,
}  # fmt: skip
LOOK_EVERY_S = 0.1  # whether the user has asked for the end
OPEN_S = 10.0  # a source that is not open by then is shown as starting

EXAMPLE = """examples:
  python run_live.py                                    the Kinect, or else the bundled sample
  python run_live.py --source demo:persons=2            the simulated actor
  python run_live.py --source X.skeleton --headless --json - --speed max"""


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = OneLineParser(
        prog="run_live.py",
        description="Live action recognition with a depth sensor (TSMF). Not a medical device and not an alarm.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--source",
        metavar="SOURCE",
        help="kinect | webcam[:index=0,width=1280,fps=30,fov=60] | demo[:seed=1,persons=1,actions=reading+typing] | "
        "PATH of a recording or a video",
    )
    add(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="weights (default: the bundled ones for what the source shows: real people, or the simulated actor)",
    )
    add(
        "--pose-model",
        type=Path,
        metavar="FILE",
        help="MediaPipe's pose_landmarker_*.task, for cameras and videos; remembered, so it is named once",
    )
    add("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where the networks run")
    add("--mode", choices=("window", "stream"), help="default: what the checkpoint was trained for")
    add("--headless", action="store_true", help="no window")
    add("--json", metavar="FILE|-", help="predictions, events and a summary, one JSON object a line; - is stdout")
    add(
        "--publish",
        action="append",
        default=[],
        metavar="TARGET",
        help="events to other programs: lsl, mqtt://HOST[:PORT][/TOPIC] or mqtts://... (also several)",
    )
    add("--publish-settings", type=Path, metavar="FILE", help="JSON: username, password, ca, certificate, key")
    add("--record", type=Path, metavar="DIR", help="record into a new or empty folder")
    add_recording(parser)
    add("--speed", choices=("1", "max"), default="1", help="1: by the sensor's clock; max: files as fast as can be")
    add("--duration", type=_positive, metavar="SECONDS", help="stop after so many sensor seconds")
    add("--start", type=_positive, metavar="SECONDS", help="begin a recording so many seconds after its first frame")
    add("--loop", action="store_true", help="begin again after the last frame")
    add("--no-color", action="store_true", help="hide the colour picture from the model")
    add("--debug", action="store_true", help="show the traceback of an error")
    arguments = sys.argv[1:] if arguments is None else arguments
    return parser.parse_args(arguments, argparse.Namespace(given=arguments))


def add_recording(parser: argparse.ArgumentParser) -> None:
    """Adds the options of a recording; all of them need --record."""
    add = parser.add_argument_group("recording (with --record)").add_argument
    add("--takes", type=int, metavar="N", help="record N takes into DIR/take-001, ... and end; needs --take-seconds")
    add("--take-seconds", type=_positive, metavar="S", help="sensor seconds of a take, after which it ends")
    add("--take-pause", type=_positive, metavar="S", help="sensor seconds between two takes (default: none)")
    add(
        "--take",
        metavar="KEY=VALUE,...",
        help="subject, action, setup, camera, performer, replication, consent: what the take is of",
    )
    add("--codec", choices=("h264", "ffv1"), help="ffv1 keeps every bit of the pictures (default: h264)")
    add(
        "--privacy",
        choices=("off", "blur", "no_color"),
        help="blur: faces are blurred; no_color: no picture at all, the certain way (default: off)",
    )


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value < 1e9:
        raise argparse.ArgumentTypeError(f"expected seconds, more than 0, got {text!r}")
    return value


def say(text: str) -> None:
    """One line to the user, on stderr."""
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


def check_usage(args: argparse.Namespace, source: str) -> None:
    """UsageError for settings that contradict each other."""
    from tsmf_live.frames import UsageError

    endless = args.loop or source == "demo" or source.startswith("demo:")
    if args.speed == "max" and endless and args.duration is None:
        raise UsageError("--speed max with --loop or the demo never ends: give --duration SECONDS")
    if args.speed == "max" and (source == "kinect" or source.startswith("kinect:")):
        raise UsageError("--speed max is for recordings; the Kinect gives frames at its own pace")
    if args.speed == "max" and source.partition(":")[0] == "webcam":
        raise UsageError("--speed max is for recordings; a camera gives pictures at its own pace")
    if args.record is not None and args.takes is None:
        check_record_folder(args.record)


def record_plan(args: argparse.Namespace) -> RecordPlan | None:
    """What to record from the start; UsageError for settings that contradict each other."""
    from tsmf_live.frames import UsageError
    from tsmf_live.recording.folder import TakeSettings
    from tsmf_live.recording.recorder import RecordPlan

    given = [
        name
        for name in ("takes", "take_seconds", "take_pause", "take", "codec", "privacy")
        if getattr(args, name) is not None
    ]
    if args.record is None:
        if given:
            raise UsageError(f"--{given[0].replace('_', '-')} is for recordings: give --record DIR as well")
        return None
    if args.takes is not None and (args.takes < 1 or args.take_seconds is None):
        raise UsageError("--takes: expected at least 1, with --take-seconds S to say when a take ends")
    values: dict[str, str | int] = {"codec": args.codec or "h264", "privacy": args.privacy or "off"}
    for setting in args.take.split(",") if args.take else ():
        key, equals, text = (part.strip() for part in setting.partition("="))
        if not equals or key not in TAKE_KEYS:
            raise UsageError(
                f"--take: expected {', '.join(TAKE_KEYS)} as KEY=VALUE with a comma between, got {setting!r}"
            )
        if TAKE_KEYS[key] is int and not text.isdecimal():
            raise UsageError(f"--take {key}: expected a number, got {text!r}")
        values[key] = TAKE_KEYS[key](text)
    take = TakeSettings(folder=args.record, **values)
    return RecordPlan(take, args.takes, args.take_seconds, args.take_pause or 0.0)


def check_record_folder(folder: Path) -> None:
    """RecordingError unless the folder is new or empty."""
    from tsmf_live.frames import RecordingError

    try:
        usable = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    except OSError as error:
        raise RecordingError(f"--record {folder}: {error.strerror}; choose another folder") from error
    if not usable:
        raise RecordingError(f"--record {folder}: expected a new or empty folder; choose another one")


def can_show_window(args: argparse.Namespace) -> bool:
    """Whether a window is shown; if it is wanted and cannot be, a line says why."""
    from tsmf_live.gui.display import why_no_window

    reason = None if args.headless else why_no_window()
    if reason is not None:
        say(f"{reason}: running headless")
    return not args.headless and reason is None


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


def run(args: argparse.Namespace) -> int:
    """One run, from the command line's arguments to the exit code."""
    from tsmf_live.live.launcher import Launcher, prepare_process
    from tsmf_live.live.output_lines import JsonLines, PlainLines
    from tsmf_live.live.pipeline import RunSettings

    prepare_process()
    windowed = can_show_window(args)
    source, lacks_kinect = choose_source(args.source, offers=windowed and args.duration is None)
    check_usage(args, source)
    plan = record_plan(args)
    launcher = Launcher(source, args.checkpoint, choose_device(args.device), args.mode, args.pose_model)
    with display(args, windowed, source), json_stream(args.json) as stream, published(args) as published_to:
        settings = RunSettings(
            source=source,
            paced=args.speed == "1",
            lossless=not windowed and source.partition(":")[0] not in ("kinect", "webcam", "demo"),
            duration_s=args.duration,
            start_s=args.start or 0.0,
            loop=args.loop,
            hold_at_end=windowed and args.duration is None,
            use_color=not args.no_color,
            record=plan,
            inspect=windowed,
        )
        outputs: list[Output] = [JsonLines(stream)] if stream else []
        if not windowed and args.json != "-" and sys.stdout is not None:
            outputs.append(PlainLines(sys.stdout))
        outputs += published_to
        launcher.begin(settings, outputs)
        with interrupt.answered_by(interrupt.note):  # from here on there is something to end in good order
            said: list[str] = []
            interrupted, window_error = watch(launcher, windowed, args, said, lacks_kinect)
            code = end(launcher.pipeline, outputs, interrupted, window_error, args.debug, said)
            say_weights(launcher, args, said)
        earlier = [explain(error, args.debug) for error in launcher.errors]
        return code or next(iter(earlier), 0)


def watch(
    launcher: Launcher, windowed: bool, args: argparse.Namespace, said: list[str], lacks_kinect: str | None = None
) -> tuple[bool, BaseException | None]:
    """Starts the run and waits for its end; whether the user interrupted it, and an error of the window itself.

    Args:
        said: gets the lines that were printed meanwhile.
        lacks_kinect: why the window's start page opens in place of the run, which never starts then.
    """
    try:
        if lacks_kinect is not None:
            from tsmf_live.gui.show import run_window

            return run_window(launcher.pipeline, launcher, start=lacks_kinect) == interrupt.INTERRUPTED, None
        launcher.pipeline.start()
        return (show_window(launcher, args, said) if windowed else wait_headless(launcher, args, said)), None
    except Exception as error:
        return False, error


def say_weights(launcher: Launcher, args: argparse.Namespace, said: list[str]) -> None:
    """Prints which weights were chosen and why, once a prediction rests on them; not where JSON is printed."""
    line = f"weights {launcher.weights.path.name}: {launcher.weights.reason}"
    chosen = args.checkpoint is None and args.json is None
    if chosen and line not in said and launcher.pipeline.view().prediction is not None:
        say(line)
        said.append(line)


def wait_headless(launcher: Launcher, args: argparse.Namespace, said: list[str]) -> bool:
    """Waits for the end of the run; prints a line when recording fails. True if the user interrupted it."""
    pipeline = launcher.pipeline
    while not pipeline.wait(LOOK_EVERY_S):
        if interrupt.asked():
            return True
        say_weights(launcher, args, said)
        view = pipeline.view()
        message = view.message if view.state == "running" else None  # why a run has failed is said at its end
        if message is not None and message not in said:
            say(message)
            said.append(message)
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
