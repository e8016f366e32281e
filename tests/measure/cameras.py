"""What a camera costs against a depth sensor: estimated joints against a sensor's, labels on both, falls in videos.

    python -m tests.measure.cameras joints FOLDER --pose-model FILE [--checkpoint FILE] [--only NAME]
    python -m tests.measure.cameras falls FOLDER --pose-model FILE [--checkpoint FILE]
    python -m tests.measure.cameras found FOLDER --pose-model FILE
    python -m tests.measure.cameras beside VIDEO --sensed RECORDING --pose-model FILE [--checkpoint FILE]
    python -m tests.measure.cameras rates FOLDER --pose-model FILE [--checkpoint FILE]

`joints`: each `X.skeleton` of a folder in NTU RGB+D's layout beside what is estimated on its `X_rgb.avi`. `falls`:
videos `SN_Fall_NN.mp4` and `SN_ADL_NN.mp4` with the times of what happens in `SN_Fall.csv` and `SN_ADL.csv` (GMDCSA24),
and any others, of which is told what was seen. `found`: on how many pictures how many people, and under how many
numbers. `beside`: one video and the recording of a sensor that saw the same, picture by picture. `rates`: each video
as it is played to somebody, strung together until it lasts 20 s. Printed as Markdown tables.
"""

from __future__ import annotations

import argparse
import csv
import io
import math
import os
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import av
import numpy as np
from tqdm import tqdm

from tsmf_live.frames import Body, Event, SensorFrame
from tsmf_live.live.output_lines import JsonLines, Summary
from tsmf_live.live.pipeline import Pipeline, RunSettings
from tsmf_live.live.weights import PEOPLE
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.skeleton import JOINT_COUNT, JOINT_NAMES, SPINE_BASE
from tsmf_live.sources.base import EndOfSource, Source, SourceInfo
from tsmf_live.sources.camera.estimator import PoseEstimator
from tsmf_live.sources.camera.spec import VideoSpec
from tsmf_live.sources.camera.video import VideoSource
from tsmf_live.sources.ntu import NtuSource, color_video_of
from tsmf_live.sources.open import open_source

FALL = "falling"
RUN_S = 600.0
RATES_S = 20.0
FALL_STARTS = re.compile(r"Falling[^\[]*\[\s*([\d.]+)\s*to\s*([\d.]+)")


@dataclass(frozen=True)
class Clip:
    """One moment's bodies after the other, with times; what stands in for a source."""

    name: str
    frames: tuple[SensorFrame, ...]


class Played:
    """A Clip as a source."""

    def __init__(self, clip: Clip) -> None:
        self._frames = list(clip.frames)
        duration_s = clip.frames[-1].sensor_time_s - clip.frames[0].sensor_time_s + 1 / 30
        self.info = SourceInfo(clip.name, "session", False, 30.0, duration_s, False, False)
        self.warnings: list[str] = []

    def read(self) -> SensorFrame:
        """See Source.read."""
        if not self._frames:
            raise EndOfSource
        return self._frames.pop(0)

    def close(self) -> None:
        """See Source.close."""


class Told(JsonLines):
    """Keeps what a run tells."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.items: list[object] = []

    def emit(self, item: object) -> None:
        """See JsonLines.emit."""
        self.items.append(item)


def estimated(video: VideoSpec, model: Path, times_s: list[float] | None = None) -> tuple[Clip, float]:
    """A video's bodies by the estimator, and the milliseconds of the median picture.

    Args:
        times_s: of the pictures, where the file's own are not meant.
    """
    source = VideoSource(video)
    estimator = PoseEstimator(model, source.info.lens)
    frames, took_ms = [], []
    try:
        while True:
            frame = source.read()
            time_s = frame.sensor_time_s if times_s is None else times_s[min(frame.index, len(times_s) - 1)]
            began_s = time.perf_counter()
            bodies = estimator.bodies(frame.color_bgra, time_s)
            took_ms.append(1e3 * (time.perf_counter() - began_s))
            frames.append(replace(frame, sensor_time_s=time_s, color_bgra=None, bodies=bodies))
    except EndOfSource:
        pass
    finally:
        estimator.close()
        source.close()
    return Clip(video.file.name, tuple(frames)), float(np.median(took_ms))


def sensed(source: Source, name: str) -> Clip:
    """A sensor's bodies, without pictures; closes the source."""
    frames: list[SensorFrame] = []
    try:
        while True:
            frames.append(replace(source.read(), color_bgra=None))
    except EndOfSource:
        source.close()
    return Clip(name, tuple(frames))


