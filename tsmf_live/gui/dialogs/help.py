"""F1 and About: the keys, what the states mean, where the log is, what this is not."""

from __future__ import annotations

from html import escape

from PyQt5.QtCore import QT_TR_NOOP, Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QDialog, QDialogButtonBox, QMainWindow, QMenu, QTextBrowser, QVBoxLayout

from tsmf_live.gui.language import tr
from tsmf_live.gui.log_file import log_path

NOT_A_DEVICE = QT_TR_NOOP("Not a medical device and not an alarm")
STATES = (
    (QT_TR_NOOP("starting …"), QT_TR_NOOP("The sensor or the recording is being opened.")),
    (QT_TR_NOOP("nobody in view"), QT_TR_NOOP("The sensor tracks nobody. It needs people upright, 0.5 to 4.5 m away.")),
    (
        QT_TR_NOOP("Loading the networks …"),
        QT_TR_NOOP("The picture is there; who does what is said soon."),
    ),
    (QT_TR_NOOP("watching …"), QT_TR_NOOP("Somebody is there; less than a second of them was seen so far.")),
    (QT_TR_NOOP("nothing happening"), QT_TR_NOOP("Somebody is there and does none of the actions it knows.")),
    (
        QT_TR_NOOP("too little to be seen"),
        QT_TR_NOOP("Less than half of somebody was seen in the last seconds, so no action is named."),
    ),
    (QT_TR_NOOP("PAUSED"), QT_TR_NOOP("The recording is held at this moment; Space plays on.")),
    (QT_TR_NOOP("END"), QT_TR_NOOP("The recording is over; Space plays it again.")),
    (QT_TR_NOOP("stopped"), QT_TR_NOOP("Something failed; the red line says what, and what to do.")),
)
MOUSE = (
    (QT_TR_NOOP("click on a person"), QT_TR_NOOP("focus on that person")),
    (QT_TR_NOOP("wheel, drag, double click"), QT_TR_NOOP("zoom, move, fit")),
    (QT_TR_NOOP("drop a file or folder"), QT_TR_NOOP("open the recording or the weights")),
)


def _sheet(window: QMainWindow, title: str, html: str, size: tuple[int, int]) -> QDialog:
    """A dialog that does not hold up the window."""
    dialog = QDialog(window, Qt.Dialog)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WA_DeleteOnClose)
    text = QTextBrowser()
    text.setOpenExternalLinks(True)
    text.setHtml(html)
    buttons = QDialogButtonBox(QDialogButtonBox.Close)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(text)
    layout.addWidget(buttons)
    dialog.resize(*size)
    dialog.show()
    return dialog


def show_help(window: QMainWindow) -> QDialog:
    """The help; the window stays usable beside it."""
    parts = [_table(title, rows) for title, rows in listed_keys(window)]
    parts.append(_table(tr("Mouse"), [(tr(what), tr(does)) for what, does in MOUSE]))
    states = _table(tr("What the large line says"), [(tr(name), tr(meaning)) for name, meaning in STATES])
    joints = tr("Large, bright joints are the ones the model attends to; rings are joints the sensor guesses.")
    log = tr("Warnings and errors are kept in {path}").format(path=f"<code>{escape(str(log_path()))}</code>")
    html = f"<p><b>{tr(NOT_A_DEVICE)}.</b></p>{states}<p>{joints}</p>{''.join(parts)}<p>{log}</p>"
    scale = max(1.0, window.height() / 900)
    return _sheet(window, tr("Help"), html, (round(620 * scale), round(640 * scale)))


def show_about(window: QMainWindow) -> QDialog:
    """What this is, and what it is not."""
    what = tr(
        "Live action recognition with a depth sensor: a skeleton teacher whose attention guides a picture student."
    )
    source = tr("The model is TSMF (Yu, Liu, Chan, AAAI 2021).")
    duty = tr("It must not be used to diagnose, to treat, to monitor patients, or to call for help.")
    weights = tr("demo.safetensors knows simulated people only, people.safetensors real ones.")
    html = f"<h3>TSMF live</h3><p>{what}</p><p>{source}</p><p><b>{tr(NOT_A_DEVICE)}.</b> {duty}</p><p>{weights}</p>"
    return _sheet(window, tr("About"), html, (460, 320))


def listed_keys(window: QMainWindow) -> list[tuple[str, list[tuple[str, str]]]]:
    """For the help: each menu's title with (keys, what they do) of its entries that have keys."""
    listed = []
    for top in window.menuBar().actions():
        rows = []
        for action in _all_actions(top.menu()):
            keys = ", ".join(key.toString(QKeySequence.NativeText) for key in action.shortcuts())
            if keys:
                rows.append((keys, action.text().replace("&", "")))
        if rows:
            listed.append((top.text().replace("&", ""), rows))
    return listed


def _all_actions(menu: QMenu) -> list[QAction]:
    found = []
    for action in menu.actions():
        if not action.isVisible():
            continue
        found += _all_actions(action.menu()) if action.menu() is not None else [action]
    return found


def _table(title: str, rows: list[tuple[str, str]]) -> str:
    lines = "".join(
        f"<tr><td width='190'><b>{escape(left)}</b></td><td>{escape(right)}</td></tr>" for left, right in rows
    )
    return f"<h4>{escape(title)}</h4><table cellpadding='2'>{lines}</table>"
