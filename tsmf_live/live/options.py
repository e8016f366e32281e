"""The command line of run_live.py: what may be asked for, and what contradicts each other.

`parse` imports nothing that takes long, so that --help and a wrong word are answered at once.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tsmf_live.command import OneLineParser, is_number

if TYPE_CHECKING:
    from tsmf_live.recording.folder import TakeSettings
    from tsmf_live.recording.recorder import RecordPlan

TAKE_KEYS = {
    "subject": str, "action": str, "setup": int, "camera": int, "performer": int, "replication": int, "consent": str,
}  # fmt: skip
EXAMPLE = """examples:
  python run_live.py                                    the Kinect, or else the bundled sample
  python run_live.py --source demo:persons=2            the simulated actor
  python run_live.py --source X.skeleton --headless --json - --speed max"""


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The settings; `given` holds the words themselves. A word that is none ends the program with 2."""
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
    _add_recording(parser)
    add("--speed", choices=("1", "max"), default="1", help="1: by the sensor's clock; max: files as fast as can be")
    add("--duration", type=_positive, metavar="SECONDS", help="stop after so many sensor seconds")
    add("--start", type=_positive, metavar="SECONDS", help="begin a recording so many seconds after its first frame")
    add("--loop", action="store_true", help="begin again after the last frame")
    add("--no-color", action="store_true", help="hide the colour picture from the model")
    add("--debug", action="store_true", help="show the traceback of an error")
    arguments = sys.argv[1:] if arguments is None else arguments
    return parser.parse_args(arguments, argparse.Namespace(given=arguments))


def _add_recording(parser: argparse.ArgumentParser) -> None:
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


def check_usage(args: argparse.Namespace, source: str) -> None:
    """UsageError for settings that contradict each other, RecordingError for a folder that is not empty."""
    from tsmf_live.frames import UsageError

    endless = args.loop or source == "demo" or source.startswith("demo:")
    if args.speed == "max" and endless and args.duration is None:
        raise UsageError("--speed max with --loop or the demo never ends: give --duration SECONDS")
    if args.speed == "max" and (source == "kinect" or source.startswith("kinect:")):
        raise UsageError("--speed max is for recordings; the Kinect gives frames at its own pace")
    if args.speed == "max" and source.partition(":")[0] == "webcam":
        raise UsageError("--speed max is for recordings; a camera gives pictures at its own pace")
    if args.record is not None and args.takes is None:
        _check_record_folder(args.record)


def record_plan(args: argparse.Namespace) -> RecordPlan | None:
    """What to record from the start; UsageError for settings that contradict each other."""
    from tsmf_live.frames import UsageError
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
    return RecordPlan(_take(args), args.takes, args.take_seconds, args.take_pause or 0.0)


def _take(args: argparse.Namespace) -> TakeSettings:
    """What a take is of, and how it is kept; UsageError for a key or a value that cannot be."""
    from tsmf_live.frames import UsageError
    from tsmf_live.recording.folder import TakeSettings

    values: dict[str, str | int] = {"codec": args.codec or "h264", "privacy": args.privacy or "off"}
    for setting in args.take.split(",") if args.take else ():
        key, equals, text = (part.strip() for part in setting.partition("="))
        if not equals or key not in TAKE_KEYS:
            raise UsageError(
                f"--take: expected {', '.join(TAKE_KEYS)} as KEY=VALUE with a comma between, got {setting!r}"
            )
        if TAKE_KEYS[key] is int and not is_number(text):
            raise UsageError(f"--take {key}: expected a number, got {text[:80]!r}")
        values[key] = TAKE_KEYS[key](text)
    return TakeSettings(folder=args.record, **values)


def _check_record_folder(folder: Path) -> None:
    """RecordingError unless the folder is new or empty."""
    from tsmf_live.frames import RecordingError

    try:
        usable = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    except OSError as error:
        raise RecordingError(f"--record {folder}: {error.strerror}; choose another folder") from error
    if not usable:
        raise RecordingError(f"--record {folder}: expected a new or empty folder; choose another one")
