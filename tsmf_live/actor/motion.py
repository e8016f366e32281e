"""One action by one person, placed in the room; and clips of it as the sensor would give them, for training.

perform --Performance--> joints (true)
simulate --Clip--> joints as observed, with their pixels
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tsmf_live.actor.actions import CHOREOGRAPHY
from tsmf_live.actor.kinematics import LEFT, SEAT_BEHIND_M, SEAT_HEIGHT_M, Physique, Pose, go_over, solve
from tsmf_live.actor.sensor import observe
from tsmf_live.actor.stances import Cue, ramp
from tsmf_live.actor.subject import EXTRA_ACTIONS, IDLE, Chair, Held, Subject
from tsmf_live.camera import CENTRE_Y_PX, FOCAL_PX, project_to_color
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH
from tsmf_live.skeleton import SPINE_BASE

HELD_KIND: dict[str, str] = {
    "drink water": "cup",
    "eat meal": "spoon",
    "reading": "book",
    "writing": "pen",
    "playing with phone": "phone",
    "typing": "keyboard",
    "phone call": "handset",
    "wear a shoe": "shoe",
}
ALWAYS_WITH_CHAIR = ("sit down", "stand up")
ALWAYS_STANDING = ("staggering", "falling", *EXTRA_ACTIONS)
BLEND_S = 0.7  # from one action into the next
NEAREST_M, FARTHEST_M = 1.8, 3.8
_EDGE_PX = 12  # the body stays this far inside the picture
_PLACEMENT_TRIES = 24


def place(
    joints: np.ndarray, position_xz: tuple[float, float], heading_rad: float, camera_height_m: float
) -> np.ndarray:
    """Joints (T, 25, 3) of a frame right, up, front in camera space; the rest as in Performance."""
    right, up, front = np.moveaxis(joints, -1, 0)
    cos, sin = np.cos(heading_rad), np.sin(heading_rad)
    x = position_xz[0] + right * cos + front * sin
    z = position_xz[1] + right * sin - front * cos
    return np.stack([x, up - camera_height_m, z], axis=-1)


@dataclass(frozen=True)
class Performance:
    """One action by one subject at one place; its style follows from `style_seed`.

    Attributes:
        action: one of subject.ACTIONS or EXTRA_ACTIONS.
        held: the object in the hands, or None.
        chair: the chair behind or under the person, or None; `seated` says whether it is sat on (throughout; sitting
            down and standing up are False).
        duration_s: how long the action is meant to last; joints are defined beyond it.
        position_xz: where the feet are, metres in camera space; a seat is behind it.
        heading_rad: 0 faces the sensor (towards -z); positive turns the front towards +x.
        camera_height_m: the floor is at y = -camera_height_m.
    """

    action: str
    subject: Subject
    held: Held | None
    chair: Chair | None
    seated: bool
    duration_s: float
    position_xz: tuple[float, float]
    heading_rad: float
    camera_height_m: float
    style_seed: int

    def pose(self, times_s: np.ndarray) -> Pose:
        """What the body does at times_s (T,), seconds since the action began, in the person's own frame."""
        rng = np.random.default_rng(self.style_seed)
        pace = self.subject.speed * float(rng.uniform(0.85, 1.15))
        times_s = np.maximum(np.asarray(times_s, np.float64), 0.0)
        physique = Physique.of(self.subject)
        cue = Cue(times_s, rng, physique, self.duration_s, self.seated, self.chair is not None, pace)
        return CHOREOGRAPHY[self.action](cue)

    def place(self, joints: np.ndarray) -> np.ndarray:
        """Joints (T, 25, 3) of the person's own frame (right, up, front) in camera space."""
        return place(joints, self.position_xz, self.heading_rad, self.camera_height_m)

    def joints(self, times_s: np.ndarray) -> np.ndarray:
        """True joints (T, 25, 3) float64, metres in camera space, at times_s (T,) seconds since the action began."""
        return self.place(solve(Physique.of(self.subject), self.pose(times_s)))


@dataclass(frozen=True)
class Clip:
    """One person for T frames.

    Attributes:
        performance: what is performed and where.
        joints: (T, 25, 3) float32 as observed; joint_state: (T, 25) uint8.
        true_joints: (T, 25, 3) float64.
        color_xy: (T, 25, 2) float32, pixels of the observed joints.
    """

    performance: Performance
    joints: np.ndarray
    joint_state: np.ndarray
    true_joints: np.ndarray
    color_xy: np.ndarray


