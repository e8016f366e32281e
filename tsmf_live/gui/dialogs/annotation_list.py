"""All annotations of a recording as a table: a click goes there, a double click changes a time or a label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt5.QtCore import QAbstractItemModel, QLocale, QModelIndex, Qt
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tsmf_live.command import plain
from tsmf_live.gui.action_line import ActionLine
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.language import tr

if TYPE_CHECKING:
    from tsmf_live.gui.panels.annotation_bar import AnnotationBar

FROM, TO, LABEL, PERSON, PREDICTED = range(5)


class LabelDelegate(QStyledItemDelegate):
    """Shows a label, and takes another, by its name in the user's language; the item has what is stored."""

    def __init__(self, parent: QWidget, known: Sequence[str]) -> None:
        super().__init__(parent)
        self._known = known

    def displayText(self, value: str, _locale: QLocale) -> str:
        return class_name(value)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: QModelIndex) -> QWidget:
        return ActionLine("", self._known, parent=parent)

    def setEditorData(self, editor: ActionLine, index: QModelIndex) -> None:
        editor.label = index.data()

    def setModelData(self, editor: ActionLine, model: QAbstractItemModel, index: QModelIndex) -> None:
        model.setData(index, editor.label)


class AnnotationList(QDialog):
    """A window beside the picture; it follows the bar, and every change goes through it."""

    def __init__(self, bar: AnnotationBar) -> None:
        super().__init__(bar.window())
        self.setWindowTitle(tr("Annotations"))
        self._bar, self._filling = bar, False
        heads = [tr("from, s"), tr("to, s"), tr("label"), tr("person"), tr("predicted")]
        self.table = QTableWidget(0, len(heads))
        self.table.setHorizontalHeaderLabels(heads)
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SingleSelection)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(LABEL, QHeaderView.Stretch)
        self.table.setItemDelegateForColumn(LABEL, LabelDelegate(self, bar.known_labels()))
        self.table.cellClicked.connect(lambda row, _column: bar.choose(row))
        self.table.itemChanged.connect(self._changed)
        QVBoxLayout(self).addWidget(self.table)
        bar.changed.connect(self._fill)
        bar.destroyed.connect(self.deleteLater)
        self.resize(560, 320)
        self._fill()

    def _fill(self) -> None:
        self._filling = True
        bar = self._bar
        signs = [{True: "✓", False: "✗", None: ""}[verdict] for verdict in bar.verdicts()]
        self.table.setRowCount(len(bar.segments))
        for row, event in enumerate(bar.segments):
            person = tr("all") if event.person is None else str(event.person + 1)
            times = (f"{time_s - bar.first_s:.2f}" for time_s in (event.start_s, event.end_s))
            for column, text in enumerate((*times, plain(event.label), person, signs[row])):
                self._cell(row, column).setText(text)
        if bar.chosen is not None:
            self.table.selectRow(bar.chosen)
        else:
            self.table.clearSelection()
        self._filling = False

    def _cell(self, row: int, column: int) -> QTableWidgetItem:
        item = self.table.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            if column not in (FROM, TO, LABEL):
                item.setFlags(item.flags() & ~Qt.ItemIsEditable)
                item.setTextAlignment(Qt.AlignCenter)
            self.table.setItem(row, column, item)
        return item

    def _changed(self, item: QTableWidgetItem) -> None:
        """A cell was typed into; what cannot be is said by the bar, and the old value comes back."""
        if self._filling:
            return
        row, column, text = item.row(), item.column(), item.text().strip()
        if column == LABEL:
            self._bar.edit(row, label=text)
        else:
            try:
                time_s = float(text.replace(",", ".")) + self._bar.first_s
            except ValueError:
                self._bar.told.emit("failed", tr("expected seconds, got {text}").format(text=plain(text)))
                self._fill()
                return
            self._bar.edit(row, **{"start_s" if column == FROM else "end_s": time_s})
