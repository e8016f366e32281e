"""Shows the window until it is closed, and brings every error that leaves a slot to the caller."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from PyQt5.QtCore import QEventLoop, Qt, QTimer
from PyQt5.QtWidgets import QApplication

from tsmf_live import interrupt
from tsmf_live.gui.desk import Run
from tsmf_live.gui.log_file import LOG
from tsmf_live.gui.opening import Launcher
from tsmf_live.gui.window import MainWindow
from tsmf_live.interrupt import INTERRUPTED


def _new_application() -> QApplication:
    QApplication.setAttribute(Qt.AA_EnableHighDpiScaling)
    QApplication.setAttribute(Qt.AA_UseHighDpiPixmaps)
    return QApplication(sys.argv[:1])


def run_window(run: Run, launcher: Launcher | None = None, *, quit_when_ended: bool = False) -> int:
    """Show the window until it is closed; the pipeline shown last is closed then. Call it on the main thread.

    Args:
        run: running already.
        launcher: opens other sources and checkpoints; None: the window offers none.
        quit_when_ended: close by itself when the source has ended or something failed.

    Returns:
        0, or 130 if Ctrl-C in the terminal, or a request to end, closed it.

    Raises:
        Exception: the first that left a slot or an event of the window, or the pipeline's close. PyQt5 would abort the
            process; here it closes the window and is the caller's to report.
    """
    app = QApplication.instance() or _new_application()
    window = MainWindow(run, launcher)
    loop = QEventLoop()

    def close_soon() -> None:
        QTimer.singleShot(0, window.close_now)  # not here: the window may only just be opening

    window.closed.connect(loop.quit)
    if quit_when_ended:
        window.run_over.connect(window.close_now)
    with _closed_by_error(window) as errors, interrupt.answered_by(close_soon):
        window.show()
        window.activateWindow()
        loop.exec_()
        window.close_now()
        app.processEvents()
        interrupted = interrupt.asked()
    if errors:
        raise errors[0]
    return INTERRUPTED if interrupted else 0


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