def perform(
    action: str,
    subject: Subject,
    rng: np.random.Generator,
    *,
    position_xz: tuple[float, float] | None = None,
    heading_rad: float | None = None,
    camera_height_m: float = 1.1,
    duration_s: float | None = None,
    seated: bool | None = None,
    chair: bool | None = None,
    free_radius_m: float = np.inf,
) -> Performance:
    """A new performance of `action`, its style and whatever is not given drawn from `rng`.

    The four look-alikes draw the same, so that equal streams give equal motion. A place is drawn so that the whole body
    is in the picture, and a style so that the hips stay within free_radius_m of it; a place that is given is kept.

    Raises:
        ValueError: no such action.
    """
    if action not in CHOREOGRAPHY:
        raise ValueError(f"action: expected one of {', '.join(CHOREOGRAPHY)}; got {action!r}")
    sits, has_chair = rng.random() < (0.7 if action == "wear a shoe" else 0.4), rng.random() < 0.25
    if duration_s is None:
        duration_s = float(rng.uniform(4.0, 8.0))
    if action in ALWAYS_STANDING or action in ALWAYS_WITH_CHAIR:
        seated = False
    elif seated is None:
        seated = bool(sits)
    has_chair = (has_chair if chair is None else chair) or seated or action in ALWAYS_WITH_CHAIR
    for _ in range(_PLACEMENT_TRIES):
        spot = position_xz or _draw_place(rng, camera_height_m)
        heading = float(rng.uniform(-np.pi / 3, np.pi / 3)) if heading_rad is None else heading_rad
        performance = Performance(
            action=action,
            subject=subject,
            held=_held(action, subject),
            chair=seat_behind(spot, heading, camera_height_m) if has_chair else None,
            seated=seated,
            duration_s=duration_s,
            position_xz=spot,
            heading_rad=heading,
            camera_height_m=camera_height_m,
            style_seed=int(rng.integers(2**63)),
        )
        joints = performance.joints(np.linspace(0, duration_s, 9))
        strayed_m = np.linalg.norm(joints[:, SPINE_BASE][:, [0, 2]] - spot, axis=1).max()
        if in_picture(joints) and strayed_m <= free_radius_m:
            break
    return performance


def _held(action: str, subject: Subject) -> Held | None:
    kind = HELD_KIND.get(action)
    return Held(kind, "left" if Physique.of(subject).main == LEFT else "right") if kind else None


def seat_behind(position_xz: tuple[float, float], heading_rad: float, camera_height_m: float) -> Chair:
    """The chair of one who stands at position_xz."""
    x = position_xz[0] - SEAT_BEHIND_M * float(np.sin(heading_rad))
    z = position_xz[1] + SEAT_BEHIND_M * float(np.cos(heading_rad))
    return Chair((x, SEAT_HEIGHT_M - camera_height_m, z), heading_rad)


def _draw_place(rng: np.random.Generator, camera_height_m: float) -> tuple[float, float]:
    """A place on the floor where the feet are in the picture."""
    nearest_m = max(NEAREST_M, FOCAL_PX * camera_height_m / (COLOR_HEIGHT - CENTRE_Y_PX - _EDGE_PX))
    z = float(rng.uniform(nearest_m, FARTHEST_M))
    half_width_m = 0.5 * COLOR_WIDTH * z / FOCAL_PX - 0.55
    return float(rng.uniform(-half_width_m, half_width_m)), z


def in_picture(joints: np.ndarray) -> bool:
    """Whether all joints (..., 25, 3) lie within the colour picture."""
    color_xy = project_to_color(joints)
    limit = np.array([COLOR_WIDTH, COLOR_HEIGHT]) - _EDGE_PX
    return bool(((color_xy >= _EDGE_PX) & (color_xy <= limit)).all())


def simulate(
    action: str,
    subject: Subject,
    rng: np.random.Generator,
    frames: int,
    lead_s: float = 0.0,
    frame_rate_hz: float = 30.0,
) -> Clip:
    """A clip of `frames` frames of one action as the sensor would see it.

    Without lead the clip begins within the action (sitting down, standing up and falling begin with what precedes
    them). With lead_s the person does nothing in particular for lead_s at the same place, then goes over to the action.
    """
    times_s = np.arange(frames) / frame_rate_hz
    duration_s = max(float(frames / frame_rate_hz - lead_s), 1.0)
    performance = perform(action, subject, rng, duration_s=duration_s)
    pose = performance.pose(times_s - lead_s)
    if lead_s > 0:
        before = perform(
            IDLE,
            subject,
            rng,
            position_xz=performance.position_xz,
            heading_rad=performance.heading_rad,
            camera_height_m=performance.camera_height_m,
            seated=performance.seated or action == "stand up",
        )
        pose = go_over(before.pose(times_s), pose, ramp((times_s - lead_s) / BLEND_S))
    true_joints = performance.place(solve(Physique.of(subject), pose))
    joints, joint_state = observe(true_joints, rng)
    return Clip(performance, joints, joint_state, true_joints, project_to_color(joints))
