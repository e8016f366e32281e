"""The actions of the bundled weights in the language of the window; what is saved keeps the checkpoint's names."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt5.QtCore import QT_TR_NOOP

from tsmf_live.gui.language import tr

#: Labels of assets/demo.safetensors and assets/people.safetensors, and what else the simulated people can do.
CLASS_NAMES = (
    QT_TR_NOOP("bow"),
    QT_TR_NOOP("check time (from watch)"),
    QT_TR_NOOP("cheer up"),
    QT_TR_NOOP("chest pain"),
    QT_TR_NOOP("clapping"),
    QT_TR_NOOP("cough"),
    QT_TR_NOOP("drink water"),
    QT_TR_NOOP("eat meal"),
    QT_TR_NOOP("falling"),
    QT_TR_NOOP("hand waving"),
    QT_TR_NOOP("headache"),
    QT_TR_NOOP("idle"),
    QT_TR_NOOP("jump"),
    QT_TR_NOOP("kick"),
    QT_TR_NOOP("kicking"),
    QT_TR_NOOP("lie down"),
    QT_TR_NOOP("phone call"),
    QT_TR_NOOP("pick up"),
    QT_TR_NOOP("playing with phone"),
    QT_TR_NOOP("punch"),
    QT_TR_NOOP("put on jacket"),
    QT_TR_NOOP("reading"),
    QT_TR_NOOP("running"),
    QT_TR_NOOP("sit down"),
    QT_TR_NOOP("sneeze/cough"),
    QT_TR_NOOP("squat"),
    QT_TR_NOOP("squatting"),
    QT_TR_NOOP("staggering"),
    QT_TR_NOOP("stand up"),
    QT_TR_NOOP("take off jacket"),
    QT_TR_NOOP("throw"),
    QT_TR_NOOP("typing"),
    QT_TR_NOOP("vomiting"),
    QT_TR_NOOP("walking"),
    QT_TR_NOOP("wear a shoe"),
    QT_TR_NOOP("writing"),
)


def class_name(label: str) -> str:
    """An action as the window shows it; one that the table does not have stays as it is."""
    return tr(label) if label in CLASS_NAMES else label


def label_named(text: str, known: Iterable[str] = ()) -> str:
    """The action that a user means: `class_name` the other way round. What nobody knows stays as it was typed.

    Args:
        known: the actions that are meant rather than others of the same name, the likeliest first.
    """
    name = " ".join(text.split())
    known = tuple(known)
    if name in known or name in CLASS_NAMES:
        return name
    alike = (label for label in (*known, *CLASS_NAMES) if class_name(label).casefold() == name.casefold())
    return next(alike, name)
