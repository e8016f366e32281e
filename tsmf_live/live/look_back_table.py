"""What was kept of a span as a CSV file: one value a line, so that any program can read, filter and join them.

# what it is, of what source and weights, what the quantities mean
sensor_time_s,position_s,person,quantity,name,value
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from tsmf_live.command import plain
from tsmf_live.frames import PoseFrame, Prediction, Scores
from tsmf_live.live.look_back import Moments, StudentImage
from tsmf_live.recording.tables import cell_of
from tsmf_live.skeleton import JOINT_NAMES, ROI_JOINTS

COLUMNS = ("sensor_time_s", "position_s", "person", "quantity", "name", "value")
#: The comment at the beginning of a file, after its first line; lines of a table never begin with "#".
MEANING = (
    "a value a line; sensor_time_s: seconds on the sensor's clock; position_s: seconds in the recording that is played",
    "person: 1 to 6 as on the screen, empty: the scene",
    "confidence of a label; probability of a class: of both networks, calibrated, smoothed",
    "teacher, student: raw scores of a class; attention of a joint; student_weight of a row of the student's image",
    "x_m, y_m, z_m of a joint: metres, camera space (x to the sensor's left, y up, z away from it)",
    "state of a joint: 0 not tracked, 1 inferred, 2 tracked",
)

Row = tuple[str, str, str, float]  # person, quantity, name, value


def said_rows(prediction: Prediction) -> Iterator[Row]:
    """Everything the model said at one time, of the scene and of each person."""
    yield "", "confidence", prediction.label or "", prediction.confidence
    yield from _score_rows("", prediction.scores)
    for person in prediction.persons:
        number = str(person.slot + 1)
        yield number, "confidence", person.label or "", person.confidence
        yield from _score_rows(number, person.scores)
        for name, weight in zip(JOINT_NAMES, person.attention.tolist(), strict=True):
            yield number, "attention", name, weight


def joint_rows(pose: PoseFrame) -> Iterator[Row]:
    """Where the joints of everybody were at one time."""
    for person in pose.persons:
        number, body = str(person.slot + 1), person.body
        for name, place, state in zip(JOINT_NAMES, body.joints.tolist(), body.joint_state.tolist(), strict=True):
            for axis, value in zip("xyz", place, strict=True):
                yield number, f"{axis}_m", name, value
            yield number, "state", name, float(state)


def _score_rows(person: str, scores: Scores | None) -> Iterator[Row]:
    if scores is None:
        return
    of = ("probability", scores.fusion), ("teacher", scores.teacher), ("student", scores.student)
    for quantity, values in of:
        if values is not None:
            for label, value in zip(scores.labels, values.tolist(), strict=True):
                yield person, quantity, label, value


def value_rows(moments: Moments) -> Iterator[tuple[float, float | None, Row]]:
    """(sensor time, position, row) of everything kept, in the order of time."""
    times = [(one.sensor_time_s, 0, one.position_s, said_rows(one)) for one in moments.predictions]
    times += [(kept.time_s, 1, kept.pose.position_s, joint_rows(kept.pose)) for kept in moments.pictures]
    times += [(image.time_s, 2, moments.position_at(image.time_s), _image_rows(image)) for image in moments.images]
    for time_s, _, position_s, rows in sorted(times, key=lambda one: one[:2]):
        for row in rows:
            yield time_s, position_s, row


def _image_rows(image: StudentImage) -> Iterator[Row]:
    for slot, attention in zip(image.slots, image.attention, strict=True):
        for joint in ROI_JOINTS:
            yield str(slot + 1), "student_weight", JOINT_NAMES[joint], float(attention[joint])


def write_values(file: BinaryIO, moments: Moments, facts: Mapping[str, str]) -> None:
    """Writes the CSV, UTF-8.

    Args:
        moments: all of it is written.
        facts: what to say of it, such as source and weights.
    """
    stream = io.TextIOWrapper(file, encoding="utf-8", newline="")
    title = "tsmf_live: " + ", ".join(f"{name} {cell_of(fact)}" for name, fact in facts.items())
    stream.writelines(f"# {plain(line)}\r\n" for line in (title, *MEANING))
    table = csv.writer(stream)
    table.writerow(COLUMNS)
    for time_s, position_s, (person, quantity, name, value) in value_rows(moments):
        position = "" if position_s is None else f"{position_s:.6f}"
        table.writerow((f"{time_s:.6f}", position, person, quantity, cell_of(name), f"{value:.9g}"))
    stream.detach()  # what it still held goes into the file, which stays open
