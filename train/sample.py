"""Makes the bundled sample session: the simulated actor, recorded as any session, with the truth as annotations.

python -m train.sample --out assets/sample
"""

from __future__ import annotations

from pathlib import Path

from tqdm import tqdm

from tsmf_live import command
from tsmf_live.actor.subject import IDLE
from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.recording.writer import SessionWriter
from tsmf_live.sources.demo import DemoSource

#: Six seconds of each action, two of nothing between them: all four look-alikes, and other actions in a ward.
SPEC = (
    "demo:seed=4101,seconds=6,idle=2,actions=drink water+reading+phone call+playing with phone+writing+typing+falling"
)
SECONDS = 58.0
SAMPLE_CRF = 28  # a small file, since it is part of the repository


def make(folder: Path, spec: str, seconds: float) -> None:
    """Records `seconds` of the demo source into a new folder; the truth, without idle, goes into events.csv."""
    source = DemoSource(spec)
    details = {"sensor": "simulated Kinect v2", "simulated": f"recorded from --source {spec!r}; nobody real is in it"}
    writer = SessionWriter(folder, source_name=spec, crf=SAMPLE_CRF, details=details)
    try:
        for _ in tqdm(range(round(seconds * FRAME_RATE_HZ)), desc="sample", unit="frame"):
            writer.write(source.read())
        for start_s, end_s, label, person in source.truth_until(seconds):
            if label != IDLE:
                writer.add_event(start_s, min(end_s, seconds), label, 1.0, person, kind="annotation")
    finally:
        writer.close()
        source.close()


def main() -> None:
    parser = command.OneLineParser(
        prog="python -m train.sample",
        description=__doc__.split("\n")[0],
        epilog="example: python -m train.sample --out assets/sample",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="new or empty folder")
    parser.add_argument("--spec", default=SPEC, help="the demo source to record (default: the bundled sample's)")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    args = parser.parse_args()
    make(args.out, args.spec, args.seconds)


if __name__ == "__main__":
    command.run(main)
