"""MediaPipe's pose models: which file is used, where it is remembered, and a landmarker made from it.

MediaPipe is optional, and it brings no model: whoever watches a camera or a video installs the one and downloads the
other, once. What is missing is said in one line. The file that was named last is remembered in the user's own settings.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from tsmf_live.command import one_line
from tsmf_live.files import make_folders, whole_file
from tsmf_live.frames import SourceError
from tsmf_live.sources.camera.landmarks import Landmarks
from tsmf_live.sources.camera.quiet import without_library_lines

INSTALL = "pip install mediapipe"
PAGE = "https://ai.google.dev/edge/mediapipe/solutions/vision/pose_landmarker"
GET_MODEL = (
    f"get pose_landmarker_full.task (or _lite: faster, or _heavy: finer) from {PAGE} and name it: --pose-model FILE, "
    "or File, Choose the pose model"
)
MODELS = ("lite", "full", "heavy")
PARTS = ("pose_detector.tflite", "pose_landmarks_detector.tflite")  # of a .task file, which is a ZIP
FOLLOWED, NEW = 0.4, 0.4  # how sure MediaPipe must be of somebody known, and of a newcomer
MOST_FOUND = 4  # people that one look finds
WARNS = 2  # looks that see somebody, with lines of MediaPipe's own: as it begins, and as it first follows somebody


def settings_file() -> Path:
    """Where the model's path is remembered: beside what the window remembers."""
    if sys.platform == "win32":
        folder = os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming"
    else:
        folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(folder) / "tsmf_live" / "pose_model.txt"


def remember(model: Path) -> None:
    """Keeps a model's path for later starts; where that cannot be written, it is named again each time."""
    file = settings_file()
    with suppress(OSError):
        make_folders(file.parent)
        with whole_file(file) as stream:
            stream.write(str(model.resolve()).encode("utf-8", "surrogateescape"))


def remembered() -> Path | None:
    """The model that was named last, or None."""
    try:
        text = settings_file().read_bytes().decode("utf-8", "surrogateescape").strip()
    except OSError:
        return None
    return Path(text) if text else None


def is_installed() -> bool:
    """Whether MediaPipe is there; loading it takes a second, and may still fail."""
    return importlib.util.find_spec("mediapipe") is not None


def choose_model(named: Path | None = None) -> Path:
    """The model to use: the one named, which is remembered from now on, else the remembered one.

    Raises:
        SourceError: the file is none, MediaPipe is not installed, or no model was ever named.
    """
    if named is not None:  # first: what was named may be mended at once
        require_model(named)
        remember(named)
    if not is_installed():
        raise SourceError(
            f"a camera or a video needs MediaPipe Pose, which is not installed: {INSTALL}; then {GET_MODEL}"
        )
    model = named or remembered()
    if model is None:
        raise SourceError(f"a camera or a video needs a pose model, and none was named: {GET_MODEL}")
    if named is None:
        require_model(model)
    return model


def require_model(model: Path) -> None:
    """SourceError unless the file is a pose landmarker's .task file."""
    try:
        with zipfile.ZipFile(model) as archive:
            missing = set(PARTS) - set(archive.namelist())
    except FileNotFoundError as error:
        raise SourceError(f"pose model {model}: there is no such file; {GET_MODEL}") from error
    except Exception as error:  # a damaged archive makes zipfile fail in any way
        why = getattr(error, "strerror", None) or "it is no .task file"
        raise SourceError(f"pose model {model}: cannot be read ({why}); {GET_MODEL}") from error
    if missing:
        raise SourceError(f"pose model {model}: expected {' and '.join(PARTS)} in it; {GET_MODEL}")


def model_name(model: Path) -> str:
    """What a session calls the model: "MediaPipe Pose full", or the file's name where that does not tell."""
    kind = next((kind for kind in MODELS if kind in model.stem.lower()), model.name)
    return f"MediaPipe Pose {kind}"


def load_library() -> tuple[Any, Any, Any]:
    """MediaPipe, its BaseOptions and its vision tasks; SourceError if it cannot be loaded."""
    try:
        import mediapipe
        from mediapipe.tasks.python import BaseOptions, vision
    except (ImportError, OSError) as error:
        reason = one_line(error)
        raise SourceError(f"MediaPipe cannot be loaded ({reason}); install it again: {INSTALL}") from error
    return mediapipe, BaseOptions, vision


class Landmarker:
    """One of MediaPipe's landmarkers. Used by one thread.

    Args:
        model: a .task file.
        follows: it follows one person from picture to picture; False: it looks for people on each picture anew.

    Raises:
        SourceError: MediaPipe cannot be loaded, or does not take the model.
    """

    def __init__(self, model: Path, follows: bool) -> None:
        mediapipe, base_options, vision = load_library()
        self._mediapipe, self._model = mediapipe, model
        self._follows = follows
        self._last_ms, self._saw_somebody = -1, 0
        mode = vision.RunningMode.VIDEO if follows else vision.RunningMode.IMAGE
        options = vision.PoseLandmarkerOptions(
            # read by us: MediaPipe's own reader knows no names outside of ASCII on Windows
            base_options=base_options(model_asset_buffer=model.read_bytes()),
            running_mode=mode,
            num_poses=1 if follows else MOST_FOUND,
            min_pose_detection_confidence=FOLLOWED if follows else NEW,
            min_pose_presence_confidence=FOLLOWED,
            min_tracking_confidence=FOLLOWED,
        )
        try:
            with without_library_lines():
                self._landmarker = vision.PoseLandmarker.create_from_options(options)
        except (RuntimeError, ValueError) as error:
            raise _not_taken(model, error) from error

    def find(self, picture_rgb: np.ndarray, time_s: float) -> list[Landmarks]:
        """The people on a picture, with `xy` in its pixels and x in world coordinates to its right.

        Args:
            picture_rgb: (H, W, 3) uint8, not mirrored, contiguous.
            time_s: later than of the picture before.

        Raises:
            SourceError: MediaPipe fails, as with networks that are not what the file's parts are called.
        """
        image = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=picture_rgb)
        if self._saw_somebody < WARNS:
            with without_library_lines():
                result = self._result(image, time_s)
            self._saw_somebody += bool(result.pose_landmarks)
        else:
            result = self._result(image, time_s)
        height, width = picture_rgb.shape[:2]
        return [
            Landmarks(
                xy=np.array([(one.x * width, one.y * height) for one in points]),
                world=np.array([(one.x, -one.y, one.z) for one in world]),
                visibility=np.array([one.visibility for one in points], np.float64),
            )
            for points, world in zip(result.pose_landmarks, result.pose_world_landmarks, strict=True)
        ]

    def close(self) -> None:
        """Lets the networks go."""
        with without_library_lines():
            self._landmarker.close()

    def _result(self, image: Any, time_s: float) -> Any:
        """MediaPipe's own."""
        try:
            if not self._follows:
                return self._landmarker.detect(image)
            self._last_ms = max(round(time_s * 1e3), self._last_ms + 1)
            return self._landmarker.detect_for_video(image, self._last_ms)
        except (RuntimeError, ValueError) as error:
            raise _not_taken(self._model, error) from error


def _not_taken(model: Path, error: Exception) -> SourceError:
    reason = one_line(error)[:200]
    return SourceError(f"pose model {model}: MediaPipe does not take it ({reason}); {GET_MODEL}")
