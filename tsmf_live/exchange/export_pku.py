"""A session in the layout of PKU-MMD.

skeleton/NAME.txt, 150 numbers a frame: two people's joints; label/NAME.txt, class,start,end,confidence for each
annotation; rgb_video/NAME.avi, a picture for each frame. The format holds no times and nothing else of the people.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np

from tsmf_live.exchange.label_files import pku_text
from tsmf_live.exchange.outcome import Outcome
from tsmf_live.exchange.person_rows import PersonRows
from tsmf_live.exchange.picture_avi import PictureAvi
from tsmf_live.exchange.session_reading import NOT_IN_A_BODY, Session, require_frames
from tsmf_live.files import new_files, refuse_existing
from tsmf_live.frames import Body
from tsmf_live.recording.tables import SessionEvent, of_kind
from tsmf_live.skeleton import JOINT_COUNT
from tsmf_live.sources.pku import PERSONS


def export(session: Session, out: Path, name: str, labels: tuple[str, ...]) -> Outcome:
    """Writes the recording's files into `out`, all of them or none.

    Raises:
        RecordingError: files of that name exist, or `out` cannot be written to.
        SourceError: the session is damaged.
        UsageError: a label is not in the list.
    """
    text_name, label_name, video_name = f"skeleton/{name}.txt", f"label/{name}.txt", f"rgb_video/{name}.avi"
    for file in (text_name, label_name, video_name):
        refuse_existing(out / file)
    times_s = np.array(session.times_s)
    labelled = pku_text(_labelled(session), times_s, labels)
    rows = PersonRows(PERSONS)
    count = with_people = 0
    with new_files(out) as unfinished:
        for file in (text_name, label_name, video_name):
            (unfinished / file).parent.mkdir()
        with closing(PictureAvi(unfinished / video_name)) as pictures, (unfinished / text_name).open("wb") as text:
            for frame in session.frames():
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
    return Outcome(f"{session.folder} -> {out}: {written}", not_held, session.source.warnings)


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
    return [SessionEvent(session.times_s[0], np.inf, str(action), 1.0, None, "annotation")]
