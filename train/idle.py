"""Teaches a published network when nothing happens: one more class, idle, as one more row of its classifier.

    python -m train.idle --checkpoint ntu.safetensors --data prepared/named --out ntu-idle.safetensors

Such a network knows actions only, and is sure of one whatever people do. Here it is asked about windows of prepared
data whose classes are its own, and idle (train.prepare --source people --labels ntu60). Its temperature is fitted on
the windows that show actions; then, all else fixed, the row that tells idle from any action. --idle-share says
how often nothing happens where the checkpoint is used. Figures of the test persons are printed and kept.

**Source:** temperature: Guo et al., ICML 2017. The row is a logistic regression on the features that the classifier
sees, relative to the actions' scores.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from train import options
from train.data.prepared import Prepared
from train.fit.ending import save_checkpoint
from train.fit.head import DECAY, classifier_of, minimise
from train.results.calibration import fit_temperature, log_odds
from tsmf_live import command
from tsmf_live.actor.subject import IDLE
from tsmf_live.command import tell
from tsmf_live.frames import FRAME_RATE_HZ, UsageError
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.layers import PERSON_SLOTS
from tsmf_live.nets.tsmf import TSMF
from tsmf_live.skeleton import JOINT_COUNT

WINDOWS = 4000  # of the training persons
ENTER, LEAVE = 0.2, 0.12  # sixty calibrated actions share what idle leaves: half of it is seldom one action's
SHORTEST = round(1.0 * FRAME_RATE_HZ)  # frames; the live program gives no label before
SETTLED_S = 1.0  # so long after an action's end, what one sees is no longer that action


@dataclass(frozen=True)
class Windows:
    """What the network computes of N windows.

    Attributes:
        features: (N, C) that the classifier sees, an empty slot averaged in where the checkpoint has slots.
        scores: (N, classes). labels: (N,), the number of the classes is idle. sets: (N,) the data set of each.
    """

    features: np.ndarray
    scores: np.ndarray
    labels: np.ndarray
    sets: np.ndarray


class Reader:
    """Asks a network about windows and reads the features below its classifier."""

    def __init__(self, model: TSMF) -> None:
        self._model = model
        self._seen: list[Tensor] = []
        classifier_of(model.teacher, model.spec.teacher_name).register_forward_pre_hook(
            lambda _, inputs: self._seen.append(inputs[0].flatten(1))
        )
        frames = model.spec.sampled_frames or model.spec.window_frames
        self._empty = None
        if model.spec.arithmetic == "slots":
            nobody = np.zeros((frames, JOINT_COUNT, 3), np.float32)
            self._empty = self._ask(nobody, slot=PERSON_SLOTS - 1)

    @torch.inference_mode()
    def read(self, clip: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Features (C,) and scores (classes,) of a person's clip (T, 25, 3), as the live program has them."""
        features, scores = self._ask(self._model.input_of(clip), slot=0)
        if self._empty is None:
            return features, scores
        return (features + self._empty[0]) / 2, (scores + self._empty[1]) / 2

    @torch.inference_mode()
    def _ask(self, x: np.ndarray, slot: int) -> tuple[np.ndarray, np.ndarray]:
        self._seen.clear()
        row = torch.from_numpy(x)[None].permute(0, 3, 1, 2).to(self._model.device)
        scores, _ = self._model.run_rows(row, torch.tensor([slot], device=self._model.device))
        return self._seen[0][0].cpu().numpy(), scores[0].cpu().numpy()