def recognised(clip: Clip, model: TSMF) -> list[object]:
    """What a run says of a clip: predictions, events, as with --speed max."""
    told = Told()
    settings = RunSettings(source_name=clip.name, paced=False, use_color=False, stream=model.spec.mode == "stream")
    run = Pipeline(partial(Played, clip), model, settings, [told])
    run.start()
    run.wait(RUN_S)
    summary, errors = run.finish()
    assert not errors, errors
    assert isinstance(summary, Summary)
    return told.items


def best_label(items: list[object], labels: set[str]) -> str | None:
    """Of `labels` the one with the highest mean probability over a clip's predictions."""
    sums: dict[str, float] = defaultdict(float)
    for item in items:
        scores = getattr(item, "scores", None)
        if scores is not None:
            for label, share in zip(scores.labels, scores.fusion, strict=True):
                sums[label] += float(share) if label in labels else 0.0
    return max(sums, key=sums.get) if sums else None


def nearest(body: Body, bodies: tuple[Body, ...]) -> Body | None:
    """Whoever stands where a body stands in the picture."""
    known = [one for one in bodies if np.isfinite(one.color_xy[SPINE_BASE]).all()]
    if not np.isfinite(body.color_xy[SPINE_BASE]).all() or not known:
        return bodies[0] if len(bodies) == 1 else None
    return min(known, key=lambda one: float(np.linalg.norm(one.color_xy[SPINE_BASE] - body.color_xy[SPINE_BASE])))


def joint_distances(estimate: Clip, sensor: Clip) -> tuple[np.ndarray, int, int]:
    """(N, 25) metres between the joints of both after the spine bases are laid on one another; found and all bodies.

    NaN where the sensor does not know the joint.
    """
    rows, found, everybody = [], 0, 0
    for mine, theirs in zip(estimate.frames, sensor.frames, strict=False):
        for body in theirs.bodies:
            everybody += 1
            other = nearest(body, mine.bodies)
            if other is None:
                continue
            found += 1
            own, base = body.joints - body.joints[SPINE_BASE], other.joints - other.joints[SPINE_BASE]
            distance = np.linalg.norm(own - base, axis=1)
            rows.append(np.where(body.joint_state > 0, distance, np.nan))
    return np.array(rows).reshape(-1, JOINT_COUNT), found, everybody


def tell_beside(args: argparse.Namespace) -> None:
    """The tables of `beside`."""
    model = TSMF.load(args.checkpoint)
    sensor = sensed(open_source(str(args.sensed)), args.sensed.name)
    times_s = [frame.sensor_time_s for frame in sensor.frames]
    mirrored = not args.not_mirrored
    estimate, took_ms = estimated(VideoSpec(args.folder, fov=args.fov, mirrored=mirrored), args.pose_model, times_s)
    rows, found, everybody = joint_distances(estimate, sensor)
    _tell_distances(rows, found, everybody, [took_ms])
    for name, clip in (("sensor", sensor), ("estimate", estimate)):
        events = [item for item in recognised(clip, model) if isinstance(item, Event)]
        said = "; ".join(f"{event.label} {event.start_s:.1f} to {event.end_s:.1f} s" for event in events)
        print(f"\n{name}: {said or 'no event'}")


def tell_joints(args: argparse.Namespace) -> None:
    """The tables of `joints`."""
    model = TSMF.load(args.checkpoint)
    classes = _classes(args.folder)
    wanted = set(classes.values())
    distances, right, took_ms = [], defaultdict(lambda: [0, 0, 0]), []
    found = everybody = 0
    files = sorted(path for path in args.folder.glob("*.skeleton") if args.only in path.name)
    for skeleton in tqdm(files, unit="clip", disable=None):
        video = color_video_of(skeleton)
        if video is None:
            continue
        sensor = sensed(NtuSource(skeleton), skeleton.name)
        times_s = [frame.sensor_time_s for frame in sensor.frames]
        spec = VideoSpec(video, fov=args.fov, mirrored=not args.not_mirrored)
        estimate, ms = estimated(spec, args.pose_model, times_s)
        took_ms.append(ms)
        rows, seen, there = joint_distances(estimate, sensor)
        distances.append(rows)
        found, everybody = found + seen, everybody + there
        true = classes.get(int(skeleton.stem[-3:]))
        if true is not None:
            count = right[true]
            count[0] += 1
            count[1] += best_label(recognised(sensor, model), wanted) == true
            count[2] += best_label(recognised(estimate, model), wanted) == true
    _tell_distances(np.concatenate(distances), found, everybody, took_ms)
    if right:
        _tell_labels(right, args.checkpoint)


