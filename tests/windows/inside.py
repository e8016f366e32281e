"""What runs in the Windows Python: the Kinect's scenarios, and the window at a scale; says in JSON lines what it found.

python -m tests.windows.inside kinect SCENARIO...
python -m tests.windows.inside window PICTURE.png
"""

from __future__ import annotations

import ctypes
import gc
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

FIRST_ID, START_S, TICK_S, SHADE, SHADES = 2**56, 5.0, 333_333 / 1e7, 40, 160  # as in kinect20.c
WAVING = (10, 11, 23, 24)
FRAMES = 60  # of a scenario
GONE = (30, 75)  # unplugged from this frame to that
LIMIT_S = 90.0


@dataclass(frozen=True)
class Scenario:
    """What the DLL is told, how it is read, and what must be seen."""

    script: str = ""
    spec: str = "kinect"
    bodies: int = 2
    says: str = ""  # a part of the warnings


SCENARIOS = {
    "two people, events": Scenario(),
    "two people, polling": Scenario(spec="kinect:acquire=poll"),
    "events that must be reset": Scenario("reset=manual"),
    "six people": Scenario("bodies=6", bodies=6),
    "nobody": Scenario("bodies=0", bodies=0),
    "conversion of 40 ms": Scenario("conversion_ms=40"),
    "pictures 100 ms late": Scenario("late_ms=100"),
    "unplugged for 1.5 s": Scenario(f"unplug_from={GONE[0]},unplug_to={GONE[1]}", says="no frame"),
    "not plugged in": Scenario("plugged=0", says="KinectMissing"),
}


def counts(library: ctypes.WinDLL) -> list[int]:
    """Objects that live, uses after release, bodies and pictures announced."""
    numbers = (ctypes.c_long * 4)()
    library.KinectDoubleCounts(numbers)
    return list(numbers)


def kinect(names: list[str]) -> Iterator[dict]:
    """Each scenario: frames read, wrong ones, pictures, and what is left."""
    from tsmf_live.frames import SourceError
    from tsmf_live.sources.kinect.source import KinectSource

    library = ctypes.WinDLL("Kinect20")
    for name in names or SCENARIOS:
        scenario = SCENARIOS[name]
        library.KinectDoubleScript(scenario.script.encode())
        before = counts(library)
        said, seen, wrong, pictures, began_s = "", 0, [], 0, time.monotonic()
        first_s = took_s = 0.0
        try:
            source = KinectSource(scenario.spec)
            try:
                while seen < FRAMES and time.monotonic() - began_s < LIMIT_S:
                    frame = source.read()
                    if frame is None:
                        continue
                    first_s = time.monotonic() if not seen else first_s
                    seen += 1
                    pictures += frame.color_bgra is not None
                    wrong += [problem] if (problem := wrong_in(frame, scenario)) else []
                took_s = time.monotonic() - first_s if seen else 0.0
            finally:
                said = "; ".join(source.warnings)
                status = source.status()
                source.close()
        except SourceError as error:
            said, status = f"{type(error).__name__}: {error}", None
        source = frame = None
        gc.collect()
        after = counts(library)
        yield {
            "scenario": name,
            "frames": seen,
            "rate_hz": round((seen - 1) / took_s, 1) if took_s else 0.0,
            "wrong": wrong[:2],
            "pictures": pictures,
            "said": said,
            "as expected": scenario.says in said and (seen == FRAMES or "KinectMissing" in said),
            "openings": status.counts["openings"] if status else 0,
            "objects left": after[0] - before[0],
            "used after release": after[1] - before[1],
        }


def wrong_in(frame: object, scenario: Scenario) -> str:
    """What is not as the DLL sent it, from the frame's own time; "" for nothing."""
    if len(frame.bodies) != scenario.bodies:
        return f"{len(frame.bodies)} bodies"
    for k, body in enumerate(sorted(frame.bodies, key=lambda one: one.tracking_id)):
        if body.tracking_id != FIRST_ID + k:
            return f"id {body.tracking_id}"
        head = np.array([-1.5 + 0.6 * k, 0.66, 2.5], np.float32)
        if not np.allclose(body.joints[3], head, atol=1e-6) or body.hand_states != (2, 3):
            return f"head {body.joints[3]}, hands {body.hand_states}"
        pixel = (960 + 1060 * head[0] / head[2], 540 - 1060 * head[1] / head[2])
        if not np.allclose(body.color_xy[3], pixel, atol=0.01):
            return f"pixel {body.color_xy[3]}, expected {pixel}"
        hand_x = {round(float(body.joints[j, 0]), 3) for j in WAVING[:2]}
        if len(hand_x) != 1 or not (body.joint_state == 2).all():
            return f"hand {hand_x}"
    picture = frame.color_bgra
    if picture is not None and (
        picture[0, 0, 0] != picture[-1, -1, 3] or not SHADE <= picture[0, 0, 0] < SHADE + SHADES
    ):
        return f"picture {picture[0, 0]}"
    return "" if frame.floor_plane is None or abs(frame.floor_plane[3] - 0.9) < 1e-6 else f"floor {frame.floor_plane}"


@contextmanager
def window_watched(picture: str) -> Iterator[dict]:
    """Grabs the screen once the window has shown something for 6 s."""
    from PyQt5.QtCore import QTimer
    from PyQt5.QtWidgets import QApplication

    from tsmf_live.gui import show

    found: dict = {}
    real = show.run_window

    def watched(*arguments: object, **options: object) -> int:
        def grab() -> None:
            screen = QApplication.primaryScreen()
            screen.grabWindow(0).save(picture)
            window = next(w for w in QApplication.topLevelWidgets() if w.isWindow() and w.isVisible())
            size = screen.size()
            found.update(
                ratio=window.devicePixelRatioF(), dpi=screen.logicalDotsPerInch(), size=[size.width(), size.height()],
                window=[window.width(), window.height()], platform=QApplication.platformName(),
            )  # fmt: skip

        QTimer.singleShot(6000, grab)
        return real(*arguments, **options)

    show.run_window = watched
    try:
        yield found
    finally:
        show.run_window = real


def window(picture: str) -> Iterator[dict]:
    """The program's own window on the simulated actor for 15 s, and its size."""
    import run_live

    with window_watched(picture) as found:
        code = run_live.main(["--source", "demo:seed=1,persons=2", "--duration", "15", "--json", f"{picture}.json"])
    with open(f"{picture}.json", encoding="utf-8") as lines:
        summary = json.loads(lines.readlines()[-1])
    yield {"code": code, **found, "frames": summary["frames_captured"], "errors": summary["errors"]}


def main() -> None:
    what, *rest = sys.argv[1:]
    for found in kinect(rest) if what == "kinect" else window(*rest):
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
