"""Runs a program with the double's Kinect v2 plugged in, or prints the figures of the adapter on it.

python -m tests.kinect_double --session DIR -- run_live.py --source kinect --headless --json -
python -m tests.kinect_double --session demo:persons=2 -- -m tsmf_live.doctor
python -m tests.kinect_double --session demo --conversion-ms 40 --late-ms 100 -- run_live.py --source kinect --headless
python -m tests.kinect_double --table
"""

from __future__ import annotations

import argparse
import runpy
import statistics
import sys
from pathlib import Path

from tsmf_live.sources.open import open_source

from . import kinect_double, measure
from .player import Player

SPECS = ("kinect", "kinect:acquire=poll")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--session", metavar="SOURCE", help="played into the double: what --source takes")
    parser.add_argument("--unplugged", action="store_true", help="no sensor at the cable")
    parser.add_argument("--conversion-ms", type=float, default=0.0, help="the conversion of a picture takes so long")
    parser.add_argument("--late-ms", type=float, default=0.0, help="pictures come so much later than their bodies")
    parser.add_argument("--table", action="store_true", help="measure and print: pairing, growth, time (3 minutes)")
    parser.add_argument("command", nargs="*", help="a script or -m MODULE, and its arguments, after --")
    before, _, after = _split(sys.argv[1:])
    args = parser.parse_args(before)
    if args.table:
        table()
        return 0
    if not after or not (args.session or args.unplugged):
        parser.error("expected --session SOURCE (or --unplugged) -- COMMAND, or --table")
    with kinect_double() as device:
        device.plugged, device.color_conversion_s = not args.unplugged, args.conversion_ms / 1e3
        if args.unplugged:
            return run(after)
        source = open_source(args.session)
        if after[0].endswith("run_live.py") and "--duration" not in after and source.info.duration_s is not None:
            after = [*after, "--duration", f"{source.info.duration_s:.3f}"]  # a sensor never ends by itself
        with Player(device, source, args.late_ms / 1e3) as player:
            code = run(after)
        print(
            f"double: sent {len(player.sent)} frames; pykinect2 took {device.counts['body fetched']} body frames and "
            f"{device.counts['color fetched']} pictures; sensors left open {device.open_sensors}",
            file=sys.stderr,
        )
        if player.error is not None:
            raise player.error
        return code


def _split(arguments: list[str]) -> tuple[list[str], str, list[str]]:
    """What stands before and after --."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:at], "--", arguments[at + 1 :]


def run(command: list[str]) -> int:
    """Runs a script or a module in this process; its exit code."""
    try:
        if command[0] == "-m":
            sys.argv = command[1:]
            runpy.run_module(command[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = command
            sys.path.insert(0, str(Path(command[0]).resolve().parent))
            runpy.run_path(command[0], run_name="__main__")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def table() -> None:
    """Prints what issue and README state."""
    for spec in SPECS:
        pairs = measure.pairing(spec)
        print(f"\n{spec}: 120 bodies at 30 fps, colour 30 fps, then 15 fps from body 60 on")
        print(f"{'colour':>8} {'bodies':>7} {'intact':>7} {'paired':>7} {'picture minus bodies, ms':>30}")
        for name, half in (("30 fps", pairs[:60]), ("15 fps", pairs[60:])):
            offsets_ms = [1e3 * (pair.color_s - pair.body_s) for pair in half if pair.color_s is not None]
            spread = (
                f"min {min(offsets_ms):+.1f}  median {statistics.median(offsets_ms):+.1f}  max {max(offsets_ms):+.1f}"
            )
            print(f"{name:>8} {len(half):>7} {sum(p.intact for p in half):>7} {len(offsets_ms):>7} {spread:>30}")
    head = f"{'conversion':>11} {'late':>7} {'bodies':>7} {'right picture':>14} {'openings':>9}"
    print(f"\n{'150 bodies at 30 fps':>24} {head}")
    for spec in SPECS:
        for conversion_s, late_s in ((0.020, 0.0), (0.040, 0.0), (0.0, 0.070), (0.0, 0.150)):
            slow = measure.slow_color(spec, conversion_s=conversion_s, late_s=late_s)
            settings = f"{1e3 * conversion_s:>8.0f} ms {1e3 * late_s:>4.0f} ms"
            print(f"{spec:>24} {settings} {slow.bodies:>7} {slow.paired:>14} {slow.openings:>9}")
    print(f"\n{'3,000 frames, 6 bodies':>24} {'COM objects':>12} {'memory, MB':>16} {'sensors, objects left':>24}")
    for spec in SPECS:
        grown = measure.growth(spec)
        objects, memory = "{} -> {}".format(*grown.objects), "{:.1f} -> {:.1f}".format(*grown.resident_mb)
        print(f"{spec:>24} {objects:>12} {memory:>16} {f'{grown.left_open}, {grown.left_objects}':>24}")
    print(f"\n{'10 s at 30 fps, 1080p':>24} {'bodies in view':>15} {'frames':>8} {'share of one core':>20}")
    for spec in SPECS:
        for persons in (0, 2, 6):
            load = measure.load(spec, persons=persons)
            print(f"{spec:>24} {persons:>15} {load.frames:>8} {load.core_share:>19.1%}")


if __name__ == "__main__":
    sys.exit(main())
