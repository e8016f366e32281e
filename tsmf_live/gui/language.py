"""The language of the window: Qt's own translation, English in the source, others in `translations/*.qm`.

A changed text is brought into the other languages with

    pylupdate5 -noobsolete tsmf_live/gui/*.py -ts tsmf_live/gui/translations/{zh_CN,de}.ts    (PyQt5 brings it)
    linguist / any editor; then  lrelease tsmf_live/gui/translations/*.ts                     (Qt's tools bring it)
"""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PyQt5.QtGui import QFontDatabase

FOLDER = Path(__file__).parent / "translations"
CONTEXT = "@default"  # what pylupdate5 calls texts in a plain tr(...)
#: Code -> the language's own name, as the menu shows it.
LANGUAGES = {"en": "English", "zh_CN": "中文", "de": "Deutsch"}

_installed: list[QTranslator] = []


def tr(text: str) -> str:
    """The text in the chosen language, or as it is. The argument must be one literal, or pylupdate5 does not see it.

    Texts of tables that are made before the language is known stand there in QT_TR_NOOP(...) and pass here when shown.
    """
    return QCoreApplication.translate(CONTEXT, text)


def lacks_letters(code: str) -> bool:
    """Whether no font of this machine has the letters of a language."""
    return code == "zh_CN" and not QFontDatabase().families(QFontDatabase.SimplifiedChinese)


def is_english() -> bool:
    """Whether texts are shown as they stand in the source."""
    return not _installed


def system_language() -> str:
    """The language of the desktop if we have it, else English."""
    named = QLocale.system().name()
    return next((code for code in LANGUAGES if code == named or code == named.partition("_")[0]), "en")


def forget_language() -> None:
    """English, as in the source; nothing of Qt is held any more."""
    for translator in _installed:
        QCoreApplication.removeTranslator(translator)
    _installed.clear()


def use_language(code: str) -> None:
    """Texts made from now on are in this language; Qt's own buttons too, where its translation is there."""
    forget_language()
    for name, folder in ((code, str(FOLDER)), (f"qtbase_{code}", QLibraryInfo.location(QLibraryInfo.TranslationsPath))):
        translator = QTranslator()
        if code != "en" and translator.load(name, folder):
            QCoreApplication.installTranslator(translator)
            _installed.append(translator)
