"""Why something cannot be opened, recorded or annotated, in the language of the window.

Errors are made far from any window and speak English. The usual ones are known here: cameras, videos, recordings,
weights, annotations, protocols. One that is not known is shown as it is.
"""

from __future__ import annotations

from PyQt5.QtCore import QT_TR_NOOP

from tsmf_live.gui.known_texts import parts_in_words

# What is meant for a terminal; the window says it in other words, see IN_THE_WINDOW.
GET_MODEL = (
    "get pose_landmarker_full.task (or _lite: faster, or _heavy: finer) from {page} and name it: --pose-model FILE, or "
    "File, Choose the pose model"
)
THEN_GET_MODEL = f"then {GET_MODEL}"
OTHER_CAMERA = "found {names}: choose one with webcam:index=N"
NO_CAMERA = (
    "camera {n}: cannot be opened; it is not there, another program has it, or this one may not use it (privacy "
    "settings): close the other program, or choose another camera with webcam:index=N"
)
NO_FILE = "no such file or folder; expected {forms}"
NO_KIND = "not a kind of source that can be played; expected {forms}"
FIRST_REPAIR = "first run python -m tsmf_live.sessions repair {folder}"
RUN_REPAIR = "run python -m tsmf_live.sessions repair {folder}"
MENDS = "python -m tsmf_live.sessions repair mends it"
LEAVES_OUT = "python -m tsmf_live.sessions repair leaves it out"
NO_CHECKPOINT = "no such file; --checkpoint wants a .safetensors file of this program"
PICKLED = "a pickled .pt or .pth file is never opened here, use train.convert"
LOOKS_AHEAD = "--mode stream: this checkpoint looks ahead in time (temporal form 'same'); use --mode window"
NOT_IN_LIST = (
    "label {label}: not among the {n} names of the label list; give --labels ntu60, pku_mmd, or a text file with one "
    "name a line in the order of the class numbers"
)
BAD_LINE = "line {n}: expected {what}"
#: What holds more of a text stands before what holds less.
ERRORS = (
    # cameras and videos
    QT_TR_NOOP("a camera or a video needs MediaPipe Pose, which is not installed: {install}"),
    QT_TR_NOOP("a camera or a video needs a pose model, and none was named"),
    GET_MODEL,
    THEN_GET_MODEL,
    QT_TR_NOOP("pose model {file}: there is no such file"),
    QT_TR_NOOP("pose model {file}: cannot be read ({why})"),
    QT_TR_NOOP("it is no .task file"),
    QT_TR_NOOP("pose model {file}: expected {parts} in it"),
    QT_TR_NOOP("pose model {file}: MediaPipe does not take it ({why})"),
    QT_TR_NOOP("MediaPipe cannot be loaded ({why}); install it again: {install}"),
    QT_TR_NOOP("camera {n}: there is none of this number"),
    QT_TR_NOOP("found none: plug one in"),
    OTHER_CAMERA,
    NO_CAMERA,
    QT_TR_NOOP("camera {n}: cannot be opened; close the program that has it (or join the group video, if you may not)"),
    QT_TR_NOOP("camera {n}: it opened but gives no picture; close the program that uses it, or plug it in again"),
    QT_TR_NOOP(
        "camera {n1}: no picture for {n2} s; it was unplugged, or another program took it: plug it in and open it again"
    ),
    QT_TR_NOOP("camera {n}: OpenCV failed ({why}); unplug it and plug it in again"),
    QT_TR_NOOP("camera {n1}: gives {size}, less than the {n2} asked for"),
    QT_TR_NOOP("expected an MP4, AVI, MKV, MOV or WebM file with a picture, found sound only"),
    QT_TR_NOOP("expected an MP4, AVI, MKV, MOV or WebM file with a picture, found none"),
    QT_TR_NOOP("expected an MP4, AVI, MKV, MOV or WebM file with a picture, none of its pictures can be decoded"),
    QT_TR_NOOP("expected an MP4, AVI, MKV, MOV or WebM file with a picture, cannot be read ({why})"),
    QT_TR_NOOP("there is no decoder for its pictures; convert it to H.264"),
    QT_TR_NOOP("ends after {n1} of {n2} pictures; the rest is not played"),
    QT_TR_NOOP("ends after {n1} of {n2} pictures ({why}); the rest is not played"),
    QT_TR_NOOP("Invalid data found when processing input"),
    # recordings
    NO_FILE,
    NO_KIND,
    QT_TR_NOOP("expected a recorded session, found no session.json in it; choose the folder of a session"),
    QT_TR_NOOP("expected a recorded session, found none of {names}; choose the folder of a session"),
    QT_TR_NOOP("expected format version {n1}, got {n2}; use the version of this program that recorded it"),
    QT_TR_NOOP("expected the description of a recorded session, got another kind of file"),
    QT_TR_NOOP("expected frames, found none; record again"),
    QT_TR_NOOP("expected a person, {what}; choose another file"),
    QT_TR_NOOP("expected {n1} frames as its first line says, found {n2}; copy or download it again"),
    QT_TR_NOOP("changed since it was recorded, its times cannot be trusted"),
    QT_TR_NOOP("expected bodies for each of {n1} frames, found {n2}"),
    QT_TR_NOOP("ends after {n1} of {n2} frames; the rest is not played"),
    QT_TR_NOOP("ends after {n} frames; the bodies of later ones have no time and are not played"),
    QT_TR_NOOP("ends in the middle of a line; that line is left out"),
    QT_TR_NOOP("has no checksum for frame {n}, and maybe others; they are not checked"),
    QT_TR_NOOP("no picture can be decoded ({why}); no colour"),
    QT_TR_NOOP("the video cannot be opened ({why}); no colour"),
    QT_TR_NOOP("no picture for frame {n} and maybe others; teacher alone there"),
    QT_TR_NOOP("the video ends early; teacher alone from frame {n}"),
    QT_TR_NOOP("the colour video is missing; no colour"),
    QT_TR_NOOP("frame {n} has lost its picture ({why})"),
    QT_TR_NOOP("frame {n} has lost its picture"),
    QT_TR_NOOP("is damaged, pictures of it would be lost"),
    QT_TR_NOOP("nothing was changed"),
    QT_TR_NOOP("a repair was broken off"),
    FIRST_REPAIR,
    RUN_REPAIR,
    MENDS,
    LEAVES_OUT,
    # weights
    QT_TR_NOOP("checkpoint {file}"),
    NO_CHECKPOINT,
    QT_TR_NOOP("not a readable safetensors file ({why})"),
    PICKLED,
    QT_TR_NOOP("foreign file: its metadata has no entry {name}"),
    QT_TR_NOOP("format {n1}, this program reads {n2}; update it"),
    QT_TR_NOOP("settings cannot be used: {why}"),
    LOOKS_AHEAD,
    # takes, annotations, protocols
    QT_TR_NOOP("a take cannot begin: the source has ended; open it again"),
    QT_TR_NOOP("a take cannot begin: another one is under way; stop it first"),
    QT_TR_NOOP("nothing is watched yet, so nothing can be recorded; open a source first"),
    QT_TR_NOOP("expected a folder for takes, got another kind of file"),
    QT_TR_NOOP("cannot be written after {n} frames ({why}); what was recorded is kept; check free space and rights"),
    QT_TR_NOOP("annotation {label} from {n1} to {n2} s"),
    QT_TR_NOOP("expected a label of 1 to {n} characters"),
    QT_TR_NOOP("expected start before end, within the session, {n1} to {n2} s"),
    QT_TR_NOOP("expected at least {n} s"),
    QT_TR_NOOP("no frame was recorded in that time; choose a longer one"),
    QT_TR_NOOP("overlaps {label} from {n1} to {n2} s; change or remove that one first"),
    QT_TR_NOOP("its annotations changed since they were read; open the session again, then make the change"),
    QT_TR_NOOP(
        "was written {n1} s ago and has no end: it seems to be recorded; annotate it afterwards (or in {n2} s, if the "
        "recording broke off)"
    ),
    QT_TR_NOOP("cannot be written ({why}); the old annotations are kept; check space and rights"),
    QT_TR_NOOP("line {n}: expected a subject and actions, as in P07: drink water x 3, reading x 2; got {text}"),
    QT_TR_NOOP("line {n}: expected columns {names} and perhaps {more}, separated by commas, got {text}"),
    QT_TR_NOOP("line {n}"),
    QT_TR_NOOP("expected a subject and an action, got {subject} and {action}"),
    QT_TR_NOOP("expected 1 to {n1} takes, got {n2}"),
    QT_TR_NOOP("expected a count of takes, seconds and a pause, got {text}"),
    QT_TR_NOOP("expected at least one take, got none"),
    NOT_IN_LIST,
    # files
    QT_TR_NOOP("cannot be written ({why}); nothing was changed; check free space and rights"),
    QT_TR_NOOP("cannot be written ({why}); check its rights"),
    QT_TR_NOOP("cannot be made ({why}); choose another folder"),
    QT_TR_NOOP("cannot be looked into ({why}); choose another folder"),
    QT_TR_NOOP("cannot be read ({why}); check the disk"),
    QT_TR_NOOP("cannot be read ({why}); no frame is checked"),
    QT_TR_NOOP("cannot be read ({why}); restore it"),
    QT_TR_NOOP("cannot be opened ({why}); restore it"),
    QT_TR_NOOP("cannot be opened ({why}); check the path and its rights"),
    QT_TR_NOOP("cannot be deleted ({why}); delete it yourself"),
    QT_TR_NOOP("cannot be mended ({why}); free some space, or close what has it open, and repair it again"),
    QT_TR_NOOP("the new pictures cannot be written ({why}); the session is as it was; free some space"),
    QT_TR_NOOP("the video cannot be written: {why}; choose another place"),
    QT_TR_NOOP("exists already; choose another folder or name, or move it away"),
    QT_TR_NOOP("expected a new or empty folder; choose another one"),
    QT_TR_NOOP("No space left on device"),
    QT_TR_NOOP("Permission denied"),
    QT_TR_NOOP("No such file or directory"),
    QT_TR_NOOP("Not a directory"),
    QT_TR_NOOP("Is a directory"),
    QT_TR_NOOP("Read-only file system"),
    QT_TR_NOOP("Input/output error"),
    BAD_LINE,
)
IN_THE_WINDOW = {
    GET_MODEL: QT_TR_NOOP("get pose_landmarker_full.task from {page} and choose it: File, Choose the pose model"),
    THEN_GET_MODEL: QT_TR_NOOP(
        "then get pose_landmarker_full.task from {page} and choose it: File, Choose the pose model"
    ),
    OTHER_CAMERA: QT_TR_NOOP("found {names}: choose one of these"),
    NO_CAMERA: QT_TR_NOOP(
        "camera {n}: cannot be opened; it is not there, another program has it, or this one may not use it (privacy "
        "settings): close the other program, or choose another camera"
    ),
    NO_FILE: QT_TR_NOOP("there is no such file or folder"),
    NO_KIND: QT_TR_NOOP("cannot be played: choose a recorded take, a .skeleton file, a PKU-MMD text or a video"),
    FIRST_REPAIR: QT_TR_NOOP("repair it first"),
    RUN_REPAIR: QT_TR_NOOP("repair it first"),
    MENDS: QT_TR_NOOP("repair it first"),
    LEAVES_OUT: QT_TR_NOOP("repair it first"),
    NO_CHECKPOINT: QT_TR_NOOP("there is no such file"),
    PICKLED: QT_TR_NOOP("a .pt or .pth file has to be converted first (train.convert)"),
    LOOKS_AHEAD: QT_TR_NOOP("these weights look ahead in time and cannot be used frame by frame"),
    NOT_IN_LIST: QT_TR_NOOP("label {label}: not among the {n} names of the label list; choose other classes"),
    BAD_LINE: QT_TR_NOOP("line {n} is damaged: repair it, or choose another file"),
}


def error_in_words(text: str) -> str:
    """An error in the chosen language; as it is where it is not known."""
    return parts_in_words(text, ERRORS, IN_THE_WINDOW) or text
