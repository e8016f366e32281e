"""What the commands that the window runs say, in its language: verify, repair, blur, delete, exports, training.

They are processes of their own, which anybody can start in a terminal, and speak English. Their lines are known here.
Much is made of parts: "FOLDER: one thing; another", "a file, its state, what is wrong".
"""

from __future__ import annotations

import re

from PyQt5.QtCore import QT_TR_NOOP

from tsmf_live.gui import error_words
from tsmf_live.gui.error_words import ERRORS
from tsmf_live.gui.known_texts import parts_in_words
from tsmf_live.gui.language import is_english, tr

# What is meant for a terminal; the window says it in other words, see IN_THE_WINDOW.
REPAIR = "python -m tsmf_live.sessions repair mends what can be mended"
KEPT = "kept as it was before a repair: {names} (repair --remove-original deletes it)"
STILL_IN = "THE FACES ARE STILL IN {names} (--remove-original deletes them)"
NO_ACTION = "its action is not known; give --action N, or --segments"
NO_ANNOTATIONS = "--segments: it has no annotations; `annotate` adds them"
NEITHER = "neither annotations nor an action in any session; `annotate` adds them"
SAYS = (
    # verify, repair
    QT_TR_NOOP("whole, nothing to mend"),
    QT_TR_NOOP("whole"),
    QT_TR_NOOP("cut"),
    QT_TR_NOOP("contradiction"),
    QT_TR_NOOP("missing"),
    QT_TR_NOOP("incomplete"),
    QT_TR_NOOP("INCOMPLETE"),
    QT_TR_NOOP("DAMAGED"),
    QT_TR_NOOP("{n1} of {n2} pictures were lost while recording"),
    QT_TR_NOOP("{n1} frames play ({n2} s); lost {n3} s, pictures {n4} s"),
    QT_TR_NOOP("pictures are also in {names}: as recorded, or what a killed process left"),
    QT_TR_NOOP("may show people, too: {names}"),
    QT_TR_NOOP("the recording was not ended: up to a second more is missing"),
    REPAIR,
    KEPT,
    QT_TR_NOOP("before: {n1} frames played, {n2} were good"),
    QT_TR_NOOP("does not say that the recording was ended"),
    QT_TR_NOOP("the frame count in its first line is damaged"),
    QT_TR_NOOP("the header is damaged"),
    QT_TR_NOOP("its header is damaged"),
    QT_TR_NOOP("changed since the recording was ended"),
    QT_TR_NOOP("{n} frames contradict {where}"),
    QT_TR_NOOP("the other files"),
    QT_TR_NOOP("no times"),
    QT_TR_NOOP("nothing plays without it"),
    QT_TR_NOOP("no frame is checked"),
    QT_TR_NOOP("no events"),
    QT_TR_NOOP("{n1} rows, {n2} of them damaged"),
    QT_TR_NOOP("{n1} of {n2} rows have none of their time"),
    QT_TR_NOOP("{n} rows"),
    QT_TR_NOOP("{n1} frames, {n2} of them damaged"),
    QT_TR_NOOP("{n1} frames of {n2}"),
    QT_TR_NOOP("{n} frames"),
    QT_TR_NOOP("its first line says {n1}, {file} has {n2}"),
    QT_TR_NOOP("{n1} checksums, {n2} of them damaged"),
    QT_TR_NOOP("{n1} checksums for {n2} frames"),
    QT_TR_NOOP("{n} checksums"),
    QT_TR_NOOP("{n} pictures"),
    QT_TR_NOOP("damaged in {n} places"),
    QT_TR_NOOP("not ended: it has no index"),
    QT_TR_NOOP("{n} event"),
    QT_TR_NOOP("{n} events"),
    # blur, delete
    QT_TR_NOOP("no colour, nothing to blur"),
    QT_TR_NOOP("blurred before"),
    QT_TR_NOOP("{n} pictures blurred"),
    QT_TR_NOOP("who was lost in the 2 s before its first frame is not known, and not blurred until tracked again"),
    STILL_IN,
    QT_TR_NOOP("THE FACES ARE STILL IN {n} other files: names of the old video outside this folder"),
    QT_TR_NOOP("may show faces, too: {file}"),
    QT_TR_NOOP(
        "note: a person whom the sensor did not track is not blurred; only a recording without colour is certain"
    ),
    QT_TR_NOOP("deleted and {n} copies of its files"),
    QT_TR_NOOP("deleted"),
    QT_TR_NOOP("the folder still holds {names}"),
    # exports
    QT_TR_NOOP("not held"),
    QT_TR_NOOP("{name} ({n1} frames, {n2} pictures)"),
    QT_TR_NOOP("{name} ({n1} frames, {n2} pictures, {n3} labels)"),
    QT_TR_NOOP("{file}: {n} samples; classes {names}"),
    QT_TR_NOOP("{n} annotation"),
    QT_TR_NOOP("{n} annotations"),
    QT_TR_NOOP("{n} predicted event"),
    QT_TR_NOOP("{n} predicted events"),
    QT_TR_NOOP("that {n} frames have no picture (they show the one before; {file} tells which)"),
    QT_TR_NOOP("that {n} frames have no picture (they show the one before)"),
    QT_TR_NOOP(
        "that {n1} frames were lost while recording (taken as 30 a second, those after them lie early: a time is up to "
        "{n2} s wrong; {file} has the true times)"
    ),
    QT_TR_NOOP(
        "that {n1} frames were lost while recording (taken as 30 a second, those after them lie early: a time is up to "
        "{n2} s wrong)"
    ),
    QT_TR_NOOP("that frames are not exactly 30 a second (taken as such, a time is up to {n} s wrong)"),
    QT_TR_NOOP("that {n} pictures were lost while recording"),
    QT_TR_NOOP("the floor plane"),
    QT_TR_NOOP("which person {n} of the annotations speak of"),
    QT_TR_NOOP("which person {n} of them speak of"),
    QT_TR_NOOP("what session.json says ({names})"),
    QT_TR_NOOP("{n1} bodies beyond {n2} in a frame"),
    QT_TR_NOOP("{n} bodies whose joints are all at zero (they read as nobody)"),
    QT_TR_NOOP("tracking ids, joint states, colour coordinates, orientations, hand states, exact and host times"),
    QT_TR_NOOP("pictures"),
    QT_TR_NOOP("a frame without anybody (our player refuses a PKU-MMD file in which nobody is ever there)"),
    QT_TR_NOOP("{label} from frame {n}, in which nobody is in view"),
    QT_TR_NOOP("{n1} of {n2} sessions are damaged or cannot be used, and were left out"),
    # training
    QT_TR_NOOP(
        "{folder}: {n1} samples of {n2} classes, {n3} frames, {n4} with two persons, {crops} crops, {n5} MB; "
        "{n6} skipped"
    ),
    QT_TR_NOOP("no"),
    QT_TR_NOOP("{n} joints were not known (at 0,0,0, not finite, not tracked); each is where its person had it"),
    QT_TR_NOOP("bad: {name}: {why}"),
    QT_TR_NOOP("skipped {n}: {why}: {names}"),
    QT_TR_NOOP("split {name}: {n1} train, {n2} test"),
    QT_TR_NOOP("whole, but {n} samples with bad files were left out"),
    QT_TR_NOOP("fitting the classifier to the features of the network as it is"),
    QT_TR_NOOP("{n1} epochs in {n2} minutes of training, the last one's networks"),
    QT_TR_NOOP("{n1} epochs in {n2} minutes of training, the networks of epoch {n3} ({n4} of the validation samples)"),
    QT_TR_NOOP("{n} minutes this time"),
    QT_TR_NOOP("wrote {file}"),
    QT_TR_NOOP("{network}: accuracy {n1}, top 5 {n2}, {n3} test samples"),
    QT_TR_NOOP("teacher"),
    QT_TR_NOOP("student"),
    QT_TR_NOOP("fusion"),
    QT_TR_NOOP("pictures are left out: matplotlib is not there (pip install -r train/requirements.txt)"),
    NO_ACTION,
    NO_ANNOTATIONS,
    NEITHER,
    QT_TR_NOOP("interrupted"),
    *ERRORS,
)
IN_THE_WINDOW = {
    **error_words.IN_THE_WINDOW,
    REPAIR: QT_TR_NOOP("Repair mends what can be mended"),
    KEPT: QT_TR_NOOP("kept as it was before a repair: {names}"),
    STILL_IN: QT_TR_NOOP("THE FACES ARE STILL IN {names}: blur again and delete the originals"),
    NO_ACTION: QT_TR_NOOP("its action is not known; annotate it, and export a sample for each annotation"),
    NO_ANNOTATIONS: QT_TR_NOOP("it has no annotations"),
    NEITHER: QT_TR_NOOP("neither annotations nor an action in any take"),
}
_FINDING = re.compile(r"(\S+) +(whole|cut|contradiction|missing|incomplete)( *)(.*)")


def command_in_words(line: str) -> str | None:
    """A line of a command in the chosen language; None if it is not known."""
    text = line.lstrip()
    indent = line[: len(line) - len(text)]
    finding = _FINDING.fullmatch(text.rstrip()) if indent else None
    if finding is None:
        words = _in_words(text.rstrip())
    else:
        file, state, _, what = finding.groups()
        words = _in_words(what) if what else ""
        words = None if words is None else f"{file:16} {_in_words(state):14} {words}"
    return None if words is None else indent + words


def failure_in_words(line: str) -> str:
    """Why a command failed, for a line of its own; one that is not known is said to be English."""
    words = command_in_words(line)
    if words is not None or is_english():
        return words or line
    return tr("the command says, in English: {line}").format(line=line)


def _in_words(text: str) -> str | None:
    return parts_in_words(text, SAYS, IN_THE_WINDOW)
