"""How networks are trained: the paper's recipe, and one that is measured against it. Only values, no code that trains.

**Source:** "paper": TSMF section "Implementation Details" and the released configurations (Nesterov momentum, weight
decay, dropout; no augmentation). "better": what PYSKL (Duan et al., ACM MM 2022) found to lift the same ST-GCN from
81.5 to 87.8% on NTU RGB+D: normalised joints, uniform sampling, augmentation, a cosine schedule. AdamW and one cycle,
which need fewer epochs, and the facing normalisation, for sensor positions that training never saw, are ours.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

PAPER_EPOCHS = 80
PAPER_FRAMES = 300


@dataclass(frozen=True)
class Augmentation:
    """What is changed at random in a skeleton clip each time it is drawn.

    Attributes:
        shortest: least part of the clip that is taken, at a random place (1: the whole clip).
        heading_rad, tilt_rad, roll_rad: standard deviations of rotations about the vertical and the two other axes.
        size: bodies become up to this much larger or smaller.
        stretch: standard deviation of a separate scale for each axis.
        place_m: standard deviation of a shift of the whole clip.
        noise_m: most standard deviation of slow noise of each joint.
        loose_limb: probability that an arm or a leg is drawn away from where it is, as when tracking loses it.
        mirror: whether left and right are exchanged half the time; not for actions that differ in the hand.
    """

    shortest: float = 1.0
    heading_rad: float = 0.0
    tilt_rad: float = 0.0
    roll_rad: float = 0.0
    size: float = 0.0
    stretch: float = 0.0
    place_m: float = 0.0
    noise_m: float = 0.0
    loose_limb: float = 0.0
    mirror: bool = False


@dataclass(frozen=True)
class Recipe:
    """Everything that decides how one network is trained, but for the data and the seed.

    Attributes:
        optimiser: "sgd" (momentum 0.9, Nesterov) or "adamw".
        schedule: "steps": a tenth at 10/80 and again at 50/80 of the epochs; "cycle": up in a fifth, down as a cosine.
        rate: learning rate at its highest.
        normalisation, sampling, frames: of the teacher's input, see nets.joint_input; frames 0 with sampling "all".
        temporal: the teacher's form.
        window: longest clip that one prediction looks at, in frames; 0: the longest training sample, 300 at most.
        shortest_window: sampling "all": training windows have this many frames at least.
        context: causal: up to this many frames before the window go in without being pooled.
        string_frames: not 0: clips are strung together to this length, with a label for every frame (data.strings).
        strings: of these, in an epoch.
        columns: student: how many of each picture's five it sees at a time, other ones each time. With two
            an epoch takes two fifths of the time, and everything is as large as in the whole picture.
        jitter: student: other light, slightly moved, slightly other weights.
        fits_head: the classifier is first fitted to the features of the network that training begins with.
    """

    name: str = "paper"
    optimiser: str = "sgd"
    schedule: str = "steps"
    rate: float = 0.1
    weight_decay: float = 1e-4
    label_smoothing: float = 0.0
    dropout: float = 0.5
    epochs: int = PAPER_EPOCHS
    batch: int = 64
    normalisation: str = "none"
    sampling: str = "padded"
    frames: int = PAPER_FRAMES
    temporal: str = "same"
    window: int = PAPER_FRAMES
    shortest_window: int = 30
    context: int = 0
    augmentation: Augmentation = Augmentation()
    string_frames: int = 0
    strings: int = 0
    columns: int = 5
    jitter: bool = False
    fits_head: bool = False

    def document(self) -> dict[str, Any]:
        """All values, for a file."""
        return asdict(self)


PAPER = Recipe()
BETTER = Recipe(
    name="better",
    optimiser="adamw",
    schedule="cycle",
    rate=2e-3,
    weight_decay=0.02,
    label_smoothing=0.05,
    dropout=0.0,
    epochs=40,
    batch=16,
    normalisation="facing bone",
    sampling="uniform",
    frames=64,
    window=0,
    augmentation=Augmentation(
        shortest=0.5,
        heading_rad=0.3,
        tilt_rad=0.15,
        roll_rad=0.15,
        size=0.1,
        stretch=0.1,
        place_m=0.05,
        noise_m=0.02,
        loose_limb=0.15,
    ),
    columns=2,
    jitter=True,
)
#: Of the better recipe, what a stream can be trained with: frames as they come, nothing taken from the whole clip.
STREAM = replace(
    BETTER,
    name="better, stream",
    temporal="causal",
    normalisation="root",
    sampling="all",
    frames=0,
    window=90,
    context=152,
    augmentation=replace(BETTER.augmentation, shortest=1.0, heading_rad=0.5),  # people are not turned to face us
)
#: Real people from many sets: a stream that says at every moment what is done, from what every sensor knows.
PEOPLE = replace(
    STREAM,
    name="people",
    dropout=0.1,
    epochs=10,
    batch=10,
    normalisation="common",
    window=45,
    string_frames=192,
    strings=4000,
    augmentation=Augmentation(),  # data.strings varies in its own way
)
#: To go on from a published network (--init): its own input and length, a few epochs of small batches.
TUNE = replace(
    BETTER,
    name="tune",
    rate=1e-3,
    label_smoothing=0.1,
    epochs=12,
    batch=8,
    normalisation="placed",
    sampling="padded",
    frames=288,
    augmentation=replace(
        BETTER.augmentation,
        shortest=0.7,
        heading_rad=0.2,
        tilt_rad=0.1,
        roll_rad=0.05,
        place_m=0.0,
        noise_m=0.01,
        loose_limb=0.05,
    ),
    fits_head=True,
)
#: A student's recipe differs from its teacher's in these.
STUDENT_EPOCHS = {"paper": PAPER_EPOCHS, "better": 8}

RECIPES = {"paper": PAPER, "better": BETTER, "people": PEOPLE, "tune": TUNE}
