"""Small trees of files in the layouts of NTU RGB+D and PKU-MMD, and train.prepare run on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.fakes import recordings
from train.data.prepared import Prepared
from train.prepare import command as prepare
from tsmf_live.camera import project_to_color
from tsmf_live.frames import Body, SensorFrame

TURNS = np.zeros((25, 4), np.float32)


def walking(seed: int, count: int, persons: int = 1, first_id: int = 100) -> list[SensorFrame]:
    """Upright people who move along; the first one most."""
    rng = np.random.default_rng(seed)
    shape = np.stack([rng.uniform(-0.2, 0.2, 25), np.linspace(0.8, -0.9, 25), rng.uniform(-0.1, 0.1, 25)], axis=1)
    made = []
    for t in range(count):
        bodies = []
        for m in range(persons):
            place = (-0.8 + 1.6 * m + 0.02 * t / (m + 1), 0, 3)
            joints = (shape + place + rng.normal(0, 0.01, (25, 3))).astype(np.float32)
            states = np.full(25, 2, np.uint8)
            bodies.append(Body(first_id + m, joints, states, project_to_color(joints), TURNS))
        made.append(SensorFrame(t, t / 30, 0.0, None, tuple(bodies)))
    return made


def ntu_name(camera: int, subject: int, action: int) -> str:
    return f"S001C{camera:03d}P{subject:03d}R001A{action:03d}"


def ntu_tree(root: Path, frames: int = 12, subjects: tuple[int, ...] = (1, 3)) -> Path:
    """Two cameras, two actions, people of both sides of the cross-subject split; no videos."""
    for camera in (1, 2):
        for subject in subjects:
            for action in (1, 2):
                name = ntu_name(camera, subject, action)
                recordings.write_ntu(
                    root / "nturgb+d_skeletons" / f"{name}.skeleton", walking(subject + action, frames)
                )
    return root


def run(*arguments: object) -> Prepared:
    """Runs the command and opens what it wrote."""
    out = arguments[arguments.index("--out") + 1]
    prepare.main([str(argument) for argument in arguments] + ["--processes", "1"])
    return Prepared.open(Path(out))


def skipped(data: Prepared) -> dict[str, str]:
    return {one["name"]: one["reason"] for one in data.manifest["skipped"]}


def pku_tree(root: Path, video: bool = False) -> Path:
    """Two recordings of three views' worth of names; the first row of 0089 is one of the invalid samples."""
    for stem in ("0002-L", "0002-M", "0089-R", "0291-R"):
        recordings.write_pku(root / "PKU_Skeleton_Renew" / f"{stem}.txt", 40)
        (root / "Train_Label").mkdir(exist_ok=True)
        (root / "Train_Label" / f"{stem}.txt").write_text("23,5,14,2\n1,21,40,1\n")
        if video:
            recordings.write_video(root / "RGB_VIDEO" / f"{stem}.avi", 40)
    return root
