"""Which people of the real recordings are refused as bodies that cannot be persons: none should be.

    python tests/measure/persons.py ../shared/data

A table, a row for each set: persons (bodies followed), frames, and those refused. Each clip plays at its own rate; a
set whose joints were turned upright is measured in the sensor's own view, too.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tsmf_live.command import in_columns
from tsmf_live.exchange.annotation_pickle import read_annotation_pickle
from tsmf_live.live.posture import Likeness, Posture
from tsmf_live.recording.ntu_text import NtuTextReader
from tsmf_live.skeleton import TRACKED

Clip = tuple[float, np.ndarray]  # frames a second, one body's joints (T, 25, 3)
USUAL_HZ = 30.0
COLUMNS = {"set": -22, "persons": 9, "frames": 10, "refused persons": 17, "refused frames": 16}


def refused_frames(joints: np.ndarray, rate_hz: float) -> int:
    """In how many frames of a body (T, 25, 3) it is not taken for a person; frames without it are left out."""
    posture, likeness, states = Posture(), Likeness(), np.full(25, TRACKED, np.uint8)
    refused = 0
    for number, body in enumerate(joints):
        if body.any():
            refused += not likeness.look(posture.complete(body.astype(np.float32), states), number / rate_hz)
    return refused


def clips(path: Path, rates_hz: dict[str, float]) -> Iterator[Clip]:
    """Every body of a set: a pickle, or a folder of `.skeleton` or PKU-MMD texts."""
    rate_hz = rates_hz.get(path.stem.removesuffix("_3danno"), USUAL_HZ)
    if path.suffix == ".pkl":
        for annotation in read_annotation_pickle(path)["annotations"]:
            for body in np.nan_to_num(annotation["keypoint"]):
                yield float(annotation.get("rate_hz") or rate_hz), body
                if "tilt_deg" in annotation:
                    yield float(annotation.get("rate_hz") or rate_hz), tilted(body, float(annotation["tilt_deg"]))
        return
    for text in sorted(path.glob("skeleton/*.txt")):
        for body in np.loadtxt(text).reshape(-1, 2, 25, 3).swapaxes(0, 1):
            yield rate_hz, body
    for text in sorted(path.glob("*.skeleton")):
        yield from ((rate_hz, body) for body in bodies_of(text))


def bodies_of(path: Path) -> list[np.ndarray]:
    """Each tracking id's joints (T, 25, 3), zeros where it is not there."""
    text = NtuTextReader(path)
    found: dict[int, np.ndarray] = {}
    try:
        for number in range(text.promised):
            for body in text.read().bodies:
                found.setdefault(body.tracking_id, np.zeros((text.promised, 25, 3)))[number] = body.joints
    finally:
        text.close()
    return list(found.values())


def tilted(joints: np.ndarray, degrees: float) -> np.ndarray:
    """Turned about the x axis."""
    angle = np.radians(degrees)
    c, s = np.cos(angle), np.sin(angle)
    return joints @ np.array([[1, 0, 0], [0, c, s], [0, -s, c]])


def sets(data: Path) -> list[Path]:
    """All sets of skeletons in the folder."""
    folders = ("ntu_skeleton", "florence3d", "utkinect_stream", "streams/PRECOG", "streams/CAD60")
    return [*sorted(data.glob("*_3danno.pkl")), *sorted(data.glob("people/*.pkl")), *(data / name for name in folders)]


def rates(data: Path) -> dict[str, float]:
    """Frames a second of each set, by name."""
    with (data / "frame_rates.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return {row[0].split("/")[-1].removesuffix(".pkl").removesuffix("_3danno"): _rate(row) for row in rows[1:]}


def _rate(row: list[str]) -> float:
    for value in row[1:]:
        try:
            return float(value)
        except ValueError:
            continue
    return USUAL_HZ


def main() -> None:
    """Prints the table; exit code 1 if anybody is refused."""
    data = Path(sys.argv[1])
    rates_hz = rates(data)
    print(in_columns(COLUMNS))
    anybody = False
    for path in sets(data):
        counts = [(int(body.any(axis=(1, 2)).sum()), refused_frames(body, hz)) for hz, body in clips(path, rates_hz)]
        counts = [one for one in counts if one[0]]
        refused = [one for _, one in counts if one]
        anybody |= bool(refused)
        row = path.stem, len(counts), sum(n for n, _ in counts), len(refused), sum(refused)
        print(in_columns(COLUMNS, *row), flush=True)
    sys.exit(int(anybody))


if __name__ == "__main__":
    main()
