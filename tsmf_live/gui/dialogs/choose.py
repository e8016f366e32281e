"""What can be opened: a source or a checkpoint, from a dialog, the recent ones, or dropped onto the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import QMimeData, Qt
from PyQt5.QtWidgets import QFileDialog, QHeaderView, QSplitter, QTreeView, QWidget

from tsmf_live.gui.language import tr
from tsmf_live.gui.settings import Settings
from tsmf_live.sources.camera.spec import ENDINGS as VIDEOS

SESSION_FILE = "session.json"
SKELETONS = (".skeleton", ".txt")
WEIGHTS = ".safetensors"
POSE_MODEL = ".task"
PLACES_PX = 190


def kind_of(path: Path) -> str | None:
    """ "source", "checkpoint", "pose model", or None for what cannot be opened."""
    if path.is_dir():
        return "source"
    suffix = path.suffix.lower()
    kinds = {WEIGHTS: "checkpoint", POSE_MODEL: "pose model"}
    if suffix in kinds:
        return kinds[suffix]
    return "source" if suffix in SKELETONS + VIDEOS or path.name == SESSION_FILE else None


def as_source(path: Path) -> str:
    """The source that a chosen path means: a session's file stands for its folder."""
    return str(path.parent if path.name == SESSION_FILE else path)


def dropped_path(data: QMimeData) -> Path | None:
    """The one local file or folder that is dragged, or None."""
    urls = data.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None


def choose_recording(parent: QWidget, settings: Settings, chosen: Callable[[str], None]) -> QFileDialog:
    """Asks for a recording; `chosen` is called with the source. Does not wait."""
    kinds = (
        tr("Recordings") + " (session.json *.skeleton *.txt)",
        tr("Recorded sessions") + " (session.json)",
        tr("NTU RGB+D skeletons") + " (*.skeleton)",
        tr("PKU-MMD skeletons") + " (*.txt)",
    )
    folder = settings.folder("recordings")

    def take(path: str) -> None:
        settings.keep("recordings", str(Path(path).parent))
        chosen(as_source(Path(path)))

    return open_dialog(parent, tr("Open a recording: its session.json, .skeleton or .txt"), folder, kinds, take)


def choose_video(parent: QWidget, settings: Settings, chosen: Callable[[str], None]) -> QFileDialog:
    """Asks for a video, whose people are estimated; `chosen` is called with it. Does not wait."""

    def take(path: str) -> None:
        settings.keep("videos", str(Path(path).parent))
        chosen(path)

    kinds = (tr("Videos") + f" ({' '.join(f'*{ending}' for ending in VIDEOS)})",)
    return open_dialog(parent, tr("Open a video of any camera"), settings.folder("videos"), kinds, take)


def choose_pose_model(parent: QWidget, settings: Settings, chosen: Callable[[Path], None]) -> QFileDialog:
    """Asks for MediaPipe's model, for cameras and videos; `chosen` is called with its path. Does not wait."""

    def take(path: str) -> None:
        settings.keep("pose models", str(Path(path).parent))
        chosen(Path(path))

    kinds = (tr("Pose models of MediaPipe") + f" (*{POSE_MODEL})",)
    return open_dialog(parent, tr("Choose the pose model"), settings.folder("pose models"), kinds, take)


def choose_session_folder(parent: QWidget, settings: Settings, chosen: Callable[[str], None]) -> QFileDialog:
    """Asks for the folder of a recorded session; `chosen` is called with it. Does not wait."""

    def take(path: str) -> None:
        settings.keep("recordings", str(Path(path).parent))
        chosen(path)

    return open_dialog(parent, tr("Open the folder of a recorded session"), settings.folder("recordings"), (), take)


def choose_checkpoint(parent: QWidget, settings: Settings, chosen: Callable[[Path], None]) -> QFileDialog:
    """Asks for a checkpoint; `chosen` is called with its path. Does not wait."""

    def take(path: str) -> None:
        settings.keep("checkpoints", str(Path(path).parent))
        chosen(Path(path))

    kinds = (tr("Checkpoints") + f" (*{WEIGHTS})",)
    return open_dialog(parent, tr("Choose weights"), settings.folder("checkpoints"), kinds, take)


def open_dialog(
    parent: QWidget, title: str, folder: Path, kinds: tuple[str, ...], take: Callable[[str], None]
) -> QFileDialog:
    """A dialog that is open and does not wait; without kinds of files it asks for a folder."""
    dialog = QFileDialog(parent, title, str(folder))
    dialog.setFileMode(QFileDialog.ExistingFile if kinds else QFileDialog.Directory)
    dialog.setNameFilters(kinds)
    dialog.setAttribute(Qt.WA_DeleteOnClose)
    dialog.fileSelected.connect(take)
    roomy(dialog).open()
    return dialog


def roomy(dialog: QFileDialog) -> QFileDialog:
    """The dialog, so large and its columns so wide that names, dates and places can be read; where Qt draws it."""
    window = dialog.parentWidget().window()
    dialog.resize(max(round(0.75 * window.width()), 820), max(round(0.65 * window.height()), 460))
    files, places = dialog.findChild(QTreeView), dialog.findChild(QSplitter)
    if files is not None:  # else the system draws it
        files.header().setSectionResizeMode(QHeaderView.ResizeToContents)
        files.header().setSectionResizeMode(0, QHeaderView.Stretch)
        files.header().setStretchLastSection(False)
        places.setSizes([PLACES_PX, dialog.width() - PLACES_PX])
    dialog.setSizeGripEnabled(False)  # it lies on a button
    return dialog
