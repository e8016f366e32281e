"""The study browser: the takes of a study folder as a list, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QT_TR_NOOP, QSize, Qt
from PyQt5.QtGui import QFontDatabase, QIcon, QKeyEvent, QPixmap
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tsmf_live.frames import TsmfError
from tsmf_live.gui import palette
from tsmf_live.gui.charts.scores import clock_text
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.dialogs.choose import open_dialog
from tsmf_live.gui.dialogs.export import ExportDialog, Wanted, export_commands, takes_text
from tsmf_live.gui.dialogs.questions import ask
from tsmf_live.gui.language import tr
from tsmf_live.gui.pages.page import Page, button
from tsmf_live.gui.panels.command_output import CommandOutput
from tsmf_live.gui.study import DAMAGED, INCOMPLETE, WHOLE, Study
from tsmf_live.gui.study_reader import THUMBNAIL_WH, Seen
from tsmf_live.recording.overview import Overview

if TYPE_CHECKING:
    from tsmf_live.gui.window import MainWindow

COLUMNS = (
    "", QT_TR_NOOP("Take"), QT_TR_NOOP("Subject"), QT_TR_NOOP("Action"), QT_TR_NOOP("Length"),
    QT_TR_NOOP("Pictures lost"), QT_TR_NOOP("Verified"), QT_TR_NOOP("Annotated"),
)  # fmt: skip
TAKE, VERIFIED = COLUMNS.index("Take"), COLUMNS.index("Verified")
#: What `verify` says of a take -> how the table says it.
STATES = {WHOLE: QT_TR_NOOP("whole"), INCOMPLETE: QT_TR_NOOP("incomplete"), DAMAGED: QT_TR_NOOP("DAMAGED")}
TOLD_PX = 110  # height of what the commands have said


class StudyPage(Page):
    """The takes of a study. Enter or a double click plays one, Delete deletes the selected ones after asking."""

    def __init__(self, window: MainWindow, study: Study) -> None:
        super().__init__(tr("Study"))
        self._window, self.study = window, study
        self.folder = palette.ElidedLabel("muted", align=Qt.AlignRight)
        self.head.addWidget(self.folder, 2)
        self.head.addWidget(button(tr("Open a study …"), self._choose_study))
        self.table = self._make_table()
        self.acts = {
            "play": button(tr("Play"), self.play),
            "verify": button(tr("Verify"), lambda: self._do(tr("Verify"), "verify")),
            "repair": button(tr("Repair"), lambda: self._do(tr("Repair"), "repair")),
            "blur": button(tr("Blur faces …"), self.ask_blur),
            "export": button(tr("Export …"), self.ask_export),
            "delete": button(tr("Delete …"), self.ask_delete),
        }
        self.counted = palette.PlainLabel()
        self.counted.setProperty("role", "muted")
        self.progress, self.cancel = QProgressBar(), button(tr("Cancel"), study.cancel)
        self.told = CommandOutput(TOLD_PX)
        self.told.text.setFont(QFontDatabase.systemFont(QFontDatabase.FixedFont))
        self._arrange()
        study.changed.connect(self._show)
        study.progressed.connect(self._show_share)
        study.ended.connect(self.banners.show_text)
        self.table.itemSelectionChanged.connect(self._show_acts)
        self.table.itemDoubleClicked.connect(lambda _item: self.play())
        self._show()

    def enter(self) -> None:
        """Reads the study anew: takes may have come meanwhile."""
        self.table.setFocus()
        self.study.look()

    @property
    def chosen(self) -> list[Seen]:
        """The selected takes, in the table's order."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return [self.study.takes[row] for row in rows if row < len(self.study.takes)]

    def choose(self, folders: Sequence[Path]) -> None:
        """Selects these takes."""
        self.table.clearSelection()
        mode = self.table.selectionMode()
        self.table.setSelectionMode(QAbstractItemView.MultiSelection)
        for row, seen in enumerate(self.study.takes):
            if seen.folder in folders:
                self.table.selectRow(row)
        self.table.setSelectionMode(mode)

    def play(self) -> None:
        """Plays the first of the selected takes."""
        if self.chosen:
            self._window.opening.source(str(self.chosen[0].folder))

    def ask_blur(self) -> None:
        """Blurs faces, after asking what shall become of the pictures as they were recorded."""
        folders = [seen.folder for seen in self.chosen]
        what = tr("Blur the faces in {takes}?").format(takes=takes_text(len(folders)))
        then = tr("Only people whom the sensor tracked are blurred; clothes and gait still tell who somebody is.")

        def blur(*more: str) -> None:
            self.study.forget_pictures(folders)
            self._begin(tr("Blur faces"), [["blur", *map(str, folders), *more]], folders)

        keep = tr("Keep the originals beside them"), blur
        ask(self, what, then, tr("Delete the originals"), lambda: blur("--remove-original"), keep)

    def ask_export(self) -> None:
        """Exports, after asking what and where to."""
        takes = [seen.holds for seen in self.chosen if seen.holds is not None]
        dialog = ExportDialog(self, self._window.settings, len(takes), self._loop_of(takes))
        dialog.wanted.connect(lambda wanted: self.export(takes, wanted))
        dialog.open()

    def export(self, takes: Sequence[Overview], wanted: Wanted) -> None:
        """Exports these takes as the user wants them."""
        try:
            commands = export_commands(takes, wanted)
        except (OSError, TsmfError) as error:
            self.banners.show_text("failed", str(error))
            return
        self._begin(tr("Export"), commands, [take.folder for take in takes])

    def ask_delete(self) -> None:
        """Deletes takes for good, after asking."""
        chosen = self.chosen
        if not chosen:
            return
        names = ", ".join(seen.folder.name for seen in chosen[:6]) + (" …" if len(chosen) > 6 else "")
        what = tr("Delete {takes} for good?").format(takes=takes_text(len(chosen)))
        folders = [seen.folder for seen in chosen]
        commands = [["delete", "--yes", *map(str, folders)]]
        ask(self, what, names, tr("Delete them"), lambda: self._begin(tr("Delete"), commands, folders))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key_Delete:
            self.ask_delete()
        elif event.key() in (Qt.Key_Return, Qt.Key_Enter):
            self.play()
        else:
            super().keyPressEvent(event)

    def _do(self, title: str, command: str) -> None:
        folders = [seen.folder for seen in self.chosen]
        self._begin(title, [[command, *map(str, folders)]], folders)

    def _begin(self, title: str, commands: list[list[str]], folders: Sequence[Path]) -> None:
        """Begins an act on takes, none of which may still be recorded."""
        recorded = self._window.recorded_folder
        if recorded in folders:
            text = tr("{take} is still being recorded: finish it first").format(take=recorded.name)
            self.banners.show_text("failed", text)
            return
        self.study.do(title, commands)

    def _loop_of(self, takes: Sequence[Overview]) -> tuple[float, float] | None:
        """The part that is looped, if the one take is the one that is played."""
        player = self._window.run.player
        if player is None or len(takes) != 1 or Path(self._window.run.settings.source).absolute() != takes[0].folder:
            return None
        return player.status().looped_part_s

    def _choose_study(self) -> None:
        title = tr("Open the folder of a study")
        open_dialog(self.window(), title, self.study.folder, (), lambda path: self.study.look(Path(path)))

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, len(COLUMNS))
        table.setHorizontalHeaderLabels([tr(name) if name else "" for name in COLUMNS])
        table.setSelectionBehavior(QAbstractItemView.SelectRows)
        table.setSelectionMode(QAbstractItemView.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.NoEditTriggers)
        table.setIconSize(QSize(*(size // 2 for size in THUMBNAIL_WH)))
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(THUMBNAIL_WH[1] // 2 + 6)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeToContents)
        header.setSectionResizeMode(COLUMNS.index("Action"), QHeaderView.Stretch)
        header.setDefaultAlignment(Qt.AlignLeft | Qt.AlignVCenter)
        header.setHighlightSections(False)
        return table

    def _arrange(self) -> None:
        row = QHBoxLayout()
        for act in self.acts.values():
            row.addWidget(act)
        row.addStretch(1)
        row.addWidget(self.counted)
        self.work = QWidget()
        under = QHBoxLayout(self.work)
        under.setContentsMargins(0, 0, 0, 0)
        self.progress.setRange(0, 1000)
        under.addWidget(self.progress, 1)
        under.addWidget(self.cancel)
        lower = QVBoxLayout()
        for item in (row, self.work, self.told):
            lower.addWidget(item) if isinstance(item, QWidget) else lower.addLayout(item)
        self.body.addWidget(self.table, 1)
        self.body.addLayout(lower)

    def _show(self) -> None:
        chosen = [seen.folder for seen in self.chosen]
        self.folder.set_text(str(self.study.folder))
        self.table.blockSignals(True)
        self.table.setRowCount(len(self.study.takes))
        for row, seen in enumerate(self.study.takes):
            for column, text in enumerate(self._cells(seen)):
                self._set(row, column, text, seen)
        self.table.blockSignals(False)
        self.choose(chosen)
        total_s = sum(seen.holds.length_s for seen in self.study.takes if seen.holds is not None)
        self.counted.setText(
            f"{takes_text(len(self.study.takes))}, {clock_text(total_s)}" + (" …" if self.study.reading else "")
        )
        self.work.setVisible(bool(self.study.busy))
        self.progress.setFormat(f"{self.study.busy} %p%")
        self.told.show_lines(self.study.told)
        self._show_acts()

    def _set(self, row: int, column: int, text: str, seen: Seen) -> None:
        item = self.table.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            self.table.setItem(row, column, item)
        if item.text() != text:
            item.setText(text)
        if column == 0 and seen.thumbnail is not None:
            item.setIcon(QIcon(QPixmap.fromImage(seen.thumbnail)))
        item.setToolTip(palette.shown_as_is(seen.problem or str(seen.folder)))

    def _cells(self, seen: Seen) -> tuple[str, ...]:
        name, state = seen.folder.name, self.study.verified.get(seen.folder)
        verified = tr(STATES[state]) if state else ""
        if seen.holds is None:
            return "", name, "", tr("cannot be read"), "", "", verified, ""
        told, lost = seen.holds.description, seen.holds.pictures_lost
        labels = list(dict.fromkeys(event.label for event in seen.holds.annotations))
        annotated = ", ".join(map(class_name, labels[:3])) + (" …" if len(labels) > 3 else "")
        lost_text = tr("{lost} of {count}").format(lost=lost, count=len(seen.holds.rows)) if lost else "0"
        action = class_name(str(told.get("action") or ""))
        return ("", name, str(told.get("subject") or ""), action, clock_text(seen.holds.length_s), lost_text, verified,
                annotated)  # fmt: skip

    def _show_share(self, share: float) -> None:
        self.progress.setValue(round(1000 * share))

    def _show_acts(self) -> None:
        chosen = self.chosen
        for name, act in self.acts.items():
            usable = [seen for seen in chosen if seen.holds is not None]
            needs = usable if name in ("play", "blur", "export") else chosen
            act.setEnabled(bool(needs) and (name == "play" or not self.study.busy))
