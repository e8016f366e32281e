"""A whole day in the window alone, by mouse and keyboard, on the real program without a Kinect; a table of its steps.

    xvfb-run -s "-screen 0 1280x720x24" python -m tests.measure.window_day --out DIR

No Kinect -> start page -> simulated people -> a protocol of four takes of two subjects -> annotate one -> teach ->
use the new weights -> freeze and save a figure -> attention over the whole take -> export NTU RGB+D -> delete a take.
Nothing is typed in a terminal. The exit code is 1 if a step does not come about: if --limit seconds pass in which
neither it nor anything that a command under way says is new. Without a display it runs off screen.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import tsmf_live  # noqa: F401  before numpy: it says how many threads that may start

STEP_MS = 50  # between two looks at whether a step has come about
ACTIONS = ("kicking", "idle")
PROTOCOL = "P01: kicking, idle\nP02: kicking, idle"
TAKE_S = 3.0
EPOCHS = 2
Wanted = Callable[[], object]


class Day:
    """Drives a window: `script` gives what must come about before it goes on.

    Args:
        window: of the program; home: where its user's documents lie; limit_s: of a step.
    """

    def __init__(self, window, home: Path, limit_s: float) -> None:
        from PyQt5.QtCore import QTimer

        self.window, self.home, self.limit_s = window, home, limit_s
        self.steps: list[tuple[str, float]] = []
        self.failure: str | None = None
        self.over = False
        self._name, self._began_s = "start", time.perf_counter()
        self._said: object = None  # by what is under way, and when that was new
        self._new_s = self._began_s
        self._wanted: Wanted = lambda: window.isVisible()
        self._script = self.script()
        self._timer = QTimer(window)
        self._timer.timeout.connect(self._go_on)
        self._timer.start(STEP_MS)

    def _go_on(self) -> None:
        if self.over:
            return
        now_s = time.perf_counter()
        took_s = now_s - self._began_s
        if (said := self._what_is_said()) != self._said:
            self._said, self._new_s = said, now_s
        try:
            if self._wanted():
                self.steps.append((self._name, took_s))
                print(f"{took_s:7.1f} s  {self._name}", flush=True)
                self._began_s = self._new_s = time.perf_counter()
                self._name, self._wanted = next(self._script)
            elif now_s - self._new_s > self.limit_s:
                said = self.window.desk.banners.notice.text()
                self._end(f"{self._name}: did not come about within {self.limit_s:g} s; the window says {said!r}")
        except StopIteration:
            self._end(None)
        except Exception as error:  # the window must close all the same
            self._end(f"{self._name}: {error!r}")

    def _what_is_said(self) -> object:
        """What commands under way have told so far: on a slow machine they take long, but they go on."""
        teaching, whole = self.window.teaching, self.window.desk.whole
        learned = {role: len(epochs) for role, epochs in teaching.epochs.items()}
        return teaching.step, len(teaching.told), learned, whole and whole.progress.value()

    def _end(self, failure: str | None) -> None:
        self.over, self.failure = True, failure
        self._timer.stop()
        self.window.close_now()

    # ---- what a user does

    def click(self, widget) -> None:
        from PyQt5.QtCore import Qt
        from PyQt5.QtTest import QTest

        if not (widget.isVisible() and widget.isEnabled()):
            raise RuntimeError(f"{widget.text()!r} cannot be clicked")
        QTest.mouseClick(widget, Qt.LeftButton)

    def key(self, sequence: str) -> Iterator[tuple[str, Wanted]]:
        """Presses a key once the window has the keyboard: without a window manager it must ask for it."""
        from PyQt5.QtCore import Qt, QTimer
        from PyQt5.QtGui import QKeySequence
        from PyQt5.QtTest import QTest

        self.window.activateWindow()
        yield f"key {sequence}", self.window.isActiveWindow
        code, pressed = QKeySequence(sequence)[0], []

        def press() -> None:  # not here: it may open a dialog that waits for its end
            pressed.append(True)
            modifiers = Qt.KeyboardModifiers(code & int(Qt.KeyboardModifierMask))
            QTest.keyClick(
                self.window.focusWidget() or self.window, Qt.Key(code & ~int(Qt.KeyboardModifierMask)), modifiers
            )

        QTimer.singleShot(0, press)
        yield f"key {sequence} is pressed", lambda: pressed

    def type_in(self, field, text: str) -> None:
        """Replaces what stands in a field: a click, everything selected, the text typed."""
        from PyQt5.QtCore import Qt
        from PyQt5.QtTest import QTest
        from PyQt5.QtWidgets import QLineEdit

        writes = field if isinstance(field, QLineEdit) else field.findChild(QLineEdit)  # a number box holds one
        if not (field.isVisible() and field.isEnabled()):
            raise RuntimeError(f"{field} cannot be typed into")
        QTest.mouseClick(writes, Qt.LeftButton)
        QTest.keyClick(writes, Qt.Key_A, Qt.ControlModifier)
        QTest.keyClicks(writes, text)
        if writes is not field:
            QTest.keyClick(writes, Qt.Key_Return)

    def click_item(self, view, rect, inside=None) -> None:
        """Clicks an item of a list, table or tab bar, in its middle or at a place inside of it."""
        from PyQt5.QtCore import Qt
        from PyQt5.QtTest import QTest

        at = rect.center() if inside is None else rect.topLeft() + inside
        QTest.mouseClick(view, Qt.LeftButton, pos=at)

    def button(self, parent, text: str):
        """The visible button with this text."""
        from PyQt5.QtWidgets import QAbstractButton

        return next(one for one in parent.findChildren(QAbstractButton) if one.text() == text and one.isVisible())

    def go_to(self, time_s: float) -> None:
        """Clicks into the player's time line."""
        from PyQt5.QtCore import QPoint, Qt
        from PyQt5.QtTest import QTest

        line = self.window.desk.player.timeline
        QTest.mouseClick(line, Qt.LeftButton, pos=QPoint(round(line._x(time_s)), line.height() - 4))

    def dialog(self, kind):
        """The open dialog of a kind, or None."""
        found = [box for box in self.window.findChildren(kind) if box.isVisible()]
        return found[-1] if found else None

    # ---- the day

    def script(self) -> Iterator[tuple[str, Wanted]]:
        yield from self.begin()
        yield from self.record()
        yield from self.annotate()
        yield from self.teach()
        yield from self.inspect()
        yield from self.hand_on()

    def watch(self, seed: int) -> Iterator[tuple[str, Wanted]]:
        from PyQt5.QtCore import QPoint, Qt

        window = self.window
        page = window._pages["start"]
        self.type_in(page.seed, str(seed))
        for row in range(page.actions.count()):
            item = page.actions.item(row)
            if (item.checkState() == Qt.Checked) != (item.data(Qt.UserRole) in ACTIONS):
                page.actions.scrollToItem(item)
                rect = page.actions.visualItemRect(item)
                self.click_item(page.actions.viewport(), rect, QPoint(8, rect.height() // 2))  # its box
        self.click(page.watch_simulated)
        yield (
            f"simulated person {seed} is watched",
            lambda: f"seed={seed}" in window.run.settings.source and window._view.prediction is not None,
        )

    def begin(self) -> Iterator[tuple[str, Wanted]]:
        window = self.window
        yield (
            "no Kinect: the start page says why",
            lambda: window.page == "start" and "Kinect" in window._pages["start"].banners.state.text(),
        )
        yield from self.watch(1)

    def record(self) -> Iterator[tuple[str, Wanted]]:
        from PyQt5.QtCore import Qt
        from PyQt5.QtTest import QTest

        from tsmf_live.gui.dialogs.protocol_list import ConsentDialog, TypedProtocol

        window = self.window
        bar = window.desk.tabs.tabBar()
        self.click_item(bar, bar.tabRect(window.desk.tabs.indexOf(window.desk.recording_page)))
        self.click(self.button(window.desk.recording_page, "Protocol"))
        panel = window.desk.protocol
        for box, value_s in ((panel.seconds, TAKE_S), (panel.pause, 1.0), (panel.countdown, 1.0)):
            self.type_in(box, f"{value_s:g}")
        self.click(panel.type)
        yield "a protocol is typed", lambda: self.dialog(TypedProtocol)
        dialog = self.dialog(TypedProtocol)
        QTest.mouseClick(dialog.text.viewport(), Qt.LeftButton)
        QTest.keyClick(dialog.text, Qt.Key_A, Qt.ControlModifier)
        for number, line in enumerate(PROTOCOL.split("\n")):
            if number:
                QTest.keyClick(dialog.text, Qt.Key_Return)
            QTest.keyClicks(dialog.text, line)
        self.click(dialog.go)
        self.click(panel.go)
        yield "consent of P01 is asked", lambda: self.dialog(ConsentDialog)
        self.consent()
        yield "two takes of P01 are recorded", lambda: window.protocol.done[:2] == [1, 1] and self.dialog(ConsentDialog)
        self.click(self.button(self.dialog(ConsentDialog), "Hold"))
        yield from self.key("F2")
        yield "the protocol holds for another person", lambda: window.page == "start"
        yield from self.watch(2)
        self.click(window.desk.protocol.go)
        yield "consent of P02 is asked", lambda: self.dialog(ConsentDialog)
        self.consent()
        yield (
            "two takes of P02 are recorded",
            lambda: window.protocol.done == [1, 1, 1, 1] and window._view.recording.state == "off",
        )

    def consent(self) -> None:
        from PyQt5.QtTest import QTest

        from tsmf_live.gui.dialogs.protocol_list import ConsentDialog

        dialog = self.dialog(ConsentDialog)
        QTest.keyClicks(dialog.consent, "form 12")
        self.click(dialog.yes)

    @property
    def study(self) -> Path:
        return self.window.desk.recording.study

    def choose(self, name: str) -> Iterator[tuple[str, Wanted]]:
        """The study browser with one take selected."""
        window = self.window
        yield from self.key("F4")
        listed = lambda: any(seen.folder.name == name for seen in window.study.takes)  # noqa: E731
        yield f"the study lists {name}", lambda: window.page == "study" and listed() and not window.study.reading
        page = window._pages["study"]
        row = next(row for row, seen in enumerate(window.study.takes) if seen.folder.name == name)
        page.table.scrollTo(page.table.model().index(row, 1))
        self.click_item(page.table.viewport(), page.table.visualItemRect(page.table.item(row, 1)))
        yield f"{name} is chosen", lambda: [seen.folder.name for seen in page.chosen] == [name]

    def annotate(self) -> Iterator[tuple[str, Wanted]]:

        from tsmf_live.recording.annotations import Annotations

        window = self.window
        yield from self.choose("take-001")
        self.click(window._pages["study"].acts["play"])
        yield "take-001 is played", lambda: window.desk.annotations is not None and window.desk.annotations.isEnabled()
        yield from self.key("Space")
        yield "and held", lambda: window._view.player.paused
        self.go_to(0.5)
        yield "it is at 0.5 s", lambda: abs(window.desk.player.position_s - 0.5) < 0.1
        self.type_in(window.desk.annotations.label, "kicking")
        yield from self.key("Esc")
        yield from self.key("A")
        self.go_to(2.2)
        yield "a segment has begun", lambda: window.desk.annotations.begun and window.desk.player.position_s > 2.0
        yield from self.key("A")
        yield (
            "it is annotated",
            lambda: [one.label for one in Annotations(self.study / "take-001").segments] == ["kicking"],
        )

    def teach(self) -> Iterator[tuple[str, Wanted]]:
        from tsmf_live.gui.command_words import command_in_words

        window = self.window
        yield from self.key("F5")
        yield (
            "the takes are offered for teaching",
            lambda: window.page == "teach" and not window.study.reading and window._pages["teach"].start.isEnabled(),
        )
        page = window._pages["teach"]
        self.type_in(page.teacher_epochs, str(EPOCHS))
        self.type_in(page.student_epochs, str(EPOCHS))
        self.click(page.start)
        run = window.teaching
        for step in ("teacher", "student", "evaluate"):
            yield f"taught as far as {step}", lambda step=step: run.step == step or run.result or run.can_go_on
        yield "the person held out is judged", lambda: run.result is not None or run.can_go_on
        if run.result is None:
            raise RuntimeError(f"teaching broke off: {run.told[-5:]}")
        unknown = [line for line in run.told if command_in_words(line) is None]
        if unknown:
            raise RuntimeError(f"the window does not know what the commands say: {unknown}")
        if len(run.epochs["teacher"]) != EPOCHS:
            raise RuntimeError(f"expected {EPOCHS} epochs in the curves, got {run.epochs['teacher']}")
        self.click(page.use)
        yield "the new weights are in use", lambda: window.run.checkpoint_name == "student.safetensors"

    def inspect(self) -> Iterator[tuple[str, Wanted]]:
        from PyQt5.QtCore import Qt
        from PyQt5.QtTest import QTest
        from PyQt5.QtWidgets import QFileDialog, QLineEdit

        window = self.window
        yield from self.key("F3")
        yield from self.key("Space")
        yield (
            "the take plays with the new weights",
            lambda: (
                window._view.prediction is not None
                and {"kicking", "idle"} >= set(dict(window._view.prediction.teacher))
            ),
        )
        yield from self.key("F")
        yield "a moment is frozen", lambda: window.desk.inspector.frozen
        yield from self.key("Ctrl+E")
        yield "where to is asked", lambda: self.dialog(QFileDialog)
        field = self.dialog(QFileDialog).findChild(QLineEdit)
        self.type_in(field, str(self.home / "figure.png"))
        QTest.keyClick(field, Qt.Key_Return)
        yield "the figure is saved", lambda: (self.home / "figure.png").is_file() and not self.dialog(QFileDialog)
        yield from self.key("F")
        yield from self.key("W")
        yield "the whole recording is offered", lambda: window.desk.whole and window.desk.whole.isVisible()
        whole = window.desk.whole
        self.click(whole.inspect)
        yield "its mean attention per action is shown", lambda: whole.table.isVisible() and whole.table.columnCount()
        whole.close()

    def hand_on(self) -> Iterator[tuple[str, Wanted]]:
        from PyQt5.QtWidgets import QMessageBox

        from tsmf_live.gui.dialogs.export import ExportDialog

        window, out = self.window, self.home / "ntu"
        yield from self.choose("take-001")
        self.click(window._pages["study"].acts["export"])
        yield "what to export is asked", lambda: self.dialog(ExportDialog)
        dialog = self.dialog(ExportDialog)
        self.type_in(dialog.folder, str(out))
        self.click(dialog.go)
        yield "take-001 is exported", lambda: list(out.glob("S*.skeleton")) and not window.study.busy
        yield from self.choose("take-004")
        self.click(window._pages["study"].acts["delete"])
        yield "whether to delete is asked", lambda: self.dialog(QMessageBox)
        box = self.dialog(QMessageBox)
        self.click(next(b for b in box.buttons() if box.buttonRole(b) == QMessageBox.AcceptRole))
        yield "take-004 is gone", lambda: not (self.study / "take-004").exists() and not window.study.busy


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, metavar="DIR", help="new or empty; default: a folder that is removed")
    parser.add_argument("--limit", type=float, default=600.0, metavar="S", help="longest step (default: 600 s)")
    args = parser.parse_args()
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as temporary:
        home = (args.out or Path(temporary)).resolve()
        (home / "Documents").mkdir(parents=True, exist_ok=True)
        os.environ |= {"HOME": str(home), "USERPROFILE": str(home), "LANG": "C", "LC_ALL": "C.UTF-8"}
        os.environ |= {"XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data")}
        return spend(home, args.limit)


def spend(home: Path, limit_s: float) -> int:
    """The program from its command line to its exit code, with somebody at mouse and keyboard."""
    import run_live
    from tsmf_live.gui import show

    days: list[Day] = []

    class DrivenWindow(show.MainWindow):
        def __init__(self, *args: object, **options: object) -> None:
            super().__init__(*args, **options)
            days.append(Day(self, home, limit_s))

    show.MainWindow = DrivenWindow
    began_s = time.perf_counter()
    code = run_live.main([])
    (day,) = days
    took_s = time.perf_counter() - began_s
    print(f"{took_s:7.1f} s  in all; exit code of the program {code}")
    print(json.dumps({"steps": day.steps, "failure": day.failure, "code": code}))
    return int(day.failure is not None or code != 0)


if __name__ == "__main__":
    sys.exit(main())
