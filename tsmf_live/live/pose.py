"""Keeps the people apart: gives every body a stable slot (see `slots`) and cuts its picture crops.

SensorFrame in, PoseFrame out.
"""

from __future__ import annotations

import time
from dataclasses import replace

from tsmf_live.frames import Person, PoseFrame, SensorFrame
from tsmf_live.live.level import Level
from tsmf_live.live.posture import Likeness, Posture, unknown_joints
from tsmf_live.live.slots import SlotKeeper
from tsmf_live.ring import Ring
from tsmf_live.roi import squares_of_picture
from tsmf_live.stage import Meter


class PoseTracker:
    """SensorFrame -> PoseFrame.

    Args:
        crop: the checkpoint's crop, "fixed" or "metric".
        use_color: False hides the picture from the model.
    """

    def __init__(self, crop: str, use_color: bool = True) -> None:
        self.crop, self._use_color = crop, use_color  # the crop may change between two frames
        self._keeper = SlotKeeper()
        self._level = Level()
        self._known: dict[int, tuple[int, Posture, Likeness]] = {}  # slot: epoch, and what is known of that body

    def track(self, frame: SensorFrame) -> PoseFrame:
        """The people of this frame with their slots and crops; the frame's picture is not kept."""
        began = time.perf_counter()
        persons, known = [], []
        for slot, epoch, body in self._keeper.assign(frame.bodies, frame.sensor_time_s):
            crops = None
            if self._use_color and frame.color_bgra is not None:
                crops = squares_of_picture(frame.color_bgra, body, self.crop)
            if self._known.get(slot, (None,))[0] != epoch:
                self._known[slot] = epoch, Posture(), Likeness()
            _, posture, likeness = self._known[slot]
            joints = posture.complete(body.joints, body.joint_state)
            whole = body if joints is body.joints else replace(body, joints=joints)
            is_person = likeness.look(joints, frame.sensor_time_s)
            known_share = 1.0 - float(unknown_joints(body.joints, body.joint_state).mean())
            person = Person(slot, epoch, whole, crops, is_person, known_share)
            persons.append(person)
            if person.is_person and whole is body:  # joints that were made up say nothing of the room
                known.append(joints)
        self._level.look(frame.floor_plane, known)
        pose_ms = (time.perf_counter() - began) * 1e3
        return PoseFrame(
            frame.index,
            frame.sensor_time_s,
            frame.host_time_s,
            tuple(persons),
            pose_ms,
            frame.position_s,
            frame.preroll,
            self._level.tilt,
        )


class PoseWork:
    """The pose stage: SensorFrames -> PoseFrames; keeps the newest pair for the display.

    Args:
        tracker: used on this stage's thread.
        frames: from capture.
        poses, looked_back: closed after the last frame; looked_back is None where nobody looks back.
    """

    def __init__(
        self,
        tracker: PoseTracker,
        frames: Ring[SensorFrame],
        poses: Ring[PoseFrame],
        looked_back: Ring[tuple[SensorFrame, PoseFrame]] | None,
    ) -> None:
        self.tracker, self._frames, self._poses, self._looked_back = tracker, frames, poses, looked_back
        self.meter = Meter("pose")
        self.newest: tuple[SensorFrame, PoseFrame] | None = None

    def set_up(self) -> None:
        """Nothing to prepare."""

    def step(self) -> bool:
        """Tracks one frame's people."""
        frame = self._frames.get()
        if frame is None:
            return not self._frames.ended
        pose = self.tracker.track(frame)
        self._poses.put(pose)
        if not frame.preroll:
            self.newest = (frame, pose)
        if self._looked_back is not None and not frame.preroll:
            self._looked_back.put((frame, pose))
        self.meter.tick(pose.pose_ms)
        return True

    def tear_down(self) -> None:
        """Tells inference that nothing more will come."""
        self._poses.close()
        if self._looked_back is not None:
            self._looked_back.close()
