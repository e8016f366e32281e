"""The errors of a Kinect v2: true joints get jitter, hidden joints are guessed, some are lost for a short time.

    true joints --SensorModel.step, frame by frame--> observed joints, joint_state

Noise is about 5 mm at 2.5 m and grows with the square of the distance, more at the hands' tips and the feet. A joint
that the person's own trunk or thighs hide from the sensor, and now and then any other, is inferred: centimetres away,
slowly wandering.
"""

from __future__ import annotations

import numpy as np

from tsmf_live.skeleton import INFERRED, JOINT_COUNT, NOT_TRACKED, TRACKED

#: Noise of each joint against the average, in SDK order: the trunk is steady, tips, thumbs and feet are not.
_SCALE = np.array(
    [0.5, 0.5, 0.6, 0.6, 0.7, 1, 1.2, 1.4, 0.7, 1, 1.2, 1.4, 0.6, 0.9, 1, 1.3, 0.6, 0.9, 1, 1.3, 0.5, 2, 2, 2, 2]
)
_LIMBS = np.array([4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 17, 18, 19, 21, 22, 23, 24])
#: Points of the trunk and thighs that hide what is behind: (joint, joint, share between them, radius in metres).
_SCREENS = (
    (0, 1, 0.0, 0.13), (0, 1, 0.5, 0.13), (1, 20, 0.0, 0.14), (1, 20, 0.5, 0.15), (20, 2, 0.0, 0.13),
    (3, 3, 0.0, 0.09), (12, 13, 0.6, 0.07), (16, 17, 0.6, 0.07), (13, 13, 0.0, 0.06), (17, 17, 0.0, 0.06),
)  # fmt: skip
_FIRST, _SECOND = (np.array([screen[k] for screen in _SCREENS]) for k in (0, 1))
_SHARE, _RADIUS_M = (np.array([screen[k] for screen in _SCREENS]) for k in (2, 3))
_OWN = (_FIRST[None] == np.arange(JOINT_COUNT)[:, None]) | (_SECOND[None] == np.arange(JOINT_COUNT)[:, None])
_OWN[[4, 8, 12, 16]] = True  # shoulders and hips are part of what hides
_BEHIND_M = 0.10  # a joint this much farther away than the screen is hidden
_KEEP, _KEEP_SLOW = 0.80, 0.96  # of the error, from one frame to the next: jitter, and the error of a guess
_LOSS_CHANCE = 0.0025  # a frame, of a limb's joint; a spell lasts 0.4 s on average
_SPELL_END_CHANCE = 1 / 12
_SETTLING = 0.35  # share of the way, a frame, that a guess moves off or comes back


class SensorModel:
    """One person before the sensor; keeps the state of noise and losses from frame to frame."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._jitter = rng.standard_normal((JOINT_COUNT, 3))
        self._guess = rng.standard_normal((JOINT_COUNT, 3))
        self._guess_m = rng.uniform(0.02, 0.05, (JOINT_COUNT, 1))
        self._guessing = np.zeros((JOINT_COUNT, 1))
        self._lost = np.zeros(JOINT_COUNT, bool)
        self._gone = np.zeros(JOINT_COUNT, bool)  # lost: not even a guess is given

    def step(self, joints_true: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Observed joints (25, 3) float32 and joint_state (25,) uint8 of the next frame, 1/30 s after the last."""
        return self._step(joints_true, hidden(joints_true))

    def _step(self, joints_true: np.ndarray, is_hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        draws = self._rng.standard_normal((2, JOINT_COUNT, 3))
        self._jitter = _KEEP * self._jitter + np.sqrt(1 - _KEEP**2) * draws[0]
        self._guess = _KEEP_SLOW * self._guess + np.sqrt(1 - _KEEP_SLOW**2) * draws[1]
        self._advance_losses(joints_true)
        inferred = self._lost | is_hidden
        self._guessing += _SETTLING * (inferred[:, None] - self._guessing)
        depth_m = np.maximum(joints_true[:, 2:], 0.5)
        noise = 0.0025 * (1 + (depth_m / 2.5) ** 2) * _SCALE[:, None] * self._jitter
        observed = joints_true + noise + self._guessing * self._guess_m * self._guess
        state = np.where(inferred, INFERRED, TRACKED).astype(np.uint8)
        state[self._gone & self._lost] = NOT_TRACKED
        return observed.astype(np.float32), state

    def _advance_losses(self, joints_true: np.ndarray) -> None:
        chance = self._rng.random((3, JOINT_COUNT))
        lying = joints_true[20, 1] - joints_true[0, 1] < 0.25
        begins = np.zeros(JOINT_COUNT, bool)
        begins[_LIMBS] = chance[0, _LIMBS] < _LOSS_CHANCE * (12 if lying else 1)
        if lying:
            begins |= chance[0] < 0.01
        begins &= ~self._lost
        self._gone = np.where(begins, chance[1] < 0.04, self._gone)
        self._lost = (self._lost & (chance[2] > _SPELL_END_CHANCE)) | begins


def hidden(joints: np.ndarray) -> np.ndarray:
    """Which of the joints (..., 25, 3) the person's own trunk, head or thighs hide from the sensor: (..., 25) bool."""
    first, second = joints[..., _FIRST, :], joints[..., _SECOND, :]
    screens = first + (second - first) * _SHARE[:, None]
    depth = np.linalg.norm(joints, axis=-1, keepdims=True)
    along = (joints / depth) @ np.swapaxes(screens, -1, -2)  # (..., 25, screens): where the ray passes the screen
    aside_squared = (screens**2).sum(axis=-1)[..., None, :] - along**2
    return ((aside_squared < _RADIUS_M**2) & (along < depth - _BEHIND_M) & ~_OWN).any(axis=-1)


def observe(joints_true: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A whole clip through a new SensorModel: (T, 25, 3) -> joints (T, 25, 3) float32, joint_state (T, 25) uint8."""
    model = SensorModel(rng)
    observed = [model._step(*frame) for frame in zip(joints_true, hidden(joints_true), strict=True)]
    return np.stack([joints for joints, _ in observed]), np.stack([state for _, state in observed])
