"""What to export of takes, and where to: the choices of the export commands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PyQt5.QtCore import QT_TR_NOOP, Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from tsmf_live.files import whole_file
from tsmf_live.gui.charts.scores import clock_text
from tsmf_live.gui.dialogs.choose import open_dialog
from tsmf_live.gui.language import tr
from tsmf_live.gui.settings import Settings
from tsmf_live.recording.overview import Overview
from tsmf_live.text_files import read_text

#: Format -> its name.
FORMATS = {
    "ntu": QT_TR_NOOP("NTU RGB+D samples"),
    "pku": QT_TR_NOOP("PKU-MMD recordings"),
    "pickle": QT_TR_NOOP("one annotation pickle (pyskl, mmaction2)"),
    "elan": QT_TR_NOOP("ELAN documents of the annotations"),
}
#: Label list -> its name; "" is the takes' own.
CLASSES = {
    "": QT_TR_NOOP("those of the takes (classes.txt)"),
    "ntu60": "NTU RGB+D 60",
    "pku_mmd": "PKU-MMD",
}
CLASSES_FILE = "classes.txt"


class Wanted(NamedTuple):
    """What is to be exported; `span_s` is None for whole takes."""

    kind: str
    folder: Path
    by_annotation: bool
    classes: str
    span_s: tuple[float, float] | None


class ExportDialog(QDialog):
    """Asks for it; does not wait.

    Signals:
        wanted: what the user has chosen.

    Args:
        loop_s: the looped part of the recording that is played, if that is what is exported.
    """

    wanted = pyqtSignal(object)

    def __init__(self, parent: QWidget, settings: Settings, count: int, loop_s: tuple[float, float] | None) -> None:
        super().__init__(parent.window(), Qt.Dialog)
        self.setAttribute(Qt.WA_DeleteOnClose)
        self.setWindowTitle(tr("Export {takes}").format(takes=takes_text(count)))
        self._settings, self._loop_s = settings, loop_s
        self.kind, self.classes = _choices(FORMATS), _choices(CLASSES)
        self.by_annotation = QCheckBox(tr("a sample for each annotation"))
        part = tr("only the looped part")
        if loop_s is not None:
            part += f", {clock_text(loop_s[0])} - {clock_text(loop_s[1])}"
        self.looped = QCheckBox(part)
        self.looped.setEnabled(loop_s is not None)
        self.looped.setToolTip(tr("Of the take that is played, while a part of it is looped"))
        self.folder = QLineEdit(str(settings.folder("exports")))
        place = QHBoxLayout()
        place.addWidget(self.folder, 1)
        choose = QPushButton("…")
        choose.setToolTip(tr("Choose the folder"))
        choose.clicked.connect(self._choose_folder)
        place.addWidget(choose)
        form = QFormLayout(self)
        form.addRow(tr("Format"), self.kind)
        form.addRow(tr("Classes"), self.classes)
        form.addRow("", self.by_annotation)
        form.addRow("", self.looped)
        form.addRow(tr("Into the folder"), place)
        buttons = QDialogButtonBox()
        self.go = buttons.addButton(tr("Export"), QDialogButtonBox.AcceptRole)
        buttons.addButton(tr("Cancel"), QDialogButtonBox.RejectRole)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)
        self.kind.currentIndexChanged.connect(self._fit)
        self._fit()
        self.setMinimumWidth(round(parent.window().width() * 0.45))

    def _fit(self) -> None:
        kind = self.kind.currentData()
        self.by_annotation.setEnabled(kind == "ntu")
        self.classes.setEnabled(kind != "elan")

    def _choose_folder(self) -> None:
        open_dialog(self, tr("Into the folder"), Path(self.folder.text()), (), self.folder.setText)

    def _accept(self) -> None:
        folder = Path(self.folder.text().strip()).absolute()
        self._settings.keep("exports", str(folder))
        span_s = self._loop_s if self.looped.isChecked() else None
        by_annotation = self.by_annotation.isChecked() and self.by_annotation.isEnabled()
        self.wanted.emit(Wanted(self.kind.currentData(), folder, by_annotation, self.classes.currentData(), span_s))
        self.accept()


def takes_text(count: int) -> str:
    """So many takes, in words."""
    return tr("1 take") if count == 1 else tr("{count} takes").format(count=count)


def _choices(names: dict[str, str]) -> QComboBox:
    box = QComboBox()
    for code, name in names.items():
        box.addItem(tr(name), code)
    return box


def export_commands(takes: Sequence[Overview], wanted: Wanted) -> list[list[str]]:
    """The commands of `tsmf_live.sessions` that export these takes.

    Raises:
        OSError: the list of classes cannot be written.
    """
    folders, out = [str(take.folder) for take in takes], wanted.folder
    span = [] if wanted.span_s is None else ["--span", *(f"{time_s:.4f}" for time_s in wanted.span_s)]
    if wanted.kind == "elan":
        return [["annotate", str(t.folder), "export", str(out / f"{t.folder.name}.eaf"), *span] for t in takes]
    labels = wanted.classes or str(_own_classes(takes, out))
    said = ["--labels", labels, *span]
    if wanted.kind == "pickle":
        return [["export-pickle", *folders, "--out", str(_new_file(out / "study.pkl")), *said]]
    segments = ["--segments"] if wanted.by_annotation else []
    return [[f"export-{wanted.kind}", *folders, "--out", str(out), *segments, *said]]


def _own_classes(takes: Sequence[Overview], out: Path) -> Path:
    """The list of the takes' own labels, beside the export; one that is there grows at its end: numbers stay."""
    path = out / CLASSES_FILE
    known = read_text(path, "a list of classes").split("\n") if path.is_file() else []
    names = [name for name in known if name.strip()]
    labels = {str(take.description.get("action") or "") for take in takes}
    labels |= {event.label for take in takes for event in take.annotations}
    names += sorted(labels - {""} - set(names))
    out.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        file.write("".join(f"{name}\n" for name in names).encode())
    return path


def _new_file(path: Path) -> Path:
    number = 1
    while (free := path if number == 1 else path.with_stem(f"{path.stem}-{number}")).exists():
        number += 1
    return free