def _tell_distances(rows: np.ndarray, found: int, everybody: int, took_ms: list[float]) -> None:
    print(f"\n{found} of {everybody} bodies found, {np.median(took_ms):.0f} ms a picture\n")
    print("| joint | median cm | 95% cm |\n|---|---|---|")
    for joint in range(JOINT_COUNT):
        if joint != SPINE_BASE:
            print(f"| {JOINT_NAMES[joint]} | {_cm(rows[:, joint], 50)} | {_cm(rows[:, joint], 95)} |")
    others = np.delete(rows, SPINE_BASE, axis=1)
    print(f"| all | {_cm(others, 50)} | {_cm(others, 95)} |")


def _cm(values: np.ndarray, percent: float) -> str:
    known = values[np.isfinite(values)]
    return f"{100 * np.percentile(known, percent):.0f}" if len(known) else "-"


def _tell_labels(right: dict[str, list[int]], checkpoint: Path) -> None:
    print(f"\n{checkpoint.name}, of the classes that both have:\n")
    print("| class | clips | right, sensor's joints | right, estimated joints |\n|---|---|---|---|")
    for label, (clips, sensor, estimate) in sorted(right.items()):
        print(f"| {label} | {clips} | {sensor} | {estimate} |")
    clips, sensor, estimate = np.sum(list(right.values()), axis=0)
    print(f"| all | {clips} | {sensor} ({sensor / clips:.0%}) | {estimate} ({estimate / clips:.0%}) |")


def _classes(folder: Path) -> dict[int, str]:
    """The data set's class numbers whose class the people's weights know, from people/people_classes.csv beside it."""
    table = folder.parent / "people" / "people_classes.csv"
    if not table.is_file():
        return {}
    with table.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] == folder.name]
    known = set(TSMF.load(PEOPLE).spec.labels)
    return {int(row["number"]): row["unified"] for row in rows if row["unified"] in known}


def fall_times(folder: Path) -> dict[str, tuple[float, float]]:
    """File name -> when the fall begins and ends, from the SN_Fall.csv of a folder."""
    times = {}
    for table in sorted(folder.glob("S*_Fall.csv")):
        with table.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                number, matched = line.split(".", 1)[0], FALL_STARTS.search(line)
                if number.isdecimal() and matched:
                    times[f"{table.stem}_{number}.mp4"] = float(matched[1]), float(matched[2])
    return times


def tell_falls(args: argparse.Namespace) -> None:
    """The table of `falls`."""
    model, times = TSMF.load(args.checkpoint), fall_times(args.folder)
    print("| video | pictures | with somebody | falls at | true fall | events |\n|---|---|---|---|---|---|")
    found = missed = invented = 0
    for path in tqdm(_videos(args), unit="video", disable=None):
        spec = VideoSpec(path, fov=args.fov, mirrored=path.name in args.mirrored)
        clip, _ = estimated(spec, args.pose_model)
        events = [item for item in recognised(clip, model) if isinstance(item, Event)]
        falls = [event for event in events if event.label == FALL]
        true = times.get(path.name)
        found += bool(true and falls)
        missed += bool(true and not falls)
        invented += len(falls) if "_ADL" in path.name else 0
        seen = sum(bool(frame.bodies) for frame in clip.frames) / len(clip.frames)
        at = ", ".join(f"{event.start_s:.1f} s" for event in falls) or "-"
        other = "; ".join(f"{event.label} {event.start_s:.1f} s" for event in events if event.label != FALL) or "-"
        truth = f"{true[0]:g} to {true[1]:g} s" if true else "-"
        print(f"| {path.name} | {len(clip.frames)} | {seen:.0%} | {at} | {truth} | {other} |", flush=True)
    print(f"\nfalls found {found} of {found + missed}; falls in videos of other activities {invented}")


