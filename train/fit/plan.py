"""Which samples are in which batch, and how fast each step learns: of the position in the training alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from train.fit.recipe import Recipe

STEPS_AT = (10 / 80, 50 / 80)  # shares of the epochs after which the paper's rate falls to a tenth
WARM_SHARE = 0.2  # of a cycle: the rate rises
START_SHARE = 1 / 25  # of the highest rate: where a cycle begins


@dataclass(frozen=True)
class Plan:
    """Which samples are in which batch: shuffled anew each epoch, the incomplete last batch left out, as published.

    parts: each batch is cut into this many, for processes and accumulation.
    """

    rows: np.ndarray
    batch: int
    epochs: int
    parts: int
    seed: int

    @property
    def per_epoch(self) -> int:
        """Steps of one epoch."""
        return len(self.rows) // self.batch

    def part(self, step: int, part: int) -> tuple[int, int, np.ndarray]:
        """Epoch, number of the batch in it, and one part's samples."""
        epoch, number = divmod(step, self.per_epoch)
        order = np.random.default_rng([self.seed, epoch]).permutation(self.rows)
        samples = order[number * self.batch : (number + 1) * self.batch]
        return epoch, number, samples[part :: self.parts]


def rate_at(recipe: Recipe, step: int, per_epoch: int) -> float:
    """The learning rate of a step."""
    if recipe.schedule == "steps":
        epoch = step // per_epoch
        return recipe.rate * 0.1 ** sum(epoch >= round(share * recipe.epochs) for share in STEPS_AT)
    total = max(recipe.epochs * per_epoch, 1)
    done = step / total
    if done < WARM_SHARE:
        share = START_SHARE + (1 - START_SHARE) * (1 - math.cos(math.pi * done / WARM_SHARE)) / 2
    else:
        share = (1 + math.cos(math.pi * (done - WARM_SHARE) / (1 - WARM_SHARE))) / 2
    return recipe.rate * share
