"""Opens another source or other weights while the window is open: loaded in the background, then put in place."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PyQt5.QtCore import QMimeData

from tsmf_live.frames import TsmfError
from tsmf_live.gui.dialogs.choose import as_source, dropped_path, kind_of
from tsmf_live.gui.errand import Errand
from tsmf_live.gui.language import tr
from tsmf_live.gui.source_titles import source_title

if TYPE_CHECKING:
    from tsmf_live.gui.window import MainWindow
    from tsmf_live.live.launcher import Launcher
    from tsmf_live.nets.tsmf import TSMF

T = TypeVar("T")
ERRAND_ENDS_S = 15.0  # closing waits so long for a source or weights that are being opened


class Opening:
    """What the window opens, one thing at a time. Used on the GUI thread.

    Args:
        launcher: None: nothing can be opened.
    """

    def __init__(self, window: MainWindow, launcher: Launcher | None) -> None:
        self._window, self._launcher = window, launcher
        self._errand: Errand | None = None

    @property
    def possible(self) -> bool:
        """Whether anything can be opened at all."""
        return self._launcher is not None

    @property
    def weights(self) -> Path | None:
        """The checkpoint in use, None if that is not known."""
        return self._launcher.weights.path if self._launcher is not None else None

    def poll(self) -> None:
        """Puts in place what has been fetched; call it with each pull."""
        if self._errand is not None and self._errand.poll():
            self._errand = None
            self._window.show_busy(None)

    def finish(self) -> None:
        """Before closing: waits for what is under way, so that nothing is left open."""
        if self._errand is not None and self._errand.wait(ERRAND_ENDS_S):
            self.poll()

    def source(self, source: str) -> None:
        """Ends this run, after asking if a take is recorded, and opens another source."""

        def go() -> None:
            self._begin(
                tr("opening {name} …").format(name=source_title(source)),
                lambda: self._launcher.open(source),
                lambda run: self._window.show_run(run, source),
            )

        if self.possible and self._errand is None:
            what_then = tr("Another source ends this take. It is kept.")
            self._window.unless_recording(what_then, tr("Finish the take and open"), go)

    def checkpoint(self, path: Path) -> None:
        """Loads weights in the background; they take over while everything goes on."""

        def take_over(loaded: tuple[TSMF, bool]) -> None:
            model, stream = loaded
            run = self._window.run
            run.swap_model(model, path.name, stream)
            if run.player is not None and run.player.paused:  # else no frame comes for the new weights
                run.player.seek(run.player.status().position_s)
            self._window.settings.used("checkpoints", str(path))
            self._window.log.note(logging.INFO, f"checkpoint: {path}")
            self._window.build()
            self._window.say("notice", tr("{name} is in use").format(name=path.name))

        if self.possible and self._errand is None:
            self._begin(tr("loading {name} …").format(name=path.name), lambda: self._launcher.load(path), take_over)

    def pose_model(self, path: Path) -> None:
        """Takes MediaPipe's model for cameras and videos from now on, and for later starts."""

        def say(_done: None) -> None:
            said = tr("{name} is used for cameras and videos").format(name=path.name)
            self._window.say("notice", said)

        if self.possible and self._errand is None:
            says = tr("loading {name} …").format(name=path.name)
            self._begin(says, lambda: self._launcher.use_pose_model(path), say)

    def takes(self, data: QMimeData) -> bool:
        """Whether what is dragged can be dropped here."""
        path = dropped_path(data)
        return self.possible and path is not None and kind_of(path) is not None

    def drop(self, data: QMimeData) -> None:
        """Opens what was dropped."""
        path = dropped_path(data)
        if kind_of(path) == "checkpoint":
            self.checkpoint(path)
        elif kind_of(path) == "pose model":
            self.pose_model(path)
        else:
            self.source(as_source(path))

    def _begin(self, says: str, work: Callable[[], T], done: Callable[[T], None]) -> None:
        if self._errand is None:
            self._window.show_busy(says)
            self._errand = Errand(work, done, self._failed)

    def _failed(self, error: BaseException) -> None:
        text = str(error) if isinstance(error, TsmfError) else tr("a bug of ours: {error}").format(error=repr(error))
        self._window.log.note(logging.ERROR, text)
        self._window.say("failed", text)
