"""Who is simulated: the person's size, clothing, skin, handedness and pace, drawn from one seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Rgb = tuple[int, int, int]

#: The class names, NTU RGB+D's own, and last the class in which nothing is happening.
IDLE = "idle"
ACTIONS: tuple[str, ...] = (
    "drink water", "eat meal", "reading", "writing", "playing with phone", "typing", "phone call", "hand waving",
    "sit down", "stand up", "wear a shoe", "sneeze/cough", "staggering", "falling", "headache", "chest pain", IDLE,
)  # fmt: skip
#: Actions outside the bundled weights' classes: performed only when named, to show how new ones are taught.
EXTRA_ACTIONS: tuple[str, ...] = ("kicking", "squatting")
#: Actions that share one motion distribution and differ in the held object only (the paper's Figure 1).
LOOK_ALIKES: tuple[str, ...] = ("reading", "writing", "playing with phone", "typing")

SKINS: tuple[Rgb, ...] = (
    (247, 215, 196),
    (232, 190, 160),
    (205, 155, 120),
    (165, 115, 80),
    (120, 80, 55),
    (85, 55, 40),
)
HAIRS: tuple[Rgb, ...] = ((30, 25, 22), (60, 40, 28), (105, 70, 40), (190, 160, 105), (150, 150, 150), (225, 225, 220))
TROUSERS: tuple[Rgb, ...] = ((45, 55, 85), (50, 50, 52), (95, 85, 70), (110, 115, 125), (35, 60, 60), (150, 140, 120))
SHOES: tuple[Rgb, ...] = ((30, 30, 32), (235, 235, 232), (110, 70, 45), (170, 40, 45), (60, 80, 130))


@dataclass(frozen=True)
class Subject:
    """One simulated person.

    Lengths in metres; build scales limb thickness; speed scales the pace of motion (1 = average).
    """

    seed: int
    height_m: float
    shoulder_width_m: float
    hip_width_m: float
    arm_scale: float
    leg_scale: float
    build: float
    speed: float
    left_handed: bool
    skin: Rgb
    hair: Rgb
    long_hair: bool
    shirt: Rgb
    long_sleeves: bool
    trousers: Rgb
    shoes: Rgb

    @classmethod
    def from_seed(cls, seed: int) -> Subject:
        """The person number `seed`: always the same one."""
        rng = np.random.default_rng([1609, seed])
        height = float(np.clip(rng.normal(1.70, 0.10), 1.48, 1.95))
        hue, saturation, value = rng.uniform(0, 1), rng.uniform(0.1, 0.75), rng.uniform(0.35, 0.95)
        return cls(
            seed=seed,
            height_m=height,
            shoulder_width_m=height * float(rng.uniform(0.205, 0.245)),
            hip_width_m=height * float(rng.uniform(0.095, 0.12)),
            arm_scale=float(rng.uniform(0.95, 1.05)),
            leg_scale=float(rng.uniform(0.96, 1.04)),
            build=float(rng.uniform(0.85, 1.3)),
            speed=float(rng.uniform(0.8, 1.25)),
            left_handed=bool(rng.random() < 0.15),
            skin=SKINS[rng.integers(len(SKINS))],
            hair=HAIRS[rng.integers(len(HAIRS))],
            long_hair=bool(rng.random() < 0.4),
            shirt=_rgb_from_hsv(hue, saturation, value),
            long_sleeves=bool(rng.random() < 0.5),
            trousers=TROUSERS[rng.integers(len(TROUSERS))],
            shoes=SHOES[rng.integers(len(SHOES))],
        )


def _rgb_from_hsv(hue: float, saturation: float, value: float) -> Rgb:
    """Colour from hue, saturation, value, each 0 to 1."""
    offsets = np.array([5.0, 3.0, 1.0])
    k = (offsets + hue * 6) % 6
    channels = value - value * saturation * np.clip(np.minimum(k, 4 - k), 0, 1)
    red, green, blue = (int(channel) for channel in np.round(channels * 255))
    return red, green, blue


@dataclass(frozen=True)
class Held:
    """An object that an action needs.

    kind: "cup", "spoon" (with a bowl in the other hand), "book" (open, in both hands), "pen" (with a notepad in the
    other hand), "phone" (screen towards the face), "keyboard" (a slab under both hands), "handset" (a phone at the
    ear), "shoe" (in the hands, being put on the foot).
    main_hand: "left" or "right", the hand that acts; the other one supports where the kind says so.
    """

    kind: str
    main_hand: str


@dataclass(frozen=True)
class Chair:
    """A chair: seat centre (x, y, z) in camera space, metres, and the heading of one who sits on it.

    heading_rad: 0 faces the sensor (towards -z); positive turns the person's front towards +x.
    """

    seat_xyz: tuple[float, float, float]
    heading_rad: float
