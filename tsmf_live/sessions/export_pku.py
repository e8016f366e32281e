"""`export-pku`: a session in the layout of PKU-MMD.

skeleton/NAME.txt, 150 numbers a frame: two people's joints; label/NAME.txt, class,start,end,confidence for each
annotation; rgb_video/NAME.avi, a picture for each frame. The format holds no times and nothing else of the people.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

import numpy as np

from tsmf_live.exchange.class_names import read_labels
from tsmf_live.exchange.label_files import pku_text
from tsmf_live.exchange.person_rows import PersonRows
from tsmf_live.exchange.picture_avi import PictureAvi
from tsmf_live.exchange.session_reading import LeftOut, Session, frames, report, require_frames
from tsmf_live.files import new_files, refuse_existing
from tsmf_live.frames import Body, UsageError
from tsmf_live.recording.tables import SessionEvent, of_kind
from tsmf_live.skeleton import JOINT_COUNT
from tsmf_live.sources.pku import PERSONS

EXAMPLE = "example: python -m tsmf_live.sessions export-pku STUDY/take-001 --out PKU --name 0400-M --labels classes.txt"
NOT_IN_A_BODY = "tracking ids, joint states, colour coordinates, orientations, hand states, exact and host times"


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """The command's arguments."""
    parser = subparsers.add_parser("export-pku", help="as a PKU-MMD recording", description=__doc__, epilog=EXAMPLE)
    add = parser.add_argument
    add("folders", nargs="+", type=Path, metavar="DIR", help="folder of a recorded session")
    add("--out", type=Path, required=True, metavar="FOLDER", help="gets skeleton/, label/, rgb_video/")
    add("--name", help="of the files, without ending (default: the session's folder)")
    add("--labels", default="pku_mmd", metavar="NAME|FILE", help="label list that numbers the classes: ntu60, pku_mmd")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exports every session; RecordingError if it cannot be written, SourceError at the end for damaged sessions."""
    if args.name is not None and (len(args.folders) > 1 or Path(args.name).name != args.name):
        raise UsageError(f"--name {args.name}: expected the name of one session's files, without folders")
    labels = read_labels(args.labels)
    left_out = LeftOut(len(args.folders), "sessions")
    for folder in args.folders:
        with left_out.if_unusable(), closing(Session(folder)) as session:
            export(session, args.out, args.name or folder.resolve().name, labels)
    left_out.tell(args.out)
    return 0


def export(session: Session, out: Path, name: str, labels: tuple[str, ...]) -> None:
    """Writes the recording's files into `out` and reports; all of them or none.

    Raises:
        RecordingError: files of that name exist, or `out` cannot be written to.
        SourceError: the session is damaged.
        UsageError: a label is not in the list.
    """
    text_name, label_name, video_name = f"skeleton/{name}.txt", f"label/{name}.txt", f"rgb_video/{name}.avi"
    for file in (text_name, label_name, video_name):
        refuse_existing(out / file)
    times_s = np.array(session.source.times_s)
    labelled = pku_text(_labelled(session), times_s, labels)
    rows = PersonRows(PERSONS)
    count = with_people = 0
    with new_files(out) as unfinished:
        for file in (text_name, label_name, video_name):
            (unfinished / file).parent.mkdir()
        with closing(PictureAvi(unfinished / video_name)) as pictures, (unfinished / text_name).open("wb") as text:
            for frame in frames(session.source, session.folder.name):
                text.write(_line(rows.place(frame.bodies)))
                pictures.add(frame.color_bgra)
                count += 1
                with_people += bool(frame.bodies)
            require_frames(count, session.folder)
            pictures.finish(fill=True)
        (unfinished / label_name).write_bytes(labelled)
    not_held = [*session.timing_not_held([(0, count)]), *rows.not_held(PERSONS), NOT_IN_A_BODY]
    not_held += session.not_held(events_held=True)
    if pictures.repeated:
        not_held.insert(0, f"that {pictures.repeated} frames have no picture (they show the one before)")
    if not with_people:
        not_held.insert(0, "a frame without anybody (our player refuses a PKU-MMD file in which nobody is ever there)")
    labels_there = labelled.count(b"\n")
    written = f"{name} ({count} frames, {pictures.count} pictures, {labels_there} labels)"
    report(f"{session.folder} -> {out}: {written}", not_held, session.source.warnings)


def _line(bodies: list[Body | None]) -> bytes:
    """150 numbers, zeros for nobody; nine digits bring a float32 back exactly."""
    nobody = np.zeros((JOINT_COUNT, 3), np.float32)
    joints = np.stack([nobody if body is None else body.joints for body in bodies])
    return (" ".join(["%.9g"] * joints.size) % tuple(joints.ravel().tolist())).encode() + b"\n"


def _labelled(session: Session) -> list[SessionEvent]:
    """The annotations, or the whole take as the action it was made for."""
    annotations = of_kind("annotation", session.events)
    action = session.description.get("action")
    if annotations or not action:
        return annotations
    return [SessionEvent(session.source.times_s[0], np.inf, str(action), 1.0, None, "annotation")]
