"""What the window calls a source: no words of the command line."""

from __future__ import annotations

from pathlib import Path

from tsmf_live.frames import UsageError
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.language import tr
from tsmf_live.sources.camera.spec import VIDEO, WEBCAM, VideoSpec, WebcamSpec
from tsmf_live.sources.demo import DemoSpec


def source_title(source: str) -> str:
    """A device, the simulated people, or the name of a file or folder.

    Args:
        source: as in --source.
    """
    kind = source.partition(":")[0]
    try:
        if kind == "kinect":
            return tr("Kinect v2")
        if kind == WEBCAM:
            return tr("Camera {number}").format(number=WebcamSpec.parse(source).index)
        if kind == "demo":
            return _simulated(DemoSpec.parse(source))
        if kind == VIDEO:
            return VideoSpec.parse(source).file.name
    except UsageError:  # whoever opens it says what is wrong
        return source
    return Path(source).resolve().name or source


def _simulated(spec: DemoSpec) -> str:
    several = tr("{count} simulated people").format(count=spec.persons)
    people = tr("1 simulated person") if spec.persons == 1 else several
    return f"{people} · {', '.join(map(class_name, spec.actions))}" if spec.actions else people
