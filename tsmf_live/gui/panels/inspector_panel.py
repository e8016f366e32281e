"""What the networks look at: a person's attention over time and by joint, and the student's image."""

from __future__ import annotations

import math

import numpy as np
from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QFrame, QVBoxLayout

from tsmf_live.frames import Prediction
from tsmf_live.gui import palette
from tsmf_live.gui.charts.heat_map import COLUMNS, STEP_S, AttentionMap
from tsmf_live.gui.charts.scores import note_text
from tsmf_live.gui.class_names import class_name
from tsmf_live.gui.language import tr
from tsmf_live.gui.picture.student_view import StudentView
from tsmf_live.live.look_back import Moments, focused_slot
from tsmf_live.skeleton import JOINT_COUNT


class InspectorPanel(QFrame):
    """Heat map and bars above the student's image, all of one person.

    Signals:
        time_clicked: sensor time of a column of the heat map.
    """

    time_clicked = pyqtSignal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setMinimumWidth(360)
        self.title = palette.ElidedLabel("title")
        self.map = AttentionMap()
        self.student = StudentView()
        self.map.time_clicked.connect(self.time_clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(self.title)
        layout.addWidget(self.map, 5)
        layout.addWidget(self.student, 3)

    def show_prediction(self, prediction: Prediction | None, focus: int | None) -> None:
        """Show what the person does and the attention at the moment that is looked at; it costs little.

        Args:
            prediction: of that moment; None: nothing is predicted yet of what is in the picture.
            focus: the person chosen, None: whom the student looks at.
        """
        if prediction is None:
            self.title.set_text(tr("Attention"))
            self.map.show_bars(None, tr("nothing predicted yet"))
            return
        slot = focused_slot(prediction, focus)
        person = next((person for person in prediction.persons if person.slot == slot), None)
        who = tr("nobody in view") if slot is None else tr("person {n}").format(n=slot + 1)
        title, says = tr("Attention: {who}").format(who=who), who
        if person is None and slot is not None:
            says = tr("person {n} is not in view").format(n=slot + 1)
        if person is not None and person.label is not None:
            title += f" · {class_name(person.label)} {person.confidence:.0%}"
        self.title.set_text(title)
        self.map.show_bars(None if person is None else person.attention, says)

    def show_moments(
        self, moments: Moments, focus: int | None, cursor_s: float | None, *, watching: bool = False
    ) -> None:
        """Show a snapshot: the map and what the student saw.

        Args:
            focus: the person chosen, None: whom the student looks at.
            cursor_s: the frozen moment's sensor time; None: the newest.
            watching: nothing is predicted yet of what is in the picture, as after a jump: what is kept is of before.
        """
        newest_s = moments.newest_s
        if newest_s is None:
            self.map.show_map(np.full((JOINT_COUNT, COLUMNS), np.nan, np.float32), np.full(COLUMNS, np.nan), 0.0)
            self.student.show_image(None, tr("nothing predicted yet"))
            return
        at_s = newest_s if cursor_s is None else cursor_s
        prediction = moments.prediction_at(at_s)
        slot = focused_slot(prediction, focus)
        end_s = STEP_S * math.ceil(newest_s / STEP_S - 1e-6)  # whole steps, or the columns would flicker
        values, times_s = moments.attention_map(-1 if slot is None else slot, end_s, COLUMNS, STEP_S)
        self.map.show_map(values, times_s, end_s, cursor_s=cursor_s, position_at=moments.position_at)
        image = None if watching else moments.image_at(at_s)
        why_none = tr("watching …") if watching else note_text(prediction) or tr("the student is not used now")
        self.student.show_image(image, why_none)
