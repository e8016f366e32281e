"""Scores of prepared samples by trained networks, computed as the live program does, in batches.

Skeletons -> the teacher's scores and attention; crops and attention -> the student's picture -> its scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from train.data import pictures
from train.data.clips import numbered_people
from train.data.prepared import Prepared
from tsmf_live.nets.attention import attention_magnitude, joint_attention
from tsmf_live.nets.joint_input import frames_before
from tsmf_live.nets.stgcn import RECEPTIVE_FIELD_FRAMES
from tsmf_live.nets.tsmf import TSMF

ROWS = 64  # persons in one batch of clips that are equally long
PICTURES = 16  # in one batch of the student's


@dataclass(frozen=True)
class TeacherOutputs:
    """The teacher's outputs for N samples with at most M = 2 persons.

    Attributes:
        scores: (N, classes) the scene's.
        attention: (N, M, 25), zeros for who is not there.
        magnitude: (N, M), minus infinity for who is not there.
    """

    scores: np.ndarray
    attention: np.ndarray
    magnitude: np.ndarray


@torch.inference_mode()
def run_teacher(model: TSMF, prepared: Prepared, rows: Sequence[int], quiet: bool = True) -> TeacherOutputs:
    """The teacher on the samples' clips; the same as TSMF.run_teacher on each, sample by sample."""
    spec, classes = model.spec, len(model.spec.labels)
    scores = np.zeros((len(rows), classes), np.float32)
    attention = np.zeros((len(rows), 2, 25), np.float32)
    magnitude = np.full((len(rows), 2), -np.inf, np.float32)
    waiting: dict[int, list[tuple[int, int, int, np.ndarray]]] = {}
    pushed = tqdm(rows, desc="teacher scores", unit="clip", disable=True if quiet else None)

    def flush(length: int) -> None:
        entries = waiting.pop(length)
        x = torch.from_numpy(np.stack([x for *_, x in entries])).permute(0, 3, 1, 2).to(model.device)
        own, feature = model.run_rows(x)
        weights, strength = joint_attention(feature, spec.attention), attention_magnitude(feature)
        for (place, person, people, _), *said in zip(entries, own.cpu(), weights.cpu(), strength.cpu(), strict=True):
            scores[place] += said[0].numpy() / people
            attention[place, person], magnitude[place, person] = said[1].numpy(), float(said[2])

    for place, i in enumerate(pushed):
        people, turns = live_clips(model, prepared, int(i)), prepared.turns(int(i))
        if spec.arithmetic != "exact":  # shares its batch with nobody
            clips = [clip if turns is None else clip @ turns[last_seen(prepared, int(i), p)].T for p, clip in people]
            said = model.run_teacher(clips)
            scores[place] = said.scene
            for row, (person, _) in enumerate(people):
                attention[place, person], magnitude[place, person] = said.attention[row], said.magnitude[row]
            continue
        for person, clip in people:
            x = upright_input(model, clip, turns, last_seen(prepared, int(i), person))
            waiting.setdefault(len(x), []).append((place, person, len(people), x))
            if len(waiting[len(x)]) == ROWS:
                flush(len(x))
    for length in list(waiting):
        flush(length)
    return TeacherOutputs(scores, attention, magnitude)


def live_clips(model: TSMF, prepared: Prepared, i: int) -> list[tuple[int, np.ndarray]]:
    """(person, clip) of those who would be seen live at the sample's end; a stream has the frames before, too."""
    spec = model.spec
    people = numbered_people(prepared, i, spec.window_frames, with_context=spec.mode == "stream")
    longest = spec.window_frames + (RECEPTIVE_FIELD_FRAMES - 1 if spec.mode == "stream" else 0)
    longest += frames_before(spec.normalisation)
    return [(person, clip[-longest:]) for person, clip in people]


def last_seen(prepared: Prepared, i: int, person: int) -> int:
    """The last frame of a sample in which a person is seen."""
    return int(np.flatnonzero(prepared.present(i)[:, person])[-1])


def upright_input(model: TSMF, clip: np.ndarray, turns: np.ndarray | None, last: int) -> np.ndarray:
    """The teacher's input of a clip (T, 25, 3) that ends at frame `last`, turned upright as live.

    A stream turns each frame by what was known then, a window the whole clip by what is known at its end.
    """
    if turns is None:
        return model.input_of(clip)
    if model.spec.mode == "stream":
        return np.einsum("tvc,tdc->tvd", model.input_of(clip), turns[last + 1 - len(clip) : last + 1])
    return model.input_of(clip @ turns[last].T)


def cross_entropy(scores: np.ndarray, labels: np.ndarray) -> float:
    """Mean negative logarithm of the right class's probability."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    logarithm = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-logarithm[np.arange(len(labels)), labels].mean())


def accuracy(scores: np.ndarray, labels: np.ndarray, best: int = 1) -> float:
    """Share of samples whose class is among the `best` highest scores."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :best]
    return float((order == labels[:, None]).any(axis=1).mean())


def mutual_classes(prepared: Prepared) -> frozenset[int]:
    """The classes that two persons do together, as the published code knows them: NTU RGB+D's A050 to A060 (and A106 to
    A120), eight of PKU-MMD; of other data those whose samples mostly have two persons.

    For the ablation of the layout only: nothing that can run live may use it.
    """
    if prepared.kind.startswith("ntu"):
        return frozenset((*range(49, 60), *range(105, 120)))
    if prepared.kind == "pku":
        return frozenset(number - 1 for number in (12, 14, 16, 18, 21, 24, 26, 27))
    people: dict[int, list[int]] = {}
    for sample in prepared.samples:
        people.setdefault(sample.label, []).append(sample.person_count)
    return frozenset(label for label, counts in people.items() if np.mean(counts) > 1.5)


@torch.inference_mode()
def run_student(
    student: nn.Module,
    model: TSMF,
    prepared: Prepared,
    rows: Sequence[int],
    outputs: TeacherOutputs,
    mutual: frozenset[int] | None = None,
    quiet: bool = True,
) -> np.ndarray:
    """The student's scores (N, classes) of the samples' pictures of the evaluation frames.

    Args:
        student: the network that looks; `model` gives the settings and the device.
        mutual: see pictures.shown_persons.
    """
    spec = model.spec
    scores = [np.zeros((0, len(spec.labels)), np.float32)]
    hidden = True if quiet else None
    for first in tqdm(range(0, len(rows), PICTURES), desc="student scores", unit="batch", disable=hidden):
        images, weights = [], []
        for place in range(first, min(first + PICTURES, len(rows))):
            i = int(rows[place])
            persons = pictures.shown_persons(prepared, i, outputs.magnitude[place], spec.window_frames, mutual)
            images.append(pictures.picture(prepared, i, 0, persons, spec.crop))
            weights.append(outputs.attention[place][[persons[0], persons[-1]]])
        x = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2)
        x = pictures.weigh(x, torch.from_numpy(np.stack(weights))).to(model.device)
        scores.append(student(x.contiguous(memory_format=torch.channels_last)).float().cpu().numpy())
    return np.concatenate(scores)
