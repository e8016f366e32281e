"""Calibration: temperatures of the probabilities, the fusion weights, and the error of confidence.

All of that is fitted on validation samples. How often nothing happens in use is not in the samples: it is given.

**Source:** Guo et al., "On Calibration of Modern Neural Networks", ICML 2017 (temperature scaling, ECE); Saerens
et al., "Adjusting the Outputs of a Classifier to New a Priori Probabilities", Neural Computation 2002 (idle_shift).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from train.data.prepared import Prepared
from train.results import scoring
from tsmf_live.frames import UsageError
from tsmf_live.nets.checkpoint import Spec
from tsmf_live.nets.tsmf import TSMF

TEMPERATURES = np.geomspace(0.1, 20.0, 160)
LAMBDAS = np.round(np.arange(0, 4.01, 0.05), 2)  # candidates for the weight of one score beside the first
BINS = 15  # of the expected calibration error


def fit_temperature(scores: np.ndarray, labels: np.ndarray) -> float:
    """The temperature under which probabilities of scores (N, classes) are most likely to be right; 1 of no samples."""
    if not len(labels):
        return 1.0
    losses = [scoring.cross_entropy(scores / t, labels) for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def probabilities(scores: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Softmax (N, classes) of scores / temperature."""
    shifted = (scores - scores.max(axis=1, keepdims=True)) / temperature
    exponent = np.exp(shifted)
    return exponent / exponent.sum(axis=1, keepdims=True)


def reliability(scores: np.ndarray, labels: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """(BINS, 3): for each tenth-or-so of confidence, the samples in it, their mean confidence, their share of right."""
    p = probabilities(scores, temperature)
    sure, right = p.max(axis=1), p.argmax(axis=1) == labels
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    table = np.zeros((BINS, 3))
    for k in range(BINS):
        rows = place == k
        table[k] = (rows.sum(), sure[rows].mean(), right[rows].mean()) if rows.any() else (0, 0, 0)
    return table


def expected_calibration_error(scores: np.ndarray, labels: np.ndarray, temperature: float = 1.0) -> float:
    """Mean distance between confidence and accuracy, over the bins of `reliability`, weighted by their samples."""
    table = reliability(scores, labels, temperature)
    return float((table[:, 0] * np.abs(table[:, 1] - table[:, 2])).sum() / max(table[:, 0].sum(), 1))


def choose_weights(parts: list[np.ndarray], labels: np.ndarray) -> list[float]:
    """Weights of several scores (N, classes) whose sum is best on these samples; the first one's is 1.

    Highest accuracy, then lowest loss of the sum under its own temperature, then nearest to 1; one weight after the
    other, twice. Without samples all are 1.
    """
    weights = [1.0] * len(parts)
    if not len(labels):
        return weights
    for k in [*range(1, len(parts))] * 2:
        rest = sum(w * part for j, (w, part) in enumerate(zip(weights, parts, strict=True)) if j != k)
        hits = [scoring.accuracy(rest + x * parts[k], labels) for x in LAMBDAS]
        best = [float(x) for x, hit in zip(LAMBDAS, hits, strict=True) if hit == max(hits)]
        sums = [rest + x * parts[k] for x in best]
        losses = [scoring.cross_entropy(s / fit_temperature(s, labels), labels) for s in sums]
        weights[k] = min(zip(losses, best, strict=True), key=lambda pair: (round(pair[0], 4), abs(pair[1] - 1)))[1]
    return weights


def idle_shift(labels: np.ndarray, idle: int, share: float) -> float:
    """What is added to the idle class's log-probability where nothing happens for a share of the time.

    Args:
        labels: (N,) of the samples that trained; 0.0 comes back if none of them, or all, are idle.
        idle: the idle class.
        share: above 0, below 1.
    """
    count = int((labels == idle).sum())
    if not 0 < count < len(labels):
        return 0.0
    return log_odds(share) - log_odds(count / len(labels))


def log_odds(share: float) -> float:
    """The logarithm of the odds of a share above 0 and below 1."""
    return math.log(share / (1 - share))


def favour(network: nn.Module, bias: str, labels: tuple[str, ...], factors: Mapping[str, float]) -> None:
    """Makes classes more likely, each by a factor of its odds: one that must not be missed is worth false alarms.

    Args:
        bias: the name of the classifier's bias, see checkpoint.CLASSIFIER_BIAS.

    Raises:
        UsageError: no such class.
    """
    for label, factor in factors.items():
        if label not in labels:
            raise UsageError(f"--favour {label}: expected one of the classes {', '.join(labels)}")
        with torch.no_grad():
            network.get_parameter(bias)[labels.index(label)] += math.log(factor)


def calibrated(
    model: TSMF,
    prepared: Prepared,
    rows: np.ndarray,
    validation: np.ndarray,
    idle_share: float,
    drawn_idle: float | None = None,
) -> Spec:
    """The model's settings with temperatures, idle shift and accuracy.

    Args:
        rows: samples that trained; their share of idle is corrected.
        validation: samples that decide the temperatures; without any, these stay as they are.
        idle_share: share of the time in use in which nothing happens.
        drawn_idle: the share of idle among what trained, where samples are drawn more or less often than they come.
    """
    spec, every = model.spec, np.array([sample.label for sample in prepared.samples])
    if spec.idle is not None:
        shift = idle_shift(every[rows], spec.labels.index(spec.idle), idle_share)
        if drawn_idle is not None:
            shift = log_odds(idle_share) - log_odds(drawn_idle)
        spec = replace(spec, idle_shift=round(shift, 4))
    if not len(validation):
        return spec
    labels = every[validation]
    outputs = scoring.run_teacher(model, prepared, validation)
    parts = {"teacher": outputs.scores}
    if model.student is not None:
        parts["student"] = scoring.run_student(model.student, model, prepared, validation, outputs)
        parts["fusion"] = outputs.scores + model.spec.fusion_lambda * parts["student"]
    return replace(
        spec,
        temperature_teacher=fit_temperature(outputs.scores, labels),
        temperature_fused=fit_temperature(parts["fusion"], labels) if "fusion" in parts else 1.0,
        accuracy={f"validation_{name}": round(scoring.accuracy(s, labels), 4) for name, s in parts.items()},
    )
