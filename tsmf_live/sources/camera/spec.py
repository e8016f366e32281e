"""What `webcam:...` and `video:...` ask for, and which files are videos."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tsmf_live.files import beside
from tsmf_live.frames import UsageError
from tsmf_live.ntu_name import NtuName
from tsmf_live.recording.folder import COLOR_FILE, DESCRIPTION_FILE
from tsmf_live.sources.camera.lens import FIELD_OF_VIEW_DEG, KINECT_DEG, NARROWEST_DEG, WIDEST_DEG

ENDINGS = (".mp4", ".avi", ".mkv", ".mov", ".webm", ".m4v")
NTU_ENDING = "_rgb"  # SsssCcccPpppRrrrAaaa_rgb.avi: a Kinect v2's picture
WEBCAM, VIDEO = "webcam", "video"


@dataclass(frozen=True)
class WebcamSpec:
    """A camera at this machine: its number, the picture that is asked for, and how wide it sees, degrees."""

    index: int = 0
    width: int = 1280
    fps: int = 30
    fov: float = FIELD_OF_VIEW_DEG
    mirrored: bool = False

    @classmethod
    def parse(cls, spec: str) -> WebcamSpec:
        """From "webcam" or "webcam:index=0,...".

        Raises:
            UsageError: an unknown or repeated key, a value that cannot be.
        """
        return cls(**_settings(spec, spec.partition(":")[2], tuple(cls.__dataclass_fields__)))


@dataclass(frozen=True)
class VideoSpec:
    """A video file, how wide its camera saw, degrees, and whether its picture is mirrored already."""

    file: Path
    fov: float = FIELD_OF_VIEW_DEG
    mirrored: bool = False

    @classmethod
    def parse(cls, spec: str) -> VideoSpec:
        """From a path, or from "video:fov=60,mirrored=0,file=PATH", where file= comes last.

        The pictures of NTU RGB+D are known by their name: a Kinect v2's, mirrored.

        Raises:
            UsageError: an unknown or repeated key, a value that cannot be.
        """
        settings: dict[str, Any] = {}
        file = Path(spec)
        if spec.startswith(f"{VIDEO}:"):
            front, _, path = spec.partition("file=")
            if not path:
                raise UsageError(
                    f"source {spec[:200]!r}: expected {VIDEO}:fov=60,mirrored=0,file=PATH, with file= last"
                )
            file = Path(path)
            settings = _settings(spec, front.partition(":")[2].rstrip(", "), ("fov", "mirrored"))
        if file.stem.lower().endswith(NTU_ENDING) and NtuName.parse(file.stem[: -len(NTU_ENDING)]) is not None:
            settings = {"fov": KINECT_DEG, "mirrored": True} | settings
        return cls(file, **settings)

    @classmethod
    def of(cls, file: Path, fov: float | None, mirrored: bool) -> VideoSpec:
        """With settings of a command line; what is not said there (None, False) is as `parse` has it.

        Raises:
            UsageError: a field of view that cannot be.
        """
        settings = [f"fov={fov}"] * (fov is not None) + ["mirrored=1"] * mirrored
        return cls.parse(f"{VIDEO}:{','.join([*settings, f'file={file}'])}")


def shows_pictures_only(source: str) -> bool:
    """Whether a source, as in --source, gives pictures without skeletons, so that the pose estimator is needed."""
    if source.partition(":")[0] in (WEBCAM, VIDEO):
        return True
    path = Path(source)
    return path.suffix.lower() in ENDINGS and skeleton_beside(path) is None


def skeleton_beside(video: Path) -> Path | None:
    """The recording that a video belongs to: a session's folder, or the `.skeleton` file beside it; None without one.

    A sensor's skeletons are better than estimated ones.
    """
    try:
        if video.name.lower() == COLOR_FILE and (video.parent / DESCRIPTION_FILE).is_file():
            return video.parent
        stem = video.stem
        if stem.lower().endswith(NTU_ENDING):
            stem = stem[: -len(NTU_ENDING)]
        return beside(video.parent, f"{stem}.skeleton")
    except (OSError, ValueError):
        return None


def _settings(spec: str, text: str, keys: tuple[str, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for setting in text.split(",") if text else ():
        key, equals, value = (part.strip() for part in setting.partition("="))
        if not equals or key not in keys:
            expected = ", ".join(f"{each}=" for each in keys)
            what = f"expected settings {expected} with a comma between"
            raise UsageError(f"source {spec[:200]!r}: {what}; got {setting!r}")
        if key in values:
            raise UsageError(f"source {spec[:200]!r}: expected each setting once; got {key} twice")
        values[key] = _value(spec, key, value)
    return values


def _value(spec: str, key: str, text: str) -> int | float | bool:
    kind, lowest, highest = {
        "index": (int, 0, 63),
        "width": (int, 160, 7680),
        "fps": (int, 1, 240),
        "fov": (float, NARROWEST_DEG, WIDEST_DEG),
        "mirrored": (int, 0, 1),
    }[key]
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not lowest <= value <= highest:
        what = "a whole number" if kind is int else "a number"
        raise UsageError(f"source {spec[:200]!r}: {key}: expected {what} from {lowest:g} to {highest:g}; got {text!r}")
    return bool(value) if key == "mirrored" else value
