"""Several data sets in one report: how a teacher does on people, and on whole sets, that did not train it.

A sample is played to a causal teacher as the live program plays a recording of it: as a stream from its first frame,
probabilities smoothed; it is right where its class is on top in most updates of its second half. A teacher that sees
windows is asked about the whole sample, and right where its class is on top; nothing it can say but actions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from train.data.prepared import Prepared
from train.results import scoring
from train.results.report import write_csv
from train.results.scoring import upright_input
from tsmf_live.frames import FRAME_RATE_HZ
from tsmf_live.live.decision import Decider
from tsmf_live.live.level import turns_of_clip
from tsmf_live.nets.stgcn import TIME_STRIDE
from tsmf_live.nets.tsmf import TSMF

MOST_CONFUSED = 12
LONGEST = 300  # frames of a whole sample that count, the last ones


@dataclass(frozen=True)
class Judged:
    """One teacher's classes for the samples that it was not trained with.

    Attributes:
        split: its name, as in --split.
        rows: (N,) samples. said: (N,) the predicted class of each.
        scores: (N, classes) of whole samples, None if they were played.
    """

    split: str
    rows: np.ndarray
    said: np.ndarray
    scores: np.ndarray | None = None


@torch.inference_mode()
def judge(model: TSMF, prepared: Prepared, split: str, rows: np.ndarray) -> Judged:
    """A causal teacher's class for each of the samples (N,), played from their first frame."""
    said = []
    for i in tqdm(rows, desc=f"split {split}", unit="clip", disable=None):
        clip = prepared.joints(int(i))[prepared.samples[i].first_frame :, 0]
        said.append(most_often(smoothed(probabilities_of(model, clip), model)))
    return Judged(split, rows, np.array(said, np.int64))


def judge_whole(model: TSMF, prepared: Prepared, split: str, rows: np.ndarray) -> Judged:
    """What a teacher that sees windows says of each of the samples (N,) that show an action, looking at all of it."""
    acting = np.array([prepared.samples[i].label != len(prepared.labels) - 1 for i in rows])
    rows = rows[acting]
    whole = copy(model)
    whole.spec = replace(model.spec, window_frames=LONGEST)
    scores = scoring.run_teacher(whole, prepared, rows, quiet=False).scores[:, : len(prepared.labels) - 1]
    return Judged(split, rows, scores.argmax(axis=1), scores)


@torch.inference_mode()
def probabilities_of(model: TSMF, joints: np.ndarray) -> np.ndarray:
    """(U, classes) at each output of the causal teacher on joints (T, 25, 3), every fourth frame."""
    joints = np.array(joints, np.float32)
    turns = turns_of_clip(joints[:, None], np.ones((len(joints), 1), bool))
    x = torch.from_numpy(upright_input(model, joints, turns, len(joints) - 1)).permute(2, 0, 1)[None]
    feature = model.teacher.features(x.to(model.device)).mean(dim=3)
    scores = model.teacher.classify_outputs(feature, model.spec.pooled_steps)[0].T.cpu().numpy()
    return np.stack([model.probabilities(one.copy(), fused=False) for one in scores])


def smoothed(probabilities: np.ndarray, model: TSMF) -> np.ndarray:
    """The same, smoothed over time by the live decision."""
    decider = Decider(model.spec)
    updates = (decider.update(k * TIME_STRIDE / FRAME_RATE_HZ, one) for k, one in enumerate(probabilities))
    return np.stack([update.probabilities for update in updates])


def most_often(updates: np.ndarray) -> int:
    """The class that is on top most often in the second half of (U, classes)."""
    tops = updates[len(updates) // 2 :].argmax(axis=1).tolist()
    return Counter(tops).most_common(1)[0][0]


def write(folder: Path, prepared: Prepared, parts: Sequence[Judged]) -> list[str]:
    """Writes across.csv (set, class, samples, right for each split) and gives the report's lines."""
    lines, table = [], []
    for part in parts:
        labels = np.array([prepared.samples[i].label for i in part.rows])
        sets = np.array([prepared.samples[i].setup for i in part.rows])
        right = part.said == labels
        means = []
        lines.append(f"split {part.split}:")
        for number in sorted(set(sets.tolist())):
            own = sets == number
            name = prepared.sets[number - 1]
            acting = own & (labels != len(prepared.labels) - 1)
            said = f", of actions alone {right[acting].mean():.1%}" if acting.any() and part.scores is None else ""
            if part.scores is not None:
                there = np.unique(labels[own])
                among = there[part.scores[own][:, there].argmax(axis=1)] == labels[own]
                said = f", among the {len(there)} classes of the set {among.mean():.1%}"
            lines.append(f"  {name}: {right[own].sum()} of {own.sum()} right, {right[own].mean():.1%}{said}")
            means.append(float(right[own].mean()))
            for label in sorted(set(labels[own].tolist())):
                of_class = own & (labels == label)
                table.append(
                    (part.split, name, prepared.labels[label], int(of_class.sum()), int(right[of_class].sum()))
                )
        lines.append(f"  mean over {len(means)} sets: {np.mean(means):.1%}")
        wrong = Counter(
            f"{prepared.labels[a]} -> {prepared.labels[b]}" for a, b in zip(labels, part.said, strict=True) if a != b
        )
        lines.append("  most often confused: " + ", ".join(f"{k} {n}" for k, n in wrong.most_common(MOST_CONFUSED)))
    write_csv(folder / "across.csv", ("split", "set", "class", "samples", "right"), table)
    return lines
