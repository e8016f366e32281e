"""With MediaPipe and its model, where they are: everybody is found on real videos."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from tests.fakes.cameras import MODEL
from tests.fakes.recordings import DATA, play
from tsmf_live.skeleton import TRACKED
from tsmf_live.sources.camera.estimator import PoseEstimator
from tsmf_live.sources.camera.video import VideoSource

VIDEOS = DATA / "ntu_rgb"
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("mediapipe") is None or not MODEL.is_file() or not VIDEOS.is_dir(),
    reason="MediaPipe, its model or the real videos are not here",
)


@pytest.mark.parametrize(
    ("name", "people"),
    [("S004C002P003R002A046_rgb.avi", 1), ("ntu_sample.avi", 2), ("video:mirrored=1,fov=84,file=ntu_sample.avi", 2)],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_everybody_is_found_and_keeps_the_number(name, people, capfd):
    spec = name.replace("ntu_sample", str(VIDEOS / "ntu_sample")) if people == 2 else str(VIDEOS / name)
    source = VideoSource(spec)
    estimator = PoseEstimator(MODEL, source.info.lens)
    frames, error = play(source)
    assert error is None
    found = [estimator.bodies(frame.color_bgra, frame.sensor_time_s) for frame in frames]
    estimator.close()
    everybody = set(range(1, people + 1))
    assert {body.tracking_id for bodies in found for body in bodies} == everybody
    assert sum({body.tracking_id for body in bodies} == everybody for bodies in found) >= 0.95 * len(found)
    bodies = [body for each in found for body in each]
    assert np.mean([body.joint_state == TRACKED for body in bodies]) > 0.7
    assert all(1.5 < body.joints[0, 2] < 6 for body in bodies)
    assert capfd.readouterr().err == ""  # the library's own lines are kept away
