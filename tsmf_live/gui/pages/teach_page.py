"""Teaching in the window: choose annotated takes, hold one person out, train, see what came of it, use it.

left    the takes of the study that have a label, who is held out, how it is trained
right   the step under way, its curves, and what the new weights say of the person held out
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QT_TR_NOOP, Qt, QUrl
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
)

from tsmf_live.frames import TsmfError
from tsmf_live.gui import palette
from tsmf_live.gui.charts.training_curves import TrainingCurves
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.language import tr
from tsmf_live.gui.pages.page import Card, Page, button
from tsmf_live.gui.panels.command_output import CommandOutput
from tsmf_live.gui.study import Study
from tsmf_live.gui.study_reader import Seen
from tsmf_live.gui.teaching import Lesson, Teaching
from tsmf_live.live.weights import is_simulated

if TYPE_CHECKING:
    from tsmf_live.gui.window import MainWindow

STEPS = {
    "prepare": QT_TR_NOOP("the takes are made into samples"), "teacher": QT_TR_NOOP("the skeleton network learns"),
    "student": QT_TR_NOOP("the picture network learns"), "evaluate": QT_TR_NOOP("the person held out is looked at"),
}  # fmt: skip
NETWORKS = {"teacher": QT_TR_NOOP("skeleton network"), "student": QT_TR_NOOP("picture network")}
TAKE_COLUMNS = (QT_TR_NOOP("Take"), QT_TR_NOOP("Subject"), QT_TR_NOOP("Labels"))
CLASS_COLUMNS = (QT_TR_NOOP("Action"), QT_TR_NOOP("Clips"), QT_TR_NOOP("Right"))
TEACHER_EPOCHS, STUDENT_EPOCHS = 12, 16
TOLD_PX, RESULT_PX = 66, 110  # of what the commands say; least for what the person held out shows
BOX_PX = 24  # beside a take's name, for what Qt forgets of a styled box


class TeachPage(Page):
    """The lesson on the left, the run on the right."""

    def __init__(self, window: MainWindow, study: Study, teaching: Teaching) -> None:
        super().__init__(tr("Teach"))
        self._window, self.study, self.teaching = window, study, teaching
        self.takes = _table(TAKE_COLUMNS, 2)
        self.takes.horizontalHeader().setSectionResizeMode(0, QHeaderView.Interactive)
        self.held_out, self.begin_with = QComboBox(), QComboBox()
        for code, name in (("demo", tr("weights of simulated people")), ("people", tr("weights of real people"))):
            self.begin_with.addItem(name, code)
        self.whole = QCheckBox(tr("the whole network learns, not its last layer alone"))
        self.pictures = QCheckBox(tr("the pictures are learned from, too"))
        self.whole.setChecked(True)
        self.pictures.setChecked(True)
        self.teacher_epochs, self.student_epochs = _number(TEACHER_EPOCHS), _number(STUDENT_EPOCHS)
        self.start = button(tr("Teach"), self.begin)
        self.start.setObjectName("record")
        self.go_on = button(tr("Go on with the last run"), self._go_on)
        self.cancel = button(tr("Cancel"), teaching.cancel)
        self.use = button(tr("Use the new weights now"), self._use)
        self.report = button(tr("Open the whole report"), self._open_report)
        self.progress, self.curves = QProgressBar(), {role: TrainingCurves() for role in NETWORKS}
        self.progress.setRange(0, 1000)
        self.classes = _table(CLASS_COLUMNS, 0)
        self.classes.setMinimumHeight(RESULT_PX)
        self.outcome, self.told = palette.PlainLabel(), CommandOutput(TOLD_PX)
        self._unchecked: set[str] = set()
        self._simulated: bool | None = None
        self._wanted: str | None = None  # whom the user wants to hold out
        self._arrange()
        study.changed.connect(self._show_takes)
        self.takes.itemChanged.connect(self._note_check)
        teaching.changed.connect(self.show_run)
        teaching.progressed.connect(self._show_share)
        teaching.ended.connect(self.banners.show_text)
        self.held_out.activated.connect(self._note_held_out)
        self.begin_with.currentIndexChanged.connect(self._fit)
        self.whole.toggled.connect(self._fit)
        self.pictures.toggled.connect(self._fit)
        self._show_takes()
        self.show_run()

    def enter(self) -> None:
        """Reads the study anew: takes may have come, or been annotated, meanwhile."""
        super().enter()
        self.study.look()

    @property
    def chosen(self) -> list[Seen]:
        """The takes that are taught from."""
        return [seen for seen in _labelled(self.study.takes) if seen.folder.name not in self._unchecked]

    def lesson(self) -> Lesson:
        """What the page says."""
        takes = tuple(seen.folder.relative_to(self.study.folder).as_posix() for seen in self.chosen)
        return Lesson(
            self.study.folder, takes, self.held_out.currentData() or "", self.begin_with.currentData(),
            self.whole.isChecked(), self.pictures.isChecked() and self.pictures.isEnabled(),
            self.teacher_epochs.value(), self.student_epochs.value(),
        )  # fmt: skip

    def begin(self) -> None:
        """Teaches."""
        try:
            self.teaching.start(self.lesson())
        except (OSError, TsmfError) as error:
            self.banners.show_text("failed", str(error))

    def show_run(self) -> None:
        """Show the run under way, or the last one."""
        run = self.teaching
        self.cancel.setEnabled(bool(run.step))
        self.go_on.setEnabled(run.can_go_on)
        self.use.setEnabled(run.weights is not None and not run.step and self._window.opening.possible)
        self.report.setEnabled(run.result is not None)
        self.progress.setEnabled(bool(run.step))
        self.progress.setFormat(f"{tr(STEPS[run.step])} %p%" if run.step else "")
        if not run.step:
            self.progress.setValue(0)
        for role, curves in self.curves.items():
            epochs = run.epochs.get(role, [])
            curves.setVisible(bool(epochs))
            curves.show_epochs(tr(NETWORKS[role]), epochs)
        self._show_result()
        self.told.show_lines(run.told)
        self._fit()

    def _show_share(self, share: float) -> None:
        self.progress.setValue(round(1000 * share))

    def _show_result(self) -> None:
        result, lesson = self.teaching.result, self.teaching.lesson
        self.classes.setVisible(result is not None)
        if result is None:
            waits = tr("What the new weights say of the person held out stands here.")
            self.outcome.setText("" if self.teaching.step else waits)
            return
        self.outcome.setText(
            tr("{subject}, who was held out: {share} right, clips: {count}").format(
                subject=lesson.held_out, share=f"{result.accuracy:.0%}", count=result.samples
            )
        )
        self.classes.setRowCount(len(result.classes))
        tried_first = sorted(result.classes.items(), key=lambda one: -one[1][0])
        for row, (label, (count, share)) in enumerate(tried_first):
            cells = class_name(label), str(count), f"{share:.0%}" if count else ""
            for column, text in enumerate(cells):
                self.classes.setItem(row, column, QTableWidgetItem(text))

    def _show_takes(self) -> None:
        labelled = _labelled(self.study.takes)
        self.takes.blockSignals(True)
        self.takes.setRowCount(len(labelled))
        for row, seen in enumerate(labelled):
            name = seen.folder.name
            subject = str(seen.holds.description.get("subject") or "")
            for column, text in enumerate((name, subject, ", ".join(map(class_name, _labels(seen))))):
                self.takes.setItem(row, column, QTableWidgetItem(text))
            box = self.takes.item(row, 0)
            box.setFlags(Qt.ItemIsEnabled | Qt.ItemIsUserCheckable)
            box.setCheckState(Qt.Unchecked if name in self._unchecked else Qt.Checked)
        self.takes.blockSignals(False)
        self.takes.setColumnWidth(0, self.takes.sizeHintForColumn(0) + BOX_PX)
        self._show_subjects()

    def _note_check(self, item: QTableWidgetItem) -> None:
        if item.column() == 0:
            change = self._unchecked.discard if item.checkState() == Qt.Checked else self._unchecked.add
            change(item.text())
            self._show_subjects()

    def _note_held_out(self) -> None:
        self._wanted = self.held_out.currentData()

    def _show_subjects(self) -> None:
        subjects = sorted({str(seen.holds.description.get("subject") or "") for seen in self.chosen} - {""})
        if subjects != [self.held_out.itemData(row) for row in range(self.held_out.count())]:
            self.held_out.clear()
            for subject in subjects:
                self.held_out.addItem(subject, subject)
            wanted = self._wanted if self._wanted in subjects else subjects[-1] if subjects else None
            self.held_out.setCurrentIndex(self.held_out.findData(wanted))
        simulated = bool(self.chosen) and is_simulated(str(self.chosen[0].folder))
        if self.chosen and simulated != self._simulated:
            self._simulated = simulated
            self.begin_with.setCurrentIndex(0 if simulated else 1)
        self._fit()

    def _fit(self) -> None:
        """What can be chosen goes by what is chosen, and by whether something is under way."""
        at_work = bool(self.teaching.step)
        begins_with_demo = self.begin_with.currentData() == "demo"
        has_pictures = any(seen.holds.pictures for seen in self.chosen)
        self.pictures.setEnabled(begins_with_demo and has_pictures and not at_work)
        self.teacher_epochs.setEnabled(self.whole.isChecked() and not at_work)
        self.student_epochs.setEnabled(self.pictures.isChecked() and self.pictures.isEnabled() and not at_work)
        for widget in (self.takes, self.held_out, self.begin_with, self.whole):
            widget.setEnabled(not at_work)
        self.start.setEnabled(not at_work and self.held_out.count() > 1 and not self.study.busy)
        enough = self.held_out.count() > 1
        quiet_too = tr("Record what is done while nothing happens as well, as the action “{idle}”.")
        self.hint.setText(
            quiet_too.format(idle=class_name("idle"))
            if enough
            else tr("It takes labelled takes of at least two subjects: one learns nothing and is looked at.")
        )

    def _go_on(self) -> None:
        self.teaching.go_on()

    def _use(self) -> None:
        self._window.opening.checkpoint(self.teaching.weights)

    def _open_report(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.teaching.folder / "report" / "report.html")))

    def _arrange(self) -> None:
        lesson = Card(tr("What is taught"))
        self.hint = lesson.add_text("")
        lesson.column.addWidget(self.takes, 1)
        form = QFormLayout()
        form.setVerticalSpacing(5)
        form.addRow(tr("Held out"), self.held_out)
        form.addRow(tr("Begin with"), self.begin_with)
        form.addRow("", self.whole)
        form.addRow("", self.pictures)
        epochs = QHBoxLayout()
        for text, box in ((tr("skeletons"), self.teacher_epochs), (tr("pictures"), self.student_epochs)):
            epochs.addWidget(palette.PlainLabel(text))
            epochs.addSpacing(4)
            epochs.addWidget(box)
            epochs.addSpacing(12)
        epochs.addStretch(1)
        form.addRow(tr("Epochs"), epochs)
        lesson.column.addLayout(form)
        lesson.column.addWidget(self.start)
        run = Card(tr("What it learns"))
        row = QHBoxLayout()
        row.addWidget(self.progress, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.go_on)
        run.column.addLayout(row)
        for curves in self.curves.values():
            run.column.addWidget(curves, 1)
        self.outcome.setWordWrap(True)
        palette.set_role(self.outcome, "note")
        run.column.addWidget(self.outcome)
        run.column.addWidget(self.classes, 2)
        run.column.addWidget(self.told)
        run.add_row(self.use, self.report)
        run.column.addStretch(0)
        both = QHBoxLayout()
        both.setSpacing(8)
        both.addWidget(lesson, 4)
        both.addWidget(run, 5)
        self.body.addLayout(both, 1)


def _labels(seen: Seen) -> list[str]:
    """What the training learns from a take: its annotations, or else its action."""
    annotated = list(dict.fromkeys(event.label for event in seen.holds.annotations))
    action = str(seen.holds.description.get("action") or "")
    return annotated or ([action] if action else [])


def _labelled(takes: list[Seen]) -> list[Seen]:
    return [seen for seen in takes if seen.holds is not None and _labels(seen)]


def _number(value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(1, 500)
    box.setValue(value)
    box.setButtonSymbols(QSpinBox.NoButtons)  # the arrow keys and the wheel count, too
    return box


def _table(names: tuple[str, ...], wide: int) -> QTableWidget:
    table = QTableWidget(0, len(names))
    table.setHorizontalHeaderLabels([tr(name) for name in names])
    table.setEditTriggers(QAbstractItemView.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.NoSelection)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeToContents)
    table.horizontalHeader().setSectionResizeMode(wide, QHeaderView.Stretch)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignLeft | Qt.AlignVCenter)
    return table
