"""A moment's figures as a CSV file: one value a line, so that any program can read, filter and join them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from tsmf_live.files import whole_file
from tsmf_live.live.look_back import Still
from tsmf_live.recording.tables import cell_of
from tsmf_live.skeleton import JOINT_NAMES, ROI_JOINTS

COLUMNS = ("sensor_time_s", "position_s", "person", "quantity", "name", "value")


def moment_rows(still: Still) -> Iterator[tuple[str, str, str, float]]:
    """(person, quantity, name, value) of everything the model said of a moment.

    person is 1 to 6 as on the screen, empty for the scene. Quantities: "attention" of each joint, "confidence" of a
    label, "student_weight" of each row of the student's image, "probability" (fusion, calibrated and smoothed),
    "teacher" and "student" (raw scores) of each class.
    """
    prediction = still.prediction
    if prediction is None:
        return
    yield "", "confidence", prediction.label or "", prediction.confidence
    for person in prediction.persons:
        number = str(person.slot + 1)
        yield number, "confidence", person.label or "", person.confidence
        for name, weight in zip(JOINT_NAMES, person.attention.tolist(), strict=True):
            yield number, "attention", name, weight
    if still.image is not None:
        for slot, attention in zip(still.image.slots, still.image.attention, strict=True):
            for joint in ROI_JOINTS:
                yield str(slot + 1), "student_weight", JOINT_NAMES[joint], float(attention[joint])
    if (scores := prediction.scores) is not None:
        for quantity, values in (
            ("probability", scores.fusion),
            ("teacher", scores.teacher),
            ("student", scores.student),
        ):
            if values is not None:
                for label, value in zip(scores.labels, values.tolist(), strict=True):
                    yield "", quantity, label, value


def write_values(path: Path, still: Still) -> None:
    """Writes the CSV, whole or not at all; OSError if that is not possible."""
    prediction = still.prediction
    time_s = still.time_s if prediction is None else prediction.sensor_time_s
    position_s = still.pose.position_s if prediction is None else prediction.position_s
    place = f"{time_s:.6f}", "" if position_s is None else f"{position_s:.6f}"
    with whole_file(path) as file:
        stream = io.TextIOWrapper(file, encoding="utf-8", newline="")
        table = csv.writer(stream)
        table.writerow(COLUMNS)
        for person, quantity, name, value in moment_rows(still):
            table.writerow((*place, person, quantity, cell_of(name), f"{value:.9g}"))
        stream.detach()  # what it still held goes into the file, which stays open
