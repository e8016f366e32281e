"""What came back of a session that went out into another format and in again, as figures; see `round_trip`."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np

from tsmf_live.frames import MAX_BODIES, Body, SensorFrame
from tsmf_live.sources.base import EndOfSource, Source

JOINTS_M, COLOR_PX, ORIENTATION, TIMES_S, PSNR_DB = 1e-6, 1e-3, 1e-6, 1e-9, 30.0  # what must be reached
NOT_HELD = "not held"


@dataclass
class Figures:
    """What came back of a session in one format; differences are the largest of all.

    Attributes:
        whole: the format holds every number of the people, and which frames have a picture (NTU RGB+D).
        exact_times: it holds the times; otherwise they count from the sample's first.
        persons: bodies of a frame that it holds; None: it is not known how many should be there.
        has_pictures: it holds pictures.
        frames, bodies, lost, pictures: of the recording and of what came back.
        exported: frames with a picture in the export, of those that had one.
        wrong_places: frames whose index is another; wrong_pictures: frames without their picture, or with one that
            never was.
        psnr_db: of export against recording, re-import against recording, re-import against export; one number a frame.
        mb: of the export's files and of the re-import's. seconds: of both commands. told: what the export printed.
    """

    whole: bool = False
    exact_times: bool = False
    persons: int | None = MAX_BODIES
    has_pictures: bool = False
    frames: list[int] = field(default_factory=lambda: [0, 0])
    bodies: list[int] = field(default_factory=lambda: [0, 0])
    lost: list[int] = field(default_factory=lambda: [0, 0])
    pictures: list[int] = field(default_factory=lambda: [0, 0])
    exported: int = 0
    missing_bodies: int = 0
    wrong_places: int = 0
    wrong_pictures: int = 0
    most_persons: int = 0
    wrong_states: int = 0
    wrong_ids: int = 0
    joints_m: float = 0.0
    color_px: float = 0.0
    orientation: float = 0.0
    time_s: float = 0.0
    psnr_db: tuple[list[float], list[float], list[float]] = field(default_factory=lambda: ([], [], []))
    mb: tuple[float, float] = (0.0, 0.0)
    seconds: tuple[float, float] = (0.0, 0.0)
    told: str = ""

    def compare(self, recorded: Iterable[SensorFrame], exported: Source | None, back: Source) -> None:
        """Adds a recording, or a part of it, frame by frame; SourceError for what cannot be read."""
        first = last = None
        for frame in recorded:
            shown = _next(exported) if exported is not None else None
            again = _next(back)
            self.frames[0] += 1
            self._add_pictures(frame, shown, again)
            if first is None:
                first = last = frame, again
            self.lost[0] += max(frame.index - last[0].index - 1, 0)
            if again is None:
                continue
            self.frames[1] += 1
            self.lost[1] += max(again.index - last[1].index - 1, 0)
            self._add_time(frame, again, *first)
            self._add_bodies(frame.bodies, again.bodies)
            last = frame, again
        while _next(back) is not None:  # frames that never were
            self.frames[1] += 1

    def _add_time(self, frame: SensorFrame, again: SensorFrame, first: SensorFrame, first_again: SensorFrame) -> None:
        apart_s = again.sensor_time_s - frame.sensor_time_s
        if not self.exact_times:
            apart_s -= first_again.sensor_time_s - first.sensor_time_s
        self.time_s = max(self.time_s, abs(apart_s))
        self.wrong_places += again.index != frame.index

    def _add_bodies(self, bodies: tuple[Body, ...], again: tuple[Body, ...]) -> None:
        self.bodies[0] += len(bodies)
        self.bodies[1] += len(again)
        self.most_persons = max(self.most_persons, len(bodies))
        seen = sum(bool(body.joints.any()) or self.whole for body in bodies)  # joints at zero: nobody, in most formats
        if self.persons is not None:
            self.missing_bodies += abs(min(seen, self.persons) - len(again))
        left = list(bodies)
        for body in again:
            if not left:
                break
            nearest = min(range(len(left)), key=lambda k: _apart(left[k].joints, body.joints))
            one = left.pop(nearest)
            self.joints_m = max(self.joints_m, _apart(one.joints, body.joints))
            if self.whole:
                self.color_px = max(self.color_px, _apart(one.color_xy, body.color_xy))
                self.orientation = max(self.orientation, _apart(one.orientations, body.orientations))
                self.wrong_states += int((one.joint_state != body.joint_state).sum())
                self.wrong_ids += (one.tracking_id, one.hand_states) != (body.tracking_id, body.hand_states)

    def _add_pictures(self, frame: SensorFrame, shown: SensorFrame | None, again: SensorFrame | None) -> None:
        if not self.has_pictures:
            return
        one, two, three = (
            None if f is None or f.color_bgra is None else _bgr(f.color_bgra) for f in (frame, shown, again)
        )
        self.pictures[0] += one is not None
        self.pictures[1] += three is not None
        if one is None:
            self.wrong_pictures += self.whole and (two is not None or three is not None)
            return
        self.exported += two is not None
        self.wrong_pictures += two is None or three is None
        for values, a, b in zip(self.psnr_db, (two, three, three), (one, one, two), strict=True):
            if a is not None and b is not None:
                values.append(_psnr_db(a, b))

    def faults(self) -> list[str]:
        """What did not come back although the format holds it, in words."""
        worst_db = min((min(values) for values in self.psnr_db if values), default=np.inf)
        found = {
            f"{self.frames[1]} of {self.frames[0]} frames": self.frames[0] != self.frames[1],
            f"{self.missing_bodies} bodies too few or too many": self.missing_bodies,
            f"joints differ by {self.joints_m:.3g} m": self.joints_m > JOINTS_M,
            f"colour coordinates differ by {self.color_px:.3g} px": self.color_px > COLOR_PX,
            f"orientations differ by {self.orientation:.3g}": self.orientation > ORIENTATION,
            f"{self.wrong_states} joint states differ": self.wrong_states,
            f"{self.wrong_ids} tracking ids or hand states differ": self.wrong_ids,
            f"times differ by {self.time_s:.3g} s": self.exact_times and self.time_s > TIMES_S,
            f"{self.wrong_places} frames have another index": self.exact_times and self.wrong_places,
            f"{self.wrong_pictures} frames without their picture, or with one that never was": self.wrong_pictures,
            f"a picture has {worst_db:.1f} dB": worst_db < PSNR_DB,
        }
        return [what for what, is_so in found.items() if is_so]

    def column(self) -> dict[str, str]:
        """The figures as text, by what they are."""
        whole = self.whole
        export, back, between = (_range(values) if self.has_pictures else NOT_HELD for values in self.psnr_db)
        return {
            "frames recorded, back": _two(self.frames),
            "persons in a frame, at most": str(self.most_persons),
            "bodies recorded, back": _two(self.bodies),
            "joints, largest difference (m)": f"{self.joints_m:.3g}",
            "colour coordinates, largest difference (px)": f"{self.color_px:.3g}" if whole else NOT_HELD,
            "joint states that differ": str(self.wrong_states) if whole else NOT_HELD,
            "orientations, largest difference": f"{self.orientation:.3g}" if whole else NOT_HELD,
            "tracking ids and hand states that differ": str(self.wrong_ids) if whole else NOT_HELD,
            "times, largest difference (s)": f"{self.time_s:.3g}",
            "frames lost while recording, back": _two(self.lost),
            "frames with colour recorded, back": _two(self.pictures) if self.has_pictures else NOT_HELD,
            "  export against recording (PSNR min, median)": export,
            "  re-import against recording": back,
            "  re-import against export": between,
            "size of export, re-import (MB)": "{:.1f}, {:.1f}".format(*self.mb),
            "time of export, import (s)": "{:.1f}, {:.1f}".format(*self.seconds),
        }


def table(columns: dict[str, Figures]) -> str:
    """Markdown, with columns that are aligned as they stand."""
    texts = {name: figures.column() for name, figures in columns.items()}
    rows = [["", *texts], *([what, *(text[what] for text in texts.values())] for what in next(iter(texts.values())))]
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _next(source: Source) -> SensorFrame | None:
    try:
        return source.read()
    except EndOfSource:
        return None


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    """Largest difference; what is not a number on both sides is equal."""
    difference = np.abs(one.astype(np.float64) - other)
    difference[np.isnan(one) & np.isnan(other)] = 0
    return float(np.nan_to_num(difference, nan=np.inf).max(initial=0.0))


def _bgr(color_bgra: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(color_bgra, cv2.COLOR_BGRA2BGR)


def _psnr_db(one: np.ndarray, other: np.ndarray) -> float:
    """Peak signal to noise ratio of two 8-bit pictures; infinite if they are the same."""
    error = cv2.norm(one, other, cv2.NORM_L2SQR) / one.size
    return float(10 * np.log10(255**2 / error)) if error else np.inf


def _range(values: list[float]) -> str:
    if not values:
        return "no picture"
    if min(values) == np.inf:
        return "every bit the same"
    return f"{min(values):.1f}, {statistics.median(values):.1f} dB"


def _two(counts: list[int]) -> str:
    return f"{counts[0]}, {counts[1]}"
