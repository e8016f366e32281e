"""What happens in a scene, one posture after the other, and the joints at every moment between.

    postures (ward_poses.Key) and labels --Script--> joints (T, 25, 3), a label for each frame

Between two postures every number of the body goes its own way, smooth and without overshoot; trunk, head and hands are
a little before or behind the hips, as they are in people.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tsmf_live.actor.kinematics import OUTWARD, Physique, Pose, rotation, solve, trunk_of, unit
from tsmf_live.actor.stances import Wander, ramp
from tsmf_live.actor.ward_poses import BELOW_SHOULDER, SCENE, Body, Key, frames_of

RATE_HZ = 30
_FIELDS = ("pelvis", "facing", "spine", "head", "hands", "elbows", "ankles", "knees", "toes", "surface_m")
_SIZES = (3, 4, 3, 3, 6, 6, 6, 6, 6, 1)
_PART = dict(zip(_FIELDS, (slice(end - n, end) for end, n in zip(np.cumsum(_SIZES), _SIZES, strict=True)), strict=True))
_DROP_TIMES = np.array([0.3, 0.55, 0.75, 0.9])  # shares of the time on the way down, and of the way there
_MIRROR = np.stack([OUTWARD, np.ones(2), np.ones(2)], axis=-1)
_KERNEL = np.array([1, 4, 7, 8, 7, 4, 1]) / 32  # of 0.1 s: no joint starts or stops at once
_SWING_M = 0.10  # an elbow or a knee swings round its limb no farther in a frame
_CLEAR_M = 0.03  # joints stay this far above the floor,
_LIMB_CLEAR_M, _HAND_CLEAR_M = 0.05, 0.06  # elbows and knees, and hands, above what they are on
_NEAR_M = 0.5


class Script:
    """The postures of one scene in time, and what the frames are called."""

    def __init__(self, body: Body, first: Key) -> None:
        self.body = body
        self.now_s = 0.0
        self._keys, self._times_s, self._powers = [first], [0.0], [0.0]
        self._marks: list[tuple[float, float, str | None]] = []

    @property
    def key(self) -> Key:
        """The posture reached."""
        return self._keys[-1]

    def to(self, key: Key, takes_s: float, label: str | None, drop: float = 0.0) -> None:
        """Go over to `key`; drop: 0 smoothly, else gathering speed until the end, the way as time to this power."""
        self.mark(label, self.now_s, self.now_s + takes_s)
        self.now_s += takes_s
        self._keys.append(key)
        self._times_s.append(self.now_s)
        self._powers.append(drop)

    def hold(self, takes_s: float, label: str | None, restless: float = 1.0) -> None:
        """Stay as one is, with small movements."""
        rng, base = self.body.rng, self.key
        end_s = self.now_s + takes_s
        while end_s - self.now_s > 0.6:
            still = min(rng.uniform(0.5, 1.8), end_s - self.now_s)
            changes = {
                "spine": base.spine + restless * self.body.jitter(3, 0.04),
                "head": base.head + restless * self.body.jitter(3, 1.0) * (0.1, 0.08, 0.25),
                "hands": base.hands + restless * self.body.jitter((2, 3), 0.025),
                "pelvis": base.pelvis + restless * self.body.jitter(3, 0.012) * (1, 0, 1),
            }
            self.to(replace(base, **changes), still, label)
        self.to(self.key, max(end_s - self.now_s, 0.0) + 0.01, label)

    def mark(self, label: str | None, begin_s: float, end_s: float) -> None:
        """What the frames between are called, whatever they were called before."""
        self._marks.append((begin_s, end_s, label))

    def labels(self, frames: int) -> list[str | None]:
        """A label for each frame."""
        names: list[str | None] = [None] * frames
        for begin_s, end_s, label in self._marks:
            first, last = round(begin_s * RATE_HZ), min(round(end_s * RATE_HZ), frames)
            names[first:last] = [label] * max(last - first, 0)
        return names

    def joints(self, frames: int) -> np.ndarray:
        """Joints (frames, 25, 3) in the scene's frame."""
        times_s = np.arange(frames) / RATE_HZ
        values = self._channels(times_s)
        pose, p = self._pose(values), self.body.physique
        _keep_feet_down(p, pose)
        pose.hands[:, :, 1] = np.maximum(pose.hands[:, :, 1], values[:, -1:] + _HAND_CLEAR_M)
        _lay_limbs(p, pose, values[:, -1])
        heights_m = solve(p, pose)[:, :, 1]
        feet = [15, 19]
        pose.ankles[:, :, 1] += np.maximum(_CLEAR_M - heights_m[:, feet], 0)
        sunk_m = _smooth(np.maximum(_CLEAR_M - np.delete(heights_m, feet, axis=1).min(axis=1), 0)[:, None])
        pose.pelvis[:, 1:2] += sunk_m
        pose.hands[:, :, 1] += sunk_m
        pose.ankles[:, :, 1] += np.where(pose.ankles[:, :, 1] < 2 * _CLEAR_M, sunk_m, 0)
        return solve(p, pose)

    def _channels(self, times_s: np.ndarray) -> np.ndarray:
        """All numbers of the body (T, 44) at times_s."""
        rng = self.body.rng
        key_times, rows = self._with_vias(self._rows())
        values = np.empty((len(times_s), rows.shape[1]))
        lags_s = {"facing": rng.uniform(-0.05, 0.05), "spine": rng.uniform(-0.1, 0.04), "head": rng.uniform(-0.1, 0.1)}
        lags_s["hands"] = lags_s["elbows"] = rng.uniform(-0.03, 0.1)
        slopes = _slopes(key_times, rows)
        for field, part in _PART.items():
            moments = times_s - lags_s.get(field, 0.0)
            values[:, part] = _hermite(key_times, rows[:, part], slopes[:, part], moments)
        values = _smooth(values)
        for field, size, rate_hz in (("pelvis", 0.006, 0.2), ("spine", 0.018, 0.25), ("head", 0.04, 0.25)):
            values[:, _PART[field]] += Wander.draw(rng, size, rate_hz, 3)(times_s) * ((1, 0.3, 1) if size < 0.01 else 1)
        values[:, _PART["hands"]] += Wander.draw(rng, 0.012, 0.4, 6)(times_s)
        return values

    def _rows(self) -> np.ndarray:
        """The postures (K, 44), all hands given from the chest and the quaternions on one side."""
        keys = self._keys
        rows = np.stack([np.concatenate([np.ravel(getattr(key, field)) for field in _FIELDS]) for key in keys])
        pose = self._pose(rows)
        trunk = trunk_of(self.body.physique, pose)
        mode = np.array([key.hands_in for key in keys])
        given = rows[:, _PART["hands"]].reshape(-1, 2, 3)
        points = np.where((mode == SCENE)[..., None], given, pose.hands)
        points = np.where((mode == BELOW_SHOULDER)[..., None], trunk.shoulders + given, points)
        lowest = np.array([key.surface_m for key in keys])[:, None] + _HAND_CLEAR_M
        points[:, :, 1] = np.maximum(points[:, :, 1], lowest)
        parts = (points - trunk.chest[:, None]) @ trunk.chest_frame
        rows[:, _PART["hands"]] = (parts * _MIRROR).reshape(len(rows), 6)
        quaternions = rows[:, _PART["facing"]]
        flips = np.where((quaternions[1:] * quaternions[:-1]).sum(axis=1) < 0, -1.0, 1.0)
        quaternions[1:] *= np.cumprod(flips)[:, None]
        return rows

    def _with_vias(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Times and rows with more of them where something drops."""
        times, all_rows = [self._times_s[0]], [rows[0]]
        for number in range(1, len(rows)):
            begin_s, end_s, power = self._times_s[number - 1], self._times_s[number], self._powers[number]
            if power:
                for share in _DROP_TIMES:
                    times.append(begin_s + share * (end_s - begin_s))
                    all_rows.append(rows[number - 1] + (rows[number] - rows[number - 1]) * share**power)
            times.append(max(end_s, times[-1] + 1e-3))
            all_rows.append(rows[number])
        return np.array(times), np.array(all_rows)

    def _pose(self, rows: np.ndarray) -> Pose:
        """The numbers (T, 44) as a pose; hands that are not given from the chest come out wrong."""
        part = {field: rows[:, where] for field, where in _PART.items()}
        two = {field: part[field].reshape(-1, 2, 3) for field in ("hands", "elbows", "ankles", "knees", "toes")}
        quaternions = part["facing"] / np.linalg.norm(part["facing"], axis=1, keepdims=True)
        frame = frames_of(quaternions)
        turn = np.arctan2(frame[:, 0, 2], frame[:, 2, 2])
        tilt = np.stack(
            [np.arcsin(np.clip(-frame[:, 1, 2], -1, 1)), np.arctan2(-frame[:, 1, 0], frame[:, 1, 1])], axis=1
        )
        upright = rotation(np.zeros_like(turn), np.zeros_like(turn), turn)
        knees = ((two["knees"] * _MIRROR) @ np.swapaxes(frame, 1, 2)) @ upright * _MIRROR
        toes = two["toes"] @ upright * _MIRROR
        pose = Pose(
            part["pelvis"].copy(), turn, tilt, part["spine"], part["head"], two["hands"], two["elbows"],
            np.zeros_like(two["hands"]), two["ankles"].copy(), knees, toes,
        )  # fmt: skip
        trunk = trunk_of(self.body.physique, pose)
        pose.hands = trunk.chest[:, None] + (two["hands"] * _MIRROR) @ np.swapaxes(trunk.chest_frame, 1, 2)
        return pose


def _lay_limbs(physique: Physique, pose: Pose, surface_m: np.ndarray) -> None:
    """Let elbows and knees stay above the surface (T,), swing round a limb instead of jumping, and hands lie flat."""
    joints = solve(physique, pose)
    start, middle, end = joints[:, [4, 8, 12, 16]], joints[:, [5, 9, 13, 17]], joints[:, [7, 11, 14, 18]]
    along = unit(end - start)
    reach_m = ((middle - start) * along).sum(axis=2, keepdims=True)
    aside = middle - start - reach_m * along
    bent_m = np.maximum(np.linalg.norm(aside, axis=2), 0.02)
    aims = aside / bent_m[..., None]
    upward = unit(np.array([0.0, 1.0, 0.0]) - along[..., 1:2] * along)
    level = np.cross(along, upward)
    lowest = surface_m[:, None] + _LIMB_CLEAR_M - (start + reach_m * along)[..., 1]
    widest = np.arccos(np.clip(lowest / (bent_m * np.maximum(upward[..., 1], 0.1)), -1, 1))
    angles = np.arctan2((aims * level).sum(axis=2), (aims * upward).sum(axis=2))  # from straight up
    angles = np.clip(angles, -widest, widest)
    near = (upward[..., 1] > 0.5) & (start[..., 1] < surface_m[:, None] + _NEAR_M)
    angles = _swing(angles, (upward, level), _SWING_M / bent_m, near)
    aims = np.cos(angles)[..., None] * upward + np.sin(angles)[..., None] * level
    upright = rotation(np.zeros_like(pose.turn), np.zeros_like(pose.turn), pose.turn)
    pose.elbows = aims[:, :2] @ trunk_of(physique, pose).chest_frame * _MIRROR
    pose.knees = aims[:, 2:] @ upright * _MIRROR
    elbows = (start + reach_m * along + bent_m[..., None] * aims)[:, :2]
    falling = np.maximum(-unit(end[:, :2] - elbows)[..., 1], 0)
    pose.fingers[:, :, 1] = falling * ramp((surface_m[:, None] + 0.2 - end[:, :2, 1]) / 0.1)


def _swing(angles: np.ndarray, axes: tuple[np.ndarray, np.ndarray], most: np.ndarray, near: np.ndarray) -> np.ndarray:
    """The angles (T, 4) of elbows and knees round their limbs, going no farther than `most` in a frame.

    Where the limb is near the surface they go round above it.
    """
    upward, level = axes
    aims = np.cos(angles)[..., None] * upward + np.sin(angles)[..., None] * level
    if (np.linalg.norm(np.diff(aims, axis=0), axis=2) < most[1:]).all():
        return angles
    angles, now = angles.copy(), aims[0]
    for t in range(1, len(aims)):
        before = np.arctan2((now * level[t]).sum(axis=1), (now * upward[t]).sum(axis=1))
        more = angles[t] - before
        more = np.where(near[t], more, (more + np.pi) % (2 * np.pi) - np.pi)
        angles[t] = before + np.clip(more, -most[t], most[t])
        now = np.cos(angles[t])[:, None] * upward[t] + np.sin(angles[t])[:, None] * level[t]
    return angles


def _keep_feet_down(physique: Physique, pose: Pose) -> None:
    """Lower the hips of one who stands where a foot would otherwise leave the floor."""
    aside_m = np.abs(pose.ankles[:, :, [0, 2]] - pose.pelvis[:, None, [0, 2]])
    aside_m = np.maximum(np.linalg.norm(aside_m, axis=2) - physique.hip_half_m, 0)
    rise = np.sqrt(np.maximum((0.992 * physique.leg_m) ** 2 - aside_m**2, (0.5 * physique.leg_m) ** 2))
    too_high_m = np.maximum(pose.pelvis[:, 1] - (rise + pose.ankles[:, :, 1]).min(axis=1), 0)
    stands = ramp((pose.pelvis[:, 1] - 0.6 * physique.stand_m) / (0.2 * physique.stand_m))
    lowered_m = np.minimum(too_high_m, 0.12) * stands
    pose.pelvis[:, 1] -= lowered_m
    pose.hands[:, :, 1] -= lowered_m[:, None]


def _smooth(values: np.ndarray) -> np.ndarray:
    """(T, n) without sudden starts."""
    padded = np.concatenate([values[:1].repeat(3, axis=0), values, values[-1:].repeat(3, axis=0)])
    return sum(weight * padded[k : k + len(values)] for k, weight in enumerate(_KERNEL))


def _slopes(times_s: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Speeds at the postures such that nothing overshoots. **Source:** Fritsch and Butland (1984), as in PCHIP."""
    gaps = np.diff(times_s)[:, None]
    steps = np.diff(rows, axis=0) / gaps
    before, after = steps[:-1], steps[1:]
    first, second = 2 * gaps[1:] + gaps[:-1], gaps[1:] + 2 * gaps[:-1]
    same = before * after > 0
    harmonic = np.where(same, before * after * (first + second), 0.0)
    slopes = np.zeros_like(rows)
    slopes[1:-1] = harmonic / np.where(same, first * after + second * before, 1.0)
    return slopes


def _hermite(times_s: np.ndarray, rows: np.ndarray, slopes: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """Values (T, n) at the moments; constant before the first and after the last time."""
    moments = np.clip(moments, times_s[0], times_s[-1])
    k = np.clip(np.searchsorted(times_s, moments, side="right") - 1, 0, len(times_s) - 2)
    gap = (times_s[k + 1] - times_s[k])[:, None]
    u = (moments - times_s[k])[:, None] / gap
    stays, goes = (1 + 2 * u) * (1 - u) ** 2, u * u * (3 - 2 * u)
    leaves, arrives = u * (1 - u) ** 2 * gap, u * u * (u - 1) * gap
    return stays * rows[k] + goes * rows[k + 1] + leaves * slopes[k] + arrives * slopes[k + 1]
