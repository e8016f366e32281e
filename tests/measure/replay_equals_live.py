"""Records a run, replays the recording, and compares what the model said of each frame.

    python -m tests.measure.replay_equals_live --source demo:seed=1,persons=2 --seconds 60 --codec h264
    python -m tests.measure.replay_equals_live --live demo.json REPLAY.json      (two files of run_live.py --json)

Exit code 0 if teacher scores and attention are equal to 1e-6 and the scene's label in at least 99% of updates; with
ffv1 if every bit is. The persons' labels are counted beside it: a probability that just reaches `enter` in one run and
just misses it in the other makes their labels differ until it falls below `leave`, which can be seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import run_live

VARYING = ("host_time_s", "latency_ms")  # times of the machine, which differ from run to run
SKELETON_LIMIT = 1e-6  # of what is computed from skeletons alone
LABEL_LIMIT = 0.99


@dataclass(frozen=True)
class Comparison:
    """Two runs over the same frames.

    Attributes:
        live, replay: predictions of each; common: of frames that both speak of.
        equal: share of common predictions that are equal in every bit but those of VARYING.
        labels: share of common predictions with equal state and label of the scene.
        persons: share of the persons in common predictions who are the same and have the same label.
        teacher, student: largest difference of a raw score among the five best of either.
        probability: largest difference of a calibrated probability among them; attention: of a joint's weight.
    """

    live: int
    replay: int
    common: int
    equal: float
    labels: float
    persons: float
    teacher: float
    student: float
    probability: float
    attention: float

    def good(self, lossless: bool) -> bool:
        """Whether the replay is as promised."""
        complete = self.common == self.live > 0
        if lossless:
            return complete and self.equal == 1.0 and self.replay == self.live
        return complete and max(self.teacher, self.attention) <= SKELETON_LIMIT and self.labels >= LABEL_LIMIT

    def __str__(self) -> str:
        return (
            f"{self.common} of {self.live} predictions compared ({self.replay} in the replay): "
            f"{self.equal:.1%} equal in every bit, {self.labels:.1%} in the scene's label, {self.persons:.1%} of the "
            f"persons' labels equal; largest differences: "
            f"teacher {self.teacher:.2g}, student {self.student:.2g}, probability {self.probability:.2g}, "
            f"attention {self.attention:.2g}"
        )


def compare(live: list[dict], replay: list[dict]) -> Comparison:
    """Compares prediction objects as run_live writes them, frame by frame."""
    replayed = {prediction["frame"]: prediction for prediction in replay}
    pairs = [(one, replayed[one["frame"]]) for one in live if one["frame"] in replayed]
    constant = [tuple({k: v for k, v in p.items() if k not in VARYING} for p in pair) for pair in pairs]
    return Comparison(
        live=len(live),
        replay=len(replay),
        common=len(pairs),
        equal=_share(one == other for one, other in constant),
        labels=_share((one["state"], one["label"]) == (other["state"], other["label"]) for one, other in pairs),
        persons=_share([same for one, other in pairs for same in _same_persons(one, other)] or [True]),
        teacher=max((_apart(one["teacher"], other["teacher"]) for one, other in pairs), default=0.0),
        student=max((_apart(one["student"], other["student"]) for one, other in pairs), default=0.0),
        probability=max((_apart(one["top5"], other["top5"]) for one, other in pairs), default=0.0),
        attention=max((_attention_apart(one, other) for one, other in pairs), default=0.0),
    )


def _share(flags) -> float:
    flags = list(flags)
    return sum(flags) / len(flags) if flags else 0.0


def _same_persons(one: dict, other: dict) -> list[bool]:
    """Of each person of either whether the other has them, with the same label."""
    first, second = ({(body["id"], body["tracking_id"]): body["label"] for body in p["bodies"]} for p in (one, other))
    return [who in first and who in second and first[who] == second[who] for who in {**first, **second}]


def _apart(one: list | None, other: list | None) -> float:
    """Largest difference of values in two rankings; those that only one has are compared with the other's least."""
    if not one or not other:
        return 0.0 if one == other else float("inf")
    first, second = dict(one), dict(other)
    differences = [abs(first[label] - second[label]) for label in first.keys() & second.keys()]
    for here, there in ((first, second), (second, first)):
        differences += [max(0.0, here[label] - min(there.values())) for label in here.keys() - there.keys()]
    return max(differences)


def _attention_apart(one: dict, other: dict) -> float:
    if len(one["bodies"]) != len(other["bodies"]):
        return float("inf")
    pairs = zip(one["bodies"], other["bodies"], strict=True)
    return max(
        (abs(a["attention"][joint] - b["attention"][joint]) for a, b in pairs for joint in a["attention"]), default=0
    )


def read_predictions(path: Path) -> list[dict]:
    """The prediction objects of a --json file."""
    with path.open(encoding="utf-8") as lines:
        return [document for document in map(json.loads, lines) if document["type"] == "prediction"]


def run(arguments: list[str], out: Path) -> list[dict]:
    """Predictions of a run of run_live.py without a window."""
    code = run_live.main([*arguments, "--headless", "--json", str(out)])
    if code != 0:
        raise SystemExit(f"run_live.py {' '.join(arguments)}: exit code {code}")
    return read_predictions(out)


def record_and_replay(
    source: list[str], model: list[str], codec: str, folder: Path, *, speed: str = "max"
) -> Comparison:
    """Runs `source` while recording it into `folder`/take, then replays that.

    Args:
        source: run_live.py's arguments for what to run (--source, --duration).
        model: and for what runs (--checkpoint, --mode).
        speed: of the run that is recorded; the replay is always at full speed.
    """
    take = folder / "take"
    live = run([*source, *model, "--speed", speed, "--record", str(take), "--codec", codec], folder / "live.json")
    replay = run([*model, "--source", str(take), "--speed", "max"], folder / "replay.json")
    return compare(live, replay)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        prog="python -m tests.measure.replay_equals_live",
    )
    parser.add_argument("--source", default="demo:seed=1,persons=2")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--codec", choices=("h264", "ffv1"), default="h264")
    parser.add_argument("--speed", choices=("1", "max"), default="max", help="of the run that is recorded")
    parser.add_argument("--mode", choices=("window", "stream"))
    parser.add_argument("--live", nargs=2, type=Path, metavar="JSON", help="compare two files instead")
    args = parser.parse_args()
    if args.live:
        comparison = compare(*map(read_predictions, args.live))
    else:
        source = ["--source", args.source, "--duration", str(args.seconds)]
        model = ["--mode", args.mode] if args.mode else []
        with tempfile.TemporaryDirectory() as folder:
            comparison = record_and_replay(source, model, args.codec, Path(folder), speed=args.speed)
    print(comparison)
    return 0 if comparison.good(lossless=args.codec == "ffv1" and args.speed == "max") else 1


if __name__ == "__main__":
    sys.exit(main())
