"""What the window remembers from one start to the next; Qt keeps it in a file of the user's own.

Who was recorded, and what they agreed to, is not kept: it is remembered for one sitting, in memory only, and removed
from a file in which it was written.

Tests put the file elsewhere: QSettings.setPath(QSettings.IniFormat, QSettings.UserScope, folder).
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from PyQt5.QtCore import QByteArray, QSettings, QStandardPaths

from tsmf_live.files import PRIVATE_FILE
from tsmf_live.gui.language import LANGUAGES, system_language
from tsmf_live.gui.palette import THEMES

RECENT = 8  # sources, checkpoints, actions
SITTING = ("subject", "consent", "protocol")  # of the take fields, what is forgotten when the program ends
APPLICATION = "tsmf_live"


def study_folder(settings: Settings) -> Path:
    """Where takes are recorded, and looked for."""
    return Path(settings.text("study")) if settings.text("study") else settings.folder("documents") / "tsmf"


class Settings:
    """Typed access to the settings' file; anything in it that cannot be used reads as the default."""

    def __init__(self) -> None:
        self._file = QSettings(QSettings.IniFormat, QSettings.UserScope, APPLICATION, "window")
        self._sitting: dict[str, str] = {}
        for name in SITTING:
            for key in (f"take/{name}", f"recent/{name}"):
                self._file.remove(key)
        self._file.sync()

    @property
    def theme(self) -> str:
        """ "dark" or "light"."""
        return self._choice("theme", THEMES, "dark")

    @theme.setter
    def theme(self, name: str) -> None:
        """ "light" or "dark"."""
        self._file.setValue("theme", name)

    @property
    def language(self) -> str:
        """A code of LANGUAGES; the desktop's language until one was chosen."""
        return self._choice("language", LANGUAGES, system_language())

    @language.setter
    def language(self, code: str) -> None:
        """The code of the language of the window."""
        self._file.setValue("language", code)

    @property
    def mirror(self) -> bool:
        """Whether the picture is shown the other way round than the sensor gives it."""
        return self.text("mirror") == "true"

    @mirror.setter
    def mirror(self, on: bool) -> None:
        """Whether the picture is shown mirrored."""
        self._file.setValue("mirror", "true" if on else "false")

    def text(self, name: str, default: str = "") -> str:
        """A text that was kept under this name."""
        value = self._file.value(name, default)
        return value if isinstance(value, str) else default

    def keep(self, name: str, value: str) -> None:
        """Remembers a text."""
        self._file.setValue(name, value)

    def of_this_sitting(self, name: str) -> str:
        """A text of SITTING as it was last remembered, "" since the program started."""
        return self._sitting.get(name, "")

    def remember(self, name: str, value: str) -> None:
        """Remembers a text of SITTING until the program ends."""
        self._sitting[name] = value

    def folder(self, name: str) -> Path:
        """A folder kept under this name if it is still there, else the user's documents."""
        kept = self.text(name)
        if kept and Path(kept).is_dir():
            return Path(kept)
        return Path(QStandardPaths.writableLocation(QStandardPaths.DocumentsLocation))

    def recent(self, kind: str) -> list[str]:
        """What was used lately, newest first, at most RECENT."""
        value = self._file.value(f"recent/{kind}", [])
        return [item for item in ([value] if isinstance(value, str) else value or []) if isinstance(item, str)]

    def used(self, kind: str, item: str) -> None:
        """Puts an item on top of its recent ones."""
        if item:
            kept = [item, *(other for other in self.recent(kind) if other != item)]
            self._file.setValue(f"recent/{kind}", kept[:RECENT])

    def state(self, name: str) -> QByteArray:
        """The kept geometry or state of a window or splitter; empty if there is none."""
        value = self._file.value(f"state/{name}", QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep_state(self, name: str, state: QByteArray) -> None:
        """Remembers a geometry or state as Qt's saveState gives it."""
        self._file.setValue(f"state/{name}", state)

    def save(self) -> None:
        """Writes to disk now; else Qt does it later."""
        self._file.sync()
        if os.name == "posix":
            with suppress(OSError):  # it names subjects
                os.chmod(self._file.fileName(), PRIVATE_FILE)

    def _choice(self, name: str, allowed: dict[str, object], default: str) -> str:
        kept = self.text(name)
        return kept if kept in allowed else default
