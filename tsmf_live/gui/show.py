"""Shows the window until it is closed, brings every error that leaves a slot to the caller, and lets go of Qt.

Qt is let go in this order, while Python is still whole: the window and all it holds, what Python has not collected yet,
the application. PyQt's own clean-up at the interpreter's end destroys objects while it walks the table of them.
Destroying calls back into Python, the table may grow during the walk, and then the program can end in a segmentation
fault.
"""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING

from PyQt5 import sip
from PyQt5.QtCore import (
    QEventLoop,
    QMessageLogContext,
    Qt,
    QtFatalMsg,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QApplication

from tsmf_live import interrupt
from tsmf_live.command import warn
from tsmf_live.gui.display import leave_out_foreign_plugins, why_not
from tsmf_live.gui.language import forget_language
from tsmf_live.gui.log_file import LOG
from tsmf_live.gui.window import MainWindow
from tsmf_live.interrupt import INTERRUPTED

if TYPE_CHECKING:  # for types only: they bring torch
    from tsmf_live.live.launcher import Launcher
    from tsmf_live.live.pipeline import Pipeline

LETTING_GO = 4  # passes: each may release objects that only the next one finds


@contextmanager
def application(refused: Callable[[str], object]) -> Iterator[QApplication]:
    """Qt's application, for as long as the block lasts; afterwards nothing of Qt is left. Main thread only.

    Args:
        refused: called with the reason, in words, when the display that was there a moment ago refuses. Qt ends the
            process with an abort when this returns: it must put another program in our place.
    """
    leave_out_foreign_plugins()
    QApplication.setAttribute(Qt.AA_EnableHighDpiScaling)
    QApplication.setAttribute(Qt.AA_UseHighDpiPixmaps)
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    said: list[str] = []

    def note(kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
        said.append(text)
        if kind == QtFatalMsg:
            refused(why_not("\n".join(said)))

    before = qInstallMessageHandler(note)
    app = QApplication(sys.argv[:1])
    qInstallMessageHandler(before)
    for text in said:
        print(text, file=sys.stderr)
    try:
        yield app
    finally:
        forget_language()
        _let_go()
        sip.delete(app)


def _let_go() -> None:
    """Destroys now what waits to be deleted, and what only reference cycles still hold."""
    for _ in range(LETTING_GO):
        QApplication.processEvents()
        gc.collect()


def run_window(
    run: Pipeline,
    launcher: Launcher | None = None,
    *,
    quit_when_ended: bool = False,
    start: str | None = None,
    begun: Callable[[MainWindow], object] = lambda _window: None,
) -> int:
    """Show the window until it is closed; the pipeline shown last is closed then, the window destroyed.

    Call it on the main thread, within `application`.

    Args:
        run: running already, or never started: the window offers what can be opened.
        launcher: opens other sources and checkpoints; None: the window offers none.
        quit_when_ended: close by itself when the source has ended or something failed.
        start: why the start page is shown at first; None: it is not.
        begun: called with the window before it is shown; measurements watch it from here.

    Returns:
        0, or 130 if Ctrl-C in the terminal, or a request to end, closed it.

    Raises:
        Exception: the first that left a slot or an event of the window, or the pipeline's close. PyQt5 would abort the
            process; here it closes the window and is the caller's to report.
    """
    window = MainWindow(run, launcher)
    if quit_when_ended:
        window.run_over.connect(window.close_when_saved)
    if start is not None:
        window.offer_sources(start)
    begun(window)
    try:
        errors, interrupted = _show_until_closed(window)
        for error in errors:
            _forget_locals(error)
        for words in window.last_words:
            warn(f"run_live.py: {words}")
    finally:
        sip.delete(window)
        del window
        _let_go()
    if errors:
        raise errors[0]
    return INTERRUPTED if interrupted else 0


def _show_until_closed(window: MainWindow) -> tuple[list[BaseException], bool]:
    """Exceptions out of the window, and whether the user asked for the end from outside it."""
    loop = QEventLoop()

    def close_soon() -> None:
        QTimer.singleShot(0, window.close_now)  # not here: the window may only just be opening

    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    window.closed.connect(loop.quit)
    with _closed_by_error(window) as errors, interrupt.answered_by(close_soon):
        window.show()
        window.activateWindow()
        if not closed:  # by a request that was answered while the window was opening: nobody would quit the loop
            loop.exec_()
        window.close_now()
        QApplication.processEvents()
        interrupted = interrupt.asked()
    return errors, interrupted


def _forget_locals(error: BaseException) -> None:
    """Clears the local variables of an error's frames, which would keep the window's objects; the line numbers stay."""
    for frame, _line in traceback.walk_tb(error.__traceback__):
        for caller, _line in traceback.walk_stack(frame):
            with suppress(RuntimeError):  # it is running still
                caller.clear()


@contextmanager
def _closed_by_error(window: MainWindow) -> Iterator[list[BaseException]]:
    """Within it, an exception out of a slot closes the window; gives these exceptions."""
    errors: list[BaseException] = []

    def keep_and_close(_type: type, error: BaseException, _trace: TracebackType | None) -> None:
        errors.append(error)
        LOG.error("a bug of ours", exc_info=error)
        QTimer.singleShot(0, window.close_now)  # not here: this may be in the middle of painting

    hook_before = sys.excepthook
    sys.excepthook = keep_and_close
    try:
        yield errors
    finally:
        sys.excepthook = hook_before