def windows_of(prepared: Prepared, rows: np.ndarray, frames: int, most: int, seed: int) -> Iterator[tuple[int, int]]:
    """(sample, frame at which a window ends), at most so many, as many of idle as of actions, sets equally often.

    A window ends in the last third of an action; of idle anywhere, but not just behind an action.
    """
    rng = np.random.default_rng([seed, 79])
    idle = len(prepared.labels) - 1
    groups: dict[tuple[bool, int], list[int]] = {}
    for i in rows.tolist():
        sample = prepared.samples[i]
        groups.setdefault((sample.label == idle, sample.setup), []).append(i)
    for is_idle in (False, True):
        own = [members for (kind, _), members in sorted(groups.items()) if kind == is_idle]
        for k in range(most // 2):
            members = own[k % len(own)]
            i = members[int(rng.integers(len(members)))]
            sample = prepared.samples[i]
            last = sample.first_frame + sample.frame_count
            settled = sample.first_frame + min(SETTLED_S * FRAME_RATE_HZ, sample.frame_count - 1)
            first = settled if is_idle else sample.first_frame + sample.frame_count * 2 / 3
            yield i, max(int(rng.integers(int(first), last)), min(SHORTEST, last) - 1)


def look(model: TSMF, prepared: Prepared, rows: np.ndarray, most: int, seed: int, what: str) -> Windows:
    """What the network computes of windows of samples (N,)."""
    reader, found = Reader(model), []
    frames = model.spec.window_frames
    for i, end in tqdm(list(windows_of(prepared, rows, frames, most, seed)), desc=what, unit="window", disable=None):
        clip = clip_until(prepared, i, end, frames)
        if clip is not None:
            features, scores = reader.read(clip)
            found.append((features, scores, prepared.samples[i].label, prepared.samples[i].setup))
    return Windows(*(np.stack(part) for part in zip(*found, strict=True)))


def clip_until(prepared: Prepared, i: int, end: int, frames: int) -> np.ndarray | None:
    """The first person's window (T, 25, 3) that ends at frame `end` of a sample, upright as live; None: not in view."""
    if not prepared.present(i)[: end + 1, 0].any():
        return None
    clip = np.array(prepared.joints(i)[max(end + 1 - frames, 0) : end + 1, 0])
    turns = prepared.turns(i)
    return clip if turns is None else clip @ turns[end].T


def fit_row(windows: Windows, idle: int, temperature: float) -> tuple[np.ndarray, float]:
    """Weights (C,) and bias of the idle class's score.

    Each set counts the same on its side, idle or action.
    """
    mean, spread = windows.features.mean(axis=0), windows.features.std(axis=0) + 1e-6
    x = torch.from_numpy((windows.features - mean) / spread).double()
    rest = torch.logsumexp(torch.from_numpy(windows.scores).double() / temperature, dim=1)
    target = torch.from_numpy((windows.labels == idle).astype(np.float64))
    weight = torch.from_numpy(balance(windows, idle))
    row, bias = torch.zeros(x.shape[1], dtype=torch.double), torch.zeros(1, dtype=torch.double)
    bias += rest.mean()
    row.requires_grad_()
    bias.requires_grad_()

    def loss() -> Tensor:
        logits = x @ row + bias - rest
        return F.binary_cross_entropy_with_logits(logits, target, weight=weight) + DECAY * row.square().sum()

    minimise(loss, [row, bias])
    scaled = row.detach().numpy() / spread
    return temperature * scaled, temperature * float(bias.detach() - scaled @ mean)


def balance(windows: Windows, idle: int) -> np.ndarray:
    """How much each window counts (N,): a half for idle, a half for actions, and each set the same within them."""
    weight, kinds = np.zeros(len(windows.labels)), windows.labels == idle
    for kind in (False, True):
        sets = np.unique(windows.sets[kinds == kind])
        for number in sets:
            own = (kinds == kind) & (windows.sets == number)
            weight[own] = 0.5 / len(sets) / own.sum()
    return weight * len(weight)


def extended(model: TSMF, row: np.ndarray, bias: float) -> TSMF:
    """The model with one more class, its last: idle."""
    network = model.teacher
    head = classifier_of(network, model.spec.teacher_name)
    for parameter, new in ((head.weight, row), (head.bias, np.array(bias))):
        new = torch.from_numpy(np.asarray(new, np.float32)).to(parameter.device)
        parameter.data = torch.cat([parameter.data, new.view(1, *parameter.shape[1:])])
    return TSMF(replace(model.spec, labels=(*model.spec.labels, IDLE), idle=IDLE), network, None)


def ranked(odds: np.ndarray, is_idle: np.ndarray) -> float:
    """The area under the curve: how often idle looks more like idle than an action does."""
    order = np.argsort(np.argsort(odds)) + 1
    ones, zeros = int(is_idle.sum()), int((~is_idle).sum())
    return float((order[is_idle].sum() - ones * (ones + 1) / 2) / max(ones * zeros, 1))


def report(windows: Windows, spec: Spec, row: np.ndarray, bias: float, temperature: float) -> dict[str, float]:
    """How well idle and actions are told apart, in figures."""
    is_idle = windows.labels == len(spec.labels)
    rest = np.logaddexp.reduce(windows.scores / temperature, axis=1)
    odds = (windows.features @ row + bias) / temperature - rest
    best = windows.scores.max(axis=1) / temperature - rest  # the network's own confidence
    known = windows.scores[~is_idle].argmax(axis=1) == windows.labels[~is_idle]
    return {
        "idle_auc": round(ranked(odds, is_idle), 4),
        "idle_auc_of_confidence_alone": round(ranked(-best, is_idle), 4),
        "idle_found": round(float((odds[is_idle] > 0).mean()), 4),
        "action_taken_for_idle": round(float((odds[~is_idle] > 0).mean()), 4),
        "action_named": round(float(known.mean()), 4),
    }


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = command.OneLineParser(
        prog="python -m train.idle",
        description=__doc__.split("\n")[0],
        epilog="example: python -m train.idle --checkpoint ntu.safetensors --data named --out ntu-idle.safetensors",
    )
    add = parser.add_argument
    add("--checkpoint", type=Path, required=True, metavar="FILE", help="teacher alone, without an idle class")
    add("--data", type=Path, required=True, metavar="FOLDER", help="prepared data: the checkpoint's classes and idle")
    add("--split", default="persons", help="whose training part teaches and whose test part judges (default: persons)")
    add("--windows", type=options.at_least_one, default=WINDOWS, metavar="N", help=f"to learn from ({WINDOWS})")
    add("--idle-share", type=options.share, default=0.5, metavar="P", help=options.IDLE_SHARE_HELP)
    add("--seed", type=int, default=0)
    add("--device", choices=("auto", "cpu", "cuda"), default="auto")
    add("--threads", type=options.at_least_one, help="torch threads (default: torch's own; 1 beside other work)")
    add("--half", action="store_true", help="store the checkpoint in float16")
    add("--out", type=Path, required=True, metavar="FILE", help="the checkpoint to write (.safetensors)")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    args = parse(arguments)
    model = TSMF.load(args.checkpoint, options.device_of(args).type)
    prepared = Prepared.open(args.data)
    spec = model.spec
    if spec.idle is not None or model.student is not None or spec.mode == "stream":
        raise UsageError(f"--checkpoint {args.checkpoint}: expected a teacher for windows alone, without an idle class")
    if prepared.labels != (*spec.labels, IDLE):
        raise UsageError(
            f"--data {args.data}: expected the {len(spec.labels)} classes of the checkpoint and {IDLE!r}; prepare it "
            "with --source people --labels (see train/README.md)"
        )
    train_rows, test_rows = prepared.split(args.split)
    learnt = look(model, prepared, train_rows, args.windows, args.seed, "training windows")
    acting = learnt.labels < len(spec.labels)
    if acting.all() or not acting.any():
        raise UsageError(f"--data {args.data}: expected actions and {IDLE!r} among those who train; choose other sets")
    temperature = fit_temperature(learnt.scores[acting], learnt.labels[acting])
    row, bias = fit_row(learnt, len(spec.labels), temperature)
    judged = look(model, prepared, test_rows, max(args.windows // 4, 2), args.seed + 1, "test windows")
    figures = report(judged, spec, row, bias, temperature)
    new = extended(model, row, bias)
    new.spec = replace(
        new.spec,
        temperature_teacher=temperature,
        enter=ENTER,
        leave=LEAVE,
        idle_shift=round(log_odds(args.idle_share), 4),
        accuracy={**spec.accuracy, **figures},
        trained_on=f"{spec.trained_on}; idle: {prepared.folder.name}, split {args.split}",
    )
    args.out.parent.mkdir(parents=True, exist_ok=True)
    save_checkpoint(args.out, new.spec, new, args.half)
    tell(f"wrote {args.out}: temperature {temperature:.2f}; windows of other persons: {figures}")


if __name__ == "__main__":
    command.run(main)