def tell_found(args: argparse.Namespace) -> None:
    """The table of `found`."""
    print(
        "| video | pictures | people: pictures | number of a person: pictures | ms a picture |\n|---|---|---|---|---|"
    )
    for path in _videos(args):
        clip, took_ms = estimated(VideoSpec.of(path, None, path.name in args.mirrored), args.pose_model)
        people = Counter(len(frame.bodies) for frame in clip.frames)
        numbers = Counter(body.tracking_id for frame in clip.frames for body in frame.bodies)
        counts = [", ".join(f"{key}: {count}" for key, count in sorted(each.items())) for each in (people, numbers)]
        print(f"| {path.name} | {len(clip.frames)} | {counts[0]} | {counts[1]} | {took_ms:.0f} |", flush=True)


def tell_rates(args: argparse.Namespace) -> None:
    """The table of `rates`."""
    model = TSMF.load(args.checkpoint)
    stages = ("capture", "estimate", "pose", "inference")
    print(f"| video | pictures shown Hz | {' Hz | '.join(stages)} Hz | estimate p95 ms | load |\n{'|---' * 8}|")
    for path in _videos(args):
        with tempfile.TemporaryDirectory() as folder:
            spec = VideoSpec.of(lengthened(path, Path(folder)), None, path.name in args.mirrored)
            settings = RunSettings(
                source_name=path.name, pose_model=args.pose_model, stream=model.spec.mode == "stream"
            )
            run = Pipeline(partial(VideoSource, spec), model, settings, [])
            run.start()
            while not run._estimate.begun.wait(1.0) and run.running:
                pass
            shown, began_s = set(), time.perf_counter()
            before = {stage.name: stage.count for stage in run.view().health}
            while (took_s := time.perf_counter() - began_s) < RATES_S - 1 and run.running:
                shown.add(run.view().frame.sensor_time_s if run.view().frame else None)
                time.sleep(0.008)
            after = {stage.name: stage for stage in run.view().health}
            run.close()
        hz = [f"{(after[name].count - before[name]) / took_s:.1f}" for name in stages]
        load = f"{os.getloadavg()[0]:.1f}"
        p95_ms = f"{after['estimate'].p95_ms:.0f}"
        print(f"| {path.name} | {len(shown) / took_s:.1f} | {' | '.join(hz)} | {p95_ms} | {load} |", flush=True)


def lengthened(video: Path, folder: Path) -> Path:
    """The pictures of a video again and again until they last RATES_S, in a new file; nothing is encoded anew.

    A player that begins again would rest for half a second, and find estimates that are remembered.
    """
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        packets = [(bytes(packet), packet.is_keyframe) for packet in container.demux(stream) if packet.size]
        rate = stream.average_rate
        longer = folder / f"{video.stem}.mkv"
        with av.open(str(longer), "w") as out:
            copied = out.add_stream_from_template(stream)
            for number in range(math.ceil(RATES_S * rate)):
                content, is_keyframe = packets[number % len(packets)]
                packet = av.Packet(content)
                packet.stream, packet.time_base, packet.is_keyframe = copied, 1 / rate, is_keyframe
                packet.pts = packet.dts = number
                out.mux(packet)
    return longer


def _videos(args: argparse.Namespace) -> list[Path]:
    files = [args.folder] if args.folder.is_file() else sorted(args.folder.iterdir())
    return [path for path in files if path.suffix.lower() in (".mp4", ".avi") and args.only in path.name]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("joints", "falls", "found", "beside", "rates"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sensed", type=Path, metavar="RECORDING", help="beside: a session or a .skeleton file")
    parser.add_argument("--pose-model", type=Path, required=True, metavar="FILE")
    parser.add_argument("--checkpoint", type=Path, default=PEOPLE, metavar="FILE")
    parser.add_argument("--fov", type=float, default=60.0, help="degrees, along the longer side")
    parser.add_argument("--not-mirrored", action="store_true", help="joints: the videos are not a Kinect's")
    parser.add_argument("--mirrored", nargs="*", default=[], metavar="NAME", help="these are a Kinect's")
    parser.add_argument("--only", default="", metavar="TEXT", help="files whose name has it")
    args = parser.parse_args()
    {"joints": tell_joints, "falls": tell_falls, "found": tell_found, "beside": tell_beside, "rates": tell_rates}[
        args.what
    ](args)


if __name__ == "__main__":
    sys.exit(main())
