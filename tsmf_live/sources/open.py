"""From what the user names on the command line to a source that gives frames."""

from __future__ import annotations

from pathlib import Path

from tsmf_live.frames import SourceError
from tsmf_live.sources.base import Source
from tsmf_live.sources.camera.pose_model import choose_model
from tsmf_live.sources.camera.spec import ENDINGS, skeleton_beside

FORMS = (
    "'kinect', 'webcam', 'demo', the folder of a recorded session, an NTU RGB+D .skeleton file, a PKU-MMD skeleton "
    ".txt file or a video"
)


def open_source(spec: str, aside: bool = False) -> Source:
    """The source that `spec` names; its owner closes it.

    Args:
        spec: "kinect", "kinect:acquire=poll", "webcam", "webcam:index=0,fov=60", "video:fov=60,file=PATH", "demo",
            "demo:seed=1,persons=2", or a path. Cameras and videos give pictures alone, see live.estimate.
        aside: paint the simulated actor in another process; for live use, where starting one may take a second.

    Raises:
        SourceError: nothing like that exists, or it does not give what it should.
        UsageError: the options after "demo:", "kinect:", "webcam:" or "video:" are wrong.
    """
    # Imported when asked for: the sensor's library is there on Windows only, the actor's world takes a moment to load.
    if spec == "kinect" or spec.startswith("kinect:"):
        from tsmf_live.sources.kinect.source import KinectSource

        return KinectSource(spec)
    if spec == "demo" or spec.startswith("demo:"):
        from tsmf_live.sources.demo import DemoSource
        from tsmf_live.sources.demo_process import DemoProcess

        return DemoProcess(spec) if aside else DemoSource(spec)
    if spec == "webcam" or spec.startswith("webcam:"):
        from tsmf_live.sources.camera.webcam import WebcamSource

        return WebcamSource(spec)
    if spec.startswith("video:"):
        from tsmf_live.sources.camera.video import VideoSource

        return VideoSource(spec)
    path = Path(spec)
    try:
        found = bool(spec) and path.exists()
    except (OSError, ValueError):  # a name that cannot be one, a folder that may not be looked into
        found = False
    if not found:
        raise SourceError(f"{spec[:200] or 'empty source'}: no such file or folder; expected {FORMS}")
    if path.is_dir():
        from tsmf_live.sources.replay import ReplaySource

        return ReplaySource(path)
    if path.is_file() and path.suffix.lower() == ".skeleton":
        from tsmf_live.sources.ntu import NtuSource

        return NtuSource(path)
    if path.is_file() and path.suffix.lower() == ".txt":
        from tsmf_live.sources.pku import PkuSource

        return PkuSource(path)
    if path.is_file() and path.suffix.lower() in ENDINGS:
        from tsmf_live.sources.camera.video import VideoSource

        skeleton = skeleton_beside(path)
        return VideoSource(spec) if skeleton is None else open_source(str(skeleton))
    raise SourceError(f"{spec}: not a kind of source that can be played; expected {FORMS}")


def pose_model_for(source: str, named: Path | None) -> Path:
    """The pose model for a camera or a video, see choose_model.

    Raises:
        SourceError: there is none that can be used. If the source cannot be opened either, its error is told, not the
            model's: nobody should have to install a library to read that a file's name is wrong.
        UsageError: see open_source.
    """
    try:
        return choose_model(named)
    except SourceError:
        open_source(source).close()
        raise
